"""What the playground says: how a run stands, what ails it, and how it compares with the one that was kept."""

import math

import numpy as np

from bpcourse.pictures.writing import number

CLIMB = 10  # a loss that many times the first one is on its way out
APART = 1000  # layers whose gradients differ by this factor do not learn together
DEAD = 1e-7


def state(run):
    """Say how a run stands."""
    if run.diverged:
        return (
            f"<b>Diverged</b> after epoch {run.epochs:,}; the last finite loss was {number(run.history.loss[-1], 3)}."
        )
    layers, largest = len(run.norms), int(run.norms.argmax()) + 1
    norms = ", ".join(number(norm, 2) for norm in run.norms)
    text = (
        f"<b>Epoch {run.epochs:,}</b>: training loss <b>{number(run.history.loss[-1], 3)}</b>, {run.right[0]}; "
        f"test loss <b>{number(run.test_loss[-1], 3)}</b>, {run.right[1]}.<br>"
        f"Gradients ‖∂L/∂W‖ of layer {f'1 to {layers}' if layers > 1 else '1'}: {norms}; "
        f"the largest is that of layer {largest}."
    )
    l2 = run.rates[1]
    if l2:
        text += f"<br>L2: each update is W ← W − η (∂L/∂W + λ W), λ = {number(l2, 2)}; what is shown is without λ."
    return text


def alt(run):
    """Return the picture in words."""
    outcome = "diverged" if run.diverged else f"training loss {number(run.history.loss[-1], 2)}"
    sizes = "-".join(map(str, (2, *run.start.hidden_size, 1)))
    return (
        f"Live figure: a {sizes} network on {run.start.data} after {run.epochs:,} epochs: {outcome}, test loss "
        f"{number(run.test_loss[-1], 2)}. It shows the network with what each unit sees, its answers over the "
        f"plane, the losses, and the size of the gradient in each layer."
    )


def chosen(name, value, gradient):
    """Say how the weight or bias under examination stands, and where its gradient sends it."""
    downhill = f"a step downhill makes it {'larger' if gradient < 0 else 'smaller'}" if gradient else "no step moves it"
    return f"Chosen: {name} = {number(value, 3)}, ∂L/∂{name} = <b>{number(gradient, 3)}</b>: {downhill}."


def comparison(run, settings, kept, kept_settings):
    """Say in what the kept run's settings, description of a control -> value, differ, and how both runs stand."""
    other = [name for name, value in settings.items() if kept_settings[name] != value]
    now, then = (
        ", ".join(f"{name} {values[name]}" for name in other) or "the same settings"
        for values in (settings, kept_settings)
    )
    return f"<b>Kept</b> ({then}): {_outcome(kept)}. <b>Now</b> ({now}): {_outcome(run)}."


def _outcome(run):
    if run.diverged:
        return f"diverged after epoch {run.epochs:,}"
    return f"test loss {number(run.test_loss[-1], 3)}, {run.right[1]}, after {run.epochs:,} epochs"


def farewell(run):
    """Say why a run diverged, and the way back."""
    learning_rate, l2 = run.rates
    if learning_rate * l2 >= 2:
        why = f"η · λ = {number(learning_rate * l2, 3)}: from 2 on, the penalty alone throws every weight past 0"
        cure = "lower L2 λ or the learning rate"
    else:
        why = (
            f"With η = {number(learning_rate, 3)} each step overshoots the valley and lands higher than before, "
            "where the slope is steeper still"
        )
        cure = "lower the learning rate"
    return (
        f"<b>Diverged after epoch {run.epochs:,}.</b> {why}, until the numbers leave what a computer can hold. "
        f"The network is shown as it was before. The way back: {cure}, then press Reset."
    )


def diagnosis(run):
    """Say in a sentence what ails the run, or return ""."""
    norms, losses, layers = run.norms, run.history.loss, len(run.norms)
    ratio, inverse = (a / b if b else math.inf for a, b in ((norms[0], norms[-1]), (norms[-1], norms[0])))
    if losses[-1] > CLIMB * losses[0]:
        return (
            "<b>Climbing:</b> the loss is higher than at the start. The steps are too large; lower the learning rate."
        )
    if norms.max() < DEAD and losses[-1] > 0.01:
        return (
            "<b>Stuck:</b> no weight has a gradient to speak of, though the loss is not small. All units are saturated "
            "(f′ is 0 on the flat ends of sigmoid and tanh), or dead (relu with z below 0), or all weights are 0. "
            "Reset with a smaller learning rate, or take other first weights."
        )
    if layers > 2 and not 1 / APART <= ratio <= APART:
        kind, more, factor = ("Exploding", "more", ratio) if ratio > 1 else ("Vanishing", "less", inverse)
        return (
            f"<b>{kind} gradient:</b> layer 1 gets {_times(factor)} {more} than layer {layers}. "
            "Each layer on the way back multiplies by W and f′ (BP2)."
        )
    best = int(np.argmin(run.test_loss))
    if run.test_loss[-1] > 1.5 * run.test_loss[best] and losses[-1] < losses[best]:
        return (
            f"<b>Overfitting:</b> the test loss was lowest, {number(run.test_loss[best], 3)}, after {best:,} epochs; "
            "since then only the training loss falls."
        )
    return ""


def _times(factor):
    return f"{float(f'{factor:.2g}'):,.0f} times" if factor < 1e6 else "over a million times"
