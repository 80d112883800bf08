"""Recognising a mistake: recognisers, tried one after another, each of which knows one kind of likeness.

A recogniser takes the `Evidence` and returns a `Diagnosis`, or None. A mistake is named only if the answer does what
the mistake does in every case: the same numbers, the same shapes, the same type of exception. How the answer is
written does not matter.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from bpcourse.exercises import calling, comparing, patterns, source, wording
from bpcourse.exercises.cases import Cases, drawn
from bpcourse.exercises.results import Diagnosis

FURTHER_DRAWS = (1_000_001, 1_000_002)  # so that no likeness by chance is taken for a mistake


@dataclass(frozen=True)
class Evidence:
    """What a wrong answer did on all cases.

    Attributes
    ----------
    answer : callable
    cases : Cases
        The inputs, what is right, and what the known mistakes give.
    outcomes : list of calling.Outcome
        What the answer gave, case by case.
    """

    answer: object
    cases: Cases
    outcomes: list

    @property
    def task(self):
        return self.cases.task

    @property
    def right(self):
        return self.cases.right

    @cached_property
    def results(self):
        """What came, case by case; None if one of the cases ended in an exception."""
        results = [outcome.result for outcome in self.outcomes]
        return None if None in results else results

    @cached_property
    def arrays(self):
        """The arrays that came and the right ones, case by case; None where their numbers differ."""
        pairs = [(mine.arrays, right.arrays) for mine, right in zip(self.results or [], self.right, strict=False)]
        return pairs if pairs and all(len(mine) == len(right) for mine, right in pairs) else None

    @cached_property
    def wrong_part(self):
        """The number of the first part that is wrong, where the result has parts with names of their own."""
        named = len(self.task.results)
        if not named or not self.arrays or any(len(right) != named for _, right in self.arrays):
            return None
        parts = map(wording.first_wrong, self.results, self.right)
        return min((part for part in parts if part is not None), default=None)


def recognise(task, answer, seed):
    """Return the `Diagnosis` of a wrong answer, from the cases of `seed` and some more; None if it is unknown."""
    cases = drawn(task, seed, *FURTHER_DRAWS)
    report = calling.observe(task, answer, cases.inputs)
    if not report.ended:
        return None
    evidence = Evidence(answer, cases, report.outcomes)
    return next(filter(None, (recogniser(evidence) for recogniser in RECOGNISERS)), None)


def arguments_in_another_order(evidence):
    """The answer would be right if its arguments came in the order in which it names them."""
    task, names = evidence.task, source.argument_names(evidence.answer)
    if names == task.parameters or sorted(names) != sorted(task.parameters):
        return None
    order = [task.parameters.index(name) for name in names]

    def in_its_own_order(*arguments):
        return evidence.answer(*(arguments[i] for i in order))

    report = calling.observe(task, in_its_own_order, evidence.cases.inputs)
    right = report.ended and all(map(is_right, report.outcomes, evidence.right))
    return patterns.OTHER_ARGUMENTS if right else None


def known_mistake(evidence):
    """It does what a known mistake does."""
    for known, theirs in evidence.cases.known:
        if all(map(calling.same, evidence.outcomes, theirs)):
            return _named(known)
    return None


def known_numbers(evidence):
    """It gives the numbers of a known mistake, but for axes of length 1."""
    for known, theirs in evidence.cases.known:
        if all(map(calling.same_numbers, evidence.outcomes, theirs)) and not _only_shapes_differ(theirs, evidence):
            return _named(known)
    return None


def list_for_an_array(evidence):
    """It is right once what came as a list is made an array."""
    fits = evidence.results and all(map(comparing.agree_as_array, evidence.results, evidence.right))
    return patterns.A_LIST if fits else None


def another_nesting(evidence):
    """All arrays are right, but in lists or tuples of another form."""
    pairs = list(zip(evidence.results or [], evidence.right, strict=False))
    if not any(mine.places != right.places for mine, right in pairs):
        return None
    fits = all(comparing.same_in_any_order(mine.arrays, right.arrays) for mine, right in pairs)
    return patterns.ANOTHER_NESTING if fits else None


def another_order(evidence):
    """All parts are right, but stand in another order."""
    count = len(evidence.right[0].arrays)
    if not evidence.arrays or not 2 <= count <= 4 or any(len(right) != count for _, right in evidence.arrays):
        return None
    for order in list(permutations(range(count)))[1:]:
        if all(comparing.equal(mine[i], right[j]) for mine, right in evidence.arrays for i, j in enumerate(order)):
            came = next(place for place, part in enumerate(order) if place != part)
            names = [wording.label(evidence.task, evidence.right[0], part) for part in (came, order[came])]
            return patterns.ANOTHER_ORDER._replace(hint=patterns.ANOTHER_ORDER.hint.format(*names))
    return None


def general_pattern(evidence):
    """All parts of the result show a pattern."""
    if not evidence.arrays:
        return None
    mine = [array for arrays, _ in evidence.arrays for array in arrays]
    right = [array for _, arrays in evidence.arrays for array in arrays]
    samples = [n for n, (_, arrays) in zip(evidence.cases.samples, evidence.arrays, strict=True) for _ in arrays]
    return patterns.recognise(mine, right, samples)


def known_mistake_in_one_part(evidence):
    """The first wrong part is that of a known mistake, the other parts being right or not."""
    part = evidence.wrong_part
    if part is None:
        return None
    named = len(evidence.task.results)
    for known, theirs in evidence.cases.known:
        if all(outcome.error is None and len(outcome.result.arrays) == named for outcome in theirs):
            pairs = zip(evidence.results, theirs, strict=True)
            if all(comparing.equal(mine.arrays[part], outcome.result.arrays[part]) for mine, outcome in pairs):
                return _named(known, evidence.task.results[part])
    return None


def general_pattern_in_one_part(evidence):
    """The first wrong part shows a pattern, the other parts being right or not."""
    part = evidence.wrong_part
    if part is None:
        return None
    mine, right = [mine[part] for mine, _ in evidence.arrays], [right[part] for _, right in evidence.arrays]
    found = patterns.recognise(mine, right, evidence.cases.samples)
    return found and found._replace(place=evidence.task.results[part])


RECOGNISERS = (
    arguments_in_another_order,
    known_mistake,
    known_numbers,
    list_for_an_array,
    another_nesting,
    another_order,
    general_pattern,
    known_mistake_in_one_part,
    general_pattern_in_one_part,
)


def is_right(outcome, right):
    """Whether an outcome is the right result, and no list where that is an array."""
    mine = outcome.result
    return mine is not None and comparing.agree(mine, right) and (right.is_list or not mine.is_list)


def _named(known, place=""):
    return Diagnosis(known.name, known.hint, known.tag, place)


def _only_shapes_differ(theirs, evidence):
    """Whether a known mistake's numbers are the right ones."""
    return all(calling.same_numbers(t, calling.Outcome(right)) for t, right in zip(theirs, evidence.right, strict=True))
