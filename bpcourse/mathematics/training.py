"""The training loop: for any network that has `forward`, `backward` and `update`.

The loop reads as the recipe does: measure, decide whether to stop, then backward and update for each batch.
"""

import contextlib
import copy
import inspect
import math
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.validation import InputError, NotFiniteError

MESSAGES = {
    "target": "Reached the target loss after {epochs:,} epochs: the loss is {loss:.4g}.",
    "converged": "Converged after {epochs:,} epochs: the loss no longer falls noticeably. It is {loss:.4g}.",
    "epochs": "Did all {epochs:,} epochs. The loss is {loss:.4g}.",
    "diverged": "Diverged after {epochs:,} epochs: the loss is no finite number any more (the last was {loss:.4g}). "
    "Steps this large overshoot the valley and climb out, or round a prediction so that the loss is the log of 0. "
    "Reset, and try a smaller learning rate.",
    "unusable": "Diverged before the first epoch: the loss is {loss}. The weights or the data are too large to compute "
    "with. Reset the network, and bring the data to the size of 1.",
    "interrupted": "Interrupted after {epochs:,} epochs: the loss is {loss:.4g}. Network and history are whole; "
    "call train again to go on.",
}
SWINGS = " It was {loss:.4g} after {epochs:,} epochs: it swings, or rises. Try a smaller learning rate."
WORSE = 0.05  # of the lowest loss: by so much higher at the end, and the message says it


class Diverged(Exception):
    """Numbers became NaN or infinite in the middle of an epoch; the cause is the network's own complaint."""


@dataclass
class History:
    """What happened in a training.

    Attributes
    ----------
    loss : list of float
        ``loss[e]`` is the loss on all training data after e epochs; ``loss[0]`` was measured before the first.
        All are finite, but for a training that had diverged before it began.
    epochs : int
        Epochs completed; ``len(loss) == epochs + 1``.
    stopped : str
        Why it ended: "target", "converged", "epochs", "diverged" or "interrupted".
    """

    loss: list = field(default_factory=list)
    stopped: str = ""

    @property
    def epochs(self):
        return max(0, len(self.loss) - 1)

    @property
    def message(self):
        """Why the training ended, in words."""
        loss = self.loss[-1] if self.loss else math.nan
        if not self.stopped:
            return f"Not trained to an end: {self.epochs:,} epochs, and the loss is {loss:.4g}."
        reason = self.stopped if math.isfinite(loss) else "unusable"
        lowest = min(self.loss, default=math.nan)
        worse = reason == "converged" and loss - lowest > WORSE * abs(lowest)
        swings = SWINGS.format(epochs=self.loss.index(lowest), loss=lowest) if worse else ""
        return MESSAGES[reason].format(epochs=self.epochs, loss=loss) + swings

    def __repr__(self):
        return f"History: {self.message}"


class StoppingRule:
    """When a training ends before its last epoch.

    Parameters
    ----------
    epochs : int
        At most so many.
    target_loss : float or None
        Stop once the loss is at most this.
    tolerance : float or None
        Stop as converged once, over `patience` epochs, the loss has fallen by no more than this part of itself.
    patience : int
        See `tolerance`. Too short a patience takes a plateau for the valley.
    """

    def __init__(self, epochs, target_loss=None, tolerance=None, patience=1000):
        self.epochs = validation.whole_number(epochs, "epochs", least=0)
        self.target = None if target_loss is None else validation.real_number(target_loss, "target_loss")
        self.tolerance = None if tolerance is None else validation.real_number(tolerance, "tolerance", above=True)
        self.patience = validation.whole_number(patience, "patience")

    def reason(self, losses, loss):
        """Return why to stop at this `loss`, after so many epochs as there are `losses` before it; "" to go on."""
        if not math.isfinite(loss):
            return "diverged"
        if self.target is not None and loss <= self.target:
            return "target"
        if self.tolerance is not None and len(losses) >= self.patience:
            before = losses[-self.patience]
            if before - loss <= self.tolerance * abs(before):
                return "converged"
        return "epochs" if len(losses) >= self.epochs else ""


