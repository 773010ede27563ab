"""The weights in a file of Keras, layer by layer. Each is held to the network before a number of it is read.

h5py is imported here where it is needed, and so only where files are read: the command line, and a job with limits.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from graphbuilder.importing.drawing import Drawn, part_of
from graphbuilder.importing.each_step import is_row
from graphbuilder.importing.keras_model import Read
from graphbuilder.importing.layers import OF_OTHERS, OLD_GATES
from graphbuilder.importing.model import FUNCTIONS, OLDER, ImportFault, Layer, Message, Model
from graphbuilder.importing.naming import snake
from graphbuilder.importing.old_gates import as_they_were
from graphbuilder.importing.shared import same_layers
from graphbuilder.importing.variables import LAID_OUT_ANEW, shapes_of

MOST_GROUPS = 200_000
MOST_AXES = 9
MOST_UNPACKED, MOST_TIMES = 64_000_000, 100
"""Bytes of one data set, and how many times those that it takes in the file: trained weights hardly shrink."""
_PARTS = (
    "cell", "forward_layer", "backward_layer", "layer", "query_dense", "key_dense", "value_dense", "gate_dense",
    "output_dense", "embeddings",
)  # fmt: skip
"""Layers within a layer, in the order in which Keras lists their weights."""
_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")

Names = tuple[str, ...]
"""A layer's name, behind those of the models that it lies in."""


@dataclass
class Came:
    """What weights a file gave. arrays: by the path of their node. messages: what did not come, and why. made_up: nodes
    whose weights make up for what a function was before."""

    arrays: dict[str, list["np.ndarray[Any, Any]"]] = field(default_factory=dict)
    made_up: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    wanted: int = 0


def sets_in(file: Any, model: Model) -> dict[Names, list[Any]]:
    """The data sets of each layer in an opened HDF5 file: of a .keras file, or of the older form. Raises ImportFault
    for a file that leads elsewhere."""
    return _older(file, model) if _is_older(file) else dict(_newer(file, model, ()))


def weights(found: Mapping[Names, Sequence[Any]], read: Read, drawn: Drawn) -> Came:
    """The weights that a network takes of these data sets."""
    came = _held(found, drawn, read.backend == "theano")
    for message in drawn.report.messages if read.model.hard_sigmoid == OLDER else ():
        if message.code == OLD_GATES[0]:
            _make_up(came, drawn, message.node)
    return came


def _make_up(came: Came, drawn: Drawn, id: str) -> None:
    """Gives the gates of a node the weights by which they answer as they did."""
    paths = [path for path in came.arrays if path.rpartition("/")[2] == id]
    made = {path: _of_before(drawn, path, came.arrays[path]) for path in paths}
    if paths and all(made.values()):
        came.arrays |= {path: arrays for path, arrays in made.items() if arrays}
        came.made_up.add(id)


def _of_before(drawn: Drawn, path: str, arrays: list["np.ndarray[Any, Any]"]) -> list["np.ndarray[Any, Any]"] | None:
    operator = drawn.checked.wired.operators[path]
    return as_they_were(operator, arrays) if operator else None


def _is_older(file: Any) -> bool:
    return "model_weights" in file or "layer_names" in file.attrs or "layer_names0" in file.attrs


# What a file may have


def inside(group: Any, name: str) -> Any:
    """What lies in a group under this name. Raises ImportFault where that is a link elsewhere."""
    import h5py  # noqa: PLC0415

    link = group.get(name, getlink=True)
    if not isinstance(link, h5py.HardLink):
        raise ImportFault("E_WEIGHTS_UNSAFE", f"has a link elsewhere in it, {str(name)[:60]!r}, and is not read.")
    try:
        held = group[name]
    except (KeyError, OSError, RuntimeError):
        raise ImportFault("E_WEIGHTS_UNSAFE", f"has {str(name)[:60]!r} in it, which cannot be opened.") from None
    if isinstance(held, h5py.Dataset):
        if held.is_virtual or held.external:
            raise ImportFault("E_WEIGHTS_UNSAFE", f"takes {str(name)[:60]!r} from other files, and is not read.")
        if held.dtype.kind not in "fiub" or len(held.shape) > MOST_AXES:
            raise ImportFault("E_WEIGHTS_UNSAFE", f"has {str(name)[:60]!r} in it, which are no numbers.")
    return held


def _is_group(held: Any) -> bool:
    return hasattr(held, "keys")


# Keras 3, and .keras of its last versions before


