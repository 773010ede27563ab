"""What is refused before and behind every reading of a table, whatever its kind."""

import gzip
import re
import zlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from graphbuilder.readers.reader import DataError

MOST_COLUMNS = 20_000
MOST_CELLS = 2**29
UNPACKED_BYTES = 2**30
"""What a packed file may unpack to."""
SOON_BYTES, SOON_TIMES = 2**26, 100
"""Above so many bytes, a file that unpacks to so many times its size is one that was made to fill a memory."""

Before = Callable[[Path, dict[str, Any]], None]
Behind = Callable[[Path, dict[str, Any], Any], None]
Explain = Callable[[Path, dict[str, Any], BaseException], DataError]


def checked(
    read: Callable[..., Any], explain: Explain, before: Before, behind: Behind | None = None
) -> Callable[..., Any]:
    """`read`, whose faults are DataErrors. before, behind: what is looked at first, and of the table; they raise
    DataError. explain: what a fault of `read` means. The source of `read` itself is what exported code has."""

    @wraps(read)
    def reading(path: str | Path, **options: Any) -> Any:
        try:
            before(Path(path), options)
            table = read(path, **options)
            if behind:
                behind(Path(path), options, table)
        except DataError:
            raise
        except FileNotFoundError as fault:
            told = f"{called(Path(path))} is not there. Only files that were added can be read."
            raise DataError(told, "E_DATA_GONE", file=Path(path).name) from fault
        except BaseException as fault:
            if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":  # as Rust has it
                raise
            raise explain(Path(path), options, fault) from fault
        name = called(Path(path))
        if table.num_columns > MOST_COLUMNS:
            raise too_wide(name, table.num_columns)
        if table.num_rows < 2:
            raise too_few(name, table.num_rows)
        return table

    return reading


def called(path: Path) -> str:
    """The name of a file in a sentence; files that are kept are named by the hash of what they hold."""
    return "The file" if re.fullmatch("[0-9a-f]{64}", path.name) else path.name


def swells(size: int, packed: int, times: int = SOON_TIMES) -> bool:
    """Whether what has so many bytes when packed was made to fill a memory."""
    return size > SOON_BYTES and size > times * max(1, packed)


def too_large(name: str, rows: int, columns: int) -> DataError:
    told = f"{name} says that it has {rows:,} rows and {columns:,} columns, which is more than can be held."
    return DataError(f"{told} Leave out some.", "E_DATA_SIZE", file=name, rows=rows, columns=columns)


def too_wide(name: str, columns: int) -> DataError:
    told = f"{name} has {columns:,} columns; a table here has at most {MOST_COLUMNS:,}."
    return DataError(f"{told} Leave out those that are not needed.", "E_DATA_SIZE", file=name, columns=columns)


def too_few(name: str, rows: int) -> DataError:
    has = "only one row" if rows else "no rows"
    return DataError(f"{name} has {has}; training needs two at the least.", "E_DATA_EMPTY", file=name, rows=rows)


def unpacked(path: Path, name: str) -> int:
    """How many bytes a gzip file holds, counted while it is unpacked and thrown away. Raises DataError above the
    bounds, and where it cannot be unpacked."""
    size, packed = 0, max(1, path.stat().st_size)
    try:
        with gzip.open(path) as file:
            while block := file.read(2**20):
                size += len(block)
                if size > UNPACKED_BYTES or swells(size, packed):
                    told = f"{name} has {packed:,} bytes and unpacks to more than {size // 10**6:,} million bytes."
                    raise DataError(f"{told} Unpack it yourself if it is right.", "E_DATA_SIZE", file=name, bytes=size)
    except (OSError, EOFError, zlib.error) as fault:
        told = f"{name} cannot be unpacked: it breaks off or is damaged after {size:,} bytes."
        raise DataError(f"{told} Fetch or pack it again.", file=name, bytes=size) from fault
    return size
