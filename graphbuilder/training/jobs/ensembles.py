"""Has several trained networks answer together."""

from collections.abc import Mapping
from typing import Any

from graphbuilder.datasets.snapshot import prepare
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import read_weights
from graphbuilder.training.jobs.keeping import keep_json
from graphbuilder.training.jobs.kind import FINISHED, Ending, begin, built, kind

ENSEMBLE = "ensemble.json"


@kind("ensemble")
def _ensemble(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What several runs, or one with its dropout left on, answer together, as a file of the job's."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.training.ensemble import NoEnsemble, ensemble

    arrays = prepare(planned.source, jobs.home).arrays
    model = built(planned, arrays)
    try:
        members = [read_weights(jobs.home, run, "kept") for run in request["runs"]]
    except OSError:
        return "failed", "The weights of one of these runs are gone. Train them again."
    try:
        told = ensemble(
            model, report, planned, arrays, members, request["how"], request.get("counts", ()), lambda: jobs.goes_on(id)
        )
    except NoEnsemble as fault:
        return "failed", str(fault)
    keep_json(jobs, id, ENSEMBLE, told)
    return FINISHED
