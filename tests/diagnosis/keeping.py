"""Keeps what some runs of the suite told, in a few kB each, for the fast tests: python -m tests.diagnosis.keeping."""

import gzip
import json
from pathlib import Path
from typing import Any

from graphbuilder.document import Document
from graphbuilder.records.digest import thinned
from graphbuilder.records.events import Event, Probe, Steps, as_json
from graphbuilder.records.folder import record_of
from tests.diagnosis.lists import people_ask, people_do_well
from tests.diagnosis.planted import faults, healthy
from tests.diagnosis.training import folder_of

RUNS = Path(__file__).parent / "recorded"
HEALTHY = (
    "perceptron", "perceptron-dropout", "moons-noisy", "xor-sgd-high", "diabetes-mae", "template-siamese",
    "template-spiral_perceptron", "cancer-patience",
)  # fmt: skip
ASKED = (
    "prices-diverge", "price-in-dollars", "copied-before-the-split", "momentum-on-signs", "luck-by-heart",
    "few-colours-by-heart", "a-line-for-a-ring", "stopped-at-the-first-rest", "augmented-beyond-knowing",
    "waves-by-5", "waves-by-heart", "orders-by-what-was-noted-afterwards", "soils-on-no-plateau", "few-cars-by-heart",
    "glasses-row-by-row",
)  # fmt: skip
CONTROLS = (
    "customers-stopped",
    "weather-penalty",
    "transfers-weighed",
    "gardens-two-ends",
    "houses-line",
    "forms-several",
    "plane",
    "soils-on-a-plateau-soon",
    "cars-on-a-plateau",
    "orders-without-note",
    "spirals-shaken-in-training-alone",
)
_LOSSES = 60


def keep(name: str, document: Document) -> None:
    told = json.dumps([_rounded(as_json(event)) for event in _fewer(record_of(folder_of(document)))])
    RUNS.mkdir(exist_ok=True)
    (RUNS / f"{name}.json.gz").write_bytes(gzip.compress(told.encode(), mtime=0))


def _fewer(events: tuple[Event, ...]) -> list[Event]:
    """The first and the last look, and the losses of steps as means, but the first, which stays itself."""
    losses = [loss for event in events if isinstance(event, Steps) for loss in event.losses]
    stride = max(1, len(losses) // _LOSSES)
    means = tuple(max(losses[at : at + stride]) for at in range(1, len(losses), stride))
    looks = thinned([event for event in events if isinstance(event, Probe)], 2)
    first = next((place for place, event in enumerate(events) if isinstance(event, Steps)), len(events))
    others = [event for event in events if not isinstance(event, Steps | Probe) or event in looks]
    return [*others[:first], Steps(1, (*losses[:1], *means), 0.0, stride), *others[first:]]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    for fault in faults():
        if fault.of_run:
            keep(fault.name, fault.document)
    for name, document in healthy():
        if name in HEALTHY:
            keep(name, document)
    for one in people_ask():
        if one.name in ASKED:
            keep(one.name, one.document)
    for name, document in people_do_well():
        if name in CONTROLS:
            keep(name, document)
