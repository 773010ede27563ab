"""Files that tests write by themselves, which no library here writes."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from graphbuilder.readers import DataError, Guess, reader_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def looked(path: Path, content: bytes | None = None) -> tuple[Guess, Any]:
    """How a file is best read, and the table that it then is."""
    if content is not None:
        path.write_bytes(content)
    reader = reader_of(path, path.name)
    guess = reader.guess(path, path.name)
    assert [fault for key, one in reader.parameters.items() if (fault := one.fault(guess.options[key]))] == []
    return guess, reader.read(path, **reader(guess.options).params)


def refused(path: Path, content: bytes | None = None) -> DataError:
    try:
        looked(path, content)
    except DataError as fault:
        assert len(str(fault)) < 1000
        assert str(fault).endswith((".", "?"))
        return fault
    raise AssertionError(f"{path.name} was read")


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]] | str], extra: Mapping[str, bytes] = {}) -> Path:
    """An .xlsx file. sheets: the rows of each, or its XML; a cell is a number, a text, a boolean or None."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": _relations([("r1", f"{OFFICE}/officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            [(f"r{i}", f"{OFFICE}/worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(names) + 1)]
        ),
    }
    for number, rows in enumerate(sheets.values(), 1):
        data = rows if isinstance(rows, str) else "".join(_row(place, row) for place, row in enumerate(rows, 1))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
        for name, content in extra.items():
            file.writestr(name, content)
    return path


def _relations(told: Sequence[tuple[str, str, str]]) -> str:
    ones = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in told)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{ones}</Relationships>'


def _row(number: int, row: Sequence[Any]) -> str:
    return f'<row r="{number}">{"".join(_cell(f"{_letters(i)}{number}", cell) for i, cell in enumerate(row))}</row>'


def _cell(place: str, cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def _letters(place: int) -> str:
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)
