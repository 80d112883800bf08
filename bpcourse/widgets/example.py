"""The networks and digits that the live figures start with where none are given."""

import functools

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


@functools.cache
def example_digits():
    """Return of each digit the one in the test part, (8, 8), that is most like the mean of those to train on."""
    digits = datasets.digits()
    chosen = []
    for digit in range(10):
        mean = digits.X_train[digits.labels_train == digit].mean(axis=0)
        those = digits.X_test[digits.labels_test == digit]
        chosen.append(those[((those - mean) ** 2).sum(axis=1).argmin()])
    return (16 * np.reshape(chosen, (10, 8, 8))).astype(int)


@functools.cache
def digit_reader():
    """Return a small network trained on the digits, and on the same one pixel to the left and right: hands differ."""
    digits = datasets.digits()
    images = np.pad(digits.X_train.reshape(-1, 8, 8), ((0, 0), (0, 0), (1, 1)))
    X = np.concatenate([images[:, :, k : k + 8].reshape(-1, 64) for k in (0, 1, 2)])
    options = {"activation": "tanh", "output_activation": "softmax", "loss": "cross_entropy", "seed": 0}
    network = NeuralNetwork(64, 32, 10, learning_rate=0.1, **options)
    network.train(X, np.tile(digits.y_train, (3, 1)), epochs=5, batch_size=32, momentum=0.9)
    return network
