"""Activations whose arguments are numbers of their own."""

from collections.abc import Callable, Mapping

from graphbuilder.importing.model import Tree
from graphbuilder.importing.settings import Unread
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
    refs_of,
)

USUAL: Mapping[str, Mapping[str, Tree]] = {
    "celu": {"alpha": 1.0}, "hard_shrink": {"threshold": 0.5}, "soft_shrink": {"threshold": 0.5},
    "squareplus": {"b": 4}, "log_softmax": {"axis": -1}, "sparsemax": {"axis": -1},
}  # fmt: skip
"""Of functions that are activations, what their other arguments are as a rule."""


def _softmax(given: Given, shape_of: ShapeOf) -> Steps:
    axis = given.get("axis", -1)
    if axis in (-1, None):
        return alone(given, "Activation", {"activation": "softmax"}, ("x", "axis"))
    return alone(given, "Softmax", {"axis": axes_of(axis)}, ("x", "axis"))


def _relu(given: Given, shape_of: ShapeOf) -> Steps:
    own = {name: given[name] for name in ("negative_slope", "max_value", "threshold") if given.get(name)}
    kind, params = ("ReLU", dict(own)) if own else ("Activation", {"activation": "relu"})
    return alone(given, kind, params, ("x", "negative_slope", "max_value", "threshold"))


def _leaky_relu(given: Given, shape_of: ShapeOf) -> Steps:
    slope = given.get("negative_slope", 0.2)
    return alone(given, "LeakyReLU", {"negative_slope": slope}, ("x", "negative_slope"))


def _elu(given: Given, shape_of: ShapeOf) -> Steps:
    return alone(given, "ELU", {"alpha": given.get("alpha", 1.0)}, ("x", "alpha"))


def _gelu(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("approximate", True):
        return alone(given, "Elementwise", {"function": "gelu_tanh"}, ("x", "approximate"))
    return alone(given, "Activation", {"activation": "gelu"}, ("x", "approximate"))


def _rsqrt(given: Given, shape_of: ShapeOf) -> Steps:
    root = alone(given, "Elementwise", {"function": "sqrt"}, ("x",))
    return [*root, Step("Elementwise", {"function": "reciprocal"}, (0,))]


def _scaled(name: str, usual: float, scale_of: Callable[[float], float]) -> Work:
    """An activation with a number of its own is the usual one, on a scale of its own."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        own = next((one for key, one in given.items() if key != "x" and one is not None), usual)
        hold_known(given, ("x", *USUAL[name]))
        if not is_number(own) or not own > 0:
            raise Unread("E_FUNCTION", f"has {str(own)[:40]} where a number above 0 is known")
        activation, scale = Step("Activation", {"activation": name}, refs_of(given.get("x"))), scale_of(float(own))
        if scale == 1:
            return [activation]
        before = Step("Rescaling", {"scale": 1 / scale}, activation.came)
        return [before, Step(activation.kind, activation.params, (0,)), Step("Rescaling", {"scale": scale}, (1,))]

    return steps


OWN: Mapping[str, Work] = {
    "softmax": _softmax,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "rsqrt": _rsqrt,
    "celu": _scaled("celu", 1.0, lambda own: own),
    "squareplus": _scaled("squareplus", 4, lambda own: own**0.5 / 2),
    "hard_shrink": _scaled("hard_shrink", 0.5, lambda own: 2 * own),
    "soft_shrink": _scaled("soft_shrink", 0.5, lambda own: 2 * own),
}
