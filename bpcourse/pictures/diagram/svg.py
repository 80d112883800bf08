"""The parts of the network diagram as SVG elements, each from the state that is drawn, its layout, and the ids lit up.

Colours and dashes stand in attributes, as a style sheet would change the page that shows the picture inline.
"""

from xml.etree.ElementTree import Element, tostring

import numpy as np

from bpcourse.pictures.diagram.layout import HALF_HEIGHT, HALF_LOSS, HALF_WIDTH, NUMBER, SMALL
from bpcourse.pictures.style import BLUE, HIGHLIGHT, INK, MUTED, ORANGE, PAPER
from bpcourse.pictures.writing import fixed, subscript, superscript

DIMMED = 0.35


def element(name, *children, words=None, **attributes):
    """Return an SVG element. ``font_size`` becomes font-size, ``class_`` class; what is None is left out."""
    new = Element(name)
    for key, value in attributes.items():
        if value is not None:
            new.set(key.rstrip("_").replace("_", "-"), value if isinstance(value, str) else f"{value:g}")
    new.text = words
    new.extend(children)
    return new


def as_text(svg):
    """Return a finished picture, an element with all its parts, as text."""
    return tostring(svg, "unicode").replace(" />", "/>")


def written(x, y, words, size=SMALL, colour=MUTED, weight=None):
    look = {"font_size": size, "fill": colour, "text_anchor": "middle", "font_weight": weight}
    return element("text", words=words, x=x, y=y, **look)


def _group(id, kind, label, lit, *parts, choosable=False):
    """Several parts with an id: dimmed unless lit, or nothing is lit."""
    state = "" if not lit else " lit" if id in lit else " dim"
    use = {"role": "button", "tabindex": 0} if choosable else {"role": "img"}
    opacity = DIMMED if state == " dim" else None
    return element("g", *parts, id=id, class_=kind + state, **use, aria_label=label, opacity=opacity)


def _line(ends, colour, width, dashed=False):
    x1, y1, x2, y2 = ends
    look = {"stroke": colour, "stroke_width": f"{width:.2f}", "stroke_dasharray": "7 5" if dashed else None}
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)


