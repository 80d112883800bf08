"""The parts of the network diagram as SVG elements, each from the state that is drawn, its layout, and the ids lit up.

A part is active ("lit": its role's full colour and a ring of 2 px), "quiet" while others are, or "" as nothing is lit.
"""

import functools
import math

import numpy as np

from bpcourse.pictures.diagram.layout import LOSS, TARGET
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element, plain, text
from bpcourse.pictures.writing import fixed

REACH = 4.0  # to either side of 0, what a gate shows of its function
TINTED = ("forward", "backward", "gradient")


def width_of(words, size=12):
    """About how many pixels wide a text is."""
    return 0.58 * size * len(plain(words))


def chip(words, role="ink", mode="", height=18, tag=False, left=None, size=12):
    """Return the elements of a number on a card of its own around (0, 0), or from x = `left` on; a tag has a tip."""
    half, top, look = width_of(words, size) / 2 + 3, -height / 2, _card(role, mode)
    if tag:
        outline = f"M{-half:g} {top:g}h{half - 4:g}l4 -3l4 3h{half - 4:g}v{height:g}h{-2 * half:g}z"
        card = element("path", d=outline, **look)
    else:
        card = element("rect", x=-half, y=top, width=2 * half, height=height, rx=4, **look)
    words = text(0, 0.36 * size, words, size, "quiet" if mode == "quiet" else role)
    if left is None:
        return card, words
    return (element("g", card, words, transform=f"translate({left + half:g} 0)"),)


def _card(role, mode):
    tinted = role in TINTED and mode != "quiet"
    stroke, width = {"lit": (role, 2)}.get(mode, ("none" if tinted or mode else "track", 1))
    return {"fill": colour(f"{role}-tint" if tinted else "paper"), "stroke": colour(stroke), "stroke_width": width}


def mode_of(id, lit):
    return "" if not lit else "lit" if id in lit else "quiet"


def _group(id, kind, mode, label, *children, at=None, use="img", **more):
    """A part with an id and a name; `use` is its role, such as "button" for what can be chosen."""
    place = {"transform": f"translate({at[0]:.6g} {at[1]:.6g})"} if at else {}
    reach = {"tabindex": 0} if use != "img" else {}
    look = {"class_": f"{kind} {mode}".strip(), "role": use, "aria_label": label}
    return element("g", *children, id=id, **look, **reach, **place, **more)


def _value(use, value, words):
    return {"aria_valuenow": value, "aria_valuetext": words} if use == "slider" else {}


def headers(state, place):
    last = len(state.sizes) - 1
    for layer, x in enumerate(place.columns):
        name = "input" if not layer else f"output layer {layer}" if layer == last else f"hidden layer {layer}"
        symbols = "a^{0} = x" if not layer else f"z^{{{layer}}}, a^{{{layer}}}{' = ŷ' if layer == last else ''}"
        yield text(x, 20, name, 14, font_weight="600")
        yield text(x, 38, symbols, 12, "quiet")
        if layer and place.gap >= 60:
            middle = x - place.half - place.gap / 2
            yield text(middle, 20, f"W^{{{layer}}}", 14, font_weight="600")
            yield text(middle, 38, f"({state.sizes[layer - 1]}, {state.sizes[layer]})", 12, "quiet")


# -- weights -----------------------------------------------------------------------------------------------


