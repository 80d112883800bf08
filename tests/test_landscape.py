import copy
import signal

import numpy as np
import pytest

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics import landscape, own_class
from bpcourse.mathematics.validation import InputError

X, Y, W1, B1, W2, B2 = datasets.worked_example()
NAMES = [("W1[0,2]", "b2[0,0]"), ("W1[1,0]", "W1[0,0]"), ("W2[2,0]", "W2[0,0]"), ("b1[0,1]", "W1[0,1]")]


def worked_network(kind=NeuralNetwork, learning_rate=0.1):
    network = kind(2, 3, 1, learning_rate)
    network.weights, network.biases = [W1, W2], [B1, B2]
    return network


def snapshot(network):
    return copy.deepcopy((network.weights, network.biases))


def unchanged(network, before):
    return all(np.array_equal(a, b) for now, then in zip(snapshot(network), before, strict=True)
               for a, b in zip(now, then, strict=True))  # fmt: skip


class Own:
    """A learner's class: one hidden layer, and nothing but forward, backward and its parameters."""

    def __init__(self):
        self.weights, self.biases = [W1.copy(), W2.copy()], [B1.copy(), B2.copy()]

    def forward(self, X):
        a = X
        for W, b in zip(self.weights, self.biases, strict=True):
            a = 1 / (1 + np.exp(-(a @ W + b)))
        return a

    def backward(self, X, y):
        network = NeuralNetwork(2, 3, 1)
        network.weights, network.biases = self.weights, self.biases
        return network.backward(X, y)


class OwnWithLoss(Own):
    def loss(self, X, y):
        return 7 * np.mean((self.forward(X) - y) ** 2)


class Subclass(NeuralNetwork):
    def loss(self, X, y):
        return 3 * super().loss(X, y)


@pytest.mark.parametrize(("first", "second"), NAMES)
def test_surface_is_the_loss_at_each_pair_of_values(first, second):
    network = worked_network()
    before = snapshot(network)
    across, up = np.linspace(-3, 3, 7), np.linspace(-2, 5, 4)
    surface = landscape.loss_surface(network, X, Y, first, second, across, up)
    assert surface.shape == (4, 7)
    assert unchanged(network, before)
    for row, column in np.ndindex(surface.shape):
        own_class.set_parameter(network, first, across[column])
        own_class.set_parameter(network, second, up[row])
        assert surface[row, column] == pytest.approx(network.loss(X, Y), rel=1e-12)


def test_surface_of_a_deep_softmax_network_in_several_chunks(monkeypatch):
    monkeypatch.setattr(landscape, "CHUNK_BYTES", 5000)
    network = NeuralNetwork(2, (5, 4), 3, activation="relu", output_activation="softmax", loss="cross_entropy", seed=1)
    inputs, targets = datasets.moons(9)[0], datasets.one_hot(np.arange(9) % 3, 3)
    values = np.linspace(-1, 1, 6)
    surface = landscape.loss_surface(network, inputs, targets, "W2[4,3]", "b1[0,2]", values, values)
    own_class.set_parameter(network, "W2[4,3]", values[1])
    own_class.set_parameter(network, "b1[0,2]", values[4])
    assert surface[4, 1] == pytest.approx(network.loss(inputs, targets), rel=1e-12)
    assert len(np.unique(surface)) > 6


@pytest.mark.parametrize(("network", "factor"), [(Own(), 1), (OwnWithLoss(), 14), (worked_network(Subclass), 3)])
def test_surface_of_a_class_of_ones_own_uses_its_loss(network, factor):
    before = snapshot(network)
    values = np.linspace(-3, 3, 5)
    expected = landscape.loss_surface(worked_network(), X, Y, "W1[0,2]", "b2[0,0]", values, values)
    surface = landscape.loss_surface(network, X, Y, "W1[0,2]", "b2[0,0]", values, values)
    np.testing.assert_allclose(surface, factor * expected, rtol=1e-12)
    assert unchanged(network, before)


def test_a_surface_that_overflows_is_infinite_without_a_warning():
    network = NeuralNetwork(2, 3, 1, activation="relu", output_activation="identity", seed=0)
    surface = landscape.loss_surface(network, X, Y, "W1[0,0]", "W2[0,0]", [1.0, 1e200], [1.0, 1e200])
    assert np.isfinite(surface[0, 0])
    assert surface[1, 1] == np.inf


def numerical_slope(network, name, h=1e-6):
    value = own_class.get_parameter(network, name)
    losses = []
    for moved in (value + h, value - h):
        own_class.set_parameter(network, name, moved)
        losses.append(network.loss(X, Y))
    own_class.set_parameter(network, name, value)
    return (losses[0] - losses[1]) / (2 * h)


@pytest.mark.parametrize(("first", "second"), NAMES)
def test_path_is_the_descent_of_those_two_parameters(first, second):
    network = worked_network()
    before = snapshot(network)
    path, losses = landscape.descent_path(network, X, Y, first, second, 6, learning_rate=2.5)
    assert path.shape == (7, 2)
    assert unchanged(network, before)
    np.testing.assert_array_equal(path[0], [own_class.get_parameter(network, name) for name in (first, second)])
    for step in range(6):
        own_class.set_parameter(network, first, path[step, 0])
        own_class.set_parameter(network, second, path[step, 1])
        assert losses[step] == pytest.approx(network.loss(X, Y), rel=1e-12)
        slopes = np.array([numerical_slope(network, name) for name in (first, second)])
        np.testing.assert_allclose(path[step + 1], path[step] - 2.5 * slopes, rtol=0, atol=1e-8)
    assert losses[6] < losses[0]


