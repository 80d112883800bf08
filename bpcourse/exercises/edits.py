"""Small typed edits of a function's syntax tree: the slips that learners make, turned round.

An `Edit` puts another node in the place of one of the learner's, or other statements in the place of one; it is made
in the tree itself, and taken back. Its kind is a key of content/slips.toml, where the kinds stand in their order.
"""

import ast
import copy
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from itertools import combinations, pairwise

SLIPS = tomllib.loads((resources.files("bpcourse.exercises.content") / "slips.toml").read_text(encoding="utf-8"))
ORDER = {kind: number for number, kind in enumerate(SLIPS)}
FAR = 6  # how many kinds later an edit of full cost comes than one that costs nothing

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
SIGNS, PRODUCTS = {ast.Add, ast.Sub}, {ast.Mult, ast.MatMult}
CLOSE = ({ast.Mult, ast.Div}, {ast.Mult, ast.Pow}, {ast.Add, ast.Mult})  # operators that are often taken for each other
ALIKE = (
    *({"sum", "mean"}, {"max", "min", "argmax", "maximum"}, {"exp", "log", "tanh", "sigmoid", "square", "abs", "sqrt"}),
    *({"uniform", "normal", "random"}, {"dot", "multiply", "matmul"}, {"append", "extend"}, {"hstack", "vstack"}),
)
REDUCING = {"sum", "mean", "max", "min", "argmax"}
MODULES = {"np", "numpy", "math", "self"}


@dataclass(frozen=True)
class Vocabulary:
    """What may stand in an edit besides what the learner wrote.

    `names` are the answer's own; the others come from the reference: functions that it calls with one argument, its
    factors and terms as (operator, side, expression), and its other expressions.
    """

    names: list = field(default_factory=list)
    functions: list = field(default_factory=list)
    factors: list = field(default_factory=list)
    expressions: list = field(default_factory=list)


@dataclass(frozen=True)
class Edit:
    """One change: `new` in the place of `old`, a node that the learner wrote, at ``holder[key]`` or ``holder.key``."""

    kind: str
    rank: float  # the lower, the more natural
    old: ast.AST
    holder: object
    key: object
    new: object

    @property
    def line(self):
        return self.old.lineno

    def apply(self):
        """Make the change; return a function that takes it back."""
        holder, key = self.holder, self.key
        if isinstance(holder, list):
            before = holder[:]
            holder[key] = self.new
            return lambda: holder.__setitem__(slice(None), before)
        before = getattr(holder, key)
        setattr(holder, key, self.new)
        return lambda: setattr(holder, key, before)


def edits(function, vocabulary, lines=None):
    """Return the `Edit`s of a function's tree, the most natural first; on some lines only, where these are given."""
    found = []
    for parent, holder, key, node in _places(function):
        if lines is not None and getattr(node, "lineno", None) not in lines:
            continue
        if _is_read(node):
            found += [(kind, cost, node, holder, key, new) for kind, cost, new in _of_expression(node, vocabulary)]
            if not (isinstance(parent, ast.Call) and key == "func") and not isinstance(parent, ast.Attribute):
                found += [(kind, cost, node, holder, key, new) for kind, cost, new in _by_reference(node, vocabulary)]
        elif isinstance(node, ast.Subscript):  # what is written to
            found += [(kind, cost, node, holder, key, new) for kind, cost, new in _of_index(node)]
    for body in _bodies(function):
        found += [(kind, cost, old, body, key, new) for kind, cost, old, key, new in _of_statements(body)]
    made = [Edit(kind, ORDER[kind] + FAR * cost, *rest) for kind, cost, *rest in found]
    for edit in made:
        for node in edit.new if isinstance(edit.new, list) else [edit.new]:
            _place_at(node, edit.old)
    return sorted(made, key=lambda edit: edit.rank)


def size(node):
    """Return how many nodes a tree has."""
    return sum(1 for _ in ast.walk(node))


