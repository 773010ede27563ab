"""Masks: Keras 3 writes out how they are made, which layers here do by themselves."""

from collections.abc import Mapping

from graphbuilder.importing.model import FUNCTIONS, Call, Layer, Model, Tree, refs_in

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
        self._call_of = {call.layer: call for call in model.calls}
        has_masks = any("mask" in call.keywords for call in model.calls)
        self.calls = self._found(model) if has_masks else frozenset()
        self._masked = {ref for call in model.calls if has_masks and self._gives(call) for ref in call.refs()}

    def _gives(self, call: Call) -> bool:
        """Whether the call gives a mask along: of what is not there in the values that it reads."""
        layer = self._layers[call.layer]
        return layer.kind == "Masking" or (layer.kind == "Embedding" and layer.config.get("mask_zero") is True)

    def _found(self, model: Model) -> frozenset[int]:
        readers: dict[str, list[tuple[Call, bool]]] = {}
        for call in model.calls:
            for name, tree in [*(("", one) for one in call.positional), *call.keywords.items()]:
                for ref in refs_in(tree):
                    readers.setdefault(ref.layer, []).append((call, name == "mask"))
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
        ahead, seen = [*refs_in(mask)], set()
        while ahead:
            ref = ahead.pop()
            if ref.layer in seen:
                continue
            seen.add(ref.layer)
            layer, call = self._layers.get(ref.layer), self._call_of.get(ref.layer)
            if layer is None or call is None or layer.module != FUNCTIONS or layer.kind not in MASKS:
                return False
            if layer.kind in _OF_SHAPES:
                continue
            if layer.kind == "not_equal":
                if not self._masked & {*call.refs()}:
                    return False
            else:
                ahead += call.refs()
        return True
