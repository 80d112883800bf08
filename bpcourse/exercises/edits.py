"""Small typed edits of a function's syntax tree: the slips that learners make, turned round.

Most of them stand in content/slips.toml, written as `old -> new` with the placeholders explained there. An `Edit` puts
another node in the place of one of the learner's, or other statements in the place of some; it is made in the tree
itself, and taken back.
"""

import ast
import copy
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from itertools import combinations, permutations
from typing import NamedTuple

SLIPS = tomllib.loads((resources.files("bpcourse.exercises.content") / "slips.toml").read_text(encoding="utf-8"))
ORDER = {kind: number for number, kind in enumerate(SLIPS)}
FAR, LATE = 2, 10  # how many kinds later an edit comes that is less natural than the others of its kind

MODULES = {"np", "numpy", "math", "self"}
REDUCING = {"sum", "mean", "max", "min", "argmax"}
PLAIN = ast.Name | ast.Subscript
COMPUTED = PLAIN | ast.Attribute | ast.BinOp | ast.Call
MOST_SWAPPED = 5  # arguments or results that are looked at


def _is_expression(node):
    no_value = isinstance(node, ast.Slice | ast.Starred) or getattr(node, "value", "") is None
    return isinstance(node, ast.expr) and not no_value and getattr(node, "id", "") not in MODULES


PLACEHOLDERS = dict.fromkeys("abcf", _is_expression) | {
    "m": lambda node: isinstance(node, ast.expr),
    "v": lambda node: _is_expression(node) and isinstance(node, COMPUTED),
    "x": lambda node: _is_expression(node) and isinstance(node, PLAIN),
    "n": lambda node: isinstance(node, ast.Constant) and type(node.value) in (int, float),
}
OPERATIONS = {ast.BitAnd: "&", ast.BitXor: "^", ast.Is: "is"}  # that stand for any
ATTRIBUTES = {"_": lambda name: True, "_sum": REDUCING.__contains__}


class Rule(NamedTuple):
    """A kind of edit: what a node has to look like, and what comes in its place."""

    kind: str
    rank: float  # the lower, the more natural
    old: ast.AST
    new: ast.AST


@dataclass(frozen=True)
class Edit:
    """One change: what `make` returns in the place of `old`, a node of the learner's, at ``holder[key]`` or ``.key``."""

    kind: str
    rank: float
    old: ast.AST
    holder: object
    key: object
    make: Callable

    def apply(self):
        """Make the change; return a function that takes it back."""
        holder, key, new = self.holder, self.key, self.make()
        for node in (inner for part in (new if isinstance(new, list) else [new]) for inner in ast.walk(part)):
            if "lineno" in node._attributes and not hasattr(node, "lineno"):
                ast.copy_location(node, self.old)
        if isinstance(holder, list):
            before = holder[:]
            holder[key] = new
            return lambda: holder.__setitem__(slice(None), before)
        before = getattr(holder, key)
        setattr(holder, key, new)
        return lambda: setattr(holder, key, before)


def edits(function, reference, known):
    """Return the `Edit`s of a function's tree, the most natural first.

    Parameters
    ----------
    function, reference : ast.FunctionDef
        The learner's, and the one that lends its calls, factors and expressions.
    known : container of str
        The names that have a value where the learner's function runs, besides its own.
    """
    names, found = _own_names(function), []
    lent, once = _lent(reference, {*names, *known}), _used_once(function)
    for parent, holder, key, node in _places(function):
        if isinstance(parent, ast.keyword) and isinstance(node, ast.Constant):
            continue  # the edits of an axis have it with its call
        whole = not (isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and key == "func"))
        counted = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "len"
        passed_on = getattr(node, "id", "") in once  # what is wrong with it stands where it got its value
        makers = [_by_rule(node, wrapped=whole and not counted and not passed_on)]
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Load | None):
            makers += [_by_name(node, names, LATE if passed_on else 0), _by_order(node)]
            makers += [_by_reference(node, lent, counted)] if whole and not passed_on else []
        found += [(kind, rank, node, holder, key, new) for maker in makers for kind, rank, new in maker]
    for body in _bodies(function):
        found += [(kind, rank, old, body, key, lambda new=new: new) for kind, rank, old, key, new in _of_lines(body)]
    made = [Edit(kind, ORDER[kind] + rank, *rest) for kind, rank, *rest in found]
    return sorted(made, key=lambda edit: edit.rank)


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


# -- rules: matching what they say, and filling it in ----------------------------------------------------


