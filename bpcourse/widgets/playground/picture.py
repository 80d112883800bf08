"""The playground's drawing: the network with what each unit sees, the plane, the losses, the gradients layer by layer.

Each view is made for a place and a network. Its ``fixed`` parts stay, its ``moving`` ones, found by their ids, change
while a network trains.
"""

import math
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from bpcourse.pictures import charts, plots, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.diagram.parts import chip
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import fixed, number
from bpcourse.widgets import plane

WIDEST, BESIDE = 800, 620  # pixels of the drawing; from how many on, there are two columns
RESOLUTION = 40  # points along each side of the plane
TILE = 16  # pixels of what a unit sees, which the browser scales up
FADED = 1e-6  # gradients from here up to 1 can be told apart by the width of their links
LINKS = {  # what the links show -> the legend, and the role of their colour
    "weights": ("links: weights, width |w| up to 4, dashed below 0", "quiet"),
    "gradients": ("links: ∂L/∂w, width from 10^{−6} up to 1, dashed below 0", "gradient"),
}
MOST_LAYERS, MOST_UNITS = 8, 16  # that there is room for
MOST_STOPS = 40  # of the Tab key among the links: with more, the menu is the keyboard's way to them
MOST_POINTS = 200  # of a loss curve


@dataclass(frozen=True)
class Glance:
    """What is seen of a network at one moment, which stays to be seen when it has diverged.

    Attributes
    ----------
    predictions : ndarray, (n, n)
        Over the plane.
    tiles : ndarray, (units, n, n)
        What each unit sees, those of the inputs first, as steps of the palette; none if it cannot be told.
    weights, biases, weight_slopes, bias_slopes : ndarrays, (number of them,)
        All there are, layer by layer, and the loss's derivatives with respect to them.
    norms : ndarray, (L,)
    wrong : ndarray, (k, 2)
        The samples that the network has wrong.
    right : list of str
        How many training and test samples it has right.
    """

    predictions: np.ndarray
    tiles: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    weight_slopes: np.ndarray
    bias_slopes: np.ndarray
    norms: np.ndarray
    wrong: np.ndarray
    right: list

    @classmethod
    def of(cls, run, points):
        """Look at a run, with what it answers at `points`, (n * n, 2), all over the plane."""
        units, (train, test) = run.units(points), run.right()
        predictions = np.asarray(run.network.forward(points) if units is None else units[-1])
        arrays = (run.network.weights, run.network.biases, run.gradients.weights, run.gradients.biases)
        return cls(
            predictions.reshape(RESOLUTION, RESOLUTION),
            _tiles(units, *run.activations) if units else np.zeros((0, TILE, TILE)),
            *(np.concatenate([np.ravel(each) for each in kind]) for kind in arrays),
            run.norms,
            np.vstack([run.X[~train], run.X_test[~test]]),
            [f"{int(part.sum())} of {len(part)} right" for part in (train, test)],
        )


def places(width):
    """Return the boxes, (left, top, width, height), of network, plane, losses and gradients, and the drawing's height.

    The network's holds all of it; the others are their frames, with room for axes and words around.
    """
    if width < BESIDE:
        side, left = min(300, width - 60), 44
        network, plane_top = min(300, width), 350
        losses, gradients = plane_top + side + 90, plane_top + side + 270
        boxes = (left, plane_top, side, side), (left, losses, width - 170, 100), (left, gradients, width - 170, 100)
        return (0, 0, width, network), *boxes, gradients + 142
    side = min(240, round(0.34 * width))
    left, low = width - side - 8, side + 114
    losses, gradients = (44, low, left - 216, 84), (left, low, side - 82, 84)
    return (0, 0, left - 52, side + 68), (left, 44, side, side), losses, gradients, low + 124


