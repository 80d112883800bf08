"""The digit pad: ink counted as the data's was, any network's answer, and the gradient for each pixel."""

import itertools
import re
from types import SimpleNamespace

import numpy as np
import pytest
from front_end import displayed, hear
from stage_page import faults_of_labels, stage_page

from bpcourse import NeuralNetwork, datasets, widgets
from bpcourse.mathematics.gradients import central_difference
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style
from bpcourse.widgets import ink as inks

pytestmark = pytest.mark.usefixtures("closed_afterwards")


class OwnNetwork:
    """What a learner writes: sigmoid, squared error, nothing but forward and backward, biases as (n,)."""

    def __init__(self, sizes=(64, 12, 10)):
        random = np.random.default_rng(5)
        self.weights = [random.normal(size=shape) / 4 for shape in itertools.pairwise(sizes)]
        self.biases = [random.normal(size=n) for n in sizes[1:]]

    def forward(self, X):
        self.a1 = 1 / (1 + np.exp(-(X @ self.weights[0] + self.biases[0])))
        return 1 / (1 + np.exp(-(self.a1 @ self.weights[1] + self.biases[1])))

    def backward(self, X, y):
        y_hat = self.forward(X)
        delta2 = (y_hat - y) / len(X) * y_hat * (1 - y_hat)
        delta1 = delta2 @ self.weights[1].T * self.a1 * (1 - self.a1)
        return SimpleNamespace(weights=[X.T @ delta1, self.a1.T @ delta2], biases=[delta1.sum(0), delta2.sum(0)])


def a_bar():
    ink = np.zeros((32, 32), bool)
    ink[4:28, 14:18] = True
    return ink


# -- the ink ---------------------------------------------------------------------------------------------


def test_blocks_of_ink_are_counted_exactly():
    random = np.random.default_rng(0)
    counts = random.integers(0, 17, (8, 8))
    ink = np.zeros((32, 32), bool)
    for row, column in np.ndindex(8, 8):
        for cell in random.permutation(16)[: counts[row, column]]:
            ink[4 * row + cell // 4, 4 * column + cell % 4] = True
    pad = widgets.DigitPad()
    pad.fit.value = False
    pad.ink = ink
    np.testing.assert_array_equal(pad.pixels, counts)
    np.testing.assert_array_equal(pad.ink, ink)


def test_every_digit_of_the_data_set_comes_back_from_its_ink():
    digits = datasets.digits()
    for image in np.vstack([digits.X_train, digits.X_test]).reshape(-1, 8, 8) * 16:
        np.testing.assert_array_equal(inks.counted(inks.inked(image.astype(int))), image)


def test_every_example_is_one_of_the_test_part_and_read_as_its_own():
    digits, pad = datasets.digits(), widgets.DigitPad()
    for digit in range(10):
        pad.example.value = digit
        is_same = (np.isclose(digits.X_test * 16, pad.pixels.ravel())).all(axis=1)
        assert digit in digits.labels_test[is_same]
        assert pad.probabilities.argmax() == digit
        assert f"It reads <b>{digit}</b>" in pad.readout.value


@pytest.mark.parametrize(("top", "left", "high", "wide"), [(0, 0, 16, 10), (10, 20, 20, 10), (3, 2, 28, 30)])
def test_what_is_drawn_is_stretched_to_the_box_of_the_data(top, left, high, wide):
    pad, ink = widgets.DigitPad(), np.zeros((32, 32))
    ink[top : top + high, left : left + wide] = 1
    pad.ink = ink
    rows, columns = pad.pixels.sum(axis=1), pad.pixels.sum(axis=0)
    assert (rows == rows[0]).all()
    assert rows[0] > 0  # from top to bottom
    np.testing.assert_array_equal(columns, columns[::-1])  # in the middle
    assert columns.sum() == pytest.approx(32 * min(20, 1.7 * wide * 32 / high), abs=32)
    pad.fit.value = False
    assert pad.pixels.sum() == high * wide


def test_a_dot_stays_a_dot():
    pad = widgets.DigitPad()
    pad.ink = inks.drawn([[5, 5]])
    assert 0 < pad.pixels.sum() < 100


def test_a_pen_leaves_a_line_as_wide_as_it_is():
    ink = inks.drawn([[5.0, 16.0], [25.0, 16.0]])
    across, down = np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5)
    near = np.min([np.hypot(across - x, down - 16) for x in np.linspace(5, 25, 2001)], axis=0)
    np.testing.assert_array_equal(ink, near <= inks.PEN)


