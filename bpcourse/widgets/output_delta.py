"""BP1 taken apart: what the output layer's δ is made of depends on the loss and on the activation."""

from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics import backprop

COLLAPSED, PRODUCT, ROWS, UNKNOWN = "(ŷ − y) / N", "∂L/∂a ⊙ f′(z)", "softmax, row by row", "a loss of one's own"


@dataclass(frozen=True)
class OutputDelta:
    """δ of the output layer.

    Attributes
    ----------
    form : str
        `COLLAPSED`, `PRODUCT`, `ROWS`, or `UNKNOWN`, of which nothing else is known.
    delta : ndarray, (N, n_out)
        What BP1 gives.
    slope, steepness : ndarray, (N, n_out)
        ∂L/∂a and f′(z), where the form is their `PRODUCT`.
    """

    form: str
    delta: np.ndarray | None = None
    slope: np.ndarray | None = None
    steepness: np.ndarray | None = None


def take_apart(y_hat, y, f, loss_function):
    """Return the `OutputDelta` of predictions and targets, (N, n_out); `loss_function` may be None."""
    if loss_function is None:
        return OutputDelta(UNKNOWN)
    delta = backprop.output_delta(y_hat, y, f, loss_function)
    if loss_function.value_from_z is not None:
        return OutputDelta(COLLAPSED, delta)
    if f.derivative_from_a is None:
        return OutputDelta(ROWS, delta)
    return OutputDelta(PRODUCT, delta, loss_function.derivative(y_hat, y), f.derivative_from_a(y_hat))
