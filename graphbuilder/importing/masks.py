"""Masks: Keras 3 writes out how they are made, which layers here do by themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphbuilder.importing.model import FUNCTIONS, LAYERS, Call, Layer, Model, Ref, Tree, refs_in

_OF_SHAPES = ("zeros_like", "ones_like")
MASKS = (
    "not_equal", "any", "all", "logical_or", "logical_and", "logical_not", "equal", "expand_dims", "broadcast_to",
    "cast", "concatenate", "squeeze", "reshape", "stack", "max", "min", *_OF_SHAPES,
)  # fmt: skip
"""Functions that masks are made by; of some the shape of what they read counts alone."""


class Masks:
    """What of a model makes masks. calls: of functions whose values are read as masks alone, by their ids in Python."""

    def __init__(self, model: Model, layers: Mapping[str, Layer]) -> None:
        self._layers = layers
        self._hidden: dict[str, bool] = {}
        self.calls: frozenset[int] = frozenset()
        if any("mask" in call.keywords for call in model.calls):
            masked = {ref for call in model.calls if self._gives(call) for ref in call.refs}
            for call in model.calls:
                self._hidden[call.layer] = self._is_of_masks(call, masked)
            self.calls = self._found(model)

    def _gives(self, call: Call) -> bool:
        """Whether the call gives a mask along: of what is not there in the values that it reads."""
        layer = self._layers[call.layer]
        return layer.kind == "Masking" or (layer.kind == "Embedding" and layer.config.get("mask_zero") is True)

    def _is_of_masks(self, call: Call, masked: Collection[Ref]) -> bool:
        """Whether a call makes a mask that Embedding and Masking give along, of values that they read."""
        layer = self._layers[call.layer]
        if layer.module != FUNCTIONS or layer.kind not in MASKS:
            return False
        if layer.kind in _OF_SHAPES:
            return True
        if layer.kind == "not_equal":
            return any(ref in masked for ref in call.refs)
        return all(self._hidden.get(ref.layer, False) for ref in call.refs)

    def _found(self, model: Model) -> frozenset[int]:
        readers: dict[str, list[tuple[Call, bool]]] = {}
        for call in model.calls:
            for name, tree in [*(("", one) for one in call.positional), *call.keywords.items()]:
                is_hidden = name == "mask" and self.is_hidden(tree)
                for ref in refs_in(tree):
                    readers.setdefault(ref.layer, []).append((call, is_hidden))
        outputs = {ref.layer for ref in model.outputs}
        found: set[int] = set()
        for call in reversed(model.calls):
            layer = self._layers[call.layer]
            if layer.module == FUNCTIONS and layer.kind in MASKS and call.layer not in outputs:
                reads = readers.get(call.layer, [])
                if reads and all(as_mask or id(reader) in found for reader, as_mask in reads):
                    found.add(id(call))
        return frozenset(found)

    def is_hidden(self, mask: Tree) -> bool:
        """Whether a mask is what Embedding and Masking give along, which a file writes out as calls of functions."""
        return all(self._hidden.get(ref.layer, False) for ref in refs_in(mask))


# Keras' second version brings masks together otherwise

_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
_RECURRENT = (
    "SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNLSTM",
    "CuDNNGRU",
)  # fmt: skip
_READERS = (*_RECURRENT, "GlobalAveragePooling1D", "Attention", "AdditiveAttention", "MultiHeadAttention", "Softmax")
_KEEPERS = (
    "Dense", "Activation", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ReLU",
    "LeakyReLU", "PReLU", "ELU", "BatchNormalization", "LayerNormalization", "TimeDistributed",
    "ActivityRegularization",
)  # fmt: skip


_MOST_TOLD = 20


_KEPT_BY_NODES = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "concatenate", "cast", "stop_gradient", "identity",
    "copy", "relu", "sigmoid", "tanh", "silu", "gelu", "softplus", "squared_difference",
)  # fmt: skip
"""Functions whose values lose their mask in Keras, and whose nodes here keep it."""
MULTIPLIES = ("multiply", "divide")
"""Functions whose nodes work otherwise on values that carry masks: what is left out counts as 1."""
_OF_QUERIES = ("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention")


def lost(model: Model) -> frozenset[Ref]:
    """Values of functions that carry no mask, though what they are worked of does, where something reads a mask."""
    layers = {layer.name: layer for layer in model.layers}
    masks: dict[Ref, frozenset[Ref]] = {}
    counted: dict[str, int] = {}
    found: set[Ref] = set()
    for call in model.calls:
        layer, number = layers[call.layer], counted.get(call.layer, 0)
        counted[call.layer] = number + 1
        came = [masks.get(ref) for ref in call.refs]
        lossy = frozenset[Ref]().union(*(one for one in came if one))
        own = Ref(layer.name, number)
        if layer.module == FUNCTIONS and layer.kind in _KEPT_BY_NODES and any(one is not None for one in came):
            masks[own] = frozenset({own})
            found |= {own} if layer.kind in MULTIPLIES and len(came) > 1 else set()
        elif layer.kind in _OF_QUERIES and came and came[0] is not None:
            masks[own] = came[0]
        elif _mask_of(layer, call, [None if one is None else _Mask(frozenset({own})) for one in came]):
            masks[own] = lossy
        if layer.kind in _READERS and call.keywords.get("mask") is None:
            found |= lossy
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Mask:
    """of: the values whose steps it tells of. by: the layers that brought unlike ones together."""

    of: frozenset[Ref]
    by: tuple[str, ...] = ()


def merged_otherwise(model: Model) -> list[Layer]:
    """The layers that bring unlike masks together which something reads: up to Keras' second version a step was left
    out where any value left it out, and since where all do."""
    layers = {layer.name: layer for layer in model.layers}
    masks: dict[Ref, _Mask] = {}
    counted: dict[str, int] = {}
    found: dict[str, Layer] = {}
    for call in model.calls:
        layer, number = layers[call.layer], counted.get(call.layer, 0)
        counted[call.layer] = number + 1
        came = [masks.get(ref) for ref in call.refs]
        given = _mask_of(layer, call, came)
        if given:
            masks[Ref(layer.name, number)] = given
        if layer.kind in _READERS:
            found |= {name: layers[name] for one in came if one for name in one.by}
    return [*found.values()]


def _mask_of(layer: Layer, call: Call, came: list[_Mask | None]) -> _Mask | None:
    """What a layer gives along."""
    if layer.module != LAYERS:
        return None
    if layer.kind == "Masking" or (layer.kind == "Embedding" and layer.config.get("mask_zero") is True):
        return _Mask(frozenset(call.refs))
    first = came[0] if came else None
    if layer.kind in _KEEPERS:
        return first
    if layer.kind in _RECURRENT:
        inner = layer.config.get("layer")
        own = inner.get("config") if isinstance(inner, dict) else layer.config
        return first if isinstance(own, dict) and own.get("return_sequences") is True else None
    masks = [one for one in came if one]
    if layer.kind not in _MERGES or not masks:
        return None
    by = tuple(dict.fromkeys(name for one in masks for name in one.by))[:_MOST_TOLD]
    is_one = len(masks) == len(came) and len({one.of for one in masks}) == 1
    return _Mask(frozenset[Ref]().union(*(one.of for one in masks)), by if is_one else (*by, layer.name))
