"""A memory that is bounded in bytes, and how near its estimates come."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from graphbuilder.checks import check
from graphbuilder.document_file import read_document, write_document
from graphbuilder.recent import Recent, document_bytes, report_bytes
from tests.networks import graph, node, wire


def test_row_3_the_least_recently_used_go_when_bytes_are_short() -> None:
    kept: Recent[str, int] = Recent(10)
    kept.keep("a", 1, 4)
    kept.keep("b", 2, 4)
    assert kept.get("a") == 1
    kept.keep("c", 3, 4)
    assert [kept.get(key) for key in "abc"] == [1, None, 3] and kept.bytes == 8
    kept.keep("a", 5, 1)
    assert (kept.get("a"), kept.bytes) == (5, 5)
    kept.keep("huge", 6, 11)
    assert kept.get("huge") is None and kept.get("c") == 3
    kept.keep("a", 7, 11)
    assert kept.get("a") is None and kept.bytes == 4, "an older value of the key is not given for it"
    kept.clear()
    assert (kept.get("c"), kept.bytes) == (None, 0)


def measured(make: Callable[[], Any]) -> tuple[Any, int]:
    """What is made, and the bytes that it takes."""
    gc.collect()
    tracemalloc.start()
    made = make()
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return made, taken


@pytest.mark.parametrize(
    ("kind", "params", "wired"),
    [("Dense", {}, True), ("ReLU", {}, True), ("Conv2D", {"padding": "same"}, True), ("Dense", {}, False), 
     ("Flatten", {}, True), ("Unknown", {"x": [[]] * 150}, False), ("Unknown", {"x": "y" * 3_000}, False)],
)  # fmt: skip
def test_row_3_what_a_document_and_a_report_take_is_estimated_within_a_third(
    kind: str, params: dict[str, Any], wired: bool
) -> None:
    nodes = [node(f"n{i}", kind, **params) for i in range(500)]
    wires = [wire(f"n{i}", f"n{i + 1}") for i in range(499)] if wired else []
    text = write_document(graph(nodes, wires, data="digits"))
    document, taken = measured(lambda: read_document(text))
    report, more = measured(lambda: check(document))
    assert 0.67 < document_bytes(document) / taken < 1.5
    assert 0.67 < report_bytes(report) / (taken + more) < 1.5
