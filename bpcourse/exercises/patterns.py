"""Mistakes that are alike in every exercise, and how they are recognised by how all results relate to the right ones.

Each pattern takes `Numbers`, and returns a `Diagnosis`, or None if not every case shows it.
"""

from dataclasses import dataclass

import numpy as np

from bpcourse.exercises import comparing
from bpcourse.exercises.results import Diagnosis

IN_PLACE = Diagnosis(
    "changes its input in place",
    "Its caller's numbers are others afterwards. Which line writes into an argument, as += does?",
)
REMEMBERS = Diagnosis(
    "it remembers the call before: the same inputs give another result the second time",
    "Is anything added to what an earlier call left behind, or drawn at random?",
)
DRAWS = Diagnosis(
    "it draws from a generator of its own: the same inputs give another result the second time",
    "One of the arguments is a generator, with methods like those of np.random. Where is it in your line?",
)
A_LIST = Diagnosis(
    "a list comes back where an array is expected",
    "The course computes on with arrays. Which NumPy function makes an array of a list?",
)
ANOTHER_ORDER = Diagnosis(
    "the results come in another order",
    "What comes as {} is {}. Was something else put in there, or is the order in your return another?",
)
ANOTHER_NESTING = Diagnosis(
    "all arrays are right, but they are put together otherwise",
    "Which lists does the exercise ask for, in which order, and what is in each of them?",
)
OTHER_ARGUMENTS = Diagnosis(
    "its arguments stand in another order than the exercise's",
    "Compare the first line of your function with the exercise. Which argument comes first?",
)


@dataclass(frozen=True)
class Numbers:
    """What came and what is right: arrays of floats, one after another through all cases.

    Attributes
    ----------
    mine, right : list of ndarray
    samples : list of int or None
        The number of samples in the case that each array belongs to.
    """

    mine: list
    right: list
    samples: list

    def are(self, others):
        """Whether what came is, array by array, the same as `others`, which have the shapes of the right ones."""
        return all(map(comparing.close, self.mine, others))

    def times_samples(self, power):
        """Return the right arrays, each times its number of samples to a power."""
        return [r * n**power for r, n in zip(self.right, self.samples, strict=True)]

    @property
    def batches_differ(self):
        """Whether there are samples, and not everywhere as many."""
        return None not in self.samples and len(set(self.samples)) > 1

    def at_largest(self):
        """Return the largest of the right numbers, with its sign, and what came in its place."""
        mine, right = _flat(self.mine), _flat(self.right)
        largest = np.argmax(np.abs(right))
        return mine[largest], right[largest]


def recognise(mine, right, samples):
    """Return the `Diagnosis` of the first pattern that holds in every case, or None."""
    mine, right = [array.astype(float) for array in mine], [array.astype(float) for array in right]
    patterns = OF_SHAPES
    if all(map(comparing.equivalent_shapes, map(np.shape, mine), map(np.shape, right))):
        patterns, mine = OF_NUMBERS, [m.reshape(r.shape) for m, r in zip(mine, right, strict=True)]
    with np.errstate(all="ignore"):
        return next(filter(None, (pattern(Numbers(mine, right, samples)) for pattern in patterns)), None)


def _changed(change, mistake, hint):
    """Return the pattern that every result is the right one, changed by a function."""

    def pattern(numbers):
        return Diagnosis(mistake, hint) if numbers.are(map(change, numbers.right)) else None

    return pattern


def _transposed(numbers):
    turned = [r.T for r in numbers.right]
    if all(m.shape == r.shape for m, r in zip(numbers.mine, turned, strict=True)) and numbers.are(turned):
        return Diagnosis(
            "the result is transposed: rows and columns have changed places",
            "What should a row stand for? Write the shape under every factor.",
        )
    return None


def _reshaped(numbers):
    pairs = zip(numbers.mine, numbers.right, strict=True)
    if all(m.size == r.size and comparing.close(m.reshape(r.shape), r) for m, r in pairs):
        return Diagnosis(
            "the numbers are right, but their shape is not",
            "Compare the two shapes. Is there an axis too many, or one too few?",
        )
    return None


def _zero(numbers):
    if not np.any(_flat(numbers.mine)) and np.any(_flat(numbers.right)):
        return Diagnosis("everything is 0", "Which factor is 0 for these inputs, and should it be there?")
    return None


def _off_by_samples(numbers):
    if not numbers.batches_differ:
        return None
    for sign, end in ((1, ""), (-1, ", and the sign is turned round")):
        if numbers.are(sign * r for r in numbers.times_samples(1)):
            return Diagnosis(
                f"everything is N times too large, N being the number of samples{end}",
                "A sum, or a mean over the samples: which is it, and where does the 1/N come in?",
            )
        if numbers.are(sign * r for r in numbers.times_samples(-1.0)):
            return Diagnosis(
                f"everything is divided by the number of samples once too often{end}",
                "Where did the 1/N come in already?",
            )
    return None


def _fixed_samples(numbers):
    """N written as a number: right only for the batch that it was counted in."""
    if not numbers.batches_differ:
        return None
    sums = Numbers(numbers.mine, numbers.times_samples(1), numbers.samples)
    mine, right = sums.at_largest()
    number = right / mine
    if np.isfinite(number) and number > 1.5 and sums.are(r / number for r in sums.right):
        return Diagnosis(f"it is divided as if there were always {number:.4g}", "And if there are more, or fewer?")
    return None


def _multiplied(numbers):
    mine, right = numbers.at_largest()
    factor = mine / right
    if np.isfinite(factor) and factor != 0 and numbers.are(factor * r for r in numbers.right):
        return Diagnosis(
            f"everything is {factor:.4g} times what it should be", "Which factor is missing, or one too many?"
        )
    return None


def _shifted(numbers):
    mine, right = _flat(numbers.mine), _flat(numbers.right)
    offset = mine[0] - right[0]
    if len(right) >= 3 and np.isfinite(offset) and numbers.are(r + offset for r in numbers.right):
        size = "large" if offset > 0 else "small"
        return Diagnosis(f"everything is {abs(offset):.4g} too {size}", "Which term is too much?")
    return None


def _rounded(numbers):
    for digits in range(7):
        if numbers.are(np.round(r, digits) for r in numbers.right):
            return Diagnosis(
                "the numbers are rounded", "Rounding is for showing. What happens if you return all digits?"
            )
    return None


OF_SHAPES = (_transposed, _reshaped)
OF_NUMBERS = (
    _zero,
    _changed(
        np.negative, "the sign is turned round", "Have two terms changed places, or is a minus one too many? Where?"
    ),
    _off_by_samples,
    _fixed_samples,
    _multiplied,
    _shifted,
    _changed(
        lambda right: 1 - right,
        "this is 1 minus the right result",
        "What has been turned round: a sign in the exponent, or yes and no?",
    ),
    _rounded,
    _changed(np.trunc, "the decimals are cut off", "Where does a whole number come in: int, //, or a dtype?"),
    _changed(
        lambda right: 1 / (1 + np.exp(-right)),
        "there is a sigmoid too many, at the end",
        "How often do the numbers go through an activation?",
    ),
)


def _flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])
