"""Telling an exception: in plain words, with the learner's own line, and with something to think about."""

import difflib
import re

import numpy as np

from bpcourse.exercises import source
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.content import advice as advised
from bpcourse.exercises.results import cut, type_name
from bpcourse.exercises.wording import Seen

LONGEST_NAME = 60  # characters; no slip of the finger is looked for in a longer one


def stopped(task, answer, outcome):
    """Return what is `Seen` of an `Outcome` that is an exception, which the learner's code raised."""
    error = outcome.error
    name, text = type_name(error), _plain_words(outcome.text)
    advice = (
        _advice_on_name(task, answer, error)
        or (advised.KEPT_APPEND if "NoneType" in text and source.keeps_append(answer) else "")
        or next((advice for words, advice in advised.ON_WORDS.items() if re.search(words, text)), "")
        or advised.ON_KINDS.get(name, "Read the error once more, then look at that line: what is each name there?")
    )
    line, number = source.own_line(answer, error)
    where = f" in your line `{line}`" if line else ""
    return Seen(f"Your code stopped{where}: {name}{': ' if text else ''}{text}", advice, number)


def _advice_on_name(task, answer, error):
    """Say what an unknown name may be: of the network, near a name of the answer's own, an exercise, NumPy's."""
    if type(error) not in (NameError, AttributeError) or type(error.name) is not str or len(error.name) > LONGEST_NAME:
        return ""
    if type(error) is AttributeError:
        near = _nearest(error.name, advised.OF_THE_NETWORK if task.parameters[0] == "self" else np.__all__)
        return f"There is {near}. Is that the name you mean?" if near and near != error.name else ""
    name = {"eta": "learning_rate"}.get(error.name, error.name)
    if task.parameters[0] == "self" and name in advised.OF_THE_NETWORK:
        return f"In a method of the network it is called self.{name}."
    if near := _nearest(error.name, source.own_names(answer, error)):
        return f"In your function there is {near}. Is that the name you mean?"
    if name in ALL:
        earlier = list(ALL).index(name) < list(ALL).index(task.name)
        return (advised.FETCH if earlier else advised.COMES_LATER).format(name)
    if name in np.__all__ and name != "e":
        return f"In NumPy it is called np.{name}."
    return advised.ON_NAMES.get(name, "")


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
