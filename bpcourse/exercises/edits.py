"""Small typed edits of a function's syntax tree: the slips that learners make, turned round.

Most of them stand in content/slips.toml, as rules `old -> new` with the placeholders explained there; some borrow what
the reference has. An `Edit` is made in the tree itself, and taken back.
"""

import ast
import copy
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from itertools import combinations, permutations
from typing import NamedTuple

from bpcourse.exercises import texts

SLIPS = texts.read("slips.toml")
ORDER = {kind: number for number, kind in enumerate(SLIPS)}
FAR = 2  # how many kinds later an edit comes that is less natural than the others of its kind
MOST_SWAPPED = 5  # arguments or results that are looked at

MODULES = {"np", "numpy", "math", "self"}
PLAIN = ast.Name | ast.Subscript
COMPUTED = PLAIN | ast.Attribute | ast.BinOp | ast.Call


def _is_expression(node):
    parts = [node, *getattr(node, "elts", ())]  # as in z[:, 0]
    no_value = any(isinstance(part, ast.Slice | ast.Starred) for part in parts) or getattr(node, "value", "") is None
    return isinstance(node, ast.expr) and not no_value and getattr(node, "id", "") not in MODULES


GAP, NAME = "GAP", "NAME"  # the placeholders of rules that are made here
PLACEHOLDERS = dict.fromkeys([*"abcf", GAP], _is_expression) | {
    "m": lambda node: isinstance(node, ast.expr),
    "v": lambda node: _is_expression(node) and isinstance(node, COMPUTED),
    "x": lambda node: _is_expression(node) and isinstance(node, PLAIN),
    "n": lambda node: isinstance(node, ast.Constant) and type(node.value) in (int, float),
    NAME: lambda node: isinstance(node, ast.Name),
}
ATTRIBUTES = {"_": lambda name: True, "_sum": {"sum", "mean", "max", "min", "argmax"}.__contains__}
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//"}
ANY = {ast.BitAnd: "&", ast.BitXor: "^", ast.Is: "is"}  # operations and comparisons that stand for any
TOKEN = re.compile(r"(?:, )?\*\*k|\*r(?:, )?|\w+|&|\^")


class Rule(NamedTuple):
    """A kind of edit: what a node has to look like, and what comes in its place, as text with placeholders."""

    kind: str
    rank: float  # the lower, the more natural
    old: ast.AST
    new: str


class Edit(NamedTuple):
    """One change: what `make` returns in the place of `old`, a node of the answer, or of the statements it begins."""

    kind: str
    rank: float
    old: ast.AST
    holder: list | dict  # where it stands: a list, or the fields of a node
    key: object
    make: Callable

    def apply(self):
        """Make the change; return a function that takes it back."""
        before, self.holder[self.key] = self.holder[self.key], self.make()
        return lambda: self.holder.__setitem__(self.key, before)


def edits(function, reference, known):
    """Return the `Edit`s of a function's tree, the most natural first.

    Parameters
    ----------
    function, reference : ast.FunctionDef
        The learner's, and the one that lends its calls, factors and expressions.
    known : container of str
        The names that have a value where the learner's function runs, besides its own.
    """
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = dict.fromkeys([*(argument.arg for argument in function.args.args if argument.arg != "self"), *stored])
    own_rules = [Rule("name", 0, ast.Name(NAME), name) for name in names]
    own_rules += _borrowed(reference, {*names, "self", *known})
    once, found = _read_once(function), []
    for parent, holder, key, node in _places(function):
        inside = isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and key == "func")
        rules = RULES[type(node)]
        if not inside:
            rules = rules + own_rules + RULES[None]
        if getattr(node, "id", "") in once:
            rules = [rule for rule in rules if rule.kind != "expression"] if once[node.id] else []
        if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "len":  # of most things it is the same
            rules = [rule for rule in rules if rule.kind in ("name", "expression", "index")]
        if not (isinstance(parent, ast.keyword) and isinstance(node, ast.Constant)):  # an axis is edited with its call
            found += [(*made[:2], node, holder, key, made[2]) for made in [*_by_rule(node, rules), *_swapped(node)]]
    for fields, name in _bodies(function):
        found += [(*made[:3], fields, name, lambda new=made[3]: new) for made in _of_lines(fields[name])]
    return sorted((Edit(kind, ORDER[kind] + rank, *rest) for kind, rank, *rest in found), key=lambda edit: edit.rank)


