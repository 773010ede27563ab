"""Rules for drawing the kernels of a whole network, to be tried beside each other, and the edit that takes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.grouping import inside
from graphbuilder.operators import OPERATORS, Operator

KERNELS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer")
"""Parameters that say how what a layer multiplies by is drawn."""


@dataclass(frozen=True, slots=True)
class Rule:
    """value: of the parameters, as JSON has it; None for what the network is set to."""

    title: str
    value: Any


RULES: Mapping[str, Rule] = {
    "chosen": Rule("As it is set", None),
    "zeros": Rule("Zeros", "zeros"),
    "small": Rule("Small random, 0.01", {"name": "random_normal", "stddev": 0.01}),
    "large": Rule("Large random, 1.0", {"name": "random_normal", "stddev": 1.0}),
    "glorot": Rule("Glorot", "glorot_uniform"),
    "he": Rule("He", "he_normal"),
    "lecun": Rule("LeCun", "lecun_normal"),
    "orthogonal": Rule("Orthogonal", "orthogonal"),
}


def kernels_of(operator: type[Operator] | Operator) -> list[str]:
    """The parameters of an operator by which its kernels are drawn."""
    return [name for name in KERNELS if name in operator.parameters]


def initialise(document: Document, value: Any) -> Document:
    """Every kernel is drawn by this rule from now on, within blocks too; a frozen layer stays as it is."""
    for block in ("", *(one.id for one in document.blocks)):
        document = inside(document, block, lambda part: _initialised(part, value))
    return document


def _initialised(document: Document, value: Any) -> Document:
    for node in document.nodes:
        known = OPERATORS.get(node.kind)
        for name in kernels_of(known) if known and not node.frozen else ():
            document = editing.set_parameter(document, node.id, name, value)
    return document
