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
from graphbuilder.templates import template
from graphbuilder.training.units import bounded_nodes, relu_nodes
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
    found = initial(model, report, planned, fed, relu_nodes(report), bounded_nodes(report))
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True)), "only looked at"
    chosen = np.random.default_rng(planned.seed).permutation(fed.rows[0])[: planned.batch_size]
    (x,), (y,) = fed.x.values(), fed.y.values()
    return model, (x[chosen], y[chosen].reshape(-1)), {one["rule"]: one for one in found}


DRAWN = {
    "zeros": lambda into, out: 0.0, "small": lambda into, out: 0.01, "large": lambda into, out: 1.0,
    "glorot": lambda into, out: np.sqrt(2 / (into + out)), "he": lambda into, out: np.sqrt(2 / into),
    "lecun": lambda into, out: np.sqrt(1 / into), "orthogonal": lambda into, out: np.sqrt(1 / max(into, out)),
}  # fmt: skip
"""How far the weights of each rule spread, of a kernel with so many inputs and units."""


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_each_rule_gives_the_activations_and_gradients_that_numpy_has(
    activation: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import initial as laboratory

    deep = chain(PIXELS, SCALE, *(dense(f"h{n}", 32, activation=activation) for n in range(4)), SCORES, DIGIT)
    drawn, draw = [], laboratory._drawn
    monkeypatch.setattr(laboratory, "_drawn", lambda *told: drawn.append(draw(*told)) or drawn[-1])
    model, (x, y), found = seen(deep, home)
    all_weights = [model.get_weights(), *([one.numpy() for one in weights] for weights in drawn)]
    assert [*found] == ["chosen", *DRAWN]
    for name, weights in zip(found, all_weights, strict=True):
        if name in DRAWN:
            for kernel in weights[::2]:
                assert kernel.std() == pytest.approx(DRAWN[name](*kernel.shape), rel=0.1), name
        if name == "orthogonal":
            assert weights[2].T @ weights[2] == pytest.approx(np.eye(32), abs=1e-5)
        hold_to_numpy(found[name]["nodes"], weights, activation, x, y)
        most = max((node["activations"]["dead"] or 0.0 for node in found[name]["nodes"]), default=0.0)
        assert (f"{most:.0%} of the units are dead" in found[name]["words"]) == (most > 0 and name != "zeros")


def hold_to_numpy(told: Any, weights: Any, activation: str, x: Any, y: Any) -> None:
    """What is told of each layer is what NumPy finds, with the chain rule written out."""
    weights, values = [one.astype(float) for one in weights], [x.astype(float) / 16]
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        sums = values[-1] @ kernel + bias
        values.append(np.tanh(sums) if activation == "tanh" else np.maximum(sums, 0))
    logits = values[-1] @ weights[-2] + weights[-1]
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    back = [shares - np.eye(10)[y]]
    slopes = [np.ones_like(logits), *(1 - one**2 if activation == "tanh" else one > 0 for one in values[:0:-1])]
    for kernel, slope in zip(weights[-2:0:-2], slopes, strict=False):
        back.append((back[-1] * slope) @ kernel.T)
    assert [node["id"] for node in told] == ["h0", "h1", "h2", "h3", "scores"]
    for node, value, gradient in zip(told, [*values[1:], logits], back[::-1], strict=True):
        for part, right in (("activations", value), ("gradients", gradient)):
            assert node[part]["mean"] == pytest.approx(right.mean(), abs=1e-5 + 1e-4 * right.std())
            assert node[part]["spread"] == pytest.approx(right.std(), rel=1e-3, abs=1e-9)
            assert sum(node[part]["counts"]) == right.size
        dead = (value == 0).all(axis=0).mean() if activation == "relu" and node["id"] != "scores" else None
        assert node["activations"]["dead"] == (None if dead is None else pytest.approx(dead))


def test_each_rule_is_told_in_words(home: Path) -> None:
    found = seen(DEEP, home)[2]
    assert {name: one["verdict"] for name, one in found.items()} == {
        "chosen": "healthy", "zeros": "symmetric", "small": "vanishes", "large": "saturates", "glorot": "healthy",
        "he": "healthy", "lecun": "healthy", "orthogonal": "healthy",
    }  # fmt: skip
    assert found["zeros"]["words"].startswith("Symmetric: all units of h0 give the same")
    for one in found.values():
        flat = max(node["activations"]["saturated"] for node in one["nodes"][:-1])
        assert ("lies where its function is flat" in one["words"]) == (flat > 0.1)


def test_a_layer_that_is_flat_for_many_values_is_told_though_gradients_pass(home: Path) -> None:
    large = seen(template("spiral_perceptron"), home)[2]["large"]
    flat = max(large["nodes"][:-1], key=lambda node: node["activations"]["saturated"])
    share = flat["activations"]["saturated"]
    assert large["verdict"] == "flat" and share > 0.25
    told = f"of what {flat['label']} gives, {share:.0%} lies where its function is flat."
    assert large["words"] == f"Partly flat: gradients pass, but {told}"


def test_what_is_seen_of_a_rule_is_what_the_edit_gives(home: Path) -> None:
    model, _, found = seen(initialise(DEEP, RULES["large"].value), home)
    assert found["chosen"]["verdict"] == "saturates"
    assert model.get_layer("h1").kernel.numpy().std() == pytest.approx(1.0, abs=0.1)
