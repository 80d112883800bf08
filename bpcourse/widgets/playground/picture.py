"""The playground's drawing: the network with what each unit sees, the plane, the losses, the gradients layer by layer.

Each view is made for a place and a run. Its ``moving`` parts, found by their ids, change while a network trains; its
``whole`` is all of it, given those.
"""

import math
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from bpcourse.pictures import charts, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.diagram.parts import chip
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import fixed, number
from bpcourse.widgets import loss_chart, plane
from bpcourse.widgets.playground.run import RESOLUTION, Run

WIDEST, BESIDE = 800, 480  # pixels of the drawing; from how many on, there are two columns
TILE = 16  # pixels of what a unit sees, which the browser scales up
FADED = 1e-6  # gradients from here up to 1 can be told apart by the width of their links
LINKS = {  # what the links show -> the legend, and the role of their colour
    "weights": ("links: weights, width |w| up to 4, dashed below 0", "quiet"),
    "gradients": ("links: ∂L/∂w, width from 10^{−6} up to 1, dashed below 0", "gradient"),
}
MOST_LAYERS, MOST_UNITS = 8, 16  # that there is room for
MOST_STOPS = 40  # of the Tab key among the links: with more, the menu is the keyboard's way to them
MOST_POINTS = 160  # of a loss curve


class Shown(NamedTuple):
    """What is to be drawn: a run, another one that is kept or None, what the links show, and the chosen parameter."""

    run: Run
    kept: Run | None
    links: str
    chosen: str


def places(width):
    """Return the boxes, (left, top, width, height), of network, plane, losses and gradients, and the drawing's height.

    The network's holds all of it; the others are their frames, with room for axes and words around.
    """
    if width < BESIDE:
        side, left = min(300, width - 60), 44
        network, plane_top = min(300, width), 350
        losses, gradients = plane_top + side + 90, plane_top + side + 270
        boxes = (left, plane_top, side, side), (left, losses, width - 170, 100), (left, gradients, width - 170, 100)
        return [(0, 0, width, network), *boxes], gradients + 142
    side = min(240, round(0.34 * width))
    left, low = width - side - 8, side + 114
    losses, gradients = (44, low, left - 216, 84), (left, low, side - 82, 84)
    return [(0, 0, left - 52, side + 68), (left, 44, side, side), losses, gradients], low + 124


