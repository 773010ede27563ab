"""A repair: what a button would change to mend a fault, as data. `repairs.py` works it on a document.

A node is named by its id; where none is named, the first node of the fault is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Gives a parameter of a node another value, as JSON has it."""

    name: str
    value: Any
    node: str = ""


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Gives a setting another value. where: data, split, optimizer or training."""

    where: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class PutBefore:
    """Puts a new node into what a node reads. source: of several wires, the one from this node alone."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    node: str = ""
    source: str = ""


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
class Cut:
    """Cuts the wire between two nodes."""

    source: str
    target: str


Change = SetParameter | SetSetting | PutBefore | PutBehind | Replace | TakeOut | Cut


@dataclass(frozen=True, slots=True)
class Repair:
    """One step that mends a fault. says: what it changes, as the button and the history say it."""

    says: str
    changes: tuple[Change, ...]
