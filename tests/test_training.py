"""Training: the loop against independent loops, its reasons to stop, interrupts, and classes of one's own."""

import os
import signal
import threading
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import oracles
import pytest

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics import training
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.validation import InputError

X, Y = datasets.xor()
MOONS = datasets.moons(23, seed=1)


def quick_network(seed=0, **settings):
    """A network that learns XOR within a few dozen epochs."""
    choices = {"learning_rate": 2, "activation": "tanh", "loss": "binary_cross_entropy", "seed": seed} | settings
    return NeuralNetwork(2, 8, 1, **choices)


def assert_close(arrays, expected, tolerance=1e-12):
    for array, other in zip(arrays, expected, strict=True):
        np.testing.assert_allclose(array, other, rtol=tolerance, atol=tolerance)


def assert_whole(net, history, X, y):
    assert len(history.loss) == history.epochs + 1
    assert history.loss[-1] == net.loss(X, y)
    assert np.isfinite(history.loss).all()


@pytest.fixture(autouse=True)
def interrupts_arrive():
    """Have Python's own answer to SIGINT, whatever started the tests, and find it in place again afterwards."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


# -- what the course promises -----------------------------------------------------------------------------


def test_the_classic_program_is_reproduced_weight_for_weight_and_solves_xor():
    net = NeuralNetwork(2, 4, 1, learning_rate=0.4, init="uniform", seed=1)
    (W1, W2), (b1, b2) = net.weights, net.biases
    *expected, error = oracles.classic_program(X, Y, W1, b1, W2, b2, epochs=10_000, learning_rate=0.1)
    history = net.train(X, Y, epochs=10_000)
    assert_close([net.weights[0], net.biases[0], net.weights[1], net.biases[1]], expected)
    assert history.epochs == 10_000
    assert np.mean((net.forward(X) - Y) ** 2) == pytest.approx(error, rel=1e-9)
    assert error < 0.01


def test_the_classic_rate_on_means_is_another_program():
    net = NeuralNetwork(2, 4, 1, learning_rate=0.1, init="uniform", seed=1)
    net.train(X, Y, epochs=10_000)
    assert np.mean((net.forward(X) - Y) ** 2) > 0.2


def test_a_thousand_seeds_learn_xor_within_a_hundred_epochs():
    nets = [quick_network(seed) for seed in range(1000)]
    assert {net.train(X, Y, epochs=100, target_loss=0.05).stopped for net in nets} == {"target"}
    errors = np.array([np.mean((net.forward(X) - Y) ** 2) for net in nets])
    assert errors.max() < 0.01


def test_digits_are_read_by_a_network_of_two_layers_the_same_each_time():
    data = datasets.digits()

    def train():
        net = NeuralNetwork(64, 64, 10, 0.3, "tanh", "softmax", "cross_entropy", seed=0)
        return net, net.train(data.X_train, data.y_train, epochs=50, batch_size=32)

    (net, history), (same, again) = train(), train()
    assert (net.forward(data.X_test).argmax(axis=1) == data.labels_test).mean() >= 0.96
    assert history.loss == again.loss
    assert all(np.array_equal(a, b) for a, b in zip(net.weights + net.biases, same.weights + same.biases, strict=True))
    assert_whole(net, history, data.X_train, data.y_train)


# -- the loop, against a loop of autograd's gradients -------------------------------------------------------


def batches_of(seed_of, samples, size, epochs):
    """The batches that a network draws: its weights come first out of its generator."""
    random = seed_of().random
    orders = [random.permutation(samples) for _ in range(epochs)]
    return [[order[start : start + size] for start in range(0, samples, size)] for order in orders]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("batch_size", [None, 1, 5, 23, 100])
def test_training_follows_an_independent_loop(batch_size, momentum):
    def build():
        return NeuralNetwork(2, [4, 3], 1, 0.1, "tanh", "sigmoid", "binary_cross_entropy", seed=3)

    net, (inputs, y), epochs = build(), MOONS, 4
    batches = None if batch_size in (None, 23, 100) else batches_of(build, len(inputs), batch_size, epochs)
    weights, biases, losses = oracles.gradient_descent(
        net.weights, net.biases, inputs, y, ("tanh", "sigmoid", "binary_cross_entropy"), epochs, 0.1, momentum, batches
    )
    history = net.train(inputs, y, epochs, batch_size=batch_size, momentum=momentum)
    assert_close(net.weights + net.biases, weights + biases)
    assert_close(history.loss, losses)
    assert_whole(net, history, inputs, y)


class Recorder:
    """A network that learns nothing and remembers the batches that it was shown."""

    def __init__(self):
        self.batches, self.updates = [], 0

    def forward(self, X):
        return np.zeros((len(X), 1))

    def backward(self, X, y):
        self.batches.append((X.copy(), y.copy()))

    def update(self, gradients):
        self.updates += 1


def test_every_sample_is_used_once_an_epoch_with_its_own_target():
    samples = np.arange(10.0)[:, None]
    net = Recorder()
    training.train(net, samples, 7 * samples, epochs=3, batch_size=4, random=np.random.default_rng(0))
    assert [len(rows) for rows, _ in net.batches] == [4, 4, 2] * 3
    assert net.updates == 9
    orders = [np.concatenate([rows for rows, _ in net.batches[start : start + 3]]) for start in (0, 3, 6)]
    for order in orders:
        np.testing.assert_array_equal(np.sort(order, axis=0), samples)
    assert not np.array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], samples)
    for rows, y in net.batches:
        np.testing.assert_array_equal(y, 7 * rows)


def test_one_batch_of_all_samples_keeps_their_order():
    net = Recorder()
    training.train(net, X, Y, epochs=2, batch_size=4)
    for rows, y in net.batches:
        np.testing.assert_array_equal(rows, X)
        np.testing.assert_array_equal(y, Y)


def test_training_in_two_goes_is_training_in_one():
    once, twice = quick_network(), quick_network()
    whole = once.train(X, Y, 20, batch_size=2)
    first, second = twice.train(X, Y, 8, batch_size=2), twice.train(X, Y, 12, batch_size=2)
    assert_close(once.weights + once.biases, twice.weights + twice.biases, 0)
    assert whole.loss == first.loss + second.loss[1:]


def test_no_epochs_measure_and_change_nothing():
    net = quick_network()
    before = net.weights
    history = net.train(X, Y, epochs=0)
    assert net.weights is before
    assert (history.epochs, history.stopped) == (0, "epochs")
    assert_whole(net, history, X, Y)


@pytest.mark.parametrize("batch_size", [None, 2])
def test_samples_and_targets_stay_as_they_are(batch_size):
    inputs, y = X.copy(), Y.copy()
    quick_network().train(inputs, y, 5, batch_size=batch_size, momentum=0.5)
    np.testing.assert_array_equal(inputs, X)
    np.testing.assert_array_equal(y, Y)


# -- reasons to stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 2])
def test_it_stops_at_the_first_loss_that_reaches_the_target(batch_size):
    net = quick_network()
    history = net.train(X, Y, 1000, batch_size=batch_size, target_loss=0.05)
    assert history.stopped == "target"
    assert history.loss[-1] <= 0.05 < min(history.loss[:-1])
    assert_whole(net, history, X, Y)
    assert "target" in history.message


def test_it_stops_once_the_loss_no_longer_falls():
    net = quick_network(learning_rate=0.5)
    history = net.train(X, Y, 100_000, tolerance=0.05, patience=20)
    assert history.stopped == "converged"
    fall = [1 - now / before for before, now in zip(history.loss, history.loss[20:], strict=False)]
    assert fall[-1] <= 0.05 < min(fall[:-1])
    assert_whole(net, history, X, Y)
    assert "Converged" in history.message


@pytest.mark.parametrize("target", [0.5, 1.0])
def test_a_loss_that_stands_still_has_converged_after_as_many_epochs_as_patience(target):
    """Zero weights and dead units: no gradient, whether the loss is exactly 0 or not."""
    net = NeuralNetwork(2, 3, 1, activation="relu", output_activation="relu", init="zeros")
    net.biases = [np.zeros((1, 3)), np.full((1, 1), 0.5 if target == 0.5 else -1)]
    history = net.train(X, np.full((4, 1), target), 1000, tolerance=1e-9, patience=7)
    assert (history.stopped, history.epochs) == ("converged", 7)
    assert (history.loss[-1] == 0) == (target == 0.5)


def test_it_stops_after_all_epochs():
    history = quick_network().train(X, Y, epochs=12)
    assert (history.stopped, history.epochs) == ("epochs", 12)
    assert "12 epochs" in history.message
    assert repr(history) == f"History: {history.message}"


@pytest.mark.parametrize("batch_size", [None, 2])
def test_divergence_is_noticed_and_explained(batch_size):
    net = NeuralNetwork(2, 4, 1, 1e6, "relu", "identity", seed=0)
    history = net.train(X, Y, 1000, batch_size=batch_size)
    assert history.stopped == "diverged"
    assert 0 < history.epochs < 1000
    assert len(history.loss) == history.epochs + 1
    assert np.isfinite(history.loss).all()
    assert "Diverged" in history.message
    assert "smaller learning rate" in history.message


class Checked(NeuralNetwork):
    """Goes through the checks of the public methods at every step."""


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("rate", [1e3, 1e100])
@pytest.mark.parametrize("momentum", [0, 0.9])
def test_a_subclass_diverges_as_the_network_itself_does(rate, batch_size, momentum):
    settings = {"learning_rate": rate, "activation": "relu", "output_activation": "identity", "seed": 0}
    checked, net = Checked(2, 4, 1, **settings), NeuralNetwork(2, 4, 1, **settings)
    history = checked.train(X, Y, 1000, batch_size=batch_size, momentum=momentum)
    expected = net.train(X, Y, 1000, batch_size=batch_size, momentum=momentum)
    assert history.stopped == expected.stopped == "diverged"
    assert history.loss == pytest.approx(expected.loss, rel=1e-9)


def test_bad_numbers_in_the_callback_are_no_divergence():
    net = Checked(2, 4, 1)
    with pytest.raises(InputError, match="X holds"):
        net.train(X, Y, 5, callback=lambda epoch, loss: net.forward([[np.nan, 0]]))


def test_a_network_of_nans_cannot_be_trained():
    net = Checked(2, 4, 1)
    net.weights[0][:] = np.nan
    with pytest.raises(InputError, match=r"weights\[0\] holds 8 value"):
        training.train(net, X, Y, 5)


def test_a_training_that_begins_beyond_all_bounds_says_so():
    net = NeuralNetwork(2, 4, 1, activation="relu", output_activation="identity", seed=0)
    net.weights = [1e160 * np.ones((2, 4)), np.ones((4, 1))]
    before = net.weights
    history = net.train(X, Y, 10)
    assert (history.stopped, history.epochs, history.loss) == ("diverged", 0, [np.inf])
    assert "before the first epoch" in history.message
    assert "Reset" in history.message
    assert net.weights is before


# -- watching -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 3])
def test_the_callback_sees_every_measurement(batch_size):
    net, seen = quick_network(), []

    def look(epoch, loss):
        seen.append((epoch, loss, net.loss(X, Y)))

    history = net.train(X, Y, 6, batch_size=batch_size, callback=look)
    assert seen == [(epoch, loss, loss) for epoch, loss in enumerate(history.loss)]


def test_an_error_in_the_callback_comes_through():
    def fail(epoch, loss):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        quick_network().train(X, Y, 6, callback=fail)


@pytest.mark.parametrize(
    ("progress", "epochs"),
    [(True, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]), (12, [0, 12, 24]), (False, []), (0, []), (None, [])],
)
def test_progress_prints_some_of_the_losses(progress, epochs, capsys):
    history = quick_network().train(X, Y, 34 if progress is True else 30, progress=progress)
    expected = [f"epoch {epoch:6,}   loss {history.loss[epoch]:.6f}" for epoch in epochs]
    if progress is True:
        expected.append(f"epoch {33:6,}   loss {history.loss[33]:.6f}")
    assert capsys.readouterr().out.splitlines() == expected


def test_a_history_without_a_reason_can_be_shown():
    assert "nan" in repr(training.History())
    assert "1 epochs" in repr(training.History([0.5, 0.25]))


# -- interrupts ---------------------------------------------------------------------------------------------


class Interrupted(NeuralNetwork):
    """Sends a real interrupt when its backward is called for the n-th time."""

    calls_until_interrupt = 0

    def backward(self, X, y):
        self.calls_until_interrupt -= 1
        if self.calls_until_interrupt == 0:
            signal.raise_signal(signal.SIGINT)
        return super().backward(X, y)


def test_an_interrupt_within_an_epoch_takes_effect_at_its_end():
    net = Interrupted(2, 8, 1, 2, "tanh", seed=0)
    net.calls_until_interrupt = 6  # the second batch of the third epoch
    history = net.train(X, Y, 1000, batch_size=2)
    assert (history.stopped, history.epochs) == ("interrupted", 3)
    assert "Interrupted after 3 epochs" in history.message
    assert_whole(net, history, X, Y)
    plain = NeuralNetwork(2, 8, 1, 2, "tanh", seed=0)
    assert plain.train(X, Y, 3, batch_size=2).loss == pytest.approx(history.loss, rel=1e-12)
    assert_close(net.weights + net.biases, plain.weights + plain.biases)


@pytest.mark.parametrize("batch_size", [None, 2])
def test_an_interrupt_from_outside_leaves_network_and_history_whole(batch_size):
    net = quick_network(learning_rate=0.01)
    started = threading.Event()

    def interrupt():
        started.wait()
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    history = net.train(X, Y, 10**7, batch_size=batch_size, callback=lambda epoch, loss: epoch < 50 or started.set())
    thread.join()
    assert history.stopped == "interrupted"
    assert_whole(net, history, X, Y)
    more = net.train(X, Y, 5, batch_size=batch_size)
    assert more.loss[0] == history.loss[-1]
    assert more.stopped == "epochs"


def test_an_interrupt_in_the_callback_ends_the_training_after_one_more_epoch():
    def interrupt(epoch, loss):
        if epoch == 4:
            signal.raise_signal(signal.SIGINT)

    net = quick_network()
    history = net.train(X, Y, 100, callback=interrupt)
    assert (history.stopped, history.epochs) == ("interrupted", 5)
    assert_whole(net, history, X, Y)


def test_the_second_interrupt_stops_at_once():
    def interrupt(epoch, loss):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        quick_network().train(X, Y, 100, callback=interrupt)


def test_training_in_another_thread_is_the_same():
    net, results = quick_network(), []
    thread = threading.Thread(target=lambda: results.append(net.train(X, Y, 10)))
    thread.start()
    thread.join()
    assert results[0].loss == quick_network().train(X, Y, 10).loss


# -- classes of one's own -----------------------------------------------------------------------------------


def own_and_course_network():
    net = NeuralNetwork(2, 3, 1, 0.2, "tanh", "identity", seed=4)
    return oracles.PlainNetwork(net.weights, net.biases, 0.2), net


@pytest.mark.parametrize("options", [{}, {"momentum": 0.8}, {"batch_size": 3}, {"batch_size": 3, "momentum": 0.8}])
def test_a_class_of_ones_own_trains_as_the_courses_network_does(options):
    own, net = own_and_course_network()
    inputs, y = MOONS
    net.random = np.random.default_rng(0)  # what a class without a generator gets
    history = training.train(own, inputs, y, 5, **options)
    expected = net.train(inputs, y, 5, **options)
    assert_close(history.loss, expected.loss)
    assert_close(own.weights + own.biases, net.weights + net.biases)


def test_the_loss_of_a_class_of_ones_own_is_asked_of_it():
    own, _ = own_and_course_network()
    own.loss = lambda X, y: 42.0
    assert training.train(own, X, Y, 2).loss == [42.0] * 3
    own.backward = lambda X, y: SimpleNamespace(weights=[0, 0], biases=[0, 0], loss=7)
    own.update = lambda gradients: None
    assert training.train(own, X, Y, 2).loss == [42.0] * 3
    del own.loss
    assert training.train(own, X, Y, 2).loss == [7.0] * 3


def test_a_training_that_rests_above_its_lowest_loss_says_so():
    for losses in ([1.0, 0.5, 0.5], [1.0, -0.5, -0.5], [1.0, 0.0, 0.0]):
        assert "It was" not in training.History(losses, "converged").message
    message = training.History([1.0, 0.25, 0.5, 0.75], "converged").message
    assert "It is 0.75. It was 0.25 after 1 epochs: it swings, or rises. Try a smaller learning rate." in message


def test_a_history_of_nothing_has_a_message():
    assert "nan" in training.History([], "epochs").message


def test_momentum_keeps_its_own_numbers_where_a_class_fills_the_same_arrays():
    own, course = own_and_course_network()
    once, of_class = own.backward(X, Y), own.backward

    def backward(X, y):
        for mine, theirs in zip(
            [*once.weights, *once.biases], [*(g := of_class(X, y)).weights, *g.biases], strict=True
        ):
            mine[...] = theirs
        return once

    own.backward = backward
    course_losses = course.train(X, Y, 5, momentum=0.9).loss
    assert training.train(own, X, Y, 5, momentum=0.9).loss == pytest.approx(course_losses, rel=1e-9)


def test_training_goes_on_where_another_program_takes_the_interrupts(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    assert NeuralNetwork(2, 3, 1, seed=0).train(X, Y, 3).epochs == 3


class WithPenalty(NeuralNetwork):
    """Adds 0.05 ΣW² to the loss, and its derivative to the gradients."""

    def loss(self, X, y):
        return super().loss(X, y) + 0.05 * sum(np.sum(W**2) for W in self.weights)

    def backward(self, X, y):
        plain = super().backward(X, y)
        d_weights = [dW + 0.1 * W for dW, W in zip(plain.weights, self.weights, strict=True)]
        return Gradients(d_weights, plain.biases, loss=plain.loss)


@pytest.mark.parametrize("batch_size", [None, 3])
def test_a_subclass_with_a_loss_of_its_own_records_that_loss(batch_size):
    net = WithPenalty(2, 4, 1, 0.5, seed=0)
    assert net.train(X, Y, 20, batch_size=batch_size).loss[-1] == pytest.approx(net.loss(X, Y), rel=1e-12)


def test_momentum_says_what_gradients_it_needs_before_the_first_step():
    own, _ = own_and_course_network()
    before, of_class = [W.copy() for W in own.weights], own.backward
    own.backward = lambda X, y: (of_class(X, y).weights, of_class(X, y).biases)
    with pytest.raises(InputError, match=r"came as tuple without \.weights and \.biases"):
        training.train(own, X, Y, 5, momentum=0.9)
    for W, old in zip(own.weights, before, strict=True):
        np.testing.assert_array_equal(W, old)


def test_a_generator_of_its_own_shuffles_and_anything_else_named_random_is_left_alone():
    orders = []
    for random in (np.random.default_rng(1), np.random.default_rng(2), "no generator"):
        net = Recorder()
        net.random = random
        training.train(net, np.arange(10.0)[:, None], np.zeros((10, 1)), 1, batch_size=5)
        orders.append(np.concatenate([rows for rows, _ in net.batches])[:, 0])
    expected = [np.random.default_rng(seed).permutation(10) for seed in (1, 2, 0)]
    np.testing.assert_array_equal(orders, expected)


class Reversed(NeuralNetwork):
    """Climbs instead of descending."""

    def backward(self, X, y):
        right = super().backward(X, y)
        return Gradients([-dW for dW in right.weights], [-db for db in right.biases])


class Halved(NeuralNetwork):
    """Takes half of every step."""

    def update(self, gradients):
        super().update(Gradients([dW / 2 for dW in gradients.weights], [db / 2 for db in gradients.biases]))


@pytest.mark.parametrize("batch_size", [None, 2])
def test_a_subclass_that_overrides_backward_or_update_is_honoured(batch_size):
    climber = Reversed(2, 4, 1, 0.5, seed=0)
    assert all(a < b for a, b in pairwise(climber.train(X, Y, 5, batch_size=batch_size).loss))
    halved, half_rate = Halved(2, 4, 1, 0.5, seed=0), NeuralNetwork(2, 4, 1, 0.25, seed=0)
    assert halved.train(X, Y, 5, batch_size=batch_size).loss == pytest.approx(
        half_rate.train(X, Y, 5, batch_size=batch_size).loss, rel=1e-12
    )


def test_the_loop_gives_the_courses_network_what_its_own_train_gives():
    net, same = quick_network(), quick_network()
    history = training.train(net, X, Y, 7, batch_size=3, momentum=0.5)
    assert history.loss == pytest.approx(same.train(X, Y, 7, batch_size=3, momentum=0.5).loss, rel=1e-12)
