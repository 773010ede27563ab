"""The data sets. Every module of this package is loaded, and each class in it with a name is a data set."""

from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.datasets.source import Source, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

SOURCES: dict[str, type[Source]] = registered()

__all__ = ["SOURCES", "Source"]
