"""The diagram says what the network holds, and says it legibly."""

import base64
import copy
import itertools
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest
from front_end import displayed

from bpcourse import NeuralNetwork, datasets, diagram
from bpcourse.mathematics.own_class import deltas_of, layer_values, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style, writing

SVG = "{http://www.w3.org/2000/svg}"
ALL = ("z", "a", "targets", "loss", "deltas", "gradients")
BESIDE = [*ALL[:-1], "weights", "biases"]


def network(*sizes, **settings):
    *hidden, n_out = sizes[1:]
    net = NeuralNetwork(sizes[0], hidden, n_out, seed=3, init="uniform", **settings)
    net.weights = [3 * W - 1.5 for W in net.weights]
    net.biases = [b - 0.5 for b in net.biases]
    random = np.random.default_rng(0)
    return net, random.normal(size=(3, sizes[0])), random.uniform(size=(3, n_out))


@pytest.fixture
def worked():
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    net = NeuralNetwork(2, 3, 1, seed=0)
    net.weights, net.biases = [W1, W2], [b1, b2]
    return net, X, y


def parse(picture):
    return ET.fromstring(picture.svg)


def element(root, id):
    found = [e for e in root.iter() if e.get("id") == id]
    assert len(found) == 1, f"{len(found)} elements with id {id}"
    return found[0]


def texts(group):
    """All texts of a group as they are read, z¹₂ as "z12"."""
    return ["".join(e.itertext()) for e in group.iter(f"{SVG}text")]


def value(text):
    return float(text.split()[-1].replace("−", "-"))


def shown(number):
    """A number as it may stand in a drawing, with three significant digits."""
    return pytest.approx(number, rel=0.00501, abs=1e-12)


def is_lit(element):
    return element.get("class").split()[-1] == "lit"


@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 4, 1), (2, 3, 2, 1), (3, 4, 2), (2, 1)])
def test_every_number_is_the_networks_own(sizes):
    net, X, y = network(*sizes)
    gradients = net.backward(X, y)
    zs, activations = net.layers(X)
    root = parse(diagram.draw(net, X, y, show=[*BESIDE, "gradients"], sample=1))
    for layer, (W, dW) in enumerate(zip(net.weights, gradients.weights, strict=True), start=1):
        for i, j in np.ndindex(W.shape):
            weight = [value(text) for text in texts(element(root, f"w-{layer}-{i}-{j}"))]
            assert weight == [shown(W[i, j]), shown(dW[i, j])]
        for j in range(W.shape[1]):
            names = dict(zip(*[iter(texts(element(root, f"unit-{layer}-{j}")))] * 2, strict=True))
            assert value(names[f"z{layer}{j + 1}"]) == shown(zs[layer - 1][1, j])
            a = f"a{layer}{j + 1}" if layer < len(sizes) - 1 else "ŷ" if sizes[-1] == 1 else f"ŷ{j + 1}"
            assert value(names[a]) == shown(activations[layer][1, j])
            bias = [value(text) for text in texts(element(root, f"b-{layer}-{j}"))]
            assert bias == [shown(net.biases[layer - 1][0, j]), shown(gradients.biases[layer - 1][0, j])]
            delta = value(texts(element(root, f"delta-{layer}-{j}"))[0])
            assert delta == shown(gradients.deltas[layer - 1][1, j])
    for i in range(sizes[0]):
        assert value(texts(element(root, f"unit-0-{i}"))[1]) == shown(X[1, i])
    for j in range(sizes[-1]):
        assert value(texts(element(root, f"target-{j}"))[0]) == shown(y[1, j])
    assert value(texts(element(root, "loss"))[1]) == shown(net.loss(X, y))


def place(element):
    return tuple(map(float, re.findall(r"-?[\d.]+", element.get("transform"))))


@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 4, 1), (2, 3, 2, 1), (2, 3, 2), (3, 4, 4, 2)])
def test_links_have_numbers_on_their_own_line(sizes):
    net, X, y = network(*sizes)
    root = parse(diagram.draw(net, X, y))
    links = [e.get("data-id") for e in root.iter() if (e.get("class") or "").startswith("link")]
    assert len(links) == sum(W.size for W in net.weights)
    for id in links:
        line = element(root, f"link-{id}").findall(f"{SVG}line")[-1]
        x1, y1, x2, y2 = (float(line.get(name)) for name in ("x1", "y1", "x2", "y2"))
        x, y_number = place(element(root, id))
        assert x1 < x < x2
        assert y1 + (x - x1) / (x2 - x1) * (y2 - y1) == pytest.approx(y_number, abs=0.2)


