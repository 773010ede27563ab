"""Workbooks that were made to fill a memory, refused before anything is laid out."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from graphbuilder.readers.bounds import called, swells
from graphbuilder.readers.reader import DataError

LARGEST = 2**30
"""Bytes of all parts of a workbook, unpacked."""
MOST_CELLS = 50_000_000
"""Places between the first and the last cell of a sheet."""
_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')
_ROW = re.compile(rb' r="[A-Z]*(\d{4,7})"')
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
_REPEATED = re.compile(
    rb'<table:table-cell\b(?=[^>]*value-type)[^>]*columns-repeated="\d{5,}"'
    rb'|rows-repeated="\d{5,}"[^>]*>\s*<table:table-cell\b[^>]*value-type'
)


_TRY = """
import resource, sys
from python_calamine import CalamineWorkbook
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]), int(sys.argv[3])))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name)
"""
_TRY_BYTES, SECONDS = 400 * 2**20, 2
"""What opening an old workbook may take, of a processor a second more for 10 MB of it."""


def look_before(path: Path, options: dict[str, Any]) -> None:
    if not zipfile.is_zipfile(path):
        _try(path)
        return
    name = called(path)
    with zipfile.ZipFile(path) as parts:
        infos = parts.infolist()
        size = sum(info.file_size for info in infos)
        if size > LARGEST or swells(size, path.stat().st_size):
            told = f"{name} has {path.stat().st_size:,} bytes and unpacks to {size / 1e6:,.0f} MB."
            raise DataError(f"{told} Save the table alone as CSV.", "E_DATA_SIZE", file=path.name, bytes=size)
        for info in infos:
            part = info.filename.lower()
            if (part.startswith("xl/worksheets/") and part.endswith(".xml")) or part == "content.xml":
                _look(parts, info, name)


def _try(path: Path) -> None:
    """Refuses an old workbook that cannot be opened in a process of its own, with bounds: damaged ones may let the
    opening go on for ever. Raises what calamine says of it."""
    seconds = str(SECONDS + path.stat().st_size // 10**7)
    run = [sys.executable, "-I", "-c", _TRY, str(path), seconds, str(_TRY_BYTES)]
    done = subprocess.run(run, capture_output=True, text=True, errors="replace")
    if done.returncode < 0:
        told = f"{called(path)} is damaged, or too large to be opened."
        raise DataError(f"{told} Save it again as .xlsx or CSV.", file=path.name)
    if done.returncode:
        kind, _, said = done.stderr.strip().rpartition("\n")[2].partition(": ")
        lost = "it is damaged" if "Panic" in done.stderr or "panicked" in done.stderr else said or kind
        raise ValueError("is locked by a password" if "Password" in kind else lost)


def _look(parts: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """Refuses a sheet with few cells that lie so far apart that what is between fills the memory."""
    columns, rows, cells, before, seen = {b"Z"}, 1000, 0, b"", 0
    with parts.open(info) as part:
        while block := part.read(2**20):
            seen += len(block)
            text = before + block
            cells += block.count(b"<c ") + block.count(b"<c>")
            columns |= {*_COLUMN.findall(text)}
            rows = max(rows, *map(int, _ROW.findall(text)), 0)
            if _REPEATED.search(text):
                raise _sparse(name, info.filename)
            before = text[-200:]
    area = rows * max(map(_number, columns))
    if area > MOST_CELLS or (area > 2_000_000 and area > 50 * cells):
        text = parts.read(info)
        found = [(_number(column), int(row)) for column, row in _CELL.findall(text)]
        width = max((column for column, _ in found), default=0) - min((column for column, _ in found), default=0) + 1
        height = max((row for _, row in found), default=0) - min((row for _, row in found), default=0) + 1
        if width * height > MOST_CELLS or (width * height > 4_000_000 and width * height > 50 * len(found)):
            raise _sparse(name, info.filename)


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = 26 * number + letter - 64
    return number


def _sparse(name: str, part: str) -> DataError:
    told = f"{name}: the cells of {part.rpartition('/')[2]} lie so far apart that no table holds them."
    return DataError(f"{told} Delete what is far from the table, or save it alone.", "E_DATA_SIZE", file=name)


def explain(path: Path, options: dict[str, Any], fault: BaseException) -> DataError:
    name, told = called(path), str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    if "assword" in told or type(fault).__name__ == "PasswordError":
        return DataError(f"{name} is locked by a password. Save it without one.", file=path.name)
    if type(fault).__name__ == "WorksheetNotFound":
        sheet = options.get("sheet", "")
        return DataError(
            f"{name} has no sheet '{sheet}'. Choose one of those that it has.", file=path.name, sheet=sheet
        )
    if type(fault) is ValueError and told.startswith("has"):
        return DataError(f"{name} {told}", "E_DATA_CHOICE" if "choose" in told else "E_DATA_EMPTY", file=path.name)
    return DataError(f"{name} cannot be read as a workbook: {told[:200].rstrip('.')}. Save it again.", file=path.name)
