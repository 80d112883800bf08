"""What the tutor answers: results of checks, and hints, each as text and as a small card in a notebook."""

import html
import re
from dataclasses import dataclass
from typing import NamedTuple

from bpcourse.pictures import style

MARKS = {"open": "○ not done yet", "passed": "✓ correct", "failed": "✗ not yet right"}
COLOURS = {"open": style.MUTED, "passed": style.GREEN, "failed": style.ORANGE}


class Diagnosis(NamedTuple):
    """What a wrong answer was recognised as; without a mistake it is only a hint."""

    mistake: str | None = None  # its name, where it was recognised
    hint: str = ""  # what to think about next; "" where there is nothing to add
    tag: str = ""  # the equation that it breaks; "" for none
    place: str = ""  # the part of the result that it was recognised in; "" for all of it
    line: int | None = None  # of the learner's own function that holds it, counted from 1 at its `def`; None if unknown
    at: str = ""  # what stands there, as far as it is the mistake; "" if unknown


@dataclass(frozen=True)
class Result:
    """What a check found. Whatever a learner's code put into a text, it can be shown: see `encodable`.

    Attributes
    ----------
    name : str
        The exercise.
    status : str
        "open", "passed" or "failed".
    message : str
        What was seen, in words.
    mistake, hint, tag, place, line, at
        As in `Diagnosis`.
    remarks : tuple of str
        What is worth knowing about an answer that passed; they end the message.
    step : str
        A further step, for who has had the same check fail before; "" for none.
    """

    name: str
    status: str
    message: str
    mistake: str | None = None
    hint: str = ""
    tag: str = ""
    place: str = ""
    line: int | None = None
    at: str = ""
    remarks: tuple = ()
    step: str = ""

    def __post_init__(self):
        for name, text in vars(self).items():
            object.__setattr__(self, name, encodable(text) if isinstance(text, str) else text)

    def __repr__(self):
        lines = [f"{self.name}: {MARKS[self.status]}", self.message]
        if self.mistake:
            where = f" in {self.place}" if self.place else ""
            equation = f" ({self.tag})" if self.tag else ""
            lines.append(f"Looks like{where}: {self.mistake}{equation}.")
        own = f"{f'Line {self.line}' if self.line else 'Look at'}: `{self.at}`." if self.at else ""
        return "\n".join(line for line in [*lines, " ".join(filter(None, [own, self.hint])), self.step] if line)

    def _repr_html_(self):
        return card(COLOURS[self.status], *repr(self).splitlines())


@dataclass(frozen=True)
class Hint:
    """A step on the way to an answer; `text` may hold formulas between dollar signs."""

    name: str
    text: str

    def __repr__(self):
        return f"{self.name}: a hint\n{self.text}"

    def _repr_html_(self):
        return card(style.BLUE, *repr(self).splitlines())


def card(colour, head, *lines, more=""):
    """Return the HTML of a card: a coloured edge, a bold first line, further lines, and `more` as it is."""
    return (
        f'<div style="border-left: 5px solid {colour}; padding: 4px 12px; line-height: 1.5;">'
        f"<b>{html.escape(head)}</b><br>{'<br>'.join(map(marked_up, lines))}{more}</div>"
    )


def marked_up(text):
    """Return text as HTML, with what stands between backticks as code. All else stays: a star may be a learner's."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def encodable(text):
    """Return text without what UTF-8 has no code for (half a surrogate pair), as that keeps a card from being shown."""
    return str.encode(text, errors="replace").decode()


def cut(text, most):
    """Return a text of `most` characters, dots included where it is longer."""
    return text if len(text) <= most else text[: most - 3] + "..."


def type_name(value):
    """Return the name of a value's type, cut; whatever its class makes of the attribute ``__name__``."""
    return cut(encodable(vars(type)["__name__"].__get__(type(value))), 40)
