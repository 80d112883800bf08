"""Steps on the way to an answer: what can be asked for at any time, and what is added when a check fails again.

They follow the mistake of the answer that failed last, with numbers and with its line. None of them is the repair.
"""

import inspect
import sys
import textwrap
import types

import numpy as np

from bpcourse.exercises import calling, comparing, repairing, wording
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.comparing import short
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import cut
from bpcourse.mathematics.equations import EQUATIONS

MOST_NUMBERS, MOST_NAMES = 6, 4  # of what stands on the way: in one array, and in all


def steps(task, answer=None, result=None):
    """Return the hints of an exercise, one after another; with the `answer` that failed last, and its `Result`."""
    failed = callable(answer)
    numbers, line = (_worked_out(task, answer, result), _line(answer, result)) if failed else ("", "")
    return [*filter(None, [_nudge(task), *task.hints, numbers or _example(task), line, _solution(task)])]


def further(task, answer, result):
    """Return what is added to the message of an answer that fails for the second time, for the third, and so on."""
    if not callable(answer):  # typed: an order, or a measurement
        return [_nudge(task), *task.hints, _solution(task)]
    numbers, line = _worked_out(task, answer, result) or _example(task), _line(answer, result)
    return [numbers, line or _nudge(task), *task.hints, _solution(task)]


def _nudge(task):
    return f"{task.nudge} ({task.tag}, {EQUATIONS[task.tag].name}.)" if task.tag else task.nudge


def _solution(task):
    return f'`solution("{task.name}")` shows our own version, whenever you want to see it.'


def _example(task):
    """Return the numbers of the smallest case, in words where the exercise has some."""
    if task.is_chosen:
        return ""
    arguments = min(drawn(task, 0).inputs, key=comparing.size_of)
    return task.worked or f"An example: for {wording.inputs(task, arguments)}, {_right(task, arguments)}"


def _right(task, arguments):
    """Say what comes out for some arguments, and what stands on the way there."""
    result = calling.call(task, task.reference, arguments).result
    told = [*comparing.arrays_in(arguments), *result.arrays]
    names = _names_in(task, task.reference, arguments).items()
    way = [f"{name} = {short(v, 100)}" for name, v in names if not any(comparing.equal(np.asarray(v), t) for t in told)]
    way = way[:MOST_NAMES]
    said = f"what should come out is {wording.outputs(task, arguments, result)}."
    return f"{said} On the way: {', '.join(way)}." if way else said


def _worked_out(task, answer, result):
    """Return the numbers of the smallest case that is wrong: of the first name that stands for others, or of all."""
    cases = drawn(task, 0)
    report = calling.observe(task, answer, cases.inputs) if result.hint != advice.TOO_LONG else calling.Report()
    pairs = zip(cases.inputs, report.outcomes, cases.right, strict=False)
    wrong = [arguments for arguments, mine, right in pairs if not calling.is_right(mine, right)]
    if not wrong:
        return ""
    arguments = min(wrong, key=comparing.size_of)
    given, mine = wording.inputs(task, arguments), _names_in(task, answer, arguments)
    for name, right in _names_in(task, task.reference, arguments).items():
        of_the_course = name in task.results or name[-1].isdigit()  # delta2, but not e or z, is the same to everybody
        if of_the_course and name in mine and not comparing.equal(np.asarray(mine[name]), np.asarray(right)):
            return f"For {given}, {name} should be {short(right, 100)}; yours is {short(mine[name], 100)}."
    return task.worked or f"For {given}, {_right(task, arguments)}"


def _names_in(task, function, arguments):
    """Return {name: value} of the few numbers that a function's own names stand for at its end, its arguments aside."""
    code, seen = function.__code__ if type(function) is types.FunctionType else None, {}

    def note(frame, event, argument):
        if event == "return" and frame.f_code is code:
            seen.update(frame.f_locals)

    def watched(*given):
        sys.setprofile(note)
        try:
            return function(*given)
        finally:
            sys.setprofile(None)

    calling.observe(task, watched, [arguments])
    given = code.co_varnames[: code.co_argcount] if code else ()
    few = {n: value for n, value in seen.items() if type(value) in (np.ndarray, np.float64, float) and n not in given}
    return {name: value for name, value in few.items() if np.size(value) <= MOST_NUMBERS}


def _line(answer, result):
    """Return the whole line that holds the mistake; "" where it was not found, or is the only one."""
    if result.line is None:
        return ""
    lines = textwrap.dedent(inspect.getsource(answer)).splitlines()
    body = lines[next(number for number, line in enumerate(lines) if line.startswith("def ")) :]
    if len(body) < 3:
        return ""
    own = f"line {result.line}: `{cut(body[result.line - 1].strip(), 80)}`."
    return f"Begin with {own}" if repairing.MORE in result.hint else f"It is all in {own} The others may stay."
