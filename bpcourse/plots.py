"""The course's pictures. Each function draws on the matplotlib Axes that it is given and returns the artists named.

Nothing here uses pyplot: a figure made by `figure` is seen when `show` is asked for its picture, and is
gone when nobody holds it any more. A network is whatever has ``forward(X)``; where more is needed, it says so.
"""

import io

import matplotlib as mpl
import numpy as np
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation
from PIL import Image

from bpcourse import landscape, still, style, validation
from bpcourse.activations import ACTIVATIONS
from bpcourse.validation import InputError

PREDICTION = LinearSegmentedColormap.from_list("prediction", [style.LIGHT_ORANGE, style.PAPER, style.LIGHT_BLUE])
SIGNED = LinearSegmentedColormap.from_list("signed", [style.ORANGE, style.PAPER, style.BLUE])
HEIGHT = LinearSegmentedColormap.from_list("height", ["#FDFEFF", "#C7DDEC", "#6FA5C8", "#2B5C86"])
ERRORS = LinearSegmentedColormap.from_list("errors", [style.PAPER, style.LIGHT_ORANGE, style.ORANGE])
CLIMB = 10  # a loss that ends this many times higher than it began counts as diverged
LINE_STYLES = ("-", "--", "-.", ":")
HALO = {"boxstyle": "square,pad=0.05", "facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.85}

drawing = mpl.rc_context(style.RC)  # as a decorator: our style inside the function, the reader's own outside


@drawing
def figure(columns=1, rows=1, width=6.4, height=3.6):
    """Return a Figure in the course's style, and its Axes (an array of them where there are several).

    Parameters
    ----------
    columns, rows : int
        1 or more of each.
    width, height : float
        Of the whole figure, in inches; 1 inch is shown as 100 pixels.
    """
    columns, rows = validation.whole_number(columns, "columns"), validation.whole_number(rows, "rows")
    size = [validation.real_number(value, name, above=True) for value, name in ((width, "width"), (height, "height"))]
    picture = Figure(figsize=size, dpi=100, layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    axes = picture.subplots(rows, columns)
    for ax in np.ravel(axes):
        _quiet_ticks(ax)
    return picture, axes


@drawing
def show(figure, alt):
    """Return the `Picture` of a figure as it is now. Written last in a cell, it is displayed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What is to be seen, in a sentence, for readers who do not see it.
    """
    if not isinstance(figure, Figure):
        raise InputError(
            f"figure came as {type(figure).__name__}; expected the Figure, first of what figure() returns."
        )
    if not isinstance(alt, str) or not alt.strip():
        raise InputError(f"alt came as {alt!r}; expected a sentence that says what is to be seen in the picture.")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=200)
    width, height = (round(100 * inches) for inches in figure.get_size_inches())
    return Picture(still.png(Image.open(buffer)), alt.strip(), width, height)


class Picture:
    """A finished picture, as a notebook displays and stores it.

    Attributes
    ----------
    png : bytes
        At twice the pixels of `width` × `height`, the size at which it is displayed.
    alt : str
    """

    def __init__(self, png, alt, width, height):
        self.png, self.alt, self.width, self.height = png, alt, width, height

    def __repr__(self):
        return f"Picture: {self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return still.bundle(still.img(self.png, "image/png", self.alt, self.width), self.alt)


@drawing
def activation(ax, name, derivative=True):
    """Draw an activation function f and, with `derivative`, its slope f′ for z from -6 to 6. Returns the lines."""
    chosen = ACTIVATIONS[validation.choice(name, [n for n in ACTIVATIONS if n != "softmax"], "name")]
    z = np.linspace(-6, 6, 601)
    lines = ax.plot(z, chosen.function(z), color=style.BLUE)
    _label_end(ax, lines[0], "f(z)")
    if derivative:
        slope = chosen.derivative_from_z(z)
        at_jumps = np.flatnonzero(np.abs(np.diff(slope)) > 0.5)
        lines += ax.plot(
            np.insert(z, at_jumps + 1, 0), np.insert(slope, at_jumps + 1, np.nan), color=style.ORANGE, linestyle="--"
        )
        _label_end(ax, lines[1], "f′(z)")
        if name in ("sigmoid", "tanh"):
            ax.plot(0, slope.max(), "o", color=style.ORANGE, markersize=5)
            side = {"xytext": (8, 2)} if name == "sigmoid" else {"xytext": (-8, -2), "ha": "right"}
            note = f"steepest: {slope.max():g}"
            ax.annotate(note, (0, slope.max()), textcoords="offset points", color=style.ORANGE, **side)
    ax.axhline(0, color=style.MUTED, linewidth=0.8, zorder=1)
    ax.axvline(0, color=style.MUTED, linewidth=0.8, zorder=1)
    ax.set(xlabel="z", xlim=(-6, 6), title=name)
    return lines


@drawing
def loss_curve(ax, runs, log=None, target=None):
    """Draw the loss after every epoch, of one training or several.

    Parameters
    ----------
    runs : History, list of losses, or dict of label -> one of these
    log : bool or None
        A logarithmic loss axis; None chooses it where the losses span a factor of 30 or more.
    target : float or None
        A loss to mark with a line.

    Returns
    -------
    list of Line2D
        One for each run. It ends in a dot; that of a diverged run (or of one that climbed tenfold), in a cross
        where it leaves the picture.
    """
    runs = {label: _losses(run) for label, run in (runs if isinstance(runs, dict) else {"": runs}).items()}
    ceiling = _ceiling(runs.values())
    lines = []
    for number, (label, (losses, diverged)) in enumerate(runs.items()):
        shown = _until_above(losses, ceiling) if diverged else losses
        look = {"color": style.CYCLE[number % len(style.CYCLE)], "linestyle": LINE_STYLES[number % len(LINE_STYLES)]}
        label = f"{label} (diverged)" if diverged and label else label or "_"
        lines += ax.plot(np.arange(len(shown)), shown, label=label, **look)
        end = {"marker": "X", "markersize": 9} if diverged else {"marker": "o", "markersize": 5}
        ax.plot(len(shown) - 1, shown[-1], color=look["color"], markeredgecolor=style.PAPER, clip_on=False, **end)
        if label == "_":
            _label_end(ax, lines[-1], "diverged" if diverged else f"{shown[-1]:.3g}")
    drawn = np.concatenate([line.get_ydata() for line in lines])
    if log or (log is None and drawn.min() > 0 and drawn.max() > 30 * drawn.min()):
        _log_scale(ax, drawn.min(), drawn.max())
    else:
        ax.set_ylim(bottom=min(0, drawn.min()))
    if target is not None:
        ax.axhline(target, color=style.MUTED, linewidth=1.2, linestyle=(0, (2, 2)))
        at_left = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        ax.annotate(f"target {target:g}", (0, target), (4, 3), color=style.MUTED, **at_left)
    ax.set(xlabel="epoch", ylabel="loss L")
    ax.margins(x=0.03)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if any(runs):
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3)
    return lines


