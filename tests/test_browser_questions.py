"""A question in real JupyterLab in a real Chromium."""

import browser


def test_the_keyboard_answers(lab):
    with lab.open(browser.notebook("from bpcourse.exercises import ask\nask('second_unit')", "1")) as page:
        group = page.get_by_role("group", name="Your answer:")
        buttons = group.get_by_role("radio")
        buttons.first.wait_for()
        assert buttons.count() == 4
        buttons.first.focus()
        page.keyboard.press("Space")
        page.get_by_text("Not quite").wait_for()
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.get_by_text("✓ Right.").wait_for()
        page.locator(".bp-question mjx-container").first.wait_for(state="attached")
        assert browser.trouble(page) == []
        assert page.complaints == []
