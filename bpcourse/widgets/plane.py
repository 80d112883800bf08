"""The plane of two inputs in a live figure: what a network answers everywhere, the border, and the samples."""

import contourpy
import numpy as np
from matplotlib.collections import LineCollection

from bpcourse.pictures import charts, plots, style, svg
from bpcourse.pictures.charts import Frame
from bpcourse.widgets.canvas import Shading


class PlaneChart:
    """The plane as SVG, for samples that stay while the answers change.

    Parameters
    ----------
    box : (left, top, width, height)
        Pixels of the drawing.
    extent : (left, right, bottom, top)
        Of the plane, as from `plots.extent_of`.
    *parts : pairs (X, y)
        Samples: the first part is drawn filled, a second one hollow.
    size : float
        Of the samples' dots, in pixels; None for one that fits their number.

    Attributes
    ----------
    frame : Frame
    """

    def __init__(self, box, extent, *parts, size=None):
        self.frame = Frame(box, extent[:2], extent[2:])
        self._size = size or (12 if sum(len(X) for X, _ in parts) <= 20 else 8)
        self._samples = [
            self.frame.dots(X[(y[:, 0] > 0.5) == label], label, self._size, hollow=bool(hollow))
            for hollow, (X, y) in enumerate(parts)
            for label in (0, 1)
        ]
        self._axes = self.frame.axes("x_{1}", "x_{2}", ticks=(5, 5), grid=False, id="plane-axes")

    def border(self, predictions):
        """Return the lines, (n, 2) each, where predictions, (n, n) over the plane, are 0.5."""
        return self.frame.level(predictions, 0.5)

    def draw(self, predictions, wrong, former=()):
        """Return the plane with the answers, `wrong` samples, (k, 2), crossed, and faintly a `former` border."""
        frame = self.frame
        inside = frame.inside(
            frame.shading(predictions, id="shading"),
            frame.lines(former, "ink", width=1.4, dashed=True, id="former-border", opacity=0.6),
            frame.lines(self.border(predictions), "ink", id="border"),
            *self._samples,
            frame.crosses(wrong, self._size / 2 + 1, id="wrong"),
            id="plane",
        )
        return svg.element("g", self._axes, inside)


def class_key(x, y):
    """Return what the plane's signs mean, in a line of 260 pixels that begins at (x, y)."""
    as_pixels, parts = Frame((0, 0, 1, 1), (0, 1), (1, 0)), []
    for words, width, sign in (
        ("class 0", 68, as_pixels.dots([(x + 5, y - 4)], 0)),
        ("class 1", 68, as_pixels.dots([(x + 73, y - 4)], 1)),
        ("wrong", 60, as_pixels.crosses([(x + 141, y - 4)], 4.5)),
        ("ŷ = 0.5", 64, charts.stroke(f"M{x + 194:g} {y - 4:g}h14")),
    ):
        parts += [sign, svg.text(x + 16, y, words, 12, "quiet", "start")]
        x += width
    return parts


class PlaneView:
    """The answers over the plane, the border, the samples by class, wrong ones crossed.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    parts : sequence of str
        What the samples are called in a legend: the first part is drawn filled, a second one hollow.
    size : float
        Of the samples' markers.
    cross : dict
        Look of the marker of wrong samples.

    Attributes
    ----------
    shading, border, samples, wrong : matplotlib artists
        `samples` is a list: class 0 and class 1 of each part.
    moving : list of matplotlib artists
        All that changes, and the frame, which lies above the shading.
    """

    @plots.drawing
    def __init__(self, ax, parts, size, cross):
        self.ax = ax
        ax.set(aspect="equal")
        ax.grid(False)
        self.shading = Shading(ax, plots.PREDICTION)
        self.border = ax.add_collection(LineCollection([], colors=style.INK, linewidths=1.8))
        look = {"linestyle": "", "markersize": size}
        self.samples = []
        for hollow, part in enumerate(parts):
            for label, (colour, marker) in enumerate(zip(style.CLASS_COLOURS, style.CLASS_MARKERS, strict=True)):
                face, edge = (style.PAPER, colour) if hollow else (colour, style.PAPER)
                fill = {"color": colour, "markerfacecolor": face, "markeredgecolor": edge}
                self.samples += ax.plot([], [], marker=marker, label=f"{part} {label}", **look, **fill)
        (self.wrong,) = ax.plot([], [], "x", color=style.INK, label="wrong", **cross)
        self.moving = [self.shading, self.border, *self.samples, self.wrong, *ax.spines.values()]

    def place(self, extent, *parts):
        """Show the plane as far as `extent`, with the samples of each part, a pair (X, y)."""
        self.extent = extent
        self.ax.set(xlim=extent[:2], ylim=extent[2:])
        chosen = [X[(y[:, 0] > 0.5) == label] for X, y in parts for label in (False, True)]
        for artist, points in zip(self.samples, chosen, strict=True):
            artist.set_data(*points.T)

    def show(self, predictions, wrong):
        """Show the answers, (n, n), over the plane, and cross the samples that are `wrong`, (k, 2)."""
        self.shading.values = predictions
        across, up = (np.linspace(*ends, len(predictions)) for ends in (self.extent[:2], self.extent[2:]))
        self.border.set_segments(contourpy.contour_generator(across, up, predictions).lines(0.5))
        self.wrong.set_data(*wrong.T)
