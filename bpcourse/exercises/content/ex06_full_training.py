"""Exercises of notebook 06: the parts of the learner's own class, and what the digits need."""

from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.comparing import NotNumbers
from bpcourse.exercises.content.ex01_forward_pass import sigmoid
from bpcourse.exercises.content.ex04_hidden_layer_error import gradients_with
from bpcourse.exercises.results import type_name
from bpcourse.mathematics.backprop import Gradients

NOTEBOOK = "06_full_training"


def xavier_cases(random):
    return [
        (n_in, n_out, np.random.default_rng(int(random.integers(1000)))) for n_in, n_out in ((1, 2), (3, 3), (5, 2))
    ]


@exercise(
    NOTEBOOK,
    "",
    xavier_cases,
    "Weights that differ, and are neither too large nor too small: every unit starts awake.",
    "Two lines: c by the formula, then a draw between -c and c.",
)
def xavier(n_in, n_out, random):
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_in, n_out))


xavier.mistake(
    "this is as good a draw, but another one: 1 - 2 · random() turns each number round",
    "The check compares numbers. Which method of `random` draws between -c and c in one go?",
    lambda n_in, n_out, random: np.sqrt(6 / (n_in + n_out)) * (1 - 2 * random.random((n_in, n_out))),
)
xavier.mistake(
    "this is as good a draw, but another one: drawn as (n_out, n_in), then transposed",
    "The check compares numbers. Which shape can `uniform` draw at once?",
    lambda n_in, n_out, random: _evenly(np.sqrt(6 / (n_in + n_out)), n_out, n_in, random).T,
)
xavier.mistake(
    "the numbers are normally distributed",
    "Evenly spread between -c and c: which method of `random` draws so?",
    lambda n_in, n_out, random: random.normal(0, np.sqrt(6 / (n_in + n_out)), (n_in, n_out)),
)
xavier.mistake(
    "the numbers are normally distributed, with the spread of another recipe",
    "Evenly spread between -c and c: which method of `random` draws so?",
    lambda n_in, n_out, random: random.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out)),
)
xavier.mistake(
    "the brackets are missing: 6 / n_in + n_out",
    "Python divides before it adds. What is the 6 divided by?",
    lambda n_in, n_out, random: _evenly(np.sqrt(6 / n_in + n_out), n_in, n_out, random),
)
xavier.mistake(
    "the numbers of inputs and outputs are multiplied",
    "Which sign joins n_in and n_out under the root?",
    lambda n_in, n_out, random: _evenly(np.sqrt(6 / (n_in * n_out)), n_in, n_out, random),
)
xavier.mistake(
    "c is 1, whatever the sizes",
    "Should a layer with many inputs have smaller weights?",
    lambda n_in, n_out, random: _evenly(1, n_in, n_out, random),
)
xavier.mistake(
    "only n_out is counted",
    "The fraction has a sum below. Of which two numbers?",
    lambda n_in, n_out, random: _evenly(np.sqrt(6 / n_out), n_in, n_out, random),
)
xavier.mistake(
    "the 6 is a 2",
    "Which number stands above the fraction line?",
    lambda n_in, n_out, random: _evenly(np.sqrt(2 / (n_in + n_out)), n_in, n_out, random),
)
xavier.mistake(
    "the 6 is a 1",
    "Which number stands above the fraction line?",
    lambda n_in, n_out, random: _evenly(np.sqrt(1 / (n_in + n_out)), n_in, n_out, random),
)
xavier.mistake(
    "the generator is not used: it draws from one of its own",
    "The third argument is a generator. Where is it in your line?",
    lambda n_in, n_out, random: xavier(n_in, n_out, np.random.default_rng(0)),
)
xavier.mistake(
    "all weights are one and the same random number",
    "If two hidden units start alike, what could ever make them differ? What does the third argument of uniform say?",
    lambda n_in, n_out, random: np.full(
        (n_in, n_out), random.uniform(-np.sqrt(6 / (n_in + n_out)), np.sqrt(6 / (n_in + n_out)))
    ),
)
xavier.mistake(
    "the shape is forgotten: this is a single number",
    "How many weights are asked for? What does the third argument of uniform say?",
    lambda n_in, n_out, random: random.uniform(-np.sqrt(6 / (n_in + n_out)), np.sqrt(6 / (n_in + n_out))),
)
xavier.mistake(
    "the numbers lie between 0 and 1",
    "The interval is symmetrical around 0, and its half width is c. Which is yours?",
    lambda n_in, n_out, random: random.random((n_in, n_out)),
)


@xavier.mistake("all weights are 0", "If two hidden units start alike, what could ever make them differ?")
def _(n_in, n_out, random):
    return np.zeros((n_in, n_out))


@xavier.mistake("the weights are all positive", "The interval is symmetrical around 0. Where does yours begin?")
def _(n_in, n_out, random):
    return random.uniform(0, np.sqrt(6 / (n_in + n_out)), (n_in, n_out))


@xavier.mistake("the square root is missing", "Which function stands around 6 / (n_in + n_out)?")
def _(n_in, n_out, random):
    limit = 6 / (n_in + n_out)
    return random.uniform(-limit, limit, (n_in, n_out))


