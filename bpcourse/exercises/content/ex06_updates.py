"""Exercises of notebook 06: steps downhill, batches, momentum, and when to stop."""

import numpy as np

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, forward, two_layer_parameters
from bpcourse.exercises.content.ex05_hidden_layer_error import backward_two_layers

NOTEBOOK = "06_updates"
RATE = 1.0  # as in the notebook's example by hand


def update_cases(random):
    shapes = [(2, 2), (3, 2), (3, 3)]
    others = [(*worked.normals(random, shape, shape), float(random.uniform(0.1, 2))) for shape in shapes]
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


def fall_cases(random):
    return [(0.1, 3.0, -1.0), *((random.uniform(0.01, 1), *random.normal(size=2)) for _ in range(4))]


@exercise(NOTEBOOK, "U1", fall_cases, kind="derive")
def predicted_fall(eta, g1, g2):
    return -eta * (g1**2 + g2**2)


written(NOTEBOOK, "U1", "edge_of_stability", "measure")


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


def speed_cases(random):
    return [(1.0, 0.9), *((random.normal(), random.uniform(0.1, 0.95)) for _ in range(4))]


@exercise(NOTEBOOK, "", speed_cases, kind="derive")
def top_speed(g, mu):
    return g / (1 - mu)


def momentum_cases(random):
    cases = [(np.array([[1.5]]), np.array([[0.2]]), np.array([[-0.4]]), 0.1, 0.9)]
    for shape in [(2, 2), (3, 2)]:
        arrays = worked.normals(random, shape, shape, shape)
        cases.append((*arrays, float(random.uniform(0.1, 2)), float(random.uniform(0.2, 0.95))))
    return cases


@exercise(NOTEBOOK, "U1", momentum_cases, results=("W", "v"))
def momentum_step(W, v, dW, eta, mu):
    v = mu * v + dW
    return W - eta * v, v


written(NOTEBOOK, "", "best_memory", "measure")


def convergence_cases(random):
    """Falling, back where it was, too short, rising, flat only at the beginning or end, large, and on the border."""
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
        ([1000.0, 999.0, 995.0], 0.01, 2),
        ([100.0, 87.5, 75.0], 0.25, 2),
        ([1.0, 0.5, 0.499], 0.01, 2),
        ([1.0, 0.8, 0.5], 0.7, 2),
    ]


@exercise(NOTEBOOK, "", convergence_cases)
def has_converged(losses, tolerance, patience):
    if len(losses) <= patience:
        return False
    before = losses[-1 - patience]
    return before - losses[-1] < tolerance * before


@exercise(NOTEBOOK, "U1", step_cases, results=("W1", "b1", "W2", "b2"), kind="debug")
def mend_step(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    W2 = W2 - eta * a1.T @ delta2
    b2 = b2 - eta * delta2.sum(axis=0, keepdims=True)
    W1 = W1 - eta * X.T @ delta1
    b1 = b1 - eta * delta1.sum(axis=0, keepdims=True)
    return W1, b1, W2, b2


def many_steps_cases(random):
    cases = []
    for shape in [(1, 1), (2, 2), (3, 2)]:
        W, *gradients = worked.normals(random, shape, shape, shape, shape)
        cases.append((W, gradients, 0.1, float(random.uniform(0.2, 0.9))))
    return cases


@exercise(NOTEBOOK, "U1", many_steps_cases, kind="debug")
def mend_momentum(W, gradients, eta, mu):
    v = np.zeros_like(W)
    for dW in gradients:
        v = mu * v + dW
        W = W - eta * v
    return W


def _bowl(w):
    return 4 * w


def _wave(w):
    return np.cos(w)


def descent_cases(random):
    return [(_bowl, 1.0, 0.1, 2), (_wave, float(random.normal()), 0.3, 5), (_bowl, -2.0, 0.05, 0)]


@exercise(NOTEBOOK, "U1", descent_cases, kind="cold")
def cold_descent(slope, w, eta, steps):
    places = [w]
    for _ in range(steps):
        places.append(places[-1] - eta * slope(places[-1]))
    return places
