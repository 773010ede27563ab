"""Tables of Excel and LibreOffice. Which sheet is meant, a person says."""

from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from graphbuilder.parameters import Choice, Formula, TextList, Whole, YesNo
from graphbuilder.readers.bounds import checked
from graphbuilder.readers.cells import column_names, names_of_lines, plain_column, typed_column
from graphbuilder.readers.delimited_guess import (
    MISSING,
    Layout,
    Row,
    footer_of,
    has_header,
    has_units,
    lines_of_names,
    order_of_dates,
    renamed,
    shortened,
    table_of,
)
from graphbuilder.readers.reader import DataError, Guess, Reader
from graphbuilder.readers.workbook_faults import explain, look_before

LOOKED_AT = 1000
"""Rows of a sheet by which it is judged."""
SECONDS = 0.7


def sheet_cells(path, sheet="", rows=None, all_of_it=False):
    """The cells of a sheet, row by row; "" where one is empty. all_of_it: from A1 on, else from the first that is not
    empty. Numbers that are written with blanks, as some programs do, are read all the same."""
    import io
    import re
    import zipfile

    from python_calamine import CalamineError, CalamineWorkbook

    def cells_of(book):
        names = book.sheet_names
        if not sheet and len(names) > 1:
            raise ValueError(f"has the sheets {', '.join(names)}: choose one")
        found = book.get_sheet_by_name(sheet or names[0])
        return found.to_python(skip_empty_area=not all_of_it, nrows=rows)

    try:
        return cells_of(CalamineWorkbook.from_path(str(path)))
    except CalamineError:
        if not zipfile.is_zipfile(path):
            raise
    mended = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(mended, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename.startswith("xl/worksheets/"):
                part = re.sub(rb"<v>\s*([-+.0-9eE]+)\s*</v>", rb"<v>\1</v>", part)
            new.writestr(info.filename, part)
    mended.seek(0)
    return cells_of(CalamineWorkbook.from_filelike(mended))


def read_workbook(
    path, sheet="", cells="", header=True, skip=0, header_lines=1, below=0, footer=0, missing=(), dates="month first",
):  # fmt: skip
    """A sheet as a table. cells: the corners of the table, such as B3:F20; all of the sheet where that is empty."""
    import re

    import pyarrow as pa

    rows = sheet_cells(path, sheet, all_of_it=bool(cells))
    if cells:
        corners = []
        for letters, number in re.findall(r"([A-Z]+)(\d+)", cells.upper()):
            place = 0
            for letter in letters:
                place = 26 * place + ord(letter) - 64
            corners.append((place, int(number)))
        (left, top), (right, bottom) = corners
        rows = [row[left - 1 : right] for row in rows[top - 1 : bottom]]
    rows = rows[skip:]
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    rows = [row for row in rows if len(row) == 1 or any(cell != "" for cell in row)]
    if len(rows) <= header:
        raise ValueError("has no rows there")
    first = names_of_lines(
        [
            [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]
            for row in rows[:header_lines]
        ]
    )
    names = column_names(first, header)
    rows = rows[header * header_lines + below : len(rows) - footer]
    table = {}
    for place, name in enumerate(names):
        column = [row[place].strip() if isinstance(row[place], str) else row[place] for row in rows]
        column = plain_column(column, ("", *missing), dates)
        if column.null_count < len(column) or (header and first[place].strip()):
            table[name] = column
    return pa.table(table)


class Workbook(Reader, name="workbook", title="Excel and LibreOffice"):
    suffixes = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
    read = staticmethod(checked(read_workbook, explain, look_before))
    uses = (sheet_cells, column_names, names_of_lines, typed_column, plain_column)

    sheet = Formula(
        "",
        form=r".{0,100}",
        needed="the name of a sheet",
        others=("Sheet1",),
        longest=100,
        help="Which sheet has the table.",
    )
    cells = Formula(
        "",
        form=r"|[A-Za-z]{1,3}[1-9]\d{0,6}:[A-Za-z]{1,3}[1-9]\d{0,6}",
        needed="two corners, such as B3:F20, or nothing for all of the sheet",
        others=("B3:F20",),
        help="The corners of the table; empty: all of the sheet.",
    )
    header = YesNo(True, help="Whether the first row of the table has the names of the columns.")
    skip = Whole(0, low=0, high=10_000, help="Rows above the table that are left out.")
    header_lines = Whole(1, low=1, high=5, more=True, help="Rows that have the names, one below the other.")
    below = Whole(0, low=0, high=100, more=True, help="Rows right below the names that are left out, such as units.")
    footer = Whole(0, low=0, high=1000, more=True, help="Rows at the end that are left out, such as totals.")
    missing = TextList(MISSING, longest=100, more=True, help="What stands for a value that is not known.")
    dates = Choice(
        "month first",
        choices={"month first": "month first: 12/31/2020", "day first": "day first: 31/12/2020"},
        more=True,
        help="How dates that are written as text are read where both could be meant.",
    )

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        if head.startswith(b"PK\3\4"):
            parts = (b"xl/", b"[Content_Types].xml", b"application/vnd.oasis.opendocument.spreadsheet")
            open_ = head[30:38] == b"mimetype" and name.lower().endswith(".ods")
            return (open_ or any(part in head[:4096] for part in parts)) and not name.lower().endswith(
                (".docx", ".pptx")
            )
        old = head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        return old and not name.lower().endswith((".doc", ".ppt", ".msg", ".msi"))

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        try:
            look_before(path, {})
            return _guessed(path, name, cls.defaults())
        except DataError:
            raise
        except BaseException as fault:
            if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
                raise
            raise explain(path, {}, fault) from fault


def _guessed(path: Path, name: str, options: dict[str, Any]) -> Guess:
    from python_calamine import CalamineWorkbook

    sheets, until = CalamineWorkbook.from_path(str(path)).sheet_names, monotonic() + SECONDS
    found: dict[str, tuple[float, Mapping[str, Any], tuple[str, ...]]] = {}
    for sheet in sheets:
        if found and monotonic() > until:
            break
        found[sheet] = _look(path, sheet)
    best = max(found, key=lambda sheet: found[sheet][0], default="")
    if not best or not found[best][0]:
        raise DataError(f"{name} has no sheet with a table.", "E_DATA_EMPTY", file=name)
    _, changed, told = found[best]
    if len(sheets) > 1:
        told = (f"There are {len(sheets)} sheets; '{best}' looks most like a table.", *told)
    likely = sorted(sheets, key=lambda sheet: -found.get(sheet, (1.0,))[0])
    choices = {"sheet": tuple(likely)} if len(sheets) > 1 else {}
    return Guess(options | {"sheet": best} | dict(changed), choices, told)


def _look(path: Path, sheet: str) -> tuple[float, Mapping[str, Any], tuple[str, ...]]:
    """How much of a table is on a sheet, and how it is read."""
    values = sheet_cells(path, sheet)
    whole = len(values) <= LOOKED_AT
    cells = [[_written(cell) for cell in row] for row in values[:LOOKED_AT]]
    rows = [Row(number, row) for number, row in enumerate(cells) if any(row)]
    width = max((len(row) for row in cells), default=0)
    if not rows or not width:
        return 0.0, {}, ()
    rows, _ = table_of(Layout("", "", "", rows, width, 1.0))
    table = [row.cells for row in rows]
    header = has_header(table, "")
    names_in = lines_of_names(table) if header else 1
    below = int(header and names_in == 1 and has_units(table))
    footer = footer_of(rows, width) if whole else 0
    top = names_of_lines(table[:names_in])
    told = list(renamed(top, column_names(top, header))) if header else ["No row has names."]
    if names_in > 1:
        told.append(f"The names stand in {names_in} rows.")
    skip = rows[0].line
    if skip:
        told.append(f"{skip} rows above the table are left out, which begin with '{shortened(' '.join(cells[0]))}'.")
    if below:
        told.append(f"The row below the names is left out: '{shortened(' '.join(table[1]))}'.")
    if footer:
        told.append(f"{footer} rows at the end are left out: '{shortened(' '.join(table[-1]))}'.")
    changed: dict[str, Any] = {
        "header": header,
        "header_lines": names_in,
        "below": below,
        "footer": footer,
        "skip": skip,
    }
    for option, value, words, _ in order_of_dates(table[names_in:]):
        changed[option] = value
        told.append(words)
    filled = sum(bool(cell) for row in table for cell in row) / max(1, len(table) * width)
    prose = width == 1 or len(table) < 2
    size = 0.001 if prose else (len(values) - skip) * width * filled**2
    return size, changed, tuple(told)


def _written(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
