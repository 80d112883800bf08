"""Read the commands and the map of the notebooks out of README.md, so that they are run and tested as printed.

python tools/readme.py start           # prints the command that starts the course
python tools/readme.py tests windows   # prints the command that runs the tests, for Windows
"""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(name, system="linux", text=None):
    """Return the one line of the code block that follows ``<!-- command: NAME SYSTEM -->`` in README.md.

    Raises
    ------
    LookupError
        If there is not exactly one such block, or it does not hold exactly one line.
    """
    text = README.read_text(encoding="utf-8") if text is None else text
    blocks = re.findall(rf"<!-- command: {name} {system} -->\s*```\w*\n(.*?)\n```", text, flags=re.DOTALL)
    if len(blocks) != 1:
        raise LookupError(f"README.md has {len(blocks)} commands named {name!r} for {system!r}; expected one.")
    lines = blocks[0].splitlines()
    if len(lines) != 1:
        raise LookupError(f"The command {name!r} for {system!r} in README.md has {len(lines)} lines; expected one.")
    return lines[0]


def notebook_map(text):
    """Return {notebook: minutes}, in order, from the rows of a table whose first column names a notebook."""
    rows = re.findall(r"^\|\W*(\d\d_\w+).*\|\s*(\d+)\s*\|$", text, flags=re.MULTILINE)
    return {name: int(minutes) for name, minutes in rows}


if __name__ == "__main__":
    print(command(*sys.argv[1:]))
