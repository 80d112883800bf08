"""Exercises of notebook 03: the last layer's error and gradients."""

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content.ex02_loss import prediction_cases

NOTEBOOK = "03_output_layer_error"


def activation_cases(random):
    return [(np.array([[0.2]]),), (random.uniform(0, 1, (1, 3)),), (random.uniform(0, 1, (4, 2)),)]


@exercise(
    NOTEBOOK,
    "BP1",
    activation_cases,
    "σ′ from what the forward pass has computed already: no new exponential needed.",
    "The formula for σ′ in the text has two factors, and both are written in a.",
)
def sigmoid_derivative_from_a(a):
    return a * (1 - a)


sigmoid_derivative_from_a.mistake(
    "the brackets are missing: a * 1 - a is 0",
    "Python multiplies before it subtracts. Where must brackets stand?",
    lambda a: a * 1 - a,
)
sigmoid_derivative_from_a.mistake(
    "the matrix product is taken",
    "Each unit has a slope of its own. Which product works element by element?",
    lambda a: a @ (1 - a),
)
sigmoid_derivative_from_a.mistake(
    "there is a square too many: a (1 - a)²", "Count the factors of σ′.", lambda a: a * (1 - a) ** 2
)
sigmoid_derivative_from_a.mistake(
    "there is a factor too many: a · a (1 - a)", "Count the factors of σ′.", lambda a: a**2 * (1 - a)
)
sigmoid_derivative_from_a.mistake(
    "both factors are 1 - a", "σ′ has two different factors. Is your slope 0 at a = 0?", lambda a: (1 - a) ** 2
)
sigmoid_derivative_from_a.mistake(
    "both factors are a", "σ′ has two different factors. Is your slope 0 at a = 1?", lambda a: a**2
)
sigmoid_derivative_from_a.mistake(
    "the two factors are added", "Rates along a chain multiply. What is a + (1 - a)?", lambda a: a + (1 - a)
)
sigmoid_derivative_from_a.mistake(
    "there is a plus: a (1 + a)", "At a = 1 the sigmoid is flat. Is your slope 0 there?", lambda a: a * (1 + a)
)
sigmoid_derivative_from_a.mistake(
    "a is squashed once more: this is σ(a)",
    "The argument is a = σ(z) already. What is its slope?",
    lambda a: 1 / (1 + np.exp(-a)),
)
sigmoid_derivative_from_a.mistake(
    "z is recovered and treated as a",
    "You have a at hand already. Does the formula need z at all?",
    lambda a: np.log(a / (1 - a)) * (1 - np.log(a / (1 - a))),
)


@sigmoid_derivative_from_a.mistake(
    "a is squashed once more: you treat it as z", "The argument is a = σ(z) already. Does it need another sigmoid?"
)
def _(a):
    s = 1 / (1 + np.exp(-a))
    return s * (1 - s)


@sigmoid_derivative_from_a.mistake(
    "the factor 1 - a is missing", "At a = 1 the sigmoid is flat. Is your slope 0 there?"
)
def _(a):
    return a


@sigmoid_derivative_from_a.mistake("the factor a is missing", "At a = 0 the sigmoid is flat. Is your slope 0 there?")
def _(a):
    return 1 - a


@sigmoid_derivative_from_a.mistake(
    "the sign is turned round: a (a - 1)", "The sigmoid never falls. Which sign must its slope have?"
)
def _(a):
    return a * (a - 1)


@sigmoid_derivative_from_a.mistake(
    "this is the derivative of tanh", "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?"
)
def _(a):
    return 1 - a**2


@exercise(
    NOTEBOOK,
    "BP1",
    prediction_cases,
    "The error of the output layer. Everything else in backpropagation is made from it.",
    "BP1 has two factors: the slope of the loss, from notebook 02, and σ′, from the exercise before.",
)
def output_delta(y_hat, y):
    return (y_hat - y) / len(y) * y_hat * (1 - y_hat)


