"""What every picture is made with: a figure in the course's style, its finished picture, and parts that many share."""

import functools
import io
import threading

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from bpcourse.mathematics import validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import charts, still, style

PREDICTION = LinearSegmentedColormap.from_list("prediction", [style.LIGHT_ORANGE, style.PAPER, style.LIGHT_BLUE])
SIGNED = LinearSegmentedColormap.from_list("signed", [style.ORANGE, style.PAPER, style.BLUE])
LABEL = 14  # points that a label at a line's end is high
LINE_STYLES = ("-", "--", "-.", ":")

# matplotlib keeps its settings for all threads, and Jupyter may answer a moved slider in another thread than a cell.
ONE_AT_A_TIME = threading.RLock()


def drawing(function):
    """Let `function` draw in our style; outside it, the reader's own settings stay as they are."""

    @functools.wraps(function)
    def in_our_style(*arguments, **options):
        with ONE_AT_A_TIME, mpl.rc_context(style.RC):
            return function(*arguments, **options)

    return in_our_style


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
        quiet_ticks(ax)
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
    return Picture(still.png(Image.open(buffer)), alt.strip(), width=round(100 * figure.get_figwidth()))


class Picture(still.Still):
    """A finished picture of matplotlib, with the bytes of its ``png``, at twice the pixels that it is displayed at."""

    def __init__(self, png, alt, width):
        super().__init__(png, "image/png", alt, width)
        self.png = png


def look_of(number):
    """Return colour and dashes of a line that is one of several; `number` counts them from 0."""
    return {"color": style.CYCLE[number % len(style.CYCLE)], "linestyle": LINE_STYLES[number % len(LINE_STYLES)]}


def quiet_ticks(ax):
    ax.tick_params(length=3, color=style.MUTED, labelcolor=style.INK, labelsize=10)


def role(name):
    """Return the light theme's colour of a role, as pictures of matplotlib are light cards in every theme."""
    return style.ROLES[name][0]


def label_ends(ax, labels, end=-1):
    """Write beside each line's end its label, {line: text}, raised where they would cover one another.

    `end` is the number of the point that is meant: −1 for the last one, 0 for the first.
    """
    ax.get_ylim()  # has matplotlib settle the limits, which it puts off
    ends = [line.get_xydata()[end] for line in labels]
    points = 72 / ax.figure.dpi
    bottom = points * ax.bbox.y0
    heights = np.fmax(points * ax.transData.transform(ends)[:, 1], bottom)  # 0 has no place on a logarithmic axis
    apart = np.array(charts.spread(heights, LABEL))
    raised = apart - heights - (apart - heights).min()
    look = {"ha": "left" if end else "right", "va": "center", "weight": "bold", "annotation_clip": False}
    for (line, text), place, up in zip(labels.items(), ends, raised, strict=True):
        beside = (8 if end else -8, up)
        ax.annotate(text, place, beside, textcoords="offset points", color=line.get_color(), **look)


def legend_below(ax):
    """Put the legend below the axis' name, in as many columns as have room."""
    handles, _ = ax.get_legend_handles_labels()
    place = ax.get_subplotspec()
    room = ax.figure.get_figwidth() / (place.get_gridspec().ncols if place else 1)
    columns = min(len(handles), max(1, int(room / 1.2)))  # an entry is about 1.2 inches wide
    look = {"columnspacing": 1.2, "handletextpad": 0.4, "handlelength": 1.6, "borderaxespad": 4.2}
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=columns, **look)


def asked(network, X):
    """Return the network's answers to X, checked to be (N, 1)."""
    y_hat = np.asarray(network.forward(X))
    if y_hat.shape != (len(X), 1):
        raise InputError(f"network.forward(X) returned shape {y_hat.shape} for X of {X.shape}; expected {(len(X), 1)}.")
    return y_hat
