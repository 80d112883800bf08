"""The network as a picture: SVG text with every number in its place, for still pictures and for the live microscope.

Blue and solid is positive, orange and dashed is negative, and the width of a link is the size of its number.
Every element has an id: ``unit-1-0`` (layer 1, unit 0; layer 0 is the input), ``w-1-0-2`` (W¹, row 0, column 2),
``b-1-2``, ``delta-1-2``, ``target-0``, ``loss``.
"""

import textwrap
from dataclasses import dataclass

from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import still
from bpcourse.pictures.diagram import svg
from bpcourse.pictures.diagram.ids import ids, path_to_loss
from bpcourse.pictures.diagram.layout import NUMBER, Layout
from bpcourse.pictures.diagram.state import State
from bpcourse.pictures.style import GRID, INK, PAPER

__all__ = ["Diagram", "draw", "ids", "path_to_loss"]


@dataclass(frozen=True, repr=False)
class Diagram(still.Still):
    """A drawn network. As the last line of a cell it shows itself, in a notebook that is not trusted too.

    Attributes
    ----------
    svg : str
        The picture, complete and without any outside reference.
    alt : str
        The same in words.
    """

    svg: str
    alt: str

    @property
    def html(self):
        """An ``<img>`` that holds the picture: JupyterLab strips inline SVG from untrusted notebooks, but not this."""
        return still.img(self.svg.encode(), "image/svg+xml", self.alt)


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
    decimals=2,
):
    """Draw `network` with its numbers.

    Parameters
    ----------
    network : object with lists ``weights`` and ``biases``
        A `NeuralNetwork`, or a class of your own.
    x, y : array, (N, n_in) and (N, n_out), or None
        Samples and targets. Without x there are no z and a, without y no targets and no loss.
    show : sequence of str
        Which numbers to write: "weights", "biases", "z", "a", "targets", "loss", "deltas" (δ below the units),
        "gradients" (in place of weights and biases). With a number, those of one layer alone: "z1", "gradients2".
    sample : int
        Which row of x, y and δ stands in the units, from 0. Loss and gradients are those of the whole batch.
    gradients : object with ``weights``, ``biases`` and perhaps ``deltas``, or None
        What ``backward`` returned. None: it is called here if "deltas" or "gradients" are to be shown.
    lit : iterable of str
        Ids of the elements to highlight; all others are dimmed.
    path_from : str or None
        Id of a weight or bias: every path from it to the loss is highlighted.
    caption : str
        What stands below the picture.
    alt : str or None
        The picture in words; None makes a text from the numbers.
    activation : str or sequence of str
        The activation, or one a layer, of a network that has no method ``layers(x)``.
    decimals : int
        Of weights and biases; from 0 to 3, for which there is room.

    Returns
    -------
    Diagram

    Raises
    ------
    InputError
        For shapes that do not fit, unknown names and ids, or numbers that cannot be known from what came.
    """
    state = State(network, x, y, show, sample, gradients, activation, decimals)
    lit = {lit} if isinstance(lit, str) else set(lit)
    if unknown := sorted(lit - ids(state.sizes)):
        raise InputError(f"lit holds {unknown[0]!r}; expected ids of this network, such as 'unit-1-0' or 'w-1-0-2'.")
    lit |= path_to_loss(state.sizes, path_from) if path_from else set()
    place = Layout(state.sizes, y is not None)
    alt = alt or state.in_words(lit, caption)
    lines = textwrap.wrap(caption, int(place.width / 8.3))
    width, height = place.width, place.height + 22 * len(lines) + (8 if lines else 0)
    look = {"style": "max-width: 100%; height: auto", "font_family": "Arial, Helvetica, 'Liberation Sans', sans-serif"}
    picture = svg.element(
        "svg",
        svg.element("rect", x=1, y=1, width=width - 2, height=height - 2, rx=12, fill=PAPER, stroke=GRID),
        *svg.headers(state, place),
        *svg.links(state, place, lit),
        *svg.units(state, place, lit),
        *svg.link_numbers(state, place, lit),
        *(svg.loss_end(state, place, lit) if y is not None else ()),
        *(svg.written(width / 2, place.height + 16 + 22 * i, line, NUMBER, INK) for i, line in enumerate(lines)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        **{"width": width, "height": height, "role": "group", "aria_label": alt} | look,
    )
    return Diagram(svg.as_text(picture), alt)
