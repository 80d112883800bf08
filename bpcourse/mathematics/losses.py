"""Loss functions: one number that says how wrong the predictions are (equation L1).

Every loss is the **mean over the samples** of a sum over the outputs, and every derivative has the 1 / N in it.
Predictions ``y_hat`` and targets ``y`` are (N, n_out) both; K networks at once, (K, N, n_out), have K losses.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.activations import ACTIVATIONS, below_largest
from bpcourse.mathematics.backprop import mean_loss
from bpcourse.mathematics.validation import InputError, entry


def squared_error(y_hat, y):
    """L = 1/N Σ ½ (ŷ - y)². The ½ is there so that its derivative is exactly (ŷ - y) / N."""
    difference = y_hat - y
    return mean_loss(0.5 * difference * difference)


def squared_error_derivative(y_hat, y):
    """∂L/∂ŷ = (ŷ - y) / N, shape (N, n_out)."""
    return (y_hat - y) / y.shape[-2]


def binary_cross_entropy(y_hat, y):
    """L = -1/N Σ [y log ŷ + (1 - y) log(1 - ŷ)], for ŷ in [0, 1]: infinite where ŷ is certain and wrong."""
    return -mean_loss(_times_log(y, y_hat) + _times_log(1 - y, 1 - y_hat))


def binary_cross_entropy_derivative(y_hat, y):
    """∂L/∂ŷ = (ŷ - y) / (ŷ (1 - ŷ)) / N, shape (N, n_out); for ŷ strictly between 0 and 1."""
    return (y_hat - y) / (y_hat * (1 - y_hat)) / y.shape[-2]


def binary_cross_entropy_from_z(z, y):
    """Binary cross-entropy of ŷ = σ(z), from z itself: 1/N Σ [log(1 + eᶻ) - y z], finite for every finite z."""
    positive = np.where(z.real > 0, z, 0.0)
    size = np.where(z.real > 0, z, -z)  # |z|, kept differentiable for the complex step
    return mean_loss(positive - y * z + np.log1p(np.exp(-size)))


def cross_entropy(y_hat, y):
    """L = -1/N Σ y log ŷ, for rows of ŷ that sum to 1. Where y = 0, a term counts as 0."""
    return -mean_loss(_times_log(y, y_hat))


def cross_entropy_derivative(y_hat, y):
    """∂L/∂ŷ = -y / ŷ / N, shape (N, n_out); for ŷ > 0."""
    return -y / y_hat / y.shape[-2]


def cross_entropy_from_z(z, y):
    """Cross-entropy of ŷ = softmax(z), from z itself: log ŷ = z - max z - log Σ e^(z - max z)."""
    shifted = below_largest(z)
    log_y_hat = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -mean_loss(y * np.where(y != 0, log_y_hat, 0.0))  # 0 · log 0 counts as 0


def _times_log(weight, p):
    """weight · log(p), and 0 where the weight is 0, even if p is 0 too."""
    with np.errstate(divide="ignore"):  # log(0) = -inf is the true value of a certain, wrong prediction
        return weight * np.log(np.where(weight != 0, p, 1.0))


@dataclass(frozen=True)
class Loss:
    """One loss as the network uses it."""

    name: str
    value: Callable  # (y_hat, y) -> L
    derivative: Callable  # (y_hat, y) -> ∂L/∂ŷ
    outputs: tuple[str, ...]  # the output activations it makes sense with; others are refused
    value_from_z: Callable | None = None  # (z, y) -> L, for the one activation in `outputs`: exact where ŷ is rounded

    def of_output(self, z, y_hat, y):
        """L of the output layer (equation L1), by the formula that stays exact."""
        return self.value(y_hat, y) if self.value_from_z is None else self.value_from_z(z, y)

    def check_targets(self, y):
        """See that targets y, (N, n_out), are such as this loss is made for, or raise InputError."""
        if self.name != "squared_error" and not ((y >= 0) & (y <= 1)).all():
            raise InputError(f"y reaches from {y.min():g} to {y.max():g}; {self.name} expects targets from 0 to 1.")
        if self.name == "cross_entropy" and not np.allclose(y.sum(axis=1), 1):
            raise InputError("y has rows that do not sum to 1; cross_entropy expects rows as datasets.one_hot gives.")


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("squared_error", squared_error, squared_error_derivative, tuple(ACTIVATIONS)),
        Loss(
            "binary_cross_entropy",
            binary_cross_entropy,
            binary_cross_entropy_derivative,
            ("sigmoid",),
            binary_cross_entropy_from_z,
        ),
        Loss("cross_entropy", cross_entropy, cross_entropy_derivative, ("softmax",), cross_entropy_from_z),
    )
}


def partners(output_activation, loss):
    """Return the output's `Activation` and the `Loss`, given by name or themselves.

    Raises InputError if one is unknown, or the loss makes no sense with the activation.
    """
    output_activation, loss = entry(output_activation, ACTIVATIONS, "output_activation"), entry(loss, LOSSES, "loss")
    if output_activation.name not in loss.outputs:
        came = f"loss {loss.name!r} came with output_activation {output_activation.name!r}"
        expected = f"expected output_activation {' or '.join(map(repr, loss.outputs))}"
        raise InputError(f"{came}; {expected}. To change both, set loss_function to 'squared_error' in between.")
    return output_activation, loss
