"""Notebook 02: two losses and their slopes, for one prediction."""

import numpy as np

from bpcourse.mathematics.losses import (
    binary_cross_entropy,
    binary_cross_entropy_derivative,
    squared_error,
    squared_error_derivative,
)
from bpcourse.pictures import plots, style
from bpcourse.pictures.writing import number
from bpcourse.widgets.controls import slider, toggle
from bpcourse.widgets.live import LivePlot

LOSSES = {
    "½ squared error": (squared_error, squared_error_derivative, {"color": style.ORANGE, "linestyle": "--"}, "o"),
    "cross-entropy": (binary_cross_entropy, binary_cross_entropy_derivative, {"color": style.BLUE}, "s"),
}
PREDICTIONS = np.linspace(0.005, 0.995, 199)
Z = np.linspace(-5.0, 5.0, 201)
TANGENT = 0.2  # how far a tangent reaches to either side


class LossExplorer(LivePlot):
    """Move a prediction ŷ = σ(z) against its target: ½ squared error and binary cross-entropy of one sample.

    Left both losses with their tangents, right the slopes that training feels, ∂L/∂z: where the sigmoid is saturated
    and wrong, squared error hardly pulls, cross-entropy pulls with all its strength.

    Attributes
    ----------
    prediction : FloatSlider
        ŷ, 0.01 to 0.99.
    target : ToggleButtons
        y, 0 or 1.
    """

    def __init__(self):
        self.prediction = slider("prediction ŷ", 0.2, 0.01, 0.99)
        self.target = toggle("target y", [0, 1], 1)
        figure, axes = plots.figure(2, width=9.0, height=3.9)
        self._loss_artists = self._make_axes(axes[0], tangents=True)
        self._slope_artists = self._make_axes(axes[1], tangents=False)
        axes[0].set(xlabel="prediction ŷ", ylabel="loss", xlim=(0, 1), ylim=(0, 4.8), title="Loss")
        axes[1].set(xlabel="z, with ŷ = σ(z)", ylabel="slope ∂L/∂z", xlim=(-5, 5), ylim=(-1.1, 1.1))
        axes[1].set_title("Slope that reaches z")
        artists = [*self._loss_artists.values(), *self._slope_artists.values()]
        super().__init__(figure, [artist for parts in artists for artist in parts], [self.prediction, self.target])

    def draw(self):
        y_hat, y = self.prediction.value, self.target.value
        z = np.log(y_hat / (1 - y_hat))
        values = {name: _loss_and_slopes(name, y_hat, y) for name in LOSSES}
        for name, (loss, slope, slope_z) in values.items():
            curve, point, tangent = self._loss_artists[name]
            curve.set_data(PREDICTIONS, _loss_and_slopes(name, PREDICTIONS, y)[0])
            point.set_data([y_hat], [loss])
            reach = TANGENT / np.hypot(1, slope / 4.8)  # of one length in the picture, however steep
            tangent.set_data(y_hat + np.array([-reach, reach]), loss + slope * np.array([-reach, reach]))
            curve, point = self._slope_artists[name]
            curve.set_data(Z, _loss_and_slopes(name, 1 / (1 + np.exp(-Z)), y)[2])
            point.set_data([z], [slope_z])
        self._tell(y_hat, y, z, values)

    def _tell(self, y_hat, y, z, values):
        rows = [
            f"<tr><td>{name}</td><td><b>{number(loss, 3)}</b></td><td>{number(slope, 3)}</td>"
            f"<td><b>{number(slope_z, 3)}</b></td></tr>"
            for name, (loss, slope, slope_z) in values.items()
        ]
        (squared, _, squared_z), (cross, _, cross_z) = values.values()
        self.show_plot(
            f"Live figure: prediction {number(y_hat, 3)} for target {y}. "
            f"½ squared error is {number(squared, 3)}, its slope with respect to z {number(squared_z, 3)}; "
            f"cross-entropy is {number(cross, 3)}, its slope with respect to z {number(cross_z, 3)}.",
            f"ŷ = {number(y_hat, 3)}, that is z = {number(z, 3)}; target y = {y}."
            "<table class='bp-numbers'><tr><td></td><th>loss</th><th>slope ∂L/∂ŷ</th><th>slope ∂L/∂z</th></tr>"
            f"{''.join(rows)}</table>",
        )

    @plots.drawing
    def _make_axes(self, ax, tangents):
        """Return for each loss its curve and point, and if asked the tangent."""
        ax.axhline(0, color=style.MUTED, linewidth=0.8)
        artists = {}
        for name, (_, _, look, marker) in LOSSES.items():
            (curve,) = ax.plot([], [], label=name, zorder=2, **look)
            point = {"marker": marker, "markersize": 10, "markeredgecolor": style.PAPER, "color": look["color"]}
            artists[name] = [curve, *ax.plot([], [], zorder=4, clip_on=False, gid=f"{name}: point", **point)]
            if tangents:
                artists[name] += ax.plot([], [], color=style.INK, linewidth=1.4, zorder=3, gid=f"{name}: tangent")
        if tangents:
            ax.legend(loc="upper center")
        return artists


def _loss_and_slopes(name, y_hat, y):
    """Loss of one sample, its slope with respect to ŷ, and with respect to z (times σ′(z) = ŷ (1 − ŷ))."""
    value, derivative, *_ = LOSSES[name]
    y_hat = np.asarray(y_hat)[..., None, None]  # one sample and one output each
    y = np.full_like(y_hat, y)
    slope = derivative(y_hat, y)
    return value(y_hat, y), slope[..., 0, 0], (slope * y_hat * (1 - y_hat))[..., 0, 0]
