"""What Binder builds from, as Binder's own program reads it. (`nox -s binder` builds the environment itself.)"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import rules
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
BINDER = ROOT / "binder"
LOCK = re.sub(r"#.*\n", "", (BINDER / "requirements.txt").read_text(encoding="utf-8")).replace("\\\n", "").splitlines()
PINNED = dict(line.split()[0].split("==") for line in LOCK)


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    """The Dockerfile that repo2docker makes of what Binder looks at; Docker is not needed for that."""
    folder = tmp_path_factory.mktemp("binder")
    (folder / "binder").symlink_to(BINDER)
    command = [
        sys.executable,
        "-m",
        "repo2docker",
        "--no-build",
        "--debug",
        "--user-id=1000",
        "--user-name=jovyan",
        ".",
    ]
    read = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
    return read.stdout


def test_binder_takes_python_313_and_its_lock(dockerfile):
    assert (BINDER / "runtime.txt").read_text(encoding="utf-8") == "python-3.13\n"
    assert re.search(r"environment\Wpy\W3\W13\W", re.sub(r"-2[de]", "-", dockerfile))  # its file names are escaped
    assert re.search(r'pip install --no-cache-dir -r "binder/requirements.txt"', dockerfile)


def test_binder_installs_the_course_itself_last(dockerfile):
    assert dockerfile.index("COPY --chown=1000:1000 src/ ") < dockerfile.index("RUN ./binder/postBuild")
    script = (BINDER / "postBuild").read_text(encoding="utf-8")
    assert script.startswith("#!/bin/bash\nset -euo pipefail\n")
    assert "pip install --no-cache-dir --no-deps --no-build-isolation -e ." in script
    assert (BINDER / "postBuild").stat().st_mode & 0o111


@pytest.mark.parametrize("line", LOCK)
def test_every_version_is_pinned_and_its_files_by_their_hashes(line):
    assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( +--hash=sha256:[0-9a-f]{64})+", line)


def test_what_builds_the_course_is_pinned_too():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [Requirement(line) for line in project["build-system"]["requires"]]
    needed = [one for one in needed if not one.marker or one.marker.evaluate({"python_version": "3.13"})]
    assert [one.specifier.contains(PINNED[one.name]) for one in needed] == [True]


def test_lock_names_no_address():
    files = ("requirements.txt", "requirements.in")
    text = "".join((BINDER / file).read_text(encoding="utf-8") for file in files)
    assert not re.search(r"https?:|index-url|find-links|file:", text)


def test_lock_holds_what_a_learner_installs_within_its_bounds():
    for name, bounds in rules.learners_requirements().items():
        assert bounds.contains(PINNED[name])


def test_lock_holds_all_that_the_module_imports():
    assert set(rules.requirements(rules.project()["dependencies"])) <= set(PINNED)


@pytest.mark.parametrize(("name", "held"), [("jupyterlab", "4.4.9"), ("ipywidgets", "8.1.7")])
def test_lower_bounds_admit_what_binders_image_holds(name, held):
    assert rules.learners_requirements()[name].contains(held)


def test_lock_says_how_it_is_renewed():
    assert "python -m nox -s lock" in (BINDER / "requirements.txt").read_text(encoding="utf-8")
    assert "\ndef lock(session):" in (ROOT / "noxfile.py").read_text(encoding="utf-8")
