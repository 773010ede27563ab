"""What a script applied to what, as a `Model`: the layers that lead from inputs to outputs, and their calls."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphbuilder.blocks import MOST_NESTED
from graphbuilder.importing.channels import TURNED, channels_last
from graphbuilder.importing.drawing import draw
from graphbuilder.importing.folding import is_scalar
from graphbuilder.importing.functions import BY_NUMBER
from graphbuilder.importing.keras_model import implied
from graphbuilder.importing.model import (
    KEPT,
    MOST_LAYERS,
    Along,
    Call,
    Compiled,
    ImportFault,
    Layer,
    Many,
    Message,
    Model,
    Ref,
    Rest,
    Tree,
)
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    Applied,
    Class,
    Function,
    Made,
    Method,
    Named,
    Network,
    Own,
    Piece,
    Steps,
    Table,
    Tensor,
    Unknown,
    Value,
    tensors_in,
)
from graphbuilder.importing.settings import kind_of
from graphbuilder.operators import OPERATORS
from graphbuilder.shapes import Shape

_OWN_WAYS = ("_initializer", "_regularizer", "_constraint")
_OF_FILTERS = "depthwise_initializer"
"""What may be of many numbers: they are those of a FixedFilter."""
_OF_LAST = {
    *BY_NUMBER,
    "Dense",
    "Activation",
    "Dropout",
    "LeakyReLU",
    "ReLU",
    "ELU",
    "LayerNormalization",
    "LayerScale",
}
"""What works on the last axis, or on each number, whatever stands before it."""
MOST_SHAPED = 1_500
"""How many nodes are drawn to tell shapes that a script asks for."""


def snake(name: str) -> str:
    """As Keras makes names of classes."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


class _NotKnown(ValueError):
    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.text)
        self.unknown = unknown


