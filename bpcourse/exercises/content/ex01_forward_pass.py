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


weighted_sum.mistake(
    "inputs and weights are summed before they are multiplied",
    "Each input has a weight of its own. Which comes first: times or plus?",
    lambda x, w, b: np.sum(x) * np.sum(w) + b,
)
weighted_sum.mistake(
    "the bias multiplies the sum", "Which sign stands before b in the formula?", lambda x, w, b: np.sum(x * w) * b
)
weighted_sum.mistake(
    "only the first input counts",
    "How many inputs does a unit have? A return inside a loop ends it at once.",
    lambda x, w, b: x[0] * w[0] + b,
)
weighted_sum.mistake(
    "only the last input counts",
    "Each turn of a loop should add its product to the sum. Does yours begin the sum anew?",
    lambda x, w, b: x[-1] * w[-1] + b,
)
weighted_sum.mistake(
    "it is right for two inputs only",
    "How many terms do the dots in the formula stand for?",
    lambda x, w, b: x[0] * w[0] + x[1] * w[1] + b,
)
weighted_sum.mistake(
    "it is right for three inputs only",
    "How many terms do the dots in the formula stand for?",
    lambda x, w, b: x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + b,
)
weighted_sum.mistake(
    "the last input is left out",
    "Where does your loop end? range(n) stops before n, and n is the length.",
    lambda x, w, b: np.sum(x[:-1] * w[:-1]) + b,
)
weighted_sum.mistake(
    "the activation is applied already",
    "z is the sum before the activation. Is there a step too many?",
    lambda x, w, b: 1 / (1 + np.exp(-(np.sum(x * w) + b))),
    tag="F2",
)
weighted_sum.mistake(
    "the weights are left out: inputs are simply summed",
    "How should a weight of 0 change what a unit computes?",
    lambda x, w, b: np.sum(x) + b,
)


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


sigmoid.mistake(
    "the exponential is missing: 1 / (1 - z)", "What becomes of -z before 1 is added?", lambda z: 1 / (1 - z)
)
sigmoid.mistake(
    "the exponential is missing: 1 / (1 + z)",
    "Which function of NumPy turns -z into a positive number?",
    lambda z: 1 / (1 + z),
)
sigmoid.mistake(
    "the brackets are missing: 1 / e⁻ᶻ + 1",
    "Your values go beyond 1. What should the 1 be divided by?",
    lambda z: 1 / np.exp(-z) + 1,
)
sigmoid.mistake(
    "this is relu",
    "relu cuts off below 0 and grows without end. What does σ do for large z?",
    lambda z: np.maximum(z, 0),
)
sigmoid.mistake(
    "this is a step: only 0 or 1",
    "σ changes its mind smoothly. Where does the exponential come in?",
    lambda z: np.where(z > 0, 1.0, 0.0),
)
sigmoid.mistake(
    "this is e to the z, without the 1 / (1 + ...)",
    "e to the z grows without bound. What keeps σ below 1?",
    lambda z: np.exp(z),
)
sigmoid.mistake(
    "everything is divided by the sum over all elements",
    "Each element goes through σ alone. Should the others matter?",
    lambda z: np.exp(z) / np.sum(np.exp(z)),
)
sigmoid.mistake(
    "a power of 10 is taken instead of e",
    "e is about 2.718. Which function of NumPy raises it to a power?",
    lambda z: 1 / (1 + 10.0**-z),
)
sigmoid.mistake(
    "a power of 2 is taken instead of e",
    "e is about 2.718. Which function of NumPy raises it to a power?",
    lambda z: 1 / (1 + 2.0**-z),
)
for e in (2.7, 2.71, 2.72, 2.718, 2.7183):
    sigmoid.mistake(
        f"e is written with few digits, as {e}",
        "e has no end of digits. Which function of NumPy knows them?",
        lambda z, e=e: 1 / (1 + e**-z),
    )
sigmoid.mistake(
    "the 1 in the denominator is a 2", "At z = 0 σ is ½. What is e to the power of 0?", lambda z: 1 / (2 + np.exp(-z))
)
sigmoid.mistake(
    "z is squared in the exponent",
    "Should -3 and 3 give the same? Read the exponent once more.",
    lambda z: 1 / (1 + np.exp(-(z**2))),
)
sigmoid.mistake(
    "the size of z is taken, without its sign", "Should -3 and 3 give the same?", lambda z: 1 / (1 + np.exp(-np.abs(z)))
)


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


