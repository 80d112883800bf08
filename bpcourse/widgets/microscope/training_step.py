"""All numbers of a network and its samples at one moment of a training step."""

import copy
from functools import cached_property

import numpy as np

from bpcourse.mathematics import backprop, own_class
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.gradients import central_difference
from bpcourse.mathematics.own_class import deltas_of, loss_of
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.writing import number, superscript

MOST = 4  # numbers that a complaint tells
COLLAPSED, PRODUCT, ROWS, UNKNOWN = "(ŷ − y) / N", "∂L/∂a ⊙ f′(z)", "softmax, row by row", "a loss of one's own"
SYMBOLS = {"delta": "δ", "dW": "∂L/∂W", "db": "∂L/∂b"}  # of what code names otherwise


class Moment:
    """A network of any class and its samples at one moment of the training; it is left as it is.

    Attributes
    ----------
    network : object
    X, y, y_hat : ndarray, (N, n_in) and (N, n_out)
    weights, biases, zs, activations, functions : list
        One entry a layer; a⁰ comes first in `activations`.
    loss : float
    loss_function, loss_name : Loss, str
        None for a loss of one's own.
    bp1 : str
        What δ of the output layer is made of: `COLLAPSED`, `PRODUCT`, `ROWS` or `UNKNOWN`.
    """

    def __init__(self, network, X, y, activation="sigmoid"):
        self.network, self.X, self.y = network, X, y
        self.weights, self.biases = own_class.parameters(network)
        self.zs, self.activations = own_class.layer_values(network, X, activation)
        self.functions = own_class.functions_of(network, len(self.weights), activation)
        self.y_hat, f = self.activations[-1], self.functions[-1]
        self.loss = loss_of(network, X, y, self.y_hat)
        self.loss_function = own_class.loss_function_of(network, X, y, self.y_hat, f)
        self.loss_name = self.loss_function.name if self.loss_function else None
        if self.loss_function is None:
            self.bp1 = UNKNOWN
        elif self.loss_function.value_from_z is not None:
            self.bp1 = COLLAPSED
        else:
            self.bp1 = PRODUCT if f.derivative_from_a else ROWS

    @property
    def output_delta(self):
        """What BP1 gives, (N, n_out), unless it is `UNKNOWN`."""
        return backprop.output_delta(self.y_hat, self.y, self.functions[-1], self.loss_function)

    @cached_property
    def returned(self):
        """What ``backward`` returned, as it came."""
        return self.network.backward(self.X, self.y)

    @cached_property
    def gradients(self):
        """The same as `Gradients`, with the δ of every layer."""
        d_biases = [np.reshape(db, (1, -1)) for db in self.returned.biases]
        return Gradients([*map(np.asarray, self.returned.weights)], d_biases, self._deltas())

    @cached_property
    def after(self):
        """A copy of the network after the update."""
        after = copy.deepcopy(self.network)
        after.update(self.returned)
        return after

    def of(self, name, layer):
        """Return an array of a layer by its name in code, "z" or "dW" for instance; "a" of layer 0 is X.

        "slope" is f′(z), and "dL" ∂L/∂a of the last layer: the two factors of a `PRODUCT`.
        """
        if name == "a":
            return self.activations[layer]
        if name == "slope":
            return self.functions[layer - 1].derivative_from_a(self.activations[layer])
        if name == "dL":
            return self.loss_function.derivative(self.y_hat, self.y)
        if name in ("delta", "dW", "db"):
            return getattr(self.gradients, {"delta": "deltas", "dW": "weights", "db": "biases"}[name])[layer - 1]
        return {"W": self.weights, "b": self.biases, "z": self.zs}[name][layer - 1]

    def loss_against(self, name):
        """Return the loss as a function of the parameter called `name` alone."""
        probe = copy.deepcopy(self.network)

        def loss(value):
            own_class.set_parameter(probe, name, float(value))
            return loss_of(probe, self.X, self.y)

        return loss

    def numerical(self, name):
        """Return the central difference of the loss for the parameter called `name`."""
        return float(central_difference(self.loss_against(name), own_class.get_parameter(self.network, name)))

    def _deltas(self):
        """δ of every layer; where ``backward`` keeps none, the gradients of the biases, sample by sample."""
        slopes, N = self.returned, len(self.X)
        if getattr(slopes, "deltas", None) or N == 1:
            return deltas_of(slopes, N)
        alone = [deltas_of(self.network.backward(self.X[[n]], self.y[[n]]), 1) for n in range(N)]
        deltas = [np.vstack(rows) for rows in zip(*alone, strict=True)]
        for share in (1 / N, 1.0):  # the batch is the mean of its samples, or their sum
            if all(np.allclose(share * d.sum(0), np.ravel(b)) for d, b in zip(deltas, slopes.biases, strict=True)):
                return [share * delta for delta in deltas]
        raise InputError(
            "backward returns no deltas, and its bias gradients for all samples are neither the mean nor the sum of "
            "those for one sample after the other. Look at one sample, or let backward return the deltas too."
        )


def complaint(phase, now):
    """Say in words where ``backward`` gives other numbers than the equation of a phase does; "" if it does not."""

    def of(name, shift=0):
        return now.of(name, phase.layer + shift)

    match phase.tags:
        case ("BP1",) if now.bp1 != UNKNOWN:
            right = {"delta": now.output_delta}
        case ("BP2",):
            right = {"delta": (of("delta", 1) @ of("W", 1).T) * of("slope")}
        case ("BP4", "BP3"):
            right = {"dW": of("a", -1).T @ of("delta"), "db": of("delta").sum(axis=0, keepdims=True)}
        case _:
            right = {}
    for name, expected in right.items():
        given = of(name)
        if not (given.shape == expected.shape and np.allclose(given, expected, rtol=1e-6, atol=1e-10)):
            return (
                f"backward does not give what the equation gives: its {SYMBOLS[name]}{superscript(phase.layer)} is "
                f"{_row(given)} of shape {given.shape}, the equation makes {_row(expected)} of shape {expected.shape}."
            )
    return ""


def _row(array):
    values = np.ravel(array)
    return ", ".join(map(number, values[:MOST])) + (", …" if values.size > MOST else "")
