"""Whether what is said of a network is what has to be said."""

from collections.abc import Iterable

from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence, diagnose
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.document import Document
from tests.diagnosis.asked import Asked
from tests.diagnosis.planted import Fault


def names(fault: Fault | Asked, found: Iterable[Diagnostic]) -> bool:
    """Some finding has words for the planted cause, or a code that counts, and marks a node of it or its setting."""
    there = (one for one in found if {*one.nodes, one.parameter} & {*fault.at})
    if isinstance(fault, Asked):
        return any(one.code in fault.codes and fault.says in one.message for one in there)
    return any(word in one.message for one in there for word in fault.says)


def said(document: Document, run: Evidence | None = None) -> tuple[Diagnostic, ...]:
    return diagnose(check(document), run)