@xavier.mistake("the shape is turned round", "W is (n_in, n_out). Which number of rows has yours?")
def _(n_in, n_out, random):
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_out, n_in))


@xavier.mistake("only n_in is counted", "The fraction has a sum below. Of which two numbers?")
def _(n_in, n_out, random):
    limit = np.sqrt(6 / n_in)
    return random.uniform(-limit, limit, (n_in, n_out))


def parameters_of(random, sizes):
    shapes = list(pairwise(sizes))
    return [random.normal(size=shape) for shape in shapes], [random.normal(size=(1, n)) for _, n in shapes]


def class_cases(random):
    cases = []
    for N, sizes in [(1, (2, 3, 1)), (2, (2, 2, 2)), (4, (3, 4, 2, 3, 2)), (3, (2, 1))]:
        weights, biases = parameters_of(random, sizes)
        cases.append((weights, biases, random.normal(size=(N, sizes[0])), random.integers(1, 4, (N, sizes[-1])) / 4))
    return cases


class Network(SimpleNamespace):
    """What `self` is while a method is tried: Python names it in errors as it would name the learner's own class."""


def a_network(weights, biases, **methods):
    """An object with the attributes of the learner's class, and the given functions as its methods."""
    network = Network(weights=weights, biases=biases, learning_rate=0.7, output=np.arctan)
    for name, function in methods.items():
        setattr(network, name, partial(function, network))
    network.forward = lambda X: network.activations(X)[-1]
    return network


def _layers(self, X, hidden, output):
    activations = [X]
    for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
        f = output if i == len(self.weights) else hidden
        activations.append(f(activations[-1] @ W + b))
    return activations


def run_activations(answer, weights, biases, X, y):
    return answer(a_network(weights, biases), X)


@exercise(
    NOTEBOOK,
    "F2",
    class_cases,
    "The forward pass of your own class, for any number of layers.",
    "A loop over all layers but the last, each with np.tanh; then the last one, with self.output.",
    given=("weights", "biases", "X", "y"),
    run=run_activations,
)
def network_activations(self, X):
    activations = [X]
    for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
        activations.append(np.tanh(activations[-1] @ W + b))
    z = activations[-1] @ self.weights[-1] + self.biases[-1]
    return [*activations, self.output(z)]


network_activations.mistake(
    "z is collected, not a",
    "The list is X, a¹, a²... Which equation turns z into a?",
    lambda self, X: _layers(self, X, lambda z: z, lambda z: z),
)
network_activations.mistake(
    "the hidden layers have no activation",
    "What does np.tanh do here, and to what?",
    lambda self, X: _layers(self, X, lambda z: z, self.output),
)
network_activations.mistake(
    "every layer uses self.output",
    "Only the last one does. What do the hidden ones use?",
    lambda self, X: _layers(self, X, self.output, self.output),
)
network_activations.mistake(
    "only the prediction is returned",
    "The way back needs every activation. What is asked for?",
    lambda self, X: network_activations(self, X)[-1:],
)
network_activations.mistake(
    "the last layer is missing",
    "How many layers are there, and how many entries has your list?",
    lambda self, X: network_activations(self, X)[:-1],
)
network_activations.mistake(
    "the last layer's activation is tanh, then self.output",
    "How often does the last z go through an activation?",
    lambda self, X: [
        *network_activations(self, X)[:-1],
        self.output(np.tanh(network_activations(self, X)[-2] @ self.weights[-1] + self.biases[-1])),
    ],
)
network_activations.mistake(
    "the list comes last layer first",
    "Which entry is a⁰? Where do new ones go?",
    lambda self, X: network_activations(self, X)[::-1],
)
network_activations.mistake(
    "the hidden layers use relu",
    "This class takes np.tanh inside. Which function bends your hidden z?",
    lambda self, X: _layers(self, X, lambda z: np.maximum(z, 0), self.output),
)
network_activations.mistake(
    "the biases are subtracted",
    "Which sign does b carry in F1?",
    lambda self, X: network_activations(
        SimpleNamespace(weights=self.weights, biases=[-b for b in self.biases], output=self.output), X
    ),
    tag="F1",
)
network_activations.mistake(
    "every layer reads X again",
    "What does layer 2 read?",
    lambda self, X: [
        X,
        *(np.tanh(X @ W + b) for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True)),
        self.output(X @ self.weights[-1] + self.biases[-1]),
    ],
    tag="F1",
)


@network_activations.mistake(
    "the last layer uses tanh too", "The last activation is self.output. Does your loop run one layer too far?"
)
def _(self, X):
    activations = [X]
    for W, b in zip(self.weights, self.biases, strict=True):
        activations.append(np.tanh(activations[-1] @ W + b))
    return activations


@network_activations.mistake("the last layer's activation is forgotten", "What does self.output do with the last z?")
def _(self, X):
    activations = network_activations(self, X)
    return [*activations[:-1], activations[-2] @ self.weights[-1] + self.biases[-1]]


@network_activations.mistake(
    "the input is not in the list", "a⁰ = X is the first entry: on the way back, layer 1 will ask for it."
)
def _(self, X):
    return network_activations(self, X)[1:]


