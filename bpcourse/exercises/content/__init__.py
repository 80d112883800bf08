"""What is taught: for each notebook ex*.py, references and cases, and ex*.toml, texts. All are listed in `ALL`."""

from importlib import import_module
from pkgutil import iter_modules

from bpcourse.exercises.catalogue import ALL

__all__ = ["ALL"]

for module in iter_modules(__path__):  # by their names, which begin with the notebook's number
    if module.name.startswith("ex"):
        import_module(f"{__name__}.{module.name}")
