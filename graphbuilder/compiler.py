"""Runs a plan: a compiled Keras model, and the arrays it is fed. It imports Keras, so the screen never loads it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from graphbuilder import composed, measures
from graphbuilder.calls import (
    COMPOSED,
    EPOCHS,
    INDEXED,
    REST,
    STEPS,
    USUAL_STEPS,
    Along,
    Argument,
    Call,
    Epochs,
    Listed,
    Name,
)
from graphbuilder.datasets import preparation
from graphbuilder.datasets.feed import Part, taken
from graphbuilder.metrics import OWN
from graphbuilder.plan import Architecture, Body, Output, Plan, Step, Use, frozen_call
from graphbuilder.tensors import Numbers, TensorSpec

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def evaluate_call(argument: Argument, names: Mapping[str, Any]) -> Any:
    """The value of an argument: a Call is made, a Name is looked up, anything else is itself."""
    if argument == REST:
        return ...
    if isinstance(argument, Name):
        return names[argument.name]
    if isinstance(argument, tuple):
        return tuple(evaluate_call(part, names) for part in argument)
    if isinstance(argument, Listed):
        return [evaluate_call(part, names) for part in argument.items]
    if isinstance(argument, Epochs):
        return argument.steps(names)
    if isinstance(argument, Along):
        return slice(argument.start, argument.stop, argument.step)
    if not isinstance(argument, Call):
        return argument
    if argument.callee == INDEXED:
        value, *places = (evaluate_call(part, names) for part in argument.args)
        return value[tuple(places)]
    callee: Any = keras
    own = next((place for place in (preparation, measures) if hasattr(place, argument.callee)), None)
    if argument.callee.startswith(COMPOSED):
        callee = getattr(composed, argument.callee.removeprefix(COMPOSED))
    elif own:
        callee = getattr(own, argument.callee)
    else:
        for part in argument.callee.split("."):
            callee = getattr(callee, part)
    return _called(callee, argument, names)


def made_of(call: Call, layer: Any, values: Mapping[str, Any]) -> Any:
    """What a step's call gives: of a layer, or of the function that it names."""
    return evaluate_call(call, values) if layer is None else _called(layer, call, values)


def _called(callee: Any, call: Call, names: Mapping[str, Any]) -> Any:
    args = [evaluate_call(value, names) for value in call.args]
    return callee(*args, **{key: evaluate_call(value, names) for key, value in call.kwargs.items()})


