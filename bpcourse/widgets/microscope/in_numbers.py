"""A phase of a training step, written out with the numbers of a network: HTML for the microscope."""

from itertools import pairwise

import numpy as np

from bpcourse.mathematics.own_class import loss_of, parameters
from bpcourse.pictures.writing import bracketed, number, superscript
from bpcourse.widgets.output_delta import COLLAPSED, PRODUCT

MOST = 5  # rows and columns of a matrix that are written out
TERMS = 4  # terms of a sum that are written out


def in_numbers(phase, now, chosen):
    """Return a phase as HTML with the numbers of the `Moment`, and a complaint if ``backward`` disagrees, or "".

    `chosen` is the layer, from 1, of which an update is written out: all layers would fill the page.
    """
    layer = phase.layer
    up, before = superscript(layer), superscript(layer - 1) if layer else ""
    match phase.tags:
        case ():
            return _formula("a⁰ = x =", (now.X, "")), ""
        case ("F1",):
            a, W, b, z = now.activations[layer - 1], now.weights[layer - 1], now.biases[layer - 1], now.zs[layer - 1]
            return _formula(f"z{up} =", (a, f"a{before}"), (W, f"W{up}"), "+", (b, f"b{up}"), "=", (z, f"z{up}")), ""
        case ("F2",):
            z, a = now.zs[layer - 1], now.activations[layer]
            return _formula(f"a{up} = {now.functions[layer - 1].name}", (z, ""), "=", (a, "")), ""
        case ("L1",):
            return _loss(now), ""
        case ("BP1",):
            return _output_error(now)
        case ("BP2",):
            return _hidden_error(now, layer)
        case ("BP4", "BP3"):
            return _gradients(now, layer)
    return _update(now, chosen), ""


def _loss(now):
    y_hat, y = now.activations[-1], now.y
    if now.loss_name == "squared_error" and y.shape[1] == 1 and now.samples <= TERMS:
        terms = [f"½ ({number(a)} − {bracketed(t)})²" for a, t in zip(y_hat[:, 0], y[:, 0], strict=True)]
        total = terms[0] if len(terms) == 1 else f"1/{len(terms)} [ {' + '.join(terms)} ]"
        return _formula(f"L = {total} = {number(now.loss)}")
    rows = [slice(n, n + 1) for n in range(now.samples)]
    each = np.array([[loss_of(now.network, now.X[r], y[r], y_hat[r])] for r in rows])
    total = f"L = {number(now.loss)}"
    return _formula("ŷ =", (y_hat, ""), "y =", (y, ""), "ℓ =", (each, "each sample"), total)


def _output_error(now):
    bp1, last, delta = now.bp1, superscript(len(now.weights)), now.deltas[-1]
    if bp1.form == COLLAPSED:
        share = f"1/{now.samples}" if now.samples > 1 else ""
        html = _formula(f"δ{last} = {share} (", (now.activations[-1], "ŷ"), "−", (now.y, "y"), ") =", (delta, ""))
        name = now.loss_name.replace("_", " ").capitalize()
        html += f"<p>{name} with {now.functions[-1].name}: all of BP1 collapses to (ŷ − y) / N.</p>"
    elif bp1.form == PRODUCT:
        factors = (bp1.slope, f"∂L/∂a{last}"), "⊙", (bp1.steepness, f"f′(z{last})")
        html = _formula(f"δ{last} =", *factors, "=", (delta, ""))
    else:
        return _formula(f"δ{last} =", (delta, "")), ""
    return html, _complaint(f"δ{last}", delta, bp1.delta)


def _hidden_error(now, layer):
    up, above = superscript(layer), superscript(layer + 1)
    steepness = now.functions[layer - 1].derivative_from_a(now.activations[layer])
    delta_above, W, delta = now.deltas[layer], now.weights[layer], now.deltas[layer - 1]
    product = (delta_above, f"δ{above}"), (W.T, f"W{above}ᵀ")
    html = _formula(f"δ{up} = (", *product, ") ⊙", (steepness, f"f′(z{up})"), "=", (delta, f"δ{up}"))
    return html, _complaint(f"δ{up}", delta, (delta_above @ W.T) * steepness)


def _gradients(now, layer):
    up, before = superscript(layer), superscript(layer - 1)
    a, delta = now.activations[layer - 1], now.deltas[layer - 1]
    dW, db = now.gradients.weights[layer - 1], np.reshape(now.gradients.biases[layer - 1], (1, -1))
    html = _formula(f"∂L/∂W{up} =", (a.T, f"a{before}ᵀ"), (delta, f"δ{up}"), "=", (dW, ""))
    html += _formula(f"∂L/∂b{up} = Σ over samples of", (delta, f"δ{up}"), "=", (db, ""))
    wrong = _complaint(f"∂L/∂W{up}", dW, a.T @ delta) or _complaint(f"∂L/∂b{up}", db, delta.sum(0, keepdims=True))
    return html, wrong


def _update(now, layer):
    rate, html, up, i = getattr(now.network, "learning_rate", None), "", superscript(layer), layer - 1
    eta = "η" if rate is None else number(rate)
    new_weights, new_biases = parameters(now.after)
    for name, old, slope, new in (
        ("W", now.weights[i], now.gradients.weights[i], new_weights[i]),
        ("b", now.biases[i], now.gradients.biases[i], new_biases[i]),
    ):
        slope = np.reshape(slope, old.shape), f"∂L/∂{name}{up}"
        html += _formula(f"{name}{up} ←", (old, ""), f"− {eta} ·", slope, "=", (new, ""))
    return html + ("<p>Choose a weight of another layer to see that one's update.</p>" if len(now.weights) > 1 else "")


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


def _formula(*parts):
    """Set words and matrices, pairs of array and name, in a line that never breaks between a word and its matrix."""
    spans = [f"<span>{part}</span>" if isinstance(part, str) else _matrix(*part) for part in parts]
    for i, (word, matrix) in enumerate(pairwise(parts)):
        if isinstance(word, str) and not isinstance(matrix, str):
            spans[i], spans[i + 1] = "", f'<div class="bp-term">{spans[i]}{spans[i + 1]}</div>'
    return f'<div class="bp-formula">{"".join(spans)}</div>'


def _matrix(array, name):
    """A matrix in brackets, with its name and its shape below; large ones are cut short with dots."""
    array = np.asarray(array, float)
    rows, columns = ([*range(MOST - 2), None, n - 1] if n > MOST else range(n) for n in array.shape)

    def entry(i, j):
        return "…" if i is None or j is None else number(array[i, j])

    cells = "".join(f"<tr>{''.join(f'<td>{entry(i, j)}</td>' for j in columns)}</tr>" for i in rows)
    shape = f"({array.shape[0]}, {array.shape[1]})"
    return f'<div class="bp-matrix"><table>{cells}</table><small>{name} {shape}</small></div>'