output_delta.mistake(
    "the brackets are missing: only y is divided",
    "Python divides before it subtracts. What should be divided by N?",
    lambda y_hat, y: (y_hat - y / len(y)) * y_hat * (1 - y_hat),
)
output_delta.mistake(
    "the error itself is missing: this is σ′ alone",
    "BP1 has two factors. Which one knows the target?",
    lambda y_hat, y: y_hat * (1 - y_hat) / len(y),
)
output_delta.mistake(
    "the error is missing, and the 1/N too: this is σ′ alone",
    "BP1 has two factors. Which one knows the target?",
    lambda y_hat, y: y_hat * (1 - y_hat),
)
output_delta.mistake(
    "the brackets are missing: ŷ * 1 - ŷ",
    "Python multiplies before it subtracts. Where must brackets stand?",
    lambda y_hat, y: (y_hat - y) / len(y) * y_hat * 1 - y_hat,
)
output_delta.mistake(
    "it is divided by the number of elements, not of samples",
    "L1 divides by N alone. Which number of the shape is N?",
    lambda y_hat, y: (y_hat - y) / y.size * y_hat * (1 - y_hat),
    tag="L1",
)
output_delta.mistake(
    "the factor ŷ is missing in σ′",
    "σ′ = a (1 - a). How many factors do you have?",
    lambda y_hat, y: (y_hat - y) / len(y) * (1 - y_hat),
)
output_delta.mistake(
    "the factor 1 - ŷ is missing in σ′",
    "σ′ = a (1 - a). How many factors do you have?",
    lambda y_hat, y: (y_hat - y) / len(y) * y_hat,
)
output_delta.mistake(
    "it is divided by σ′, not multiplied",
    "Rates along a chain multiply. What have you done with the second?",
    lambda y_hat, y: (y_hat - y) / len(y) / (y_hat * (1 - y_hat)),
)
output_delta.mistake(
    "the error is squared: this is made of the loss, not of its slope",
    "What is the derivative of ½ d²?",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2 / len(y) * y_hat * (1 - y_hat),
)
output_delta.mistake(
    "the loss stands where its slope belongs",
    "The loss is one number for all. Which function of notebook 02 gives a slope for each prediction?",
    lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2) / len(y) * y_hat * (1 - y_hat),
)
output_delta.mistake(
    "the errors are averaged: all predictions share one",
    "Each prediction has a slope of its own. Is there a mean too many?",
    lambda y_hat, y: np.mean(y_hat - y) * y_hat * (1 - y_hat),
)
output_delta.mistake(
    "the mean of all δ is returned",
    "δ has one number for each prediction. Is there a mean too many?",
    lambda y_hat, y: np.mean((y_hat - y) * y_hat * (1 - y_hat)),
)
output_delta.mistake(
    "the matrix product is taken where BP1 has ⊙",
    "⊙ works element by element. Which sign of Python does that?",
    lambda y_hat, y: (y_hat - y) / len(y) @ (y_hat * (1 - y_hat)),
)
output_delta.mistake(
    "this is the derivative of tanh",
    "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?",
    lambda y_hat, y: (y_hat - y) / len(y) * (1 - y_hat**2),
)
output_delta.mistake(
    "σ′ is missing, and the 1/N too",
    "BP1 has two factors. Which one leads from a back to z? And where is N?",
    lambda y_hat, y: y_hat - y,
)
output_delta.mistake(
    "σ′ is added, not multiplied",
    "Rates along a chain multiply. Which sign joins yours?",
    lambda y_hat, y: (y_hat - y) / len(y) + y_hat * (1 - y_hat),
)


@output_delta.mistake(
    "σ′ is missing: this is the slope with respect to a, not to z",
    "BP1 has two factors. Which one leads from a back to z?",
)
def _(y_hat, y):
    return (y_hat - y) / len(y)


@output_delta.mistake("the 1/N of the mean is missing", "Where does L1 put the number of samples?", tag="L1")
def _(y_hat, y):
    return (y_hat - y) * y_hat * (1 - y_hat)


