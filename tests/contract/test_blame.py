"""A training that ends in no numbers names the first of them: its layer, and what it was."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.document import Document
from tests.contract.test_training import settings, training
from tests.networks import chain, dense, loss, node

MEASURED = node("in", "Input", field="measurements")


def network(*between: Any, rate: float = 0.01, batch: int = 30) -> Document:
    document = chain(MEASURED, *between, dense("scores", 3), loss("L", "species"), data="iris")
    document = settings(document, batch_size=batch, epochs=2)
    return editing.set_optimizer_option(editing.set_optimizer(document, "SGD"), "learning_rate", rate)


def reason(document: Document, home: Path, change: Any = lambda model: None) -> str:
    _, _, _, outcome = training(document, home, change=change, probing=False)
    assert outcome.state == "diverged", outcome
    return str(outcome.reason)


def test_an_output_that_overflows_is_named(home: Path) -> None:
    def large(model: Any) -> None:
        model.get_layer("second").kernel.assign(np.full((8, 8), 3e38))

    told = reason(network(dense("first", 8), dense("second", 8), dense("third", 8)), home, large)
    assert told == (
        "diverged at epoch 1, batch 1: the loss is no number any more; "
        "the output of 'second' was the first that was too large for a number (infinite)"
    )


def test_behind_a_gradient_that_is_no_number_the_weights_are_not_to_blame(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root of 0 is 0, and its slope is infinite."""
    import keras

    from graphbuilder import compiler

    def rooted(call: Any, layer: Any, values: Any) -> Any:
        given = made(call, layer, values)
        return keras.ops.sqrt(given) if layer is not None and layer.name == "second" else given

    made = compiler.made_of
    monkeypatch.setattr(compiler, "made_of", rooted)

    def zero(model: Any) -> None:
        model.get_layer("second").kernel.assign(np.zeros((8, 8)))

    told = reason(network(dense("first", 8, activation="relu"), dense("second", 8, activation="relu")), home, zero)
    assert told.startswith("diverged at epoch 1, batch ")
    assert "; the gradient of bias of 'second' was the first that " in told
