"""The playground's picture: the network with what each unit sees, the plane, the losses, the gradients layer by layer.

Each part makes its artists once, on the axes it is given; `moving` lists those that change while a network trains.
"""

from itertools import pairwise

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator

from bpcourse.pictures import plots, style
from bpcourse.pictures.writing import subscript, superscript
from bpcourse.widgets import plane
from bpcourse.widgets.canvas import Tiles

# On the page, in pixels: width, height, and (x, y, width, height) of network, plane, losses and gradients.
WIDE = 1040, 440, ((0, 0, 420, 440), (452, 82, 306, 306), (828, 246, 192, 140), (828, 58, 192, 118))
NARROW = 640, 880, ((100, 440, 420, 440), (56, 82, 306, 306), (428, 246, 192, 140), (428, 58, 192, 118))
ROOM = 800  # on a page with less of it, the wide picture's text would be too small to read
REACH = 7  # pixels from a link to a click that still means it
RESOLUTION = 40  # points along each side of the plane
FADED = 1e-6  # gradients from here up to 1 can be told apart by the width of their links
LEAST_NORM, MOST_NORM = 1e-8, 1e2
MOST_POINTS = 1000  # of a loss curve
SIGNS = "blue solid > 0, orange dashed < 0"
LINKS = {  # what the links show -> the legend
    "weights": f"links: weights w, {SIGNS}\nwidth: |w|, from 0 to 4",
    "gradients": f"links: gradients ∂L/∂w, {SIGNS}\nwidth: from 10⁻⁶ (thin) up to 1 (thick)",
}


def make_figure():
    """Return the figure and its axes: network, plane, losses, gradients."""
    figure, axes = plots.figure(columns=4)
    figure.set_layout_engine("none")
    lay_out(figure, WIDE)
    return figure, axes


def lay_out(figure, layout):
    """Give the figure and its axes the sizes and places of a layout, `WIDE` or `NARROW`."""
    across, up, places = layout
    figure.set_size_inches(across / 100, up / 100)
    for ax, (x, y, width, height) in zip(figure.axes, places, strict=True):
        ax.set_position((x / across, y / up, width / across, height / up))


