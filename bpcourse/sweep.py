"""Many trainings at once: a batch of networks of one shape in one computation.

On small networks NumPy spends its time on calling, not on calculating. Stacking K networks along a
leading axis (weights (K, n_in, n_out)) calls once for all of them; the equations stay as they are.
"""

import numpy as np

from bpcourse import validation
from bpcourse.gradients import Gradients
from bpcourse.network import NeuralNetwork
from bpcourse.training import Batches, History, stopping_rule, with_momentum
from bpcourse.validation import InputError


def train_many(networks, X, y, epochs=10_000, *, batch_size=None, momentum=0.0, **stopping):
    """Train several networks on the same data, as ``[net.train(...) for net in networks]`` would, but faster.

    Parameters
    ----------
    networks : sequence of NeuralNetwork
        One shape, one choice of activations and loss; learning rates, seeds and weights may differ.
        Each ends with its trained weights.
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
        If the networks do not fit each other or the data.
    """
    networks = list(networks)
    _check_alike(networks)
    for network in networks:
        X_checked, y_checked = network._samples_and_targets(X, y)
    rule = stopping_rule(epochs, **stopping)
    momentum = validation.real_number(momentum, "momentum", below=1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        return _run_stack(networks, X_checked, y_checked, rule, batch_size, momentum)


def _run_stack(networks, X, y, rule, batch_size, momentum):
    batches = [Batches(len(X), batch_size, network.random) for network in networks]
    whole = batches[0].whole
    stack, velocity = Stack(networks), None
    running = np.arange(len(networks))  # which networks the rows of the stack are
    trace, stopped = [], [""] * len(networks)
    while len(running):
        gradients = stack._backward(X, y) if whole else None
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
            velocity = with_momentum(velocity, stack._backward(X[rows], y[rows]), momentum)
            stack._update(velocity)
    return [History(_finite_part(column), why) for column, why in zip(np.array(trace).T, stopped, strict=True)]


def _any_may_stop(rule, epoch, losses, before):
    """Ask all running networks at once, as asking each would take longer than training them."""
    may_stop = ~np.isfinite(losses)
    if rule.target_loss is not None:
        may_stop |= losses <= rule.target_loss
    if rule.tolerance is not None and before is not None:
        may_stop |= before - losses < rule.tolerance * np.abs(before)
    return epoch >= rule.epochs or may_stop.any()


def _finite_part(losses):
    """A network's own losses: those before the first that is not a number, because it stopped or diverged."""
    finite = np.isfinite(losses)
    return losses[: finite.argmin() if not finite.all() else None].tolist()


class Stack(NeuralNetwork):
    """K networks as one: every array has a leading axis K, and so has the learning rate."""

    def __init__(self, networks):
        model = networks[0]
        self.activation, self.output_activation = model.activation, model.output_activation
        self.loss_function = model.loss_function
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
        network._weights, network._biases = [W[k] for W in self._weights], [b[k] for b in self._biases]


def _rows(gradients, chosen):
    if gradients is None:
        return None
    return Gradients([W[chosen] for W in gradients.weights], [b[chosen] for b in gradients.biases])


def _check_alike(networks):
    if not networks or not all(isinstance(network, NeuralNetwork) for network in networks):
        raise InputError("train_many expects a list of one or more NeuralNetwork objects.")
    first = repr(networks[0])
    other = next((repr(network) for network in networks if repr(network) != first), None)
    if other:
        raise InputError(f"train_many got {first} and {other}; expected networks of one shape and kind.")
