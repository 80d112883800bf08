"""Using a learner's answers again: in the notebook where they passed, and from their kept source in all others."""

import ast
import dataclasses
import functools
import linecache
import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bpcourse.exercises import judging, ledger, source, world
from bpcourse.exercises.catalogue import ALL, find
from bpcourse.exercises.content.advice import COARSE, VECTORS
from bpcourse.mathematics.backprop import Gradients

TOOLS = {"np": np, "numpy": np, "math": math, "pairwise": pairwise, "Gradients": Gradients}


class Held(NamedTuple):
    """What is held ready for `use`: the learner's function, or None for ours; and what to say of it, or ""."""

    function: Callable | None
    whose: str


_held = {}  # by exercise, what the last answer checked in this kernel has left
_said = {}  # by exercise, what `use` said last, and in which cell
_in_the_making = set()  # exercises whose answers are being made again from their source


def use(name):
    """Return the learner's own function for the exercise `name` if it has passed, and the reference until then.

    In the notebook where it was checked, that is the function itself, and what counts is the last answer. After one
    that fails it is ours: under a name that stands on the page, another version of the learner's should not run. The
    exercise stays done. A stub is no answer, and takes nothing away. In another notebook, or after a restart, the
    function is made again from the source that was kept when it passed, and judged once more: the learner's own code,
    from the learner's own file of progress, and no other is ever run that way. If it does not pass there, or needs
    names that are not there, the reference is returned.

    It prints whose function it is, once in a cell. Only as long as no answer has been given it prints nothing: then
    there is nothing that could be taken for the learner's, and the notebook says that ours fills the gap.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    task = find(name)
    function, whose = _ready(task)
    cell = world.shell() and world.shell().execution_count
    if whose and _said.get(name) != (whose, cell):
        _said[name] = (whose, cell)
        print(f"{name}: {whose}")
    return function or task.reference


def keep(task, answer, remarks):
    """Have a right answer used from now on. One with few digits counts as done, but the reference is used."""
    if not callable(answer):  # typed: there is nothing to be used
        ledger.record(task.name, None)
        return
    if COARSE in remarks:
        _held[task.name] = Held(None, "ours, as yours computes with fewer digits.")
        ledger.record(task.name, None)
        return
    answer = _with_rows(answer) if VECTORS in remarks else answer
    _held[task.name] = Held(answer, "yours.")
    ledger.record(task.name, _source(task, answer))


def leave(task):
    """Have the reference used from now on, after an answer that failed."""
    done = " The exercise stays done." if task.name in ledger.load() else ""
    _held[task.name] = Held(None, f"ours, as your last answer did not pass.{done}")


def forget():
    """Forget what was checked in this kernel; what is kept in the file stays."""
    _held.clear()
    _said.clear()


def _ready(task):
    """Return what is `Held` ready of an exercise: from this kernel, or else from the file of progress."""
    if task.name in _held:
        return _held[task.name]
    kept = ledger.load()
    if task.name not in kept:
        return Held(None, "")
    text = kept[task.name].get("source")
    if text is None:
        return Held(None, "ours. Yours passed, but could not be kept for other notebooks; check it here to use it.")
    function = _rebuilt(task, text)
    return Held(function, "yours." if function else "ours, as yours does not pass here. Check it here to see why.")


def _source(task, answer):
    """Return the answer's source if the function can be made again from it, otherwise None."""
    try:
        text = source.text(answer)
    except Exception:
        return None
    return text if _rebuilt(task, text) else None


def _rebuilt(task, text):
    """Return the function that a source defines, if it passes; otherwise None."""
    if task.name in _in_the_making:
        return None
    _in_the_making.add(task.name)
    try:
        function = _executed(text, f"<your {task.name}>")
        result = judging.judge(task, function)
    except (Exception, SystemExit):
        return None
    finally:
        _in_the_making.remove(task.name)
    if result.status != "passed":
        return None
    return _with_rows(function) if VECTORS in result.remarks else function


def _executed(text, file):
    """Return what a source defines; what it calls are tools of the course and other answers."""
    tree = ast.parse(text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    answers = {name: _ready(ALL[name]).function or ALL[name].reference for name in names & set(ALL)}
    space = answers | {name: TOOLS[name] for name in names & set(TOOLS)}
    exec(compile(tree, file, "exec"), space)
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)  # for messages of errors
    return space[tree.body[0].name]


def _with_rows(function):
    """Wrap a function so that what it returns as (n,) comes as a row, (1, n), as everywhere in the course."""

    @functools.wraps(function)
    def with_rows(*arguments, **named):
        return _as_rows(function(*arguments, **named))

    return with_rows


def _as_rows(value):
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return value.reshape(1, -1)
    if isinstance(value, list | tuple):
        return type(value)(map(_as_rows, value))
    if isinstance(value, Gradients):
        return dataclasses.replace(value, weights=_as_rows(value.weights), biases=_as_rows(value.biases))
    return value
