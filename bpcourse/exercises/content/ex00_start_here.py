"""The warm-up of notebook 00: to see how a check answers."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "00_start_here"


def number_cases(random):
    return [(np.array([2.0, 4.0]),), (random.normal(size=5),), (random.normal(size=3),)]


@exercise(
    NOTEBOOK,
    "",
    number_cases,
    "You know how checks work. The mean over samples will come back as the loss, in notebook 02.",
    "Add all numbers up, then divide by how many there are: two functions, one line.",
)
def average(numbers):
    return np.sum(numbers) / len(numbers)


average.mistake(
    "the rest of the division is dropped: // divides whole numbers",
    "The average of 1 and 2 is 1.5. Which sign divides without loss?",
    lambda numbers: np.sum(numbers) // len(numbers),
)
average.mistake(
    "only the first number counts",
    "Do all the numbers have a say in yours? A return inside a loop ends it at once.",
    lambda numbers: numbers[0] / len(numbers),
)
average.mistake(
    "only the last number counts",
    "Each turn of a loop should add to the total. Does yours begin it anew?",
    lambda numbers: numbers[-1] / len(numbers),
)
average.mistake(
    "this is the largest number",
    "Which two steps does the text name, one after the other?",
    lambda numbers: np.max(numbers),
)
average.mistake(
    "this is the middle between the smallest and the largest",
    "Do the numbers in between have no say?",
    lambda numbers: (np.min(numbers) + np.max(numbers)) / 2,
)


@average.mistake("the sum is not divided by anything", "Two numbers, 2 and 4: is their average 6?")
def _(numbers):
    return np.sum(numbers)


@average.mistake(
    "it is divided by one number too few",
    "By how many numbers must the sum be divided? Statisticians sometimes take one less.",
)
def _(numbers):
    return np.sum(numbers) / (len(numbers) - 1)


@average.mistake("this is the median, the number in the middle", "Do all the numbers have a say in yours?")
def _(numbers):
    return np.median(numbers)
