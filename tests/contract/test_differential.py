"""Two hundred random networks against plain Keras and NumPy: whatever is told of a training is what its formula says.

The reference is built here from the document's JSON by Keras' layers themselves, trained by a loop of its own, and
judged by NumPy over all rows in double precision; nothing of our plan, compiler, loop or losses is in it, and of our
operators only the calls that some put together themselves, as they are printed. What is
shared is the data, their split and order, and the weights at the start.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from graphbuilder import composed
from graphbuilder.activations import ACTIVATIONS
from graphbuilder.calls import Name
from graphbuilder.checks import check
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.operator import AMOUNTS, ShapeFault
from graphbuilder.parameters import (
    Choice,
    Constraint,
    Initializer,
    Parameter,
    Regularizer,
    ShapeOf,
    Sizes,
    Whole,
    YesNo,
    constant_of,
)
from graphbuilder.plan import plan
from graphbuilder.printing import expression
from graphbuilder.records.events import Epoch, Started, Steps
from graphbuilder.tensors import Inputs, Numbers, TensorSpec
from tests.moves import moved
from tests.networks import graph, node, wire

NETWORKS = 200
AT_ONCE = 5
RATE = 1e-3
DRAWN = tuple(
    kind
    for kind, one in OPERATORS.items()
    if one.inputs and one.outputs and all(port.takes & AMOUNTS for port in one.inputs if port.least)
)
"""Every operator that reads numbers: no bundled data set has words."""
STEADY = tuple(kind for kind in DRAWN if not (OPERATORS[kind].is_random or OPERATORS[kind]().adapts()))
"""Those whose training can be done again elsewhere, draw for draw, and that stand anywhere."""
MEASURING = tuple(kind for kind in DRAWN if OPERATORS[kind]().adapts())
"""Those that stand behind an Input, whose rows they measure."""
MOST_VALUES = 1000
"""That one node gives of one sample: larger networks only take longer."""
BENT = ("linear", "relu", "sigmoid", "tanh", "hard_tanh", "softplus", "elu", "gelu", "softmax")
"""Of activations those whose networks seldom diverge, whatever they gate."""
JUDGED = ("softmax_crossentropy", "binary_crossentropy", "mean_squared_error", "mean_absolute_error")
SETS = ("digits", "iris", "wine", "breast_cancer", "diabetes", "moons", "xor")
CLOSE = {"rel": 1e-5, "abs": 1e-6}
AFTER_STEPS = {"rel": 2e-3, "abs": 1e-4}
"""Weights of two loops drift apart by rounding; a mean of batch means is farther off."""


def value_of(parameter: Parameter[Any], draw: random.Random) -> Any:
    match parameter:
        case Initializer():
            return draw.choice([name for name in parameter.options if constant_of(name) is None])
        case Choice():
            return draw.choice([choice for choice in parameter.choices if choice not in ACTIVATIONS or choice in BENT])
        case Whole() if parameter.low >= 0:
            return draw.randint(2, 5)
        case YesNo():
            return draw.random() < 0.5
        case Sizes():
            return [draw.randint(1, 3) for _ in parameter.default]
        case ShapeOf():
            return [-1]
        case Regularizer():
            return {"l1": draw.choice([0.0, 0.01]), "l2": draw.choice([0.0, 0.02])}
        case Constraint():  # of weights that a training by hand does not hold
            return parameter.write(parameter.default)
    return parameter.write(draw.choice([parameter.default, *moved(parameter)]))


def is_large(parameter: Parameter[Any]) -> bool:
    """The default makes more values than a small network has."""
    return isinstance(parameter, ShapeOf) or (isinstance(parameter, Whole) and parameter.default > 5)


def node_of(kind: str, id: str, draw: random.Random, **fixed: Any) -> dict[str, Any]:
    """A node whose parameters are now and then moved; those that count units are always small."""
    params = {
        name: value_of(parameter, draw)
        for name, parameter in OPERATORS[kind].parameters.items()
        if (draw.random() < 0.4 and not parameter.quiet) or is_large(parameter)
    }
    return node(id, kind, **{**params, **fixed})


def gives(kind: str) -> str:
    """The output that is read of a node."""
    return OPERATORS[kind].outputs[0].name


def wanted(kind: str, reads: Sequence[str]) -> list[tuple[str, str]]:
    """What comes in at each port: the same at all that have to have something."""
    ports = [port.name for port in OPERATORS[kind].inputs if port.least]
    return [(port, id) for port in ports for id in reads]


class Drawing:
    """A network that is drawn node by node, each with a shape that fits."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.nodes: list[dict[str, Any]] = []
        self.wires: list[dict[str, Any]] = []
        self.specs: dict[str, TensorSpec] = {}

    def add(self, kind: str, *reads: str, **fixed: Any) -> str | None:
        """The new node's id; None where its parameters and what it reads do not go together."""
        made = node_of(kind, f"n{len(self.nodes)}", self.draw, **fixed)
        operator_class = OPERATORS[kind]
        values = {name: operator_class.parameters[name].read(value) for name, value in made["params"].items()}
        operator = operator_class(values)
        faults = [p.fault(operator.params[name]) for name, p in operator.parameters.items()]
        if any(faults) or next(operator.parameter_faults(), None):
            return None
        came = [(port, self.specs[id]) for port, id in wanted(kind, reads)]
        try:
            spec = next(iter(operator.infer(Inputs.of(came), {}).values()))
        except ShapeFault:
            return None
        if None in spec.shape or np.prod(spec.shape, initial=1) > MOST_VALUES:
            return None
        return self.keep(made, spec, *reads)

    def shape(self, id: str) -> tuple[int, ...]:
        return self.specs[id].shape  # type: ignore[return-value]

    def forget(self, count: int) -> None:
        """All nodes but the first ones."""
        gone = {one["id"] for one in self.nodes[count:]}
        self.nodes = self.nodes[:count]
        self.wires = [one for one in self.wires if one["to"] not in gone]
        self.specs = {id: spec for id, spec in self.specs.items() if id not in gone}

    def keep(self, made: dict[str, Any], spec: TensorSpec, *reads: str) -> str:
        self.nodes.append(made)
        kinds = {one["id"]: one["kind"] for one in self.nodes}
        for port, id in wanted(made["kind"], reads):
            self.wires.append(wire(id, made["id"]) | {"from_port": gives(kinds[id]), "to_port": port})
        self.specs[made["id"]] = spec
        return str(made["id"])


