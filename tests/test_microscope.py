"""The microscope shows, phase by phase, what forward, backward and update compute, and notices when they are wrong."""

import ast
import copy
import html
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest
from front_end import displayed, hear

from bpcourse import NeuralNetwork, datasets, diagram
from bpcourse.mathematics import activations
from bpcourse.mathematics.equations import EQUATIONS
from bpcourse.mathematics.gradients import numerical_gradients
from bpcourse.mathematics.own_class import get_parameter, layer_values
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.diagram import phases
from bpcourse.pictures.writing import number
from bpcourse.widgets.microscope.figure import Microscope
from bpcourse.widgets.microscope.product import product_of
from bpcourse.widgets.microscope.training_step import Moment

SVG = "{http://www.w3.org/2000/svg}"
KINDS = [
    {"activation": "sigmoid"},
    {"activation": "tanh", "loss": "binary_cross_entropy"},
    {"activation": "relu", "output_activation": "identity"},
    {"activation": "identity", "output_activation": "softmax", "loss": "cross_entropy"},
    {"activation": "relu", "output_activation": "softmax"},
    {"activation": "sigmoid", "output_activation": "tanh"},
]


def network(hidden=(3, 2), n_out=2, **settings):
    """A network with samples whose pre-activations have both signs."""
    net = NeuralNetwork(2, hidden, n_out, seed=5, **settings)
    random = np.random.default_rng(1)
    net.biases = [random.normal(size=b.shape) for b in net.biases]
    return net, random.normal(size=(4, 2)), datasets.one_hot(np.arange(4) % n_out, n_out)


def text_of(widget):
    return html.unescape(re.sub(r"<[^>]+>", " ", widget.value))


def matrices(widget):
    """Every matrix that is written out, as arrays in order."""
    tables = re.findall(r'<table class="bp-matrix">(.*?)</table>', widget.value)
    return [
        np.array(
            [
                [float(cell.replace("−", "-")) for cell in re.findall(r"<td>(.*?)</td>", row)]
                for row in re.findall(r"<tr>(.*?)</tr>", table)
            ]
        )
        for table in tables
    ]


def rows(widget, name):
    """The rows of that name of every table that is written out, without the shapes."""
    found = re.findall(rf"<tr><th>{name}</th>(.*?)</tr>", re.sub(r"<small>.*?</small>", "", widget.value))
    return [html.unescape(re.sub(r"<[^>]+>", " ", row)) for row in found]


def code_of(widget):
    """The lines of code, each in one piece."""
    lines = "\n".join(" ".join(row.split()) for row in rows(widget, "code"))
    more = html.unescape("\n".join(re.findall(r"<pre><code>(.*?)</code></pre>", widget.value, re.DOTALL)))
    return re.sub(r"\n(?=[=+*-])", " ", lines).strip() + "\n" + more


def squeezed(text):
    return re.sub(r"\s", "", text)


LATEX = {
    r"\frac{\partial L}{\partial a^L}": "∂L/∂a^l", r"\frac{\partial L}{\partial b^l}": "∂L/∂b^l",
    r"\frac{\partial L}{\partial W^l}": "∂L/∂W^l", r"\frac{\partial L}{\partial W}": "∂L/∂W",
    r"\frac{\partial L}{\partial b}": "∂L/∂b", r"\frac{1}{N}": "1/N", r"\sum_{n=1}^{N}": "Σ", r"\hat y": "ŷ",
    r"{\mathsf T}": "ᵀ", r"\delta": "δ", r"\odot": "⊙", r"\left": "", r"\right": "", r"\leftarrow": "←", r"\eta": "η",
    r"\ell": "ℓ", "f'": "f′", "-": "−",
}  # fmt: skip


