"""What a drawing shows: its parts by their ids, the places of their lines, their words."""

import re
from xml.etree import ElementTree

import numpy as np


def root(svg):
    """Return the drawing with all its parts."""
    return ElementTree.fromstring(svg)


def find(svg, id):
    """Return the part with this id, or None."""
    return next((part for part in root(svg).iter() if part.get("id") == id), None)


def places(svg, id):
    """Return the pixels, (n, 2), of the first path in the part with this id; of none, if there is no such part."""
    part = find(svg, id)
    path = "" if part is None else next((each.get("d") for each in part.iter() if each.get("d") is not None), "")
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), float).reshape(-1, 2)


def starts(svg, id):
    """Return where each line of that path begins, (n, 2)."""
    return np.array(re.findall(r"M(-?[\d.]+) (-?[\d.]+)", find(svg, id).get("d")), float).reshape(-1, 2)


def data(svg, id, frame):
    """Return the same as numbers of the chart's axes."""
    return np.array([frame.back(*place) for place in places(svg, id)]).reshape(-1, 2)


def words(svg):
    """Return all that is written, text by text."""
    texts = (part for part in root(svg).iter() if part.tag.endswith("}text"))
    return ["".join(part.itertext()) for part in texts]
