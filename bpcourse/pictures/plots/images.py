"""Pictures of digits: the images themselves, what they were taken for, and what the hidden units look for in them."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from bpcourse.mathematics import validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style
from bpcourse.pictures.plots.frame import SIGNED, drawing, quiet_ticks

ERRORS = LinearSegmentedColormap.from_list("errors", [style.PAPER, style.LIGHT_ORANGE, style.ORANGE])


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
    quiet_ticks(bar.ax)
    return image


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
