"""What a training tells: small frozen records, which cross from its process to whoever watches, as JSON.

"step" values are of that one batch, with penalties and with dropout on; "epoch" values are means over all rows of the
epoch, each by the weights that it met. A value that is not finite is written as null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """One epoch done. metrics: by name, the validation part's behind val_. best: whether val_loss is the lowest yet.
    rate: the learning rate of its last step; None in records of older programs."""

    number: int
    step: int
    metrics: Mapping[str, float]
    seconds: float
    best: bool
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Activations:
    """How the outputs of one node are distributed over the probed rows.

    counts: 64 equal bins from low to high, which are 0 or powers of two. dead: the share of units that are zero on
    every row, for ReLU alone. saturated: the share of values where an activation with two bounds (sigmoid, tanh,
    softmax) has less than a twentieth of its greatest slope; None for others.
    """

    mean: float
    spread: float
    low: float
    high: float
    counts: tuple[int, ...]
    dead: float | None
    saturated: float | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """The activations of some nodes, by id, after this many steps."""

    step: int
    seconds: float
    nodes: Mapping[str, Activations]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the numbers of one variable are distributed.

    counts: 32 equal bins from low to high, which are 0 or powers of two. zero: the share of them that is exactly 0.
    """

    mean: float
    spread: float
    rms: float
    low: float
    high: float
    counts: tuple[int, ...]
    zero: float


@dataclass(frozen=True, slots=True)
class Variable:
    """One trained variable of a layer. gradient: of the loss on the rows of `Batch`, in training mode, with penalties.
    update: what the one step before this look changed; None before the first step.

    moved: root mean square of what all steps together changed. update_ratio: rms of the update over rms of the weight;
    None where there is no update, or the weight is all 0.
    """

    weight: Distribution
    gradient: Distribution
    update: Distribution | None
    update_ratio: float | None
    moved: float


@dataclass(frozen=True, slots=True)
class Layers:
    """The trained variables of some nodes after this many steps: by node id, and in it by the variable's name.

    flow: of every node the norm of the gradient of a row's loss with respect to the node's output on that row, in
    training mode; the mean over the rows of `Batch`. A node that the loss does not reach is missing.
    """

    step: int
    seconds: float
    nodes: Mapping[str, Mapping[str, Variable]]
    flow: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Batch:
    """What the same few training rows say after this many steps.

    rows: how many. loss: of the data alone, in training mode (dropout on, batch normalization by the batch). penalty:
    what regularization adds to it. inference_loss: of the data alone, in inference mode. gradient_norm: of all trained
    variables together. gradient_noise: variance of the gradient from batch to batch, of the run's batch size, over the
    squared norm of the mean gradient; above 1 a step is led by chance more than by the loss. None where it cannot be
    told.
    """

    step: int
    seconds: float
    rows: int
    loss: float
    penalty: float
    inference_loss: float
    gradient_norm: float
    gradient_noise: float | None


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The weights of this step were kept. steps: all whose weights are kept now. bytes: that they take together."""

    step: int
    seconds: float
    steps: tuple[int, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What simple methods score on the validation part for one target, learned from at most `rows` training rows.

    metric: "accuracy" for a class, "r2" for values. mean, spread: of the target in the training part, over all its
    columns; None for a class. constant: the score of the most frequent class, or of the mean. nearest: of the 5 nearest
    neighbours. linear: of logistic or linear regression. None where one could not be had in the time.

    shared: the share of validation rows whose inputs a training row has too, number by number; None where that was not
    counted, or says nothing, as rows of so few possible values must repeat.

    giveaway: the column that alone tells the target of each row, where one of several does.
    """

    metric: Literal["accuracy", "r2"]
    rows: int
    mean: float | None
    spread: float | None
    constant: float | None
    nearest: float | None
    linear: float | None
    shared: float | None = None
    giveaway: str | None = None