def train(network, X, y, epochs=10_000, **options):
    """Train any network on samples X, (N, n_in), with targets y, (N, n_out).

    Parameters
    ----------
    network : object
        A `NeuralNetwork`, or a class of your own with ``forward(X)``, ``backward(X, y)`` and ``update(gradients)``.
        Its loss is ``network.loss(X, y)``, else ``gradients.loss``, else the squared error of ``forward(X)``.
    epochs : int
        At most this many passes over the data.
    **options
        See `run`.

    Returns
    -------
    History
    """
    check_options(options)
    steps = steps_of(network)
    X, y = validation.samples_and_targets(X, y)
    if isinstance(getattr(network, "random", None), np.random.Generator):
        options.setdefault("random", network.random)
    return run(steps, X, y, epochs, **options)


class Steps(NamedTuple):
    """What the loop calls: ``backward`` and ``loss`` take what ``forward`` gave."""

    forward: Callable  # forward(X) -> passed
    loss: Callable  # loss(passed, y, gradients) -> a number; gradients of the same samples, None if not known
    backward: Callable  # backward(passed, y) -> gradients
    update: Callable  # update(gradients)


def steps_of(network):
    """Return the `Steps` of any network: a NeuralNetwork's own, or by the methods of a class; or raise InputError."""
    return network.training_steps() if hasattr(network, "training_steps") else steps_by_methods(network)


def steps_by_methods(network):
    """Return the `Steps` that call ``backward(X, y)``, ``update(gradients)`` and a loss of a class; or InputError."""
    own_class.require(network, "forward", "backward", "update", by="train")
    return Steps(
        forward=lambda X: X,  # a class computes all anew in backward and loss
        loss=_noting_divergence(lambda X, y, gradients: own_class.loss_of(network, X, y, gradients=gradients)),
        backward=_noting_divergence(lambda X, y: network.backward(X, y)),
        update=_noting_divergence(lambda gradients: network.update(gradients)),
    )


def _noting_divergence(function):
    """Let `function` raise Diverged where a network's own checks refuse numbers that are NaN or infinite."""

    def call(*arguments):
        try:
            return function(*arguments)
        except NotFiniteError as error:
            raise Diverged from error

    return call


def run(
    steps,
    X,
    y,
    epochs,
    *,
    batch_size=None,
    target_loss=None,
    tolerance=None,
    patience=1000,
    momentum=0.0,
    callback=None,
    progress=False,
    random=None,
):
    """Run the training loop.

    Parameters
    ----------
    steps : Steps
    X, y : ndarrays, (N, n_in) and (N, n_out)
    epochs, target_loss, tolerance, patience
        See `StoppingRule`.
    batch_size : int or None
        Samples per update, shuffled anew in every epoch. None: all of them at once.
    momentum : float
        μ, from 0 up to, not including, 1: v ← μ v + gradient, then U1 and U2 with v in the gradient's place.
    callback : callable or None
        Called as ``callback(epoch, loss)`` after every epoch, and before the first. It may look at the network, not
        change it: the gradients of the next step may be there already.
    progress : bool or int
        True prints about ten lines; an int prints a line every so many epochs.
    random : numpy.random.Generator or None
        Shuffles the batches; None for one with seed 0.

    Returns
    -------
    History
        An interrupt (the stop button, Ctrl-C) takes effect at the end of an epoch and ends the training with
        network and history whole. A second one stops at once.

    Raises
    ------
    InputError
        For an option that cannot be used.
    """
    rule = StoppingRule(epochs, target_loss, tolerance, patience)
    momentum = validation.real_number(momentum, "momentum", below=1.0)
    batches = Batches(len(X), batch_size, random)
    observers = _observers(progress, rule.epochs, callback)
    step = steps.update if momentum == 0 else _with_velocity(steps.update, momentum)
    history = History()
    losses = history.loss
    with _interrupt_between_epochs() as interrupted, np.errstate(over="ignore", invalid="ignore"):
        try:
            while True:
                passed = steps.forward(X)  # kept for all of the epoch: the next one then takes over its memory
                gradients = steps.backward(passed, y) if batches.whole else None
                loss = float(steps.loss(passed, y, gradients))
                stopped = rule.reason(losses, loss) or ("interrupted" if interrupted.is_set() else "")
                if stopped != "diverged" or not losses:
                    losses.append(loss)
                    for observe in observers:
                        observe(history.epochs, loss)
                if stopped:
                    history.stopped = stopped
                    return history
                if batches.whole:  # its gradients are there already, and small networks feel every call saved
                    step(gradients)
                    continue
                for rows in batches:
                    step(steps.backward(steps.forward(X.take(rows, 0)), y.take(rows, 0)))
        except Diverged as diverged:
            if not losses:
                raise diverged.__cause__ from None
            history.stopped = "diverged"
            return history


