"""What a network looked at in a sample, and how its nodes lay out many."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from pydantic import Field as Declared

from graphbuilder.training.explained import Explainer
from graphbuilder.training.hidden import Hidden
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.question import AboutInput, Question
from graphbuilder.training.questions.telling import right_of, shown
from graphbuilder.training.score import NothingToAsk

_ANY, _FEW = "train:0", 8
"""A sample that every network has, and samples that are few, for what is done ahead."""


class _LookedAt(AboutInput):
    """output: by its name, empty for the first. place: of the class, name or amount that is asked for, None for the one
    that is answered. Where the network has nothing that could be asked so, the answer says "why"."""

    output: str = Declared("", max_length=200)
    place: int | None = Declared(None, ge=0)

    def explained(self, inside: Inside, **how: Any) -> dict[str, Any]:
        x = self.entered(inside).inputs
        try:
            told = Explainer(inside).explain(self.name, x, self.output, self.place, **how)
        except NothingToAsk as why:
            return {"step": inside.step, "method": self.name, "why": str(why)}
        named = zip(told["inputs"], inside.plan.inputs, strict=True)
        told["inputs"] = [{**one, "shown": shown(inside, name, x[name][0])} for one, name in named]
        return {"step": inside.step, **told}


class Occlusion(_LookedAt, kind="occlusion"):
    """By how much the answer falls where a part of the input is covered. side: of the window over a picture, in pixels;
    0 for one that fits."""

    side: int = Declared(0, ge=0, le=10_000)

    def answer(self, inside: Inside) -> dict[str, Any]:
        return self.explained(inside, side=self.side)


class Saliency(_LookedAt, kind="saliency"):
    """How strongly the answer depends on each part of the input, by its gradient."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        return self.explained(inside)

    @classmethod
    def ahead(cls, inside: Inside) -> Iterator[Callable[[], object]]:
        yield partial(cls(sample=_ANY).answer, inside)


class GradCam(_LookedAt, kind="gradcam"):
    """Where the maps of a convolution speak for the answer. node: by its path, empty for the last convolution."""

    node: str = Declared("", max_length=500)

    def answer(self, inside: Inside) -> dict[str, Any]:
        return self.explained(inside, node=self.node)

    @classmethod
    def ahead(cls, inside: Inside) -> Iterator[Callable[[], object]]:
        yield partial(cls(sample=_ANY).answer, inside)


class Representation(Question, kind="representation"):
    """What a node gives for many samples, by its first two principal components. node: by its path.

    The axes are those of the kept weights, which are therefore placed first.
    """

    node: str = Declared(max_length=500)

    @classmethod
    def ahead(cls, inside: Inside) -> Iterator[Callable[[], object]]:
        """The way to each node, from the end on, where what was learned is seen best."""
        for node in reversed(inside.report.wired.order):
            with suppress(Unanswerable):
                yield Hidden(inside, node, _FEW).values

    def steps(self, inside: Inside) -> tuple[int | None, ...]:
        return (self.step,) if Hidden(inside, self.node).has_axes else (None, self.step)

    def answer(self, inside: Inside) -> dict[str, Any]:
        hidden = Hidden(inside, self.node)
        values = hidden.values()
        axes = hidden.axes(values)
        return hidden.told("pca", axes.placed(values), values.shape[1], axes)


class Pictured(Question, kind="picture"):
    """A sample as it is shown, and what is right of it; the network is not asked."""

    sample: str = Declared(max_length=40)

    def answer(self, inside: Inside) -> dict[str, Any]:
        sample = inside.sample(self.sample)
        right = (right_of(inside, output, sample).get("right", []) for output in inside.plan.outputs)
        return {
            "sample": str(sample),
            "inputs": [
                {"field": inside.plan.inputs[name], **shown(inside, name, value[0])}
                for name, value in inside.fed(sample.row).items()
            ],
            "right": " · ".join(", ".join(map(str, one)) for one in right if one),
        }
