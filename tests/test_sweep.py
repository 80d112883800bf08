"""A training step as frames: at each stop the still of its phase, in between the operations that lead there."""

import copy
import re
import xml.etree.ElementTree as ET

import drawings
import numpy as np
import pytest

from bpcourse import NeuralNetwork, datasets, diagram
from bpcourse.pictures import style
from bpcourse.pictures.diagram.phases import lit, phases, shown
from bpcourse.pictures.diagram.sweep import sweep
from bpcourse.pictures.writing import fixed

WIDTHS = (560, 760, 960, 1100)
SIZES = [(2, 3, 1), (2, 3, 2), (3, 4, 4, 2), (2, 4, 1), (2, 8, 1), (2, 1), (64, 32, 10)]


def network(*sizes, **settings):
    *hidden, n_out = sizes[1:]
    net = NeuralNetwork(sizes[0], hidden, n_out, seed=3, init="uniform", **settings)
    net.weights = [3 * W - 1.5 for W in net.weights]
    random = np.random.default_rng(0)
    return net, random.normal(size=(1, sizes[0])), random.uniform(size=(1, n_out))


@pytest.fixture
def two_outputs():
    """The worked network with its second output."""
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    net = NeuralNetwork(2, 3, 2, seed=0)
    net.weights = [W1, np.hstack([W2, [[-0.5], [1.0], [2.0]]])]
    net.biases = [b1, np.hstack([b2, [[0.2]]])]
    return net, X[:1], np.array([[1.0, 0.0]])


def said(frames, tag, layer=0):
    """What the chips say, frame by frame, on the way to the still of a phase: {id: words}."""
    k = next(k for k, phase in enumerate(frames.steps) if tag in phase.tags and phase.layer == layer)
    overs = [frame["over"] for frame in frames if frame["phase"] == k and not frame["stop"]]
    return [
        {e.get("id"): "".join(e.itertext()) for e in ET.fromstring(f"<g>{over}</g>") if e.get("id")} for over in overs
    ]


def swept(net, X, y):
    after = copy.deepcopy(net)
    after.update(net.backward(X, y))
    return sweep(net, X, y, after)


def whole(frames, k):
    """Frame k as one drawing."""
    base = next(frame["svg"] for frame in reversed(frames[: k + 1]) if "svg" in frame)
    return base.removesuffix("</svg>") + frames[k].get("over", "") + "</svg>"


class Frames(list):
    steps = ()


def frames_of(net, X, y):
    frames = Frames(swept(net, X, y))
    frames.steps = phases(len(net.weights))
    return frames


@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 3, 2), (3, 4, 4, 2), (64, 32, 10)])
def test_every_stop_is_the_still_of_its_phase(sizes):
    net, X, y = network(*sizes)
    after = copy.deepcopy(net)
    after.update(net.backward(X, y))
    frames, steps = swept(net, X, y), phases(len(net.weights))
    stops = [k for k, frame in enumerate(frames) if frame["stop"]]
    assert [frames[k]["phase"] for k in stops] == list(range(len(steps)))
    for k, frame in zip(stops, (frames[k] for k in stops), strict=True):
        done, last = frame["phase"], frame["phase"] == len(steps) - 1
        numbers = {"previous": net} if last else {}
        still = {"show": shown(steps[: done + 1]), "lit": lit(steps[done], sizes), "gradients": net.backward(X, y)}
        assert whole(frames, k) == diagram.draw(after if last else net, X, y, **still, **numbers).svg


@pytest.mark.parametrize("sizes", [(2, 3, 1), (3, 4, 4, 2), (64, 32, 10), (2, 1)])
@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy"])
def test_every_frame_is_a_drawing_whose_ids_are_unique(sizes, loss):
    net, X, y = network(*sizes, loss=loss)
    frames = swept(net, X, y)
    for k in range(len(frames)):
        ids = [e.get("id") for e in ET.fromstring(whole(frames, k)).iter() if e.get("id")]
        assert len(ids) == len(set(ids))


def test_the_frames_can_end_at_any_phase():
    net, X, y = network(2, 3, 1)
    everything = swept(net, X, y)
    assert sweep(net, X, y, net, last=6) == [frame for frame in everything if frame["phase"] <= 6]


def test_forward_each_copy_is_multiplied_added_up_with_the_bias_and_gated(two_outputs):
    net, X, y = two_outputs
    frames = frames_of(net, X, y)
    leaves, meets, added, total = said(frames, "F1", 1)
    for (i, j), w in np.ndenumerate(net.weights[0]):
        chip = f"fly-1-{i}-{j}"
        assert leaves[chip] == fixed(X[0, i])
        assert meets[chip] == f"{fixed(X[0, i])} × {fixed(w)} = {fixed(X[0, i] * w)}"
        assert added[chip] == fixed(X[0, i] * w)
    zs, activations = net.layers(X)
    for j, z in enumerate(zs[0][0]):
        assert added[f"fly-1-b-{j}"] == f"b {fixed(net.biases[0][0, j])}"
        assert (added[f"sum-1-{j}"], total[f"sum-1-{j}"]) == (f"Σ = {fixed(z)}", fixed(z))
    before, gated, after = said(frames, "F2", 1)
    assert before["fly-1-0"] == fixed(zs[0][0, 0])
    assert gated["fly-1-0"] == f"σ({fixed(zs[0][0, 0])}) = {fixed(activations[1][0, 0])}"
    assert after["fly-1-0"] == fixed(activations[1][0, 0])


