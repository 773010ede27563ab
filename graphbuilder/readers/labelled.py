"""Pictures in a zip with a table of labels beside them, of which one column names the picture of each row."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graphbuilder.parameters import Choice, Formula, YesNo
from graphbuilder.readers.archive import (
    Folders,
    OfPictures,
    copies_of,
    has_parts,
    looked_at,
    marks_of,
    no_pictures,
    told_of_copies,
    told_of_sizes,
)
from graphbuilder.readers.members import (
    PICTURES,
    TABLES,
    Contents,
    contents,
    members_of,
    picture_endings,
    shown,
    told_of,
)
from graphbuilder.readers.reader import DataError, Guess, telling

_SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar", " ": "Blank"}
_HEAD = 65_536
_ENOUGH = 0.5
"""The share of rows that have a picture, from which a column is taken to name pictures."""


def names_in_tables(infos):
    """What each picture of a zip may be called in a table: by its way, each end of it, and without its ending. None
    where several are called so."""
    found = {}
    for info in infos:
        way = info.filename.replace("\\", "/").casefold().split("/")
        for place in range(len(way)):
            called = "/".join(way[place:])
            for name in (called, called.rpartition(".")[0]):
                found[name] = None if name in found else info
    return found


def picture_called(value, names):
    """The picture that a cell of a table names; folders that are not in the zip may stand before it."""
    way = value.strip().replace("\\", "/").casefold().split("/")
    ends = ("/".join(way[place:]) for place in range(len(way)))
    return next((names[end] for end in ends if end in names), None)


def label_table(path, table, separator, encoding, header, decimal, file_column):
    """The table of labels as it is; what names pictures is text."""
    import zipfile

    import pyarrow as pa
    from pyarrow import csv

    reading = csv.ReadOptions(encoding=encoding, autogenerate_column_names=not header)
    types = csv.ConvertOptions(column_types={file_column: pa.string()}, decimal_point=decimal, strings_can_be_null=True)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(table) as file:
            labels = csv.read_csv(file, reading, csv.ParseOptions(delimiter=separator), types)
    except (KeyError, pa.ArrowInvalid) as fault:
        raise ValueError(f"The table {table} of the zip cannot be read: {fault}.") from None
    if file_column not in labels.column_names:
        raise ValueError(f"The table {table} has no column {file_column}; it has {', '.join(labels.column_names)}.")
    return labels


def read_labelled(path, table, separator, encoding, header, decimal, file_column, parts, together, skip, **decoding):
    """The table of labels with the pictures that it names; rows without one are left out."""
    import pyarrow as pa

    labels = label_table(path, table, separator, encoding, header, decimal, file_column)
    pictures, left = names_in_tables(members_of(path, picture_endings())), set(skip)
    rows, infos = [], []
    for row, value in enumerate(labels[file_column].to_pylist()):
        info = picture_called(value or "", pictures)
        if info is not None and info.filename not in left:
            rows.append(row)
            infos.append(info)
    if not rows:
        raise ValueError(f"No row of {table} has a picture of the zip by the name in its column {file_column}.")
    labels, place = labels.take(pa.array(rows)), labels.column_names.index(file_column)
    names = pa.array([info.filename for info in infos], pa.string())
    labels = labels.set_column(place, pa.field(file_column, pa.string(), metadata={b"is": b"picture"}), names)
    for field, marks in marks_of(path, infos, parts, together):
        if field.name not in labels.column_names:
            labels = labels.append_column(field, marks)
    return labels


def _text(default: str, needed: str, **told: Any) -> Formula:
    return Formula(default, form=".+", needed=needed, others=(), longest=200, **told)


class Labelled(OfPictures, name="labelled", title="Pictures with a table of labels (zip)"):
    table = _text("labels.csv", "the name of a table in the zip", help="Which file of the zip is the table.")
    file_column = _text("file", "the name of a column", help="The column that names the picture of each row.")
    separator = Choice(",", choices=_SEPARATORS, help="What parts the columns of the table.")
    decimal = Choice(".", choices={".": "Point", ",": "Comma"}, help="What parts the whole of a number from its rest.")
    encoding = Choice(
        "utf-8",
        choices={"utf-8": "UTF-8", "cp1252": "Windows (Western Europe)", "utf-16": "UTF-16"},
        help="How the letters of the table are written.",
    )
    header = YesNo(True, help="Whether the first line of the table names its columns; else they are f0, f1 and so on.")
    read = staticmethod(telling(read_labelled))
    uses = (*Folders.uses, names_in_tables, picture_called, label_table)

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        return 0.8 if _best(inside) else 0.0

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        inside = contents(path, name)
        pictures = inside.pictures
        if not pictures:
            raise no_pictures(name, inside)
        found = _best(inside)
        if not found:
            raise DataError(
                f"{name} holds no table with a column that names its pictures. Put a CSV beside them with the name of "
                "the picture in one column, and its label in another.",
                "E_DATA_FORMAT", file=name,
            )  # fmt: skip
        best = found[0]
        options = {**cls.defaults(), **looked_at(path, pictures), **best, "parts": has_parts(pictures)}
        whole = {key: options[key] for key in ("table", "separator", "encoding", "header", "decimal", "file_column")}
        rows = telling(label_table)(path, **whole).num_rows
        table = cls.read(path, **options)
        used = {*table[best["file_column"]].to_pylist()}
        copies = copies_of(path, [info for info in pictures if info.filename in used])
        options["together"] = "copies" if copies[0] else "none"
        where = f"{shown(best['table'])} names pictures in its column {shown(best['file_column'])}"
        told = [f"{where}: {table.num_rows:,} of {rows:,} rows have one.", told_of_sizes(options, table.num_rows)]
        if len(used) < len(pictures):
            told.append(f"{len(pictures) - len(used):,} pictures are in no row, and are left out.")
        told += told_of_copies(copies, len(used), _labels(table, best["file_column"]))
        tables = [info for info in inside.infos if info.filename == best["table"]]
        gone = inside.left_out([*pictures, *tables], PICTURES)
        choices = {
            key: there
            for key in ("table", "file_column")
            if len(there := tuple(dict.fromkeys(one[key] for one in found))) > 1
        }
        return Guess(options, choices, (*told, *told_of(gone)))


def _labels(table: Any, file_column: str) -> Callable[[zipfile.ZipInfo], object] | None:
    """What each picture is called in the column of the fewest different values; None where all have many."""
    columns = {name: table[name].to_pylist() for name in table.column_names if name != file_column}
    counts = {name: len({*values}) for name, values in columns.items()}
    named = [name for name, count in counts.items() if 1 < count <= table.num_rows / 2]
    if not named:
        return None
    files = table[file_column].to_pylist()
    labels = dict(zip(files, columns[min(named, key=lambda name: counts[name])], strict=True))
    return lambda info: labels[info.filename]


def _best(inside: Contents) -> list[dict[str, Any]]:
    """Each table and column that names pictures, with how the table is read; those of the most pictures first."""
    tables = inside.kept(TABLES)[:20] if inside.pictures else []
    pictures: Mapping[str, Any] = names_in_tables(inside.pictures) if tables else {}
    found: list[tuple[float, dict[str, Any]]] = []
    for info in tables:
        for share, column, how in _columns(inside.path, info.filename, pictures):
            if share >= _ENOUGH:
                found.append((share, {"table": info.filename, "file_column": column, **how}))
    return [how for _, how in sorted(found, key=lambda one: -one[0])]


def _columns(path: Path, table: str, pictures: Mapping[str, Any]) -> list[tuple[float, str, dict[str, Any]]]:
    """The columns of a table, each with its share of rows that have a picture, by its first lines."""
    with zipfile.ZipFile(path) as archive, archive.open(table) as file:
        head = file.read(_HEAD)
    text, encoding = _decoded(head)
    text = text if len(head) < _HEAD else text[: text.rfind("\n") + 1]
    ways = {mark: [row for row in csv.reader(io.StringIO(text), delimiter=mark) if row] for mark in _SEPARATORS}
    separator = max(ways, key=lambda mark: sum(len(row) == len(ways[mark][0]) > 1 for row in ways[mark] if ways[mark]))
    rows = ways[separator]
    if not rows:
        return []

    header = not any(value.strip().casefold() in pictures for value in rows[0])
    names = rows[0] if header else [f"f{place}" for place in range(len(rows[0]))]
    body = [row for row in rows[header:] if len(row) == len(names)]
    comma = separator != "," and any(_is_comma_number(value) for row in body[:200] for value in row)
    how = {"separator": separator, "encoding": encoding, "header": header, "decimal": "," if comma else "."}
    shares = [
        sum(picture_called(row[place], pictures) is not None for row in body) / max(1, len(body))
        for place in range(len(names))
    ]
    return [(share, name, how) for share, name in zip(shares, names, strict=True)]


def _is_comma_number(value: str) -> bool:
    whole, mark, rest = value.strip().lstrip("-").partition(",")
    return bool(mark) and whole.isdigit() and rest.isdigit()


def _decoded(head: bytes) -> tuple[str, str]:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace"), "utf-16"
    try:
        return head.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as fault:
        if fault.start > len(head) - 4:  # the head ends within a letter
            return head[: fault.start].decode("utf-8-sig"), "utf-8"
        return head.decode("cp1252", "replace"), "cp1252"
