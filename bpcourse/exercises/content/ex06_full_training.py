"""Exercises of notebook 06: the parts of the learner's own class, and what the digits need."""

from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.comparing import NotNumbers
from bpcourse.exercises.content import worked
from bpcourse.exercises.results import type_name
from bpcourse.mathematics.backprop import Gradients

NOTEBOOK = "06_full_training"


def xavier_cases(random):
    return [
        (n_in, n_out, np.random.default_rng(int(random.integers(1000)))) for n_in, n_out in ((1, 2), (3, 3), (5, 2))
    ]


@exercise(NOTEBOOK, "", xavier_cases)
def xavier(n_in, n_out, random):
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_in, n_out))


def parameters_of(random, sizes):
    shapes = list(pairwise(sizes))
    return [random.normal(size=shape) for shape in shapes], [random.normal(size=(1, n)) for _, n in shapes]


def class_cases(random):
    cases = [worked.Case(([worked.W1, worked.W2], [worked.b1, worked.b2], worked.X[:1], worked.y[:1]))]
    for N, sizes in [(2, (2, 2, 2)), (4, (3, 4, 2, 3, 2)), (5, (2, 1))]:
        weights, biases = parameters_of(random, sizes)
        cases.append((weights, biases, random.normal(size=(N, sizes[0])), random.integers(1, 4, (N, sizes[-1])) / 4))
    return cases


def a_network(weights, biases, **methods):
    """An object with the attributes of the learner's class, and the given functions as its methods."""
    network = SimpleNamespace(weights=weights, biases=biases, learning_rate=0.7, output=np.arctan)
    for name, function in methods.items():
        setattr(network, name, partial(function, network))
    network.forward = lambda X: network.activations(X)[-1]
    return network


def run_activations(answer, weights, biases, X, y):
    return answer(a_network(weights, biases), X)


@exercise(NOTEBOOK, "F2", class_cases, given=("weights", "biases", "X", "y"), run=run_activations)
def network_activations(self, X):
    activations = [X]
    for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
        activations.append(np.tanh(activations[-1] @ W + b))
    z = activations[-1] @ self.weights[-1] + self.biases[-1]
    return [*activations, self.output(z)]


def run_backward(answer, weights, biases, X, y):
    """Call it twice on the same network, since what a call leaves behind must not change the next one's result."""
    network = a_network(weights, biases, activations=network_activations.reference)
    return *_two_lists(answer(network, X, y)), *_two_lists(answer(network, X, y))


def _is_unwritten(returned):
    return returned is ... or (isinstance(returned, tuple) and any(part is ... for part in returned))


def _two_lists(gradients):
    if gradients is None or _is_unwritten(gradients):
        return (gradients,)
    if not hasattr(gradients, "weights") or not hasattr(gradients, "biases"):
        advice = "Gradients(d_weights, d_biases) puts both lists into one object. Return that."
        raise NotNumbers(f"a {type_name(gradients)}", advice, wanted="a Gradients")
    return tuple(part if isinstance(part, np.ndarray) else list(part) for part in (gradients.weights, gradients.biases))


@exercise(
    NOTEBOOK,
    "BP2",
    class_cases,
    given=("weights", "biases", "X", "y"),
    results=("d_weights", "d_biases", "the second call's d_weights", "the second call's d_biases"),
    run=run_backward,
)
def network_backward(self, X, y):
    activations = self.activations(X)
    layers = len(self.weights)
    d_weights, d_biases = [None] * layers, [None] * layers
    delta = (activations[-1] - y) / len(y)
    for i in reversed(range(layers)):
        d_weights[i] = activations[i].T @ delta
        d_biases[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ self.weights[i].T) * (1 - activations[i] ** 2)
    return Gradients(d_weights, d_biases)


def run_update(answer, weights, biases, X, y):
    network = a_network(weights, biases, activations=network_activations.reference)
    returned = answer(network, network_backward(network, X, y))
    whole = (network.weights, network.biases)  # only what the network has become counts
    return returned if _is_unwritten(returned) else whole


