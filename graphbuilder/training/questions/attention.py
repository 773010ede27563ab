"""Which step looks at which in an attention, head by head."""

from typing import Any

import keras
import numpy as np

from graphbuilder.training.attending import attended
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.node import AboutNode, counts, words_along
from graphbuilder.training.questions.question import AboutInput


class Attention(AboutInput, AboutNode, kind="attention"):
    """The weights after their softmax, as Keras gives them out."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        if self.operator(inside).shows != "heads":
            raise Unanswerable(f"{self.called(inside)} is no attention of several heads.")
        call, inputs = self.call(inside), self.entered(inside).inputs
        entering = dict(zip(("query", "value"), call.args, strict=True))
        entering |= {"key": call.kwargs["key"]} if "key" in call.kwargs else {}
        masks = {f"{port}_mask": getattr(one, "_keras_mask", None) for port, one in entering.items()}
        entering |= {name: mask for name, mask in masks.items() if mask is not None}
        came = keras.Model(inside.model.input, entering)(inside.tensors(inputs), training=False)
        told = {**call.kwargs, **came, "return_attention_scores": True}
        (scores,) = np.asarray(call.layer(**told, training=False)[1])
        scores = scores.reshape(-1, *scores.shape[-2:])
        words = [
            words_along(inside, self.node, inputs, steps, port)
            for port, steps in zip(("query", "value"), scores.shape[1:], strict=True)
        ]
        return {"node": self.node, "counts": counts(inside), **attended(scores, *words)}
