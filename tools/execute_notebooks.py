"""Execute the notebooks afresh and store their outputs, so that a second run changes nothing.

    python tools/execute_notebooks.py                                  # all of them
    python tools/execute_notebooks.py notebooks/01_forward_pass.ipynb  # one

A notebook whose cell raises or prints to stderr is reported and left as it was.
"""

import argparse
import copy
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from bpcourse import files

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
VOLATILE = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


class ExecutionFailed(Exception):
    """A cell raised an exception, wrote to stderr or took too long. The message names the cell."""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="the notebooks to execute (default: all)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds that a cell may take (default: 120)")
    options = parser.parse_args(arguments)
    failures = 0
    for path in options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            changed = execute_file(path, options.timeout)
        except (ExecutionFailed, OSError, ValueError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failures += 1
        else:
            print(f"{path.name}: {'stored' if changed else 'unchanged'}", flush=True)
    return 1 if failures else 0


def execute_file(path, timeout=120):
    """Execute the notebook at `path` and store it; return whether the file changed.

    Raises
    ------
    ExecutionFailed
        If a cell raises, prints to stderr or takes longer than `timeout` seconds; the file then stays as it was.
    """
    before = path.read_text(encoding="utf-8")
    after = text_to_store(execute(nbformat.reads(before, as_version=4), path.resolve().parent, timeout))
    if after != before:
        files.replace(path, after)
    return after != before


def execute(notebook, folder, timeout):
    """Return `notebook` executed in `folder`, by a kernel that sees nothing of a learner's progress or settings."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {"kernelspec": METADATA["kernelspec"]}
    client = NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
    )
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"BPCOURSE_HOME": home, "IPYTHONDIR": home}
        try:
            client.execute(env=environment)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise ExecutionFailed(str(error)) from error
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise ExecutionFailed(f"cell {cell.id} printed to stderr:\n{output.text}")
    return notebook


def text_to_store(notebook):
    """Return the file of an executed notebook, without what changes from run to run or from one Python to the next.

    A live figure keeps its still picture only: the live view needs a running kernel, and its name is random.
    """
    notebook = copy.deepcopy(notebook)
    notebook.metadata = copy.deepcopy(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        for name in VOLATILE:
            cell.metadata.pop(name, None)
        for output in cell.get("outputs", []):
            if len(output.get("data", {})) > 1:
                output.data.pop(LIVE_VIEW, None)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main())
