"""The network that the live figures start with where none is given."""

import numpy as np

from bpcourse.mathematics import datasets
from bpcourse.mathematics.network import NeuralNetwork


def worked_network():
    """Return the course's worked example as network, X, y: 2-3-1, sigmoid, squared error, four samples."""
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    network = NeuralNetwork(2, 3, 1, seed=0)
    network.weights, network.biases = [W1, W2], [b1, b2]
    return network, X, y


def line_fit():
    """Return the smallest network there is, ŷ = w x + b, as network, X, y: its loss is a long valley."""
    network = NeuralNetwork(1, (), 1, output_activation="identity", seed=0)
    network.weights, network.biases = [np.array([[-1.5]])], [np.array([[2.5]])]
    return network, np.array([[0.0], [0.5], [1.0], [2.5]]), np.array([[0.4], [0.4], [1.4], [2.3]])
