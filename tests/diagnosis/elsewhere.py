"""Slips and sound networks on further tables, and of shapes that the other lists hardly have: words of several columns,
counts, a board, heavy tails; branches, gates, residual and separable blocks. As in `asked`, what has to be said was
fixed before any rule saw them."""

from collections.abc import Iterator

from graphbuilder.document import Document
from tests.diagnosis.asked import (
    BINARY,
    END,
    FLAT,
    LOSS,
    MEAN,
    MEASURED,
    MODEL,
    NUMBER,
    PIXELS,
    RATE,
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

_HEAT = "layers.Rescaling(7., offset=17., name='back'),"
_RENTED = "layers.Rescaling(120., offset=110., name='back'),"
_WORDS = "layers.TextVectorization(max_tokens=300, output_sequence_length={}, name='words'),"
_KINDS = (
    "a = keras.Input((1,), dtype='string')\nb = keras.Input((1,), dtype='string')\n"
    "c = keras.Input((1,), dtype='string')\n"
    "i = layers.StringLookup(max_tokens=5, output_mode='{mode}')(a)\n"
    "j = layers.StringLookup(max_tokens=6, output_mode='{mode}')(b)\n"
    "k = layers.StringLookup(max_tokens=4, output_mode='{mode}')(c)\n"
)


def lapses() -> Iterator[Asked]:
    yield from _of_documents()
    yield from _of_runs()


def _of_documents() -> Iterator[Asked]:
    yield Asked(
        "stars-as-they-are",
        asked(
            _dense(24, activation="tanh") + END.format(3), "stars", "numbers", "kind",
            compile=_by("Adam(0.01)", SPARSE), fit="epochs=20, batch_size=32",
        ),
        ("W_RAW_VALUES", "D_SATURATED_AT_START", "D_OFF_CENTRE"), ("h1",),
    )  # fmt: skip
    yield Asked(
        "rentals-in-no-unit",
        asked(
            MEASURED + _dense(32, 16) + NUMBER, "rentals", "numbers", "rented", compile=_by("Adam(0.0003)", SQUARED),
            fit="epochs=10, batch_size=64",
        ),
        ("D_TARGET_UNSCALED", "D_FEW_STEPS"), ("end", LOSS, "training.epochs"),
    )  # fmt: skip
    yield Asked(
        "glasses-by-seven-sigmoids",
        asked(
            MEASURED + _dense(*[24] * 7, activation="sigmoid") + END.format(4), "glasses", "numbers", "use",
            compile=_by("Adam(0.003)", SPARSE), fit="epochs=30, batch_size=32",
        ),
        ("D_VANISHING_START",), ("h1", "h2", "h3"),
    )  # fmt: skip
    yield Asked(
        "few-dishes",
        asked(
            MEASURED + _dense(16) + END.format(4), "few_dishes", "numbers", "use", compile=_by("Adam(0.003)", SPARSE),
            fit="epochs=12, batch_size=32",
        ),
        ("D_UNBALANCED",), (LOSS, "class_weight"),
    )  # fmt: skip
    yield Asked(
        "signs-dropped-away",
        asked(
            PIXELS + _conv(8, 16) + FLAT + "layers.Dropout(0.97, name='drop')," + END.format(6), "signs", "image",
            "sign", fit="epochs=6, batch_size=32",
        ),
        ("D_DROPOUT_TOO_STRONG",), ("drop",),
    )  # fmt: skip
    yield Asked(
        "signs-by-penalty",
        asked(
            PIXELS + _conv(8, 16, more=", kernel_regularizer=keras.regularizers.L2(0.5)") + FLAT + END.format(6),
            "signs", "image", "sign", fit="epochs=6, batch_size=32",
        ),
        ("D_PENALTY_TOO_STRONG",), ("c1", "c2"),
    )  # fmt: skip
    yield Asked(
        "a-tenth-each-epoch",
        asked(
            MEASURED + _dense(24) + END.format(4), "glasses", "numbers", "use", compile=_by("Adam(0.003)", SPARSE),
            fit="epochs=40, batch_size=32", schedule={"name": "exponential", "decay_rate": 0.1, "every": 1.0},
        ),
        ("D_FALLS_TOO_FAST",), ("training.schedule", RATE),
    )  # fmt: skip
    yield Asked(
        "messages-of-two-words",
        asked(
            WORDS.format(300, 2) + "layers.Embedding(300, 16, name='vectors'), layers.GlobalAveragePooling1D(),"
            + END.format(3),
            "messages", "text", "kind", compile=_by("Adam(0.01)", SPARSE), fit="epochs=15, batch_size=32",
        ),
        ("D_WORDS_CUT",), ("words",),
    )  # fmt: skip
    yield Asked(
        "smoothed-to-nothing",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign",
            compile="optimizer='adam', loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.95)",
            fit="epochs=6, batch_size=32",
        ),
        ("D_SMOOTHED_AWAY",), (LOSS, "label_smoothing"),
    )  # fmt: skip
    yield Asked(
        "mushrooms-from-ones",
        scripted(
            _KINDS.format(mode="one_hot") + "h = layers.Dense(16, activation='relu', kernel_initializer='ones',"
            " name='h1')(layers.Concatenate()([i, j, k]))\n"
            "o = layers.Dense(1, activation='sigmoid', name='end')(h)\nmodel = keras.Model([a, b, c], o)",
            "mushrooms", ("cap", "odour", "place"), ("use",), _by("Adam(0.01)", BINARY), "epochs=15, batch_size=32",
        ),
        ("W_EQUAL_KERNEL",), ("h1",),
    )  # fmt: skip
    yield Asked(
        "mushrooms-by-frozen-numbers",
        scripted(
            _KINDS.format(mode="int") + "".join(
                f"{x} = layers.Flatten()(layers.Embedding({n}, 1, trainable=False, name='v{x}')({x}))\n"
                for x, n in (("i", 5), ("j", 6), ("k", 4))
            ) + "h = layers.Dense(2, activation='relu', name='h1')(layers.Concatenate()([i, j, k]))\n"
            "o = layers.Dense(1, activation='sigmoid', name='end')(h)\nmodel = keras.Model([a, b, c], o)",
            "mushrooms", ("cap", "odour", "place"), ("use",), _by("Adam(0.01)", BINARY), "epochs=25, batch_size=32",
        ),
        ("D_FROZEN_AT_RANDOM",), ("vi", "vj", "vk"),
    )  # fmt: skip
    yield Asked(
        "waves-dropped-at-each-step",
        asked(
            "layers.LSTM(24, dropout=0.95, name='memory')," + END.format(3), "waves", "wave", "kind",
            compile=_by("Adam(0.005)", SPARSE), fit="epochs=20, batch_size=32",
        ),
        ("D_DROPOUT_TOO_STRONG",), ("memory",),
    )  # fmt: skip


