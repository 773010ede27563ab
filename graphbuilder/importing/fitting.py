"""How a model was trained, as training settings: batches, epochs, early stopping, and how the learning rate goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isclose
from typing import Any

from graphbuilder.importing.model import KEPT, Compiled
from graphbuilder.importing.settings import Raw, as_written
from graphbuilder.metrics import falls
from graphbuilder.parameters import WrongType
from graphbuilder.schedules import SCHEDULES, Steps
from graphbuilder.settings import Settings, Split

MANY_EPOCHS = 500_000
"""Stands for the length of a run whose lengths are told by it: more than any run has."""

_Length = Callable[[Any], float | None]


@dataclass
class Fitting:
    """settings: as a document has them. epoch: how many steps an epoch has, None where that is not known."""

    epoch: int | None
    dropped: list[str]
    settings: Raw = field(default_factory=dict)
    validation: float | None = None
    takes_last: bool = False
    """The rows to watch training by are the last ones."""
    rate: float | None = None
    """The learning rate that a callback begins with."""

    def take(self, name: str, value: Any, what: str = "") -> None:
        """Keeps a setting, if a document can have it."""
        parameter = Settings.parameters[name]
        try:
            if not parameter.fault(parameter.read(value)):
                self.settings[name] = value
                return
        except WrongType:
            pass
        self.dropped.append(what or name)

    def of_optimizer(self, config: dict[str, Any]) -> None:
        """Takes out of an optimizer's configuration what is a setting of training here."""
        for key, name in (("clipvalue", "value"), ("clipnorm", "norm"), ("global_clipnorm", "global_norm")):
            if (at := config.pop(key, None)) is not None:
                self.take("clipping", {"name": name, "at": as_written(at)}, key)
        momentum, every = config.pop("ema_momentum", None), config.pop("ema_overwrite_frequency", None)
        if config.pop("use_ema", False):
            told = {"every": every, **({} if momentum is None else {"momentum": as_written(momentum)})}
            self.take("ema", {"name": "moving", **told}, "use_ema")
        if (steps := config.pop("gradient_accumulation_steps", None)) is not None:
            self.take("accumulation_steps", steps)
        rate = config.get("learning_rate")
        if self.rate is not None:
            config["learning_rate"] = self.rate
        elif isinstance(rate, dict):
            del config["learning_rate"]
            self._scheduled(rate, config)

    def _scheduled(self, told: Mapping[str, Any], config: dict[str, Any]) -> None:
        kind, own = str(told.get("class_name", ""))[:60], told.get("config")
        found = _schedule(kind, own, self._epochs) if isinstance(own, dict) else None
        if found is None:
            self.dropped.append(f"schedule {kind}")
            begun = own.get("initial_learning_rate") if isinstance(own, dict) else None
            if isinstance(begun, int | float) and not isinstance(begun, bool) and begun > 0:
                config["learning_rate"] = begun
            return
        schedule, rate = found
        self.take("schedule", schedule, f"schedule {kind}")
        if rate is not None:
            config["learning_rate"] = rate

    def _epochs(self, steps: Any) -> float | None:
        """A length as epochs; None where it is not known."""
        if not self.epoch or isinstance(steps, bool) or not isinstance(steps, int | float):
            return None
        return float(f"{steps / self.epoch:.12g}")


def fitting(compiled: Compiled, dropped: list[str]) -> Fitting:
    """What `fit` was told."""
    told, found = compiled.fit, Fitting(compiled.epoch, dropped)
    epochs = told.get("epochs", told.get("nb_epoch"))
    if epochs is not None:
        found.take("epochs", epochs)
    if isinstance(size := told.get("batch_size"), int) or (compiled.epoch and "batch_size" in told):
        found.take("batch_size", size)
    share = told.get("validation_split", told.get(KEPT))
    if isinstance(share, float) and not Split.parameters["validation"].fault(share):
        found.validation, found.takes_last = share, "validation_split" in told
    elif share is not None and share != 0:
        dropped.append("validation_split")
    _callbacks(told.get("callbacks") or [], found)
    for name in ("sample_weight", "initial_epoch", "steps_per_epoch"):
        if told.get(name, 0) != 0:
            dropped.append(f"{name} of fit")
    if told.get("shuffle", True) is False:
        dropped.append("shuffle=False of fit")
    return found


def _callbacks(told: list[dict[str, Any]], found: Fitting) -> None:
    stops = [one["config"] for one in told if one["class_name"] == "EarlyStopping"]
    watched: Mapping[str, Any] = {}
    if stops:
        watched = stops[0]
        found.take("patience", watched.get("patience", 0), "EarlyStopping")
        found.take("min_delta", abs(watched.get("min_delta", 0)), "min_delta")
        found.take("restore_best_weights", any(one.get("restore_best_weights") is True for one in stops))
        found.take("start_from_epoch", watched.get("start_from_epoch", 0))
    for one in told:
        own = one["config"]
        if one["class_name"] == "ReduceLROnPlateau":
            watched = watched or own
            keys = ("factor", "patience", "min_delta", "cooldown", "min_lr")
            kept = {"patience": 10, **{key: own[key] for key in keys if key in own}}
            found.take("schedule", {"name": "plateau", **kept}, "ReduceLROnPlateau")
        if one["class_name"] == "TensorBoard":
            found.take("tensorboard_logs", True)
        if one["class_name"] == "LearningRateScheduler" and (of_epochs := _of_rates(own.get("rates") or [])):
            schedule, found.rate = of_epochs
            found.take("schedule", schedule, "callback LearningRateScheduler")
        elif one["class_name"] not in (*_TAKEN, *_CHANGES_NOTHING):
            found.dropped.append(f"callback {one['class_name'][:60]}")
    if watched:
        metric, mode = watched.get("monitor", "val_loss"), watched.get("mode", "auto")
        found.take("monitor", _SAME_SCORE.get(metric, metric))
        if mode in ("min", "max") and falls(found.settings.get("monitor", "val_loss")) != (mode == "min"):
            found.take("mode", mode)