def equation(tag, layer):
    """The course's equation for a layer as it is read, without spaces."""
    text = EQUATIONS[tag].latex.replace("{l-1}", str(layer - 1)).replace("{l+1}", str(layer + 1))
    for latex, plain in sorted(LATEX.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(latex, plain)
    return squeezed(re.sub(r"\^[lL]", str(layer), text).translate(str.maketrans("", "", "{}^_")))


def drawn(figure):
    return ET.fromstring(figure.picture.svg)


def lit(figure):
    found = {e.get("id") for e in drawn(figure).iter() if "lit" in (e.get("class") or "").split()}
    return {id for id in found if id and not id.startswith("link-")}  # the lines to which numbers belong


def unit_texts(figure, id):
    part = drawn(figure).find(f".//*[@id='{id}']")
    return ["".join(text.itertext()) for text in part.iter(f"{SVG}text")]


def to(figure, tag, layer=0):
    """Go to the phase with this equation; layer 0 stands for the phases that belong to no single layer."""
    for k, phase in enumerate(figure.phases, start=1):
        if tag in phase.tags and phase.layer == layer:
            figure.step.value = k
            return figure
    raise AssertionError(f"no phase {tag} of layer {layer}")


def test_the_phases_are_those_of_a_training_step_in_order():
    assert [(p.tags, p.layer) for p in phases.phases(2)] == [
        ((), 0),
        (("F1",), 1),
        (("F2",), 1),
        (("F1",), 2),
        (("F2",), 2),
        (("L1",), 0),
        (("BP1",), 2),
        (("BP2",), 1),
        (("BP4", "BP3"), 2),
        (("BP4", "BP3"), 1),
        (("U1", "U2"), 0),
    ]
    for layers in (1, 4):
        assert {tag for phase in phases.phases(layers) for tag in phase.tags} >= set(EQUATIONS) - {"BP2"}


@pytest.mark.parametrize("settings", KINDS)
@pytest.mark.parametrize("sample", [2, "all"])
def test_the_numbers_of_each_phase_are_those_of_an_independent_computation(settings, sample):
    net, X, y = network(**settings)
    figure = Microscope(net, X, y)
    figure.sample.value = sample
    rows = slice(None) if sample == "all" else [2]
    X, y = X[rows], y[rows]
    zs, a = net.layers(X)
    gradients = numerical_gradients(net, X, y, method="complex")

    def same(matrix, expected):
        np.testing.assert_allclose(matrix, expected, rtol=6e-4, atol=1e-12)

    for layer in (1, 2, 3):
        F1 = matrices(to(figure, "F1", layer).numbers)
        for matrix, expected in zip(
            F1, (zs[layer - 1], a[layer - 1], net.weights[layer - 1], net.biases[layer - 1]), strict=True
        ):
            same(matrix, expected)
        F2 = matrices(to(figure, "F2", layer).numbers)
        same(F2[0], a[layer])
        same(F2[1], zs[layer - 1])
        dW, a_T, delta, db, again = matrices(to(figure, "BP4", layer).numbers)
        same(a_T, a[layer - 1].T)
        same(dW, gradients.weights[layer - 1])
        same(db, gradients.biases[layer - 1])
        np.testing.assert_allclose(delta.sum(0), gradients.biases[layer - 1][0], rtol=5e-3, atol=1e-4)
        np.testing.assert_array_equal(delta, again)
    assert number(net.loss(X, y)) in text_of(to(figure, "L1").numbers)
    for layer in (1, 2):
        result, delta, W_T, steepness = matrices(to(figure, "BP2", layer).numbers)
        np.testing.assert_allclose(delta @ W_T * steepness, result, rtol=5e-3, atol=1e-4)
    delta = matrices(to(figure, "BP1", 3).numbers)[0]
    np.testing.assert_allclose(delta.sum(0), gradients.biases[2][0], rtol=5e-3, atol=1e-4)
    for i in range(3):
        figure.parameter.value = f"W{i + 1}[0,0]"
        new_W, old_W, _, new_b, old_b, _ = matrices(to(figure, "U1").numbers)
        same(old_W, net.weights[i])
        same(old_b, net.biases[i])
        same(new_W, net.weights[i] - 0.1 * gradients.weights[i])
        same(new_b, net.biases[i] - 0.1 * gradients.biases[i])
    assert not figure.message.value
    assert "Look here" not in figure.readout.value


@pytest.mark.parametrize("settings", KINDS)
@pytest.mark.parametrize("n_out", [1, 2])
@pytest.mark.parametrize("sample", [0, "all"])
def test_the_lines_of_code_run_and_make_the_training_step(settings, n_out, sample):
    if n_out == 1 and settings.get("output_activation") == "softmax":
        pytest.skip("softmax of one output is always 1")
    net, X, y = network(n_out=n_out, **settings)
    if n_out == 1:
        y = np.array([[0.0], [1.0], [1.0], [0.0]])
    figure = Microscope(net, X, y)
    figure.sample.value = sample
    rows = slice(None) if sample == "all" else [0]
    X, y = X[rows], y[rows]
    names = {"np": np, "X": X, "y": y, "eta": net.learning_rate}
    names |= {name: getattr(activations, name) for name in ("sigmoid", "tanh", "relu", "identity", "softmax")}
    for layer, (W, b) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
        names |= {f"W{layer}": W, f"b{layer}": b}
    for k in range(1, figure.step.max + 1):
        figure.step.value = k
        code = code_of(figure.numbers)
        ast.parse(code)
        exec(code, names)
    assert names["L"] == pytest.approx(net.loss(X, y))
    net.update(net.backward(X, y))
    for layer, (W, b) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
        np.testing.assert_allclose(names[f"W{layer}"], W, rtol=1e-12)
        np.testing.assert_allclose(names[f"b{layer}"], b, rtol=1e-12)


def test_code_and_equations_of_the_worked_example_are_those_of_the_course():
    figure = Microscope()
    phases = (("F1", 2), ("F2", 2), ("L1", 0), ("BP1", 2), ("BP2", 1), ("BP3", 2), ("BP4", 2))
    for tag, layer in phases:
        assert squeezed(EQUATIONS[tag].code) in squeezed(code_of(to(figure, tag, layer).numbers))
        assert equation(tag, layer) in squeezed("".join(rows(figure.numbers, "equation")))
    to(figure, "U1")
    for tag in ("U1", "U2"):
        assert EQUATIONS[tag].code in code_of(figure.numbers)
        assert equation(tag, 0) in squeezed("".join(rows(figure.numbers, "equation"))).replace("1", "")
    assert squeezed("z1 = X @ W1 + b1") in squeezed(code_of(to(figure, "F1", 1).numbers))


def test_the_three_rows_are_aligned_and_no_line_opens_with_a_bracket():
    figure = Microscope()
    for sample in (0, "all"):
        figure.sample.value = sample
        for k in range(1, figure.step.max + 1):
            figure.step.value = k
            for steps in ET.fromstring(f"<div>{figure.numbers.value}</div>").findall(".//table[@class='bp-steps']"):
                widths = {sum(int(cell.get("colspan", 1)) for cell in row) for row in steps}
                assert len(steps) == 3
                assert len(widths) == 1
            assert not any(re.match(r"\s*[()⊙]?\s*[()]", row) for row in rows(figure.numbers, "equation")[1:])


def test_each_phase_shows_its_equation_and_lights_what_it_computes():
    figure = Microscope()
    for tag, layer, ids in (
        ("F2", 1, {"unit-1-0", "unit-1-1", "unit-1-2"}),
        ("L1", 0, {"unit-2-0", "target-0", "loss"}),
        ("BP1", 2, {"unit-2-0", "target-0", "loss", "delta-2-0"}),
    ):
        to(figure, tag, layer)
        assert lit(figure) == ids
        assert equation(tag, layer) in squeezed("".join(rows(figure.equation, "equation")))
        assert f">{tag}</span>" in figure.heading.value
        assert tag in figure.alt
    assert {"unit-0-0", "unit-0-1", "w-1-1-2", "b-1-0", "unit-1-2"} <= lit(to(figure, "F1", 1))
    assert {"delta-2-0", "w-2-0-0", "delta-1-1"} <= lit(to(figure, "BP2", 1))
    assert lit(to(figure, "U1")) == {id for id in diagram.ids((2, 3, 1)) if id[0] in "wb"}


def test_numbers_appear_only_once_they_are_computed():
    figure = Microscope()
    assert unit_texts(figure, "unit-0-0") == ["x1", "1.00"]
    assert unit_texts(figure, "unit-1-0") == ["z11", "a11"]
    to(figure, "F1", 1)
    assert unit_texts(figure, "unit-1-0") == ["z11", "1.00", "a11"]
    to(figure, "F2", 2)
    assert unit_texts(figure, "unit-2-0") == ["z21", "0.356", "ŷ", "0.588"]
    assert "0.0848" not in unit_texts(figure, "loss")
    to(figure, "L1")
    assert unit_texts(figure, "loss") == ["L", "0.0848"]
    assert 'id="delta-2-0"' not in figure.picture.svg
    to(figure, "BP1", 2)
    assert unit_texts(figure, "delta-2-0") == ["δ −0.0998"]


def test_next_and_back_walk_through_training_steps_and_return():
    net = Microscope().network
    X, y, *_ = datasets.worked_example()
    figure = Microscope()
    seen = []
    for _ in range(2 * figure.step.max):
        seen.append((figure.picture.svg, figure.readout.value))
        figure.next.click()
    assert figure.updates == 2
    assert figure.step.value == 1
    for _ in range(2):
        net.update(net.backward(X[:1], y[:1]))
    for mine, its in zip(figure.network.weights + figure.network.biases, net.weights + net.biases, strict=True):
        np.testing.assert_array_equal(mine, its)
    assert "after 2 updates" in figure.readout.value
    for expected in reversed(seen):
        figure.back.click()
        assert (figure.picture.svg, figure.readout.value) == expected
    assert figure.back.disabled
    figure.back.click()
    assert (figure.step.value, figure.updates) == (1, 0)


@pytest.mark.parametrize("sample", [0, 3, "all"])
@pytest.mark.parametrize("settings", KINDS)
def test_the_product_of_every_parameter_is_its_gradient_and_the_numerical_one(settings, sample):
    net, X, y = network(**settings)
    rows = slice(None) if sample == "all" else [sample]
    X, y = X[rows], y[rows]
    expected = numerical_gradients(net, X, y, method="complex")
    now = Moment(net, X, y)
    figure = Microscope(net, X, y)
    figure.sample.value = "all" if sample == "all" else 0
    for name in figure.parameter.options:
        product = product_of(now, name)
        slope = get_parameter(expected, name)
        assert product.gradient == pytest.approx(slope, rel=1e-9, abs=1e-14)
        assert product.terms.sum() == pytest.approx(slope, rel=1e-9, abs=1e-14)
        assert product.numerical == pytest.approx(slope, rel=1e-6, abs=1e-9)
        assert product.agree
        figure.parameter.value = name
        assert number(product.gradient) in text_of(figure.product)
        assert "They agree" in text_of(figure.product)


def test_every_line_of_the_product_is_true():
    net, X, y = network()
    figure = Microscope(net, X, y)
    for name in ("W1[0,2]", "b2[0,1]", "W3[1,0]"):
        figure.parameter.value = name
        lines = [text_of(SimpleNamespace(value=line)) for line in re.findall(r"<div>(.*?)</div>", figure.product.value)]
        for line in lines[:-1]:
            *_, product, result = line.replace("−", "-").replace("·", "*").split("=")
            assert eval(product) == pytest.approx(float(result), rel=5e-3, abs=1e-5)
        assert len(lines) > 2


def test_choosing_a_parameter_lights_its_paths_until_the_next_step():
    figure = Microscope()
    figure.parameter.value = "W1[0,2]"
    path = diagram.path_to_loss((2, 3, 1), "w-1-0-2")
    assert lit(figure) == path | {"unit-0-0"}
    assert "W1[0,2]" in figure.alt
    figure.next.click()
    assert lit(figure) == phases.lit(figure.phases[1], (2, 3, 1))
    figure.parameter.value = "b2[0,0]"
    assert lit(figure) == diagram.path_to_loss((2, 3, 1), "b-2-0")


def test_a_click_on_the_diagram_chooses_and_a_second_one_lets_go():
    figure = Microscope()
    hear(figure, {"choose": "w-1-1-2"})
    assert figure.parameter.value == "W1[1,2]"
    assert figure.value.value == -1.2
    assert "w-1-1-2" in lit(figure)
    hear(figure, {"choose": "w-1-1-2"})
    assert lit(figure) == {"unit-0-0", "unit-0-1"}
    hear(figure, {"choose": "b-2-0"})
    assert figure.parameter.value == "b2[0,0]"
    assert "b-2-0" in lit(figure)


def test_every_element_that_can_be_clicked_is_understood():
    figure = Microscope()
    buttons = [e.get("id") for e in drawn(figure).iter() if e.get("role") == "button"]
    assert len(buttons) == len(figure.parameter.options) == 13
    for id in buttons:
        hear(figure, {"choose": id})
        assert id in lit(figure)


def test_moving_a_value_changes_what_follows_from_it_and_nothing_before():
    figure = to(Microscope(), "F2", 2)
    figure.parameter.value = "W2[0,0]"
    figure.value.value = 2.5
    net, X, _ = figure.network, *datasets.worked_example()[:2]
    assert net.weights[1][0, 0] == 2.5
    assert unit_texts(figure, "unit-1-0") == ["z11", "1.00", "a11", "0.731"]
    assert unit_texts(figure, "unit-2-0")[3] == f"{net.forward(X[:1])[0, 0]:.3f}" != "0.588"


def test_inputs_and_targets_can_be_edited_one_sample_at_a_time():
    figure = to(Microscope(), "L1")
    figure.x1.value, figure.y1.value = -1.5, 0.0
    X, y = np.array([[-1.5, 2.0]]), np.array([[0.0]])
    assert number(figure.network.loss(X, y)) in text_of(figure.numbers)
    figure.sample.value = 1
    assert (figure.x1.value, figure.x2.value, figure.y1.value) == (0.0, 1.0, 0.0)
    figure.sample.value = "all"
    assert figure.x1.disabled
    all_X, all_y, *_ = datasets.worked_example()
    all_X[0], all_y[0] = X, y
    assert number(figure.network.loss(all_X, all_y)) in text_of(figure.numbers)
    figure.sample.value = 0
    assert not figure.x1.disabled
    assert figure.x1.value == -1.5


def type_in(field, text):
    """Let a text reach a field as one typed in a browser does; return what the field then shows."""
    field.set_state({"value": text})
    return field.get_state("value")["value"]


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("0,5", 0.5, "0.5"),
        (" 0.5", 0.5, "0.5"),
        ("−0.5", -0.5, "−0.5"),
        ("-,25", -0.25, "−0.25"),
        ("3e-2", 0.03, "0.03"),
    ],
)
def test_numbers_are_typed_with_a_point_or_a_comma(text, value, shown):
    figure = to(Microscope(), "F1", 1)
    assert type_in(figure.x1, text) == shown
    assert figure.x1.value == value
    assert matrices(figure.numbers)[1][0, 0] == value
    assert not figure.message.value


