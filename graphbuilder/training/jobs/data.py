"""Reads data: prepares those of a bundled set, and looks at files of a user's own. Neither needs Keras."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyarrow.parquet import write_table

from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Data
from graphbuilder.readers import READERS, DataError
from graphbuilder.store import StoreError
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import refuse_if_full
from graphbuilder.store.files import FOLDER_VARIABLE, Coming, Outside, below, path_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import DataSet, Sets
from graphbuilder.store.work import Work
from graphbuilder.texts import without_folders
from graphbuilder.training.jobs.kind import FINISHED, Ending, kind, starts
from graphbuilder.training.jobs.telling import Told, in_words
from graphbuilder.understanding.looking import Wish, look


@kind("prepare")
def _prepare(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Makes the snapshot of a set, for whoever trains on it."""
    starts(jobs, id)
    older = {"name": request.get("source"), "options": request.get("options", {})}  # as the first release asks
    source = Data.model_validate_json(request.get("data") or json.dumps(older)).source
    if source is None:
        return "failed", "The data set is not known to this version."
    prepare(source, jobs.home)
    return FINISHED


@kind("look")
def _look(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Looks at a file of data and tells its set what is found, or why nothing could be."""
    starts(jobs, id)
    sets = Sets(jobs.home)
    one = sets.one(OPERATOR, request["set"])
    told = Told(jobs, id)

    def first(found: Mapping[str, Any]) -> None:
        sets.looked(one.id, id, found, reader=found["reader"], rows=found["rows"], done=False)

    wish = sets.wish(OPERATOR, one.id)
    try:
        told("Copying", 0.0)
        hash = one.hash if one.hash and not request.get("bring") else brought(sets, id, one, wish)
        found = look(
            path_of(jobs.home, hash), one.file, Wish.of(wish), title=one.title, hash=hash, tell=told, first=first
        )
    except (DataError, StoreError) as fault:
        known: Mapping[str, Any] = fault.facts if isinstance(fault, DataError) else {}
        guessed: dict[str, Any] = {name: known[name] for name in ("reader", "options") if name in known}
        sets.failed(one.id, id, without_folders(str(fault)), {**guessed, **wish})
        raise
    except Exception as fault:
        sets.failed(one.id, id, in_words(fault, request["memory"], "look"))
        raise
    sets.looked(one.id, id, found, reader=found["reader"], rows=found["rows"])
    return FINISHED


def brought(sets: Sets, id: str, one: DataSet, wish: Mapping[str, Any]) -> str:
    """The hash of a file of the server's own folder, or of what a database was asked, which is kept from now on."""
    refuse_if_full(sets, one.owner, Limits.of_settings())
    with Coming(sets.home) as coming:
        if asked := wish.get("sql"):
            server = READERS["sql"]
            with tempfile.TemporaryFile() as file:
                write_table(server.read(Path(one.file), **server(asked).params), file)
                file.seek(0)
                coming.take(file)
        else:
            with _below(str(wish.get("path", ""))).open("rb") as file:
                coming.take(file)
        hash = coming.keep()
    sets.came(one.id, id, hash, coming.bytes)
    return hash


def _below(path: str) -> Path:
    root = os.environ.get(FOLDER_VARIABLE, "")
    if not root or not path:
        raise DataError("The file did not come. Add it once more.", "E_DATA_GONE", file=path)
    try:
        return below(Path(root), path)
    except Outside as fault:
        raise DataError(str(fault), "E_DATA_GONE", file=path) from None
