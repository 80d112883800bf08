"""The learner's own copies of the notebooks: brought up to date, never overwritten once there is work in them."""

import hashlib
import json
from pathlib import Path

from bpcourse import files

COURSE = Path(__file__).resolve().parents[2] / "notebooks"
FOLDER = COURSE.parent / "my_course"
LEDGER = ".delivered.json"


class WorkspaceError(Exception):
    """The copies cannot be made. The message says why and what to do."""


def update(folder, course=COURSE):
    """Copy every notebook of `course` into `folder`, except over a learner's work.

    A copy counts as untouched while its cells read as delivered; running and saving them changes nothing of
    that. An untouched copy is replaced by a newer version. Beside a copy with work in it the newer version is
    put under a name of its own, once.

    Parameters
    ----------
    folder : Path
        Where the learner works; made if it is not there.
    course : Path, optional
        Where the notebooks come from.

    Returns
    -------
    list of str
        What was done, a sentence each; empty if all was up to date.

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
        return _deliver_all(notebooks, folder)
    except OSError as error:
        raise WorkspaceError(
            f"The folder {folder} cannot be used: {error.strerror or error}. Your notebooks are copied there, so it "
            "must be a folder that you may write to, on a disk with space left. Choose another one with: "
            "python -m bpcourse --folder PATH"
        ) from error


def fingerprint(path):
    """Return a hash of what the notebook's cells read, outputs and empty cells left out; None if it is unreadable."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        read = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps([cell for cell in read if cell[1].strip()]).encode()).hexdigest()


def _deliver_all(notebooks, folder):
    """Deliver each notebook; the ledger lists the fingerprints of all versions delivered so far, by notebook."""
    ledger = _read_ledger(folder / LEDGER)
    messages = []
    for notebook in notebooks:
        delivered = ledger.setdefault(notebook.name, [])
        message = _deliver(notebook, folder / notebook.name, delivered)
        if fingerprint(notebook) not in delivered:
            delivered.append(fingerprint(notebook))
        messages += [message] if message else []
    files.replace(folder / LEDGER, json.dumps(ledger, indent=1))
    return messages


def _deliver(notebook, copy, delivered):
    """Bring one copy up to date; return what was done, or None."""
    if not copy.exists():
        files.replace(copy, notebook.read_bytes())
        return f"New: {copy.name}"
    new, mine = fingerprint(notebook), fingerprint(copy)
    if mine == new:
        return None
    if mine in delivered:
        files.replace(copy, notebook.read_bytes())
        return f"Updated: {copy.name} (you had not changed it)"
    if new in delivered:
        return None
    beside = _free_name(copy, delivered)
    files.replace(beside, notebook.read_bytes())
    return f"There is a new version of {copy.name}. Yours stays as it is; the new one is {beside.name}"


def _free_name(copy, delivered):
    """Return a name for a new version beside `copy`: one that is not taken, or taken by an untouched version."""
    number = 1
    while True:
        suffix = ".new-version" if number == 1 else f".new-version-{number}"
        beside = copy.with_name(f"{copy.stem}{suffix}.ipynb")
        if not beside.exists() or fingerprint(beside) in delivered:
            return beside
        number += 1


def _read_ledger(path):
    try:
        return {name: list(hashes) for name, hashes in json.loads(path.read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}
