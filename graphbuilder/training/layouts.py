"""The ways to lay out many samples in a plane, and which of them can be had here. It imports none of them."""

from collections.abc import Mapping
from importlib.util import find_spec

SLOW: Mapping[str, str] = {"tsne": "t-SNE", "umap": "UMAP"}
"""Those that take seconds, by the names that they are asked by."""


def slow_methods() -> list[str]:
    """Those that are installed."""
    return [name for name in SLOW if name != "umap" or find_spec("umap")]
