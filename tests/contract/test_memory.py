"""What a training takes grows as the estimate does. All families up to the limit: python -m tests.soak.memory."""

import pytest

from graphbuilder.checks import check
from graphbuilder.memory import HEAVY_BYTES
from tests.soak.memory import FAMILIES, estimated, measured


@pytest.mark.long
def test_R2_copies_of_large_weights_are_as_many_as_estimated() -> None:
    """In a process of its own. As large as weights are while looks ask for all of their gradients at once."""
    document = FAMILIES["wide, Adam"](5400)
    weights = 4 * sum(facts.parameters for facts in check(document).facts.values())
    assert 0.9 * HEAVY_BYTES < weights <= HEAVY_BYTES
    assert 0.7 <= measured(document)["bytes"] / estimated(document) <= 1.0


@pytest.mark.long
def test_R2_many_layers_take_what_is_estimated() -> None:
    """In a process of its own: what so many small arrays leave behind stays with a process, for the next to use."""
    document = FAMILIES["deep"](700)
    assert 0.7 <= measured(document)["bytes"] / estimated(document) <= 1.0
