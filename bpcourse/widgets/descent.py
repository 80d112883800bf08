"""Notebook 06: gradient descent on the loss landscape, with too small, right and too large steps."""

import math

import ipywidgets
import numpy as np

from bpcourse.mathematics import landscape, own_class
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import charts, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.writing import number
from bpcourse.widgets import loss_chart
from bpcourse.widgets.controls import button, dropdown, int_slider, log_slider, move, parameter_names, slider, toggle
from bpcourse.widgets.descent_map import LossMap, key, step_parts
from bpcourse.widgets.example import line_fit
from bpcourse.widgets.live import LiveDrawing

RESOLUTION = 60  # points along each side of what is surveyed
SPAN = 4.5  # how far that reaches from where the network stands
REACH = 1.3 * SPAN  # how far the map may, which follows the path
MOST_STEPS = 60
BESIDE = 740  # pixels of room, from which on the trace stands beside the map
TOO_LARGE = (2.3, 5, 10, 20, 50, 100)  # in multiples of 1 / steepest curvature: the first that ends up higher
STEPS_PER_DECADE = 20  # of the slider over the learning rate
NEAR = 0.05  # of the way from the start down to the lowest point of the map: that is arriving


class DescentExplorer(LiveDrawing):
    """Walk down the loss over two weights, and see what learning rate, momentum and batches do to the path.

    On the map, whose axes are to one scale, the step that is looked at is taken apart: −η ∇L at right angles to the
    level line, and what the momentum carries on of the step before. The start can be dragged.

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
    step : IntSlider
        Which of them is looked at; the point on the curve of the losses drags it too.
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
    start : ndarray, (2,)
        Where the path begins: where the network stands, until it is dragged.
    map, trace : Frame
        The two charts, from pixels to numbers and back.

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
        self.steps, self.step = int_slider("steps", 30, 1, MOST_STEPS), int_slider("step looked at", 0, 0, 30)
        self.batch = toggle("gradient of", ["all samples", "one sample"], "all samples")
        presets = [button(name, f"A learning rate that is {name}", self._take_preset) for name in self.presets]
        self.too_small, self.right, self.too_large = presets
        self._map, self._held = None, False
        rates = [self.learning_rate, ipywidgets.HBox(presets)]
        super().__init__([*rates, self.momentum, self.steps, self.step, self.batch, self.first, self.second])

    def draw(self):
        if self._names() != self._surveyed:
            self._survey()
            self._fit_slider()
        batch_size = None if self.batch.value == "all samples" else 1
        rate, momentum, steps = self.learning_rate.value, self.momentum.value, self.steps.value
        path, losses = self._descend(rate, steps + 1, momentum=momentum, batch_size=batch_size)
        self.path, self.losses = path[: steps + 1], losses[: steps + 1]
        with self.quietly():
            self.step.max = len(self.path) - 1  # which takes its value along
        self._lay_out()
        step = self.step.value
        carried = momentum * (path[step] - path[step - 1]) if step else np.zeros(2)
        taken = path[step + 1] - path[step] if step + 1 < len(path) else None
        left, top, _, height = self.trace.box
        push = None if taken is None else taken - carried
        ends = len(self.path) - 1, self.losses[-1]
        signs = key(left, top + height + 70, step, self.losses[step], push, carried, *ends)
        self._tell([*self._map_parts(step, taken, carried), *self._trace_parts(step), *signs])

    def drag(self, id, x, y):
        if id == "step":
            move(self.step, self.trace.x.back(x))
        else:
            self._held = True
            self._begin_at(self.map.back(x, y))

    def drop(self, id):
        if self._held:
            self._held = False
            self.refresh()

    def nudge(self, id, steps):
        if id == "step":
            move(self.step, self.step.value + steps)
        else:
            upwards = self.pressed in ("ArrowUp", "ArrowDown", "PageUp", "PageDown")
            self._begin_at(
                self.start + np.clip(steps, -REACH / 0.1, REACH / 0.1) * 0.1 * np.array([not upwards, upwards])
            )

    def _begin_at(self, start):
        self.start = np.clip(start, self._home - REACH, self._home + REACH)
        for name, value in zip(self._names(), self.start, strict=True):
            own_class.set_parameter(self._walker, name, value)
        self._follow(None)

    # -- the drawing ---------------------------------------------------------------------------------

    def _lay_out(self):
        """Place both charts; the map anew if the path leaves it or is small in it, not while the start is dragged."""
        beside = self.width >= BESIDE
        across = min(round(0.55 * self.width), self.width - 430) if beside else self.width - 76
        box = (56, 34, across, 344 if beside else 230)
        near = self.path[np.abs(self.path - self._home).max(axis=1) <= REACH]
        points = np.vstack([self.start, self._lowest, near])
        if self._map is None or not (self._held or self._map.fits(box, points)):
            self._map = LossMap(box, points, self._measure)
            self._map_drawn = self._map.draw(*self._names())
            self.map = self._map.frame
        left, top = (56 + across + 76, 34) if beside else (56, 34 + 230 + 84)
        box = (left, top, self.width - left - 24, 150 if beside else 90)
        self.trace = Frame(box, (0, self.steps.value), charts.decades(self.losses), log=True)

    def _map_parts(self, step, taken, carried):
        frame, (axes, below) = self.map, self._map_drawn
        whole = self.batch.value == "all samples"
        walked = frame.place(*self.path.T)
        dots = charts.stroke("".join(f"M{x:g} {y:g}h0" for x, y in walked.tolist()), "ink", 5, stroke_linecap="round")
        path = [charts.stroke(walked, "ink", 1.5, id="path"), dots, charts.spots(walked[-1:], square=True)]
        rest = step_parts(self._map, self.path[step], self.losses[step], taken, carried, whole)
        x, y = frame.place(*self.start).tolist()
        said = ", ".join(f"{name} = {number(value, 3)}" for name, value in zip(self._names(), self.start, strict=True))
        knob = charts.handle("start", x, y, "start of the path", round(self.start[0], 2), said, role="ink")
        return [axes, frame.inside(*below, *path), knob, frame.inside(*rest, pointer_events="none")]

    def _trace_parts(self, step):
        frame = self.trace
        curve = frame.curve(np.arange(len(self.losses)), self.losses, "ink", width=1.5, id="losses")
        knob = loss_chart.knob(frame, "step", step, self.losses[step])
        return [frame.axes("step", "loss L", ticks=(5, 4), id="trace-axes"), curve, knob]

    def _tell(self, parts):
        setting = f"η = {number(self.learning_rate.value, 3)}, μ = {number(self.momentum.value, 3)}"
        steps = len(self.losses) - 1
        fall = f"{steps} steps, loss {number(self.losses[0], 3)} → {number(self.losses[-1], 3)}"
        verdict = explain(self.losses, self._surface.min(), self.batch.value == "one sample")
        if not self._map.holds(self.path[-1]):
            verdict += " Its end lies beyond the map."
        alt = (
            f"Live figure: gradient descent over {self.first.value} and {self.second.value} with {setting}: {fall}. "
            f"{verdict} A map of the loss with the path, and the loss after each step."
        )
        height = (
            self.map.box[1] + self.map.box[3] + 48 if self.width >= BESIDE else self.trace.box[1] + 90 + 72 + 5 * 26
        )
        self.show_drawing(svg.drawing(self.width, height, alt, *parts), f"<b>{setting}</b>: {fall}. {verdict}")

    # -- the landscape -------------------------------------------------------------------------------

    def _names(self):
        return self.first.value, self.second.value

    def _measure(self, across, up):
        return landscape.loss_surface(self._network, *self._data, *self._names(), across, up)

    def _survey(self):
        """Measure the loss around the network over the two chosen parameters, and how sharply it bends there."""
        names = self._names()
        home = np.array([own_class.get_parameter(self._network, name) for name in names])
        offsets = np.linspace(-SPAN, SPAN, RESOLUTION)
        self._surface = self._measure(home[0] + offsets, home[1] + offsets)
        row, column = np.unravel_index(np.nanargmin(self._surface), self._surface.shape)
        self._home, self._lowest = home, home + offsets[[column, row]]
        self._walker, self.start, self._map = own_class.editable_copy(self._network), home, None
        right = 1 / steepest_curvature(self._surface, offsets[1] - offsets[0])
        rates = {"too small": right / 50, "right": right, "too large": self._too_large(right)}
        self.presets = {name: step_below(rate) for name, rate in rates.items()}
        self._surveyed = names

    def _too_large(self, right):
        for multiple in TOO_LARGE:
            losses = self._descend(step_below(multiple * right), MOST_STEPS)[1]
            if losses[-1] > losses[0]:
                break
        return multiple * right

    def _descend(self, learning_rate, steps, **options):
        return landscape.descent_path(self._walker, *self._data, *self._names(), steps, learning_rate, **options)

    def _range_of_rates(self):
        """The powers of ten between which the slider goes: beyond all presets."""
        rates = self.presets.values()
        return round(math.log10(min(rates)) - 0.3, 1), round(math.log10(max(rates)) + 0.3, 1)

    def _fit_slider(self):
        with self.quietly(), self.learning_rate.hold_trait_notifications():
            self.learning_rate.min, self.learning_rate.max = self._range_of_rates()

    def _take_preset(self, button):
        self.learning_rate.value = self.presets[button.description]


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
