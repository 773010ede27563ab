"""Tables of SQLite: read alone, within bounds, whatever is asked."""

import inspect
import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from graphbuilder.readers import DataError
from graphbuilder.readers.cells import column_names, plain_column, typed_column
from graphbuilder.readers.database import Database, read_sqlite, rows_as_table
from tests.files import looked, refused

HOSTILE = 'we"ird]; DROP TABLE "a'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE small (id INTEGER PRIMARY KEY, word TEXT);
        INSERT INTO small VALUES (1, 'x'), (2, '');
        CREATE TABLE large (id INTEGER, amount REAL, day TEXT, picture BLOB);
        INSERT INTO large VALUES (1, 1.5, '2020-01-31', x'00'), (2, NULL, '2021-12-01', NULL), (2, 3, NULL, x'01');
        CREATE VIEW joined AS SELECT word, amount FROM small JOIN large USING (id);
        """
    )
    quoted = HOSTILE.replace('"', '""')
    connection.execute(f'CREATE TABLE "{quoted}" (a)')
    connection.executemany(f'INSERT INTO "{quoted}" VALUES (?)', [(1,), (2,)])
    connection.commit()
    connection.close()
    return path


def test_tables_and_views_are_for_a_person_to_choose(path: Path) -> None:
    guess, table = looked(path)
    assert guess.choices == {"table": ("large", "joined", "small", HOSTILE)}
    assert table.num_rows == 3
    assert table["amount"].to_pylist() == [1.5, None, 3.0]
    assert table["picture"].null_count == 3
    assert str(table["day"].type) == "date32[day]"
    assert Database.read(path, table="small").to_pydict() == {"id": [1, 2], "word": ["x", ""]}


def test_a_select_joins_tables(path: Path) -> None:
    query = "SELECT s.word AS w, sum(amount) AS a FROM small s JOIN large USING (id) GROUP BY w ORDER BY 2"
    assert Database.read(path, query=query).to_pydict() == {"w": ["x", ""], "a": [1.5, 3.0]}


def test_C4_a_name_with_code_names_a_table(path: Path) -> None:
    assert Database.read(path, table=HOSTILE).to_pydict() == {"a": [1, 2]}


UNSAFE = {
    "ATTACH 'b.db' AS b": "E_DATA_UNSAFE",
    "PRAGMA writable_schema = 1": "E_DATA_UNSAFE",
    "SELECT load_extension('x')": "E_DATA_UNSAFE",
    "DELETE FROM small": "E_DATA_UNSAFE",
    "INSERT INTO small VALUES (3, 'y') RETURNING *": "E_DATA_UNSAFE",
    "CREATE TEMP TABLE t (a)": "E_DATA_UNSAFE",
    "VACUUM INTO 'c.db'": "E_DATA_UNSAFE",
    "SELECT 1; DELETE FROM small": "E_DATA_UNSAFE",
    "SELECT * FROM pragma_database_list": "E_DATA_UNSAFE",
    "-- nothing": "E_DATA_UNSAFE",
    "SELECT zeroblob(1000000000)": "E_DATA_SIZE",
    "SELECT printf('%.*c', 900000000, 'x')": "E_DATA_UNSAFE",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c": "E_DATA_TIME",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c": "E_DATA_SIZE",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200) "
    "SELECT hex(zeroblob(400000 + x)) FROM c": "E_DATA_SIZE",
    "SELECT * FROM nowhere": "E_DATA_FORMAT",
    "oops": "E_DATA_FORMAT",
}


@pytest.mark.parametrize("query", UNSAFE)
def test_D19_nothing_but_reading_within_bounds_is_done(path: Path, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr("graphbuilder.readers.database.QUIET_SECONDS", 0.3)
    monkeypatch.setattr("graphbuilder.readers.database.MOST_BYTES", 2**26)
    before, begin = path.read_bytes(), monotonic()
    with pytest.raises(DataError) as told:
        Database.read(path, query=query, rows=100_000)
    assert told.value.code == UNSAFE[query]
    assert monotonic() - begin < 2
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["a.db"]


def test_D18_what_is_no_database_is_refused(tmp_path: Path, path: Path) -> None:
    content = path.read_bytes()
    assert refused(tmp_path / "b.db", b"\0garbage" * 999).code == "E_DATA_FORMAT"
    assert "breaks off" in str(refused(tmp_path / "c.db", content[: len(content) // 2]))
    damaged = bytearray(content)
    damaged[100:4000] = b"\xff" * 3900
    assert "damaged" in str(refused(tmp_path / "d.db", bytes(damaged)))
    assert refused(tmp_path / "e.db", b"").code == "E_DATA_EMPTY"


def test_D18_a_database_whose_log_is_missing_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    connection.close()
    guess, table = looked(path)
    assert table["a"].to_pylist() == [1, 2]
    assert guess.told == ("Rows that its program still kept in a file beside it (-wal) are not here.",)


def test_D18_a_table_that_is_too_long_is_refused(path: Path) -> None:
    with pytest.raises(DataError, match="gives more than 2 rows"):
        Database.read(path, table="large", rows=2)


def test_printed_code_reads_the_same(path: Path) -> None:
    guess, table = looked(path)
    names: dict[str, Any] = {}
    for function in (rows_as_table, column_names, typed_column, plain_column, read_sqlite):
        exec(inspect.getsource(function), names)
    assert names["read_sqlite"](path, **guess.options).equals(table)
