"""Asks a run's network, by the weights that it kept or had at a step."""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from graphbuilder.datasets.snapshot import prepare
from graphbuilder.readers import DataError
from graphbuilder.records.events import finite
from graphbuilder.store import StoreError
from graphbuilder.store.work import Work
from graphbuilder.training.ear import Ear
from graphbuilder.training.jobs.hearing import SIGN_SECONDS
from graphbuilder.training.jobs.keeping import NONE_YET, WeightsOf, keep_json
from graphbuilder.training.jobs.kind import FINISHED, Ending, begin, kind
from graphbuilder.training.jobs.telling import in_words

NEIGHBOURS = "neighbours.json"
_AHEAD_SECONDS = 2.0
"""Of a processor, that are spent on what may be asked."""
_SILENT_SECONDS, _GIVES_WAY_SECONDS, _LOOK_EVERY = 60.0, 3.0, 0.5


@kind("inside")
def _inside(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Answers questions about a run's network, by its weights, until nobody asks any more."""
    run = request["run"]
    report, planned = begin(jobs, id, request)
    from graphbuilder.training.inside import Inside, Unanswerable
    from graphbuilder.training.questions import ahead, question

    weights = WeightsOf(jobs, run)
    if weights.nearest(None) is None:
        return "failed", NONE_YET
    snapshot = prepare(planned.source, jobs.home)
    jobs.goes_on(id)
    inside = Inside.ready(report, planned, snapshot.arrays, lambda: snapshot.row_numbers(planned.source, jobs.home))
    jobs.goes_on(id)

    def answer(told: object) -> tuple[int, dict[str, Any]]:
        try:
            asked = question(told)
            told_last: dict[str, Any] = {}
            for step in asked.steps(inside):
                found = weights.nearest(step)
                if found is None:
                    raise Unanswerable(NONE_YET)
                weights.give(inside, *found)
                told_last = asked.answer(inside)
            return 200, finite(told_last)
        except (Unanswerable, DataError) as fault:
            return 400, {"error": str(fault)}
        except Exception as fault:
            traceback.print_exc()
            return 500, {"error": f"The answer could not be worked out: {in_words(fault, request['memory'], 'inside')}"}

    answer({"kind": "answer", "sample": "train:0"})
    with Ear() as ear:
        jobs.add_to_summary(id, {"ear": ear.address})
        ear.listen(answer, _Wanted(jobs, id, run), _Ahead(ahead(inside)))
    return FINISHED


class _Ahead:
    """Does pieces of work ahead, one whenever it is called, until so much was done that more would be a burden."""

    def __init__(self, pieces: Iterator[Callable[[], object]]) -> None:
        self._pieces, self._left = pieces, _AHEAD_SECONDS

    def __call__(self) -> None:
        piece = next(self._pieces, None) if self._left > 0 else None
        if piece is None:
            return
        began = time.process_time()
        with suppress(Exception):  # who asks for it hears what is wrong with it
            piece()
        self._left -= time.process_time() - began


class _Wanted:
    """Whether a job that answers questions goes on, asked a few times a second."""

    def __init__(self, jobs: Work, id: str, run: str) -> None:
        self._jobs, self._id, self._run = jobs, id, run
        self._looked = self._signed = time.monotonic()

    def __call__(self, silent: float) -> bool:
        """silent: seconds since the last question."""
        if silent > _SILENT_SECONDS:
            return False
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY:
            return True
        self._looked = now
        with suppress(StoreError):  # the store is busy, and is asked again soon
            if now - self._signed > SIGN_SECONDS:
                self._jobs.goes_on(self._id)
                self._signed = now
            goes_on, waits = self._jobs.is_wanted(self._id, self._run)
            return goes_on and not (waits and silent > _GIVES_WAY_SECONDS)
        return True


@kind("neighbours")
def _neighbours(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What a node of a run gives for many samples, as points by t-SNE or UMAP, as a file of the job's."""
    report, planned = begin(jobs, id, request)
    from graphbuilder.training.hidden import MOST_SLOWLY, Hidden
    from graphbuilder.training.inside import Inside, Unanswerable
    from graphbuilder.training.representation import neighbours

    weights = WeightsOf(jobs, request["run"])
    inside = Inside.ready(report, planned, prepare(planned.source, jobs.home).arrays)
    jobs.goes_on(id)
    try:
        hidden = Hidden(inside, request["node"], MOST_SLOWLY)
        for step in (None, request["step"]):  # the axes are those of the kept weights
            found = weights.nearest(step)
            if found is None:
                raise Unanswerable(NONE_YET)
            weights.give(inside, *found)
            values = hidden.values()
            axes = hidden.axes(values)
    except Unanswerable as fault:
        return "failed", str(fault)
    jobs.goes_on(id)
    points = neighbours(values, request["method"], planned.seed, axes.placed(values))
    keep_json(jobs, id, NEIGHBOURS, hidden.told(request["method"], points, values.shape[1], axes))
    return FINISHED
