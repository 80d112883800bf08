"""A phase of a training step as a table of three aligned rows: equation, numbers, code; a column for each symbol.

Symbols, and the code for them, say in ``data-of`` what they mean in the diagram: ``delta-2``, ``W-2``, ``a-0`` for X.
"""

import html
import re
from typing import NamedTuple

import numpy as np

from bpcourse.mathematics.own_class import loss_of, parameters
from bpcourse.pictures import svg
from bpcourse.pictures.writing import number
from bpcourse.widgets.output_delta import COLLAPSED, PRODUCT, ROWS

MOST = 5  # rows and columns of a matrix that are written out
WIDTH = 446  # pixels of a line
BREAKS = ("=", "←", "+", "−", "⊙")  # a line that is too long goes on below with one of them

FORMS = {  # the equations of layer l, token by token: W is that of layer l, W+ of the next one, a- of the one before
    "F1": "z = a- @ W + b",
    "BP1": "delta = dL ⊙ slope",
    "BP2": "delta = ( delta+ @ W+ᵀ ) ⊙ slope",
    "BP4": "dW = a-ᵀ @ delta",
    "BP3": "db = Σ delta_{n}",
}
SYMBOLS = {"delta": "δ", "dW": "∂L/∂W", "db": "∂L/∂b"}  # of what code names otherwise
SIGNS = {"@": ("", "", "@"), "⊙": ("⊙", "⊙", "*"), "Σ": ("Σ", "Σ", "")}  # in equation, numbers and code
DERIVATIVES = {"sigmoid": "{a} * (1 - {a})", "tanh": "(1 - {a}**2)", "relu": "({a} > 0)", "identity": "1"}
LOSSES = {
    "binary_cross_entropy": "L = -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / N",
    "cross_entropy": "L = -np.sum(y * np.log(y_hat)) / N",
}


class Column(NamedTuple):
    """A symbol as `svg.text` writes it, its numbers (an array, or words), its code, and what the diagram calls it."""

    symbol: str
    numbers: object
    code: str
    of: str = ""


def table(phase, now, chosen):
    """Return a phase with the numbers of the `Moment` as HTML.

    `chosen` is the layer, from 1, of which an update is written out: all layers would fill the page.
    """
    match phase.tags:
        case ():
            return _lines([_known(now, "a", 0)], "N = len(X)")
        case ("F2",):
            name, a = now.layers[phase.layer - 1].f.name, _known(now, "a", phase.layer)
            y_hat = [Column("ŷ", "", "y_hat", a.of), _sign("=", "")] * (phase.layer == len(now.layers))
            of_z = [_sign("f(", f"{name}(", f"{name}("), _known(now, "z", phase.layer), _sign(")")]
            return _lines([*y_hat, a, _sign("="), *of_z])
        case ("L1",):
            return _loss(now)
        case ("BP1",) if now.bp1.form != PRODUCT:
            return _other_output_error(now)
        case ("U1", "U2"):
            return _update(now, chosen)
    return "".join(_lines([_column(now, token, phase.layer) for token in FORMS[tag].split()]) for tag in phase.tags)


def _column(now, token, layer):
    """The column of a token of `FORMS`."""
    match = re.fullmatch(r"([A-Za-z]+)([+-]?)(ᵀ|_{n})?", token)
    if not match:
        return _sign(*SIGNS.get(token, (token,)))
    name, shift, more = match.groups()
    column = _known(now, name, layer + {"": 0, "+": 1, "-": -1}[shift])
    symbol, numbers, code, of = column
    if more == "ᵀ":
        return Column(symbol[:-1] + "ᵀ}", numbers.T, f"{code}.T", of)
    return Column(symbol + more, numbers, f"{code}.sum(axis=0, keepdims=True)", of) if more else column


def _known(now, name, layer):
    """The column of what a layer has, by its name in code; ``dL`` is ∂L/∂a of the last one, ``slope`` f′(z)."""
    if name == "dL":
        return Column(f"∂L/∂a^{{{layer}}}", now.bp1.slope, f"(a{layer} - y) / N", f"a-{layer} y loss")
    array = now.X if layer == 0 else getattr(now.layers[layer - 1], name, None)
    if name == "slope":
        f, a = now.layers[layer - 1].f, f"a{layer}"
        code = DERIVATIVES.get(f.name, f"{f.name}_derivative({{a}})").format(a=a)
        return Column(f"f′(z^{{{layer}}})", f.derivative_from_a(now.layers[layer - 1].a), code, f"slope-{layer}")
    return Column(
        f"{SYMBOLS.get(name, name)}^{{{layer}}}", array, f"{name}{layer}" if layer else "X", f"{name}-{layer}"
    )


def _sign(equation, numbers=None, code=None):
    """A sign between symbols: alike in all three rows if not said otherwise."""
    return Column(equation, equation if numbers is None else numbers, equation if code is None else code)


