"""From a model to a document: a node for each call, a block for each model within it.

What is not known becomes a placeholder, and a message says what of it; nothing is left out in silence.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphbuilder.blocks import home, ways
from graphbuilder.checks import Report as Checked
from graphbuilder.checks import check, inferred
from graphbuilder.checks.examined import MOST_KEPT
from graphbuilder.document import MAX_LABEL, Document
from graphbuilder.document_file import read_document
from graphbuilder.importing.compiled import Settings, settings_of
from graphbuilder.importing.each_step import at_each_step, is_row, makes_masks
from graphbuilder.importing.functions import PLACES, steps_of
from graphbuilder.importing.layers import NOTHING_DONE, SCALED_SUM, said
from graphbuilder.importing.masks import KEEPS, USE_MASKS, Lost, Masks, Place, lost, merged_otherwise
from graphbuilder.importing.model import (
    FUNCTIONS,
    LAYERS,
    MOST_LAYERS,
    MOST_READ,
    OLDER,
    Call,
    ImportFault,
    Layer,
    Message,
    Model,
    Ref,
    Report,
    refs_in,
)
from graphbuilder.importing.repeats import merge_equal, rows
from graphbuilder.importing.samples_first import samples_first
from graphbuilder.importing.settings import ENTERS, Part, Raw, Unread, kind_of
from graphbuilder.importing.single import GIVE_AXES, closed, of_single
from graphbuilder.importing.variables import LAID_OUT_ANEW
from graphbuilder.importing.wiring import for_inputs, of_call, ports_of, values_of
from graphbuilder.importing.works.steps import Step, Steps
from graphbuilder.memory import too_big_to_build
from graphbuilder.operators import KINDS, OPERATORS, Operator
from graphbuilder.operators.operator import Port as Entry
from graphbuilder.operators.operator import ShapeFault
from graphbuilder.operators.placeholder import Placeholder
from graphbuilder.parameters import AxesOf, OrNone, WrongType
from graphbuilder.placing import places_of
from graphbuilder.problems import DocumentError
from graphbuilder.settings import Split
from graphbuilder.shapes import Shape, show
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

Port = tuple[str, str]
"""A node's id and one of its ports."""
Spot = tuple[str, str]
"""A block's id, "" for the network itself, and that of a node in it."""

_LONGEST = 600
"""Of a message: names in a file may have any length."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a model. places: of each layer, the path of the node that has its weights, by the names on the way
    to it in the file. values: the node and port that give a value of the model itself."""

    document: Document
    report: Report
    checked: Checked
    places: Mapping[tuple[str, ...], str]
    values: Mapping[Ref, Port]


def draw(model: Model, source: str, messages: Iterable[Message] = (), *, is_draft: bool = False) -> Drawn:
    """The document of a model, and what is to be said of it. source: the form of the file, in words. is_draft: it is
    drawn for its shapes alone, so its nodes are not placed and nothing is said against it. Raises ImportFault where it
    has more than a document can hold."""
    unmasked = lost(model) if not model.is_ours and model.hard_sigmoid != OLDER else {}
    made = _Drawing([*messages, *_of_precision(model)], unmasked, is_ours=model.is_ours)
    top = made.level(model, "", ())
    trained = _with_losses(model, top) if model.compiled else Settings()
    if not model.is_ours:
        _with_ends(model, top)
    raw: Raw = {
        "version": 2,
        "name": as_label(model.name) or "Imported",
        "nodes": top.nodes,
        "wires": top.wires,
        "blocks": made.blocks,
        "data": {"name": "", **_split(trained, model)},
        **({"training": trained.training} if trained.training else {}),
    }
    if model.is_ours:
        merge_equal(raw)
        rows(raw)
        made.blocks = raw["blocks"]
    count = sum(len(part["nodes"]) for part in (raw, *made.blocks))
    for part in (raw, *made.blocks) if not is_draft else ():
        _lay_out(part["nodes"], part["wires"], count)
    document = _read_raw(raw)
    checked = inferred(document) if is_draft else check(document)
    for _ in range(_ROUNDS):
        guesses = _guesses(checked, is_draft)
        if not guesses:
            break
        made.take(guesses, raw)
        document = _read_raw(raw)
        checked = inferred(document) if is_draft else check(document)
    if large := too_big_to_build(checked.facts):
        made.messages.append(Message("E_TOO_BIG", large, loses=False))
    placeholders = tuple(
        node.label or node.id
        for nodes in (document.nodes, *(block.nodes for block in document.blocks))
        for node in nodes
        if node.kind == Placeholder.kind
    )
    for ref in model.outputs:
        if top.is_single(ref) and (at := top.value(ref)):
            text = f"{ref.layer!r} gives one number of each sample, without an axis; here it has one of size 1."
            made.say("W_SINGLE", text, None, ("", at[0]), loses=False)
    if trained.takes_last and not model.is_ours:
        text = (
            f"`validation_split={trained.validation:g}` of `fit` takes the last rows to watch training by. Here as "
            "many are drawn by the seed of the split, classes in equal shares."
        )
        made.say("W_SPLIT", text, None, loses=False)
    report = Report(
        source=source,
        nodes=count,
        parameters=checked.parameters,
        placeholders=placeholders,
        dropped=tuple(trained.dropped),
        messages=made.told(document),
    )
    values = {ref: at for ref in _read(model) if (at := top.value(ref))} | top.outputs
    return Drawn(document, report, checked, made.places, values)


def _read_raw(raw: Raw) -> Document:
    try:
        return read_document(json.dumps(raw))
    except DocumentError as fault:
        raise ImportFault(fault.problems[0].code, f"gives no document: {fault}") from None


_MOST_NUMBERS = 40_000
"""How many numbers of a file functions may work on in all: one that stands there once may meet thousands of values."""
_ROUNDS = 8
"""How many placeholders in a row are taken to give what comes in."""


