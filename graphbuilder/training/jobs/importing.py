"""Makes a project of a model's file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphbuilder.carried import is_project, open_document
from graphbuilder.document import Document
from graphbuilder.document_file import MAX_BYTES as MAX_DOCUMENT
from graphbuilder.equal_parts import fold
from graphbuilder.importing.files import Imported, import_file
from graphbuilder.importing.model import ImportFault
from graphbuilder.initial_weights import write_to
from graphbuilder.placing import placed
from graphbuilder.problems import DocumentError
from graphbuilder.store.disk import refuse_if_full, remove_file
from graphbuilder.store.files import path_of
from graphbuilder.store.jobs import IMPORTED, INITIAL_WEIGHTS
from graphbuilder.store.limits import Limits
from graphbuilder.store.store import Store
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of, keep_file
from graphbuilder.training.jobs.keeping import keep_json
from graphbuilder.training.jobs.kind import FINISHED, Ending, kind, starts

_MODELS = 50
"""Of a script, that are offered."""


@kind("import")
def _import(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Makes a project of a model's file, with its weights and its report, or nothing."""
    starts(jobs, id)
    name, hash = request["file"], request["hash"]
    asks = False
    try:
        path = path_of(jobs.home, hash)
        if (document := _carried(path, name)) is not None:
            refuse_if_full(jobs, request["owner"], Limits.of_settings(), files=False)
            Store(jobs.home).create(request["owner"], document, Limits.of_settings(), job=id)
            return FINISHED
        came = import_file(path, name, model=request.get("model", ""))
        asks = len(came.models) > 1 and not request.get("model")
        if asks:
            jobs.add_to_summary(id, {"models": [*came.models[:_MODELS]]})
            return "failed", f"{name} makes several models. Choose one."
        _keep_imported(jobs, id, request["owner"], name, came)
    except DocumentError as fault:
        return "failed", fault.problems[0].of(name)
    except ImportFault as fault:
        return "failed", f"{name} {fault}"
    except FileNotFoundError:
        return "failed", f"{name} did not come. Open it once more."
    except BaseException:
        for file in (IMPORTED, INITIAL_WEIGHTS):
            (folder_of(jobs.home, id) / file).unlink(missing_ok=True)
        raise
    finally:
        if not asks:
            remove_file(jobs, hash, 0.0)
    return FINISHED


def _carried(path: Path, name: str) -> Document | None:
    """The document of a project file, or the one that a picture or a notebook carries; None for a model. Raises
    DocumentError."""
    if path.stat().st_size > 2 * MAX_DOCUMENT:
        return None
    content = path.read_bytes()
    return placed(open_document(content, name)) if is_project(content, name) else None


def _keep_imported(jobs: Work, id: str, owner: str, name: str, came: Imported) -> None:
    """The project comes last, and with it all that belongs to it."""
    refuse_if_full(jobs, owner, Limits.of_settings(), files=False)
    jobs.goes_on(id)
    equal = fold(came.drawn.document)
    also = {"equal": list(equal.blocks), "paths": dict(equal.paths)} if equal.blocks else {}
    keep_json(jobs, id, IMPORTED, {"file": name, **came.report.as_json(), **also})
    arrays = came.weights.arrays if came.weights else {}
    if arrays:
        keep_file(jobs, id, INITIAL_WEIGHTS, lambda file: write_to(file, arrays))
    jobs.goes_on(id)
    jobs.add_to_summary(id, {"weights": len(arrays)})
    Store(jobs.home).create(owner, came.drawn.document, Limits.of_settings(), job=id)
