"""What keeps weights from learning, though all shapes are right."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from graphbuilder.activations import word_of
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Suspicion, such_as
from graphbuilder.operators import KINDS, Operator
from graphbuilder.parameters import Initializer, constant_of
from graphbuilder.repair import SetParameter, SetSetting
from graphbuilder.settings import Settings
from graphbuilder.shapes import filled, size


class EqualKernel(Suspicion):
    """All weights of a kernel start with one value. With zeros before ReLU every output is 0, where ReLU has no
    slope, so no weight ever moves. Elsewhere inside the network nothing passes at the start, and units that
    start alike stay alike where what reads them starts so too.

    name: of the initializer that gives each weight this value. comes: what comes of it. bend: what has no slope.
    """

    code = "W_EQUAL_KERNEL"
    title = "Weights that start alike"
    remedy = "Choose an initializer that draws at random, such as Glorot's or He's."
    point = (
        "Two units with equal weights get equal gradients, and stay equal for ever: a hundred of them "
        "know as much as one. Chance breaks the symmetry."
    )
    see = ("initializer.glorot_uniform", "initializer.he_normal")
    example = such_as(
        who="Linear 'd1'",
        name="kernel_initializer",
        value="zeros",
        usual="glorot_uniform",
        comes="nothing passes",
        bend="ReLU6",
    )
    who: str
    name: str
    value: str
    usual: str
    comes: Literal["no slope", "nothing passes", "alike"]
    bend: str

    @property
    def message(self) -> str:
        why = {
            "no slope": f"every output is 0, where {self.bend} has no slope, so none of its weights will ever move",
            "nothing passes": "at the start nothing passes it, and units that start alike learn alike",
            "alike": "all its units answer the same, and units that start alike learn alike",
        }
        return f"{self.who} starts with a kernel of {self.value}: {why[self.comes]}."

    @property
    def fix(self) -> str:
        return f"Set {self.name} to {self.usual}, which draws them at random."


def equal_kernels(examined: Examined) -> Iterator[Diagnostic]:
    """Not told: a last kernel of zeros, which learns at once from what comes in; zeros at the end of a branch
    that is added to another, where the sum is the other branch at first; biases, and what scales or shifts."""
    for id, operator in examined.where(_equal):
        parameter, facts = _equal(operator), examined.facts.get(id)
        if parameter is None or facts is None or not facts.counts.multiply_adds:
            continue
        ahead = examined.ahead[id]
        name, value = parameter.name, operator.params[parameter.name]
        constant = constant_of(value)
        zeros, inside = constant == 0, "weights" in ahead
        comes: Literal["no slope", "nothing passes", "alike"]
        if zeros and _silent(operator, ahead):
            comes = "no slope"
        elif inside and zeros:
            comes = "nothing passes"
        elif inside and facts.shape[-1:] != (1,):
            comes = "alike"
        else:
            continue
        yield EqualKernel(
            who=examined.called(id),
            name=name,
            value=value if value in ("zeros", "ones") else f"{constant:g}",
            usual=parameter.name_of(parameter.default),
            comes=comes,
            bend=word_of(own) if (own := operator.activation_name()) and operator.silent_at_zero() else word_of("relu"),
            nodes=(id,),
            parameter=name,
            repairs=(SetParameter(name, parameter.default),),
        )


class NothingPasses(Suspicion):
    """An operator gives one value whatever comes in, or has no slope anywhere, so nothing before it can learn.

    says: the operator's own words, with places for the facts that are given. name, value: the parameter that would let
    something pass.
    """

    code = "W_NOTHING_PASSES"
    title = "Nothing passes"
    remedy = "Set the parameter that the sentence names to a value that lets something through."
    point = (
        "A gradient is a product on the way back. One factor of zero, and all before it is cut off, "
        "however good the rest is."
    )
    see = ("idea.backpropagation", "idea.vanishing_gradient")
    example = such_as(
        who="Rescaling 'scale'",
        says="multiplies by 0: it gives {gives:g} whatever comes in",
        given={"gives": 0.0},
        name="scale",
        value=0.0625,
    )
    who: str
    says: str
    given: Mapping[str, Any]
    name: str
    value: float | str

    @property
    def message(self) -> str:
        return f"{self.who} {filled(self.says, self.given)}."

    @property
    def facts(self) -> dict[str, Any]:
        return {"who": self.who, "says": self.says, **self.given, "name": self.name, "value": self.value}

    @property
    def fix(self) -> str:
        value = f"another number, such as {self.value:g}" if isinstance(self.value, float) else self.value
        return f"Set {self.name} to {value}."


def nothing_passes(examined: Examined) -> Iterator[Diagnostic]:
    """A Rescaling by 0 gives one value whatever comes in, and nothing before it learns. A batch normalization that
    starts with gammas and betas of zeros gives 0, which is where ReLU has no slope; at the end of a branch that is
    added to another such gammas are usual, and before weights they move at once."""
    for id, operator in examined.where(lambda one: one.stops(examined.fields)):
        stop = operator.stops(examined.fields)
        if stop and id in examined.facts and stop.before in (None, examined.ahead[id]):
            yield NothingPasses(
                who=examined.called(id),
                says=stop.says,
                given=stop.given,
                name=stop.parameter,
                value=stop.value,
                nodes=(id,),
                parameter=stop.parameter,
                repairs=(SetParameter(stop.parameter, stop.value),),
            )


def _equal(operator: Operator) -> Initializer | None:
    """The initializer by which all weights of a kernel start with one value."""
    return next((one for one in _kernels(operator.kind) if constant_of(operator.params[one.name]) is not None), None)


@cache
def _kernels(kind: str) -> tuple[Initializer, ...]:
    """The initializers of an operator's kernels: those that draw at random unless they are changed."""
    declared = KINDS[kind].parameters.values()
    return tuple(one for one in declared if isinstance(one, Initializer) and constant_of(one.default) is None)


def _silent(operator: Operator, ahead: frozenset[str]) -> bool:
    """What comes of zeros is 0 and has no slope there."""
    if operator.params.get("use_bias") and constant_of(operator.params.get("bias_initializer", "zeros")) != 0:
        return False
    return operator.silent_at_zero() or (operator.activation_name() in (None, "linear") and "relu" in ahead)


def batch_without_rest(rows: int, least: int) -> int:
    """A size of batches, of these rows, whose last has more than one sample; all of them where there are too few."""
    return next((size for size in range(least, least + 33) if size < rows and rows % size != 1), rows)


class BatchOfOne(Suspicion):
    """Batch normalization measures each batch by itself. One sample has no spread: where it gives one value a
    channel, that value becomes 0 whatever it was, in every batch or in the last of each epoch. An image gives a
    value a place; of its batches of one is told all the same, since each image is then measured by itself.

    batch: samples; of more than one only the last has one, of so many rows. alone: it gives one value a channel.
    """

    code = "W_BATCH_OF_ONE"
    title = "Batches of one sample"
    remedy = "Set batch_size so that no batch has one sample alone; batch normalization wants 16 or more."
    point = (
        "Batch normalization sets each sample beside the others of its batch. Alone there is nobody to be"
        " set beside; Layer normalization measures each sample by itself, and does not mind."
    )
    see = ("operator.BatchNormalization", "operator.LayerNormalization", "training.batch_size")
    example = such_as(who="Batch normalization 'bn'", batch=32, rows=1025, alone=True, better=48)
    who: str
    batch: int
    rows: int
    alone: bool
    better: int

    @property
    def message(self) -> str:
        which = "batches of one sample" if self.batch == 1 else f"a last batch of one sample, of {self.rows:,} in all"
        why = "one value has no spread, so 0 comes of it" if self.alone else "each image is measured by itself"
        return f"{self.who} measures every batch by itself and gets {which}: {why}."

    @property
    def fix(self) -> str:
        return f"Set batch_size to {self.better}; batch normalization wants 16 or more."


def batches_of_one(examined: Examined) -> Iterator[Diagnostic]:
    batch, rows = examined.wired.document.training.settings["batch_size"], examined.rows
    if rows is None or rows < 2 or batch is None or Settings.parameters["batch_size"].fault(batch):
        return
    last = rows % batch if batch > 1 else 1
    if last != 1:
        return
    other = batch_without_rest(rows, max(32, batch + 1))
    for id, _ in examined.where(lambda one: one.measures_batch):
        if id not in examined.facts:
            continue
        alone = size(examined.facts[id].shape[:-1]) == 1
        if batch > 1 and not alone:
            continue
        yield BatchOfOne(
            who=examined.called(id),
            batch=batch,
            rows=rows,
            alone=alone,
            better=other,
            nodes=(id,),
            repairs=(SetSetting("training", "batch_size", other),),
        )