_GIVE_WHAT_COMES_IN = (
    "MultiHeadAttention", "BatchNormalization", "LayerNormalization", "GroupNormalization", "Dropout", "Softmax",
)  # fmt: skip
"""Operators that leave a shape as it is, whatever of a layer they cannot say."""


def _guesses(checked: Checked, is_draft: bool) -> dict[Port, Shape]:
    """By block and id, what comes into placeholders of no known shape that something reads: most classes of one's own,
    and most Lambdas, change values and not their shape."""
    wired, found = checked.wired, {}
    for path, operator in wired.operators.items():
        if not isinstance(operator, Placeholder) or operator.shape is not None:
            continue
        is_sure = operator.stands_for in _GIVE_WHAT_COMES_IN
        if operator.stands_for in OPERATORS and not is_sure:
            continue
        if wired.out_of[path] or (is_sure and is_draft):
            came = next(iter(wired.into[path]), None)
            facts = checked.facts.get(came.source) if came else None
            if came and facts and facts.outputs[came.source_port].shape:
                found[home(checked.document, path)] = facts.outputs[came.source_port].shape
    return found


@dataclass
class _Level:
    """One graph that is drawn: the document's own or a block's. values: by what gives them in the file; same: values
    that are others as they are. places: functions that tell places. turned: functions that turn a matrix
    round for a product alone, and the matrix. first: by layer, the node that has its weights. used: of each
    call, the last of its outputs that is read. specs: what is known of values, of the nodes that were worked. into: by
    node, what comes to which port; counted: how much of waiting and wires stands in it. shapes: values that are the
    shapes of others; sizes: those that are one of its sizes, counted with the samples. single: those of
    one number, without an axis of their own. unmasked: of functions, which give no mask along where a node would."""

    model: Model
    block: str
    path: tuple[str, ...]
    nodes: list[Raw] = field(default_factory=list)
    wires: list[Raw] = field(default_factory=list)
    values: dict[Ref, Port] = field(default_factory=dict)
    same: dict[Ref, Ref] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    again: dict[str, int] = field(default_factory=dict)
    used: dict[tuple[str, int], int] = field(default_factory=dict)
    block_of: dict[str, str] = field(default_factory=dict)
    masks: Masks | None = None
    unmasked: Lost = field(default_factory=Lost)
    waiting: list[tuple[str, str, Ref | Port]] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    turned: dict[str, Ref] = field(default_factory=dict)
    ends: dict[str, list[str]] = field(default_factory=dict)
    specs: dict[Port, TensorSpec] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)
    into: dict[str, list[tuple[str, Port]]] = field(default_factory=dict)
    counted: tuple[int, int] = (0, 0)
    outputs: dict[Ref, Port] = field(default_factory=dict)
    read: frozenset[Ref] = frozenset()
    shapes: dict[Ref, Ref] = field(default_factory=dict)
    sizes: dict[Ref, tuple[Ref, int]] = field(default_factory=dict)
    single: set[Ref] = field(default_factory=set)

    def node(self, id: str) -> Raw:
        return next(one for one in reversed(self.nodes) if one["id"] == id)

    def value(self, ref: Ref) -> Port | None:
        """The node and port that give a value; None where nothing does."""
        return self.values.get(self._first(ref))

    def is_single(self, ref: Ref) -> bool:
        """Whether it is one number for each sample, without an axis."""
        return self.model.shapes.get(ref) == () if ref in self.model.shapes else ref in self.single

    def _first(self, ref: Ref) -> Ref:
        if ref not in self.same:
            return ref
        seen: set[Ref] = set()
        while ref in self.same and ref not in seen:
            seen.add(ref)
            ref = self.same[ref]
        return ref


class _Known:
    """What is known of the values of a level: what the file tells, else what the nodes drawn so far give."""

    def __init__(self, level: _Level) -> None:
        self._level = level

    def __call__(self, ref: Ref) -> Shape | None:
        told = self._level.model.shapes.get(ref)
        if told is not None:
            return told or (1,)
        spec = self._spec(ref)
        return spec.shape if spec else None

    def numbers(self, ref: Ref) -> Numbers | None:
        spec = self._spec(ref)
        return spec.numbers if spec else None

    def kind(self, ref: Ref) -> str:
        at = self._level.value(ref)
        return str(self._level.node(at[0])["kind"]) if at else ""

    def is_zero(self, ref: Ref) -> bool:
        at = self._level.value(ref)
        node = self._level.node(at[0]) if at else {}
        params = node.get("params", {})
        return node.get("kind") == "Rescaling" and params == {"scale": 0.0, "offset": 0.0}

    def _spec(self, ref: Ref) -> TensorSpec | None:
        level = self._level
        at = level.value(ref)
        if at is None:
            return None
        for id in self._before(at[0]):
            level.specs.update(self._given(id))
            level.worked.add(id)
        return level.specs.get(at)

    def _before(self, id: str) -> list[str]:
        """The nodes that a node hangs on and that were not worked, each behind those that it reads itself."""
        level = self._level
        came = self.wired()
        order: list[str] = []
        ahead, seen = [(id, False)], set()
        while ahead:
            one, is_done = ahead.pop()
            if is_done:
                order.append(one)
            elif one not in seen and one not in level.worked:
                seen.add(one)
                ahead.append((one, True))
                ahead += [(source, False) for _, (source, _) in came.get(one, ())]
        return order

    def wired(self) -> Mapping[str, list[tuple[str, Port]]]:
        """By node, its ports in order and what comes to each, as far as it is drawn."""
        level = self._level
        for target, port, ref in level.waiting[level.counted[0] :]:
            if at := level.value(ref) if isinstance(ref, Ref) else ref:
                level.into.setdefault(target, []).append((port, at))
        for wire in level.wires[level.counted[1] :]:
            at = wire["from"], wire.get("from_port", "out")
            level.into.setdefault(wire["to"], []).append((wire.get("to_port", "in"), at))
        level.counted = len(level.waiting), len(level.wires)
        return level.into

    def _given(self, id: str) -> Iterator[tuple[Port, TensorSpec]]:
        """What comes out of a node; nothing where that is not known."""
        level = self._level
        node, came = level.node(id), level.into.get(id, [])
        specs = [(port, level.specs.get(at)) for port, at in came]
        if node["kind"] == Placeholder.kind and node["params"]["shape"] and node["params"]["results"] == 1:
            yield (id, "out"), TensorSpec(tuple(node["params"]["shape"]))
        if node["kind"] not in OPERATORS or any(spec is None for _, spec in specs):
            return
        try:
            operator = _operator(node["kind"], node["params"])
            given = operator.infer(Inputs.of([(port, spec) for port, spec in specs if spec]), {})
        except (Unread, ShapeFault, ArithmeticError, LookupError, TypeError, ValueError):
            return
        for port, spec in given.items():
            yield (id, port), spec