class NetworkView:
    """Layers from left to right; in each unit its activation over the plane; links by weight or by gradient."""

    @plots.drawing
    def __init__(self, ax):
        self.ax, self._labels, self._arranged = ax, [], None
        ax.set_axis_off()
        ax.set(xlim=(0, 420), ylim=(0, 440))
        self.tiles = Tiles(ax, plots.SIGNED)
        self.positive = ax.add_collection(LineCollection([], colors=style.BLUE, zorder=2))
        self.negative = ax.add_collection(LineCollection([], colors=style.ORANGE, linestyles=[(0, (2.2, 1.1))]))
        self._frames = ax.add_collection(LineCollection([], colors=style.MUTED, linewidths=0.9, zorder=4))
        look = {"colors": style.HIGHLIGHT, "linewidths": 10, "capstyle": "round", "zorder": 1}
        self.chosen = ax.add_collection(LineCollection([], **look))
        self._legend = ax.text(8, 12, "", color=style.MUTED, fontsize=9.5, va="bottom", linespacing=1.5)
        self.moving = [self.chosen, self.positive, self.negative, self.tiles, self._frames]

    @plots.drawing
    def arrange(self, sizes, kind):
        """Place the units of a network whose links show `kind`; return whether that changed anything."""
        if (sizes, kind) == self._arranged:
            return False
        self._arranged = sizes, kind
        self._legend.set_text(LINKS[kind])
        across, up = (388 - 40) / (len(sizes) - 1), min(66, 318 / max(sizes))
        self.tiles.side = side = min(42, 0.84 * up, 0.62 * across)
        columns = [44 + across * layer for layer in range(len(sizes))]
        columns = [x + (400 - side / 2 - columns[-1]) * (x - 44) / 348 for x in columns]
        self._middles = [
            [(x, 228 + up * ((n - 1) / 2 - unit)) for unit in range(n)] for x, n in zip(columns, sizes, strict=True)
        ]
        self.tiles.middles = [middle for layer in self._middles for middle in layer]
        half = side / 2
        square = np.array([(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)])
        self._frames.set_segments([square + middle for middle in self.tiles.middles])
        self._lines = {  # name of a weight -> its link, of a bias -> the frame of its unit
            f"W{layer}[{i},{j}]": np.array([(x1 + half, y1), (x2 - half, y2)])
            for layer, (left, right) in enumerate(pairwise(self._middles), start=1)
            for i, (x1, y1) in enumerate(left)
            for j, (x2, y2) in enumerate(right)
        }
        self._links = np.array(list(self._lines.values()))
        self._lines |= {
            f"b{layer}[0,{unit}]": square + middle
            for layer, middles in enumerate(self._middles[1:], start=1)
            for unit, middle in enumerate(middles)
        }
        self._write_labels(columns, half)
        return True

    def _write_labels(self, columns, half):
        for label in self._labels:
            label.remove()
        last = len(columns) - 1
        look = {"ha": "center", "va": "center", "color": style.INK}
        heads = [f"a{superscript(layer)}" for layer in range(last)] + ["ŷ"]
        self._labels = [self.ax.text(x, 416, head, **look) for x, head in zip(columns, heads, strict=True)]
        self._labels += [
            self.ax.text(x - half - 13, y, f"x{subscript(i)}", **look) for i, (x, y) in enumerate(self._middles[0])
        ]

    def name_at(self, x, y):
        """Return the name of the weight whose link, or the bias whose unit, is at a point of the figure, or None.

        `x` and `y` are parts of the figure's width and height, from its upper left corner.
        """
        box = self.ax.figure.bbox
        point = self.ax.transData.inverted().transform((x * box.width, (1 - y) * box.height))
        half = self.tiles.side / 2
        for layer, middles in enumerate(self._middles):
            for unit, middle in enumerate(middles):
                if np.abs(point - middle).max() <= half:
                    return f"b{layer}[0,{unit}]" if layer else None
        starts, ends = self._links[:, 0], self._links[:, 1]
        along = ends - starts
        part = np.clip(((point - starts) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
        distances = np.linalg.norm(starts + part[:, None] * along - point, axis=1)
        nearest = int(distances.argmin())
        return list(self._lines)[nearest] if distances[nearest] <= REACH else None

    def choose(self, name):
        """Highlight the link of a weight, or the unit of a bias; nothing if `name` is None."""
        self.chosen.set_segments([self._lines[name]] if name else [])

    def show(self, units, activation, output_activation, arrays):
        """Show `units`, a list of (points, n) a layer or None, and `arrays`, the weights or their gradients."""
        self.tiles.values = [] if units is None else _unit_pictures(units, activation, output_activation)
        values = np.concatenate([np.ravel(array) for array in arrays])
        size = np.abs(values)
        if self._arranged[1] == "weights":
            widths = np.clip(0.4 + 1.2 * size, None, 5.5)
        else:
            decades = -np.log10(FADED)
            widths = 0.3 + 4.5 * np.clip((np.log10(np.maximum(size, 1e-300)) + decades) / decades, 0, 1)
        widths *= min(1.0, self.tiles.side / 30)  # thinner where there are many
        for collection, chosen in ((self.positive, values >= 0), (self.negative, values < 0)):
            collection.set_segments(self._links[chosen])
            collection.set_linewidths(widths[chosen])


class PlaneView(plane.PlaneView):
    """The plane with training samples, filled, and test samples, hollow."""

    @plots.drawing
    def __init__(self, ax):
        super().__init__(ax, ("training", "test"), 5.5, {"markersize": 5.5, "markeredgewidth": 1.2})
        ax.set_xlabel("x₁")
        ax.set_ylabel("x₂", rotation=0, labelpad=4)
        ax.locator_params(nbins=4)
        ax.legend(
            handles=[*self.samples, self.wrong], ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0),
            columnspacing=0.9, handletextpad=0.1, borderaxespad=0.1, fontsize=9.5,
        )  # fmt: skip

    def take(self, run):
        """Take the samples of a run, and make the plane large enough for them."""
        points = np.vstack([run.X, run.X_test])
        half = 1.06 * np.abs(points).max()
        around = (-half, half, -half, half) if points.min() < -0.5 else plots.extent_of(points, square=True)
        self.place(around, (run.X, run.y), (run.X_test, run.y_test))


class LossView:
    """Training and test loss after every epoch, and faintly those of the run that is kept."""

    @plots.drawing
    def __init__(self, ax):
        self.ax = ax
        ax.set(yscale="log", xlim=(0, 100), ylim=(1e-2, 1.0))
        ax.set_title("loss L after each epoch", loc="left", pad=22, fontsize=10.5)
        ax.yaxis.set_minor_locator(NullLocator())
        faint = {"color": style.MUTED, "linewidth": 1.3, "alpha": 0.55}
        self.kept = [ax.plot([], [], **faint)[0], ax.plot([], [], linestyle=(0, (3, 1.5)), **faint)[0]]
        (self._train,) = ax.plot([], [], color=style.BLUE, marker="o", markersize=5, markevery=[-1], label="training")
        (self._test,) = ax.plot([], [], color=style.ORANGE, linestyle=(0, (3, 1.5)), label="test")
        (self._end,) = ax.plot([], [], "X", color=style.INK, markersize=9, clip_on=False)
        place = {"loc": "lower left", "bbox_to_anchor": (-0.04, 0.98), "ncols": 3}
        handles = [self._train, self._test, self.kept[0]]
        self.kept[0].set_label("kept")
        ax.legend(handles=handles, handlelength=1.5, columnspacing=0.7, handletextpad=0.3, fontsize=9.5, **place)
        self.moving = [*self.kept, self._test, self._train, self._end]

    def show(self, run, kept):
        """Show a run's losses, and those of `kept`, a run or None."""
        curves = [run.history.loss, run.test_loss, *((kept.history.loss, kept.test_loss) if kept else ((), ()))]
        epochs = max(map(len, curves)) - 1
        low = min(min(curve[-200:], default=1) for curve in curves)
        high = max(max(curve[-200:], default=0) for curve in curves)
        self._widen(epochs, max(low, 1e-8), min(high, 1e3))
        bottom, top = self.ax.get_ylim()
        for line, curve in zip((self._train, self._test, *self.kept), curves, strict=True):
            shown = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), MOST_POINTS)).round().astype(int))
            line.set_data(shown, np.clip(np.asarray(curve)[shown], bottom, top))
        self._end.set_data(*(([run.epochs], [top]) if run.diverged else ([], [])))

    def fit(self):
        """Start with small axes again; `show` widens them."""
        self.ax.set(xlim=(0, 100), ylim=(1e-2, 1.0))

    def _widen(self, epochs, low, high):
        """Let the limits grow in large steps, as each step draws all that stands still anew."""
        bottom, top = self.ax.get_ylim()
        while low < bottom:
            bottom /= 10
        while high > top:
            top *= 10
        right = self.ax.get_xlim()[1]
        while epochs > right:
            right *= 2
        if (bottom, top) != self.ax.get_ylim() or right != self.ax.get_xlim()[1]:
            self.ax.set(xlim=(0, right), ylim=(bottom, top))
        self.ax.yaxis.set_major_locator(LogLocator(numticks=5))
        self.ax.xaxis.set_major_locator(FixedLocator([0, right / 2, right]))


