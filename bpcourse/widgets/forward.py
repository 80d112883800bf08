"""Notebook 01: the forward pass, followed through the network number by number."""

import copy

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.pictures import diagram
from bpcourse.pictures.diagram.ids import id_of
from bpcourse.pictures.diagram.parts import gate, lane
from bpcourse.pictures.diagram.state import State
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element, text
from bpcourse.pictures.writing import bracketed, fixed, number, subscript, superscript
from bpcourse.widgets.controls import button, place_of, slider
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.explored import Explored
from bpcourse.widgets.microscope.product import TERMS

PIXELS, STEP = 50, 0.1  # that a drag takes to change a number by 1; of a number
SUM, LINE = 256, 24  # pixels that the sum of one unit is wide, and one of its lines high
MOST_LINES = 6  # of the sum that are drawn


class ForwardExplorer(Explored):
    """Move an input, a weight or a bias, in the drawing or below it, and see every z and a that follows from it.

    At the right of the network, the sum Σ of the unit that the chosen weight or bias belongs to, and its gate.

    Parameters
    ----------
    network : NeuralNetwork, or an object with ``weights``, ``biases`` and ``forward``
        The worked example if None. A copy is explored, so it stays as it is.
    x : array, (1, n_in)
        The first input shown; the worked example's first sample, or zeros, if None.
    activation : str or sequence of str
        The activation, or one a layer, of a network that does not say it itself.

    Attributes
    ----------
    x1, x2, ... : FloatSlider
        The inputs.
    parameter : Dropdown
        The weight or bias that `value` moves, such as "W1[0,2]".
    value : FloatSlider
    reset : Button
        Back to the network and the input it started with.

    Raises
    ------
    InputError
        If x does not fit the network.
    """

    def __init__(self, network=None, x=None, activation="sigmoid"):
        if network is None:
            network, X, _ = worked_network()
            x = X[:1] if x is None else x
        self._given, self._activation = own_class.editable_copy(network), activation
        self.explore(copy.deepcopy(self._given))
        n_in = len(self.network.weights[0])
        self._start = np.zeros((1, n_in)) if x is None else validation.matrix(x, "x", rows=1, columns=n_in)
        reach = max(3.0, float(np.abs(self._start).max()))
        self.inputs = [slider(f"input x{subscript(i)}", x, -reach, reach, STEP) for i, x in enumerate(self._start[0])]
        for i, control in enumerate(self.inputs, start=1):
            setattr(self, f"x{i}", control)
        self.reset = button("Reset", "Back to the numbers it started with", self._reset)
        super().__init__([*self.inputs, self.parameter, self.value, self.reset])

    def _reset(self, button):
        with self.together():
            self.network = copy.deepcopy(self._given)
            self.load_value()
            for control, x in zip(self.inputs, self._start[0], strict=True):
                control.value = x

    # -- what is done in the drawing -----------------------------------------------------------------------

    def drag(self, id, x, y):
        control = self._control(id)
        _move(control, self.pulled(x - y, control.value, PIXELS))

    def nudge(self, id, steps):
        control = self._control(id)
        _move(control, control.value + steps * STEP)

    def _control(self, id):
        """The slider of an input, or that of the weight or bias, which is chosen."""
        if id.startswith("unit"):
            return self.inputs[int(id.split("-")[-1])]
        self.choose(id)
        return self.value

    # -- what is shown -------------------------------------------------------------------------------------

    def draw(self):
        super().draw()
        x = np.array([[control.value for control in self.inputs]])
        layer, _, j = place_of(self.parameter.value)
        unit = Unit(State(self.network, x, None, (), 0, None, self._activation), layer, j)
        inputs = [id for i in range(len(unit.weights)) for id in (f"unit-{layer - 1}-{i}", f"w-{layer}-{i}-{j}")]
        beside = self.width >= 720
        picture = diagram.draw(
            self.network,
            x,
            activation=self._activation,
            lit=[*inputs, f"b-{layer}-{j}", f"unit-{layer}-{j}"],
            sliders=self._sliders(),
            width=self.width - SUM * beside,
            aside=(SUM * beside, 0 if beside else unit.height, *unit.drawn()),
        )
        y_hat = ", ".join(map(number, unit.y_hat))
        self.show_drawing(picture.svg, f"{unit.words()}<br>The prediction is <b>ŷ = {y_hat}</b>.")

    def _sliders(self):
        """The ids of what can be dragged, and how far."""
        inputs = {f"unit-0-{i}": (control.min, control.max) for i, control in enumerate(self.inputs)}
        return inputs | {id_of(name): (self.value.min, self.value.max) for name in self.parameter.options}


