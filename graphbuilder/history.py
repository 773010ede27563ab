"""The revisions of one document, in a line, with a head: undo and redo move the head, an edit cuts off what was undone.

Consecutive edits with one label ("units of c1") are one step, so that undo takes back a whole slide of a slider.
"""

from dataclasses import dataclass

from graphbuilder.document import Document

STEPS = 500


@dataclass(frozen=True, slots=True)
class Revision:
    document: Document
    label: str


@dataclass(frozen=True, slots=True)
class History:
    """revisions: oldest first; head: the place of the one that is shown."""

    revisions: tuple[Revision, ...]
    head: int = 0

    @classmethod
    def of(cls, document: Document) -> "History":
        return cls((Revision(document, ""),))

    @property
    def document(self) -> Document:
        return self.revisions[self.head].document

    @property
    def can_undo(self) -> bool:
        return self.head > 0

    @property
    def can_redo(self) -> bool:
        return self.head < len(self.revisions) - 1

    def edited(self, document: Document, label: str, merge: bool = False) -> "History":
        """With a new revision at the head. merge: whether it replaces the head where that has the same label."""
        kept = self.revisions[: self.head + 1]
        if document == self.document:
            return self
        if merge and self.head > 0 and kept[-1].label == label:
            kept = kept[:-1]
        kept = (*kept, Revision(document, label))[-(STEPS + 1) :]
        return History(kept, len(kept) - 1)

    def undone(self) -> "History":
        return History(self.revisions, self.head - 1) if self.can_undo else self

    def redone(self) -> "History":
        return History(self.revisions, self.head + 1) if self.can_redo else self
