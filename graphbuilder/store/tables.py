"""The tables of a new home. SQLite in WAL mode; homes of earlier releases come to the same by `migrations`."""

from sqlalchemy import Column, Float, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text, text

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
    Column("data", String(64), nullable=False, server_default=text("''")),  # the file of the own data that it uses
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

job = Table(
    "job",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # train, evaluate, prepare, build, look
    Column("project", String(32), index=True),
    Column("number", Integer, nullable=False),  # a project's runs are counted from 1
    Column("name", String(80), nullable=False),
    Column("request", LargeBinary, nullable=False),  # what is asked for: JSON, compressed by zlib
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(400), nullable=False),
    Column("asked", String(16), nullable=False),  # empty, or why it is to stop: stop, close, turn, limit, operator
    Column("created", Float, nullable=False),
    Column("began", Float),
    Column("ended", Float),
    Column("progress", Float),  # when it last told anything
    Column("pid", Integer),
    Column("started", String(80)),  # when the process was started, and since which boot: a pid alone is used again
    Column("tries", Integer, nullable=False),
    Column("summary", Text, nullable=False),  # what a list shows of it, as JSON
    Column("deleted", Float),
    Column("parent", String(32)),  # what a training's group is called, or the job that this one comes from
    Column("address", String(64)),  # of the network, from which it was asked for
    Column("place", Integer, nullable=False, index=True, server_default=text("0")),  # jobs as they came, by no clock
    Column("turn", Integer, index=True),  # jobs as they were taken up, by no clock
)

event = Table(
    "event",
    metadata,
    Column("job", String(32), ForeignKey("job.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("json", Text, nullable=False),  # the records of one chunk
)

digest = Table(
    "digest",
    metadata,
    Column("job", String(32), ForeignKey("job.id"), primary_key=True),
    Column("n", Integer, nullable=False),  # the last event in it
    Column("json", Text, nullable=False),
)

artefact = Table(
    "artefact",
    metadata,
    Column("job", String(32), ForeignKey("job.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("path", String(200), nullable=False),  # below the store's folder
)

dataset = Table(
    "dataset",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("title", String(80), nullable=False),
    Column("file", String(255), nullable=False),  # the name that it came by
    Column("hash", String(64), nullable=False, index=True),  # SHA-256 of the file, empty until it is there
    Column("bytes", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # looking, ready, failed
    Column("reason", String(1000), nullable=False),
    Column("job", String(32), nullable=False),  # that looks, or looked last
    Column("reader", String(40), nullable=False),
    Column("rows", Integer),
    Column("wish", LargeBinary, nullable=False),  # how it is to be read, as a person said: JSON, compressed by zlib
    Column("looked", String(32)),  # the last look that came to its end
    Column("found", LargeBinary),  # what it found: JSON, compressed by zlib
    Column("made", Float, nullable=False),
    Column("deleted", Float),
)

command = Table(
    "command",
    metadata,
    Column("job", String(32), ForeignKey("job.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("json", Text, nullable=False),  # what is asked of a job that goes on
)

test_count = Table(
    "test_count",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("data", String(80), primary_key=True),  # the snapshot and the split's seed and shares
    Column("count", Integer, nullable=False),
)

engine = Table(
    "engine",
    metadata,
    Column("id", Integer, primary_key=True),  # there is one
    Column("pid", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("heard", Float, nullable=False),  # the host's last sign of life, by store/clock.py
    Column("watched", Float, nullable=False),  # the server's
    Column("closing", Integer, nullable=False),
    Column("paused", Integer, nullable=False, server_default=text("0")),  # whether jobs that wait go on waiting
)
