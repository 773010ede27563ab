"""Samples of a data set to look at. Loading a set takes heavy libraries, so a process of its own prepares the snapshot;
the server reads the finished arrays."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.text import plain
from graphbuilder.datasets import SOURCES, Source
from graphbuilder.datasets.snapshot import Snapshot, open_snapshot, snapshot_hash
from graphbuilder.figures import scatter


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


_jobs: dict[str, "subprocess.Popen[str]"] = {}


def find(source: Source, home: Path) -> Preview | Pending | Failed:
    """The samples of a set, or a process under way that prepares them."""
    hash = snapshot_hash(source)
    path = home / "data" / hash
    for name, option in source.parameters.items():
        wrong = option.fault(source.params[name])
        if wrong:  # such as a billion rows, which nothing should try to make
            return Failed(f"{name} {wrong}.")
    if (path / "meta.json").is_file():
        _jobs.pop(hash, None)
        return _preview(source.name, tuple(sorted(source.params.items())), path)
    job = _jobs.get(hash)
    if job is None:
        command = [sys.executable, "-m", "graphbuilder.training.prepare", source.name, json.dumps(dict(source.params))]
        _jobs[hash] = subprocess.Popen(
            [*command, str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        return Pending()
    if job.poll() is None:
        return Pending()
    del _jobs[hash]
    said = job.stderr.read().strip() if job.stderr else ""
    return Failed(said.splitlines()[-1] if said else "The data set could not be prepared.")


def arrived(source: Source) -> bool:
    """Whether the process that prepares a set has come to its end."""
    job = _jobs.get(snapshot_hash(source))
    return job is None or job.poll() is not None


@lru_cache(maxsize=16)
def _preview(name: str, params: tuple[tuple[str, Any], ...], path: Path) -> Preview:
    source, snapshot = SOURCES[name](dict(params)), open_snapshot(path)
    fields = source.fields()
    image = next((field for field in fields.values() if field.kind == "image"), None)
    label = source.main_class
    if image:
        classes = snapshot.arrays[label] if label else None
        return Preview(
            path.name, picture=_sheet(snapshot.arrays[image.name], classes, image.high), caption=_legend(source)
        )
    vector = next(field for field in fields.values() if field.kind == "vector")
    if vector.shape == (2,) and label:
        values, classes = snapshot.arrays[vector.name], np.asarray(snapshot.arrays[label])
        return Preview(path.name, points=scatter(np.asarray(values), classes, fields[label].classes, vector.parts))
    return Preview(path.name, table=_rows(source, snapshot))


def _legend(source: Source) -> str:
    classes = source.fields()[source.main_class].classes if source.main_class else ()
    return f"A column for each class: {', '.join(classes)}" if classes else "Some samples"


def _sheet(images: Any, classes: Any, high: float) -> bytes:
    """A sheet of samples as PNG, a column for each class."""
    columns = (
        [images[np.flatnonzero(classes == c)[:5]] for c in np.unique(classes)] if classes is not None else [images[:5]]
    )
    size = 44
    sheet = Image.new("L", (len(columns) * (size + 6), 5 * (size + 6)), 128)
    for across, column in enumerate(columns):
        for down, sample in enumerate(column):
            pixels = np.clip(255 - 255 * np.asarray(sample)[..., 0] / high, 0, 255).astype("uint8")
            tile = Image.fromarray(pixels).resize((size, size), Image.Resampling.NEAREST)
            sheet.paste(tile, (across * (size + 6) + 3, down * (size + 6) + 3))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _rows(source: Source, snapshot: Snapshot) -> tuple[str, ...]:
    """The first rows as the lines of a Markdown table."""
    head: list[str] = []
    for field in source.fields().values():
        head += [plain(part) for part in field.parts or (field.name,)]
    lines = ["| " + " | ".join(head) + " |", "|" + "--:|" * len(head)]
    for row in range(8):
        cells: list[str] = []
        for field in source.fields().values():
            value = np.asarray(snapshot.arrays[field.name][row])
            cells += [plain(field.classes[int(value)])] if field.classes else [f"{v:g}" for v in value.ravel()]
        lines.append("| " + " | ".join(cells) + " |")
    return tuple(lines)