def test_sign_and_size_of_a_weight_show_in_dash_and_width(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y))
    names = ("w-1-0-0", "w-1-0-1", "w-1-1-2", "w-2-0-0")
    lines = {id: element(root, f"link-{id}").findall(f"{SVG}line")[-1] for id in names}
    assert lines["w-1-0-0"].get("stroke-dasharray") is None
    assert lines["w-1-0-1"].get("stroke-dasharray")
    widths = [float(lines[id].get("stroke-width")) for id in ("w-1-0-0", "w-1-1-2", "w-2-0-0")]  # 0.4, -1.2, 1.5
    assert widths == sorted(set(widths))


def test_the_size_of_an_activation_shows_in_its_unit(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X[:1], y[:1]))

    def long(id):
        return next(float(e.get("width")) for e in element(root, id).iter() if e.get("class") == "size")

    assert long("unit-1-0") > long("unit-1-1") > long("unit-1-2") > 0


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_gate_shows_the_slope_at_z(activation):
    net, X, y = network(2, 3, 1, activation=activation)
    zs, _ = net.layers(X)
    root = parse(diagram.draw(net, X, y))

    def steepness(j):
        tangent = next(e for e in element(root, f"unit-1-{j}").iter() if e.get("class") == "tangent")
        x1, y1, x2, y2 = (float(tangent.get(name)) for name in ("x1", "y1", "x2", "y2"))
        return (y1 - y2) / (x2 - x1)

    slopes = net.activation.derivative_from_z(zs[0][0])
    seen = np.array([steepness(j) for j in range(3)])
    assert seen / seen.max() == pytest.approx(slopes / slopes.max(), abs=0.05)


def test_numbers_flow_forward_and_back_on_lanes_of_their_own(worked):
    net, X, y = worked
    lanes = {
        show: [
            e.get("class")
            for e in element(parse(diagram.draw(net, X, y, show=show)), "link-w-2-0-0").iter()
            if e.get("class")
        ]
        for show in (("weights",), ("weights", "a1"), ("weights", "a1", "deltas2"))
    }
    assert [names[1:] for names in lanes.values()] == [[], ["forward"], ["forward", "backward"]]


def test_the_target_enters_the_loss_from_below(worked):
    net, X, y = worked
    for width in (560, 960):
        root = parse(diagram.draw(net, X, y, width=width))
        (x, top), (x_target, below) = place(element(root, "loss")), place(element(root, "target-0"))
        assert x == x_target
        assert below > top


def test_an_update_shows_the_old_number_struck_through_and_the_new_one(worked):
    net, X, y = worked
    old = copy.deepcopy(net)
    net.update(net.backward(X, y))
    root = parse(diagram.draw(net, X, y, previous=old))
    for id, before, after in (("w-2-0-0", 1.5, net.weights[1][0, 0]), ("b-1-0", 0.2, net.biases[0][0, 0])):
        struck, new = element(root, id).iter(f"{SVG}text")
        assert struck.get("text-decoration") == "line-through"
        assert new.get("text-decoration") is None
        assert [value(struck.text), value(new.text)] == [pytest.approx(before), pytest.approx(after, abs=0.001)]
        assert struck.text.split()[-1] != new.text


def test_what_can_be_dragged_says_its_value(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, sliders={"unit-0-1": (-3, 3), "w-1-0-2": (-4, 4), "b-2-0": (-4, 4)}))
    sliders = {e.get("id"): e for e in root.iter() if e.get("role") == "slider"}
    assert {id: float(e.get("aria-valuenow")) for id, e in sliders.items()} == {
        "unit-0-1": 2,
        "w-1-0-2": 0.8,
        "b-2-0": -0.3,
    }
    assert all(e.get("tabindex") == "0" for e in sliders.values())
    assert sliders["w-1-0-2"].get("aria-valuetext") == "0.800"
    assert (sliders["w-1-0-2"].get("aria-valuemin"), sliders["w-1-0-2"].get("aria-valuemax")) == ("-4", "4")


