"""The program goes home: a learner's own functions as one file that runs with NumPy alone and checks its gradients."""

import ast
from importlib import resources
from pathlib import Path

from bpcourse import files
from bpcourse.exercises import ledger
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.source import text as source_of

PROGRAM = ("Network", "softmax", "cross_entropy", "one_hot", "accuracy", "minibatches", "has_converged")
FRAME = (resources.files("bpcourse.exercises.content") / "program.py.txt").read_text(encoding="utf-8")
PLACE = "\n# parts\n"  # in the frame


def export(file):
    """Write the network of notebook 07 as one program that needs NumPy alone; return where, and whose the parts are.

    Each part is the learner's own, where it has passed and its source could be kept, and ours elsewhere. Another
    content that the file had before is kept beside it, under another name.

    Parameters
    ----------
    file : str or Path

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path, kept = Path(file), {name: entry["source"] for name, entry in ledger.load().items() if entry["source"]}
    names = _in_order(PROGRAM, kept)
    parts = [kept.get(name) or f"# {name}: the course's own version\n{_source(name, kept)}" for name in names]
    head, check = FRAME.split(PLACE)
    program = "\n\n".join([head, *(part.strip() + "\n" for part in parts), check])
    if path.exists() and files.read(path) != program:
        files.set_aside(path)
    files.replace(path, program)
    return f"{path.name}: {len(names)} parts, {len(kept.keys() & set(names))} of them yours."


def _source(name, kept):
    return kept.get(name) or source_of(ALL[name].reference, undecorated=True)


def _in_order(names, kept, seen=()):
    """Return the exercises that a program is made of, each after those that it calls."""
    order = []
    for name in names:
        tree = ast.parse(_source(name, kept))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & set(ALL) - {name}
        before = [other for other in ALL if other in used and other not in seen]
        order += [*_in_order(before, kept, (*seen, name)), name]
    return list(dict.fromkeys(order))
