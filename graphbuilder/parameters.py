"""The kinds of parameter that an operator, an optimizer or a data set may declare: a small closed set.

A parameter is declared once, as a class attribute, with its default, its bounds and a line of help. The form, the
bounds check, the file format, the printed code and the contract tests all read that declaration. On an instance the
attribute is the value: `units = Whole(32, low=1, help=...)` makes `dense.units` an int.

`read` turns JSON into a value and refuses another type (a document cannot hold it). `fault` says in words which bound
a value of the right type breaks (a document can hold it, and a check reports it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf, isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

from graphbuilder.calls import Argument, Call
from graphbuilder.initializers import INITIALIZERS
from graphbuilder.lessons import Lesson
from graphbuilder.shapes import UNKNOWN, Shape
from graphbuilder.sketches import BLUE, ORANGE, lines_over_time
from graphbuilder.texts import one_line

LARGEST_SIZE = 10**12
"""No size in a document is larger: beyond it sums of sizes are of no use to anybody."""
LARGEST_NUMBER = 1e300
"""Nor any other number."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a regularizer adds to the loss: l1 * sum|w| + l2 * sum w²."""

    l1: float = 0.0
    l2: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.l1 or self.l2)


Value = int | float | bool | str | tuple[int, ...] | tuple[int | None, ...] | Penalty | None
Params = Mapping[str, Value]
T = TypeVar("T", bound=Value)


class WrongType(ValueError):
    """A value that a parameter of this kind cannot hold. The text says what is needed and what came."""


class Declared:
    """Something with declared parameters: its class lists them, an instance holds their values."""

    parameters: ClassVar[Mapping[str, "Parameter[Any]"]] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: p for name, p in vars(cls).items() if isinstance(p, Parameter)}
        cls.parameters = MappingProxyType({**cls.parameters, **own})

    def __init__(self, params: Params | None = None) -> None:
        whole = params is not None and params.keys() == self.parameters.keys()
        self.params: Params = params if params is not None and whole else {**self.defaults(), **(params or {})}

    @classmethod
    def defaults(cls) -> dict[str, Value]:
        return {name: p.default for name, p in cls.parameters.items()}


class Parameter(Generic[T]):
    """One declared parameter.

    help: one line for the form. lesson: what help tells beside it, for a setting. more: whether the form folds it away.
    keras_default: what Keras takes where the argument is left out, given only where it is not `default`; printed code
    leaves an argument out by this alone. of_call: Keras is told when the layer is called, not when it is made.
    quiet: files leave the default out, since they were written before the parameter was there.
    """

    kind: ClassVar[str]
    name: str

    def __init__(
        self, default: T, *, help: str, more: bool = False, unit: str = "", keras_default: Any = ...,
        lesson: Lesson | None = None, of_call: bool = False, quiet: bool = False,
    ) -> None:  # fmt: skip
        self.default = default
        self.help = help
        self.more = more
        self.unit = unit
        self.lesson = lesson
        self.of_call = of_call
        self.quiet = quiet
        self.keras_default = default if keras_default is ... else keras_default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Declared, owner: type) -> T: ...
    def __get__(self, instance: Declared | None, owner: type) -> Self | T:
        return self if instance is None else instance.params[self.name]  # type: ignore[return-value]

    def read(self, value: object) -> T:
        raise NotImplementedError

    def write(self, value: T) -> Any:
        """The value as JSON."""
        return value

    def argument(self, value: T) -> Argument:
        """The value as Keras takes it."""
        return value  # type: ignore[return-value]

    def fault(self, value: T) -> str | None:
        """Which bound the value breaks, in words that follow "name "; None where it is within bounds."""
        return None

    def nearest(self, value: T) -> T:
        """The value within bounds that is nearest to this one."""
        return self.default

    def bounds(self) -> str:
        """What may be chosen, in a few words; empty where it is anything of the kind."""
        return ""

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the values that `read` takes."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """The declaration as JSON, for forms and for `graphbuilder operators --json`."""
        told = {"name": self.name, "kind": self.kind, "default": self.write(self.default), "help": self.help}
        return told | {"unit": self.unit, "more": self.more}


def _need(needed: str, value: object) -> WrongType:
    came = repr(value)
    return WrongType(f"must be {needed}; received {came if len(came) <= 60 else came[:57] + '...'}")


def _text(value: object, needed: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise _need(needed, value)
    try:
        return one_line(value)
    except ValueError as fault:
        raise WrongType(str(fault)) from None


def _whole(value: object) -> int | None:
    """The value as a whole number, where it is one. JSON's 3.0 is a whole number, true is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and (not isfinite(value) or not value.is_integer()):
        return None
    return int(value) if abs(value) <= LARGEST_SIZE else None


