"""What the tutor makes of answers whose writers had never seen it: tests/blind.

python tools/tutor_rates.py             # the half that may be read and learned from
python tools/tutor_rates.py held_out    # the half that nobody reads before the end
python tools/tutor_rates.py tired       # a hundred more, by which the search for lines was mended
python tools/tutor_rates.py open --by-exercise --times

A row a kind of answer: how many the tutor accepted; in how many it named the mistake, or found a line without a name;
how many it refused with neither; how many it misled, by a line that its writer calls right, as its neighbours are; and
how often the line that it shows is one that the writer calls wrong.
"""

import argparse
import linecache
import time
import tomllib
from collections import Counter
from pathlib import Path

from bpcourse.exercises import ALL, judge
from bpcourse.exercises.reuse import TOOLS

BLIND = Path(__file__).resolve().parent.parent / "tests" / "blind"
KINDS = {"right": "right", "one": "one mistake", "two": "two mistakes"}


def answers(half):
    """Return the answers of a file, such as "open": dicts with exercise, kind, writer, lines, what, source."""
    with (BLIND / f"{half}.toml").open("rb") as file:
        return tomllib.load(file)["answer"]


def function_of(answer, number=0):
    """Return the function that an answer's source defines, as a notebook's cell would."""
    file, source = f"<blind {answer['exercise']} {number}>", answer["source"]
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = TOOLS | {name: task.reference for name, task in ALL.items() if name != answer["exercise"]}
    exec(compile(source, file, "exec"), space)
    return space[answer["exercise"]]


def judged(some_answers, seconds=None):
    """Return the pairs (answer, `Result`); put the time that each check took into the list `seconds`."""
    pairs = []
    for number, answer in enumerate(some_answers):
        function, start = function_of(answer, number), time.perf_counter()
        pairs.append((answer, judge(ALL[answer["exercise"]], function)))
        if seconds is not None:
            seconds.append(time.perf_counter() - start)
    return pairs


def outcome(result):
    """Return what a `Result` means for an answer: "accepted", "named", "line" (found without a name) or "neither"."""
    if result.status == "passed":
        return "accepted"
    return "named" if result.mistake else "line" if result.line else "neither"


def is_misled(answer, result):
    """Whether a `Result` shows a line that is neither one that the answer's writer calls wrong, nor next to one."""
    return bool(result.line) and all(abs(result.line - line) > 1 for line in answer["lines"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="open", choices=["open", "held_out", "tired"])
    parser.add_argument("--by-exercise", action="store_true", help="a row an exercise, too")
    parser.add_argument("--times", action="store_true", help="how long the checks took")
    options = parser.parse_args()
    counts, seconds = Counter(), []
    for answer, result in judged(answers(options.half), seconds):
        for row in [KINDS[answer["kind"]], *([answer["exercise"]] if answer["kind"] != "right" else [])]:
            counts[row, outcome(result)] += 1
            counts[row, "misled"] += is_misled(answer, result)
            counts[row, "lines"] += result.line is not None
            counts[row, "right lines"] += result.line in answer["lines"]
    heads = ("answers", "accepted", "named", "line", "neither", "misled", "lines right")
    print(f"{'':32}{heads[0]:>8}{heads[1]:>10}{heads[2]:>13}{heads[3]:>12}{heads[4]:>9}{heads[5]:>8}{heads[6]:>14}")
    for row in [*KINDS.values(), *(ALL if options.by_exercise else ())]:
        found = [counts[row, name] for name in ("accepted", "named", "line", "neither")]
        total, lines = sum(found), counts[row, "lines"]
        named, line = (f"{number} ({number / total:.0%})" if total else "" for number in found[1:3])
        right = f"{counts[row, 'right lines']} of {lines}" if lines else ""
        misled = counts[row, "misled"]
        print(f"{row:32}{total:8}{found[0]:10}{named:>13}{line:>12}{found[3]:9}{misled:8}{right:>14}")
    if options.times:
        seconds.sort()
        half, most = (seconds[int(part * (len(seconds) - 1))] for part in (0.5, 0.95))
        print(f"Seconds for a check: median {half:.2f}, 95th percentile {most:.2f}, worst {seconds[-1]:.2f}")


if __name__ == "__main__":
    main()
