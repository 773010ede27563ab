"""Networks with one planted fault each, and what has to be said of them; and healthy ones, of which nothing may be.

Tiny, so that each trains in a second. `says`: one of these stands in the words of a finding that counts; `at`: the
nodes, of which it marks one, or the setting that it names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.templates import template
from tests.networks import DIGIT, IMAGE, PIXELS, SCALE, TEMPLATES, chain, dense, graph, loss, node, wire

Made = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    name: str
    document: Document
    says: tuple[str, ...]
    at: tuple[str, ...]
    of_run: bool = False


def trained(
    *nodes: Made,
    data: str | Made = "digits",
    optimizer: str = "Adam",
    rate: float = 0.001,
    validation: float = 0.2,
    wires: list[Made] | None = None,
    batch: int | None = 32,
    epochs: int = 15,
    patience: int = 0,
    min_delta: float = 0.0,
    seed: int = 1,
    **options: Any,
) -> Document:
    """The nodes as a chain, or with these wires, and how they are trained."""
    settings = {"batch_size": batch, "epochs": epochs, "seed": seed, "patience": patience, "min_delta": min_delta}
    told = {"name": data} if isinstance(data, str) else data
    rest = {
        "data": {**told, "split": {"validation": validation, "test": 0.2, "seed": 0}},
        "training": {"optimizer": optimizer, "options": {"learning_rate": rate, **options}, "settings": settings},
    }
    return chain(*nodes, **rest) if wires is None else graph(nodes, wires, **rest)


NORM = node("norm", "Normalization")
MEASURED = node("measurements", "Input", field="measurements")
POINT = node("point", "Input", field="point")
SCORES = dense("scores", 10)
BINARY = dense("score", 1)


def hidden(id: str = "hidden", units: int = 64, activation: str = "relu", **params: Any) -> Made:
    return dense(id, units, activation=activation, **params)


def conv(id: str, filters: int = 16, size: int = 3, **params: Any) -> Made:
    return node(
        id, "Conv2D", filters=filters, kernel_size=[size, size], **{"padding": "same", "activation": "relu", **params}
    )


def pool(id: str, size: int = 2, kind: str = "MaxPooling2D", **params: Any) -> Made:
    return node(id, kind, pool_size=[size, size], strides=params.pop("strides", [size, size]), **params)


def of_class(target: str = "class", **params: Any) -> Made:
    return loss("loss", target, "binary_crossentropy", **params)


def of_number(kind: str = "mean_squared_error", target: str = "progression") -> Made:
    return loss("loss", target, kind)


def moons(size: int = 300, noise: float = 0.1, name: str = "moons") -> Made:
    return {"name": name, "options": {"size": size, "noise": noise, "seed": 0}}


def drop(id: str, rate: float) -> Made:
    return node(id, "Dropout", rate=rate)


FLAT = node("flat", "Flatten")
GLOBAL = node("pool", "GlobalAveragePooling2D")


def perceptron(*between: Made, **told: Any) -> Document:
    """Of digits: pixels, scaled, a hidden layer unless others are given, ten scores."""
    return trained(PIXELS, SCALE, *(between or (hidden(),)), SCORES, DIGIT, **told)


def of_points(*between: Made, data: str | Made | None = None, **told: Any) -> Document:
    told = {"rate": 0.01, "epochs": 40, **told}
    return trained(POINT, *between, BINARY, of_class(), data=data or moons(), **told)


def of_cancer(*between: Made, **told: Any) -> Document:
    told = {"rate": 0.01, "epochs": 20, **told}
    return trained(MEASURED, NORM, *between, BINARY, of_class("diagnosis"), data="breast_cancer", **told)


def of_diabetes(*between: Made, kind: str = "mean_squared_error", **told: Any) -> Document:
    told = {"rate": 0.005, "epochs": 40, **told}
    return trained(MEASURED, NORM, *between, of_number(kind), data="diabetes", **told)


TO_TARGET = node("to_target", "Rescaling", scale=80.0, offset=150.0)
LAST = dense("answer", 1)


def two_losses(first: float = 1.0, second: float = 1.0, **told: Any) -> Document:
    wires = [
        wire("pixels", "scale"),
        wire("scale", "hidden"),
        wire("hidden", "scores"),
        wire("scores", "digit"),
        wire("hidden", "score"),
        wire("score", "even"),
    ]
    even = loss("even", "is_even", "binary_crossentropy", weight=second)
    return trained(
        PIXELS,
        SCALE,
        hidden(units=32),
        SCORES,
        {**DIGIT, "params": {**DIGIT["params"], "weight": first}},
        BINARY,
        even,
        wires=wires,
        **told,
    )


def drawn(name: str, **params: float) -> Made:
    return {"kernel_initializer": {"name": name, **params}}


def stack(count: int, units: int = 32, activation: str = "relu", **params: Any) -> list[Made]:
    return [hidden(f"h{place}", units, activation, **params) for place in range(1, count + 1)]


def faults() -> Iterator[Fault]:
    yield from _of_start()
    yield from _of_values()
    yield from _of_layers()
    yield from _of_training()
    yield from _of_data()
    yield from _of_runs()


def _of_start() -> Iterator[Fault]:
    vanish, fade = ("vanish",), ("too small", "vanish", "fade")
    large = ("too large", "explode", "saturate")
    yield Fault("zero-kernel", perceptron(hidden(kernel_initializer="zeros")), ("zeros",), ("hidden",))
    yield Fault(
        "constant-kernel",
        of_points(hidden(units=16, activation="tanh", **drawn("constant", value=0.3))),
        ("0.3",),
        ("hidden",),
    )
    yield Fault(
        "normal-spread-0",
        perceptron(hidden(**drawn("random_normal", mean=0.0, stddev=0.0))),
        ("starts with a kernel",),
        ("hidden",),
    )
    yield Fault("deep-sigmoid-6", perceptron(*stack(6, 32, "sigmoid"), epochs=20), vanish, ("h1", "h2", "h3"))
    yield Fault("deep-hard-sigmoid", perceptron(*stack(8, 32, "hard_sigmoid"), epochs=20), vanish, ("h1", "h2"))
    yield Fault(
        "deep-tanh-small",
        perceptron(*stack(6, 32, "tanh", **drawn("random_normal", mean=0.0, stddev=0.02))),
        fade,
        ("h1", "h2"),
    )
    yield Fault(
        "deep-relu-small",
        perceptron(*stack(6, 32, "relu", **drawn("random_uniform", minval=-0.02, maxval=0.02))),
        fade,
        ("h1", "h2"),
    )
    yield Fault(
        "tanh-large",
        perceptron(
            hidden("h1", 32, "tanh", **drawn("random_normal", mean=0.0, stddev=3.0)),
            hidden("h2", 32, "tanh", **drawn("random_normal", mean=0.0, stddev=3.0)),
        ),
        large,
        ("h1", "h2"),
    )
    yield Fault(
        "relu-large",
        perceptron(*stack(4, 32, "relu", **drawn("random_normal", mean=0.0, stddev=2.0))),
        large,
        ("h1", "h2"),
    )
    yield Fault(
        "sigmoid-large",
        of_cancer(hidden(units=16, activation="sigmoid", **drawn("random_normal", mean=0.0, stddev=10.0))),
        large,
        ("hidden",),
    )
    yield Fault(
        "dead-by-bias",
        perceptron(hidden(bias_initializer={"name": "constant", "value": -50.0})),
        ("dead",),
        ("hidden",),
    )
    yield Fault(
        "dead-by-sign", perceptron(hidden(**drawn("random_uniform", minval=-0.2, maxval=-0.1))), ("dead",), ("hidden",)
    )
    yield Fault(
        "dead-relu6",
        trained(
            PIXELS,
            node("scale", "Rescaling", scale=-0.0625, offset=0.0),
            hidden(activation="relu6", **drawn("random_uniform", minval=0.0, maxval=0.2)),
            SCORES,
            DIGIT,
        ),
        ("dead",),
        ("hidden",),
    )
    yield Fault(
        "scaled-to-nothing",
        trained(PIXELS, node("scale", "Rescaling", scale=0.0001, offset=0.0), hidden(), SCORES, DIGIT),
        ("too small", "nearly zero"),
        ("scale",),
    )
    yield Fault(
        "scaled-twice",
        trained(
            IMAGE,
            node("s1", "Rescaling", scale=0.00392, offset=0.0),
            node("s2", "Rescaling", scale=0.00392, offset=0.0),
            FLAT,
            hidden(),
            SCORES,
            DIGIT,
            optimizer="SGD",
            rate=0.1,
        ),
        ("too small", "nearly zero"),
        ("s1", "s2"),
    )
    yield Fault(
        "raw-wine",
        trained(
            MEASURED,
            hidden(units=16, activation="sigmoid"),
            dense("scores", 3),
            loss("loss", "cultivar"),
            data="wine",
            rate=0.01,
            epochs=40,
        ),
        ("raw",),
        ("hidden",),
    )
    yield Fault(
        "raw-cancer-sgd",
        trained(
            MEASURED,
            hidden(units=16),
            BINARY,
            of_class("diagnosis"),
            data="breast_cancer",
            optimizer="SGD",
            rate=0.1,
            epochs=20,
        ),
        ("raw",),
        ("hidden",),
    )
    yield Fault(
        "scaled-up",
        trained(PIXELS, node("scale", "Rescaling", scale=16.0, offset=0.0), hidden(activation="tanh"), SCORES, DIGIT),
        ("from 0 to 256",),
        ("hidden", "scale"),
    )
    yield Fault(
        "target-unscaled-deep",
        of_diabetes(*stack(2, 8), LAST, rate=0.0003, epochs=30),
        ("unscaled",),
        ("answer", "loss"),
    )
    yield Fault(
        "target-unscaled-mae",
        of_diabetes(hidden(units=16), LAST, kind="mean_absolute_error", rate=0.001),
        ("unscaled",),
        ("answer", "loss"),
    )

    rows = IMAGE, SCALE, node("rows", "Reshape", target_shape=[8, 8])
    yield Fault(
        "lstm-large",
        trained(*rows, node("lstm", "LSTM", units=24, **drawn("random_normal", mean=0.0, stddev=5.0)), SCORES, DIGIT),
        large,
        ("lstm",),
    )
    grows = {"recurrent_initializer": {"name": "random_normal", "mean": 0.0, "stddev": 0.6}}
    yield Fault(
        "memory-grows", of_waves(node("rnn", "SimpleRNN", units=24, activation="relu", **grows)), large, ("rnn",)
    )
    yield Fault("memory-fades", of_waves(node("rnn", "SimpleRNN", units=24, activation="sigmoid")), vanish, ("rnn",))
    yield Fault(
        "scaled-up-behind",
        of_cancer(node("up", "Rescaling", scale=40.0, offset=0.0), hidden(units=16, activation="tanh")),
        ("unscaled",),
        ("hidden",),
    )


def of_waves(*between: Made, **told: Any) -> Document:
    wave = node("wave", "Input", field="wave")
    return trained(wave, *between, dense("scores", 3), loss("loss", "kind"), data="waves", **told)


def of_names(*between: Made, **told: Any) -> Document:
    """Of names of colours: their words, embedded, and the mean of these."""
    words = {"vocabulary": [], "max_tokens": 500, "output_sequence_length": 8, **told.pop("words", {})}
    known = words["max_tokens"]
    return trained(
        node("name", "Input", field="name"),
        node("words", "TextVectorization", **words),
        node("embedded", "Embedding", input_dim=known, output_dim=told.pop("size", 16), mask_zero=True),
        node("mean", "GlobalAveragePooling1D"),
        *between,
        SCORES,
        loss("loss", "family"),
        data="colours",
        **{"rate": 0.01, **told},
    )


def _of_values() -> Iterator[Fault]:
    far = ("far from zero", "off centre")
    yield Fault(
        "off-centre",
        trained(PIXELS, node("scale", "Rescaling", scale=0.0625, offset=20.0), hidden(), SCORES, DIGIT),
        far,
        ("scale",),
    )
    yield Fault(
        "off-centre-tanh",
        of_points(node("scale", "Rescaling", scale=1.0, offset=6.0), hidden(units=16, activation="tanh")),
        far,
        ("scale",),
    )
    yield Fault(
        "answers-scaled-small",
        of_diabetes(hidden(units=16), LAST, node("to_target", "Rescaling", scale=0.001, offset=0.0), rate=0.002),
        ("unscaled",),
        ("answer", "to_target", "loss"),
    )
    yield Fault(
        "smoothed-away",
        trained(
            PIXELS,
            SCALE,
            hidden(),
            SCORES,
            node("digit", "Loss", target="digit", loss={"name": "softmax_crossentropy", "label_smoothing": 0.9}),
        ),
        ("smooth",),
        ("digit",),
    )
    yield Fault(
        "class-unheard",
        trained(
            PIXELS, SCALE, hidden(), SCORES, loss("digit", class_weight="given", class_weights=[1.0] * 9 + [0.001])
        ),
        ("class weight",),
        ("digit",),
    )
    yield Fault(
        "activity",
        perceptron(hidden(), node("active", "ActivityRegularization", l1=1.0, l2=0.0)),
        ("penalty", "regularization"),
        ("active",),
    )
    yield Fault("words-of-others", of_names(words={"vocabulary": ["the", "a", "is"]}), ("unknown",), ("words",))
    yield Fault("words-of-one", of_names(size=1), ("bottleneck",), ("embedded",))
    yield Fault("frozen-hidden", perceptron({**hidden("hidden", 8), "frozen": True}), ("frozen",), ("hidden",))
    yield Fault("few-rows", editing.set_split(perceptron(), "share", 0.02), ("too few rows",), ("split.share",))
    yield Fault(
        "adadelta-low",
        of_cancer(hidden(units=16), optimizer="Adadelta", rate=0.01),
        ("too low",),
        ("training.learning_rate",),
    )


def _of_layers() -> Iterator[Fault]:
    yield Fault(
        "bottleneck-1",
        perceptron(*stack(1), hidden("narrow", 1), *[hidden("h2", 32)]),
        ("bottleneck", "narrow"),
        ("narrow",),
    )
    yield Fault(
        "bottleneck-2", perceptron(hidden("narrow", 2), hidden("h2", 64)), ("bottleneck", "narrow"), ("narrow",)
    )
    yield Fault("dropout-0.95", perceptron(hidden(), drop("drop", 0.95)), ("dropout",), ("drop",))
    yield Fault(
        "dropout-five",
        perceptron(*[one for n in range(1, 6) for one in (hidden(f"h{n}", 32), drop(f"d{n}", 0.5))]),
        ("dropout",),
        ("d1", "d5"),
    )
    yield Fault("dropout-of-four", perceptron(hidden("narrow", 4), drop("drop", 0.6)), ("dropout",), ("drop",))
    yield Fault(
        "dropout-of-inputs", trained(PIXELS, SCALE, drop("drop", 0.9), hidden(), SCORES, DIGIT), ("dropout",), ("drop",)
    )
    yield Fault(
        "dropout-last",
        trained(
            MEASURED,
            NORM,
            hidden(units=16),
            BINARY,
            drop("drop", 0.5),
            of_class("diagnosis"),
            data="breast_cancer",
            rate=0.01,
        ),
        ("answers",),
        ("drop",),
    )
    yield Fault(
        "dropout-before-scale",
        of_diabetes(hidden(units=16), LAST, drop("drop", 0.5), TO_TARGET),
        ("answers",),
        ("drop",),
    )
    yield Fault(
        "spatial-dropout",
        trained(IMAGE, SCALE, conv("c1"), node("drop", "SpatialDropout2D", rate=0.9), FLAT, SCORES, DIGIT),
        ("dropout",),
        ("drop",),
    )
    yield Fault(
        "noise-drowns", perceptron(node("noise", "GaussianNoise", stddev=1.0), hidden()), ("noise",), ("noise",)
    )
    yield Fault(
        "norm-batch-1",
        perceptron(
            hidden(activation="linear"),
            node("bn", "BatchNormalization"),
            node("act", "Activation", activation="relu"),
            batch=1,
            epochs=2,
        ),
        ("batch",),
        ("bn", "training.batch_size"),
    )
    yield Fault(
        "norm-batch-2",
        perceptron(
            hidden(activation="linear"),
            node("bn", "BatchNormalization"),
            node("act", "Activation", activation="relu"),
            batch=2,
            epochs=3,
        ),
        ("batch",),
        ("bn", "training.batch_size"),
    )
    yield Fault(
        "norm-slow", perceptron(hidden(), node("bn", "BatchNormalization", momentum=0.9999)), ("momentum",), ("bn",)
    )
    yield Fault(
        "norm-slow-999",
        of_cancer(hidden(units=16), node("bn", "BatchNormalization", momentum=0.999)),
        ("momentum",),
        ("bn",),
    )
    yield Fault(
        "l2-too-strong",
        perceptron(hidden(kernel_regularizer={"l1": 0.0, "l2": 0.5})),
        ("penalty", "regularization"),
        ("hidden",),
    )
    yield Fault(
        "l1-too-strong",
        perceptron(hidden(kernel_regularizer={"l1": 0.1, "l2": 0.0})),
        ("penalty", "regularization"),
        ("hidden",),
    )
    yield Fault(
        "l2-on-two",
        of_cancer(
            hidden("h1", 16, kernel_regularizer={"l1": 0.0, "l2": 0.3}),
            hidden("h2", 16, kernel_regularizer={"l1": 0.0, "l2": 0.3}),
        ),
        ("penalty", "regularization"),
        ("h1", "h2"),
    )
    yield Fault(
        "held-tight",
        perceptron(hidden(kernel_constraint={"name": "max_norm", "max_value": 0.02, "axis": [0]})),
        ("constraint",),
        ("hidden",),
    )
    yield Fault(
        "stride-3-window-1",
        trained(IMAGE, SCALE, conv("c1", 16, 1, strides=[3, 3]), FLAT, hidden(), SCORES, DIGIT),
        ("skip", "never looked"),
        ("c1",),
    )
    yield Fault(
        "stride-4-window-2",
        trained(IMAGE, SCALE, conv("c1", 16, 2, strides=[4, 4], padding="valid"), FLAT, hidden(), SCORES, DIGIT),
        ("skip", "never looked"),
        ("c1",),
    )
    yield Fault(
        "pool-skips",
        trained(IMAGE, SCALE, conv("c1"), pool("p1", 1, strides=[4, 4]), FLAT, SCORES, DIGIT),
        ("skip", "never looked"),
        ("p1",),
    )
    yield Fault(
        "one-by-one",
        trained(IMAGE, SCALE, conv("c1", 16, 1), conv("c2", 32, 1), GLOBAL, SCORES, DIGIT),
        ("neighbours",),
        ("c1", "c2"),
    )
    yield Fault(
        "pooled-first", trained(IMAGE, SCALE, pool("p1", 8), FLAT, hidden(), SCORES, DIGIT), ("pools",), ("p1",)
    )
    yield Fault("pooled-global-first", trained(IMAGE, SCALE, GLOBAL, hidden(), SCORES, DIGIT), ("pools",), ("pool",))
    yield Fault(
        "pooled-few",
        trained(IMAGE, SCALE, conv("c1", 4), pool("p1", 8), FLAT, hidden(), SCORES, DIGIT),
        ("pools",),
        ("p1",),
    )
    series = node("wave", "Input", field="wave"), node("pool", "GlobalAveragePooling1D"), hidden(), dense("scores", 3)
    yield Fault(
        "pooled-series", trained(*series, loss("loss", "kind"), data="waves", rate=0.003), ("pools",), ("pool",)
    )
    yield Fault(
        "no-bend-two",
        of_points(dense("h1", 16), dense("h2", 16), data=moons(name="xor")),
        ("no activation",),
        ("h1", "h2"),
    )
    yield Fault("line-for-xor", of_points(data=moons(name="xor")), ("straight line", "non-linearity"), ("score",))
    yield Fault(
        "line-for-spirals", of_points(data=moons(name="spirals")), ("straight line", "non-linearity"), ("score",)
    )
    yield Fault(
        "tanh-scores",
        trained(PIXELS, SCALE, hidden(), dense("scores", 10, activation="sigmoid"), DIGIT),
        ("logits",),
        ("scores", "digit"),
    )
    yield Fault(
        "relu-answer",
        of_diabetes(hidden(units=16), dense("answer", 1, activation="tanh")),
        ("tanh",),
        ("answer", "loss"),
    )
    yield Fault("softmax-inside", perceptron(hidden(activation="softmax")), ("softmax",), ("hidden",))


def _with(document: Document, name: str, value: Any) -> Document:
    return editing.set_training(document, name, value)


def _of_training() -> Iterator[Fault]:
    high, low, rate = ("too high",), ("too low",), ("training.learning_rate",)
    yield Fault("adam-1", perceptron(rate=1.0), high, rate)
    yield Fault("adam-0.3", perceptron(hidden(), hidden("h2", 32), rate=0.3), high, rate)
    yield Fault("rmsprop-0.5", perceptron(optimizer="RMSprop", rate=0.5), high, rate)
    yield Fault("lion-0.1", perceptron(optimizer="Lion", rate=0.1), high, rate)
    yield Fault("sgd-100", perceptron(optimizer="SGD", rate=100.0), (*high, "diverge"), rate)
    yield Fault("adadelta-keras", perceptron(optimizer="Adadelta", rate=0.001), low, rate)
    yield Fault("adam-1e-6", perceptron(rate=1e-6), low, rate)
    yield Fault("adagrad-1e-4", perceptron(optimizer="Adagrad", rate=1e-4), low, rate)
    yield Fault("sgd-1e-5", of_cancer(hidden(units=16), optimizer="SGD", rate=1e-5), low, rate)
    yield Fault(
        "momentum-rate",
        of_points(hidden(units=16, activation="tanh"), optimizer="Momentum", rate=1e-4, momentum=0.5),
        low,
        rate,
    )
    yield Fault("epsilon-1", perceptron(epsilon=1.0), ("epsilon",), ("training.epsilon", *rate))
    yield Fault(
        "epsilon-rmsprop", perceptron(optimizer="RMSprop", epsilon=10.0), ("epsilon",), ("training.epsilon", *rate)
    )
    yield Fault(
        "momentum-0.999",
        perceptron(optimizer="Momentum", rate=0.1, momentum=0.999),
        ("momentum",),
        ("training.momentum",),
    )
    yield Fault(
        "momentum-0.99",
        of_cancer(hidden(units=16), optimizer="Nesterov", rate=0.5, momentum=0.99),
        ("momentum",),
        ("training.momentum",),
    )
    yield Fault(
        "decay-30",
        perceptron(optimizer="AdamW", weight_decay=30.0),
        ("weight decay", "Weight decay"),
        ("training.weight_decay",),
    )
    yield Fault(
        "decay-10",
        perceptron(optimizer="AdamW", rate=0.01, weight_decay=10.0),
        ("weight decay", "Weight decay"),
        ("training.weight_decay",),
    )
    yield Fault(
        "whole-batch",
        of_cancer(hidden(units=16), optimizer="SGD", rate=0.05, batch=512),
        ("batch",),
        ("training.batch_size",),
    )
    yield Fault("large-batch", perceptron(rate=0.001, batch=512, epochs=10), ("batch",), ("training.batch_size",))
    yield Fault("all-at-once", perceptron(batch=None), ("batch",), ("training.batch_size",))
    fast = {"name": "exponential", "decay_rate": 0.3, "every": 1.0}
    yield Fault(
        "falls-too-fast",
        _with(perceptron(optimizer="SGD", rate=0.1, epochs=40), "schedule", fast),
        ("too fast",),
        ("training.schedule", *rate),
    )
    clipped = {"name": "global_norm", "at": 0.0001}
    yield Fault(
        "clipped-away",
        _with(perceptron(optimizer="SGD", rate=0.1), "clipping", clipped),
        ("lipping",),
        ("training.clipping",),
    )
    yield Fault("one-epoch", perceptron(optimizer="SGD", rate=0.03, epochs=1), ("epoch",), ("training.epochs",))
    yield Fault("usual-rate", perceptron(rate=0.0003, epochs=3), ("epoch",), ("training.epochs",))
    yield Fault("few-epochs", of_cancer(hidden(units=16), rate=0.001, epochs=3), ("epoch",), ("training.epochs",))
    yield Fault(
        "min-delta",
        perceptron(optimizer="SGD", rate=0.02, patience=3, min_delta=0.5, epochs=40),
        ("min_delta",),
        ("training.min_delta",),
    )


def _of_data() -> Iterator[Fault]:
    weight = ("weight",)
    yield Fault("loss-weight", two_losses(second=0.0001), weight, ("even",))
    yield Fault("loss-weight-first", two_losses(first=0.001), weight, ("digit",))
    yield Fault(
        "seven-to-validate",
        trained(
            MEASURED,
            NORM,
            hidden(units=16),
            dense("scores", 3),
            loss("loss", "cultivar"),
            data="wine",
            rate=0.01,
            epochs=30,
            validation=0.05,
        ),
        ("validat",),
        ("split.validation",),
    )
    yield Fault(
        "seventeen-to-validate",
        trained(
            MEASURED,
            NORM,
            hidden(units=12),
            dense("scores", 3),
            loss("loss", "species"),
            data="penguins",
            rate=0.01,
            epochs=20,
            validation=0.05,
        ),
        ("validat",),
        ("split.validation",),
    )
    yield Fault(
        "answer-itself",
        trained(
            node("known", "Input", field="progression"),
            hidden(units=8),
            LAST,
            of_number(),
            data="diabetes",
            rate=0.01,
            epochs=40,
        ),
        ("leak",),
        ("known",),
    )


def _of_runs() -> Iterator[Fault]:
    def fault(name: str, document: Document, says: tuple[str, ...], *at: str) -> Fault:
        return Fault(name, document, says, at, of_run=True)

    model = ("h1", "h2", "hidden", "training.epochs", "training.patience")
    yield fault(
        "noisy-adam",
        perceptron(hidden(activation="tanh"), rate=0.1, epochs=25, seed=3),
        ("too high",),
        "training.learning_rate",
    )
    yield fault(
        "noisy-two",
        perceptron(hidden("h1", 32, "tanh"), hidden("h2", 32, "tanh"), rate=0.1, epochs=25),
        ("too high",),
        "training.learning_rate",
    )
    yield fault(
        "diverges",
        of_diabetes(hidden(units=16), LAST, optimizer="SGD", rate=0.1),
        ("diverge",),
        "training.learning_rate",
    )
    yield fault(
        "diverges-wide",
        of_diabetes(*stack(2, 64), LAST, optimizer="Momentum", rate=0.01, momentum=0.9),
        ("diverge",),
        "training.learning_rate",
    )
    yield fault(
        "sgd-10",
        perceptron(hidden(), hidden("h2", 64), optimizer="SGD", rate=5.0),
        ("too high", "diverge"),
        "training.learning_rate",
    )
    yield fault(
        "overfit-moons", of_points(*stack(2, 128), data=moons(80, 0.5), rate=0.005, epochs=150), ("overfit",), *model
    )
    yield fault(
        "overfit-circles",
        of_points(*stack(2, 128), data=moons(90, 0.5, "circles"), rate=0.005, epochs=200),
        ("overfit",),
        *model,
    )
    yield fault(
        "overfit-diabetes", of_diabetes(*stack(2, 64), LAST, TO_TARGET, rate=0.01, epochs=100), ("overfit",), *model
    )
    yield fault(
        "overfit-gaussians",
        of_points(*stack(2, 192), data=moons(120, 0.9, "gaussians"), rate=0.005, epochs=200),
        ("overfit",),
        *model,
    )
    yield fault(
        "overfit-few-patients",
        editing.set_split(of_cancer(*stack(3, 256), epochs=80), "share", 0.15),
        ("overfit",),
        *model,
    )
    yield fault(
        "slow-sgd",
        of_points(hidden(units=16, activation="tanh"), optimizer="SGD", rate=0.002, epochs=40),
        ("too low", "too few"),
        "training.learning_rate",
        "training.epochs",
    )
    yield fault(
        "slow-adam",
        perceptron(rate=0.00003, epochs=10),
        ("too low", "too few"),
        "training.learning_rate",
        "training.epochs",
    )
    yield fault(
        "too-few-epochs",
        perceptron(optimizer="SGD", rate=0.01, epochs=8),
        ("too few", "Too few", "too low"),
        "training.epochs",
        "training.learning_rate",
    )
    yield fault(
        "patience-1",
        of_points(*stack(2, 16, "tanh"), data=moons(400, 0.05, "spirals"), epochs=150, patience=1),
        ("too early",),
        "training.patience",
    )
    yield fault(
        "patience-2",
        of_points(*stack(2, 16, "tanh"), data=moons(500, 0.05, "spirals"), rate=0.01, epochs=150, patience=2, seed=2),
        ("too early",),
        "training.patience",
    )
    yield fault(
        "too-small-spirals",
        of_points(hidden(units=2, activation="tanh"), data=moons(400, 0.05, "spirals"), epochs=100),
        ("underfit", "too small"),
        "hidden",
    )
    yield fault(
        "too-small-digits", perceptron(hidden("hidden", 2), epochs=30), ("underfit", "too small", "narrow"), "hidden"
    )


def healthy() -> Iterator[tuple[str, Document]]:
    for name in TEMPLATES:
        yield f"template-{name}", template(name)
    cnn = (conv("c1"), pool("p1"), FLAT)
    yield "perceptron", perceptron()
    yield "perceptron-he", perceptron(*stack(2, 48, kernel_initializer="he_normal"), rate=0.002)
    yield "perceptron-sgd", perceptron(optimizer="SGD", rate=0.1)
    yield "perceptron-cosine", _with(perceptron(rate=0.005), "schedule", "cosine")
    yield "perceptron-clipped", _with(perceptron(optimizer="SGD", rate=0.2), "clipping", "global_norm")
    yield "perceptron-momentum", perceptron(optimizer="Momentum", rate=0.02, momentum=0.9)
    yield "perceptron-nesterov-0.95", perceptron(optimizer="Nesterov", rate=0.01, momentum=0.95)
    yield "perceptron-rmsprop", perceptron(optimizer="RMSprop", rate=0.001)
    yield "perceptron-adagrad", perceptron(optimizer="Adagrad", rate=0.05)
    yield "perceptron-adadelta", perceptron(optimizer="Adadelta", rate=1.0, epochs=20)
    yield "perceptron-adamw", perceptron(optimizer="AdamW", rate=0.002, weight_decay=0.05)
    yield "perceptron-dropout", perceptron(hidden(units=128), drop("drop", 0.5), rate=0.002, epochs=25)
    yield "perceptron-l2", perceptron(hidden(kernel_regularizer={"l1": 0.0, "l2": 0.001}), rate=0.003)
    yield (
        "perceptron-batchnorm",
        perceptron(
            hidden(activation="linear"),
            node("bn", "BatchNormalization"),
            node("act", "Activation", activation="relu"),
            epochs=12,
        ),
    )
    yield (
        "perceptron-batchnorm-9",
        perceptron(hidden(), node("bn", "BatchNormalization", momentum=0.9), batch=16, epochs=8),
    )
    yield "perceptron-tanh-4", perceptron(*stack(4, 32, "tanh"), rate=0.002, epochs=20)
    yield "perceptron-sigmoid-2", perceptron(*stack(2, 48, "sigmoid"), rate=0.005, epochs=25)
    yield "perceptron-selu", perceptron(*stack(5, 32, "selu", kernel_initializer="lecun_normal"))
    yield "perceptron-gelu", perceptron(hidden(activation="gelu"), rate=0.003)
    yield "perceptron-narrow-12", perceptron(hidden("h1", 64), hidden("narrow", 12), rate=0.003, epochs=20)
    yield (
        "perceptron-last-zeros",
        trained(PIXELS, SCALE, hidden(), dense("scores", 10, kernel_initializer="zeros"), DIGIT, rate=0.002),
    )
    yield (
        "perceptron-centred",
        trained(PIXELS, node("scale", "Rescaling", scale=0.125, offset=-1.0), hidden(), SCORES, DIGIT),
    )
    yield "perceptron-128-batch", perceptron(rate=0.01, batch=128)
    yield "perceptron-4-batch", perceptron(rate=0.0005, batch=4, epochs=6)
    yield (
        "perceptron-constraint",
        perceptron(hidden(kernel_constraint={"name": "max_norm", "max_value": 3.0, "axis": [0]}), rate=0.003),
    )
    yield "perceptron-small-noise", perceptron(node("noise", "GaussianNoise", stddev=0.1), hidden(), rate=0.002)
    yield "perceptron-layer-norm", perceptron(hidden(), node("ln", "LayerNormalization"), hidden("h2", 32), rate=0.002)
    yield "convolution", trained(IMAGE, SCALE, *cnn, hidden(), SCORES, DIGIT, rate=0.002, epochs=10)
    yield (
        "convolution-strided",
        trained(IMAGE, SCALE, conv("c1", 16, 3, strides=[2, 2]), FLAT, SCORES, DIGIT, rate=0.003, epochs=15),
    )
    yield (
        "convolution-global",
        trained(IMAGE, SCALE, conv("c1", 32), conv("c2", 64, 3), GLOBAL, SCORES, DIGIT, rate=0.005, epochs=12),
    )
    yield (
        "convolution-1x1-between",
        trained(
            IMAGE,
            SCALE,
            conv("c1", 32),
            conv("mix", 16, 1),
            conv("c2", 32),
            GLOBAL,
            SCORES,
            DIGIT,
            rate=0.005,
            epochs=15,
        ),
    )
    yield "perceptron-raw", trained(PIXELS, hidden(), SCORES, DIGIT, rate=0.002)
    yield "convolution-raw", trained(IMAGE, conv("c1"), FLAT, SCORES, DIGIT, epochs=10)
    yield "names", of_names(drop("drop", 0.3), rate=0.005, epochs=15, patience=3)
    yield "two-losses", two_losses(rate=0.003)
    yield "two-losses-0.3", two_losses(second=0.3, rate=0.003)
    yield (
        "full-batch",
        of_points(hidden(units=16, activation="tanh"), data=moons(300, 0.05), rate=0.02, batch=1024, epochs=300),
    )
    yield (
        "full-batch-sgd",
        trained(
            MEASURED,
            NORM,
            dense("scores", 3),
            loss("loss", "species"),
            data="iris",
            optimizer="SGD",
            rate=0.5,
            batch=256,
            epochs=300,
        ),
    )
    yield "full-batch-empty", of_points(hidden(units=16, activation="tanh"), rate=0.02, batch=None, epochs=250)
    yield "logistic", of_cancer(epochs=25)
    yield (
        "logistic-wine",
        trained(MEASURED, NORM, dense("scores", 3), loss("loss", "cultivar"), data="wine", rate=0.02, epochs=40),
    )
    yield "gaussians-line", of_points(data=moons(400, 0.05, "gaussians"), rate=0.05, epochs=40)
    yield (
        "circles",
        of_points(hidden(units=16, activation="tanh"), data=moons(500, 0.08, "circles"), rate=0.02, epochs=60),
    )
    yield "moons-relu", of_points(*stack(2, 16), data=moons(500, 0.1), rate=0.01, epochs=40)
    yield "moons-noisy", of_points(hidden(units=8, activation="tanh"), data=moons(800, 0.35), rate=0.01, epochs=40)
    yield (
        "xor-sgd-high",
        of_points(
            hidden(units=8, activation="tanh"),
            data=moons(500, 0.05, "xor"),
            optimizer="SGD",
            rate=1.0,
            batch=16,
            epochs=80,
        ),
    )
    yield "cancer-patience", of_cancer(hidden(units=16), rate=0.003, epochs=100, patience=15)
    yield "diabetes-scaled", of_diabetes(hidden(units=16), LAST, TO_TARGET)
    yield (
        "diabetes-mae",
        of_diabetes(hidden(units=12), LAST, TO_TARGET, kind="mean_absolute_error", patience=15, epochs=80),
    )
    yield "diabetes-high-rate", of_diabetes(hidden(units=16), LAST, rate=0.02, epochs=80, patience=15)
    yield "diabetes-linear", of_diabetes(LAST, TO_TARGET, rate=0.01, epochs=60)
    yield (
        "wine-hidden",
        trained(
            MEASURED,
            NORM,
            hidden(units=16),
            dense("scores", 3),
            loss("loss", "cultivar"),
            data="wine",
            rate=0.005,
            epochs=40,
        ),
    )
    yield "even-digits", trained(PIXELS, SCALE, hidden(), BINARY, of_class("is_even"), rate=0.003)
    yield (
        "waves",
        trained(
            node("wave", "Input", field="wave"),
            node("c1", "Conv1D", filters=16, kernel_size=[7], strides=[2], padding="same", activation="relu"),
            node("c2", "Conv1D", filters=32, kernel_size=[5], strides=[2], padding="same", activation="relu"),
            node("pool", "GlobalMaxPooling1D"),
            dense("scores", 3),
            loss("loss", "kind"),
            data="waves",
            rate=0.005,
            epochs=25,
        ),
    )


def seeded(document: Document, seed: int) -> Document:
    return editing.set_training(document, "seed", seed)