class Whole(Parameter[int]):
    """A whole number from `low` to `high`, both included."""

    kind = "whole"

    def __init__(self, default: int, *, low: int, high: int = LARGEST_SIZE, **told: Any) -> None:
        super().__init__(default, **told)
        self.low, self.high = low, high

    def read(self, value: object) -> int:
        number = _whole(value)
        if number is None:
            raise _need(f"a whole number of at most {LARGEST_SIZE:.0e}", value)
        return number

    def fault(self, value: int) -> str | None:
        if value < self.low:
            return f"must be at least {self.low}; received {value}"
        if value > self.high:
            return f"must be at most {self.high}; received {value}"
        return None

    def nearest(self, value: int) -> int:
        return min(max(value, self.low), self.high)

    def bounds(self) -> str:
        return f"{self.low:,} to {self.high:,}"

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": -LARGEST_SIZE, "maximum": LARGEST_SIZE}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"low": self.low, "high": self.high}


class WholeOrNone(Parameter[int | None]):
    """A whole number from `low` to `high`, or none, which means what `none` says."""

    kind = "whole"

    def __init__(self, *, none: str, low: int = 1, high: int = LARGEST_SIZE, **told: Any) -> None:
        super().__init__(None, **told)
        self.none, self._number = none, Whole(low, low=low, high=high, help="")

    def read(self, value: object) -> int | None:
        return None if value is None else self._number.read(value)

    def fault(self, value: int | None) -> str | None:
        return None if value is None else self._number.fault(value)

    def bounds(self) -> str:
        return f"{self._number.bounds()}, or empty: {self.none}"

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self._number.schema(), {"type": "null"}]}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"low": self._number.low, "high": self._number.high, "none": self.none}


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
            raise _need("a finite number", value)
        return float(value)

    def fault(self, value: float) -> str | None:
        if self.low is not None and (value < self.low or (self.open_low and value == self.low)):
            return f"must be {'above' if self.open_low else 'at least'} {self.low:g}; received {value:g}"
        if self.high is not None and (value > self.high or (self.open_high and value == self.high)):
            return f"must be {'below' if self.open_high else 'at most'} {self.high:g}; received {value:g}"
        return None

    def nearest(self, value: float) -> float:
        """A bound that is not allowed itself has none nearest to it: then the default."""
        low = -inf if self.low is None else self.low
        held = min(max(value, low), inf if self.high is None else self.high)
        return self.default if self.fault(held) else held

    def bounds(self) -> str:
        low, high = ("above" if self.open_low else "at least"), ("below" if self.open_high else "at most")
        ends = [f"{low} {self.low:g}"] if self.low is not None else []
        return " and ".join([*ends, *([f"{high} {self.high:g}"] if self.high is not None else [])])

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}

    def describe(self) -> dict[str, Any]:
        bounds = {"low": self.low, "high": self.high, "open_low": self.open_low, "open_high": self.open_high}
        return super().describe() | bounds


