"""The start command: copies of the notebooks that keep a learner's work, and the JupyterLab that opens them."""

import copy
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import filelock
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement

from bpcourse.start import command as start
from bpcourse.start import contents, workspace

ROOT = Path(__file__).resolve().parent.parent
NAME = "01_forward_pass.ipynb"
BESIDE = "01_forward_pass.new-version.ipynb"
CONFLICT = '{\n<<<<<<< HEAD\n "cells": []\n=======\n "cells": [1]\n>>>>>>> 1234567\n}\n'
DAMAGED = ["no notebook", "[]", '{"cells": 3}', '{"cells": [{}]}', CONFLICT, "[" * 100_000]


def write(path, *sources, outputs=False):
    cells = [new_markdown_cell("# Title")] + [new_code_cell(source) for source in sources]
    if outputs:
        cells[1].outputs, cells[1].execution_count = [nbformat.v4.new_output("stream", text="ran\n")], 7
    nbformat.write(new_notebook(cells=cells), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells[1:]]


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / NAME, "version = 1", "answer = ...")
    return folder


@pytest.fixture
def mine(tmp_path, course):
    folder = tmp_path / "my_course"
    workspace.update(folder, course)
    return folder


def test_first_start_copies_every_notebook_as_it_is(tmp_path, course):
    messages = workspace.update(tmp_path / "my_course", course)
    assert messages == [f"New: {NAME}"]
    assert (tmp_path / "my_course" / NAME).read_bytes() == (course / NAME).read_bytes()


def test_second_start_does_nothing(mine, course):
    before = (mine / NAME).stat().st_mtime_ns
    assert workspace.update(mine, course) == []
    assert (mine / NAME).stat().st_mtime_ns == before


def test_work_is_kept_when_nothing_new_arrives(mine, course):
    write(mine / NAME, "version = 1", "answer = 42")
    assert workspace.update(mine, course) == []
    assert sources(mine / NAME) == ["version = 1", "answer = 42"]


def test_work_is_kept_and_the_new_version_is_put_beside_it_once(mine, course):
    write(mine / NAME, "version = 1", "answer = 42")
    write(course / NAME, "version = 2", "answer = ...")
    (message,) = workspace.update(mine, course)
    assert "01_forward_pass.new-version.ipynb" in message
    assert sources(mine / NAME) == ["version = 1", "answer = 42"]
    assert sources(mine / "01_forward_pass.new-version.ipynb") == ["version = 2", "answer = ..."]
    (mine / "01_forward_pass.new-version.ipynb").unlink()
    assert workspace.update(mine, course) == []


def test_work_in_a_new_version_is_kept_too(mine, course):
    write(mine / NAME, "version = 1", "answer = 42")
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    write(mine / "01_forward_pass.new-version.ipynb", "version = 2", "answer = 43")
    write(course / NAME, "version = 3", "answer = ...")
    workspace.update(mine, course)
    assert sources(mine / "01_forward_pass.new-version.ipynb") == ["version = 2", "answer = 43"]
    assert sources(mine / "01_forward_pass.new-version-2.ipynb") == ["version = 3", "answer = ..."]


def test_untouched_new_version_is_replaced_by_a_newer_one(mine, course):
    write(mine / NAME, "version = 1", "answer = 42")
    for version in (2, 3):
        write(course / NAME, f"version = {version}", "answer = ...")
        workspace.update(mine, course)
    assert sources(mine / "01_forward_pass.new-version.ipynb") == ["version = 3", "answer = ..."]
    assert not (mine / "01_forward_pass.new-version-2.ipynb").exists()


def test_new_version_that_took_the_old_ones_place_is_not_offered_again(mine, course):
    write(mine / NAME, "version = 1", "answer = 42")
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    (mine / "01_forward_pass.new-version.ipynb").replace(mine / NAME)
    write(mine / NAME, "version = 2", "answer = 42")
    assert workspace.update(mine, course) == []


@pytest.mark.parametrize("extra_cells", [[], [""]], ids=["saved", "saved with an empty cell at the end"])
def test_copy_that_was_only_run_and_saved_is_replaced(mine, course, extra_cells):
    write(mine / NAME, "version = 1", "answer = ...", *extra_cells, outputs=True)
    write(course / NAME, "version = 2", "answer = ...")
    (message,) = workspace.update(mine, course)
    assert message.startswith("Updated")
    assert sources(mine / NAME) == ["version = 2", "answer = ..."]


def test_untouched_copy_follows_the_course_back_to_an_older_version(mine, course):
    old = (course / NAME).read_bytes()
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    (course / NAME).write_bytes(old)
    workspace.update(mine, course)
    assert sources(mine / NAME) == ["version = 1", "answer = ..."]


