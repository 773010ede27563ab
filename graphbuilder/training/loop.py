"""The training loop: Keras' own train step, many of them at a time as one compiled TensorFlow function.

Between two chunks of steps the loop tells what happened, looks into the network, and hears whether to stop. For small
networks this is several times as fast as `fit`, since nothing but a chunk's losses leaves TensorFlow. What is learned
is the same: fed one order of samples, both end at equal weights (a test).
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.plan import Plan
from graphbuilder.records.events import Ended, Ending, Epoch, Event, Started, Steps
from graphbuilder.training.aside import Aside
from graphbuilder.training.budget import Budget
from graphbuilder.training.checkpoint import Checkpoint, Standing
from graphbuilder.training.chunks import Chunks
from graphbuilder.training.parts import Parts
from graphbuilder.training.watcher import Watcher

KEEP_SECONDS = 2.0
"""The least time between two checkpoints: less than that is soon trained again."""

Command = Literal["go", "pause", "stop"]
"""What a training is to do after a chunk of steps. pause: keep a checkpoint and end; stop: end with what there is."""

_ENDINGS: Mapping[Command, Ending] = {"pause": "paused", "stop": "stopped"}

Order = Callable[[int, int], "np.ndarray[Any, Any]"]
"""The order of samples: (epoch from 1, number of samples) -> each sample's row once."""


def shuffled(seed: int) -> Order:
    """Another order in every epoch, the same for the same seed."""
    return lambda epoch, rows: np.random.default_rng([seed, epoch]).permutation(rows)


class OtherNetwork(ValueError):
    """A checkpoint that is of another network, in words."""


def train(
    model: keras.Model,
    plan: Plan,
    parts: Parts,
    tell: Callable[[Event], None],
    *,
    control: Callable[[], Command] = lambda: "go",
    relu: frozenset[str] = frozenset(),
    order: Order | None = None,
    probing: bool = True,
    keep: Callable[[Checkpoint], None] | None = None,
    resume: Checkpoint | None = None,
    aside: Path | None = None,
    executor: str = "",
) -> Ended:
    """Trains a compiled model and tells every event, the last of them Ended; how it ended, with the weights in the
    model that `kept` speaks of. One that is paused tells no end, since it goes on: it only gives it back.

    control: is asked after each chunk of steps. relu: ids of the nodes whose dead units are counted. order: of samples,
    by default shuffled by the plan's seed. keep: is given what to go on from, after the first chunk and then as often
    as a twentieth of the time allows; and whenever the training is paused. resume: what to go on from; the model is
    the plan's, fresh. aside: a folder for weights that are put aside, by default that for temporary files. executor:
    of TensorFlow's functions, by its name.

    Raises OtherNetwork where `resume` does not fit the model.
    """
    order = order or shuffled(plan.seed)
    with tf.experimental.function_executor_type(executor):
        return _Training(model, plan, parts, tell, control, relu, order, probing, keep, aside).run(resume)


