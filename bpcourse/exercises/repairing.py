"""Finding the line: which one small edit of the answer's own source would make it right?

Edits are tried in their order, on the smallest wrong case first; one that makes every case right says where the slip
is, and of what kind. If none does, a second one is tried on those that come nearer. Nothing is told of the edit itself.
"""

import ast
import builtins
import contextlib
import inspect
import sys
import textwrap
import time
import warnings
from dataclasses import dataclass

import numpy as np

from bpcourse.exercises import calling, comparing, world
from bpcourse.exercises.edits import MODULES, SLIPS, Vocabulary, edits, size

SECONDS = 0.7  # for a whole search
SECONDS_EACH = 0.1  # for one edited answer
NEARER = 10  # so many edits that come nearer are tried with a second one
FILE = "<an edited answer>"
LEAST_SHOWN, MOST_SHOWN = 4, 36  # characters of the learner's line
MORE = " (This is not all: there is another slip. Mend this one first.)"


class OutOfTime(BaseException):
    """An edited answer, or the search, takes too long. No Exception, so that `except Exception` lets it out."""


@dataclass(frozen=True)
class Repair:
    """Where an answer's slip is.

    Attributes
    ----------
    line : int
        Counted from 1 at the function's ``def``.
    expression : str
        What stands there.
    kind : str
        A key of `edits.SLIPS`.
    more : bool
        Whether there is another slip.
    """

    line: int
    expression: str
    kind: str
    more: bool = False

    @property
    def question(self):
        return SLIPS[self.kind]["question"] + (MORE if self.more else "")


def repair(answer, cases):
    """Return the `Repair` of a wrong answer; None if none is found in `SECONDS`, or its source cannot be had.

    Parameters
    ----------
    answer : function
    cases : Cases
    """
    try:
        search = Search(answer, cases, SECONDS)
    except (OSError, TypeError, AttributeError, SyntaxError):  # there is no source, or it is none of a function
        return None

    faults = []  # of the search itself

    def work():
        try:
            with np.errstate(all="ignore"), contextlib.suppress(OutOfTime, calling.TookTooLong):
                search.run()
        except Exception as fault:
            faults.append(fault)

    with contextlib.ExitStack() as quiet:
        quiet.enter_context(world.put_back())
        quiet.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for redirect in (contextlib.redirect_stdout, contextlib.redirect_stderr):
            quiet.enter_context(redirect(None))  # to where print writes nothing
        calling.run_for(work, calling.SECONDS)  # in a thread of its own: what an edited answer raises is no interrupt
    if faults:
        raise faults[0]
    return search.found


