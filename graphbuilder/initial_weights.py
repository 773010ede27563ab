"""Weights that a network begins with in place of drawn ones, as a file: of each node with weights, by its path, the
variables of its layer in Keras' order. Nodes keep their ids whatever they are called, so weights stay theirs.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

Arrays = Mapping[str, Sequence["np.ndarray[Any, Any]"]]
"""By the path of a node in the flat graph."""

SUFFIX = ".weights.npz"
_MOST = 200_000
_KINDS = "fiu"
"""Of numbers: amounts, whole ones with and without a sign."""


class WeightsFault(ValueError):
    """A file of initial weights that cannot be read or does not fit, in words that follow its name."""


def write(path: Path, arrays: Arrays) -> None:
    """Writes the file beside its place, and then into it. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        write_to(file, arrays)
    beside.replace(path)


def write_to(file: IO[bytes], arrays: Arrays) -> None:
    """Raises OSError."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for node, variables in arrays.items():
            for place, array in enumerate(variables):
                with archive.open(f"{node}:{place}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)


def read(path: Path, sizes: Mapping[str, int], *, all_of_them: bool = True) -> dict[str, list["np.ndarray[Any, Any]"]]:
    """The weights in a file. sizes: how many numbers each node may have; what says it has more is not read.
    all_of_them: whether those of other nodes, and larger ones, are refused; else they are left out. Raises
    WeightsFault, OSError."""
    found: dict[str, dict[int, np.ndarray[Any, Any]]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST:
                raise WeightsFault(f"holds {len(infos):,} arrays, and {_MOST:,} are allowed.")
            for info in infos:
                node, _, place = info.filename.removesuffix(".npy").rpartition(":")
                if not all_of_them and info.file_size > 8 * sizes.get(node, -1_000) + 1_000:
                    continue
                if node not in sizes or not place.isdigit():
                    raise WeightsFault(
                        f"holds weights of {node[:60]!r}, which is no node of this network with weights."
                    )
                if info.file_size > 8 * sizes[node] + 1_000:
                    had = f"which has {sizes[node]:,} weights"
                    raise WeightsFault(f"holds {info.file_size:,} bytes for {node[:60]!r}, {had}.")
                with archive.open(info) as member:
                    array = np.load(io.BytesIO(member.read()), allow_pickle=False)
                if array.dtype.kind not in _KINDS:
                    raise WeightsFault(f"holds what are no numbers for {node[:60]!r}.")
                found.setdefault(node, {})[int(place)] = array
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as fault:
        if isinstance(fault, WeightsFault):
            raise
        raise WeightsFault("is no file of initial weights, or is broken.") from None
    return {node: [arrays[place] for place in sorted(arrays)] for node, arrays in found.items()}


def not_finite(arrays: Arrays) -> list[str]:
    """The nodes that have weights that are no numbers."""
    return [node for node, variables in arrays.items() if not all(np.isfinite(one).all() for one in variables)]


def fitting(model: Any, names: Mapping[str, str], arrays: Arrays) -> dict[str, Sequence["np.ndarray[Any, Any]"]]:
    """Those that a Keras model has room for as they are, without those that are no numbers."""
    wrong = {*not_finite(arrays)}
    found: dict[str, Sequence[np.ndarray[Any, Any]]] = {}
    for node, given in arrays.items():
        if node in names and node not in wrong:
            shapes = [tuple(one.shape) for one in variables_of(model.get_layer(names[node]))]
            if shapes == [one.shape for one in given]:
                found[node] = given
    return found


def put(model: Any, names: Mapping[str, str], arrays: Arrays) -> None:
    """Gives the layers of a Keras model these weights. names: of the layers, by the path of their node. Raises
    WeightsFault where they do not fit, before any is given."""
    wanted: list[tuple[Any, np.ndarray[Any, Any]]] = []
    for node, given in arrays.items():
        variables = variables_of(model.get_layer(names[node]))
        shapes, came = [tuple(one.shape) for one in variables], [one.shape for one in given]
        if shapes != came:
            raise WeightsFault(f"holds weights of the shapes {came} for {names[node]!r}, which has {shapes}.")
        wanted += zip(variables, given, strict=True)
    for variable, array in wanted:
        variable.assign(array)
    for node in arrays:
        layer = model.get_layer(names[node])
        if hasattr(layer, "finalize_state"):  # what it works with follows from its weights
            layer.finalize_state()


def variables_of(layer: Any) -> list[Any]:
    """A layer's weights, without what it draws with."""
    return [one for one in layer.weights if "seed_generator" not in one.path]


def told(nodes: Iterable[str], most: int = 5) -> str:
    """Names for a sentence, the first few."""
    listed = [*nodes]
    more = f" and {len(listed) - most:,} more" if len(listed) > most else ""
    return ", ".join(map(repr, listed[:most])) + more
