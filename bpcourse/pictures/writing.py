"""How numbers and the indices of layers and units are written, in pictures, panels and sentences alike."""

import math

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value, digits=4):
    """Write a number with so many significant digits, a true minus sign, and no minus before a zero."""
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def bracketed(value):
    """Write a number that follows an operator: in brackets if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def fixed(value, decimals=None):
    """Write a number of a drawing, in at most eight characters, with three significant digits or so many decimals.

    Never −0.00, and with decimals never 0.00 for what is clearly not zero.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if abs(value) < 1e-12:  # 0, or the rounding error of a sum that is
        text = f"{0:.{2 if decimals is None else decimals}f}"
    elif decimals is None:
        text = f"{value:#.3g}".rstrip(".") if 1e-3 <= abs(value) < 999.5 else _power(value, 2)
    else:
        text = f"{value:.{decimals}f}" if 0.5 * 10.0**-decimals <= abs(value) < 1000 else _power(value, 0)
    return text.replace("-", "−")


def _power(value, decimals):
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    if decimals and abs(int(exponent)) > 9:
        return _power(value, 0)
    return f"{mantissa}e{int(exponent)}"


def factor(ratio):
    """Write by what a number is multiplied, with two significant digits: "× 1/36,000", "× 2.5"."""
    large = max(ratio, 1 / ratio)
    words = f"{float(f'{large:.2g}'):,.6g}"
    return f"× {words}" if ratio >= 1 else f"× 1/{words}"


def subscript(index):
    """Write the number of a unit, counted from 1: index 0 is ₁."""
    return str(index + 1).translate(SUBSCRIPTS)


def superscript(layer):
    """Write the number of a layer."""
    return str(layer).translate(SUPERSCRIPTS)
