"""What is odd about data, as data: every sentence a person reads about a table of theirs is one of these.

A kind of finding is a class: a code that programs may rely on, its facts as typed fields, and a view of them in words.
An error stands where nothing can be trained until it is resolved; a warning is legal, but seldom meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar, dataclass_transform

from graphbuilder.diagnostics import Severity

Change = Mapping[str, Mapping[str, str]]
"""What to make of columns, by name: {"age": {"missing": "median"}}."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to look at. columns: to mark, the one at fault first. change: what would resolve it, where a button
    can; instead: another way, where a person must choose."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.WARNING

    columns: tuple[str, ...] = ()
    change: Change = field(default_factory=lambda: MappingProxyType({}))
    instead: Change = field(default_factory=lambda: MappingProxyType({}))

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    @property
    def message(self) -> str:
        """A full sentence: which column, what was found, in numbers."""
        raise NotImplementedError

    @property
    def fix(self) -> str:
        """What to do."""
        return ""

    @property
    def text(self) -> str:
        return f"{self.message} {self.fix}".strip()

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence is made of, by name, as JSON values."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _NO_FACTS}

    @property
    def keeps_from_training(self) -> bool:
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "text": self.text,
            "columns": list(self.columns),
            "facts": self.facts,
            "change": {name: dict(change) for name, change in self.change.items()},
            "instead": {name: dict(change) for name, change in self.instead.items()},
        }


_NO_FACTS = ("columns", "change", "instead")


class Wrong(Finding):
    severity = Severity.ERROR


Findings = Iterator[Finding]


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """Names in a sentence, in quotation marks; of many the first."""
    told = [repr(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(told)} and {len(names) - most:,} more"
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"
