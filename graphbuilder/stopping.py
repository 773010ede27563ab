"""What is decided after each epoch: whether it was the best, whether training ends early, whether the rate falls.

Each decides as Keras' callback of its name does, on the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is watched, by the key that it is told under, and whether less of it is better."""

    metric: str = "val_loss"
    falls: bool = True

    def score(self, metrics: Mapping[str, float]) -> float:
        """Of which less is better."""
        return metrics[self.metric] if self.falls else -metrics[self.metric]

    @property
    def words(self) -> str:
        return self.metric.replace("_", " ").replace("val ", "validation ")

    @property
    def mode(self) -> str:
        return "min" if self.falls else "max"


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """keras.callbacks.EarlyStopping. patience: epochs without progress; 0 is never. start: epochs that do not count.
    restore: the weights of the best epoch are kept."""

    patience: int = 0
    min_delta: float = 0.0
    start: int = 0
    restore: bool = True

    def is_over(self, epoch: int, progress: int) -> bool:
        """epoch: that is done; progress: the last one that was better than what was best before."""
        return bool(self.patience) and epoch - max(progress, self.start) >= self.patience


@dataclass(frozen=True, slots=True)
class Flat:
    """How long it has been flat. best: the lowest score; cooling: epochs left in which nothing is counted."""

    best: float = inf
    waited: int = 0
    cooling: int = 0


@dataclass(frozen=True, slots=True)
class Plateau:
    """keras.callbacks.ReduceLROnPlateau. least: below which the rate does not fall."""

    factor: float = 0.1
    patience: int = 10
    min_delta: float = 0.0001
    cooldown: int = 0
    least: float = 0.0

    def after(self, score: float, rate: float, flat: Flat) -> tuple[float, Flat]:
        """The learning rate of the next epoch, and how long it has been flat."""
        cooling = max(0, flat.cooling - 1)
        waited = 0 if flat.cooling else flat.waited
        if score + self.min_delta < flat.best:
            return rate, Flat(score, 0, cooling)
        if cooling:
            return rate, Flat(flat.best, waited, cooling)
        if waited + 1 < self.patience or rate <= float(np.float32(self.least)):
            return rate, Flat(flat.best, waited + 1, 0)
        return max(rate * self.factor, self.least), Flat(flat.best, 0, self.cooldown)
