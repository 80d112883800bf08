"""Answers that are typed: an expression, the order of given lines, or what was measured and why.

An expression becomes a function of its symbols, and is judged like any other; see `function_of`.
"""

import ast
import linecache
import re
from dataclasses import dataclass
from numbers import Real

from bpcourse.exercises import catalogue, questions, source
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import Result, cut
from bpcourse.mathematics.validation import InputError

FILE = "<the expression for {}>"
SIGNS = {"−": "-", "·": "*", "×": "*", "⊙": "*", "^": "**", "²": "**2", "ŷ": "y_hat", "δ": "delta", "η": "eta"}


@dataclass(frozen=True)
class Given:
    """What an exercise gives: lines to be put in order, or reasons to choose from, by their letters."""

    choices: dict

    def __repr__(self):
        return "\n".join(f"{letter}  {questions.plain(text)}" for letter, text in self.choices.items())

    def _repr_html_(self):
        rows = (f"<p><b>{letter}</b> &emsp; {questions.marked_up(text)}</p>" for letter, text in self.choices.items())
        return f"<div>{''.join(rows)}</div>"


def given(name):
    """Show what the exercise `name` gives: lines to be put in order, or reasons to choose from.

    Raises
    ------
    UnknownExerciseError
        If there is no such exercise; the message names the nearest one.
    InputError
        If it gives nothing.
    """
    task = catalogue.find(name)
    if not task.is_chosen:
        raise InputError(f"{name} gives no lines and no reasons; what it asks for stands in the text above it.")
    return Given(task.lines or {letter: text for letter, (text, _) in task.reasons.items()})


def judge(task, answer):
    """Return the `Result` of an answer where lines are ordered or a reason is chosen; None for other exercises."""
    if task.lines:
        return _ordered(task, answer)
    if task.reasons:
        return _measured(task, answer)
    return None


def function_of(task, text):
    """Return the function of an exercise's symbols that an expression makes, signs as in formulas allowed.

    Raises
    ------
    SyntaxError
        If it is no expression.
    """
    for sign, python in SIGNS.items():
        text = text.replace(sign, python)
    program = f"def {task.name}({', '.join(task.parameters)}):\n    return (\n{text.strip()}\n)\n"
    ast.parse(text.strip(), mode="eval")  # an expression, and nothing that breaks out of its brackets
    file, made = FILE.format(task.name), {}
    exec(compile(program, file, "exec"), dict(task.reference.__globals__), made)
    linecache.cache[file] = len(program), None, program.splitlines(keepends=True), file  # as it is looked for there
    return made[task.name]


def _ordered(task, answer):
    """Judge the order of lines, given as their letters."""
    letters = re.sub(r"[^A-Z]", "", answer.upper()) if isinstance(answer, str) else ""
    if not letters:
        form = "Type the letters in your order, one after another, between the quotation marks."
        return Result(task.name, "open", form)
    if sorted(letters) != sorted(task.lines):
        seen = f"You named {', '.join(letters)}; each of {', '.join(task.lines)} is needed, once."
        return Result(task.name, "failed", seen)
    if letters == task.order:
        return Result(task.name, "passed", task.proves)
    right = next(i for i, pair in enumerate(zip(letters, task.order, strict=True)) if len(set(pair)) > 1)
    seen = f"{right} of {len(letters)} lines are right so far." if right else "Another line comes first."
    return Result(task.name, "failed", seen, hint=task.because[right])


def _measured(task, answer):
    """Judge what was measured: a pair of the number and the letter of the reason."""
    form = f'check("{task.name}", (number, "letter"))'
    number, letter = answer if isinstance(answer, tuple | list) and len(answer) == 2 else (..., "")
    if number is ... or letter in ("", "..."):
        return Result(task.name, "open", f"Hand in your number and the letter of the reason: `{form}`.")
    if not isinstance(number, Real):
        return Result(task.name, "failed", f"{cut(repr(number), 40)} is no number; expected `{form}`.")
    low, high = task.between
    if not low <= number <= high:
        seen = f"You handed in {float(number):.4g}; we measured clearly {'more' if number < low else 'less'}."
        known = (question for least, most, question in task.near if least <= number <= most)
        return Result(task.name, "failed", seen, hint=next(known, task.nudge))
    letter = str(letter).strip().lower()
    if letter not in task.reasons:
        return Result(task.name, "failed", f"The number is right. The reasons are {', '.join(task.reasons)}.")
    text, remark = task.reasons[letter]
    if letter == task.right:
        return Result(task.name, "passed", f"{remark} {task.proves}")
    return Result(task.name, "failed", f"The number is right, but the reason is not {letter!r}.", hint=remark)


def solution(task):
    """Return the solution of an exercise whose answer is typed; "" for others."""
    if task.lines:
        return "\n".join(f"{letter}  {questions.plain(task.lines[letter])}" for letter in task.order)
    if task.reasons:
        number, letter = task.sample
        return f"about {number:.3g}, because ({letter}) {task.reasons[letter][0]}"
    return source.text(task.reference).rpartition("return ")[2].strip() if task.kind == "derive" else ""


def unreadable(task, error):
    """Return the `Result` of what is no expression."""
    seen = f"Python cannot read this expression: {error.msg}."
    return Result(task.name, "failed", seen, hint=advice.EXPRESSION.format(", ".join(task.parameters)))
