"""Data sets of visitors' own: what came, how it is to be read, and what a look at it found.

A set is a row. A page adds it, says how it is read, renames and deletes it; a job looks at it and tells what it found.
Its file is kept by its content, once for all sets that have it.
"""

import json
import secrets
import time
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from graphbuilder.store import tables as t
from graphbuilder.store.access import theirs
from graphbuilder.store.database import Database, StoreError
from graphbuilder.store.disk import refuse_if_full
from graphbuilder.store.files import path_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE

State = Literal["looking", "ready", "failed"]
_LONGEST_TITLE, _LONGEST_FILE, _LONGEST_REASON = 80, 255, 1000


@dataclass(frozen=True, slots=True)
class DataSet:
    """One set as it stands. file: the name that it came by. hash: of its file, empty until that is there. rows: of the
    last look that came to its end, None before one did. reason: why it failed. job: that looks, or looked last.
    looked: the last look that came to its end. made: seconds since 1970."""

    id: str
    owner: str
    title: str
    file: str
    hash: str
    bytes: int
    state: State
    reason: str
    job: str
    looked: str | None
    reader: str
    rows: int | None
    made: float


@dataclass(frozen=True, slots=True)
class Use:
    """A project that uses a set."""

    id: str
    name: str


_COLUMNS = [t.dataset.c[name] for name in DataSet.__dataclass_fields__]


