"""Models of Keras that a visitor opens: a job reads each, and makes a project of it with its weights and its report."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import state
from graphbuilder.carried import is_project
from graphbuilder.recent import Recent, bytes_of
from graphbuilder.store import StoreError
from graphbuilder.store.disk import remove_file
from graphbuilder.store.files import Coming
from graphbuilder.store.jobs import IMPORTED, Job
from graphbuilder.store.limits import Limits

_LONGEST_NAME = 120


def is_model(content: bytes, name: str) -> bool:
    """Whether it is a model of Keras that has to be read by a job, as far as its first look tells."""
    if content.startswith(b"\x89HDF\r\n\x1a\n") or name.lower().endswith(".py"):
        return True
    if name.lower().endswith(".ipynb"):
        return not is_project(content, name)
    if content.startswith(b"PK"):
        return b"config.json" in content or name.lower().endswith(".keras")
    return b"class_name" in content and b'"wires"' not in content


def begin(content: bytes, name: str) -> str:
    """Asks for a project of a file; the job's id. Raises StoreError."""
    try:
        with Coming(state.store().home) as coming:
            coming.write(content)
            hash = coming.keep()
    except OSError:
        raise StoreError("The server could not keep the file; its disk may be full. Nothing was changed.") from None
    return state.ask("import", _request(state.me(), name, hash))


def came(owner: str, file: str, hash: str, bytes: int, address: str | None) -> str:
    """The same of a file that came by itself and is kept. Raises StoreError."""
    try:
        return state.jobs().ask(
            owner, "import", _request(owner, file, hash), None, Limits.of_settings(), address=address
        )
    except StoreError:
        remove_file(state.store(), hash, 0.0)
        raise


def again(of: Job, model: str) -> str:
    """Asks for one of the models of a script that was read; the job's id. Raises StoreError."""
    asked = state.jobs().request(of.id)
    return state.ask("import", {**_request(state.me(), asked["file"], asked["hash"]), "model": model})


def _request(owner: str, file: str, hash: str) -> dict[str, Any]:
    name = "".join(letter for letter in file if letter.isprintable())[-_LONGEST_NAME:] or "The file"
    return {"kind": "import", "hash": hash, "file": name, "owner": owner}


def job(id: str) -> Job | None:
    """None where it is gone."""
    try:
        return state.jobs().job(state.me(), id)
    except StoreError:
        return None


def stop(id: str) -> None:
    state.done_or_told(lambda: state.jobs().stop(state.me(), id))


def source(project: str) -> Job | None:
    """The import that a project came of."""
    return state.jobs().import_of(state.me(), project)


_reports: Recent[str, Mapping[str, Any]] = Recent(5_000_000)


def report(of: Job) -> Mapping[str, Any]:
    """What an import did, as `importing.model.Report` says it, and the `file`; empty where that is gone."""
    return _reports.made(of.id, lambda: _read(of), bytes_of)


def _read(of: Job) -> Mapping[str, Any]:
    kept = state.jobs().artefacts(of.id).get(IMPORTED)
    path: Path | None = state.store().home / kept if kept else None
    try:
        told: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return told