def drawn(seed: int) -> Document:
    """A random network without faults. One kind of operator has to be in it, each in its turn."""
    kind = DRAWN[seed % len(DRAWN)]
    for attempt in range(1000):
        document = _drawn(random.Random(f"{seed} {attempt}"), kind)
        if document is None or kind not in {one.kind for one in document.nodes}:
            continue
        report = check(document)
        if not report.errors and not report.needs:
            return document
    raise AssertionError(f"no valid network with {kind} in it comes of seed {seed}")


def forms_of(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The same values as a row, a sequence, an image, a volume and one step of that, and with axes of 1."""
    count = int(np.prod(shape))
    several = next(one for one in (4, 5, 3, 2, 1) if count % one == 0)
    forms: list[tuple[int, ...]] = []
    for channels in (one for one in (several, 3, 1) if count % one == 0):
        places = count // channels
        rows = max(one for one in range(1, int(places**0.5) + 1) if places % one == 0)
        slices = max(one for one in range(1, int(rows**0.5) + 1) if rows % one == 0)
        grid = (rows, places // rows, channels)
        volume = (slices, rows // slices, *grid[1:])
        forms += [(places, channels), grid, volume, (1, *volume)]
    return [(count,), *forms, (1, 1, count)]


def fitted(picture: Drawing, kind: str, end: str) -> str | None:
    """The operator behind a value, which is counted otherwise where it does not fit."""
    drawn_before = len(picture.nodes)
    shape = picture.shape(end)
    forms = forms_of(shape)
    for form in dict.fromkeys((shape, *picture.draw.sample(forms, len(forms)))):
        source = end if form == shape else picture.add("Reshape", end, target_shape=list(form))
        if source and "function" in OPERATORS[kind].parameters:  # which may have no value below 0
            source = picture.add("Activation", source, activation="sigmoid")
        if source and OPERATORS[kind].is_picky and picture.specs[source].numbers is Numbers.FLOAT:
            source = picture.add("Discretization", source, output_mode="int")
        twin = (
            picture.add("Activation", source, activation="tanh") if source and OPERATORS[kind].inputs[0].many else None
        )
        told = {"channels": form[-1]} if "channels" in OPERATORS[kind].parameters else {}
        if source and (made := picture.add(kind, source, *([twin] if twin else []), **told)):
            return made
        picture.forget(drawn_before)
    return None


def _drawn(draw: random.Random, wanted_kind: str) -> Document | None:
    name = draw.choice(SETS)
    options = {"size": draw.randint(60, 120)} if name in ("moons", "xor") else {}
    fields = SOURCES[name](options).fields()
    picture = Drawing(draw)
    ends = []
    for field in draw.sample([f for f in fields.values() if f.kind != "class" and f.shape != (1,)], 1):
        entry = picture.keep(node("n0", "Input", field=field.name), field.spec)
        scaled = picture.add(draw.choice([*MEASURING, "Rescaling"]), entry)
        picture.nodes[-1]["params"] |= {"scale": 1 / field.high} if picture.nodes[-1]["kind"] == "Rescaling" else {}
        ends.append(scaled or entry)
    if name == "digits" and draw.random() < 0.4:
        other = "pixels" if picture.shape("n0") == (8, 8, 1) else "image"
        entry = picture.keep(node(f"n{len(picture.nodes)}", "Input", field=other), fields[other].spec)
        ends.append(picture.keep(node(f"n{len(picture.nodes)}", "Rescaling", scale=1 / 16), fields[other].spec, entry))
    kinds = [draw.choice(STEADY) for _ in range(draw.randint(1, 5))]
    if wanted_kind not in MEASURING:
        kinds.insert(draw.randrange(len(kinds)), wanted_kind)
    for kind in kinds:
        end = draw.choice(ends)
        made = fitted(picture, kind, end)
        if made:
            ends.append(made)
            if draw.random() < 0.7 and len(ends) > 2:
                ends.remove(end)
    used = {one["from"] for one in picture.wires}
    loose = [id for id in picture.specs if id not in used]
    flat = [id if len(picture.shape(id)) == 1 else picture.add("Flatten", id) for id in loose]
    joined = picture.add("Concatenate", *map(str, flat), axis=-1) if len(flat) > 1 else flat[0]
    if joined is None:
        return None
    for place in range(draw.randint(1, 3)):
        _add_loss(picture, str(joined), f"l{place}", draw.choice(list(fields.values())))
    settings = {"batch_size": draw.choice([7, 16, 25, 32, 33, 64]), "epochs": 1, "seed": draw.randint(0, 99)}
    share = {"validation": 0.1, "test": 0.75} if name == "digits" else {"validation": 0.3, "test": 0.3}
    return graph(
        picture.nodes, picture.wires,
        data={"name": name, "options": options, "split": share},
        training={"optimizer": "SGD", "options": {"learning_rate": RATE}, "settings": settings},
    )  # fmt: skip


def _add_loss(picture: Drawing, reads: str, id: str, target: Any) -> None:
    draw = picture.draw
    if target.kind == "class":
        kind, count = (
            draw.choice(["softmax_crossentropy", "mean_squared_error", "mean_absolute_error"]),
            len(target.classes),
        )
        if count == 2 and draw.random() < 0.5:
            kind, count = draw.choice(["binary_crossentropy", kind]), 1
            kind = "binary_crossentropy" if kind == "softmax_crossentropy" else kind
    else:
        kind, count = draw.choice(["mean_squared_error", "mean_absolute_error"]), int(np.prod(target.shape))
    logits = draw.random() < 0.5
    shares = {"softmax_crossentropy": "softmax", "binary_crossentropy": "sigmoid"}
    activation = "linear" if logits or kind not in shares else shares[kind]
    last = picture.add("Dense", reads, units=count, activation=activation)
    if target.kind == "image":
        last = picture.add("Reshape", str(last), target_shape=list(target.shape))
    weight = draw.choice([1.0, 0.5, 0.01])
    picture.nodes.append(node(id, "Loss", target=target.name, loss=kind, from_logits=logits, weight=weight))
    picture.wires.append(wire(str(last), id))


# The reference


class Reference:
    """The network of a document in plain Keras, judged by NumPy."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        import keras

        reads = {one["id"]: [w["from"] for w in told["wires"] if w["to"] == one["id"]] for one in told["nodes"]}
        values: dict[str, Any] = {}
        self.inputs: dict[str, str] = {}
        self.losses: dict[str, dict[str, Any]] = {}
        self.measured: dict[str, str] = {}
        self.penalties: list[tuple[str, str, dict[str, float]]] = []
        self.activities: dict[str, dict[str, float]] = {}
        fields = SOURCES[told["data"]["name"]](told["data"]["options"]).fields()
        for one in told["nodes"]:  # every node is drawn behind those it reads
            id, kind, params = one["id"], one["kind"], dict(one["params"])
            came = [values[source] for source in reads[id]]
            if kind == "Input":
                self.inputs[id] = params["field"]
                values[id] = keras.Input(fields[params["field"]].shape, name=id)
            elif kind == "Loss":
                self.losses[id] = {**params, "reads": came[0]}
            else:
                for name in [name for name in params if name.endswith("_regularizer")]:
                    penalty = params.pop(name)
                    if name == "activity_regularizer":
                        self.activities[id] = penalty
                    else:
                        self.penalties.append((id, name.removesuffix("_regularizer"), penalty))
                declared = OPERATORS[kind].parameters
                operator = OPERATORS[kind]({name: declared[name].read(value) for name, value in params.items()})
                values[id] = applied(operator, id, came)
                if kind == "ActivityRegularization":
                    self.activities[id] = params
                if operator.adapts():
                    self.measured[id] = reads[id][0]
        outputs = {id: loss["reads"] for id, loss in self.losses.items()}
        outputs |= {f"activity {id}": values[id] for id in self.activities}
        kinds = {one["id"]: one["params"].get("activation") for one in told["nodes"]}
        ends = {id: reads[id][0] for id in self.losses if kinds[reads[id][0]] in ("softmax", "sigmoid")}
        self.ends = {id: end for id, end in ends.items() if not self.losses[id]["from_logits"]}
        before = {f"before {id}": values[reads[end][0]] for id, end in self.ends.items()}
        self.model = keras.Model({id: values[id] for id in self.inputs}, {**outputs, **before})
        self.fields = fields

    def regularized(self, id: str, name: str) -> list[Any]:
        """The weights of a layer that a penalty of this name is on."""
        weights = self.model.get_layer(id).trainable_weights
        named = [weight for weight in weights if weight.name in (name, f"{name}_kernel")]
        return named or [weight for weight in weights if name == "depthwise" and weight.name == "kernel"]

    def measure(self, data: Mapping[str, Any], rows: Any) -> None:
        """What measures stands right behind an Input in all of these networks."""
        for id, source in self.measured.items():
            self.model.get_layer(id).adapt(np.asarray(data[self.inputs[source]][rows]))

    def take_weights(self, other: Any) -> None:
        for layer in self.model.layers:
            if layer.name not in self.measured:
                layer.set_weights(other.get_layer(layer.name).get_weights())

    def answers(self, x: Any, training: bool = False) -> tuple[dict[str, Any], Any]:
        """What each Loss reads, and the penalty on a sample's values; logits in place of probabilities, since Keras
        takes those from behind the last softmax or sigmoid, and a probability near 0 or 1 has no digits left."""
        import keras

        answers = self.model(x, training=training)
        for id, end in self.ends.items():
            layer = self.model.get_layer(end)
            logits = keras.ops.cast(answers[f"before {id}"], "float32") @ layer.kernel  # which may be whole numbers
            answers[id] = logits + layer.bias if layer.use_bias else logits
        told = {id: answers[id] for id in self.losses}
        samples = len(next(iter(told.values())))
        return told, sum(_penalty(one, answers[f"activity {id}"]) for id, one in self.activities.items()) / samples

    def penalty(self) -> float:
        total = 0.0
        for id, name, penalty in self.penalties:
            for weights in self.regularized(id, name):
                array = np.asarray(weights, float)
                total += penalty["l1"] * np.abs(array).sum() + penalty["l2"] * (array**2).sum()
        return total

    def judged(self, answers: Mapping[str, Any], data: Mapping[str, Any], rows: Any) -> dict[str, float]:
        """Every loss and metric over these rows; the sum of all losses goes without penalties."""
        told: dict[str, float] = {}
        total, accuracies = 0.0, []
        for id, loss in self.losses.items():
            start = f"{id}_" if len(self.losses) > 1 else ""
            scores = judged(loss, np.asarray(answers[id], float), np.asarray(data[loss["target"]])[rows])
            total += loss["weight"] * scores["loss"]
            if "accuracy" in scores:
                accuracies.append(scores["accuracy"])
            told |= {f"{start}{name}": value for name, value in scores.items() if start or name != "loss"}
        told["loss"] = total
        if accuracies and len(self.losses) > 1:
            told["accuracy"] = float(np.mean(accuracies))
        return told

    def gradients(self, x: Any, data: Any, rows: Any) -> tuple[Any, float, Any]:
        """What is answered for a batch in training, the penalty on its values, and the gradient of its loss, by
        TensorFlow's own words."""
        import tensorflow as tf

        with tf.GradientTape() as tape:
            answers, activity = self.answers(x, training=True)
            total = activity + sum(
                one["weight"] * batch_loss(one, answers[id], data[one["target"]][rows])
                for id, one in self.losses.items()
            )
            for id, name, penalty in self.penalties:
                total += sum(_penalty(penalty, weights.value) for weights in self.regularized(id, name))
        return answers, float(activity), tape.gradient(total, [w.value for w in self.model.trainable_weights])


def _penalty(told: Mapping[str, float], values: Any) -> Any:
    import tensorflow as tf

    values = tf.cast(values, tf.float32)
    return told["l1"] * tf.reduce_sum(tf.abs(values)) + told["l2"] * tf.reduce_sum(tf.square(values))


def applied(operator: Operator, id: str, came: list[Any]) -> Any:
    """The first value that plain Keras gives: of a layer of the operator's name and arguments, or, where the operator
    puts its call together itself, by the code that is printed."""
    import keras

    known = {"keras": keras, "layers": keras.layers, **vars(composed)}
    own, kind = type(operator), type(operator).kind
    if own.call is Operator.call and own.arguments is Operator.arguments and own.applied is Operator.applied:
        told = {
            name: one.argument(operator.params[name]) for name, one in operator.parameters.items() if not one.of_call
        }
        layer = getattr(keras.layers, kind)(**{n: eval(expression(value), known) for n, value in told.items()}, name=id)
        return layer(came if len(came) > 1 else came[0])
    ports = [port for port in operator.input_ports() if port.least]
    shares = [came] if len(ports) == 1 else [[one] for one in came]
    names = {f"{port.name}_{place}": one for port, values in zip(ports, shares, strict=True)
             for place, one in enumerate(values)}  # fmt: skip
    by_port: dict[str, list[Any]] = {port.name: [] for port in operator.input_ports()}
    for name in names:
        by_port[name.rpartition("_")[0]].append(Name(name))
    made, call = operator.call(id), operator.applied(by_port)
    inside = ", ".join([*map(expression, call.args), *(f"{n}={expression(value)}" for n, value in call.kwargs.items())])
    given = eval(f"{expression(made)}({inside})" if made else expression(call), {**known, **names})
    return given[0] if isinstance(given, list | tuple) else given


def encoded(loss: Mapping[str, Any], answered: Any, right: Any) -> Any:
    """A class as 0 or 1, or as a row with a single 1; a value as it is."""
    if right.ndim > 1 or loss["loss"] == "softmax_crossentropy":
        return right
    count = int(answered.shape[-1])
    return right.reshape(-1, 1).astype("float32") if count == 1 else np.eye(count, dtype="float32")[right]


def judged(loss: Mapping[str, Any], answered: Any, raw: Any) -> dict[str, float]:
    right, kind, rows = encoded(loss, answered, raw), loss["loss"], np.arange(len(raw))
    told: dict[str, float] = {}
    if kind == "softmax_crossentropy":
        most = answered.max(axis=1, keepdims=True)
        told["loss"] = float((np.log(np.exp(answered - most).sum(axis=1)) + most[:, 0] - answered[rows, right]).mean())
    elif kind == "binary_crossentropy":
        told["loss"] = float((np.maximum(answered, 0) - answered * right + np.log1p(np.exp(-np.abs(answered)))).mean())
    else:
        error = answered - right
        told["loss"] = float((error**2 if kind == "mean_squared_error" else np.abs(error)).mean())
    if raw.ndim == 1:
        if answered.shape[1] == 1:
            threshold = 0 if kind == "binary_crossentropy" else 0.5
            told["accuracy"] = float(((answered[:, 0] > threshold) == raw).mean())
        else:
            told["accuracy"] = float((answered.argmax(axis=1) == raw).mean())
        return told
    told["mae"] = float(np.abs(answered - right).mean())
    if raw.ndim == 2:
        spread = ((right - right.mean(axis=0, dtype=float)) ** 2).sum(axis=0)
        varied = right.min(axis=0) < right.max(axis=0)
        missed = ((answered - right) ** 2).sum(axis=0)
        told["r2"] = float(1 - missed[varied].sum() / spread[varied].sum()) if varied.any() else np.nan
    return told


def batch_loss(loss: Mapping[str, Any], answered: Any, raw: Any) -> Any:
    import tensorflow as tf

    right, kind = encoded(loss, answered, raw), loss["loss"]
    if kind == "softmax_crossentropy":
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(right, answered))
    if kind == "binary_crossentropy":
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(right, answered))
    error = answered - right
    return tf.reduce_mean(tf.square(error) if kind == "mean_squared_error" else tf.abs(error))


