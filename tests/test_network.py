"""The network: its equations with numbers, its initial weights, and what a call may and may not change."""

import copy
from dataclasses import fields, replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics import training
from bpcourse.mathematics.activations import ACTIVATIONS, sigmoid
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.validation import InputError

X, Y, W1, B1, W2, B2 = datasets.worked_example()


def worked_network(**settings):
    net = NeuralNetwork(2, 3, 1, **settings)
    net.weights, net.biases = [W1, W2], [B1, B2]
    return net


def snapshot(net):
    return copy.deepcopy((net.weights, net.biases, net.learning_rate, net.random.bit_generator.state))


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


# -- the equations, with the numbers of the worked example ---------------------------------------------


def test_forward_is_f1_and_f2_layer_by_layer():
    net = worked_network()
    zs, activations = net.layers(X)
    z1 = X @ W1 + B1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + B2
    np.testing.assert_allclose(z1[0], [1, 0, -2], atol=1e-15)
    np.testing.assert_allclose(zs[0], z1, rtol=1e-15)
    np.testing.assert_allclose(zs[1], z2, rtol=1e-15)
    for a, expected in zip(activations, (X, a1, 1 / (1 + np.exp(-z2))), strict=True):
        np.testing.assert_allclose(a, expected, rtol=1e-15)
    np.testing.assert_array_equal(net.forward(X), activations[-1])


def test_loss_is_half_the_squared_error_averaged_over_samples():
    net = worked_network()
    assert net.loss(X, Y) == pytest.approx(np.mean((net.forward(X) - Y) ** 2) / 2, rel=1e-15)
    assert type(net.loss(X, Y)) is float


def test_the_loss_of_many_samples_is_their_mean_too():
    random = np.random.default_rng(0)
    net = NeuralNetwork(3, 5, 2, output_activation="softmax", loss="cross_entropy", seed=0)
    many = 10_007
    inputs, y = random.normal(size=(many, 3)), np.eye(2)[random.integers(2, size=many)]
    expected = -np.mean(np.log(net.forward(inputs)[y == 1]))
    assert net.loss(inputs, y) == pytest.approx(expected, rel=1e-13)
    assert net.backward(inputs, y).loss == pytest.approx(expected, rel=1e-13)


def test_backward_is_bp1_to_bp4_as_one_writes_them_by_hand():
    net = worked_network()
    a1 = sigmoid(X @ W1 + B1)
    a2 = sigmoid(a1 @ W2 + B2)
    delta2 = (a2 - Y) / 4 * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    gradients = net.backward(X, Y)
    expected = X.T @ delta1, a1.T @ delta2, delta1.sum(axis=0, keepdims=True), delta2.sum(axis=0, keepdims=True)
    for array, by_hand in zip([*gradients.weights, *gradients.biases], expected, strict=True):
        np.testing.assert_allclose(array, by_hand, rtol=1e-14)
    for delta, by_hand in zip(gradients.deltas, (delta1, delta2), strict=True):
        np.testing.assert_allclose(delta, by_hand, rtol=1e-14)


def test_update_is_u1_and_u2_and_lowers_the_loss():
    net = worked_network(learning_rate=0.3)
    before, gradients = net.loss(X, Y), net.backward(X, Y)
    net.update(gradients)
    assert_same(net.weights, [W1 - 0.3 * gradients.weights[0], W2 - 0.3 * gradients.weights[1]])
    assert_same(net.biases, [B1 - 0.3 * gradients.biases[0], B2 - 0.3 * gradients.biases[1]])
    assert net.loss(X, Y) < before


def test_update_takes_any_object_with_the_lists_of_a_gradient():
    net, other = worked_network(), worked_network()
    gradients = net.backward(X, Y)
    net.update(gradients)
    other.update(
        SimpleNamespace(
            weights=tuple(dW.tolist() for dW in gradients.weights), biases=[db.tolist() for db in gradients.biases]
        )
    )
    assert_same(net.weights + net.biases, other.weights + other.biases)


