"""Many networks at once: each ends where a training of its own would have taken it."""

import copy

import numpy as np
import oracles
import pytest

from bpcourse import NeuralNetwork, datasets, sweep
from bpcourse.sweep import train_many
from bpcourse.validation import InputError

X, Y = datasets.moons(21, seed=2)
RATES = (0.05, 0.3, 1.0, 2.0, 4.0)


def networks(**settings):
    choices = {"activation": "tanh", "loss": "binary_cross_entropy"} | settings
    return [NeuralNetwork(2, [5, 4], 1, rate, seed=seed, **choices) for seed, rate in enumerate(RATES)]


def assert_as_one_by_one(nets, X, y, **options):
    """Train copies one after the other, then all at once, and compare; return the histories."""
    singles = [copy.deepcopy(net) for net in nets]
    expected = [net.train(X, y, **options) for net in singles]
    histories = train_many(nets, X, y, **options)
    for net, single, history, own in zip(nets, singles, histories, expected, strict=True):
        assert (history.stopped, history.epochs) == (own.stopped, own.epochs)
        np.testing.assert_allclose(history.loss, own.loss, rtol=1e-12, atol=1e-12)
        if history.stopped != "diverged":
            for p, q in zip(net.weights + net.biases, single.weights + single.biases, strict=True):
                np.testing.assert_allclose(p, q, rtol=1e-12, atol=1e-12)
                assert p.shape == q.shape
        assert net.random.bit_generator.state == single.random.bit_generator.state
    return histories


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("batch_size", [None, 1, 8, 100])
def test_different_rates_and_seeds(batch_size, momentum):
    histories = assert_as_one_by_one(networks(), X, Y, epochs=6, batch_size=batch_size, momentum=momentum)
    assert len({history.loss[-1] for history in histories}) == len(RATES)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_each_stops_at_its_own_target(batch_size):
    histories = assert_as_one_by_one(networks(), X, Y, epochs=30, batch_size=batch_size, target_loss=0.2, momentum=0.3)
    assert {history.stopped for history in histories} == {"target", "epochs"}
    assert len({history.epochs for history in histories}) >= 3


@pytest.mark.parametrize("batch_size", [None, 8])
def test_each_converges_by_itself(batch_size):
    histories = assert_as_one_by_one(
        networks(), X, Y, epochs=400, batch_size=batch_size, tolerance=0.05, patience=15, momentum=0.3
    )
    assert {history.stopped for history in histories} == {"converged", "epochs"}
    assert len({history.epochs for history in histories}) >= 4


@pytest.mark.parametrize("batch_size", [None, 8])
def test_some_diverge_while_others_go_on(batch_size):
    nets = networks(activation="relu", output_activation="identity", loss="squared_error")
    for net, rate in zip(nets, (0.01, 1e5, 0.02, 1e9, 0.05), strict=True):
        net.learning_rate = rate
    histories = assert_as_one_by_one(nets, X, Y, epochs=60, batch_size=batch_size)
    assert [history.stopped for history in histories] == ["epochs", "diverged", "epochs", "diverged", "epochs"]
    assert all(np.isfinite(history.loss).all() for history in histories)


def test_one_that_starts_beyond_all_bounds_has_that_one_loss():
    nets = networks(activation="relu", output_activation="identity", loss="squared_error")
    nets[1].weights = [1e200 * np.ones_like(W) for W in nets[1].weights]
    histories = assert_as_one_by_one(nets, X, Y, epochs=3)
    assert histories[1].stopped == "diverged"
    assert len(histories[1].loss) == 1


@pytest.mark.parametrize(("output_activation", "loss"), oracles.OUTPUTS)
@pytest.mark.parametrize("activation", oracles.HIDDEN)
def test_every_activation_and_loss(activation, output_activation, loss):
    random = np.random.default_rng(0)
    y = np.eye(2)[random.integers(2, size=len(X))]
    nets = [
        NeuralNetwork(2, 4, 2, rate, activation, output_activation, loss, seed=seed)
        for seed, rate in enumerate((0.01, 0.1, 0.2))
    ]
    assert_as_one_by_one(nets, X, y, epochs=5, batch_size=6)


def test_no_hidden_layer_and_no_epochs():
    assert_as_one_by_one([NeuralNetwork(2, (), 1, seed=seed) for seed in range(3)], X, Y, epochs=4)
    assert_as_one_by_one(networks(), X, Y, epochs=0)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_portions_that_fit_the_cache_change_nothing(batch_size, monkeypatch):
    whole = networks()
    expected = train_many(whole, X, Y, 5, batch_size=batch_size)
    monkeypatch.setattr(sweep, "STACK_BYTES", 2 * 8 * (batch_size or len(X)) * 5)
    stacks, run_stack = [], sweep._run_stack
    monkeypatch.setattr(sweep, "_run_stack", lambda nets, *rest: stacks.append(len(nets)) or run_stack(nets, *rest))
    nets = networks()
    histories = train_many(nets, X, Y, 5, batch_size=batch_size)
    assert stacks == [2, 2, 1]
    assert [history.loss for history in histories] == [history.loss for history in expected]
    for net, same in zip(nets, whole, strict=True):
        np.testing.assert_array_equal(net.weights[0], same.weights[0])


def test_samples_targets_and_held_arrays_stay_as_they_are():
    nets, inputs, y = networks(), X.copy(), Y.copy()
    held = [net.weights[0] for net in nets]
    kept = [W.copy() for W in held]
    train_many(nets, inputs, y, 3)
    np.testing.assert_array_equal(inputs, X)
    np.testing.assert_array_equal(y, Y)
    np.testing.assert_array_equal(held, kept)
    assert all(net.weights[0].base is None for net in nets)


class Own(NeuralNetwork):
    def backward(self, X, y):
        raise NotImplementedError


def test_what_cannot_be_trained_together_is_refused_before_anything_changes():
    nets = networks()
    before = [net.weights for net in nets]
    refused = {
        "expected a list": nets[0],
        "came as int": 3,
        "an empty list": [],
        "a str": [*nets, "net"],
        "a Own": [*nets, Own(2, 4, 1)],
        "several times": [*nets, nets[0]],
        "one shape and kind": [*nets, NeuralNetwork(2, 3, 1)],
    }
    for words, value in refused.items():
        with pytest.raises(InputError, match=words):
            train_many(value, X, Y, 3)
    assert all(net.weights is weights for net, weights in zip(nets, before, strict=True))
