"""The training loop: Keras' own train step, many of them at a time as one compiled TensorFlow function.

Between two chunks of steps the loop tells what happened, looks into the network, and works what is asked. For small
networks this is several times as fast as `fit`, since nothing but a chunk's losses leaves TensorFlow. What is learned
is the same: fed one order of samples, both end at equal weights (a test).
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.blocks import labels
from graphbuilder.changes import Refused, changed, planned, values
from graphbuilder.document import Document
from graphbuilder.plan import Plan
from graphbuilder.records.commands import Command
from graphbuilder.records.events import ALL_EPOCHS, Commanded, Ended, Ending, Epoch, Event, Started, Steps
from graphbuilder.training import blame
from graphbuilder.training.aside import Aside
from graphbuilder.training.budget import Budget
from graphbuilder.training.checkpoint import Checkpoint, Standing
from graphbuilder.training.chunks import CHUNK_SECONDS, Chunks
from graphbuilder.training.dials import set_dials
from graphbuilder.training.pace import Pace
from graphbuilder.training.parts import Parts
from graphbuilder.training.retune import rate_of, retune, weighed
from graphbuilder.training.snapshots import Keeper
from graphbuilder.training.watcher import Watcher

log = logging.getLogger("graphbuilder.training")

KEEP_SECONDS = 2.0
"""The least time between two checkpoints: less than that is soon trained again."""

HOLD_SECONDS = 60.0
"""A training that holds waits so long for what comes next; then it keeps a checkpoint and ends as paused."""
LISTEN_SECONDS = 0.02
"""How often one that waits hears whether it is asked anything."""
BLAME_SECONDS = 10.0
"""Where what was put aside is older than this, what was no number at first is not looked for."""
REPLAY_BYTES = 100_000_000
"""Of a network with more variables than this the weights alone are put aside, so no steps can be trained once more."""
BLAME_ROWS = 1000
"""Of the validation part, that are looked through then."""
HELD = "held"
"""The reason of a training that ended as paused while it held."""

Control = Callable[[], Sequence[Command]]
"""What is asked since it was asked last."""

HOLD_BACK_SECONDS = 0.35
"""So long a training holds back behind each chunk of steps, while others begin beside it."""


@dataclass(frozen=True)
class Beside:
    """The other trainings of this machine. begin: whether any of them begins now. built: is called when this one no
    longer does, as all that works its steps is built."""

    begin: Callable[[], bool] = lambda: False
    built: Callable[[], None] = lambda: None


_ENDINGS: Mapping[str, Ending] = {"pause": "paused", "stop": "stopped"}

_NONE: Mapping[str, tuple[float, float]] = MappingProxyType({})

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
    control: Control = lambda: (),
    document: Document | None = None,
    relu: frozenset[str] = frozenset(),
    bounded: Mapping[str, tuple[float, float]] = _NONE,
    order: Order | None = None,
    probing: bool = True,
    keep: Callable[[Checkpoint], None] | None = None,
    keep_last: Callable[[Checkpoint], None] | None = None,
    resume: Checkpoint | None = None,
    aside: Path | None = None,
    snapshots: Keeper | None = None,
    memory: int = 0,
    executor: str = "",
    beside: Beside = Beside(),
) -> Ended:
    """Trains a compiled model and tells every event, the last of them Ended; how it ended, with the weights in the
    model that `kept` speaks of. One that is paused tells no end, since it goes on: it only gives it back.

    control: is asked before each chunk of steps, and while the training holds. document: that the plan is of; without
    it no setting can be changed. relu: ids of the nodes whose dead units are counted. bounded: of those
    whose saturated values are counted, the bounds. order: of samples, by default shuffled by the plan's seed. keep: is
    given what to go on from, after the first chunk and then as often
    as a twentieth of the time allows; and whenever the training is paused. keep_last: what to go on from for more
    epochs, where it finished or was stopped. resume: what to go on from; the model is the plan's, fresh. aside: a
    folder for weights that are put aside, by default that for temporary files. snapshots: keeps weights at some of the
    steps, where it is probed. memory: bytes that it needs, as estimated. executor: of TensorFlow's functions, by
    its name. beside: the trainings that go on beside it.

    Raises OtherNetwork where `resume` does not fit the model.
    """
    order = order or shuffled(plan.seed)
    seen = (relu, bounded, order, probing)
    how = (control, document, *seen, keep, keep_last, aside, snapshots, memory, executor, beside)
    with tf.experimental.function_executor_type(executor):
        return _Training(model, plan, parts, tell, *how).run(resume)


class _Training:
    """One training under way."""

    def __init__(
        self,
        model: keras.Model,
        plan: Plan,
        parts: Parts,
        tell: Callable[[Event], None],
        control: Control,
        document: Document | None,
        relu: frozenset[str],
        bounded: Mapping[str, tuple[float, float]],
        order: Order,
        probing: bool,
        keep: Callable[[Checkpoint], None] | None,
        keep_last: Callable[[Checkpoint], None] | None,
        aside: Path | None,
        snapshots: Keeper | None,
        memory: int,
        executor: str,
        beside: Beside,
    ) -> None:
        self.beside = beside
        self.model, self.plan, self.tell, self.control, self.order = model, plan, tell, control, order
        self.document, self.original = document, plan
        self.rows = parts.rows
        self.saved, self.best = Aside(aside), Aside(aside)
        if document:
            set_dials(model)
        self.chunks = Chunks(model, plan, parts, memory)
        self.first = _Initial(model, Aside(aside))
        bytes = sum(one.value.dtype.size * one.value.shape.num_elements() for one in _variables(model))
        self.replays = bytes <= REPLAY_BYTES
        self.put_by = _variables(model) if self.replays else model.weights
        self.holding, self.steps_left, self.speed, self.free_at = False, 0, 0.0, 0.0
        self.looked = -1
        self.held = 0.0
        seen = (model, plan, parts, tell, relu, bounded, self.first, snapshots, self.clock, executor)
        self.watcher = Watcher(*seen) if probing else None
        self.at = Standing()
        self.saved_at: Standing | None = None
        self.saved_time, self.save_at_once = -math.inf, False
        self.saving = Budget(0.02, self.clock)
        self.keep, self.keeping, self.kept = keep, Budget(0.05, self.clock), -math.inf
        self.keep_last = keep_last
        self.pace = Pace(memory, tell)

    def clock(self) -> float:
        """Seconds, without those in which it held."""
        return time.monotonic() - self.held

    def seconds(self) -> float:
        return self.clock() - self.began

    def run(self, resume: Checkpoint | None) -> Ended:
        self.began = self.clock()
        if resume:
            self.go_on_from(resume)
        else:
            self.begin()
        ending = self.heed()
        while ending is None:
            ending = self.over() or self.run_epoch()
        state, reason = ending
        if state == "paused":
            self.keep_checkpoint()
            return Ended(state, reason, self.at.epoch, self.at.step, self.at.epoch, self.at.metrics, self.seconds())
        if self.keep_last and state != "diverged":
            self.keep_last(self.checkpoint())
        kept, metrics = self.at.epoch, self.at.metrics
        averaged = self.plan.averages and state != "diverged" and self.at.step > 0
        if averaged:
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        if state == "stopped" or averaged:
            validated, trouble = self.chunks.validate()
            state, reason = self.diverged(trouble) if trouble else ending
            metrics = {**metrics, **validated} if kept else {}
        if state == "diverged":
            kept, metrics = self.restore()
        moved = averaged
        stopping = self.plan.stopping
        if stopping.patience and stopping.restore and state == "finished" and self.at.best_epoch:
            _assign(self.model.weights, self.best)
            kept, metrics, moved = self.at.best_epoch, self.at.best_metrics, True
        seconds = self.seconds()
        if self.watcher and state != "diverged":
            self.watcher.look_at_all(self.at.step, seconds, moved)
        ended = Ended(state, reason, self.at.epoch, self.at.step, kept, metrics, seconds)
        self.tell(ended)
        return ended

    def begin(self) -> None:
        """Tells that it begins, and what the network is like before the first step."""
        self.tell(Started(self.model.count_params(), self.rows, self.chunks.per_epoch, self.plan.epochs))
        self.pace.begin()
        self.look()

    def look(self) -> None:
        """Looks into the network, but not twice at one step."""
        if self.watcher and self.looked != self.at.step:
            self.looked = self.at.step
            self.watcher.look(self.at.step, self.seconds())

    def over(self) -> tuple[Ending, str] | None:
        """How the training ends where there is nothing left to train."""
        if self.at.rows:
            return None
        if self.out_of_patience():
            stopping, watched = self.plan.stopping, self.plan.monitor.words
            least = stopping.min_delta
            better = f"{watched} better by {least:g}" if least else f"better {watched}"
            return "finished", f"no {better} for {stopping.patience} epoch{'s' if stopping.patience > 1 else ''}"
        return ("finished", ALL_EPOCHS) if self.at.epoch >= self.plan.epochs else None

    def out_of_patience(self) -> bool:
        return self.plan.stopping.is_over(self.at.epoch, self.at.progress_epoch)

    def run_epoch(self) -> tuple[Ending, str] | None:
        """Trains one epoch, or what is left of it; how the training ended, if it did."""
        begun = self.beginnings
        self.chunks.begin_epoch(self.order(self.at.epoch + 1, self.rows[0]), self.at.rows, self.at.sums)
        while self.at.rows < self.rows[0]:
            if ending := self.heed():
                return ending
            if self.beginnings != begun:
                return None
            self.put_aside()
            sure = self.steps_left == 1 or self.steps_ahead() == 1  # what the last step changed is always seen
            alone = self.watcher is not None and self.watcher.wants_one_step(sure)
            losses = self.chunks.run(self.at.rows, 1 if alone else self.most(), step=self.at.step)
            self.tell(Steps(self.at.step + 1, tuple(losses), self.seconds()))
            self.chunks.trace_ahead()
            self.count(len(losses))
            if self.at.step >= self.chunks.building:
                self.pace.after_steps(self.at.step, self.seconds(), self.steps_ahead())
                self.leave_room()
            if not math.isfinite(losses[-1]):
                return self.diverged("the loss is no number any more")
            if self.watcher and self.looked != self.at.step and self.watcher.look_if_due(self.at.step, self.seconds()):
                self.looked = self.at.step
        if trouble := self.finish_epoch():
            return self.diverged(trouble)
        self.pace.after_epoch(self.at.epoch, self.at.step, self.seconds(), self.steps_ahead())
        return self.heed()

    def leave_room(self) -> None:
        """Holds back while others begin, so that what is built for them is soon there and no curve stands still."""
        if not self.is_built:
            self.is_built = True
            self.beside.built()
        self.holds_back = self.beside.begin()
        if self.watcher:
            self.watcher.leaves_room = self.holds_back
        if self.holds_back:
            self.free_at = max(self.free_at, time.monotonic() + HOLD_BACK_SECONDS)
            self.pace.change()  # steps between which it waits say nothing of the time that is left

    def steps_ahead(self) -> int:
        """Until all epochs are done."""
        more = self.chunks.left(self.at.rows) if self.at.rows else self.chunks.per_epoch
        return max(0, more + (self.plan.epochs - self.at.epoch - 1) * self.chunks.per_epoch)

    def most(self) -> int | None:
        """Steps that the next chunk may have, where that is not for the chunks to choose."""
        paced = max(1, int(self.speed * CHUNK_SECONDS)) if self.speed else 0
        but_last = max(0, self.steps_ahead() - 1)
        short = self.chunks.short if self.holds_back else 0
        return min(filter(None, (self.steps_left, paced, but_last, short)), default=None)

    def count(self, steps: int) -> None:
        rows = min(self.rows[0], self.at.rows + steps * self.chunks.batch)
        step, batches = self.at.step + steps, self.at.batches + steps
        self.at = replace(self.at, step=step, rows=rows, batches=batches, sums=self.chunks.sums)
        if self.speed:
            self.free_at = max(self.free_at, time.monotonic() - CHUNK_SECONDS) + steps / self.speed
        if self.steps_left:
            self.steps_left -= steps
            if not self.steps_left:
                self.hold("step")

    def diverged(self, trouble: str) -> tuple[Ending, str]:
        """What is told where the last step so far left no numbers behind."""
        where = f"diverged at epoch {self.at.epoch + 1}, batch {self.at.batches}"
        try:
            first = self.first_trouble()
        except Exception as fault:  # what is only told must not keep the end from being told
            log.warning("What was no number at first cannot be told: %s: %s", type(fault).__name__, fault)
            first = ""
        return "diverged", f"{where}: {trouble}" + (f"; {first}" if first else "")

    def first_trouble(self) -> str:
        """Which value was the first that was no number; empty where that would take long to find. The steps from the
        state that was put aside last are trained once more, and the first bad one is taken apart."""
        if self.saved_at is None or not self.replays or time.monotonic() - self.saved_time > BLAME_SECONDS:
            return ""
        called = labels(self.document) if self.document else {}
        last = next((at.step for at in self.replayed(self.at.step) if blame.of_weight(self.model)), self.at.step)
        *_, at = [self.saved_at, *self.replayed(last - 1)]

        def name(node: str) -> str:
            return called.get(node, node)

        if at.step < self.at.step:
            self.chunks.begin_epoch(*self.epoch_from(at))
            batch = self.chunks.batch_at(at.rows % self.rows[0])
            told = blame.of_output(self.model, self.plan, batch, name) or blame.of_loss(self.model, self.plan, batch)
            if told := told or blame.of_gradient(self.model, batch):
                return told
            self.chunks.run(at.rows % self.rows[0], 1, step=at.step)
        batch = self.chunks.validation(BLAME_ROWS)
        told = blame.of_weight(self.model) or blame.of_output(self.model, self.plan, batch, name, training=False)
        return told or blame.of_loss(self.model, self.plan, batch, training=False)

    def replayed(self, until: int) -> Iterator[Standing]:
        """Trains from the state that was put aside up to a step once more: how far it is, behind each."""
        at = self.saved_at
        assert at, "some state was put aside"
        _assign(_variables(self.model), self.saved)
        while at.step < until:
            self.chunks.begin_epoch(*self.epoch_from(at))
            at = replace(at, epoch=at.epoch + (at.rows == self.rows[0]), rows=at.rows % self.rows[0])
            while at.step < until and at.rows < self.rows[0]:
                self.chunks.run(at.rows, 1, step=at.step)
                at = replace(at, step=at.step + 1, rows=min(self.rows[0], at.rows + self.chunks.batch))
                yield at

    def epoch_from(self, at: Standing) -> tuple["np.ndarray[Any, Any]", int, tuple[float, ...]]:
        """The order of samples of the epoch whose next step this is, and what of it is done."""
        done = at.rows == self.rows[0]
        return self.order(at.epoch + 1 + done, self.rows[0]), 0 if done else at.rows, ()

    # What is asked

    holds_back = False
    """Whether it leaves room for others."""
    is_built = False
    """Whether its steps are worked by what was built for them."""
    beginnings = 0
    """How often it began again."""

    def heed(self) -> tuple[Ending, str] | None:
        """Works what is asked, and waits while it holds or goes ahead of its speed; how the training ends by that."""
        if self.at.step and not self.over():
            self.keep_if_due()
        since = time.monotonic()
        while True:
            marks: list[Commanded] = []
            stale = False
            for command in self.control():
                if command.kind in _ENDINGS and not self.over():
                    return self.ending(command.kind)
                stale |= self.work(command, marks)
            if stale:
                self.build_anew(marks)
            for mark in marks:
                self.tell(mark)
            now = time.monotonic()
            if not self.holding and now >= self.free_at:
                return None
            if self.holding and now - since > HOLD_SECONDS:
                return self.ending("pause")
            time.sleep(LISTEN_SECONDS if self.holding else min(LISTEN_SECONDS, self.free_at - now))
            if self.holding:
                self.held += time.monotonic() - now

    def ending(self, asked: str) -> tuple[Ending, str]:
        if asked == "pause" and self.holding:
            return "paused", HELD
        where = f"in epoch {self.at.epoch + 1}" if self.at.rows else f"after epoch {self.at.epoch}"
        return _ENDINGS[asked], f"{_ENDINGS[asked]} {where if self.at.step else 'before the first step'}"

    def work(self, command: Command, marks: list[Commanded]) -> bool:
        """Does what is asked, with the marks for the record; whether steps have to be built anew."""
        stale = False
        match command.kind:
            case "go" if self.holding or self.steps_left:
                self.holding, self.steps_left = False, 0
                marks.append(self.mark("go"))
            case "hold" if not self.holding:
                self.hold("hold")
            case "step":
                self.holding, self.steps_left = False, self.steps_left + command.steps
            case "speed":
                self.speed, self.free_at = command.speed or 0.0, 0.0
                words = f"at most {self.speed:g} steps a second" if self.speed else "as fast as it goes"
                marks.append(self.mark("speed", words=words))
            case "reset":
                self.begin_again(marks)
            case "change":
                stale = self.change(command.settings, marks)
            case "weigh":
                self.weigh(command.weights, marks)
        return stale

    def mark(self, command: str, settings: Mapping[str, tuple[Any, Any]] | None = None, words: str = "") -> Commanded:
        return Commanded(self.at.step, self.seconds(), command, settings or {}, words)

    def hold(self, command: str) -> None:
        self.holding, self.steps_left = True, 0
        self.look()
        self.tell(self.mark(command))

    def change(self, settings: Mapping[str, Any], marks: list[Commanded]) -> bool:
        if self.document is None:
            marks.append(self.mark("change", words="This training knows no document, so its settings stay."))
            return False
        after = {**self.at.settings, **settings}
        try:
            plan = planned(self.document, after)
            before, now = (values(changed(self.document, one), settings) for one in (self.at.settings, after))
        except Refused as fault:
            marks.append(self.mark("change", words=str(fault)))
            return False
        words = ""
        if plan.batch_size != self.chunks.batch:
            self.chunks.rebatch(plan.batch_size, self.at.rows)
            words = f"{self.chunks.left(self.at.rows)} steps left of this epoch, then {self.chunks.per_epoch} an epoch"
        if {"epochs", "patience"} & settings.keys() and self.out_of_patience():
            self.at = replace(self.at, progress_epoch=self.at.epoch)  # it is to go on all the same
        stale = retune(self.model, self.plan, plan)
        if self.watcher:
            self.watcher.heed(plan, stale)
        self.plan, self.at = plan, replace(self.at, settings=after)
        self.pace.change()
        self.saved_time = -math.inf  # what happened before is not to be had again by these settings
        self.save_at_once = True
        marks.append(self.mark("change", {name: (before[name], now[name]) for name in settings}, words))
        return stale

    def weigh(self, numbers: Mapping[str, float], marks: list[Commanded]) -> None:
        """Puts numbers in the place of weights, and looks at once at what the network answers then."""
        changed, unknown = {}, []
        for name, number in numbers.items():
            before = weighed(self.model, self.plan, name, number)
            if before is None:
                unknown.append(name[:80])
            else:
                changed[name] = before, number
        words = f"There is no weight {', '.join(unknown)}." if unknown else ""
        if changed:
            self.saved_time, self.save_at_once = -math.inf, True  # steps from before do not lead here
            if self.watcher:
                self.watcher.look_again(self.at.step, self.seconds())
        marks.append(self.mark("weigh", changed, words))

    def build_anew(self, marks: list[Commanded]) -> None:
        began = time.monotonic()
        self.chunks.build_anew()
        took = time.monotonic() - began
        if marks and took > CHUNK_SECONDS:
            words = f"the steps were built anew in {took:.1f} s"
            marks[-1] = replace(marks[-1], words="; ".join(filter(None, (marks[-1].words, words))))

    def begin_again(self, marks: list[Commanded]) -> None:
        """As at the first step, with the settings as they are now; what was to take so many steps waits there."""
        _assign(_variables(self.model), self.first)
        settings, self.saved_at = self.at.settings, None
        self.at = Standing(settings=settings)
        retune(self.model, self.original, self.plan)
        self.beginnings += 1
        self.holding |= self.steps_left > 0
        self.steps_left, self.looked, self.began = 0, -1, self.clock()
        self.begin()
        before = values(self.document, settings) if self.document else {}
        now = values(changed(self.document, settings), settings) if self.document else {}
        marks.append(self.mark("reset", {name: (before[name], now[name]) for name in settings}))

    def finish_epoch(self) -> str:
        """Judges the epoch and tells of it, unless the validation loss or the weights are no numbers: in what words."""
        trained = self.chunks.epoch_metrics()
        validated, trouble = self.chunks.validate()
        if trouble:
            return trouble
        metrics, epoch = {**trained, **validated}, self.at.epoch + 1
        stopping, score = self.plan.stopping, self.plan.monitor.score(metrics)
        best = epoch > stopping.start and score < self.at.best
        self.at = replace(self.at, epoch=epoch, metrics=metrics, rows=0, batches=0, sums=())
        if best:
            self.best.put(_Views(self.model.weights))
            self.at = replace(self.at, best=score, best_epoch=epoch, best_metrics=metrics)
        if epoch > stopping.start and score + stopping.min_delta < self.at.progress:
            self.at = replace(self.at, progress=score, progress_epoch=epoch)
        rate = rate_of(self.model.optimizer)
        told = Epoch(epoch, self.at.step, metrics, self.seconds(), best, rate)
        if self.plan.plateau:
            rate, flat = self.plan.plateau.after(score, rate, self.at.flat)
            self.model.optimizer.learning_rate = rate
            self.at = replace(self.at, flat=flat)
        self.tell(told)
        return ""

    # What can be gone back to, and gone on from

    def put_aside(self) -> None:
        """Keeps weights that are numbers, within a share of the time, against a divergence."""
        if self.saving.due() or self.save_at_once:
            self.save_at_once = False
            with self.saving:
                if all(math.isfinite(one.sum(dtype=np.float64)) for one in _Views(self.model.weights)):
                    self.saved.put(_Views(self.put_by))
                    self.saved_at, self.saved_time = self.at, time.monotonic()

    def restore(self) -> tuple[int, dict[str, float]]:
        """Puts weights back that are finite and give a finite validation loss: those from before the last chunk or a
        little earlier, else the best epoch's, else those of the start. The epoch they are of, and its metrics."""
        weights = self.model.weights
        earlier: list[tuple[list[Any], Iterable[Any], int, Mapping[str, float]]] = [
            (_variables(self.model), self.first, 0, {})
        ]
        if self.at.best_epoch:
            earlier.append((weights, self.best, self.at.best_epoch, self.at.best_metrics))
        if self.saved_at:
            earlier.append((self.put_by, self.saved, self.saved_at.epoch, self.saved_at.metrics))
        trouble = "not tried yet"
        while trouble and earlier:
            variables, aside, epoch, metrics = earlier.pop()
            _assign(variables, aside)
            validated, trouble = self.chunks.validate()
        scores = {**metrics, **validated} if epoch else {}
        return epoch, {name: value for name, value in scores.items() if math.isfinite(value)}

    def keep_if_due(self) -> None:
        if self.keep and self.keeping.due() and time.monotonic() - self.kept >= KEEP_SECONDS:
            self.keep_checkpoint()

    def keep_checkpoint(self) -> None:
        if self.keep:
            with self.keeping:
                self.keep(self.checkpoint())
            self.kept = time.monotonic()

    def checkpoint(self) -> Checkpoint:
        standing = replace(self.at, seconds=self.seconds())
        return Checkpoint(standing, _Views(_variables(self.model)), self.best if self.at.best_epoch else ())

    def go_on_from(self, checkpoint: Checkpoint) -> None:
        self.at = checkpoint.standing
        self.began -= self.at.seconds
        if self.at.settings:
            assert self.document, "without a document no setting was changed"
            self.plan = planned(self.document, self.at.settings)
            self.chunks.batch = self.plan.batch_size
            if retune(self.model, self.original, self.plan):
                self.chunks.build_anew()
        _assign(_variables(self.model), checkpoint.variables)  # the rate may have fallen since it was changed
        if self.at.best_epoch:
            self.best.put(checkpoint.best)


class _Initial:
    """All variables of a model as they are before the first step. An optimizer's are one number each, as large as they
    may be, and take no room."""

    def __init__(self, model: keras.Model, aside: Aside) -> None:
        self._aside = aside
        aside.put(_Views(model.variables))
        self._rest = [_brief(one) for one in _Views([*model.optimizer.variables, *model.metrics_variables])]

    def __iter__(self) -> Iterator["np.ndarray[Any, Any]"]:
        yield from self._aside
        yield from self._rest


def _brief(values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """The same numbers, without a memory of their own where they are all the same."""
    same = values.size > 1 and bool((values == values.flat[0]).all())
    return np.broadcast_to(values.flat[0].copy(), values.shape) if same else values.copy()


@dataclass(frozen=True)
class _Views:
    """Variables as arrays, in turn, that share the memory of these: for reading, before the next step."""

    variables: Iterable[Any]

    def __iter__(self) -> Iterator["np.ndarray[Any, Any]"]:
        for variable in self.variables:
            held = variable.value  # whose `read_value` takes three times as long
            read = tf.raw_ops.ReadVariableOp(resource=held.handle, dtype=held.dtype)
            yield np.asarray(memoryview(read))


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
