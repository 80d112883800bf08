"""Live figures in a real kernel that are moved, made and replaced many times: nothing is left of the former ones."""

import ast

import pytest
from jupyter_client.manager import run_kernel

TOOLS = """
import gc, tracemalloc, weakref
import ipywidgets
import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from bpcourse import widgets

def there_are(kind):
    gc.collect()
    return sum(isinstance(thing, kind) for thing in gc.get_objects())

def living():
    "How many widgets are open, and how many of matplotlib's figures are there."
    return len(ipywidgets.Widget.get_manager_state()["state"]), there_are(Figure)

def first_slider(part):
    if isinstance(part, (ipywidgets.FloatSlider, ipywidgets.IntSlider)):
        return part
    return next(filter(None, map(first_slider, getattr(part, "children", ()))), None)
"""
FORTY_MOVES = """
for k in range(20):
    figure.learning_rate.value = 10 ** (-1 + k % 7 / 10)
    figure.hidden_size.value = 2 + k % 5
"""
MOVE_EACH = """
for figure in figures:
    slider, before = first_slider(figure), figure.picture.data
    others = [other.picture.data for other in figures if other is not figure]
    slider.value += slider.step if slider.value < slider.max else -slider.step
    assert figure.picture.data != before, figure
    assert figure.message.value == "", figure
    assert [other.picture.data for other in figures if other is not figure] == others, figure
"""


class Notebook:
    """A kernel that runs cells as JupyterLab has them run, which tells their ids."""

    def __init__(self, client):
        self.client = client

    def run(self, source, value="None", cell="a cell"):
        """Run a cell, and return what the expression `value` gives then."""
        content = {"code": source, "silent": False, "user_expressions": {"value": value}}
        request = self.client.session.msg("execute_request", content, metadata={"cellId": cell})
        self.client.shell_channel.send(request)
        answer = self.client.get_shell_msg(timeout=120)["content"]
        assert answer["status"] == "ok", "\n".join(answer["traceback"])
        return ast.literal_eval(answer["user_expressions"]["value"]["data"]["text/plain"])


@pytest.fixture(scope="module")
def notebook():
    with run_kernel() as client:
        client.iopub_channel.stop()  # nobody looks, so no message waits to be read
        notebook = Notebook(client)
        notebook.run(TOOLS)
        yield notebook


def test_many_moves_leave_memory_level(notebook):
    notebook.run("figure = widgets.TrainingExplorer(epochs=5)\nfigure.picture.density = 1.0  # as on most screens")
    counts = notebook.run(FORTY_MOVES, "living()")
    notebook.run("tracemalloc.start()")
    (*_, before), (*_, after) = [
        notebook.run(FORTY_MOVES, "(*living(), tracemalloc.get_traced_memory()[0])") for _ in range(2)
    ]
    assert notebook.run("tracemalloc.stop()", "living()") == counts
    assert after - before < notebook.run("", "len(figure.picture.data)")  # not one picture is kept


@pytest.mark.parametrize("figure", ["TrainingExplorer(epochs=5)", "Microscope()"])
def test_a_cell_run_again_holds_one_figure(notebook, figure):
    notebook.run("former = []")
    make = f"figure = widgets.{figure}"
    counts = notebook.run(make, "living()", cell=figure)
    for _ in range(5):
        notebook.run("former.append(weakref.ref(figure))")
        assert notebook.run(make, "living()", cell=figure) == counts
    assert notebook.run("", "[reference() for reference in former]") == [None] * 5
    assert notebook.run("", "figure.comm is not None")


@pytest.mark.parametrize("figure", ["TrainingExplorer(epochs=5)", "OutputErrorExplorer()", "Playground()"])
def test_former_figures_that_out_keeps_hold_no_pixels(notebook, figure):
    show = f"widgets.{figure}"
    notebook.run(show, cell=figure)
    kept, renderers = notebook.run("", "(there_are(Figure), there_are(RendererAgg))")
    for _ in range(3):
        notebook.run(show, cell=figure)
    assert notebook.run("", "there_are(Figure)") == kept + 3
    assert notebook.run("", "there_are(RendererAgg)") == renderers


def test_twenty_figures_at_once_work(notebook):
    notebook.run("figures = []")
    for k in range(20):
        kind = f"getattr(widgets, widgets.__all__[{k} % len(widgets.__all__)])"
        notebook.run(f"figures.append({kind}())", cell=f"cell {k}")
    assert notebook.run("", "len({figure.picture.model_id for figure in figures})") == 20
    notebook.run(MOVE_EACH)
    assert notebook.run("", "plt.get_fignums()") == []
