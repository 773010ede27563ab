"""What a node gives for many samples, as points in a plane: by principal components, which keep the largest distances,
or by t-SNE or UMAP, which keep neighbours together."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

MOST_ROWS = 2000
BYTES = 40_000_000
"""Of what a node gives for all rows; of a wider node fewer rows are taken."""
LEAST_ROWS = 50
_ALL = 300
"""Of values that vary along no more directions all of them are worked out at once; of more, which takes seconds, those
that are wanted."""
_FIRST = 50
"""Principal components that t-SNE and UMAP are given, of wider values."""

Values: TypeAlias = "np.ndarray[Any, Any]"


def rows_for(width: int, rows: int) -> int:
    """How many rows are taken of a node that gives so many numbers for each."""
    return min(rows, MOST_ROWS, max(LEAST_ROWS, BYTES // (4 * max(1, width))))


@dataclass(frozen=True)
class Axes:
    """The first two principal components of some values. mean: (width,). directions: (width, 2), each of length 1 and
    with its largest number above zero, so that a picture is not mirrored from one time to the next. shares: of the
    variance along each."""

    mean: Any
    directions: Any
    shares: tuple[float, float]

    def placed(self, values: Values) -> Values:
        """(rows, 2)"""
        return (values - self.mean) @ self.directions  # type: ignore[no-any-return]


def principal(values: Values, count: int = 2) -> Axes:
    """values: (rows, width). Of values that vary along fewer directions the others are zeros. In one thread,
    since with several that others compete for it takes ten times as long."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

    with threadpool_limits(1):
        return _principal(values, count)


def _principal(values: Values, count: int) -> Axes:
    values = np.nan_to_num(np.asarray(values, "float64"), posinf=0.0, neginf=0.0)
    mean = values.mean(axis=0)
    centred = values - mean
    total = float(np.square(centred).sum())
    width = values.shape[1]
    squares, vectors = _greatest(centred, count)
    order = np.argsort(-squares)[:count]
    directions = np.zeros((width, count))
    shares = np.zeros(count)
    for place, one in enumerate(order):
        if total > 0 and squares[one] > 1e-12 * total:
            direction = vectors[:, one]
            directions[:, place] = direction * np.sign(direction[np.abs(direction).argmax()])
            shares[place] = squares[one] / total
    return Axes(mean, directions, tuple(map(float, shares)))  # type: ignore[arg-type]


def _greatest(centred: Values, count: int) -> tuple[Values, Values]:
    """Squares and directions of the greatest components, a few or all of them, of values around their mean."""
    rows, width = centred.shape
    smaller = centred if width <= rows else centred.T  # by the products of the rows with each other
    products = smaller.T @ smaller
    if len(products) <= _ALL or 4 * count > len(products) or not products.any():
        squares, vectors = np.linalg.eigh(products)
    else:
        from scipy.sparse.linalg import eigsh  # type: ignore[import-untyped]  # noqa: PLC0415

        squares, vectors = eigsh(products, k=count, v0=np.cos(np.arange(len(products))))  # begun always alike
    if width > rows:
        vectors = centred.T @ vectors / np.sqrt(np.maximum(squares, 1e-300))
    return squares, vectors


def neighbours(values: Values, method: str, seed: int, begun: Values) -> Values:
    """(rows, 2) by "tsne" or "umap". begun: where the points begin, such as their principal components; the picture is
    turned to lie over these as well as it can, so that what was at the left stays there. Takes seconds, in one thread:
    with several that others compete for it takes eight times as long."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    values = np.nan_to_num(np.asarray(values, "float64"), posinf=0.0, neginf=0.0)
    if values.shape[1] > _FIRST:
        values = principal(values, _FIRST).placed(values)
    start = begun / (float(begun[:, 0].std()) or 1.0)
    with threadpool_limits(1):
        found = np.asarray(_made(method, len(values), start, seed).fit_transform(values), "float64")
    found -= found.mean(axis=0)
    one, _, other = np.linalg.svd(found.T @ (begun - begun.mean(axis=0)))
    return found @ (one @ other)  # type: ignore[no-any-return]


def _made(method: str, rows: int, start: Values, seed: int) -> Any:
    if method == "umap":
        umap = import_module("umap")
        return umap.UMAP(n_neighbors=min(15, rows - 1), init=10 * start, random_state=seed, n_jobs=1)
    from sklearn.manifold import TSNE  # noqa: PLC0415

    perplexity = min(30.0, max(2.0, (rows - 1) / 3))
    return TSNE(perplexity=perplexity, init=(1e-4 * start).astype("float32"), random_state=seed, n_jobs=1)