@network_activations.mistake("the biases are forgotten", "F1 has a second term.", tag="F1")
def _(self, X):
    unbiased = SimpleNamespace(weights=self.weights, biases=[0 * b for b in self.biases], output=self.output)
    return network_activations(unbiased, X)


@network_activations.mistake(
    "the hidden layers use the sigmoid", "This class takes np.tanh inside. Which function squashes your hidden z?"
)
def _(self, X):
    activations = [X]
    for W, b in zip(self.weights, self.biases, strict=True):
        activations.append(sigmoid(activations[-1] @ W + b))
    return activations


def run_backward(answer, weights, biases, X, y):
    """Call it twice on the same network, since what a call leaves behind must not change the next one's result."""
    network = a_network(weights, biases, activations=network_activations.reference)
    first, second = answer(network, X, y), answer(network, X, y)
    return None if first is None else (*_two_lists(first), *_two_lists(second))


def _is_unwritten(returned):
    return returned is ... or (isinstance(returned, tuple) and any(part is ... for part in returned))


def _two_lists(gradients):
    if gradients is None or _is_unwritten(gradients):
        return (gradients,)
    if not hasattr(gradients, "weights") or not hasattr(gradients, "biases"):
        advice = "Gradients(d_weights, d_biases) puts both lists into one object. Return that."
        raise NotNumbers(f"a {type_name(gradients)}", advice, wanted="a Gradients")
    return tuple(part if isinstance(part, np.ndarray) else list(part) for part in (gradients.weights, gradients.biases))


@exercise(
    NOTEBOOK,
    "BP2",
    class_cases,
    "The way back of your own class. You have written backpropagation.",
    "Your `backward` from notebook 04, with a shorter first δ and another slope in the loop.",
    given=("weights", "biases", "X", "y"),
    results=("d_weights", "d_biases", "the second call's d_weights", "the second call's d_biases"),
    run=run_backward,
)
def network_backward(self, X, y):
    activations = self.activations(X)
    layers = len(self.weights)
    d_weights, d_biases = [None] * layers, [None] * layers
    delta = (activations[-1] - y) / len(y)
    for i in reversed(range(layers)):
        d_weights[i] = activations[i].T @ delta
        d_biases[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ self.weights[i].T) * (1 - activations[i] ** 2)
    return Gradients(d_weights, d_biases)


def _backward_with(self, X, y, hidden_slope=lambda a: 1 - a**2, output_slope=lambda a: 1.0, **steps):
    """The reference with its steps replaced, as in notebook 04."""
    return Gradients(*gradients_with(self.activations(X), self.weights, y, hidden_slope, output_slope, **steps))


def _lists(gradients):
    return gradients.weights, gradients.biases


network_backward.mistake(
    "the bias gradients are summed over the units, not the samples",
    "Rows are samples. Which axis has to vanish, 0 or 1?",
    lambda self, X, y: _backward_with(self, X, y, bias=lambda d: d.sum(axis=1, keepdims=True)),
    tag="BP3",
)
network_backward.mistake(
    "the bias gradients are means: δ carries the 1/N already",
    "Where did the 1/N enter: in BP1 or in BP3?",
    lambda self, X, y: _backward_with(self, X, y, bias=lambda d: d.mean(axis=0, keepdims=True)),
    tag="BP3",
)
network_backward.mistake(
    "the bias gradients are not summed over the samples",
    "b has one row, δ has N. What does BP3 do with the rows?",
    lambda self, X, y: _backward_with(self, X, y, bias=lambda d: d),
    tag="BP3",
)
network_backward.mistake(
    "the weight gradients are divided by N once more",
    "δ carries the 1/N already. Where did it enter?",
    lambda self, X, y: _backward_with(self, X, y, weight=lambda a, d: a.T @ d / len(d)),
    tag="BP4",
)
network_backward.mistake(
    "the weight gradients are transposed",
    "dW must have the shape of W. Which factor comes first in BP4?",
    lambda self, X, y: _backward_with(self, X, y, weight=lambda a, d: d.T @ a),
    tag="BP4",
)
network_backward.mistake(
    "the transpose is missing in BP2",
    "Write the shapes under delta @ W: do the inner ones match?",
    lambda self, X, y: _backward_with(self, X, y, back=lambda d, W: d @ W),
)
network_backward.mistake(
    "the sign is turned round",
    "Is it ŷ - y or y - ŷ?",
    lambda self, X, y: Gradients(*([-g for g in gradients] for gradients in _lists(_backward_with(self, X, y)))),
    tag="BP1",
)
network_backward.mistake(
    "there is a factor 2 too many",
    "Where does a 2 come from? Cross-entropy has no square.",
    lambda self, X, y: Gradients(*([2 * g for g in gradients] for gradients in _lists(_backward_with(self, X, y)))),
    tag="BP1",
)
network_backward.mistake(
    "weights and biases have changed places",
    "Gradients(d_weights, d_biases): which list comes first?",
    lambda self, X, y: Gradients(*_lists(_backward_with(self, X, y))[::-1]),
    tag="BP4",
)
network_backward.mistake(
    "the weight gradients are made with what comes out of the layer, not with what goes in",
    "weights[i] reads activations[i]. Which entry do you take?",
    lambda self, X, y: _backward_with(self, X, y, shift=1),
    tag="BP4",
)
network_backward.mistake(
    "δ is divided by N in every layer",
    "The 1/N enters once, with the loss. Where?",
    lambda self, X, y: _backward_with(self, X, y, back=lambda d, W: d @ W.T / len(d)),
)
network_backward.mistake(
    "δ is carried back before the gradients are made",
    "Which δ do BP3 and BP4 need: the one before BP2, or after?",
    lambda self, X, y: _backward_with(self, X, y, early=True),
)
network_backward.mistake(
    "δ is carried back before the gradients are made, and as far as the inputs",
    "Which δ do BP3 and BP4 need: the one before BP2, or after?",
    lambda self, X, y: _backward_with(self, X, y, early=True, last=-1),
)
network_backward.mistake(
    "δ is not carried back to the first layer",
    "The loop counts down to 0. In which turn does δ go back for the last time?",
    lambda self, X, y: _backward_with(self, X, y, last=1),
)
network_backward.mistake(
    "both slopes are σ′: that of the hidden layers and that of the output",
    "Which activation is inside, and what has cancelled at the end?",
    lambda self, X, y: _backward_with(self, X, y, lambda a: a * (1 - a), lambda a: a * (1 - a)),
    tag="BP1",
)
network_backward.mistake(
    "the square is missing in tanh′: 1 - a",
    "The hidden activation is tanh. What is its slope, written in a?",
    lambda self, X, y: _backward_with(self, X, y, lambda a: 1 - a),
)


