"""A feed-forward neural network of any depth, trained by backpropagation.

Rows are samples. Layer l has weights Wˡ of shape (n_in, n_out) and biases bˡ of shape (1, n_out);
layer 0 is the input, a⁰ = X. Python lists start at 0, so Wˡ is ``weights[l - 1]``, while
``activations[l]`` is aˡ. The tags in the comments (F1, BP2, ...) are the course's equations.
"""

import secrets
from itertools import pairwise

import numpy as np

from bpcourse.mathematics import training, validation
from bpcourse.mathematics.activations import ACTIVATIONS, Activation
from bpcourse.mathematics.gradients import Gradients
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.validation import InputError

INITS = ("xavier", "he", "uniform", "zeros")
PART = 16384  # the loss of many samples is measured in parts: so many numbers a layer stay in the processor's cache


class NeuralNetwork:
    """A network of fully connected layers.

    Parameters
    ----------
    input_size, output_size : int
        Numbers of input and output units, 1 or more.
    hidden_size : int or sequence of int
        Units of the hidden layer, or of each hidden layer; ``()`` for none.
    learning_rate : float
        η of U1 and U2, above 0.
    activation, output_activation : str
        "sigmoid", "tanh", "relu", "identity"; for the output also "softmax".
    loss : str
        "squared_error", "binary_cross_entropy" (with sigmoid) or "cross_entropy" (with softmax).
    init : str
        "xavier" or "he" (biases 0), "uniform" (weights and biases from [0, 1)), "zeros".
    seed : int or None
        The same seed gives the same weights and the same shuffling. None draws a new one.

    Raises
    ------
    InputError
        For a size, rate or name that cannot be used.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        output_size,
        learning_rate=0.1,
        activation="sigmoid",
        output_activation="sigmoid",
        loss="squared_error",
        init="xavier",
        seed=None,
    ):
        self.sizes = (
            validation.whole_number(input_size, "input_size"),
            *validation.sizes(hidden_size, "hidden_size"),
            validation.whole_number(output_size, "output_size"),
        )
        self.learning_rate = learning_rate
        self.activation = activation
        self._set_output(output_activation, loss)
        self.init = validation.choice(init, INITS, "init")
        self.seed = secrets.randbits(32) if seed is None else validation.whole_number(seed, "seed", least=0)
        self.reset()

    def reset(self):
        """Go back to the initial weights of this network's seed."""
        self.random = np.random.default_rng(self.seed)  # draws the weights now, the batches later
        shapes = self._shapes("weights")
        self._weights = [_initial_weights(self.init, n_in, n_out, self.random) for n_in, n_out in shapes]
        self._biases = [self.random.random((1, n)) if self.init == "uniform" else np.zeros((1, n)) for _, n in shapes]

    def forward(self, X):
        """Return the predictions ŷ, (N, output_size), for samples X, (N, input_size)."""
        return self.layers(X)[1][-1]

    @np.errstate(over="ignore")  # softmax may meet -inf, see activations.below_largest
    def layers(self, X):
        """Return every z and every a: lists ``zs`` (z¹ first) and ``activations`` (a⁰ = X first)."""
        return self._forward(self._samples(X))

    @np.errstate(over="ignore")
    def loss(self, X, y):
        """Return the loss L, a float, of samples X, (N, input_size), with targets y, (N, output_size)."""
        return float(self._loss(*self._samples_and_targets(X, y)))

    @np.errstate(over="ignore")
    def backward(self, X, y):
        """Return the `Gradients` of the loss for samples X and targets y. Changes nothing."""
        return self._backward(*self._samples_and_targets(X, y))

    def update(self, gradients):
        """Take one step downhill (U1, U2) with `gradients`, in the form that `backward` returns."""
        self._check_parameters()
        self._update(self._checked_gradients(gradients))

    def train(self, X, y, epochs=10_000, **options):
        """Repeat backward and update until a reason to stop; return the `History`.

        Options: batch_size, target_loss, tolerance, patience, momentum, callback, progress, random; see `training.run`.
        """
        training.check_options(options)
        X, y = self._samples_and_targets(X, y)
        if type(self) is not NeuralNetwork:  # a subclass may have its own backward and update
            return training.train(self, X, y, epochs, **options)
        options.setdefault("random", self.random)
        return training.run(self._backward, self._update, self._measured, X, y, epochs, **options)

    # -- the equations -------------------------------------------------------------------------------

    def _forward(self, X):
        zs, activations = [], []
        for a, z in self._layer_by_layer(X):
            activations.append(a)
            zs.append(z)
        activations.append(self._output_activation.function(zs[-1]))  # F2
        return zs, activations

    def _layer_by_layer(self, X):
        """Yield, for each layer, what goes into it (X, then a of the layer before) and its z."""
        a, z = X, None
        for W, b in zip(self._weights, self._biases, strict=True):
            if z is not None:
                a = self._activation.function(z)  # F2
            z = a @ W
            z += b  # F1, in the memory of a W: a new array would cost more than the addition
            yield a, z

    def _loss(self, X, y):
        size = max(1, PART // max(self.sizes))
        parts = [slice(start, start + size) for start in range(0, len(X), size)]
        return sum(self._loss_of_part(X[rows], y[rows]) * (len(X[rows]) / len(X)) for rows in parts)

    def _measured(self, X, y, gradients=None):
        """L, without computing it again where the gradients of the same samples hold it."""
        return self._loss(X, y) if gradients is None else gradients.loss

    def _loss_of_part(self, X, y):
        for layer in self._layer_by_layer(X):
            _, z = layer  # only the last one counts, and the memory of each serves the next
        y_hat = self._output_activation.function(z) if self._loss_function.value_from_z is None else None  # F2
        return self._loss_function.of_output(z, y_hat, y)  # L1

    def _backward(self, X, y, measure=True):
        zs, activations = self._forward(X)
        layers = len(self._weights)
        deltas, d_weights, d_biases = [None] * layers, [None] * layers, [None] * layers
        delta = self._loss_function.output_delta(self._output_activation, activations[-1], y)  # BP1
        for i in reversed(range(layers)):  # i = l - 1, from the last layer to the first
            deltas[i] = delta
            d_biases[i] = delta.sum(axis=-2, keepdims=True)  # BP3
            d_weights[i] = activations[i].mT @ delta  # BP4
            if i > 0:
                delta = delta @ self._weights[i].mT
                delta *= self._activation.derivative_from_a(activations[i])  # BP2
        loss = self._loss_function.of_output(zs[-1], activations[-1], y) if measure else None  # L1
        return Gradients(d_weights, d_biases, deltas, loss)

    def _update(self, gradients):
        rate = np.asarray(-self._learning_rate)  # NumPy multiplies faster by an array than by a Python number
        weights, biases = [], []
        for W, b, dW, db in zip(self._weights, self._biases, gradients.weights, gradients.biases, strict=True):
            new_W, new_b = rate * dW, rate * db
            new_W += W  # U1, in the memory of the step: a new array would cost more than the addition
            new_b += b  # U2
            weights.append(new_W)
            biases.append(new_b)
        self._weights, self._biases = weights, biases

    # -- parameters and input, checked ---------------------------------------------------------------

    @property
    def learning_rate(self):
        """η of U1 and U2: a finite number above 0."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        self._learning_rate = validation.real_number(value, "learning_rate", above=True)

    @property
    def activation(self):
        """f of the hidden layers (F2), an `Activation`. Assign one of these, or its name."""
        return self._activation

    @activation.setter
    def activation(self, chosen):
        elementwise = {name: activation for name, activation in ACTIVATIONS.items() if activation.derivative_from_a}
        if isinstance(chosen, Activation) and chosen.derivative_from_a is None:
            raise InputError(f"activation came as {chosen.name!r}; expected one with derivative_from_a, for BP2.")
        self._activation = _of_table(chosen, elementwise, "activation")

    @property
    def output_activation(self):
        """f of the output layer (F2), an `Activation`. Assign one, or its name, that goes with the loss."""
        return self._output_activation

    @output_activation.setter
    def output_activation(self, chosen):
        self._set_output(chosen, self._loss_function)

    @property
    def loss_function(self):
        """The `Loss` (L1). Assign one, or its name, that goes with the output's activation."""
        return self._loss_function

    @loss_function.setter
    def loss_function(self, chosen):
        self._set_output(self._output_activation, chosen)

    def _set_output(self, activation, loss):
        activation = _of_table(activation, ACTIVATIONS, "output_activation")
        loss = _of_table(loss, LOSSES, "loss")
        if activation.name not in loss.outputs:
            raise InputError(
                f"loss {loss.name!r} came with output_activation {activation.name!r}; "
                f"expected output_activation {' or '.join(map(repr, loss.outputs))}. "
                "(To change both, set loss_function to 'squared_error' in between.)"
            )
        self._output_activation, self._loss_function = activation, loss

    @property
    def weights(self):
        """W of every layer, (n_in, n_out) each. Assigning copies, after a check of the shapes."""
        return self._weights

    @weights.setter
    def weights(self, arrays):
        self._weights = _parameters(arrays, "weights", self._shapes("weights"))

    @property
    def biases(self):
        """b of every layer, (1, n_out) each. Assigning copies, after a check of the shapes."""
        return self._biases

    @biases.setter
    def biases(self, arrays):
        self._biases = _parameters(arrays, "biases", self._shapes("biases"))

    def _shapes(self, name):
        return [(n_in if name == "weights" else 1, n_out) for n_in, n_out in pairwise(self.sizes)]

    def _check_parameters(self):
        """See that every array still fits, as one may have been put into the lists by hand."""
        for parameters, name in ((self._weights, "weights"), (self._biases, "biases")):
            checked = _parameters(parameters, name, self._shapes(name))
            parameters[:] = [p if _is_float_array(p) else c for p, c in zip(parameters, checked, strict=True)]

    def _samples(self, X):
        self._check_parameters()
        return validation.matrix(X, "X", columns=self.sizes[0], columns_hint=f", as input_size is {self.sizes[0]}")

    def _samples_and_targets(self, X, y):
        X = self._samples(X)
        name = self.loss_function.name
        one_hot = " (for class numbers, use datasets.one_hot)" if name == "cross_entropy" else ""
        y = validation.matrix(
            y,
            "y",
            rows=len(X),
            columns=self.sizes[-1],
            rows_hint=", one row for each row of X",
            columns_hint=f", as output_size is {self.sizes[-1]}{one_hot}",
        )
        if name != "squared_error" and not ((y >= 0) & (y <= 1)).all():
            raise InputError(f"y reaches from {y.min():g} to {y.max():g}; {name} expects targets from 0 to 1.")
        if name == "cross_entropy" and not np.allclose(y.sum(axis=1), 1):
            raise InputError(
                "y has rows that do not sum to 1; cross_entropy expects probabilities in each row, or datasets.one_hot."
            )
        return X, y

    def _checked_gradients(self, gradients):
        missing = [name for name in ("weights", "biases") if not hasattr(gradients, name)]
        if missing:
            came = f"{type(gradients).__name__} without .{' and .'.join(missing)}"
            raise InputError(f"gradients came as {came}; expected what backward(X, y) returns.")
        return Gradients(
            _parameters(gradients.weights, "gradients.weights", self._shapes("weights")),
            _parameters(gradients.biases, "gradients.biases", self._shapes("biases")),
        )

    def __repr__(self):
        shape = "-".join(map(str, self.sizes))
        return (
            f"NeuralNetwork({shape}, {self.activation.name}, {self.output_activation.name}, {self.loss_function.name})"
        )


def _of_table(chosen, table, what):
    """Return the entry of `table` with the name `chosen`, or `chosen` itself if it is of their kind already."""
    is_one = isinstance(chosen, type(next(iter(table.values()))))
    return chosen if is_one else table[validation.choice(chosen, list(table), what)]


def _initial_weights(init, n_in, n_out, random):
    if init == "xavier":  # Glorot & Bengio 2010, uniform
        limit = np.sqrt(6 / (n_in + n_out))
        return random.uniform(-limit, limit, (n_in, n_out))
    if init == "he":  # He et al. 2015, normal
        return random.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
    if init == "uniform":  # what many first tutorials do: numpy.random.rand
        return random.random((n_in, n_out))
    return np.zeros((n_in, n_out))


def _is_float_array(array):
    return type(array) is np.ndarray and array.dtype == float


def _parameters(arrays, what, shapes):
    """Return copies of `arrays`, checked one by one against `shapes`."""
    if not isinstance(arrays, list | tuple) or len(arrays) != len(shapes):
        came = f"{len(arrays)} entries" if isinstance(arrays, list | tuple) else type(arrays).__name__
        raise InputError(f"{what} came as {came}; expected a list of {len(shapes)} arrays, one a layer.")
    cure = "If a training diverged, start again with reset() and a smaller learning rate."
    return [
        validation.matrix(array, f"{what}[{i}]", rows=n_in, columns=n_out, cure=cure).copy()
        for i, (array, (n_in, n_out)) in enumerate(zip(arrays, shapes, strict=True))
    ]
