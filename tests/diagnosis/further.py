"""What a fourth round of fresh networks taught: slips on tables of words and amounts, in a gate, in a schedule, in how
early stopping is set; and sound ones of these kinds. As in `asked`, what has to be said was fixed before any rule saw
them."""

from collections.abc import Iterator
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document
from tests.diagnosis.asked import (
    BINARY,
    END,
    FLAT,
    LOSS,
    MEASURED,
    MODEL,
    NUMBER,
    PIXELS,
    SPARSE,
    SQUARED,
    STOP,
    WORDS,
    YES,
    Asked,
    _by,
    _conv,
    _dense,
    asked,
    of_run,
    scripted,
)  # fmt: skip

_BOTH = (
    "a = keras.Input(({numbers},))\nb = keras.Input((1,), dtype='string')\nn = layers.Normalization(name='norm')(a)\n"
    "w = layers.StringLookup(max_tokens={words}, output_mode='one_hot', name='word')(b)\n"
    "x = layers.Concatenate()([n, w])\n"
)
_AMOUNT = "o = layers.Rescaling({}, offset={}, name='back')(layers.Dense(1, name='end')(x))\n"
_MILES, _PAY = _AMOUNT.format(5.0, 22.0), _AMOUNT.format(40_000.0, 70_000.0)
_MADE = "model = keras.Model([a, b], o)"


def _cars(
    hidden: str, adam: str = "Adam(0.005)", epochs: int = 40, end: str = _MILES, split: dict[str, Any] | None = None
) -> Document:
    """Of numbers and a word; hidden: what makes x of x."""
    return scripted(
        _BOTH.format(numbers=5, words=4) + hidden + end + _MADE, "cars", ("numbers", "made"), ("miles",),
        _by(adam, SQUARED), f"epochs={epochs}, batch_size=32", split,
    )  # fmt: skip


def _wages(hidden: str, compile: str = _by("Adam(0.005)", SQUARED), end: str = _PAY) -> Document:
    return scripted(
        _BOTH.format(numbers=3, words=5) + hidden + end + _MADE, "wages", ("numbers", "trade"), ("pay",), compile,
        "epochs=40, batch_size=32",
    )  # fmt: skip


def _soils(
    hidden: str, compile: str = _by("Adam(0.005)", SPARSE), epochs: int = 30, batch: int = 32, **settings: Any
) -> Document:
    """settings: of the training, that no script tells."""
    document = asked(
        MEASURED + hidden + END.format(6), "soils", "numbers", "soil", compile=compile,
        fit=f"epochs={epochs}, batch_size={batch}",
    )  # fmt: skip
    for name, value in settings.items():
        document = editing.set_training(document, name, value)
    return document


def blunders() -> Iterator[Asked]:
    yield from _behind_words()
    yield from _of_layers()
    yield from _of_training()
    yield from _of_runs()


def _behind_words() -> Iterator[Asked]:
    """Where words come in beside numbers, values and gradients go on."""
    hidden = "x = layers.Dense(64, activation='relu', name='h1')(x)\nx = layers.Dense(32, activation='relu')(x)\n"
    yield Asked(
        "wages-as-they-are",
        _wages(hidden, _by("RMSprop(0.001)", "loss='mae'"), "o = layers.Dense(1, name='end')(x)\n"),
        ("D_TARGET_UNSCALED",), ("end", LOSS),
    )  # fmt: skip
    yield Asked(
        "cars-by-six-sigmoids",
        _cars("".join(f"x = layers.Dense(24, activation='sigmoid', name='h{n}')(x)\n" for n in range(1, 7))),
        ("D_VANISHING_START",), ("h1", "h2", "h3"),
    )  # fmt: skip
    yield Asked(
        "wages-through-a-gate-that-is-shut",
        _wages(
            "p = layers.Dense(32, activation='relu', name='h1')(x)\nq = layers.Dense(32, activation='sigmoid',"
            " bias_initializer=keras.initializers.Constant(-40.0), name='h2')(x)\nx = layers.Multiply()([p, q])\n"
        ),
        ("D_SATURATED_AT_START",), ("h2",), says="biases start at -40",
    )  # fmt: skip
    yield Asked(
        "wages-by-six-sigmoids-behind-a-gate",
        _wages(
            "x = layers.Multiply()([layers.Dense(24, name='p')(x), layers.Dense(24, activation='sigmoid')(x)])\n"
            + "".join(f"x = layers.Dense(24, activation='sigmoid', name='h{n}')(x)\n" for n in range(1, 7))
        ),
        ("D_VANISHING_START",), ("h1", "h2", "h3"),
    )  # fmt: skip