def _places(tree):
    """Yield (parent, holder, key, node) of every node below a tree, but for a function's arguments."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and not isinstance(parent, ast.arguments):
                yield from (
                    (parent, value, index, node) for index, node in enumerate(value) if isinstance(node, ast.AST)
                )
            elif isinstance(value, ast.expr):
                yield parent, parent, name, value


def _bodies(tree):
    """Yield every list of statements below a tree."""
    for parent in ast.walk(tree):
        for value in (getattr(parent, "body", None), getattr(parent, "orelse", None)):
            if isinstance(value, list) and value:
                yield value


def _is_read(node):
    return isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _place_at(new, old):
    """Give new nodes the place of the old one in the source."""
    for node in ast.walk(new):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            ast.copy_location(node, old)


# -- expressions: each yields (kind, cost from 0 to 1, new node) ------------------------------------------


def _of_expression(node, vocabulary):
    match node:
        case ast.BinOp():
            yield from _of_operation(node)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            yield "sign", 0, inner
            if isinstance(inner, ast.BinOp):
                yield "brackets", 0.1, ast.BinOp(ast.UnaryOp(node.op, inner.left), inner.op, inner.right)
        case ast.Call():
            yield from _of_call(node)
        case ast.Subscript():
            yield from _of_index(node)
        case ast.Constant():
            yield from _of_constant(node.value)
        case ast.Name():
            yield from (("name", 0, ast.Name(other, ast.Load())) for other in vocabulary.names if other != node.id)
        case ast.Attribute(attr="T"):
            yield "transpose", 0, node.value
        case ast.Attribute():
            for other in sorted(set().union(*(group for group in ALIKE if node.attr in group)) - {node.attr}):
                kind = "reduction" if {node.attr, other} <= {"sum", "mean"} else "function"
                yield kind, 0, ast.Attribute(node.value, other, node.ctx)
        case ast.Compare(ops=[op]):
            others = [other for other in ORDERING if not isinstance(op, other)]
            yield from (("comparison", 0, ast.Compare(node.left, [other()], node.comparators)) for other in others)
        case ast.BoolOp():
            yield "comparison", 0, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            yield from (("comparison", 0.1, part) for part in node.values)
        case ast.IfExp():
            yield "comparison", 0, ast.IfExp(node.test, node.orelse, node.body)
        case ast.Tuple() | ast.List():
            for i, j in combinations(range(min(len(node.elts), 5)), 2):
                yield "results", 0, type(node)(_swapped(node.elts, i, j), node.ctx)
    if isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.BinOp | ast.Call):
        plain = isinstance(node, ast.Name | ast.Subscript)
        yield "transpose", 0 if plain else 0.2, ast.Attribute(node, "T", ast.Load())
        yield "sign", 0.2, ast.UnaryOp(ast.USub(), node)


def _of_operation(node):
    left, op, right = node.left, node.op, node.right
    for other in ARITHMETIC:
        pair = {type(op), other}
        if len(pair) == 2:
            kind = "sign" if pair == SIGNS else "product" if pair == PRODUCTS else "operator"
            yield kind, 0.3 if kind == "operator" and pair not in CLOSE else 0, ast.BinOp(left, other(), right)
    yield "order", 0 if isinstance(op, ast.Sub | ast.Div | ast.MatMult) else 0.5, ast.BinOp(right, op, left)
    yield "extra", 0, left
    yield "extra", 0, right
    if isinstance(left, ast.BinOp):
        yield "brackets", 0, ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
    if isinstance(right, ast.BinOp):
        yield "brackets", 0, ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
    if isinstance(left, ast.UnaryOp):
        yield "brackets", 0, ast.UnaryOp(left.op, ast.BinOp(left.operand, op, right))
    if isinstance(left, ast.Call) and left.args:  # f(a) + b for f(a + b)
        yield "brackets", 0.1, ast.Call(left.func, [ast.BinOp(left.args[0], op, right), *left.args[1:]], left.keywords)
    if isinstance(right, ast.Call) and right.args:
        yield (
            "brackets",
            0.1,
            ast.Call(right.func, [ast.BinOp(left, op, right.args[0]), *right.args[1:]], right.keywords),
        )


def _of_call(node):
    function, args, keywords = node.func, node.args, {word.arg: word for word in node.keywords}
    called = getattr(function, "attr", getattr(function, "id", ""))

    def call(new_args=args, without=(), **added):
        kept = [word for name, word in keywords.items() if name not in {*without, *added}]
        return ast.Call(function, new_args, [*kept, *(ast.keyword(name, ast.Constant(v)) for name, v in added.items())])

    if called in ("inv", "transpose") and args:
        yield "transpose", 0, ast.Attribute(args[0], "T", ast.Load()) if called == "inv" else args[0]
    if called in ("dot", "multiply") and len(args) == 2:
        yield "product", 0, ast.BinOp(args[0], ast.Mult() if called == "dot" else ast.MatMult(), args[1])
    if args and _is_read(args[0]) and not isinstance(args[0], ast.Starred):
        yield "extra call", 0, args[0]
        if isinstance(args[0], ast.BinOp):  # f(a + b) for f(a) + b
            inner = args[0]
            yield "brackets", 0.1, ast.BinOp(call([inner.left, *args[1:]]), inner.op, inner.right)
            yield "brackets", 0.1, ast.BinOp(inner.left, inner.op, call([inner.right, *args[1:]]))
    elif isinstance(function, ast.Attribute) and getattr(function.value, "id", "") not in MODULES:
        yield "extra call", 0.1, function.value
    if called in REDUCING or "axis" in keywords:
        for axis in (0, 1):
            yield "axis", 0, call(axis=axis)
            yield "axis", 0.1, call(axis=axis, keepdims=True)
        yield "axis", 0.1, call(without=("axis",))
        yield "axis", 0.1, call(without=("axis", "keepdims"))
        yield "keepdims", 0, call(without=("keepdims",)) if "keepdims" in keywords else call(keepdims=True)
    if called == "range":
        for i, arg in enumerate(args):
            for op in (ast.Add, ast.Sub):
                yield "range", 0, call([*args[:i], ast.BinOp(arg, op(), ast.Constant(1)), *args[i + 1 :]])
        yield (
            "range",
            0.1,
            call([ast.Constant(1), *args] if len(args) == 1 else args[1:2] if len(args) == 2 else args[:2]),
        )
        yield "range", 0.1, ast.Call(ast.Name("reversed", ast.Load()), [node], [])
    yield from (("arguments", 0, call(_swapped(args, i, j))) for i, j in combinations(range(len(args)), 2))


def _of_index(node):
    def at(index):
        return ast.Subscript(node.value, index, node.ctx)

    one, index = ast.Constant(1), node.slice
    if isinstance(index, ast.Slice):
        low, high, step = index.lower, index.upper, index.step
        lows = [None, one] if low is None else [None, ast.BinOp(low, ast.Add(), one), ast.BinOp(low, ast.Sub(), one)]
        last = ast.Constant(-1)
        highs = [None, last] if high is None else [None, *(ast.BinOp(high, op(), one) for op in (ast.Add, ast.Sub))]
        yield from (("index", 0, at(ast.Slice(new, high, step))) for new in lows)
        yield from (("index", 0, at(ast.Slice(low, new, step))) for new in highs)
    elif not isinstance(index, ast.Tuple):
        yield from (("index", 0, at(ast.BinOp(index, op(), one))) for op in (ast.Add, ast.Sub))
        yield "index", 0.1, at(ast.Constant(-1))
        yield "index", 0.1, at(ast.UnaryOp(ast.USub(), index))
        if isinstance(node.ctx, ast.Load):
            yield "index", 0.2, node.value


def _of_constant(value):
    if isinstance(value, bool):
        yield "constant", 0, ast.Constant(not value)
    elif isinstance(value, int | float):
        others = dict.fromkeys([value + 1, value - 1, 0, 1, 2, 0.5, -value, 6, *([1 / value] if value else [])])
        yield from (
            ("constant", 0 if abs(other) <= 2 else 0.1, ast.Constant(other)) for other in others if other != value
        )


def _by_reference(node, vocabulary):
    """Yield what the reference has and the learner's node may lack: a call, a factor or term, or all of it."""
    if isinstance(node, ast.Slice | ast.Starred):
        return
    for function in vocabulary.functions:
        yield "missing call", 0, ast.Call(copy.deepcopy(function), [node], [])
    for op, side, part in vocabulary.factors:
        part = copy.deepcopy(part)
        yield "missing", 0, ast.BinOp(node, op(), part) if side == "right" else ast.BinOp(part, op(), node)
    for part in vocabulary.expressions:
        yield "expression", (size(node) + size(part)) / 100, copy.deepcopy(part)


