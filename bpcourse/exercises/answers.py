"""What a learner calls about an answer: `check` it, ask for a `hint`, or see the `solution`."""

import dataclasses

from bpcourse.exercises import calling, classroom, hints, judging, reuse, source, typed, world
from bpcourse.exercises.catalogue import UnknownExerciseError, find
from bpcourse.exercises.content.advice import RESTART
from bpcourse.exercises.results import Hint, Result, cut, type_name

ALONE = 3  # so often a cold exercise, or a hunt for a slip, is tried without a hint
_failures = {}  # how often in a row a check has failed
_last = {}  # the answer that failed last, and its Result
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
    if task.kind == "debug" and result.mistake == task.mistakes[0].name:
        return Result(name, "open", "The slip is still in it. Which number comes out wrong first, and in which line?")
    if result.status != "open":
        classroom.record(result, answer)
    if result.status == "failed":
        reuse.leave(task)
        _failures[name] = _failures.get(name, 0) + 1
        _last[name] = (answer, result)
        if _is_alone(task):
            return Result(name, "failed", result.message, step=f"Try {_failures[name]} of {ALONE} without a hint.")
        return dataclasses.replace(result, step=_step(task, _failures[name]))
    _failures.pop(name, None)
    _last.pop(name, None)
    if result.status == "passed":
        reuse.keep(task, answer, result.remarks)
    return result


def hint(name):
    """Show the next hint for the exercise `name`: a nudge, then numbers, your line, and where the solution is.

    After a check that failed, the numbers and the line are those of your mistake.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    """
    task = find(name)
    if task.kind == "cold" and _is_alone(task):
        return Hint(name, f"This one is cold: no hint before you have tried {ALONE} times. Leave it, or begin small.")
    given = hints.steps(task, *_last.get(name, ()))
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
    task = find(name)
    print(typed.solution(task) or source.text(task.reference, undecorated=True))


def forget():
    """Forget all that this kernel has seen of a learner; what is kept in the file stays."""
    _failures.clear()
    _last.clear()
    _hints.clear()
    reuse.forget()


def _is_alone(task):
    """Whether an answer is told only what is seen of it, as the exercise is to be done alone, at first."""
    return task.kind in ("cold", "debug") and _failures.get(task.name, 0) < ALONE


def _step(task, failures):
    """Return the next step, after a failure that is not the first in a row."""
    if failures == 1:
        return ""
    given = hints.further(task, *_last[task.name])
    return f"One step further. {given[min(failures - 2, len(given) - 1)]}"
