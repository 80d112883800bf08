"""What a learner calls: `check` an answer, ask for a `hint` or the `solution`, and `use` what has passed."""

import ast
import dataclasses
import functools
import inspect
import linecache
import math
import textwrap
from itertools import pairwise

import numpy as np

from bpcourse.exercises import calling, comparing, describing, judging, ledger
from bpcourse.exercises.catalogue import ALL, UnknownExerciseError, find
from bpcourse.exercises.results import Hint, Result
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.equations import EQUATIONS

TOOLS = {"np": np, "numpy": np, "math": math, "pairwise": pairwise, "Gradients": Gradients}

_answers = {}  # the last answer checked in this kernel: what `use` gives, or None if it did not pass
_failures = {}  # how often in a row a check has failed
_in_the_making = set()  # answers that are being made again from their source
_hints = {}  # how many hints have been asked for


def check(name, answer=None):
    """Judge a learner's `answer` to the exercise `name`; return a `Result`. Never raises.

    A right answer is used from then on, in this notebook and in the others; see `use`. If the same check fails
    again, the next hint is added.
    """
    try:
        task = find(name)
    except UnknownExerciseError as error:
        return Result(comparing.short(name) if not isinstance(name, str) else name[:40], "failed", str(error))
    if answer is task.reference:
        seen = "This is the course's own version, not yours. Run the cell with your function, then this check again."
        return Result(name, "open", seen)
    result = judging.judge(task, answer)
    if result.status == "failed":
        _failures[name] = _failures.get(name, 0) + 1
        _answers[name] = None
        return _with_step(task, result, _failures[name])
    _failures.pop(name, None)
    _answers[name] = None
    if result.status == "passed":
        _keep(task, answer, result.remarks)
    return result


def _with_step(task, result, failures):
    """Add the next hint to a result that is not the first failure in a row."""
    if failures == 1:
        return result
    steps = _steps(task)
    step = steps[min(failures - 2, len(steps) - 1)]
    return dataclasses.replace(result, step=f"One step further: {step}")


def _keep(task, answer, remarks):
    """Have a right answer used from now on. One with few digits counts as done, but the reference is used."""
    if judging.COARSE in remarks:
        ledger.record(task.name, None)
        return
    _answers[task.name] = answer = _with_rows(answer) if judging.VECTORS in remarks else answer
    ledger.record(task.name, _source(task, answer))


def hint(name):
    """Show the next hint for the exercise `name`: a nudge, then an example, then where the solution is.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    task = find(name)
    steps = _steps(task)
    number = min(_hints.get(name, 0), len(steps) - 1)
    _hints[name] = number + 1
    return Hint(name, steps[number])


def _steps(task):
    nudge = task.nudge
    if task.tag:
        nudge += f" ({task.tag}, {EQUATIONS[task.tag].name}.)"
    return [nudge, _example(task), f'`solution("{task.name}")` shows our own version, whenever you want to see it.']


def _example(task):
    """Return the smallest case, with what the right answer gives for it."""
    cases = task.cases(np.random.default_rng(0))
    arguments = min(cases, key=comparing.size_of)
    result = calling.call(task, task.reference, arguments).result
    given, right = describing.inputs(task, arguments), describing.outputs(task, arguments, result)
    return f"An example: for {given}, what should come out is {right}."


def use(name):
    """Return the learner's own function for the exercise `name` if it has passed, and the reference until then.

    In the notebook where it was checked, that is the function itself, and what counts is the last check. In another
    notebook, or after a restart, it is made again from the source that was kept when it passed, and judged once
    more: the learner's own code, from the learner's own file of progress, and no other is ever run that way. If
    it does not pass there, or needs names that are not there, the reference is returned.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    task = find(name)
    if name in _answers:
        return _answers[name] or task.reference
    return _rebuilt(task, ledger.load().get(name, {}).get("source")) or task.reference


def solution(name):
    """Print the reference solution of the exercise `name`.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    source = textwrap.dedent(inspect.getsource(find(name).reference))
    print(source[source.index("def ") :].rstrip())


def _source(task, answer):
    """Return the answer's source if the function can be made again from it, otherwise None."""
    try:
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(answer)))
    except Exception:
        return None
    return source if _rebuilt(task, source) else None


def _rebuilt(task, source):
    """Return the function that `source` defines, if it passes; otherwise None."""
    if source is None or task.name in _in_the_making:
        return None
    _in_the_making.add(task.name)
    try:
        function = _executed(source, f"<your {task.name}>")
        result = judging.judge(task, function)
    except Exception:
        return None
    finally:
        _in_the_making.remove(task.name)
    if result.status != "passed":
        return None
    return _with_rows(function) if judging.VECTORS in result.remarks else function


def _executed(source, file):
    """Return the function that `source` defines; what it calls are tools of the course and other answers."""
    code = compile(source, file, "exec")
    names = set(_names_in(code))
    space = {name: use(name) for name in names if name in ALL} | {name: TOOLS[name] for name in names if name in TOOLS}
    exec(code, space)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # for messages of errors
    return space[ast.parse(source).body[0].name]


def _names_in(code):
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names_in(constant)


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
        return Gradients(_as_rows(value.weights), _as_rows(value.biases), value.deltas, value.loss)
    return value