# Side by side


def hold(document: Document, home: Any) -> None:
    from graphbuilder.compiler import ready_model, split
    from graphbuilder.training.loop import shuffled, train
    from graphbuilder.training.parts import parts
    from graphbuilder.training.results import judged as told_of

    report = check(document)
    planned = plan(report)
    data = dict(prepare(planned.source, home).arrays)
    fed = parts(planned, data)
    model = ready_model(planned, fed.x)
    reference = Reference(json.loads(write_document(document)))
    assert model.count_params() == reference.model.count_params() == report.parameters
    train_rows, val_rows, test_rows = split(planned, data)
    reference.measure(data, train_rows)
    reference.take_weights(model)
    events: list[Any] = []
    train(model, planned, fed, events.append, probing=False)
    started = next(event for event in events if isinstance(event, Started))
    assert started.parameters == reference.model.count_params()
    epoch = next((event for event in events if isinstance(event, Epoch)), None)
    varies = any(operator and operator.varies() for operator in report.wired.operators.values())
    order = train_rows[shuffled(planned.seed)(1, len(train_rows))]

    def x_of(rows: Any) -> dict[str, Any]:
        return {name: np.asarray(data[field][rows]) for name, field in reference.inputs.items()}

    def stepped() -> Iterator[tuple[Any, dict[str, Any], float]]:
        """Rows, answers and penalties of each step of an epoch, behind which the reference learns."""
        for start in range(0, len(order), planned.batch_size):
            rows = order[start : start + planned.batch_size]
            answers, activity, gradients = reference.gradients(x_of(rows), data, rows)
            penalty = float(reference.penalty() + activity)
            yield rows, {id: np.asarray(values, float) for id, values in answers.items()}, penalty
            for weight, gradient in zip(reference.model.trainable_weights, gradients, strict=True):
                if gradient is not None:
                    weight.assign(weight.value - RATE * gradient)

    if epoch is None:  # it diverged before the first epoch was judged: there is nothing to compare but that
        last = [loss for event in events if isinstance(event, Steps) for loss in event.losses][-1]
        if last < 1e30 and not varies:  # so what it has learned then gives no numbers
            for _ in stepped():
                pass
            answers, _ = reference.answers(x_of(val_rows))
            assert not np.isfinite(reference.judged(answers, data, val_rows)["loss"]), last
        return
    metrics = epoch.metrics

    if not varies:
        penalties, seen = 0.0, []
        steps = next(event for event in events if isinstance(event, Steps)).losses
        for rows, answers, penalty in stepped():
            if not seen:
                assert steps[0] == pytest.approx(reference.judged(answers, data, rows)["loss"] + penalty, **CLOSE)
            seen.append(answers)
            penalties += penalty * len(rows)
        together = {id: np.concatenate([answers[id] for answers in seen]) for id in seen[0]}
        right = reference.judged(together, data, order)
        right["loss"] += penalties / len(order)
        compare({name: metrics[name] for name in right}, right, AFTER_STEPS)

    reference.take_weights(model)
    for rows, told in (
        (val_rows, {name[4:]: value for name, value in metrics.items() if name.startswith("val_")}),
        (test_rows, told_of(model, planned, data, test_rows)),
    ):
        theirs, ours = reference.model(x_of(rows), training=False), model(x_of(rows), training=False)
        for id, answered in ours.items():
            assert np.allclose(answered, theirs[id], rtol=1e-5, atol=1e-6)
        answers, activity = reference.answers(x_of(rows))
        right = reference.judged(answers, data, rows)
        right["loss"] += reference.penalty() + float(activity)
        assert set(told) == set(right)
        compare(told, right, CLOSE)


