"""Loss functions: one number that says how wrong the predictions are (equation L1).

Every loss is the **mean over the samples** (rows) of a sum over the outputs (columns), and every
derivative is the exact derivative of that number, so the 1 / N is part of it. Predictions ``y_hat``
and targets ``y`` have the same shape (N, n_out). More axes may stand in front of those two: a stack
of K networks has arrays (K, N, n_out) and K losses.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.activations import below_largest
from bpcourse.mathematics.validation import InputError


def _mean_over_samples(per_element):
    """Sum over the outputs, mean over the samples: (..., N, n_out) -> (...)."""
    return per_element.sum(axis=(-2, -1)) / per_element.shape[-2]


def squared_error(y_hat, y):
    """L = 1/N Σ ½ (ŷ - y)². The ½ is there so that its derivative is exactly (ŷ - y) / N."""
    difference = y_hat - y
    return 0.5 * _mean_over_samples(difference * difference)


def squared_error_derivative(y_hat, y):
    """∂L/∂ŷ = (ŷ - y) / N, shape (N, n_out)."""
    return (y_hat - y) / y.shape[-2]


def binary_cross_entropy(y_hat, y):
    """L = -1/N Σ [y log ŷ + (1 - y) log(1 - ŷ)], for ŷ in [0, 1].

    A term with weight 0 counts as 0. A prediction that is certain and wrong (ŷ = 0 where y = 1)
    costs infinity; a network never computes that, see `binary_cross_entropy_from_z`.
    """
    return -_mean_over_samples(_times_log(y, y_hat) + _times_log(1 - y, 1 - y_hat))


def binary_cross_entropy_derivative(y_hat, y):
    """∂L/∂ŷ = (ŷ - y) / (ŷ (1 - ŷ)) / N, shape (N, n_out); for ŷ strictly between 0 and 1."""
    return (y_hat - y) / (y_hat * (1 - y_hat)) / y.shape[-2]


def binary_cross_entropy_from_z(z, y):
    """Binary cross-entropy of ŷ = σ(z), from z itself: 1/N Σ [log(1 + eᶻ) - y z].

    The same number, without the log of a ŷ that was rounded to 0 or 1: finite for every finite z.
    """
    positive = np.where(z.real > 0, z, 0.0)
    size = np.where(z.real > 0, z, -z)  # |z|, kept differentiable for the complex step
    return _mean_over_samples(positive - y * z + np.log1p(np.exp(-size)))


def cross_entropy(y_hat, y):
    """L = -1/N Σ y log ŷ, for rows of ŷ that sum to 1. Where y = 0, a term counts as 0."""
    return -_mean_over_samples(_times_log(y, y_hat))


def cross_entropy_derivative(y_hat, y):
    """∂L/∂ŷ = -y / ŷ / N, shape (N, n_out); for ŷ > 0."""
    return -y / y_hat / y.shape[-2]


def cross_entropy_from_z(z, y):
    """Cross-entropy of ŷ = softmax(z), from z itself: log ŷ = z - max z - log Σ e^(z - max z)."""
    with np.errstate(over="ignore"):
        shifted = below_largest(np.asfortranarray(z))  # NumPy reduces many short rows faster when columns lie together
    log_y_hat = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -_mean_over_samples(y * np.where(y != 0, log_y_hat, 0.0))  # 0 · log 0 counts as 0


def _times_log(weight, p):
    """weight · log(p), and 0 where the weight is 0 even if p is 0 too; p, weight of one shape."""
    used = np.broadcast_to(weight != 0, np.broadcast_shapes(np.shape(weight), np.shape(p)))
    with np.errstate(divide="ignore"):  # log(0) = -inf is the true value of a certain, wrong prediction
        return np.where(used, weight * np.log(np.where(used, p, 1.0)), 0.0)


def loss_of(network, X, y, y_hat=None, gradients=None):
    """Return the loss of any network, a float, for samples X, (N, n_in), and targets y, (N, n_out).

    That is its own ``loss(X, y)``, else the ``loss`` of its `gradients`, else the squared error of its predictions
    `y_hat`; gradients and predictions may be given where they are known already.

    Raises
    ------
    InputError
        If a loss is not a single number, ``loss`` does not take (X, y), or the predictions' shape is not that of y.
    """
    name = type(network).__name__
    if callable(getattr(network, "loss", None)):
        return _single_number(_own_loss(network, name)(X, y), f"loss(X, y) of this {name} returned")
    if getattr(gradients, "loss", None) is not None:
        return _single_number(gradients.loss, f"backward(X, y) of this {name} returned gradients whose loss is")
    y_hat = np.asarray(network.forward(X) if y_hat is None else y_hat)
    if y_hat.shape != np.shape(y):
        raise InputError(
            f"forward(X) of this {name} returned shape {y_hat.shape}; expected {np.shape(y)}, the shape of y. "
            "NumPy would subtract every prediction from every target."
        )
    return float(squared_error(y_hat, y))


def _own_loss(network, name):
    code = getattr(network.loss, "__code__", None)
    names = code.co_varnames[inspect.ismethod(network.loss) : code.co_argcount] if code else ()
    predictions = {"y_hat", "y_pred", "prediction", "predictions", "output"}
    if predictions & set(names[:2]) or names[:1] in (("y",), ("y_true",)):
        raise InputError(
            f"loss of this {name} takes ({', '.join(names)}); expected (X, y), with forward(X) called inside it. "
            "One that takes predictions needs another name."
        )
    return network.loss


def _single_number(loss, came):
    loss = np.asarray(loss)
    if loss.size != 1 or loss.dtype.kind not in "iuf":
        raise InputError(f"{came} {loss!r}; expected a single number.")
    return float(loss.item())


def output_delta_collapsed(y_hat, y):
    """BP1 when loss and output activation are partners: all of it collapses to δ = (ŷ - y) / N."""
    return (y_hat - y) / y.shape[-2]


@dataclass(frozen=True)
class Loss:
    """One loss as the network uses it.

    Attributes
    ----------
    name : str
    value, derivative : callable
        L and ∂L/∂ŷ, both from (y_hat, y).
    outputs : tuple of str
        The output activations it makes sense with; others are refused.
    value_from_z : callable or None
        L from (z, y), for the partner activation: exact where ŷ itself would be rounded.
    """

    name: str
    value: Callable
    derivative: Callable
    outputs: tuple[str, ...]
    value_from_z: Callable | None = None

    def of_output(self, z, y_hat, y):
        """L of the output layer (equation L1), by the formula that stays exact."""
        return self.value(y_hat, y) if self.value_from_z is None else self.value_from_z(z, y)

    def output_delta(self, activation, y_hat, y):
        """δ of the output layer, (N, n_out) (equation BP1)."""
        if self.value_from_z is not None:
            return output_delta_collapsed(y_hat, y)
        return activation.delta(self.derivative(y_hat, y), y_hat)


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            squared_error,
            squared_error_derivative,
            outputs=("sigmoid", "tanh", "relu", "identity", "softmax"),
        ),
        Loss(
            "binary_cross_entropy",
            binary_cross_entropy,
            binary_cross_entropy_derivative,
            outputs=("sigmoid",),
            value_from_z=binary_cross_entropy_from_z,
        ),
        Loss(
            "cross_entropy",
            cross_entropy,
            cross_entropy_derivative,
            outputs=("softmax",),
            value_from_z=cross_entropy_from_z,
        ),
    )
}
