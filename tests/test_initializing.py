"""A rule for initial weights, set on a whole network at once."""

import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.initializing import KERNELS, RULES, initialise
from graphbuilder.operators import OPERATORS
from graphbuilder.templates import template


def drawn(document: Document) -> dict[str, object]:
    nodes = [*document.nodes, *(node for block in document.blocks for node in block.nodes)]
    return {
        f"{node.id} {name}": node.params[name]
        for node in nodes
        for name in KERNELS
        if node.kind in OPERATORS and name in OPERATORS[node.kind].parameters
    }


@pytest.mark.parametrize("name", ["lenet", "residual_blocks", "transformer_on_patches", "siamese", "rows_as_sequence"])
def test_a_rule_is_set_on_every_kernel_also_within_blocks(name: str) -> None:
    after = initialise(template(name), RULES["he"].value)
    assert set(drawn(after).values()) == {"he_normal"}
    assert not check(after).errors


def test_every_rule_can_be_set() -> None:
    for rule in RULES.values():
        if rule.value is not None:
            assert not check(initialise(template("lenet"), rule.value)).errors
