"""A training step as a row of frames: numbers leave, meet weights, are added up, pass gates, and are sent back.

Between the stills of two phases, chips with ids of their own lie over one drawing, so that the page can move them.
Where a layer's weights have no room for numbers, dots take the chips' place and all run at once.
"""

import copy
from xml.etree.ElementTree import tostring

import numpy as np

from bpcourse.pictures.diagram import draw
from bpcourse.pictures.diagram.layout import layout
from bpcourse.pictures.diagram.parts import at_bias, at_delta, chip, width_of
from bpcourse.pictures.diagram.phases import lit, phases, shown
from bpcourse.pictures.diagram.state import State
from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element
from bpcourse.pictures.writing import fixed

MOST_CHIPS = 12  # that fly between two layers; more are dots
SHORT = {"sigmoid": "σ"}
LINE = 20  # of a stack of terms


def sweep(network, x, y, *, first=0, last=None, after=None, gradients=None, sample=0, activation="sigmoid", **look):
    """Return the frames from the still of one phase to that of another, as indices of `phases.phases`.

    Parameters
    ----------
    network, x, y, gradients, sample, activation
        As in `diagram.draw`.
    first, last : int
        None for the last phase, the update; ``first=k - 1, last=k`` is the movement of phase k alone.
    after : object like `network`, or None
        The network after its update; None: a copy is updated.
    **look
        ``width``, ``sliders``, ``aside`` and ``decimals`` of `diagram.draw`.

    Returns
    -------
    list of dict
        ``svg``, a drawing, where a new one begins; ``over``, what lies over the last such; ``title``; ``phase``, the
        index; and ``stop``, whether it is the still of that phase, which has an ``svg``.
    """
    steps = phases(len(network.weights))
    last = len(steps) - 1 if last is None else last
    gradients = network.backward(x, y) if gradients is None else gradients
    if after is None and last == len(steps) - 1:
        after = copy.deepcopy(network)
        after.update(gradients)
    numbers = {"gradients": gradients, "sample": sample, "activation": activation}
    flight = Flight(network, x, y, after, numbers, look.get("width", 960) - look.get("aside", (0,))[0])

    def still(k, active, updated=False):
        whose = {"network": after, "previous": network} if updated else {"network": network}
        show = shown(steps[: k + 1])
        return draw(**whose, x=x, y=y, show=show, lit=lit(steps[active], flight.state.sizes), **numbers, **look).svg

    frames = []
    for k in range(first, last + 1):
        title = " ".join([", ".join(steps[k].tags), steps[k].title]).strip()
        told = {"title": title, "phase": k}
        if k > first:
            moves = flight.moves(steps[k])
            frames += [told | {"over": "".join(tostring(e, "unicode") for e in over), "stop": False} for over in moves]
            frames[-len(moves)]["svg"] = still(k - 1, k)
        frames.append(told | {"svg": still(k, k, updated=k == len(steps) - 1), "stop": True})
    return frames


def whole(frames, k):
    """Return frame k as one drawing."""
    base = next(frame["svg"] for frame in reversed(frames[: k + 1]) if "svg" in frame)
    return base.removesuffix("</svg>") + frames[k].get("over", "") + "</svg>"


