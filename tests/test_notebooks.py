"""Plain pytest runs every notebook and compares its outputs; the tool that stores them does it reproducibly.

The notebooks themselves are collected by nbval, as pyproject.toml says: `pytest notebooks/02_loss.ipynb` runs one.
"""

import re
import subprocess
import sys
from pathlib import Path

import execute_notebooks
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent
LIVE = """
import ipywidgets
class Figure(ipywidgets.VBox):
    def _repr_mimebundle_(self, **options):
        still = {"text/html": '<img alt="a slider">', "text/plain": "Picture: a slider"}
        return super()._repr_mimebundle_(**options) | still
Figure([ipywidgets.IntSlider()])
"""
PLOT = """
from bpcourse import plots
figure, ax = plots.figure()
ax.plot([1, 2])
plots.show(figure, alt="a line rises")
"""


def execute(*arguments):
    return execute_notebooks.main(arguments)


def write(path, *sources):
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Title", id="title"), *cells]), path)
    return path


def outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    return [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]


def pytest_of_the_project(*arguments):
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider", "--color=no"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=ROOT)


def test_plain_pytest_runs_every_code_cell_of_every_notebook(pytestconfig):
    assert pytestconfig.getini("testpaths") == ["tests", "notebooks"]
    collected = pytest_of_the_project("--collect-only", "-q", "notebooks").stdout
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        assert collected.count(f"notebooks/{path.name}::") == len(cells) > 0


def test_stored_output_that_is_not_what_the_code_gives_fails(tmp_path):
    good, stale = write(tmp_path / "good.ipynb", "1 + 1", "print('kept')"), tmp_path / "stale.ipynb"
    execute(str(good))
    stale.write_text(good.read_text().replace('"2"', '"3"'))
    done = pytest_of_the_project("-p", "conftest", good, stale)
    assert "1 failed, 3 passed" in done.stdout
    assert "'3' == '2'" in done.stdout


def test_pixels_of_a_picture_are_not_compared_but_its_words_are(tmp_path):
    path, other = write(tmp_path / "plot.ipynb", PLOT), tmp_path / "other.ipynb"
    execute(str(path))
    text = re.sub(r"(data:image/png;base64,)[^\\]*", r"\1AAAA", path.read_text())
    path.write_text(text)
    other.write_text(text.replace("a line rises", "a line falls", 1))
    done = pytest_of_the_project("-p", "conftest", path, other)
    assert "1 failed, 1 passed" in done.stdout
    assert "a line falls" in done.stdout


def test_executing_twice_changes_nothing(tmp_path, capsys):
    path = write(tmp_path / "live.ipynb", "print('a')\nprint('b')", LIVE, PLOT)
    assert execute(str(path)) == 0
    before = path.read_bytes()
    assert execute(str(path)) == 0
    assert capsys.readouterr().out == "live.ipynb: stored\nlive.ipynb: unchanged\n"
    assert path.read_bytes() == before


def test_execution_stores_still_pictures_and_no_trace_of_the_machine(tmp_path):
    path = write(tmp_path / "live.ipynb", LIVE, PLOT)
    execute(str(path))
    notebook = nbformat.read(path, as_version=4)
    assert [sorted(output.data) for output in outputs(path)] == [["text/html", "text/plain"]] * 2
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert [cell.id for cell in notebook.cells] == ["title", "cell-0", "cell-1"]
    assert path.read_bytes().endswith(b"}\n")


def test_execution_drops_what_an_editor_stored(tmp_path):
    path = write(tmp_path / "edited.ipynb", "1 + 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.widgets = {"state": {}}
    notebook.cells[1].metadata.update(scrolled=True, collapsed=True, tags=["hide-input"])
    nbformat.write(notebook, path)
    execute(str(path))
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    assert notebook.cells[1].metadata == {"tags": ["hide-input"]}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys\nprint('a warning', file=sys.stderr)", "a warning"),
        ("import time\ntime.sleep(60)", "timed out"),
        ("import os\nos._exit(1)", "died"),
    ],
)
def test_execution_that_goes_wrong_is_reported_and_stores_nothing(tmp_path, capsys, source, reason):
    good, bad = write(tmp_path / "good.ipynb", "1 + 1"), write(tmp_path / "bad.ipynb", "'before'", source)
    before = bad.read_bytes()
    assert execute(str(bad), str(good), "--timeout=4") == 1
    reported = capsys.readouterr().err
    assert "bad.ipynb" in reported
    assert reason in reported
    assert bad.read_bytes() == before
    assert outputs(good)[0].data["text/plain"] == "2"


def test_execution_sees_nothing_of_a_learners_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", "mine")
    path = write(tmp_path / "home.ipynb", "import os\nos.environ['BPCOURSE_HOME'] == 'mine'")
    execute(str(path))
    assert outputs(path)[0].data["text/plain"] == "False"


def test_notebook_that_is_not_there_is_reported(tmp_path, capsys):
    assert execute(str(tmp_path / "nothing.ipynb")) == 1
    assert "nothing.ipynb: " in capsys.readouterr().err
