"""Curves: activation functions, losses, gradients layer by layer, and a fitted line."""

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from bpcourse.mathematics import validation
from bpcourse.mathematics.activations import ACTIVATIONS
from bpcourse.mathematics.validation import InputError, any_array
from bpcourse.pictures import style
from bpcourse.pictures.plots.frame import asked, drawing, label_ends, legend_below, look_of, role
from bpcourse.pictures.writing import factor

MOST_LABELS = 6  # at lines' ends; more runs get a legend
CLIMB = 10  # a loss that ends this many times higher than it began counts as diverged


@drawing
def activation(ax, name, derivative=True):
    """Draw an activation function f and, with `derivative`, its slope f′ for z from -6 to 6. Returns the lines."""
    chosen = ACTIVATIONS[validation.choice(name, [n for n in ACTIVATIONS if n != "softmax"], "name")]
    z = np.linspace(-6, 6, 601)
    lines = ax.plot(z, chosen.function(z), color=role("forward"))
    if derivative:
        slope = chosen.derivative_from_z(z)
        jumps = np.flatnonzero(np.abs(np.diff(slope)) > 0.5) + 1  # where the line is to be broken
        look = {"color": role("backward"), "linestyle": "--"}
        lines += ax.plot(np.insert(z, jumps, 0), np.insert(slope, jumps, np.nan), **look)
        if name in ("sigmoid", "tanh"):
            side = {"xytext": (8, 2)} if name == "sigmoid" else {"xytext": (-8, -2), "ha": "right"}
            ax.plot(0, slope.max(), "o", color=role("backward"), markersize=5)
            ax.annotate(
                f"steepest: {slope.max():g}",
                (0, slope.max()),
                textcoords="offset points",
                color=role("backward"),
                **side,
            )
    label_ends(ax, dict(zip(lines, ("f(z)", "f′(z)"), strict=False)))
    ax.axhline(0, color=style.MUTED, linewidth=0.8, zorder=1)
    ax.axvline(0, color=style.MUTED, linewidth=0.8, zorder=1)
    ax.set(xlabel="z", xlim=(-6, 6), title=name)
    return lines


@drawing
def loss_curve(ax, runs, log=None, target=None, marks=None):
    """Draw the loss after every epoch, of one training or several.

    Parameters
    ----------
    runs : History, list of losses, dict of label -> one of these, or list of several
    log : bool or None
        A logarithmic loss axis; None chooses it where the losses span a factor of 30 or more.
    target : float or None
        A loss to mark with a line.
    marks : dict of str -> number, or None
        Events to mark at their epochs: ``{"early stop": 255}``.

    Returns
    -------
    list of Line2D
        One for each run. It ends in a dot; that of a diverged run (or of one that climbed tenfold), in a cross
        where it leaves the picture.
    """
    runs = {label: _losses(run) for label, run in _labelled(runs).items()}
    if not runs:
        raise InputError("runs came empty; expected one or more runs, each with its label.")
    ceiling = CLIMB * max(losses[0] if diverged else losses.max() for losses, diverged in runs.values())
    labels = {}
    for number, (label, (losses, diverged)) in enumerate(runs.items()):
        if diverged and losses.max() > ceiling:  # it leaves the picture, so that the others can still be seen
            losses = np.minimum(losses[: np.argmax(losses > ceiling) + 1], ceiling)
        (line,) = ax.plot(losses, **look_of(number))
        end = {"marker": "X", "markersize": 9} if diverged else {"marker": "o", "markersize": 5}
        look = {"color": line.get_color(), "markeredgecolor": style.PAPER, "clip_on": False, "label": "_"}
        ax.plot(len(losses) - 1, losses[-1], **end, **look)
        alone = "diverged" if diverged else f"{losses[-1]:.3g}"
        labels[line] = alone if label == "" else f"{label} (diverged)" if diverged else str(label)
    _loss_axis(ax, np.concatenate([line.get_ydata() for line in labels]), log)
    ax.set(xlabel="epoch", ylabel="loss L")
    ax.margins(x=0.03)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _mark(ax, target, marks or {})
    if len(labels) <= MOST_LABELS:
        label_ends(ax, labels)
    else:
        ax.legend(labels, labels.values(), loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3)
    return list(labels)


