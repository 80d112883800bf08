"""The parts of the network diagram as SVG elements, each from what is shown of the network and from its layout.

A part's mode is "lit" (active: its role's full colour and a ring of 2 px), "quiet" while others are lit, else "".
"""

import functools
import math

import numpy as np

from bpcourse.pictures.diagram.ids import meanings, parsed, spoken
from bpcourse.pictures.diagram.layout import LOSS, TARGET
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element, plain, text
from bpcourse.pictures.writing import fixed

REACH = 4.0  # to either side of 0, what a gate shows of its function
TINTED = ("forward", "backward", "gradient")
CHOSEN = {"w": "weight", "b": "bias"}  # what the reader can choose, by the kind of its id


def width_of(words, size=12):
    """About how many pixels wide a text is."""
    return 0.58 * size * len(plain(words))


def card(box, role, mode="", rx=4):
    """Return a rectangle (x, y, width, height) as a ground for text, ringed if lit."""
    return element("rect", **dict(zip(("x", "y", "width", "height"), box, strict=True)), rx=rx, **_ground(role, mode))


def _ground(role, mode):
    tinted = role in TINTED and mode != "quiet"
    ring, width = (role, 2) if mode == "lit" else ("none" if tinted or mode else "track", 1)
    return {"fill": colour(f"{role}-tint" if tinted else "paper"), "stroke": colour(ring), "stroke_width": width}


def chip(words, role="ink", mode="", *, height=18, hangs=False, left=None, at=(0, 0), struck=None):
    """Return a number on a ground of its own, around `at` or with its left edge there; what `hangs` has a tip."""
    half = width_of(words) / 2 + 3
    x, y = at[0] + (half if left else 0), at[1]
    ground = card((x - half, y - height / 2, 2 * half, height), role, mode)
    if hangs:
        tip = half - 4
        outline = f"M{x - half:g} {y - height / 2:g}h{tip:g}l4 -3l4 3h{tip:g}v{height:g}h{-2 * half:g}z"
        ground = element("path", d=outline, **_ground(role, mode))
    line = "line-through" if struck else None
    return ground, text(x, y + 4.3, words, 12, _ink(role, mode), text_decoration=line)


def _ink(role, mode):
    return "quiet" if mode == "quiet" else role


def _part(state, id, at, words, *children):
    """A part with its id, named by it and by `words`; weights and biases can be chosen, what is to slide be dragged."""
    kind, _ = parsed(id)
    use = {"role": "button", "tabindex": 0} if kind in CHOSEN else {"role": "img"}
    if id in state.sliders:
        (least, most), value = state.sliders[id], state.value(id)
        use = {"role": "slider", "tabindex": 0, "aria_valuenow": value, "aria_valuetext": fixed(value)}
        use |= {"aria_valuemin": least, "aria_valuemax": most}
    if at is not None:
        use["transform"] = f"translate({at[0]:.6g} {at[1]:.6g})"
    look = {"id": id, "data_of": meanings(id), "class_": f"{CHOSEN.get(kind, kind)} {state.mode(id)}".strip()}
    return element("g", *children, **look, aria_label=spoken(id) + words, **use)


def _equal(words):
    return f" = {words}" if words else ""


def headers(state, place):
    last = len(state.sizes) - 1
    for layer, x in enumerate(place.columns):
        name = "input" if not layer else f"output layer {layer}" if layer == last else f"hidden layer {layer}"
        symbols = f"z^{{{layer}}}, a^{{{layer}}}{' = ŷ' if layer == last else ''}" if layer else "a^{0} = x"
        heads = [(x, name, symbols)]
        if layer and place.gap >= 60:
            shape = f"({state.sizes[layer - 1]}, {state.sizes[layer]})"
            heads.append((x - place.half - place.gap / 2, f"W^{{{layer}}}", shape))
        for x_of, head, below in heads:
            yield text(x_of, 20, head, 14, font_weight="600")
            yield text(x_of, 38, below, 12, "quiet")


# -- weights and biases ------------------------------------------------------------------------------------


