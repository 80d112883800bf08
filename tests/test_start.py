"""The start command: copies of the notebooks that keep a learner's work, and the JupyterLab that opens them."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bpcourse.start import command as start
from bpcourse.start import workspace

NAME = "01_forward_pass.ipynb"


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


@pytest.mark.parametrize("content", ["", "no notebook", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_copy_that_is_no_notebook_is_left_alone(mine, course, content):
    (mine / NAME).write_text(content)
    write(course / NAME, "version = 2", "answer = ...")
    workspace.update(mine, course)
    assert (mine / NAME).read_text() == content


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


def test_folder_that_is_a_file_says_so(tmp_path):
    (tmp_path / "taken").write_text("a file")
    ran = subprocess.run(
        [sys.executable, "-m", "bpcourse", "--folder", tmp_path / "taken"], capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert "cannot be used" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.fixture
def launched(monkeypatch):
    """The arguments that JupyterLab would be started with."""
    calls = []
    from jupyterlab.labapp import LabApp

    monkeypatch.setattr(LabApp, "launch_instance", calls.append)
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
    assert len(arguments) == 2


def test_default_folder_is_beside_the_notebooks_and_ignored_by_git():
    root = Path(__file__).resolve().parent.parent
    assert root / "my_course" == workspace.FOLDER
    assert "my_course/" in (root / ".gitignore").read_text().splitlines()


def test_ledger_is_readable_and_names_the_notebooks(mine, course):
    assert json.loads((mine / workspace.LEDGER).read_text()) == {NAME: [workspace.fingerprint(course / NAME)]}
