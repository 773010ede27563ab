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
from graphbuilder.training.scores import Judge, Resident, Tally, resident, rows_of
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
        self.step = self.epoch = self.best_epoch = self.progress_epoch = 0
        self.best = self.progress = math.inf  # the lowest validation loss, and the last that fell by min_delta
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
        kept, validated = self.epoch, dict[str, float]()
        if state == "stopped":
            validated, trouble = self.chunks.validate()
            state, reason = self.diverged(trouble) if trouble else ending
        if state == "diverged":
            kept, validated = self.chunks.restore(self.best_epoch, self.best_weights)
        last_weights = self.model.get_weights()
        if self.plan.patience and state == "finished" and self.best_weights is not None:
            self.model.set_weights(self.best_weights)
            kept = self.best_epoch
        seconds = self.seconds()
        if self.watcher and state != "diverged":
            self.watcher.look_at_all(self.step, seconds)
        metrics = {**self.history[kept - 1], **validated} if kept else {}
        if state == "diverged":
            metrics = {name: value for name, value in metrics.items() if math.isfinite(value)}
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
                return self.diverged("the loss is no number any more")
            stopping = self.asked_to_stop()
            if stopping and self.chunks.inside_epoch:
                return "stopped", f"stopped in epoch {number}"
            if self.watcher and self.watcher.due():
                self.watcher.look(self.step, self.seconds())
        if trouble := self.finish_epoch():
            return self.diverged(trouble)
        if self.plan.patience and self.epoch - self.progress_epoch >= self.plan.patience:
            least = self.plan.min_delta
            better = f"validation loss better by {least:g}" if least else "better validation loss"
            return "finished", f"no {better} for {self.plan.patience} epochs"
        if self.epoch == self.plan.epochs:
            return "finished", "all epochs done"
        return ("stopped", f"stopped after epoch {number}") if stopping else None

    def diverged(self, trouble: str) -> tuple[Ending, str]:
        """What is told where the last step so far left no numbers behind."""
        epoch, batch = divmod(self.step - 1, self.chunks.per_epoch)
        return "diverged", f"diverged at epoch {epoch + 1}, batch {batch + 1}: {trouble}"

    def finish_epoch(self) -> str:
        """Judges the epoch and tells of it, unless the validation loss or the weights are no numbers: in what words."""
        trained = self.chunks.epoch_metrics()
        validated, trouble = self.chunks.validate()
        if trouble:
            return trouble
        metrics = {**trained, **validated}
        self.epoch += 1
        self.history.append(metrics)
        loss = metrics["val_loss"]
        best = loss < self.best
        if best:
            self.best, self.best_epoch, self.best_weights = loss, self.epoch, self.model.get_weights()
        if loss < self.progress - self.plan.min_delta:
            self.progress, self.progress_epoch = loss, self.epoch
        self.tell(Epoch(self.epoch, self.step, metrics, self.seconds(), best))
        if self.keep and self.keeping.due():
            with self.keeping:
                last = self.model.get_weights()
                self.keep(Checkpoint(self.epoch, last, self.best_epoch or self.epoch, self.best_weights or last))
        return ""


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
    """Keras' train step over arrays that stay inside TensorFlow, many at a time, and how the model does after them."""

    def __init__(self, model: keras.Model, plan: Plan, parts: Parts) -> None:
        self._model = model
        self._rows, self._batch = _length(parts.x), plan.batch_size
        self.per_epoch = -(-self._rows // self._batch)
        self.inside_epoch = False
        self._size = 1
        self._saving = Budget(0.02)
        self._first: Weights = model.get_weights()
        self._saved, self._done = (0, self._first), 0
        self._judge = Judge(model, plan, parts.x_val, parts.y_val)
        self._tally = Tally(model, plan, parts.y)
        model.optimizer.build(model.trainable_variables)
        model.reset_metrics()
        self._run = _train_function(model, self._tally, resident(parts.x), resident(parts.y), self._batch)

    def epoch(self, order: "np.ndarray[Any, Any]") -> Iterator[list[float]]:
        """Trains one epoch, giving the losses of each chunk. A chunk ends early behind a loss that is no number."""
        self._model.reset_metrics()
        self._sums = np.zeros(len(self._tally.losses))
        rows = tf.constant(order, tf.int32)
        done, self.inside_epoch = 0, True
        while done < self.per_epoch:
            if self._saving.due():
                with self._saving:
                    weights = self._model.get_weights()
                    if all(np.isfinite(one).all() for one in weights):
                        self._saved = self._done, weights
            count = min(self._size, self.per_epoch - done)
            began = time.monotonic()
            losses = self._run(rows, tf.constant(done, tf.int32), tf.constant(count, tf.int32)).numpy()
            took = time.monotonic() - began
            if count == self._size:
                self._size = max(1, min(2 * count, int(count * CHUNK_SECONDS / max(took, 1e-6))))
            starts = np.arange(done, done + len(losses)) * self._batch
            sizes = np.minimum(self._batch, self._rows - starts)
            self._sums += sizes @ losses.astype(np.float64)
            done += len(losses)
            self.inside_epoch = done < self.per_epoch
            self._done += not self.inside_epoch
            yield losses[:, 0].tolist()

    def epoch_metrics(self) -> dict[str, float]:
        """Means over the rows of the epoch just done, each batch judged by the weights that it met."""
        return self._tally.scores(self._sums / self._rows)

    def validate(self) -> tuple[dict[str, float], str]:
        """Loss and metrics of the validation part, each by its name behind val_, and what is wrong: empty where the
        validation loss and all weights are numbers."""
        scores = self._judge.scores()
        trouble = "" if self._judge.finite_weights() else "the weights are no numbers any more"
        if not math.isfinite(scores["loss"]):
            trouble = "the validation loss is no number any more"
        return {f"val_{name}": value for name, value in scores.items()}, trouble

    def restore(self, best: int, weights: Weights | None) -> tuple[int, dict[str, float]]:
        """Puts weights back that are finite and give a finite validation loss: those from before the last chunk or a
        little earlier, else the best epoch's, else those of the start. The epoch they are of, and their scores."""
        earlier = [self._saved, (best, weights or self._first), (0, self._first)]
        while True:
            epoch, one = earlier.pop(0)
            self._model.set_weights(one)
            scores, trouble = self.validate()
            if not trouble or not earlier:
                return epoch, scores


def _train_function(model: keras.Model, tally: Tally, x: Resident, y: Resident, batch: int) -> Callable[..., Any]:
    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def run(order: Any, first: Any, count: Any) -> Any:
        def one(place: Any, finite: Any, losses: Any) -> Any:
            start = (first + place) * batch
            rows = order[start : start + batch]
            tally.forget_losses()
            told = tally.losses_of(model.train_step((rows_of(x, rows), rows_of(y, rows))))
            return place + 1, tf.math.is_finite(told[0]), losses.write(place, told)

        losses = tf.TensorArray(tf.float32, size=count)
        first_of_all = (tf.constant(0), tf.constant(True), losses)
        done, _, losses = tf.while_loop(lambda place, finite, _: (place < count) & finite, one, first_of_all)
        return losses.stack()[:done]

    return run  # type: ignore[no-any-return]
