"""The plane of two inputs in a live figure: what a network answers everywhere, the border, and the samples."""

from bpcourse.pictures import charts, svg
from bpcourse.pictures.charts import Frame


class PlaneChart:
    """The plane as SVG, for samples that stay while the answers change.

    Parameters
    ----------
    box : (left, top, width, height)
        Pixels of the drawing.
    extent : (left, right, bottom, top)
        Of the plane, as from `plots.extent_of`.
    *parts : pairs (X, y)
        Samples: the first part is drawn filled, a second one hollow.
    size : float
        Of the samples' dots, in pixels; None for one that fits their number.

    Attributes
    ----------
    frame : Frame
    """

    def __init__(self, box, extent, *parts, size=None):
        self.frame = Frame(box, extent[:2], extent[2:])
        self._size = size or (12 if sum(len(X) for X, _ in parts) <= 20 else 8)
        self._samples = [
            self.frame.dots(X[(y[:, 0] > 0.5) == label], label, self._size, hollow=bool(hollow))
            for hollow, (X, y) in enumerate(parts)
            for label in (0, 1)
        ]
        self._axes = self.frame.axes("x_{1}", "x_{2}", ticks=(5, 5), grid=False, id="plane-axes")

    def border(self, predictions):
        """Return the lines, (n, 2) each, where predictions, (n, n) over the plane, are 0.5."""
        return self.frame.level(predictions, 0.5)

    def draw(self, answers, former=()):
        """Return the plane with its `answers`, and faintly a `former` border."""
        shading, border, crosses = answers
        faint = self.frame.lines(former, "ink", width=1.4, dashed=True, id="former-border", opacity=0.6)
        inside = self.frame.inside(shading, faint, border, *self._samples, crosses, id="plane")
        return svg.element("g", self._axes, inside)

    def answers(self, predictions, wrong):
        """Return what moves while a network trains: the shading, the border, and crosses on `wrong` samples, (k, 2)."""
        frame = self.frame
        return [
            frame.shading(predictions, id="shading"),
            frame.lines(self.border(predictions), "ink", id="border"),
            frame.crosses(wrong, self._size / 2 + 1, id="wrong"),
        ]


def class_key(x, y):
    """Return what the plane's signs mean, in a line of 260 pixels that begins at (x, y)."""
    as_pixels, parts = Frame((0, 0, 1, 1), (0, 1), (1, 0)), []
    for words, width, sign in (
        ("class 0", 68, as_pixels.dots([(x + 5, y - 4)], 0)),
        ("class 1", 68, as_pixels.dots([(x + 73, y - 4)], 1)),
        ("wrong", 60, as_pixels.crosses([(x + 141, y - 4)], 4.5)),
        ("ŷ = 0.5", 64, charts.stroke(f"M{x + 194:g} {y - 4:g}h14")),
    ):
        parts += [sign, svg.text(x + 16, y, words, 12, "quiet", "start")]
        x += width
    return parts
