"""What the tutor makes of answers whose writers had never seen it: tests/blind.

python tools/tutor_rates.py             # the half that may be read and learned from
python tools/tutor_rates.py held_out    # the half that nobody reads before the end
python tools/tutor_rates.py open --by-exercise

A row a kind of answer: how many the tutor accepted; in how many it named the mistake, or found a line without a name;
how many it refused with neither; and how often the line that it shows is one that the writer calls wrong.
"""

import argparse
import linecache
import tomllib
from collections import Counter
from pathlib import Path

from bpcourse.exercises import ALL, judge
from bpcourse.exercises.reuse import TOOLS

BLIND = Path(__file__).resolve().parent.parent / "tests" / "blind"
KINDS = {"right": "right", "one": "one mistake", "two": "two mistakes"}


def answers(half):
    """Return the answers of a half, "open" or "held_out": dicts with exercise, kind, writer, lines, what, source."""
    with (BLIND / f"{half}.toml").open("rb") as file:
        return tomllib.load(file)["answer"]


def function_of(answer, number=0):
    """Return the function that an answer's source defines, as a notebook's cell would."""
    file, source = f"<blind {answer['exercise']} {number}>", answer["source"]
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = TOOLS | {name: task.reference for name, task in ALL.items() if name != answer["exercise"]}
    exec(compile(source, file, "exec"), space)
    return space[answer["exercise"]]


def judged(some_answers):
    """Return the pairs (answer, `Result`)."""
    functions = (function_of(answer, number) for number, answer in enumerate(some_answers))
    return [(a, judge(ALL[a["exercise"]], function)) for a, function in zip(some_answers, functions, strict=True)]


def outcome(result):
    """Return what a `Result` means for an answer: "accepted", "named", "line" (found without a name) or "neither"."""
    if result.status == "passed":
        return "accepted"
    return "named" if result.mistake else "line" if result.line else "neither"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="open", choices=["open", "held_out"])
    parser.add_argument("--by-exercise", action="store_true", help="a row an exercise, too")
    options = parser.parse_args()
    counts = Counter()
    for answer, result in judged(answers(options.half)):
        rows = [KINDS[answer["kind"]], *([answer["exercise"]] if answer["kind"] != "right" else [])]
        for row in rows:
            counts[row, outcome(result)] += 1
            counts[row, "lines"] += result.line is not None
            counts[row, "right lines"] += result.line in answer["lines"]
    print(f"{'':26}{'answers':>9}{'accepted':>10}{'named':>13}{'line':>12}{'neither':>9}{'lines right':>15}")
    for row in [*KINDS.values(), *(ALL if options.by_exercise else ())]:
        found = [counts[row, name] for name in ("accepted", "named", "line", "neither")]
        total, lines = sum(found), counts[row, "lines"]
        named, line = (f"{number} ({number / total:.0%})" if total else "" for number in found[1:3])
        right = f"{counts[row, 'right lines']} of {lines}" if lines else ""
        print(f"{row:26}{total:9}{found[0]:10}{named:>13}{line:>12}{found[3]:9}{right:>15}")


if __name__ == "__main__":
    main()