@drawing
def gradient_sizes(ax, gradients):
    """Draw the size ‖∂L/∂Wˡ‖ of every layer's weight gradient, on a logarithmic axis. Returns the lines.

    Parameters
    ----------
    gradients : Gradients, or dict of label -> Gradients
        What ``backward`` returns, of one network or several.
    """
    runs = gradients if isinstance(gradients, dict) else {"": gradients}
    lines = []
    for number, (label, run) in enumerate(runs.items()):
        sizes = [np.linalg.norm(dW) for dW in run.weights]
        look = {"color": style.CYCLE[number % len(style.CYCLE)], "linestyle": LINE_STYLES[number % len(LINE_STYLES)]}
        lines += ax.plot(range(1, len(sizes) + 1), sizes, marker="osD^v"[number % 5], label=label or "_", **look)
    ax.set(yscale="log", xlabel="layer l", ylabel="size of ∂L/∂W")
    ax.margins(y=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if any(runs):
        _legend_below(ax)
    return lines


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
    parts = [("training", X, y)] + ([] if X_test is None else [("test", *_points(X_test, y_test))])
    extent = extent_of(np.vstack([inputs for _, inputs, _ in parts]))
    predictions = predictions_on(network, extent, resolution)
    image = shading(ax, predictions, extent)
    boundary(ax, predictions, extent)
    wrong = 0
    for part, inputs, targets in parts:
        samples(ax, inputs, targets, hollow=part == "test")
        missed = inputs[((_asked(network, inputs) > 0.5) != (targets > 0.5)).ravel()]
        wrong += len(missed)
        ax.scatter(*missed.T, marker="x", s=50, color=style.INK, linewidths=1.5, zorder=4, gid=f"wrong {part}")
    _boundary_legend(ax, tested=X_test is not None, wrong=wrong)
    return image


def extent_of(X):
    """Return (left, right, bottom, top) of the plane around samples X, (N, 2), with a margin."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.15 * max(*(high - low), 1e-6)
    return (low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin)


def predictions_on(network, extent, resolution):
    """Ask a network at resolution × resolution points of the plane; a row for each height, the lowest first."""
    resolution = validation.whole_number(resolution, "resolution", least=2)
    across, up = np.meshgrid(np.linspace(*extent[:2], resolution), np.linspace(*extent[2:], resolution))
    return _asked(network, np.column_stack([across.ravel(), up.ravel()])).reshape(resolution, resolution)


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
def boundary(ax, predictions, extent):
    """Draw the line where predictions, as from `predictions_on`, are 0.5. Returns the QuadContourSet, or None."""
    if not predictions.min() < 0.5 < predictions.max():
        return None
    rows, columns = predictions.shape
    across, up = np.linspace(*extent[:2], columns), np.linspace(*extent[2:], rows)
    return ax.contour(across, up, predictions, levels=[0.5], colors=[style.INK], linewidths=1.6)


@drawing
def samples(ax, X, y, hollow=False, alpha=1.0):
    """Draw samples X, (N, 2), by class y, (N, 1): orange circles 0, blue squares 1. Returns both PathCollections."""
    collections = []
    for label, (colour, marker) in enumerate(zip(style.CLASS_COLOURS, style.CLASS_MARKERS, strict=True)):
        chosen = X[(y[:, 0] > 0.5) == label]
        face, edge, edge_width = (style.PAPER, colour, 1.5) if hollow else (colour, style.PAPER, 0.8)
        look = {"facecolor": face, "edgecolor": edge, "linewidth": edge_width, "alpha": alpha, "marker": marker}
        collections.append(ax.scatter(*chosen.T, s=30 if len(X) > 20 else 80, zorder=3, **look))
    return collections


@drawing
def hidden_boundaries(ax, network, X, y):
    """Draw, for each unit of the first hidden layer, the line z = 0 and an arrow to the side where z > 0.

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
    W = validation.matrix(network.weights[0], "network.weights[0]", rows=2)
    b = validation.matrix(network.biases[0], "network.biases[0]", rows=1, columns=W.shape[1])
    samples(ax, X, y, alpha=0.45)
    lines, ends, absent = [], [], []
    for unit, (w, bias) in enumerate(zip(W.T, b[0], strict=True)):
        crossings = _line_in_box(w, bias, extent)
        if crossings is None:
            absent.append(str(unit))
            continue
        colour, line_style = style.CYCLE[unit % len(style.CYCLE)], LINE_STYLES[unit % len(LINE_STYLES)]
        lines += ax.plot(*crossings.T, color=colour, linestyle=line_style)
        arrow = 0.12 * (extent[1] - extent[0]) * w / np.linalg.norm(w)
        ends.append(_freest(crossings, arrow, extent, ends))
        _unit_badge(ax, unit, ends[-1], arrow, colour)
    ax.set(xlim=extent[:2], ylim=extent[2:], aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    _legend_below(ax, [*_class_handles(), Line2D([], [], color=style.INK, label="z = 0, arrow to z > 0")])
    if absent:
        ax.set_title(f"outside the picture: unit {', '.join(absent)}", color=style.MUTED, fontsize=10)
    return lines


@drawing
def regression_fit(ax, network, X, y):
    """Draw samples X, (N, 1), y, (N, 1), the curve that the network fits, and each difference. Returns the curve."""
    X = validation.matrix(X, "X", columns=1)
    y = validation.matrix(y, "y", rows=len(X), columns=1)
    order = np.argsort(X[:, 0])
    x, targets, y_hat = X[order, 0], y[order, 0], _asked(network, X[order])[:, 0]
    margin = 0.05 * (x[-1] - x[0])
    across = np.linspace(x[0] - margin, x[-1] + margin, 300)
    ax.vlines(x, targets, y_hat, color=style.ORANGE, linewidth=1, alpha=0.6, label="difference ŷ − y")
    ax.plot(x, targets, "o", color=style.ORANGE, markersize=5, markeredgecolor=style.PAPER, label="sample")
    (curve,) = ax.plot(across, _asked(network, across[:, None])[:, 0], color=style.BLUE, label="network ŷ")
    ax.set(xlabel="x", ylabel="y", xlim=(across[0], across[-1]))
    _legend_below(ax)
    return curve


@drawing
def loss_landscape(ax, network, X, y, first, second, span=4.0, path=None, resolution=60):
    """Draw the loss over two parameters as a map with contour lines, the network's own values in the middle.

    Parameters
    ----------
    network, X, y, first, second
        As in `landscape.loss_surface`.
    span : float
        How far the map reaches to each side, above 0.
    path : array (T + 1, 2) or None
        Points to walk through, as from `landscape.descent_path`. None marks where the network stands.
    resolution : int
        Points along each axis at which the loss is measured.

    Returns
    -------
    QuadContourSet
        The filled contours; None where the loss is flat.
    """
    span = validation.real_number(span, "span", above=True)
    resolution = validation.whole_number(resolution, "resolution", least=2)
    steps = np.linspace(-span, span, resolution)
    across, up = (landscape.get_parameter(network, name) + steps for name in (first, second))
    contours = loss_contours(ax, across, up, landscape.loss_surface(network, X, y, first, second, across, up))
    ax.set(xlabel=first, ylabel=second)
    if path is None:
        here(ax, [landscape.get_parameter(network, name) for name in (first, second)])
    else:
        descent(ax, path)
    return contours


@drawing
def loss_contours(ax, first_values, second_values, losses):
    """Draw `losses`, (len(second_values), len(first_values)), as a map where dark is high.

    Returns the filled contours, or None where all losses are the same.
    """
    losses = np.ma.masked_invalid(losses)
    levels = _levels(losses.compressed())
    ax.grid(False)
    ax.set(xlim=(first_values[0], first_values[-1]), ylim=(second_values[0], second_values[-1]))
    if len(levels) < 2:
        ax.set_title("flat: the loss is the same everywhere here")
        return None
    norm = BoundaryNorm(levels, HEIGHT.N, extend="both")
    contours = ax.contourf(first_values, second_values, losses, levels, cmap=HEIGHT, norm=norm, extend="both")
    lines = ax.contour(first_values, second_values, losses, levels, colors=[style.MUTED], linewidths=0.7)
    for text in ax.clabel(lines, levels[::2], fmt="%g", fontsize=9, colors=[style.INK]):
        text.set_bbox(HALO)
    return contours


@drawing
def here(ax, point):
    """Mark the point, two coordinates, at which the network stands on a map. Returns the line."""
    (mark,) = ax.plot(*point, "o", markersize=9, markerfacecolor=style.PAPER, markeredgecolor=style.INK)
    below = {"xytext": (0, -9), "textcoords": "offset points", "ha": "center", "va": "top"}
    ax.annotate("the network", point, bbox=HALO, **below)
    return mark


@drawing
def descent(ax, path):
    """Draw a descent's path, (T + 1, 2), on a map: start, end, and the numbers of the steps. Returns the line."""
    path = validation.matrix(path, "path", columns=2)
    look = {"markersize": 4.5, "markeredgecolor": style.PAPER, "markeredgewidth": 0.5, "linewidth": 1.5}
    (line,) = ax.plot(*path.T, color=style.ORANGE, marker="o", **look)
    last = f"after {len(path) - 1} steps" + ("" if ax.viewLim.contains(*path[-1]) else ": off the map")
    points = {"start": ("o", style.PAPER, path[0]), last: ("s", style.ORANGE, path[-1])}
    for name, (marker, face, point) in points.items():
        ax.plot(*point, marker, markersize=9, markerfacecolor=face, markeredgecolor=style.INK, label=name)
    on_map = ax.transData.transform(path)
    numbered, inner = on_map[[0, -1]], ax.bbox.padded(-20)
    for step in range(1, len(path) - 1):
        if np.linalg.norm(numbered - on_map[step], axis=1).min() > 24 and inner.contains(*on_map[step]):
            numbered = np.vstack([numbered, on_map[step]])
            above = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            ax.annotate(step, path[step], fontsize=9, bbox=HALO, **above)
    _legend_below(ax)
    return line


@drawing
def digits(ax, X, labels=None, predictions=None, columns=10):
    """Draw images of 8 × 8 pixels, rows of X, (N, 64), with what they are and what they were taken for.

    Parameters
    ----------
    labels, predictions : arrays of int, (N,), or None
        Written below each image. Where they differ: a cross, "label→prediction", and a frame.
    columns : int
        Images in a row.

    Returns
    -------
    matplotlib.image.AxesImage
        The whole mosaic.
    """
    X = validation.matrix(X, "X", columns=64)
    labels, predictions = (
        None if values is None else _class_numbers(values, name, len(X))
        for values, name in ((labels, "labels"), (predictions, "predictions"))
    )
    image, corners = _mosaic(ax, X, columns, "gray_r", (0, max(X.max(), 1e-9)))
    both = labels is not None and predictions is not None
    captions = labels if predictions is None else predictions
    for number, (left, top) in enumerate(corners if captions is not None else []):
        wrong = both and labels[number] != predictions[number]
        text = f"✗ {labels[number]}→{predictions[number]}" if wrong else str(captions[number])
        colour = style.ORANGE if wrong else style.INK
        weight = "bold" if wrong else "normal"
        ax.text(left + 3.5, top + 8.2, text, color=colour, weight=weight, ha="center", va="top", fontsize=9)
        if wrong:
            frame = {"fill": False, "edgecolor": colour, "linewidth": 1.5}
            ax.add_patch(Rectangle((left - 0.8, top - 0.8), 8.6, 8.6, **frame))
    if both and (labels == predictions).any():
        ax.set_title(_right_of(labels, predictions), loc="left")
    return image


@drawing
def confusion_matrix(ax, labels, predictions):
    """Draw how often each class was taken for each, from class numbers, (N,). Returns the image of the errors."""
    labels = _class_numbers(labels, "labels")
    predictions = _class_numbers(predictions, "predictions", len(labels))
    classes = max(labels.max(), predictions.max()) + 1
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, predictions), 1)
    errors = np.where(np.eye(classes, dtype=bool), 0, counts)
    image = ax.imshow(errors, cmap=ERRORS, vmin=0, vmax=max(1, 1.5 * errors.max()))
    for row, column in np.ndindex(counts.shape):
        right, count = row == column, counts[row, column]
        if right:
            ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=style.LIGHT_GREY))
        colour = style.MUTED if right else style.INK
        weight = "normal" if right or not count else "bold"
        ax.text(column, row, count if right or count else "·", color=colour, weight=weight, ha="center", va="center")
    ax.grid(False)
    ax.set(xticks=range(classes), yticks=range(classes), xlabel="prediction", ylabel="label")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_title(_right_of(labels, predictions), loc="left")
    return image


