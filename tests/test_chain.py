"""The chain rule's wheels: values, rates, products and slope against numerical derivatives, and the drawing."""

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from front_end import displayed, hear
from stage_page import faults_of_labels, stage_page

from bpcourse import widgets
from bpcourse.mathematics.validation import InputError

ROW = [("u", "3 x", "x", lambda x: 3 * x, lambda x: 3), ("L", "u · u", "u", lambda u: u * u, lambda u: 2 * u)]
PAST = [  # a way past u, of another length
    ("u", "x · x", "x", lambda x: x * x, lambda x: 2 * x),
    ("L", "u · x", "u x", lambda u, x: u * x, (lambda u, x: x, lambda u, x: u)),
]
WHOLE = {  # each example as one function
    "three in a row": lambda x: math.exp(math.sin(x**2)),
    "a neuron and its loss": lambda x: (1 / (1 + math.exp(1 - 2 * x)) - 1) ** 2 / 2,
    "two paths that multiply": lambda x: x**2 * math.sin(x),
    "two paths that add": lambda x: x**2 + math.sin(3 * x),
}
NUMBER = r"[−-]?\d+(?:\.\d+)?(?:e[−+-]?\d+)?"


pytestmark = pytest.mark.usefixtures("closed_afterwards")


def drawn(figure, id):
    """Return the numbers that the part of the drawing called `id` shows."""
    part = ElementTree.fromstring(figure.picture.svg).find(f".//*[@id='{id}']")
    texts = ["".join(text.itertext()) for text in part.iter("{http://www.w3.org/2000/svg}text")]
    return [float(text.replace("−", "-").replace("- ", "-")) for words in texts for text in re.findall(NUMBER, words)]


def slope_of(function, x, h=1e-6):
    return (function(x + h) - function(x - h)) / (2 * h)


def test_the_examples_are_all_there():
    assert set(widgets.ChainExplorer().example.options) == set(WHOLE)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("x", [-2.0, -0.65, 0.0, 0.8, 2.0])
def test_rates_multiply_along_a_path_and_add_across_two(name, x):
    figure = widgets.ChainExplorer()
    figure.example.value, figure.x.value = name, x
    assert figure.message.value == ""
    assert figure.values["x"] == x
    assert figure.values["L"] == pytest.approx(WHOLE[name](x))
    for path, product in figure.products.items():
        assert (path[0], path[-1]) == ("x", "L")
        assert product == pytest.approx(math.prod(figure.rates[link] for link in pairwise(path)))
    slope = slope_of(WHOLE[name], x)
    assert sum(figure.products.values()) == figure.slope == pytest.approx(slope, abs=1e-6)
    assert figure.numerical == pytest.approx(slope, abs=1e-6)
    assert "differ" not in figure.readout.value


def test_each_rate_is_the_slope_of_its_own_function():
    figure = widgets.ChainExplorer()
    u, v = figure.values["u"], figure.values["v"]
    assert figure.rates == pytest.approx(
        {
            ("x", "u"): slope_of(lambda x: x * x, 0.8),
            ("u", "v"): slope_of(math.sin, u),
            ("v", "L"): slope_of(math.exp, v),
        }
    )
    figure.example.value = "two paths that multiply"
    assert figure.rates["u", "L"] == figure.values["v"] == pytest.approx(math.sin(0.8))
    assert figure.rates["v", "L"] == figure.values["u"] == pytest.approx(0.64)


def test_the_drawing_shows_the_numbers_and_what_a_nudge_adds():
    figure = widgets.ChainExplorer()
    u, v, end = (figure.values[name] for name in "uvL")
    nudged = 0.81**2, math.sin(0.81**2), math.exp(math.sin(0.81**2))
    for name, value, after in zip("uvL", (u, v, end), nudged, strict=True):
        *_, shown, change = drawn(figure, f"wheel-{name}")
        assert (shown, change) == (float(f"{value:.3g}"), pytest.approx(after - value, rel=5e-3))
    for start, end in pairwise("xuvL"):
        assert drawn(figure, f"gate-{start}-{end}") == [float(f"{figure.rates[start, end]:.3g}")]
    assert f"slope {figure.slope:.3g}" in figure.picture.svg
    assert f"<b>{figure.slope:.4g}</b>" in figure.readout.value
    assert f"<b>{figure.numerical:.4g}</b>" in figure.readout.value


def test_a_wheel_turns_back_where_its_rate_is_negative():
    figure = widgets.ChainExplorer()
    figure.x.value = -0.8
    change = re.search(r'id="wheel-u".*?([+−]) 0.0159<', figure.picture.svg)
    assert change[1] == "−"
    assert figure.rates["x", "u"] == pytest.approx(-1.6)


# -- functions of one's own -------------------------------------------------------------------------------


def test_a_row_of_ones_own():
    figure = widgets.ChainExplorer(ROW)
    figure.x.value = -0.5
    assert figure.values == {"x": -0.5, "u": -1.5, "L": 2.25}
    assert figure.rates == {("x", "u"): 3, ("u", "L"): -3}
    assert figure.products == {("x", "u", "L"): -9}
    assert figure.slope == -9 == pytest.approx(figure.numerical)
    figure.example.value = "two paths that add"
    assert figure.values["L"] == pytest.approx(WHOLE["two paths that add"](-0.5))


def test_a_way_past_another_function():
    figure = widgets.ChainExplorer(PAST)
    assert set(figure.products) == {("x", "u", "L"), ("x", "L")}
    assert figure.slope == pytest.approx(3 * 0.8**2) == pytest.approx(figure.numerical)


