"""The common part of the live figures: picture, text alternative, messages, memory, saved picture."""

import base64
import gc
import re
import subprocess
import sys
import weakref

import pytest
from front_end import displayed, widgets_made

from bpcourse import plots
from bpcourse.pictures import svg
from bpcourse.pictures.writing import number
from bpcourse.widgets import cell, live
from bpcourse.widgets.controls import slider


class Line(live.LiveDrawing):
    """A point on a line, the smallest live figure."""

    def __init__(self):
        self.x = slider("x", 0.5, 0.0, 1.0)
        super().__init__([self.x])

    def draw(self):
        if self.x.value == 1.0:
            raise ValueError("1 is <too> much")
        point = svg.element("circle", cx=100 * self.x.value, cy=25, r=10, id="point")
        alt = f'A "point" at {number(self.x.value)}.'
        self.show_drawing(svg.drawing(100, 50, alt, point), f"x = {number(self.x.value)}")


def test_the_picture_follows_the_control():
    figure = Line()
    before, text = figure.picture.svg, figure.readout.value
    figure.x.value = 0.75
    assert 'cx="50"' in before
    assert 'cx="75"' in figure.picture.svg
    assert (text, figure.readout.value) == ("x = 0.5", "x = 0.75")
    assert figure.alt == 'A "point" at 0.75.'


def test_nothing_is_left_of_earlier_positions():
    moved = Line()
    for x in (0.2, 0.9, 0.4, 0.7):
        moved.x.value = x
    fresh = Line()
    fresh.x.value = 0.7
    assert moved.picture.svg == fresh.picture.svg


def test_an_error_is_told_in_words_and_the_figure_goes_on():
    figure = Line()
    picture = figure.picture.svg
    figure.x.value = 1.0
    assert "ValueError: 1 is &lt;too&gt; much" in figure.message.value
    assert figure.picture.svg == picture
    figure.x.value = 0.25
    assert figure.message.value == ""
    assert figure.readout.value == "x = 0.25"


def test_an_error_while_it_is_made_reaches_the_caller():
    class Broken(Line):
        def draw(self):
            raise ValueError("no data")

    with pytest.raises(ValueError, match="no data"):
        Broken()


def test_a_saved_notebook_holds_the_picture():
    figure = Line()
    data = displayed(figure)
    alt, drawn = re.match(r'<img alt="(.*?)" src="data:image/svg\+xml;base64,(.*?)"', data["text/html"]).groups()
    assert (alt, data["text/plain"]) == ("A &quot;point&quot; at 0.5.", 'Picture: A "point" at 0.5.')
    head, rest = figure.picture.svg.split(">", 1)
    assert base64.b64decode(drawn).decode().startswith(f"{head}><rect")  # paper, where the page is dark
    assert base64.b64decode(drawn).decode().endswith(rest)
    assert 'width="100" height="50"' in figure.picture.svg
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id


def test_a_still_says_that_it_does_not_move_yet_and_a_finished_picture_does_not():
    assert "A photograph: run this cell to make it move." in displayed(Line())["text/html"]
    assert "photograph" not in displayed(plots.show(plots.figure()[0], "A still sea."))["text/html"]


def test_a_figure_made_twice_saves_the_same_bytes():
    assert len({displayed(Line())["text/html"] for _ in range(2)}) == 1


def test_closing_frees_the_figure_and_all_its_widgets():
    with widgets_made() as made:
        figure = Line()
    gone = weakref.ref(figure)
    assert len(made) > 4
    figure.close()
    assert all(widget.comm is None for widget in made)
    del figure
    gc.collect()
    assert gone() is None
    assert len(made) == 0


def test_figures_that_are_open_when_python_ends_do_not_complain():
    program = "from bpcourse import widgets; figures = [widgets.LossExplorer(), widgets.Microscope()]"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_running_a_cell_again_closes_its_former_figures_only(monkeypatch):
    class Shell:
        def get_parent(self):
            return {"metadata": {"cellId": self.cell}, "header": {"msg_id": self.run}}

        def run_cell(self, cell, run):
            self.cell, self.run = cell, run
            return Line()

    shell = Shell()
    monkeypatch.setattr(cell, "get_ipython", lambda: shell)
    first, second = shell.run_cell("a", 1), shell.run_cell("a", 1)
    other = shell.run_cell("b", 2)
    again = shell.run_cell("a", 3)
    assert [figure.comm is None for figure in (first, second, other, again)] == [True, True, False, False]


@pytest.mark.parametrize(("value", "text"), [(-0.12345, "−0.1235"), (-0.0, "0"), (1e-9, "1e−09"), (12, "12")])
def test_numbers_are_written_for_readers(value, text):
    assert number(value) == text
