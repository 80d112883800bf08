"""Start the course: ``python -m bpcourse`` copies the notebooks into my_course/ and opens JupyterLab there."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from bpcourse.start import workspace

FIRST = "00_start_here.ipynb"
STILLS = "--ServerApp.contents_manager_class=bpcourse.start.contents.Contents"
SETTINGS = (  # of JupyterLab: the first notebook, no news, and stills where no kernel runs
    f"--LabApp.default_url=/lab/tree/{FIRST}",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    STILLS,
)
NEEDED = ("numpy", "matplotlib", "ipywidgets", "anywidget", "filelock")


def main(arguments=None):
    """Copy the notebooks that are new, say what was done, and run JupyterLab until it is stopped.

    ``export FILE`` writes the learner's own network as one program instead, ``hand-in FILE`` their progress, and
    ``table FOLDER`` prints what a class has handed in.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["export"]:
        return write(arguments, "my_network.py")
    if arguments[:1] == ["hand-in"]:
        return write(arguments, "my_name.json")
    if arguments[:1] == ["table"]:
        return table(arguments[1:])
    options, others = _parser().parse_known_args(arguments)
    hub = any(name.startswith("JUPYTERHUB_") for name in os.environ)
    alone = options.copy_only or hub
    _check_python(NEEDED if alone else (*NEEDED, "jupyterlab"))
    try:
        messages = workspace.update(options.folder)
    except workspace.WorkspaceError as error:
        sys.exit(str(error))
    print(f"Your notebooks are in {options.folder}.", *messages, sep="\n", flush=True)
    if alone:
        where = "the JupyterLab that JupyterHub runs for you" if hub else "a JupyterLab of this Python"
        print(f"Nothing was started. Open {FIRST} in {where}, in its file browser: it is in that folder.")
    else:
        start_lab(options.folder, options.port, others)


def write(arguments, example):
    """Write the learner's own network as a program, or progress to be handed in, into the file that is named."""
    if len(arguments) != 2:
        sys.exit(f"Name the file: python -m bpcourse {arguments[0]} {example}")
    _check_python(NEEDED)
    from bpcourse.exercises import classroom, exporting

    wish, path = arguments
    try:
        print({"export": exporting.export, "hand-in": classroom.hand_in}[wish](path))
    except OSError as error:
        sys.exit(f"{path} cannot be written: {error.strerror or error}.")


def table(arguments):
    """Print what a class has handed in, see `bpcourse.exercises.classroom.table`."""
    parser = argparse.ArgumentParser(prog="python -m bpcourse table", description="Read what a class has handed in.")
    parser.add_argument("folder", help="holds a file of each learner, as python -m bpcourse hand-in wrote it")
    parser.add_argument("--names", action="store_true", help="end with a line for each learner, by the file's name")
    options = parser.parse_args(arguments)
    _check_python(NEEDED)
    from bpcourse.exercises import classroom

    try:
        print(classroom.table(options.folder, options.names))
    except OSError as error:
        sys.exit(f"{options.folder} cannot be read: {error.strerror or error}.")


def start_lab(folder, port, others):
    """Run JupyterLab on `folder`, opened on the first notebook, until it is stopped."""
    from jupyterlab.labapp import LabApp

    try:
        os.listdir(LabApp().runtime_dir)  # makes it, if it is not there
    except OSError as error:
        sys.exit(
            f"JupyterLab cannot keep its own files in your home folder, {os.path.expanduser('~')}: {error}. The folder "
            "must be there, and you must be allowed to write in it."
        )
    chosen = [f"--port={port}"] if port is not None else []
    LabApp.launch_instance([f"--ServerApp.root_dir={folder}", *SETTINGS, *chosen, *others])


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m bpcourse",
        description="Copy the course's notebooks into a folder of your own and open them in JupyterLab.",
        epilog="python -m bpcourse export FILE writes your own network as a program that needs NumPy alone, "
        "hand-in FILE your progress for your lecturer, and table FOLDER prints what a class handed in. "
        "Every other option goes to JupyterLab as it is, for example --no-browser, --ip or --allow-root.",
        allow_abbrev=False,
    )
    parser.add_argument("--folder", type=_folder, default=workspace.FOLDER, help="your folder (default: %(default)s)")
    parser.add_argument("--copy-only", action="store_true", help="start no JupyterLab (so always on a JupyterHub)")
    parser.add_argument("--port", type=_port, help="the port to listen on (default: JupyterLab's choice)")
    return parser


def _folder(text):
    try:
        return Path(text).expanduser().resolve()
    except (RuntimeError, OSError) as error:  # no such home, or links in a circle
        raise argparse.ArgumentTypeError(f"{text!r} leads nowhere: {error}") from error


def _port(text):
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port; expected a whole number from 0 to 65535")


def _check_python(needed):
    """Leave with a message unless this Python is new enough and has the packages `needed`."""
    if sys.version_info < (3, 11):  # noqa: UP036 (pip refuses an older one, but it can be started without pip)
        sys.exit(f"The course needs Python 3.11 or newer; {sys.executable} is Python {sys.version.split()[0]}.")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        python = Path(".venv", "Scripts" if os.name == "nt" else "bin", "python")
        sys.exit(
            f"The course is not installed in this Python: {sys.executable} has no {', '.join(missing)}. Install it "
            f"with the line under Start in README.md; then start it from its own folder with: {python} -m bpcourse"
        )
