"""The parts of the network diagram as SVG text, each from the state that is drawn, its layout, and the ids lit up.

Colours and dashes stand in attributes, as a style sheet would change the page that shows the picture inline.
"""

from html import escape

import numpy as np

from bpcourse.pictures.diagram.layout import HALF_HEIGHT, HALF_LOSS, HALF_WIDTH, NUMBER, SMALL
from bpcourse.pictures.style import BLUE, INK, MUTED, ORANGE, PAPER

HIGHLIGHT = "#FFD966"
DIMMED = "0.35"


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


def written(x, y, words, size=SMALL, colour=MUTED, weight="normal"):
    bold = ' font-weight="bold"' if weight == "bold" else ""
    look = f'font-size="{size}" fill="{colour}" text-anchor="middle"{bold}'
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(words)}</text>'


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


def subscript(index):
    """Write the 1-based number of a unit: index 0 is ₁."""
    return str(index + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def superscript(layer):
    """Write the number of a layer as in the equations."""
    return str(layer).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _header(x, name, symbols):
    return written(x, 24, name, weight="bold", colour=INK) + written(x, 42, symbols)


def headers(state, place):
    last = len(state.sizes) - 1
    yield _header(place.columns[0], "input", "a⁰ = x")
    for layer in range(1, last + 1):
        up, x = superscript(layer), place.columns[layer]
        name, end = ("output", " = ŷ") if layer == last else ("hidden", "")
        yield _header(x, f"{name} layer {layer}", f"z{up}, a{up}{end}")
        middle = (place.columns[layer - 1] + HALF_WIDTH[layer > 1] + x - HALF_WIDTH[1]) / 2
        name = state.on_links(layer)[0] or "W"
        yield _header(middle, f"{name}{up}", f"({state.sizes[layer - 1]}, {state.sizes[layer]})")
    if place.target_x is not None:
        yield _header(place.target_x, "target", "y")
        yield _header(place.loss_x, "loss", "L")


def links(state, place, lit):
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


def link_numbers(state, place, lit):
    """The numbers on the links, above all lines, each on a patch of paper."""
    for (layer, i, j), (x, y) in place.link_numbers.items():
        name, W, decimals = state.on_links(layer)
        if name:
            text, id = number(W[i, j], decimals), f"w-{layer}-{i}-{j}"
            dim = f' opacity="{DIMMED}"' if lit and id not in lit else ""
            shown = written(x, y + 5.5, text, NUMBER, INK if id in lit else _colour(W[i, j]))
            yield _patch(x, y, text, id in lit)
            yield f'<g class="weight-number" data-of="{id}" aria-hidden="true"{dim}>{shown}</g>'


def units(state, place, lit):
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
        yield written(x, y - 4, "⋮", 22, INK) + written(x, y + 16, f"{hidden} more", NUMBER, INK)


def _unit(state, layer, j, x, y, fill, lit):
    """A capsule with z on the left half and a, shaded by its size, on the right; an input has a alone."""
    id, up = f"unit-{layer}-{j}", superscript(layer)
    a, label = state.activation(layer, j), f"layer {layer}, unit {j + 1}"
    if layer == 0:
        label, z = f"input {j + 1}", None
        inside = _cell(x, y, f"x{subscript(j)}", a)
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
        return written(x, y + 5, name)
    return written(x, y - 7, name) + written(x, y + 14, value, NUMBER, INK)


def _bias(state, layer, j, x, y, lit):
    """The bias above its unit, on a short link of its own."""
    name, b, decimals = state.at_biases(layer)
    if not name:
        return ""
    id, top, text = f"b-{layer}-{j}", y - HALF_HEIGHT, number(b[j], decimals)
    shown = f"{name}{superscript(layer)} {text}"
    body = _patch(x, top - 18, shown, id in lit) + _line((x, top - 8, x, top), _colour(b[j]), 3)
    body += written(x, top - 12, shown, NUMBER, INK if id in lit else _colour(b[j]))
    label = f"b{layer}[0,{j}] = {number(np.ravel(state.biases[layer - 1])[j])}"
    if name == "∂L/∂b":
        label += f", gradient {text}"
    return _group(id, "bias", label, lit, body, choosable=True)


def _delta(state, layer, j, x, y, lit):
    value = state.delta(layer, j)
    if value is None:
        return ""
    id, text, top = f"delta-{layer}-{j}", f"δ{superscript(layer)} {value}", y + HALF_HEIGHT + 4
    body = (_patch(x, top + 10, text, True) if id in lit else "") + written(x, top + 15.5, text, NUMBER, INK)
    return _group(id, "delta", f"delta of layer {layer}, unit {j + 1} = {value}", lit, body)


def loss_end(state, place, lit):
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