class GradientView:
    """The size of ∂L/∂W in each layer, and faintly that of the run that is kept."""

    @plots.drawing
    def __init__(self, ax):
        self.ax = ax
        ax.set(yscale="log", ylim=(LEAST_NORM, MOST_NORM))
        ax.set_title("gradient size ‖∂L/∂Wˡ‖", loc="left", fontsize=10.5)
        ax.set_xlabel("layer l", labelpad=1)
        ax.yaxis.set_major_locator(FixedLocator([1e-8, 1e-4, 1]))
        ax.yaxis.set_minor_locator(FixedLocator([10.0**power for power in range(-8, 3)]))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.grid(False)
        look = {"marker": "D", "markersize": 5, "linewidth": 1.2, "color": style.MUTED, "alpha": 0.55}
        (self.kept,) = ax.plot([], [], clip_on=False, **look)
        self._bars = ax.add_collection(LineCollection([], colors=style.GREEN, linewidths=6, capstyle="butt"))
        (self.ends,) = ax.plot([], [], "o", color=style.GREEN, markersize=7, markeredgecolor=style.PAPER, clip_on=False)
        self.moving = [self._bars, self.kept, self.ends]

    def arrange(self, layers):
        """Make room for so many layers."""
        self.ax.set(xlim=(0.4, layers + 0.6), xticks=range(1, layers + 1))

    def show(self, norms, kept):
        """Show the norms, (L,), and those of `kept`, a run or None."""
        heights, layers = np.clip(norms, LEAST_NORM, MOST_NORM), np.arange(1, len(norms) + 1)
        self._bars.set_segments([((layer, LEAST_NORM), (layer, h)) for layer, h in zip(layers, heights, strict=True)])
        self.ends.set_data(layers, heights)
        former = np.clip(kept.norms, LEAST_NORM, MOST_NORM) if kept else []
        self.kept.set_data(np.arange(1, len(former) + 1), former)


def _unit_pictures(units, activation, output_activation):
    """Return numbers from 0 to 1, (n, n) each, for every unit of every layer."""
    names = ["identity"] + [activation] * (len(units) - 2) + [output_activation]
    pictures = []
    for name, layer in zip(names, units, strict=True):
        if name != "sigmoid":
            reach = 1.0 if name == "tanh" else np.maximum(np.abs(layer).max(axis=0), 1e-9)
            layer = 0.5 + 0.5 * layer / reach
        pictures += list(np.clip(layer, 0, 1).T.reshape(-1, RESOLUTION, RESOLUTION)[:, 1::2, 1::2])
    return pictures
