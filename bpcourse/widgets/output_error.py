"""Notebook 03: the gradient of one weight of the last layer as a product of numbers, and as a slope."""

import copy

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.gradients import central_difference
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.own_class import loss_of
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import factors as pictures
from bpcourse.pictures import svg
from bpcourse.pictures.charts import Frame, handle
from bpcourse.pictures.writing import bracketed, number
from bpcourse.widgets import output_delta
from bpcourse.widgets.controls import dropdown, parameter_controls, parameter_names, place_of
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LiveDrawing

POINTS = 61  # of the loss curve
MOST_SAMPLES = 8  # that are drawn one by one
NARROW = 720  # pixels, below which the two halves stand below each other
BATCH = "all samples"


class OutputErrorExplorer(LiveDrawing):
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
        super().__init__([self.parameter, self.value, self.sample])

    def draw(self):
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)
        whole = self.sample.value == BATCH
        rows = slice(None) if whole else slice(self.sample.value - 1, self.sample.value)
        X, y = self._X[rows], self._y[rows]
        factors = self._factors(X, y)
        self.product = float(np.prod(list(factors.values()), axis=0).mean())
        self.slope = own_class.get_parameter(self.network.backward(X, y), self.parameter.value)
        loss = self._loss_at(X, y)
        self.numerical = float(central_difference(lambda value: loss(value[0]), [self.value.value])[0])
        width = self.width
        side = width >= NARROW
        boxes = [(0, 8, 0.56 * width, 340), (0.56 * width + 64, 36, 0.44 * width - 72, 260)]
        if not side:
            boxes = [(0, 0, width, 250), (48, 292, width - 56, 160)]
        parts = [*self._draw_product(boxes[0], factors, whole), *self._draw_curve(boxes[1], loss)]
        alt, readout = self._in_words(factors, whole, loss(self.value.value))
        self.show_drawing(svg.drawing(width, 352 if side else 496, alt, *parts), readout)

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
            factors = {f"δ^{{{layer}}}": len(X) * bp1.delta[:, unit]}
        else:
            factors = {"(ŷ − y)": (y_hat - y)[:, unit]}
        if bp1.form == output_delta.PRODUCT:
            factors[f"f′(z^{{{layer}}})"] = bp1.steepness[:, unit]
        if self.parameter.value.startswith("W"):
            factors[f"a^{{{layer - 1}}}"] = activations[layer - 1][:, row]  # BP4
        return factors

    def _loss_at(self, X, y):
        """Return the loss as a function of the chosen parameter alone."""
        probe = copy.deepcopy(self.network)

        def loss(value):
            own_class.set_parameter(probe, self.parameter.value, value)
            return loss_of(probe, X, y)

        return loss

    def _in_words(self, factors, whole, loss):
        """Return the drawing in words, and the readout."""
        name = f"∂L/∂{self.parameter.value}"
        formula = svg.in_html(" · ".join(factors))
        if whole:
            product = f"mean over {len(self._X)} samples of {formula} = <b>{number(self.product)}</b>"
        else:
            numbers = " · ".join(bracketed(values[0]) for values in factors.values())
            product = f"{formula} = {numbers} = <b>{number(self.product)}</b>"
        sample = BATCH if whole else f"sample {self.sample.value}"
        alt = (
            f"Live figure: {name} for {sample} is the product {number(self.product, 3)}, which is the slope of the "
            f"loss against {self.parameter.value} at {number(self.value.value, 3)}, where it is {number(loss, 3)}."
        )
        return alt, (
            f"{name} = {product}<br>backward returns <b>{number(self.slope)}</b>, "
            f"and (L(w + h) − L(w − h)) / 2h gives <b>{number(self.numerical)}</b>: the slope of the tangent."
        )

    # -- the drawing ----------------------------------------------------------------------------------

    def _draw_product(self, box, factors, whole):
        """The factors of one sample as bars that shrink, or of each sample, and what they add up to."""
        gradient = f"∂L/∂{self.parameter.value}"
        rows = [_stages(factors, n, gradient) for n in range(len(self._X) if whole else 1)]
        values = [(name, values[0], "forward" if name[0] == "a" else "backward") for name, values in factors.items()]
        if not whole:
            return pictures.product(box, rows[0], values[1:])
        total = (f"their sum{', of all,' * (len(rows) > MOST_SAMPLES)} is {gradient}", self.product, len(rows))
        return pictures.products(box, rows[:MOST_SAMPLES], values[1:], total)

    def _draw_curve(self, box, loss):
        """The loss over the parameter alone, with its tangent and a point that can be dragged."""
        value, name = self.value.value, self.parameter.value
        across = np.linspace(self.value.min, self.value.max, POINTS)
        losses = np.array([loss(w) for w in across])
        frame = self._frame = Frame(box, (across[0], across[-1]), (0, _round_up(losses.max())))
        here = loss(value)
        yield frame.axes(name, "loss L")
        yield frame.inside(
            frame.curve(across, losses, "forward", width=2.5, id="curve"),
            frame.tangent(value, here, self.slope, 90, "gradient", width=2, id="tangent"),
        )
        x, y = frame.place(value, here)
        yield handle(
            "point", float(x), float(y), name, value, f"{number(value, 3)}, loss {number(here, 3)}", role="gradient"
        )

    def drag(self, id, x, y):
        self.value.value = round(self._frame.x.back(x) / self.value.step) * self.value.step

    def nudge(self, id, steps):
        self.value.value += steps * self.value.step


def _stages(factors, n, gradient):
    """The product of sample n as it grows from factor to factor: name, value and role of each stage."""
    values = np.cumprod([values[n] for values in factors.values()]).tolist()
    names, roles = ["δ" for _ in values], ["backward" for _ in values]
    names[0] = next(iter(factors)).strip("()")
    names[-1], roles[-1] = gradient, "gradient"
    return list(zip(names, values, roles, strict=True))


def _round_up(value):
    """Return the next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ...: limits of axes that seldom change."""
    power = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
