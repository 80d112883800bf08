"""The network as a picture: SVG text with every number in its place, for still pictures and for the live microscope.

Blue and solid is positive, orange and dashed is negative, and the width of a link is the size of its number.
Every element has an id: ``unit-1-0`` (layer 1, unit 0; layer 0 is the input), ``w-1-0-2`` (W¹, row 0, column 2),
``b-1-2``, ``delta-1-2``, ``target-0``, ``loss``.
"""

import re
import textwrap
from dataclasses import dataclass
from html import escape

import numpy as np

from bpcourse import still, validation
from bpcourse.any_network import deltas_of, layer_values, loss_of, parameters
from bpcourse.diagram_layout import HALF_HEIGHT, HALF_LOSS, HALF_WIDTH, NUMBER, SMALL, layout
from bpcourse.style import BLUE, GRID, INK, MUTED, ORANGE, PAPER
from bpcourse.validation import InputError

SHOWABLE = ("weights", "biases", "z", "a", "targets", "loss", "deltas", "gradients")
HIGHLIGHT = "#FFD966"
DIMMED = "0.35"


@dataclass(frozen=True)
class Diagram:
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

    def _repr_mimebundle_(self, include=None, exclude=None):
        return still.bundle(self.html, self.alt)

    def __repr__(self):
        return f"Picture: {self.alt}"


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

    Returns
    -------
    Diagram

    Raises
    ------
    InputError
        For shapes that do not fit, unknown names and ids, or numbers that cannot be known from what came.
    """
    state = _state(network, x, y, show, sample, gradients, activation)
    lit = {*_known(lit, state), *(path_to_loss(state.sizes, path_from) if path_from else ())}
    place = layout(state.sizes, targets=y is not None)
    alt = alt or _alt(state, lit, caption)
    body = [
        *_headers(state, place),
        *_links(state, place, lit),
        *_units(state, place, lit),
        *_link_numbers(state, place, lit),
        *(_loss_end(state, place, lit) if y is not None else ()),
    ]
    lines = textwrap.wrap(caption, int(place.width / 8.3))
    height = place.height + 22 * len(lines) + (8 if lines else 0)
    for i, line in enumerate(lines):
        body.append(_text(place.width / 2, place.height + 16 + 22 * i, line, size=NUMBER, colour=INK))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {place.width} {height}" width="{place.width}" '
        f'height="{height}" role="group" aria-label="{escape(alt)}" style="max-width: 100%; height: auto" '
        f"font-family=\"Arial, Helvetica, 'Liberation Sans', sans-serif\">"
        f'<rect x="1" y="1" width="{place.width - 2}" height="{height - 2}" rx="12" fill="{PAPER}" stroke="{GRID}"/>'
        f"{''.join(body)}</svg>"
    )
    return Diagram(svg, alt)


def path_to_loss(sizes, element):
    """Return the ids of everything through which the weight or bias `element` acts on the loss, itself included.

    `sizes` are the numbers of units, input first: ``path_to_loss((2, 3, 1), "w-1-0-2")`` holds
    ``w-1-0-2``, ``unit-1-2``, ``w-2-2-0``, ``unit-2-0``, ``target-0`` and ``loss``.
    """
    if not re.fullmatch(r"w-\d+-\d+-\d+|b-\d+-\d+", str(element)) or element not in ids(sizes):
        raise InputError(
            f"path_from came as {element!r}; expected the id of a weight or bias, such as 'w-1-0-0' or 'b-1-0'."
        )
    first, column = int(element.split("-")[1]), int(element.split("-")[-1])
    path, reached = {element, f"unit-{first}-{column}"}, [column]
    for layer in range(first + 1, len(sizes)):
        path |= {f"w-{layer}-{i}-{j}" for i in reached for j in range(sizes[layer])}
        reached = range(sizes[layer])
        path |= {f"unit-{layer}-{j}" for j in reached}
    return path | {f"target-{j}" for j in reached} | {"loss"}


def ids(sizes):
    """Return the set of ids of all elements of a network with these numbers of units, input first."""
    names = {"loss", *(f"target-{j}" for j in range(sizes[-1])), *(f"unit-0-{i}" for i in range(sizes[0]))}
    for layer in range(1, len(sizes)):
        names |= {f"{kind}-{layer}-{j}" for kind in ("unit", "b", "delta") for j in range(sizes[layer])}
        names |= {f"w-{layer}-{i}-{j}" for i in range(sizes[layer - 1]) for j in range(sizes[layer])}
    return names


def number(value, decimals=2):
    """Write a number in at most seven characters: never -0.00, and never 0.00 for what is clearly not zero."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if abs(value) < 1e-12:  # 0, or the rounding error of a sum that is
        text = f"{0:.{decimals}f}"
    elif abs(value) >= 1000 or abs(value) < 0.5 * 10.0**-decimals:
        mantissa, exponent = f"{value:.0e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        text = f"{value:.{decimals}f}"
    return text.replace("-", "−")


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

    def shows(self, name, layer):
        return name in self.show or f"{name}{layer}" in self.show

    def activation(self, layer, j):
        """a of a unit as text, or None where it is not to be shown."""
        shown = self.activations is not None and self.shows("a", layer)
        return number(self.activations[layer][j]) if shown else None

    def z(self, layer, j):
        return number(self.zs[layer - 1][j]) if self.zs is not None and self.shows("z", layer) else None

    def delta(self, layer, j):
        return number(self.deltas[layer - 1][j], 3) if self.shows("deltas", layer) else None

    def on_links(self, layer):
        """What stands between two layers: name, matrix and decimals; no name where nothing is written."""
        if self.shows("gradients", layer):
            return "∂L/∂W", np.asarray(self.gradients.weights[layer - 1]), 3
        return "W" if self.shows("weights", layer) else "", self.weights[layer - 1], 2

    def at_biases(self, layer):
        if self.shows("gradients", layer):
            return "∂L/∂b", np.ravel(self.gradients.biases[layer - 1]), 3
        return "b" if self.shows("biases", layer) else "", np.ravel(self.biases[layer - 1]), 2


