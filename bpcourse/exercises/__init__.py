"""The exercises of the course, the tutor that judges answers to them, questions, and the learner's progress.

`ALL` maps every exercise's name to its `Exercise`, in the order of the notebooks.
"""

from bpcourse.exercises.answers import check, hint, solution
from bpcourse.exercises.board import progress
from bpcourse.exercises.catalogue import Exercise, Mistake
from bpcourse.exercises.content import ALL
from bpcourse.exercises.exporting import export
from bpcourse.exercises.hunting import bug_hunt
from bpcourse.exercises.judging import judge
from bpcourse.exercises.questions import QUESTIONS, Question, ask
from bpcourse.exercises.results import Hint, Result
from bpcourse.exercises.reuse import use
from bpcourse.exercises.typed import given

__all__ = [
    "ALL",
    "QUESTIONS",
    "Exercise",
    "Hint",
    "Mistake",
    "Question",
    "Result",
    "ask",
    "bug_hunt",
    "check",
    "export",
    "given",
    "hint",
    "judge",
    "progress",
    "solution",
    "use",
]
