"""Of which nodes dead and saturated units are counted."""

from math import isfinite

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.checks import Report


def relu_nodes(report: Report) -> frozenset[str]:
    """Ids of the nodes whose output is zero where a ReLU unit is dead."""
    operators = report.wired.operators.items()
    return frozenset(id for id, operator in operators if operator and operator.may_die())


def bounded_nodes(report: Report) -> dict[str, tuple[float, float]]:
    """Of the nodes whose output is saturated near one of two bounds, these bounds."""
    found = {}
    for id, operator in report.wired.operators.items():
        kind = ACTIVATIONS.get(operator.activation_name() or "") if operator else None
        if kind and not kind.has_dead and isfinite(kind.low) and isfinite(kind.high):
            found[id] = kind.low, kind.high
    return found