@drawing
def weights_as_images(ax, W, columns=8):
    """Draw the weights from 8 × 8 pixels to each hidden unit, columns of W, (64, n). Returns the mosaic's image.

    Blue pixels speak for the unit, orange ones against it, white ones do not matter to it.
    """
    W = validation.matrix(W, "W", rows=64)
    limit = max(np.abs(W).max(), 1e-9)
    image, corners = _mosaic(ax, W.T, columns, SIGNED, (-limit, limit))
    for unit, (left, top) in enumerate(corners):
        ax.add_patch(Rectangle((left - 0.5, top - 0.5), 8, 8, fill=False, edgecolor=style.MUTED, linewidth=0.6))
        ax.text(left + 3.5, top + 8.2, unit, color=style.MUTED, ha="center", va="top", fontsize=9)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, label="weight")
    bar.outline.set_visible(False)
    _quiet_ticks(bar.ax)
    return image


# -- parts of pictures -----------------------------------------------------------------------------------


def _quiet_ticks(ax):
    ax.tick_params(length=3, color=style.MUTED, labelcolor=style.INK, labelsize=10)


def _label_end(ax, line, text):
    end = line.get_xdata()[-1], line.get_ydata()[-1]
    place = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    ax.annotate(text, end, (8, 0), color=line.get_color(), weight="bold", **place)


