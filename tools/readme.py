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


def linked_notebooks(text):
    """Return the names of the notebooks that the rows of tables in `text` link to, in order, each once."""
    rows = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    return list(dict.fromkeys(re.findall(r"\((?:[\w./]*/)?(\d\d_\w+)\.ipynb\)", "\n".join(rows))))


if __name__ == "__main__":
    print(command(*sys.argv[1:]))