@pytest.mark.parametrize("ink", [np.zeros((8, 8)), np.full((32, 32), np.nan), "ink"])
def test_other_ink_is_refused_and_changes_nothing(ink):
    pad = widgets.DigitPad()
    before = pad.ink, pad.picture.svg
    with pytest.raises(InputError, match="ink"):
        pad.ink = ink
    np.testing.assert_array_equal(pad.ink, before[0])
    assert pad.picture.svg == before[1]
    assert pad.example.value == 3


def test_an_empty_pad_says_so():
    pad = widgets.DigitPad()
    pad.show_gradient.value = True
    pad.clear.click()
    assert not pad.ink.any()
    assert not pad.pixels.any()
    assert pad.example.value == "your own"
    assert "The pad is empty" in pad.readout.value
    assert "The pad is empty" in pad.alt
    assert pad.message.value == ""


# -- the network -----------------------------------------------------------------------------------------


def a_network():
    return NeuralNetwork(64, (9, 7), 10, activation="tanh", output_activation="softmax", loss="cross_entropy", seed=3)


@pytest.mark.parametrize("network", [None, a_network(), OwnNetwork()], ids=["ours", "given", "own class"])
def test_the_gradient_for_each_pixel_is_that_of_central_differences(network):
    pad = widgets.DigitPad(network)
    pad.ink = a_bar()
    assert pad.gradient is None
    pad.show_gradient.value, pad.target.value = True, 7
    y = np.eye(10)[[7]]

    def loss(x):
        if hasattr(pad.network, "loss"):
            return pad.network.loss(x.reshape(1, 64), y)
        return float(((pad.network.forward(x.reshape(1, 64)) - y) ** 2).sum() / 2)

    numerical = central_difference(loss, pad.pixels / 16)
    np.testing.assert_allclose(pad.gradient, numerical, rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(pad.probabilities, pad.network.forward(pad.pixels.reshape(1, 64) / 16)[0])
    signs = re.findall(r"--bp-(\w+),[^>]*stroke-width=\"2.5\"", pad.picture.svg)
    large = pad.gradient[np.abs(pad.gradient) >= 0.01 * np.abs(pad.gradient).max()]
    assert signs == ["backward" if slope > 0 else "forward" for slope in large]


def test_a_network_that_learns_on_is_seen_at_the_next_stroke():
    network = a_network()
    pad = widgets.DigitPad(network)
    before = pad.probabilities
    network.weights = [W * 2 for W in network.weights]
    hear(pad, {"pen": [[1, 1]], "token": "1"})
    assert np.abs(pad.probabilities - before).max() > 1e-3
    assert pad.network is network


def test_two_pads_of_ours_do_not_share_a_network():
    first, second = widgets.DigitPad(), widgets.DigitPad()
    before = second.network.weights[0].copy()
    first.network.weights = [0 * W for W in first.network.weights]
    np.testing.assert_array_equal(second.network.weights[0], before)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (NeuralNetwork(2, 3, 10, seed=0), "has 2 inputs, 10 outputs; expected 64 inputs"),
        (NeuralNetwork(64, 3, 1, seed=0), "has 64 inputs, 1 outputs; expected 64 inputs"),
        (SimpleNamespace(forward=lambda X: X[:, :3]), r"shape \(1, 3\) instead of \(1, 10\)"),
        (SimpleNamespace(forward=lambda X: X[:, :10] * np.nan), "NaN or infinite.*diverged"),
        (SimpleNamespace(weights=[1]), "has no"),
    ],
    ids=["two inputs", "one output", "three outputs", "NaN", "no forward"],
)
def test_what_cannot_read_digits_is_refused_in_words(network, says):
    with pytest.raises(InputError, match=says):
        widgets.DigitPad(network)


