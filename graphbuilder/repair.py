"""A repair: what a button would change to mend a fault, as data. `repair_work.py` works it, `repair_words.py` words it.

A node is named by its id; where none is named, the first node of the fault is meant. So an operator, which does not
know its node, can say what helps it: `SetParameter("padding", "same")`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Gives a parameter of a node another value, as JSON has it."""

    name: str
    value: Any = field(hash=False)
    node: str = ""


@dataclass(frozen=True, slots=True)
class SetOnBranches:
    """Gives a parameter this value wherever operators on the branches that meet in a node have it."""

    name: str
    value: Any = field(hash=False)
    node: str = ""


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Gives a setting another value. where: data, split, optimizer or training."""

    where: str
    name: str
    value: Any = field(hash=False)


@dataclass(frozen=True, slots=True)
class UseData:
    """Takes another data set, with its default options."""

    name: str


@dataclass(frozen=True, slots=True)
class UseOptimizer:
    """Takes another optimizer, with its default options."""

    name: str


@dataclass(frozen=True, slots=True)
class Put:
    """Puts a new node on the canvas, without a wire."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class PutBefore:
    """Puts a new node into what a node reads: into all its wires, or with `place` into this one of its inputs alone."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    node: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class PutBehind:
    """Puts a new node behind a node, in front of all that read it; where nothing does, it ends the branch."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    node: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """Puts another operator in a node's place; wires, label and parameters of the same name stay."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    node: str = ""


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Takes a node out and closes the gap."""

    node: str = ""


@dataclass(frozen=True, slots=True)
class Connect:
    """Draws a wire between two nodes."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Cuts the wire between two nodes."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Unshare:
    """Gives a node a layer of its own."""

    node: str = ""


@dataclass(frozen=True, slots=True)
class Thaw:
    """Lets training change a node's weights."""

    node: str = ""


Change = (
    SetParameter
    | SetOnBranches
    | SetSetting
    | UseData
    | UseOptimizer
    | Put
    | PutBefore
    | PutBehind
    | Replace
    | TakeOut
    | Unshare
    | Thaw
    | Connect
    | Cut
)

Repair = Change | tuple[Change, ...]
"""One step that mends a fault: a change, or several, worked in this order."""
