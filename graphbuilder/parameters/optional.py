"""A value of another kind, or none."""

from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.parameters.declared import Parameter, T
from graphbuilder.shapes import Phrase


class OrNone(Parameter[T | None]):
    """What `of` takes, or none, which means what `none` says."""

    def __init__(self, of: Parameter[T], *, none: str, default: T | None = None, **told: Any) -> None:
        super().__init__(default, **told)
        self.of, self.none, self.kind = of, none, of.kind  # type: ignore[misc]

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.of.__set_name__(owner, name)

    def read(self, value: object) -> T | None:
        return None if value is None else self.of.read(value)

    def argument(self, value: T | None) -> Argument:
        return None if value is None else self.of.argument(value)

    def fault(self, value: T | None) -> Phrase | None:
        return None if value is None else self.of.fault(value)

    def nearest(self, value: T | None) -> T | None:
        return None if value is None else self.of.nearest(value)

    def bounds(self) -> str:
        return f"{self.of.bounds()}, or empty: {self.none}"

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.of.schema(), {"type": "null"}]}

    def describe(self) -> dict[str, Any]:
        return self.of.describe() | super().describe() | {"none": self.none}
