"""Exercises of notebook 02: losses and their derivatives."""

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content import worked

NOTEBOOK = "02_loss"
WORKED = [(worked.a2[:N], worked.y[:N]) for N in (1, 2)]  # the worked network's predictions
SHAPES = [(1, 1), (5, 1), (3, 2), (2, 4)]  # one and several outputs, more samples than outputs and fewer


def prediction_cases(random):
    """Predictions inside (0, 1) and targets between 0 and 1, so that most of them are not their own square."""
    return [*WORKED, *((random.uniform(0.05, 0.95, shape), random.integers(1, 4, shape) / 4) for shape in SHAPES)]


def class_cases(random):
    """Predictions inside (0, 1) and targets 0 or 1, of which alone the cross-entropy of two classes speaks."""
    others = [(random.uniform(0.05, 0.95, shape), random.integers(0, 2, shape).astype(float)) for shape in SHAPES]
    return [*WORKED, *others]


@exercise(NOTEBOOK, "L1", prediction_cases)
def squared_error(y_hat, y):
    return np.sum(0.5 * (y_hat - y) ** 2) / len(y)


@exercise(NOTEBOOK, "L1", prediction_cases)
def squared_error_derivative(y_hat, y):
    return (y_hat - y) / len(y)


@exercise(NOTEBOOK, "L1", class_cases)
def binary_cross_entropy(y_hat, y):
    return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y)


@exercise(NOTEBOOK, "L1", class_cases)
def binary_cross_entropy_derivative(y_hat, y):
    return (y_hat - y) / (y_hat * (1 - y_hat)) / len(y)