def _rules():
    """Return the rules of slips.toml, by the type of node that they are for; None for those that are for several."""
    rules = defaultdict(list)
    for kind, slip in SLIPS.items():
        alike = [f"m.{one} -> m.{other}" for group in slip.get("alike", []) for one, other in permutations(group, 2)]
        near = slip.get("edits", []) + alike
        for number, text in enumerate(near + slip.get("far", [])):
            old, arrow, new = re.split(" (<?->) ", text)
            rank = number / 100 + (FAR if number >= len(near) else 0)
            for pair in ((old, new), (new, old))[: 2 if arrow == "<->" else 1]:
                rule = Rule(kind, rank, *map(_parsed, pair))
                rules[None if getattr(rule.old, "id", "") in PLACEHOLDERS else type(rule.old)].append(rule)
    return rules


def _parsed(text):
    statement = ast.parse(text).body[0]
    return statement.value if isinstance(statement, ast.Expr) else statement


RULES = _rules()


def _by_rule(node, wrapped):
    """Yield (kind, rank, function that makes the new node) of each rule that a node fits; `wrapped` for whole ones."""
    stored = isinstance(getattr(node, "ctx", None), ast.Store)
    for rule in RULES[type(node)] + (RULES[None] if wrapped and not stored else []):
        found = {}
        if stored and not isinstance(rule.new, ast.Subscript):
            continue  # what is assigned to
        if _matches(rule.old, node, found):
            yield rule.kind, rule.rank, lambda rule=rule, found=found: _filled(rule.new, found, node)


def _matches(old, node, found):
    """Whether a node looks like the old one of a rule; what stands for the placeholders is `found`."""
    if isinstance(old, ast.Name) and old.id in PLACEHOLDERS:
        found[old.id] = node
        return PLACEHOLDERS[old.id](node)
    if type(old) in OPERATIONS and isinstance(node, ast.operator | ast.cmpop):
        found[OPERATIONS[type(old)]] = node
        return True
    if type(old) is not type(node):
        return False
    if isinstance(old, ast.Call):
        return _call_matches(old, node, found)
    if isinstance(old, ast.Attribute) and old.attr in ATTRIBUTES:
        found[old.attr] = node.attr
        return ATTRIBUTES[old.attr](node.attr) and _matches(old.value, node.value, found)
    return all(
        _value_matches(getattr(old, field), getattr(node, field), found) for field in old._fields if field != "ctx"
    )


def _value_matches(old, value, found):
    if isinstance(old, list):
        return len(old) == len(value) and all(_value_matches(*pair, found) for pair in zip(old, value, strict=True))
    return _matches(old, value, found) if isinstance(old, ast.AST) else old == value and type(old) is type(value)


def _call_matches(old, node, found):
    """Match the arguments of a call: those in order, those with a name, and all others as `*r` and `**k`."""
    words = {word.arg: word for word in node.keywords}
    args, rest = list(node.args), []
    for pattern in old.args:
        if isinstance(pattern, ast.Starred):
            found["r"], args = args, []
        elif not args or not _matches(pattern, args.pop(0), found):
            return False
    for word in old.keywords:
        if word.arg is None:
            rest = found["k"] = list(words.values())
        elif word.arg not in words or not _matches(word.value, words.pop(word.arg).value, found):
            return False
    return not args and len(rest) == len(words) and _matches(old.func, node.func, found)


def _filled(new, found, old):
    """Return the new node of a rule, with what was `found`; assigned to if the old one is."""
    node = _Filling(found).visit(copy.deepcopy(new))
    if isinstance(getattr(old, "ctx", None), ast.Store):
        node.ctx = ast.Store()
    return node


class _Filling(ast.NodeTransformer):
    """Puts what was found in the place of a rule's placeholders."""

    def __init__(self, found):
        self.found = found

    def visit_Name(self, node):
        if node.id not in self.found:
            return node
        filled = copy.copy(self.found[node.id])
        if hasattr(filled, "ctx"):
            filled.ctx = node.ctx
        return filled

    def visit_Attribute(self, node):
        node.attr = self.found.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Starred(self, node):
        return self.found["r"]

    def visit_keyword(self, node):
        return self.found["k"] if node.arg is None else node

    def visit_BitAnd(self, node):
        return self.found["&"]

    def visit_BitXor(self, node):
        return self.found["^"]


# -- edits that no rule tells: each yields (kind, rank, function that makes the new node) ------------------


