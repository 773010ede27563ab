"""What a training may be asked while it goes: small frozen records, which come from a page as JSON.

They are told in the order in which they come, and each that was worked is an event of the record (`Commanded`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Literal, TypeGuard, get_args

Kind = Literal["go", "hold", "step", "pause", "stop", "reset", "change", "speed", "weigh"]
"""hold: wait, ready to go on at once. step: so many steps, then hold. pause: keep a checkpoint and end; stop: end with
what there is. reset: begin again with the same seed. change: other settings. speed: no more steps a second.
weigh: other numbers in the place of weights and biases, from which it goes on."""

ASKED: tuple[Kind, ...] = ("go", "hold", "step", "stop", "reset", "change", "speed", "weigh")
"""What a page may ask. It is the server that pauses."""

MOST_STEPS, MOST_SPEED, MOST_SETTINGS, MOST_WEIGHT = 1_000_000, 1e6, 50, 1e6


class Unusable(ValueError):
    """A command that is none, in words."""


@dataclass(frozen=True, slots=True)
class Command:
    """steps: of "step". speed: of "speed", in steps a second; None stands for as fast as it goes. settings: of
    "change", by name as in changes.py, as JSON values. weights: of "weigh", numbers by node, "kernel" or "bias" and
    place: "hidden.kernel.0.3" is the weight of the first input to the fourth unit, "hidden.bias.3" that unit's bias."""

    kind: Kind
    steps: int = 1
    speed: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        return {"command": told.pop("kind"), **told}


def command_of(told: object) -> Command:
    """The command that JSON values say. Raises Unusable."""
    if not isinstance(told, dict):
        raise Unusable('A command is an object such as {"command": "hold"}.')
    kind: Kind | None = next((one for one in get_args(Kind) if one == told.get("command")), None)
    if kind is None:
        kind_told = str(told.get("command"))[:40]
        raise Unusable(f"There is no command {kind_told!r}. There are: {', '.join(ASKED)}.")
    steps, speed, settings = told.get("steps", 1), told.get("speed"), told.get("settings") or {}
    if not _is_number(steps) or steps != int(steps) or not 1 <= steps <= MOST_STEPS:
        raise Unusable(f"steps must be a whole number from 1 to {MOST_STEPS:,}; received {str(steps)[:40]}.")
    if speed is not None and not (_is_number(speed) and 0 < speed <= MOST_SPEED):
        raise Unusable(f"speed must be a number of steps a second above 0, or null; received {str(speed)[:40]}.")
    if not isinstance(settings, dict) or len(settings) > MOST_SETTINGS:
        raise Unusable(f"settings must be an object of at most {MOST_SETTINGS} settings by name.")
    if kind == "change" and not settings:
        raise Unusable("A change names at least one setting with its new value.")
    weights = told.get("weights") or {}
    if not isinstance(weights, dict) or len(weights) > MOST_SETTINGS:
        raise Unusable(f"weights must be an object of at most {MOST_SETTINGS} weights by name.")
    if (kind == "weigh" and not weights) or not all(map(_is_weight, weights.values())):
        raise Unusable(
            f"weigh names at least one weight with its number, from {-MOST_WEIGHT:,.0f} to {MOST_WEIGHT:,.0f}."
        )
    return Command(kind, int(steps), None if speed is None else float(speed), settings, weights)


def _is_weight(value: object) -> bool:
    return _is_number(value) and abs(value) <= MOST_WEIGHT


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