def _of_layers() -> Iterator[Asked]:
    yield Asked(
        "customers-sure-before-they-start",
        asked(
            MEASURED + _dense(16) + "layers.Dense(1, activation='sigmoid', name='end',"
            " bias_initializer=keras.initializers.Constant(40.0)),",
            "customers", "numbers", "state", compile=_by("Adam(0.001)", BINARY), fit="epochs=20, batch_size=32",
        ),
        ("D_SATURATED_AT_START",), ("end",), says="biases start at 40",
    )  # fmt: skip
    yield Asked(
        "two-layers-dead-by-bias",
        _soils(_dense(32, 32, more=", bias_initializer=keras.initializers.Constant(-30.0)")),
        ("D_DEAD_AT_START",), ("h2",), says="their biases start at -30",
    )  # fmt: skip
    yield Asked(
        "printed-kept-quiet",
        asked(
            PIXELS + "layers.Conv2D(8, 3, strides=2, activation='relu', name='c1',"
            " activity_regularizer=keras.regularizers.L1(1.0))," + FLAT + END.format(10),
            "printed_digits", "image", "digit", fit="epochs=12, batch_size=32", split={"share": 0.4},
        ),
        ("D_PENALTY_TOO_STRONG",), ("c1",), says="penalty on its outputs",
    )  # fmt: skip
    yield Asked(
        "masks-by-one-filter",
        asked(
            PIXELS + "layers.Conv2D(1, 3, padding='same', activation='relu', name='c1'),"
            "layers.Conv2D(4, 1, activation='softmax', name='end'),",
            "shapes", "image", "mask", compile=_by("Adam(0.01)", SPARSE), fit="epochs=8, batch_size=32", size=300,
            noise=0.05,
        ),
        ("D_BOTTLENECK",), ("c1",), says="1 value a place",
    )  # fmt: skip
    yield Asked(
        "signs-made-small",
        asked(
            "layers.Resizing(2, 2, name='small')," + PIXELS + FLAT + _dense(32) + END.format(6), "signs", "image",
            "sign", compile=_by("Adam(0.002)", SPARSE), fit="epochs=10, batch_size=32",
        ),
        ("D_POOLED_AWAY",), ("small",), says="brings 32",
    )  # fmt: skip


def _of_training() -> Iterator[Asked]:
    yield Asked(
        "soils-gathered-by-64", _soils(_dense(32), epochs=12, accumulation_steps=64),
        ("D_FEW_STEPS",), ("training.accumulation_steps",), says="Gradients of 64 batches",
    )  # fmt: skip
    yield Asked(
        "soils-warming-up-for-ever", _soils(_dense(32), schedule={"name": "cosine", "warmup": 400.0}),
        ("D_FALLS_TOO_FAST",), ("training.schedule",), says="rise too slowly",
    )  # fmt: skip
    yield Asked(
        "soils-decayed-by-plain-steps", _soils(_dense(32), _by("SGD(0.1, weight_decay=1.0)", SPARSE)),
        ("D_DECAY_TOO_STRONG",), ("training.weight_decay",),
    )  # fmt: skip
    yield Asked(
        "soils-stopped-upside-down",
        _soils(_dense(32), epochs=60, patience=3, monitor="val_accuracy", mode="min"),
        ("D_STOPS_AT_WORST",), ("training.mode",),
    )  # fmt: skip