layer_z.mistake(
    "the bias is added to the weights",
    "b is added once to each z. Where must the bracket close?",
    lambda a_prev, W, b: a_prev @ (W + b),
)
layer_z.mistake("the bias multiplies", "Which sign stands before b in F1?", lambda a_prev, W, b: a_prev @ W * b)
layer_z.mistake(
    "a_prev is transposed",
    "Rows of a are samples and must stay rows. Which shape has your left factor?",
    lambda a_prev, W, b: a_prev.T @ W + b,
)
layer_z.mistake(
    "everything is summed up over the units",
    "Each unit has a z of its own. Is there a sum too many?",
    lambda a_prev, W, b: np.sum(a_prev @ W + b, axis=1, keepdims=True),
)
layer_z.mistake(
    "everything is summed up over the samples",
    "Each sample keeps its own row. Is there a sum too many?",
    lambda a_prev, W, b: np.sum(a_prev @ W + b, axis=0, keepdims=True),
)
layer_z.mistake(
    "one bias is used for all units",
    "b has one number for each unit. Is it summed or indexed in your line?",
    lambda a_prev, W, b: a_prev @ W + b[0, 0],
)
layer_z.mistake(
    "only the first sample is computed",
    "Rows are samples. How many does your result have?",
    lambda a_prev, W, b: a_prev[:1] @ W + b,
)
layer_z.mistake(
    "the mean is taken where the product sums",
    "Should z shrink when there are more inputs?",
    lambda a_prev, W, b: a_prev @ W / W.shape[0] + b,
)
layer_z.mistake(
    "the mean of the biases is added",
    "Each unit has its own bias. Which shape has b?",
    lambda a_prev, W, b: a_prev @ W + np.mean(b),
)


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


layer_forward.mistake(
    "the brackets are missing: 1 / 1 + e⁻ᶻ",
    "What does Python divide by what, if you do not tell it?",
    lambda a_prev, W, b: 1 / 1 + np.exp(-(a_prev @ W + b)),
)
layer_forward.mistake(
    "the minus does not reach both terms of z, or the bias is subtracted",
    "-z is minus all of z. Are the brackets right?",
    lambda a_prev, W, b: 1 / (1 + np.exp(-a_prev @ W + b)),
    tag="F1",
)
layer_forward.mistake(
    "W is transposed",
    "Write the shapes under a @ W: do the inner ones match already?",
    lambda a_prev, W, b: 1 / (1 + np.exp(-(a_prev @ W.T + b))),
    tag="F1",
)
layer_forward.mistake(
    "the factors stand in the wrong order",
    "Which factor must come first so that rows stay samples?",
    lambda a_prev, W, b: 1 / (1 + np.exp(-(W @ a_prev + b))),
    tag="F1",
)
layer_forward.mistake(
    "* multiplies element by element; F1 needs the matrix product",
    "Which operator sums the products along the inner axis?",
    lambda a_prev, W, b: 1 / (1 + np.exp(-(a_prev * W + b))),
    tag="F1",
)
layer_forward.mistake(
    "the activation is tanh",
    "This layer has sigmoid units. From where to where does σ reach?",
    lambda a_prev, W, b: np.tanh(a_prev @ W + b),
)
layer_forward.mistake(
    "the activation is relu",
    "This layer has sigmoid units. Which function have you written before?",
    lambda a_prev, W, b: np.maximum(a_prev @ W + b, 0),
)
layer_forward.mistake(
    "this is σ′, the slope, not σ",
    "Going forward, no slope is needed. What is the last step of F2?",
    lambda a_prev, W, b: layer_forward(a_prev, W, b) * (1 - layer_forward(a_prev, W, b)),
)
layer_forward.mistake(
    "only the exponential is left of σ",
    "e⁻ᶻ alone is not σ. What is divided by what?",
    lambda a_prev, W, b: np.exp(-(a_prev @ W + b)),
)


@layer_forward.mistake("the activation is missing: this is z, not a", "Which of the two steps turns z into a?")
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


