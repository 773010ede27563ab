"""The hidden representation of samples: what a node gives for them, as points in a plane, as JSON values."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.training.budget import rows_within
from graphbuilder.training.inside import Inside, Part, Unanswerable
from graphbuilder.training.representation import Axes, principal, rows_for

PART: Part = "validation"
MOST_SLOWLY = 1000
"""Samples that t-SNE and UMAP are given, which take seconds for so many."""
_AT_ONCE_BYTES = 50_000_000
_FEWEST = 3
_COLOURS = 12
"""Names or numbers of one target that points can be coloured by."""


class Hidden:
    """Of one node, by its path, for samples spread evenly over the validation part. at: their places within it."""

    def __init__(self, inside: Inside, node: str, most: int = 10**9) -> None:
        """Raises Unanswerable."""
        given = inside.opened.output["nodes"]
        if node not in given:
            raise Unanswerable(f"This network has no node {node[:60]!r}. Choose another one.")
        self.label = labels(inside.report.document)[node]
        if not given[node].dtype.startswith(("float", "bfl")):
            raise Unanswerable(f"{self.label} gives no amounts, so there are no distances between samples.")
        self.inside, self.node, self._given = inside, node, given
        self.count = len(inside.rows[PART])
        taken = min(most, rows_for(int(np.prod([one or 1 for one in given[node].shape[1:]])), self.count))
        if taken < _FEWEST:
            raise Unanswerable(f"The validation part has {self.count} samples, and a plane takes {_FEWEST}.")
        self.at = np.unique(np.linspace(0, self.count - 1, taken).astype(int))
        self.rows = inside.rows[PART][self.at]

    def values(self) -> "np.ndarray[Any, Any]":
        """(samples, width), by the weights that the network has."""
        ask = self.inside.once(("to", self.node), lambda: keras.Model(self.inside.opened.input, self._given[self.node]))
        once = rows_within(_AT_ONCE_BYTES, self._given.values(), 256)
        found = [
            ask(self.inside.tensors(self.inside.fed(self.rows[start : start + once])), training=False)
            for start in range(0, len(self.rows), once)
        ]
        flat = [np.asarray(one, "float32").reshape(len(one), -1) for one in found]
        width = max(one.shape[1] for one in flat)  # of texts that of the longest of those asked together
        return np.concatenate([np.pad(one, ((0, 0), (0, width - one.shape[1]))) for one in flat])

    @property
    def _known(self) -> dict[str, Axes]:
        return self.inside.once("axes of hidden representations", dict)

    @property
    def has_axes(self) -> bool:
        """Whether the axes are there, which are those of the first values that were placed."""
        return self.node in self._known

    def axes(self, values: "np.ndarray[Any, Any]") -> Axes:
        """values: by the kept weights, where there are no axes yet: the same axes hold for all steps of a run, so that
        points move from step to step and do not jump."""
        if not self.has_axes:
            self._known[self.node] = principal(values)
        return self._known[self.node]

    def told(self, method: str, points: "np.ndarray[Any, Any]", width: int, axes: Axes) -> dict[str, Any]:
        reach = float(np.abs(points).max()) or 1.0
        digits = max(0, 3 - int(np.floor(np.log10(reach))))
        return {
            "node": self.node,
            "label": self.label,
            "method": method,
            "step": self.inside.step,
            "points": np.round(points, digits).tolist(),
            "samples": self.at.tolist(),
            "of": self.count,
            "width": width,
            "shares": [round(share, 4) for share in axes.shares],
            "colours": self._colours(),
        }

    def _colours(self) -> list[dict[str, Any]]:
        """What the points can be coloured by: of each target what is right, of several names or numbers each by itself;
        of a class at each place that of which a row has more than others."""
        found: list[dict[str, Any]] = []
        for output in self.inside.plan.outputs:
            target = self.inside.fields[output.target]
            right = np.asarray(self.inside.arrays[target.name][self.rows])
            flat = right.reshape(len(right), -1)
            if target.kind == "class":
                names = list(target.classes) or [str(one) for one in range(int(right.max()) + 1)]
                values = flat[:, 0] if right.ndim == 1 else _most_of(flat, len(names))
                found.append(_by_class(target.name, names, values))
            elif target.kind == "labels":
                found += [
                    _by_class(name, [f"no {name}", name], flat[:, at] > 0.5) for at, name in _some(target.classes)
                ]
            elif target.kind == "number":
                found.append(_by_number(target.name, flat[:, 0]))
            elif target.kind == "vector" and len(target.parts) == flat.shape[1]:
                found += [_by_number(name, flat[:, at]) for at, name in _some(target.parts)]
        return found


def _some(names: Sequence[str]) -> list[tuple[int, str]]:
    return [*enumerate(names)][:_COLOURS]


def _by_class(called: str, names: list[str], values: Any) -> dict[str, Any]:
    return {"target": called, "kind": "class", "names": names, "values": np.asarray(values).astype(int).tolist()}


def _by_number(called: str, values: Any) -> dict[str, Any]:
    numbers = [float(f"{one:.4g}") for one in np.nan_to_num(values)]
    return {"target": called, "kind": "number", "names": [], "values": numbers}


def _most_of(places: "np.ndarray[Any, Any]", classes: int) -> Any:
    """Of rows of classes the one of which each has most beside what all have in the mean: else a ground that is
    everywhere would be the colour of all."""
    shares = np.stack([(places == one).mean(axis=1) for one in range(classes)], axis=1)
    return (shares - shares.mean(axis=0)).argmax(axis=1)
