"""A course on backpropagation: the module behind its notebooks."""

from bpcourse import datasets, diagram, plots, widgets
from bpcourse.exercises import ask, check, hint, progress, solution, use
from bpcourse.network import NeuralNetwork

__all__ = [
    "NeuralNetwork",
    "ask",
    "check",
    "datasets",
    "diagram",
    "hint",
    "plots",
    "progress",
    "solution",
    "use",
    "widgets",
]