def links(state, place, lit):
    """Every weight as a line, its width |w|, and beside it the lanes on which numbers flow forward and back."""
    largest = max(float(np.max(np.abs(np.nan_to_num(W)))) for W in state.weights) or 1.0
    for (layer, i, j), (x1, y1, x2, y2) in place.links.items():
        id, value = f"w-{layer}-{i}-{j}", state.weights[layer - 1][i, j]
        mode, shown = mode_of(id, lit), state.shows("weights", layer) or state.shows("gradients", layer)
        width = 1 + 3.5 * min(1.0, abs(value) / largest) if shown and np.isfinite(value) else 1.5
        stroke = {"lit": "quiet", "quiet": "track"}.get(mode, "field-edge")
        ends, dash = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, "6 4" if shown and value < 0 else None
        line = element("line", **ends, stroke=colour(stroke), stroke_width=round(width, 2), stroke_dasharray=dash)
        hit = element("line", **ends, stroke="transparent", stroke_width=12)  # easier to meet with a pointer
        lanes = _lanes(state, place, (layer, i, j), lit) if place.chips or mode == "lit" else ()
        if (layer, i, j) in place.chips and shown:
            yield element(
                "g", hit, line, *lanes, id=f"link-{id}", data_id=id, data_of=id, class_=f"link {mode}".strip()
            )
        else:
            label = _named("W", layer, (i, j), state.parameter("weights", layer, (i, j)))
            yield _group(id, "weight", mode, label, hit, line, *lanes, use="button", data_of=id)


def _lanes(state, place, link, lit):
    """The lane forward once a has come, and below it the lane back once δ has; active where that is what flows."""
    layer, i, j = link
    forward, back = place.lanes[link]
    source, target, weight = f"{layer - 1}-{i}", f"{layer}-{j}", {f"w-{layer}-{i}-{j}"} <= lit
    if state.activation(layer - 1, i):
        flows = weight and f"unit-{source}" in lit and f"delta-{source}" not in lit
        yield lane((forward[:2], forward[2:]), "forward", _flow(flows, lit))
    if state.delta(layer, j):
        x1, y1, x2, y2 = back
        part = (
            (place.chips[link][0] + 20 - x1) / (x2 - x1) if layer == 1 and link in place.chips else 0.0
        )  # to the weight
        flows = weight and f"delta-{target}" in lit
        yield lane(((x2, y2), (x1 + part * (x2 - x1), y1 + part * (y2 - y1))), "backward", _flow(flows, lit))


def _flow(flows, lit):
    return "" if not lit else "lit" if flows else "quiet"


def lane(points, role, mode=""):
    """Return a thin line through points with a head at its end: a filled one forward, an open V backward."""
    (x1, y1), (x2, y2) = points[-2:]
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = 7 * (x2 - x1) / length, 7 * (y2 - y1) / length
    a, b = ((x2 - ux + side * uy * 0.5, y2 - uy - side * ux * 0.5) for side in (1, -1))
    head = f"M{a[0]:.1f} {a[1]:.1f}L{x2:.1f} {y2:.1f}L{b[0]:.1f} {b[1]:.1f}"
    paint, filled = colour("track" if mode == "quiet" else role), role == "forward"
    look = {"stroke": paint, "stroke_width": 2 if mode == "lit" else 1, "class_": f"{role} {mode}".strip()}
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    if not filled or len(points) == 2:  # of a straight line, nothing is to be filled
        return element("path", d=line + head + "z" * filled, fill=paint if filled else "none", **look)
    tip = element("path", d=head + "z", fill=paint)
    return element("g", element("path", d=line, fill="none", **look), tip)


def link_numbers(state, place, lit, sliders):
    """The numbers on the links, above all lines, and the tags of their gradients."""
    for (layer, i, j), at in place.chips.items():
        id, hang = f"w-{layer}-{i}-{j}", place.hang[layer]
        numbers = state.parameter("weights", layer, (i, j))
        if any(numbers):
            use = "slider" if id in sliders else "button"
            label = _named("W", layer, (i, j), numbers)
            children = _with_tag(numbers, mode_of(id, lit), 14 if hang == 14.5 else 18, hang)
            value = _value(use, state.weights[layer - 1][i, j], numbers[1])
            yield _group(id, "weight", mode_of(id, lit), label, *children, at=at, use=use, data_of=id, **value)


