"""Runs that differ in nothing but the fold that they were validated on, taken together: means and spreads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean, stdev
from types import MappingProxyType

from graphbuilder.document import Document


@dataclass(frozen=True, slots=True)
class Folds:
    """folds: into how many the rows fall. trained: on how many of them there is a score. scores: of each metric the
    mean over these, and the standard deviation from one to the next (with n - 1)."""

    folds: int
    trained: int
    scores: Mapping[str, tuple[float, float]]


def each_fold(document: Document) -> list[Document]:
    """The document once for each of its folds; alone where it has none."""
    data = document.data
    return [
        document.model_copy(
            update={"data": data.model_copy(update={"split": MappingProxyType({**data.split, "fold": fold})})}
        )
        for fold in range(1, max(1, data.split.get("folds", 0)) + 1)
    ]


def taken_together(runs: Sequence[tuple[Document, Mapping[str, float | None]]]) -> list[Folds]:
    """Of runs with their scores by metric, the newest first, those that make up folds: at least two of them. Of one
    fold that was trained several times the newest counts."""
    families: list[tuple[Document, dict[int, Mapping[str, float | None]]]] = []
    for document, scores in runs:
        split = document.data.split
        if split.get("folds", 0) < 2 or not scores:
            continue
        alike = each_fold(document)[0]
        family = next((found for known, found in families if known == alike), None)
        if family is None:
            families.append((alike, family := {}))
        family.setdefault(split["fold"], scores)
    return [_mean(known, found) for known, found in families if len(found) > 1]


def _mean(document: Document, found: Mapping[int, Mapping[str, float | None]]) -> Folds:
    means = {}
    for name in next(iter(found.values())):
        values = [value for scores in found.values() if (value := scores.get(name)) is not None and isfinite(value)]
        if len(values) == len(found):
            means[name] = (fmean(values), stdev(values))
    return Folds(document.data.split["folds"], len(found), means)
