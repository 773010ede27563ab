"""A look at a file of data: how it is read, what is in it, and what a network would be fed.

What is found is JSON, for whoever draws it without loading a file. A look reads the whole file, so it is for a process
of its own.
"""

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
from PIL import Image

from graphbuilder.datasets.description import Column, Description
from graphbuilder.datasets.fielding import is_tensor
from graphbuilder.parameters.declared import WrongType
from graphbuilder.readers import READERS, DataError, Reader, reader_of, told_by_name
from graphbuilder.readers.decoding import BROKEN
from graphbuilder.understanding.cutting import cut, may_be_cut
from graphbuilder.understanding.describing import describe
from graphbuilder.understanding.facts import facts
from graphbuilder.understanding.suggesting import suggest

JSON = dict[str, Any]

ROWS_SHOWN, COLUMNS_SHOWN, LETTERS_SHOWN = 12, 60, 80
PICTURES_SHOWN, SIDE_SHOWN = 24, 96


@dataclass(frozen=True)
class Wish:
    """How a person wants a file read, as far as that was said. reader: "" for whichever fits. options: of the reader,
    by name. target: the column that is to be told, None for the likeliest, "" for none. columns: by name, what was said
    of its type, role and missing rule. window: how a series is cut, by the names of Windows; {} for rows as they are,
    None for whichever fits."""

    reader: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    target: str | None = None
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    window: Mapping[str, Any] | None = None

    @property
    def settled(self) -> set[str]:
        """The columns whose type or role was said."""
        return {name for name, said in self.columns.items() if said.keys() & {"type", "role"}} | {self.target or ""}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Wish":
        return cls(**{name: told[name] for name in cls.__dataclass_fields__ if name in told})


def look(
    path: Path, file: str, wish: Wish, *, title: str, hash: str,
    tell: Callable[[str, float], None] = lambda *_: None, first: Callable[[JSON], None] = lambda _: None,
) -> JSON:  # fmt: skip
    """What is found in a file that came by the name `file`. tell: is told what goes on, and the share that is done.
    first: of a file that takes long, is given what is found before its facts are worked out.

    Raises DataError where the file cannot be read so: its facts have the reader and the options, as far as they are
    known.
    """
    so_far: JSON = {}
    try:
        return _look(path, file, wish, title, hash, tell, first, so_far)
    except DataError as fault:
        told = told_by_name(fault, path, file)
        told.facts |= so_far
        raise told from fault


FIRST_SECONDS = 1.5
"""A look that took so long until then gives what it has."""


def _look(
    path: Path, file: str, wish: Wish, title: str, hash: str, tell: Callable[[str, float], None],
    first: Callable[[JSON], None], so_far: JSON,
) -> JSON:  # fmt: skip
    """so_far: takes what is known when the file is refused, so that it need not be said again."""
    began = monotonic()
    tell("Looking at how it is written", 0.0)
    reader = READERS[wish.reader] if wish.reader in READERS else reader_of(path, file)
    so_far["reader"] = reader.name
    guess = reader.guess(path, file)
    so_far["options"] = written(reader, {**reader.defaults(), **guess.options})
    options = {**guess.options, **_read(reader, wish.options)}
    examined = reader.examined(path, options, lambda share: tell("Looking at each part", share))
    options = dict(reader(examined.options).params)
    tell("Reading", 0.0)
    table = _with_shapes(reader.read(path, **options), reader(options))
    tell("Finding out what is in it", 0.0)
    columns = suggest(table, wish.target, wish.columns)
    described: JSON = {}
    fault, told = "", (*guess.told, *examined.told)
    window, is_series = None, False
    try:
        fields, rows, main, class_rows = describe(table, columns)
        is_series = may_be_cut(columns, fields)
        if series := cut(table, columns, fields, wish.window):
            fields, rows, window, told = series.fields, series.rows, series.window, (*told, *series.told)
        description = Description(
            title=title, file=file, hash=hash, reader=reader.name, options=written(reader, options), columns=columns,
            fields=fields, rows=rows, main_class=main, class_rows=class_rows, window=window,
        )  # fmt: skip
        described = description.model_dump(mode="json")
    except DataError as refused:  # as the columns are now: changing one of them mends it
        fault = str(refused)
    found: JSON = {
        "reader": reader.name,
        "options": written(reader, options),
        "choices": {name: list(each) for name, each in guess.choices.items()},
        "told": list(told),
        "series": is_series,
        "window": window,
        "rows": table.num_rows,
        "columns": [column.model_dump(mode="json") for column in columns],
        "description": described or None,
        "fault": fault,
        "facts": None,
        "head": head(table),
        "pictures": pictures(path, reader(options), table, columns),
    }
    if monotonic() - began > FIRST_SECONDS:
        first(found)
    tell("Looking for what is odd", 0.0)
    found["facts"] = _plain(facts(table, columns, series=window is not None, settled=wish.settled).as_json())
    if described:
        field_of = {column.name: column.field or column.name for column in columns}
        described["spreads"] = {field_of[name]: told for name, told in found["facts"]["spreads"].items()}
    return found


