"""The vectors of an Embedding by the names that they stand for."""

from typing import Any

from pydantic import Field

from graphbuilder.compiler import call_of
from graphbuilder.training.attending import namer, placed, vocabulary
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode, weights_of

SOUGHT = 20


class Vectors(AboutNode, kind="embedding"):
    """sought: names that are wanted, with what is nearest to each."""

    sought: list[str] = Field([], max_length=SOUGHT)

    def answer(self, inside: Inside) -> dict[str, Any]:
        if self.operator(inside).shows != "vectors":
            raise Unanswerable(f"{self.called(inside)} has no vectors by name; an Embedding has.")
        vectors = weights_of(self.call(inside).layer)["embeddings"]
        node = namer(inside.report, self.node)
        named = call_of(inside.model, inside.plan, node) if node else None
        names = [str(one) for one in range(len(vectors))]
        if node and named:
            names = vocabulary(inside.report, node, named.layer, len(vectors))
        return {"node": self.node, **placed(vectors, names, [one.strip()[:40] for one in self.sought])}
