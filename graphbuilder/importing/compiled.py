"""What a model was to be trained with, as Losses and training settings; what has no place in a document is named."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphbuilder.importing.fitting import Fitting, fitting
from graphbuilder.importing.model import Compiled
from graphbuilder.importing.settings import Raw, as_written
from graphbuilder.losses import LOSSES
from graphbuilder.metrics import METRICS
from graphbuilder.operators.loss import Loss
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import WrongType


@dataclass
class Settings:
    """losses: the parameters of a Loss for each output; None where it has none. training: as a document has it.
    validation: which share of the rows is kept to watch training by; None where the file does not say.
    takes_last: of the rows in their order the last ones."""

    losses: list[Raw | None] = field(default_factory=list)
    training: Raw = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    validation: float | None = None
    takes_last: bool = False


_SAME_LOSS = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "bce": "binary_crossentropy", "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh", "cosine_proximity": "cosine_similarity",
    "huber_loss": "huber", "categorical_crossentropy": "softmax_crossentropy",
    "sparse_categorical_crossentropy": "softmax_crossentropy",
}  # fmt: skip
_SAME_OPTIMIZER = {name.lower(): name for name in OPTIMIZERS}
_WRAPPING, _WRAPPED = ("LossScaleOptimizer", "LossScaleOptimizerV3"), 3
INNER_OPTIMIZER = ("inner_optimizer", "optimizer")
"""Under which names an optimizer that scales the loss has the one that it is put round."""
_SAME_SETTING = {"lr": "learning_rate"}
_OF_KIND = ("name", "nesterov")
_WORTH_TELLING = ("decay", "weight_decay", "momentum")
"""Options of optimizers that change what is learned, where they are set."""
_USUAL_METRICS = ("accuracy", "acc", "mse", "mae", "loss", "categorical_accuracy", "sparse_categorical_accuracy",
                  "binary_accuracy")  # fmt: skip
"""Those that a Loss shows by itself, as it fits."""


def settings_of(compiled: Compiled, outputs: Sequence[str]) -> Settings:
    """outputs: names of the model's outputs."""
    found = Settings()
    told = list(_for_each(compiled.loss, outputs))
    weights = list(_for_each(compiled.loss_weights, outputs))
    for name, loss, weight in zip(outputs, told, weights, strict=True):
        found.losses.append(_loss(name, loss, weight, found.dropped))
    _class_weights(compiled, found)
    trained = fitting(compiled, found.dropped)
    _optimizer(compiled, found, trained)
    if trained.settings:
        found.training["settings"] = trained.settings
    found.validation, found.takes_last = trained.validation, trained.takes_last
    for loss, metrics in zip(found.losses, _for_each_metrics(compiled.metrics, outputs), strict=True):
        _judged(loss, [*_leaves(metrics)], found.dropped)
    found.dropped = list(dict.fromkeys(found.dropped))
    return found


def _for_each_metrics(told: Any, outputs: Sequence[str]) -> Iterator[Any]:
    """A list names those of the one output there is, or one for each."""
    if isinstance(told, list) and len(outputs) == 1:
        yield told
    elif isinstance(told, list) and not any(isinstance(one, list) for one in told):
        yield from [told] * len(outputs)
    else:
        yield from _for_each(told, outputs)


def _judged(loss: Raw | None, metrics: list[Any], dropped: list[str]) -> None:
    """Shows beside a loss what the model was judged by, where that is more than is shown anyway."""
    names: list[str] = []
    more: Raw = {}
    fits = _FITTING.get(_name_of_loss(loss), _OF_AMOUNTS) if loss is not None else ()
    for metric in metrics:
        told = _name(metric).rpartition(".")[2]
        config = metric.get("config") if isinstance(metric, dict) else None
        config = config if isinstance(config, dict) else {}
        name = _SAME_METRIC.get(_snake(told), _snake(told))
        if name == "auc_roc" and str(config.get("curve", "ROC")).upper() == "PR":
            name = "auc_pr"
        if name in fits and name not in names:
            names.append(name)
            asked = METRICS[name].asks
            key = {"k": "k", "threshold": "thresholds"}.get(asked)
            if key and isinstance(value := config.get(key), int | float) and not isinstance(value, bool):
                more[asked] = value
        elif told and _snake(told) not in (*_USUAL_METRICS, *METRICS, "compile_metrics"):
            dropped.append(f"metric {told[:60]}")
    if loss is not None and {*names} - {"accuracy", "mae", "mse"}:
        loss |= {"metrics": names, **more}


def _name_of_loss(loss: Raw | None) -> str:
    told = (loss or {}).get("loss")
    return str(told.get("name") if isinstance(told, dict) else told)


_SAME_METRIC = {
    "acc": "accuracy", "binary_accuracy": "accuracy", "categorical_accuracy": "accuracy",
    "sparse_categorical_accuracy": "accuracy", "auc": "auc_roc", "f1_score": "f1", "top_kcategorical_accuracy": "top_k",
    "sparse_top_kcategorical_accuracy": "top_k", "top_k_categorical_accuracy": "top_k",
    "sparse_top_k_categorical_accuracy": "top_k", "root_mean_squared_error": "rmse", "r2_score": "r2",
    "mean_absolute_error": "mae", "mean_squared_error": "mse", "mean_absolute_percentage_error": "mape",
    "cosine_similarity": "cosine",
}  # fmt: skip
_OF_AMOUNTS = ("mae", "mse", "rmse", "r2", "mape", "cosine")
_FITTING = {
    "binary_crossentropy": ("accuracy", "precision", "recall", "f1", "auc_roc", "auc_pr"),
    "softmax_crossentropy": ("accuracy", "top_k"),
}
"""Metrics that are the same here and in Keras, by the loss that they stand beside."""


