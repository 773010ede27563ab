"""Masks: Keras 3 writes out how they are made, which layers here do by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graphbuilder.importing.functions import arguments
from graphbuilder.importing.model import FUNCTIONS, LAYERS, OLDER, Call, Layer, Model, Ref, Tree, refs_in
from graphbuilder.importing.wiring import for_inputs

_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
_OF_SHAPES = ("zeros_like", "ones_like")
MASKS = (
    "not_equal", "any", "all", "logical_or", "logical_and", "logical_not", "equal", "expand_dims", "broadcast_to",
    "cast", "concatenate", "squeeze", "reshape", "stack", "max", "min", *_OF_SHAPES,
)  # fmt: skip
"""Functions that masks are made by; of some the shape of what they read counts alone."""


_NEVER_GIVEN = ("logical_not", "equal")
_OF_ALL = ("all", "logical_and", "min")
"""Functions that leave a step out where any of their masks does: layers do so where all do."""


@dataclass(frozen=True, slots=True)
class _Mask:
    """of: the values whose steps it tells of. by: the layers that brought unlike ones together."""

    of: frozenset[Ref]
    by: tuple[str, ...] = ()


class Masks:
    """What of a model makes masks. calls: of functions whose values are read as masks alone, by their ids in Python."""

    def __init__(self, model: Model, layers: Mapping[str, Layer]) -> None:
        self._layers = layers
        self._made: dict[Ref, frozenset[Ref]] = {}
        self._hidden: set[int] = set()
        self.calls: frozenset[int] = frozenset()
        if any("mask" in call.keywords for call in model.calls):
            begin = [(call, layers[call.layer]) for call in model.calls if _begins(layers[call.layer])]
            self._follow(model, {ref: layer for call, layer in begin for ref in call.refs})
            self.calls = self._found(model)

    def _follow(self, model: Model, begun: Mapping[Ref, Layer]) -> None:
        """Finds which masks that calls are handed are those that come along with what they read."""
        along: dict[Ref, _Mask] = {}
        counted: dict[str, int] = {}
        for call in model.calls:
            layer, number = self._layers[call.layer], counted.get(call.layer, 0)
            counted[call.layer] = number + 1
            own = Ref(layer.name, number)
            if layer.module == FUNCTIONS:
                made = self._made_by(layer, call, begun)
                self._made |= {own: made} if made is not None else {}
                continue
            came = [along.get(ref) for ref in call.refs]
            told = call.keywords.get("mask")
            if told is not None and any(True for _ in refs_in(told)):
                if self._is_along(told, came):
                    self._hidden.add(id(call))
                else:
                    came = [_Mask(frozenset(refs_in(told)))]
            needs_all = layer.kind in _MERGES and layer.kind != "Concatenate" and model.hard_sigmoid != OLDER
            given = None if needs_all and None in came else _mask_of(layer, call, came)
            if layer.kind in _OF_QUERIES and came:
                given = came[0]
            if given:
                along[own] = given

    def _made_by(self, layer: Layer, call: Call, begun: Mapping[Ref, Layer]) -> frozenset[Ref] | None:
        """The values whose steps a mask tells of that a function makes as layers do; None for any other function."""
        if layer.kind not in MASKS or layer.kind in _NEVER_GIVEN:
            return None
        if layer.kind in _OF_SHAPES:
            return frozenset()
        if layer.kind == "not_equal":
            value, left_out = [*arguments(layer, call).values(), None, None][:2]
            if not isinstance(value, Ref) or value not in begun:
                return None
            return frozenset({value}) if left_out == begun[value].config.get("mask_value", 0) else None
        made = [self._made.get(ref) for ref in call.refs]
        if None in made:
            return None
        of = frozenset[Ref]().union(*(one for one in made if one))
        return None if layer.kind in _OF_ALL and len(of) > 1 else of

    def _is_along(self, told: Tree, came: Sequence[_Mask | None]) -> bool:
        """Whether masks are those of the values that they are told of."""
        each = told if isinstance(told, tuple) else (told,)
        pairs = [(next(refs_in(one), None), mask) for one, mask in zip(each, came, strict=False)]
        return all(one is None or (mask is not None and self._made.get(one) == mask.of) for one, mask in pairs)

    def _found(self, model: Model) -> frozenset[int]:
        readers: dict[str, list[tuple[Call, bool]]] = {}
        for call in model.calls:
            for name, tree in [*(("", one) for one in call.positional), *call.keywords.items()]:
                is_hidden = name == "mask" and self.is_hidden(call)
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

    def is_hidden(self, call: Call) -> bool:
        """Whether the mask that a call is handed is what Embedding and Masking give along with what it reads, which a
        file writes out as calls of functions."""
        return id(call) in self._hidden


def _begins(layer: Layer) -> bool:
    """Whether it gives a mask along: of what is not there in the values that it reads."""
    return layer.kind == "Masking" or (layer.kind == "Embedding" and layer.config.get("mask_zero") is True)


# Keras' second version brings masks together otherwise

_RECURRENT = (
    "SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNLSTM",
    "CuDNNGRU",
)  # fmt: skip
_READERS = (
    *_RECURRENT, "GlobalAveragePooling1D", "Attention", "AdditiveAttention", "MultiHeadAttention",
    "GroupQueryAttention", "Softmax", "BatchNormalization",
)  # fmt: skip
BY_MASKS = ("Multiply", "Maximum", "Minimum")
"""Layers of Keras 3, and their nodes, that take no part of a value which its mask leaves out."""
USE_MASKS = frozenset((*BY_MASKS, *_READERS))
"""Nodes that work otherwise where what they read has a mask; functions never do."""
KEEPERS = (
    "Dense", "Activation", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "BatchNormalization",
    "LayerNormalization", "GroupNormalization", "UnitNormalization", "TimeDistributed", "ActivityRegularization",
    "Identity", "Rescaling", "Normalization",
)  # fmt: skip
"""Layers that give the mask of their first value along; of others, those that are no merges and none of sequences."""
_OF_QUERIES = ("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention")
KEEPS = frozenset((*KEEPERS, *_MERGES, *_OF_QUERIES))
"""Nodes that give masks along."""


_MOST_TOLD = 20


# Functions, whose values carry no mask

_ONE_VALUE = ("cast", "convert_to_tensor")
"""Functions that give the very value that they read, and so its mask, where it is of that kind already."""
Place = tuple[str, ...]
"""A model within others, by the names of the layers that lead to it."""
_Way = int | tuple[Place, Ref]
"""By which a mask came that Keras does not give along: a function's value, or one of those that a model takes."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """What nodes give along. is_real: Keras gives it along, too. by: functions of which Keras would not."""

    is_real: bool
    by: frozenset[_Way] = frozenset()


