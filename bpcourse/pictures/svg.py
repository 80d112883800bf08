"""The words that all drawings are written in: SVG elements, text with real sub- and superscripts, the palette.

Looks stand in attributes, as a style sheet would change the page that shows the drawing inline. A colour is a variable
of the page with the light theme's value in its place (see `style.colour`), so that one drawing serves both themes.
"""

import re
from xml.etree.ElementTree import Element, tostring

from bpcourse.pictures.style import colour

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SHIFTS = {"^": (-0.36, 0.72), "_": (0.22, 0.72)}  # of a raised or lowered index, in parts of the size; and its size


def element(name, *children, words=None, **attributes):
    """Return an SVG element. ``font_size`` becomes font-size, ``class_`` class; what is None is left out."""
    new = Element(name)
    for key, value in attributes.items():
        if value is not None:
            new.set(key.rstrip("_").replace("_", "-"), value if isinstance(value, str) else f"{value:.6g}")
    new.text = words
    new.extend(child for child in children if child is not None)
    return new


def drawing(width, height, alt, *parts):
    """Return a whole drawing as text: `width` by `height` pixels of the page, `alt` being the same in words."""
    size = {"width": width, "height": height, "viewBox": f"0 0 {width:g} {height:g}"}
    look = {"style": "max-width: 100%; height: auto", "font_family": FONT}
    root = element("svg", *parts, xmlns="http://www.w3.org/2000/svg", **size, role="group", aria_label=alt, **look)
    return tostring(root, "unicode").replace(" />", "/>")


def text(x, y, words, size=14, role="ink", anchor="middle", **look):
    """Return text whose baseline is at y. In `words`, ``^{1}`` raises and ``_{2}`` lowers: "z^{1}_{2}", "f′(z)"."""
    new = element("text", x=x, y=y, font_size=size, fill=colour(role), text_anchor=anchor, **look)
    pieces = re.split(r"([\^_])\{([^}]*)\}", words)
    new.text, shift = pieces[0], 0.0
    for mark, index, rest in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        up, smaller = SHIFTS[mark]
        new.append(element("tspan", words=index, dy=round(size * up - shift, 2), font_size=round(size * smaller, 1)))
        shift = round(size * up, 2)
        if rest:
            new.append(element("tspan", words=rest, dy=-shift, font_size=size))
            shift = 0.0
    return new


def in_html(words):
    """Return `words` of `text` as HTML: "z^{1}" is "z<sup>1</sup>"."""
    words = re.sub(r"\^\{([^}]*)\}", r"<sup>\1</sup>", words)
    return re.sub(r"_\{([^}]*)\}", r"<sub>\1</sub>", words)


def plain(words):
    """Return `words` of `text` as they are read without indices: "z^{1}_{2}" is "z1,2"."""
    return re.sub(r"[\^_]\{([^}]*)\}", r"\1", words)
