"""Comparisons, answers and choices."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphbuilder.importing.model import Ref, Tree, refs_in
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.numbers import for_each, in_one_row, with_numbers
from graphbuilder.importing.works.several import TRUNC, of_both
from graphbuilder.importing.works.steps import (
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    alone,
    axes_of,
    hold_known,
    is_number,
    plain,
    refs_of,
)
from graphbuilder.operators import OPERATORS
from graphbuilder.tensors import Numbers


def _conditional(given: Given, shape_of: ShapeOf) -> Steps:
    """Of ours: the condition is what has to be above 0."""
    condition, one, other = (given.get(name) for name in ("condition", "x1", "x2"))
    params = {"value": float(other)} if is_number(other) else {}
    return [Step("Conditional", params, (*refs_of(condition), *refs_of(one), *refs_in(other)))]


def cast_to(given: Given, shape_of: ShapeOf) -> Steps | Ref:
    (ref,) = refs_of(given.get("x"))
    wanted = str(given.get("dtype", "float32"))
    if wanted.startswith(("float", "bfloat")) or ("int" in wanted and shape_of.numbers(ref) is Numbers.WHOLE):
        return ref
    if wanted == "bool":
        return [Step("Relational", {"comparison": "not_equal"}, (ref,))]
    if "int" in wanted:
        kind = shape_of.kind(ref)
        if kind in ("Relational", "Input", "BlockInput") or (kind in OPERATORS and OPERATORS[kind].keeps_numbers):
            return ref  # 1 or 0 either way, or taken to be whole
        return of_both(*TRUNC)({"x": ref}, shape_of)
    raise Unread("E_FUNCTION", f"makes numbers of the kind {wanted[:40]}, which cannot be said here")


_TURNED = {"greater": "less", "less": "greater", "greater_equal": "less_equal", "less_equal": "greater_equal"}


def _compare(kind: str) -> Work:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and isinstance(other, Ref):
            return [Step("Relational", {"comparison": kind}, (one, other))]
        if isinstance(one, Ref) and is_number(other):
            return [Step("Relational", {"comparison": kind, "value": float(other)}, (one,))]
        if isinstance(other, Ref) and is_number(one):
            turned = {"comparison": _TURNED.get(kind, kind), "value": float(one)}
            return [Step("Relational", turned, (other,))]
        if isinstance(one, Ref) and isinstance(other, tuple):
            steps = with_numbers("subtract", one, other, False, shape_of)
            return [*steps, Step("Relational", {"comparison": kind}, (len(steps) - 1,))]
        raise Unread("E_FUNCTION", "compares what stands in the file, which cannot be said here")

    return steps


def _both(kind: str, params: Raw) -> Work:
    """Of answers that are 1 or 0; what is none is one where it is not 0."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x1", "x2"))
        before: Steps = []
        came = [_answered(ref, before, shape_of) for ref in (*refs_of(given.get("x1")), *refs_of(given.get("x2")))]
        return [*before, Step(kind, params, tuple(came))]

    return steps


def _answered(ref: Ref, before: Steps, shape_of: ShapeOf) -> Ref | int:
    """A value as 1 or 0; the steps to it are put behind those before it."""
    if shape_of.kind(ref) == "Relational":
        return ref
    before.append(Step("Relational", {"comparison": "not_equal"}, (ref,)))
    return len(before) - 1


