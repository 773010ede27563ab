"""What there is to see inside a node of a trained network, before anybody asks it."""

from typing import Literal

from graphbuilder.checks import Report
from graphbuilder.operators.data import Input
from graphbuilder.tensors import Numbers

Sight = Literal["maps", "weights", "top", "attention", "embedding", "units"]
"""Kinds of questions: what it makes of a sample, its weights, the samples that a unit answers most to, which step looks
at which, vectors by name, and what each unit answers over the plane."""


def sights(report: Report, node: str) -> tuple[Sight, ...]:
    """What a node has to show; the first is shown first. node: by path. Empty for a Loss, and for a node that is not
    there."""
    operator, facts = report.wired.operators.get(node), report.facts.get(node)
    if operator is None or facts is None or not facts.outputs:
        return ()
    found: list[Sight] = []
    if operator.shows == "heads":
        found.append("attention")
    if operator.shows == "vectors":
        found.append("embedding")
    if _is_of_points(report) and len(facts.shape) == 1:
        found.append("units")
    found.append("maps")
    if facts.counts.trainable + facts.counts.fixed and facts.counts.multiply_adds:
        found.append("weights")
    if next(iter(facts.outputs.values())).numbers is Numbers.FLOAT and operator.inputs:
        found.append("top")
    return tuple(found)


def _is_of_points(report: Report) -> bool:
    """Whether a point in the plane is all that comes in."""
    inputs = [id for id, operator in report.wired.operators.items() if isinstance(operator, Input)]
    return len(inputs) == 1 and report.facts[inputs[0]].shape == (2,)