def _grid_of(level: _Level, layer: Layer, call: Call, refs: Sequence[Ref]) -> list[int] | None:
    """The shape of what comes out of attention to all places of a grid, such as an image; None for that of sequences.
    Raises Unread for attention along some of its axes."""
    shape = _Known(level)(refs[0]) if kind_of(layer.kind) == "MultiHeadAttention" and refs else None
    if shape is None or len(shape) < 3:
        return None
    axes = layer.config.get("attention_axes")
    along = [one % (len(shape) + 1) for one in (axes if isinstance(axes, list | tuple) else [axes]) if one is not None]
    if along and sorted(along) != [*range(1, len(shape))]:
        raise Unread("E_OPTION", f"attends along axes {along} of a grid alone, which cannot be said here")
    if None in shape or any(call.keywords.get(one) not in (None, False) for one in ("attention_mask", "mask", _SCORES)):
        raise Unread(
            "E_OPTION", "attends to the places of a grid by a mask, or tells its scores, as cannot be said here"
        )
    gives = layer.config.get("output_shape")
    last = gives[-1] if isinstance(gives, list | tuple) else gives
    return [one for one in (*shape[:-1], last if isinstance(last, int) else shape[-1]) if one is not None]


_SCORES = "return_attention_scores"


class _Drawing:
    def __init__(self, messages: list[Message], unmasked: Mapping[Place, Lost], *, is_ours: bool = False) -> None:
        self.messages, self.unmasked, self.is_ours = messages, unmasked, is_ours
        self.blocks: list[Raw] = []
        self.places: dict[tuple[str, ...], str] = {}
        self.entries: dict[str, tuple[list[str], list[str]]] = {}
        self.named: dict[str, set[str]] = {}
        self.label = ""
        self.about: dict[int, Spot] = {}
        self.made_at: dict[str, Spot] = {}
        self.nodes = self.wires = self.numbers = 0

    # Levels

    def level(self, model: Model, block: str, path: tuple[str, ...]) -> _Level:
        model = samples_first(model)
        level = _Level(model, block, path)
        layers = {layer.name: layer for layer in model.layers}
        level.masks = masks = Masks(model, layers)
        level.unmasked = self.unmasked.get(path, Lost())
        level.read = frozenset(_read(model))
        for ref in level.read:
            at = ref.layer, ref.call
            level.used[at] = max(level.used.get(at, 0), ref.output)
        level.turned = _turns(model, layers)
        counted: dict[str, int] = {}
        for ref in model.inputs:
            self._entrance(level, layers.get(ref.layer), ref)
        for layer in model.layers:
            if layer.kind == "InputLayer" and Ref(layer.name) not in level.values:
                self._entrance(level, layer, Ref(layer.name))
        for call in model.calls:
            number = counted.get(call.layer, 0)
            counted[call.layer] = number + 1
            if id(call) not in masks.calls and call.layer not in level.turned:
                nodes, wires = len(level.nodes), len(level.waiting) + len(level.wires)
                self._call(level, layers[call.layer], call, number)
                self._hold_size(len(level.nodes) - nodes, len(level.waiting) + len(level.wires) - wires)
        for layer in merged_otherwise(model) if model.hard_sigmoid == OLDER else ():
            self.say(
                "W_MASK",
                f"{layer.name!r} brings values with unlike masks together: when the file was written, a step was left "
                "out where any of them left it out, and here where all do.",
                layer,
            )
        self._exits(level)
        self._connect(level)
        _whole_inputs(level, self)
        return level

    def _hold_size(self, nodes: int, wires: int) -> None:
        """Refuses what becomes too much, as soon as it does."""
        self.nodes, self.wires = self.nodes + nodes, self.wires + wires
        if self.nodes > MOST_LAYERS or self.wires > MOST_READ:
            told = f"{MOST_LAYERS:,} nodes and {MOST_READ:,} wires are allowed"
            raise ImportFault("E_TOO_BIG", f"becomes {self.nodes:,} nodes and {self.wires:,} wires or more; {told}.")

    def _entrance(self, level: _Level, layer: Layer | None, ref: Ref) -> None:
        name = layer.name if layer else ref.layer
        id = _new_id(level, name)
        self._remember(level, layer, id)
        node = _node(id, "BlockInput", name) if level.block else _node(id, "Input", name, **self._input(layer, id))
        level.nodes.append(node)
        level.values[ref] = id, "out"
        if layer and _input_shape(layer.config) == []:
            level.single.add(ref)

    def _asked_before(self) -> set[str]:
        """Places of which whoever read the file said that a shape is to be typed in."""
        read = (one for number, one in enumerate(self.messages) if number not in self.about)
        return {one.place for one in read if one.code == "E_INPUT"}

    def _remember(self, level: _Level, layer: Layer | None, id: str) -> None:
        """Which node came first of a place in the file."""
        if layer and layer.place:
            self.made_at.setdefault(layer.place, (level.block, id))

    def _input(self, layer: Layer | None, id: str) -> Raw:
        config = layer.config if layer else {}
        shape = _input_shape(config)
        if not isinstance(shape, list) or not all(one is None or _is_size(one) for one in shape):
            name, place = (layer.name, layer.place) if layer else ("input", "")
            if not place or place not in self._asked_before():
                self.say("E_INPUT", f"{name!r} has no shape in the file; type it in.", layer, ("", id), loses=False)
            return {"shape": []}
        if layer and not shape:
            self.say(
                "W_SINGLE",
                f"{layer.name!r} takes one number of each sample, without an axis; here it has one of size 1.",
                layer,
                ("", id),
                loses=False,
            )
            shape = [1]
        dtype = config.get("dtype") or "float32"
        dtype = dtype if isinstance(dtype, str) else "float32"
        numbers = "text" if dtype == "string" else "whole" if "int" in dtype else "float"
        return {"shape": shape, **({"numbers": numbers} if numbers != "float" else {})}

    def _exits(self, level: _Level) -> None:
        if not level.block:
            return
        names = [f"out_{place + 1}" if place else "out" for place in range(len(level.model.outputs))]
        for name, ref in zip(names, level.model.outputs, strict=True):
            id = _new_id(level, name)
            level.nodes.append(_node(id, "BlockOutput", name))
            level.waiting.append((id, "in", ref))

    def _connect(self, level: _Level) -> None:
        """Draws the wires, once every value is there."""
        _Known(level).wired()
        told: dict[tuple[str, str, str, str], int] = {}
        for target, port, ref in level.waiting:
            given = level.value(ref) if isinstance(ref, Ref) else ref
            if given is None:
                assert isinstance(ref, Ref)
                self.say("E_GRAPH", f"reads {ref.layer!r}, which gives no such value.", None, (level.block, target))
                continue
            key = (*given, target, port)
            wire = {"from": given[0], "from_port": given[1], "to": target, "to_port": port}
            level.wires.append({**wire, **({"again": told[key]} if key in told else {})})
            told[key] = told.get(key, 0) + 1
        level.counted = len(level.waiting), len(level.wires)

    # Calls

    def _call(self, level: _Level, layer: Layer, call: Call, number: int) -> None:
        self.label = call.label
        try:
            self._hold_keywords(level, layer, call)
            if layer.inner is not None and layer.kind != "TimeDistributed":
                self._use(level, layer, call, number)
            elif layer.inner is not None and not is_row(layer.inner):
                self._use(level, replace(layer, inner=at_each_step(layer.inner)), call, number)
                if makes_masks(layer.inner) and not number:
                    text = (
                        f"{layer.name!r} leaves steps within each step out by a mask, which is not done here: none is."
                    )
                    self.say("W_MASK", text, layer)
            elif layer.module == FUNCTIONS:
                self._function(level, layer, call, number)
            else:
                self._layer(level, layer, call, number)
        except Unread as lack:
            self._placeholder(level, layer, call, number, lack)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # of what no program writes so
            self._placeholder(level, layer, call, number, Unread("E_VALUE", "has values that cannot be read"))

    def _hold_keywords(self, level: _Level, layer: Layer, call: Call) -> None:
        """Arguments of a call that are not what goes through it."""
        if layer.module == FUNCTIONS:
            return
        training = call.keywords.get("training")
        known = OPERATORS.get(kind_of(layer.kind))
        augments = known is not None and known.family.name == "augmentation"  # Keras 3 writes so of each of them
        if (
            training is True
            and not augments
            and (known is None or known.is_random or known.dropped_by or known.measures_batch)
        ):
            self.say(
                "W_TRAINING",
                f"{layer.name!r} was called with training=True; here it does so in training alone.",
                layer,
            )
        if training is False and layer.inner is not None and layer.config.get("trainable") is not False:
            self.say(
                "W_TRAINING",
                f"{layer.name!r} was called with training=False, so what differs in training did not there; here it "
                "does, unless the block is frozen.",
                layer,
            )

    def _layer(self, level: _Level, layer: Layer, call: Call, number: int) -> None:
        refs = values_of(layer, call)
        if layer.kind == "Embedding" and refs[0].layer in level.places:
            layer = replace(layer, kind="PositionEmbedding")
        if layer.kind in NOTHING_DONE or (layer.kind == "InputLayer"):
            level.same[Ref(layer.name, number)] = refs[0]
            return
        if layer.kind == SCALED_SUM and len(refs) == 2:
            scale = layer.config.get("scale", 1.0)
            self._steps(
                level, layer, number, [Step("Rescaling", {"scale": scale}, refs[1:]), Step("Add", {}, (refs[0], 0))]
            )
            return
        grid = _grid_of(level, layer, call, refs)
        if grid is not None:
            layer = replace(layer, config={**layer.config, "attention_axes": None})
        made = said(layer, level.model.hard_sigmoid)
        if grid is not None:
            made = replace(made, parts=(*made.parts, Part("Reshape", {"target_shape": grid})))
        if all(map(level.is_single, refs)):
            if layer.kind == "Embedding":
                made = replace(made, parts=(*made.parts, Part("Squeeze", {"axis": 1})))
            elif layer.kind not in GIVE_AXES:
                level.single.add(Ref(layer.name, number))
        first, *others = made.parts
        hidden = ("mask",) if level.masks and level.masks.is_hidden(call) else ()
        keywords, first_params = of_call(first.kind, call, hidden)
        params = self._with_axes(level, first.kind, {**first.params, **first_params}, refs)
        operator = _operator(first.kind, params)
        ports = ports_of(operator, layer, refs, keywords)
        shares = level.first.get(layer.name, "")
        in_rows = self._in_rows(level, layer, ports) if grid is not None else {}
        id = self._add(level, layer, first.kind, params, shares=shares)
        if not shares:
            level.first[layer.name] = id
            self.places[(*level.path, layer.name)] = id
            for code, text in made.notes:
                self.say(code, f"{layer.name!r} {text}.", layer, (level.block, id))
        if made.frozen and (self.is_ours or _has_weights(operator)):
            level.nodes[-1]["frozen"] = True
        for port, ref in ports:
            level.waiting.append((id, port, in_rows.get(ref, ref)))
        ends, states = [self._outs(id, operator)[0]], self._outs(id, operator)[1:]
        for place, part in enumerate(others, start=2):
            key = f"{layer.name}:parts:{place}"
            own = self._add(level, layer, part.kind, part.params, suffix=f"_{place}", shares=level.first.get(key, ""))
            held = _operator(part.kind, part.params)
            if _has_weights(held):
                level.first.setdefault(key, own)
                self.places.setdefault((*level.path, layer.name, part_of(place)), own)
                if made.frozen:
                    level.nodes[-1]["frozen"] = True
            came = part.came or (place - 2,)
            for one, entry in zip(came, _repeated(held.input_ports(), len(came)), strict=True):
                if one == ENTERS:
                    level.waiting.append((own, entry.name, refs[0]))
                else:
                    source = {"from": ends[one][0], "from_port": ends[one][1]}
                    level.wires.append({**source, "to": own, "to_port": entry.name})
            ends.append(self._outs(own, held)[0])
            states += self._outs(own, held)[1:]
        for place, at in enumerate([ends[one] for one in made.gives] or [ends[-1], *states]):
            level.values[Ref(layer.name, number, place)] = at

    def _in_rows(self, level: _Level, layer: Layer, ports: Sequence[tuple[str, Ref]]) -> dict[Ref, Port]:
        """The values of a grid that a layer looks at, as a sequence of its places."""
        found: dict[Ref, Port] = {}
        for ref in dict.fromkeys(ref for _, ref in ports):
            shape = _Known(level)(ref)
            if shape is None or len(shape) < 3 or shape[-1] is None:
                raise Unread("E_OPTION", "attends to the places of a grid of unknown shape, which cannot be said here")
            params = {"target_shape": [-1, shape[-1]]}
            found[ref] = self._add(level, layer, "Reshape", params, suffix=f"_rows_{len(found) + 1}"), "out"
            level.waiting.append((found[ref][0], "in", ref))
        return found

    @staticmethod
    def _with_axes(level: _Level, kind: str, params: Raw, refs: Sequence[Ref]) -> Raw:
        """With axes that are counted from both ends counted from one, where no weights lie along them, or such as Keras
        lays out anew."""
        is_free = kind in LAID_OUT_ANEW or not _has_weights(OPERATORS[kind]())
        declared = OPERATORS[kind].parameters if is_free else {}
        found = dict(params)
        for name, axes in params.items():
            parameter = declared.get(name)
            parameter = parameter.of if isinstance(parameter, OrNone) else parameter
            if isinstance(parameter, AxesOf) and isinstance(axes, list) and len({one > 0 for one in axes}) > 1:
                shape = _Known(level)(refs[0])
                if shape is not None:
                    found[name] = sorted(one if one > 0 else len(shape) + 1 + one for one in axes)
        return found

    @staticmethod
    def _outs(id: str, operator: Operator) -> list[Port]:
        """What a node gives, port by port."""
        return [(id, out.name) for out in operator.output_ports()] or [(id, "out")]

    def _function(self, level: _Level, layer: Layer, call: Call, number: int) -> None:
        if layer.kind == PLACES:
            level.places.add(layer.name)
        if layer.kind == "matmul":
            call = _turned(level, call)
        if layer.kind == "shape" and len(refs := call.refs) == 1:
            level.shapes[Ref(layer.name, number)] = refs[0]
            return
        call = self._with_sizes(level, call)
        if layer.kind == "get_item" and len(refs := call.refs) == 1 and refs[0] in level.shapes:
            key = call.keywords.get("key", call.keywords.get("slice_spec", [*call.positional, None, None][1]))
            place = key[0] if isinstance(key, tuple) and len(key) == 1 else key
            if isinstance(place, int) and not isinstance(place, bool):
                level.sizes[Ref(layer.name, number)] = level.shapes[refs[0]], place
                return
            raise Unread("E_FUNCTION", "takes sizes of a shape, which cannot be said here")
        if self.numbers > _MOST_NUMBERS and any(isinstance(one, tuple) for one in _arguments(call)):
            told = f"{_MOST_NUMBERS:,} are allowed in all"
            raise Unread("E_TOO_BIG", f"works on more numbers that stand in the file, of which {told}")
        steps = of_single(layer, call, level.is_single, _Known(level))
        is_single = False
        if steps is None:
            steps = steps_of(layer, call, _Known(level))
            if not isinstance(steps, Ref):
                steps, is_single = closed(steps, _Known(level))
            refs = call.refs
            is_single |= layer.kind not in GIVE_AXES and bool(refs) and all(map(level.is_single, refs))
        if is_single:
            level.single.add(Ref(layer.name, number))
        own = Ref(layer.name, number)
        if own in level.unmasked.values:
            steps = _unmasked(steps, is_read=own in level.unmasked.read)
        if isinstance(steps, Ref):
            level.same[Ref(layer.name, number)] = steps
            known = _Known(level)
            is_whole = known.kind(steps) == "Relational" or known.numbers(steps) is Numbers.WHOLE
            if layer.kind == "cast" and "int" in _wanted(layer, call) and not is_whole:
                text = f"{layer.name!r} makes whole numbers of what comes in, which is taken to be whole already."
                self.say("W_WHOLE", text, layer, loses=False)
        else:
            self._steps(level, layer, number, steps)

    def _with_sizes(self, level: _Level, call: Call) -> Call:
        """A call whose arguments are sizes of values, with these as numbers: that of the samples is -1."""
        if not any(ref in level.sizes for ref in call.refs):
            return call
        known = _Known(level)

        def told(tree: Any) -> Any:
            if isinstance(tree, Ref) and tree in level.sizes:
                of, axis = level.sizes[tree]
                shape = known(of)
                if not axis:
                    return -1
                place = axis - 1 if axis > 0 else axis
                if shape is None or not -len(shape) <= place < len(shape) or shape[place] is None:
                    raise Unread("E_FUNCTION", "works with a size that is not known before there are data")
                return shape[place]
            if isinstance(tree, tuple):
                return tuple(map(told, tree))
            return {name: told(one) for name, one in tree.items()} if isinstance(tree, Mapping) else tree

        return replace(call, positional=told(call.positional), keywords=told(call.keywords))

    def _steps(self, level: _Level, layer: Layer, number: int, steps: Sequence[Step]) -> None:
        steps = _needed([one.gives is None or Ref(layer.name, number, one.gives) in level.read for one in steps], steps)
        if not steps:
            return
        self.numbers += sum(len(one) for step in steps for one in step.params.values() if isinstance(one, list))
        ids: list[str] = []
        operators = [_operator(step.kind, step.params) for step in steps]
        for place, (step, operator) in enumerate(zip(steps, operators, strict=True), start=1):
            ids.append(
                self._add(level, layer, step.kind, step.params, suffix="" if place == len(steps) else f"_{place}")
            )
            ports = list(operator.input_ports())
            told: Counter[tuple[str, str]] = Counter()
            for at, came in enumerate(step.came):
                port = ports[min(at, len(ports) - 1)].name
                if isinstance(came, Ref):
                    level.waiting.append((ids[-1], port, came))
                    continue
                number_of, out = came if isinstance(came, tuple) else (came, 0)
                source = ids[number_of], operators[number_of].output_ports()[out].name
                if any(isinstance(one, Ref) for one in step.came):  # in the order in which they came
                    level.waiting.append((ids[-1], port, source))
                    continue
                wire = {"from": source[0], "from_port": source[1], "to": ids[-1], "to_port": port}
                level.wires.append({**wire, **({"again": told[source]} if source in told else {})})
                told[source] += 1
            if step.gives is not None:
                level.values[Ref(layer.name, number, step.gives)] = ids[-1], operator.output_ports()[0].name
        if all(step.gives is None for step in steps):
            for place, port_out in enumerate(operators[-1].output_ports()):
                level.values[Ref(layer.name, number, place)] = ids[-1], port_out.name

    def _use(self, level: _Level, layer: Layer, call: Call, number: int) -> None:
        """A model within the model: a block, drawn once and used at each call."""
        assert layer.inner is not None
        block, label = f"b{len(self.blocks) + 1}", self.label
        if layer.name in level.first:
            block = level.block_of[layer.name]
        else:
            self.blocks.append({})
            place = len(self.blocks) - 1
            inner = self.level(layer.inner, block, (*level.path, layer.name))
            called = str(layer.config.get("block", layer.name))
            self.blocks[place] = {"id": block, "name": as_label(called), "nodes": inner.nodes, "wires": inner.wires}
            takes = [node["id"] for node in inner.nodes if node["kind"] == "BlockInput"]
            gives = [node["id"] for node in inner.nodes if node["kind"] == "BlockOutput"]
            self.entries[block] = takes, gives
        takes, gives = self.entries[block]
        refs = for_inputs(layer.inner, call)
        if any(True for _ in refs_in(call.keywords.get("mask"))) and not (level.masks and level.masks.is_hidden(call)):
            raise Unread("E_MASK", "is a model that is called with a mask by itself, which cannot be said here")
        if len(refs) != len(takes):
            raise Unread("E_GRAPH", f"takes {len(takes)} values and is called with {len(refs)}")
        self.label = label
        id = self._add(level, layer, "Block", {"block": block}, shares=level.first.get(layer.name, ""))
        if layer.name not in level.first:
            level.first[layer.name], level.block_of[layer.name] = id, block
            self.places[(*level.path, layer.name)] = id
            if layer.config.get("trainable") is False:
                level.nodes[-1]["frozen"] = True
        for port, ref in zip(takes, refs, strict=True):
            level.waiting.append((id, port, ref))
        for place, port in enumerate(gives):
            level.values[Ref(layer.name, number, place)] = id, port

    def _placeholder(self, level: _Level, layer: Layer, call: Call, number: int, lack: Unread) -> None:
        refs = list(dict.fromkeys(call.refs))[:32]
        refs = [ref for ref in refs if level.value(ref) is not None or ref.layer != layer.name]
        shape = _shape_of(level.model, layer, number) or lack.shape
        params: Raw = {
            "stands_for": _line(layer.kind),
            "missing": _line(f"it {lack.text}"),
            "shape": None if shape is None else [*shape] or [1],
            "sources": len(refs),
            "results": min(level.used.get((layer.name, number), 0) + 1, 32),
        }
        operator = Placeholder({**Placeholder.defaults(), "sources": len(refs), "results": params["results"]})
        id = self._add(level, layer, Placeholder.kind, params)
        level.first.setdefault(layer.name, id)
        for port, ref in zip(operator.input_ports(), refs, strict=True):
            level.waiting.append((id, port.name, ref))
        for place, out in enumerate(operator.output_ports()):
            level.values[Ref(layer.name, number, place)] = id, out.name
        self.say(lack.code, f"{layer.kind} {layer.name!r} {lack.text}.", layer, (level.block, id))

    def _add(self, level: _Level, layer: Layer, kind: str, params: Raw, *, suffix: str = "", shares: str = "") -> str:
        label = (self.label or layer.name) + suffix
        id = _new_id(level, label)
        self._remember(level, layer, id)
        node = _node(id, kind, label, **params)
        if shares:
            node = {**node, "shares": shares}
        level.nodes.append(node)
        return id

    def take(self, guesses: Mapping[Port, Shape], raw: Raw) -> None:
        """Gives placeholders the shape of what comes in, and says so."""
        graphs = {"": raw, **{block["id"]: block for block in self.blocks}}
        for (block, id), shape in guesses.items():
            node = next(one for one in graphs[block]["nodes"] if one["id"] == id)
            node["params"]["shape"] = [*shape]
            text = (
                f"{node['label']!r} is taken to give what comes in, {show(shape)}; type in its shape where it does not."
            )
            self.say("W_SHAPE_TAKEN", text, None, (block, id), loses=False)

    def takes_names(self, block: str, port: str) -> bool:
        """Whether an entrance of a block leads to what takes whole numbers alone."""
        return port in self.named.get(block, ())

    def say(self, code: str, text: str, layer: Layer | None, about: Spot | None = None, *, loses: bool = True) -> None:
        """about: the node, by its block and id; where it is not told, the first that came of the layer's place."""
        text = re.sub(r"[\x00-\x1f\x7f]", "?", text[:_LONGEST])
        if about:
            self.about[len(self.messages)] = about
        self.messages.append(Message(code, text, layer.place if layer else "", loses=loses))

    def told(self, document: Document) -> tuple[Message, ...]:
        """What is to be said, each with the place of the node that it is about."""
        leads = ways(document)
        there = {"": document.nodes, **{block.id: block.nodes for block in document.blocks}}
        ids = {block: {node.id for node in nodes} for block, nodes in there.items()}

        def placed(number: int, message: Message) -> Message:
            block, id = self.about.get(number) or self.made_at.get(message.place) or ("", "")
            way = leads.get(block)
            known = not message.node and way is not None and id in ids[block]
            return replace(message, node=f"{way}/{id}" if way else id) if known else message

        return tuple(placed(number, message) for number, message in enumerate(self.messages))


