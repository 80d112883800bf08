"""One training step taken apart: its phases, and each phase in numbers and in code. What the microscope shows."""

import copy
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bpcourse import landscape
from bpcourse.activations import ACTIVATIONS, Activation
from bpcourse.any_network import deltas_of, layer_values, loss_of, parameters
from bpcourse.equations import EQUATIONS
from bpcourse.gradients import central_difference
from bpcourse.losses import LOSSES, output_delta_collapsed, squared_error
from bpcourse.validation import InputError
from bpcourse.widgets.controls import bracketed, number, place_of, subscript, superscript

MOST = 5  # rows and columns of a matrix that are written out
TERMS = 4  # terms of a sum that are written out

DERIVATIVE_CODE = {"sigmoid": " * {a} * (1 - {a})", "tanh": " * (1 - {a}**2)", "relu": " * ({a} > 0)", "identity": ""}
LOSS_CODE = {  # for one output, the squared error has its code in EQUATIONS
    "squared_error": "L = np.sum(0.5 * (y_hat - y) ** 2) / N",
    "binary_cross_entropy": "L = -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / N",
    "cross_entropy": "L = -np.sum(y * np.log(y_hat)) / N",
}


@dataclass(frozen=True)
class Phase:
    """One thing that a training step computes.

    Attributes
    ----------
    tags : tuple of str
        The equations at work; the first names the phase. Empty for the input.
    layer : int
        The layer it computes; 0 for the input and for the update, which has all of them.
    """

    tags: tuple
    layer: int

    @property
    def title(self):
        if not self.tags:
            return "input"
        names = " and ".join(EQUATIONS[tag].name for tag in self.tags)
        return f"{names}, layer {self.layer}" if self.layer else names


def phases(layers):
    """Return all phases of one training step of a network with so many layers, in order."""
    down, up = range(layers, 0, -1), range(1, layers + 1)
    return [
        Phase((), 0),
        *(Phase((tag,), layer) for layer in up for tag in ("F1", "F2")),
        Phase(("L1",), 0),
        Phase(("BP1",), layers),
        *(Phase(("BP2",), layer) for layer in down[1:]),
        *(Phase(("BP4", "BP3"), layer) for layer in down),
        Phase(("U1", "U2"), 0),
    ]


def shown(so_far):
    """Return what the diagram may write once these phases are done (the `show` of `diagram.draw`)."""
    if "U1" in so_far[-1].tags:
        return {"weights", "biases"}
    names = {"F1": "z", "F2": "a", "BP1": "deltas", "BP2": "deltas", "BP4": "gradients"}
    computed = {f"{names[p.tags[0]]}{p.layer}" for p in so_far if p.tags and p.tags[0] in names}
    loss = {"loss"} if any("L1" in phase.tags for phase in so_far) else set()
    return {"weights", "biases", "targets", "a0"} | computed | loss


def lit(phase, sizes):
    """Return the ids of the diagram's elements that take part in a phase."""
    layer, last = phase.layer, len(sizes) - 1

    def every(kind, layer):
        return {f"{kind}-{layer}-{j}" for j in range(sizes[layer])}

    def weights(layer):
        return {f"w-{layer}-{i}-{j}" for i in range(sizes[layer - 1]) for j in range(sizes[layer])}

    loss = every("unit", last) | {f"target-{j}" for j in range(sizes[-1])} | {"loss"}
    match phase.tags:
        case ():
            return every("unit", 0)
        case ("F1",):
            return every("unit", layer - 1) | weights(layer) | every("b", layer) | every("unit", layer)
        case ("F2",):
            return every("unit", layer)
        case ("L1",):
            return loss
        case ("BP1",):
            return loss | every("delta", layer)
        case ("BP2",):
            return every("delta", layer + 1) | weights(layer + 1) | every("unit", layer) | every("delta", layer)
        case ("BP4", "BP3"):
            return every("unit", layer - 1) | weights(layer) | every("b", layer) | every("delta", layer)
    return set().union(*(weights(layer) | every("b", layer) for layer in range(1, last + 1)))


