"""Exercises of notebook 03: the last layer's error and gradients."""

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex02_loss import prediction_cases

NOTEBOOK = "03_output_layer_error"


def activation_cases(random):
    return [(worked.a2[:1],), (random.uniform(0, 1, (1, 3)),), (random.uniform(0, 1, (4, 2)),)]


@exercise(NOTEBOOK, "BP1", activation_cases)
def sigmoid_derivative_from_a(a):
    return a * (1 - a)


@exercise(NOTEBOOK, "BP1", prediction_cases)
def output_delta(y_hat, y):
    return (y_hat - y) / len(y) * y_hat * (1 - y_hat)


def delta_cases(random):
    shapes = [(1, 4), (3, 3), (4, 2), (5, 1)]
    return [(worked.gradients(4).deltas[1],), *((random.normal(size=shape),) for shape in shapes)]


@exercise(NOTEBOOK, "BP3", delta_cases)
def bias_gradient(delta):
    return delta.sum(axis=0, keepdims=True)


def weight_gradient_cases(random):
    shapes = [(2, 2, 2), (3, 3, 3), (4, 3, 2)]
    others = [(random.normal(size=(N, i)), random.normal(size=(N, o))) for N, i, o in shapes]
    return [(worked.a1[:1], worked.gradients().deltas[1]), *others]


@exercise(NOTEBOOK, "BP4", weight_gradient_cases)
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


def _cubic(x):
    return x**3 - 2 * x


def _exponential(x):
    return np.exp(x) * np.sin(3 * x)


def slope_cases(random):
    return [
        (function, float(x))
        for function, x in zip((_cubic, _exponential, _cubic), (0.5, *random.normal(size=2)), strict=True)
    ]


@exercise(NOTEBOOK, "", slope_cases)
def numerical_slope(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


@exercise(NOTEBOOK, "BP1", prediction_cases)
def output_delta_cross_entropy(y_hat, y):
    return (y_hat - y) / len(y)
