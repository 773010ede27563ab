"""Objects of a script: layers and models of its own classes, models of Keras, parsers of a command line, rows."""

import ast
from collections.abc import Mapping
from typing import Any

from graphbuilder.importing import folding, script_data, script_tables, tuning, vocabularies
from graphbuilder.importing.model import KEPT
from graphbuilder.importing.script_calls import Calls, nowhere
from graphbuilder.importing.script_keras import Place
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    Arguments,
    Array,
    Class,
    Draw,
    Function,
    Made,
    Method,
    Named,
    Network,
    Own,
    Piece,
    Scope,
    Space,
    Table,
    Tensor,
    Unknown,
    Value,
    Weight,
    start_of,
    tensors_in,
    unknown_in,
)
from graphbuilder.importing.settings import kind_of

FITS: Mapping[str, tuple[str, ...]] = {
    "fit": (
        "x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
        "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch",
    ),
    "fit_generator": (
        "generator", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data", "validation_steps",
        "validation_freq", "class_weight",
    ),
}  # fmt: skip
"""Methods that train, and the order of what they are told."""
_MOST_RATES, _USUAL_RATE = 500, 0.001
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


class Objects(Calls):
    """What objects are made and what their methods do."""

    def _is_of(self, value: Class, what: str) -> bool:
        base = _root(value)
        return isinstance(base, Named) and base.last == what and self._is_of_keras(value)

    def _is_of_keras(self, value: Class) -> bool:
        base = _root(value)
        return isinstance(base, Named) and base.path.startswith(("keras", "tensorflow"))

    def _call_class(self, called: Class, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        kinds = [kind for kind in ("Layer", "Model") if self._is_of(called, kind)]
        base: Value = called
        while isinstance(base, Class):
            base = base.base
        if (
            isinstance(base, Named)
            and base.path.startswith(("keras", "tensorflow"))
            and base.last not in ("Layer", "Model", "Module")
        ):
            if base.last in ("Callback", "Sequence", "PyDataset", "Loss", "Metric"):
                return Unknown(at.text, at.line)
            return self.keras.stranger(Unknown(at.text, at.line), at)
        name = named.get("name")
        own = Own(
            called.name, "", {}, name if isinstance(name, str) else self.tracing.named(called.name), at.line, of=called
        )
        self.steps.made()
        start = self._of_own(
            own,
            "__init__",
            ast.Name("", ast.Load(), lineno=at.line, col_offset=0, end_lineno=at.line, end_col_offset=0),
        )
        if isinstance(start, Function):
            self._call_function(start, given, named, at)
        elif _root(called) in (None, Named("object")):
            fields = [key for key, value in called.scope.names.items() if not isinstance(value, Function)]
            own.names |= {**dict(zip(fields, given, strict=False)), **named}
        else:
            self._of_base(own, None, "__init__", given, named, at)
        if kinds == ["Model"]:
            self.keras.networks.append(own)
        return own

    def _super(self, scope: Scope) -> Value:
        at: Scope | None = scope
        own: Value = None
        while at is not None:
            own = own if isinstance(own, Own) else at.names.get("self")
            if isinstance(own, Own) and id(at) in self.classes:
                return Method((own, self.classes[id(at)]), "super")
            at = at.outer
        return Method((own, own.of), "super") if isinstance(own, Own) else Unknown("super()", 1)

    def _call_own(self, own: Own, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """Its `call`, as a model within the model; where that cannot be read, a layer that stands for it."""
        node = nowhere(at)
        method = self._of_own(own, "call", node)
        masked = self._of_own(own, "compute_mask", node)
        if isinstance(masked, Function) and _compares(masked.node):
            text = (
                f"{own.kind} makes a mask of its own in `compute_mask`, which is not read: what comes behind it leaves"
            )
            self.tracing.say("W_MASK", f"{text} nothing out by it.", masked.node.lineno)
        if isinstance(method, Method):
            method = self._of_own(own, "__call__", node)
        if isinstance(method, Function) and "mask" not in named and _reads_mask(method.node):
            came = self.tracing.before([], tensors_in([given], self.steps))
            if any(one.piece.config.get("mask_zero") or one.piece.kind == "Masking" for one in came):
                text = (
                    f"{own.kind} is handed the mask that comes along with its value, which is not read: nothing is left"
                )
                self.tracing.say("W_MASK", f"{text} out by it.", method.node.lineno)
        if own.network is None and isinstance(method, Function):
            self._build(own, given, at)
            own.network = self._network_of(own, method, given, named, at)
        tensors = tensors_in([given, named], self.steps)
        if not tensors and own.network is None and isinstance(method, Function) and own in self.keras.networks:
            found = self._on_data(own, given, named, at)
            if found is not None:
                return found
        if not tensors and own.shape is None and given and isinstance(given[0], Array) and given[0].shape:
            own.shape = [None, *given[0].shape[1:]]  # called on some data once, so that it is built
        drawn = given[0].shape if given and isinstance(given[0], Draw) else None
        if not tensors and own.shape is None and isinstance(drawn, list | tuple) and len(drawn) > 1:
            own.shape = [None, *drawn[1:]]
        if own.network is not None:
            own.network.config = own.config
            return self.keras.applied(own.network, list(tensors), {}, at) if tensors else Unknown(at.text, at.line)
        if not tensors:
            return Unknown(at.text, at.line)
        return self.tracing.apply(own, tuple(tensors), {}, at.line)

    def _on_data(self, own: Own, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a model gives that is called on data, so that it is built: data of the shapes that come of it. None
        where the shapes of its data are not known."""

        def entered(value: Value) -> Value:
            if isinstance(value, Array) and value.shape:
                return self.tracing.input({"batch_shape": [None, *value.shape[1:]]}, at.line)
            if isinstance(value, Unknown | dict):
                raise LookupError
            return type(value)(map(entered, value)) if isinstance(value, list | tuple) else value

        def given_back(value: Value) -> Value:
            if isinstance(value, Tensor):
                shape = self.tracing.shape_of(value)
                return Unknown(at.text, at.line) if shape is None else Array(at.text, at.line, (None, *shape))
            return type(value)(map(given_back, value)) if isinstance(value, list | tuple) else value

        try:
            values = [entered(one) for one in given], {key: entered(one) for key, one in named.items()}
        except LookupError:
            return None
        if not tensors_in([*values], self.steps):
            return None
        return given_back(self._call_own(own, *values, at))

    def _build(self, own: Own, given: list[Value], at: Place) -> None:
        """Its `build`, with the shape of what it is called on, as Keras does it before the first call."""
        method = self._of_own(own, "build", nowhere(at))
        if own.is_built or not isinstance(method, Function):
            return
        own.is_built = True
        tensors = tensors_in(given, self.steps)
        shapes = [self.keras.shape(one, at) for one in tensors]
        several = bool(given) and isinstance(given[0], list | tuple)
        self._call_function(method, [shapes if several else shapes[0]] if shapes else [own.shape], {}, at)

    def _network_of(
        self, own: Own, method: Function, given: list[Value], named: dict[str, Value], at: Place
    ) -> Network | None:
        inputs: list[Tensor] = []

        def within(value: Value) -> Value:
            if isinstance(value, Tensor):
                config: dict[str, Value] = {"name": f"in_{len(inputs) + 1}" if inputs else "in"}
                config |= {key: one for key, one in value.of.piece.config.items() if key in ("batch_shape", "dtype")}
                inputs.append(self.tracing.input(config, at.line))
                self.tracing.behind[id(inputs[-1].of)] = value
                return inputs[-1]
            if isinstance(value, list | tuple):
                return type(value)(within(one) for one in value)
            if isinstance(value, dict):
                return {key: within(one) for key, one in value.items()}
            return value

        inner = [within(one) for one in given], {key: within(one) for key, one in named.items()}
        if not inputs:
            return None
        self.keras.within += 1
        try:
            result = self._call_function(method, inner[0], inner[1], at)
        finally:
            self.keras.within -= 1
        if isinstance(result, Weight) and len(inputs) == 1:
            result = self.keras.rows_of(result, inputs[0], at) or result
        if not tensors_in(result, self.steps) or unknown_in(result, self.steps):
            found = unknown_in(result, self.steps)
            why = f": {found.text} (line {found.line})" if found else ""
            self.tracing.say("E_SCRIPT", f"What {own.kind} gives cannot be read before the script runs{why}.", at.line)
            return None
        return Network("Functional", "layers", own.config, own.name, own.line, inputs=inputs, outputs=result)

    def _call_piece(self, own: Piece, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        function = own.config.get("function")
        is_read = isinstance(function, Function) or (isinstance(function, Named) and function.is_of_keras)
        if own.kind == "Lambda" and is_read and tensors_in(given, self.steps):
            arguments = own.config.get("arguments")
            value = self._apply(function, given, dict(arguments) if isinstance(arguments, dict) else {}, at)
            if tensors_in(value, self.steps) and not unknown_in(value, self.steps):
                return value
            own.config = {}
            self.tracing.say("E_SCRIPT", f"What the Lambda {own.name!r} does cannot be said here.", at.line)
        if isinstance(own.config.get("activation"), Function) and kind_of(own.kind) not in _RECURRENT:
            own.behind, own.config["activation"] = own.config["activation"], "linear"
        if own.behind is not None and tensors_in(given, self.steps):
            return self._activated(own, own.behind, given, named, at)
        return self.keras.applied(own, given, named, at)

    def _activated(self, own: Piece, behind: Function, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a layer gives whose activation is a function of the script."""
        is_alone = own.kind == "Activation"
        value = given[0] if is_alone else self.keras.applied(own, given, named, at)
        found = self._call_function(behind, [value], {}, at)
        if tensors_in(found, self.steps) and not unknown_in(found, self.steps):
            return found
        own.behind, own.config["activation"] = None, behind
        return self.keras.applied(own, given, named, at) if is_alone else value

    def _call_method(self, called: Method, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        own, name = called.own, called.name
        if isinstance(own, Method) and own.name == "super":
            made, of = own.own
            return self._of_base(made, of, name, given, named, at)
        if name == "record":
            fields, usual = own
            return Space({**usual, **dict(zip(fields, given, strict=False)), **named})
        if name == "compose":
            value: Value = given[0] if len(given) == 1 else given
            for part in own[0]:
                value = self._apply(part, [value], {}, at)
            return value
        if name == "partial":
            return self._apply(own[0][0], [*own[0][1:], *given], {**own[1], **named}, at)
        if isinstance(own, Unknown) and name in tuning.NAMES:
            return self._tried(name, given, named, at)
        if isinstance(own, Table):
            numbers = script_tables.method(own, name, given, named, self.steps, (at.text, at.line))
            if numbers is not NotImplemented:
                return numbers
            own = script_tables.data_of(own)
        if isinstance(own, Array | Unknown):
            array = own if isinstance(own, Array) else given[0] if given else None
            rest = given if isinstance(own, Array) else given[1:]
            found = NotImplemented
            if isinstance(array, Array):
                found = script_data.of_array(array, name, rest, named, at.text, at.line)
            if found is NotImplemented and not isinstance(own, Array):
                found = script_data.of_generator(name, given, named, at.text, at.line)
            if found is NotImplemented:
                found = script_data.of_stream(own, name, given, named)
            return Unknown(at.text, at.line) if found is NotImplemented else found
        if isinstance(own, Arguments):
            return self._of_parser(own, name, given, named, at)
        if isinstance(own, Network | Own):
            return self._of_network(own, name, given, named, at)
        if isinstance(own, Piece) and name in ("vocabulary_size", "get_vocabulary"):
            return self._of_lookup(own, name, at)
        if isinstance(own, Tensor):
            return self._of_values(own, name, given, at)
        if isinstance(own, str) and name in folding.METHODS_OF_TEXT:
            return folding.METHODS_OF_TEXT[name](own, *given, **named)
        if isinstance(own, list | dict | tuple):
            return _of_rows(own, name, given, named)
        return Unknown(at.text, at.line)

    def _of_lookup(self, own: Piece, name: str, at: Place) -> Value:
        """How many words a lookup has, or which, where the script names them."""
        words = None if unknown_in(own.config, self.steps) else vocabularies.listed(own.kind, own.config)
        if words is None:
            return Unknown(at.text, at.line)
        return len(words) if name == "vocabulary_size" else words

    def _tried(self, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        value = tuning.begins_with(name, given, named)
        if value is NotImplemented or unknown_in(value, self.steps):
            return Unknown(at.text, at.line)
        text = f"{at.text[:80]} is tried out by a search; {value!r}, with which it begins, stands here."
        self.tracing.say("W_TUNER", text, at.line)
        return value

    def _of_base(self, own: Own, of: Value, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a method of the class that `of` is derived from gives."""
        base = of.base if isinstance(of, Class) else None
        while isinstance(base, Class) and name not in base.scope.names:
            base = base.base
        if isinstance(base, Class):
            return self._apply(self._bound(base.scope.names[name], own), given, named, at)
        if name == "__init__" and isinstance(given_name := named.get("name"), str):
            own.name = given_name
        outputs = named.get("outputs", given[1] if len(given) > 1 else None)
        if name == "__init__" and tensors_in(outputs, self.steps):
            inputs = named.get("inputs", given[0] if given else None)
            own.network = Network(
                "Functional", "layers", own.config, own.name, own.line, inputs=inputs, outputs=outputs
            )
        return None

    def _of_parser(self, own: Arguments, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        if name == "add_argument":
            flags = [one for one in given if isinstance(one, str)]
            told = next((one for one in flags if one.startswith("--")), flags[0] if flags else "")
            key = named.get("dest", told.lstrip("-").replace("-", "_"))
            usual = {"store_true": False, "store_false": True}.get(str(named.get("action")))
            value = named.get("default", usual)
            if (
                isinstance(value, str)
                and isinstance(kind := named.get("type"), Named)
                and kind.path in ("int", "float")
            ):
                value = folding.FUNCTIONS[kind.path](value)
            if value is None and (not told.startswith("-") or named.get("required") is True):
                value = Unknown(f"the argument {told}", at.line)
            own.names[str(key)] = value
            return None
        if name == "set_defaults":
            own.names |= named
            return None
        if name == "parse_args":
            return Space(own.names)
        if name == "parse_known_args":
            return Space(own.names), []
        return own

    def _of_network(
        self, own: "Network | Own", name: str, given: list[Value], named: dict[str, Value], at: Place
    ) -> Value:
        if name == "compile":
            order = ("optimizer", "loss", "loss_weights", "metrics")
            if (
                len(given) > 2
                and not isinstance(given[2], dict)
                and isinstance(given[2], list)
                and any(not isinstance(one, int | float) for one in given[2])
            ):
                order = ("optimizer", "loss", "metrics", "loss_weights")
            own.compiled = {**dict(zip(order, given, strict=False)), **named}
            return None
        if name == "build" and (given or named):
            own.shape = given[0] if given else named.get("input_shape")
            if isinstance(own.shape, list | tuple) and unknown_in(own.shape, self.steps):
                own.shape = [one if isinstance(one, int | None) else None for one in own.shape]
            elif isinstance(own.shape, Unknown):
                own.shape = None
            return None
        if isinstance(own, Network) and own.row is not None:
            if name == "add" and (given or "layer" in named):
                self.keras.add(own, given[0] if given else named["layer"], at)
                return None
            if name == "pop":
                return own.row.pop() if own.row else None
        if name == "get_layer" and isinstance(own, Network):
            wanted = given[0] if given else named.get("name", named.get("index"))
            layers = self._of_piece(own, "layers", nowhere(at))
            if isinstance(wanted, int):
                return layers[wanted]
            return next((one for one in layers if one.name == wanted), Unknown(at.text, at.line))
        if name in ("add_weight", "add_variable"):
            first = given[1:] if given and isinstance(given[0], str) else given
            begins = named.get("initializer", first[1] if len(first) > 1 else None)
            if named.get("trainable") is False:
                return Unknown(at.text, at.line)
            shape = named.get("shape", first[0] if first else ())
            shape = [shape] if isinstance(shape, int) else shape
            return Weight(at.text, at.line, shape, start_of(begins), begins)
        if name in ("load_weights", "set_weights"):
            self.tracing.say("W_WEIGHTS", "The script loads weights, which do not come along.", at.line, loses=False)
            return None
        if name == "call" and tensors_in(given, self.steps):
            return self._call_piece(own, given, named, at)
        if name in FITS:
            self._fitted(own, name, given, named, at)
        return Unknown(at.text, at.line)

    def _fitted(self, own: "Network | Own", name: str, given: list[Value], named: dict[str, Value], at: Place) -> None:
        """Keeps what `fit` is told: also what its data tell, and the rates of a schedule's function."""
        own.fitted = told = {**dict(zip(FITS[name], given, strict=False)), **named}
        data = told.get("x", told.get("generator"))
        if isinstance(data, Array) and own.fed is None and data.shape:
            own.fed = [None, *data.shape[1:]]
        if isinstance(data, Unknown) and data.batch is not None:
            told.setdefault("batch_size", data.batch)
        batch: Any = told.get("batch_size")
        steps: Any = told.get("steps_per_epoch")
        rows: Any = data.shape[0] if isinstance(data, Array) and data.shape else None
        known = all(isinstance(one, int) and one > 0 for one in (rows, batch, steps))
        if known and abs(steps * batch - rows) <= batch:
            del told["steps_per_epoch"]
        watched = told.get("validation_data")
        watched = watched[0] if isinstance(watched, list | tuple) and watched else watched
        if isinstance(watched, Unknown) and watched.kept is not None:
            told.setdefault(KEPT, watched.kept)
        epochs: Any = told.get("epochs", told.get("nb_epoch"))
        callbacks = told.get("callbacks")
        for one in callbacks if isinstance(callbacks, list | tuple) and isinstance(epochs, int) else ():
            if isinstance(one, Made) and one.kind == "LearningRateScheduler":
                one.config["rates"] = self._rates(own, one.config.get("schedule"), epochs, at)

    def _rates(self, own: "Network | Own", schedule: Value, epochs: int, at: Place) -> list[float]:
        """What a function of the script's own gives for the rate of each epoch; nothing where that is not known."""
        if not isinstance(schedule, Function) or epochs > _MOST_RATES:
            return []
        optimizer = (own.compiled or {}).get("optimizer")
        config = optimizer.config if isinstance(optimizer, Made) else {}
        rate = config.get("learning_rate", config.get("lr", _USUAL_RATE))
        takes_rate = len(schedule.node.args.args) - (schedule.own is not None) > 1
        found: list[float] = []
        for epoch in range(epochs):
            rate = self._apply(schedule, [epoch, rate] if takes_rate else [epoch], {}, at)
            if not isinstance(rate, int | float) or isinstance(rate, bool) or rate <= 0:
                return []
            found.append(float(rate))
        return found

    def _of_values(self, own: Tensor, name: str, given: list[Value], at: Place) -> Value:
        if name in ("get_shape", "as_list"):
            return self.keras.shape(own, at)
        return self.keras.function(f"keras.ops.{name.strip('_')}", [own, *given], {}, at)


def _reads_mask(node: ast.AST) -> bool:
    """Whether the `call` of a layer works by the mask that Keras hands to it."""
    takes = isinstance(node, ast.FunctionDef) and any(one.arg == "mask" for one in node.args.args)
    return takes and any(isinstance(one, ast.Name) and one.id == "mask" for one in ast.walk(node))


def _compares(node: ast.AST) -> bool:
    """Whether a function says itself where a mask holds."""
    words = (getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node) if not isinstance(one, ast.arg))
    return any(isinstance(one, ast.Compare) for one in ast.walk(node)) or "not_equal" in words


def _root(value: Class) -> Value:
    """What a class is derived from in the end."""
    base, depth = value.base, 0
    while isinstance(base, Class) and depth < 20:
        base, depth = base.base, depth + 1
    return base


def _of_rows(own: Any, name: str, given: list[Value], named: dict[str, Value]) -> Value:
    """A method of a list, a tuple or a dict. Raises TypeError for one that is not known."""
    if isinstance(own, dict):
        match name:
            case "items":
                return [(key, value) for key, value in own.items()]
            case "keys" | "values":
                return [*getattr(own, name)()]
            case "get" | "pop" | "setdefault" if folding.is_scalar(given[0]) and len(own) < MOST_ITEMS:
                return getattr(own, name)(*given, *([None] if name == "pop" and len(given) == 1 else []))
            case "update" if len(own) < MOST_ITEMS:
                own.update(*given, **named)
                return None
            case "copy":
                return dict(own)
        raise TypeError(name)
    if name in ("as_list", "tolist"):
        return [*own]
    if name == "index" and folding.is_flat(own):
        return own.index(*given)
    if name == "count" and folding.is_flat(own):
        return own.count(*given)
    if isinstance(own, list) and len(own) < MOST_ITEMS:
        match name:
            case "append" | "insert" | "reverse" | "clear" | "pop":
                return getattr(own, name)(*given)
            case "extend":
                own.extend(folding.held([*given[0][:MOST_ITEMS]]))
                return None
            case "copy":
                return [*own]
            case "sort" if folding.is_flat(own):
                own.sort(reverse=named.get("reverse") is True)
                return None
    raise TypeError(name)
