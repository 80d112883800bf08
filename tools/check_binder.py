"""Install what binder/ says into a virtual environment, as Binder does, and run the notebooks there.

python tools/check_binder.py
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environments
from lock_binder import PYTHON


def main():
    with tempfile.TemporaryDirectory() as folder:
        python = environments.make(Path(folder) / "venv", PYTHON)
        if python is None:
            print(f"NOT CHECKED: no Python {PYTHON} on this machine, so Binder's environment was not built.")
            return 0
        environments.install(python, "-r", "binder/requirements.txt")
        in_environment = os.environ | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
        commands = (["binder/postBuild"], ["pip", "check"], ["python", "-m", "pytest", "-q", "notebooks"])
        for command in commands:
            done = subprocess.run(
                command, cwd=environments.ROOT, env=in_environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                print(f"In Binder's environment `{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
                return 1
    print(f"Binder's environment builds on Python {PYTHON}, and every notebook runs in it with its stored outputs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
