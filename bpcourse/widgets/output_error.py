"""Notebook 04: the gradient of one weight of the last layer as a product of numbers, and as a slope."""

import copy

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.gradients import central_difference
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.own_class import loss_of
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import plots, style
from bpcourse.pictures.writing import bracketed, number, superscript
from bpcourse.widgets import output_delta
from bpcourse.widgets.controls import dropdown, parameter_controls, parameter_names, place_of
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LivePlot

POINTS = 61  # of the loss curve
MOST_BARS = 8
BATCH = "all samples"


class OutputErrorExplorer(LivePlot):
    """Choose a weight or bias of the last layer: its gradient as a product of numbers (BP1, BP3, BP4), and as a slope.

    Parameters
    ----------
    network : NeuralNetwork, or an object with ``weights``, ``biases``, ``forward`` and ``backward``
        The worked example if None. A copy is explored, so it stays as it is.
    X, y : arrays (N, n_in), (N, n_out)
        Needed with a network of your own.
    activation : str or sequence of str
        The activation, or one a layer, of a network that does not say it itself.

    Attributes
    ----------
    parameter : Dropdown
        Such as "W2[0,0]" or "b2[0,0]".
    value : FloatSlider
    sample : Dropdown
        The number of a sample, from 1, or "all samples".
    product, slope, numerical : float
        The gradient three times: from the product of the factors, from ``backward``, and by central difference.

    Raises
    ------
    InputError
        If the data are missing or do not fit.
    """

    def __init__(self, network=None, X=None, y=None, activation="sigmoid"):
        if network is None:
            network, X, y = worked_network()
        if X is None or y is None:
            raise InputError("The network came without X or without y; expected samples and targets to look at.")
        self.network = own_class.editable_copy(network)
        self._activation = activation
        self._X, self._y = validation.samples_and_targets(X, y)
        last = len(network.weights)
        self.parameter, self.value = parameter_controls(self.network, parameter_names(network, [last]))
        self.sample = dropdown("sample", [*range(1, len(self._X) + 1), BATCH], 1)
        figure, axes = plots.figure(2, width=9.0, height=4.0)
        moving = [*self._make_bars(axes[0]), *self._make_curve(axes[1])]
        super().__init__(figure, moving, [self.parameter, self.value, self.sample])

    def draw(self):
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)
        whole = self.sample.value == BATCH
        rows = slice(None) if whole else slice(self.sample.value - 1, self.sample.value)
        X, y = self._X[rows], self._y[rows]
        factors = self._factors(X, y)
        contributions = np.prod(list(factors.values()), axis=0) / len(X)
        self.product = float(contributions.sum())
        self.slope = own_class.get_parameter(self.network.backward(X, y), self.parameter.value)
        loss = self._loss_at(X, y)
        self.numerical = float(central_difference(lambda value: loss(value[0]), [self.value.value])[0])
        if whole:
            bars = {str(n): value for n, value in enumerate(contributions[:MOST_BARS], start=1)}
        else:
            bars = {name: values[0] for name, values in factors.items()}
        bars["sum" if whole else "product"] = self.product
        formula = " · ".join(factors)
        first = f" (the first {MOST_BARS})" * (len(contributions) > MOST_BARS)
        self._move_bars(
            bars, f"{formula} / N of each sample{first}, and their sum" if whole else f"{formula} = product"
        )
        self._move_curve(loss)
        self._tell(factors, whole, loss(self.value.value))

    def _factors(self, X, y):
        """What is multiplied to make the gradient, name by name, each (N,): one number a sample."""
        layer, row, unit = place_of(self.parameter.value)
        zs, activations = own_class.layer_values(self.network, X, self._activation)
        y_hat = activations[-1]
        f = own_class.functions_of(self.network, len(zs), self._activation)[-1]
        loss = own_class.loss_function_of(self.network, X, y, y_hat, f)
        if loss is None or not np.allclose(f.function(zs[-1]), y_hat):
            raise InputError(
                f"The loss of this {type(self.network).__name__} is none of {', '.join(LOSSES)} with {f.name} at the "
                "output; expected one of them, to take it apart. Name the activation of each layer if it is another."
            )
        bp1 = output_delta.take_apart(y_hat, y, f, loss)
        if bp1.form == output_delta.ROWS:
            factors = {"δ": len(X) * bp1.delta[:, unit]}
        else:
            factors = {"(ŷ − y)": (y_hat - y)[:, unit]}
        if bp1.form == output_delta.PRODUCT:
            factors["f′(z)"] = bp1.steepness[:, unit]
        if self.parameter.value.startswith("W"):
            factors[f"a{superscript(layer - 1)}"] = activations[layer - 1][:, row]  # BP4
        return factors

    def _loss_at(self, X, y):
        """Return the loss as a function of the chosen parameter alone."""
        probe = copy.deepcopy(self.network)

        def loss(value):
            own_class.set_parameter(probe, self.parameter.value, value)
            return loss_of(probe, X, y)

        return loss

    def _tell(self, factors, whole, loss):
        name = f"∂L/∂{self.parameter.value}"
        formula = " · ".join(factors)
        if whole:
            product = f"mean over {len(self._X)} samples of {formula} = <b>{number(self.product)}</b>"
        else:
            numbers = " · ".join(bracketed(values[0]) for values in factors.values())
            product = f"{formula} = {numbers} = <b>{number(self.product)}</b>"
        sample = BATCH if whole else f"sample {self.sample.value}"
        self.show_plot(
            f"Live figure: {name} for {sample} is the product {number(self.product, 3)}, which is the slope of the "
            f"loss against {self.parameter.value} at {number(self.value.value, 3)}, where it is {number(loss, 3)}.",
            f"{name} = {product}<br>backward returns <b>{number(self.slope)}</b>, "
            f"and (L(w + h) − L(w − h)) / 2h gives <b>{number(self.numerical)}</b>: the slope of the tangent.",
        )

    # -- the picture ----------------------------------------------------------------------------------

    @plots.drawing
    def _make_bars(self, ax):
        self._bar_axes = ax
        ax.axhline(0, color=style.MUTED, linewidth=1)
        ax.grid(False)
        ax.tick_params(axis="y", left=False, labelleft=False)
        ax.spines["left"].set_visible(False)
        ax.set_title("Its factors, and their product")
        self._bars = ax.bar(range(MOST_BARS + 1), np.zeros(MOST_BARS + 1), width=0.6)
        self._numbers = [ax.text(k, 0, "", ha="center") for k in range(MOST_BARS + 1)]
        return *self._bars, *self._numbers

    @plots.drawing
    def _make_curve(self, ax):
        self._curve_axes = ax
        ax.set(title="The loss against this parameter alone", ylabel="loss L")
        (self._curve,) = ax.plot([], [], color=style.BLUE)
        (self._tangent,) = ax.plot([], [], color=style.INK, linewidth=1.6, linestyle="--", label="tangent")
        (self._point,) = ax.plot([], [], "o", color=style.ORANGE, markersize=10, markeredgecolor=style.PAPER)
        ax.legend(loc="upper right")
        return self._curve, self._tangent, self._point

    def _move_bars(self, bars, formula):
        limit = 1.3 * _round_up(max(map(abs, bars.values())))
        names = list(bars)
        for k, (bar, text) in enumerate(zip(self._bars, self._numbers, strict=True)):
            value = bars[names[k]] if k < len(bars) else 0.0
            bar.set(height=value, facecolor=style.ORANGE if value < 0 else style.BLUE, visible=k < len(bars))
            bar.set(edgecolor=style.INK, linewidth=2.0 * (k == len(bars) - 1))
            text.set(text=number(value, 3), visible=k < len(bars), va="top" if value < 0 else "bottom")
            text.set_y(value + (-0.03 if value < 0 else 0.03) * limit)
        ax = self._bar_axes
        if [text.get_text() for text in ax.get_xticklabels()] != names or ax.get_xlabel() != formula:
            ax.set_xticks(range(len(names)), names)
            ax.set(xlabel=formula, xlim=(-0.6, len(names) - 0.4))
            self.canvas.redraw_all()
        ax.set_ylim(-limit, limit)

    def _move_curve(self, loss):
        value, ax = self.value.value, self._curve_axes
        across = np.linspace(self.value.min, self.value.max, POINTS)
        losses = np.array([loss(w) for w in across])
        height = _round_up(losses.max())
        self._curve.set_data(across, losses)
        self._point.set_data([value], [loss(value)])
        reach = 0.2 * np.ptp(across) / np.hypot(1, self.slope * np.ptp(across) / height) * np.array([-1, 1])
        self._tangent.set_data(value + reach, loss(value) + self.slope * reach)
        if ax.get_xlabel() != self.parameter.value:
            ax.set_xlabel(self.parameter.value)
            self.canvas.redraw_all()
        ax.set(xlim=(across[0], across[-1]), ylim=(0, height))


def _round_up(value):
    """Return the next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ...: limits of axes that seldom change."""
    power = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