@output_delta.mistake("the sign is turned round", "Is it ŷ - y or y - ŷ? Think of a prediction that is too large.")
def _(y_hat, y):
    return (y - y_hat) / len(y) * y_hat * (1 - y_hat)


@output_delta.mistake("σ′ is computed as if ŷ were z", "ŷ is an activation already. Does it need another sigmoid?")
def _(y_hat, y):
    s = 1 / (1 + np.exp(-y_hat))
    return (y_hat - y) / len(y) * s * (1 - s)


@output_delta.mistake("σ′ is applied twice", "Count the factors: how many activations lie between z and the loss?")
def _(y_hat, y):
    return (y_hat - y) / len(y) * (y_hat * (1 - y_hat)) ** 2


@output_delta.mistake("there is a factor 2 too many", "The 2 from the square meets the ½ of the loss. What is left?")
def _(y_hat, y):
    return 2 * (y_hat - y) / len(y) * y_hat * (1 - y_hat)


@output_delta.mistake(
    "σ′ is taken at the target instead of at the prediction",
    "f′ in BP1 stands at the network's own z. Whose activation belongs to it?",
)
def _(y_hat, y):
    return (y_hat - y) / len(y) * y * (1 - y)


@output_delta.mistake(
    "the rows are summed up already", "δ has one row for each sample. Which equation sums them, later?"
)
def _(y_hat, y):
    return np.sum((y_hat - y) / len(y) * y_hat * (1 - y_hat), axis=0, keepdims=True)


def delta_cases(random):
    return [(random.normal(size=shape),) for shape in ((2, 1), (1, 3), (3, 3), (4, 2))]


@exercise(
    NOTEBOOK,
    "BP3",
    delta_cases,
    "The bias gradient of any layer: b is added to every sample, so every sample has a say.",
    "Samples are rows. Sum them so that one row is left; keepdims=True keeps it a row.",
)
def bias_gradient(delta):
    return delta.sum(axis=0, keepdims=True)


bias_gradient.mistake(
    "everything is summed into one number, kept as (1, 1)",
    "Each unit has its own bias. How many numbers must come out?",
    lambda delta: delta.sum(keepdims=True).repeat(delta.shape[1], axis=1),
)
bias_gradient.mistake(
    "only the first sample counts", "Every sample has a say. What adds the rows up?", lambda delta: delta[:1]
)
bias_gradient.mistake(
    "only the last sample counts", "Every sample has a say. Is a sum overwritten in a loop?", lambda delta: delta[-1:]
)
bias_gradient.mistake(
    "the largest value is taken, not the sum",
    "What does BP3 do with the rows?",
    lambda delta: delta.max(axis=0, keepdims=True),
)
bias_gradient.mistake(
    "the sizes are summed, without their signs",
    "May samples pull in opposite directions?",
    lambda delta: np.abs(delta).sum(axis=0, keepdims=True),
)
bias_gradient.mistake(
    "the sum is copied to every row",
    "b has one row. How many has yours?",
    lambda delta: np.ones((len(delta), 1)) * delta.sum(axis=0, keepdims=True),
)
bias_gradient.mistake(
    "the rows are summed up step by step: all partial sums are kept",
    "Only the last of these sums is the gradient. Which function gives only that?",
    lambda delta: delta.cumsum(axis=0),
)
bias_gradient.mistake(
    "the squares are summed",
    "BP3 sums δ itself. Where does the square come from?",
    lambda delta: (delta**2).sum(axis=0, keepdims=True),
)
bias_gradient.mistake(
    "the mean over all elements is taken",
    "Each unit has its own bias. And where did the 1/N enter?",
    lambda delta: delta.mean(),
)


@bias_gradient.mistake(
    "the sum runs over the units instead of the samples", "Rows are samples. Which axis has to vanish, 0 or 1?"
)
def _(delta):
    return delta.sum(axis=1, keepdims=True)


