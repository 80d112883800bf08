"""Notebook 06: gradient descent on the loss landscape, with too small, right and too large steps."""

import math

import ipywidgets
import numpy as np
from matplotlib.contour import ContourSet

from bpcourse.mathematics import landscape, own_class
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import plots, style
from bpcourse.pictures.writing import number
from bpcourse.widgets.controls import button, dropdown, int_slider, log_slider, parameter_names, slider, toggle
from bpcourse.widgets.example import line_fit
from bpcourse.widgets.live import LivePlot

RESOLUTION = 60  # points along each side of the map
SPAN = 4.5  # how far the map reaches from the start
MOST_STEPS = 60
TOO_LARGE = (2.3, 5, 10, 20, 50, 100)  # in multiples of 1 / steepest curvature: the first that ends up higher
STEPS_PER_DECADE = 20  # of the slider over the learning rate
NEAR = 0.05  # of the way from the start down to the lowest point of the map: that is arriving


class DescentExplorer(LivePlot):
    """Walk down the loss over two weights, and see what learning rate, momentum and batches do to the path.

    Parameters
    ----------
    network : NeuralNetwork, or an object with ``weights``, ``biases``, ``backward`` and ``loss`` (or ``forward``)
        It stays as it is. None: ŷ = w x + b fitted to four samples, whose landscape is a valley.
    X, y : arrays (N, n_in), (N, n_out)
        Needed with a network of your own.

    Attributes
    ----------
    learning_rate : FloatLogSlider
        η
    momentum : FloatSlider
        μ, 0 to 0.95.
    steps : IntSlider
        1 to 60.
    batch : ToggleButtons
        The gradient of "all samples", or of "one sample" after the other, shuffled.
    first, second : Dropdown
        The two weights or biases that move.
    too_small, right, too_large : Button
        Presets of the learning rate: right is 1 / steepest curvature on the map, too small a fiftieth of it, too
        large the first of some multiples with which the descent ends higher than it started, or the largest of them;
        each down to the slider's next step, as a browser would round it up too.
    presets : dict of str -> float
        What they now are.
    path, losses : ndarray
        What the picture shows, as from `landscape.descent_path`.

    Raises
    ------
    InputError
        If data are missing or do not fit, or the network has one parameter only.
    """

    def __init__(self, network=None, X=None, y=None):
        if network is None:
            network, X, y = line_fit()
        names = parameter_names(network)
        if X is None or y is None or len(names) < 2:
            raise InputError("DescentExplorer(network, X, y) needs samples X, targets y, and two parameters or more.")
        self._network, self._data = own_class.editable_copy(network), (X, y)
        self.first, self.second = dropdown("across", names, names[0]), dropdown("upwards", names, names[1])
        self._survey()
        rate, (least, most) = self.presets["right"], self._range_of_rates()
        self.learning_rate = log_slider("learning rate η", rate, least, most, STEPS_PER_DECADE)
        self.momentum = slider("momentum μ", 0.0, 0.0, 0.95, 0.05)
        self.steps = int_slider("steps", 30, 1, MOST_STEPS)
        self.batch = toggle("gradient of", ["all samples", "one sample"], "all samples")
        presets = [button(name, f"A learning rate that is {name}", self._take_preset) for name in self.presets]
        self.too_small, self.right, self.too_large = presets
        figure, axes = plots.figure(2, width=9.0, height=4.2)
        self._map, self._trace_axes = axes
        moving = [*self._make_map(), *self._make_trace()]
        self._drawn = None
        rates = [self.learning_rate, ipywidgets.HBox(presets)]
        super().__init__(figure, moving, [*rates, self.momentum, self.steps, self.first, self.second, self.batch])

    def draw(self):
        chosen = self.first.value, self.second.value
        if chosen != self._drawn:
            self._drawn = chosen
            self._survey()
            self._draw_map(*chosen)
            self._fit_slider()
        batch_size = None if self.batch.value == "all samples" else 1
        self.path, self.losses = self._descend(
            self.learning_rate.value, self.steps.value, momentum=self.momentum.value, batch_size=batch_size
        )
        self._line.set_data(*self.path.T)
        self._start.set_data(*self.path[:1].T)
        self._end.set_data(*self.path[-1:].T)
        self._trace.set_data(np.arange(len(self.losses)), self.losses)
        self._tell()

    def _tell(self):
        setting = f"η = {number(self.learning_rate.value, 3)}, μ = {number(self.momentum.value, 3)}"
        steps = len(self.losses) - 1
        fall = f"{steps} steps, loss {number(self.losses[0], 3)} → {number(self.losses[-1], 3)}"
        verdict = explain(self.losses, self._surface.min(), self.batch.value == "one sample")
        if not self._map.viewLim.contains(*self.path[-1]):
            verdict += " Its end lies beyond the map."
        self.show_plot(
            f"Live figure: gradient descent over {self.first.value} and {self.second.value} with {setting}: {fall}. "
            f"{verdict} Left the path on the map of the loss, right the loss after each step.",
            f"<b>{setting}</b>: {fall}. {verdict}",
        )

    # -- the map --------------------------------------------------------------------------------------

    def _survey(self):
        """Measure the loss all over the map of the two chosen parameters, and how sharply it bends there."""
        names = self.first.value, self.second.value
        offsets = np.linspace(-SPAN, SPAN, RESOLUTION)
        self._axes_values = [own_class.get_parameter(self._network, name) + offsets for name in names]
        self._surface = landscape.loss_surface(self._network, *self._data, *names, *self._axes_values)
        right = 1 / steepest_curvature(self._surface, offsets[1] - offsets[0])
        rates = {"too small": right / 50, "right": right, "too large": self._too_large(right)}
        self.presets = {name: step_below(rate) for name, rate in rates.items()}

    def _too_large(self, right):
        for multiple in TOO_LARGE:
            losses = self._descend(step_below(multiple * right), MOST_STEPS)[1]
            if losses[-1] > losses[0]:
                break
        return multiple * right

    def _descend(self, learning_rate, steps, **options):
        names = self.first.value, self.second.value
        return landscape.descent_path(self._network, *self._data, *names, steps, learning_rate, **options)

    def _range_of_rates(self):
        """The powers of ten between which the slider goes: beyond all presets."""
        rates = self.presets.values()
        return round(math.log10(min(rates)) - 0.3, 1), round(math.log10(max(rates)) + 0.3, 1)

    def _fit_slider(self):
        with self.quietly(), self.learning_rate.hold_trait_notifications():
            self.learning_rate.min, self.learning_rate.max = self._range_of_rates()

    def _draw_map(self, first, second):
        for contours in [artist for artist in self._map.get_children() if isinstance(artist, ContourSet)]:
            contours.remove()
        self._map.set_title("")
        plots.loss_contours(self._map, *self._axes_values, self._surface)
        self._map.set(xlabel=first, ylabel=second)
        start, lowest = self._surface[RESOLUTION // 2, RESOLUTION // 2], self._surface.min()
        self._trace_axes.set_ylim(max(lowest / 2, start / 1e4), max(2 * start, self._surface.max()))
        self.canvas.redraw_all()

    def _take_preset(self, button):
        self.learning_rate.value = self.presets[button.description]

    @plots.drawing
    def _make_map(self):
        path = {"color": style.ORANGE, "markersize": 5, "markeredgecolor": style.PAPER, "markeredgewidth": 0.7}
        end = {"linestyle": "", "markersize": 10, "markeredgecolor": style.INK}
        (self._line,) = self._map.plot([], [], marker="o", linewidth=1.6, gid="path", **path)
        (self._start,) = self._map.plot([], [], marker="o", color=style.PAPER, label="start", **end)
        (self._end,) = self._map.plot([], [], marker="s", color=style.ORANGE, label="end", **end)
        self._map.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
        return self._line, self._start, self._end

    @plots.drawing
    def _make_trace(self):
        look = {"color": style.ORANGE, "marker": "o", "markersize": 4, "linewidth": 1.6}
        (self._trace,) = self._trace_axes.plot([], [], gid="losses", **look)
        self._trace_axes.set(xlabel="step", ylabel="loss L", xlim=(0, MOST_STEPS), yscale="log")
        return (self._trace,)


def step_below(rate):
    """Return the highest learning rate up to `rate` at which the slider has a step."""
    return 10 ** (math.floor(STEPS_PER_DECADE * math.log10(rate)) / STEPS_PER_DECADE)


def steepest_curvature(surface, spacing):
    """Return the largest second derivative, in any direction, of a surface on a square grid; above 0."""
    across, up = np.gradient(surface, spacing, axis=1), np.gradient(surface, spacing, axis=0)
    a, b = np.gradient(across, spacing, axis=1), np.gradient(across, spacing, axis=0)
    c = np.gradient(up, spacing, axis=0)
    largest_eigenvalue = (a + c) / 2 + np.hypot((a - c) / 2, b)
    return max(float(largest_eigenvalue[2:-2, 2:-2].max()), 1e-6)


def explain(losses, lowest, noisy=False):
    """Say in words what a descent did, from its losses and the lowest loss on the map."""
    start, end = losses[0], losses[-1]
    if len(losses) == 1:
        return "It ended at its first step, from which the loss is no finite number. Far too large."
    rises = int((np.diff(losses) > 1e-9 * start).sum())
    if end > start and losses[-1] <= losses[-2]:
        return (
            "Too large: a step jumped out of the valley onto a plateau. The slope there is almost zero, so the descent "
            "is stuck, higher than it started."
        )
    if end > start:
        return (
            "Too large: each step jumps over the valley and lands higher on the other side, where the slope is "
            "steeper, so that the next step is longer still. It diverges."
        )
    if end - lowest > NEAR * (start - lowest):
        if rises > len(losses) // 4 and not noisy:
            return "It swings from side to side of the valley instead of going down along it: rather large."
        if not noisy and abs(losses[-1] - losses[-2]) < 1e-6 * start:
            return "It came to rest on a plain, above the bottom: the slopes there are almost 0. Rather large."
        return "It goes downhill, and is not there yet: more steps, a larger η or some momentum would help."
    if noisy:
        return "Near the lowest loss on this map. One sample's gradient is only roughly downhill, so the path trembles."
    if rises:
        return "Near the lowest loss on this map, after some overshooting on the way."
    return "Near the lowest loss on this map, downhill with every step: a good η."