@pytest.mark.parametrize("ledger", [None, "{ not json", "[1]", '{"01_forward_pass.ipynb": 3}'])
def test_lost_or_damaged_ledger_never_costs_work(mine, course, ledger):
    (mine / workspace.LEDGER).unlink()
    if ledger is not None:
        (mine / workspace.LEDGER).write_text(ledger)
    write(mine / NAME, "version = 1", "answer = 42")
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    assert sources(mine / NAME) == ["version = 1", "answer = 42"]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_copy_stays_and_one_that_can_be_read_is_put_beside_it_once(mine, course, content, version):
    (mine / NAME).write_text(content)
    write(course / NAME, f"version = {version}", "answer = ...")
    (message,) = workspace.update(mine, course)
    assert re.match(rf"{NAME} cannot be read .* stays as it is.*{BESIDE}$", message)
    assert (mine / NAME).read_text() == content
    assert sources(mine / BESIDE) == [f"version = {version}", "answer = ..."]
    assert workspace.update(mine, course) == []
    write(mine / BESIDE, "work")
    assert workspace.update(mine, course) == []
    assert len(list(mine.glob("*.ipynb"))) == 2


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_notebook_of_the_course_is_left_out_and_the_others_are_delivered(mine, course, content):
    write(course / "02_loss.ipynb", "version = 1")
    (course / NAME).write_text(content)
    left_out, new = workspace.update(mine, course)
    assert re.match(rf"Left out: {NAME}\. .*cannot be read.*: git checkout .* notebooks/{NAME}$", left_out)
    assert new == "New: 02_loss.ipynb"
    assert sources(mine / NAME) == ["version = 1", "answer = ..."]
    write(course / NAME, "version = 2", "answer = ...")
    assert workspace.update(mine, course) == [f"Updated: {NAME} (you had not changed it)"]


def test_damaged_copy_never_counts_as_delivered_whatever_an_older_ledger_says(mine, course):
    (mine / NAME).write_text(CONFLICT)
    (mine / workspace.LEDGER).write_text(json.dumps({NAME: [None]}))
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    assert (mine / NAME).read_text() == CONFLICT


