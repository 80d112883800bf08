"""The common part of the live figures: picture, text alternative, messages, memory, saved picture."""

import base64
import gc
import io
import re
import subprocess
import sys
import weakref

import numpy as np
import pytest
from front_end import displayed, widgets_made
from matplotlib.figure import Figure
from PIL import Image

from bpcourse import plots
from bpcourse.pictures.writing import number
from bpcourse.widgets import cell, live
from bpcourse.widgets.controls import slider


class Line(live.LivePlot):
    """A point on a line, the smallest live figure."""

    def __init__(self):
        self.x = slider("x", 0.5, 0.0, 1.0)
        figure = Figure(figsize=(4, 3), layout="constrained")
        self.ax = figure.subplots()
        self.ax.set(xlim=(0, 1), ylim=(0, 1))
        (self.point,) = self.ax.plot([], [], "ko", markersize=20)
        super().__init__(figure, [self.point], [self.x])

    def draw(self):
        if self.x.value == 1.0:
            raise ValueError("1 is <too> much")
        self.point.set_data([self.x.value], [0.5])
        self.show_plot(f"A point at {number(self.x.value)}.", f"x = {number(self.x.value)}")


class Square(live.LiveDiagram):
    def __init__(self):
        self.side = slider("side", 10, 1, 100)
        super().__init__([self.side])

    def draw(self):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><rect width="{self.side.value}"/></svg>'
        self.show_svg(svg, 'A "square".', f"side = {self.side.value:g}")


def pixels(figure):
    """The picture on the page as an array (height, width, 3) of brightnesses."""
    return np.asarray(Image.open(io.BytesIO(figure.picture.data)).convert("RGB")).astype(float)


def dark_centre(figure):
    rows, columns = np.nonzero(pixels(figure)[100:-100, 150:-20].mean(axis=2) < 40)
    return columns.mean(), rows.mean()


def test_the_picture_follows_the_control():
    figure = Line()
    before, text = dark_centre(figure), figure.readout.value
    figure.x.value = 0.75
    after = dark_centre(figure)
    assert after[0] - before[0] > 100
    assert after[1] == pytest.approx(before[1], abs=2)
    assert (text, figure.readout.value) == ("x = 0.5", "x = 0.75")
    assert figure.picture.alt == "A point at 0.75."


def test_nothing_is_left_of_earlier_positions():
    moved = Line()
    for x in (0.2, 0.9, 0.4, 0.7):
        moved.x.value = x
    fresh = Line()
    fresh.x.value = 0.7
    np.testing.assert_array_equal(pixels(moved), pixels(fresh))


def test_blitting_draws_what_a_full_draw_draws():
    figure = Line()
    figure.x.value = 0.3
    blitted = pixels(figure)
    figure.point.set_animated(False)
    figure.canvas.agg.draw()
    whole = np.asarray(figure.canvas.agg.buffer_rgba())[..., :3]
    assert np.abs(blitted - whole).max() < 40  # JPEG
    assert np.abs(blitted - whole).mean() < 1


def test_changed_limits_redraw_what_stands_still():
    figure = Line()
    before = pixels(figure)
    figure.ax.set_xlim(0, 100)
    figure.refresh()
    labels = np.s_[-70:, :]
    assert np.abs(pixels(figure)[labels] - before[labels]).max() > 100


def test_the_picture_is_twice_as_dense_as_the_page():
    figure = Line()
    assert (figure.picture.width, figure.picture.height) == (400, 300)
    assert pixels(figure).shape == (600, 800, 3)


def test_an_error_is_told_in_words_and_the_figure_goes_on():
    figure = Line()
    picture = figure.picture.data
    figure.x.value = 1.0
    assert "ValueError: 1 is &lt;too&gt; much" in figure.message.value
    assert figure.picture.data == picture
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
    alt, png, width = re.match(
        r'<img alt="(.*?)" src="data:image/png;base64,(.*?)" width="(\d+)"', data["text/html"]
    ).groups()
    assert (alt, width) == ("A point at 0.5.", "400")
    assert Image.open(io.BytesIO(base64.b64decode(png))).size == (800, 600)
    assert data["text/plain"] == "Picture: A point at 0.5."
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id


def test_a_saved_notebook_holds_the_diagram():
    figure = Square()
    data = displayed(figure)
    assert (figure.picture.width, figure.picture.height) == (100, 50)
    assert data["text/html"].startswith('<img alt="A &quot;square&quot;."')
    assert base64.b64encode(b"<svg")[:4].decode() in data["text/html"]


def test_a_still_says_that_it_does_not_move_yet_and_a_finished_picture_does_not():
    assert "A photograph: run this cell to make it move." in displayed(Line())["text/html"]
    assert "photograph" not in displayed(plots.show(plots.figure()[0], "A still sea."))["text/html"]


def test_a_figure_made_twice_saves_the_same_bytes():
    assert len({displayed(Line())["text/html"] for _ in range(2)}) == 1


def test_closing_frees_the_figure_and_all_its_widgets():
    with widgets_made() as made:
        figure = Line()
    gone = weakref.ref(figure), weakref.ref(figure.canvas.figure)
    assert len(made) > 4
    figure.close()
    assert all(widget.comm is None for widget in made)
    del figure
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
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


def test_no_pyplot_figure_stays_open():
    import matplotlib.pyplot as plt

    Line()
    assert plt.get_fignums() == []


@pytest.mark.parametrize(("value", "text"), [(-0.12345, "−0.1235"), (-0.0, "0"), (1e-9, "1e−09"), (12, "12")])
def test_numbers_are_written_for_readers(value, text):
    assert number(value) == text


def test_a_live_picture_has_the_density_of_the_screen_and_a_still_one_is_sharp():
    figure = Line()
    at_two = dark_centre(figure)
    figure.picture.density = 1.0
    assert pixels(figure).shape == (300, 400, 3)
    rows, columns = np.nonzero(pixels(figure)[50:-50, 75:-10].mean(axis=2) < 40)
    assert (2 * columns.mean(), 2 * rows.mean()) == pytest.approx(at_two, abs=3)
    figure.x.value = 0.7
    assert Image.open(io.BytesIO(figure.still()[0])).size == (800, 600)
    figure.x.value = 0.5
    assert pixels(figure).shape == (300, 400, 3)
    figure.picture.density = 2.0
    np.testing.assert_array_equal(pixels(figure), pixels(Line()))