def _state(network, x, y, show, sample, gradients, activation):
    show = frozenset([show] if isinstance(show, str) else show)
    for name in sorted(show):
        validation.choice(name.rstrip("0123456789") if isinstance(name, str) else name, SHOWABLE, "show")
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
        loss = loss_of(network, x, y, activations)
    backward_needed = any(name.startswith(("deltas", "gradients")) for name in show)
    if backward_needed and gradients is None:
        if y is None:
            raise InputError("deltas and gradients need x and y, or the gradients that backward(x, y) returned.")
        gradients = network.backward(x, y)

    def row(arrays):
        return None if arrays is None else [array[sample] for array in arrays]

    deltas = row(deltas_of(gradients, samples)) if any(name.startswith("deltas") for name in show) else None
    y = None if y is None else y[sample]
    return _State(sizes, show, weights, biases, row(zs), row(activations), y, loss, deltas, gradients, samples, sample)


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
        return "; ".join(row(number(value, decimals) for value in values) for values in W)

    facts = [("Input", row(state.activation(0, j) for j in range(state.sizes[0])))]
    for layer, n in enumerate(state.sizes[1:], start=1):
        name, W, decimals = state.on_links(layer)
        facts.append((f"{name}{layer}", matrix(W, decimals) if name else ""))
        name, b, decimals = state.at_biases(layer)
        facts.append((f"{name}{layer}", row(number(value, decimals) for value in b) if name else ""))
        facts += [
            (f"{name}{layer}", row(text(layer, j) for j in range(n)))
            for name, text in (("z", state.z), ("a", state.activation), ("δ", state.delta))
        ]
    if state.y is not None:
        facts.append(("Target", row(map(number, state.y)) if "targets" in state.show else ""))
        facts.append(("Loss", number(state.loss, 4) if "loss" in state.show else ""))
    named = [_spoken(id) for id in sorted(lit)]
    facts.append(("Highlighted:", ", ".join(named[:12]) + (f" and {len(named) - 12} more" if len(named) > 12 else "")))
    batch = f" Sample {state.sample + 1} of {state.samples}." if state.samples > 1 else ""
    title = f"Network {'-'.join(map(str, state.sizes))}.{f' {caption}.' if caption else ''}{batch}"
    return " ".join([title, *(f"{name} {numbers}." for name, numbers in facts if numbers)])


def _spoken(id):
    """An element's id in words."""
    kind, *place = id.split("-")
    place = [int(number) for number in place]
    match kind:
        case "w":
            return f"W{place[0]}[{place[1]},{place[2]}]"
        case "b":
            return f"b{place[0]}[0,{place[1]}]"
        case "target":
            return f"target {place[0] + 1}"
        case "loss":
            return "loss"
    unit = f"unit {place[1] + 1} of layer {place[0]}" if place[0] else f"input {place[1] + 1}"
    return f"δ of {unit}" if kind == "delta" else unit


# -- SVG ----------------------------------------------------------------------------------------------


def _text(x, y, text, size=SMALL, colour=MUTED, weight="normal"):
    bold = ' font-weight="bold"' if weight == "bold" else ""
    look = f'font-size="{size}" fill="{colour}" text-anchor="middle"{bold}'
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(text)}</text>'


