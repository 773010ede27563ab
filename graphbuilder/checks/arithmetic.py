"""Whether the numbers are within bounds, one by one and together."""

from collections.abc import Iterator

from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Fault, such_as
from graphbuilder.memory import MEMORY_LIMIT, estimate, megabytes
from graphbuilder.operators import Operator
from graphbuilder.shapes import Phrase, whole


class OutOfBounds(Fault):
    """A value is outside the bounds that the operator, the data set or the settings declare for it.

    must: what holds of the value, and which one came.
    """

    code = "E_BOUNDS"
    title = "A value out of bounds"
    remedy = "Set it within the bounds that the sentence names; the button beside the fault takes the nearest value."
    point = (
        "Most bounds are where the mathematics ends: no window is smaller than one place, and no larger "
        "share than all can be dropped."
    )
    example = such_as(
        who="Linear 'scores'",
        name="units",
        must=Phrase("must be at least {low}; received {received}", low=1, received=0),
    )
    who: str
    name: str
    must: Phrase

    @property
    def message(self) -> str:
        return f"{self.who}: {self.name} {self.must}."


def bounds(examined: Examined) -> Iterator[Diagnostic]:
    """A parameter is outside the bounds that its operator declares."""
    for id, operator in examined.where(Operator.broken_bounds):
        for name, fault in operator.broken_bounds():
            repairs = remedies.within_bounds(operator, name)
            who = examined.called(id)
            yield OutOfBounds(who=who, name=name, must=fault, nodes=(id,), parameter=name, repairs=repairs)


class TooBig(Fault):
    """Training would need more memory than is allowed. The estimate is of weights, what the optimizer keeps
    beside them, and the values of one batch; so it is made once data are chosen. Code is given all the same.

    needed, allowed, of_node: bytes.
    """

    code = "E_TOO_BIG"
    title = "Too big for this machine"
    remedy = (
        "Make the batch smaller, give wide operators fewer units or filters, or make what comes in "
        "smaller by pooling or strides."
    )
    point = (
        "Weights are rarely the largest part: every output of every sample of a batch is kept until its "
        "gradient is known. A wide Linear behind a Flatten is the usual exception."
    )
    see = ("training.batch_size", "operator.MaxPooling2D", "operator.GlobalAveragePooling2D")
    example = such_as(
        who="Linear 'wide'", needed=21000000000, allowed=4000000000, parameters=1048576000, of_node=16777216000
    )
    who: str
    needed: int
    allowed: int
    parameters: int
    of_node: int

    @property
    def message(self) -> str:
        return (
            f"{self.who} makes the network too big: training would take about {megabytes(self.needed)}, "
            f"and {megabytes(self.allowed)} are allowed; this node alone has {whole(self.parameters)} parameters and "
            f"{megabytes(self.of_node)}."
        )

    @property
    def fix(self) -> str:
        if self.parameters:
            return "Give it fewer units or filters, or make what comes in smaller, by pooling or strides."
        return "Make the batch smaller, or the image, by pooling or strides."


def too_big(examined: Examined) -> Iterator[Diagnostic]:
    if not examined.wired.reads_data:
        return
    needed = estimate(examined.wired.document, examined.facts, examined.rows_at_once)
    if needed.total <= MEMORY_LIMIT or not needed.by_node:
        return
    worst = max(needed.by_node, key=lambda id: needed.by_node[id])
    yield TooBig(
        who=examined.called(worst),
        needed=needed.total,
        allowed=MEMORY_LIMIT,
        parameters=examined.facts[worst].parameters,
        of_node=needed.by_node[worst],
        nodes=(worst,),
        of_training=True,
        repairs=remedies.less_memory(examined, needed, worst),
    )
