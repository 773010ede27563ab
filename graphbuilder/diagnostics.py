"""What is wrong with a network, as data: every message a person reads about a fault in their graph is one of these.

A kind of diagnostic is a class, declared beside its check: a code that programs may rely on, its facts as typed fields,
and a view of them in words. The sentence names who, what was needed and what came; a fix says what to do, and a repair
is a fix that a button can do. The class carries its page of help, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar, dataclass_transform

from graphbuilder.repair import Repair
from graphbuilder.shapes import Phrase


class Severity(StrEnum):
    """error: wrong. need: not wrong, but training cannot start without it. warning: legal, but seldom meant."""

    ERROR = "error"
    NEED = "need"
    WARNING = "warning"


_kinds: dict[str, list[type["Diagnostic"]]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One fault or suspicion. Every subclass is a frozen dataclass: its fields are what was found, in names, numbers
    and shapes; `message` and `fix` are these facts in words.

    nodes: ids of the nodes to mark, the one at fault first; empty where the whole document is meant.
    parameter: the field of the first node that is wrong, where it is one.
    of_training: an error that keeps the network from being trained here, and from nothing else: its code is right.
    repairs: what might mend it, the best first. None of them is tried yet: `repairs.offers` does that.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity]
    needs: ClassVar[str] = ""
    """Of a need, what training lacks, in a word or two."""

    title: ClassVar[str] = ""
    """For help, as what follows, said once for each code. What its docstring begins with says what it means."""
    remedy: ClassVar[str] = ""
    """What to do."""
    point: ClassVar[str] = ""
    """What a lecture would say of it."""
    see: ClassVar[tuple[str, ...]] = ()
    """Keys of topics to go on with."""
    example: ClassVar[Mapping[str, Any] | None] = None
    """The facts of one. Every kind has them; a test holds it to that."""

    nodes: tuple[str, ...] = ()
    parameter: str | None = None
    of_training: bool = False
    repairs: tuple[Repair, ...] = ()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        if "code" in vars(cls):
            _kinds.setdefault(cls.code, []).append(cls)

    @property
    def message(self) -> str:
        """A full sentence: who, what was needed, what came."""
        raise NotImplementedError

    @property
    def fix(self) -> str:
        return ""

    @property
    def unfinished(self) -> bool:
        """The network is only not drawn to its end yet; told quietly until somebody wants to train."""
        return False

    @property
    def text(self) -> str:
        return f"{self.message} {self.fix}".strip()

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence is made of, by name, as JSON values; what has no bound is None, and a phrase its words with
        places and what is given for them."""
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _OF_EVERY}
        return {name: _as_json(value) for name, value in own.items()}

    @property
    def keeps_from_code(self) -> bool:
        """Code of the network, or a model of it, would be wrong."""
        return self.severity is Severity.ERROR and not self.of_training

    @property
    def keeps_from_training(self) -> bool:
        return self.severity is not Severity.WARNING


def _as_json(fact: Any) -> Any:
    if isinstance(fact, Phrase):
        return fact.as_json()
    return None if fact in (inf, -inf) else fact


_OF_EVERY = frozenset(field.name for field in fields(Diagnostic))


def kinds() -> dict[str, list[type[Diagnostic]]]:
    """Every kind of diagnostic that was declared, by code."""
    return {code: [*found] for code, found in _kinds.items()}


def such_as(**facts: Any) -> Mapping[str, Any]:
    return MappingProxyType(facts)


class Fault(Diagnostic):
    severity = Severity.ERROR


class Need(Diagnostic):
    severity = Severity.NEED
    unfinished = True

    @property
    def why(self) -> str:
        """Why training needs it, where that is not plain."""
        return ""

    @property
    def message(self) -> str:
        return f"Training needs {self.needs}{self.why and f': {self.why}'}."


class Suspicion(Diagnostic):
    severity = Severity.WARNING
