"""All questions. Every module of this package is loaded, and each class in it with a kind is a question."""

from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.training.questions.question import AboutInput, Question, question, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

QUESTIONS: dict[str, type[Question]] = registered()

__all__ = ["QUESTIONS", "AboutInput", "Question", "question"]
