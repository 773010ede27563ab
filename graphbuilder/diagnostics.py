"""What is wrong with a network, as data: every message a person reads about a fault in their graph is one of these.

A code is stable (programs may rely on it), a message is a full sentence that names who, what was needed and what came,
and a fix says what to do.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault or suspicion.

    nodes: ids of the nodes to mark, the one at fault first; empty where the whole document is meant.
    parameter: the field of the first node that is wrong, where it is one.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    nodes: tuple[str, ...] = ()
    parameter: str | None = None

    @property
    def text(self) -> str:
        return f"{self.message} {self.fix}".strip()


def error(code: str, message: str, fix: str = "", *nodes: str, parameter: str | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, fix, nodes, parameter)


def warning(code: str, message: str, fix: str = "", *nodes: str, parameter: str | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, message, fix, nodes, parameter)