def _with_tag(numbers, mode, height, hang=0.0, before=None):
    """A number's chip, and on it the tag of its gradient, or the number after an update.

    That hangs so far below it or, where something stands `before` the number, at its right.
    """
    old, new, gradient = numbers
    first, second = old or new, new if old else gradient
    looks = ("quiet", "quiet") if old else ("ink", mode), ("ink", "lit") if old else ("gradient", mode)
    if first and second and not hang and before is None:  # no room for both
        first, looks = None, looks[1:] * 2
    words = (before or "") + (first or second)
    left = None if before is None else 0
    cards = [chip(words, *looks[not first], height, tag=not first and not old, left=left)]
    if old and first:
        next(cards[0][-1].iter("text")).set("text-decoration", "line-through")
    if first and second:
        beside = None if before is None else width_of(words) + 10
        cards.append(chip(second, *looks[1], height, tag=not old and before is None, left=beside))
    for k, card in enumerate(cards):
        yield element("g", *card, transform=f"translate(0 {k * hang:g})")


def _named(kind, layer, index, numbers):
    old, new, gradient = numbers
    label = f"{kind}{layer}[{index[0]},{index[1]}]" + (f" = {new}" if new else "")
    return label + (f", {old} before" if old else "") + (f", gradient {gradient}" if gradient else "")


# -- units -------------------------------------------------------------------------------------------------


def units(state, place, lit, sliders):
    largest = [max(1.0, float(np.max(np.abs(np.nan_to_num(a))))) for a in state.activations or ()]
    for (layer, j), at in place.units.items():
        id, a = f"unit-{layer}-{j}", state.activation(layer, j)
        mode = mode_of(id, lit)
        size = state.activations[layer][j] / largest[layer] if a else 0.0
        if layer == 0:
            inside = _cell(place, 0, f"x_{{{j + 1}}}", a, mode, size)
            use = "slider" if id in sliders else "img"
            value = _value(use, state.activations[0][j] if a else 0.0, a or "")
            box, label = place.cell / 2, f"input {j + 1}" + (f", a = {a}" if a else "")
            yield _group(id, "unit", mode, label, _box(place, box, mode), *inside, at=at, use=use, data_of=id, **value)
        else:
            yield _unit(state, place, layer, j, mode, size)
            yield _bias(state, place, layer, j, lit, sliders)
            yield _delta(state, place, layer, j, lit)
    for (x, y), hidden in place.ellipses.items():
        yield text(x, y - 4, "⋮", 20)
        yield text(x, y + 14, f"{hidden} more", 12)


def _unit(state, place, layer, j, mode, size):
    """z, the gate, and a: what comes in is added up on the left, what goes out leaves on the right."""
    z, a, half = state.z(layer, j), state.activation(layer, j), place.half - place.cell / 2
    name = f"a^{{{layer}}}_{{{j + 1}}}"
    if layer == len(state.sizes) - 1:
        name = f"ŷ_{{{j + 1}}}" if state.sizes[-1] > 1 else "ŷ"
    label = f"layer {layer}, unit {j + 1}" + "".join(f", {n} = {v}" for n, v in (("z", z), ("a", a)) if v)
    inside = *_cell(place, -half, f"z^{{{layer}}}_{{{j + 1}}}", z, mode), *_cell(place, half, name, a, mode, size)
    gate = _gate(state.functions[layer - 1], state.zs[layer - 1][j] if z else None, place, mode)
    parts = _box(place, place.half, mode), gate, *inside
    id = f"unit-{layer}-{j}"
    return _group(id, "unit", mode, label, *parts, at=place.units[layer, j], data_of=id)


def _box(place, half, mode):
    stroke, width = {"lit": ("forward", 2), "quiet": ("track", 1)}.get(mode, ("field-edge", 1.25))
    box = {"x": -half, "y": -place.tall / 2, "width": 2 * half, "height": place.tall, "rx": 10}
    return element("rect", **box, fill=colour("paper"), stroke=colour(stroke), stroke_width=width)


