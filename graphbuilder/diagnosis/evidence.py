"""What a run told, as rules read it. What its records do not hold is None."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path

from graphbuilder.records.events import (
    Activations,
    Baseline,
    Baselines,
    Batch,
    Ended,
    Epoch,
    Event,
    Layers,
    Probe,
    Started,
    Steps,
)
from graphbuilder.records.folder import record_of


@dataclass(frozen=True)
class Evidence:
    """losses: of the steps, or means of so many (stride). layers, batches: looks at weights and gradients, and at a few
    training rows; none in records of older programs. baselines: what simple methods score, by the Loss' name. ended:
    None while the run goes on."""

    started: Started | None
    losses: Sequence[float]
    stride: int
    epochs: Sequence[Epoch]
    probes: Sequence[Probe]
    layers: Sequence[Layers]
    batches: Sequence[Batch]
    baselines: Mapping[str, Baseline]
    ended: Ended | None

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Evidence":
        steps = [event for event in events if isinstance(event, Steps)]
        return cls(
            started=next((event for event in events if isinstance(event, Started)), None),
            losses=[loss for event in steps for loss in event.losses],
            stride=max((event.stride for event in steps), default=1),
            epochs=[event for event in events if isinstance(event, Epoch)],
            probes=[event for event in events if isinstance(event, Probe) and event.nodes],
            layers=[event for event in events if isinstance(event, Layers)],
            batches=[event for event in events if isinstance(event, Batch)],
            baselines=next((event.outputs for event in events if isinstance(event, Baselines)), {}),
            ended=next((event for event in events if isinstance(event, Ended)), None),
        )

    @classmethod
    def read(cls, folder: Path) -> "Evidence":
        """Of a saved run. Raises OSError or ValueError where it cannot be read."""
        return cls.of(record_of(folder))

    def curve(self, name: str) -> list[float]:
        """A metric over the epochs; empty where it was not told."""
        return [epoch.metrics[name] for epoch in self.epochs if name in epoch.metrics]

    @cached_property
    def first(self) -> Mapping[str, Activations]:
        """What each node gave before the first step."""
        return self.probes[0].nodes if self.probes and self.probes[0].step == 0 else {}

    @cached_property
    def last(self) -> Mapping[str, Activations]:
        """What each node gave when it was looked at last."""
        found: dict[str, Activations] = {}
        for probe in self.probes[1:]:
            found.update(probe.nodes)
        return found

    @cached_property
    def moved(self) -> Mapping[str, float]:
        """How far all steps together moved the kernel of each node, against the size that it began with."""
        began: dict[str, float] = {}
        found: dict[str, float] = {}
        for look in self.layers:
            for id, variables in look.nodes.items():
                one = variables.get("kernel")
                if one is None:
                    continue
                size = began.setdefault(id, one.weight.rms)
                if look.step and size and isfinite(one.moved):
                    found[id] = one.moved / size
        return found

    @cached_property
    def gradients(self) -> Mapping[str, float]:
        """Root mean square of the gradient of each node's kernel, at its last look behind the first step."""
        looks = [look for look in self.layers if look.step]
        return {
            id: one.gradient.rms for look in looks for id, known in look.nodes.items() if (one := known.get("kernel"))
        }

    @property
    def diverged(self) -> bool:
        return bool(self.ended and self.ended.state == "diverged") or not all(map(isfinite, self.losses))
