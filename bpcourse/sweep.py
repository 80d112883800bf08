"""Many trainings at once: a batch of networks of one shape in one computation.

On small networks NumPy spends its time on calling, not on calculating. Stacking K networks along a
leading axis (weights (K, n_in, n_out)) calls once for all of them; the equations stay as they are.
Stacks too large for the processor's cache would lose that gain again, so they are trained in portions.
"""

from collections.abc import Iterable

import numpy as np

from bpcourse import validation
from bpcourse.gradients import Gradients
from bpcourse.network import NeuralNetwork
from bpcourse.training import Batches, History, stopping_rule, with_momentum
from bpcourse.validation import InputError

STACK_BYTES = 2**19  # of a layer's activations in all networks of a stack


def train_many(networks, X, y, epochs=10_000, *, batch_size=None, momentum=0.0, **stopping):
    """Train several networks on the same data, as ``[net.train(...) for net in networks]`` would, but faster.

    Parameters
    ----------
    networks : sequence of NeuralNetwork
        One shape, one choice of activations and loss; learning rates, seeds and weights may differ.
        Each ends with its trained weights. A class of your own is trained with `training.train`.
    X, y : arrays (N, n_in), (N, n_out)
    epochs, batch_size, momentum, target_loss, tolerance, patience
        As in `training.run`. A network that has a reason to stop stops; the others go on.

    Returns
    -------
    list of History
        One for each network, in order.

    Raises
    ------
    InputError
        If the networks do not fit each other or the data, or an option cannot be used.
    """
    validation.known_names(stopping, ["target_loss", "tolerance", "patience"], "train_many")
    networks = _checked_networks(networks)
    for network in networks:
        X_checked, y_checked = network._samples_and_targets(X, y)
    rule = stopping_rule(epochs, **stopping)
    momentum = validation.real_number(momentum, "momentum", below=1.0)
    batches = [Batches(len(X_checked), batch_size, network.random) for network in networks]
    rows = min(batches[0].size, len(X_checked))
    portion = max(1, STACK_BYTES // (8 * rows * max(networks[0].sizes)))
    histories = []
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(networks), portion):
            some = slice(start, start + portion)
            histories += _run_stack(networks[some], batches[some], X_checked, y_checked, rule, momentum)
    return histories


def _run_stack(networks, batches, X, y, rule, momentum):
    whole = batches[0].whole
    stack, velocity = Stack(networks), None
    running = np.arange(len(networks))  # which networks the rows of the stack are
    trace, stopped = [], [""] * len(networks)
    while len(running):
        gradients = stack._backward(X, y, True) if whole else None
        losses = np.full(len(networks), np.nan)
        losses[running] = gradients.loss if whole else stack._loss(X, y)
        before = rule.before(trace)
        trace.append(losses)
        if _any_may_stop(rule, len(trace) - 1, losses[running], None if before is None else before[running]):
            for k in running:
                stopped[k] = rule.reason(len(trace) - 1, losses[k], None if before is None else before[k])
            going = np.array([not stopped[k] for k in running])
            for row in np.flatnonzero(~going):
                stack.hand_back(row, networks[running[row]])
            stack.keep(going)
            gradients, velocity, running = _rows(gradients, going), _rows(velocity, going), running[going]
        if whole:
            velocity = with_momentum(velocity, gradients, momentum)
            stack._update(velocity)
            continue
        for rows in zip(*(batches[k] for k in running), strict=True):
            rows = np.stack(rows)  # each network draws its own batch: (K, B) row numbers pick (K, B, n) arrays
            velocity = with_momentum(velocity, stack._backward(X[rows], y[rows], False), momentum)
            stack._update(velocity)
    return [History(_finite_part(column), why) for column, why in zip(np.array(trace).T, stopped, strict=True)]


def _any_may_stop(rule, epoch, losses, before):
    """Ask all running networks at once, as asking each would take longer than training them."""
    may_stop = ~np.isfinite(losses)
    if rule.target_loss is not None:
        may_stop |= losses <= rule.target_loss
    if rule.tolerance is not None and before is not None:
        may_stop |= before - losses <= rule.tolerance * np.abs(before)
    return epoch >= rule.epochs or may_stop.any()


def _finite_part(losses):
    """A network's own losses: the first, and all up to one that is not a number, because it stopped or diverged."""
    finite = np.isfinite(losses[1:])
    return losses[: None if finite.all() else 1 + finite.argmin()].tolist()


class Stack(NeuralNetwork):
    """K networks as one: every array has a leading axis K, and so has the learning rate."""

    def __init__(self, networks):
        model = networks[0]
        self.sizes = model.sizes
        self.activation = model.activation
        self._set_output(model.output_activation, model.loss_function)
        layers = range(len(model.weights))
        self._weights = [np.stack([network.weights[i] for network in networks]) for i in layers]
        self._biases = [np.stack([network.biases[i] for network in networks]) for i in layers]
        self._learning_rate = np.array([network.learning_rate for network in networks])[:, None, None]

    def keep(self, chosen):
        """Drop the networks that are not chosen; `chosen` is K booleans."""
        self._weights, self._biases = [W[chosen] for W in self._weights], [b[chosen] for b in self._biases]
        self._learning_rate = self._learning_rate[chosen]

    def hand_back(self, k, network):
        """Give network number k its trained weights."""
        network._weights, network._biases = [W[k].copy() for W in self._weights], [b[k].copy() for b in self._biases]


def _rows(gradients, chosen):
    if gradients is None:
        return None
    return Gradients([W[chosen] for W in gradients.weights], [b[chosen] for b in gradients.biases])


def _checked_networks(networks):
    if isinstance(networks, NeuralNetwork) or not isinstance(networks, Iterable):
        raise InputError(f"networks came as {type(networks).__name__}; expected a list of NeuralNetwork objects.")
    networks = list(networks)
    others = [type(network).__name__ for network in networks if type(network) is not NeuralNetwork]
    if not networks or others:
        came = f"a {others[0]}" if others else "an empty list"
        raise InputError(f"train_many got {came}; expected a list of one or more NeuralNetwork objects.")
    if len(set(map(id, networks))) < len(networks):
        raise InputError("train_many got one network several times; expected different objects, each to be trained.")
    other = next((network for network in networks if _kind(network) != _kind(networks[0])), None)
    if other:
        raise InputError(f"train_many got {networks[0]} and {other}; expected networks of one shape and kind.")
    return networks


def _kind(network):
    return network.sizes, network.activation, network.output_activation, network.loss_function
