"""The explorers without a browser: what they show is what the equations give, for every position of their controls."""

import base64
import gc
import html
import io
import math
import re
from itertools import pairwise

import drawings
import drawn
import numpy as np
import pytest
from front_end import displayed, hear
from PIL import Image

from bpcourse import NeuralNetwork, datasets, widgets
from bpcourse.mathematics import own_class, training
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.writing import fixed, number
from bpcourse.widgets import descent
from bpcourse.widgets.example import line_fit, worked_network

EXPLORERS = [
    widgets.ForwardExplorer,
    widgets.LossExplorer,
    widgets.OutputErrorExplorer,
    widgets.DescentExplorer,
    widgets.TrainingExplorer,
]
NUMBER = r"[−-]?\d+(?:\.\d+)?(?:e[−+-]?\d+)?"


pytestmark = pytest.mark.usefixtures("closed_afterwards")


class OwnNetwork:
    """What a learner writes: sigmoid, squared error, nothing but forward, backward and update."""

    def __init__(self, sizes=(2, 3, 1), learning_rate=1.0):
        random = np.random.default_rng(4)
        self.learning_rate = learning_rate
        self.weights = [random.normal(size=shape) for shape in pairwise(sizes)]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]

    def forward(self, X):
        self.a1 = 1 / (1 + np.exp(-(X @ self.weights[0] + self.biases[0])))
        return 1 / (1 + np.exp(-(self.a1 @ self.weights[1] + self.biases[1])))

    def backward(self, X, y):
        y_hat = self.forward(X)
        delta2 = (y_hat - y) / len(X) * y_hat * (1 - y_hat)
        delta1 = delta2 @ self.weights[1].T * self.a1 * (1 - self.a1)
        return Gradients(
            [X.T @ delta1, self.a1.T @ delta2], [delta1.sum(0, keepdims=True), delta2.sum(0, keepdims=True)]
        )

    def update(self, gradients):
        for parameters, slopes in ((self.weights, gradients.weights), (self.biases, gradients.biases)):
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter -= self.learning_rate * slope


def words(figure):
    return html.unescape(re.sub(r"<[^>]*>", " ", figure.readout.value))


def numbers(text):
    return [float(match.replace("−", "-")) for match in re.findall(NUMBER, text)]


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


@pytest.fixture(scope="module", params=EXPLORERS)
def untouched(request):
    """A figure as it is made, and what makes another."""
    return request.param(), request.param


def test_every_control_is_described_in_full(untouched):
    figure, _ = untouched
    described = [control for control in figure.children[0].children if hasattr(control, "description")]
    assert described
    for control in described:
        assert control.description
        if hasattr(control.style, "description_width"):
            assert int(control.style.description_width.removesuffix("ch")) > len(control.description)


def test_a_figure_saves_one_sentence_or_more_and_a_picture_in_stable_words(untouched):
    first, explorer = untouched
    saved, again = displayed(first), displayed(explorer())
    text = saved["text/plain"]
    assert text == again["text/plain"]
    assert text.startswith("Picture: ")
    assert first.alt.endswith(".")
    assert not re.search(r"\d\.0*[1-9]\d{5,}", text)  # no more digits than platforms agree on
    assert f'alt="{html.escape(first.alt)}"' in saved["text/html"]


# -- ForwardExplorer ---------------------------------------------------------------------------------------


def test_forward_readout_is_the_worked_example():
    figure = widgets.ForwardExplorer()
    assert "1 · 0.4 + 2 · 0.2 + 0.2 = 1" in words(figure)
    assert numbers(words(figure))[-1] == pytest.approx(0.5881, abs=1e-4)


def test_forward_follows_inputs_and_weights():
    figure = widgets.ForwardExplorer()
    figure.x1.value, figure.x2.value = -1.5, 0.5
    figure.parameter.value = "b1[0,2]"
    assert figure.value.value == -0.4
    figure.value.value = 2.0
    figure.parameter.value = "W2[2,0]"
    figure.value.value = -3.0
    z1 = [0.4 * -1.5 + 0.2 * 0.5 + 0.2, -0.6 * -1.5 + 0.5 * 0.5 - 0.4, 0.8 * -1.5 - 1.2 * 0.5 + 2.0]
    a1 = [sigmoid(z) for z in z1]
    z2 = 1.5 * a1[0] - a1[1] - 3.0 * a1[2] - 0.3
    assert numbers(words(figure))[-1] == pytest.approx(sigmoid(z2), abs=1e-4)
    assert f"= {number(z2)} " in words(figure)
    texts = drawn.words(figure.picture.svg)
    for z in [*z1, z2]:
        assert fixed(z) in texts


def test_the_sum_of_the_chosen_unit_stands_beside_the_network():
    figure = widgets.ForwardExplorer()
    figure.parameter.value = "b2[0,0]"
    texts = drawn.words(figure.picture.svg)
    a1 = [sigmoid(z) for z in (1.0, 0.0, -2.0)]
    for a, w in zip(a1, (1.5, -1.0, 0.5), strict=True):
        assert texts[texts.index(f"{fixed(a)} × {fixed(w)} =") + 1] == fixed(a * w)
    assert texts[texts.index("b =") + 1] == "−0.300"
    z2 = 1.5 * a1[0] - a1[1] + 0.5 * a1[2] - 0.3
    assert texts[texts.index("Σ = z21 =") + 1] == fixed(z2)
    assert texts[texts.index("a21 = σ(z21) =") + 1] == fixed(sigmoid(z2))
    lit = {
        each.get("id") for each in drawn.root(figure.picture.svg).iter() if "lit" in (each.get("class") or "").split()
    }
    assert {"unit-2-0", "b-2-0", "w-2-2-0", "unit-1-1"} <= lit
    assert not lit & {"w-1-0-0", "unit-0-0", "b-1-1"}