def _over_answers(kind: str) -> Work:
    """Whether any is not 0, whether all are, or how many."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x", "axis", "keepdims"))
        before: Steps = []
        (came,) = (_answered(ref, before, shape_of) for ref in refs_of(given.get("x")))
        params = {"axis": axes_of(plain(given.get("axis"))), "keepdims": bool(given.get("keepdims"))}
        return [*before, Step(kind, params, (came,))]

    return steps


def _not(given: Given, shape_of: ShapeOf) -> Steps:
    return alone(given, "Relational", {"comparison": "equal"}, ("x",))


def _where(given: Given, shape_of: ShapeOf) -> Steps:
    condition, one, other = (given.get(name) for name in ("condition", "x1", "x2"))
    if "x" in given or "y" in given:
        one, other = given.get("x", one), given.get("y", other)
    hold_known(given, ("condition", "x1", "x2", "x", "y"))
    if isinstance(condition, tuple):
        return _chosen_in_file(condition, one, other, shape_of)
    (holds,) = refs_of(condition)
    is_answer = shape_of.kind(holds) in ("Relational", "Input")
    answers: Steps = [] if is_answer else [Step("Relational", {"comparison": "not_equal"}, (holds,))]
    told: Ref | int = holds if is_answer else 0
    if isinstance(one, Ref) and isinstance(other, Ref):
        return [*answers, Step("Conditional", {}, (told, one, other))]
    if isinstance(one, Ref) and is_number(other):
        return [*answers, Step("Conditional", {"value": float(other)}, (told, one))]
    turned = Step("Relational", {"comparison": "equal"}, (holds,))
    if isinstance(other, Ref) and is_number(one):
        return [turned, Step("Conditional", {"value": float(one)}, (0, other))]
    if not is_number(one) or not is_number(other):
        raise Unread("E_FUNCTION", "chooses between what stands in the file, which cannot be said here")
    yes, no = float(one), float(other)
    return [turned, Step("Rescaling", {"scale": no - yes, "offset": yes}, (0,))]


def _chosen_in_file(condition: Tree, one: Tree, other: Tree, shape_of: ShapeOf) -> Steps:
    """A value where numbers of the file say so, such as a mask of what comes later, and one number elsewhere."""
    value, number = (one, other) if isinstance(one, Ref) else (other, one)
    if not isinstance(value, Ref) or not is_number(number):
        raise Unread("E_FUNCTION", "chooses between what stands in the file, which cannot be said here")
    shape, row = for_each(condition, value, shape_of)
    stays = [float(bool(holds) is isinstance(one, Ref)) for holds in row]
    params = {"scale": 1.0, "scales": stays, "offsets": [float(number) * (1 - one) for one in stays]}
    return in_one_row(value, shape, [Step("Rescaling", params, (0,))])


def _triangle(is_lower: bool) -> Work:
    """The last two axes with 0 above their diagonal, or below it."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x", "k"))
        (value,), k = refs_of(given.get("x")), given.get("k") or 0
        shape = shape_of(value)
        if shape is None or len(shape) < 2 or None in shape or not isinstance(k, int):
            raise Unread("E_FUNCTION", "works on a matrix of unknown shape")
        ones = np.ones(tuple(one or 1 for one in shape[-2:]))
        kept = np.tril(ones, k) if is_lower else np.triu(ones, k)
        return with_numbers("multiply", value, _tree(kept.tolist()), False, shape_of)

    return steps


def _tree(told: Any) -> Tree:
    return tuple(map(_tree, told)) if isinstance(told, list) else told


def _argmax(smallest: bool) -> Work:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        axis = given.get("axis", -1)
        if not isinstance(axis, int) or isinstance(axis, bool):
            raise Unread("E_FUNCTION", "finds its place among all axes, the samples too, which cannot be said here")
        params: Raw = {
            "axis": axis,
            "keepdims": bool(given.get("keepdims")),
            **({"smallest": True} if smallest else {}),
        }
        return alone(given, "ArgMax", params, ("x", "axis", "keepdims", "output_type"))

    return steps


def _one_hot(given: Given, shape_of: ShapeOf) -> Steps:
    idle = {"axis": (-1, None), "on_value": (None, 1, 1.0), "off_value": (None, 0, 0.0), "sparse": (None, False)}
    if any(given.get(name) not in fine for name, fine in idle.items()):
        raise Unread("E_FUNCTION", "makes rows of 0 and 1 in a way that cannot be said here")
    return alone(given, "OneHot", {"num_classes": given.get("num_classes")}, ("x", "num_classes", "dtype", *idle))


OWN: Mapping[str, Work] = {
    "where": _where,
    "conditional": _conditional,
    "argmax": _argmax(False),
    "argmin": _argmax(True),
    **{kind: _compare(kind) for kind in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")},
    "logical_and": _both("Multiply", {}),
    "logical_or": _both("Maximum", {}),
    "logical_not": _not,
    "logical_xor": _both("Relational", {"comparison": "not_equal"}),
    "one_hot": _one_hot,
    "any": _over_answers("ReduceMax"),
    "all": _over_answers("ReduceMin"),
    "count_nonzero": _over_answers("ReduceSum"),
    "tril": _triangle(True),
    "triu": _triangle(False),
}
