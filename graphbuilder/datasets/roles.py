"""Which columns and fields part the rows into training, validation and test."""

from collections.abc import Mapping
from typing import Any


def parted_by(split: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, str]:
    """What says which rows are parted how, by the argument of `split_rows_by` that takes it. named: what the data have
    by its role: a group, a time, a part."""
    by = split["by"]
    if by == "data":
        by = "given" if "part" in named else "time" if "time" in named else "random"
    found = {"part": named.get("part") if by == "given" else None}
    found |= {"time": named.get("time") if by == "time" else None}
    found |= {"groups": named.get("group") if split["grouped"] else None}
    return {argument: name for argument, name in found.items() if name}