def _of_runs() -> Iterator[Asked]:
    yield of_run(
        "a-line-for-a-board",
        asked(YES, "checks", "numbers", "field", compile=_by("Adam(0.03)", BINARY), fit="epochs=40, batch_size=32"),
        ("D_NO_BEND",), "end",
    )  # fmt: skip
    yield of_run(
        "two-units-for-a-board",
        asked(_dense(2, activation="tanh") + YES, "checks", "numbers", "field", compile=_by("Adam(0.02)", BINARY),
              fit="epochs=60, batch_size=32"),
        ("D_UNDERFIT", "D_STUCK"), "h1",
    )  # fmt: skip
    yield of_run(
        "loads-by-3",
        asked(MEASURED + _dense(32, 32) + NUMBER, "loads", "numbers", "heat", compile=_by("SGD(0.3)", SQUARED),
              fit="epochs=20, batch_size=16"),
        ("D_DIVERGED", "D_RATE_TOO_HIGH", "D_DEAD_UNITS", "D_TARGET_UNSCALED"), RATE, "h1", "end", LOSS,
    )  # fmt: skip
    yield of_run(
        "heat-in-other-units",
        asked(MEASURED + _dense(16) + NUMBER + _HEAT, "loads_twice", "numbers", "heat",
              compile=_by("Adam(0.01)", SQUARED), fit="epochs=30, batch_size=32"),
        ("D_ANSWER_AS_INPUT",), "input", "norm_input", "input_layer", "field",
    )  # fmt: skip
    yield of_run(
        "messages-three-times",
        asked(WORDS.format(300, 20) + "layers.Embedding(300, 16, name='vectors'), layers.GlobalAveragePooling1D(),"
              + END.format(3), "messages_again", "text", "kind", compile=_by("Adam(0.01)", SPARSE),
              fit="epochs=20, batch_size=32"),
        ("D_LEAK_BETWEEN_PARTS",), "split.validation",
    )  # fmt: skip
    yield of_run(
        "few-messages-by-heart",
        asked(WORDS.format(300, 20) + "layers.Embedding(300, 64, name='vectors'), layers.Flatten()," + _dense(128)
              + END.format(3), "few_messages", "text", "kind", compile=_by("Adam(0.005)", SPARSE),
              fit="epochs=40, batch_size=16"),
        ("D_OVERFIT", "D_FEW_ROWS", "D_FEW_TO_VALIDATE"), *MODEL, "split.validation",
    )  # fmt: skip
    yield of_run(
        "messages-filled-up-to-60",
        asked(WORDS.format(300, 60) + "layers.Embedding(300, 16, name='vectors'), layers.LSTM(16, name='memory'),"
              + END.format(3), "messages", "text", "kind", compile=_by("Adam(0.01)", SPARSE),
              fit="epochs=20, batch_size=32"),
        ("D_FILLED_UP",), "vectors", "memory",
    )  # fmt: skip
    yield of_run(
        "mean-of-fillers",
        asked(WORDS.format(300, 200) + "layers.Embedding(300, 16, name='vectors'), layers.GlobalAveragePooling1D(),"
              + END.format(3), "messages", "text", "kind", compile=_by("Adam(0.002)", SPARSE),
              fit="epochs=12, batch_size=32"),
        ("D_FILLED_UP",), "vectors",
    )  # fmt: skip
    yield of_run(
        "pills-by-heart",
        asked(MEASURED + _dense(256, 256, 256) + YES, "pills", "numbers", "helped", compile=_by("Adam(0.003)", BINARY),
              fit="epochs=120, batch_size=32"),
        ("D_OVERFIT",), *MODEL,
    )  # fmt: skip
    yield of_run(
        "pills-to-the-floor",
        asked(MEASURED + _dense(6, activation="tanh") + YES, "pills", "numbers", "helped",
              compile=_by("Adam(0.005)", BINARY), fit="epochs=50, batch_size=32"),
        ("D_NOISE_FLOOR",), LOSS,
    )  # fmt: skip
    yield of_run(
        "rentals-cut-short",
        asked(MEASURED + _dense(32, 16) + NUMBER + _RENTED, "rentals", "numbers", "rented",
              compile=_by("Adam(0.001)", SQUARED), fit="epochs=200, batch_size=32" + STOP.format(1)),
        ("D_STOPPED_EARLY",), "training.patience",
    )  # fmt: skip
    yield of_run(
        "board-begun",
        asked(_dense(48, 48) + YES, "checks", "numbers", "field", compile=_by("Adam(0.003)", BINARY),
              fit="epochs=18, batch_size=32"),
        ("D_STILL_IMPROVING", "D_FEW_STEPS", "D_UNDERFIT"), "training.epochs",
    )  # fmt: skip
    yield of_run(
        "glasses-row-by-row",
        asked(MEASURED + _dense(32) + END.format(4), "glasses", "numbers", "use", compile=_by("SGD(0.3)", SPARSE),
              fit="epochs=25, batch_size=1"),
        ("D_BATCH_TOO_SMALL", "D_RATE_TOO_HIGH", "D_DEAD_UNITS"), RATE, "training.batch_size", "h1",
    )  # fmt: skip
    yield of_run(
        "signs-by-0.1",
        asked(PIXELS + _conv(16, 32) + FLAT + _dense(64) + END.format(6), "signs", "image", "sign",
              compile=_by("Adam(0.1)", SPARSE), fit="epochs=8, batch_size=32"),
        ("D_RATE_TOO_HIGH", "D_RATE_FAR_TOO_HIGH", "D_DEAD_UNITS", "D_STUCK"), RATE,
    )  # fmt: skip


