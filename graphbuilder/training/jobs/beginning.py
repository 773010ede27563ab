"""The weights that a network begins with, where an imported model had some."""

import json
from collections.abc import Mapping
from typing import Any

from graphbuilder.checks import Report
from graphbuilder.initial_weights import Arrays, WeightsFault, read
from graphbuilder.readers import DataError
from graphbuilder.store.jobs import IMPORTED, INITIAL_WEIGHTS
from graphbuilder.store.work import Work
from graphbuilder.training.runs import begin_with_fitting


def initial_weights(jobs: Work, request: Mapping[str, Any], report: Report) -> Arrays:
    """Those that came with an imported model, of nodes that are still there; none where nothing came."""
    kept = jobs.artefacts(request["weights"]).get(INITIAL_WEIGHTS) if request.get("weights") else None
    if kept is None:
        return {}
    sizes = {id: facts.parameters for id, facts in report.facts.items() if facts.parameters}
    try:
        before = _before_folding(jobs, request["weights"])
        wanted = {before.get(id, id): size for id, size in sizes.items()}
        arrays = read(jobs.home / kept, wanted, all_of_them=False)
        return {id: arrays[old] for id in sizes if (old := before.get(id, id)) in arrays}
    except (WeightsFault, OSError, ValueError):
        raise DataError("The imported weights cannot be read any more. Import the file once more.") from None


def _before_folding(jobs: Work, imported: str) -> Mapping[str, str]:
    """Which node each was when the file came, by the path that it has where equal parts were folded since."""
    kept = jobs.artefacts(imported).get(IMPORTED)
    told = json.loads((jobs.home / kept).read_text("utf-8")) if kept else {}
    return told.get("paths") or {}


def begun_with(jobs: Work, request: Mapping[str, Any], report: Report, model: Any) -> dict[str, str]:
    """Gives a model its imported weights, as far as they fit; what is told of it."""
    if not request.get("weights"):
        return {}
    count = begin_with_fitting(model, report, initial_weights(jobs, request, report))
    of = request["of"]
    if not count:
        return {"starts": "starts from drawn weights, as the imported ones fit no layer any more"}
    return {"starts": "starts from the imported weights" + (f" of {count:,} of {of:,} layers" if count < of else "")}
