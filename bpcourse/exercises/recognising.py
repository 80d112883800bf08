"""Recognising a mistake: recognisers, tried one after another, each of which knows one kind of likeness.

A recogniser takes the `Evidence` and returns a `Diagnosis`, or None. A mistake is named only if the answer does what
the mistake does in every case: the same numbers, the same shapes, the same exceptions. How the answer is written does
not matter; where it is wrong is then looked for in its source.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np

from bpcourse.exercises import calling, comparing, repairing, source, texts, wording
from bpcourse.exercises.calling import Cases, drawn
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import Diagnosis

PATTERNS = texts.read("patterns.toml")["pattern"]
FEWEST = 3  # numbers from which an unknown one is told
MOST_ORDERED = 4  # results that are put in every order
FURTHER_DRAWS = (1_000_001, 1_000_002)  # so that no likeness by chance is taken for a mistake


@dataclass
class Evidence:
    """What a wrong answer did on all cases: the one record that every recogniser is given."""

    answer: Callable
    cases: Cases  # the inputs, with what is right for them and what the known mistakes give
    outcomes: list  # what the answer gave, a calling.Outcome for each case

    @cached_property
    def results(self):
        """The pairs of what came and what is right, case by case; none if a case ended in an exception."""
        pairs = [(mine.result, right.result) for mine, right in zip(self.outcomes, self.cases.right, strict=True)]
        return pairs if all(mine for mine, _ in pairs) else []

    @cached_property
    def arrays(self):
        """The pairs of lists of arrays; none if one has more than the other."""
        pairs = [(mine.arrays, right.arrays) for mine, right in self.results]
        return pairs if all(len(mine) == len(right) for mine, right in pairs) else []

    @cached_property
    def wrong_part(self):
        """The number of the first part that is wrong, where each part of the result has a name; otherwise None."""
        if any(len(right) != len(self.cases.task.results) for _, right in self.arrays):
            return None
        pairs = [enumerate(map(comparing.equal, *pair)) for pair in self.arrays]
        return min((part for pair in pairs for part, same in pair if not same), default=None)


def recognise(task, answer, seed):
    """Return the `Diagnosis` of a wrong answer, from the cases of `seed` and some more; None if it is unknown."""
    cases = drawn(task, seed, *FURTHER_DRAWS)
    report = calling.observe(task, answer, cases.inputs)
    if not report.ended or report.replaced:
        return None
    evidence = Evidence(answer, cases, report.outcomes)
    known = next(filter(None, (recogniser(evidence) for recogniser in KNOWN)), None)
    slip = repairing.repair(answer, drawn(task, seed))
    named = known or general_pattern(evidence)
    if slip is None or named is None:
        return slip or named
    if slip.hint.endswith(repairing.MORE) and (known or not named.place):
        return named  # one name for all that is wrong says more than the lines of two slips
    return named._replace(hint=known.hint if known else slip.hint, line=slip.line, at=slip.at)


def arguments_in_another_order(evidence):
    """The answer would be right if its arguments came in the order in which it names them."""
    cases, names = evidence.cases, source.argument_names(evidence.answer)
    expected = cases.task.parameters
    if names == expected or sorted(names) != sorted(expected):
        return None
    order = [expected.index(name) for name in names]
    report = calling.observe(cases.task, lambda *given: evidence.answer(*(given[i] for i in order)), cases.inputs)
    right = report.ended and all(map(calling.is_right, report.outcomes, cases.right))
    return advice.OTHER_ARGUMENTS if right else None


def known_mistake(evidence):
    """It does what a known mistake does, or gives its numbers and only axes of length 1 are others."""
    stops = all(outcome.error for outcome in evidence.outcomes)  # then it must stop in the same words
    found = _known(evidence, lambda one, other: calling.same(one, other) and not (stops and one.text != other.text))
    if found or all(map(calling.same_numbers, evidence.outcomes, evidence.cases.right)):
        return found
    return _known(evidence, calling.same_numbers)


def _known(evidence, alike, place=""):
    """Return the `Diagnosis` of the first known mistake whose outcomes are all `alike`."""
    known = (mistake for mistake, theirs in evidence.cases.known if all(map(alike, evidence.outcomes, theirs)))
    return next((Diagnosis(mistake.name, mistake.hint, mistake.tag, place) for mistake in known), None)


def another_form(evidence):
    """All arrays are right, but as lists of numbers, or in lists or tuples of another form, or in another order."""
    pairs = evidence.results
    if pairs and all(comparing.agree_as_array(*pair) for pair in pairs):
        return advice.A_LIST
    if not all(comparing.same_in_any_order(mine.arrays, right.arrays) for mine, right in pairs):
        return None
    if any(mine.places != right.places for mine, right in pairs):
        return advice.ANOTHER_NESTING
    return _another_order(evidence)


def _another_order(evidence):
    places, pairs = evidence.cases.right[0].result.places, evidence.arrays
    if not pairs or len(places) > MOST_ORDERED or any(len(right) != len(places) for _, right in pairs):
        return None
    for order in list(permutations(range(len(places))))[1:]:
        if all(comparing.equal(mine[i], right[j]) for mine, right in pairs for i, j in enumerate(order)):
            came = next(place for place, part in enumerate(order) if place != part)
            names = [wording.name_of(evidence.cases.task, places[part]) for part in (came, order[came])]
            return advice.ANOTHER_ORDER._replace(hint=advice.ANOTHER_ORDER.hint.format(*names))
    return None


def known_mistake_in_one_part(evidence):
    """The first wrong part is that of a known mistake, the other parts being right or not."""
    part, names = evidence.wrong_part, evidence.cases.task.results
    if part is None:
        return None

    def alike(mine, theirs):
        arrays = theirs.result.arrays if theirs.result else []
        return len(arrays) == len(names) and comparing.equal(mine.result.arrays[part], arrays[part])

    return _known(evidence, alike, names[part])


def general_pattern(evidence):
    """All parts of the result show one of content/patterns.toml, or the first part that is wrong does."""
    triples = [
        [(mine, right, count) for mine, right in zip(*pair, strict=True)]
        for pair, count in zip(evidence.arrays, evidence.cases.samples, strict=False)
    ]
    part = evidence.wrong_part
    if not triples or (found := _pattern([triple for parts in triples for triple in parts])) or part is None:
        return found if triples else None
    found = _pattern([parts[part] for parts in triples])
    return found and found._replace(place=evidence.cases.task.results[part])


def _pattern(triples):
    """Return the `Diagnosis` of the first pattern that holds for all triples (what came, what is right, samples)."""
    given, counts = [], {count for _, _, count in triples}
    for mine, right, count in triples:
        mine = mine.reshape(right.shape) if comparing.equivalent_shapes(mine.shape, right.shape) else mine
        given.append({"np": np, "mine": mine.astype(float), "right": right.astype(float), "N": count})
    for pattern in PATTERNS:
        for text in [pattern["of"]] if isinstance(pattern["of"], str) else pattern["of"]:
            code = compile(text, "<a pattern>", "eval")
            if "N" in code.co_names and (None in counts or len(counts) == 1):
                continue
            with np.errstate(all="ignore"):
                k = _fitting(code, given) if "k" in code.co_names else 0.0
                if eval(pattern.get("if", "True"), {"k": k}) and _holds(code, given, k):
                    named = pattern["mistake"].format(k=f"{k:.4g}", size=f"{abs(k):.4g}", inverse=f"{k and 1 / k:.4g}")
                    return Diagnosis(named, pattern["hint"])
    return None


def _holds(code, given, k):
    try:
        others = [(names["mine"], eval(code, names | {"k": k})) for names in given]
    except ValueError:  # a shape that these numbers cannot have
        return False
    return np.isfinite(k) and all(mine.shape == other.shape and comparing.close(mine, other) for mine, other in others)


def _fitting(code, given):
    """Return the k that a pattern would need, which is linear in it; nan if there is none."""
    mine = np.concatenate([names["mine"].ravel() for names in given])
    low, high = (np.concatenate([eval(code, names | {"k": k}).ravel() for names in given]) for k in (0.0, 1.0))
    if mine.shape != low.shape or mine.size < FEWEST:
        return np.nan
    place = np.argmax(np.abs(high - low))
    return (mine[place] - low[place]) / (high[place] - low[place])


KNOWN = (arguments_in_another_order, known_mistake, another_form, known_mistake_in_one_part)
