"""How much memory training a network takes, before anything is built."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from graphbuilder.datasets.feed import AHEAD, AT_HAND
from graphbuilder.document import Document
from graphbuilder.inference import BYTES_PER_NUMBER, Facts
from graphbuilder.operators.data import Input
from graphbuilder.optimizers import OPTIMIZERS, Adam
from graphbuilder.settings import Settings
from graphbuilder.shapes import size, whole

MEMORY_LIMIT = int(float(os.environ.get("GRAPHBUILDER_MEMORY_LIMIT_MB") or 4000) * 1e6)
"""Bytes that one training may take."""

_SAFETY = 110
"""Hundredths: in whole numbers throughout, which hold any size."""
_WHILE_SAVED = 4
"""Copies of the weights at the worst moment. VGG16, 553 MB of weights, took 2,200 MB beside Keras itself."""
_FIXED, _EACH_NODE = 70_000_000, 2_200_000
_IN_FLIGHT = 1 + (os.cpu_count() or 2)
"""Arrays of weights whose gradients are there together, each used up by the optimizer before the next but few."""
_TO_BUILD = 200_000_000
HEAVY_BYTES, _LOOKS = 120_000_000, 3
"""A network with more to train is not asked for gradients, which a look has all of at once, beside the weights of
before the step. A third copy is there in some runs and not in others, as the threads of training and looking meet."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes. by_node: what each node adds to the total."""

    total: int
    by_node: Mapping[str, int]


def estimate(document: Document, facts: Mapping[str, Facts], most: int | None = None) -> Estimate:
    """1.1 × (weights × (1 + the optimizer's slots + _LOOKS, up to HEAVY_BYTES) + gradients and its work + batch ×
    (outputs + the largest) + data + 70 MB + 2.2 MB a node). Of weights' gradients _IN_FLIGHT are there at a time, each
    as large as the largest. Of data that find no room training and validation hold AT_HAND each at most; then AHEAD
    batches are there besides.

    Source: python -m tests.soak.memory, on many families of networks. Outputs, and what operators keep beside them,
    stay until their gradients are known; these themselves, and what they are worked out with, are about as much as the
    largest output, and what its operator says of its own.

    most: rows that a batch can have, whatever its size is set to; None for all rows of the data.
    """
    return _estimated(document, facts, document.training.settings["batch_size"], most)


def _estimated(document: Document, facts: Mapping[str, Facts], batch_size: int | None, most: int | None) -> Estimate:
    """batch_size: None for the full batch."""
    kept = Settings(document.training.settings).kept()
    optimizer = OPTIMIZERS.get(document.training.optimizer, Adam)(document.training.options)
    weights = {id: BYTES_PER_NUMBER * known.parameters for id, known in facts.items()}
    outputs = {id: known.memory + BYTES_PER_NUMBER * known.kept for id, known in facts.items()}
    all = sum(weights.values())
    at_once = min(all, _IN_FLIGHT * max(weights.values(), default=0))
    looks = _LOOKS if all <= HEAVY_BYTES else 0
    source = document.data.source
    rows = source.rows() if source else 0
    most = rows if most is None else most
    batch = max(0, most if batch_size is None else min(batch_size, most))
    by_node = {
        id: weights[id] * (1 + optimizer.kept() + kept + facts[id].copies + looks)
        + (weights[id] * (1 + optimizer.work) * at_once // all if all else 0)
        + batch * outputs[id]
        + _EACH_NODE
        for id in facts
    }
    if facts:
        gradients = {id: known.memory + BYTES_PER_NUMBER * known.work for id, known in facts.items()}
        largest = max(gradients, key=gradients.__getitem__)
        by_node[largest] += batch * gradients[largest]
    inputs = [node.id for node in document.nodes if node.kind == Input.kind]
    data = sum(_fed(rows, batch, BYTES_PER_NUMBER * size(facts[id].shape)) for id in inputs if id in facts)
    return Estimate(_SAFETY * (sum(by_node.values()) + data + _FIXED) // 100, by_node)


def _fed(rows: int, batch: int, each: int) -> int:
    """Bytes of what an Input is fed. each: of one row."""
    return min(rows * each, _PARTS * AT_HAND + (1 + AHEAD) * batch * each)


_PARTS = 2
"""Training and validation, which are there together."""


def to_build(facts: Mapping[str, Facts]) -> int:
    """Bytes that building and saving an untrained model takes: its weights, drawn, held and written, and 200 MB."""
    weights = sum(known.parameters for known in facts.values())
    return _SAFETY * (BYTES_PER_NUMBER * _WHILE_SAVED * weights + _TO_BUILD) // 100


def too_big_to_build(facts: Mapping[str, Facts]) -> str | None:
    """Why a model would not fit into memory even untrained; None where it does."""
    needed = to_build(facts)
    if needed <= MEMORY_LIMIT:
        return None
    return (
        f"The model is too big to be built here: it would take about {megabytes(needed)}, and "
        f"{megabytes(MEMORY_LIMIT)} are allowed. Its code builds it on a larger machine."
    )


def megabytes(size: int) -> str:
    """Bytes, however many, as people read them: 4,000 MB."""
    return f"{whole((size + 500_000) // 10**6)} MB"


def memory_in_words(size: int) -> str:
    """The same of what one node gives: 4.1 kB, or 130.2 MB."""
    unit, name = (10**6, "MB") if size >= 10**6 else (10**3, "kB")
    tenths = (size + unit // 20) // (unit // 10)
    return f"{whole(tenths // 10)}{f'.{tenths % 10}' if tenths < 10**16 else ''} {name}"


def batch_that_fits(document: Document, facts: Mapping[str, Facts]) -> int:
    """The largest batch that stays within the limit; 0 where none does."""
    none, one = (_estimated(document, facts, batch, None).total for batch in (0, 1))
    return max(0, (MEMORY_LIMIT - none) // max(1, one - none)) if none <= MEMORY_LIMIT else 0


def share_that_fits(needed: Estimate, id: str) -> float:
    """The share of itself that a node may keep, so that all stays within the limit.

    Where that alone would not do, what reads it is taken to shrink with it, and some room is left.
    """
    own = _SAFETY * needed.by_node[id] // 100
    over = needed.total - MEMORY_LIMIT
    return max((own - over) / own if own > over else 0.0, MEMORY_LIMIT / (2 * needed.total))
