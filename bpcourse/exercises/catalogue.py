"""The catalogue: exercises, each with the wrong answers that learners are known to give.

An exercise is its reference solution, decorated; what is said about it, and the mistakes that are known, stand in
the file of its notebook, content/ex*.toml. Mistakes and reference run on the same inputs as the learner's answer.
"""

import difflib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bpcourse.exercises import texts
from bpcourse.exercises.results import type_name
from bpcourse.mathematics.validation import InputError

KINDS = ("code", "derive", "debug", "measure", "cold")


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer."""

    name: str  # the mistake in a few words
    answer: Callable  # computes what a learner who makes this mistake computes
    hint: str  # one question or remark that leads to the repair, without giving it away
    tag: str = ""  # the equation that the mistake breaks; "" for none


def _text(key, *default):
    """Return a property: what an exercise's file of texts has under a key, or else the default."""
    return property(lambda task: task._texts.get(key, *default))


@dataclass(eq=False)
class Exercise:
    """One thing to write, with all that is needed to judge an answer."""

    name: str  # for `check`
    notebook: str  # the notebook that it belongs to
    tag: str  # the equation that it is about; "" for none
    reference: Callable  # the right answer; its source is what `solution` shows
    cases: Callable  # cases(random) returns a list of argument tuples, the smallest first
    results: tuple = ()  # the names of what comes back, where it is more than one thing
    given: tuple = ()  # the names of what a case holds, if they are others than those of the answer's arguments
    run: Callable = lambda answer, *arguments: answer(*arguments)  # returns what is compared
    kind: str = "code"  # one of KINDS
    may_change: bool = False  # whether an answer may change what it is given in place; that is remarked, no mistake

    def __call__(self, *arguments):
        """Compute the right answer, so that one reference can build on another."""
        return self.reference(*arguments)

    @property
    def parameters(self):
        """The names of the arguments that an answer is called with."""
        return list(inspect.signature(self.reference).parameters)

    @property
    def file(self):
        """The name of the file in content/ that holds the texts."""
        return f"ex{self.notebook}.toml"

    @cached_property
    def _texts(self):  # read when they are first needed, not with the module
        return texts.of_exercise(self.file, self.name, [task.name for task in in_notebook(self.notebook)])

    proves = _text("proves")  # what a right answer shows, and where it will be used
    nudge = _text("nudge")  # a first push in the right direction, for who does not know how to begin
    worked = _text("worked", "")  # the nudge once more, with numbers that the learner knows
    hints = _text("hints", [])  # further steps of its own, if it is a hard one
    lines = _text("lines", {})  # the lines to put in order, by their letters
    order = _text("order", "")  # the letters of the lines in their right order
    because = _text("because", [])  # a question for each line in that order, for who has another one there
    reasons = _text("reasons", {})  # the reasons to choose from, by their letters: pairs (reason, remark)
    right = _text("right", "")  # the letter of the right reason
    between = _text("between", [])  # the least and the largest number that count as measured right
    near = _text("near", [])  # the same for natural wrong ones, each with a question: [least, largest, question]

    @property
    def is_chosen(self):
        """Whether letters are handed in, for an order or a reason, and not a function."""
        return bool(self.lines or self.reasons)

    @property
    def sample(self):
        """A right answer, as a learner could hand it in."""
        if self.lines:
            return self.order
        return (sum(self.between) / 2, self.right) if self.reasons else self.reference

    @cached_property
    def mistakes(self):
        """The known mistakes, a list of `Mistake`."""
        return [
            Mistake(
                entry["name"],
                texts.compiled(entry["answer"], self.reference, ALL, f"{self.file}, {self.name}, {entry['name']!r}"),
                entry["hint"],
                entry.get("tag", self.tag),
            )
            for entry in self._texts.get("mistake", [])
        ]


class UnknownExerciseError(InputError, KeyError):
    """There is no exercise of that name. The message names the nearest one."""

    __str__ = Exception.__str__


ALL = {}


def exercise(notebook, tag, cases, **options):
    """Decorate a reference solution: it becomes an `Exercise` of its own name, listed in `ALL`."""

    def make(reference):
        made = Exercise(reference.__name__, notebook, tag, reference, cases, **options)
        ALL[made.name] = made
        return made

    return make


def written(notebook, tag, name, kind):
    """List an exercise that needs no Python: lines to order, or something to measure, in its file of texts."""

    def reference():
        return ALL[name].sample

    ALL[name] = Exercise(name, notebook, tag, reference, lambda random: [()], kind=kind)


def find(name):
    """Return the exercise called `name`, or raise UnknownExerciseError."""
    if not isinstance(name, str):
        called = getattr(name, "__name__", None)
        example = called if isinstance(called, str) and called in ALL else "sigmoid"
        came = f"The name came as a {type_name(name)}"
        raise UnknownExerciseError(f"{came}; expected text in quotation marks, such as {example!r}.")
    if name not in ALL:
        near = difflib.get_close_matches(name, ALL, n=1)
        advice = f"Did you mean {near[0]!r}?" if near else "progress() lists them all."
        raise UnknownExerciseError(f"There is no exercise named {name[:40]!r}. {advice}")
    return ALL[name]


def in_notebook(notebook):
    """Return the exercises of a notebook, in their order."""
    return [task for task in ALL.values() if task.notebook == notebook]


def notebooks():
    """Return the names of the notebooks that have exercises, in their order."""
    return list(dict.fromkeys(task.notebook for task in ALL.values()))
