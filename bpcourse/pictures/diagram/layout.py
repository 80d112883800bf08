"""Where the parts of the network diagram stand: by sizes and width alone, so that nothing jumps when numbers change."""

import functools
import math
from itertools import pairwise

EDGE, TOP, TALLEST = 14, 48, 620  # margin, room for the headers, most that a picture is high
MOST_UNITS = 8  # drawn in a layer
LOSS, TARGET = (76, 46), (92, 26)  # width and height
CHIP = 52  # room for a number on a link
# Widths of z or a, and of the gate between them; is the loss beside?
STYLES = ((60, 28, True), (54, 24, True), (54, 24, False), (50, 20, False), (46, 16, True), (46, 16, False))


class Layout:
    """Positions in pixels, for these numbers of units, with or without targets and loss, on so many pixels of width.

    Attributes
    ----------
    width, height : float
        Of the picture; narrower than asked where less is enough.
    cell, gate, half, tall : float
        Widths of z or a, and of the gate between them; half the width of a unit; its height.
    columns : list of float
        x of each layer's middle.
    units, ellipses, targets : dict
        (layer, unit) -> (x, y); (x, y) -> how many units are not drawn; output -> (x, y).
    z, a, bias, delta : dict
        (layer, unit) -> (x, y) of its number: the middle of z or a, the left edge of bias or δ.
    loss : tuple or None
        (x, y) of the loss: right of the outputs or, where there is no room (not `beside`), below the last of them.
    links, lanes : dict
        (layer, row, column) -> (x1, y1, x2, y2); the same -> start and end of the lanes forward and back.
    chips, hang : dict
        The same -> (x, y) of its number, if there is room; layer -> how far below it its gradient's tag hangs.
    """

    def __init__(self, sizes, targets, width):
        rows = [_rows(n) for n in sizes]
        self.most = max(map(len, rows))
        fan = max(min(len(left), len(right)) for left, right in pairwise(rows))  # see _link
        self._place_columns(len(sizes) - 1, targets, width, len(rows[-1]), 42 * (fan + 1) if fan < 4 else 166)
        self.small = self.most > 5  # no room for names in the units
        self.tall = 28 if self.small else 46
        pitch = min(120 if fan < 4 else 142, (TALLEST - TOP - 8) / self.most)
        self.middle = TOP + pitch * self.most / 2
        self.height = TOP + pitch * self.most + 8
        self.units, self.ellipses, self.links, self.chips, self.hang = {}, {}, {}, {}, {}
        for layer, (drawn, x) in enumerate(zip(rows, self.columns, strict=True)):
            for k, j in enumerate(drawn):
                y = self.middle + pitch * (k - (len(drawn) - 1) / 2)
                if j is None:
                    self.ellipses[x, y] = sizes[layer] - (len(drawn) - 1)
                else:
                    self.units[layer, j] = (x, y)
        self.z, self.a, self.bias, self.delta = {}, {}, {}, {}
        self._place_numbers()
        for layer in range(1, len(sizes)):
            self._link(layer, rows[layer - 1], rows[layer], pitch)
        self.lanes = {link: (_beside(ends, -5), _beside(ends, 5)[::-1]) for link, ends in self.links.items()}
        self.loss, self.targets = None, {}
        if targets:
            self._place_loss([j for j in rows[-1] if j is not None])

    def _place_numbers(self):
        middle = self.half - self.cell / 2
        below, above = (10, 9) if self.small else (13, 14)
        for unit, (x, y) in self.units.items():
            self.z[unit] = (x - middle, y + 6)
            self.a[unit] = (x + (middle if unit[0] else 0), y + 6)  # of an input, the only number
            self.bias[unit] = (x - self.half, y - self.tall / 2 - above)
            self.delta[unit] = (x - self.half, y + self.tall / 2 + below)

    def _place_columns(self, layers, targets, width, outputs, wanted):
        """The roomiest style in which gaps are as wide as wanted, else the one with the widest gaps."""
        gaps = {}
        for cell, gate, beside in STYLES:
            end = (64 + LOSS[0] if beside else 22) if targets else 0
            if beside or outputs <= 3:
                gaps[cell, gate, beside, end] = (width - 2 * EDGE - cell - end - (2 * cell + gate) * layers) / layers
        style = next((style for style, gap in gaps.items() if gap >= wanted), max(gaps, key=gaps.get))
        self.gap, (cell, self.gate, self.beside, end) = min(230, max(40, gaps[style])), style
        self.cell, self.half = cell, cell + self.gate / 2
        first, others = EDGE + cell / 2, range(1, layers + 1)
        self.columns = [first, *(EDGE + cell + self.gap * layer + self.half * (2 * layer - 1) for layer in others)]
        self.right = self.columns[-1] + self.half
        self.width = self.right + end + EDGE

    def _place_loss(self, outputs):
        x, y = self.units[max(self.units)] if not self.beside else (self.right + 64 + LOSS[0] / 2, self.middle)
        y += 0 if self.beside else self.tall / 2 + 36 + LOSS[1] / 2
        self.loss = (x, y)
        below = y + LOSS[1] / 2 + 26 + TARGET[1] / 2
        self.targets = {j: (x, below + (TARGET[1] - 2) * k) for k, j in enumerate(outputs)}
        self.height = max(self.height, below + TARGET[1] * len(outputs))

    def _link(self, layer, left, right, pitch):
        """Links fan out at both ends; their numbers stand in one column, where all heights on the links differ."""
        n, m = len(left), len(right)
        enter, leave = (min(9, 18 / k, (self.tall - 14) / k) for k in (n, m))
        x1, x2 = self.columns[layer - 1] + (self.half if layer > 1 else self.cell / 2), self.columns[layer] - self.half
        if n <= m:  # near the right end: then y grows by one step from row to row, and by n steps from column to column
            t = (n * pitch - leave) / (n * pitch + pitch - leave - n * enter)
        else:
            t = 1 - (m * pitch - enter) / (m * pitch + pitch - enter - m * leave)
        chips = {}
        for (row, i), (column, j) in ((a, b) for a in enumerate(left) for b in enumerate(right)):
            if i is not None and j is not None:
                y1 = self.units[layer - 1, i][1] + leave * (column - (m - 1) / 2)
                y2 = self.units[layer, j][1] + enter * (row - (n - 1) / 2)
                self.links[layer, i, j] = (x1, y1, x2, y2)
                chips[layer, i, j] = (x1 + t * (x2 - x1), y1 + t * (y2 - y1))
        heights = sorted(y for _, y in chips.values())
        step = min((b - a for a, b in pairwise(heights)), default=pitch)
        inside = CHIP / 2 + 10 <= t * self.gap <= self.gap - CHIP / 2 - 1  # at the left, tags of biases reach in
        if step >= 16 and inside and None not in (*left, *right):
            self.chips |= chips
            self.hang[layer] = min(18, step / 2)


layout = functools.lru_cache(maxsize=32)(Layout)  # nobody changes one


def _rows(n):
    """The units drawn of a layer, None for the ellipsis."""
    return list(range(n)) if n <= MOST_UNITS else [*range(MOST_UNITS - 2), None, n - 1]


def _beside(ends, shift):
    """The ends of a line parallel to the link between `ends`, so many pixels below it."""
    x1, y1, x2, y2 = ends
    length = math.hypot(x2 - x1, y2 - y1)
    dx, dy = -shift * (y2 - y1) / length, shift * (x2 - x1) / length
    return (x1 + max(dx, 0), y1 + dy), (x2 + min(dx, 0), y2 + dy)
