"""Mistakes that are alike in every exercise, recognised by how all results relate to the right ones.

Each pattern takes the results of all cases, `mine` and `right`, lists of arrays in the same order, and the number
of samples in each case. It returns (name, question), or None if not every case shows it.
"""

from itertools import permutations

import numpy as np

from bpcourse.exercises import comparing

IN_PLACE = (
    "changes its input in place",
    "Its caller's numbers are others afterwards. Which line writes into an argument, as += does?",
)
REMEMBERS = (
    "it remembers the call before: the same inputs give another result the second time",
    "Is anything added to what an earlier call left behind, or drawn at random?",
)
DRAWS = (
    "it draws from a generator of its own: the same inputs give another result the second time",
    "One of the arguments is a generator, with methods like those of np.random. Where is it in your line?",
)

A_LIST = (
    "a list comes back where an array is expected",
    "The course computes on with arrays. Which NumPy function makes an array of a list?",
)
ANOTHER_ORDER = (
    "the results come in another order",
    "What comes as {} is {}. Was something else put in there, or is the order in your return another?",
)
ANOTHER_NESTING = (
    "all arrays are right, but they are put together otherwise",
    "Which lists does the exercise ask for, in which order, and what is in each of them?",
)
OTHER_ARGUMENTS = (
    "its arguments stand in another order than the exercise's",
    "Compare the first line of your function with the exercise. Which argument comes first?",
)


def recognise(mine, right, samples):
    """Return (name, question) of the first pattern that holds in every case, or None."""
    mine, right = [array.astype(float) for array in mine], [array.astype(float) for array in right]
    if all(comparing.equivalent_shapes(m.shape, r.shape) for m, r in zip(mine, right, strict=True)):
        mine = [m.reshape(r.shape) for m, r in zip(mine, right, strict=True)]
        with np.errstate(all="ignore"):
            found = (pattern(mine, right, samples) for pattern in OF_NUMBERS)
            return next(filter(None, found), None)
    return next(filter(None, (pattern(mine, right) for pattern in OF_SHAPES)), None)


def in_another_order(mine, right):
    """Return which part of the right result each part is, if all are right but their order; otherwise None.

    Both hold a list of arrays for each case.
    """
    count = len(right[0])
    if not 2 <= count <= 4 or any(len(arrays) != count for arrays in [*mine, *right]):
        return None
    for order in list(permutations(range(count)))[1:]:
        if all(comparing.equal(m[i], r[j]) for m, r in zip(mine, right, strict=True) for i, j in enumerate(order)):
            return order
    return None


def in_another_nesting(mine, right):
    """Whether all results hold the right arrays, but in lists or tuples of another form; both are lists of `Opened`."""
    return any(m.places != r.places for m, r in zip(mine, right, strict=True)) and all(
        _same_in_any_order(m.arrays, r.arrays) for m, r in zip(mine, right, strict=True)
    )


def _same_in_any_order(mine, right):
    left = list(mine)
    for array in right:
        found = next((i for i, other in enumerate(left) if comparing.equal(other, array)), None)
        if found is None:
            return False
        del left[found]
    return not left


def as_array(result, right):
    """Whether a result that came as a list of numbers, or of rows, is right once it is made an array."""
    if comparing.agree(result, right):
        return True
    if len(right.arrays) != 1 or right.is_list or any(a.shape != result.arrays[0].shape for a in result.arrays):
        return False
    whole = np.stack(result.arrays) if len(result.arrays) > 1 or result.places[0] else result.arrays[0]
    return comparing.equal(whole, right.arrays[0])


def _transposed(mine, right):
    if all(m.shape == r.T.shape and comparing.close(m, r.T) for m, r in zip(mine, right, strict=True)):
        return (
            "the result is transposed: rows and columns have changed places",
            "What should a row stand for? Write the shape under every factor.",
        )
    return None


def _reshaped(mine, right):
    if all(m.size == r.size and comparing.close(m.reshape(r.shape), r) for m, r in zip(mine, right, strict=True)):
        return (
            "the numbers are right, but their shape is not",
            "Compare the two shapes. Is there an axis too many, or one too few?",
        )
    return None


def _turned_round(mine, right, samples):
    if _all_close(mine, [-r for r in right]):
        return ("the sign is turned round", "Have two terms changed places, or is a minus one too many? Where?")
    return None


def _off_by_samples(mine, right, samples):
    if None in samples or len(set(samples)) < 2:
        return None
    for sign, end in ((1, ""), (-1, ", and the sign is turned round")):
        if _all_close(mine, [sign * n * r for r, n in zip(right, samples, strict=True)]):
            return (
                f"everything is N times too large, N being the number of samples{end}",
                "A sum, or a mean over the samples: which is it, and where does the 1/N come in?",
            )
        if _all_close(mine, [sign * r / n for r, n in zip(right, samples, strict=True)]):
            return (
                f"everything is divided by the number of samples once too often{end}",
                "Where did the 1/N come in already?",
            )
    return None


def _fixed_samples(mine, right, samples):
    """N written as a number: right only for the batch that it was counted in."""
    if None in samples or len(set(samples)) < 2:
        return None
    times_n = [n * r for r, n in zip(right, samples, strict=True)]
    largest = np.argmax(np.abs(_flat(times_n)))
    number = _flat(times_n)[largest] / _flat(mine)[largest]
    if np.isfinite(number) and number > 1.5 and _all_close([number * m for m in mine], times_n):
        return (f"it is divided as if there were always {number:.4g}", "And if there are more, or fewer?")
    return None


def _multiplied(mine, right, samples):
    flat_mine, flat_right = _flat(mine), _flat(right)
    largest = np.argmax(np.abs(flat_right))
    factor = flat_mine[largest] / flat_right[largest]
    if np.isfinite(factor) and factor != 0 and _all_close(mine, [factor * r for r in right]):
        return (f"everything is {factor:.4g} times what it should be", "Which factor is missing, or one too many?")
    return None


def _shifted(mine, right, samples):
    if len(_flat(right)) < 3:
        return None
    offset = _flat(mine)[0] - _flat(right)[0]
    if np.isfinite(offset) and _all_close(mine, [r + offset for r in right]):
        return (f"everything is {abs(offset):.4g} too {'large' if offset > 0 else 'small'}", "Which term is too much?")
    return None


def _complement(mine, right, samples):
    if _all_close(mine, [1 - r for r in right]):
        return (
            "this is 1 minus the right result",
            "What has been turned round: a sign in the exponent, or yes and no?",
        )
    return None


def _rounded(mine, right, samples):
    for digits in range(7):
        if _all_close(mine, [np.round(r, digits) for r in right]):
            return ("the numbers are rounded", "Rounding is for showing. What happens if you return all digits?")
    if _all_close(mine, [np.trunc(r) for r in right]):
        return ("the decimals are cut off", "Where does a whole number come in: int, //, or a dtype?")
    return None


def _squashed(mine, right, samples):
    if _all_close(mine, [1 / (1 + np.exp(-r)) for r in right]):
        return ("there is a sigmoid too many, at the end", "How often do the numbers go through an activation?")
    return None


OF_SHAPES = (_transposed, _reshaped)


def _zero(mine, right, samples):
    if not np.any(_flat(mine)) and np.any(_flat(right)):
        return ("everything is 0", "Which factor is 0 for these inputs, and should it be there?")
    return None


OF_NUMBERS = (
    *(_zero, _turned_round, _off_by_samples, _fixed_samples),
    *(_multiplied, _shifted, _complement, _rounded, _squashed),
)


def _all_close(mine, right):
    return all(comparing.close(m, r) for m, r in zip(mine, right, strict=True))


def _flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])
