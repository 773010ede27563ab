"""The training loop: Keras' own train step, many of them at a time as one compiled TensorFlow function.

Between two chunks of steps the loop tells what happened, looks into the network, and hears whether to stop. For small
networks this is several times as fast as `fit`, since nothing but a chunk's losses leaves TensorFlow. What is learned
is the same: fed one order of samples, both end at equal weights (a test).
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays, inputs_of, split, targets_of
from graphbuilder.plan import Plan
from graphbuilder.training.budget import Budget
from graphbuilder.training.events import Ended, Ending, Epoch, Event, Probe, Started, Steps
from graphbuilder.training.probes import ROWS, Probes
from graphbuilder.training.surface import surface

CHUNK_SECONDS = 0.2
"""About how long a chunk of steps takes: as often a stop is heard and news are told."""

LOOK_SECONDS = 0.1
"""The least time between two looks into the network, so that they lie evenly over a short training."""

Weights = list[Any]

Order = Callable[[int, int], "np.ndarray[Any, Any]"]
"""The order of samples: (epoch from 1, number of samples) -> each sample's row once."""


@dataclass(frozen=True)
class Parts:
    """What is fed to the model, and what it is to answer, for training and for validation."""

    x: Arrays
    y: Arrays
    x_val: Arrays
    y_val: Arrays
    test_rows: int

    @property
    def rows(self) -> tuple[int, int, int]:
        return _length(self.x), _length(self.x_val), self.test_rows


def _length(x: Arrays) -> int:
    return len(next(iter(x.values())))


def parts(plan: Plan, data: Arrays) -> Parts:
    """The training and validation part of the data, as the plan's model takes them. The test part is only counted."""
    train, validation, test = split(plan, data)
    return Parts(
        inputs_of(plan, data, train),
        targets_of(plan, data, train),
        inputs_of(plan, data, validation),
        targets_of(plan, data, validation),
        len(test),
    )


def shuffled(seed: int) -> Order:
    """Another order in every epoch, the same for the same seed."""
    return lambda epoch, rows: np.random.default_rng([seed, epoch]).permutation(rows)


@dataclass
class Outcome:
    """What is left when training is over. The model holds the weights that `ended.kept` speaks of.

    best_weights: of the epoch with the lowest validation loss; None before the first epoch is done.
    """

    ended: Ended
    best_weights: Weights | None
    last_weights: Weights


@dataclass(frozen=True)
class Checkpoint:
    """What can be gone back to, after an epoch: the weights now, and those of the epoch that was best yet."""

    epoch: int
    last: Weights
    best_epoch: int
    best: Weights


def train(
    model: keras.Model,
    plan: Plan,
    parts: Parts,
    tell: Callable[[Event], None],
    *,
    asked_to_stop: Callable[[], bool] = lambda: False,
    relu: frozenset[str] = frozenset(),
    order: Order | None = None,
    probing: bool = True,
    keep: Callable[[Checkpoint], None] | None = None,
) -> Outcome:
    """Trains a compiled model and tells every event, the last of them Ended.

    relu: ids of the nodes whose dead units are counted. order: of samples, by default shuffled by the plan's seed.
    keep: is given what to go back to, after the first epoch and then as often as a twentieth of the time allows.
    """
    order = order or shuffled(plan.seed)
    return _Training(model, plan, parts, tell, asked_to_stop, relu, order, probing, keep).run()