@network_backward.mistake(
    "gradients are accumulated: a second call adds to the first one's",
    "Where do your lists begin empty: in this method, or once for all?",
    tag="BP4",
)
def _(self, X, y):
    gradients = network_backward(self, X, y)
    if hasattr(self, "d_weights"):
        gradients.weights = [old + new for old, new in zip(self.d_weights, gradients.weights, strict=True)]
        gradients.biases = [old + new for old, new in zip(self.d_biases, gradients.biases, strict=True)]
    self.d_weights, self.d_biases = gradients.weights, gradients.biases
    return gradients


@network_backward.mistake(
    "the weights are updated on the way back, before the error has passed through them",
    "All gradients first, then all updates. May `backward` change a weight?",
)
def _(self, X, y):
    activations = self.activations(X)
    delta = (activations[-1] - y) / len(y)
    d_weights, d_biases = [], []
    for i in reversed(range(len(self.weights))):
        d_weights.insert(0, activations[i].T @ delta)
        d_biases.insert(0, delta.sum(axis=0, keepdims=True))
        moved = self.weights[i] - self.learning_rate * d_weights[0]
        delta = (delta @ moved.T) * (1 - activations[i] ** 2)
    return Gradients(d_weights, d_biases)


@network_backward.mistake(
    "σ′ is still in the output's δ: with cross-entropy it has cancelled",
    "Which short form does BP1 take for sigmoid and cross-entropy?",
    tag="BP1",
)
def _(self, X, y):
    return _backward_with(self, X, y, output_slope=lambda a: a * (1 - a))


@network_backward.mistake(
    "the hidden layers use σ′ instead of tanh′", "The hidden activation is tanh. What is its slope, written in a?"
)
def _(self, X, y):
    return _backward_with(self, X, y, hidden_slope=lambda a: a * (1 - a))


@network_backward.mistake("tanh′ is missing in the hidden layers", "Which factor of BP2 stands after the product?")
def _(self, X, y):
    return _backward_with(self, X, y, hidden_slope=lambda a: 1.0)


@network_backward.mistake(
    "tanh′ is computed as if a were z", "activations[i] is squashed already. Does it need another tanh?"
)
def _(self, X, y):
    return _backward_with(self, X, y, hidden_slope=lambda a: 1 - np.tanh(a) ** 2)


@network_backward.mistake("the 1/N of the mean is missing", "Where does L1 put the number of samples?", tag="L1")
def _(self, X, y):
    gradients = _backward_with(self, X, y)
    return Gradients([len(y) * g for g in gradients.weights], [len(y) * g for g in gradients.biases])


@network_backward.mistake(
    "the lists come in the wrong order, last layer first",
    "Entry 0 belongs to layer 1. Which layer did you append first?",
)
def _(self, X, y):
    gradients = _backward_with(self, X, y)
    return Gradients(gradients.weights[::-1], gradients.biases[::-1])


@network_backward.mistake(
    "δ is never renewed: every layer uses the output's", "What has to happen to δ at the end of each turn of the loop?"
)
def _(self, X, y):
    activations = self.activations(X)
    delta = (activations[-1] - y) / len(y)
    return Gradients([a.T @ delta for a in activations[:-1]], [delta.sum(axis=0, keepdims=True) for _ in self.weights])


def run_update(answer, weights, biases, X, y):
    network = a_network(weights, biases, activations=network_activations.reference)
    returned = answer(network, network_backward(network, X, y))
    whole = (network.weights, network.biases)  # only what the network has become counts
    return returned if _is_unwritten(returned) else whole


@exercise(
    NOTEBOOK,
    "U1",
    class_cases,
    "U1 and U2 for every layer: now your network can move.",
    "For each layer the old array minus learning rate times gradient; put the new ones into a list.",
    given=("weights", "biases", "X", "y"),
    results=("self.weights", "self.biases"),
    run=run_update,
    may_change=True,
)
def network_update(self, gradients):
    eta = self.learning_rate
    self.weights = [W - eta * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]
    self.biases = [b - eta * db for b, db in zip(self.biases, gradients.biases, strict=True)]


