"""The playground's training, which can stop and go on: data, network, losses, and what is seen of it now."""

import copy
import time
from dataclasses import dataclass
from itertools import product

import numpy as np

from bpcourse.mathematics import datasets, own_class, training
from bpcourse.mathematics.activations import Activation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import plots
from bpcourse.widgets import controls, own_network

SAMPLES = 200
RESOLUTION = 40  # points along each side of the plane


@dataclass(frozen=True)
class Start:
    """What a run begins with: another value of any of it makes another run."""

    data: str
    noise: float
    test_ratio: float
    hidden_size: tuple
    activation: str
    output_activation: str
    init: str
    loss: str
    seed: int
    data_seed: int
    attempt: int


class Run:
    """A network in training, and what is seen of it, which stays as it was once its numbers are no longer finite.

    Parameters
    ----------
    start : Start
    make_network : callable or None
        ``make_network(sizes, learning_rate)``, with ``seed=...`` if it takes that; None for a `NeuralNetwork`.
    learning_rate : float

    Attributes
    ----------
    X, y, X_test, y_test : ndarrays, (N, 2) and (N, 1)
    extent : (left, right, bottom, top)
        Of the plane that is looked at.
    network : object
    history : training.History
        Its ``loss`` is the training loss after every epoch, without the penalty of L2.
    test_loss : list of float
        The same for the test samples.
    rates : (float, float)
        η and λ of the last training.
    seconds_per_epoch : float
        Of the last training; infinite before the first.
    by_hand : dict of str -> float
        Weights and biases that were set by hand, and to what.
    norms : ndarray, (L,)
        ‖∂L/∂W‖ of each layer, of all training samples.
    numbers : dict of str -> (float, float)
        For each weight and bias its value, and the loss's derivative with respect to it.
    right : list of str
        How many training and test samples the network has right.
    wrong : ndarray, (k, 2)
        The samples that it has not.
    predictions : ndarray, (n, n)
        The network's answers all over the plane, the lowest row first.
    seen : list of ndarray, (n * n, units)
        What the units of each layer answer there, the inputs first; empty if it cannot be told.

    Raises
    ------
    InputError
        If the data cannot be split so, or the network does not have what a run needs.
    """

    def __init__(self, start, make_network, learning_rate):
        self.start = start
        X, y = datasets.TWO_DIMENSIONAL[start.data](size=SAMPLES, noise=start.noise, seed=start.data_seed)
        parts = datasets.train_test_split(X, y, start.test_ratio, start.data_seed)
        self.X, self.X_test, self.y, self.y_test = parts
        self.extent = plots.extent_of(X, square=True)
        self.network = _new_network(start, make_network, learning_rate)
        own_random = getattr(self.network, "random", None)
        has_generator = isinstance(own_random, np.random.Generator)
        self._random = own_random if has_generator else np.random.default_rng(start.seed)
        self._names = _activations_of(self.network, self.X)
        self.history, self.test_loss, self.by_hand = training.History(), [], {}
        self.seconds_per_epoch = np.inf
        self.train(0, learning_rate)
        if self.diverged:
            raise InputError(f"The untrained network's loss is {self.history.loss[0]}; expected a finite number.")

    @property
    def epochs(self):
        return self.history.epochs

    @property
    def diverged(self):
        return self.history.stopped == "diverged"

    def train(self, epochs, learning_rate, batch_size=None, l2=0.0):
        """Go on for so many epochs; a diverged network stays as it is."""
        if self.diverged:
            return
        self.rates = learning_rate, l2
        if hasattr(self.network, "learning_rate"):
            self.network.learning_rate = learning_rate
        steps, first = training.steps_of(self.network), len(self.history.loss)
        if first and not epochs:
            return
        if l2:
            steps = steps._replace(backward=_with_penalty(self.network, steps.backward, l2))

        def measure_test(epoch, loss):
            if epoch or not first:
                self.test_loss.append(self._loss(self.X_test, self.y_test))

        options, began = (
            {"batch_size": batch_size, "random": self._random, "callback": measure_test},
            time.perf_counter(),
        )
        stretch = training.run(steps, self.X, self.y, epochs, **options)
        if epochs:
            self.seconds_per_epoch = (time.perf_counter() - began) / epochs
        self.history.loss += stretch.loss[min(1, first) :]
        self.history.stopped = stretch.stopped
        if not self.diverged:
            self._look()

    def set(self, name, value):
        """Give a weight or bias, such as "W1[0,2]", another value; the last losses are then those with that value.

        Raises InputError, and changes nothing, where a loss would be no finite number.
        """
        before = own_class.get_parameter(self.network, name)
        own_class.set_parameter(self.network, name, value)
        try:
            losses = [self._loss(self.X, self.y), self._loss(self.X_test, self.y_test)]
            if not np.isfinite(losses).all():
                raise InputError(f"With {name} = {value:g}, the loss is no finite number; expected a smaller value.")
        except Exception:
            own_class.set_parameter(self.network, name, before)
            raise
        self.history.loss[-1], self.test_loss[-1] = losses
        self.by_hand[name] = value
        self._look()

    def as_it_is(self):
        """Return this run as it now is, for it to be looked at while it goes on."""
        kept = copy.copy(self)  # what else it has is replaced, never changed
        kept.history, kept.test_loss = copy.deepcopy(self.history), self.test_loss.copy()
        return kept

    def _loss(self, X, y):
        steps = training.steps_of(self.network)  # past the checks: a diverging network shall reach its end
        return float(steps.loss(steps.forward(X), y, None))

    def _look(self):
        gradients = self.network.backward(self.X, self.y)
        self.norms = np.array([np.linalg.norm(dW) for dW in gradients.weights])
        values, slopes = (
            np.concatenate([np.ravel(part) for pair in zip(of.weights, of.biases, strict=True) for part in pair])
            for of in (self.network, gradients)
        )
        names = controls.parameter_names(self.network)
        self.numbers = dict(zip(names, zip(values.tolist(), slopes.tolist(), strict=True), strict=True))
        answers = [np.asarray(self.network.forward(X)) for X in (self.X, self.X_test)]
        right = [((a > 0.5) == (y > 0.5)).ravel() for a, y in zip(answers, (self.y, self.y_test), strict=True)]
        self.right = [f"{part.sum()} of {len(part)} right" for part in right]
        self.wrong = np.vstack([self.X[~right[0]], self.X_test[~right[1]]])
        plane = plots.grid(self.extent, RESOLUTION)
        self.seen = self.units(plane) or []
        answers = self.seen[-1] if self.seen else np.asarray(self.network.forward(plane))
        self.predictions = answers.reshape(RESOLUTION, RESOLUTION)

    @property
    def activations(self):
        """Names of the hidden units' activation and of the output's; identity where they cannot be told."""
        names = self._names or ["identity"]
        return names[0], names[-1]

    def units(self, points):
        """Return the activations of every layer at points of the plane, a⁰ first; None if they cannot be told."""
        if self._names is None and not callable(getattr(self.network, "layers", None)):
            return None
        try:
            return own_class.layer_values(self.network, points, self._names or "sigmoid")[1]
        except InputError:  # weights that are all 0 fit every activation: look again
            self._names = _activations_of(self.network, self.X)
            return own_class.layer_values(self.network, points, self._names)[1] if self._names else None


