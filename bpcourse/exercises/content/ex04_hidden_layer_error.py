"""Exercises of notebook 04: the error travels back through the layers."""

from itertools import pairwise

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, sigmoid

NOTEBOOK = "04_hidden_layer_error"


SHAPES = [(1, 3, 1), (2, 2, 2), (3, 3, 3), (4, 3, 2)]  # samples, units of the layer, units of the next


def error_cases(random):
    return [(random.normal(size=(N, o)), random.normal(size=(h, o))) for N, h, o in SHAPES]


@exercise(
    NOTEBOOK,
    "BP2",
    error_cases,
    "The first half of BP2: every hidden unit collects its share of blame along its own weights.",
    "Write the shapes: from (N, n_next) and (n_here, n_next) to (N, n_here). What must be turned?",
)
def error_reaching_a(delta_next, W_next):
    return delta_next @ W_next.T


error_reaching_a.mistake(
    "* multiplies element by element: right only with a single output",
    "Which operator adds up the paths to several units?",
    lambda delta_next, W_next: delta_next * W_next.T,
)
error_reaching_a.mistake(
    "δ is transposed instead of W",
    "Rows of δ are samples and must stay rows. Which factor is to be turned?",
    lambda delta_next, W_next: delta_next.T @ W_next,
)
error_reaching_a.mistake(
    "both factors are transposed",
    "Only one of them has to be turned. Write the shapes underneath.",
    lambda delta_next, W_next: delta_next.T @ W_next.T,
)
error_reaching_a.mistake(
    "W stands on the left, and nothing is transposed",
    "Rows must stay samples. Which factor has the samples as rows?",
    lambda delta_next, W_next: W_next @ delta_next,
)
error_reaching_a.mistake(
    "the sum runs over the samples too",
    "Each sample keeps its own row. Is there a sum too many?",
    lambda delta_next, W_next: (delta_next @ W_next.T).sum(axis=0, keepdims=True),
)
error_reaching_a.mistake(
    "the mean of the paths is taken, not their sum",
    "Contributions of several paths add up. By what do you divide?",
    lambda delta_next, W_next: delta_next @ W_next.T / W_next.shape[1],
)
error_reaching_a.mistake(
    "the weights are squared",
    "The activation enters z multiplied by W, once. How often is it in yours?",
    lambda delta_next, W_next: delta_next @ (W_next**2).T,
)
error_reaching_a.mistake(
    "σ′ of the next layer is applied once more",
    "δ of the next layer holds its slope already. Which factor is left for this step?",
    lambda delta_next, W_next: (delta_next * (1 - delta_next)) @ W_next.T,
)
error_reaching_a.mistake(
    "it is divided by N once more",
    "delta_next carries the 1/N already. Where did it enter?",
    lambda delta_next, W_next: delta_next @ W_next.T / len(delta_next),
)
error_reaching_a.mistake(
    "only the first path counts",
    "Hidden units reach every unit of the next layer. Over what must be summed?",
    lambda delta_next, W_next: delta_next[:, :1] @ W_next[:, :1].T,
)


@error_reaching_a.mistake(
    "the transpose is missing", "δ has one column for each unit of the next layer. Which side of W has as many?"
)
def _(delta_next, W_next):
    return delta_next @ W_next


@error_reaching_a.mistake(
    "the inverse is taken instead of the transpose",
    "Going back sums over paths; it does not undo the layer. Which of the two sums?",
)
def _(delta_next, W_next):
    return delta_next @ np.linalg.pinv(W_next)


@error_reaching_a.mistake(
    "the factors stand in the wrong order", "Rows must stay samples. Which factor has the samples as rows?"
)
def _(delta_next, W_next):
    return W_next @ delta_next.T


@error_reaching_a.mistake(
    "the weights are left out: every unit gets the same blame",
    "Does a unit with weight 0 to the output share the blame?",
)
def _(delta_next, W_next):
    return delta_next.sum(axis=1, keepdims=True) * np.ones((1, len(W_next)))


@error_reaching_a.mistake(
    "the absolute values of the weights are used",
    "A unit that pushes down through a negative weight gets blame of which sign?",
)
def _(delta_next, W_next):
    return delta_next @ np.abs(W_next).T


