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
ENDLESS = "def average(numbers):\n    while True:\n        pass\n"
RIGHT = "def average(numbers):\n    return sum(numbers) / len(numbers)\n"
CHECK = "check('average', average)"
OUTPUTS = ".jp-OutputArea-output"
SENTENCE = "A sentence that only the new version has."


@pytest.fixture(scope="module")
def site():
    with lite.served(os.environ["BPCOURSE_SITE"]) as site:
        site.visit()
        site.wait_for_kernel()  # closed while it starts, it would complain
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


def test_a_training_is_paused_by_keyboard(course):
    card, cell = course.locator(".bp-playground"), course.locator(".jp-CodeCell").first
    run, readout = card.locator(".bp-run"), card.locator(".bp-readout")
    run.press("Space")
    wait_for_text(run, "Pause")
    wait_for_text(readout, r"Epoch [1-9]\d\d")
    run.press("Space")
    wait_for_text(run, "Run")
    before = cell.locator(".jp-InputPrompt").inner_text()
    cell.locator(".cm-content").press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
    wait_for_text(cell.locator(".jp-InputPrompt"), r"\[\d+\]")  # so all that was on its way has arrived
    stopped = int(re.search(r"Epoch ([\d,]+)", readout.inner_text())[1].replace(",", ""))
    card.get_by_role("button", name="Step").press("Space")
    wait_for_text(readout, rf"Epoch {stopped + 1:,}\D")


def test_a_notebook_opened_again_shows_its_figures_as_pictures(course, site):
    site.open("course.ipynb", run=False)
    pictures = course.locator(f"{OUTPUTS} img")
    pictures.first.wait_for()
    assert pictures.count() > sum(LIVE_FIGURES.values())
    assert "model not found" not in course.locator(".jp-NotebookPanel:visible").inner_text()


def test_an_endless_loop_is_stopped_and_a_passed_exercise_is_kept(site):
    told, after = tried(site, "loop", TUTOR, ENDLESS + CHECK, RIGHT + CHECK)
    assert "Is there a loop that never ends" in told
    assert "✓" in after
    site.reload()
    (told,) = tried(site, "later", TUTOR, "average = use('average')")
    assert "yours." in told


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
