"""Saying what is seen: shapes, the largest difference, the learner's own line of an error; in plain words."""

import ast
import inspect
import linecache
import re
import textwrap
import traceback

import numpy as np

from bpcourse.exercises import comparing
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.comparing import short

MOST_SHAPES = 2
MOST_SHOWN = 8  # numbers that are written out; of more, the shapes are told

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


def difference(task, arguments, mine, right):
    """Say where a result differs from the right one, on the inputs that were given."""
    given = inputs(task, arguments)
    if len(mine.arrays) != len(right.arrays):
        return f"Your function returned {_things(mine)}; expected {_expected(task, right)}."
    if mine.places != right.places:
        came, wanted = next(pair for pair in zip(mine.places, right.places, strict=True) if pair[0] != pair[1])
        return f"One of the arrays is at {_indices(came) or 'the top'}; expected at {_indices(wanted) or 'the top'}."
    wrong = first_wrong(mine, right)
    what = label(task, right, wrong)
    m, r = mine.arrays[wrong], right.arrays[wrong]
    if not comparing.equivalent_shapes(m.shape, r.shape):
        return f"{what} has shape {m.shape}; expected {r.shape if r.ndim else 'a single number'}, for {given}."
    m = m.reshape(r.shape)
    with np.errstate(all="ignore"):
        distance = np.abs(m.astype(float) - r.astype(float))
    index = np.unravel_index(np.argmax(np.nan_to_num(distance, nan=np.inf, posinf=np.inf)), r.shape)
    place = f" at [{', '.join(map(str, index))}]" if r.ndim else ""
    came, expected = _apart(m[index], r[index])
    return f"{what}{place} is {came}; expected {expected}, for {given}."


def first_wrong(mine, right):
    """Return the number of the first part of a result that is not right."""
    pairs = enumerate(zip(mine.arrays, right.arrays, strict=True))
    return next(i for i, (m, r) in pairs if not comparing.equal(m, r))


def label(task, right, part):
    """Return the name of one part of a result, as a sentence begins with it."""
    return name_of_place(task, right.places[part])


def name_of_place(task, place):
    """Return the name of a place in a result, such as (1, 0): with the names of the exercise, if it has some."""
    if not place:
        return "The result"
    if place[0] < len(task.results):
        return task.results[place[0]] + _indices(place[1:])
    return f"Entry {_indices(place)}"


def _indices(place):
    return "".join(f"[{index}]" for index in place)


def inputs(task, arguments):
    """Name the inputs: their values if they are few, otherwise their shapes."""
    names = task.given or task.parameters
    pairs = [(name, value) for name, value in zip(names, arguments, strict=True) if not callable(value)]
    if few_numbers(task, arguments):
        return ", ".join(f"{name} = {short(value)}" for name, value in pairs)
    shapes = [_shapes(name, value) for name, value in pairs if comparing.arrays_in(value)]
    if not shapes:
        return ", ".join(f"{name} = {short(value)}" for name, value in pairs if _is_plain(value))
    return "shapes " + ", ".join(shapes[:MOST_SHAPES]) + (" and so on" if len(shapes) > MOST_SHAPES else "")


def few_numbers(task, arguments):
    """Whether the inputs are few enough to be written out."""
    return comparing.size_of(arguments) <= MOST_SHOWN and all(callable(a) or _is_plain(a) for a in arguments)


def outputs(task, arguments, right):
    """Name what comes out: its values if inputs and they are few, otherwise its shapes."""
    if few_numbers(task, arguments) and sum(array.size for array in right.arrays) <= MOST_SHOWN:
        values = [short(array, 100) for array in right.arrays]
    else:
        values = [f"of shape {array.shape}" for array in right.arrays]
    names = [label(task, right, part).removeprefix("The result") for part in range(len(values))]
    joint = " = " if not values[0].startswith("of") else " "
    pairs = [f"{name}{joint}{value}" if name else value for name, value in zip(names, values, strict=True)]
    return ", ".join(pairs[:4])


def _is_plain(value):
    return isinstance(value, np.ndarray | int | float) or (isinstance(value, list) and len(value) <= 5)


def _shapes(name, value):
    shapes = ", ".join(str(array.shape) for array in comparing.arrays_in(value))
    return f"{name} [{shapes}]" if isinstance(value, list) else f"{name} {shapes}"


