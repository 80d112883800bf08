"""Judging an answer: can it run, is it right, and if not, what is seen and which mistake is it?"""

import dataclasses

import numpy as np

from bpcourse.exercises import calling, comparing, recognising, source, typed, wording
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import Diagnosis, Result, type_name

OF_SAMPLES = {"X", "y", "y_hat", "a", "a1", "a2", "a_prev", "delta", "delta_next", "activations"}  # a row for each
UNSTOPPED = "It cannot be stopped from here; restart the kernel to end it. Your progress is kept."


def judge(task, answer, seed=0):
    """Compare `answer` with `task`, an `Exercise`; return a `Result`. What gets out of it is told by `check`."""
    if answer is None or answer is ...:
        return _open(task)
    if result := typed.judge(task, answer):
        return result
    if task.kind == "derive" and isinstance(answer, str):
        if not answer.strip(". "):
            return _open(task, "Type your expression in place of the dots, between the quotation marks.")
        try:
            result = judge(task, typed.function_of(task, answer), seed)
        except SyntaxError as error:
            return typed.unreadable(task, error)
        return dataclasses.replace(result, line=None)  # it is one line anyway
    if not callable(answer):
        kind = f"A {type_name(answer)} came."
        return _failed(task, f"{kind} Pass the function itself, without brackets: `check({task.name!r}, {task.name})`.")
    if wrong := source.other_arguments(task, answer):
        return _failed(task, wrong, "The check calls it with the arguments of the exercise, in that order.")
    cases = drawn(task, seed)
    report = calling.observe(task, answer, cases.inputs)
    if report.replaced:
        seen = f"Your function changes {', '.join(report.replaced[:3])} for everyone; that has been undone."
        return _failed(task, seen if report.stopped else f"{seen} {UNSTOPPED}", found=advice.REPLACES)
    if not report.ended:
        seen = f"Your code was still running after {calling.SECONDS:g} seconds."
        return _failed(task, seen, advice.TOO_LONG) if report.stopped else _failed(task, f"{seen} {UNSTOPPED}")
    result = _unwritten(task, answer, report.outcomes) or _compared(task, answer, cases, report, seed)
    return _open(task) if result.status == "failed" and source.has_dots(answer) else result


def _open(task, message="Replace the dots by your code, run the cell, then run this check again."):
    return Result(task.name, "open", message)


def _failed(task, message, hint="", found=None):
    """Return the Result of a wrong answer, with its Diagnosis if one was `found`, otherwise with a hint."""
    found = found or Diagnosis(hint=hint)
    return Result(task.name, "failed", message, **found._asdict())


def _unwritten(task, answer, outcomes):
    """Return the Result of an answer that still has dots, or gives nothing back; None for all others."""
    first, written = outcomes[0], source.has_dots(answer) is False
    dots = isinstance(first.error, TypeError | AttributeError) and "ellipsis" in first.text
    if dots or isinstance(first.error, NotImplementedError):
        return _open(task)
    if first.result and not first.result.arrays:
        return None if written else _open(task)
    gap = next((outcome for outcome in outcomes if isinstance(outcome.error, comparing.Unfinished)), None)
    if gap is None:
        return None
    nothing = () in gap.error.places
    if nothing and (gap is not first or (written and source.returns_a_value(answer))):
        return None  # at least not for want of a return
    if not written:
        return _open(task)
    return _open(task, "Your function returns nothing (None). Is the word return missing?") if nothing else None


def _compared(task, answer, cases, report, seed):
    """Return the Result of an answer that came back each time."""
    if report.changed and not task.may_change:
        return _failed(task, "Your function changed the arrays that it was given.", found=advice.IN_PLACE)
    if not report.repeats:
        found = advice.DRAWS if "random" in task.parameters else advice.REMEMBERS
        return _failed(task, "Two calls with the same inputs gave different results.", found=found)
    triples = list(zip(cases.inputs, report.outcomes, cases.right, strict=True))
    wrong = [number for number, (_, mine, right) in enumerate(triples) if not calling.is_right(mine, right)]
    if not wrong:
        remarks = _remarks(report, cases.right)
        return Result(task.name, "passed", " ".join([task.proves, *remarks]), remarks=remarks)
    plainest = min(wrong, key=lambda i: (report.outcomes[i].error is None, comparing.size_of(cases.inputs[i])))
    plainest = next((i for i in wrong if isinstance(report.outcomes[i].error, comparing.Unfinished)), plainest)
    seen = _seen(task, answer, *triples[plainest])
    found = recognising.recognise(task, answer, seed) or Diagnosis(hint=seen.advice or _remark(task, answer, cases))
    if seen.advice and not found.mistake:  # what stopped it, or came instead of numbers, says more
        found = found._replace(hint=seen.advice)
    return _failed(task, seen.words, found=found._replace(line=found.line or seen.line))


def _remarks(report, expected):
    results = [(mine.result, right.result) for mine, right in zip(report.outcomes, expected, strict=True)]
    arrays = [pair for mine, right in results for pair in zip(mine.arrays, right.arrays, strict=True)]
    remarks = {
        advice.VECTORS: any(mine.shape != right.shape for mine, right in arrays),
        advice.COARSE: any(
            m.dtype.kind == r.dtype.kind == "f" and m.dtype.itemsize < r.dtype.itemsize for m, r in arrays
        ),
        advice.CHANGES_THE_NETWORK: report.changed,
        advice.PRINTS: report.printed,
    }
    return tuple(sentence for sentence, holds in remarks.items() if holds)


def _seen(task, answer, arguments, outcome, right):
    """Return what is `Seen` on one case."""
    mine, right, error = outcome.result, right.result, outcome.error
    if isinstance(error, comparing.NotNumbers):
        expected = error.wanted or wording.kind(right)
        return wording.Seen(f"Your function returned {error.what}; expected {expected}.", error.advice)
    if isinstance(error, comparing.Unfinished):
        append = advice.KEPT_APPEND if source.keeps_append(answer) else ""
        if () in error.places:
            seen = f"Your function returned nothing for {wording.inputs(task, arguments)}."
            return wording.Seen(seen, append or advice.NO_RETURN)
        return wording.Seen(f"{wording.name_of(task, error.places[0])} is still None.", append or advice.NO_VALUE)
    if error is not None:
        return wording.stopped(task, answer, outcome)
    if comparing.agree_as_array(mine, right):
        return wording.Seen(f"Your function returned a list; expected {wording.kind(right)}.")
    return wording.difference(task, arguments, mine, right)


def _remark(task, answer, cases):
    """Say what an unknown mistake has in common with others, as far as that is certain."""
    if cases.samples[0] and _right_for_one_sample(task, answer, cases):
        return advice.ONE_SAMPLE
    return advice.UNKNOWN.format("formula" if task.tag else "text")


def _right_for_one_sample(task, answer, cases):
    """Whether an answer is right for the first sample of each case alone."""

    def alone(name, value):
        if isinstance(value, list) and name in OF_SAMPLES:
            return [alone(name, part) for part in value]
        return value[:1] if name in OF_SAMPLES and isinstance(value, np.ndarray) else value

    names = task.given or task.parameters
    inputs = [tuple(map(alone, names, case)) for case in cases.inputs]
    report = calling.observe(task, answer, inputs)
    right = [calling.call(task, task.reference, case) for case in inputs]
    return report.ended and all(o.error is None for o in right) and all(map(calling.is_right, report.outcomes, right))