@pytest.mark.parametrize(
    ("hidden_size", "sizes"),
    [(3, (2, 3, 1)), ((), (2, 1)), ([], (2, 1)), ([4, 5], (2, 4, 5, 1)), (range(2, 5), (2, 2, 3, 4, 1)),
     (np.array([6, 7]), (2, 6, 7, 1)), (np.int64(3), (2, 3, 1))],
)  # fmt: skip
def test_hidden_size_is_a_number_or_a_sequence(hidden_size, sizes):
    net = NeuralNetwork(2, hidden_size, 1)
    assert net.sizes == sizes
    assert [W.shape for W in net.weights] == list(pairwise(sizes))
    assert [b.shape for b in net.biases] == [(1, n) for n in sizes[1:]]
    assert net.forward(X).shape == (4, 1)


def test_no_hidden_layer_is_logistic_regression():
    net = NeuralNetwork(2, (), 1, loss="binary_cross_entropy", seed=0)
    y_hat = sigmoid(X @ net.weights[0] + net.biases[0])
    np.testing.assert_array_equal(net.forward(X), y_hat)
    np.testing.assert_allclose(net.backward(X, Y).weights[0], X.T @ (y_hat - Y) / 4, rtol=1e-14)


# -- initial weights -----------------------------------------------------------------------------------


def test_inits_have_the_spread_that_their_papers_ask_for():
    def weights(init):
        return NeuralNetwork(300, 200, 1, init=init, seed=1).weights[0]

    limit = np.sqrt(6 / 500)
    xavier = weights("xavier")
    assert np.abs(xavier).max() <= limit
    assert np.abs(xavier).max() > 0.999 * limit
    assert xavier.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)
    assert weights("he").std() == pytest.approx(np.sqrt(2 / 300), rel=0.01)
    assert abs(weights("he").mean()) < 1e-3
    uniform = weights("uniform")
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert uniform.mean() == pytest.approx(0.5, rel=0.01)
    assert not weights("zeros").any()


@pytest.mark.parametrize("init", ["xavier", "he", "zeros"])
def test_biases_start_at_zero(init):
    assert not any(b.any() for b in NeuralNetwork(2, [3, 4], 1, init=init).biases)


def test_uniform_draws_the_biases_too():
    biases = np.concatenate(NeuralNetwork(2, [30, 40], 1, init="uniform", seed=0).biases, axis=1)
    assert biases.min() >= 0
    assert biases.max() < 1
    assert biases.std() > 0.2


@pytest.mark.parametrize("init", ["xavier", "he", "uniform"])
def test_the_seed_decides_the_weights(init):
    one, same, other = (NeuralNetwork(2, 3, 1, init=init, seed=seed) for seed in (5, 5, 6))
    assert_same(one.weights + one.biases, same.weights + same.biases)
    assert not np.array_equal(one.weights[0], other.weights[0])


def test_without_a_seed_each_network_draws_a_new_one_and_can_be_built_again_from_it():
    first, second = NeuralNetwork(2, 3, 1), NeuralNetwork(2, 3, 1)
    assert first.seed != second.seed
    assert_same(first.weights, NeuralNetwork(2, 3, 1, seed=first.seed).weights)


def test_reset_restores_the_initial_weights_and_the_shuffling():
    net = NeuralNetwork(2, 3, 1, init="uniform", seed=8)
    start = snapshot(net)
    first = net.train(X, Y, 3, batch_size=2).loss
    trained = snapshot(net)
    assert not np.array_equal(trained[0][0], start[0][0])
    net.reset()
    assert_same(net.weights + net.biases, start[0] + start[1])
    assert net.train(X, Y, 3, batch_size=2).loss == first
    assert_same(net.weights + net.biases, trained[0] + trained[1])


# -- what a call may change, and what it may not ---------------------------------------------------------


def test_backward_changes_nothing():
    net = worked_network()
    inputs, y = X.copy(), Y.copy()
    before, arrays = snapshot(net), [*net.weights, *net.biases]
    first = net.backward(inputs, y)
    second = net.backward(inputs, y)
    assert_same(first.weights + first.biases, second.weights + second.biases)
    assert_same(snapshot(net)[0] + snapshot(net)[1], before[0] + before[1])
    assert all(a is b for a, b in zip(arrays, [*net.weights, *net.biases], strict=True))
    assert net.random.bit_generator.state == before[3]
    assert_same([inputs, y], [X, Y])