class _Training:
    """One training under way: how far it is, and which epoch was best."""

    def __init__(
        self,
        model: keras.Model,
        plan: Plan,
        parts: Parts,
        tell: Callable[[Event], None],
        asked_to_stop: Callable[[], bool],
        relu: frozenset[str],
        order: Order,
        probing: bool,
        keep: Callable[[Checkpoint], None] | None,
    ) -> None:
        self.model, self.plan, self.tell, self.asked_to_stop, self.order = model, plan, tell, asked_to_stop, order
        self.rows = parts.rows
        self.chunks = _Chunks(model, plan, parts)
        self.watcher = _Watcher(model, plan, parts, tell, relu) if probing else None
        self.step = self.epoch = self.best_epoch = 0
        self.best = math.inf
        self.best_weights: Weights | None = None
        self.keep, self.keeping = keep, Budget(0.05)
        self.history: list[Mapping[str, float]] = []

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def run(self) -> Outcome:
        self.tell(Started(self.model.count_params(), self.rows, self.chunks.per_epoch, self.plan.epochs))
        self.began = time.monotonic()
        if self.watcher:
            self.watcher.look(self.step, 0.0)
        ending = None
        while ending is None:
            ending = self.run_epoch()
        state, reason = ending
        last_weights = self.model.get_weights()
        kept = self.epoch
        if self.plan.patience and state == "finished" and self.best_weights is not None:
            self.model.set_weights(self.best_weights)
            kept = self.best_epoch
        seconds = self.seconds()
        if self.watcher and state != "diverged":
            self.watcher.look_at_all(self.step, seconds)
        metrics = dict(self.history[kept - 1]) if kept else {}
        if kept and state != "finished":  # the weights are not those that the last epoch ended with
            metrics |= self.chunks.validate()
        ended = Ended(state, reason, self.epoch, self.step, kept, metrics, seconds)
        self.tell(ended)
        return Outcome(ended, self.best_weights, last_weights)

    def run_epoch(self) -> tuple[Ending, str] | None:
        """Trains one epoch; how the training ended, if it did."""
        number, stopping = self.epoch + 1, False
        for losses in self.chunks.epoch(self.order(number, self.rows[0])):
            self.tell(Steps(self.step + 1, tuple(losses), self.seconds()))
            self.step += len(losses)
            if not math.isfinite(losses[-1]):
                self.chunks.restore()
                batch = (self.step - 1) % self.chunks.per_epoch + 1
                return "diverged", f"diverged at epoch {number}, batch {batch}: the loss is no number any more"
            stopping = self.asked_to_stop()
            if stopping and self.chunks.inside_epoch:
                return "stopped", f"stopped in epoch {number}"
            if self.watcher and self.watcher.due():
                self.watcher.look(self.step, self.seconds())
        self.finish_epoch()
        if self.plan.patience and self.epoch - self.best_epoch >= self.plan.patience:
            return "finished", f"no better validation loss for {self.plan.patience} epochs"
        if self.epoch == self.plan.epochs:
            return "finished", "all epochs done"
        return ("stopped", f"stopped after epoch {number}") if stopping else None

    def finish_epoch(self) -> None:
        metrics = {**self.chunks.epoch_metrics(), **self.chunks.validate()}
        self.epoch += 1
        self.history.append(metrics)
        best = metrics["val_loss"] < self.best - self.plan.min_delta
        if best:
            self.best, self.best_epoch = metrics["val_loss"], self.epoch
            self.best_weights = self.model.get_weights()
        self.tell(Epoch(self.epoch, self.step, metrics, self.seconds(), best))
        if self.keep and self.keeping.due():
            with self.keeping:
                last = self.model.get_weights()
                self.keep(Checkpoint(self.epoch, last, self.best_epoch or self.epoch, self.best_weights or last))


class _Watcher:
    """Probes a model within a share of the time, and tells what it saw."""

    def __init__(
        self, model: keras.Model, plan: Plan, parts: Parts, tell: Callable[[Event], None], relu: frozenset[str]
    ) -> None:
        self._probes = Probes(model, plan, {name: values[:ROWS] for name, values in parts.x_val.items()}, relu)
        self._probes.look_at_all()  # traces the functions, which is not counted
        self._surface = surface(model, plan, parts.x)
        if self._surface:
            self._surface.look(0)
        self._budget = Budget(0.03)
        self._looked = -LOOK_SECONDS
        self._tell = tell

    def due(self) -> bool:
        return self._budget.due() and time.monotonic() - self._looked >= LOOK_SECONDS

    def look(self, step: int, seconds: float) -> None:
        self._looked = time.monotonic()
        with self._budget:
            self._tell(Probe(step, seconds, self._probes.look()))
            self._look_at_surface(step)

    def look_at_all(self, step: int, seconds: float) -> None:
        self._tell(Probe(step, seconds, self._probes.look_at_all()))
        self._look_at_surface(step)

    def _look_at_surface(self, step: int) -> None:
        if self._surface:
            self._tell(self._surface.look(step))


