"""What a member of a boosted ensemble takes of the one before it, and leaves to the next."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphbuilder import editing
from graphbuilder.document_file import read_document, write_document
from graphbuilder.plan import Plan
from graphbuilder.readers import DataError
from graphbuilder.records.events import finite
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of, keep_file

BOOSTED = "boosted.npz"


def left_before(jobs: Work, run: str) -> Mapping[str, Any]:
    """What the member before left to this one."""
    try:
        with np.load(folder_of(jobs.home, run) / BOOSTED, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError):
        raise DataError("The member before this one is gone, so nothing can be learned behind it.") from None


def boost_on(
    jobs: Work, id: str, request: Mapping[str, Any], model: Any, planned: Plan, fed: Any, arrays: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    """Keeps what a member leaves to the next, and asks for that, as long as there is something left to learn."""
    from graphbuilder.training.boosting import left_by

    boost = request["boost"]
    left, count, error = left_by(model, planned, fed, arrays, before)
    keep_file(jobs, id, BOOSTED, lambda file: np.savez(file, **dict(left)))  # type: ignore[arg-type]
    more = boost["stage"] < boost["of"] and count > 0 and error != 0
    jobs.add_to_summary(
        id, {"boost": finite({"stage": boost["stage"], "of": boost["of"], "count": count, "error": error})}
    )
    if more:
        document = editing.set_training(read_document(request["document"].encode()), "seed", planned.seed + 1)
        told = {name: value for name, value in request.items() if name not in ("threads", "memory")}
        told["boost"] = {**boost, "stage": boost["stage"] + 1, "before": id}
        jobs.ask_next(id, {**told, "document": write_document(document)})
