"""What every live figure is made of: controls, a picture that follows them, its text alternative, and a readout.

A subclass makes its controls, hands them to ``super().__init__`` and says in ``draw`` what they show.
`LivePlot` is the base of figures drawn by matplotlib, `LiveDiagram` of those that are SVG. Since JupyterLab 4.4 and
ipykernel 7, what a control says arrives in a thread of its own while a cell runs: figures are drawn one at a time.
"""

import contextlib
import html
import io
import pathlib
import re
import weakref

import anywidget
import ipywidgets
import numpy as np
import traitlets
from IPython import get_ipython
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from bpcourse.pictures import still
from bpcourse.pictures.plots.frame import ONE_AT_A_TIME

CSS_DPI = 100  # pixels of the page to an inch of the figure, as in plots.show
DENSITY = 2  # pixels of a still picture to a pixel of the page; live ones have as many as the screen
HERE = pathlib.Path(__file__).parent


def page_part(*names):
    """Return scripts or style sheets of this folder as one text: given a path, anywidget never lets go of a widget."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in names)


class Picture(anywidget.AnyWidget):
    """A picture with a text alternative, which ipywidgets.Image does not have, in one message to the browser.

    Attributes
    ----------
    data : bytes
        The encoded picture.
    mime, alt : str
    width, height : int
        Size on the page, in its pixels.
    asks : bool
        Whether the browser is to send the message "shown" once it shows the picture.
    density : float
        Pixels of the screen to a pixel of the page, 1 to 2, as the browser tells once it shows the picture.
    clickable : bool
        Whether a click sends ``{"click": [x, y]}``, parts of the width and height from the upper left corner.
    room : int
        Pixels of the page that the picture may be wide, as the browser tells; 0 as long as none shows it.
    """

    _esm = page_part("names.js", "picture.js")
    _css = page_part("card.css", "live.css")
    data = traitlets.Bytes().tag(sync=True)
    mime = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)
    density = traitlets.Float(DENSITY).tag(sync=True)
    clickable = traitlets.Bool().tag(sync=True)
    room = traitlets.Int().tag(sync=True)


class Readout(anywidget.AnyWidget):
    """A line of HTML, `value`, that screen readers announce politely; hidden while empty."""

    _esm = page_part("readout.js")
    value = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode("bp-readout").tag(sync=True)


class LiveFigure(ipywidgets.VBox):
    """Controls above a picture that follows them, with a readout below.

    Attributes
    ----------
    picture : Picture
    readout : Readout
        The main numbers, as text.
    message : Readout
        What went wrong, in words; empty if nothing did.

    Parameters
    ----------
    controls : list of ipywidgets
        Those with a ``value`` redraw the picture when it changes.
    """

    picture_type = Picture
    _changing = False  # while several controls are set together

    def __init__(self, controls):
        self.picture = self.picture_type()
        self.readout = Readout()
        self.message = Readout(kind="bp-message")
        _align_descriptions(controls)
        panel = ipywidgets.Box(controls)
        panel.add_class("bp-controls")
        super().__init__([panel, self.picture, self.readout, self.message])
        self.add_class("bp-live")
        self._draw_alone()
        for control in controls:
            if control.has_trait("value"):
                control.observe(self.refresh, "value")
        _replace_figures_of_this_cell(self)

    def draw(self):
        """Compute what the controls ask for and hand it to `show`."""
        raise NotImplementedError

    def refresh(self, change=None):
        """Draw again; an error is told in words below the picture, which then stays as it was."""
        if self._is_quiet():
            return
        try:
            self._draw_alone()
        except Exception as error:
            self.message.value = (
                f"<b>This setting cannot be shown.</b> {type(error).__name__}: {html.escape(str(error))} "
                "The picture is still that of the setting before."
            )
        else:
            self.message.value = ""

    def _draw_alone(self):
        with ONE_AT_A_TIME, np.errstate(all="ignore"):
            self.draw()

    @contextlib.contextmanager
    def _quietly(self):
        """Set controls without drawing."""
        with ONE_AT_A_TIME:
            before, self._changing = self._changing, True
            try:
                yield
            finally:
                self._changing = before

    def _is_quiet(self):
        """Whether a change of a control is the figure's own; one that arrives in another thread waits to be told."""
        with ONE_AT_A_TIME:
            return self._changing

    def show(self, data, mime, width, height, alt, readout):
        """Put a picture on the page, with its text alternative and its readout (HTML)."""
        self.readout.value = readout
        with self.picture.hold_sync():
            self.picture.set_trait("alt", alt)
            self.picture.set_trait("mime", mime)
            self.picture.set_trait("width", width)
            self.picture.set_trait("height", height)
            self.picture.set_trait("data", data)

    def still(self):
        """Return the picture as saved notebooks hold it: its bytes and their MIME type."""
        return self.picture.data, self.picture.mime

    def close(self):
        """Let go of the browser's part and of the picture's memory."""
        for widget in _with_descendants(self):
            ipywidgets.Widget.close(widget)

    def _repr_mimebundle_(self, **kwargs):
        alt = self.picture.alt
        image = still.img(*self.still(), alt, self.picture.width)
        return super()._repr_mimebundle_(**kwargs) | still.bundle(image, alt)


