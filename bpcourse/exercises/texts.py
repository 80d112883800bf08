"""The texts of the course's exercises and questions, from the files content/*.toml: read, checked, compiled.

How such a file is written is told at the top of content/ex01_forward_pass.toml.
"""

import ast
import inspect
import textwrap
import tomllib
from functools import lru_cache
from importlib import resources

from bpcourse.mathematics.validation import InputError, choice

# The keys of each kind of table, with the kind of what they hold.
EXERCISE = {
    **{"proves": str, "nudge": str, "worked": str, "hints": list, "mistake": list},
    **{"lines": dict, "order": str, "because": list, "reasons": dict, "right": str, "between": list, "near": list},
}
MISTAKE = {"name": str, "hint": str, "answer": str, "tag": str}
QUESTION = {"recall": bool, "ask": str, "right": list, "wrong": list}
OPTIONAL = {*EXERCISE, "recall", "tag"} - {"proves", "nudge"}
KINDS = {bool: "true or false", str: "text in quotation marks", list: "a list in square brackets", dict: "a table"}


class ContentError(InputError):
    """A file of texts is not as it should be. The message names the file and the entry."""


@lru_cache
def read(file):
    """Return the tables of content/`file`, or raise ContentError where it is no TOML."""
    try:
        source = (resources.files("bpcourse.exercises.content") / file).read_text(encoding="utf-8")
        return _flowing(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file} is no TOML: {error}.") from None


def _flowing(value, key=""):
    """Return what a file holds with its texts in one line each, wherever the file breaks them; code stays as it is."""
    if isinstance(value, dict):
        return {key: _flowing(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_flowing(inner) for inner in value]
    return " ".join(value.split()) if isinstance(value, str) and key != "answer" else value


def of_exercise(file, name, names):
    """Return the table of the exercise `name`.

    Raises
    ------
    ContentError
        If anything in the file is not as it should be, such as a table of none of the exercises `names`.
    """
    tables = read(file)
    for key, table in tables.items():
        _one_of(names, key, f"{file}: the table of an exercise")
        _check(table, EXERCISE, f"{file}, {key}")
        for number, mistake in enumerate(table.get("mistake", []), start=1):
            _check(mistake, MISTAKE, f"{file}, {key}, mistake {number}")
    if name not in tables:
        raise ContentError(f"{file} has no table [{name}].")
    return tables[name]


def of_questions(file):
    """Yield (notebook, name, table) of every question; raise ContentError if one is not as it should be."""
    for notebook, questions in read(file).items():
        for name, table in questions.items():
            _check(table, QUESTION, f"{file}, {name}")
            for pair in (table["right"], *table["wrong"]):
                if not (isinstance(pair, list) and [type(text) for text in pair] == [str, str]):
                    raise ContentError(f"{file}, {name}: {pair!r} is no choice; expected a text, and a reason for it.")
            yield notebook, name, table


def compiled(source, reference, known, place):
    """Return the function that a wrong answer's source makes: one expression, or statements that end with a return.

    It takes the arguments of `reference`, and finds other names among those that are `known`, or where that finds them.

    Raises
    ------
    ContentError
        If the source is no Python; the message begins with `place`.
    """
    try:
        function = ast.parse(f"def {reference.__name__}{inspect.signature(reference)}: ...").body[0]
        function.body = ast.parse(textwrap.dedent(source)).body
        match function.body:
            case []:
                raise SyntaxError("nothing is there")
            case [ast.Expr(value)]:
                function.body = [ast.Return(value)]
        code = compile(ast.fix_missing_locations(ast.Module([function], [])), f"<{place}>", "exec")
    except SyntaxError as error:
        raise ContentError(f"{place}: its answer is no Python: {error}.") from None
    made = {}
    exec(code, known | reference.__globals__, made)
    return made[reference.__name__]


def _check(table, kinds, place):
    """Raise ContentError unless a table has the keys of `kinds`, with values of their kinds, and no others."""
    if not isinstance(table, dict):
        raise ContentError(f"{place} is no table; expected the keys {', '.join(kinds)}.")
    for key, value in table.items():
        kind = kinds[_one_of(list(kinds), key, f"{place}: a key")]
        if not isinstance(value, kind):
            raise ContentError(f"{place}: {key} came as {value!r}; expected {KINDS[kind]}.")
    for key in kinds:
        if key not in OPTIONAL and not table.get(key):
            raise ContentError(f"{place} has no {key}.")


def _one_of(options, name, what):
    try:
        return choice(name, options, what)
    except InputError as error:
        raise ContentError(str(error)) from None