@pytest.mark.parametrize("text", ["half", "", "1/2", "0,5,1", "1.000,5"])
@pytest.mark.parametrize("name", ["x2", "y1", "learning_rate"])
def test_what_is_typed_and_is_no_number_is_told_and_stays_to_be_mended(name, text):
    figure = Microscope()
    field, before = getattr(figure, name), figure.picture.svg
    assert type_in(field, text) == text
    assert f"{field.description} came as {html.escape(repr(text))}; expected a number" in figure.message.value
    assert figure.picture.svg == before
    assert type_in(field, "0,25") == "0.25"
    assert (field.value, figure.message.value) == (0.25, "")


def test_learning_rate_sets_the_length_of_the_update():
    figure = to(Microscope(), "U1")
    X, y, W1, *_ = datasets.worked_example()
    figure.learning_rate.value = 2.0
    slope = figure.network.backward(X[:1], y[:1]).weights[0]
    np.testing.assert_allclose(matrices(figure.numbers)[0], W1 - 2 * slope, rtol=1e-3)


def test_the_update_is_drawn_so_that_a_small_step_can_be_seen():
    figure = to(Microscope(), "U1")
    assert unit_texts(figure, "w-2-0-0") == ["1.50", "1.51"]  # old and new


def test_reset_brings_everything_back():
    figure = Microscope()
    before = figure.picture.svg, figure.readout.value, figure.product.value
    figure.value.value, figure.x2.value, figure.learning_rate.value = 3.0, 0.0, 5.0
    for _ in range(15):
        figure.next.click()
    figure.reset.click()
    assert (figure.picture.svg, figure.readout.value, figure.product.value) == before
    assert (figure.updates, figure.step.value, figure.learning_rate.value) == (0, 1, 0.1)


