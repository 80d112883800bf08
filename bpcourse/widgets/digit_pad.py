"""Notebooks 00 and 07: a digit drawn by hand, and what a network reads in it."""

import copy
import re

import ipywidgets
import numpy as np

from bpcourse.mathematics import datasets, own_class, validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import charts, svg
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import number
from bpcourse.widgets import ink as inks
from bpcourse.widgets.controls import button, checkbox, dropdown
from bpcourse.widgets.example import digit_reader, example_digits
from bpcourse.widgets.live import LiveDrawing

NARROW, WIDE, TOP, GAP = 720, 880, 34, 32  # pixels
OWN = "your own"


class DigitPad(LiveDrawing):
    """Draw a digit, and a network reads it at once; ask, and see the gradient of its loss for each pixel.

    The pointer draws, and so does a pen that the arrow keys move and Space puts down and lifts. The ink is counted in
    blocks of 4 × 4 cells, as it was for `datasets.digits`, which the network has learned from.

    Parameters
    ----------
    network : NeuralNetwork, or an object with ``forward``, for the gradient also ``backward`` and ``weights``
        64 inputs, 10 outputs. It is shown as it is at each stroke, trained on meanwhile or not. If None, one that is
        trained within a second.

    Attributes
    ----------
    ink : ndarray of bool, (32, 32)
        What is drawn; may be assigned.
    example : Dropdown
        A digit of the data set to start from, or "your own" once something was drawn.
    fit : Checkbox
        Whether what is drawn is stretched to the box, as the digits of the data set were; examples are left alone.
    clear : Button
    show_gradient : Checkbox
    target : Dropdown
        The digit that the loss compares with.
    pixels : ndarray, (8, 8)
        Ink cells of each block, 0 to 16; a sixteenth of that is what the network is given.
    probabilities : ndarray, (10,)
        What the network says.
    gradient : ndarray, (8, 8), or None
        ∂L/∂x for each input x, a pixel from 0 to 1, while it is shown.

    Raises
    ------
    InputError
        If the network cannot read 64 pixels, or does not give ten finite numbers.
    """

    def __init__(self, network=None):
        self.network = copy.deepcopy(digit_reader()) if network is None else network
        self._ink, self._token = np.zeros((inks.SIDE, inks.SIDE), bool), ""
        self.example = dropdown("start from", [OWN, *range(10)], 3)
        self.example.observe(self._load, "value")
        self.fit = checkbox("stretch to the box", True)
        self.clear = button("Clear", "Empty the pad", self._clear)
        self.show_gradient = checkbox("gradient for each pixel", False)
        self.target = dropdown("for the target", range(10), 3)
        self._load(None)
        super().__init__([self.example, self.clear, self.fit, self.show_gradient, self.target])

    def arranged(self, controls):
        for box in self.fit, self.show_gradient:
            box.layout.width = "auto"
        for menu in self.example, self.target:
            menu.layout.width, menu.style.description_width = "180px", "initial"
        rows = [self.example, self.clear, self.fit], [self.show_gradient, self.target]
        return super().arranged([ipywidgets.HBox(row) for row in rows])

    @property
    def ink(self):
        return self._ink.copy()

    @ink.setter
    def ink(self, ink):
        self._ink = validation.matrix(ink, "ink", rows=inks.SIDE, columns=inks.SIDE) != 0
        with self.quietly():
            self.example.value = OWN
        self._follow(None)

    def _load(self, change):
        if self.example.value != OWN:
            self._ink = inks.inked(example_digits()[self.example.value])

    def _clear(self, button):
        self.ink = np.zeros_like(self._ink)

    def _hear(self, widget, message, buffers):
        match message:
            case {"pen": points, "token": token}:
                self._token = token
                self.ink = self._ink | inks.drawn(points)
            case _:
                super()._hear(widget, message, buffers)

    # -- what it computes -----------------------------------------------------------------------------

    def draw(self):
        self.target.disabled = not self.show_gradient.value  # until it makes a difference
        fit = self.fit.value and self.example.value == OWN
        pixels = inks.counted(inks.fitted(self._ink) if fit else self._ink)
        x = pixels.reshape(1, -1) / inks.BLOCK**2
        probabilities = _read(self.network, x)
        gradient = self._gradient(x).reshape(8, 8) if self.show_gradient.value else None
        self.pixels, self.probabilities, self.gradient = pixels, probabilities, gradient
        words = self._words()
        self.show_drawing(self._drawing(re.sub("<[^>]*>", " ", words)), words)

    def _gradient(self, x):
        own_class.require(self.network, "weights", "biases", "backward", by="the gradient for each pixel")
        gradients = self.network.backward(x, datasets.one_hot([self.target.value], 10))
        weights, _ = own_class.parameters(self.network)
        return own_class.deltas_of(gradients, 1)[0] @ weights[0].T  # BP2, once more

    def _words(self):
        first, second = np.argsort(-self.probabilities)[:2]
        ps = [_share(p).replace("<", "under").replace(">", "over") for p in self.probabilities[[first, second]]]
        words = f"It reads <b>{first}</b> with <b>{ps[0]}</b>; next {second} with {ps[1]}."
        if not self._ink.any():
            words = f"The pad is empty: draw a digit. (Of nothing, the network still says {first} with {ps[0]}.)"
        if self.gradient is not None:
            row, column = np.unravel_index(np.abs(self.gradient).argmax(), self.gradient.shape)
            words += (
                f"<br>For the target {self.target.value}, ∂L/∂x = δ¹ W¹ᵀ, BP2 once more; steepest in row {row + 1}, "
                f"column {column + 1}: <b>{number(self.gradient[row, column])}</b>."
            )
        return words

    # -- the picture ----------------------------------------------------------------------------------

    def _drawing(self, alt):
        narrow = self.width < NARROW
        side = inks.SIDE * (9 if self.width >= WIDE else 7)
        right, below = side + GAP, TOP + side
        left, top, line = (0, below + 68, 26) if narrow else (right + side + GAP, 0, (side - 8) / 10)
        parts = [
            *_box(0, side, "the pad, 32 × 32", ["Draw, or use arrows and Space"], self._pad(side)),
            charts.arrow((side + 6, TOP + side / 2), (right - 6, TOP + side / 2), "quiet"),
            *_box(right, side, *self._titles(), *self._squares(right, side / 8)),
            svg.text(left, top + TOP - 12, "what the network says", anchor="start"),
            *(self._bar(left, top + TOP + 4 + line * digit, line, digit) for digit in range(10)),
        ]
        height = below + (68 + TOP + 270 if narrow else 50)
        return svg.drawing(self.width, height, f"A pad to draw a digit on. {alt}", *parts)

    def _titles(self):
        """What stands above the pixels, and the lines below them."""
        if self.gradient is not None:
            lines = ["+ more ink here raises the loss", "− more ink here lowers it"]
            return f"∂L/∂x, target {self.target.value}", lines
        counted = "stretched to the box, then counted" if self.fit.value else "counted as drawn; the data fill the box"
        return "x, what the network sees", ["ink cells in each 4 × 4 block" if self.example.value != OWN else counted]

    def _pad(self, side):
        look = {"fill": "none", "stroke": colour("ink"), "stroke_width": 2 * inks.PEN, "stroke_linecap": "round"}
        ink = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(self._ink))
        cells = [
            svg.element("rect", width=inks.SIDE, height=inks.SIDE, fill="transparent"),  # on which the pen can be put
            svg.element("path", d=ink, fill=colour("ink"), shape_rendering="crispEdges"),
            svg.element("path", d="", class_="bp-way", **look, stroke_linejoin="round"),
            svg.element("circle", cx=16, cy=16, r=inks.PEN, class_="bp-pen"),
        ]
        box = {"y": TOP, "width": side, "height": side, "viewBox": f"0 0 {inks.SIDE} {inks.SIDE}"}
        what = {"role": "application", "tabindex": 0, "aria_label": "pad: arrow keys move the pen, Space puts it down"}
        return svg.element("g", svg.element("svg", *cells, **box), id="pad", data_pad=self._token, **what)

    def _squares(self, left, size):
        """Draw the pixels as dark as there is ink in them, and on them their numbers, or the gradient for each.

        That is + or −, whose square is as large; below a hundredth of the largest, nothing.
        """
        role, darkest = ("forward", 0.56) if self.gradient is None else ("quiet", 0.3)  # what is on it can be read
        parts = np.zeros((8, 8)) if self.gradient is None else self.gradient / (np.abs(self.gradient).max() or 1.0)
        for (row, column), count in np.ndenumerate(self.pixels):
            x, y, part = left + size * (column + 0.5), TOP + size * (row + 0.5), parts[row, column]
            box = {"x": x - size / 2, "y": y - size / 2, "width": size, "height": size, "fill": colour(role)}
            yield svg.element("rect", **box, fill_opacity=round(darkest * float(count) / 16, 3)) if count else None
            arm = (size / 2 - 4) * abs(part) ** 0.5
            path = f"M{x - arm:g} {y:g}h{2 * arm:g}" + (f"M{x:g} {y - arm:g}v{2 * arm:g}" if part > 0 else "")
            if abs(part) >= 0.01:
                yield charts.stroke(path, "backward" if part > 0 else "forward", 2.5)
            elif self.gradient is None and count:
                yield svg.text(x, y + 4.5, str(count), 12)

    def _bar(self, left, y, line, digit):
        p, right = float(self.probabilities[digit]), self.width
        room, is_target = right - left - 88, self.gradient is not None and digit == self.target.value
        look = {"x": left + 28, "y": y + 3, "height": line - 6, "rx": 3}
        weight = "bold" if digit == self.probabilities.argmax() else None
        return svg.element(
            "g",
            svg.text(left + 8, y + line / 2 + 5, str(digit), 16, font_weight=weight),
            svg.element("rect", width=room, fill=colour("code"), **look),
            svg.element("rect", width=room * min(max(p, 0), 1), fill=colour("forward"), **look),
            svg.element("rect", width=room, fill="none", stroke=colour("ink"), **look) if is_target else None,
            svg.text(right, y + line / 2 + 5, _share(p), anchor="end", font_weight=weight),
            id=f"says-{digit}",
        )


