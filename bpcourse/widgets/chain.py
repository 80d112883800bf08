"""Notebook 03: the chain rule, as wheels that turn each other."""

import math
import re
from itertools import pairwise

import numpy as np

from bpcourse.mathematics.gradients import central_difference
from bpcourse.pictures import charts, svg
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import bracketed, number
from bpcourse.widgets.controls import dropdown, slider
from bpcourse.widgets.gates import EXAMPLES, REACH, Gates
from bpcourse.widgets.live import LiveDrawing

OWN = "your own"
NUDGE, STEP = 0.01, 0.05
DEGREES = 60  # that a wheel turns for 1
GLANCE, MOST = 30, 300  # degrees of the first wheel's arrow, to which all others are drawn; and of the longest
COLUMN, CHART, MARGIN, LANE, LINE = 165, 270, 52, 192, 34  # pixels
LEGEND = "Arrows: how far each wheel turns while x turns a little.", f"Grey: what x + {NUDGE} adds to each."


class ChainExplorer(LiveDrawing):
    """Turn x, and see what follows: rates multiply along a path, add across two, and change with where you stand.

    Every number is a wheel, every gate between two shows its function with the tangent there, whose slope is the rate.
    Right the whole function of x, whose slope is what the rates come to.

    Parameters
    ----------
    functions : list of tuple
        A row or a fork of your own, one function a row: (name, formula, inputs, value, derivative), such as
        ``("v", "sin(u)", "u", np.sin, np.cos)``, the first with input "x"; one with two inputs, "u v", has two
        derivatives, each of both. The last one's output is the end. Examples if None.

    Attributes
    ----------
    x : FloatSlider
        -2 to 2.
    example : Dropdown
    values : dict of float
        The number of every name, such as "u".
    rates : dict of float
        From (input, output), such as ("x", "u"), to the derivative.
    products : dict of float
        From each path, such as ("x", "u", "L"), to the product of its rates.
    slope, numerical : float
        The sum of the products, and the slope by central differences.

    Raises
    ------
    InputError
        If functions are not such, or give no number at the first x.
    """

    def __init__(self, functions=None):
        examples = ({} if functions is None else {OWN: functions}) | EXAMPLES
        self._examples = {name: Gates(rows) for name, rows in examples.items()}
        self.x = slider("x", 0.8, -REACH, REACH)
        self.example = dropdown("example", list(examples), next(iter(examples)))
        super().__init__([self.x, self.example])

    def drag(self, id, x, y):
        across, down = np.array([x, y]) - self._places["x"]
        turned = math.degrees(math.atan2(across, -down)) / DEGREES
        if id == "point":
            self.x.value = self._chart.x.back(x)
        elif abs(turned) < REACH + 0.5:  # below the wheel, a hand would jump from one end to the other
            self.x.value = turned

    def nudge(self, id, steps):
        self.x.value += steps * STEP

    def draw(self):
        x, gates = self.x.value, self._examples[self.example.value]
        values, nudged = gates.values(x), gates.values(x + NUDGE)
        rates, turns = gates.rates(values), {"x": 1.0}  # `turns` is how fast each number changes with x
        for name, gate in gates.gates.items():
            turns[name] = sum(rates[before, name] * turns[before] for before in gate.inputs)
        self.numerical = float(central_difference(lambda x: gates.values(x[0])[gates.end], [x])[0])
        self.values, self.rates, self._gates = values, rates, gates
        self.products = {path: math.prod(rates[link] for link in pairwise(path)) for path in gates.paths}
        self.slope = sum(self.products.values())
        changes = {name: nudged[name] - value for name, value in values.items()}
        words = self._words(changes)
        numbers = ", ".join(f"{name} = {number(value, 3)}" for name, value in values.items())
        alt = f"Wheels that turn each other: {numbers}. {re.sub('<[^>]*>', ' ', words)}"
        self.show_drawing(self._drawing(turns, changes, alt), words)

    def _words(self, changes):
        factors = [" · ".join(bracketed(self.rates[link]) for link in pairwise(path)) for path in self.products]
        agree = math.isclose(self.slope, self.numerical, rel_tol=1e-3, abs_tol=1e-5)
        doubt = "" if agree else ": these differ, so that a derivative is wrong, or there is a corner"
        nudges = ", ".join(f"{name} {_signed(change)}" for name, change in changes.items())
        return (
            f"d{self._gates.end}/dx = {' + '.join(factors)} = <b>{number(self.slope)}</b>; measured by nudging, "
            f"<b>{number(self.numerical)}</b>{doubt}.<br>"
            f"Nudged: {nudges}; and {NUDGE} · {bracketed(self.slope)} = {number(NUDGE * self.slope, 3)}."
        )

    # -- the picture ----------------------------------------------------------------------------------

    def _drawing(self, turns, changes, alt):
        deep = max(self._gates.depth.values())
        wide = max(self.width, COLUMN * deep)  # a deep one is shrunk on a narrow page
        narrow = wide - CHART < COLUMN * deep + 100  # then the curve comes below
        room = wide if narrow else wide - CHART - 24
        high = self._lay_out(room)
        parts = [self._gate(*link) for link in self.rates]
        parts += [self._wheel(name, turns[name], changes[name]) for name in self.values]
        lines = [(" → ".join(path), list(pairwise(path)), product) for path, product in self.products.items()]
        if len(lines) > 1:
            lines.append(("the paths add up", [], self.slope))
        for k, line in enumerate(lines):
            parts += self._chips(high, *line, whole=k == len(lines) - 1)
            high += LINE
        for sentence in LEGEND if narrow else [" ".join(LEGEND)]:
            high += 18
            parts.append(svg.text(8, high, sentence, 12, "quiet", "start"))
        box = (52, high + 48, room - 64, 170) if narrow else (room + 66, 40, CHART - 54, max(high - 90, 190))
        return svg.drawing(wide, max(high + 8, box[1] + box[3] + 48), alt, *parts, self._curve(box))

    def _lay_out(self, room):
        """Place wheels in columns, links past a column in it, and gates in the middle of links; return the height."""
        depth = self._gates.depth
        long = [link for link in self.rates if depth[link[1]] - depth[link[0]] > 1]
        columns = [[name for name in depth if depth[name] == k] for k in range(max(depth.values()) + 1)]
        for start, end in long:
            columns[depth[start] + 1].append((start, end))
        step, most = (room - 2 * MARGIN) / (len(columns) - 1), max(map(len, columns))
        self._radius = min(38, 0.25 * step - 14)
        self._card = np.array([min(step - 2 * self._radius - 28, 108), 84])
        self._places = {
            item: np.array([MARGIN + step * i, LANE * ((most - len(column)) / 2 + k + 0.5) - 28])
            for i, column in enumerate(columns)
            for k, item in enumerate(column)
        }
        for start, end in self.rates:
            self._places.setdefault((start, end), (self._places[start] + self._places[end]) / 2)
        return LANE * most

    def _wheel(self, name, turn, change):
        (x, y), r, value, blue = self._places[name], self._radius, self.values[name], colour("forward")
        angle = DEGREES * value
        hand, *spokes = (f"M{x:g} {y:g}L{_on(x, y, r, angle + k)}" for k in (0, 120, 240))
        formula = "x: turn me" if name == "x" else f"{name} = {self._gates.gates[name].formula}"
        parts = [
            svg.element("circle", cx=x, cy=y, r=r, fill=colour("forward-tint"), stroke=blue, stroke_width=2),
            charts.stroke("".join(spokes), "forward", 1),
            charts.stroke(hand, "forward", 4, stroke_linecap="round"),
            svg.element("circle", cx=x, cy=y, r=4, fill=blue),
            _arc(x, y, r + 11, angle, max(-MOST, min(MOST, GLANCE * turn))),
            charts.label(x, y + r + 32, formula, "ink", "middle"),
            charts.label(x, y + r + 53, number(value, 3), "forward", "middle", 16, font_weight="bold"),
            charts.label(x, y + r + 71, _signed(change), "quiet", "middle", 12),
        ]
        if name != "x":
            return svg.element("g", *parts, id=f"wheel-{name}")
        knob = _on(x, y, r, angle).split()
        parts.append(
            svg.element("circle", cx=knob[0], cy=knob[1], r=7, fill=colour("paper"), stroke=blue, stroke_width=3)
        )
        what = {"aria_label": "the first wheel, x", "aria_valuenow": value, "aria_valuetext": f"x = {number(value, 3)}"}
        return svg.element("g", *parts, id="wheel-x", role="slider", tabindex=0, **what)

    def _gate(self, start, end):
        """Draw the link from a number to the next, with the function in it, its tangent, and the rate."""
        middle, (width, height), rate = self._places[start, end], self._card, self.rates[start, end]
        left, top = middle - self._card / 2
        ends = [_range(self._gates.table[name]) for name in (start, end)]
        frame = charts.Frame((left + 6, top + 6, width - 12, height - 32), *ends)
        across = np.linspace(*ends[0], 33)
        here = self.values[start], self.values[end]
        point = dict(zip(("cx", "cy"), frame.place(*here).tolist(), strict=True))
        card = {"x": left, "y": top, "width": width, "height": height, "rx": 8}
        return svg.element(
            "g",
            charts.stroke(charts.line(np.stack([self._rim(start, middle), middle])), "quiet"),
            charts.arrow(middle, self._rim(end, middle), "quiet"),
            svg.element("rect", **card, fill=colour("paper"), stroke=colour("edge")),
            frame.inside(
                frame.curve(across, self._gates.along(start, end, across, self.values), "forward", stroke_width=1.5),
                frame.tangent(*here, rate, 30, "gradient", stroke_width=2.5),
            ),
            svg.element("circle", **point, r=4, fill=colour("gradient")),
            svg.text(middle[0], top + height - 9, f"× {number(rate, 3)}", 14, "gradient", font_weight="bold"),
            id=f"gate-{start}-{end}",
            data_of=f"{start}-{end}",
        )

    def _rim(self, name, towards):
        """Return where a link from some place meets a wheel."""
        way = towards - self._places[name]
        return self._places[name] + way / np.linalg.norm(way) * (self._radius + 5)

    def _chips(self, y, words, links, value, whole):
        """Draw rates that multiply to a value, which stands below those of the other lines; the last is the whole."""
        longest = max(map(len, self.products))
        first, last = 40 + 26 * longest, 40 + 26 * longest + 88 * (longest - 1)
        yield svg.text(8, y + 20, words, 14, "quiet", "start")
        for x, sign, link in zip(range(first, last, 88), " ×××", links, strict=False):
            yield svg.text(x - 10, y + 20, sign)
            yield _chip(x, y, self.rates[link], data_of="-".join(link))
        yield svg.text(last - 10, y + 20, "=")
        yield _chip(last, y, value, whole)

    def _curve(self, box):
        """Draw the end as a function of x, with the tangent whose slope is the sum of the products."""
        xs, ends = self._gates.table["x"], self._gates.table[self._gates.end]
        x, y = here = self.values["x"], self.values[self._gates.end]
        self._chart = chart = charts.Frame(box, (-REACH, REACH), _range(ends))
        slope = f"slope {number(self.slope, 3)}"
        return svg.element(
            "g",
            chart.axes("x", self._gates.end, ticks=(5, 5)),
            chart.inside(
                chart.curve(xs, ends, "forward"), chart.tangent(x, y, self.slope, 70, "gradient", stroke_width=3)
            ),
            svg.text(box[0] + box[2], box[1] - 10, slope, 14, "gradient", "end", font_weight="bold"),
            charts.handle(
                "point",
                *chart.place(*here).tolist(),
                "point on the curve",
                x,
                f"x = {number(x, 3)}, {slope}",
                role="gradient",
            ),
            id="whole",
        )


