"""Notebook 01: the forward pass, followed through the network number by number."""

import numpy as np

from bpcourse.mathematics import own_class, validation
from bpcourse.pictures import diagram
from bpcourse.pictures.writing import bracketed, number, subscript, superscript
from bpcourse.widgets.controls import button, parameter_controls, parameter_names, place_of, slider
from bpcourse.widgets.example import worked_network
from bpcourse.widgets.live import LiveDiagram
from bpcourse.widgets.microscope.product import TERMS


class ForwardExplorer(LiveDiagram):
    """Move an input, a weight or a bias, and see every z and a that follows from it.

    Parameters
    ----------
    network : NeuralNetwork, or an object with ``weights``, ``biases`` and ``forward``
        The worked example if None. A copy is explored, so it stays as it is.
    x : array, (1, n_in)
        The first input shown; the worked example's first sample, or zeros, if None.
    activation : str or sequence of str
        The activation, or one a layer, of a network that does not say it itself.

    Attributes
    ----------
    x1, x2, ... : FloatSlider
        The inputs.
    parameter : Dropdown
        The weight or bias that `value` moves, such as "W1[0,2]".
    value : FloatSlider
    reset : Button
        Back to the network and the input it started with.

    Raises
    ------
    InputError
        If x does not fit the network.
    """

    def __init__(self, network=None, x=None, activation="sigmoid"):
        if network is None:
            network, X, _ = worked_network()
            x = X[:1] if x is None else x
        self._given, self.network = own_class.editable_copy(network), own_class.editable_copy(network)
        self._activation, n_in = activation, len(self.network.weights[0])
        self._start = np.zeros((1, n_in)) if x is None else validation.matrix(x, "x", rows=1, columns=n_in)
        reach = max(3.0, float(np.abs(self._start).max()))
        self.inputs = [slider(f"input x{subscript(i)}", x, -reach, reach, 0.1) for i, x in enumerate(self._start[0])]
        for i, control in enumerate(self.inputs, start=1):
            setattr(self, f"x{i}", control)
        self.parameter, self.value = parameter_controls(self.network, parameter_names(network))
        self.reset = button("Reset", "Back to the numbers it started with", self._reset)
        super().__init__([*self.inputs, self.parameter, self.value, self.reset])

    def draw(self):
        own_class.set_parameter(self.network, self.parameter.value, self.value.value)
        x = np.array([[control.value for control in self.inputs]])
        zs, activations = own_class.layer_values(self.network, x, self._activation)
        picture = diagram.draw(self.network, x, activation=self._activation)
        self.show_svg(picture.svg, f"Forward pass. {picture.alt}", self._readout(zs, activations))

    def _readout(self, zs, activations):
        """F1 and F2 of the unit that the chosen parameter belongs to, and the prediction."""
        layer, _, unit = place_of(self.parameter.value)
        before, W, b = activations[layer - 1][0], self.network.weights[layer - 1], self.network.biases[layer - 1]
        products = [f"{number(a)} · {bracketed(w)}" for a, w in zip(before, W[:, unit], strict=True)]
        if len(products) > TERMS:
            products[TERMS - 1 :] = ["…"]
        z, a = f"z{superscript(layer)}{subscript(unit)}", f"a{superscript(layer)}{subscript(unit)}"
        z_value, a_value = zs[layer - 1][0, unit], activations[layer][0, unit]
        f = own_class.functions_of(self.network, len(zs), self._activation)[layer - 1]
        name = f.name if np.allclose(f.function(zs[layer - 1]), activations[layer]) else "f"  # layers() may not tell
        y_hat = ", ".join(number(y) for y in activations[-1][0])
        return (
            f"<b>F1</b> {z} = {' + '.join(products)} + {bracketed(np.ravel(b)[unit])} = {number(z_value)}<br>"
            f"<b>F2</b> {a} = {name}({number(z_value)}) = {number(a_value)}<br>"
            f"The prediction is <b>ŷ = {y_hat}</b>."
        )

    def _reset(self, button):
        for name in self.parameter.options:
            own_class.set_parameter(self.network, name, own_class.get_parameter(self._given, name))
        self.value.value = own_class.get_parameter(self.network, self.parameter.value)
        for control, x in zip(self.inputs, self._start[0], strict=True):
            control.value = x
        self.refresh()