def _new_network(start, make_network, learning_rate):
    sizes = [2, *start.hidden_size, 1]
    if make_network is None:
        names = {"activation": start.activation, "output_activation": start.output_activation}
        options = names | {"loss": start.loss, "init": start.init, "seed": start.seed}
        return NeuralNetwork(2, start.hidden_size, 1, learning_rate, **options)
    network = own_network.build(make_network, sizes, learning_rate, start.seed)
    weights, _ = own_class.parameters(network)
    made = [len(weights[0]), *(W.shape[1] for W in weights)]
    if made != sizes:
        raise InputError(f"make_network({sizes}, ...) returned a network of sizes {made}; expected those asked for.")
    return network


def _activations_of(network, X):
    """Return the names of its own activations, else of those with which the weights give what ``forward`` gives.

    None if there are none such.
    """
    layers = len(network.weights)
    if isinstance(getattr(network, "output_activation", None), Activation):
        return [f.name for f in own_class.functions_of(network, layers)]
    if callable(getattr(network, "layers", None)):
        return None
    for hidden, output in product(("tanh", "sigmoid", "relu", "identity"), ("sigmoid", "identity", "tanh", "relu")):
        names = [hidden] * (layers - 1) + [output]
        try:
            own_class.layer_values(network, X, names)
        except InputError:
            continue
        return names
    return None


def _with_penalty(network, backward, l2):
    """Let ``backward`` return the gradient of L + ½ λ Σ W², that is ∂L/∂W + λ W."""

    def penalised(passed, y):
        gradients = backward(passed, y)
        weights = [dW + l2 * W for dW, W in zip(gradients.weights, network.weights, strict=True)]
        return Gradients(weights, gradients.biases, loss=getattr(gradients, "loss", None))

    return penalised