def links(state, place):
    """Every weight as a line, its width |w|, and beside it the lanes on which numbers flow forward and back."""
    largest = max(float(np.max(np.abs(np.nan_to_num(W)))) for W in state.weights) or 1.0
    for link, (x1, y1, x2, y2) in place.links.items():
        layer, i, j = link
        id, value = f"w-{layer}-{i}-{j}", state.weights[layer - 1][i, j]
        mode, shown = state.mode(id), state.shows("weights", layer) or state.shows("gradients", layer)
        width = 1 + 3.5 * min(1.0, abs(value) / largest) if shown and np.isfinite(value) else 1.5
        look = {
            "stroke": colour({"lit": "quiet", "quiet": "track"}.get(mode, "field-edge")),
            "stroke_width": round(width, 2),
            "stroke_dasharray": "6 4" if shown and value < 0 else None,
        }
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        hit = element("line", **ends, stroke="transparent", stroke_width=12)  # easier to meet with a pointer
        lanes = _lanes(state, place, link) if place.chips or mode == "lit" else ()
        inside = hit, element("line", **ends, **look), *lanes
        if link in place.chips and shown:  # its number has the weight's id
            more = {"id": f"link-{id}", "data_id": id, "data_of": meanings(id), "class_": f"link {mode}".strip()}
            yield element("g", *inside, **more)
        else:
            yield _part(state, id, None, _number_and_more(state.parameter("weights", layer, (i, j))), *inside)


def _lanes(state, place, link):
    """The lane forward once a has come, and below it the lane back once δ has; active where that is what flows."""
    layer, i, j = link
    forward, (start, end) = place.lanes[link]
    weight, source, target = f"w-{layer}-{i}-{j}", f"{layer - 1}-{i}", f"delta-{layer}-{j}"
    if state.activation(layer - 1, i):
        flows = {weight, f"unit-{source}"} <= state.lit and f"delta-{source}" not in state.lit
        yield lane(forward, "forward", state.flow(flows))
    if state.delta(layer, j):
        if layer == 1 and link in place.chips:  # to the weight: no δ is wanted of an input
            part = (place.chips[link][0] + 20 - end[0]) / (start[0] - end[0])
            end = tuple(b + part * (a - b) for a, b in zip(start, end, strict=True))
        yield lane((start, end), "backward", state.flow({weight, target} <= state.lit))


def lane(points, role, mode=""):
    """Return a thin line through points with a head at its end: a filled one forward, an open V backward."""
    (x1, y1), (x2, y2) = points[-2:]
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = 7 * (x2 - x1) / length, 7 * (y2 - y1) / length
    sides = (f"{x2 - ux + side * uy / 2:.1f} {y2 - uy - side * ux / 2:.1f}" for side in (1, -1))
    head = "M" + f"L{x2:.1f} {y2:.1f}L".join(sides)
    paint, filled = colour("track" if mode == "quiet" else role), role == "forward"
    look = {"stroke": paint, "stroke_width": 2 if mode == "lit" else 1, "class_": f"{role} {mode}".strip()}
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    if not filled or len(points) == 2:  # of a straight line, nothing is to be filled
        return element("path", d=line + head + "z" * filled, fill=paint if filled else "none", **look)
    return element("g", element("path", d=line, fill="none", **look), element("path", d=head + "z", fill=paint))


def link_numbers(state, place):
    """The numbers on the links, above all lines, and the tags of their gradients."""
    for (layer, i, j), at in place.chips.items():
        id, hang = f"w-{layer}-{i}-{j}", place.hang[layer]
        if any(numbers := state.parameter("weights", layer, (i, j))):
            cards = _cards(numbers, state.mode(id), max(14, hang - 0.5), hang)
            yield _part(state, id, at, _number_and_more(numbers), *cards)


def _bias(state, place, layer, j):
    """The bias above its unit's z, on a short link of its own; its gradient's tag at its right."""
    numbers, id = state.parameter("biases", layer, (0, j)), f"b-{layer}-{j}"
    if not any(numbers):
        return None
    stem = None if place.small else element("line", x1=20, y1=9, x2=20, y2=14, stroke=colour("field-edge"))
    cards = _cards(numbers, state.mode(id), 14 if place.small else 18)
    return _part(state, id, place.bias[layer, j], _number_and_more(numbers), stem, *cards)


def _number_and_more(numbers):
    """A weight or bias as its part's name says it."""
    old, new, gradient = numbers
    return _equal(new) + (f", {old} before" if old else "") + (f", gradient {gradient}" if gradient else "")


