"""Notebook 07: a whole training at every move of a slider."""

from dataclasses import dataclass
from functools import partial

import ipywidgets
import numpy as np
from matplotlib.collections import LineCollection

from bpcourse.mathematics import datasets, training, validation
from bpcourse.mathematics.network import NeuralNetwork
from bpcourse.pictures import plots, style
from bpcourse.pictures.writing import number
from bpcourse.widgets import own_network
from bpcourse.widgets.controls import dropdown, int_slider, log_slider
from bpcourse.widgets.live import LivePlot
from bpcourse.widgets.plane import PlaneView

RESOLUTION = 40  # points along each side of the plane; the picture interpolates between them
FLOOR, CEILING = 1e-4, 10.0  # of the loss axis: the same for all settings, so that pictures compare
YOURS = "your data"
DIVERGED = (
    " The loss is no finite number any more: steps this large overshoot the valley and climb out of it, or round a "
    "prediction to exactly 0 or 1, so that the loss is the log of 0. Move η to the left."
)


@dataclass
class Outcome:
    """What the picture shows of one training."""

    data: str
    setting: str
    loss: np.ndarray  # after each epoch, within the loss axis
    last_loss: str
    border: list  # lines where ŷ = 0.5, (n, 2) each


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
        self._now = None
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
        right = ((np.asarray(network.forward(X)) > 0.5) == (y > 0.5)).ravel()
        self.network, self.history = network, history
        self._plane.place(extent, (X, y))
        self._plane.show(predictions, X[~right])
        self._show_outcome(right)

    def _show_outcome(self, right):
        """Show this training's losses and words; and faintly those of the one before, if on the same data."""
        losses, units = self.history.loss, self.hidden_size.value
        setting = f"η = {number(self.learning_rate.value, 3)}, {units} hidden unit{'s' * (units > 1)}"
        shown = np.clip(losses, FLOOR, CEILING)
        now = Outcome(self.data.value, setting, shown, number(losses[-1], 3), self._plane.border.get_segments())
        former = self._now if self._now and self._now.data == now.data else None
        self._now = now
        self._curve.set_data(np.arange(len(now.loss)), now.loss)
        self._former_curve.set_data(np.arange(len(former.loss)) if former else [], former.loss if former else [])
        self._former_border.set_segments(former.border if former else [])
        self._tell(now, former, right)

    def _tell(self, now, former, right):
        epochs, diverged = self.history.epochs, self.history.stopped == "diverged"
        outcome = f"diverged after {epochs:,} epochs" if diverged else f"loss {now.last_loss} after {epochs:,} epochs"
        before = f" Before: {former.setting}, loss {former.last_loss}." if former else ""
        self.show_plot(
            f"Live figure: a network with {now.setting}, trained on {now.data}: {outcome}, "
            f"{right.sum()} of {len(right)} samples right.{before} Left its loss curve, right its decision boundary.",
            f"<b>{now.setting}</b>: {outcome}, <b>{right.sum()} of {len(right)}</b> samples right."
            f"{DIVERGED if diverged else before}",
        )

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
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
        faint = {"colors": style.MUTED, "linestyles": "--", "linewidths": 1.2}
        self._former_border = ax.add_collection(LineCollection([], **faint))
        self._plane = PlaneView(ax, ("class",), 7, {"markersize": 9, "markeredgewidth": 1.6})
        (line,) = ax.plot([], [], color=style.INK, linewidth=1.8, label="ŷ = 0.5")
        handles = [*self._plane.samples, self._plane.wrong, line]
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handles=handles)
        return [self._former_border, *self._plane.moving]


def _default_network(sizes, learning_rate, seed=0):
    return NeuralNetwork(2, sizes[1], 1, learning_rate, activation="tanh", loss="binary_cross_entropy", seed=seed)


def _data_sets(X, y):
    """All data sets to choose from, by name; the caller's own first."""
    own = {}
    if X is not None or y is not None:
        X = validation.matrix(X, "X", columns=2)
        own[YOURS] = X, validation.classes(y, "y", rows=len(X), rows_hint=", one row for each row of X")
    return own | {name: make() for name, make in datasets.TWO_DIMENSIONAL.items()}
