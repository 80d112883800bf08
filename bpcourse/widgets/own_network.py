"""Networks that a figure builds anew at every setting: of this package, or of a learner's own class."""

import inspect

from bpcourse.mathematics import own_class
from bpcourse.mathematics.validation import InputError


def checked(make_network):
    """Return `make_network` if it can be called as ``make_network(sizes, learning_rate)``; raises InputError."""
    expected = "expected a class or a function of (sizes, learning_rate), such as ([2, 4, 1], 0.5)."
    if not callable(make_network):
        raise InputError(f"make_network came as {type(make_network).__name__}; {expected}")
    seed = {"seed": 0} if takes_seed(make_network) else {}
    try:
        inspect.signature(make_network).bind([2, 4, 1], 0.5, **seed)
    except TypeError as error:
        raise InputError(
            f"make_network takes {inspect.signature(make_network)} and cannot be called so ({error}); {expected}"
        ) from None
    return make_network


def takes_seed(make_network):
    """Whether the seed of a new network can be chosen."""
    return "seed" in inspect.signature(make_network).parameters


def build(make_network, sizes, learning_rate, seed):
    """Return a new network that can be trained; raises InputError."""
    options = {"seed": seed} if takes_seed(make_network) else {}
    network = make_network(sizes, learning_rate, **options)
    own_class.require(network, *own_class.METHODS, by="a network from make_network")
    return network
