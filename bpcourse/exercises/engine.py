"""The tutor: compares a learner's answer with a reference and with known mistakes, and says what it saw.

An exercise is its reference solution, decorated; a mistake is a function that computes the wrong answer
in the way that learners do, with a hint. Both run on the same random inputs as the learner's answer.
"""

import contextlib
import copy
import ctypes
import html
import inspect
import io
import linecache
import textwrap
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

SECONDS = 2.0  # for one call of an answer


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer.

    Attributes
    ----------
    name : str
        The mistake in a few words.
    answer : callable
        Computes what a learner who makes this mistake computes.
    hint : str
        One question or remark that leads to the repair, without giving it away.
    """

    name: str
    answer: Callable
    hint: str


@dataclass
class Exercise:
    """One thing to write, with all that is needed to judge an answer.

    Attributes
    ----------
    name, notebook, tag : str
        Its name for `check`, the notebook it belongs to, the equation it is about ("" for none).
    reference : callable
        The right answer; its source is what `solution` shows.
    cases : callable
        ``cases(random)`` returns a list of argument tuples, the smallest first.
    proves : str
        What a right answer shows and where it will be used.
    run : callable
        ``run(answer, *arguments)`` returns what is compared; by default it calls the answer.
    mistakes : list of Mistake
    """

    name: str
    notebook: str
    tag: str
    reference: Callable
    cases: Callable
    proves: str
    run: Callable = lambda answer, *arguments: answer(*arguments)
    mistakes: list = field(default_factory=list)

    def __call__(self, *arguments):
        """Compute the right answer, so that one reference can build on another."""
        return self.reference(*arguments)

    def mistake(self, name, hint):
        """Decorate a function that makes a known mistake."""

        def add(answer):
            self.mistakes.append(Mistake(name, answer, hint))
            return answer

        return add


ALL = {}


def exercise(notebook, tag, cases, proves, **options):
    """Decorate a reference solution: it becomes an `Exercise` of its own name, listed in `ALL`."""

    def make(reference):
        made = Exercise(reference.__name__, notebook, tag, reference, cases, proves, **options)
        ALL[made.name] = made
        return made

    return make


@dataclass(frozen=True)
class Result:
    """What a check found. Shown as text, or as a small card in a notebook.

    Attributes
    ----------
    name : str
        The exercise.
    status : str
        "open", "passed" or "failed".
    message : str
        What was seen, in words.
    mistake : str or None
        The name of the mistake, where it was recognised.
    hint : str
        What to think about next; "" where there is nothing to add.
    """

    name: str
    status: str
    message: str
    mistake: str | None = None
    hint: str = ""

    def __repr__(self):
        marks = {"open": "○ not done yet", "passed": "✓ correct", "failed": "✗ not yet right"}
        lines = [f"{self.name}: {marks[self.status]}", self.message]
        if self.mistake:
            lines.append(f"Looks like: {self.mistake}.")
        return "\n".join(line for line in [*lines, self.hint] if line)

    def _repr_html_(self):
        colour = {"open": "#5F6B7A", "passed": "#009E73", "failed": "#D55E00"}[self.status]
        head, *rest = map(html.escape, repr(self).splitlines())
        body = "<br>".join(rest)
        return (
            f'<div style="border-left: 5px solid {colour}; padding: 4px 12px; line-height: 1.5;">'
            f"<b>{head}</b><br>{body}</div>"
        )


@dataclass(frozen=True)
class Outcome:
    """What one call of an answer gave: a value, or the exception it raised."""

    value: object = None
    error: BaseException | None = None


class TookTooLong(BaseException):
    """Raised inside an answer that does not come back. Not an Exception, so that `except Exception` lets it out."""


def judge(task, answer, seed=0):
    """Compare `answer` with `task`, an `Exercise`; return a `Result`. Never raises for what an answer does."""
    if answer is None or answer is ...:
        return _open(task)
    if not callable(answer):
        kind = type(answer).__name__
        return _failed(
            task, f"A {kind} came. Pass the function itself, without brackets: check({task.name!r}, {task.name})."
        )
    cases = task.cases(np.random.default_rng(seed))
    outcomes, printed, changed = [], "", False
    for arguments in cases:
        given = _copies(arguments)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            outcomes.append(_call(task, answer, given))
        printed += out.getvalue()
        still_empty = len(outcomes) == 1 and isinstance(outcomes[0].value, tuple | list) and not outcomes[0].value
        if still_empty or _unfinished(outcomes[-1]):
            return _open(task)
        if isinstance(outcomes[-1].error, TookTooLong):
            return _failed(
                task, f"Your code was still running after {SECONDS:g} seconds. Is there a loop that never ends?"
            )
        changed = changed or not _same_arguments(arguments, given)
    if changed:
        return _failed(
            task,
            "Your function changes the arrays it was given: its caller's numbers are different afterwards.",
            mistake="changes its input in place",
            hint="Write x = x + ... instead of x += ..., which makes a new array.",
        )
    return _compare(task, answer, cases, outcomes, printed)


def _compare(task, answer, cases, outcomes, printed):
    expected = [_call(task, task.reference, _copies(arguments)) for arguments in cases]
    wrong = [i for i, (mine, right) in enumerate(zip(outcomes, expected, strict=True)) if not _agree(mine, right)]
    if not wrong:
        remark = _shape_remark(outcomes, expected)
        if printed:
            remark += " (It also prints; a function that only returns is easier to reuse.)"
        return Result(task.name, "passed", task.proves + remark)
    smallest = min(wrong, key=lambda i: (outcomes[i].error is None, _size(cases[i])))  # an error tells most
    seen = _describe(
        answer, cases[smallest], outcomes[smallest].value, outcomes[smallest].error, expected[smallest].value
    )
    for known in task.mistakes:
        theirs = [_call(task, known.answer, _copies(arguments)) for arguments in cases]
        if all(_agree(mine, their) for mine, their in zip(outcomes, theirs, strict=True)):
            return _failed(task, seen, known.name, known.hint)
    return _failed(task, seen, hint=_general_hint(task, outcomes[smallest].error))


def _general_hint(task, error):
    if isinstance(error, ValueError):
        return "Write the shape under every name in that line. Which two do not fit together?"
    if error is not None:
        return "Read the error once more, then look at that line: what did you expect each name to be?"
    where = f"equation {task.tag} " if task.tag else "the text "
    return f"I do not recognise this one. Compare with {where}above the exercise, one symbol at a time."


def _open(task):
    return Result(task.name, "open", "Replace the dots by your code, run the cell, then run this check again.")


def _failed(task, message, mistake=None, hint=""):
    return Result(task.name, "failed", message, mistake, hint)


def _call(task, answer, arguments):
    try:
        with _time_limit(SECONDS), np.errstate(all="ignore"):
            return Outcome(task.run(answer, *arguments))
    except (Exception, TookTooLong, SystemExit) as error:
        return Outcome(error=error)


@contextlib.contextmanager
def _time_limit(seconds):
    """Raise TookTooLong in this thread once the time is over."""
    thread = threading.get_ident()

    def stop():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TookTooLong))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _unfinished(outcome):
    """Dots, None or NotImplementedError, as a result or as a part of one."""
    if isinstance(outcome.error, NotImplementedError):
        return True
    if isinstance(outcome.error, TypeError | AttributeError) and "ellipsis" in str(outcome.error):
        return True
    return outcome.error is None and _has_gaps(outcome.value)


def _has_gaps(value):
    if isinstance(value, tuple | list):
        return any(_has_gaps(part) for part in value)
    return value is None or value is ...


def _copies(arguments):
    return tuple(argument if callable(argument) else copy.deepcopy(argument) for argument in arguments)


def _same_arguments(before, after):
    pairs = zip(_arrays(before), _arrays(after), strict=False)
    return len(_arrays(before)) == len(_arrays(after)) and all(np.array_equal(b, a) for b, a in pairs)


def _arrays(value):
    """All arrays of a value, lists and tuples opened."""
    if isinstance(value, list | tuple):
        return [array for part in value for array in _arrays(part)]
    return [value] if isinstance(value, np.ndarray) else []


def _numbers(value):
    """A result as a list of float arrays, lists and tuples opened; None where it is not made of numbers."""
    if isinstance(value, list | tuple) and not all(isinstance(part, int | float) for part in value):
        parts = [_numbers(part) for part in value]
        return None if any(part is None for part in parts) else [array for part in parts for array in part]
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return [array] if array.dtype.kind in "biuf" else None


def _agree(mine, right):
    if mine.error is not None or right.error is not None:
        return type(mine.error) is type(right.error)
    left_arrays, right_arrays = _numbers(mine.value), _numbers(right.value)
    if left_arrays is None or right_arrays is None or len(left_arrays) != len(right_arrays):
        return False
    return all(_equal(left, right) for left, right in zip(left_arrays, right_arrays, strict=True))


def _equal(mine, right):
    """Equal numbers in an equivalent shape: (n,) may stand for (1, n), and a number for an array of one."""
    if not _equivalent_shapes(mine.shape, right.shape):
        return False
    single = np.float32 in (mine.dtype, right.dtype)
    scale = np.max(np.abs(right), initial=0.0, where=np.isfinite(right))
    tolerance = (1e-4 if single else 1e-8) * max(scale, 1e-8)
    return np.allclose(mine.reshape(right.shape), right, rtol=1e-4 if single else 1e-7, atol=tolerance, equal_nan=True)


def _equivalent_shapes(mine, right):
    return (
        mine == right
        or (mine == right[1:] and right[:1] == (1,))
        or (mine in ((), (1,), (1, 1)) and right in ((), (1,), (1, 1)))
    )


def _shape_remark(outcomes, expected):
    for mine, right in zip(outcomes, expected, strict=True):
        for m, r in zip(_numbers(mine.value), _numbers(right.value), strict=True):
            if m.shape != r.shape and r.ndim == 2:
                return f" (Your result has shape {m.shape}; the course writes it as {r.shape}, one row.)"
    return ""


def _size(arguments):
    return sum(array.size for array in _arrays(arguments))


def _describe(answer, arguments, value, error, expected):
    if error is not None:
        return _describe_error(answer, error)
    mine, right = _numbers(value), _numbers(expected)
    if mine is None:
        return f"Your function returned {_short(value)}; expected {_kind(right)}."
    if len(mine) != len(right):
        return f"Your function returned {len(mine)} result(s); expected {len(right)}."
    for i, (m, r) in enumerate(zip(mine, right, strict=True)):
        which = f"Result number {i + 1}" if len(right) > 1 else "The result"
        if not _equivalent_shapes(m.shape, r.shape):
            return f"{which} has shape {m.shape}; expected {r.shape}, for {_inputs(arguments)}."
        if r.dtype == bool and not _equal(m, r):
            return f"{which} is {m}; expected {r}, for {_inputs(arguments)}."
        if not _equal(m, r):
            m = m.reshape(r.shape)
            distance = np.where(np.isfinite(m), np.abs(m - r), np.inf)
            index = np.unravel_index(np.argmax(distance), r.shape)
            place = f" at [{', '.join(map(str, index))}]" if r.ndim else ""
            return f"{which}{place} is {m[index]:.4g}; expected {r[index]:.4g}, for {_inputs(arguments)}."
    raise AssertionError("called for an answer that agrees")


def _describe_error(answer, error):
    code = getattr(inspect.unwrap(answer), "__code__", None)
    files = {code.co_filename} if code else {frame.filename for frame in _frames_of_class(answer)}
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    text = str(error).splitlines()[0] if str(error) else ""
    where = f" in your line `{_source_line(lines[-1])}`" if lines and _source_line(lines[-1]) else ""
    return f"Your code stopped{where}: {type(error).__name__}: {text}".rstrip(": ")


def _frames_of_class(answer):
    functions = (
        [member for member in vars(answer).values() if inspect.isfunction(member)] if inspect.isclass(answer) else []
    )
    return [traceback.FrameSummary(function.__code__.co_filename, 1, function.__name__) for function in functions]


def _source_line(frame):
    return (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()


def _inputs(arguments):
    data = [argument for argument in arguments if not callable(argument)]
    if all(np.isscalar(a) or (isinstance(a, np.ndarray | list) and np.size(_arrays_or(a)) <= 4) for a in data):
        return ", ".join(_short(a) for a in data)
    return "inputs of shape " + ", ".join(f"{array.shape}" for array in _arrays(arguments))


def _arrays_or(value):
    return np.concatenate([np.ravel(a) for a in _arrays(value)]) if _arrays(value) else value


def _kind(right):
    return (
        "a number"
        if len(right) == 1 and right[0].ndim == 0
        else "an array"
        if len(right) == 1
        else f"{len(right)} arrays"
    )


def _short(value):
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=3, separator=", ").replace("\n", "")
    text = f"{value:.4g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


_passed = {}


def check(name, answer=None):
    """Judge a learner's `answer` to the exercise `name`; return a `Result`. Never raises."""
    if name not in ALL:
        return Result(str(name), "failed", f"There is no exercise of that name. There are: {', '.join(ALL)}.")
    result = judge(ALL[name], answer)
    if result.status == "passed":
        _passed[name] = answer
    else:
        _passed.pop(name, None)
    return result


def use(name):
    """Return the learner's own function once it has passed its check, and the course's until then."""
    if name not in ALL:
        raise KeyError(f"There is no exercise named {name!r}. There are: {', '.join(ALL)}.")
    return _passed.get(name, ALL[name].reference)


def solution(name):
    """Print the reference solution of the exercise `name`."""
    if name not in ALL:
        raise KeyError(f"There is no exercise named {name!r}. There are: {', '.join(ALL)}.")
    source = textwrap.dedent(inspect.getsource(ALL[name].reference))
    start = min(source.find(word) for word in ("\ndef ", "\nclass ") if word in source)
    print(source[start + 1 :].rstrip())
