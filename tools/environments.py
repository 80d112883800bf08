"""Virtual environments for the tools: find a Python by its version, make an environment, install with uv."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def find_python(version):
    """Return the path of a Python of this version, such as "3.13", or None where there is none on this machine."""
    names = [f"python{version}", "python3", "python", sys.executable]
    candidates = [path for name in names if (path := shutil.which(name))]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")), reverse=True)
    return next((path for path in candidates if _version(path) == version), None)


def make(folder, version):
    """Make a virtual environment with this Python version in `folder`; return the path of its Python, or None."""
    python = find_python(version)
    if python is None:
        return None
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def install(python, *arguments):
    """Install into the environment of `python`, with the options and requirements of ``uv pip install``."""
    uv("pip", "install", "--quiet", "--python", str(python), *arguments)


def uv(*arguments):
    """Run uv, which requirements-test.txt installs, in the project's folder."""
    subprocess.run([sys.executable, "-m", "uv", *arguments], cwd=ROOT, check=True)


def _version(python):
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return answer.stdout.strip()
