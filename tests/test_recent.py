"""A memory that is bounded in bytes, and how near its estimates come."""

import gc
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.checks import check
from graphbuilder.document_file import read_document, write_document
from graphbuilder.recent import ALL_MB, Recent, bytes_of, document_bytes, report_bytes
from graphbuilder.records.events import Activations, Epoch, Event, Probe, Steps, as_json, from_json
from tests.networks import graph, node, wire


def test_row_3_all_memories_together_take_what_a_setting_says() -> None:
    listed = [path.read_text("utf-8") for folder in ("graphbuilder", "app") for path in Path(folder).rglob("*.py")]
    named = dict(re.findall(r"^(_CACHED_BYTES) = ([\d_]+)", "\n".join(listed), re.M))
    most = [named.get(one, one) for text in listed for one in re.findall(r"Recent\[.*\] = Recent\((\w+)\)", text)]
    assert sum(map(int, most)) == ALL_MB * 10**6
    code = "from graphbuilder.recent import Recent; print(Recent(60_000_000).most)"
    env = {**os.environ, "GRAPHBUILDER_CACHES_MB": "55"}
    assert int(subprocess.check_output([sys.executable, "-c", code], env=env)) == 12_000_000


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


def test_row_3_what_is_not_kept_is_made_once() -> None:
    kept: Recent[str, list[int]] = Recent(1_000)
    made = [kept.made("a", lambda: [1], lambda _: 10) for _ in range(2)]
    assert made[0] is made[1] and kept.bytes == 10
    assert [kept.made("b", lambda: [1], lambda _: 1_001) for _ in range(2)] == [[1], [1]] and kept.bytes == 10


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


def told(events: list[Event]) -> str:
    return json.dumps([as_json(event) for event in events])


SEEN = Activations(mean=0.1, spread=0.2, low=-1.0, high=1.0, counts=tuple(range(64)), dead=None)


@pytest.mark.parametrize(
    "text",
    [
        told([Epoch(n, n, {"loss": n / 7, "val_loss": n / 9}, n / 3, False) for n in range(300)]),
        told([Steps(n, tuple(k / (n + 7) for k in range(200)), 0.1, 1) for n in range(300)]),
        told([Probe(n, 0.1, {f"n{k}": SEEN for k in range(9)}) for n in range(300)]),
    ],
    ids=["epochs", "steps", "probes"],
)
def test_row_3_what_results_and_records_take_is_found_within_a_third(text: str) -> None:
    for make in (lambda: json.loads(text), lambda: tuple(map(from_json, json.loads(text)))):
        made, taken = measured(make)
        assert 1 / 1.4 < bytes_of(made) / taken < 1.4