def test_ids_are_unique_and_known(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, show=BESIDE))
    found = [e.get("id") for e in root.iter() if e.get("id")]
    parts = [id for id in found if not id.startswith("link-")]  # a weight's line, whose number has the weight's id
    assert sorted(parts) == sorted(diagram.ids((2, 3, 1)))
    assert len(found) == len(set(found))


def test_weights_and_biases_can_be_reached_and_say_what_they_are(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y))
    buttons = {e.get("id"): e for e in root.iter() if e.get("role") == "button"}
    assert len(buttons) == 6 + 3 + 3 + 1
    assert all(e.get("tabindex") == "0" for e in buttons.values())
    assert buttons["w-1-0-2"].get("aria-label") == "W1[0,2] = 0.800"
    assert buttons["b-2-0"].get("aria-label") == "b2[0,0] = −0.300"


def test_lit_elements_stand_out_and_all_others_are_quiet(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, show=BESIDE, lit=["unit-1-0", "w-1-0-0", "delta-2-0"]))
    loud = {style.colour(role) for role in ("ink", "forward", "backward", "gradient")}
    for id in diagram.ids((2, 3, 1)):
        part, lit = element(root, id), id in ("unit-1-0", "w-1-0-0", "delta-2-0")
        assert is_lit(part) == lit
        assert (part.get("class").split()[-1] == "quiet") != lit
        assert bool(loud & {e.get("fill") for e in part.iter(f"{SVG}text")}) == lit
        assert any(e.get("stroke-width") == "2" and e.get("stroke") in loud for e in part.iter()) == lit
    assert not [e for e in root.iter() if e.get("opacity")]
    plain = parse(diagram.draw(net, X, y, show=BESIDE))
    assert not [e for e in plain.iter() if {"lit", "quiet"} & set((e.get("class") or "").split())]


def test_path_from_a_weight_is_what_its_change_reaches():
    sizes = (2, 3, 2, 2)
    net, X, _ = network(*sizes)
    before_z, _ = net.layers(X)
    for layer, i, j in [(1, 1, 2), (2, 0, 1), (3, 1, 0)]:
        moved = copy.deepcopy(net)
        moved.weights[layer - 1][i, j] += 0.5
        after_z, _ = moved.layers(X)
        reached = {
            f"unit-{k}-{unit}"
            for k in (1, 2, 3)
            for unit in range(sizes[k])
            if not np.allclose(before_z[k - 1][:, unit], after_z[k - 1][:, unit])
        }
        path = diagram.path_to_loss(sizes, f"w-{layer}-{i}-{j}")
        assert {id for id in path if id.startswith("unit")} == reached
        for id in path:
            if id.startswith("w") and id != f"w-{layer}-{i}-{j}":
                k, row, column = map(int, id.split("-")[1:])
                assert {f"unit-{k - 1}-{row}", f"unit-{k}-{column}"} <= path
        assert "loss" in path
    assert diagram.path_to_loss((2, 3, 1), "w-1-0-2") == {
        *("w-1-0-2", "unit-1-2", "w-2-2-0", "unit-2-0", "target-0", "loss")
    }
    assert diagram.path_to_loss((2, 3, 1), "b-2-0") == {"b-2-0", "unit-2-0", "target-0", "loss"}


def test_path_is_lit_in_the_picture(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, path_from="w-1-0-2", lit=["unit-0-0"]))
    lit = {e.get("id") for e in root.iter() if e.get("id") and is_lit(e)}
    assert {id for id in lit if not id.startswith("link")} == diagram.path_to_loss((2, 3, 1), "w-1-0-2") | {"unit-0-0"}


def test_layers_can_be_shown_one_by_one(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, show=("weights", "biases", "z1", "a0", "deltas2", "gradients2")))
    assert texts(element(root, "unit-1-0")) == ["z11", "1.00", "a11"]
    assert texts(element(root, "unit-2-0")) == ["z21", "ŷ"]
    assert texts(element(root, "unit-0-1")) == ["x2", "2.00"]
    assert texts(element(root, "loss")) == ["loss L"]
    assert {e.get("id") for e in root.iter() if e.get("class") == "delta"} == {"delta-2-0"}
    assert texts(element(root, "w-1-0-2")) == ["0.800"]
    assert value(texts(element(root, "w-2-0-0"))[1]) == shown(net.backward(X, y).weights[1][0, 0])