def _newer(group: Any, model: Model, path: Names) -> Iterator[tuple[Names, list[Any]]]:
    """The data sets of each layer that has any."""
    container = next((inside(group, one) for one in _CONTAINERS if one in group), None)
    if container is None:
        return
    children = _children(container, model)
    names = {layer.name for layer in model.layers}
    for name, child in children.items():
        if name not in names and (own := [*_sets(child, [0])]):
            yield (*path, name), own
    for layer in model.layers:
        child = children.get(layer.name)
        if child is None or layer.module == FUNCTIONS:
            continue
        if layer.inner is not None and layer.kind != "TimeDistributed":
            yield from _newer(child, layer.inner, (*path, layer.name))
        elif layer.inner is not None and "layer" in child and not is_row(layer.inner):
            yield from _newer(inside(child, "layer"), layer.inner, (*path, layer.name))
        elif layer.inner is not None and "layer" in child:
            inner = _newer(inside(child, "layer"), layer.inner, path)
            yield (*path, layer.name), [one for _, sets in inner for one in sets]
        else:
            own = [*_of_layer(child, layer)]
            if own:
                yield (*path, layer.name), own


def _of_layer(group: Any, layer: Layer) -> Iterator[Any]:
    """A layer's data sets. Cells one upon the other stand by their names, and go by their order; what a layer keeps of
    the weights of one that it holds stands there as well."""
    cell = layer.config.get("cell")
    own = cell.get("config") if isinstance(cell, dict) else None
    cells = own.get("cells") if isinstance(own, dict) else None
    held = inside(group, "cell") if isinstance(cells, list) and "cell" in group else None
    if held is not None and _is_group(held) and "cells" in held:
        rooms, used = inside(held, "cells"), Counter[str]()
        for one in cells or ():
            stem = snake(str(one.get("class_name"))) if isinstance(one, dict) else ""
            key = f"{stem}_{used[stem]}" if used[stem] else stem
            used[stem] += 1
            if key in rooms:
                yield from _sets(inside(rooms, key), [0])
        return
    found = [*_sets(group, [0])]
    if layer.kind == "SpectralNormalization" and len(found) > 2:
        kernel, vector, *rest = found
        found = [*rest, vector] if rest and rest[0].shape == kernel.shape else found
    yield from found


def _children(container: Any, model: Model) -> dict[str, Any]:
    """The group of each layer, by its name: as the file names it itself, or by its class and its place."""
    groups = {name: inside(container, name) for name in list(container)[:MOST_GROUPS]}
    groups = {name: group for name, group in groups.items() if _is_group(group)}
    named = {_told_name(group): group for group in groups.values()}
    layers = [layer for layer in model.layers if layer.module != FUNCTIONS]
    if None not in named and len(named) == len(groups):
        return {str(name): group for name, group in named.items()}
    found: dict[str, Any] = {}
    used: dict[str, int] = {}
    for layer in layers:
        stem = snake(layer.kind)
        number = used.get(stem, 0)
        used[stem] = number + 1
        key = f"{stem}_{number}" if number else stem
        if layer.name in groups and layer.name != key and key not in groups:
            key = layer.name
        if key in groups:
            found[layer.name] = groups.pop(key)
    return found | {f"{name} (of no layer)": group for name, group in groups.items()}


def _told_name(group: Any) -> str | None:
    own = inside(group, "vars") if "vars" in group else None
    name = own.attrs.get("name") if own is not None else None
    return name if isinstance(name, str) else None


def _sets(group: Any, count: list[int], depth: int = 0) -> Iterator[Any]:
    """A layer's data sets in Keras' order: its own, then those of the layers within it."""
    count[0] += 1
    if depth > 12 or count[0] > 1000:
        raise ImportFault("E_WEIGHTS_UNSAFE", "has weights that are nested too deeply, and is not read.")
    names = [*group][:1000]
    if "vars" in names:
        own = inside(group, "vars")
        for name in sorted((one for one in own if one.isdigit()), key=int) if _is_group(own) else ():
            yield _numbers_of(inside(own, name), name)
    parts = [one for one in names if one != "vars" and "seed_generator" not in one]
    for name in sorted(parts, key=_place):
        if _is_group(part := inside(group, name)):
            yield from _sets(part, count, depth + 1)


def _place(name: str) -> tuple[int, str]:
    plain = name.lstrip("_")
    return (_PARTS.index(plain) if plain in _PARTS else len(_PARTS)), name


