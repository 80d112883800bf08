"""Exercises of notebook 07: the parts of the learner's own class, and what the digits need."""

from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.comparing import NotNumbers
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import parameters, sigmoid
from bpcourse.exercises.content.ex02_loss import binary_cross_entropy, squared_error
from bpcourse.exercises.results import type_name
from bpcourse.mathematics.backprop import Gradients

NOTEBOOK = "07_full_training"


def xavier_cases(random):
    return [(*sizes, np.random.default_rng(int(random.integers(1000)))) for sizes in ((1, 2), (3, 3), (5, 2))]


@exercise(NOTEBOOK, "", xavier_cases)
def xavier(n_in, n_out, random):
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_in, n_out))


def tanh_cases(random):
    return [(a,) for a in (0.5, -0.5, *random.uniform(-1, 1, 4))]


@exercise(NOTEBOOK, "F2", tanh_cases, kind="derive")
def tanh_slope(a):
    return 1 - a**2


def class_cases(random):
    cases = [worked.Case(([worked.W1, worked.W2], [worked.b1, worked.b2], worked.X[:1], worked.y[:1]))]
    for N, sizes in [(2, (2, 2, 2)), (4, (3, 4, 2, 3, 2)), (5, (2, 1))]:
        weights, biases = parameters(random, sizes)
        cases.append((weights, biases, random.normal(size=(N, sizes[0])), random.integers(1, 4, (N, sizes[-1])) / 4))
    return cases


class Trial(SimpleNamespace):
    """What `self` is while a method is tried; Python names it in errors as it would name the learner's own class."""


Trial.__name__ = "Network"


def a_network(weights, biases, **methods):
    """An object with the attributes of the learner's class, and the given functions as its methods."""
    network = Trial(weights=weights, biases=biases, learning_rate=0.7, output=np.arctan)
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
    first, second = answer(network, X, y), answer(network, X, y)
    return None if first is None else (*_two_lists(first), *_two_lists(second))


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
    """The losses that the network will report, epochs, target loss; the first one ends early, the last one just so."""
    return [
        ([0.9, 0.5, 0.05, 0.01, 0.005], 4, 0.1),
        ([0.9, 0.8, 0.7, 0.6, 0.5], 3, 0.1),
        ([0.05, 0.04, 0.03], 2, 0.1),
        ([0.9, 0.5, 0.1, 0.05, 0.01], 4, 0.1),
    ]


def run_train(answer, losses, epochs, target):
    """A network whose loss follows a script, and which notes how often it was updated and with what."""
    network = Trial(updates=0, seen=[])
    X, y, y_hat = np.array([[0.5, -1.0]]), np.array([[0.75, 1.0]]), np.array([[0.5, 0.25]])

    def measured(name, first, target, expected=X):
        if not (np.array_equal(first, expected) and np.array_equal(target, y)):
            raise ValueError(f"{name} was called with something else than {'X' if expected is X else 'y_hat'} and y")
        return losses[min(network.updates, len(losses) - 1)]

    def update(gradients):
        network.seen.append(gradients.weights[0])
        network.updates += 1

    network.update, network.forward = update, lambda X: y_hat
    network.backward = lambda X, y: Gradients([network.updates], [network.updates], loss=measured("backward", X, y))
    network.loss = lambda X, y: measured("loss", X, y)
    network.loss_function = lambda first, y: measured("loss_function", first, y, expected=y_hat)
    history = answer(network, X, y, epochs, target)
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


def network_class_cases(random):
    return [([2, 3, 1], 4), ([2, 2, 2, 1], 2), ([3, 4, 2], 3)]


def run_network(answer, sizes, N):
    """What a network makes of some data: first weights, gradients, answers, losses, and what it has learned."""
    X = np.linspace(-1, 1, N * sizes[0]).reshape(N, -1)
    y = np.resize([0.0, 1.0, 1.0], (N, sizes[-1]))
    network = answer(sizes, learning_rate=0.5, seed=3)
    first = [np.array(W) for W in network.weights]
    gradients = network.backward(X, y)
    before = network.forward(X), network.loss(X, y)
    losses = network.train(X, y, 3, 0.0)
    other = answer(sizes, 0.25, 5, output=np.arctan, loss=squared_error)
    others = other.forward(X), other.loss(X, y), other.learning_rate
    return first, list(network.biases), list(gradients.weights), *before, list(losses), network.forward(X), *others


@exercise(NOTEBOOK, "", network_class_cases, given=("sizes", "samples"), run=run_network)
class Network:
    def __init__(self, sizes, learning_rate, seed=0, output=sigmoid, loss=binary_cross_entropy):
        random = np.random.default_rng(seed)
        self.weights = [xavier(n_in, n_out, random) for n_in, n_out in pairwise(sizes)]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]
        self.learning_rate, self.output, self.loss_function = learning_rate, output, loss

    def forward(self, X):
        return self.activations(X)[-1]

    def loss(self, X, y):
        return self.loss_function(self.forward(X), y)

    def activations(self, X):
        return network_activations(self, X)

    def backward(self, X, y):
        return network_backward(self, X, y)

    def update(self, gradients):
        return network_update(self, gradients)

    def train(self, X, y, epochs, target):
        return network_train(self, X, y, epochs, target)


