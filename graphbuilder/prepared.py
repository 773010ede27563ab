"""The lessons: networks that are prepared for one idea of a lecture each, with what to do and what to see."""

import tomllib
from dataclasses import dataclass
from functools import cache

from graphbuilder.document import Document
from graphbuilder.document_file import read_document
from graphbuilder.templates import assets


@dataclass(frozen=True)
class Prepared:
    """topics: keys of help that lead here. opens: what stands open at first: "chain", the chain rule in forms, or
    "initialisation", the laboratory; empty for neither. steps: what to do, in order. see: what it shows in the end."""

    name: str
    topics: tuple[str, ...]
    about: str
    steps: tuple[str, ...]
    see: str
    opens: str = ""

    @property
    def document(self) -> Document:
        return _document(self.name)


@cache
def lessons() -> tuple[Prepared, ...]:
    """All of them in their order. assets/lessons/lessons.toml says it."""
    told = tomllib.loads((assets() / "lessons" / "lessons.toml").read_text("utf-8"))
    return tuple(
        Prepared(one["name"], tuple(one["topics"]), one["about"], tuple(one["do"]), one["see"], one.get("opens", ""))
        for one in told["lesson"]
    )


def lessons_of(topic: str) -> list[Prepared]:
    """The lessons that a topic of help leads to."""
    return [one for one in lessons() if topic in one.topics]


def lesson_of(document: Document) -> Prepared | None:
    """The lesson that a project was begun with: it is known by its name, so that one that was renamed is a project like
    others."""
    return next((one for one in lessons() if one.document.name == document.name), None)


@cache
def _document(name: str) -> Document:
    return read_document((assets() / "lessons" / f"{name}.json").read_bytes())
