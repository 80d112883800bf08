"""Two independent ways of computing the numbers that backpropagation computes, and how to compare.

Both move one parameter at a time and watch the loss: slow, and the best check of a program that uses the chain rule.
"""

from functools import partial

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.mathematics.validation import InputError


def central_difference(function, x, h=1e-5):
    """Estimate the gradient of ``function(x)``, a number, by (f(x + h) - f(x - h)) / 2h for every element of x.

    x is an array of finite numbers of any shape, and so is the result; raises InputError for anything else. The error
    is about h² from the curve plus 1e-16 / h from rounding, which the step 1e-5 balances; h is above 0.
    """
    x, h, steps = _steps_from(x, h, function)
    return np.reshape([(function(x + step) - function(x - step)) / (2 * h) for step in steps], x.shape)


def complex_step(function, x, h=1e-200):
    """Compute the gradient of ``function(x)`` as Im f(x + ih) / h: no difference, so nothing cancels.

    Exact to rounding (Squire & Trapp 1998), for functions that are analytic at x and computed with complex numbers
    throughout: abs and norm are not, and relu is not at z = 0. All else is as in `central_difference`.
    """
    x, h, steps = _steps_from(x, h, function)
    values = np.array([function(x + 1j * step) for step in steps])
    if values.dtype.kind != "c":
        came = f"function returned {values.dtype} for complex numbers"
        raise InputError(f"{came}; expected a complex number. Where it needs np.abs and the like: central_difference.")
    return values.imag.reshape(x.shape) / h


def _steps_from(x, h, function):
    """Return x as an array, h, and for each element of x a step of h there, 0 everywhere else; or raise InputError."""
    if not callable(function):
        raise InputError(f"function came as {type(function).__name__}; expected a function of an array like x.")
    x, h = validation.numbers_array(x, "x"), validation.real_number(h, "h", above=True)
    return x, h, (np.where(np.arange(x.size) == place, h, 0.0).reshape(x.shape) for place in range(x.size))


def numerical_gradients(network, X, y, method="central"):
    """Return the `Gradients` of the loss without backpropagation, to compare with ``network.backward``.

    Raises InputError if the network has not what is needed, or X and y do not fit it.

    Parameters
    ----------
    network : NeuralNetwork, or a class of your own with lists ``weights`` and ``biases``
        Its loss is ``network.loss(X, y)``, else the squared error of ``network.forward(X)``. Not changed.
    X, y : arrays (N, n_in), (N, n_out)
    method : str
        "central", good to about 1e-8, or "complex" (for a `NeuralNetwork`), good to about 1e-13. At a corner, such as
        relu's at z = 0, neither gives the slope that ``backward`` takes there.
    """
    validation.choice(method, ["central", "complex"], "method")
    own_class.require(network, "weights", "biases", "forward", by="numerical_gradients")
    own_class.loss_of(network, X, y)  # a network knows best which array, of its own or of these, does not fit
    slopes_of = _by_complex_step if method == "complex" else _by_central_differences
    slopes, layers = slopes_of(network, X, y), len(network.weights)
    return Gradients(slopes[:layers], slopes[layers:])


def _by_central_differences(network, X, y):
    probe = own_class.editable_copy(network)

    def loss_with(values, array):
        kept = array.copy()
        array[...] = values
        loss = own_class.loss_of(probe, X, y)
        array[...] = kept
        return loss

    return [central_difference(partial(loss_with, array=array), array) for array in [*probe.weights, *probe.biases]]


def _by_complex_step(network, X, y):
    own = type(network)
    if not isinstance(network, NeuralNetwork) or (own.loss, own.forward) != (NeuralNetwork.loss, NeuralNetwork.forward):
        raise InputError(f"method came as 'complex' with a {own.__name__}; expected 'central' for a class of your own.")
    arrays, layers = [*network.weights, *network.biases], len(network.weights)
    X, y = np.asarray(X, float), np.asarray(y, float)

    def loss_with(values, place):
        moved = [*arrays[:place], values, *arrays[place + 1 :]]
        return network.loss_with(moved[:layers], moved[layers:], X, y)

    return [complex_step(partial(loss_with, place=place), array) for place, array in enumerate(arrays)]


def relative_difference(first, second):
    """Compare two gradients: ‖g - h‖ / (‖g‖ + ‖h‖) over all their numbers, from 0 (equal) to 1 (opposite, or one is 0).

    `first` and `second` are what ``backward`` returns, or arrays; their shapes must agree, or InputError is raised.
    """
    (first, shapes), (second, others) = _numbers_of(first, "first"), _numbers_of(second, "second")
    if shapes != others:
        raise InputError(f"The gradients have the shapes {shapes} and {others}; expected the same in both.")
    size = np.linalg.norm(first) + np.linalg.norm(second)
    return float(np.linalg.norm(first - second) / size) if size else 0.0


def _numbers_of(gradients, what):
    """Return all numbers of a gradient in a row, and the shapes of its arrays in words."""
    has_both = hasattr(gradients, "weights") and hasattr(gradients, "biases")
    arrays = [*gradients.weights, *gradients.biases] if has_both else [gradients]
    arrays = [validation.numbers_array(array, what) for array in arrays]
    return np.concatenate([array.ravel() for array in arrays]), ", ".join(str(array.shape) for array in arrays)
