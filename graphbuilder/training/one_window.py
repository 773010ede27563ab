"""One number of an operator's output, worked out by hand: the window of the input that it sees, the weights on it,
their products and the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphbuilder.operators.convolution import Convolution, Depthwise, Separable, Transposed
from graphbuilder.operators.operator import Operator
from graphbuilder.operators.window import Grid
from graphbuilder.training.tiles import digits, rounded

CHANNELS = 6
"""Of the channels of a window so many are told with their numbers, those that add most; of the others their sum."""
CELLS = 400
"""Cells of a window that are told, at most."""


class NoWindow(ValueError):
    """What cannot be worked out, as a sentence."""


@dataclass(frozen=True)
class Window:
    """Where a window lies along each axis: rows of the input by number, below 0 or beyond the end where it reaches over
    the edge."""

    rows: tuple["np.ndarray[Any, Any]", ...]
    inside: "np.ndarray[Any, Any]"

    def of(self, grid: "np.ndarray[Any, Any]", outside: float) -> "np.ndarray[Any, Any]":
        """What lies in it, of a grid whose last axis are channels."""
        held = tuple(np.clip(rows, 0, size - 1) for rows, size in zip(self.rows, grid.shape, strict=False))
        return np.where(self.inside[..., None], grid[np.ix_(*held)], outside)


def window_at(
    place: Sequence[int],
    sizes: Sequence[int],
    strides: Sequence[int],
    gaps: Sequence[int],
    padding: str,
    grid: Sequence[int],
) -> Window:
    """The window behind a place of the output. Padding "same" puts what is odd behind. Source: Dumoulin and Visin
    (2016), with the sides as TensorFlow has them."""
    rows = []
    for at, size, stride, gap, length in zip(place, sizes, strides, gaps, grid, strict=True):
        span = (size - 1) * gap + 1
        around = max(0, (-(-length // stride) - 1) * stride + span - length) if padding == "same" else 0
        rows.append(at * stride - around // 2 + gap * np.arange(size))
    return _window(rows, grid)


def _window(rows: Sequence["np.ndarray[Any, Any]"], grid: Sequence[int]) -> Window:
    inside = np.ones((), bool)
    for one, length in zip(rows, grid, strict=True):
        inside = inside[..., None] & (one >= 0) & (one < length)
    return Window(tuple(rows), inside)


def laid_at(
    place: Sequence[int],
    sizes: Sequence[int],
    strides: Sequence[int],
    padding: str,
    grid: Sequence[int],
    gives: Sequence[int],
) -> tuple[Window, tuple["np.ndarray[Any, Any]", ...]]:
    """The values that lay a weight down at a place of a transposed convolution's output, and along each axis which of
    its weights each does: as the gradient of a convolution from there to here has them."""
    rows, weights = [], []
    for at, size, stride, length in zip(place, sizes, strides, gives, strict=True):
        around = max(0, (-(-length // stride) - 1) * stride + size - length) if padding == "same" else 0
        on = at + around // 2
        rows.append(np.arange(-((size - 1 - on) // stride), on // stride + 1))
        weights.append(on - stride * rows[-1])
    return _window(rows, grid), tuple(weights)


def kernel_of(operator: Operator, weights: Mapping[str, "np.ndarray[Any, Any]"], unit: int, channels: int) -> Any:
    """The weights that one unit lays on each channel, (window..., channels): zeros where it does not see one."""
    if isinstance(operator, Separable):
        seen, mix = weights["depthwise_kernel"], weights["pointwise_kernel"]
        mixed = mix.reshape(channels, -1, mix.shape[-1])[:, :, unit]
        return np.einsum("...cm,cm->...c", seen, mixed)
    kernel = weights["kernel"]
    if isinstance(operator, Depthwise):
        many = kernel.shape[-1]
        found = np.zeros(kernel.shape[:-1])
        found[..., unit // many] = kernel[..., unit // many, unit % many]
        return found
    each = kernel.shape[-2]
    first = unit // (kernel.shape[-1] // (channels // each)) * each if each else 0
    found = np.zeros((*kernel.shape[:-2], channels))
    found[..., first : first + each] = kernel[..., unit]
    return found


def has_window(operator: Operator | None) -> bool:
    return isinstance(operator, Convolution) or _pools(operator) or (operator is not None and operator.shows == "sums")


def _pools(operator: Operator | None) -> bool:
    return isinstance(operator, Grid) and {"pool_size", "strides"} <= operator.parameters.keys()


def worked(
    operator: Operator,
    came: "np.ndarray[Any, Any]",
    weights: Mapping[str, "np.ndarray[Any, Any]"],
    gives: Sequence[int],
    place: Sequence[int],
    unit: int,
) -> dict[str, Any]:
    """The sum behind one number. came: what enters for one sample. gives: the sizes of the output's axes, and place:
    along them, without channels. unit: of the output's channels.

    window: sizes; rows: where it lies, by axis. channels: of those that add most, {"channel", "input", "kernel",
    "products", "sum"} with the cells of the window in order, None where the window is over the edge; others: of all
    others how many and their sum. sum: with the bias, before any activation. Raises NoWindow where it cannot be told.
    """
    if _pools(operator):
        return _pooled(operator, came, place, unit)
    if operator.shows == "sums":
        place, grid = [*place], came.shape[:-1]
        held = window_at(place, [1] * len(grid), [1] * len(grid), [1] * len(grid), "valid", grid)
        kernel = weights["kernel"][:, unit].reshape(*(1 for _ in grid), -1)
    elif isinstance(operator, Transposed) and max(operator.dilation_rate) == 1:
        sizes, strides, padding = operator.kernel_size, operator.strides, operator.padding
        held, laid = laid_at(place, sizes, strides, padding, came.shape[:-1], gives)
        kernel = weights["kernel"][np.ix_(*laid)][..., unit, :]
    elif isinstance(operator, Convolution) and not isinstance(operator, Transposed):
        sizes, gaps = operator.kernel_size, operator.dilation_rate
        held = window_at(place, sizes, operator.strides, gaps, operator.padding, came.shape[:-1])
        kernel = kernel_of(operator, weights, unit, came.shape[-1])
    else:
        raise NoWindow(f"{operator.title} works out no sum over a window that could be shown.")
    seen = held.of(came.astype("float64"), 0.0)
    products = seen * kernel.astype("float64")
    bias = float(weights["bias"][unit]) if "bias" in weights else 0.0
    total = float(products.sum()) + bias
    told = _channels(held, seen, kernel, products)
    return {**_where(held), **told, "bias": digits(bias), "sum": digits(total)}


def _pooled(operator: Operator, came: "np.ndarray[Any, Any]", place: Sequence[int], unit: int) -> dict[str, Any]:
    """A window of one channel: its greatest value, or their mean."""
    params = operator.params
    greatest = operator.kind.startswith("Max")
    strides = params["strides"] or params["pool_size"]
    sizes, grid = params["pool_size"], came.shape[:-1]
    held = window_at(place, sizes, strides, [1] * len(grid), params["padding"], grid)  # type: ignore[arg-type]
    seen = held.of(came[..., unit : unit + 1].astype("float64"), np.nan)[..., 0]
    answer = np.nanmax(seen) if greatest else np.nanmean(seen)
    told = {"channel": unit, "input": rounded(seen)}
    best = {"best": int(np.nanargmax(seen))} if greatest else {}
    return {**_where(held), "channels": [told], "others": None, "sum": digits(answer), **best}


def _where(held: Window) -> dict[str, Any]:
    return {"window": list(held.inside.shape), "rows": [rows.tolist() for rows in held.rows]}


def _channels(held: Window, seen: Any, kernel: Any, products: Any) -> dict[str, Any]:
    if held.inside.size > CELLS:
        raise NoWindow(f"The window has {held.inside.size:,} places, more than the {CELLS} that are shown.")
    sums = products.reshape(-1, products.shape[-1]).sum(axis=0)
    strength = np.abs(products).reshape(-1, products.shape[-1]).sum(axis=0)
    chosen = sorted(np.argsort(-strength, kind="stable")[:CHANNELS].tolist())
    told = [
        {
            "channel": one,
            "input": [
                value if there else None
                for value, there in zip(rounded(seen[..., one]), held.inside.ravel(), strict=True)
            ],
            "kernel": rounded(kernel[..., one]),
            "products": rounded(products[..., one]),
            "sum": digits(sums[one]),
        }
        for one in chosen
    ]
    left = len(sums) - len(chosen)
    rest = float(sums.sum() - sums[chosen].sum())
    return {"channels": told, "others": {"count": left, "sum": digits(rest)} if left else None}
