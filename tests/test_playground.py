"""The playground: its numbers against independent ones, its controls, divergence, comparison, and playing by itself."""

import asyncio
import base64
import gc
import re
import weakref
from itertools import pairwise
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest
from drawings import overlaps
from front_end import displayed, hear, widgets_made

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics.gradients import Gradients, numerical_gradients
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.writing import fixed
from bpcourse.widgets import Playground, cell
from bpcourse.widgets.live import descendants


@pytest.fixture
def play():
    figure = Playground()
    yield figure
    figure.close()


@pytest.fixture(scope="module")
def shared():
    figure = Playground()
    yield figure
    figure.close()


@pytest.fixture
def spare(shared):
    """A playground that earlier tests have used: its controls stand as at first, its run is at epoch 1."""
    settings = next(part for part in descendants(shared) if "bp-settings" in getattr(part, "_dom_classes", ()))
    parts = [part for part in descendants(settings) if isinstance(part, ipywidgets.ValueWidget)]
    before = {part: part.value for part in (shared.loss, *parts)}
    with shared.quietly():
        shared.links.value, shared.parameter.value = "weights", shared.parameter.options[0]
        shared.reset.click()
    shared.step.click()
    yield shared
    with shared.quietly():
        for part, value in before.items():
            part.value = value
        shared.picture.room = 0


def samples(data="circles", noise=0.1, test_ratio=0.3, seed=0):
    X, y = datasets.TWO_DIMENSIONAL[data](size=200, noise=noise, seed=seed)
    return datasets.train_test_split(X, y, test_ratio, seed)


def untrained(hidden_size=(4, 4), **options):
    options = {"activation": "tanh", "loss": "binary_cross_entropy", "seed": 0} | options
    return NeuralNetwork(2, hidden_size, 1, 0.1, **options)


def drawn(figure, id):
    """The part with this id of the figure's drawing, with all that is in it."""
    return next(part for part in ElementTree.fromstring(figure.picture.svg).iter() if part.get("id") == id)


def dots(part):
    """The middles, (n, 2), of the circles of a part."""
    return np.array([(circle.get("cx"), circle.get("cy")) for circle in part if circle.get("cx")], float)


def corners(path):
    """The points, (n, 2), of a path of straight lines."""
    return np.array(re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", path.get("d")), float).reshape(-1, 2)


class OwnNetwork:
    """A learner's class: one hidden layer or more of tanh, sigmoid at the end, squared error."""

    def __init__(self, sizes, learning_rate, seed):
        random = np.random.default_rng(seed)
        self.weights = [random.normal(size=shape) for shape in pairwise(sizes)]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]
        self.learning_rate = learning_rate

    def layer_outputs(self, X):
        outputs = [X]
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = outputs[-1] @ W + b
            outputs.append(np.tanh(z) if i < len(self.weights) - 1 else 1 / (1 + np.exp(-z)))
        return outputs

    def forward(self, X):
        return self.layer_outputs(X)[-1]

    def backward(self, X, y):
        outputs = self.layer_outputs(X)
        delta = (outputs[-1] - y) / len(X) * outputs[-1] * (1 - outputs[-1])
        d_weights, d_biases = [], []
        for i in reversed(range(len(self.weights))):
            d_weights.insert(0, outputs[i].T @ delta)
            d_biases.insert(0, delta.sum(axis=0, keepdims=True))
            delta = (delta @ self.weights[i].T) * (1 - outputs[i] ** 2)
        return Gradients(d_weights, d_biases)

    def update(self, gradients):
        self.weights = [W - self.learning_rate * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]
        self.biases = [b - self.learning_rate * db for b, db in zip(self.biases, gradients.biases, strict=True)]


# The numbers


def test_the_first_picture_shows_a_hundred_epochs_and_stands_still(play):
    X, X_test, y, y_test = samples()
    net = untrained()
    history = net.train(X, y, epochs=100, batch_size=10)
    assert play.epochs == 100
    assert not play.run.value
    np.testing.assert_allclose(play.history.loss, history.loss, rtol=1e-12)
    assert play.test_loss[-1] == pytest.approx(net.loss(X_test, y_test), rel=1e-12)
    assert len(play.test_loss) == 101


