"""The hidden representation of samples: what a node gives for them, as points in a plane, as JSON values."""

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
        """What the points can be coloured by: of each target of one class or number what is right."""
        found = []
        for output in self.inside.plan.outputs:
            target = self.inside.fields[output.target]
            right = np.asarray(self.inside.arrays[target.name][self.rows])
            told: dict[str, Any] = {"target": target.name, "names": [], "values": []}
            if target.kind == "class" and right.ndim == 1:
                names = list(target.classes) or [str(one) for one in range(int(right.max()) + 1)]
                found.append({**told, "kind": "class", "names": names, "values": right.astype(int).tolist()})
            elif target.kind == "number":
                numbers = [float(f"{one:.4g}") for one in np.nan_to_num(right.reshape(len(right), -1)[:, 0])]
                found.append({**told, "kind": "number", "values": numbers})
        return found