@bias_gradient.mistake(
    "the mean is taken once more: δ carries the 1/N already", "Where did the 1/N enter: in BP1 or in BP3?"
)
def _(delta):
    return delta.mean(axis=0, keepdims=True)


@bias_gradient.mistake(
    "everything is summed into one number", "Each unit has its own bias. How many numbers must come out?"
)
def _(delta):
    return delta.sum()


@bias_gradient.mistake("the sum over the samples is missing", "b has one row, δ has N. What does BP3 do with the rows?")
def _(delta):
    return delta


@bias_gradient.mistake(
    "the result stands upright: its shape is not that of b", "b is (1, n_out). Which shape has your result?"
)
def _(delta):
    return delta.sum(axis=0, keepdims=True).T


def weight_gradient_cases(random):
    shapes = [(1, 3, 1), (3, 3, 3), (2, 2, 2), (4, 3, 2)]
    return [(random.normal(size=(N, i)), random.normal(size=(N, o))) for N, i, o in shapes]


@exercise(
    NOTEBOOK,
    "BP4",
    weight_gradient_cases,
    "The weight gradient of any layer: what came in, times the error that came back.",
    "Write the shapes: from (N, n_in) and (N, n_out) to (n_in, n_out). N has to meet N.",
)
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


weight_gradient.mistake(
    "* multiplies element by element; BP4 needs the matrix product",
    "Which operator sums over the samples?",
    lambda a_prev, delta: a_prev * delta,
)
weight_gradient.mistake(
    "* is taken where BP4 has the matrix product, after the transpose",
    "Which operator sums over the samples?",
    lambda a_prev, delta: a_prev.T * delta,
)
weight_gradient.mistake(
    "np.outer pairs every number with every other, across samples",
    "The product is taken sample by sample, then summed. What does @ do?",
    lambda a_prev, delta: np.outer(a_prev, delta),
)
weight_gradient.mistake(
    "the factors stand in the wrong order, the transpose is on the other",
    "Which shape has your result? It should be (n_in, n_out).",
    lambda a_prev, delta: delta @ a_prev.T,
)
weight_gradient.mistake(
    "only the last sample counts",
    "Every sample has a say in dW. Is a sum overwritten in a loop?",
    lambda a_prev, delta: a_prev[-1:].T @ delta[-1:],
)
weight_gradient.mistake(
    "δ is left out: inputs are summed alone",
    "dW is what came in times what came back. Where is the second?",
    lambda a_prev, delta: np.repeat(a_prev.sum(axis=0)[:, None], delta.shape[1], axis=1),
)
weight_gradient.mistake(
    "the inputs are left out: every weight gets its unit's error",
    "What if a weight's input is 0? dW is what came in times what came back.",
    lambda a_prev, delta: np.repeat(delta.sum(axis=0)[None, :], a_prev.shape[1], axis=0),
)
weight_gradient.mistake(
    "one product for each sample is kept; they are not summed",
    "dW has the shape of W. What becomes of the axis of samples?",
    lambda a_prev, delta: a_prev[:, :, None] * delta[:, None, :],
)
weight_gradient.mistake(
    "the inverse is taken instead of the transpose",
    "Nothing is undone here. Which of the two sums over samples?",
    lambda a_prev, delta: np.linalg.pinv(a_prev) @ delta,
)
weight_gradient.mistake(
    "σ′ is applied to the inputs once more",
    "δ holds its slope already. Which factors has BP4?",
    lambda a_prev, delta: (a_prev * (1 - a_prev)).T @ delta,
)


@weight_gradient.mistake(
    "the transpose is missing", "W is (n_in, n_out). Which product of (N, n_in) and (N, n_out) has that shape?"
)
def _(a_prev, delta):
    return a_prev @ delta


@weight_gradient.mistake(
    "the factors stand in the wrong order: the result is transposed",
    "dW must have the shape of W: (n_in, n_out). Which has yours?",
)
def _(a_prev, delta):
    return delta.T @ a_prev


