"""Writing a file as a whole: whoever reads it finds the old content or the new, and never a part."""

import contextlib
import os
import shutil
import uuid


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
