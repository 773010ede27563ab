"""A table as the checks see it that look for what is odd."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import Column
from graphbuilder.understanding.leaks import Leak
from graphbuilder.understanding.measures import ColumnFacts
from graphbuilder.understanding.suggesting import Look

Array = np.ndarray[Any, Any]

FEWEST = 10
"""Rows, below which nothing can be learned and judged."""
IGNORE = {"role": "ignore"}
"""A change of a column."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A table as the checks see it. kept: which of its rows stay; codes: the class of each of these; parts: places in
    what stays, of training, validation and test. series: rows are cut into windows. settled: names of columns whose
    type or role a person chose."""

    table: pa.Table
    looks: Mapping[str, Look]
    columns: Sequence[Column]
    told: Sequence[ColumnFacts]
    kept: Array
    target: Column | None
    series: bool
    settled: Collection[str]
    classes: Sequence[tuple[str, int]]
    codes: Array | None
    parts: Sequence[Array]
    split: Mapping[str, Any]
    copies: int
    copied: Mapping[str, int]
    leak: Leak | None

    @property
    def features(self) -> list[ColumnFacts]:
        return [one for one in self.told if one.role == "feature"]

    @property
    def used(self) -> list[ColumnFacts]:
        return [one for one in self.told if one.role in ("feature", "target", "weight", "time")]


def parted_by(looked: Looked) -> str:
    """What puts rows into the parts of the split."""
    roles = {column.role for column in looked.columns}
    by = str(looked.split["by"])
    if by == "data":
        return "given" if "part" in roles else "time" if "time" in roles else "random"
    return by
