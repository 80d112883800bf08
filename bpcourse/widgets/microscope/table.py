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
from bpcourse.widgets.microscope.training_step import COLLAPSED, PRODUCT, ROWS, SYMBOLS, UNKNOWN

MOST = 5  # rows and columns of a matrix that are written out
WIDTH = 446  # pixels of a line
BREAKS = ("=", "←", "+", "−", "⊙")  # a line that is too long goes on below with one of them

FORMS = {  # the equations of layer l, token by token: W is that of layer l, W+ of the next one, a- of the one before
    "F1": "z = a- @ W + b",
    "F2": "a = f( z )",
    "squared_error": "L = ½( ŷ_{n} | y_{n} )²",
    PRODUCT: "delta = dL ⊙ slope",
    COLLAPSED: "delta = ( ŷ − y )/N",
    "BP2": "delta = ( delta+ @ W+ᵀ ) ⊙ slope",
    "BP4": "dW = a-ᵀ @ delta",
    "BP3": "db = Σ delta_{n}",
}
SIGNS = {  # in equation, numbers and code, where they are not alike
    "@": ("", "", "@"),
    "⊙": ("⊙", "⊙", "*"),
    "−": ("−", "−", "-"),
    "←": ("←", "=", "="),
    "η": ("− η", "− {eta} ·", "- eta *"),
    "Σ": ("Σ", "Σ", ""),
    "f(": ("f(", "{f}(", "{f}("),
    "½(": ("1/N Σ ℓ(", "{mean}½(", "np.sum(0.5 * ("),
    "|": (",", "−", "-"),
    ")²": (")", ")²", ") ** 2) / N"),
    "ℓ(": ("1/N Σ ℓ(", "{mean}ℓ(", ""),
    ")/N": (") / N", "){share}", ") / N"),
}
DERIVATIVES = {"sigmoid": "{a} * (1 - {a})", "tanh": "(1 - {a}**2)", "relu": "({a} > 0)", "identity": "1"}
LOSSES = {
    "binary_cross_entropy": "L = -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / N",
    "cross_entropy": "L = -np.sum(y * np.log(y_hat)) / N",
}
OTHER_DELTAS = {  # where BP1 is no product of numbers, unit by unit
    ROWS: "delta{l} = a{l} * ((a{l} - y) / N - ((a{l} - y) / N * a{l}).sum(axis=1, keepdims=True))",
    UNKNOWN: "delta{l} = dL_da{l} * f_prime(z{l})",
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
            return _lines(_columns(now, "a", 0), "N = len(X)")
        case ("F2",) if phase.layer == len(now.weights):
            y_hat = Column("ŷ", "", "y_hat", f"a-{phase.layer}"), Column("=", "", "=")
            return _lines([*y_hat, *_columns(now, FORMS["F2"], phase.layer)])
        case ("L1",):
            return _loss(now)
        case ("BP1",):
            return _output_delta(now, phase.layer)
        case ("U1", "U2"):
            return _update(now, chosen)
    return "".join(_lines(_columns(now, FORMS[tag], phase.layer)) for tag in phase.tags)


def _columns(now, form, layer):
    return [_column(now, token, layer) for token in form.split()]


def _column(now, token, layer):
    """The column of a token of `FORMS`."""
    last, f = len(now.weights), now.functions[layer - 1].name
    name, shift, more = re.fullmatch(r"(.*?)([+-]?)(ᵀ|_{n})?", token).groups()
    layer += {"": 0, "+": 1, "-": -1}[shift]
    match name:
        case "L":
            return Column("L", number(now.loss), "L", "loss")
        case "ŷ":
            return Column(token, now.y_hat, "y_hat" if more else f"a{last}", f"a-{last}")
        case "y":
            return Column(token, now.y, "y", "y")
        case "dL":
            return Column(f"∂L/∂a^{{{layer}}}", now.of("dL", layer), f"(a{layer} - y) / N", f"a-{layer} y loss")
        case "slope":
            code = DERIVATIVES.get(f, f"{f}_derivative({{a}})").format(a=f"a{layer}")
            return Column(f"f′(z^{{{layer}}})", now.of("slope", layer), code, f"slope-{layer}")
        case "a" | "z" | "W" | "b" | "delta" | "dW" | "db":
            index, array, code = f"^{{{layer}}}", now.of(name, layer), f"{name}{layer}" if layer else "X"
            if more == "ᵀ":
                index, array, code = f"^{{{layer}ᵀ}}", array.T, f"{code}.T"
            elif more:
                index, code = index + more, f"{code}.sum(axis=0, keepdims=True)"
            return Column(SYMBOLS.get(name, name) + index, array, code, f"{name}-{layer}")
    eta = getattr(now.network, "learning_rate", None)
    words = {"f": f, "mean": _mean(now), "eta": "η" if eta is None else number(eta)}
    words["share"] = "" if len(now.X) == 1 else f" / {len(now.X)}"
    return Column(*(part.format(**words) for part in SIGNS.get(token, (token,) * 3)))


def _mean(now):
    """The sum over samples and outputs that the loss is, where there is more than one."""
    outputs = now.loss_name == "squared_error" and now.y.shape[1] > 1
    return f"1/{len(now.X)} Σ " if len(now.X) > 1 else "Σ " * outputs


def _loss(now):
    columns = _columns(now, FORMS.get(now.loss_name, "L = ℓ( ŷ_{n} , y_{n} )"), 0)
    if len(now.X) > 1:
        each = [[loss_of(now.network, now.X[[n]], now.y[[n]], now.y_hat[[n]])] for n in range(len(now.X))]
        columns += [Column("=", "=", ""), Column("1/N Σ", _mean(now), ""), Column("ℓ_{n}", np.array(each), "")]
    return _lines(columns, None if now.loss_name in FORMS else LOSSES.get(now.loss_name, "L = loss(X, y)"))


def _output_delta(now, last):
    if now.bp1 in OTHER_DELTAS:
        columns = [*_columns(now, "delta =", last), Column(f"∂L/∂z^{{{last}}}", "", "")]
        return _lines(columns, OTHER_DELTAS[now.bp1].format(l=last))
    loss, f = str(now.loss_name).replace("_", " ").capitalize(), now.functions[-1].name
    note = f"<p>{loss} with {f}: all of BP1 collapses to (ŷ − y) / N.</p>" if now.bp1 == COLLAPSED else ""
    return _lines(_columns(now, FORMS[now.bp1], last)) + note


def _update(now, chosen):
    """The update of one layer in full, and the code of the others."""
    found, others = "", []
    for layer, new in enumerate(zip(*parameters(now.after), strict=True), start=1):
        for name, after in zip("Wb", new, strict=True):
            columns = _columns(now, f"{name} ← {name} η d{name}", layer)
            columns[0] = columns[0]._replace(numbers=after)
            if layer == chosen:
                found += _lines(columns)
            else:
                others.append(" ".join(column.code for column in columns))
    if others:
        found += "<p>Choose a weight of another layer to see that one's update:</p>"
        found += "<pre><code>" + "\n".join(others) + "</code></pre>"
    return found


# -- as HTML -----------------------------------------------------------------------------------------------


def _lines(columns, code=None):
    """Write a table, in several if it is too wide; `code` takes the place of the columns' own where they have none."""
    chunks, lines = [], [[]]
    for column in columns:
        if not chunks or column.symbol.startswith(BREAKS):
            chunks.append([])
        chunks[-1].append(column)
    for chunk in chunks:
        if lines[-1] and sum(map(_width, lines[-1] + chunk)) > WIDTH:
            lines.append([])
        lines[-1] += chunk
    return "".join(_table(line, code if line is lines[-1] else code and "") for line in lines)


def _width(column):
    words = isinstance(column.numbers, str)
    entries = [[column.numbers]] if words else _entries(column.numbers)
    numbers = 4 + sum(8 + 6.8 * max(map(len, texts)) for texts in zip(*entries, strict=True))
    return max(9 * len(svg.plain(column.symbol)) + 36 * (not words), numbers, 8 * len(column.code)) + 6


def _table(columns, code):
    symbols = [_cell(_symbol(column), column.of, ' tabindex="0"') for column in columns]
    numbers = [_cell(_numbers(column.numbers), column.of) for column in columns]
    codes = [_cell(f"<code>{html.escape(column.code)}</code>", column.of) for column in columns]
    if code is not None:
        codes = [f'<td colspan="{len(columns)}"><code>{html.escape(code)}</code></td>']
    rows = {"equation": symbols, "numbers": numbers, "code": codes}
    lines = [f"<tr><th>{name}</th>{''.join(cells)}</tr>" for name, cells in rows.items()]
    return f'<table class="bp-steps">{"".join(lines)}</table>'


def _cell(content, of, more=""):
    return f'<td data-of="{of}"{more}>{content}</td>' if of else f"<td>{content}</td>"


def _symbol(column):
    shape = "" if isinstance(column.numbers, str) else f" <small>{np.shape(column.numbers)}</small>"
    return svg.in_html(column.symbol) + shape


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
