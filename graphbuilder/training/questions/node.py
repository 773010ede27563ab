"""What questions about one node have in common."""

from typing import Any

import keras
import numpy as np
from pydantic import Field

from graphbuilder.compiler import NodeCall, call_of
from graphbuilder.operators import Operator
from graphbuilder.training.attending import namer, vocabulary
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.question import Question


class AboutNode(Question):
    """node: by path, as in blocks.py."""

    node: str = Field(max_length=2000)

    def operator(self, inside: Inside) -> Operator:
        """Raises Unanswerable where the run's network has no such node."""
        operator = inside.report.wired.operators.get(self.node)
        if operator is None:
            raise Unanswerable("The network of this run has no such node. Train the network as it stands.")
        return operator

    def call(self, inside: Inside) -> NodeCall:
        self.operator(inside)
        found = inside.once(("call", self.node), lambda: call_of(inside.model, inside.plan, self.node))
        if found is None:
            raise Unanswerable(f"{self.called(inside)} is no part of the model, so nothing can be seen in it.")
        return found

    def called(self, inside: Inside) -> str:
        return inside.report.wired.called(self.node)


def weights_of(layer: Any) -> dict[str, "np.ndarray[Any, Any]"]:
    """By the names that are a layer's own; of a layer within it with that one's name."""
    variables = [] if layer is None else layer.trainable_variables + layer.non_trainable_variables
    names = [one.name for one in variables]
    return {
        one.name if names.count(one.name) == 1 else one.path.partition("/")[2] or one.path: np.asarray(one.value)
        for one in variables
        if one.dtype.startswith("float")
    }


def given(inside: Inside, tensors: Any, inputs: Any) -> Any:
    """What tensors of the model are for these inputs, as arrays."""
    key = "given", *map(id, keras.tree.flatten(tensors))  # the model that is kept keeps them
    asked = inside.once(key, lambda: keras.Model(inside.model.input, tensors))
    found = asked(inside.tensors(inputs), training=False)
    return keras.tree.map_structure(np.asarray, found)


def words_along(inside: Inside, node: str, inputs: Any, steps: int, port: str = "") -> list[str]:
    """What stands at each of the steps that a node works along; empty where they are not the steps of a text. port: of
    the input whose steps they are."""
    at = namer(inside.report, node, port)
    call = inside.once(("call", at), lambda: call_of(inside.model, inside.plan, at)) if at else None
    if at is None or call is None or call.gives.shape[1:] != (steps,):
        return []
    numbers = np.asarray(given(inside, call.gives, inputs))[0].astype(int)
    return named(inside, at, call.layer, numbers)


def named(inside: Inside, node: str, layer: Any, numbers: "np.ndarray[Any, Any]") -> list[str]:
    """What the whole numbers mean that a node gives."""
    names = vocabulary(inside.report, node, layer, int(numbers.max(initial=0)) + 1)
    return [names[one] if 0 <= one < len(names) else str(one) for one in numbers.tolist()]


def counts(inside: Inside) -> dict[str, int]:
    """How many samples each part has that may be looked at."""
    return {part: len(inside.rows[part]) for part in ("train", "validation")}
