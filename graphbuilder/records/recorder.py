"""Writes what a training tells into the store: a few chunks of records a second, and now and then the digest."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from graphbuilder.records.digest import Digest, thinned
from graphbuilder.records.events import (
    Baselines,
    Boundary,
    Commanded,
    Ended,
    Epoch,
    Event,
    Snapshots,
    Started,
    Steps,
    Units,
    as_json,
)
from graphbuilder.store import StoreError
from graphbuilder.store.work import Work

CHUNK_SECONDS = 0.15
DIGEST_SECONDS = 3.0
PATIENCE_SECONDS = 300.0
"""While nothing can be written the training waits so long for better times."""
_LOSSES = 200
_EPOCHS = 30
UNDER_WAY = "under_way"
"""By which a summary says that all is built that works the steps."""
_SPARKS = 40

Written = TypeVar("Written")


class NothingWritten(RuntimeError):
    """The store took no records for too long: why, in its words."""


class Recorder:
    """Tells one job's events. While the store takes nothing the training waits; what was told before stays whole.

    Raises NothingWritten where the store takes nothing for PATIENCE_SECONDS.
    """

    def __init__(
        self,
        jobs: Work,
        id: str,
        settings: Mapping[str, Any],
        sleep: Callable[[float], None] = time.sleep,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """state: of the recorder that told what happened before, up to where the run goes on. What the job told beyond
        that is taken back: it happens again."""
        self._jobs, self._id, self._sleep = jobs, id, sleep
        self._digest = Digest.of(state["digest"]) if state else Digest()
        self._settings = {**settings}
        self._waiting: list[Event] = []
        self._told = self._digested = 0.0
        self.summary: dict[str, Any] = {**(state["summary"] if state else {}), **settings}
        self.summary |= {"holding": False, UNDER_WAY: False}
        self.epochs: list[dict[str, Any]] = [*state["epochs"]] if state else []
        """All of them, as JSON values; what is told leaves some out where they are very many."""
        self._n = self._patiently(lambda: jobs.tell_anew(id, self._digest.events(), self.summary))

    def state(self) -> dict[str, Any]:
        """All that a recorder needs to go on with this one's records, as JSON values. What waits is told first."""
        self.flush()
        return {"digest": self._digest.state(), "summary": self.summary, "epochs": self.epochs}

    def tell(self, event: Event) -> None:
        if isinstance(event, Started) and self._n:
            self._begin_anew()
        self._waiting.append(event)
        self._sum_up(event)
        if isinstance(event, Started | Commanded | Ended) or time.monotonic() - self._told >= CHUNK_SECONDS:
            self.flush(isinstance(event, Ended))

    def is_under_way(self) -> None:
        """Says so at once: others wait for it."""
        self.summary[UNDER_WAY] = True
        self.flush()

    def flush(self, whole: bool = False) -> None:
        """Writes what waits; `whole`: the digest too."""
        records = [as_json(event) for event in _bounded(_joined(self._waiting))]
        for record in records:
            self._digest.add(record)
        self._waiting.clear()
        self._n += 1
        due = whole or time.monotonic() - self._digested >= DIGEST_SECONDS
        digest = (self._n, self._digest.events()) if due else None
        self._write(records, digest)
        self._told = time.monotonic()
        if due:
            self._digested = self._told

    def _begin_anew(self) -> None:
        """Takes back all that was told: the training began once more."""
        self._digest, self._waiting, self.epochs = Digest(), [], []
        self.summary = {**self._settings, **{name: self.summary[name] for name in ("holding", UNDER_WAY)}}
        self._n = self._patiently(lambda: self._jobs.tell_anew(self._id, [], self.summary))

    def _write(self, records: list[Any], digest: tuple[int, Any] | None) -> None:
        self._patiently(lambda: self._jobs.tell(self._id, [(self._n, records)], digest, self.summary))

    def _patiently(self, write: Callable[[], Written]) -> Written:
        began = time.monotonic()
        while True:
            try:
                return write()
            except StoreError as fault:
                if time.monotonic() - began > PATIENCE_SECONDS:
                    minutes = PATIENCE_SECONDS / 60
                    raise NothingWritten(f"the store took nothing for {minutes:.0f} minutes: {fault}") from fault
                self._sleep(1.0)

    def _sum_up(self, event: Event) -> None:
        """What a list of runs shows: how far it is, and the last values."""
        match event:
            case Started():
                self.summary |= {"parameters": event.parameters, "epochs": event.epochs, "epoch": 0}
                self.summary |= {"steps_per_epoch": event.steps_per_epoch}
            case Epoch():
                told = as_json(event)
                self.epochs.append(told)
                every = -(-len(self.epochs) // _SPARKS)
                curve = [*self.epochs[:-1:every], told]
                self.summary |= {"epoch": event.number, "seconds": event.seconds, "metrics": told["metrics"]}
                self.summary |= {"curve": [epoch["metrics"]["val_loss"] for epoch in curve]}
            case Commanded():
                if event.command in ("go", "hold", "step"):
                    self.summary["holding"] = event.command != "go"
                is_setting = event.command != "weigh"
                changed = {name: now for name, (_, now) in event.settings.items() if is_setting}
                self.summary["settings"] = {**self.summary.get("settings", {}), **changed}
                self.summary |= {name: changed[name] for name in ("epochs",) if name in changed}
            case Snapshots():
                self.summary |= {"snapshots": [*event.steps]}
            case Baselines():
                self.summary |= {"baselines": as_json(event)["outputs"]}
            case Ended():
                told = as_json(event)
                self.summary |= {"holding": False} | {
                    "seconds": event.seconds,
                    "kept": told["kept"],
                    "kept_epoch": event.kept_epoch,
                }


def _joined(events: list[Event]) -> list[Event]:
    """The losses of all steps together in front of what else there is; as means where they are very many."""
    steps = [event for event in events if isinstance(event, Steps)]
    if not steps:
        return events
    losses = tuple(loss for event in steps for loss in event.losses)
    stride = -(-len(losses) // _LOSSES)
    whole = len(losses) - len(losses) % stride
    first, seconds = steps[0].first, steps[-1].seconds
    means = tuple(sum(losses[at : at + stride]) / stride for at in range(0, whole, stride))
    joined = [Steps(first, means, seconds, stride)]
    if losses[whole:]:
        rest = losses[whole:]
        joined.append(Steps(first + whole, (sum(rest) / len(rest),), seconds, len(rest)))
    begun = [event for event in events if isinstance(event, Started)]
    return [*begun, *joined, *(event for event in events if not isinstance(event, Steps | Started))]


def _bounded(events: list[Event]) -> list[Event]:
    """Of what one chunk would tell the newest boundary and units alone, and not every epoch of very many."""
    newest = [next((one for one in reversed(events) if isinstance(one, kind)), None) for kind in (Boundary, Units)]
    epochs = [event for event in events if isinstance(event, Epoch)]
    best = next((epoch for epoch in reversed(epochs) if epoch.best), None)
    while len(epochs) > _EPOCHS:
        epochs = thinned(epochs, _EPOCHS)
    return [
        event
        for event in events
        if not (isinstance(event, Boundary | Units) and not any(event is one for one in newest))
        and not (isinstance(event, Epoch) and event is not best and event not in epochs)
    ]
