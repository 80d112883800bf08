"""Start the course by the README's own command and see that JupyterLab serves the first notebook; then stop it.

python tools/check_start.py [--minutes 20]
"""

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import readme

ROOT = Path(__file__).resolve().parent.parent
FIRST = "00_start_here.ipynb"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20, help="how long installing and starting may take")
    minutes = parser.parse_args().minutes
    port, token = free_port(), secrets.token_hex(16)
    command = f"{readme.command('start')} --no-browser --port={port} --IdentityProvider.token={token} --allow-root"
    server = subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for_answer(server, port, token, deadline=time.monotonic() + 60 * minutes)
        check_served(port, token)
    finally:
        stop(server)
    print(f"JupyterLab serves {FIRST}.")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def fetch(port, token, address):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers={"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def wait_for_answer(server, port, token, deadline):
    """Return once the server answers; exit with a message if it ends before or the time is over."""
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"The start command ended with status {server.returncode} before JupyterLab answered.")
        try:
            fetch(port, token, "/api")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    sys.exit("JupyterLab did not answer in time.")


def check_served(port, token):
    """Exit with a message unless JupyterLab's page and the first notebook, as committed, are served."""
    served = json.loads(fetch(port, token, f"/api/contents/{FIRST}"))["content"]["cells"]
    committed = json.loads((ROOT / "notebooks" / FIRST).read_text(encoding="utf-8"))["cells"]
    if [cell["source"] for cell in served] != ["".join(cell["source"]) for cell in committed]:
        sys.exit(f"The {FIRST} that JupyterLab serves is not the committed one.")
    if "jupyter-config-data" not in fetch(port, token, f"/lab/tree/{FIRST}"):
        sys.exit(f"/lab/tree/{FIRST} is not JupyterLab's page.")


def stop(server):
    """Stop the command and what it started: politely, then for good."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, wish)
            server.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
        return


if __name__ == "__main__":
    main()