class _Training:
    """One training under way."""

    def __init__(
        self,
        model: keras.Model,
        plan: Plan,
        parts: Parts,
        tell: Callable[[Event], None],
        control: Callable[[], Command],
        relu: frozenset[str],
        order: Order,
        probing: bool,
        keep: Callable[[Checkpoint], None] | None,
        aside: Path | None,
    ) -> None:
        self.model, self.plan, self.tell, self.control, self.order = model, plan, tell, control, order
        self.rows = parts.rows
        self.first, self.saved, self.best = (Aside(aside) for _ in range(3))
        self.first.put(_Views(model.weights))
        self.chunks = Chunks(model, plan, parts)
        self.watcher = Watcher(model, plan, parts, tell, relu) if probing else None
        self.at = Standing()
        self.saved_at: Standing | None = None
        self.saving = Budget(0.02)
        self.keep, self.keeping, self.kept = keep, Budget(0.05), -math.inf

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def run(self, resume: Checkpoint | None) -> Ended:
        self.began = time.monotonic()
        if resume:
            self.go_on_from(resume)
        else:
            self.tell(Started(self.model.count_params(), self.rows, self.chunks.per_epoch, self.plan.epochs))
            if self.watcher:
                self.watcher.look(0, 0.0)
        ending = None
        while ending is None:
            ending = self.run_epoch()
        state, reason = ending
        if state == "paused":
            self.keep_checkpoint()
            return Ended(state, reason, self.at.epoch, self.at.step, self.at.epoch, self.at.metrics, self.seconds())
        kept, metrics = self.at.epoch, self.at.metrics
        if state == "stopped":
            validated, trouble = self.chunks.validate()
            state, reason = self.diverged(trouble) if trouble else ending
            metrics = {**metrics, **validated} if kept else {}
        if state == "diverged":
            kept, metrics = self.restore()
        if self.plan.patience and state == "finished" and self.at.best_epoch:
            _assign(self.model.weights, self.best)
            kept, metrics = self.at.best_epoch, self.at.best_metrics
        seconds = self.seconds()
        if self.watcher and state != "diverged":
            self.watcher.look_at_all(self.at.step, seconds)
        ended = Ended(state, reason, self.at.epoch, self.at.step, kept, metrics, seconds)
        self.tell(ended)
        return ended

    def run_epoch(self) -> tuple[Ending, str] | None:
        """Trains one epoch, or what is left of it; how the training ended, if it did."""
        number, per_epoch = self.at.epoch + 1, self.chunks.per_epoch
        done = self.at.step - self.at.epoch * per_epoch
        command: Command = "go"
        self.chunks.begin_epoch(self.order(number, self.rows[0]), done, self.at.sums)
        while done < per_epoch:
            self.put_aside()
            losses = self.chunks.run(done)
            done += len(losses)
            self.tell(Steps(self.at.step + 1, tuple(losses), self.seconds()))
            self.at = replace(self.at, step=self.at.step + len(losses), sums=self.chunks.sums)
            if not math.isfinite(losses[-1]):
                return self.diverged("the loss is no number any more")
            command = self.control()
            if done < per_epoch:
                if command != "go":
                    return _ENDINGS[command], f"{_ENDINGS[command]} in epoch {number}"
                self.keep_if_due()
            if self.watcher and self.watcher.due():
                self.watcher.look(self.at.step, self.seconds())
        if trouble := self.finish_epoch():
            return self.diverged(trouble)
        if self.plan.patience and self.at.epoch - self.at.progress_epoch >= self.plan.patience:
            least = self.plan.min_delta
            better = f"validation loss better by {least:g}" if least else "better validation loss"
            return "finished", f"no {better} for {self.plan.patience} epochs"
        if self.at.epoch == self.plan.epochs:
            return "finished", "all epochs done"
        if command != "go":
            return _ENDINGS[command], f"{_ENDINGS[command]} after epoch {number}"
        self.keep_if_due()
        return None

    def diverged(self, trouble: str) -> tuple[Ending, str]:
        """What is told where the last step so far left no numbers behind."""
        epoch, batch = divmod(self.at.step - 1, self.chunks.per_epoch)
        return "diverged", f"diverged at epoch {epoch + 1}, batch {batch + 1}: {trouble}"

    def finish_epoch(self) -> str:
        """Judges the epoch and tells of it, unless the validation loss or the weights are no numbers: in what words."""
        trained = self.chunks.epoch_metrics()
        validated, trouble = self.chunks.validate()
        if trouble:
            return trouble
        metrics, epoch = {**trained, **validated}, self.at.epoch + 1
        loss, best = metrics["val_loss"], metrics["val_loss"] < self.at.best
        self.at = replace(self.at, epoch=epoch, metrics=metrics, sums=())
        if best:
            self.best.put(_Views(self.model.weights))
            self.at = replace(self.at, best=loss, best_epoch=epoch, best_metrics=metrics)
        if loss < self.at.progress - self.plan.min_delta:
            self.at = replace(self.at, progress=loss, progress_epoch=epoch)
        self.tell(Epoch(epoch, self.at.step, metrics, self.seconds(), best))
        return ""

    # What can be gone back to, and gone on from

    def put_aside(self) -> None:
        """Keeps weights that are numbers, within a share of the time, against a divergence."""
        if self.saving.due():
            with self.saving:
                weights = _Views(self.model.weights)
                if all(math.isfinite(one.sum(dtype=np.float64)) for one in weights):
                    self.saved.put(weights)
                    self.saved_at = self.at

    def restore(self) -> tuple[int, dict[str, float]]:
        """Puts weights back that are finite and give a finite validation loss: those from before the last chunk or a
        little earlier, else the best epoch's, else those of the start. The epoch they are of, and its metrics."""
        earlier: list[tuple[Aside, int, Mapping[str, float]]] = [(self.first, 0, {})]
        if self.at.best_epoch:
            earlier.append((self.best, self.at.best_epoch, self.at.best_metrics))
        if self.saved_at:
            earlier.append((self.saved, self.saved_at.epoch, self.saved_at.metrics))
        trouble = "not tried yet"
        while trouble and earlier:
            weights, epoch, metrics = earlier.pop()
            _assign(self.model.weights, weights)
            validated, trouble = self.chunks.validate()
        scores = {**metrics, **validated} if epoch else {}
        return epoch, {name: value for name, value in scores.items() if math.isfinite(value)}

    def keep_if_due(self) -> None:
        if self.keep and self.keeping.due() and time.monotonic() - self.kept >= KEEP_SECONDS:
            self.keep_checkpoint()

    def keep_checkpoint(self) -> None:
        if self.keep:
            with self.keeping:
                standing = replace(self.at, seconds=self.seconds())
                self.keep(Checkpoint(standing, _Views(_variables(self.model)), self.best))
            self.kept = time.monotonic()

    def go_on_from(self, checkpoint: Checkpoint) -> None:
        self.at = checkpoint.standing
        self.began -= self.at.seconds
        _assign(_variables(self.model), checkpoint.variables)
        if self.at.best_epoch:
            self.best.put(checkpoint.best)


