"""The learner's own copies of the notebooks: brought up to date, never overwritten once there is work in them."""

import contextlib
import hashlib
import itertools
import json
from pathlib import Path

from bpcourse import files

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = (PACKAGE / "notebooks").is_dir()  # as a package, that brings its notebooks along; else it is a clone
COURSE = (PACKAGE if INSTALLED else PACKAGE.parent) / "notebooks"
FOLDER = (Path.cwd() if INSTALLED else PACKAGE.parent) / "my_course"
LEDGER = ".delivered.json"
LOCK = ".delivered.lock"
PATIENCE = 60  # seconds that a start waits for another one, which takes less than one
UNFINISHED = (".*.ipynb.*.tmp", ".*.json.*.tmp", ".*.unfinished")  # the last: as the first edition named them


class WorkspaceError(Exception):
    """The copies cannot be made. The message says why and what to do."""


def update(folder, course=COURSE):
    """Copy every notebook of `course` into `folder`, except over a learner's work.

    A copy is untouched while its cells read as delivered, whether they were run or not; a newer version replaces it.
    Beside one with work in it, or one that cannot be read, the newer version is put under a name of its own, once.

    Starts that come at once take turns. One that is killed leaves every file whole, and the next repairs the rest.

    Returns
    -------
    list of str
        What was done, and what was left out, a sentence each; empty if all was up to date.

    Raises
    ------
    WorkspaceError
        If there are no notebooks to copy, or the folder cannot be read or written.
    """
    notebooks = sorted(course.glob("*.ipynb"))
    if not notebooks:
        raise WorkspaceError(
            f"There are no notebooks in {course}. Start from a clone of the course, installed with: "
            "python -m pip install -r requirements.txt"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _turn(folder):
            ledger = Ledger(folder / LEDGER)
            messages = [_deliver(notebook, folder / notebook.name, ledger) for notebook in notebooks]
    except OSError as error:
        why = "It is not a folder" if isinstance(error, FileExistsError) else error.strerror or error
        raise WorkspaceError(
            f"The folder {folder} cannot be used: {why}. Your notebooks are copied there, so it "
            "must be a folder that you may write to, on a disk with space left. Choose another one with: "
            "python -m bpcourse --folder PATH"
        ) from error
    return [message for message in messages if message]


def fingerprint(path):
    """Return a hash of what the notebook's cells read, outputs and empty cells left out; None if it is unreadable."""
    try:
        read = [(cell["cell_type"], "".join(cell["source"])) for cell in _content(path)["cells"]]
    except (KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps([cell for cell in read if cell[1].strip()]).encode()).hexdigest()


class Ledger:
    """The fingerprints of all versions delivered so far, by the name of the file they went to; at all times on disk."""

    def __init__(self, path):
        self._path, content = path, _content(path)
        entries = content.items() if isinstance(content, dict) else ()
        self._entries = {name: [one for one in entry if one] for name, entry in entries if isinstance(entry, list)}

    def of(self, *names):
        return [version for name in names for version in self._entries.get(name, [])]

    def add(self, name, version):
        if version not in self.of(name):
            self._entries[name] = [*self.of(name), version]
            files.replace(self._path, json.dumps(self._entries, indent=1))


def _deliver(notebook, copy, ledger):
    """Bring one copy up to date; return what was done, or None.

    A version is recorded before it is written: a start that is killed in between has then recorded too much, and never
    too little, by which an untouched copy would pass for one with work in it. That it was put beside a copy is recorded
    after: until then it has not been offered, and the next start does it again.
    """
    new, mine, missing = fingerprint(notebook), fingerprint(copy), _is_missing(copy)
    if new is None:
        return (
            f"Left out: {notebook.name}. The course's own file cannot be read as a notebook: {notebook}. If a pull met "
            "changes of yours there, take the course's version again (those changes are lost) with: "
            f"git checkout origin/HEAD -- {notebook.parent.name}/{notebook.name}"
        )
    if mine == new:
        ledger.add(copy.name, new)
        return None
    if missing or mine in ledger.of(copy.name):
        ledger.add(copy.name, new)
        files.replace(copy, notebook.read_bytes())
        return f"New: {copy.name}" if missing else f"Updated: {copy.name} (you had not changed it)"
    if new in ledger.of(copy.name) and (mine or not _is_missing(_beside(copy))):
        return None
    beside = _free_name(copy, ledger)
    ledger.add(beside.name, new)
    files.replace(beside, notebook.read_bytes())
    ledger.add(copy.name, new)
    if mine is None:
        return f"{copy.name} cannot be read as a notebook. Yours stays as it is; one that can be read is {beside.name}"
    return f"There is a new version of {copy.name}. Yours stays as it is; the new one is {beside.name}"


def _free_name(copy, ledger):
    """Return a name for a new version beside `copy`: one that is not taken, or taken by an untouched version."""
    for number in itertools.count(1):
        beside = _beside(copy, number)
        if _is_missing(beside) or fingerprint(beside) in ledger.of(beside.name, copy.name):
            return beside


def _beside(copy, number=1):
    return copy.with_name(f"{copy.stem}.new-version{'' if number == 1 else f'-{number}'}.ipynb")


def _is_missing(path):
    """Return whether there is no file, or an empty one, as a start of the first edition left when it was killed."""
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def _content(path):
    """Return what the JSON in a file says; None if there is no file, or no JSON in it."""
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (ValueError, RecursionError):
        return None


@contextlib.contextmanager
def _turn(folder):
    """Have the folder alone, cleared of what killed starts left unfinished. Of these, the system ends the turn."""
    import filelock  # here, so that a Python that lacks it can still say so

    try:
        with filelock.FileLock(folder / LOCK, timeout=PATIENCE):
            for leftover in itertools.chain.from_iterable(map(folder.glob, UNFINISHED)):
                leftover.unlink()
            yield
    except filelock.Timeout as error:
        raise WorkspaceError(f"Another start is at work in {folder}. When it is done, start again.") from error
