"""Judging an answer: can it run, is it right, and if not, what is seen and which mistake is it?"""

import dataclasses

from bpcourse.exercises import calling, comparing, exceptions, recognising, source, typed, wording
from bpcourse.exercises.cases import drawn
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import Diagnosis, Result, type_name

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
        return _replacing(task, report)
    if not report.ended:
        return _too_long(task, report)
    result = _unfinished(task, answer, cases, report) or _compared(task, answer, cases, report, seed)
    return _open(task) if result.status == "failed" and source.has_dots(answer) else result


def _open(task, message="Replace the dots by your code, run the cell, then run this check again."):
    return Result(task.name, "open", message)


def _failed(task, message, hint="", found=None):
    """Return the Result of a wrong answer, with its Diagnosis if one was `found`, otherwise with a hint."""
    found = found or Diagnosis(hint=hint)
    return Result(task.name, "failed", message, **found._asdict())


def _replacing(task, report):
    seen = f"Your function changes {', '.join(report.replaced[:3])} for everyone; that has been undone."
    return _failed(task, seen if report.stopped else f"{seen} {UNSTOPPED}", found=advice.REPLACES)


def _too_long(task, report):
    seen = f"Your code was still running after {calling.SECONDS:g} seconds."
    if not report.stopped:
        return _failed(task, f"{seen} {UNSTOPPED}")
    return _failed(task, seen, advice.TOO_LONG)


def _unfinished(task, answer, cases, report):
    """Return a Result if there are still dots, or None where there should be numbers; otherwise None."""
    first, written = report.outcomes[0], source.has_dots(answer) is False
    if first.error is None and not first.result.arrays:
        empty = f"Your function returned {'empty lists' if task.results else 'an empty list'}."
        return _failed(task, empty, "Which line puts something into it, and does it run?") if written else _open(task)
    if isinstance(first.error, NotImplementedError) or (
        isinstance(first.error, TypeError | AttributeError) and "ellipsis" in first.text
    ):
        return _open(task)
    for arguments, outcome in zip(cases.inputs, report.outcomes, strict=True):
        if isinstance(outcome.error, comparing.Unfinished):
            sometimes = first is not outcome or (written and source.returns_a_value(answer))
            return _with_gaps(task, answer, arguments, outcome.error.places, written, sometimes)
    return None


def _with_gaps(task, answer, arguments, places, written, sometimes):
    """Say where None came: instead of the result (`sometimes`: at least not for want of a return), or within it."""
    append = advice.KEPT_APPEND if source.keeps_append(answer) else ""
    if () in places and sometimes:
        seen = f"Your function returned nothing for {wording.inputs(task, arguments)}."
        return _failed(task, seen, append or "Does every way through your function end in a return?")
    if not written:
        return _open(task)
    if () in places:
        return _open(task, "Your function returns nothing (None). Is the word return missing?")
    seen = f"{wording.name_of(task, places[0])} is still None."
    return _failed(task, seen, append or "Which line should give it its value, and does it run?")


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
    seen = _seen(task, answer, *triples[plainest])
    found = recognising.recognise(task, answer, seed)
    if found and not found.mistake and seen.advice:  # what stopped it, or came instead of numbers, says more
        found = found._replace(hint=seen.advice)
    return _failed(task, seen.words, seen.advice or _remark(task, cases, wrong), found)


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
    if error is not None:
        return exceptions.stopped(task, answer, outcome)
    if comparing.agree_as_array(mine, right):
        return wording.Seen(f"Your function returned a list; expected {wording.kind(right)}.")
    return wording.difference(task, arguments, mine, right)


def _remark(task, cases, wrong):
    """Say what an unknown mistake has in common with others, as far as that is certain."""
    alone = {i for i, count in enumerate(cases.samples) if count == 1}
    if alone and None not in cases.samples and set(wrong) == set(range(len(cases.samples))) - alone:
        return "With a single sample it is right. Look at whatever depends on N, or on the rows."
    what = "formula" if task.tag else "text"
    return f"I do not recognise this one. Compare with the {what} above the exercise, one symbol at a time."