def compare(told: Mapping[str, Any], right: Mapping[str, float], close: Mapping[str, float]) -> None:
    told = {name: np.nan if value is None else value for name, value in told.items()}
    assert _ratios(told) == pytest.approx(_ratios(right), nan_ok=True, **close)


def _ratios(scores: Mapping[str, float]) -> dict[str, float]:
    """R² is 1 less a ratio of sums, and the ratio is what is worked to so many digits."""
    return {name: 1 - value if name.endswith("r2") else value for name, value in scores.items()}


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
def test_whatever_is_told_of_a_random_network_is_what_its_formula_says(first: int, home: Any) -> None:
    import keras
    import tensorflow as tf

    for seed in range(first, first + AT_ONCE):
        keras.utils.clear_session(free_memory=False)  # it would look through all that is there, each time
        try:
            hold(drawn(seed), home)
        except tf.errors.UnimplementedError as fault:
            assert "Fusion is not implemented" in str(fault)  # hard_silu before LeakyReLU: TensorFlow 2 fuses too much
        except ValueError as fault:  # TensorFlow 2 takes one axis' dilation for another's in that gradient
            assert "Negative dimension size" in str(fault) and "Conv3D" in str(fault), f"network {seed}: {fault}"
        except AssertionError as fault:
            raise AssertionError(f"network {seed}: {fault}") from fault


def test_the_random_networks_have_what_is_to_be_drawn_in_them() -> None:
    told = [json.loads(write_document(drawn(seed))) for seed in range(NETWORKS)]
    nodes = [one for document in told for one in document["nodes"]]
    assert {one["kind"] for one in nodes} == {*DRAWN, "Input", "Loss"}
    assert {one["params"]["loss"] for one in nodes if one["kind"] == "Loss"} == {*JUDGED}
    assert {document["data"]["name"] for document in told} == set(SETS)