def test_all_parameters_of_a_network_of_two_take_the_path_of_training():
    network = NeuralNetwork(1, (), 1, 0.7, output_activation="identity", seed=3)
    inputs, targets = datasets.regression(20)
    path, losses = landscape.descent_path(network, inputs, targets, "W1[0,0]", "b1[0,0]", 30, 0.7, momentum=0.6)
    history = network.train(inputs, targets, epochs=30, momentum=0.6)
    np.testing.assert_allclose(losses, history.loss, rtol=1e-12)
    np.testing.assert_allclose(path[-1], [network.weights[0][0, 0], network.biases[0][0, 0]], rtol=1e-12)


def test_momentum_changes_the_path_from_the_second_step_on():
    plain, _ = landscape.descent_path(worked_network(), X, Y, "W1[0,0]", "W2[0,0]", 3, 1.0)
    rolling, _ = landscape.descent_path(worked_network(), X, Y, "W1[0,0]", "W2[0,0]", 3, 1.0, momentum=0.9)
    np.testing.assert_array_equal(plain[:2], rolling[:2])
    np.testing.assert_allclose(rolling[2] - rolling[1], 0.9 * (plain[1] - plain[0]) + plain[2] - plain[1], rtol=1e-12)


@pytest.mark.parametrize("rate", [5.0, 1e308])
def test_a_diverging_path_ends_with_its_last_finite_point(rate):
    network = NeuralNetwork(1, (), 1, output_activation="identity", seed=3)
    inputs, targets = datasets.regression(20)
    path, losses = landscape.descent_path(network, 5 * inputs, targets, "W1[0,0]", "b1[0,0]", 2000, rate)
    assert 1 <= len(path) == len(losses) < 2000
    assert np.isfinite(path).all()
    assert np.isfinite(losses).all()


def test_path_of_a_class_of_ones_own():
    expected, _ = landscape.descent_path(worked_network(), X, Y, "W1[0,0]", "W2[0,0]", 5, 1.0)
    path, _ = landscape.descent_path(Own(), X, Y, "W1[0,0]", "W2[0,0]", 5, 1.0)
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_an_interrupt_ends_a_path_whole():
    class Interrupted(Own):
        def backward(self, X, y):
            signal.raise_signal(signal.SIGINT)
            return super().backward(X, y)

    path, losses = landscape.descent_path(Interrupted(), X, Y, "W1[0,0]", "W2[0,0]", 50, 1.0)
    assert 1 <= len(path) == len(losses) < 51


def test_no_steps_give_the_starting_point():
    path, losses = landscape.descent_path(worked_network(), X, Y, "W1[0,0]", "W2[0,0]", 0, 1.0)
    np.testing.assert_array_equal(path, [[W1[0, 0], W2[0, 0]]])
    assert losses[0] == worked_network().loss(X, Y)


def test_parameters_are_named_by_layer_row_and_column():
    network = worked_network()
    assert own_class.get_parameter(network, "W1[0,2]") == W1[0, 2]
    assert own_class.get_parameter(network, "W2[ 1 , 0 ]") == W2[1, 0]
    own_class.set_parameter(network, "b1[0,1]", 9.5)
    assert network.biases[0][0, 1] == 9.5
    assert (network.biases[0] == 9.5).sum() == 1


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("w1[0,0]", "layer 1, row 0"),
        ("W1[0]", "layer 1, row 0"),
        ("W1[0,-1]", "layer 1, row 0"),
        (3, "layer 1, row 0"),
        ("W0[0,0]", "layers 1 to 2"),
        ("W3[0,0]", "layers 1 to 2"),
        ("W1[2,0]", r"shape \(2, 3\)"),
        ("b1[1,0]", r"shape \(1, 3\)"),
    ],
)
def test_a_name_that_is_not_there(name, hint):
    network = worked_network()
    with pytest.raises(InputError, match=hint):
        own_class.get_parameter(network, name)
    with pytest.raises(InputError, match=hint):
        own_class.set_parameter(network, name, 1.0)
    with pytest.raises(InputError, match=hint):
        landscape.loss_surface(network, X, Y, "W2[0,0]", name, [0.0], [0.0])


@pytest.mark.parametrize("value", [np.nan, np.inf, "1", None, [1.0, 2.0]])
def test_a_value_that_is_no_finite_number_changes_nothing(value):
    network = worked_network()
    with pytest.raises(InputError):
        own_class.set_parameter(network, "W1[0,0]", value)
    assert network.weights[0][0, 0] == W1[0, 0]


def test_other_input_that_cannot_be_used():
    network = worked_network()
    with pytest.raises(InputError, match="two different"):
        landscape.loss_surface(network, X, Y, "W1[0,0]", "W1[0, 0]", [0.0], [0.0])
    with pytest.raises(InputError, match="first_values"):
        landscape.loss_surface(network, X, Y, "W1[0,0]", "W2[0,0]", [], [0.0])
    with pytest.raises(InputError, match="second_values"):
        landscape.loss_surface(network, X, Y, "W1[0,0]", "W2[0,0]", [0.0], [[0.0]])
    with pytest.raises(InputError, match="weights"):
        own_class.get_parameter(object(), "W1[0,0]")
    for wrong in ({"steps": -1}, {"learning_rate": 0.0}, {"momentum": 1.0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            landscape.descent_path(network, X, Y, "W1[0,0]", "W2[0,0]", **{"steps": 3, "learning_rate": 1.0, **wrong})
