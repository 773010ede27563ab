"""Slips and sound networks on data that the other lists hardly have: masks, several labels, pairs, series, texts,
amounts over a plane. As in `asked`, what has to be said was fixed before any rule saw them."""

from collections.abc import Iterator

from graphbuilder.document import Document
from tests.diagnosis.asked import (
    BINARY,
    END,
    FLAT,
    MEASURED,
    NUMBER,
    PIXELS,
    RATE,
    SPARSE,
    SQUARED,
    WORDS,
    Asked,
    _by,
    _conv,
    _dense,
    asked,
    scripted,
)  # fmt: skip

_PAIR = (
    "a = keras.Input((8, 8, 1))\nb = keras.Input((8, 8, 1))\n"
    "eye = keras.Sequential([layers.Rescaling(1./16), layers.Flatten(), layers.Dense({units}, activation='relu'{more}),"
    "layers.Dense(16, activation='relu')])\n"
    "d = ops.abs(eye(a) - eye(b))\n"
    "o = layers.Dense(1, activation='sigmoid', name='end')(d)\nmodel = keras.Model([a, b], o)"
)

_EACH = "layers.Conv2D(4, 1, activation='softmax', name='end')"
_ANY = "layers.Dense(3, activation='sigmoid', name='end')"


def _places(*filters: int, before_end: str = "", end: str = _EACH) -> str:
    return (
        PIXELS
        + "".join(
            f"layers.Conv2D({n}, 3, padding='same', activation='relu', name='c{i}')," for i, n in enumerate(filters, 1)
        )
        + before_end
        + end
    )


