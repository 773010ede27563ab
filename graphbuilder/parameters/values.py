"""What a parameter may be set to: frozen values, and each as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a regularizer adds to the loss: l1 * sum|w| + l2 * sum w²."""

    l1: float = 0.0
    l2: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.l1 or self.l2)

    def written(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of several things that are declared, by its name, and its own arguments in the order of their declaration."""

    name: str
    args: tuple[tuple[str, "Value"], ...] = ()

    @property
    def params(self) -> "Params":
        return dict(self.args)

    def written(self) -> dict[str, Any]:
        return {"name": self.name, **{name: written(value) for name, value in self.args}}


@dataclass(frozen=True, slots=True)
class Inner(Chosen):
    """An operator inside an operator."""

    def written(self) -> dict[str, Any]:
        return {"kind": self.name, "params": {name: written(value) for name, value in self.args}}


Value = int | float | bool | str | None | Penalty | Chosen | tuple["Value", ...]
Params = Mapping[str, Value]


def written(value: Any) -> Any:
    """A parameter's value as JSON."""
    if isinstance(value, tuple):
        return [written(one) for one in value]
    return value.written() if isinstance(value, Penalty | Chosen) else value


def in_words(value: Value) -> str:
    """A value as people read it, in few words: 3 × 3, l2 0.01, max_norm (max_value 3, axis 0)."""
    match value:
        case Penalty():
            parts = [f"{name} {weight:g}" for name, weight in (("l1", value.l1), ("l2", value.l2)) if weight]
            return " ".join(parts) or "none"
        case Chosen():
            own = ", ".join(f"{name} {in_words(one)}" for name, one in value.args)
            return f"{value.name} ({own})" if own else value.name
        case tuple():
            sizes = bool(value) and all(
                one is None or (isinstance(one, int) and not isinstance(one, bool)) for one in value
            )
            return " × ".join("?" if one is None else in_words(one) for one in value) if sizes else _listed(value)
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
    return "none" if value is None else str(value) or "none"


def _listed(items: tuple[Value, ...], most: int = 6) -> str:
    between = "; " if any(isinstance(one, tuple) for one in items) else ", "
    told = [_row(one) if isinstance(one, tuple) else in_words(one) for one in items[:most]]
    return between.join([*told, f"{len(items) - most} more"] if len(items) > most else told) or "none"


def _row(items: tuple[Value, ...]) -> str:
    return " ".join(map(in_words, items))
