"""Wording what is seen: inputs, results and their forms, where a result is not right, and what stopped an answer."""

import difflib
import re
from typing import NamedTuple

import numpy as np

from bpcourse.exercises import comparing, source
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.comparing import short
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import cut, type_name

MOST_SHAPES = 2
MOST_SHOWN = 8  # numbers that are written out; of more, the shapes are told
MOST_WORKED = 16  # the same for a case that has a name of its own
LONGEST_NAME = 60  # characters; no slip of the finger is looked for in a longer one


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
        asked = "" if m.ndim and r.ndim else advice.MANY_FOR_ONE if m.ndim else advice.ONE_FOR_MANY
        return Seen(f"{what} {came}; expected {expected}, for {given}.", asked)
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
        return Seen(f"Your function returned {'empty lists' if task.results else 'an empty list'}.", advice.EMPTY)
    came, wanted = _entries(mine.places), _entries(right.places)
    if task.results and (task.given or len(task.results) == len(wanted) == len(came)):
        part = next((i for i in wanted if came.get(i) != wanted[i]), None)
        if part is not None:
            name, expected = task.results[part], _part(right, part)
            if part not in came:
                return Seen(f"Nothing came as {name}; expected {expected}.", advice.EMPTY)
            return Seen(
                f"{name} is {_part(mine, part)}; expected {expected}.", advice.ONE_FOR_A_LIST * (came[part] == [()])
            )
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


# -- what stopped an answer: in plain words, with the learner's own line, and with something to think about ----


def stopped(task, answer, outcome):
    """Return what is `Seen` of an `Outcome` that is an exception, which the learner's code raised."""
    error = outcome.error
    name, text = type_name(error), _plain_words(outcome.text)
    thought = (
        _advice_on_name(task, answer, error)
        or (advice.KEPT_APPEND if "NoneType" in text and source.keeps_append(answer) else "")
        or next((asked for words, asked in advice.ON_WORDS.items() if re.search(words, text)), "")
        or advice.ON_KINDS.get(name, "Read the error once more, then look at that line: what is each name there?")
    )
    line, number = source.own_line(answer, error)
    where = f" in your line `{line}`" if line else ""
    return Seen(f"Your code stopped{where}: {name}{': ' if text else ''}{text}", thought, number)


def _advice_on_name(task, answer, error):
    """Say what an unknown name may be: of the network, near a name of the answer's own, an exercise, NumPy's."""
    if type(error) not in (NameError, AttributeError) or type(error.name) is not str or len(error.name) > LONGEST_NAME:
        return ""
    if type(error) is AttributeError:
        near = _nearest(error.name, advice.OF_THE_NETWORK if task.parameters[0] == "self" else np.__all__)
        return f"There is {near}. Is that the name you mean?" if near and near != error.name else ""
    name = {"eta": "learning_rate"}.get(error.name, error.name)
    if task.parameters[0] == "self" and name in advice.OF_THE_NETWORK:
        return f"In a method of the network it is called self.{name}."
    if near := _nearest(error.name, source.own_names(answer, error)):
        return f"In your function there is {near}. Is that the name you mean?"
    if name in ALL:
        earlier = list(ALL).index(name) < list(ALL).index(task.name)
        return (advice.FETCH if earlier else advice.COMES_LATER).format(name)
    if name in np.__all__ and name != "e":
        return f"In NumPy it is called np.{name}."
    return advice.ON_NAMES.get(name, "")


def _nearest(name, names):
    """Return the one of `names` that a slip of the finger makes `name` of; None if there is none."""
    lower = {own.lower(): own for own in names if len(own) <= LONGEST_NAME}
    return next((lower[near] for near in difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.75)), None)


def _plain_words(text):
    """Return the first line of an exception's text; NumPy's own words for shapes that do not fit are made plainer."""
    sizes = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", text)
    if sizes:
        return f"in the product @, the inner sizes are {sizes[2]} and {sizes[1]}; they must be equal"
    line = re.sub(r"\S*<locals>\.| \(has \d+, gufunc.*", "", text.strip().splitlines()[0]) if text.strip() else ""
    return cut(line, 110)
