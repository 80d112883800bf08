"""What a notebook's front end does with figures, done without one."""

import contextlib
import weakref

import ipywidgets
from IPython.core.formatters import DisplayFormatter


def displayed(thing):
    """Return what IPython makes of a thing that a cell ends with: MIME type -> data."""
    return DisplayFormatter().format(thing)[0]


def hear(figure, content):
    """Let a message reach a figure's picture as one from a browser does."""
    data = {"method": "custom", "content": content}
    figure.picture.comm.handle_msg({"content": {"data": data}, "buffers": []})


def answer(client, request):
    """Return the content of a kernel's answer to the request of that id.

    A busy machine may have asked for more than one sign of life: the answers to these are passed over.
    """
    while (message := client.get_shell_msg(timeout=120))["parent_header"]["msg_id"] != request:
        pass
    return message["content"]


@contextlib.contextmanager
def widgets_made():
    """Give the set of all widgets that are made meanwhile and still there."""
    made = weakref.WeakSet()
    ipywidgets.Widget.on_widget_constructed(made.add)
    try:
        yield made
    finally:
        ipywidgets.Widget.on_widget_constructed(None)