@pytest.mark.parametrize("batch_size", [10, "all"])
def test_training_in_pieces_is_one_training(spare, batch_size):
    spare.batch_size.value = batch_size
    spare.reset.click()
    for epochs in (7, 1, 12):
        spare.advance(epochs)
    X, _, y, _ = samples()
    net = untrained()
    history = net.train(X, y, epochs=20, batch_size=None if batch_size == "all" else batch_size)
    np.testing.assert_allclose(spare.history.loss, history.loss, rtol=1e-12)
    for mine, theirs in zip(spare.network.weights, net.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_gradients_shown_are_those_of_nudges(play):
    X, _, y, _ = samples()
    nudged = numerical_gradients(play.network, X, y)
    norms = [np.linalg.norm(dW) for dW in nudged.weights]
    expected = play.gradient_view.frame.place([1, 2, 3], norms)
    np.testing.assert_allclose(dots(drawn(play, "gradients")), expected, rtol=0, atol=0.11)  # drawn to a tenth
    told = ", ".join(f"{norm:.2g}" for norm in norms)
    largest = np.argmax(norms) + 1
    assert f"of layer 1 to 3: {told}; the largest is that of layer {largest}." in play.readout.value


def test_l2_pulls_the_weights_towards_zero(spare):
    spare.l2.value = 0.01
    spare.batch_size.value = "all"
    spare.reset.click()
    spare.advance(3)
    X, _, y, _ = samples()
    net = untrained()
    for _ in range(3):
        gradients = net.backward(X, y)
        net.update(
            Gradients([dW + 0.01 * W for dW, W in zip(gradients.weights, net.weights, strict=True)], gradients.biases)
        )
    for mine, theirs in zip(spare.network.weights, net.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    assert spare.history.loss[-1] == pytest.approx(net.loss(X, y))
    assert "λ = 0.01" in spare.readout.value


def test_the_readout_counts_the_samples_that_are_right(spare):
    spare.noise.value = 0.4
    spare.advance(20)
    X, X_test, y, y_test = samples(noise=0.4)
    for inputs, targets in ((X, y), (X_test, y_test)):
        right = ((spare.network.forward(inputs) > 0.5) == (targets > 0.5)).sum()
        assert f"{right} of {len(inputs)} right" in spare.readout.value
        assert right < len(inputs)


# The controls


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("data", "moons", lambda: (untrained(), samples("moons"))),
        ("noise", 0.25, lambda: (untrained(), samples(noise=0.25))),
        ("test_ratio", 0.5, lambda: (untrained(), samples(test_ratio=0.5))),
        ("hidden_size", "3", lambda: (untrained(3), samples())),
        ("hidden_size", "5 2,6", lambda: (untrained((5, 2, 6)), samples())),
        ("hidden_size", "", lambda: (untrained(()), samples())),
        ("activation", "relu", lambda: (untrained(activation="relu"), samples())),
        ("init", "he", lambda: (untrained(init="he"), samples())),
        ("loss", "squared_error", lambda: (untrained(loss="squared_error"), samples())),
    ],
)
def test_a_control_begins_a_new_run(spare, name, value, expected):
    picture = spare.picture.svg
    getattr(spare, name).value = value
    assert spare.message.value == ""
    assert spare.epochs == 0
    assert spare.picture.svg != picture
    spare.advance(2)
    net, (X, _, y, _) = expected()
    np.testing.assert_allclose(spare.history.loss, net.train(X, y, epochs=2, batch_size=10).loss, rtol=1e-12)


def test_learning_rate_batch_size_and_l2_change_the_run_that_is_on(spare):
    spare.learning_rate.value, spare.batch_size.value, spare.l2.value = 1.0, 20, 0.001
    assert spare.epochs == 1
    assert spare.network.learning_rate == 1.0


def test_step_is_one_epoch(spare):
    spare.step.click()
    assert spare.epochs == 2
    assert "<b>Epoch 2</b>" in spare.readout.value


def test_reset_returns_to_the_same_weights_and_new_seed_to_others(play):
    play.reset.click()
    first = [W.copy() for W in play.network.weights]
    assert play.epochs == 0
    play.advance(5)
    play.reset.click()
    for again, W in zip(play.network.weights, first, strict=True):
        np.testing.assert_array_equal(again, W)
    play.new_seed.click()
    assert all((other != W).all() for other, W in zip(play.network.weights, first, strict=True))


def test_new_data_keeps_the_weights_and_changes_the_samples(play):
    play.reset.click()
    loss = play.history.loss[0]
    play.new_data.click()
    X, _, y, _ = samples(seed=1)
    assert play.history.loss[0] == untrained().loss(X, y) != loss


def test_links_show_weights_or_gradients(spare):
    def shown():
        links = [link for link in drawn(spare, "links") if link.get("stroke-width") and not link.get("stroke")]
        return [np.array([link.get(name) or 0 for link in links]) for name in ("stroke-width", "stroke-dasharray")]

    def assert_shown(values, widths):
        shown_widths, dashes = shown()
        np.testing.assert_allclose(shown_widths.astype(float), widths, atol=0.0051)  # drawn to a hundredth
        np.testing.assert_array_equal(dashes != "0", values < 0)

    weights = np.concatenate([W.ravel() for W in spare.network.weights])
    assert_shown(weights, np.clip(0.4 + 1.2 * np.abs(weights), None, 5.5))
    spare.links.value = "gradients"
    X, _, y, _ = samples()
    slopes = np.concatenate([dW.ravel() for dW in spare.network.backward(X, y).weights])
    assert_shown(slopes, 0.3 + 4.5 * np.clip((np.log10(np.abs(slopes)) + 6) / 6, 0, 1))
    assert spare.epochs == 1


def test_a_value_that_the_browser_rounds_begins_nothing(spare):
    spare.test_ratio.value = 0.30000000000000004
    assert spare.epochs == 1


