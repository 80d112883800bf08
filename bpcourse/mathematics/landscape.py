"""The loss as a landscape over two chosen parameters, all others standing still, and the way downhill in it.

A parameter is named as the course writes it: ``"W1[0,2]"`` is row 0, column 2 of layer 1's weights,
``"b2[0,0]"`` the first bias of layer 2. A network is a `NeuralNetwork`, or an object of your own with lists
``weights`` and ``biases``, and what each function asks for besides. No function but `set_parameter` changes it.
"""

import copy
import itertools
import re

import numpy as np

from bpcourse.mathematics import own_class, training, validation
from bpcourse.mathematics.losses import loss_of
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.mathematics.validation import InputError

CHUNK_BYTES = 1_000_000  # what one layer of a batch of networks may fill and still be fast


def get_parameter(network, name):
    """Return the value of the parameter called `name`, a float; raises InputError for a name that is not there."""
    array, index = _locate(network, name)
    return float(array[index])


def set_parameter(network, name, value):
    """Give the parameter called `name` a finite value; raises InputError for another name or value."""
    array, index = _locate(network, name)
    if array.dtype.kind != "f":
        raise InputError(f"{name} is in an array of {array.dtype}; expected floats, as .astype(float) makes them.")
    array[index] = validation.matrix([[value]], name, rows=1, columns=1, cure="")[0, 0]


def loss_surface(network, X, y, first, second, first_values, second_values):
    """Measure the loss (L1) at every pair of values of two parameters.

    Parameters
    ----------
    network : NeuralNetwork or your own
        Your own needs ``loss(X, y)``, or ``forward(X)``, whose squared error is then taken.
    X, y : arrays (N, n_in), (N, n_out)
    first, second : str
        Names of two different parameters.
    first_values, second_values : sequences of finite numbers

    Returns
    -------
    ndarray, (len(second_values), len(first_values))
        Losses as a picture wants them: one row for each second value.

    Raises
    ------
    InputError
        For names, values or data that do not fit the network.
    """
    _check_different(network, first, second)
    first_values, second_values = _values(first_values, "first_values"), _values(second_values, "second_values")
    grids = np.meshgrid(first_values, second_values)
    settings = {first: grids[0].ravel(), second: grids[1].ravel()}
    with np.errstate(over="ignore", invalid="ignore"):
        if type(network) is NeuralNetwork:
            losses = _losses_of_many(network, X, y, settings)
        else:
            losses = _losses_one_by_one(network, X, y, settings)
    return losses.reshape(len(second_values), len(first_values))


def descent_path(network, X, y, first, second, steps, learning_rate, momentum=0.0, batch_size=None):
    """Go downhill (U1, U2) from where the network stands, moving two parameters only.

    Parameters
    ----------
    network : NeuralNetwork or your own
        Your own needs ``backward(X, y)`` besides what `loss_surface` asks for.
    X, y : arrays (N, n_in), (N, n_out)
    first, second : str
        Names of two different parameters.
    steps : int
        0 or more.
    learning_rate : float
        η, above 0.
    momentum : float
        μ, from 0 up to, not including, 1: v ← μ v + gradient, and v takes the gradient's place.
    batch_size : int or None
        Samples per step, shuffled (with seed 0) whenever all have had their turn. None: all of them at once.

    Returns
    -------
    path : ndarray, (steps + 1, 2)
        Both values, before the first step and after each one. Shorter if the next values or their loss
        would not be finite numbers.
    losses : ndarray, (steps + 1,)
        The loss of all samples at each of those points.

    Raises
    ------
    InputError
        For names, numbers or data that do not fit.
    """
    _check_different(network, first, second)
    steps = validation.whole_number(steps, "steps", least=0)
    rate = validation.real_number(learning_rate, "learning_rate", above=True)
    momentum = validation.real_number(momentum, "momentum", below=1.0)
    X, y = validation.matrix(X, "X"), validation.matrix(y, "y", rows=len(X), rows_hint=", one row for each row of X")
    batches = itertools.chain.from_iterable(itertools.repeat(training.Batches(len(X), batch_size)))
    probe = own_class.editable_copy(network)
    point, velocity = np.array([get_parameter(probe, first), get_parameter(probe, second)]), np.zeros(2)
    path, losses = [point], [loss_of(probe, X, y)]
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in itertools.islice(batches, steps):
            velocity = momentum * velocity + _slopes(probe.backward(X[rows], y[rows]), first, second)
            point = point - rate * velocity
            if not np.isfinite(point).all():
                break
            set_parameter(probe, first, point[0])
            set_parameter(probe, second, point[1])
            loss = loss_of(probe, X, y)
            if not np.isfinite(loss):
                break
            path.append(point)
            losses.append(loss)
    return np.array(path), np.array(losses, dtype=float)


