"""Telling an exception: in plain words, with the learner's own line, and with something to think about."""

import difflib
import re

import numpy as np

from bpcourse.exercises import source
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.wording import Seen

ADVICE = {
    "ValueError": "Write the shape under every name in that line. Which two do not fit together?",
    "NameError": "Which line gives that name its value? Look for a spelling, or for a cell that has not been run.",
    "UnboundLocalError": "The name gets its value in this function, but only after that line. Which comes first?",
    "IndexError": "How many entries are there, and what is the number of the last one? Python counts from 0.",
    "RecursionError": "The function calls itself, and never stops. Did you mean another function?",
    "MemoryError": "The result would not fit into the memory. Which shape should it have?",
    "SystemExit": "Leave exit() and quit() out: a function ends with return.",
    "NotImplementedError": "Replace that line by your code.",
}

ADVICE_ON_NAMES = {
    "N": "N is the number of samples: len(y).",
    "e": "np.exp(z) is e to the power of z.",
    "math": "NumPy has these functions too, after np., and takes them of a whole array.",
}
FUNCTION = r"'(function|method|builtin_function_or_method|numpy\.ufunc|numpy\._ArrayFunctionDispatcher)'"
ADVICE_ON_WORDS = {  # the words of a message, as a pattern, where the kind of exception says too little
    "truth value": "An if looks at one number, this is an array. np.where chooses element by element.",
    r"bitwise_xor|for \^": "In Python a power is written **; ^ is something else.",
    "to Python scalars": "The functions of math take one number. Which function of NumPy takes a whole array?",
    "is not callable": "Round brackets after a value call it: is a * missing, were square ones meant, or none?",
    FUNCTION: "That is a function itself, not what it computes. What calls it? Round brackets do.",
    "only integers|indices must be integers.* not (float|numpy)": (
        "A loop over an array gives values, not positions; range(len(...)) gives positions. Which have you?"
    ),
    "too many indices|not tuple": "A comma separates axes. Is a slice meant, from here to there, with a colon?",
    r"append\(\) takes": "append takes one thing. Brackets around a pair make one thing of two.",
    "Gradients'? object": "The gradients are two lists in one object. By which names does one reach them?",
    "'int' object is not iterable": "A loop goes over many things, this is one number. What counts up to a number?",
    "sequence by non-int|'list' and|and 'list'": (
        "A list does not compute; what stands in it does. What takes that out, one by one?"
    ),
    r"uniform\(\) takes|Cannot interpret": "A shape is one argument: its numbers stand in brackets of their own.",
    "not have enough dimensions": "@ needs arrays on both sides; a number multiplies with *.",
    "called with something else": "What does that call hand over between its brackets, and in which order?",
    "required positional": "What does that function take between its brackets, and what does yours give it?",
}
KEPT_APPEND = "append changes its list and returns nothing (None). What becomes of its result in your code?"
OF_THE_NETWORK = {
    *("weights", "biases", "learning_rate", "output", "loss_function"),
    *("activations", "forward", "backward", "update", "train", "loss"),
}


def stopped(task, answer, error):
    """Return what is `Seen` of an exception that the learner's code raised."""
    name, text = type(error).__name__, _plain_words(error)
    advice = (
        _advice_on_name(task, answer, error)
        or (KEPT_APPEND if "NoneType" in text and source.keeps_append(answer) else "")
        or next((advice for words, advice in ADVICE_ON_WORDS.items() if re.search(words, text)), "")
        or ADVICE.get(name, "Read the error once more, then look at that line: what is each name there?")
    )
    line = source.own_line(answer, error)
    where = f" in your line `{line}`" if line else ""
    return Seen(f"Your code stopped{where}: {name}{': ' if text else ''}{text}", advice)


def _advice_on_name(task, answer, error):
    """Say what an unknown name may be: of the network, near a name of the answer's own, an exercise, NumPy's."""
    if type(error) is not NameError:
        return ""
    name = {"eta": "learning_rate"}.get(error.name, error.name)
    if task.parameters[0] == "self" and name in OF_THE_NETWORK:
        return f"In a method of the network it is called self.{name}."
    if near := _nearest(error.name, source.own_names(answer, error)):
        return f"In your function there is {near}. Is that the name you mean?"
    if name in ALL:
        return f"That is an exercise: `{name} = use({name!r})` fetches your answer to it, or ours."
    if name in np.__all__ and name != "e":
        return f"In NumPy it is called np.{name}."
    return ADVICE_ON_NAMES.get(name, "")


def _nearest(name, names):
    """Return the one of `names` that a slip of the finger makes `name` of; None if there is none."""
    lower = {own.lower(): own for own in names}
    return next((lower[near] for near in difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.75)), None)


def _plain_words(error):
    """Return an exception's first line; NumPy's own words for shapes that do not fit are made plainer."""
    try:
        text = str(error) if error.args != (None,) else ""
    except Exception:
        return ""
    sizes = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", text)
    if sizes:
        return f"in the product @, the inner sizes are {sizes[2]} and {sizes[1]}; they must be equal"
    line = re.sub(r"\S*<locals>\.| \(has \d+, gufunc.*", "", text.strip().splitlines()[0]) if text.strip() else ""
    return line if len(line) <= 110 else line[:107] + "..."
