"""A course on backpropagation: the module behind its notebooks."""

from bpcourse import datasets, diagram, plots, widgets
from bpcourse.exercises import check, solution, use
from bpcourse.network import NeuralNetwork

__all__ = ["NeuralNetwork", "check", "datasets", "diagram", "plots", "solution", "use", "widgets"]
