"""What a training tells: small frozen records, which cross from its process to whoever watches, as JSON.

"step" values are of that one batch, with penalties and with dropout on; "epoch" values are means over all rows of the
epoch, each by the weights that it met. A value that is not finite is written as null.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite, nan
from typing import Any, Literal

Ending = Literal["finished", "stopped", "diverged", "paused"]
"""finished: all epochs, or early stopping; stopped: somebody asked; diverged: the loss, the validation loss or a weight
was no number any more. What is kept of a training has finite weights and a finite validation loss in any case.
paused: it goes on from its checkpoint; this is not told, since a record has one end."""


@dataclass(frozen=True, slots=True)
class Started:
    """Before the first step. rows: samples of the training, validation and test part."""

    parameters: int
    rows: tuple[int, int, int]
    steps_per_epoch: int
    epochs: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The losses of consecutive steps, the first of them numbered `first` (from 1). seconds: since the loop began.

    stride: each number is the mean of so many steps.
    """

    first: int
    losses: tuple[float, ...]
    seconds: float
    stride: int = 1


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch done. metrics: by name, the validation part's behind val_. best: whether val_loss is the lowest yet."""

    number: int
    step: int
    metrics: Mapping[str, float]
    seconds: float
    best: bool


@dataclass(frozen=True, slots=True)
class Activations:
    """How the outputs of one node are distributed over the probed rows.

    counts: 64 equal bins from low to high, which are 0 or powers of two. dead: the share of units that are zero on
    every row, for ReLU alone.
    """

    mean: float
    spread: float
    low: float
    high: float
    counts: tuple[int, ...]
    dead: float | None


@dataclass(frozen=True, slots=True)
class Probe:
    """The activations of some nodes, by id, after this many steps."""

    step: int
    seconds: float
    nodes: Mapping[str, Activations]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a network with one input of two numbers answers over a square grid, row by row from the lowest y up.

    low, high: the grid's corners, (x, y) each, where its outermost cells end. size: cells along a side. output: the
    Loss' name. best: the number of the likeliest class in each cell; sure: its probability, in hundredths.
    """

    step: int
    output: str
    low: tuple[float, float]
    high: tuple[float, float]
    size: int
    best: tuple[int, ...]
    sure: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The last record. kept: the metrics of the weights that were kept, of which epoch (0: none was completed)."""

    state: Ending
    reason: str
    epochs: int
    steps: int
    kept_epoch: int
    kept: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


Event = Started | Steps | Epoch | Probe | Boundary | Ended


def as_json(event: Event) -> dict[str, Any]:
    """The record as plain JSON values, with its kind."""
    return {"kind": type(event).__name__.lower(), **_finite(asdict(event))}


def from_json(told: Mapping[str, Any]) -> Event:
    """The record that `as_json` wrote. What was not finite comes back as nan."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    kind = _KINDS[values.pop("kind")]
    if kind is Steps:
        values["losses"] = tuple(nan if loss is None else loss for loss in values["losses"])
    if kind is Probe:
        nodes = values["nodes"].items()
        values["nodes"] = {id: Activations(**{**seen, "counts": tuple(seen["counts"])}) for id, seen in nodes}
    if kind is Epoch:
        metrics = values["metrics"].items()
        values["metrics"] = {name: nan if value is None else value for name, value in metrics}
    event: Event = kind(**values)
    return event


_KINDS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in (Started, Steps, Epoch, Probe, Boundary, Ended)}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value
