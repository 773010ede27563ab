"""What might help against the faults that the checks find, the best first; `repairs.py` tries it.

Each function answers one check and looks at no more than the nodes around the fault: candidates may be wrong, since
what does not mend the fault is never offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal

from graphbuilder.activations import word_of
from graphbuilder.checks.examined import Examined
from graphbuilder.datasets import HERE, SOURCES
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.fields import Field, enterable
from graphbuilder.memory import Estimate, batch_that_fits, share_that_fits
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import ACTIVATION, BATCH, FLATTEN, INPUT, MEASURED, RESCALING, mean_of_all
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import ShapeFault
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Inner, Params
from graphbuilder.repair import (
    Change,
    Put,
    PutBefore,
    PutBehind,
    Repair,
    Replace,
    SetParameter,
    SetSetting,
    TakeOut,
    UseData,
    UseOptimizer,
)
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs

Repairs = tuple[Repair, ...]
SEVERAL = 3
"""Candidates of one sort."""


# Parameters and settings


def within_bounds(operator: Operator, name: str) -> Repairs:
    """The nearest value within bounds; for a bound between parameters, what the operator says."""
    parameter = operator.parameters[name]
    value = operator.params[name]
    if parameter.fault(value):
        return (SetParameter(name, parameter.write(parameter.nearest(value))),)
    return tuple(operator.parameter_repairs(name))


def setting_within_bounds(declared: type[Declared], params: Params, where: str, name: str) -> Repairs:
    parameter = declared.parameters[name]
    return (SetSetting(where, name, parameter.write(parameter.nearest(params[name]))),)


def rows_to_train_on(validation: float, most: float) -> Repairs:
    """A smaller test part, or the usual fifths."""
    left = round(most - validation, 2)
    fifths = SetSetting("split", "validation", 0.2), SetSetting("split", "test", 0.2)
    return (SetSetting("split", "test", left), fifths) if left >= 0 else (fifths,)


def known_data(examined: Examined, name: str) -> Repairs:
    """Data sets that have the fields which the nodes name, then those of a similar name."""
    wanted = {*examined.entered, *examined.compared}
    near = get_close_matches(name, HERE, SEVERAL)
    rank = {one: (-len(wanted & _fields(one).keys()), one not in near) for one in HERE}
    return tuple(UseData(one) for one in sorted(HERE, key=lambda one: rank[one])[: 2 * SEVERAL])


def of_no_data(examined: Examined) -> Repairs:
    """Data sets with fields that fit every Input and Loss, the chosen one first; else any, or a field for an Input."""
    chosen = examined.wired.document.data.name
    names = sorted(HERE, key=lambda name: name != chosen)
    fitting = tuple(fit for name in names if (fit := _fitted(examined, name)))[:SEVERAL]
    inputs = [id for id, _ in examined.every(Input)]
    if chosen in SOURCES and inputs:
        return (*fitting, *field_of(examined, inputs[0]))
    return fitting or known_data(examined, "")


@cache
def _fields(name: str) -> Mapping[str, Field]:
    """Of a data set as it is unless something is set."""
    return SOURCES[name]().fields()


def _fitted(examined: Examined, name: str) -> tuple[Change, ...] | None:
    """The changes that let every Input and every Loss take a field of this data set; None where one has none."""
    fields = _fields(name)
    entered: list[str] = []
    for id, _ in examined.every(Input):
        shape = examined.facts[id].shape if id in examined.facts else None
        fits = [one for one in enterable(fields) if fields[one].shape == shape and one not in entered]
        if not fits:
            return None
        entered.append(fits[0])
    targets = [field for field in fields.values() if field.kind in ("class", "number")]
    targets += [fields[one] for one in entered]
    compared: list[str] = []
    for id, loss in examined.every(Loss):
        shape = examined.facts[id].inputs[0] if id in examined.facts else None
        fits = [one.name for one in targets if shape and loss.declared.encoding(one, shape)]
        if not fits:
            return None
        compared.append(next((one for one in fits if one not in compared), fits[0]))
    new = () if examined.wired.document.data.name == name else (UseData(name),)
    inputs = [SetParameter("field", one, id) for (id, _), one in zip(examined.every(Input), entered, strict=True)]
    losses = [SetParameter("target", one, id) for (id, _), one in zip(examined.every(Loss), compared, strict=True)]
    return (*new, *inputs, *losses) if inputs else None


def known_optimizer(name: str) -> Repairs:
    by_small = {one.lower(): one for one in OPTIMIZERS}
    near = [by_small[one] for one in get_close_matches(name.lower(), by_small, 2)]
    return tuple(UseOptimizer(one) for one in dict.fromkeys([*near, "Adam"]))


def less_memory(examined: Examined, needed: Estimate, worst: str) -> Repairs:
    """Fewer units or filters where the node has any, and a smaller batch, by a power of two that fits."""
    found: list[Repair] = []
    operator = examined.wired.operators[worst]
    share = share_that_fits(needed, worst)
    for name in ("units", "filters"):
        if operator and name in operator.parameters:
            fewer = int(operator.params[name] * share)  # type: ignore[operator]
            if fewer >= 1:
                found.append(SetParameter(name, 1 << fewer.bit_length() - 1))
    batch = batch_that_fits(examined.wired.document, examined.facts)
    if batch >= 1:
        found.append(SetSetting("training", "batch_size", 1 << batch.bit_length() - 1))
    return tuple(found)


# Inputs


def new_input(examined: Examined, unfed: Sequence[str]) -> Repairs:
    """An Input with a field that no other takes, before the first operator that lacks one."""
    first = next((id for id in unfed if (operator := examined.wired.operators[id]) and operator.inputs), None)
    reader = examined.wired.operators[first] if first else None
    names = sorted(_input_fields(examined), key=lambda name: not reader or _unfit(reader, examined.fields[name]))
    new: list[dict[str, Any]] = [{"field": name} for name in names] or [{}]
    if first is None:
        return tuple(Put(INPUT, params) for params in new)
    return tuple(PutBefore(INPUT, params, first) for params in new[: 2 * SEVERAL])


def _input_fields(examined: Examined) -> list[str]:
    """Fields for an Input. One that a Loss compares with comes first: the network is to reproduce it."""
    return sorted(enterable(examined.fields), key=lambda name: name not in examined.compared)


def _unfit(reader: Operator, field: Field) -> bool:
    """Whether an operator cannot read a field, or reads no more than the channels of its places. One that is out of its
    bounds can read none: its shape rule counts on them."""
    if reader.broken_bounds():
        return True
    try:
        needed = [port for port in reader.input_ports() for _ in range(port.least)]
        reader.infer(Inputs.of([(port.name, field.spec) for port in needed]), {})
    except ShapeFault:
        return True
    return reader.weighs_last_axis and len(field.shape) > 1


def field_of(examined: Examined, id: str) -> Repairs:
    """A field of the typed shape first; for one that another data set has, that as well."""
    operator = examined.wired.operators[id]
    typed = operator.shape if isinstance(operator, Input) else None
    names = sorted(_input_fields(examined), key=lambda name: examined.fields[name].shape != typed)
    return tuple(SetParameter("field", name, id) for name in names)


def with_other_data(examined: Examined, found: Diagnostic) -> Diagnostic:
    """A fault of a field that is not there, with the first data set as its last remedy that has every field which a
    node names."""
    if found.parameter != "field":
        return found
    named = {*examined.entered, *examined.compared}
    fitting = [UseData(name) for name in HERE if named <= _fields(name).keys()][:1]
    return replace(found, repairs=(*found.repairs, *fitting))


# Suspicions


Held = Literal["parameter", "layer", "operator"]
"""Where an activation stands: in a parameter, in that of the layer inside, or it is all that the operator does."""


def held(operator: Operator, wanted: str) -> Held:
    """Where the activation of an operator stands that is to become this one. An Activation with nothing to bend is one
    too many."""
    if "activation" in operator.parameters and (operator.kind, wanted) != (ACTIVATION, "linear"):
        return "parameter"
    return "layer" if _layer_with_activation(operator) else "operator"


def turned(where: Held, wanted: str) -> str:
    """What to do for another activation, in words."""
    if where == "operator":
        return "take it out" if wanted == "linear" else f"put an Activation with {word_of(wanted)} in its place"
    return f"set {'its activation' if where == 'parameter' else 'the activation of the layer inside'} to {wanted}"


def _layer_with_activation(operator: Operator) -> tuple[str, Inner] | None:
    """The parameter that holds a layer with an activation, and the layer."""
    layers = ((name, value) for name, value in operator.params.items() if isinstance(value, Inner))
    return next((one for one in layers if "activation" in one[1].params), None)


def set_in(operator: Operator) -> str | None:
    """The parameter that an activation is set in; None where it is what the operator is."""
    inside = _layer_with_activation(operator)
    return "activation" if "activation" in operator.parameters else inside and inside[0]


def last_activation(operator: Operator, maker: str, wanted: str) -> Repairs:
    """The activation of the last operator, or of the layer inside it; one in its place where it is nothing but an
    activation, and one behind it where it has none of its own."""
    inside = _layer_with_activation(operator)
    setting: Repairs = (SetParameter("activation", wanted, maker),) if "activation" in operator.parameters else ()
    match held(operator, wanted):
        case "layer" if inside:
            name, layer = inside
            told = layer.written()
            return (SetParameter(name, {**told, "params": {**told["params"], "activation": wanted}}, maker),)
        case "operator" if operator.activation_name():
            alone = TakeOut(maker) if wanted == "linear" else Replace(ACTIVATION, {"activation": wanted}, maker)
            return (alone, *setting)
        case "operator":
            return (PutBehind(ACTIVATION, {"activation": wanted}, maker),) if wanted != "linear" else ()
    return setting


def of_raw_values(examined: Examined, id: str, field: Field) -> Repairs:
    """Behind the Input, a Rescaling to about -1 to 1; a Normalization first for measurements of several units."""
    scale = PutBehind(RESCALING, {"scale": scale_of(field)}, id)
    measure = PutBehind(MEASURED, node=id)
    return (measure, scale) if field.kind == "vector" and field.parts else (scale, measure)


def scale_of(field: Field) -> float:
    """What brings a field's values to at most 1."""
    return scale_for(field.low, field.high)