@dataclass(frozen=True, slots=True)
class _Through:
    """What a model makes of masks. gives: with its outputs. read: by which ways masks came that something reads."""

    gives: tuple[_Carried | None, ...]
    read: frozenset[_Way]


@dataclass(frozen=True, slots=True)
class Lost:
    """Of one model, values of functions that carry no mask, though what they are worked of may. read: those of which
    something would read one, in whichever model."""

    values: frozenset[Ref] = frozenset()
    read: frozenset[Ref] = frozenset()


def lost(model: Model) -> Mapping[Place, Lost]:
    """By each model within the model."""
    following = _Following()
    through = following.of(model, (), has_masks=False)
    read = through.read | _ways(through.gives)
    places = {place for place, _ in following.reached}
    return {
        place: Lost(
            *(
                frozenset(one[1] for one in ways if not isinstance(one, int) and one[0] == place)
                for ways in (following.reached, read)
            )
        )
        for place in places
    }


def _ways(masks: Iterable[_Carried | None]) -> frozenset[_Way]:
    return frozenset[_Way]().union(*(one.by for one in masks if one))


class _Following:
    """Where masks go. known: what models make of them, where none of what they are called on has one, and where all
    may. reached: functions that they come to."""

    def __init__(self) -> None:
        self.known: dict[tuple[Place, bool], _Through] = {}
        self.reached: set[tuple[Place, Ref]] = set()

    def of(self, model: Model, place: Place, *, has_masks: bool) -> _Through:
        if (place, has_masks) in self.known:
            return self.known[place, has_masks]
        layers = {layer.name: layer for layer in model.layers}
        masks: dict[Ref, _Carried] = {}
        if has_masks:
            masks = {ref: _Carried(True, frozenset({number})) for number, ref in enumerate(model.inputs)}
        counted: dict[str, int] = {}
        read: set[_Way] = set()
        for call in model.calls:
            layer, number = layers[call.layer], counted.get(call.layer, 0)
            counted[call.layer] = number + 1
            own = Ref(layer.name, number)
            came = [masks.get(ref) for ref in call.refs]
            if layer.inner is not None and layer.kind != "TimeDistributed":
                into = [masks.get(ref) for ref in for_inputs(layer.inner, call)]
                inner = self.of(layer.inner, (*place, layer.name), has_masks=any(into))
                read |= _behind(inner.read, into)
                for output, one in enumerate(inner.gives):
                    if one:
                        masks[replace(own, output=output)] = _entered(one, into)
                continue
            if layer.module == FUNCTIONS:
                if any(came):
                    self.reached.add((place, own))
                    masks[own] = self._function(layer, (place, own), came)
                continue
            given = self._layer(layer, call, came)
            if given:
                masks[own] = given
            if layer.kind in BY_MASKS or (layer.kind in _READERS and call.keywords.get("mask") is None):
                read |= _ways(came)
        through = _Through(tuple(masks.get(ref) for ref in model.outputs), frozenset(read))
        self.known[place, has_masks] = through
        return through

    @staticmethod
    def _function(layer: Layer, way: tuple[Place, Ref], came: Sequence[_Carried | None]) -> _Carried:
        if layer.kind in _ONE_VALUE and came[0]:
            return came[0]
        return _Carried(False, frozenset({way}) if any(one.is_real for one in came if one) else _ways(came))

    @staticmethod
    def _layer(layer: Layer, call: Call, came: list[_Carried | None]) -> _Carried | None:
        if layer.kind in _OF_QUERIES:
            return came[0] if came else None
        given = _mask_of(layer, call, [_Mask(frozenset()) if one else None for one in came])
        if given is None:
            return None
        if _begins(layer):
            return _Carried(True)
        if layer.kind not in _MERGES:
            return came[0]
        real = [one is not None and one.is_real for one in came]
        return _Carried(any(real) if layer.kind == "Concatenate" else all(real), _ways(came))


def _behind(ways: frozenset[_Way], into: Sequence[_Carried | None]) -> frozenset[_Way]:
    """By which masks came, where those of a model are what it is called on."""
    entered = _ways(into[way] for way in ways if isinstance(way, int) and way < len(into))
    return entered | frozenset(way for way in ways if not isinstance(way, int))


def _entered(one: _Carried, into: Sequence[_Carried | None]) -> _Carried:
    came = [into[way] for way in one.by if isinstance(way, int) and way < len(into)]
    is_real = one.is_real and (not came or any(mask is not None and mask.is_real for mask in came))
    return _Carried(is_real, _behind(one.by, into))


# What a layer gives along


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
    if _begins(layer):
        return _Mask(frozenset(call.refs))
    first = came[0] if came else None
    if layer.kind in KEEPERS:
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