@dataclass(frozen=True)
class Moment:
    """All numbers of a network and its samples at one moment of the training.

    Attributes
    ----------
    weights, biases, zs, activations, deltas : list of ndarray
    functions : list of Activation
    y : ndarray
    loss : float
    loss_name : str or None
        None for a loss of one's own.
    gradients : object
        What ``backward`` returned.
    after : object
        The network after the update.
    """

    network: object
    weights: list
    biases: list
    zs: list
    activations: list
    functions: list[Activation]
    y: np.ndarray
    loss: float
    loss_name: str | None
    gradients: object
    deltas: list
    after: object

    @property
    def X(self):
        return self.activations[0]

    @property
    def samples(self):
        return len(self.X)


def moment(network, X, y, activation="sigmoid"):
    """Measure a network of any class, which is left as it is; see `any_network.layer_values` for `activation`."""
    weights, biases = (list(arrays) for arrays in parameters(network))
    zs, activations = layer_values(network, X, activation)
    loss, gradients = loss_of(network, X, y, activations), network.backward(X, y)
    after = copy.deepcopy(network)
    after.update(gradients)
    functions = _functions(network, activation, len(weights))
    name = getattr(getattr(network, "loss_function", None), "name", None)
    if name is None and np.isclose(loss, squared_error(activations[-1], y)):
        name = "squared_error"
    deltas = _deltas(network, X, y, gradients)
    return Moment(
        network, weights, biases, zs, activations, functions, np.asarray(y), loss, name, gradients, deltas, after
    )


def _functions(network, activation, layers):
    if isinstance(getattr(network, "output_activation", None), Activation):
        return [network.activation] * (layers - 1) + [network.output_activation]
    names = [activation] * layers if isinstance(activation, str) else activation
    return [ACTIVATIONS[name] for name in names]


def _deltas(network, X, y, gradients):
    """δ of every layer; where ``backward`` keeps none, the gradients of the biases of one sample after the other."""
    if getattr(gradients, "deltas", None) or len(X) == 1:
        return deltas_of(gradients, len(X))
    alone = [deltas_of(network.backward(X[n : n + 1], y[n : n + 1]), 1) for n in range(len(X))]
    deltas = [np.vstack(rows) for rows in zip(*alone, strict=True)]
    for share in (1 / len(X), 1.0):  # the batch is the mean of its samples, or their sum
        if all(np.allclose(share * d.sum(0), np.ravel(b)) for d, b in zip(deltas, gradients.biases, strict=True)):
            return [share * delta for delta in deltas]
    raise InputError(
        "backward returns no deltas, and its bias gradients for all samples are neither the mean nor the sum of those "
        "for one sample after the other. Look at one sample, or let backward return the deltas too."
    )


# -- a phase in numbers -----------------------------------------------------------------------------------


def in_numbers(phase, now):
    """Return a phase as HTML with the numbers of the `Moment`, and a complaint if ``backward`` disagrees, or ""."""
    layer = phase.layer
    match phase.tags:
        case ():
            return _formula("a⁰ = x =", _matrix(now.X)), ""
        case ("F1",):
            return _weighted_sum(now, layer), ""
        case ("F2",):
            function = now.functions[layer - 1].name
            z, a = now.zs[layer - 1], now.activations[layer]
            return _formula(f"a{superscript(layer)} = {function}", _matrix(z), "=", _matrix(a)), ""
        case ("L1",):
            return _loss(now), ""
        case ("BP1",):
            return _output_error(now)
        case ("BP2",):
            return _hidden_error(now, layer)
        case ("BP4", "BP3"):
            return _gradients(now, layer)
    return _update(now), ""


def _weighted_sum(now, layer):
    up, before = superscript(layer), superscript(layer - 1)
    return _formula(
        f"z{up} =",
        _matrix(now.activations[layer - 1], f"a{before}"),
        _matrix(now.weights[layer - 1], f"W{up}"),
        "+",
        _matrix(now.biases[layer - 1], f"b{up}"),
        "=",
        _matrix(now.zs[layer - 1], f"z{up}"),
    )


