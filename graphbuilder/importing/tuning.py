"""Values that a search tries out one after the other (Keras Tuner's `hp`, Optuna's `trial`, Hyperopt's and Hyperas'
spaces): the one that it begins with. Keras Tuner takes the default, or else the least or the first; the others have
none, and the least or first stands."""

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
SPACES = ("hyperas.distributions.", "hyperopt.hp.")
"""How the functions of libraries begin that tell what is tried out; Hyperopt's have a name first."""


def begins_with(name: str, given: list[Any], named: Mapping[str, Any]) -> Any:
    """name: of the method, or the whole path of a function. NotImplemented where the call does not say it."""
    if name.startswith(SPACES):
        first = next(iter(given[name.startswith(SPACES[1]) :]), NotImplemented)
        return first[0] if isinstance(first, list | tuple) and first else first
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
