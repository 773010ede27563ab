"""What the run that would be started now will be like, before it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphbuilder.calls import USUAL_STEPS
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params
from graphbuilder.schedules import Constant, Run, curve
from graphbuilder.settings import Settings, Split


@dataclass(frozen=True)
class Rates:
    """The learning rate over a run. points: (epochs since the start, rate). told: how long the run is, in words."""

    points: Sequence[tuple[float, float]]
    told: str


def rates(report: Report) -> Rates | None:
    """None where the rate stays as it is, and where settings are out of bounds. Without data whose rows are known, an
    epoch is drawn with a usual number of steps."""
    document, training = report.document, report.document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    if optimizer is None or _unfit(optimizer, training.options) or _unfit(Settings, training.settings):
        return None
    settings = Settings(training.settings)
    schedule = settings.scheduled
    if isinstance(schedule, Constant):
        return None
    rows = _rows(document)
    run = Run(-(-rows // (settings.batch_size or rows)) if rows else USUAL_STEPS, settings.epochs)
    steps = f" of {_counted(run.steps_per_epoch, 'step')}" if rows else ""
    flat = ", at the earliest: if nothing got better" if schedule.plateau() else ""
    points = curve(schedule, optimizer(training.options).learning_rate, run)
    return Rates(points, f"{_counted(run.epochs, 'epoch')}{steps}{flat}")


def batch_sizes(document: Document) -> list[int]:
    """Those that double, up to less than all rows to train on."""
    most = (_rows(document) or _MANY) - 1
    return [1 << place for place in range(max(1, most.bit_length()))]


_MANY = 1025
"""Rows, where it is not known how many there are."""


def _rows(document: Document) -> int:
    """How many there are to train on; 0 where that is not known."""
    source, split = document.data.source, document.data.split
    if source is None or _unfit(type(source), source.params) or _unfit(Split, split):
        return 0
    return source.parts(split)[0] if split["validation"] + split["test"] < 1 else 0


def _unfit(declared: type[Declared], params: Params) -> bool:
    return any(parameter.fault(params[name]) for name, parameter in declared.parameters.items())


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
