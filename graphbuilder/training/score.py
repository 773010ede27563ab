"""One number of an answer, of which it is asked what speaks for it: how likely a class is, or an amount."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from graphbuilder.fields import Field
from graphbuilder.plan import Output, Plan
from graphbuilder.training.surface import probabilities

_LEAST = 1e-30


class NothingToAsk(ValueError):
    """Why a network's answer is no number that could be explained, in a sentence."""


@dataclass(frozen=True)
class Score:
    """place: of a class or name, or of an amount among several."""

    output: Output
    target: Field
    place: int

    @property
    def is_share(self) -> bool:
        """From 0 to 1; else an amount."""
        return self.target.kind in ("class", "labels")

    @property
    def name(self) -> str:
        """Of the class, or of the amount where there are several; else of the target."""
        names = self.target.classes or self.target.parts
        if self.place < len(names):
            return names[self.place]
        several = self.target.shape not in ((), (1,))
        return f"{self.target.name} {self.place + 1}" if several else self.target.name

    def shown(self, answered: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """(rows,): the probability, or the amount; of a class at each step or place the mean over them."""
        answered = np.asarray(answered, "float64")
        if self.target.kind == "class":
            likely = probabilities(self.output, answered)[..., self.place]
            return likely.reshape(len(likely), -1).mean(axis=1)  # type: ignore[no-any-return]
        values = answered.reshape(len(answered), -1)[:, self.place]
        if self.output.reading == "margins":
            return (np.clip(values, -1, 1) + 1) / 2  # type: ignore[no-any-return]
        return 1 / (1 + np.exp(-np.clip(values, -500, 500))) if self.output.from_logits else values

    def before_squashing(self, answered: Any) -> Any:
        """(rows,): what gradients are taken of, since those of a probability vanish where it is near 0 or 1. A logit or
        margin as it is, of probabilities the log of the odds, else the amount. The place may be a tensor."""
        answered = tf.cast(answered, tf.float32)
        reading, place = self.output.reading, self.place
        if self.target.kind != "class":
            values = tf.reshape(answered, [tf.shape(answered)[0], -1])[:, place]
            return _log_odds(values, 1 - values) if reading == "shares" and self.is_share else values
        if answered.shape[-1] == 1:
            yes = answered[..., 0]
            values = _log_odds(yes, 1 - yes) if reading == "shares" else yes
            values = tf.where(tf.equal(place, 1), values, -values)
        elif reading == "shares":
            others = tf.reduce_sum(answered * (1 - tf.one_hot(place, answered.shape[-1])), axis=-1)
            values = _log_odds(answered[..., place], others)
        else:
            values = answered[..., place]
        return tf.reduce_mean(tf.reshape(values, [tf.shape(values)[0], -1]), axis=1)


def _log_odds(yes: Any, no: Any) -> Any:
    return tf.math.log(tf.maximum(yes, _LEAST)) - tf.math.log(tf.maximum(no, _LEAST))


def score_of(
    plan: Plan, answers: "dict[str, np.ndarray[Any, Any]]", output: str = "", place: int | None = None
) -> Score:
    """answers: of one row, by output. output: its name; empty for the first that can be asked. place: None for the
    class that is answered, or the first amount. Raises NothingToAsk."""
    fields = plan.source.fields()
    named = [one for one in plan.outputs if one.name == output] if output else [*plan.outputs]
    if not named:
        known = ", ".join(one.name for one in plan.outputs)
        raise NothingToAsk(f"The network has no output {output!r}. It has {known}.")
    found = next((one for one in named if not why_not(one, fields[one.target])), None)
    if found is None:
        raise NothingToAsk(why_not(named[0], fields[named[0].target]))
    target = fields[found.target]
    count = places_of(found, target)
    if place is not None and not 0 <= place < count:
        raise NothingToAsk(f"{target.name} has the places 0 to {count - 1}; received {place}.")
    if place is None:
        place = _answered(found, target, answers[found.name], count)
    return Score(found, target, place)


def places_of(output: Output, target: Field) -> int:
    """How many classes, names or amounts can be asked for."""
    if target.kind == "class":
        return max(2, len(target.classes))
    return int(np.prod([axis or 1 for axis in target.shape]))


def why_not(output: Output, target: Field) -> str:
    """Why this output cannot be asked; empty where it can."""
    if target.kind == "image":
        return (
            f"The answer for {target.name} is a picture, and no single number that parts of the input could speak for. "
            "Networks that answer a class, names or amounts can be asked."
        )
    if target.kind == "class" and not output.names_classes:
        return f"The loss of {target.name} compares places in a space, so no class is answered that could be asked for."
    return ""


def _answered(output: Output, target: Field, answered: Any, count: int) -> int:
    if target.kind not in ("class", "labels"):
        return 0
    each = [float(Score(output, target, place).shown(answered)[0]) for place in range(count)]
    if target.kind == "class" and answered.shape[-1] > 1 and answered.ndim == 2:
        return int(np.argmax(answered[0]))  # also where several are equally likely
    return int(np.argmax(each))
