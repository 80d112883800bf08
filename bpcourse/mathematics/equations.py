"""The course's equations, once: equations.toml holds their names, LaTeX and lines of code."""

import tomllib
from importlib import resources
from typing import NamedTuple


class Equation(NamedTuple):
    """One tagged equation; `code` is for the output layer of a two-layer network (for BP2: its hidden layer)."""

    tag: str
    name: str
    latex: str
    code: str


_table = tomllib.loads((resources.files("bpcourse.mathematics") / "equations.toml").read_text(encoding="utf-8"))
EQUATIONS = {tag: Equation(tag, **fields) for tag, fields in _table.items()}