def _of_runs() -> Iterator[Asked]:
    yield of_run(
        "orders-by-what-was-noted-afterwards",
        scripted(
            _BOTH.format(numbers=3, words=6) + "x = layers.Dense(16, activation='relu', name='h1')(x)\n"
            "o = layers.Dense(1, activation='sigmoid', name='end')(x)\n" + _MADE,
            "orders", ("numbers", "note"), ("state",), _by("Adam(0.01)", BINARY), "epochs=20, batch_size=32",
        ),
        ("D_ANSWER_AS_INPUT",), "word_input", "input_layer_1",
    )  # fmt: skip
    yield of_run(
        "soils-on-no-plateau",
        _soils(
            _dense(32), _by("Adam(0.003)", SPARSE), epochs=40,
            schedule={"name": "plateau", "factor": 0.001, "patience": 1, "min_delta": 0.5},
        ),
        ("D_FALLS_TOO_FAST",), "training.schedule",
    )  # fmt: skip
    yield of_run(
        "waves-through-two-units",
        asked(
            "layers.Conv1D(16, 5, padding='same', activation='relu', name='c1'), layers.MaxPooling1D(64, name='pool'),"
            + FLAT + _dense(2) + END.format(3),
            "waves", "wave", "kind", compile=_by("Adam(0.005)", SPARSE), fit="epochs=20, batch_size=32",
        ),
        ("D_BOTTLENECK",), "h1",
    )  # fmt: skip
    wide = "".join(f"x = layers.Dense(256, activation='relu', name='h{n}')(x)\n" for n in (1, 2))
    yield of_run(
        "few-cars-by-heart", _cars(wide, "Adam(0.003)", 150, split={"share": 0.15}), ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "noisy-moons-by-heart-but-for-a-few",
        asked(
            _dense(256, 256, 256) + YES, "moons", "point", "class", compile=_by("Adam(0.01)", BINARY),
            fit="epochs=300, batch_size=16", size=120, noise=0.4,
        ),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip


def hale() -> Iterator[tuple[str, Document]]:
    yield (
        "soils-on-a-plateau-soon",
        _soils(_dense(32), epochs=60, schedule={"name": "plateau", "factor": 0.1, "patience": 2}),
    )
    yield "cars-on-a-plateau", editing.set_training(
        editing.set_training(
            _cars("x = layers.Dense(32, activation='relu')(x)\n", "Adam(0.01)", 150), "schedule",
            {"name": "plateau", "factor": 0.2, "patience": 3},
        ),
        "patience", 12,
    )  # fmt: skip
    yield "orders-without-note", asked(
        MEASURED + _dense(12) + YES, "orders", "numbers", "state", compile=_by("Adam(0.01)", BINARY),
        fit="epochs=25, batch_size=32",
    )  # fmt: skip
    yield "cars-two-branches", _cars(
        "p = layers.Dense(24, activation='silu')(n)\nq = layers.Dense(4, activation='tanh')(w)\n"
        "x = layers.Dense(16, activation='relu')(layers.Concatenate()([p, q]))\n", "Nadam(0.005)", 60,
    )  # fmt: skip
    yield "cars-around-sigmoids", _cars(
        "x = layers.Dense(32)(x)\nfor _ in range(4):\n"
        "    x = layers.Add()([x, layers.Dense(32, activation='sigmoid')(x)])\n", "Adam(0.002)", 60,
    )  # fmt: skip
    yield "wages-deep", _wages("".join(f"x = layers.Dense({n}, activation='gelu')(x)\n" for n in (32, 16)))
    yield "wages-embedded", scripted(
        "a = keras.Input((3,))\nb = keras.Input((1,), dtype='string')\nn = layers.Normalization()(a)\n"
        "w = layers.Flatten()(layers.Embedding(5, 3)(layers.StringLookup(max_tokens=5)(b)))\n"
        "x = layers.Dense(24, activation='relu')(layers.Concatenate()([n, w]))\n" + _PAY + _MADE,
        "wages", ("numbers", "trade"), ("pay",), _by("Adam(0.01)", SQUARED), "epochs=60, batch_size=32",
    )  # fmt: skip
    yield "soils-gated", scripted(
        "i = keras.Input((10,))\nx = layers.Normalization()(i)\na = layers.Dense(32)(x)\n"
        "b = layers.Dense(32, activation='sigmoid')(x)\nx = layers.Multiply()([a, b])\n"
        "o = layers.Dense(6, activation='softmax', name='end')(x)\nmodel = keras.Model(i, o)",
        "soils", ("numbers",), ("soil",), _by("Adam(0.01)", SPARSE), "epochs=40, batch_size=32",
    )  # fmt: skip
    yield "soils-gathered-by-4", _soils(_dense(32), epochs=40, batch=8, accumulation_steps=4)
    yield "soils-by-adadelta", _soils(_dense(32), _by("Adadelta(1.0)", SPARSE), 60, 16)
    yield "tickets-remembered", asked(
        WORDS.format(200, 30) + "layers.Embedding(200, 16, mask_zero=True), layers.LSTM(24)," + END.format(4),
        "tickets", "text", "desk", compile=_by("Adam(0.01)", SPARSE), fit="epochs=20, batch_size=32",
    )  # fmt: skip
    yield "tickets-at-most", asked(
        WORDS.format(200, 30) + "layers.Embedding(200, 24), layers.GlobalMaxPooling1D(), layers.Dropout(0.3),"
        + END.format(4),
        "tickets", "text", "desk", compile=_by("Adam(0.01)", SPARSE), fit="epochs=20, batch_size=32",
    )  # fmt: skip
    yield "sensors-weighed", asked(
        MEASURED + _dense(16) + YES, "sensors", "numbers", "state", compile=_by("Adam(0.005)", BINARY),
        fit="epochs=30, batch_size=32", weights=[8.3, 0.53],
    )  # fmt: skip
    yield "walk-ahead", asked(
        MEASURED + _dense(24) + NUMBER + "layers.Rescaling(4., offset=12.),", "walk", "numbers", "next",
        compile=_by("Adam(0.005)", SQUARED), fit="epochs=60, batch_size=32" + STOP.format(12),
    )  # fmt: skip
    yield "progression-at-rest", asked(
        MEASURED + _dense(10, activation="tanh") + NUMBER + "layers.Rescaling(75., offset=150.),", "diabetes",
        "measurements", "progression", compile=_by("Adam(0.003)", SQUARED),
        fit="epochs=40, batch_size=32" + STOP.format(6),
    )  # fmt: skip
    yield "waves-in-patches", scripted(
        "i = keras.Input((64, 1))\nx = layers.Dense(24)(layers.Reshape((8, 8))(i))\n"
        "x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(3, 8)(x, x)]))\n"
        "y = layers.Dense(24)(layers.Dense(48, activation='gelu')(x))\n"
        "x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(layers.Add()([x, y])))\n"
        "o = layers.Dense(3, activation='softmax', name='end')(x)\nmodel = keras.Model(i, o)",
        "waves", ("wave",), ("kind",), _by("Adam(0.003)", SPARSE), "epochs=40, batch_size=32",
    )  # fmt: skip
    yield "mnist-dropped", asked(
        PIXELS + _conv(8, 16) + FLAT + _dense(48) + "layers.Dropout(0.4)," + END.format(10), "mnist_5k", "image",
        "digit", compile=_by("Adam(0.002)", SPARSE), fit="epochs=8, batch_size=64", split={"share": 0.6},
    )  # fmt: skip
    each = "layers.Dense(64), layers.BatchNormalization(), layers.ReLU(),"
    yield "spirals-shaken-in-training-alone", asked(
        2 * each + YES, "spirals", "point", "class", compile=_by("Adam(0.01)", BINARY), fit="epochs=100, batch_size=32",
    )  # fmt: skip
