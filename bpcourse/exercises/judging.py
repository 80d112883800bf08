"""Judging an answer: is it right, and if not, what is seen and which mistake does it behave like?

A mistake is named only if the answer does what the mistake does in every case: the same numbers, the same shapes,
the same type of exception. How the answer is written does not matter.
"""

import numpy as np

from bpcourse.exercises import calling, comparing, describing, patterns
from bpcourse.exercises.results import Result

PRINTS = "(It also prints; a function that only returns is easier to reuse.)"
VECTORS = (
    "(A row came with shape (n,). The course writes it as (1, n), one row; where yours is used, that is done for you.)"
)
COARSE = "(It computes with fewer digits than the reference, so the notebooks that test digits go on with ours.)"
CHANGES_THE_NETWORK = (
    "(It changes the network's own lists or arrays; whoever kept the old ones finds them changed. New ones are safer.)"
)
FURTHER_DRAWS = (1_000_001, 1_000_002)  # before a mistake is named
SAMPLES_IN = ("X", "y_hat", "a_prev", "delta", "delta_next", "numbers")  # the arguments with an entry for each sample


def judge(task, answer, seed=0):
    """Compare `answer` with `task`, an `Exercise`; return a `Result`. Never raises for what an answer does."""
    if answer is None or answer is ...:
        return _open(task)
    if not callable(answer):
        kind = f"A {type(answer).__name__} came."
        return _failed(task, f"{kind} Pass the function itself, without brackets: `check({task.name!r}, {task.name})`.")
    if wrong := describing.arguments(task, answer):
        return _failed(task, wrong, hint="The check calls it with the arguments of the exercise, in that order.")
    cases = task.cases(np.random.default_rng(seed))
    try:
        report = calling.observe(task, answer, cases)
    except KeyboardInterrupt:
        return _failed(task, "You stopped the check before it was through.")
    if not report.ended:
        return _too_long(task, report)
    result = _unfinished(task, answer, cases, report) or _compare(task, answer, cases, report)
    return _open(task) if result.status == "failed" and describing.dots_in_source(answer) else result


def _open(task, message="Replace the dots by your code, run the cell, then run this check again."):
    return Result(task.name, "open", message)


def _failed(task, message, mistake=None, hint="", tag="", place=""):
    return Result(task.name, "failed", message, mistake, hint, tag, place)


def _too_long(task, report):
    seen = f"Your code was still running after {calling.SECONDS:g} seconds."
    if report.stopped:
        return _failed(task, seen, hint="Is there a loop that never ends? What should make it stop?")
    return _failed(task, f"{seen} It cannot be stopped from here; restart the kernel to end it.")


def _unfinished(task, answer, cases, report):
    """Return a Result if there are still dots, or None where there should be numbers; otherwise None."""
    first, dots = report.outcomes[0], describing.dots_in_source(answer)
    if first.error is None and not first.result.arrays:
        empty = f"Your function returned {'empty lists' if task.results else 'an empty list'}."
        hint = "Which line puts something into it, and does it run?"
        return _failed(task, empty, hint=hint) if dots is False else _open(task)
    if isinstance(first.error, NotImplementedError):
        return _open(task)
    if isinstance(first.error, TypeError | AttributeError) and "ellipsis" in str(first.error):
        return _open(task)
    for arguments, outcome in zip(cases, report.outcomes, strict=True):
        if isinstance(outcome.error, comparing.Unfinished):
            sometimes = first is not outcome or (dots is False and describing.returns_a_value(answer))
            return _with_gaps(task, answer, arguments, outcome.error.places, dots, sometimes)
    return None


