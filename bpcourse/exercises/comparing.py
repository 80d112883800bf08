"""Comparing results: whatever a function returned is opened into arrays, and those are held against each other."""

import inspect
import math
import numbers
from dataclasses import dataclass

import numpy as np

from bpcourse.exercises.results import cut, type_name

MOST_PARTS = 1_000
MOST_NUMBERS = 1_000_000


@dataclass(frozen=True)
class Opened:
    """A result with its lists and tuples opened."""

    arrays: list
    places: list  # where in the result each array was, such as (0, 1) for ``result[0][1]``
    is_list: bool = False  # whether it, or a part of it, is a list of plain numbers, which became one array


@dataclass(eq=False)
class NotNumbers(Exception):
    """A result is not made of numbers."""

    what: str  # what it is
    advice: str = "What should come back are the numbers themselves, as they were computed."
    wanted: str = ""  # what it should be, where the right result does not tell


@dataclass(eq=False)
class Unfinished(Exception):
    """A result is, or holds, dots or None, at such places."""

    places: list


def opened(value):
    """Return `value` as `Opened`, or raise NotNumbers or Unfinished."""
    arrays, places, gaps, lists = [], [], [], []

    def walk(part, place):
        if part is None or part is ...:
            gaps.append(place)
        elif isinstance(part, list | tuple) and not _is_row_of_numbers(part):
            if len(part) + len(arrays) + len(gaps) > MOST_PARTS:
                raise NotNumbers(f"a {type_name(value)} of more than {MOST_PARTS} things")
            for index, inner in enumerate(part):
                walk(inner, (*place, index))
        else:
            lists.append(isinstance(part, list | tuple))
            arrays.append(_array(part))
            places.append(place)

    walk(value, ())
    if gaps:
        raise Unfinished(gaps)
    return Opened(arrays, places, any(lists))


def _is_row_of_numbers(value):
    return len(value) > 0 and all(isinstance(part, numbers.Real) for part in value)


def _array(value):
    """Return one thing as an array of its own, or raise NotNumbers."""
    if isinstance(value, str | bytes):
        raise NotNumbers(f"text, {short(value)}", "What stands in quotation marks is text. Are they meant to be there?")
    if inspect.isgenerator(value) or inspect.iscoroutine(value) or isinstance(value, map | filter | zip):
        getattr(value, "close", lambda: None)()
        end = "; or was return meant where yield stands?" if inspect.isgenerator(value) else "."
        raise NotNumbers(f"a {type_name(value)}", f"It has computed nothing yet. list(...) makes a list of it{end}")
    if callable(value):
        raise NotNumbers("a function", "A function is called with brackets after its name. Are some missing?")
    if isinstance(value, np.ma.MaskedArray):
        raise NotNumbers("a masked array", "Where a number is masked, none is compared. Which are, and why?")
    try:
        array = np.asarray(value)
    except Exception as error:
        raise NotNumbers(f"a {type_name(value)} that is no array", cut(f"It says: {error}", 120)) from None
    kinds = {"c": "complex numbers", "U": "text", "S": "text"}
    if array.dtype.kind not in "biuf":
        raise NotNumbers(kinds.get(array.dtype.kind, f"a {type_name(value)} that holds no plain numbers"))
    if array.size > MOST_NUMBERS:
        raise NotNumbers(f"an array of shape {array.shape}", "That is far too large. Which shape should it have?")
    return array.copy()


def agree(mine, right):
    """Whether two `Opened` results hold the same numbers in equivalent shapes, put together alike."""
    return mine.places == right.places and all(map(equal, mine.arrays, right.arrays))


def agree_as_array(mine, right):
    """Whether a result that came as a list of numbers, or of rows, is right once it is made an array."""
    if agree(mine, right):
        return True
    if len(right.arrays) != 1 or right.is_list or len({array.shape for array in mine.arrays}) != 1:
        return False
    whole = np.stack(mine.arrays) if len(mine.arrays) > 1 or mine.places[0] else mine.arrays[0]
    return equal(whole, right.arrays[0])


def same_in_any_order(mine, right):
    """Whether two lists hold equal arrays, in whatever order."""
    left = list(mine)
    for array in right:
        found = next((i for i, other in enumerate(left) if equal(other, array)), None)
        if found is None:
            return False
        del left[found]
    return not left


def equal(mine, right):
    """Whether two arrays are equal, in an equivalent shape: (n,) may stand for (1, n)."""
    return equivalent_shapes(mine.shape, right.shape) and close(mine.reshape(right.shape), right)


def close(mine, right):
    """Whether two arrays of one shape hold the same numbers, as exactly as their types allow."""
    single = {np.dtype(np.float32), np.dtype(np.float16)} & {mine.dtype, right.dtype}
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(right.astype(float)), initial=0.0, where=np.isfinite(right))
        tolerance = (1e-5 if single else 1e-8) * (scale or 1.0)
        return bool(np.allclose(mine, right, rtol=1e-4 if single else 1e-6, atol=tolerance, equal_nan=True))


def equivalent_shapes(mine, right):
    """Whether an array of shape `mine` may stand for one of shape `right`."""
    return mine == right or (len(right) == 2 and right[0] == 1 and mine == right[1:])


def same_inputs(before, after):
    """Whether two tuples of arguments hold the same arrays and numbers, in lists of the same lengths."""
    if isinstance(before, list | tuple):
        return isinstance(after, list | tuple) and len(before) == len(after) and all(map(same_inputs, before, after))
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and np.array_equal(before, after, equal_nan=True)
    return not isinstance(before, numbers.Real) or before == after or before != before


def arrays_in(value):
    """Return all arrays of a value, lists and tuples opened."""
    if isinstance(value, list | tuple):
        return [array for part in value for array in arrays_in(part)]
    return [value] if isinstance(value, np.ndarray) else []


def size_of(arguments):
    """Return how many numbers the arrays among the arguments hold."""
    return sum(array.size for array in arrays_in(arguments))


def short(value, most=60):
    """Write a value in a few characters."""
    value = value[()] if isinstance(value, np.ndarray) else value  # an array without axes becomes a number
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=4, separator=", ", threshold=20).replace("\n", "")
    elif isinstance(value, bool | np.bool_ | str | bytes):
        text = repr(bool(value) if isinstance(value, np.bool_) else value)
    elif isinstance(value, numbers.Real):
        text = f"{value:.4g}" if math.isfinite(value) else str(float(value))
    elif isinstance(value, list | tuple):
        text = f"[{', '.join(map(short, value))}]"
    else:
        text = f"a {type_name(value)}"
    return cut(text, most)
