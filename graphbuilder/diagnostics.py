"""What is wrong with a network, as data: every message a person reads about a fault in their graph is one of these.

A code is stable (programs may rely on it), a message is a full sentence that names who, what was needed and what came,
a fix says what to do, and a repair is a fix that a button can do.
"""

from dataclasses import dataclass
from enum import StrEnum

from graphbuilder.repair import Repair


class Severity(StrEnum):
    """error: wrong. need: not wrong, but training cannot start without it. warning: legal, but seldom meant."""

    ERROR = "error"
    NEED = "need"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault or suspicion.

    nodes: ids of the nodes to mark, the one at fault first; empty where the whole document is meant.
    parameter: the field of the first node that is wrong, where it is one.
    unfinished: the network is only not drawn to its end yet; told quietly until somebody wants to train.
    repairs: what might mend it, the best first. None of them is tried yet: `repairs.offers` does that.
    of_training: an error that keeps the network from being trained here, and from nothing else: its code is right.
    needs: of a need, what training lacks, in a word or two.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    nodes: tuple[str, ...] = ()
    parameter: str | None = None
    unfinished: bool = False
    repairs: tuple[Repair, ...] = ()
    of_training: bool = False
    needs: str = ""

    @property
    def text(self) -> str:
        return f"{self.message} {self.fix}".strip()

    @property
    def keeps_from_code(self) -> bool:
        """Code of the network, or a model of it, would be wrong."""
        return self.severity is Severity.ERROR and not self.of_training

    @property
    def keeps_from_training(self) -> bool:
        return self.severity is not Severity.WARNING


def error(
    code: str,
    message: str,
    fix: str = "",
    *nodes: str,
    parameter: str | None = None,
    unfinished: bool = False,
    repairs: tuple[Repair, ...] = (),
    of_training: bool = False,
) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, fix, nodes, parameter, unfinished, repairs, of_training)


def need(
    code: str,
    needs: str,
    fix: str = "",
    *nodes: str,
    why: str = "",
    parameter: str | None = None,
    repairs: tuple[Repair, ...] = (),
) -> Diagnostic:
    message = f"Training needs {needs}{f': {why}' if why else ''}."
    return Diagnostic(code, Severity.NEED, message, fix, nodes, parameter, True, repairs, needs=needs)


def warning(
    code: str,
    message: str,
    fix: str = "",
    *nodes: str,
    parameter: str | None = None,
    repairs: tuple[Repair, ...] = (),
) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, message, fix, nodes, parameter, False, repairs)
