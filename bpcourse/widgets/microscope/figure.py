"""The microscope: one training step, phase by phase, as diagram, equation, numbers and code side by side."""

import copy
import html

import ipywidgets
import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.backprop import Gradients
from bpcourse.mathematics.equations import EQUATIONS
from bpcourse.mathematics.own_class import loss_of
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import diagram
from bpcourse.pictures.diagram import phases
from bpcourse.pictures.diagram.ids import id_of, spoken
from bpcourse.pictures.writing import number, subscript
from bpcourse.widgets import controls
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LiveDiagram, LivePicture, classed, page_part
from bpcourse.widgets.microscope import training_step
from bpcourse.widgets.microscope.in_code import in_code
from bpcourse.widgets.microscope.in_numbers import in_numbers
from bpcourse.widgets.microscope.product import product_of

MOST_FIELDS = 4  # inputs, and targets, that can be edited
MOST_SAMPLES = 50  # samples that can be chosen one by one


class ClickablePicture(LivePicture):
    """A diagram whose weights and biases send ``{"choose": id}`` when they are clicked."""

    _esm = page_part("names.js", "microscope/microscope.js")


class Microscope(LiveDiagram):
    """Go through a training step with Back and Next; choose a weight or bias to see the product behind its gradient.

    Parameters
    ----------
    network : object with ``weights``, ``biases``, ``forward``, ``backward`` and ``update``, or None
        A `NeuralNetwork` or a class of your own; the worked example if None. A copy is examined.
    X, y : arrays, (N, n_in) and (N, n_out)
        Samples and targets; those of the worked example if network is None.
    activation : str or sequence of str
        The activation, or one a layer, of a network that has no method ``layers(X)``.

    Attributes
    ----------
    back, next : Button
        To the phase before and after; after the last one comes the next training step.
    step : IntSlider
        The phase within the training step, from 1.
    sample : Dropdown
        Number of the sample, from 0, or "all".
    parameter : Dropdown
        The weight or bias under the microscope, such as "W1[0,2]"; a click on the diagram chooses one too.
    value : FloatSlider
        Its value.
    x1, x2, ..., y1, ... : NumberField
        Inputs and targets of the sample, where there are at most four.
    learning_rate : NumberField
        η, if the network has one.
    reset : Button
        Back to the network and the samples as they came, at the phase, sample and parameter first displayed.
    heading, equation, numbers, product : ipywidgets.HTML
        The phase's name, formula, numbers with code; and why the gradient of the parameter is what it is.
    phases : list of Phase
    network : object
        The network as it now is.
    updates : int
        How many training steps it has done.

    Raises
    ------
    InputError
        If network, X and y do not fit together.
    """

    picture_type = ClickablePicture

    def __init__(self, network=None, X=None, y=None, activation="sigmoid"):
        self._given = _checked(network, X, y, activation)
        self._activation = activation
        self._before, self._path_shown, self._displayed = [], False, False
        self.network, self._X, self._y = copy.deepcopy(self._given)
        self.phases = phases.phases(len(self.network.weights))
        self.heading, self.equation = ipywidgets.HTML(), ipywidgets.HTMLMath()
        self.numbers, self.product = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__(self._make_controls())
        self.add_class("bp-microscope")
        self.picture.on_msg(lambda picture, content, buffers: self.choose(content["choose"]))
        self._opening = self._place()

    @property
    def updates(self):
        return len(self._before)

    @property
    def _shows_all(self):
        return self.sample.value == controls.ALL_SAMPLES

    # -- controls --------------------------------------------------------------------------------------

    def _make_controls(self):
        n_in, n_out = self._X.shape[1], self._y.shape[1]
        numbered = [(f"sample {n + 1} of {len(self._X)}", n) for n in range(min(len(self._X), MOST_SAMPLES))]
        every = [(f"all {len(self._X)} samples", controls.ALL_SAMPLES)] if len(self._X) > 1 else []
        self.sample = controls.dropdown("sample", [*numbered, *every], 0)
        names = controls.parameter_names(self.network)
        self.parameter, self.value = controls.dropdown("weight or bias", names, names[0]), controls.value_slider()
        self.step = controls.int_slider("phase", 1, 1, len(self.phases))
        self._inputs = self._fields("input x", "x", n_in)
        self._targets = self._fields("target y", "y", n_out)
        rate = getattr(self.network, "learning_rate", None)
        self.learning_rate = None if rate is None else controls.NumberField("learning rate η", rate)
        self._load_sample()
        self._load_value()
        self.back = controls.button("◀ Back", "To the phase before", self._go_back)
        self.next = controls.button("Next ▶", "To the next phase", self._go_on, button_style="primary")
        self.reset = controls.button("Reset", "Back to the numbers it started with", self._start_again)
        self.sample.observe(self._load_sample, "value")
        self.parameter.observe(self._show_path, "value")
        self.step.observe(self._show_phase, "value")
        self._in_row = [self.step] if rate is None else [self.step, self.learning_rate]
        return [self.sample, *self._inputs, *self._targets, self.parameter, self.value, *self._in_row]

    def _fields(self, description, name, count):
        if count > MOST_FIELDS:
            return []
        fields = [
            controls.NumberField(description + (subscript(i) if count > 1 or name == "x" else "")) for i in range(count)
        ]
        for i, field in enumerate(fields, start=1):
            setattr(self, f"{name}{i}", field)
        return fields

    def arranged(self, fields):
        """Put the phase's equation, numbers and code beside the diagram, with its buttons above it."""
        for field in fields:
            field.style.description_width = "auto" if field in self._in_row else "7.5em"
        panel, *_ = super().arranged([field for field in fields if field not in self._in_row])
        buttons = ipywidgets.HBox([self.back, self.next, *self._in_row, self.reset])
        stage = classed(ipywidgets.VBox([buttons, self.picture]), "bp-stage")
        phase = classed(ipywidgets.VBox([self.heading, self.equation, self.numbers]), "bp-phase")
        why = classed(ipywidgets.Box([self.product]), "bp-why")
        return [panel, classed(ipywidgets.Box([stage, phase, why]), "bp-body"), self.readout, self.message]

    def _load_sample(self, change=None):
        with self.quietly():
            for fields, array in ((self._inputs, self._X), (self._targets, self._y)):
                for j, field in enumerate(fields):
                    field.disabled = self._shows_all
                    field.value = array[0 if field.disabled else self.sample.value, j]

    def _load_value(self):
        with self.quietly():
            controls.load_parameter(self.value, self.network, self.parameter.value)

    def _show_path(self, change):
        self._path_shown = True
        self._load_value()

    def _show_phase(self, change):
        self._path_shown = False

    def choose(self, id):
        """Show the paths of the weight or bias with this id in the diagram; called again, the phase once more."""
        name = spoken(id)
        again = self._path_shown and name == self.parameter.value
        with self.together():
            self.parameter.value = name
            self._path_shown = not again

    def _go_on(self, button):
        if self.step.value < self.step.max:
            self.step.value += 1
            return
        with self.together():
            self._before.append(self.network)
            self._enter(self._now.after, 1)

    def _go_back(self, button):
        if self.step.value > 1:
            self.step.value -= 1
        elif self._before:
            with self.together():
                self._enter(self._before.pop(), self.step.max)

    def _enter(self, network, step):
        self.network = network
        self._load_value()
        self.step.value = step
        self._path_shown = False

    def _place(self):
        return self.sample.value, self.parameter.value, self.step.value, self._path_shown

    def _repr_mimebundle_(self, **kwargs):
        if not self._displayed:
            self._opening, self._displayed = self._place(), True
        return super()._repr_mimebundle_(**kwargs)

    def _start_again(self, button):
        with self.together():
            network, self._X, self._y = copy.deepcopy(self._given)
            self._before = []
            if self.learning_rate is not None:
                self.learning_rate.value = network.learning_rate
            self.sample.value, self.parameter.value, step, path_shown = self._opening
            self._load_sample()
            self._enter(network, step)
            self._path_shown = path_shown

    # -- what is shown -----------------------------------------------------------------------------------

    def draw(self):
        now = self._now = self._take_numbers()
        phase = self.phases[self.step.value - 1]
        self.back.disabled = self.step.value == 1 and not self._before
        numbers, wrong = in_numbers(phase, now, chosen=controls.place_of(self.parameter.value)[0])
        product = product_of(now, self.parameter.value)
        picture = self._diagram(phase, now)
        place = f"phase {self.step.value} of {len(self.phases)}"
        if self.updates:
            place += f" after {self.updates} update{'s' * (self.updates > 1)}"
        title = f"{', '.join(phase.tags)} {phase.title}".strip()
        tags = "".join(f'<span class="bp-tag">{tag}</span>' for tag in phase.tags)
        self.heading.value = f"<h3>{tags} {html.escape(phase.title)}</h3>"
        self.equation.value = "".join(f"$${EQUATIONS[tag].latex}$$" for tag in phase.tags)
        self.equation.layout.display = None if phase.tags else "none"
        code = html.escape("\n".join(in_code(phase, now)))
        self.numbers.value = f"<h4>in numbers</h4>{numbers}<h4>in code</h4><pre><code>{code}</code></pre>"
        self.product.value = self._product_html(product)
        readout = self._summary(place, title, now, product, wrong)
        self.show_svg(picture.svg, f"Microscope, {place}. {picture.alt}", readout)

    def _take_numbers(self):
        """Take over what was typed and measure the network with it; keep the samples only if that succeeds."""
        if self.learning_rate is not None:
            self.network.learning_rate = validation.real_number(self.learning_rate.read(), "learning rate", above=True)
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)
        X, y = self._X.copy(), self._y.copy()
        rows = slice(None) if self._shows_all else [self.sample.value]
        for fields, array in ((self._inputs, X), (self._targets, y)):
            if fields and not self._shows_all:
                array[rows] = [field.read() for field in fields]
        now = training_step.moment(self.network, X[rows], y[rows], self._activation)
        self._X, self._y = X, y
        return now

    def _diagram(self, phase, now):
        network = now.network
        sizes = (now.X.shape[1], *(W.shape[1] for W in now.weights))
        lit, path = phases.lit(phase, sizes), None
        show = phases.shown(self.phases[: self.step.value])
        caption = f"{', '.join(phase.tags)}: {phase.title}" if phase.tags else phase.title
        if self._path_shown:
            name = self.parameter.value
            layer, i, _ = controls.place_of(name)
            lit, path = {f"unit-{layer - 1}-{i}"} if name.startswith("W") else set(), id_of(name)
            show = ("weights", "biases", "z", "a", "targets", "loss", "deltas")
            caption = f"every path from {name} to the loss"
        elif "U1" in phase.tags:
            network = now.after
        if now.samples > 1:
            caption += f" (units: sample 1 of {now.samples}; loss and gradients: all)"
        gradients = Gradients(now.gradients.weights, now.gradients.biases, now.deltas)
        decimals = 3 if network is now.after else 2  # so that a small step can be seen
        numbers = {"show": show, "gradients": gradients, "decimals": decimals, "activation": self._activation}
        return diagram.draw(network, now.X, now.y, lit=lit, path_from=path, caption=caption, **numbers)

    def _product_html(self, product):
        verdict = "They agree." if product.agree else "<b>They do not agree: something in backward is wrong.</b>"
        return (
            f'<div class="bp-product"><h4>why the gradient of {self.parameter.value} is what it is</h4>'
            f'<div class="bp-steps">{product.html}</div>'
            f"<div>Numerical gradient, (L(w + h) − L(w − h)) / 2h: {number(product.numerical)}. {verdict}</div></div>"
        )

    def _summary(self, place, title, now, product, wrong):
        after = loss_of(now.after, now.X, now.y)
        whose = f"all {now.samples} samples" if self._shows_all else f"sample {self.sample.value + 1}"
        y_hat = ", ".join(number(value) for value in now.activations[-1][0][:MOST_FIELDS])
        prediction = f"prediction ŷ = {y_hat}, " if now.samples == 1 else ""
        problem = f"<br><b>Look here:</b> {html.escape(wrong)}" if wrong else ""
        return (
            f"{place.capitalize()}: {title}. For {whose}: {prediction}loss {number(now.loss)}, "
            f"after this update {number(after)}; "
            f"gradient of {self.parameter.value} {number(product.gradient)}.{problem}"
        )


def _checked(network, X, y, activation):
    """Return copies of network, X and y that fit together and can be edited."""
    if network is None:
        network, own_X, own_y = worked_network()
        X, y = own_X if X is None else X, own_y if y is None else y
    elif X is None or y is None:
        raise InputError("The network came without X or without y; expected samples and targets to look at.")
    own_class.require(network, *own_class.METHODS, by="the microscope")
    network = own_class.editable_copy(network)
    weights, biases = own_class.parameters(network)
    if any(np.shape(own) != b.shape for own, b in zip(network.biases, biases, strict=True)):
        network.biases = [np.reshape(b, (1, -1)) for b in network.biases]  # views: forward may know them as self.b1
    X = validation.matrix(X, "X", columns=len(weights[0])).copy()
    y = validation.matrix(y, "y", rows=len(X), columns=weights[-1].shape[1]).copy()
    training_step.moment(network, X, y, activation)
    return network, X, y
