"""The microscope: one training step, phase by phase, as a diagram beside equation, numbers and code."""

import bisect
import copy
import html
from types import SimpleNamespace

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.own_class import loss_of
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import diagram
from bpcourse.pictures.diagram import phases
from bpcourse.pictures.diagram.ids import id_of, spoken
from bpcourse.pictures.diagram.sweep import sweep
from bpcourse.pictures.writing import number, subscript
from bpcourse.widgets import controls
from bpcourse.widgets.controls import REACH
from bpcourse.widgets.explored import Explored, samples_for
from bpcourse.widgets.microscope.product import product_of
from bpcourse.widgets.microscope.table import table
from bpcourse.widgets.microscope.training_step import Moment, complaint

MOST_FIELDS = 4  # inputs, and targets, that can be edited
MOST_SAMPLES = 50  # samples that can be chosen one by one
PIXELS = 25  # that an input is dragged, to change by 1


class Microscope(Explored):
    """Step through a training step, or play it; choose a weight or bias to see the product behind its gradient.

    Parameters
    ----------
    network : object with ``weights``, ``biases``, ``forward``, ``backward`` and ``update``, or None
        A `NeuralNetwork` or a class of your own; the worked example if None. A copy is examined.
    X, y : arrays, (N, n_in) and (N, n_out)
        Samples and targets; those of the worked example if network is None.
    activation : str or sequence of str
        The activation, or one a layer, of a network that has no method ``layers(X)``.
    until : str
        The tag of the last phase that is shown, "BP1" for instance where what follows is not taught yet.

    Attributes
    ----------
    back, next : Button
        To the phase before and after, as the bar's own; after the last one comes the next training step.
    step : IntSlider
        The phase within the training step, from 1.
    sample : Dropdown
        Number of the sample, from 0, or "all".
    parameter : Dropdown
        The weight or bias under the microscope, such as "W1[0,2]"; the diagram chooses one too.
    value : FloatSlider
        Its value.
    x1, x2, ..., y1, ... : NumberField
        Inputs and targets of the sample, where there are at most four; edited in the diagram.
    learning_rate : NumberField
        η, if the network has one.
    reset : Button
        Back to the network and the samples as they came, at the phase, sample and parameter first displayed.
    heading, equation, numbers, product : SimpleNamespace
        HTML in their ``value``: the phase's name; its equation, numbers and code (one table, under both names); and why
        the gradient of the parameter is what it is.
    phases : list of Phase
    network : object
        The network as it now is.
    updates : int
        How many training steps it has done.

    Raises
    ------
    InputError
        If network, X and y do not fit together, or there is no phase `until`.
    """

    widest = 600  # pixels of the diagram, on a card of 1,100

    def __init__(self, network=None, X=None, y=None, activation="sigmoid", until="U2"):
        if network is not None:
            own_class.require(network, *own_class.METHODS, by="the microscope")
        self._given = samples_for(network, X, y)
        network, self._X, self._y = copy.deepcopy(self._given)
        self._activation, self._before = activation, []
        self._path_shown = self._displayed = self._page_leads = False
        self.phases = _phases(len(network.weights), until)
        tags = {tag for phase in self.phases for tag in phase.tags}
        self._updates, self._explains = "U1" in tags, "BP4" in tags
        self._stops = list(range(len(self.phases)))  # the frame of each phase, once there are frames
        self.heading, self.numbers, self.product = (SimpleNamespace(value="") for _ in range(3))
        self.equation = self.numbers
        self.explore(network)
        super().__init__(self._make_controls())
        self.add_class("bp-microscope")
        self.picture.plays, self.picture.pace = True, 0.2  # back from the loss to the last gradient in four seconds
        self._opening = self._place()
        self.picture.observe(self._follow_page, "at")

    @property
    def updates(self):
        return len(self._before)

    # -- controls --------------------------------------------------------------------------------------

    def _make_controls(self):
        numbered = [(f"sample {n + 1} of {len(self._X)}", n) for n in range(min(len(self._X), MOST_SAMPLES))]
        every = [(f"all {len(self._X)} samples", controls.ALL_SAMPLES)] if len(self._X) > 1 else []
        self.sample = controls.dropdown("sample", [*numbered, *every], 0)
        self.step = controls.int_slider("phase", 1, 1, len(self.phases))
        self.back = controls.button("Back", "To the phase before", lambda button: self.go_beyond(-1))
        self.next = controls.button("Next", "To the next phase", lambda button: self.go_beyond(1))
        self.reset = controls.button("Reset", "Back to the numbers it started with", self._start_again)
        self._fields = self._make_fields("input x", "x", self._X) | self._make_fields("target y", "y", self._y)
        self._load_sample()
        self.sample.observe(self._load_sample, "value")
        self.parameter.observe(lambda change: self._show_path(True), "value")
        self.step.observe(lambda change: self._show_path(False), "value")
        above, self._inside = [self.sample, self.parameter, self.value], [self.step, self.back, self.next]
        self._inside += self._fields.values()  # in the diagram, as those before are its bar and rail
        rate, self.learning_rate = getattr(self.network, "learning_rate", None), None
        if rate is not None:
            self.learning_rate = controls.NumberField("learning rate η", rate)
            (above if self._updates else self._inside).append(self.learning_rate)
        return [*above, self.reset, *self._inside]

    def _make_fields(self, description, name, array):
        """Return a field for each number of a sample, by its id in the diagram; for not more than `MOST_FIELDS`."""
        fields, count = {}, array.shape[1]
        for j in range(count if count <= MOST_FIELDS else 0):
            index = subscript(j) if count > 1 or name == "x" else ""
            field = fields[f"unit-0-{j}" if name == "x" else f"target-{j}"] = controls.NumberField(description + index)
            setattr(self, f"{name}{j + 1}", field)
        return fields

    def arranged(self, fields):
        """Leave the rail and the bar to choose the phase, and the diagram to edit the sample."""
        return super().arranged([field for field in fields if field not in self._inside])

    @property
    def _shows_all(self):
        return self.sample.value == controls.ALL_SAMPLES

    def _load_sample(self, change=None):
        with self.quietly():
            for id, field in self._fields.items():
                field.disabled = self._shows_all
                field.value = _column(self._X, self._y, id)[0 if self._shows_all else self.sample.value]

    def _show_path(self, shown):
        self._path_shown = shown

    # -- what is done in the diagram and on its bar ----------------------------------------------------

    def choose(self, id):
        """Show the paths of the weight or bias with this id in the diagram; called again, the phase once more."""
        again = self._path_shown and spoken(id) == self.parameter.value
        with self.together():
            super().choose(id)
            self._path_shown = not again

    def drag(self, id, x, y):
        field = self._fields[id]
        field.value = round(self.pulled(x, field.value, PIXELS), 1)

    def nudge(self, id, steps):
        field = self._fields[id]
        field.value = round(field.value + 0.1 * float(np.clip(steps, -10, 10)), 10)

    def type(self, id, text):
        self._fields[id].set_state({"value": text})

    def go_beyond(self, steps):
        """Go on by one phase, or back; at either end to the training step after, or the one before."""
        step = self.step.value + steps
        if 1 <= step <= self.step.max:
            self.step.value = step
        elif steps > 0 and self._updates:
            self._before.append(self.network)
            self._enter(self._now.after, 1)
        elif steps < 0 and self._before:
            self._enter(self._before.pop(), self.step.max)

    def _enter(self, network, step, path_shown=False):
        with self.together():
            self.network = network
            self.load_value()
            self.step.value = step
            self._path_shown = path_shown

    def _follow_page(self, change):
        """Take note of the phase that the page has gone to by itself."""
        step = 1 + bisect.bisect_left(self._stops, change.new - 1e-6)
        if step == self.step.value:
            return
        with self.quietly():
            self.step.value = step
        self._page_leads = change.new not in self._stops  # it stands between two of the drawings that are made here
        self.refresh()
        self._page_leads = False

    def _place(self):
        return self.sample.value, self.parameter.value, self.step.value, self._path_shown

    def _repr_mimebundle_(self, **kwargs):
        if not self._displayed:
            self._opening, self._displayed = self._place(), True
        self.make_frames()
        data = super()._repr_mimebundle_(**kwargs)
        return data | {"text/html": data["text/html"] + self.picture.words}

    def _start_again(self, button):
        with self.together():
            network, self._X, self._y = copy.deepcopy(self._given)
            self._before = []
            if self.learning_rate is not None:
                self.learning_rate.value = network.learning_rate
            self.sample.value, self.parameter.value, step, path_shown = self._opening
            self._load_sample()
            self._enter(network, step, path_shown)

    # -- what is shown -----------------------------------------------------------------------------------

    def draw(self):
        self._take_numbers()
        step, phase, name = self.step.value, self.phases[self.step.value - 1], self.parameter.value
        self.back.disabled = step == 1 and not self._before
        self.product.value = _why(name, self._product, self._path_shown)
        words = self.heading.value, self.numbers.value, _ = self._words(step)
        picture = self._diagram(step)
        title = f"{', '.join(phase.tags)} {phase.title}".strip()
        self._alt = f"Microscope, {self._where()}: {title}. {picture.alt}"
        self.readout.value = self._summary()
        if self._page_leads:
            return
        with self.picture.hold_sync():
            self.picture.words = "".join(words)
            self.show_drawing(picture.svg, self.readout.value, 0.4 * (self.picture.at != self._stops[step - 1]))
            self.picture.at, self.picture.stale = self._stops[step - 1], True

    def make_frames(self):
        now = self._now
        frames = sweep(now.network, now.X, now.y, now.after, last=len(self.phases) - 1, **self._look())
        for step, phase in enumerate(self.phases, start=1):
            of_phase = [frame for frame in frames if frame["phase"] == step - 1]
            of_phase[0]["words"] = "".join(self._words(step))
            layer = f"\nlayer {phase.layer}" if phase.layer else ""
            of_phase[-1]["name"] = " ".join(phase.tags or ["input"]) + layer
        self._stops = [i for i, frame in enumerate(frames) if frame["stop"]]
        with self.picture.hold_sync():
            self.picture.frames, self.picture.stale = frames, False
            self.picture.at = self._stops[self.step.value - 1]

    @property
    def alt(self):
        return self._alt

    def _take_numbers(self):
        """Take over what was typed and measure the network with it; keep the samples only if that succeeds."""
        if self.learning_rate is not None:
            self.network.learning_rate = validation.real_number(self.learning_rate.read(), "learning rate", above=True)
        super().draw()
        X, y = self._X.copy(), self._y.copy()
        rows = slice(None) if self._shows_all else [self.sample.value]
        for id, field in self._fields.items():
            if not field.disabled:
                _column(X, y, id)[rows] = field.read()
        now = Moment(self.network, X[rows], y[rows], self._activation)
        self._product = product_of(now, self.parameter.value)
        self._now, self._X, self._y = now, X, y

    def _look(self):
        """What all drawings of these numbers have in common."""
        reach = {id: (min(-REACH, field.value), max(REACH, field.value)) for id, field in self._fields.items()}
        numbers = {"gradients": self._now.gradients, "activation": self._activation}
        return numbers | {"sliders": {} if self._shows_all else reach, "width": self.width}

    def _diagram(self, step):
        now, phase, name = self._now, self.phases[step - 1], self.parameter.value
        show, network, look = phases.shown(self.phases[:step]), now.network, self._look()
        if self._path_shown:
            layer, row, _ = controls.place_of(name)
            look |= {"path_from": id_of(name), "lit": [f"unit-{layer - 1}-{row}"] if name[0] == "W" else []}
            show = ("weights", "biases", "z", "a", "targets", "loss", "deltas")
        else:
            look["lit"] = phases.lit(phase, tuple(a.shape[1] for a in now.activations))
            if "U1" in phase.tags:
                network, look["previous"] = now.after, now.network
        return diagram.draw(network, now.X, now.y, show=show, **look)

    def _words(self, step):
        """What stands beside the diagram: heading, equation, numbers and code of a phase, and from BP4 on why."""
        phase, samples = self.phases[step - 1], len(self._now.X)
        tags = "".join(f'<span class="bp-tag">{tag}</span> ' for tag in phase.tags)
        batch = f"<p>The diagram: sample 1 of {samples}; its loss and gradients: all.</p>" if samples > 1 else ""
        so_far = [tag for phase in self.phases[:step] for tag in phase.tags]
        why = "BP4" in so_far or (self._path_shown and self._explains)
        chosen = controls.place_of(self.parameter.value)[0]
        return f"<h3>{tags}{phase.title}</h3>{batch}", table(phase, self._now, chosen), self.product.value * why

    def _where(self):
        updates = f" after {self.updates} update{'s' * (self.updates > 1)}" if self.updates else ""
        return f"phase {self.step.value} of {len(self.phases)}{updates}"

    def _summary(self):
        now = self._now
        whose = f"all {len(now.X)} samples" if self._shows_all else f"sample {self.sample.value + 1}"
        y_hat = ", ".join(number(value) for value in now.y_hat[0][:MOST_FIELDS])
        prediction = f"prediction ŷ = {y_hat}, " if len(now.X) == 1 else ""
        after = f", after this update {number(loss_of(now.after, now.X, now.y))}" if self._updates else ""
        gradient = f"; gradient of {self.parameter.value} {number(self._product.gradient)}" if self._explains else ""
        problem = complaint(self.phases[self.step.value - 1], now)
        return f"{self._where().capitalize()}. For {whose}: {prediction}loss {number(now.loss)}{after}{gradient}." + (
            f"<br><b>Look here:</b> {html.escape(problem)}" if problem else ""
        )


def _column(X, y, id):
    """The column of X, or of y, that an input or target of the diagram shows, as a view."""
    return (X if id.startswith("unit") else y)[:, int(id.split("-")[-1])]


def _phases(layers, until):
    """Return the phases of a training step up to the last one with the tag `until`."""
    every = phases.phases(layers)
    tags = [tag for phase in every for tag in phase.tags]
    if until not in tags:
        raise InputError(f"until came as {until!r}; expected the tag of a phase: {', '.join(dict.fromkeys(tags))}.")
    return every[: 1 + max(i for i, phase in enumerate(every) if until in phase.tags)]


def _why(name, product, unfolded):
    verdict = "They agree." if product.agree else "<b>They do not agree: something in backward is wrong.</b>"
    return (
        f'<details class="bp-why"{" open" * unfolded}><summary>why the gradient of {name} is what it is</summary>'
        f"{product.html}"
        f"<div>Numerical gradient, (L(w + h) − L(w − h)) / 2h: {number(product.numerical)}. {verdict}</div></details>"
    )