def _moved(arrays, gradients, rate):
    return [array - rate * gradient for array, gradient in zip(arrays, gradients, strict=True)]


@network_update.mistake(
    "each layer takes the place of the whole list: only the last one is left",
    "self.weights is a list with one W a layer. Which list do the new ones go to?",
)
def _(self, gradients):
    for W, dW in zip(self.weights, gradients.weights, strict=True):
        self.weights = W - self.learning_rate * dW
    for b, db in zip(self.biases, gradients.biases, strict=True):
        self.biases = b - self.learning_rate * db


@network_update.mistake("the weights are not updated", "U1 is an equation too.")
def _(self, gradients):
    self.biases = _moved(self.biases, gradients.biases, self.learning_rate)


@network_update.mistake(
    "only the last layer is updated", "U1 and U2 hold for every layer. What does your loop run over?"
)
def _(self, gradients):
    self.weights = [*self.weights[:-1], self.weights[-1] - self.learning_rate * gradients.weights[-1]]
    self.biases = [*self.biases[:-1], self.biases[-1] - self.learning_rate * gradients.biases[-1]]


@network_update.mistake(
    "only the first layer is updated", "U1 and U2 hold for every layer. What does your loop run over?"
)
def _(self, gradients):
    self.weights = [self.weights[0] - self.learning_rate * gradients.weights[0], *self.weights[1:]]
    self.biases = [self.biases[0] - self.learning_rate * gradients.biases[0], *self.biases[1:]]


@network_update.mistake("the learning rate is applied twice", "How often does η stand in U1?")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, self.learning_rate**2)
    self.biases = _moved(self.biases, gradients.biases, self.learning_rate**2)


@network_update.mistake("the weights become the steps alone", "U1 has an old W on its right. Where is it in your line?")
def _(self, gradients):
    self.weights = [-self.learning_rate * gradient for gradient in gradients.weights]
    self.biases = [-self.learning_rate * gradient for gradient in gradients.biases]


@network_update.mistake("the weights become the gradients", "What do U1 and U2 make of the gradients?")
def _(self, gradients):
    self.weights, self.biases = list(gradients.weights), list(gradients.biases)


@network_update.mistake("the biases move uphill", "U2 has the same sign as U1. Has yours?", tag="U2")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, self.learning_rate)
    self.biases = _moved(self.biases, gradients.biases, -self.learning_rate)


@network_update.mistake("each step is taken twice", "Does one loop repeat the other?")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, 2 * self.learning_rate)
    self.biases = _moved(self.biases, gradients.biases, 2 * self.learning_rate)


@network_update.mistake("the learning rate is forgotten for the biases", "U2 has an η too.", tag="U2")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, self.learning_rate)
    self.biases = _moved(self.biases, gradients.biases, 1)


@network_update.mistake("the step goes uphill", "Which sign stands in U1?")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, -self.learning_rate)
    self.biases = _moved(self.biases, gradients.biases, -self.learning_rate)


@network_update.mistake("the biases are not updated", "U2 is an equation too.", tag="U2")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, self.learning_rate)


@network_update.mistake("the learning rate is forgotten", "How long is your step? Which symbol of U1 is missing?")
def _(self, gradients):
    self.weights, self.biases = _moved(self.weights, gradients.weights, 1), _moved(self.biases, gradients.biases, 1)


@network_update.mistake(
    "nothing of the network has changed",
    "Do you assign the new arrays to self.weights and self.biases, or only to names of your own?",
)
def _(self, gradients):
    pass


def train_cases(random):
    """The losses that the network will report, epochs, target loss; the first one ends early, the last one just so."""
    return [
        ([0.9, 0.5, 0.05, 0.01, 0.005], 4, 0.1),
        ([0.9, 0.8, 0.7, 0.6, 0.5], 3, 0.1),
        ([0.05, 0.04, 0.03], 2, 0.1),
        ([0.9, 0.5, 0.1, 0.05, 0.01], 4, 0.1),
    ]


def run_train(answer, losses, epochs, target):
    """A network whose loss follows a script, and which notes how often it was updated and with what."""
    network = Network(updates=0, seen=[])
    X, y, y_hat = np.array([[0.5, -1.0]]), np.array([[0.75, 1.0]]), np.array([[0.5, 0.25]])

    def measured(name, first, target, expected=X):
        if not (np.array_equal(first, expected) and np.array_equal(target, y)):
            raise ValueError(f"{name} was called with something else than {'X' if expected is X else 'y_hat'} and y")
        return losses[min(network.updates, len(losses) - 1)]

    def update(gradients):
        network.seen.append(gradients.weights[0])
        network.updates += 1

    network.update, network.forward = update, lambda X: y_hat
    network.backward = lambda X, y: Gradients([network.updates], [network.updates], loss=measured("backward", X, y))
    network.loss = lambda X, y: measured("loss", X, y)
    network.loss_function = lambda first, y: measured("loss_function", first, y, expected=y_hat)
    history = answer(network, X, y, epochs, target)
    if history is None or history is ...:
        return history
    return (list(history) if np.ndim(history) else [history], network.updates, network.seen)


