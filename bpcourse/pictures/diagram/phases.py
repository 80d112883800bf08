"""The phases of one training step in order: what each shows of the network, and which parts of it are active."""

from dataclasses import dataclass

from bpcourse.mathematics.equations import EQUATIONS
from bpcourse.pictures.diagram.ids import ids

# Of a phase's own layer (0), the one before it or the next one.
TAKING_PART = {
    "input": [("unit", 0)],
    "F1": [("unit", -1), ("w", 0), ("b", 0), ("unit", 0)],
    "F2": [("unit", 0)],
    "L1": [("unit", 0)],
    "BP1": [("unit", 0), ("delta", 0)],
    "BP2": [("delta", 1), ("w", 1), ("unit", 0), ("delta", 0)],
    "BP4": [("unit", -1), ("w", 0), ("b", 0), ("delta", 0)],
}


@dataclass(frozen=True)
class Phase:
    """One thing that a training step computes.

    Attributes
    ----------
    tags : tuple of str
        The equations at work; the first names the phase. Empty for the input.
    layer : int
        The layer it computes; 0 for the input and for the update, which has all of them.
    """

    tags: tuple
    layer: int

    @property
    def title(self):
        if not self.tags:
            return "input"
        names = " and ".join(EQUATIONS[tag].name for tag in self.tags)
        return f"{names}, layer {self.layer}" if self.layer else names


def phases(layers):
    """Return all phases of one training step of a network with so many layers, in order."""
    down, up = range(layers, 0, -1), range(1, layers + 1)
    return [
        Phase((), 0),
        *(Phase((tag,), layer) for layer in up for tag in ("F1", "F2")),
        Phase(("L1",), 0),
        Phase(("BP1",), layers),
        *(Phase(("BP2",), layer) for layer in down[1:]),
        *(Phase(("BP4", "BP3"), layer) for layer in down),
        Phase(("U1", "U2"), 0),
    ]


def shown(so_far):
    """Return what the diagram may write once these phases are done (the `show` of `diagram.draw`)."""
    if "U1" in so_far[-1].tags:
        return {"weights", "biases"}
    names = {"F1": "z", "F2": "a", "BP1": "deltas", "BP2": "deltas", "BP4": "gradients"}
    computed = {f"{names[p.tags[0]]}{p.layer}" for p in so_far if p.tags and p.tags[0] in names}
    loss = {"loss"} if any("L1" in phase.tags for phase in so_far) else set()
    return {"weights", "biases", "targets", "a0"} | computed | loss


def lit(phase, sizes):
    """Return the ids of the diagram's elements that take part in a phase."""
    tag, last = phase.tags[0] if phase.tags else "input", len(sizes) - 1
    if tag == "U1":
        return {id for id in ids(sizes) if id.startswith(("w", "b"))}
    layer = last if tag == "L1" else phase.layer
    starts = tuple(f"{kind}-{layer + shift}-" for kind, shift in TAKING_PART[tag])
    end = ("loss", "target") if tag in ("L1", "BP1") else ()
    return {id for id in ids(sizes) if id.startswith(starts + end)}
