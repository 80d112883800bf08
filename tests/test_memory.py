"""Live figures that are moved, made and replaced many times: what they take of memory stays level."""

import gc
import itertools
import weakref

import ipywidgets
import matplotlib.pyplot as plt
import psutil
import pytest
from matplotlib.figure import Figure

from bpcourse import widgets
from bpcourse.widgets import cell, live

FIGURES = [getattr(widgets, name) for name in widgets.__all__]
SLIDERS = ipywidgets.FloatSlider, ipywidgets.IntSlider


def living(kind):
    """Count the objects of a type that are still there once the garbage is collected."""
    gc.collect()
    return sum(isinstance(thing, kind) for thing in gc.get_objects())


def open_widgets():
    gc.collect()
    return len(ipywidgets.widgets.widget._instances)


@pytest.fixture
def run_cell(monkeypatch):
    """Return a function that makes something as if in a notebook's cell of that id, run once more."""

    class Shell:
        runs = itertools.count()

        def get_parent(self):
            return {"metadata": {"cellId": self.cell}, "header": {"msg_id": self.run}}

    shell = Shell()
    monkeypatch.setattr(cell, "get_ipython", lambda: shell)

    def run(cell, make):
        shell.cell, shell.run = cell, next(shell.runs)
        return make()

    return run


def test_a_thousand_moves_leave_memory_level():
    explorer = widgets.TrainingExplorer(epochs=5)
    explorer.picture.density = 1.0  # as on most screens; it is what takes the time

    def move(times):
        for k in range(times // 2):
            explorer.learning_rate.value = 10 ** (-1 + k % 7 / 10)
            explorer.hidden_size.value = 2 + k % 5
        return open_widgets(), living(Figure), psutil.Process().memory_info().rss

    *counts, before = move(200)
    *counts_after, after = move(1000)
    assert counts_after == counts
    assert after - before < 1000 * len(explorer.picture.data) / 3  # no picture is kept, let alone its pixels


@pytest.mark.parametrize("make", [widgets.TrainingExplorer, widgets.Microscope], ids=lambda make: make.__name__)
def test_a_cell_run_fifty_times_holds_one_figure(run_cell, make):
    def figure():
        return make(epochs=5) if make is widgets.TrainingExplorer else make()

    first = run_cell("a", figure)
    counts, former = (open_widgets(), living(Figure)), [weakref.ref(first)]
    del first
    for _ in range(50):
        newest = run_cell("a", figure)
        former.append(weakref.ref(newest))
    assert (open_widgets(), living(Figure)) == counts
    assert [reference() for reference in former[:-1]] == [None] * 50
    assert newest.comm is not None


def test_twenty_figures_at_once_work(run_cell):
    figures = [run_cell(f"cell {k}", FIGURES[k % len(FIGURES)]) for k in range(20)]
    assert len({figure.picture.model_id for figure in figures}) == 20
    for figure in figures:
        slider = next(part for part in live.descendants(figure) if isinstance(part, SLIDERS))
        others = [other.picture.data for other in figures if other is not figure]
        before = figure.picture.data
        slider.value += slider.step if slider.value < slider.max else -slider.step
        assert figure.picture.data != before
        assert figure.message.value == ""
        assert [other.picture.data for other in figures if other is not figure] == others
    assert plt.get_fignums() == []
