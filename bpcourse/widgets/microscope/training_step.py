"""One training step taken apart: its phases in order, and all numbers of a network at one moment of it."""

import copy
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.activations import Activation
from bpcourse.mathematics.equations import EQUATIONS
from bpcourse.mathematics.losses import Loss
from bpcourse.mathematics.own_class import deltas_of, functions_of, layer_values, loss_function_of, loss_of, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.widgets.output_delta import take_apart


@dataclass(frozen=True)
class Phase:
    """One thing that a training step computes.

    Attributes
    ----------
    tags : tuple of str
        The equations at work; the first names the phase. Empty for the input.
    layer : int
        The layer it computes; 0 for the input and for the update, which has all of them.
    """

    tags: tuple
    layer: int

    @property
    def title(self):
        if not self.tags:
            return "input"
        names = " and ".join(EQUATIONS[tag].name for tag in self.tags)
        return f"{names}, layer {self.layer}" if self.layer else names


def phases(layers):
    """Return all phases of one training step of a network with so many layers, in order."""
    down, up = range(layers, 0, -1), range(1, layers + 1)
    return [
        Phase((), 0),
        *(Phase((tag,), layer) for layer in up for tag in ("F1", "F2")),
        Phase(("L1",), 0),
        Phase(("BP1",), layers),
        *(Phase(("BP2",), layer) for layer in down[1:]),
        *(Phase(("BP4", "BP3"), layer) for layer in down),
        Phase(("U1", "U2"), 0),
    ]


def shown(so_far):
    """Return what the diagram may write once these phases are done (the `show` of `diagram.draw`)."""
    if "U1" in so_far[-1].tags:
        return {"weights", "biases"}
    names = {"F1": "z", "F2": "a", "BP1": "deltas", "BP2": "deltas", "BP4": "gradients"}
    computed = {f"{names[p.tags[0]]}{p.layer}" for p in so_far if p.tags and p.tags[0] in names}
    loss = {"loss"} if any("L1" in phase.tags for phase in so_far) else set()
    return {"weights", "biases", "targets", "a0"} | computed | loss


def lit(phase, sizes):
    """Return the ids of the diagram's elements that take part in a phase."""
    layer, last = phase.layer, len(sizes) - 1

    def every(kind, layer):
        return {f"{kind}-{layer}-{j}" for j in range(sizes[layer])}

    def weights(layer):
        return {f"w-{layer}-{i}-{j}" for i in range(sizes[layer - 1]) for j in range(sizes[layer])}

    loss = every("unit", last) | {f"target-{j}" for j in range(sizes[-1])} | {"loss"}
    match phase.tags:
        case ():
            return every("unit", 0)
        case ("F1",):
            return every("unit", layer - 1) | weights(layer) | every("b", layer) | every("unit", layer)
        case ("F2",):
            return every("unit", layer)
        case ("L1",):
            return loss
        case ("BP1",):
            return loss | every("delta", layer)
        case ("BP2",):
            return every("delta", layer + 1) | weights(layer + 1) | every("unit", layer) | every("delta", layer)
        case ("BP4", "BP3"):
            return every("unit", layer - 1) | weights(layer) | every("b", layer) | every("delta", layer)
    return set().union(*(weights(layer) | every("b", layer) for layer in range(1, last + 1)))


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
