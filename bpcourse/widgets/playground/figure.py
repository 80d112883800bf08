"""The playground: a network in training that can be watched, stopped, changed and compared, gradients included."""

import asyncio
import time
import weakref

import ipywidgets
import numpy as np
import traitlets

from bpcourse.mathematics import datasets, own_class, validation
from bpcourse.mathematics.initial import INITS
from bpcourse.mathematics.losses import LOSSES
from bpcourse.mathematics.training import History
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.plots.frame import ONE_AT_A_TIME
from bpcourse.widgets import own_network
from bpcourse.widgets.controls import dropdown, log_slider, number, parameter_names, slider, toggle
from bpcourse.widgets.live import LivePlot, Picture, page_part
from bpcourse.widgets.playground import picture as pictures
from bpcourse.widgets.playground import words
from bpcourse.widgets.playground.run import Run, Start

FIRST_EPOCHS = 100  # so that the first picture, the one that saved notebooks show, has something to say
MOST_LAYERS, MOST_UNITS = 8, 16  # that the picture has room for
CHUNK, REST = 0.025, 0.008  # seconds of training for a picture; seconds left to the rest of the notebook
READ = 0.5  # seconds between two readouts while it runs
ASK, PATIENCE = 5, 10.0  # pictures from one question to the browser to the next; seconds to wait for its answer
ALL = "all"
OUTPUTS = ("sigmoid", "tanh", "identity")
PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
OWN = "your own class decides it"


class PlaygroundPicture(Picture):
    """The picture with the playground's own style sheet."""

    _css = page_part("card.css", "live.css", "playground/playground.css")
    clickable = traitlets.Bool(True).tag(sync=True)