def test_numbers_are_dragged_and_moved_by_keys_in_the_drawing():
    figure = widgets.ForwardExplorer()
    hear(figure, {"drag": "unit-0-0", "x": 40.0, "y": 200.0})
    assert figure.x1.value == 1.0
    hear(figure, {"drag": "unit-0-0", "x": 65.0, "y": 200.0})
    assert figure.x1.value == 1.5
    hear(figure, {"drag": "unit-0-0", "x": 40.0, "y": 220.0})
    assert figure.x1.value == 0.6
    hear(figure, {"drag": "unit-0-0", "x": 4000.0, "y": 200.0})
    assert figure.x1.value == figure.x1.max
    hear(figure, {"dropped": "unit-0-0"})
    hear(figure, {"drag": "w-2-1-0", "x": 500.0, "y": 200.0})
    assert (figure.parameter.value, figure.value.value) == ("W2[1,0]", -1.0)
    hear(figure, {"drag": "w-2-1-0", "x": 510.0, "y": 200.0})
    assert figure.value.value == -0.8
    hear(figure, {"dropped": "w-2-1-0"})
    hear(figure, {"nudge": "b-1-0", "steps": -1})
    assert (figure.parameter.value, figure.value.value) == ("b1[0,0]", pytest.approx(0.1))
    hear(figure, {"choose": "w-1-0-2"})
    assert figure.parameter.value == "W1[0,2]"
    knob = drawn.find(figure.picture.svg, "unit-0-0")
    assert (knob.get("role"), knob.get("aria-valuetext")) == ("slider", "3.00")


@pytest.mark.parametrize("room", [560, 760])
def test_on_a_narrow_page_the_forward_pass_is_laid_out_anew(room):
    figure = widgets.ForwardExplorer()
    wide = drawn.root(figure.picture.svg)
    figure.picture.room = room
    narrow = drawn.root(figure.picture.svg)
    assert float(narrow.get("width")) <= room
    assert (float(narrow.get("height")) > float(wide.get("height"))) == (room < 720)
    assert sorted(drawn.words(figure.picture.svg)) == sorted(drawn.words(widgets.ForwardExplorer().picture.svg))


@pytest.mark.parametrize("room", [560, 760, 926])
def test_no_text_of_the_forward_pass_covers_another(chromium, room):
    wide = NeuralNetwork(9, 3, 2, seed=0)
    figures = {"worked": widgets.ForwardExplorer(), "wide": widgets.ForwardExplorer(wide)}
    for figure in figures.values():
        figure.picture.room = room
    shown = {name: figure.picture.svg for name, figure in figures.items()}
    figures["worked"].parameter.value = "W2[1,0]"
    shown["output"] = figures["worked"].picture.svg
    assert drawings.overlaps(chromium, shown, room) == []


def test_forward_leaves_the_network_alone_and_resets():
    network, X, _ = worked_network()
    figure = widgets.ForwardExplorer(network, X[:1])
    before = figure.picture.svg
    figure.value.value, figure.x1.value = 3.0, -2.0
    figure.parameter.value = "W1[1,2]"
    figure.value.value = 0.0
    assert network.weights[0][0, 0] == 0.4
    figure.reset.click()
    assert figure.value.value == -1.2
    figure.parameter.value = "W1[0,0]"
    assert figure.picture.svg == before


def test_a_weight_beyond_the_slider_keeps_its_value():
    network, X, _ = worked_network()
    network.weights[0][0, 1] = 25.0
    figure = widgets.ForwardExplorer(network, X[:1])
    figure.parameter.value = "W1[0,1]"
    assert figure.value.value == figure.value.max == 25.0
    assert figure.network.weights[0][0, 1] == 25.0


def test_forward_with_a_learners_own_class_and_with_many_inputs():
    assert "ŷ" in words(widgets.ForwardExplorer(OwnNetwork()))
    wide = widgets.ForwardExplorer(NeuralNetwork(6, 2, 1, seed=0))
    wide.x6.value = 1.0
    assert "…" in words(wide)


def test_forward_refuses_an_input_that_does_not_fit():
    with pytest.raises(InputError, match="x has shape"):
        widgets.ForwardExplorer(x=[[1.0, 2.0, 3.0]])


# -- LossExplorer ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loss_explorer():
    return widgets.LossExplorer()


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("y_hat", [0.01, 0.3, 0.99])
def test_losses_and_slopes(loss_explorer, target, y_hat):
    figure = loss_explorer
    figure.prediction.value, figure.target.value = y_hat, target
    squared, cross = (numbers(row) for row in words(figure).split("½ squared error")[1].split("cross-entropy"))
    difference = y_hat - target
    assert squared == pytest.approx([difference**2 / 2, difference, difference * y_hat * (1 - y_hat)], rel=6e-3)
    loss = -math.log(y_hat if target else 1 - y_hat)
    assert cross == pytest.approx([loss, difference / (y_hat * (1 - y_hat)), difference], rel=6e-3)


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("y_hat", [0.05, 0.3, 0.9])
def test_both_points_of_the_loss_figure_lie_on_their_curves_with_tangents_of_their_slopes(target, y_hat):
    figure = widgets.LossExplorer()
    figure.prediction.value, figure.target.value = y_hat, target
    difference = y_hat - target
    for name, slope in (("½ squared error", difference), ("cross-entropy", difference / (y_hat * (1 - y_hat)))):
        for kind, chart in (("loss", figure.losses), ("slope", figure.slopes)):
            curve = drawn.places(figure.picture.svg, f"{kind}: {name}")
            ((x, y),) = drawn.places(figure.picture.svg, f"{kind} point: {name}")
            assert np.interp(x, *curve.T) == pytest.approx(y, abs=1.5)  # pixels
            assert chart.x.back(x) == pytest.approx(
                y_hat if kind == "loss" else math.log(y_hat / (1 - y_hat)), abs=0.01
            )
        start, end = drawn.data(figure.picture.svg, f"tangent: {name}", figure.losses)
        assert (end - start)[1] / (end - start)[0] == pytest.approx(slope, rel=0.02)
        point = drawn.data(figure.picture.svg, f"loss point: {name}", figure.losses)[0]
        assert (start + end) / 2 == pytest.approx(point, abs=figure.losses.y.high / 400)


