"""Reading an answer's own source: what it takes, whether it is written yet, and where an exception came through it."""

import ast
import inspect
import linecache
import textwrap
import traceback

from bpcourse.exercises.results import cut


def text(answer, undecorated=False):
    """Return the source of a function, or of a class, which in a notebook Python itself cannot find.

    Raises
    ------
    OSError, TypeError
        If it cannot be had.
    """
    if not inspect.isclass(answer):
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(answer)))
        start = ast.parse(source).body[0].lineno - 1 if undecorated else 0
        return "\n".join(source.splitlines()[start:]) + "\n"
    code = next(part.__code__ for part in vars(answer).values() if inspect.isfunction(part))
    source = "".join(linecache.getlines(code.co_filename))
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    name = answer.__name__
    whole = next(
        node for node in classes if node.name == name and node.lineno <= code.co_firstlineno <= node.end_lineno
    )
    return ast.get_source_segment(source, whole)


def argument_names(answer):
    """Return the names of the arguments that an answer takes; [] if they cannot be had."""
    try:
        return list(inspect.signature(answer).parameters)
    except Exception:
        return []


def other_arguments(task, answer):
    """Say which arguments an answer takes, if it cannot be called with those of the exercise; otherwise ""."""
    try:
        signature = inspect.signature(answer)
    except Exception:
        return ""
    try:
        signature.bind(*task.parameters)
    except TypeError:
        taken = cut(", ".join(signature.parameters), 100)
        expected = ", ".join(task.parameters)
        return f"Your function takes {f'({taken})' if taken else 'no arguments'}; expected ({expected})."
    return ""


def has_dots(answer):
    """Whether the answer's source still holds dots to be replaced; None if the source cannot be had."""
    nodes = _nodes(answer)
    indices = {inner for node in nodes if isinstance(node, ast.Subscript) for inner in ast.walk(node.slice)}
    dots = {node for node in nodes if isinstance(node, ast.Constant) and node.value is ...}
    return bool(dots - indices) if nodes else None  # as an index, as in z[..., 0], dots are an answer


def returns_a_value(answer):
    """Whether the answer's source has a return with something behind it, and not only None or dots."""
    values = [node.value for node in _nodes(answer) if isinstance(node, ast.Return)]
    return any(value and getattr(value, "value", 0) not in (None, ...) for value in values)


def keeps_append(answer):
    """Whether the answer's source gives a name to what append returns, or returns that: it is None."""
    values = [node.value for node in _nodes(answer) if isinstance(node, ast.Assign | ast.Return)]
    return any(isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "append" for value in values)


def _nodes(answer):
    """Return all nodes of an answer's parsed source; none if it cannot be had."""
    try:
        return list(ast.walk(ast.parse(text(answer))))
    except Exception:
        return []


def _own_frames(answer, error):
    """Return the frames of the learner's own file that an exception came through, with the number of the line."""
    try:
        functions = vars(answer).values() if inspect.isclass(answer) else [inspect.unwrap(answer)]
        codes = [getattr(getattr(function, "__func__", function), "__code__", None) for function in functions]
    except Exception:
        return []
    files = {code.co_filename for code in codes if code}
    frames = traceback.walk_tb(error.__traceback__)
    return [(frame, number) for frame, number in frames if frame.f_code.co_filename in files]


def own_line(answer, error):
    """Return the last line of the learner's own file that an exception came through, and its number in the answer.

    The text is "" if there is none, the number None if the line is none of the answer's own.
    """
    for frame, number in _own_frames(answer, error)[-1:]:
        text = cut(linecache.getline(frame.f_code.co_filename, number).strip(), 70)
        own = frame.f_code is getattr(answer, "__code__", None)
        return text, number - frame.f_code.co_firstlineno + 1 if own else None
    return "", None


def own_names(answer, error):
    """Return the names that had a value in the learner's own functions when the exception came through them."""
    return list(dict.fromkeys(name for frame, _ in _own_frames(answer, error) for name in frame.f_locals))
