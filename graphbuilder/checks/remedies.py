"""What might help against the faults that the checks find, the best first; `repairs.py` tries it.

Each function answers one check and looks at no more than the nodes around the fault: candidates may be wrong, since
what does not mend the fault is never offered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from itertools import islice, pairwise
from typing import Any

from graphbuilder.checks.examined import Examined
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.fields import Field, enterable
from graphbuilder.losses import LOSSES, LossKind
from graphbuilder.memory import Estimate, batch_that_fits, share_that_fits
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import (
    ACTIVATION,
    ADD,
    BATCH,
    CONCATENATE,
    DROPOUT,
    FLATTEN,
    INPUT,
    LINEAR,
    LOSS,
    MEAN_OF_ALL,
    MEASURED,
    RESCALING,
    put_before,
    ways,
)  # fmt: skip
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import ShapeFault
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params
from graphbuilder.repair import (
    Change,
    Connect,
    Cut,
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

Repairs = tuple[Repair, ...]
_SEVERAL = 3
"""Candidates of one sort."""
_LONGEST_BRANCH = 100
"""That is taken out as a whole."""


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
    near = get_close_matches(name, SOURCES, _SEVERAL)
    rank = {one: (-len(wanted & SOURCES[one]().fields().keys()), one not in near) for one in SOURCES}
    return tuple(UseData(one) for one in sorted(SOURCES, key=lambda one: rank[one])[: 2 * _SEVERAL])


def of_no_data(examined: Examined) -> Repairs:
    """Data sets with fields that fit every Input and Loss, the chosen one first; else any, or a field for an Input."""
    chosen = examined.wired.document.data.name
    names = sorted(SOURCES, key=lambda name: name != chosen)
    fitting = tuple(fit for name in names if (fit := _fitted(examined, name)))[:_SEVERAL]
    inputs = [id for id, _ in examined.every(Input)]
    if chosen in SOURCES and inputs:
        return (*fitting, *field_of(examined, inputs[0]))
    return fitting or known_data(examined, "")


def _fitted(examined: Examined, name: str) -> tuple[Change, ...] | None:
    """The changes that let every Input and every Loss take a field of this data set; None where one has none."""
    fields = SOURCES[name]().fields()
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
        kind = LOSSES.get(loss.loss)
        fits = [one.name for one in targets if shape and kind and kind.encoding(one, shape)]
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


# Wires


def of_circle(examined: Examined, way: Sequence[str]) -> Repairs:
    """Cut the wire that leads back to where the circle is entered, else another of its wires."""
    wired = examined.wired
    inside = set(way)
    wires = [*pairwise([*way, way[0]])]
    entered = [target for target in way if any(wire.source not in inside for wire in wired.into[target])]
    wires.sort(key=lambda wire: wire[1] not in entered[:1])
    return tuple(Cut(*wire) for wire in wires[: 2 * _SEVERAL])


def of_too_many_wires(examined: Examined, id: str, sources: Sequence[str]) -> Repairs:
    """Add for branches that end alike, Concatenate for others, or one wire less."""
    first, *rest = (examined.wired.nodes[source] for source in sources)
    alike = all((one.kind, one.params) == (first.kind, first.params) for one in rest)
    kinds = (ADD, CONCATENATE) if alike else (CONCATENATE, ADD)
    return (*(PutBefore(kind, node=id) for kind in kinds), Cut(sources[-1], id))


def of_no_wire(examined: Examined, id: str) -> Repairs:
    """It is wired in where it was dropped, or an end that leads nowhere is wired to it, or it is deleted, or an Input
    feeds it."""
    return (
        *_dropped(examined, id),
        *_from_ends(examined, id),
        TakeOut(id),
        *(Connect(source, id) for source in examined.entrances[:2]),
    )


def _dropped(examined: Examined, id: str) -> list[Repair]:
    """For a node without any wire: between an end and what lacks an input, or else into the wire of a Loss. For what
    lacks an input: the wires of such a node that lies before it."""
    fed = [*islice(examined.fed, 1)]
    if id not in examined.loose:
        return [(Connect(end, one), Connect(one, id)) for end in fed for one in islice(examined.loose, _SEVERAL)]
    lacking = next((one for one in examined.losses if one in examined.lacking), None)
    if fed and lacking:
        return [(Connect(fed[0], id), Connect(id, lacking))]
    into = (wire for loss in examined.losses for wire in examined.wired.into[loss])
    ways = ((wire.source, wire.target) for wire in islice(into, 0 if fed else _SEVERAL))
    return [(Cut(*way), Connect(way[0], id), Connect(id, way[1])) for way in ways]


def of_too_few_wires(examined: Examined, id: str) -> Repairs:
    return (*_from_ends(examined, id), TakeOut(id))


def _from_ends(examined: Examined, id: str) -> Sequence[Repair]:
    return [Connect(end, id) for end in examined.ends[:_SEVERAL] if end != id][:2]


def of_loose_end(examined: Examined, id: str) -> Repairs:
    """It is wired to what lacks an input, or to the Loss that reads what stands before it, or taken out with the branch
    that leads to it alone, or given a Loss."""
    wired = examined.wired
    branch = [id]
    while (
        len(branch) <= _LONGEST_BRANCH
        and len(above := wired.into[branch[-1]]) == 1
        and len(wired.out_of[above[0].source]) == 1
    ):
        branch.append(above[0].source)
    alone = [tuple(TakeOut(node) for node in branch)] if len(branch) <= _LONGEST_BRANCH else []
    lacking: list[Repair] = [Connect(id, other) for other in islice(examined.lacking, _SEVERAL) if other != id]
    early = examined.read_early.get(id)
    on = [(Cut(early.source, early.target), Connect(id, early.target))] if early else []
    return (*lacking[:2], *on, *alone, *(new_loss(examined, id) if wired.into[id] else ()))


# Inputs and losses


def new_input(examined: Examined, unfed: Sequence[str]) -> Repairs:
    """An Input with a field that no other takes, before the first operator that lacks one."""
    first = next((id for id in unfed if (operator := examined.wired.operators[id]) and operator.inputs), None)
    reader = examined.wired.operators[first] if first else None
    names = sorted(_input_fields(examined), key=lambda name: not reader or _unfit(reader, examined.fields[name]))
    new: list[dict[str, Any]] = [{"field": name} for name in names] or [{}]
    if first is None:
        return tuple(Put(INPUT, params) for params in new)
    return tuple(PutBefore(INPUT, params, first) for params in new[: 2 * _SEVERAL])


def _input_fields(examined: Examined) -> list[str]:
    """Fields for an Input. One that a Loss compares with comes first: the network is to reproduce it."""
    return sorted(enterable(examined.fields), key=lambda name: name not in examined.compared)


def _unfit(reader: Operator, field: Field) -> bool:
    """Whether an operator cannot read a field, or reads no more than the channels of its places. One that is out of its
    bounds can read none: its shape rule counts on them."""
    if any(parameter.fault(reader.params[name]) for name, parameter in reader.parameters.items()):
        return True
    try:
        reader.output_shape([field.shape], {})
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
    fitting = [UseData(name) for name in SOURCES if named <= SOURCES[name]().fields().keys()][:1]
    return replace(found, repairs=(*found.repairs, *fitting))


def new_loss(examined: Examined, end: str | None = None) -> Repairs:
    """A Loss behind an end, with a target that no other Loss has, and what makes the shapes equal."""
    wired = examined.wired
    if end is None:
        end = next(reversed([id for id in examined.ends if wired.into[id]] or [*examined.ends]), None)
    if end is not None and not wired.document.reads_data:  # which target, the data will decide
        return (PutBehind(LOSS, {}, end),)
    if any(id in examined.lacking for id, _ in examined.every(Loss)):  # one is there, and only not wired yet
        return ()
    targets = list(islice(_targets(examined), _SEVERAL))
    if end is None:
        return () if wired.nodes else tuple(Put(LOSS, _loss_for(field, None)) for field in targets)
    return tuple(found for field in targets for found in islice(_ended(examined, end, field), 2))


def _targets(examined: Examined) -> Iterator[Field]:
    """What a Loss may compare with: classes and numbers, then what enters the network, as an autoencoder does."""
    free = [field for field in examined.fields.values() if field.name not in examined.compared]
    yield from (field for field in free if field.kind in ("class", "number"))
    yield from (field for field in free if field.kind not in ("class", "number") and field.name in examined.entered)


def _loss_for(field: Field, shape: Shape | None, last: str | None = None) -> dict[str, Any]:
    """The parameters of the usual Loss for a target, for what comes in with this shape and last activation."""
    name = usual_loss(field, shape)
    logits = last not in LOSSES[name].probabilities
    return {"target": field.name, "loss": name} | ({} if logits else {"from_logits": False})


def usual_loss(field: Field, shape: Shape | None) -> str:
    if field.kind != "class":
        return "mean_squared_error"
    return "binary_crossentropy" if len(field.classes) == 2 and shape == (1,) else "softmax_crossentropy"


def _ended(examined: Examined, end: str, field: Field) -> Iterator[Repair]:
    facts = examined.facts.get(end)
    if facts is None:
        yield PutBehind(LOSS, _loss_for(field, None), end)
        return
    made = examined.wired.operators[end]
    if made and made.keeps_values:
        made = examined.wired.operators.get(examined.past_keepers.get(end, ""))
    last = made.activation_name() if made else None
    params = _loss_for(field, facts.shape, last)
    needed = LOSSES[params["loss"]].outputs_needed(field)
    if needed is None:
        return
    if LOSSES[params["loss"]].encoding(field, facts.shape):
        yield PutBehind(LOSS, params, end)
        return
    for way in ways(facts.shape, needed):
        behind: list[Change] = [PutBehind(LOSS, _loss_for(field, needed), end)]
        yield (*behind, *(PutBehind(kind, told, end) for kind, told in reversed(way)))


# Loss, target and last operator


def another_target(examined: Examined, id: str, loss: Loss) -> Repairs:
    """A target that goes with this loss and what comes in; else another with the usual loss for it. First of each what
    is of the kind of the old one, as data sets that have it tell: what compared an input with itself still does so."""
    shape = examined.facts[id].inputs[0] if id in examined.facts else None
    kind = LOSSES[loss.loss]
    fits: list[Repair] = []
    others: list[Repair] = []
    was = _kinds().get(loss.target, set())
    reproduced = enterable(examined.fields) if was & {"image", "vector"} else []
    read = sorted(reproduced, key=lambda name: name not in examined.entered)
    rank = {name: place - len(read) for place, name in enumerate(read)}
    for field in sorted(examined.fields.values(), key=lambda field: (rank.get(field.name, 0), field.kind not in was)):
        target = SetParameter("target", field.name, id)
        if shape is not None and kind.encoding(field, shape):
            fits.append(target)
        elif field.kind in ("class", "number") or field.name in reproduced:
            usual = usual_loss(field, shape)
            others.append(target if kind.outputs_needed(field) else (target, SetParameter("loss", usual, id)))
    return (*fits, *others)


@cache
def _kinds() -> dict[str, set[str]]:
    """Of which kinds the fields of each name are, whatever the data set."""
    found: dict[str, set[str]] = {}
    for source in SOURCES.values():
        for field in source().fields().values():
            found.setdefault(field.name, set()).add(field.kind)
    return found


def another_loss(id: str, target: Field, shape: Shape | None) -> Repairs:
    """The losses that can read this target, the usual one first."""
    usual = usual_loss(target, shape)
    able = [name for name, kind in LOSSES.items() if kind.outputs_needed(target) and name != usual]
    if target.kind == "class":
        able = [name for name in able if LOSSES[name].probabilities]
    return tuple(SetParameter("loss", name, id) for name in (usual, *able))


def needed_shape(examined: Examined, id: str, kind: LossKind, target: Field, shape: Shape) -> Repairs:
    """The last operator with units or filters gives as many as are needed, or operators before the Loss do."""
    needed = kind.outputs_needed(target)
    assert needed is not None
    others: list[Repair] = []
    if needed == (1,) and shape == (2,):
        others.append(SetParameter("loss", "softmax_crossentropy", id))
    if len(shape) == 3 and (first := examined.first_on_channels.get(id)):
        others += [PutBefore(FLATTEN, node=first), PutBefore(MEAN_OF_ALL, node=first)]
    others.extend(put_before(way, id) for way in ways(shape, needed))
    last = examined.last_sized.get(id)
    if not last or not needed or len(shape) != len(needed):
        return tuple(others)
    sized = SetParameter(last[1], needed[-1], last[0])
    read_elsewhere = len(examined.wired.out_of[last[0]]) > 1
    return (*others, sized) if read_elsewhere else (sized, *others)


def last_activation(operator: Operator, maker: str, wanted: str) -> Repairs:
    """The activation of the last operator, or one behind it where it has none of its own."""
    if "activation" in operator.parameters:
        return (SetParameter("activation", wanted, maker),)
    return (PutBehind(ACTIVATION, {"activation": wanted}, maker),) if wanted != "linear" else ()


def from_logits(id: str, value: bool) -> Repairs:
    return (SetParameter("from_logits", value, id),)


def something_to_learn(examined: Examined, losses: Iterable[str]) -> Repairs:
    """A Linear that leaves the shape, right before the Loss."""
    first = next(iter(losses))
    (shape,) = examined.facts[first].inputs
    return (PutBefore(LINEAR, {"units": shape[-1]}, first),) if shape else ()


# Suspicions


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


def without_softmax(examined: Examined, id: str) -> tuple[SetParameter, ...]:
    """Linear instead of each softmax that stands before a node with no weights between."""
    return tuple(SetParameter("activation", "linear", one) for one in examined.softmaxes[id])


def of_dropout(examined: Examined, id: str, rate: float) -> Repairs:
    """It moves before the last operator with weights, or goes."""
    weighed = examined.last_weighed.get(id)
    before = [(TakeOut(id), PutBefore(DROPOUT, {"rate": rate}, weighed))] if weighed else []
    return (*before, TakeOut(id))


def joined(id: str) -> Repairs:
    """What makes one row of an image before an operator that weighs the last axis."""
    return PutBefore(FLATTEN, node=id), PutBefore(MEAN_OF_ALL, node=id)


def measured_in_training(id: str) -> Repairs:
    return Replace(BATCH, node=id), TakeOut(id)
