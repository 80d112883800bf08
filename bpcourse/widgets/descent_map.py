"""What the descent's figure draws: the loss as a map with equal axes, a path on it, and one step taken apart."""

import numpy as np

from bpcourse.pictures import charts, svg
from bpcourse.pictures.charts import Frame
from bpcourse.pictures.style import colour
from bpcourse.pictures.writing import number

COLUMNS = 60  # of the points at which the loss is measured
MARGIN = 0.12  # around what the map is to show, in parts of it
LOOSE = 0.4  # a map of whose width and height the path fills less than this is fitted anew
SHORT = 24  # pixels of an arrow
MANY = 20  # times as high as it is low, and a landscape has levels 1, 2, 5, 10, ... instead of equal steps


class LossMap:
    """The loss over two parameters, measured where it is looked at, both axes to one scale.

    Parameters
    ----------
    box : (left, top, width, height)
        Pixels of the drawing.
    points : ndarray, (n, 2)
        What the map is to show.
    measure : callable
        ``measure(across, up)`` gives the losses, (len(up), len(across)).

    Attributes
    ----------
    frame : Frame
    losses : ndarray
    """

    def __init__(self, box, points, measure):
        low, high = points.min(axis=0), points.max(axis=0)
        size = np.maximum((1 + 2 * MARGIN) * (high - low), 1e-6)
        half = np.array(box[2:]) * max(size / box[2:]) / 2  # so that a unit is as long upwards as across
        (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
        self.frame = Frame(box, (left, right), (bottom, top))
        rows = round(COLUMNS * box[3] / box[2])
        losses = measure(np.linspace(left, right, COLUMNS), np.linspace(bottom, top, rows))
        self.losses = np.nan_to_num(losses, nan=np.inf, posinf=losses[np.isfinite(losses)].max(initial=1.0))
        low, high = self.losses.min(), self.losses.max()
        self._log = 0 < MANY * low < high
        self._levels = charts.round_numbers(low, high, 12, self._log)

    def fits(self, box, points):
        """Whether the map is in this box, and shows these points neither cut off nor in a small corner."""
        part = np.abs(np.ptp(points, axis=0) * [self.frame.x.unit, self.frame.y.unit] / box[2:])
        return box == self.frame.box and all(self.holds(point) for point in points) and max(part) > LOOSE

    def holds(self, point):
        """Whether a point lies on the map."""
        x, y = point
        return self.frame.x.low <= x <= self.frame.x.high and self.frame.y.low <= y <= self.frame.y.high

    def draw(self, first, second):
        """Return the axes; and the parts that are to be cut off at the frame: heights, level lines, their numbers."""
        frame, heights = self.frame, np.log(self.losses) if self._log else self.losses
        low, high = heights.min(), heights.max()
        shading = frame.shading((heights - low) / max(high - low, 1e-12), charts.HEIGHT)
        lines = [frame.level(self.losses, level) for level in self._levels]
        look = {"width": 1, "opacity": 0.7}
        drawn = [
            frame.lines(line, "quiet", id=f"level {level:g}", **look)
            for level, line in zip(self._levels, lines, strict=True)
        ]
        return frame.axes(first, second, grid=False, id="map-axes"), [shading, *drawn, *self._numbers(lines)]

    def _numbers(self, lines):
        """The levels' numbers, along a ray from the lowest point to the farthest corner, where there is room."""
        left, top, width, height = self.frame.box
        row, column = np.unravel_index(self.losses.argmin(), self.losses.shape)
        rows, columns = self.losses.shape
        lowest = np.array([left + width * column / (columns - 1), top + height * (1 - row / (rows - 1))])
        corner = np.where(lowest < [left + width / 2, top + height / 2], [left + width, top + height], [left, top])
        ray, texts, taken = (corner - lowest) / np.linalg.norm(corner - lowest), [], []
        for level, several in zip(self._levels, lines, strict=True):
            if not several:
                continue
            places = np.concatenate([self.frame.place(*line.T) for line in several])
            x, y = places[np.abs((places - lowest) @ [-ray[1], ray[0]]).argmin()].tolist()
            room = left + 24 < x < left + width - 24 and top + 14 < y < top + height - 14
            if room and all(np.hypot(x - a, y - b) > 32 for a, b in taken):
                taken.append((x, y))
                texts.append(charts.label(x, y + 4, number(level, 3), "quiet", "middle", 12))
        return texts


def step_parts(loss_map, point, loss, taken, carried, whole):
    """Return one step taken apart: where it stands, −η ∇L, what momentum carries on, and the level line it leaves.

    `taken` is the step, None where there is none any more; `whole` says that the gradient is that of all samples,
    which alone is at right angles to the level line.
    """
    frame, place = loss_map.frame, lambda vector: frame.place(*(point + vector))
    here, parts = place(0), []
    if taken is not None:
        push = taken - carried
        if np.any(carried):
            parts.append(charts.arrow(here, place(carried), "gradient", 1.5, dashed=True, id="carried"))
            for start in (push, carried):
                parts.append(charts.stroke([place(start), place(taken)], "gradient", 1, True))
        along = np.array([push[0], -push[1]])  # as pixels count downwards
        along = along / max(np.linalg.norm(along), 1e-300)
        if whole and loss_map.holds(point):
            parts.append(frame.lines(frame.level(loss_map.losses, loss), "ink", width=1.5, id="level"))
            side = np.array([-along[1], along[0]])
            corner = [here + 11 * along, here + 11 * (along + side), here + 11 * side]
            parts.append(charts.stroke(corner, "ink", 1, id="right-angle"))
        if np.hypot(*(place(push) - here)) < SHORT:  # too short to tell where it points
            parts.append(charts.stroke([here, here + 44 * along], "gradient", 1.5, True))
        parts.append(charts.arrow(here, place(push), "gradient", 3, id="push"))
    return [*parts, charts.spots([here])]


def key(x, y, step, loss, push, carried, last, last_loss):
    """Return what the map's signs mean, with their numbers, in rows from (x, y) on, 26 pixels each."""
    ends, paper = [(-4, -5), (28, -5)], {"fill": colour("paper"), "stroke": colour("ink"), "stroke_width": 3}
    rows = [
        (svg.element("circle", cx=12, cy=-5, r=7, **paper), "start, to be dragged", "ink"),
        (charts.spots([(12, -5)]), f"step {step}: L = {number(loss, 3)}", "ink"),
    ]
    if push is not None:
        rows.append((charts.arrow(*ends, "gradient", 3), f"−η ∇L = ({_pair(push)})", "gradient"))
    if np.any(carried):
        arrow = charts.arrow(*ends, "gradient", 1.5, dashed=True)
        rows.append((arrow, f"μ · last step = ({_pair(carried)})", "gradient"))
    rows.append((charts.spots([(12, -5)], square=True), f"after {last} steps: L = {number(last_loss, 3)}", "ink"))
    return [
        svg.element(
            "g", sign, svg.text(38, 0, words, 14, role, "start"), transform=f"translate({x:g} {y + 26 * row:g})"
        )
        for row, (sign, words, role) in enumerate(rows)
    ]


def _pair(vector):
    return ", ".join(number(value, 3) for value in vector)