def test_a_network_that_diverges_later_is_told_in_words_and_the_picture_stays():
    network = OwnNetwork()
    pad = widgets.DigitPad(network)
    before = pad.picture.svg
    network.weights[0][:] = np.nan
    pad.example.value = 5
    assert "NaN" in pad.message.value
    assert pad.picture.svg == before


def test_a_network_that_only_answers_has_no_gradient_and_is_told_so():
    pad = widgets.DigitPad(SimpleNamespace(forward=lambda X: np.full((len(X), 10), 0.1)))
    pad.show_gradient.value = True
    assert "backward" in pad.message.value
    assert pad.gradient is None


def test_the_text_alternative_follows_what_is_read():
    pad = widgets.DigitPad()
    first = pad.alt
    pad.example.value = 6
    assert first != pad.alt
    assert "It reads  6  with" in pad.alt
    assert "Picture: A pad to draw a digit on" in displayed(pad)["text/plain"]


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.array(rgb) / 255]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("gradient", "tops", "least"), [(False, ["ink"], 4.5), (True, ["forward", "backward"], 3)])
def test_what_stands_on_the_darkest_pixel_can_be_read(theme, gradient, tops, least):
    pad = widgets.DigitPad()
    pad.ink = np.ones((32, 32))
    pad.fit.value, pad.show_gradient.value = False, gradient
    role, opacity = re.search(r"--bp-(\w+),[^>]*fill-opacity=\"([\d.]+)\"", pad.picture.svg).groups()

    def rgb(role):
        return np.array(list(bytes.fromhex(style.ROLES[role][theme][1:])))

    below = luminance(float(opacity) * rgb(role) + (1 - float(opacity)) * rgb("paper"))
    for top in tops:
        low, high = sorted([below, luminance(rgb(top))])
        assert (high + 0.05) / (low + 0.05) >= least


# -- in a browser ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "width"), [("light", 926), ("dark", 528)])
def test_pointer_and_keyboard_draw(theme, width):
    pad = widgets.DigitPad()
    pad.clear.click()
    with stage_page(pad, theme, width) as page:
        place = page.locator("#pad .bp-way").evaluate("way => { const m = way.getScreenCTM(); return [m.a, m.e, m.f] }")

        def at(x, y):
            return place[1] + place[0] * x, place[2] + place[0] * y

        page.mouse.move(*at(16, 4))
        page.mouse.down()
        page.mouse.move(*at(16, 12))
        assert page.locator(".bp-way").get_attribute("d").startswith("M16,4")  # seen before Python has heard of it
        page.mouse.move(*at(16, 28))
        page.mouse.up()
        page.wait_for_function("document.querySelector('.bp-way').getAttribute('d') === ''")
        np.testing.assert_array_equal(pad.ink, inks.drawn([[16, 4], [16, 28]]))
        before = pad.ink
        page.locator("#pad").focus()
        for key in ["ArrowRight"] * 5 + [" "] + ["ArrowUp"] * 3 + [" ", "ArrowLeft"]:
            page.keyboard.press(key)
        page.wait_for_function("document.querySelector('.bp-way').getAttribute('d') === ''")
        np.testing.assert_array_equal(pad.ink, before | inks.drawn([[21, 28], [21, 25]]))
        page.keyboard.press(" ")  # who leaves the pad lifts the pen
        page.locator("#pad").blur()
        page.wait_for_function("document.querySelector('.bp-way').getAttribute('d') === ''")
        assert page.locator(".bp-pen.bp-down").count() == 0
        assert page.faults == []


@pytest.mark.parametrize("width", [528, 728, 926])
def test_no_label_overlaps_another_or_leaves_the_drawing(width):
    pad = widgets.DigitPad()
    with stage_page(pad, width=width) as page:
        assert faults_of_labels(page) == []
        pad.show_gradient.value = True
        page.evaluate("svg => take(svg)", pad.picture.svg)
        assert faults_of_labels(page) == []
