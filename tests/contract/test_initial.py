"""The initialisation laboratory against NumPy, and what it says of each rule."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.initializing import RULES, initialise
from graphbuilder.plan import plan
from graphbuilder.training.units import bounded_nodes
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense

DEEP = chain(PIXELS, SCALE, *(dense(f"h{n}", 32, activation="tanh") for n in range(4)), SCORES, DIGIT)


def seen(document: Document, home: Path) -> tuple[Any, Any, dict[str, Any]]:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.initial import initial
    from graphbuilder.training.parts import parts

    report = check(document)
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    before = model.get_weights()
    found = initial(model, report, planned, fed, bounded_nodes(report))
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True)), "only looked at"
    chosen = np.random.default_rng(planned.seed).permutation(fed.rows[0])[: planned.batch_size]
    return model, (fed.x["pixels"][chosen], fed.y["digit"][chosen].reshape(-1)), {one["rule"]: one for one in found}


def test_activations_and_gradients_are_as_numpy_has_them(home: Path) -> None:
    model, (x, y), found = seen(DEEP, home)
    weights = model.get_weights()
    values = [x / 16]
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        values.append(np.tanh(values[-1] @ kernel + bias))
    logits = values[-1] @ weights[-2] + weights[-1]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    back = [shares - np.eye(10)[y]]
    slopes = [np.ones_like(logits), *(1 - one**2 for one in values[:0:-1])]
    for kernel, slope in zip(weights[-2:0:-2], slopes, strict=False):
        back.append((back[-1] * slope) @ kernel.T)
    told = found["chosen"]["nodes"]
    assert [node["id"] for node in told] == ["h0", "h1", "h2", "h3", "scores"]
    for node, value, gradient in zip(told, [*values[1:], logits], back[::-1], strict=True):
        for part, right in (("activations", value), ("gradients", gradient)):
            assert node[part]["mean"] == pytest.approx(right.mean(), abs=1e-5)
            assert node[part]["spread"] == pytest.approx(right.std(), rel=1e-3)
            assert sum(node[part]["counts"]) == right.size


def test_each_rule_is_told_in_words(home: Path) -> None:
    found = seen(DEEP, home)[2]
    assert {name: one["verdict"] for name, one in found.items()} == {
        "chosen": "healthy", "zeros": "symmetric", "small": "vanishes", "large": "saturates", "glorot": "healthy",
        "he": "healthy", "lecun": "healthy", "orthogonal": "healthy",
    }  # fmt: skip
    assert found["zeros"]["words"].startswith("Symmetric: all units of h0 give the same")


def test_what_is_seen_of_a_rule_is_what_the_edit_gives(home: Path) -> None:
    model, _, found = seen(initialise(DEEP, RULES["large"].value), home)
    assert found["chosen"]["verdict"] == "saturates"
    assert model.get_layer("h1").kernel.numpy().std() == pytest.approx(1.0, abs=0.1)