class NetworkView:
    """Layers from left to right; in each unit its activation over the plane; links by weight or by gradient.

    Parameters
    ----------
    box : (left, top, width, height)
    sizes : tuple of int

    Attributes
    ----------
    links : dict of str -> (x1, y1, x2, y2)
        Name of a weight -> where its link begins and ends.
    units : dict of str -> (x, y)
        Name of a bias -> the middle of its unit.
    side : float
        Of a unit.
    """

    def __init__(self, box, sizes):
        left, top, width, height = self._box = box
        columns = np.linspace(left + 48, left + width - 24, len(sizes))
        rows = min(56.0, (height - 118) / max(sizes))
        self.side = side = min(42.0, 0.82 * rows, 0.55 * (columns[1] - columns[0]))
        self._sizes, self._middle, half = sizes, top + 56 + (height - 118) / 2, side / 2
        self._layers = [
            [(float(x), self._middle + rows * (unit - (n - 1) / 2)) for unit in range(n)]
            for x, n in zip(columns, sizes, strict=True)
        ]
        self._columns = columns.tolist()
        self.links = {
            f"W{layer}[{i},{j}]": (x1 + half, y1, x2 - half, y2)
            for layer, (before, after) in enumerate(pairwise(self._layers), start=1)
            for i, (x1, y1) in enumerate(before)
            for j, (x2, y2) in enumerate(after)
        }
        self.units = {
            f"b{layer}[0,{unit}]": middle
            for layer, middles in enumerate(self._layers[1:], start=1)
            for unit, middle in enumerate(middles)
        }

    def fixed(self, glance, kind):
        """Return frames, labels, buttons, and what can be chosen, with its numbers in a title."""
        left, top, width, height = self._box
        half = self.side / 2
        parts = [svg.text(left + 8, top + height - 4, LINKS[kind][0], 12, "quiet", "start")]
        for layer, x in enumerate(self._columns):
            last = layer == len(self._columns) - 1
            parts.append(svg.text(x, top + 48, "ŷ" if last else f"a^{{{layer}}}", 14, "forward"))
        for unit, (x, y) in enumerate(self._layers[0], start=1):
            parts += [self._frame(x, y), svg.text(x - half - 15, y + 5, f"x_{{{unit}}}", 14, "forward")]
        stops = 0 if len(self.links) <= MOST_STOPS else None
        look = {"role": "button", "class_": "bp-target"}
        for (name, ends), w, slope in zip(self.links.items(), glance.weights, glance.weight_slopes, strict=True):
            link = {"d": _line(ends), "stroke": "transparent", "stroke_width": 9, "tabindex": stops}
            parts.append(svg.element("path", _title(name, w, slope), id=name, **link, **look))
        for (name, (x, y)), b, slope in zip(self.units.items(), glance.biases, glance.bias_slopes, strict=True):
            unit = self._frame(x, y), _title(name, b, slope)
            parts.append(svg.element("g", *unit, id=name, tabindex=0, fill="transparent", **look))
        return [*parts, *self._buttons()]

    def moving(self, glance, kind, chosen):
        """Return links, what the units see, and the numbers at the `chosen` weight, "" for none (see `fixed`)."""
        values = glance.weights if kind == "weights" else glance.weight_slopes
        size = np.abs(values)
        if kind == "weights":
            widths = np.clip(0.4 + 1.2 * size, None, 5.5)
        else:
            decades = -math.log10(FADED)
            widths = 0.3 + 4.5 * np.clip((np.log10(np.maximum(size, 1e-300)) + decades) / decades, 0, 1)
        widths = np.round(widths * min(1.0, self.side / 30), 2).tolist()  # thinner where there are many
        links = [
            svg.element("path", d=_line(ends), stroke_width=width, stroke_dasharray="5 3" if value < 0 else None)
            for ends, width, value in zip(self.links.values(), widths, values, strict=True)
        ]
        ring = self._ring(chosen, dict(zip(self.links, widths, strict=True)).get(chosen))
        look = {"stroke": colour(LINKS[kind][1]), "pointer_events": "none"}
        return [
            svg.element("g", *ring, *links, id="links", **look),
            self._tiles(glance.tiles),
            self._numbers(glance, chosen),
        ]

    def _frame(self, x, y):
        box = {"x": x - self.side / 2, "y": y - self.side / 2, "width": self.side, "height": self.side, "rx": 2}
        return svg.element("rect", **box, fill="transparent", stroke=colour("quiet"))

    def _ring(self, chosen, width):
        """Two pixels of ink around what is chosen."""
        if chosen in self.links:
            ends = _line(self.links[chosen])
            rims = (("ink", width + 8), ("paper", width + 4))
            return [svg.element("path", d=ends, stroke=colour(role), stroke_width=rim) for role, rim in rims]
        if chosen not in self.units:
            return []
        (x, y), reach = self.units[chosen], self.side / 2 + 3
        box = {"x": x - reach, "y": y - reach, "width": 2 * reach, "height": 2 * reach, "rx": 4}
        return [svg.element("rect", **box, fill="none", stroke=colour("ink"), stroke_width=2)]

    def _numbers(self, glance, chosen):
        """The chosen weight on its link, and below it, its gradient."""
        parts = []
        if chosen in self.links:
            (x1, y1, x2, y2), place = self.links[chosen], list(self.links).index(chosen)
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            if x2 - x1 > 60:
                parts = [
                    *chip(fixed(glance.weights[place]), "ink", "lit", at=(x, y)),
                    *chip(fixed(glance.weight_slopes[place]), "gradient", hangs=True, at=(x, y + 21)),
                ]
        return svg.element("g", *parts, id="numbers", pointer_events="none")

    def _tiles(self, tiles):
        """What all units see, as one picture, clear between the units: one is much sooner shown than many."""
        scale = TILE / self.side  # pixels of the picture to one of the drawing
        (left, right), (x, y) = (self._columns[0], self._columns[-1]), (self._columns[0], self._middle)
        tall = scale * max(abs(y - self._middle) for layer in self._layers for _, y in layer)
        steps = np.full(
            (2 * math.ceil(tall) + TILE, math.ceil(scale * (right - left)) + TILE), charts.LEVELS // 2, np.uint8
        )
        for (x, y), seen in zip(chain(*self._layers), tiles, strict=len(tiles) > 0):
            column, row = round(scale * (x - left)), math.ceil(tall) + round(scale * (self._middle - y))
            steps[row : row + TILE, column : column + TILE] = seen
        high, wide = (n / scale for n in steps.shape)
        box = left - self.side / 2, self._middle - high / 2, wide, high
        return charts.image(box, steps, id="units", pointer_events="none")

    def _buttons(self):
        """Plus and minus on the layers."""
        hidden, (left, top, _, height) = self._sizes[1:-1], self._box
        words = f"{len(hidden)} hidden layer{'s' * (len(hidden) != 1)}"
        parts = [svg.text(left + 8, top + 19, words, 14, "ink", "start")]
        parts += _pair("layers", left + 148, top + 14, len(hidden), (0, MOST_LAYERS), "a hidden layer")
        for layer, units in enumerate(hidden, start=1):
            words, x = f"a unit of layer {layer}", self._columns[layer]
            reach = (11, 0) if self._columns[1] - self._columns[0] > 44 else (0, 10)
            parts += _pair(f"units-{layer}", x, top + height - 34, units, (1, MOST_UNITS), words, reach)
        return parts


