"""The one adapter through which the course talks to a network of any class: a `NeuralNetwork`, or a learner's own.

A network has lists ``weights`` and ``biases``, and methods: ``forward(X)`` at least, ``backward(X, y)`` and
``update(gradients)`` to be trained. What a class does not say, such as its loss, is found out here. A parameter's name
is "W1[0,2]", for instance, row 0 and column 2 of layer 1's weights, or "b2[0,0]", the first bias of layer 2.
"""

import copy
import re

import numpy as np

from bpcourse.mathematics import backprop, validation
from bpcourse.mathematics.activations import ACTIVATIONS, Activation
from bpcourse.mathematics.losses import LOSSES, Loss, squared_error
from bpcourse.mathematics.validation import InputError

METHODS = ("forward", "backward", "update")
CURE = "If a training diverged, start again with reset() and a smaller learning rate."
PREDICTIONS = {"y_hat", "y_pred", "prediction", "predictions", "output"}


def require(network, *names, by):
    """See that a network has what `by` needs: lists "weights" and "biases", and methods; or raise InputError."""

    def lacks(name):
        part = getattr(network, name, None)
        return not callable(part) if name in METHODS else part is None

    missing = [f"method {name}" if name in METHODS else name for name in names if lacks(name)]
    if missing:
        lack = f"The network, a {type(network).__name__}, has no {' and no '.join(missing)}"
        raise InputError(f"{lack}; {by} needs {', '.join(names)}.")


def parameters(network):
    """Return the weights, (n_in, n_out) each, and the biases, (1, n_out) each, of any network as lists of arrays."""
    require(network, "weights", "biases", by="a figure of it")
    weights = [validation.matrix(W, f"weights[{i}]", cure=CURE) for i, W in enumerate(network.weights)]
    biases = [[b] if np.ndim(b) == 1 else b for b in network.biases]  # a class of your own may have (n_out,)
    sizes = [len(W) for W in weights[:1]] + [W.shape[1] for W in weights]
    return fitting(weights, "weights", sizes), fitting(biases, "biases", sizes)


def fitting(arrays, what, sizes):
    """Return `arrays` as a list of finite float arrays that fit layers of these `sizes`, or raise InputError.

    They are weights, or biases where `what` says so, as "gradients.biases" does. What is right already is not copied.
    """
    layers, listed = max(1, len(sizes) - 1), isinstance(arrays, list | tuple)
    if not listed or len(arrays) != layers:
        came = f"{len(arrays)} entries" if listed else type(arrays).__name__
        raise InputError(f"{what} came as {came}; expected a list of {layers} arrays, one a layer.")
    hint = f", as the layers have {'-'.join(map(str, sizes))} units"
    return [
        validation.matrix(array, f"{what}[{i}]", 1 if "biases" in what else n_in, n_out, hint, hint, CURE)
        for i, (array, n_in, n_out) in enumerate(zip(arrays, sizes[:-1], sizes[1:], strict=True))
    ]


def locate(network, name):
    """Return the array that holds the parameter called `name`, and its row and column there; or raise InputError."""
    match = re.fullmatch(r"\s*([Wb])(\d+)\[\s*(\d+)\s*,\s*(\d+)\s*\]\s*", name if isinstance(name, str) else "")
    if match is None:
        raise InputError(f"The parameter's name came as {name!r}; expected W1[0,2] (layer 1, row 0, column 2), say.")
    kind, (layer, *index) = match[1], [int(number) for number in match.groups()[1:]]
    require(network, "weights", "biases", by=repr(name))
    arrays = network.weights if kind == "W" else network.biases
    if not 1 <= layer <= len(arrays):
        raise InputError(f"{name!r} names layer {layer}; this network has layers 1 to {len(arrays)}.")
    array = arrays[layer - 1]
    if not isinstance(array, np.ndarray):
        raise InputError(f"{kind}{layer} is a {type(array).__name__}; expected a NumPy array.")
    array = np.atleast_2d(array)  # a view: biases of your own class may be (n,) instead of (1, n)
    if not all(i < n for i, n in zip(index, array.shape, strict=True)):
        raise InputError(f"{name!r} is not there: {kind}{layer} has shape {array.shape}, and counting starts at 0.")
    return array, tuple(index)


def get_parameter(network, name):
    """Return the value of the parameter called `name`, a float; raises InputError for a name that is not there."""
    array, index = locate(network, name)
    return float(array[index])


def set_parameter(network, name, value):
    """Give the parameter called `name` a finite value; raises InputError for another name or value."""
    array, index = locate(network, name)
    if array.dtype.kind != "f":
        raise InputError(f"{name} is in an array of {array.dtype}; expected floats, as .astype(float) makes them.")
    array[index] = validation.matrix([[value]], name, rows=1, columns=1, cure="")[0, 0]


def editable_copy(network):
    """Return a copy of any network with weights and biases in arrays of floats, to be changed in place.

    In place, as a class may keep them under other names too, ``self.W1`` for instance, and compute with those. Raises
    InputError if there are none, they do not fit each other, ``forward`` computes with others, or it cannot be copied.
    """
    parameters(network)
    name, kinds = type(network).__name__, ("weights", "biases")
    given = {f"{kind}[{i}]": array for kind in kinds for i, array in enumerate(getattr(network, kind))}
    copies = {id(array): np.array(array, float) for array in given.values()}
    try:  # deepcopy puts a copy wherever its array stands in the network, under all its names
        network = copy.deepcopy(network, dict(copies))
    except Exception as error:
        raise InputError(f"A {name} cannot be copied ({error}); expected no open files, locks, generators.") from error
    for (place, array), present in zip(given.items(), [*network.weights, *network.biases], strict=True):
        if present is not copies[id(array)] or not _computes_with(network, present):
            fault = f"forward(X) of this {name} does not compute with the array {place}"
            raise InputError(f"{fault}; expected the arrays in its lists themselves, of floats, and no copies of them.")
    return network