def test_what_leads_nowhere_changes_nothing():
    figure = widgets.ChainExplorer([*ROW[:1], ("v", "u", "u", float, lambda u: 1), ("L", "x", "x", float, lambda x: 1)])
    assert (figure.slope, figure.values["v"]) == (1, pytest.approx(2.4))


def test_a_wrong_derivative_is_seen_and_told():
    figure = widgets.ChainExplorer([("L", "x · x", "x", lambda x: x * x, lambda x: x)])
    assert (figure.slope, figure.numerical) == (0.8, pytest.approx(1.6))
    assert "these differ" in figure.readout.value


def test_where_there_is_no_number_the_picture_stays_and_says_why():
    figure = widgets.ChainExplorer([("L", "log(x)", "x", math.log, lambda x: 1 / x)])
    before = figure.picture.svg
    figure.x.value = -1.0
    assert "L = log(x) is no finite number where x = -1" in figure.message.value
    assert figure.picture.svg == before
    figure.x.value = 0.5
    assert figure.message.value == ""
    assert figure.slope == pytest.approx(2)


@pytest.mark.parametrize(
    ("functions", "says"),
    [
        ([("u", "sin(x)", "x", np.sin)], "expected .name, formula, inputs, value, derivative"),
        ([("u", "sin(x)", "x", np.sin, 1.0)], "expected .name, formula, inputs, value, derivative"),
        ([("u", "a + b", "x x", np.add, np.cos)], "a derivative for each input"),
        ([("u", "1", "", np.sin, ())], "expected .name"),
        ([("u", "sin(w)", "w", np.sin, np.cos)], "among those before it: x"),
        ([("x", "sin(x)", "x", np.sin, np.cos)], "expected a new name"),
        ([], "expected 1 to"),
        (3, "came as 3"),
        ([(f"u{i + 1}", "sin", f"u{i}" if i else "x", np.sin, np.cos) for i in range(9)], "no room for more"),
        ([("L", "log(x − 1)", "x", lambda x: math.log(x - 1), lambda x: 1 / (x - 1))], "where x = 0.8"),
    ],
)
def test_what_is_no_chain_of_functions_is_refused_in_words(functions, says):
    with pytest.raises(InputError, match=says):
        widgets.ChainExplorer(functions)


# -- turned by hand ---------------------------------------------------------------------------------------


def test_keys_and_drags_turn_x():
    figure = widgets.ChainExplorer()
    hear(figure, {"nudge": "wheel-x", "steps": 2})
    assert figure.x.value == pytest.approx(0.9)
    hear(figure, {"nudge": "point", "steps": -1e6})
    assert figure.x.value == -2
    hear(figure, {"nudge": "point", "steps": 1e6})
    assert figure.x.value == 2
    before = figure.alt
    hear(figure, {"drag": "point", "x": 0, "y": 0})
    assert figure.x.value == -2
    assert figure.alt != before


def test_the_text_alternative_follows_the_numbers():
    figure = widgets.ChainExplorer()
    figure.x.value = 0.5
    assert (
        f"dL/dx = 1 · {figure.rates['u', 'v']:.4g} · {figure.rates['v', 'L']:.4g} =  {figure.slope:.4g}" in figure.alt
    )
    assert "Picture: Wheels that turn each other: x = 0.5" in displayed(figure)["text/plain"]


def test_a_wheel_that_is_dragged_over_its_end_stays_there():
    figure = widgets.ChainExplorer()
    wheel = ElementTree.fromstring(figure.picture.svg).find(".//*[@id='wheel-x']")[0]
    x, y = float(wheel.get("cx")), float(wheel.get("cy"))
    for degrees in (90, 125, 178, 182, 230):
        angle = math.radians(degrees)
        hear(figure, {"drag": "wheel-x", "x": x + 30 * math.sin(angle), "y": y - 30 * math.cos(angle)})
        assert figure.x.value == pytest.approx(min(2, degrees / 60) if degrees < 200 else -2, abs=0.01)


@pytest.mark.parametrize(("theme", "width"), [("light", 926), ("dark", 528)])
def test_the_first_wheel_and_the_point_follow_the_pointer(theme, width):
    figure = widgets.ChainExplorer()
    with stage_page(figure, theme, width) as page:
        box = page.locator("#wheel-x circle").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for degrees in (-90, 30):  # clockwise from the top: 60 for 1
            angle, heard = math.radians(degrees), page.evaluate("sent")
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + 20 * math.sin(angle), y - 20 * math.cos(angle))
            page.mouse.up()
            page.wait_for_function("heard => sent >= heard + 3", arg=heard)
            assert figure.x.value == pytest.approx(degrees / 60, abs=0.02)
        page.locator("#point").focus()
        heard = page.evaluate("sent")
        page.keyboard.press("PageDown")
        page.wait_for_function("heard => sent > heard", arg=heard)
        assert figure.x.value == pytest.approx(0, abs=0.02)
        assert page.faults == []


@pytest.mark.parametrize("width", [528, 728, 926])
def test_no_label_overlaps_another_or_leaves_the_drawing(width):
    figure = widgets.ChainExplorer(PAST)
    with stage_page(figure, width=width) as page:
        for name in figure.example.options:
            for x in (-2, -0.9, 0, 0.8, 1.7):
                figure.example.value, figure.x.value = name, x
                page.evaluate("svg => take(svg)", figure.picture.svg)
                assert faults_of_labels(page) == [], (name, x)
