"""Networks as people write them who then ask why they do not learn, and healthy ones of the same kinds.

Scripts of Keras, imported, on data of other shapes than those of `planted`: tables of one's own, colour pictures,
texts, series, amounts, several outputs. What has to be said of each was written down before any rule saw it: `codes`,
of which one counts, and `at`. The slips are those of questions and issues of the last ten years (a softmax over one
unit, a rate of 1 over raw pixels, prices as they are, copies in both parts, an epsilon out of a paper).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.importing.files import import_script
from tests.diagnosis.tables import table, tables


@dataclass(frozen=True)
class Asked:
    """codes: one of them has to be said, at one of these nodes or with this setting. says: words that have to stand in
    it, where there are any. of_run: the document alone does not tell."""

    name: str
    document: Document
    codes: tuple[str, ...]
    at: tuple[str, ...]
    of_run: bool = False
    says: str = ""


def of_run(name: str, document: Document, codes: tuple[str, ...], *at: str) -> Asked:
    return Asked(name, document, codes, at, of_run=True)


# Scripts


def asked(
    layers: str,
    data: str,
    *fields: str,
    compile: str = "optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy']",
    fit: str = "epochs=15, batch_size=32, validation_split=0.2",
    split: dict[str, Any] | None = None,
    weights: list[float] | None = None,
    schedule: dict[str, Any] | None = None,
    **options: Any,
) -> Document:
    """A script of a row of layers with its data: fields are those of its Input and of its Loss. options: of the data
    set. weights: of the classes; they and the schedule are set by hand, since a script does not tell the steps."""
    body = f"model = keras.Sequential([\n{layers}\n])"
    document = scripted(body, data, fields[:1], fields[1:], compile, fit, split, options)
    if schedule:
        document = editing.set_training(document, "schedule", schedule)
    if weights:
        (end,) = (one.id for one in document.nodes if one.kind == "Loss")
        document = editing.set_parameter(document, end, "class_weight", "given")
        document = editing.set_parameter(document, end, "class_weights", weights)
    return document


def scripted(
    body: str,
    data: str,
    entered: tuple[str, ...],
    compared: tuple[str, ...],
    compile: str,
    fit: str = "epochs=15, batch_size=32, validation_split=0.2",
    split: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Document:
    """A script that makes `model`, with the fields of its Inputs and Losses in their order."""
    text = f"import keras\nfrom keras import layers, ops\n{body}\nmodel.compile({compile})\nmodel.fit(x, y, {fit})\n"
    document = import_script(text.encode()).drawn.document
    told = json.loads(write_document(document))
    for kind, name, fields in (("Input", "field", entered), ("Loss", "target", compared)):
        nodes = [node for node in told["nodes"] if node["kind"] == kind]
        assert len(nodes) == len(fields), (kind, [node["id"] for node in nodes])
        for node, field in zip(nodes, fields, strict=True):
            node["params"][name] = field
            node["params"].pop("shape", None)
    if data not in tables():
        told["data"] |= {"name": data, "options": options or {}}
    document = read_document(json.dumps(told))
    if data in tables():
        document = editing.use_own_data(document, table(data))
    for name, value in (split or {}).items():
        document = editing.set_split(document, name, value)
    return document


SPARSE = "loss='sparse_categorical_crossentropy', metrics=['accuracy']"
BINARY = "loss='binary_crossentropy', metrics=['accuracy']"
SQUARED = "loss='mse', metrics=['mae']"
END = "layers.Dense({}, activation='softmax', name='end'),"
YES = "layers.Dense(1, activation='sigmoid', name='end'),"
NUMBER = "layers.Dense(1, name='end'),"
MEASURED = "layers.Normalization(name='norm'),"
PIXELS = "layers.Rescaling(1./255, name='scale'),"
WORDS = "layers.TextVectorization(max_tokens={}, output_sequence_length={}, name='words'),"
STOP = ", callbacks=[keras.callbacks.EarlyStopping(monitor='val_loss', patience={})]"


def _by(optimizer: str, loss: str) -> str:
    return f"optimizer=keras.optimizers.{optimizer}, {loss}"


def _dense(*units: int, activation: str = "relu", more: str = "") -> str:
    return "".join(
        f"layers.Dense({count}, activation='{activation}', name='h{place}'{more}),"
        for place, count in enumerate(units, 1)
    )


def _conv(*filters: int, size: int = 3, activation: str = "relu", pool: bool = True, more: str = "") -> str:
    return "".join(
        f"layers.Conv2D({count}, {size}, padding='same', activation='{activation}', name='c{place}'{more}),"
        + ("layers.MaxPooling2D(2)," if pool else "")
        for place, count in enumerate(filters, 1)
    )


FLAT = "layers.Flatten(),"
MEAN = "layers.GlobalAveragePooling2D(name='mean'),"
RATE, LOSS = "training.learning_rate", "end_loss"
MODEL = ("h1", "h2", "h3", "c1", "c2", "vectors", "end", "training.epochs", "training.patience", "split.share")
"""Where overfitting may be seen: in what learned, or in how long."""


def questions() -> Iterator[Asked]:
    yield from _of_answers()
    yield from _of_values()
    yield from _of_layers()
    yield from _of_training()
    yield from _of_runs()


def _of_answers() -> Iterator[Asked]:
    yield Asked(
        "softmax-of-one",
        asked(
            MEASURED + _dense(64, 64, activation="tanh") + "layers.Dense(1, activation='softmax', name='end')",
            "breast_cancer", "measurements", "diagnosis", compile=f"optimizer='adam', {BINARY}",
        ),
        ("E_SOFTMAX_ONE",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "one-unit-for-ten",
        asked(_conv(8) + FLAT + "layers.Dense(1, activation='relu', name='end')", "printed_digits", "image", "digit"),
        ("E_UNITS_CLASSES", "E_LAST_ACTIVATION", "E_ACTIVATION_LOGITS"), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "sigmoid-for-prices",
        asked(
            MEASURED + _dense(32) + "layers.Dense(1, activation='sigmoid', name='end')",
            "houses_k", "numbers", "price", compile=f"optimizer='adam', {SQUARED}",
        ),
        ("W_OUT_OF_REACH",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "relu-for-both-signs",
        asked(
            _dense(32, 32, activation="tanh") + "layers.Dense(1, activation='relu', name='end')",
            "curve", "x", "y", compile=f"optimizer='adam', {SQUARED}", fit="epochs=60, batch_size=16",
        ),
        ("W_OUT_OF_REACH",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "sigmoid-for-pixels",
        asked(
            PIXELS
            + _conv(16, 16, pool=False)
            + "layers.Conv2D(1, 3, padding='same', activation='sigmoid', name='end')",
            "noisy_digits", "noisy", "clean", compile=f"optimizer='adam', {SQUARED}", fit="epochs=3, batch_size=32",
        ),
        ("W_OUT_OF_REACH",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "relu-before-softmax",
        asked(
            PIXELS + _conv(8, 16) + FLAT + "layers.Dense(6, activation='relu', name='end')",
            "signs", "image", "sign",
            compile="optimizer='adam', loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
            fit="epochs=6, batch_size=32",
        ),
        ("W_LOGITS_BENT",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "softmax-inside",
        asked(
            MEASURED + "layers.Dense(32, activation='softmax', name='h1'), layers.Dense(32, activation='softmax',"
            " name='h2')," + END.format(3),
            "wine", "measurements", "cultivar",
        ),
        ("W_SOFTMAX_INSIDE",), ("h1", "h2"),
    )  # fmt: skip


def _of_values() -> Iterator[Asked]:
    yield Asked(
        "raw-signs",
        asked(
            _conv(16, 32) + FLAT + _dense(64) + END.format(6), "signs", "image", "sign",
            compile=_by("SGD(0.01)", SPARSE), fit="epochs=6, batch_size=32",
        ),
        ("W_RAW_VALUES",), ("c1",),
    )  # fmt: skip
    yield Asked(
        "salaries",
        asked(
            _dense(16, 8) + YES, "customers", "numbers", "state", compile=f"optimizer='adam', {BINARY}",
            fit="epochs=20, batch_size=32",
        ),
        ("W_RAW_VALUES",), ("h1",),
    )  # fmt: skip
    yield Asked(
        "kelvin",
        asked(
            _dense(16, activation="tanh") + YES, "weather", "numbers", "rain", compile=f"optimizer='adam', {BINARY}",
            fit="epochs=30, batch_size=32",
        ),
        ("W_RAW_VALUES", "D_OFF_CENTRE", "D_SATURATED_AT_START"), ("h1",),
    )  # fmt: skip
    yield Asked(
        "scaled-twice-signs",
        asked(
            "layers.Rescaling(1./255, name='first'), layers.Rescaling(1./255, name='second'),"
            + _conv(16, 32) + MEAN + END.format(6),
            "signs", "image", "sign", fit="epochs=6, batch_size=32",
        ),
        ("D_TINY_INPUTS",), ("first", "second", "c1"),
    )  # fmt: skip
    yield Asked(
        "power-of-four",
        asked(
            "layers.Dense(58, activation='sigmoid', name='h1'),"
            "layers.Dense(50, activation='elu', name='h2')," + NUMBER,
            "fourth", "x", "y", compile=f"optimizer='adam', {SQUARED}", fit="epochs=50, batch_size=32",
        ),
        ("D_TARGET_UNSCALED", "W_RAW_VALUES"), ("h1", "end", LOSS),
    )  # fmt: skip
    yield Asked(
        "prices-as-they-are",
        asked(
            MEASURED + _dense(64, 64) + NUMBER, "houses", "numbers", "price",
            compile=f"optimizer='adam', {SQUARED}", fit="epochs=20, batch_size=32",
        ),
        ("D_TARGET_UNSCALED",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "prices-by-absolute-error",
        asked(
            MEASURED + _dense(64, 32) + NUMBER, "houses_k", "numbers", "price",
            compile=_by("Adam(0.0005)", "loss='mae'"), fit="epochs=15, batch_size=64",
        ),
        ("D_TARGET_UNSCALED", "D_FEW_STEPS"), ("end", LOSS, "training.epochs"),
    )  # fmt: skip
    yield Asked(
        "prices-diverge",
        asked(
            MEASURED + _dense(32) + NUMBER, "houses_k", "numbers", "price", compile=_by("SGD(0.01)", SQUARED),
            fit="epochs=20, batch_size=32",
        ),
        ("D_DIVERGED", "D_TARGET_UNSCALED"), (RATE, "end", LOSS), of_run=True,
    )  # fmt: skip
    yield Asked(
        "same-price",
        asked(
            MEASURED + _dense(16) + NUMBER, "same", "numbers", "price", compile=f"optimizer='adam', {SQUARED}",
        ),
        ("D_CONSTANT_TARGET",), (LOSS, "target"),
    )  # fmt: skip
    yield Asked(
        "price-in-dollars",
        asked(
            MEASURED + _dense(16) + NUMBER, "dollars", "numbers", "price", compile=_by("Adam(0.05)", SQUARED),
            fit="epochs=30, batch_size=32",
        ),
        ("D_ANSWER_AS_INPUT",), ("input", "norm_input", "input_layer", "field"), of_run=True,
    )  # fmt: skip
    yield Asked(
        "copied-before-the-split",
        asked(
            MEASURED + _dense(64, 32) + YES, "copies", "numbers", "state", compile=_by("Adam(0.005)", BINARY),
            fit="epochs=30, batch_size=32",
        ),
        ("D_LEAK_BETWEEN_PARTS",), ("split.validation",), of_run=True,
    )  # fmt: skip
    yield Asked(
        "frauds-are-rare",
        asked(
            MEASURED + _dense(16) + YES, "transfers", "numbers", "kind", compile=f"optimizer='adam', {BINARY}",
        ),
        ("D_UNBALANCED",), (LOSS, "class_weight"),
    )  # fmt: skip
    yield Asked(
        "sixty-customers",
        asked(
            MEASURED + _dense(8) + YES, "few", "numbers", "state", compile=_by("Adam(0.01)", BINARY),
            fit="epochs=30, batch_size=8",
        ),
        ("D_FEW_TO_VALIDATE",), ("split.validation",),
    )  # fmt: skip
    words = "layers.TextVectorization({}, name='words'), layers.Embedding({}, {}, name='vectors'),"
    rest = "layers.GlobalAveragePooling1D(),"
    yield Asked(
        "five-words-known",
        asked(
            words.format("max_tokens=5, output_sequence_length=10", 5, 16) + rest + _dense(16) + YES,
            "reviews", "text", "opinion", compile=_by("Adam(0.01)", BINARY),
        ),
        ("D_WORDS_UNKNOWN",), ("words",),
    )  # fmt: skip
    yield Asked(
        "two-words-read",
        asked(
            words.format("max_tokens=500, output_sequence_length=2", 500, 16) + rest + _dense(16) + YES,
            "reviews", "text", "opinion", compile=_by("Adam(0.01)", BINARY),
        ),
        ("D_WORDS_CUT",), ("words",),
    )  # fmt: skip
    yield Asked(
        "price-drowns-garden",
        scripted(
            "i = keras.Input((4,))\nn = layers.Normalization()(i)\nh = layers.Dense(32, activation='relu')(n)\n"
            "p = layers.Dense(1, name='cost')(h)\ng = layers.Dense(1, activation='sigmoid', name='green')(h)\n"
            "model = keras.Model(i, [p, g])",
            "gardens", ("numbers",), ("price", "garden"),
            "optimizer='adam', loss={'cost': 'mse', 'green': 'binary_crossentropy'}",
        ),
        ("D_LOSS_DROWNED", "D_TARGET_UNSCALED"), ("green_loss", "cost_loss", "cost"),
    )  # fmt: skip


def _of_layers() -> Iterator[Asked]:
    yield Asked(
        "no-activation",
        asked(
            MEASURED + "layers.Dense(7, name='h1'), layers.Dense(4, name='h2')," + NUMBER,
            "diabetes", "measurements", "progression", compile=_by("Adam(0.05)", SQUARED), fit="epochs=40",
        ),
        ("W_LINEAR_AFTER_LINEAR",), ("h1", "h2", "end"),
    )  # fmt: skip
    yield Asked(
        "dropout-thrice",
        asked(
            MEASURED
            + "".join(
                f"layers.Dense(32, activation='relu', name='h{n}'), layers.Dropout(0.8, name='d{n}'),"
                for n in (1, 2, 3)
            )
            + END.format(3),
            "penguins", "measurements", "species", fit="epochs=30",
        ),
        ("D_DROPOUT_TOO_STRONG",), ("d1", "d2", "d3"),
    )  # fmt: skip
    yield Asked(
        "dropout-behind-the-answer",
        asked(
            MEASURED + _dense(16) + NUMBER + "layers.Dropout(0.3, name='drop')",
            "houses_k", "numbers", "price", compile=_by("Adam(0.05)", SQUARED), fit="epochs=30",
        ),
        ("W_DROPOUT_LAST",), ("drop",),
    )  # fmt: skip
    yield Asked(
        "sigmoid-stack-of-pictures",
        asked(
            PIXELS + _conv(16, 16, activation="sigmoid") + "".join(
                f"layers.Conv2D(16, 3, padding='same', activation='sigmoid', name='c{n}')," for n in (3, 4, 5, 6)
            ) + FLAT + END.format(6),
            "signs", "image", "sign", fit="epochs=6",
        ),
        ("D_VANISHING_START",), ("c1", "c2", "c3", "c4"),
    )  # fmt: skip
    yield Asked(
        "pooled-before-looking",
        asked(
            PIXELS + "layers.GlobalAveragePooling2D(name='mean')," + _dense(64, 64) + END.format(6),
            "signs", "image", "sign", fit="epochs=10",
        ),
        ("D_POOLED_AWAY",), ("mean",),
    )  # fmt: skip
    yield Asked(
        "pooled-by-28",
        asked(
            PIXELS + "layers.Conv2D(4, 3, padding='same', activation='relu', name='c1'),"
            "layers.MaxPooling2D(28, name='pool')," + FLAT + _dense(64) + END.format(10),
            "printed_digits", "image", "digit", fit="epochs=5",
        ),
        ("D_POOLED_AWAY", "D_BOTTLENECK"), ("pool", "c1"),
    )  # fmt: skip
    yield Asked(
        "stride-of-seven",
        asked(
            PIXELS + "layers.Conv2D(16, 3, strides=7, activation='relu', name='c1')," + FLAT + _dense(32)
            + END.format(10),
            "printed_digits", "image", "digit", fit="epochs=5",
        ),
        ("D_STRIDE_SKIPS",), ("c1",),
    )  # fmt: skip
    yield Asked(
        "kernel-of-one",
        asked(
            "layers.Conv1D(32, 1, activation='relu', name='c1'), layers.Conv1D(32, 1, activation='relu', name='c2'),"
            "layers.GlobalAveragePooling1D(name='mean')," + END.format(3),
            "waves", "wave", "kind", fit="epochs=10",
        ),
        ("D_NO_LOOK_AROUND",), ("c1", "c2"),
    )  # fmt: skip
    yield Asked(
        "norm-of-three",
        asked(
            MEASURED + "layers.Dense(32, name='h1'), layers.BatchNormalization(name='bn'), layers.ReLU()," + YES,
            "customers", "numbers", "state", compile=f"optimizer='adam', {BINARY}", fit="epochs=5, batch_size=3",
        ),
        ("D_BATCH_NORM_TINY",), ("bn", "training.batch_size"),
    )  # fmt: skip
    yield Asked(
        "norm-of-0.999",
        asked(
            PIXELS + "layers.Conv2D(16, 3, name='c1'), layers.BatchNormalization(momentum=0.999, name='bn'),"
            "layers.ReLU(), layers.MaxPooling2D(4)," + FLAT + END.format(6),
            "signs", "image", "sign", compile=_by("Adam(0.01)", SPARSE), fit="epochs=8",
        ),
        ("D_BATCH_NORM_SLOW", "D_NORM_GAP"), ("bn",),
    )  # fmt: skip
    yield Asked(
        "penalty-by-name",
        asked(
            MEASURED + _dense(64, 64, more=", kernel_regularizer='l1'") + END.format(3),
            "wine", "measurements", "cultivar", fit="epochs=40",
        ),
        ("D_PENALTY_TOO_STRONG",), ("h1", "h2"),
    )  # fmt: skip
    yield Asked(
        "all-ones",
        asked(
            MEASURED + _dense(16, activation="tanh", more=", kernel_initializer='ones'") + END.format(3),
            "iris", "measurements", "species", fit="epochs=30",
        ),
        ("W_EQUAL_KERNEL",), ("h1",),
    )  # fmt: skip
    normal = ", kernel_initializer=keras.initializers.RandomNormal(stddev=1.0)"
    yield Asked(
        "spread-of-one",
        asked(
            PIXELS + FLAT + _dense(128, 64, activation="tanh", more=normal) + END.format(10),
            "printed_digits", "image", "digit", fit="epochs=4",
        ),
        ("D_SATURATED_AT_START", "D_EXPLODING_START"), ("h1", "h2"),
    )  # fmt: skip
    yield Asked(
        "frozen-without-weights",
        asked(
            PIXELS + _conv(8, 16, more=", trainable=False") + FLAT + _dense(8) + END.format(6),
            "signs", "image", "sign", fit="epochs=5",
        ),
        ("D_FROZEN_AT_RANDOM",), ("c1", "c2"),
    )  # fmt: skip
    yield Asked(
        "held-to-a-hundredth",
        asked(
            MEASURED + _dense(32, more=", kernel_constraint=keras.constraints.MaxNorm(0.01)") + END.format(3),
            "penguins", "measurements", "species", fit="epochs=20",
        ),
        ("D_HELD_TOO_TIGHT",), ("h1",),
    )  # fmt: skip
    yield Asked(
        "noise-on-pixels",
        asked(
            PIXELS + "layers.GaussianNoise(1.0, name='noise')," + _conv(8, 16) + FLAT + END.format(6),
            "signs", "image", "sign", fit="epochs=6",
        ),
        ("D_NOISE_DROWNS",), ("noise",),
    )  # fmt: skip
    yield Asked(
        "memory-of-sigmoid",
        asked(
            "layers.Normalization(name='norm'), layers.SimpleRNN(32, activation='sigmoid', name='rnn')," + NUMBER,
            "temperatures", "past", "temperature", compile=f"optimizer='adam', {SQUARED}",
            fit="epochs=2, batch_size=128",
        ),
        ("D_VANISHING_START",), ("rnn",),
    )  # fmt: skip
    yield Asked(
        "one-word-vector",
        asked(
            "layers.TextVectorization(max_tokens=500, output_sequence_length=8, name='words'),"
            "layers.Embedding(500, 1, name='vectors'), layers.GlobalAveragePooling1D()," + END.format(10),
            "colours", "name", "family", compile=_by("Adam(0.01)", SPARSE),
        ),
        ("D_BOTTLENECK",), ("vectors",),
    )  # fmt: skip

    scaled = "".join(f"layers.Dense(32, name='h{n}'), layers.BatchNormalization()," for n in (1, 2))
    yield Asked(
        "bent-by-no-batch-normalization",
        asked(
            scaled + YES, "spirals", "point", "class", compile=_by("Adam(0.01)", BINARY),
            fit="epochs=30, batch_size=32",
        ),
        ("D_NO_BEND",), ("h1", "h2", "end"),
    )  # fmt: skip


def _of_training() -> Iterator[Asked]:
    series = "layers.Normalization(name='norm'), layers.LSTM(16, name='lstm')," + NUMBER
    yield Asked(
        "memory-by-0.5",
        asked(
            series, "temperatures", "past", "temperature", compile=_by("Adam(0.5)", SQUARED),
            fit="epochs=2, batch_size=128",
        ),
        ("D_RATE_FAR_TOO_HIGH",), (RATE,),
    )  # fmt: skip
    yield Asked(
        "fine-tuning-rate",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign",
            compile=_by("Adam(1e-5)", SPARSE), fit="epochs=5, batch_size=32",
        ),
        ("D_RATE_TOO_LOW", "D_FEW_STEPS"), (RATE, "training.epochs"),
    )  # fmt: skip
    yield Asked(
        "half-every-other-epoch",
        asked(
            MEASURED + _dense(32) + END.format(3), "wine", "measurements", "cultivar",
            compile=_by("SGD(0.1)", SPARSE), fit="epochs=80, batch_size=16",
            schedule={"name": "exponential", "decay_rate": 0.5, "every": 1.5},
        ),
        ("D_FALLS_TOO_FAST",), ("training.schedule", RATE),
    )  # fmt: skip
    yield Asked(
        "clipped-to-nothing",
        asked(
            MEASURED + _dense(32) + YES, "customers", "numbers", "state",
            compile=_by("SGD(0.01, clipnorm=1e-3)", BINARY), fit="epochs=20, batch_size=32",
        ),
        ("D_CLIPPED_AWAY",), ("training.clipping",),
    )  # fmt: skip
    yield Asked(
        "beta-1-of-0.999",
        asked(
            MEASURED + _dense(64, 32) + NUMBER, "houses_k", "numbers", "price",
            compile=_by("Adam(0.01, beta_1=0.999)", SQUARED), fit="epochs=20, batch_size=32",
        ),
        ("D_MOMENTUM",), ("training.beta_1",),
    )  # fmt: skip
    yield Asked(
        "epsilon-of-a-paper",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign",
            compile=_by("RMSprop(0.0001, epsilon=1.0)", SPARSE), fit="epochs=8, batch_size=32",
        ),
        ("D_EPSILON",), ("training.epsilon", RATE),
    )  # fmt: skip
    yield Asked(
        "decay-of-eight",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign",
            compile=_by("AdamW(0.01, weight_decay=8.0)", SPARSE), fit="epochs=8, batch_size=32",
        ),
        ("D_DECAY_TOO_STRONG",), ("training.weight_decay",),
    )  # fmt: skip
    yield Asked(
        "fit-without-epochs",
        asked(
            MEASURED + _dense(16) + END.format(3), "penguins", "measurements", "species",
            fit="epochs=1, validation_split=0.2",
        ),
        ("D_FEW_STEPS",), ("training.epochs",),
    )  # fmt: skip
    yield Asked(
        "all-rows-a-batch",
        asked(
            MEASURED + _dense(32) + YES, "customers", "numbers", "state", compile=f"optimizer='adam', {BINARY}",
            fit="epochs=20, batch_size=1024",
        ),
        ("D_FEW_STEPS",), ("training.batch_size", "training.epochs"),
    )  # fmt: skip
    stop = "callbacks=[keras.callbacks.EarlyStopping(monitor='{}', patience={}, min_delta={})]"
    yield Asked(
        "stops-by-accuracy",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign",
            fit="epochs=40, batch_size=32, " + stop.format("val_accuracy", 2, 0.3),
        ),
        ("D_MIN_DELTA", "D_STOPPED_EARLY"), ("training.min_delta", "training.patience"),
    )  # fmt: skip
    yield Asked(
        "weights-the-wrong-way",
        asked(
            MEASURED + _dense(16) + YES, "transfers", "numbers", "kind", compile=_by("Adam(0.01)", BINARY),
            fit="epochs=15, batch_size=32", weights=[25.0, 1.0],
        ),
        ("D_CLASS_UNHEARD",), (LOSS, "class_weights"),
    )  # fmt: skip


def _of_runs() -> Iterator[Asked]:
    yield of_run(
        "switch-in-validation-alone",
        asked(MEASURED + _dense(16) + NUMBER, "switch", "numbers", "y", compile=_by("Adam(0.01)", SQUARED),
              fit="epochs=30, batch_size=16", split={"seed": 1}),
        ("D_FAR_IN_VALIDATION",), "norm", "split.validation",
    )  # fmt: skip
    at_the_first_rest = "callbacks=[keras.callbacks.EarlyStopping(patience=1, min_delta=0.03)]"
    yield of_run(
        "stopped-at-the-first-rest",
        asked("layers.Conv1D(8, 5, activation='relu'), layers.GRU(16)," + END.format(3), "waves", "wave", "kind",
              compile=_by("Adam(0.001)", SPARSE), fit=f"epochs=60, batch_size=32, {at_the_first_rest}", size=500),
        ("D_STOPPED_EARLY", "D_MIN_DELTA"), "training.patience", "training.min_delta",
    )  # fmt: skip
    yield of_run(
        "adam-0.1-deep",
        asked(PIXELS + FLAT + _dense(64, 64, 64) + END.format(10), "printed_digits", "image", "digit",
              compile=_by("Adam(0.1)", SPARSE), fit="epochs=10, batch_size=32"),
        ("D_RATE_TOO_HIGH", "D_DEAD_UNITS", "D_RATE_FAR_TOO_HIGH"), RATE,
    )  # fmt: skip
    yield of_run(
        "momentum-on-signs",
        asked(PIXELS + _conv(16, 32) + FLAT + _dense(64) + END.format(6), "signs", "image", "sign",
              compile=_by("SGD(0.3, momentum=0.9)", SPARSE), fit="epochs=10, batch_size=32"),
        ("D_RATE_TOO_HIGH", "D_DEAD_UNITS", "D_DIVERGED"), RATE,
    )  # fmt: skip
    yield of_run(
        "sgd-1e-3",
        asked(MEASURED + _dense(32) + YES, "customers", "numbers", "state", compile=_by("SGD(0.001)", BINARY),
              fit="epochs=20, batch_size=32"),
        ("D_RATE_TOO_LOW", "D_TOO_SLOW", "D_STILL_IMPROVING", "D_FEW_STEPS"), RATE, "training.epochs",
    )  # fmt: skip
    yield of_run(
        "luck-by-heart",
        asked(MEASURED + _dense(512, 512) + YES, "luck", "numbers", "answer", compile=f"optimizer='adam', {BINARY}",
              fit="epochs=60, batch_size=16"),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "progression-by-heart",
        asked(MEASURED + _dense(256, 256, 256) + "layers.Dense(1, name='end'), layers.Rescaling(80., offset=150.)",
              "diabetes", "measurements", "progression", compile=_by("Adam(0.003)", SQUARED), fit="epochs=80"),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "few-colours-by-heart",
        asked("layers.TextVectorization(max_tokens=1000, output_sequence_length=8, name='words'),"
              "layers.Embedding(1000, 64, name='vectors'), layers.Flatten()," + _dense(256) + END.format(10),
              "colours", "name", "family", compile=_by("Adam(0.003)", SPARSE), fit="epochs=40"),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "few-digits-by-heart",
        asked(PIXELS + _conv(32, 64) + FLAT + _dense(256) + END.format(10), "printed_digits", "image", "digit",
              fit="epochs=25", split={"share": 0.06}),
        ("D_OVERFIT", "D_FEW_ROWS"), *MODEL,
    )  # fmt: skip
    yield of_run(
        "a-line-for-a-ring",
        asked(YES, "ring", "numbers", "place", compile=_by("Adam(0.05)", BINARY), fit="epochs=40"),
        ("D_NO_BEND",), "end",
    )  # fmt: skip
    yield of_run(
        "three-units-for-spirals",
        asked(_dense(3, activation="tanh") + YES, "spirals", "point", "class", compile=_by("Adam(0.02)", BINARY),
              fit="epochs=60", size=500, noise=0.05),
        ("D_UNDERFIT",), "h1",
    )  # fmt: skip
    yield of_run(
        "stopped-at-the-first-rest",
        asked(_dense(16, 16, activation="tanh") + YES, "spirals", "point", "class",
              compile=_by("Adam(0.005)", BINARY), fit="epochs=200" + STOP.format(1), size=450, noise=0.05),
        ("D_STOPPED_EARLY",), "training.patience",
    )  # fmt: skip
    yield of_run(
        "five-epochs-of-digits",
        asked(PIXELS + FLAT + _dense(64) + END.format(10), "printed_digits", "image", "digit",
              compile=_by("SGD(0.01)", SPARSE), fit="epochs=4, batch_size=64"),
        ("D_STILL_IMPROVING", "D_FEW_STEPS", "D_TOO_SLOW", "D_RATE_TOO_LOW"), RATE, "training.epochs",
    )  # fmt: skip
    yield of_run(
        "augmented-beyond-knowing",
        asked(PIXELS + "layers.RandomRotation(0.5, name='turn'), layers.RandomZoom(0.8, name='zoom'),"
              "layers.RandomTranslation(0.5, 0.5, name='move')," + _conv(16, 32) + FLAT + _dense(64) + END.format(10),
              "printed_digits", "image", "digit", fit="epochs=10"),
        ("D_AUGMENTED_AWAY", "D_TRAINED_WORSE", "D_UNDERFIT"), "turn", "zoom", "move", "h1",
    )  # fmt: skip
    yield of_run(
        "loans-by-reminders",
        asked(MEASURED + _dense(16) + YES, "loans", "numbers", "state", compile=_by("Adam(0.01)", BINARY)),
        ("D_ANSWER_AS_INPUT",), "norm_input",
    )  # fmt: skip
    yield of_run(
        "reviews-five-times",
        asked("layers.TextVectorization(max_tokens=200, output_sequence_length=12, name='words'),"
              "layers.Embedding(200, 16), layers.GlobalAveragePooling1D()," + YES,
              "reviews_again", "text", "opinion", compile=_by("Adam(0.01)", BINARY), fit="epochs=12"),
        ("D_LEAK_BETWEEN_PARTS",), "split.validation",
    )  # fmt: skip
    yield of_run(
        "few-yews",
        asked(MEASURED + _dense(8, activation="tanh") + END.format(5), "few_yews", "numbers", "tree",
              compile=_by("SGD(0.02)", SPARSE), fit="epochs=20, batch_size=32"),
        ("D_UNBALANCED",), LOSS,
    )  # fmt: skip
    yield of_run(
        "a-third-noted-wrongly",
        asked(MEASURED + _dense(8) + YES, "wrong_sides", "numbers", "side", compile=_by("Adam(0.005)", BINARY),
              fit="epochs=30, batch_size=32"),
        ("D_NOISE_FLOOR",), LOSS,
    )  # fmt: skip
    yield of_run(
        "colours-without-an-end",
        asked("layers.TextVectorization(max_tokens=3000, split='character', ngrams=4, output_sequence_length=80,"
              "name='letters'), layers.Embedding(3000, 32, name='h1'), layers.GlobalAveragePooling1D(),"
              "layers.Dropout(0.3)," + END.format(10),
              "colours", "name", "family", compile=_by("Adam(0.01)", SPARSE), fit="epochs=40, batch_size=32"),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "eight-layers-of-spread-1",
        asked(MEASURED + _dense(*[48] * 8, more=", kernel_initializer=keras.initializers.RandomNormal(stddev=1.0)")
              + END.format(5), "trees", "numbers", "tree", compile=_by("SGD(0.01)", SPARSE), fit="epochs=10"),
        ("D_EXPLODING_START",), "h1",
    )  # fmt: skip


def controls() -> Iterator[tuple[str, Document]]:
    """Healthy ones, by other data and shapes than those of `planted.healthy`."""
    spread = "layers.Rescaling(150., offset=400., name='back'),"
    yield "lenet", asked(
        PIXELS + _conv(6, 16, size=5) + FLAT + _dense(84) + END.format(10), "printed_digits", "image", "digit",
        fit="epochs=8, batch_size=32",
    )  # fmt: skip
    looking = (
        "i = keras.Input((64, 1))\nx = layers.Conv1D(24, 5, strides=2, activation='relu')(i)\n"
        "a = layers.MultiHeadAttention(2, 12)(x, x)\nx = layers.LayerNormalization()(layers.Add()([x, a]))\n"
        "x = layers.GlobalAveragePooling1D()(x)\no = layers.Dense(3, activation='softmax', name='end')(x)\n"
        "model = keras.Model(i, o)"
    )
    yield (
        "waves-looked-at",
        scripted(looking, "waves", ("wave",), ("kind",), _by("Adam(0.004)", SPARSE), "epochs=25, batch_size=32"),
    )
    yield "signs-two-blocks", asked(
        PIXELS + "".join(
            f"layers.Conv2D({n}, 3, padding='same', use_bias=False), layers.BatchNormalization(momentum=0.9),"
            "layers.ReLU(), layers.MaxPooling2D()," for n in (16, 32)
        ) + MEAN + END.format(6),
        "signs", "image", "sign", compile=_by("Adam(0.005)", SPARSE), fit="epochs=12, batch_size=32",
    )  # fmt: skip
    yield "signs-augmented", asked(
        PIXELS + "layers.RandomTranslation(0.1, 0.1)," + _conv(16, 32) + FLAT + _dense(64) + END.format(6),
        "signs", "image", "sign", compile=_by("Adam(0.002)", SPARSE), fit="epochs=15, batch_size=32",
    )  # fmt: skip
    yield "signs-separable", asked(
        PIXELS + "layers.Conv2D(16, 3, activation='relu'), layers.MaxPooling2D(),"
        "layers.SeparableConv2D(32, 3, activation='relu'), layers.MaxPooling2D(),"
        "layers.SeparableConv2D(64, 3, activation='relu')," + MEAN + END.format(6),
        "signs", "image", "sign", compile=_by("Adam(0.005)", SPARSE), fit="epochs=15, batch_size=32",
    )  # fmt: skip
    yield "signs-momentum-cosine", asked(
        PIXELS + _conv(16, 32) + FLAT + END.format(6), "signs", "image", "sign",
        compile=_by("SGD(keras.optimizers.schedules.CosineDecay(0.05, 300), momentum=0.9)", SPARSE),
        fit="epochs=12, batch_size=32",
    )  # fmt: skip
    yield "denoising", asked(
        PIXELS + _conv(16, 16, pool=False) + "layers.Conv2D(1, 3, padding='same', name='end'),"
        "layers.Rescaling(255.)",
        "noisy_digits", "noisy", "clean", compile=_by("Adam(0.002)", SQUARED), fit="epochs=6, batch_size=32",
    )  # fmt: skip
    yield "temperatures-gru", asked(
        "layers.Normalization(), layers.GRU(16)," + NUMBER, "temperatures", "past", "temperature",
        compile=_by("Adam(0.01)", SQUARED), fit="epochs=3, batch_size=64",
    )  # fmt: skip
    yield "temperatures-conv", asked(
        "layers.Normalization(), layers.Conv1D(16, 5, activation='relu'), layers.MaxPooling1D(2),"
        "layers.Conv1D(16, 3, activation='relu'), layers.Flatten()," + NUMBER,
        "temperatures", "past", "temperature", compile=_by("Adam(0.005)", SQUARED), fit="epochs=5, batch_size=64",
    )  # fmt: skip
    yield "temperatures-line", asked(
        "layers.Normalization(), layers.Flatten()," + NUMBER, "temperatures", "past", "temperature",
        compile=_by("Adam(0.02)", SQUARED), fit="epochs=5, batch_size=64",
    )  # fmt: skip
    yield "waves-lstm", asked(
        "layers.LSTM(24)," + END.format(3), "waves", "wave", "kind", compile=_by("Adam(0.003)", SPARSE),
        fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "waves-normalized", asked(
        "layers.Conv1D(16, 7, padding='same'), layers.BatchNormalization(momentum=0.9), layers.ReLU(),"
        "layers.MaxPooling1D(4), layers.Conv1D(32, 5, padding='same', activation='relu'),"
        "layers.GlobalAveragePooling1D()," + END.format(3),
        "waves", "wave", "kind", compile=_by("Adam(0.005)", SPARSE), fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "reviews-mean", asked(
        "layers.TextVectorization(max_tokens=500, output_sequence_length=10),"
        "layers.Embedding(500, 16), layers.GlobalAveragePooling1D()," + _dense(16) + YES,
        "reviews", "text", "opinion", compile=_by("Adam(0.01)", BINARY), fit="epochs=15, batch_size=32",
    )  # fmt: skip
    yield "reviews-gru", asked(
        "layers.TextVectorization(max_tokens=200, output_sequence_length=12),"
        "layers.Embedding(200, 12), layers.Bidirectional(layers.GRU(8))," + YES,
        "reviews", "text", "opinion", compile=_by("Adam(0.01)", BINARY), fit="epochs=10, batch_size=32",
    )  # fmt: skip
    yield "houses-scaled-back", asked(
        MEASURED + _dense(32, 16) + NUMBER + spread, "houses_k", "numbers", "price",
        compile=_by("Adam(0.005)", SQUARED), fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "houses-line", asked(
        MEASURED + NUMBER + spread, "houses_k", "numbers", "price", compile=_by("Adam(0.02)", SQUARED),
        fit="epochs=50, batch_size=32",
    )  # fmt: skip
    yield "houses-huber", asked(
        MEASURED + _dense(32, activation="tanh") + NUMBER + spread, "houses_k", "numbers", "price",
        compile=_by("RMSprop(0.005)", "loss='mae'"), fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "customers-stopped", asked(
        MEASURED + _dense(16, 8) + YES, "customers", "numbers", "state", compile=_by("Adam(0.005)", BINARY),
        fit="epochs=60, batch_size=32, callbacks=[keras.callbacks.EarlyStopping(patience=10)]",
    )  # fmt: skip
    yield "customers-logistic", asked(
        MEASURED + YES, "customers", "numbers", "state", compile=_by("SGD(0.1)", BINARY),
        fit="epochs=30, batch_size=16",
    )  # fmt: skip
    yield "weather-penalty", asked(
        MEASURED + _dense(16, more=", kernel_regularizer=keras.regularizers.L2(0.001)") + YES,
        "weather", "numbers", "rain", compile=_by("Adam(0.01)", BINARY), fit="epochs=25, batch_size=32",
    )  # fmt: skip
    yield "ring", asked(
        _dense(16, activation="tanh") + YES, "ring", "numbers", "place", compile=_by("Adam(0.02)", BINARY),
        fit="epochs=60, batch_size=16",
    )  # fmt: skip
    yield "transfers-weighed", asked(
        MEASURED + YES, "transfers", "numbers", "kind", compile=_by("Adam(0.02)", BINARY),
        fit="epochs=20, batch_size=32", weights=[0.52, 12.5],
    )  # fmt: skip
    yield "curve-deep", asked(
        _dense(32, 32, 32, activation="tanh") + NUMBER, "curve", "x", "y", compile=_by("Adam(0.005)", SQUARED),
        fit="epochs=150, batch_size=16",
    )  # fmt: skip
    yield "iris-selu", asked(
        MEASURED + _dense(16, 16, activation="selu", more=", kernel_initializer='lecun_normal'") + END.format(3),
        "iris", "measurements", "species", compile=_by("Adam(0.005)", SPARSE), fit="epochs=40, batch_size=16",
    )  # fmt: skip
    yield "penguins-both", scripted(
        "a = keras.Input((4,))\nb = keras.Input((1,), dtype='string')\n"
        "n = layers.Normalization()(a)\ni = layers.StringLookup(max_tokens=4, output_mode='one_hot')(b)\n"
        "h = layers.Dense(16, activation='relu')(layers.Concatenate()([n, i]))\n"
        "o = layers.Dense(3, activation='softmax', name='end')(h)\nmodel = keras.Model([a, b], o)",
        "penguins", ("measurements", "island"), ("species",),
        _by("Adam(0.01)", SPARSE), "epochs=25, batch_size=16",
    )  # fmt: skip
    yield "digits-residual", scripted(
        "i = keras.Input((64,))\nx = layers.Rescaling(1./16)(i)\nx = layers.Dense(48, activation='relu')(x)\n"
        "for n in range(3):\n    x = layers.Add()([x, layers.Dense(48, activation='relu')(x)])\n"
        "o = layers.Dense(10, activation='softmax', name='end')(x)\nmodel = keras.Model(i, o)",
        "digits", ("pixels",), ("digit",), _by("Adam(0.001)", SPARSE), "epochs=15, batch_size=32",
    )  # fmt: skip
    yield "digits-lion", asked(
        "layers.Rescaling(1./16)," + _dense(64) + END.format(10), "digits", "pixels", "digit",
        compile=_by("Lion(0.0005)", SPARSE), fit="epochs=15, batch_size=32",
    )  # fmt: skip
    yield "gardens-two-ends", scripted(
        "i = keras.Input((4,))\nn = layers.Normalization()(i)\nh = layers.Dense(32, activation='relu')(n)\n"
        "p = layers.Rescaling(150000., offset=400000., name='cost')(layers.Dense(1)(h))\n"
        "g = layers.Dense(1, activation='sigmoid', name='green')(h)\nmodel = keras.Model(i, [p, g])",
        "gardens", ("numbers",), ("price", "garden"),
        "optimizer=keras.optimizers.Adam(0.005), loss=['mse', 'binary_crossentropy'], loss_weights=[1e-10, 1.0]",
        "epochs=30, batch_size=32",
    )  # fmt: skip
    yield "waves-attention", scripted(
        "i = keras.Input((64, 1))\nx = layers.Conv1D(16, 5, strides=2, padding='same', activation='relu')(i)\n"
        "x = layers.Add()([x, layers.MultiHeadAttention(2, 8)(x, x)])\nx = layers.LayerNormalization()(x)\n"
        "x = layers.GlobalAveragePooling1D()(x)\no = layers.Dense(3, activation='softmax', name='end')(x)\n"
        "model = keras.Model(i, o)",
        "waves", ("wave",), ("kind",), _by("Adam(0.005)", SPARSE), "epochs=40, batch_size=32",
    )  # fmt: skip
    yield "trees-silu", asked(
        MEASURED + _dense(24, activation="silu") + END.format(5), "trees", "numbers", "tree",
        compile=_by("Adam(0.005)", SPARSE), fit="epochs=30, batch_size=32",
    )  # fmt: skip
    yield "shaken-line", asked(
        MEASURED + NUMBER, "shaken", "numbers", "y", compile=_by("Adam(0.05)", SQUARED), fit="epochs=20, batch_size=32",
    )  # fmt: skip
    yield "clouds-apart", asked(
        MEASURED + _dense(8) + YES, "clouds", "numbers", "kind", compile=_by("Adam(0.02)", BINARY),
        fit="epochs=20, batch_size=32",
    )  # fmt: skip
    yield "few-yews-weighed", asked(
        MEASURED + _dense(16) + END.format(5), "few_yews", "numbers", "tree", compile=_by("Adam(0.01)", SPARSE),
        fit="epochs=40, batch_size=32", weights=[1.0, 1.0, 1.0, 8.0, 15.0],
    )  # fmt: skip
