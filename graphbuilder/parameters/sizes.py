"""Sizes: of windows, edges and shapes, and which axes are meant."""

from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.parameters.declared import Parameter, need, whole_of
from graphbuilder.parameters.lists import WholeList
from graphbuilder.parameters.numbers import Whole
from graphbuilder.parameters.optional import OrNone
from graphbuilder.shapes import UNKNOWN, Phrase, Shape


class Sizes(Parameter[tuple[int, ...]]):
    """`length` whole numbers of at least `low`, such as rows and columns of a window."""

    kind = "sizes"

    def __init__(self, default: tuple[int, ...], *, low: int = 1, high: int = 10_000, **told: Any) -> None:
        super().__init__(default, **told)
        self.length, self.low, self.high = len(default), low, high

    def read(self, value: object) -> tuple[int, ...]:
        sizes = _sizes(value)
        if sizes is None or len(sizes) != self.length:
            raise need(f"a list of {self.length} whole numbers", value)
        return sizes

    def write(self, value: tuple[int, ...]) -> list[int]:
        return list(value)

    def argument(self, value: tuple[int, ...]) -> Argument:
        """Along one axis, Keras' own defaults are plain numbers."""
        return value if self.length > 1 else value[0]

    def fault(self, value: tuple[int, ...]) -> Phrase | None:
        wrong = [v for v in value if not self.low <= v <= self.high]
        if not wrong:
            return None
        says = "must be from {low} to {high}; received {received}"
        return Phrase(says, low=self.low, high=self.high, received=wrong[0])

    def nearest(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(min(max(v, self.low), self.high) for v in value)

    def bounds(self) -> str:
        return f"{self.length} numbers from {self.low} to {self.high:,}"

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "integer"}, "minItems": self.length, "maxItems": self.length}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"length": self.length, "low": self.low, "high": self.high}


class SizesOrNone(OrNone[tuple[int, ...]]):
    """`length` whole numbers, or none, which means what `none` says."""

    def __init__(self, length: int, *, none: str, low: int = 1, high: int = 10_000, **told: Any) -> None:
        super().__init__(Sizes((low,) * length, low=low, high=high, help=""), none=none, **told)


ENDS = {2: ("start", "end"), 4: ("top", "bottom", "left", "right")}
ENDS[6] = ("front", "back", *ENDS[4])


class Edges(Sizes):
    """How much at each edge of a grid: two for each of its axes, before and after."""

    kind = "edges"

    @property
    def marks(self) -> tuple[str, ...]:
        return ENDS[self.length]

    def argument(self, value: tuple[int, ...]) -> Argument:
        """As Keras has it: (start, end), or ((top, bottom), (left, right))."""
        pairs = tuple(value[place : place + 2] for place in range(0, len(value), 2))
        return pairs if len(pairs) > 1 else pairs[0]

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"marks": list(self.marks)}


_LONGEST = 16
"""Sizes that a shape may have at all; with more a document is not read. How many it should have its parameter says."""


class ShapeOf(Parameter[Shape]):
    """A shape of one to `longest` axes. With `one_open`, one size may be -1: whatever is left over. With `unknown`,
    sizes but the last may be none: known only with the data."""

    kind = "shape"

    def __init__(
        self, default: tuple[int, ...], *, longest: int = 6, one_open: bool = False, unknown: bool = False, **told: Any
    ) -> None:
        super().__init__(default, **told)
        self.longest, self.one_open, self.unknown = longest, one_open, unknown

    def read(self, value: object) -> Shape:
        listed = value if isinstance(value, list | tuple) else ("",)
        known = _sizes([size for size in listed if size is not None or not self.unknown])
        if known is None:
            raise need("a list of whole numbers", value)
        if len(listed) > _LONGEST:
            raise need(f"a list of at most {_LONGEST} sizes", value)
        sizes = iter(known)
        return tuple(None if size is None else next(sizes) for size in listed)

    def write(self, value: Shape) -> list[int | None]:
        return list(value)

    def argument(self, value: Shape) -> Argument:
        return value

    def fault(self, value: Shape) -> Phrase | None:
        if not 1 <= len(value) <= self.longest:
            return Phrase("must have 1 to {most} sizes; received {received}", most=self.longest, received=len(value))
        if self.one_open and value.count(-1) > 1:
            return Phrase("must have at most one -1; received {received}", received=value.count(-1))
        wrong = [v for v in value if v is not None and v < 1 and not (self.one_open and v == -1)]
        return Phrase("must have sizes of at least 1; received {received}", received=wrong[0]) if wrong else None

    def nearest(self, value: Shape) -> Shape:
        held = [v if v is None or v > 0 or (self.one_open and v == -1) else 1 for v in value[: self.longest]]
        first = held.index(-1) if -1 in held else len(held)
        return tuple(1 if v == -1 and at > first else v for at, v in enumerate(held)) or self.default

    def bounds(self) -> str:
        return f"1 to {self.longest} sizes" + (f"; {UNKNOWN} for one that only the data tell" if self.unknown else "")

    def schema(self) -> dict[str, Any]:
        kinds = ["integer", "null"] if self.unknown else "integer"
        return {"type": "array", "items": {"type": kinds}, "maxItems": _LONGEST}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"longest": self.longest, "one_open": self.one_open, "unknown": self.unknown}


_FARTHEST = 8


class AxisOf(Whole):
    """An axis, as Keras counts: -1 is the last, 1 the first behind the batch, which is 0 and never meant."""

    def __init__(self, default: int = -1, *, low: int = -_FARTHEST, high: int = _FARTHEST, **told: Any) -> None:
        super().__init__(default, low=low, high=high, **told)

    def fault(self, value: int) -> Phrase | None:
        return _BATCH if value == 0 else super().fault(value)

    def nearest(self, value: int) -> int:
        return super().nearest(value) or self.default

    def bounds(self) -> str:
        return f"{self.low} to {self.high}, but for 0, the batch"


_BATCH = Phrase("must not be 0, which is the batch; -1 is the last axis, 1 the first")


class AxesOf(WholeList):
    """One axis or several, counted as of AxisOf."""

    def __init__(self, default: tuple[int, ...] = (-1,), **told: Any) -> None:
        one = default[0] if len(default) == 1 else default
        told = {"low": -_FARTHEST, "high": _FARTHEST, "least": 1, "longest": _FARTHEST, "keras_default": one, **told}
        super().__init__(default, distinct=True, **told)

    def argument(self, value: tuple[int, ...]) -> Argument:
        """One axis is a plain number."""
        return value[0] if len(value) == 1 else value

    def fault(self, value: tuple[int, ...]) -> Phrase | None:
        if 0 in value:
            return _BATCH
        if value and min(value) < 0 < max(value):
            received = tuple(map(str, value))
            return Phrase("must count all its axes from one end; received {received}", received=received)
        return super().fault(value)

    def nearest(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return super().nearest(tuple(axis for axis in value if axis))

    def bounds(self) -> str:
        return f"{super().bounds()}, but for 0, the batch"


def _sizes(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    numbers = [whole_of(v) for v in value]
    return None if None in numbers else tuple(n for n in numbers if n is not None)