def test_moving_the_prediction_moves_the_picture():
    figure = widgets.LossExplorer()
    before = drawn.places(figure.picture.svg, "loss point: cross-entropy")
    figure.prediction.value = 0.7
    assert np.abs(drawn.places(figure.picture.svg, "loss point: cross-entropy") - before).max() > 100


def test_the_prediction_and_its_z_are_dragged_and_moved_by_keys():
    figure = widgets.LossExplorer()
    hear(figure, {"drag": "y-hat", "x": float(figure.losses.x(0.63)), "y": 100})
    assert figure.prediction.value == 0.63
    hear(figure, {"drag": "z", "x": float(figure.slopes.x(-1.0)), "y": 300})
    assert figure.prediction.value == pytest.approx(sigmoid(-1), abs=0.006)
    hear(figure, {"nudge": "z", "steps": 10})
    assert figure.prediction.value == pytest.approx(0.37)
    hear(figure, {"drag": "y-hat", "x": -500, "y": 100})
    assert figure.prediction.value == figure.prediction.min
    knob = drawn.find(figure.picture.svg, "y-hat")
    assert (knob.get("role"), knob.get("aria-valuetext")) == ("slider", "0.01")


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("y_hat", [0.02, 0.5, 0.97])
def test_the_axes_show_the_side_that_matters(target, y_hat):
    figure = widgets.LossExplorer()
    figure.prediction.value, figure.target.value = y_hat, target
    loss = -math.log(y_hat if target else 1 - y_hat)
    assert loss < figure.losses.y.high < max(5.1 * loss, 0.11)
    assert (figure.slopes.y.high > 0.5, figure.slopes.y.low < -0.5) == ((True, False) if target == 0 else (False, True))


# -- OutputErrorExplorer -----------------------------------------------------------------------------------

PAIRS = [
    {"output_activation": "sigmoid", "loss": "squared_error"},
    {"output_activation": "tanh", "loss": "squared_error"},
    {"output_activation": "identity", "loss": "squared_error"},
    {"output_activation": "softmax", "loss": "squared_error"},
    {"output_activation": "sigmoid", "loss": "binary_cross_entropy"},
    {"output_activation": "softmax", "loss": "cross_entropy"},
]


@pytest.fixture(scope="module", params=PAIRS)
def one_of_each_kind(request):
    """How a network was made, its samples and targets, and a figure of it, at which earlier tests have turned knobs."""
    X, y = np.random.default_rng(3).normal(size=(5, 3)), datasets.one_hot(np.array([0, 1, 1, 0, 1]), 2)
    network = NeuralNetwork(3, 2, 2, activation="tanh", seed=8, **request.param)
    return request.param, X, y, widgets.OutputErrorExplorer(network, X, y)


@pytest.mark.parametrize("parameter", ["W2[1,1]", "b2[0,0]"])
@pytest.mark.parametrize("sample", [1, 5, "all samples"])
def test_product_slope_and_numerical_gradient_agree(one_of_each_kind, parameter, sample):
    kind, X, y, figure = one_of_each_kind
    untouched = NeuralNetwork(3, 2, 2, activation="tanh", seed=8, **kind)
    with figure.together():
        for name in figure.parameter.options:
            own_class.set_parameter(figure.network, name, own_class.get_parameter(untouched, name))
        figure.parameter.value, figure.sample.value, figure.value.value = parameter, sample, 0.7
    assert figure.product == pytest.approx(figure.slope, abs=1e-12)
    assert figure.numerical == pytest.approx(figure.slope, abs=1e-8)
    own_class.set_parameter(untouched, parameter, 0.7)
    rows = slice(None) if sample == "all samples" else [sample - 1]
    assert figure.slope == own_class.get_parameter(untouched.backward(X[rows], y[rows]), parameter)


def test_output_error_of_the_worked_example():
    figure = widgets.OutputErrorExplorer()
    y_hat = 0.58813
    expected = (y_hat - 1) * y_hat * (1 - y_hat) * sigmoid(1)
    assert figure.product == pytest.approx(expected, abs=1e-5)
    heights = [float(drawn.find(figure.picture.svg, f"stage-{k}").get("height")) for k in range(3)]
    stages = np.cumprod([y_hat - 1, y_hat * (1 - y_hat), sigmoid(1)])
    assert np.divide(heights, heights[0]) == pytest.approx(stages / stages[0], abs=1e-4)  # all to one scale
    assert [float(drawn.find(figure.picture.svg, f"stage-frame-{k}").get("height")) for k in (1, 2)] == pytest.approx(
        heights[:2]
    )
    assert {"−0.412", "× 0.242", "= −0.0998", "× 0.731", "= −0.0729"} <= set(drawn.words(figure.picture.svg))


def place(figure, id="point"):
    """Return where the knob that can be dragged is drawn."""
    knob = drawn.find(figure.picture.svg, id).find("{*}circle")
    return float(knob.get("cx")), float(knob.get("cy"))


