"""All that a training told, in a size that has a bound however long it goes on.

It is made of the same records as the events themselves, only fewer: losses as means over ever more steps, epochs ever
farther apart, and looks into the network without those that lie closest. Whoever reads events reads a digest.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

POINTS = 1000
"""Losses of steps, and epochs, at most."""

SLICES = 40
"""Looks into the network at most; fewer of a large one."""

BATCHES = 400
BOUNDARIES = 20
"""Each takes some 12 kB."""
UNITS = 8
"""Each takes up to 26 kB."""

COMMANDS = 200
"""What was asked of the training, at most: changed settings go last."""

_ENTRIES = {"probe": 800, "layers": 240}
"""Distributions of nodes, and variables with three of them each, that all looks have together."""
_FEWEST_SLICES = 8

Record = Mapping[str, Any]


class Digest:
    """Takes events as JSON values and gives back as many as it may."""

    def __init__(self) -> None:
        self._single: dict[str, Record] = {}
        self._losses: list[float | None] = []
        self._stride = 1
        self._open: list[float | None] = []
        self._seconds = 0.0
        self._epochs: list[Record] = []
        self._epoch_stride = 1
        self._best: Record | None = None
        self._probes: list[dict[str, Any]] = []
        self._layers: list[dict[str, Any]] = []
        self._batches: list[Record] = []
        self._boundaries: list[Record] = []
        self._units: list[Record] = []
        self._commands: list[Record] = []

    def state(self) -> dict[str, Any]:
        """All that it is made of, as JSON values."""
        return {name.removeprefix("_"): value for name, value in vars(self).items()}

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Digest":
        """The digest that had this state."""
        digest = cls()
        vars(digest).update({f"_{name}": value for name, value in state.items()})
        return digest

    def add(self, event: Record) -> None:
        match event["kind"]:
            case "steps":
                self._add_losses(event["losses"], event["stride"])
                self._seconds = event["seconds"]
            case "epoch":
                self._add_epoch(event)
                if event["best"]:
                    self._best = event
            case "probe":
                self._probes = _with_look(self._probes, event, len(event["nodes"]))
            case "layers":
                variables = sum(map(len, event["nodes"].values()))
                self._layers = _with_look(self._layers, event, variables)
            case "batch":
                self._batches = denser_at_the_start([*self._batches, event], BATCHES)
            case "boundary":
                self._boundaries = denser_at_the_start([*self._boundaries, event], BOUNDARIES)
            case "units":
                self._units = denser_at_the_start([*self._units, event], UNITS)
            case "commanded":
                self._commands = _commands([*self._commands, event])
            case kind:
                self._single[kind] = event

    def events(self) -> list[Record]:
        steps = self._steps(1, self._stride, self._losses)
        if self._open:
            steps += self._steps(1 + len(self._losses) * self._stride, len(self._open), [_mean(self._open)])
        epochs = self._epochs
        if self._best and self._best not in epochs:
            epochs = sorted([*epochs, self._best], key=lambda epoch: int(epoch["number"]))
        single = self._single
        return [
            *(single[kind] for kind in ("started",) if kind in single),
            *steps,
            *epochs,
            *self._probes,
            *self._layers,
            *self._batches,
            *self._boundaries,
            *self._units,
            *self._commands,
            *(single[kind] for kind in ("baselines", "estimate", "snapshots", "ended") if kind in single),
        ]

    def _steps(self, first: int, stride: int, losses: list[float | None]) -> list[Record]:
        told = {"kind": "steps", "first": first, "stride": stride, "losses": losses, "seconds": self._seconds}
        return [told] if losses else []

    def _add_epoch(self, event: Record) -> None:
        """Epochs stay as far from each other as the losses of steps: the first, every so many, and the newest."""
        if len(self._epochs) > 1 and not self._stays(self._epochs[-1]):
            self._epochs.pop()  # it was the newest
        self._epochs.append(event)
        while len(self._epochs) > POINTS:
            self._epoch_stride *= 2
            first, *between, newest = self._epochs
            self._epochs = [first, *filter(self._stays, between), newest]

    def _stays(self, epoch: Record) -> bool:
        return (int(epoch["number"]) - 1) % self._epoch_stride == 0

    def _add_losses(self, losses: Iterable[float | None], stride: int) -> None:
        for loss in losses:
            self._open += [loss] * stride
            while len(self._open) >= self._stride:
                self._losses.append(_mean(self._open[: self._stride]))
                del self._open[: self._stride]
                if len(self._losses) == POINTS:
                    pairs = zip(self._losses[::2], self._losses[1::2], strict=True)
                    self._losses = [_mean(pair) for pair in pairs]
                    self._stride *= 2


def _with_look(looks: list[dict[str, Any]], look: Record, entries: int) -> list[dict[str, Any]]:
    """Looks at parts of a large network in turn join to one."""
    newest = looks[-1] if looks else None
    if newest and not newest["nodes"].keys() & look["nodes"].keys():
        return [*looks[:-1], {**look, "nodes": {**newest["nodes"], **look["nodes"]}}]
    most = max(_FEWEST_SLICES, min(SLICES, _ENTRIES[look["kind"]] // max(1, entries)))
    return denser_at_the_start([*looks, dict(look)], most)


def denser_at_the_start(looks: list[Any], most: int, step: Callable[[Any], int] = itemgetter("step")) -> list[Any]:
    """At most so many of looks in the order of their steps, the first and the last always among them: those left out
    lie closest to their neighbours, by the root of the step, since most happens early."""
    left = [*looks]
    while len(left) > max(2, most):
        roots = [math.sqrt(step(look)) for look in left]
        del left[min(range(1, len(left) - 1), key=lambda at: roots[at + 1] - roots[at - 1])]
    return left


def thinned(records: list[Any], most: int) -> list[Any]:
    """Every second record where there are more than `most`, the first and the last always among them."""
    if len(records) <= most:
        return records
    return [*records[:-1:2], records[-1]]


def _commands(records: list[Record]) -> list[Record]:
    """Of too many the oldest goes that changed nothing, else every second."""
    if len(records) <= COMMANDS:
        return records
    idle = next((place for place, record in enumerate(records) if not record["settings"]), None)
    return thinned(records, COMMANDS) if idle is None else records[:idle] + records[idle + 1 :]


def _mean(losses: Iterable[float | None]) -> float | None:
    """The mean; None, which stands for what is no number, where one of them is."""
    known = list(losses)
    numbers = [loss for loss in known if loss is not None]
    return sum(numbers) / len(numbers) if len(numbers) == len(known) else None
