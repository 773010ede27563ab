"""What a run answers for a whole part of its data."""

from collections.abc import Mapping
from typing import IO, Any

from graphbuilder.datasets.snapshot import prepare
from graphbuilder.records.folder import PREDICTIONS, TEST
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of, keep_file, read_weights
from graphbuilder.training.jobs.keeping import NO_WEIGHTS, keep_json
from graphbuilder.training.jobs.kind import FINISHED, Ending, begin, built, kind
from graphbuilder.training.jobs.telling import Told
from graphbuilder.training.snapshots import weights_at

AT = "at.json"


@kind("evaluate")
def _evaluate(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """The kept weights of a run over the test part, which nothing has seen before."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.compiler import split
    from graphbuilder.training.results import judged, results

    snapshot = prepare(planned.source, jobs.home)
    model = built(planned, snapshot.arrays)
    model.set_weights(read_weights(jobs.home, request["run"], "kept"))
    _, _, test = split(planned, snapshot.arrays)
    if not len(test):
        return "failed", "There is no test part: the split keeps no rows for it."
    numbers = snapshot.row_numbers(planned.source, jobs.home)
    told = {
        "part": "test",
        "metrics": judged(model, planned, snapshot.arrays, test),
        "outputs": results(model, report, planned, snapshot.arrays, test, numbers),
    }
    keep_json(jobs, request["run"], TEST, told)
    jobs.count_test(request["owner"], request["data"])
    return FINISHED


@kind("at")
def _at(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What a run answered for the validation part at a step, by the weights that were kept nearest before, as a file of
    the job's."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.compiler import split
    from graphbuilder.training.results import judged, results

    found = weights_at(folder_of(jobs.home, request["run"]), request["step"])
    if found is None:
        return "failed", NO_WEIGHTS
    snapshot = prepare(planned.source, jobs.home)
    model = built(planned, snapshot.arrays)
    step, weights = found
    model.set_weights(weights)
    _, validation, _ = split(planned, snapshot.arrays)
    numbers = snapshot.row_numbers(planned.source, jobs.home)
    told = {
        "part": "validation",
        "step": step,
        "metrics": judged(model, planned, snapshot.arrays, validation),
        "outputs": results(model, report, planned, snapshot.arrays, validation, numbers),
    }
    keep_json(jobs, id, AT, told)
    return FINISHED


@kind("predictions")
def _predictions(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What a run answers for every row of a part, by the weights that it kept or those of a step, as a file of the
    job's. The test part's only when it was looked at."""
    run, part = request["run"], request["part"]
    if part == "test" and TEST not in jobs.artefacts(run):
        return "failed", "The test part was not looked at yet. Look at it first, which is counted."
    report, planned = begin(jobs, id, request)
    from graphbuilder.compiler import split
    from graphbuilder.training.predictions import write_predictions

    snapshot = prepare(planned.source, jobs.home)
    model = built(planned, snapshot.arrays)
    if request.get("step") is None:
        model.set_weights(read_weights(jobs.home, run, "kept"))
    elif found := weights_at(folder_of(jobs.home, run), request["step"]):
        model.set_weights(found[1])
    else:
        return "failed", NO_WEIGHTS
    _, validation, test = split(planned, snapshot.arrays)
    rows, numbers = test if part == "test" else validation, snapshot.row_numbers(planned.source, jobs.home)
    told: dict[str, Any] = {}
    signs = Told(jobs, id)

    def put(file: IO[bytes]) -> None:
        written = write_predictions(
            file, model, report, planned, snapshot.arrays, rows, numbers, lambda: signs("Answering", 0.5)
        )
        told.update(part=part, rows=written.rows, of=written.of)

    keep_file(jobs, id, PREDICTIONS, put)
    jobs.add_to_summary(id, told)
    return FINISHED
