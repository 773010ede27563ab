"""Projects and their history, in a database.

An edit is a function from document to document, worked on the newest head while nobody waits for it, and written where
the project is still the same then: edits of two pages come one after the other, and none overwrites another's.
"""

import json
import secrets
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.engine import Row

from graphbuilder.document import Document, as_json
from graphbuilder.document_file import read_document, refuse_too_large
from graphbuilder.problems import DocumentError
from graphbuilder.recent import Recent, document_bytes
from graphbuilder.store import tables as t
from graphbuilder.store.access import theirs
from graphbuilder.store.database import PATIENCE_SECONDS, Database, StoreError
from graphbuilder.store.disk import HISTORY_BYTES, refuse_if_full, shorten
from graphbuilder.store.history import STEPS, History
from graphbuilder.store.limits import Limits

_CACHED_BYTES = 60_000_000
"""Of documents that were read or written last."""

Edit = Callable[[Document], Document]

EDITS_AT_ONCE = 100
"""Of one message, in one transaction."""
WORK_SECONDS = 0.2
"""After which the edits that are worked are kept, and the rest becomes another transaction."""


class _Overtaken(Exception):
    """What was read of a history is not there any more."""


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
        self._documents: Recent[bytes, Document] = Recent(_CACHED_BYTES)

    # Projects

    def create(self, owner: str, document: Document, limits: Limits | None = None, *, job: str = "") -> str:
        """A new project; its id, of 128 random bits. job: what it came of, whose files are the project's from then on.
        Raises StoreError where its owner keeps all `limits` allow."""
        if limits:
            refuse_if_full(self, owner, limits, files=False)
        id = secrets.token_hex(16)
        with self.writing() as db:
            now = _changed(db, owner)
            if db.scalar(select(t.owner.c.id).where(t.owner.c.id == owner)) is None:
                db.execute(insert(t.owner).values(id=owner, created=now))
            values = {"id": id, "owner": owner, "name": document.name, "created": now, "changed": now}
            db.execute(insert(t.document).values(**values, head=0, changes=0, data=_file_of(document)))
            db.execute(insert(t.revision).values(document=id, n=0, label="", json=self._packed(document)))
            if job:
                db.execute(update(t.job).where(t.job.c.id == job, t.job.c.owner == owner).values(project=id))
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
        return int(self._row(owner, id).changes)

    def project(self, owner: str, id: str) -> Project:
        return self.answer(("project", owner, id), lambda db: self._project(db, _own(db, owner, id)))

    def _row(self, owner: str, id: str) -> "Row[Any]":
        return self.answer(("row", owner, id), lambda db: _own(db, owner, id))

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

        def work(history: History, _: int) -> int:
            history.add(change(history.document), label, merge)
            return 0

        return self._worked(owner, id, "", work)

    def undo(self, owner: str, id: str) -> Project:
        return self._step(owner, id, -1)

    def redo(self, owner: str, id: str) -> Project:
        return self._step(owner, id, +1)

    def _step(self, owner: str, id: str, by: int) -> Project:
        def work(history: History, _: int) -> int:
            history.step(by)
            return 0

        return self._worked(owner, id, "", work)

    def take(
        self, owner: str, id: str, client: str, numbered: Iterable[tuple[int, "Numbered"]], until: float = inf
    ) -> tuple[Project, list[str]]:
        """Works the numbered edits of one page, each once however often it is sent, and says which were refused.

        What is acknowledged is kept, whatever happens to page or server. Many edits are taken in several parts, each
        of them whole or not at all. until: by the monotonic clock, when no further part is begun: what is left then is
        not acknowledged, and comes with the page's next message.
        """
        refused: list[str] = []
        left = list(numbered)
        while True:
            told: list[str] = []
            project = self._worked(owner, id, client, partial(_take, numbered=left, refused=told))
            refused += told
            taken = self.taken(owner, id, client)
            left = [(n, edit) for n, edit in left if n > taken]
            if not left or time.monotonic() >= until:
                return project, refused

    def taken(self, owner: str, id: str, client: str) -> int:
        """The number of the last edit of this page that was worked; 0 for none."""
        self._row(owner, id)
        return self.answer(("taken", id, client), lambda db: self._last_taken(db, id, client))

    def _last_taken(self, db: Connection, id: str, client: str) -> int:
        asked = select(t.acknowledged.c.n).where(t.acknowledged.c.document == id, t.acknowledged.c.client == client)
        return int(db.scalar(asked) or 0)

    def _worked(self, owner: str, id: str, client: str, work: Callable[[History, int], int]) -> Project:
        """The project after work on its history, which nobody else waits for: it is done on what was read, and kept if
        the project is still the same then; else it is done again. work: is told the last number that was acknowledged
        to this client, and says up to which it is now."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with self.reading() as db:
                row, last = theirs(db, owner, t.document, id), self._last_taken(db, id, client)
                history = self._history(db, row)
            try:
                now = work(history, last)
                project = Project(id, history.changes, history.document, **history.around())
            except _Overtaken:
                continue
            if (history.changes, now) == (row.changes, last):
                return project
            with self.writing() as db:
                newest = theirs(db, owner, t.document, id)
                if (newest.changes, self._last_taken(db, id, client)) == (row.changes, last):
                    self._write(db, owner, history, project)
                    if now != last:
                        here = (t.acknowledged.c.document == id) & (t.acknowledged.c.client == client)
                        db.execute(delete(t.acknowledged).where(here))
                        db.execute(insert(t.acknowledged).values(document=id, client=client, n=now))
                    return project
        raise StoreError("The project is being changed elsewhere all the time. Nothing was changed; try again.")

    def _history(self, db: Connection, row: "Row[Any]") -> History:
        asked = select(t.revision.c.n, t.revision.c.label).where(t.revision.c.document == row.id)
        labels = {one.n: one.label for one in db.execute(asked.order_by(t.revision.c.n))}
        return History(row.head, row.changes, labels, lambda n: self._revision(row.id, n), self._packed)

    def _write(self, db: Connection, owner: str, history: History, project: Project) -> None:
        """What has become of a history, into the database."""
        of_it = t.revision.c.document == project.id
        if gone := history.gone:
            db.execute(delete(t.revision).where(of_it, t.revision.c.n.in_(gone)))
        new = history.new.items()
        if rows := [{"document": project.id, "n": n, "label": one.label, "json": one.packed} for n, one in new]:
            db.execute(insert(t.revision), rows)
        told = {"name": project.document.name, "changed": _changed(db, owner), "data": _file_of(project.document)}
        told |= {"head": history.head, "changes": history.changes}
        db.execute(update(t.document).where(t.document.c.id == project.id).values(**told))
        if any(len(one.packed) > HISTORY_BYTES // STEPS for one in history.new.values()):
            shorten(db, project.id)

    def _revision(self, id: str, n: int) -> Document:
        with self.reading() as db:
            return self._document(db, id, n)

    def _project(self, db: Connection, row: "Row[Any]") -> Project:
        near = select(t.revision.c.n, t.revision.c.label).where(
            t.revision.c.document == row.id, t.revision.c.n.between(row.head - 1, row.head + 1)
        )
        labels = {one.n: one.label for one in db.execute(near)}
        undo = labels[row.head] if row.head - 1 in labels else None
        return Project(row.id, row.changes, self._document(db, row.id, row.head), undo, labels.get(row.head + 1))

    def _document(self, db: Connection, id: str, n: int) -> Document:
        packed = db.scalar(select(t.revision.c.json).where(t.revision.c.document == id, t.revision.c.n == n))
        if packed is None:
            raise _Overtaken
        if known := self._documents.get(packed):
            return known
        document = read_document(zlib.decompress(packed))
        self._remember(packed, document)
        return document

    def _packed(self, document: Document) -> bytes:
        text = json.dumps(as_json(document), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            refuse_too_large(text)
        except DocumentError as fault:
            raise TooLarge(fault.problems[0].of("The file of this project")) from None
        packed = zlib.compress(text, 3)
        self._remember(packed, document)
        return packed

    def _remember(self, packed: bytes, document: Document) -> None:
        """Keeps a document that was read or is about to be, by what it is packed in: that is true for ever, and whether
        the transaction comes to its end makes no difference."""
        self._documents.keep(packed, document, len(packed) + document_bytes(document))


def _take(history: History, last: int, numbered: Iterable[tuple[int, "Numbered"]], refused: list[str]) -> int:
    """Works the first of the edits that are not acknowledged yet, those that are one step together; the number of the
    last. refused: is told why, anew each time."""
    refused.clear()
    began, just_made, count = time.monotonic(), False, 0
    for n, edit in numbered:
        if n <= last:
            continue
        full = count >= EDITS_AT_ONCE or time.monotonic() - began > WORK_SECONDS
        if count and full and not (edit.merge and just_made and count < 4 * EDITS_AT_ONCE):
            break
        try:
            if edit.step:
                history.step(edit.step)
            else:
                changed, label = edit.change(history.document)
                history.add(changed, label, edit.again or (edit.merge and just_made))
            just_made = not edit.step
        except (ValueError, TooLarge) as fault:
            refused.append(str(fault))
            just_made = False
        last, count = n, count + 1
    return last


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


def _file_of(document: Document) -> str:
    """The file of the own data that a document uses, empty where it uses none."""
    return document.data.description.hash if document.data.description else ""


def _changed(db: Connection, owner: str) -> float:
    """The time of day; where that was set back a moment after the owner's last change, so that this one is the last."""
    last = db.scalar(select(func.max(t.document.c.changed)).where(t.document.c.owner == owner))
    return max(time.time(), (last or 0.0) + 1e-3)
