"""The weights of a node as pictures, and the first few of all nodes at once, at the step that is looked at."""

from typing import Any

from pydantic import Field

from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode, weights_of
from graphbuilder.training.questions.question import Question
from graphbuilder.training.weighing import NoWeights, on_a_card, weighed

MOST_CARDS = 300


class Weights(AboutNode, kind="weights"):
    """unit: whose channels are told apart."""

    unit: int | None = Field(None, ge=0, lt=10**9)

    def answer(self, inside: Inside) -> dict[str, Any]:
        try:
            return weighed(inside.report, self.node, weights_of(self.call(inside).layer), self.unit)
        except NoWeights as fault:
            raise Unanswerable(str(fault)) from None


class Kernels(Question, kind="kernels"):
    """Of every node that owns weights, of MOST_CARDS at most, what finds room on its card, by path: "what" one picture
    shows, "of" how many there are, and the "tiles" of the first few."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for node, layer in inside.layers.items():
            if len(found) < MOST_CARDS and (told := on_a_card(inside.report, node, weights_of(layer))):
                found[node] = told
        return {"step": inside.step, "nodes": found}