def _own_names(function):
    """Return the names that a function gives a value: its arguments first."""
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys([*(argument.arg for argument in function.args.args), *stored]))


def _used_once(function):
    """Return the names that get a value in one line, and are read in one place."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    read, stored = (Counter(n.id for n in nodes if isinstance(n.ctx, kind)) for kind in (ast.Load, ast.Store))
    assigned = [node.targets[0] for node in ast.walk(function) if isinstance(node, ast.Assign)]
    return {name.id for name in assigned if isinstance(name, ast.Name) and read[name.id] == stored[name.id] == 1}


def _by_name(node, names, rank):
    if isinstance(node, ast.Name):
        others = (name for name in names if name not in {node.id, "self"})
        yield from (("name", rank, lambda other=other: ast.Name(other, ast.Load())) for other in others)


def _by_order(node):
    """Yield every exchange of two results, or of two arguments of a call."""
    field, kind = ("args", "arguments") if isinstance(node, ast.Call) else ("elts", "results")
    for i, j in combinations(range(min(len(getattr(node, field, ())), MOST_SWAPPED)), 2):

        def swapped(i=i, j=j):
            new, parts = copy.copy(node), list(getattr(node, field))
            parts[i], parts[j] = parts[j], parts[i]
            setattr(new, field, parts)
            return new

        yield kind, 0, swapped


class Lent(NamedTuple):
    """What an edit may borrow of the reference."""

    functions: list  # that it calls with one argument
    factors: list  # its factors and terms, as operations with a placeholder in the place of the other side
    expressions: list  # the smallest first


def _lent(reference, known):
    nodes = [
        node
        for statement in reference.body
        for node in ast.walk(statement)
        if all(inner.id in known for inner in ast.walk(node) if isinstance(inner, ast.Name))
    ]
    operations = [node for node in nodes if isinstance(node, ast.BinOp)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    called, kinds = [node.func for node in calls], COMPUTED | ast.Compare | ast.UnaryOp
    expressions = [node for node in nodes if _is_expression(node) and isinstance(node, kinds) and node not in called]
    return Lent(
        functions=_different(node.func for node in calls if len(node.args) == 1),
        factors=_different(
            ast.BinOp(*sides)
            for node in operations
            for sides in ((GAP, node.op, node.right), (node.left, node.op, GAP))
        ),
        expressions=sorted(_different(expressions), key=_size),
    )


GAP = ast.Name("a", ast.Load())


def _by_reference(node, lent, counted):
    """Yield what the reference has and the learner's node may lack: a call, a factor or term, or all of it."""
    if not _is_expression(node):
        return
    for function in lent.functions if not counted else ():
        yield "missing call", 0, lambda function=function: ast.Call(copy.deepcopy(function), [node], [])
    for part in lent.factors if not counted else ():
        yield "missing", 0, lambda part=part: _filled(part, {"a": node}, node)
    for part in lent.expressions:
        yield "expression", (_size(node) + _size(part)) / 20, lambda part=part: copy.deepcopy(part)


def _size(node):
    return sum(1 for _ in ast.walk(node))


def _different(nodes):
    """Return the nodes without those that are written alike."""
    return list({ast.dump(node): node for node in nodes}.values())


def _of_lines(body):
    """Yield (kind, rank, old statement, slice of the body, new statements): moved, left out, or indented otherwise."""
    for i, statement in enumerate(body):
        here, pair, after = slice(i, i + 1), slice(i, i + 2), body[i + 1 : i + 2]
        if after:
            yield "statements", 0, after[0], pair, [*after, statement]
        if len(body) > 1 and not isinstance(statement, ast.Return):
            yield "statements", 0.1, statement, here, []
        if not isinstance(statement, ast.For | ast.While | ast.If):
            continue
        inner = statement.body
        if i and isinstance(statement, ast.For | ast.While):
            yield "indentation", 0, body[i - 1], slice(i - 1, i + 1), [_with_body(statement, [body[i - 1], *inner])]
        if len(inner) > 1:
            yield "indentation", 0, inner[-1], here, [_with_body(statement, inner[:-1]), inner[-1]]
            yield "indentation", 0.1, inner[0], here, [inner[0], _with_body(statement, inner[1:])]
        if after:
            yield "indentation", 0, after[0], pair, [_with_body(statement, [*inner, *after])]
        if isinstance(statement, ast.If) and not statement.orelse:
            yield "statements", 0.1, statement, here, inner


def _with_body(statement, body):
    statement = copy.copy(statement)
    statement.body = body
    return statement
