"""The operator that stands for what an imported model has and nothing here knows."""

from graphbuilder.fields import Fields
from graphbuilder.operators.families import BLOCK
from graphbuilder.operators.operator import Operator, Port
from graphbuilder.parameters import Formula, OrNone, ShapeOf, Whole
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

_MOST = 32
_LINE = r"[^\n\r]{0,200}"


class Placeholder(Operator, family=BLOCK):
    """Stands for a layer of an imported model that is not known here, so that what is around it can be seen.

    Input shapes: any. Output shape: as typed in. A network with it cannot be trained, and gives no code.
    """

    kind = "Placeholder"
    title = "Placeholder"
    stem = "unknown"
    keywords = ("unknown", "custom", "lambda", "import")
    inputs = (Port("in", takes=frozenset(Numbers), least=0),)

    stands_for = Formula(
        "", form=_LINE, needed="a name of at most 200 letters", others=(), longest=200, help="The layer's own class."
    )
    missing = Formula(
        "", form=_LINE, needed="a line of at most 200 letters", others=(), longest=200, help="What is not known of it."
    )
    shape = OrNone(
        ShapeOf((8,), longest=6, unknown=True, help=""),
        none="not known",
        help="The shape of one sample of what it gives; behind it nothing is checked before that is known.",
    )
    sources = Whole(1, low=0, high=_MOST, more=True, help="How many inputs it has.")
    results = Whole(1, low=1, high=_MOST, more=True, help="How many outputs it has, all of this shape.")

    def input_ports(self) -> tuple[Port, ...]:
        (port,) = self.inputs
        count = max(0, min(self.sources, _MOST))
        return tuple(Port(name, takes=port.takes, least=0) for name in _numbered("in", count))

    def output_ports(self) -> tuple[Port, ...]:
        return tuple(map(Port, _numbered("out", max(1, min(self.results, _MOST)))))

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        """A check leaves those of no known shape out."""
        assert self.shape is not None
        return (TensorSpec(self.shape),) * len(self.output_ports())

    def line(self) -> str:
        return self.stands_for


def _numbered(stem: str, count: int) -> list[str]:
    """in, in_2, in_3."""
    return [stem if number == 1 else f"{stem}_{number}" for number in range(1, count + 1)]
