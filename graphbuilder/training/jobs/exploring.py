"""Looks into a network that teach how one learns: its initial weights, the chain rule, the landscape of its loss."""

import time
from collections.abc import Mapping
from typing import Any

from graphbuilder.datasets.snapshot import prepare
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of
from graphbuilder.training.jobs.keeping import NO_WEIGHTS, keep_json
from graphbuilder.training.jobs.kind import FINISHED, Ending, NotWanted, begin, built, kind
from graphbuilder.training.jobs.telling import TELL_SECONDS
from graphbuilder.training.snapshots import FOLDER as SNAPSHOTS
from graphbuilder.training.snapshots import steps_in, weights_at
from graphbuilder.training.units import bounded_nodes, relu_nodes

INITIAL, CHAIN, LANDSCAPE, STRIP = "initial.json", "chain.json", "landscape.json", "strip.json"


@kind("initial")
def _initial(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What comes of each rule for the initial weights, as a file of the job's."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.initial import initial
    from graphbuilder.training.parts import parts

    fed = parts(planned, prepare(planned.source, jobs.home).arrays)
    keep_json(
        jobs,
        id,
        INITIAL,
        initial(ready_model(planned, fed.x), report, planned, fed, relu_nodes(report), bounded_nodes(report)),
    )
    return FINISHED


@kind("chain")
def _chain(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """The numbers of the chain rule along every wire, with the weights of a run at a step, or fresh ones."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.chain import chain
    from graphbuilder.training.parts import parts

    fed = parts(planned, prepare(planned.source, jobs.home).arrays)
    model, step = ready_model(planned, fed.x), None
    if run := request.get("run"):
        found = weights_at(folder_of(jobs.home, run), request["step"])
        if found is None:
            return "failed", NO_WEIGHTS
        step, weights = found
        model.set_weights(weights)
    keep_json(jobs, id, CHAIN, {"step": step, **chain(model, report, planned, fed, request.get("row", 0))})
    return FINISHED


@kind("landscape")
def _landscape(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """The paths of several runs on a plane through their weights, as a file of the job's."""
    _, planned = begin(jobs, id, request)
    from graphbuilder.training.landscape import BYTES, MOST_STEPS, NoPlane, landscape, some_of

    arrays = prepare(planned.source, jobs.home).arrays
    model = built(planned, arrays)
    runs = request["runs"]
    most = min(MOST_STEPS, BYTES // (4 * max(1, model.count_params()) * len(runs)))
    paths = []
    for run in runs:
        folder = folder_of(jobs.home, run)
        kept = (weights_at(folder, step) for step in some_of(steps_in(folder / SNAPSHOTS), most))
        paths.append((run, [one for one in kept if one]))
    told = 0.0

    def signs() -> None:
        nonlocal told
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            jobs.goes_on(id)
            if jobs.asked(id):
                raise NotWanted

    try:
        found = landscape(model, planned, arrays, paths, signs)
    except NoPlane as fault:
        return "failed", str(fault)
    except NotWanted:
        return "stopped", ""
    keep_json(jobs, id, LANDSCAPE, found)
    return FINISHED


@kind("strip")
def _strip(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Samples before and after a node, as a file of the job's."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.training.strip import strip

    told = strip(report, planned, prepare(planned.source, jobs.home).arrays, request["node"], request["seed"])
    keep_json(jobs, id, STRIP, told)
    return FINISHED
