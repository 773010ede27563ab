"""Keras' own train step, many of them at a time as one compiled TensorFlow function."""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.plan import Plan
from graphbuilder.training.adam import share_rate
from graphbuilder.training.compiled import compiled
from graphbuilder.training.feed import Fed, begin, fed
from graphbuilder.training.parts import Parts, length_of
from graphbuilder.training.scores import Judge, Tally, batch_of, has_steps

CHUNK_SECONDS = 0.2
"""About how long a chunk of steps takes: as often a stop is heard and news are told."""

_SHORTER = 8
"""A chunk may be so many times shorter, and still tells how long the next one should be."""

UNTRACED_STEPS = 2
"""The first steps are worked operation by operation, a tenth of a second in place of half a one: one before all steps
are traced and one before what was traced is first worked, so that no point of the loss waits for both. They are the
same ones however often they are trained."""
UNTRACED_BYTES = 200_000_000
"""A training that needs more than this has no such steps: they would need more memory. One that steps through sequences
has none either: they would take more time."""


class Chunks:
    """Keras' train step over arrays that stay inside TensorFlow, many at a time, and how the model does after them.

    How many steps a chunk has depends on the time they take; what comes of them does not.
    """

    def __init__(self, model: keras.Model, plan: Plan, parts: Parts, memory: int = 0) -> None:
        """memory: bytes that the training needs, as estimated."""
        self._model = model
        self._rows, self.batch = length_of(parts.x), plan.batch_size
        self._size = 1
        self._untraced = 0 if memory > UNTRACED_BYTES or has_steps(model) else UNTRACED_STEPS
        self._order = np.empty(0, "int32")
        self._judge = Judge(model, plan, parts.x_val, parts.y_val, parts.w_val)
        self._tally = Tally(model, plan, parts.y)
        share_rate(model.optimizer)
        model.optimizer.build(model.trainable_variables)
        model.reset_metrics()
        self._read: Any = None  # what the metrics of an epoch said behind its last chunk
        self._parts = fed(parts.x), fed(parts.y), fed(parts.w)
        self._run = _train_function(model, self._tally, self._parts)
        parts_of_it = (self._trace, lambda: None, self._judge.trace) if self._untraced else (self._judge.trace,)
        self._to_trace: Iterator[Callable[[], None]] = iter(parts_of_it)

    @property
    def short(self) -> int:
        """Steps of a chunk that leaves room for others."""
        return max(1, self._size // _SHORTER)

    @property
    def building(self) -> int:
        """So many first steps take longer than those that follow, since what works them is built meanwhile."""
        return self._untraced + 1

    @property
    def per_epoch(self) -> int:
        """Steps of an epoch of batches of this size."""
        return -(-self._rows // self.batch)

    def left(self, row: int) -> int:
        """Steps that are left of an epoch of which so many rows are done."""
        return -(-(self._rows - row) // self.batch)

    def build_anew(self) -> None:
        """Has Keras read the numbers of the model and its optimizer once more."""
        self._run = _train_function(self._model, self._tally, self._parts)
        self._trace()
        self._judge.build_anew()

    def _trace(self) -> None:
        if not self._run.traces:
            self._run.trace(*(tf.TensorSpec(shape, tf.int32) for shape in ([self._rows], [], [], [])))

    def begin_epoch(self, order: "np.ndarray[Any, Any]", row: int, sums: tuple[float, ...]) -> None:
        """row: of the order, before which all were trained before; their losses have these sums."""
        self._read = None
        self._sums = np.array(sums) if sums else np.zeros(len(self._tally.losses))
        self._order = order.astype("int32")
        self._ordered = tf.constant(self._order)
        self._read_ahead(row)

    def rebatch(self, batch: int, row: int) -> None:
        """Goes on in batches of another size, from this row of the order on."""
        self.batch = batch
        self._read_ahead(row)

    def _read_ahead(self, row: int) -> None:
        for part in self._parts:
            begin(part, self._order[row:], self.batch)

    @property
    def sums(self) -> tuple[float, ...]:
        return tuple(self._sums.tolist())

    def run(self, row: int, most: int | None = None, *, step: int) -> list[float]:
        """The losses of the next chunk of steps, from this row of the order on and `most` of them, which ends early
        behind a loss that is no number. step: how many were trained before; a first step that is not traced comes
        alone, each time that it is trained."""
        untraced = step < self._untraced
        count = 1 if untraced else min(self._size, self.left(row), most or self._size)
        began = time.monotonic()
        numbers = (tf.constant(one, tf.int32) for one in (row, count, self.batch))
        told, self._read = (self._run.untraced if untraced else self._run)(self._ordered, *numbers)
        losses = told.numpy()
        took = time.monotonic() - began
        if _SHORTER * count >= self._size and not untraced:
            self._size = max(1, min(2 * self._size, int(count * CHUNK_SECONDS / max(took, 1e-6))))
        starts = row + np.arange(len(losses)) * self.batch
        sizes = np.minimum(self.batch, self._rows - starts)
        weighted = sizes[:, None] * losses.astype(np.float64)
        self._sums = np.add.accumulate([self._sums, *weighted])[-1]  # one by one, whatever the chunks are
        return losses[:, 0].tolist()  # type: ignore[no-any-return]

    def batch_at(self, row: int) -> tuple[dict[str, Any], ...]:
        """What a step from this row of the order on is given."""
        return batch_of(*self._parts, self._ordered[row : row + self.batch])

    def validation(self, rows: int) -> tuple[dict[str, Any], ...]:
        """The first rows of the validation part."""
        return self._judge.batch(rows)

    def epoch_metrics(self) -> dict[str, float]:
        """Means over the rows of the epoch just done, each batch judged by the weights that it met."""
        return self._tally.scores(self._sums / self._rows, self._read)

    def trace_ahead(self) -> None:
        """The next part of what has to be traced, if any is left: to be called behind each chunk of steps, so that no
        step waits for all of it."""
        next(self._to_trace, lambda: None)()

    def validate(self) -> tuple[dict[str, float], str]:
        """Loss and metrics of the validation part, each by its name behind val_, and what is wrong: empty where the
        validation loss and all weights are numbers."""
        scores = self._judge.scores()
        trouble = "" if self._judge.finite_weights() else "the weights are no numbers any more"
        if not math.isfinite(scores["loss"]):
            trouble = "the validation loss is no number any more"
        return {f"val_{name}": value for name, value in scores.items()}, trouble


def _train_function(model: keras.Model, tally: Tally, parts: tuple[Fed, Fed, Fed]) -> Any:
    @compiled(reduce_retracing=True)
    def run(order: Any, first: Any, count: Any, batch: Any) -> Any:
        def one(place: Any, finite: Any, losses: Any) -> Any:
            start = first + place * batch
            rows = order[start : start + batch]
            tally.forget_losses()
            told = tally.losses_of(model.train_step(batch_of(*parts, rows)))
            return place + 1, tf.math.is_finite(told[0]), losses.write(place, told)

        tally.forget_where(tf.equal(first, 0))
        losses = tf.TensorArray(tf.float32, size=count)
        first_of_all = (tf.constant(0), tf.constant(True), losses)
        done, _, losses = tf.while_loop(lambda place, finite, _: (place < count) & finite, one, first_of_all)
        return losses.stack()[:done], tally.read()

    return run
