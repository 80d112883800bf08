"""A feed-forward neural network of any depth: its state, and the checks of what comes in. `backprop` does the rest."""

import secrets

import numpy as np

from bpcourse.mathematics import activations, backprop, initial, losses, training, validation
from bpcourse.mathematics.own_class import fitting
from bpcourse.mathematics.validation import checked, real_number


class NeuralNetwork:
    """A network of fully connected layers.

    What cannot be used raises InputError, here and in every method and assignment; the network then is as it was.

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

    Attributes
    ----------
    weights, biases : list of ndarray
        Wˡ, (n_in, n_out), and bˡ, (1, n_out), are entry l - 1. Assigning copies, after a check of the shapes.
    learning_rate, activation, output_activation, loss_function
        May be assigned: a number, an `Activation`, a `Loss`, or its name.
    """

    learning_rate = checked("_learning_rate", lambda net, rate: real_number(rate, "learning_rate", above=True))
    activation = checked("_activation", lambda net, f: activations.elementwise(f, "activation"))
    output_activation = checked("_output_activation", lambda net, f: losses.partners(f, net.loss_function)[0])
    loss_function = checked("_loss_function", lambda net, loss: losses.partners(net.output_activation, loss)[1])
    weights = checked("_weights", lambda net, arrays: [W.copy() for W in fitting(arrays, "weights", net.sizes)])
    biases = checked("_biases", lambda net, arrays: [b.copy() for b in fitting(arrays, "biases", net.sizes)])

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
        self.sizes = initial.layer_sizes(input_size, hidden_size, output_size)
        self.learning_rate, self.activation = learning_rate, activation
        self._output_activation, self._loss_function = losses.partners(output_activation, loss)
        self.init = validation.choice(init, initial.INITS, "init")
        self.seed = secrets.randbits(32) if seed is None else validation.whole_number(seed, "seed", least=0)
        self.reset()

    def reset(self):
        """Go back to the initial weights of this network's seed."""
        self.random = np.random.default_rng(self.seed)  # draws the weights now, the batches later
        self._weights, self._biases = initial.parameters(self.init, self.sizes, self.random)

    @property
    def functions(self):
        """f of every layer, a list of `Activation`."""
        return [self.activation] * (len(self.sizes) - 2) + [self.output_activation]

    def forward(self, X):
        """Return the predictions ŷ, (N, output_size), for samples X, (N, input_size)."""
        return self.layers(X)[1][-1]

    def layers(self, X):
        """Return every z and every a: lists ``zs`` (z¹ first) and ``activations`` (a⁰ = X first)."""
        self._check_parameters()
        return backprop.forward(validation.samples(X, self.sizes[0]), self._weights, self._biases, self.functions)

    def loss(self, X, y):
        """Return the loss L, a float, of samples X, (N, input_size), with targets y, (N, output_size)."""
        return float(self.loss_with(self._weights, self._biases, *self._samples_and_targets(X, y)))

    def loss_with(self, weights, biases, X, y):
        """Return the loss with other parameters, unchecked: complex, or of K networks at once, (K, n_in, n_out)."""
        zs, activations = backprop.forward(X, weights, biases, self.functions)
        return self.loss_function.of_output(zs[-1], activations[-1], y)

    def backward(self, X, y):
        """Return the `Gradients` of the loss for samples X and targets y. Changes nothing."""
        X, y = self._samples_and_targets(X, y)
        zs, activations = backprop.forward(X, self._weights, self._biases, self.functions)
        gradients = backprop.backward(activations, y, self._weights, self.functions, self.loss_function)
        gradients.loss = float(self.loss_function.of_output(zs[-1], activations[-1], y))
        return gradients

    def update(self, gradients):
        """Take one step downhill (U1, U2) with `gradients`, in the form that `backward` returns."""
        self._check_parameters()
        validation.has(gradients, "gradients", ("weights", "biases"), "what backward(X, y) returns")
        d_weights = fitting(gradients.weights, "gradients.weights", self.sizes)
        given = backprop.Gradients(d_weights, fitting(gradients.biases, "gradients.biases", self.sizes))
        self._weights, self._biases = backprop.update(self.weights, self.biases, given, self.learning_rate)

    def train(self, X, y, epochs=10_000, **options):
        """Repeat backward and update until a reason to stop; return the `History`.

        Options: batch_size, target_loss, tolerance, patience, momentum, callback, progress, random; see `Options`.
        """
        return training.train(self, *self._samples_and_targets(X, y), epochs, **options)

    def training_steps(self):
        """Return the `training.Steps` of a loop: without the checks, as it watches the loss instead."""
        functions, loss = self.functions, self.loss_function

        def update(gradients):
            rate = np.asarray(self._learning_rate)  # NumPy multiplies faster by an array than by a Python number
            self._weights, self._biases = backprop.update(self._weights, self._biases, gradients, rate)

        return training.Steps(
            forward=lambda X: backprop.forward(X, self._weights, self._biases, functions),
            loss=lambda passed, y, gradients: loss.of_output(passed[0][-1], passed[1][-1], y),
            backward=lambda passed, y: backprop.backward(passed[1], y, self._weights, functions, loss),
            update=update,
        )

    def __repr__(self):
        names = [self.activation.name, self.output_activation.name, self.loss_function.name]
        return f"NeuralNetwork({'-'.join(map(str, self.sizes))}, {', '.join(names)})"

    def _samples_and_targets(self, X, y):
        self._check_parameters()
        X, y = validation.samples_and_targets(X, y, self.sizes[0], self.sizes[-1])
        self.loss_function.check_targets(y)
        return X, y

    def _check_parameters(self):
        """See that every array still fits, as one may have been put into the lists by hand."""
        self._weights[:] = fitting(self._weights, "weights", self.sizes)
        self._biases[:] = fitting(self._biases, "biases", self.sizes)
