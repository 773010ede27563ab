"""Schedules of the learning rate: each declared once, as Keras has it, with the rate at every step of a run.

Lengths are told in epochs, and Keras is told them in steps. `rate` is Keras' own formula; a test holds it to Keras.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, log, pi
from types import MappingProxyType
from typing import ClassVar

from graphbuilder.calls import EPOCHS, STEPS, Argument, Call, Epochs, Listed
from graphbuilder.lessons import Lesson
from graphbuilder.parameters import Number, NumberOrNone, Option, Params, Whole, WholeList, YesNo
from graphbuilder.sketches import BLUE, ORANGE, lines_over_time
from graphbuilder.stopping import Flat, Plateau


@dataclass(frozen=True, slots=True)
class Run:
    """How long a training is."""

    steps_per_epoch: int
    epochs: int

    def steps(self, length: Epochs) -> int:
        return length.steps({STEPS: self.steps_per_epoch, EPOCHS: self.epochs})


def _over(help: str = "Epochs until the rate has fallen.", none: str = "whole run") -> NumberOrNone:
    return NumberOrNone(none=none, low=0.0, open_low=True, help=help)


def _end() -> Number:
    return Number(0.0, low=0.0, high=1.0, help="What is left at the end, as a share of the learning rate.")


class Schedule(Option):
    """Base of the schedules."""

    when: ClassVar[str]
    point: ClassVar[str]
    formula: ClassVar[str]
    drawn: ClassVar[tuple[Params, ...]] = ({},)
    """What it is drawn with in the picture of its lesson."""

    def argument(self, rate: float) -> Argument:
        """What Keras' optimizer is told as its learning rate."""
        return rate

    def rate(self, rate: float, step: int, run: Run) -> float:
        """The rate of one step, counted from 0. rate: the learning rate that is set."""
        return rate

    def plateau(self) -> Plateau | None:
        """What the rate falls by after an epoch that brought nothing."""
        return None

    def _drawn(self, t: float) -> float:
        return 0.85 * self.rate(1.0, round(t * 100), Run(10, 10))

    @classmethod
    def lesson(cls) -> Lesson:
        looks = ((BLUE, False), (ORANGE, True))
        lines = [(_told(params), cls(params)._drawn, *look) for params, look in zip(cls.drawn, looks, strict=False)]
        told = f"{cls.title}: the learning rate over a run of ten epochs"
        return Lesson(lines_over_time(told, lines, up="rate"), cls.when, cls.point, cls.formula)


def _told(params: Params) -> str:
    return next((f"{value:g}" for value in params.values() if isinstance(value, int | float)), "")


class Constant(Schedule, title="Constant"):
    """The learning rate stays as it is."""

    when = "While you look for a good rate, and for optimizers that fit their own steps."
    point = "What is right far from the goal is too much near it: a constant rate is a compromise of both."
    formula = r"\eta_t = \eta"


class Steps(Schedule, title="In steps", keras="PiecewiseConstantDecay"):
    """At each of some epochs the learning rate falls by a factor."""

    when = "Where you know from an earlier run at which epoch the loss stands still."
    point = "The loss falls at each step: what looked like the end was only the rate, too large for the valley's floor."
    formula = r"\eta_t = \eta \, \gamma^{\#\{b \,:\, b < t\}}"
    drawn = ({"boundaries": (3, 6, 8), "factor": 0.5},)
    boundaries = WholeList((5, 10), low=1, high=100_000, least=1, longest=20, rising=True, help="Epochs after which.")
    factor = Number(0.1, low=0.0, high=1.0, open_low=True, help="The share that is left each time.")

    def _values(self, rate: float) -> Sequence[float]:
        return [float(f"{rate * self.factor**place:.12g}") for place in range(len(self.boundaries) + 1)]

    def argument(self, rate: float) -> Argument:
        after = Listed(tuple(Epochs(float(one)) for one in self.boundaries))
        told = {"boundaries": after, "values": Listed(tuple(self._values(rate)))}
        return Call("optimizers.schedules.PiecewiseConstantDecay", kwargs=told)

    def rate(self, rate: float, step: int, run: Run) -> float:
        passed = sum(step > run.steps(Epochs(float(one))) for one in self.boundaries)
        return self._values(rate)[passed]


class _Falling(Schedule):
    decay_rate: Number
    every = Number(1.0, low=0.0, open_low=True, help="Epochs in which the rate falls so far.")
    staircase = YesNo(False, help="Let it fall all at once, at the end of them.")

    def argument(self, rate: float) -> Argument:
        told = {"decay_steps": Epochs(self.every), "decay_rate": self.decay_rate, "staircase": self.staircase}
        return Call(f"optimizers.schedules.{self.keras}", kwargs={"initial_learning_rate": rate, **told})  # type: ignore[dict-item]

    def _passed(self, step: int, run: Run) -> float:
        passed = step / run.steps(Epochs(self.every))
        return floor(passed) if self.staircase else passed