def test_outputs_offered_go_with_the_loss(spare):
    assert spare.output_activation.options == ("sigmoid",)
    spare.loss.value = "squared_error"
    assert spare.output_activation.options == ("sigmoid", "tanh", "identity")
    spare.output_activation.value = "identity"
    spare.loss.value = "binary_cross_entropy"
    assert (spare.output_activation.value, spare.message.value) == ("sigmoid", "")


# What is said


@pytest.mark.parametrize("text", ["four", "0", "4,,-1", "17", "2.5", "1 " * 9])
def test_hidden_units_that_cannot_be_shown_are_told_in_words(spare, text):
    picture = spare.picture.svg
    spare.hidden_size.value = text
    assert "InputError: hidden units came as" in spare.message.value
    assert (spare.picture.svg, spare.epochs) == (picture, 1)
    spare.hidden_size.value = "3"
    assert (spare.message.value, spare.epochs) == ("", 0)


def diverge(play):
    play.loss.value, play.output_activation.value = "squared_error", "identity"
    play.activation.value, play.learning_rate.value = "relu", 100.0
    play.advance(50)


def test_divergence_is_explained_and_there_is_a_way_back(spare):
    diverge(spare)
    assert spare.history.stopped == "diverged"
    assert "<b>Diverged after epoch" in spare.message.value
    assert "With η = 100 each step overshoots" in spare.message.value
    assert "press Reset" in spare.message.value
    assert spare.run.disabled
    assert spare.step.disabled
    epochs = spare.epochs
    spare.advance(5)
    assert spare.epochs == epochs
    spare.learning_rate.value = 0.03
    assert "With η = 100" in spare.message.value
    spare.reset.click()
    assert (spare.message.value, spare.run.disabled, spare.epochs) == ("", False, 0)
    spare.advance(30)
    assert spare.history.loss[-1] < spare.history.loss[0]


def test_a_penalty_that_diverges_is_named(spare):
    spare.l2.value, spare.learning_rate.value = 1.0, 3.0
    spare.batch_size.value, spare.loss.value = 1, "squared_error"
    spare.advance(50)
    assert spare.history.stopped == "diverged"
    assert "η · λ = 3" in spare.message.value


def test_a_vanishing_gradient_is_named_with_its_factor(spare):
    spare.activation.value, spare.hidden_size.value = "sigmoid", "4, 4, 4, 4, 4, 4"
    X, _, y, _ = samples()
    norms = [np.linalg.norm(dW) for dW in spare.network.backward(X, y).weights]
    factor = float(f"{norms[-1] / norms[0]:.2g}")
    assert factor > 1000
    assert f"<b>Vanishing gradient:</b> layer 1 gets {factor:,.0f} times less than layer 7." in spare.readout.value


def test_a_network_that_cannot_learn_is_said_to_be_stuck(spare):
    spare.init.value = "zeros"
    assert "<b>Stuck:</b>" in spare.readout.value


def test_overfitting_is_named(spare):
    spare.data.value, spare.noise.value, spare.test_ratio.value = "clusters", 0.5, 0.8
    spare.hidden_size.value, spare.learning_rate.value = "16, 16", 0.3
    spare.advance(200)
    best = int(np.argmin(spare.test_loss))
    assert f"after {best:,} epochs; since then only the training loss falls" in spare.readout.value


# Two runs compared


def test_a_kept_run_stays_and_is_compared(play):
    kept = [play.history.loss.copy(), play.test_loss.copy()]
    play.keep.click()
    play.hidden_size.value = "2"
    play.advance(30)
    for name, losses in zip(("loss-kept", "loss-kept-test"), kept, strict=True):
        line = corners(drawn(play, name))
        assert len(line) == 101
        np.testing.assert_allclose(line, play.loss_view.frame.place(np.arange(101), losses), rtol=0, atol=0.11)
    assert f"<b>Kept</b> (hidden units 4, 4): test loss {kept[1][-1]:.3g}" in play.readout.value
    assert f"<b>Now</b> (hidden units 2): test loss {play.test_loss[-1]:.3g}" in play.readout.value
    play.forget.click()
    assert play.forget.disabled
    assert "Kept" not in play.readout.value
    assert "loss-kept" not in play.picture.svg


def test_a_kept_run_does_not_go_on_with_the_network(play):
    play.keep.click()
    play.advance(20)
    assert len(corners(drawn(play, "loss-kept"))) == 101
    assert "(the same settings)" in play.readout.value


def test_keeping_a_diverged_run(play):
    diverge(play)
    play.keep.click()
    assert play.message.value
    play.learning_rate.value = 0.03
    play.reset.click()
    assert "<b>Kept</b> (learning rate η 100): diverged" in play.readout.value


# A class of one's own


def test_a_learners_class_is_trained_by_its_own_methods():
    play = Playground(OwnNetwork)
    X, _, y, _ = samples()
    net, random = OwnNetwork([2, 4, 4, 1], 0.1, 0), np.random.default_rng(0)
    for _ in range(100):
        order = random.permutation(len(X))
        for start in range(0, len(X), 10):
            rows = order[start : start + 10]
            net.update(net.backward(X[rows], y[rows]))
    assert isinstance(play.network, OwnNetwork)
    np.testing.assert_allclose(play.network.weights[0], net.weights[0], rtol=1e-9)
    assert play.history.loss[-1] == pytest.approx(0.5 * np.mean((net.forward(X) - y) ** 2))
    play.close()