# Before


def _older(file: Any, model: Model) -> dict[Names, list[Any]]:
    group = inside(file, "model_weights") if "model_weights" in file else file
    layers = {layer.name: layer for layer in model.layers}
    found: dict[Names, list[Any]] = {}
    for name in _listed(group, "layer_names"):
        if name not in group or not _is_group(own := inside(group, name)):
            continue
        listed = [(one, _at(own, one)) for one in _listed(own, "weight_names")]
        listed = [(one, held) for one, held in listed if "seed_generator" not in one]
        layer = layers.get(name)
        if layer is not None and layer.inner is not None:
            inner = _of_inner(layer, listed, (name,))
            if layer.kind == "TimeDistributed" and is_row(layer.inner):
                row = ((name, one.name) for one in layer.inner.layers)
                inner = {(name,): [held for at in row for held in inner.get(at, ())]}
            found |= inner
        elif listed:
            found[name,] = [held for _, held in listed]
    return found


def _listed(group: Any, name: str) -> list[str]:
    """An attribute that lists names, which may stand in several parts."""
    parts = [name] if name in group.attrs else [f"{name}{n}" for n in range(1000) if f"{name}{n}" in group.attrs]
    told: list[str] = []
    for part in parts:
        value = group.attrs[part]
        listed = value.tolist() if hasattr(value, "tolist") else value
        for one in listed if isinstance(listed, list) else []:
            told.append(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one))
    if len(told) > MOST_GROUPS:
        raise ImportFault("E_TOO_BIG", f"lists {len(told):,} weights, and {MOST_GROUPS:,} are allowed.")
    return told


def _at(group: Any, path: str) -> Any:
    for name in path.split("/"):
        if not _is_group(group) or name not in group:
            raise ImportFault("E_WEIGHTS", f"names the weights {path[:80]!r}, which are not in it.")
        group = inside(group, name)
    return _numbers_of(group, path)


def _numbers_of(held: Any, name: str) -> Any:
    """A data set. Raises ImportFault for what is none, or would fill far more memory than the file has bytes."""
    if _is_group(held):
        raise ImportFault("E_WEIGHTS", f"has no numbers where the weights {name[:80]!r} should stand.")
    wanted = prod(held.shape or ()) * held.dtype.itemsize
    if wanted > MOST_UNPACKED and wanted > MOST_TIMES * held.id.get_storage_size():
        raise ImportFault("E_WEIGHTS_UNSAFE", f"packs {wanted:,} bytes of weights into next to none, and is not read.")
    return held


def _of_inner(layer: Layer, listed: Sequence[tuple[str, Any]], path: Names) -> dict[Names, list[Any]]:
    """The weights of a model within the model, which stand in a row: each is of the layer that its name names."""
    assert layer.inner is not None
    homes: dict[str, list[Names]] = {}
    for at in _homes(layer.inner, path):
        homes.setdefault(at[-1], []).append(at)
    found: dict[Names, list[Any]] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for told, held in listed:
        name, variable = _owner(told, homes)
        if places := homes.get(name):
            at = places[min(taken[name, variable], len(places) - 1)]
            taken[name, variable] += 1
            found.setdefault(at, []).append(held)
    return found


def _owner(told: str, homes: Mapping[str, Any]) -> tuple[str, str]:
    """Of the name of weights, the layer that it names, and what is left of it."""
    parts = told.split("/")
    for start in range(len(parts)):
        for end in range(len(parts), start, -1):
            if (name := "/".join(parts[start:end])) in homes:
                return name, "/".join(parts[end:])
    return "", told


def _homes(model: Model, path: Names) -> Iterator[Names]:
    """The layers of a model and of those within it, in the order in which their weights are listed. Of equal names,
    each has the next ones."""
    for layer in model.layers:
        if layer.inner is not None and (layer.kind != "TimeDistributed" or not is_row(layer.inner)):
            yield from _homes(layer.inner, (*path, layer.name))
        else:
            yield (*path, layer.name)


def layers_twice(drawn: Drawn, came: Came) -> list[set[Names]]:
    """Layers with weights that are one and the same, though the file tells them twice."""
    counts = {path: facts.counts for path, facts in drawn.checked.facts.items()}
    paths = {names: path for names in drawn.places if (path := path_of(drawn, names))}
    wanted = [
        names
        for names, path in paths.items()
        if path in counts and counts[path].trainable + counts[path].fixed and not names[-1].startswith("\0")
    ]
    arrays = {names: came.arrays[path] for names, path in paths.items() if path in came.arrays}
    return same_layers(drawn, paths, arrays, wanted)