def _plain(value: Any) -> Any:
    """As JSON has it, which has no number that is none."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def _with_shapes(table: pa.Table, reader: Reader) -> pa.Table:
    """The table, whose columns of pictures say how large these are when they are decoded."""
    shape_of = getattr(reader, "shape_of", None)
    if shape_of is None:
        return table
    for place, one in enumerate(table.schema):
        marks = dict(one.metadata or {})
        if marks.get(b"is") == b"picture" and b"shape" not in marks:
            marked = one.with_metadata({**marks, b"shape": json.dumps(list(shape_of(one.name))).encode()})
            table = table.set_column(place, marked, table.column(place))
    return table


def _read(reader: type[Reader], options: Mapping[str, Any]) -> JSON:
    """What was said of options, as values within bounds. Raises DataError for what is none."""
    found: JSON = {}
    for name, value in options.items():
        parameter = reader.parameters.get(name)
        if parameter is None:
            continue
        try:
            found[name] = parameter.read(value)
            wrong: str | None = parameter.fault(found[name])
        except WrongType as fault:
            wrong = str(fault)
        if wrong:
            raise DataError(f"{name.replace('_', ' ').capitalize()} {wrong}.", "E_DATA_OPTION", option=name)
    return found


def written(reader: type[Reader], options: Mapping[str, Any]) -> JSON:
    return {name: parameter.write(options[name]) for name, parameter in reader.parameters.items()}


def head(table: pa.Table) -> JSON:
    """The first rows as a person reads them: names, and cells as text, None where nothing is."""
    names = table.column_names[:COLUMNS_SHOWN]
    first = table.select(names).slice(0, ROWS_SHOWN)
    columns = [[_cell(value) for value in column.to_pylist()] for column in first.columns]
    return {"names": names, "rows": [list(row) for row in zip(*columns, strict=True)], "more": table.num_columns}


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LETTERS_SHOWN else f"{text[: LETTERS_SHOWN - 1]}…"


def pictures(path: Path, reader: Reader, table: pa.Table, columns: tuple[Column, ...]) -> list[JSON]:
    """Some samples, spread over the rows: each as a PNG in base64, with what it is told to be."""
    shown = next((column for column in columns if column.type in ("picture", "pixels")), None)
    if shown is None or not table.num_rows:
        return []
    rows = np.unique(np.linspace(0, table.num_rows - 1, PICTURES_SHOWN).astype(int)).tolist()
    target = next((column for column in columns if column.role == "target" and column.type == "category"), None)
    labels = [_cell(table[target.name][row].as_py()) for row in rows] if target else [None] * len(rows)
    of_rows = _decoded if shown.type == "picture" else _drawn
    alike = [column for column in columns if column.type == shown.type and not is_tensor(table[column.name])]
    images = of_rows(path, reader, table, alike if shown in alike else [shown], rows)
    return [
        {"png": _png(image), "label": label or ""}
        for image, label in zip(images, labels, strict=True)
        if image is not None
    ]


Images = list["np.ndarray[Any, Any] | None"]


def _decoded(path: Path, reader: Any, table: pa.Table, columns: list[Column], rows: list[int]) -> Images:
    name, found = columns[0].name, list[Any]()
    decode = reader.decoder(name)
    with ZipFile(path) as archive:
        for row in rows:
            try:
                found.append(decode(archive.read(table[name][row].as_py())))
            except (*BROKEN, KeyError, AttributeError, TypeError):
                found.append(None)
    return found


def _drawn(path: Path, reader: Any, table: pa.Table, columns: list[Column], rows: list[int]) -> Images:
    """Of numbers: a cell a picture, or a column a pixel."""
    some = table.select([column.name for column in columns]).take(rows)
    if len(columns) == 1:
        values = some[0].combine_chunks().to_numpy_ndarray()
    else:
        flat = np.stack([np.asarray(one.to_numpy(zero_copy_only=False), float) for one in some.columns], axis=1)
        side = int(len(columns) ** 0.5)
        values = flat.reshape(-1, side, side) if side * side == len(columns) else flat.reshape(len(flat), side, -1)
        if side * side != len(columns):
            side = int((len(columns) // 3) ** 0.5)
            values = flat.reshape(-1, side, side, 3)
    high = 255.0 if float(np.nanmax(values)) > 1 else 1.0
    return [np.clip(np.nan_to_num(one) * (255.0 / high), 0, 255).astype("uint8") for one in values]


def _png(values: "np.ndarray[Any, Any]") -> str:
    pixels = np.asarray(values)
    pixels = np.clip(pixels, 0, 255).astype("uint8")
    image = Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)
    scale = SIDE_SHOWN / max(image.size)
    size = tuple(max(1, round(side * scale)) for side in image.size)
    out = io.BytesIO()
    image.resize((size[0], size[1]), Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BILINEAR).save(
        out, "PNG"
    )
    return base64.b64encode(out.getvalue()).decode()