def test_units_of_a_learners_class_are_its_own_activations():
    play = Playground(OwnNetwork)
    points = np.random.default_rng(0).normal(size=(9, 2))
    shown = play.training.units(points)
    for mine, theirs in zip(shown, play.network.layer_outputs(points), strict=True):
        np.testing.assert_allclose(mine, theirs)
    play.close()


@pytest.mark.parametrize("kind", [NeuralNetwork, type("Subclass", (NeuralNetwork,), {})])
def test_units_of_a_network_that_says_its_activations_are_drawn_with_those(kind):
    def make(sizes, learning_rate):
        return kind(2, sizes[1:-1], 1, learning_rate, activation="relu", output_activation="identity", seed=0)

    play = Playground(make)
    assert play.training.activations == ("relu", "identity")
    play.close()


def test_an_attribute_called_layers_hides_no_units():
    class Sized(OwnNetwork):
        def __init__(self, sizes, learning_rate, seed):
            super().__init__(sizes, learning_rate, seed)
            self.layers = list(sizes)

    play = Playground(Sized)
    assert play.training.activations == ("tanh", "sigmoid")
    play.close()


def test_units_that_cannot_be_told_stay_empty_with_a_reason():
    class Squared(OwnNetwork):
        def forward(self, X):
            return super().forward(X) ** 2

    play = Playground(Squared)
    assert play.training.units(np.zeros((1, 2))) is None
    notes = [child.value for child in play.children if isinstance(child, ipywidgets.HTML)]
    assert "The units stay empty" in notes[0]
    play.close()


def test_controls_that_do_not_apply_to_a_learners_class_say_so():
    play = Playground(lambda sizes, learning_rate: OwnNetwork(sizes, learning_rate, 3))
    off = (play.activation, play.init, play.output_activation, play.loss, play.new_seed)
    assert all(control.disabled for control in off)
    notes = [child.value for child in play.children if isinstance(child, ipywidgets.HTML)]
    assert notes == [
        "Switched off, as your own class decides it: activation, first weights, output, loss, New weights."
    ]
    play.close()


def test_an_error_in_a_learners_class_is_told_in_words():
    class Fragile(OwnNetwork):
        def update(self, gradients):
            super().update(gradients)
            self.updates = getattr(self, "updates", 0) + 1
            if self.updates > 1500:
                raise ZeroDivisionError("mine")

    play = Playground(Fragile)
    play.advance(20)
    assert "ZeroDivisionError: mine" in play.message.value
    play.close()


@pytest.mark.parametrize(
    ("make_network", "message"),
    [
        (3, "make_network came as int"),
        (lambda sizes, learning_rate, momentum: None, "missing a required argument: 'momentum'"),
        (lambda sizes, learning_rate: object(), "no method forward and no method backward and no method update"),
        (lambda sizes, learning_rate: OwnNetwork([2, 3, 1], learning_rate, 0), r"sizes \[2, 3, 1\]"),
    ],
)
def test_what_cannot_be_trained_is_refused(make_network, message):
    with pytest.raises(InputError, match=message):
        Playground(make_network)


def test_an_unknown_data_set_is_refused():
    with pytest.raises(InputError, match="Did you mean 'spirals'"):
        Playground(data="spiral")


# Playing by itself


def test_it_plays_and_pauses_while_other_work_goes_on(play, turns):
    async def scene():
        play.run.value = True
        done = 0
        while play.epochs < 150:
            await turns(1)
            done += 1
        assert play.run.description == "Pause"
        play.run.value = False
        epochs = play.epochs
        await turns(5)
        return done, epochs

    done, epochs = asyncio.run(scene())
    assert done > 5
    assert play.epochs == epochs
    assert (play.run.description, play.player.task) == ("Run", None)
    assert f"<b>Epoch {epochs:,}</b>" in play.readout.value


def test_a_setting_changed_while_it_plays_plays_on(spare, turns):
    async def scene():
        spare.run.value = True
        spare.hidden_size.value = "3"
        assert spare.run.value
        while spare.epochs < 10:
            await turns(1)

    asyncio.run(scene())
    assert [W.shape for W in spare.network.weights] == [(2, 3), (3, 1)]


def test_divergence_and_errors_pause_it(spare, turns):
    async def scene():
        spare.loss.value, spare.output_activation.value = "squared_error", "identity"
        spare.activation.value, spare.learning_rate.value = "relu", 100.0
        spare.run.value = True
        while spare.run.value:
            await turns(1)
        assert spare.history.stopped == "diverged"
        assert "Diverged" in spare.message.value
        spare.learning_rate.value = 0.03
        spare.reset.click()
        spare.run.value = True
        spare.hidden_size.value = "none"
        assert not spare.run.value
        assert "InputError" in spare.message.value

    asyncio.run(scene())


