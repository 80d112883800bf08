"""Losses: the mean over samples, exact derivatives, and finite values for any finite z."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracles import OUTPUTS, PlainNetwork, search

from bpcourse import NeuralNetwork
from bpcourse.mathematics import losses
from bpcourse.mathematics.activations import ACTIVATIONS, sigmoid, softmax
from bpcourse.mathematics.backprop import output_delta
from bpcourse.mathematics.gradients import complex_step, relative_difference
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.own_class import loss_of
from bpcourse.mathematics.validation import InputError

FROM_Z = {
    "binary_cross_entropy": (losses.binary_cross_entropy_from_z, sigmoid),
    "cross_entropy": (losses.cross_entropy_from_z, softmax),
}


def sample(name, random, shape=(5, 3)):
    """Return z, y_hat and y that suit the loss `name`."""
    z = random.normal(0, 2, shape)
    if name == "squared_error":
        return z, z, random.normal(size=shape)
    if name == "binary_cross_entropy":
        return z, sigmoid(z), random.choice([0.0, 0.25, 1.0], size=shape)
    y = random.random(shape)
    return z, softmax(z), y / y.sum(axis=-1, keepdims=True)


def test_values_by_hand():
    y_hat, y = np.array([[0.5, 0.25], [0.5, 0.75]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert losses.squared_error(y_hat, y) == pytest.approx((0.125 + 0.03125 + 0.125 + 0.03125) / 2)
    nats = [math.log(0.5), math.log(0.75), math.log(0.5), math.log(0.75)]
    assert losses.binary_cross_entropy(y_hat, y) == pytest.approx(-math.fsum(nats) / 2)
    assert losses.cross_entropy(y_hat, y) == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2)


@pytest.mark.parametrize("name", LOSSES)
def test_loss_is_the_mean_over_samples_of_a_sum_over_outputs(name):
    _, y_hat, y = sample(name, np.random.default_rng(0))
    value = LOSSES[name].value
    assert value(np.vstack([y_hat, y_hat]), np.vstack([y, y])) == pytest.approx(value(y_hat, y))
    rows = [value(y_hat[n : n + 1], y[n : n + 1]) for n in range(len(y))]
    assert value(y_hat, y) == pytest.approx(np.mean(rows))
    if name != "cross_entropy":
        columns = [value(y_hat[:, [k]], y[:, [k]]) for k in range(y.shape[1])]
        assert value(y_hat, y) == pytest.approx(np.sum(columns))


@pytest.mark.parametrize("name", LOSSES)
def test_derivative_is_the_exact_derivative(name):
    _, y_hat, y = sample(name, np.random.default_rng(1))
    truth = complex_step(lambda y_hat: LOSSES[name].value(y_hat, y), y_hat)
    assert relative_difference(LOSSES[name].derivative(y_hat, y), truth) < 1e-14


@pytest.mark.parametrize(("output", "name"), OUTPUTS)
def test_output_delta_is_the_derivative_to_z(output, name):
    random = np.random.default_rng(2)
    z, _, y = sample(name, random)
    activation, loss = ACTIVATIONS[output], LOSSES[name]
    truth = complex_step(lambda z: loss.of_output(z, activation.function(z), y), z)
    assert relative_difference(output_delta(activation.function(z), y, activation, loss), truth) < 1e-14


@pytest.mark.parametrize("name", FROM_Z)
def test_the_collapsed_delta_is_what_the_two_factors_of_bp1_give(name):
    _, y_hat, y = sample(name, np.random.default_rng(3))
    partner = ACTIVATIONS[LOSSES[name].outputs[0]]
    long_way = output_delta(y_hat, y, partner, replace(LOSSES[name], value_from_z=None))
    assert relative_difference(output_delta(y_hat, y, partner, LOSSES[name]), long_way) < 1e-14


@pytest.mark.parametrize("name", FROM_Z)
@search
@given(z=arrays(float, (4, 3), elements=st.floats(-8, 8)), seed=st.integers(0, 99))
def test_loss_from_z_equals_the_plain_one_where_both_are_exact(name, z, seed):
    from_z, activation = FROM_Z[name]
    _, _, y = sample(name, np.random.default_rng(seed), z.shape)
    assert from_z(z, y) == pytest.approx(LOSSES[name].value(activation(z), y), rel=1e-12)


@pytest.mark.parametrize("name", FROM_Z)
@search
@given(z=arrays(float, (3, 4), elements=st.floats(-1e306, 1e306)), seed=st.integers(0, 99))
def test_loss_from_z_is_finite_for_any_z(name, z, seed):
    _, _, y = sample(name, np.random.default_rng(seed), z.shape)
    value = FROM_Z[name][0](z, y)
    assert np.isfinite(value)
    assert value >= 0


@search
@given(z=st.one_of(st.floats(-1e308, 1e308), st.floats(-50, 50)))
@example(z=40.0)
def test_a_single_output_has_the_loss_that_the_formula_tends_to(z):
    value = losses.binary_cross_entropy_from_z(np.array([[z]]), np.array([[1.0]]))
    assert value == pytest.approx(max(0.0, -z) + math.log1p(math.exp(-abs(z))), rel=1e-14, abs=0)
    right_class = losses.cross_entropy_from_z(np.array([[z, -1e308]]), np.array([[1.0, 0.0]]))
    assert right_class == pytest.approx(0 if z > -1e308 else math.log(2), abs=1e-15)


def test_far_away_the_loss_from_z_is_a_straight_line_where_the_plain_one_is_infinite():
    z, y = np.array([[-800.0]]), np.array([[1.0]])
    assert losses.binary_cross_entropy_from_z(z, y) == 800
    assert losses.binary_cross_entropy(sigmoid(z), y) == np.inf
    pair, second = np.array([[0.0, -800.0]]), np.array([[0.0, 1.0]])
    assert losses.cross_entropy_from_z(pair, second) == 800
    assert losses.cross_entropy(softmax(pair), second) == np.inf


def test_a_certain_and_right_prediction_costs_nothing():
    certain = np.array([[0.0, 1.0]])
    assert losses.binary_cross_entropy(certain, certain) == 0
    assert losses.cross_entropy(certain, certain) == 0


@pytest.mark.parametrize("name", LOSSES)
def test_a_stack_of_networks_has_a_loss_each(name):
    random = np.random.default_rng(4)
    z, y_hat, y = sample(name, random, (6, 5, 3))
    loss = LOSSES[name]
    for values, single in (
        (loss.value(y_hat, y), lambda k: loss.value(y_hat[k], y[k])),
        (loss.of_output(z, y_hat, y), lambda k: loss.of_output(z[k], y_hat[k], y[k])),
        (loss.derivative(y_hat, y), lambda k: loss.derivative(y_hat[k], y[k])),
    ):
        np.testing.assert_array_equal(values, [single(k) for k in range(6)])


def test_loss_of_any_network_is_its_own_or_else_the_squared_error():
    net = NeuralNetwork(2, 3, 1, activation="tanh", output_activation="identity", seed=0)
    X, y = np.ones((4, 2)), np.zeros((4, 1))
    assert loss_of(net, X, y) == net.loss(X, y)
    assert loss_of(PlainNetwork(net.weights, net.biases, 0.1), X, y) == pytest.approx(net.loss(X, y))


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_loss_in_an_array_of_one_number_counts_as_that_number(shape):
    class Own:
        def loss(self, X, y):
            return np.full(shape, 0.25)

    assert loss_of(Own(), None, None) == 0.25


def test_a_loss_of_several_numbers_is_refused():
    class Own:
        def loss(self, X, y):
            return np.ones(3)

    with pytest.raises(InputError, match="expected a single number"):
        loss_of(Own(), None, None)


def test_predictions_of_another_shape_than_y_are_refused():
    class Flat:
        def forward(self, X):
            return X[:, 0]

    X, y = np.ones((4, 2)), np.array([[0.0], [1.0], [1.0], [0.0]])
    with pytest.raises(InputError, match=r"returned shape \(4,\); expected \(4, 1\)"):
        loss_of(Flat(), X, y)


def test_a_loss_of_predictions_is_not_called_with_samples():
    class Own:
        def loss(self, y_hat, y, scale=1.0):
            return float(np.mean((y_hat - y) ** 2))

    class Swapped:
        def loss(self, y, y_hat):
            return float(np.mean((y_hat - y) ** 2))

    with pytest.raises(InputError, match=r"takes \(y_hat, y, scale\); expected \(X, y\)"):
        loss_of(Own(), np.ones((4, 2)), np.ones((4, 1)))
    with pytest.raises(InputError, match=r"takes \(y, y_hat\); expected \(X, y\)"):
        loss_of(Swapped(), np.ones((4, 2)), np.ones((4, 1)))