def test_the_tangent_has_the_slope_of_the_loss():
    figure = widgets.OutputErrorExplorer()
    ends = np.reshape(re.findall(r"-?[\d.]+", drawn.find(figure.picture.svg, "tangent").get("d")), (2, 2)).astype(float)
    here, loss = place(figure), figure.network.loss(*[rows[:1] for rows in worked_network()[1:]])
    figure.value.value = -1.0
    there, other = place(figure), figure.network.loss(*[rows[:1] for rows in worked_network()[1:]])
    unit = (there[0] - here[0]) / (-1.0 - 1.5), (there[1] - here[1]) / (other - loss)
    slope = (ends[1, 1] - ends[0, 1]) / (ends[1, 0] - ends[0, 0]) * unit[0] / unit[1]
    assert slope == pytest.approx(-0.07294, rel=0.01)  # to a tenth of a pixel


def test_the_point_on_the_curve_is_dragged_and_moved_by_keys():
    figure = widgets.OutputErrorExplorer()
    x, y = place(figure)
    hear(figure, {"drag": "point", "x": x + 60, "y": y})
    assert figure.value.value > 1.5
    assert place(figure)[0] == pytest.approx(x + 60, abs=3)  # values are tenths
    assert "× 0.731" in drawn.words(figure.picture.svg)
    before = figure.value.value
    hear(figure, {"nudge": "point", "steps": -1})
    assert figure.value.value == pytest.approx(before - 0.1)
    hear(figure, {"nudge": "point", "steps": 1e6})
    assert figure.value.value == figure.value.max


def test_output_error_shows_the_contributions_of_a_batch():
    figure = widgets.OutputErrorExplorer()
    figure.sample.value = "all samples"
    shown = " ".join(drawn.words(figure.picture.svg))
    *parts, total = numbers(re.sub(r"([+−]) ", r"\1", re.search(r"[^/]*= \S+", shown)[0]))[-5:]
    assert sum(parts) == pytest.approx(total, abs=2e-4)
    assert total == pytest.approx(figure.product, abs=1e-5)
    heights = [float(drawn.find(figure.picture.svg, f"part-{k}").get("height")) for k in range(5)]
    assert np.divide(heights, heights[0]) == pytest.approx(np.abs([*parts, total]) / abs(parts[0]), rel=5e-3)


def test_output_error_with_a_learners_own_class_shows_a_wrong_gradient():
    class Doubled(OwnNetwork):
        def backward(self, X, y):
            right = super().backward(X, y)
            return Gradients([2 * W for W in right.weights], [2 * b for b in right.biases])

    X, y = datasets.xor()
    right, wrong = widgets.OutputErrorExplorer(OwnNetwork(), X, y), widgets.OutputErrorExplorer(Doubled(), X, y)
    assert right.product == pytest.approx(right.slope)
    assert wrong.slope == pytest.approx(2 * wrong.numerical)


def test_output_error_asks_for_data():
    with pytest.raises(InputError, match="X"):
        widgets.OutputErrorExplorer(NeuralNetwork(2, 3, 1))


# -- DescentExplorer ---------------------------------------------------------------------------------------


def plain_descent(rate, momentum, steps):
    """ŷ = w x + b, with the gradients written out."""
    network, X, y = line_fit()
    x, y = X[:, 0], y[:, 0]
    w, b, v_w, v_b = network.weights[0][0, 0], network.biases[0][0, 0], 0.0, 0.0
    path = [(w, b)]
    for _ in range(steps):
        error = w * x + b - y
        v_w, v_b = momentum * v_w + (error * x).mean(), momentum * v_b + error.mean()
        w, b = w - rate * v_w, b - rate * v_b
        path.append((w, b))
    return path


@pytest.fixture(scope="module")
def descent_explorer():
    return widgets.DescentExplorer()


@pytest.mark.parametrize(("rate", "momentum", "steps"), [(0.1, 0.0, 20), (0.3, 0.5, 7), (1.2, 0.0, 40)])
def test_descent_takes_the_path_of_the_equations(descent_explorer, rate, momentum, steps):
    figure = descent_explorer
    with figure.together():
        figure.learning_rate.value, figure.momentum.value, figure.steps.value = rate, momentum, steps
    expected = plain_descent(rate, momentum, steps)
    np.testing.assert_allclose(figure.path, expected, rtol=1e-9)
    places = [figure.map.place(*point) for point in expected if np.abs(point).max() < 10]
    np.testing.assert_allclose(drawn.places(figure.picture.svg, "path")[: len(places)], places, atol=0.1)
    first = drawn.data(figure.picture.svg, "losses", figure.trace)[0]
    assert first == pytest.approx([0, line_fit()[0].loss(*line_fit()[1:])], rel=0.02, abs=0.1)


@pytest.mark.parametrize("example", [line_fit, worked_network])
def test_presets_do_what_they_say(example):
    figure = widgets.DescentExplorer(*example())
    if example is worked_network:
        figure.first.value, figure.second.value = "W2[0,0]", "W2[1,0]"
    figure.too_small.click()
    assert "not there yet" in words(figure)
    small = figure.losses[-1]
    figure.right.click()
    assert "Near the lowest loss on this map" in words(figure)
    assert figure.losses[-1] < small
    figure.too_large.click()
    assert "Too large" in words(figure)
    assert figure.losses[-1] > figure.losses[0]
    assert figure.message.value == ""


def in_notebook_05():
    network, X, y = worked_network()
    network.learning_rate = 1.0
    figure = widgets.DescentExplorer(network, X, y)
    figure.first.value, figure.second.value = "W2[1,0]", "b2[0,0]"
    return figure