class Playground(LivePlot):
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
        Pressed while it trains. Other cells can run meanwhile.
    step, reset, new_seed, new_data : Button
        One epoch; back to the same first weights; to others; to other samples.
    keep, forget : Button
        Leave the losses and gradients of the run as it is in the picture, to compare the next one with.
    data, batch_size, activation, output_activation, init, loss : Dropdown
    noise, test_ratio : FloatSlider
    hidden_size : Text
        Units of the hidden layers: "8", or "4, 4"; empty for none.
    learning_rate : FloatLogSlider
    l2 : Dropdown
        λ of the penalty ½ λ Σ W², which each update follows downhill too. The losses shown are without it.
    speed : Dropdown
        Epochs from one picture to the next, at most.
    links : ToggleButtons
        Whether the network's links show weights or gradients.
    parameter : Dropdown
        A weight or bias to look at, such as "W1[0,2]". A click on its link chooses a weight, one on a unit its bias.
    value : FloatText
        What it is; may be set by hand.
    network : object
    history : training.History
        Training loss after every epoch.
    test_loss : list of float
    epochs : int

    Raises
    ------
    InputError
        If the data set's name is unknown or make_network does not give such a network.
    """

    picture_type = PlaygroundPicture
    run = None

    def __init__(self, make_network=None, data="circles"):
        self._make_network = None if make_network is None else own_network.checked(make_network)
        self._counts = {"seed": 0, "data_seed": 0, "attempt": 0}
        self._run = self._kept = self._task = self._typed = None
        self._layout = pictures.WIDE
        self._owed, self._seconds_per_epoch, self._read, self._farewell = FIRST_EPOCHS, CHUNK, 0.0, ""
        self._pictures, self._asked, self._browser_answers = 0, None, False
        self._make_controls(validation.choice(data, list(datasets.TWO_DIMENSIONAL), "data"))
        self._make_buttons()
        figure, axes = pictures.make_figure()
        views = (pictures.NetworkView, pictures.PlaneView, pictures.LossView, pictures.GradientView)
        self._views = self._net_view, self._plane, self._losses, self._norms = [
            view(ax) for view, ax in zip(views, axes, strict=True)
        ]
        controls = [*(control for group in self._groups.values() for control in group), self.links]
        super().__init__(figure, [artist for view in self._views for artist in view.moving], controls)
        self._arrange()
        self.run.observe(self._start_or_stop, "value")
        self.picture.on_msg(self._take_answer)
        self.picture.observe(self._fit_room, "room")
        self.parameter.observe(self._choose, "value")
        self.value.observe(self._set_by_hand, "value")

    @property
    def network(self):
        return self._run.network

    @property
    def history(self):
        return self._run.history

    @property
    def test_loss(self):
        return self._run.test_loss

    @property
    def epochs(self):
        return self._run.epochs

    def advance(self, epochs=1):
        """Train so many epochs and draw; a diverged network stays as it is."""
        self._owed = validation.whole_number(epochs, "epochs")
        self.refresh()

    def refresh(self, change=None):
        super().refresh(change)
        if self.message.value:  # a setting that cannot be shown
            self.run.value = False
        elif self._run.diverged:
            self.run.value = False
            self.message.value = self._farewell
        elif self.history.stopped == "interrupted":
            self.run.value = False
        for control in (self.run, self.step, self.value):
            control.disabled = self._run.diverged
        self.reset.button_style = "warning" if self._run.diverged else ""

    def draw(self):
        (epochs, self._owed), (typed, self._typed) = (self._owed, 0), (self._typed, None)
        start = self._start()
        if self._run is None or start != self._run.start:
            self._begin(start)
        elif typed is not None and not self._run.diverged:
            self._run.set(self.parameter.value, typed)
        self._train(epochs)
        if not self._run.diverged:
            self._show_network()
        self._losses.show(self._run, self._kept)
        self._tell()

    def close(self):
        if self.run is not None:  # as it is where the figure was refused
            self.run.value = False
        super().close()

    # -- training ------------------------------------------------------------------------------------

    def _begin(self, start):
        self._run = Run(start, self._make_network, self.learning_rate.value)
        self._extent = self._plane.place(self._run)
        across, up = (np.linspace(*ends, pictures.RESOLUTION) for ends in (self._extent[:2], self._extent[2:]))
        self._points = np.column_stack([grid.ravel() for grid in np.meshgrid(across, up)])
        self._losses.fit()
        with self._quietly():
            names, before = parameter_names(self.network), self.parameter.value
            self.parameter.options = names
            self.parameter.value = before if before in names else names[0]
        if not hasattr(self.network, "learning_rate"):
            self.learning_rate.disabled, self.learning_rate.tooltip = True, OWN
        self._farewell = ""
        self._show_network()  # what is seen if it diverges at once

    def _train(self, epochs):
        if not self.learning_rate.disabled:
            self.network.learning_rate = float(f"{self.learning_rate.value:.6g}")
        if epochs == 0:
            return
        began = time.perf_counter()
        self._run.train(epochs, None if self.batch_size.value == ALL else self.batch_size.value, self.l2.value)
        self._seconds_per_epoch = (time.perf_counter() - began) / epochs
        if self._run.diverged and not self._farewell:
            self._farewell = words.farewell(self._run, self.learning_rate.value, self.l2.value)

    def _start_or_stop(self, change):
        self.run.description, self.run.icon = ("Pause", "pause") if change.new else ("Run", "play")
        self._task = None  # so that the former one ends by itself, in whichever thread it plays
        if not change.new:
            with ONE_AT_A_TIME:
                self._tell()
            return
        self._asked = None
        try:
            self._task = asyncio.get_running_loop().create_task(_play(weakref.ref(self)))
        except RuntimeError:
            self.run.value = False
            self.message.value = "Run needs a notebook. Here, call <code>advance(epochs)</code>."

    def _go_on(self):
        """Train and draw once more, unless the browser is still busy with earlier pictures."""
        if self._pictures % ASK == 0:
            if self._asked and self._browser_answers:
                if time.monotonic() - self._asked > PATIENCE:  # nobody looks any more
                    self.run.value = False
                return
            self._asked = time.monotonic()
        self.picture.asks = self._pictures % ASK == 0
        self._pictures += 1
        self.advance(max(1, min(self.speed.value, int(CHUNK / self._seconds_per_epoch))))

    def _take_answer(self, picture, content, buffers):
        """Hear from the browser that it shows a picture, or where in it there was a click."""
        if content == "shown":
            self._asked, self._browser_answers = None, True
            return
        name = self._net_view.name_at(*content["click"])
        if name in self.parameter.options:
            self.parameter.value = name

    def _fit_room(self, change):
        layout = pictures.NARROW if 0 < change.new < pictures.ROOM else pictures.WIDE
        if layout is not self._layout:
            self._layout = layout
            with ONE_AT_A_TIME:
                pictures.lay_out(self.canvas.figure, layout)
                self.canvas.redraw_all()
            self.refresh()

    def _choose(self, change):
        if not self._is_quiet():
            self._load_value()
            self.refresh()

    def _load_value(self):
        with self._quietly():
            self.value.value = float(f"{own_class.get_parameter(self.network, self.parameter.value):.4g}")

    def _set_by_hand(self, change):
        if not self._is_quiet():
            self._typed = change.new
            self.refresh()

    def _begin_again(self, count):
        """Stop, and begin again after one of the counters of seed, data and attempts went up."""
        self._counts[count] += 1
        self.run.value = False
        self.refresh()

    def _keep(self, button):
        run = self._run
        history = History(list(run.history.loss), run.history.stopped)
        self._kept = words.Kept(self._settings(), history, list(run.test_loss), run.norms, self._right[1])
        self.forget.disabled = False
        self.refresh()

    def _forget(self, button):
        self._kept = None
        self.forget.disabled = True
        self.refresh()

    # -- picture and words -----------------------------------------------------------------------------

    def _show_network(self):
        run = self._run
        if self._net_view.arrange((2, *run.start.hidden_size, 1), self.links.value):
            self._norms.arrange(len(run.norms))
            self.canvas.redraw_all()
        units, (train, test) = run.units(self._points), run.right()
        predictions = np.asarray(run.network.forward(self._points) if units is None else units[-1])
        arrays = run.network.weights if self.links.value == "weights" else run.gradients.weights
        self._net_view.show(units, *run.activations, arrays)
        shape = (pictures.RESOLUTION, pictures.RESOLUTION)
        wrong = np.vstack([run.X[~train], run.X_test[~test]])
        self._plane.show(predictions.reshape(shape), self._extent, wrong)
        self._norms.show(run.norms, self._kept)
        self._net_view.choose(self.parameter.value)
        self._right = [f"{int(part.sum())} of {len(part)} right" for part in (train, test)]

    def _tell(self):
        """Put picture and words on the page; while it runs, the words come less often, as they are read aloud."""
        run, now = self._run, time.monotonic()
        text = self.readout.value
        if not self.run.value or now - self._read > READ:
            self._read = now
            parts = [words.state(run, self._right, self.l2.value)]
            if not run.diverged:
                value, gradient = run.value_and_gradient(self.parameter.value)
                parts += [words.chosen(self.parameter.value, value, gradient), words.diagnosis(run)]
                if not self.run.value:  # while it runs, somebody may be typing
                    self._load_value()
            parts += [words.comparison(run, self._right, self._settings(), self._kept)] if self._kept else []
            text = "<br>".join(filter(None, parts))
        self.show_plot(self._alt(), text, draft=self.run.value)

    def _alt(self):
        run = self._run
        outcome = "diverged" if run.diverged else f"training loss {number(run.history.loss[-1], 2)}"
        sizes = "-".join(map(str, (2, *run.start.hidden_size, 1)))
        return (
            f"Live figure: a {sizes} network on {run.start.data} after {run.epochs:,} epochs: {outcome}, test loss "
            f"{number(run.test_loss[-1], 2)}. It shows the network with what each unit sees, its answers over the "
            f"plane, the losses, and the size of the gradient in each layer."
        )

    def _settings(self):
        """What a run depends on, in words: description -> value."""
        controls = [control for group in self._groups.values() for control in group if control is not self.speed]
        return {control.description: _in_words(control) for control in controls if not control.disabled} | {
            "weights' seed": str(self._counts["seed"]),
            "data's seed": str(self._counts["data_seed"]),
            "set by hand": ", ".join(self._run.by_hand) or "nothing",
        }

    # -- controls ------------------------------------------------------------------------------------

    def _start(self):
        names = ("data", "noise", "test_ratio", "activation", "output_activation", "init", "loss")
        values = {name: getattr(self, name).value for name in names}
        for name in ("noise", "test_ratio"):
            values[name] = round(values[name], 6)  # a browser may answer 0.3 with 0.30000000000000004
        return Start(**values, **self._counts, hidden_size=_sizes(self.hidden_size.value))

    def _make_controls(self, data):
        self.data = dropdown("data", list(datasets.TWO_DIMENSIONAL), data)
        self.noise = slider("noise", 0.1, 0.0, 0.5, 0.05)
        self.test_ratio = slider("test part", 0.3, 0.1, 0.9, 0.1, ".1f")
        self.batch_size = dropdown("batch size", [1, 5, 10, 20, 50, ALL], 10)
        self.hidden_size = ipywidgets.Text(
            description="hidden units", value="4, 4", placeholder="none", continuous_update=False
        )
        self.hidden_size.tooltip = "Units of each hidden layer, such as 8, or 4, 4 for two layers"
        self.activation = dropdown("activation", ["tanh", "sigmoid", "relu", "identity"], "tanh")
        self.init = dropdown("first weights", list(INITS), "xavier")
        self.output_activation = dropdown("output", ["sigmoid"], "sigmoid")
        losses = [(name.replace("_", " "), name) for name in ("binary_cross_entropy", "squared_error")]
        self.loss = dropdown("loss", losses, "binary_cross_entropy")
        self.loss.observe(self._offer_outputs, "value")
        self.learning_rate = log_slider("learning rate η", 0.1, -3, 2)
        self.l2 = dropdown("L2 penalty λ", [(f"{value:g}", value) for value in PENALTIES], 0.0)
        self.speed = dropdown("epochs/picture", [1, 2, 5, 10, 20, 50], 5)
        self.parameter = dropdown("weight or bias", [], None)
        self.value = ipywidgets.FloatText(description="its value", step=0.1)
        self.links = toggle("links show", list(pictures.LINKS), "weights")
        self._groups = {
            "Data": [self.data, self.noise, self.test_ratio, self.batch_size],
            "Network": [self.hidden_size, self.activation, self.init, self.output_activation],
            "Training": [self.loss, self.learning_rate, self.l2, self.speed],
        }
        if self._make_network is not None:
            for control in (self.activation, self.init, self.output_activation, self.loss):
                control.disabled, control.tooltip = True, OWN

    def _offer_outputs(self, change):
        self.output_activation.options = [name for name in OUTPUTS if name in LOSSES[change.new].outputs]

    def _make_buttons(self):
        self.run = ipywidgets.ToggleButton(description="Run", icon="play", button_style="primary", tooltip="Train on")
        self.step = _button("Step", "step-forward", "Train one epoch", lambda button: self.advance(1))
        for name, text, icon, tooltip, count in (
            ("reset", "Reset", "undo", "Begin again with the same first weights", "attempt"),
            ("new_seed", "New weights", "random", "Begin again with other first weights", "seed"),
            ("new_data", "New data", "refresh", "Begin again with other samples", "data_seed"),
        ):
            button = _button(text, icon, tooltip, lambda button, count=count: self._begin_again(count))
            setattr(self, name, button)
        self.keep = _button("Keep", "bookmark", "Leave this run in the picture, to compare with", self._keep)
        self.forget = _button("Forget", "times", "Take the kept run out of the picture", self._forget)
        self.forget.disabled = True
        self.new_seed.disabled = self._make_network is not None and not own_network.takes_seed(self._make_network)

    def _arrange(self):
        for control in (control for group in self._groups.values() for control in group):
            control.style.description_width = "98px"
        self.links.style.description_width = "initial"
        buttons = [self.run, self.step, self.reset, self.new_seed, self.new_data, self.keep, self.forget, self.links]
        toolbar, panel = ipywidgets.Box(buttons), self.children[0]
        hint = _html("A click on a link or a unit of the network chooses it too.", "bp-note")
        inspector = ipywidgets.Box([self.parameter, self.value, hint])
        panel.children = [ipywidgets.VBox([_html(name, "bp-heading"), *group]) for name, group in self._groups.items()]
        styled = {"bp-toolbar": [toolbar], "bp-groups": [panel], "bp-group": panel.children}
        styled |= {"bp-inspector": [inspector], "bp-run": [self.run], "bp-playground": [self]}
        for name, parts in styled.items():
            for part in parts:
                part.add_class(name)
        self.children = [panel, *self._note(), toolbar, self.picture, inspector, self.readout, self.message]

    def _note(self):
        """Say what is switched off for a class of one's own, and why."""
        off = [control.description for group in self._groups.values() for control in group if control.disabled]
        off += [self.new_seed.description] if self.new_seed.disabled else []
        notes = [f"Switched off, as {OWN}: {', '.join(off)}."] if off else []
        if not self._run.shows_units:
            notes.append(
                "The units stay empty, as <code>forward</code> is not what the weights give with a usual activation; "
                "a method <code>layers(X)</code> that returns zs and activations would fill them."
            )
        return [_html(" ".join(notes), "bp-note")] if notes else []


