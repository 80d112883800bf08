"""Progress: which exercises are done, and the answers, kept in a file across notebooks, kernels and days.

The file, progress.json, lies in the folder that the environment variable BPCOURSE_HOME names, or in .bpcourse in
the user's own folder. It is replaced as a whole, so that it is never half written; one that cannot be read is put
aside under another name. Where nothing can be written, progress lasts as long as the kernel.
"""

import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bpcourse import files
from bpcourse.exercises import catalogue
from bpcourse.exercises.results import card
from bpcourse.mathematics.validation import choice

NAME = "progress.json"
GREEN, GREY = "#009E73", "#5F6B7A"

_unsaved = {}  # what could not be written, by folder
_told = set()


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


def progress(notebook=None):
    """Show what is done and what comes next: in the whole course, or in one notebook.

    Parameters
    ----------
    notebook : str, optional
        A notebook's name, such as "02_loss".

    Returns
    -------
    Board

    Raises
    ------
    InputError
        If there is no notebook of that name, or it has no exercises.
    """
    names = catalogue.notebooks()
    if notebook is not None:
        choice(notebook, names, "The notebook")
    finished = set(done())
    return Board(
        {name: [(task.name, task.name in finished) for task in catalogue.in_notebook(name)] for name in names}, notebook
    )


@dataclass(frozen=True)
class Board:
    """The progress at one moment.

    Attributes
    ----------
    exercises : dict
        For every notebook the pairs (exercise, whether it is done).
    notebook : str or None
        The notebook that it is about; None for all of them.
    """

    exercises: dict
    notebook: str | None = None

    def __repr__(self):
        return "\n".join([self._head(), *map(" ".join, self._rows())])

    def _repr_html_(self):
        if self.notebook:
            return card(self._colour(), *repr(self).splitlines())
        rows = [("notebook", "exercises", "done"), *self._rows()]
        cells = ["".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in row) for row in rows]
        return card(self._colour(), self._head(), more=f"<table><tr>{'</tr><tr>'.join(cells)}</tr></table>")

    def _head(self):
        pairs = self._pairs()
        open_ones = [name for name, finished in pairs if not finished]
        where = f"{self.notebook}: " if self.notebook else "Your progress: "
        count = f"{where}{len(pairs) - len(open_ones)} of {len(pairs)} exercises done."
        if not open_ones:
            return f"{count} {self._farewell()}"
        if self.notebook:
            return f"{count} Still open: {', '.join(open_ones)}."
        return f"{count} Next: {open_ones[0]}, in {self._notebook_of(open_ones[0])}."

    def _pairs(self):
        chosen = [self.notebook] if self.notebook else self.exercises
        return [pair for name in chosen for pair in self.exercises[name]]

    def _farewell(self):
        following = [name for name in self.exercises if self.notebook and name > self.notebook]
        return f"Next notebook: {following[0]}." if following else "Nothing is open."

    def _notebook_of(self, exercise):
        return next(name for name, pairs in self.exercises.items() if exercise in dict(pairs))

    def _rows(self):
        if self.notebook:
            return []
        width = max(map(len, self.exercises))
        return [
            (
                name.ljust(width),
                "".join("●" if finished else "○" for _, finished in pairs).ljust(
                    max(map(len, self.exercises.values()))
                ),
                f"{sum(finished for _, finished in pairs)} of {len(pairs)}",
            )
            for name, pairs in self.exercises.items()
        ]

    def _colour(self):
        return GREEN if all(finished for _, finished in self._pairs()) else GREY