_TAKEN = ("EarlyStopping", "ReduceLROnPlateau", "TensorBoard")
_CHANGES_NOTHING = (
    "ModelCheckpoint", "CSVLogger", "TerminateOnNaN", "History", "BaseLogger", "ProgbarLogger", "RemoteMonitor",
    "BackupAndRestore", "TQDMProgressBar", "TqdmCallback", "WandbCallback", "PlotLossesKeras",
)  # fmt: skip
"""Callbacks that write down what is kept here anyway, or that change nothing of what is learned."""


def _of_rates(rates: list[float]) -> tuple[Raw, float] | None:
    """The schedule that gives each epoch its rate, and the first of them; None where there is none."""
    if not rates:
        return None
    first, parts = rates[0], [second / one for one, second in pairwise(rates)]
    changes = [place for place, part in enumerate(parts, 1) if not isclose(part, 1)]
    if not changes:
        return {"name": "constant"}, first
    factor = float(f"{parts[changes[0] - 1]:.12g}")
    if len(parts) > 1 and factor < 1 and all(isclose(one, factor) for one in parts):
        return {"name": "exponential", "every": 1.0, "decay_rate": factor, "staircase": True}, first
    if len(changes) <= _MOST_STEPS and factor < 1 and all(isclose(parts[one - 1], factor) for one in changes):
        return {"name": "steps", "boundaries": changes, "factor": factor}, first
    grows = [second - one for one, second in pairwise([first / rate for rate in rates])]
    if grows[0] > 0 and all(isclose(one, grows[0], rel_tol=1e-6) for one in grows):
        told = {"every": 1.0, "decay_rate": float(f"{grows[0]:.12g}"), "staircase": True}
        return {"name": "inverse_time", **told}, first
    return None


_MOST_STEPS = 20
_SAME_SCORE = {"acc": "accuracy", "val_acc": "val_accuracy"}


def _schedule(kind: str, own: Mapping[str, Any], epochs: _Length) -> tuple[Raw, float | None] | None:
    """The schedule that a document has for one of Keras, and the learning rate; None where there is none."""
    name = next((one for one, schedule in SCHEDULES.items() if schedule.keras == kind), "")
    rate = own.get("initial_learning_rate")
    match name:
        case "steps":
            return _in_steps(own, epochs)
        case "exponential" | "inverse_time":
            every = epochs(own.get("decay_steps"))
            told = {"decay_rate": own.get("decay_rate"), "staircase": own.get("staircase", False)}
            return None if every is None else ({"name": name, "every": every, **told}, rate)
        case "polynomial" | "warmup" if rate == 0:
            rises = epochs(own.get("decay_steps"))
            return None if rises is None else ({"name": "warmup", "over": rises}, own.get("end_learning_rate"))
        case "polynomial" | "warmup" if isinstance(rate, int | float):
            over = _of_run(epochs(own.get("decay_steps")))
            told = {"power": own.get("power", 1.0), "cycle": own.get("cycle", False)}
            end = _share(own.get("end_learning_rate", 0.0001), rate)
            return None if over is None else ({"name": "polynomial", **over[0], "end": end, **told}, rate)
        case "cosine":
            warms = own.get("warmup_steps")
            before = epochs(warms) if warms else 0.0
            over = _of_run(epochs(own.get("decay_steps")))
            target = own.get("warmup_target") if warms else rate
            if before is None or over is None:
                return None
            return {"name": name, "warmup": before, **over[0], "end": own.get("alpha", 0.0)}, target
        case "cosine_restarts":
            first = epochs(own.get("first_decay_steps"))
            told = {"t_mul": own.get("t_mul", 2.0), "m_mul": own.get("m_mul", 1.0), "end": own.get("alpha", 0.0)}
            return None if first is None else ({"name": name, "first": first, **told}, rate)
    return None


def _in_steps(own: Mapping[str, Any], epochs: _Length) -> tuple[Raw, float | None] | None:
    values, after = own.get("values"), own.get("boundaries")
    if not isinstance(values, list) or not isinstance(after, list) or len(values) < 2 or not values[0]:
        return None
    lengths = [epochs(one) for one in after]
    if not all(one is not None and one.is_integer() for one in lengths):
        return None
    for digits in (3, 6, 12):
        factor = float(f"{values[1] / values[0]:.{digits}g}")
        told: Raw = {"boundaries": [int(one) for one in lengths if one is not None], "factor": factor}
        if list(Steps(told)._values(values[0])) == values:
            return {"name": "steps", **told}, values[0]
    return None


def _of_run(length: float | None) -> tuple[Raw, None] | None:
    """How long a rate falls: None for all of the run, or what is left of it."""
    if length is None:
        return None
    return ({"over": None if length > MANY_EPOCHS / 2 else length}, None)


def _share(part: float, whole: float) -> float:
    """Which share of a number another is, as it was written."""
    for digits in (3, 6, 12):
        share = float(f"{part / whole:.{digits}g}")
        if whole * share == part:
            return share
    return part / whole