def test_back_the_error_is_gated_sent_over_the_weights_added_up_and_gated_again(two_outputs):
    net, X, y = two_outputs
    frames, deltas, y_hat = frames_of(net, X, y), net.backward(X, y).deltas, net.forward(X)
    leaves, _, gated, docks = said(frames, "BP1", 2)
    for j, error in enumerate((y_hat - y)[0]):
        slope = y_hat[0, j] * (1 - y_hat[0, j])
        assert leaves[f"fly-error-{j}"] == f"ŷ − y = {fixed(error)}"
        assert gated[f"fly-error-{j}"] == f"{fixed(error)} × {fixed(slope)} = {fixed(deltas[1][0, j])}"
        assert docks[f"fly-error-{j}"] == f"δ {fixed(deltas[1][0, j])}"
    leaves, meets, added, total, gated, docks = said(frames, "BP2", 1)
    for (i, j), w in np.ndenumerate(net.weights[1]):
        delta = deltas[1][0, j]
        assert leaves[f"fly-2-{i}-{j}"] == f"δ {fixed(delta)}"
        assert meets[f"fly-2-{i}-{j}"] == f"{fixed(delta)} × {fixed(w)} = {fixed(delta * w)}"
    for i, came in enumerate((deltas[1] @ net.weights[1].T)[0]):
        assert added[f"sum-1-{i}"] == f"Σ = {fixed(came)}"
        assert total[f"sum-1-{i}"] == fixed(came)
        assert gated[f"sum-1-{i}"].endswith(f" = {fixed(deltas[0][0, i])}")
        assert docks[f"sum-1-{i}"] == f"δ {fixed(deltas[0][0, i])}"


def test_a_loss_made_for_its_activation_needs_no_slope():
    net, X, y = network(2, 3, 1, loss="binary_cross_entropy")
    words = [frame["fly-error-0"] for frame in said(frames_of(net, X, y), "BP1", 2)]
    assert words[0] == words[2] == f"ŷ − y = {fixed((net.forward(X) - y)[0, 0])}"


def test_a_and_delta_meet_on_each_link_and_the_tag_slides_into_the_weight(two_outputs):
    net, X, y = two_outputs
    frames, gradients = frames_of(net, X, y), net.backward(X, y)
    a, delta, after = net.layers(X)[1][1][0, 0], gradients.deltas[1][0, 1], copy.deepcopy(net)
    leaves, meets, tags = said(frames, "BP4", 2)
    for frame in (leaves, meets):
        assert frame["fly-a-2-0-1"] == fixed(a)
        assert frame["fly-d-2-0-1"].removeprefix("δ ") == fixed(delta)
    assert tags["fly-w-2-0-1"] == f"{fixed(a)} × {fixed(delta)} = {fixed(a * delta)}"
    assert tags["fly-db-2-1"] == fixed(delta)
    after.update(gradients)
    tag, slid = said(frames, "U1")
    assert tag["fly-2-0-1"] == fixed(a * delta)
    assert slid["fly-2-0-1"] == f"{fixed(net.weights[1][0, 1])} → {fixed(after.weights[1][0, 1])}"


def test_of_a_batch_the_gradient_is_that_of_all_samples(two_outputs):
    net, _, _ = two_outputs
    X, y = datasets.worked_example()[0], np.ones((4, 2))
    *_, tags = said(frames_of(net, X, y), "BP4", 1)
    assert tags["fly-w-1-0-0"] == f"Σ a δ = {fixed(net.backward(X, y).weights[0][0, 0])}"


def test_in_large_networks_dots_run_at_once():
    net, X, y = network(64, 32, 10)
    frames = said(frames_of(net, X, y), "F1", 1)
    assert len(frames) == 2
    assert set(frames[0].values()) == {""}


def test_a_sweep_changes_nothing(two_outputs):
    net, X, y = two_outputs
    before = copy.deepcopy(net.weights)
    swept(net, X, y)
    assert all(np.array_equal(a, b) for a, b in zip(before, net.weights, strict=True))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_covers_another_leaves_its_drawing_or_is_small(chromium, width):
    drawn = {}
    for sizes in SIZES:
        net, X, y = network(*sizes)
        steps, name = phases(len(net.weights)), "-".join(map(str, sizes))
        for k, phase in enumerate(steps):
            numbers = {"previous": net} if k == len(steps) - 1 else {}
            marked = {"show": shown(steps[: k + 1]), "lit": lit(phase, sizes), "width": width}
            drawn[f"{name}, phase {k}"] = diagram.draw(net, X, y, **marked, **numbers).svg
        show = ("weights", "biases", "z", "a", "targets", "loss", "deltas", "gradients")
        drawn[name] = diagram.draw(net, X, y, show=show, width=width, caption="Everything at once").svg
        assert float(re.search(r'width="(\d+)"', drawn[name])[1]) <= width
    assert drawings.overlaps(chromium, drawn, width) == []


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "own tint"])
@pytest.mark.parametrize("role", ["ink", "quiet", "forward", "backward", "gradient"])
def test_text_can_be_read_in_both_themes(role, ground, theme):
    below = f"{role}-tint" if ground == "own tint" and f"{role}-tint" in style.ROLES else "paper"
    assert contrast(style.ROLES[role][theme], style.ROLES[below][theme]) >= 4.5


def test_diagrams_are_written_in_colours_that_can_be_read():
    net, X, y = network(2, 3, 2)
    readable = {style.colour(role) for role in ("ink", "quiet", "forward", "backward", "gradient")}
    for k, _ in enumerate(frames := swept(net, X, y)):
        root = ET.fromstring(whole(frames, k))
        assert {e.get("fill") for e in root.iter() if e.tag.endswith("}text")} <= readable
