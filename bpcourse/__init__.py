"""A course on backpropagation: the module behind its notebooks.

Four storeys, each importing only from those below it: `mathematics` (NumPy alone), `pictures` (stills), `widgets`
(live figures), `exercises` (the tutor). What the notebooks use is here, and loaded when it is first asked for.
"""

from importlib import import_module

MODULES = {
    "datasets": "bpcourse.mathematics.datasets",
    "diagram": "bpcourse.pictures.diagram",
    "exercises": "bpcourse.exercises",
    "plots": "bpcourse.pictures.plots",
    "widgets": "bpcourse.widgets",
}
NAMES = {
    "NeuralNetwork": "bpcourse.mathematics.network",
    **dict.fromkeys(("ask", "check", "hint", "progress", "solution", "use"), "bpcourse.exercises"),
}
__all__ = [*NAMES, *MODULES]


def __getattr__(name):
    if name in MODULES:
        return import_module(MODULES[name])
    if name in NAMES:
        return getattr(import_module(NAMES[name]), name)
    raise AttributeError(f"module 'bpcourse' has no attribute {name!r}")


def __dir__():
    return __all__