class _Run:
    """Works a network in order. Names of layers are those on the way to them; nodes are paths, as in blocks.py."""

    def __init__(self, network: Architecture) -> None:
        self._network = network
        self.layers: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        """The values of the network's own body, by name."""
        values: dict[str, Any] = {}
        self._work(self._network.body, values, "", "", False)
        return values

    def _work(self, body: Body, values: dict[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        """owner: what the names of the body's layers begin with."""
        for step in body.steps:
            if isinstance(step, Use):
                given = self._use(step, values, owner, path, frozen)
            else:
                given = self.apply(step, values, owner, path, frozen)
            values.update(zip(step.values, given, strict=True))
        return [values[name] if name else None for name in body.outputs]

    def _use(self, step: Use, values: dict[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        body = self._network.functions[step.block].body
        came = [values[name] if name else None for name in step.inputs]
        for number in range(1, step.times + 1):
            part, of = (f"{number}", f"{1 if step.once else number}") if step.times > 1 else ("", "")
            came = self._work(
                body,
                dict(zip(body.inputs, came, strict=True)),
                f"{owner}{step.owner}.{of and f'{of}.'}",
                f"{path}{step.node}/{part and f'{part}/'}",
                frozen or step.frozen,
            )
        return came

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        """What a step gives, port by port."""
        layer = None
        if step.layer:
            name = owner + step.layer.name
            if name not in self.layers:
                self.layers[name] = self.make(name, step.layer.call, frozen)
            layer = self.layers[name]
        return _by_port(step, made_of(step.call, layer, values))

    def make(self, name: str, call: Call, frozen: bool) -> Any:
        made = Call(call.callee, call.args, {**call.kwargs, "name": name})
        return evaluate_call(frozen_call(made) if frozen else made, {})


def _by_port(step: Step, given: Any) -> list[Any]:
    return list(given) if len(step.values) > 1 else [given]


def build_model(network: Architecture) -> keras.Model:
    """The functional model of a network. Its weights follow from Keras' seed at the time of the call."""
    values = _Run(network).run()
    return keras.Model(
        inputs={name: values[name] for name in network.entrances},
        outputs={output.name: values[output.value] for output in network.outputs},
    )


class _Count(_Run):
    """Counts how often each layer is called, and makes none."""

    def __init__(self, network: Architecture) -> None:
        super().__init__(network)
        self.calls: Counter[str] = Counter()
        self.run()

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        self.calls[owner + step.layer.name if step.layer else ""] += 1
        return [None] * len(step.values)


class _Calls(_Run):
    """Tells by which call each layer is made, and makes none."""

    def __init__(self, network: Architecture) -> None:
        super().__init__(network)
        self.calls: dict[str, Call] = {}
        self.run()

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        if step.layer:
            self.calls.setdefault(owner + step.layer.name, step.layer.call)
        return [None] * len(step.values)


def calls_of(network: Architecture) -> Mapping[str, Call]:
    """By which call each layer of the network's model is made, by the layer's name."""
    return _Calls(network).calls


class _Look(_Run):
    """Finds the values of a model that was built of the network."""

    def __init__(self, network: Architecture, model: keras.Model) -> None:
        super().__init__(network)
        self._model = model
        self._calls = _Count(network).calls
        self.given: dict[str, list[Any]] = {}

    @property
    def found(self) -> dict[str, Any]:
        """What each node gives first."""
        return {node: given[0] for node, given in self.given.items()}

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        if step.name in self._network.entrances and not path:
            given = [self._model.get_layer(step.name).output]
        elif step.layer and self._calls[owner + step.layer.name] == 1:
            given = _by_port(step, self._model.get_layer(owner + step.layer.name).output)
        else:  # called again, a layer has the same weights
            given = super().apply(step, values, owner, path, frozen)
        self.given[path + step.node] = given
        return given

    def make(self, name: str, call: Call, frozen: bool) -> Any:
        return self._model.get_layer(name)


class _Anew(_Look):
    """Calls the layers of a model once more, so that every value that is found leads to the outputs."""

    def __init__(self, network: Architecture, model: keras.Model) -> None:
        super().__init__(network, model)
        self.owners: dict[str, str] = {}

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        if step.name in self._network.entrances and not path:
            return super().apply(step, values, owner, path, frozen)
        given = _Run.apply(self, step, values, owner, path, frozen)
        self.given[path + step.node] = given
        if step.layer:
            self.owners.setdefault(owner + step.layer.name, path + step.node)
        return given


def opened(model: keras.Model, network: Architecture) -> tuple[keras.Model, dict[str, Any]]:
    """The same layers as a model that gives what each node gives first ("nodes", by path) beside the outputs
    ("outputs"), which are made of just these; and of each node the layer that it owns: the first that calls it."""
    anew = _Anew(network, model)
    values = anew.run()
    outputs = {output.name: values[output.value] for output in network.outputs}
    owned = {node: model.get_layer(name) for name, node in anew.owners.items()}
    return keras.Model(model.input, {"nodes": anew.found, "outputs": outputs}), owned


def opened_by_port(model: keras.Model, network: Architecture) -> keras.Model:
    """As `opened`, with every value of a node, by its path and the number of the port: ("split", 1) as "split.1"."""
    anew = _Anew(network, model)
    values = anew.run()
    outputs = {output.name: values[output.value] for output in network.outputs}
    ports = {f"{node}.{place}": value for node, given in anew.given.items() for place, value in enumerate(given)}
    return keras.Model(model.input, {"nodes": ports, "outputs": outputs})


def values_of(model: keras.Model, network: Architecture) -> dict[str, Any]:
    """What each node gives first, as a tensor of the model that was built of the network, by path."""
    look = _Look(network, model)
    look.run()
    return look.found


class _CallOf(_Look):
    """Finds how one node of a model is worked."""

    def __init__(self, network: Architecture, model: keras.Model, node: str) -> None:
        super().__init__(network, model)
        self._node = node
        self.call: NodeCall | None = None

    def apply(self, step: Step, values: Mapping[str, Any], owner: str, path: str, frozen: bool) -> list[Any]:
        given = super().apply(step, values, owner, path, frozen)
        if path + step.node == self._node:
            layer = self._model.get_layer(owner + step.layer.name) if step.layer else None
            args = tuple(evaluate_call(one, values) for one in step.call.args)
            kwargs = {name: evaluate_call(one, values) for name, one in step.call.kwargs.items()}
            self.call = NodeCall(layer, args, kwargs, given[0])
        return given


@dataclass(frozen=True)
class NodeCall:
    """What a node is worked with: its layer, None for a function, and how that is called with tensors of the model.
    gives: the first of what comes out."""

    layer: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    gives: Any


def call_of(model: keras.Model, network: Architecture, node: str) -> NodeCall | None:
    """How a node is worked in the model that was built of the network, by its path; None for what is no part of the
    model, such as a Loss."""
    look = _CallOf(network, model, node)
    look.run()
    return look.call


def compile_model(
    model: keras.Model, network: Architecture, optimizer: Any = None, steps_per_epoch: int = USUAL_STEPS
) -> None:
    """optimizer: one that is there already. steps_per_epoch: for a schedule of the learning rate."""
    assert network.optimizer, "there is one wherever there is a Loss"
    known = {STEPS: steps_per_epoch, EPOCHS: network.epochs}
    model.compile(
        optimizer=optimizer or evaluate_call(network.optimizer, known),
        loss={one.name: evaluate_call(one.loss, {}) for one in network.objectives},
        loss_weights={one.name: one.weight for one in network.objectives},
        metrics={
            one.name: [evaluate_call(metric, {}) for metric in one.metrics.values()] for one in network.objectives
        },
    )
    if network.builds_optimizer:
        model.optimizer.build(model.trainable_variables)


def make_portable(model: keras.Model, network: Architecture) -> None:
    """Takes metrics of our own out of a model that is trained, so that its file opens where graphbuilder is not."""
    objectives = network.objectives
    if any(metric.callee == OWN for one in objectives for metric in one.metrics.values()):
        plain = [
            replace(one, metrics={name: call for name, call in one.metrics.items() if call.callee != OWN})
            for one in objectives
        ]
        compile_model(model, replace(network, outputs=tuple(plain)), model.optimizer)


def fresh_model(network: Architecture) -> keras.Model:
    """The model seeded and built, and compiled where it has a Loss: as the code of an architecture does it. What adapts
    to data has seen none, and leaves values as they are."""
    keras.utils.set_random_seed(network.seed)
    model = build_model(network)
    samples = {name: _sample(spec) for name, spec in network.entrances.items()} if network.worded else {}
    preparation.adapt(model, network.worded, samples)  # type: ignore[no-untyped-call]
    if network.objectives:
        compile_model(model, network)
    return model


def _sample(spec: TensorSpec) -> Any:
    """One value that an Input takes."""
    shape = (1, *(1 if axis is None else axis for axis in spec.shape))
    if spec.numbers is Numbers.TEXT:
        return keras.ops.broadcast_to("a text", shape)
    return np.zeros(shape, "int32" if spec.numbers is Numbers.WHOLE else "float32")


def ready_model(plan: Plan, x: Arrays) -> keras.Model:
    """The model seeded, built, adapted to the inputs x of the training part, and compiled: as exported code does it."""
    keras.utils.set_random_seed(plan.seed)
    model = build_model(plan)
    if any(isinstance(values, Part) for values in x.values()):
        _adapt_in_batches(model, plan, x)
    else:
        preparation.adapt(model, plan.adapted, dict(x))  # type: ignore[no-untyped-call]
    compile_model(model, plan, steps_per_epoch=-(-len(next(iter(x.values()))) // plan.batch_size))
    return model


def _adapt_in_batches(model: keras.Model, plan: Plan, x: Arrays) -> None:
    """As preparation.adapt does it, without all rows in memory at once. Batches are worked out eagerly: a compiled
    function within a generator of tf.data holds one of TensorFlow's threads and waits for another, maybe for ever."""
    import tensorflow as tf  # noqa: PLC0415

    rows = len(next(iter(x.values())))
    for name in plan.adapted:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)

        def batches(before: keras.Model = before) -> Iterator[Any]:
            for start in range(0, rows, plan.batch_size):
                given = {one: part[start : start + plan.batch_size] for one, part in x.items()}
                yield keras.ops.convert_to_numpy(before(given, training=False))

        signature = tf.TensorSpec((None, *layer.input.shape[1:]), layer.input.dtype)
        layer.adapt(tf.data.Dataset.from_generator(batches, output_signature=signature))


def inputs_of(plan: Plan, data: Arrays, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """What the Inputs are fed, by their names, for these rows. What stands in for missing values is measured on the
    training part."""
    train = split(plan, data)[0] if plan.imputed else rows
    return {name: _entering(plan, data, field, rows, train) for name, field in plan.inputs.items()}


def _entering(
    plan: Plan, data: Arrays, field: str, rows: "np.ndarray[Any, Any]", train: "np.ndarray[Any, Any]"
) -> "np.ndarray[Any, Any]":
    if field in plan.texts:
        return keras.ops.convert_to_tensor(data[field][rows].tolist(), "string")  # type: ignore[no-any-return]
    if field not in plan.imputed:
        return taken(data[field], rows)  # type: ignore[no-any-return]
    return preparation.imputed(data[field], rows, train, plan.imputed[field])  # type: ignore[no-any-return, no-untyped-call]


def targets_of(plan: Plan, data: Arrays, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """What the Losses compare with, by their names, written as each wants it."""
    return {
        output.name: encoded(output, np.asarray(data[output.target][rows]))
        if output.encode
        else taken(data[output.target], rows)
        for output in plan.outputs
    }


def weights_of(plan: Plan, data: Arrays, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """How much these rows count in each Loss, by their names; empty where all count alike. What is balanced is
    measured on the training part."""
    if not plan.weighs_rows:
        return {}
    train = split(plan, data)[0]
    return {output.name: _weighed(output, data, rows, class_weights(output, data, train)) for output in plan.outputs}


def class_weights(output: Output, data: Arrays, train: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any] | None":
    """How much each class counts; None where all count alike."""
    weights = output.weights
    if weights.of_classes == "balanced":
        return preparation.balanced(np.asarray(data[output.target][train]), weights.classes)  # type: ignore[no-any-return, no-untyped-call]
    return None if weights.of_classes is None else np.array(weights.of_classes, "float32")


def _weighed(
    output: Output, data: Arrays, rows: "np.ndarray[Any, Any]", of_classes: "np.ndarray[Any, Any] | None"
) -> "np.ndarray[Any, Any]":
    places = output.weights.places
    weights = np.ones((len(rows), *(1 if axis is None else axis for axis in places)), "float32")
    if of_classes is not None:
        weights *= of_classes[np.asarray(data[output.target][rows])]
    if output.weights.field:
        weights *= np.asarray(data[output.weights.field][rows]).reshape(-1, *(1 for _ in places))
    return weights


def encoded(output: Output, values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    if output.encode is None:
        return values
    return evaluate_call(output.encode, {output.target: values})  # type: ignore[no-any-return]


def split(plan: Plan, data: Arrays) -> tuple["np.ndarray[Any, Any]", ...]:
    """Row numbers of the training, validation and test part."""
    rows = plan.source.rows()
    stratify = plan.source.main_class
    classes = None if stratify is None else np.asarray(data[stratify])
    if plan.splits_plainly:
        return preparation.split_rows(rows, classes, **plan.split)  # type: ignore[no-any-return, no-untyped-call]
    told = {argument: np.asarray(data[field]) for argument, field in plan.split_fields.items()}
    if plan.alike:
        told["groups"] = preparation.equal_rows([data[field] for field in plan.alike], told.get("groups"))  # type: ignore[no-untyped-call]
    return preparation.split_rows_by(rows, classes, **plan.split, **told)  # type: ignore[no-any-return, no-untyped-call]
