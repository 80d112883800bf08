"""What a learner calls about an answer: `check` it, ask for a `hint`, or see the `solution`."""

import dataclasses
import inspect
import textwrap

import numpy as np

from bpcourse.exercises import calling, comparing, judging, reuse, wording, world
from bpcourse.exercises.catalogue import UnknownExerciseError, find
from bpcourse.exercises.content.advice import RESTART
from bpcourse.exercises.results import Hint, Result, cut, type_name
from bpcourse.mathematics.equations import EQUATIONS

_failures = {}  # how often in a row a check has failed
_hints = {}  # how many hints have been asked for


def check(name, answer=None):
    """Judge a learner's `answer` to the exercise `name`; return a `Result`. Never raises.

    A right answer is used from then on, in this notebook and in the others; see `use`. If the same check fails
    again, the next hint is added.

    An answer that takes longer than two seconds is stopped. A single huge step cannot be, such as ``7**10**8`` or
    ``sum(range(10**9))``: until Python is through with it the kernel stays busy, and does not hear an interrupt
    either. Restart it; your progress is kept.
    """
    try:
        return _checked(name, answer)
    except UnknownExerciseError as error:
        return Result(_shown(name), "failed", str(error))
    except KeyboardInterrupt:
        return Result(_shown(name), "failed", "You stopped the check before it was through.")
    except BaseException as error:
        return stumbled(name, error)


def stumbled(name, error):
    """Return the `Result` of a check that could not go on: an answer, or the kernel, was like nothing foreseen."""
    words = ["The check itself stumbled over this answer", type_name(error), cut(calling.text_of(error), 100)]
    return Result(_shown(name), "failed", ": ".join(filter(None, words)), hint=RESTART)


def _shown(name):
    return name[:40] if type(name) is str else "check"


def _checked(name, answer):
    task = find(name)
    if replaced := world.replaced():
        seen = f"{', '.join(replaced[:3])}: no longer what it was when the course was loaded. A cell has changed it."
        return Result(name, "failed", seen, hint=RESTART)
    if answer is task.reference:
        seen = "This is the course's own version, not yours. Run the cell with your function, then this check again."
        return Result(name, "open", seen)
    result = judging.judge(task, answer)
    if result.status == "failed":
        reuse.leave(task)
        _failures[name] = _failures.get(name, 0) + 1
        return dataclasses.replace(result, step=_step(task, _failures[name]))
    _failures.pop(name, None)
    if result.status == "passed":
        reuse.keep(task, answer, result.remarks)
    return result


def hint(name):
    """Show the next hint for the exercise `name`: a nudge, then an example, then where the solution is.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    given = steps(find(name))
    number = min(_hints.get(name, 0), len(given) - 1)
    _hints[name] = number + 1
    return Hint(name, given[number])


def solution(name):
    """Print the reference solution of the exercise `name`.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    source = textwrap.dedent(inspect.getsource(find(name).reference))
    print(source[source.index("def ") :].rstrip())


def steps(task):
    """Return the hints of an exercise, one after another."""
    nudge = task.nudge
    if task.tag:
        nudge += f" ({task.tag}, {EQUATIONS[task.tag].name}.)"
    return [nudge, _example(task), f'`solution("{task.name}")` shows our own version, whenever you want to see it.']


def forget():
    """Forget all that this kernel has seen of a learner; what is kept in the file stays."""
    _failures.clear()
    _hints.clear()
    reuse.forget()


def _step(task, failures):
    """Return the next hint, after a failure that is not the first in a row."""
    given = steps(task)
    return f"One step further: {given[min(failures - 2, len(given) - 1)]}" if failures > 1 else ""


def _example(task):
    """Return the smallest case, with what the right answer gives for it."""
    arguments = min(task.cases(np.random.default_rng(0)), key=comparing.size_of)
    result = calling.call(task, task.reference, arguments).result
    given, right = wording.inputs(task, arguments), wording.outputs(task, arguments, result)
    return f"An example: for {given}, what should come out is {right}."