class Batches:
    """The row numbers of each batch of one epoch; iterating again shuffles anew.

    Attributes
    ----------
    whole : bool
        True where one batch holds all samples, in order.
    """

    def __init__(self, samples, batch_size=None, random=None):
        self.samples = samples
        self.size = samples if batch_size is None else validation.whole_number(batch_size, "batch_size")
        self.whole = self.size >= samples
        if not isinstance(random, np.random.Generator | None):
            raise InputError(f"random came as {type(random).__name__}; expected a numpy.random.Generator, or None.")
        self.random = np.random.default_rng(0) if random is None else random

    def __iter__(self):
        if self.whole:
            return iter([slice(None)])
        order = self.random.permutation(self.samples)
        return (order[start : start + self.size] for start in range(0, self.samples, self.size))


def accelerated(velocity, gradient, momentum):
    """v ← μ v + gradient, which takes the gradient's place in U1 and U2; at first, the gradient itself."""
    return gradient if velocity is None else momentum * velocity + gradient


def _with_velocity(update, momentum):
    """Return an update that takes its steps with momentum."""
    velocity = None

    def step(gradients):
        nonlocal velocity
        validation.has(gradients, "gradients", ("weights", "biases"), "lists of arrays of these names, for momentum")
        if velocity is None:  # of its own memory, as a class may fill the same arrays at every step
            velocity = copy.deepcopy(gradients)
        else:
            pairs = (velocity.weights, gradients.weights), (velocity.biases, gradients.biases)
            velocity = Gradients(*([accelerated(v, g, momentum) for v, g in zip(*pair, strict=True)] for pair in pairs))
        update(velocity)

    return step


def check_options(options):
    """See that `options` has only names that `run` knows, or raise InputError."""
    known = [p.name for p in inspect.signature(run).parameters.values() if p.kind is p.KEYWORD_ONLY]
    validation.known_names(options, known, "train")


def _observers(progress, epochs, callback):
    """Return what is to be called after every epoch: a printer of `progress`, and the reader's `callback`."""
    if not (callback is None or callable(callback)):
        raise InputError(f"callback came as {type(callback).__name__}; expected a function of (epoch, loss).")
    if isinstance(progress, bool | None):
        every = max(1, epochs // 10) if progress else 0
    else:
        every = validation.whole_number(progress, "progress", least=0)

    def report(epoch, loss):
        if epoch % every == 0:
            print(f"epoch {epoch:6,}   loss {loss:.6f}")

    return ([report] if every else []) + ([callback] if callback else [])


@contextlib.contextmanager
def _interrupt_between_epochs():
    """Turn the first interrupt into a flag, so that it cannot fall between the updates of two layers."""
    interrupted, previous = threading.Event(), signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or previous is None:
        yield interrupted  # signals arrive in the main thread alone, and None: another program takes them
        return

    def note(signal_number, frame):
        interrupted.set()
        signal.signal(signal.SIGINT, previous)  # the second one is not held back

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, previous)
