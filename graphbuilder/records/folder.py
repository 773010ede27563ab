"""A run as a folder of files, besides its model: what the command line writes, and exports read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graphbuilder.blocks import labels
from graphbuilder.checks import Report, check
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.records.events import Event, as_json, from_json
from graphbuilder.records.tables import activations_csv, history_csv

RESULT, MODEL, CHECKPOINT = "result.json", "model.keras", "checkpoint.zip"
TEST, PREDICTIONS = "test.json", "predictions.csv"
_DOCUMENT, _RECORD = "document.json", "record.json"


def begin(folder: Path, document: Document) -> None:
    """Makes the folder of a run that begins: what it goes on from stands in it beside the document."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _DOCUMENT).write_text(write_document(document), encoding="utf-8")


def write(folder: Path, document: Document, code: str, events: Sequence[Event], result: Mapping[str, Any]) -> None:
    """The document, its code, and its records as JSON and CSV. The result comes last, so that a folder with a result is
    whole."""
    called = labels(document)
    texts = {
        _DOCUMENT: write_document(document),
        _RECORD: json.dumps([as_json(event) for event in events]) + "\n",
        "model.py": code,
        "history.csv": history_csv(events),
        "activations.csv": activations_csv(events, called),
        RESULT: json.dumps(result, indent=2) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def report_of(folder: Path) -> Report:
    """The document of a saved run, checked."""
    return check(read_document((folder / _DOCUMENT).read_bytes()))


def record_of(folder: Path) -> tuple[Event, ...]:
    """What a saved run told."""
    return tuple(map(from_json, json.loads((folder / _RECORD).read_text("utf-8"))))