class LivePlot(LiveFigure):
    """A live figure drawn by matplotlib: what stands still is drawn once, what moves at every change.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    moving : list of matplotlib artists
        Those that a change of the controls may change. Changed limits of axes are noticed; after a change of
        anything else that stands still, call ``canvas.redraw_all()``.
    controls : list of ipywidgets
    """

    canvas = None

    def __init__(self, figure, moving, controls):
        self.canvas = Canvas(figure, moving)
        super().__init__(controls)
        self.picture.observe(self._fit_screen, "density")

    def show_plot(self, alt, readout, draft=False):
        """Put the artists as they are now on the page, with text alternative and readout; a draft takes fewer bytes."""
        self.canvas.draw(self.picture.density)
        options = {"quality": 75, "subsampling": 2} if draft else {"quality": 90, "subsampling": 0}
        self.show(self.canvas.jpeg(**options), "image/jpeg", *self.canvas.size, alt, readout)

    def _fit_screen(self, change):
        with ONE_AT_A_TIME:
            self.show_plot(self.picture.alt, self.readout.value)

    def still(self):
        with ONE_AT_A_TIME:
            self.canvas.draw(DENSITY)
            return still.png(self.canvas.image()), "image/png"

    def close(self):
        super().close()
        if self.canvas is not None:  # as it is where the figure was refused
            with ONE_AT_A_TIME:
                self.canvas.close()


class LiveDiagram(LiveFigure):
    """A live figure whose picture is SVG."""

    def show_svg(self, svg, alt, readout):
        """Put an SVG text, which has a viewBox, on the page, with text alternative and readout."""
        size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
        self.show(svg.encode(), "image/svg+xml", int(size[1]), int(size[2]), alt, readout)


class Canvas:
    """A matplotlib figure on Agg that redraws only its moving artists, upon a copy of all the rest.

    Attributes
    ----------
    size : tuple of int
        Width and height on the page.
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
        """Give the memory back."""
        self.redraw_all()
        self.figure.set_canvas(None)
        self.moving, self.agg = [], None


def _align_descriptions(controls):
    """Give all descriptions the width of the longest, so that none is cut off."""
    described = [control for control in controls if hasattr(getattr(control, "style", None), "description_width")]
    for control in described:
        control.style.description_width = f"{max(len(other.description) for other in described) + 1}ch"


class Shading(Artist):
    """A smooth shading that fills its axes: five times as fast as imshow, whose interpolation is general.

    Attributes
    ----------
    values : ndarray, (n, n)
        Numbers from 0 to 1, the lowest row first, the outermost ones at the borders of the axes. What lies beyond
        is shown as 0 or 1, and what is no number as 0.5.
    """

    zorder = 0

    def __init__(self, axes, colours):
        super().__init__()
        self.values = np.zeros((2, 2))
        self._palette = (255 * colours(np.arange(256) / 255)).round().astype(np.uint8).tobytes()
        axes.add_artist(self)

    def draw(self, renderer):
        box = self.axes.bbox
        size, (rows, columns) = (round(box.width), round(box.height)), self.values.shape
        shades = np.nan_to_num(np.clip(self.values[::-1], 0, 1), nan=0.5)
        levels = Image.fromarray((255 * shades).round().astype(np.uint8))
        inner = (0.5, 0.5, columns - 0.5, rows - 0.5)  # from the centres of the outermost pixels
        picture = levels.resize(size, Image.Resampling.BILINEAR, box=inner)
        picture.putpalette(self._palette, "RGBA")
        pixels = np.asarray(picture.convert("RGBA"))[::-1]
        renderer.draw_image(renderer.new_gc(), round(box.x0), round(box.y0), pixels)


_figures = weakref.WeakSet()


def _replace_figures_of_this_cell(figure):
    """Close the figures that an earlier run of the same notebook cell left, which ipywidgets would keep for good."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    figure._cell = parent.get("metadata", {}).get("cellId")
    figure._cell_run = parent.get("header", {}).get("msg_id")
    for other in [f for f in _figures if figure._cell and f._cell == figure._cell and f._cell_run != figure._cell_run]:
        other.close()
        _figures.discard(other)
    _figures.add(figure)


def _with_descendants(widget):
    yield widget
    for part in (widget.layout, getattr(widget, "style", None), *getattr(widget, "children", ())):
        if isinstance(part, ipywidgets.DOMWidget):
            yield from _with_descendants(part)
        elif isinstance(part, ipywidgets.Widget):
            yield part
