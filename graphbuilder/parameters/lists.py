"""Lists: of whole numbers, of numbers, of texts, and a matrix of numbers."""

from itertools import pairwise
from typing import Any, Generic, TypeVar

from graphbuilder.calls import Argument
from graphbuilder.parameters.declared import LARGEST_SIZE, Parameter, need, text_of
from graphbuilder.parameters.numbers import Number, Whole
from graphbuilder.parameters.optional import OrNone
from graphbuilder.shapes import Phrase

LONGEST = 1000
LONGEST_VOCABULARY = 20_000

Item = TypeVar("Item", bound=int | float | str)


class Listing(Parameter[tuple[Item, ...]], Generic[Item]):
    """`least` to `longest` items, each as `of` takes it. distinct: none twice. rising: each above the one before."""

    items: str

    def __init__(
        self, default: tuple[Item, ...], of: Parameter[Item], *, least: int = 0, longest: int = LONGEST,
        distinct: bool = False, rising: bool = False, **told: Any,
    ) -> None:  # fmt: skip
        super().__init__(default, **told)
        self.of, self.least, self.longest, self.distinct, self.rising = of, least, longest, distinct, rising

    def read(self, value: object) -> tuple[Item, ...]:
        if not isinstance(value, list | tuple) or len(value) > max(self.longest, LONGEST):
            raise need(f"a list of {self.items}", value)
        return self.of.read_each(value)

    def argument(self, value: tuple[Item, ...]) -> Argument:
        return value

    def fault(self, value: tuple[Item, ...]) -> Phrase | None:
        if not self.least <= len(value) <= self.longest:
            says = f"must have {{least:,}} to {{most:,}} {self.items}; received {{received}}"
            return Phrase(says, least=self.least, most=self.longest, received=len(value))
        for place, one in enumerate(value) if self.of.is_bounded else ():
            if told := self.of.fault(one):
                return Phrase("has item {item}, which {fault}", item=place + 1, fault=told)
        if self.distinct and len({*value}) < len(value):
            twice = next(one for place, one in enumerate(value) if one in value[:place])
            return Phrase(f"must have none of its {self.items} twice; received {{twice!r}} again", twice=twice)
        for before, after in pairwise(value):
            if self.rising and not before < after:  # type: ignore[operator]
                says = "must rise from each to the next; received {before:g} before {after:g}"
                return Phrase(says, before=before, after=after)
        return None

    def nearest(self, value: tuple[Item, ...]) -> tuple[Item, ...]:
        held = tuple(self.of.nearest(one) for one in value[: self.longest])
        held = tuple(dict.fromkeys(held)) if self.distinct or self.rising else held
        held = tuple(sorted(held)) if self.rising else held
        return self.default if self.fault(held) else held

    def _how_many(self) -> str:
        many = f"{self.least:,}" if self.least == self.longest else f"{self.least:,} to {self.longest:,}"
        return f"{many} {self.items}"

    def bounds(self) -> str:
        each = self.of.bounds()
        return self._how_many() + (f", each {each}" if each else "") + (", rising" if self.rising else "")

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.schema(), "maxItems": max(self.longest, LONGEST)}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"least": self.least, "longest": self.longest}


class WholeList(Listing[int]):
    kind = "wholes"
    items = "whole numbers"

    def __init__(self, default: tuple[int, ...], *, low: int = 1, high: int = LARGEST_SIZE, **told: Any) -> None:
        super().__init__(default, Whole(low, low=low, high=high, help=""), **told)


class NumberList(Listing[float]):
    """low, high: of each number."""

    kind = "numbers"
    items = "numbers"

    def __init__(
        self,
        default: tuple[float, ...],
        *,
        low: float | None = None,
        high: float | None = None,
        open_low: bool = False,
        **told: Any,
    ) -> None:
        super().__init__(default, Number(low or 0.0, low=low, high=high, open_low=open_low, help=""), **told)


class NumberListOrNone(OrNone[tuple[float, ...]]):
    """Numbers, or none, which means what `none` says. of: such as NumberList takes."""

    def __init__(self, *, none: str, low: float | None = None, longest: int = LONGEST, **told: Any) -> None:
        super().__init__(NumberList((), low=low, least=1, longest=longest, help=""), none=none, **told)


class _Word(Parameter[str]):
    kind = "text"

    def __init__(self) -> None:
        super().__init__("", help="")

    def read(self, value: object) -> str:
        return text_of(value, "a text of at most 200 characters", 200)

    def fault(self, value: str) -> Phrase | None:
        return None if value else Phrase("must not be empty")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


class TextList(Listing[str]):
    """Texts, such as a vocabulary: each of one line and at most 200 characters, none twice."""

    kind = "texts"
    items = "texts"

    def __init__(self, default: tuple[str, ...], *, longest: int = LONGEST_VOCABULARY, **told: Any) -> None:
        super().__init__(default, _Word(), longest=longest, distinct=True, **told)


class Matrix(Parameter[tuple[tuple[float, ...], ...]]):
    """Rows of equally many numbers, at most `longest` of each, such as a kernel that is typed in."""

    kind = "matrix"

    def __init__(self, default: tuple[tuple[float, ...], ...], *, longest: int = 31, **told: Any) -> None:
        super().__init__(default, **told)
        self.longest, self._number = longest, Number(0.0, help="")

    def read(self, value: object) -> tuple[tuple[float, ...], ...]:
        rows = value if isinstance(value, list | tuple) and len(value) <= LONGEST else None
        if rows is None or not all(isinstance(row, list | tuple) and len(row) <= LONGEST for row in rows):
            raise need("a list of rows, each a list of numbers", value)
        return tuple(tuple(self._number.read(one) for one in row) for row in rows)

    def argument(self, value: tuple[tuple[float, ...], ...]) -> Argument:
        return value

    def fault(self, value: tuple[tuple[float, ...], ...]) -> Phrase | None:
        lengths = [len(row) for row in value]
        if len({*lengths}) > 1:
            received = tuple(map(str, sorted({*lengths})))
            return Phrase("must have rows of one length; received rows of {received}", received=received)
        columns = lengths[0] if lengths else 0
        if not (1 <= len(value) <= self.longest and 1 <= columns <= self.longest):
            says = "must have 1 to {most} rows and columns; received {rows} × {columns}"
            return Phrase(says, most=self.longest, rows=len(value), columns=columns)
        return None

    def bounds(self) -> str:
        return f"1 to {self.longest} rows and columns"

    def schema(self) -> dict[str, Any]:
        row = {"type": "array", "items": self._number.schema(), "maxItems": LONGEST}
        return {"type": "array", "items": row, "maxItems": LONGEST}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"longest": self.longest}
