"""What the tutor makes of answers whose writers had never seen it: tests/blind.

python tools/tutor_rates.py             # the half that may be read and learned from
python tools/tutor_rates.py held_out    # the half that nobody reads before the end
python tools/tutor_rates.py open --by-exercise

A row a kind of answer: how many the tutor accepted, named a mistake in, and refused without a name.
"""

import argparse
import linecache
import math
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from bpcourse.exercises import ALL, judge
from bpcourse.mathematics.backprop import Gradients

BLIND = Path(__file__).resolve().parent.parent / "tests" / "blind"
NAMES = {"np": np, "math": math, "pairwise": pairwise, "Gradients": Gradients}
KINDS = {"right": "right", "one": "one mistake", "two": "two mistakes"}


def answers(half):
    """Return the answers of a half, "open" or "held_out": dicts with exercise, kind, writer, lines, what, source."""
    with (BLIND / f"{half}.toml").open("rb") as file:
        return tomllib.load(file)["answer"]


def function_of(answer, number=0):
    """Return the function that an answer's source defines, as a notebook's cell would."""
    file, source = f"<blind {answer['exercise']} {number}>", answer["source"]
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = NAMES | {name: task.reference for name, task in ALL.items() if name != answer["exercise"]}
    exec(compile(source, file, "exec"), space)
    return space[answer["exercise"]]


def judged(half):
    """Return the pairs (answer, `Result`) of a half."""
    return [
        (answer, judge(ALL[answer["exercise"]], function_of(answer, number)))
        for number, answer in enumerate(answers(half))
    ]


def outcome(result):
    """Return what a `Result` means for the answer: "accepted", "named" (its mistake, that is) or "refused"."""
    return "accepted" if result.status == "passed" else "named" if result.mistake else "refused"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="open", choices=["open", "held_out"])
    parser.add_argument("--by-exercise", action="store_true", help="a row an exercise, too")
    options = parser.parse_args()
    counts = Counter()
    for answer, result in judged(options.half):
        found = outcome(result)
        counts[KINDS[answer["kind"]], found] += 1
        counts[answer["exercise"], found] += answer["kind"] != "right"
    rows = [*KINDS.values(), *(ALL if options.by_exercise else ())]
    print(f"{'':26} {'answers':>8} {'accepted':>9} {'named':>12} {'refused':>9}")
    for row in rows:
        accepted, named, refused = (counts[row, found] for found in ("accepted", "named", "refused"))
        total = accepted + named + refused
        share = f"{named} ({named / total:.0%})" if total else "0"
        print(f"{row:26} {total:8} {accepted:9} {share:>12} {refused:9}")


if __name__ == "__main__":
    main()
