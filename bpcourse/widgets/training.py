"""Notebook 07: a whole training at every move of a slider."""

from dataclasses import dataclass
from functools import partial

import ipywidgets
import numpy as np

from bpcourse.mathematics import backprop, datasets, training, validation
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.pictures import charts, plots, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.writing import number
from bpcourse.widgets import loss_chart, own_network
from bpcourse.widgets.controls import dropdown, int_slider, log_slider, move
from bpcourse.widgets.live import LiveDrawing, classed
from bpcourse.widgets.plane import PlaneChart, class_key

RESOLUTION = 40  # points along each side of the plane; the picture interpolates between them
STAGES = 20  # of a training, that are kept to be looked at
YOURS = "your data"
DIVERGED = (
    " The loss is no finite number any more: steps this large overshoot the valley and climb out of it, or round a "
    "prediction to exactly 0 or 1, so that the loss is the log of 0. Move η to the left."
)


@dataclass
class Run:
    """What the picture shows of one training.

    Attributes
    ----------
    data, setting : str
    loss : ndarray, (epochs + 1,)
    stages : dict of int -> callable
        Epoch -> what gives the network's predictions then, (n * n + N, 1): all over the plane, row by row, then of the
        samples.
    """

    data: str
    setting: str
    loss: np.ndarray
    stages: dict

    def stage(self, epoch):
        """Return the last epoch that is kept up to this one, and the predictions: over the plane, (n, n), and (N,)."""
        kept = max(each for each in self.stages if each <= epoch)
        answers = np.asarray(self.stages[kept](), float)[:, 0]
        return kept, answers[: RESOLUTION**2].reshape(RESOLUTION, RESOLUTION), answers[RESOLUTION**2 :]


