"""Progress: which exercises are done, and the answers, kept in files across notebooks, kernels and days.

Each exercise has a file of its own, in the folder progress: so kernels that check at the same moment lose nothing of
each other's, without a lock. The folder lies in the one that the environment variable BPCOURSE_HOME names, or in
.bpcourse in the user's own folder. A file is replaced as a whole, so that it is never half written; one that cannot be
understood is set aside under another name. Where nothing can be written, progress lasts as long as the kernel. The one
file of the first edition, progress.json, is still read, for exercises that have no file of their own.
"""

import json
import os
from operator import itemgetter
from pathlib import Path

from bpcourse import files
from bpcourse.exercises import catalogue
from bpcourse.exercises.results import encodable

FOLDER, FIRST_EDITION = "progress", "progress.json"

_unsaved = {}  # what could not be written yet, by folder
_told = set()  # the sentences that have been printed


def home():
    """Return the folder that progress is kept in."""
    return Path(os.path.expanduser(os.environ.get("BPCOURSE_HOME") or "~/.bpcourse"))


def record(name, source):
    """Keep that the exercise `name` is done, with the answer's `source` (None if it cannot be had)."""
    folder = home()
    unsaved = _unsaved.setdefault(folder, {})
    unsaved[name] = {"source": source}
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        for waiting in list(unsaved):
            files.replace(folder / FOLDER / f"{waiting}.json", json.dumps(unsaved[waiting]))
            del unsaved[waiting]
        for place in (folder, folder / FOLDER):
            files.clear_unfinished(place)
    except OSError as error:
        cannot_save(folder, error)


def cannot_save(folder, error):
    """Say, once, that nothing can be written to the folder."""
    _tell(
        f"Your progress cannot be saved in {folder} ({error.strerror or error}). It is kept until this kernel "
        "ends. To save it, name a folder that you may write to in the environment variable BPCOURSE_HOME."
    )


def load():
    """Return what is kept: {exercise: {"source": text or None}}."""
    folder = home()
    kept = _read(folder / FIRST_EDITION, itemgetter("exercises"))
    for name in _names(folder / FOLDER):
        kept |= _read(folder / FOLDER / f"{name}.json", lambda entry, name=name: {name: entry})
    return kept | _unsaved.get(folder, {})


def done():
    """Return the names of the exercises that are done."""
    kept = load()
    return [name for name in catalogue.ALL if name in kept]


def _names(folder):
    """Return the names of the exercises that have a file of their own."""
    try:
        pairs = map(os.path.splitext, os.listdir(folder))
        return [name for name, end in pairs if name.isidentifier() and end == ".json"]
    except OSError as error:
        _tell_unread(folder, error)
        return []


def _read(path, entries_in):
    """Return the entries in a file: {exercise: entry}; none if there is no such file, or it cannot be understood."""
    try:
        entries = entries_in(json.loads(files.read(path)))
        if all(isinstance(entry.get("source"), str | None) for entry in entries.values()):
            return entries
    except OSError as error:
        _tell_unread(path, error)
        return {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    try:
        aside = files.set_aside(path)
        _tell(f"A file of your progress was damaged. It is now {aside}; check again what shows as open.")
    except OSError:
        _tell(f"A file of your progress, {path}, is damaged. The course goes on without it.")
    return {}


def _tell_unread(path, error):
    """Say, once for each folder, that something is there and cannot be read."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        reason = error.strerror or error
        _tell(f"Your progress in {path.parent} cannot be read ({reason}). The course goes on without it.")


def _tell(sentence):
    """Print a sentence, once."""
    if sentence not in _told:
        _told.add(sentence)
        print(encodable(sentence))


def forget():
    """Forget what was told, and what could not be written; what is in the files stays."""
    _unsaved.clear()
    _told.clear()
