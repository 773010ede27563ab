"""The templates: documents that ship with graphbuilder, each a network worth starting from."""

from functools import cache
from pathlib import Path

from graphbuilder.document import Document
from graphbuilder.document_file import read_document

_HERE = Path(__file__).parent


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
