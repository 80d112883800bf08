"""Plain pytest runs every notebook and compares its outputs; the tool that stores them does it reproducibly.

The notebooks themselves are collected by nbval, as pyproject.toml says: `pytest notebooks/02_loss.ipynb` runs one.
"""

import re
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
figure, ax = plots.figure(width=1, height=1)
ax.plot([1, 2])
plots.show(figure, alt="a line rises")
"""


HOME = "import os\nos.environ['BPCOURSE_HOME'] == 'mine'"


def new(*sources):
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    return new_notebook(cells=[new_markdown_cell("# Title", id="title"), *cells])


def write(path, *sources):
    nbformat.write(new(*sources), path)
    return path


def code(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def outputs(path):
    return [output for cell in code(path) for output in cell.outputs]


# Comparing


def test_plain_pytest_runs_the_notebooks_and_finds_what_is_not_stored_as_it_is(
    tmp_path, pytestconfig, monkeypatch, capfd
):
    assert pytestconfig.getini("testpaths") == ["tests", "notebooks"]
    path = write(tmp_path / "mixed.ipynb", "1 + 1", "print('kept')", "1 + 2", PLOT, PLOT)
    execute_notebooks.execute_file(path)
    notebook = nbformat.read(path, as_version=4)
    number, pixels, words = (cell.outputs[0].data for cell in notebook.cells[3:])
    number["text/plain"] = "4"
    for data in (pixels, words):
        data["text/html"] = re.sub(r"base64,[^\"]*", "base64,AAAA", data["text/html"])
    words["text/html"] = words["text/html"].replace("a line rises", "a line falls")
    nbformat.write(notebook, path)
    monkeypatch.chdir(ROOT)
    pytest.main(["--color=no", "-p", "no:cacheprovider", "--deselect=notebooks/", "notebooks", str(path)])
    done = capfd.readouterr().out
    cells = sum(len(code(path)) for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert f"2 failed, 3 passed, {cells} deselected" in done
    assert re.findall(r"^FAILED .*::(Cell \d)", done, flags=re.MULTILINE) == ["Cell 2", "Cell 4"]
    assert "'4' == '3'" in done
    assert "a line falls" in done


# Storing


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A notebook as an editor saved it, executed by the tool, and what it then was; executed once more."""
    path = tmp_path_factory.mktemp("stored") / "live.ipynb"
    notebook = new("print('a')\nprint('b')", LIVE, PLOT, HOME)
    notebook.metadata.update(widgets={"state": {}}, kernelspec={"name": "mine"}, language_info={"version": "3.13.1"})
    editors = {"scrolled": True, "collapsed": True, "execution": {"iopub.status.busy": "now"}}
    notebook.cells[1].metadata.update(editors, tags=["hide-input"])
    nbformat.write(notebook, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOURSE_HOME", "mine")
        assert execute_notebooks.execute_file(path)
        once = path.read_bytes()
        assert not execute_notebooks.execute_file(path)
    return path, once


def test_executing_twice_changes_nothing(stored):
    path, once = stored
    assert path.read_bytes() == once


def test_execution_stores_still_pictures_and_no_trace_of_the_machine(stored):
    notebook = nbformat.read(stored[0], as_version=4)
    assert [sorted(output.data) for output in outputs(stored[0])[1:3]] == [["text/html", "text/plain"]] * 2
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.language_info
    assert [cell.id for cell in notebook.cells] == ["title", "cell-0", "cell-1", "cell-2", "cell-3"]
    assert stored[1].endswith(b"}\n")


def test_execution_drops_what_an_editor_stored(stored):
    cells = nbformat.read(stored[0], as_version=4).cells
    assert [cell.metadata for cell in cells] == [{}, {"tags": ["hide-input"]}, {}, {}, {}]


def test_execution_sees_nothing_of_a_learners_progress(stored):
    assert outputs(stored[0])[3].data["text/plain"] == "False"


def test_execution_that_goes_wrong_is_reported_and_stores_nothing(tmp_path, capsys):
    wrong = {
        "1 / 0": "ZeroDivisionError",
        "import sys\nprint('a warning', file=sys.stderr)": "a warning",
        "import os\nos._exit(1)": "died",
    }
    paths = [write(tmp_path / f"{number}.ipynb", "'before'", source) for number, source in enumerate(wrong)]
    good, before = write(tmp_path / "good.ipynb", "1 + 1"), [path.read_bytes() for path in paths]
    assert execute_notebooks.main([*map(str, paths), str(tmp_path / "nothing.ipynb"), str(good)]) == 1
    said = capsys.readouterr()
    reports = re.split(r"^(?=\w+\.ipynb: )", said.err, flags=re.MULTILINE)[1:]
    assert [report.split(":")[0] for report in reports] == ["0.ipynb", "1.ipynb", "2.ipynb", "nothing.ipynb"]
    for reason, report in zip(wrong.values(), reports, strict=False):
        assert reason in report
    assert [path.read_bytes() for path in paths] == before
    assert said.out == "good.ipynb: stored\n"
    assert outputs(good)[0].data["text/plain"] == "2"


def test_execution_that_takes_too_long_is_reported_and_stores_nothing(tmp_path, capsys):
    path = write(tmp_path / "slow.ipynb", "import time\ntime.sleep(60)")
    before = path.read_bytes()
    assert execute_notebooks.main([str(path), "--timeout=1"]) == 1
    assert re.search("slow.ipynb: .*timed out", capsys.readouterr().err)
    assert path.read_bytes() == before
