"""The loss as a landscape over two chosen parameters, all others standing still, and the way downhill in it.

A parameter is named as `own_class` says, ``"W1[0,2]"`` for instance. A network is a `NeuralNetwork`, or an object of
your own with lists ``weights`` and ``biases``, and what each function asks for besides; it stays as it is.
"""

import itertools

import numpy as np

from bpcourse.mathematics import own_class, training, validation
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.mathematics.own_class import get_parameter, loss_of, set_parameter
from bpcourse.mathematics.validation import InputError

CHUNK_BYTES = 1_000_000  # what one layer of a batch of networks may fill and still be fast


def loss_surface(network, X, y, first, second, first_values, second_values):
    """Return the loss (L1) of X, (N, n_in), and y, (N, n_out), at every pair of values of two parameters.

    `first` and `second` are the parameters' names, the values sequences of finite numbers. There is one row for each
    second value, as a picture wants it: (len(second_values), len(first_values)). A network of your own needs
    ``loss(X, y)``, or ``forward(X)``, whose squared error is then taken. Raises InputError for what does not fit.
    """
    _check_different(network, first, second)
    first_values, second_values = _values(first_values, "first_values"), _values(second_values, "second_values")
    grids = np.meshgrid(first_values, second_values)
    settings = {first: grids[0].ravel(), second: grids[1].ravel()}
    measure = _losses_of_many if type(network) is NeuralNetwork else _losses_one_by_one
    with np.errstate(over="ignore", invalid="ignore"):
        return np.reshape(measure(network, X, y, settings), grids[0].shape)


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
    X, y = validation.samples_and_targets(X, y)
    batches = itertools.chain.from_iterable(itertools.repeat(training.Batches(len(X), batch_size)))
    probe = own_class.editable_copy(network)
    point, velocity = np.array([get_parameter(probe, first), get_parameter(probe, second)]), None
    path, losses = [point], [loss_of(probe, X, y)]
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in itertools.islice(batches, steps):
            gradients = probe.backward(X[rows], y[rows])
            slopes = np.array([get_parameter(gradients, first), get_parameter(gradients, second)])
            velocity = training.accelerated(velocity, slopes, momentum)
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
    return np.array(path), np.array(losses)


def _losses_of_many(network, X, y, settings):
    """One batched computation for many networks: the parameters' layers get an axis in front, (K, n_in, n_out)."""
    network.loss(X, y)  # refuses what does not fit
    X, y = np.asarray(X, float), np.asarray(y, float)
    count = len(next(iter(settings.values())))
    largest = max(len(X) * max(network.sizes), *(W.size for W in network.weights))
    chunk = max(1, CHUNK_BYTES // (8 * largest))
    losses = []
    for start in range(0, count, chunk):
        weights, biases = list(network.weights), list(network.biases)
        for name, values in settings.items():
            values = values[start : start + chunk]
            kind, layer, row, column = own_class.parse(name)
            arrays = weights if kind == "W" else biases
            if arrays[layer - 1].ndim == 2:
                arrays[layer - 1] = np.repeat(arrays[layer - 1][None], len(values), axis=0)
            arrays[layer - 1][:, row, column] = values
        losses.append(network.loss_with(weights, biases, X, y))
    return np.concatenate(losses)


def _losses_one_by_one(network, X, y, settings):
    probe, losses = own_class.editable_copy(network), []
    for values in zip(*settings.values(), strict=True):
        for name, value in zip(settings, values, strict=True):
            set_parameter(probe, name, value)
        losses.append(loss_of(probe, X, y))
    return losses


def _check_different(network, first, second):
    get_parameter(network, first), get_parameter(network, second)
    if own_class.parse(first) == own_class.parse(second):
        raise InputError(f"Both parameters came as {first!r}; expected two different ones.")


def _values(values, what):
    array = validation.numbers_array(values, what, cure="Give a range like numpy.linspace(-4, 4, 50).")
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{what} has shape {array.shape}; expected a list of one or more numbers.")
    return array
