"""What a network begins with: its numbers of units, and weights and biases, drawn at random (or all 0)."""

from itertools import pairwise

import numpy as np

from bpcourse.mathematics.validation import InputError, whole_number

MOST_WEIGHTS = 10**8  # of a network: 0.8 GB, and as much again for the gradients


def layer_sizes(input_size, hidden_size, output_size):
    """Return the numbers of units of all layers as a tuple, if such a network can be held; or raise InputError.

    `hidden_size` is an int, or a sequence of ints, one a hidden layer, which may be empty.
    """
    if isinstance(hidden_size, str):
        raise InputError(f"hidden_size came as {hidden_size!r}; expected a whole number, or a list, one a layer.")
    hidden = {"hidden_size": hidden_size}
    if isinstance(hidden_size, list | tuple | range) or (isinstance(hidden_size, np.ndarray) and hidden_size.ndim):
        hidden = {f"hidden_size[{i}]": size for i, size in enumerate(hidden_size)}
    named = {"input_size": input_size, **hidden, "output_size": output_size}
    sizes = tuple(whole_number(size, name) for name, size in named.items())
    weights = sum(above * below for above, below in pairwise(sizes))
    if weights > MOST_WEIGHTS:
        shape = "-".join(map(str, sizes))
        raise InputError(f"A {shape} network has {weights:,} weights; expected at most {MOST_WEIGHTS:,}.")
    return sizes


INITS = ("xavier", "he", "uniform", "zeros")


def first_weights(init, n_in, n_out, random):
    """Return an array, (n_in, n_out), drawn as `init`, a name in `INITS`, says."""
    match init:
        case "xavier":  # keeps the size of sigmoid's and tanh's signals (Glorot, 2010)
            limit = np.sqrt(6 / (n_in + n_out))
            return random.uniform(-limit, limit, (n_in, n_out))
        case "he":  # of variance 2 / n_in, as relu lets only half of the signal through (He et al., 2015)
            return random.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        case "uniform":  # as many first tutorials draw them: numpy.random.rand
            return random.random((n_in, n_out))
        case "zeros":  # keeps hidden units alike for good
            return np.zeros((n_in, n_out))


def parameters(init, sizes, random):
    """Return new lists of weights, (n_in, n_out), and biases, (1, n_out), of a network with these numbers of units.

    Biases are 0, but for the `init` "uniform", which draws them too, after all weights.
    """
    weights = [first_weights(init, n_in, n_out, random) for n_in, n_out in pairwise(sizes)]
    return weights, [first_weights(init if init == "uniform" else "zeros", 1, n, random) for n in sizes[1:]]