@pytest.mark.parametrize("make", [widgets.DescentExplorer, in_notebook_05])
def test_presets_are_steps_of_the_slider_to_which_a_browser_rounds(make):
    figure = make()
    figure.right.click()
    assert figure.path.shape == (31, 2)
    assert all(on_map(figure, point) for point in figure.path)
    assert "Near the lowest loss on this map, downhill with every step" in words(figure)
    for preset in (figure.too_small, figure.right, figure.too_large):
        preset.click()
        slider = figure.learning_rate
        steps = (math.log10(slider.value) - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-9)
        assert slider.min < math.log10(slider.value) < slider.max


def test_a_descent_that_leaves_all_numbers_is_explained():
    figure = widgets.DescentExplorer()
    figure.learning_rate.value, figure.steps.value = figure.learning_rate.base**figure.learning_rate.max, 60
    assert "It diverges" in words(figure)
    assert "beyond the map" in words(figure)


def test_batches_of_one_sample_take_another_path():
    figure = widgets.DescentExplorer()
    whole = figure.path
    figure.batch.value = "one sample"
    assert not np.allclose(figure.path, whole)
    network, X, y = line_fit()
    gradients = [network.backward(X[[n]], y[[n]]) for n in range(4)]
    first_steps = [
        [-figure.learning_rate.value * g.weights[0][0, 0], -figure.learning_rate.value * g.biases[0][0, 0]]
        for g in gradients
    ]
    taken = figure.path[1] - figure.path[0]
    assert any(np.allclose(taken, step) for step in first_steps)


def test_the_map_follows_the_chosen_parameters():
    figure = widgets.DescentExplorer(*worked_network())
    assert {"W1[0,0]", "W1[0,1]"} <= set(drawn.words(figure.picture.svg))
    before = drawn.find(figure.picture.svg, "level 0.12").get("d")
    figure.first.value = "W2[0,0]"
    assert {"W2[0,0]", "W1[0,1]"} <= set(drawn.words(figure.picture.svg))
    assert before not in figure.picture.svg
    assert figure.path[0].tolist() == [1.5, -0.6]


def on_map(figure, point):
    (left, top, width, height), (x, y) = figure.map.box, figure.map.place(*point)
    return left <= x <= left + width and top <= y <= top + height


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.355, 0.7])
def test_the_map_shows_the_whole_path_at_one_scale(descent_explorer, rate):
    figure = descent_explorer
    with figure.together():
        figure.learning_rate.value, figure.momentum.value, figure.steps.value = rate, 0.3, 25
    assert all(on_map(figure, point) for point in figure.path)
    assert figure.map.x.unit == pytest.approx(-figure.map.y.unit)


@pytest.mark.parametrize("step", [0, 4])
@pytest.mark.parametrize("momentum", [0.0, 0.6])
def test_a_step_is_the_gradient_and_what_momentum_carries_on(descent_explorer, step, momentum):
    figure = descent_explorer
    with figure.together():
        figure.learning_rate.value, figure.momentum.value, figure.steps.value = 0.2, momentum, 20
        figure.step.value = step
    network, X, y = line_fit()
    w, b = figure.path[step]
    error = w * X + b - y
    gradient = np.array([(error * X).mean(), error.mean()])
    start, end = arrow_of(figure, "push")
    assert start == pytest.approx(figure.path[step], abs=0.01)
    assert end - start == pytest.approx(-0.2 * gradient, abs=0.02)
    if not (momentum and step):
        assert drawn.find(figure.picture.svg, "carried") is None
        return
    start, tip = arrow_of(figure, "carried")
    carried = momentum * (figure.path[step] - figure.path[step - 1])
    assert tip - start == pytest.approx(carried, abs=0.02)
    assert end + carried == pytest.approx(figure.path[step + 1], abs=0.02)


def arrow_of(figure, id):
    """Where an arrow on the map begins, and its tip."""
    shaft, head = (
        np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", part.get("d")), float)
        for part in drawn.find(figure.picture.svg, id)
    )
    return np.array([figure.map.back(*shaft[0]), figure.map.back(*head[1])])


def test_the_gradient_crosses_the_level_line_at_right_angles(descent_explorer):
    figure = descent_explorer
    with figure.together():
        figure.learning_rate.value, figure.momentum.value, figure.step.value = 0.2, 0.0, 3
    level = drawn.places(figure.picture.svg, "level")
    shaft = drawn.places(figure.picture.svg, "push")
    distances = np.linalg.norm(level - shaft[0], axis=1)
    nearest = np.sort(distances.argsort()[:2])
    along, arrow = np.diff(level[nearest], axis=0)[0], shaft[1] - shaft[0]
    assert distances.min() < 10
    assert abs(along @ arrow) < 0.15 * np.linalg.norm(along) * np.linalg.norm(arrow)
    figure.batch.value = "one sample"
    assert drawn.find(figure.picture.svg, "level") is None  # of one sample it need not
    figure.batch.value = "all samples"


def test_the_start_is_dragged_and_moved_by_keys():
    figure = widgets.DescentExplorer()
    x, y = figure.map.place(0.0, 2.0).tolist()
    before = figure.map
    hear(figure, {"drag": "start", "x": x, "y": y})
    assert figure.start == pytest.approx([0, 2], abs=0.01)
    assert figure.path[0] == pytest.approx(figure.start)
    assert figure.map is before  # under the hand it does not move
    hear(figure, {"dropped": "start"})
    assert all(on_map(figure, point) for point in figure.path)
    hear(figure, {"nudge": "start", "steps": 2, "key": "ArrowRight"})
    hear(figure, {"nudge": "start", "steps": -3, "key": "ArrowDown"})
    assert figure.start == pytest.approx([0.2, 1.7], abs=0.01)
    hear(figure, {"nudge": "start", "steps": 1e6, "key": "End"})
    assert np.isfinite(figure.losses).all()
    figure.right.click()
    assert figure.message.value == ""