class NetworkView:
    """Layers from left to right; in each unit its activation over the plane; links by weight or by gradient.

    Parameters
    ----------
    box : (left, top, width, height)
    run : Run

    Attributes
    ----------
    links : dict of str -> (x1, y1, x2, y2)
        Name of a weight -> where its link begins and ends.
    units : dict of str -> (x, y)
        Name of a bias -> the middle of its unit; "b0[0,0]" is the first input.
    resizes : dict of str -> tuple of int
        Id of a button, + or −, -> the sizes of the hidden layers that it leads to.
    """

    def __init__(self, box, run):
        self._left, self._top, width, height = box
        self._hidden, self.resizes = run.start.hidden_size, {}
        sizes = 2, *self._hidden, 1
        self._bottom, self._middle, tall = self._top + height, self._top + height / 2 - 3, height - 118
        self._columns = np.linspace(self._left + 48, self._left + width - 24, len(sizes)).tolist()
        self._pitch = self._columns[1] - self._columns[0]
        self._side = min(42.0, 0.82 * tall / max(sizes), 0.55 * self._pitch)
        self.units = {
            f"b{layer}[0,{unit}]": (x, self._middle + min(56.0, tall / n) * (unit - (n - 1) / 2))
            for layer, (x, n) in enumerate(zip(self._columns, sizes, strict=True))
            for unit in range(n)
        }
        self.links = {
            f"W{layer}[{i},{j}]": self._between(f"b{layer - 1}[0,{i}]", f"b{layer}[0,{j}]")
            for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1)
            for i, j in product(range(inputs), range(outputs))
        }
        self._buttons = self._make_buttons()

    def _between(self, before, after):
        (x1, y1), (x2, y2) = self.units[before], self.units[after]
        return x1 + self._side / 2, y1, x2 - self._side / 2, y2

    def whole(self, shown, moving):
        """Return all of it: frames, labels, buttons, and what can be chosen, with its numbers in a title."""
        parts = [*moving, svg.text(self._left + 8, self._bottom - 4, LINKS[shown.links][0], 12, "quiet", "start")]
        for layer, x in enumerate(self._columns):
            words = f"a^{{{layer}}}" if x != self._columns[-1] else "ŷ"
            parts.append(svg.text(x, self._top + 48, words, 14, "forward"))
        look = {"role": "button", "class_": "bp-target"}
        stops = 0 if len(self.links) <= MOST_STOPS else None
        for name, ends in self.links.items():
            link = {"d": _line(ends), "stroke": "transparent", "stroke_width": 9, "tabindex": stops}
            parts.append(svg.element("path", _title(name, shown.run), id=name, **link, **look))
        for name, (x, y) in self.units.items():
            if name in shown.run.numbers:
                parts.append(svg.element("g", self._square(x, y), _title(name, shown.run), id=name, tabindex=0, **look))
            else:
                words = svg.text(x - self._side / 2 - 15, y + 5, f"x_{{{int(name[5]) + 1}}}", 14, "forward")
                parts += [self._square(x, y), words]
        return [*parts, *self._buttons]

    def moving(self, shown):
        """Return links, what the units see, and the numbers at the chosen weight."""
        by_gradient = shown.links == "gradients"
        values = np.array([shown.run.numbers[name][by_gradient] for name in self.links])
        widths = np.clip(0.4 + 1.2 * np.abs(values), None, 5.5)
        if by_gradient:
            widths = 0.3 + 4.5 * np.clip(1 - np.log10(np.maximum(np.abs(values), 1e-300)) / np.log10(FADED), 0, 1)
        widths = np.round(widths * min(1.0, self._side / 30), 2).tolist()  # thinner where there are many
        links = [
            svg.element("path", d=_line(ends), stroke_width=width, stroke_dasharray="5 3" if value < 0 else None)
            for ends, width, value in zip(self.links.values(), widths, values, strict=True)
        ]
        look = {"stroke": colour(LINKS[shown.links][1]), "pointer_events": "none"}
        return [
            svg.element("g", *self._ring(shown.chosen), *links, id="links", **look),
            self._tiles(shown.run),
            svg.element("g", *self._numbers(shown.chosen, shown.run), id="numbers", pointer_events="none"),
        ]

    def _square(self, x, y, around=0, role="quiet", width=1):
        side = self._side + 2 * around
        box = {"x": x - side / 2, "y": y - side / 2, "width": side, "height": side, "rx": 2 + around / 2}
        return svg.element("rect", **box, fill="transparent", stroke=colour(role), stroke_width=width)

    def _ring(self, chosen):
        """Two pixels of ink around what is chosen."""
        if chosen in self.units:
            return [self._square(*self.units[chosen], 3, "ink", 2)]
        path = _line(self.links[chosen])
        rims = (("ink", 13), ("paper", 9))
        return [svg.element("path", d=path, stroke=colour(role), stroke_width=width) for role, width in rims]

    def _numbers(self, chosen, run):
        """The chosen weight on its link, and hanging from it, its gradient."""
        if chosen in self.units or self._pitch - self._side < 60:
            return []
        x1, y1, x2, y2 = self.links[chosen]
        (value, slope), (x, y) = map(fixed, run.numbers[chosen]), ((x1 + x2) / 2, (y1 + y2) / 2)
        return [*chip(value, "ink", "lit", at=(x, y)), *chip(slope, "gradient", hangs=True, at=(x, y + 21))]

    def _tiles(self, run):
        """What all units see, as one picture, clear between the units: one is much sooner shown than many."""
        scale = TILE / self._side  # pixels of the picture to one of the drawing
        left, top = self._columns[0], max(y for _, y in self.units.values())
        places = [(round(scale * (x - left)), round(scale * (top - y))) for x, y in self.units.values()]
        shape = max(row for _, row in places) + TILE, max(column for column, _ in places) + TILE
        steps = np.full(shape, charts.LEVELS // 2, np.uint8)
        for (column, row), tile in zip(places, _tiles(run), strict=bool(run.seen)):
            steps[row : row + TILE, column : column + TILE] = tile
        high, wide = (n / scale for n in shape)
        box = left - self._side / 2, top + self._side / 2 - high, wide, high
        return charts.image(box, steps, id="units", pointer_events="none")

    def _make_buttons(self):
        """Plus and minus on the layers."""
        hidden, count = self._hidden, len(self._hidden)
        words = f"{count} hidden layer{'s' * (count != 1)}"
        parts = [svg.text(self._left + 8, self._top + 19, words, 14, "ink", "start")]
        more, less = (*hidden, hidden[-1] if hidden else 4), hidden[:-1]
        at = self._left + 148, self._top + 14
        parts += self._pair(
            "layers", at, "a hidden layer", less if hidden else None, more if count < MOST_LAYERS else None
        )
        for layer, units in enumerate(hidden, start=1):
            less, more = ((*hidden[: layer - 1], units + way, *hidden[layer:]) for way in (-1, 1))
            ends = less if units > 1 else None, more if units < MOST_UNITS else None
            at = self._columns[layer], self._bottom - 34
            parts += self._pair(f"units-{layer}", at, f"a unit of layer {layer}", *ends)
        return parts

    def _pair(self, what, at, words, less, more):
        """The buttons − and + to both sides of a pixel, for what they lead to; None where that is not to be had."""
        parts = []
        for sign, verb, way, sizes in (("−", "less", -1, less), ("+", "more", 1, more)):
            if sizes is not None:
                beside = what == "layers" or self._pitch > 44
                x, y = (at[0] + 11 * way, at[1]) if beside else (at[0], at[1] + 10 * way)
                circle = svg.element("circle", cx=x, cy=y, r=9, fill="transparent", stroke=colour("field-edge"))
                look = {"role": "button", "tabindex": 0, "aria_label": f"{verb}: {words}", "class_": "bp-change"}
                parts.append(svg.element("g", circle, svg.text(x, y + 5, sign, 15), id=f"{verb}-{what}", **look))
                self.resizes[f"{verb}-{what}"] = sizes
        return parts


class PlaneView(plane.PlaneChart):
    """The plane with a run's training samples, filled, and test samples, hollow."""

    def __init__(self, box, run):
        super().__init__(box, run.extent, (run.X, run.y), (run.X_test, run.y_test))

    def whole(self, shown, moving):
        left, top, side, _ = self.frame.box
        key = plane.class_key(left + side - 258, top - 30)
        hollow = svg.text(left + side, top + side + 36, "hollow: test", 12, "quiet", "end")
        return [self.draw(moving), *key, hollow]

    def moving(self, shown):
        return self.answers(shown.run.predictions, shown.run.wrong)


class LossView:
    """Training and test loss after every epoch, and in quiet those of a kept run; `frame` grows as they do."""

    def __init__(self, box, run):
        self.frame = Frame(box, (0, 100), (1e-2, 1.0), log=True)

    def whole(self, shown, moving):
        return [self.frame.axes("epoch", "loss L", ticks=(5, 4), id="loss-axes"), *moving]

    def moving(self, shown):
        run, kept = shown.run, shown.kept
        curves = {"kept": kept.history.loss, "kept-test": kept.test_loss} if kept else {}
        curves |= {"training": run.history.loss, "test": run.test_loss}
        curves = {name: _thinned(curve) for name, curve in curves.items()}
        recent = np.concatenate([losses[-100:] for _, losses in curves.values()])
        right = 100 * 2 ** math.ceil(math.log2(max(1, *(epochs[-1] / 100 for epochs, _ in curves.values()))))
        self.frame = _grown(self.frame, (0, right), charts.decades(np.clip(recent, 1e-8, 999)))
        frame, lines, ends = self.frame, [], {}
        for name, (epochs, losses) in curves.items():
            quiet, test = name.startswith("kept"), name.endswith("test")
            role, losses = "quiet" if quiet else "ink", np.clip(losses, frame.y.low, frame.y.high)
            look = {"width": 1.4 if quiet else 2, "dashed": test, "id": f"loss-{name}"}
            lines.append(frame.curve(epochs, losses, role, **look))
            x, y = frame.place(epochs[-1], losses[-1]).tolist()
            if not quiet:
                lines.append(_dot(x, y, role, hollow=test))
            if name != "kept-test":
                ends[f"{name} {number(losses[-1], 3)}"] = y, role
        if run.diverged:
            x = float(frame.x(run.epochs))
            lines.append(charts.label(x, frame.y.end + 5, "✕", "ink", "middle", 16, font_weight=700))
        return [svg.element("g", *lines, *loss_chart.names(frame, ends), id="losses")]


class GradientView:
    """The size of ∂L/∂W in each layer as dots, what it is multiplied by on the way back, and the run that is kept."""

    def __init__(self, box, run):
        layers = len(run.norms)
        self.frame = Frame(box, (0.5, layers + 0.5), charts.decades(run.norms), log=True)

    def whole(self, shown, moving):
        left, top, width, height = self.frame.box
        layers = range(1, math.ceil(self.frame.x.high))
        names = [svg.text(float(self.frame.x(n)), top + height + 18, str(n), 12, "quiet") for n in layers]
        title = svg.text(left, top - 10, "gradient ‖∂L/∂W^{l}‖", 14, anchor="start")
        words = svg.text(left + width / 2, top + height + 36, "layer l", 14)
        return [self.frame.axes(ticks=(0, 3), id="gradient-axes"), *names, title, words, *moving]

    def moving(self, shown):
        norms, former = shown.run.norms, shown.kept.norms if shown.kept else []
        low, high = charts.decades([*norms, *former])
        self.frame = _grown(self.frame, (0.5, max(len(norms), len(former)) + 0.5), (min(low, high / 100), high))
        diamonds = [
            svg.element("path", d=f"M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z", fill="none", stroke=colour("quiet"))
            for x, y in self._places(former)
        ]
        places = self._places(norms)
        dots = [_dot(x, y, "gradient", hollow=norm == 0) for (x, y), norm in zip(places, norms, strict=True)]
        bracket = self._bracket(places[0], places[-1], norms) if len(norms) > 1 and norms.all() else []
        return [svg.element("g", *bracket, *diamonds, *dots, id="gradients")]

    def _places(self, norms):
        return self.frame.place(np.arange(1, len(norms) + 1), np.maximum(norms, self.frame.y.low)).tolist()

    def _bracket(self, first, last, norms):
        """From the last layer's height to the first one's, an arrow, with the ratio."""
        (_, high), (_, low), x = first, last, self.frame.x.end + 8
        leads = "".join(f"M{across + 9:g} {y:g}H{x + 5:g}" for across, y in (first, last))
        way = [charts.arrow((x, low), (x, high), "gradient")] if abs(high - low) > 3 else []
        middle = min(max((high + low) / 2, self.frame.y.end + 12), self.frame.y.start - 16)
        return [
            charts.stroke(leads, "quiet", 1, stroke_dasharray="2 3"),
            *way,
            svg.text(x + 10, middle, times(norms[0] / norms[-1]), 13, "gradient", "start", font_weight=600),
            svg.text(x + 10, middle + 15, f"layer {len(norms)} → 1", 12, "quiet", "start"),
        ]


def times(ratio):
    """Write what something is multiplied by: "× 36,000", or "× 1/36,000"."""
    size = max(ratio, 1 / ratio)
    words = f"{float(f'{size:.2g}'):,.0f}" if size >= 10 else number(size, 2)
    return f"× {words}" if ratio >= 1 or words == "1" else f"× 1/{words}"


def _grown(frame, x, y):
    """Return a frame that also holds x and y, (low, high) each: large steps, as all that stands still is drawn anew."""
    axes = ((frame.x, x), (frame.y, y))
    return Frame(frame.box, *((min(a.low, low), max(a.high, high)) for a, (low, high) in axes), log=True)


def _title(name, run):
    value, slope = run.numbers[name]
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


def _tiles(run):
    """Return what the units of all layers see, (units, n, n), as steps of the palette; nothing if it cannot be told."""
    if not run.seen:
        return []
    activation, output = run.activations
    names, tiles = ["identity"] + [activation] * (len(run.seen) - 2) + [output], []
    points = np.linspace(0, RESOLUTION - 1, TILE).round().astype(int)
    for name, layer in zip(names, run.seen, strict=True):
        if name != "sigmoid":
            reach = 1.0 if name == "tanh" else np.maximum(np.abs(layer).max(axis=0), 1e-9)
            layer = 0.5 + 0.5 * layer / reach
        tiles.append(np.asarray(layer).T.reshape(-1, RESOLUTION, RESOLUTION)[:, points][:, :, points])
    return charts.levels(np.concatenate(tiles))
