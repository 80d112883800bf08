"""Second opinions for the tests of the mathematics: written without bpcourse, and as plainly as possible."""

from types import SimpleNamespace

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import settings

HIDDEN = ["sigmoid", "tanh", "relu", "identity"]
OUTPUTS = [
    ("sigmoid", "squared_error"),
    ("tanh", "squared_error"),
    ("relu", "squared_error"),
    ("identity", "squared_error"),
    ("softmax", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
]

search = settings(derandomize=True, deadline=None, database=None, max_examples=100)


# -- automatic differentiation (HIPS autograd) ---------------------------------------------------------

ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0),
    "identity": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}

LOSSES = {
    "squared_error": lambda y_hat, y: anp.sum((y_hat - y) ** 2) / 2 / len(y),
    "binary_cross_entropy": lambda y_hat, y: -anp.sum(y * anp.log(y_hat) + (1 - y) * anp.log(1 - y_hat)) / len(y),
    "cross_entropy": lambda y_hat, y: -anp.sum(y * anp.log(y_hat)) / len(y),
}


def pre_activations(parameters, X, names):
    """Return z of every layer; `parameters` are (W, b) pairs and `names` the activations, one a layer."""
    zs, a = [], X
    for (W, b), name in zip(parameters, names, strict=True):
        zs.append(anp.dot(a, W) + b)
        a = ACTIVATIONS[name](zs[-1])
    return zs


def loss(parameters, X, y, names, loss_name):
    return LOSSES[loss_name](ACTIVATIONS[names[-1]](pre_activations(parameters, X, names)[-1]), y)


def autograd_gradients(weights, biases, X, y, activation, output_activation, loss_name):
    """Return the gradients, by reverse-mode automatic differentiation of `loss`."""
    names = [activation] * (len(weights) - 1) + [output_activation]
    parameters = list(zip(weights, biases, strict=True))
    pairs = autograd.grad(lambda parameters: loss(parameters, X, y, names, loss_name))(parameters)
    return SimpleNamespace(weights=[W for W, _ in pairs], biases=[b for _, b in pairs])


# -- whole programs ------------------------------------------------------------------------------------


def classic_program(X, y, W1, b1, W2, b2, epochs, learning_rate):
    """Train a sigmoid network with one hidden layer as the classic tutorial does: gradients summed over the samples.

    Returns the four arrays after the training and the mean of (ŷ - y)² after it.
    """
    W1, b1, W2, b2 = (np.array(array) for array in (W1, b1, W2, b2))

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    for _ in range(epochs):
        hidden = sigmoid(np.dot(X, W1) + b1)
        predicted = sigmoid(np.dot(hidden, W2) + b2)
        error = y - predicted
        d_predicted = error * predicted * (1 - predicted)
        d_hidden = np.dot(d_predicted, W2.T) * hidden * (1 - hidden)
        W2 += learning_rate * np.dot(hidden.T, d_predicted)
        b2 += learning_rate * np.sum(d_predicted, axis=0, keepdims=True)
        W1 += learning_rate * np.dot(X.T, d_hidden)
        b1 += learning_rate * np.sum(d_hidden, axis=0, keepdims=True)
    predicted = sigmoid(np.dot(sigmoid(np.dot(X, W1) + b1), W2) + b2)
    return W1, b1, W2, b2, np.mean((predicted - y) ** 2)


class PlainNetwork:
    """A class as a learner writes it: one hidden layer, tanh and identity, squared error, numbers in Python lists."""

    def __init__(self, weights, biases, learning_rate):
        self.weights, self.biases = [W.tolist() for W in weights], [b.tolist() for b in biases]
        self.learning_rate = learning_rate

    def _hidden(self, x):
        (W1, _), (b1, _) = self.weights, self.biases
        return [np.tanh(sum(x[i] * W1[i][j] for i in range(len(x))) + b1[0][j]) for j in range(len(b1[0]))]

    def _outputs(self, hidden):
        (_, W2), (_, b2) = self.weights, self.biases
        return [sum(hidden[j] * W2[j][k] for j in range(len(hidden))) + b2[0][k] for k in range(len(b2[0]))]

    def forward(self, X):
        return np.array([self._outputs(self._hidden(x)) for x in X])

    def backward(self, X, y):
        d_weights = [np.zeros_like(W) for W in self.weights]
        d_biases = [np.zeros_like(b) for b in self.biases]
        for x, target in zip(X, y, strict=True):
            hidden = self._hidden(x)
            delta2 = [(out - t) / len(X) for out, t in zip(self._outputs(hidden), target, strict=True)]
            for j, a in enumerate(hidden):
                delta1 = sum(delta2[k] * self.weights[1][j][k] for k in range(len(delta2))) * (1 - a**2)
                d_biases[0][0][j] += delta1
                for i in range(len(x)):
                    d_weights[0][i][j] += x[i] * delta1
                for k in range(len(delta2)):
                    d_weights[1][j][k] += a * delta2[k]
            d_biases[1][0] += delta2
        return SimpleNamespace(weights=d_weights, biases=d_biases)

    def update(self, gradients):
        rate = self.learning_rate
        steps = gradients.weights, gradients.biases
        self.weights, self.biases = (
            [(np.array(p) - rate * np.array(d)).tolist() for p, d in zip(parameters, d_parameters, strict=True)]
            for parameters, d_parameters in zip((self.weights, self.biases), steps, strict=True)
        )


def gradient_descent(weights, biases, X, y, settings, epochs, learning_rate, momentum=0.0, batches=None):
    """Train by autograd and the textbook's loop; `batches` yields the row numbers of each batch of each epoch.

    Returns weights, biases, and the losses after 0, 1, ... epochs.
    """
    activation, output_activation, loss_name = settings
    names = [activation] * (len(weights) - 1) + [output_activation]
    parameters = [np.array(p) for p in [*weights, *biases]]
    velocities = [np.zeros_like(p) for p in parameters]
    layers, losses = len(weights), []

    def measure():
        pairs = list(zip(parameters[:layers], parameters[layers:], strict=True))
        losses.append(loss(pairs, X, y, names, loss_name))

    measure()
    for epoch in range(epochs):
        for rows in [np.arange(len(X))] if batches is None else batches[epoch]:
            g = autograd_gradients(parameters[:layers], parameters[layers:], X[rows], y[rows], *settings)
            for i, gradient in enumerate([*g.weights, *g.biases]):
                velocities[i] = momentum * velocities[i] + gradient
                parameters[i] = parameters[i] - learning_rate * velocities[i]
        measure()
    return parameters[:layers], parameters[layers:], losses
