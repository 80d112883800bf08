"""The plane of two inputs: samples, what a network answers everywhere, and its hidden units' own boundaries."""

import contourpy
import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style
from bpcourse.pictures.plots.frame import PREDICTION, asked, drawing, legend_below


@drawing
def decision_boundary(ax, network, X, y, X_test=None, y_test=None, resolution=100):
    """Draw what a network answers all over the plane, over the samples it is trained (and tested) with.

    Parameters
    ----------
    network : object with ``forward(X)``, (N, 2) -> (N, 1)
    X, y : arrays (N, 2), (N, 1)
        Training samples: filled markers, circles for class 0 and squares for class 1.
    X_test, y_test : arrays or None
        Test samples: hollow markers.
    resolution : int
        Points along each axis at which the network is asked; the shading between them is interpolated.

    Returns
    -------
    matplotlib.image.AxesImage
        The shading. It is made of `extent_of`, `predictions_on`, `shading`, `boundary` and `samples`, from which
        live figures build and renew the same picture.
    """
    X, y = _points(X, y)
    parts = [("training", X, y)] + ([] if X_test is None else [("test", *_points(X_test, y_test, "_test"))])
    extent = extent_of(np.vstack([inputs for _, inputs, _ in parts]))
    predictions = predictions_on(network, extent, resolution)
    image = shading(ax, predictions, extent)
    boundary(ax, predictions, extent)
    wrong = 0
    for part, inputs, targets in parts:
        samples(ax, inputs, targets, hollow=part == "test")
        missed = inputs[((asked(network, inputs) > 0.5) != (targets > 0.5)).ravel()]
        wrong += len(missed)
        ax.scatter(*missed.T, marker="x", s=50, color=style.INK, linewidths=1.5, zorder=4, gid=f"wrong {part}")
    _explain(ax, "ŷ = 0.5", linewidth=1.6)
    if wrong:
        _explain(ax, f"wrong ({wrong})", linestyle="", marker="x")
    legend_below(ax)
    return image