def test_reset_goes_back_to_where_the_cell_opened_it():
    figure = Microscope()
    figure.sample.value, figure.parameter.value, figure.step.value = 2, "W2[1,0]", 6
    opened = displayed(figure)["text/plain"]
    shown = figure.picture.svg, figure.readout.value, figure.product.value
    figure.sample.value, figure.parameter.value, figure.y1.value = "all", "b1[0,0]", 0.5
    for _ in range(8):
        figure.next.click()
    displayed(figure)  # in a second view
    figure.reset.click()
    assert (figure.sample.value, figure.parameter.value, figure.step.value) == (2, "W2[1,0]", 6)
    assert (figure.picture.svg, figure.readout.value, figure.product.value) == shown
    assert opened == displayed(figure)["text/plain"]
    figure.parameter.value = "W1[0,1]"
    figure.reset.click()
    assert (figure.picture.svg, figure.readout.value, figure.product.value) == shown


def test_reset_shows_the_paths_again_that_the_cell_opened_it_with():
    figure = Microscope()
    figure.step.value, figure.parameter.value = 6, "W1[0,2]"
    displayed(figure)
    shown = figure.picture.svg
    figure.next.click()
    figure.reset.click()
    assert figure.picture.svg == shown


def test_the_network_that_was_given_stays_as_it_is():
    net, X, y = network()
    before = copy.deepcopy([*net.weights, *net.biases, X, y])
    figure = Microscope(net, X, y)
    figure.value.value, figure.x1.value = 3.0, 3.0
    for _ in range(figure.step.max + 1):
        figure.next.click()
    for mine, its in zip(before, [*net.weights, *net.biases, X, y], strict=True):
        np.testing.assert_array_equal(mine, its)


