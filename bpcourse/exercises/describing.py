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
ONE_FOR_MANY = "An array is asked for. Is there a sum or a mean too many, or a return too early?"
MANY_FOR_ONE = "A single number is asked for. What makes one number of many?"
ONE_FOR_A_LIST = "Every layer has a place of its own in that list. Which line of yours fills it?"
KEPT_APPEND = "append changes its list and returns nothing (None). What becomes of its result in your code?"
OF_THE_NETWORK = {
    *("weights", "biases", "learning_rate", "output", "loss_function"),
    *("activations", "forward", "backward", "update", "train", "loss"),
}


def difference(task, arguments, mine, right):
    """Return (where a result differs from the right one, what to think about or ""), on the inputs that were given."""
    given = inputs(task, arguments)
    if mine.places != right.places:
        return _other_form(task, mine, right)
    wrong = first_wrong(mine, right)
    what = label(task, right, wrong)
    m, r = mine.arrays[wrong], right.arrays[wrong]
    if not comparing.equivalent_shapes(m.shape, r.shape):
        came = f"has shape {m.shape}" if m.ndim else "is a single number"
        advice = "" if m.ndim and r.ndim else MANY_FOR_ONE if m.ndim else ONE_FOR_MANY
        return f"{what} {came}; expected {_shape(r, '' if m.ndim else 'shape ')}, for {given}.", advice
    m = m.reshape(r.shape)
    with np.errstate(all="ignore"):
        distance = np.abs(m.astype(float) - r.astype(float))
    index = np.unravel_index(np.argmax(np.nan_to_num(distance, nan=np.inf, posinf=np.inf)), r.shape)
    place = f" at [{', '.join(map(str, index))}]" if r.ndim else ""
    came, expected = _apart(m[index], r[index])
    return f"{what}{place} is {came}; expected {expected}, for {given}.", ""


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
    if isinstance(right, np.bool_) or isinstance(mine, np.bool_):
        return tuple(str(bool(n)) if _is_truth(n, right) else short(float(n)) for n in (mine, right))
    texts = [(f"{float(mine):.{digits}g}", f"{float(right):.{digits}g}") for digits in range(4, 18)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def _is_truth(number, right):
    return isinstance(number, np.bool_) or (isinstance(right, np.bool_) and number in (0, 1))


def _shape(array, before=""):
    return f"{before}{array.shape}" if array.ndim else "a single number"


def _other_form(task, mine, right):
    """Return (how a result is put together and how it should be, what to think about or "")."""
    came, wanted = _entries(mine.places), _entries(right.places)
    if len(task.results) == len(wanted) == len(came):
        part = next(i for i in wanted if came.get(i) != wanted[i])
        forms = [
            form if form.startswith(("a", "one")) else f"a list of {form}"
            for form in map(_form, (came[part], wanted[part]))
        ]
        advice = ONE_FOR_A_LIST if came[part] == [()] else ""
        return f"{task.results[part]} is {forms[0]}; expected {forms[1]}.", advice
    named = len(task.results) == len(right.arrays)
    expected = f"{len(task.results)}: {', '.join(task.results)}" if named else _form_or_shape(right)
    return f"Your function returned {_form_or_shape(mine)}; expected {expected}.", ""


def _form_or_shape(result):
    return _form(result.places) if result.places != [()] else _shape(result.arrays[0], "an array of shape ")


def _entries(places):
    """Return {index: places within that entry} of a result."""
    entries = {}
    for place in filter(None, places):
        entries.setdefault(place[0], []).append(place[1:])
    return entries


def _form(places):
    """Say how arrays at such places are put together: "one array", "3 arrays", "2 lists of 3 arrays each"."""
    entries = list(_entries(places).values())
    if not entries:
        return "one array" if places else "an empty list"
    if all(entry == [()] for entry in entries):
        return f"{len(entries)} arrays" if len(entries) > 1 else "a list of one array"
    if all(entry == [(0,), (1,)] for entry in entries):
        return f"a list of pairs, here {_count(len(entries))}"
    sizes = {len(entry) for entry in entries}
    each = f" of {_count(min(sizes), ' array')} each" if len(sizes) == 1 else ""
    return f"{_count(len(entries), ' list')}{each}"


def _count(number, thing=""):
    return f"{number}{thing and thing + 's'}" if number != 1 else f"one{thing}"


def kind(result):
    """Say what a right result is: "a number", "an array", "True or False", "a list of pairs, here 2"."""
    first = result.arrays[0]
    if result.places != [()]:
        return _form(result.places)
    if first.dtype.kind == "b":
        return "True or False"
    return "an array" if first.ndim else "a number"


def stop(task, answer, error):
    """Return (what is seen, what to think about) for an exception that the learner's code raised."""
    name, text = type(error).__name__, _plain_words(error)
    advice = (
        _advice_on_name(task, error)
        or (KEPT_APPEND if "NoneType" in text and keeps_append(answer) else "")
        or next((advice for words, advice in ADVICE_ON_WORDS.items() if re.search(words, text)), "")
        or ADVICE.get(name, "Read the error once more, then look at that line: what is each name there?")
    )
    line = own_line(answer, error)
    where = f" in your line `{line}`" if line else ""
    return f"Your code stopped{where}: {name}{': ' if text else ''}{text}", advice


def _advice_on_name(task, error):
    if type(error) is not NameError:
        return ""
    name = {"eta": "learning_rate"}.get(error.name, error.name)
    if task.parameters[0] == "self" and name in OF_THE_NETWORK:
        return f"In a method of the network it is called self.{name}."
    if name in ALL:
        return f"That is an exercise: `{name} = use({name!r})` fetches your answer to it, or ours."
    if name in np.__all__ and name != "e":
        return f"In NumPy it is called np.{name}."
    return ADVICE_ON_NAMES.get(name, "")


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
    line = re.sub(r"\S*<locals>\.| \(has \d+, gufunc.*", "", text.strip().splitlines()[0]) if text.strip() else ""
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
    tree = _tree(answer)
    if tree is None:
        return None
    indices = {node for part in ast.walk(tree) if isinstance(part, ast.Subscript) for node in ast.walk(part.slice)}
    dots = {node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value is ...}
    return bool(dots - indices)  # as an index, as in z[..., 0], dots are an answer


def returns_a_value(answer):
    """Whether the answer's own source has a return with something behind it, and not only None or dots."""
    values = [node.value for node in _nodes(answer) if isinstance(node, ast.Return)]
    return any(value and getattr(value, "value", 0) not in (None, ...) for value in values)


def keeps_append(answer):
    """Whether the answer's own source gives a name to what append returns, or returns that: it is None."""
    values = [node.value for node in _nodes(answer) if isinstance(node, ast.Assign | ast.Return)]
    return any(isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "append" for value in values)


def _nodes(answer):
    tree = _tree(answer)
    return [] if tree is None else ast.walk(tree)


def _tree(answer):
    """Return the parsed source of an answer; None if it cannot be had."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except Exception:
        return None
