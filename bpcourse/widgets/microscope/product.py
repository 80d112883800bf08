"""The gradient of one weight or bias as the product of numbers that it is, beside its numerical value."""

import copy
from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics import own_class
from bpcourse.mathematics.gradients import central_difference
from bpcourse.pictures import svg
from bpcourse.pictures.writing import bracketed, number
from bpcourse.widgets.controls import place_of
from bpcourse.widgets.output_delta import COLLAPSED, PRODUCT

TERMS = 4  # of a sum, that are written out


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
    this = now.layers[layer - 1]
    symbols, factors, gradient = _symbol("δ", layer, j), [this.delta[:, j]], this.db[0, j]
    if name.startswith("W"):
        symbols = f"{_symbol('a', layer - 1, i)} · {symbols}"
        factors.insert(0, this.x[:, i])
        gradient = this.dW[i, j]
    total = "Σ " if len(now.X) > 1 else ""
    lines = [f"<b>∂L/∂{name}</b> = {total}{symbols} = {_sum_of_products(*factors)} = <b>{number(gradient)}</b>"]
    if len(now.X) == 1:
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


def _symbol(name, layer, unit):
    return svg.in_html(f"{name}^{{{layer}}}_{{{unit + 1}}}")


def _delta_lines(now, layer, unit):
    """δ of a unit taken apart, then the δ of the units after it, up to the loss."""
    units = [unit]
    for above in range(layer, len(now.layers) + 1):
        yield from (_delta_line(now, above, j) for j in units[:TERMS])
        if len(units) > TERMS:
            yield "…"
        if above < len(now.layers):
            units = range(now.layers[above].W.shape[1])


def _delta_line(now, n, j):
    this, name = now.layers[n - 1], _symbol("δ", n, j)
    value, y_hat = number(this.delta[0, j]), now.layers[-1].a
    if n < len(now.layers):
        above = now.layers[n]
        symbols, total = svg.in_html(f"W^{{{n + 1}}} · δ^{{{n + 1}}}"), _sum_of_products(above.W[j], above.delta[0])
        if above.W.shape[1] > 1:
            symbols, total = f"(Σ {symbols})", f"({total})"
        return f"{name} = {symbols} · f′(z) = {total} · {bracketed(this.f.derivative_from_a(this.a)[0, j])} = {value}"
    if now.bp1.form == COLLAPSED:
        return f"{name} = ŷ − y = {number(y_hat[0, j])} − {bracketed(now.y[0, j])} = {value}"
    if now.bp1.form == PRODUCT:
        factors = f"{number(now.bp1.slope[0, j])} · {bracketed(now.bp1.steepness[0, j])}"
        return f"{name} = ∂L/∂ŷ · f′(z) = {factors} = {value}"
    return f"{name} = {value}"
