"""What an answer may change for all code of the kernel, and how that is put back once the answer has been called.

Not listed is what cannot leak: what NumPy does with bad numbers is set for one thread, and an answer runs in one of its
own; warnings, and where is printed, are put back by Python's context managers. A thread that an answer has started, or
that could not be stopped, may go on changing things; nothing can undo what happens later.
"""

import builtins
import contextlib
import gc
import math
import os
import random
import sys
from functools import partial

import numpy as np

NAMESPACES = {"": builtins, "np.": np, "np.random.": np.random, "np.linalg.": np.linalg, "math.": math}
OF_JUPYTER = {"input", "exit", "quit", "get_ipython"}  # what it replaces or hides itself, as cells run
TOOLS = {  # the functions and constants of Python, NumPy and math, as they were when the course was loaded
    prefix: {name: tool for name, tool in vars(module).items() if name[0] != "_" and name not in OF_JUPYTER}
    for prefix, module in NAMESPACES.items()
}


def shell():
    """Return IPython's shell; None outside of notebooks."""
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()


def _stay():
    """Have exit() and quit() of IPython, which end the kernel, raise SystemExit as those of Python do."""
    if shell():
        shell().ask_exit = sys.exit


def _set_environment(names):
    if os.environ != names:
        os.environ.clear()
        os.environ.update(names)


SETTINGS = (  # pairs of functions: one returns what is set, the other sets it again
    (partial(np.random.get_state, legacy=False), np.random.set_state),
    (random.getstate, random.setstate),
    (np.get_printoptions, lambda options: np.set_printoptions(**options)),  # of one thread only since NumPy 2.2
    (os.getcwd, os.chdir),
    (os.environ.copy, _set_environment),
    (gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (_stay, lambda _: shell() and vars(shell()).pop("ask_exit", None)),
)


def replaced():
    """Return the names of the tools that are others than they were, such as np.exp or len."""
    now = {prefix: vars(module) for prefix, module in NAMESPACES.items()}
    return [
        prefix + name
        for prefix, tools in TOOLS.items()
        for name in tools
        if now[prefix].get(name, now) is not tools[name]
    ]


@contextlib.contextmanager
def put_back():
    """Put back, at the end, what is changed meanwhile; yield a list, which gets the names of the `replaced` tools."""
    names, settings = [], []
    for take, put in SETTINGS:
        with contextlib.suppress(OSError):  # the folder may be gone
            settings.append((put, take()))
    try:
        yield names
    finally:
        names += replaced()
        for prefix, tools in TOOLS.items() if names else ():
            vars(NAMESPACES[prefix]).update(tools)
        for put, state in settings:
            with contextlib.suppress(Exception):
                put(state)
