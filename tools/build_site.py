"""Build the course as a site that needs no server: JupyterLite, with Python (Pyodide) running in the reader's browser.

    python tools/build_site.py site                          # then serve the folder site/ with anything
    python -m http.server --directory site 8000

All that a reader's browser asks for is in the folder; what comes from elsewhere is fetched once, here, and checked
against the hashes of Pyodide's own lock file. Needs requirements-site.txt, and npm.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from importlib.metadata import version
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_KERNEL_PLUGIN_ID, PYODIDE_VERSION

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "tools" / "site"  # what is added to JupyterLite's own page
KERNEL_WHEELS = Path(sys.prefix, "share/jupyter/labextensions", PYODIDE_KERNEL_PLUGIN_ID.split(":")[0], "static/pypi")
NETWORK = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")  # by its version
# What a kernel starts with, and what each of these asks for: the rest is in Pyodide's lock file.
OURS = {
    "bpcourse": ["numpy", "matplotlib", "ipywidgets", "anywidget", "filelock"],
    "ipywidgets": ["comm", "ipykernel", "ipython", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "pyodide-kernel": ["comm", "ipykernel", "ipython", "jedi"],
    "piplite": ["micropip"],
    **{name: [] for name in ("comm", "filelock", "ipykernel", "psygnal", "typing-extensions")},
}
FROM_REGISTRY = ("anywidget", "comm", "filelock", "ipywidgets", "psygnal", "typing-extensions")
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
HOME = "/drive/my_progress"  # in the file browser, and so kept by the reader's browser
FIRST = "lab/index.html?path=00_start_here.ipynb"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder to make; one that is there is replaced")
    parser.add_argument("--pyodide", default=PYODIDE_VERSION, help="its version (default: the kernel's, %(default)s)")
    parser.add_argument(
        "--packages", type=Path, help="a zip that holds Pyodide's packages (default: its content network is asked)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as work:
        build(options.site.resolve(), Path(work), options.pyodide, options.packages)
    size = sum(path.stat().st_size for path in options.site.rglob("*") if path.is_file())
    print(f"{options.site}: {size / 1e6:.0f} MB. It opens on {FIRST}")


def build(site, work, pyodide, packages):
    """Build the site with that version of Pyodide, whose packages come from the zip `packages`, or from its network."""
    runtime = work / "pyodide"
    runtime.mkdir()
    lock = get_pyodide(pyodide, work, runtime)
    wheels = get_wheels(work / "wheels")
    names = needed(lock["packages"])
    for name in names - OURS.keys():
        file, sha256 = lock["packages"][name]["file_name"], lock["packages"][name]["sha256"]
        content = fetched(file, pyodide, packages)
        if hashlib.sha256(content).hexdigest() != sha256:
            sys.exit(f"{file} is not the file that Pyodide {pyodide} names in its lock file. Nothing was built.")
        (runtime / file).write_bytes(content)
    for name, wheel in wheels.items():
        shutil.copy(wheel, runtime)
        lock["packages"][name] = entry(name, wheel)
    lock["packages"] = {name: lock["packages"][name] for name in sorted(names)}
    (runtime / "pyodide-lock.json").write_text(json.dumps(lock))
    lite(site, work)
    shutil.copytree(runtime, site / "static" / "pyodide")
    add_page(site)


def get_pyodide(version, work, runtime):
    """Put Pyodide itself into the folder `runtime`, and return its lock file."""
    run("npm", "pack", "--silent", f"pyodide@{version}", cwd=work)
    with tarfile.open(work / f"pyodide-{version}.tgz") as archive:
        archive.extractall(work, filter="data")
    for file in CORE:
        if (work / "package" / file).exists():
            shutil.copy(work / "package" / file, runtime)
    return json.loads((work / "package" / "pyodide-lock.json").read_text())


def get_wheels(folder):
    """Return the wheels of `OURS`, by name: the course's, the widgets' in the versions installed here, the kernel's."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, PAGE / "piplite")
    pure = ("--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.14")
    pins = [f"{name}=={version(name)}" for name in FROM_REGISTRY]
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *pure, "--dest", folder, *pins)
    kernels = {path.name.split("-")[0].replace("_", "-"): path for path in sorted(KERNEL_WHEELS.glob("*.whl"))}
    found = kernels | {path.name.split("-")[0].replace("_", "-"): path for path in folder.glob("*.whl")}
    return {name: found[name] for name in OURS}


def needed(packages):
    """Return the names of all packages that those of `OURS` need, these included."""
    names, waiting = set(), list(OURS)
    while waiting:
        name = waiting.pop().replace("_", "-")
        if name not in names:
            names.add(name)
            waiting += OURS[name] if name in OURS else packages[name]["depends"]
    return names


def fetched(file, pyodide, packages):
    """Return a file of Pyodide's distribution."""
    if packages is None:
        with urllib.request.urlopen(NETWORK.format(version=pyodide, file=file)) as answer:
            return answer.read()
    with zipfile.ZipFile(packages) as archive:
        return archive.read(next(path for path in archive.namelist() if path.endswith(f"/{file}")))


def entry(name, wheel):
    """Return what Pyodide's lock file says of a wheel of `OURS`."""
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [name.replace("-", "_")],
        "depends": OURS[name],
        "unvendored_tests": False,
    }


def lite(site, work):
    """Let JupyterLite build its page, with the notebooks."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": ["micropip", "jedi", "ipython", *OURS], "env": {"BPCOURSE_HOME": HOME}},
    }
    page = {
        "appName": "Backpropagation",
        "exposeAppInBrowser": True,  # to the script in course.js
        "litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: kernel},
    }
    (work / "jupyter-lite.json").write_text(json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": page}))
    (work / "overrides.json").write_text(json.dumps(SETTINGS))
    if site.exists():
        shutil.rmtree(site)
    options = ["--lite-dir", work, "--output-dir", site, "--contents", ROOT / "notebooks", "--apps", "lab"]
    run(sys.executable, "-m", "jupyterlite_core", "build", *options, "--no-sourcemaps", cwd=work)


def add_page(site):
    """Let the site open on the first notebook, and its page take care of the reader's copies of the notebooks."""
    shutil.copy(PAGE / "index.html", site)
    shutil.copy(PAGE / "course.js", site / "lab")
    page = site / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<head>", '<head>\n    <script src="course.js"></script>', 1), encoding="utf-8")
    notebooks = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    (site / "files" / "notebooks.json").write_text(json.dumps(notebooks))


def run(*command, cwd=None):
    """Run a command; if it fails, end with what it said."""
    result = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{result.stdout}{result.stderr}")


if __name__ == "__main__":
    main()
