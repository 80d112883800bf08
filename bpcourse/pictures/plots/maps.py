"""Maps of the loss over two parameters, and a descent's path on them."""

import numpy as np
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.ticker import LogLocator, MaxNLocator

from bpcourse.mathematics import landscape, own_class, validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style
from bpcourse.pictures.plots.frame import drawing, legend_below

HEIGHT = LinearSegmentedColormap.from_list("height", style.HEIGHTS)
HALO = {"boxstyle": "square,pad=0.05", "facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.85}


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
    across, up = (own_class.get_parameter(network, name) + steps for name in (first, second))
    contours = loss_contours(ax, across, up, landscape.loss_surface(network, X, y, first, second, across, up))
    ax.set(xlabel=first, ylabel=second)
    if path is None:
        here(ax, [own_class.get_parameter(network, name) for name in (first, second)])
    else:
        descent(ax, path)
    return contours


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
    legend_below(ax)
    return line


def contour_levels(losses):
    """Round heights for contour lines: 1, 2, 5, 10, ... where the losses span many factors, else in equal steps."""
    low, high = losses.min(), losses.max()
    if low > 0 and high > 20 * low:
        low = max(low, 1e-6 * high)
        levels = LogLocator(subs=(1, 2, 5), numticks=99).tick_values(low, high)
    else:
        levels = MaxNLocator(nbins=12, steps=[1, 2, 5, 10]).tick_values(low, high)
    levels = levels[(levels > low) & (levels < high)]
    return levels[:: -(-len(levels) // 14)] if len(levels) else levels
