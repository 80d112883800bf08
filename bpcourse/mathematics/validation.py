"""Turning what a learner passes in into clean arrays, or into an error that says what to do."""

import contextlib
import difflib
import math
import numbers
from collections.abc import Iterator
from operator import attrgetter

import numpy as np

KINDS = {"U": "text", "S": "bytes", "c": "complex numbers", "O": "Python objects", "M": "dates", "m": "durations"}


class InputError(ValueError):
    """What came in cannot be used. The message says what came, what was expected and what to do."""


class NotFiniteError(InputError):
    """Among the numbers that came in, some are NaN or infinite."""


def checked(place, check):
    """Return a property kept in the attribute `place`, as ``check(owner, value)`` returns it when it is assigned."""
    return property(attrgetter(place), lambda owner, value: setattr(owner, place, check(owner, value)))


def choice(value, options, what):
    """Return `value` if it is one of `options`; otherwise raise InputError, with the nearest name."""
    if isinstance(value, str) and value in options:
        return value
    message = f"{what} came as {_shown(value)}; expected one of {', '.join(map(repr, options))}."
    near = difflib.get_close_matches(value, options, n=1) if isinstance(value, str) else []
    raise InputError(message + (f" Did you mean {near[0]!r}?" if near else ""))


def entry(chosen, table, what):
    """Return the entry of `table` with the name `chosen`, or `chosen` itself if it is of their kind already."""
    is_one = isinstance(chosen, type(next(iter(table.values()))))
    return chosen if is_one else table[choice(chosen, list(table), what)]


def whole_number(value, what, least=1):
    """Return `value` as an int that is at least `least`, or raise InputError."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool | np.bool_) and value >= least:
        return int(value)
    raise InputError(f"{what} came as {_shown(value)}; expected a whole number, {least} or more.")


def real_number(value, what, least=0.0, above=False, below=math.inf):
    """Return `value` as a finite float, at least (or, with `above`, above) `least` and under `below`."""
    if isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_):
        with contextlib.suppress(OverflowError):  # of an int with more than 308 digits
            number = float(value)
            if math.isfinite(number) and number < below and (number > least if above else number >= least):
                return number
    bounds = f"{'above' if above else 'at least'} {least:g}" + (f" and below {below:g}" if below < math.inf else "")
    raise InputError(f"{what} came as {_shown(value)}; expected a finite number, {bounds}.")


def matrix(value, what, rows=None, columns=None, rows_hint="", columns_hint="", cure="Fill or drop those rows first."):
    """Return `value` as a finite float array of two axes, with the numbers of rows and columns asked for.

    The array is the caller's own where that is already fit; it is never written to.
    """
    array = numbers_array(value, what, cure)
    if array.size == 0:
        hint = f": there is not a single {'column' if len(array) else 'row'} in it."
    elif array.ndim != 2:
        hint = f": {_two_axes_hint(array, what, columns)}"
    elif columns not in (None, array.shape[1]):
        transposed = array.shape[0] == columns and rows in (None, array.shape[1])
        hint = f"{columns_hint}." + (" It seems to be transposed: rows are samples here, try .T." if transposed else "")
    elif rows not in (None, array.shape[0]):
        hint = f"{rows_hint}."
    else:
        return array
    wanted = f"({'N' if rows is None else rows}, {'n' if columns is None else columns})"
    raise InputError(f"{what} has shape {array.shape}; expected {wanted}{hint}")


def samples(X, n_in=None):
    """Return samples X as a finite float array, (N, n_in), or raise InputError."""
    return matrix(X, "X", columns=n_in, columns_hint=f", as input_size is {n_in}")


def samples_and_targets(X, y, n_in=None, n_out=None):
    """Return X, (N, n_in), and y, (N, n_out), as finite float arrays, or raise InputError."""
    X = samples(X, n_in)
    classes_hint = " (datasets.one_hot makes such rows of class numbers)" if n_out != 1 else ""
    hints = ", one row for each row of X", f", as output_size is {n_out}{classes_hint}"
    return X, matrix(y, "y", len(X), n_out, *hints)


def has(thing, what, names, expected):
    """See that a thing has these attributes, or raise InputError."""
    missing = [name for name in names if not hasattr(thing, name)]
    if missing:
        came = f"{type(thing).__name__} without .{' and .'.join(missing)}"
        raise InputError(f"{what} came as {came}; expected {expected}.")


def classes(value, what, rows, rows_hint=""):
    """Return `value` as a column of targets 0 and 1, (rows, 1), or raise InputError."""
    array = matrix(value, what, rows=rows, columns=1, rows_hint=rows_hint)
    if not ((array == 0) | (array == 1)).all():
        raise InputError(f"{what} reaches from {array.min():g} to {array.max():g}; expected the classes 0 and 1 alone.")
    return array


def any_array(value, what):
    """Return `value` as an array of any kind, or raise InputError."""
    if isinstance(value, Iterator):
        raise InputError(f"{what} came as a {type(value).__name__}; expected an array, or a list: list(...) makes one.")
    if np.ma.is_masked(value):
        raise InputError(f"{what} came as a masked array; expected a number everywhere, as from {what}.filled(...).")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise InputError(f"{what} came as {_shown(value)}; expected rows that are all equally long.") from error
    except Exception as error:  # whatever a foreign object says when it is asked for its numbers
        raise InputError(f"{what} came as a {type(value).__name__}; expected an array. It says: {error}") from error


def numbers_array(value, what, cure=""):
    """Return `value` as a float array of finite numbers, or raise InputError."""
    array = any_array(value, what)
    if array.dtype.kind not in "biuf":
        kind = KINDS.get(array.dtype.kind, f"values of type {array.dtype}")
        raise InputError(f"{what} holds {kind}; expected real numbers.")
    with np.errstate(over="ignore"):  # a longdouble may be too large for a float
        array = array.astype(float, copy=False)
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        holes = f"{len(bad)} value(s) that are NaN or infinite, the first one at index {tuple(map(int, bad[0]))}"
        raise NotFiniteError(f"{what} holds {holes}; expected finite numbers. {cure}".rstrip())
    return array


def _two_axes_hint(array, what, columns):
    if array.ndim == 1 and columns == 1:
        return f"one row a sample. Turn it into a column with {what}.reshape(-1, 1)."
    if array.ndim == 1:
        return f"one row a sample. A single sample becomes one row with {what}.reshape(1, -1)."
    if array.ndim == 0:
        return f"one row a sample, so a single number is written [[{what}]]."
    return f"two axes, not {array.ndim}. Flatten each sample into a row with {what}.reshape(len({what}), -1)."


def _shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