TWO_LAYERS = [(1, 2, 3, 1), (2, 2, 2, 2), (4, 3, 5, 2), (3, 3, 3, 3)]  # samples, inputs, hidden units, outputs


def network_cases(random):
    return [(random.normal(size=(N, i)), *two_layer_parameters(random, i, h, o)) for N, i, h, o in TWO_LAYERS]


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


def _with_layers_as_z(X, W1, b1, W2, b2):
    z1 = layer_forward(X, W1, b1)
    a1 = sigmoid(z1)
    z2 = layer_forward(a1, W2, b2)
    return z1, a1, z2, sigmoid(z2)


forward.mistake(
    "z1 is returned before its bias is added",
    "Which terms does z1 have in F1?",
    lambda X, W1, b1, W2, b2: (X @ W1, *forward(X, W1, b1, W2, b2)[1:]),
    tag="F1",
)
forward.mistake(
    "the first layer's bias is forgotten",
    "F1 has a second term, in both layers.",
    lambda X, W1, b1, W2, b2: forward(X, W1, 0 * b1, W2, b2),
    tag="F1",
)
forward.mistake(
    "the second layer's bias is forgotten",
    "F1 has a second term, in both layers.",
    lambda X, W1, b1, W2, b2: forward(X, W1, b1, W2, 0 * b2),
    tag="F1",
)
forward.mistake(
    "both activations are forgotten",
    "Which equation turns z into a?",
    lambda X, W1, b1, W2, b2: (X @ W1 + b1, X @ W1 + b1, (X @ W1 + b1) @ W2 + b2, (X @ W1 + b1) @ W2 + b2),
)
forward.mistake(
    "the second layer is fed with X",
    "Layer 2 reads what layer 1 sends out. What is that called?",
    lambda X, W1, b1, W2, b2: (*forward(X, W1, b1, W2, b2)[:2], X @ W2 + b2, sigmoid(X @ W2 + b2)),
    tag="F1",
)
forward.mistake(
    "the hidden layer uses tanh",
    "Both layers have sigmoid units here. What is a1?",
    lambda X, W1, b1, W2, b2: (
        X @ W1 + b1,
        np.tanh(X @ W1 + b1),
        np.tanh(X @ W1 + b1) @ W2 + b2,
        sigmoid(np.tanh(X @ W1 + b1) @ W2 + b2),
    ),
)
forward.mistake(
    "a2 is made from a1, not from z2",
    "F2 takes this layer's own z. Which z is that in layer 2?",
    lambda X, W1, b1, W2, b2: (*forward(X, W1, b1, W2, b2)[:3], sigmoid(forward(X, W1, b1, W2, b2)[1])),
)
forward.mistake(
    "the output goes through the activation twice",
    "How often does F2 apply f?",
    lambda X, W1, b1, W2, b2: (*forward(X, W1, b1, W2, b2)[:3], sigmoid(forward(X, W1, b1, W2, b2)[3])),
)
forward.mistake(
    "a1 goes through the activation twice before layer 2",
    "Is a1 squashed already when layer 2 reads it?",
    lambda X, W1, b1, W2, b2: (
        *forward(X, W1, b1, W2, b2)[:2],
        sigmoid(sigmoid(X @ W1 + b1)) @ W2 + b2,
        sigmoid(sigmoid(sigmoid(X @ W1 + b1)) @ W2 + b2),
    ),
)
forward.mistake(
    "z1 is an activation already: σ is applied twice",
    "Which of your functions stops at z, and which goes as far as a?",
    _with_layers_as_z,
)
forward.mistake(
    "only the prediction is returned",
    "The way back needs the numbers in between. Which four are asked for?",
    lambda X, W1, b1, W2, b2: forward(X, W1, b1, W2, b2)[3],
)
forward.mistake(
    "only the two activations are returned",
    "The way back needs z as well. Which four are asked for?",
    lambda X, W1, b1, W2, b2: forward(X, W1, b1, W2, b2)[1::2],
)


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


@forward.mistake("both biases are forgotten", "F1 has a second term.", tag="F1")
def _(X, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1)
    return X @ W1, a1, a1 @ W2, sigmoid(a1 @ W2)
