"""Exercises of notebook 04: the last layer's error and gradients."""

import numpy as np

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex02_loss import prediction_cases

NOTEBOOK = "04_output_layer_error"


@exercise(NOTEBOOK, "BP1", prediction_cases)
def output_delta(y_hat, y):
    return (y_hat - y) / len(y) * y_hat * (1 - y_hat)


def product_cases(random):
    return [worked.normals(random, (N, i), (N, o)) for N, i, o in [(1, 3, 1), (3, 3, 3), (2, 4, 2), (4, 3, 2)]]


@exercise(NOTEBOOK, "BP4", product_cases, kind="derive")
def from_indices(a, delta):
    return a.T @ delta


def delta_cases(random):
    others = [worked.normals(random, shape) for shape in [(1, 4), (3, 3), (4, 2), (5, 1)]]
    return [(worked.gradients(4).deltas[1],), *others]


@exercise(NOTEBOOK, "BP3", delta_cases)
def bias_gradient(delta):
    return delta.sum(axis=0, keepdims=True)


def weight_gradient_cases(random):
    others = [worked.normals(random, (N, i), (N, o)) for N, i, o in [(2, 2, 2), (3, 3, 3), (4, 3, 2)]]
    return [(worked.a1[:1], worked.gradients().deltas[1]), *others]


@exercise(NOTEBOOK, "BP4", weight_gradient_cases)
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


def _cubic(x):
    return x**3 - 2 * x + 1


def _exponential(x):
    return np.exp(x) * np.sin(3 * x)


def slope_cases(random):
    return [(_cubic, 0.5), (_exponential, random.normal()), (_cubic, random.normal())]


@exercise(NOTEBOOK, "", slope_cases)
def numerical_slope(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


written(NOTEBOOK, "", "best_nudge", "measure")


written(NOTEBOOK, "BP1", "collapse", "derive")


@exercise(NOTEBOOK, "BP1", prediction_cases)
def output_delta_cross_entropy(y_hat, y):
    return (y_hat - y) / len(y)


def last_layer_cases(random):
    cases = [(worked.a1[:1], worked.a2[:1], worked.y[:1])]
    for N, i, o in [(3, 3, 3), (2, 2, 2), (4, 3, 2)]:
        a1, a2 = random.uniform(0, 1, (N, i)), random.uniform(0.05, 0.95, (N, o))
        cases.append((a1, a2, random.integers(1, 4, (N, o)) / 4))
    return cases


@exercise(NOTEBOOK, "BP1", last_layer_cases, results=("dW2", "db2"), kind="debug")
def mend_last_layer(a1, a2, y):
    N = len(y)
    delta2 = (a2 - y) / N
    delta2 = delta2 * a2 * (1 - a2)
    dW2 = a1.T @ delta2
    db2 = delta2.sum(axis=0, keepdims=True)
    return dW2, db2


@exercise(NOTEBOOK, "BP4", last_layer_cases, results=("dW", "db"), kind="cold")
def cold_output(a_prev, a, y):
    delta = (a - y) / len(y) * (1 - a**2)
    return a_prev.T @ delta, delta.sum(axis=0, keepdims=True)