def thriving() -> Iterator[tuple[str, Document]]:
    """Healthy ones of these data and shapes."""
    yield "stars-normalized", asked(
        MEASURED + _dense(32, 16) + END.format(3), "stars", "numbers", "kind", compile=_by("Adam(0.01)", SPARSE),
        fit="epochs=30, batch_size=32",
    )  # fmt: skip
    yield "rentals-gelu", asked(
        MEASURED + _dense(64, 32, activation="gelu") + NUMBER + _RENTED, "rentals", "numbers", "rented",
        compile=_by("Nadam(0.005)", SQUARED), fit="epochs=60, batch_size=32",
    )  # fmt: skip
    yield "rentals-absolute", asked(
        MEASURED + _dense(48, 24) + NUMBER + _RENTED, "rentals", "numbers", "rented",
        compile=_by("Adam(0.005)", "loss='mae'"), fit="epochs=60, batch_size=32",
    )  # fmt: skip
    yield "glasses-normalized-twice", asked(
        MEASURED + "layers.Dense(32, use_bias=False, name='h1'), layers.BatchNormalization(momentum=0.9),"
        "layers.ReLU(), layers.Dropout(0.2)," + END.format(4),
        "glasses", "numbers", "use", compile=_by("Adam(0.01)", SPARSE), fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "few-dishes-balanced", asked(
        MEASURED + _dense(24) + END.format(4), "few_dishes", "numbers", "use", compile=_by("Adam(0.01)", SPARSE),
        fit="epochs=40, batch_size=32", weights=[0.7, 6.0, 0.7, 0.7],
    )  # fmt: skip
    yield "loads-line", asked(
        MEASURED + NUMBER + _HEAT, "loads", "numbers", "heat", compile=_by("SGD(0.001)", SQUARED),
        fit="epochs=40, batch_size=16",
    )  # fmt: skip
    yield "loads-swish", asked(
        MEASURED + _dense(32, 16, activation="swish") + NUMBER + _HEAT, "loads", "numbers", "heat",
        compile=_by("Adamax(0.01)", SQUARED), fit="epochs=60, batch_size=16",
    )  # fmt: skip
    yield "loads-few-weights", asked(
        MEASURED + _dense(32, more=", kernel_regularizer=keras.regularizers.L1(2.0)") + NUMBER + _HEAT, "loads",
        "numbers", "heat", compile=_by("Adam(0.01)", SQUARED), fit="epochs=40, batch_size=32",
    )  # fmt: skip
    yield "board", asked(
        _dense(48, 48, 24) + YES, "checks", "numbers", "field", compile=_by("Adam(0.01)", BINARY),
        fit="epochs=120, batch_size=32",
    )  # fmt: skip
    yield "mushrooms-one-hot", scripted(
        _KINDS.format(mode="one_hot") + "h = layers.Dense(16, activation='relu', name='h1')"
        "(layers.Concatenate()([i, j, k]))\n"
        "o = layers.Dense(1, activation='sigmoid', name='end')(h)\nmodel = keras.Model([a, b, c], o)",
        "mushrooms", ("cap", "odour", "place"), ("use",), _by("Adam(0.01)", BINARY), "epochs=25, batch_size=32",
    )  # fmt: skip
    yield "mushrooms-embedded", scripted(
        _KINDS.format(mode="int") + "".join(
            f"{x} = layers.Flatten()(layers.Embedding({n}, 4)({x}))\n" for x, n in (("i", 5), ("j", 6), ("k", 4))
        ) + "h = layers.Dense(16, activation='relu', name='h1')(layers.Concatenate()([i, j, k]))\n"
        "o = layers.Dense(1, activation='sigmoid', name='end')(h)\nmodel = keras.Model([a, b, c], o)",
        "mushrooms", ("cap", "odour", "place"), ("use",), _by("Adam(0.01)", BINARY), "epochs=25, batch_size=32",
    )  # fmt: skip
    yield "messages-conv", asked(
        WORDS.format(300, 20) + "layers.Embedding(300, 16), layers.Conv1D(24, 3, activation='relu', padding='same'),"
        "layers.GlobalMaxPooling1D(), layers.Dropout(0.3)," + END.format(3),
        "messages", "text", "kind", compile=_by("Adam(0.005)", SPARSE), fit="epochs=20, batch_size=32",
    )  # fmt: skip
    yield "messages-bag", asked(
        WORDS.format(300, 20) + "layers.Embedding(300, 8), layers.GlobalAveragePooling1D()," + END.format(3),
        "messages", "text", "kind", compile=_by("Adam(0.02)", SPARSE), fit="epochs=25, batch_size=32",
    )  # fmt: skip
    yield "signs-squeezed", scripted(
        "i = keras.Input((32, 32, 3))\nx = layers.Rescaling(1./255)(i)\n"
        "x = layers.MaxPooling2D()(layers.Conv2D(16, 3, padding='same', activation='relu')(x))\n"
        "x = layers.Conv2D(32, 3, padding='same', activation='relu')(x)\n"
        "s = layers.Dense(32, activation='sigmoid')(layers.Dense(8, activation='relu')"
        "(layers.GlobalAveragePooling2D()(x)))\n"
        "x = layers.MaxPooling2D()(layers.Multiply()([x, layers.Reshape((1, 1, 32))(s)]))\n"
        "o = layers.Dense(6, activation='softmax', name='end')(layers.Flatten()(x))\nmodel = keras.Model(i, o)",
        "signs", ("image",), ("sign",), _by("Adam(0.003)", SPARSE), "epochs=12, batch_size=32",
    )  # fmt: skip
    yield "signs-residual", scripted(
        "i = keras.Input((32, 32, 3))\nx = layers.Rescaling(1./255)(i)\n"
        "x = layers.Conv2D(16, 3, strides=2, padding='same')(x)\nfor n in range(2):\n"
        "    y = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(16, 3, padding='same', use_bias=False)(x))\n"
        "    x = layers.Add()([x, layers.ReLU()(y)])\n"
        "x = layers.MaxPooling2D(4)(x)\n"
        "o = layers.Dense(6, activation='softmax', name='end')(layers.Flatten()(x))\nmodel = keras.Model(i, o)",
        "signs", ("image",), ("sign",), _by("Adam(0.003)", SPARSE), "epochs=12, batch_size=32",
    )  # fmt: skip
    yield "signs-branches", scripted(
        "i = keras.Input((32, 32, 3))\nx = layers.Rescaling(1./255)(i)\n"
        "x = layers.MaxPooling2D()(layers.Conv2D(16, 3, padding='same', activation='relu')(x))\n"
        "a = layers.Conv2D(8, 1, activation='relu')(x)\n"
        "b = layers.Conv2D(16, 3, padding='same', activation='relu')(layers.Conv2D(8, 1, activation='relu')(x))\n"
        "c = layers.Conv2D(8, 5, padding='same', activation='relu')(x)\n"
        "x = layers.MaxPooling2D(4)(layers.Concatenate()([a, b, c]))\n"
        "o = layers.Dense(6, activation='softmax', name='end')(layers.Flatten()(x))\nmodel = keras.Model(i, o)",
        "signs", ("image",), ("sign",), _by("Adam(0.003)", SPARSE), "epochs=12, batch_size=32",
    )  # fmt: skip
    yield "printed-depthwise", asked(
        PIXELS + "layers.Conv2D(16, 3, strides=2, padding='same', activation='relu'),"
        "layers.DepthwiseConv2D(3, padding='same', activation='relu'), layers.Conv2D(32, 1, activation='relu'),"
        "layers.MaxPooling2D()," + FLAT + END.format(10),
        "printed_digits", "image", "digit", compile=_by("Adam(0.003)", SPARSE), fit="epochs=10, batch_size=32",
    )  # fmt: skip
    yield "signs-mean", asked(
        PIXELS + _conv(16, 32, 48) + MEAN + END.format(6), "signs", "image", "sign", compile=_by("Adam(0.005)", SPARSE),
        fit="epochs=20, batch_size=32",
    )  # fmt: skip
