"""How numbers are distributed: mean, spread and a histogram, worked out by NumPy.

A histogram lies between bounds that are 0 or powers of two, so that these stay put while values drift a little. What is
no number counts as 0 there, and leaves no number as the mean.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphbuilder.records.events import Activations, Distribution

Numbers = NDArray[Any]
Span = tuple[float, float]

BINS, BINS_OF_WEIGHTS = 64, 32
_LEAST, _LEAST_OF_WEIGHTS = 2.0**-20, 2.0**-60
"""The nearest that a bound is to 0; gradients can be small."""
_FARTHEST = 2.0**100
_DIGITS = 5

_unheard = np.errstate(all="ignore")
"""NumPy says nothing where a training diverges, and values are no numbers any more."""

SATURATED = 0.05 / 4
"""A sigmoid's slope where it is a twentieth of its greatest; of a value u from 0 to 1 it is u (1 - u)."""


@_unheard
def activations(values: Numbers, relu: bool = False, bounds: Span | None = None) -> Activations:
    """values: what a node gave, units on the last axis. relu: whether its units can be dead. bounds: of a function
    that saturates at them."""
    numbers = _flat(values)
    mean, spread = _moments(numbers)
    low, high, counts = _histogram(numbers, BINS, _LEAST)
    return Activations(
        mean,
        spread,
        low,
        high,
        counts,
        dead=float((values.reshape(-1, values.shape[-1]) == 0).all(axis=0).mean()) if relu else None,
        saturated=None if bounds is None else _saturated(numbers, bounds),
    )


@_unheard
def distribution(values: Numbers) -> Distribution:
    """Of weights, of gradients, or of what a step changed."""
    numbers = _flat(values)
    mean, spread = _moments(numbers)
    low, high, counts = _histogram(numbers, BINS_OF_WEIGHTS, _LEAST_OF_WEIGHTS)
    zero = 1 - np.count_nonzero(numbers) / max(1, len(numbers))
    return Distribution(rounded(mean), rounded(spread), rounded(rms(numbers)), low, high, counts, rounded(zero))


@_unheard
def rms(values: Numbers) -> float:
    """The root of the mean square."""
    return float(np.sqrt(np.square(_flat(values)).mean()))


def rounded(value: float) -> float:
    """Digits that nobody sees would only be sent."""
    return float(f"{float(value):.{_DIGITS}g}")


def _flat(values: Numbers) -> Numbers:
    return np.asarray(values, np.float32).reshape(-1)


def _moments(numbers: Numbers) -> tuple[float, float]:
    mean = numbers.mean()  # in pairs, so that float32 is exact enough
    apart = numbers - mean
    return float(mean), float(np.sqrt(np.square(apart, out=apart).mean()))


def _histogram(numbers: Numbers, bins: int, least: float) -> tuple[float, float, tuple[int, ...]]:
    """The lower bound, the upper one, and how many lie in each of equal bins between them."""
    lowest, highest = float(numbers.min()), float(numbers.max())
    if not -_FARTHEST <= lowest <= highest <= _FARTHEST:
        numbers = np.clip(np.nan_to_num(numbers, nan=0.0), -_FARTHEST, _FARTHEST)
        lowest, highest = float(numbers.min()), float(numbers.max())
    reach = max(_power_of_two(max(abs(lowest), abs(highest))), least)
    low, high = -reach if lowest < 0 else 0.0, reach if highest > 0 or lowest >= 0 else 0.0
    scaled = numbers * np.float32(bins / (high - low))
    if low:
        scaled -= np.float32(low * bins / (high - low))
    counts = np.bincount(scaled.astype(np.intp), minlength=bins + 1)
    counts[bins - 1] += counts[bins]  # what lies at the upper bound
    return low, high, tuple(counts[:bins].tolist())


def _power_of_two(reach: float) -> float:
    """The least one that is not below; of 0 as well a very small one."""
    share, power = math.frexp(max(reach, 2.0**-1000))
    return math.ldexp(1.0, power - (share == 0.5))


def _saturated(numbers: Numbers, bounds: Span) -> float:
    """The share of values where the function's slope is small."""
    share = (numbers - np.float32(bounds[0])) / np.float32(bounds[1] - bounds[0])
    return float((share * (1 - share) < SATURATED).mean())
