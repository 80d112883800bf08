"""Patterns: how all results relate to the right ones, when a mistake is made that is alike in every exercise.

A pattern takes `Numbers` and returns the name of its mistake, or something false if not every case shows it.
"""

from dataclasses import dataclass

import numpy as np

from bpcourse.exercises import comparing
from bpcourse.exercises.results import Diagnosis

OF_SHAPES, OF_NUMBERS = [], []  # pairs (pattern, hint), in the order in which they are tried


@dataclass(frozen=True)
class Numbers:
    """What came and what is right: arrays of floats, one after another through all cases."""

    mine: list
    right: list
    samples: list  # the number of samples in the case that each array belongs to, or None

    def are(self, others):
        """Whether what came is the same as `others`, array by array."""
        pairs = list(zip(self.mine, others, strict=True))
        return all(mine.shape == other.shape and comparing.close(mine, other) for mine, other in pairs)

    def times_samples(self, power):
        """Return the right arrays, each times a power of its number of samples; None if that is everywhere the same."""
        if None in self.samples or len(set(self.samples)) < 2:
            return None
        return [right * float(n) ** power for right, n in zip(self.right, self.samples, strict=True)]

    def factor(self, others):
        """Return by how much the largest of all numbers in `others` is multiplied; 0 if by no finite number."""
        mine, others = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (self.mine, others))
        factor = mine[np.argmax(np.abs(others))] / others[np.argmax(np.abs(others))]
        return factor if np.isfinite(factor) else 0.0


def recognise(mine, right, samples):
    """Return the `Diagnosis` of the first pattern that holds in every case, or None."""
    mine, right = [array.astype(float) for array in mine], [array.astype(float) for array in right]
    patterns = OF_SHAPES
    if all(comparing.equivalent_shapes(m.shape, r.shape) for m, r in zip(mine, right, strict=True)):
        patterns, mine = OF_NUMBERS, [m.reshape(r.shape) for m, r in zip(mine, right, strict=True)]
    with np.errstate(all="ignore"):
        found = ((pattern(Numbers(mine, right, samples)), hint) for pattern, hint in patterns)
        return next((Diagnosis(mistake, hint) for mistake, hint in found if mistake), None)


def of(patterns, hint):
    """Add a pattern to those that are tried, with its hint."""
    return lambda pattern: patterns.append((pattern, hint))


@of(OF_SHAPES, "What should a row stand for? Write the shape under every factor.")
def transposed(numbers):
    turned = [right.T for right in numbers.right]
    return numbers.are(turned) and "the result is transposed: rows and columns have changed places"


@of(OF_SHAPES, "Compare the two shapes. Is there an axis too many, or one too few?")
def reshaped(numbers):
    pairs = list(zip(numbers.mine, numbers.right, strict=True))
    same = all(m.size == r.size and comparing.close(m.reshape(r.shape), r) for m, r in pairs)
    return same and "the numbers are right, but their shape is not"


@of(OF_NUMBERS, "Which factor is 0 for these inputs, and should it be there?")
def zero(numbers):
    return any(map(np.any, numbers.right)) and not any(map(np.any, numbers.mine)) and "everything is 0"


@of(OF_NUMBERS, "Have two terms changed places, or is a minus one too many? Where?")
def turned_round(numbers):
    return numbers.are([-right for right in numbers.right]) and "the sign is turned round"


@of(OF_NUMBERS, "A sum, or a mean over the samples: which is it, and where does the 1/N come in?")
def times_n(numbers):
    return _either_sign(numbers, 1, "everything is N times too large, N being the number of samples")


@of(OF_NUMBERS, "Where did the 1/N come in already?")
def over_n(numbers):
    return _either_sign(numbers, -1, "everything is divided by the number of samples once too often")


def _either_sign(numbers, power, mistake):
    sums = numbers.times_samples(power)
    if sums and numbers.are(sums):
        return mistake
    return sums and numbers.are([-array for array in sums]) and f"{mistake}, and the sign is turned round"


@of(OF_NUMBERS, "And if there are more, or fewer?")
def over_a_fixed_number(numbers):
    sums = numbers.times_samples(1)
    factor = numbers.factor(sums) if sums else 0.0
    fixed = 0 < factor < 1 / 1.5 and numbers.are([factor * array for array in sums])
    return fixed and f"it is divided as if there were always {1 / factor:.4g}"


@of(OF_NUMBERS, "Which factor is missing, or one too many?")
def multiplied(numbers):
    factor = numbers.factor(numbers.right)
    same = factor != 0 and numbers.are([factor * right for right in numbers.right])
    return same and f"everything is {factor:.4g} times what it should be"


@of(OF_NUMBERS, "Which term is too much?")
def shifted(numbers):
    offset = numbers.mine[0].flat[0] - numbers.right[0].flat[0]
    many = sum(right.size for right in numbers.right) >= 3 and np.isfinite(offset)
    same = many and numbers.are([right + offset for right in numbers.right])
    return same and f"everything is {abs(offset):.4g} too {'large' if offset > 0 else 'small'}"


@of(OF_NUMBERS, "What has been turned round: a sign in the exponent, or yes and no?")
def complement(numbers):
    return numbers.are([1 - right for right in numbers.right]) and "this is 1 minus the right result"


@of(OF_NUMBERS, "Rounding is for showing. What happens if you return all digits?")
def rounded(numbers):
    some = any(numbers.are([np.round(right, digits) for right in numbers.right]) for digits in range(7))
    return some and "the numbers are rounded"


@of(OF_NUMBERS, "Where does a whole number come in: int, //, or a dtype?")
def truncated(numbers):
    return numbers.are([np.trunc(right) for right in numbers.right]) and "the decimals are cut off"


@of(OF_NUMBERS, "How often do the numbers go through an activation?")
def squashed(numbers):
    sigmoids = [1 / (1 + np.exp(-right)) for right in numbers.right]
    return numbers.are(sigmoids) and "there is a sigmoid too many, at the end"