def _cards(numbers, mode, height, hang=None):
    """A number, and on it its gradient's tag, or the number after an update: below it or, of a bias, beside it."""
    old, new, gradient = numbers
    first, second = (old, new) if old else (new, gradient)
    bias = hang is None
    if bias:
        first, at = f"b {first or ''}".strip(), (width_of(f"b {first or ''}") + 8, 0)
    elif second and hang < 14:  # no room for both
        first, at = None, (0, 0)
    else:
        at = (0, hang if first else 0)
    if first:
        looks = ("quiet", "quiet") if old else ("ink", mode)
        yield element("g", *chip(first, *looks, height=height, left=bias, struck=old))
    if second:
        looks = ("ink", "lit") if old else ("gradient", mode)
        yield element("g", *chip(second, *looks, height=height, left=bias, hangs=not (old or bias), at=at))


# -- units -------------------------------------------------------------------------------------------------


def units(state, place):
    """Every unit: what comes in is added up to z on the left, passes the gate, and leaves as a on the right."""
    for layer, j in place.units:
        if layer:
            yield _unit(state, place, layer, j)
            yield _bias(state, place, layer, j)
            yield _delta(state, place, layer, j)
        else:
            yield _input(state, place, j)
    for (x, y), hidden in place.ellipses.items():
        yield text(x, y - 4, "⋮", 20)
        yield text(x, y + 14, f"{hidden} more", 12)


def _input(state, place, i):
    id, x = f"unit-0-{i}", state.activation(0, i)
    frame = _frame(place.cell, place.tall, "forward", state.mode(id))
    inside = _cell(place, 0, f"x_{{{i + 1}}}", x, state.mode(id))
    return _part(state, id, place.units[0, i], _equal(x), frame, *inside, _bar(state, place, 0, 0, i))


def _unit(state, place, layer, j):
    id, z, a, middle = f"unit-{layer}-{j}", state.z(layer, j), state.activation(layer, j), place.half - place.cell / 2
    mode, name = state.mode(id), f"a^{{{layer}}}_{{{j + 1}}}"
    if layer == len(state.sizes) - 1:
        name = f"ŷ_{{{j + 1}}}" if state.sizes[-1] > 1 else "ŷ"
    size = place.gate - 4, place.tall - (8 if place.small else 18)
    walls = f"M{-place.gate / 2:g} {5 - place.tall / 2:g}v{place.tall - 10:g}m{place.gate:g} 0v{10 - place.tall:g}"
    return _part(
        state,
        id,
        place.units[layer, j],
        "".join(f", {symbol} = {value}" for symbol, value in (("z", z), ("a", a)) if value),
        _frame(2 * place.half, place.tall, "forward", mode),
        element("path", d=walls, stroke=colour("edge")),
        gate(state.functions[layer - 1], state.zs[layer - 1][j] if z else None, *size, mode),
        *_cell(place, -middle, f"z^{{{layer}}}_{{{j + 1}}}", z, mode),
        *_cell(place, middle, name, a, mode),
        _bar(state, place, middle, layer, j),
    )


def _delta(state, place, layer, j):
    value, id = state.delta(layer, j), f"delta-{layer}-{j}"
    if value is None:
        return None
    inside = chip(f"δ {value}", "backward", state.mode(id), height=14 if place.small else 18, left=True)
    return _part(state, id, place.delta[layer, j], _equal(value), *inside)


def _frame(width, height, role, mode, rx=10):
    stroke, thick = {"lit": (role, 2), "quiet": ("track", 1)}.get(mode, ("field-edge", 1.25))
    box = {"x": -width / 2, "y": -height / 2, "width": width, "height": height, "rx": rx}
    return element("rect", **box, fill=colour("paper"), stroke=colour(stroke), stroke_width=thick)


def _cell(place, x, name, value, mode):
    """A name, and below it the number if there is one; in its place, where there is no room for both."""
    if not (value and place.small):
        yield text(x, -6 if value else 5, name, 12, "quiet")
    if value:
        size = 14 if width_of(value, 14) < place.cell - 5 else 12
        yield text(x, 5 if place.small else 12, value, size, _ink("forward", mode))


def _bar(state, place, x, layer, j):
    """A bar as long as an activation is large, compared with those of its layer; hollow if that is negative."""
    if place.small or not state.activation(layer, j):
        return None
    values = state.activations[layer]
    size = values[j] / max(1.0, np.max(np.abs(values)))
    paint = colour(_ink("forward", state.mode(f"unit-{layer}-{j}")))
    fill = {"fill": paint} if size > 0 else {"fill": "none", "stroke": paint}
    long = (place.cell - 16) * min(1.0, abs(np.nan_to_num(size)))
    box = {"x": x - place.cell / 2 + 8, "y": place.tall / 2 - 6, "width": long, "height": 3, "rx": 1.5}
    return element("rect", **box, **fill, class_="size")