@pytest.fixture
def turns(monkeypatch):
    """Return what lets the event loop turn so many times; in each, a figure that plays goes on once.

    It waits for a browser however long a busy machine takes.
    """
    for name, seconds in (("PACE", 0), ("REST", 0), ("NAP", 0), ("PATIENCE", 600)):
        monkeypatch.setattr(f"bpcourse.widgets.playground.player.{name}", seconds)

    async def turn(times=50):
        for _ in range(times):
            await asyncio.sleep(0)

    return turn


def test_it_waits_for_a_browser_that_answers(play, turns):
    async def scene():
        hear(play, "shown")
        play.run.value = True
        await turns()
        waiting = play.epochs
        await turns()
        assert play.epochs == waiting > 0
        assert play.run.value
        hear(play, "shown")
        await turns()
        assert play.epochs > waiting

    asyncio.run(scene())


def test_it_stops_when_nobody_looks_any_more(play, turns, monkeypatch):
    async def scene():
        hear(play, "shown")
        play.run.value = True
        await turns()
        assert play.run.value
        monkeypatch.setattr("bpcourse.widgets.playground.player.PATIENCE", -1)
        await turns(2)
        assert not play.run.value
        assert play.player.task is None
        epochs = play.epochs
        play.run.value = True
        await turns(2)
        assert play.epochs > epochs

    asyncio.run(scene())


def test_out_of_sight_it_rests_and_seen_again_it_goes_on(play, turns):
    async def scene():
        play.run.value = True
        await turns(5)
        hear(play, {"seen": False})
        epochs = play.epochs
        await turns(20)
        assert (play.run.value, play.epochs) == (True, epochs)
        hear(play, {"seen": True})
        await turns(5)
        assert play.epochs > epochs

    asyncio.run(scene())


def test_several_take_turns_so_that_a_cell_waits_for_one_of_them_at_most(turns):
    figures, moves = [Playground() for _ in range(4)], []

    async def scene():
        for figure in figures:
            figure.draw = lambda figure=figure, draw=figure.draw: moves.append(figure) or draw()
            figure.run.value = True
        for _ in range(60):
            before = len(moves)
            await turns(1)
            assert len(moves) - before <= 1
        for figure in figures:
            figure.run.value = False

    asyncio.run(scene())
    assert len(moves) >= 12
    shares = [moves.count(figure) for figure in figures]
    assert max(shares) - min(shares) <= 1
    for figure in figures:
        figure.close()


def test_closing_stops_it_and_gives_everything_back(turns):
    async def scene():
        play = Playground()
        play.run.value = True
        await turns(3)
        task, gone = play.player.task, weakref.ref(play)
        play.close()
        del play
        await turns(2)
        assert task.done()
        return gone

    with widgets_made() as made:
        gone = asyncio.run(scene())
    assert all(widget.comm is None for widget in made)
    gc.collect()
    assert gone() is None
    assert len(made) == 0


def test_running_the_cell_again_stops_the_former_one(monkeypatch, turns):
    class Shell:
        def get_parent(self):
            return {"metadata": {"cellId": "a"}, "header": {"msg_id": self.run}}

    shell = Shell()
    monkeypatch.setattr(cell, "get_ipython", lambda: shell)

    async def scene():
        shell.run = 1
        first = Playground()
        first.run.value = True
        await turns(3)
        shell.run = 2
        second = Playground()
        epochs = first.epochs
        await turns(5)
        assert (first.run.value, first.epochs) == (False, epochs)
        second.close()

    asyncio.run(scene())


def test_without_a_notebook_it_says_how_to_go_on(spare):
    spare.run.value = True
    assert not spare.run.value
    assert "advance(epochs)" in spare.message.value


# The picture


def test_what_a_saved_notebook_holds():
    first, second = Playground(), Playground()
    data = displayed(first)
    saved = re.search(r'src="data:image/svg\+xml;base64,(.*?)"', data["text/html"])[1]
    head, rest = first.picture.svg.split(">", 1)
    assert base64.b64decode(saved).decode().startswith(f"{head}><rect")  # paper, where the page is dark
    assert base64.b64decode(saved).decode().endswith(rest)
    assert data["text/plain"].startswith("Picture: Live figure: a 2-4-4-1 network on circles after 100 epochs:")
    again = displayed(second)
    assert (again["text/plain"], again["text/html"]) == (data["text/plain"], data["text/html"])
    first.close()
    second.close()


def test_nothing_is_left_of_earlier_pictures(play):
    play.hidden_size.value, play.links.value = "8, 8, 8", "gradients"
    play.keep.click()
    play.advance(150)
    play.forget.click()
    play.hidden_size.value, play.links.value = "4, 4", "weights"
    fresh = Playground()
    fresh.reset.click()
    assert play.picture.svg == fresh.picture.svg
    fresh.close()