def test_the_shape_alone_needs_no_samples(worked):
    root = parse(diagram.draw(worked[0]))
    assert texts(element(root, "unit-1-0")) == ["f", "z11", "a11"]
    assert "loss" not in {e.get("id") for e in root.iter()}


def test_large_layers_are_shortened_with_a_count():
    net, X, y = network(64, 20, 10)
    root = parse(diagram.draw(net, X, y))
    units = [e.get("id") for e in root.iter() if e.get("class") == "unit"]
    assert len(units) < 24
    assert {"unit-0-0", "unit-0-63", "unit-1-19", "unit-2-9"} <= set(units)
    counts = [text for text in texts(root) if "more" in text]
    drawn = [sum(id.startswith(f"unit-{layer}-") for id in units) for layer in range(3)]
    assert counts == [f"{n - shown} more" for n, shown in zip((64, 20, 10), drawn, strict=True)]
    assert not [e for e in root.iter() if (e.get("class") or "").startswith("link")]


def test_alt_text_states_the_main_numbers(worked):
    net, X, y = worked
    alt = diagram.draw(net, X[:1], y[:1]).alt
    for part in ("Network 2-3-1", "Input 1.00, 2.00", "z1 1.00, 0.00, −2.00", "a1 0.731, 0.500, 0.119", "Target 1.00"):
        assert part in alt
    assert f"Loss {writing.fixed(net.loss(X[:1], y[:1]))}" in alt
    assert f"a2 {net.forward(X[:1])[0, 0]:.3f}" in alt
    assert "Sample 2 of 4" in diagram.draw(net, X, y, sample=1).alt
    assert "δ2" in diagram.draw(net, X, y, show=ALL).alt
    assert diagram.draw(net, alt="My own <words>").alt == "My own <words>"


def test_shows_itself_as_an_image_with_alt_text(worked):
    net, X, y = worked
    picture = diagram.draw(net, X, y, caption='F1: z < "a" & b', alt='An "alt" & <text>')
    bundle = displayed(picture)
    image = ET.fromstring(bundle["text/html"].replace("%", "%") + "</img>")
    assert image.get("alt") == 'An "alt" & <text>'
    kind, data = image.get("src").split(",", 1)
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(data).decode() == picture.svg
    assert bundle["text/plain"] == 'Picture: An "alt" & <text>'
    assert 'F1: z < "a" & b' in texts(parse(picture))


def test_the_same_numbers_give_the_same_text(worked):
    net, X, y = worked
    assert diagram.draw(net, X, y, lit=["loss", "b-1-0"]).svg == diagram.draw(net, X, y, lit={"b-1-0", "loss"}).svg
    net.weights = [net.weights[0] * 0 - 0.0, net.weights[1]]
    picture = diagram.draw(net, X, y)
    assert "−0.00" not in picture.svg
    assert "-0.00" not in picture.svg
    assert "<style" not in picture.svg  # it would change the page that shows the picture inline


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0.0, "0.00"), (-0.0, "0.00"), (-0.001, "−1e-3".replace("-", "−")), (0.005001, "0.01"), (1.005e-9, "1e−9")),
        *((-12.345, "−12.35"), (999.4, "999.40"), (123456.0, "1e5"), (np.nan, "NaN"), (-np.inf, "−∞")),
    ],
)
def test_numbers_are_short_and_never_hide_that_they_are_not_zero(number, text):
    assert writing.fixed(number, 2) == text
    assert len(text) <= 7


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0.0, "0.00"), (-0.0, "0.00"), (-0.1, "−0.100"), (1.0, "1.00"), (0.0999999, "0.100"), (123.4, "123")),
        *(
            (-0.00523912, "−0.00524"),
            (0.000123456, "1.23e−4"),
            (99999.0, "1.00e5"),
            (-2.345e-12, "−2e−12"),
            (np.nan, "NaN"),
        ),
    ],
)
def test_numbers_have_three_significant_digits(number, text):
    assert writing.fixed(number) == text
    assert len(text) <= 8


