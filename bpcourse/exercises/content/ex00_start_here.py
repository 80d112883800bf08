"""The warm-up of notebook 00: to see how a check answers."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "00_start_here"


def number_cases(random):
    return [(np.array([2.0, 4.0]),), (random.normal(size=5),), (random.normal(size=3),)]


@exercise(NOTEBOOK, "", number_cases)
def average(numbers):
    return np.sum(numbers) / len(numbers)


def spread_cases(random):
    below, above = np.array([-3.0, -1.0, -2.0]), np.array([4.0, 9.0])
    return [(np.array([3.0, -1.0, 2.0]),), (below,), (above,), *((random.normal(size=n),) for n in (1, 2, 7))]


@exercise(NOTEBOOK, "", spread_cases, kind="cold")
def cold_spread(numbers):
    return np.max(numbers) - np.min(numbers)
