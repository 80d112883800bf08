"""Exercises of notebook 04: the error travels back through the layers."""

from itertools import pairwise

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.ex01_forward_pass import sigmoid

NOTEBOOK = "04_hidden_layer_error"


def error_cases(random):
    shapes = [(1, 3, 1), (2, 2, 2), (3, 3, 3), (4, 3, 2)]
    return [(random.normal(size=(N, o)), random.normal(size=(h, o))) for N, h, o in shapes]


@exercise(
    NOTEBOOK,
    "BP2",
    error_cases,
    "The first half of BP2: every hidden unit collects its share of blame along its own weights.",
    "Write the shapes: from (N, n_next) and (n_here, n_next) to (N, n_here). What must be turned?",
)
def error_reaching_a(delta_next, W_next):
    return delta_next @ W_next.T


@error_reaching_a.mistake(
    "the transpose is missing", "δ has one column for each unit of the next layer. Which side of W has as many?"
)
def _(delta_next, W_next):
    return delta_next @ W_next


@error_reaching_a.mistake(
    "the inverse is taken instead of the transpose",
    "Going back sums over paths; it does not undo the layer. Which of the two sums?",
)
def _(delta_next, W_next):
    return delta_next @ np.linalg.pinv(W_next)


@error_reaching_a.mistake(
    "the factors stand in the wrong order", "Rows must stay samples. Which factor has the samples as rows?"
)
def _(delta_next, W_next):
    return W_next @ delta_next.T


@error_reaching_a.mistake(
    "the weights are left out: every unit gets the same blame",
    "Does a unit with weight 0 to the output share the blame?",
)
def _(delta_next, W_next):
    return delta_next.sum(axis=1, keepdims=True) * np.ones((1, len(W_next)))


@error_reaching_a.mistake(
    "the absolute values of the weights are used",
    "A unit that pushes down through a negative weight gets blame of which sign?",
)
def _(delta_next, W_next):
    return delta_next @ np.abs(W_next).T


def hidden_cases(random):
    shapes = [(1, 3, 1), (2, 2, 2), (3, 3, 3), (4, 3, 2)]
    return [
        (random.normal(size=(N, o)), random.normal(size=(h, o)), random.uniform(0, 1, (N, h))) for N, h, o in shapes
    ]


