"""Gradients: the container that backpropagation fills, and two independent ways of computing the same numbers.

Both ways move one parameter at a time and watch the loss. They know nothing of the chain rule, which
makes them slow, and the best check of a program that does know it.
"""

import copy
from dataclasses import dataclass, field

import numpy as np

from bpcourse import validation
from bpcourse.losses import loss_of
from bpcourse.validation import InputError


@dataclass
class Gradients:
    """What `backward` computes, one entry a layer.

    Attributes
    ----------
    weights, biases : list of ndarray
        ∂L/∂W and ∂L/∂b, each with the shape of its W or b.
    deltas : list of ndarray
        δ = ∂L/∂z of each layer, (N, n_out).
    loss : float or None
        The loss L of the batch at which the gradient was taken.
    """

    weights: list
    biases: list
    deltas: list = field(default_factory=list)
    loss: float | None = None

    @property
    def flat(self):
        """All weights' and then all biases' gradients as one vector."""
        return np.concatenate([np.ravel(array) for array in [*self.weights, *self.biases]])


def central_difference(function, x, h=1e-5):
    """Estimate the gradient of ``function(x)``, a number, by (f(x + h) - f(x - h)) / 2h for every element of x.

    Parameters
    ----------
    function : callable
        Takes an array like x, returns a real number.
    x : array of finite numbers, any shape
        Not changed.
    h : float
        The step, above 0. The error is about h² from the curve plus 1e-16 / h from rounding; 1e-5 balances both.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    InputError
        If an argument is of another kind.
    """
    x, h = _point_of(function, x), validation.real_number(h, "h", above=True)
    return _one_at_a_time(x, lambda point, move: (function(move(point, h)) - function(move(point, -h))) / (2 * h))


def complex_step(function, x, h=1e-200):
    """Compute the gradient of ``function(x)`` as Im f(x + ih) / h: no difference, so nothing cancels.

    Exact to rounding (Squire & Trapp 1998), for functions made of operations that accept complex numbers.
    Parameters and result as in `central_difference`.
    """
    x, h = _point_of(function, x).astype(complex), validation.real_number(h, "h", above=True)
    return _one_at_a_time(x, lambda point, move: np.imag(function(move(point, 1j * h))) / h)


def numerical_gradients(network, X, y, method="central"):
    """Return the `Gradients` of the loss without backpropagation, to compare with ``network.backward``.

    Parameters
    ----------
    network : NeuralNetwork, or a class of your own with lists ``weights`` and ``biases``
        Its loss is ``network.loss(X, y)``, else the squared error of ``network.forward(X)``. Not changed.
    X, y : arrays (N, n_in), (N, n_out)
    method : str
        "central", good to about 1e-8, or "complex" (for a `NeuralNetwork`), good to about 1e-13.

    Raises
    ------
    InputError
        If the network has not what is needed, or X and y do not fit it.
    """
    validation.choice(method, ["central", "complex"], "method")
    _check_network(network, method)
    probe = copy.copy(network)
    if method == "complex":  # past the checks of the public attributes, which want real numbers
        X, y = network._samples_and_targets(X, y)
        X = X.astype(complex)  # so that every layer has complex numbers, whichever parameter moves
        return _over_parameters(network, lambda W, b: _unchecked_loss(probe, W, b, X, y), complex_step)
    return _over_parameters(network, lambda W, b: _loss_with(probe, W, b, X, y), central_difference)


def relative_difference(first, second):
    """Compare two gradients: ‖g - h‖ / (‖g‖ + ‖h‖) over all their numbers, from 0 (equal) to 1 (opposite, or one is 0).

    `first` and `second` are what ``backward`` returns, or arrays; their shapes must agree, or InputError is raised.
    """
    first, second = _arrays_of(first, "first"), _arrays_of(second, "second")
    shapes = [", ".join(str(array.shape) for array in arrays) for arrays in (first, second)]
    if shapes[0] != shapes[1]:
        raise InputError(f"The gradients have the shapes {shapes[0]} and {shapes[1]}; expected the same in both.")
    first, second = (np.concatenate([array.ravel() for array in arrays]) for arrays in (first, second))
    size = np.linalg.norm(first) + np.linalg.norm(second)
    return float(np.linalg.norm(first - second) / size) if size else 0.0


def _point_of(function, x):
    if not callable(function):
        raise InputError(f"function came as {type(function).__name__}; expected a function of an array like x.")
    return validation.numbers_array(x, "x")


def _check_network(network, method):
    missing = [name for name in ("weights", "biases", "forward") if not hasattr(network, name)]
    if missing:
        raise InputError(
            f"The network, a {type(network).__name__}, has no {' and no '.join(missing)}; "
            "numerical_gradients needs weights, biases and forward(X)."
        )
    if method == "complex" and not hasattr(network, "_samples_and_targets"):
        raise InputError(
            f"method came as 'complex' with a {type(network).__name__}; expected 'central' for a class of your own."
        )


def _arrays_of(gradients, what):
    if hasattr(gradients, "weights") and hasattr(gradients, "biases"):
        return [validation.numbers_array(array, what) for array in [*gradients.weights, *gradients.biases]]
    return [validation.numbers_array(gradients, what)]


def _one_at_a_time(x, slope):
    """Call ``slope(x, move)`` for each element of x, where ``move(x, step)`` is x with that element moved."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):

        def move(point, step, index=index):
            moved = point.copy()
            moved[index] += step
            return moved

        gradient[index] = slope(x, move)
    return gradient


def _over_parameters(network, loss, method):
    """Apply `method` to each array of the network in turn, all others staying as they are."""
    weights, biases = list(network.weights), list(network.biases)

    def with_one(arrays, i, array):
        return [*arrays[:i], array, *arrays[i + 1 :]]

    return Gradients(
        [method(lambda W, i=i: loss(with_one(weights, i, W), biases), weights[i]) for i in range(len(weights))],
        [method(lambda b, i=i: loss(weights, with_one(biases, i, b)), biases[i]) for i in range(len(biases))],
    )


def _loss_with(network, weights, biases, X, y):
    network.weights, network.biases = weights, biases
    return loss_of(network, X, y)


def _unchecked_loss(network, weights, biases, X, y):
    network._weights, network._biases = weights, biases
    return network._loss(X, y)
