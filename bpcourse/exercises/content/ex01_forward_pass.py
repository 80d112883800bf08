"""Exercises of notebook 01: from one weighted sum to the forward pass of a batch."""

from itertools import pairwise

import numpy as np

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.content import worked

NOTEBOOK = "01_forward_pass"


written(NOTEBOOK, "", "no_line_for_xor", "derive")


def unit_cases(random):
    first = (worked.X[0], worked.W1[:, 0], float(worked.b1[0, 0]))
    return [first, *(worked.normals(random, n, n, None) for n in (2, 3, 5))]


@exercise(NOTEBOOK, "F1", unit_cases)
def weighted_sum(x, w, b):
    return np.sum(x * w) + b


def z_cases(random):
    return [(np.array([1.0]),), (random.normal(size=4),), (3 * random.normal(size=(3, 2)),)]


@exercise(NOTEBOOK, "F2", z_cases)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def layer_cases(random):
    """The worked network's first layer, and batches of 2, 3 and 5 samples; square and oblong weights."""
    others = [worked.normals(random, (N, i), (i, o), (1, o)) for N, i, o in [(2, 3, 2), (3, 3, 3), (5, 4, 2)]]
    return [worked.Case((worked.X[:1], worked.W1, worked.b1)), *others]


@exercise(NOTEBOOK, "F1", layer_cases)
def layer_z(a_prev, W, b):
    return a_prev @ W + b


@exercise(NOTEBOOK, "F2", layer_cases)
def layer_forward(a_prev, W, b):
    z = a_prev @ W + b
    return 1 / (1 + np.exp(-z))


def two_layer_parameters(random, n_in, n_hidden, n_out):
    return worked.normals(random, (n_in, n_hidden), (1, n_hidden), (n_hidden, n_out), (1, n_out))


TWO_LAYERS = [(2, 2, 2, 2), (4, 3, 5, 2), (3, 3, 3, 3)]  # samples, inputs, hidden units, outputs


def network_cases(random):
    others = [(random.normal(size=(N, i)), *two_layer_parameters(random, i, h, o)) for N, i, h, o in TWO_LAYERS]
    return [worked.Case((worked.X[:1], worked.W1, worked.b1, worked.W2, worked.b2)), *others]


@exercise(NOTEBOOK, "F2", network_cases, results=("z1", "a1", "z2", "a2"))
def forward(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2


written(NOTEBOOK, "", "undecided", "measure")
written(NOTEBOOK, "", "choose_shape", "measure")


@exercise(NOTEBOOK, "F1", network_cases, results=("z1", "a1", "z2", "a2"), kind="debug")
def mend_forward(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + b2
    a2 = 1 / (1 + np.exp(-z2))
    return z1, a1, z2, a2


def parameters(random, sizes):
    """Return weights and biases of a network of such sizes, lists of normal arrays."""
    biases = worked.normals(random, *((1, n) for n in sizes[1:]))
    return list(worked.normals(random, *pairwise(sizes))), list(biases)


def deep_cases(random):
    cases = [(worked.X[:1], [worked.W1, worked.W2], [worked.b1, worked.b2])]
    for N, sizes in [(3, (2, 2)), (2, (3, 4, 2, 3)), (4, (2, 3, 3, 2, 1))]:
        cases.append((random.normal(size=(N, sizes[0])), *parameters(random, sizes)))
    return cases


@exercise(NOTEBOOK, "F2", deep_cases, kind="cold")
def cold_forward(X, weights, biases):
    a = X
    for W, b in zip(weights, biases, strict=True):
        a = sigmoid(a @ W + b)
    return a