@exercise(
    NOTEBOOK,
    "BP2",
    hidden_cases,
    "BP2, the heart of the course: one step back. Repeat it, and any depth is reached.",
    "Two factors: the error that reaches a, from the exercise before, and σ′ written in a.",
)
def hidden_delta(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a * (1 - a)


@hidden_delta.mistake(
    "the transpose is missing", "Write the shapes under delta_next @ W_next: do the inner ones match?"
)
def _(delta_next, W_next, a):
    return (delta_next @ W_next) * a * (1 - a)


@hidden_delta.mistake(
    "σ′ is missing: this is the slope with respect to a, not to z",
    "δ belongs to z. Which factor of BP2 leads from a back to z?",
)
def _(delta_next, W_next, a):
    return delta_next @ W_next.T


@hidden_delta.mistake(
    "σ′ is computed as if a were z", "The argument is an activation already. Does it need another sigmoid?"
)
def _(delta_next, W_next, a):
    s = 1 / (1 + np.exp(-a))
    return (delta_next @ W_next.T) * s * (1 - s)


@hidden_delta.mistake("the factor a is missing in σ′", "σ′ = a (1 - a). How many factors do you have?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * (1 - a)


@hidden_delta.mistake("a stands in the place of σ′", "At a = 1 the unit is saturated. Should its error be large or 0?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a


@hidden_delta.mistake("it is divided by N once more", "delta_next carries the 1/N already. Where did it enter?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a * (1 - a) / len(a)


@hidden_delta.mistake("the sign is turned round", "Does BP2 have a minus? Where is the only one in this course?")
def _(delta_next, W_next, a):
    return -(delta_next @ W_next.T) * a * (1 - a)


@hidden_delta.mistake("this is the derivative of tanh", "1 - a² belongs to tanh. Which product belongs to σ?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * (1 - a**2)


def z_cases(random):
    return [(np.array([[-1.0, 2.0]]),), (random.normal(size=(3, 3)),), (10 * random.normal(size=(2, 4)),)]


@exercise(
    NOTEBOOK,
    "BP2",
    z_cases,
    "Another activation, another f′: nothing else in BP2 changes.",
    "Ask of every element whether it is above 0, and say 1 or 0.",
)
def relu_derivative_from_z(z):
    return np.where(z > 0, 1.0, 0.0)


@relu_derivative_from_z.mistake(
    "it is 1 everywhere, as if the mask were taken from a with >=",
    "max(z, 0) is never negative. What does relu(z) >= 0 say for every z?",
)
def _(z):
    return np.where(np.maximum(z, 0) >= 0, 1.0, 0.0)


@relu_derivative_from_z.mistake("this is relu itself, not its slope", "How steep is the line y = z?")
def _(z):
    return np.maximum(z, 0)


@relu_derivative_from_z.mistake("the two sides have changed places", "On which side of 0 is relu flat?")
def _(z):
    return np.where(z > 0, 0.0, 1.0)


@relu_derivative_from_z.mistake(
    "the slope is -1 where z is negative", "That belongs to |z|. How does relu move when z goes from -3 to -2?"
)
def _(z):
    return np.sign(z)


@relu_derivative_from_z.mistake("this is σ′, the derivative of the sigmoid", "relu has only two slopes. Which ones?")
def _(z):
    return sigmoid(z) * (1 - sigmoid(z))


def two_layer_cases(random):
    cases = []
    for N, n_in, n_hidden, n_out in [(1, 2, 3, 1), (2, 2, 2, 2), (4, 3, 5, 2), (3, 3, 3, 3)]:
        X, W1 = random.normal(size=(N, n_in)), random.normal(size=(n_in, n_hidden))
        W2, y = random.normal(size=(n_hidden, n_out)), random.integers(0, 2, (N, n_out)).astype(float)
        a1 = sigmoid(X @ W1)
        cases.append((X, y, a1, sigmoid(a1 @ W2), W2))
    return cases


@exercise(
    NOTEBOOK,
    "BP4",
    two_layer_cases,
    "All gradients of a two-layer network, in six lines. This is backpropagation.",
    "From right to left: delta2 (BP1), delta1 (BP2), and for each layer what came in times what came back.",
    results=("dW1", "db1", "dW2", "db2"),
)
def backward_two_layers(X, y, a1, a2, W2):
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    dW1, db1 = X.T @ delta1, delta1.sum(axis=0, keepdims=True)
    dW2, db2 = a1.T @ delta2, delta2.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2


def _two_layers(X, y, a1, a2, W2, output_slope=True, hidden_slope=True, samples=None):
    """The reference with parts switched off; `samples` replaces the N of the mean."""
    delta2 = (a2 - y) / (samples or len(y)) * (a2 * (1 - a2) if output_slope else 1)
    delta1 = (delta2 @ W2.T) * (a1 * (1 - a1) if hidden_slope else 1)
    return X.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)


@backward_two_layers.mistake("σ′ of the output layer is missing", "BP1 has two factors. Are both in your delta2?")
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, output_slope=False)


@backward_two_layers.mistake("σ′ of the hidden layer is missing", "BP2 has two factors. Are both in your delta1?")
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, hidden_slope=False)


@backward_two_layers.mistake(
    "the 1/N of the mean is missing", "All four gradients are N times too large. Where does L1 put N?"
)
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, samples=1)


@backward_two_layers.mistake(
    "dW1 is made with a1 instead of X", "BP4 takes what came INTO the layer. What comes into layer 1?"
)
def _(X, y, a1, a2, W2):
    _, db1, dW2, db2 = _two_layers(X, y, a1, a2, W2)
    return a1.T @ ((((a2 - y) / len(y) * a2 * (1 - a2)) @ W2.T) * a1 * (1 - a1)), db1, dW2, db2


@backward_two_layers.mistake("the four gradients come in another order", "They are asked for as dW1, db1, dW2, db2.")
def _(X, y, a1, a2, W2):
    dW1, db1, dW2, db2 = _two_layers(X, y, a1, a2, W2)
    return dW2, db2, dW1, db1


@backward_two_layers.mistake("the sign is turned round", "Is it a2 - y or y - a2?")
def _(X, y, a1, a2, W2):
    return tuple(-gradient for gradient in _two_layers(X, y, a1, a2, W2))


def deep_cases(random):
    cases = []
    for N, sizes in [(1, (2, 3, 1)), (2, (2, 2, 2, 2)), (4, (3, 4, 2, 3, 1)), (3, (2, 1))]:
        weights = [random.normal(size=shape) for shape in pairwise(sizes)]
        activations = [random.normal(size=(N, sizes[0]))]
        for W in weights:
            activations.append(sigmoid(activations[-1] @ W))
        cases.append((activations, weights, random.integers(0, 2, (N, sizes[-1])).astype(float)))
    return cases


@exercise(
    NOTEBOOK,
    "BP4",
    deep_cases,
    "Backpropagation for any number of layers: the loop that every framework runs.",
    "In each turn: BP4 with activations[i], BP3, and then, if i > 0, the δ of the layer before.",
    results=("d_weights", "d_biases"),
)
def backward(activations, weights, y):
    layers = len(weights)
    d_weights, d_biases = [None] * layers, [None] * layers
    a = activations[-1]
    delta = (a - y) / len(y) * a * (1 - a)
    for i in reversed(range(layers)):
        a = activations[i]
        d_weights[i] = a.T @ delta
        d_biases[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ weights[i].T) * a * (1 - a)
    return d_weights, d_biases


def _deep(activations, weights, y, hidden_slope=lambda a: a * (1 - a), output_slope=lambda a: a * (1 - a)):
    delta = (activations[-1] - y) / len(y) * output_slope(activations[-1])
    d_weights, d_biases = [], []
    for i in reversed(range(len(weights))):
        d_weights.insert(0, activations[i].T @ delta)
        d_biases.insert(0, delta.sum(axis=0, keepdims=True))
        delta = (delta @ weights[i].T) * hidden_slope(activations[i])
    return d_weights, d_biases


@backward.mistake("σ′ of the hidden layers is missing", "Which factor of BP2 stands after the product?")
def _(activations, weights, y):
    return _deep(activations, weights, y, hidden_slope=lambda a: 1)


@backward.mistake(
    "σ′ of the output layer is missing", "Where does the loop's first δ come from? Are both factors of BP1 in it?"
)
def _(activations, weights, y):
    return _deep(activations, weights, y, output_slope=lambda a: 1)


@backward.mistake(
    "the lists come in the wrong order, last layer first",
    "Entry 0 belongs to layer 1. Which layer did you append first?",
)
def _(activations, weights, y):
    d_weights, d_biases = _deep(activations, weights, y)
    return d_weights[::-1], d_biases[::-1]


@backward.mistake(
    "δ is never renewed: every layer uses the output's", "What has to happen to δ at the end of each turn of the loop?"
)
def _(activations, weights, y):
    delta = (activations[-1] - y) / len(y) * activations[-1] * (1 - activations[-1])
    return [a.T @ delta for a in activations[:-1]], [delta.sum(axis=0, keepdims=True) for _ in weights]


@backward.mistake("the 1/N of the mean is missing", "Where does L1 put the number of samples?")
def _(activations, weights, y):
    return [[len(y) * gradient for gradient in gradients] for gradients in _deep(activations, weights, y)]
