"""What every live figure is made of: controls, a picture that follows them, its text alternative, and a readout.

A subclass of `LiveDrawing` makes its controls, hands them to ``super().__init__`` and says in ``draw`` what they show.
Since JupyterLab 4.4 and ipykernel 7, what a control says arrives in a thread of its own while a cell runs: figures are
drawn one at a time.
"""

import contextlib
import html
import pathlib
import threading
from xml.etree import ElementTree

import anywidget
import ipywidgets
import numpy as np
import traitlets

from bpcourse.pictures import still, style
from bpcourse.pictures.svg import drawing
from bpcourse.widgets import cell

ONE_AT_A_TIME = threading.RLock()
HERE = pathlib.Path(__file__).parent
CARDS = ".bp-live, .bp-question"
# JupyterLab says its theme on the body; any other page follows what the reader's system prefers.
PALETTE = """
{cards} {{ {light} }}
[data-jp-theme-light="false"] :is({cards}) {{ {dark} }}
@media (prefers-color-scheme: dark) {{ :root:not(:has([data-jp-theme-light])) :is({cards}) {{ {dark} }} }}
"""


def page_part(*names):
    """Return scripts of this folder as one text, or style sheets, with the palette's colours as variables.

    As a text, because given a path, anywidget never lets go of a widget.
    """
    text = "".join((HERE / name).read_text(encoding="utf-8") for name in names)
    if not names[0].endswith(".css"):
        return text
    themes = {
        theme: "".join(f"--bp-{role}: {colours[i]};" for role, colours in style.ROLES.items())
        + f"color-scheme: {theme};"
        for i, theme in enumerate(("light", "dark"))
    }
    return PALETTE.format(cards=CARDS, **themes) + text


class Readout(anywidget.AnyWidget):
    """A line of HTML, `value`, that screen readers announce politely; hidden while empty.

    One of the `kind` "bp-message" also says when the kernel has gone, and which cell to run again.
    """

    _esm = page_part("readout.js")
    value = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode("bp-readout").tag(sync=True)


class Stage(anywidget.AnyWidget):
    """A drawing as part of the page, which becomes the next one part by part, and says what is done with it.

    Elements with role "button" are chosen, those with role "slider" dragged and moved by arrow keys; elements with
    the same word in ``data-of``, in the drawing and beside it, ring each other. What becomes of it: `LiveDrawing`.

    Attributes
    ----------
    svg : str
        The drawing. Parts with the same id in the one before move there, all others fade in and out.
    seconds : float
        How long that takes; 0 for at once.
    words : str
        HTML that goes with the drawing where there are `frames`.
    frames : list of dict
        A movement that the page plays by itself: ``svg``, ``words``, ``title``, and whether it is a ``stop`` that Next
        and Back go to, and the rail where it has a ``name``. A frame without ``svg`` is the last one with it, and
        ``over`` lying on that; one without ``words`` has those of the last one with them.
    stale : bool
        Whether the frames are no longer those of the present numbers; the page then asks, ``{"wants": "frames"}``.
    at, pace : float
        The frame that is shown, a part of one while it moves; the seconds from one frame to the next.
    plays : bool
        Whether there is a bar to play `frames`.
    asks : bool
        Whether the browser is to send the message "shown" each time that it shows a drawing.
    watched : bool
        Whether the browser sends ``{"seen": True}`` when the drawing comes into sight, and False when it leaves it.
    room : int
        Pixels of the page that the drawing may be wide, as the browser tells; 0 as long as none shows it.
    """

    _esm = page_part("names.js", "morph.js", "player.js", "pad.js", "stage.js")
    _css = page_part("card.css", "live.css", "stage.css", "microscope/microscope.css", "playground/playground.css")
    svg = traitlets.Unicode().tag(sync=True)
    seconds = traitlets.Float().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    frames = traitlets.List().tag(sync=True)
    stale = traitlets.Bool().tag(sync=True)
    at = traitlets.Float().tag(sync=True)
    pace = traitlets.Float(0.25).tag(sync=True)
    plays = traitlets.Bool().tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)
    watched = traitlets.Bool().tag(sync=True)
    room = traitlets.Int().tag(sync=True)