class OwnNetwork:
    """As a learner writes it in notebook 07: 2-3-1, sigmoid, squared error; no deltas, no loss."""

    def __init__(self, factor=1.0):
        _, _, W1, b1, W2, b2 = datasets.worked_example()
        self.weights, self.biases, self.factor = [W1, W2], [b1, b2], factor

    def forward(self, X):
        self.a1 = 1 / (1 + np.exp(-(X @ self.weights[0] + self.biases[0])))
        return 1 / (1 + np.exp(-(self.a1 @ self.weights[1] + self.biases[1])))

    def backward(self, X, y):
        y_hat = self.forward(X)
        delta2 = (y_hat - y) / len(X) * y_hat * (1 - y_hat)
        delta1 = self.factor * (delta2 @ self.weights[1].T) * self.a1 * (1 - self.a1)
        return SimpleNamespace(
            weights=[X.T @ delta1, self.a1.T @ delta2],
            biases=[delta1.sum(0, keepdims=True), delta2.sum(0, keepdims=True)],
        )

    def update(self, gradients):
        for i in range(2):
            self.weights[i] -= 0.1 * gradients.weights[i]
            self.biases[i] -= 0.1 * gradients.biases[i]


@pytest.mark.parametrize("sample", [1, "all"])
def test_a_class_of_your_own_shows_the_same_numbers(sample):
    X, y, *_ = datasets.worked_example()
    own, ours = Microscope(OwnNetwork(), X, y), Microscope()
    own.sample.value = ours.sample.value = sample
    own.parameter.value = ours.parameter.value = "W1[1,0]"
    for k in range(1, ours.step.max + 1):
        own.step.value = ours.step.value = k
        assert own.picture.svg == ours.picture.svg
        assert own.product.value == ours.product.value
        assert own.readout.value == ours.readout.value
        assert [m.tolist() for m in matrices(own.numbers)] == [m.tolist() for m in matrices(ours.numbers)]
    own.next.click()
    ours.next.click()
    assert own.picture.svg == ours.picture.svg
    own.back.click()
    assert own.updates == 0