def _loss(now):
    squared, N, last = now.loss_name == "squared_error", len(now.X), len(now.layers)
    y_hat, y = Column("ŷ_{n}", now.layers[-1].a, "y_hat", f"a-{last}"), Column("y_{n}", now.y, "y", "y")
    mean = f"1/{N} Σ " if N > 1 else "Σ " if squared and now.y.shape[1] > 1 else ""
    start = _sign(r"1/N Σ ℓ(", mean + ("½(" if squared else "ℓ("), "np.sum(0.5 * (")
    between, end = (_sign(",", "−", "-"), _sign(")", ")²", ") ** 2) / N")) if squared else (_sign(","), _sign(")"))
    columns = [Column("L", number(now.loss), "L", "loss"), _sign("="), start, y_hat, between, y, end]
    if N > 1:
        rows = [slice(n, n + 1) for n in range(N)]
        each = np.array([[loss_of(now.network, now.X[r], now.y[r], now.layers[-1].a[r])] for r in rows])
        columns += [_sign("=", code=""), _sign("1/N Σ", mean, ""), Column("ℓ_{n}", each, "")]
    return _lines(columns, None if squared else LOSSES.get(now.loss_name, "L = loss(X, y)"))


def _other_output_error(now):
    """BP1 where it is not the product of two factors, each a number a unit."""
    last, f = len(now.layers), now.layers[-1].f
    delta, a = _known(now, "delta", last), f"a{last}"
    if now.bp1.form == COLLAPSED:
        y_hat, y = Column("ŷ", now.layers[-1].a, a, f"a-{last}"), Column("y", now.y, "y", "y")
        share = _sign(") / N", ")" if len(now.X) == 1 else f") / {len(now.X)}")
        note = f"{now.loss_name.replace('_', ' ').capitalize()} with {f.name}: all of BP1 collapses to (ŷ − y) / N."
        columns = [delta, _sign("="), _sign("("), y_hat, _sign("−", code="-"), y, share]
        return f"{_lines(columns)}<p>{note}</p>"
    dL = f"({a} - y) / N"
    rows = f"delta{last} = {a} * ({dL} - ({dL} * {a}).sum(axis=1, keepdims=True))"
    code = rows if now.bp1.form == ROWS else f"delta{last} = dL_da{last} * f_prime(z{last})"
    return _lines([delta, _sign("="), Column(f"∂L/∂z^{{{last}}}", "", "")], code)


def _update(now, chosen):
    """The update of one layer in full, and the code of the others."""
    eta = getattr(now.network, "learning_rate", None)
    eta, found, others = "η" if eta is None else number(eta), "", []
    for i, new in enumerate(zip(*parameters(now.after), strict=True), start=1):
        for name, after in zip("Wb", new, strict=True):
            old = _known(now, name, i)
            step = [old._replace(numbers=after), _sign("←", "=", "="), old, _sign("− η", f"− {eta} ·", "- eta *")]
            step.append(_known(now, f"d{name}", i))
            if i == chosen:
                found += _lines(step)
            else:
                others.append(" ".join(column.code for column in step))
    if others:
        found += "<p>Choose a weight of another layer to see that one's update:</p>"
        found += "<pre><code>" + "\n".join(others) + "</code></pre>"
    return found


# -- as HTML -----------------------------------------------------------------------------------------------


def _lines(columns, code=None):
    """Write a table, in several if it is too wide; `code` takes the place of the columns' own where they have none."""
    lines, chunk = [[]], []
    for column in [*columns, None]:
        if column is None or (column.symbol.startswith(BREAKS) and chunk):
            if lines[-1] and sum(map(_width, lines[-1] + chunk)) > WIDTH:
                lines.append([])
            lines[-1] += chunk
            chunk = []
        chunk.append(column)
    return "".join(_table(line, code if line is lines[-1] else code and "") for line in lines)


def _width(column):
    words = isinstance(column.numbers, str)
    entries = [[column.numbers]] if words else _entries(column.numbers)
    numbers = 4 + sum(8 + 6.8 * max(map(len, texts)) for texts in zip(*entries, strict=True))
    return max(9 * len(svg.plain(column.symbol)) + 36 * (not words), numbers, 8 * len(column.code)) + 6


def _table(columns, code):
    def cell(content, column):
        of = f' data-of="{column.of}"' if column.of else ""
        return f"<td{of}>{content}</td>"

    def symbol(column):
        words = svg.in_html(column.symbol)
        if not isinstance(column.numbers, str):
            words += f" <small>{np.shape(column.numbers)}</small>"
        return f'<span tabindex="0" data-of="{column.of}">{words}</span>' if column.of else words

    symbols = "".join(f"<td>{symbol(column)}</td>" for column in columns)
    numbers = "".join(cell(_numbers(column.numbers), column) for column in columns)
    if code is None:
        codes = "".join(cell(f"<code>{html.escape(column.code)}</code>", column) for column in columns)
    else:
        codes = f'<td colspan="{len(columns)}"><code>{html.escape(code)}</code></td>'
    rows = zip(("equation", "numbers", "code"), (symbols, numbers, codes), strict=True)
    return f'<table class="bp-steps">{"".join(f"<tr><th>{name}</th>{cells}</tr>" for name, cells in rows)}</table>'


def _numbers(numbers):
    if isinstance(numbers, str):
        return numbers
    cells = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in _entries(numbers))
    return f'<table class="bp-matrix">{cells}</table>'


def _entries(array):
    """The texts of a matrix, row by row; a large one is cut short with dots."""
    array = np.atleast_2d(array)
    rows, columns = ([*range(MOST - 2), None, n - 1] if n > MOST else range(n) for n in array.shape)
    return [["…" if None in (i, j) else number(array[i, j]) for j in columns] for i in rows]