def _with_gaps(task, answer, arguments, places, dots, sometimes):
    """Say where None came: instead of the result (`sometimes`: at least not for want of a return), or within it."""
    append = describing.KEPT_APPEND if describing.keeps_append(answer) else ""
    if () in places and sometimes:
        seen = f"Your function returned nothing for {describing.inputs(task, arguments)}."
        why = "Does every way through your function end in a return?"
        return _failed(task, seen, hint=append or why)
    if () in places:
        missing = "Your function returns nothing (None). Is the word return missing?"
        return _open(task, missing) if dots is False else _open(task)
    if dots is False:
        gap = describing.name_of_place(task, places[0])
        why = "Which line should give it its value, and does it run?"
        return _failed(task, f"{gap} is still None.", hint=append or why)
    return _open(task)


def _compare(task, answer, cases, report):
    expected = [calling.call(task, task.reference, arguments).result for arguments in cases]
    if report.changed and not task.may_change:
        return _failed(task, "Your function changed the arrays that it was given.", *patterns.IN_PLACE)
    if not report.repeats:
        why = patterns.DRAWS if "random" in task.parameters else patterns.REMEMBERS
        return _failed(task, "Two calls with the same inputs gave different results.", *why)
    wrong = [i for i, outcome in enumerate(report.outcomes) if not _right(outcome, expected[i])]
    if not wrong:
        results = [outcome.result for outcome in report.outcomes]
        remarks = _remarks(report, results, expected)
        return Result(task.name, "passed", " ".join([task.proves, *remarks]), remarks=remarks)
    worst = min(wrong, key=lambda i: (report.outcomes[i].error is None, comparing.size_of(cases[i])))
    seen, advice = _seen(task, answer, cases[worst], report.outcomes[worst], expected[worst])
    known = _recognise_on_more_draws(task, answer, cases)
    if known:
        return _failed(task, seen, *known)
    return _failed(task, seen, hint=advice or _remark(cases, wrong, task))


def _right(outcome, expected):
    return (
        outcome.error is None
        and comparing.agree(outcome.result, expected)
        and (expected.is_list or not outcome.result.is_list)
    )


def _remarks(report, results, expected):
    pairs = list(zip(results, expected, strict=True))
    remarks = {
        VECTORS: any(comparing.has_plain_vectors(mine, right) for mine, right in pairs),
        COARSE: any(comparing.is_coarse(mine, right) for mine, right in pairs),
        CHANGES_THE_NETWORK: report.changed,
        PRINTS: report.printed,
    }
    return tuple(sentence for sentence, holds in remarks.items() if holds)


def _seen(task, answer, arguments, outcome, expected):
    """Return what is seen on one case, and advice, or "" if there is none for what is seen."""
    if isinstance(outcome.error, comparing.NotNumbers):
        wanted = outcome.error.wanted or describing.kind(expected)
        return f"Your function returned {outcome.error.what}; expected {wanted}.", outcome.error.advice
    if outcome.error is not None:
        return describing.stop(task, answer, outcome.error)
    if patterns.as_array(outcome.result, expected):
        return f"Your function returned a list; expected {describing.kind(expected)}.", ""
    return describing.difference(task, arguments, outcome.result, expected)


def _remark(cases, wrong, task):
    """Say what an unknown mistake has in common with others, as far as that is certain."""
    samples = [_samples(task, arguments) for arguments in cases]
    alone = {i for i, count in enumerate(samples) if count == 1}
    if alone and None not in samples and set(wrong) == set(range(len(cases))) - alone:
        return "With a single sample it is right. Look at whatever depends on N, or on the rows."
    what = "formula" if task.tag else "text"
    return f"I do not recognise this one. Compare with the {what} above the exercise, one symbol at a time."


def _samples(task, arguments):
    """Return how many samples a case has; None if it has no samples."""
    named = dict(zip(task.given or task.parameters, arguments, strict=True))
    if "activations" in named:
        return len(named["activations"][0])
    return next((len(named[name]) for name in SAMPLES_IN if name in named), None)


def _recognise_on_more_draws(task, answer, cases):
    """Recognise a mistake on the cases and on others, so that no likeness by chance is taken for one."""
    for seed in FURTHER_DRAWS:
        cases = cases + task.cases(np.random.default_rng(seed))
    report = calling.observe(task, answer, cases)
    if not report.ended:
        return None
    expected = [calling.call(task, task.reference, arguments).result for arguments in cases]
    return _recognise(task, answer, cases, report.outcomes, expected)


