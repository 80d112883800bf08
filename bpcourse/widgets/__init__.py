"""Live figures: pictures that follow their controls. Each is an ipywidgets box; display it by naming it."""

from bpcourse.widgets.chain import ChainExplorer
from bpcourse.widgets.descent import DescentExplorer
from bpcourse.widgets.digit_pad import DigitPad
from bpcourse.widgets.forward import ForwardExplorer
from bpcourse.widgets.loss import LossExplorer
from bpcourse.widgets.microscope.figure import Microscope
from bpcourse.widgets.output_error import OutputErrorExplorer
from bpcourse.widgets.playground.figure import Playground
from bpcourse.widgets.training import TrainingExplorer

__all__ = [
    "ChainExplorer",
    "DescentExplorer",
    "DigitPad",
    "ForwardExplorer",
    "LossExplorer",
    "Microscope",
    "OutputErrorExplorer",
    "Playground",
    "TrainingExplorer",
]
