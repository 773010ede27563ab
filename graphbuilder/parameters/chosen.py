"""One of several things that are declared, each with parameters of its own."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.lessons import Lesson
from graphbuilder.parameters.declared import Declared, Parameter, WrongType, need, text_of, within
from graphbuilder.parameters.values import Chosen, Params, Penalty, Value
from graphbuilder.shapes import Axis, Phrase

Choosable = str | Chosen | Penalty | None


class Option(Declared):
    """One that may be chosen. title: on the form. keras: its class, within the module of its kind. axes: how many axes
    a weight has to have for it, where it does not go with any."""

    title: ClassVar[str]
    keras: ClassVar[str]
    axes: ClassVar[range] = range(1, 100)
    is_word: ClassVar[bool] = True
    """Keras knows it by its name alone."""

    def __init_subclass__(cls, title: str = "", keras: str = "") -> None:
        super().__init_subclass__()
        if title:
            cls.title, cls.keras = title, keras or cls.__name__

    def arguments(self) -> dict[str, Argument]:
        return {name: one.argument(self.params[name]) for name, one in self.parameters.items()}

    def own_fault(self) -> Phrase | None:
        """A bound between its parameters that is broken."""
        return None


class OfWeights(Option):
    """What may be chosen for a weight, with what help tells of it."""

    lesson: ClassVar[Lesson]


class OneOf(Parameter[Any]):
    """One of `options`, by name: the name alone where all of its own parameters have their defaults, else with them.

    In a document it is a word, or an object such as {"name": "constant", "value": 0.1}.
    """

    kind = "chosen"
    module: ClassVar[str]

    def __init__(self, default: Choosable, options: Mapping[str, type[Option]], **told: Any) -> None:
        super().__init__(default, **told)
        self.options = options

    @property
    def choices(self) -> dict[str, str]:
        return {name: option.title for name, option in self.options.items()}

    def name_of(self, value: Any) -> str:
        return value.name if isinstance(value, Chosen) else str(value)

    def params_of(self, value: Any) -> Params:
        """Its own parameters, whole."""
        own = value.params if isinstance(value, Chosen) else {}
        return {**self.options[self.name_of(value)].defaults(), **own}

    def option(self, value: Any) -> Any:
        """What is chosen, with its parameters. Raises KeyError for a word that is none of the options."""
        return self.options[self.name_of(value)](self.params_of(value))

    def read(self, value: object) -> Any:
        if not isinstance(value, dict):
            return text_of(value, "one word, or an object with a name", 80)
        name = value.get("name")
        if not isinstance(name, str) or name not in self.options:
            raise need(f"one of {', '.join(self.options)}", name)
        return self.made(name, read_args(self.options[name], {k: v for k, v in value.items() if k != "name"}))

    def made(self, name: str, args: Mapping[str, Value]) -> Any:
        declared = self.options[name]
        return name if args == declared.defaults() else Chosen(name, tuple(args.items()))

    def argument(self, value: Any) -> Argument:
        name = self.name_of(value)
        if not isinstance(value, Chosen) and (name not in self.options or self.options[name].is_word):
            return name
        option = self.options[name](self.params_of(value))
        return Call(f"{self.module}.{option.keras}", kwargs=option.arguments())

    def fault(self, value: Any) -> Phrase | None:
        name = self.name_of(value)
        if name not in self.options:
            return Phrase("must be one of {known}; received {received!r}", known=tuple(self.options), received=name)
        return None if isinstance(value, str) else next(self.inner_faults(value), None)

    def inner_faults(self, value: Any) -> Iterator[Phrase]:
        option = self.options[self.name_of(value)]
        params = self.params_of(value)
        for name, own in option.parameters.items():
            if told := own.fault(params[name]):
                yield within(name, told)
        if told := option(params).own_fault():
            yield told

    def nearest(self, value: Any) -> Any:
        name = self.name_of(value)
        if name not in self.options:
            return next(iter(get_close_matches(name, self.options, 1)), self.default)
        declared, params = self.options[name].parameters, self.params_of(value)
        held = self.made(name, {one: own.nearest(params[one]) for one, own in declared.items()})
        return name if self.fault(held) else held

    def bounds(self) -> str:
        return ", ".join(self.options)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "maxLength": 80, "examples": list(self.options)}, *self._objects()]}

    def _objects(self) -> Iterator[dict[str, Any]]:
        for name, option in self.options.items():
            if option.parameters:
                own = {one: parameter.schema() for one, parameter in option.parameters.items()}
                properties = {"name": {"const": name}, **own}
                yield {"type": "object", "additionalProperties": False, "required": ["name"], "properties": properties}

    def describe(self) -> dict[str, Any]:
        own = {name: [one.describe() for one in option.parameters.values()] for name, option in self.options.items()}
        return super().describe() | {"choices": self.choices, "own": {name: told for name, told in own.items() if told}}


def read_args(declared: type[Declared], raw: Mapping[str, object]) -> dict[str, Value]:
    """All parameters of what is declared, those that are named read. Raises WrongType."""
    args = declared.defaults()
    for name, value in raw.items():
        if name not in declared.parameters:
            raise WrongType(f"has no {name[:60]!r}; there are: {', '.join(declared.parameters) or 'none'}")
        try:
            args[name] = declared.parameters[name].read(value)
        except WrongType as fault:
            raise WrongType(within(name, str(fault))) from None
    return args


def fitting(options: Mapping[str, type[Option]], axes: Axis) -> dict[str, type[Option]]:
    """Those that go with a weight of so many axes; None for three or more."""
    return {name: option for name, option in options.items() if (axes or 3) in option.axes}