def _recognise(task, answer, cases, outcomes, expected):
    """Return (mistake, question, tag, place) of what the answer does in every case, or None."""
    if _arguments_swapped(task, answer, cases, expected):
        return (*patterns.OTHER_ARGUMENTS, "", "")
    behaviours = [(known, [calling.call(task, known.answer, c) for c in cases]) for known in task.mistakes]
    for known, theirs in behaviours:
        if all(map(calling.same, outcomes, theirs)):
            return known.name, known.hint, known.tag, ""
    if any(outcome.error for outcome in outcomes):
        return None
    for known, theirs in behaviours:
        if all(map(calling.same_numbers, outcomes, theirs)) and not _only_shapes_differ(theirs, expected):
            return known.name, known.hint, known.tag, ""
    if all(patterns.as_array(outcome.result, right) for outcome, right in zip(outcomes, expected, strict=True)):
        return (*patterns.A_LIST, "", "")
    if patterns.in_another_nesting([outcome.result for outcome in outcomes], expected):
        return (*patterns.ANOTHER_NESTING, "", "")
    mine, right = [outcome.result.arrays for outcome in outcomes], [result.arrays for result in expected]
    if order := patterns.in_another_order(mine, right):
        came = next(place for place, part in enumerate(order) if place != part)
        names = [describing.label(task, expected[0], part) for part in (came, order[came])]
        return patterns.ANOTHER_ORDER[0], patterns.ANOTHER_ORDER[1].format(*names), "", ""
    if any(len(m) != len(r) for m, r in zip(mine, right, strict=True)):
        return None
    samples = [_samples(task, arguments) for arguments in cases]
    return _in_all_parts(mine, right, samples) or _in_one_part(task, behaviours, outcomes, expected, samples)


def _only_shapes_differ(theirs, expected):
    return all(calling.same_numbers(t, calling.Outcome(right)) for t, right in zip(theirs, expected, strict=True))


def _arguments_swapped(task, answer, cases, expected):
    """Whether the answer would be right if its arguments came in the order in which it names them."""
    names = describing.argument_names(answer)
    if names == task.parameters or sorted(names) != sorted(task.parameters):
        return False
    order = [task.parameters.index(name) for name in names]

    def in_its_own_order(*arguments):
        return answer(*(arguments[i] for i in order))

    report = calling.observe(task, in_its_own_order, cases)
    return report.ended and all(map(_right, report.outcomes, expected))


def _in_all_parts(mine, right, samples):
    """Recognise a pattern that all parts of the result show."""
    flat_mine, flat_right = [m for arrays in mine for m in arrays], [r for arrays in right for r in arrays]
    each = [count for count, arrays in zip(samples, right, strict=True) for _ in arrays]
    found = patterns.recognise(flat_mine, flat_right, each)
    return (*found, "", "") if found else None


def _in_one_part(task, behaviours, outcomes, expected, samples):
    """Recognise a mistake in the first part of the result that is wrong, the other parts being right or not."""
    if not task.results or any(len(right.arrays) != len(task.results) for right in expected):
        return None
    mine, right = [outcome.result.arrays for outcome in outcomes], [result.arrays for result in expected]
    wrong = min(
        describing.first_wrong(outcome.result, result)
        for outcome, result in zip(outcomes, expected, strict=True)
        if not comparing.agree(outcome.result, result)
    )
    place, part = task.results[wrong], [arrays[wrong] for arrays in mine]
    for known, theirs in behaviours:
        if all(t.error is None and len(t.result.arrays) == len(task.results) for t in theirs) and all(
            comparing.equal(m, t.result.arrays[wrong]) for m, t in zip(part, theirs, strict=True)
        ):
            return known.name, known.hint, known.tag, place
    found = patterns.recognise(part, [arrays[wrong] for arrays in right], samples)
    return (*found, "", place) if found else None