@functools.lru_cache(maxsize=64)
def _curve(f, width, height):
    """The curve of an activation in a gate as points, its scales, and its lowest value."""
    z = np.linspace(-REACH, REACH, 17)
    a = f.function(z)
    low, across, up = a.min(), width / (2 * REACH), height / (np.ptp(a) or 1.0)
    points = " ".join(f"{across * x:.1f},{height / 2 - up * (y - low):.1f}" for x, y in zip(z, a, strict=True))
    return points, across, up, low


def gate(f, z, width, height, mode=""):
    """Return the curve of f in a box around (0, 0), and at z its tangent, whose slope is f′(z)."""
    if f is None or f.derivative_from_a is None:
        return text(0, 5, "f", 14, "quiet", font_style="italic")
    points, across, up, low = _curve(f, width, height)
    curve = element("polyline", points=points, fill="none", stroke=colour("field-edge"), stroke_width=1)
    if z is None or not np.isfinite(z):
        return curve
    shown = np.clip(np.array([z]), -REACH, REACH)
    x, y = across * float(shown[0]), height / 2 - up * (float(f.function(shown)[0]) - low)
    slope = -float(f.derivative_from_z(np.array([z]))[0]) * up / across
    dx = (6 + width / 12) / math.hypot(1, slope)
    ends = {"x1": x - dx, "y1": y - slope * dx, "x2": x + dx, "y2": y + slope * dx}
    look = {"stroke": colour(_ink("ink", mode)), "stroke_width": 2, "class_": "tangent"}
    return element("g", curve, element("line", **ends, **look))


# -- the loss ----------------------------------------------------------------------------------------------


def loss_end(state, place):
    """The loss, to which the predictions lead; the targets enter it from below."""
    (x, y), (width, height), mode = place.loss, LOSS, state.mode("loss")
    for j in place.targets:
        yield from _to_loss(state, place, j)
    flows = "loss" in state.lit and not any(id.startswith("delta") for id in state.lit)
    yield lane(((x, y + height / 2 + 26), (x, y + height / 2 + 2)), "forward", state.flow(flows))
    value = fixed(state.loss) if "loss" in state.show else None
    name = text(0, -5 if value else 5, "L" if value else "loss L", 12, "quiet")
    inside = _frame(width, height, "ink", mode, rx=4), name, value and text(0, 14, value, 14, _ink("ink", mode))
    yield _part(state, "loss", place.loss, _equal(value), *inside)
    width, height = TARGET
    for j, at in place.targets.items():
        id, value = f"target-{j}", fixed(state.y[j]) if "targets" in state.show else None
        mode, name = state.mode(id), f"y_{{{j + 1}}}" if state.sizes[-1] > 1 else "y"
        words = text(0, 5, name + _equal(value), 14, _ink("forward", mode))
        box = card((-width / 2, 1 - height / 2, width, height - 2), "ink", mode)
        yield _part(state, id, at, _equal(value), box, words)


def _to_loss(state, place, j):
    """The lanes from a prediction to the loss and back: straight, or around where the loss stands below."""
    last = len(state.sizes) - 1
    (x, y), (lx, ly), delta = place.units[last, j], place.loss, f"delta-{last}-{j}"
    x = x + place.half + 2
    if place.beside:
        end, enter = lx - LOSS[0] / 2 - 2, ly + 0.12 * (y - ly)
        there, back = ((x, y - 5), (end, enter - 5)), ((end, enter + 5), (x, y + 5))
    else:
        end, out = lx + LOSS[0] / 2 + 2, x + 16
        there = (x, y - 5), (out, y - 5), (out, ly + 6), (end, ly + 6)
        back = (end, ly - 6), (out - 8, ly - 6), (out - 8, y + 5), (x, y + 5)
    arrived = "loss" in state.show
    yield lane(there, "forward", state.flow("loss" in state.lit and delta not in state.lit) if arrived else "quiet")
    if state.delta(last, j):
        yield lane(back, "backward", state.flow({"loss", delta} <= state.lit))