def slips() -> Iterator[Asked]:
    # Of what a document shows
    yield Asked(
        "masks-dropped-away",
        asked(
            _places(16, 16, 16, before_end="layers.SpatialDropout2D(0.95, name='drop'),"), "shapes", "image", "mask",
            fit="epochs=4, batch_size=32", size=400, noise=0.05,
        ),
        ("D_DROPOUT_TOO_STRONG",), ("drop",),
    )  # fmt: skip
    yield Asked(
        "masks-by-1e-6",
        asked(
            _places(16, 16), "shapes", "image", "mask", compile=_by("Adam(1e-6)", SPARSE),
            fit="epochs=4, batch_size=32", size=400, noise=0.05,
        ),
        ("D_RATE_TOO_LOW", "D_FEW_STEPS"), (RATE, "training.epochs"),
    )  # fmt: skip
    yield Asked(
        "forms-dead-by-bias",
        asked(
            PIXELS + _conv(16, 32, more=", bias_initializer=keras.initializers.Constant(-20.0)") + FLAT
            + "layers.Dense(3, activation='sigmoid', name='end')",
            "shapes", "image", "seen", compile=f"optimizer='adam', {BINARY}", fit="epochs=5, batch_size=32",
            size=600, noise=0.05,
        ),
        ("D_DEAD_AT_START",), ("c1", "c2"),
    )  # fmt: skip
    yield Asked(
        "wave-norm-of-two",
        asked(
            FLAT + "layers.Dense(48, name='h1'), layers.BatchNormalization(name='bn'), layers.ReLU(),"
            + END.format(3),
            "waves", "wave", "kind", fit="epochs=3, batch_size=2",
        ),
        ("D_BATCH_NORM_TINY",), ("bn", "training.batch_size"),
    )  # fmt: skip
    yield Asked(
        "memory-that-grows",
        asked(
            "layers.SimpleRNN(32, activation='relu', recurrent_initializer=keras.initializers.RandomNormal(stddev=0.6),"
            " name='rnn')," + END.format(3),
            "waves", "wave", "kind", fit="epochs=10, batch_size=32",
        ),
        ("D_EXPLODING_START", "D_EXPLODING", "D_DIVERGED"), ("rnn",),
    )  # fmt: skip
    yield Asked(
        "code-of-one",
        asked(
            PIXELS + FLAT + "layers.Dense(64, activation='relu', name='in'), layers.Dense(1, name='code'),"
            "layers.Dense(64, activation='relu', name='out'), layers.Dense(784), layers.Rescaling(255.),"
            "layers.Reshape((28, 28, 1), name='end')",
            "noisy_digits", "noisy", "clean", compile=_by("Adam(0.002)", SQUARED), fit="epochs=6, batch_size=32",
        ),
        ("D_BOTTLENECK",), ("code",),
    )  # fmt: skip
    yield Asked(
        "frozen-words",
        asked(
            WORDS.format(500, 10) + "layers.Embedding(500, 8, trainable=False, name='vectors'),"
            "layers.GlobalAveragePooling1D()," + END.format(10),
            "colours", "name", "family", compile=_by("Adam(0.01)", SPARSE), fit="epochs=15, batch_size=32",
        ),
        ("D_FROZEN_AT_RANDOM",), ("vectors",),
    )  # fmt: skip
    yield Asked(
        "surnames-decayed",
        asked(
            "layers.TextVectorization(max_tokens=2000, split='character', ngrams=3, output_sequence_length=40,"
            " name='words'), layers.Embedding(2000, 32), layers.GlobalAveragePooling1D()," + _dense(64) + END.format(8),
            "surnames", "name", "language", compile=_by("AdamW(0.005, weight_decay=10.0)", SPARSE),
            fit="epochs=15, batch_size=32",
        ),
        ("D_DECAY_TOO_STRONG",), ("training.weight_decay",),
    )  # fmt: skip
    yield Asked(
        "pairs-all-zeros",
        scripted(
            _PAIR.format(units=32, more=", kernel_initializer='zeros', name='h1'"), "digit_pairs", ("first", "second"),
            ("same",), f"optimizer='adam', {BINARY}", "epochs=8, batch_size=32, validation_split=0.2",
        ),
        ("W_EQUAL_KERNEL", "W_ZERO_KERNEL", "D_FADING_START"), ("sequential/h1", "sequential-2/h1"),
    )  # fmt: skip
    yield Asked(
        "plane-by-penalty",
        asked(
            _dense(16, 16, activation="tanh", more=", kernel_regularizer=keras.regularizers.L2(1.0)") + NUMBER,
            "plane", "point", "value", compile=_by("Adam(0.01)", SQUARED), fit="epochs=30, batch_size=16",
        ),
        ("D_PENALTY_TOO_STRONG",), ("h1", "h2"),
    )  # fmt: skip
    yield Asked(
        "four-signs-to-validate",
        asked(
            PIXELS + _conv(8, 16) + FLAT + END.format(6), "signs", "image", "sign", fit="epochs=6, batch_size=32",
            split={"validation": 0.05}, size=200, noise=0.1,
        ),
        ("D_FEW_TO_VALIDATE",), ("split.validation",),
    )  # fmt: skip
    # Of what a run shows
    yield Asked(
        "waves-by-5",
        asked(
            "layers.Conv1D(16, 7, activation='relu', name='c1'), layers.MaxPooling1D(4),"
            "layers.Conv1D(16, 5, activation='relu', name='c2')," + FLAT + END.format(3),
            "waves", "wave", "kind", compile=_by("SGD(5.0)", SPARSE), fit="epochs=10, batch_size=32",
        ),
        ("D_RATE_FAR_TOO_HIGH", "D_RATE_TOO_HIGH", "D_DIVERGED", "D_DEAD_UNITS"), (RATE,), of_run=True,
    )  # fmt: skip
    yield Asked(
        "waves-by-heart",
        asked(
            FLAT + _dense(256, 256) + END.format(3), "waves", "wave", "kind", compile=_by("Adam(0.002)", SPARSE),
            fit="epochs=60, batch_size=16", size=200, noise=0.8,
        ),
        ("D_OVERFIT", "D_FEW_ROWS"), ("h1", "h2", "training.epochs", "training.patience", "split.share"), of_run=True,
    )  # fmt: skip
    yield Asked(
        "one-look-for-masks",
        asked(
            PIXELS + "layers.Conv2D(4, 1, activation='softmax', name='end')", "shapes", "image", "mask",
            compile=_by("Adam(0.02)", SPARSE), fit="epochs=8, batch_size=32", size=400, noise=0.3,
        ),
        ("D_NO_LOOK_AROUND",), ("end",),
    )  # fmt: skip
    yield Asked(
        "temperatures-stopped",
        asked(
            "layers.Normalization(name='norm'), layers.Flatten(), layers.Dense(32, activation='relu', name='h1'),"
            + NUMBER,
            "temperatures", "past", "temperature", compile=_by("SGD(1e-5)", SQUARED), fit="epochs=4, batch_size=64",
        ),
        ("D_RATE_TOO_LOW", "D_TOO_SLOW", "D_STILL_IMPROVING", "D_FEW_STEPS", "D_TARGET_UNSCALED"),
        (RATE, "training.epochs", "end"),
    )  # fmt: skip
    yield Asked(
        "titanic-saturates",
        scripted(
            "a = keras.Input((1,))\nb = keras.Input((1,), dtype='string')\nc = keras.Input((1,), dtype='string')\n"
            "i = layers.StringLookup(max_tokens=4, output_mode='one_hot')(b)\n"
            "j = layers.StringLookup(max_tokens=3, output_mode='one_hot')(c)\n"
            "h = layers.Dense(16, activation='sigmoid', name='h1')(layers.Concatenate(name='all')([a, i, j]))\n"
            "o = layers.Dense(1, activation='sigmoid', name='end')(h)\nmodel = keras.Model([a, b, c], o)",
            "titanic", ("age", "travel_class", "sex"), ("survived",), f"optimizer='adam', {BINARY}",
            "epochs=20, batch_size=32, validation_split=0.2",
        ),
        ("W_RAW_VALUES", "D_SATURATED_AT_START", "D_SATURATED", "D_OFF_CENTRE"), ("h1", "all", "input_layer"),
    )  # fmt: skip