@exercise(
    NOTEBOOK,
    "",
    train_cases,
    "The loop that learns, and that knows when to stop. Your program is complete.",
    "A while loop with two conditions: the last loss is above the target, and there are epochs left.",
    given=("losses on the way", "epochs", "target"),
    results=("the list of losses", "the number of updates", "the gradients used"),
    run=run_train,
)
def network_train(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] > target and len(losses) <= epochs:
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake(
    "the loss is measured before each update, so it lags behind",
    "Which loss belongs to the network after the last update?",
)
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] > target and len(losses) <= epochs:
        losses.append(self.loss(X, y))
        self.update(self.backward(X, y))
    return losses


@network_train.mistake(
    "the gradients are computed only once, before the loop",
    "After an update the slopes are others. Where must backward stand?",
)
def _(self, X, y, epochs, target):
    losses, gradients = [self.loss(X, y)], self.backward(X, y)
    while losses[-1] > target and len(losses) <= epochs:
        self.update(gradients)
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake(
    "each epoch updates twice, with the same gradients", "How many updates belong to one epoch here?"
)
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] > target and len(losses) <= epochs:
        gradients = self.backward(X, y)
        self.update(gradients)
        self.update(gradients)
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake("it stops one epoch too early", "With epochs = 3, how many updates may there be?")
def _(self, X, y, epochs, target):
    return network_train(self, X, y, epochs - 1, target)


@network_train.mistake("the loop ends after the first epoch", "Does your return stand inside the loop?")
def _(self, X, y, epochs, target):
    return network_train(self, X, y, min(epochs, 1), target)


@network_train.mistake(
    "it goes on while the loss is below the target", "Which way round is the comparison with the target?"
)
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] < target and len(losses) <= epochs:
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake("the last loss is returned, not the list", "The curve needs every loss. What is asked for?")
def _(self, X, y, epochs, target):
    return network_train(self, X, y, epochs, target)[-1:]


@network_train.mistake(
    "one update is made even if the target is reached at the start",
    "When should the first question be asked: before or after an update?",
)
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    for _ in range(epochs):
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
        if losses[-1] <= target:
            break
    return losses


@network_train.mistake("the target is ignored: it always runs all epochs", "When may the loop end early?")
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    for _ in range(epochs):
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake(
    "the loss before training is not in the list",
    "losses[0] belongs to the untrained network. When do you measure first?",
)
def _(self, X, y, epochs, target):
    return network_train(self, X, y, epochs, target)[1:]