def _share(p):
    """Write a probability with two decimals, that are never 0.00 for what is not 0, nor 1.00 for what is not 1."""
    return "< 0.01" if 0 < p < 0.005 else "> 0.99" if 0.995 < p < 1 else f"{p:.2f}".replace("-", "−")


def _box(left, side, title, captions, *inside):
    """Return a square of the drawing, of 8 × 8, with its title above, what is inside, and words below."""
    places = [side * k / 8 for k in range(1, 8)]
    lines = "".join(f"M{left + at:g} {TOP}v{side}M{left} {TOP + at:g}h{side}" for at in places)
    edge = {"x": left, "y": TOP, "width": side, "height": side, "fill": "none", "stroke": colour("field-edge")}
    yield svg.text(left, TOP - 12, title, anchor="start")
    yield svg.element("g", charts.stroke(lines, "grid", 1), *inside, svg.element("rect", **edge))
    for k, words in enumerate(captions):
        yield svg.text(left, TOP + side + 22 + 20 * k, words, 14, "quiet", "start")


def _read(network, x):
    """Return the ten numbers that a network gives for the pixels x, (1, 64); or raise InputError."""
    own_class.require(network, "forward", by="the digit pad")
    expected = "expected 64 inputs, one a pixel, and 10 outputs, one a digit, as NeuralNetwork(64, 32, 10) has."
    if getattr(network, "weights", None) is not None:
        weights, _ = own_class.parameters(network)
        if (len(weights[0]), weights[-1].shape[1]) != (64, 10):
            raise InputError(f"The network has {len(weights[0])} inputs, {weights[-1].shape[1]} outputs; {expected}")
    says = validation.numbers_array(network.forward(x), "forward(X) of the network", "Has its training diverged?")
    if says.shape != (1, 10):
        raise InputError(f"forward(X) of one sample returned shape {says.shape} instead of (1, 10); {expected}")
    return says[0]