def _losses(run):
    """Return the finite losses of a History or a list, and whether it diverged."""
    losses = np.asarray(getattr(run, "loss", run), dtype=float)
    if losses.ndim != 1 or losses.size == 0 or not np.isfinite(losses[0]):
        raise InputError(
            "runs holds a run without a finite loss; expected a History, or a list of losses from epoch 0."
        )
    finite = np.isfinite(losses)
    diverged = not finite.all() or losses[-1] > CLIMB * losses[0] or getattr(run, "stopped", "") == "diverged"
    return (losses if finite.all() else losses[: finite.argmin()]), diverged


def _ceiling(runs):
    """Where a diverged curve leaves the picture, so that the others can still be seen."""
    return CLIMB * max(losses[0] if diverged else losses.max() for losses, diverged in runs)


def _until_above(losses, ceiling):
    above = losses > ceiling
    return np.minimum(losses[: above.argmax() + 1], ceiling) if above.any() else losses


def _log_scale(ax, low, high):
    ax.set_yscale("log", nonpositive="mask")
    short = high < 1000 * low
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if short else (1,), numticks=9))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def _points(X, y):
    X = validation.matrix(X, "X", columns=2)
    return X, validation.matrix(y, "y", rows=len(X), columns=1, rows_hint=", one row for each row of X")


