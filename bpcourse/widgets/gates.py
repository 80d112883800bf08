"""Functions that feed each other: a row, or a fork whose paths meet again; their values, rates and paths."""

import contextlib
import functools
import math
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.activations import sigmoid
from bpcourse.mathematics.validation import InputError

REACH = 2.0  # of x, to either side
DEPTH, PATHS = 4, 3  # what a figure has room for
SQUARE = ("u", "x · x", "x", lambda x: x * x, lambda x: 2 * x)
EXAMPLES = {
    "three in a row": [
        SQUARE,
        ("v", "sin(u)", "u", np.sin, np.cos),
        ("L", "exp(v)", "v", np.exp, np.exp),
    ],
    "a neuron and its loss": [
        ("z", "2 x − 1", "x", lambda x: 2 * x - 1, lambda x: 2),
        ("a", "σ(z)", "z", sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
        ("L", "½ (a − 1)²", "a", lambda a: (a - 1) ** 2 / 2, lambda a: a - 1),
    ],
    "two paths that multiply": [
        SQUARE,
        ("v", "sin(x)", "x", np.sin, np.cos),
        ("L", "u · v", "u v", lambda u, v: u * v, (lambda u, v: v, lambda u, v: u)),
    ],
    "two paths that add": [
        SQUARE,
        ("v", "sin(3 x)", "x", lambda x: np.sin(3 * x), lambda x: 3 * np.cos(3 * x)),
        ("L", "u + v", "u v", lambda u, v: u + v, (lambda u, v: 1, lambda u, v: 1)),
    ],
}


@dataclass(frozen=True)
class Gate:
    """One function: `value` takes a number for each of the names `inputs`, and so does each of `rates`, ∂ by each."""

    name: str
    formula: str
    inputs: tuple
    value: object
    rates: tuple


class Gates:
    """Gates that feed each other, from "x" on; ``("v", "sin(u)", "u", np.sin, np.cos)`` is a row of `rows`.

    That is name, formula, inputs, value, derivative; one with several inputs, "u v", has as many derivatives. Raises
    InputError if a row is no such row, uses what no earlier one gives, or there are more than a figure has room for.

    Attributes
    ----------
    gates : dict of Gate
    depth : dict of int
        How many gates lie at most between x and each name.
    paths : list of tuple of str
        All paths from x to the last gate, `end`.
    """

    def __init__(self, rows):
        self.gates, self.depth = {}, {"x": 0}
        for row in rows if isinstance(rows, list | tuple) else [rows]:
            gate = _gate(row)
            if gate.name in self.depth or not set(gate.inputs) <= set(self.depth):
                raise InputError(
                    f"{gate.name!r} came with the inputs {' '.join(gate.inputs)!r}; expected a new name, and inputs "
                    f"among those before it: {', '.join(self.depth)}."
                )
            self.gates[gate.name] = gate
            self.depth[gate.name] = 1 + max(self.depth[name] for name in gate.inputs)
        self.end = [*self.depth][-1]
        self.paths = list(self._paths_to(self.end))
        if not 1 <= max(self.depth.values()) <= DEPTH or len(self.paths) > PATHS:
            raise InputError(
                f"There came {max(self.depth.values())} functions in a row and {len(self.paths)} path(s); "
                f"expected 1 to {DEPTH} and at most {PATHS}, as the picture has no room for more."
            )

    def values(self, x):
        """Return the number of every name, at x; raises InputError where there is none."""
        values = {"x": float(x)}
        for gate in self.gates.values():
            values[gate.name] = _number(gate.value, gate, values, f"{gate.name} = {gate.formula}")
        return values

    def rates(self, values):
        """Return for every pair (input, name) of a gate how fast the one changes with the other."""
        return {
            (name, gate.name): _number(rate, gate, values, f"∂{gate.name}/∂{name}")
            for gate in self.gates.values()
            for name, rate in zip(gate.inputs, gate.rates, strict=True)
        }

    def along(self, start, end, numbers, values):
        """Return what comes out of the gate `end` if its input `start` took each of these numbers; NaN for nothing."""
        gate = self.gates[end]
        return np.array([_number(gate.value, gate, values | {start: number}, None) for number in numbers])

    @functools.cached_property
    def table(self):
        """The numbers of every name for x from end to end, as arrays, NaN where there are none."""
        rows = []
        for x in np.linspace(-REACH, REACH, 161):
            try:
                rows.append(self.values(x))
            except InputError:
                rows.append(dict.fromkeys(self.depth, math.nan) | {"x": x})
        return {name: np.array([row[name] for row in rows]) for name in self.depth}

    def _paths_to(self, name):
        if name == "x":
            return [("x",)]
        return [(*path, name) for before in self.gates[name].inputs for path in self._paths_to(before)]


def _gate(row):
    with contextlib.suppress(TypeError, ValueError, AttributeError):
        name, formula, inputs, value, rates = row
        gate = Gate(name, formula, tuple(inputs.split()), value, tuple(rates) if np.iterable(rates) else (rates,))
        if gate.inputs and len(gate.rates) == len(gate.inputs) and all(map(callable, (value, *gate.rates))):
            return gate
    raise InputError(
        f"A row of functions came as {row!r}; expected (name, formula, inputs, value, derivative), such as "
        '("v", "sin(u)", "u", np.sin, np.cos), with a derivative for each input.'
    )


def _number(function, gate, values, what):
    """Return what a gate's function gives; where that is no finite number, raise InputError if `what` it is is told."""
    try:
        number = float(function(*[values[name] for name in gate.inputs]))
    except (ArithmeticError, ValueError):  # as math.log(0) says
        number = math.nan
    if what and not math.isfinite(number):
        raise InputError(f"{what} is no finite number where x = {values['x']:.4g}; expected an x where it is one.")
    return number
