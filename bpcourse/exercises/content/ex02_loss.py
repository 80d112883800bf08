"""Exercises of notebook 02: losses and their derivatives."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "02_loss"
ROW_BY_ROW = (
    "L is one number. Python's own sum, and a loop over rows, add row to row. What adds all numbers of an array?"
)


SHAPES = [(2, 1), (1, 1), (5, 1), (3, 2), (2, 4)]  # one and several outputs, more samples than outputs and fewer


def prediction_cases(random):
    """Predictions inside (0, 1) and targets between 0 and 1, so that none of them is its own square."""
    return [(random.uniform(0.05, 0.95, shape), random.integers(1, 4, shape) / 4) for shape in SHAPES]


def class_cases(random):
    """Predictions inside (0, 1) and targets 0 or 1, of which alone the cross-entropy of two classes speaks."""
    return [(random.uniform(0.05, 0.95, shape), random.integers(0, 2, shape).astype(float)) for shape in SHAPES]


@exercise(
    NOTEBOOK,
    "L1",
    prediction_cases,
    "One number for all samples. Training is nothing but making it smaller.",
    "Begin inside: the errors, their squares, ½ of each, the sum of all, divided by N.",
)
def squared_error(y_hat, y):
    return np.sum(0.5 * (y_hat - y) ** 2) / len(y)


squared_error.mistake(
    "the ½ is missing, and the mean runs over the outputs too",
    "With several outputs a sample's errors are summed. And where has the ½ gone?",
    lambda y_hat, y: np.mean((y_hat - y) ** 2),
)
squared_error.mistake(
    "the sum is squared, not each error",
    "Could errors of opposite sign hide each other? Square first, then sum.",
    lambda y_hat, y: 0.5 * np.sum(y_hat - y) ** 2 / len(y),
)
squared_error.mistake(
    "the ½ is squared too",
    "How far does the square reach? Look at the brackets.",
    lambda y_hat, y: np.sum((0.5 * (y_hat - y)) ** 2) / len(y),
)
squared_error.mistake(
    "the brackets are missing: / 2 * N multiplies by N",
    "Python reads / 2 * N from left to right. What is divided by what?",
    lambda y_hat, y: np.sum((y_hat - y) ** 2) / 2 * len(y),
)
squared_error.mistake(
    "a square root is taken at the end",
    "ℓ has no root. What would it do to the simple slope?",
    lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)),
)
squared_error.mistake(
    "a square root of half the mean is taken",
    "ℓ has no root. What would it do to the simple slope?",
    lambda y_hat, y: np.sqrt(np.sum(0.5 * (y_hat - y) ** 2) / len(y)),
)
squared_error.mistake(
    "the losses are not summed up at all",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2 / len(y),
)
squared_error.mistake(
    "the losses are neither summed nor averaged",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
)
squared_error.mistake(
    "there is one loss for each output",
    ROW_BY_ROW,
    lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2, axis=0) / len(y),
)
squared_error.mistake(
    "there is one loss for each output, and they are not averaged",
    ROW_BY_ROW,
    lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2, axis=0),
)
squared_error.mistake(
    "only the last sample counts",
    "Each turn of a loop should add to the sum. Does yours begin the sum anew?",
    lambda y_hat, y: np.sum(0.5 * (y_hat[-1] - y[-1]) ** 2) / len(y),
)
squared_error.mistake(
    "only the first sample counts",
    "Every sample has a say. Does a return stand inside a loop?",
    lambda y_hat, y: np.sum(0.5 * (y_hat[0] - y[0]) ** 2) / len(y),
)
squared_error.mistake(
    "neither ½ nor mean: this is the plain sum of squares",
    "Two factors are missing: one stands before the square in ℓ, one before the sum in L1. Which?",
    lambda y_hat, y: np.sum((y_hat - y) ** 2),
)
squared_error.mistake(
    "this is the norm of the errors: the root of their sum of squares",
    "ℓ has a ½, L1 a mean, and neither has a root.",
    lambda y_hat, y: np.linalg.norm(y_hat - y),
)
squared_error.mistake(
    "targets and predictions are squared each, then subtracted",
    "Is (3 - 2)² the same as 3² - 2²?",
    lambda y_hat, y: np.sum(0.5 * (y_hat**2 - y**2)) / len(y),
)
squared_error.mistake(
    "the mean absolute error is taken",
    "|error| has a corner at 0. Which power is smooth?",
    lambda y_hat, y: np.mean(np.abs(y_hat - y)),
)
squared_error.mistake(
    "only the first output counts",
    "With several outputs, a sample's errors are summed. Over which columns does your sum run?",
    lambda y_hat, y: np.sum(0.5 * (y_hat[:, 0] - y[:, 0]) ** 2) / len(y),
)


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
    "The derivative of ½ d² is d. Then think of what the mean does to each sample.",
)
def squared_error_derivative(y_hat, y):
    return (y_hat - y) / len(y)


squared_error_derivative.mistake(
    "the brackets are missing: only y is divided",
    "Python divides before it subtracts. What should be divided by N?",
    lambda y_hat, y: y_hat - y / len(y),
)
squared_error_derivative.mistake(
    "the ½ is still there",
    "The 2 from the square meets the ½. What is left?",
    lambda y_hat, y: 0.5 * (y_hat - y) / len(y),
)
squared_error_derivative.mistake(
    "the slopes are summed up to one number",
    "Each prediction has a slope of its own. Which shape is asked for?",
    lambda y_hat, y: np.sum(y_hat - y) / len(y),
)
squared_error_derivative.mistake(
    "the mean of the slopes is returned",
    "Each prediction has a slope of its own. Which shape is asked for?",
    lambda y_hat, y: np.mean(y_hat - y),
)
squared_error_derivative.mistake(
    "the slopes are summed over the samples",
    "Each sample has a slope of its own. Which shape is asked for?",
    lambda y_hat, y: np.sum(y_hat - y, axis=0, keepdims=True) / len(y),
)
squared_error_derivative.mistake(
    "σ′ is in it already: that is the slope with respect to z",
    "Notebook 03 goes on to z. Here we ask for the slope with respect to ŷ.",
    lambda y_hat, y: (y_hat - y) / len(y) * y_hat * (1 - y_hat),
)
squared_error_derivative.mistake(
    "the size of the error is taken, without its sign",
    "Too large or too small: should the slope be the same?",
    lambda y_hat, y: np.abs(y_hat - y) / len(y),
)
squared_error_derivative.mistake(
    "a prediction's own value multiplies",
    "The derivative of ½ d² with respect to d is d. What is left of ŷ?",
    lambda y_hat, y: (y_hat - y) * y_hat / len(y),
)
squared_error_derivative.mistake(
    "only the sign of the error is left",
    "That belongs to |d|. What is the derivative of ½ d²?",
    lambda y_hat, y: np.sign(y_hat - y) / len(y),
)


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


@squared_error_derivative.mistake("this is the loss of each element, not its slope", "The derivative of ½ d² is ... ?")
def _(y_hat, y):
    return 0.5 * (y_hat - y) ** 2 / len(y)


@exercise(
    NOTEBOOK,
    "L1",
    class_cases,
    "The loss that punishes confident mistakes. Together with the sigmoid it will make BP1 very short.",
    "Write the formula for one number; NumPy applies it to all. Then sum up, divide by N, mind the sign.",
)
def binary_cross_entropy(y_hat, y):
    return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y)


binary_cross_entropy.mistake(
    "the mean runs over the outputs too",
    "With several outputs a sample's losses are summed. What is divided by: samples, or numbers?",
    lambda y_hat, y: -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
)
binary_cross_entropy.mistake(
    "the two halves have opposite signs",
    "Both logarithms are negative. Which sign must join them?",
    lambda y_hat, y: -np.sum(y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "the first half is missing: samples with y = 1 cost nothing",
    "What does your formula say when y = 1 and ŷ = 0.01?",
    lambda y_hat, y: -np.sum((1 - y) * np.log(1 - y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "1 - y meets the logarithm of ŷ, not of 1 - ŷ",
    "If y = 0, which probability did the network give to what happened?",
    lambda y_hat, y: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "the logarithm has base 10",
    "np.log10 counts digits; the slope of np.log is simply 1/x. Which one is meant?",
    lambda y_hat, y: -np.sum(y * np.log10(y_hat) + (1 - y) * np.log10(1 - y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "one loss for every sample is returned, not their mean",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat), axis=1),
)
binary_cross_entropy.mistake(
    "the losses are not summed up at all",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "the losses are neither summed nor averaged",
    "L is a single number. What does L1 do with the N losses?",
    lambda y_hat, y: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
)
binary_cross_entropy.mistake(
    "there is one loss for each output",
    ROW_BY_ROW,
    lambda y_hat, y: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat), axis=0) / len(y),
)
binary_cross_entropy.mistake(
    "there is one loss for each output, and they are not averaged",
    ROW_BY_ROW,
    lambda y_hat, y: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat), axis=0),
)
binary_cross_entropy.mistake(
    "the logarithms are missing",
    "A sure and wrong network should pay without bound. Which function does that?",
    lambda y_hat, y: -np.sum(y * y_hat + (1 - y) * (1 - y_hat)) / len(y),
)
binary_cross_entropy.mistake(
    "this is half the squared error",
    "That was the first loss of this notebook. Where are the logarithms?",
    lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2) / len(y),
)


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
    class_cases,
    "Its denominator is σ′ in disguise. In notebook 03 the two cancel.",
    "Take the formula for one prediction from the text; then think of what the mean does.",
)
def binary_cross_entropy_derivative(y_hat, y):
    return (y_hat - y) / (y_hat * (1 - y_hat)) / len(y)


binary_cross_entropy_derivative.mistake(
    "it is divided by the number of elements, not of samples",
    "L1 divides by N alone. Which number of the shape is N?",
    lambda y_hat, y: (y_hat - y) / (y_hat * (1 - y_hat)) / y.size,
)
binary_cross_entropy_derivative.mistake(
    "the brackets are missing: / ŷ * (1 - ŷ) multiplies by 1 - ŷ",
    "Python reads from left to right. What belongs to the denominator?",
    lambda y_hat, y: (y_hat - y) / y_hat * (1 - y_hat) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "it is multiplied by ŷ (1 - ŷ), not divided",
    "Which of the two makes the slope steep when the network is sure and wrong?",
    lambda y_hat, y: (y_hat - y) * y_hat * (1 - y_hat) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "1 - ŷ is missing in the denominator",
    "What happens to the slope when ŷ comes near 1 and y = 0?",
    lambda y_hat, y: (y_hat - y) / y_hat / len(y),
)
binary_cross_entropy_derivative.mistake(
    "ŷ is missing in the denominator",
    "What happens to the slope when ŷ comes near 0 and y = 1?",
    lambda y_hat, y: (y_hat - y) / (1 - y_hat) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "the slopes are summed up to one number",
    "Each prediction has a slope of its own. Which shape is asked for?",
    lambda y_hat, y: np.sum((y_hat - y) / (y_hat * (1 - y_hat))) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "the mean of the slopes is returned",
    "Each prediction has a slope of its own. Which shape is asked for?",
    lambda y_hat, y: np.mean((y_hat - y) / (y_hat * (1 - y_hat))),
)
binary_cross_entropy_derivative.mistake(
    "the brackets are missing: only the second term is divided by N",
    "Python divides before it adds. What should be divided by N?",
    lambda y_hat, y: -y / y_hat + (1 - y) / (1 - y_hat) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "the denominator is made of the target",
    "A target is 0 or 1. What becomes of your denominator then, and who stands below the line in the formula?",
    lambda y_hat, y: (y_hat - y) / (y * (1 - y)) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "this is the loss of each element, not its slope",
    "The derivative of log x is 1/x. Where are your fractions?",
    lambda y_hat, y: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "the first half is missing",
    "Samples with y = 1 have a slope too. Which term is theirs?",
    lambda y_hat, y: (1 - y) / (1 - y_hat) / len(y),
)
binary_cross_entropy_derivative.mistake(
    "the denominator is squared",
    "How often does ŷ (1 - ŷ) stand in the formula?",
    lambda y_hat, y: (y_hat - y) / (y_hat * (1 - y_hat)) ** 2 / len(y),
)


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
