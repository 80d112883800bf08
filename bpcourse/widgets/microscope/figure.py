"""The microscope: one training step, phase by phase, as diagram, equation, numbers and code side by side."""

import contextlib
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
from bpcourse.pictures.diagram.svg import subscript
from bpcourse.widgets.controls import REACH, dropdown, int_slider, number, parameter_names, place_of, slider
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LiveDiagram, Picture, page_part
from bpcourse.widgets.microscope import training_step
from bpcourse.widgets.microscope.in_code import in_code
from bpcourse.widgets.microscope.in_numbers import in_numbers
from bpcourse.widgets.microscope.product import product_of

MOST_FIELDS = 4  # inputs, and targets, that can be edited
MOST_SAMPLES = 50  # samples that can be chosen one by one
ALL = "all"


class ClickablePicture(Picture):
    """A diagram whose weights and biases send ``{"choose": id}`` when they are clicked."""

    _esm = page_part("names.js", "microscope/microscope.js")
    _css = page_part("card.css", "live.css", "microscope/microscope.css")


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
    x1, x2, ..., y1, ... : FloatText
        Inputs and targets of the sample, where there are at most four.
    learning_rate : FloatText
        η, if the network has one.
    reset : Button
        Back to the network and the samples as they came.
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
        self._before, self._path_shown = [], False
        self.network, self._X, self._y = copy.deepcopy(self._given)
        self._phases = training_step.phases(len(self.network.weights))
        controls = self._make_controls()
        self._heading, self._equation = ipywidgets.HTML(), ipywidgets.HTMLMath()
        self._numbers, self._product = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__(controls)
        self._arrange()
        self.picture.on_msg(self._choose)

    @property
    def updates(self):
        return len(self._before)

    # -- controls --------------------------------------------------------------------------------------

    def _make_controls(self):
        n_in, n_out = self._X.shape[1], self._y.shape[1]
        numbered = [(f"sample {n + 1} of {len(self._X)}", n) for n in range(min(len(self._X), MOST_SAMPLES))]
        every = [(f"all {len(self._X)} samples", ALL)] if len(self._X) > 1 else []
        self.sample = dropdown("sample", [*numbered, *every], 0)
        names = parameter_names(self.network)
        self.parameter = dropdown("weight or bias", names, names[0])
        self.value = slider("its value", 0.0, -REACH, REACH, 0.1)
        self.step = int_slider("phase", 1, 1, len(self._phases))
        self._inputs = self._fields("input x", "x", n_in)
        self._targets = self._fields("target y", "y", n_out)
        rate = getattr(self.network, "learning_rate", None)
        rates = [] if rate is None else [ipywidgets.FloatText(description="learning rate η", value=rate, step=0.1)]
        self.learning_rate = rates[0] if rates else None
        self._load_sample()
        self._load_value()
        self.back = ipywidgets.Button(description="◀ Back", tooltip="To the phase before")
        self.next = ipywidgets.Button(description="Next ▶", tooltip="To the next phase", button_style="primary")
        self.reset = ipywidgets.Button(description="Reset", tooltip="Back to the numbers it started with")
        self.back.on_click(self._go_back)
        self.next.on_click(self._go_on)
        self.reset.on_click(self._start_again)
        self.sample.observe(self._load_sample, "value")
        self.parameter.observe(self._show_path, "value")
        self.step.observe(self._show_phase, "value")
        return [self.sample, *self._inputs, *self._targets, self.parameter, self.value, self.step, *rates]

    def _fields(self, description, name, count):
        if count > MOST_FIELDS:
            return []
        labels = [description + (subscript(i) if count > 1 or name == "x" else "") for i in range(count)]
        fields = [ipywidgets.FloatText(description=label, step=0.5) for label in labels]
        for i, field in enumerate(fields, start=1):
            setattr(self, f"{name}{i}", field)
        return fields

    def _arrange(self):
        """Put the phase's equation, numbers and code beside the diagram."""
        panel = self.children[0]
        rates = [] if self.learning_rate is None else [self.learning_rate]
        panel.children = [control for control in panel.children if control not in (self.step, *rates)]
        for control in panel.children:
            control.style.description_width = "7.5em"
        for control in (self.step, *rates):
            control.style.description_width = "auto"
        buttons = ipywidgets.HBox([self.back, self.next, self.step, *rates, self.reset])
        stage = ipywidgets.VBox([buttons, self.picture])
        phase, why = ipywidgets.VBox([self._heading, self._equation, self._numbers]), ipywidgets.Box([self._product])
        body = ipywidgets.Box([stage, phase, why])
        names = {"bp-stage": stage, "bp-phase": phase, "bp-why": why, "bp-body": body, "bp-microscope": self}
        for name, part in names.items():
            part.add_class(name)
        self.children = [panel, body, self.readout, self.message]

    @contextlib.contextmanager
    def _one_change(self):
        """Draw once after several controls were set together."""
        with self._quietly():
            yield
        self.refresh()

    def _load_sample(self, change=None):
        with self._quietly():
            for fields, array in ((self._inputs, self._X), (self._targets, self._y)):
                for j, field in enumerate(fields):
                    field.disabled = self.sample.value == ALL
                    field.value = array[0 if field.disabled else self.sample.value, j]

    def _load_value(self):
        present = own_class.get_parameter(self.network, self.parameter.value)
        with self._quietly(), self.value.hold_trait_notifications():
            self.value.min, self.value.max = min(-REACH, present), max(REACH, present)
            self.value.value = present

    def _show_path(self, change):
        self._path_shown = True
        self._load_value()

    def _show_phase(self, change):
        self._path_shown = False

    def _choose(self, picture, content, buffers):
        """A click on the diagram: show the paths of this weight or bias, or with a second click the phase again."""
        name = _name(content["choose"])
        again = self._path_shown and name == self.parameter.value
        with self._one_change():
            self.parameter.value = name
            self._path_shown = not again

    def _go_on(self, button):
        if self.step.value < self.step.max:
            self.step.value += 1
            return
        with self._one_change():
            self._before.append(self.network)
            self._enter(self._now.after, 1)

    def _go_back(self, button):
        if self.step.value > 1:
            self.step.value -= 1
        elif self._before:
            with self._one_change():
                self._enter(self._before.pop(), self.step.max)

    def _enter(self, network, step):
        self.network = network
        self._load_value()
        self.step.value = step
        self._path_shown = False

    def _start_again(self, button):
        with self._one_change():
            network, self._X, self._y = copy.deepcopy(self._given)
            self._before = []
            if self.learning_rate is not None:
                self.learning_rate.value = network.learning_rate
            self._enter(network, 1)
            self._load_sample()

    # -- what is shown -----------------------------------------------------------------------------------

    def draw(self):
        now = self._now = self._take_numbers()
        phase = self._phases[self.step.value - 1]
        self.back.disabled = self.step.value == 1 and not self._before
        numbers, wrong = in_numbers(phase, now, chosen=place_of(self.parameter.value)[0])
        product = product_of(now, self.parameter.value)
        picture = self._diagram(phase, now)
        place = f"phase {self.step.value} of {len(self._phases)}"
        if self.updates:
            place += f" after {self.updates} update{'s' * (self.updates > 1)}"
        title = f"{', '.join(phase.tags)} {phase.title}".strip()
        self._heading.value = f"<h3>{_tags(phase)} {html.escape(phase.title)}</h3>"
        self._equation.value = "".join(f"$${EQUATIONS[tag].latex}$$" for tag in phase.tags)
        self._equation.layout.display = None if phase.tags else "none"
        code = html.escape("\n".join(in_code(phase, now)))
        self._numbers.value = f"<h4>in numbers</h4>{numbers}<h4>in code</h4><pre><code>{code}</code></pre>"
        self._product.value = self._product_html(product)
        readout = self._summary(place, title, now, product, wrong)
        self.show_svg(picture.svg, f"Microscope, {place}. {picture.alt}", readout)

    def _take_numbers(self):
        """Take over what was typed and measure the network with it; keep the samples only if that succeeds."""
        if self.learning_rate is not None:
            self.network.learning_rate = validation.real_number(self.learning_rate.value, "learning rate", above=True)
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)
        X, y = self._X.copy(), self._y.copy()
        rows = slice(None) if self.sample.value == ALL else [self.sample.value]
        for fields, array in ((self._inputs, X), (self._targets, y)):
            if fields and self.sample.value != ALL:
                array[rows] = [field.value for field in fields]
        now = training_step.moment(self.network, X[rows], y[rows], self._activation)
        self._X, self._y = X, y
        return now

    def _diagram(self, phase, now):
        network = now.network
        sizes = (now.X.shape[1], *(W.shape[1] for W in now.weights))
        lit, path = training_step.lit(phase, sizes), None
        show = training_step.shown(self._phases[: self.step.value])
        caption = f"{', '.join(phase.tags)}: {phase.title}" if phase.tags else phase.title
        if self._path_shown:
            name = self.parameter.value
            layer, i, _ = place_of(name)
            lit, path = {f"unit-{layer - 1}-{i}"} if name.startswith("W") else set(), _id(name)
            show = ("weights", "biases", "z", "a", "targets", "loss", "deltas")
            caption = f"every path from {name} to the loss"
        elif "U1" in phase.tags:
            network = now.after
        if now.samples > 1:
            caption += f" (units: sample 1 of {now.samples}; loss and gradients: all)"
        gradients = Gradients(now.gradients.weights, now.gradients.biases, now.deltas)
        return diagram.draw(
            network,
            now.X,
            now.y,
            show=show,
            gradients=gradients,
            lit=lit,
            path_from=path,
            caption=caption,
            activation=self._activation,
            decimals=3 if network is now.after else 2,  # so that a small step can be seen
        )

    def _product_html(self, product):
        verdict = "They agree." if product.agree else "<b>They do not agree: something in backward is wrong.</b>"
        return (
            f'<div class="bp-product"><h4>why the gradient of {self.parameter.value} is what it is</h4>'
            f'<div class="bp-steps">{product.html}</div>'
            f"<div>Numerical gradient, (L(w + h) − L(w − h)) / 2h: {number(product.numerical)}. {verdict}</div></div>"
        )

    def _summary(self, place, title, now, product, wrong):
        after = loss_of(now.after, now.X, now.y)
        whose = f"all {now.samples} samples" if self.sample.value == ALL else f"sample {self.sample.value + 1}"
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
    missing = [name for name in ("forward", "backward", "update") if not callable(getattr(network, name, None))]
    if missing:
        raise InputError(f"The network, a {type(network).__name__}, has no method {' or '.join(missing)}.")
    network = own_class.editable_copy(network)
    weights, biases = own_class.parameters(network)
    if any(np.shape(own) != b.shape for own, b in zip(network.biases, biases, strict=True)):
        network.biases = [np.reshape(b, (1, -1)) for b in network.biases]  # views: forward may know them as self.b1
    X = validation.matrix(X, "X", columns=len(weights[0])).copy()
    y = validation.matrix(y, "y", rows=len(X), columns=weights[-1].shape[1]).copy()
    training_step.moment(network, X, y, activation)
    return network, X, y


def _tags(phase):
    return "".join(f'<span class="bp-tag">{tag}</span>' for tag in phase.tags)


def _id(name):
    """The diagram's id of the parameter called `name`: "W1[0,2]" is "w-1-0-2", "b2[0,1]" is "b-2-1"."""
    layer, i, j = place_of(name)
    return f"w-{layer}-{i}-{j}" if name.startswith("W") else f"b-{layer}-{j}"


def _name(id):
    """The opposite of `_id`."""
    kind, layer, *place = id.split("-")
    return f"{kind.upper()}{layer}[{place[0]},{place[1]}]" if kind == "w" else f"b{layer}[0,{place[0]}]"
