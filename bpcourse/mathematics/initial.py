"""First weights and biases of a layer, drawn at random (or all 0, which keeps hidden units alike for good)."""

from itertools import pairwise

import numpy as np


def xavier(n_in, n_out, random):
    """Uniform within √(6 / (n_in + n_out)), which keeps the size of sigmoid's and tanh's signals (Glorot, 2010)."""
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_in, n_out))


def he(n_in, n_out, random):
    """Normal with variance 2 / n_in, as relu lets only half of the signal through (He et al., 2015)."""
    return random.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def uniform(n_in, n_out, random):
    """Between 0 and 1, as many first tutorials draw them: numpy.random.rand."""
    return random.random((n_in, n_out))


def zeros(n_in, n_out, random):
    return np.zeros((n_in, n_out))


INITS = {"xavier": xavier, "he": he, "uniform": uniform, "zeros": zeros}


def parameters(init, sizes, random):
    """Return new lists of weights, (n_in, n_out), and biases, (1, n_out), of a network with these numbers of units.

    `init` is a name in `INITS`; biases are 0, but for "uniform", which draws them too, after all weights.
    """
    weights = [INITS[init](n_in, n_out, random) for n_in, n_out in pairwise(sizes)]
    biases = [uniform(1, n, random) if init == "uniform" else zeros(1, n, random) for n in sizes[1:]]
    return weights, biases
