"""What a parameter is, and what has any.

`read` turns JSON into a value and refuses another type (a document cannot hold it). `fault` says in a phrase which
bound a value of the right type breaks (a document can hold it, and a check reports it).
"""

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

from graphbuilder.calls import Argument
from graphbuilder.lessons import Lesson
from graphbuilder.parameters.values import Params, Value, written
from graphbuilder.shapes import Phrase
from graphbuilder.texts import beginning_of, one_line

LARGEST_SIZE = 10**12
"""No size in a document is larger: beyond it sums of sizes are of no use to anybody."""
LARGEST_NUMBER = 1e300
"""Nor any other number."""

T = TypeVar("T", bound=Value)


class WrongType(ValueError):
    """A value that a parameter of this kind cannot hold. The text says what is needed and what came."""


class Declared:
    """Something with declared parameters: its class lists them, an instance holds their values."""

    parameters: ClassVar[Mapping[str, "Parameter[Any]"]] = MappingProxyType({})
    """By name. A subclass takes an inherited one away by None in its place."""
    absent: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Arguments of Keras' that are no parameters here, and why, with what to do."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = _own(cls)
        for name, parameter in own.items():
            if name not in vars(cls):
                parameter.__set_name__(cls, name)
                setattr(cls, name, parameter)
        gone = {part for name, value in vars(cls).items() if value is None for part in _named(cls, name)}
        cls.parameters = MappingProxyType({n: p for n, p in {**cls.parameters, **own}.items() if n not in gone})

    def __init__(self, params: Params | None = None) -> None:
        whole = params is not None and params.keys() == self.parameters.keys()
        self.params: Params = params if params is not None and whole else {**self.defaults(), **(params or {})}

    @classmethod
    def defaults(cls) -> dict[str, Value]:
        return {name: p.default for name, p in cls.parameters.items()}


class Bundle:
    """Several parameters, declared in one line. The first of them stand in its place; the others stand behind those of
    the bundles that follow, and behind the parameters that one of these is to have beside it."""

    def __init__(self, beside: tuple[str, ...] = ()) -> None:
        self.beside = beside

    def parts(self) -> tuple[Mapping[str, "Parameter[Any]"], ...]:
        raise NotImplementedError


def _named(cls: type, name: str) -> Iterator[str]:
    """The parameters that an inherited declaration makes."""
    inherited = next((vars(base)[name] for base in cls.__mro__[1:] if name in vars(base)), None)
    yield name
    for part in inherited.parts() if isinstance(inherited, Bundle) else ():
        yield from part


def _own(cls: type) -> dict[str, "Parameter[Any]"]:
    """Those that a class declares, in the order of files."""
    own: dict[str, Parameter[Any]] = {}
    later: list[dict[str, Parameter[Any]]] = []
    beside: set[str] = set()

    for name, declared in vars(cls).items():
        if isinstance(declared, Bundle):
            first, *rest = declared.parts()
            own |= first
            later = later or [{} for _ in rest]
            for group, part in zip(later, rest, strict=True):
                group |= part
            beside |= {*declared.beside}
        elif isinstance(declared, Parameter):
            if name not in beside:
                for group in later:
                    own |= group
                later = []
            own[name] = declared
    for group in later:
        own |= group
    return own


class Parameter(Generic[T]):
    """One declared parameter.

    help: one line for the form. lesson: what help tells beside it, for a setting. more: whether the form folds it away.
    keras_default: what Keras takes where the argument is left out, given only where it is not `default`; printed code
    leaves an argument out by this alone. keras_as: the parameter whose value Keras takes there, or where it is told
    None. of_call: Keras is told when the layer is called, not when it is made.
    quiet: files leave the default out, since they were written before the parameter was there.
    """

    kind: ClassVar[str]
    name: str

    def __init__(
        self, default: T, *, help: str, more: bool = False, unit: str = "", keras_default: Any = ...,
        keras_as: str = "", lesson: Lesson | None = None, of_call: bool = False, quiet: bool = False,
    ) -> None:  # fmt: skip
        self.default = default
        self.help = help
        self.more = more
        self.unit = unit
        self.lesson = lesson
        self.of_call = of_call
        self.quiet = quiet
        self.keras_as = keras_as
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

    def read_each(self, values: Iterable[object]) -> tuple[T, ...]:
        """Several values."""
        return tuple(map(self.read, values))

    def write(self, value: T) -> Any:
        """The value as JSON."""
        return written(value)

    def argument(self, value: T) -> Argument:
        """The value as Keras takes it."""
        return value  # type: ignore[return-value]

    def fault(self, value: T) -> Phrase | None:
        """Which bound the value breaks, in words that follow "name "; None where it is within bounds."""
        return None

    @property
    def is_bounded(self) -> bool:
        """Whether any value that `read` takes may be out of bounds."""
        return True

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


def need(needed: str, value: object) -> WrongType:
    return WrongType(f"must be {needed}; received {beginning_of(value, 60)}")


def text_of(value: object, needed: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise need(needed, value)
    try:
        return one_line(value)
    except ValueError as fault:
        raise WrongType(str(fault)) from None


def whole_of(value: object) -> int | None:
    """The value as a whole number, where it is one. JSON's 3.0 is a whole number, true is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and (not isfinite(value) or not value.is_integer()):
        return None
    return int(value) if abs(value) <= LARGEST_SIZE else None


def within(part: str, fault: str) -> Phrase:
    """The fault of one part, told of the whole. A phrase stays one among what is given."""
    return Phrase("has {part}, which {fault}", part=part, fault=fault)
