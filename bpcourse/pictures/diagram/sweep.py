"""A training step as a row of frames: numbers leave, meet weights, are added up, pass gates, and are sent back.

Between the stills of two phases, chips with ids of their own lie over one drawing, so that the page can move them.
Where a layer's weights have no room for numbers, dots take the chips' place and all run at once.
"""

from collections import defaultdict
from itertools import zip_longest
from xml.etree.ElementTree import tostring

import numpy as np

from bpcourse.pictures.diagram import draw
from bpcourse.pictures.diagram.layout import layout
from bpcourse.pictures.diagram.parts import card, chip, width_of
from bpcourse.pictures.diagram.phases import lit, phases, shown
from bpcourse.pictures.diagram.state import State
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element
from bpcourse.pictures.writing import fixed

MOST_CHIPS = 12  # that fly between two layers; more are dots
LINE = 20  # of a stack of terms


def sweep(network, x, y, after, *, gradients=None, last=None, activation="sigmoid", **look):
    """Return the frames from the input to the still of a phase, for the first of the samples.

    Parameters
    ----------
    network, x, y, gradients, activation
        As in `diagram.draw`.
    after : object like `network`
        The network after its update.
    last : int or None
        The index in `phases.phases` of the last phase; None for the update.
    **look
        ``width``, ``sliders``, ``aside`` and ``decimals`` of `diagram.draw`.

    Returns
    -------
    list of dict
        ``svg``, a drawing, where a new one begins; ``over``, what lies over the last such; ``title``; ``phase``, the
        index; and ``stop``, whether it is the still of that phase, which has an ``svg``.
    """
    state = State(network, x, y, ("deltas", "gradients"), 0, gradients, activation)
    flight = Flight(state, layout(state.sizes, True, look.get("width", 960)), after)
    steps = phases(len(network.weights))
    look |= {"gradients": state.gradients, "activation": activation}

    def still(k, active):
        now, before = (after, network) if k == len(steps) - 1 else (network, None)
        marked = {"show": shown(steps[: k + 1]), "lit": lit(steps[active], state.sizes), "previous": before}
        return draw(now, x, y, **marked, **look).svg

    frames = []
    for k, step in enumerate(steps[: None if last is None else last + 1]):
        told = {"title": " ".join([", ".join(step.tags), step.title]).strip(), "phase": k}
        moves = [told | {"over": over, "stop": False} for over in flight.moves(step)] if k else []
        if moves:
            moves[0]["svg"] = still(k - 1, k)
        frames += [*moves, told | {"svg": still(k, k), "stop": True}]
    return frames


