"""One number that a node gives, walked back to the window of its input, its weights and their products."""

from typing import Any

import numpy as np
from pydantic import Field

from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.one_window import NoWindow, worked
from graphbuilder.training.questions.node import AboutNode, given, weights_of
from graphbuilder.training.questions.question import AboutInput
from graphbuilder.training.tiles import digits, flat, tile


class Window(AboutInput, AboutNode, kind="window"):
    """place: along the axes of the output, without its channels. unit: the channel."""

    place: list[int] = Field([], max_length=8)
    unit: int = Field(0, ge=0, lt=10**9)

    def answer(self, inside: Inside) -> dict[str, Any]:
        """Beside the sum: what comes in as a picture for each channel that is told, what the node gives as one, and the
        number itself as the network worked it out ("answer"), with the activation that makes it of the sum."""
        operator, call = self.operator(inside), self.call(inside)
        if len(call.args) != 1 or isinstance(call.args[0], list):
            raise Unanswerable(f"{self.called(inside)} takes several inputs; a window lies over one.")
        came, gave = (one[0] for one in given(inside, [call.args[0], call.gives], self.entered(inside).inputs))
        *grid, channels = gave.shape
        if len(self.place) != len(grid) or self.unit >= channels or not _within(self.place, grid):
            raise Unanswerable(
                f"{self.called(inside)} gives {' × '.join(map(str, gave.shape))}; "
                f"received the place {[*self.place]} of channel {self.unit + 1}."
            )
        try:
            told = worked(operator, came, weights_of(call.layer), grid, self.place, self.unit)
        except NoWindow as fault:
            raise Unanswerable(str(fault)) from None
        name = operator.activation_name() or "linear"
        entering = [tile(flat(came[..., one["channel"]])) for one in told["channels"]] if len(came.shape) > 1 else []
        return {
            **told,
            "place": [*self.place],
            "unit": self.unit,
            "activation": "" if name == "linear" else name,
            "answer": digits(gave[(*self.place, self.unit)]),
            "grid": [*came.shape],
            "gives": [*gave.shape],
            "input": entering,
            "output": tile(flat(gave[..., self.unit])) if grid else None,
        }


def _within(place: list[int], grid: Any) -> bool:
    return all(0 <= one < length for one, length in zip(np.atleast_1d(place), grid, strict=True))
