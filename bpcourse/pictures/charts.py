"""Charts as SVG: axes in a box of a drawing, curves, points, arrows and level lines on them, and shaded planes.

A `Frame` turns data into pixels of the drawing, and back, as a drag needs it. All else returns parts for `svg.drawing`.
"""

import base64
import math
import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise

import contourpy
import numpy as np

from bpcourse.pictures import svg
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import number

FAR = 1e4  # pixels: what lies beyond is drawn there, as browsers cannot draw at 1e30
SMALL = 12  # of ticks
CLASSES = ("class-0", "class-1")  # the samples' roles: circles and squares
LEVELS = 64  # of shading: an even number, so that there is one in the middle


def _palette(*ends):
    """Return rows of RGBA: from one colour over a clear middle to another, or from clear to one colour."""
    rgb = [bytes.fromhex(end[1:]) for end in ends]
    amounts = np.linspace(-1 if len(ends) == 2 else 0, 1, LEVELS + 1)
    return np.array([(*rgb[0 if amount < 0 else -1], round(140 * abs(amount))) for amount in amounts], np.uint8)


# Between the two themes' colours of a role; as they are more or less transparent, they serve on both cards.
PREDICTION = _palette("#EA7C2E", "#2B8BCB")  # clear at 0.5
HEIGHT = _palette("#5C86AE")  # clear at 0


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, drawn from the pixel `start` to `end`; `log` for one whose steps multiply."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @property
    def unit(self):
        """The pixels from 0 to 1 on an axis in equal steps."""
        return (self.end - self.start) / (self.high - self.low)

    def __call__(self, values):
        """Return the pixels of values, to a tenth; those off the axis may lie far, at most `FAR` away."""
        low, high, values = map(self._even, (self.low, self.high, values))
        pixels = self.start + (self.end - self.start) * (values - low) / (high - low)
        return np.round(np.clip(pixels, -FAR, FAR), 1)

    def back(self, pixel):
        """Return the number at a pixel."""
        low, high = self._even(self.low), self._even(self.high)
        value = float(low + (high - low) * (pixel - self.start) / (self.end - self.start))
        return 10.0**value if self.log else value

    def ticks(self, most=6):
        """Return round numbers along the axis, at most so many."""
        return round_numbers(self.low, self.high, most, self.log)

    def _even(self, values):
        return np.log10(np.maximum(values, 1e-300)) if self.log else np.asarray(values, float)