def extent_of(X, square=False):
    """Return (left, right, bottom, top) of the plane around samples X, (N, 2), with a margin; `square` if asked."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.15 * max(*(high - low), 1e-6)
    middle, half = (low + high) / 2, (high - low) / 2 + margin
    x, y = np.full(2, half.max()) if square else half
    return (middle[0] - x, middle[0] + x, middle[1] - y, middle[1] + y)


def grid(extent, resolution):
    """Return resolution × resolution points of the plane as samples, (N, 2): row by row, the lowest first."""
    resolution = validation.whole_number(resolution, "resolution", least=2)
    across, up = np.meshgrid(np.linspace(*extent[:2], resolution), np.linspace(*extent[2:], resolution))
    return np.column_stack([across.ravel(), up.ravel()])


def predictions_on(network, extent, resolution):
    """Ask a network at resolution × resolution points of the plane; a row for each height, the lowest first."""
    return asked(network, grid(extent, resolution)).reshape(resolution, resolution)


@drawing
def shading(ax, predictions, extent):
    """Shade the plane by predictions, as from `predictions_on`: orange 0, white 0.5, blue 1. Returns the image."""
    rows, columns = predictions.shape
    half_x, half_y = (extent[1] - extent[0]) / (columns - 1) / 2, (extent[3] - extent[2]) / (rows - 1) / 2
    pixels = (extent[0] - half_x, extent[1] + half_x, extent[2] - half_y, extent[3] + half_y)  # centred on the points
    look = {"cmap": PREDICTION, "vmin": 0, "vmax": 1, "interpolation": "bilinear", "origin": "lower"}
    image = ax.imshow(predictions, extent=pixels, **look)
    ax.grid(False)
    ax.set(xlim=extent[:2], ylim=extent[2:], aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    return image


@drawing
def boundary(ax, predictions, extent, linewidth=1.6):
    """Draw the line where predictions, as from `predictions_on`, are 0.5. Returns the QuadContourSet, or None."""
    if not predictions.min() < 0.5 < predictions.max():
        return None
    rows, columns = predictions.shape
    across, up = np.linspace(*extent[:2], columns), np.linspace(*extent[2:], rows)
    return ax.contour(across, up, predictions, levels=[0.5], colors=[style.INK], linewidths=linewidth)


@drawing
def samples(ax, X, y, hollow=False, alpha=1.0):
    """Draw samples X, (N, 2), by class y, (N, 1): orange circles 0, blue squares 1. Returns both PathCollections."""
    collections = []
    for label, (colour, marker) in enumerate(zip(style.CLASS_COLOURS, style.CLASS_MARKERS, strict=True)):
        chosen = X[(y[:, 0] > 0.5) == label]
        face, edge, edge_width = (style.PAPER, colour, 1.5) if hollow else (colour, style.PAPER, 0.8)
        look = {"facecolor": face, "edgecolor": edge, "linewidth": edge_width, "alpha": alpha, "marker": marker}
        look |= {"s": 30 if len(X) > 20 else 80, "zorder": 3, "label": f"{'test' if hollow else 'class'} {label}"}
        collections.append(ax.scatter(*chosen.T, **look))
    return collections


@drawing
def hidden_boundaries(ax, network, X, y):
    """Draw, for each unit of the first hidden layer, the line z = 0 and an arrow to the side where z > 0.

    Among them, thicker, is what the network makes of them: the border ŷ = 0.5, if it has ``forward(X)``.

    Parameters
    ----------
    network : object with lists ``weights`` and ``biases``, the first of shape (2, n) and (1, n)
    X, y : arrays (N, 2), (N, 1)

    Returns
    -------
    list of Line2D
        One for each unit whose line crosses the picture; the others are named below it.
    """
    X, y = _points(X, y)
    extent = extent_of(X)
    weights, biases = own_class.parameters(network)
    W, b = validation.matrix(weights[0], "network.weights[0]", rows=2), biases[0]
    samples(ax, X, y, alpha=0.45)
    _explain(ax, "z = 0, arrow to z > 0", linewidth=1.2)
    if hasattr(network, "forward") and boundary(ax, predictions_on(network, extent, 100), extent, linewidth=3.5):
        _explain(ax, "ŷ = 0.5", linewidth=3.5)
    lines, ends, absent = [], [], []
    for unit, (w, bias) in enumerate(zip(W.T, b[0], strict=True)):
        crossings = _line_in_box(w, bias, extent)
        if crossings is None:
            absent.append(str(unit + 1))
            continue
        lines += ax.plot(*crossings.T, color=style.INK, linewidth=1.2)
        arrow = 0.12 * (extent[1] - extent[0]) * w / np.linalg.norm(w)
        ends.append(_freest(crossings, arrow, extent, ends))
        _unit_badge(ax, unit, ends[-1], arrow)
    ax.set(xlim=extent[:2], ylim=extent[2:], aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    legend_below(ax)
    if absent:
        ax.set_title(f"outside the picture: unit {', '.join(absent)}", color=style.MUTED, fontsize=10)
    return lines


def _points(X, y, part=""):
    x_name, y_name = f"X{part}", f"y{part}"
    X = validation.matrix(X, x_name, columns=2)
    if y is None:
        raise InputError(f"{y_name} came as None; expected one target for each row of {x_name}.")
    return X, validation.classes(y, y_name, rows=len(X), rows_hint=f", one row for each row of {x_name}")


def _explain(ax, label, **look):
    """Name in the legend what a picture is drawn with in ink."""
    ax.plot([], [], color=style.INK, label=label, **look)


def _line_in_box(w, bias, extent):
    """Return both points, (2, 2), where the line w ⋅ x + bias = 0 crosses the edges of the box, or None."""
    across, up = np.array(extent[:2]), np.array(extent[2:])
    lines = contourpy.contour_generator(across, up, w[0] * across + w[1] * up[:, None] + bias).lines(0)
    return np.array(sorted(lines[0].tolist())) if lines else None


def _freest(crossings, arrow, extent, taken):
    """The place on a line, near its ends if possible, that is farthest from those taken and has room for an arrow."""
    start, end = crossings
    places = [start + part * (end - start) for part in (0.07, 0.93, 0.2, 0.8, 0.35, 0.65, 0.5)]
    left, right, bottom, top = extent
    tips = [place + 1.15 * arrow for place in places]
    roomy = [place for place, (x, y) in zip(places, tips, strict=True) if left < x < right and bottom < y < top]
    return max(roomy or places, key=lambda place: min((np.linalg.norm(place - t) for t in taken), default=0))


def _unit_badge(ax, unit, place, arrow):
    """Write a unit's number on its line, with an arrow to its positive side."""
    look = {"arrowstyle": "-|>", "color": style.INK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", place + arrow, place, arrowprops=look, annotation_clip=False, zorder=5, gid=f"arrow {unit}")
    badge = {"boxstyle": "circle,pad=0.2", "facecolor": style.PAPER, "edgecolor": style.INK, "linewidth": 1.2}
    ax.text(*place, str(unit + 1), ha="center", va="center", fontsize=9, bbox=badge, zorder=6)