def test_a_diverged_network_is_still_drawn(worked):
    net, X, y = worked
    own = SimpleNamespace(weights=[W * 1e300 for W in net.weights], biases=net.biases)
    parse(diagram.draw(own, X, activation="relu"))


class OwnNetwork:
    """As a learner writes it: lists and the three methods, nothing else."""

    def __init__(self, net, flat_biases=False):
        self.net = net
        self.weights = net.weights
        self.biases = [b[0] for b in net.biases] if flat_biases else net.biases

    def forward(self, X):
        return self.net.forward(X)

    def backward(self, X, y):
        gradients = self.net.backward(X, y)
        return SimpleNamespace(weights=gradients.weights, biases=gradients.biases)

    def update(self, gradients):
        self.net.update(gradients)


@pytest.mark.parametrize("flat_biases", [False, True])
def test_a_class_of_your_own_is_drawn_the_same(worked, flat_biases):
    net, X, y = worked
    own = OwnNetwork(net, flat_biases)
    assert diagram.draw(own, X[:1], y[:1], show=ALL).svg == diagram.draw(net, X[:1], y[:1], show=ALL).svg
    with pytest.raises(InputError, match="hold no deltas"):
        diagram.draw(own, X, y, show=["deltas"])
    assert np.array_equal(deltas_of(own.backward(X[:1], y[:1]), 1)[0], net.backward(X[:1], y[:1]).deltas[0])


def test_a_diagram_is_drawn_without_matplotlib():
    program = """
        import sys
        from bpcourse import NeuralNetwork, diagram
        diagram.draw(NeuralNetwork(2, 3, 1)).html
        assert not {"matplotlib", "PIL"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


def test_the_activation_of_a_class_of_your_own_is_not_guessed_silently():
    net, X, _ = network(2, 3, 1, activation="tanh")
    with pytest.raises(InputError, match="Name the activation of each layer"):
        layer_values(OwnNetwork(net), X)
    zs, activations = layer_values(OwnNetwork(net), X, activation=["tanh", "sigmoid"])
    for mine, its in zip([*zs, *activations], itertools.chain(*net.layers(X)), strict=True):
        assert np.allclose(mine, its)


def test_parameters_that_do_not_fit_together_are_refused(worked):
    net = worked[0]
    with pytest.raises(InputError, match="no biases"):
        parameters(SimpleNamespace(weights=net.weights))
    with pytest.raises(InputError, match=r"weights\[1\] has shape \(2, 1\)"):
        parameters(SimpleNamespace(weights=[net.weights[0], np.ones((2, 1))], biases=net.biases))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"show": ["wieghts"]}, "Did you mean 'weights'"),
        ({"lit": ["unit-9-0"]}, "expected ids of this network"),
        ({"path_from": "unit-1-0"}, "id of a weight or bias"),
        ({"path_from": "w-1-0-3"}, "id of a weight or bias"),
        ({"sample": 4}, "expected 0 to 3"),
        ({"decimals": 4}, "decimals came as 4; expected 0 to 3"),
        ({"x": np.ones((1, 3))}, r"x has shape \(1, 3\)"),
        ({"y": np.ones((2, 1))}, r"y has shape \(2, 1\)"),
        ({"x": None}, "y came without x"),
        ({"y": None, "show": ["deltas"]}, "need x and y"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(worked, arguments, message):
    net, X, y = worked
    with pytest.raises(InputError, match=message):
        diagram.draw(net, **{"x": X, "y": y, **arguments})


def test_decimals_of_weights_and_biases_can_be_chosen(worked):
    net, X, y = worked
    root = parse(diagram.draw(net, X, y, decimals=3))
    assert texts(element(root, "w-1-0-2")) == ["0.800"]
    assert texts(element(parse(diagram.draw(net, X, y, decimals=1)), "w-1-0-2")) == ["0.8"]
    assert texts(element(root, "b-2-0"))[0].endswith("−0.300")
    assert texts(element(root, "unit-1-0"))[1] == "1.00"


def test_drawing_changes_nothing(worked):
    net, X, y = worked
    before = copy.deepcopy((net.weights, net.biases, X, y))
    diagram.draw(net, X, y, show=ALL)
    for mine, its in zip(before[0] + before[1], net.weights + net.biases, strict=True):
        assert np.array_equal(mine, its)