def _class_weights(compiled: Compiled, found: Settings) -> None:
    """How much classes count by what `fit` is told, which is so for the one output there is; 1 for those not told."""
    if compiled.fit.get("class_weight", _NOTHING) in (_NOTHING, {}):
        return
    told, losses = compiled.fit["class_weight"], [one for one in found.losses if one is not None]
    numbers = {int(key): one for key, one in told.items() if key.isdecimal()} if isinstance(told, dict) else {}
    known = all(isinstance(one, int | float) and not isinstance(one, bool) and one >= 0 for one in numbers.values())
    if len(losses) != 1 or not known or len(numbers) != len(told or ()) or max(numbers, default=_MANY) >= _MANY:
        found.dropped.append("class_weight")
        return
    of_each = [float(numbers.get(place, 1)) for place in range(max(numbers) + 1)]
    losses[0] |= {"class_weight": "given", "class_weights": of_each}


_NOTHING = "nothing"
_MANY = 1000
"""Classes that may be told."""


def _for_each(told: Any, outputs: Sequence[str]) -> Iterator[Any]:
    """What is told of each output: by its name, in their order, or one for all."""
    if isinstance(told, dict) and "class_name" not in told:
        yield from (told.get(name) for name in outputs)
    elif isinstance(told, list):
        yield from ([*told, *[None] * len(outputs)])[: len(outputs)]
    else:
        yield from [told] * len(outputs)


def _name(told: Any) -> str:
    if isinstance(told, dict):
        config = told.get("config")
        if told.get("class_name") == "function" and isinstance(config, str):
            return config
        told = told.get("class_name")
    return told if isinstance(told, str) else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _leaves(told: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(told, list) and depth < 6:
        for one in told[:200]:
            yield from _leaves(one, depth + 1)
    elif isinstance(told, dict) and "class_name" not in told and depth < 6:
        for one in list(told.values())[:200]:
            yield from _leaves(one, depth + 1)
    elif told is not None:
        yield told


def _loss(output: str, told: Any, weight: Any, dropped: list[str]) -> Raw | None:
    name = _name(told)
    if not name:
        return None
    snake = _snake(name.rpartition(".")[2])
    by_class = {_snake(kind.keras): one for one, kind in LOSSES.items()}
    kind = next((one for one in (snake, _SAME_LOSS.get(snake), by_class.get(snake)) if one in LOSSES), None)
    if kind is None:
        dropped.append(f"loss {name[:60]} of {output[:60]}")
        return None
    config = told.get("config") if isinstance(told, dict) else None
    config = config if isinstance(config, dict) else {}
    params: Raw = {"loss": kind}
    if LOSSES[kind].logits == "chosen":
        params["from_logits"] = config.get("from_logits") is True
    declared = LOSSES[kind].parameters
    own: Raw = {}
    for one, value in config.items():
        if one in declared:
            try:
                read = declared[one].read(value)
            except WrongType:
                continue
            if read != declared[one].default:
                own[one] = value
    if own:
        params["loss"] = {"name": kind, **own}
    if weight == 0:
        dropped.append(f"loss {name[:60]} of {output[:60]}, whose weight is 0")
        return None
    if weight is not None:
        try:
            read_weight = Loss.weight.read(weight)
            is_one = not Loss.weight.fault(read_weight)
        except WrongType:
            is_one = False
        if is_one:
            params["weight"] = read_weight
        else:
            dropped.append(f"weight {weight!s:.20} of the loss of {output[:60]}")
    return params


def _unwrapped(told: Any, dropped: list[str]) -> Any:
    """The optimizer inside the one that scales the loss, which Keras puts round every other under mixed precision:
    gradients of 32-bit floats, as here, need none."""
    for _ in range(_WRAPPED):
        if _name(told) not in _WRAPPING:
            return told
        config = told.get("config") if isinstance(told, dict) else None
        own = config if isinstance(config, dict) else {}
        told = next((own[key] for key in INNER_OPTIMIZER if own.get(key)), None)
        dropped.append("loss scaling")
    return told


def _optimizer(compiled: Compiled, found: Settings, trained: Fitting) -> None:
    told = _unwrapped(compiled.optimizer, found.dropped)
    name = _name(told)
    if not name:
        return
    config = told.get("config") if isinstance(told, dict) else None
    config = {_SAME_SETTING.get(one, one): value for one, value in config.items()} if isinstance(config, dict) else {}
    trained.of_optimizer(config)
    kind = _SAME_OPTIMIZER.get(name.lower(), name)
    if kind == "SGD" and (config.get("momentum") or (compiled.epoch and "momentum" in config)):
        kind = "Nesterov" if config.get("nesterov") else "Momentum"
    if kind not in OPTIMIZERS:
        found.dropped.append(f"optimizer {name[:60]}")
        return
    options: Raw = {}
    declared = OPTIMIZERS[kind].parameters
    differs = {one: given for one, given in declared.items() if given.keras_default != given.default}
    unsaid = {one: given.keras_default for one, given in differs.items()}
    for one, value in {**unsaid, **config}.items():
        is_of_kind = one in _OF_KIND and one not in declared
        if value is None or is_of_kind or (one not in declared and not (value and one in _WORTH_TELLING)):
            continue
        try:
            if one in declared and not declared[one].fault(declared[one].read(as_written(value))):
                options[one] = as_written(value)
                continue
        except WrongType:
            pass
        found.dropped.append(f"{one} of {kind}")
    found.training |= {"optimizer": kind, "options": options}
