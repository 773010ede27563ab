"""Whether the numbers are within bounds, one by one and together."""

from collections.abc import Iterator

from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, error
from graphbuilder.memory import MEMORY_LIMIT, estimate, megabytes
from graphbuilder.shapes import whole


def bounds(examined: Examined) -> Iterator[Diagnostic]:
    """A parameter is outside the bounds that its operator declares."""
    for id, operator in examined.wired.operators.items():
        if operator is None:
            continue
        faults = [
            (name, fault)
            for name, parameter in operator.parameters.items()
            if (fault := parameter.fault(operator.params[name]))
        ]
        for name, fault in faults or operator.parameter_faults():
            repairs = remedies.within_bounds(operator, name)
            yield error("E_BOUNDS", f"{examined.called(id)}: {name} {fault}.", "", id, parameter=name, repairs=repairs)


def too_big(examined: Examined) -> Iterator[Diagnostic]:
    """Training would need more memory than is allowed. The estimate is of weights, what the optimizer keeps beside
    them, and the values of one batch; so it is made once data are chosen. Code is given all the same."""
    if not examined.wired.reads_data:
        return
    needed = estimate(examined.wired.document, examined.facts)
    if needed.total <= MEMORY_LIMIT or not needed.by_node:
        return
    worst = max(needed.by_node, key=lambda id: needed.by_node[id])
    facts = examined.facts[worst]
    message = (
        f"{examined.called(worst)} makes the network too big: training would take about {megabytes(needed.total)}, "
        f"and {megabytes(MEMORY_LIMIT)} are allowed; this node alone has {whole(facts.parameters)} parameters and "
        f"{megabytes(needed.by_node[worst])}."
    )
    if facts.parameters:
        fix = "Give it fewer units or filters, or make what comes in smaller, by pooling or strides."
    else:
        fix = "Make the batch smaller, or the image, by pooling or strides."
    repairs = remedies.less_memory(examined, needed, worst)
    yield error("E_TOO_BIG", message, fix, worst, of_training=True, repairs=repairs)