@pytest.mark.parametrize("room", [0, 470])
def test_a_link_chooses_its_weight_and_a_unit_its_bias(spare, room):
    spare.picture.room = room
    for name in ("W1[1,2]", "W2[3,0]", "W3[2,0]"):
        part = drawn(spare, name)
        assert (part.get("role"), part.get("tabindex")) == ("button", "0")
        hear(spare, {"choose": name})
        assert spare.parameter.value == name
        rings = [link for link in drawn(spare, "links") if link.get("stroke")]
        assert {link.get("d") for link in rings} == {part.get("d")}
        value, slope = spare.training.numbers[name]
        written = [number.text for number in drawn(spare, "numbers") if number.text]
        assert written == [fixed(value), fixed(slope)]
    hear(spare, {"choose": "b2[0,1]"})
    assert spare.parameter.value == "b2[0,1]"
    for nothing in ("b0[0,0]", "plane", "less-of"):
        hear(spare, {"choose": nothing})
        assert spare.parameter.value == "b2[0,1]"


def test_links_and_units_say_their_numbers(spare):
    for name in ("W1[1,2]", "W3[2,0]", "b2[0,1]"):
        value, slope = (f"{n:.3g}".replace("-", "−") for n in spare.training.numbers[name])
        title = next(part for part in drawn(spare, name) if part.tag.endswith("title"))
        assert title.text == f"{name} = {value}, ∂L/∂{name} = {slope}"


def test_plus_and_minus_add_and_take_away_layers_and_units(spare):
    for press, sizes in (
        ("more-units-1", "5, 4"),
        ("less-units-2", "5, 3"),
        ("more-layers", "5, 3, 3"),
        ("less-layers", "5, 3"),
        ("less-layers", "5"),
        ("less-layers", ""),
        ("more-layers", "4"),
    ):
        assert drawn(spare, press).get("role") == "button"
        hear(spare, {"choose": press})
        assert (spare.hidden_size.value, spare.message.value) == (sizes, "")
    assert [W.shape for W in spare.network.weights] == [(2, 4), (4, 1)]


def test_there_is_no_plus_or_minus_beyond_what_there_is_room_for(spare):
    buttons = re.compile(r'id="((?:more|less)-.*?)"')
    spare.hidden_size.value = "1, 16"
    assert set(buttons.findall(spare.picture.svg)) == {"more-units-1", "less-units-2", "more-layers", "less-layers"}
    spare.hidden_size.value = ""
    assert buttons.findall(spare.picture.svg) == ["more-layers"]
    spare.hidden_size.value = "2 " * 8
    assert "more-layers" not in spare.picture.svg


def test_the_bracket_says_what_the_gradient_is_multiplied_by_on_the_way_back(spare):
    for activation, hidden in (("sigmoid", "4, 4, 4, 4"), ("relu", "8, 8"), ("tanh", "3")):
        spare.activation.value, spare.hidden_size.value = activation, hidden
        norms = spare.training.norms
        ratio = max(norms[0] / norms[-1], norms[-1] / norms[0])
        words = f"{float(f'{ratio:.2g}'):,.0f}" if ratio >= 10 else f"{ratio:.2g}"
        sign = "× " if norms[0] >= norms[-1] or words == "1" else "× 1/"
        said = [part.text for part in drawn(spare, "gradients") if part.text]
        assert said == [sign + words, f"layer {len(norms)} → 1"]
    spare.init.value = "zeros"  # nothing can be said of 0
    assert not [part.text for part in drawn(spare, "gradients") if part.text and "×" in part.text]


def test_while_it_runs_only_what_moves_is_sent(spare, turns):
    async def scene():
        spare.run.value = True
        await turns(1)
        whole, sent = spare.picture.svg, []
        spare.picture.send = sent.append
        before = spare.epochs
        await turns(20)
        del spare.picture.send
        return whole, sent, spare.epochs - before

    whole, sent, epochs = asyncio.run(scene())
    assert epochs > 0 < len(sent)
    ids = {part.get("id") for part in ElementTree.fromstring(whole).iter()}
    for message in sent:
        assert {part.get("id") for part in ElementTree.fromstring(message["parts"])} <= ids
        assert len(message["parts"]) < len(whole) / 2
    spare.run.value = False
    losses = corners(drawn(spare, "loss-training"))
    end = spare.loss_view.frame.place(spare.epochs, spare.history.loss[-1])
    np.testing.assert_allclose(losses[-1], end, rtol=0, atol=0.11)


@pytest.mark.parametrize("name", ["W1[1,3]", "W3[2,0]", "b2[0,1]"])
def test_a_weight_or_bias_set_by_hand_is_measured_at_once(spare, name):
    X, X_test, y, y_test = samples()
    twin = untrained()
    twin.train(X, y, epochs=1, batch_size=10)
    layer, i, j = map(int, re.findall(r"\d+", name))
    array = (twin.weights if name[0] == "W" else twin.biases)[layer - 1]
    spare.parameter.value = name
    assert spare.value.value == pytest.approx(array[i, j], rel=1e-3)
    past = spare.history.loss[:-1]
    spare.value.value = array[i, j] = 1.5
    assert spare.history.loss == [*past, pytest.approx(twin.loss(X, y), rel=1e-12)]
    assert spare.test_loss[-1] == pytest.approx(twin.loss(X_test, y_test), rel=1e-12)
    slopes = numerical_gradients(twin, X, y)
    slope = (slopes.weights if name[0] == "W" else slopes.biases)[layer - 1][i, j]
    shown = re.search(rf"{re.escape(name)} = 1\.5, ∂L/∂{re.escape(name)} = <b>(\S+)</b>", spare.readout.value)[1]
    assert float(shown.replace("−", "-")) == pytest.approx(slope, rel=6e-3)
    assert f"makes it {'smaller' if slope > 0 else 'larger'}" in spare.readout.value
    spare.step.click()
    assert spare.epochs == 2


