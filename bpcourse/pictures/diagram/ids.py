"""The ids of the diagram's elements: which there are, which lie on a path to the loss, and what they are in words."""

import functools
import re

from bpcourse.mathematics.validation import InputError

# Symbols, named as in code, that a part of the diagram stands for: "w-1-0-2" for "W-1" and "dW-1".
SYMBOLS = {"w": ("W", "dW"), "b": ("b", "db"), "unit": ("z", "slope", "a"), "delta": ("delta",)}


@functools.lru_cache(maxsize=32)
def ids(sizes):
    """Return the set of ids of all elements of a network with these numbers of units, input first."""
    names = {"loss", *(f"target-{j}" for j in range(sizes[-1])), *(f"unit-0-{i}" for i in range(sizes[0]))}
    for layer in range(1, len(sizes)):
        names |= {f"{kind}-{layer}-{j}" for kind in ("unit", "b", "delta") for j in range(sizes[layer])}
        names |= {f"w-{layer}-{i}-{j}" for i in range(sizes[layer - 1]) for j in range(sizes[layer])}
    return frozenset(names)


def parsed(id):
    """Return an id's kind and its numbers: "w-1-0-2" is "w", [1, 0, 2]."""
    kind, *place = id.split("-")
    return kind, [int(number) for number in place]


def path_to_loss(sizes, element):
    """Return the ids of everything through which the weight or bias `element` acts on the loss, itself included.

    `sizes` are the numbers of units, input first: ``path_to_loss((2, 3, 1), "w-1-0-2")`` holds
    ``w-1-0-2``, ``unit-1-2``, ``w-2-2-0``, ``unit-2-0``, ``target-0`` and ``loss``.
    """
    if not str(element).startswith(("w", "b")) or element not in ids(sizes):
        raise InputError(
            f"path_from came as {element!r}; expected the id of a weight or bias, such as 'w-1-0-0' or 'b-1-0'."
        )
    _, (first, *_, column) = parsed(element)
    path, reached = {element, f"unit-{first}-{column}"}, [column]
    for layer in range(first + 1, len(sizes)):
        path |= {f"w-{layer}-{i}-{j}" for i in reached for j in range(sizes[layer])}
        reached = range(sizes[layer])
        path |= {f"unit-{layer}-{j}" for j in reached}
    return path | {f"target-{j}" for j in reached} | {"loss"}


def spoken(id):
    """Return an element's id in words: "w-1-0-2" is "W1[0,2]", "unit-1-0" is "unit 1 of layer 1"."""
    match parsed(id):
        case "w", (layer, i, j):
            return f"W{layer}[{i},{j}]"
        case "b", (layer, j):
            return f"b{layer}[0,{j}]"
        case "unit", (0, i):
            return f"input {i + 1}"
        case "unit", (layer, j):
            return f"unit {j + 1} of layer {layer}"
        case "delta", (layer, j):
            return f"δ of unit {j + 1} of layer {layer}"
        case "target", (j,):
            return f"target {j + 1}"
    return id


def id_of(name):
    """Return the id of the parameter called `name`: "W1[0,2]" is "w-1-0-2", "b2[0,1]" is "b-2-1"."""
    layer, i, j = re.findall(r"\d+", name)
    return f"w-{layer}-{i}-{j}" if name.startswith("W") else f"b-{layer}-{j}"


def meanings(id):
    """Return what a part with this id means, by its own name first, then by those of symbols: "delta-2-0 delta-2".

    Symbols are named as in code: "W-1" and "dW-1", "b-2", "z-1", "a-0" (the input), "slope-1" (f′), "y", "loss".
    """
    kind, place = parsed(id)
    if kind == "target":
        return f"{id} y"
    names = ("a",) if place[:1] == [0] else SYMBOLS.get(kind, ())
    return " ".join([id, *(f"{name}-{place[0]}" for name in names)])