def _unmasked(steps: Steps | Ref, *, is_read: bool) -> Steps | Ref:
    """Steps whose value carries no mask, where one would be read: of what works by masks nothing that it reads does."""
    dropped = {"axis": 1}
    if isinstance(steps, Ref):
        return [Step("Slice", dropped, (steps,))] if is_read else steps
    if any(one.kind in USE_MASKS for one in steps):
        refs = list(dict.fromkeys(one for step in steps for one in step.came if isinstance(one, Ref)))
        before = [Step("Slice", dropped, (one,)) for one in refs]
        places: dict[Ref | int | tuple[int, int], int] = {one: place for place, one in enumerate(refs)}
        places |= {place: place + len(refs) for place in range(len(steps))}
        return [*before, *(replace(one, came=tuple(places[came] for came in one.came)) for one in steps)]
    is_kept = is_read and steps[-1].kind in KEEPS
    return [*steps, Step("Slice", dropped, (len(steps) - 1,))] if is_kept else steps


def _split(trained: Settings, model: Model) -> Raw:
    """Of the data that are to come, which share is kept to watch training by, where that is told."""
    if trained.validation is None or model.is_ours:
        return {}
    left = max(0.0, round(MOST_KEPT - trained.validation, 6))
    test = {"test": left} if left < Split.test.default else {}
    return {"split": {"validation": trained.validation, **test}}