def test_a_wrong_backward_is_noticed_at_the_phase_that_is_wrong():
    X, y, *_ = datasets.worked_example()
    figure = Microscope(OwnNetwork(factor=2.0), X, y)
    for tag, layer in (("BP1", 2), ("BP4", 2)):
        assert "Look here" not in to(figure, tag, layer).readout.value
    assert "Look here" in to(figure, "BP2", 1).readout.value
    assert "backward does not give what the equation gives" in figure.readout.value
    assert "They do not agree" in text_of(figure.product)
    figure.parameter.value = "W2[0,0]"
    assert "They agree" in text_of(figure.product)


def test_a_class_that_sums_over_the_samples_is_followed_too():
    X, y, *_ = datasets.worked_example()
    own = OwnNetwork()
    backward = own.backward
    own.backward = lambda X, y: SimpleNamespace(
        weights=[len(X) * g for g in backward(X, y).weights], biases=[len(X) * g for g in backward(X, y).biases]
    )
    now = Moment(own, X, y)
    for delta, db in zip(now.gradients.deltas, own.backward(X, y).biases, strict=True):
        np.testing.assert_allclose(delta.sum(0), db[0])


def test_biases_that_neither_sum_nor_average_over_the_samples_are_told():
    own = OwnNetwork()
    backward = own.backward

    def last_sample_alone(X, y):
        return SimpleNamespace(weights=backward(X, y).weights, biases=backward(X[-1:], y[-1:]).biases)

    own.backward = last_sample_alone
    X, y, *_ = datasets.worked_example()
    figure = to(Microscope(own, X, y), "BP4", 2)
    assert not figure.message.value
    figure.sample.value = "all"
    assert "neither the mean nor the sum" in figure.message.value


def test_whole_numbers_and_flat_biases_in_a_class_of_your_own_can_be_moved():
    own = OwnNetwork()
    own.weights = [np.array([[1, 0, -1], [0, 1, 1]]), np.array([[1], [1], [-1]])]
    own.biases = [np.zeros(3), np.zeros(1)]
    X, y, *_ = datasets.worked_example()
    figure = Microscope(own, X, y)
    figure.value.value = 0.25
    assert not figure.message.value
    assert figure.network.weights[0][0, 0] == 0.25
    assert own.weights[0][0, 0] == 1
    assert own.biases[0].shape == (3,)


@pytest.mark.parametrize("hidden", [(), 5, (3, 2, 2), 12])
def test_any_depth_and_width(hidden):
    net = NeuralNetwork(2, hidden, 1, seed=0)
    X, y = datasets.xor()
    figure = Microscope(net, X, y)
    assert figure.step.max == len(phases.phases(len(net.weights)))
    for _ in range(figure.step.max):
        figure.next.click()
        assert not figure.message.value
    assert figure.updates == 1


