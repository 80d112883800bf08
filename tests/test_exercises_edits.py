"""The cases tell right from wrong: every small typed edit of a reference is refused, unless it changes no result.

Those that change none are grouped by their reason in equivalent.toml.
"""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from bpcourse.exercises import ALL
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.repairing import Search

with (Path(__file__).parent / "equivalent.toml").open("rb") as file:
    RULES = tomllib.load(file)["rule"]
MOST = 150  # edits of one reference that are tried, evenly chosen; None tries all 16,000 or so


def tried(search):
    """Return the edits of a reference to try, those that come to the same once."""
    different = {}
    for edit in search.edits():
        undo = edit.apply()
        different.setdefault(ast.unparse(search.tree), edit)
        undo()
    different.pop(ast.unparse(search.tree), None)
    found = list(different.values())
    return found[:: max(1, len(found) // MOST)] if MOST else found


def told(search, edit):
    """Return what an edit does, "this -> that", and the line that comes of it."""
    before = ast.unparse(edit.old), ast.unparse(search.tree).splitlines()
    undo = edit.apply()
    new = edit.make()
    after = ast.unparse(search.tree).splitlines()
    undo()
    line = next((line for line, old in zip(after, before[1], strict=False) if line != old), "")
    return f"{before[0]} -> {' ; '.join(map(ast.unparse, new)) if isinstance(new, list) else ast.unparse(new)}", line


def is_own_value(search, edit):
    """Whether an edit puts, in the place of a name, what the name is given elsewhere."""
    old, new = told(search, edit)[0].split(" -> ", 1)
    return bool(re.search(rf"\b{re.escape(old)}\b.* = .*{re.escape(new)}", ast.unparse(search.tree)))


def is_equivalent(name, search, edit):
    def fits(rule):
        change, line = told(search, edit)
        return (
            edit.kind in rule.get("kinds", [edit.kind])
            and re.fullmatch(rule.get("exercises", ".*"), name)
            and re.search(rule.get("edit", ""), change)
            and re.search(rule.get("line", ""), line)
            and (not rule.get("own_value") or is_own_value(search, edit))
        )

    return any(map(fits, RULES))


FUNCTIONS = [name for name, task in ALL.items() if inspect.isfunction(task.reference) and not task.is_chosen]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_edit_of_the_reference_is_refused_unless_it_changes_nothing(name):
    search = Search(ALL[name].reference, drawn(ALL[name], 0), seconds=60)
    with np.errstate(all="ignore"):
        accepted = [edit for edit in tried(search) if search.score(edit) == search.whole]
    assert [told(search, edit) for edit in accepted if not is_equivalent(name, search, edit)] == []
