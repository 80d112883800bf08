"""A course on backpropagation: the module behind its notebooks."""

from bpcourse import datasets
from bpcourse.network import NeuralNetwork

__all__ = ["NeuralNetwork", "datasets"]
