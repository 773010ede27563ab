"""JSON of a stranger's file: plain values alone, and not more of them than a model needs."""

from collections.abc import Collection, Sequence
from math import isfinite
from typing import Any

from graphbuilder.document_file import json_of
from graphbuilder.importing.model import ImportFault
from graphbuilder.problems import DocumentError

MAX_BYTES = 60_000_000
MAX_VALUES = 1_100_000
MAX_PARTS = 240_000
"""Objects and lists; values are mostly numbers of one list, or its words."""
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
    parts = text.count(b"[") + text.count(b"{")
    if parts > MAX_PARTS:
        raise ImportFault("E_TOO_BIG", f"has {parts:,} objects and lists of JSON{of}, and {MAX_PARTS:,} are allowed.")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ImportFault("E_FORMAT", f"is not UTF-8 text{of}; save it as UTF-8.")
    try:
        raw = json_of(text, str)  # Python writes NaN and Infinity, which are a layer's fault and not the file's
    except DocumentError as fault:
        raise ImportFault("E_FORMAT", f"cannot be read{of}: it {fault.problems[0].message}") from None
    _hold(raw, of)
    return raw


def _hold(raw: Any, of: str) -> None:
    """Refuses what is nested too deeply, and numbers beyond those of a computer."""
    ahead: list[tuple[Any, int]] = [([raw], -1)]
    while ahead:
        value, depth = ahead.pop()
        if depth == MAX_DEPTH:
            raise ImportFault("E_FORMAT", f"is nested more than {MAX_DEPTH} deep{of}.")
        parts: Collection[Any] = value.values() if isinstance(value, dict) else value
        kinds = {*map(type, parts)}
        if kinds & _NUMBERS:
            _hold_numbers([one for one in parts if type(one) in _NUMBERS], of)
        if kinds & _HOLD_MORE:
            ahead.extend((part, depth + 1) for part in parts if type(part) in _HOLD_MORE)


_NUMBERS, _HOLD_MORE = {int, float}, {dict, list}


def _hold_numbers(numbers: Sequence[int | float], of: str) -> None:
    largest = max(map(abs, numbers))
    if not isfinite(largest):
        raise ImportFault("E_FORMAT", f"holds a number that is too large for a computer{of}.")
    if largest > LARGEST and any(isinstance(one, int) and abs(one) > LARGEST for one in numbers):
        digits = max(len(str(abs(one))) for one in numbers if isinstance(one, int))
        raise ImportFault("E_FORMAT", f"holds a whole number of {digits} digits{of}.")
