"""Fast drawing with matplotlib: what stands still is drawn once; shaded planes and tiles are drawn as pixels."""

import io

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

CSS_DPI = 100  # pixels of the page to an inch of the figure, as in plots.show
DENSITY = 2  # pixels of a still picture to a pixel of the page; live ones have as many as the screen


class Canvas:
    """A matplotlib figure on Agg that redraws only its moving artists, upon a copy of all the rest.

    Attributes
    ----------
    size : tuple of int
        Width and height on the page.
    moving : list of matplotlib artists
    """

    def __init__(self, figure, moving):
        self.figure, self.moving = figure, sorted(moving, key=lambda artist: artist.zorder)
        self.agg = FigureCanvasAgg(figure)
        for artist in moving:
            artist.set_animated(True)  # left out of the background
        self.redraw_all()

    @property
    def size(self):
        return tuple(round(inches * CSS_DPI) for inches in self.figure.get_size_inches())

    def redraw_all(self):
        """Forget the background, so that the next `draw` makes it anew."""
        self._background, self._drawn_for = None, None

    def draw(self, density=DENSITY):
        """Draw the moving artists as they are now, with `density` pixels to a pixel of the page."""
        self.figure.set_dpi(density * CSS_DPI)
        state = density, [ax.viewLim.frozen().extents.tolist() for ax in self.figure.axes]
        if self._drawn_for != state:
            self.agg.draw()
            self.figure.set_layout_engine("none")  # laid out once, so that nothing jumps
            self._background, self._drawn_for = self.agg.copy_from_bbox(self.figure.bbox), state
        self.agg.restore_region(self._background)
        for artist in self.moving:
            artist.draw(self.agg.get_renderer())

    def image(self):
        """Return what was drawn as a PIL image, without copying it."""
        pixels = self.agg.buffer_rgba()
        return Image.frombuffer("RGBX", pixels.shape[1::-1], pixels)  # opaque: JPEG needs no copy without alpha

    def jpeg(self, **options):
        """Return what was drawn as the bytes of a JPEG file."""
        file = io.BytesIO()
        self.image().save(file, "jpeg", **options)
        return file.getvalue()

    def close(self):
        """Give the memory back, even while somebody keeps the figure, as a notebook's Out does."""
        self.redraw_all()
        nothing = RendererBase()
        for text in self.figure.findobj(Text):  # each keeps the renderer that drew it last, which keeps all its pixels
            text.set_visible(False)
            text.draw(nothing)
        self.figure.clear()
        self.figure.set_canvas(None)
        self.moving, self.agg = [], None


class Shades(Artist):
    """Base of artists that show numbers from 0 to 1 as smooth colours, as pixels drawn at once."""

    def __init__(self, axes, colours):
        super().__init__()
        self._palette = (255 * colours(np.arange(256) / 255)).round().astype(np.uint8).tobytes()
        axes.add_artist(self)

    def draw_shades(self, renderer, values, corner, size, box=None):
        """Draw numbers, (n, n), the lowest row first, from the lower left `corner` on; `box` as in Image.resize."""
        levels = Image.fromarray((255 * values[::-1]).round().astype(np.uint8))
        picture = levels.resize(size, Image.Resampling.BILINEAR, box)
        picture.putpalette(self._palette, "RGBA")
        pixels = np.asarray(picture.convert("RGBA"))[::-1]
        renderer.draw_image(renderer.new_gc(), *map(round, corner), pixels)


class Shading(Shades):
    """A smooth shading that fills its axes: five times as fast as imshow, whose interpolation is general.

    Attributes
    ----------
    values : ndarray, (n, n)
        Numbers from 0 to 1, the lowest row first, the outermost ones at the borders of the axes. What lies beyond
        is shown as 0 or 1, and what is no number as 0.5.
    """

    zorder = 0

    def __init__(self, axes, colours):
        super().__init__(axes, colours)
        self.values = np.zeros((2, 2))

    def draw(self, renderer):
        area, (rows, columns) = self.axes.bbox, self.values.shape
        values = np.nan_to_num(np.clip(self.values, 0, 1), nan=0.5)
        inner = (0.5, 0.5, columns - 0.5, rows - 0.5)  # from the centres of the outermost pixels
        self.draw_shades(renderer, values, area.min, (round(area.width), round(area.height)), inner)


class Tiles(Shades):
    """Small shaded squares, all of them of one size.

    Attributes
    ----------
    values : list of ndarray, (n, n)
        Numbers from 0 to 1, the lowest row first.
    middles : list of (x, y)
        In the coordinates of the axes.
    side : float
    """

    zorder = 3

    def __init__(self, axes, colours):
        super().__init__(axes, colours)
        self.values, self.middles, self.side = [], [], 1.0

    def draw(self, renderer):
        to_pixels = self.axes.transData
        side = round(self.side * (to_pixels.transform((1, 0)) - to_pixels.transform((0, 0)))[0])
        for values, middle in zip(self.values, to_pixels.transform(self.middles), strict=bool(self.values)):
            self.draw_shades(renderer, values, middle - side / 2, (side, side))
