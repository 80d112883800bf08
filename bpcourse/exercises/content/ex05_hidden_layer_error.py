"""Exercises of notebook 05: the error travels back through the layers."""

from itertools import pairwise

import numpy as np

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, sigmoid

NOTEBOOK = "05_hidden_layer_error"


SHAPES = [(2, 2, 2), (3, 3, 3), (4, 3, 2)]  # samples, units of the layer, units of the next


def error_cases(random):
    others = [worked.normals(random, (N, o), (h, o)) for N, h, o in SHAPES]
    return [(worked.gradients().deltas[1], worked.W2), *others]


def blame_cases(random):
    first = (0.1192, 0.5, 2.0, -0.0998, 0.1474)
    return [first, *((random.uniform(0, 1), *random.normal(size=4)) for _ in range(5))]


@exercise(NOTEBOOK, "BP2", blame_cases, kind="derive")
def blame_of_two(a, w1, w2, d1, d2):
    return (d1 * w1 + d2 * w2) * a * (1 - a)


@exercise(NOTEBOOK, "BP2", error_cases)
def error_reaching_a(delta_next, W_next):
    return delta_next @ W_next.T


def hidden_cases(random):
    others = [(*worked.normals(random, (N, o), (h, o)), random.uniform(0, 1, (N, h))) for N, h, o in SHAPES]
    return [(worked.gradients().deltas[1], worked.W2, worked.a1[:1]), *others]


@exercise(NOTEBOOK, "BP2", hidden_cases)
def hidden_delta(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a * (1 - a)


def two_layer_cases(random):
    cases = [worked.Case((worked.X[:1], worked.y[:1], worked.a1[:1], worked.a2[:1], worked.W2))]
    for N, n_in, n_hidden, n_out in TWO_LAYERS:
        X, W1 = random.normal(size=(N, n_in)), random.normal(size=(n_in, n_hidden))
        W2, y = random.normal(size=(n_hidden, n_out)), random.integers(1, 4, (N, n_out)) / 4
        a1 = sigmoid(X @ W1)
        cases.append((X, y, a1, sigmoid(a1 @ W2), W2))
    return cases


@exercise(NOTEBOOK, "BP4", two_layer_cases, results=("dW1", "db1", "dW2", "db2"))
def backward_two_layers(X, y, a1, a2, W2):
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    dW1, db1 = X.T @ delta1, delta1.sum(axis=0, keepdims=True)
    dW2, db2 = a1.T @ delta2, delta2.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2


def deep_case(random, N, sizes):
    weights = [random.normal(size=shape) for shape in pairwise(sizes)]
    activations = [random.normal(size=(N, sizes[0]))]
    for W in weights:
        activations.append(sigmoid(activations[-1] @ W))
    return activations, weights, random.integers(1, 4, (N, sizes[-1])) / 4


def deep_cases(random):
    first = worked.Case(([worked.X[:1], worked.a1[:1], worked.a2[:1]], [worked.W1, worked.W2], worked.y[:1]))
    return [first, *(deep_case(random, *size) for size in [(2, (2, 2, 2, 2)), (4, (3, 4, 2, 3, 1)), (5, (2, 1))])]


def nudged_cases(random):
    return [worked.normals(random, shape) for shape in ((1, 1), (2, 3), (4, 1), (1, 3))]


def run_nudged(answer, W):
    """The loss feels every entry in another way, and each with all others; W should be as it was afterwards."""
    factors = np.arange(1, W.size + 1).reshape(W.shape)
    slopes = answer(lambda: float(np.sum(np.sin(factors * W)) + np.sum(W) ** 2), W)
    return slopes if slopes is None or slopes is ... else (slopes, W)


@exercise(NOTEBOOK, "", nudged_cases, given=("W",), run=run_nudged, results=("slopes", "W afterwards"), may_change=True)
def gradient_by_nudges(loss, W):
    slopes, h = np.zeros_like(W), 1e-5
    for place in np.ndindex(W.shape):
        before = W[place]
        W[place] = before + h
        above = loss()
        W[place] = before - h
        below = loss()
        slopes[place] = (above - below) / (2 * h)
        W[place] = before
    return slopes


written(NOTEBOOK, "BP2", "way_back", "derive")


@exercise(NOTEBOOK, "BP4", deep_cases, results=("d_weights", "d_biases"))
def backward(activations, weights, y):
    layers = len(weights)
    d_weights, d_biases = [None] * layers, [None] * layers
    a = activations[-1]
    delta = (a - y) / len(y) * a * (1 - a)
    for i in reversed(range(layers)):
        a = activations[i]
        d_weights[i] = a.T @ delta
        d_biases[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ weights[i].T) * a * (1 - a)
    return d_weights, d_biases


def z_cases(random):
    """Numbers on both sides of 0, and in the last case 0 itself."""
    some = [np.array([[-1.0, 2.0]]), random.normal(size=(3, 3)), 10 * random.normal(size=(2, 4))]
    return [(z,) for z in (*some, np.array([[0.0, -0.5, 1.5]]))]


written(NOTEBOOK, "", "cost_of_nudges", "measure")


@exercise(NOTEBOOK, "F2", z_cases)
def relu(z):
    return np.maximum(z, 0)


@exercise(NOTEBOOK, "BP2", z_cases)
def relu_derivative_from_z(z):
    return np.where(z > 0, 1.0, 0.0)


def relu_layer_cases(random):
    cases = [worked.normals(random, (N, o), (h, o), (N, h)) for N, h, o in SHAPES]
    return [*cases, (np.ones((1, 1)), np.ones((2, 1)), np.array([[0.0, 1.0]]))]  # at the corner itself


@exercise(NOTEBOOK, "BP2", relu_layer_cases, kind="debug")
def mend_relu_layer(delta_next, W_next, z):
    reaching = delta_next @ W_next.T
    slope = np.where(z > 0, 1.0, 0.0)
    return reaching * slope


written(NOTEBOOK, "", "slow_layers", "measure")


def square_cases(random):
    """Deep networks whose hidden layers are all of one size, so that the gate of another layer still fits."""
    return [deep_case(random, *size) for size in [(1, (2, 3, 3, 1)), (3, (3, 2, 2, 2)), (4, (2, 3, 3, 3, 3))]]


@exercise(NOTEBOOK, "BP2", square_cases, results=("d_weights", "d_biases"), kind="debug")
def mend_backward(activations, weights, y):
    d_weights, d_biases = [], []
    a = activations[-1]
    delta = (a - y) / len(y) * a * (1 - a)
    for i in reversed(range(len(weights))):
        a = activations[i]
        d_weights.insert(0, a.T @ delta)
        d_biases.insert(0, delta.sum(axis=0, keepdims=True))
        if i > 0:
            delta = (delta @ weights[i].T) * a * (1 - a)
    return d_weights, d_biases


def relu_network_cases(random):
    return [worked.normals(random, (N, i), (N, o), (i, h), (1, h), (h, o), (1, o)) for N, i, h, o in TWO_LAYERS]


@exercise(NOTEBOOK, "BP4", relu_network_cases, results=("dW1", "db1", "dW2", "db2"), kind="cold")
def cold_backward(X, y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    y_hat = a1 @ W2 + b2
    delta2 = (y_hat - y) / len(y)
    delta1 = (delta2 @ W2.T) * (z1 > 0)
    return X.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)
