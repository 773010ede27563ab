"""Means, spreads, norms, and what is brought to a usual size by them."""

from collections.abc import Mapping

from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.steps import (
    MOST_STEPS,
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


def _var(given: Given, shape_of: ShapeOf) -> Steps:
    params = {"axis": axes_of(plain(given.get("axis"))), "keepdims": bool(given.get("keepdims"))}
    spread = alone(given, "ReduceStd", params, ("x", "axis", "keepdims"))
    return [*spread, Step("Elementwise", {"function": "square"}, (0,))]


def _normalize(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("order", 2) != 2:
        raise Unread("E_FUNCTION", "has a length of another order than 2, which cannot be said here")
    return alone(
        given, "UnitNormalization", {"axis": axes_of(given.get("axis", -1))}, ("x", "axis", "order", "epsilon")
    )


def _norm(given: Given, shape_of: ShapeOf) -> Steps:
    order = given.get("ord", given.get("order"))
    hold_known(given, ("x", "ord", "order", "axis", "keepdims"))
    if order not in (None, 1, 2, 1.0, 2.0, "euclidean"):
        raise Unread("E_FUNCTION", "has a length of another order than 1 or 2, which cannot be said here")
    axes = axes_of(plain(given.get("axis")))
    if order in (2, 2.0) and len(axes) > 1:
        raise Unread("E_FUNCTION", "has the norm of a matrix, which cannot be said here")
    inner, outer = ("absolute", None) if order in (1, 1.0) else ("square", "sqrt")
    steps = [
        Step("Elementwise", {"function": inner}, refs_of(given.get("x"))),
        Step("ReduceSum", {"axis": axes, "keepdims": bool(given.get("keepdims"))}, (0,)),
    ]
    return [*steps, Step("Elementwise", {"function": outer}, (1,))] if outer else steps


def _moments(given: Given, shape_of: ShapeOf) -> Steps:
    """Mean and variance."""
    hold_known(given, ("x", "axes", "shift", "keepdims", "synchronized"))
    refs, over = refs_of(given.get("x")), {"axis": axes_of(plain(given.get("axes")))}
    params: Raw = {**over, "keepdims": bool(given.get("keepdims"))}
    return [
        Step("ReduceStd", params, refs),
        Step("ReduceMean", params, refs, 0),
        Step("Elementwise", {"function": "square"}, (0,), 1),
    ]


def _average(given: Given, shape_of: ShapeOf) -> Steps:
    params: Raw = {"axis": axes_of(plain(given.get("axis")))}
    return alone(given, "ReduceMean", params, ("x", "axis"))


def _layer_normalization(given: Given, shape_of: ShapeOf) -> Steps:
    known = {"gamma": None, "beta": None, "rms_scaling": False}
    if any(given.get(name) not in (None, usual) for name, usual in known.items()):
        raise Unread("E_FUNCTION", "normalizes with a scale that is a value itself, which cannot be said here")
    axis, epsilon = given.get("axis", -1), given.get("epsilon")
    params = {"axis": axes_of(plain(axis)), "epsilon": 1e-7 if epsilon is None else epsilon}
    params |= {"center": False, "scale": False}
    return alone(given, "LayerNormalization", params, ("x", *known, "axis", "epsilon"))


def _rms_normalization(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "axis", "epsilon"))
    refs, epsilon = refs_of(given.get("x")), given.get("epsilon")
    over: Raw = {"axis": axes_of(plain(given.get("axis", -1))), "keepdims": True}
    return [
        Step("Elementwise", {"function": "square"}, refs),
        Step("ReduceMean", over, (0,)),
        Step("Rescaling", {"scale": 1.0, "offset": 1e-7 if epsilon is None else epsilon}, (1,)),
        Step("Elementwise", {"function": "power", "exponent": -0.5}, (2,)),
        Step("Multiply", {}, (*refs, 3)),
    ]


def _among_neighbours(given: Given, shape_of: ShapeOf) -> Steps:
    """Local response normalization: each channel by the squares of those beside it."""
    names = {"depth_radius": 5, "bias": 1.0, "alpha": 1.0, "beta": 0.5}
    told = {name: usual if given.get(name) is None else given[name] for name, usual in names.items()}
    hold_known(given, ("x", *names))
    radius = told["depth_radius"]
    numbers = [float(one) for name in ("bias", "alpha", "beta") if is_number(one := told[name])]
    if not isinstance(radius, int) or not 0 < radius <= MOST_STEPS or len(numbers) < 3:
        raise Unread("E_FUNCTION", "normalizes among channels in a way that cannot be said here")
    (ref,), count = refs_of(given.get("x")), 2 * radius + 1
    bias, alpha, beta = numbers
    return [
        Step("Elementwise", {"function": "square"}, (ref,)),
        Step("ExpandDims", {"axis": -1}, (0,)),
        Step("ZeroPadding3D", {"padding": [0, 0, 0, 0, radius, radius]}, (1,)),
        Step("AveragePooling3D", {"pool_size": [1, 1, count], "strides": [1, 1, 1]}, (2,)),
        Step("Squeeze", {"axis": -1}, (3,)),
        Step("Rescaling", {"scale": alpha * count, "offset": bias}, (4,)),
        Step("Elementwise", {"function": "power", "exponent": -beta}, (5,)),
        Step("Multiply", {}, (ref, 6)),
    ]


OWN: Mapping[str, Work] = {
    "var": _var,
    "normalize": _normalize,
    "norm": _norm,
    "moments": _moments,
    "average": _average,
    "layer_normalization": _layer_normalization,
    "rms_normalization": _rms_normalization,
    "local_response_normalization": _among_neighbours,
}