class Flight:
    """What flies over the drawing in each phase, as lists of elements, one a frame."""

    def __init__(self, network, x, y, after, numbers, width):
        show = ("deltas", "gradients")
        self.state = State(network, x, y, show, decimals=None, previous=None, **numbers)
        self.place, self.after = layout(self.state.sizes, True, width), after
        self.last = len(self.state.sizes) - 1

    def moves(self, phase):
        """Return the frames between the still before a phase and its own."""
        match phase.tags:
            case ("F1",):
                return self._products(phase.layer, back=False)
            case ("F2",):
                return self._through_gates(phase.layer)
            case ("L1",):
                return self._to_loss()
            case ("BP1",):
                return self._from_loss()
            case ("BP2",):
                return self._products(phase.layer + 1, back=True)
            case ("BP4", "BP3"):
                return self._meetings(phase.layer)
        return self._updates()

    # -- where things are ----------------------------------------------------------------------------------

    def _units(self, layer):
        return [j for of, j in self.place.units if of == layer]

    def _z(self, layer, j):
        x, y = self.place.units[layer, j]
        return x - self.place.half + self.place.cell / 2, y + 6

    def _a(self, layer, j):
        x, y = self.place.units[layer, j]
        return x + (self.place.half - self.place.cell / 2 if layer else 0), y + 6

    def _gate(self, layer, j):
        """Below the gate, which stays in sight."""
        x, y = self.place.units[layer, j]
        return x, y + self.place.tall / 2 + 13

    def _dock(self, layer, j):
        return _middle(at_delta(self.place, layer, j), self._delta_words(layer, j))

    def _delta_words(self, layer, j):
        return f"δ {fixed(self._delta(layer, j))}"

    def _links(self, layer):
        return {link: self.place.chips.get(link) for link in self.place.links if link[0] == layer}

    def _roomy(self, layer):
        return layer in self.place.hang and len(self._links(layer)) <= MOST_CHIPS

    def _delta(self, layer, j):
        return self.state.deltas[layer - 1][j]

    # -- what happens --------------------------------------------------------------------------------------

    def _products(self, layer, back):
        """F1 or BP2: copies of a or δ meet their weights; the products are added up, and pass the gate on the way back."""
        leave, meet, add, total = [], [], [], []
        role = "backward" if back else "forward"
        roomy, terms = self._roomy(layer), {}
        for (_, i, j), at in self._links(layer).items():
            value = self._delta(layer, j) if back else self.state.activations[layer - 1][i]
            weight = self.state.weights[layer - 1][i, j]
            id, start = f"fly-{layer}-{i}-{j}", self._dock(layer, j) if back else self._a(layer - 1, i)
            end = (layer - 1, i) if back else (layer, j)
            if roomy:
                leave.append(_fly(id, start, self._delta_words(layer, j) if back else fixed(value), role))
                words = f"{fixed(value)} × {fixed(weight)} = {fixed(value * weight)}"
                meet.append(_fly(id, at, words, role))
                terms.setdefault(end, []).append((id, fixed(value * weight), role))
            else:
                leave.append(_fly(id, start, None, role))
                meet.append(_fly(id, self._a(*end) if back else self._z(*end), None, role))
        if not roomy:
            return [leave, meet, *(self._gates_back(layer - 1) if back else ())]
        for (of, j), own in terms.items():
            at = self._a(of, j) if back else self._z(of, j)
            if not back:
                id, bias = f"fly-b-{of}-{j}", self.state.biases[of - 1][0, j]
                own.append((id, f"b {fixed(bias)}", "ink"))
                meet.append(
                    _fly(id, _middle(at_bias(self.place, of, j), f"b {fixed(bias)}"), f"b {fixed(bias)}", "ink")
                )
            value = self._back(of, j) if back else self.state.zs[of - 1][j]
            add += _stack(f"{of}-{j}", (at[0] + (-14 if back else 14), at[1] - 6), own, fixed(value), role)
            total.append(_fly(f"sum-{of}-{j}", at, fixed(value), role))
        return [leave, meet, add, total, *(self._gates_back(layer - 1) if back else ())]

    def _back(self, layer, i):
        """What comes back to a unit, (δ Wᵀ)ᵢ of the next layer."""
        return float(self.state.deltas[layer] @ self.state.weights[layer][i])

    def _gates_back(self, layer):
        """What came back passes the gate, where f′(z) multiplies it, and docks as δ."""
        gate, dock = [], []
        for i in self._units(layer):
            id, delta, slope = f"sum-{layer}-{i}", fixed(self._delta(layer, i)), self.state.slope(layer, i)
            came = fixed(self._back(layer, i))
            words = f"{came} × {fixed(slope)} = {delta}" if slope is not None else delta
            gate.append(_fly(id, self._gate(layer, i), words, "backward"))
            dock.append(_fly(id, self._dock(layer, i), self._delta_words(layer, i), "backward"))
        return [gate, dock] if self._roomy(layer + 1) else [dock]

    def _through_gates(self, layer):
        """F2: z passes the gate, and becomes a."""
        z, gate, a = [], [], []
        for j in self._units(layer):
            before, after, f = (
                self.state.zs[layer - 1][j],
                self.state.activations[layer][j],
                self.state.functions[layer - 1],
            )
            id, name = f"fly-{layer}-{j}", SHORT.get(f.name, f.name) if f else "f"
            z.append(_fly(id, self._z(layer, j), fixed(before), "forward"))
            words = f"{name}({fixed(before)}) = {fixed(after)}"
            gate.append(_fly(id, self._gate(layer, j), words, "forward"))
            a.append(_fly(id, self._a(layer, j), fixed(after), "forward"))
        return [z, gate, a] if not self.place.small else [z, a]

    def _to_loss(self):
        """L1: prediction and target meet in the loss."""
        start, end = [], []
        for j, at in self.place.targets.items():
            x, y = self._in_loss(j)
            for name, origin, shift, value in (
                ("ŷ", self._a(self.last, j), -24, self.state.activations[-1][j]),
                ("y", at, 24, self.state.y[j]),
            ):
                id = f"fly-{name}-{j}"
                start.append(_fly(id, origin, f"{name} = {fixed(value)}", "forward"))
                end.append(_fly(id, (x + shift, y), fixed(value), "forward"))
        return [start, end]

    def _in_loss(self, j):
        """The line of an output in the loss."""
        (x, y), outputs = self.place.loss, list(self.place.targets)
        return x, y + LINE * (outputs.index(j) - (len(outputs) - 1) / 2)

    def _from_loss(self):
        """BP1: the error returns from the loss to the prediction; the gate multiplies it, and δ docks."""
        leave, arrive, gate, dock = [], [], [], []
        for j in self._units(self.last):
            id, delta, error = (
                f"fly-error-{j}",
                self._delta(self.last, j),
                self.state.activations[-1][j] - self.state.y[j],
            )
            slope = self.state.slope(self.last, j)
            through = slope is not None and not np.isclose(delta, error)  # else a loss made for f, whose f′ cancels out
            came = delta / slope if through and slope else error
            name = "ŷ − y" if np.isclose(came, error) else "∂L/∂ŷ"
            leave.append(_fly(id, self._in_loss(j), f"{name} = {fixed(came)}", "backward"))
            arrive.append(_fly(id, self._a(self.last, j), fixed(came), "backward"))
            words = f"{fixed(came)} × {fixed(slope)} = {fixed(delta)}" if through else f"{name} = {fixed(came)}"
            gate.append(_fly(id, self._gate(self.last, j), words, "backward"))
            dock.append(_fly(id, self._dock(self.last, j), self._delta_words(self.last, j), "backward"))
        return [leave, arrive, gate, dock]

    def _meetings(self, layer):
        """BP4, BP3: on each link a and δ meet, and their product is the weight's gradient; δ itself is the bias's."""
        leave, meet, tags = [], [], []
        roomy = self._roomy(layer)
        for (_, i, j), at in self._links(layer).items():
            a, delta = self.state.activations[layer - 1][i], self._delta(layer, j)
            id, x1, y1, x2, y2 = f"{layer}-{i}-{j}", *self.place.links[layer, i, j]
            gradient = np.asarray(self.state.gradients.weights[layer - 1])[i, j]
            x, y = at or ((x1 + x2) / 2, (y1 + y2) / 2)
            for name, value, start, role, shift in (
                ("a", a, self._a(layer - 1, i), "forward", -26),
                ("d", delta, self._dock(layer, j), "backward", 26),
            ):
                words = fixed(value) if roomy else None
                leave.append(_fly(f"fly-{name}-{id}", start, words, role))
                meet.append(_fly(f"fly-{name}-{id}", (x + shift * roomy, y), words, role))
            product = f"{fixed(a)} × {fixed(delta)}" if self.state.samples == 1 else "Σ a δ"
            tags.append(_fly(f"fly-w-{id}", (x, y), f"{product} = {fixed(gradient)}" if roomy else None, "gradient"))
        for j in self._units(layer):
            x, y = at_bias(self.place, layer, j)
            gradient = fixed(np.ravel(self.state.gradients.biases[layer - 1])[j])
            leave.append(_fly(f"fly-b-{layer}-{j}", self._dock(layer, j), self._delta_words(layer, j), "backward"))
            tags.append(_fly(f"fly-b-{layer}-{j}", (x + 90, y), gradient, "gradient"))
        return [leave, meet + leave[-len(self._units(layer)) :], tags]

    def _updates(self):
        """U1, U2: each tag slides into its weight, whose number changes."""
        tags, numbers = [], []
        for layer, i, j in self.place.links:
            at, id = self.place.chips.get((layer, i, j)), f"fly-{layer}-{i}-{j}"
            if at is None:
                continue
            gradient = np.asarray(self.state.gradients.weights[layer - 1])[i, j]
            old, new = self.state.weights[layer - 1][i, j], np.asarray(self.after.weights[layer - 1])[i, j]
            tags.append(_fly(id, (at[0], at[1] + self.place.hang[layer]), fixed(gradient), "gradient"))
            numbers.append(_fly(id, at, f"{fixed(old)} → {fixed(new)}", "gradient"))
        return [tags, numbers]


def _middle(at, words):
    """The middle of a chip whose left edge is at a place."""
    return at[0] + width_of(words) / 2 + 3, at[1]


def _fly(id, at, words, role, mode="lit"):
    """A chip in flight; a dot if it says nothing."""
    inside = [element("circle", r=4, fill=colour(role))] if words is None else chip(words, role, mode)
    return element(
        "g", *inside, id=id, class_="flying", transform=f"translate({at[0]:.1f} {at[1]:.1f})", aria_hidden="true"
    )


def _stack(name, at, terms, total, role):
    """The sum Σ as a column of its terms, with the total below."""
    x, y = at
    top, height = y - LINE * (len(terms) + 1) / 2, LINE * (len(terms) + 1) + 12
    box = {"x": x - 44, "y": top - 6, "width": 88, "height": height, "rx": 6}
    yield element("rect", **box, id=f"stack-{name}", class_="flying", fill=colour("paper"), stroke=colour(role))
    for k, (id, words, own) in enumerate(terms):
        yield _fly(id, (x, top + LINE * (k + 0.5)), words, own, "")
    yield _fly(f"sum-{name}", (x, top + LINE * (len(terms) + 0.5) + 2), f"Σ = {total}", role)
