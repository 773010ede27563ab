"""A project's history while edits are worked on it: in memory, so that nobody waits for them.

A history is a line of revisions with a head. What is added behind the head replaces what redo would bring back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphbuilder.document import Document

STEPS = 500
"""How many steps back a history goes."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A step: what it is called, and the document after it, packed as it is kept."""

    label: str
    packed: bytes


@dataclass
class History:
    """The line of one project, as it was read, with what has been worked on it since.

    labels: of every revision by its number. new: those that are to be written. read and pack: a kept revision's
    document by its number, and a document as it is kept; `pack` raises TooLarge.
    """

    head: int
    changes: int
    labels: dict[int, str]
    read: Callable[[int], Document]
    pack: Callable[[Document], bytes]
    new: dict[int, Revision] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kept = frozenset(self.labels)
        self._documents: dict[int, Document] = {}

    @property
    def document(self) -> Document:
        return self._document(self.head)

    @property
    def gone(self) -> list[int]:
        """The numbers of revisions that are kept and are no longer in the line, or are another step now."""
        return sorted(n for n in self._kept if n not in self.labels or n in self.new)

    def add(self, document: Document, label: str, merge: bool) -> None:
        """One step more. merge: where the step before has the same label, both become one, and that step is none where
        it comes back to where it began. Raises TooLarge, and then leaves everything as it was."""
        if document == self.document:
            return
        packed = self.pack(document)
        for n in [n for n in self.labels if n > self.head]:
            self._drop(n)
        joined = merge and self.labels[self.head] == label[:200] and self.head > min(self.labels)
        n = self.head if joined else self.head + 1
        if joined and document == self._document(n - 1):
            self._drop(n)
            self._go_to(n - 1)
            return
        self.labels[n] = label[:200]
        self.new[n] = Revision(label[:200], packed)
        self._documents[n] = document
        for old in [old for old in self.labels if old < n - STEPS]:
            self._drop(old)
        self._go_to(n)

    def step(self, by: int) -> None:
        """The head one step back (-1) or forward (+1); where there is none, nothing happens."""
        if self.head + by in self.labels:
            self._go_to(self.head + by)

    def around(self) -> Mapping[str, str | None]:
        """What a step back would take back, and one forward do again."""
        undo = self.labels[self.head] if self.head - 1 in self.labels else None
        return {"undo": undo, "redo": self.labels.get(self.head + 1)}

    def _go_to(self, n: int) -> None:
        self.head, self.changes = n, self.changes + 1

    def _drop(self, n: int) -> None:
        del self.labels[n]
        self.new.pop(n, None)
        self._documents.pop(n, None)

    def _document(self, n: int) -> Document:
        if n not in self._documents:
            self._documents[n] = self.read(n)
        return self._documents[n]
