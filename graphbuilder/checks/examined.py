"""What a check is given to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from graphbuilder.fields import Fields
from graphbuilder.inference import Facts, Wiring
from graphbuilder.operators import Operator

Kind = TypeVar("Kind", bound=Operator)


@dataclass(frozen=True)
class Examined:
    """A document under examination. facts: of the nodes whose shape is known. broken: ids already found at fault."""

    wired: Wiring
    fields: Fields
    facts: Mapping[str, Facts]
    broken: frozenset[str] = frozenset()

    def called(self, id: str) -> str:
        return self.wired.called(id)

    def every(self, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
        """Each node of one operator, with its id."""
        for id, operator in self.wired.operators.items():
            if isinstance(operator, kind):
                yield id, operator

    def before(self, id: str) -> list[str]:
        """The nodes that a node reads."""
        return [wire.source for wire in self.wired.into[id]]

    def past_keepers(self, id: str) -> str | None:
        """From a node with one input up past operators that only place values otherwise: who made the values.

        None where nothing, or several nodes, stand there.
        """
        above = self.before(id)
        passed: set[str] = set()
        while len(above) == 1 and above[0] not in passed:
            passed.add(above[0])
            operator = self.wired.operators[above[0]]
            if operator is None or not operator.keeps_values:
                return above[0]
            above = self.before(above[0])
        return None
