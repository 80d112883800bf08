"""Notebook 06: a whole training at every move of a slider."""

from dataclasses import dataclass
from functools import partial

import contourpy
import ipywidgets
import numpy as np
from matplotlib.collections import LineCollection

from bpcourse.mathematics import datasets, training, validation
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.pictures import plots, style
from bpcourse.widgets import own_network
from bpcourse.widgets.controls import dropdown, int_slider, log_slider, number
from bpcourse.widgets.live import LivePlot, Shading

RESOLUTION = 40  # points along each side of the plane; the picture interpolates between them
FLOOR, CEILING = 1e-4, 10.0  # of the loss axis: the same for all settings, so that pictures compare
YOURS = "your data"
DIVERGED = (
    " The loss is no finite number any more: steps this large overshoot the valley and climb out of it, or round a "
    "prediction to exactly 0 or 1, so that the loss is the log of 0. Move η to the left."
)


@dataclass
class Run:
    """What the picture shows of one training."""

    data: str
    setting: str
    loss: np.ndarray  # after each epoch, within the loss axis
    last_loss: str
    boundary: list  # lines where ŷ = 0.5, (n, 2) each


class TrainingExplorer(LivePlot):
    """Train a network anew at every move: its loss curve, its decision boundary, and faintly those of the last setting.

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
    network : object
        The network trained last.
    history : History
        Of its training.

    Raises
    ------
    InputError
        For data, epochs or names that cannot be used.
    """

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
        self._run = None
        figure, axes = plots.figure(2, width=9.0, height=4.1)
        moving = [*self._make_loss_axes(axes[0]), *self._make_plane(axes[1])]
        super().__init__(figure, moving, [self.learning_rate, self.hidden_size, self.data, self.seed])

    def draw(self):
        X, y = self._sets[self.data.value]
        sizes = [2, self.hidden_size.value, 1]
        network = own_network.build(self._make_network, sizes, self.learning_rate.value, self.seed.value)
        train = network.train if isinstance(network, NeuralNetwork) else partial(training.train, network)
        history = train(X, y, epochs=self.epochs)
        extent = plots.extent_of(X, square=True)
        predictions = plots.predictions_on(network, extent, RESOLUTION)
        right = (np.asarray(network.forward(X)) > 0.5) == (y > 0.5)
        self.network, self.history = network, history
        former, self._run = self._run, self._new_run(history, extent, predictions)
        former = former if former and former.data == self._run.data else None
        self._move_curves(former)
        self._move_plane(X, y, extent, predictions, right.ravel())
        self._tell(int(right.sum()), len(X), former)

    def _new_run(self, history, extent, predictions):
        across, up = np.linspace(*extent[:2], RESOLUTION), np.linspace(*extent[2:], RESOLUTION)
        return Run(
            self.data.value,
            f"η = {number(self.learning_rate.value, 3)}, {self._units()}",
            np.clip(history.loss, FLOOR, CEILING),
            number(history.loss[-1], 3),
            contourpy.contour_generator(across, up, predictions).lines(0.5),
        )

    def _units(self):
        return f"{self.hidden_size.value} hidden unit{'s' * (self.hidden_size.value > 1)}"

    def _tell(self, right, samples, former):
        run, epochs, diverged = self._run, self.history.epochs, self.history.stopped == "diverged"
        outcome = f"diverged after {epochs:,} epochs" if diverged else f"loss {run.last_loss} after {epochs:,} epochs"
        before = f" Before: {former.setting}, loss {former.last_loss}." if former else ""
        self.show_plot(
            f"Live figure: a network with {run.setting}, trained on {run.data}: {outcome}, "
            f"{right} of {samples} samples right.{before} Left its loss curve, right its decision boundary.",
            f"<b>{run.setting}</b>: {outcome}, <b>{right} of {samples}</b> samples right."
            f"{DIVERGED if diverged else before}",
        )

    # -- the picture: what it is made of, and how it moves --------------------------------------------

    @plots.drawing
    def _make_loss_axes(self, ax):
        ax.set(xlabel="epoch", ylabel="loss L", xlim=(0, self.epochs), yscale="log", ylim=(FLOOR, CEILING))
        faint = {"color": style.MUTED, "linestyle": "--", "linewidth": 1.4}
        (self._former_curve,) = ax.plot([], [], label="before", **faint)
        (self._curve,) = ax.plot([], [], color=style.BLUE, label="now")
        ax.legend(handles=[self._curve, self._former_curve], loc="upper right")
        return self._former_curve, self._curve

    @plots.drawing
    def _make_plane(self, ax):
        self._plane = ax
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        ax.grid(False)
        self._shading = Shading(ax, plots.PREDICTION)
        faint = {"colors": style.MUTED, "linestyles": "--", "linewidths": 1.2}
        self._former_boundary = ax.add_collection(LineCollection([], **faint))
        self._boundary = ax.add_collection(LineCollection([], colors=style.INK, linewidths=1.8))
        look = {"linestyle": "", "markersize": 7, "markeredgecolor": style.PAPER}
        self._classes = [
            ax.plot([], [], marker=marker, color=colour, label=f"class {label}", **look)[0]
            for label, (colour, marker) in enumerate(zip(style.CLASS_COLOURS, style.CLASS_MARKERS, strict=True))
        ]
        (self._wrong,) = ax.plot([], [], "x", color=style.INK, markersize=9, markeredgewidth=1.6, label="wrong")
        (line,) = ax.plot([], [], color=style.INK, linewidth=1.8, label="ŷ = 0.5")
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handles=[*self._classes, self._wrong, line])
        lines = [self._former_boundary, self._boundary, *self._classes, self._wrong]
        return [self._shading, *lines, *ax.spines.values()]

    def _move_curves(self, former):
        run = self._run
        self._curve.set_data(np.arange(len(run.loss)), run.loss)
        self._former_curve.set_data(np.arange(len(former.loss)) if former else [], former.loss if former else [])
        self._boundary.set_segments(run.boundary)
        self._former_boundary.set_segments(former.boundary if former else [])

    def _move_plane(self, X, y, extent, predictions, right):
        self._shading.values = predictions
        self._plane.set(xlim=extent[:2], ylim=extent[2:])
        for label, points in enumerate(self._classes):
            points.set_data(*X[y[:, 0].round() == label].T)
        self._wrong.set_data(*X[~right].T)


def _default_network(sizes, learning_rate, seed=0):
    return NeuralNetwork(2, sizes[1], 1, learning_rate, activation="tanh", loss="binary_cross_entropy", seed=seed)


def _data_sets(X, y):
    """All data sets to choose from, by name; the caller's own first."""
    own = {}
    if X is not None or y is not None:
        X = validation.matrix(X, "X", columns=2)
        own[YOURS] = X, validation.classes(y, "y", rows=len(X), rows_hint=", one row for each row of X")
    return own | {name: make() for name, make in datasets.TWO_DIMENSIONAL.items()}
