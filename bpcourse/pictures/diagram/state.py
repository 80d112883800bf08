"""What the diagram is to show: the numbers of a network for one sample, and which of them are written where."""

import numpy as np

from bpcourse.mathematics import validation
from bpcourse.mathematics.own_class import deltas_of, functions_of, layer_values, loss_of, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.diagram.ids import ids, parsed, spoken
from bpcourse.pictures.writing import fixed

SHOWABLE = ("weights", "biases", "z", "a", "targets", "loss", "deltas", "gradients")


class State:
    """The numbers of a network; the arguments are those of `diagram.draw`.

    What belongs to samples, `zs`, `activations`, `deltas` and `y`, is that of the one `sample`, an (n,) a layer; None
    where it is not known. `functions` are each layer's `Activation`, None for one that cannot be told.
    """

    def __init__(
        self, network, x, y, show, sample, gradients, activation, lit=(), sliders=None, decimals=None, previous=None
    ):
        self.show = frozenset([show] if isinstance(show, str) else show)
        for name in sorted(self.show):
            validation.choice(name.rstrip("0123456789") if isinstance(name, str) else name, SHOWABLE, "show")
        if decimals is not None and validation.whole_number(decimals, "decimals", least=0) > 3:
            raise InputError(f"decimals came as {decimals}; expected 0 to 3, for which there is room.")
        self.sample, self.decimals = sample, decimals
        self.weights, self.biases = parameters(network)
        self.previous = parameters(previous) if previous is not None else None
        self.sizes = (len(self.weights[0]), *(W.shape[1] for W in self.weights))
        self.samples, self.zs, self.activations, self.y, self.loss, self.deltas = 0, None, None, None, None, None
        self.functions = [None] * len(self.weights)
        if y is not None and x is None:
            raise InputError("y came without x; expected both, as the loss compares the prediction for x with y.")
        if x is not None:
            x = validation.matrix(x, "x", columns=self.sizes[0])
            self.samples = len(x)
            if validation.whole_number(sample, "sample", least=0) >= self.samples:
                raise InputError(f"sample came as {sample}; expected 0 to {self.samples - 1}, a row of x.")
            zs, activations = layer_values(network, x, activation)
            self.zs, self.activations = [z[sample] for z in zs], [a[sample] for a in activations]
            self.functions = _told(functions_of(network, len(zs), activation), zs, activations[1:])
        if y is not None:
            y = validation.matrix(y, "y", rows=self.samples, columns=self.sizes[-1])
            self.y, self.loss = y[sample], loss_of(network, x, y, activations[-1])
        self.lit, self.sliders = {lit} if isinstance(lit, str) else set(lit), dict(sliders or {})
        for name, given in (("lit", self.lit), ("sliders", set(self.sliders))):
            if unknown := sorted(given - ids(self.sizes)):
                expected = "expected ids of this network, such as 'unit-1-0' or 'w-1-0-2'."
                raise InputError(f"{name} holds {unknown[0]!r}; {expected}")
        self.gradients = gradients
        if self._shows_any("deltas", "gradients") and gradients is None:
            if y is None:
                raise InputError("deltas and gradients need x and y, or the gradients that backward(x, y) returned.")
            self.gradients = network.backward(x, y)
        if self._shows_any("deltas"):
            self.deltas = [delta[sample] for delta in deltas_of(self.gradients, self.samples)]

    def _shows_any(self, *names):
        return any(name.startswith(names) for name in self.show)

    def shows(self, name, layer):
        return name in self.show or f"{name}{layer}" in self.show

    def mode(self, id):
        """How a part is drawn: see `parts`."""
        return self.flow(id in self.lit)

    def flow(self, active):
        return "" if not self.lit else "lit" if active else "quiet"

    def value(self, id):
        """The number of an input, weight, bias or target."""
        match parsed(id):
            case "w", (layer, i, j):
                return self.weights[layer - 1][i, j]
            case "b", (layer, j):
                return self.biases[layer - 1][0, j]
            case "unit", (layer, j):
                return self.activations[layer][j] if self.activations else 0.0
            case _, (j,):
                return self.y[j]

    def activation(self, layer, j):
        """a of a unit as text, or None where it is not to be shown."""
        shown = self.activations is not None and self.shows("a", layer)
        return fixed(self.activations[layer][j]) if shown else None

    def z(self, layer, j):
        return fixed(self.zs[layer - 1][j]) if self.zs is not None and self.shows("z", layer) else None

    def delta(self, layer, j):
        return fixed(self.deltas[layer - 1][j]) if self.shows("deltas", layer) else None

    def slope(self, layer, j):
        """f′(z) of a unit, or None where f, or one slope a unit, is not known."""
        f = self.functions[layer - 1]
        return float(f.derivative_from_a(self.activations[layer][j])) if f and f.derivative_from_a else None

    def parameter(self, kind, layer, index):
        """Return a weight (`kind` "weights") or bias as texts: before the update, now, and its gradient; or None."""
        old = new = gradient = None
        if self.shows(kind, layer):
            value = getattr(self, kind)[layer - 1][index]
            new = fixed(value, self.decimals)
            if self.previous:
                old, new = _apart(self.previous[kind == "biases"][layer - 1][index], value, self.decimals)
        if self.shows("gradients", layer):
            gradient = fixed(np.atleast_2d(getattr(self.gradients, kind)[layer - 1])[index])
        return old, new, gradient

    def in_words(self, caption):
        """Return the text alternative: all that is written, and the ids that are lit."""
        facts = [("Input", _row(self.activation(0, j) for j in range(self.sizes[0])))]
        for layer, n in enumerate(self.sizes[1:], start=1):
            for kind, name in (("weights", "W"), ("biases", "b")):
                numbers = self._parameters_in_words(kind, layer)
                facts += [(f"{before}{name}{layer}", text) for before, text in zip(("", "∂L/∂"), numbers, strict=True)]
            for name, text in (("z", self.z), ("a", self.activation), ("δ", self.delta)):
                facts.append((f"{name}{layer}", _row(text(layer, j) for j in range(n))))
        if self.y is not None:
            facts.append(("Target", _row(map(fixed, self.y)) if "targets" in self.show else ""))
            facts.append(("Loss", fixed(self.loss) if "loss" in self.show else ""))
        named = [spoken(id) for id in sorted(self.lit)]
        more = f" and {len(named) - 12} more" if len(named) > 12 else ""
        facts.append(("Highlighted:", ", ".join(named[:12]) + more))
        batch = f" Sample {self.sample + 1} of {self.samples}." if self.samples > 1 else ""
        title = f"Network {'-'.join(map(str, self.sizes))}.{f' {caption}.' if caption else ''}{batch}"
        return " ".join([title, *(f"{name} {numbers}." for name, numbers in facts if numbers)])

    def _parameters_in_words(self, kind, layer):
        """Return two texts: all weights or biases of a layer, and their gradients."""
        rows, columns = getattr(self, kind)[layer - 1].shape
        if rows * columns > 16:
            return [f"{rows} by {columns} numbers" if self.shows(name, layer) else "" for name in (kind, "gradients")]
        texts = [[self.parameter(kind, layer, (i, j)) for j in range(columns)] for i in range(rows)]
        now = [_row(f"{old} to {new}" if old else new for old, new, _ in row) for row in texts]
        return "; ".join(filter(None, now)), "; ".join(filter(None, (_row(g for *_, g in row) for row in texts)))


def _told(functions, zs, activations):
    """The functions, None in place of one that is not what the layer computes: a class of its own need not tell."""
    with np.errstate(all="ignore"):
        return [
            f if np.allclose(f.function(z), a, equal_nan=True) else None
            for f, z, a in zip(functions, zs, activations, strict=True)
        ]


def _apart(old, new, decimals):
    """Write two numbers so that a small step from one to the other can be seen."""
    texts, more = [fixed(value, decimals) for value in (old, new)], 3
    while texts[0] == texts[1] and old != new and more < 6:
        texts, more = [f"{value:.{more}f}".replace("-", "−") for value in (old, new)], more + 1
    return texts


def _row(values):
    texts = [text for text in values if text is not None]
    return ", ".join(texts[:10]) + (f", … ({len(texts)} in all)" if len(texts) > 10 else "")