def _group(id, kind, label, lit, body, choosable=False):
    """An element with an id: dimmed unless lit, or nothing is lit."""
    state = "" if not lit else " lit" if id in lit else " dim"
    dim = f' opacity="{DIMMED}"' if state == " dim" else ""
    role = 'role="button" tabindex="0"' if choosable else 'role="img"'
    return f'<g id="{id}" class="{kind}{state}" {role} aria-label="{escape(label)}"{dim}>{body}</g>'


def _line(ends, colour, width, dash=""):
    x1, y1, x2, y2 = ends
    where = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f'<line {where} stroke="{colour}" stroke-width="{width:.2f}"{dash}/>'


def _patch(x, y, text, lit):
    """What lies below a text: paper that hides the lines behind it, or the highlight."""
    width = 8.6 * len(text) + 6
    box = f'x="{x - width / 2:g}" y="{y - 10:g}" width="{width:g}" height="20" rx="5"'
    return f'<rect {box} fill="{HIGHLIGHT if lit else PAPER}"/>'


def _colour(value):
    return ORANGE if value < 0 else BLUE


def _dash(value):
    return ' stroke-dasharray="7 5"' if value < 0 else ""


def _shade(value, largest):
    """Paper for 0, a light blue or orange for ±largest: dark text stays readable on it."""
    part = 0.45 * min(1.0, abs(value) / largest) if np.isfinite(value) else 0.0
    mixed = [
        round(int(PAPER[i : i + 2], 16) * (1 - part) + int(_colour(value)[i : i + 2], 16) * part) for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _subscript(index):
    return str(index + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _superscript(index):
    return str(index).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _header(x, name, symbols):
    return _text(x, 24, name, weight="bold", colour=INK) + _text(x, 42, symbols)


def _headers(state, place):
    last = len(state.sizes) - 1
    yield _header(place.columns[0], "input", "a⁰ = x")
    for layer in range(1, last + 1):
        up, x = _superscript(layer), place.columns[layer]
        name, end = ("output", " = ŷ") if layer == last else ("hidden", "")
        yield _header(x, f"{name} layer {layer}", f"z{up}, a{up}{end}")
        middle = (place.columns[layer - 1] + HALF_WIDTH[layer > 1] + x - HALF_WIDTH[1]) / 2
        name = state.on_links(layer)[0] or "W"
        yield _header(middle, f"{name}{up}", f"({state.sizes[layer - 1]}, {state.sizes[layer]})")
    if place.target_x is not None:
        yield _header(place.target_x, "target", "y")
        yield _header(place.loss_x, "loss", "L")


def _links(state, place, lit):
    largest = {
        name: max(np.max(np.abs(W)) for other, W, _ in map(state.on_links, range(1, len(state.sizes))) if other == name)
        for name, _, _ in map(state.on_links, range(1, len(state.sizes)))
    }
    for (layer, i, j), ends in place.links.items():
        name, W, decimals = state.on_links(layer)
        value, id = W[i, j], f"w-{layer}-{i}-{j}"
        label = f"W{layer}[{i},{j}] = {number(state.weights[layer - 1][i, j])}"
        if name == "∂L/∂W":
            label += f", gradient {number(value, decimals)}"
        colour, dash = (_colour(value), _dash(value)) if name else (MUTED, "")
        width = 1 + 4.5 * abs(value) / (largest[name] or 1.0) if name and np.isfinite(value) else 1.5
        body = _line(ends, HIGHLIGHT, width + 8) if id in lit else ""
        body += _line(ends, "transparent", 14)  # easier to hit with a pointer
        yield _group(id, "weight", label, lit, body + _line(ends, colour, width, dash), choosable=True)


def _link_numbers(state, place, lit):
    """The numbers on the links, above all lines, each on a patch of paper."""
    for (layer, i, j), (x, y) in place.link_numbers.items():
        name, W, decimals = state.on_links(layer)
        if name:
            text, id = number(W[i, j], decimals), f"w-{layer}-{i}-{j}"
            dim = f' opacity="{DIMMED}"' if lit and id not in lit else ""
            shown = _text(x, y + 5.5, text, NUMBER, INK if id in lit else _colour(W[i, j]))
            yield _patch(x, y, text, id in lit)
            yield f'<g class="weight-number" data-of="{id}" aria-hidden="true"{dim}>{shown}</g>'


def _units(state, place, lit):
    largest = [max(1.0, np.max(np.abs(np.nan_to_num(a)))) for a in state.activations or ()]
    for (layer, j), (x, y) in place.units.items():
        fill = PAPER
        if state.activation(layer, j):
            fill = _shade(state.activations[layer][j], largest[layer])
        yield _unit(state, layer, j, x, y, fill, lit)
        if layer > 0:
            yield _bias(state, layer, j, x, y, lit)
            yield _delta(state, layer, j, x, y, lit)
    for (x, y), hidden in place.ellipses.items():
        yield _text(x, y - 4, "⋮", 22, INK) + _text(x, y + 16, f"{hidden} more", NUMBER, INK)


def _unit(state, layer, j, x, y, fill, lit):
    """A capsule with z on the left half and a, shaded by its size, on the right; an input has a alone."""
    id, up = f"unit-{layer}-{j}", _superscript(layer)
    a, label = state.activation(layer, j), f"layer {layer}, unit {j + 1}"
    if layer == 0:
        label, z = f"input {j + 1}", None
        inside = _cell(x, y, f"x{_subscript(j)}", a)
    else:
        w, z = HALF_WIDTH[1], state.z(layer, j)
        half = (
            f"M{x:g} {y - HALF_HEIGHT:g}h{14 - w}a14 14 0 0 0 -14 14v{2 * HALF_HEIGHT - 28}a14 14 0 0 0 14 14h{w - 14}z"
        )
        inside = f'<path d="{half}" fill="{PAPER}" stroke="{MUTED}"/>'
        name = "ŷ" if layer == len(state.sizes) - 1 else f"a{up}"
        inside += _cell(x - w / 2, y, f"z{up}", z) + _cell(x + w / 2, y, name, a)
    label += "".join(f", {name} = {text}" for name, text in (("z", z), ("a", a)) if text)
    body = _frame(x, y, HALF_WIDTH[layer > 0], 14 if layer else 4, fill, id in lit, inside)
    return _group(id, "unit", label, lit, body)


def _frame(x, y, w, radius, fill, lit, inside):
    box = f'x="{x - w:g}" y="{y - HALF_HEIGHT:g}" width="{2 * w:g}" height="{2 * HALF_HEIGHT:g}" rx="{radius}"'
    glow = f'<rect {box} fill="none" stroke="{HIGHLIGHT}" stroke-width="11"/>' if lit else ""
    edge = f'<rect {box} fill="none" stroke="{INK}" stroke-width="{2.5 if lit else 1.5}"/>'
    return f'{glow}<rect {box} fill="{fill}"/>{inside}{edge}'


def _cell(x, y, name, value):
    """A name, and below it the number if there is one."""
    if value is None:
        return _text(x, y + 5, name)
    return _text(x, y - 7, name) + _text(x, y + 14, value, NUMBER, INK)


def _bias(state, layer, j, x, y, lit):
    """The bias above its unit, on a short link of its own."""
    name, b, decimals = state.at_biases(layer)
    if not name:
        return ""
    id, top, text = f"b-{layer}-{j}", y - HALF_HEIGHT, number(b[j], decimals)
    shown = f"{name}{_superscript(layer)} {text}"
    body = _patch(x, top - 18, shown, id in lit) + _line((x, top - 8, x, top), _colour(b[j]), 3)
    body += _text(x, top - 12, shown, NUMBER, INK if id in lit else _colour(b[j]))
    label = f"b{layer}[0,{j}] = {number(np.ravel(state.biases[layer - 1])[j])}"
    if name == "∂L/∂b":
        label += f", gradient {text}"
    return _group(id, "bias", label, lit, body, choosable=True)


def _delta(state, layer, j, x, y, lit):
    value = state.delta(layer, j)
    if value is None:
        return ""
    id, text, top = f"delta-{layer}-{j}", f"δ{_superscript(layer)} {value}", y + HALF_HEIGHT + 4
    body = (_patch(x, top + 10, text, True) if id in lit else "") + _text(x, top + 15.5, text, NUMBER, INK)
    return _group(id, "delta", f"delta of layer {layer}, unit {j + 1} = {value}", lit, body)


def _loss_end(state, place, lit):
    """Targets beside the outputs, and the loss at the right end."""
    for j, (x, y) in place.targets.items():
        id, value = f"target-{j}", number(state.y[j]) if "targets" in state.show else None
        body = _line((place.columns[-1] + HALF_WIDTH[1], y, x - HALF_WIDTH[0], y), MUTED, 1.5)
        body += _line((x + HALF_WIDTH[0], y, place.loss_x - HALF_LOSS, place.middle), MUTED, 1.5)
        body += _frame(x, y, HALF_WIDTH[0], 4, PAPER, id in lit, _cell(x, y, "y", value))
        yield _group(id, "target", f"target {j + 1}" + (f" = {value}" if value else ""), lit, body)
    value = number(state.loss, 4) if "loss" in state.show else None
    inside = _cell(place.loss_x, place.middle, "L", value)
    body = _frame(place.loss_x, place.middle, HALF_LOSS, 4, PAPER, "loss" in lit, inside)
    yield _group("loss", "loss", "loss" + (f" = {value}" if value else ""), lit, body)
