"""Findings about the settings of training that can be told before the first step."""

from collections.abc import Iterator
from math import inf, sqrt
from statistics import fmean

from graphbuilder.diagnosis.case import LEARNED, Case
from graphbuilder.diagnosis.finding import (
    HIDDEN,
    SYMPTOMS,
    USUAL_RATE,
    Finding,
    Mark,
    amount,
    longer_where_few,
    together,
    two_hidden_before,
)
from graphbuilder.diagnostics import such_as
from graphbuilder.metrics import falls
from graphbuilder.operators.convolution import Convolution
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import DROPOUT, LINEAR, MEASURED, RESCALING
from graphbuilder.operators.loss import Loss
from graphbuilder.repair import Change, PutBefore, Repair, SetParameter, SetSetting
from graphbuilder.settings import Settings

_BY_SUMS = ("Adagrad", "Adadelta")
"""Their steps are a part of the rate, and ever less of it: the usual one is larger."""


class EpsilonTooLarge(Finding):
    """What was put in against division by zero is so large that it divides every step away."""

    code = "D_EPSILON"
    title = "An epsilon that swallows the steps"
    remedy = "Leave epsilon at 1e-7."
    point = (
        "The step is gradient by (size of the gradient + epsilon). With an epsilon of 100 it is a hundredth of the "
        "gradient, times the rate."
    )
    see = ("option.epsilon", "optimizer.Adam")
    hides = (*SYMPTOMS, "D_RATE_TOO_LOW", "D_VANISHING")
    refuted = True
    example = such_as(optimizer="Adam", epsilon=100.0, rate=0.001)
    optimizer: str
    epsilon: float
    rate: float
    fix = "Set epsilon to 1e-07."

    LEAST = 0.01
    """Gradients of weights are mostly smaller than this."""
    PACE = 0.02
    """Rate by epsilon: what plain descent would have for its rate, and 0.02 is slow for that."""

    @property
    def message(self) -> str:
        return (
            f"{self.optimizer}'s epsilon of {amount(self.epsilon)} is far above the gradients: every step becomes "
            "about "
            f"{amount(self.epsilon / 0.01)} times too small for a learning rate of {amount(self.rate)}."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["EpsilonTooLarge"]:
        epsilon = float(case.options.get("epsilon", 0.0))
        acts = epsilon**0.5 if case.optimizer in ("RMSprop", "Adagrad") else epsilon
        if case.is_adaptive and acts >= cls.LEAST and case.rate / acts < cls.PACE:
            yield cls(
                optimizer=case.optimizer, epsilon=epsilon, rate=case.rate, parameter="training.epsilon",
                repairs=(SetSetting("optimizer", "epsilon", 1e-7),),
            )  # fmt: skip


class DecayTooStrong(Finding):
    """Weight decay takes away more at each step than a step can give: the weights shrink to nothing.

    share: of every weight that goes at each step.
    """

    code = "D_DECAY_TOO_STRONG"
    title = "Weight decay that is too strong"
    remedy = "0.0001 to 0.1."
    point = (
        "A step gives a weight at most the rate and takes rate times decay of it. So no weight grows beyond one by "
        "the decay."
    )
    see = ("option.weight_decay", "optimizer.AdamW")
    hides = (*SYMPTOMS, "D_DEAD_UNITS", "D_RATE_TOO_HIGH", "D_VANISHING")
    refuted = True
    example = such_as(decay=100.0, share=0.1)
    decay: float
    share: float
    plain: bool = False
    fix = "Set weight_decay to 0.004."

    MOST = 4.0
    """Weights then stay below a quarter, which is about what they start with."""
    PLAIN = 0.4
    """The same where steps are as long as the gradient: it is a penalty of half of it, and of 0.1 and more these
    outweigh the data."""
    SHRINKS = 1.0
    """Rate times decay times steps, before which it hardly shows."""

    @property
    def message(self) -> str:
        return (
            f"Weight decay of {amount(self.decay)} is too strong: every weight shrinks by {self.share:.1%} at each "
            f"step{'' if self.plain else f', and none gets larger than {amount(1 / self.decay)}'}."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["DecayTooStrong"]:
        decay = float(case.options.get("weight_decay", 0.0) or 0.0)
        most = cls.PLAIN if case.is_plain else cls.MOST
        if decay >= most and case.steps and case.rate * decay * case.steps > cls.SHRINKS:
            yield cls(
                decay=decay, share=case.rate * decay, plain=case.is_plain, parameter="training.weight_decay",
                repairs=(SetSetting("optimizer", "weight_decay", 0.004),),
            )  # fmt: skip


class RateTooHighAtStart(Finding):
    """A rate at which no network learns: each step is larger than the weights are."""

    code = "D_RATE_FAR_TOO_HIGH"
    title = "A learning rate beyond all measure"
    remedy = "0.001 for Adam and its like, 0.01 to 0.1 for plain descent."
    point = (
        "An adaptive step moves every weight by about the rate. Weights are a tenth or so: a rate of 0.5 throws them "
        "away."
    )
    see = ("option.learning_rate",)
    hides = (
        *SYMPTOMS,
        "D_RATE_TOO_HIGH",
        "D_DEAD_UNITS",
        "D_SATURATED",
        "D_OVERFIT",
        "D_DIVERGED",
        "D_VANISHING",
        "D_EXPLODING",
        "D_NORM_GAP",
    )
    refuted = True
    example = such_as(optimizer="Adam", rate=0.5, better=0.001)
    optimizer: str
    rate: float
    better: float

    ADAPTIVE, HIDDEN = 0.3, 0.15
    """A single layer may take 0.1 and more; hidden layers lose their units, or jump about, from about 0.1 on."""
    SIGNS, OF_SIGNS = ("Lion",), 0.06
    """Where each step of each weight has the full rate, a fifth of that: Adam's become smaller where gradients
    disagree (Chen et al., 2023: a third to a tenth of Adam's rate)."""
    PLAIN = 20.0
    """With momentum counted: small networks take 1 to 3."""
    FEW, OF_FEW = 300, 0.01
    """Steps, and the adaptive rate that is to be tried where there are no more of them: a usual one gets nowhere."""

    @property
    def message(self) -> str:
        return (
            f"{self.optimizer} with a learning rate of {amount(self.rate)}: too high, each step is larger than the "
            "weights, so the loss jumps about and units die."
        )

    @property
    def fix(self) -> str:
        return f"Set learning_rate to {self.better:g}."

    @classmethod
    def found(cls, case: Case) -> Iterator["RateTooHighAtStart"]:
        counts = {id: case.report.facts[id].counts for id, _ in case.operators}
        looked_up = {id for id, one in case.operators if "input_dim" in one.parameters}
        learned = [id for id, one in counts.items() if one.trainable and (one.multiply_adds or id in looked_up)]
        deep = len(learned) != 1
        most = cls.OF_SIGNS if case.optimizer in cls.SIGNS else cls.HIDDEN if deep else cls.ADAPTIVE
        high = case.pace >= cls.PLAIN if case.is_plain else case.is_adaptive and case.rate >= most
        if not high:
            return
        few = (case.steps or cls.FEW) < cls.FEW and case.optimizer not in cls.SIGNS
        better = 0.01 if case.is_plain else cls.OF_FEW if few else USUAL_RATE
        yield cls(
            optimizer=case.optimizer, rate=case.rate, better=better, parameter="training.learning_rate",
            repairs=(SetSetting("optimizer", "learning_rate", better),),
        )  # fmt: skip


class MomentumTooHigh(Finding):
    """So much of the last step is kept that it carries far beyond the lowest point, or never comes to rest."""

    code = "D_MOMENTUM"
    title = "Momentum that does not come to rest"
    remedy = "0.9; more together with a smaller rate alone."
    point = "Momentum lengthens steps up to 1 / (1 - momentum) times: a hundred times at 0.99, a thousand at 0.999."
    see = ("option.momentum",)
    hides = (
        *SYMPTOMS,
        "D_RATE_TOO_HIGH",
        "D_DIVERGED",
        "D_DEAD_UNITS",
        "D_RATE_FAR_TOO_HIGH",
        "D_VANISHING",
        "D_EXPLODING",
        "D_NORM_GAP",
    )
    refuted = True
    example = such_as(name="momentum", momentum=0.999, times=1000.0)
    name: str
    momentum: float
    times: float

    MOST = 0.975
    """Beyond this a turn takes more than forty steps."""

    @property
    def message(self) -> str:
        return (
            f"A {self.name} of {self.momentum:g} is too high, momentum without rest: steps add up to "
            f"{amount(self.times)} times their length and "
            "overshoot, "
            f"and take {amount(self.times)} steps to turn."
        )

    @property
    def fix(self) -> str:
        return f"Set {self.name} to 0.9."

    @classmethod
    def found(cls, case: Case) -> Iterator["MomentumTooHigh"]:
        for name in ("momentum", "beta_1"):
            value = float(case.options.get(name, 0.0) or 0.0)
            if value > cls.MOST:
                yield cls(
                    name=name, momentum=value, times=1 / (1 - value), parameter=f"training.{name}",
                    repairs=(SetSetting("optimizer", name, 0.9),),
                )  # fmt: skip


class FallsTooFast(Finding):
    """The schedule takes the learning rate away before the network has learned, or warms up until the run is over.

    left: the mean rate of all steps, as a share of the one that is set. rises: to the end. fell: the share by which the
    validation loss had fallen in the epochs that were taken for a plateau; in none where there is none.
    """

    code = "D_FALLS_TOO_FAST"
    title = "A learning rate that is gone too soon"
    remedy = "Let it fall over the whole run, or by less."
    point = "Small steps settle what large ones have found. Where there were no large ones there is nothing to settle."
    see = ("training.schedule", "idea.schedule")
    hides = (*SYMPTOMS, "D_RATE_TOO_LOW", "D_FEW_STEPS")
    refuted = True
    example = such_as(rate=0.01, left=0.02)
    rate: float
    left: float
    rises: bool = False
    fell: float = 0.0

    FELL = 0.1
    """Of the validation loss, within the patience of a plateau: who wins so much is on none, and asked for more."""

    @property
    def fix(self) -> str:
        if self.fell:
            return "Keep the learning rate constant, or set the plateau's min_delta to 0 and its patience to 5."
        if self.rises:
            return "Keep the learning rate constant, or let it rise for a few epochs only."
        return "Keep the learning rate constant, or let it fall over the whole run."

    LEAST = 0.06
    """A fall to zero along a line or a cosine leaves a half, one to a thousandth by equal factors a seventh."""

    @property
    def message(self) -> str:
        if self.fell:
            return (
                f"The schedule took the learning rate of {amount(self.rate)} away for a plateau, though the validation "
                f"loss had just fallen by {self.fell:.0%}: {self.left:.1%} of it is left on average, too low to learn "
                "by."
            )
        if self.rises:
            return (
                f"The schedule lets the learning rate rise too slowly to {amount(self.rate)}: over the run only "
                f"{self.left:.1%} of it is there on average, too low to learn by."
            )
        return (
            f"The schedule takes the learning rate of {amount(self.rate)} away too fast: over the run {self.left:.1%} "
            "of it is left on average, too low to learn by."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["FallsTooFast"]:
        if plateau := Settings(case.settings).scheduled.plateau():
            yield from cls._for_no_plateau(case, plateau.patience)
            return
        if case.way and case.steps and (left := case.way / (case.pace * case.steps)) < cls.LEAST:
            rates = case.rates
            yield cls(
                rate=case.rate, left=left, rises=rates[-1] > 2 * rates[0], parameter="training.schedule",
                repairs=(SetSetting("training", "schedule", "constant"),),
            )  # fmt: skip

    @classmethod
    def _for_no_plateau(cls, case: Case, patience: int) -> Iterator["FallsTooFast"]:
        """Of a rate that fell while validation still came down: what is watched asks for more than there can be."""
        rates = [one.rate for one in case.run.epochs if one.rate is not None] if case.run else []
        held = case.run.curve("val_loss") if case.run else []
        fell_at = next((at for at, one in enumerate(rates) if one < rates[0]), None)
        if fell_at is None or len(held) < len(rates) or case.run is None or not case.run.ended:
            return
        fell, left = 1 - held[fell_at - 1] / held[max(0, fell_at - 1 - patience)], fmean(rates) / rates[0]
        if fell > cls.FELL and left < cls.LEAST:
            yield cls(
                rate=case.rate, left=left, fell=fell, parameter="training.schedule",
                repairs=(SetSetting("training", "schedule", "constant"),),
                evidence=(Mark("val_loss", fell_at + 1),),
            )  # fmt: skip


class ClippedAway(Finding):
    """Gradients are cut so short that plain steps lead nowhere."""

    code = "D_CLIPPED_AWAY"
    title = "Gradients clipped away"
    remedy = "A bound of about 1 for the length, or none."
    point = (
        "A bound is there for the one step in a thousand that would throw everything away. If it holds every step, it "
        "is the rate."
    )
    see = ("training.clipping", "option.learning_rate")
    hides = (*SYMPTOMS, "D_RATE_TOO_LOW")
    refuted = True
    example = such_as(optimizer="SGD", at=0.0001, way=0.005)
    optimizer: str
    at: float
    way: float
    fix = "Take clipping away, or set its bound to 1."

    LEAST = 0.5
    """The length of all steps together."""

    @property
    def message(self) -> str:
        return (
            f"Clipping cuts gradients to {amount(self.at)}: {self.optimizer}'s steps become too short, all of them "
            "together take "
            f"the weights {amount(self.way)} at most."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["ClippedAway"]:
        """Adaptive optimizers divide by the size of the gradient, and make up for it."""
        clipped = Settings.clipping.option(case.settings["clipping"])
        at = float(getattr(clipped, "at", 1.0))
        if case.is_plain and case.way and at < 0.1 and case.way * at < cls.LEAST:
            yield cls(
                optimizer=case.optimizer, at=at, way=case.way * at, parameter="training.clipping",
                repairs=(SetSetting("training", "clipping", "none"),),
            )  # fmt: skip


class RateTooLow(Finding):
    """All steps together move the weights next to nothing.

    way: the rate times the number of steps.
    """

    code = "D_RATE_TOO_LOW"
    title = "A learning rate that is too low"
    remedy = "Ten times as much, and again, until the loss begins to jump; then a third of that."
    point = "It is not slow learning: it is none. The loss falls by a per cent in an hour, and the curve looks level."
    see = ("option.learning_rate",)
    hides = (*SYMPTOMS, "D_FEW_STEPS", "D_FILLED_UP")
    refuted = True
    example = such_as(optimizer="SGD", rate=0.0001, steps=600, way=0.06, better=0.1)
    optimizer: str
    rate: float
    steps: int
    way: float
    better: float

    ADAPTIVE = 0.08
    """Rate times steps: no weight moves further, and weights begin with a tenth or more."""
    PLAIN = 0.5
    """The same for plain descent, whose gradients are below one: convergence takes 3 to 30."""
    USUAL_ADAPTIVE, USUAL_PLAIN = 1e-4, 0.01
    """Rates with which many networks learn: where there are few steps of them in all, it is steps that lack."""
    ADADELTA = 0.1
    """Its rate is a factor on steps that are small already; the paper's is 1, Keras' default of 0.001 is the usual
    slip."""

    @property
    def message(self) -> str:
        return (
            f"{self.optimizer} with a learning rate of {amount(self.rate)}: too low, the loss hardly moves; "
            f"{self.steps:,} steps take a "
            f"weight {amount(self.way)} at most."
        )

    @property
    def fix(self) -> str:
        return f"Set learning_rate to {self.better:g}."

    @classmethod
    def found(cls, case: Case) -> Iterator["RateTooLow"]:
        if not case.steps or not case.way:
            return
        weight = max((loss.weight for loss in case.losses.values()), default=1.0)
        way = case.way
        if case.is_plain:  # the gradient is as large as the weight of the loss, and of amounts as the errors
            squared = [case.chance(loss) or 1.0 for loss in case.losses.values() if "squared" in loss.named]
            way *= weight * max([1.0, *map(sqrt, squared)])
        if case.optimizer == "Adadelta":
            low, better = case.rate < cls.ADADELTA, 1.0
        elif case.is_plain:
            low, better = way < cls.PLAIN, 0.1
        elif case.is_adaptive:
            acts = case.rate * case.steps**0.5 * 2 if case.optimizer == "Adagrad" else way
            low, better = acts < cls.ADAPTIVE, 0.01 if case.optimizer == "Adagrad" else USUAL_RATE
        else:
            return
        usual = cls.USUAL_PLAIN if case.is_plain else cls.USUAL_ADAPTIVE if case.optimizer not in _BY_SUMS else inf
        if case.steps < FewSteps.ENOUGH and case.rate >= usual:
            return
        if low and better > case.rate:
            yield cls(
                optimizer=case.optimizer, rate=case.rate, steps=case.steps, way=way, better=better,
                parameter="training.learning_rate", repairs=(SetSetting("optimizer", "learning_rate", better),),
            )  # fmt: skip


class FewSteps(Finding):
    """There are so few steps in all that training ends before it has begun.

    large: the batch is so large that an epoch has hardly a step. gathered: the batches whose gradients are added up for
    one step, where it is that which makes them few.
    """

    code = "D_FEW_STEPS"
    title = "Too few steps"
    remedy = "Batches of 32, gradients added up over few of them, and epochs until the validation loss falls no more."
    point = (
        "It is steps that learn, not epochs. A batch of a thousand rows is one step, and so is a batch of thirty-two."
    )
    see = ("training.batch_size", "training.epochs")
    hides = (*SYMPTOMS, "D_FILLED_UP")
    refuted = True
    example = such_as(steps=30, batch=1024, rows=1078, epochs=15, large=True, better=32)
    steps: int
    batch: int
    rows: int
    epochs: int
    large: bool
    better: int
    gathered: int = 1

    PLAIN = 3.5
    """Rate times steps of plain descent: 3 to 30 are what convergence takes."""
    ADAPTIVE = 0.08
    """The same of adaptive steps, as far as a weight gets: convolutions learned an easy set with 0.09."""
    FEWEST, ENOUGH = 25, 110
    """Fewer steps than these are too few at any rate; so many are never too few by number alone."""

    @property
    def message(self) -> str:
        if self.gathered > 1:
            return (
                f"Gradients of {self.gathered} batches are added up before each step, so there are only {self.steps} "
                f"step{'s' if self.steps != 1 else ''} in {self.epochs} epoch{'s' if self.epochs != 1 else ''}: too "
                "few for the loss to come down."
            )
        if self.large:
            return (
                f"The batch is too large: {self.batch:,} of {self.rows:,} rows at once, so there are only "
                f"{self.steps} steps in "
                f"{self.epochs} epochs."
            )
        return (
            f"Training ends after {self.epochs} epoch{'s' if self.epochs != 1 else ''}, {self.steps} steps in all: "
            "too few epochs for the loss to come down."
        )

    @property
    def fix(self) -> str:
        if self.gathered > 1:
            return "Set accumulation_steps to 1."
        return f"Set batch_size to {self.better}." if self.large else f"Set epochs to {self.better}."

    @classmethod
    def found(cls, case: Case) -> Iterator["FewSteps"]:
        steps, rows, each = case.steps, case.rows, case.steps_an_epoch
        if not steps or not rows or not each or steps >= cls.ENOUGH:
            return
        if (case.learned or 0.0) >= LEARNED:  # the loss came down, whatever became of new rows
            return
        few = (
            (case.way or 0.0) < (cls.PLAIN if case.is_plain else cls.ADAPTIVE)
            if case.is_plain or case.is_adaptive
            else case.optimizer == "Adadelta"
        )
        if not few and steps >= cls.FEWEST:
            return
        batch, epochs = case.batch, int(case.settings["epochs"])
        gathered = int(case.settings["accumulation_steps"])
        if gathered > 1 and steps * gathered >= cls.ENOUGH:
            yield cls(
                steps=steps, batch=batch, rows=rows, epochs=epochs, large=False, better=1, gathered=gathered,
                parameter="training.accumulation_steps", repairs=(SetSetting("training", "accumulation_steps", 1),),
            )  # fmt: skip
            return
        large = each <= 4 and batch > 64
        better = 32 if large else max(15, min(500, -(-500 // each)))
        where = "batch_size" if large else "epochs"
        repairs: list[Repair] = [SetSetting("training", where, better)]
        if large:
            repairs.append(SetSetting("training", "epochs", min(2000, -(-500 // each))))
        yield cls(
            steps=steps, batch=batch, rows=rows, epochs=epochs, large=large, better=better,
            parameter=f"training.{where}", repairs=tuple(repairs),
        )  # fmt: skip


class StopsAtOnce(Finding):
    """Early stopping asks for more progress than there can be, and ends the training at once."""

    code = "D_MIN_DELTA"
    title = "Early stopping that asks for too much"
    remedy = "Leave min_delta at 0, or at a thousandth of the loss."
    point = "It is what counts as better. Half of the loss is not won in one epoch."
    see = ("training.min_delta", "training.patience")
    hides = (*SYMPTOMS,)
    refuted = True
    example = such_as(delta=0.5, chance=2.3)
    delta: float
    chance: float
    score: str = ""
    fix = "Set min_delta to 0."

    MOST = 0.04
    """Of the loss at the start, as one epoch's progress."""
    POINTS = 0.1
    """Of a score that ends at 1: who gains as much in each epoch is done after ten."""

    @property
    def message(self) -> str:
        if self.score:
            return (
                f"Early stopping takes for better only what raises {self.score} by min_delta {amount(self.delta)}, and "
                "it ends at 1: it stops too early."
            )
        return (
            f"Early stopping takes for better only what falls by min_delta {amount(self.delta)}, of a loss that "
            "starts at about "
            f"{amount(self.chance)}: it stops too early."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["StopsAtOnce"]:
        chances = [chance * loss.weight for loss in case.losses.values() if (chance := case.chance(loss))]
        delta = float(case.settings["min_delta"])
        monitor = str(case.settings["monitor"])
        by_loss = monitor in ("loss", "val_loss")
        if case.settings["patience"] and delta >= cls.POINTS and monitor.endswith(("accuracy", "r2")):
            yield cls(
                delta=delta, chance=1.0, score=monitor, parameter="training.min_delta",
                repairs=(SetSetting("training", "min_delta", 0.0),),
            )  # fmt: skip
        if chances and by_loss and case.settings["patience"] and delta > cls.MOST * sum(chances):
            yield cls(
                delta=delta, chance=sum(chances), parameter="training.min_delta",
                repairs=(SetSetting("training", "min_delta", 0.0),),
            )  # fmt: skip


class StopsAtTheWorst(Finding):
    """Early stopping takes the worst of what it watches for the best: the least accuracy, or the greatest loss.

    mode: that is set; monitor: what is watched.
    """

    code = "D_STOPS_AT_WORST"
    title = "Early stopping the wrong way round"
    remedy = "Leave mode at auto: of a loss the lowest is the best, of accuracy and R² the highest."
    point = "What should rise is waited for to fall. So nothing ever is better than the first epoch, which is kept."
    see = ("training.mode", "training.monitor", "training.patience")
    hides = (*SYMPTOMS, "D_FEW_STEPS")
    example = such_as(mode="min", monitor="val_accuracy", falls=False)
    mode: str
    monitor: str
    falls: bool
    fix = "Set mode to auto."

    @property
    def message(self) -> str:
        taken, best = ("highest", "lowest") if self.falls else ("lowest", "highest")
        return (
            f"Early stopping takes the {taken} {self.monitor} for the best, by mode {self.mode}, and the {best} is: it "
            "stops too early and keeps the worst weights."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["StopsAtTheWorst"]:
        mode, monitor = str(case.settings["mode"]), str(case.settings["monitor"])
        usual = "min" if falls(monitor) else "max"
        if case.settings["patience"] and mode not in ("auto", usual):
            yield cls(
                mode=mode, monitor=monitor, falls=usual == "min", parameter="training.mode",
                repairs=(SetSetting("training", "mode", "auto"),),
            )  # fmt: skip


class NoBend(Finding):
    """One straight line is drawn where classes are parted by none.

    last: the only layer with weights, or the last; hidden: those before it, which bend nothing either.
    """

    code = "D_NO_BEND"
    title = "No non-linearity"
    remedy = "Put one or two Linears of some 32 units with ReLU before the last one."
    point = (
        "A weighted sum is zero along a straight line, however its weights are chosen. Bending takes a layer before it."
    )
    see = ("activation.relu", "operator.Dense")
    hides = (*SYMPTOMS,)
    refuted = True
    example = such_as(last="Linear 'score'", data="Circles")
    last: str
    data: str
    classes: bool = True
    hidden: str = ""

    PAYS = 0.15
    """Of accuracy or R², that the nearest neighbours have more than a line."""

    @property
    def fix(self) -> str:
        if self.hidden:
            return f"Set the activation of {self.hidden} to ReLU."
        return "Put two hidden layers of 32 units with ReLU before it; where the border is simple one will do."

    @property
    def message(self) -> str:
        lacks = (
            f"No non-linearity: {self.hidden} before {self.last} have no activation, and scaling between them bends "
            "nothing"
            if self.hidden
            else f"{self.last} has no hidden layer before it, no non-linearity"
        )
        if not self.classes:
            return f"{lacks}: the network answers along a straight line, and {self.data} bends."
        return f"{lacks}: the network draws one straight line, and no straight line parts {self.data}."

    @classmethod
    def found(cls, case: Case) -> Iterator["NoBend"]:
        """Where all is linear but the end. Of two linear layers in a row `W_LINEAR_AFTER_LINEAR` tells, but where they
        are parted by a batch normalization, which scales and moves each unit alone."""
        source = case.report.document.data.source
        if source is None or not case.losses:
            return
        known = [one for id in case.losses if (one := case.baseline(id))]
        bends_pay = any((one.nearest or 0) > (one.linear or 0) + cls.PAYS for one in known if one.linear is not None)
        curved = source.is_curved or bends_pay
        over = case.run is not None and case.run.ended is not None and len(case.run.epochs) >= 10
        low = over and not known and case.learned is not None and case.learned < 0.3
        weighed = [
            id
            for id, operator in case.operators
            if case.report.facts[id].counts.trainable and not operator.measures_batch
        ]
        if not weighed or not case.report.facts[weighed[-1]].counts.multiply_adds or not (curved or low):
            return
        *hidden, id = weighed
        if hidden and not cls._is_row_of_sums(case, hidden):
            return
        bends = [
            one
            for one, operator in case.operators
            if (operator.activation_name() or "linear") != "linear" and one not in case.examined.unweighed and one != id
        ]
        if bends:
            return
        longer = longer_where_few(case)
        bent: tuple[Change, ...] = tuple(SetParameter("activation", "relu", one) for one in hidden)
        repairs: tuple[Repair, ...] = ((*bent, *longer),)
        if not hidden:
            repairs = (*two_hidden_before(id), *longer), PutBefore(LINEAR, HIDDEN, id)
        names = [target.name for loss in case.losses.values() if (target := case.target(loss)) and not target.classes]
        data = repr(names[0]) if names else f"the classes of {source.title}"
        yield cls(
            last=case.called(id), data=data, classes=not names, hidden=together([case.called(one) for one in hidden])
            if hidden else "", nodes=(*hidden, id), repairs=repairs,
        )  # fmt: skip

    @staticmethod
    def _is_row_of_sums(case: Case, hidden: list[str]) -> bool:
        """All between the inputs and the last layer are weighted sums without an activation, or scale and place values;
        and the checks have not told of them."""
        if any(one.code == "W_LINEAR_AFTER_LINEAR" for one in case.report.warnings):
            return False
        others = {id: one for id, one in case.operators if not isinstance(one, Input | Loss)}
        return all(
            (id in hidden and (one.kind == LINEAR or isinstance(one, Convolution)))
            or one.is_linear or one.measures_batch or one.kind in (MEASURED, RESCALING, DROPOUT)
            or (id not in hidden and one.activation_name() == "linear")
            or id == case.examined.last_weighed.get(next(iter(case.losses)))
            for id, one in others.items()
        ) and all("activation" in case.report.wired.nodes[id].params for id in hidden)  # fmt: skip
