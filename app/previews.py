"""Samples of a data set to look at. Loading a set takes heavy libraries, so a job prepares the snapshot; the server
reads the finished arrays."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app import state
from app.text import plain
from graphbuilder.datasets import Own, Source
from graphbuilder.datasets.preparation import split_rows
from graphbuilder.datasets.snapshot import Snapshot, open_snapshot, snapshot_hash, touch
from graphbuilder.document import Data, Document
from graphbuilder.fields import Field
from graphbuilder.figures import CLASS_COLORS, scatter
from graphbuilder.settings import Split
from graphbuilder.shapes import show
from graphbuilder.store import Missing, StoreError
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Job

MOST_POINTS = 600
MOST_COLUMNS = 16
MOST_LETTERS = 40
"""Of a text in a table."""


@dataclass(frozen=True)
class Preview:
    """What there is to see: points in two dimensions, a sheet of pictures, or rows of a table."""

    hash: str
    points: Any = None
    picture: bytes | None = None
    caption: str = ""
    table: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pending:
    """The snapshot is being made."""


@dataclass(frozen=True)
class Failed:
    reason: str


_asked: dict[str, str] = {}
"""The jobs under way, by snapshot. Those belong to no visitor: whoever chooses a set first has it made for all."""


def find(data: Data) -> Preview | Pending | Failed:
    """The samples of the data that are chosen, or a job under way that prepares them."""
    source = data.source
    assert source is not None, "there are no samples where there are no data"
    hash = snapshot_hash(source)
    path = state.store().home / "data" / hash
    for name, option in source.parameters.items():
        wrong = option.fault(source.params[name])
        if wrong:  # such as a billion rows, which nothing should try to make
            return Failed(f"{name} {wrong}.")
    if (path / "meta.json").is_file():
        _asked.pop(hash, None)
        touch(path)
        return _preview(path, _dates(source))
    job = _under_way(hash)
    if job and job.active:
        return Pending()
    _asked.pop(hash, None)
    if job and job.state != "finished":
        return Failed(job.reason or "The data set could not be prepared.")
    request = {"kind": "prepare", "data": data.model_dump_json()}
    try:
        _asked[hash] = state.ask("prepare", request)
    except StoreError as fault:
        return Failed(str(fault))
    return Pending()


def arrived(source: Source) -> bool:
    """Whether the job that prepares a set has come to its end."""
    job = _under_way(snapshot_hash(source))
    return job is None or not job.active


def _dates(source: Source) -> frozenset[str]:
    columns = source.description.columns if isinstance(source, Own) else ()
    return frozenset(column.name for column in columns if column.type == "date")


def _under_way(hash: str) -> Job | None:
    """The job that was asked for; None where none was, and where it ended so long ago that it was cleared away."""
    try:
        return state.jobs().job(OPERATOR, _asked[hash])
    except (KeyError, Missing):
        return None


def plane(document: Document) -> dict[str, Any] | None:
    """The points of a set in two dimensions, by class or with the amount that is learned of each, for what is drawn
    behind them; None for other sets, and while the snapshot is not there."""
    source = document.data.source
    told = _told(document, source) if source else None
    if source is None or told is None:
        return None
    fields = source.fields()
    vector = next((field for field in fields.values() if field.kind == "vector" and field.shape == (2,)), None)
    path = state.store().home / "data" / snapshot_hash(source)
    if vector is None or not (path / "meta.json").is_file():
        return None
    return _plane(path, vector.name, fields[told], source.main_class, _plain_split(document.data))


def _told(document: Document, source: Source) -> str | None:
    """The class of a set, else the amount that the network learns."""
    learned = [str(node.params.get("target") or "") for node in document.nodes]
    amounts = (name for name, field in source.fields().items() if field.kind == "number" and field.shape == (1,))
    return source.main_class or next((name for name in amounts if name in learned), None)


def _plain_split(data: Data) -> tuple[float, float, int] | None:
    """Shares of validation and test, and the seed; None where rows are parted by more than chance, or not all used."""
    asked = Split.asked(data.split)
    if asked.keys() != {*Split.SHARES} or data.split["together"]:
        return None
    if data.source and data.source.split_fields(data.split):
        return None
    return asked["validation"], asked["test"], asked["seed"]


@lru_cache(maxsize=16)
def _plane(
    path: Path, points: str, told: Field, main_class: str | None, split: tuple[float, float, int] | None
) -> dict[str, Any]:
    """told: what is learned. split: as `_plain_split` says it."""
    arrays = open_snapshot(path).arrays
    some = np.unique(np.linspace(0, len(arrays[told.name]) - 1, MOST_POINTS).astype(int))
    classes = told.classes
    labels = np.asarray(arrays[main_class]) if main_class else None
    parts = {"parts": _parts(len(arrays[told.name]), labels, split)[some].tolist()} if split else {}
    answers = np.asarray(arrays[told.name][some])
    amounts = {
        "values": np.round(answers.ravel().astype(float), 4).tolist(),
        "span": [told.low, told.high],
        "name": told.name,
    }
    return {
        **parts,
        **({} if classes else amounts),
        "points": np.round(arrays[points][some], 3).tolist(),
        "labels": answers.tolist() if classes else [],
        "classes": list(classes),
        "colors": [CLASS_COLORS[place % len(CLASS_COLORS)] for place in range(len(classes) or 2)],
    }


def _parts(count: int, classes: Any, split: tuple[float, float, int]) -> Any:
    """Which part each row is in: 0 is training, 1 validation, 2 test. classes: of the rows, where there are any."""
    found = np.zeros(count, int)
    for part, rows in enumerate(split_rows(count, classes, *split)):  # type: ignore[no-untyped-call]
        found[rows] = part
    return found


@lru_cache(maxsize=16)
def _preview(path: Path, dates: frozenset[str]) -> Preview:
    """dates: names of the components that count days since 1970, and of the time that counts seconds."""
    snapshot = open_snapshot(path)
    fields, label = snapshot.fields, snapshot.main_class
    image = next((field for field in fields.values() if field.kind == "image"), None)
    if image:
        classes = snapshot.arrays[label] if label else None
        return Preview(
            path.name, picture=_sheet(snapshot.arrays[image.name], classes, image.high), caption=_legend(snapshot)
        )
    vector = next((field for field in fields.values() if field.kind == "vector" and field.shape == (2,)), None)
    if vector and label:
        values, classes = snapshot.arrays[vector.name], np.asarray(snapshot.arrays[label])
        return Preview(path.name, points=scatter(np.asarray(values), classes, fields[label].classes, vector.parts))
    return Preview(path.name, table=_rows(snapshot, dates))


def _legend(snapshot: Snapshot) -> str:
    classes = snapshot.fields[snapshot.main_class].classes if snapshot.main_class else ()
    return f"A column for each class: {', '.join(classes)}" if classes else "Some samples"


def _sheet(images: Any, classes: Any, high: float) -> bytes:
    """A sheet of samples as PNG, a column for each class."""
    if classes is None:
        columns = [images[start : start + 5] for start in range(0, min(5 * MOST_COLUMNS, len(images)), 5)]
    else:
        columns = [images[np.flatnonzero(classes == c)[:5]] for c in np.unique(classes)[:MOST_COLUMNS]]
    size = 44
    sheet = Image.new("RGBA", (len(columns) * (size + 6), 5 * (size + 6)))
    for across, column in enumerate(columns):
        for down, sample in enumerate(column):
            sheet.paste(_tile(np.asarray(sample), high, size), (across * (size + 6) + 3, down * (size + 6) + 3))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _tile(sample: Any, high: float, size: int) -> Image.Image:
    """One picture, as light as its values are high."""
    pixels = np.clip(255 * sample / high, 0, 255).astype("uint8")
    grey = sample.shape[-1] not in (3, 4)
    drawn = Image.fromarray(pixels[..., 0] if grey else pixels[..., :3])
    small = max(drawn.size) < size
    scale = size / max(drawn.size)
    across, down = (max(1, round(scale * length)) for length in drawn.size)
    return drawn.resize((across, down), Image.Resampling.NEAREST if small else Image.Resampling.BILINEAR)


def _rows(snapshot: Snapshot, dates: frozenset[str]) -> tuple[str, ...]:
    """The first rows as the lines of a Markdown table, of as many columns as can be read."""
    head: list[str] = []
    for field in snapshot.fields.values():
        head += [plain(part) for part in field.parts or (field.name,)]
    lines = ["| " + " | ".join(head[:MOST_COLUMNS]) + " |", "|" + "--:|" * len(head[:MOST_COLUMNS])]
    for row in range(min(8, len(next(iter(snapshot.arrays.values()))))):
        cells: list[str] = []
        for field in snapshot.fields.values():
            cells += _cells(field, np.asarray(snapshot.arrays[field.name][row]), dates)
        lines.append("| " + " | ".join(cells[:MOST_COLUMNS]) + " |")
    return tuple(lines)


def _cells(field: Field, value: Any, dates: frozenset[str]) -> list[str]:
    if field.kind == "class" and value.ndim == 0:
        return [plain(field.classes[int(value)])]
    if field.kind == "time" and field.name in dates:
        return [str(np.datetime64(int(value), "s")).replace("T", " ")]
    if field.kind == "labels":
        return [plain(", ".join(name for name, there in zip(field.classes, value, strict=True) if there))]
    if value.dtype == object:
        return [plain(str(text)[:MOST_LETTERS]) for text in value.ravel()]
    if not field.parts and value.size > 1:
        return [f"{show(field.shape)}"]
    names = field.parts or (field.name,) * value.size
    return [_amount(float(v), one in dates) for v, one in zip(value.ravel(), names, strict=True)]


def _amount(value: float, is_date: bool) -> str:
    if not is_date or not np.isfinite(value):
        return f"{value:g}"
    moment = str(np.datetime64(round(value * 86_400), "s")).replace("T", " ")
    return moment.removesuffix(" 00:00:00")
