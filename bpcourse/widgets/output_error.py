"""Notebook 04: the gradient of one weight of the last layer as a product of numbers, and as a slope."""

import numpy as np

from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.own_class import get_parameter
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import factors as pictures
from bpcourse.pictures import svg
from bpcourse.pictures.charts import Frame, handle
from bpcourse.pictures.writing import bracketed, number
from bpcourse.widgets.controls import dropdown, place_of
from bpcourse.widgets.explored import Explored, samples_for
from bpcourse.widgets.microscope.training_step import PRODUCT, ROWS, UNKNOWN, Moment

POINTS = 61  # of the loss curve
MOST_SAMPLES = 8  # that are drawn one by one
NARROW = 720  # pixels, below which the two halves stand below each other
BATCH = "all samples"


class OutputErrorExplorer(Explored):
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
        network, self._X, self._y = samples_for(network, X, y)
        self._activation = activation
        self.explore(network, [len(network.weights)])
        self.sample = dropdown("sample", [*range(1, len(self._X) + 1), BATCH], 1)
        super().__init__([self.parameter, self.value, self.sample])

    def draw(self):
        super().draw()
        name, whole = self.parameter.value, self.sample.value == BATCH
        rows = slice(None) if whole else [self.sample.value - 1]
        now = Moment(self.network, self._X[rows], self._y[rows], self._activation)
        factors = self._factors(now)
        self.product = float(np.prod(list(factors.values()), axis=0).mean())
        self.slope, self.numerical = get_parameter(now.returned, name), now.numerical(name)
        width = self.width
        boxes, height = [(0, 8, 0.56 * width, 340), (0.56 * width + 64, 36, 0.44 * width - 72, 260)], 352
        if width < NARROW:
            boxes, height = [(0, 0, width, 250), (48, 292, width - 56, 160)], 496
        parts = [*self._draw_product(boxes[0], factors), *self._draw_curve(boxes[1], now)]
        alt = (
            f"Live figure: ∂L/∂{name} for {BATCH if whole else f'sample {self.sample.value}'} is the product "
            f"{number(self.product, 3)}, which is the slope of the loss against {name} at "
            f"{number(self.value.value, 3)}, where it is {number(now.loss, 3)}."
        )
        self.show_drawing(svg.drawing(width, height, alt, *parts), self._words(factors))

    def _factors(self, now):
        """What is multiplied to make the gradient, name by name, each (N,): one number a sample."""
        layer, row, unit = place_of(self.parameter.value)
        f = now.functions[-1]
        if now.bp1 == UNKNOWN or not np.allclose(f.function(now.zs[-1]), now.y_hat):
            raise InputError(
                f"The loss of this {type(self.network).__name__} is none of {', '.join(LOSSES)} with {f.name} at the "
                "output; expected one of them, to take it apart. Name the activation of each layer if it is another."
            )
        factors = {"(ŷ − y)": now.y_hat - now.y}
        if now.bp1 == ROWS:
            factors = {f"δ^{{{layer}}}": len(now.X) * now.output_delta}
        elif now.bp1 == PRODUCT:
            factors[f"f′(z^{{{layer}}})"] = now.of("slope", layer)
        factors = {name: values[:, unit] for name, values in factors.items()}
        if self.parameter.value.startswith("W"):
            factors[f"a^{{{layer - 1}}}"] = now.of("a", layer - 1)[:, row]  # BP4
        return factors

    def _words(self, factors):
        formula, N = svg.in_html(" · ".join(factors)), len(self._X)
        numbers = " · ".join(bracketed(values[0]) for values in factors.values())
        product = f"mean over {N} samples of {formula}" if self.sample.value == BATCH else f"{formula} = {numbers}"
        return (
            f"∂L/∂{self.parameter.value} = {product} = <b>{number(self.product)}</b><br>"
            f"backward returns <b>{number(self.slope)}</b>, "
            f"and (L(w + h) − L(w − h)) / 2h gives <b>{number(self.numerical)}</b>: the slope of the tangent."
        )

    # -- the drawing ----------------------------------------------------------------------------------

    def _draw_product(self, box, factors):
        """The factors of one sample as bars that shrink, or of each sample, and what they add up to."""
        gradient, whole = f"∂L/∂{self.parameter.value}", self.sample.value == BATCH
        rows = [_stages(factors, n, gradient) for n in range(len(self._X) if whole else 1)]
        values = [(name, values[0], "forward" if name[0] == "a" else "backward") for name, values in factors.items()]
        if not whole:
            return pictures.product(box, rows[0], values[1:])
        total = (f"their sum{', of all,' * (len(rows) > MOST_SAMPLES)} is {gradient}", self.product, len(rows))
        return pictures.products(box, rows[:MOST_SAMPLES], values[1:], total)

    def _draw_curve(self, box, now):
        """The loss over the parameter alone, with its tangent and a point that can be dragged."""
        value, name, loss = self.value.value, self.parameter.value, now.loss_against(self.parameter.value)
        across = np.linspace(self.value.min, self.value.max, POINTS)
        losses = [loss(w) for w in across]
        frame = self._frame = Frame(box, (across[0], across[-1]), (0, _round_up(max(losses))))
        yield frame.axes(name, "loss L")
        yield frame.inside(
            frame.curve(across, losses, "forward", width=2.5, id="curve"),
            frame.tangent(value, now.loss, self.slope, 90, "gradient", width=2, id="tangent"),
        )
        place, words = frame.place(value, now.loss).tolist(), f"{number(value, 3)}, loss {number(now.loss, 3)}"
        yield handle("point", *place, name, value, words, role="gradient")

    def drag(self, id, x, y):
        self.value.value = round(self._frame.x.back(x) / self.value.step) * self.value.step

    def nudge(self, id, steps):
        self.value.value += steps * self.value.step


def _stages(factors, n, gradient):
    """The product of sample n as it grows from factor to factor: name, value and role of each stage."""
    values = np.cumprod([values[n] for values in factors.values()]).tolist()
    before = [next(iter(factors)).strip("()"), "δ"][: len(values) - 1]
    roles = ["backward"] * len(before) + ["gradient"]
    return list(zip([*before, gradient], values, roles, strict=True))


def _round_up(value):
    """Return the next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ...: limits of axes that seldom change."""
    power = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