@dataclass(frozen=True, slots=True)
class Baselines:
    """Of each Loss, by its name."""

    outputs: Mapping[str, Baseline]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a network with one input of two numbers answers over a square grid, row by row from the lowest y up.

    low, high: the grid's corners, (x, y) each, where its outermost cells end. size: cells along a side. output: the
    Loss' name. best: the number of the likeliest class in each cell; sure: its probability, in hundredths. Where an
    amount is answered these are empty, and values says how far that is on the way along `span`, in hundredths: from
    -100 to 200, so at most as far beyond it as it is long.
    """

    step: int
    output: str
    low: tuple[float, float]
    high: tuple[float, float]
    size: int
    best: tuple[int, ...]
    sure: tuple[int, ...]
    values: tuple[int, ...] = ()
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """What units of the first nodes answer over the grid of a Boundary, coarser; such a network alone.

    size: cells along a side. nodes: by id a text for each of the first units, a letter a cell, row by row from the
    lowest y up: from "0", as far below zero as the unit goes from zero at all, over "P", zero, to "p". counts: how
    many units each node has. reaches: of each of those units, how far from zero that is.
    weights: of the nodes whose units weigh what comes in the numbers of "kernel", a row for each input, one row behind
    the other, and of "bias"; empty where there are very many.
    """

    step: int
    size: int
    nodes: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    reaches: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, tuple[float | None, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training needs, as far as it is known after this many steps.

    memory: bytes that it takes at most, as estimated before the start; 0 where nobody knows. used: the most that its
    process has had so far. each: seconds of a step with all that is done beside it; left: seconds until the end, where
    no early stopping comes before. None before steps were measured.
    """

    step: int
    seconds: float
    memory: int
    used: int
    each: float | None
    left: float | None


@dataclass(frozen=True, slots=True)
class Commanded:
    """What was asked of the training and worked, after this many steps; a mark on its curves.

    settings: by name what each was and what it is now, as JSON values; those that could not be changed are not among
    them. Of "weigh" they are weights, by the names that `Command` gives them. words: what else there is to know, such
    as why not.
    """

    step: int
    seconds: float
    command: str
    settings: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    words: str = ""


ALL_EPOCHS = "all epochs done"
"""The reason of a training that was not ended before."""


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


Event = (
    Started
    | Steps
    | Epoch
    | Probe
    | Layers
    | Batch
    | Boundary
    | Units
    | Snapshots
    | Baselines
    | Estimate
    | Commanded
    | Ended
)


def as_json(event: Event) -> dict[str, Any]:
    """The record as plain JSON values, with its kind."""
    return {"kind": type(event).__name__.lower(), **finite(event)}


def from_json(told: Mapping[str, Any]) -> Event:
    """The record that `as_json` wrote. What was not finite comes back as nan, unless None is a value there."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    kind = _KINDS[values.pop("kind")]
    if kind is Steps:
        values["losses"] = tuple(map(_number, values["losses"]))
    if kind is Probe:
        values["nodes"] = {id: _of(Activations, seen) for id, seen in values["nodes"].items()}
    if kind is Layers:
        values["nodes"] = {
            id: {name: _variable(seen) for name, seen in variables.items()} for id, variables in values["nodes"].items()
        }
        values["flow"] = {id: _number(norm) for id, norm in values["flow"].items()}
    if kind is Batch:
        values |= {name: _number(values[name]) for name in ("loss", "penalty", "inference_loss", "gradient_norm")}
    if kind is Units:
        for name in ("nodes", "reaches"):
            values[name] = {id: tuple(units) for id, units in values.get(name, {}).items()}
        values["weights"] = {
            id: {name: tuple(numbers) for name, numbers in weights.items()}
            for id, weights in values.get("weights", {}).items()
        }
    if kind is Baselines:
        values["outputs"] = {name: Baseline(**one) for name, one in values["outputs"].items()}
    if kind is Commanded:
        values["settings"] = {name: tuple(change) for name, change in values["settings"].items()}
    if kind is Epoch:
        values["metrics"] = {name: _number(value) for name, value in values["metrics"].items()}
    event: Event = kind(**values)
    return event


_EVENTS = (
    Started,
    Steps,
    Epoch,
    Probe,
    Layers,
    Batch,
    Boundary,
    Units,
    Snapshots,
    Baselines,
    Estimate,
    Commanded,
    Ended,
)
_KINDS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in _EVENTS}


def _number(value: float | None) -> float:
    return nan if value is None else value


def _of(kind: type[Any], seen: Mapping[str, Any]) -> Any:
    numbers = {name: _number(seen[name]) for name in ("mean", "spread", "rms") if name in seen}
    return kind(**{**seen, **numbers, "counts": tuple(seen["counts"])})


def _variable(seen: Mapping[str, Any]) -> Variable:
    parts = {name: seen[name] and _of(Distribution, seen[name]) for name in ("weight", "gradient", "update")}
    return Variable(**{**seen, **parts, "moved": _number(seen["moved"])})


def finite(value: Any) -> Any:
    """A record, or what is in one, as plain JSON values; null for what is not finite. Thousands of whole numbers in a
    row, as looks have them, are taken as they are."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, tuple | list):
        return [*value] if {*map(type, value)} == {int} else [finite(part) for part in value]
    if isinstance(value, Mapping):
        return {key: finite(part) for key, part in value.items()}
    return {name: finite(getattr(value, name)) for name in value.__dataclass_fields__}
