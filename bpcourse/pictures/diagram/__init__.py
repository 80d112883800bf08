"""The network as a picture: SVG text with every number in its place, for still pictures and for the live microscope.

Blue and solid is positive, orange and dashed is negative, and the width of a link is the size of its number.
Every element has an id: ``unit-1-0`` (layer 1, unit 0; layer 0 is the input), ``w-1-0-2`` (W¹, row 0, column 2),
``b-1-2``, ``delta-1-2``, ``target-0``, ``loss``.
"""

import textwrap
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics import validation
from bpcourse.mathematics.losses import loss_of
from bpcourse.mathematics.own_class import deltas_of, layer_values, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import still
from bpcourse.pictures.diagram import svg
from bpcourse.pictures.diagram.ids import ids, path_to_loss, spoken
from bpcourse.pictures.diagram.layout import NUMBER, layout
from bpcourse.pictures.style import GRID, INK, PAPER
from bpcourse.pictures.writing import fixed

SHOWABLE = ("weights", "biases", "z", "a", "targets", "loss", "deltas", "gradients")


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
    state = _state(network, x, y, show, sample, gradients, activation, decimals)
    lit = {*_known(lit, state), *(path_to_loss(state.sizes, path_from) if path_from else ())}
    place = layout(state.sizes, targets=y is not None)
    alt = alt or _alt(state, lit, caption)
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


# -- what is to be drawn ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _State:
    sizes: tuple
    show: frozenset
    weights: list
    biases: list
    zs: list | None  # of the one sample in the units, each (n,)
    activations: list | None
    y: np.ndarray | None
    loss: float | None
    deltas: list | None
    gradients: object | None
    samples: int
    sample: int
    decimals: int

    def shows(self, name, layer):
        return name in self.show or f"{name}{layer}" in self.show

    def activation(self, layer, j):
        """a of a unit as text, or None where it is not to be shown."""
        shown = self.activations is not None and self.shows("a", layer)
        return fixed(self.activations[layer][j]) if shown else None

    def z(self, layer, j):
        return fixed(self.zs[layer - 1][j]) if self.zs is not None and self.shows("z", layer) else None

    def delta(self, layer, j):
        return fixed(self.deltas[layer - 1][j], 3) if self.shows("deltas", layer) else None

    def on_links(self, layer):
        """What stands between two layers: name, matrix and decimals; no name where nothing is written."""
        if self.shows("gradients", layer):
            return "∂L/∂W", np.asarray(self.gradients.weights[layer - 1]), 3
        return "W" if self.shows("weights", layer) else "", self.weights[layer - 1], self.decimals

    def at_biases(self, layer):
        if self.shows("gradients", layer):
            return "∂L/∂b", np.ravel(self.gradients.biases[layer - 1]), 3
        return "b" if self.shows("biases", layer) else "", np.ravel(self.biases[layer - 1]), self.decimals


def _state(network, x, y, show, sample, gradients, activation, decimals):
    show = frozenset([show] if isinstance(show, str) else show)
    for name in sorted(show):
        validation.choice(name.rstrip("0123456789") if isinstance(name, str) else name, SHOWABLE, "show")
    if validation.whole_number(decimals, "decimals", least=0) > 3:
        raise InputError(f"decimals came as {decimals}; expected 0 to 3, for which there is room.")
    weights, biases = parameters(network)
    sizes = (len(weights[0]), *(W.shape[1] for W in weights))
    if y is not None and x is None:
        raise InputError("y came without x; expected both, as the loss compares the prediction for x with y.")
    samples, zs, activations, loss = 0, None, None, None
    if x is not None:
        x = validation.matrix(x, "x", columns=sizes[0])
        samples = len(x)
        if validation.whole_number(sample, "sample", least=0) >= samples:
            raise InputError(f"sample came as {sample}; expected 0 to {samples - 1}, a row of x.")
        zs, activations = layer_values(network, x, activation)
    if y is not None:
        y = validation.matrix(y, "y", rows=samples, columns=sizes[-1])
        loss = loss_of(network, x, y, activations[-1])
    backward_needed = any(name.startswith(("deltas", "gradients")) for name in show)
    if backward_needed and gradients is None:
        if y is None:
            raise InputError("deltas and gradients need x and y, or the gradients that backward(x, y) returned.")
        gradients = network.backward(x, y)

    def row(arrays):
        return None if arrays is None else [array[sample] for array in arrays]

    deltas = row(deltas_of(gradients, samples)) if any(name.startswith("deltas") for name in show) else None
    y = None if y is None else y[sample]
    return _State(
        sizes, show, weights, biases, row(zs), row(activations), y, loss, deltas, gradients, samples, sample, decimals
    )


def _known(lit, state):
    lit = [lit] if isinstance(lit, str) else list(lit)
    known = ids(state.sizes)
    for element in lit:
        if element not in known:
            raise InputError(f"lit holds {element!r}; expected ids of this network, such as 'unit-1-0' or 'w-1-0-2'.")
    return lit


def _alt(state, lit, caption):
    def row(values):
        texts = [text for text in values if text is not None]
        return ", ".join(texts[:10]) + (f", … ({len(texts)} in all)" if len(texts) > 10 else "")

    def matrix(W, decimals):
        if W.size > 16:
            return f"{W.shape[0]} by {W.shape[1]} numbers"
        return "; ".join(row(fixed(value, decimals) for value in values) for values in W)

    facts = [("Input", row(state.activation(0, j) for j in range(state.sizes[0])))]
    for layer, n in enumerate(state.sizes[1:], start=1):
        name, W, decimals = state.on_links(layer)
        facts.append((f"{name}{layer}", matrix(W, decimals) if name else ""))
        name, b, decimals = state.at_biases(layer)
        facts.append((f"{name}{layer}", row(fixed(value, decimals) for value in b) if name else ""))
        facts += [
            (f"{name}{layer}", row(text(layer, j) for j in range(n)))
            for name, text in (("z", state.z), ("a", state.activation), ("δ", state.delta))
        ]
    if state.y is not None:
        facts.append(("Target", row(map(fixed, state.y)) if "targets" in state.show else ""))
        facts.append(("Loss", fixed(state.loss, 4) if "loss" in state.show else ""))
    named = [spoken(id) for id in sorted(lit)]
    facts.append(("Highlighted:", ", ".join(named[:12]) + (f" and {len(named) - 12} more" if len(named) > 12 else "")))
    batch = f" Sample {state.sample + 1} of {state.samples}." if state.samples > 1 else ""
    title = f"Network {'-'.join(map(str, state.sizes))}.{f' {caption}.' if caption else ''}{batch}"
    return " ".join([title, *(f"{name} {numbers}." for name, numbers in facts if numbers)])
