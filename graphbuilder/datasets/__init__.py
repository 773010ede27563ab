"""The data sets. Every module of this package is loaded, and each class in it with a name is a data set."""

from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.datasets.decoded import FILES
from graphbuilder.datasets.description import Description
from graphbuilder.datasets.own import OWN, Own
from graphbuilder.datasets.source import Source, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

SOURCES: dict[str, type[Source]] = registered()

HERE: tuple[str, ...] = tuple(name for name, source in SOURCES.items() if not source.needs)
"""Those that always work."""

NO_DATA = ""
"""In place of a data set's name: none is chosen, and the network is an architecture alone."""

CHOICES: dict[str, str] = {name: source.title for name, source in SOURCES.items()} | {
    NO_DATA: "No data: the architecture alone"
}
"""What a document may name as its data, with the words for it."""

__all__ = ["CHOICES", "FILES", "HERE", "NO_DATA", "OWN", "SOURCES", "Description", "Own", "Source"]
