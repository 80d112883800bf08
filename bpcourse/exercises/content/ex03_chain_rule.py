"""Exercises of notebook 03: rates multiply along a path, and add where paths meet."""

import numpy as np
from numpy import exp

from bpcourse.exercises.catalogue import exercise, written
from bpcourse.exercises.content import worked
from bpcourse.exercises.content.ex01_forward_pass import sigmoid

NOTEBOOK = "03_chain_rule"


def points(random):
    return [(x,) for x in (1.0, 0.0, -0.5, *random.uniform(-2, 2, 4))]


@exercise(NOTEBOOK, "", points, kind="derive")
def line_squared(x):
    return 4 * (2 * x + 1)


written(NOTEBOOK, "", "sigmoid_slope", "derive")


def activation_cases(random):
    return [(worked.a2[:1],), (random.uniform(0, 1, (1, 3)),), (random.uniform(0, 1, (4, 2)),)]


@exercise(NOTEBOOK, "BP1", activation_cases)
def sigmoid_derivative_from_a(a):
    return a * (1 - a)


def neuron_cases(random):
    return [(2.0, 0.5, -0.3, 1.0), *(tuple(random.normal(size=4)) for _ in range(4))]


@exercise(NOTEBOOK, "", neuron_cases, results=("z", "a", "loss"))
def neuron_forward(x, w, b, y):
    z = w * x + b
    a = sigmoid(z)
    loss = 0.5 * (a - y) ** 2
    return z, a, loss


@exercise(NOTEBOOK, "", neuron_cases, results=("d_w", "d_b"))
def neuron_backward(x, w, b, y):
    z, a, loss = neuron_forward(x, w, b, y)
    d_z = (a - y) * a * (1 - a)
    return d_z * x, d_z


@exercise(NOTEBOOK, "", points, kind="derive")
def two_ways(x):
    return exp(x) * 2 * x + x**2 * exp(x)


@exercise(NOTEBOOK, "", points, results=("d_p", "d_u", "d_v", "d_x"))
def graph_backward(x):
    u, v = x**2, 3 * x
    p = u * v
    d_p = p - 5
    d_u, d_v = d_p * v, d_p * u
    d_x = d_u * 2 * x + d_v * 3
    return d_p, d_u, d_v, d_x


def pair_cases(random):
    return [(1.0, 2.0), *(tuple(random.normal(size=2)) for _ in range(4))]


@exercise(NOTEBOOK, "", pair_cases)
def shared_backward(x, w):
    p = sigmoid(w * x)
    q = sigmoid(w * p)
    d_w = q * (1 - q) * p
    d_p = q * (1 - q) * w
    d_w += d_p * p * (1 - p) * x
    return d_w


@exercise(NOTEBOOK, "", points, kind="debug")
def fork_backward(x):
    u, v = np.sin(x), x**2
    d_u, d_v = v, u
    d_x = 1.0
    d_x += d_u * np.cos(x)
    d_x += d_v * 2 * x
    return d_x


written(NOTEBOOK, "", "too_far", "measure")


@exercise(NOTEBOOK, "", points, kind="cold")
def cold_chain(x):
    u = 3 * x - 1
    v = 1 + u**2
    return 1 / v * 2 * u * 3
