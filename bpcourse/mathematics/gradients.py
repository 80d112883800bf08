"""Two independent ways of computing the numbers that backpropagation computes, and how to compare.

Both ways move one parameter at a time and watch the loss. They know nothing of the chain rule, which
makes them slow, and the best check of a program that does know it.
"""

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
    x, h = _point_of(function, x), validation.real_number(h, "h", above=True)
    return _in_each_direction(x, lambda e: (function(x + h * e) - function(x - h * e)) / (2 * h))


def complex_step(function, x, h=1e-200):
    """Compute the gradient of ``function(x)`` as Im f(x + ih) / h: no difference, so nothing cancels.

    Exact to rounding (Squire & Trapp 1998), for functions that are analytic at x and computed with complex numbers
    throughout: abs and norm are not, and relu is not at z = 0.
    Parameters and result as in `central_difference`.
    """
    x, h = _point_of(function, x), validation.real_number(h, "h", above=True)

    def slope(e):
        value = np.asarray(function(x + 1j * h * e))
        if value.dtype.kind != "c":
            raise InputError(
                f"function returned {value.dtype} for complex numbers; expected a complex number. One that drops the "
                "imaginary part, as np.abs does, needs central_difference."
            )
        return np.imag(value) / h

    return _in_each_direction(x, slope)


def numerical_gradients(network, X, y, method="central"):
    """Return the `Gradients` of the loss without backpropagation, to compare with ``network.backward``.

    Parameters
    ----------
    network : NeuralNetwork, or a class of your own with lists ``weights`` and ``biases``
        Its loss is ``network.loss(X, y)``, else the squared error of ``network.forward(X)``. Not changed.
    X, y : arrays (N, n_in), (N, n_out)
    method : str
        "central", good to about 1e-8, or "complex" (for a `NeuralNetwork`), good to about 1e-13. At a corner, such as
        relu's at z = 0, neither gives the slope that ``backward`` takes there.

    Raises
    ------
    InputError
        If the network has not what is needed, or X and y do not fit it.
    """
    validation.choice(method, ["central", "complex"], "method")
    own_class.require(network, "weights", "biases", "forward", by="numerical_gradients")
    own_class.loss_of(network, X, y)  # a network knows best which array, of its own or of these, does not fit
    if method == "complex":
        slopes = _by_complex_step(network, np.asarray(X, float), np.asarray(y, float))
    else:
        slopes = _by_central_differences(own_class.editable_copy(network), X, y)
    layers = len(slopes) // 2
    return Gradients(slopes[:layers], slopes[layers:])


def _by_central_differences(probe, X, y):
    slopes = []
    for array in [*probe.weights, *probe.biases]:
        given = array.copy()

        def loss_with(values, array=array):
            array[...] = values
            return own_class.loss_of(probe, X, y)

        slopes.append(central_difference(loss_with, given))
        array[...] = given
    return slopes


def _by_complex_step(network, X, y):
    own = type(network)
    if not isinstance(network, NeuralNetwork) or (own.loss, own.forward) != (NeuralNetwork.loss, NeuralNetwork.forward):
        raise InputError(f"method came as 'complex' with a {own.__name__}; expected 'central' for a class of your own.")
    arrays, layers, slopes = [*network.weights, *network.biases], len(network.weights), []
    for place, array in enumerate(arrays):

        def loss_with(values, place=place):
            moved = [*arrays[:place], values, *arrays[place + 1 :]]
            return network.loss_with(moved[:layers], moved[layers:], X, y)

        slopes.append(complex_step(loss_with, array))
    return slopes


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


def _arrays_of(gradients, what):
    if hasattr(gradients, "weights") and hasattr(gradients, "biases"):
        return [validation.numbers_array(array, what) for array in [*gradients.weights, *gradients.biases]]
    return [validation.numbers_array(gradients, what)]


def _in_each_direction(x, slope):
    """Call ``slope(e)`` for the direction e of each element of x: 1 there, and 0 everywhere else."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        direction = np.zeros(x.shape)
        direction[index] = 1.0
        gradient[index] = slope(direction)
    return gradient
