"""Functions that are several others, one behind the other."""

import math
from collections.abc import Mapping

from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.steps import Given, ShapeOf, Step, Steps, Work, hold_known, refs_of


def _composed(*functions: tuple[str, Raw]) -> Work:
    """One behind the other, each by operator and parameters."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x",))
        (ref,) = refs_of(given.get("x"))
        return [Step(kind, params, (place - 1 if place else ref,)) for place, (kind, params) in enumerate(functions)]

    return steps


def _works(name: str) -> tuple[str, Raw]:
    return "Elementwise", {"function": name}


def _times(scale: float) -> tuple[str, Raw]:
    return "Rescaling", {"scale": scale}


_Works = tuple[tuple[str, Raw, tuple[int, ...]], ...]


def of_both(*steps: tuple[str, Raw, tuple[int, ...]]) -> Work:
    """Steps that are told by what they read: -1 the first value, -2 the second, else an earlier step."""

    def made(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x", "x1", "x2"))
        values = [ref for name in ("x", "x1", "x2") if name in given for ref in refs_of(given[name])]
        return [
            Step(kind, params, tuple(one if one >= 0 else values[-1 - one] for one in came))
            for kind, params, came in steps
        ]

    return made


_SINH: _Works = (
    (*_works("exp"), (-1,)), (*_times(-1.0), (-1,)), (*_works("exp"), (1,)), ("Subtract", {}, (0, 2)),
    (*_times(0.5), (3,)),
)  # fmt: skip
_COSH: _Works = (*_SINH[:3], ("Add", {}, (0, 2)), _SINH[4])
_ARSINH: _Works = (
    (*_works("absolute"), (-1,)), (*_works("square"), (-1,)), ("Rescaling", {"scale": 1.0, "offset": 1.0}, (1,)),
    (*_works("sqrt"), (2,)), ("Add", {}, (0, 3)), (*_works("log"), (4,)), (*_works("sign"), (-1,)),
    ("Multiply", {}, (5, 6)),
)  # fmt: skip
_TAN: _Works = (
    (*_works("sin"), (-1,)),
    (*_works("cos"), (-1,)),
    (*_works("reciprocal"), (1,)),
    ("Multiply", {}, (0, 2)),
)
_ARTANH: _Works = (
    (*_works("log1p"), (-1,)), (*_times(-1.0), (-1,)), (*_works("log1p"), (1,)), ("Subtract", {}, (0, 2)),
    (*_times(0.5), (3,)),
)  # fmt: skip
_ARSIN: _Works = (
    (*_works("square"), (-1,)), ("Rescaling", {"scale": -1.0, "offset": 1.0}, (0,)), (*_works("sqrt"), (1,)),
    (*_works("reciprocal"), (2,)), ("Multiply", {}, (-1, 3)), (*_works("arctan"), (4,)),
)  # fmt: skip
_ARCOS: _Works = (*_ARSIN, ("Rescaling", {"scale": -1.0, "offset": math.pi / 2}, (5,)))
_ARCOSH: _Works = (
    (*_works("square"), (-1,)), ("Rescaling", {"scale": 1.0, "offset": -1.0}, (0,)), (*_works("sqrt"), (1,)),
    ("Add", {}, (-1, 2)), (*_works("log"), (3,)),
)  # fmt: skip
TRUNC: _Works = (
    (*_works("absolute"), (-1,)), (*_works("floor"), (0,)), (*_works("sign"), (-1,)), ("Multiply", {}, (1, 2)),
)  # fmt: skip
_LOG_ADD: _Works = (
    ("Maximum", {}, (-1, -2)), ("Subtract", {}, (-1, -2)), (*_works("absolute"), (1,)), (*_times(-1.0), (2,)),
    ("Activation", {"activation": "softplus"}, (3,)), ("Add", {}, (0, 4)),
)  # fmt: skip
_HYPOT: _Works = (
    (*_works("square"), (-1,)), (*_works("square"), (-2,)), ("Add", {}, (0, 1)), (*_works("sqrt"), (2,)),
)  # fmt: skip
_FINITE: _Works = (
    ("Relational", {"comparison": "equal"}, (-1, -1)), ("Conditional", {}, (0, -1)),
    ("Elementwise", {"function": "clip", "low": -3.4028235e38, "high": 3.4028235e38}, (1,)),
)  # fmt: skip


def _finite(given: Given, shape_of: ShapeOf) -> Steps:
    """What is no number as 0, and what is infinite as the largest there is."""
    if given.get("nan") not in (None, 0, 0.0) or given.get("posinf") is not None or given.get("neginf") is not None:
        raise Unread("E_FUNCTION", "puts numbers of its own for what is none, which cannot be said here")
    return of_both(*_FINITE)({"x": given.get("x")}, shape_of)


OWN: Mapping[str, Work] = {
    "log2": _composed(_works("log"), _times(1 / math.log(2))),
    "log10": _composed(_works("log"), _times(1 / math.log(10))),
    "exp2": _composed(_times(math.log(2)), _works("exp")),
    "deg2rad": _composed(_times(math.pi / 180)),
    "rad2deg": _composed(_times(180 / math.pi)),
    "sinh": of_both(*_SINH),
    "cosh": of_both(*_COSH),
    "arcsinh": of_both(*_ARSINH),
    "tan": of_both(*_TAN),
    "arctanh": of_both(*_ARTANH),
    "arcsin": of_both(*_ARSIN),
    "arccos": of_both(*_ARCOS),
    "arccosh": of_both(*_ARCOSH),
    "trunc": of_both(*TRUNC),
    "fix": of_both(*TRUNC),
    "logaddexp": of_both(*_LOG_ADD),
    "hypot": of_both(*_HYPOT),
    "isnan": of_both(("Relational", {"comparison": "not_equal"}, (-1, -1))),
    "nan_to_num": _finite,
}
