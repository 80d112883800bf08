"""Notebook 02: two losses and their slopes, for one prediction."""

import numpy as np

from bpcourse.mathematics.losses import (
    binary_cross_entropy,
    binary_cross_entropy_derivative,
    squared_error,
    squared_error_derivative,
)
from bpcourse.pictures import charts, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.writing import number
from bpcourse.widgets.controls import move, slider, toggle
from bpcourse.widgets.live import LiveDrawing

LOSSES = {
    "½ squared error": (squared_error, squared_error_derivative),
    "cross-entropy": (binary_cross_entropy, binary_cross_entropy_derivative),
}
DASHED = ("½ squared error",)
PREDICTIONS = np.linspace(0.005, 0.995, 199)
Z = np.linspace(-5.0, 5.0, 101)
LEAST, MOST = 0.01, 0.99  # of ŷ
TOPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # of the loss axis, the first that holds both losses
MARGIN, STRIP = 250, 104  # pixels beside both charts for their numbers, and between them for σ


class LossExplorer(LiveDrawing):
    """Move a prediction ŷ = σ(z) against its target: ½ squared error and binary cross-entropy of one sample.

    Above both losses with their tangents, below the slopes that training feels, ∂L/∂z, and between them a strip that
    leads from ŷ to its z: where the sigmoid is saturated and wrong, squared error hardly pulls, cross-entropy pulls
    with all its strength. ŷ and z can be dragged.

    Attributes
    ----------
    prediction : FloatSlider
        ŷ, 0.01 to 0.99.
    target : ToggleButtons
        y, 0 or 1.
    losses, slopes : Frame
        The two charts, from pixels to numbers and back.
    """

    losses = None

    def __init__(self):
        self.prediction = slider("prediction ŷ", 0.2, LEAST, MOST)
        self.target = toggle("target y", [0, 1], 1)
        super().__init__([self.prediction, self.target])

    def draw(self):
        y_hat, y = self.prediction.value, self.target.value
        z = np.log(y_hat / (1 - y_hat))
        values = {name: _loss_and_slopes(name, y_hat, y) for name in LOSSES}
        top = next((top for top in TOPS if top > 1.05 * max(loss for loss, *_ in values.values())), TOPS[-1])
        zooms = self.losses is not None and self.losses.y.high != top
        beside = self.width >= 660  # else the numbers stand above and below the charts
        across = self.width - 56 - (MARGIN if beside else 22)
        self.losses = Frame((56, 34 if beside else 78, across, 140), (0, 1), (0, top))
        reach = (-0.1, 1.1) if y == 0 else (-1.1, 0.1)
        self.slopes = Frame((56, self.losses.box[1] + 140 + STRIP, across, 140), (-5, 5), reach)
        parts = [*self._strip(y_hat, z, values), *self._loss_chart(y_hat, y, values), *self._slope_chart(z, y, values)]
        parts += self._keys(beside, values)
        self._tell(y_hat, y, z, values, parts, 0.25 if zooms else 0.0)

    def drag(self, id, x, y):
        move(self.prediction, self.losses.x.back(x) if id == "y-hat" else _sigmoid(self.slopes.x.back(x)))

    def nudge(self, id, steps):
        move(self.prediction, self.prediction.value + 0.01 * steps)

    # -- the drawing ---------------------------------------------------------------------------------

    def _loss_chart(self, y_hat, y, values):
        frame = self.losses
        curves, tangents, points = [], [], []
        for name, (loss, slope, _) in values.items():
            losses = _loss_and_slopes(name, PREDICTIONS, y)[0]
            curves.append(frame.curve(PREDICTIONS, losses, dashed=name in DASHED, id=f"loss: {name}"))
            tangents.append(frame.tangent(y_hat, loss, slope, role="backward", width=2.5, id=f"tangent: {name}"))
            points.append(_point(name, *frame.place(y_hat, loss), id=f"loss point: {name}"))
        axes = frame.axes("", "loss of one sample", ticks=(6, 4), id="loss axes")
        return [axes, frame.inside(*curves, *tangents, id="loss curves"), *points]

    def _slope_chart(self, z, y, values):
        frame = self.slopes
        curves, stems = [], []
        for shift, (name, (_, _, slope)) in zip((-5, 5), values.items(), strict=True):
            x, height = frame.place(z, slope)
            slopes = _loss_and_slopes(name, _sigmoid(Z), y)[2]
            curves.append(frame.curve(Z, slopes, "backward", dashed=name in DASHED, id=f"slope: {name}"))
            stems.append(
                charts.stroke([(x + shift, frame.y(0)), (x + shift, height)], "backward", 5, pointer_events="none")
            )
            stems.append(_point(name, x, height, "backward", id=f"slope point: {name}"))
        return [frame.axes("", "", ticks=(0, 4), id="slope axes"), *curves, *stems]

    def _strip(self, y_hat, z, values):
        """What leads from ŷ to z: lines for whole numbers z, which crowd where σ is flat, and the present one."""
        (left, top, across, height), floor = self.losses.box, self.slopes.box[1]
        start, end, right = top + height + 34, floor - 28, left + across + 10
        rays = [[(self.losses.x(_sigmoid(whole)), start), (self.slopes.x(whole), end)] for whole in range(-5, 6)]
        parts = [charts.stroke("".join(map(charts.line, rays)), "track", 1.5)]
        for whole in range(-4, 5, 2):
            parts.append(svg.text(float(self.slopes.x(whole)), floor - 10, number(whole), 12, "quiet"))
        parts.append(svg.text(right, top + height + 5, "ŷ", 14, "forward", "start"))
        parts.append(svg.text(right, floor - 10, "z", 14, "forward", "start"))
        here, there = float(self.losses.x(y_hat)), float(self.slopes.x(z))
        last = max(floor, *(self.slopes.y(slope) for *_, slope in values.values()))
        parts.append(charts.stroke([(here, top), (here, start), (there, end), (there, last)], "forward", id="way"))
        for id, x, y, chart, name, value in (
            ("y-hat", here, start, top, "ŷ in the picture", y_hat),
            ("z", there, end, floor, "z in the picture", z),
        ):
            grip = charts.stroke(f"M{x:g} {chart:g}v120", "transparent", 24)
            parts.append(charts.handle(id, x, y, name, round(value, 2), number(value, 3), grip))
        return parts

    def _keys(self, beside, values):
        """Which line is which loss, with its numbers, and what the strip is."""
        (left, top, across, height), floor = self.losses.box, self.slopes.box[1]
        parts, x = [], left + across + 28 if beside else 60
        for what, role, index, y in (
            ("loss", "ink", 0, top + 24 if beside else top - 58),
            ("∂L/∂z", "backward", 2, floor + 24 if beside else floor + 166),
        ):
            for name, numbers in values.items():
                sample = charts.stroke([(x, y - 5), (x + 36, y - 5)], role, dashed=name in DASHED)
                parts += [sample, _point(name, x + 18, y - 5, role)]
                parts.append(svg.text(x + 46, y, name, anchor="start"))
                place, bold = (x + 46, y + 22) if beside else (x + 170, y), {"anchor": "start", "font_weight": 600}
                parts.append(
                    svg.text(*place, f"{what} {number(numbers[index], 3)}", 16 if beside else 14, role, **bold)
                )
                y += 54 if beside else 22
        if beside:
            y = (top + height + floor) / 2
            parts.append(svg.text(x, y, "ŷ = σ(z)", 16, "forward", "start"))
            parts.append(svg.text(x, y + 20, "even steps of z crowd near 0 and 1", 12, "quiet", "start"))
        return parts

    def _tell(self, y_hat, y, z, values, parts, seconds):
        rows = [
            f"<tr><td>{name}</td><td><b>{number(loss, 3)}</b></td><td>{number(slope, 3)}</td>"
            f"<td><b>{number(slope_z, 3)}</b></td></tr>"
            for name, (loss, slope, slope_z) in values.items()
        ]
        (squared, _, squared_z), (cross, _, cross_z) = values.values()
        alt = (
            f"Live figure: prediction {number(y_hat, 3)} for target {y}. "
            f"½ squared error is {number(squared, 3)}, its slope with respect to z {number(squared_z, 3)}; "
            f"cross-entropy is {number(cross, 3)}, its slope with respect to z {number(cross_z, 3)}."
        )
        height = self.slopes.box[1] + (152 if self.width >= 660 else 200)
        self.show_drawing(
            svg.drawing(self.width, height, alt, *parts),
            f"ŷ = {number(y_hat, 3)}, that is z = {number(z, 3)}; target y = {y}."
            "<table class='bp-numbers'><tr><td></td><th>loss</th><th>slope ∂L/∂ŷ</th><th>slope ∂L/∂z</th></tr>"
            f"{''.join(rows)}</table>",
            seconds,
        )


def _point(name, x, y, role="ink", **look):
    """A point of a loss: a square on the solid line, a circle on the dashed one."""
    return charts.spots([(x, y)], role, 10, square=name not in DASHED, pointer_events="none", **look)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _loss_and_slopes(name, y_hat, y):
    """Loss of one sample, its slope with respect to ŷ, and with respect to z (times σ′(z) = ŷ (1 − ŷ))."""
    value, derivative = LOSSES[name]
    y_hat = np.asarray(y_hat)[..., None, None]  # one sample and one output each
    y = np.full_like(y_hat, y)
    slope = derivative(y_hat, y)
    return value(y_hat, y), slope[..., 0, 0], (slope * y_hat * (1 - y_hat))[..., 0, 0]
