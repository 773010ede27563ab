"""Builds a model without training it."""

from collections.abc import Mapping
from typing import Any

from graphbuilder.checks import check
from graphbuilder.document_file import read_document
from graphbuilder.records.folder import MODEL
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of
from graphbuilder.training.jobs.beginning import initial_weights
from graphbuilder.training.jobs.keeping import keep_model
from graphbuilder.training.jobs.kind import FINISHED, Ending, kind, ready
from graphbuilder.training.runs import untrained


@kind("build")
def _build(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """The model as its code makes it, with the weights that its seed draws."""
    ready(jobs, id, request["threads"])
    report = check(read_document(request["document"].encode()))
    weights = initial_weights(jobs, request, report)
    keep_model(jobs, id, untrained(report, jobs.home, weights, as_far_as_they_fit=True))
    for older in jobs.drop_older_builds(id):
        (folder_of(jobs.home, older) / MODEL).unlink(missing_ok=True)
    return FINISHED
