"""Whether two groups of runs differ by more than chance: runs of one network that differ in their seeds alone scatter,
and a difference means something where it is larger than that."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, lgamma, log, sqrt
from statistics import fmean, stdev, variance

LEVEL = 0.95
"""Of the interval; a difference is called larger than the spread where chance alone makes one as large in fewer than
1 of 20 comparisons."""


@dataclass(frozen=True, slots=True)
class Welch:
    """Welch's t-test of two means, whose spreads need not be equal. difference: of the second mean from the first.
    low, high: of its interval at LEVEL. t, freedom: the statistic, and its degrees of freedom. p: how often chance
    alone makes a difference as large, with no difference at all behind it."""

    difference: float
    low: float
    high: float
    t: float
    freedom: float
    p: float

    @property
    def is_larger(self) -> bool:
        """Than the spread."""
        return self.p < 1 - LEVEL


def welch(one: Sequence[float], other: Sequence[float]) -> Welch | None:
    """None where a group has fewer than two values. Groups without any spread differ surely, or not at all.

    Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
    involved. Biometrika 34. The degrees of freedom are those of Satterthwaite (1946).
    """
    if min(len(one), len(other)) < 2:
        return None
    difference = fmean(other) - fmean(one)
    a, b = variance(one) / len(one), variance(other) / len(other)
    error = sqrt(a + b)
    if error == 0:
        sure = difference != 0
        return Welch(difference, difference, difference, inf if sure else 0.0, inf, 0.0 if sure else 1.0)
    freedom = 1 / ((a / (a + b)) ** 2 / (len(one) - 1) + (b / (a + b)) ** 2 / (len(other) - 1))
    t, reach = difference / error, _quantile(LEVEL, freedom) * error
    return Welch(difference, difference - reach, difference + reach, t, freedom, _beyond(abs(t), freedom))


def mean_and_spread(values: Sequence[float]) -> str:
    """In words: the mean, and the standard deviation where there are several."""
    told = f"{fmean(values):.3g}"
    return f"{told} ± {stdev(values):.2g}" if len(values) > 1 else told


def signed(value: float, digits: int) -> str:
    """A difference, with its sign; none where there is none."""
    return f"{value:+.{digits}g}".replace("-", "\N{MINUS SIGN}") if value else "0"


def in_words(name: str, one: Sequence[float], other: Sequence[float], titles: tuple[str, str]) -> str:
    """Whether the difference of a score, of so many runs each, is larger than the spread of their seeds."""
    first, second = titles
    if not one or not other:
        return f"{first if not one else second} has no {name} yet."
    found = welch(one, other)
    more = fmean(other) - fmean(one)
    apart = f"{name} of {second} is {abs(more):.2g} {'higher' if more > 0 else 'lower'} than that of {first}"
    if not more:
        apart = f"{name} of {second} is that of {first}"
    if found is None:
        return f"{apart}; one run says nothing about chance. Train several seeds of each."
    numbers = f"{len(one)} and {len(other)} seeds"
    interval = f"{LEVEL:.0%} interval {signed(found.low, 2)} to {signed(found.high, 2)}"
    test = f"Welch's t = {found.t:.2f}, p = {found.p:.2g}" if isfinite(found.t) else "no spread at all"
    verdict = (
        "That is larger than the spread of the seeds."
        if found.is_larger
        else "That is within the spread of the seeds: it may be chance."
    )
    return f"{apart} ({interval}; {test}; {numbers}). {verdict}"


# Student's t distribution


def _beyond(t: float, freedom: float) -> float:
    """How likely a value of Student's t is as far from zero, on either side."""
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _quantile(level: float, freedom: float) -> float:
    """Within which distance from zero this share of all values lies."""
    low, high = 0.0, 1.0
    while _beyond(high, freedom) > 1 - level:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22), worked by Lentz's
    method (1976)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny, f, c, d = 1e-300, 1.0, 1.0, 0.0
    for i in range(500):
        m = i // 2
        if i == 0:
            term = 1.0
        elif i % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or tiny)
        c = 1 + term / c or tiny
        f *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * (f - 1)