# Held to the network


def _held(found: Mapping[Names, Sequence[Any]], drawn: Drawn, is_turned: bool) -> Came:
    """is_turned: kernels of convolutions are."""
    came = Came()
    counts = {path: facts.counts for path, facts in drawn.checked.facts.items()}
    wanted = {
        path: one.trainable + one.fixed
        for path, one in counts.items()
        if one.trainable + one.fixed and path not in drawn.checked.wired.lenders
    }
    came.wanted = len(wanted)
    paths = {names: path for names in drawn.places if (path := path_of(drawn, names))}
    for names, sets in _by_node(found, drawn, wanted):
        path = paths.get(names)
        label = "/".join(names).partition("\0")[0].rstrip("/")[:80]
        if path is None or path not in wanted:
            if any(prod(one.shape) for one in sets):
                text = f"The weights of {label!r} have no place in the network."
                came.messages.append(Message("W_WEIGHTS", text, node=path or ""))
            continue
        size = sum(prod(one.shape) for one in sets)
        if size != wanted[path]:
            had = f"the file has {size:,} numbers, and the network {wanted[path]:,}"
            text = f"The weights of {label!r} did not come: {had}."
            came.messages.append(Message("W_WEIGHTS", text, node=path))
            continue
        operator = drawn.checked.wired.operators[path]
        if operator and operator.kind == "SpectralNormalization" and len(sets) > 2:
            sets = [sets[0], sets[-1], *sets[1:-1]]
        shapes = [tuple(map(int, one.shape)) for one in sets]
        facts = drawn.checked.facts[path]
        known = shapes_of(operator, facts.inputs) if operator else None
        turned = operator is not None and operator.kind in LAID_OUT_ANEW and known is not None
        turned = turned and [sorted(one) for one in shapes] == [sorted(one) for one in known or ()]
        is_others = operator is not None and operator.kind in OF_OTHERS
        if known is not None and shapes != known and not turned and not is_others:
            text = f"The weights of {label!r} did not come: the file has the shapes {shapes}, and the network {known}."
            came.messages.append(Message("W_WEIGHTS", text, node=path))
            continue
        came.arrays[path] = [_numbers(one).reshape(shape) for one, shape in zip(sets, known or shapes, strict=True)]
        if is_turned and operator and "kernel_size" in operator.params:
            came.arrays[path] = [_turned(one) for one in came.arrays[path]]
    missing = [path for path in wanted if path not in came.arrays]
    told = {message.node for message in came.messages}
    for path in missing:
        if path not in told:
            text = f"The file has no weights for {path!r}; they are drawn anew."
            came.messages.append(Message("W_WEIGHTS", text, node=path))
    return came


def _by_node(
    found: Mapping[Names, Sequence[Any]], drawn: Drawn, wanted: Mapping[str, int]
) -> Iterator[tuple[Names, Sequence[Any]]]:
    """The data sets of each layer; where several nodes do its work, each has those that it needs."""
    for names, sets in found.items():
        parts = [(*names, part_of(place)) for place in range(2, 10)]
        nodes = [names, *(one for one in parts if one in drawn.places)]
        left = [*sets]
        for one in nodes[:-1]:
            own: list[Any] = []
            needs = wanted.get(path_of(drawn, one) or "", 0)
            while left and sum(prod(held.shape) for held in own) < needs:
                own.append(left.pop(0))
            if own or one == names:
                yield one, own
        yield nodes[-1], left


def _turned(kernel: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """With its window turned round; biases are as they are."""
    return np.flip(kernel, tuple(range(kernel.ndim - 2))) if kernel.ndim > 2 else kernel


def _numbers(held: Any) -> "np.ndarray[Any, Any]":
    array = np.asarray(held[()])
    with np.errstate(over="ignore"):  # what is too large is infinite, and told
        return np.asarray(array, "float32" if array.dtype.kind == "f" else None)


def path_of(drawn: Drawn, names: Names) -> str | None:
    """The path in the flat graph of the node that has a layer's weights."""
    prefixes = [names[: place + 1] for place in range(len(names))]
    if names[-1].startswith("\0"):  # in the place of its layer
        prefixes = [*prefixes[:-2], names]
    ids = [drawn.places.get(one) for one in prefixes]
    return None if None in ids else "/".join(map(str, ids))
