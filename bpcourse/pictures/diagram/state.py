"""What the diagram is to show: the numbers of a network for one sample, and which of them are written where."""

import numpy as np

from bpcourse.mathematics import validation
from bpcourse.mathematics.own_class import deltas_of, layer_values, loss_of, parameters
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.diagram.ids import spoken
from bpcourse.pictures.writing import fixed

SHOWABLE = ("weights", "biases", "z", "a", "targets", "loss", "deltas", "gradients")


class State:
    """The numbers of a network; the arguments are those of `diagram.draw`.

    What belongs to samples, `zs`, `activations`, `deltas` and `y`, is that of the one `sample`, an (n,) a layer; None
    where it is not known.
    """

    def __init__(self, network, x, y, show, sample, gradients, activation, decimals):
        self.show = frozenset([show] if isinstance(show, str) else show)
        for name in sorted(self.show):
            validation.choice(name.rstrip("0123456789") if isinstance(name, str) else name, SHOWABLE, "show")
        if validation.whole_number(decimals, "decimals", least=0) > 3:
            raise InputError(f"decimals came as {decimals}; expected 0 to 3, for which there is room.")
        self.sample, self.decimals = sample, decimals
        self.weights, self.biases = parameters(network)
        self.sizes = (len(self.weights[0]), *(W.shape[1] for W in self.weights))
        self.samples, self.zs, self.activations, self.y, self.loss, self.deltas = 0, None, None, None, None, None
        if y is not None and x is None:
            raise InputError("y came without x; expected both, as the loss compares the prediction for x with y.")
        if x is not None:
            x = validation.matrix(x, "x", columns=self.sizes[0])
            self.samples = len(x)
            if validation.whole_number(sample, "sample", least=0) >= self.samples:
                raise InputError(f"sample came as {sample}; expected 0 to {self.samples - 1}, a row of x.")
            zs, activations = layer_values(network, x, activation)
            self.zs, self.activations = [z[sample] for z in zs], [a[sample] for a in activations]
        if y is not None:
            y = validation.matrix(y, "y", rows=self.samples, columns=self.sizes[-1])
            self.y, self.loss = y[sample], loss_of(network, x, y, activations[-1])
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

    def in_words(self, lit, caption):
        """Return the text alternative: all that is written, and the ids that are `lit`."""
        facts = [("Input", _row(self.activation(0, j) for j in range(self.sizes[0])))]
        for layer, n in enumerate(self.sizes[1:], start=1):
            name, W, decimals = self.on_links(layer)
            facts.append((f"{name}{layer}", _matrix(W, decimals) if name else ""))
            name, b, decimals = self.at_biases(layer)
            facts.append((f"{name}{layer}", _row(fixed(value, decimals) for value in b) if name else ""))
            for name, text in (("z", self.z), ("a", self.activation), ("δ", self.delta)):
                facts.append((f"{name}{layer}", _row(text(layer, j) for j in range(n))))
        if self.y is not None:
            facts.append(("Target", _row(map(fixed, self.y)) if "targets" in self.show else ""))
            facts.append(("Loss", fixed(self.loss, 4) if "loss" in self.show else ""))
        named = [spoken(id) for id in sorted(lit)]
        more = f" and {len(named) - 12} more" if len(named) > 12 else ""
        facts.append(("Highlighted:", ", ".join(named[:12]) + more))
        batch = f" Sample {self.sample + 1} of {self.samples}." if self.samples > 1 else ""
        title = f"Network {'-'.join(map(str, self.sizes))}.{f' {caption}.' if caption else ''}{batch}"
        return " ".join([title, *(f"{name} {numbers}." for name, numbers in facts if numbers)])


def _row(values):
    texts = [text for text in values if text is not None]
    return ", ".join(texts[:10]) + (f", … ({len(texts)} in all)" if len(texts) > 10 else "")


def _matrix(W, decimals):
    if W.size > 16:
        return f"{W.shape[0]} by {W.shape[1]} numbers"
    return "; ".join(_row(fixed(value, decimals) for value in values) for values in W)
