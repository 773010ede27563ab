"""JSON of a stranger's file: plain values alone, and not more of them than a model needs."""

from collections.abc import Collection
from math import isfinite
from typing import Any

from graphbuilder.document_file import json_of
from graphbuilder.importing.model import ImportFault
from graphbuilder.problems import DocumentError

MAX_BYTES = 60_000_000
MAX_VALUES = 3_000_000
MAX_DEPTH = 120
LARGEST = 10**18


def parse(text: bytes, what: str = "") -> Any:
    """The values of a JSON text. what: which part of the file it is, where it is not all of it. Raises ImportFault."""
    of = f" ({what})" if what else ""
    if len(text) > MAX_BYTES:
        raise ImportFault("E_TOO_BIG", f"has {len(text):,} bytes of JSON{of}, and {MAX_BYTES:,} are allowed.")
    marks = sum(text.count(mark) for mark in (b",", b"[", b"{"))
    if marks > MAX_VALUES:
        raise ImportFault("E_TOO_BIG", f"has {marks:,} values of JSON{of}, and {MAX_VALUES:,} are allowed.")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ImportFault("E_FORMAT", f"is not UTF-8 text{of}; save it as UTF-8.")
    try:
        raw = json_of(text)
    except DocumentError as fault:
        raise ImportFault("E_FORMAT", f"cannot be read{of}: it {fault.problems[0].message}") from None
    _hold(raw, of)
    return raw


def _hold(raw: Any, of: str) -> None:
    """Refuses what is nested too deeply, and numbers beyond those of a computer."""
    ahead: list[tuple[Any, int]] = [(raw, 0)]
    while ahead:
        value, depth = ahead.pop()
        if isinstance(value, dict | list):
            if depth == MAX_DEPTH:
                raise ImportFault("E_FORMAT", f"is nested more than {MAX_DEPTH} deep{of}.")
            parts: Collection[Any] = value.values() if isinstance(value, dict) else value
            ahead.extend((part, depth + 1) for part in parts if isinstance(part, dict | list | int | float))
        elif isinstance(value, float) and not isfinite(value):
            raise ImportFault("E_FORMAT", f"holds a number that is too large for a computer{of}.")
        elif isinstance(value, int) and abs(value) > LARGEST:
            raise ImportFault("E_FORMAT", f"holds a whole number of {len(str(abs(value)))} digits{of}.")