def _asked(network, X):
    """Return the network's answers to X, checked to be (N, 1)."""
    y_hat = np.asarray(network.forward(X))
    if y_hat.shape != (len(X), 1):
        raise InputError(f"network.forward(X) returned shape {y_hat.shape} for X of {X.shape}; expected {(len(X), 1)}.")
    return y_hat


def _class_handles(hollow=False):
    name = "test" if hollow else "class"
    return [
        Line2D([], [], linestyle="", marker=marker, color=colour, label=f"{name} {label}",
               markerfacecolor=style.PAPER if hollow else colour)
        for label, (colour, marker) in enumerate(zip(style.CLASS_COLOURS, style.CLASS_MARKERS, strict=True))
    ]  # fmt: skip


def _boundary_legend(ax, tested, wrong):
    handles = _class_handles() + (_class_handles(hollow=True) if tested else [])
    handles.append(Line2D([], [], color=style.INK, linewidth=1.6, label="ŷ = 0.5"))
    if wrong:
        handles.append(Line2D([], [], linestyle="", marker="x", color=style.INK, label=f"wrong ({wrong})"))
    _legend_below(ax, handles)


def _legend_below(ax, handles=None):
    handles = ax.get_legend_handles_labels()[0] if handles is None else handles
    below_labels = ax.transAxes + ScaledTranslation(0, -42 / 72, ax.figure.dpi_scale_trans)
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "bbox_transform": below_labels, "borderaxespad": 0}
    place_in_figure = ax.get_subplotspec()
    room = ax.figure.get_figwidth() / (place_in_figure.get_gridspec().ncols if place_in_figure else 1)
    columns = min(len(handles), max(1, int(room / 1.2)))  # an entry is about 1.2 inches wide
    ax.legend(handles=handles, ncols=columns, columnspacing=1.2, handletextpad=0.4, handlelength=1.6, **place)