class Sets(Database):
    """All data sets. What a visitor asks takes the visitor's id and refuses anybody else's set.

    Raises Missing and NotYours; StoreError where nothing can be written, or more than may.
    """

    # Asked by visitors

    def add(
        self, owner: str, file: str, *, hash: str = "", bytes: int = 0, wish: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> str:  # fmt: skip
        """A new set, at which nobody has looked; its id, of 128 random bits.

        hash, bytes: of its file; without them the look brings it. wish: how it is to be read, as far as that was said.
        """
        if limits:
            refuse_if_full(self, owner, limits)
        id = secrets.token_hex(16)
        with self.writing() as db:
            titles = {*db.scalars(select(t.dataset.c.title).where(*_of(owner)))}
            if limits and len(titles) >= limits.owner_projects:
                raise StoreError(
                    f"You have {len(titles)} data sets, and more are not allowed. Delete some that you need no more."
                )
            db.execute(
                insert(t.dataset).values(
                    id=id, owner=owner, title=_free_title(file, titles), file=_name_of(file), hash=hash, bytes=bytes,
                    state="failed", reason="Nobody looked at it yet.", job="", reader="", wish=_packed(wish or {}),
                    made=time.time(),
                )
            )  # fmt: skip
        if hash and not path_of(self.home, hash).is_file():  # cleared away as a file of nobody, at this very moment
            self.delete(owner, id)
            raise StoreError(f"{_name_of(file)} could not be kept. Add it once more.")
        return id

    def looks(self, owner: str, id: str, job: str, wish: Mapping[str, Any] | None = None) -> None:
        """Says which job looks at a set, and how it is to be read from now on. What was found before stays until it
        comes to its end."""
        values: dict[str, Any] = {"job": job, "state": "looking", "reason": ""}
        if wish is not None:
            values["wish"] = _packed(wish)
        with self.writing() as db:
            theirs(db, owner, t.dataset, id)
            db.execute(update(t.dataset).where(t.dataset.c.id == id).values(**values))

    def one(self, owner: str, id: str) -> DataSet:
        with self.reading() as db:
            row = theirs(db, owner, t.dataset, id)
            return _settled(db, DataSet(**{name: row._mapping[name] for name in DataSet.__dataclass_fields__}))

    def mine(self, owner: str) -> list[DataSet]:
        """The owner's sets, the newest first."""
        with self.reading() as db:
            rows = db.execute(select(*_COLUMNS).where(*_of(owner)).order_by(t.dataset.c.made.desc(), t.dataset.c.id))
            return [_settled(db, DataSet(*row)) for row in rows]

    def wish(self, owner: str, id: str) -> dict[str, Any]:
        """How a set is to be read, as far as that was said."""
        return self._json(owner, id, "wish") or {}

    def found(self, owner: str, id: str) -> dict[str, Any] | None:
        """What the last look that came to its end found; None before one did."""
        return self._json(owner, id, "found")

    def _json(self, owner: str, id: str, column: str) -> dict[str, Any] | None:
        with self.reading() as db:
            theirs(db, owner, t.dataset, id)
            packed = db.scalar(select(t.dataset.c[column]).where(t.dataset.c.id == id))
        return json.loads(zlib.decompress(packed)) if packed else None

    def uses(self, owner: str) -> dict[str, list[Use]]:
        """The owner's projects that use a set, by the hash of its file."""
        found: dict[str, list[Use]] = defaultdict(list)
        asked = select(t.document.c.data, t.document.c.id, t.document.c.name).where(
            t.document.c.owner == owner, t.document.c.deleted.is_(None), t.document.c.data != ""
        )
        with self.reading() as db:
            for row in db.execute(asked.order_by(t.document.c.changed.desc())):
                found[row.data].append(Use(row.id, row.name))
        return found

    def rename(self, owner: str, id: str, title: str) -> None:
        """An empty title leaves it as it is."""
        if title := " ".join(title.split())[:_LONGEST_TITLE]:
            self._change(owner, id, title=title)

    def delete(self, owner: str, id: str) -> None:
        """Takes a set out of the list. It is kept, and `restore` brings it back; projects that use it go on."""
        self._change(owner, id, deleted=time.time())

    def restore(self, owner: str, id: str) -> None:
        self._change(owner, id, deleted=None)

    def _change(self, owner: str, id: str, **values: Any) -> None:
        with self.writing() as db:
            theirs(db, owner, t.dataset, id, also_deleted=True)
            db.execute(update(t.dataset).where(t.dataset.c.id == id).values(**values))

    # The process' of a look. Another look that was asked for meanwhile has the last word.

    def came(self, id: str, job: str, hash: str, bytes: int) -> None:
        self._tell(id, job, hash=hash, bytes=bytes)

    def looked(self, id: str, job: str, found: Mapping[str, Any], *, reader: str, rows: int, done: bool = True) -> None:
        """done: whether this is all; else the look goes on, and what it found so far is called otherwise."""
        told = {"found": _packed(found), "looked": job if done else f"{job[:-1]}+", "reader": reader, "rows": rows}
        self._tell(id, job, **({"state": "ready", "reason": ""} if done else {}), **told)

    def failed(self, id: str, job: str, reason: str, wish: Mapping[str, Any] | None = None) -> None:
        """wish: how it was tried to be read, to be changed from there."""
        told = {} if wish is None else {"wish": _packed(wish)}
        self._tell(id, job, state="failed", reason=reason[:_LONGEST_REASON], **told)

    def _tell(self, id: str, job: str, **values: Any) -> None:
        with self.writing() as db:
            db.execute(update(t.dataset).where(t.dataset.c.id == id, t.dataset.c.job == job).values(**values))


def _of(owner: str) -> tuple[Any, ...]:
    return t.dataset.c.owner == owner, t.dataset.c.deleted.is_(None)


def _settled(db: Connection, one: DataSet) -> DataSet:
    """A set whose look ended without telling anything has failed."""
    if one.state != "looking":
        return one
    job = db.execute(select(t.job.c.state, t.job.c.reason).where(t.job.c.id == one.job)).one_or_none()
    if job and (job.state in ACTIVE or job.state == "paused"):
        return one
    stopped = job is not None and job.state == "stopped"
    why = "You stopped the look at it." if stopped else (job and job.reason) or "The look at it was interrupted."
    return replace(one, state="failed", reason=why)


def _name_of(file: str) -> str:
    """The last part of a name, as printable text."""
    last = file.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-_LONGEST_FILE:] or "unnamed"


def _free_title(file: str, taken: set[str]) -> str:
    name = _name_of(file).removesuffix(".gz")
    plain = " ".join(name.rpartition(".")[0].split() or name.split())[: _LONGEST_TITLE - 6] or "Data"
    title, n = plain, 1
    while title in taken:
        n += 1
        title = f"{plain} ({n})"
    return title


def _packed(told: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(told, allow_nan=False, ensure_ascii=False).encode(), 3)
