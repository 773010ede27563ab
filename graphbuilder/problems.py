"""Why a document could not be read: a code, a place and facts, and the sentences that people read about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROBLEMS = {
    "foreign": ("E_FOREIGN", "{what}"),
    "bytes": ("E_TOO_BIG", "may be at most {most:,} bytes long; this one has {count:,}."),
    "values": ("E_TOO_BIG", "may hold at most {most:,} values; this one has {count:,}."),
    "listed": ("E_TOO_BIG", "may list at most {most:,} {what}; this file has {count:,}."),
    "other version": (
        "E_VERSION",
        "is {version}, and this program reads version {reads}. Use the program that wrote the file, or a newer one.",
    ),
    "no version": ("E_FORMAT", "is missing; it must be {reads}."),
    "no object": ("E_FORMAT", "must hold a JSON object; received {received}."),
    "not UTF-8": ("E_FORMAT", "is not UTF-8 text: byte {byte} cannot be read."),
    "not JSON": ("E_FORMAT", "is not JSON: {why} in line {line}, column {column}."),
    "nested": ("E_FORMAT", "is nested too deeply to be a document."),
    "half a character": ("E_FORMAT", "holds half of a character (a lone surrogate), which is no text."),
    "digits": ("E_FORMAT", "holds a whole number of {count:,} digits, and {most:,} are allowed."),
    "keys": ("E_FORMAT", "has an object of {count:,} keys, and {most:,} are allowed."),
    "key twice": ("E_FORMAT", "names {key!r} twice in one object."),
    "no number": ("E_FORMAT", "holds {name}, which is no JSON number."),
    "no key": ("E_FORMAT", "is no key of a document."),
    "missing": ("E_FORMAT", "is missing."),
    "too long": ("E_FORMAT", "may have at most {most} characters; received {count}."),
    "other type": ("E_FORMAT", "{must}; received {received}."),
    "no value": ("E_FORMAT", "{fault}."),
    "no parameter": ("E_FORMAT", "is no parameter here; there are: {known}."),
    "absent": ("E_FORMAT", "is no parameter here: {why}."),
    "id twice": ("E_GRAPH", "is {id!r}, the id of node {first} too; every node needs its own."),
    "node gone": ("E_GRAPH", "names the node {id!r}, which is not there."),
    "no port": ("E_GRAPH", "names the port {port!r}, which {node} does not have."),
    "wire twice": ("E_GRAPH", 'stands twice; one wire is enough, or "again": 1 makes it a second one.'),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document could not be read, at one place. pointer: a JSON pointer, empty for the whole file."""

    kind: str
    pointer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return PROBLEMS[self.kind][0]

    @property
    def message(self) -> str:
        """What follows the place, or the file's name."""
        return PROBLEMS[self.kind][1].format(**self.facts)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "pointer": self.pointer, "message": self.message, "facts": dict(self.facts)}

    def __str__(self) -> str:
        return self.of("The file")

    def of(self, file: str) -> str:
        """The problem as a sentence about the file of this name."""
        return f"{self.pointer}: {self.message}" if self.pointer else f"{file} {self.message}"


class DocumentError(ValueError):
    """A document that cannot be read; `problems` has every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")