def test_the_step_that_is_looked_at_is_dragged_along_the_losses_and_stays_within_them():
    figure = widgets.DescentExplorer()
    hear(figure, {"drag": "step", "x": float(figure.trace.x(12)), "y": 0})
    assert figure.step.value == 12
    assert f"step 12: L = {number(figure.losses[12], 3)}" in drawn.words(figure.picture.svg)
    figure.steps.value = 7
    assert figure.step.value == 7
    hear(figure, {"nudge": "step", "steps": -1e6})
    assert figure.step.value == 0


def test_choosing_one_parameter_twice_is_explained_and_the_figure_goes_on():
    figure = widgets.DescentExplorer(*worked_network())
    figure.first.value = figure.second.value
    assert "two different ones" in figure.message.value
    figure.first.value = "b2[0,0]"
    assert figure.message.value == ""
    assert "b2[0,0]" in figure.alt


def test_descent_asks_for_data():
    with pytest.raises(InputError, match="needs samples X"):
        widgets.DescentExplorer(NeuralNetwork(2, 3, 1))


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2])
def test_curvature_is_the_largest_eigenvalue(angle):
    grid = np.linspace(-2, 2, 41)
    x, y = np.meshgrid(grid, grid)
    along = np.cos(angle) * x + np.sin(angle) * y
    across = -np.sin(angle) * x + np.cos(angle) * y
    assert descent.steepest_curvature(2.5 * along**2 + 0.5 * across**2, grid[1] - grid[0]) == pytest.approx(5.0)


# -- TrainingExplorer --------------------------------------------------------------------------------------


def drawn_losses(figure, name):
    """What the loss curve of this name shows, epoch by epoch."""
    return drawn.data(figure.picture.svg, f"loss-{name}", figure.losses)


def shading(figure):
    """The shading of the plane as pixels of red, green, blue, and how opaque they are, the upper row first."""
    url = drawn.find(figure.picture.svg, "shading").get("href")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA")).astype(int)


def test_training_is_that_of_the_network():
    figure = widgets.TrainingExplorer()
    figure.learning_rate.value, figure.hidden_size.value, figure.seed.value = 2.0, 8, 3
    network = NeuralNetwork(2, 8, 1, 2.0, activation="tanh", loss="binary_cross_entropy", seed=3)
    history = network.train(*datasets.xor(), epochs=200)
    assert figure.history.loss == history.loss
    epochs, losses = drawn_losses(figure, "now").T
    np.testing.assert_allclose(epochs, np.arange(201), atol=0.1)
    np.testing.assert_allclose(losses, history.loss, rtol=2e-3)
    assert "4 of 4 samples right" in words(figure).replace("  ", " ")


def test_the_setting_before_stays_visible():
    figure = widgets.TrainingExplorer()
    first = figure.history.loss
    assert len(drawn_losses(figure, "before")) == 0
    figure.picture.room = 800  # shown on a page: nothing is trained
    assert len(drawn_losses(figure, "before")) == 0
    figure.learning_rate.value = 0.1
    np.testing.assert_allclose(drawn_losses(figure, "before")[:, 1], first, rtol=5e-3)
    assert len(drawn.places(figure.picture.svg, "former-border")) > 10
    assert f"Before: η = 1, 4 hidden units, loss {first[-1]:.3g}." in words(figure)
    figure.data.value = "moons"
    assert len(drawn_losses(figure, "before")) == len(drawn.places(figure.picture.svg, "former-border")) == 0


def test_the_loss_axis_fits_the_run():
    figure = widgets.TrainingExplorer()
    for rate in (0.001, 10.0):
        figure.learning_rate.value = rate
        assert figure.losses.y.low <= min(figure.history.loss)
        assert max(figure.history.loss) <= figure.losses.y.high
    figure.data.value, figure.learning_rate.value, figure.hidden_size.value = "moons", 0.1, 5
    assert figure.losses.y.high / figure.losses.y.low < 100