def test_large_networks_are_cut_short():
    data = datasets.digits()
    net = NeuralNetwork(64, 16, 10, output_activation="softmax", loss="cross_entropy", seed=0)
    figure = Microscope(net, data.X_train[:60], data.y_train[:60])
    assert not hasattr(figure, "x1")
    assert len(figure.sample.options) == 51
    figure.sample.value = "all"
    assert "…" in text_of(to(figure, "F1", 1).numbers)
    assert "(60, 64)" in text_of(figure.numbers)
    assert len(figure.numbers.value) < 10_000
    assert not figure.message.value


def test_what_cannot_be_shown_is_said_in_words_and_changes_nothing():
    figure = Microscope(*network(n_out=1, loss="binary_cross_entropy")[:2], np.array([[0.0], [1.0], [0.0], [1.0]]))
    before = figure.picture.svg
    figure.y1.value = 7.0
    assert "expects targets from 0 to 1" in figure.message.value
    assert figure.picture.svg == before
    figure.sample.value = 1
    assert not figure.message.value
    figure.x1.value = float("nan")
    assert "NaN" in figure.message.value
    figure.x1.value = 0.5
    assert not figure.message.value
    figure.learning_rate.value = -1.0
    assert "learning rate came as -1.0" in figure.message.value


def test_text_of_others_cannot_become_html():
    class Trap(OwnNetwork):
        def backward(self, X, y):
            if self.weights[0][0, 0] > 1:
                raise ValueError("<script>alert(1)</script>")
            return super().backward(X, y)

    X, y, *_ = datasets.worked_example()
    figure = Microscope(Trap(), X, y)
    figure.value.value = 2.0
    assert "&lt;script&gt;" in figure.message.value
    assert "<script" not in figure.message.value
    figure.value.value = 0.5
    assert not figure.message.value


def test_after_an_error_the_figure_goes_on_from_what_it_shows():
    figure = to(Microscope(), "U1")
    shown = matrices(figure.numbers)[0]  # W1 after the update
    figure.x1.value = float("inf")
    assert "infinite" in figure.message.value
    figure.next.click()
    assert figure.updates == 1
    np.testing.assert_allclose(figure.network.weights[0], shown, rtol=1e-3)
    figure.x1.value = 1.0
    assert not figure.message.value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NeuralNetwork(2, 3, 1, seed=0),), "without X or without y"),
        ((NeuralNetwork(2, 3, 1, seed=0), np.ones((2, 3)), np.ones((2, 1))), r"X has shape \(2, 3\)"),
        ((NeuralNetwork(2, 3, 1, seed=0), np.ones((2, 2)), np.ones((3, 1))), r"y has shape \(3, 1\)"),
        ((SimpleNamespace(weights=[], biases=[]), np.ones((2, 2)), np.ones((2, 1))), "has no method forward"),
    ],
)
def test_what_does_not_fit_together_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        Microscope(*arguments)


def test_the_saved_notebook_keeps_the_picture_and_a_stable_text():
    bundle = [displayed(Microscope()) for _ in range(2)]
    data = bundle[0]
    assert data["text/plain"] == bundle[1]["text/plain"]
    assert data["text/plain"].startswith("Picture: Microscope, phase 1 of 11: input. Network 2-3-1. Input 1.00, 2.00.")
    image = ET.fromstring(re.match("<img[^>]*>", data["text/html"])[0] + "</img>")
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    assert image.get("alt").startswith("Microscope, phase 1 of 11")


def test_layer_values_of_own_class_are_its_forward():
    X, *_ = datasets.worked_example()
    assert np.array_equal(layer_values(OwnNetwork(), X)[1][-1].round(12), OwnNetwork().forward(X).round(12))


def test_phases_that_are_not_taught_yet_are_hidden():
    figure = Microscope(until="BP1")
    assert [phase.tags for phase in figure.phases][-2:] == [("L1",), ("BP1",)]
    figure.step.value = figure.step.max
    shown = figure.picture.svg, figure.readout.value
    figure.next.click()
    assert (figure.picture.svg, figure.readout.value) == shown
    assert figure.updates == 0
    figure.choose("w-1-0-0")
    assert "gradient" not in figure.readout.value + figure.picture.words
    assert "after this update" not in figure.readout.value
    displayed(figure)
    assert figure.picture.frames[-1]["name"] == "BP1\nlayer 2"
    assert Microscope(until="BP2").step.max == 8
    with pytest.raises(InputError, match="until came as 'BP5'; expected the tag of a phase: F1, F2, L1"):
        Microscope(until="BP5")


def test_why_unfolds_from_the_first_gradient_on():
    figure = Microscope()
    for k, phase in enumerate(figure.phases, start=1):
        figure.step.value = k
        assert ("why the gradient" in figure.picture.words) == (k >= 9), phase


