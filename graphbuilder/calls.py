"""A call of Keras (or of one of our own small functions) as data: the compiler makes it, the code generator prints it.

Nothing else crosses from a document into code, so no text of a user's can become code: a callee is a name from our
declarations, an argument is a plain value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Union

Argument = Union[None, bool, int, float, str, tuple["Argument", ...], "Call", "Name", "Listed"]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the printed code, or the value that the compiler keeps under that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Several arguments as one list."""

    items: tuple["Argument", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`callee(*args, **kwargs)`; a callee such as "layers.Dense" is found from the module keras."""

    callee: str
    args: tuple[Argument, ...] = ()
    kwargs: Mapping[str, Argument] = field(default_factory=lambda: MappingProxyType({}))
