"""Calling a learner's function: on copies, in a thread of its own, for a limited time, with what it changes put back.

A loop in Python is stopped by an exception raised inside its thread. What runs in C and lets other threads run (a
sleep, a huge product of matrices) is left behind in its thread. Where there are no threads, as in the browser alone,
Python's trace looks at the clock at every line.

Three things cannot be stopped from inside the kernel: code in C that lets nothing else run until it is through, such as
``sum(range(10**9))``; what ends the process at once, such as ``os._exit``, a fault in C or the end of the memory; and
a thread left behind, which may go on changing what `world` has put back. In all three, the learner restarts the
kernel; progress is kept, as it is written after each check.
"""

import contextlib
import copy
import ctypes
import io
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from bpcourse.exercises import comparing, world
from bpcourse.exercises.results import encodable

SECONDS = 2.0  # for all calls of one check together
MOST_TEXT = 1000  # characters of an exception's text that are looked at
TRIES = range(5)  # to stop an answer, which may catch the exception
SAMPLES_IN = ("X", "y_hat", "a_prev", "delta", "delta_next", "numbers")  # the arguments with an entry for each sample


class TookTooLong(BaseException):
    """Raised inside an answer that does not come back. Not an Exception, so that `except Exception` lets it out."""


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a result, or the exception that it raised or that opening its result raised."""

    result: comparing.Opened | None = None
    error: BaseException | None = None
    text: str = ""  # the beginning of what the exception says
    changed: bool = False  # whether the call changed the arrays it was given


@dataclass
class Report:
    """What a learner's function did on all cases."""

    outcomes: list = field(default_factory=list)  # one for each case, as far as the function got
    printed: bool = False  # whether it printed anything
    changed: bool = False  # whether it changed the arrays it was given
    repeats: bool = True  # whether a second call with the first case's inputs gave the same as the first call
    ended: bool = True  # False if the time was over first
    stopped: bool = True  # False if it could not be stopped and is still running
    replaced: list = field(default_factory=list)  # the names of the tools that it changed for everyone, put back since


class _Sink(io.TextIOBase):
    """Takes whatever is printed and keeps nothing of it but the fact."""

    used = False

    def writable(self):
        return True

    def write(self, text):
        self.used = True
        return len(text)


def call(task, answer, arguments):
    """Call a function that is known to be harmless, such as a reference; return an `Outcome`."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _outcome(task, answer, arguments, Exception)


def observe(task, answer, cases):
    """Call a learner's function on all `cases`; return a `Report`. Only the learner's own interrupt gets out."""
    outcomes = []

    def work():
        for arguments in [*cases, cases[0]]:
            outcomes.append(_outcome(task, answer, arguments, BaseException))

    report = guarded(work)
    report.outcomes, report.ended = outcomes[: len(cases)], len(outcomes) == len(cases) + 1
    report.changed = any(outcome.changed for outcome in outcomes)
    report.repeats = not report.ended or same(outcomes[-1], outcomes[0])
    return report


def guarded(work):
    """Call `work` where a learner's code can do no harm, and put back what it changed; return a `Report`."""
    report, sink, faults = Report(), _Sink(), []

    def quiet():
        try:
            with np.errstate(all="ignore"):
                work()
        except TookTooLong:
            pass
        except BaseException as fault:  # the tools of this very module may be among those replaced
            faults.append(fault)

    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with world.put_back() as report.replaced:
            report.stopped = run_for(quiet, SECONDS)
    if faults and not report.replaced:
        raise faults[0]
    report.printed = sink.used
    return report


def _outcome(task, answer, arguments, caught):
    given, result, error = copies(arguments), None, None
    try:
        result = comparing.opened(task.run(answer, *given))
    except TookTooLong:
        raise
    except caught as raised:
        error = raised
    return Outcome(result, error, text_of(error), not comparing.same_inputs(arguments, given))


def text_of(error):
    """Return the beginning of what an exception says; "" if it says nothing, or raises another one instead."""
    try:
        return encodable(str(error))[:MOST_TEXT] if error is not None and error.args != (None,) else ""
    except TookTooLong:
        raise
    except BaseException:
        return ""


def run_for(work, seconds):
    """Run `work` in a thread, and stop it when the time is over; return whether it has come to an end."""
    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # there are no threads
        return _run_here(work, time.monotonic() + seconds)
    try:
        thread.join(seconds)
    finally:
        for _ in TRIES:
            if thread.is_alive():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TookTooLong))
                thread.join(0.1)
    return not thread.is_alive()


def _run_here(work, end):
    """Run `work` in this thread, and stop it at the first line after the time is over; return True."""

    def look(frame, event, argument):
        if time.monotonic() > end:
            raise TookTooLong
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        with contextlib.suppress(TookTooLong):
            work()
    finally:
        sys.settrace(before)
    return True


@lru_cache(maxsize=128)
def drawn(task, *seeds):
    """Return the `Cases` of an exercise for one seed after another; those drawn lately are kept."""
    return Cases(task, [arguments for seed in seeds for arguments in task.cases(np.random.default_rng(seed))])


class Cases:
    """Inputs of an exercise, with what is right for them, and what each known mistake gives: `Outcome`s."""

    def __init__(self, task, inputs):
        self.task, self.inputs = task, inputs
        self.right = self._outcomes(task.reference)
        self.samples = [self._count(dict(zip(task.given or task.parameters, case, strict=True))) for case in inputs]

    @cached_property
    def known(self):
        """The pairs of a known mistake and the list of its outcomes."""
        return [(mistake, self._outcomes(mistake.answer)) for mistake in self.task.mistakes]

    def _outcomes(self, function):
        return [call(self.task, function, arguments) for arguments in self.inputs]

    def _count(self, named):
        """Return how many samples a case has; None where it has no samples."""
        if "activations" in named:
            return len(named["activations"][0])
        return next((len(named[name]) for name in SAMPLES_IN if np.ndim(named.get(name, 0))), None)


def is_right(outcome, right):
    """Whether an outcome is the right one, and no list where that is an array."""
    return same(outcome, right) and (right.result.is_list or not outcome.result.is_list)


def same(one, other):
    """Whether two outcomes show the same behaviour: equal results, or exceptions of the same type."""
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error)
    return comparing.agree(one.result, other.result)


def same_numbers(one, other):
    """Whether two outcomes hold the same numbers, axes of length 1 left aside."""
    if one.error is not None or other.error is not None or len(one.result.arrays) != len(other.result.arrays):
        return False
    return all(map(comparing.equal, map(np.squeeze, one.result.arrays), map(np.squeeze, other.result.arrays)))


def copies(arguments):
    """Return the arguments with arrays of their own; functions are passed as they are."""
    return tuple(map(_copied, arguments))


def _copied(value):
    if isinstance(value, list):
        return list(map(_copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value if callable(value) else copy.deepcopy(value)
