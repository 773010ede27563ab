"""The database below a folder, and how it is written: one transaction at a time, whole or not at all."""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DatabaseError

from graphbuilder.store.migrations import VERSION, Newer, bring_up_to_date, version

PATIENCE_SECONDS = 5
"""How long one waits for others who write."""


class StoreError(RuntimeError):
    """What the store cannot do, in words."""


class Missing(StoreError):
    """There is nothing of that id."""


class NotYours(StoreError):
    """It is somebody else's."""


class Database:
    """What is kept below a folder.

    pooled: connections stay open between transactions. A process that forks must keep none open, and so pools none.
    Raises StoreError where the folder or the database cannot be written.
    """

    def __init__(self, home: Path, *, pooled: bool = True) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            probe = home / f".writable-{secrets.token_hex(4)}"
            probe.touch()
            probe.unlink()
        except OSError as fault:
            raise StoreError(f"The folder {home} cannot be written: {fault.strerror}. Choose another --home.") from None
        self.home = home
        self._engine = _engine(home / "graphbuilder.sqlite", pooled)
        self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        with self.reading() as db:
            if version(db) == VERSION:
                return
        try:
            with self.writing() as db:
                bring_up_to_date(db)
        except Newer as fault:
            raise StoreError(
                f"The folder {self.home} was written by a newer release of graphbuilder: {fault}. "
                "Nothing was changed. Update graphbuilder, or choose another --home."
            ) from None

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as db:
                yield db
        except DatabaseError as fault:
            raise StoreError(f"Nothing can be read in {self.home}: {fault.orig}.") from fault

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        try:
            with self._engine.execution_options(writes=True).begin() as db:
                yield db
        except DatabaseError as fault:
            raise StoreError(f"Nothing can be saved in {self.home}: {fault.orig}. Nothing was changed.") from fault


def _engine(path: Path, pooled: bool) -> Engine:
    pool = QueuePool if pooled else NullPool
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE_SECONDS}, poolclass=pool)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not where the driver thinks
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