def _loss(now):
    y_hat, y = now.activations[-1], now.y
    if now.loss_name == "squared_error" and y.shape[1] == 1 and now.samples <= TERMS:
        terms = [f"½ ({number(a)} − {bracketed(t)})²" for a, t in zip(y_hat[:, 0], y[:, 0], strict=True)]
        total = terms[0] if len(terms) == 1 else f"1/{len(terms)} [ {' + '.join(terms)} ]"
        return _formula(f"L = {total} = {number(now.loss)}")
    rows = [slice(n, n + 1) for n in range(now.samples)]
    each = np.array([[loss_of(now.network, now.X[r], y[r], [y_hat[r]])] for r in rows])
    return _formula(
        "ŷ =", _matrix(y_hat), "y =", _matrix(y), "ℓ =", _matrix(each, "each sample"), f"L = {number(now.loss)}"
    )


def _output_error(now):
    y_hat, y, delta = now.activations[-1], now.y, now.deltas[-1]
    last, loss, function = superscript(len(now.weights)), LOSSES.get(now.loss_name), now.functions[-1]
    if loss is None or (loss.value_from_z is None and function.derivative_from_a is None):
        return _formula(f"δ{last} =", _matrix(delta)), ""
    if loss.value_from_z is not None:
        share = f"1/{now.samples}" if now.samples > 1 else ""
        html = _formula(f"δ{last} = {share} (", _matrix(y_hat, "ŷ"), "−", _matrix(y, "y"), ") =", _matrix(delta))
        note = f"<p>{_words(loss.name)} with {function.name}: all of BP1 collapses to ŷ − y.</p>"
        return html + note, _complaint("δ", delta, output_delta_collapsed(y_hat, y))
    slope, steepness = loss.derivative(y_hat, y), function.derivative_from_a(y_hat)
    html = _formula(
        f"δ{last} =", _matrix(slope, f"∂L/∂a{last}"), "⊙", _matrix(steepness, f"f′(z{last})"), "=", _matrix(delta)
    )
    return html, _complaint(f"δ{last}", delta, slope * steepness)


def _hidden_error(now, layer):
    up, above = superscript(layer), superscript(layer + 1)
    steepness = now.functions[layer - 1].derivative_from_a(now.activations[layer])
    delta, W = now.deltas[layer], now.weights[layer]
    html = _formula(
        f"δ{up} = (",
        _matrix(delta, f"δ{above}"),
        _matrix(W.T, f"W{above}ᵀ"),
        ") ⊙",
        _matrix(steepness, f"f′(z{up})"),
        "=",
        _matrix(now.deltas[layer - 1], f"δ{up}"),
    )
    return html, _complaint(f"δ{up}", now.deltas[layer - 1], (delta @ W.T) * steepness)


def _gradients(now, layer):
    up, before = superscript(layer), superscript(layer - 1)
    a, delta = now.activations[layer - 1], now.deltas[layer - 1]
    dW, db = now.gradients.weights[layer - 1], np.reshape(now.gradients.biases[layer - 1], (1, -1))
    html = _formula(f"∂L/∂W{up} =", _matrix(a.T, f"a{before}ᵀ"), _matrix(delta, f"δ{up}"), "=", _matrix(dW))
    html += _formula(f"∂L/∂b{up} = Σ over samples of", _matrix(delta, f"δ{up}"), "=", _matrix(db))
    wrong = _complaint(f"∂L/∂W{up}", dW, a.T @ delta) or _complaint(f"∂L/∂b{up}", db, delta.sum(0, keepdims=True))
    return html, wrong


def _update(now):
    rate, html = getattr(now.network, "learning_rate", None), ""
    eta = "η" if rate is None else number(rate)
    new_weights, new_biases = parameters(now.after)
    for name, old, slopes, new in (
        ("W", now.weights, now.gradients.weights, new_weights),
        ("b", now.biases, now.gradients.biases, new_biases),
    ):
        for layer in range(1, len(old) + 1):
            up, i = superscript(layer), layer - 1
            slope = np.reshape(slopes[i], old[i].shape)
            html += _formula(f"{name}{up} ←", _matrix(old[i]), f"− {eta} ·", _matrix(slope), "=", _matrix(new[i]))
    return html


def _complaint(name, given, expected):
    """Say in words that ``backward`` gives other numbers than the equation does, or nothing if it does not."""
    given = np.asarray(given, float)
    if given.shape == expected.shape and np.allclose(given, expected, rtol=1e-6, atol=1e-10):
        return ""
    return (
        f"backward does not give what the equation gives: its {name} is {_row(given)} of shape {given.shape}, "
        f"the equation makes {_row(expected)} of shape {expected.shape}."
    )


