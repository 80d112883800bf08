"""Exercises of notebook 05: steps downhill, batches, momentum, and when to stop."""

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, forward, two_layer_parameters
from bpcourse.exercises.content.ex04_hidden_layer_error import backward_two_layers

NOTEBOOK = "05_updates"
RATE = 1.0  # as in the notebook's example by hand


def update_cases(random):
    shapes = [(2, 2), (3, 2), (3, 3)]
    others = [(random.normal(size=shape), random.normal(size=shape), float(random.uniform(0.1, 2))) for shape in shapes]
    return [(worked.W2, worked.gradients().weights[1], RATE), *others]


@exercise(NOTEBOOK, "U1", update_cases)
def update(W, dW, eta):
    return W - eta * dW


def step_cases(random):
    cases = [worked.Case((worked.X[:1], worked.y[:1], worked.W1, worked.b1, worked.W2, worked.b2, RATE))]
    for N, n_in, n_hidden, n_out in TWO_LAYERS:
        X, y = random.normal(size=(N, n_in)), random.integers(1, 4, (N, n_out)) / 4
        cases.append((X, y, *two_layer_parameters(random, n_in, n_hidden, n_out), float(random.uniform(0.5, 2))))
    return cases


@exercise(NOTEBOOK, "U1", step_cases, results=("W1", "b1", "W2", "b2"))
def training_step(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward_two_layers(X, y, a1, a2, W2)
    return W1 - eta * dW1, b1 - eta * db1, W2 - eta * dW2, b2 - eta * db2


def batch_cases(random):
    cases = []
    for N, size in [(4, 2), (5, 2), (6, 3), (3, 5)]:
        X = random.normal(size=(N, 2))
        cases.append((X, X[:, :1] ** 2, size, random.permutation(N)))
    return cases


@exercise(NOTEBOOK, "", batch_cases)
def minibatches(X, y, size, order):
    batches = []
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        batches.append((X[rows], y[rows]))
    return batches


def epoch_cases(random):
    """Batches of unequal size: the last one is smaller."""
    cases = [(np.array([0.4, 0.1]), np.array([2, 1]))]
    for full, count, last in ((4, 3, 3), (10, 4, 1), (32, 6, 20)):
        cases.append((random.uniform(0.1, 1, count), np.array([full] * (count - 1) + [last])))
    return cases


@exercise(NOTEBOOK, "L1", epoch_cases)
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) / np.sum(sizes)


def momentum_cases(random):
    cases = [(np.array([[1.5]]), np.array([[0.2]]), np.array([[-0.4]]), 0.1, 0.9)]
    for shape in [(2, 2), (3, 2)]:
        arrays = [random.normal(size=shape) for _ in range(3)]
        cases.append((*arrays, float(random.uniform(0.1, 2)), float(random.uniform(0.2, 0.95))))
    return cases


@exercise(NOTEBOOK, "U1", momentum_cases, results=("W", "v"))
def momentum_step(W, v, dW, eta, mu):
    v = mu * v + dW
    return W - eta * v, v


def convergence_cases(random):
    """Falling, back where it was, too short, rising, flat only at the beginning, and flat only at the end."""
    falling, dipping = [2.0, 1.0, 0.5, 0.25], [1.0, 0.5, 0.4, 0.5]
    slow = [1.0 - 0.004 * epoch for epoch in range(12)]
    return [
        (falling, 0.01, 2),
        (dipping, 0.01, 2),
        ([0.5], 0.01, 2),
        ([0.5, 0.5], 0.01, 2),
        ([0.2, 0.3, 0.4], 0.01, 2),
        ([1.0, 1.0, 1.0, 1.0, 0.1], 0.01, 3),
        (slow, 0.01, 10),
        (slow, 0.01, 2),
        ([100.0, 99.5, 99.4], 0.01, 2),
        ([0.01, 0.006, 0.005], 0.01, 2),
        ([1.0, 0.5, 0.499], 0.01, 2),
        ([1.0, 0.8, 0.5], 0.7, 2),
    ]


@exercise(NOTEBOOK, "", convergence_cases)
def has_converged(losses, tolerance, patience):
    if len(losses) <= patience:
        return False
    before = losses[-1 - patience]
    return before - losses[-1] < tolerance * before