def _swapped(nodes, i, j):
    nodes = list(nodes)
    nodes[i], nodes[j] = nodes[j], nodes[i]
    return nodes


# -- statements: each yields (kind, cost, old statement, a slice of the body, new statements) --------------


def _of_statements(body):
    for i, (first, second) in enumerate(pairwise(body)):
        yield "statements", 0, second, slice(i, i + 2), [second, first]
    for i, statement in enumerate(body):
        here, after = slice(i, i + 1), body[i + 1 : i + 2]
        if len(body) > 1 and not isinstance(statement, ast.Return):
            yield "statements", 0.1, statement, here, []
        match statement:
            case ast.For() | ast.While() | ast.If():
                inner = statement.body
                if len(inner) > 1:
                    yield "indentation", 0, inner[-1], here, [_with_body(statement, inner[:-1]), inner[-1]]
                    yield "indentation", 0.1, inner[0], here, [inner[0], _with_body(statement, inner[1:])]
                if after:
                    yield "indentation", 0, after[0], slice(i, i + 2), [_with_body(statement, [*inner, *after])]
                if isinstance(statement, ast.If) and not statement.orelse:
                    yield "statements", 0.1, statement, here, inner
            case ast.Assign(targets=[target], value=value) if not isinstance(target, ast.Tuple):
                yield "assignment", 0, statement, here, [ast.AugAssign(target, ast.Add(), value)]
            case ast.AugAssign(target=target, op=op, value=value):
                old = copy.deepcopy(target)
                old.ctx = ast.Load()
                yield "assignment", 0, statement, here, [ast.Assign([target], value)]
                yield "assignment", 0.1, statement, here, [ast.Assign([target], ast.BinOp(old, op, value))]
                for other in ARITHMETIC:
                    kind = "sign" if {type(op), other} == SIGNS else "operator"
                    yield kind, 0, statement, here, [ast.AugAssign(target, other(), value)]


def _with_body(statement, body):
    statement = copy.copy(statement)
    statement.body = body
    return statement
