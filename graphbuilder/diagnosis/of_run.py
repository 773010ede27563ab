"""Findings that a run shows: its curves, and what was seen inside the network."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from statistics import fmean, median
from typing import ClassVar, Literal

from graphbuilder.activations import ACTIVATIONS, word_of
from graphbuilder.diagnosis.case import LEARNED, Case
from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.diagnosis.finding import (
    FEWEST_TO_VALIDATE,
    NORMED,
    SYMPTOMS,
    Finding,
    Mark,
    amount,
    epochs_of_larger_batches,
    hidden_behind,
    larger_batches,
    larger_batches_told,
    longer_where_few,
    standard_error,
    together,
    two_hidden_before,
)
from graphbuilder.diagnostics import such_as
from graphbuilder.operators.fitting import BATCH, DROPOUT, LINEAR, MEAN_OF_STEPS, MEASURED
from graphbuilder.operators.recurrent import Recurrent
from graphbuilder.parameters import Penalty
from graphbuilder.records.events import Activations
from graphbuilder.repair import Change, PutBefore, PutBehind, Repair, SetParameter, SetSetting, TakeOut, UseOptimizer

_ALL_LATER = (
    "D_RATE_TOO_HIGH", "D_BATCH_TOO_SMALL", "D_DEAD_UNITS", "D_SATURATED", "D_OVERFIT", "D_STUCK", "D_UNDERFIT",
    "D_TOO_SLOW", "D_STILL_IMPROVING", "D_STOPPED_EARLY", "D_TRAINED_WORSE", "D_EXPLODING", "D_VANISHING", "D_NORM_GAP",
)  # fmt: skip


class OfRun(Finding):
    """after: how many epochs a run that still goes has to have before this can be told; None where it has to be over,
    since what is seen may still mend itself."""

    of_run = True
    after: ClassVar[int | None] = None

    @classmethod
    def found(cls, case: Case) -> Iterator["OfRun"]:
        run = case.run
        if run is not None and (run.ended or (cls.after is not None and len(run.epochs) >= cls.after)):
            yield from cls.shown(case, run)

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["OfRun"]:
        raise NotImplementedError


def _slower(case: Case, by: float) -> tuple[SetSetting]:
    return (SetSetting("optimizer", "learning_rate", float(f"{case.rate / by:.3g}")),)


class Diverged(OfRun):
    """The loss became no number: the steps are so long that each makes the next worse.

    step: the first without a number, about.
    """

    after = 0
    code = "D_DIVERGED"
    title = "A training that diverges"
    remedy = (
        "A tenth of the learning rate, a hundredth where it happens within the first steps. If values are large, scale "
        "them first."
    )
    point = "On a bowl a step of twice the right length lands as high on the other side, and a longer one higher still."
    see = ("option.learning_rate", "idea.backpropagation", "operator.Rescaling")
    hides = _ALL_LATER
    example = such_as(step=42, rate=1.0, better=0.1, unscaled="")
    step: int
    rate: float
    better: float
    unscaled: str

    SOON, FAR, NEAR = 10, 100, 10
    """Steps, within which the loss is lost at a rate that is too high by far: measured on amounts as they are, a tenth
    of it diverges too, only later."""

    @property
    def message(self) -> str:
        large = f" {self.unscaled} is large, which makes the gradients large, too." if self.unscaled else ""
        return (
            f"The training diverges: from about step {self.step:,} the loss is no number; the learning rate of "
            f"{amount(self.rate)} is too high.{large}"
        )

    @property
    def fix(self) -> str:
        return f"Set learning_rate to {self.better:g}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Diverged"]:
        if not run.diverged:
            return
        step = next(
            (at * run.stride for at, loss in enumerate(run.losses, 1) if not isfinite(loss)),
            len(run.losses) * run.stride,
        )
        large = [
            f"The target {target.name!r}, from {target.low:g} to {target.high:g},"
            for loss in case.losses.values()
            if (target := case.target(loss)) and not target.classes and max(abs(target.low), abs(target.high)) > 20
        ]
        by = cls.FAR if step <= cls.SOON else cls.NEAR
        yield cls(
            step=step, rate=case.rate, better=float(f"{case.rate / by:.3g}"), unscaled=large[0] if large else "",
            parameter="training.learning_rate", repairs=_slower(case, by), evidence=(Mark("loss"),),
        )  # fmt: skip


class BatchTooSmall(OfRun):
    """Batches are so small that each step follows the luck of a few rows, and the loss does not settle."""

    after = 12
    code = "D_BATCH_TOO_SMALL"
    title = "Batches that are too small"
    remedy = "Batches of 16 to 64, or a smaller learning rate."
    point = "The gradient of two rows is a guess. Its mean is right, and a single one points anywhere."
    see = ("training.batch_size", "option.learning_rate")
    hides = ("D_RATE_TOO_HIGH", "D_STUCK", "D_UNDERFIT", "D_STILL_IMPROVING", "D_OVERFIT")
    example = such_as(batch=2, times=0.4)
    batch: int
    times: float
    wild: float = 0.0
    best: float = 0.0
    epochs: int = 0

    @property
    def fix(self) -> str:
        return larger_batches_told(self.epochs)

    MOST = 4
    """Rows: of so few, the gradient's luck is as large as the gradient wherever a batch of 64 has a quarter of that."""
    SURE, SHARE, BEHIND = 3.0, 0.01, 3.0
    """Times the loss of guessing, that so many of the last steps meet where steps undo each other: answers that are
    wrong for sure, of which a network that settles has one in a thousand. Told only of one that is so many standard
    errors behind a simple method: in few epochs of many steps each, no loss of epochs shows it."""

    @property
    def message(self) -> str:
        if self.wild:
            return (
                f"The batch is too small for this learning rate: with a batch_size of {self.batch} the steps follow "
                f"the luck of a few rows and undo each other; {self.wild:.1%} of the last ones met answers that were "
                f"wrong for sure, and a simple method has {self.best:.2f} on new rows."
            )
        return (
            f"The batch is too small: with a batch_size of {self.batch} the steps follow the luck of a few rows, and "
            "the "
            f"loss rises in {self.times:.0%} of the epochs instead of settling."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["BatchTooSmall"]:
        batch = case.batch
        if batch > cls.MOST:
            return
        epochs = epochs_of_larger_batches(case)
        fits: tuple[Repair, ...] = (larger_batches(epochs),)
        if since_and_rises := _unsettled(case, run):
            since, rises = since_and_rises
            yield cls(
                batch=batch, times=rises, epochs=epochs, parameter="training.batch_size", repairs=fits,
                evidence=(Mark("loss", since),),
            )  # fmt: skip
        elif (best := cls._behind(case, run)) and (wild := cls._wild(case, run)) > cls.SHARE:
            yield cls(
                batch=batch, times=0.0, wild=wild, best=best, epochs=epochs, parameter="training.batch_size",
                repairs=fits, evidence=(Mark("val_accuracy"), Mark("loss")),
            )  # fmt: skip

    @classmethod
    def _wild(cls, case: Case, run: Evidence) -> float:
        """The share of the last third of the steps that met a loss far above guessing."""
        late = run.losses[2 * len(run.losses) // 3 :]
        return sum(loss > cls.SURE * (case.guessed or float("inf")) for loss in late) / max(1, len(late))

    @classmethod
    def _behind(cls, case: Case, run: Evidence) -> float | None:
        """What a simple method has of new rows, where that is clearly more than the network."""
        held, rows = run.curve("val_accuracy"), case.validated
        if not held or not rows or len(case.losses) != 1:
            return None
        known = case.baseline(next(iter(case.losses)))
        best = max([one for one in (known.nearest, known.linear) if one is not None], default=0.0) if known else 0.0
        return best if best > held[-1] + cls.BEHIND * standard_error(held[-1], rows) else None


class RateTooHigh(OfRun):
    """The loss jumps about instead of settling: steps go from one side of the valley to the other.

    flew: the loss rose far above its start; else it fell and then moved up and down from this epoch on.
    """

    after = 5
    code = "D_RATE_TOO_HIGH"
    title = "A learning rate that is too high"
    remedy = "A third or a tenth of the rate; or a larger batch, if that is what shakes it."
    point = (
        "Near the lowest point the gradient still points down, and a long step lands beyond. The loss then depends on "
        "luck."
    )
    see = ("option.learning_rate", "training.batch_size")
    hides = (
        "D_DEAD_UNITS",
        "D_SATURATED",
        "D_STUCK",
        "D_UNDERFIT",
        "D_OVERFIT",
        "D_STILL_IMPROVING",
        "D_STOPPED_EARLY",
        "D_VANISHING",
        "D_EXPLODING",
    )
    example = such_as(optimizer="Adam", rate=0.1, better=0.01, flew=False, since=5, times=0.4)
    optimizer: str
    rate: float
    better: float
    flew: bool
    since: int
    times: float

    PEAK = 3.0
    """Times the first loss: bad luck in one batch makes it twice."""
    FLEW = 1000.0
    """The same, of which no network comes back as it was, wherever its loss ends."""
    THROWN, SAMPLES = 1.5, 8
    """Times what it began with, or what guessing has, that the mean loss of the first epoch is: whatever learns has
    less, and where luck alone is learned it is 1.15 at most. A first batch of fewer samples says little of the
    start."""

    @property
    def message(self) -> str:
        if self.flew:
            return (
                f"The learning rate of {amount(self.rate)} is too high for {self.optimizer}: in the first epochs the "
                f"loss jumps to {amount(self.times)} times its start, and does not come down as it should."
            )
        return (
            f"The learning rate of {amount(self.rate)} is too high to settle: since epoch {self.since} the loss jumps "
            "up and "
            f"down, rising in {self.times:.0%} of the epochs, and falls no further."
        )

    @property
    def fix(self) -> str:
        return f"Set learning_rate to {self.better:g}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["RateTooHigh"]:
        loss = run.curve("loss")
        if len(loss) < 2 or len(run.losses) < 10 or _has_settled(case, run):
            return
        better = float(f"{case.rate / 10:.3g}")
        fits, parameter = _slower(case, 10), "training.learning_rate"
        first, peak = run.losses[0], max(run.losses[1:])
        lost = loss[-1] > 0.25 * first or peak > cls.FLEW * first
        thrown = case.batch >= cls.SAMPLES and loss[0] > cls.THROWN * max(first, case.guessed or 0.0)
        if (thrown or (peak > cls.PEAK * first and lost)) and (case.learned or 0) < LEARNED:
            yield cls(
                optimizer=case.optimizer, rate=case.rate, better=better, flew=True, since=1, times=peak / first,
                parameter=parameter, repairs=fits, evidence=(Mark("loss", 1),),
            )  # fmt: skip
            return
        if since_and_rises := _unsettled(case, run):
            since, rises = since_and_rises
            yield cls(
                optimizer=case.optimizer, rate=case.rate, better=better, flew=False, since=since, times=rises,
                parameter=parameter, repairs=fits, evidence=(Mark("loss", since),),
            )  # fmt: skip


_RISES = 0.25
"""Share of epochs in which the training loss rises by more than a fiftieth."""
_WILD = 0.4
"""The same where the loss still comes down, by leaps."""
_RESTS, _LEAPS = 0.9, 0.8
"""Of the lowest loss of the first third of the epochs: a median of the second half above that comes down no more; and
where it rises so often, above the second."""
_SETTLED = 0.97
"""Of the way to perfect: what got there may jump near zero, where a jump is nothing."""
_HELD = 0.9
"""The same of validation: batch normalization and dropout shake the loss in training alone."""
_SWING = 0.25
"""Of R², which a few odd rows move by a tenth."""
_FAR = 10.0
"""Times their first size that steps have moved weights: those of classifiers that settle came to 0.5 to 8, of one that
jumps about to 12 and more."""


def _has_settled(case: Case, run: Evidence) -> bool:
    """Whether nearly all was known through the last third of the epochs, and not by luck at the end alone."""
    accuracy, validated = run.curve("accuracy"), run.curve("val_accuracy")
    if not accuracy or len(case.losses) != 1:
        return (case.learned or 0) > _SETTLED
    (loss,) = case.losses.values()
    usual, held = (
        case.above_chance(loss, median(curve[-max(1, len(curve) // 3) :])) if curve else 0.0
        for curve in (accuracy, validated)
    )
    return usual > _SETTLED or held > _HELD


def _unsettled(case: Case, run: Evidence) -> tuple[int, float] | None:
    """Since which epoch the training loss only jumps about, and in which share of the epochs it rises."""
    loss = run.curve("loss")
    count = len(loss)
    if count < 9 or _has_settled(case, run):
        return None
    early, late = loss[: max(3, count // 3)], loss[count // 3 :]
    rises = sum(after > 1.02 * before for before, after in pairwise(late)) / (len(late) - 1)
    falls_no_more = median(loss[count // 2 :]) > (_LEAPS if rises >= _WILD else _RESTS) * min(early)
    classes, shaken = bool(run.curve("val_accuracy")), _shaken(case, run)
    far = classes and (case.batch <= BatchTooSmall.MOST or max(run.moved.values(), default=0.0) > _FAR)
    unsettled = (falls_no_more and (shaken or far)) or (rises >= _WILD and classes and shaken)
    return (loss.index(min(early)) + 1, rises) if rises >= _RISES and unsettled else None


def _shaken(case: Case, run: Evidence) -> bool:
    """Whether validation moves by more than the luck of its rows: an accuracy by more than four standard errors."""
    accuracy = run.curve("val_accuracy")
    rows = case.validated or 0
    if accuracy and rows:
        late = accuracy[len(accuracy) // 2 :]
        share = fmean(late)
        return max(late) - min(late) > 4 * standard_error(share, rows, 0.01)
    r2 = run.curve("val_r2")
    late = r2[len(r2) // 2 :]
    return bool(late) and max(late) - min(late) > _SWING


class TooSlow(OfRun):
    """The loss falls steadily and by next to nothing: with these steps it takes far longer than the run.

    fell: by which share of its start the training loss fell.
    """

    code = "D_TOO_SLOW"
    title = "A loss that hardly moves"
    remedy = "Ten times the learning rate."
    point = "A curve that only leans, and is as smooth as a ruler, has steps that are too short."
    see = ("option.learning_rate", "training.epochs")
    hides = ("D_STUCK", "D_UNDERFIT", "D_STILL_IMPROVING", "D_STOPPED_EARLY")
    example = such_as(rate=0.0001, better=0.001, fell=0.014, epochs=60, moved=0.01)
    rate: float
    better: float
    fell: float
    epochs: int
    moved: float | None

    MOST = 0.2
    """Of its start; a network that learns at all halves its loss."""
    STEADY = 0.8
    """Share of epochs in which it falls."""
    RESTS, MOVES = 0.03, 0.33
    """Of their size, that weights have moved: below the first they rest; those that learn move by a third and more, and
    of them it is not the rate that keeps the loss up."""

    @property
    def message(self) -> str:
        return (
            f"The learning rate of {amount(self.rate)} is too low: the training loss falls steadily, and by only "
            f"{self.fell:.1%} in "
            f"{self.epochs} epochs{self._of_weights}."
        )

    @property
    def _of_weights(self) -> str:
        return f"; the weights moved by {self.moved:.1%} of their size" if self.moved is not None else ""

    @property
    def fix(self) -> str:
        return f"Set learning_rate to {self.better:g}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["TooSlow"]:
        loss = run.curve("loss")
        if len(loss) < 4 or (case.learned or 0) > 0.8:
            return
        fell = 1 - loss[-1] / loss[0] if loss[0] else 0.0
        falls = sum(after < before for before, after in pairwise(loss)) / (len(loss) - 1)
        half = len(loss) // 2
        still = loss[half] - loss[-1] > 0.5 * (loss[0] - loss[half])
        moved = max(run.moved.values(), default=None)
        rests = moved is not None and moved < cls.RESTS and len(loss) >= 2 and (case.learned or 0) < 0.5
        crawls = 0 < fell < cls.MOST and falls >= cls.STEADY and still and fell > 1e-5
        if rests or (crawls and (moved is None or moved < cls.MOVES)):
            better = float(f"{10 * case.rate:.3g}")
            yield cls(
                rate=case.rate, better=better, fell=max(0.0, fell), epochs=len(loss), moved=moved,
                parameter="training.learning_rate", repairs=(SetSetting("optimizer", "learning_rate", better),),
                evidence=(Mark("loss"),),
            )  # fmt: skip


class DeadUnits(OfRun):
    """Nearly all units of a ReLU layer are off for every sample that was looked at.

    share: of its units; step: when it was seen first.
    """

    after = 3
    code = "D_DEAD_UNITS"
    title = "Dead ReLU units"
    remedy = "A smaller learning rate, He's initializer, or leaky ReLU, which is never quite off."
    point = "One step too long moves a unit's sums below zero for every sample; without a slope there is no way back."
    see = ("activation.relu", "activation.leaky_relu", "option.learning_rate")
    hides = ("D_STUCK", "D_UNDERFIT")
    example = such_as(who="Linear 'hidden'", share=0.97, step=510, died=True, rate=0.5)
    who: str
    share: float
    step: int
    died: bool
    rate: float

    MOST = 0.9
    """A unit in ten is enough for some tasks, and healthy layers were seen with seven in ten off."""

    @property
    def message(self) -> str:
        dead = (
            f"{self.who}: {self.share:.0%} of its ReLU units are dead, off for every sample, since step {self.step:,}"
        )
        if self.died:
            return f"{dead}; they died in training, for which a learning rate of {amount(self.rate)} may be too high."
        return f"{dead}, before any was taken: the initial weights or the inputs are wrong."

    @property
    def fix(self) -> str:
        if self.died:
            return "Take a tenth of the learning rate, or that together with leaky ReLU."
        return "Set its activation to leaky ReLU, or take a tenth of the learning rate."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["DeadUnits"]:
        """The layer that is told of is the first in the network; all of them are marked."""
        dead = [id for id in case.report.wired.order if (one := run.last.get(id)) and (one.dead or 0.0) >= cls.MOST]
        if case.does_well or not dead:
            return
        first = dead[0]
        steps = [probe.step for probe in run.probes if (one := probe.nodes.get(first)) and (one.dead or 0) >= cls.MOST]
        leaky = tuple(
            SetParameter("activation", "leaky_relu", id)
            for id in dead
            if "activation" in case.report.wired.nodes[id].params
        )
        (slower,), alone = _slower(case, 10), steps[0] == 0
        other: tuple[Repair, ...] = ((leaky if alone else (slower, *leaky)),) if leaky else ()
        repairs = (*other, slower) if alone else (slower, *other)
        yield cls(
            who=case.called(first), share=run.last[first].dead or 0.0, step=steps[0], died=steps[0] > 0, rate=case.rate,
            nodes=tuple(dead), parameter="training.learning_rate" if steps[0] else "kernel_initializer",
            repairs=repairs, evidence=(Mark(node=first, step=steps[0]),),
        )  # fmt: skip


class Saturated(OfRun):
    """The units of a layer stand at the ends of their activation for nearly every sample."""

    after = 5
    code = "D_SATURATED"
    title = "Saturated units"
    remedy = "Scale the inputs, draw smaller weights, or take a smaller learning rate."
    point = "At its ends tanh is flat. What stands there learns nothing, and nothing before it does."
    see = ("activation.tanh", "operator.Normalization", "idea.vanishing_gradient")
    hides = ("D_STUCK", "D_UNDERFIT")
    example = such_as(who="Linear 'hidden'", bend="tanh", share=0.98, step=330, came=True, rate=0.5)
    who: str
    bend: str
    share: float
    step: int
    came: bool
    rate: float
    fix = "Put a normalization before it, or take a smaller learning rate."

    MOST = 0.9
    """Of its values, where the slope is a twentieth of the steepest or less."""

    @property
    def message(self) -> str:
        stands = (
            f"{self.who} is saturated: {self.share:.0%} of its values stand at the ends of {self.bend} at step "
            f"{self.step:,}"
        )
        if self.came:
            return f"{stands}, and did not at first: a learning rate of {amount(self.rate)} may be too high."
        return f"{stands}, as before the first: the initial weights or the inputs are too large."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Saturated"]:
        if case.does_well:
            return
        step = run.probes[-1].step if run.probes else 0
        for id, seen in run.last.items():
            operator = case.report.wired.operators.get(id)
            name = (operator.activation_name() if operator else "") or ""
            if "weights" not in case.examined.ahead.get(id, ()) or (_saturated(seen, name) or 0.0) < cls.MOST:
                continue
            first = _saturated(run.first[id], name) if id in run.first else None
            came = first is not None and first < cls.MOST
            weighed_before = id in case.examined.last_weighed
            put = PutBefore(BATCH, NORMED) if weighed_before else PutBefore(MEASURED)
            yield cls(
                who=case.called(id), bend=word_of(name), share=_saturated(seen, name) or 0.0, step=step, came=came,
                rate=case.rate, nodes=(id,), parameter="training.learning_rate" if came else "kernel_initializer",
                repairs=(put, *_slower(case, 10)), evidence=(Mark(node=id, step=step),),
            )  # fmt: skip
            return


def _saturated(seen: Activations, name: str) -> float | None:
    """The share of values at the ends of an activation that has two; as it was told, else as its histogram has it."""
    bend = ACTIVATIONS.get(name)
    if bend is None or bend.function is None or bend.high - bend.low > 2:
        return None
    return seen.saturated if seen.saturated is not None else _at_ends(seen, bend.low, bend.high)


def _at_ends(seen: Activations, low: float, high: float) -> float:
    """The share of values within a thirty-second of the bounds of an activation."""
    width = (seen.high - seen.low) / len(seen.counts)
    near = (high - low) / 32
    at = [(seen.low + (place + 0.5) * width, count) for place, count in enumerate(seen.counts)]
    ends = sum(count for value, count in at if value < low + near or value > high - near)
    return ends / max(1, sum(seen.counts))


class TrainedWorse(OfRun):
    """With dropout, noise or augmentation on, the training part is known far worse than validation: they take too much
    away."""

    after = 8
    code = "D_TRAINED_WORSE"
    title = "Dropout that holds the network down"
    remedy = "Half the rate, or none in the narrow layers."
    point = "A little gap this way is dropout at work. A wide one says that it could learn more than it may."
    see = ("operator.Dropout",)
    hides = ("D_UNDERFIT", "D_STILL_IMPROVING", "D_STUCK")
    example = such_as(who="Dropout 'drop'", gap=0.3, drops=True)
    who: str
    gap: float
    drops: bool

    @property
    def fix(self) -> str:
        return "Halve the rate." if self.drops else "Change less, or take it out."

    MOST = 0.2
    """In accuracy; dropout of 0.5 on a small network makes 0.05 to 0.1."""

    @property
    def message(self) -> str:
        does = "the dropout is too strong" if self.drops else "what it changes in training is too strong"
        return (
            f"Accuracy in training is {self.gap:.2f} below that in validation: {self.who} takes too much away, {does}."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["TrainedWorse"]:
        drops = [id for id, operator in case.operators if operator.varies() and operator.keeps_values]
        drops += [id for id, operator in case.operators if operator.is_random and id not in drops]
        rates = {id: case.number(id, "rate") for id in drops}
        if not drops or case.learned is None or case.held is None or case.held - case.learned < cls.MOST:
            return
        yield cls(
            who=together([case.called(id) for id in drops]), gap=case.held - case.learned, nodes=tuple(drops),
            drops=any(rates.values()), parameter="rate" if any(rates.values()) else None,
            repairs=(tuple(SetParameter("rate", rate / 2, id) for id, rate in rates.items() if rate), TakeOut()),
            evidence=(Mark("accuracy"), Mark("val_accuracy")),
        )  # fmt: skip


class FarInValidation(OfRun):
    """Rows of the validation part lie far from all that the training part has, such as where a column has one value in
    training and another one in validation.

    times: the validation loss, of the training loss. who: what measured the training part.
    """

    after = 2
    code = "D_FAR_IN_VALIDATION"
    title = "Validation rows far from the training rows"
    remedy = (
        "Look in Data for a column that is constant in training, and let it be ignored. Another seed of the split only "
        "hides it: new rows will hold such values, too."
    )
    point = "A column of one value has no spread to be divided by: its first other value comes out as millions."
    see = ("operator.Normalization", "idea.overfitting")
    hides = (*SYMPTOMS, "D_OVERFIT", "D_NORM_GAP", "D_RATE_TOO_HIGH")
    example = such_as(times=4.2e6, who="Normalization 'norm'")
    times: float
    who: str
    no_experiment = "training holds too few of such rows to learn anything from, however the rows are parted"
    fix = (
        f"No button mends it: {no_experiment}. On the page Data, let a column be ignored that is constant in the "
        "training part."
    )

    FAR = 100.0
    """Times the training loss: rows of one kind come to 1 in the first epochs, overfitting to 50 in the end."""

    @property
    def message(self) -> str:
        makes = f", and {self.who} makes them huge" if self.who else ""
        return (
            f"From the first epoch on the validation loss is {amount(self.times)} times the training loss: some rows "
            f"for validation hold values that no row has in training{makes}."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["FarInValidation"]:
        """Where no batch normalization has a mean of its own for validation, which tells of itself."""
        loss, held = run.curve("loss"), run.curve("val_loss")
        if len(held) < 2 or not any(loss) or any(operator.kind == BATCH for _, operator in case.operators):
            return
        times = min(validated / max(one, *loss) for one, validated in zip(loss[:2], held[:2], strict=False))
        if not isfinite(times) or times < cls.FAR:
            return
        measured = [id for id, operator in case.operators if operator.kind == MEASURED]
        yield cls(
            times=times, who=together([case.called(id) for id in measured]) if measured else "",
            nodes=tuple(measured), parameter="split.validation", evidence=(Mark("val_loss", 1),),
        )  # fmt: skip


class Overfits(OfRun):
    """The network learns its training rows by heart: what it learns there no longer holds for others.

    since: the epoch of the lowest validation loss. trained, validated: scores at the end, of `score`. rows, weights:
    how many of each there are. apart: nothing but the gap tells it. lower: the score of validation was lower when its
    loss was lowest. stop: what an early stop still needs to keep the best weights; dropout: whether it is
    put or raised; nothing where it has no place.
    """

    after = 10
    code = "D_OVERFIT"
    title = "Overfitting"
    remedy = (
        "Dropout or a penalty, a smaller network, or more rows. Early stopping helps where the validation loss turns "
        "up, and closes no gap where it does not."
    )
    point = (
        "With more weights than rows there is always a way to get every row right. It need not be right for any other."
    )
    see = ("training.patience", "operator.Dropout", "penalty.l1_l2", "idea.overfitting")
    hides = ("D_UNDERFIT", "D_STILL_IMPROVING")
    example = such_as(since=3, score="accuracy", trained=0.98, validated=0.75, rows=48, weights=66817, turned=True)
    since: int
    score: str
    trained: float
    validated: float
    rows: int
    weights: int
    turned: bool
    apart: bool = False
    lower: bool = False
    stop: tuple[str, ...] = ("patience",)
    dropout: Literal["", "put", "more"] = "put"

    GAP = 0.15
    """Of accuracy: a validation loss of four times its best alone says nothing, as sure answers that are wrong cost
    much, and a tenth between the parts is usual where rows are few."""
    GAP_R2 = 0.25
    """The same of R², which a few odd rows among a hundred move by a tenth."""
    LUCK = 1.5
    """Standard errors of the validation accuracy that the gap is at least."""
    LAVISH, FEW = 60, 25
    """Weights a row and rows a class, where half the gap will do: so few rows that are all right were learned by
    heart. Of amounts as many weights a row, where a simple method has more of new rows and the loss of these turned
    up."""
    HEART = 0.5
    """Weights for each row, at least: fewer cannot hold rows by heart, and a gap has other reasons, such as a later
    time."""
    ALL, SURE = 0.97, 2.5
    """Of the training rows that are right where all are known by heart, and standard errors of a gap that says it by
    itself, whatever the validation loss does."""
    WIDE = 0.2
    """Of accuracy, the gap that says it by itself of many rows too: a smaller one may be all there is to learn."""
    RISE = 1.3
    """Of the validation loss over its lowest."""
    PATIENCE, PENALTY, DROPPED = 10, {"l1": 0.0, "l2": 0.01}, 0.5
    """That the experiments set: a validation loss rests for some epochs now and then; the penalty of the books; dropout
    of 0.5, since 0.3 behind the last layer left 12 of 13 networks that overfit as they were, and some worse. Over two
    or three seeds 0.5 was better in 6 of 13, worse in 3, and ended the overfitting of one, while an early stop was
    better in 10 of 12 and sooner in the others: dropout is offered where no such stop can help."""
    WIDE_ENOUGH = 16
    """Units: half of fewer is too few."""
    STEEP = 8.0
    """The same, where a third of the gap will do: other rows are answered wrongly for sure, though some training rows
    may never be right, as by wrong labels."""

    @property
    def message(self) -> str:
        return (
            f"The network overfits: it learns {self.rows:,} rows by heart with {self.weights:,} weights. {self._since}"
            f"{self.score} is {self.trained:.2f} in training and {self.validated:.2f} in validation."
        )

    @property
    def _since(self) -> str:
        if self.apart:
            return f"Since epoch {self.since} the two parts go apart; "
        if not self.turned:
            return f"Since epoch {self.since} the validation loss falls no more; "
        return f"Since epoch {self.since} the validation loss turns up while the training loss falls; "

    @property
    def fix(self) -> str:
        holds = {
            "put": f"Put dropout of {self.DROPPED:g} behind a hidden layer, give the weights a penalty",
            "more": f"Raise dropout to {self.DROPPED:g}, give the weights a penalty",
            "": "Give the weights a penalty",
        }[self.dropout]
        others = f"{holds}, make the network smaller, or train on more rows."
        if self.apart:
            return f"{others} The validation loss turned nowhere, so stopping early closes no such gap."
        if self.lower:
            return (
                f"{others} An early stop would keep the weights of about epoch {self.since}, whose {self.score} was "
                "lower still: the loss only turned by answers that are wrong for sure."
            )
        if not self.stop:
            return f"{others} It stops early already, and these are its best weights."
        keeps = f"which keeps the weights of about epoch {self.since}"
        if "patience" in self.stop:
            return f"Stop early with a patience of {self.PATIENCE}, {keeps}; or make the network smaller."
        return (
            f"Let early stopping put back the best weights by the validation loss, {keeps}; or hold it down by dropout."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Overfits"]:
        """Of several outputs of that with the widest gap."""
        loss = run.curve("val_loss")
        if len(loss) < 3 or case.learned is None or case.held is None:
            return
        restores = case.settings["patience"] and case.settings["restore_best_weights"]
        at = run.ended.kept_epoch if run.ended and restores else 0
        kept = next((epoch for epoch in run.epochs if epoch.number == at), run.epochs[-1]).metrics
        gaps = [(kept[name] - kept[f"val_{name}"], name) for name, _ in case.scores if f"val_{name}" in kept]
        best = loss.index(min(loss))
        if not gaps or not (how := cls._how(case, run, max(gaps)[1], kept, loss)):
            return
        turned, since = how == "turned", run.epochs[best].number
        name = max(gaps)[1]
        if how == "apart":
            apart = zip(run.curve(name), run.curve(f"val_{name}"), strict=False)
            since = run.epochs[
                next(at for at, (one, other) in enumerate(apart) if one - other > max(gaps)[0] / 2)
            ].number
        learned = [
            id
            for id, _ in case.operators
            if case.report.facts[id].counts.trainable and "weights" in case.examined.ahead[id]
        ]
        luck = 0.0 if name.endswith("r2") else standard_error(kept[f"val_{name}"], case.validated or 1)
        lower = how != "apart" and run.epochs[best].metrics[f"val_{name}"] < kept[f"val_{name}"] - luck
        stop = () if how == "apart" or lower else cls._stop(case)
        more = cls._more_dropout(case)
        drops = more or cls._dropout(case, learned)
        held: tuple[Change, ...] = drops or cls._penalty(case)
        yield cls(
            since=since, score=_in_words(name), trained=kept[name], validated=kept[f"val_{name}"], rows=case.rows or 1,
            weights=case.report.trainable, turned=turned, apart=how == "apart", lower=lower,
            dropout="more" if more else "put" if drops else "",
            stop=tuple(one.name for one in stop), parameter="training.epochs", nodes=tuple(learned),
            repairs=(stop or held,) if stop or held else (),
            evidence=(Mark("val_loss", since), Mark("loss", since)),
        )  # fmt: skip

    @classmethod
    def _stop(cls, case: Case) -> tuple[SetSetting, ...]:
        """What an early stop that keeps the best weights on validation rows needs that is not set yet."""
        settings = case.settings
        needs = (
            ("patience", cls.PATIENCE, settings["patience"]),
            ("restore_best_weights", True, settings["restore_best_weights"]),
            ("monitor", "val_loss", str(settings["monitor"]).startswith("val_")),
        )
        return tuple(SetSetting("training", name, value) for name, value, is_set in needs if not is_set)

    @classmethod
    def _more_dropout(cls, case: Case) -> tuple[Change, ...]:
        """Of what is there already, where that is little: a second one beside it comes to less."""
        weak = [id for id, one in case.operators if one.kind == DROPOUT and 0 < case.number(id, "rate") < cls.DROPPED]
        return tuple(SetParameter("rate", cls.DROPPED, id) for id in weak)

    @classmethod
    def _dropout(cls, case: Case, learned: Sequence[str]) -> tuple[Change, ...]:
        """Behind the last wide layer that bends its own sums, or has vectors of words; else behind the last of all."""
        wide = [
            id for id, one in case.operators
            if id in learned and (case.report.facts[id].shape[-1] or 0) >= cls.WIDE_ENOUGH
            if (one.activation_name() or "linear") != "linear" or "input_dim" in one.parameters
        ]  # fmt: skip
        return tuple(PutBehind(DROPOUT, {"rate": cls.DROPPED}, id) for id in (wide or learned)[-1:])

    @classmethod
    def _penalty(cls, case: Case) -> tuple[Change, ...]:
        """On all weights that take one and have none."""
        name = "kernel_regularizer"
        free = [id for id, node in case.report.wired.nodes.items() if node.params.get(name) == Penalty()]
        return tuple(SetParameter(name, cls.PENALTY, id) for id in free)

    @classmethod
    def _how(
        cls, case: Case, run: Evidence, name: str, kept: Mapping[str, float], loss: Sequence[float]
    ) -> Literal["", "turned", "level", "apart"]:
        """What tells it: the validation loss turned up, it falls no more, or nothing but the gap, while it still
        falls or where all training rows are right."""
        trained, validated, of_amounts = kept[name], kept[f"val_{name}"], name.endswith("r2")
        gap, best, rows = trained - validated, loss.index(min(loss)), case.rows or 1
        if trained < 0.5 or case.report.trainable < cls.HEART * rows:
            return ""
        luck = 0.0 if of_amounts else standard_error(validated, case.validated or 1, 0.02)
        early = run.epochs[best].number < 0.8 * run.epochs[-1].number
        rises = loss[-1] > cls.RISE * loss[best]
        rests: Literal["level", "apart"] = "level" if early else "apart"
        if gap > (cls.GAP_R2 if of_amounts else max(cls.GAP, cls.LUCK * luck)):
            if rises and (early or gap > 2 * cls.GAP):
                return "turned"
            if gap > 2 * cls.GAP:
                return rests
        classes = max((len(target.classes) for one in case.losses.values() if (target := case.target(one))), default=0)
        if early and not of_amounts and loss[-1] > cls.STEEP * loss[best] and gap > cls.GAP / 3:
            return "turned"
        if trained <= cls.ALL:
            return ""
        lavish = case.report.trainable > cls.LAVISH * rows
        if of_amounts:
            behind = lavish and gap > cls.GAP_R2 / 2 and cls._best(case, name) > validated
            return "turned" if behind and early and rises else ""
        lavish = lavish and rows < cls.FEW * classes
        wide = cls.GAP if lavish else cls.WIDE
        if lavish and gap > max(cls.GAP / 2, 4 * luck):
            return "turned" if rises else rests
        return "apart" if gap > max(wide, cls.SURE * luck) else ""

    @staticmethod
    def _best(case: Case, name: str) -> float:
        """What a simple method has of new rows for the output of a score."""
        loss = next(loss for score, loss in case.scores if score == name)
        known = case.baseline(next(id for id, one in case.losses.items() if one is loss))
        return max((one for one in (known.nearest, known.linear) if one is not None), default=0.0) if known else 0.0


def _in_words(name: str) -> str:
    """A score as a sentence has it: 'R²', or 'accuracy of seen' where there are several."""
    output, _, score = name.rpartition("_")
    return ("R²" if score == "r2" else score) + (f" of {output}" if output else "")


class StoppedEarly(OfRun):
    """Early stopping ended the training though the training loss was still falling.

    patience: that it had; epochs: after which it ended, of so many.
    """

    code = "D_STOPPED_EARLY"
    title = "Stopped too early"
    remedy = "A patience of 10 to 20 epochs, of a fifth of the epochs where these are many, and a min_delta of 0."
    point = "A validation loss rests now and then. Patience of one takes every rest for the end."
    see = ("training.patience", "training.min_delta")
    hides = ("D_STILL_IMPROVING", "D_UNDERFIT", "D_STUCK")
    example = such_as(patience=1, epochs=4, most=100, better=15)
    patience: int
    epochs: int
    most: int
    better: int
    delta: float = 0.0

    LONG = 8
    """A patience that sits out what luck makes of a validation loss."""
    BETTER, PART = 15, 5
    """A patience that stops few runs too early, and by what the epochs are divided where that is more: who sets 150 of
    them looks for rests that are as long."""
    EACH = 0.985
    """What is left of the training loss an epoch, through all of a patience: one that falls more slowly does so as well
    where nothing is left to learn that holds for other rows."""
    SLOWLY = 0.95
    """What is left of both losses over the last quarter of the epochs, in which they still come down."""

    @property
    def message(self) -> str:
        return (
            f"Early stopping ended the training too early: after {self.epochs} of {self.most} epochs, with a patience "
            f"of {self.patience}, "
            "while it was still learning."
        )

    @property
    def fix(self) -> str:
        return f"Set patience to {self.better}{' and min_delta to 0' if self.delta else ''}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["StoppedEarly"]:
        patience, most = int(case.settings["patience"]), int(case.settings["epochs"])
        ended, loss = run.ended, run.curve("loss")
        if not ended or ended.state != "finished" or not 0 < patience < cls.LONG or ended.epochs >= most:
            return
        falling = cls._falls(loss, patience, cls.EACH**patience) or all(
            cls._falls(one, len(loss) // 4, cls.SLOWLY) for one in (loss, run.curve("val_loss") or loss)
        )
        if not case.does_well and (case.learned or 0) < 0.93 and (falling or len(loss) <= 2 * patience + 3):
            better = max(cls.BETTER, most // cls.PART)
            fits: tuple[Repair, ...] = (SetSetting("training", "patience", better),)
            if case.settings["min_delta"]:
                fits = ((SetSetting("training", "patience", better), SetSetting("training", "min_delta", 0.0)),)
            yield cls(
                patience=patience, epochs=ended.epochs, most=most, better=better,
                delta=float(case.settings["min_delta"]), parameter="training.patience",
                repairs=fits, evidence=(Mark("val_loss", ended.epochs),),
            )  # fmt: skip

    @staticmethod
    def _falls(loss: list[float], epochs: int, share: float) -> bool:
        """Whether less than a share is left of what was there so many epochs ago."""
        return len(loss) >= 2 and loss[-1] < share * loss[max(0, len(loss) - 1 - epochs)]


class StillImproving(OfRun):
    """Both losses were still falling when the epochs were over.

    fell: the share by which the training loss fell in the last quarter.
    """

    code = "D_STILL_IMPROVING"
    title = "Training ended while it still improved"
    remedy = "Two to four times the epochs; early stopping finds the end."
    point = "Both curves fall: there is more to be had for time alone."
    see = ("training.epochs", "training.patience")
    hides = ("D_UNDERFIT", "D_STUCK")
    example = such_as(epochs=4, fell=0.3, better=40)
    epochs: int
    fell: float
    better: int

    FELL = 0.05
    """In the last quarter of the epochs, of both losses."""
    EACH = 0.02
    """The same of an epoch: what falls more slowly is close to its end."""
    DONE = 0.85
    """Of the way to perfect: who is so far is not said to have stopped short."""

    @property
    def message(self) -> str:
        return (
            f"Too few epochs: both losses are still falling when training ends after {self.epochs}, by "
            f"{self.fell:.0%} in the last quarter."
        )

    @property
    def fix(self) -> str:
        return f"Set epochs to {self.better}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["StillImproving"]:
        """Where the score is not known or far from all there is, and the end was that of the epochs."""
        loss, validated = run.curve("loss"), run.curve("val_loss")
        if len(loss) < 2 or not run.ended or run.ended.epochs < int(case.settings["epochs"]):
            return
        back = max(1, len(loss) // 4)
        fell, held = (1 - curve[-1] / curve[-1 - back] if curve[-1 - back] > 0 else 0.0 for curve in (loss, validated))
        if (
            fell > cls.FELL
            and fell / back > cls.EACH
            and held > 0.6 * cls.FELL
            and case.learned is not None
            and case.learned < cls.DONE
        ):
            better = min(100_000, max(15, 4 * len(loss)))
            yield cls(
                epochs=len(loss), fell=fell, better=better, parameter="training.epochs",
                repairs=(SetSetting("training", "epochs", better),),
                evidence=(Mark("loss", len(loss)), Mark("val_loss", len(loss))),
            )  # fmt: skip


class Vanishes(OfRun):
    """The gradient of the first layers is a tiny part of that of the last: they hardly learn.

    ratio: of their kernels' gradients, at this step.
    """

    after = 8
    code = "D_VANISHING"
    title = "First layers that get no gradient"
    remedy = "ReLU inside the network, He's initializer, batch normalization, or skips around the layers."
    point = (
        "What comes back is multiplied by every slope and every weight on the way. A product of small numbers is "
        "nothing."
    )
    see = ("idea.vanishing_gradient", "activation.relu", "operator.BatchNormalization")
    hides = ("D_STUCK", "D_UNDERFIT", "D_STILL_IMPROVING", "D_TOO_SLOW", "D_SATURATED")
    example = such_as(first="Linear 'h1'", last="Linear 'scores'", ratio=1e-4, step=680)
    first: str
    last: str
    ratio: float
    step: int
    fix = "Use ReLU in these layers, or put batch normalization between them."

    LEAST = 3e-3
    """Healthy networks were seen with 0.013 and more behind the first steps, a deep stack of sigmoids with 0.001."""

    @property
    def message(self) -> str:
        return (
            f"The gradient vanishes: that of {self.first} is {amount(self.ratio)} times that of {self.last} at step "
            f"{self.step:,}, so the first layers hardly learn."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Vanishes"]:
        order = [id for id in case.report.wired.order if run.gradients.get(id)]
        if case.does_well or len(order) < 3:
            return
        first, last = order[0], order[-1]
        ratio, step = run.gradients[first] / run.gradients[last], run.layers[-1].step
        if ratio > cls.LEAST:
            return
        bounded = ("sigmoid", "tanh", "hard_sigmoid", "softsign")
        bent = [id for id in order[:-1] if case.report.wired.nodes[id].params.get("activation") in bounded]
        relu: Repair = tuple(SetParameter("activation", "relu", id) for id in bent)
        yield cls(
            first=case.called(first), last=case.called(last), ratio=ratio, step=step, nodes=tuple(order[:-1]),
            parameter="activation", repairs=((relu,) if bent else ()) + (PutBehind(BATCH, NORMED, first),),
            evidence=tuple(Mark(node=id, step=step) for id in (first, last)),
        )  # fmt: skip


class Explodes(OfRun):
    """The gradient of the loss is enormous, so that each step throws the weights about.

    norm: of the gradient of all weights together.
    """

    after = 0
    code = "D_EXPLODING"
    title = "A gradient that explodes"
    remedy = "Smaller initial weights, scaled inputs, batch normalization, and a smaller rate."
    point = "The same product as when it vanishes, of numbers above one."
    see = ("initializer.he_normal", "operator.BatchNormalization", "option.learning_rate")
    hides = ("D_RATE_TOO_HIGH", "D_STUCK", "D_UNDERFIT", "D_STILL_IMPROVING", "D_SATURATED", "D_DEAD_UNITS")
    example = such_as(norm=1e8, step=0)
    norm: float
    step: int
    fix = "Draw the weights by He's or Glorot's rule, and scale the inputs."

    MOST = 100.0
    """Of a loss of classes, whose gradient is 0.3 to 3 where inputs and weights are of usual size."""

    @property
    def message(self) -> str:
        return f"The gradient explodes: its norm is {amount(self.norm)} at step {self.step:,}, where about 1 is usual."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Explodes"]:
        classes = all((target := case.target(loss)) and target.classes for loss in case.losses.values())
        large = [look for look in run.batches if isfinite(look.gradient_norm) and look.gradient_norm > cls.MOST]
        if case.does_well or not classes or not large:
            return
        weighed = tuple(id for id in case.report.wired.order if id in case.signals.weighed)
        yield cls(
            norm=large[0].gradient_norm, step=large[0].step, nodes=weighed, parameter="kernel_initializer",
            repairs=(tuple(SetParameter("kernel_initializer", "he_uniform", id) for id in weighed), *_slower(case, 10)),
            evidence=(Mark("loss", 1),),
        )  # fmt: skip


class NormGap(OfRun):
    """The same training rows have a far larger loss when the network is used than in training: the running means of
    batch normalization are not those that it was trained with.

    trained, used: the loss of these rows by the means of their batch, and by the running ones.
    """

    after = 5
    code = "D_NORM_GAP"
    title = "Running means that do not fit"
    remedy = "A momentum of 0.9, larger batches, or Layer normalization, which has no running means."
    point = "It looks like overfitting, and is none: the very rows that were learned are answered wrongly in use."
    see = ("operator.BatchNormalization", "operator.LayerNormalization")
    hides = ("D_OVERFIT", "D_RATE_TOO_HIGH", "D_STUCK", "D_UNDERFIT")
    example = such_as(who="Batch normalization 'bn'", trained=0.03, used=1.31)
    who: str
    trained: float
    used: float
    fix = "Set momentum to 0.9."

    TIMES, MORE = 2.5, 0.3
    """Of the loss in training, and beyond it."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: on training rows the loss is {amount(self.trained)} in training and {amount(self.used)} in "
            "use, where "
            "running means and variances of batch normalization stand in: these are wrong, the momentum is too slow "
            "or the "
            "batches too small."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["NormGap"]:
        norms = [id for id, operator in case.operators if operator.measures_batch]
        if not norms or not run.batches:
            return
        last = run.batches[-1]
        if last.step and last.inference_loss > cls.TIMES * last.loss + cls.MORE:
            fits = tuple(SetParameter("momentum", 0.9, id) for id in norms)
            yield cls(
                who=together([case.called(id) for id in norms]), trained=last.loss, used=last.inference_loss,
                nodes=tuple(norms), parameter="momentum", repairs=(fits,),
                evidence=(Mark("loss"), Mark("val_loss")),
            )  # fmt: skip


class DrownedInPadding(OfRun):
    """What fills short texts up is read as if it were words: a memory has it before it last, and a mean is made of it
    for the most part.

    who: what reads it; words: that each text is filled up to.
    """

    code = "D_FILLED_UP"
    title = "Texts that drown in what fills them up"
    remedy = (
        "Set mask_zero of the Embedding, so that what only fills up is passed over; or fill texts up to fewer words."
    )
    point = "Of ten words and ninety fillers a memory has read ninety fillers last, and remembers these."
    see = ("operator.Embedding", "operator.TextVectorization")
    hides = (*SYMPTOMS, "D_NOISE_FLOOR")
    example = such_as(who="GRU 'memory'", embedding="Embedding 'vectors'", words=120, score="accuracy", reached=0.36)
    who: str
    embedding: str
    words: int
    score: str
    reached: float

    LEAST = 10
    """Words, below which few texts are filled up by much."""
    MOST = 0.35
    """Of the way from chance to perfect, in training: who learned more has found the words."""

    @property
    def message(self) -> str:
        return (
            f"{self.who} reads what fills texts up to {self.words} words like words, without a mask, and what was "
            f"said drowns in it: {self.score} is {self.reached:.2f} on the training rows."
        )

    @property
    def fix(self) -> str:
        return f"Set mask_zero of {self.embedding}, so that it is passed over."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["DrownedInPadding"]:
        if case.learned is None or case.learned > cls.MOST or not case.scores:
            return
        wired, (name, _) = case.report.wired, case.scores[0]
        for id, operator in case.operators:
            if operator.params.get("mask_zero") is not False:
                continue
            filled = [wired.nodes[one].params.get("output_sequence_length") for one in wired.before[id]]
            words = next((one for one in filled if isinstance(one, int)), 0)
            reader = cls._reader(case, id)
            if reader and words > cls.LEAST:
                yield cls(
                    who=case.called(reader), embedding=case.called(id), words=words, score=_in_words(name),
                    reached=run.epochs[-1].metrics[name], nodes=(id, reader), parameter="mask_zero",
                    repairs=(SetParameter("mask_zero", True, id),), evidence=(Mark(name), Mark("loss")),
                )  # fmt: skip

    @staticmethod
    def _reader(case: Case, id: str) -> str:
        """What makes one of all steps behind an Embedding, past what hands them on as they are: a memory that goes from
        the first to the last, or a mean; empty where there is none, or it is given a mask of its own."""
        for wire in case.report.wired.out_of[id]:
            operator = case.report.wired.operators[wire.target]
            if operator is None or operator.params.get("masked"):
                continue
            if (isinstance(operator, Recurrent) and not operator.go_backwards) or operator.kind == MEAN_OF_STEPS:
                return wire.target
            if operator.keeps_values and (found := DrownedInPadding._reader(case, wire.target)):
                return found
        return ""


class Stuck(OfRun):
    """The score stays where guessing is: nothing was learned of the inputs.

    loss, chance: at the end, and what guessing has.
    """

    code = "D_STUCK"
    title = "Stuck at chance"
    remedy = "Look at inputs and targets first, then at the first weights, then try the rate in steps of ten."
    point = "A network that answers by the shares of the classes alone has learned its last biases, and nothing else."
    see = ("option.learning_rate", "operator.Normalization", "initializer.glorot_uniform")
    hides = ("D_UNDERFIT", "D_STILL_IMPROVING")
    example = such_as(who="Loss 'digit'", score="accuracy", reached=0.1, usual=0.1)
    who: str
    score: str
    reached: float
    usual: float
    held: float | None = None
    fix = "Try a tenth and ten times the learning rate, and look whether the inputs are scaled."

    MOST = 0.1
    """Of the way from chance to perfect."""
    SOME, LUCK = 0.35, 1.5
    """The same, where what was learned does not hold: validation is no further from guessing than so many standard
    errors, and simple methods are not either."""

    @property
    def message(self) -> str:
        guessing = f"guessing has {self.usual:.2f}" if self.usual else "the mean alone has 0"
        held = f" and {self.held:.2f} in validation" if self.held is not None else ""
        return f"{self.who} is stuck at chance: {self.score} {self.reached:.2f} in training{held}, where {guessing}."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Stuck"]:
        if len(run.epochs) < 2 or case.learned is None or case.learned > cls.SOME:
            return
        metrics = run.epochs[-1].metrics
        for name, loss in case.scores:
            usual = 0.0 if name.endswith("r2") else case.majority(loss)
            id = next(id for id, one in case.losses.items() if one is loss)
            by_luck = cls._by_luck(case, id, usual, metrics.get(f"val_{name}"))
            if case.reached(name, loss, metrics) > (cls.SOME if by_luck else cls.MOST):
                continue
            maker = case.examined.last_weighed.get(id)
            yield cls(
                who=case.called(id), score=_in_words(name), reached=metrics[name], usual=usual,
                held=metrics[f"val_{name}"] if by_luck else None,
                nodes=tuple(one for one in (maker, id) if one), parameter="training.learning_rate",
                repairs=(*_slower(case, 10), UseOptimizer("Adam")), evidence=(Mark(name),),
            )  # fmt: skip
            return

    @classmethod
    def _by_luck(cls, case: Case, id: str, usual: float, held: float | None) -> bool:
        """Neither the network nor a simple method tells the classes of new rows apart."""
        known, rows = case.baseline(id), case.validated
        simple = [one for one in (known.nearest, known.linear) if one is not None] if known else []
        if not usual or held is None or not rows or rows < FEWEST_TO_VALIDATE or not simple:
            return False
        return max(held, *simple) <= usual + cls.LUCK * standard_error(usual, rows)


class Underfits(OfRun):
    """The training part itself is known badly, and the loss falls no more: the network cannot learn it.

    widest: how many units its widest hidden layer has; 0 where there is none. layers: how many hidden ones there are.
    steps: of one that is wide and was given few.
    """

    code = "D_UNDERFIT"
    title = "Underfitting"
    remedy = "More units or layers, less dropout and penalty, or other inputs."
    point = "Before a network can be too good for its rows it has to be good at them. First overfit, then hold it down."
    see = ("operator.Dense", "idea.overfitting")
    example = such_as(score="accuracy", trained=0.4, widest=2, weights=38, best=0.9)
    score: str
    trained: float
    widest: int
    weights: int
    best: float | None
    steps: int = 0
    layers: int = 1

    WIDE = 16
    """Units: of a network that is not small and was given few steps, it is more of them that are to be tried first."""
    BEHIND = 0.12
    """A simple method, that has never seen the validation rows, has so much more on them: accuracy or R²."""
    MOST = 0.4
    """Of the way from chance to perfect, in training; noise alone seldom leaves so little where there is much to
    see."""

    @property
    def message(self) -> str:
        small = (
            f"the network is too small, its widest hidden layer has {self.widest} units"
            if 0 < self.widest <= 8
            else f"in {self.steps:,} steps it has come no further"
            if self.steps
            else "it cannot learn more"
        )
        simple = f", where a simple method has {self.best:.2f} on new ones" if self.best is not None else ""
        return (
            f"The network underfits: {self.score} is {self.trained:.2f} on the training rows themselves{simple}; "
            f"{small}."
        )

    @property
    def fix(self) -> str:
        if self.steps:
            return "Give it more epochs, or more units."
        if not self.layers:
            return "Put two hidden layers of 32 units with ReLU before the last layer."
        if self.layers == 1:
            return "Give the hidden layer more units, and put another behind it."
        return "Give the hidden layers more units."

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["Underfits"]:
        metrics = run.epochs[-1].metrics if run.epochs else {}
        if len(run.epochs) < 5 or case.learned is None or not case.scores:
            return
        name, loss = min(case.scores, key=lambda one: case.reached(one[0], one[1], metrics))
        known = case.baseline(next(id for id, one in case.losses.items() if one is loss))
        best = max([one for one in (known.nearest, known.linear) if one is not None], default=None) if known else None
        reached = max(metrics[name], metrics.get(f"val_{name}", metrics[name]))
        low = case.learned < cls.MOST if best is None else reached < best - cls.BEHIND
        if not low:
            return
        hidden = [
            id for id, operator in case.operators
            if "units" in operator.parameters or "filters" in operator.parameters
            if "weights" in case.examined.ahead[id]
        ]  # fmt: skip
        widths = {id: case.report.facts[id].shape[-1] or 0 for id in hidden}
        sized = {
            id: next(one for one in ("units", "filters") if one in case.report.wired.nodes[id].params) for id in hidden
        }
        wider: tuple[Change, ...] = tuple(SetParameter(sized[id], max(32, 4 * widths[id]), id) for id in hidden)
        widest, longer = max(widths.values(), default=0), longer_where_few(case)
        short = bool(longer) and widest >= cls.WIDE
        deeper = cls._deeper(case, hidden, next(id for id, one in case.losses.items() if one is loss))
        fits = (longer if short else (), (*wider, *deeper, *(longer if deeper else ())))
        yield cls(
            score=_in_words(name), trained=metrics[name], best=best,
            widest=widest, steps=(case.steps or 0) if short else 0, layers=len(hidden), weights=case.report.trainable,
            nodes=tuple(hidden), parameter="training.epochs" if short else sized[hidden[0]] if hidden else None,
            repairs=tuple(fit for fit in fits if fit), evidence=(Mark(name), Mark("loss")),
        )  # fmt: skip

    @classmethod
    def _deeper(cls, case: Case, hidden: Sequence[str], loss: str) -> tuple[Change, ...]:
        """Hidden layers that are put where there are none, and one behind a Linear that is the only one: what one wide
        layer does not part, two do."""
        maker = case.examined.last_weighed.get(loss)
        if not hidden:
            return two_hidden_before(maker) if maker else ()
        (first, *more) = hidden
        return () if more or case.report.wired.nodes[first].kind != LINEAR else (hidden_behind(first),)
