"""The microscope in real JupyterLab in a real Chromium: links are chosen, numbers typed, and nothing is covered."""

import browser
import pytest


@pytest.fixture(scope="module")
def page(lab):
    notebook = browser.notebook("from bpcourse import widgets\nwidgets.Microscope()")
    with lab.open(notebook, width=1300) as page:
        page.wait_for_selector(".bp-diagram svg")
        yield page
        assert page.complaints == []


def test_a_link_is_chosen_by_pointer_and_by_keyboard(page):
    chosen = page.locator(".bp-controls select").nth(1)
    page.locator('.bp-diagram [data-of="w-1-0-2"]').click()
    page.wait_for_selector('.bp-diagram [id="w-2-2-0"].lit')
    assert chosen.locator("option:checked").inner_text() == "W1[0,2]"
    assert page.locator(".bp-product").inner_text().count("−0.005238") >= 2
    link = page.locator('.bp-diagram [id="b-1-1"]')
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('.bp-diagram [id="b-1-1"].lit')
    assert chosen.locator("option:checked").inner_text() == "b1[0,1]"
    assert page.evaluate("document.activeElement.id") == "b-1-1"  # the focus stays where it was


def test_next_shows_the_phase_with_its_formula(page):
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector('.bp-diagram [id="w-1-0-0"].lit')
    page.wait_for_selector(".bp-phase mjx-container")
    assert "F1" in page.locator(".bp-phase h3").inner_text()
    assert "Phase 2 of 11" in page.locator(".bp-readout").inner_text()
    page.get_by_role("button", name="Back").click()
    page.wait_for_selector('.bp-diagram [id="unit-0-0"].lit')


def test_a_number_is_typed_with_a_comma(page):
    field, unit = page.get_by_label("input x₁"), '.bp-diagram [id="unit-0-0"]'
    for typed, shown in (("0,5", "0.50"), ("−1.5", "−1.50"), ("half", "−1.50"), ("1", "1.00")):
        field.press("Control+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        told = "" if typed != "half" else "input x₁ came as 'half'; expected a number"
        page.wait_for_function(
            """([unit, shown, told]) => document.querySelector(unit).textContent.includes(shown)
                && document.querySelector('.bp-message').innerText.includes(told)""",
            arg=[unit, shown, told],
        )
    page.locator(".bp-message").wait_for(state="hidden")


def test_a_number_beside_a_slider_is_typed_with_a_comma(page):
    readout = page.get_by_label("its value, as a number")
    for typed, shown in (("-0,5", "−0.50"), ("1,5", "1.50")):
        readout.fill(typed)
        readout.press("Enter")
        page.wait_for_function(
            "([readout, shown]) => readout.innerText === shown", arg=[readout.element_handle(), shown]
        )


def test_numbers_are_legible_and_do_not_cover_each_other(page):
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.bp-diagram text')].map(text => {
            const box = text.getBoundingClientRect(), trim = 0.2 * box.height;  // the line's own spacing
            return [text.textContent, box.left, box.top + trim, box.right, box.bottom - trim];
        })"""
    )
    assert len(boxes) > 20
    for k, (words, left, top, right, bottom) in enumerate(boxes):
        for other, left2, top2, right2, bottom2 in boxes[:k]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top, f"{words} and {other}"
    scale = page.evaluate("document.querySelector('.bp-diagram svg').getScreenCTM().a")
    assert 16 * scale > 11.5
