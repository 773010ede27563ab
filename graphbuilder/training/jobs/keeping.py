"""The files that jobs keep of a run, and the weights that they read of one."""

import json
from pathlib import Path
from shutil import rmtree
from typing import IO, Any
from zipfile import ZipFile

from graphbuilder.checks import Report
from graphbuilder.datasets.snapshot import Snapshot
from graphbuilder.plan import Plan
from graphbuilder.readers import DataError
from graphbuilder.records.events import finite
from graphbuilder.records.folder import MODEL
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoints import folder_of, keep_file, keep_weights, read_weights
from graphbuilder.training.snapshots import FOLDER as SNAPSHOTS
from graphbuilder.training.snapshots import steps_in, weights_at

RESULTS, EPOCHS = "results.json", "epochs.json"
NO_WEIGHTS = "No weights of this run's steps were kept: the network is too large for that, or they are gone."
NONE_YET = "This run has kept no weights yet, so its network cannot be asked. Wait a moment, or train it again."


def keep_json(jobs: Work, id: str, name: str, told: Any) -> None:
    """Keeps JSON values as a file of a job's; numbers that are none become null."""
    keep_file(jobs, id, name, lambda file: file.write(json.dumps(finite(told)).encode()))


def keep_learned(
    jobs: Work, run: str, model: Any, report: Report, planned: Plan, snapshot: Snapshot, epochs: list[Any]
) -> None:
    """The files of a run whose model has the weights that are kept."""
    from graphbuilder.compiler import make_portable, split
    from graphbuilder.training.results import results

    make_portable(model, planned)
    keep_model(jobs, run, model)
    jobs.goes_on(run)
    keep_weights(jobs, run, "kept", model.weights)
    keep_json(jobs, run, EPOCHS, epochs)
    jobs.goes_on(run)
    _, validation, _ = split(planned, snapshot.arrays)
    numbers = snapshot.row_numbers(planned.source, jobs.home)
    told = {"part": "validation", "outputs": results(model, report, planned, snapshot.arrays, validation, numbers)}
    keep_json(jobs, run, RESULTS, told)


def keep_model(jobs: Work, id: str, model: Any) -> None:
    """By way of a folder: Keras would make the archive in memory, beside the model."""
    making = folder_of(jobs.home, id) / ".model.making"
    rmtree(making, ignore_errors=True)
    model.save(making, zipped=False)
    keep_file(jobs, id, MODEL, lambda file: _zipped(making, file))
    rmtree(making)


def _zipped(folder: Path, file: IO[bytes]) -> None:
    with ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))


class WeightsOf:
    """The weights of a run: those that it kept in the end, and those of its steps."""

    def __init__(self, jobs: Work, run: str) -> None:
        self._jobs, self._run, self._given = jobs, run, None
        self._folder = folder_of(jobs.home, run)

    def nearest(self, step: int | None) -> tuple[int | None, Any] | None:
        """The step, None for what was kept in the end, and what names these weights; None where there are none."""
        if step is None and (kept := self._jobs.artefacts(self._run).get("kept.npz")):
            return None, (kept, (self._jobs.home / kept).stat().st_mtime_ns)
        steps = steps_in(self._folder / SNAPSHOTS)
        at = [one for one in steps if step is None or one <= step] or steps[:1]
        return (at[-1], at[-1]) if at else None

    def give(self, inside: Any, step: int | None, name: Any) -> None:
        """Gives a network these weights, unless it has them."""
        if name == self._given:
            return
        if step is None:
            found: Any = None, read_weights(self._jobs.home, self._run, "kept")
        else:
            found = weights_at(self._folder, step) or weights_at(self._folder, step)  # it may be thinned meanwhile
        if found is None:
            raise DataError(NONE_YET)
        inside.use(found[1], found[0])
        self._given = name