def test_the_shading_is_the_networks_answer():
    figure = widgets.TrainingExplorer(data="circles")
    plane = figure.plane
    assert (plane.x.high - plane.x.low) == pytest.approx(plane.y.high - plane.y.low)
    corners = figure.network.forward(np.array([[plane.x.low, plane.y.high], [plane.x.high, plane.y.low]]))[:, 0]
    pixels = shading(figure)
    most = pixels[..., 3].max()
    assert corners.max() < 0.1
    for pixel, answer in zip((pixels[0, 0], pixels[-1, -1]), corners, strict=True):
        assert pixel[0] > pixel[2] + 40  # the corner is class 0: orange
        assert pixel[3] == pytest.approx(280 * (0.5 - answer), abs=3)
    middle = pixels[len(pixels) // 2, len(pixels) // 2]
    assert middle[2] > middle[0] + 40  # the centre is class 1: blue
    assert middle[3] > 0.8 * most


def test_the_boundary_runs_where_the_prediction_is_a_half():
    figure = widgets.TrainingExplorer(data="moons")
    border = drawn.data(figure.picture.svg, "border", figure.plane)
    assert len(border) > 20
    assert figure.network.forward(border) == pytest.approx(0.5, abs=0.08)


def test_every_stage_of_a_training_can_be_looked_at():
    figure = widgets.TrainingExplorer(data="moons")
    X, y = datasets.moons()
    final = shading(figure)
    for epoch in range(0, 200, 40):
        figure.epoch.value = epoch
        network = NeuralNetwork(2, 4, 1, 1.0, activation="tanh", loss="binary_cross_entropy", seed=0)
        history = network.train(X, y, epochs=epoch) if epoch else None
        right = int(((network.forward(X) > 0.5) == (y > 0.5)).sum())
        assert f"{right} of 200" in words(figure)
        loss = history.loss[-1] if history else network.loss(X, y)
        assert f"at epoch {epoch} loss {number(loss, 3)}" in words(figure)
        assert drawn.find(figure.picture.svg, "epoch").get("aria-valuenow") == str(epoch)
        border = drawn.data(figure.picture.svg, "border", figure.plane)
        assert network.forward(border) == pytest.approx(0.5, abs=0.08)
        assert np.abs(shading(figure) - final).max() > 20
    figure.learning_rate.value = 0.5
    assert figure.epoch.value == 200
    assert "at epoch" not in words(figure)


def test_the_epoch_is_dragged_along_the_curve_and_moved_by_keys():
    figure = widgets.TrainingExplorer()
    trained = figure.network
    hear(figure, {"drag": "epoch", "x": float(figure.losses.x(81)), "y": 0})
    assert figure.epoch.value == 80
    hear(figure, {"nudge": "epoch", "steps": -2})
    assert figure.epoch.value == 80 - 2 * figure.epoch.step
    hear(figure, {"nudge": "epoch", "steps": 1e6})
    assert figure.epoch.value == 200
    assert figure.network is trained


def test_looking_at_stages_changes_no_training():
    figure = widgets.TrainingExplorer(OwnNetwork, epochs=30)
    plain = training.train(OwnNetwork([2, 4, 1], 1.0), *datasets.xor(), epochs=30)
    assert figure.history.loss == plain.loss


def test_wrong_samples_are_marked_and_counted():
    figure = widgets.TrainingExplorer(data="spirals", epochs=20)
    X, y = datasets.spirals()
    wrong = X[((figure.network.forward(X) > 0.5) != (y > 0.5))[:, 0]]
    assert len(wrong) > 10
    crosses = drawn.starts(figure.picture.svg, "wrong")
    shifts = crosses - figure.plane.place(*wrong.T)  # from the middle to the first tip
    np.testing.assert_allclose(shifts, np.broadcast_to(shifts.mean(axis=0), crosses.shape), atol=0.11)
    assert np.abs(shifts).max() < 8
    assert f"{200 - len(wrong)} of 200" in words(figure)


def test_a_learners_own_class_is_trained():
    figure = widgets.TrainingExplorer(OwnNetwork, epochs=50)
    assert figure.seed.disabled
    figure.hidden_size.value, figure.learning_rate.value = 5, 3.0
    assert type(figure.network) is OwnNetwork
    assert figure.network.weights[0].shape == (2, 5)
    assert figure.history.epochs == 50


def test_own_data_come_first():
    X, y = datasets.moons(30, seed=5)
    figure = widgets.TrainingExplorer(X=X, y=y)
    assert figure.data.value == "your data"
    assert "of 30" in words(figure)
    figure.data.value = "clusters"
    assert "of 200" in words(figure)


def test_an_error_in_the_learners_class_is_told():
    class Fragile(OwnNetwork):
        def backward(self, X, y):
            if self.weights[0].shape[1] == 2:
                raise ZeroDivisionError("two units are one too many")
            return super().backward(X, y)

    figure = widgets.TrainingExplorer(Fragile, epochs=5)
    figure.hidden_size.value = 2
    assert "ZeroDivisionError: two units are one too many" in figure.message.value
    figure.hidden_size.value = 3
    assert figure.message.value == ""


def test_divergence_is_explained():
    def make(sizes, learning_rate):
        return NeuralNetwork(2, sizes[1], 1, 50 * learning_rate, "relu", "identity", seed=0)

    figure = widgets.TrainingExplorer(make, data="moons")
    assert "diverged" in words(figure)
    assert "overshoot" in words(figure)
    assert figure.message.value == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epochs": 0}, "epochs came as 0"),
        ({"data": "moon"}, "Did you mean 'moons'"),
        ({"X": [[1, 2, 3]], "y": [[1]]}, "X has shape"),
        ({"X": [[1, 2]]}, "y"),
        ({"X": [[1, 2], [3, 4]], "y": [[-1], [1]]}, "expected the classes 0 and 1"),
        ({"make_network": OwnNetwork()}, "make_network came as OwnNetwork"),
        ({"make_network": lambda sizes: OwnNetwork(sizes)}, r"takes \(sizes\) and cannot be called so"),
        ({"make_network": lambda sizes, learning_rate: None}, "a NoneType, has no method forward"),
    ],
)
def test_training_refuses_what_it_cannot_use(arguments, message):
    with pytest.raises(InputError, match=message):
        widgets.TrainingExplorer(**arguments)


# Networks of one's own that differ a little


class Own:
    """A learner's class, with flat biases or whole-numbered weights if asked: sigmoid, squared error."""

    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    def forward(self, X):
        for W, b in zip(self.weights, self.biases, strict=True):
            X = 1 / (1 + np.exp(-(X @ W + b)))
        return X

    def backward(self, X, y):
        net = NeuralNetwork(2, 3, 1)
        net.weights, net.biases = [W.astype(float) for W in self.weights], [np.atleast_2d(b) for b in self.biases]
        gradients = net.backward(X, y)
        return Gradients(
            gradients.weights,
            [np.reshape(db, np.shape(b)) for db, b in zip(gradients.biases, self.biases, strict=True)],
        )

    def update(self, gradients):
        self.weights = [W - 0.1 * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]
        self.biases = [b - 0.1 * db for b, db in zip(self.biases, gradients.biases, strict=True)]