def resized(hidden, id):
    """Return the sizes of the hidden layers once the button called `id` is pressed; None if there is no such one."""
    change, _, what = id.partition("-")
    if change not in ("less", "more"):
        return None
    if what == "layers":
        return hidden[:-1] if change == "less" else (*hidden, hidden[-1] if hidden else 4)
    layer = int(what.removeprefix("units-")) - 1
    return (*hidden[:layer], hidden[layer] + (1 if change == "more" else -1), *hidden[layer + 1 :])


class PlaneView(plane.PlaneChart):
    """The plane with a run's training samples, filled, and test samples, hollow; large enough for all of them."""

    def __init__(self, box, run):
        points = np.vstack([run.X, run.X_test])
        half = 1.06 * np.abs(points).max()
        around = (-half, half, -half, half) if points.min() < -0.5 else plots.extent_of(points, square=True)
        super().__init__(box, around, (run.X, run.y), (run.X_test, run.y_test))
        self.points = plots.grid(around, RESOLUTION)

    def fixed(self, glance):
        left, top, side, _ = self.frame.box
        key = plane.class_key(left + side - 258, top - 30)
        hollow = svg.text(left + side, top + side + 36, "hollow: test", 12, "quiet", "end")
        return [self.draw(glance.predictions, glance.wrong), *key, hollow]

    def moving(self, glance):
        return self.answers(glance.predictions, glance.wrong)


