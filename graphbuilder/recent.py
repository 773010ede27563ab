"""What was used last is kept, as far as bytes go: a memory that many small things and few large ones share."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from sys import getsizeof
from typing import Generic, TypeVar

from graphbuilder.checks import Report
from graphbuilder.document import Document, members_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ALL_MB = 275
"""What all memories of a server may take together, where the environment says nothing else."""
_SHARE = float(os.environ.get("GRAPHBUILDER_CACHES_MB") or ALL_MB) / ALL_MB

_NODE, _WIRE, _VALUE = 1_300, 600, 80
_FACTS, _EDGE, _DIAGNOSTIC = 900, 150, 420


class Recent(Generic[K, V]):
    """At most so many bytes of values, the least recently used of which go first. Threads may share it.

    most: as it is with GRAPHBUILDER_CACHES_MB left alone; with another number, its share of that.
    """

    def __init__(self, most: int) -> None:
        self.most, self.bytes = int(most * _SHARE), 0
        self._guard = threading.Lock()
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._guard:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def keep(self, key: K, value: V, size: int) -> None:
        """size: about how many bytes the value takes. One of more than all may take is not kept."""
        with self._guard:
            self.bytes -= self._kept.pop(key, (value, 0))[1]
            if size > self.most:
                return
            self._kept[key] = value, size
            self.bytes += size
            while self.bytes > self.most:
                self.bytes -= self._kept.popitem(last=False)[1][1]

    def made(self, key: K, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """What is kept, else what is made now and kept."""
        value = self.get(key)
        if value is None:
            value = make()
            self.keep(key, value, size(value))
        return value

    def clear(self) -> None:
        with self._guard:
            self._kept.clear()
            self.bytes = 0


def bytes_of(value: object) -> int:
    """Bytes that a value of JSON, or a record made of such, takes with all its parts."""
    ahead, total, seen = [value], 0, set[int]()
    for one in ahead:  # grows
        if id(one) in seen:
            continue
        seen.add(id(one))
        total += getsizeof(one)
        if isinstance(one, Mapping):
            ahead.extend(one.values())
        elif isinstance(one, list | tuple):
            ahead.extend(one)
        elif is_dataclass(one):
            ahead.extend(getattr(one, part.name) for part in fields(one))
    return total


def document_bytes(document: Document) -> int:
    """About how many bytes a document takes, as measured of the operators: within a third."""
    values = [value for node in document.nodes for value in node.params.values() if value is not None]
    for value in values:  # grows
        if isinstance(value, dict | list):
            values.extend(members_of(value))
    texts = sum(len(node.label) for node in document.nodes) + sum(len(one) for one in values if isinstance(one, str))
    return 4_000 + _NODE * len(document.nodes) + _WIRE * len(document.wires) + _VALUE * len(values) + texts


def report_bytes(report: Report) -> int:
    """About how many bytes a report takes together with its document."""
    document = report.document
    own = _FACTS * len(document.nodes) + _EDGE * len(document.wires)
    return document_bytes(document) + own + sum(_DIAGNOSTIC + len(one.text) for one in report.diagnostics)