def _row(array):
    values = np.ravel(array)
    return ", ".join(map(number, values[:TERMS])) + (", …" if values.size > TERMS else "")


def _words(name):
    return name.replace("_", " ").capitalize()


def _formula(*parts):
    """Set words and matrices in a line that breaks where it must, never between a word and the matrix after it."""
    spans = [part if part.startswith("<") else f"<span>{part}</span>" for part in parts]
    for i, (word, matrix) in enumerate(pairwise(spans)):
        if word.startswith("<span") and matrix.startswith("<div"):
            spans[i], spans[i + 1] = "", f'<div class="bp-term">{word}{matrix}</div>'
    return f'<div class="bp-formula">{"".join(spans)}</div>'


def _matrix(array, name=""):
    """A matrix in brackets, with its name and its shape below; large ones are cut short with dots."""
    array = np.asarray(array, float)
    rows, columns = (_cut(n) for n in array.shape)
    cells = "".join(f"<tr>{''.join(f'<td>{_entry(array, i, j)}</td>' for j in columns)}</tr>" for i in rows)
    shape = f"({array.shape[0]}, {array.shape[1]})"
    return f'<div class="bp-matrix"><table>{cells}</table><small>{name} {shape}</small></div>'


def _cut(n):
    return [*range(MOST - 2), None, n - 1] if n > MOST else range(n)


def _entry(array, i, j):
    return "…" if i is None or j is None else number(array[i, j])


# -- a phase in code --------------------------------------------------------------------------------------


def in_code(phase, now):
    """Return the lines of NumPy that compute a phase of this network, named as the course names things."""
    layer, last = phase.layer, len(now.weights)
    match phase.tags:
        case ():
            return ["N = len(X)"]
        case ("F2",):
            code = _numbered("F2", layer, layer - 1).replace("sigmoid", now.functions[layer - 1].name)
            return [code, f"y_hat = a{layer}"] if layer == last else [code]
        case ("L1",):
            return [_loss_code(now)]
        case ("BP1",):
            return [_output_error_code(now, layer)]
        case ("BP2",):
            return [_with_derivative(_numbered("BP2", layer + 1, layer), now, layer)]
        case ("U1", "U2"):
            return [_numbered(tag, layer, layer - 1) for layer in range(1, last + 1) for tag in phase.tags]
    return [_numbered(tag, layer, layer - 1) for tag in phase.tags]


def _numbered(tag, two, one):
    """The equation's line of code with other layers in the places of 2 and 1; a0 is X."""
    code = re.sub(r"(?<=[a-zA-Z])([12])\b", lambda match: str(two if match[1] == "2" else one), EQUATIONS[tag].code)
    return re.sub(r"\ba0\b", "X", code)


def _with_derivative(code, now, layer):
    name = now.functions[layer - 1].name
    return code.replace(f" * a{layer} * (1 - a{layer})", DERIVATIVE_CODE[name].format(a=f"a{layer}"))


def _loss_code(now):
    if now.loss_name == "squared_error" and now.y.shape[1] == 1:
        return EQUATIONS["L1"].code
    return LOSS_CODE.get(now.loss_name, "L = loss(X, y)")


def _output_error_code(now, layer):
    loss, function = LOSSES.get(now.loss_name), now.functions[-1]
    if loss is not None and loss.value_from_z is not None:
        return f"delta{layer} = (a{layer} - y) / N"
    if loss is not None and function.derivative_from_a is not None:
        return _with_derivative(_numbered("BP1", layer, layer - 1), now, layer)
    if loss is not None:  # softmax with squared error
        dL = f"(a{layer} - y) / N"
        return f"delta{layer} = a{layer} * ({dL} - ({dL} * a{layer}).sum(axis=1, keepdims=True))"
    return f"delta{layer} = dL_da{layer} * f_prime(z{layer})"


