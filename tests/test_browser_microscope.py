"""The microscope in a real browser, in both themes: numbers, rings, drags, and the movement by keyboard."""

import contextlib
import re
from types import SimpleNamespace

import browser
import pytest
from playwright.sync_api import expect
from test_microscope import matrices, shown_numbers, text_of

from bpcourse import datasets
from bpcourse.pictures.writing import number
from bpcourse.widgets.microscope.figure import Microscope

THEMES = ["JupyterLab Light", "JupyterLab Dark"]
PRESENT = ".bp-rail [aria-current]"
RINGED = """() => [...document.querySelectorAll('.bp-ring')]
    .map(part => part.id || part.closest('tr')?.firstChild.textContent)"""
STILL = "() => document.querySelector('.bp-transport button:nth-child(2)').innerText === 'Play'"


@pytest.fixture(scope="module")
def page(lab):
    notebook = browser.notebook("from bpcourse import widgets\nwidgets.Microscope()")
    with lab.open(notebook, width=1280, height=800) as page:
        page.wait_for_selector(".bp-drawing svg")
        yield page
        assert page.complaints == []


@pytest.fixture(params=THEMES)
def themed(page, request):
    """The page in each theme, with the figure as it was opened."""
    with browser.theme(page, request.param):
        page.get_by_role("button", name="Reset").click()
        expect(page.locator(".bp-readout")).to_contain_text("Phase 1 of 11. ")
        yield page


def go_on(page, phase):
    """Go to the next phase and wait until it is there."""
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".bp-readout")).to_contain_text(f"Phase {phase} of 11")
    page.wait_for_function(STILL)


def drawn_numbers(page, id):
    part = page.locator(f'.bp-drawing [id="{id}"]')
    return shown_numbers(" ".join(part.locator("text").all_text_contents())) if part.count() else []


@pytest.mark.parametrize(
    ("themed", "motion"),
    [(THEMES[0], contextlib.nullcontext), (THEMES[1], browser.less_motion)],
    ids=["moving", "leaping"],
    indirect=["themed"],
)
def test_in_a_browser_every_number_at_each_stop_is_that_of_backward(themed, motion):
    figure = Microscope()
    net, (X, y, *_) = figure.network, datasets.worked_example()
    X, y = X[:1], y[:1]
    (z1, z2), (_, a1, a2) = net.layers(X)
    slopes = net.backward(X, y)
    for k in range(1, 12):
        if k > 1:
            with motion(themed):
                go_on(themed, k)
        expect(themed.locator(PRESENT)).to_have_text(re.compile("|".join(figure.phases[k - 1].tags) or "input"))
        expected = {"unit-2-0": [z2[0, 0], a2[0, 0]], "delta-2-0": slopes.deltas[1][0], "loss": [net.loss(X, y)]}
        expected |= {f"unit-1-{j}": [z1[0, j], a1[0, j]] for j in range(3)}
        expected |= {f"delta-1-{j}": [slopes.deltas[0][0, j]] for j in range(3)}
        for id, values in expected.items():
            written = drawn_numbers(themed, id)
            assert written == pytest.approx(values[: len(written)], rel=6e-3), (k, id)
        figure.step.value = k
        shown = SimpleNamespace(
            value=themed.locator(".bp-words").inner_html().replace("<tbody>", "").replace("</tbody>", "")
        )
        assert [m.tolist() for m in matrices(shown)] == [m.tolist() for m in matrices(figure.numbers)]
        assert themed.locator(".bp-readout").inner_text() == text_of(figure.readout).strip()


def test_in_a_browser_a_symbol_and_what_it_means_ring_each_other(themed):
    themed.locator(".bp-rail button", has_text="BP2").click()
    expect(themed.locator(".bp-readout")).to_contain_text("Phase 8 of 11")
    for symbol, ids in (("delta-2", {"delta-2-0"}), ("delta-1", {f"delta-1-{j}" for j in range(3)}),
                        ("slope-1", {f"unit-1-{j}" for j in range(3)}),
                        ("W-2", {f"{kind}w-2-{j}-0" for j in range(3) for kind in ("", "link-")})):  # fmt: skip
        for ring in ("hover", "focus"):
            getattr(themed.locator(f'.bp-words [tabindex][data-of="{symbol}"]'), ring)()
            ringed = themed.evaluate(RINGED)
            assert set(ringed) - {"equation", "numbers", "code"} == ids, (symbol, ring)
            assert {"equation", "numbers", "code"} <= set(ringed)
        themed.evaluate("document.activeElement.blur()")
    themed.locator('.bp-drawing [id="delta-1-1"]').hover()
    ringed = themed.evaluate(RINGED)
    assert "delta-1-1" in ringed
    assert not {"delta-1-0", "delta-2-0"} & set(ringed)
    assert "numbers" in ringed


def test_in_a_browser_the_movement_plays_pauses_and_steps_by_keyboard(themed):
    scrub = themed.locator(".bp-transport input")
    themed.locator(".bp-words [tabindex]").first.focus()
    themed.keyboard.press("Space")
    themed.wait_for_function("document.querySelector('.bp-transport input').value > 6")  # on its way, past a stop
    themed.keyboard.press("Space")
    themed.wait_for_function(STILL)
    held = float(scrub.input_value())
    assert 6 < held < float(scrub.get_attribute("max"))
    themed.locator(".bp-rail button").nth(3).focus()
    reached = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        before = scrub.input_value()
        themed.keyboard.press(key)
        there = "([input, before]) => input.value !== before && input.value % 1 === 0"
        themed.wait_for_function(there, arg=[scrub.element_handle(), before])
        themed.wait_for_function(STILL)
        reached.append(float(scrub.input_value()))
    assert held < reached[0] < reached[1]
    assert reached[2] == reached[0]
    assert float(scrub.input_value()) == reached[0]


