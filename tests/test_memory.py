"""What operators say that training keeps, and when a job gives memory back at once. Measured: tests.soak.memory."""

from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.checks import check
from graphbuilder.datasets import Description
from graphbuilder.datasets.description import Column
from graphbuilder.datasets.feed import AT_HAND
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.fields import Field
from graphbuilder.memory import estimate
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.operator import Operator
from graphbuilder.store.work import Work
from graphbuilder.tensors import Inputs
from graphbuilder.training.jobs import kind
from tests.networks import DIGIT, IMAGE, SCORES, chain, graph, node, wire

LAST, EVERY = {"units": 8}, {"units": 8, "return_sequences": True}


def of(operator: Operator, *shapes: tuple[int, ...]) -> tuple[int, int, int]:
    """What it keeps, works with and copies for inputs of these shapes."""
    ports = [port.name for port in operator.input_ports()]
    inputs = Inputs.of([(port, spec) for port, spec in zip(ports, Inputs.shaped(*shapes).specs, strict=False)])
    shape = operator.output_shape(inputs, {})
    return operator.kept(inputs, shape), operator.work(inputs, shape), operator.copies(inputs)


def test_R4_a_recurrent_operator_keeps_every_step_whatever_it_gives() -> None:
    kept = 100 * (2 * 4 * 8 + 2 * 3)  # of each step two of every gate's values, and twice what came in
    assert of(OPERATORS["LSTM"](LAST), (100, 3)) == of(OPERATORS["LSTM"](EVERY), (100, 3)) == (kept, 100 * 4 * 8, 0)


def test_R4_gates_that_are_worked_apart_copy_their_weights_at_each_step() -> None:
    apart = OPERATORS["LSTM"]({**LAST, "recurrent_dropout": 0.1}), OPERATORS["GRU"]({**LAST, "reset_after": False})
    assert [of(one, (100, 3))[2] for one in apart] == [100, 100]


def test_R4_a_wrapped_layer_works_with_the_square_of_the_steps() -> None:
    wrapped = OPERATORS["TimeDistributed"]()
    assert [of(wrapped, (steps, 4))[1] for steps in (10, 20)] == [10 * 10 * 5, 20 * 20 * 5]


def test_R4_attention_keeps_every_step_that_meets_another() -> None:
    query, value = (10, 6), (20, 6)
    heads = OPERATORS["MultiHeadAttention"]({"num_heads": 2, "key_dim": 5})
    projected = 10 * 10 + 2 * 20 * 10 + 10 * 10  # query, key and value, and what was gathered
    assert of(heads, query, value)[:2] == (2 * 2 * 10 * 20 + projected, 2 * 10 * 20)
    assert of(OPERATORS["AdditiveAttention"](), query, value)[0] == 10 * 20 * (2 + 6)


def test_R4_a_relu_that_alone_reads_a_value_takes_no_memory_of_its_own() -> None:
    def needed(*more: dict[str, str]) -> int:
        nodes = [IMAGE, node("c", "Conv2D", filters=2), node("a", "ReLU"), node("b", "Add"), node("f", "Flatten")]
        ways = ["image", "c", "a", "b", "f", "scores", "digit"]
        wires = [*map(wire, ways, ways[1:]), *more]
        report = check(graph([*nodes, SCORES, DIGIT], wires, data="digits"))
        return estimate(report.document, report.facts).by_node["a"]

    assert needed(wire("c", "b")) - needed(wire("image", "b")) == 32 * 4 * (6 * 6 * 2)


def test_row_7_of_data_that_stay_in_their_file_what_is_read_ahead_counts() -> None:
    photo, kind = Field("photo", "image", (224, 224, 3), high=255), Field("kind", "class", (), classes=("a", "b"))
    columns = (
        Column(name="photo", type="picture", role="feature"), Column(name="kind", type="category", role="target")
    )  # fmt: skip

    def needed(rows: int) -> int:
        described = Description(
            title="t", file="t.zip", hash="0" * 64, reader="folders", columns=columns, fields=(photo, kind), rows=rows
        )
        drawn = draw_network(editing.use_own_data(Document(), described))
        report = check(drawn)
        assert report.against_training == ()
        return estimate(report.document, report.facts).total

    row, batch = 4 * 224 * 224 * 3, Document().training.settings["batch_size"]
    assert needed(1100) - needed(1000) == 110 * row
    assert needed(100_000) == needed(20_000) < needed(1000) + 1.1 * (2 * AT_HAND + 9 * batch * row) - 1100 * row + 1


@pytest.mark.parametrize(("share", "at_once"), [(0.4, False), (0.6, True)])
def test_R4_only_a_job_that_may_need_most_of_its_memory_gives_back_at_once(
    jobs: Work, monkeypatch: pytest.MonkeyPatch, share: float, at_once: bool
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(kind, "give_back_at_once", lambda: told.append(True))
    monkeypatch.setattr(kind, "ready", lambda *_: None)
    document = chain(IMAGE, node("f", "Flatten"), SCORES, DIGIT, data="digits")
    memory = int(estimate(document, check(document).facts).total / share)
    kind.begin(jobs, "id", {"document": write_document(document), "memory": memory, "threads": 1})
    assert bool(told) == at_once