def test_forward_layers_and_loss_change_nothing():
    net, inputs, y = worked_network(), X.copy(), Y.copy()
    before = snapshot(net)
    net.forward(inputs), net.layers(inputs), net.loss(inputs, y)
    assert_same(snapshot(net)[0] + snapshot(net)[1], before[0] + before[1])
    assert_same([inputs, y], [X, Y])


@pytest.mark.parametrize("train", [False, True])
def test_updates_do_not_write_into_arrays_that_the_caller_holds(train):
    net = worked_network()
    lists = net.weights, net.biases
    held = [*net.weights, *net.biases]
    kept = [array.copy() for array in held]
    gradients = net.backward(X, Y)
    net.train(X, Y, 2) if train else net.update(gradients)
    assert_same(held, kept)
    assert all(a is b for a, b in zip([*lists[0], *lists[1]], held, strict=True))
    assert not np.array_equal(net.weights[0], held[0])
    fresh = worked_network().backward(X, Y)
    assert_same(gradients.weights + gradients.biases, fresh.weights + fresh.biases)


def test_assigned_arrays_are_copied():
    mine = [W1.copy(), W2.copy()]
    net = NeuralNetwork(2, 3, 1)
    net.weights = mine
    mine[0][0, 0] = 99
    mine.clear()
    assert_same(net.weights, [W1, W2])


def test_a_number_set_by_hand_counts():
    net = worked_network()
    before = net.forward(X)
    net.weights[0][0, 0] += 1
    assert not np.array_equal(net.forward(X), before)
    net.weights[0] = [[1, 2, 3], [4, 5, 6]]
    assert net.forward(X).shape == (4, 1)
    assert net.weights[0].dtype == float
    net.weights[0][0, 0] = 0.5
    assert net.weights[0][0, 0] == 0.5


def test_whole_numbers_and_lists_are_as_good_as_arrays_of_floats():
    net = worked_network()
    corners, targets = [[0, 0], [0, 1]], [[0], [1]]
    np.testing.assert_array_equal(net.forward(corners), net.forward(np.array(corners, float)))
    assert net.loss(corners, targets) == net.loss(np.array(corners, float), np.array(targets, float))
    assert net.loss(corners, np.array(targets, bool)) == net.loss(corners, targets)


def test_repr_shows_shape_and_kind():
    net = NeuralNetwork(64, [32, 16], 10, activation="relu", output_activation="softmax", loss="cross_entropy")
    assert repr(net) == "NeuralNetwork(64-32-16-10, relu, softmax, cross_entropy)"


def test_activations_and_loss_can_be_changed_by_name_if_they_fit():
    X, y = datasets.xor()
    net, other = NeuralNetwork(2, 3, 1, seed=0), NeuralNetwork(2, 3, 1, activation="relu", seed=0)
    net.activation = "relu"
    np.testing.assert_array_equal(net.forward(X), other.forward(X))
    net.loss_function = LOSSES["binary_cross_entropy"]
    other = NeuralNetwork(2, 3, 1, activation="relu", loss="binary_cross_entropy", seed=0)
    assert net.backward(X, y).loss == other.backward(X, y).loss
    with pytest.raises(InputError, match="expected output_activation 'sigmoid'"):
        net.output_activation = "tanh"
    with pytest.raises(InputError, match="Did you mean 'relu'"):
        net.activation = "rellu"
    with pytest.raises(InputError, match="activation came as 'softmax'"):
        net.activation = ACTIVATIONS["softmax"]
    assert (net.activation.name, net.output_activation.name) == ("relu", "sigmoid")
    net.activation = replace(ACTIVATIONS["identity"], name="doubled", function=lambda z: 2 * z)
    np.testing.assert_array_equal(net.layers(X)[1][1], 2 * net.layers(X)[0][0])


def test_train_names_all_options_that_it_takes():
    options = [field.name for field in fields(training.Options) if field.name != "epochs"]
    assert f"Options: {', '.join(options)};" in " ".join(NeuralNetwork.train.__doc__.split())
