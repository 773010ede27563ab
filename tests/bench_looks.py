"""How long a look at a large table takes, and whether the server answers others meanwhile:
`python -m tests.bench_looks [rows columns]`.

A server of its own is asked for its health and has a project edited ten times a second, before and while a host looks
at the table. Prints seconds to the first look and to the end beside those of pyarrow's own reading, how much more
memory than at its begin the look took beside the table's size, and the median and the worst of both answers.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import pyarrow.csv

from graphbuilder import editing
from graphbuilder.store import Store
from graphbuilder.store.files import Coming
from graphbuilder.store.jobs import Jobs
from graphbuilder.store.sets import Sets
from graphbuilder.templates import template
from tests.bench_tables import written
from tests.e2e.workbench import Server

WHO = "bench"


def main(rows: int = 1_000_000, columns: int = 50) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, table = Path(folder) / "home", Path(folder) / "table.csv"
        written(table, rows, columns)
        home.mkdir()
        server = Server(home)
        server.start()
        try:
            asked(server, home, table)
        finally:
            server.stop()


def asked(server: Server, home: Path, table: Path) -> None:
    store, jobs, sets = Store(home), Jobs(home), Sets(home)
    project = store.create(WHO, template("lenet"))

    def health() -> None:
        with urlopen(f"{server.url}/api/health") as answer:
            assert answer.status == 200

    def edit() -> None:
        at = {"n2": (time.monotonic() % 100, 0.0)}
        store.edit(WHO, project, lambda document: editing.move(document, at), "move")

    while jobs.engine() != "ready":
        time.sleep(0.5)
    deeds: dict[str, Callable[[], None]] = {"health": health, "edit": edit}
    told("alone", [each(deeds) for _ in range(50)])
    with Coming(home) as coming, table.open("rb") as file:
        coming.take(file)
        hash = coming.keep()
    began = time.monotonic()
    size = pyarrow.csv.read_csv(table).nbytes
    reading = time.monotonic() - began
    id = sets.add(WHO, table.name, hash=hash, bytes=table.stat().st_size)
    began, first, peaks, took = time.monotonic(), 0.0, [], []
    job = jobs.ask(WHO, "look", {"kind": "look", "set": id})
    sets.looks(WHO, id, job)
    while (one := sets.one(WHO, id)).state == "looking":
        took.append(each(deeds))
        first = first or (time.monotonic() - began if one.looked else 0.0)
        pid = jobs.job(WHO, job).pid
        peaks += [peak] if pid and (peak := _peak(pid)) else []
        time.sleep(0.05)
    end = time.monotonic() - began
    told("while it looks", took)
    print(f"{one.state}: first look {first or end:.1f} s, whole {end:.1f} s; pyarrow reads it in {reading:.1f} s.")
    print(f"{(max(peaks) - peaks[0]) / 1e6:,.0f} MB more than at the begin; the table has {size / 1e6:,.0f} MB.")


def each(deeds: dict[str, Callable[[], None]]) -> dict[str, float]:
    """How many milliseconds each took."""
    found = {}
    for name, deed in deeds.items():
        began = time.perf_counter()
        deed()
        found[name] = 1000 * (time.perf_counter() - began)
    return found


def told(when: str, took: list[dict[str, float]]) -> None:
    for name in took[0]:
        values = [one[name] for one in took]
        print(f"{name}, {when}: median {median(values):.1f} ms, worst {max(values):.1f} ms of {len(values)}")


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return 1024 * int(found[1]) if (found := re.search(r"VmHWM:\s*(\d+)", status)) else 0


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
