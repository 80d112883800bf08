"""Writing a file as a whole: whoever reads it finds the old content or the new, and never a part."""

import contextlib
import errno
import os
import shutil
import stat
import time
import uuid
from itertools import count

DAY = 24 * 60 * 60  # seconds; nobody takes that long to write a file


def replace(path, content):
    """Give the file at `path` a new content, or, if that fails, leave it as it was.

    The content goes to a new file in the same folder first, and in one move to its own name. The file keeps its
    permissions; a new one gets those that new files get.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8, its ends of lines as they are.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the disk is full.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with open(beside, "xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def read(path):
    """Return the text, in UTF-8, of the file at `path`, its ends of lines as they are.

    Raises
    ------
    OSError
        If it cannot be read, or is no regular file: a named pipe, say, would let its reader wait for ever.
    UnicodeDecodeError
        If it is not UTF-8.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path.read_bytes().decode()


def set_aside(path):
    """Give a damaged file another name, such as ``name.damaged-1.json``, that no other file has; return it.

    Raises
    ------
    OSError
        If that is not possible; FileNotFoundError if it is gone already.
    """
    for number in count(1):
        aside = path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        with contextlib.suppress(FileExistsError):
            aside.touch(exist_ok=False)  # so that another process, at the same moment, takes another name
            break
    try:
        os.replace(path, aside)
    except OSError:
        aside.unlink()
        raise
    return aside


def clear_unfinished(folder):
    """Remove from a folder what `replace` had to leave there as its process was killed, once it is a day old."""
    for path in folder.glob(f".*.{'[0-9a-f]' * 32}.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > DAY:
                path.unlink()