class Flight:
    """What flies over the drawing in each phase.

    Every chip has a track: its id, its role, and its stations, one a frame: where it is and what it says (None: it is a
    dot); in a stack, also how many terms lie above it. Where a station is None, the chip is not there.
    """

    def __init__(self, state, place, after):
        self.state, self.place, self.after, self.last = state, place, after, len(state.sizes) - 1

    def moves(self, phase):
        """Return what lies over the drawing in the frames between the still before a phase and its own, as SVG."""
        tracks = {
            "F1": lambda: self._products(phase.layer, back=False),
            "F2": lambda: self._through_gates(phase.layer),
            "L1": self._to_loss,
            "BP1": self._from_loss,
            "BP2": lambda: self._products(phase.layer + 1, back=True),
            "BP4": lambda: self._meetings(phase.layer),
            "U1": self._updates,
        }[phase.tags[0]]()
        frames = zip_longest(*([(id, role, s) for s in stations] for id, role, stations in tracks))
        return ["".join(_flying(*it) for it in frame if it and it[-1]) for frame in frames]

    # -- stations ------------------------------------------------------------------------------------------

    def _gate(self, unit, words):
        """Below the gate, which stays in sight."""
        x, y = self.place.units[unit]
        return (x, y + self.place.tall / 2 + 13), words

    def _docked(self, layer, j):
        return _from_left(self.place.delta[layer, j], f"δ {fixed(self.state.deltas[layer - 1][j])}")

    def _in_loss(self, j):
        """The line of an output in the loss; only a place."""
        (x, y), outputs = self.place.loss, list(self.place.targets)
        return x, y + LINE * (outputs.index(j) - (len(outputs) - 1) / 2)

    def _links(self, layer):
        """Every link of a layer, and where its number is; and whether there is room for chips with numbers."""
        links = [(i, j, self.place.chips.get((of, i, j))) for of, i, j in self.place.links if of == layer]
        return links, layer in self.place.hang and len(links) <= MOST_CHIPS

    # -- what happens --------------------------------------------------------------------------------------

    def _products(self, layer, back):
        """F1 or BP2: copies of a or δ meet their weights; products are added up, and pass the gate on the way back."""
        state, place, role = self.state, self.place, "backward" if back else "forward"
        links, roomy = self._links(layer)
        terms = defaultdict(list)  # of each sum: id, role, stations on the way, and product
        for i, j, at in links:
            source, unit = ((layer, j), (layer - 1, i)) if back else ((layer - 1, i), (layer, j))
            value = state.deltas[layer - 1][j] if back else state.activations[layer - 1][i]
            weight = state.weights[layer - 1][i, j]
            term = fixed(value * weight)
            start = self._docked(*source) if back else (place.a[source], fixed(value))
            met = (at, f"{fixed(value)} × {fixed(weight)} = {term}")
            terms[unit].append((f"fly-{layer}-{i}-{j}", role, [start, met], term))
        for unit, own in terms.items():
            of, j = unit
            end = place.a[unit] if back else place.z[unit]
            if not roomy:
                yield from ((id, role, [(start[0], None), (end, None)]) for id, _, (start, _), _ in own)
                continue
            value = self._returned(of, j) if back else state.zs[of - 1][j]
            if not back:
                bias = f"b {fixed(state.biases[of - 1][0, j])}"
                own.append((f"fly-{layer}-b-{j}", "ink", [None, _from_left(place.bias[unit], bias)], bias))
            x, bottom = end[0] + (-14 if back else 14), end[1] - 6 + LINE * len(own) / 2
            several = len(own) > 1
            total = [((x, bottom), f"Σ = {fixed(value)}", len(own))] * several
            after = self._gated_back(of, j) if back else []
            yield f"sum-{of}-{j}", role, [None, None, *total, (end, fixed(value)), *after]
            for k, (id, hue, way, term) in enumerate(own):
                yield id, hue, way + [((x, bottom - LINE * (len(own) - k)), term, 0)] * several

    def _returned(self, layer, i):
        """What comes back to a unit, (δ Wᵀ)ᵢ of the next layer."""
        return float(self.state.deltas[layer] @ self.state.weights[layer][i])

    def _gated_back(self, layer, i):
        """What came back passes the gate, where f′(z) multiplies it, and docks as δ."""
        slope, delta = self.state.slope(layer, i), fixed(self.state.deltas[layer - 1][i])
        words = delta if slope is None else f"{fixed(self._returned(layer, i))} × {fixed(slope)} = {delta}"
        return [self._gate((layer, i), words), self._docked(layer, i)]

    def _through_gates(self, layer):
        """F2: z passes the gate, and becomes a."""
        f = self.state.functions[layer - 1]
        name = "f" if f is None else "σ" if f.name == "sigmoid" else f.name
        for unit in self._units(layer):
            z, a = fixed(self.state.zs[layer - 1][unit[1]]), fixed(self.state.activations[layer][unit[1]])
            stations = (self.place.z[unit], z), self._gate(unit, f"{name}({z}) = {a}"), (self.place.a[unit], a)
            yield f"fly-{layer}-{unit[1]}", "forward", stations

    def _units(self, layer):
        return [unit for unit in self.place.units if unit[0] == layer]

    def _to_loss(self):
        """L1: prediction and target meet in the loss."""
        for j, at in self.place.targets.items():
            y_hat, y, (x, height) = fixed(self.state.activations[-1][j]), fixed(self.state.y[j]), self._in_loss(j)
            yield f"fly-ŷ-{j}", "forward", [(self.place.a[self.last, j], f"ŷ = {y_hat}"), ((x - 24, height), y_hat)]
            yield f"fly-y-{j}", "forward", [(at, f"y = {y}"), ((x + 24, height), y)]

    def _from_loss(self):
        """BP1: the error returns from the loss to the prediction; the gate multiplies it, and δ docks."""
        for j in self.place.targets:
            delta, error = self.state.deltas[-1][j], self.state.activations[-1][j] - self.state.y[j]
            slope = self.state.slope(self.last, j)
            collapsed = slope is None or np.isclose(delta, error)  # a loss made for f, whose f′ cancels out
            came = delta if collapsed else delta / slope if slope else error
            name = "ŷ − y" if np.isclose(came, error) else "∂L/∂z" if collapsed else "∂L/∂ŷ"
            words = f"{name} = {fixed(came)}"
            product = words if collapsed else f"{fixed(came)} × {fixed(slope)} = {fixed(delta)}"
            leaves, arrives = (self._in_loss(j), words), (self.place.a[self.last, j], fixed(came))
            stations = leaves, arrives, self._gate((self.last, j), product), self._docked(self.last, j)
            yield f"fly-error-{j}", "backward", stations

    def _meetings(self, layer):
        """BP4, BP3: on each link a and δ meet, and their product is the weight's gradient; δ itself is the bias's."""
        state, place, (links, roomy) = self.state, self.place, self._links(layer)
        for i, j, at in links:
            a, delta = fixed(state.activations[layer - 1][i]), fixed(state.deltas[layer - 1][j])
            gradient = fixed(np.asarray(state.gradients.weights[layer - 1])[i, j])
            product = f"{a} × {delta} = {gradient}" if state.samples == 1 else f"Σ a δ = {gradient}"
            x, y = at or np.mean(place.lanes[layer, i, j], axis=(0, 1))
            left, right = x - width_of(a) / 2 - 4, x + width_of(delta) / 2 + 4
            tracks = {
                "a": ("forward", [(place.a[layer - 1, i], a), ((left, y), a)]),
                "d": ("backward", [self._docked(layer, j), ((right, y), delta)]),
                "w": ("gradient", [None, None, ((x, y), product)]),
            }
            for kind, (role, stations) in tracks.items():
                yield f"fly-{kind}-{layer}-{i}-{j}", role, stations if roomy else _as_dots(stations, (x, y))
        for unit in self._units(layer):
            _, j = unit
            gradient = fixed(np.ravel(state.gradients.biases[layer - 1])[j])
            x, y = place.bias[unit]
            beside = x + width_of(f"b {fixed(state.biases[layer - 1][0, j])}") + 8
            yield f"fly-b-{layer}-{j}", "backward", [self._docked(layer, j)] * 2
            yield f"fly-db-{layer}-{j}", "gradient", [None, None, _from_left((beside, y), gradient)]

    def _updates(self):
        """U1, U2: each tag slides into its weight, whose number changes."""
        for (layer, i, j), (x, y) in self.place.chips.items():
            arrays = self.state.gradients.weights, self.state.weights, self.after.weights
            gradient, old, new = (fixed(np.asarray(array[layer - 1])[i, j]) for array in arrays)
            stations = [((x, y + self.place.hang[layer]), gradient), ((x, y), f"{old} → {new}")]
            yield f"fly-{layer}-{i}-{j}", "gradient", stations


def _as_dots(stations, middle):
    """The same without words, which meet in the middle of a link."""
    first, *others = stations
    return [first and (first[0], None), *(at and (middle, None) for at in others)]


def _from_left(at, words):
    """The station of a chip whose left edge is at a place."""
    return (at[0] + width_of(words) / 2 + 3, at[1]), words


def _flying(id, role, station):
    """A chip in flight as SVG text; a term of a stack has no ring, and above a sum is room for its terms."""
    (x, y), words, *terms = station
    ring = "" if terms == [0] else "lit"
    inside = [element("circle", r=4, fill=colour(role))] if words is None else chip(words, role, ring)
    if terms and terms[0]:
        height = LINE * (terms[0] + 1) + 12
        inside = card((-44, 16 - height, 88, height), "paper", rx=6), *inside
    place = {"transform": f"translate({x:.1f} {y:.1f})"}
    return tostring(element("g", *inside, id=id, class_="flying", aria_hidden="true", **place), "unicode")