@drawing
def gradient_sizes(ax, gradients):
    """Draw the size ‖∂L/∂Wˡ‖ of every layer's weight gradient, as dots on a logarithmic axis. Returns the lines.

    Beside the first layer's dot stands by what the last layer's size was multiplied on the way there.

    Parameters
    ----------
    gradients : Gradients, or dict of label -> Gradients
        What ``backward`` returns, of one network or several.
    """
    runs = gradients if isinstance(gradients, dict) else {"": gradients}
    lines, factors = [], {}
    for number, (label, run) in enumerate(runs.items()):
        sizes = [np.linalg.norm(dW) for dW in run.weights]
        look = {"marker": "osD^v"[number % 5], "markersize": 8, "linewidth": 1, "label": label or "_"}
        lines += ax.plot(range(1, len(sizes) + 1), sizes, **look_of(number), **look)
        if len(sizes) > 1 and min(sizes[0], sizes[-1]) > 0:
            factors[lines[-1]] = factor(sizes[0] / sizes[-1])
    deepest = max((len(line.get_xdata()) for line in lines), default=1)
    room = 0.25 * (deepest - 0.5) if factors else 0.5
    ax.set(yscale="log", xlabel="layer l", ylabel="size of ∂L/∂W", xlim=(1 - room, deepest + 0.5))
    ax.set_xticks(range(1, deepest + 1))
    ax.margins(y=0.1)
    label_ends(ax, factors, end=0)
    if any(runs):
        legend_below(ax)
    return lines


@drawing
def regression_fit(ax, network, X, y):
    """Draw samples X, (N, 1), y, (N, 1), the curve that the network fits, and each difference. Returns the curve."""
    X = validation.matrix(X, "X", columns=1)
    y = validation.matrix(y, "y", rows=len(X), columns=1)
    order = np.argsort(X[:, 0])
    x, targets, y_hat = X[order, 0], y[order, 0], asked(network, X[order])[:, 0]
    margin = 0.05 * (x[-1] - x[0])
    across = np.linspace(x[0] - margin, x[-1] + margin, 300)
    ax.vlines(x, targets, y_hat, color=role("backward"), linewidth=1, alpha=0.6, label="difference ŷ − y")
    ax.plot(x, targets, "o", color=style.ORANGE, markersize=5, markeredgecolor=style.PAPER, label="sample")
    (curve,) = ax.plot(across, asked(network, across[:, None])[:, 0], color=role("forward"), label="network ŷ")
    ax.set(xlabel="x", ylabel="y", xlim=(across[0], across[-1]))
    legend_below(ax)
    return curve


def _mark(ax, target, marks):
    """Mark a loss by a line across, and events by lines at their epochs, with their names."""
    look = {"color": style.MUTED, "linewidth": 1.2, "linestyle": (0, (2, 2)), "zorder": 1}
    words = {"color": style.MUTED, "textcoords": "offset points"}
    if target is not None:
        ax.axhline(target, **look)
        ax.annotate(f"target {target:g}", (0, target), (4, 3), xycoords=("axes fraction", "data"), **words)
    for name, epoch in marks.items():
        epoch = validation.real_number(epoch, f"marks[{name!r}]", least=0)
        ax.axvline(epoch, **look)
        ax.annotate(name, (epoch, 1), (4, -2), xycoords=("data", "axes fraction"), va="top", **words)


def _labelled(runs):
    """Return runs by their labels: numbers from 1 for a list of several, "" for a single one."""
    if isinstance(runs, dict):
        return runs
    several = isinstance(runs, list | tuple) and any(np.ndim(getattr(run, "loss", run)) for run in runs)
    return dict(enumerate(runs, start=1)) if several else {"": runs}


def _losses(run):
    """Return the finite losses of a History or a list, and whether it diverged."""
    losses = any_array(getattr(run, "loss", run), "runs")
    if losses.dtype.kind not in "iuf" or losses.ndim != 1 or losses.size == 0 or not np.isfinite(losses[0]):
        raise InputError(
            "runs holds a run without a finite loss; expected a History, or a list of losses from epoch 0."
        )
    losses = losses.astype(float)
    finite = np.isfinite(losses)
    diverged = not finite.all() or losses[-1] > CLIMB * losses[0] > 0 or getattr(run, "stopped", "") == "diverged"
    return (losses if finite.all() else losses[: finite.argmin()]), diverged


def _loss_axis(ax, losses, log):
    low, high = losses.min(), losses.max()
    if log or (log is None and 0 < 30 * low < high):
        ax.set_yscale("log", nonpositive="mask")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,), numticks=9))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
    else:
        ax.set_ylim(bottom=min(0, low))
