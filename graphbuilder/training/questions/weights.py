"""The weights of a node as pictures, at the step that is looked at."""

from typing import Any

from pydantic import Field

from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode, weights_of
from graphbuilder.training.weighing import NoWeights, weighed


class Weights(AboutNode, kind="weights"):
    """unit: whose channels are told apart."""

    unit: int | None = Field(None, ge=0, lt=10**9)

    def answer(self, inside: Inside) -> dict[str, Any]:
        try:
            return weighed(inside.report, self.node, weights_of(self.call(inside).layer), self.unit)
        except NoWeights as fault:
            raise Unanswerable(str(fault)) from None
