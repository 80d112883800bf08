"""Turning what a learner passes in into clean arrays, or into an error that says what to do."""

import difflib
import math
import numbers
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

MOST_WEIGHTS = 10**8  # of a network: 0.8 GB, and as much again for the gradients


class InputError(ValueError):
    """What came in cannot be used. The message says what came, what was expected and what to do."""


class NotFiniteError(InputError):
    """Among the numbers that came in, some are NaN or infinite."""


class Checked:
    """An attribute that is checked when it is assigned: ``check(owner, value)`` returns what is kept, or raises."""

    def __init__(self, check):
        self.check = check

    def __set_name__(self, owner, name):
        self.place = f"_{name}"

    def __get__(self, owner, kind=None):
        return self if owner is None else getattr(owner, self.place)

    def __set__(self, owner, value):
        setattr(owner, self.place, self.check(owner, value))


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
        number = _as_float(value)
        if math.isfinite(number) and number < below and (number > least if above else number >= least):
            return number
    bounds = f"{'above' if above else 'at least'} {least:g}"
    if below < math.inf:
        bounds += f" and below {below:g}"
    raise InputError(f"{what} came as {_shown(value)}; expected a finite number, {bounds}.")


def sizes(value, what):
    """Return hidden sizes as a tuple: from an int, or from a sequence of ints (which may be empty)."""
    if isinstance(value, list | tuple | range) or (isinstance(value, np.ndarray) and value.ndim == 1):
        return tuple(whole_number(size, f"{what}[{i}]") for i, size in enumerate(value))
    if isinstance(value, str):
        raise InputError(f"{what} came as {value!r}; expected a whole number, or a list of them, one a hidden layer.")
    return (whole_number(value, what),)


def layer_sizes(input_size, hidden_size, output_size):
    """Return the numbers of units of all layers as a tuple, if such a network can be held; raises InputError."""
    n_in, n_out = whole_number(input_size, "input_size"), whole_number(output_size, "output_size")
    all_sizes = (n_in, *sizes(hidden_size, "hidden_size"), n_out)
    weights = sum(above * below for above, below in pairwise(all_sizes))
    if weights > MOST_WEIGHTS:
        shape = "-".join(map(str, all_sizes))
        raise InputError(f"A {shape} network has {weights:,} weights; expected at most {MOST_WEIGHTS:,}.")
    return all_sizes


def known_names(options, known, what):
    """See that every name in `options` is one of `known`, or raise InputError, with the nearest name."""
    for name in options:
        choice(name, known, f"an option of {what}")


def matrix(value, what, rows=None, columns=None, rows_hint="", columns_hint="", cure="Fill or drop those rows first."):
    """Return `value` as a finite float array of two axes, with the numbers of rows and columns asked for.

    The array is the caller's own where that is already fit; it is never written to.
    """
    array = numbers_array(value, what, cure)
    wanted = f"({'N' if rows is None else rows}, {'n' if columns is None else columns})"
    if array.size == 0:
        missing = "row" if array.shape[0] == 0 else "column"
        raise InputError(f"{what} has shape {array.shape}: there is not a single {missing} in it. Expected {wanted}.")
    if array.ndim != 2:
        raise InputError(f"{what} has shape {array.shape}; expected {wanted}: {_two_axes_hint(array, what, columns)}")
    if columns is not None and array.shape[1] != columns:
        raise InputError(
            f"{what} has shape {array.shape}; expected {wanted}{columns_hint}." + _transposed(array, rows, columns)
        )
    if rows is not None and array.shape[0] != rows:
        raise InputError(f"{what} has shape {array.shape}; expected {wanted}{rows_hint}.")
    return array


def samples(X, n_in=None):
    """Return samples X as a finite float array, (N, n_in), or raise InputError."""
    return matrix(X, "X", columns=n_in, columns_hint=f", as input_size is {n_in}")


def samples_and_targets(X, y, n_in=None, n_out=None, hint=""):
    """Return X, (N, n_in), and y, (N, n_out), as finite float arrays; `hint` is said where n_out does not fit."""
    X = samples(X, n_in)
    rows_hint, columns_hint = ", one row for each row of X", f", as output_size is {n_out}{hint}"
    return X, matrix(y, "y", rows=len(X), columns=n_out, rows_hint=rows_hint, columns_hint=columns_hint)


def arrays(values, what, shapes):
    """Return `values` as a list of finite float arrays of these shapes; one that is right already is not copied."""
    if not isinstance(values, list | tuple) or len(values) != len(shapes):
        came = f"{len(values)} entries" if isinstance(values, list | tuple) else type(values).__name__
        raise InputError(f"{what} came as {came}; expected a list of {len(shapes)} arrays, one a layer.")
    cure = "If a training diverged, start again with reset() and a smaller learning rate."
    return [
        matrix(value, f"{what}[{i}]", rows=rows, columns=columns, cure=cure)
        for i, (value, (rows, columns)) in enumerate(zip(values, shapes, strict=True))
    ]


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
        raise InputError(
            f"{what} came as a masked array; expected a number everywhere. Drop the rows with masked values, or give "
            f"them numbers with {what}.filled(...)."
        )
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
        raise InputError(f"{what} holds {_kind(array)}; expected real numbers.")
    with np.errstate(over="ignore"):  # a longdouble may be too large for a float
        array = array.astype(float, copy=False)
    if not np.isfinite(array).all():
        bad = ~np.isfinite(array)
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise NotFiniteError(
            f"{what} holds {int(bad.sum())} value(s) that are NaN or infinite, the first one at index {where}; "
            f"expected finite numbers. {cure}".rstrip()
        )
    return array


def _two_axes_hint(array, what, columns):
    if array.ndim == 1 and columns == 1:
        return f"one row a sample. Turn it into a column with {what}.reshape(-1, 1)."
    if array.ndim == 1:
        return f"one row a sample. A single sample becomes one row with {what}.reshape(1, -1)."
    if array.ndim == 0:
        return f"one row a sample, so a single number is written [[{what}]]."
    return f"two axes, not {array.ndim}. Flatten each sample into a row with {what}.reshape(len({what}), -1)."


def _transposed(array, rows, columns):
    if array.shape[0] == columns and rows in (None, array.shape[1]):
        return " It seems to be transposed: rows are samples here, try .T."
    return ""


def _kind(array):
    names = {"U": "text", "S": "bytes", "c": "complex numbers", "O": "Python objects", "M": "dates", "m": "durations"}
    return names.get(array.dtype.kind, f"values of type {array.dtype}")


def _as_float(value):
    try:
        return float(value)
    except OverflowError:  # an int with more than 308 digits
        return math.inf


def _shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