class LossView:
    """Training and test loss after every epoch, and in quiet those of the run that is kept.

    Attributes
    ----------
    frame : Frame
        Which grows in large steps, as the run goes on.
    """

    def __init__(self, box):
        self.frame = Frame(box, (0, 100), (1e-2, 1.0), log=True)

    def fixed(self):
        return [self.frame.axes("epoch", "loss L", ticks=(5, 4), id="loss-axes")]

    def moving(self, run, kept):
        """Return a run's losses, and those of `kept`, a run or None."""
        curves = {"training": run.history.loss, "test": run.test_loss}
        if kept:
            curves = {"kept": kept.history.loss, "kept-test": kept.test_loss} | curves
        curves = {name: _thinned(curve) for name, curve in curves.items()}
        self._grow(curves.values())
        lines, labels = [], {}
        for name, (epochs, losses) in curves.items():
            quiet, test = name.startswith("kept"), name.endswith("test")
            role, losses = "quiet" if quiet else "ink", np.clip(losses, self.frame.y.low, self.frame.y.high)
            width = 1.4 if quiet else 2
            lines.append(self.frame.curve(epochs, losses, role, width=width, dashed=test, id=f"loss-{name}"))
            x, y = self.frame.place(epochs[-1], losses[-1]).tolist()
            if name != "kept-test":
                labels[name] = y, role, number(losses[-1], 3)
            if not quiet:
                lines.append(_dot(x, y, role, hollow=test))
        if run.diverged:
            x = float(self.frame.x(run.epochs))
            lines.append(charts.label(x, self.frame.y.end + 5, "✕", "ink", "middle", 16, font_weight=700))
        return [svg.element("g", *lines, *self._names(labels), id="losses")]

    def _names(self, labels):
        """Each curve's name and last value at the right, none over another."""
        _, top, _, height = self.frame.box
        heights = charts.spread([y for y, *_ in labels.values()], 17)
        too_low, too_high = max(heights) - top - height, top - min(heights)
        heights = [y - max(0, too_low) + max(0, too_high) for y in heights]
        return [
            svg.text(self.frame.x.end + 12, y + 4, f"{name} {value}", 13, role, "start")
            for y, (name, (_, role, value)) in zip(heights, labels.items(), strict=True)
        ]

    def _grow(self, curves):
        """Let the axes grow in large steps, as with each of them all that stands still is drawn anew."""
        right, low, high = self.frame.x.high, self.frame.y.low, self.frame.y.high
        least = max(min(float(np.min(losses[-100:])) for _, losses in curves), 1e-8)
        most = min(max(float(np.max(losses[-100:])) for _, losses in curves), 1e3)
        low, high = min(low, 10.0 ** math.floor(math.log10(least))), max(high, 10.0 ** math.ceil(math.log10(most)))
        while max(epochs[-1] for epochs, _ in curves) > right:
            right *= 2
        if (right, low, high) != (self.frame.x.high, self.frame.y.low, self.frame.y.high):
            self.frame = Frame(self.frame.box, (0, right), (low, high), log=True)


class GradientView:
    """The size of ∂L/∂W in each layer as dots, what it is multiplied by on the way back, and the run that is kept.

    Attributes
    ----------
    frame : Frame
        Which grows by decades as the gradients do.
    """

    def __init__(self, box):
        self._box, self.frame, self._layers = box, None, None

    def fixed(self):
        left, top, _, height = self._box
        names = [svg.text(x, top + height + 18, str(layer), 12, "quiet") for layer, x in self._layers.items()]
        title = svg.text(left, top - 10, "gradient ‖∂L/∂W^{l}‖", 14, anchor="start")
        words = svg.text(left + self._box[2] / 2, top + height + 36, "layer l", 14)
        return [self.frame.axes(ticks=(0, 3), id="gradient-axes"), *names, title, words]

    def moving(self, norms, kept):
        """Return dots for the norms, (L,), and for those of `kept`, a run or None."""
        former = kept.norms if kept else norms[:0]
        self._fit(np.concatenate([norms, former]), max(len(norms), len(former)))
        diamonds = [
            svg.element("path", d=f"M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z", fill="none", stroke=colour("quiet"))
            for x, y in zip(self._layers.values(), self._heights(former), strict=False)
        ]
        places = list(zip(self._layers.values(), self._heights(norms), strict=False))
        dots = [_dot(x, y, "gradient", hollow=norm == 0) for (x, y), norm in zip(places, norms, strict=True)]
        bracket = self._bracket(places[0], places[-1], norms) if len(norms) > 1 and norms.all() else []
        return [svg.element("g", *bracket, *diamonds, *dots, id="gradients")]

    def _bracket(self, first, last, norms):
        """From the last layer's height to the first one's, an arrow, with the ratio."""
        x = self.frame.x.end + 8
        leads = [f"M{across + 9:g} {y:g}H{x + 5:g}" for across, y in (first, last)]
        way = [charts.stroke("".join(leads), "quiet", 1, stroke_dasharray="2 3")]
        if abs(first[1] - last[1]) > 3:
            way.append(charts.arrow((x, last[1]), (x, first[1]), "gradient", 2, dashed=False))
        middle = min(max((first[1] + last[1]) / 2, self.frame.y.end + 12), self.frame.y.start - 16)
        words = svg.text(x + 10, middle, times(norms[0] / norms[-1]), 13, "gradient", "start", font_weight=600)
        return [*way, words, svg.text(x + 10, middle + 15, f"layer {len(norms)} → 1", 12, "quiet", "start")]

    def _heights(self, norms):
        return self.frame.y(np.maximum(norms, self.frame.y.low)).tolist()

    def _fit(self, norms, layers):
        """Let the axis hold all norms but those of 0, two decades at least, and so many layers."""
        norms = norms[norms > 0] if norms.any() else np.ones(1)
        low, high = 10.0 ** np.floor(np.log10(norms.min())), 10.0 ** np.ceil(np.log10(norms.max()) + 1e-9)
        if self.frame is not None:
            low, high = min(low, self.frame.y.low), max(high, self.frame.y.high)
        low = min(low, high / 100)
        if self.frame is None or (low, high, layers) != (self.frame.y.low, self.frame.y.high, len(self._layers)):
            self.frame = Frame(self._box, (0.5, layers + 0.5), (low, high), log=True)
            self._layers = {layer: float(self.frame.x(layer)) for layer in range(1, layers + 1)}


