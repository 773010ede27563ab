"""Numbers, and yes or no."""

from collections.abc import Iterable
from math import inf, isfinite
from typing import Any

from graphbuilder.parameters.declared import LARGEST_NUMBER, LARGEST_SIZE, Parameter, need, whole_of
from graphbuilder.parameters.optional import OrNone
from graphbuilder.shapes import Phrase


class Whole(Parameter[int]):
    """A whole number from `low` to `high`, both included."""

    kind = "whole"

    def __init__(self, default: int, *, low: int, high: int = LARGEST_SIZE, **told: Any) -> None:
        super().__init__(default, **told)
        self.low, self.high = low, high

    def read(self, value: object) -> int:
        number = whole_of(value)
        if number is None:
            raise need(f"a whole number of at most {LARGEST_SIZE:.0e}", value)
        return number

    def fault(self, value: int) -> Phrase | None:
        if value < self.low:
            return Phrase("must be at least {low}; received {received}", low=self.low, received=value)
        if value > self.high:
            return Phrase("must be at most {high}; received {received}", high=self.high, received=value)
        return None

    def nearest(self, value: int) -> int:
        return min(max(value, self.low), self.high)

    def bounds(self) -> str:
        if self.high < LARGEST_SIZE:
            return f"{self.low:,} to {self.high:,}"
        return "any" if self.low <= -LARGEST_SIZE else f"at least {self.low:,}"

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": -LARGEST_SIZE, "maximum": LARGEST_SIZE}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"low": self.low, "high": self.high}


class Odd(Whole):
    """An odd whole number from `low` to `high`, both odd: the size of a window that has a middle."""

    def fault(self, value: int) -> Phrase | None:
        odd = None if value % 2 else Phrase("must be odd; received {received}", received=value)
        return super().fault(value) or odd

    def nearest(self, value: int) -> int:
        held = super().nearest(value)
        return held if held % 2 else held + 1

    def bounds(self) -> str:
        return f"{super().bounds()}, odd"


class WholeOrNone(OrNone[int]):
    """A whole number from `low` to `high`, or none, which means what `none` says."""

    def __init__(self, *, none: str, low: int = 1, high: int = LARGEST_SIZE, **told: Any) -> None:
        super().__init__(Whole(low, low=low, high=high, help=""), none=none, **told)


class Number(Parameter[float]):
    """A finite number from `low` to `high`; with `open_low` or `open_high` that bound itself is not allowed."""

    kind = "number"

    def __init__(
        self,
        default: float,
        *,
        low: float | None = None,
        high: float | None = None,
        open_low: bool = False,
        open_high: bool = False,
        **told: Any,
    ) -> None:
        super().__init__(default, **told)
        self.low, self.high, self.open_low, self.open_high = low, high, open_low, open_high

    def read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
            raise need("a finite number", value)
        return float(value)

    def read_each(self, values: Iterable[object]) -> tuple[float, ...]:
        told = tuple(values)
        numbers = [one for one in told if type(one) is float]
        if len(numbers) == len(told) and isfinite(sum(numbers)) and max(map(abs, numbers), default=0) <= LARGEST_NUMBER:
            return tuple(numbers)  # the check of each, at once
        return super().read_each(told)

    @property
    def is_bounded(self) -> bool:
        return self.low is not None or self.high is not None

    def fault(self, value: float) -> Phrase | None:
        if self.low is not None and (value < self.low or (self.open_low and value == self.low)):
            says = f"must be {'above' if self.open_low else 'at least'} {{low:g}}; received {{received:g}}"
            return Phrase(says, low=self.low, received=value)
        if self.high is not None and (value > self.high or (self.open_high and value == self.high)):
            says = f"must be {'below' if self.open_high else 'at most'} {{high:g}}; received {{received:g}}"
            return Phrase(says, high=self.high, received=value)
        return None

    def nearest(self, value: float) -> float:
        """A bound that is not allowed itself has none nearest to it: then the default."""
        low = -inf if self.low is None else self.low
        held = min(max(value, low), inf if self.high is None else self.high)
        return self.default if self.fault(held) else held

    def bounds(self) -> str:
        if self.low is not None and self.high is not None and not (self.open_low or self.open_high):
            return f"{self.low:g} to {self.high:g}"
        low, high = ("above" if self.open_low else "at least"), ("below" if self.open_high else "at most")
        ends = [f"{low} {self.low:g}"] if self.low is not None else []
        return " and ".join([*ends, *([f"{high} {self.high:g}"] if self.high is not None else [])])

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}

    def describe(self) -> dict[str, Any]:
        bounds = {"low": self.low, "high": self.high, "open_low": self.open_low, "open_high": self.open_high}
        return super().describe() | bounds


class WholeOrAll(OrNone[int]):
    """A whole number, or all there are."""

    def __init__(self, default: int, *, low: int, high: int, none: str, **told: Any) -> None:
        super().__init__(Whole(default, low=low, high=high, help=""), none=none, default=default, **told)


class NumberOrNone(OrNone[float]):
    """A number within bounds as of Number, or none, which means what `none` says."""

    def __init__(
        self,
        *,
        none: str,
        low: float | None = None,
        high: float | None = None,
        open_low: bool = False,
        open_high: bool = False,
        **told: Any,
    ) -> None:
        number = Number(0.0, low=low, high=high, open_low=open_low, open_high=open_high, help="")
        super().__init__(number, none=none, **told)


class YesNo(Parameter[bool]):
    kind = "yes_no"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise need("true or false", value)
        return value

    def bounds(self) -> str:
        return "yes or no"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}
