"""All questions. Every module of this package is loaded, and each class in it with a kind is a question."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.training.inside import Inside
from graphbuilder.training.questions.question import AboutInput, Question, question, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

QUESTIONS: dict[str, type[Question]] = registered()


def ahead(inside: Inside) -> Iterator[Callable[[], object]]:
    """What can be made before anything is asked, of all kinds."""
    for kind in QUESTIONS.values():
        yield from kind.ahead(inside)


__all__ = ["QUESTIONS", "AboutInput", "Question", "ahead", "question"]
