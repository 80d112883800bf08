"""The site that needs no server, in a real Chromium: every notebook, every live figure, and what the browser keeps.

It has to be built before, in the folder that the variable BPCOURSE_SITE names: python -m nox -s site does so.
"""

import copy
import os
import re

import browser
import lite
import nbformat
import pytest
from playwright.sync_api import expect
from test_browser_notebooks import ALT, FOLDER, LIVE_FIGURES, PICTURE, move, wait_for_text

pytestmark = pytest.mark.skipif("BPCOURSE_SITE" not in os.environ, reason="needs the built site: python -m nox -s site")
TUTOR = "from bpcourse.exercises import check, use"
RIGHT = "import numpy as np\ndef average(numbers):\n    return np.sum(numbers) / len(numbers)\n"
OUTPUTS = ".jp-OutputArea-output"
SENTENCE = "A sentence that only the new version has."


@pytest.fixture(scope="module")
def site():
    with lite.served(os.environ["BPCOURSE_SITE"]) as site:
        site.visit()
        yield site


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(site):
    yield
    assert len(site.requests) > 100
    assert site.elsewhere() == []


def tried(site, name, *sources):
    """Run cells of these sources in a notebook of that name; return what they show."""
    site.open(f"{name}.ipynb", browser.notebook(*sources))
    return site.page.locator(OUTPUTS).all_inner_texts()


def test_it_opens_on_the_first_notebook(site):
    expect(site.page.locator(".jp-NotebookPanel:visible h1").first).to_contain_text("Backpropagation, by hand")


@pytest.fixture(scope="module")
def course(site):
    """All notebooks as one, as a kernel takes its time to start, and run."""
    notebooks = [nbformat.read(FOLDER / f"{name}.ipynb", as_version=4) for name in LIVE_FIGURES]
    cells = [cell for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]
    site.open("course.ipynb", browser.notebook(*(cell.source for cell in cells)))
    return site.page


def test_all_cells_run_without_a_complaint(course):
    assert browser.trouble(course) == []
    assert course.complaints == []


def test_every_live_figure_answers_the_keyboard(course):
    expect(course.locator(".bp-live")).to_have_count(sum(LIVE_FIGURES.values()))
    for card in course.locator(".bp-live").all():
        slider, pad = card.locator(".widget-slider").get_by_role("slider").first, card.locator("[data-pad]")
        card.locator(".bp-drawing > svg").wait_for()
        if pad.count():
            before = card.evaluate(PICTURE)
            for key in ("Space", *["ArrowDown"] * 9, "Space"):
                pad.press(key)
            course.wait_for_function(
                f"([card, before]) => ({PICTURE})(card) !== before", arg=[card.element_handle(), before]
            )
        else:
            alt = card.evaluate(ALT)
            move(course, card, slider)
            assert card.evaluate(ALT) != alt
        assert card.locator(".bp-message").inner_text() == ""
    assert course.complaints == []


def test_an_endless_loop_in_an_answer_is_stopped(site):
    endless = "def average(numbers):\n    while True:\n        pass\ncheck('average', average)"
    told, after = tried(site, "endless", TUTOR, endless, "print('and on')")
    assert "did not come back" in told
    assert after == "and on"


def test_a_passed_exercise_is_kept_when_the_page_is_loaded_anew(site):
    tried(site, "passed", TUTOR, RIGHT, "check('average', average)")
    site.reload()
    told, *_ = tried(site, "passed-later", TUTOR, "average = use('average')\naverage([1.0, 2.0])")
    assert "your" in told


def test_a_training_is_paused_by_keyboard(site):
    site.open("play.ipynb", browser.notebook("from bpcourse import widgets\nwidgets.Playground()", "1 + 1"))
    card = site.page.locator(".bp-playground")
    run = card.locator(".bp-run")
    run.press("Space")
    wait_for_text(run, "Pause")
    wait_for_text(card.locator(".bp-readout"), r"Epoch [\d,]{4}")
    run.press("Space")
    wait_for_text(run, "Run")
    site.page.locator(".jp-CodeCell").last.locator(".cm-content").press("Control+Enter")
    wait_for_text(site.page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt"), r"\[3\]")  # all has arrived
    readout = card.locator(".bp-readout").inner_text()
    stopped = int(re.search(r"Epoch ([\d,]+)", readout)[1].replace(",", ""))
    card.get_by_role("button", name="Step").press("Space")
    wait_for_text(card.locator(".bp-readout"), rf"Epoch {stopped + 1:,}\D")


def test_a_notebook_opened_again_shows_its_figures_as_pictures(site):
    site.open("01_forward_pass.ipynb")
    site.open("01_forward_pass.ipynb", run=False)
    expect(site.page.locator(".bp-live")).to_have_count(0)
    expect(site.page.locator(f"{OUTPUTS} img").first).to_be_visible()
    assert "model not found" not in site.page.locator(".jp-NotebookPanel:visible").inner_text()


def with_cell(notebook, source):
    """Return a copy of a notebook with one more cell."""
    notebook = copy.deepcopy(notebook)
    notebook["cells"].append(nbformat.v4.new_markdown_cell(source))
    return notebook


def test_a_new_version_comes_and_nothing_of_the_readers_goes(site):
    mine, run_only, beside = "01_forward_pass.ipynb", "02_loss.ipynb", "01_forward_pass.new-version.ipynb"
    old = {path: nbformat.read(FOLDER / path, as_version=4) for path in (mine, run_only)}
    site.page.evaluate(lite.CLOSE_ALL)
    site.save(mine, with_cell(old[mine], "What I wrote."))
    ran = copy.deepcopy(old[run_only])
    ran["cells"][1]["execution_count"] = 7
    site.save(run_only, ran)
    for path in old:
        site.publish(path, with_cell(old[path], SENTENCE))
    site.reload()
    assert site.get(run_only)["cells"][-1]["source"] == SENTENCE
    assert site.get(mine)["cells"][-1]["source"] == "What I wrote."
    assert site.get(beside)["cells"][-1]["source"] == SENTENCE
    expect(site.page.get_by_text(f"There is a new version of {mine}")).to_be_visible()
    site.reload()
    assert site.get("01_forward_pass.new-version-2.ipynb") is None
    assert site.page.get_by_text(f"There is a new version of {mine}").count() == 0
