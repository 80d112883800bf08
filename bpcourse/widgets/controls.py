"""The controls of the live figures, alike in all of them: full descriptions, and numbers that can be typed."""

import math
import re

import ipywidgets
import numpy as np
import traitlets

from bpcourse.mathematics import own_class
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.writing import number

REACH = 4.0  # how far a slider over a weight goes to either side
ALL_SAMPLES = "all"  # the value of a control that can also stand at one sample, or at so many


def slider(description, value, least, most, step=0.01, readout_format=".2f"):
    """Return a slider over the real numbers from `least` to `most`."""
    return ipywidgets.FloatSlider(
        description=description, value=value, min=least, max=most, step=step, readout_format=readout_format
    )


def log_slider(description, value, least, most, steps_per_decade=10):
    """Return a slider whose every step multiplies, over the powers of ten from 10^least to 10^most."""
    return ipywidgets.FloatLogSlider(
        description=description, value=value, min=least, max=most, step=1 / steps_per_decade, readout_format=".3g"
    )


def int_slider(description, value, least, most):
    """Return a slider over the whole numbers from `least` to `most`."""
    return ipywidgets.IntSlider(description=description, value=value, min=least, max=most)


def move(slider, value):
    """Let a slider go to the one of its steps that is nearest to a value."""
    steps = np.round((np.clip(value, slider.min, slider.max) - slider.min) / slider.step)
    slider.value = type(slider.value)(round(slider.min + steps * slider.step, 9))


def dropdown(description, options, value):
    """Return a choice of one of `options`."""
    return ipywidgets.Dropdown(description=description, options=options, value=value)


def toggle(description, options, value):
    """Return buttons, one of which is pressed."""
    buttons = ipywidgets.ToggleButtons(description=description, options=options, value=value)
    buttons.style.button_width = "auto"
    return buttons


def checkbox(description, value):
    """Return a box to tick."""
    return ipywidgets.Checkbox(description=description, value=value, indent=False)


def button(description, tooltip, action, **look):
    """Return a button that calls ``action(button)``."""
    new = ipywidgets.Button(description=description, tooltip=tooltip, **look)
    new.on_click(action)
    return new


def _to_text(value, field):
    return field.mistyped or "" if math.isnan(value) else number(value, 10)


def _from_text(text, field):
    try:
        value, field.mistyped = float(text.replace(",", ".").replace("−", "-")), None
    except ValueError:
        value, field.mistyped = math.nan, text
    return value


class NumberField(ipywidgets.Text):
    """A number to be typed, with a point or a comma: of "0,5", the number fields of some browsers make 5.

    Attributes
    ----------
    value : float
        NaN while the field holds something else than a number.
    mistyped : str or None
        What it then holds.
    """

    value = traitlets.Float().tag(sync=True, to_json=_to_text, from_json=_from_text)
    mistyped = None

    def __init__(self, description, value=0.0):
        super().__init__(description=description, value=value, continuous_update=False)

    def read(self):
        """Return the value; raises InputError where something was typed that is no number."""
        if self.mistyped is not None and math.isnan(self.value):
            raise InputError(f"{self.description} came as {self.mistyped!r}; expected a number, such as 0.5 or -2.")
        return self.value


def parameter_names(network, layers=None):
    """Return the names of the weights and biases of some layers (all, if None), such as "W1[0,2]"."""
    layers = range(1, len(network.weights) + 1) if layers is None else layers
    return [
        f"{kind}{layer}[{row},{column}]"
        for layer in layers
        for kind, array in (("W", network.weights[layer - 1]), ("b", network.biases[layer - 1]))
        for row, column in np.ndindex(np.atleast_2d(array).shape)
    ]


def place_of(name):
    """Return layer (from 1), row and column of the parameter called `name`."""
    return tuple(map(int, re.findall(r"\d+", name)))


def parameter_controls(network, names):
    """Return a choice among `names`, and a slider that takes on the chosen parameter's value in `network`."""
    parameter, value = dropdown("weight or bias", names, names[0]), value_slider()
    parameter.observe(lambda change: load_parameter(value, network, change.new), "value")
    load_parameter(value, network, parameter.value)
    return parameter, value


def value_slider():
    """Return a slider over the values that a weight or bias may have, see `load_parameter`."""
    return slider("its value", 0.0, -REACH, REACH, 0.1)


def load_parameter(value, network, name):
    """Let the slider `value` take on the value of a parameter, and reach as far as that."""
    present = own_class.get_parameter(network, name)
    with value.hold_trait_notifications():
        value.min, value.max = min(-REACH, present), max(REACH, present)
        value.value = present
