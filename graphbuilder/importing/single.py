"""Values of one number for each sample, without an axis of their own. Here they have an axis of size 1, so what adds
that axis, or takes the last one away, is nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from graphbuilder.importing.functions import OWN, arguments
from graphbuilder.importing.model import Along, Call, Layer, Ref, Rest, Tree, refs_in
from graphbuilder.importing.works.steps import ShapeOf, Step, Steps

AXIS = (1, (1,), -1, (-1,))
"""Where the axis of size 1 may be asked for."""
GIVE_AXES = (
    "Embedding", "Flatten", "Reshape", "RepeatVector", "CategoryEncoding", "TextVectorization", "expand_dims",
    "reshape", "stack", "one_hot", "get_item",
)  # fmt: skip
"""What makes more of such a value than one."""
REDUCE = (
    "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceStd", "ReduceProduct", "ReduceLogSumExp", "ArgMax",
)  # fmt: skip
_AS_MANY = ("Slice", "Elementwise", "Rescaling", "Activation", "Relational", "Multiply", "Add")
"""What gives as many axes as comes in."""


def of_single(layer: Layer, call: Call, is_single: Callable[[Ref], bool], shape_of: ShapeOf) -> Steps | Ref | None:
    """What a function does to such values, where that is another thing than to others; None where it is not."""
    given = arguments(layer, call)
    refs = [*refs_in(given.get("x"))]
    if not refs or not all(map(is_single, refs)):
        return None
    match layer.kind:
        case "expand_dims" if given.get("axis") in AXIS:
            return refs[0]
        case "get_item" if _adds_axis(given.get("key")):
            return refs[0]
        case "one_hot" if given.get("axis", -1) == -1:
            steps = OWN["one_hot"](given, shape_of)
            return [*steps, Step("Squeeze", {"axis": 1}, (len(steps) - 1,))]
        case "stack" if given.get("axis") in AXIS:
            return [Step("Concatenate", {"axis": -1}, tuple(refs))]
    return None


def _adds_axis(key: Tree) -> bool:
    """x[:, None] or x[..., None]."""
    return (
        isinstance(key, tuple) and len(key) == 2 and key[1] is None and (key[0] == Along() or isinstance(key[0], Rest))
    )


def closed(steps: Steps, shape_of: ShapeOf) -> tuple[Steps | Ref, bool]:
    """The steps, and whether they take the last axis away, which stays as one of size 1."""
    axes: list[int | None] = []
    found: Steps = []
    is_single, before = False, 0
    for place, step in enumerate(steps):
        count = _axes_of(step.came[0], axes, shape_of) if step.came else None
        axes.append(count if step.kind in _AS_MANY else None)
        if step.kind == "Squeeze" and count == 1 and place == len(steps) - 1:
            came = step.came[0]
            return (found, True) if found else (came, True) if isinstance(came, Ref) else (steps, False)
        if step.kind in REDUCE and count and not step.params.get("keepdims") and len(_listed(step)) == count:
            is_single, before = True, count
            step = replace(step, params={**step.params, "keepdims": True})
            axes[-1] = count
        elif step.kind == "Squeeze" and count is not None:
            axes[-1] = count - 1
        found.append(step)
    if is_single and before > 1:
        found.append(Step("Reshape", {"target_shape": [1]}, (len(found) - 1,)))
    return found, is_single


def _axes_of(came: object, axes: Sequence[int | None], shape_of: ShapeOf) -> int | None:
    if isinstance(came, Ref):
        shape = shape_of(came)
        return None if shape is None else len(shape)
    return axes[came] if isinstance(came, int) else None


def _listed(step: Step) -> list[object]:
    axis = step.params.get("axis", -1)
    return axis if isinstance(axis, list) else [axis]