class YesNo(Parameter[bool]):
    kind = "yes_no"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise _need("true or false", value)
        return value

    def bounds(self) -> str:
        return "yes or no"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(Parameter[str]):
    """One of a few words. `choices` gives each word, as the file and Keras write it, its text on the form."""

    kind = "choice"

    def __init__(self, default: str, *, choices: Mapping[str, str], **told: Any) -> None:
        super().__init__(default, **told)
        self.choices = dict(choices)

    def read(self, value: object) -> str:
        return _text(value, "one word", 80)

    def fault(self, value: str) -> str | None:
        if value not in self.choices:
            return f"must be one of {', '.join(self.choices)}; received {value!r}"
        return None

    def nearest(self, value: str) -> str:
        return next(iter(get_close_matches(value, self.choices, 1)), self.default)

    def bounds(self) -> str:
        return ", ".join(self.choices)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 80, "examples": list(self.choices)}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"choices": self.choices}


class Initializer(Choice):
    """How weights are drawn before the first step, by Keras' own name. Those of a kernel begin at random."""

    kind = "initializer"

    def __init__(self, default: str, **told: Any) -> None:
        of_kernel = default not in ("zeros", "ones")
        fits = {name: kind.title for name, kind in INITIALIZERS.items() if of_kernel or not kind.of_matrices}
        super().__init__(default, choices=fits, **told)


PENALTY = Lesson(
    lines_over_time(
        "The penalty over a weight: l1 rises evenly, l2 with the square",
        [("l1", lambda w: abs(2 * w - 1), BLUE, False), ("l2", lambda w: (2 * w - 1) ** 2, ORANGE, True)],
        across="weight, zero in the middle",
        up="penalty",
    ),
    when="l2 of 0.0001 to 0.01 against overfitting; l1 where you want to see which inputs matter.",
    point="l2 pulls hardest on large weights and makes all of them small; l1 pulls equally on all and brings many "
    "down to zero.",
    formula=r"L + \lambda_1 \sum |w| + \lambda_2 \sum w^2",
)
"""Of regularizers."""


class Regularizer(Parameter[Penalty]):
    """A penalty on large weights, part of the loss: l1 times the sum of |w| and l2 times the sum of w²."""

    kind = "regularizer"

    def __init__(self, **told: Any) -> None:
        super().__init__(Penalty(), more=True, keras_default=None, **told)

    def read(self, value: object) -> Penalty:
        if not isinstance(value, dict) or set(value) - {"l1", "l2"}:
            raise _need('an object like {"l1": 0.0, "l2": 0.01}', value)
        number = Number(0.0, help="")
        return Penalty(number.read(value.get("l1", 0.0)), number.read(value.get("l2", 0.0)))

    def write(self, value: Penalty) -> dict[str, float]:
        return {"l1": value.l1, "l2": value.l2}

    def argument(self, value: Penalty) -> Argument:
        return Call("regularizers.L1L2", kwargs={"l1": value.l1, "l2": value.l2}) if value else None

    def fault(self, value: Penalty) -> str | None:
        for part, weight in (("l1", value.l1), ("l2", value.l2)):
            if weight < 0:
                return f"must have {part} of at least 0; received {weight:g}"
        return None

    def nearest(self, value: Penalty) -> Penalty:
        return Penalty(max(0.0, value.l1), max(0.0, value.l2))

    def bounds(self) -> str:
        return "at least 0"

    def schema(self) -> dict[str, Any]:
        part = {"type": "number"}
        return {"type": "object", "additionalProperties": False, "properties": {"l1": part, "l2": part}}


class Sizes(Parameter[tuple[int, ...]]):
    """`length` whole numbers of at least `low`, such as rows and columns of a window."""

    kind = "sizes"

    def __init__(self, default: tuple[int, ...], *, low: int = 1, high: int = 10_000, **told: Any) -> None:
        super().__init__(default, **told)
        self.length, self.low, self.high = len(default), low, high

    def read(self, value: object) -> tuple[int, ...]:
        sizes = _sizes(value)
        if sizes is None or len(sizes) != self.length:
            raise _need(f"a list of {self.length} whole numbers", value)
        return sizes

    def write(self, value: tuple[int, ...]) -> list[int]:
        return list(value)

    def argument(self, value: tuple[int, ...]) -> Argument:
        """Along one axis, Keras' own defaults are plain numbers."""
        return value if self.length > 1 else value[0]

    def fault(self, value: tuple[int, ...]) -> str | None:
        wrong = [v for v in value if not self.low <= v <= self.high]
        return f"must be from {self.low} to {self.high}; received {wrong[0]}" if wrong else None

    def nearest(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(min(max(v, self.low), self.high) for v in value)

    def bounds(self) -> str:
        return f"{self.length} numbers from {self.low} to {self.high:,}"

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "integer"}, "minItems": self.length, "maxItems": self.length}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"length": self.length, "low": self.low, "high": self.high}


