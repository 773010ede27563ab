"""The database below a folder, and how it is written: one transaction at a time, whole or not at all."""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DatabaseError

from graphbuilder.store.migrations import VERSION, Newer, bring_up_to_date, version
from graphbuilder.store.reads import Reads
from graphbuilder.store.turns import turns_at

V = TypeVar("V")
PATIENCE_SECONDS = 5
"""How long one waits for others who write."""

_SHRUNK_PAGES = 500


class StoreError(RuntimeError):
    """What the store cannot do, in words."""


class Missing(StoreError):
    """There is nothing of that id."""


class NotYours(StoreError):
    """It is somebody else's."""


class Unsaved(StoreError):
    """The store takes nothing at the moment; what was to be kept can be sent again later. why: a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Nothing was changed.")
        self.why = why


class Database:
    """What is kept below a folder.

    pooled: connections stay open between transactions. A process that forks must keep none open, and so pools none.
    Raises StoreError where the folder or the database cannot be written, Unsaved where it cannot be any more: also
    where it was removed while connections to it are open, into which SQLite would go on writing.
    """

    def __init__(self, home: Path, *, pooled: bool = True) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            probe = home / f".writable-{secrets.token_hex(4)}"
            probe.touch()
            probe.unlink()
            self.home = home
            self.path = home / "graphbuilder.sqlite"
            self.path.touch()
        except OSError as fault:
            raise StoreError(f"The folder {home} cannot be written: {fault.strerror}. Choose another --home.") from None
        self._turns = turns_at(self.path.absolute())
        self._engine = _engine(self.path, pooled)
        self._reads = Reads(self.path) if pooled else None
        self._open()

    def _open(self) -> None:
        """Brings the tables up to date, and holds to this file from now on."""
        self._file = _identity(self.path)
        try:
            with self._engine.connect() as db:
                if version(db) == VERSION:
                    return
            with self._engine.execution_options(writes=True).begin() as db:
                bring_up_to_date(db)
        except DatabaseError as fault:
            raise StoreError(f"The database in {self.home} cannot be used: {fault.orig}.") from fault
        except Newer as fault:
            raise StoreError(
                f"The folder {self.home} was written by a newer release of graphbuilder: {fault}. "
                "Nothing was changed. Update graphbuilder, or choose another --home."
            ) from None

    def close(self) -> None:
        self._engine.dispose()
        if self._reads:
            self._reads.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as db:
                yield db
        except DatabaseError as fault:
            raise StoreError(f"Nothing can be read where this server keeps its projects: {fault.orig}.") from fault

    def answer(self, asked: Hashable, read: Callable[[Connection], V]) -> V:
        """What `read` finds in the database, as it was found last where nothing was written since: of a draw, every
        part asks for the same. Whoever asks changes nothing of it."""

        def now() -> V:
            with self.reading() as db:
                return read(db)

        return self._reads.answer(asked, now) if self._reads else now()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with ExitStack() as held:
            try:
                held.enter_context(self._turns.turn(PATIENCE_SECONDS))
            except TimeoutError:
                raise Unsaved("Nothing can be saved: too many write at once.") from None
            file = self._held()
            try:
                with self._engine.execution_options(writes=True).begin() as db:
                    yield db
                    if _identity(self.path) != file:
                        raise _gone()
            except DatabaseError as fault:
                raise Unsaved(f"Nothing can be saved: {_why(fault)}.") from fault

    def shrink(self) -> None:
        """Gives pages that hold nothing any more back to the disk, a few at a time; what is busy now is for the next
        time. Homes of the first release keep and use them again."""
        with suppress(sqlite3.OperationalError), self._engine.connect() as db:
            raw = db.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            for _ in range(raw.execute("PRAGMA freelist_count").fetchone()[0] // _SHRUNK_PAGES + 1):
                raw.executescript(f"PRAGMA incremental_vacuum({_SHRUNK_PAGES})")  # `execute` stops after one page

    def _held(self) -> tuple[int, int]:
        """The file that is written. One that was put into the place of the one before is taken as it is."""
        file = _identity(self.path)
        if file is None:
            raise _gone()
        if file != self._file:
            self._engine.dispose()
            try:
                self._open()
            except StoreError as fault:  # which names the folder, for whoever starts the server
                raise Unsaved(
                    "Nothing can be saved: the server's database was replaced by what is none of this release."
                ) from fault
        return file

    def trouble(self) -> str:
        """Why nothing can be saved now, as far as that can be told without trying; empty where it can be."""
        if _identity(self.path) is None:
            return _gone().why
        if not os.access(self.home, os.W_OK) or not os.access(self.path, os.W_OK):
            return "Nothing can be saved: the server may not write where it keeps its projects."
        return ""


def _why(fault: DatabaseError) -> str:
    if getattr(fault.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return "the server's disk is full"
    return str(fault.orig)


def _gone() -> Unsaved:
    return Unsaved("Nothing can be saved: the folder in which this server keeps its projects is gone.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is that has this name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _engine(path: Path, pooled: bool) -> Engine:
    address = f"{path.absolute().as_uri()}?mode=rw"  # one that was removed is not made anew by opening it

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool if pooled else NullPool)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not where the driver thinks
        if not connection.execute("PRAGMA page_count").fetchone()[0]:  # else it would wait for who writes, for nothing
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        _write_ahead(connection)
        for setting in ("synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes its turn at once: one that first reads and then writes could be refused halfway.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Has the database keep a log beside it. SQLite refuses that at once, and waits for nobody, while another opens the
    new database too."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