def test_what_was_set_by_hand_is_named_in_a_comparison_and_undone_by_reset(play):
    play.keep.click()
    first = play.network.weights[0][0, 0]
    play.value.value = 3.0
    assert "<b>Now</b> (set by hand W1[0,0])" in play.readout.value
    assert "<b>Kept</b> (set by hand nothing)" in play.readout.value
    play.reset.click()
    np.testing.assert_array_equal(play.network.weights[0], untrained().weights[0])
    assert play.network.weights[0][0, 0] not in (3.0, first)


def test_a_value_that_is_no_number_changes_nothing(spare):
    weights, losses = [W.copy() for W in spare.network.weights], spare.history.loss.copy()
    spare.value.value = np.inf
    assert "expected finite numbers" in spare.message.value
    for W, before in zip(spare.network.weights, weights, strict=True):
        np.testing.assert_array_equal(W, before)
    assert spare.history.loss == losses
    spare.step.click()
    assert spare.message.value == ""


def test_a_value_is_typed_with_a_point_or_a_comma(spare):
    spare.value.set_state({"value": "−0,5"})
    assert spare.network.weights[0][0, 0] == -0.5
    spare.value.set_state({"value": "a half"})
    assert "its value came as &#x27;a half&#x27;; expected a number" in spare.message.value
    assert spare.network.weights[0][0, 0] == -0.5
    spare.step.click()
    assert (spare.epochs, spare.message.value) == (2, "")


def test_the_choice_follows_the_network_and_what_runs_is_not_overwritten(spare):
    spare.parameter.value = "W3[2,0]"
    spare.hidden_size.value = "3"
    assert spare.parameter.value == "W1[0,0]"
    assert spare.parameter.options[-1] == "b2[0,0]"
    assert spare.value.value == pytest.approx(spare.network.weights[0][0, 0], rel=1e-3)


def test_biases_that_are_no_rows_can_be_chosen_too():
    class Flat(OwnNetwork):
        def __init__(self, sizes, learning_rate, seed):
            super().__init__(sizes, learning_rate, seed)
            self.biases = [b.ravel() for b in self.biases]

        def backward(self, X, y):
            gradients = super().backward(X, y)
            gradients.biases = [b.ravel() for b in gradients.biases]
            return gradients

        def update(self, gradients):
            for values, slopes in ((self.weights, gradients.weights), (self.biases, gradients.biases)):
                values[:] = [v - self.learning_rate * s for v, s in zip(values, slopes, strict=True)]

    figure = Playground(Flat)
    figure.parameter.value = "b1[0,2]"
    figure.value.value = 0.25
    assert figure.network.biases[0][2] == 0.25
    assert figure.message.value == ""
    X, _, y, _ = samples()
    slope = figure.network.backward(X, y).biases[0][2]
    assert f"∂L/∂b1[0,2] = <b>{slope:.3g}".replace("-", "−") in figure.readout.value
    figure.close()


def test_a_value_typed_for_a_run_that_is_gone_is_forgotten(spare):
    spare.hidden_size.value = "abc"
    spare.value.value = 3.0
    spare.hidden_size.value = "4"
    np.testing.assert_array_equal(spare.network.weights[0], untrained(4).weights[0])
    spare.loss.value, spare.output_activation.value = "squared_error", "identity"
    spare.activation.value, spare.learning_rate.value = "relu", 100.0
    while spare.history.stopped != "diverged":
        spare.advance(5)
    assert spare.value.disabled
    spare.value.value = 2.0  # as may come from a browser that has not heard of it yet
    spare.learning_rate.value = 0.1
    spare.reset.click()
    options = {"activation": "relu", "output_activation": "identity", "loss": "squared_error"}
    np.testing.assert_array_equal(spare.network.weights[0], untrained(4, **options).weights[0])


def test_while_it_runs_the_value_is_that_of_the_weight_chosen(spare, turns):
    async def scene():
        spare.run.value = True
        await turns(3)
        spare.parameter.value = "W3[2,0]"
        assert spare.value.value == pytest.approx(spare.network.weights[2][2, 0], rel=1e-3)
        spare.value.value = 9.0
        assert spare.network.weights[2][2, 0] == pytest.approx(9.0, abs=0.5)  # it has been trained on since

    asyncio.run(scene())