class Edges(Sizes):
    """How much at each edge of an image: top, bottom, left, right."""

    kind = "edges"
    marks = ("top", "bottom", "left", "right")

    def argument(self, value: tuple[int, ...]) -> Argument:
        """As Keras has it: ((top, bottom), (left, right))."""
        return tuple(value[place : place + 2] for place in range(0, len(value), 2))

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"marks": list(self.marks)}


class ShapeOf(Parameter[Shape]):
    """A shape of one to `longest` axes. With `one_open`, one size may be -1: whatever is left over. With `unknown`,
    sizes but the last may be none: known only with the data."""

    kind = "shape"

    def __init__(
        self, default: tuple[int, ...], *, longest: int = 4, one_open: bool = False, unknown: bool = False, **told: Any
    ) -> None:
        super().__init__(default, **told)
        self.longest, self.one_open, self.unknown = longest, one_open, unknown

    def read(self, value: object) -> Shape:
        listed = value if isinstance(value, list | tuple) else ("",)
        known = _sizes([size for size in listed if size is not None or not self.unknown])
        if known is None or len(listed) > 16:
            raise _need("a list of whole numbers", value)
        sizes = iter(known)
        return tuple(None if size is None else next(sizes) for size in listed)

    def write(self, value: Shape) -> list[int | None]:
        return list(value)

    def argument(self, value: Shape) -> Argument:
        return value

    def fault(self, value: Shape) -> str | None:
        if not 1 <= len(value) <= self.longest:
            return f"must have 1 to {self.longest} sizes; received {len(value)}"
        if self.one_open and value.count(-1) > 1:
            return f"must have at most one -1; received {value.count(-1)}"
        wrong = [v for v in value if v is not None and v < 1 and not (self.one_open and v == -1)]
        return f"must have sizes of at least 1; received {wrong[0]}" if wrong else None

    def nearest(self, value: Shape) -> Shape:
        held = [v if v is None or v > 0 or (self.one_open and v == -1) else 1 for v in value[: self.longest]]
        first = held.index(-1) if -1 in held else len(held)
        return tuple(1 if v == -1 and at > first else v for at, v in enumerate(held)) or self.default

    def bounds(self) -> str:
        return f"1 to {self.longest} sizes" + (f"; {UNKNOWN} for one that only the data tell" if self.unknown else "")

    def schema(self) -> dict[str, Any]:
        kinds = ["integer", "null"] if self.unknown else "integer"
        return {"type": "array", "items": {"type": kinds}, "maxItems": 16}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"longest": self.longest, "one_open": self.one_open, "unknown": self.unknown}


class FieldName(Parameter[str]):
    """The name of a field of the data set; empty where none is chosen. Whether the set has it is for a check to say."""

    kind = "field"

    def __init__(self, **told: Any) -> None:
        super().__init__("", **told)

    def read(self, value: object) -> str:
        return _text(value, "the name of a field", 200)

    def bounds(self) -> str:
        return "a field of the data set"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


class BlockId(Parameter[str]):
    """Which block of the document is used, by its id. Whether it is there is for a check to say."""

    kind = "block"

    def __init__(self, **told: Any) -> None:
        super().__init__("", **told)

    def read(self, value: object) -> str:
        return _text(value, "the id of a block", 64)

    def bounds(self) -> str:
        return "a block of the document"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 64}


def _sizes(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    numbers = [_whole(v) for v in value]
    return None if None in numbers else tuple(n for n in numbers if n is not None)
