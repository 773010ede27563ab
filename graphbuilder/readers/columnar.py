"""Tables as programs keep them, by columns and with types: Parquet, Feather and Arrow."""

from pathlib import Path
from typing import Any

from graphbuilder.parameters import TextList
from graphbuilder.readers.bounds import MOST_CELLS, MOST_COLUMNS, called, checked, swells, too_large, too_wide
from graphbuilder.readers.cells import column_names, plain_column, plain_table, typed_column
from graphbuilder.readers.reader import DataError, Guess, Reader


def read_columnar(path, columns=()):
    """A file of Parquet, Feather or Arrow as a table."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    with pa.memory_map(str(path)) as file:
        begin = file.read(6)
        file.seek(0)
        if begin == b"ARROW1":
            table = pa.ipc.open_file(file).read_all()
        elif begin[:4] == b"PAR1":
            table = parquet.ParquetFile(file).read(columns=list(columns) or None)
        else:
            table = pa.ipc.open_stream(file).read_all()
        table.validate(full=True)
        if columns:
            table = table.select(list(columns))
        table = plain_table(table)
        return table.rename_columns(column_names(table.column_names))


def _explain(path: Path, options: dict[str, Any], fault: BaseException) -> DataError:
    told = f"{called(path)} cannot be read: it is damaged, breaks off, or has what no table here has"
    if isinstance(fault, KeyError):
        told = f"{called(path)} has no column of one of the names that are chosen"
    return DataError(
        f"{told} ({str(fault).splitlines()[0][:200] if str(fault) else 'no reason given'}). "
        "Write it anew, or take another file.",
        file=path.name,
    )


def _before(path: Path, options: dict[str, Any]) -> None:
    _looked(path, called(path))


def _looked(path: Path, name: str) -> tuple[int, list[str], list[str]]:
    """Rows, names and types, from the file's own directory. Raises DataError above the bounds."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    size = path.stat().st_size
    with pa.memory_map(str(path)) as file:
        begin = file.read(6)
        file.seek(0)
        if begin[:4] == b"PAR1":
            told = parquet.ParquetFile(file)
            about, schema = told.metadata, told.schema_arrow
            rows = about.num_rows
            bytes_ = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        else:
            reader = pa.ipc.open_file(file) if begin == b"ARROW1" else pa.ipc.open_stream(file)
            schema, rows, bytes_ = reader.schema, 0, size
    if len(schema.names) > MOST_COLUMNS:
        raise too_wide(name, len(schema.names))
    cells = rows * max(1, len(schema.names))
    if swells(bytes_, size) or swells(8 * cells, size, 1000) or cells > MOST_CELLS:
        raise too_large(name, rows, len(schema.names))
    return rows, schema.names, [str(form) for form in schema.types]


class Columnar(Reader, name="columnar", title="Parquet, Feather and Arrow"):
    suffixes = (".parquet", ".pq", ".feather", ".arrow")
    read = staticmethod(checked(read_columnar, _explain, _before))
    uses = (column_names, typed_column, plain_column, plain_table)

    columns = TextList((), more=True, help="The columns that are read; all of them where none is named.")

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        stream = name.lower().endswith((".arrow", ".arrows")) and head[:4] == b"\xff\xff\xff\xff"
        return head.startswith((b"PAR1", b"ARROW1")) or stream

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        try:
            _, names, types = _looked(path, name)
        except DataError:
            raise
        except Exception as fault:
            raise _explain(path, {}, fault) from fault
        binary = [one for one, form in zip(names, types, strict=True) if "binary" in form]
        pictures = "Pictures are read from a zip of their files, such as a folder for each class."
        told = [f"The column '{one}' holds bytes, which are left out. {pictures}" for one in binary[:5]]
        return Guess(cls.defaults(), told=tuple(told))
