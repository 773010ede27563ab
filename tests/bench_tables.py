"""How long a large table takes to be read, and how much memory: `python -m tests.bench_tables [rows columns]`.

Prints seconds beside those of pyarrow's own reading in the same run, and the peak of memory beside the table's size.
Each reading is in a process of its own, three times in turn; the middle one counts.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

READING = """
import json, re, sys, time
from pathlib import Path
from graphbuilder.readers import reader_of
import pyarrow as pa, pyarrow.compute, pyarrow.csv, numpy, csv
path = Path(sys.argv[2])
def highest():  # the maximum of getrusage is inherited from the parent
    return 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
before = highest()
begin = time.perf_counter()
if sys.argv[1] == "pyarrow":
    table = pyarrow.csv.read_csv(path)
    guessed = 0.0
else:
    reader = reader_of(path, path.name)
    guess = reader.guess(path, path.name)
    guessed = time.perf_counter() - begin
    table = reader.read(path, **guess.options)
took = time.perf_counter() - begin
peak = highest() - before
types = sorted({str(column.type) for column in table.columns})
told = {"took": took, "guessed": guessed, "peak": peak, "table": table.nbytes, "types": types}
print(json.dumps(told))
"""


def written(path: Path, rows: int, columns: int) -> None:
    """Numbers, whole numbers, words, dates and codes, as a program writes them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    random = np.random.default_rng(0)
    made: dict[str, Any] = {}
    for place in range(columns):
        kind = place % 10
        if kind < 5:
            made[f"number {place}"] = random.normal(size=rows)
        elif kind < 8:
            made[f"whole {place}"] = random.integers(0, 100_000, rows)
        elif kind < 9:
            made[f"word {place}"] = np.array(["red", "green", "blue", "yellow"])[random.integers(0, 4, rows)]
        else:
            made[f"day {place}"] = np.datetime64("2000-01-01") + random.integers(0, 8000, rows).astype("m8[D]")
    pyarrow.csv.write_csv(pa.table(made), path)


def measured(how: str, path: Path) -> dict[str, Any]:
    run = subprocess.run([sys.executable, "-c", READING, how, str(path)], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)  # type: ignore[no-any-return]


def main() -> None:
    rows, columns = (int(one) for one in sys.argv[1:3]) if len(sys.argv) > 2 else (1_000_000, 50)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        written(path, rows, columns)
        print(f"{rows:,} x {columns}: {path.stat().st_size / 1e6:,.0f} MB")
        runs: dict[str, list[dict[str, Any]]] = {"pyarrow": [], "ours": []}
        for _ in range(3):
            for how, told in runs.items():
                told.append(measured(how, path))
    for how, told in runs.items():
        took, size = median(one["took"] for one in told), told[0]["table"]
        peak = median(one["peak"] for one in told)
        print(f"{how}: {took:.2f} s, table {size / 1e6:,.0f} MB, peak {peak / 1e6:,.0f} MB = {peak / size:.2f} x table")
    ours = median(one["took"] for one in runs["ours"])
    theirs = median(one["took"] for one in runs["pyarrow"])
    print(f"ours / pyarrow: {ours / theirs:.2f}; guess {runs['ours'][0]['guessed']:.2f} s; {runs['ours'][0]['types']}")


if __name__ == "__main__":
    main()