written(NOTEBOOK, "", "success_rate", "measure")
written(NOTEBOOK, "", "classic_tags", "derive")


def label_cases(random):
    return [(np.array([1, 0, 2]), 3), *((random.integers(0, n, N), n) for N, n in ((1, 2), (5, 4), (4, 10)))]


@exercise(NOTEBOOK, "", label_cases)
def one_hot(labels, classes):
    return np.eye(classes)[labels]


def softmax_cases(random):
    large = np.array([[1000.0, 1001.0], [-1000.0, 0.0], [0.0, 2000.0]])
    return [(z,) for z in (np.array([[1.0, 2.0]]), *worked.normals(random, (3, 3), (2, 4)), large)]


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


written(NOTEBOOK, "BP1", "softmax_collapse", "derive")


def accuracy_cases(random):
    """Rows of any numbers; the last case is a network that is sure of each answer."""
    cases = [(random.uniform(size=(N, n)), random.integers(0, n, N)) for N, n in ((2, 2), (8, 3), (20, 10), (40, 4))]
    return [*cases, (np.eye(3)[[1, 2, 1, 0]], np.array([1, 2, 0, 0]))]


@exercise(NOTEBOOK, "", accuracy_cases)
def accuracy(y_hat, labels):
    return np.mean(y_hat.argmax(axis=1) == labels)


@exercise(NOTEBOOK, "F2", softmax_cases, kind="debug")
def mend_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    return e / total


def page_cases(random):
    return [(0,), (1,)]


def run_page(answer, seed):
    """Nudge the gradients of a learner's class, then let it learn three clusters."""
    random = np.random.default_rng(seed)
    labels = np.arange(60) % 3
    X = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[labels] + 0.4 * random.normal(size=(60, 2))
    page, ours = answer(2, 8, seed), cold_network.reference(2, 8, seed)
    names = ("W1", "b1", "W2", "b2")
    own = {name: getattr(page, name) for name in names}
    few, h = slice(0, 6), 1e-6
    for name in names:
        setattr(page, name, getattr(ours, name).copy())
    if not np.isclose(page.loss(X[few], labels[few]), ours.loss(X[few], labels[few])):
        advice = "Relu inside, softmax at the end, and minus the mean of the logs of the right ones: which is missing?"
        raise NotNumbers("a class whose loss differs from ours with the same weights", advice, wanted="the same loss")
    for name, gradient in zip(names, page.gradients(X[few], labels[few]), strict=True):
        array = np.asarray(getattr(page, name), dtype=float)
        for place in np.ndindex(array.shape):
            sides = []
            for side in (h, -h):
                moved = array.copy()
                moved[place] += side
                setattr(page, name, moved)
                sides.append(page.loss(X[few], labels[few]))
            setattr(page, name, array)
            if not np.isclose((sides[0] - sides[1]) / (2 * h), np.reshape(gradient, array.shape)[place], atol=1e-5):
                what = f"a class whose gradient d{name}[{place[0]}, {place[1]}] disagrees with a nudge of its own loss"
                raise NotNumbers(what, "Which of BP1 to BP4 makes that one?", wanted="one that agrees")
    for name, array in own.items():
        setattr(page, name, array)
    page.train(X, labels, 300, 0.5)
    right = np.mean(np.asarray(page.predict(X)) == labels)
    if right < 0.9:
        advice = (
            "The gradients are right. Does every step use all of them, with a minus, and is predict the most probable?"
        )
        raise NotNumbers(f"a class that has {right:.0%} of three clear clusters right", advice, wanted="90 % or more")
    return 1.0


@exercise(NOTEBOOK, "", page_cases, given=("seed",), run=run_page, kind="cold")
class cold_network:
    def __init__(self, n_in, n_hidden, seed):
        random = np.random.default_rng(seed)
        self.W1, self.b1 = random.normal(0, np.sqrt(2 / n_in), (n_in, n_hidden)), np.zeros((1, n_hidden))
        self.W2, self.b2 = random.normal(0, np.sqrt(1 / n_hidden), (n_hidden, 3)), np.zeros((1, 3))

    def forward(self, X):
        z1 = X @ self.W1 + self.b1
        a1 = np.maximum(z1, 0)
        z2 = a1 @ self.W2 + self.b2
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        return z1, a1, e / e.sum(axis=1, keepdims=True)

    def loss(self, X, labels):
        y_hat = self.forward(X)[-1]
        return -np.mean(np.log(y_hat[np.arange(len(X)), labels]))

    def gradients(self, X, labels):
        z1, a1, y_hat = self.forward(X)
        delta2 = (y_hat - np.eye(3)[labels]) / len(X)
        delta1 = (delta2 @ self.W2.T) * (z1 > 0)
        return X.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)

    def train(self, X, labels, epochs, learning_rate):
        for _ in range(epochs):
            dW1, db1, dW2, db2 = self.gradients(X, labels)
            self.W1, self.b1 = self.W1 - learning_rate * dW1, self.b1 - learning_rate * db1
            self.W2, self.b2 = self.W2 - learning_rate * dW2, self.b2 - learning_rate * db2

    def predict(self, X):
        return self.forward(X)[-1].argmax(axis=1)