@exercise(
    NOTEBOOK,
    "U1",
    class_cases,
    given=("weights", "biases", "X", "y"),
    results=("self.weights", "self.biases"),
    run=run_update,
    may_change=True,
)
def network_update(self, gradients):
    eta = self.learning_rate
    self.weights = [W - eta * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]
    self.biases = [b - eta * db for b, db in zip(self.biases, gradients.biases, strict=True)]


def train_cases(random):
    """The losses that the network will report, epochs, target loss; the first one ends early."""
    return [([0.9, 0.5, 0.05, 0.01, 0.005], 4, 0.1), ([0.9, 0.8, 0.7, 0.6, 0.5], 3, 0.1), ([0.05, 0.04, 0.03], 2, 0.1)]


def run_train(answer, losses, epochs, target):
    """A network whose loss follows a script, and which notes how often it was updated and with what."""
    network = SimpleNamespace(updates=0, seen=[])

    def measured(name, first, y, columns=2):
        if np.shape(first) != (1, columns) or np.shape(y) != (1, 1):
            raise ValueError(f"{name} was called with something else than {'X' if columns == 2 else 'y_hat'} and y")
        return losses[min(network.updates, len(losses) - 1)]

    def update(gradients):
        network.seen.append(gradients.weights[0])
        network.updates += 1

    network.update, network.forward = update, lambda X: X[:, :1]
    network.backward = lambda X, y: Gradients([network.updates], [network.updates], loss=measured("backward", X, y))
    network.loss = lambda X, y: measured("loss", X, y)
    network.loss_function = lambda y_hat, y: measured("loss_function", y_hat, y, columns=1)
    history = answer(network, np.zeros((1, 2)), np.zeros((1, 1)), epochs, target)
    if history is None or history is ...:
        return history
    return (list(history) if np.ndim(history) else [history], network.updates, network.seen)


@exercise(
    NOTEBOOK,
    "",
    train_cases,
    given=("losses on the way", "epochs", "target"),
    results=("the list of losses", "the number of updates", "the gradients used"),
    run=run_train,
)
def network_train(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] > target and len(losses) <= epochs:
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


def softmax_cases(random):
    return [
        (np.array([[1.0, 2.0]]),),
        (random.normal(size=(3, 3)),),
        (random.normal(size=(2, 4)),),
        (np.array([[1000.0, 1001.0], [-1000.0, 0.0], [0.0, 2000.0]]),),
    ]


@exercise(NOTEBOOK, "F2", softmax_cases)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_hot_cases(random):
    """Rows that sum to 1; the last case holds an exact 0, which rounding makes of a tiny probability."""
    cases = [(np.array([[0.7, 0.2, 0.1]]), np.array([[1.0, 0.0, 0.0]]))]
    for N, n in ((3, 3), (4, 5)):
        y_hat = random.uniform(0.1, 1, (N, n))
        cases.append((y_hat / y_hat.sum(axis=1, keepdims=True), np.eye(n)[random.integers(0, n, N)]))
    return [*cases, (np.array([[0.0, 0.25, 0.75]]), np.array([[0.0, 0.0, 1.0]]))]


@exercise(NOTEBOOK, "L1", one_hot_cases)
def cross_entropy(y_hat, y):
    return -np.sum(np.log(y_hat[y == 1])) / len(y)


def accuracy_cases(random):
    """Rows of any numbers; the last case is a network that is sure of each answer."""
    cases = [(random.uniform(size=(N, n)), random.integers(0, n, N)) for N, n in ((2, 2), (8, 3), (20, 10), (40, 4))]
    return [*cases, (np.eye(3)[[1, 2, 1, 0]], np.array([1, 2, 0, 0]))]


@exercise(NOTEBOOK, "", accuracy_cases)
def accuracy(y_hat, labels):
    return np.mean(y_hat.argmax(axis=1) == labels)