@dataclass(frozen=True)
class _Views:
    """Variables as arrays, in turn, that share the memory of these: for reading, before the next step."""

    variables: Iterable[Any]

    def __iter__(self) -> Iterator["np.ndarray[Any, Any]"]:
        for variable in self.variables:
            yield np.asarray(memoryview(variable.value.read_value()))


def put_back(model: keras.Model, checkpoint: Checkpoint) -> Standing:
    """Puts what was learned into the plan's fresh model: the weights of the best epoch, before the first is done those
    there were. Raises OtherNetwork where the checkpoint does not fit."""
    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    _assign(variables, islice(checkpoint.variables, len(variables)))
    if checkpoint.standing.best_epoch:
        _assign(model.weights, checkpoint.best)
    return checkpoint.standing


def _variables(model: keras.Model) -> list[Any]:
    """All that changes while a model is trained: weights and seeds, the optimizer's variables, sums of its metrics."""
    return [*model.variables, *model.optimizer.variables, *model.metrics_variables]


def _assign(variables: Iterable[Any], values: Iterable[Any]) -> None:
    """One after the other, so that no second copy of all is in memory. Raises OtherNetwork where they do not fit."""
    try:
        for variable, value in zip(variables, values, strict=True):
            if tuple(variable.shape) != value.shape:
                raise OtherNetwork(
                    f"The checkpoint is of another network: {variable.path} has the shape {tuple(variable.shape)} here "
                    f"and {value.shape} there."
                )
            variable.assign(value)
    except ValueError as fault:
        if isinstance(fault, OtherNetwork):
            raise
        raise OtherNetwork("The checkpoint is of another network: it has more variables, or fewer.") from fault
