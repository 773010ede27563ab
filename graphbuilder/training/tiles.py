"""Numbers as small pictures: a letter a cell, by how far it lies from zero."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphbuilder.figures import letters

MOST = 64
"""So many pictures are told of one value; of more those of the greatest norm."""
SIDE = 64
"""Cells along a side; of more every other, or fewer."""
NUMBERS = 4_096
"""Up to so many cells in all the numbers are told as well."""


def tile(values: "np.ndarray[Any, Any]", side: int = SIDE, numbers: bool = False) -> dict[str, Any]:
    """A picture of (rows, columns), of at most side × side cells. reach: what the farthest letters stand for."""
    down, across = (max(1, -(-length // side)) for length in values.shape)
    shown = values[::down, ::across]
    finite = shown[np.isfinite(shown)]
    told = {
        "rows": shown.shape[0],
        "columns": shown.shape[1],
        "cells": letters(shown),
        "reach": digits(np.abs(finite).max(initial=0.0)),
    }
    return told | ({"numbers": [digits(one) for one in shown.ravel()]} if numbers else {})


def tiles(bank: "np.ndarray[Any, Any]", side: int = SIDE, most: int = MOST) -> dict[str, Any]:
    """Pictures of (rows, columns, pictures), the most of the greatest norm in their order. of: how many there are.
    pictures: each with its number ("unit") and norm."""
    norms = np.linalg.norm(np.nan_to_num(bank.astype("float64")).reshape(-1, bank.shape[-1]), axis=0)
    chosen = strongest(norms, most)
    small = min(side, bank.shape[0]) * min(side, bank.shape[1]) * len(chosen) <= NUMBERS
    pictures = [{"unit": unit, "norm": digits(norms[unit]), **tile(bank[:, :, unit], side, small)} for unit in chosen]
    return {"of": bank.shape[-1], "pictures": pictures}


def strongest(norms: "np.ndarray[Any, Any]", most: int = MOST) -> list[int]:
    """The places of the greatest, in their order."""
    return sorted(np.argsort(-norms, kind="stable")[:most].tolist())


def flat(grid: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """(rows, columns) of what has any number of axes: slices side by side, and one axis as a row."""
    if grid.ndim < 2:
        return grid.reshape(1, -1)
    if grid.ndim == 2:
        return grid
    rows, columns = grid.shape[-2:]
    return np.moveaxis(grid.reshape(-1, rows, columns), 0, 1).reshape(rows, -1)


def digits(value: Any) -> float | None:
    """Four of them; None for what is no number."""
    number = float(value)
    return float(f"{number:.4g}") if np.isfinite(number) else None


def rounded(values: Sequence[Any] | Any) -> list[float | None]:
    return [digits(one) for one in np.ravel(values)]
