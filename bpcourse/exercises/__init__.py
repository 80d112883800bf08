"""The exercises of the course, the tutor that judges answers to them, questions, and the learner's progress.

`ALL` maps every exercise's name to its `Exercise`, in the order of the notebooks.
"""

from bpcourse.exercises.answers import check, hint, solution
from bpcourse.exercises.board import progress
from bpcourse.exercises.catalogue import ALL, Exercise, Mistake
from bpcourse.exercises.content import (
    ex00_start_here,
    ex01_forward_pass,
    ex02_loss,
    ex03_output_layer_error,
    ex04_hidden_layer_error,
    ex05_updates,
    ex06_full_training,
)
from bpcourse.exercises.judging import judge
from bpcourse.exercises.questions import QUESTIONS, Question, ask
from bpcourse.exercises.results import Hint, Result
from bpcourse.exercises.reuse import use

__all__ = [
    "ALL",
    "QUESTIONS",
    "Exercise",
    "Hint",
    "Mistake",
    "Question",
    "Result",
    "ask",
    "check",
    "ex00_start_here",
    "ex01_forward_pass",
    "ex02_loss",
    "ex03_output_layer_error",
    "ex04_hidden_layer_error",
    "ex05_updates",
    "ex06_full_training",
    "hint",
    "judge",
    "progress",
    "solution",
    "use",
]
