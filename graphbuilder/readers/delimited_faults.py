"""What is wrong with a file of text, in words: which line, what it says, and what to do."""

import codecs
import csv
import gzip
import re
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from time import monotonic
from typing import IO, Any

from graphbuilder.readers.bounds import called, unpacked
from graphbuilder.readers.reader import DataError

LONGEST_LINE = 2**22
"""Bytes that a row may have."""
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
"""Encodings in which a character has NUL bytes."""


def is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if is_packed(path) else path.open("rb")  # type: ignore[return-value]


def blocks(path: Path, size: int = 2**20) -> Iterator[bytes]:
    with opened(path) as file:
        while block := file.read(size):
            yield block


def look_before(path: Path, options: Mapping[str, Any]) -> None:
    """Raises DataError for a file that is packed too well, has NUL bytes, or a line that no table has."""
    if is_packed(path):
        unpacked(path, called(path))
    lines, line, wide = 0, 0, options.get("encoding", "utf-8") in WIDE
    for block in blocks(path):
        if not wide and (place := block.find(b"\0")) >= 0:
            number = lines + block.count(b"\n", 0, place) + 1
            raise nul_byte(called(path), number)
        count = block.count(b"\n") or block.count(b"\r")
        line = 0 if count else line + len(block)
        if line > 4 * LONGEST_LINE:
            raise _long_line(called(path), lines + 1)
        lines += count


def look_behind(path: Path, options: Mapping[str, Any], table: Any) -> None:
    """Raises DataError where the last cell swallowed the rest of the file, since the quote before it has no end."""
    quote = options.get("quote", '"')
    last = table.slice(max(0, table.num_rows - 1)).to_pylist() if quote else []
    for name, cell in last[0].items() if last else ():
        if isinstance(cell, str) and "\n" in cell and sum(block.count(quote.encode()) for block in blocks(path)) % 2:
            lines = sum(block.count(b"\n") for block in blocks(path))
            raise _unclosed(called(path), max(1, lines - cell.count("\n")), name)


def explain(path: Path, options: Mapping[str, Any], fault: BaseException) -> DataError:
    name, told = called(path), str(fault)
    encoding = options.get("encoding", "utf-8")
    if isinstance(fault, UnicodeError) or "invalid UTF8" in told or "codec can't decode" in told:
        return _undecodable(path, encoding)
    if "straddl" in told or "field larger than" in told:
        return _endless(path, options)
    if found := re.match(r"A row has (\d+) values where there are (\d+) columns: (.*)", told, re.DOTALL):
        came, needed, text = found.groups()
        return _other_length(path, encoding, int(came), int(needed), text, int(options.get("skip", 0)))
    if "Empty CSV" in told or not any(blocks(path)):
        return DataError(f"{name} is empty.", "E_DATA_EMPTY", file=name)
    return DataError(f"{name} cannot be read as a table: {told[:300].rstrip('.')}.", file=name)


def _other_length(path: Path, encoding: str, came: int, needed: int, text: str, skip: int) -> DataError:
    number = _line_of(path, text.splitlines()[0] if text else "", encoding)
    where = f"line {number:,}" if number else "a line"
    told = f"{called(path)}, {where} has {came:,} values where there are {needed:,} columns: '{_cut(text)}'."
    others = "filled up or left out" if came < needed else "left out"
    do = f"Mend that line, or choose another separator or quote, or that such rows are {others}."
    if came > needed and number == skip + 2:
        do = f"If the line above it holds no names, leave it out: set Skip to {skip + 1}. Else {do[0].lower()}{do[1:]}"
    facts = {"row": number, "values": came, "columns": needed}
    return DataError(f"{told} {do}", "E_DATA_ROW", file=called(path), **facts)


def _line_of(path: Path, text: str, encoding: str) -> int:
    """The number of the first line that begins so; 0 where there is none."""
    with TextIOWrapper(opened(path), encoding, "replace", newline="") as lines:
        return next((number for number, line in enumerate(lines, 1) if line.startswith(text)), 0)


def _undecodable(path: Path, encoding: str) -> DataError:
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    for block in blocks(path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as fault:
            place = fault.start
            line = lines + fault.object[:place].count(b"\n")
            byte = fault.object[place]
            told = f"{called(path)}, line {line:,}: the byte {byte:02X} is no {encoding}."
            do = "Choose another encoding; files of older programs are mostly cp1252."
            return DataError(f"{told} {do}", "E_DATA_ENCODING", file=called(path), row=line, value=f"{byte:02X}")
        lines += block.count(b"\n")
    told = f"{called(path)} is not written in {encoding}. Choose another encoding."
    return DataError(told, "E_DATA_ENCODING", file=called(path))


def _endless(path: Path, options: Mapping[str, Any]) -> DataError:
    """Which row is too long: mostly one whose quote has no end."""
    quote, until, before = options.get("quote", '"'), monotonic() + 1, 0
    with TextIOWrapper(opened(path), options.get("encoding", "utf-8"), "replace", newline="") as lines:
        rows = csv.reader(lines, quotechar=quote or None, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)
        try:
            for _ in rows:
                before = rows.line_num
                if monotonic() > until:
                    break
        except csv.Error:
            if rows.line_num > before + 1:
                return _unclosed(called(path), before + 1)
            told = f"{called(path)}, line {before + 1:,} has a cell or name of more than {csv.field_size_limit():,}"
            told = f"{told} characters. Is it a file of another kind, or a quote not closed?"
            return DataError(told, "E_DATA_SIZE", file=path.name, row=before + 1)
    return _long_line(called(path), 0)


def nul_byte(name: str, line: int) -> DataError:
    told = f"{name}, line {line:,}: a NUL byte, which no text has. Is it a file of another kind?"
    return DataError(told, file=name, row=line)


def _unclosed(name: str, line: int, column: str = "") -> DataError:
    at = f", column '{column}'" if column else ""
    told = f"{name}, line {line:,}{at}: a quote that opens there is not closed."
    return DataError(f"{told} Close it, or choose that there are no quotes.", "E_DATA_QUOTE", file=name, row=line)


def _long_line(name: str, line: int) -> DataError:
    where = f"line {line:,}" if line else "a line"
    told = f"{name}, {where} is longer than {LONGEST_LINE // 2**20} million characters, which no row of a table is."
    return DataError(f"{told} Is it a file of another kind?", "E_DATA_SIZE", file=name, row=line)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:77]}..." if len(text) > 80 else text