@pytest.mark.parametrize(("id", "name"), [("unit-0-1", "x2"), ("target-0", "y1")])
def test_inputs_and_targets_are_dragged_nudged_and_typed_in_the_diagram(id, name):
    figure = to(Microscope(), "BP2", 1)
    field = getattr(figure, name)
    start, before = field.value, figure.picture.svg
    for x in (100, 130, 150):
        hear(figure, {"drag": id, "x": x, "y": 40})
    hear(figure, {"dropped": id})
    assert field.value > start
    moved = figure.picture.svg
    assert moved != before
    hear(figure, {"drag": id, "x": 150, "y": 40})  # taken up again, it stays where it is
    assert figure.picture.svg == moved
    hear(figure, {"dropped": id})
    dropped = field.value
    hear(figure, {"nudge": id, "steps": -1})
    assert field.value == pytest.approx(dropped - 0.1)
    hear(figure, {"type": id, "text": "0,25"})
    X, y, *_ = datasets.worked_example()
    X, y = X[:1], y[:1]
    (X if name == "x2" else y)[0, -1] = 0.25
    assert field.value == 0.25
    delta = figure.network.backward(X, y).deltas[0]
    np.testing.assert_allclose(matrices(figure.numbers)[0], delta, rtol=6e-4)
    hear(figure, {"type": id, "text": "half"})
    assert "came as &#x27;half&#x27;; expected a number" in figure.message.value


def shown_numbers(text):
    return [float(found.replace("−", "-")) for found in re.findall(r"[−]?\d+\.\d+(?:e[−]?\d+)?", text)]


def test_at_each_stop_of_the_movement_all_numbers_are_those_of_backward():
    figure = Microscope()
    displayed(figure)
    X, y, *_ = datasets.worked_example()
    X, y = X[:1], y[:1]
    (z1, z2), (_, a1, a2) = figure.network.layers(X)
    gradients = figure.network.backward(X, y)
    stops = [frame for frame in figure.picture.frames if frame["stop"]]
    assert len(stops) == len(figure.phases)
    for k, (frame, phase) in enumerate(zip(stops, figure.phases, strict=True), start=1):
        figure.step.value = k
        assert frame["svg"] == figure.picture.svg  # each stop is the still of its phase
        assert frame["phase"] == k - 1
        for id, parts in {
            "unit-1-2": (z1[0, 2], a1[0, 2]), "unit-2-0": (z2[0, 0], a2[0, 0]), "delta-2-0": gradients.deltas[1][0],
            "delta-1-1": gradients.deltas[0][0, 1:2], "loss": [figure.network.loss(X, y)],
        }.items():  # fmt: skip
            part = ET.fromstring(frame["svg"]).find(f".//*[@id='{id}']")
            written = shown_numbers(" ".join(part.itertext())) if part is not None else []
            assert written == pytest.approx(list(parts)[: len(written)], rel=6e-3), (phase, id)
        if "BP4" in phase.tags:
            for i, j in np.ndindex(gradients.weights[phase.layer - 1].shape):
                chip = ET.fromstring(frame["svg"]).find(f".//*[@id='w-{phase.layer}-{i}-{j}']")
                slope = gradients.weights[phase.layer - 1][i, j]
                assert shown_numbers(" ".join(chip.itertext()))[-1] == pytest.approx(slope, rel=6e-3)


def test_the_figure_follows_where_the_page_plays_to():
    figure = Microscope()
    displayed(figure)
    stops = [i for i, frame in enumerate(figure.picture.frames) if frame["stop"]]
    figure.picture.set_state({"at": stops[7]})
    assert figure.step.value == 8
    assert "Phase 8 of 11" in figure.readout.value
    assert figure.picture.svg == figure.picture.frames[stops[7]]["svg"]
    held = figure.picture.svg
    figure.picture.set_state({"at": stops[8] - 0.5})  # on the way to the next phase
    assert figure.step.value == 9
    assert "Phase 9 of 11" in figure.readout.value
    assert figure.picture.svg == held
    figure.x1.value = 0.5
    assert (figure.picture.at, figure.picture.stale) == (stops[8], True)
    hear(figure, {"wants": "frames"})
    assert not figure.picture.stale
    assert figure.picture.frames[stops[8]]["svg"] == figure.picture.svg
    hear(figure, {"beyond": 1})
    assert figure.step.value == 10


def test_the_saved_notebook_keeps_equation_numbers_and_code():
    figure = to(Microscope(), "BP2", 1)
    saved = SimpleNamespace(value=displayed(figure)["text/html"])
    assert equation("BP2", 1) in squeezed("".join(rows(saved, "equation")))
    assert squeezed(EQUATIONS["BP2"].code) in squeezed(code_of(saved))
    assert "−0.02942" in saved.value
