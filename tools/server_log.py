"""What JupyterLab says when it has started: where it can be reached."""

import re
import socket
import time


def address(lines):
    """Read JupyterLab's log, line by line, until it tells its address; return that and the token it asks for.

    Raises
    ------
    RuntimeError
        If it ends before, with its last lines, or if nothing answers there.
    """
    said = []
    for line in lines:
        said.append(line)
        if found := re.search(r"(http://127\.0\.0\.1:(\d+))/\S*token=(\w+)", line):
            _wait_until_it_listens(int(found[2]))
            return found[1], found[3]
    raise RuntimeError("JupyterLab ended before it said where it can be reached:\n" + "".join(said[-40:]))


def _wait_until_it_listens(port):
    """Ask until somebody answers: JupyterLab says where it is a moment before it is there."""
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"JupyterLab said that it could be reached at port {port}, but nothing answers there.")
