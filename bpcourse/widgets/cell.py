"""What the notebook asks of figures: a cell's former ones are closed, and of many moves the newest is drawn."""

import asyncio
import weakref

from IPython import get_ipython

TURNS = 20  # of the event loop, within which the kernel takes up a message that waits
_made = weakref.WeakKeyDictionary()  # figure -> the cell that made it, and the run of it
_due = weakref.WeakKeyDictionary()  # figure -> the control's message whose change it is to draw


def _request():
    """Return the message that the kernel is answering; {} outside a notebook."""
    shell = get_ipython()
    return shell.get_parent() if hasattr(shell, "get_parent") else {}


def replace_figures_of_this_cell(figure):
    """Close the figures that an earlier run of the same notebook cell left, which ipywidgets would keep for good."""
    request = _request()
    cell, run = request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id")
    for other, (its_cell, its_run) in list(_made.items()):
        if cell and cell == its_cell and run != its_run:
            other.close()
            del _made[other]
    _made[figure] = cell, run


def draw_the_newest(figure):
    """Let a figure draw once no further message of the same control waits; return False if none is being answered.

    Before anything else is answered, a cell or another control, what is due is drawn (see `_draw_what_is_due`).
    """
    request = _request()
    if request.get("header", {}).get("msg_type") != "comm_msg":
        return False
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    get_ipython().events.register("pre_execute", _draw_what_is_due)  # once, however often it is called
    _due[figure] = request

    def turn(left):
        if left:
            loop.call_soon(turn, left - 1)
        elif _due.get(figure) is request:
            figure.refresh()

    turn(TURNS)
    return True


def nothing_is_due(figure):
    """Take note that a figure has been drawn, or closed."""
    _due.pop(figure, None)


def _draw_what_is_due():
    for figure, request in list(_due.items()):
        if request["content"]["comm_id"] != _request()["content"].get("comm_id"):
            figure.refresh()