def _cell(place, x, name, value, mode, size=0.0):
    """A name, below it the number if there is one, and a bar as long as an activation is large, hollow if negative."""
    role = "quiet" if mode == "quiet" else "forward"
    if value is None:
        yield text(x, 5, name, 12, "quiet")
        return
    if not place.small:
        yield text(x, -6, name, 12, "quiet")
    yield text(x, 5 if place.small else 12, value, 14 if width_of(value, 14) < place.cell - 5 else 12, role)
    if abs(size) > 0.02 and not place.small:
        long = (place.cell - 16) * min(1.0, abs(size))
        box = {"x": x - place.cell / 2 + 8, "y": place.tall / 2 - 6, "width": long, "height": 3, "rx": 1.5}
        fill = {"fill": colour(role)} if size > 0 else {"fill": "none", "stroke": colour(role)}
        yield element("rect", **box, **fill, class_="size")


@functools.lru_cache(maxsize=64)
def _curve(f, width, height):
    """The curve of an activation in a gate, as a path, its scales and its lowest value."""
    z = np.linspace(-REACH, REACH, 17)
    a = f.function(z)
    low, across, up = a.min(), width / (2 * REACH), height / (np.ptp(a) or 1.0)
    points = " ".join(f"{across * x:.1f},{height / 2 - up * (y - low):.1f}" for x, y in zip(z, a, strict=True))
    return points, across, up, low


def _gate(f, z, place, mode):
    """The curve of f, and at z its tangent, whose slope is f′(z)."""
    width, height = place.gate - 4, place.tall - 18 if not place.small else place.tall - 8
    wall = {"stroke": colour("edge"), "stroke_width": 1}
    walls = [
        element("line", x1=x, y1=-place.tall / 2 + 5, x2=x, y2=place.tall / 2 - 5, **wall)
        for x in (-place.gate / 2, place.gate / 2)
    ]
    if f is None or f.derivative_from_a is None:
        return element("g", *walls, text(0, 5, "f", 14, "quiet", font_style="italic"), class_="gate")
    points, across, up, low = _curve(f, width, height)
    curve = element("polyline", points=points, fill="none", stroke=colour("field-edge"), stroke_width=1)
    if z is None or not np.isfinite(z):
        return element("g", *walls, curve, class_="gate")
    x = float(np.clip(z, -REACH, REACH))
    px, py = across * x, height / 2 - up * (float(f.function(np.array([x]))[0]) - low)
    slope = -float(f.derivative_from_z(np.array([z]))[0]) * up / across
    dx = 8 / math.hypot(1, slope)
    ends = {"x1": px - dx, "y1": py - slope * dx, "x2": px + dx, "y2": py + slope * dx}
    paint = colour("quiet" if mode == "quiet" else "ink")
    tangent = element(
        "line", **{k: round(v, 1) for k, v in ends.items()}, stroke=paint, stroke_width=2, class_="tangent"
    )
    return element("g", *walls, curve, tangent, class_="gate")


def at_bias(place, layer, j):
    x, y = place.units[layer, j]
    return x - place.half + 4, y - place.tall / 2 - (9 if place.small else 14)


def at_delta(place, layer, j):
    x, y = place.units[layer, j]
    return x - place.half + 4, y + place.tall / 2 + (10 if place.small else 13)


def _bias(state, place, layer, j, lit, sliders):
    """The bias above its unit's z, on a short link of its own; its gradient's tag beside it."""
    numbers, id = state.parameter("biases", layer, (0, j)), f"b-{layer}-{j}"
    if not any(numbers):
        return None
    mode, use = mode_of(id, lit), "slider" if id in sliders else "button"
    children = _with_tag(numbers, mode, 14 if place.small else 18, before="b ")
    stem = (
        None if place.small else element("line", x1=20, y1=9, x2=20, y2=14, stroke=colour("field-edge"), stroke_width=2)
    )
    more = _value(use, state.biases[layer - 1][0, j], numbers[1])
    label = _named("b", layer, (0, j), numbers)
    return _group(id, "bias", mode, label, stem, *children, at=at_bias(place, layer, j), use=use, data_of=id, **more)


