"""The playground: a network in training that can be watched, stopped, changed and compared, gradients included."""

import time
from itertools import chain

import ipywidgets

from bpcourse.mathematics import datasets, own_class, validation
from bpcourse.mathematics.initial import INITS
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import svg
from bpcourse.pictures.writing import number
from bpcourse.widgets import controls, own_network
from bpcourse.widgets.live import ONE_AT_A_TIME, LiveDrawing, classed
from bpcourse.widgets.playground import picture as pictures
from bpcourse.widgets.playground import words
from bpcourse.widgets.playground.player import Player
from bpcourse.widgets.playground.run import Run, Start

FIRST_EPOCHS = 100  # so that the first picture, the one that saved notebooks show, has something to say
READ = 0.5  # seconds between two readouts while it runs
OUTPUTS = ("sigmoid", "tanh", "identity")
PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
OWN = "your own class decides it"


class Playground(LiveDrawing):
    """Train a network on points of the plane, and watch units, border, losses, and the gradients of every layer.

    Parameters
    ----------
    make_network : callable or None
        ``make_network(sizes, learning_rate)`` builds an untrained network, sizes such as ``[2, 4, 4, 1]``, with
        ``forward``, ``backward``, ``update`` and lists ``weights``, ``biases``: a class of your own, for instance.
        If it also takes ``seed``, it is handed that. None: a `NeuralNetwork`.
    data : str
        The data set to start with, of ``datasets.TWO_DIMENSIONAL``.

    Attributes
    ----------
    run : ToggleButton
        Pressed while it trains. Other cells can run meanwhile; out of sight, it rests.
    step, reset, new_seed, new_data : Button
        One epoch; back to the same first weights; to others; to other samples.
    keep, forget : Button
        Leave the losses and gradients of the run as it is in the picture, to compare the next one with.
    data, batch_size, activation, output_activation, init, loss : Dropdown
    noise, test_ratio : FloatSlider
    hidden_size : Text
        Units of the hidden layers: "8", or "4, 4"; empty for none. The drawing's + and − change it too.
    learning_rate : FloatLogSlider
    l2 : Dropdown
        λ of the penalty ½ λ Σ W², which each update follows downhill too. The losses shown are without it.
    speed : Dropdown
        Epochs from one picture to the next, at most.
    links : ToggleButtons
        Whether the network's links show weights or gradients.
    parameter : Dropdown
        A weight or bias to look at, such as "W1[0,2]". Its link in the drawing chooses a weight, a unit its bias.
    value : NumberField
        What it is; may be set by hand.
    network : object
    history : training.History
        Training loss after every epoch.
    test_loss : list of float
    epochs : int
    training : playground.run.Run
        Which has those four, and what is seen of the network.
    player : Player
        What trains on and on.
    net_view, plane_view, loss_view, gradient_view : views of `playground.picture`
        The parts of the picture.

    Raises
    ------
    InputError
        If the data set's name is unknown or make_network does not give such a network.
    """

    run = training = None
    widest = pictures.WIDEST
    network = property(lambda figure: figure.training.network)
    history = property(lambda figure: figure.training.history)
    test_loss = property(lambda figure: figure.training.test_loss)
    epochs = property(lambda figure: figure.training.epochs)

    def __init__(self, make_network=None, data="circles"):
        self._make_network = None if make_network is None else own_network.checked(make_network)
        self.player = Player(self)
        self._counts = {"seed": 0, "data_seed": 0, "attempt": 0}
        self._kept = self._kept_setting = self._placed = self._shown = None
        self._owed, self._typed, self._read = FIRST_EPOCHS, False, 0.0
        self._make_controls(validation.choice(data, list(datasets.TWO_DIMENSIONAL), "data"))
        self._make_buttons()
        super().__init__([*self._settings, self.links])
        self.add_class("bp-playground")
        self.picture.watched = True
        self.children = [self.children[0], *self._note(), *self.children[1:]]
        self.run.observe(self._start_or_stop, "value")
        self.parameter.observe(self._choose, "value")
        self.value.observe(self._set_by_hand, "value")

    def advance(self, epochs=1):
        """Train so many epochs and draw; a diverged network stays as it is."""
        self._owed = validation.whole_number(epochs, "epochs")
        self.refresh()

    def choose(self, id):
        """Choose a weight or bias, or press the + or − of a layer."""
        if id in self.parameter.options:
            self.parameter.value = id
        elif id in self.net_view.resizes:
            self.hidden_size.value = ", ".join(map(str, self.net_view.resizes[id]))

    def refresh(self, change=None):
        super().refresh(change)
        run = self.training
        if self.message.value or run.history.stopped in ("diverged", "interrupted"):
            self.run.value = False
        if run.diverged and not self.message.value:
            self.message.value = words.farewell(run)
        for control in (self.run, self.step, self.value):
            control.disabled = run.diverged
        self.reset.button_style = "warning" if run.diverged else ""

    def draw(self):
        (epochs, self._owed), (typed, self._typed) = (self._owed, 0), (self._typed, False)
        start, rate = self._start(), float(f"{self.learning_rate.value:.6g}")
        if self.training is None or start != self.training.start:
            self.training = Run(start, self._make_network, rate)
            self._fit_controls()
        elif typed and not self.training.diverged:
            self.training.set(self.parameter.value, self.value.read())
        batch_size = None if self.batch_size.value == controls.ALL_SAMPLES else self.batch_size.value
        self.training.train(epochs, rate, batch_size, self.l2.value)
        self._show()

    def close(self):
        if self.run is not None:  # as it is where the figure was refused
            self.run.value = False
        super().close()

    # -- what the controls do --------------------------------------------------------------------------

    def _start_or_stop(self, change):
        self.run.description, self.run.icon = ("Pause", "pause") if change.new else ("Run", "play")
        self.player.pause()
        if not change.new:
            with ONE_AT_A_TIME:
                self._show()
            return
        try:
            self.player.play()
        except RuntimeError:
            self.run.value = False
            self.message.value = "Run needs a notebook. Here, call <code>advance(epochs)</code>."

    def _hear(self, picture, content, buffers):
        if content == "shown":
            self.player.browser_shows()
        elif "seen" in content:
            self.player.browser_sees(content["seen"])
        else:
            super()._hear(picture, content, buffers)

    def _choose(self, change):
        if not self.is_quiet():
            self._load_value()
            self.refresh()

    def _load_value(self):
        with self.quietly():
            self.value.value = float(f"{own_class.get_parameter(self.network, self.parameter.value):.4g}")

    def _set_by_hand(self, change):
        if not self.is_quiet():
            self._typed = True
            self.refresh()

    def _again(self, count):
        """Return what stops and begins again, once the counter of seeds, data or attempts has gone up."""

        def begin_again(button):
            self._counts[count] += 1
            self.run.value = False
            self.refresh()

        return begin_again

    def _keep(self, button):
        self._kept, self._kept_setting = self.training.as_it_is(), self._setting()
        self.forget.disabled = False
        self.refresh()

    def _forget(self, button):
        self._kept = None
        self.forget.disabled = True
        self.refresh()

    # -- drawing and words -----------------------------------------------------------------------------

    def _fit_controls(self):
        """Make the choice of parameters that of a run that has just begun, and switch off what does not apply."""
        with self.quietly():
            names, before = controls.parameter_names(self.network), self.parameter.value
            self.parameter.options = names
            self.parameter.value = before if before in names else names[0]
        if not hasattr(self.network, "learning_rate"):
            self.learning_rate.disabled, self.learning_rate.tooltip = True, OWN

    def _lay_out(self):
        """Place the views, for this room and this run."""
        boxes, self._height = pictures.places(self.width)
        kinds = pictures.NetworkView, pictures.PlaneView, pictures.LossView, pictures.GradientView
        self._views = [View(box, self.training) for View, box in zip(kinds, boxes, strict=True)]
        self.net_view, self.plane_view, self.loss_view, self.gradient_view = self._views

    def _show(self):
        """Put drawing and words on the page; while it runs, only what moves, and the rest less often: it is read."""
        run, now, placed = self.training, time.monotonic(), (self.training, self.width)
        if self._placed != placed:
            self._lay_out()
            self._placed = placed
        shown = pictures.Shown(run, self._kept, self.links.value, self.parameter.value)
        moving = [view.moving(shown) for view in self._views]
        axes = [(view.frame.x, view.frame.y) for view in (self.loss_view, self.gradient_view)]
        before, self._shown = self._shown, (placed, shown, axes, self.run.value and not run.diverged)
        if self._shown[-1] and self._shown == before and now - self._read < READ:
            self.show_parts(*chain(*moving))
            return
        self._read = now
        whole = chain(*(view.whole(shown, parts) for view, parts in zip(self._views, moving, strict=True)))
        self.show_drawing(svg.drawing(self.width, self._height, words.alt(run), *whole), self._words())

    def _words(self):
        run, parts = self.training, [words.state(self.training)]
        if not run.diverged:
            name = self.parameter.value
            parts += [words.chosen(name, *run.numbers[name]), words.diagnosis(run)]
            if not self.run.value:  # while it runs, somebody may be typing
                self._load_value()
        if self._kept:
            parts.append(words.comparison(run, self._setting(), self._kept, self._kept_setting))
        return "<br>".join(filter(None, parts))

    def _setting(self):
        """What a run depends on, in words: description -> value."""
        chosen = [control for control in self._settings if control is not self.speed and not control.disabled]
        return {control.description: _in_words(control) for control in chosen} | {
            "weights' seed": str(self._counts["seed"]),
            "data's seed": str(self._counts["data_seed"]),
            "set by hand": ", ".join(self.training.by_hand) or "nothing",
        }

    def _note(self):
        """Say what is switched off for a class of one's own, and why."""
        off = [control.description for control in (*self._settings, self.new_seed) if control.disabled]
        notes = [f"Switched off, as {OWN}: {', '.join(off)}."] if off else []
        if not self.training.seen:
            notes.append(
                "The units stay empty, as <code>forward</code> is not what the weights give with a usual activation; "
                "a method <code>layers(X)</code> that returns zs and activations would fill them."
            )
        return [classed(ipywidgets.HTML(" ".join(notes)), "bp-note")] if notes else []

    # -- the controls --------------------------------------------------------------------------------

    def _start(self):
        names = ("data", "noise", "test_ratio", "activation", "output_activation", "init", "loss")
        values = {name: getattr(self, name).value for name in names}
        for name in ("noise", "test_ratio"):
            values[name] = round(values[name], 6)  # a browser may answer 0.3 with 0.30000000000000004
        return Start(**values, **self._counts, hidden_size=_sizes(self.hidden_size.value))

    def _make_controls(self, data):
        dropdown = controls.dropdown
        self.data = dropdown("data", list(datasets.TWO_DIMENSIONAL), data)
        self.noise = controls.slider("noise", 0.1, 0.0, 0.5, 0.05)
        self.test_ratio = controls.slider("test part", 0.3, 0.1, 0.9, 0.1, ".1f")
        self.batch_size = dropdown("batch size", [1, 5, 10, 20, 50, controls.ALL_SAMPLES], 10)
        self.hidden_size = ipywidgets.Text("4, 4", description="hidden units", placeholder="none")
        self.hidden_size.continuous_update = False
        self.hidden_size.tooltip = "Units of each hidden layer, such as 8, or 4, 4 for two layers"
        self.activation = dropdown("activation", ["tanh", "sigmoid", "relu", "identity"], "tanh")
        self.init = dropdown("first weights", list(INITS), "xavier")
        self.output_activation = dropdown("output", ["sigmoid"], "sigmoid")
        losses = [(name.replace("_", " "), name) for name in ("binary_cross_entropy", "squared_error")]
        self.loss = dropdown("loss", losses, "binary_cross_entropy")
        self.loss.observe(self._offer_outputs, "value")
        self.learning_rate = controls.log_slider("learning rate η", 0.1, -3, 2)
        self.l2 = dropdown("L2 penalty λ", [(f"{value:g}", value) for value in PENALTIES], 0.0)
        self.speed = dropdown("epochs/picture", [1, 2, 5, 10, 20, 50], 5)
        self.parameter, self.value = dropdown("weight or bias", [], None), controls.NumberField("its value")
        self.links = controls.toggle("links show", list(pictures.LINKS), "weights")
        self._groups = {
            "Data": [self.data, self.noise, self.test_ratio, self.batch_size],
            "Network": [self.hidden_size, self.activation, self.init, self.output_activation],
            "Training": [self.loss, self.learning_rate, self.l2, self.speed],
        }
        self._settings = list(chain(*self._groups.values()))
        if self._make_network is not None:
            for control in (self.activation, self.init, self.output_activation, self.loss):
                control.disabled, control.tooltip = True, OWN

    def _offer_outputs(self, change):
        self.output_activation.options = [name for name in OUTPUTS if name in LOSSES[change.new].outputs]

    def _make_buttons(self):
        self.run = ipywidgets.ToggleButton(description="Run", icon="play", button_style="primary", tooltip="Train on")
        for name, description, icon, tooltip, action in (
            ("step", "Step", "step-forward", "Train one epoch", lambda button: self.advance(1)),
            ("reset", "Reset", "undo", "Begin again with the same first weights", self._again("attempt")),
            ("new_seed", "New weights", "random", "Begin again with other first weights", self._again("seed")),
            ("new_data", "New data", "refresh", "Begin again with other samples", self._again("data_seed")),
            ("keep", "Keep", "bookmark", "Leave this run in the picture, to compare with", self._keep),
            ("forget", "Forget", "times", "Take the kept run out of the picture", self._forget),
        ):
            setattr(self, name, controls.button(description, tooltip, action, icon=icon))
        self.forget.disabled = True
        self.new_seed.disabled = bool(self._make_network) and not own_network.takes_seed(self._make_network)

    def arranged(self, settings):
        """A bar of buttons; drawing and words, and beside them, or below on a narrow page, a rail of settings."""
        for control in (*self._settings, self.parameter, self.value):
            control.style.description_width = "98px"
        self.links.style.description_width = "initial"
        groups = self._groups | {"Chosen weight or bias": [self.parameter, self.value]}
        rail = [
            classed(ipywidgets.VBox([classed(ipywidgets.HTML(name), "bp-heading"), *group]), "bp-group")
            for name, group in groups.items()
        ]
        again = [self.reset, self.new_seed, self.new_data, self.keep, self.forget]
        bar = ipywidgets.Box([classed(self.run, "bp-run"), self.step, *again, self.links])
        seen = ipywidgets.Box([self.picture, self.readout, self.message])
        body = ipywidgets.Box([classed(seen, "bp-seen"), classed(ipywidgets.Box(rail), "bp-settings")])
        return [classed(bar, "bp-toolbar"), classed(body, "bp-body")]


def _sizes(text):
    """Read the numbers of hidden units, such as "4, 4", as a tuple."""
    parts = text.replace(",", " ").split()
    if (
        not all(part.isdecimal() and 1 <= int(part) <= pictures.MOST_UNITS for part in parts)
        or len(parts) > pictures.MOST_LAYERS
    ):
        raise InputError(
            f"hidden units came as {text!r}; expected a number for each hidden layer, such as 8 or 4, 4; nothing for "
            f"no hidden layer. There is room for {pictures.MOST_LAYERS} layers of 1 to {pictures.MOST_UNITS} units."
        )
    return tuple(map(int, parts))


def _in_words(control):
    if isinstance(control, ipywidgets.FloatSlider):
        return format(control.value, control.readout_format)
    if isinstance(control, ipywidgets.FloatLogSlider):
        return number(control.value, 3)
    return getattr(control, "label", control.value) or "none"