def _read_once(function):
    """Return the names that are read in one place, and whether they get their value in several, as in `rows[i] = 1`.

    What is wrong with such a name stands where it gets its value.
    """
    read, written, assigned = Counter(), Counter(), set()
    for node in ast.walk(function):
        match node:
            case ast.Name(name, context):
                (read if isinstance(context, ast.Load) else written)[name] += 1
            case ast.Subscript(ast.Name(name), ctx=ast.Store()) | ast.Expr(ast.Call(ast.Attribute(ast.Name(name)))):
                read[name] -= 1
                written[name] += 1
            case ast.Assign([ast.Name(name)]):
                assigned.add(name)
    return {name: written[name] > 1 for name in assigned if read[name] == 1}


def _places(tree):
    """Yield (parent, holder, key, node) of every node below a tree, but for a function's arguments."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and not isinstance(parent, ast.arguments):
                yield from ((parent, value, i, node) for i, node in enumerate(value) if isinstance(node, ast.AST))
            elif isinstance(value, ast.expr):
                yield parent, vars(parent), name, value


def _bodies(tree):
    """Yield every list of statements below a tree: the fields that hold it, and its name there."""
    for fields in map(vars, ast.walk(tree)):
        yield from ((fields, name) for name in ("body", "orelse") if isinstance(fields.get(name), list))


# -- rules: those of slips.toml, those that borrow of the reference, and how they are followed --------------


def _rules():
    """Return the rules of slips.toml, by the type of node that they are for; None for those that are for several."""
    rules = defaultdict(list)
    for kind, slip in SLIPS.items():
        alike = [f"m.{one} -> m.{other}" for group in slip.get("alike", []) for one, other in permutations(group, 2)]
        near = slip.get("edits", []) + alike
        for number, text in enumerate(near + slip.get("far", [])):
            old, arrow, new = re.split(" (<?->) ", text)
            rank = number / 100 + (FAR if number >= len(near) else 0)
            for pattern, made in ((old, new), (new, old))[: 2 if arrow == "<->" else 1]:
                node = _parsed(pattern)
                rules[None if getattr(node, "id", "") in PLACEHOLDERS else type(node)].append(
                    Rule(kind, rank, node, made)
                )
    return rules


def _parsed(text):
    statement = ast.parse(text).body[0]
    return statement.value if isinstance(statement, ast.Expr) else statement


RULES = _rules()


def _borrowed(reference, known):
    """Return rules for what the reference has and an answer may lack: a call, a factor or term, or an expression."""
    gap = ast.Name(GAP, ast.Load())
    nodes = [
        node
        for statement in reference.body
        for node in ast.walk(statement)
        if all(inner.id in known for inner in ast.walk(node) if isinstance(inner, ast.Name))
    ]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    operations = [node for node in nodes if isinstance(node, ast.BinOp)]
    called, kinds = [node.func for node in calls], COMPUTED | ast.Compare | ast.UnaryOp
    lent = [("missing call", ast.Call(node.func, [gap], [])) for node in calls if len(node.args) == 1]
    for node in operations:
        lent += [("missing", ast.BinOp(gap, node.op, node.right)), ("missing", ast.BinOp(node.left, node.op, gap))]
        if isinstance(node.left, ast.BinOp):  # two at once, such as a(1 - a)
            both = ast.BinOp(ast.BinOp(gap, node.left.op, node.left.right), node.op, node.right)
            lent.append(("missing", both))
    lent += [("expression", n) for n in nodes if _is_expression(n) and isinstance(n, kinds) and n not in called]
    different = dict.fromkeys((kind, ast.unparse(node)) for kind, node in lent)
    return [Rule(kind, len(text) / 50 if kind == "expression" else 0, gap, text) for kind, text in different]


def _by_rule(node, rules):
    """Yield (kind, rank, function that makes the new node) of each rule that a node fits."""
    stored = isinstance(getattr(node, "ctx", None), ast.Store)
    for rule in rules:
        found = {}
        if (not stored or rule.kind == "index") and _matches(rule.old, node, found):
            rank = rule.rank + (sum(1 for _ in ast.walk(node)) / 20 if rule.kind == "expression" else 0)
            yield rule.kind, rank, lambda rule=rule, found=found: _filled(rule.new, found, node)


def _matches(old, node, found):
    """Whether a node looks like the old one of a rule; what stands for the placeholders is `found`."""
    if isinstance(old, ast.Name) and old.id in PLACEHOLDERS:
        found[old.id] = node
        return PLACEHOLDERS[old.id](node)
    if type(old) in ANY and isinstance(node, ast.operator | ast.cmpop):
        found[ANY[type(old)]] = node
        return True
    if type(old) is not type(node):
        return False
    if isinstance(old, ast.Call):
        return _call_matches(old, node, found)
    if isinstance(old, ast.Attribute) and old.attr in ATTRIBUTES:
        found[old.attr] = node.attr
        return ATTRIBUTES[old.attr](node.attr) and _matches(old.value, node.value, found)
    if isinstance(old, list):
        return len(old) == len(node) and all(_matches(*pair, found) for pair in zip(old, node, strict=True))
    if isinstance(old, ast.AST):
        return all(_matches(getattr(old, name), getattr(node, name), found) for name in old._fields if name != "ctx")
    return old == node


def _call_matches(old, node, found):
    """Match the arguments of a call: those in order, those with a name, and all others as `*r` and `**k`."""
    words, args = {word.arg: word for word in node.keywords}, list(node.args)
    for pattern in old.args:
        if isinstance(pattern, ast.Starred):
            found["*r"], args = args, []
        elif not args or not _matches(pattern, args.pop(0), found):
            return False
    for word in old.keywords:
        if word.arg is None:
            found["**k"], words = list(words.values()), {}
        elif word.arg not in words or not _matches(word.value, words.pop(word.arg).value, found):
            return False
    return not args and not words and _matches(old.func, node.func, found)


def _filled(text, found, old):
    """Return the new node of a rule, with what was `found`, in the place of the old one."""
    new = _parsed(TOKEN.sub(lambda token: _written(token[0], found), text))
    if isinstance(old, ast.stmt) and isinstance(new, ast.expr):
        new = ast.Expr(new)
    for node in ast.walk(new):
        ast.copy_location(node, old)
    if hasattr(old, "ctx") and hasattr(new, "ctx"):
        new.ctx = old.ctx
    return new


def _written(token, found):
    """Write what was `found` for a token of a rule; the token itself where it is no placeholder."""
    name = token.strip(", ")
    part = found.get(name, token)
    if isinstance(part, list):  # of arguments, with the comma that separates them from others
        written = ", ".join(map(ast.unparse, part))
        return (f"{written}, " if name == "*r" else token.replace(name, written)) if part else ""
    return part if isinstance(part, str) else SIGNS[type(part)] if type(part) in SIGNS else f"({ast.unparse(part)})"


# -- edits of the order: each yields (kind, rank, ...) ------------------------------------------------------


def _swapped(node):
    """Yield every exchange of two results, or of two arguments of a call."""
    field, kind = ("args", "arguments") if isinstance(node, ast.Call) else ("elts", "results")
    for i, j in combinations(range(min(len(getattr(node, field, ())), MOST_SWAPPED)), 2):

        def swapped(i=i, j=j):
            new, parts = copy.copy(node), list(getattr(node, field))
            parts[i], parts[j] = parts[j], parts[i]
            setattr(new, field, parts)
            return new

        yield kind, 0, swapped


def _of_lines(body):
    """Yield (kind, rank, old statement, new body): a statement moved, left out, or indented otherwise."""
    for i, statement in enumerate(body):
        above, below = body[:i], body[i + 1 :]
        if below:
            yield "statements", 0, below[0], [*above, below[0], statement, *below[1:]]
        if len(body) > 1 and not isinstance(statement, ast.Return):
            yield "statements", 0.1, statement, above + below
        if not isinstance(statement, ast.For | ast.While | ast.If):
            continue
        inner, with_body = statement.body, partial(_with_body, statement)
        if above and not isinstance(statement, ast.If):
            yield "indentation", 0, above[-1], [*above[:-1], with_body([above[-1], *inner]), *below]
        if len(inner) > 1:
            yield "indentation", 0, inner[-1], [*above, with_body(inner[:-1]), inner[-1], *below]
            yield "indentation", 0.1, inner[0], [*above, inner[0], with_body(inner[1:]), *below]
        if below:
            yield "indentation", 0, below[0], [*above, with_body([*inner, below[0]]), *below[1:]]
        if isinstance(statement, ast.If) and not statement.orelse:
            yield "statements", 0.1, statement, [*above, *inner, *below]


def _with_body(statement, body):
    statement = copy.copy(statement)
    statement.body = body
    return statement