@weight_gradient.mistake(
    "δ is transposed instead of a", "The sum must run over the samples. Which axis is summed in your product?"
)
def _(a_prev, delta):
    return a_prev @ delta.T


@weight_gradient.mistake("it is divided by N once more", "δ carries the 1/N already. Where did it enter?")
def _(a_prev, delta):
    return a_prev.T @ delta / len(delta)


@weight_gradient.mistake("the sign is turned round", "The minus of going downhill stands in U1. Does BP4 have one?")
def _(a_prev, delta):
    return -a_prev.T @ delta


@weight_gradient.mistake("only the first sample counts", "Every sample has a say in dW. What adds them up?")
def _(a_prev, delta):
    return a_prev[:1].T @ delta[:1]


@weight_gradient.mistake(
    "inputs and errors are added up separately, then multiplied",
    "The product has to be taken sample by sample. What does a matrix product do?",
)
def _(a_prev, delta):
    return a_prev.sum(axis=0)[:, None] * delta.sum(axis=0)


def _cubic(x):
    return x**3 - 2 * x + 1


def _exponential(x):
    return np.exp(x) * np.sin(3 * x)


def slope_cases(random):
    return [
        (function, float(x))
        for function, x in zip((_cubic, _exponential, _cubic), (0.5, *random.normal(size=2)), strict=True)
    ]