def times(ratio):
    """Write what something is multiplied by: "× 36,000", or "× 1/36,000"."""
    size = max(ratio, 1 / ratio)
    words = f"{float(f'{size:.2g}'):,.0f}" if size >= 10 else number(size, 2)
    return f"× {words}" if ratio >= 1 or words == "1" else f"× 1/{words}"


def _pair(what, x, y, count, limits, words, reach=(11, 0)):
    """Return the buttons − and + to both sides of a pixel, where there is something to take away, and more room."""
    parts = []
    for sign, change, verb, way, limit in (
        ("−", "less", "take away", -1, limits[0]),
        ("+", "more", "add", 1, limits[1]),
    ):
        if way * count < way * limit:
            across, down = x + way * reach[0], y + way * reach[1]
            circle = svg.element("circle", cx=across, cy=down, r=9, fill="transparent", stroke=colour("field-edge"))
            look = {"id": f"{change}-{what}", "role": "button", "tabindex": 0, "aria_label": f"{verb} {words}"}
            parts.append(svg.element("g", circle, svg.text(across, down + 5, sign, 15), class_="bp-change", **look))
    return parts


def _title(name, value, slope):
    return svg.element("title", words=f"{name} = {number(value, 3)}, ∂L/∂{name} = {number(slope, 3)}")


def _line(ends):
    return "M{:.4g} {:.4g}L{:.4g} {:.4g}".format(*ends)


def _dot(x, y, role, hollow=False):
    look = {"fill": colour("paper" if hollow else role), "stroke": colour(role if hollow else "paper")}
    return svg.element("circle", cx=x, cy=y, r=4 if hollow else 5, stroke_width=2 if hollow else 1, **look)


def _thinned(curve):
    """Return so many of a curve's epochs and values as can be seen."""
    every, last = len(curve) // MOST_POINTS + 1, len(curve) - 1
    return np.append(np.arange(0, last, every), last), np.array([*curve[:last:every], curve[last]])


def _tiles(units, activation, output_activation):
    """Return what the units of all layers see, (units, n, n), as steps of the palette."""
    names, tiles = ["identity"] + [activation] * (len(units) - 2) + [output_activation], []
    seen = np.linspace(0, RESOLUTION - 1, TILE).round().astype(int)
    for name, layer in zip(names, units, strict=True):
        if name != "sigmoid":
            reach = 1.0 if name == "tanh" else np.maximum(np.abs(layer).max(axis=0), 1e-9)
            layer = 0.5 + 0.5 * layer / reach
        tiles.append(np.asarray(layer).T.reshape(-1, RESOLUTION, RESOLUTION)[:, seen][:, :, seen])
    return charts.levels(np.concatenate(tiles))
