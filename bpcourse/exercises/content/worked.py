"""The worked network's own numbers, for the first cases of the exercises that are about it."""

from bpcourse.mathematics import backprop, datasets
from bpcourse.mathematics.activations import ACTIVATIONS
from bpcourse.mathematics.losses import LOSSES

SIGMOIDS = [ACTIVATIONS["sigmoid"]] * 2
X, y, W1, b1, W2, b2 = datasets.worked_example()
_, (_, a1, a2) = backprop.forward(X, [W1, W2], [b1, b2], SIGMOIDS)


def normals(random, *shapes):
    """Return normal arrays of some shapes, as the arguments of a case that no learner knows."""
    return tuple(random.normal(size=shape) for shape in shapes)


def gradients(samples=1):
    """Return the `Gradients` of a batch that holds the first so many of the four samples."""
    activations = [array[:samples] for array in (X, a1, a2)]
    return backprop.backward(activations, y[:samples], [W1, W2], SIGMOIDS, LOSSES["squared_error"])


class Case(tuple):
    """The arguments of a case that a learner knows: a message names it, where its numbers would be too many."""

    name = "the worked network's first sample"