class _Chunks:
    """Keras' train step and test step over arrays that stay inside TensorFlow, many at a time."""

    def __init__(self, model: keras.Model, plan: Plan, parts: Parts) -> None:
        self._model = model
        self._outputs = [output.name for output in plan.outputs]
        self._rows, self._batch = _length(parts.x), plan.batch_size
        self.per_epoch = -(-self._rows // self._batch)
        self.inside_epoch = False
        self._size = 1
        self._saving = Budget(0.02)
        self._saved: Weights = model.get_weights()
        x, y = _resident(parts.x), _resident(parts.y)
        x_val, y_val = _resident(parts.x_val), _resident(parts.y_val)
        first = {name: values[:2] for name, values in x.items()}, {name: values[:2] for name, values in y.items()}
        model.test_step(first)  # makes the metrics' variables, which a compiled function may not
        model.optimizer.build(model.trainable_variables)
        model.reset_metrics()
        self._run = _train_function(model, x, y, self._batch)
        self._test = _test_function(model, x_val, y_val, _length(parts.x_val), max(self._batch, 32))

    def epoch(self, order: "np.ndarray[Any, Any]") -> Iterator[list[float]]:
        """Trains one epoch, giving the losses of each chunk. A chunk ends early behind a loss that is no number."""
        self._model.reset_metrics()
        self._loss_sum = 0.0
        rows = tf.constant(order, tf.int32)
        done, self.inside_epoch = 0, True
        while done < self.per_epoch:
            if self._saving.due():
                with self._saving:
                    weights = self._model.get_weights()
                    if all(np.isfinite(one).all() for one in weights):
                        self._saved = weights
            count = min(self._size, self.per_epoch - done)
            began = time.monotonic()
            losses = self._run(rows, tf.constant(done, tf.int32), tf.constant(count, tf.int32)).numpy()
            took = time.monotonic() - began
            if count == self._size:
                self._size = max(1, min(2 * count, int(count * CHUNK_SECONDS / max(took, 1e-6))))
            bad = np.flatnonzero(~np.isfinite(losses))
            losses = losses[: bad[0] + 1] if len(bad) else losses
            starts = np.arange(done, done + len(losses)) * self._batch
            sizes = np.minimum(self._batch, self._rows - starts)
            self._loss_sum += float(np.dot(losses.astype(np.float64), sizes))
            done += len(losses)
            self.inside_epoch = done < self.per_epoch
            yield losses.tolist()

    def epoch_metrics(self) -> dict[str, float]:
        """Keras' means over the epoch just done."""
        metrics = self._named(self._model.get_metrics_result())
        return {**metrics, "loss": self._loss_sum / self._rows}

    def validate(self) -> dict[str, float]:
        """Loss and metrics of the validation part, each by its name behind val_."""
        self._model.reset_metrics()
        self._test()
        return {f"val_{name}": value for name, value in self._named(self._model.get_metrics_result()).items()}

    def restore(self) -> None:
        """Puts back weights from before the last chunk or a little earlier, all of them finite."""
        self._model.set_weights(self._saved)

    def _named(self, metrics: Mapping[str, Any]) -> dict[str, float]:
        """Keras' metrics by our names; with several losses also the mean of their accuracies."""
        named = {name: float(value) for name, value in metrics.items()}
        if len(self._outputs) > 1:
            accuracies = [named[key] for output in self._outputs if (key := f"{output}_accuracy") in named]
            if accuracies:
                named["accuracy"] = sum(accuracies) / len(accuracies)
        return named


def _resident(arrays: Arrays) -> dict[str, Any]:
    return {name: tf.constant(np.ascontiguousarray(values)) for name, values in arrays.items()}


def _train_function(model: keras.Model, x: Mapping[str, Any], y: Mapping[str, Any], batch: int) -> Callable[..., Any]:
    tracker = model.metrics[0]
    assert tracker.name == "loss", "Keras lists the mean of the loss first"

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def run(order: Any, first: Any, count: Any) -> Any:
        def one(place: Any, finite: Any, losses: Any) -> Any:
            start = (first + place) * batch
            rows = order[start : start + batch]
            tracker.reset_state()  # so that what Keras calls the running mean is this batch's loss
            logs = model.train_step((_rows_of(x, rows), _rows_of(y, rows)))
            loss = tf.cast(logs["loss"], tf.float32)
            return place + 1, tf.math.is_finite(loss), losses.write(place, loss)

        losses = tf.TensorArray(tf.float32, size=count)
        first_of_all = (tf.constant(0), tf.constant(True), losses)
        done, _, losses = tf.while_loop(lambda place, finite, _: (place < count) & finite, one, first_of_all)
        return losses.stack()[:done]

    return run  # type: ignore[no-any-return]


def _test_function(
    model: keras.Model, x: Mapping[str, Any], y: Mapping[str, Any], rows: int, batch: int
) -> Callable[..., Any]:
    @tf.function  # type: ignore[untyped-decorator]
    def test() -> None:
        for start in tf.range(0, rows, batch):
            some = tf.range(start, tf.minimum(start + batch, rows))
            model.test_step((_rows_of(x, some), _rows_of(y, some)))

    return test  # type: ignore[no-any-return]


def _rows_of(arrays: Mapping[str, Any], rows: Any) -> dict[str, Any]:
    return {name: tf.gather(values, rows) for name, values in arrays.items()}