def _line_in_box(w, bias, extent):
    """Return both points, (2, 2), where the line w ⋅ x + bias = 0 crosses the edges of the box, or None."""
    left, right, bottom, top = extent
    points = [(x, -(w[0] * x + bias) / w[1]) for x in (left, right) if w[1]]
    points += [(-(w[1] * y + bias) / w[0], y) for y in (bottom, top) if w[0]]
    slack = 1e-9 * (right - left)
    inside = [(x, y) for x, y in points if left - slack <= x <= right + slack and bottom - slack <= y <= top + slack]
    if len(inside) < 2:
        return None
    return np.array([min(inside), max(inside)])


def _freest(crossings, arrow, extent, taken):
    """The place on a line, near its ends if possible, that is farthest from those taken and has room for an arrow."""
    start, end = crossings
    places = [start + part * (end - start) for part in (0.07, 0.93, 0.2, 0.8, 0.35, 0.65, 0.5)]
    left, right, bottom, top = extent
    tips = [place + 1.15 * arrow for place in places]
    roomy = [place for place, (x, y) in zip(places, tips, strict=True) if left < x < right and bottom < y < top]
    return max(roomy or places, key=lambda place: min((np.linalg.norm(place - t) for t in taken), default=0))


def _unit_badge(ax, unit, place, arrow, colour):
    """Write a unit's number on its line, with an arrow to its positive side."""
    look = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", place + arrow, place, arrowprops=look, annotation_clip=False, zorder=5, gid=f"arrow {unit}")
    badge = {"boxstyle": "circle,pad=0.2", "facecolor": style.PAPER, "edgecolor": colour, "linewidth": 1.5}
    ax.text(*place, str(unit), ha="center", va="center", fontsize=9, bbox=badge, zorder=6)