class Exponential(_Falling, title="Exponential", keras="ExponentialDecay"):
    """The learning rate falls by the same factor in every epoch."""

    when = "As a simple first schedule; 0.9 an epoch leaves a third after ten."
    point = "Rates differ by factors and not by sums: from 0.1 to 0.01 is as far as from 0.01 to 0.001."
    formula = r"\eta_t = \eta \, \gamma^{t / T}"
    drawn = ({"decay_rate": 0.9}, {"decay_rate": 0.7})
    decay_rate = Number(0.9, low=0.0, high=1.0, open_low=True, help="The share that is left each time.")
    every, staircase = _Falling.every, _Falling.staircase

    def rate(self, rate: float, step: int, run: Run) -> float:
        return float(rate * self.decay_rate ** self._passed(step, run))


class InverseTime(_Falling, title="Inverse time", keras="InverseTimeDecay"):
    """The learning rate is divided by a number that grows with the epochs."""

    when = "For long trainings of convex problems, where it is proved to arrive."
    point = (
        "Fast at first, then ever slower: the sum of all rates has no end, so no place is out of reach, while the "
        "noise of the steps dies down."
    )
    formula = r"\eta_t = \frac{\eta}{1 + \gamma \, t / T}"
    drawn = ({"decay_rate": 0.3}, {"decay_rate": 2.0})
    decay_rate = Number(0.5, low=0.0, open_low=True, help="How much is added to the divisor each time.")
    every, staircase = _Falling.every, _Falling.staircase

    def rate(self, rate: float, step: int, run: Run) -> float:
        return float(rate / (1 + self.decay_rate * self._passed(step, run)))


class Polynomial(Schedule, title="Polynomial", keras="PolynomialDecay"):
    """The learning rate falls in a line, or along a power, to its end."""

    when = "Where the number of epochs is fixed; a line down to 0 is a good choice for fine-tuning."
    point = "It ends just when training does. A run of other length needs another schedule: it is part of the recipe."
    formula = r"\eta_t = (\eta - \eta_{end}) (1 - t / T)^p + \eta_{end}"
    drawn = ({"power": 1.0}, {"power": 2.0})
    over = _over()
    end = _end()
    power = Number(1.0, low=0.0, high=10.0, open_low=True, help="1 is a line; with more it falls sooner.")
    cycle = YesNo(False, help="Begin anew when the end is reached, over a length that grows.")

    def _length(self) -> Epochs:
        return Epochs(0.0, of_run=True) if self.over is None else Epochs(self.over)

    def argument(self, rate: float) -> Argument:
        told = {"end_learning_rate": rate * self.end, "power": self.power, "cycle": self.cycle}
        kwargs = {"initial_learning_rate": rate, "decay_steps": self._length(), **told}
        return Call("optimizers.schedules.PolynomialDecay", kwargs=kwargs)  # type: ignore[arg-type]

    def rate(self, rate: float, step: int, run: Run) -> float:
        length = run.steps(self._length())
        if self.cycle:
            length *= max(1, ceil(step / length))
        end = rate * self.end
        return float((rate - end) * (1 - min(step, length) / length) ** self.power + end)


class Cosine(Schedule, title="Cosine", keras="CosineDecay"):
    """The learning rate rises in a line, where it is to warm up, and falls along half a cosine."""

    when = "The usual choice for deep networks; with a few epochs of warm-up for attention and for large batches."
    point = "Slowly at both ends: the large rate is kept as long as it helps, and the last epochs have time to settle."
    formula = r"\eta_t = \eta \left( \alpha + (1 - \alpha) \tfrac{1}{2} (1 + \cos(\pi t / T)) \right)"
    drawn = ({"warmup": 0.0}, {"warmup": 2.0})
    warmup = Number(0.0, low=0.0, help="Epochs in which the rate rises from 0; none of them at 0.")
    over = _over("Epochs from there until the rate has fallen.", "rest of run")
    end = _end()

    def _lengths(self) -> tuple[Epochs | None, Epochs]:
        falls = Epochs(self.warmup, of_run=True) if self.over is None else Epochs(self.over)
        return Epochs(self.warmup) if self.warmup else None, falls

    def argument(self, rate: float) -> Argument:
        warms, falls = self._lengths()
        first = {"initial_learning_rate": 0.0 if warms else rate, "decay_steps": falls, "alpha": self.end}
        told = {**first, **({"warmup_target": rate, "warmup_steps": warms} if warms else {})}
        return Call("optimizers.schedules.CosineDecay", kwargs=told)  # type: ignore[arg-type]

    def rate(self, rate: float, step: int, run: Run) -> float:
        warms, falls = self._lengths()
        before = run.steps(warms) if warms else 0
        if step < before:
            return rate * step / before
        along = min(step - before, run.steps(falls)) / run.steps(falls)
        return float(rate * _cosine(along, self.end))


def _cosine(along: float, end: float) -> float:
    return end + (1 - end) * 0.5 * (1 + cos(pi * along))


