"""What the charts of losses in the live figures share: names at the ends of the curves, and a knob."""

from bpcourse.pictures import charts, svg
from bpcourse.pictures.writing import number


def names(frame, ends):
    """Return what stands at the right of curves, none over another: words -> (the last pixel's height, role)."""
    heights = charts.spread([y for y, _ in ends.values()], 17)
    shift = max(0, frame.y.end - min(heights)) - max(0, max(heights) - frame.y.start)
    return [
        svg.text(frame.x.end + 12, y + shift + 4, words, 13, role, "start")
        for y, (words, (_, role)) in zip(heights, ends.items(), strict=True)
    ]


def knob(frame, id, at, loss, *parts):
    """Return what can be dragged along a curve of losses; `id` is what the axis counts, such as "epoch"."""
    x, y = frame.place(at, loss).tolist()
    return charts.handle(id, x, y, f"{id} in the picture", at, f"{id} {at:,}, loss {number(loss, 3)}", *parts)