def test_empty_copy_counts_as_none_and_is_replaced(mine, course):
    (mine / NAME).write_bytes(b"")
    assert workspace.update(mine, course) == [f"New: {NAME}"]
    assert sources(mine / NAME) == ["version = 1", "answer = ..."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", [NAME, workspace.LEDGER])
def test_pipe_in_a_files_place_lets_nobody_wait(mine, course, name):
    (mine / name).unlink()
    os.mkfifo(mine / name)
    workspace.update(mine, course)
    assert sources(mine / (NAME if name == workspace.LEDGER else BESIDE)) == ["version = 1", "answer = ..."]


def test_files_of_the_learners_own_are_left_alone(mine, course):
    (mine / "99_mine.ipynb").write_text("mine")
    workspace.update(mine, course)
    assert (mine / "99_mine.ipynb").read_text() == "mine"


def test_deleted_copy_comes_back_fresh(mine, course):
    (mine / NAME).unlink()
    assert workspace.update(mine, course) == [f"New: {NAME}"]
    assert sources(mine / NAME) == ["version = 1", "answer = ..."]


def test_course_without_notebooks_says_so(tmp_path):
    with pytest.raises(workspace.WorkspaceError, match=r"no notebooks in .*requirements"):
        workspace.update(tmp_path / "my_course", tmp_path)
    assert not (tmp_path / "my_course").exists()


def test_read_only_disk_says_so(tmp_path, course, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(workspace.WorkspaceError, match=r"Read-only file system.*--folder PATH"):
        workspace.update(tmp_path / "my_course", course)


def test_full_disk_leaves_the_old_copy_whole(mine, course, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (mine / NAME).read_bytes()
    write(course / NAME, "version = 2", "answer = ...")
    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(workspace.WorkspaceError, match="No space left"):
        workspace.update(mine, course)
    assert (mine / NAME).read_bytes() == before


# Starts at once, and starts that are killed

# Argument 3: before which step with a file of the folder, counted from 1, the process kills itself; 0 for never.
START = """
import os, signal, sys
from pathlib import Path
from bpcourse.start import workspace

folder, course, left = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])

def count(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove") and str(arguments[0]).startswith(str(folder)):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

input()
sys.addaudithook(count)
workspace.update(folder, course)
"""


def start_of_its_own(folder, course, kill_before=0):
    """A process that has loaded all, and starts when it reads a line."""
    command = [sys.executable, "-c", START, folder, course, str(kill_before)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_twenty_starts_at_once_all_succeed_and_leave_whole_notebooks(tmp_path, course):
    for number in range(2, 6):
        write(course / f"0{number}_more.ipynb", *(f"cell = {cell}" for cell in range(50)))
    starts = [start_of_its_own(tmp_path / "my_course", course) for _ in range(20)]
    for process in starts:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in starts] == [""] * 20
    assert [process.returncode for process in starts] == [0] * 20
    names = {path.name for path in course.iterdir()}
    assert {path.name for path in (tmp_path / "my_course").iterdir()} == names | {workspace.LEDGER, workspace.LOCK}
    assert all((tmp_path / "my_course" / name).read_bytes() == (course / name).read_bytes() for name in names)


def test_start_killed_at_any_step_is_repaired_by_the_next_even_if_a_newer_version_comes(tmp_path, course):
    untouched, worked_in, new = NAME, "02_loss.ipynb", "03_new.ipynb"
    folder, before = tmp_path / "my_course", tmp_path / "before"
    write(course / worked_in, "version = 1", "answer = ...")
    workspace.update(before, course)
    write(before / worked_in, "version = 1", "answer = 42")
    outcomes = []
    while not outcomes or outcomes[-1] != 0:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, folder)
        for version in (2, 3):
            for name in (untouched, worked_in, new):
                write(course / name, f"version = {version}", "answer = ...")
            if version == 2:
                killed = start_of_its_own(folder, course, kill_before=len(outcomes) + 1)
                killed.communicate("\n")
                outcomes.append(killed.returncode)
        workspace.update(folder, course)
        beside = "02_loss.new-version.ipynb"
        assert {path.name for path in folder.glob("*.ipynb")} == {untouched, worked_in, new, beside}, len(outcomes)
        assert {path.name for path in folder.glob(".*")} == {workspace.LEDGER, workspace.LOCK}, len(outcomes)
        assert sources(folder / worked_in) == ["version = 1", "answer = 42"], len(outcomes)
        for name in (untouched, new, beside):
            assert sources(folder / name) == ["version = 3", "answer = ..."], (len(outcomes), name)
    assert len(outcomes) > 10


@pytest.mark.parametrize("name", [f".{NAME}.unfinished", f".{NAME}.0a1b.tmp", f".{workspace.LEDGER}.0a1b.tmp"])
def test_unfinished_files_of_killed_starts_are_cleared(mine, course, name):
    (mine / name).write_text("{")
    workspace.update(mine, course)
    assert not (mine / name).exists()


def test_start_that_waits_in_vain_for_another_says_so(mine, course, monkeypatch):
    monkeypatch.setattr(workspace, "PATIENCE", 0)
    with filelock.FileLock(mine / workspace.LOCK), pytest.raises(workspace.WorkspaceError, match="Another start"):
        workspace.update(mine, course)


# The command


def course_command(*arguments, python=(sys.executable,), **environment):
    """Run the start command in a process of its own; return its status and all it says."""
    command = [*python, "-m", "bpcourse", *arguments]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTERHUB_")} | environment
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def make_file(path):
    path.write_text("a file")


@pytest.mark.parametrize("make", [make_file, *([os.mkfifo] if hasattr(os, "mkfifo") else [])])
def test_folder_that_is_no_folder_says_so(tmp_path, make):
    make(tmp_path / "taken")
    status, said = course_command("--folder", tmp_path / "taken")
    assert status == 1
    assert re.search(r"taken cannot be used: It is not a folder\.", said)
    assert "Traceback" not in said


def test_home_of_nobody_says_so():
    status, said = course_command("--folder", "~nobody-of-this-name/my_course")
    assert status == 2
    assert "~nobody-of-this-name" in said.splitlines()[-1]
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999", "8e3", "0.5", "²", ""])
def test_impossible_port_says_so(port, capsys):
    with pytest.raises(SystemExit):
        start.main([f"--port={port}"])
    assert "65535" in capsys.readouterr().err


def test_python_without_the_course_says_what_to_run(tmp_path):
    status, said = course_command("--folder", tmp_path / "my_course", python=[sys.executable, "-S"])
    assert status == 1
    assert re.search(r"not installed .*numpy.*jupyterlab.* README\.md.*python -m bpcourse", said)
    assert not (tmp_path / "my_course").exists()


def test_python_too_old_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        start.main(["--folder", str(tmp_path)])


def test_what_is_built_first_names_the_python_that_is_needed_to_one_too_old():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    first = Requirement(project["build-system"]["requires"][0])
    assert first.name == "this-course-needs-python-3.11-or-newer"
    assert project["project"]["requires-python"] == ">=3.11"
    assert [first.marker.evaluate({"python_version": version}) for version in ("3.6", "3.10", "3.11")] == [1, 1, 0]
    assert not any(first.specifier.contains(version, prereleases=True) for version in ("0.dev0", "0", "3.11"))


def pythons_too_old():
    """Return the paths of the oldest and the newest Python before 3.11 that are on this machine and have a pip."""
    patterns = [f".pyenv/versions/3.{minor}.*/bin/python" for minor in range(6, 11)]
    found = [shutil.which(f"python3.{minor}") for minor in range(6, 11)]
    found += [path for pattern in patterns for path in Path.home().glob(pattern)]
    commands = [[path, "-m", "pip", "--version"] for path in found if path]
    answer = [command[0] for command in commands if subprocess.run(command, capture_output=True).returncode == 0]
    return {*answer[:1], *answer[-1:]}


def test_pip_of_a_python_too_old_says_so_at_once():
    pythons = pythons_too_old() or pytest.skip("no Python before 3.11 on this machine")
    for python in pythons:
        command = [python, "-m", "pip", "install", "--no-index", "-r", "requirements.txt"]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode != 0
        assert "this-course-needs-python-3.11-or-newer" in ran.stdout + ran.stderr, python


@pytest.fixture
def launched(monkeypatch):
    """The arguments that JupyterLab would be started with."""
    calls = []
    from jupyterlab.labapp import LabApp

    monkeypatch.setattr(LabApp, "launch_instance", calls.append)
    for name in [name for name in os.environ if name.startswith("JUPYTERHUB_")]:
        monkeypatch.delenv(name)
    return calls


def test_jupyterlab_opens_the_first_notebook_of_the_copies(launched, tmp_path, capsys):
    start.main(["--folder", str(tmp_path / "my_course"), "--no-browser", "--port", "8123", "--ip=127.0.0.1"])
    (arguments,) = launched
    assert f"--ServerApp.root_dir={tmp_path / 'my_course'}" in arguments
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in arguments
    assert {"--no-browser", "--port=8123", "--ip=127.0.0.1"} <= set(arguments)
    assert (tmp_path / "my_course" / "00_start_here.ipynb").is_file()
    assert str(tmp_path / "my_course") in capsys.readouterr().out


def test_jupyterlab_chooses_its_port_and_opens_a_browser_by_itself(launched, tmp_path):
    start.main(["--folder", str(tmp_path)])
    (arguments,) = launched
    assert not [argument for argument in arguments if "port" in argument or "browser" in argument]


def test_jupyterlab_reads_a_notebook_without_a_kernel_as_stills(launched, tmp_path):
    start.main(["--folder", str(tmp_path)])
    setting = "--ServerApp.contents_manager_class=bpcourse.start.contents.Contents"
    assert setting in launched[0]


def test_what_is_dead_gives_way_to_the_still_beside_it_and_all_else_stays():
    def view(model, **data):
        return new_output("execute_result", {contents.VIEW: {"model_id": model}} | data, execution_count=1)

    figure, pictureless = view("1", **{"text/html": "<img>", "text/plain": "Picture"}), view("2")
    cells = [new_markdown_cell("# Title"), new_code_cell("figure", outputs=[figure, new_output("stream", text="ran")])]
    notebook = new_notebook(cells=[*cells, new_code_cell("slider", outputs=[pictureless])], metadata={"kept": True})
    expected = copy.deepcopy(notebook)
    del expected.cells[1].outputs[0].data[contents.VIEW]
    contents.show_stills(notebook)
    assert notebook == expected


def test_copy_only_copies_and_starts_nothing(launched, tmp_path, capsys):
    start.main(["--folder", str(tmp_path / "my_course"), "--copy-only"])
    assert launched == []
    assert (tmp_path / "my_course" / "00_start_here.ipynb").is_file()
    assert re.search(r"Nothing was started\. Open 00_start_here\.ipynb in a JupyterLab", capsys.readouterr().out)


@pytest.mark.parametrize("name", ["JUPYTERHUB_API_TOKEN", "JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_USER"])
def test_under_a_hub_nothing_is_started_and_the_hubs_jupyterlab_is_named(launched, tmp_path, capsys, monkeypatch, name):
    monkeypatch.setenv(name, "/user/ada/")
    start.main(["--folder", str(tmp_path / "my_course"), "--no-browser"])
    assert launched == []
    assert (tmp_path / "my_course" / "00_start_here.ipynb").is_file()
    assert re.search(r"Open 00_start_here\.ipynb in the JupyterLab that JupyterHub runs", capsys.readouterr().out)


def test_jupyterlab_that_cannot_use_the_home_folder_says_so(launched, tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "taken" / "runtime"))
    with pytest.raises(SystemExit, match=r"JupyterLab cannot keep its own files in your home folder.*taken"):
        start.main(["--folder", str(tmp_path / "my_course")])
    assert launched == []


def test_default_folder_is_beside_the_notebooks_and_ignored_by_git():
    assert ROOT / "my_course" == workspace.FOLDER
    assert "my_course/" in (ROOT / ".gitignore").read_text().splitlines()


def test_ledger_is_readable_and_names_the_notebooks(mine, course):
    assert json.loads((mine / workspace.LEDGER).read_text()) == {NAME: [workspace.fingerprint(course / NAME)]}