# -- the gradient of one parameter ------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """The gradient of one weight or bias.

    Attributes
    ----------
    gradient, numerical : float
        From ``backward``, and from the central difference of this one parameter.
    terms : ndarray, (N,)
        What each sample adds to it: a · δ for a weight, δ for a bias.
    html : str
        The product in numbers, from the parameter up to the loss.
    """

    gradient: float
    numerical: float
    terms: np.ndarray
    html: str

    @property
    def agree(self):
        values = (self.gradient, self.terms.sum(), self.numerical)
        return all(np.isclose(value, self.numerical, rtol=1e-4, atol=1e-8) for value in values)


def product(now, name):
    """Return the `Product` that makes the gradient of the parameter called `name`, such as "W1[0,2]"."""
    layer, i, j = place_of(name)
    delta = now.deltas[layer - 1][:, j]
    is_weight = name.startswith("W")
    terms = now.activations[layer - 1][:, i] * delta if is_weight else delta
    arrays = now.gradients.weights if is_weight else now.gradients.biases
    gradient = float(np.ravel(arrays[layer - 1][i])[j] if is_weight else np.ravel(arrays[layer - 1])[j])
    lines = [_first_line(now, name, terms, gradient)]
    if now.samples == 1:
        lines += _delta_lines(now, layer, j)
    return Product(gradient, _numerical(now, name), terms, "".join(f"<div>{line}</div>" for line in lines))


def _numerical(now, name):
    probe = copy.deepcopy(now.network)

    def loss(value):
        landscape.set_parameter(probe, name, float(value))
        return loss_of(probe, now.X, now.y, [probe.forward(now.X)])

    return float(central_difference(loss, landscape.get_parameter(now.network, name)))


def _first_line(now, name, terms, gradient):
    layer, i, j = place_of(name)
    delta = f"δ{superscript(layer)}{subscript(j)}"
    a = f"a{superscript(layer - 1)}{subscript(i)}"
    symbols, factors = (f"{a} · {delta}", True) if name.startswith("W") else (delta, False)
    total = "Σ " if now.samples > 1 else ""
    deltas = now.deltas[layer - 1][:, j]
    numbers = [
        f"{bracketed(now.activations[layer - 1][n, i])} · {bracketed(deltas[n])}" if factors else bracketed(deltas[n])
        for n in range(min(TERMS, now.samples))
    ]
    if now.samples > TERMS:
        numbers.append("…")
    return f"<b>∂L/∂{name}</b> = {total}{symbols} = {' + '.join(numbers)} = <b>{number(gradient)}</b>"


def _delta_lines(now, layer, unit):
    """δ of a unit taken apart, then the δ of the units after it, up to the loss."""
    units = [unit]
    for above in range(layer, len(now.weights) + 1):
        yield from (_delta_line(now, above, j) for j in units[:TERMS])
        if len(units) > TERMS:
            yield "…"
        if above < len(now.weights):
            units = range(now.weights[above].shape[1])


def _delta_line(now, layer, j):
    name, value = f"δ{superscript(layer)}{subscript(j)}", number(now.deltas[layer - 1][0, j])
    function, a = now.functions[layer - 1], now.activations[layer]
    if layer == len(now.weights):
        loss = LOSSES.get(now.loss_name)
        if loss is not None and loss.value_from_z is not None:
            return f"{name} = ŷ − y = {number(a[0, j])} − {bracketed(now.y[0, j])} = {value}"
        if loss is None or function.derivative_from_a is None:
            return f"{name} = {value}"
        slope, steepness = loss.derivative(a, now.y)[0, j], function.derivative_from_a(a)[0, j]
        return f"{name} = ∂L/∂ŷ · f′(z) = {number(slope)} · {bracketed(steepness)} = {value}"
    W, deltas = now.weights[layer][j], now.deltas[layer][0]
    sums = [f"{number(w)} · {bracketed(d)}" for w, d in zip(W[:TERMS], deltas[:TERMS], strict=True)]
    if len(W) > TERMS:
        sums.append("…")
    up = superscript(layer + 1)
    symbols = f"W{up} · δ{up}" if len(W) == 1 else f"(Σ W{up} · δ{up})"
    total = sums[0] if len(W) == 1 else f"({' + '.join(sums)})"
    return f"{name} = {symbols} · f′(z) = {total} · {bracketed(function.derivative_from_a(a)[0, j])} = {value}"
