"""The network as a picture: SVG text with every number in its place, for still pictures and for live figures.

Its grammar: numbers flow forward in blue on the lane above a link, and back in orange on the lane below it; a weight's
line is as wide as its number is large, dashed if that is negative; the gate between z and a shows f and its slope at
z, δ docks under that z, the tag of a gradient hangs on its weight, and targets enter the loss from below.
Every element has an id: ``unit-1-0`` (layer 1, unit 0; layer 0 is the input), ``w-1-0-2`` (W¹, row 0, column 2),
``b-1-2``, ``delta-1-2``, ``target-0``, ``loss``.
"""

import textwrap

from bpcourse.mathematics import validation
from bpcourse.pictures import still
from bpcourse.pictures.diagram import parts
from bpcourse.pictures.diagram.ids import ids, path_to_loss
from bpcourse.pictures.diagram.layout import layout
from bpcourse.pictures.diagram.state import State
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import drawing, element, text

__all__ = ["Diagram", "draw", "ids", "path_to_loss"]


class Diagram(still.Still):
    """A drawn network, with the text of its picture, complete and without any outside reference, as ``svg``."""

    def __init__(self, svg, alt):
        super().__init__(svg.encode(), "image/svg+xml", alt)
        self.svg = svg


def draw(
    network,
    x=None,
    y=None,
    *,
    show=("weights", "biases", "z", "a", "targets", "loss"),
    sample=0,
    gradients=None,
    lit=(),
    path_from=None,
    caption="",
    alt=None,
    activation="sigmoid",
    decimals=None,
    previous=None,
    sliders=None,
    width=960,
    aside=None,
):
    """Draw `network` with its numbers.

    Parameters
    ----------
    network : object with lists ``weights`` and ``biases``
        A `NeuralNetwork`, or a class of your own.
    x, y : array, (N, n_in) and (N, n_out), or None
        Samples and targets. Without x there are no z and a, without y no targets and no loss.
    show : sequence of str
        Which numbers to write: "weights", "biases", "z", "a", "targets", "loss", "deltas" (δ under z),
        "gradients" (in place of weights and biases). With a number, those of one layer alone: "z1", "gradients2".
    sample : int
        Which row of x, y and δ stands in the units, from 0. Loss and gradients are those of the whole batch.
    gradients : object with ``weights``, ``biases`` and perhaps ``deltas``, or None
        What ``backward`` returned. None: it is called here if "deltas" or "gradients" are to be shown.
    lit : iterable of str
        Ids of the active elements: full colour and a ring; all others are quiet.
    path_from : str or None
        Id of a weight or bias: every path from it to the loss is highlighted.
    caption : str
        What stands below the picture.
    alt : str or None
        The picture in words; None makes a text from the numbers.
    activation : str or sequence of str
        The activation, or one a layer, of a network that has no method ``layers(x)``.
    decimals : int or None
        Of weights and biases, from 0 to 3, for which there is room; None for three significant digits.
    previous : object like `network`, or None
        The network before an update: its weights and biases stand struck through above the new ones.
    sliders : dict of str -> (float, float), or None
        Ids of the inputs, weights and biases that can be dragged in a live figure -> least and most value.
    width : int
        Pixels of the page for the network; below about 720 the loss moves under the outputs.
    aside : tuple of float, float and SVG elements, or None
        More pixels at the right or, if those are 0, below; and what is drawn there, from that place's upper left.

    Returns
    -------
    Diagram

    Raises
    ------
    InputError
        For shapes that do not fit, unknown names and ids, or numbers that cannot be known from what came.
    """
    state = State(network, x, y, show, sample, gradients, activation, lit, sliders, decimals, previous)
    state.lit |= path_to_loss(state.sizes, path_from) if path_from else set()
    place = layout(state.sizes, y is not None, validation.whole_number(width, "width", least=1))
    alt = alt or state.in_words(caption)
    lines = textwrap.wrap(caption, int(place.width / 7.6))
    height = place.height + (20 * len(lines) + 8 if lines else 0)
    right, below, *more = aside or (0, 0)
    whole, corner = (place.width + right, height + below), (place.width, 0) if right else (0, height)
    picture = drawing(
        *map(round, whole),
        alt,
        element("rect", width=round(whole[0]), height=round(whole[1]), rx=12, fill=colour("paper")),
        *parts.headers(state, place),
        *parts.links(state, place),
        *parts.units(state, place),
        *parts.link_numbers(state, place),
        *(parts.loss_end(state, place) if y is not None else ()),
        *(text(place.width / 2, place.height + 14 + 20 * i, line) for i, line in enumerate(lines)),
        element("g", *more, transform=f"translate({corner[0]:g} {corner[1]:g})") if more else None,
    )
    return Diagram(picture, alt)
