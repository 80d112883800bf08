"""The warm-up of notebook 00: to see how a check answers."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "00_start_here"


def number_cases(random):
    return [(np.array([2.0, 4.0]),), (random.normal(size=5),), (random.normal(size=3),)]


@exercise(NOTEBOOK, "", number_cases)
def average(numbers):
    return np.sum(numbers) / len(numbers)