def round_numbers(low, high, most, log=False):
    """Return at most so many round numbers from `low` to `high`: with `log` 1, 2, 5, 10, ..., else in equal steps."""
    if not most or not low < high:
        return []
    if not log:
        rough = (high - low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10, 20) if (high - low) / (factor * power) < most)
        return (step * np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)).tolist()
    powers = range(math.floor(math.log10(low) + 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    every = [float(f"{factor}e{power}") for power in powers for factor in (1, 2, 5)]
    within = [value for value in every if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    if len(within) > most:
        within = [value for value in within if f"{value:e}".startswith("1.0")]
    return within[:: -(-len(within) // most)] if within else []


def decades(losses):
    """Return the powers of ten around losses, for a `log` axis; what is no number, or 0, stays off it."""
    usual = [loss for loss in losses if 1e-12 < loss < np.inf] or [1.0]
    return 10.0 ** math.floor(math.log10(min(usual))), 10.0 ** math.ceil(math.log10(max(usual)) + 1e-9)


def tick_words(value, log=False):
    """Write a tick: a number, or with `log`, where very small or large, a power of ten."""
    if not log or 1e-3 <= value < 1e4:
        return f"{value:,.6g}".replace("-", "−")
    factor, power = f"{value:.0e}".split("e")
    return ("" if factor == "1" else f"{factor} · ") + f"10^{{{number(int(power))}}}"


class Frame:
    """Axes in the box (left, top, width, height) of a drawing, from x = (low, high) and y = (low, high).

    Attributes
    ----------
    x, y : Scale
    box : tuple of float
    """

    def __init__(self, box, x, y, log=False):
        left, top, width, height = self.box = box
        self.x, self.y = Scale(*x, left, left + width), Scale(*y, top + height, top, log)

    def place(self, x, y):
        """Return the pixels, (..., 2), of data."""
        return np.stack(np.broadcast_arrays(self.x(x), self.y(y)), axis=-1)

    def back(self, across, down):
        """Return the data, (x, y), at a pixel."""
        return self.x.back(across), self.y.back(down)

    def axes(self, across="", up="", ticks=(6, 5), grid=True, **look):
        """Return ticks with their numbers, a grid, and the axes' names: `up` is written above, as it is read."""
        left, top, width, height = self.box
        right, bottom, parts = left + width, top + height, []
        for value in self.x.ticks(ticks[0]):
            at = float(self.x(value))
            parts += [_rule(at, top, at, bottom)] if grid else [_rule(at, bottom, at, bottom + 4)]
            parts.append(svg.text(at, bottom + 18, tick_words(value, self.x.log), SMALL, "quiet"))
        for value in self.y.ticks(ticks[1]):
            at = float(self.y(value))
            parts += [_rule(left, at, right, at)] if grid else [_rule(left - 4, at, left, at)]
            parts.append(svg.text(left - 8, at + 4, tick_words(value, self.y.log), SMALL, "quiet", "end"))
        floor = float(self.y(0)) if grid and not self.y.log and self.y.low < 0 < self.y.high else bottom
        parts.append(_rule(left, floor, right, floor, "quiet"))
        parts.append(svg.text(left + width / 2, bottom + 38, across, 14) if across else None)
        parts.append(svg.text(left, top - 10, up, 14, anchor="start") if up else None)
        return svg.element("g", *parts, **look)

    def inside(self, *parts, **look):
        """Return parts cut off at the frame: a drawing within the drawing, as clip paths need ids of the page's."""
        left, top, width, height = self.box
        box = {"x": left, "y": top, "width": width, "height": height, "viewBox": " ".join(f"{n:g}" for n in self.box)}
        return svg.element("svg", *parts, **box, **look)

    def curve(self, x, y, role="ink", **look):
        """Return a curve; of many points in a column of pixels, x rising, the highest and the lowest suffice."""
        points = self.place(x, y)
        if len(points) > 3 * self.box[2]:
            starts = np.flatnonzero(np.diff(points[:, 0].round(), prepend=-FAR))
            ends = [extreme.reduceat(points[:, 1], starts) for extreme in (np.minimum, np.maximum)]
            points = np.column_stack([np.repeat(points[starts, 0], 2), np.transpose(ends).ravel()])
        return stroke(points, role, **look)

    def tangent(self, x, y, slope, reach=60, role="ink", **look):
        """Return a piece of the line with a slope through a point, so many pixels to either side; on even axes."""
        step = reach / math.hypot(self.x.unit, slope * self.y.unit)
        ends = np.array([x - step, x + step])
        return stroke(self.place(ends, y + slope * (ends - x)), role, **look)

    def dots(self, points, label=1, size=8, hollow=False, **look):
        """Return data points, (n, 2), as spots of a class: 0 round, 1 square."""
        return spots(self.place(*np.reshape(points, (-1, 2)).T), CLASSES[label], size, label == 1, hollow, **look)

    def crosses(self, points, size=6, role="ink", **look):
        """Return data points, (n, 2), as crosses."""
        places = self.place(*np.reshape(points, (-1, 2)).T).tolist()
        arms = "l{0} {0}m0 -{0}l-{0} {0}".format(2 * size)
        return stroke("".join(f"M{x - size:g} {y - size:g}{arms}" for x, y in places), role, **look)

    def shading(self, values, palette=PREDICTION, **look):
        """Return numbers from 0 to 1, (rows, columns), the lowest row first, as colours that fill the frame smoothly.

        What is no number is shown as 0.5. The outermost numbers lie on the edges: use it `inside`.
        """
        (rows, columns), (left, top, width, height) = values.shape, self.box
        across, down = width / (columns - 1), height / (rows - 1)
        box = left - across / 2, top - down / 2, width + across, height + down
        return image(box, levels(values), palette, **look)

    def level(self, values, level):
        """Return the lines, data points (n, 2) each, on which `values`, (rows, columns) over the frame, are equal."""
        rows, columns = values.shape
        grid = np.linspace(self.x.low, self.x.high, columns), np.linspace(self.y.low, self.y.high, rows)
        return contourpy.contour_generator(*grid, values).lines(level)

    def lines(self, lines, role="ink", **look):
        """Return several lines, data points (n, 2) each, in one look."""
        return stroke("".join(line(self.place(*each.T)) for each in lines), role, **look)


def line(points):
    """Return what a path says of a line through pixels, (n, 2)."""
    points = np.asarray(points, float)
    points = points[np.isfinite(points).all(axis=-1)].round(1).tolist()
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) if points else ""


def stroke(path, role="ink", width=2, dashed=False, **look):
    """Return a line in the colour of a role: through pixels, (n, 2), or as a path says it."""
    path = path if isinstance(path, str) else line(path)
    look = {"stroke_width": width, "stroke_dasharray": "6 4" if dashed else None, "stroke_linejoin": "round"} | look
    return svg.element("path", d=path, fill="none", stroke=colour(role), **look)


def spots(pixels, role="ink", size=10, square=False, hollow=False, **look):
    """Return pixels, (n, 2), as circles or squares with a rim of paper, or `hollow`: lines of no length with caps."""
    path = "".join(f"M{x:g} {y:g}h0" for x, y in np.round(pixels, 1).tolist())
    size -= square  # which looks larger than a circle of its width
    layers = [(role, size), ("paper", size - 3.5)] if hollow else [("paper", size + 2.5), (role, size)]
    cap = {"stroke_linecap": "square" if square else "round"}
    return svg.element("g", *(stroke(path, fill, width, **cap) for fill, width in layers), **look)


def arrow(start, end, role="ink", width=2, dashed=False, **look):
    """Return an arrow between two pixels; its head is filled, or of a `dashed` one open, and shrinks if it is short."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    length = max(float(np.hypot(*(end - start))), 1e-9)
    along = (end - start) / length * min(10.0, length)
    wing = 0.45 * np.array([-along[1], along[0]])
    shaft = stroke([start, end if dashed else end - 0.8 * along], role, width, dashed)
    head = line([end - along + wing, end, end - along - wing])
    tip = stroke(head, role, width) if dashed else svg.element("path", d=head + "Z", fill=colour(role))
    return svg.element("g", shaft, tip, **look)


def label(x, y, words, role="ink", anchor="start", size=14, **look):
    """Return words on paper, so that lines below do not cross them."""
    return svg.text(
        x, y, words, size, role, anchor,
        stroke=colour("paper"), stroke_width=4, stroke_linejoin="round", paint_order="stroke", **look,
    )  # fmt: skip


def spread(heights, gap=18):
    """Return the heights of labels, moved apart to `gap` pixels or more, in the order they came in."""
    moved, order = np.array(heights, float), np.argsort(heights, kind="stable")
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + gap)
    return (moved + np.mean(heights) - moved.mean()).round(1).tolist()


def handle(id, x, y, name, value, words, *parts, role="forward"):
    """Return a knob at a pixel, to be dragged, and moved by arrow keys, with `parts` that may be dragged in its place.

    `words` say its `value` to screen readers.
    """
    what = {"aria_label": name, "aria_valuenow": value, "aria_valuetext": words}
    knob = {"fill": colour("paper"), "stroke": colour(role), "stroke_width": 3}
    around = svg.element("circle", cx=x, cy=y, r=16, fill="transparent")  # 32 pixels, for fingers
    inner = svg.element("circle", cx=x, cy=y, r=8, **knob)
    return svg.element("g", *parts, around, inner, id=id, role="slider", tabindex=0, **what)


def _rule(x1, y1, x2, y2, role="grid"):
    return svg.element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour(role), stroke_width=1)


def levels(values):
    """Return numbers from 0 to 1 as steps of a palette, bytes; what is no number as the middle one."""
    return np.nan_to_num(LEVELS * np.clip(values, 0, 1), nan=LEVELS / 2).round().astype(np.uint8)


def image(box, steps, palette=PREDICTION, **look):
    """Return steps of a palette, (rows, columns), the lowest row first, as a picture that fills a box smoothly."""
    left, top, width, height = box
    box = {"x": left, "y": top, "width": width, "height": height, "preserveAspectRatio": "none"}
    return svg.element("image", **box, href=_png(steps[::-1], palette), **look)


def _png(steps, palette):
    """Return bytes, (rows, columns), as the URL of a picture in a palette of RGBA, the same with every Pillow."""
    rows, columns = steps.shape
    lines = np.zeros((rows, columns + 1), np.uint8)  # each begins with a 0: as it is, not as a difference
    lines[:, 1:] = steps
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0),  # 8 bits a pixel, in a palette
        b"PLTE": palette[:, :3].tobytes(),
        b"tRNS": palette[:, 3].tobytes(),
        b"IDAT": zlib.compress(lines),
        b"IEND": b"",
    }
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    ]
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()
