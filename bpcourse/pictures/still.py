"""Still pictures as notebooks store them: an ``<img>`` with its text alternative, and the same in words.

An ``<img>`` holding its data is what JupyterLab shows even in a notebook that is not trusted yet, and the only
way to a text alternative: of an ``image/png`` output, JupyterLab and its HTML export leave the alt text out.
"""

import base64
import io
from html import escape

from bpcourse.pictures.style import PAPER

INVITATION = "<em>A photograph: run this cell to make it move.</em>"  # in the ink of the page, in both themes


class Still:
    """A finished picture: written last in a cell, it shows itself, in a notebook that is not trusted too.

    Attributes
    ----------
    alt : str
        What is to be seen, in words.
    html : str
        The picture as an ``<img>``.
    """

    def __init__(self, data, mime, alt, width=None):
        self.alt, self.html = alt, img(data, mime, alt, width)

    def __repr__(self):
        return f"Picture: {self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return bundle(self.html, self.alt)


def img(data, mime, alt, width=None):
    """Return an ``<img>`` that holds the bytes `data` of type `mime`, `width` pixels wide where there is room.

    Its corners are round, as it is a light card in every theme: an ``<img>`` sees nothing of the page's theme, and no
    orange or blue reads well both on white and on black.
    """
    source = f"data:{mime};base64,{base64.b64encode(data).decode()}"
    size = f' width="{width}"' if width else ""
    return f'<img alt="{escape(alt)}" src="{source}"{size} style="max-width: 100%; border-radius: 8px">'


def png(image):
    """Return a PIL image as the bytes of a PNG of 256 colours: a third of the size, and alike to the eye."""
    from PIL import Image  # here, as diagrams are drawn without it

    file = io.BytesIO()
    colours = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours.save(file, "png", optimize=True)
    return file.getvalue()


def bundle(html, alt):
    """Return the MIME bundle of a picture: HTML for those who see, words for terminals and tests."""
    return {"text/html": html, "text/plain": f"Picture: {alt}"}


def photograph(data, mime, alt, width=None):
    """Return the MIME bundle of a live figure that is not alive now: what `img` returns, and how to wake it."""
    if mime == "image/svg+xml":
        data = data.replace(b">", f'><rect width="100%" height="100%" fill="{PAPER}"/>'.encode(), 1)
    return bundle(f"{img(data, mime, alt, width)}<p>{INVITATION}</p>", alt)