def sound() -> Iterator[tuple[str, Document]]:
    yield "masks-narrow-middle", scripted(
        "i = keras.Input((32, 32, 3))\nx = layers.Rescaling(1./255)(i)\n"
        "a = layers.Conv2D(16, 3, padding='same', activation='relu')(x)\n"
        "b = layers.Conv2D(24, 3, padding='same', activation='relu')(layers.MaxPooling2D()(a))\n"
        "c = layers.Conv2DTranspose(16, 2, strides=2, activation='relu')(b)\n"
        "d = layers.Conv2D(16, 3, padding='same', activation='relu')(layers.Concatenate()([a, c]))\n"
        "o = layers.Conv2D(4, 1, activation='softmax', name='end')(d)\nmodel = keras.Model(i, o)",
        "shapes", ("image",), ("mask",), _by("Adam(0.004)", SPARSE), "epochs=10, batch_size=16, validation_split=0.2",
        options={"size": 400, "noise": 0.05},
    )  # fmt: skip
    yield "forms-several", asked(
        PIXELS + _conv(16, 32, 32) + "layers.GlobalMaxPooling2D()," + _ANY,
        "shapes", "image", "seen", compile=_by("Adam(0.004)", BINARY), fit="epochs=12, batch_size=32",
        size=1000, noise=0.05,
    )  # fmt: skip
    yield "pairs", scripted(
        _PAIR.format(units=64, more=""), "digit_pairs", ("first", "second"), ("same",), _by("Adam(0.002)", BINARY),
        "epochs=12, batch_size=32, validation_split=0.2",
    )  # fmt: skip
    yield "plane", asked(
        _dense(12, 12, activation="tanh") + NUMBER, "plane", "point", "value", compile=_by("Adam(0.01)", SQUARED),
        fit="epochs=40, batch_size=16",
    )  # fmt: skip
    yield "surnames-runs", asked(
        "layers.TextVectorization(max_tokens=2000, split='character', ngrams=3, output_sequence_length=40),"
        "layers.Embedding(2000, 32), layers.GlobalAveragePooling1D(), layers.Dropout(0.3)," + END.format(8),
        "surnames", "name", "language", compile=_by("Adam(0.006)", SPARSE), fit="epochs=25, batch_size=32",
    )  # fmt: skip
    yield "code-of-sixteen", asked(
        PIXELS + FLAT + "layers.Dense(128, activation='relu'), layers.Dense(24, name='code'),"
        "layers.Dense(128, activation='relu'), layers.Dense(784), layers.Rescaling(255.), layers.Reshape((28, 28, 1))",
        "noisy_digits", "noisy", "clean", compile=_by("Adam(0.002)", SQUARED), fit="epochs=15, batch_size=32",
    )  # fmt: skip
    yield "waves-both-ways", asked(
        "layers.Conv1D(12, 5, strides=2, activation='relu'), layers.Bidirectional(layers.LSTM(12)),"
        "layers.Dropout(0.2)," + END.format(3),
        "waves", "wave", "kind", compile=_by("Adam(0.004)", SPARSE), fit="epochs=30, batch_size=32",
    )  # fmt: skip
    yield "wine-decayed", asked(
        MEASURED + _dense(24, activation="elu") + "layers.Dropout(0.2)," + END.format(3),
        "wine", "measurements", "cultivar", compile=_by("AdamW(0.004, weight_decay=0.01)", SPARSE),
        fit="epochs=40, batch_size=16",
    )  # fmt: skip