def _levels(losses):
    """Round heights for contour lines: 1, 2, 5, 10, ... where the losses span many factors, else in equal steps."""
    low, high = losses.min(), losses.max()
    if low > 0 and high > 20 * low:
        low = max(low, 1e-6 * high)
        decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))))
        levels = np.array([digit * 10.0**decade for decade in decades for digit in (1, 2, 5)])
    else:
        levels = MaxNLocator(nbins=12, steps=[1, 2, 5, 10]).tick_values(low, high)
    levels = levels[(levels > low) & (levels < high)]
    return levels[:: -(-len(levels) // 14)] if len(levels) else levels


def _class_numbers(values, what, count=None):
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.size == 0 or array.min() < 0:
        raise InputError(
            f"{what} have shape {array.shape} and type {array.dtype}; expected class numbers, 0 or more, of shape (N,)."
            " From outputs, (N, classes), they come by .argmax(axis=1)."
        )
    if count is not None and len(array) != count:
        raise InputError(f"{what} are {len(array)}; expected {count}, one for each sample.")
    return array


def _right_of(labels, predictions):
    right, total = int((labels == predictions).sum()), len(labels)
    return f"{right} of {total} right ({right / total:.1%})"


def _mosaic(ax, images, columns, cmap, limits):
    """Show rows of 64 numbers as tiles of 8 × 8; return the image and each tile's upper left pixel (x, y)."""
    columns = min(validation.whole_number(columns, "columns"), len(images))
    rows = -(-len(images) // columns)
    canvas = np.full((12 * rows, 10 * columns), np.nan)
    corners = [(10 * (number % columns) + 1, 12 * (number // columns)) for number in range(len(images))]
    for (left, top), pixels in zip(corners, images, strict=True):
        canvas[top : top + 8, left : left + 8] = pixels.reshape(8, 8)
    image = ax.imshow(np.ma.masked_invalid(canvas), cmap=cmap, vmin=limits[0], vmax=limits[1])
    ax.set_ylim(canvas.shape[0] - 0.5, -1.5)
    ax.set_axis_off()
    return image, corners
