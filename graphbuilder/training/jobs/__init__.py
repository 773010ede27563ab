"""All kinds of jobs. Every module of this package is loaded, and what is declared as a kind in it can be asked for."""

from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.training.jobs.kind import Does, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

KINDS: dict[str, Does] = registered()

__all__ = ["KINDS", "Does"]
