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

from bpcourse.exercises import calling, comparing
from bpcourse.exercises.edits import SLIPS, edits
from bpcourse.exercises.results import Diagnosis, cut

SECONDS = 0.9  # of computing, for a whole search: so that a busy machine finds what a quiet one does
CLOCK = getattr(time, "thread_time", time.monotonic)
STEPS = 5_000  # lines that an edited answer may run in one case
DEEPEST = 200  # calls of its own within each other: far from where a traced recursion can overflow the stack
NEARER = 10  # so many edits that come nearer are tried with a second one
FILE = "<an edited answer>"
LEAST_SHOWN, MOST_SHOWN = 4, 36  # characters of the learner's line
MORE = " (This is not all: there is another slip. Mend this one first.)"
STOPS, BROKEN = -1, -2  # the scores of what raises an exception, and of what is no Python


class OutOfTime(BaseException):
    """An edited answer, or the search, takes too long. No Exception, so that `except Exception` lets it out."""


def repair(answer, cases):
    """Return a `Diagnosis`: the line of a wrong answer's slip, and a question, which ends with `MORE` if there are two.

    It is None if none is found in `SECONDS`, or the source of the function `answer` cannot be had.
    """
    try:
        search = Search(answer, cases, SECONDS)
    except (OSError, TypeError, AttributeError, SyntaxError):  # there is no source, or it is none of a function
        return None

    def work():
        with contextlib.suppress(OutOfTime):
            search.run()

    calling.guarded(work)  # in a thread of its own: what an edited answer raises is no interrupt
    return search.found


class Search:
    """The search for the edits that make one answer right.

    Attributes
    ----------
    tree : ast.Module
        The answer's, which edits change and change back.
    whole : int
        The `score` of what is right in all cases.
    found : Diagnosis or None
    """

    def __init__(self, answer, cases, seconds):
        self.source = textwrap.dedent(inspect.getsource(answer))
        self.tree = ast.parse(self.source)
        self.function = _bare(self.tree)
        self.answer, self.task = answer, cases.task
        self.space = answer.__globals__ | inspect.getclosurevars(answer).nonlocals
        self.cases = [(given, right.result) for given, right in zip(cases.inputs, cases.right, strict=True)]
        self.cases.sort(key=lambda case: comparing.size_of(case[0]))
        self.reference = _bare(ast.parse(textwrap.dedent(inspect.getsource(self.task.reference))))
        self.whole, self.found, self.steps, self.depth = len(self.cases), None, 0, 0
        self.seconds, self.deadline = seconds, 0.0

    def edits(self):
        """Return the `Edit`s of the answer as it is now."""
        return edits(self.function, self.reference, {*self.task.parameters, *self.space, *vars(builtins)})

    def run(self):
        """Look for one edit, else for two; leave the first of them, in the order of the lines."""
        function = self._compiled()
        right = [self._part_right(function, *case) == 1 for case in self.cases]
        if all(right):
            return
        self.cases.insert(0, self.cases.pop(right.index(False)))
        start, nearer = self.score(), []
        for edit in self.edits():
            score = self.score(edit)
            if score == self.whole:
                self.found = self._repair(edit)
                return
            if score > start:
                nearer.append((score, edit))
        nearer.sort(key=lambda pair: (-pair[0], pair[1].rank))
        if nearer and nearer[0][0] > 0:  # not only stopped no more
            self.found = self._repair(nearer[0][1], more=True)
        for _, first in nearer[:NEARER]:
            if second := self._second(first):
                self.found = self._repair(min(first, second, key=lambda edit: edit.old.lineno), more=True)
                return

    def _second(self, first):
        """Return the edit that makes all right after a first one; None if there is none."""
        undo = first.apply()
        try:
            return next((edit for edit in self.edits() if self.score(edit) == self.whole), None)
        finally:
            undo()

    def score(self, edit=None):
        """Say how near an answer is: STOPS, the part that is right of the first case, or the number of right cases."""
        self.deadline = self.deadline or CLOCK() + self.seconds  # of the thread that the search runs in
        if CLOCK() > self.deadline:
            raise OutOfTime
        try:
            undo = edit.apply() if edit else lambda: None
        except SyntaxError:
            return BROKEN
        try:
            function, right = self._compiled(), 0
            for case in self.cases:
                part = self._part_right(function, *case)
                if part < 1:
                    return right or part
                right += 1
            return right
        except (SyntaxError, ValueError, TypeError, RecursionError, OutOfTime):  # it cannot be compiled, or never ends
            return BROKEN
        finally:
            undo()

    def _compiled(self):
        space = dict(self.space)
        exec(compile(self.tree, FILE, "exec"), space)
        function = space[self.function.name]
        function.__defaults__, function.__kwdefaults__ = self.answer.__defaults__, self.answer.__kwdefaults__
        return function

    def _part_right(self, function, given, right):
        """Return how much of the result of a case is right, from 0 to 1; STOPS if there is none."""
        self.steps, self.depth, before = STEPS, 0, sys.gettrace()
        sys.settrace(self._trace)  # anew each time, as Python drops it once it has raised
        try:
            mine = comparing.opened(self.task.run(function, *calling.copies(given)))
        except (OutOfTime, calling.TookTooLong):
            raise
        except BaseException:  # whatever an edited answer raises
            return STOPS
        finally:
            sys.settrace(before)
        if mine.places != right.places or (mine.is_list and not right.is_list):
            return 0
        parts = list(map(comparing.equal, mine.arrays, right.arrays))
        return sum(parts) / len(parts)

    def _trace(self, frame, event, argument):
        """End an edited answer that does not come back; called at each of its lines, and for no other code."""
        if frame.f_code.co_filename != FILE:
            return None
        self.steps -= 1
        if self.steps < 0:
            raise OutOfTime
        self.depth += {"call": 1, "return": -1}.get(event, 0)
        if self.depth > DEEPEST:
            raise RecursionError
        return self._trace

    def _repair(self, edit, more=False):
        text = (ast.get_source_segment(self.source, edit.old) or "?").splitlines()[0]
        if len(text) < LEAST_SHOWN:
            text = self.source.splitlines()[edit.old.lineno - 1].strip()
        question = SLIPS[edit.kind]["question"] + (MORE if more else "")
        line = edit.old.lineno - self.function.lineno + 1
        return Diagnosis(hint=question, line=line, at=cut(text, MOST_SHOWN))


def _bare(tree):
    """Return the function in a parsed source, without decorators and defaults: they are in the function already."""
    function = tree.body[0]
    function.decorator_list, function.args.defaults = [], []
    function.args.kw_defaults = [None] * len(function.args.kwonlyargs)
    return function
