"""Projects and their history, in a database.

A history is a line of revisions with a head. An edit is a function from document to document, worked on the newest
head inside one transaction: edits of two pages come one after the other, and none overwrites another's.
"""

import json
import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.engine import Row

from graphbuilder.document import Document, as_json
from graphbuilder.document_file import MAX_BYTES, read_document
from graphbuilder.store import tables as t
from graphbuilder.store.access import theirs
from graphbuilder.store.database import Database, StoreError
from graphbuilder.store.disk import refuse_if_full
from graphbuilder.store.limits import Limits

STEPS = 500
"""How many steps back a history goes."""

_CACHED = 256

Edit = Callable[[Document], Document]


class TooLarge(StoreError):
    """A document that could be written, and then not be read again."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it stands. changes: grows with every change, so that a page sees that it is behind.

    undo, redo: what a step back or forward would take back or do again, None where there is none.
    """

    id: str
    changes: int
    document: Document
    undo: str | None
    redo: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A project as it lies in the database. undo: whether a step back can be taken."""

    name: str
    undo: bool
    packed: bytes

    @property
    def file(self) -> bytes:
        """The project file."""
        return zlib.decompress(self.packed)


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in a list. changed: seconds since 1970."""

    id: str
    name: str
    changed: float


class Store(Database):
    """All projects. Every call that names one takes its owner and refuses anybody else.

    Raises Missing, NotYours and TooLarge; StoreError where the folder or the database cannot be written.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._documents: OrderedDict[bytes, Document] = OrderedDict()
        self._lock = threading.Lock()

    # Projects

    def create(self, owner: str, document: Document, limits: Limits | None = None) -> str:
        """A new project; its id, of 128 random bits. Raises StoreError where its owner keeps all `limits` allow."""
        if limits:
            refuse_if_full(self, owner, limits, files=False)
        id, now = secrets.token_hex(16), time.time()
        with self.writing() as db:
            if db.scalar(select(t.owner.c.id).where(t.owner.c.id == owner)) is None:
                db.execute(insert(t.owner).values(id=owner, created=now))
            values = {"id": id, "owner": owner, "name": document.name, "created": now, "changed": now}
            db.execute(insert(t.document).values(**values, head=0, changes=0))
            db.execute(insert(t.revision).values(document=id, n=0, label="", json=self._packed(document)))
        return id

    def duplicate(self, owner: str, id: str, limits: Limits | None = None) -> str:
        """A copy of a project as it stands, without its history."""
        document = self.project(owner, id).document
        name = f"{document.name[:72]} (copy)"
        return self.create(owner, document.model_copy(update={"name": name}), limits)

    def projects(self, owner: str) -> list[ProjectLine]:
        """The owner's projects, the last changed first."""
        columns = (t.document.c.id, t.document.c.name, t.document.c.changed)
        asked = select(*columns).where(t.document.c.owner == owner, t.document.c.deleted.is_(None))
        with self.reading() as db:
            return [ProjectLine(*row) for row in db.execute(asked.order_by(t.document.c.changed.desc()))]

    def delete(self, owner: str, id: str) -> None:
        """Takes a project out of the list. It is kept, and `restore` brings it back."""
        self._mark(owner, id, time.time())

    def restore(self, owner: str, id: str) -> None:
        self._mark(owner, id, None)

    def _mark(self, owner: str, id: str, deleted: float | None) -> None:
        with self.writing() as db:
            _own(db, owner, id, also_deleted=True)
            db.execute(update(t.document).where(t.document.c.id == id).values(deleted=deleted))

    # One project and its history

    def changes(self, owner: str, id: str) -> int:
        """The number that grows with every change of a project."""
        with self.reading() as db:
            return int(_own(db, owner, id).changes)

    def project(self, owner: str, id: str) -> Project:
        with self.reading() as db:
            return self._project(db, _own(db, owner, id))

    def unread(self, owner: str, id: str) -> Unread:
        """A project without a look at its document, for when that cannot be shown."""
        with self.reading() as db:
            row = _own(db, owner, id)
            rest = t.revision.c.document == id
            before = db.scalar(select(t.revision.c.n).where(rest, t.revision.c.n == row.head - 1))
            packed = db.scalar(select(t.revision.c.json).where(rest, t.revision.c.n == row.head))
        assert packed is not None, "a head points at a revision"
        return Unread(row.name, before is not None, packed)

    def edit(self, owner: str, id: str, change: Edit, label: str, merge: bool = False) -> Project:
        """The project with `change` worked on its newest document. What `change` raises leaves everything as it was.

        merge: where the step before has the same label, both become one step.
        """
        with self.writing() as db:
            row = _own(db, owner, id)
            self._add(db, row, change(self._document(db, row, row.head)), label, merge)
            return self._project(db, _own(db, owner, id))

    def undo(self, owner: str, id: str) -> Project:
        return self._step(owner, id, -1)

    def redo(self, owner: str, id: str) -> Project:
        return self._step(owner, id, +1)

    def _step(self, owner: str, id: str, by: int) -> Project:
        with self.writing() as db:
            self._move_head(db, _own(db, owner, id), by)
            return self._project(db, _own(db, owner, id))

    def take(
        self, owner: str, id: str, client: str, numbered: Iterable[tuple[int, "Numbered"]]
    ) -> tuple[Project, list[str]]:
        """Works the numbered edits of one page, each once however often it is sent, and says which were refused.

        All of it is one transaction: what is acknowledged is kept, whatever happens to page or server.
        """
        refused: list[str] = []
        with self.writing() as db:
            row = _own(db, owner, id)
            last = self._last_taken(db, id, client)
            just_made = False
            for n, edit in numbered:
                if n <= last:
                    continue
                row = _own(db, owner, id)
                try:
                    if edit.step:
                        self._move_head(db, row, edit.step)
                    else:
                        changed, label = edit.change(self._document(db, row, row.head))
                        self._add(db, row, changed, label, edit.again or (edit.merge and just_made))
                    just_made = not edit.step
                except (ValueError, TooLarge) as fault:
                    refused.append(str(fault))
                    just_made = False
                last = n
            db.execute(delete(t.acknowledged).where(t.acknowledged.c.document == id, t.acknowledged.c.client == client))
            db.execute(insert(t.acknowledged).values(document=id, client=client, n=last))
            return self._project(db, _own(db, owner, id)), refused

    def taken(self, owner: str, id: str, client: str) -> int:
        """The number of the last edit of this page that was worked; 0 for none."""
        with self.reading() as db:
            _own(db, owner, id)
            return self._last_taken(db, id, client)

    def _last_taken(self, db: Connection, id: str, client: str) -> int:
        asked = select(t.acknowledged.c.n).where(t.acknowledged.c.document == id, t.acknowledged.c.client == client)
        return int(db.scalar(asked) or 0)

    # Inside a transaction

    def _add(self, db: Connection, row: "Row[Any]", document: Document, label: str, merge: bool) -> None:
        if document == self._document(db, row, row.head):
            return
        rest = t.revision.c.document == row.id
        db.execute(delete(t.revision).where(rest, t.revision.c.n > row.head))
        before = db.scalar(select(t.revision.c.label).where(rest, t.revision.c.n == row.head))
        oldest = int(db.scalar(select(func.min(t.revision.c.n)).where(rest)) or 0)
        n = row.head if merge and before == label and row.head > oldest else row.head + 1
        if n == row.head and document == self._document(db, row, n - 1):  # what was entered is back where it was
            db.execute(delete(t.revision).where(rest, t.revision.c.n == n))
            self._set_head(db, row, n - 1, document)
            return
        db.execute(delete(t.revision).where(rest, (t.revision.c.n == n) | (t.revision.c.n < n - STEPS)))
        db.execute(insert(t.revision).values(document=row.id, n=n, label=label[:200], json=self._packed(document)))
        self._set_head(db, row, n, document)

    def _move_head(self, db: Connection, row: "Row[Any]", by: int) -> None:
        asked = select(t.revision.c.n).where(t.revision.c.document == row.id, t.revision.c.n == row.head + by)
        if db.scalar(asked) is not None:
            self._set_head(db, row, row.head + by, self._document(db, row, row.head + by))

    def _set_head(self, db: Connection, row: "Row[Any]", head: int, document: Document) -> None:
        told = {"head": head, "changes": row.changes + 1, "name": document.name, "changed": time.time()}
        db.execute(update(t.document).where(t.document.c.id == row.id).values(**told))

    def _project(self, db: Connection, row: "Row[Any]") -> Project:
        near = select(t.revision.c.n, t.revision.c.label).where(
            t.revision.c.document == row.id, t.revision.c.n.between(row.head - 1, row.head + 1)
        )
        labels = {one.n: one.label for one in db.execute(near)}
        undo = labels[row.head] if row.head - 1 in labels else None
        return Project(row.id, row.changes, self._document(db, row, row.head), undo, labels.get(row.head + 1))

    def _document(self, db: Connection, row: "Row[Any]", n: int) -> Document:
        asked = select(t.revision.c.json).where(t.revision.c.document == row.id, t.revision.c.n == n)
        packed = db.scalar(asked)
        assert packed is not None, "a head points at a revision"
        with self._lock:
            if packed in self._documents:
                self._documents.move_to_end(packed)
                return self._documents[packed]
        document = read_document(zlib.decompress(packed))
        self._remember(packed, document)
        return document

    def _packed(self, document: Document) -> bytes:
        text = json.dumps(as_json(document), ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > MAX_BYTES:
            raise TooLarge(f"A project may have at most {MAX_BYTES:,} bytes; this would be one of {len(text):,}.")
        packed = zlib.compress(text, 3)
        self._remember(packed, document)
        return packed

    def _remember(self, packed: bytes, document: Document) -> None:
        """Keeps a document that was read or is about to be, by what it is packed in: that is true for ever, and whether
        the transaction comes to its end makes no difference."""
        with self._lock:
            self._documents[packed] = document
            while len(self._documents) > _CACHED:
                self._documents.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Numbered:
    """One edit of a page: a change, or with `step` -1 or +1 an undo or redo.

    change: gives the document and what the history calls the edit. merge: it is one step with the edit right before it
    in the same message, where that has the same label; again: with the step before, where that has the same label.
    """

    change: Callable[[Document], tuple[Document, str]] = lambda document: (document, "")
    merge: bool = False
    again: bool = False
    step: int = 0


def _own(db: Connection, owner: str, id: str, also_deleted: bool = False) -> "Row[Any]":
    return theirs(db, owner, t.document, id, also_deleted=also_deleted)
