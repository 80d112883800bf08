"""The gradient of one weight or bias as the product of numbers that it is, beside its numerical value."""

from dataclasses import dataclass

import numpy as np

from bpcourse.mathematics.own_class import get_parameter
from bpcourse.pictures import svg
from bpcourse.pictures.writing import bracketed, number
from bpcourse.widgets.controls import place_of
from bpcourse.widgets.microscope.training_step import COLLAPSED, PRODUCT

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
    symbols, factors = _symbol("δ", layer, j), [now.of("delta", layer)[:, j]]
    if name.startswith("W"):
        symbols = f"{_symbol('a', layer - 1, i)} · {symbols}"
        factors.insert(0, now.of("a", layer - 1)[:, i])
    gradient = get_parameter(now.gradients, name)
    total = "Σ " if len(now.X) > 1 else ""
    lines = [f"<b>∂L/∂{name}</b> = {total}{symbols} = {_sum_of_products(*factors)} = <b>{number(gradient)}</b>"]
    if len(now.X) == 1:
        lines += _delta_lines(now, layer, j)
    html = "".join(f"<div>{line}</div>" for line in lines)
    return Product(gradient, now.numerical(name), np.prod(factors, axis=0), html)


def _sum_of_products(*factors):
    """Write a sum, each term a product of one number from each of `factors`; a long one ends in dots."""
    terms = [" · ".join(map(bracketed, row)) for row in zip(*factors, strict=True)][:TERMS]
    terms[0] = " · ".join([number(factors[0][0]), *(bracketed(factor[0]) for factor in factors[1:])])
    return " + ".join(terms + ["…"] * (len(factors[0]) > TERMS))


def _symbol(name, layer, unit):
    return svg.in_html(f"{name}^{{{layer}}}_{{{unit + 1}}}")


def _delta_lines(now, layer, unit):
    """δ of a unit taken apart, then the δ of the units after it, up to the loss."""
    for n in range(layer, len(now.weights) + 1):
        delta = now.of("delta", n)[0]
        units = [unit] if n == layer else range(len(delta))
        for j in units[:TERMS]:
            yield f"{_symbol('δ', n, j)} = {_taken_apart(now, n, j)}{number(delta[j])}"
        if len(units) > TERMS:
            yield "…"


def _taken_apart(now, n, j):
    """What δ of unit j of layer n is the product of, BP1 or BP2, with "=" at the end; "" where that is not known."""
    if n < len(now.weights):
        W, delta, slope = now.of("W", n + 1)[j], now.of("delta", n + 1)[0], bracketed(now.of("slope", n)[0, j])
        symbols, total = svg.in_html(f"W^{{{n + 1}}} · δ^{{{n + 1}}}"), _sum_of_products(W, delta)
        if len(delta) > 1:
            symbols, total = f"(Σ {symbols})", f"({total})"
        return f"{symbols} · f′(z) = {total} · {slope} = "
    if now.bp1 == COLLAPSED:
        return f"ŷ − y = {number(now.y_hat[0, j])} − {bracketed(now.y[0, j])} = "
    if now.bp1 == PRODUCT:
        factors = number(now.of("dL", n)[0, j]), bracketed(now.of("slope", n)[0, j])
        return f"∂L/∂ŷ · f′(z) = {' · '.join(factors)} = "
    return ""
