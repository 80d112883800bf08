"""Charts: data to pixels and back, round ticks, and what stands in the SVG."""

import base64
import io
import re
from xml.etree.ElementTree import tostring

import numpy as np
import pytest
from PIL import Image

from bpcourse.pictures import charts
from bpcourse.pictures.charts import Frame, Scale

BOX = (100, 50, 400, 300)


def pixels(part):
    """The places of a path, (n, 2)."""
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", part.get("d")), float)


@pytest.mark.parametrize("scale", [Scale(-2, 3, 50, 450), Scale(1e-4, 10, 300, 20, log=True)])
def test_pixels_lead_back_to_the_data(scale):
    for value in (scale.low, scale.high, 0.5):
        assert scale.back(float(scale(value))) == pytest.approx(value, rel=2e-3, abs=2e-3)
    assert (float(scale(scale.low)), float(scale(scale.high))) == (scale.start, scale.end)


@pytest.mark.parametrize(
    ("low", "high", "log", "expected"),
    [
        (0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-2, 3, False, [-2, -1, 0, 1, 2, 3]),
        (0, 200, False, [0, 50, 100, 150, 200]),
        (0.05, 0.7, True, [0.05, 0.1, 0.2, 0.5]),
        (1e-4, 10, True, [1e-4, 1e-3, 1e-2, 0.1, 1, 10]),
        (1e-12, 1, True, [1e-12, 1e-9, 1e-6, 1e-3, 1]),
    ],
)
def test_ticks_are_round_and_few(low, high, log, expected):
    assert Scale(low, high, 0, 100, log).ticks(6) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "log", "words"),
    [
        (0.001, True, "0.001"),
        (1e-5, True, "10^{−5}"),
        (2e6, True, "2 · 10^{6}"),
        (-0.5, False, "−0.5"),
        (10_000, False, "10,000"),
    ],
)
def test_ticks_are_written_for_readers(value, log, words):
    assert charts.tick_words(value, log) == words


def test_a_curve_of_many_points_keeps_its_peaks():
    frame = Frame(BOX, (0, 1), (0, 1))
    x, y = np.linspace(0, 1, 100_000), np.full(100_000, 0.5)
    y[40_000] = 1.0
    places = pixels(frame.curve(x, y))
    assert len(places) < 2_000
    assert places[:, 1].min() == 50


def test_numbers_that_no_screen_can_show_are_drawn_far_off_and_nan_not_at_all():
    frame = Frame(BOX, (0, 1), (0, 1))
    places = pixels(frame.curve(np.array([0, 0.5, 1]), np.array([1e300, np.nan, 0.0])))
    assert len(places) == 2
    assert np.isfinite(places).all()


def test_a_tangent_has_the_slope_it_is_given():
    frame = Frame(BOX, (-1, 3), (0, 10))
    (x1, y1), (x2, y2) = pixels(frame.tangent(1.0, 5.0, -2.5, reach=60))
    assert np.hypot(x2 - x1, y2 - y1) == pytest.approx(120, abs=0.2)
    ends = [frame.back(x1, y1), frame.back(x2, y2)]
    assert np.diff(ends, axis=0)[0] @ [2.5, 1] == pytest.approx(0, abs=0.01)


def test_shading_is_clear_in_the_middle_and_coloured_at_both_ends():
    values = np.array([[0.0, 0.5], [1.0, np.nan]])
    url = Frame(BOX, (0, 1), (0, 1)).shading(values).get("href")
    picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA")
    (upper_left, upper_right), (lower_left, lower_right) = np.asarray(picture).tolist()
    assert upper_right[3] == lower_right[3] == 0
    assert lower_left[0] > lower_left[2]  # class 0 is orange
    assert upper_left[2] > upper_left[0]  # class 1 is blue
    assert lower_left[3] == upper_left[3] > 100


def test_level_lines_run_where_the_numbers_are_equal():
    frame = Frame(BOX, (0, 2), (0, 4))
    x, y = np.meshgrid(np.linspace(0, 2, 21), np.linspace(0, 4, 41))
    (line,) = frame.level(x + y, 2.0)
    assert line.sum(axis=1) == pytest.approx(2.0)


def test_classes_are_told_apart_by_shape_too():
    frame = Frame(BOX, (0, 1), (0, 1))
    circles, squares = (tostring(frame.dots([[0.5, 0.5]], label), "unicode") for label in (0, 1))
    assert 'stroke-linecap="round"' in circles
    assert 'stroke-linecap="square"' in squares


def test_labels_are_moved_apart_and_keep_their_order():
    assert charts.spread([100, 104, 300], gap=18) == pytest.approx([95.3, 113.3, 295.3], abs=0.1)
    assert charts.spread([104, 100], gap=18) == [111, 93]
