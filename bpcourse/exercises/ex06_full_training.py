"""Exercises of notebook 06: the parts of the learner's own class, and what the digits need."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.ex01_forward_pass import sigmoid
from bpcourse.gradients import Gradients

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


def softmax_cases(random):
    return [
        (np.array([[1.0, 2.0]]),),
        (random.normal(size=(3, 3)),),
        (random.normal(size=(2, 4)),),
        (np.array([[1000.0, 1001.0], [-1000.0, 0.0]]),),
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
    return [(random.uniform(size=(N, n)), random.integers(0, n, N)) for N, n in ((2, 2), (8, 3), (7, 10))]


@exercise(
    NOTEBOOK,
    "",
    accuracy_cases,
    "The number that people ask for: which part of the digits is read correctly.",
    "The answers of the network, compared with the labels, give True or False. Which part is True?",
)
def accuracy(y_hat, labels):
    return np.mean(y_hat.argmax(axis=1) == labels)


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


def parameters_of(random, sizes):
    shapes = list(pairwise(sizes))
    return [random.normal(size=shape) for shape in shapes], [random.normal(size=(1, n)) for _, n in shapes]


def class_cases(random):
    cases = []
    for N, sizes in [(1, (2, 3, 1)), (2, (2, 2, 2)), (4, (3, 4, 2, 3, 2)), (3, (2, 1))]:
        weights, biases = parameters_of(random, sizes)
        cases.append(
            (weights, biases, random.normal(size=(N, sizes[0])), random.integers(0, 2, (N, sizes[-1])).astype(float))
        )
    return cases


def a_network(weights, biases, **methods):
    """An object with the attributes of the learner's class, and the given functions as its methods."""
    network = SimpleNamespace(weights=weights, biases=biases, learning_rate=0.7, output=sigmoid.reference)
    for name, function in methods.items():
        setattr(network, name, lambda *arguments, f=function: f(network, *arguments))
    return network


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
    "the input is not in the list", "a⁰ = X is the first entry: BP4 of layer 1 will ask for it."
)
def _(self, X):
    return network_activations(self, X)[1:]


@network_activations.mistake("the biases are forgotten", "F1 has a second term.")
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
    gradients = answer(a_network(weights, biases, activations=network_activations.reference), X, y)
    if gradients is None or gradients is ... or (isinstance(gradients, tuple) and ... in gradients):
        return gradients
    if not hasattr(gradients, "weights") or not hasattr(gradients, "biases"):
        raise TypeError(f"backward returned a {type(gradients).__name__}; expected Gradients(d_weights, d_biases)")
    return gradients.weights, gradients.biases


@exercise(
    NOTEBOOK,
    "BP2",
    class_cases,
    "The way back of your own class. You have written backpropagation.",
    "Your `backward` from notebook 04, with a shorter first δ and another slope in the loop.",
    given=("weights", "biases", "X", "y"),
    results=("d_weights", "d_biases"),
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


def _backward_with(self, X, y, hidden_slope=lambda a: 1 - a**2, output_slope=lambda a: 1.0):
    activations = self.activations(X)
    delta = (activations[-1] - y) / len(y) * output_slope(activations[-1])
    d_weights, d_biases = [], []
    for i in reversed(range(len(self.weights))):
        d_weights.insert(0, activations[i].T @ delta)
        d_biases.insert(0, delta.sum(axis=0, keepdims=True))
        delta = (delta @ self.weights[i].T) * hidden_slope(activations[i])
    return Gradients(d_weights, d_biases)


@network_backward.mistake(
    "σ′ is still in the output's δ: with cross-entropy it has cancelled",
    "Which short form does BP1 take for sigmoid and cross-entropy?",
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


@network_backward.mistake("the 1/N of the mean is missing", "Where does L1 put the number of samples?")
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
    return returned if returned is ... or isinstance(returned, tuple) else (network.weights, network.biases)


@exercise(
    NOTEBOOK,
    "U1",
    class_cases,
    "U1 and U2 for every layer: now your network can move.",
    "For each layer the old array minus learning rate times gradient; put the new ones into a list.",
    given=("weights", "biases", "X", "y"),
    results=("self.weights", "self.biases"),
    run=run_update,
)
def network_update(self, gradients):
    eta = self.learning_rate
    self.weights = [W - eta * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]
    self.biases = [b - eta * db for b, db in zip(self.biases, gradients.biases, strict=True)]


def _moved(arrays, gradients, rate):
    return [array - rate * gradient for array, gradient in zip(arrays, gradients, strict=True)]


@network_update.mistake("the step goes uphill", "Which sign stands in U1?")
def _(self, gradients):
    self.weights = _moved(self.weights, gradients.weights, -self.learning_rate)
    self.biases = _moved(self.biases, gradients.biases, -self.learning_rate)


@network_update.mistake("the biases are not updated", "U2 is an equation too.")
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
    """The losses that the network will report, epochs, target loss; the first one ends early."""
    return [([0.9, 0.5, 0.05, 0.01, 0.005], 4, 0.1), ([0.9, 0.8, 0.7, 0.6, 0.5], 3, 0.1), ([0.05, 0.04, 0.03], 2, 0.1)]


def run_train(answer, losses, epochs, target):
    """A network whose loss follows a script, and which notes how often it was updated and with what."""
    network = SimpleNamespace(updates=0, seen=[])

    def backward(X, y):
        return Gradients([network.updates], [network.updates], loss=losses[min(network.updates, len(losses) - 1)])

    def update(gradients):
        network.seen.append(gradients.weights[0])
        network.updates += 1

    network.backward, network.update = backward, update
    network.loss = lambda X, y: losses[min(network.updates, len(losses) - 1)]
    history = answer(network, np.zeros((1, 1)), np.zeros((1, 1)), epochs, target)
    return history if history is None or history is ... else (list(history), network.updates, network.seen)


@exercise(
    NOTEBOOK,
    "U1",
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
