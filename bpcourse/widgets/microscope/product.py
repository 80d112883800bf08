"""The gradient of one weight or bias as the product of numbers that it is, beside its numerical value."""

import copy
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics import own_class
from bpcourse.mathematics.gradients import central_difference
from bpcourse.pictures.writing import bracketed, number, subscript, superscript
from bpcourse.widgets.controls import place_of
from bpcourse.widgets.microscope.in_numbers import TERMS
from bpcourse.widgets.output_delta import COLLAPSED, PRODUCT


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


def product_of(now, name):
    """Return the `Product` that makes the gradient of the parameter called `name`, such as "W1[0,2]"."""
    layer, i, j = place_of(name)
    symbols, factors = f"δ{superscript(layer)}{subscript(j)}", [now.deltas[layer - 1][:, j]]
    gradient = np.ravel(now.gradients.biases[layer - 1])[j]
    if name.startswith("W"):
        symbols = f"a{superscript(layer - 1)}{subscript(i)} · {symbols}"
        factors.insert(0, now.activations[layer - 1][:, i])
        gradient = now.gradients.weights[layer - 1][i][j]
    total = "Σ " if now.samples > 1 else ""
    lines = [f"<b>∂L/∂{name}</b> = {total}{symbols} = {_sum_of_products(*factors)} = <b>{number(gradient)}</b>"]
    if now.samples == 1:
        lines += _delta_lines(now, layer, j)
    html = "".join(f"<div>{line}</div>" for line in lines)
    return Product(float(gradient), _numerical(now, name), np.prod(factors, axis=0), html)


def _numerical(now, name):
    probe = copy.deepcopy(now.network)

    def loss(value):
        own_class.set_parameter(probe, name, float(value))
        return own_class.loss_of(probe, now.X, now.y)

    return float(central_difference(loss, own_class.get_parameter(now.network, name)))


def _sum_of_products(*factors):
    """Write a sum, each term a product of one number from each of `factors`; a long one ends in dots."""
    terms = [" · ".join(map(bracketed, row)) for row in zip(*factors, strict=True)][:TERMS]
    terms[0] = " · ".join([number(factors[0][0]), *(bracketed(factor[0]) for factor in factors[1:])])
    return " + ".join(terms + ["…"] * (len(factors[0]) > TERMS))


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
        bp1 = now.bp1
        if bp1.form == COLLAPSED:
            return f"{name} = ŷ − y = {number(a[0, j])} − {bracketed(now.y[0, j])} = {value}"
        if bp1.form == PRODUCT:
            factors = f"{number(bp1.slope[0, j])} · {bracketed(bp1.steepness[0, j])}"
            return f"{name} = ∂L/∂ŷ · f′(z) = {factors} = {value}"
        return f"{name} = {value}"
    W, deltas = now.weights[layer][j], now.deltas[layer][0]
    up, total = superscript(layer + 1), _sum_of_products(W, deltas)
    symbols = f"W{up} · δ{up}"
    if len(W) > 1:
        symbols, total = f"(Σ {symbols})", f"({total})"
    return f"{name} = {symbols} · f′(z) = {total} · {bracketed(function.derivative_from_a(a)[0, j])} = {value}"
