"""What is asked of a server of PostgreSQL, one that is really there; left out where none is installed."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.readers import DataError
from graphbuilder.readers.database import Server, sources, without_secrets

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
PASSWORD = "ge@heim/42"
SHOP = "GRAPHBUILDER_SQL_SHOP"
TABLES = """
CREATE TABLE customer (id int PRIMARY KEY, name text, since date, active boolean);
CREATE TABLE sale (customer int, amount numeric(8, 2));
CREATE SEQUENCE counted;
INSERT INTO customer VALUES (1, 'Ann', '2020-01-31', true), (2, 'Bob', NULL, false), (3, 'Çem', '2021-12-01', true);
INSERT INTO sale VALUES (1, 10.50), (1, 4.25), (2, 7);
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if PROGRAMS is None or (os.geteuid() == 0 and not shutil.which("runuser")):
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="graphbuilder-sql-"))
    (folder / "password").write_text(PASSWORD)
    run: list[str] = []
    if os.geteuid() == 0:
        run = ["runuser", "-u", "postgres", "--"]
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")
    data, port = str(folder / "data"), free_port()
    begin = [str(PROGRAMS / "initdb"), "-D", data, "-A", "scram-sha-256", "-U", "owner", "--no-sync", "-E", "UTF8"]
    subprocess.run([*run, *begin, f"--pwfile={folder / 'password'}"], check=True, capture_output=True, cwd=folder)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*run, str(PROGRAMS / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        psql = [str(PROGRAMS / "psql"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "owner", "postgres"]
        subprocess.run(psql, input=TABLES, text=True, check=True, env={**os.environ, "PGPASSWORD": PASSWORD})
        yield f"postgresql://owner:ge%40heim%2F42@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd=folder, check=False)
        shutil.rmtree(folder)


@pytest.fixture
def shop(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(SHOP, url)
    return SHOP


def asked(query: str, source: str = SHOP, **options: Any) -> Any:
    return Server.read(Path(), source=source, query=query, **options)


def refused(query: str, source: str = SHOP, **options: Any) -> DataError:
    with pytest.raises(DataError) as told:
        asked(query, source, **options)
    assert "heim" not in str(told.value) + str(told.value.facts)
    return told.value


def test_a_join_is_read_with_its_types(shop: str) -> None:
    table = asked(
        "SELECT c.*, sum(s.amount) AS spent FROM customer c LEFT JOIN sale s ON s.customer = c.id "
        "WHERE c.name NOT LIKE 'X%' AND c.name <> 'a :b' GROUP BY c.id ORDER BY c.id::int"
    )
    assert table.to_pydict() == {
        "id": [1, 2, 3],
        "name": ["Ann", "Bob", "Çem"],
        "since": [date(2020, 1, 31), None, date(2021, 12, 1)],
        "active": [True, False, True],
        "spent": [14.75, 7.0, None],
    }


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM sale",
        "WITH gone AS (DELETE FROM sale RETURNING *) SELECT * FROM gone",
        "SELECT 1 AS a; DELETE FROM sale",
        "SELECT set_config('transaction_read_only', 'off', false) UNION SELECT 'x'; DELETE FROM sale",
        "SELECT * INTO copied FROM sale",
        "SELECT nextval('counted') FROM sale",
    ],
)
def test_D19_nothing_is_written(shop: str, query: str) -> None:
    assert refused(query).code in ("E_DATA_UNSAFE", "E_DATA_FORMAT")
    assert asked("SELECT count(*) AS n FROM sale UNION ALL SELECT 0")["n"].to_pylist() == [3, 0]


def test_D19_rows_and_time_are_bounded(shop: str) -> None:
    assert refused("SELECT generate_series(1, 10000)", rows=1000).code == "E_DATA_SIZE"
    assert refused("SELECT pg_sleep(30)", seconds=1).code == "E_DATA_TIME"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////etc/passwd",
        "mysql://u:p@db/x?local_infile=1",
        "postgresql://u:p@db/x?options=-cstatement_timeout%3D0",
        "duckdb:///x",
        "file:///etc/passwd",
        "no url",
    ],
)
def test_D20_only_what_is_bounded_can_be_named(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(SHOP, url)
    assert refused("SELECT 1").code == "E_DATA_SOURCE"


@pytest.mark.parametrize("source", ["PATH", "postgresql://u@h/d", "GRAPHBUILDER_SQL_OTHER", ""])
def test_D20_a_server_that_nobody_named_is_not_asked(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setenv(SHOP, "postgresql://u:p@h/d")
    assert SHOP in sources()
    assert refused("SELECT 1", source).code == "E_DATA_SOURCE"


def test_D21_a_connection_that_drops_keeps_nothing(shop: str) -> None:
    fault = refused("SELECT pg_terminate_backend(pg_backend_pid())")
    assert (fault.code, "try it again" in str(fault)) == ("E_DATA_LOST", True)


def test_D21_a_server_that_is_not_there_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHOP, f"postgresql://owner:geheim@127.0.0.1:{free_port()}/x")
    assert refused("SELECT 1").code == "E_DATA_LOST"


def test_D21_a_wrong_password_is_told_without_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = secrets.token_hex(8)
    monkeypatch.setenv(SHOP, url.replace("ge%40heim%2F42", other))
    fault = refused("SELECT 1")
    assert fault.code == "E_DATA_LOST"
    assert "password authentication failed" in str(fault)
    assert other not in str(fault)


def test_D22_no_url_and_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHOP, "postgresql://u:ge%40heim@h/d")
    assert without_secrets("no ge@heim, no ge%40heim at postgresql://u:ge%40heim@h/d", SHOP) == "no ***, no *** at ***"


def test_C9_printed_code_has_the_name_of_the_variable_alone(shop: str) -> None:
    """Of what makes up the call in printed code, nothing holds the URL."""
    options = Server({**Server.defaults(), "source": shop, "query": "SELECT 1"}).params
    assert "heim" not in repr(options)
    assert options["source"] == SHOP
