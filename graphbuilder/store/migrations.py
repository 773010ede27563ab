"""How the tables of every earlier release become today's, so each home opens for ever.

A home says by SQLite's `user_version` how many of the migrations it has had; those of the first release say 0. New
homes are made by `tables.metadata` and have had them all: a test holds that both come to the same. A migration that was
once released is never changed.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from graphbuilder.store.tables import metadata

Migration = Callable[[Connection], None]


class Newer(ValueError):
    """The home was written by a later release than this."""


def sql(*statements: str) -> Migration:
    def work(db: Connection) -> None:
        for statement in statements:
            db.exec_driver_sql(statement)

    return work


MIGRATIONS: tuple[Migration, ...] = (
    # 1: where a job comes from and from which address; orders that hold when clocks jump; a queue that can be paused
    sql(
        "ALTER TABLE job ADD COLUMN parent VARCHAR(32)",
        "ALTER TABLE job ADD COLUMN address VARCHAR(64)",
        "ALTER TABLE job ADD COLUMN place INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE job ADD COLUMN turn INTEGER",
        "UPDATE job SET place = rowid",
        "UPDATE job SET turn = r.turn FROM (SELECT id, row_number() OVER (ORDER BY began) AS turn FROM job"
        " WHERE began IS NOT NULL) AS r WHERE r.id = job.id",
        "CREATE INDEX ix_job_place ON job (place)",
        "ALTER TABLE engine ADD COLUMN paused INTEGER NOT NULL DEFAULT 0",
    ),
    # 2: whose turn was when, found without looking at all jobs there ever were
    sql("CREATE INDEX ix_job_turn ON job (turn)"),
    # 3: data sets of visitors' own, and which projects use them
    sql(
        "ALTER TABLE document ADD COLUMN data VARCHAR(64) NOT NULL DEFAULT ''",
        "CREATE TABLE dataset (id VARCHAR(32) NOT NULL, owner VARCHAR(64) NOT NULL, title VARCHAR(80) NOT NULL,"
        " file VARCHAR(255) NOT NULL, hash VARCHAR(64) NOT NULL, bytes INTEGER NOT NULL, state VARCHAR(16) NOT NULL,"
        " reason VARCHAR(1000) NOT NULL, job VARCHAR(32) NOT NULL, reader VARCHAR(40) NOT NULL, rows INTEGER,"
        " wish BLOB NOT NULL, looked VARCHAR(32), found BLOB, made FLOAT NOT NULL, deleted FLOAT, PRIMARY KEY (id))",
        "CREATE INDEX ix_dataset_owner ON dataset (owner)",
        "CREATE INDEX ix_dataset_hash ON dataset (hash)",
    ),
    # 4: what is asked of a training while it goes
    sql(
        "CREATE TABLE command (job VARCHAR(32) NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (job, n),"
        " FOREIGN KEY(job) REFERENCES job (id))"
    ),
)
VERSION = len(MIGRATIONS)


def version(db: Connection) -> int:
    """How many migrations a home has had."""
    return int(db.exec_driver_sql("PRAGMA user_version").scalar_one())


def bring_up_to_date(db: Connection) -> None:
    """Makes the tables, or makes them today's, in the transaction of `db`. Raises Newer, and changes nothing, where a
    later release has been here."""
    had = version(db)
    if had > VERSION:
        raise Newer(f"its tables are of version {had}, and this release knows them up to {VERSION}")
    if not db.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        metadata.create_all(db)
        had = VERSION
    for migration in MIGRATIONS[had:]:
        migration(db)
    db.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
