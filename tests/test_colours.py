"""Roles and classes stay apart for colour-blind readers, in both themes; where even grey is left, shapes differ."""

import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest

from bpcourse.pictures import charts, style

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
SEEN_AS = {
    "all colours": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
APART = 20  # CIE76; about 2.3 are just noticed
GROUPS = [("forward", "backward", "gradient"), ("class-0", "class-1"), ("ink", "forward"), ("quiet", "ink")]


def lab(colour, eyes):
    """Return L*, a*, b* of a colour "#RRGGBB" as those eyes see it."""
    rgb = np.array(list(bytes.fromhex(colour[1:]))) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(SEEN_AS[eyes]) @ linear, 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN_AS)
@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_roles_and_classes_stay_apart(group, eyes, theme):
    seen = {role: lab(style.ROLES[role][theme], eyes) for role in group}
    for one, other in combinations(group, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > APART, f"{one} and {other}"


def test_white_and_black_are_a_hundred_apart():
    for eyes in SEEN_AS:
        assert np.linalg.norm(lab("#FFFFFF", eyes) - lab("#000000", eyes)) == pytest.approx(100, abs=0.5)


def test_without_any_colour_classes_differ_by_shape_and_lines_by_their_dashes():
    drawn = {ET.tostring(charts.spots(np.zeros((1, 2)), square=label == 1)) for label in range(len(charts.CLASSES))}
    assert len(set(style.CLASS_MARKERS)) == len(drawn) == 2


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_lines_that_are_also_labels_can_be_read(theme):
    def luminance(colour):
        rgb = np.array(list(bytes.fromhex(colour[1:]))) / 255
        return TO_XYZ[1] @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)

    paper = luminance(style.ROLES["paper"][theme])
    roles = [style.ROLES[role][theme] for role in ("ink", "quiet", "forward", "backward", "gradient")]
    for colour in roles if theme else [*roles, *style.CYCLE]:
        low, high = sorted([luminance(colour), paper])
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour
