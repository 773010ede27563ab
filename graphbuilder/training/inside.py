"""A trained network, opened: what every node gives for an input, by the weights that a run kept or had at a step.

It knows no host and no store, so a test or a notebook asks it as a job does: `Inside.of(document, weights, home)`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.checks import Report, check
from graphbuilder.compiler import Arrays, opened, ready_model, split
from graphbuilder.datasets import preparation
from graphbuilder.datasets.feed import taken
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.operators import KINDS
from graphbuilder.operators.families import REGULARIZATION
from graphbuilder.plan import Plan, plan
from graphbuilder.training.compiled import compiled
from graphbuilder.training.computing import computing
from graphbuilder.training.parts import parts

T = TypeVar("T")
Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)
AT_ONCE = 256
"""Rows that go through the network together."""
DROPS = frozenset(kind for kind, one in KINDS.items() if one.family is REGULARIZATION and "rate" in one.parameters)


class Unanswerable(ValueError):
    """What was asked cannot be answered, in words for who asked: who, what was needed, what came, what to do."""


@dataclass(frozen=True)
class Sample:
    """One row of a part. index: within the part, from 0. row: within the whole data."""

    part: Part
    index: int
    row: int

    def __str__(self) -> str:
        return f"{self.part}:{self.index}"


@dataclass(frozen=True)
class Values:
    """What a network gives for some rows, each array with the rows as its first axis. nodes: by path, as in blocks.py,
    what each gives at its first port. outputs: by the Losses' names."""

    nodes: Mapping[str, "np.ndarray[Any, Any]"]
    outputs: Mapping[str, "np.ndarray[Any, Any]"]


