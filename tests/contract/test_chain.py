"""The chain rule along every wire, held to numbers worked out by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import plan
from graphbuilder.templates import template, template_names
from tests.networks import chain, dense, graph, loss, node, wire

NESTED = chain(
    node("x", "Input", field="measurements"), dense("z", 1), node("h", "Activation", activation="tanh"), dense("y", 1),
    loss("loss", "progression", "mean_squared_error"), data="diabetes",
)  # fmt: skip


def worked(document: Document, home: Path) -> tuple[Any, Any, Any]:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.chain import chain as by_chain
    from graphbuilder.training.parts import parts

    report = check(document)
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    return model, fed, by_chain(model, report, planned, fed)


def number(told: Any) -> Any:
    (value,) = told["numbers"]
    return value


def test_a_nested_function_of_one_number_has_exact_derivatives(home: Path) -> None:
    model, fed, found = worked(NESTED, home)
    a, b, c, d = (one.astype(float) for one in model.get_weights())
    x, right = (
        next(iter(fed.x.values()))[found["row"]].astype(float),
        float(next(iter(fed.y.values()))[found["row"]].reshape(-1)[0]),
    )
    z = float((x @ a + b)[0])
    h = np.tanh(z)
    y = float(h * c[0, 0] + d[0])
    wires = found["wires"]
    expected = {
        "y.out>loss.in": (y, 1.0, 2 * (y - right)),
        "h.out>y.in": (h, 2 * (y - right), c[0, 0]),
        "z.out>h.in": (z, 2 * (y - right) * c[0, 0], 1 - h**2),
    }
    for key, (value, upstream, local) in expected.items():
        told = {part: number(wires[key][part]) for part in ("value", "upstream", "local", "product")}
        assert told == pytest.approx(
            {"value": value, "upstream": upstream, "local": local, "product": upstream * local}, rel=1e-4
        )
    assert found["loss"] == pytest.approx((y - right) ** 2, rel=1e-4)
    into = wires["x.out>z.in"]
    assert into["local"] is None, "one number of ten"
    assert into["product"]["numbers"] == pytest.approx((2 * (y - right) * c[0, 0] * (1 - h**2) * a[:, 0]), rel=1e-3)
    back = 2 * (y - right) * c[0, 0] * (1 - h**2)
    of_row = {"y": {"kernel": [2 * (y - right) * h], "bias": [2 * (y - right)]},
              "z": {"kernel": back * x, "bias": [back]}}  # fmt: skip
    for id, expected_of in of_row.items():
        for name, right_numbers in expected_of.items():
            assert found["weights"][id][name]["gradient"]["numbers"] == pytest.approx(right_numbers, rel=1e-3)
    assert found["weights"]["z"]["kernel"]["value"]["numbers"] == pytest.approx(a[:, 0], rel=1e-4)


def test_what_a_step_takes_off_a_weight_is_the_mean_of_the_batch(home: Path) -> None:
    """By NumPy, of the rows that are looked at."""
    model, fed, found = worked(NESTED, home)
    a, b, c, d = (one.astype(float) for one in model.get_weights())
    rows = len(next(iter(fed.x.values())))
    planned = plan(check(NESTED))
    batch = np.random.default_rng(planned.seed).permutation(rows)[: planned.batch_size]
    assert (found["row"], found["rows"]) == (batch[0], len(batch))
    x = next(iter(fed.x.values()))[batch].astype(float)
    right = next(iter(fed.y.values()))[batch].reshape(-1, 1).astype(float)
    h = np.tanh(x @ a + b)
    told = found["weights"]["y"]
    assert told["kernel"]["batch"]["numbers"] == pytest.approx([(2 * (h * c + d - right) * h).mean()], rel=1e-3)
    assert told["bias"]["batch"]["norm"] == pytest.approx(abs((2 * (h * c + d - right)).mean()), rel=1e-3)


def test_each_wire_of_a_branching_network_has_its_own_share(home: Path) -> None:
    wires = worked(template("residual_network"), home)[2]["wires"]
    joined = [id for id in wires if ">n9." in id]
    assert len(joined) == 2 and all(wires[id]["local"] is not None for id in joined), "a sum hands on what comes"
    assert wires[joined[0]]["product"] == wires[joined[0]]["upstream"]


def test_each_output_of_a_node_has_numbers_of_its_own(home: Path) -> None:
    nodes = [node("x", "Input", field="measurements"), dense("z", 4), node("cut", "Chunk", parts=2),
             node("sum", "Add"), dense("y", 1), loss("loss", "progression", "mean_squared_error")]  # fmt: skip
    part_1, part_2 = ({**wire("cut", "sum"), "from_port": f"part_{n}"} for n in (1, 2))
    wires = [wire("x", "z"), wire("z", "cut"), part_1, part_2, {**part_2, "again": 1}, wire("sum", "y"),
             wire("y", "loss")]  # fmt: skip
    found = worked(graph(nodes, wires, data="diabetes"), home)[2]["wires"]
    first, second, whole = found["cut.part_1>sum.in"], found["cut.part_2>sum.in"], found["z.out>cut.in"]
    assert [*first["value"]["numbers"], *second["value"]["numbers"]] == whole["value"]["numbers"]
    assert (first["together"], second["together"]) == (1, 2)
    assert second["product"]["numbers"] == pytest.approx([2 * one for one in first["product"]["numbers"]], rel=1e-4)
    behind = [*first["product"]["numbers"], *second["product"]["numbers"]]
    assert whole["product"]["numbers"] == whole["upstream"]["numbers"] == pytest.approx(behind, rel=1e-4)


@pytest.mark.parametrize("name", sorted({*template_names()} - {"inception_v3", "resnet50"}))
def test_every_trained_weight_is_told_with_its_node(name: str, home: Path) -> None:
    """In every template that learns, but the largest."""
    model, _, found = worked(template(name), home)
    assert {*found["weights"]} <= {*check(template(name)).wired.order}
    assert sum(map(len, found["weights"].values())) == len(model.trainable_variables)
    assert found["wires"]


def test_what_a_node_takes_of_masked_steps_is_shared_among_the_others(home: Path) -> None:
    """An average over the words that are there: what it hands back to all of them is what came."""
    document = template("colour_names")
    words, pooled = (
        next(one.id for one in document.nodes if one.kind == kind) for kind in ("Embedding", "GlobalAveragePooling1D")
    )
    told = worked(document, home)[2]["wires"][f"{words}.out>{pooled}.in"]
    steps, size = told["product"]["shape"]
    there = told["upstream"]["numbers"][0] / told["product"]["numbers"][0]
    assert size == told["upstream"]["shape"][0] and 1 <= round(there) < steps
    assert there == pytest.approx(round(there), rel=1e-3)
