"""All numbers of a network at one moment of a training step."""

import copy
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.activations import Activation
from bpcourse.mathematics.losses import Loss
from bpcourse.mathematics.own_class import deltas_of, functions_of, layer_values, loss_function_of, loss_of, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.widgets.output_delta import take_apart


@dataclass(frozen=True)
class Moment:
    """All numbers of a network and its samples at one moment of the training.

    Attributes
    ----------
    weights, biases, zs, activations, deltas : list of ndarray
    functions : list of Activation
    y : ndarray
    loss : float
    loss_function : Loss or None
        None for a loss of one's own.
    gradients : object
        What ``backward`` returned.
    after : object
        The network after the update.
    """

    network: object
    weights: list
    biases: list
    zs: list
    activations: list
    functions: list[Activation]
    y: np.ndarray
    loss: float
    loss_function: Loss | None
    gradients: object
    deltas: list
    after: object

    @property
    def X(self):
        return self.activations[0]

    @property
    def loss_name(self):
        return self.loss_function.name if self.loss_function else None

    @property
    def bp1(self):
        return take_apart(self.activations[-1], self.y, self.functions[-1], self.loss_function)

    @property
    def samples(self):
        return len(self.X)


def moment(network, X, y, activation="sigmoid"):
    """Measure a network of any class, which is left as it is; see `own_class.layer_values` for `activation`."""
    weights, biases = (list(arrays) for arrays in parameters(network))
    zs, activations = layer_values(network, X, activation)
    loss, gradients = loss_of(network, X, y, activations[-1]), network.backward(X, y)
    after = copy.deepcopy(network)
    after.update(gradients)
    functions = functions_of(network, len(weights), activation)
    loss_function = loss_function_of(network, X, y, activations[-1], functions[-1])
    deltas, y = _deltas(network, X, y, gradients), np.asarray(y)
    return Moment(
        network, weights, biases, zs, activations, functions, y, loss, loss_function, gradients, deltas, after
    )


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
