"""Progress: which exercises are done, and the answers, kept in a file across notebooks, kernels and days.

The file, progress.json, lies in the folder that the environment variable BPCOURSE_HOME names, or in .bpcourse in
the user's own folder. It is replaced as a whole, so that it is never half written; one that cannot be read is put
aside under another name. Where nothing can be written, progress lasts as long as the kernel.
"""

import json
import os
from pathlib import Path

from bpcourse import files
from bpcourse.exercises import catalogue

NAME = "progress.json"

_unsaved = {}  # what could not be written, by folder
_told = set()  # the sentences that have been printed


def home():
    """Return the folder that progress is kept in."""
    named = os.environ.get("BPCOURSE_HOME")
    return Path(named).expanduser() if named else Path(os.path.expanduser("~")) / ".bpcourse"


def record(name, source):
    """Keep that the exercise `name` is done, with the answer's `source` (None if it cannot be had)."""
    folder = home()
    entries = load() | {name: {"source": source}}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.replace(folder / NAME, json.dumps({"exercises": entries}, indent=1, ensure_ascii=False))
        _unsaved.pop(folder, None)
    except OSError as error:
        _unsaved.setdefault(folder, {})[name] = {"source": source}
        _tell(
            f"Your progress cannot be saved in {folder} ({error.strerror or error}). It is kept until this kernel "
            "ends. To save it, name a folder that you may write to in the environment variable BPCOURSE_HOME."
        )


def load():
    """Return what is kept: {exercise: {"source": text or None}}."""
    folder = home()
    return _read(folder / NAME) | _unsaved.get(folder, {})


def done():
    """Return the names of the exercises that are done."""
    kept = load()
    return [name for name in catalogue.ALL if name in kept]


def _read(path):
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        if all(isinstance(entry.get("source"), str | None) for entry in entries.values()):
            return entries
    except FileNotFoundError:
        return {}
    except OSError as error:
        _tell(f"Your progress cannot be read from {path} ({error.strerror or error}). The course goes on without it.")
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    _set_aside(path)
    return {}


def _set_aside(path):
    """Give a file that cannot be understood another name, so that nothing in it is lost."""
    number = 1
    while (aside := path.with_name(f"progress.damaged-{number}.json")).exists():
        number += 1
    try:
        os.replace(path, aside)
        _tell(f"The file of your progress was damaged. It is now {aside}; a new one is begun.")
    except OSError:
        _tell(f"The file of your progress, {path}, is damaged. The course goes on without it.")


def _tell(sentence):
    """Print a sentence, once."""
    if sentence not in _told:
        _told.add(sentence)
        print(sentence)


def forget():
    """Forget what was told, and what could not be written; what is in the file stays."""
    _unsaved.clear()
    _told.clear()
