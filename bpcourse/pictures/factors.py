"""A product that is seen: a length is let through by one factor after the other, all stages drawn to one scale.

A stage is (name, value, role of its colour), a factor (name, value, role); a box is x, y, width, height.
"""

from itertools import accumulate, pairwise

from bpcourse.pictures.style import colour
from bpcourse.pictures.svg import element, text
from bpcourse.pictures.writing import number

WORDS = 56  # pixels below the bars for names and numbers


def product(box, stages, factors):
    """Return one product: bars that grow or shrink by each factor, above the same as a line of words and numbers."""
    x, y, width, height = box
    pitch = width / len(stages)
    values = [value for _, value, _ in stages]
    level = _scale(y + 20, height - WORDS - 28, values)
    yield from _bars("stage", x, pitch, min(72, pitch / 2), level, stages)
    size = 16 if pitch > 172 else 14
    words = [(i + 0.5, "= " * (i > 0), stage) for i, stage in enumerate(stages)]
    words += [(i + 1.0, "× ", factor) for i, factor in enumerate(factors)]
    for place, sign, (name, value, role) in words:
        yield text(x + place * pitch, y + height - 30, name, 14, "quiet")
        yield text(x + place * pitch, y + height - 8, sign + number(value, 3), size, role, font_weight="600")


def products(box, rows, factors, total):
    """Return a product for each sample, small, and below what each adds to their sum.

    `rows` holds the stages of each sample, whose last is its product; `factors` what they are multiplied by, of which
    the values do not matter; `total` is (name, value, divisor): the sum of all products, each divided by so many
    samples.
    """
    x, y, width, height = box
    name, value, divisor = total
    pitch, upper = width / (len(rows) + 1), 0.5 * height - 14
    level = _scale(y + 20, upper - 24, [value for stages in rows for _, value, _ in stages])
    for n, stages in enumerate(rows):
        left, inner = x + n * pitch, 0.84 * pitch
        yield from _bars(f"stage-{n}", left, inner / len(stages), 0.5 * inner / len(stages), level, stages)
        yield text(left + inner / 2, y + 12, f"sample {n + 1}" if pitch > 80 else str(n + 1), 12, "quiet")
    legend = [rows[0][0], *((f"× {name}", value, role) for name, value, role in factors)]
    for i, (words, _, role) in enumerate(legend):
        yield text(x + width - 0.58 * pitch, y + 44 + 22 * i, words, 14, role)
    parts = [stages[-1][1] / divisor for stages in rows]
    sums = [0.0, *accumulate(parts)]
    level = _scale(y + upper + 34, height - upper - 72, [*sums, value])
    yield text(x, y + upper + 18, f"what each adds, × 1/{divisor}", 14, "quiet", "start")
    for n, (start, end) in enumerate([*pairwise(sums), (0.0, value)]):
        left, bar, last = x + (n + 0.12) * pitch, 0.6 * pitch, n == len(parts)
        yield _bar(f"part-{n}", left, bar, level(start), level(end), "gradient", solid=last)
        if not last:
            look = {"stroke": colour("quiet"), "stroke_dasharray": "3 3"}
            yield element("line", x1=left + bar, x2=left + pitch, y1=level(end), y2=level(end), **look)
        shown = f"= {number(value, 3)}" if last else number(parts[n], 3) if n == 0 else _signed(parts[n])
        size, bold = (14, "600") if last else (14 if pitch > 70 else 12, None)
        yield text(left + bar / 2, y + height - 8, shown, size, "gradient", font_weight=bold)
    yield text(x + width - 4, y + upper + 18, name, 14, "quiet", "end")
    yield _ground(x, width, level)


def _bars(id, x, pitch, bar, level, stages):
    """Bars in a row, a wedge from each to the next, and the length that came in as a dashed frame."""
    before = None
    for i, (_, value, role) in enumerate(stages):
        left = x + (i + 0.5) * pitch - bar / 2
        if before is not None:
            right = left - pitch + bar
            corners = [(right, level(0)), (right, level(before)), (left, level(value)), (left, level(0))]
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
            yield element("polygon", id=f"{id}-wedge-{i}", points=points, fill=colour(f"{role}-tint"))
            frame = {"fill": "none", "stroke": colour("quiet"), "stroke_dasharray": "3 3"}
            yield _rect(f"{id}-frame-{i}", left, bar, level(0), level(before), **frame)
        yield _bar(f"{id}-{i}", left, bar, level(0), level(value), role, solid=True)
        before = value
    yield _ground(x, pitch * len(stages), level)


def _bar(id, x, width, start, end, role, solid):
    look = {"fill": colour(role if solid else f"{role}-tint"), "stroke": colour(role), "stroke_width": 1.5}
    return _rect(id, x, width, start, end, **look)


def _signed(value):
    return ("− " if value < 0 else "+ ") + number(abs(value), 3)


def _rect(id, x, width, start, end, **look):
    return element("rect", id=id, x=x, y=min(start, end), width=width, height=abs(end - start), **look)


def _ground(x, width, level):
    return element("line", x1=x, x2=x + width, y1=level(0), y2=level(0), stroke=colour("quiet"))


def _scale(top, height, values):
    """Return value -> y, so that all `values` and 0 fit between `top` and `top + height`."""
    low, high = min(0.0, *values), max(0.0, *values)
    unit = height / ((high - low) or 1.0)
    return lambda value: top + (high - value) * unit