def _losses_of_many(network, X, y, settings):
    """One batched computation for many networks: only the layers that differ get a leading axis."""
    X, y = network._samples_and_targets(X, y)
    count = len(next(iter(settings.values())))
    largest = max(len(X) * max(network.sizes), *(W.size for W in network.weights))
    chunk = max(1, CHUNK_BYTES // (8 * largest))
    return np.concatenate(
        [
            _stack_losses(network, X, y, {name: values[start : start + chunk] for name, values in settings.items()})
            for start in range(0, count, chunk)
        ]
    )


def _stack_losses(network, X, y, settings):
    stack = copy.copy(network)
    arrays = {"W": list(network.weights), "b": list(network.biases)}
    for name, values in settings.items():
        kind, layer, row, column = _parse(name)
        for of_layers in arrays.values():  # W and b both, as a layer is computed by F1 with arrays of one shape
            if of_layers[layer - 1].ndim == 2:
                of_layers[layer - 1] = np.repeat(of_layers[layer - 1][None], len(values), axis=0)
        arrays[kind][layer - 1][:, row, column] = values
    stack._weights, stack._biases = arrays["W"], arrays["b"]
    return stack._loss(X, y)


def _losses_one_by_one(network, X, y, settings):
    probe, losses = own_class.editable_copy(network), []
    for values in zip(*settings.values(), strict=True):
        for name, value in zip(settings, values, strict=True):
            set_parameter(probe, name, value)
        losses.append(loss_of(probe, X, y))
    return np.array(losses, dtype=float)


def _slopes(gradients, first, second):
    return np.array([float(array[index]) for array, index in (_locate(gradients, name) for name in (first, second))])


def _check_different(network, first, second):
    _locate(network, first), _locate(network, second)
    if _parse(first) == _parse(second):
        raise InputError(f"Both parameters came as {first!r}; expected two different ones.")


def _parse(name):
    match = re.fullmatch(r"([Wb])(\d+)\[\s*(\d+)\s*,\s*(\d+)\s*\]", name.strip()) if isinstance(name, str) else None
    if match is None:
        raise InputError(
            f"The parameter's name came as {name!r}; "
            "expected one like 'W1[0,2]' (layer 1, row 0, column 2) or 'b2[0,0]'."
        )
    kind, *numbers = match.groups()
    return kind, *map(int, numbers)


def _locate(network, name):
    """Return the array that holds the parameter, and its index there."""
    kind, layer, row, column = _parse(name)
    arrays = getattr(network, "weights" if kind == "W" else "biases", None)
    if not isinstance(arrays, list | tuple):
        raise InputError(f"The {type(network).__name__} has no lists weights and biases; {name!r} needs both.")
    if not 1 <= layer <= len(arrays):
        raise InputError(f"{name!r} names layer {layer}; this network has layers 1 to {len(arrays)}.")
    array = arrays[layer - 1]
    if not isinstance(array, np.ndarray):
        raise InputError(f"{kind}{layer} is a {type(array).__name__}; expected a NumPy array.")
    array = np.atleast_2d(array)  # a view: biases of your own class may be (n,) instead of (1, n)
    if not (row < array.shape[0] and column < array.shape[1]):
        raise InputError(f"{name!r} is not there: {kind}{layer} has shape {array.shape}, and counting starts at 0.")
    return array, (row, column)


def _values(values, what):
    array = validation.numbers_array(values, what, cure="Give a range like numpy.linspace(-4, 4, 50).")
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{what} has shape {array.shape}; expected a list of one or more numbers.")
    return array
