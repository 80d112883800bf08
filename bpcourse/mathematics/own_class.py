"""Reading the numbers of any network with lists ``weights`` and ``biases``: a `NeuralNetwork`, or your own class."""

import contextlib
import copy
from itertools import pairwise

import numpy as np

from bpcourse.mathematics import validation
from bpcourse.mathematics.activations import ACTIVATIONS, Activation
from bpcourse.mathematics.losses import LOSSES, Loss, loss_of
from bpcourse.mathematics.validation import InputError


def layer_values(network, x, activation="sigmoid"):
    """Return the lists zs (z¹ first) and activations (a⁰ = x first) of any network, as ``network.layers(x)`` does.

    A network without that method is computed here from its weights and biases, with the `activation` named
    (one for all layers, or a sequence); what comes out must be what its own ``forward(x)`` gives.
    """
    if callable(getattr(network, "layers", None)):
        zs, activations = network.layers(x)
        return list(zs), list(activations)
    weights, biases = parameters(network)
    zs, activations = [], [validation.matrix(x, "x", columns=len(weights[0]))]
    functions = functions_of(network, len(weights), activation)
    with np.errstate(over="ignore", invalid="ignore"):  # a network that diverged is still to be seen
        for W, b, f in zip(weights, biases, functions, strict=True):
            zs.append(activations[-1] @ W + b)  # F1
            activations.append(f.function(zs[-1]))  # F2
    if callable(getattr(network, "forward", None)) and not np.allclose(network.forward(x), activations[-1]):
        raise InputError(
            f"forward(x) of this {type(network).__name__} is not what its weights and biases give with activation "
            f"{activation!r}. Name the activation of each layer, or give the class a method layers(x)."
        )
    return zs, activations


def functions_of(network, layers, activation="sigmoid"):
    """Return the `Activation` of each layer: the network's own, else those named `activation`, as in `layer_values`."""
    own = [getattr(network, name, None) for name in ("activation", "output_activation")]
    if all(isinstance(function, Activation) for function in own):
        return [own[0]] * (layers - 1) + [own[1]]
    names = [activation] * layers if isinstance(activation, str) else list(activation)
    if len(names) != layers:
        raise InputError(f"activation came with {len(names)} names; expected one, or {layers}, one a layer.")
    return [ACTIVATIONS[validation.choice(name, list(ACTIVATIONS), "activation")] for name in names]


def loss_function_of(network, X, y, y_hat, output):
    """Return the `Loss` of a network whose last `Activation` is `output`, or None if it is none of this package's.

    It is the network's own, else the one that goes with `output` and gives the same number.
    """
    own = getattr(network, "loss_function", None)
    if isinstance(own, Loss):
        return own
    loss, fitting = loss_of(network, X, y, y_hat), [each for each in LOSSES.values() if output.name in each.outputs]
    return next((each for each in fitting if np.isclose(loss, each.value(y_hat, y))), None)


def parameters(network):
    """Return the weights, (n_in, n_out) each, and the biases, (1, n_out) each, of any network as lists of arrays."""
    missing = [name for name in ("weights", "biases") if not hasattr(network, name)]
    if missing:
        raise InputError(f"The network, a {type(network).__name__}, has no {' and no '.join(missing)}.")
    weights = [validation.matrix(W, f"weights[{i}]") for i, W in enumerate(network.weights)]
    if not weights or len(weights) != len(network.biases):
        raise InputError(
            f"weights has {len(weights)} entries, biases {len(network.biases)}; expected one each a layer."
        )
    biases = [
        validation.matrix(b if np.ndim(b) != 1 else [b], f"biases[{i}]", rows=1, columns=W.shape[1])
        for i, (W, b) in enumerate(zip(weights, network.biases, strict=True))
    ]
    for i, (left, right) in enumerate(pairwise(weights)):
        validation.matrix(right, f"weights[{i + 1}]", rows=left.shape[1], rows_hint=f", as weights[{i}] ends there")
    return weights, biases


def editable_copy(network):
    """Return a copy of any network with weights and biases in arrays of floats, to be changed in place.

    In place, as a class may keep them under other names too, ``self.W1`` for instance, and compute with those.

    Raises
    ------
    InputError
        If the network has none, they do not fit each other, its ``forward`` computes with others, or no copy can be
        made of it.
    """
    if hasattr(network, "_check_parameters"):
        network._check_parameters()  # a NeuralNetwork knows better which array does not fit
    parameters(network)
    name = type(network).__name__
    try:
        network = copy.deepcopy(network)
    except Exception as error:
        raise InputError(
            f"A {name} cannot be copied ({error}); expected attributes that can, not open files, locks or generators."
        ) from error
    if hasattr(network, "_check_parameters"):  # its lists hold arrays of floats, and it computes with them
        return network
    plain = copy.deepcopy(network)
    for attribute in ("weights", "biases"):
        arrays = getattr(network, attribute)
        if not all(isinstance(array, np.ndarray) and array.dtype == float for array in arrays):
            with contextlib.suppress(AttributeError):  # a property without a setter
                setattr(network, attribute, [np.array(array, float) for array in arrays])
    if not callable(getattr(network, "forward", None)):
        return network
    unheeded = _unheeded(network)
    if unheeded and not _unheeded(plain):  # float32, say, held under a second name: exact enough to be seen
        return plain
    if unheeded:
        raise InputError(
            f"forward(X) of this {name} does not compute with the array {unheeded}; expected the arrays in its lists "
            "weights and biases themselves, of floats, and no copies of them."
        )
    return network


def _unheeded(network):
    """Return the name of an array that predictions do not change with, such as "weights[0]"; "" if there is none."""
    names = [(kind, i) for kind in ("weights", "biases") for i in range(len(network.weights))]
    if not all(_is_float_array(getattr(network, kind)[i]) for kind, i in names):
        return "weights[0]"
    X, given = np.random.default_rng(0).random((3, len(network.weights[0]))), {}

    def put(kind, i, scale):  # small and positive, so that no unit is dead or saturated
        array = getattr(network, kind)[i]
        array[...] = scale * np.linspace(0.5, 1, array.size).reshape(array.shape) / len(network.weights[i])

    for kind, i in names:
        given[kind, i] = getattr(network, kind)[i].copy()
        put(kind, i, 0.5)
    before, unheeded = np.array(network.forward(X), float), ""
    for kind, i in names:
        put(kind, i, 1.0)
        if not unheeded and np.array_equal(before, np.array(network.forward(X), float)):
            unheeded = f"{kind}[{i}]"
        put(kind, i, 0.5)
    for kind, i in names:
        getattr(network, kind)[i][...] = given[kind, i]
    return unheeded


def _is_float_array(array):
    return isinstance(array, np.ndarray) and array.dtype.kind == "f"


def deltas_of(gradients, samples):
    """Return δ of every layer, (N, n_out), from what ``backward`` returned for so many samples.

    A class of your own need not keep them: for one sample, BP3 says that δ is the gradient of the biases.
    """
    if getattr(gradients, "deltas", None):
        return [np.asarray(delta, float) for delta in gradients.deltas]
    if samples == 1:
        return [np.reshape(np.asarray(b, float), (1, -1)) for b in gradients.biases]
    raise InputError(
        f"The gradients, a {type(gradients).__name__}, hold no deltas, and of {samples} samples they cannot be told "
        "apart. Pass one sample, or let backward return them too."
    )