@network_train.mistake("the number of epochs is ignored", "What happens if the target is never reached?")
def _(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    while losses[-1] > target and len(losses) < 1000:
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


@network_train.mistake("one epoch too many is run", "With epochs = 3, how many updates may there be?")
def _(self, X, y, epochs, target):
    return network_train(self, X, y, epochs + 1, target)


@network_train.mistake("the network is never updated", "What changes between two measurements in your loop?")
def _(self, X, y, epochs, target):
    return [self.loss(X, y) for _ in range(epochs + 1)]


def _evenly(c, n_in, n_out, random):
    return random.uniform(-c, c, (n_in, n_out))


def softmax_cases(random):
    return [
        (np.array([[1.0, 2.0]]),),
        (random.normal(size=(3, 3)),),
        (random.normal(size=(2, 4)),),
        (np.array([[1000.0, 1001.0], [-1000.0, 0.0], [0.0, 2000.0]]),),
    ]


@exercise(
    NOTEBOOK,
    "F2",
    softmax_cases,
    "Ten outputs that are probabilities: rows that sum to 1, for any z however large.",
    "Three steps along each row: subtract its largest value, take the exponential, divide by the row's sum.",
)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


softmax.mistake(
    "keepdims is forgotten: the sums do not stand upright",
    "The sums have shape (N,). Which shape lets them divide row by row?",
    lambda z: _exponentials(z) / _exponentials(z).sum(axis=1),
)
softmax.mistake(
    "keepdims is forgotten: the largest z do not stand upright",
    "The largest z have shape (N,). Which shape subtracts them row by row?",
    lambda z: np.exp(z - z.max(axis=1)) / np.exp(z - z.max(axis=1)).sum(axis=1, keepdims=True),
)
softmax.mistake(
    "keepdims is forgotten twice: neither the largest z nor the sums stand upright",
    "Both have shape (N,). Which shape serves row by row?",
    lambda z: np.exp(z - z.max(axis=1)) / np.exp(z - z.max(axis=1)).sum(axis=1),
)
softmax.mistake(
    "the largest z of all rows is subtracted, not each row's own",
    "What is left of a row that lies far below the others?",
    lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True),
)
softmax.mistake(
    "it is divided by the sum of all rows, not by each row's own",
    "Does each of your rows sum to 1, or all of them together?",
    lambda z: _exponentials(z) / _exponentials(z).sum(),
)
softmax.mistake(
    "each row's largest z is subtracted, but the sum runs over the samples",
    "Each row must sum to 1. Along which axis do you sum?",
    lambda z: _exponentials(z) / _exponentials(z).sum(axis=0),
)
softmax.mistake(
    "the exponential is missing",
    "A z may be negative, a probability may not. Which function makes it positive?",
    lambda z: z / z.sum(axis=1, keepdims=True),
)
softmax.mistake(
    "there is a minus in the exponent: large z get small probabilities",
    "Which z should get the largest probability?",
    lambda z: (
        np.exp(z.min(axis=1, keepdims=True) - z) / np.exp(z.min(axis=1, keepdims=True) - z).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "the logarithm is taken at the end", "A probability lies between 0 and 1. Does yours?", lambda z: np.log(softmax(z))
)
softmax.mistake(
    "only the largest gets 1, the others 0",
    "How much more likely is the first than the second? Softmax says it softly.",
    lambda z: (z == z.max(axis=1, keepdims=True)) * 1.0,
)
softmax.mistake(
    "it is divided by the number of classes, not by the sum",
    "Do your rows sum to 1?",
    lambda z: _exponentials(z) / z.shape[1],
)
softmax.mistake(
    "softmax is applied twice", "How often do numbers go through an activation?", lambda z: softmax(softmax(z))
)


@softmax.mistake(
    "the row's largest z is not subtracted: e^z overflows for large z",
    "What is e to the power of 1000 for a computer? Which shift leaves the result as it is?",
)
def _(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@softmax.mistake(
    "the sum runs over the samples instead of the classes", "Each row must sum to 1. Along which axis do you sum?"
)
def _(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@softmax.mistake(
    "it is divided by the sum over everything", "Each sample has its own probabilities. Which sum belongs to one row?"
)
def _(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@softmax.mistake("it is not divided by the sum", "Do your rows sum to 1?")
def _(z):
    return np.exp(z - z.max(axis=1, keepdims=True))


@softmax.mistake(
    "this is the sigmoid of each output on its own",
    "Should raising one z lower the other probabilities? Do they in yours?",
)
def _(z):
    return sigmoid(z)


@softmax.mistake(
    "z is shifted by its mean: large differences still overflow",
    "After the shift, no exponent may be above 0. Which number of the row ensures that?",
)
def _(z):
    e = np.exp(2 * (z - z.mean(axis=1, keepdims=True)))
    return np.sqrt(e) / np.sqrt(e).sum(axis=1, keepdims=True)


def _exponentials(z):
    return np.exp(z - z.max(axis=1, keepdims=True))


def one_hot_cases(random):
    """Rows that sum to 1; the last case holds an exact 0, which rounding makes of a tiny probability."""
    cases = []
    for N, n in ((1, 2), (3, 3), (4, 5)):
        y_hat = random.uniform(0.1, 1, (N, n))
        cases.append((y_hat / y_hat.sum(axis=1, keepdims=True), np.eye(n)[random.integers(0, n, N)]))
    return [*cases, (np.array([[0.0, 0.25, 0.75]]), np.array([[0.0, 0.0, 1.0]]))]


@exercise(
    NOTEBOOK,
    "L1",
    one_hot_cases,
    "The loss for many classes: only the probability of the right one counts.",
    "Pick the right ones' probabilities first; then log, sum, N, and the sign.",
)
def cross_entropy(y_hat, y):
    return -np.sum(np.log(y_hat[y == 1])) / len(y)


cross_entropy.mistake(
    "the logarithm has base 2",
    "np.log2 measures in bits; the slope of np.log is simply 1/x. Which one is meant?",
    lambda y_hat, y: -np.sum(np.log2(y_hat[y == 1])) / len(y),
)
cross_entropy.mistake(
    "the probabilities are averaged before the logarithm",
    "Log first, then average: which samples could hide each other otherwise?",
    lambda y_hat, y: -np.log(np.mean(y_hat[y == 1])),
)
cross_entropy.mistake(
    "one loss for every sample is returned, not their mean",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: -np.log(y_hat[y == 1]),
)
cross_entropy.mistake(
    "the probabilities of the wrong classes are taken",
    "Which probability did the network give to what really happened?",
    lambda y_hat, y: -np.sum(np.log(y_hat[y == 0])) / len(y),
)
cross_entropy.mistake(
    "the probabilities of all classes count",
    "Only the right class counts. How do you pick it?",
    lambda y_hat, y: -np.sum(np.log(y_hat)) / len(y),
)
cross_entropy.mistake(
    "the most probable class is taken, not the right one",
    "What if the network is sure and wrong? Which array knows the right class?",
    lambda y_hat, y: -np.sum(np.log(y_hat.max(axis=1))) / len(y),
)
cross_entropy.mistake(
    "this is half the squared error",
    "That was the first loss of notebook 02. Where is the logarithm?",
    lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2) / len(y),
)
cross_entropy.mistake(
    "the formula for two classes is applied to each output",
    "With softmax only the right class's probability counts. Which term is too much?",
    lambda y_hat, y: -np.sum(np.log(y_hat[y == 1])) / len(y) - np.sum(np.log(1 - y_hat[y == 0])) / len(y),
)
cross_entropy.mistake(
    "the formula for two classes is applied to each output, and 0 · log 0 gives nan",
    "With softmax only the right class's probability counts. Which term is too much?",
    lambda y_hat, y: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y),
)
cross_entropy.mistake(
    "the formula for two classes is applied to each output, and then averaged over all",
    "With softmax only the right class's probability counts. Which term is too much?",
    lambda y_hat, y: -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
)


@cross_entropy.mistake(
    "0 · log 0 gives nan: the log is taken of every probability, even those that are rounded to 0",
    "Which probabilities does the loss really need? Pick them out before you take the log.",
)
def _(y_hat, y):
    return -np.sum(y * np.log(y_hat)) / len(y)


@cross_entropy.mistake("the minus in front is missing", "The log of a number below 1 is negative. Should a loss be?")
def _(y_hat, y):
    return np.sum(np.log(y_hat[y == 1])) / len(y)


@cross_entropy.mistake(
    "the sum over the samples is taken where L1 has the mean", "Should the loss double with the data?"
)
def _(y_hat, y):
    return -np.sum(np.log(y_hat[y == 1]))


@cross_entropy.mistake("the mean runs over the classes too", "What is divided by: samples, or numbers?")
def _(y_hat, y):
    return -np.sum(np.log(y_hat[y == 1])) / y.size


@cross_entropy.mistake("the logarithm is missing", "A probability of 1 should cost 0. Does it?")
def _(y_hat, y):
    return -np.sum(y_hat[y == 1]) / len(y)


def accuracy_cases(random):
    """Rows of any numbers; the last case is a network that is sure of each answer."""
    cases = [(random.uniform(size=(N, n)), random.integers(0, n, N)) for N, n in ((2, 2), (8, 3), (20, 10), (40, 4))]
    return [*cases, (np.eye(3)[[1, 2, 1, 0]], np.array([1, 2, 0, 0]))]


@exercise(
    NOTEBOOK,
    "",
    accuracy_cases,
    "The number that people ask for: which part of the digits is read correctly.",
    "The answers of the network, compared with the labels, give True or False. Which part is True?",
)
def accuracy(y_hat, labels):
    return np.mean(y_hat.argmax(axis=1) == labels)


accuracy.mistake(
    "right answers are counted and divided by all the numbers in y_hat",
    "How many samples are there? y_hat.size counts every class.",
    lambda y_hat, labels: np.sum(y_hat.argmax(axis=1) == labels) / y_hat.size,
)
accuracy.mistake(
    "the largest probabilities are compared with the labels",
    "A probability is no class. Which function says where the largest one stands?",
    lambda y_hat, labels: np.mean(y_hat.max(axis=1) == labels),
)
accuracy.mistake(
    "it is all or nothing: only if every answer is right is it not 0",
    "Half right should give 0.5. Is there an np.all, or a // that cuts the decimals off?",
    lambda y_hat, labels: float(np.all(y_hat.argmax(axis=1) == labels)),
)
accuracy.mistake(
    "only the first sample counts",
    "Every sample has a say. Does a return stand inside a loop?",
    lambda y_hat, labels: (y_hat[0].argmax() == labels[0]) / len(labels),
)
accuracy.mistake(
    "the first sample alone decides: 1 or 0",
    "Every sample has a say. Does a return stand inside a loop?",
    lambda y_hat, labels: float(y_hat[0].argmax() == labels[0]),
)
accuracy.mistake(
    "only the last sample counts",
    "Each turn of a loop should add to the count. Does yours begin the count anew?",
    lambda y_hat, labels: (y_hat[-1].argmax() == labels[-1]) / len(labels),
)
accuracy.mistake(
    "it is given in percent",
    "Which part of them: a number between 0 and 1.",
    lambda y_hat, labels: 100 * np.mean(y_hat.argmax(axis=1) == labels),
)
accuracy.mistake(
    "one answer for every sample is returned, not the part of right ones",
    "True counts as 1. What makes one number of them?",
    lambda y_hat, labels: y_hat.argmax(axis=1) == labels,
)
accuracy.mistake(
    "the network's answers are returned, not compared",
    "What should they be compared with?",
    lambda y_hat, labels: y_hat.argmax(axis=1),
)
accuracy.mistake(
    "classes are counted from 1",
    "Python counts from 0: the first column stands for digit 0.",
    lambda y_hat, labels: np.mean(y_hat.argmax(axis=1) + 1 == labels),
)
accuracy.mistake(
    "wrong answers are counted",
    "Should a perfect network get 1 or 0?",
    lambda y_hat, labels: np.sum(y_hat.argmax(axis=1) != labels),
)


@accuracy.mistake(
    "the largest value of each column is taken, not of each row", "Which axis holds the classes of one sample?"
)
def _(y_hat, labels):
    return np.mean(np.resize(y_hat.argmax(axis=0), labels.shape) == labels)


@accuracy.mistake(
    "right answers are counted, not their part of all",
    "An accuracy lies between 0 and 1. What must the count be divided by?",
)
def _(y_hat, labels):
    return np.sum(y_hat.argmax(axis=1) == labels)


@accuracy.mistake("this is the part of wrong answers", "Should a perfect network get 1 or 0?")
def _(y_hat, labels):
    return np.mean(y_hat.argmax(axis=1) != labels)


@accuracy.mistake("the least likely class is chosen", "argmax or argmin?")
def _(y_hat, labels):
    return np.mean(y_hat.argmin(axis=1) == labels)