class Inside:
    """One network with weights. step: of which the weights are; None for those that were kept.

    model: Keras' own, in inference mode the same as `model.keras` of a run. opened: the same layers as a model that
    gives {"nodes", "outputs"} made of each other, for gradients. layers: of each node that owns one. rows: the numbers
    of each part's rows in `arrays`.
    """

    def __init__(
        self, model: keras.Model, report: Report, plan: Plan, arrays: Arrays, numbers: Callable[[], Any] = lambda: None
    ) -> None:
        self.model, self.report, self.plan, self.arrays = model, report, plan, arrays
        self.fields = plan.source.fields()
        self.rows: dict[Part, Any] = dict(zip(PARTS, split(plan, arrays), strict=True))
        self.opened, self.layers = opened(model, plan)
        self.step: int | None = None
        self._numbers = numbers
        self._executor = computing(report).executor
        self._traced: dict[tuple[bool, bool], Any] = {}
        self._once: dict[Any, Any] = {}

    @classmethod
    def of(cls, document: Document, weights: Any, home: Path) -> "Inside":
        """weights: in the order of Keras' `get_weights`; None for fresh ones. home: where data are prepared."""
        report = check(document)
        planned = plan(report)
        snapshot = prepare(planned.source, home)
        made = cls.ready(report, planned, snapshot.arrays, lambda: snapshot.row_numbers(planned.source, home))
        if weights is not None:
            made.use(weights)
        return made

    @classmethod
    def ready(
        cls, report: Report, planned: Plan, arrays: Arrays, numbers: Callable[[], Any] = lambda: None
    ) -> "Inside":
        """With fresh weights, and layers that measure data adapted to the training part. numbers: gives of each row its
        number in the source, None where they are numbered from 1; asked once, when it is wanted."""
        return cls(ready_model(planned, parts(planned, arrays).x), report, planned, arrays, numbers)

    def use(self, weights: Any, step: int | None = None) -> None:
        """Answers by these weights from now on."""
        self.model.set_weights(weights)
        self.step = step

    # The network

    def forward(self, inputs: Arrays, *, dropout: bool = False) -> Values:
        """What every node and every output gives. inputs: by the Inputs' names, at most AT_ONCE rows. dropout: is left
        on, and everything else works as when it answers."""
        found = self._ask(inputs, with_nodes=True, dropout=dropout)
        nodes = {id: value.numpy() for id, value in found["nodes"].items()}
        return Values(nodes, {name: value.numpy() for name, value in found["outputs"].items()})

    def answers(self, inputs: Arrays, *, dropout: bool = False) -> dict[str, "np.ndarray[Any, Any]"]:
        """What the outputs alone give, of any number of rows."""
        rows = len(next(iter(inputs.values())))
        told = [
            self._ask({name: one[at : at + AT_ONCE] for name, one in inputs.items()}, with_nodes=False, dropout=dropout)
            for at in range(0, rows, AT_ONCE)
        ]
        return {name: np.concatenate([one["outputs"][name] for one in told]) for name in told[0]["outputs"]}

    def tensors(self, inputs: Arrays) -> dict[str, Any]:
        """As TensorFlow takes them."""
        return {
            name: tf.constant(np.asarray(inputs[name], object), tf.string)
            if spec.dtype == tf.string
            else tf.constant(np.asarray(inputs[name]), spec.dtype)
            for name, spec in self.signature.items()
        }

    @cached_property
    def signature(self) -> dict[str, Any]:
        return {name: tf.TensorSpec(one.shape, one.dtype) for name, one in self.model.input.items()}

    def working(self, work: Any, inputs: Arrays, *more: Any) -> Any:
        """What a traced function gives for these inputs."""
        with tf.experimental.function_executor_type(self._executor):
            return work(self.tensors(inputs), *more)

    def _ask(self, inputs: Arrays, *, with_nodes: bool, dropout: bool) -> Any:
        key = with_nodes, dropout
        traced = self._traced[key] = self._traced.get(key) or self._trace(*key)
        return self.working(traced, inputs)

    def _trace(self, with_nodes: bool, dropout: bool) -> Any:
        @compiled(input_signature=[self.signature])
        def ask(x: Any) -> Any:
            if not dropout:
                return self._given(x, with_nodes)
            with _left_on(self.dropping):
                return self._given(x, with_nodes)

        return ask

    def _given(self, x: Any, with_nodes: bool) -> Any:
        return self.opened(x, training=False) if with_nodes else {"outputs": self.model(x, training=False)}

    @cached_property
    def dropping(self) -> list[Any]:
        """The layers that drop values in training."""
        layers = self.model._flatten_layers(include_self=False)
        return [one for one in layers if _drops(one)]

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What a question works out of the data, made when it is first asked for. key: names it among all questions."""
        if key not in self._once:
            self._once[key] = make()
        found: T = self._once[key]
        return found

    # The data

    @cached_property
    def numbers(self) -> Any:
        """Of each row of the data its number in the source; None where they are numbered from 1."""
        return self._numbers()

    def some(self, part: Part, most: int) -> "np.ndarray[Any, Any]":
        """The numbers of at most so many rows of a part, spread evenly over it."""
        rows = self.rows[part]
        return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int))]  # type: ignore[no-any-return]

    def sample(self, told: str) -> Sample:
        """The sample that "validation:17" names, by its place in the part, or "row:512" by its place in the data. The
        test part is not shown. Raises Unanswerable."""
        part, _, number = told.partition(":")
        if part not in ("train", "validation", "row") or not number.isdecimal() or len(number) > 12:
            raise Unanswerable(f'A sample is named as in "validation:17" or "row:512"; received {told[:40]!r}.')
        index = int(number)
        if part == "row":
            return self._of_row(index)
        rows = self.rows[part]  # type: ignore[index]
        if index >= len(rows):
            last = f"The {_called(part)} part has {len(rows):,} samples, of which the last is {part}:{len(rows) - 1}"
            raise Unanswerable(f"{last}; received {told[:40]}.")
        return Sample(part, index, int(rows[index]))  # type: ignore[arg-type]

    def _of_row(self, row: int) -> Sample:
        for part, rows in self.rows.items():
            (found,) = np.nonzero(np.asarray(rows) == row)
            if len(found) and part == "test":
                raise Unanswerable(f"Row {row:,} is of the test part, which is looked at once, at the end.")
            if len(found):
                return Sample(part, int(found[0]), row)
        raise Unanswerable(f"The data have no row {row:,} in their training or validation part.")

    def fed(self, rows: Any) -> dict[str, "np.ndarray[Any, Any]"]:
        """What the Inputs are fed for these rows of the data, by their names, as in training."""
        return {name: self._entering(field, np.atleast_1d(rows)) for name, field in self.plan.inputs.items()}

    def _entering(self, field: str, rows: Any) -> "np.ndarray[Any, Any]":
        values = np.asarray(taken(self.arrays[field], rows))
        return self.filled(field, values) if field in self.plan.imputed else values

    def filled(self, field: str, values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """Values of a field, with what stands in where one is missing."""
        return np.where(np.isnan(values), self.stand_ins[field], values).astype(values.dtype)

    @cached_property
    def stand_ins(self) -> dict[str, "np.ndarray[Any, Any]"]:
        """What stands in for a missing value of each component of a field, measured on the training part; nan where
        nothing does."""
        found = {}
        for field, rules in self.plan.imputed.items():
            known = np.asarray(self.arrays[field][self.rows["train"]])
            all = np.concatenate([known, np.full((1, known.shape[1]), np.nan, known.dtype)])
            last, train = np.array([len(known)]), np.arange(len(known))
            found[field] = preparation.imputed(all, last, train, rules)[0]  # type: ignore[no-untyped-call]
        return found


def _called(part: str) -> str:
    return "training" if part == "train" else part


def _drops(layer: Any) -> bool:
    if type(layer).__name__ in DROPS:
        return bool(layer.rate)
    given = (getattr(layer, name, 0) for name in ("dropout", "recurrent_dropout", "_dropout"))
    return hasattr(layer, "call") and any(isinstance(one, float) and one > 0 for one in given)


@contextmanager
def _left_on(layers: list[Any]) -> Iterator[None]:
    """While a network is traced, these layers work as in training: in inference mode batch normalization keeps to what
    it measured, and no seed of a training moves."""

    def on(layer: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            return type(layer).call(layer, *args, **{**kwargs, "training": True})

        return call

    for layer in layers:
        object.__setattr__(layer, "call", on(layer))
    try:
        yield
    finally:
        for layer in layers:
            object.__delattr__(layer, "call")