@exercise(
    NOTEBOOK,
    "",
    slope_cases,
    "A gradient that knows no chain rule: the judge of every formula you derive from now on.",
    "Rise over run: how much higher is f on the right than on the left, and how far apart are the two?",
)
def numerical_slope(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


numerical_slope.mistake(
    "h is added to f(x) instead of to x",
    "Nudge the input, not the result. Where does the + h belong?",
    lambda f, x: (f(x) + 1e-5 - (f(x) - 1e-5)) / 2e-5,
)
numerical_slope.mistake(
    "only one side is used: a backward difference",
    "One-sided differences err by about h. What does a point on the other side add?",
    lambda f, x: (f(x) - f(x - 1e-5)) / 1e-5,
)
numerical_slope.mistake(
    "the brackets are missing around the difference",
    "Python divides before it subtracts. What is divided by 2h in yours?",
    lambda f, x: f(x + 1e-5) - f(x - 1e-5) / 2e-5,
)
numerical_slope.mistake(
    "h is so large that the curve bends in between",
    "Which h does the exercise name?",
    lambda f, x: (f(x + 0.01) - f(x - 0.01)) / 0.02,
)
numerical_slope.mistake(
    "h is so small that rounding spoils the difference",
    "Which h does the exercise name? Numbers have about 16 digits.",
    lambda f, x: (f(x + 1e-14) - f(x - 1e-14)) / 2e-14,
)
numerical_slope.mistake(
    "the two sides are added, not subtracted",
    "A slope is a rise: the right side minus the left side.",
    lambda f, x: (f(x + 1e-5) + f(x - 1e-5)) / 2e-5,
)
numerical_slope.mistake(
    "the value is returned, not the slope", "How much does f change between the two points?", lambda f, x: f(x)
)
numerical_slope.mistake(
    "this is the second derivative: how the slope itself changes",
    "A slope needs two points, and a division by 2h.",
    lambda f, x: (f(x + 1e-4) - 2 * f(x) + f(x - 1e-4)) / 1e-8,
)
numerical_slope.mistake(
    "it is divided by h too often",
    "How far is x + h from x - h?",
    lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5 / 1e-5,
)
numerical_slope.mistake(
    "it is divided by x, not by the distance",
    "A slope is rise over run. Where is the run?",
    lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / (2 * x),
)
numerical_slope.mistake(
    "the difference is halved, but not divided by h",
    "A slope is rise over run. How long is the run?",
    lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2,
)


@numerical_slope.mistake(
    "only one side is used: a forward difference",
    "One-sided differences err by about h. What does a point on the other side add?",
)
def _(f, x):
    return (f(x + 1e-5) - f(x)) / 1e-5


@numerical_slope.mistake("it is divided by h, but the points lie 2h apart", "How far is x + h from x - h?")
def _(f, x):
    return (f(x + 1e-5) - f(x - 1e-5)) / 1e-5


@numerical_slope.mistake("the division by the distance is missing", "A slope is rise over run. Where is the run?")
def _(f, x):
    return f(x + 1e-5) - f(x - 1e-5)


@numerical_slope.mistake(
    "the sign is turned round", "If f grows, f(x + h) is the larger one. Which is subtracted from which?"
)
def _(f, x):
    return (f(x - 1e-5) - f(x + 1e-5)) / 2e-5


@numerical_slope.mistake(
    "the brackets are missing: / 2 * h multiplies by h",
    "Python reads / 2 * h from left to right. What is divided by what?",
)
def _(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / 2 * h


@exercise(
    NOTEBOOK,
    "BP1",
    prediction_cases,
    "The famous collapse: sigmoid and cross-entropy leave only the difference.",
    "Write both factors of BP1 side by side and cancel what can be cancelled.",
)
def output_delta_cross_entropy(y_hat, y):
    return (y_hat - y) / len(y)


output_delta_cross_entropy.mistake(
    "the brackets are missing: only y is divided",
    "Python divides before it subtracts. What should be divided by N?",
    lambda y_hat, y: y_hat - y / len(y),
)
output_delta_cross_entropy.mistake(
    "it is divided by the number of elements, not of samples",
    "L1 divides by N alone. Which number of the shape is N?",
    lambda y_hat, y: (y_hat - y) / y.size,
    tag="L1",
)
output_delta_cross_entropy.mistake(
    "the rows are summed up already",
    "δ has one row for each sample. Which equation sums them, later?",
    lambda y_hat, y: np.sum(y_hat - y, axis=0, keepdims=True) / len(y),
)
output_delta_cross_entropy.mistake(
    "this is σ′ alone",
    "σ′ cancels. What is left is what knows the target.",
    lambda y_hat, y: y_hat * (1 - y_hat) / len(y),
)
output_delta_cross_entropy.mistake(
    "the error is squared",
    "The collapse leaves the plain difference. Where does the square come from?",
    lambda y_hat, y: (y_hat - y) ** 2 / len(y),
)
output_delta_cross_entropy.mistake(
    "the size of the error is taken, without its sign",
    "Too large or too small: should δ be the same?",
    lambda y_hat, y: np.abs(y_hat - y) / len(y),
)
output_delta_cross_entropy.mistake(
    "this is the loss of each element, not δ",
    "δ is a slope. What does BP1 make of the loss's slope?",
    lambda y_hat, y: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / len(y),
)
output_delta_cross_entropy.mistake(
    "ŷ is still there as a factor",
    "Both ŷ and 1 - ŷ cancel. Is one left in yours?",
    lambda y_hat, y: (y_hat - y) / len(y) * y_hat,
)


@output_delta_cross_entropy.mistake(
    "σ′ is still there: it has cancelled", "What does the denominator of the loss's slope do to σ′?"
)
def _(y_hat, y):
    return (y_hat - y) / len(y) * y_hat * (1 - y_hat)


@output_delta_cross_entropy.mistake(
    "the denominator is still there: it has cancelled", "BP1 multiplies it by σ′. What is left of the two?"
)
def _(y_hat, y):
    return (y_hat - y) / (y_hat * (1 - y_hat)) / len(y)


@output_delta_cross_entropy.mistake(
    "the 1/N of the mean is missing", "Where does L1 put the number of samples?", tag="L1"
)
def _(y_hat, y):
    return y_hat - y


@output_delta_cross_entropy.mistake(
    "the sign is turned round", "Is it ŷ - y or y - ŷ? Think of a prediction that is too large."
)
def _(y_hat, y):
    return (y - y_hat) / len(y)
