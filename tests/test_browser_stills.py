"""Figures and questions whose kernel has gone, in real JupyterLab: they say so, and are stills on the next day."""

import browser
import pytest
from playwright.sync_api import expect

LEARNER = "import os; os.environ['BPCOURSE_HOME'] = os.path.abspath('../../progress')  # where the start looks, too"
CELLS = [
    f"{LEARNER}\nfrom bpcourse import exercises, plots, widgets",
    "widgets.ForwardExplorer()",
    "widgets.TrainingExplorer(epochs=10)",
    "exercises.ask('saturated')",
    "plots.show(plots.figure()[0], 'An empty picture.')",
]
CARDS = ".bp-live, .bp-question"


@pytest.fixture
def page(lab):
    with lab.open(browser.notebook(*CELLS)) as page:
        expect(page.locator(CARDS)).to_have_count(3)
        page.get_by_label("0.999 and about 0.001").check()
        page.get_by_text("Not quite").wait_for()
        yield page


def kernel(page, command):
    """Choose from the menu Kernel what ends the kernel that the cells ran in."""
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator(f'li[data-command="kernelmenu:{command}"]').click()
    if command == "restart":
        page.locator(".jp-Dialog button.jp-mod-accept").click()


@pytest.mark.parametrize("command", ["restart", "shutdown"])
def test_a_card_whose_kernel_has_gone_says_so_instead_of_controls_that_do_nothing(page, command):
    assert page.locator(".bp-message:visible").count() == 0
    kernel(page, command)
    messages = page.locator(".bp-message:visible")
    expect(messages).to_have_count(3)
    for message in messages.all():
        expect(message).to_contain_text("kernel behind this cell has gone")
        expect(message).to_contain_text("then this one again")
    figures = page.locator(".bp-live")
    assert figures.locator("button:visible, select:visible, [role=slider]:visible:not(svg *)").count() == 0
    assert figures.locator('[tabindex="0"]:visible').count() == 0
    expect(page.locator(".bp-question")).to_contain_text("An output unit says 0.999")
    expect(page.get_by_label("0.999 and about 0.001")).to_be_checked()
    expect(page.get_by_label("0.999 for both")).to_be_disabled()
    if command == "restart":  # after the other, JupyterLab asks for a kernel first
        browser.run_all(page)
        expect(page.locator(".bp-live .widget-slider:visible").first).to_be_visible()
        assert page.locator(".bp-message:visible").count() == 0


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "untrusted"])
def test_a_notebook_that_is_opened_again_shows_pictures_and_the_answer_that_was_chosen(lab, page, trusted):
    lab.reopen(trusted)
    stills = page.locator(".jp-OutputArea-output")
    expect(stills).to_have_count(4)
    expect(page.get_by_text("A photograph: run this cell to make it move.")).to_have_count(2)
    for image in stills.locator("img").all():
        assert image.evaluate("image => image.naturalWidth") > 300
        assert image.get_attribute("alt")
    assert stills.locator("img").count() == 3
    chosen = stills.nth(2).locator("p", has_text="You chose:")
    expect(chosen).to_contain_text("0.999 and about 0.001")
    expect(chosen).to_contain_text("Not quite")
    assert "model not found" not in page.locator("body").inner_text()
    assert page.complaints == []


def test_a_page_that_is_loaded_again_while_the_kernel_runs_keeps_what_is_alive(page):
    page.get_by_label("about 0.001 and 0.999").check()
    page.evaluate(browser.SAVE)
    page.reload()
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate(browser.READY)
    expect(page.locator(CARDS)).to_have_count(3)
    expect(page.get_by_label("about 0.001 and 0.999")).to_be_checked()
    assert page.locator(".bp-message:visible").count() == 0
