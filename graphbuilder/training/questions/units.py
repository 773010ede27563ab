"""What each unit of a node answers over the plane, for a network of points."""

from typing import Any

import numpy as np

from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode, given
from graphbuilder.training.surface import grid_over, span_of
from graphbuilder.training.tiles import rounded, tiles

SIZE = 40


class Units(AboutNode, kind="units"):
    def answer(self, inside: Inside) -> dict[str, Any]:
        """pictures: of each unit one, the highest y first. low, high: corners of what they show."""
        call, inputs = self.call(inside), [*inside.plan.inputs.items()]
        if len(inputs) != 1 or inside.fields[inputs[0][1]].shape != (2,):
            raise Unanswerable("Only a network with one Input of two numbers can be shown over the plane.")
        name = inputs[0][0]
        if len(call.gives.shape) != 2:
            raise Unanswerable(f"{self.called(inside)} gives no units.")
        low, high = span_of(inside.fed(inside.rows["train"])[name])
        values = given(inside, call.gives, {name: grid_over(low, high, SIZE)})
        bank = np.asarray(values).reshape(SIZE, SIZE, -1)[::-1]
        return {"node": self.node, "low": rounded(low), "high": rounded(high), **tiles(bank)}
