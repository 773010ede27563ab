"""Whether what is said of a network is what has to be said."""

from collections.abc import Iterable

from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence, diagnose
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.document import Document
from tests.diagnosis.planted import Fault


def names(fault: Fault, found: Iterable[Diagnostic]) -> bool:
    """Some finding has words for the planted cause, and marks one of its nodes or its setting."""
    return any(
        any(word in one.message for word in fault.says) and ({*one.nodes, one.parameter} & {*fault.at}) for one in found
    )


def said(document: Document, run: Evidence | None = None) -> tuple[Diagnostic, ...]:
    return diagnose(check(document), run)
