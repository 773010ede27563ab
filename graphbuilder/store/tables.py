"""The tables. Embedded SQLite in WAL mode unless another database is set."""

from sqlalchemy import Column, Float, ForeignKey, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

owner = Table(
    "owner",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created", Float, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), ForeignKey("owner.id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("head", Integer, nullable=False),  # the revision that is shown
    Column("changes", Integer, nullable=False),  # grows with every edit, undo and redo; never falls
    Column("created", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Column("deleted", Float),
)

revision = Table(
    "revision",
    metadata,
    Column("document", String(32), ForeignKey("document.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("label", String(200), nullable=False),
    Column("json", LargeBinary, nullable=False),  # compressed by zlib
)

acknowledged = Table(
    "acknowledged",
    metadata,
    Column("document", String(32), ForeignKey("document.id"), primary_key=True),
    Column("client", String(64), primary_key=True),
    Column("n", Integer, nullable=False),  # the last numbered edit of this page that was taken
)
