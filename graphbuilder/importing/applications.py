"""Where the models of keras.applications stand: in the source of the Keras that is installed, which is read as any
script is, and neither imported nor run."""

import ast
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_MOST_BYTES = 300_000
_MADE = re.compile(r"^def ([A-Z]\w*)\(", re.MULTILINE)


@cache
def _texts() -> Mapping[str, str]:
    """The source, by module; nothing where no Keras is installed."""
    spec = find_spec("keras")
    rooms = spec.submodule_search_locations if spec else None
    found: dict[str, str] = {}
    for room in rooms or ():
        for path in sorted((Path(room) / "src" / "applications").glob("*.py")):
            if not path.stem.startswith("_") and not path.stem.endswith("_test") and path.stat().st_size <= _MOST_BYTES:
                found[path.stem] = path.read_text("utf-8", "replace")
    return found


@cache
def _modules() -> Mapping[str, str]:
    return {kind: module for module, text in _texts().items() for kind in _MADE.findall(text)}


def module_of(path: str) -> str:
    """The module of a name of keras.applications, given whole; "" for one that is in none."""
    *rooms, name = path.split(".")[2:]
    if rooms and rooms[-1] in _texts() and f"def {name}(" in _texts()[rooms[-1]]:
        return rooms[-1]
    return _modules().get(name, "")


@lru_cache(maxsize=4)
def tree_of(module: str) -> ast.Module:
    return ast.parse(_texts()[module])
