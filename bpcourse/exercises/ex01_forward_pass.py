"""Exercises of notebook 01: from one weighted sum to the forward pass of a batch."""

import numpy as np

from bpcourse.exercises.catalogue import exercise

NOTEBOOK = "01_forward_pass"


def unit_cases(random):
    return [(random.normal(size=n), random.normal(size=n), random.normal()) for n in (2, 3, 5)]


@exercise(
    NOTEBOOK,
    "F1",
    unit_cases,
    "One unit's weighted sum: everything else in the forward pass repeats it.",
    "Three things happen: multiply in pairs, add up, add the bias.",
)
def weighted_sum(x, w, b):
    return np.sum(x * w) + b


@weighted_sum.mistake("the bias is forgotten", "What does a unit compute when every input is 0? Look at the end of F1.")
def _(x, w, b):
    return np.sum(x * w)


@weighted_sum.mistake("the products are not summed up", "A unit has one z. How do several products become one number?")
def _(x, w, b):
    return x * w + b


@weighted_sum.mistake(
    "the bias is added once for every input", "The bias belongs to the unit. How often may it be added?"
)
def _(x, w, b):
    return np.sum(x * w + b)


@weighted_sum.mistake(
    "inputs and weights are added instead of multiplied",
    "A weight says how much an input counts. Which operation does that?",
)
def _(x, w, b):
    return np.sum(x + w) + b


@weighted_sum.mistake(
    "the mean is taken where F1 has a sum",
    "Should z shrink when a unit gets more inputs? Read the sum in F1 once more.",
)
def _(x, w, b):
    return np.mean(x * w) + b


@weighted_sum.mistake("the bias is subtracted", "Which sign does b carry in F1?")
def _(x, w, b):
    return np.sum(x * w) - b


def z_cases(random):
    return [(np.array([-1.5]),), (random.normal(size=4),), (3 * random.normal(size=(3, 2)),)]


@exercise(
    NOTEBOOK,
    "F2",
    z_cases,
    "F2 for any shape: NumPy applies it to every element. From here on it squashes every z.",
    "Work from the inside out: -z, its exponential, plus 1, and 1 divided by that.",
)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@sigmoid.mistake(
    "the minus in the exponent is missing", "Try a large positive z. Should σ(z) come out near 0 or near 1?"
)
def _(z):
    return 1 / (1 + np.exp(z))


@sigmoid.mistake("the brackets are missing: 1 / 1 + e⁻ᶻ", "What does Python divide by what, if you do not tell it?")
def _(z):
    return 1 / 1 + np.exp(-z)


@sigmoid.mistake(
    "a minus stands in the denominator: 1 / (1 - e⁻ᶻ)",
    "The value must stay between 0 and 1. Which sign in the denominator ensures that?",
)
def _(z):
    return 1 / (1 - np.exp(-z))


@sigmoid.mistake("this is tanh", "tanh reaches from -1 to 1. From where to where does σ reach?")
def _(z):
    return np.tanh(z)


