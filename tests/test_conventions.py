"""The notebooks and the module keep the conventions of tests/rules.py; and each rule sees what breaks it."""

import ast
import json
import re
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import execute_notebooks
import grimp
import nbformat
import pytest
import rules
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bpcourse.mathematics.equations import EQUATIONS

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
MODULES = sorted((ROOT / "bpcourse").rglob("*.py"))
F1 = EQUATIONS["F1"].latex
OPENING = "# Forward\n\n**In this notebook** (about 10 minutes; builds on [00](x.png))\n\n- you add two numbers"
CLOSING = f"| Equation | Line of code | Shape |\n|---|---|---|\n| F1: ${F1}$ | `z` | (N, 1) |\n\n[Next](02_loss.ipynb)"


def read(path):
    return nbformat.read(path, as_version=4)


# The notebooks


def test_all_notebooks_of_the_course_are_there():
    assert NAMES[:8] == [
        "00_start_here",
        "01_forward_pass",
        "02_loss",
        "03_chain_rule",
        "04_output_layer_error",
        "05_hidden_layer_error",
        "06_updates",
        "07_full_training",
    ]


@pytest.mark.parametrize("rule", rules.NOTEBOOK_RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_notebook_keeps(rule, path):
    assert rule(read(path)) == []


@pytest.mark.parametrize(("path", "following"), list(zip(NOTEBOOKS, [*NOTEBOOKS[1:], None], strict=True)), ids=NAMES)
def test_notebook_closes_with_a_table_and_the_next_one(path, following):
    assert rules.closes_with_table_and_link(read(path), following and following.name) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_links_of_a_notebook_lead_to_files(path):
    assert rules.links_lead_to_files(read(path), path.parent) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_file_of_a_notebook_is_valid_and_as_it_is_stored(path):
    text = path.read_bytes().decode()
    nbformat.validate(json.loads(text))
    assert text == execute_notebooks.text_to_store(read(path)), "run tools/execute_notebooks.py"


def test_every_equation_is_introduced_in_a_notebook():
    text = "\n".join(cell.source for path in NOTEBOOKS for cell in rules.markdown(read(path)))
    assert {tag for tag, _ in rules.tagged_equations(text)} == set(EQUATIONS)


# The rules themselves


@pytest.fixture
def good():
    """A small notebook that keeps every rule."""
    cells = [
        new_markdown_cell(OPENING, id="title"),
        new_markdown_cell(f"Equation F1:\n\n$$\n{F1} \\tag{{F1}}\n$$\n\n![a curve](x.png) [next](x.png)", id="f1"),
        new_code_cell("# F1\n1 + 1", id="sum", execution_count=1, outputs=[result("2")]),
        new_code_cell("show()", id="show", execution_count=2, outputs=[result("Picture: a curve rises", png="iVBO")]),
        new_markdown_cell(CLOSING, id="end"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def result(text, png=None, **data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    picture = {"image/png": png} if png else {}
    return new_output("execute_result", data={"text/plain": text, **picture, **data}, execution_count=1)


def replace(index, old, new):
    def change(notebook):
        assert old in notebook.cells[index].source
        notebook.cells[index].source = notebook.cells[index].source.replace(old, new)

    return change


def output(*outputs):
    return lambda notebook: notebook.cells[2].update(outputs=list(outputs))


def stream(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def lines(count):
    return lambda notebook: notebook.cells[2].update(source="\n".join(["x = 1"] * count))


def cell(index, **values):
    return lambda notebook: notebook.cells[index].update(values)


LIVE = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
BROKEN = {
    rules.equations_agree_with_the_table: [
        replace(1, "W^l", "W^{l}"),
        replace(1, "\\tag{F1}", "\\tag{F9}"),
        replace(1, "$$", "$"),
        replace(1, "\\tag{F1}", "\\tag{F1} \\tag{F2}"),
        replace(4, "W^l", "W_l"),
    ],
    rules.mentioned_tags_exist: [replace(1, "Equation F1", "Equation BP5"), replace(2, "# F1", "# F3")],
    rules.opens_with_what_time_and_background: [
        replace(0, "# Forward", "Forward"),
        replace(0, "In this notebook", "Here"),
        replace(0, "- you add", "You add"),
        replace(0, "10 minutes", "an hour"),
        replace(0, "builds on", "after"),
        lambda notebook: notebook.cells.pop(0),
    ],
    rules.pictures_have_alt_text: [
        replace(1, "![a curve]", "![ ]"),
        replace(1, "![a curve](x.png)", '<img src="x.png">'),
        replace(1, "![a curve](x.png)", '<img src="x.png" alt="">'),
        output(result("<Figure size 640x480>", png="iVBO")),
        output(result("Picture: ", png="iVBO")),
        output(result("Picture: a curve rises", text_html='<img src="data:...">')),
        output(result("Diagram", text_html='<img alt="a network" src="data:...">')),
    ],
    rules.live_figures_have_a_still_picture: [output(result("Picture: a curve rises", **LIVE))],
    rules.still_pictures_are_shown_untrusted: [
        output(result("Diagram", **{"image/svg+xml": "<svg/>"})),
        output(result("Diagram", text_html="<div><svg></svg></div>")),
        replace(1, "![a curve](x.png)", "<svg></svg>"),
    ],
    rules.code_cells_are_short: [lines(16), lines(15)],
    rules.every_code_cell_was_run_in_order: [
        cell(2, execution_count=None),
        cell(2, execution_count=2),
        cell(3, execution_count=3),
    ],
    rules.nothing_stored_on_stderr: [output(stream("warning", name="stderr"))],
    rules.no_cell_is_excused_from_comparison: [
        replace(2, "# F1", "# NBVAL_IGNORE_OUTPUT"),
        cell(2, metadata={"tags": ["nbval-skip"]}),
        cell(2, metadata={"tags": ["raises-exception"]}),
    ],
    rules.outputs_are_the_same_everywhere: [
        output(result("<Thing at 0x7f3a5c0d1e20>")),
        output(stream("/home/ada/course/x.py")),
        output(stream("trained in 1.3 s")),
        output(stream("took 12 ms")),
        output(stream("at 12:30:01")),
        output(stream("on 2026-01-31")),
        output(stream("0.12345678")),
        output(result("Table", text_html="<td>12345.678</td>")),
    ],
}


@pytest.mark.parametrize("rule", rules.NOTEBOOK_RULES, ids=lambda rule: rule.__name__)
def test_rule_lets_a_good_notebook_pass(rule, good):
    assert rule(good) == []


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, number) for rule in rules.NOTEBOOK_RULES for number in range(len(BROKEN[rule]))]
)
def test_rule_sees_a_bad_notebook(rule, number, good):
    BROKEN[rule][number](good)
    assert rule(good) != []


def test_outputs_may_hold_what_is_the_same_everywhere(good):
    harmless = "loss 0.123456, 1.5e-13, shape (4, 2), W1[0, 2], 100 epochs, seed 12, 0.000123456"
    picture = result(
        "Picture: a curve rises", text_html='<img alt="1" style="width: 33.3333333%" src="x 0x7f3a5c0d1e20">'
    )
    output(stream(harmless), picture)(good)
    assert rules.outputs_are_the_same_everywhere(good) == []


def test_median_length_counts_code_only(good):
    lines(7)(good)
    good.cells[2].source = "# a remark\n\n" + good.cells[2].source + "\n    # another\n"
    del good.cells[3]
    assert rules.code_cells_are_short(good) == []
    lines(8)(good)
    assert len(rules.code_cells_are_short(good)) == 1


@pytest.mark.parametrize(
    "change", [replace(4, "Shape", "Size"), replace(4, "02_loss", "03_x"), lambda n: n.cells.pop()]
)
def test_closing_rule(change, good):
    assert rules.closes_with_table_and_link(good, "02_loss.ipynb") == []
    change(good)
    assert rules.closes_with_table_and_link(good, "02_loss.ipynb") != []


def test_link_rule(good, tmp_path):
    assert rules.links_lead_to_files(good, tmp_path) == [
        f"the link to {name} leads nowhere" for name in ("x.png", "x.png", "x.png", "02_loss.ipynb")
    ]
    for name in ("x.png", "02_loss.ipynb"):
        (tmp_path / name).touch()
    assert rules.links_lead_to_files(good, tmp_path) == []


def test_equation_rule_forgives_white_space(good):
    replace(1, F1, F1.replace(" ", "\n  "))(good)
    assert rules.equations_agree_with_the_table(good) == []


# The module


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_tags_in_comments_are_equations(path):
    assert rules.tags_in_comments_exist(path.read_text(encoding="utf-8")) == []


def test_tag_rule_reads_comments_and_docstrings_only():
    assert rules.tags_in_comments_exist("x = 1  # BP4") == []
    assert rules.tags_in_comments_exist("F9 = 1") == []
    assert rules.tags_in_comments_exist("x = 1  # BP9") == ["BP9 is no equation"]
    assert rules.tags_in_comments_exist('def f():\n    """See F3."""') == ["F3 is no equation"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_what_a_check_advises_to_call_is_there(path):
    first = next(cell.source for cell in read(path).cells if cell.cell_type == "code")
    imports = [node for node in ast.walk(ast.parse(first)) if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert {"ask", "check", "hint", "progress", "solution", "use"} <= names


# The project


def test_module_asks_for_the_versions_that_a_learner_installs():
    module, learner = rules.requirements(rules.project()["dependencies"]), rules.learners_requirements()
    assert module == {name: bounds for name, bounds in learner.items() if name in module}
    assert all([bound.operator for bound in sorted(bounds, key=str)] == ["<", ">="] for bounds in learner.values())


def test_all_that_the_module_imports_comes_with_what_it_asks_for():
    asked = set(rules.requirements(rules.project()["dependencies"]))
    needed = {line for name in asked for line in metadata.requires(name) or [] if "extra ==" not in line}
    come = asked | {re.match(r"[\w-]+", line)[0].lower() for line in needed}
    modules = grimp.build_graph("bpcourse", include_external_packages=True, cache_dir=None).modules
    packages = {module.split(".")[0] for module in modules} - {"bpcourse", *sys.stdlib_module_names}
    distributions = metadata.packages_distributions()
    starts = {"jupyterlab", "jupyter_server"}  # imported by `python -m bpcourse` alone, which says if they are missing
    assert {distributions[package][0].lower() for package in packages} <= come | starts
    assert {"numpy", "pillow", "contourpy", "ipython", "traitlets"} <= come


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import bpcourse", {"numpy", "matplotlib", "ipywidgets", "PIL"}),
        ("from bpcourse import NeuralNetwork", {"matplotlib", "ipywidgets", "PIL"}),
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_first_asked_for(statement, unwanted):
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert unwanted & set(done.stdout.split()) == set()


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(command):
    ruff = subprocess.run([sys.executable, "-m", "ruff", *command, ROOT], capture_output=True, text=True, cwd=ROOT)
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


def test_each_storey_imports_only_from_those_below_it():
    lint = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