def _signed(change):
    return f"{'−' if change < 0 else '+'} {number(abs(change), 3)}"


def _on(x, y, r, degrees):
    """Return the point of a circle at an angle, clockwise from the top, as a path says it."""
    angle = math.radians(degrees)
    return f"{x + r * math.sin(angle):.1f} {y - r * math.cos(angle):.1f}"


def _arc(x, y, r, start, sweep):
    """Return an arrow around a wheel: how far, and which way, it turns. Its head shrinks with it."""
    end, size = start + sweep, min(1, abs(sweep) / 10)
    back = end - math.copysign(size * 480 / r, sweep)
    bow = f"M{_on(x, y, r, start)}A{r:g} {r:g} 0 {int(abs(sweep) > 180)} {int(sweep > 0)} {_on(x, y, r, end)}"
    head = f"M{_on(x, y, r - 5 * size, back)}L{_on(x, y, r, end)}L{_on(x, y, r + 5 * size, back)}"
    return charts.stroke(bow + head, "ink", 2, stroke_linecap="round")


def _chip(x, y, value, whole=False, **look):
    fill, ink = ("gradient", "paper") if whole else ("gradient-tint", "gradient")
    rect = svg.element("rect", x=x, y=y, width=68, height=28, rx=6, fill=colour(fill))
    return svg.element("g", rect, svg.text(x + 34, y + 19, number(value, 3), 14, ink, font_weight="bold"), **look)


def _range(values):
    """Return the ends of an axis for these values, with some room."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room
