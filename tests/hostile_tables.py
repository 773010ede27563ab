"""Files that were made to do harm, and what comes of each: `python -m tests.hostile_tables FOLDER` prints a line
of JSON for each, read in a child of its own after everything was imported."""

import gzip
import io
import json
import os
import random
import resource
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.files import workbook
from tests.spending import soonest

SECONDS = 2
"""Of processor time for a verdict."""

ROWS = b"".join(b"%d,%d,word %d\n" % (n, n * n, n % 7) for n in range(2000))
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(12)
)


def _noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def _bomb(block: bytes, times: int) -> bytes:
    into = io.BytesIO()
    with gzip.GzipFile(fileobj=into, mode="wb", compresslevel=1) as file:
        for _ in range(times):
            file.write(block)
    return into.getvalue()


def _zip(**parts: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return into.getvalue()


def _lying(path: Path) -> None:
    """A workbook one part of which says that it has a hundredth of its bytes."""
    workbook(path, {"a": [["x"], [1], [2]]}, {"xl/sharedStrings.xml": b" " * 10**8})
    with zipfile.ZipFile(path) as file:
        info = file.getinfo("xl/sharedStrings.xml")
    content = path.read_bytes()
    path.write_bytes(content.replace(info.file_size.to_bytes(4, "little"), (10**6).to_bytes(4, "little")))


def _database(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def _parquet(path: Path, rows: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({str(n): pa.array([0] * rows) for n in range(20)})
    pyarrow.parquet.write_table(table, path, compression="zstd")


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ODS = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
    b'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
    b'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    b"</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)

CONTENTS: dict[str, Callable[[], bytes]] = {
    "empty.csv": bytes,
    "names.csv": lambda: b"a,b\n",
    "one_row.csv": lambda: b"a,b\n1,2\n",
    "long_row.csv": lambda: b"a,b,c\n" + ROWS + b"1,2,3,4\n",
    "short_row.csv": lambda: b"a,b,c\n" + ROWS + b"1,2\n" + ROWS,
    "nul.csv": lambda: b"a,b,c\n" + ROWS + b"1,\0,2\n",
    "nul_late.csv": lambda: b"a,b,c\n" + ROWS * 400 + b"1,\0,2\n",
    "noise.csv": lambda: _noise(10**6),
    "noise.txt": lambda: _noise(10**5),
    "quote.csv": lambda: b'a,b,c\n1,"2,3\n' + ROWS * 1000,
    "quote_late.csv": lambda: b"a,b,c\n" + ROWS * 300 + b'1,2,"x\n' + ROWS * 300,
    "quotes.csv": lambda: b'"' * 5 * 10**6,
    "quotes_odd.csv": lambda: b'a,b,c\n1,2,"x"y"\n' * 10**5,
    "field.csv": lambda: b"a,b\n1," + b"x" * 10**7 + b"\n2,3\n",
    "line.csv": lambda: b"x" * 6 * 10**7,
    "wide.csv": lambda: b"\n".join([b",".join(b"%d" % n for n in range(200_000))] * 3),
    "wide_empty.csv": lambda: (b"," * 10**6 + b"\n") * 20,
    "commas.csv": lambda: b",,,,\n" * 4 * 10**6,
    "lines.csv": lambda: b"\n" * 2 * 10**7,
    "returns.csv": lambda: b"\r" * 2 * 10**7,
    "alike.csv": lambda: b",".join([b"a"] * 12_000) + b"\n" + (b",".join([b"1"] * 12_000) + b"\n") * 3,
    "name.csv": lambda: b"a" * 10**6 + b",b\n1,2\n3,4\n",
    "digits.csv": lambda: b"a,b\n" + (b"1" * 5000 + b",2\n") * 2000,
    "groups.csv": lambda: b"a;b\n" + (b",".join([b"111"] * 1000) + b";2\n") * 2000,
    "remarks.csv": lambda: b"# a,b\n" * 10**6,
    "bomb.csv.gz": lambda: _bomb(b"1,2\n" * 2**18, 400),
    "zeros.csv.gz": lambda: _bomb(b"\0" * 2**20, 100),
    "broken.csv.gz": lambda: gzip.compress(ROWS * 9, mtime=0)[:-9000],
    "noise.csv.gz": lambda: b"\x1f\x8b\x08" + _noise(10**5),
    "packed.csv.bz2": lambda: b"BZh91AY&SY" + _noise(1000),
    "packed.csv.zst": lambda: b"\x28\xb5\x2f\xfd" + _noise(1000),
    "zip.csv": lambda: _zip(a_dot_csv=ROWS),
    "page.csv": lambda: b"<!DOCTYPE html><html>" + ROWS,
    "half.csv": lambda: "a,b\n1,2\n3,ä\n".encode("utf-16")[:-1],
    "latin.csv": lambda: b"a,b,c\n" + ROWS * 1200 + b"1,2,caf\xe9\n",
    "far.xlsx": bytes,
    "bomb.xlsx": bytes,
    "lying.xlsx": bytes,
    "laughs.xlsx": bytes,
    "broken.xlsx": lambda: _zip(**{"[Content_Types]_dot_xml": b"<a", "xl__workbook_dot_xml": b"<b"}),
    "cut.xlsx": lambda: _zip(**{"[Content_Types]_dot_xml": ROWS, "xl__workbook_dot_xml": ROWS})[:-60],
    "noise.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _noise(10**5),
    "repeated.ods": lambda: _zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_dot_xml=ODS),
    "deep.json": lambda: b"[" * 10**6,
    "deep_closed.json": lambda: b'{"a":' * 10**5 + b"1" + b"}" * 10**5,
    "cut.json": lambda: b'[{"a": 1}, {"a": 2',
    "digits.json": lambda: b'[{"a": ' + b"1" * 10**5 + b'}, {"a": 2}]',
    "keys.json": lambda: json.dumps([{f"{n} {m}": 1 for m in range(100)} for n in range(2000)]).encode(),
    "bomb.jsonl.gz": lambda: _bomb(b'{"a": 1}\n' * 2**17, 300),
    "line.jsonl": lambda: b'{"a": 1}\n' * 1000 + b"{oops\n",
    "noise.parquet": lambda: b"PAR1" + _noise(10**5) + b"\xff\xff\xff\x7fPAR1",
    "bomb.parquet": bytes,
    "noise.feather": lambda: b"ARROW1\0\0" + _noise(10**5) + b"ARROW1",
    "noise.db": lambda: b"SQLite format 3\0" + _noise(10**5),
    "cut.db": bytes,
    "endless.db": bytes,
    "blobs.db": bytes,
}
"""What each file holds; those of nothing are written by WRITERS, but the first."""

WRITERS: dict[str, Callable[[Path], Any]] = {
    "far.xlsx": lambda path: workbook(path, {"a": FAR}),
    "bomb.xlsx": lambda path: workbook(path, {"a": [["x"], [1]]}, {"xl/sharedStrings.xml": b" " * 12 * 10**7}),
    "lying.xlsx": _lying,
    "laughs.xlsx": lambda path: workbook(
        path, {"a": "x"}, {"xl/sharedStrings.xml": (LAUGHS + "]><l>&m;</l>").encode()}
    ),
    "bomb.parquet": lambda path: _parquet(path, 2 * 10**6),
    "cut.db": lambda path: (
        _database(path, "CREATE TABLE t (a); INSERT INTO t SELECT randomblob(9000) FROM pragma_function_list"),
        path.write_bytes(path.read_bytes()[:20_000]),
    ),
    "endless.db": lambda path: _database(
        path,
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) AS m FROM c",
    ),
    "blobs.db": lambda path: _database(
        path,
        "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); CREATE VIEW v AS WITH RECURSIVE c(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT hex(randomblob(400000)) AS a, x FROM c",
    ),
}


def verdict(path: Path) -> str:
    """The code of the fault; "read" where there is none. Any other exception goes on."""
    from graphbuilder.readers import DataError, reader_of

    try:
        reader = reader_of(path, path.name)
        guess = reader.guess(path, path.name)
        reader.read(path, **reader(guess.options).params)
    except DataError as fault:
        assert len(str(fault)) < 1000, "a long sentence"
        return fault.code
    return "read"


def in_children(path: Path) -> dict[str, Any]:
    """The verdict, seconds of a processor, and megabytes at the peak."""
    told: dict[str, Any] = {}

    def go() -> float:
        told.update(in_child(path))
        return float(told["seconds"])

    seconds = soonest(go, SECONDS)
    return {**told, "seconds": round(seconds, 2)}


def in_child(path: Path) -> dict[str, Any]:
    """As it is of one go."""
    into, out = os.pipe()
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
            os.write(out, verdict(path).encode())
        except BaseException as fault:
            os.write(out, f"{type(fault).__name__}: {fault}"[:500].encode())
        finally:
            os._exit(0)
    os.close(out)
    told = b""
    while some := os.read(into, 4096):
        told += some
    os.close(into)
    _, _, used = os.wait4(child, 0)
    seconds, megabytes = used.ru_utime + used.ru_stime, used.ru_maxrss / 1000
    return {"file": path.name, "verdict": told.decode(), "seconds": seconds, "MB": round(megabytes)}


def main() -> None:
    import csv  # noqa: F401

    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401
    import python_calamine  # noqa: F401

    import graphbuilder.readers  # noqa: F401

    folder = Path(sys.argv[1])
    for name, content in CONTENTS.items():
        path = folder / name
        child = os.fork()  # so that what is made here takes no memory of the children that read
        if not child:
            WRITERS[name](path) if name in WRITERS else path.write_bytes(content())
            os._exit(0)
        os.waitpid(child, 0)
        print(json.dumps(in_children(path)), flush=True)
        path.unlink()


if __name__ == "__main__":
    main()
