"""The cases of an exercise, drawn at random; what is right for them, and what the known mistakes make of them."""

from functools import cached_property, lru_cache

import numpy as np

from bpcourse.exercises import calling

SAMPLES_IN = ("X", "y_hat", "a_prev", "delta", "delta_next", "numbers")  # the arguments with an entry for each sample


@lru_cache(maxsize=128)
def drawn(task, *seeds):
    """Return the `Cases` of an exercise for one seed after another; those drawn lately are kept."""
    return Cases(task, [arguments for seed in seeds for arguments in task.cases(np.random.default_rng(seed))])


class Cases:
    """Inputs of an exercise, with what is right for them, and what each known mistake gives: `calling.Outcome`s."""

    def __init__(self, task, inputs):
        self.task, self.inputs = task, inputs
        self.right = self._outcomes(task.reference)
        self.samples = [self._count(dict(zip(task.given or task.parameters, case, strict=True))) for case in inputs]

    @cached_property
    def known(self):
        """The pairs of a known mistake and the list of its outcomes."""
        return [(mistake, self._outcomes(mistake.answer)) for mistake in self.task.mistakes]

    def _outcomes(self, function):
        return [calling.call(self.task, function, arguments) for arguments in self.inputs]

    def _count(self, named):
        """Return how many samples a case has; None where it has no samples."""
        if "activations" in named:
            return len(named["activations"][0])
        return next((len(named[name]) for name in SAMPLES_IN if np.ndim(named.get(name, 0))), None)
