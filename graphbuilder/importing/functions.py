"""Functions of Keras, and indices, as nodes: which operator works which function is read off what operators call."""

from collections.abc import Mapping

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.calls import COMPOSED, INDEXED, Name
from graphbuilder.importing.model import Call, Layer, Ref, Tree
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works import (
    activation,
    arithmetic,
    choosing,
    images,
    joining,
    means,
    order,
    products,
    several,
    shape,
    taking,
)
from graphbuilder.importing.works.activation import USUAL
from graphbuilder.importing.works.choosing import cast_to
from graphbuilder.importing.works.function_names import ARITHMETIC, ELEMENTWISE, SAME_ARGUMENT, SIGNATURES
from graphbuilder.importing.works.steps import ShapeOf, Steps, Work, alone, axes_of, plain
from graphbuilder.operators import OPERATORS, Operator


def _worked_by() -> dict[str, type[Operator]]:
    """By function of keras.ops, the operator that calls it on its inputs alone."""
    found: dict[str, type[Operator]] = {}
    for operator in OPERATORS.values():
        if operator.call is Operator.call or not operator.outputs:
            continue
        one = operator()
        if one.call("") is None:
            call = one.applied({port.name: [Name(port.name)] for port in one.input_ports()})
            if call.callee.startswith(("ops.", COMPOSED)):
                found.setdefault(call.callee.partition(".")[2], operator)
            elif call.callee == INDEXED:
                found["get_item"] = operator
    return found


WORKED_BY = _worked_by()
PLACES = "places_of"
"""Of ours: which place each step has, which an Embedding reads to be a PositionEmbedding."""
SAME_VALUE = (PLACES, "cast", "stop_gradient", "identity", "copy", "convert_to_tensor", "saturate_cast")
BY_NUMBER = {*ARITHMETIC, *ELEMENTWISE, "divide", "power", "relu", "sigmoid", "tanh", "clip", "cast"}
"""Functions that do the same to each number of a value."""


def arguments(layer: Layer, call: Call) -> dict[str, Tree]:
    """What a function is given, by the names of its arguments."""
    names = SIGNATURES.get(layer.kind, ("x", "axis", "keepdims"))
    told: dict[str, Tree] = {}
    for name, value in {**layer.config, **call.keywords}.items():
        if name in ("name", "dtype") and layer.kind != "cast":
            continue
        same = name if name in names else SAME_ARGUMENT.get(name, name)
        told[same if same in names else name] = value
    free = [name for name in names if name not in told]
    if len(call.positional) > len(free):
        if not is_known(layer.kind):
            raise _strange(layer.kind)
        raise Unread("E_FUNCTION", f"has {len(call.positional)} arguments, and {len(names)} are known here")
    return {**dict(zip(free, call.positional, strict=False)), **told}


def steps_of(layer: Layer, call: Call, shape_of: "ShapeOf") -> Steps | Ref:
    """The nodes that do the work of a function, the last of them giving what it gives; or the value itself, which it
    leaves as it is. shape_of: what is known of a value. Raises Unread."""
    given = arguments(layer, call)
    kind = layer.kind
    if kind == "cast" and isinstance(given.get("x"), Ref):
        return cast_to(given, shape_of)
    if kind in SAME_VALUE and isinstance(given.get("x"), Ref):
        return given["x"]  # type: ignore[return-value]
    if kind in OWN:
        return OWN[kind](given, shape_of)
    if kind in ELEMENTWISE:
        return alone(given, "Elementwise", {"function": ELEMENTWISE[kind]}, ("x",))
    if kind in ACTIVATIONS:
        usual = USUAL.get(kind, {})
        given = {name: value for name, value in given.items() if name == "x" or value != usual.get(name)}
        return alone(given, "Activation", {"activation": kind}, ("x",))
    if kind in WORKED_BY:
        operator = WORKED_BY[kind]
        known = {name: plain(value) for name, value in given.items() if name in operator.parameters}
        if "axis" in known and "AxesOf" in type(operator.parameters["axis"]).__name__:
            known["axis"] = axes_of(known["axis"])
        return alone(given, operator.kind, known, ("x", *operator.parameters))
    raise _strange(kind)


def _strange(function: str) -> Unread:
    instead = _INSTEAD.get(function, "")
    return Unread("E_FUNCTION", f"works the function {function[:60]!r}, which is not known here{instead}")


_OF_SOUND = "; a Spectrogram (STFTSpectrogram) in its place tells which tones are in a sound, and when"
_INSTEAD = dict.fromkeys(("stft", "rfft", "mel_spectrogram"), _OF_SOUND)
"""What may stand in the place of functions that no nodes do the work of."""
OWN: Mapping[str, Work] = {
    **arithmetic.OWN,
    **activation.OWN,
    **products.OWN,
    **joining.OWN,
    **taking.OWN,
    **shape.OWN,
    **choosing.OWN,
    **order.OWN,
    **several.OWN,
    **means.OWN,
    **images.OWN,
}
"""Functions whose arguments are said otherwise by the operator that works them."""


def is_known(function: str) -> bool:
    """Whether a function of keras.ops is one that nodes can do the work of."""
    return any(function in known for known in (OWN, SAME_VALUE, ELEMENTWISE, ACTIVATIONS, WORKED_BY))