@sigmoid.mistake("this is σ′, the slope, not σ", "At z = 0 the slope is 1/4. What is the value there?")
def _(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@sigmoid.mistake(
    "this is e⁻ᶻ alone, without the 1 / (1 + ...)",
    "e⁻ᶻ grows without bound for negative z. What brings it back below 1?",
)
def _(z):
    return np.exp(-z)


def layer_cases(random):
    """Batches of 1, 2, 3 and 5 samples; square and oblong weights."""
    shapes = [(1, 2, 3), (2, 2, 2), (3, 3, 3), (5, 4, 2)]
    return [(random.normal(size=(N, i)), random.normal(size=(i, o)), random.normal(size=(1, o))) for N, i, o in shapes]


@exercise(
    NOTEBOOK,
    "F1",
    layer_cases,
    "All units and all samples in one product. Every layer of every network starts like this.",
    "Write the shapes under a_prev and W: which product has N rows and n_out columns?",
)
def layer_z(a_prev, W, b):
    return a_prev @ W + b


@layer_z.mistake("the bias is forgotten", "F1 has two terms. Where is the second?")
def _(a_prev, W, b):
    return a_prev @ W


@layer_z.mistake(
    "W is transposed", "W is (n_in, n_out) here. Write the shapes under a @ W: do the inner ones match already?"
)
def _(a_prev, W, b):
    return a_prev @ W.T + b


@layer_z.mistake(
    "the factors stand in the wrong order",
    "Rows of a are samples. Which factor must come first so that rows stay samples?",
)
def _(a_prev, W, b):
    return W @ a_prev + b


@layer_z.mistake(
    "* multiplies element by element; F1 needs the matrix product",
    "Which operator sums the products along the inner axis?",
)
def _(a_prev, W, b):
    return a_prev * W + b


@layer_z.mistake("the activation is applied already", "F1 ends with z. Which equation turns z into a?")
def _(a_prev, W, b):
    return 1 / (1 + np.exp(-(a_prev @ W + b)))


@layer_z.mistake("the bias is subtracted", "Which sign does b carry in F1?")
def _(a_prev, W, b):
    return a_prev @ W - b


@exercise(
    NOTEBOOK,
    "F2",
    layer_cases,
    "F1 and F2 together: one whole layer. Stack it, and you have a network.",
    "Two lines: z as in the exercise before, then σ of it.",
)
def layer_forward(a_prev, W, b):
    z = a_prev @ W + b
    return 1 / (1 + np.exp(-z))


@layer_forward.mistake("the activation is missing: this is z, not a", "Which equation comes after F1?")
def _(a_prev, W, b):
    return a_prev @ W + b


@layer_forward.mistake("the bias is forgotten", "Is b part of your z?")
def _(a_prev, W, b):
    return 1 / (1 + np.exp(-(a_prev @ W)))


@layer_forward.mistake("the bias is added after the activation", "Which of the two equations contains b: F1 or F2?")
def _(a_prev, W, b):
    return 1 / (1 + np.exp(-(a_prev @ W))) + b


@layer_forward.mistake("the minus in the exponent is missing", "Does a large z give an activation near 1?")
def _(a_prev, W, b):
    return 1 / (1 + np.exp(a_prev @ W + b))


@layer_forward.mistake(
    "the activation is applied twice", "Squashed once is enough. Does one of your lines repeat the other?"
)
def _(a_prev, W, b):
    a = 1 / (1 + np.exp(-(a_prev @ W + b)))
    return 1 / (1 + np.exp(-a))


@layer_forward.mistake("the activation is applied to the input instead of to z", "What goes into f in F2?")
def _(a_prev, W, b):
    return (1 / (1 + np.exp(-a_prev))) @ W + b


def two_layer_parameters(random, n_in, n_hidden, n_out):
    return (
        random.normal(size=(n_in, n_hidden)),
        random.normal(size=(1, n_hidden)),
        random.normal(size=(n_hidden, n_out)),
        random.normal(size=(1, n_out)),
    )


def network_cases(random):
    shapes = [(1, 2, 3, 1), (2, 2, 2, 2), (4, 3, 5, 2), (3, 3, 3, 3)]
    return [(random.normal(size=(N, i)), *two_layer_parameters(random, i, h, o)) for N, i, h, o in shapes]


@exercise(
    NOTEBOOK,
    "F2",
    network_cases,
    "The whole forward pass. It returns z and a of both layers, because the way back needs them.",
    "Layer 1 reads X, layer 2 reads what layer 1 sends out. Each layer is F1, then F2.",
    results=("z1", "a1", "z2", "a2"),
)
def forward(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2


@forward.mistake(
    "the second layer is fed with z1 instead of a1",
    "Layer 2 reads what layer 1 sends out. Is that before or after the activation?",
)
def _(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    z2 = z1 @ W2 + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


@forward.mistake(
    "the last layer's activation is forgotten", "F2 holds for every layer, the last one included. What is a2?"
)
def _(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    return z1, a1, z2, z2


@forward.mistake(
    "the hidden layer's activation is forgotten",
    "Without it two layers are no more than one straight-line layer. What is a1?",
)
def _(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    z2 = z1 @ W2 + b2
    return z1, z1, z2, sigmoid(z2)


@forward.mistake("z and a are returned in another order", "The four are asked for as z1, a1, z2, a2.")
def _(X, W1, b1, W2, b2):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    return a1, z1, a2, z2


@forward.mistake("both biases are forgotten", "F1 has a second term.")
def _(X, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1)
    return X @ W1, a1, a1 @ W2, sigmoid(a1 @ W2)
