"""The controls of the live figures, alike in all of them: full descriptions, and numbers that can be typed."""

import ipywidgets


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
    return ipywidgets.ToggleButtons(description=description, options=options, value=value)


def number(value, digits=4):
    """Write a number with so many significant digits, a true minus sign, and no minus before a zero."""
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text.replace("-", "−")
