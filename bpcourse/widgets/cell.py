"""The figures of the notebook's cells: what an earlier run of a cell has made is closed when the cell runs again."""

import weakref

from IPython import get_ipython

_made = weakref.WeakKeyDictionary()  # figure -> the cell that made it, and the run of it


def replace_figures_of_this_cell(figure):
    """Close the figures that an earlier run of the same notebook cell left, which ipywidgets would keep for good."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell, run = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    for other, (its_cell, its_run) in list(_made.items()):
        if cell and cell == its_cell and run != its_run:
            other.close()
            del _made[other]
    _made[figure] = cell, run