class Restarts(Schedule, title="Cosine restarts", keras="CosineDecayRestarts"):
    """The learning rate falls along half a cosine and begins anew, each time over a longer period."""

    when = "Where a run gets stuck, and to keep a good network at the end of each period."
    point = (
        "A large rate throws the network out of its valley. If it comes back to one as deep, the valley is wide, and "
        "wide valleys hold for new data."
    )
    formula = r"\eta_t = \eta \, m^i \left( \alpha + (1 - \alpha) \tfrac{1}{2} (1 + \cos(\pi t_i / T_i)) \right)"
    drawn = ({"first": 2.0}, {"first": 4.0})
    first = Number(3.0, low=0.0, open_low=True, help="Epochs of the first period.")
    t_mul = Number(2.0, low=1.0, high=100.0, help="How many times as long each period is as the one before.")
    m_mul = Number(1.0, low=0.0, high=1.0, open_low=True, help="How high each begins, as a share of the one before.")
    end = _end()

    def argument(self, rate: float) -> Argument:
        told = {"t_mul": self.t_mul, "m_mul": self.m_mul, "alpha": self.end}
        kwargs = {"initial_learning_rate": rate, "first_decay_steps": Epochs(self.first), **told}
        return Call("optimizers.schedules.CosineDecayRestarts", kwargs=kwargs)  # type: ignore[arg-type]

    def rate(self, rate: float, step: int, run: Run) -> float:
        along = step / run.steps(Epochs(self.first))
        if self.t_mul == 1.0:
            period, along = floor(along), along % 1.0
        else:
            period = floor(log(1 - along * (1 - self.t_mul)) / log(self.t_mul))
            along = (along - (1 - self.t_mul**period) / (1 - self.t_mul)) / self.t_mul**period
        return float(rate * self.m_mul**period * _cosine(along, self.end))


class WarmUp(Schedule, title="Warm-up", keras="PolynomialDecay"):
    """The learning rate rises from 0 in a line, and then stays."""

    when = "For large rates, large batches and attention: one to five epochs."
    point = (
        "At first every layer moves, and each gradient is of layers that will not be there a step later. Small steps "
        "let them settle; Keras has it as a polynomial that goes up."
    )
    formula = r"\eta_t = \eta \min(1, t / T)"
    drawn = ({"over": 2.0},)
    over = Number(1.0, low=0.0, open_low=True, help="Epochs in which the rate rises.")

    def argument(self, rate: float) -> Argument:
        told = {"initial_learning_rate": 0.0, "decay_steps": Epochs(self.over), "end_learning_rate": rate}
        return Call("optimizers.schedules.PolynomialDecay", kwargs=told)  # type: ignore[arg-type]

    def rate(self, rate: float, step: int, run: Run) -> float:
        return rate * min(1.0, step / run.steps(Epochs(self.over)))


class OnPlateau(Schedule, title="On a plateau", keras="ReduceLROnPlateau"):
    """The learning rate falls by a factor whenever what is watched gets no better for some epochs."""

    when = "Where you cannot say beforehand when to go slower, with early stopping of more patience."
    point = (
        "The run itself says when its rate is too large. The curve before the start shows how soon it could fall, if "
        "nothing got better at all."
    )
    formula = r"\eta \leftarrow \max(\gamma \eta, \eta_{min})"
    drawn = ({"patience": 3, "factor": 0.5},)
    factor = Number(0.1, low=0.0, high=1.0, open_low=True, open_high=True, help="The share that is left each time.")
    patience = Whole(5, low=1, high=100_000, unit="epochs", help="Epochs without progress until it falls.")
    min_delta = Number(0.0001, low=0.0, help="By how much it must get better to count as progress.")
    cooldown = Whole(0, low=0, high=100_000, unit="epochs", help="Epochs after a fall in which nothing is counted.")
    min_lr = Number(0.0, low=0.0, help="Below which the rate does not fall.")

    def plateau(self) -> Plateau:
        return Plateau(self.factor, self.patience, self.min_delta, self.cooldown, self.min_lr)

    def rate(self, rate: float, step: int, run: Run) -> float:
        """As soon as may be: the first epoch is the best."""
        flat = Flat()
        for epoch in range(min(step // run.steps_per_epoch, run.epochs)):
            rate, flat = self.plateau().after(float(epoch > 0), rate, flat)
        return rate


SCHEDULES: Mapping[str, type[Schedule]] = MappingProxyType(
    {
        "constant": Constant,
        "steps": Steps,
        "exponential": Exponential,
        "inverse_time": InverseTime,
        "polynomial": Polynomial,
        "cosine": Cosine,
        "cosine_restarts": Restarts,
        "warmup": WarmUp,
        "plateau": OnPlateau,
    }
)

MOST_POINTS = 200


def curve(schedule: Schedule, rate: float, run: Run) -> list[tuple[float, float]]:
    """(epoch, rate) over a whole run, in at most so many points that a picture of it is right."""
    last = run.steps_per_epoch * run.epochs
    steps = sorted({round(place * last / MOST_POINTS) for place in range(MOST_POINTS + 1)})
    return [(step / run.steps_per_epoch, schedule.rate(rate, step, run)) for step in steps]