def scale_for(low: float, high: float) -> float:
    return float(f"{1 / (max(abs(low), abs(high)) or 1):.5g}")


def without_softmax(examined: Examined, id: str) -> tuple[Change, ...]:
    """Linear instead of each softmax that stands before a node with no weights between."""
    found: list[Change] = []
    for one in examined.softmaxes[id]:
        operator = examined.wired.operators[one]
        assert operator
        first = last_activation(operator, one, "linear")[0]
        found += first if isinstance(first, tuple) else [first]
    return tuple(found)


def of_dropout(examined: Examined, id: str, operator: Operator) -> Repairs:
    """It moves before the last operator with weights, or goes."""
    weighed = examined.last_weighed.get(id)
    own = operator.parameters
    params = {name: own[name].write(value) for name, value in operator.params.items() if value != own[name].default}
    before = [(TakeOut(id), PutBefore(operator.kind, params, weighed))] if weighed else []
    return (*before, TakeOut(id))


def joined(id: str, came: Shape) -> Repairs:
    """What makes one row of an image or a volume before an operator that weighs the last axis."""
    return tuple(PutBefore(kind, node=id) for kind in (FLATTEN, *mean_of_all(came)))


def measured_in_training(id: str) -> Repairs:
    return Replace(BATCH, node=id), TakeOut(id)