class Tanh:
    """As in notebook 07: its own forward and loss, here with tanh, sigmoid and binary cross-entropy."""

    def __init__(self):
        net = NeuralNetwork(2, 3, 1, activation="tanh", loss="binary_cross_entropy", seed=1)
        self.weights, self.biases, self.loss_function = net.weights, net.biases, LOSSES["binary_cross_entropy"].value

    def forward(self, X):
        a1 = np.tanh(X @ self.weights[0] + self.biases[0])
        return 1 / (1 + np.exp(-(a1 @ self.weights[1] + self.biases[1])))

    def loss(self, X, y):
        return self.loss_function(self.forward(X), y)

    def backward(self, X, y):
        net = NeuralNetwork(2, 3, 1, activation="tanh", loss="binary_cross_entropy")
        net.weights, net.biases = self.weights, self.biases
        return net.backward(X, y)


def test_a_class_with_other_activations_and_loss_is_explored_too():
    X, y = datasets.xor()
    figure = widgets.OutputErrorExplorer(Tanh(), X, y, activation=["tanh", "sigmoid"])
    assert "(ŷ − y) · a" in words(figure)
    assert figure.product == pytest.approx(figure.numerical, rel=1e-6)
    assert "= tanh(" in words(widgets.ForwardExplorer(Tanh(), X[:1], activation=["tanh", "sigmoid"]))
    with pytest.raises(InputError, match="Name the activation of each layer"):
        widgets.OutputErrorExplorer(Tanh(), X, y)


def test_a_loss_of_no_known_kind_is_not_taken_apart():
    class Halved(Tanh):
        def loss(self, X, y):
            return super().loss(X, y) / 2

    with pytest.raises(InputError, match="The loss of this Halved is none of"):
        widgets.OutputErrorExplorer(Halved(), *datasets.xor(), activation=["tanh", "sigmoid"])


def flat_biases():
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    return Own([W1, W2], [b1.ravel(), b2.ravel()]), X, y


def whole_numbers():
    X, y, *_ = datasets.worked_example()
    return (
        Own([np.array([[1, -1, 2], [0, 1, 1]]), np.array([[1], [2], [-1]])], [np.zeros((1, 3)), np.zeros((1, 1))]),
        X,
        y,
    )


@pytest.mark.parametrize("make", [flat_biases, whole_numbers])
def test_own_networks_with_flat_biases_or_whole_numbers_are_shown(make):
    network, X, y = make()
    given = [array.copy() for array in [*network.weights, *network.biases]]
    forward, output = widgets.ForwardExplorer(network, X[:1]), widgets.OutputErrorExplorer(network, X, y)
    descends = widgets.DescentExplorer(network, X, y)
    for name in ("W2[1,0]", "b2[0,0]"):
        for figure in (forward, output):
            figure.parameter.value = name
            figure.value.value = 0.7
            assert figure.message.value == ""
            assert own_class.get_parameter(figure.network, name) == 0.7
        assert output.product == pytest.approx(output.numerical, rel=1e-6)
        descends.first.value = name
        assert descends.message.value == ""
    for array, before in zip([*network.weights, *network.biases], given, strict=True):
        np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize("figure", [widgets.ForwardExplorer, widgets.OutputErrorExplorer, widgets.DescentExplorer])
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_what_is_no_network_is_refused_with_nothing_left_behind(figure):
    with pytest.raises(InputError, match=r"expected|needs|has no"):
        figure(3) if figure is widgets.ForwardExplorer else figure(worked_network()[0])
    gc.collect()


def test_a_parameter_in_whole_numbers_is_refused_rather_than_cut_off():
    network, _, _ = whole_numbers()
    with pytest.raises(InputError, match="astype"):
        own_class.set_parameter(network, "W1[0,0]", 0.7)
    assert network.weights[0][0, 0] == 1


def test_a_descent_that_ends_at_its_first_step_is_explained():
    assert "first step" in descent.explain(np.array([1.0]), 0.1)


# -- what the charts look like on a page -------------------------------------------------------------------


def settings_of_charts():
    """Figures of charts in settings of all kinds: name -> figure."""
    loss = {(y_hat, y): widgets.LossExplorer() for y_hat in (0.01, 0.5, 0.99) for y in (0, 1)}
    for (y_hat, y), figure in loss.items():
        figure.prediction.value, figure.target.value = y_hat, y
    descents = [widgets.DescentExplorer() for _ in range(4)] + [widgets.DescentExplorer(*worked_network())]
    for figure, preset in zip(descents, ("too_small", "right", "too_large", "right", "right"), strict=True):
        getattr(figure, preset).click()
    descents[3].momentum.value, descents[3].step.value = 0.8, 6
    descents[0].momentum.value, descents[0].step.value = 0.1, 30
    descents[4].batch.value = "one sample"
    trainings = [widgets.TrainingExplorer(data=data, epochs=60) for data in ("xor", "moons", "spirals")]
    for figure, rate in zip(trainings, (10, 0.9, 0.001), strict=True):
        figure.learning_rate.value = rate
    return {f"{type(figure).__name__}-{i}": figure for i, figure in enumerate([*loss.values(), *descents, *trainings])}


@pytest.mark.parametrize("width", [460, 560, 760, 926])
def test_no_text_of_a_chart_covers_another_or_leaves_it(chromium, width):
    figures = settings_of_charts()
    for figure in figures.values():
        figure.picture.room = width
    assert drawings.overlaps(chromium, {name: figure.picture.svg for name, figure in figures.items()}, width) == []
