"""The training loop: for any network that has `forward`, `backward` and `update`.

The loop reads as the recipe does: measure, decide whether to stop, then backward and update for each batch.
"""

import contextlib
import itertools
import math
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.validation import InputError, NotFiniteError, real_number, whole_number

MESSAGES = {
    "": "Not trained to an end: {epochs:,} epochs, and the loss is {loss:.4g}.",
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
        loss, lowest = self.loss[-1] if self.loss else math.nan, min(self.loss, default=math.nan)
        reason = "unusable" if self.stopped and not math.isfinite(loss) else self.stopped
        message = MESSAGES[reason].format(epochs=self.epochs, loss=loss)
        if reason == "converged" and loss - lowest > WORSE * abs(lowest):
            message += SWINGS.format(epochs=self.loss.index(lowest), loss=lowest)
        return message

    def __repr__(self):
        return f"History: {self.message}"


@dataclass
class Options:
    """What can be chosen for a training. Raises InputError for what cannot be used.

    Attributes
    ----------
    epochs : int
        At most this many passes over the data, 0 or more.
    batch_size : int or None
        Samples per update, shuffled anew in every epoch. None: all of them at once.
    target_loss : float or None
        Stop once the loss is at most this. None: never.
    tolerance, patience : float or None, and int
        Stop as converged once, over `patience` epochs, the loss has fallen by no more than the part `tolerance` of
        itself. None: never. Too short a patience takes a plateau for the valley.
    momentum : float
        μ, from 0 up to, not including, 1: v ← μ v + gradient, then U1 and U2 with v in the gradient's place.
    callback : callable or None
        Called as ``callback(epoch, loss)`` after every epoch, and before the first. It may look at the network, not
        change it: the gradients of the next step may be there already.
    progress : bool or int
        True prints about ten lines; an int prints a line every so many epochs.
    random : numpy.random.Generator or None
        Shuffles the batches; None for one with seed 0.
    """

    epochs: int
    batch_size: int | None = None
    target_loss: float | None = None
    tolerance: float | None = None
    patience: int = 1000
    momentum: float = 0.0
    callback: Callable | None = None
    progress: bool | int = False
    random: np.random.Generator | None = None

    def __post_init__(self):
        whole_number(self.epochs, "epochs", least=0)
        whole_number(self.patience, "patience")
        self.momentum = real_number(self.momentum, "momentum", below=1.0)
        self.batch_size = math.inf if self.batch_size is None else whole_number(self.batch_size, "batch_size")
        self.target_loss = -math.inf if self.target_loss is None else real_number(self.target_loss, "target_loss")
        self.tolerance = -math.inf if self.tolerance is None else real_number(self.tolerance, "tolerance", above=True)
        if isinstance(self.progress, bool | None):
            self.progress = max(1, self.epochs // 10) if self.progress else 0
        whole_number(self.progress, "progress", least=0)
        if not (self.callback is None or callable(self.callback)):
            raise InputError(f"callback came as {type(self.callback).__name__}; expected a function of (epoch, loss).")
        self.random = np.random.default_rng(0) if self.random is None else self.random
        if not isinstance(self.random, np.random.Generator):
            raise InputError(f"random came as {type(self.random).__name__}; expected a numpy.random.Generator or None.")

    def reason_to_stop(self, losses, loss):
        """Return why to stop at this `loss`, after so many epochs as there are `losses` before it; "" to go on."""
        if not math.isfinite(loss):
            return "diverged"
        if loss <= self.target_loss:
            return "target"
        if len(losses) >= self.patience:
            before = losses[-self.patience]
            if before - loss <= self.tolerance * abs(before):
                return "converged"
        return "epochs" if len(losses) >= self.epochs else ""

    def batches(self, samples):
        """Return the rows of each batch of one epoch, of so many samples: all of them in order, or shuffled anew."""
        if self.batch_size >= samples:
            return [slice(None)]
        order = self.random.permutation(samples)
        return (order[start : start + self.batch_size] for start in range(0, samples, self.batch_size))

    def observe(self, epoch, loss):
        """Print and call what is asked for after every epoch."""
        if self.progress and epoch % self.progress == 0:
            print(f"epoch {epoch:6,}   loss {loss:.6f}")
        if self.callback:
            self.callback(epoch, loss)


class Steps(NamedTuple):
    """What the loop calls: ``backward`` and ``loss`` take what ``forward`` gave."""

    forward: Callable  # forward(X) -> passed
    loss: Callable  # loss(passed, y, gradients) -> a number; gradients of the same samples, None if not known
    backward: Callable  # backward(passed, y) -> gradients
    update: Callable  # update(gradients)


def steps_of(network):
    """Return the `Steps` of any network: a NeuralNetwork's own, or the methods of a class; or raise InputError."""
    own_class.require(network, *own_class.METHODS, by="train")
    if "training_steps" in vars(type(network)):  # not of a subclass, which may have its own backward and update
        return network.training_steps()
    return Steps(
        forward=lambda X: X,  # a class computes all anew in backward and loss
        loss=lambda X, y, gradients: own_class.loss_of(network, X, y, gradients=gradients),
        backward=network.backward,
        update=network.update,
    )


def train(network, X, y, epochs=10_000, **options):
    """Train any network on samples X, (N, n_in), with targets y, (N, n_out); return the `History`.

    The network is a `NeuralNetwork`, or of a class of your own with ``forward(X)``, ``backward(X, y)`` and
    ``update(gradients)``. Its loss is ``network.loss(X, y)``, else ``gradients.loss``, else the squared error of
    ``forward(X)``. The options are those of `Options`; what cannot be used raises InputError.
    """
    steps = steps_of(network)
    X, y = validation.samples_and_targets(X, y)
    if isinstance(getattr(network, "random", None), np.random.Generator):
        options.setdefault("random", network.random)
    return run(steps, X, y, epochs, **options)


def run(steps, X, y, epochs, **options):
    """Run the loop of `train` with `Steps`; X and y are not checked, the options are.

    An interrupt (the stop button, Ctrl-C) takes effect at the end of an epoch and ends the training with network and
    history whole. A second one stops at once.
    """
    for name in options:
        validation.choice(name, [field.name for field in fields(Options)], "an option of train")
    options, losses = Options(epochs, **options), []
    with _interrupt_between_epochs() as interrupted, np.errstate(over="ignore", invalid="ignore"):
        for loss in _losses(steps, X, y, options):
            stopped = options.reason_to_stop(losses, loss) or ("interrupted" if interrupted.is_set() else "")
            if stopped != "diverged" or not losses:
                options.observe(len(losses), loss)
                losses.append(loss)
            if stopped:
                return History(losses, stopped)


def _losses(steps, X, y, options):
    """Yield the loss before the first epoch and after each one; NaN once a network's own checks refuse its numbers."""
    update = _with_momentum(steps.update, options.momentum) if options.momentum else steps.update
    whole, measured = options.batch_size >= len(X), False
    try:
        while True:
            passed = steps.forward(X)  # kept for all of the epoch: the next one then takes over its memory
            gradients = steps.backward(passed, y) if whole else None
            yield float(steps.loss(passed, y, gradients))
            measured = True
            for rows in options.batches(len(X)):
                if not whole:
                    gradients = steps.backward(steps.forward(X.take(rows, 0)), y.take(rows, 0))
                update(gradients)
    except NotFiniteError:
        if not measured:
            raise
        yield math.nan


def _with_momentum(update, momentum):
    """Return an update that puts v ← μ v + gradient, 0 at first, in the gradient's place in U1 and U2."""
    velocities = itertools.repeat(0.0)

    def step(gradients):
        nonlocal velocities
        validation.has(gradients, "gradients", ("weights", "biases"), "lists of arrays of these names, for momentum")
        arrays, layers = [*gradients.weights, *gradients.biases], len(gradients.weights)
        velocities = [momentum * v + np.asarray(array) for v, array in zip(velocities, arrays, strict=False)]
        update(Gradients(velocities[:layers], velocities[layers:]))

    return step


@contextlib.contextmanager
def _interrupt_between_epochs():
    """Turn the first interrupt into a flag, so that it cannot fall between the updates of two layers."""
    interrupted, previous = threading.Event(), signal.getsignal(signal.SIGINT)

    def note(signal_number, frame):
        interrupted.set()
        signal.signal(signal.SIGINT, previous)  # the second one is not held back

    with contextlib.ExitStack() as restoring:  # signals arrive in the main thread; None: another program takes them
        if threading.current_thread() is threading.main_thread() and previous is not None:
            signal.signal(signal.SIGINT, note)
            restoring.callback(signal.signal, signal.SIGINT, previous)
        yield interrupted
