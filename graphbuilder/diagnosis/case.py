"""What rules look at: a checked document, numbers that follow from it, and what its run told, where there was one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, log
from statistics import fmean
from typing import Any
from weakref import WeakKeyDictionary

from graphbuilder.checks import Report
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.diagnosis.signals import Signals, signals
from graphbuilder.fields import Field, Fields
from graphbuilder.names import path_names
from graphbuilder.operators import Operator
from graphbuilder.operators.loss import Loss
from graphbuilder.records.events import Baseline
from graphbuilder.schedules import Run, curve
from graphbuilder.settings import Settings
from graphbuilder.shapes import size

_PLAIN = ("SGD", "Momentum", "Nesterov")
_ADAPTIVE = ("Adam", "AdamW", "RMSprop", "Adagrad", "Nadam", "Adamax", "Lion", "ScheduleFreeAdamW")

_static: "WeakKeyDictionary[Report, tuple[Examined, Signals]]" = WeakKeyDictionary()

FREQUENT = 0.6
"""Share of a class beside which accuracy and what balanced weights ask for are two things."""
SURE = 0.8
"""Of the loss of guessing."""
LEARNED = 0.95
"""Of the way from chance to a perfect score: what learned so much learned well."""


@dataclass(frozen=True)
class Case:
    report: Report
    run: Evidence | None = None

    # The document

    @property
    def examined(self) -> Examined:
        return self._static[0]

    @cached_property
    def _static(self) -> "tuple[Examined, Signals]":
        """What no run changes, worked out once for a network: a run that goes on is judged every half second."""
        report = self.report
        if report not in _static:
            _static[report] = Examined(report.wired, self.fields, report.facts), signals(report)
        return _static[report]

    @cached_property
    def fields(self) -> Fields:
        return self.report.document.data.fields

    @property
    def operators(self) -> Iterator[tuple[str, Operator]]:
        """Every node of known shapes with its operator, in an order of work."""
        wired = self.report.wired
        for id in wired.order:
            if (operator := wired.operators[id]) and id in self.report.facts:
                yield id, operator

    def called(self, id: str) -> str:
        return self.report.wired.called(id)

    @property
    def signals(self) -> Signals:
        return self._static[1]

    @cached_property
    def losses(self) -> Mapping[str, Loss]:
        return dict(self.examined.every(Loss))

    def target(self, loss: Loss) -> Field | None:
        return self.fields.get(loss.target)

    def chance(self, loss: Loss) -> float | None:
        """The loss of who knows nothing but the target's shares or range; None for losses that are neither
        cross-entropy nor of amounts."""
        target, name = self.target(loss), loss.named
        if target is None:
            return None
        if target.classes and "crossentropy" in name:
            return log(len(target.classes))
        if not target.classes and isfinite(target.low) and isfinite(target.high):
            spread = (target.high - target.low) / 4
            return (
                spread**2 if "squared" in name and "log" not in name else spread if "absolute_error" in name else None
            )
        return None

    @cached_property
    def guessed(self) -> float | None:
        """The sum of all losses of who knows nothing; None where one of them is not known."""
        each = [(self.chance(loss), loss.weight) for loss in self.losses.values()]
        known = [chance * weight for chance, weight in each if chance is not None]
        return sum(known) if known and len(known) == len(each) else None

    # The training

    @property
    def options(self) -> Mapping[str, Any]:
        return self.report.document.training.options

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.report.document.training.settings

    @property
    def optimizer(self) -> str:
        return self.report.document.training.optimizer

    @property
    def is_plain(self) -> bool:
        """Steps as long as the gradient: plain descent, with momentum or without."""
        return self.optimizer in _PLAIN

    @property
    def is_adaptive(self) -> bool:
        """Steps of about the rate, whatever the size of the gradient."""
        return self.optimizer in _ADAPTIVE

    @cached_property
    def rate(self) -> float:
        return float(self.options.get("learning_rate", 0.0))

    @cached_property
    def pace(self) -> float:
        """The rate as it acts in the end: momentum lengthens plain steps up to 1 / (1 - momentum) times."""
        momentum = float(self.options.get("momentum", 0.0)) if self.is_plain else 0.0
        return self.rate / max(1e-6, 1 - momentum)

    @cached_property
    def rows(self) -> int | None:
        """To train on; None where it is not known."""
        if self.run and self.run.started:
            return self.run.started.rows[0]
        return self.examined.rows

    @cached_property
    def validated(self) -> int | None:
        """Rows to validate with."""
        if self.run and self.run.started:
            return self.run.started.rows[1]
        source = self.report.document.data.source
        return source.parts(self.report.document.data.split)[1] if source and self.examined.rows else None

    @cached_property
    def steps_an_epoch(self) -> int | None:
        return -(-self.rows // self.batch) if self.rows else None

    @cached_property
    def batch(self) -> int:
        """Samples a batch; all rows where it is left empty."""
        return int(self.settings["batch_size"] or self.rows or 1)

    @cached_property
    def steps(self) -> int | None:
        """In all, where nothing ends it early; several batches make one where their gradients are added up."""
        each = self.steps_an_epoch
        return max(1, each * int(self.settings["epochs"]) // self.settings["accumulation_steps"]) if each else None

    @cached_property
    def way(self) -> float | None:
        """The rates of all steps together, by the schedule; momentum counted in where steps are plain."""
        return self.steps * fmean(self.rates) if self.steps and self.rates else None

    @cached_property
    def rates(self) -> list[float]:
        """Of steps evenly taken from the whole run, by the schedule; nothing where its rows are not known. One that
        waits for a plateau is not known to fall before it has."""
        if not self.steps_an_epoch:
            return []
        scheduled = Settings(self.settings).scheduled
        if scheduled.plateau():
            return [self.pace]
        run = Run(self.steps_an_epoch, int(self.settings["epochs"]))
        return [rate for _, rate in curve(scheduled, self.pace, run)]

    # What came of it

    @cached_property
    def learned(self) -> float | None:
        """How far the training part was learned at the end, from chance (0) to all of it (1), by accuracy or R²."""
        return self._reached("")

    @cached_property
    def held(self) -> float | None:
        """The same of the validation part."""
        return self._reached("val_")

    def _reached(self, part: str) -> float | None:
        if not self.run or not self.run.epochs:
            return None
        metrics = self.run.epochs[-1].metrics
        scores = [self.reached(f"{part}{name}", loss, metrics) for name, loss in self.scores if part + name in metrics]
        return min(scores) if scores else None

    def reached(self, name: str, loss: Loss, metrics: Mapping[str, float]) -> float:
        """How far a score is from chance (0) to perfect (1)."""
        return metrics[name] if name.endswith("r2") else self.above_chance(loss, metrics[name])

    @cached_property
    def scores(self) -> tuple[tuple[str, Loss], ...]:
        """What says of each output how far it is known: accuracy or R², by the name that the curves have, with its
        Loss. Accuracy says nothing where a frequent class was made to weigh less: who finds the rare one has less."""
        metrics = self.run.epochs[-1].metrics if self.run and self.run.epochs else {}
        found = []
        for id, loss in self.losses.items():
            if loss.is_weighed and self.majority(loss) >= FREQUENT:
                continue
            before = f"{self.output_names.get(id, '')}_" if len(self.losses) > 1 else ""
            found += [(f"{before}{name}", loss) for name in ("r2", "accuracy") if f"{before}{name}" in metrics][:1]
        return tuple(found)

    @cached_property
    def output_names(self) -> Mapping[str, str]:
        """What the metrics of each Loss begin with, where there are several."""
        return path_names(self.report.document, self.report.wired)

    def baseline(self, id: str) -> Baseline | None:
        """What simple methods score on the validation part for a Loss."""
        told = self.run.baselines if self.run else {}
        one = len(self.losses) == len(told) == 1
        return next(iter(told.values())) if one else told.get(self.output_names.get(id, ""))

    def above_chance(self, loss: Loss, accuracy: float) -> float:
        """0 where always the most frequent class is answered, 1 where all is right."""
        usual = self.majority(loss)
        return (accuracy - usual) / (1 - usual) if usual < 1 else 0.0

    def majority(self, loss: Loss) -> float:
        """The share of the most frequent class, as far as the data set tells it."""
        target, rows = self.target(loss), self.class_rows(loss)
        if target is None or self.report.document.data.source is None or not target.classes:
            return 0.0
        return max(rows) / sum(rows) if rows else 1 / len(target.classes)

    def class_rows(self, loss: Loss) -> tuple[int, ...]:
        """Rows of each class of the target; empty where the data set does not tell them."""
        target, source = self.target(loss), self.report.document.data.source
        if target is None or source is None or source.main_class != target.name:
            return ()
        rows: tuple[int, ...] = source.class_rows()
        return rows if len(rows) == len(target.classes) and any(rows) else ()

    @cached_property
    def does_well(self) -> bool:
        """Both parts are known nearly as far as they can be, and not by a hair: the loss has left that of guessing."""
        known = (self.learned or 0) >= LEARNED and (self.held or 0) >= LEARNED
        return known and not self._only_just

    @property
    def _only_just(self) -> bool:
        """Classes are told apart, and hardly surer than by guessing."""
        classes = all((target := self.target(loss)) and target.classes for loss in self.losses.values())
        loss = self.run.epochs[-1].metrics.get("loss") if self.run and self.run.epochs else None
        return bool(classes and self.guessed and loss is not None and loss > SURE * self.guessed)

    def number(self, id: str, name: str) -> float:
        """A parameter of a node; 0 where it has none of this name that is a number."""
        value = self.report.wired.nodes[id].params.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    def weights_of(self, id: str) -> int:
        """How many numbers the node's kernel has."""
        facts, one = self.report.facts[id], self.signals.weighed.get(id)
        if one and one.steps > 1:
            return round(one.fan_in * one.fan_out)
        return facts.counts.multiply_adds // max(1, size(facts.shape[:-1]))
