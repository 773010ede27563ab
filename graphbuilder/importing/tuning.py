"""Values that a search tries out one after the other (Keras Tuner's `hp`, Optuna's `trial`): the one that it begins
with. Keras Tuner takes the default, or else the least or the first; Optuna has none, and the least or first stands."""

from collections.abc import Mapping
from typing import Any

_ARGUMENTS = {
    "Int": ("name", "min_value", "max_value", "step"),
    "Float": ("name", "min_value", "max_value", "step"),
    "Choice": ("name", "values", "ordered", "default"),
    "Boolean": ("name", "default"),
    "Fixed": ("name", "value"),
    "suggest_int": ("name", "low", "high"),
    "suggest_float": ("name", "low", "high"),
    "suggest_uniform": ("name", "low", "high"),
    "suggest_loguniform": ("name", "low", "high"),
    "suggest_discrete_uniform": ("name", "low", "high", "q"),
    "suggest_categorical": ("name", "choices"),
}
NAMES = frozenset(_ARGUMENTS)


def begins_with(name: str, given: list[Any], named: Mapping[str, Any]) -> Any:
    """NotImplemented where the call does not say it."""
    told = {**dict(zip(_ARGUMENTS[name], given, strict=False)), **named}
    if "name" not in told:
        return NotImplemented
    if told.get("default") is not None:
        return told["default"]
    if name == "Boolean":
        return False
    rows = told.get("values", told.get("choices"))
    if isinstance(rows, list | tuple) and rows:
        return rows[0]
    for one in ("value", "min_value", "low"):
        if one in told:
            return told[one]
    return NotImplemented
