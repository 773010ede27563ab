"""Networks with blocks, shared and frozen layers: what is compiled is what is printed, and counts are Keras' own."""

from collections.abc import Callable
from math import prod

import numpy as np
import pytest

from graphbuilder import editing, grouping
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.document import Document, Wire
from graphbuilder.names import path_names
from graphbuilder.plan import code_plan
from graphbuilder.templates import template
from tests.networks import graph, node, wire

pytestmark = pytest.mark.keras

BLOCK = ("n4", "n5", "n6", "n7", "n8", "n9", "n10")


def residual(**params: object) -> Document:
    """The template with its first residual block drawn as a block."""
    document = grouping.group(template("residual_network"), BLOCK, "b1", "u1", "Residual block")
    for name, value in params.items():
        document = editing.set_parameter(document, "u1", name, value)
    return document


def used_again() -> Document:
    document = grouping.use(residual(), "u2", "b1", (0.0, 0.0))
    after = next(one for one in document.wires if one.source == "u1")
    document = editing.disconnect(document, [one for one in document.wires if one.source == "u1"])
    readers = [one for one in residual().wires if one.source == "u1"]
    document = editing.connect(document, Wire(source="u1", source_port="out", target="u2", target_port="in"))
    assert after in readers
    for one in readers:
        document = editing.connect(document, one.model_copy(update={"source": "u2"}))
    return document


def nested(shared: bool = False) -> Document:
    """A block of a use of a block that is repeated, and of a layer beside it; itself repeated."""
    document = residual(repeat=2)
    document = grouping.group(document, ["n3", "u1"], "b2", "u2", "Stage")
    return editing.set_parameter(document, "u2", "shared", shared)


def two_ports() -> Document:
    """A block of two inputs: one use gets one value twice, the other two values."""
    inner = graph(
        [node("a", "Input", shape=[4]), node("b", "Input", shape=[4]), node("d", "Dense", units=4),
         node("sum", "Add"), node("e", "Dense", units=3)],
        [wire("a", "d"), wire("d", "sum"), wire("b", "sum"), wire("sum", "e")],
        data="",
    )  # fmt: skip
    document = grouping.group(inner, ["d", "sum"], "b1", "u1", "Mix")
    document = grouping.use(document, "u2", "b1", (0.0, 0.0))
    for port in ("in", "in_2"):
        document = editing.connect(document, Wire(source="a", target="u2", target_port=port))
    return document


def shared_layers() -> Document:
    document = graph(
        [node("a", "Input", shape=[6]), node("b", "Input", shape=[6]), node("one", "Dense", units=5, activation="relu"),
         node("two", "Dense", units=9), node("both", "Concatenate"), node("end", "Dense", units=2)],
        [wire("a", "two"), wire("b", "one"), wire("one", "both"), wire("two", "both"), wire("both", "end")],
        data="",
    )  # fmt: skip
    return editing.share(document, "two", "one")


NETWORKS: dict[str, Callable[[], Document]] = {
    "one use": residual,
    "repeated": lambda: residual(repeat=3),
    "repeated with one set of weights": lambda: residual(repeat=3, shared=True),
    "used twice": used_again,
    "used twice with one set of weights": lambda: editing.share(used_again(), "u2", "u1"),
    "the first of two with the weights of the second": lambda: editing.share(used_again(), "u1", "u2"),
    "frozen": lambda: editing.freeze(used_again(), ["u1"], True),
    "frozen and shared": lambda: editing.freeze(residual(repeat=2, shared=True), ["u1"], True),
    "a frozen node": lambda: editing.freeze(template("lenet"), ["n3"], True),
    "nested": nested,
    "two ports": two_ports,
    "shared layers": shared_layers,
    "nested and frozen": lambda: editing.freeze(nested(), ["u2"], True),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_printed_is_what_is_compiled_and_counts_are_those_of_keras(name: str) -> None:
    import keras

    from graphbuilder.compiler import fresh_model, values_of

    report = check(NETWORKS[name]())
    assert not report.errors, [found.text for found in report.errors]
    planned = code_plan(report)
    model = fresh_model(planned)
    code: dict[str, object] = {"__name__": "printed"}
    exec(compile(to_python(planned), "printed", "exec"), code)  # our own code
    keras.utils.set_random_seed(planned.seed)
    printed = code["build_model"]()  # type: ignore[operator]
    assert [layer.name for layer in printed.layers] == [layer.name for layer in model.layers]
    for ours, theirs in zip(model.weights, printed.weights, strict=True):
        assert (ours.path, ours.trainable) == (theirs.path, theirs.trainable)
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    trainable, fixed = (sum(prod(w.shape) for w in ws) for ws in (model.trainable_weights, model.non_trainable_weights))
    counted = [facts.counts for facts in report.facts.values()]
    assert (sum(one.trainable for one in counted), sum(one.fixed for one in counted)) == (trainable, fixed)
    draw = np.random.default_rng(0)
    x = {one: draw.normal(size=(2, *spec.shape)).astype("float32") for one, spec in planned.entrances.items()}
    for ours, theirs in zip(model(x).values(), printed(x).values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    values = values_of(model, planned)
    shapes = {id: tuple(values[id].shape[1:]) for id in values}
    assert shapes == {id: report.facts[id].shape for id in values}
    operators = report.wired.operators
    assert values.keys() == {id for id in report.wired.nodes if (one := operators[id]) and one.output_ports()}
    names = path_names(report.document, report.wired)
    assert {layer.name for layer in model.layers} <= {*names.values(), *planned.entrances}
