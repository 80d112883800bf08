"""The nine equations of backpropagation, each once, in the order of the course, as pure functions of arrays.

Rows are samples, N of them. Layer l has n(l) units; layer 0 is the input, a⁰ = X, and the last one gives ŷ = aᴸ. Lists
start at 0: Wˡ, bˡ, zˡ and δˡ are entry l - 1 of theirs, aˡ is entry l of `activations`. Nothing is checked or changed.
"""

from dataclasses import dataclass, field

import numpy as np

from bpcourse.mathematics.activations import softmax_delta


@dataclass
class Gradients:
    """∂L/∂W and ∂L/∂b, of the shapes of W and b, and δ = ∂L/∂z, (N, n(l)): lists of one array a layer.

    `loss` is L of the same samples, a float, where it is known; `flat` is all ∂L/∂W, then all ∂L/∂b, as one vector.
    """

    weights: list
    biases: list
    deltas: list = field(default_factory=list)
    loss: float | None = None

    @property
    def flat(self):
        return np.concatenate([np.ravel(array) for array in [*self.weights, *self.biases]])


def forward(X, weights, biases, functions):
    """Return zs (z¹ first) and activations (a⁰ first) for samples X, (N, n(0)); `functions` are each layer's f."""
    zs, activations = [], [X]
    for W, b, f in zip(weights, biases, functions, strict=True):
        zs.append(activations[-1] @ W + b)  # F1  (N, n(l-1)) @ (n(l-1), n(l)) + (1, n(l)) -> (N, n(l))
        activations.append(f.function(zs[-1]))  # F2  (N, n(l)) -> (N, n(l))
    return zs, activations


def mean_loss(parts):
    """Return the loss L from the part that each output has in it, (N, n(L)), such as ½ (ŷ - y)²; see `losses`."""
    return parts.sum(axis=(-2, -1)) / parts.shape[-2]  # L1  sum over outputs, mean over samples -> a number


def output_delta(y_hat, y, f, loss_function):
    """Return δ of the output layer for predictions ŷ and targets y, all (N, n(L))."""
    if loss_function.value_from_z is not None:  # a loss made for this f: both factors of BP1 collapse to
        return (y_hat - y) / len(y)
    dL_da = loss_function.derivative(y_hat, y)
    if f.derivative_from_a is None:  # softmax, where every a depends on every z of its row
        return softmax_delta(dL_da, y_hat)
    return dL_da * f.derivative_from_a(y_hat)  # BP1  (N, n(L)) ⊙ (N, n(L)) -> (N, n(L))


def backward(activations, y, weights, functions, loss_function):
    """Return the `Gradients`, from the activations that `forward` gave and the targets y, (N, n(L))."""
    deltas = [output_delta(activations[-1], y, functions[-1], loss_function)]
    for W, a, f in reversed(list(zip(weights[1:], activations[1:-1], functions[:-1], strict=True))):  # W of the next l
        deltas.insert(0, (deltas[0] @ W.T) * f.derivative_from_a(a))  # BP2  ((N, n(l+1)) @ (n(l+1), n(l))) ⊙ (N, n(l))
    d_biases = [delta.sum(axis=0, keepdims=True) for delta in deltas]  # BP3  (N, n(l)) -> (1, n(l))
    d_weights = [a.T @ delta for a, delta in zip(activations[:-1], deltas, strict=True)]  # BP4  (n(l-1), N) @ (N, n(l))
    return Gradients(d_weights, d_biases, deltas)


def update(weights, biases, gradients, learning_rate):
    """Return new lists of weights and of biases, one step downhill."""
    new_weights = [W - learning_rate * dW for W, dW in zip(weights, gradients.weights, strict=True)]  # U1
    new_biases = [b - learning_rate * db for b, db in zip(biases, gradients.biases, strict=True)]  # U2
    return new_weights, new_biases