def _move(control, value):
    """Let a slider take on a value, in steps of `STEP` and within its reach."""
    control.value = min(max(round(value, 1), control.min), control.max)


class Unit:
    """What one unit of a network computes, F1 and F2, as a drawing and in words."""

    def __init__(self, state, layer, j):
        self.layer, self.j, self.y_hat = layer, j, state.activations[-1]
        self.before, self.weights = state.activations[layer - 1], state.weights[layer - 1][:, j]
        self.bias, self.z, self.a = state.biases[layer - 1][0, j], state.zs[layer - 1][j], state.activations[layer][j]
        self.f = state.functions[layer - 1]  # None where it is not known
        self.name = "f" if self.f is None else self.f.name

    @property
    def height(self):
        return LINE * (min(len(self.weights), MOST_LINES) + 3) + 190

    def drawn(self):
        """The sum Σ as a column of products and the bias, under it z, the gate and a; `SUM` wide, `height` high."""
        lines = [(f"{fixed(a)} × {fixed(w)} =", fixed(a * w)) for a, w in zip(self.before, self.weights, strict=True)]
        if len(lines) > MOST_LINES:
            lines[MOST_LINES - 1 :] = [(f"… {len(lines) - MOST_LINES + 1} more", "…")]
        index = f"^{{{self.layer}}}_{{{self.j + 1}}}"
        f = "σ" if self.name == "sigmoid" else self.name
        y = 50 + LINE * len(lines)
        yield text(SUM / 2, 20, f"the sum Σ in z{index}", 14, font_weight="600")
        for k, line in enumerate(lines):
            yield from _line(50 + LINE * k, *line, "quiet", "forward")
        yield from _line(y, "b =", fixed(self.bias), "quiet", "ink")
        yield element("line", x1=60, y1=y + 9, x2=222, y2=y + 9, stroke=colour("field-edge"))
        yield from _line(y + 30, f"Σ = z{index} =", fixed(self.z), "ink", "forward", size=16, font_weight="600")
        yield lane(((SUM / 2, y + 40), (SUM / 2, y + 58)), "forward")
        box = {"x": -60, "y": -36, "width": 120, "height": 72, "rx": 8, "fill": "none", "stroke": colour("field-edge")}
        place = {"transform": f"translate({SUM / 2:g} {y + 96:g})"}
        yield element("g", element("rect", **box), gate(self.f, self.z, 104, 60), **place)
        yield lane(((SUM / 2, y + 134), (SUM / 2, y + 152)), "forward")
        of_z = f"a{index} = {f}(z{index}) ="
        yield from _line(y + 174, of_z, fixed(self.a), "ink", "forward", size=16, font_weight="600")

    def words(self):
        """F1 and F2 as lines of HTML."""
        products = [f"{number(a)} · {bracketed(w)}" for a, w in zip(self.before, self.weights, strict=True)]
        if len(products) > TERMS:
            products[TERMS - 1 :] = ["…"]
        index = f"{superscript(self.layer)}{subscript(self.j)}"
        total = f"{' + '.join(products)} + {bracketed(self.bias)} = {number(self.z)}"
        return f"<b>F1</b> z{index} = {total}<br><b>F2</b> a{index} = {self.name}({number(self.z)}) = {number(self.a)}"


def _line(y, words, value, role, hue, size=14, **look):
    yield text(150, y, words, 14, role, "end")
    yield text(218, y, value, size, hue, "end", **look)