def _computes_with(network, array):
    """Whether the predictions change, or stop, with other numbers in an array of the network's."""
    if not callable(getattr(network, "forward", None)):
        return True
    X, kept = np.random.default_rng(0).random((3, len(network.weights[0]))), array.copy()
    before = np.array(network.forward(X), float)

    def changed_by(value):
        array[...] = value
        return not np.array_equal(before, network.forward(X))

    try:  # NaN goes through whatever is saturated; 1 wakes what np.where has put to sleep
        return changed_by(np.nan) or changed_by(1.0)
    except Exception:  # it looks at its numbers, and refuses these
        return True
    finally:
        array[...] = kept


def layer_values(network, x, activation="sigmoid"):
    """Return the lists zs (z¹ first) and activations (a⁰ = x first) of any network, as ``network.layers(x)`` does.

    A network without that method is computed here from its weights and biases, with the `activation` named
    (one for all layers, or a sequence); what comes out must be what its own ``forward(x)`` gives.
    """
    if callable(getattr(network, "layers", None)):
        zs, activations = network.layers(x)
        return list(zs), list(activations)
    weights, biases = parameters(network)
    with np.errstate(over="ignore", invalid="ignore"):  # a network that diverged is still to be seen
        x = validation.matrix(x, "x", columns=len(weights[0]))
        zs, activations = backprop.forward(x, weights, biases, functions_of(network, len(weights), activation))
    if callable(getattr(network, "forward", None)) and not np.allclose(network.forward(x), activations[-1]):
        given = f"forward(x) of this {type(network).__name__} is not what activation {activation!r} gives"
        raise InputError(f"{given}. Name the activation of each layer, or give the class a method layers(x).")
    return zs, activations


def functions_of(network, layers, activation="sigmoid"):
    """Return the `Activation` of each layer: the network's own, else those named `activation`, as in `layer_values`."""
    own = [getattr(network, name, None) for name in ("activation", "output_activation")]
    if all(isinstance(function, Activation) for function in own):
        return [own[0]] * (layers - 1) + [own[1]]
    names = [activation] * layers if isinstance(activation, str) else list(activation)
    if len(names) != layers:
        raise InputError(f"activation came with {len(names)} names; expected one, or {layers}, one a layer.")
    return [validation.entry(name, ACTIVATIONS, "activation") for name in names]


def deltas_of(gradients, samples):
    """Return δ of every layer, (N, n_out), from what ``backward`` returned for so many samples; or raise InputError."""
    if getattr(gradients, "deltas", None):
        return [np.asarray(delta, float) for delta in gradients.deltas]
    if samples == 1:  # a class need not keep them: BP3 says that δ is then the gradient of the biases
        return [np.reshape(np.asarray(b, float), (1, -1)) for b in gradients.biases]
    raise InputError(f"Gradients of {samples} samples hold no deltas; pass one, or let backward return deltas too.")


def loss_of(network, X, y, y_hat=None, gradients=None):
    """Return the loss of any network, a float, for samples X, (N, n_in), and targets y, (N, n_out).

    That is its own ``loss(X, y)``, else the ``loss`` of its `gradients`, if known, else the squared error of `y_hat`,
    or of ``forward(X)``. Raises InputError for a loss that is no number or does not take (X, y), or a wrong shape.
    """
    this = f"of this {type(network).__name__}"
    if callable(getattr(network, "loss", None)):
        _check_own_loss(network.loss, this)
        return _single_number(network.loss(X, y), f"loss(X, y) {this} returned")
    if getattr(gradients, "loss", None) is not None:
        return _single_number(gradients.loss, f"backward(X, y) {this} returned gradients whose loss is")
    y_hat = np.asarray(network.forward(X) if y_hat is None else y_hat)
    if y_hat.shape != np.shape(y):
        came = f"forward(X) {this} returned shape {y_hat.shape}; expected {np.shape(y)}, the shape of y"
        raise InputError(f"{came}. NumPy would subtract every prediction from every target.")
    return float(squared_error(y_hat, y))


def loss_function_of(network, X, y, y_hat, output):
    """Return a network's own `Loss`, else the one that goes with its `output`, an `Activation`, and gives its number.

    None if there is none such.
    """
    own = getattr(network, "loss_function", None)
    if isinstance(own, Loss):
        return own
    loss, known = loss_of(network, X, y, y_hat), [each for each in LOSSES.values() if output.name in each.outputs]
    return next((each for each in known if np.isclose(loss, each.value(y_hat, y))), None)


def _check_own_loss(loss, this):
    code = getattr(loss, "__code__", None)
    names = code.co_varnames[hasattr(loss, "__self__") : code.co_argcount] if code else ()
    if PREDICTIONS & set(names[:2]) or names[:1] in (("y",), ("y_true",)):
        came = f"loss {this} takes ({', '.join(names)}); expected (X, y), with forward(X) called inside it"
        raise InputError(f"{came}. One that takes predictions needs another name.")


def _single_number(loss, came):
    loss = np.asarray(loss)
    if loss.size != 1 or loss.dtype.kind not in "iuf":
        raise InputError(f"{came} {loss!r}; expected a single number.")
    return float(loss.item())
