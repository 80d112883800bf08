"""For a class: each check leaves a line on the learner's machine; learners hand in a file, a lecturer reads a table.

A file that was handed in may hold anything: what is no try of an exercise is left out, and nothing in it is run.
"""

import contextlib
import json
from collections import Counter
from pathlib import Path
from statistics import median
from types import FunctionType
from typing import NamedTuple

from bpcourse import files
from bpcourse.exercises import ledger, source
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.results import cut, type_name

TRIES = "tries.jsonl"
MOST = 2000  # characters of an answer that are kept
UNKNOWN, FOUND = "not recognised", "without a name, but the line was found"


class HandedIn(NamedTuple):
    """What one learner handed in: the names of the exercises that passed, and every try."""

    passed: list
    tries: list


def record(result, answer):
    """Keep that a check came to `result`; with the answer itself, if the tutor knew nothing to say of it."""
    entry = {
        "exercise": result.name,
        "status": result.status,
        "mistake": result.mistake or (FOUND if result.at else None),
    }
    if result.status == "failed" and not entry["mistake"]:
        entry["answer"] = _text(answer)
    folder = ledger.home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / TRIES, "a", encoding="utf-8") as file:  # one write of one line, which no kernel's splits
            file.write(json.dumps(entry) + "\n")
    except OSError as error:
        ledger.cannot_save(folder, error)


def hand_in(path):
    """Write a learner's progress, answers and tries to a file for the lecturer; return what to say of it.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    try:
        tries = [json.loads(line) for line in files.read(ledger.home() / TRIES).splitlines()]
    except FileNotFoundError:
        tries = []
    files.replace(Path(path), json.dumps({"progress": ledger.load(), "tries": tries}, indent=1))
    done = _number(len(ledger.done()), "exercise")
    checks = _number(len(tries), "check")
    return f"{path} holds your progress: {done} done, {checks}. Nothing was sent: hand it in yourself."


def table(folder, names=False):
    """Return what a class has handed in, as text.

    Parameters
    ----------
    folder : str or Path
        Holds a file of each learner, ``NAME.json``, as `hand_in` wrote it.
    names : bool
        Whether to end with a line for each learner, by name; without it nobody is named.

    Returns
    -------
    str
        For each exercise who has done it, the median of the tries it took, and the wrong answers by mistake; then
        the answers that the tutor did not recognise.

    Raises
    ------
    OSError
        If the folder cannot be read.
    """
    read = {path: _read(path) for path in sorted(Path(folder).iterdir()) if path.suffix == ".json"}
    strange = [f"{path.name} is no file that python -m bpcourse hand-in writes." for path in read if not read[path]]
    class_ = {path.stem: handed_in for path, handed_in in read.items() if handed_in}
    width = max(map(len, ALL))
    parts = [
        f"{_number(len(class_), 'learner')} handed in.",
        *strange,
        f"{'exercise'.ljust(width)}  done  tries  wrong",
    ]
    parts += [f"{name.ljust(width)}  {_row(name, class_.values())}".rstrip() for name in ALL]
    wrong = [one for learner in class_.values() for one in learner.tries if "answer" in one]
    parts += [f"\n{one['exercise']}, {UNKNOWN}:\n{_printable(one['answer'])}" for one in wrong]
    if names:
        parts += ["", *(f"{_printable(who)}: {len(class_[who].passed)} of {len(ALL)} done" for who in class_)]
    return "\n".join(parts)


def _row(name, learners):
    """Return how many have done an exercise, the median of their tries, and what was wrong, unrecognised first."""
    tries = [[one for one in learner.tries if one["exercise"] == name] for learner in learners]
    wrong = Counter(one["mistake"] or UNKNOWN for own in tries for one in own if one["status"] == "failed")
    ordered = sorted(wrong.items(), key=lambda pair: (pair[0] != UNKNOWN, -pair[1], pair[0]))
    told = "; ".join(f"{count} × {_printable(mistake)}" for mistake, count in ordered)
    done = sum(name in learner.passed for learner in learners)
    counts = [_until_passed(own) for own in tries if own] or [0]
    return f"{done:4}  {median(counts):5g}  {told}"


def _until_passed(tries):
    """Return the number of tries up to the first that passed."""
    passed = [one["status"] == "passed" for one in tries]
    return passed.index(True) + 1 if True in passed else len(tries)


def _text(answer):
    """Return what was typed, or a function's source; anything else may be like nothing foreseen, and is only named."""
    if type(answer) is str:
        return cut(answer, MOST)
    if type(answer) is FunctionType:
        with contextlib.suppress(OSError, SyntaxError):  # made without source, or changed since
            return cut(source.text(answer), MOST)
    return f"(a {type_name(answer)} without source)"


def _read(path):
    """Return what a learner has handed in; None if it is not that."""
    try:
        content = json.loads(files.read(path))
        passed = [name for name in ALL if name in content["progress"]]
        return HandedIn(passed, [one for one in content["tries"] if _is_try(one)])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_try(one):
    """Whether a learner's file has here what `record` writes."""
    if not (isinstance(one, dict) and all(isinstance(value, str | None) for value in one.values())):
        return False
    return {"status", "mistake"} <= one.keys() and one.get("exercise") in ALL


def _printable(text):
    """Return text without what would steer a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def _number(count, thing):
    return f"{count} {thing}{'' if count == 1 else 's'}"
