"""All numbers of a network and its samples at one moment of a training step."""

import copy
from typing import NamedTuple

import numpy as np

from bpcourse.mathematics.activations import Activation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.own_class import deltas_of, functions_of, layer_values, loss_function_of, loss_of, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.writing import number, superscript
from bpcourse.widgets.output_delta import take_apart

MOST = 4  # numbers that a complaint tells


class Layer(NamedTuple):
    """A layer at one moment: its parameters, and for N samples its input x, (N, n_in), z, a and δ, (N, n_out)."""

    W: np.ndarray
    b: np.ndarray
    f: Activation
    x: np.ndarray
    z: np.ndarray
    a: np.ndarray
    delta: np.ndarray
    dW: np.ndarray
    db: np.ndarray


class Moment:
    """A network of any class and its samples at one moment of the training; it is left as it is.

    Attributes
    ----------
    network, after : object
        The network now, and a copy of it after the update.
    X, y : ndarray, (N, n_in) and (N, n_out)
    gradients : Gradients
        What ``backward`` returned, with the δ of every layer.
    layers : list of Layer
    loss : float
    loss_name : str or None
        None for a loss of one's own.
    bp1 : OutputDelta
    """

    def __init__(self, network, X, y, activation="sigmoid"):
        self.network, self.X, self.y = network, X, np.asarray(y)
        weights, biases = parameters(network)
        zs, activations = layer_values(network, X, activation)
        functions, y_hat = functions_of(network, len(weights), activation), activations[-1]
        self.loss, loss = loss_of(network, X, y, y_hat), loss_function_of(network, X, y, y_hat, functions[-1])
        self.loss_name = loss.name if loss else None
        self.bp1 = take_apart(y_hat, self.y, functions[-1], loss)
        slopes = network.backward(X, y)
        self.after = copy.deepcopy(network)
        self.after.update(slopes)
        d_weights, d_biases = slopes.weights, [np.reshape(db, (1, -1)) for db in slopes.biases]
        self.gradients = Gradients(d_weights, d_biases, _deltas(network, X, y, slopes))
        parts = weights, biases, functions, activations[:-1], zs, activations[1:]
        slopes = self.gradients.deltas, map(np.asarray, d_weights), d_biases
        self.layers = [Layer(*each) for each in zip(*parts, *slopes, strict=True)]


def _deltas(network, X, y, gradients):
    """δ of every layer; where ``backward`` keeps none, the gradients of the biases of one sample after the other."""
    if getattr(gradients, "deltas", None) or len(X) == 1:
        return deltas_of(gradients, len(X))
    alone = [deltas_of(network.backward(X[n : n + 1], y[n : n + 1]), 1) for n in range(len(X))]
    deltas = [np.vstack(rows) for rows in zip(*alone, strict=True)]
    for share in (1 / len(X), 1.0):  # the batch is the mean of its samples, or their sum
        if all(np.allclose(share * d.sum(0), np.ravel(b)) for d, b in zip(deltas, gradients.biases, strict=True)):
            return [share * delta for delta in deltas]
    raise InputError(
        "backward returns no deltas, and its bias gradients for all samples are neither the mean nor the sum of those "
        "for one sample after the other. Look at one sample, or let backward return the deltas too."
    )


def complaint(phase, now):
    """Say in words where ``backward`` gives other numbers than the equation of a phase does; "" if it does not."""
    layer, up = now.layers[phase.layer - 1], superscript(phase.layer)
    compared = []
    match phase.tags:
        case ("BP1",):
            compared = [("δ", layer.delta, now.bp1.delta)]
        case ("BP2",):
            above = now.layers[phase.layer]
            compared = [("δ", layer.delta, (above.delta @ above.W.T) * layer.f.derivative_from_a(layer.a))]
        case ("BP4", "BP3"):
            compared = [("∂L/∂W", layer.dW, layer.x.T @ layer.delta)]
            compared.append(("∂L/∂b", layer.db, layer.delta.sum(axis=0, keepdims=True)))
    for name, given, right in compared:
        if right is not None and not (given.shape == right.shape and np.allclose(given, right, rtol=1e-6, atol=1e-10)):
            return (
                f"backward does not give what the equation gives: its {name}{up} is {_row(given)} of shape "
                f"{given.shape}, the equation makes {_row(right)} of shape {right.shape}."
            )
    return ""


def _row(array):
    values = np.ravel(array)
    return ", ".join(map(number, values[:MOST])) + (", …" if values.size > MOST else "")
