"""What the figures of one network have in common: a weight or bias of it that is chosen, and moved."""

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures.diagram.ids import spoken
from bpcourse.widgets.controls import REACH, dropdown, parameter_names, slider
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LiveDrawing


class Explored(LiveDrawing):
    """A figure of a network, with a choice among its weights and biases, and a slider over the chosen one's value.

    Attributes
    ----------
    network : object
        A copy, that the slider changes.
    parameter : Dropdown
    value : FloatSlider
    """

    def explore(self, network, layers=None):
        """Take on a network that may be changed, to choose among the parameters of some layers; all, if None."""
        self.network, names = network, parameter_names(network, layers)
        self.parameter = dropdown("weight or bias", names, names[0])
        self.value = slider("its value", 0.0, -REACH, REACH, 0.1)
        self.parameter.observe(self.load_value, "value")
        self.load_value()

    def load_value(self, change=None):
        """Let the slider take on the value of the chosen parameter, and reach as far as that."""
        present = own_class.get_parameter(self.network, self.parameter.value)
        with self.quietly(), self.value.hold_trait_notifications():
            self.value.min, self.value.max = min(-REACH, present), max(REACH, present)
            self.value.value = present

    def draw(self):
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)

    def choose(self, id):
        self.parameter.value = spoken(id)


def samples_for(network, X, y):
    """Return copies of network, X and y that fit together and can be changed; the worked example's if None came."""
    if network is None:
        network, own_X, own_y = worked_network()
        X, y = own_X if X is None else X, own_y if y is None else y
    elif X is None or y is None:
        raise InputError("The network came without X or without y; expected samples and targets to look at.")
    network = own_class.editable_copy(network)
    weights, biases = own_class.parameters(network)
    if any(np.shape(own) != b.shape for own, b in zip(network.biases, biases, strict=True)):
        network.biases = [np.reshape(b, (1, -1)) for b in network.biases]  # views: forward may know them as self.b1
    X = validation.matrix(X, "X", columns=len(weights[0])).copy()
    y = validation.matrix(y, "y", rows=len(X), columns=weights[-1].shape[1]).copy()
    return network, X, y
