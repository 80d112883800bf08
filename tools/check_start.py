"""Start the course and see that JupyterLab serves the first notebook; then stop it.

python tools/check_start.py          by the README's own command, in this clone
python tools/check_start.py PYTHON   by `PYTHON -m bpcourse`, in an empty folder: has that Python all it needs?
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import readme
import server_log

ROOT = Path(__file__).resolve().parent.parent
FIRST = "00_start_here.ipynb"


def main():
    if sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            check_started(f'"{Path(sys.argv[1]).absolute()}" -m bpcourse', folder)
    else:
        check_started(readme.command("start"), ROOT)


def check_started(command, folder):
    """Exit with a message unless the command, run in a folder, starts the course."""
    server = subprocess.Popen(
        ["bash", "-c", f"{command} --no-browser --ip=127.0.0.1 --allow-root"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        check_served(*server_log.address(shown(server.stdout)))
    except RuntimeError as error:
        sys.exit(str(error))
    finally:
        stop(server)
    print(f"JupyterLab serves {FIRST}.")


def shown(lines):
    """Give the lines on, and show them as they come."""
    for line in lines:
        print(line, end="", flush=True)
        yield line


def check_served(url, token):
    """Exit with a message unless JupyterLab's page and the first notebook, as committed, are served."""
    served = json.loads(fetch(f"{url}/api/contents/{FIRST}", token))["content"]["cells"]
    committed = json.loads((ROOT / "notebooks" / FIRST).read_text(encoding="utf-8"))["cells"]
    if [cell["source"] for cell in served] != ["".join(cell["source"]) for cell in committed]:
        sys.exit(f"The {FIRST} that JupyterLab serves is not the committed one.")
    if "jupyter-config-data" not in fetch(f"{url}/lab/tree/{FIRST}", token):
        sys.exit(f"/lab/tree/{FIRST} is not JupyterLab's page.")


def fetch(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


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
