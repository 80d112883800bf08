"""Wording what is seen: the inputs, the parts of a result, shapes and forms, and where a result is not right."""

from typing import NamedTuple

import numpy as np

from bpcourse.exercises import comparing
from bpcourse.exercises.comparing import short
from bpcourse.exercises.content.advice import EMPTY, MANY_FOR_ONE, ONE_FOR_A_LIST, ONE_FOR_MANY

MOST_SHAPES = 2
MOST_SHOWN = 8  # numbers that are written out; of more, the shapes are told
MOST_WORKED = 16  # the same for a case that has a name of its own


class Seen(NamedTuple):
    """What is seen of a wrong answer, in words, and what to think about; advice "" if there is none."""

    words: str
    advice: str = ""
    line: int | None = None  # of the answer's, where it stopped


def difference(task, arguments, mine, right):
    """Return what is `Seen`: where a result differs from the right one, on the inputs that were given."""
    if mine.places != right.places:
        return _other_form(task, mine, right)
    pairs = zip(mine.arrays, right.arrays, strict=True)
    part, m, r = next((part, m, r) for part, (m, r) in enumerate(pairs) if not comparing.equal(m, r))
    what, given = name_of(task, right.places[part]), inputs(task, arguments)
    if not comparing.equivalent_shapes(m.shape, r.shape):
        came = f"has shape {m.shape}" if m.ndim else "is a single number"
        expected = f"{'' if m.ndim else 'shape '}{r.shape}" if r.ndim else "a single number"
        advice = "" if m.ndim and r.ndim else MANY_FOR_ONE if m.ndim else ONE_FOR_MANY
        return Seen(f"{what} {came}; expected {expected}, for {given}.", advice)
    m = m.reshape(r.shape)
    with np.errstate(all="ignore"):
        distance = np.abs(m.astype(float) - r.astype(float))
    index = np.unravel_index(np.argmax(np.nan_to_num(distance, nan=np.inf, posinf=np.inf)), r.shape)
    place = f" at [{', '.join(map(str, index))}]" if r.ndim else ""
    came, expected = _apart(m[index], r[index])
    return Seen(f"{what}{place} is {came}; expected {expected}, for {given}.")


def _apart(mine, right):
    """Write two numbers with as many digits as it takes to tell them apart."""
    if isinstance(right, np.bool_):  # only numbers that are a truth themselves, or 0 or 1, are written as one
        return tuple(str(bool(n)) if n in (0, 1) else short(float(n)) for n in (mine, right))
    if isinstance(mine, np.bool_):
        return str(bool(mine)), short(float(right))
    texts = [(f"{float(mine):.{digits}g}", f"{float(right):.{digits}g}") for digits in range(4, 18)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def name_of(task, place):
    """Return the name of a place in a result, such as (1, 0): with the names of the exercise, if it has some."""
    if not place:
        return "The result"
    named = place[0] < len(task.results)
    indices = "".join(f"[{index}]" for index in place[named:])
    return f"{task.results[place[0]]}{indices}" if named else f"Entry {indices}"


def inputs(task, arguments):
    """Name the inputs: their values if they are few, otherwise their shapes."""
    named = dict(zip(task.given or task.parameters, arguments, strict=True))
    shapes = {name: [array.shape for array in comparing.arrays_in(value)] for name, value in named.items()}
    words = [
        f"{name} {of_it if isinstance(named[name], list) else of_it[0]}" for name, of_it in shapes.items() if of_it
    ]
    if _few_numbers(arguments) or not words:
        return ", ".join(f"{name} = {short(value)}" for name, value in named.items() if _is_plain(value))
    if known := getattr(arguments, "name", ""):  # a case that has a name of its own
        return known
    return f"shapes {', '.join(words[:MOST_SHAPES])}{' and so on' if len(words) > MOST_SHAPES else ''}"


def outputs(task, arguments, right):
    """Name what comes out: its values if inputs and they are few, otherwise its shapes."""
    known, size = hasattr(arguments, "name"), sum(array.size for array in right.arrays[:4])
    few = size <= MOST_WORKED if known else _few_numbers(arguments) and size <= MOST_SHOWN
    values = [short(array, 100) if few else f"of shape {array.shape}" for array in right.arrays[:4]]
    if right.places == [()]:
        return values[0]
    names = [name_of(task, place) for place in right.places[:4]]
    return ", ".join(f"{name}{' = ' if few else ' '}{value}" for name, value in zip(names, values, strict=True))


def _few_numbers(arguments):
    return comparing.size_of(arguments) <= MOST_SHOWN and all(callable(a) or _is_plain(a) for a in arguments)


def _is_plain(value):
    return isinstance(value, np.ndarray | int | float) or (isinstance(value, list) and len(value) <= 5)


def kind(result):
    """Say what a right result is: "a number", "an array", "True or False", "a list of pairs, here 2"."""
    if result.places != [()]:
        return _form(result.places)
    array = result.arrays[0]
    return "True or False" if array.dtype.kind == "b" else "an array" if array.ndim else "a number"


def _other_form(task, mine, right):
    """Return what is `Seen` of how a result is put together, and how it should be."""
    if not mine.arrays:
        return Seen(f"Your function returned {'empty lists' if task.results else 'an empty list'}.", EMPTY)
    came, wanted = _entries(mine.places), _entries(right.places)
    if task.results and (task.given or len(task.results) == len(wanted) == len(came)):
        part = next((i for i in wanted if came.get(i) != wanted[i]), None)
        if part is not None:
            name, expected = task.results[part], _part(right, part)
            if part not in came:
                return Seen(f"Nothing came as {name}; expected {expected}.", EMPTY)
            return Seen(f"{name} is {_part(mine, part)}; expected {expected}.", ONE_FOR_A_LIST * (came[part] == [()]))
    named = len(task.results) == len(right.arrays)
    expected = f"{len(task.results)}: {', '.join(task.results)}" if named else _form_or_shape(right)
    return Seen(f"Your function returned {_form_or_shape(mine)}; expected {expected}.")


def _part(result, part):
    """Say how one part of a result is put together, as "a list of 3 arrays"."""
    pairs = [(place[1:], array) for place, array in zip(result.places, result.arrays, strict=True) if place[0] == part]
    places = [place for place, _ in pairs]
    if not any(array.ndim for _, array in pairs):
        return "a single number" if places == [()] else f"a list of {_count(len(places), ' number')}"
    form = _form(places)
    return form if form.startswith(("a", "one")) else f"a list of {form}"


def _form_or_shape(result):
    if result.places != [()]:
        return _form(result.places)
    return f"an array of shape {result.arrays[0].shape}" if result.arrays[0].ndim else "a single number"


def _form(places):
    """Say how arrays at such places are put together: "one array", "3 arrays", "2 lists of 3 arrays each"."""
    entries = list(_entries(places).values())
    if not entries:
        return "one array"
    if all(entry == [()] for entry in entries):
        return f"{len(entries)} arrays" if len(entries) > 1 else "a list of one array"
    if all(entry == [(0,), (1,)] for entry in entries):
        return f"a list of pairs, here {_count(len(entries))}"
    sizes = {len(entry) for entry in entries}
    each = f" of {_count(min(sizes), ' array')} each" if len(sizes) == 1 else ""
    return f"{_count(len(entries), ' list')}{each}"


def _entries(places):
    """Return {index: places within that entry} of a result."""
    entries = {}
    for place in filter(None, places):
        entries.setdefault(place[0], []).append(place[1:])
    return entries


def _count(number, thing=""):
    return f"{number}{thing and thing + 's'}" if number != 1 else f"one{thing}"
