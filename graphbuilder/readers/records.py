"""Tables as JSON: a list of records, columns by name, or one record a line."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphbuilder.parameters import Choice, Formula, TextList, YesNo
from graphbuilder.readers.bounds import called, checked, unpacked
from graphbuilder.readers.cells import column_names, plain_column, typed_column
from graphbuilder.readers.delimited_faults import is_packed, opened
from graphbuilder.readers.reader import DataError, Guess, Reader

LARGEST = 2**28
"""Bytes of JSON, which takes several times as much when it is read."""
NAMES = ("data", "records", "rows", "items", "results", "features", "values")


def read_records(path, lines=False, at="", missing=(), dates="month first"):
    """A file of JSON as a table. at: the names that lead to the records, with a point between."""
    import json

    import pyarrow as pa

    with open(path, "rb") as file:  # noqa: PTH123
        content = gzip.decompress(file.read()) if file.peek(2)[:2] == b"\x1f\x8b" else file.read()
    if lines:
        found = []
        for number, line in enumerate(content.decode("utf-8-sig").split("\n"), 1):
            try:
                found += [json.loads(line)] if line.strip() else []
            except json.JSONDecodeError as fault:
                raise ValueError(f"Line {number} is no JSON: {fault.msg} at place {fault.pos + 1}") from None
    else:
        found = json.loads(content)
    for name in at.split(".") if at else ():
        found = found[int(name)] if isinstance(found, list) else found[name]

    def flat(record, before=""):
        for name, value in record.items():
            if isinstance(value, dict) and value and before.count(".") < 4:
                yield from flat(value, f"{before}{name}.")
            else:
                yield before + name, value

    if isinstance(found, dict) and isinstance(found.get("columns"), list) and isinstance(found.get("data"), list):
        found = [dict(zip(map(str, found["columns"]), row, strict=True)) for row in found["data"]]
    if isinstance(found, dict):
        values = list(found.values())
        if all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
            found = [dict(zip(found, row, strict=True)) for row in zip(*values, strict=True)]
        elif values and all(isinstance(value, dict) for value in values):
            numbered = all(key.isdigit() for value in values[:20] for key in list(value)[:100])
            if numbered:
                keys = list(dict.fromkeys(key for value in values for key in value))
                found = [{name: value.get(key) for name, value in found.items()} for key in keys]
            else:
                found = [{"key": key, **value} for key, value in found.items()]
        else:
            found = [found]
    if not isinstance(found, list):
        raise ValueError(f"What stands there is {found!r:.40}, no list of records")
    if found and all(isinstance(row, list) for row in found):
        named = all(isinstance(cell, str) for cell in found[0])
        first = found[0] if named else [str(place) for place in range(len(found[0]))]
        names, found = column_names(first), found[named:]
        for number, row in enumerate(found, 1):
            if len(row) != len(names):
                raise ValueError(f"Record {number} has {len(row)} values where there are {len(names)} columns")
        found = [dict(zip(names, row, strict=True)) for row in found]
    columns = {}
    for number, record in enumerate(found):
        for name, value in flat(record) if isinstance(record, dict) else [("value", record)]:
            column = columns.setdefault(name, [])
            column += [None] * (number - len(column))
            column.append(value)
        if len(columns) > 20_000 or len(columns) * number > 10**8:
            raise ValueError(f"has more than {len(columns) - 1:,} names in its first {number + 1:,} records")
    for column in columns.values():
        column += [None] * (len(found) - len(column))
    names = column_names(list(columns))
    return pa.table([plain_column(column, missing, dates) for column in columns.values()], names=names)


def _before(path: Path, options: dict[str, Any]) -> None:
    size = unpacked(path, called(path)) if is_packed(path) else path.stat().st_size
    if size > LARGEST:
        told = f"{called(path)} has {size / 1e6:,.0f} MB; JSON is read up to {LARGEST / 1e6:,.0f} MB."
        raise DataError(f"{told} Make a CSV or Parquet file of it.", "E_DATA_SIZE", file=path.name, bytes=size)


def _explain(path: Path, options: dict[str, Any], fault: BaseException) -> DataError:
    name, told = called(path), str(fault)
    if isinstance(fault, json.JSONDecodeError):
        where = f"line {fault.lineno:,}, place {fault.colno:,}"
        do = "Is it cut off, or one record a line?" if fault.msg == "Extra data" or fault.pos else "Is it JSON?"
        return DataError(f"{name}, {where}: {fault.msg}. {do}", file=path.name, row=fault.lineno)
    if isinstance(fault, UnicodeDecodeError):
        byte = fault.object[fault.start]
        line = fault.object[: fault.start].count(b"\n") + 1
        told = f"{name}, line {line:,}: the byte {byte:02X} is no UTF-8, in which JSON is written. Write it as UTF-8."
        return DataError(told, "E_DATA_ENCODING", file=path.name, row=line)
    if isinstance(fault, RecursionError):
        return DataError(f"{name} is nested deeper than any table.", file=path.name)
    if isinstance(fault, KeyError | IndexError):
        return DataError(
            f"{name} has nothing at '{options.get('at', '')}'. Choose where its records are.", file=path.name
        )
    return DataError(f"{name}: {told[:300].rstrip('.')}. It needs a list of records of the same names.", file=path.name)


class Records(Reader, name="records", title="JSON"):
    suffixes = (".json", ".jsonl", ".ndjson", ".geojson")
    read = staticmethod(checked(read_records, _explain, _before))
    uses = (column_names, typed_column, plain_column)

    lines = YesNo(False, help="Whether each line is a record of its own.")
    at = Formula(
        "",
        form=r".{0,200}",
        needed="the names that lead to the records, with a point between, such as data.items",
        others=("data", "results.items"),
        longest=200,
        help="Where in the file the records are; empty: it is all of it.",
    )
    missing = TextList(
        ("NA", "N/A", "NaN", "nan", "null"), longest=100, more=True, help="What stands for a missing value."
    )
    dates = Choice(
        "month first",
        choices={"month first": "month first: 12/31/2020", "day first": "day first: 31/12/2020"},
        more=True,
        help="How dates are read of which both could be meant.",
    )

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        if head.startswith(b"\x1f\x8b"):
            with suppress(zlib.error):
                head = zlib.decompressobj(31).decompress(head, 2**16)
        begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") and ".json" in name.lower()
        return wide or begin in (b"[", b"{") or (not begin and name.lower().endswith(cls.suffixes))

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        options = cls.defaults()
        try:
            with opened(path) as file:
                head = file.read(2**20)
        except (OSError, EOFError):
            unpacked(path, name)
            raise
        if not head.strip():
            raise DataError(f"{name} is empty.", "E_DATA_EMPTY", file=name)
        if _are_lines(head, name):
            return Guess(options | {"lines": True}, told=("Each line is a record.",))
        _before(path, {})
        if path.stat().st_size > 2**24 or is_packed(path):
            return Guess(options)
        try:
            places = [place for place, size in _places(json.loads(path.read_bytes())) if size > 1]
        except (ValueError, RecursionError) as fault:
            raise _explain(path, {}, fault) from fault
        options["at"] = places[0] if places else ""
        told = (f"The records are at '{places[0]}'.",) if places and places[0] else ()
        return Guess(options, {"at": tuple(places)} if len(places) > 1 else {}, told)


def _are_lines(head: bytes, name: str) -> bool:
    """Whether the first two lines are JSON by themselves."""
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:3] if line.strip()]
    try:
        found = [json.loads(line) for line in lines[:2]]
    except (ValueError, RecursionError):
        return name.lower().endswith((".jsonl", ".ndjson"))
    return len(found) > 1 or (name.lower().endswith((".jsonl", ".ndjson")) and isinstance(found[0], dict))


def _places(found: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    """Where tables are, the likeliest first, with how many rows each has."""
    if isinstance(found, list):
        yield before, len(found)
        return
    if not isinstance(found, dict) or depth > 3:
        return
    values = list(found.values())
    columns = values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1
    columns = columns and not all(isinstance(cell, dict) for value in values for cell in value)
    by_name = len(values) > 1 and all(isinstance(value, dict) and value for value in values)
    if "columns" in found and "data" in found:
        yield before, len(found["data"]) if isinstance(found["data"], list) else 0
    elif columns and len(values) > 1:
        yield before, len(values[0])
    elif by_name and not any(isinstance(part, list) for value in values for part in value.values()):
        yield before, max(len(values), len(values[0]))
    else:
        inner = sorted(found, key=lambda name: (name not in NAMES, NAMES.index(name) if name in NAMES else 0))
        for name in inner:
            if "." not in name:
                yield from _places(found[name], f"{before}.{name}" if before else name, depth + 1)