@dataclass
class Tracing:
    """say: takes what is to be said, once for each text. shapes: of tensors, as far as they were asked for.
    keeps_names: of layers, whole; else what stands behind their last dot. trail: takes what is applied, in order.
    call_part: applies an object of the script's own class, or a Lambda. behind: by the Input of a model that is made of
    such an object, what enters there. embedded: where an Embedding was applied.
    merged: what gives values whose steps the script has as samples, and which stay steps here.
    drafted: by the form of a model the shape of what it gives; most networks are made of like parts."""

    steps: Steps
    messages: dict[str, Message] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)
    number: int = 0
    shapes: dict[Tensor, Shape | None] = field(default_factory=dict)
    shaped: int = 0
    drafted: dict[Hashable, Shape | None] = field(default_factory=dict)
    built: int = 0
    keeps_names: bool = True
    trail: list[Applied] | None = None
    call_part: Callable[[Piece, Tensor], Value] | None = None
    behind: dict[int, Tensor] = field(default_factory=dict)
    embedded: list[Applied] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)

    def say(self, code: str, text: str, line: int, *, loses: bool = True) -> None:
        self.messages.setdefault(f"{line}: {text}", Message(code, text, f"line {line}", loses=loses))

    def say_once(self, code: str, text: str, line: int) -> None:
        """What is said of the first of several alone."""
        if not any(one.code == code for one in self.messages.values()):
            self.say(code, text, line)

    def named(self, kind: str) -> str:
        """A name as Keras gives it to a layer that has none."""
        stem = snake(kind)
        self.names[stem] += 1
        count = self.names[stem] - 1
        return f"{stem}_{count}" if count else stem

    def counted(self, stem: str) -> int:
        """1, 2 and so on for a word, as Keras counts it for names."""
        self.names[f"uid {stem}"] += 1
        return self.names[f"uid {stem}"]

    def sources(self, tensors: "Sequence[Tensor]") -> "list[Tensor]":
        """The inputs that lead to tensors."""
        return [Tensor(one) for one in self.before([], tensors) if one.piece.kind == "InputLayer"]

    def piece(self, kind: str, module: str, config: dict[str, Value], line: int) -> Piece:
        self.steps.made()
        name = config.pop("name", None)
        if isinstance(name, str) and not self.keeps_names:
            name = name.rpartition(".")[2]
        return Piece(kind, module, config, name if isinstance(name, str) and name else self.named(kind), line)

    def apply(self, piece: Piece, positional: tuple[Value, ...], keywords: Mapping[str, Value], line: int) -> Tensor:
        self.steps.made()
        self.number += 1
        applied = Applied(piece, positional, keywords, line, self.number)
        piece.applied.append(applied)
        if piece.kind == "Embedding":
            self.embedded.append(applied)
        if self.merged and any(id(one.of) in self.merged for one in positional if isinstance(one, Tensor)):
            if piece.kind in _OF_LAST:
                self.merged.add(id(applied))
            elif piece.kind != "reshape":
                text = f"{piece.name!r} works on samples and their steps as one row; here they stay apart."
                self.say("E_FUNCTION", text, line)
        if self.trail is not None:
            self.trail.append(applied)
        return Tensor(applied)

    def input(self, config: dict[str, Value], line: int, kind: str = "input_layer") -> Tensor:
        return self.apply(self.piece("InputLayer", "layers", {"name": self.named(kind), **config}, line), (), {}, line)

    def is_embedded(self, tensor: Tensor) -> bool:
        """Whether what enters there is looked up by an Embedding, also within layers that it is handed to."""
        for applied in self.embedded:
            (read, *_) = (*applied.positional, *applied.keywords.values(), None)
            for _ in range(MOST_NESTED):
                if not isinstance(read, Tensor) or id(read.of) not in self.behind:
                    break
                read = self.behind[id(read.of)]
            if read == tensor:
                return True
        return False

    # Models

    def ends(self, network: Network) -> tuple[list[Tensor], list[Tensor]]:
        """Where a model begins and ends; a row is applied, one part to what the other gives."""
        if network.row is None:
            return tensors_in(network.inputs, self.steps), tensors_in(network.outputs, self.steps)
        parts = tuple(map(id, network.row))
        if network.drawn is None or network.drawn[0] != parts:
            row = [*network.row]
            if not row:
                return [], []
            first: list[Tensor]
            if row[0].kind == "Merge" and (parts_of := _models_in(row[0])):
                ends = [self.ends(one) for one in parts_of]
                first = [begin for begins, _ in ends for begin in begins]
                last = self.apply(row[0], ([end for _, outs in ends for end in outs],), {}, row[0].line)
                row = row[1:]
            elif row[0].kind == "InputLayer":
                at = row[0].applied[0] if row[0].applied else self.apply(row[0], (), {}, row[0].line).of
                last, row = Tensor(at), row[1:]
                first = [last]
            else:
                last = self.input(self._implied(network, row), row[0].line, f"{row[0].name}_input")
                first = [last]
                if network.entered is not None:
                    self.behind[id(last.of)] = network.entered
            for part in row:
                is_read = isinstance(part, Own) or part.kind == "Lambda" or part.behind is not None
                is_read = is_read or isinstance(part.config.get("activation"), Function)
                given = self.call_part(part, last) if self.call_part and is_read else None
                last = given if isinstance(given, Tensor) else self.apply(part, (last,), {}, part.line)
            network.drawn = parts, first, last
        return [*network.drawn[1]], [network.drawn[2]]

    def _implied(self, network: Network, row: Sequence[Piece]) -> dict[str, Value]:
        """The configuration of the Input that a row does not name."""
        first = row[0]
        name = f"{first.name}_input"
        if network.shape is not None:
            numbers = {"dtype": "int32"} if first.kind == "Embedding" else {}
            return {"name": name, "batch_shape": network.shape, **numbers}
        if isinstance(first, Network):
            begins, _ = self.ends(first)
            return {**begins[0].of.piece.config, "name": name} if begins else {"name": name}
        config = self.config(first, row[0].line, quiet=True)
        of_size = "input_length" if first.kind == "Embedding" else "input_dim"
        told = ("batch_input_shape", "batch_shape", "input_shape", of_size)
        held = first.config.get("layer")
        if isinstance(held, Piece) and not any(one in first.config for one in told):
            first = held
            config = self.config(held, held.line, quiet=True)
        keep = first if first.kind == "Embedding" or any(one in first.config for one in told) else None
        later = next((one for one in row[1:] if "input_shape" in one.config), None)
        if keep is None and later is not None:
            config = self.config(later, later.line, quiet=True)
        found = dict(implied(Layer(first.name, first.kind, config=config), {}, {}).config)
        if found.get("batch_shape") is None or (network.fed and not any(one in config for one in told)):
            found["batch_shape"] = network.fed
        if found.get("batch_shape") is None:
            del found["batch_shape"]
        return {**found, "name": name}

    def model(self, network: Network, depth: int = 0) -> Model:
        """Raises ImportFault where it is too large."""
        inputs, outputs = self.ends(network)
        is_row, told = network.row is not None, network.outputs
        made = self.graph(network.name, inputs, outputs, depth, is_row=is_row, beside=network.beside)
        named = not is_row and isinstance(told, dict) and all(isinstance(one, Tensor) for one in told.values())
        return replace(made, ends=tuple(map(str, told))) if named else made

    def graph(
        self,
        name: str,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        depth: int = 0,
        *,
        is_row: bool = False,
        beside: Sequence[Applied] = (),
    ) -> Model:
        if depth > MOST_NESTED:
            raise ImportFault("E_TOO_DEEP", f"has models within models more than {MOST_NESTED} deep.")
        for tensor in outputs if depth == 0 else ():
            if id(tensor.of) in self.merged:
                text = (
                    f"{tensor.of.piece.name!r} gives its steps as samples, one below the other; here they stay steps."
                )
                self.say("W_SCRIPT", text, tensor.of.line)
        entered = {tensor: place for place, tensor in enumerate(inputs)}
        order = self.before(inputs, [*outputs, *map(Tensor, beside)])
        self.built += len(order)
        if self.built > 5 * MOST_LAYERS:
            raise ImportFault("E_TOO_BIG", f"has more than {MOST_LAYERS:,} layers.")
        names: dict[int, str] = {}
        taken: set[str] = set()
        layers: list[Layer] = []
        refs: dict[Tensor, Ref] = {}
        counts: Counter[int] = Counter()
        at: dict[int, tuple[str, int]] = {}

        def new(name: str) -> str:
            stem, count = name, 1
            while name in taken:
                count += 1
                name = f"{stem}_{count}"
            taken.add(name)
            return name

        for tensor, place in entered.items():
            own = tensor.of.piece
            is_input = own.kind == "InputLayer"
            told = new(own.name if is_input else f"input_{place + 1}")
            if is_input:
                names[id(own)] = told
                at[id(tensor.of)] = told, 0
                layers.append(self._layer(own, told, depth))
            else:
                shape = self.shape_of(tensor)
                config = {} if shape is None else {"batch_shape": [None, *shape]}
                layers.append(Layer(told, "InputLayer", config=config, place=f"line {tensor.of.line}"))
            refs[tensor] = Ref(told)
        calls: list[Call] = []
        for applied in order:
            piece = applied.piece
            if id(applied) in at:
                continue
            if id(piece) not in names:
                names[id(piece)] = new(piece.name)
                layers.append(self._layer(piece, names[id(piece)], depth))
            at[id(applied)] = names[id(piece)], counts[id(piece)]
            counts[id(piece)] += 1
            if piece.kind != "InputLayer":
                calls.append(self._call(applied, names[id(piece)], lambda one: _ref(one, refs, at)))
        shapes = {}
        for tensor, shape in self.shapes.items():
            if shape is not None and (id(tensor.of) in at or tensor in refs):
                shapes[_ref(tensor, refs, at)] = shape
        return Model(
            name,
            tuple(layers),
            tuple(calls),
            tuple(refs[tensor] for tensor in entered),
            tuple(_ref(tensor, refs, at) for tensor in outputs),
            is_row,
            shapes=shapes,
        )

    def layers_of(self, network: Network) -> list[Piece]:
        """Its layers in the order of Keras: those that are farthest from the outputs first, and of equally far ones
        those that are reached first from the outputs."""
        inputs, outputs = self.ends(network)
        order = self.before(inputs, outputs)
        reached: dict[int, int] = {}
        ahead = [*reversed(outputs)]
        entered = {*inputs}
        while ahead:
            tensor = ahead.pop()
            self.steps.take()
            if id(tensor.of) in reached:
                continue
            reached[id(tensor.of)] = len(reached)
            if tensor not in entered:
                ahead += reversed([*_read(tensor.of, self.steps)])
        led = {*map(id, order)}
        depths: dict[int, int] = {}
        far: dict[int, int] = {}
        for applied in (*reversed(order), *(one.of for one in inputs)):
            depth = max(depths.get(id(applied), 0), far.get(id(applied.piece), 0))
            far[id(applied.piece)] = depth
            for one in _read(applied, self.steps) if id(applied) in led else ():
                depths[id(one.of)] = max(depths.get(id(one.of), 0), depth + 1)
        pieces = {id(one.piece): one.piece for one in (*(one.of for one in inputs), *order)}
        first: dict[int, int] = {}
        for applied in (*(one.of for one in inputs), *order):
            first.setdefault(id(applied.piece), reached.get(id(applied), 0))
        layers = [one for one in pieces.values() if one.module != "ops"]
        return sorted(layers, key=lambda one: (-far[id(one)], first[id(one)]))

    def before(self, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> list[Applied]:
        """What leads to outputs, in the order of the script."""
        entered, seen = {*inputs}, dict[int, Applied]()
        ahead = [*outputs]
        while ahead:
            tensor = ahead.pop()
            self.steps.take()
            if tensor in entered or id(tensor.of) in seen:
                continue
            seen[id(tensor.of)] = tensor.of
            ahead += tensors_in([*tensor.of.positional, *tensor.of.keywords.values()], self.steps)
        return sorted(seen.values(), key=lambda one: one.number)

    def _layer(self, piece: Piece, name: str, depth: int) -> Layer:
        place = f"line {piece.line}"
        if isinstance(piece, Network):
            kept = {"trainable": False} if piece.config.get("trainable") is False else {}
            kept |= {key: piece.config[key] for key in ("block",) if key in piece.config}
            return Layer(name, "Functional", "layers", kept, self.model(piece, depth + 1), place, id(piece))
        config = self.config(piece, piece.line)
        inner = None
        held = piece.config.get("layer")
        if kind_of(piece.kind) == "TimeDistributed" and isinstance(held, Network):
            inner = self.model(held, depth + 1)
        return Layer(name, piece.kind, piece.module, config, inner, place, id(piece))

    def config(self, piece: Piece, line: int, *, quiet: bool = False) -> dict[str, Any]:
        """The configuration as plain JSON; what is not known of it is left out, and named."""
        found: dict[str, Any] = {}
        for key, value in piece.config.items():
            if key == "layers" and piece.kind == "Merge":
                continue
            is_own = isinstance(value, Function | Class) or (isinstance(value, Piece) and not value.module)
            if key.endswith(_OWN_WAYS) and (is_own or (key != _OF_FILTERS and _is_of_many(value))):
                whose = "of the script's own" if is_own else "of many numbers"
                text = f"{piece.kind} {piece.name!r} has a {key} {whose}; what is usual stands there."
                self.say("E_VALUE", text, line)
                continue
            try:
                found[key] = self._plain(value)
            except _NotKnown as lack:
                if (sizes := _rest_of(value)) and key == "target_shape":
                    found[key] = sizes
                    text = (
                        f"A size of {piece.kind} {piece.name!r} is {lack.unknown.text[:80]}; it follows from the rest."
                    )
                    self.say("W_VALUE", text, line, loses=False)
                elif not quiet:
                    self._lacks(piece, key, lack.unknown, line)
        return found

    def _lacks(self, piece: Piece, key: str, unknown: Unknown, line: int) -> None:
        parameters = OPERATORS[kind].parameters if (kind := kind_of(piece.kind)) in OPERATORS else {}
        stands = f"{parameters[key].default!r} stands there" if key in parameters else "it is left out"
        comes = f"{unknown.text} (line {unknown.line})" if unknown.line not in (0, line) else unknown.text
        text = f"{piece.kind} {piece.name!r} has {key} = {comes[:120]}, which is not known before the script runs; "
        self.say("E_VALUE", f"{text}{stands}. Type it in.", line)

    def _plain(self, value: Value) -> Any:
        self.steps.take()
        if is_scalar(value):
            return value
        if isinstance(value, list | tuple | range):
            return [self._plain(one) for one in value]
        if isinstance(value, dict):
            return {str(key): self._plain(one) for key, one in value.items()}
        if isinstance(value, Made):
            return {"class_name": value.kind, "config": self._made(value), "module": f"keras.{value.module}"}
        if isinstance(value, Table) and value.numbers.size <= MOST_ITEMS:
            return value.numbers.tolist()
        if isinstance(value, Network):
            row = [self._plain(one) for one in value.row or ()]
            return {"class_name": "Sequential", "config": {"layers": row}}
        if isinstance(value, Piece):
            return {"class_name": value.kind, "config": self.config(value, value.line), "module": _module(value)}
        if isinstance(value, Named) and not value.is_foreign:
            return value.last
        if isinstance(value, Unknown | Named):
            raise _NotKnown(value if isinstance(value, Unknown) else Unknown(value.path, 0))
        if isinstance(value, Method):
            raise _NotKnown(Unknown(value.name, 0))
        if (name := getattr(value, "name", None)) and isinstance(name, str):
            return {"class_name": "function", "config": name, "module": "own"}
        raise _NotKnown(Unknown("a value that is not plain", 0))

    def _made(self, value: Made) -> dict[str, Any]:
        found = {}
        for key, one in value.config.items():
            try:
                found[key] = self._plain(one)
            except _NotKnown as lack:
                if value.module not in ("optimizers", "losses", "metrics"):
                    raise
                text = f"{value.kind} has {key} = {lack.unknown.text[:120]}, which is not known before the script runs."
                self.say("W_VALUE", text, lack.unknown.line)
        return found

    def _call(self, applied: Applied, name: str, ref: Callable[[Tensor], Ref]) -> Call:
        keywords = {}
        for key, value in applied.keywords.items():
            if key == "training" and not isinstance(value, bool):
                continue
            keywords[key] = self._tree(value, ref, applied)
        positional = tuple(self._tree(one, ref, applied) for one in applied.positional)
        return Call(name, positional, keywords, applied.label)

    def _tree(self, value: Value, ref: Callable[[Tensor], Ref], applied: Applied) -> Tree:
        self.steps.take()
        if isinstance(value, Tensor):
            return ref(value)
        if isinstance(value, list | tuple):
            return tuple(self._tree(one, ref, applied) for one in value)
        if isinstance(value, dict):
            return {str(key): self._tree(one, ref, applied) for key, one in value.items()}
        if isinstance(value, slice):
            return Along(value.start, value.stop, value.step)
        if value is Ellipsis:
            return Rest()
        if isinstance(value, Table):
            return Many.told(value.numbers)
        if is_scalar(value):
            return value  # type: ignore[no-any-return]
        return value.last if isinstance(value, Named) else None

    # Training

    def compiled(
        self, told: Mapping[str, Value] | None, fitted: Mapping[str, Value], epoch: int | None = None
    ) -> Compiled | None:
        if told is None:
            return None
        parts: dict[str, Any] = {}
        for key in ("optimizer", "loss", "loss_weights", "metrics"):
            try:
                parts[key] = self._plain(told.get(key))
            except _NotKnown as lack:
                text = f"Its {key} is {lack.unknown.text[:120]}, which is not known before the script runs; left out."
                self.say("W_VALUE", text, lack.unknown.line)
        return Compiled(**parts, fit=dict(self._fit(fitted)), epoch=epoch)

    def _fit(self, fitted: Mapping[str, Value]) -> Iterator[tuple[str, Any]]:
        """What `fit` is told of how to train, as plain JSON: by itself one epoch; what is not known is None."""
        if fitted and not {"epochs", "nb_epoch"} & fitted.keys():
            yield "epochs", 1
        for key in _OF_FIT:
            value = fitted.get(key)
            if key == "callbacks":
                yield key, [self._callback(one) for one in _listed(value)]
            elif key == "class_weight" and isinstance(value, dict):
                yield key, {str(one): number if is_scalar(number) else None for one, number in value.items()}
            elif key in fitted:
                if isinstance(value, Unknown) and key in _SETS:
                    text = f"fit has {key} = {value.text[:120]}, which is not known before the script runs."
                    self.say("W_VALUE", f"{text} Set it in the panel Training.", value.line)
                    yield key, None
                elif value is not None or key in _SETS:
                    yield key, value if is_scalar(value) else None if key in (*_SETS, "class_weight") else True

    def _callback(self, told: Value) -> dict[str, Any]:
        if isinstance(told, Made):
            return {"class_name": told.kind, "config": dict(self._told(told))}
        name = told.kind if isinstance(told, Piece) else getattr(told, "text", "") or getattr(told, "path", "")
        return {"class_name": name.partition("(")[0][:60], "config": {}}

    def _told(self, made: Made) -> Iterator[tuple[str, Any]]:
        for key, value in made.config.items():
            if is_scalar(value) or (key == "rates" and isinstance(value, list)):
                yield key, value

    # Shapes, and kinds of numbers

    def numbers_of(self, tensor: Tensor) -> str:
        """What kind of numbers a value is made of, as Keras calls it: amounts where nothing says otherwise."""
        while True:
            self.steps.take()
            applied = tensor.of
            kind, config = applied.piece.kind, applied.piece.config
            told = [*applied.positional[1:2], *(applied.keywords[one] for one in ("dtype",) if one in applied.keywords)]
            outer = self.behind.get(id(applied))
            before = next(_read(applied, self.steps), None)
            if kind in ("InputLayer", "cast"):
                said = config.get("dtype") if kind == "InputLayer" else [*told, None][0]
                if isinstance(said, str | Named):
                    return said if isinstance(said, str) else said.last
            if kind in _ANSWERS:
                return "bool"
            if outer is None and (before is None or kind not in _MOVED):
                return "float32"
            tensor = outer or before or tensor

    def shape_of(self, tensor: Tensor) -> Shape | None:
        """Without the batch; None where it is not known."""
        if tensor not in self.shapes:
            self.shapes[tensor] = None
            if self.shaped < MOST_SHAPED:
                self.shapes[tensor] = self._shape_of(tensor)
        return self.shapes[tensor]

    def _shape_of(self, tensor: Tensor) -> Shape | None:
        known = [one for one, shape in self.shapes.items() if shape is not None and one.of.piece.kind != "InputLayer"]
        order = self.before(known, [tensor])
        for applied in order:
            if "batch_shape" not in applied.piece.config and (outer := self.behind.get(id(applied))):
                shape = self.shape_of(outer)
                applied.piece.config |= {} if shape is None else {"batch_shape": [None, *shape]}
        read = {one for applied in order for one in _read(applied, self.steps)}
        inputs = [one for one in known if one in read]
        said, self.messages = self.messages, {}
        try:
            model = self.graph("model", inputs, [tensor])
            self.shaped += 4 + len(model.layers) + sum(len(one.inner.layers) for one in model.layers if one.inner)
            form = model.form()
            if form not in self.drafted:
                self.drafted[form] = _drafted(model)
        except (ImportFault, ValueError, LookupError):
            return None
        finally:
            self.messages = said
        return self.drafted[form]


def _drafted(model: Model) -> Shape | None:
    """The shape of what a model gives, without the batch; None where it is not known. Raises as draw does."""
    turned, told = channels_last(model)
    drawn = draw(turned, "", is_draft=True)
    at = drawn.values.get(turned.outputs[0])
    use = drawn.checked.wired.uses.get(at[0]) if at else None
    if at and use:
        at = use.outputs.get(at[1])
    facts = drawn.checked.facts.get(at[0]) if at else None
    port = facts.outputs.get(at[1]) if at and facts else None
    shape = port.shape if port else None
    is_turned = any(one.code == TURNED for one in told)
    return (shape[-1], *shape[:-1]) if shape and is_turned and len(shape) > 2 else shape


_SETS = ("batch_size", "epochs", "nb_epoch", "validation_split", KEPT)
_OF_FIT = (*_SETS, "callbacks", "class_weight", "shuffle", "sample_weight", "initial_epoch", "steps_per_epoch")


_ANSWERS = (
    "equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_or", "logical_not",
    "any", "all", "isnan",
)  # fmt: skip
_MOVED = (
    "get_item", "reshape", "expand_dims", "squeeze", "transpose", "identity", "concatenate", "stack", "tile", "repeat",
    "flip", "split", "convert_to_tensor",
)  # fmt: skip
"""Functions that give answers, and those that give the numbers that come in."""


def _listed(told: Value) -> list[Value]:
    """Of what is handed over as callbacks, each."""
    if isinstance(told, list | tuple):
        return [*told]
    return [] if told is None else [told]


def _rest_of(value: Value) -> list[int] | None:
    """A shape of which one size is not known, and follows from the rest; None for any other."""
    if not isinstance(value, list | tuple) or sum(isinstance(one, Unknown) for one in value) != 1:
        return None
    sizes = [-1 if isinstance(one, Unknown) else one for one in value]
    whole = [one for one in sizes if isinstance(one, int) and not isinstance(one, bool)]
    return whole if len(whole) == len(sizes) and whole.count(-1) == 1 else None


def _is_of_many(value: Value) -> bool:
    """Whether weights are to begin with numbers of their own each."""
    return isinstance(value, Made) and any(isinstance(one, Table | list | tuple) for one in value.config.values())


def _models_in(piece: Piece) -> list[Network]:
    """Of a Merge of Keras 1, the models whose values it merges."""
    layers = piece.config.get("layers")
    return [one for one in layers if isinstance(one, Network)] if isinstance(layers, list | tuple) else []


def _read(applied: Applied, steps: Steps) -> Iterator[Tensor]:
    yield from tensors_in([*applied.positional, *applied.keywords.values()], steps)


def _ref(tensor: Tensor, refs: Mapping[Tensor, Ref], at: Mapping[int, tuple[str, int]]) -> Ref:
    if tensor in refs:
        return refs[tensor]
    name, call = at[id(tensor.of)]
    return Ref(name, call, tensor.output)


def _module(piece: Piece) -> str:
    return "keras.layers" if piece.module == "layers" and not isinstance(piece, Own) else "own"