def _with_losses(model: Model, top: _Level) -> Settings:
    """Puts a Loss behind each output that is compared with something; the training settings, and what is left out."""
    assert model.compiled is not None
    names = [*model.ends] or [ref.layer for ref in model.outputs]
    told = settings_of(model.compiled, names)
    for name, ref, params in zip(names, model.outputs, told.losses, strict=True):
        given = top.value(ref)
        if params is None or given is None:
            continue
        label = name if model.is_ours else f"{name}_loss"
        id = _new_id(top, label)
        top.nodes.append(_node(id, "Loss", label, **params))
        top.wires.append({"from": given[0], "from_port": given[1], "to": id})
    return told


def _with_ends(model: Model, top: _Level) -> None:
    """Puts a node that changes nothing behind each output that would be none here: one that others read too, or that is
    not the first that its node gives. Where there are Losses, they are the outputs."""
    if any(node["kind"] == "Loss" for node in top.nodes):
        return
    read = {wire["from"] for wire in top.wires}
    known = _Known(top)
    ends = {ref: at for ref in model.outputs if (at := top.value(ref))}
    read |= {at[0] for at in ends.values() if not _is_end(top.node(at[0]), at[1])}
    for ref, at in ends.items():
        if at[0] not in read:
            continue
        label = f"{ref.layer}_output"
        id = _new_id(top, label)
        is_float = known.numbers(ref) in (None, Numbers.FLOAT)
        same = ("Activation", {"activation": "linear"}) if is_float else ("Slice", {"axis": 1})
        top.nodes.append(_node(id, same[0], label, **same[1]))
        top.wires.append({"from": at[0], "from_port": at[1], "to": id})
        top.outputs[ref] = id, "out"


