"""Trains documents and keeps what each run told, by the hash of its document and of the form of records, so that a
suite is trained once."""

import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.records.folder import RESULT, write
from tests.diagnosis.lists import people_ask, people_do_well
from tests.diagnosis.planted import faults, healthy

CACHE = Path(gettempdir()) / "graphbuilder-diagnosis"


_FORM = b"3"
"""Of the records that are kept, to be counted up where rules need what they lack."""


def folder_of(document: Document) -> Path:
    """By the document and by what a record holds."""
    return CACHE / sha256(write_document(document).encode() + _FORM).hexdigest()[:20]


def trained(document: Document) -> bool:
    return (folder_of(document) / RESULT).exists()


def train(documents: Iterable[tuple[str, Document]], seconds: float) -> None:
    """Trains what was not trained yet, until the time is used up."""
    from graphbuilder.training import runs

    began = time.monotonic()
    for name, document in documents:
        report, folder = check(document), folder_of(document)
        if trained(document) or report.against_training:
            continue
        if time.monotonic() - began > seconds:
            break
        started = time.monotonic()
        run = runs.run(report, CACHE / "home", lambda _: None)
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, document, "", run.events, run.result())
        print(f"{name}: {run.ended.state} after {time.monotonic() - started:.1f} s", flush=True)


def suite() -> list[tuple[str, Document]]:
    """Of what people ask about, those are trained that only a run tells."""
    asked = ((one.name, one.document) for one in people_ask() if one.of_run)
    return [
        *((fault.name, fault.document) for fault in faults()),
        *healthy(),
        *asked,
        *people_do_well(),
    ]
