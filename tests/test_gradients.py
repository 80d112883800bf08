"""The gradients of backpropagation against three oracles that know nothing of it, and proof that these can fail."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import oracles
import pytest

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics import landscape
from bpcourse.mathematics.gradients import (
    Gradients,
    central_difference,
    complex_step,
    numerical_gradients,
    relative_difference,
)
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.validation import InputError

BATCHES = (1, 2, 7, 23, 50)
DEPTHS = (0, 1, 2, 3, 4)
CASES = [
    (i, depth, hidden, *output)
    for i, (hidden, output) in enumerate((h, o) for h in oracles.HIDDEN for o in oracles.OUTPUTS)
    for depth in DEPTHS
]


def random_targets(loss, shape, random):
    if loss == "squared_error":
        return random.normal(size=shape)
    if loss == "binary_cross_entropy":
        return random.choice([0.0, 0.3, 1.0], size=shape)
    y = random.random(shape) * (random.random(shape) < 0.5) + np.eye(shape[1])[random.integers(shape[1], size=shape[0])]
    return y / y.sum(axis=1, keepdims=True)


def random_network(random, sizes, activation, output_activation, loss):
    net = NeuralNetwork(
        sizes[0], sizes[1:-1], sizes[-1], activation=activation, output_activation=output_activation, loss=loss
    )
    net.weights = [random.normal(0, 1.2 / np.sqrt(n_in), (n_in, n_out)) for n_in, n_out in pairwise(sizes)]
    net.biases = [random.normal(0, 0.5, (1, n)) for n in sizes[1:]]
    return net


def random_case(i, depth, activation, output_activation, loss):
    """Return a network, X and y with what an honest comparison needs; see `is_telling`."""
    random = np.random.default_rng([i, depth])
    samples = BATCHES[(i + depth) % len(BATCHES)]
    while True:
        sizes = [*random.integers(2, 7, size=depth + 1), random.integers(2, 5)]
        if output_activation != "softmax" and output_activation != "relu":
            sizes[-1] = random.integers(1, 5)
        net = random_network(random, list(map(int, sizes)), activation, output_activation, loss)
        X = random.normal(size=(samples, sizes[0]))
        if is_telling(net, X):
            return net, X, random_targets(loss, (samples, sizes[-1]), random)


def is_telling(net, X):
    """Oblong weights; negative pre-activations; in relu layers also positive ones, and none close to the corner."""
    names = [net.activation.name] * (len(net.weights) - 1) + [net.output_activation.name]
    zs = oracles.pre_activations(list(zip(net.weights, net.biases, strict=True)), X, names)
    relu = [z for z, name in zip(zs, names, strict=True) if name == "relu"]
    return (
        all(W.shape[0] != W.shape[1] for W in net.weights)
        and any((z < 0).any() for z in zs)
        and all((z > 0).any() and (z < 0).any() and np.abs(z).min() > 1e-3 for z in relu)
    )


def by_complex_step(net, X, y):
    return numerical_gradients(net, X, y, method="complex")


def by_central_difference(net, X, y):
    return numerical_gradients(net, X, y)


def by_autograd(net, X, y):
    names = net.activation.name, net.output_activation.name, net.loss_function.name
    return oracles.autograd_gradients(net.weights, net.biases, X, y, *names)


def assert_agreement(net, X, y, oracle, tolerance):
    assert relative_difference(net.backward(X, y), oracle(net, X, y)) < tolerance


def test_the_cases_cover_every_pair_that_the_course_allows():
    assert {(output, name) for name, loss in LOSSES.items() for output in loss.outputs} == set(oracles.OUTPUTS)
    assert {len(random_case(*case)[1]) for case in CASES[:10]} == {1, 2, 7, 23, 50}


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case[1:])))
def test_backward_agrees_with_three_oracles(case):
    net, X, y = random_case(*case)
    zs, _ = net.layers(X)
    assert any((z < 0).any() for z in zs)
    assert all(W.shape[0] != W.shape[1] for W in net.weights)
    assert np.linalg.norm(net.backward(X, y).flat) > 1e-3
    assert_agreement(net, X, y, by_complex_step, 1e-12)
    assert_agreement(net, X, y, by_autograd, 1e-12)
    assert_agreement(net, X, y, by_central_difference, 1e-6 if "relu" in case else 1e-8)


# -- planted mistakes: the same comparisons must refuse them -------------------------------------------


def with_hidden_slope(net, slope):
    net.activation = replace(net.activation, derivative_from_a=slope)


def with_output_slope(net, slope):
    net.output_activation = replace(net.output_activation, derivative_from_a=slope)


def with_loss_derivative(net, derivative):
    net.loss_function = replace(net.loss_function, derivative=derivative)


def with_backward(net, wrong):
    right = net.backward
    net.backward = lambda X, y: wrong(net, right(X, y), X)


def logit(a):
    return np.log(a / (1 - a))


def updated_output_weights_first(net, right, X):
    """The hidden error is sent back through weights that have taken their step already."""
    _, (X, a1, _) = net.layers(X)
    W2 = net.weights[1] - net.learning_rate * right.weights[1]
    delta1 = (right.deltas[1] @ W2.T) * a1 * (1 - a1)
    return Gradients([X.T @ delta1, right.weights[1]], [delta1.sum(axis=0, keepdims=True), right.biases[1]])


def untransposed_weights(net, right, X):
    _, (X, a1, _) = net.layers(X)
    delta1 = (right.deltas[1] @ net.weights[1]) * a1 * (1 - a1)
    return Gradients([X.T @ delta1, right.weights[1]], [delta1.sum(axis=0, keepdims=True), right.biases[1]])


MISTAKES = {
    "the hidden f′ is missing": lambda net: with_hidden_slope(net, np.ones_like),
    "the output f′ is missing": lambda net: with_output_slope(net, np.ones_like),
    "the hidden f′ takes z for a": lambda net: with_hidden_slope(net, lambda a: logit(a) * (1 - logit(a))),
    "the output f′ takes z for a": lambda net: with_output_slope(net, lambda a: logit(a) * (1 - logit(a))),
    "a sum over the samples instead of the mean": lambda net: with_loss_derivative(net, lambda y_hat, y: y_hat - y),
    "the ½ left out": lambda net: with_loss_derivative(net, lambda y_hat, y: 2 * (y_hat - y) / len(y)),
    "the mean taken over the outputs too": lambda net: with_loss_derivative(net, lambda y_hat, y: (y_hat - y) / y.size),
    "the other sign": lambda net: with_loss_derivative(net, lambda y_hat, y: (y - y_hat) / len(y)),
    "output weights updated first": lambda net: with_backward(net, updated_output_weights_first),
    "BP2 without its transpose": lambda net: with_backward(net, untransposed_weights),
    "BP4 transposed": lambda net: with_backward(
        net, lambda net, right, X: Gradients([dW.T for dW in right.weights], right.biases)
    ),
    "BP3 sums over the units": lambda net: with_backward(
        net,
        lambda net, right, X: Gradients(right.weights, [d.sum(axis=1).reshape(1, -1) for d in right.deltas]),
    ),
}


def square_case():
    """Three of everything, so that a wrong transpose or axis goes through; sigmoid, squared error."""
    random = np.random.default_rng(5)
    net = random_network(random, [3, 3, 3], "sigmoid", "sigmoid", "squared_error")
    return net, random.normal(size=(3, 3)), random.normal(size=(3, 3))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_oracle_refuses_a_planted_mistake(mistake):
    net, X, y = square_case()
    truths = [oracle(net, X, y) for oracle in (by_complex_step, by_autograd, by_central_difference)]
    for truth in truths:
        assert relative_difference(net.backward(X, y), truth) < 1e-8
    MISTAKES[mistake](net)
    for truth in truths:
        assert relative_difference(net.backward(X, y), truth) > 1e-4


def test_every_oracle_refuses_a_relu_mask_with_equality():
    net, X, y = random_case(0, 2, "relu", "identity", "squared_error")
    truths = [oracle(net, X, y) for oracle in (by_complex_step, by_autograd, by_central_difference)]
    with_hidden_slope(net, lambda a: np.where(a >= 0, 1.0, 0.0))
    for truth in truths:
        assert relative_difference(net.backward(X, y), truth) > 1e-2


def test_without_negative_pre_activations_the_relu_mistake_would_go_unseen():
    net, X, y = random_case(0, 2, "relu", "identity", "squared_error")
    net.weights, net.biases = [np.abs(W) for W in net.weights], [np.abs(b) for b in net.biases]
    with_hidden_slope(net, lambda a: np.where(a >= 0, 1.0, 0.0))
    assert_agreement(net, np.abs(X), y, by_complex_step, 1e-12)


@pytest.mark.parametrize(("output_activation", "loss"), oracles.OUTPUTS[5:])
def test_a_factor_in_the_collapsed_output_error_is_refused(output_activation, loss, monkeypatch):
    net, X, y = random_case(1, 1, "tanh", output_activation, loss)
    truth = by_autograd(net, X, y)
    monkeypatch.setattr("bpcourse.mathematics.backprop.output_delta", lambda y_hat, y, f, loss_function: y_hat - y)
    assert relative_difference(net.backward(X, y), truth) > 0.3


# -- what else a gradient carries ----------------------------------------------------------------------


@pytest.mark.parametrize(("output_activation", "loss"), oracles.OUTPUTS)
def test_deltas_are_the_derivative_to_z(output_activation, loss):
    """One sample: moving z moves the loss as moving b does; and several: BP3 adds the deltas up."""
    net, X, y = random_case(3, 2, "tanh", output_activation, loss)
    truth = by_complex_step(net, X[:1], y[:1])
    for delta, d_bias in zip(net.backward(X[:1], y[:1]).deltas, truth.biases, strict=True):
        np.testing.assert_allclose(delta, d_bias, rtol=1e-11, atol=1e-14)
    gradients = net.backward(X, y)
    for delta, d_bias, n in zip(gradients.deltas, gradients.biases, net.sizes[1:], strict=True):
        assert delta.shape == (len(X), n)
        np.testing.assert_allclose(delta.sum(axis=0, keepdims=True), d_bias, rtol=1e-12)


@pytest.mark.parametrize("depth", DEPTHS)
def test_gradients_have_the_shapes_of_their_parameters_and_the_loss_of_the_batch(depth):
    net, X, y = random_case(7, depth, "sigmoid", "sigmoid", "binary_cross_entropy")
    gradients = net.backward(X, y)
    assert [dW.shape for dW in gradients.weights] == [W.shape for W in net.weights]
    assert [db.shape for db in gradients.biases] == [b.shape for b in net.biases]
    assert gradients.loss == net.loss(X, y)
    assert gradients.flat.shape == (sum(p.size for p in [*net.weights, *net.biases]),)


def test_gradients_of_the_whole_are_the_mean_of_the_gradients_of_its_samples():
    net, X, y = random_case(2, 3, "tanh", "softmax", "cross_entropy")
    singles = [net.backward(X[n : n + 1], y[n : n + 1]).flat for n in range(len(X))]
    np.testing.assert_allclose(net.backward(X, y).flat, np.mean(singles, axis=0), rtol=1e-11, atol=1e-15)


# -- the tools themselves ------------------------------------------------------------------------------


def test_numerical_derivatives_of_a_function_known_by_heart():
    x = np.array([[0.5, -1.0], [2.0, 0.1]])
    exact = np.cos(x) * np.exp(np.sin(x))

    def function(x):
        return np.exp(np.sin(x)).sum()

    assert relative_difference(central_difference(function, x), exact) < 1e-10
    assert relative_difference(complex_step(function, x), exact) < 1e-15
    assert 1e-5 < relative_difference(central_difference(function, x, h=0.1), exact) < 1e-2
    assert central_difference(lambda x: x**2, 3).shape == ()


@pytest.mark.parametrize("method", ["central", "complex"])
def test_numerical_gradients_change_nothing(method):
    net, X, y = random_case(0, 2, "tanh", "softmax", "cross_entropy")
    before = [p.copy() for p in [*net.weights, *net.biases]]
    state, arrays = net.random.bit_generator.state, [*net.weights, *net.biases]
    numerical_gradients(net, X, y, method)
    assert all(a is b for a, b in zip(arrays, [*net.weights, *net.biases], strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays, strict=True))
    assert net.random.bit_generator.state == state


def test_numerical_gradients_of_a_class_of_ones_own():
    random = np.random.default_rng(0)
    net = random_network(random, [2, 3, 2], "tanh", "identity", "squared_error")
    own = oracles.PlainNetwork(net.weights, net.biases, 0.1)
    X, y = random.normal(size=(5, 2)), random.normal(size=(5, 2))
    assert relative_difference(own.backward(X, y), numerical_gradients(own, X, y)) < 1e-8
    assert relative_difference(own.backward(X, y), net.backward(X, y)) < 1e-13
    assert own.weights == [W.tolist() for W in net.weights]


class TwoNames:
    """Computes with self.W1 and so on, as many a first program does."""

    def __init__(self, net):
        (self.W1, self.W2), (self.b1, self.b2) = net.weights, net.biases

    def forward(self, X):
        return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2


class Listed(TwoNames):
    def __init__(self, net):
        super().__init__(net)
        self.weights, self.biases = [self.W1, self.W2], [self.b1, self.b2]


class Computed(TwoNames):
    weights = property(lambda self: [self.W1, self.W2])
    biases = property(lambda self: [self.b1, self.b2])


class Copied(Computed):
    weights = property(lambda self: [self.W1.copy(), self.W2.copy()])
    biases = property(lambda self: [self.b1.copy(), self.b2.copy()])


def net_and_data():
    random = np.random.default_rng(0)
    net = random_network(random, [2, 3, 1], "tanh", "identity", "squared_error")
    return net, random.normal(size=(5, 2)), random.normal(size=(5, 1))


@pytest.mark.parametrize("make", [Listed, Computed])
def test_arrays_that_have_two_names_are_moved_under_both(make):
    net, X, y = net_and_data()
    own, exact = make(net), net.backward(X, y)
    assert relative_difference(exact, numerical_gradients(own, X, y)) < 1e-8
    surface = landscape.loss_surface(own, X, y, "W1[0,0]", "b2[0,0]", [-1, 0, 1], [0, 2])
    np.testing.assert_allclose(
        surface, landscape.loss_surface(net, X, y, "W1[0,0]", "b2[0,0]", [-1, 0, 1], [0, 2]), rtol=1e-12
    )


def test_lists_that_forward_does_not_compute_with_are_refused():
    net, X, y = net_and_data()
    with pytest.raises(InputError, match=r"does not compute with the array weights\[0\]"):
        numerical_gradients(Copied(net), X, y)
    own = Listed(net)
    own.weights = [np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1], [2], [3]])]
    with pytest.raises(InputError, match=r"does not compute with the array weights\[0\]"):
        landscape.loss_surface(own, X, y, "W1[0,0]", "b2[0,0]", [0], [0])


def test_biases_that_are_copies_are_refused():
    class Biases(Computed):
        biases = property(lambda self: [self.b1.copy(), self.b2.copy()])

    net, X, y = net_and_data()
    with pytest.raises(InputError, match=r"does not compute with the array biases\[0\]"):
        numerical_gradients(Biases(net), X, y)


def test_a_class_of_single_precision_is_nudged_in_double():
    net, X, y = net_and_data()
    own = oracles.PlainNetwork(net.weights, net.biases, 0.1)
    own.weights, own.biases = ([a.astype(np.float32) for a in arrays] for arrays in (net.weights, net.biases))
    assert relative_difference(net.backward(X, y), numerical_gradients(own, X, y)) < 1e-6
    assert own.weights[0].dtype == np.float32


def test_a_saturated_network_is_still_seen_to_compute_with_its_lists():
    class Saturated(Listed):
        def forward(self, X):
            return 1 / (1 + np.exp(-super().forward(X)))

    net, X, y = net_and_data()
    own = Saturated(net)
    own.b2 += 1000.0
    assert np.all(numerical_gradients(own, X, y).flat == 0)


class Asleep(Listed):
    """All hidden units are dead, and np.where lets not even NaN through."""

    def forward(self, X):
        z1 = X @ self.W1 + self.b1 - 100.0
        return np.where(z1 > 0, z1, 0.0) @ self.W2 + self.b2


class Careful(Listed):
    def forward(self, X):
        if not all(np.isfinite(array).all() for array in self.weights + self.biases):
            raise ValueError("these are no weights")
        return super().forward(X)


@pytest.mark.parametrize("make", [Asleep, Careful])
def test_a_network_that_looks_away_or_looks_too_closely_is_seen_to_compute_with_its_lists(make):
    net, X, y = net_and_data()
    net.weights[0] *= 200.0 if make is Asleep else 1.0
    own = make(net)
    assert np.isfinite(numerical_gradients(own, X, y).flat).all()
    np.testing.assert_array_equal(own.W1, net.weights[0])


def test_layers_that_share_one_array_are_copied_as_one():
    net, X, y = net_and_data()
    own = Listed(net)
    own.W2 = own.W1 = np.array([[0.5, -0.5], [0.25, 1.0]])
    own.b1 = own.b2 = np.zeros((1, 2))
    own.weights, own.biases = [own.W1, own.W2], [own.b1, own.b2]
    slopes = numerical_gradients(own, X, np.hstack([y, y]))
    np.testing.assert_array_equal(slopes.weights[0], slopes.weights[1])


def test_a_network_that_cannot_be_copied_is_refused_in_words():
    net, X, y = net_and_data()
    own = Listed(net)
    own.batches = (row for row in X)
    with pytest.raises(InputError, match=r"A Listed cannot be copied \(.*generator"):
        numerical_gradients(own, X, y)


def test_the_complex_step_refuses_a_subclass_with_a_loss_of_its_own():
    class Doubled(NeuralNetwork):
        def loss(self, X, y):
            return 2 * super().loss(X, y)

    class Renamed(NeuralNetwork):
        pass

    X, y = datasets.xor()
    with pytest.raises(InputError, match="'complex' with a Doubled"):
        numerical_gradients(Doubled(2, 3, 1), X, y, "complex")
    net = Renamed(2, 3, 1, seed=0)
    assert relative_difference(net.backward(X, y), numerical_gradients(net, X, y, "complex")) < 1e-12


def test_relative_difference_from_equal_to_opposite():
    net, X, y = square_case()
    gradients = net.backward(X, y)
    assert relative_difference(gradients, gradients) == 0
    assert relative_difference(gradients.flat, -gradients.flat) == pytest.approx(1)
    assert relative_difference([3.0, 0.0], [0.0, 3.0]) == pytest.approx(np.sqrt(0.5))
    assert relative_difference(np.zeros(3), np.zeros(3)) == 0


@pytest.mark.parametrize("other", [np.ones((3, 1)), np.ones(4), [["a"]], [[1, 2], [3]], None])
def test_relative_difference_refuses_what_does_not_compare(other):
    with pytest.raises(InputError, match="expected"):
        relative_difference(np.ones((1, 3)), other)


def test_relative_difference_refuses_gradients_of_other_shapes():
    net, X, y = square_case()
    right = net.backward(X, y)
    moved = Gradients([right.weights[0].reshape(9, 1), right.weights[1]], right.biases)
    with pytest.raises(InputError, match=r"\(9, 1\)"):
        relative_difference(right, moved)
