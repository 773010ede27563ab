"""The templates: documents that ship with graphbuilder, each a network worth starting from."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphbuilder.document import Document
from graphbuilder.document_file import read_document

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """What a template is good for: what it teaches, and one thing to try."""

    name: str
    teaches: str
    to_try: str


@dataclass(frozen=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


def assets() -> Path:
    """The folder of shipped files: inside the installed package, or beside it in a checkout."""
    shipped = _HERE / "_assets"
    return shipped if shipped.is_dir() else _HERE.parent / "assets"


def template_names() -> list[str]:
    return sorted(path.stem for path in (assets() / "templates").glob("*.json"))


@cache
def template(name: str) -> Document:
    """The template of this name. Raises KeyError where there is none."""
    if name not in template_names():
        raise KeyError(name)
    return read_document((assets() / "templates" / f"{name}.json").read_bytes())


@cache
def gallery() -> tuple[Group, ...]:
    """All templates in the order in which they are shown. assets/templates/gallery.toml says it."""
    told = tomllib.loads((assets() / "templates" / "gallery.toml").read_text("utf-8"))
    return tuple(
        Group(
            group["title"],
            tuple(Entry(one["name"], one["teaches"], one["try"]) for one in group["template"]),
        )
        for group in told["group"]
    )
