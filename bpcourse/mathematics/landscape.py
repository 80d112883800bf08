"""The loss as a landscape over two chosen parameters, all others standing still, and the way downhill in it.

Parameters are named as `own_class` says, "W1[0,2]" for instance. The network stays as it is.
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
    second value, as a picture wants it: (len(second_values), len(first_values)). A network of your own needs lists
    ``weights`` and ``biases``, and ``loss(X, y)``, or ``forward(X)``, whose squared error is then taken. Raises
    InputError for what does not fit.
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
    network, X, y, first, second
        As in `loss_surface`; a network of your own needs ``backward(X, y)`` besides.
    steps : int
        0 or more, each with one batch.
    learning_rate : float
        η, above 0.
    momentum, batch_size
        As in `training.Options`, the batches shuffled with seed 0.

    Returns
    -------
    path, losses : ndarrays, (steps + 1, 2) and (steps + 1,)
        Both values, and the loss of all samples, before the first step and after each one. Shorter where an interrupt
        came, or the next of these would not be finite numbers.
    """
    _check_different(network, first, second)
    steps = validation.whole_number(steps, "steps", least=0)
    rate = validation.real_number(learning_rate, "learning_rate", above=True)
    X, y = validation.samples_and_targets(X, y)
    of_batches = training.Options(steps, batch_size)
    batches = itertools.chain.from_iterable(of_batches.batches(len(X)) for _ in itertools.count())
    probe, path = own_class.editable_copy(network), []

    def backward(X, y):
        rows = next(batches)
        return probe.backward(X[rows], y[rows])

    def update(gradients):
        for name in (first, second):
            set_parameter(probe, name, get_parameter(probe, name) - rate * get_parameter(gradients, name))

    def note(epoch, loss):
        path.append([get_parameter(probe, name) for name in (first, second)])

    moves = training.Steps(lambda X: X, lambda X, y, gradients: loss_of(probe, X, y), backward, update)
    history = training.run(moves, X, y, steps, momentum=momentum, callback=note)
    return np.array(path), np.array(history.loss)


def _losses_of_many(network, X, y, settings):
    """One batched computation for many networks: the parameters' layers get an axis in front, (K, n_in, n_out)."""
    network.loss(X, y)  # refuses what does not fit
    X, y = np.asarray(X, float), np.asarray(y, float)
    count = len(next(iter(settings.values())))
    largest = max(len(X) * max(network.sizes), *(W.size for W in network.weights))
    chunk = max(1, CHUNK_BYTES // (8 * largest))
    losses = []
    for start in range(0, count, chunk):
        stacks = {}
        for name, values in settings.items():
            array, (row, column) = own_class.locate(network, name)
            values = values[start : start + chunk]
            stack = stacks.setdefault(id(array), np.repeat(array[None], len(values), axis=0))
            stack[:, row, column] = values
        weights, biases = ([stacks.get(id(array), array) for array in of] for of in (network.weights, network.biases))
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
    (array, index), (other, other_index) = own_class.locate(network, first), own_class.locate(network, second)
    if np.shares_memory(array, other) and index == other_index:
        raise InputError(f"Both parameters came as {first!r}; expected two different ones.")


def _values(values, what):
    array = validation.numbers_array(values, what, cure="Give a range like numpy.linspace(-4, 4, 50).")
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{what} has shape {array.shape}; expected a list of one or more numbers.")
    return array
