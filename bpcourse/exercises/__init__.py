"""The exercises of the course, and the tutor that judges answers to them.

`ALL` maps every exercise's name to its `Exercise`, in the order of the notebooks.
"""

from bpcourse.exercises import (
    ex00_start_here,
    ex01_forward_pass,
    ex02_loss,
    ex03_output_layer_error,
    ex04_hidden_layer_error,
    ex05_updates,
    ex06_full_training,
)
from bpcourse.exercises.engine import ALL, Exercise, Mistake, Result, check, judge, solution, use

__all__ = [
    "ALL",
    "Exercise",
    "Mistake",
    "Result",
    "check",
    "ex00_start_here",
    "ex01_forward_pass",
    "ex02_loss",
    "ex03_output_layer_error",
    "ex04_hidden_layer_error",
    "ex05_updates",
    "ex06_full_training",
    "judge",
    "solution",
    "use",
]