class LiveDrawing(ipywidgets.VBox):
    """A live figure: controls, a drawing that follows them and listens, a readout below.

    A subclass overrides `choose`, `drag`, `nudge`, `type` where its drawing has such parts. It draws `width` pixels
    wide, anew when the page gives another room.

    Attributes
    ----------
    picture : Stage
    readout : Readout
        The main numbers, as text.
    message : Readout
        What went wrong, in words; empty if nothing did.
    pressed : str
        The key of the nudge that is being answered, such as "ArrowUp", where a part can move both ways.

    Parameters
    ----------
    controls : list of ipywidgets
        Those with a ``value`` redraw the picture when it changes.
    """

    picture = None
    pressed = ""
    widest = 926  # pixels of a drawing on a card of 960
    _controls = ()
    _taken = None  # where a number that is dragged was taken, and its value there
    _changing = False  # while several controls are set together

    def __init__(self, controls):
        self.picture = Stage()
        self.readout = Readout()
        self.message = Readout(kind="bp-message")
        self._controls = controls
        _align_descriptions(controls)
        super().__init__(self.arranged(controls))
        self.add_class("bp-live")
        self._draw_alone()
        for control in controls:
            if control.has_trait("value"):
                control.observe(self._follow, "value")
        self.picture.on_msg(self._hear)
        self.picture.observe(self._follow, "room")
        cell.replace_figures_of_this_cell(self)

    def arranged(self, controls):
        """Return the parts of the figure as they stand below each other."""
        return [classed(ipywidgets.Box(controls), "bp-controls"), self.picture, self.readout, self.message]

    def draw(self):
        """Compute what the controls ask for and hand it to `show_drawing`."""
        raise NotImplementedError

    def refresh(self, change=None):
        """Draw again; an error is told in words below the picture, which then stays as it was."""
        if self.is_quiet():
            return
        cell.nothing_is_due(self)
        try:
            self._draw_alone()
        except Exception as error:
            self.message.value = (
                f"<b>This setting cannot be shown.</b> {type(error).__name__}: {html.escape(str(error))} "
                "The picture is still that of the setting before."
            )
        else:
            self.message.value = ""

    def _follow(self, change):
        """Draw what Python changed at once; of what the browser sent in a burst, the newest."""
        if not self.is_quiet() and not cell.draw_the_newest(self):
            self.refresh()

    def _draw_alone(self):
        with ONE_AT_A_TIME, np.errstate(all="ignore"):
            self.draw()

    @contextlib.contextmanager
    def quietly(self):
        """Set controls without drawing."""
        with ONE_AT_A_TIME:
            before, self._changing = self._changing, True
            try:
                yield
            finally:
                self._changing = before

    def is_quiet(self):
        """Whether a change of a control is the figure's own; one that arrives in another thread waits to be told."""
        with ONE_AT_A_TIME:
            return self._changing

    @contextlib.contextmanager
    def together(self):
        """Set several controls and draw once."""
        with self.quietly():
            yield
        self.refresh()

    def close(self):
        """Let go of the browser's part and of the picture's memory."""
        cell.nothing_is_due(self)
        for part in (self, *self._controls):  # of which some may not be on the page
            for widget in descendants(part):
                ipywidgets.Widget.close(widget)
        if self.picture is not None:  # as it is where the figure was refused
            self.picture.svg, self.picture.frames = "", []

    @property
    def width(self):
        """The pixels that the drawing may be wide."""
        return min(self.picture.room or self.widest, self.widest)

    def show_drawing(self, svg, readout, seconds=0.0):
        """Put a drawing, as from `svg.drawing`, on the page, with its readout; it moves there in so many seconds."""
        with self.picture.hold_sync():
            self.picture.seconds = seconds
            self.picture.svg = svg
        self.readout.value = readout  # the second message: the picture does not wait for it

    def show_parts(self, *parts):
        """Change parts of the drawing on the page, found by their ids; the next whole drawing is to hold them too."""
        self.picture.send({"parts": drawing(0, 0, "", *parts)})

    @property
    def alt(self):
        """The drawing in words."""
        return ElementTree.fromstring(self.picture.svg).get("aria-label")

    def choose(self, id):
        """React to a part of the drawing that was chosen, by pointer or keyboard."""

    def drag(self, id, x, y):
        """React to a part that was dragged to a place, in the drawing's own pixels."""

    def type(self, id, text):
        """React to a text that was typed into a part."""

    def drop(self, id):
        """React to the end of a drag."""
        self._taken = None

    def pulled(self, place, value, pixels):
        """Return what a number becomes that is dragged to a pixel, if it takes so many to change by 1."""
        start, before = self._taken = self._taken or (place, value)
        return before + (place - start) / pixels

    def nudge(self, id, steps):
        """React to so many steps by the keyboard, below 0 to the left or downwards."""

    def make_frames(self):
        """Put the frames of the present numbers on the page."""

    def go_beyond(self, steps):
        """React to a step to before the first frame (-1), or to after the last one (1)."""

    def _hear(self, _, message, buffers):
        match message:
            case {"wants": "frames"}:
                self.make_frames()
            case {"beyond": steps}:
                self.go_beyond(steps)
            case {"choose": id}:
                self.choose(id)
            case {"drag": id, "x": x, "y": y}:
                self.drag(id, x, y)
            case {"dropped": id}:
                self.drop(id)
            case {"nudge": id, "steps": steps}:
                self.pressed = message.get("key", "")
                self.nudge(id, steps)
            case {"type": id, "text": text}:
                self.type(id, text)

    def still(self):
        """Return the drawing as saved notebooks hold it: its bytes and their MIME type."""
        return self.picture.svg.encode(), "image/svg+xml"

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | still.photograph(*self.still(), self.alt)


def classed(widget, *names):
    """Give a widget classes for the style sheets, and return it."""
    for name in names:
        widget.add_class(name)
    return widget


def descendants(widget):
    """Return a widget and all that it is made of, styles and layouts too."""
    yield widget
    for part in (widget.layout, getattr(widget, "style", None), *getattr(widget, "children", ())):
        if isinstance(part, ipywidgets.DOMWidget):
            yield from descendants(part)
        elif isinstance(part, ipywidgets.Widget):
            yield part


def _align_descriptions(controls):
    """Give all descriptions the width of the longest, so that none is cut off."""
    described = [control for control in controls if hasattr(getattr(control, "style", None), "description_width")]
    for control in described:
        control.style.description_width = f"{max(len(other.description) for other in described) + 1}ch"
