"""Start the course: ``python -m bpcourse`` copies the notebooks into my_course/ and opens JupyterLab there."""

import argparse
import sys
from pathlib import Path

from bpcourse.start import workspace

FIRST = "00_start_here.ipynb"


def main(arguments=None):
    """Copy the notebooks that are new, say what was done, and run JupyterLab until it is stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m bpcourse",
        description="Copy the course's notebooks into a folder of your own and open them in JupyterLab.",
        epilog="Every other option goes to JupyterLab as it is, for example --ip or --allow-root.",
        allow_abbrev=False,
    )
    parser.add_argument("--folder", type=Path, default=workspace.FOLDER, help="your own folder (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.add_argument("--port", type=int, help="the port to listen on (default: JupyterLab's choice)")
    options, others = parser.parse_known_args(arguments)
    folder = options.folder.expanduser().resolve()
    try:
        messages = workspace.update(folder)
    except workspace.WorkspaceError as error:
        sys.exit(str(error))
    print(f"Your notebooks are in {folder}.", *messages, sep="\n", flush=True)
    start_lab(folder, options.no_browser, options.port, others)


def start_lab(folder, no_browser, port, others):
    """Run JupyterLab on `folder`, opened on the first notebook, until it is stopped."""
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        sys.exit(
            "JupyterLab is not installed in this Python. Install it with: python -m pip install -r requirements.txt"
        )
    arguments = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{FIRST}"]
    arguments += ["--no-browser"] if no_browser else []
    arguments += [f"--port={port}"] if port is not None else []
    LabApp.launch_instance([*arguments, *others])