class Search:
    """The search for the edits that make one answer right."""

    def __init__(self, answer, cases, seconds):
        self.source = textwrap.dedent(inspect.getsource(answer))
        self.tree = ast.parse(self.source)
        self.function = self.tree.body[0]
        self.function.decorator_list = []
        self.function.args.defaults = []  # they are in the function, see `_compiled`
        self.function.args.kw_defaults = [None] * len(self.function.args.kwonlyargs)
        self.answer = answer
        self.space = answer.__globals__ | inspect.getclosurevars(answer).nonlocals
        self.task, self.inputs = cases.task, cases.inputs
        self.right = [outcome.result for outcome in cases.right]
        self.vocabulary = _vocabulary(self.function, self.task, self.space)
        self.order = sorted(range(len(self.inputs)), key=lambda number: comparing.size_of(self.inputs[number]))
        self.deadline, self.limit, self.found = time.monotonic() + seconds, 0.0, None

    def run(self):
        """Look for one edit, else for two; leave the first of them, in the order of the lines, as a `Repair`."""
        wrong = next((number for number in self.order if self._part_right(self._compiled(), number) < 1), None)
        if wrong is None:
            return
        self.order.remove(wrong)
        self.order.insert(0, wrong)
        start, nearer = self._score(), []
        for edit in edits(self.function, self.vocabulary):
            score = self._score(edit)
            if score == len(self.order):
                self.found = self._repair(edit)
                return
            if score > start:
                nearer.append((score, edit))
        nearer.sort(key=lambda pair: (-pair[0], pair[1].rank))
        if nearer and nearer[0][0] > 0:  # not only stopped no more
            self.found = self._repair(nearer[0][1], more=True)
        for _, first in nearer[:NEARER]:
            undo = first.apply()
            try:
                mending = (
                    edit for edit in edits(self.function, self.vocabulary) if self._score(edit) == len(self.order)
                )
                second = next(mending, None)
            finally:
                undo()
            if second:
                self.found = self._repair(min(first, second, key=lambda edit: edit.old.lineno), more=True)
                return

    def _score(self, edit=None):
        """Say how near an answer is: -1 if it stops; the part that is right of the first case, or so many cases."""
        if time.monotonic() > self.deadline:
            raise OutOfTime
        undo = edit.apply() if edit else lambda: None
        try:
            function, right = self._compiled(), 0
            for number in self.order:
                part = self._part_right(function, number)
                if part < 1:
                    return right or part
                right += 1
            return right
        except (SyntaxError, ValueError, TypeError, RecursionError, OutOfTime):  # of no tree that can be compiled
            return -2
        finally:
            undo()

    def _compiled(self):
        space = dict(self.space)
        exec(compile(self.tree, FILE, "exec"), space)
        function = space[self.function.name]
        function.__defaults__, function.__kwdefaults__ = self.answer.__defaults__, self.answer.__kwdefaults__
        return function

    def _part_right(self, function, number):
        """Return how much of the result of a case is right, from 0 to 1; -1 if there is none."""
        right, self.limit = self.right[number], time.monotonic() + SECONDS_EACH
        sys.settrace(self._trace)  # anew each time, as Python drops it once it has raised
        try:
            mine = comparing.opened(self.task.run(function, *calling.copies(self.inputs[number])))
        except (OutOfTime, calling.TookTooLong):
            raise
        except BaseException:  # whatever an edited answer raises
            return -1
        finally:
            sys.settrace(None)
        if mine.places != right.places or (mine.is_list and not right.is_list):
            return 0
        parts = list(map(comparing.equal, mine.arrays, right.arrays))
        return sum(parts) / len(parts)

    def _trace(self, frame, event, argument):
        """End an edited answer that does not come back; called at each of its lines, and for no other code."""
        if frame.f_code.co_filename != FILE:
            return None
        if time.monotonic() > self.limit:
            raise OutOfTime
        return self._trace

    def _repair(self, edit, more=False):
        text = (ast.get_source_segment(self.source, edit.old) or "?").splitlines()[0]
        if len(text) < LEAST_SHOWN:
            text = self.source.splitlines()[edit.old.lineno - 1].strip()
        text = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."
        return Repair(edit.old.lineno - self.function.lineno + 1, text, edit.kind, more)


def _vocabulary(function, task, space):
    """Return the `Vocabulary` for edits of a function: its own names, and what it can use of the reference."""
    names = [argument.arg for argument in function.args.args]
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = list(dict.fromkeys([*names, *stored]))
    known = {*names, *task.parameters, *space, *vars(builtins)}
    reference = ast.parse(textwrap.dedent(inspect.getsource(task.reference))).body[0]
    nodes = [
        node
        for node in ast.walk(reference)
        if all(inner.id in known for inner in ast.walk(node) if isinstance(inner, ast.Name))
    ]
    operations = [node for node in nodes if isinstance(node, ast.BinOp)]
    return Vocabulary(
        names=[name for name in names if name != "self"],
        functions=_different(node.func for node in nodes if isinstance(node, ast.Call) and len(node.args) == 1),
        factors=[
            (type(node.op), side, part)
            for node in operations
            for side, part in (("right", node.right), ("left", node.left))
        ],
        expressions=sorted(
            _different(
                node
                for node in nodes
                if isinstance(
                    node, ast.BinOp | ast.Call | ast.Attribute | ast.Subscript | ast.Compare | ast.UnaryOp | ast.Name
                )
                and getattr(node, "id", "") not in MODULES
            ),
            key=size,
        ),
    )


def _different(nodes):
    """Return the nodes without those that are written alike."""
    return list({ast.dump(node): node for node in nodes}.values())