async def _play(reference):
    """Train and draw until it is paused, closed or gone; in between, the notebook's other work has its turn."""
    while (figure := reference()) is not None and figure._task is asyncio.current_task():
        figure._go_on()
        del figure
        await asyncio.sleep(REST)


def _sizes(text):
    """Read the numbers of hidden units, such as "4, 4", as a tuple."""
    parts = text.replace(",", " ").split()
    if not all(part.isdecimal() and 1 <= int(part) <= MOST_UNITS for part in parts) or len(parts) > MOST_LAYERS:
        raise InputError(
            f"hidden units came as {text!r}; expected a number for each hidden layer, such as 8 or 4, 4; nothing for "
            f"no hidden layer. There is room for {MOST_LAYERS} layers of 1 to {MOST_UNITS} units."
        )
    return tuple(map(int, parts))


def _in_words(control):
    if isinstance(control, ipywidgets.FloatSlider):
        return format(control.value, control.readout_format)
    if isinstance(control, ipywidgets.FloatLogSlider):
        return number(control.value, 3)
    return getattr(control, "label", control.value) or "none"


def _button(description, icon, tooltip, action):
    button = ipywidgets.Button(description=description, icon=icon, tooltip=tooltip)
    button.on_click(action)
    return button


def _html(text, name):
    line = ipywidgets.HTML(text)
    line.add_class(name)
    return line
