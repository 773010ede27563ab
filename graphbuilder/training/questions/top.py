"""Which samples a unit answers most to."""

import time
from typing import Any, Literal

import keras
import numpy as np
from pydantic import Field

from graphbuilder.training.budget import rows_within
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode
from graphbuilder.training.samples import Samples
from graphbuilder.training.tiles import digits, rounded

SAMPLES = 8
SECONDS = 2.0
"""So long samples are gone through; of more than that the first of a fixed shuffling."""
AT_ONCE_BYTES = 50_000_000
NUMBERS = 6


class Top(AboutNode, kind="top"):
    """unit: a channel of what the node gives."""

    unit: int = Field(0, ge=0, lt=10**9)
    part: Literal["train", "validation"] = "validation"

    def answer(self, inside: Inside) -> dict[str, Any]:
        """samples: SAMPLES of the part, the unit's greatest answer anywhere in it first. place: where that is. zero:
        the share of samples to which it answers no more than 0."""
        gives = self.call(inside).gives
        if not str(gives.dtype).startswith("float"):
            raise Unanswerable(f"{self.called(inside)} gives names and no amounts.")
        if self.unit >= gives.shape[-1]:
            raise Unanswerable(
                f"{self.called(inside)} has {gives.shape[-1]} units; unit {self.unit + 1} was asked for."
            )
        rows = np.asarray(inside.rows[self.part])
        order = np.random.default_rng(0).permutation(len(rows))
        best, places = _greatest(inside, gives, rows[order], self.unit)
        first = np.argsort(-best, kind="stable")[:SAMPLES]
        entered = [inside.fields[name] for name in inside.plan.inputs.values()]
        shown = Samples(entered, inside.arrays, rows[order], inside.numbers)
        return {
            "node": self.node,
            "unit": self.unit,
            "of": gives.shape[-1],
            "part": self.part,
            "looked": len(best),
            "rows": len(rows),
            "mean": digits(best.mean()),
            "zero": digits((best <= 0).mean()),
            "samples": [
                {
                    "sample": f"{self.part}:{order[at]}",
                    "value": digits(best[at]),
                    "place": places[at].tolist(),
                    **shown.beside(at),
                    **_numbers(inside, int(rows[order[at]])),
                }
                for at in first.tolist()
            ],
        }


def _greatest(inside: Inside, gives: Any, rows: Any, unit: int) -> tuple[Any, Any]:
    """The unit's greatest answer to each of these rows, as far as time goes, and the place of it."""
    model = keras.Model(inside.model.input, gives)
    at_once, ends = rows_within(AT_ONCE_BYTES, [gives], 256), time.monotonic() + SECONDS
    best, places = [], []
    for start in range(0, len(rows), at_once):
        fed = inside.tensors(inside.fed(rows[start : start + at_once]))
        found = np.nan_to_num(np.asarray(model(fed, training=False))[..., unit])
        grid, line = found.shape[1:], found.reshape(len(found), -1)
        at = line.argmax(axis=1)
        best.append(line[np.arange(len(line)), at])
        places.append(np.stack(np.unravel_index(at, grid), axis=-1) if grid else np.zeros((len(at), 0), int))
        if time.monotonic() > ends:
            break
    return np.concatenate(best), np.concatenate(places)


def _numbers(inside: Inside, row: int) -> dict[str, Any]:
    """The first numbers of a row that is neither picture nor text, with their names where they have some."""
    for name in inside.plan.inputs.values():
        field = inside.fields[name]
        if field.kind in ("vector", "number", "array"):
            values = np.ravel(inside.arrays[name][row])[:NUMBERS]
            return {"values": rounded(values), "parts": [*field.parts[:NUMBERS]]}
    return {}
