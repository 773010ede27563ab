"""Tables of a database: a file of SQLite, or what a query asks of a server that the administrator of this one named.

A server is named by a variable of the environment that holds its URL, such as GRAPHBUILDER_SQL_SHOP; nobody types a
URL, and no URL or password is in an option, a document, printed code or a message.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote

from graphbuilder.parameters import Choice, Formula, TextList, Whole
from graphbuilder.readers.bounds import called, checked
from graphbuilder.readers.cells import column_names, plain_column, typed_column
from graphbuilder.readers.reader import DataError, Guess, Reader

MOST_BYTES, MOST_TIMES = 2**26, 10
"""Of all words that a query gives: so many, or so many times what the file has."""
CHUNK_BYTES = 2**22
LONGEST_CELL = 2**20
LONGEST_QUERY = 4000
QUIET_SECONDS = 1.5
"""How long a query may go on without a row."""
LOOK_SECONDS = 0.4
"""How long the tables of a file are looked at; of those that are not reached, nothing but the name is known."""
VARIABLE = "GRAPHBUILDER_SQL_"
SCHEMES = ("postgresql", "postgresql+psycopg")
"""What a server may be: what is tested, and bounded by the server itself."""
URL_WORDS = ("sslmode", "sslrootcert", "application_name")
"""What may stand behind the question mark of a URL."""


def rows_as_table(names, fetch, rows, missing, dates):
    """What a query gives as a table. fetch: gives some more rows, none at the end; rows: how many there may be."""
    import pyarrow as pa

    columns, count = [[] for _ in names], 0
    while some := fetch(1000):
        count += len(some)
        if count > rows:
            raise ValueError(f"gives more than {rows:,} rows; ask for fewer, or allow more")
        for place, column in enumerate(columns):
            column += [row[place] for row in some]
    parts = [plain_column(column, missing, dates) for column in columns]
    return pa.table(parts, names=column_names(list(names)))


def read_sqlite(
    path, table="", query="", rows=1_000_000, missing=(), dates="month first", connect=None
):  # fmt: skip
    """A table of a file of SQLite, or what a query gives. connect: in place of sqlite3.connect."""
    import sqlite3
    from pathlib import Path
    from urllib.parse import quote

    address = f"file:{quote(str(Path(path).resolve()))}?mode=ro&immutable=1"
    connection = (connect or sqlite3.connect)(address, uri=True)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        if not query and not table:
            raise ValueError("needs the name of a table, or a query")
        quoted = '"' + table.replace('"', '""') + '"'
        cursor = connection.cursor().execute(query or "SELECT * FROM " + quoted)
        names = [column[0] for column in cursor.description]
        return rows_as_table(names, cursor.fetchmany, rows, missing, dates)
    finally:
        connection.close()


class _Rows(sqlite3.Cursor):
    """Gives as many rows at a time as are some megabytes, and not more than can be held."""

    some, bytes = 1, 0

    def fetchmany(self, size: int | None = 1000) -> list[Any]:
        assert isinstance(self.connection, _Reading)
        self.connection.until = monotonic() + QUIET_SECONDS
        found = super().fetchmany(min(self.some, size or 1000))
        length = sum(len(cell) for row in found for cell in row if cell.__class__ is str or cell.__class__ is bytes)
        self.bytes += length
        if self.bytes > self.connection.most:
            raise ValueError(f"gives more than {self.connection.most // 10**6:,} MB")
        self.some = max(1, min(2 * self.some, 1000, CHUNK_BYTES * max(1, len(found)) // max(1, length)))
        return found


class _Reading(sqlite3.Connection):
    until, most = float("inf"), 0

    def cursor(self, *_: Any) -> _Rows:  # type: ignore[override]
        return super().cursor(_Rows)


def _guarded(address: str, **told: Any) -> _Reading:
    """A connection that can do nothing but read this one file, within bounds."""
    connection = sqlite3.connect(address, factory=_Reading, **told)
    size = Path(unquote(address.removeprefix("file:").partition("?")[0].removeprefix("//"))).stat().st_size
    connection.most = max(MOST_BYTES, MOST_TIMES * size)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 4 * LONGEST_QUERY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 50)
    connection.execute("PRAGMA cache_size = -20000")
    connection.until = monotonic() + QUIET_SECONDS
    connection.set_progress_handler(lambda: monotonic() > connection.until, 10_000)
    connection.set_authorizer(_allowed)
    return connection


_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


_UNSAFE = ("load_extension", "writefile", "edit", "printf", "format")
"""Functions that reach beyond the database, or take long in one step, in which nothing stops them."""


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _UNSAFE:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _with_guard(read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def reading(path: Path, **options: Any) -> Any:
        return read(path, **options, connect=_guarded)

    return reading


def _before(path: Path, options: Mapping[str, Any]) -> None:
    with path.open("rb") as file:
        head = file.read(100)
    size = path.stat().st_size
    if not head:
        raise DataError(f"{called(path)} is empty.", "E_DATA_EMPTY", file=path.name)
    page = int.from_bytes(head[16:18], "big")
    page = 65_536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    if not head.startswith(b"SQLite format 3\0") or page < 512:
        raise DataError(f"{called(path)} is no database of SQLite, or its begin is damaged.", file=path.name)
    if pages and pages * page > size:
        told = f"{called(path)} breaks off: it has {size:,} bytes of {pages * page:,}. Fetch it again."
        raise DataError(told, file=path.name, bytes=size)


def _explain(path: Path, options: Mapping[str, Any], fault: BaseException) -> DataError:
    name, told = called(path), str(fault)
    query = options.get("query") or f"the table '{options.get('table', '')}'"
    facts = {"file": path.name, "query": query}
    if "interrupted" in told:
        told = f"{name}: {_cut(query)} gave no row within {QUIET_SECONDS} seconds. Ask for less."
        return DataError(told, "E_DATA_TIME", **facts)
    if (
        "not authorized" in told
        or "authorization denied" in told
        or "prohibited" in told
        or "one statement at a time" in told
    ):
        told = f"{name}: {_cut(query)} does more than read. Only one SELECT is allowed."
        return DataError(told, "E_DATA_UNSAFE", **facts)
    if "too big" in told or "more than" in told:
        code, do = "E_DATA_SIZE", f"A cell has at most {LONGEST_CELL:,} bytes." if "too big" in told else ""
        return DataError(f"{name}: {_cut(query)}: {told}. {do}".strip(), code, **facts)
    if isinstance(fault, sqlite3.DatabaseError) and ("malformed" in told or "not a database" in told):
        return DataError(f"{name} is damaged: {told}. Fetch it again.", file=path.name)
    if "NoneType" in told:
        return DataError(f"{name} is asked by one SELECT; received {_cut(query)!r}.", "E_DATA_UNSAFE", **facts)
    if "needs the name" in told:
        return DataError(f"{name} {told}.", "E_DATA_CHOICE", **facts)
    return DataError(f"{name}: {_cut(query)}: {told.rstrip('.')}. Mend the query, or choose a table.", **facts)


_ROWS = Whole(1_000_000, low=2, high=10_000_000, more=True, help="How many rows there may be; more are refused.")
_MISSING = TextList(
    ("NA", "N/A", "NaN", "nan", "NULL", "null"), longest=100, more=True, help="What stands for a missing value."
)


class Database(Reader, name="sqlite", title="SQLite"):
    suffixes = (".db", ".sqlite", ".sqlite3")
    read = staticmethod(checked(_with_guard(read_sqlite), _explain, _before))
    uses = (rows_as_table, column_names, typed_column, plain_column)

    table = Formula(
        "",
        form=r".{0,200}",
        needed="the name of a table or view",
        others=("customers",),
        longest=200,
        help="Which table is read.",
    )
    query = Formula(
        "",
        form=rf".{{0,{LONGEST_QUERY}}}",
        needed="a SELECT, which may join tables, or nothing for the table as it is",
        others=("SELECT * FROM a JOIN b USING (id)",),
        longest=LONGEST_QUERY,
        help="A SELECT in place of a table, which may join several.",
    )
    rows = _ROWS
    missing = _MISSING
    dates = Choice(
        "month first",
        choices={"month first": "month first: 12/31/2020", "day first": "day first: 31/12/2020"},
        more=True,
        help="How dates are read of which both could be meant.",
    )

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        named = name.lower().endswith(cls.suffixes)
        return head.startswith(b"SQLite format 3\0") or (named and (not head or b"\0" in head))

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        _before(path, {})
        try:
            return _guessed(path, name, cls.defaults())
        except sqlite3.Error as fault:
            raise _explain(path, {"query": "the list of its tables"}, fault) from fault


def _guessed(path: Path, name: str, options: dict[str, Any]) -> Guess:
    connection = _guarded(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.until = monotonic() + LOOK_SECONDS
    try:
        listed = connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        sizes = {}
        for table, _ in listed:
            if not str(table).startswith("sqlite_"):
                quoted = '"' + str(table).replace('"', '""') + '"'
                try:
                    found = connection.execute("SELECT * FROM " + quoted + " LIMIT 200")
                    sizes[str(table)] = len(found.fetchall()) * len(found.description)
                except (sqlite3.Error, OverflowError):
                    sizes[str(table)] = 0
    finally:
        connection.close()
    if not sizes:
        raise DataError(f"{name} has no table.", "E_DATA_EMPTY", file=name)
    tables = sorted(sizes, key=lambda table: -sizes[table])
    told = []
    if len(tables) > 1:
        names = ", ".join(f"'{table}'" for table in tables[:10])
        told.append(f"There are {len(tables)} tables: {names}. One is read, or a SELECT that joins several.")
    with path.open("rb") as file:
        if file.read(20)[18:] == b"\2\2":
            told.append("Rows that its program still kept in a file beside it (-wal) are not here.")
    choices = {"table": tuple(tables)} if len(tables) > 1 else {}
    return Guess(options | {"table": tables[0]}, choices, tuple(told))


def read_sql(path, source, query, rows=1_000_000, seconds=10, missing=(), dates="month first"):
    """What a query asks of a server, whose URL is in the variable `source` of the environment."""
    import os

    import sqlalchemy

    bounds = f"-c default_transaction_read_only=on -c statement_timeout={1000 * seconds}"
    engine = sqlalchemy.create_engine(
        os.environ[source].replace("postgresql:", "postgresql+psycopg:", 1),
        connect_args={"options": bounds, "connect_timeout": 5, "prepare_threshold": 0},
        poolclass=sqlalchemy.NullPool,
    )
    with engine.connect().execution_options(stream_results=True, max_row_buffer=1000) as connection:
        found = connection.exec_driver_sql(query.replace("%", "%%"))
        return rows_as_table(list(found.keys()), found.fetchmany, rows, missing, dates)


def sources() -> tuple[str, ...]:
    """The variables of the environment that name servers, by which an administrator allows them."""
    return tuple(sorted(name for name in os.environ if name.startswith(VARIABLE) and os.environ[name].strip()))


def _before_sql(path: Path, options: Mapping[str, Any]) -> None:
    """Raises DataError for a server that nobody named, a URL of another kind, and what is no single SELECT."""
    import sqlalchemy

    source, query = str(options.get("source", "")), str(options.get("query", ""))
    if source not in sources():
        named = ", ".join(sources()) or "none"
        told = f"'{source}' is no server that this one is allowed to ask. There are: {named}."
        do = f"An administrator names one by a variable of the environment such as {VARIABLE}SHOP, which holds its URL."
        raise DataError(f"{told} {do}", "E_DATA_SOURCE", source=source)
    try:
        url = sqlalchemy.make_url(os.environ[source])
    except sqlalchemy.exc.ArgumentError:
        raise DataError(f"{source} holds no URL of a database.", "E_DATA_SOURCE", source=source) from None
    others = [word for word in url.query if word not in URL_WORDS]
    if url.drivername not in SCHEMES or others:
        told = f"{source} names {url.drivername}{' with ' + ', '.join(others) if others else ''}"
        raise DataError(f"{told}; only {SCHEMES[0]} can be asked.", "E_DATA_SOURCE", source=source)
    if not re.match(r"\s*(select|with|table|values)\b", query, re.IGNORECASE):
        raise DataError(f"{source} is asked by one SELECT; received {_cut(query)!r}.", "E_DATA_UNSAFE", query=query)


def _explain_sql(path: Path, options: Mapping[str, Any], fault: BaseException) -> DataError:
    import sqlalchemy

    source, told = str(options.get("source", "")), str(getattr(fault, "orig", None) or fault).splitlines()
    first = without_secrets(told[0] if told else type(fault).__name__, source).rstrip(".")
    facts = {"source": source, "query": str(options.get("query", ""))}
    if isinstance(fault, ImportError):
        told_ = (
            f"{source} cannot be asked, since psycopg is not installed here: pip install 'graphbuilder[postgresql]'."
        )
        return DataError(told_, "E_DATA_SOURCE", **facts)
    if "statement timeout" in first:
        seconds = options.get("seconds", 10)
        return DataError(f"{source}: the query was not done within {seconds} s. Ask for less.", "E_DATA_TIME", **facts)
    if "read-only" in first or "multiple commands" in first:
        return DataError(f"{source}: {first}. Only one SELECT is allowed.", "E_DATA_UNSAFE", **facts)
    if "more than" in first:
        return DataError(f"{source}: the query {first}.", "E_DATA_SIZE", **facts)
    lost = isinstance(fault, sqlalchemy.exc.DBAPIError) and fault.connection_invalidated
    if isinstance(fault, sqlalchemy.exc.OperationalError) or lost:
        told_ = f"{source} cannot be reached, or broke off: {first}. Nothing of it was kept; try it again."
        return DataError(told_, "E_DATA_LOST", **facts)
    return DataError(f"{source}: {first}. Mend the query.", **facts)


def without_secrets(text: str, source: str) -> str:
    """The text without the URL of a source, and without its password."""
    url = os.environ.get(source, "")
    found = re.match(r"[^:]+://[^:@/]*:([^@]*)@", url)
    for secret in filter(None, (url, *({found[1], unquote(found[1])} if found else ()))):
        text = text.replace(secret, "***")
    return text


class Server(Reader, name="sql", title="a query of a database server"):
    read = staticmethod(checked(read_sql, _explain_sql, _before_sql))
    uses = (rows_as_table, column_names, typed_column, plain_column)

    source = Formula(
        "",
        form=rf"|{VARIABLE}[A-Z0-9_]{{1,60}}",
        needed=f"a variable of the environment that begins with {VARIABLE}",
        others=(f"{VARIABLE}SHOP",),
        help="Which server is asked: the variable of the environment that holds its URL.",
    )
    query = Database.query
    rows = _ROWS
    seconds = Whole(10, low=1, high=600, more=True, unit="s", help="How long the query may take.")
    missing = _MISSING
    dates = Database.dates

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return False

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        return Guess(cls.defaults(), {"source": sources()} if sources() else {})


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:77]}..." if len(text) > 80 else text
