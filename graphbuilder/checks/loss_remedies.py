"""What might help where a Loss is missing, or does not go with its target or what comes in, the best first."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from graphbuilder.checks.examined import Examined
from graphbuilder.checks.remedies import SEVERAL, Repairs, joined
from graphbuilder.datasets import SOURCES
from graphbuilder.fields import Field, enterable
from graphbuilder.losses import LOSSES, LossKind, usual
from graphbuilder.operators.fitting import LINEAR, LOSS, is_picture, put_before, ways
from graphbuilder.operators.loss import Loss
from graphbuilder.repair import Change, Put, PutBefore, PutBehind, Repair, SetParameter
from graphbuilder.shapes import Shape


def new_loss(examined: Examined, end: str | None = None) -> Repairs:
    """A Loss behind an end, with a target that no other Loss has, and what makes the shapes equal."""
    wired = examined.wired
    if end is None:
        end = next(reversed([id for id in examined.ends if wired.into[id]] or [*examined.ends]), None)
    if end is not None and not wired.document.reads_data:  # which target, the data will decide
        return (PutBehind(LOSS, {}, end),)
    if any(id in examined.lacking for id, _ in examined.every(Loss)):  # one is there, and only not wired yet
        return ()
    targets = list(islice(_targets(examined), SEVERAL))
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
    logits = last not in LOSSES[name]().given_by(several=shape != (1,))
    return {"target": field.name, "loss": name} | ({} if logits else {"from_logits": False})


def usual_loss(field: Field, shape: Shape | None) -> str:
    if field.kind != "class":
        return usual("values")
    return usual("two classes" if len(field.classes) == 2 and shape == (1,) else "classes")


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
    needed = LOSSES[params["loss"]]().outputs_needed(field)
    if needed is None:
        return
    if LOSSES[params["loss"]]().encoding(field, facts.shape):
        yield PutBehind(LOSS, params, end)
        return
    for way in ways(facts.shape, needed):
        behind: list[Change] = [PutBehind(LOSS, _loss_for(field, needed), end)]
        yield (*behind, *(PutBehind(kind, told, end) for kind, told in reversed(way)))


# Loss, target and what comes in


def another_target(examined: Examined, id: str, loss: Loss) -> Repairs:
    """A target that goes with this loss and what comes in; else another with the usual loss for it. First of each what
    is of the kind of the old one, as data sets that have it tell: what compared an input with itself still does so."""
    shape = examined.facts[id].inputs[0] if id in examined.facts else None
    kind = loss.declared
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
            first = usual_loss(field, shape)
            others.append(target if kind.outputs_needed(field) else (target, SetParameter("loss", first, id)))
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
    """The common losses that can read this target, the usual one first."""
    first = usual_loss(target, shape)
    able = [name for name, kind in LOSSES.items() if kind.is_offered and kind().outputs_needed(target)]
    if target.kind == "class":
        able = [name for name in able if LOSSES[name].is_for_classes]
    return tuple(SetParameter("loss", name, id) for name in dict.fromkeys((first, *able)))


def needed_shape(examined: Examined, id: str, kind: LossKind, target: Field, shape: Shape) -> Repairs:
    """The last operator with units or filters gives as many as are needed, or operators before the Loss do."""
    needed = kind.outputs_needed(target)
    assert needed is not None
    others: list[Repair] = []
    if needed == (1,) and shape == (2,):
        others.append(SetParameter("loss", usual("classes"), id))
    if is_picture(shape) and (first := examined.first_on_channels.get(id)):
        others += joined(first, examined.facts[first].inputs[0])
    others.extend(put_before(way, id) for way in ways(shape, needed))
    last = examined.last_sized.get(id)
    if not last or not needed or len(shape) != len(needed):
        return tuple(others)
    sized = SetParameter(last[1], needed[-1], last[0])
    read_elsewhere = len(examined.wired.out_of[last[0]]) > 1
    return (*others, sized) if read_elsewhere else (sized, *others)


def something_to_learn(examined: Examined, losses: Iterable[str]) -> Repairs:
    """A Linear that leaves the shape, right before the Loss."""
    first = next(iter(losses))
    (shape,) = examined.facts[first].inputs
    return (PutBefore(LINEAR, {"units": shape[-1]}, first),) if shape else ()
