"""A weight of an operator in one line: how it is drawn, what the loss adds for it, what it is held to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, overload

from graphbuilder.parameters.constraints import Constraint
from graphbuilder.parameters.declared import Bundle, Declared, Parameter
from graphbuilder.parameters.initializers import Initializer
from graphbuilder.parameters.penalties import Regularizer
from graphbuilder.parameters.values import Chosen, Penalty
from graphbuilder.shapes import Axis


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one weight of one operator."""

    initializer: str | Chosen
    regularizer: Penalty | Chosen
    constraint: str | Chosen | None


class Weight(Bundle):
    """Of a weight called `kernel`: the parameters kernel_initializer, kernel_regularizer and kernel_constraint.

    of: what it is, as help has it. axes: how many it has; None for three or more, and one where it begins with zeros or
    ones. keras_default: of the initializer. beside: parameters below it that are to stand behind its initializer.
    """

    def __init__(
        self,
        initializer: str | Chosen,
        of: str = "weights",
        *,
        axes: Axis = None,
        keras_default: Any = ...,
        beside: tuple[str, ...] = (),
    ) -> None:
        super().__init__(beside)
        axes = 1 if axes is None and initializer in ("zeros", "ones") else axes
        self._drawn = Initializer(
            initializer, axes=axes, more=True, keras_default=keras_default, help=f"How the {of} are drawn at the start."
        )
        self._penalty = Regularizer(axes=axes, help=f"Penalty on large {of}.")
        self._held = Constraint(axes=axes, help=f"What the {of} are held to after every step.")

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def parts(self) -> tuple[Mapping[str, Parameter[Any]], ...]:
        return (
            {f"{self._name}_initializer": self._drawn},
            {f"{self._name}_regularizer": self._penalty},
            {f"{self._name}_constraint": self._held},
        )

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Declared, owner: type) -> Rules: ...
    def __get__(self, instance: Declared | None, owner: type) -> Self | Rules:
        if instance is None:
            return self
        drawn, penalty, held = (instance.params[f"{self._name}_{part}"] for part in _PARTS)
        return Rules(drawn, penalty, held)  # type: ignore[arg-type]


_PARTS = ("initializer", "regularizer", "constraint")


def activity_regularizer() -> Regularizer:
    """Of what an operator gives, which it then adds to the loss."""
    return Regularizer(quiet=True, help="Penalty on large outputs.")
