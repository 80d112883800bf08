"""Live figures in a real kernel, moved, made and replaced many times: little is drawn, and nothing is left over."""

import ast

import pytest
from front_end import answer
from jupyter_client.manager import run_kernel

TOOLS = """
import gc, tracemalloc, weakref
import ipywidgets
from bpcourse import widgets
from bpcourse.widgets.live import LiveDrawing

gc.collect()
gc.freeze()  # all that was imported: no later collection walks through it

def there_are(kind):
    gc.collect()
    return sum(isinstance(thing, kind) for thing in gc.get_objects())

def living():
    "How many widgets are open, and how many live figures are there."
    return len(ipywidgets.Widget.get_manager_state()["state"]), there_are(LiveDrawing)

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
    slider, before = first_slider(figure), figure.picture.svg
    if slider is None:  # it is drawn on
        continue
    others = [other.picture.svg for other in figures if other is not figure]
    slider.value += slider.step if slider.value < slider.max else -slider.step
    assert figure.picture.svg != before, figure
    assert figure.message.value == "", figure
    assert [other.picture.svg for other in figures if other is not figure] == others, figure
"""
COUNTED = """
class Counted(widgets.ForwardExplorer):
    drawings = 0

    def draw(self):
        self.drawings += 1
        super().draw()

    def shows(self, text):
        return text in self.readout.value

figure = Counted()
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
        given = answer(self.client, request["header"]["msg_id"])
        assert given["status"] == "ok", "\n".join(given["traceback"])
        return ast.literal_eval(given["user_expressions"]["value"]["data"]["text/plain"])

    def wait_for(self, value):
        """Run an empty cell until the expression `value` gives something true then, and return that."""
        while not (given := self.run("", value)):
            pass
        return given

    def move(self, control, value, trait="value", **header):
        """Tell a control its new value, as a browser does."""
        content = {"comm_id": control, "data": {"method": "update", "state": {trait: value}}}
        message = self.client.session.msg("comm_msg", content)
        message["header"] |= header
        self.client.shell_channel.send(message)

    def new_thread(self):
        """Return the header of messages that are to be answered beside the cells, as JupyterLab asks for."""
        self.client.control_channel.send(self.client.session.msg("create_subshell_request"))
        return {"subshell_id": self.client.get_control_msg(timeout=120)["content"]["subshell_id"]}


@pytest.fixture(scope="module")
def notebook():
    with run_kernel() as client:
        client.iopub_channel.stop()  # nobody looks, so no message waits to be read
        notebook = Notebook(client)
        notebook.run(TOOLS)
        yield notebook


def test_many_moves_leave_memory_level(notebook):
    notebook.run("figure = widgets.TrainingExplorer(epochs=5)")
    counts = notebook.run(FORTY_MOVES, "living()")
    notebook.run("tracemalloc.start()")
    (*_, before), (*_, after) = [
        notebook.run(FORTY_MOVES, "(*living(), tracemalloc.get_traced_memory()[0])") for _ in range(2)
    ]
    assert notebook.run("tracemalloc.stop()", "living()") == counts
    pictures = 40 * notebook.run("", "len(figure.picture.svg)")
    assert after - before < pictures / 10  # none is kept; what the kernel notes of its own is less


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


@pytest.mark.parametrize(
    "figure", ["TrainingExplorer(epochs=5)", "OutputErrorExplorer()", "Microscope()", "Playground()"]
)
def test_a_former_drawing_that_out_keeps_holds_no_picture(notebook, figure):
    make = f"figure = widgets.{figure}\nfigure._repr_mimebundle_()"
    notebook.run(f"{make}\nkept = figure", cell=figure)
    notebook.run(make, cell=figure)
    assert notebook.run("", "(kept.picture.svg, kept.picture.frames, figure.picture.svg[:4])") == ("", [], "<svg")


@pytest.mark.parametrize("beside_the_cells", [False, True])
def test_of_a_burst_of_moves_the_newest_is_drawn(notebook, beside_the_cells):
    notebook.run(COUNTED)
    header = notebook.new_thread() if beside_the_cells else {}
    x1 = notebook.run("", "figure.x1.model_id")
    for k in range(1, 201):
        notebook.move(x1, k / 100, **header)
    notebook.wait_for("figure.shows('= 2 · 0.4 +')")
    assert notebook.run("", "figure.drawings") < 50
    notebook.move(x1, 0.5, **header)
    notebook.wait_for("figure.shows('= 0.5 · 0.4 +')")


def test_what_a_cell_changes_is_drawn_at_once(notebook):
    notebook.run(COUNTED)
    assert notebook.run("figure.x1.value = 1.5", "figure.shows('= 1.5 · 0.4 +')")


def test_a_move_is_drawn_before_another_control_or_a_cell_is_answered(notebook):
    notebook.run(COUNTED)
    value, parameter = notebook.run("", "(figure.value.model_id, figure.parameter.model_id)")
    for k in range(1, 11):
        notebook.move(value, k / 10)  # of W1[0,0]
    notebook.move(parameter, 2, trait="index")
    notebook.move(value, -0.5)
    weights = notebook.run("pass", "figure.network.weights[0][0].tolist()")
    assert weights == [1.0, -0.6, -0.5]
    assert notebook.run("", "figure.drawings") < 10


def test_twenty_figures_at_once_work(notebook):
    notebook.run("figures = []")
    for k in range(20):
        kind = f"getattr(widgets, widgets.__all__[{k} % len(widgets.__all__)])"
        notebook.run(f"figures.append({kind}())", cell=f"cell {k}")
    assert notebook.run("", "len({figure.picture.model_id for figure in figures})") == 20
    notebook.run(MOVE_EACH)
