"""The controls of the live figures, alike in all of them: full descriptions, and numbers that can be typed."""

import re

import ipywidgets
import numpy as np

from bpcourse.mathematics import own_class

REACH = 4.0  # how far a slider over a weight goes to either side


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


def dropdown(description, options, value):
    """Return a choice of one of `options`."""
    return ipywidgets.Dropdown(description=description, options=options, value=value)


def toggle(description, options, value):
    """Return buttons, one of which is pressed."""
    buttons = ipywidgets.ToggleButtons(description=description, options=options, value=value)
    buttons.style.button_width = "auto"
    return buttons


def number(value, digits=4):
    """Write a number with so many significant digits, a true minus sign, and no minus before a zero."""
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def bracketed(value):
    """Write a number that follows an operator: in brackets if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


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
    parameter = dropdown("weight or bias", names, names[0])
    value = slider("its value", 0.0, -REACH, REACH, 0.1)

    def take_value(change=None):
        present = own_class.get_parameter(network, parameter.value)
        with value.hold_trait_notifications():
            value.min, value.max = min(-REACH, present), max(REACH, present)
            value.value = present

    take_value()
    parameter.observe(take_value, "value")
    return parameter, value
