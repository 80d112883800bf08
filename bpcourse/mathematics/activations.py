"""Activation functions, a = f(z), and their derivatives (equation F2, and the f′ of BP1 and BP2).

A derivative says in its name what it takes: ``..._from_z`` the pre-activation z, ``..._from_a`` the activation a, which
a network has at hand. Every function works element by element on arrays of any shape, real or complex (which serves
the complex step in `gradients`); softmax on whole rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.validation import InputError, entry

HALF, ONE = np.array(0.5), np.array(1.0)  # NumPy computes faster with these than with Python's own numbers
tanh = np.tanh  # squashes any z into (-1, 1)


def sigmoid(z):
    """Squash any z into (0, 1): σ(z) = 1 / (1 + e⁻ᶻ). Same shape as z, in double precision."""
    return HALF * (ONE + np.tanh(HALF * z))  # the same function; e⁻ᶻ itself overflows for z below -709


def sigmoid_derivative_from_a(a):
    """σ′(z) = a (1 - a), from the activation a = σ(z). Feeding it z instead is the classic mistake."""
    return a * (ONE - a)


def tanh_derivative_from_a(a):
    """tanh′(z) = 1 - a², from the activation a = tanh(z), which lies within (-1, 1)."""
    return ONE - a * a


def relu(z):
    """Keep what is positive, replace the rest by 0: max(z, 0). Same shape as z."""
    return np.maximum(z, 0.0)


def relu_derivative_from_a(a):
    """1 where a > 0, else 0 (at the corner too), from a = relu(z). As a is never negative, ``>=`` would always be 1."""
    return np.where(a > 0, 1.0, 0.0)


def identity(z):
    """Leave z as it is: for outputs that may be any number (regression)."""
    return z


def softmax(z):
    """Turn each row of z, shape (N, n), into n positive numbers that sum to 1."""
    e = np.exp(below_largest(z))  # the same numbers as from z itself, and no overflow
    return e / e.sum(axis=-1, keepdims=True)


@np.errstate(over="ignore")
def below_largest(z):
    """z - max z in each row: 0 or less. Where that is too large for a float it is -inf, and e^-inf = 0."""
    return z - np.asfortranarray(z).max(axis=-1, keepdims=True)  # NumPy is faster where a column's numbers lie together


def softmax_delta(dL_da, a):
    """δ = a ⊙ (∂L/∂a - Σ ∂L/∂a ⊙ a): BP1 for softmax, where every a depends on every z of its row."""
    return a * (dL_da - (dL_da * a).sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Activation:
    """One activation function as the network uses it."""

    name: str
    function: Callable  # a = f(z), equation F2
    derivative_from_a: Callable | None  # f′(z), written in a; None for softmax, where it is not one number per unit

    def derivative_from_z(self, z):
        """f′(z), from the pre-activation z."""
        return self.derivative_from_a(self.function(z))


ACTIVATIONS = {
    "sigmoid": Activation("sigmoid", sigmoid, sigmoid_derivative_from_a),
    "tanh": Activation("tanh", tanh, tanh_derivative_from_a),
    "relu": Activation("relu", relu, relu_derivative_from_a),
    "identity": Activation("identity", identity, np.ones_like),
    "softmax": Activation("softmax", softmax, None),
}


def elementwise(chosen, what):
    """Return the `Activation`, given by name or itself, if it works element by element, as BP2 needs; or InputError."""
    if isinstance(chosen, Activation) and chosen.derivative_from_a is None:
        raise InputError(f"{what} came as {chosen.name!r}; expected one with derivative_from_a, for BP2.")
    return entry(chosen, {name: f for name, f in ACTIVATIONS.items() if f.derivative_from_a}, what)