def _apart(mine, right):
    """Write two numbers with as many digits as it takes to tell them apart."""
    if isinstance(right, np.bool_):
        return (str(bool(mine)) if mine in (0, 1) else short(float(mine))), str(bool(right))
    texts = [(f"{float(mine):.{digits}g}", f"{float(right):.{digits}g}") for digits in range(4, 18)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def _things(result):
    return f"{len(result.arrays)} arrays" if len(result.arrays) != 1 else f"an array of shape {result.arrays[0].shape}"


def _expected(task, right):
    if task.results and len(task.results) == len(right.arrays):
        return f"{len(task.results)}: {', '.join(task.results)}"
    return f"{len(right.arrays)} arrays" if len(right.arrays) != 1 else f"one of shape {right.arrays[0].shape}"


def kind(result):
    """Say what a right result is: "a number", "an array", "4 arrays"."""
    if len(result.arrays) > 1:
        return f"{len(result.arrays)} arrays"
    return "a number" if result.arrays[0].ndim == 0 else "an array"


def stop(answer, error):
    """Return (what is seen, what to think about) for an exception that the learner's code raised."""
    name = type(error).__name__
    advice = ADVICE.get(name, "Read the error once more, then look at that line: what is each name there?")
    text = _plain_words(error)
    if "truth value" in text:
        advice = "An if looks at one number, this is an array. np.where chooses element by element."
    elif "bitwise_xor" in text or "for ^" in text:
        advice = "In Python a power is written **; ^ is something else."
    elif "converted to Python scalars" in text:
        advice = "The functions of math take one number. Which function of NumPy takes a whole array?"
    elif isinstance(error, NameError):
        advice = _advice_on_name(error.name) or advice
    line = own_line(answer, error)
    where = f" in your line `{line}`" if line else ""
    return f"Your code stopped{where}: {name}{': ' if text else ''}{text}", advice


def _advice_on_name(name):
    if name in ALL:
        return f"That is an exercise: `{name} = use({name!r})` fetches your answer to it, or ours."
    if name in ("weights", "biases", "learning_rate", "output"):
        return f"In a method of the network it is called self.{name}."
    return {"N": "N is the number of samples: len(y).", "e": "np.exp(z) is e to the power of z."}.get(name, "")


def own_line(answer, error):
    """Return the last line of the learner's own file that an exception came through; "" if there is none."""
    files = {code.co_filename for code in _codes(answer)}
    try:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
        line = (frames[-1].line or linecache.getline(frames[-1].filename, frames[-1].lineno)).strip() if frames else ""
    except Exception:
        return ""
    return line if len(line) <= 70 else line[:67] + "..."


def _codes(answer):
    """Yield the code of a function, or of a class's methods."""
    try:
        functions = vars(answer).values() if inspect.isclass(answer) else [inspect.unwrap(answer)]
    except Exception:
        functions = []
    for function in functions:
        code = getattr(function, "__code__", None) or getattr(getattr(function, "__func__", None), "__code__", None)
        if code:
            yield code


def _plain_words(error):
    """Return an exception's first line; NumPy's own words for shapes that do not fit are made plainer."""
    try:
        text = str(error) if error.args != (None,) else ""
    except Exception:
        return ""
    sizes = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", text)
    if sizes:
        return f"in the product @, the inner sizes are {sizes[2]} and {sizes[1]}; they must be equal"
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 110 else line[:107] + "..."


def arguments(task, answer):
    """Say which arguments an answer takes, if it cannot be called with those of the exercise; otherwise ""."""
    expected = task.parameters
    try:
        signature = inspect.signature(answer)
    except Exception:
        return ""
    try:
        signature.bind(*expected)
    except TypeError:
        taken = ", ".join(signature.parameters)
        return f"Your function takes {f'({taken})' if taken else 'no arguments'}; expected ({', '.join(expected)})."
    return ""


def argument_names(answer):
    """Return the names of the arguments that an answer takes; [] if they cannot be had."""
    try:
        return list(inspect.signature(answer).parameters)
    except Exception:
        return []


def dots_in_source(answer):
    """Whether the answer's own source still holds dots to be replaced; None if the source cannot be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except Exception:
        return None
    indices = {node for part in ast.walk(tree) if isinstance(part, ast.Subscript) for node in ast.walk(part.slice)}
    dots = {node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value is ...}
    return bool(dots - indices)  # as an index, as in z[..., 0], dots are an answer