def _box(x, y, width, height, radius, **look):
    """A rectangle around its middle, x and y."""
    return element("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=radius, **look)


def _patch(x, y, text, lit):
    """What lies below a text: paper that hides the lines behind it, or the highlight."""
    return _box(x, y, 8.6 * len(text) + 6, 20, 5, fill=HIGHLIGHT if lit else PAPER)


def _colour(value):
    return ORANGE if value < 0 else BLUE


def _shade(value, largest):
    """Paper for 0, a light blue or orange for ±largest: dark text stays readable on it."""
    part = 0.45 * min(1.0, abs(value) / largest) if np.isfinite(value) else 0.0
    mixed = [
        round(int(PAPER[i : i + 2], 16) * (1 - part) + int(_colour(value)[i : i + 2], 16) * part) for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _header(x, name, symbols):
    return written(x, 24, name, colour=INK, weight="bold"), written(x, 42, symbols)


def headers(state, place):
    last = len(state.sizes) - 1
    yield from _header(place.columns[0], "input", "a⁰ = x")
    for layer in range(1, last + 1):
        up, x = superscript(layer), place.columns[layer]
        name, end = ("output", " = ŷ") if layer == last else ("hidden", "")
        yield from _header(x, f"{name} layer {layer}", f"z{up}, a{up}{end}")
        middle = (place.columns[layer - 1] + HALF_WIDTH[layer > 1] + x - HALF_WIDTH[1]) / 2
        name = state.on_links(layer)[0] or "W"
        yield from _header(middle, f"{name}{up}", f"({state.sizes[layer - 1]}, {state.sizes[layer]})")
    if place.target_x is not None:
        yield from _header(place.target_x, "target", "y")
        yield from _header(place.loss_x, "loss", "L")


def links(state, place, lit):
    largest = {}
    for layer in range(1, len(state.sizes)):
        name, W, _ = state.on_links(layer)
        largest[name] = max(largest.get(name, 0.0), np.max(np.abs(W)))
    for (layer, i, j), ends in place.links.items():
        name, W, decimals = state.on_links(layer)
        value, id = W[i, j], f"w-{layer}-{i}-{j}"
        label = f"W{layer}[{i},{j}] = {fixed(state.weights[layer - 1][i, j])}"
        if name == "∂L/∂W":
            label += f", gradient {fixed(value, decimals)}"
        width = 1 + 4.5 * abs(value) / (largest[name] or 1.0) if name and np.isfinite(value) else 1.5
        line = _line(ends, _colour(value), width, dashed=value < 0) if name else _line(ends, MUTED, width)
        below = [_line(ends, HIGHLIGHT, width + 8)] if id in lit else []
        below.append(_line(ends, "transparent", 14))  # easier to hit with a pointer
        yield _group(id, "weight", label, lit, *below, line, choosable=True)


def link_numbers(state, place, lit):
    """The numbers on the links, above all lines, each on a patch of paper."""
    for (layer, i, j), (x, y) in place.link_numbers.items():
        name, W, decimals = state.on_links(layer)
        if name:
            text, id = fixed(W[i, j], decimals), f"w-{layer}-{i}-{j}"
            shown = written(x, y + 5.5, text, NUMBER, INK if id in lit else _colour(W[i, j]))
            opacity = DIMMED if lit and id not in lit else None
            yield _patch(x, y, text, id in lit)
            yield element("g", shown, class_="weight-number", data_of=id, aria_hidden="true", opacity=opacity)


def units(state, place, lit):
    largest = [max(1.0, np.max(np.abs(np.nan_to_num(a)))) for a in state.activations or ()]
    for (layer, j), (x, y) in place.units.items():
        fill = PAPER
        if state.activation(layer, j):
            fill = _shade(state.activations[layer][j], largest[layer])
        yield _unit(state, layer, j, x, y, fill, lit)
        if layer > 0:
            yield from _bias(state, layer, j, x, y, lit)
            yield from _delta(state, layer, j, x, y, lit)
    for (x, y), hidden in place.ellipses.items():
        yield written(x, y - 4, "⋮", 22, INK)
        yield written(x, y + 16, f"{hidden} more", NUMBER, INK)


def _unit(state, layer, j, x, y, fill, lit):
    """A capsule with z on the left half and a, shaded by its size, on the right; an input has a alone."""
    id, up = f"unit-{layer}-{j}", superscript(layer)
    a, label = state.activation(layer, j), f"layer {layer}, unit {j + 1}"
    if layer == 0:
        label, z = f"input {j + 1}", None
        inside = _cell(x, y, f"x{subscript(j)}", a)
    else:
        w, z = HALF_WIDTH[1], state.z(layer, j)
        across, down = w - 14, 2 * HALF_HEIGHT - 28  # between the rounded corners
        half = f"M{x:g} {y - HALF_HEIGHT:g}h{-across}a14 14 0 0 0 -14 14v{down}a14 14 0 0 0 14 14h{across}z"
        name = "ŷ" if layer == len(state.sizes) - 1 else f"a{up}"
        inside = element("path", d=half, fill=PAPER, stroke=MUTED), *_cell(x - w / 2, y, f"z{up}", z)
        inside += _cell(x + w / 2, y, name, a)
    label += "".join(f", {name} = {text}" for name, text in (("z", z), ("a", a)) if text)
    parts = _frame(x, y, HALF_WIDTH[layer > 0], 14 if layer else 4, fill, id in lit, *inside)
    return _group(id, "unit", label, lit, *parts)


def _frame(x, y, half_width, radius, fill, lit, *inside):
    box = x, y, 2 * half_width, 2 * HALF_HEIGHT, radius
    if lit:
        yield _box(*box, fill="none", stroke=HIGHLIGHT, stroke_width=11)
    yield _box(*box, fill=fill)
    yield from inside
    yield _box(*box, fill="none", stroke=INK, stroke_width=2.5 if lit else 1.5)


def _cell(x, y, name, value):
    """A name, and below it the number if there is one."""
    if value is None:
        return (written(x, y + 5, name),)
    return written(x, y - 7, name), written(x, y + 14, value, NUMBER, INK)


def _bias(state, layer, j, x, y, lit):
    """The bias above its unit, on a short link of its own."""
    name, b, decimals = state.at_biases(layer)
    if not name:
        return
    id, top, text = f"b-{layer}-{j}", y - HALF_HEIGHT, fixed(b[j], decimals)
    shown = f"{name}{superscript(layer)} {text}"
    label = f"b{layer}[0,{j}] = {fixed(np.ravel(state.biases[layer - 1])[j])}"
    if name == "∂L/∂b":
        label += f", gradient {text}"
    patch, link = _patch(x, top - 18, shown, id in lit), _line((x, top - 8, x, top), _colour(b[j]), 3)
    words = written(x, top - 12, shown, NUMBER, INK if id in lit else _colour(b[j]))
    yield _group(id, "bias", label, lit, patch, link, words, choosable=True)


def _delta(state, layer, j, x, y, lit):
    value = state.delta(layer, j)
    if value is None:
        return
    id, text, top = f"delta-{layer}-{j}", f"δ{superscript(layer)} {value}", y + HALF_HEIGHT + 4
    patch = [_patch(x, top + 10, text, True)] if id in lit else []
    words = written(x, top + 15.5, text, NUMBER, INK)
    yield _group(id, "delta", f"delta of layer {layer}, unit {j + 1} = {value}", lit, *patch, words)


def loss_end(state, place, lit):
    """Targets beside the outputs, and the loss at the right end."""
    for j, (x, y) in place.targets.items():
        id, value = f"target-{j}", fixed(state.y[j]) if "targets" in state.show else None
        before = _line((place.columns[-1] + HALF_WIDTH[1], y, x - HALF_WIDTH[0], y), MUTED, 1.5)
        after = _line((x + HALF_WIDTH[0], y, place.loss_x - HALF_LOSS, place.middle), MUTED, 1.5)
        frame = _frame(x, y, HALF_WIDTH[0], 4, PAPER, id in lit, *_cell(x, y, "y", value))
        label = f"target {j + 1}" + (f" = {value}" if value else "")
        yield _group(id, "target", label, lit, before, after, *frame)
    value = fixed(state.loss, 4) if "loss" in state.show else None
    inside = _cell(place.loss_x, place.middle, "L", value)
    frame = _frame(place.loss_x, place.middle, HALF_LOSS, 4, PAPER, "loss" in lit, *inside)
    yield _group("loss", "loss", "loss" + (f" = {value}" if value else ""), lit, *frame)
