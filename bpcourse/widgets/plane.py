"""The plane of two inputs in a live figure: what a network answers everywhere, the border, and the samples."""

import contourpy
import numpy as np
from matplotlib.collections import LineCollection

from bpcourse.pictures import plots, style
from bpcourse.widgets.canvas import Shading


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