def hidden_cases(random):
    return [
        (random.normal(size=(N, o)), random.normal(size=(h, o)), random.uniform(0, 1, (N, h))) for N, h, o in SHAPES
    ]


@exercise(
    NOTEBOOK,
    "BP2",
    hidden_cases,
    "BP2, the heart of the course: one step back. Repeat it, and any depth is reached.",
    "Two factors: the error that reaches a, from the exercise before, and σ′ written in a.",
)
def hidden_delta(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a * (1 - a)


hidden_delta.mistake(
    "the brackets are missing: a * 1 - a",
    "Python multiplies before it subtracts. Where must brackets stand?",
    lambda delta_next, W_next, a: (delta_next @ W_next.T) * a * 1 - a,
)
hidden_delta.mistake(
    "the matrix product is taken where BP2 has ⊙",
    "⊙ works element by element. Which sign of Python does that?",
    lambda delta_next, W_next, a: delta_next @ W_next.T @ (a * (1 - a)),
)
hidden_delta.mistake(
    "the matrix product is taken where BP2 has ⊙, and in σ′ too",
    "⊙ works element by element. Which sign of Python does that?",
    lambda delta_next, W_next, a: delta_next @ W_next.T @ a @ (1 - a),
)
hidden_delta.mistake(
    "the matrix product is taken inside σ′",
    "σ′ is made element by element. Which sign of Python does that?",
    lambda delta_next, W_next, a: (delta_next @ W_next.T) * a @ (1 - a),
)
hidden_delta.mistake(
    "the error is left out: this is σ′ alone",
    "BP2 has two factors. Which one brings the error back?",
    lambda delta_next, W_next, a: a * (1 - a),
)
hidden_delta.mistake(
    "σ′ is applied twice",
    "How many activations lie between this z and the next?",
    lambda delta_next, W_next, a: (delta_next @ W_next.T) * (a * (1 - a)) ** 2,
)
hidden_delta.mistake(
    "σ′ is added, not multiplied",
    "Rates along a chain multiply. Which sign joins yours?",
    lambda delta_next, W_next, a: delta_next @ W_next.T + a * (1 - a),
)
hidden_delta.mistake(
    "* multiplies δ and W element by element: right only with a single output",
    "Which operator adds up the paths to several units?",
    lambda delta_next, W_next, a: delta_next * W_next.T * a * (1 - a),
)
hidden_delta.mistake(
    "the inverse is taken instead of the transpose",
    "Going back sums over paths; it does not undo the layer. Which of the two sums?",
    lambda delta_next, W_next, a: (delta_next @ np.linalg.pinv(W_next)) * a * (1 - a),
)
hidden_delta.mistake(
    "the slope multiplies the weights before the sum: right only for one sample",
    "Which part needs brackets, so that the product comes first?",
    lambda delta_next, W_next, a: delta_next @ (W_next.T * a * (1 - a)),
)
hidden_delta.mistake(
    "it is divided by σ′, not multiplied",
    "Rates along a chain multiply. What have you done with the second?",
    lambda delta_next, W_next, a: (delta_next @ W_next.T) / (a * (1 - a)),
)
hidden_delta.mistake(
    "the weights are left out",
    "The error comes back over the same lines. What stands on them?",
    lambda delta_next, W_next, a: delta_next.sum(axis=1, keepdims=True) * a * (1 - a),
)
hidden_delta.mistake(
    "the sum runs over the samples too",
    "Each sample keeps its own row. Is there a sum too many?",
    lambda delta_next, W_next, a: ((delta_next @ W_next.T) * a * (1 - a)).sum(axis=0, keepdims=True),
)
hidden_delta.mistake(
    "the factors stand in the wrong order",
    "Rows must stay samples. Which factor has the samples as rows?",
    lambda delta_next, W_next, a: (W_next @ delta_next.T) * a * (1 - a),
)


@hidden_delta.mistake(
    "the transpose is missing", "Write the shapes under delta_next @ W_next: do the inner ones match?"
)
def _(delta_next, W_next, a):
    return (delta_next @ W_next) * a * (1 - a)


@hidden_delta.mistake(
    "σ′ is missing: this is the slope with respect to a, not to z",
    "δ belongs to z. Which factor of BP2 leads from a back to z?",
)
def _(delta_next, W_next, a):
    return delta_next @ W_next.T


@hidden_delta.mistake(
    "σ′ is computed as if a were z", "The argument is an activation already. Does it need another sigmoid?"
)
def _(delta_next, W_next, a):
    s = 1 / (1 + np.exp(-a))
    return (delta_next @ W_next.T) * s * (1 - s)


@hidden_delta.mistake("the factor a is missing in σ′", "σ′ = a (1 - a). How many factors do you have?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * (1 - a)


@hidden_delta.mistake("a stands in the place of σ′", "At a = 1 the unit is saturated. Should its error be large or 0?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a


@hidden_delta.mistake("it is divided by N once more", "delta_next carries the 1/N already. Where did it enter?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * a * (1 - a) / len(a)


@hidden_delta.mistake("the sign is turned round", "Does BP2 have a minus? That of going downhill stands in U1 and U2.")
def _(delta_next, W_next, a):
    return -(delta_next @ W_next.T) * a * (1 - a)


@hidden_delta.mistake("this is the derivative of tanh", "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?")
def _(delta_next, W_next, a):
    return (delta_next @ W_next.T) * (1 - a**2)


def two_layer_cases(random):
    cases = []
    for N, n_in, n_hidden, n_out in TWO_LAYERS:
        X, W1 = random.normal(size=(N, n_in)), random.normal(size=(n_in, n_hidden))
        W2, y = random.normal(size=(n_hidden, n_out)), random.integers(1, 4, (N, n_out)) / 4
        a1 = sigmoid(X @ W1)
        cases.append((X, y, a1, sigmoid(a1 @ W2), W2))
    return cases


@exercise(
    NOTEBOOK,
    "BP4",
    two_layer_cases,
    "All gradients of a two-layer network, in four lines. This is backpropagation.",
    "From right to left: delta2 (BP1), delta1 (BP2), and for each layer what came in times what came back.",
    results=("dW1", "db1", "dW2", "db2"),
)
def backward_two_layers(X, y, a1, a2, W2):
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    dW1, db1 = X.T @ delta1, delta1.sum(axis=0, keepdims=True)
    dW2, db2 = a1.T @ delta2, delta2.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2


def _slope(a):
    return a * (1 - a)


def _slope_of_z(z):
    return _slope(sigmoid(z))


def _delta2(y, a2):
    return (a2 - y) / len(y) * _slope(a2)


def _delta1(y, a1, a2, W2):
    return (_delta2(y, a2) @ W2.T) * _slope(a1)


def _sum_of_rows(delta):
    return delta.sum(axis=0, keepdims=True)


def _product(a, delta):
    return a.T @ delta


def _assembled(x1, x2, delta2, delta1, weight=_product, bias=_sum_of_rows):
    """All gradients from what comes into each layer and the δ of each layer."""
    return weight(x1, delta1), bias(delta1), weight(x2, delta2), bias(delta2)


def _two_layers(X, y, a1, a2, W2, output_slope=True, hidden_slope=True, samples=None, slope=_slope):
    """The reference with parts switched off; `samples` replaces the N of the mean, `slope` the σ′."""
    delta2 = (a2 - y) / (samples or len(y)) * (slope(a2) if output_slope else 1)
    delta1 = (delta2 @ W2.T) * (slope(a1) if hidden_slope else 1)
    return _assembled(X, a1, delta2, delta1)


def _with_biases(X, y, a1, a2, W2, bias):
    return _assembled(X, a1, _delta2(y, a2), _delta1(y, a1, a2, W2), bias=bias)


def _with_weights(X, y, a1, a2, W2, weight):
    return _assembled(X, a1, _delta2(y, a2), _delta1(y, a1, a2, W2), weight=weight)


backward_two_layers.mistake(
    "W2 is not transposed",
    "Write the shapes under delta2 @ W2: do the inner ones match?",
    lambda X, y, a1, a2, W2: _assembled(X, a1, _delta2(y, a2), (_delta2(y, a2) @ W2) * a1 * (1 - a1)),
    tag="BP2",
)
backward_two_layers.mistake(
    "σ′ is computed as if the activations were z",
    "a1 and a2 are activations already. Do they need another sigmoid?",
    lambda X, y, a1, a2, W2: _two_layers(X, y, a1, a2, W2, slope=lambda a: sigmoid(a) * (1 - sigmoid(a))),
    tag="BP1",
)
backward_two_layers.mistake(
    "the slopes are those of tanh",
    "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?",
    lambda X, y, a1, a2, W2: _two_layers(X, y, a1, a2, W2, slope=lambda a: 1 - a**2),
    tag="BP1",
)
backward_two_layers.mistake(
    "both σ′ are missing",
    "BP1 and BP2 both end with f′(z). Where is it?",
    lambda X, y, a1, a2, W2: _two_layers(X, y, a1, a2, W2, output_slope=False, hidden_slope=False),
    tag="BP1",
)
backward_two_layers.mistake(
    "the bias gradients are summed over the units, not the samples",
    "Rows are samples. Which axis has to vanish, 0 or 1?",
    lambda X, y, a1, a2, W2: _with_biases(X, y, a1, a2, W2, lambda d: d.sum(axis=1, keepdims=True)),
    tag="BP3",
)
backward_two_layers.mistake(
    "the bias gradients are means: δ carries the 1/N already",
    "Where did the 1/N enter: in BP1 or in BP3?",
    lambda X, y, a1, a2, W2: _with_biases(X, y, a1, a2, W2, lambda d: d.mean(axis=0, keepdims=True)),
    tag="BP3",
)
backward_two_layers.mistake(
    "each bias gradient is summed into one number",
    "Each unit has its own bias. How many numbers must come out?",
    lambda X, y, a1, a2, W2: _with_biases(X, y, a1, a2, W2, lambda d: d.sum()),
    tag="BP3",
)
backward_two_layers.mistake(
    "the bias gradients are not summed over the samples",
    "b has one row, δ has N. What does BP3 do with the rows?",
    lambda X, y, a1, a2, W2: _with_biases(X, y, a1, a2, W2, lambda d: d),
    tag="BP3",
)
backward_two_layers.mistake(
    "the weight gradients are divided by N once more",
    "δ carries the 1/N already. Where did it enter?",
    lambda X, y, a1, a2, W2: _with_weights(X, y, a1, a2, W2, lambda a, d: a.T @ d / len(d)),
)
backward_two_layers.mistake(
    "the weight gradients are transposed",
    "dW must have the shape of W. Which factor comes first in BP4?",
    lambda X, y, a1, a2, W2: _with_weights(X, y, a1, a2, W2, lambda a, d: d.T @ a),
)
backward_two_layers.mistake(
    "the transposes of BP4 are missing",
    "What came in has N rows, as has δ. What must be turned?",
    lambda X, y, a1, a2, W2: _with_weights(X, y, a1, a2, W2, lambda a, d: a @ d),
)
backward_two_layers.mistake(
    "dW2 is made with X instead of a1",
    "BP4 takes what came INTO the layer. What comes into layer 2?",
    lambda X, y, a1, a2, W2: _assembled(X, X, _delta2(y, a2), _delta1(y, a1, a2, W2)),
)
backward_two_layers.mistake(
    "dW2 is made with a2 instead of a1",
    "BP4 takes what came INTO the layer. What comes into layer 2?",
    lambda X, y, a1, a2, W2: _assembled(X, a2, _delta2(y, a2), _delta1(y, a1, a2, W2)),
)
backward_two_layers.mistake(
    "the hidden δ uses the slope of the output layer",
    "f′ in BP2 is that of the hidden layer. Whose activation belongs to it?",
    lambda X, y, a1, a2, W2: _assembled(X, a1, _delta2(y, a2), (_delta2(y, a2) @ W2.T) * a2 * (1 - a2)),
    tag="BP2",
)
backward_two_layers.mistake(
    "the error is missing in δ of the output layer",
    "BP1 has two factors. Which one knows the target?",
    lambda X, y, a1, a2, W2: _assembled(X, a1, a2 * (1 - a2) / len(y), (a2 * (1 - a2) / len(y) @ W2.T) * a1 * (1 - a1)),
    tag="BP1",
)
backward_two_layers.mistake(
    "the hidden δ starts from the error, not from delta2",
    "BP2 carries the next layer's δ back. Which number is that?",
    lambda X, y, a1, a2, W2: _assembled(X, a1, _delta2(y, a2), ((a2 - y) / len(y) @ W2.T) * a1 * (1 - a1)),
    tag="BP2",
)
backward_two_layers.mistake(
    "the 1/N enters twice: in BP1 and in BP2",
    "delta2 carries the 1/N already. Does BP2 divide?",
    lambda X, y, a1, a2, W2: _assembled(X, a1, _delta2(y, a2), _delta1(y, a1, a2, W2) / len(y)),
    tag="BP2",
)
backward_two_layers.mistake(
    "only the weights' gradients are returned",
    "Biases are knobs too. Which four are asked for?",
    lambda X, y, a1, a2, W2: _two_layers(X, y, a1, a2, W2)[::2],
    tag="BP3",
)
backward_two_layers.mistake(
    "prediction and target have changed places in BP1, so that σ′ is taken at the target",
    "In which order does output_delta take its two arrays?",
    lambda X, y, a1, a2, W2: _two_layers(X, a2, a1, y, W2),
    tag="BP1",
)
backward_two_layers.mistake(
    "there is a factor 2 too many",
    "The 2 from the square meets the ½ of the loss. What is left?",
    lambda X, y, a1, a2, W2: tuple(2 * gradient for gradient in _two_layers(X, y, a1, a2, W2)),
    tag="BP1",
)
backward_two_layers.mistake(
    "both δ are returned in the place of the bias gradients, last layer first",
    "They are asked for as dW1, db1, dW2, db2.",
    lambda X, y, a1, a2, W2: (
        _two_layers(X, y, a1, a2, W2)[2],
        _delta2(y, a2),
        _two_layers(X, y, a1, a2, W2)[0],
        _delta1(y, a1, a2, W2),
    ),
    tag="BP3",
)


@backward_two_layers.mistake(
    "σ′ of the output layer is missing", "BP1 has two factors. Are both in your delta2?", tag="BP1"
)
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, output_slope=False)


@backward_two_layers.mistake(
    "σ′ of the hidden layer is missing", "BP2 has two factors. Are both in your delta1?", tag="BP2"
)
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, hidden_slope=False)


@backward_two_layers.mistake(
    "the 1/N of the mean is missing", "All four gradients are N times too large. Where does L1 put N?", tag="L1"
)
def _(X, y, a1, a2, W2):
    return _two_layers(X, y, a1, a2, W2, samples=1)


@backward_two_layers.mistake(
    "dW1 is made with a1 instead of X", "BP4 takes what came INTO the layer. What comes into layer 1?"
)
def _(X, y, a1, a2, W2):
    _, db1, dW2, db2 = _two_layers(X, y, a1, a2, W2)
    return a1.T @ ((((a2 - y) / len(y) * a2 * (1 - a2)) @ W2.T) * a1 * (1 - a1)), db1, dW2, db2


@backward_two_layers.mistake("the four gradients come in another order", "They are asked for as dW1, db1, dW2, db2.")
def _(X, y, a1, a2, W2):
    dW1, db1, dW2, db2 = _two_layers(X, y, a1, a2, W2)
    return dW2, db2, dW1, db1


@backward_two_layers.mistake("the sign is turned round", "Is it a2 - y or y - a2?")
def _(X, y, a1, a2, W2):
    return tuple(-gradient for gradient in _two_layers(X, y, a1, a2, W2))


def deep_cases(random):
    cases = []
    for N, sizes in [(1, (2, 3, 1)), (2, (2, 2, 2, 2)), (4, (3, 4, 2, 3, 1)), (3, (2, 1))]:
        weights = [random.normal(size=shape) for shape in pairwise(sizes)]
        activations = [random.normal(size=(N, sizes[0]))]
        for W in weights:
            activations.append(sigmoid(activations[-1] @ W))
        cases.append((activations, weights, random.integers(1, 4, (N, sizes[-1])) / 4))
    return cases


@exercise(
    NOTEBOOK,
    "BP4",
    deep_cases,
    "Backpropagation for any number of layers: the loop that every framework runs.",
    "In each turn: BP4 with activations[i], BP3, and then, if i > 0, the δ of the layer before.",
    results=("d_weights", "d_biases"),
)
def backward(activations, weights, y):
    layers = len(weights)
    d_weights, d_biases = [None] * layers, [None] * layers
    a = activations[-1]
    delta = (a - y) / len(y) * a * (1 - a)
    for i in reversed(range(layers)):
        a = activations[i]
        d_weights[i] = a.T @ delta
        d_biases[i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = (delta @ weights[i].T) * a * (1 - a)
    return d_weights, d_biases


def z_cases(random):
    """Numbers on both sides of 0, and in the last case 0 itself."""
    some = [np.array([[-1.0, 2.0]]), random.normal(size=(3, 3)), 10 * random.normal(size=(2, 4))]
    return [(z,) for z in (*some, np.array([[0.0, -0.5, 1.5]]))]


@exercise(
    NOTEBOOK,
    "BP2",
    z_cases,
    "Another activation, another f′: nothing else in BP2 changes.",
    "Ask of every element whether it is above 0, and say 1 or 0.",
)
def relu_derivative_from_z(z):
    return np.where(z > 0, 1.0, 0.0)


relu_derivative_from_z.mistake(
    "z = 0 counts as positive",
    "At its corner relu has no slope of its own, and the text says: positive, otherwise 0. Which sign is meant?",
    lambda z: np.where(z >= 0, 1.0, 0.0),
)
relu_derivative_from_z.mistake(
    "it divides by z, which is no number at z = 0",
    "What is 0 / 0? A comparison needs no division.",
    lambda z: np.maximum(z, 0) / z,
)
relu_derivative_from_z.mistake(
    "the left side has a small slope, as in leaky relu",
    "relu is flat on the left. How steep is flat?",
    lambda z: np.where(z > 0, 1.0, 0.01),
)
relu_derivative_from_z.mistake(
    "the border lies at 1, not at 0", "Where does relu begin to rise?", lambda z: np.where(z > 1, 1.0, 0.0)
)
relu_derivative_from_z.mistake(
    "z itself is kept where it is positive", "How steep is the line y = z?", lambda z: np.where(z > 0, z, 0.01 * z)
)
relu_derivative_from_z.mistake(
    "the slope of tanh is taken", "relu has only two slopes. Which ones?", lambda z: 1 - np.tanh(z) ** 2
)
relu_derivative_from_z.mistake(
    "it is 0 everywhere", "Where relu rises like z, how steep is it?", lambda z: np.zeros_like(z)
)
relu_derivative_from_z.mistake(
    "one answer is given for all elements together",
    "Each element has its own slope. Which function chooses element by element?",
    lambda z: 1.0 if np.all(z > 0) else 0.0,
)
relu_derivative_from_z.mistake(
    "only the numbers of the positive elements are returned",
    "The shape of z must stay. What stands where z is negative?",
    lambda z: np.ones(np.sum(z > 0)),
)
relu_derivative_from_z.mistake("the sigmoid is taken", "relu has only two slopes. Which ones?", lambda z: sigmoid(z))


@relu_derivative_from_z.mistake(
    "it is 1 everywhere, as if the mask were taken from a with >=",
    "max(z, 0) is never negative. What does relu(z) >= 0 say for every z?",
)
def _(z):
    return np.where(np.maximum(z, 0) >= 0, 1.0, 0.0)


@relu_derivative_from_z.mistake("this is relu itself, not its slope", "How steep is the line y = z?")
def _(z):
    return np.maximum(z, 0)


@relu_derivative_from_z.mistake("the two sides have changed places", "On which side of 0 is relu flat?")
def _(z):
    return np.where(z > 0, 0.0, 1.0)


@relu_derivative_from_z.mistake(
    "the slope is -1 where z is negative", "That belongs to |z|. How does relu move when z goes from -3 to -2?"
)
def _(z):
    return np.sign(z)


@relu_derivative_from_z.mistake("this is σ′, the derivative of the sigmoid", "relu has only two slopes. Which ones?")
def _(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients_with(activations, weights, y, hidden_slope=_slope, output_slope=_slope, shift=0, **steps):
    """The reference with its steps replaced: `weight` (BP4), `bias` (BP3), `back` (BP2, first half).

    BP4 takes activations[i + shift], BP2 weights[i + weights_shift] and the slope at activations[i + slope_shift];
    BP2 is left out for i <= `last`, comes before the other two if `early`, and is not kept if `lost`.
    """
    weight, bias = steps.get("weight", _product), steps.get("bias", _sum_of_rows)
    back = steps.get("back", lambda delta, W: delta @ W.T)
    delta = (activations[-1] - y) / len(y) * output_slope(activations[-1])
    d_weights, d_biases = [], []
    for i in reversed(range(len(weights))):
        behind = delta  # the δ of the layer behind this one
        if i > steps.get("last", 0):
            W, a = weights[i + steps.get("weights_shift", 0)], activations[i + steps.get("slope_shift", 0)]
            behind = back(delta, W) * hidden_slope(a)
        delta = behind if steps.get("early") else delta
        d_weights.insert(0, weight(activations[i + shift], delta))
        d_biases.insert(0, bias(delta))
        delta = delta if steps.get("lost") else behind
    return d_weights, d_biases


backward.mistake(
    "σ′ is computed as if the activations were z",
    "The list holds activations. Do they need another sigmoid?",
    lambda activations, weights, y: gradients_with(activations, weights, y, _slope_of_z, _slope_of_z),
    tag="BP2",
)
backward.mistake(
    "the slopes are those of tanh",
    "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?",
    lambda activations, weights, y: gradients_with(activations, weights, y, lambda a: 1 - a**2, lambda a: 1 - a**2),
    tag="BP2",
)
backward.mistake(
    "the hidden slope is that of tanh",
    "(1 + a)(1 - a) belongs to tanh. Which product belongs to σ?",
    lambda activations, weights, y: gradients_with(activations, weights, y, lambda a: 1 - a**2),
    tag="BP2",
)
backward.mistake(
    "the bias gradients are summed over the units, not the samples",
    "Rows are samples. Which axis has to vanish, 0 or 1?",
    lambda activations, weights, y: gradients_with(
        activations, weights, y, bias=lambda d: d.sum(axis=1, keepdims=True)
    ),
    tag="BP3",
)
backward.mistake(
    "the bias gradients are means: δ carries the 1/N already",
    "Where did the 1/N enter: in BP1 or in BP3?",
    lambda activations, weights, y: gradients_with(
        activations, weights, y, bias=lambda d: d.mean(axis=0, keepdims=True)
    ),
    tag="BP3",
)
backward.mistake(
    "the bias gradients are not summed over the samples",
    "b has one row, δ has N. What does BP3 do with the rows?",
    lambda activations, weights, y: gradients_with(activations, weights, y, bias=lambda d: d),
    tag="BP3",
)
backward.mistake(
    "the weight gradients are divided by N once more",
    "δ carries the 1/N already. Where did it enter?",
    lambda activations, weights, y: gradients_with(activations, weights, y, weight=lambda a, d: a.T @ d / len(d)),
)
backward.mistake(
    "the weight gradients are transposed",
    "dW must have the shape of W. Which factor comes first in BP4?",
    lambda activations, weights, y: gradients_with(activations, weights, y, weight=lambda a, d: d.T @ a),
)
backward.mistake(
    "the transpose is missing in BP2",
    "Write the shapes under delta @ weights[i]: do the inner ones match?",
    lambda activations, weights, y: gradients_with(activations, weights, y, back=lambda d, W: d @ W),
    tag="BP2",
)
backward.mistake(
    "δ is divided by N in every layer",
    "The 1/N enters once, with the loss. Where?",
    lambda activations, weights, y: gradients_with(activations, weights, y, back=lambda d, W: d @ W.T / len(d)),
    tag="BP2",
)
backward.mistake(
    "the sign is turned round",
    "Is it ŷ - y or y - ŷ?",
    lambda activations, weights, y: tuple(
        [-g for g in gradients] for gradients in gradients_with(activations, weights, y)
    ),
    tag="BP1",
)
backward.mistake(
    "the error is missing in the first δ",
    "BP1 has two factors. Which one knows the target?",
    lambda activations, weights, y: gradients_with(activations, weights, 0 * y, output_slope=lambda a: 1 - a),
    tag="BP1",
)
backward.mistake(
    "the weight gradients are made with what comes out of the layer, not with what goes in",
    "weights[i] reads activations[i]. Which entry do you take?",
    lambda activations, weights, y: gradients_with(activations, weights, y, shift=1),
)
backward.mistake(
    "the slope is taken one layer too high",
    "δ arrives at activations[i]. Whose slope does it pass?",
    lambda activations, weights, y: gradients_with(activations, weights, y, slope_shift=1),
    tag="BP2",
)
backward.mistake(
    "the slope is taken one layer too low",
    "δ arrives at activations[i]. Whose slope does it pass?",
    lambda activations, weights, y: gradients_with(activations, weights, y, slope_shift=-1),
    tag="BP2",
)
backward.mistake(
    "δ goes back through the weights one layer too low",
    "Which entry of the list leads into layer i + 1?",
    lambda activations, weights, y: gradients_with(activations, weights, y, weights_shift=-1),
    tag="BP2",
)
backward.mistake(
    "δ is carried back before the gradients are made",
    "Which δ do BP3 and BP4 need: the one before BP2, or after?",
    lambda activations, weights, y: gradients_with(activations, weights, y, early=True),
    tag="BP2",
)
backward.mistake(
    "δ is carried back before the gradients are made, and as far as the inputs",
    "Which δ do BP3 and BP4 need: the one before BP2, or after?",
    lambda activations, weights, y: gradients_with(activations, weights, y, early=True, last=-1),
    tag="BP2",
)
backward.mistake(
    "δ is carried back, but what comes out of that is not kept",
    "What becomes of the result when your loop calls hidden_delta?",
    lambda activations, weights, y: gradients_with(activations, weights, y, lost=True),
    tag="BP2",
)
backward.mistake(
    "δ is not carried back to the first layer",
    "The loop counts down to 0. In which turn does δ go back for the last time?",
    lambda activations, weights, y: gradients_with(activations, weights, y, last=1),
    tag="BP2",
)
backward.mistake(
    "prediction and target have changed places in BP1, so that σ′ is taken at the target",
    "In which order does output_delta take its two arrays?",
    lambda activations, weights, y: gradients_with([*activations[:-1], y], weights, activations[-1]),
    tag="BP1",
)
backward.mistake(
    "the two lists have changed places",
    "Which list does the exercise ask for first?",
    lambda activations, weights, y: gradients_with(activations, weights, y)[::-1],
    tag="",
)
backward.mistake(
    "only the weights' gradients are returned",
    "Biases are knobs too. Which two lists are asked for?",
    lambda activations, weights, y: gradients_with(activations, weights, y)[0],
    tag="BP3",
)
backward.mistake(
    "the gradients are those of the last layer only",
    "Does your return stand inside the loop?",
    lambda activations, weights, y: (
        [gradients_with(activations, weights, y)[0][-1]],
        [gradients_with(activations, weights, y)[1][-1]],
    ),
)
backward.mistake(
    "there is a factor 2 too many",
    "The 2 from the square meets the ½ of the loss. What is left?",
    lambda activations, weights, y: tuple(
        [2 * g for g in gradients] for gradients in gradients_with(activations, weights, y)
    ),
    tag="BP1",
)


@backward.mistake("σ′ of the hidden layers is missing", "Which factor of BP2 stands after the product?", tag="BP2")
def _(activations, weights, y):
    return gradients_with(activations, weights, y, hidden_slope=lambda a: 1)


@backward.mistake(
    "σ′ of the output layer is missing",
    "Where does the loop's first δ come from? Are both factors of BP1 in it?",
    tag="BP1",
)
def _(activations, weights, y):
    return gradients_with(activations, weights, y, output_slope=lambda a: 1)


@backward.mistake(
    "the lists come in the wrong order, last layer first",
    "Entry 0 belongs to layer 1. Which layer did you append first?",
)
def _(activations, weights, y):
    d_weights, d_biases = gradients_with(activations, weights, y)
    return d_weights[::-1], d_biases[::-1]


@backward.mistake(
    "δ is never renewed: every layer uses the output's",
    "What has to happen to δ at the end of each turn of the loop?",
    tag="BP2",
)
def _(activations, weights, y):
    delta = (activations[-1] - y) / len(y) * activations[-1] * (1 - activations[-1])
    return [a.T @ delta for a in activations[:-1]], [delta.sum(axis=0, keepdims=True) for _ in weights]


@backward.mistake("the 1/N of the mean is missing", "Where does L1 put the number of samples?", tag="L1")
def _(activations, weights, y):
    return [[len(y) * gradient for gradient in gradients] for gradients in gradients_with(activations, weights, y)]
