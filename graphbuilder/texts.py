"""What a text may hold: a name that a person gives is one line that every format can carry, and what a visitor is told
names no folder of the server; and numbers as they are read."""

import re
import unicodedata
from itertools import islice
from typing import Any

_FOLDERS = re.compile(r"(?<![\w./:])/(?:[^/\s'\"]+/)+")


def one_line(text: str) -> str:
    """The text as it came. Raises ValueError for what no line of text holds (control characters, line ends, halves of
    characters: categories Cc, Zl, Zp and Cs) and for what no XML can hold (U+FFFE and U+FFFF)."""
    if text.isprintable():  # nearly always, and a hundred times sooner
        return text
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") or character in "\ufffe\uffff":
            raise ValueError(f"has the character U+{ord(character):04X} at place {place + 1}, which no name may have")
    return text


def amount(value: float, digits: int = 6) -> str:
    """A number with signs at which no line breaks, and no zeros in its exponent."""
    return re.sub(r"e([+-])0*", r"e\1", f"{value:.{digits}g}").replace("e+", "e").replace("-", "\u2212")


def beginning_of(value: Any, longest: int) -> str:
    """How Python writes a value, cut to so many characters; of a large one no more is written than is shown."""
    told = repr(_cut(value, longest))
    return told if len(told) <= longest else f"{told[: longest - 3]}..."


def _cut(value: Any, most: int, depth: int = 0) -> Any:
    if isinstance(value, str):
        return value[:1000]
    if not isinstance(value, list | tuple | dict):
        return value
    if depth > most:  # as many brackets stand before it
        return ...
    if isinstance(value, dict):
        return {_cut(name, most): _cut(one, most, depth + 1) for name, one in islice(value.items(), most)}
    return type(value)(_cut(one, most, depth + 1) for one in value[:most])


def started(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def a(noun: str) -> str:
    """The noun behind its article, as it is spoken: a Python script, an HDF5 file."""
    spelled = noun[:2].isupper()
    return f"{'an' if noun[:1] in ('AEFHILMNORSX' if spelled else 'AEIOaeio') else 'a'} {noun}"


def without_folders(text: str) -> str:
    """The text with the last part alone of each path that begins at the root."""
    return _FOLDERS.sub("", text)
