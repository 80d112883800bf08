"""The look that all pictures share.

Hue means role, see `ROLES`, and shape always doubles it: what goes forward is blue, what comes back orange, gradients
are violet. Inside planes, the two classes of data keep orange circles and blue squares, which stay apart for
colour-blind readers (Okabe & Ito 2008).
"""

BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"

INK = "#1F2933"
MUTED = "#5F6B7A"
GRID = "#E3E8ED"
PAPER = "#FFFFFF"

CLASS_COLOURS = (ORANGE, BLUE)
CLASS_MARKERS = ("o", "s")

LIGHT_ORANGE = "#F2B48C"
LIGHT_BLUE = "#8CBFE0"
LIGHT_GREY = "#F3F5F7"
HEIGHTS = ("#FDFEFF", "#C7DDEC", "#6FA5C8", "#2B5C86")  # of a landscape, from the valley up

# Hue means role, in drawings and on pages: the light theme's value, and the dark one's on a card of #1B2129.
ROLES = {
    "ink": (INK, "#E8EDF2"),
    "quiet": ("#6B7684", "#8B98A6"),  # in place of dimming
    "paper": (PAPER, "#1B2129"),
    "forward": ("#1D6FB8", "#4FA3E3"),  # x, z, a, ŷ
    "forward-tint": ("#E6F0FA", "#1C3245"),
    "backward": ("#B34700", "#FF9A5C"),  # δ
    "backward-tint": ("#FCEBDD", "#43301F"),
    "gradient": ("#4A1D6E", "#E6D5FF"),
    "gradient-tint": ("#EEE6F6", "#382D47"),
    "class-0": (ORANGE, "#FF9A5C"),  # circles
    "class-1": (BLUE, "#4FA3E3"),  # squares
    "grid": (GRID, "#323B46"),
    "edge": ("#D3DAE1", "#3A4450"),
    "field-edge": ("#7C8896", "#7C8896"),
    "track": ("#C9D2DA", "#4A5562"),
    "code": ("#EEF1F4", "#2A323C"),
    "warning": ("#FDF1E8", "#43301F"),
}

# Of lines that differ, together with their dashes: each reads as text on white, too.
CYCLE = (*(ROLES[role][0] for role in ("forward", "backward", "gradient")), "#00704F", ROLES["quiet"][0], INK)


def colour(role):
    """Return the colour of a role for a drawing: a variable of the page, and where there is none, the light value."""
    return f"var(--bp-{role}, {ROLES[role][0]})" if role in ROLES else role


# What matplotlib is told for the time of a drawing; the reader's own rcParams stay as they are.
RC = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that a picture is the same everywhere
    "font.size": 10.5,
    "axes.titlesize": 11,
    "axes.titley": 1.0,  # else matplotlib looks for room above every tick, at each drawing
    "axes.labelsize": 10.5,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": MUTED,
    "axes.facecolor": PAPER,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "lines.linewidth": 2.0,
    "savefig.bbox": "standard",
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
}

# Of text on a white page, for which green and orange are too light.
DARK_GREEN = "#00704F"
DARK_ORANGE = "#A84800"