def _delta(state, place, layer, j, lit):
    value, id = state.delta(layer, j), f"delta-{layer}-{j}"
    if value is None:
        return None
    mode, label = mode_of(id, lit), f"delta of layer {layer}, unit {j + 1} = {value}"
    card = chip(f"δ {value}", "backward", mode, 14 if place.small else 18, left=0)
    return _group(id, "delta", mode, label, *card, at=at_delta(place, layer, j), data_of=id)


# -- the loss ----------------------------------------------------------------------------------------------


def loss_end(state, place, lit):
    """The loss, to which the predictions lead; the targets enter it from below."""
    mode, (x, y) = mode_of("loss", lit), place.loss
    known = "loss" in state.show
    for j in place.targets:
        yield _to_loss(state, place, j, known, lit)
    value = fixed(state.loss) if known else None
    ring = {"lit": ("ink", 2), "quiet": ("track", 1)}.get(mode, ("field-edge", 1.25))
    box = {"x": -LOSS[0] / 2, "y": -LOSS[1] / 2, "width": LOSS[0], "height": LOSS[1], "rx": 4}
    frame = element("rect", **box, fill=colour("paper"), stroke=colour(ring[0]), stroke_width=ring[1])
    name = text(0, -5 if value else 5, "L" if value else "loss L", 12, "quiet")
    number = text(0, 14, value, 14, "quiet" if mode == "quiet" else "ink") if value else None
    label = "loss" + (f" = {value}" if value else "")
    flows = "loss" in lit and not any(id.startswith("delta") for id in lit)
    yield lane(((x, y + LOSS[1] / 2 + 26), (x, y + LOSS[1] / 2 + 2)), "forward", _flow(flows, lit))
    yield _group("loss", "loss", mode, label, frame, name, number, at=(x, y), data_of="loss")
    for j, at in place.targets.items():
        id, value = f"target-{j}", fixed(state.y[j]) if "targets" in state.show else None
        mode, name = mode_of(id, lit), f"y_{{{j + 1}}}" if state.sizes[-1] > 1 else "y"
        label = f"target {j + 1}" + (f" = {value}" if value else "")
        card = element(
            "rect",
            x=-TARGET[0] / 2,
            y=-TARGET[1] / 2 + 1,
            width=TARGET[0],
            height=TARGET[1] - 2,
            rx=4,
            **_card("ink", mode),
        )
        words = text(0, 5, f"{name} = {value}" if value else name, 14, "quiet" if mode == "quiet" else "forward")
        yield _group(id, "target", mode, label, card, words, at=at, data_of=id)


def _to_loss(state, place, j, known, lit):
    """The lanes from a prediction to the loss and back: straight, or around where the loss stands below."""
    last = len(state.sizes) - 1
    (x, y), (lx, ly), delta = place.units[last, j], place.loss, f"delta-{last}-{j}"
    x, back = x + place.half + 2, state.delta(last, j)
    there, again = _flow("loss" in lit and delta not in lit, lit), _flow({"loss", delta} <= lit, lit)
    there = there if known else "quiet"
    if place.beside:
        end = lx - LOSS[0] / 2 - 2
        enter = ly + 0.12 * (y - ly)
        ways = [(x, y - 5), (end, enter - 5)], [(end, enter + 5), (x, y + 5)]
    else:
        end, out = lx + LOSS[0] / 2 + 2, x + 16
        ways = (
            [(x, y - 5), (out, y - 5), (out, ly + 6), (end, ly + 6)],
            [(end, ly - 6), (out - 8, ly - 6), (out - 8, y + 5), (x, y + 5)],
        )
    return element("g", lane(ways[0], "forward", there), lane(ways[1], "backward", again) if back else None)
