"""Radio buttons that are operated by the arrow keys."""

import anywidget
import traitlets

from bpcourse.widgets.live import page_part


class Choices(anywidget.AnyWidget):
    """Radio buttons with a name for the group, operated by the arrow keys, which those of ipywidgets are not.

    Attributes
    ----------
    options : list of str
    value : str or None
        The option that is chosen; None as long as none is.
    description : str
    """

    _esm = page_part("choices.js")
    _css = page_part("card.css", "choices.css")
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    value = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    description = traitlets.Unicode("Your answer:").tag(sync=True)
