"""The notebooks with answers in them: none, the references, and known mistakes; executed in real kernels."""

import ast
import inspect
import re
import textwrap
from pathlib import Path
from types import SimpleNamespace

import execute_notebooks
import nbformat
import pytest
from nbclient import NotebookClient

from bpcourse.exercises import ALL
from bpcourse.exercises.catalogue import in_notebook, notebooks

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
CHECK = re.compile(r'^check\("(\w+)", (\w+)\)', re.MULTILINE)
# What is kept of answers; tries are noted beside them in any case.
KEPT = "import os, pathlib\nsorted(map(str, pathlib.Path(os.environ['BPCOURSE_HOME']).rglob('*.json')))"


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def checks(notebook):
    """Yield (exercise, cell of its check, cell of its stub) of a notebook."""
    for cell in code(notebook):
        if found := CHECK.search(cell.source):
            yield found[1], cell, next(c for c in code(notebook) if stub_of(found[1]).search(c.source))


def stub_of(name):
    """Return the pattern of the line that begins a function or a class."""
    return re.compile(rf"^(def {name}\(|class {name}:)", re.MULTILINE)


def run(notebook, folder):
    """Execute a notebook with the progress in `folder`; an error in a cell is raised."""
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.execute(env={**execute_notebooks.os.environ, "BPCOURSE_HOME": str(folder)})


def shown(cell):
    printed = "".join(output.get("text", "") for output in cell.outputs)  # a line may come in several messages
    return "\n".join([printed, *(output.data["text/plain"] for output in cell.outputs if "data" in output)]).lstrip(
        "\n"
    )


def reference_source(name):
    source = textwrap.dedent(inspect.getsource(ALL[name].reference))
    return source[stub_of(name).search(source).start() :]


def with_source(stub, name, source):
    """Replace the stub of `name` in its cell by another definition; what else the cell holds stays."""
    stub.source = stub.source[: stub_of(name).search(stub.source).start()] + source


def test_every_check_is_of_an_exercise_of_its_notebook():
    for name in notebooks():
        asked = [exercise for exercise, _, _ in checks(read(name))]
        assert asked
        assert set(asked) <= {task.name for task in in_notebook(name)}
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", notebooks())
def test_stubs_are_not_done_yet(name):
    """As the notebooks are committed; that this is what their cells give is compared by nbval."""
    for exercise, check, _ in checks(read(name)):
        assert shown(check).startswith(f"{exercise}: ○ not done yet")


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """The progress of one learner, who goes through all notebooks, in order."""
    return tmp_path_factory.mktemp("progress")


def with_one_seed(notebook):
    """Make each experiment over many seeds with one: what they give is compared where the notebook itself is run."""
    for cell in code(notebook):
        cell.source = re.sub(r"for seed in range\(\d+\)", "for seed in range(1)", cell.source)
    return notebook


@pytest.fixture(scope="module", params=notebooks())
def played(request, learner):
    """A notebook as the learner runs it: with mistakes in it, and then, in the same kernel, with the references."""
    name, wrong, right = request.param, with_one_seed(read(request.param)), with_one_seed(read(request.param))
    checked = [found for found in checks(wrong) if ALL[found[0]].mistakes]  # before their stubs are gone
    for exercise, _, stub in checked:
        answer = f"ALL['{exercise}'].mistakes[0].answer"
        with_source(stub, exercise, f"from bpcourse.exercises import ALL\n{exercise} = {answer}")
    for exercise, _, stub in checks(right):
        with_source(stub, exercise, reference_source(exercise))
    wrong.cells.append(nbformat.v4.new_code_cell(KEPT))
    right.cells.append(nbformat.v4.new_code_cell(f"[use(name).__code__.co_filename for name in {earlier(name)}]"))
    for cell in right.cells:
        cell.id += "-again"
    kept, both = sorted(map(str, learner.rglob("*.json"))), read(name)
    both.cells = wrong.cells + right.cells
    run(both, learner)
    return SimpleNamespace(name=name, wrong=wrong, checked=checked, right=right, kept=kept)


def earlier(name):
    """Return the exercises of earlier notebooks that a notebook uses, as often as it does."""
    used = re.findall(r'use\("(\w+)"\)', "".join(cell.source for cell in code(read(name))))
    return [word for word in used if word in ALL and ALL[word].notebook < name]


def test_with_mistakes_in_it_a_notebook_goes_on_and_says_whose_functions_run(played):
    for exercise, check, _ in played.checked:
        mistake = ALL[exercise].mistakes[0]
        if ALL[exercise].kind == "debug":  # as it came
            assert "The slip is still in it" in shown(check)
            continue
        assert f"Looks like: {mistake.name}" in shown(check)
        assert mistake.hint in shown(check)
        for cell in code(played.wrong):
            if f'{exercise} = use("{exercise}")' in cell.source:
                assert f"{exercise}: ours, as your last answer did not pass.\n" in shown(cell)
    assert ast.literal_eval(shown(played.wrong.cells[-1])) == played.kept


def test_references_are_correct_and_every_later_notebook_uses_them(played, learner):
    """Every cell runs, and what passed before is used later."""
    for exercise, check, _ in checks(played.right):
        assert shown(check).startswith(f"{exercise}: ✓ correct"), shown(check)
        assert ALL[exercise].proves in shown(check)
    files, names = shown(played.right.cells[-1]), earlier(played.name)
    assert files.count("<your ") == len(names), files
    assert files.count(": yours.") == len(set(names)), files
    kept = {path.stem for path in learner.rglob("*.json")}
    assert {exercise for exercise, _, _ in checks(played.right)} <= kept


def test_exercises_come_in_the_order_in_which_the_notebooks_check_them():
    sources = [cell.source for name in notebooks() for cell in code(read(name))]
    assert list(ALL) == re.findall(r'^check\("(\w+)"', "\n".join(sources), re.MULTILINE)