def test_in_a_browser_motion_is_reduced_where_that_is_preferred(page):
    page.emulate_media(reduced_motion="reduce")
    try:
        page.locator(".bp-rail button").first.click()
        page.get_by_role("button", name="Play").click()  # to the next stop, without a way
        assert page.locator(".bp-transport button").nth(1).inner_text() == "Play"
        expect(page.locator(".bp-readout")).to_contain_text("Phase 2 of 11")
        assert page.locator(".bp-drawing .flying").count() == 0
    finally:
        page.emulate_media(reduced_motion="no-preference")


def test_in_a_browser_a_dragged_input_changes_all_that_depends_on_it(themed):
    themed.locator(".bp-rail button", has_text="BP2").click()
    expect(themed.locator(".bp-readout")).to_contain_text("Phase 8 of 11")
    box = themed.locator('.bp-drawing [id="unit-0-0"]').bounding_box()
    themed.mouse.move(box["x"] + 20, box["y"] + 20)
    themed.mouse.down()
    themed.mouse.move(box["x"] + 60, box["y"] + 20, steps=4)
    themed.mouse.up()
    expect(themed.locator('.bp-drawing [id="unit-0-0"]')).to_contain_text("2.60")  # 25 pixels are 1
    x1 = 2.6
    net, (X, y, *_) = Microscope().network, datasets.worked_example()
    X, y = X[:1].copy(), y[:1]
    X[0, 0] = x1
    slopes, (z1, _), (_, a1, _) = net.backward(X, y), *net.layers(X)
    for j in range(3):
        assert drawn_numbers(themed, f"unit-1-{j}") == pytest.approx([z1[0, j], a1[0, j]], rel=6e-3, abs=1e-9)
        assert drawn_numbers(themed, f"delta-1-{j}") == pytest.approx([slopes.deltas[0][0, j]], rel=6e-3)
    assert number(net.loss(X, y)) in themed.locator(".bp-readout").inner_text()
    themed.locator('.bp-drawing [id="unit-0-0"]').focus()
    themed.keyboard.press("ArrowRight")
    expect(themed.locator('.bp-drawing [id="unit-0-0"]')).to_contain_text(f"{x1 + 0.1:.3g}")
    assert themed.evaluate("document.activeElement.id") == "unit-0-0"  # the focus stays where it was


def test_in_a_browser_a_link_is_chosen_by_pointer_and_by_keyboard(page):
    chosen = page.locator(".bp-controls select").nth(1)
    page.locator('.bp-drawing [id="w-1-0-2"]').click()
    expect(page.locator(".bp-why[open]")).to_contain_text("∂L/∂W1[0,2] = ")
    page.wait_for_selector('.bp-drawing [id="w-2-2-0"].lit')
    assert chosen.locator("option:checked").inner_text() == "W1[0,2]"
    bias = page.locator('.bp-drawing [id="b-1-1"]')
    bias.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('.bp-drawing [id="b-1-1"].lit')
    assert chosen.locator("option:checked").inner_text() == "b1[0,1]"
    assert page.evaluate("document.activeElement.id") == "b-1-1"  # the focus stays where it was


def test_in_a_browser_a_number_is_typed_with_a_comma(page):
    unit = page.locator('.bp-drawing [id="unit-0-0"]')
    for typed, shown in (("0,5", "0.500"), ("-1.5", "−1.50"), ("-1,5x", "−1.50"), ("1", "1.00")):
        unit.focus()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        message = page.locator(".bp-message")
        if typed.endswith("x"):
            expect(message).to_contain_text("input x₁ came as '-1,5x'; expected a number")
        else:
            message.wait_for(state="hidden")
        expect(unit).to_contain_text(shown)


def test_in_a_browser_a_number_beside_a_slider_is_typed_with_a_comma(page):
    readout = page.get_by_label("its value, as a number")
    for typed, shown in (("-0,5", "−0.50"), ("1,5", "1.50")):
        readout.fill(typed)
        readout.press("Enter")
        page.wait_for_function(
            "([readout, shown]) => readout.innerText === shown", arg=[readout.element_handle(), shown]
        )


def test_in_a_browser_it_fits_a_laptops_screen_and_stands_in_one_column_where_there_is_less_room(page):
    page.locator(".bp-rail button").last.click()
    assert page.locator(".bp-microscope").bounding_box()["height"] <= 620
    drawing, words = (page.locator(part).bounding_box() for part in (".bp-drawing", ".bp-words"))
    assert words["x"] >= drawing["x"] + drawing["width"]
    page.set_viewport_size({"width": 760, "height": 1000})
    page.wait_for_function(
        "() => document.querySelector('.bp-words').offsetTop > document.querySelector('.bp-drawing').offsetTop + 200"
    )
    card, words = (page.locator(part).bounding_box() for part in (".bp-microscope", ".bp-words"))
    assert words["x"] + words["width"] <= card["x"] + card["width"]
