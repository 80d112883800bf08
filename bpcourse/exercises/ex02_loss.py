"""Exercises of notebook 02: losses and their derivatives."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "02_loss"


def prediction_cases(random):
    """Predictions inside (0, 1), targets 0 or 1; one and several outputs, more samples than outputs and fewer."""
    shapes = [(2, 1), (1, 1), (5, 1), (3, 2), (2, 4)]
    return [(random.uniform(0.05, 0.95, shape), random.integers(0, 2, shape).astype(float)) for shape in shapes]


@exercise(
    NOTEBOOK,
    "L1",
    prediction_cases,
    "One number for all samples. Training is nothing but making it smaller.",
    "Begin inside: the errors, their squares, ½ of each, the sum of all, divided by N.",
)
def squared_error(y_hat, y):
    return np.sum(0.5 * (y_hat - y) ** 2) / len(y)


@squared_error.mistake("the ½ is missing", "Which factor stands before the square, so that its derivative has none?")
def _(y_hat, y):
    return np.sum((y_hat - y) ** 2) / len(y)


@squared_error.mistake(
    "the sum over the samples is taken where L1 has the mean", "If every sample came twice, should the loss double?"
)
def _(y_hat, y):
    return np.sum(0.5 * (y_hat - y) ** 2)


@squared_error.mistake(
    "the mean runs over the outputs too",
    "With several outputs a sample's errors are summed. What is divided by: samples, or numbers?",
)
def _(y_hat, y):
    return np.mean(0.5 * (y_hat - y) ** 2)


@squared_error.mistake("the square is missing", "Could errors of +1 and -1 cancel each other in your loss?")
def _(y_hat, y):
    return np.sum(0.5 * (y_hat - y)) / len(y)


@squared_error.mistake(
    "the absolute error is taken instead of the square", "|error| has a corner at 0. Which power is smooth?"
)
def _(y_hat, y):
    return np.sum(0.5 * np.abs(y_hat - y)) / len(y)


@squared_error.mistake(
    "the error is averaged before it is squared",
    "Square first, then average: which samples could hide each other otherwise?",
)
def _(y_hat, y):
    return 0.5 * np.sum(np.mean(y_hat - y, axis=0) ** 2)


@squared_error.mistake(
    "one loss for every sample is returned, not their mean", "L is a single number. What does L1 do with the N losses?"
)
def _(y_hat, y):
    return np.sum(0.5 * (y_hat - y) ** 2, axis=1)


@exercise(
    NOTEBOOK,
    "L1",
    prediction_cases,
    "The slope of the loss for every prediction: where the way back begins (the first factor of BP1).",
    "The derivative of ½ e² is e. Then think of what the mean does to each sample.",
)
def squared_error_derivative(y_hat, y):
    return (y_hat - y) / len(y)


@squared_error_derivative.mistake(
    "the 1/N of the mean is missing", "L is a mean over N samples. By how much can one of them move it?"
)
def _(y_hat, y):
    return y_hat - y


@squared_error_derivative.mistake(
    "the sign is turned round",
    "If the prediction is too large, raising it further makes the loss grow. Which sign has the slope?",
)
def _(y_hat, y):
    return (y - y_hat) / len(y)


@squared_error_derivative.mistake("there is a factor 2 too many", "The 2 from the square meets the ½. What is left?")
def _(y_hat, y):
    return 2 * (y_hat - y) / len(y)


@squared_error_derivative.mistake(
    "it is divided by the number of elements, not of samples", "L1 divides by N alone. Which number of the shape is N?"
)
def _(y_hat, y):
    return (y_hat - y) / y.size


@squared_error_derivative.mistake("this is the loss of each element, not its slope", "The derivative of ½ e² is ... ?")
def _(y_hat, y):
    return 0.5 * (y_hat - y) ** 2 / len(y)


@exercise(
    NOTEBOOK,
    "L1",
    prediction_cases,
    "The loss that punishes confident mistakes. Together with the sigmoid it will make BP1 very short.",
    "Write the formula for one number; NumPy applies it to all. Then sum up, divide by N, mind the sign.",
)
def binary_cross_entropy(y_hat, y):
    return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y)


@binary_cross_entropy.mistake(
    "the minus in front is missing", "The log of a number below 1 is negative. Should a loss be?"
)
def _(y_hat, y):
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y)


@binary_cross_entropy.mistake(
    "the second half is missing: samples with y = 0 cost nothing", "What does your formula say when y = 0 and ŷ = 0.99?"
)
def _(y_hat, y):
    return -np.sum(y * np.log(y_hat)) / len(y)


@binary_cross_entropy.mistake(
    "prediction and target have changed places",
    "Which of the two may be exactly 0 or 1, so that its log must not be taken?",
)
def _(y_hat, y):
    return -np.sum(y_hat * np.log(y) + (1 - y_hat) * np.log(1 - y)) / len(y)


@binary_cross_entropy.mistake(
    "the sum over the samples is taken where L1 has the mean", "If every sample came twice, should the loss double?"
)
def _(y_hat, y):
    return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


@binary_cross_entropy.mistake(
    "the logarithm has base 2", "np.log2 measures in bits; the slope of np.log is simply 1/x. Which one is meant?"
)
def _(y_hat, y):
    return -np.sum(y * np.log2(y_hat) + (1 - y) * np.log2(1 - y_hat)) / len(y)


@binary_cross_entropy.mistake(
    "y and 1 - y have changed places", "For y = 1 the loss should be small when ŷ is near 1. Is it?"
)
def _(y_hat, y):
    return -np.sum((1 - y) * np.log(y_hat) + y * np.log(1 - y_hat)) / len(y)


@exercise(
    NOTEBOOK,
    "L1",
    prediction_cases,
    "Its denominator is σ′ in disguise. In notebook 03 the two cancel.",
    "Take the formula for one prediction from the text; then think of what the mean does.",
)
def binary_cross_entropy_derivative(y_hat, y):
    return (y_hat - y) / (y_hat * (1 - y_hat)) / len(y)


@binary_cross_entropy_derivative.mistake(
    "this is already the slope with respect to z: ŷ - y",
    "That is where notebook 03 arrives. Here we ask for the slope with respect to ŷ. What is missing below?",
)
def _(y_hat, y):
    return (y_hat - y) / len(y)


@binary_cross_entropy_derivative.mistake(
    "the 1/N of the mean is missing", "L is a mean over N samples. By how much can one of them move it?"
)
def _(y_hat, y):
    return (y_hat - y) / (y_hat * (1 - y_hat))


@binary_cross_entropy_derivative.mistake(
    "the sign is turned round", "For y = 1, a larger ŷ lowers the loss. Which sign must the slope have?"
)
def _(y_hat, y):
    return -(y_hat - y) / (y_hat * (1 - y_hat)) / len(y)


@binary_cross_entropy_derivative.mistake(
    "the second term has the wrong sign: the inner derivative of 1 - ŷ is forgotten",
    "What is the derivative of log(1 - ŷ), the inside included?",
)
def _(y_hat, y):
    return -(y / y_hat + (1 - y) / (1 - y_hat)) / len(y)


@binary_cross_entropy_derivative.mistake(
    "the second half is missing", "Samples with y = 0 have a slope too. Which term is theirs?"
)
def _(y_hat, y):
    return -y / y_hat / len(y)
