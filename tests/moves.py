"""Values of every kind of parameter, for what is tried with each of them moved."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from graphbuilder.operators.inner import LayerOf, operator_of
from graphbuilder.parameters import (
    AxesOf,
    AxisOf,
    Choice,
    Chosen,
    Constraint,
    FieldName,
    Formula,
    Initializer,
    Matrix,
    Number,
    NumberList,
    OneOf,
    OrNone,
    Parameter,
    Penalty,
    Regularizer,
    ScoreKey,
    ShapeOf,
    Sizes,
    TextList,
    Whole,
    WholeList,
    Words,
    YesNo,
)


def moved(parameter: Parameter[Any]) -> Iterator[Any]:
    """Values off the default and within bounds, by the parameter's kind."""
    default = parameter.default
    match parameter:
        case OrNone():
            yield from (value for value in moved(parameter.of) if value != default)
            if default is not None:
                yield None
        case Formula():
            yield from parameter.others
        case ScoreKey():
            yield "loss"
        case Choice():
            others = [choice for choice in parameter.choices if choice != default]
            yield from (
                others if len(others) < 9 else others[1::9]
            )  # of activations: all are held to Keras by themselves
        case AxisOf():
            yield from (axis for axis in (-1, -2, 1, 2, 3) if axis != default)
        case Whole() if parameter.high - parameter.low < 20:
            yield from (n for n in range(parameter.low, parameter.high + 1) if n != default)
        case Whole():
            near = (default + 1, max(parameter.low, 2 * default), default + 2)
            yield from [one for one in near if not parameter.fault(one)][:2]
        case Number():
            near = (0.25, 0.75, *((default / 2,) if default < 0 else ()))
            yield from (value for value in near if value != default and not parameter.fault(value))
        case YesNo():
            yield not default
        case Sizes():
            yield tuple(n + 1 for n in default)
            yield (default[0] + 1, *default[1:])
            yield (*default[:-1], default[-1] + 2)
        case ShapeOf() if parameter.unknown:
            yield from ((1, None), (None, 1, 1))
        case ShapeOf():
            yield from ((4, 16), (-1, 4), (2, -1, 2), (64,), (4, 4, 2, 2))
        case AxesOf():
            some = ((-1,), (1,), (-2,), (-2, -1), (1, 3))
            yield from (axes for axes in some if axes != default and not parameter.fault(axes))
        case WholeList() if parameter.rising and default:
            yield (*default, default[-1] + 2)
        case WholeList():
            yield (*(default or (parameter.of.low,)), parameter.of.low + len(default))  # type: ignore[attr-defined]
        case NumberList():
            last = default[-1] if default else 0.0
            longer = (*default, last + 0.5)
            longer = longer if len(longer) <= parameter.longest else longer[:-2] + longer[-1:]
            other = (*default[:-1], default[-1] * 0.75) if default else (0.25,)
            yield from [one for one in (longer, other) if one != default and not parameter.fault(one)]
        case TextList():
            yield (*default, "moved")
        case Matrix():
            yield tuple(tuple(one + 0.5 for one in row) for row in default)
            yield from [rows for rows in [((1.0, 2.0, 1.0),)] if not parameter.fault(rows)]
        case LayerOf():
            yield from (parameter.read(kind) for kind in [*parameter.options][:4] if kind != default.name)
            name, own = next(
                (name, own) for name, own in operator_of(default).parameters.items() if own.kind == "whole"
            )
            yield parameter.read({"kind": default.name, "params": {name: own.write(next(moved(own)))}})
        case Words():
            yield tuple(parameter.choices)[:2]
        case Regularizer():
            yield Penalty(0.01, 0.02)
            if "orthogonal" in parameter.options:
                yield Chosen("orthogonal", (("factor", 0.02), ("mode", "columns")))
        case Constraint():
            yield Chosen("max_norm", (("max_value", 3.0), ("axis", (0,))))
        case Initializer():
            yield from [name for name in ("he_normal", "zeros") if name != default][:1]
            yield Chosen("constant", (("value", 0.5),))
        case OneOf():
            yield from [name for name in parameter.options if name != parameter.name_of(default)][:1]
            name, option = next((name, option) for name, option in parameter.options.items() if option.parameters)
            own, value = next((own, value) for own, one in option.parameters.items() for value in moved(one))
            yield parameter.made(name, {**option.defaults(), own: value})
        case _:
            raise NotImplementedError(f"say how to move {parameter.kind}")


def off(parameter: Parameter[Any], value: Any) -> Any:
    """Another value of the parameter, within its bounds where it has any, as JSON has it."""
    match parameter:
        case FieldName():
            return "image" if value != "image" else ""
        case ShapeOf():
            return [*value[:-1], 7]
        case _:
            return next(parameter.write(one) for one in moved(parameter) if one != value)


def any_value(parameter: Parameter[Any], whole: st.SearchStrategy[Any], number: st.SearchStrategy[Any]) -> Any:
    """Values that the parameter's `read` takes, in and out of bounds, of such whole numbers and such numbers."""
    match parameter:
        case OrNone():
            return st.none() | any_value(parameter.of, whole, number)
        case Whole():
            return whole
        case Number():
            return number
        case YesNo():
            return st.booleans()
        case Formula():
            return st.sampled_from([parameter.default, *parameter.others, "other", ""])
        case ScoreKey():
            return st.sampled_from(["val_loss", "loss", "val_accuracy", "nothing"])
        case Choice():
            return st.sampled_from([*parameter.choices, "other", ""])
        case Sizes():
            return st.lists(whole, min_size=parameter.length, max_size=parameter.length)
        case ShapeOf():
            return st.lists(whole | st.none() if parameter.unknown else whole, max_size=6)
        case WholeList():
            return st.lists(whole, max_size=4)
        case NumberList():
            return st.lists(number, max_size=4)
        case TextList():
            return st.lists(st.sampled_from(["a", "b", "", "a word"]), max_size=4)
        case Matrix():
            return st.lists(st.lists(number, max_size=3), max_size=3)
        case Words():
            return st.lists(st.sampled_from([*parameter.choices, "other"]), max_size=4)
        case FieldName():
            return st.sampled_from(["", "image", "pixels", "digit", "is_even", "point", "class", "nothing"])
        case LayerOf():
            kinds = st.sampled_from([*parameter.options])
            return st.fixed_dictionaries({"kind": kinds}) | st.just(parameter.write(parameter.default))
        case OneOf():
            return _any_option(parameter, whole, number)
    raise NotImplementedError(f"say what {parameter.kind} may be")


def _any_option(parameter: OneOf, whole: st.SearchStrategy[Any], number: st.SearchStrategy[Any]) -> Any:
    objects = [
        st.fixed_dictionaries(
            {"name": st.just(name)}, optional={n: any_value(p, whole, number) for n, p in option.parameters.items()}
        )
        for name, option in parameter.options.items()
    ]
    if isinstance(parameter, Regularizer):
        return st.one_of(st.fixed_dictionaries({"l1": number, "l2": number}), *objects)
    words = st.sampled_from([*parameter.options, "other"])
    return st.one_of(words, *([st.none()] if hasattr(parameter, "none") else []), *objects)