def test_a_value_that_makes_the_loss_infinite_changes_nothing(spare):
    spare.loss.value, spare.output_activation.value = "squared_error", "identity"
    spare.parameter.value = "W3[0,0]"
    before, losses = spare.network.weights[2][0, 0], spare.history.loss.copy()
    spare.value.value = 1e200
    assert "the loss is no finite number" in spare.message.value
    assert spare.network.weights[2][0, 0] == before
    assert spare.history.loss == losses
    spare.step.click()
    assert spare.history.stopped == "epochs"


def test_a_class_that_diverges_at_once_is_explained():
    class Wild(OwnNetwork):
        def backward(self, X, y):
            gradients = super().backward(X, y)
            return Gradients([1e200 * dW for dW in gradients.weights], gradients.biases)

        def loss(self, X, y):
            return float(np.mean((self.forward(X) - y) ** 2)) if np.abs(self.weights[0]).max() < 1e10 else np.inf

    figure = Playground(Wild)
    assert figure.history.stopped == "diverged"
    assert "Diverged" in figure.readout.value
    figure.reset.click()
    assert figure.epochs == 0
    figure.close()


def test_units_of_a_class_that_begins_with_zeros_are_told_once_it_learns():
    class Zeros(OwnNetwork):
        def __init__(self, sizes, learning_rate, seed):
            super().__init__(sizes, learning_rate, seed)
            self.weights = [np.zeros_like(W) for W in self.weights]

        def layer_outputs(self, X):
            outputs = [X]
            for W, b in zip(self.weights, self.biases, strict=True):
                outputs.append(1 / (1 + np.exp(-(outputs[-1] @ W + b))))
            return outputs

    figure = Playground(Zeros)
    assert figure.message.value == ""
    assert figure.epochs == 100
    figure.close()


def test_a_class_with_a_random_of_another_kind_is_trained():
    class Old(OwnNetwork):
        def __init__(self, sizes, learning_rate, seed):
            super().__init__(sizes, learning_rate, seed)
            self.random = np.random.RandomState(seed)

    figure = Playground(Old)
    assert figure.epochs == 100
    figure.close()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_refused_playground_leaves_nothing_to_complain_about():
    with pytest.raises(InputError):
        Playground(data="spiral")
    gc.collect()


def test_controls_that_answer_in_other_threads_wait_for_each_other(spare, turns):
    """JupyterLab 4.4 and ipykernel 7 bring a control's message to a thread of its own."""
    drawing, overlaps, draw = [], [], spare.draw

    def watched():
        overlaps.extend(drawing)
        drawing.append(1)
        try:
            draw()
        finally:
            drawing.pop()

    spare.draw = watched

    def move():
        for text in ("4", "8, 8", "2, 3, 2", "12") * 2:
            spare.hidden_size.value = text

    async def scene():
        spare.run.value = True
        await turns(5)
        await asyncio.gather(*(asyncio.to_thread(move) for _ in range(2)))
        assert spare.run.value
        spare.run.value = False

    asyncio.run(scene())
    assert spare.message.value == ""
    assert overlaps == []


def test_paused_from_another_thread_it_stops_and_runs_again(spare, turns):
    async def scene():
        for _ in range(2):
            before = spare.epochs
            spare.run.value = True
            await turns(5)
            await asyncio.to_thread(setattr, spare.run, "value", False)
            epochs = spare.epochs
            await turns(5)
            assert spare.epochs == epochs > before

    asyncio.run(scene())


def test_it_is_laid_out_for_the_room_that_there_is(spare):
    for room, width in ((460, 460), (560, 560), (900, 800), (0, 800)):
        spare.picture.room = room
        assert spare.width == width
        left, top = (spare.plane_view.frame.box[i] for i in (0, 1))
        assert (left > width / 2) == (room != 460)  # beside the network, or below it
        assert (top > 300) == (room == 460)


def test_no_text_covers_another_or_leaves_the_drawing(spare, chromium):
    for room in (400, 480, 560, 640, 800):
        spare.picture.room = room
        drawings = {}
        for hidden in ("4, 4", "", "16, 1, 3, 3, 3, 3, 3, 8", "8, 8, 8"):
            spare.hidden_size.value = hidden
            spare.advance(3)
            drawings[f"kept, {hidden}" if spare.forget.disabled else hidden] = spare.picture.svg
            spare.keep.click()
            drawings[f"with one kept, {hidden}"] = spare.picture.svg
        spare.forget.click()
        assert overlaps(chromium, drawings, room) == []


def test_alt_text_says_what_is_to_be_seen(spare):
    spare.data.value = "moons"
    assert spare.alt.startswith("Live figure: a 2-4-4-1 network on moons after 0 epochs: training loss")


def test_a_change_from_another_thread_waits_while_the_figure_sets_its_own_controls(spare):
    async def scene():
        with spare.quietly():
            change = asyncio.create_task(asyncio.to_thread(setattr, spare.noise, "value", 0.4))
            while spare.noise.value != 0.4:
                await asyncio.sleep(0)
            assert spare.training.start.noise == 0.1
        await change
        assert spare.training.start.noise == 0.4

    asyncio.run(scene())
