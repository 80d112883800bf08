"""Bug hunts: a program of the course with one small slip in it, new ones for as long as one likes."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpcourse.exercises import calling, catalogue, source
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.edits import edits
from bpcourse.exercises.results import Result
from bpcourse.mathematics.validation import choice

PROGRAMS = ("backward_two_layers", "backward", "training_step", "network_backward", "softmax", "momentum_step")
NOTHING = ast.parse("def nothing(): ...").body[0]  # lends no expressions of its own


def bug_hunt(seed=None, program=None):
    """Return a `Hunt`: a right program of the course in which one small thing has been changed.

    Parameters
    ----------
    seed : int, optional
        The same seed hides the same slip; None hides a new one each time.
    program : str, optional
        The exercise whose program it is, one of `PROGRAMS`; None takes any of them.

    Raises
    ------
    InputError
        If there is no such program.
    """
    random = np.random.default_rng(seed)
    task = catalogue.ALL[choice(program, PROGRAMS, "program") if program else random.choice(PROGRAMS)]
    tree = ast.parse(source.text(task.reference)).body[0]
    tree.decorator_list = []
    tree = ast.parse(ast.unparse(tree)).body[0]  # its lines counted as they are shown
    found = edits(tree, NOTHING, set())
    natural = found[: len(found) // 2]  # the likelier slips come first
    return next(filter(None, (_hunt(task, tree, natural[i]) for i in random.permutation(len(natural)))))


def _hunt(task, tree, edit):
    """Return the `Hunt` for an edit that makes the program wrong, and leaves it running; None for all others."""
    right = ast.unparse(tree).splitlines()
    undo = edit.apply()
    try:
        text, made = ast.unparse(tree), {}
        exec(compile(text, f"<bug hunt: {task.name}>", "exec"), dict(task.reference.__globals__), made)
    except (SyntaxError, ValueError, TypeError):
        return None
    finally:
        undo()
    changed = [n for n, pair in enumerate(zip(right, text.splitlines(), strict=False), start=1) if len(set(pair)) > 1]
    if len(changed) != 1 or len(right) != len(text.splitlines()):
        return None
    cases, program = drawn(task, 0), made[tree.name]
    outcomes = [calling.call(task, program, arguments) for arguments in cases.inputs]
    if any(outcome.error for outcome in outcomes) or all(map(calling.is_right, outcomes, cases.right)):
        return None
    if not all(np.isfinite(array).all() for outcome in outcomes for array in outcome.result.arrays):
        return None
    return Hunt(task.name, text, program, changed[0], right[changed[0] - 1].strip())


@dataclass(frozen=True, repr=False)
class Hunt:
    """A program with a slip, to be found by its line."""

    name: str  # the exercise whose program it is
    source: str
    program: Callable  # what the source makes: try it, check its gradients, print what happens
    _line: int
    _repaired: str  # that line, as it should be

    def found(self, line):
        """Return the `Result` of naming a line, counted as they are shown."""
        if line != self._line:
            return Result(self.name, "failed", f"Line {line} is as it should be. Which number comes out wrong first?")
        return Result(self.name, "passed", f"Line {line} it is. It should be: `{self._repaired}`")

    def __repr__(self):
        lines = [f"{number:2}  {text}" for number, text in enumerate(self.source.splitlines(), start=1)]
        return "\n".join([f"{self.name}, with one slip in it:", *lines])
