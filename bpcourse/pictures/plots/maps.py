"""Maps of the loss over two parameters, and a descent's path on them."""

import functools

import numpy as np
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap

from bpcourse.mathematics import landscape, own_class, validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import charts, style
from bpcourse.pictures.plots.frame import drawing, legend_below, role

HEIGHT = LinearSegmentedColormap.from_list("height", style.HEIGHTS)
SPAN, SEARCHED = 4.0, 10.0  # how far a map reaches at least, and how far away a valley is looked for
MOST_LEVELS = 14
HALO = {"boxstyle": "square,pad=0.05", "facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.85}


@drawing
def loss_landscape(ax, network, X, y, first, second, span=None, path=None, resolution=60):
    """Draw the loss over two parameters as a map with contour lines, around the network's own values.

    Both axes have the same scale, so that the way straight downhill is seen to cross the lines at right angles.

    Parameters
    ----------
    network, X, y, first, second
        As in `landscape.loss_surface`.
    span : float or None
        How far the map reaches to each side of the network's values, above 0. None: so that the lowest place near
        them lies inside the map, too.
    path : array (T + 1, 2) or None
        Points to walk through, as from `landscape.descent_path`. None marks where the network stands, and which way
        is straight downhill from there: −∇L.
    resolution : int
        Points along each axis at which the loss is measured.

    Returns
    -------
    QuadContourSet
        The filled contours; None where the loss is flat.
    """
    measured = functools.partial(landscape.loss_surface, network, X, y, first, second)
    point = np.array([own_class.get_parameter(network, name) for name in (first, second)])
    if span is None:
        middle, span = _with_the_valley(measured, point)
    else:
        middle, span = point, validation.real_number(span, "span", above=True)
    resolution = validation.whole_number(resolution, "resolution", least=2)
    across, up = middle[:, None] + np.linspace(-span, span, resolution)
    contours = loss_contours(ax, across, up, measured(across, up))
    ax.set(xlabel=first, ylabel=second, aspect="equal")
    if path is None:
        way = _downhill(ax, measured, point, span)
        here(ax, point, above=way[1] < 0)
    else:
        descent(ax, path)
    return contours


def _with_the_valley(measured, point):
    """Return middle and span of a map that shows a point and the lowest place around it."""
    across, up = point[:, None] + np.linspace(-SEARCHED, SEARCHED, 41)
    losses = np.nan_to_num(measured(across, up), nan=np.inf)
    row, column = np.unravel_index(losses.argmin(), losses.shape)
    lowest = np.array([across[column], up[row]])
    return (point + lowest) / 2, max(SPAN, 0.75 * np.abs(lowest - point).max())


def _downhill(ax, measured, point, span):
    """Draw −∇L at a point, as long as is seen well: it says which way, not how far. Returns the way, (2,)."""
    step = 1e-4 * span * np.array([-1, 1])
    (left, right), (below, above) = measured(point[0] + step, point[1:])[0], measured(point[:1], point[1] + step)[:, 0]
    way = -np.array([right - left, above - below])
    if not 0 < np.linalg.norm(way) < np.inf:
        return np.zeros(2)
    way *= span / np.linalg.norm(way)
    look = {"arrowstyle": "-|>", "color": role("gradient"), "linewidth": 2.5, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", point + 0.3 * way, point, arrowprops=look, gid="downhill")
    centred = {"ha": "center", "va": "center", "weight": "bold", "bbox": HALO}
    ax.annotate("−∇L", point + 0.42 * way, color=role("gradient"), **centred)
    return way


@drawing
def loss_contours(ax, first_values, second_values, losses):
    """Draw `losses`, (len(second_values), len(first_values)), as a map where dark is high.

    Returns the filled contours, or None where all losses are the same.
    """
    losses = np.ma.masked_invalid(losses)
    if not losses.count():
        raise InputError("losses are all NaN or infinite; expected some finite ones. Try parameters nearer to 0.")
    levels = contour_levels(losses.compressed())
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
def here(ax, point, above=False):
    """Mark the point, two coordinates, at which the network stands on a map. Returns the line."""
    (mark,) = ax.plot(*point, "o", markersize=9, markerfacecolor=style.PAPER, markeredgecolor=style.INK)
    name = {"xytext": (0, 9 if above else -9), "textcoords": "offset points", "va": "bottom" if above else "top"}
    ax.annotate("the network", point, bbox=HALO, ha="center", **name)
    return mark


@drawing
def descent(ax, path):
    """Draw a descent's path, (T + 1, 2), on a map: start, end, and the numbers of the steps. Returns the line."""
    path = validation.matrix(path, "path", columns=2)
    look = {"markersize": 4.5, "markeredgecolor": style.PAPER, "markeredgewidth": 0.5, "linewidth": 1.5}
    (line,) = ax.plot(*path.T, color=style.INK, marker="o", **look)
    last = f"after {len(path) - 1} steps" + ("" if ax.viewLim.contains(*path[-1]) else ": off the map")
    points = {"start": ("o", style.PAPER, path[0]), last: ("s", style.INK, path[-1])}
    for name, (marker, face, point) in points.items():
        ax.plot(*point, marker, markersize=9, markerfacecolor=face, markeredgecolor=style.INK, label=name)
    on_map = ax.transData.transform(path)
    numbered, inner = on_map[[0, -1]], ax.bbox.padded(-20)
    for step in range(1, len(path) - 1):
        if np.linalg.norm(numbered - on_map[step], axis=1).min() > 24 and inner.contains(*on_map[step]):
            numbered = np.vstack([numbered, on_map[step]])
            above = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            ax.annotate(step, path[step], fontsize=9, bbox=HALO, **above)
    legend_below(ax)
    return line


def contour_levels(losses):
    """Round heights for contour lines: 1, 2, 5, 10, ... where the losses span many factors, else in equal steps."""
    low, high = losses.min(), losses.max()
    log = low > 0 and high > 20 * low
    levels = np.array(charts.round_numbers(max(low, 1e-6 * high) if log else low, high, MOST_LEVELS, log))
    return levels[(levels > low) & (levels < high)]