class TrainingExplorer(LiveDrawing):
    """Train a network anew at every move: its decision boundary, its loss curve, and faintly those of the last setting.

    The epoch that is looked at can be scrubbed and played, with the answers over the plane as they were then.

    Parameters
    ----------
    make_network : callable or None
        ``make_network(sizes, learning_rate)`` builds an untrained network, sizes such as ``[2, 4, 1]``, with
        ``forward``, ``backward`` and ``update``: a `NeuralNetwork`, or a class of your own. If it also takes ``seed``,
        that control is handed to it.
        None: a `NeuralNetwork` with tanh in the hidden layer, sigmoid and binary cross-entropy at the output.
    X, y : arrays (N, 2), (N, 1), or None
        Data of your own, with targets 0 and 1.
    epochs : int
        Epochs of each training, all samples as one batch. More of them take longer at each move.
    data : str
        The data set to start with, of ``datasets.TWO_DIMENSIONAL``, unless X and y are given.

    Attributes
    ----------
    learning_rate : FloatLogSlider
        η, 0.001 to 10.
    hidden_size : IntSlider
        1 to 16 units.
    data : Dropdown
    seed : BoundedIntText
        Of the initial weights.
    epoch : IntSlider
        The epoch that is looked at; after every training, the last one. The point on the loss curve drags it too.
    play : ipywidgets.Play
        Goes through the epochs.
    network : object
        The network trained last.
    history : History
        Of its training.
    losses, plane : Frame
        The two charts, from pixels to numbers and back.

    Raises
    ------
    InputError
        For data, epochs or names that cannot be used.
    """

    _play_on = None

    def __init__(self, make_network=None, X=None, y=None, epochs=200, data="xor"):
        self.epochs = validation.whole_number(epochs, "epochs")
        self._make_network = own_network.checked(make_network or _default_network)
        self._sets = _data_sets(X, y)
        start = YOURS if YOURS in self._sets else validation.choice(data, list(self._sets), "data")
        self.learning_rate = log_slider("learning rate η", 1.0, -3, 1)
        self.hidden_size = int_slider("hidden units", 4, 1, 16)
        self.data = dropdown("data", list(self._sets), start)
        self.seed = ipywidgets.BoundedIntText(description="seed of the weights", value=0, min=0, max=9999)
        self.seed.disabled = not own_network.takes_seed(self._make_network)
        every = max(1, -(-self.epochs // STAGES))
        self.epoch = int_slider("epoch looked at", self.epochs, 0, self.epochs)
        self.epoch.step, self.epoch.style.description_width = every, "initial"
        self.play = ipywidgets.Play(self.epochs, max=self.epochs, step=every, interval=150, show_repeat=False)
        self._play_on = ipywidgets.jslink((self.epoch, "value"), (self.play, "value"))
        self._now = self._former = self._trained = self._placed = None
        super().__init__([self.learning_rate, self.hidden_size, self.data, self.seed])
        self.epoch.observe(self._follow, "value")

    def draw(self):
        setting = self.data.value, self.hidden_size.value, self.learning_rate.value, self.seed.value
        if setting != self._trained:
            self._train(*setting)
            self._trained = setting
        self._lay_out()
        epoch, answers, of_samples = self._now.stage(self.epoch.value)
        (X, y), former = self._sets[self.data.value], self._former
        right = (of_samples > 0.5) == (y[:, 0] > 0.5)
        border = () if former is None else self._plane.border(former.stage(self.epochs)[1])
        parts = [
            self._plane.draw(self._plane.answers(answers, X[~right]), border),
            *self._loss_chart(epoch),
            *self._key,
        ]
        self._tell(parts, epoch, right)

    def _train(self, data, units, rate, seed):
        """Train a new network, and keep what it was after some of the epochs."""
        X, y = self._sets[data]
        network = own_network.build(self._make_network, [2, units, 1], rate, seed)
        train = network.train if isinstance(network, NeuralNetwork) else partial(training.train, network)
        points, stages = np.vstack([plots.grid(self._extent(X), RESOLUTION), X]), {}

        def look(epoch, loss):
            if epoch % self.epoch.step == 0:
                stages[epoch] = _answers_now(network, points)

        history = train(X, y, epochs=self.epochs, callback=look)
        stages[history.epochs] = _answers_now(network, points)
        self.network, self.history = network, history
        setting = f"η = {number(rate, 3)}, {units} hidden unit{'s' * (units > 1)}"
        self._former = self._now if self._now and self._now.data == data else None
        self._now = Run(data, setting, np.array(history.loss), stages)
        with self.quietly():
            self.epoch.value = self.epochs

    def _extent(self, X):
        return plots.extent_of(X, square=True)

    def close(self):
        if self._play_on is not None:  # as it is where the figure was refused
            self._play_on.close()
        super().close()
        self._now = self._former = None

    def drag(self, id, x, y):
        move(self.epoch, self.losses.x.back(x))

    def nudge(self, id, steps):
        move(self.epoch, self.epoch.value + steps * self.epoch.step)

    def arranged(self, controls):
        panel, picture, *words = super().arranged(controls)
        return [panel, picture, classed(ipywidgets.Box([self.play, self.epoch]), "bp-scrubber"), *words]

    # -- the drawing ---------------------------------------------------------------------------------

    def _lay_out(self):
        """Place both charts, for this room, data and range of losses."""
        beside, losses = self.width >= 660, [run.loss for run in (self._now, self._former) if run]
        side = 348 if beside else min(300, self.width - 60)
        placed = self.data.value, self.width
        if placed != self._placed:
            (X, y), self._placed = self._sets[self.data.value], placed
            self._plane = PlaneChart((40, 34, side, side), self._extent(X), (X, y))
            self.plane = self._plane.frame
            self._key = class_key(40 + side - 256, 24)
        decades = charts.decades(np.concatenate(losses))
        left, top = (40 + side + 84, 34) if beside else (52, side + 104)
        across = self.width - left - 112
        self.losses = Frame((left, top, across, side if beside else 130), (0, self.epochs), decades, log=True)

    def _loss_chart(self, epoch):
        """Both losses with their names at their ends, and the epoch that is looked at as a knob on the curve."""
        frame, now, former = self.losses, self._now, self._former
        parts, ends = [frame.axes("epoch", "loss L", id="loss-axes")], {}
        for run, name, role in ((former, "before", "quiet"), (now, "now", "ink")):
            if run:
                epochs = np.arange(len(run.loss))
                parts.append(frame.curve(epochs, run.loss, role, dashed=run is former, id=f"loss-{name}"))
                ends[f"{name} {number(run.loss[-1], 3)}"] = float(frame.y(run.loss[-1])), role
        x, y = frame.place(epoch, now.loss[epoch]).tolist()
        down = charts.stroke([(x, y), (x, frame.y.start)], "forward", 1.5)
        return [*parts, *loss_chart.names(frame, ends), loss_chart.knob(frame, "epoch", epoch, now.loss[epoch], down)]

    def _tell(self, parts, epoch, right):
        now, former, epochs = self._now, self._former, self.history.epochs
        diverged, last = self.history.stopped == "diverged", number(now.loss[-1], 3)
        outcome = f"diverged after {epochs:,} epochs" if diverged else f"loss {last} after {epochs:,} epochs"
        before = f" Before: {former.setting}, loss {number(former.loss[-1], 3)}." if former else ""
        seen = f"; at epoch {epoch:,} loss {number(now.loss[epoch], 3)}" if epoch < epochs else ""
        alt = (
            f"Live figure: a network with {now.setting}, trained on {now.data}: {outcome}{seen}, "
            f"{right.sum()} of {len(right)} samples right.{before} The decision boundary, and the loss curve."
        )
        self.show_drawing(
            svg.drawing(self.width, self.losses.box[1] + self.losses.box[3] + 44, alt, *parts),
            f"<b>{now.setting}</b>: {outcome}{seen}, <b>{right.sum()} of {len(right)}</b> samples right."
            f"{DIVERGED if diverged else before}",
        )


def _answers_now(network, points):
    """Return what gives the predictions of the network as it is now, while it trains on."""
    if type(network) is NeuralNetwork:  # computed only if they are looked at: every update makes new arrays
        now = points, network.weights, network.biases, network.functions
        return lambda: backprop.forward(*now)[1][-1]
    answers = np.array(network.forward(points), np.float32)
    return lambda: answers


def _default_network(sizes, learning_rate, seed=0):
    return NeuralNetwork(2, sizes[1], 1, learning_rate, activation="tanh", loss="binary_cross_entropy", seed=seed)


def _data_sets(X, y):
    """All data sets to choose from, by name; the caller's own first."""
    own = {}
    if X is not None or y is not None:
        X = validation.matrix(X, "X", columns=2)
        own[YOURS] = X, validation.classes(y, "y", rows=len(X), rows_hint=", one row for each row of X")
    return own | {name: make() for name, make in datasets.TWO_DIMENSIONAL.items()}
