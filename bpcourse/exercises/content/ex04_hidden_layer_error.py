"""Exercises of notebook 04: the error travels back through the layers."""

from itertools import pairwise

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, sigmoid

NOTEBOOK = "04_hidden_layer_error"


SHAPES = [(2, 2, 2), (3, 3, 3), (4, 3, 2)]  # samples, units of the layer, units of the next


def error_cases(random):
    others = [(random.normal(size=(N, o)), random.normal(size=(h, o))) for N, h, o in SHAPES]
    return [(worked.gradients().deltas[1], worked.W2), *others]


@exercise(NOTEBOOK, "BP2", error_cases)
def error_reaching_a(delta_next, W_next):
    return delta_next @ W_next.T


def hidden_cases(random):
    others = [
        (random.normal(size=(N, o)), random.normal(size=(h, o)), random.uniform(0, 1, (N, h))) for N, h, o in SHAPES
    ]
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


def deep_cases(random):
    cases = [worked.Case(([worked.X[:1], worked.a1[:1], worked.a2[:1]], [worked.W1, worked.W2], worked.y[:1]))]
    for N, sizes in [(2, (2, 2, 2, 2)), (4, (3, 4, 2, 3, 1)), (5, (2, 1))]:
        weights = [random.normal(size=shape) for shape in pairwise(sizes)]
        activations = [random.normal(size=(N, sizes[0]))]
        for W in weights:
            activations.append(sigmoid(activations[-1] @ W))
        cases.append((activations, weights, random.integers(1, 4, (N, sizes[-1])) / 4))
    return cases


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


@exercise(NOTEBOOK, "BP2", z_cases)
def relu_derivative_from_z(z):
    return np.where(z > 0, 1.0, 0.0)
