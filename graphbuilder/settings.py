"""How a network is trained, whatever the optimizer, and which rows it is trained on: each setting declared once."""

from math import exp, sin

from graphbuilder.lessons import Lesson
from graphbuilder.parameters import Declared, Number, Whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time


def _noisy(t: float, noise: float) -> float:
    """A loss that falls, shaken by noise; always the same one."""
    return 0.12 + 0.75 * exp(-4 * t) + noise * sin(61 * t) * sin(23 * t + 1)


def _turns(t: float) -> float:
    """A validation loss that falls and rises again."""
    return 0.25 + 0.65 * exp(-6 * t) + 0.35 * max(0.0, t - 0.35)


def _parts(told: str, shares: tuple[float, float, float]) -> Sketch:
    """The rows of a data set as one bar, cut into training, validation and test part."""
    sketch, left = Sketch(told), 20.0
    for name, share, color in zip(("training", "validation", "test"), shares, (BLUE, ORANGE, ""), strict=True):
        sketch.box(left, 60, 280 * share, 40, color=color).text(left + 140 * share, 122, name)
        sketch.text(left + 140 * share, 85, f"{share:.0%}")
        left += 280 * share
    return sketch


_BATCH_SIZE = Lesson(
    lines_over_time(
        "With small batches the loss is shaken, with large ones it is smooth",
        [("4", lambda t: _noisy(t, 0.14), ORANGE, True), ("256", lambda t: 0.1 + _noisy(t, 0.0), BLUE, False)],
        across="steps",
    ),
    when="32 to 128 is a good start; when you double it, try a larger learning rate.",
    point="The gradient of a batch is a guess at that of all samples. Small batches guess badly and often, and the "
    "noise may even help to find places that hold for new data.",
    formula=r"g = \frac{1}{B} \sum_{i=1}^{B} \nabla L_i",
)
_EPOCHS = Lesson(
    lines_over_time(
        "The training loss falls on while the validation loss rises again",
        [("training", lambda t: 0.04 + 0.86 * exp(-4.5 * t), BLUE, False), ("validation", _turns, ORANGE, True)],
    ),
    when="Until the validation loss falls no more; set it high and let early stopping end the training.",
    point="Too few: underfitting, both curves are still falling. Too many: overfitting, the network learns its samples "
    "by heart and the curves drift apart.",
    formula=r"steps = epochs \cdot \lceil N / B \rceil",
)
_SEED = Lesson(
    lines_over_time(
        "Three seeds give three curves that end at different heights",
        [
            ("seed 1", lambda t: _noisy(t, 0.05), BLUE, False),
            ("seed 2", lambda t: _noisy(t, -0.05) + 0.16 * t, ORANGE, True),
            ("seed 3", lambda t: 0.1 + _noisy(t, 0.02) + 0.26 * t, "", False),
        ],
    ),
    when="Keep it while you compare two settings; change it to see how much is luck.",
    point="A difference that is smaller than that between two seeds is no difference.",
)
_PATIENCE = Lesson(
    lines_over_time("Training stops some epochs behind the lowest validation loss", [("", _turns, ORANGE, True)])
    .line([(108, 22), (108, 136)], BLUE)
    .text(108, 16, "best", color=BLUE)
    .line([(176, 22), (176, 136)])
    .text(176, 16, "stop")
    .arrow(112, 124, 172, 124)
    .text(142, 118, "patience"),
    when="Early stopping: 5 to 20 epochs, with epochs set high; the weights of the best epoch are kept.",
    point="The cheapest regularization there is: it finds the right number of epochs by itself.",
)
_MIN_DELTA = Lesson(
    lines_over_time(
        "A loss that falls by less than a small step counts as standing still",
        [("", lambda t: 0.3 + 0.6 * exp(-7 * t) - 0.05 * t, ORANGE, True)],
    )
    .line([(110, 94), (234, 94)], BLUE, width=1.4)
    .line([(110, 112), (234, 112)], BLUE, width=1.4)
    .text(240, 107, "min delta", anchor="start", color=BLUE),
    when="Leave it at 0; about a thousandth of the loss where training crawls on for ever.",
    point="It says what you would call progress; patience says how long you wait for it.",
)


class Settings(Declared):
    """What holds for every optimizer."""

    batch_size = Whole(
        32,
        low=1,
        high=10**6,
        help="Samples a step looks at; the whole training part gives full-batch descent.",
        lesson=_BATCH_SIZE,
    )
    epochs = Whole(15, low=1, high=100_000, help="How often every sample is seen.", lesson=_EPOCHS)
    seed = Whole(
        1,
        low=0,
        high=2**31 - 1,
        help="The same seed draws the same weights and the same order of samples.",
        lesson=_SEED,
    )
    patience = Whole(
        0,
        low=0,
        high=100_000,
        unit="epochs",
        help="Stop when the validation loss got no better for so long; 0 is never.",
        lesson=_PATIENCE,
    )
    min_delta = Number(
        0.0,
        low=0.0,
        more=True,
        help="By how much the validation loss must fall to count as better.",
        lesson=_MIN_DELTA,
    )


_VALIDATION = Lesson(
    _parts("All rows, cut into training, validation and test part", (0.5, 0.28, 0.22)),
    when="A fifth; less where rows are very many.",
    point="You choose settings by it, so every choice uses it up a little. That is why there is a third part.",
)
_TEST = Lesson(
    _parts("The test part is kept to the end", (0.44, 0.26, 0.3)),
    when="A fifth, looked at once, when everything is chosen.",
    point="The only honest number of a project. Each look at it, followed by a change, makes it a validation part.",
)
_SPLIT_SEED = Lesson(
    Sketch("Two seeds put other rows into the parts")
    .text(20, 24, "seed 0", anchor="start")
    .cells(20, 32, [list("ttvttstvts")], 28, {(0, 2), (0, 7)}, ORANGE)
    .text(20, 86, "seed 1", anchor="start")
    .cells(20, 94, [list("vtstttsttv")], 28, {(0, 0), (0, 9)}, ORANGE)
    .text(20, 146, "t training, v validation, s test", anchor="start"),
    when="Keep it, so that runs are comparable; change it to see how much a score owes to its rows.",
    point="Every class keeps its share in each part: chance alone can leave a rare class out of one.",
)


class Split(Declared):
    """Which share of the rows is kept from training."""

    validation = Number(0.2, low=0.05, high=0.85, help="Share of the rows to watch training by.", lesson=_VALIDATION)
    test = Number(
        0.2, low=0.0, high=0.85, help="Share of the rows that nothing sees before the final test.", lesson=_TEST
    )
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed puts other rows into the parts.", lesson=_SPLIT_SEED)