def _is_end(node: Raw, port: str) -> bool:
    """Whether a value that nothing reads is an output of the network."""
    if node["kind"] == "Block":
        return True
    if node["kind"] not in OPERATORS or node["kind"] == "Input":
        return bool(node["kind"] != "Input")
    outs = _operator(node["kind"], node["params"]).output_ports()
    return bool(outs and outs[0].name == port)


def _lay_out(nodes: Sequence[Raw], wires: Sequence[Raw], count: int) -> None:
    places = places_of([node["id"] for node in nodes], [(wire["from"], wire["to"]) for wire in wires], count)
    for node in nodes:
        node["position"] = [*places[node["id"]]]


def _of_precision(model: Model) -> Iterator[Message]:
    """What is said of layers that compute otherwise than in single precision."""
    told = dict.fromkeys(one for layer in _all(model) if (one := _precision(layer)) not in ("", "float32"))
    if told:
        text = f"Layers of it compute in {', '.join(list(told)[:3])}; here all do in float32."
        yield Message("W_PRECISION", text)


def _all(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        yield layer
        if layer.inner:
            yield from _all(layer.inner)


def _precision(layer: Layer) -> str:
    dtype = layer.config.get("dtype")
    if isinstance(dtype, dict) and isinstance(dtype.get("config"), dict):
        dtype = dtype["config"].get("name")
    if layer.kind == "InputLayer" or layer.module != LAYERS or not isinstance(dtype, str):
        return ""
    return dtype[:40] if "float" in dtype else ""


def _node(id: str, kind: str, label: str, **params: Any) -> Raw:
    return {"id": id, "kind": kind, "label": as_label(label), "params": params, "position": [0, 0]}


def as_label(name: str) -> str:
    """A name of a file as a document may have it: one line, and no longer than a label."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "?", name)[:MAX_LABEL]


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "?", text)[:200]


def _new_id(level: _Level, name: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:56].strip("_-") or "n"
    id = stem
    while id in level.ids:
        level.again[stem] = level.again.get(stem, 1) + 1
        id = f"{stem}-{level.again[stem]}"
    level.ids.add(id)
    return id


def _input_shape(config: Mapping[str, Any]) -> Any:
    """The shape of a sample, as an InputLayer has it under any of its names; anything where it has none."""
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    return shape[1:] if isinstance(shape, list) and shape else config.get("shape", config.get("input_shape"))


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**12


def _operator(kind: str, params: Raw) -> Operator:
    declared, values = OPERATORS[kind], {}
    for name, value in params.items():
        if name not in declared.parameters:
            raise Unread("E_VALUE", f"has {name[:40]}, which {declared.title} has not")
        try:
            values[name] = declared.parameters[name].read(value)
        except WrongType as fault:
            raise Unread("E_VALUE", f"has {name} = {str(value)[:40]}: it {fault}") from None
    return declared(values)


def _repeated(ports: Sequence[Entry], count: int) -> Sequence[Entry]:
    """A port for each value that comes in, where one takes several."""
    return [*ports[:count], *[ports[-1]] * (count - len(ports))]


def part_of(place: int) -> str:
    """The name, behind that of its layer, of a node that a layer becomes beside its first: no layer is called so."""
    return f"\0{place}"


def _has_weights(operator: Operator) -> bool:
    return type(operator).counts is not Operator.counts


# What files have that is drawn otherwise


def _turns(model: Model, layers: Mapping[str, Layer]) -> dict[str, Ref]:
    """Functions that swap the last two axes of what a product of matrices reads as its second, and nothing else."""
    readers = Counter(ref.layer for ref in _read(model))
    found: dict[str, Ref] = {}
    for call in model.calls:
        layer, (value, *axes) = layers[call.layer], (*call.positional, None)
        turns = layer.module == FUNCTIONS and layer.kind == "swapaxes" and {*axes[:-1]} == {-1, -2}
        if turns and isinstance(value, Ref) and readers[call.layer] == 1:
            found[call.layer] = value
    seconds = {
        ref.layer
        for call in model.calls
        if layers[call.layer].kind == "matmul" and len(call.positional) == 2 and not call.keywords
        for ref in refs_in(call.positional[1])
    }
    return {name: value for name, value in found.items() if name in seconds}


def _needed(read: Sequence[bool], steps: Sequence[Step]) -> list[Step]:
    """The steps that something reads. read: whether anything but other steps may do so."""
    gives = any(one.gives is not None for one in steps)
    needed = [is_read and (one.gives is not None or not gives) for is_read, one in zip(read, steps, strict=True)]
    for place in reversed(range(len(steps))):
        for came in steps[place].came if needed[place] else ():
            if not isinstance(came, Ref):
                needed[came[0] if isinstance(came, tuple) else came] = True
    now = {place: count for count, place in enumerate(place for place, one in enumerate(needed) if one)}

    def at(came: Ref | int | tuple[int, int]) -> Ref | int | tuple[int, int]:
        if isinstance(came, Ref):
            return came
        return (now[came[0]], came[1]) if isinstance(came, tuple) else now[came]

    return [replace(one, came=tuple(map(at, one.came))) for one, is_one in zip(steps, needed, strict=True) if is_one]


def _turned(level: _Level, call: Call) -> Call:
    """A product whose second matrix is turned round for it alone."""
    second = call.positional[1] if len(call.positional) == 2 else None
    if not isinstance(second, Ref) or second.layer not in level.turned:
        return call
    return replace(call, positional=(call.positional[0], level.turned[second.layer]), keywords={"transpose_b": True})


def _arguments(call: Call) -> list[Any]:
    return [*call.positional, *call.keywords.values()]


def _wanted(layer: Layer, call: Call) -> str:
    """The kind of numbers that a function makes."""
    return str(call.keywords.get("dtype", layer.config.get("dtype", [*call.positional, "", ""][1])))


def _read(model: Model) -> Iterator[Ref]:
    for call in model.calls:
        yield from call.refs
    yield from model.outputs


def _shape_of(model: Model, layer: Layer, number: int) -> Shape | None:
    """The shape of what a layer gives, where the file tells it."""
    ref = Ref(layer.name, number)
    if ref in model.shapes:
        return model.shapes[ref]
    told = layer.config.get("output_shape")
    if isinstance(told, list) and told and all(one is None or (_is_size(one) and one) for one in told):
        return tuple(told)
    return None


def _whole_inputs(level: _Level, drawing: _Drawing) -> None:
    """Makes Inputs whole that lead, by what keeps numbers as they are, to what takes no amounts."""
    before: dict[str, list[str]] = {}
    kinds = {node["id"]: node for node in level.nodes}
    for wire in level.wires:
        before.setdefault(wire["to"], []).append(wire["from"])

    def picky(node: Raw, port: str) -> bool:
        if node["kind"] == "Block":
            return drawing.takes_names(node["params"]["block"], port)
        known = KINDS.get(node["kind"])
        told = next((one for one in known.inputs if one.name == port), None) if known else None
        return told is not None and Numbers.FLOAT not in told.takes and Numbers.WHOLE in told.takes

    seen: set[str] = set()
    for wire in level.wires:
        if picky(kinds[wire["to"]], wire.get("to_port", "in")):
            ahead = [wire["from"]]
            for id in ahead:  # grows
                if id in seen:
                    continue
                seen.add(id)
                node = kinds[id]
                if node["kind"] == "Input":
                    node["params"].setdefault("numbers", "whole")
                elif node["kind"] == "BlockInput":
                    drawing.named.setdefault(level.block, set()).add(id)
                elif (known := KINDS.get(node["kind"])) and known.keeps_numbers:
                    ahead += before.get(id, ())
