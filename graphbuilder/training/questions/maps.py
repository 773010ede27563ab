"""What each channel of a node gives for one input."""

from typing import Any

import numpy as np

from graphbuilder.operators.names import Vocabulary
from graphbuilder.training.inside import Inside
from graphbuilder.training.questions.node import AboutNode, counts, given, named, words_along
from graphbuilder.training.questions.question import AboutInput
from graphbuilder.training.tiles import flat, tile, tiles

STEPS = 256
"""Steps of a sequence that are shown."""


class Maps(AboutInput, AboutNode, kind="maps"):
    """shape: of what the node gives. layout: "maps" of a picture or a volume, one a channel; "steps" of a sequence, a
    row a channel and a column a step, and words where they are those of a text; "units", one row of all; "names"."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        call, inputs = self.call(inside), self.entered(inside).inputs
        values = np.asarray(given(inside, call.gives, inputs))[0]
        told = {"node": self.node, "counts": counts(inside), **maps(values)}
        if isinstance(self.operator(inside), Vocabulary) and values.dtype.kind in "iu":
            return {**told, "layout": "names", "names": named(inside, self.node, call.layer, values.ravel()[:STEPS])}
        if told["layout"] == "steps":
            told["words"] = words_along(inside, self.node, inputs, len(values))[:STEPS]
        return told


def maps(values: "np.ndarray[Any, Any]") -> dict[str, Any]:
    """What one sample's values look like."""
    if values.dtype.kind not in "fiub":
        return {"shape": [*values.shape], "layout": "names", "names": [_name(one) for one in values.ravel()[:STEPS]]}
    values = values.astype("float64")
    told = {"shape": [*values.shape]}
    if values.ndim > 2:
        grids = [flat(values[..., channel]) for channel in range(values.shape[-1])]
        return {**told, "layout": "maps", **tiles(np.stack(grids, axis=-1))}
    if values.ndim == 2:
        shown = values[:STEPS].T
        return {**told, "layout": "steps", "of": len(shown), "pictures": [{"unit": 0, **tile(shown, STEPS)}]}
    row = values.reshape(1, -1)
    return {
        **told,
        "layout": "units",
        "of": row.shape[1],
        "pictures": [{"unit": 0, **tile(row[:, :STEPS], STEPS, numbers=True)}],
    }


def _name(one: Any) -> str:
    return (one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one))[:40]
