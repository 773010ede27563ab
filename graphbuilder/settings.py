"""How a network is trained, whatever the optimizer, and which rows it is trained on: each setting declared once."""

from collections.abc import Mapping
from math import exp, sin
from types import MappingProxyType
from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.lessons import Lesson
from graphbuilder.parameters import (
    Choice,
    Declared,
    Number,
    OneOf,
    Option,
    ScoreKey,
    Whole,
    WholeOrAll,
    WholeOrNone,
    YesNo,
)
from graphbuilder.schedules import SCHEDULES, Run, Schedule
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time
from graphbuilder.stopping import EarlyStopping


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


_SCHEDULE = Lesson(
    lines_over_time(
        "The learning rate over the epochs: constant, in steps, along a cosine",
        [
            ("constant", lambda t: 0.85, "", False),
            ("in steps", lambda t: 0.82 / 2 ** int(t * 2.99), ORANGE, True),
            ("cosine", lambda t: SCHEDULES["cosine"]().rate(0.8, round(60 * t), Run(1, 60)), BLUE, False),
        ],
        up="rate",
    ),
    when="Once a constant rate trains well: cosine is a good first one. The form draws it over this very run.",
    point="Far from the goal large steps save time; near it they jump across. So begin large and end small.",
    formula=r"\eta_t = \eta \, s(t)",
)
_CLIPPING = Lesson(
    lines_over_time(
        "The step over the size of the gradient: clipped, it is no longer than the bound",
        [("without", lambda t: 0.95 * t, ORANGE, True), ("clipped", lambda t: min(0.4, 0.95 * t), BLUE, False)],
        across="gradient",
        up="step",
    ),
    when="For recurrent networks and attention, where the loss jumps: the norm of all together, at 1.",
    point="On a cliff of the loss the gradient says how steep it is, not how far to go. By value each number is cut, "
    "which turns the step; by norm it is made shorter and keeps its direction.",
    formula=r"g \leftarrow g \, \min(1,\ c / \|g\|)",
)
_AVERAGING = Lesson(
    lines_over_time(
        "The weight is shaken by every batch, its average is not",
        [
            ("weight", lambda t: 0.3 + 0.5 * (1 - exp(-4 * t)) + 0.1 * sin(61 * t) * sin(23 * t + 1), ORANGE, True),
            ("average", lambda t: 0.3 + 0.5 * (1 - exp(-3.4 * t)), BLUE, False),
        ],
        across="steps",
        up="weight",
    ),
    when="With small batches or large rates, over about the last epoch: 0.99 averages a hundred steps.",
    point="Until the end the weights themselves are validated, as Keras does; then the averages take their place. They "
    "lie in the middle of the valley that the steps jump about in.",
    formula=r"\bar w \leftarrow \beta \bar w + (1 - \beta) w",
)
_ACCUMULATION = Lesson(
    Sketch("Four batches make one step")
    .cells(20, 40, [["g", "g", "g", "g"]], 40, {(0, 0), (0, 1), (0, 2), (0, 3)}, ORANGE)
    .arrow(186, 60, 218, 60)
    .box(224, 40, 76, 40, "one step", BLUE)
    .text(100, 104, "of a batch each")
    .text(100, 28, "gradients"),
    when="Where the batch that you want does not fit into memory.",
    point="Gradients add up, so four batches of 32 make the step of one of 128, with the memory of 32. What is "
    "normalized over a batch still sees 32.",
    formula=r"g = \frac{1}{k} \sum_{i=1}^{k} g_i",
)
_MONITOR = Lesson(
    lines_over_time(
        "The validation loss rises again while the accuracy still gets better",
        [("val loss", _turns, ORANGE, True), ("accuracy", lambda t: 0.2 + 0.6 * (1 - exp(-3 * t)), BLUE, False)],
        up="",
    ),
    when="The validation loss, unless you are judged by something else, such as F1 of a rare class.",
    point="What you watch is what you get. The loss tells soonest of overfitting; a metric may go on getting better.",
    formula=r"m_t = metric(validation)",
)
_MODE = Lesson(
    lines_over_time(
        "Of a loss the lowest is best, of an accuracy the highest",
        [
            ("loss", lambda t: 0.1 + 0.5 * exp(-4 * t), ORANGE, True),
            ("accuracy", lambda t: 0.9 - 0.5 * exp(-4 * t), BLUE, False),
        ],
        up="",
    ),
    when="Leave it, unless Keras could not know which way is better.",
    point="A wrong direction ends the training when it goes well, and keeps the worst weights of all.",
    formula=r"\min_t m_t \quad or \quad \max_t m_t",
)
_RESTORE = Lesson(
    lines_over_time("The weights of the lowest point are kept, or the last ones", [("", _turns, ORANGE, True)])
    .line([(108, 22), (108, 136)], BLUE)
    .text(108, 16, "kept", color=BLUE)
    .line([(176, 22), (176, 136)])
    .text(176, 16, "last"),
    when="Leave it on; off to see what the last epochs did to the weights.",
    point="The epochs of patience were for nothing, and more: they are where overfitting began.",
    formula=r"w \leftarrow w_{t^*}",
)
_START = Lesson(
    lines_over_time(
        "The first epochs do not count, whatever happens in them",
        [("", lambda t: 0.2 + 0.6 * exp(-5 * t) + (0.3 * sin(40 * t) if t < 0.25 else 0), ORANGE, True)],
    )
    .line([(84, 22), (84, 136)])
    .text(88, 30, "counts from here", anchor="start"),
    when="With warm-up, or where the first epochs are wild.",
    point="A lucky first epoch would be hard to beat, and end a training that had hardly begun.",
    formula=r"t \ge t_0",
)
_KEEP_SEED = Lesson(
    Sketch("Kept, each run has the same seed; else each draws another")
    .text(20, 34, "kept", anchor="start")
    .cells(110, 16, [["7", "7", "7", "7"]], 28)
    .text(20, 94, "not kept", anchor="start")
    .cells(110, 76, [["7", "31", "4", "85"]], 28)
    .text(166, 132, "runs"),
    when="Keep it while you compare settings; let it go to see how much is luck.",
    point="Each run tells which seed it had, so any of them can be repeated.",
)


_LOGS = Lesson(
    Sketch("A training writes its logs, which TensorBoard reads meanwhile")
    .box(20, 52, 76, 40, "training", BLUE)
    .arrow(98, 72, 122, 72)
    .box(126, 52, 60, 40, "logs")
    .arrow(188, 72, 212, 72)
    .box(216, 52, 94, 40, "TensorBoard", ORANGE)
    .text(156, 118, "curves, histograms, graph"),
    when="Where you know TensorBoard, or put runs of several programs beside each other in it.",
    point="They are written of what is recorded anyway, so the training is the same with and without them.",
)


class _None(Option, title="None"):
    """As it is."""


class _ByValue(Option, title="By value", keras="clipvalue"):
    """Each number of the gradient by itself."""

    at = Number(0.5, low=0.0, open_low=True, help="No number of the gradient is larger.")


class _ByNorm(Option, title="By norm", keras="clipnorm"):
    """The gradient of each weight array, by its length."""

    at = Number(1.0, low=0.0, open_low=True, help="No array's gradient is longer.")


class _ByGlobalNorm(Option, title="By norm of all", keras="global_clipnorm"):
    """The whole gradient, by its length."""

    at = Number(1.0, low=0.0, open_low=True, help="The gradient of all weights together is no longer.")


class _Moving(Option, title="Moving average"):
    """The weights at the end are a moving average over the steps."""

    momentum = Number(0.99, low=0.0, high=1.0, help="The share of the average that is kept at each step.")
    every = WholeOrNone(
        none="only at the end", low=1, high=10**6, help="Steps after which the averages take the weights' place."
    )


CLIPPING: Mapping[str, type[Option]] = MappingProxyType(
    {"none": _None, "global_norm": _ByGlobalNorm, "norm": _ByNorm, "value": _ByValue}
)
AVERAGING: Mapping[str, type[Option]] = MappingProxyType({"none": _None, "moving": _Moving})


class Settings(Declared):
    """What holds for every optimizer."""

    batch_size = WholeOrAll(
        32,
        low=1,
        high=10**6,
        none="full batch",
        help="Samples a step looks at; left empty it is the whole training part, full-batch descent.",
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
        help="Stop when what is watched got no better for so long; 0 is never.",
        lesson=_PATIENCE,
    )
    min_delta = Number(
        0.0,
        low=0.0,
        more=True,
        help="By how much what is watched must get better to count.",
        lesson=_MIN_DELTA,
    )
    keep_seed = YesNo(
        True,
        quiet=True,
        more=True,
        help="Every training has this seed; else each draws one of its own, which its record tells.",
        lesson=_KEEP_SEED,
    )
    schedule = OneOf(
        "constant",
        SCHEDULES,
        quiet=True,
        help="How the learning rate changes with the epochs.",
        lesson=_SCHEDULE,
    )
    clipping = OneOf(
        "none", CLIPPING, quiet=True, more=True, help="Makes gradients that are too long shorter.", lesson=_CLIPPING
    )
    ema = OneOf(
        "none",
        AVERAGING,
        quiet=True,
        more=True,
        help="Whether the weights at the end are an average over the last steps.",
        lesson=_AVERAGING,
    )
    accumulation_steps = Whole(
        1,
        low=1,
        high=10_000,
        quiet=True,
        more=True,
        help="Batches whose gradients make one step together.",
        lesson=_ACCUMULATION,
    )
    monitor = ScoreKey(
        "val_loss",
        quiet=True,
        help="What early stopping watches, and a schedule on a plateau; its best epoch is marked.",
        lesson=_MONITOR,
    )
    mode = Choice(
        "auto",
        choices={"auto": "As is usual for it", "min": "The lowest", "max": "The highest"},
        quiet=True,
        more=True,
        help="Which value of what is watched is the best.",
        lesson=_MODE,
    )
    restore_best_weights = YesNo(
        True,
        quiet=True,
        more=True,
        help="At the end the weights of the best epoch are put back, where early stopping is on.",
        lesson=_RESTORE,
    )
    start_from_epoch = Whole(
        0,
        low=0,
        high=100_000,
        quiet=True,
        more=True,
        help="Epochs at the start that early stopping does not count.",
        lesson=_START,
    )
    tensorboard_logs = YesNo(
        False,
        quiet=True,
        more=True,
        help="Writes what TensorBoard reads while it trains: in the folder logs of the run, the code beside itself; "
        "Export has them as a file.",
        lesson=_LOGS,
    )

    @property
    def scheduled(self) -> Schedule:
        made: Schedule = type(self).schedule.option(self.schedule)
        return made

    @property
    def stopping(self) -> EarlyStopping:
        if not self.patience:
            return EarlyStopping()
        return EarlyStopping(self.patience, self.min_delta, self.start_from_epoch, self.restore_best_weights)

    @property
    def averages(self) -> bool:
        return type(self).ema.name_of(self.ema) == "moving"

    def of_optimizer(self, rate: float) -> dict[str, Argument]:
        """What Keras' optimizer is told of them, whichever it is. rate: the learning rate that is set."""
        told: dict[str, Argument] = {"learning_rate": self.scheduled.argument(rate)}
        clipped = type(self).clipping.option(self.clipping)
        if not isinstance(clipped, _None):
            told[clipped.keras] = clipped.at
        if self.averages:
            moving = type(self).ema.option(self.ema)
            told |= {"use_ema": True, "ema_momentum": moving.momentum}
            told |= {"ema_overwrite_frequency": moving.every} if moving.every else {}
        if self.accumulation_steps > 1:
            told["gradient_accumulation_steps"] = self.accumulation_steps
        return told

    def kept(self) -> int:
        """How many numbers the optimizer keeps beside each weight for these."""
        return self.averages + (self.accumulation_steps > 1)


EARLY_STOPPING = ("patience", "monitor", "min_delta", "mode", "restore_best_weights", "start_from_epoch")
"""Settings of it, in the order of the form."""

LOGS = "logs"
"""The folder of what TensorBoard reads: among a run's files, and beside the code."""
BESIDE_TRAINING = ("tensorboard_logs",)
"""Settings that change nothing of what is learned, nor how."""


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


_BY = Lesson(
    Sketch("In time the test part is the latest; at random its rows lie anywhere")
    .text(20, 24, "at random", anchor="start")
    .cells(20, 32, [list("tvttstvtst")], 28, {(0, 4), (0, 8)}, ORANGE)
    .text(20, 86, "by time", anchor="start")
    .cells(20, 94, [list("ttttttvvss")], 28, {(0, 8), (0, 9)}, ORANGE)
    .text(20, 146, "t training, v validation, s test", anchor="start"),
    when="At random, unless rows follow one another in time, or whoever made the data set chose the test part.",
    point="Tomorrow is not among the samples. Parts of a series that are drawn at random let a network look at both "
    "neighbours of what it is to foretell, and its score promises too much.",
)
_GROUPED = Lesson(
    Sketch("All rows of a person are in one part")
    .cells(20, 44, [list("AAABBBCCDD")], 28, {(0, 6), (0, 7)}, ORANGE)
    .text(104, 96, "training", color=BLUE)
    .text(216, 96, "test", color=ORANGE)
    .text(20, 136, "rows of A, B, C and D", anchor="start"),
    when="Whenever several rows are of one person, patient, machine or place.",
    point="A network that has seen three rows of a person knows the fourth. It would be praised for knowing people, "
    "not for what it is to learn.",
)
_TOGETHER = Lesson(
    Sketch("Rows of equal inputs are in one part, all others anywhere")
    .cells(20, 44, [list("abcadebfga")], 28, {(0, 0), (0, 3), (0, 9)}, ORANGE)
    .text(20, 96, "a stands three times, all in one part", anchor="start")
    .text(20, 136, "rows of the inputs a to g", anchor="start"),
    when="Where rows come twice: pictures that were collected from several places, answers that were entered again.",
    point="A copy of a row that was learned by heart is answered from memory. The score of a part that has such copies "
    "says nothing of rows never seen.",
)
_FOLDS = Lesson(
    Sketch("Each fold is once the validation part")
    .cells(
        60, 12, [list("vttttss"), list("tvtttss"), list("ttvttss"), list("tttvtss"), list("ttttvss")], 26,
        {(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)}, ORANGE,
    )
    .text(268, 90, "5 folds", anchor="start"),
    when="5 or 10 where rows are few, one run for each fold; 0 where they are many.",
    point="Of few rows, it is luck which are validated with. Each is once, and the mean over the folds is a better "
    "judge; their spread says how much luck there is. By time, each fold trains on what is before it.",
    formula=r"\bar{s} = \frac{1}{k} \sum_{i=1}^{k} s_i",
)  # fmt: skip
_FOLD = Lesson(
    Sketch("The second of five folds is the validation part")
    .cells(20, 52, [list("12345"), list("tvttt")], 46, {(1, 1)}, ORANGE)
    .text(262, 80, "fold", anchor="start")
    .text(20, 30, "rows but the test part", anchor="start"),
    when="1 first; then each up to the number of folds, with all else as it was.",
    point="Runs that differ in the fold alone are to be judged together, by their mean: the best of them is no better "
    "network, it had the easier rows.",
    formula=r"validation_i \cap validation_j = \emptyset",
)
_SHARE = Lesson(
    lines_over_time(
        "The validation loss falls with more rows, ever less steeply",
        [("training", lambda t: 0.34 - 0.26 * exp(-4 * t), BLUE, False),
         ("validation", lambda t: 0.42 + 0.5 * exp(-5 * t), ORANGE, True)],
        across="rows",
    ),
    when="Train at 0.25, 0.5 and 1, and look whether the validation score still rises.",
    point="If twice the rows helped, more will help again; if not, collect no more, but change the network. A smaller "
    "share is within a larger one, and validation and test stay as they are.",
    formula=r"N' = share \cdot N",
)  # fmt: skip


_BOOTSTRAP = Lesson(
    lines_over_time(
        "The share of rows that are drawn at least once nears 63 %",
        [("drawn", lambda t: 1 - exp(-t) if t else 0.0, BLUE, False), ("all rows", lambda _: 1.0, ORANGE, True)],
        across="draws, of as many as there are rows",
    ),
    when="For the members of a bagged ensemble, each with another seed. 0 for a network alone.",
    point="Drawing N of N rows with replacement takes each about once, some several times and 37 % never. Networks "
    "that learned from other draws make other mistakes, which their mean evens out (Efron, 1979; Breiman, 1996).",
    formula=r"P(\text{drawn}) = 1 - (1 - \tfrac{1}{N})^N \to 1 - e^{-1}",
)


class Split(Declared):
    """Which share of the rows is kept from training."""

    validation = Number(0.2, low=0.01, high=0.85, help="Share of the rows to watch training by.", lesson=_VALIDATION)
    test = Number(
        0.2, low=0.0, high=0.85, help="Share of the rows that nothing sees before the final test.", lesson=_TEST
    )
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed puts other rows into the parts.", lesson=_SPLIT_SEED)
    by = Choice(
        "data",
        choices={
            "data": "As the data say",
            "random": "At random, classes in equal shares",
            "time": "By time, the test last",
            "given": "As a column says",
        },
        more=True,
        quiet=True,
        help="What puts a row into its part. The data say it by a column of parts, else by one of times.",
        lesson=_BY,
    )
    grouped = YesNo(
        True,
        more=True,
        quiet=True,
        help="Rows of one group stay together, where the data have a column of groups.",
        lesson=_GROUPED,
    )
    together = YesNo(
        False,
        more=True,
        quiet=True,
        help="Rows whose inputs are equal, value by value, stay in one part, so that none is learned by heart.",
        lesson=_TOGETHER,
    )
    folds = Whole(
        0,
        low=0,
        high=20,
        more=True,
        quiet=True,
        help="Into how many folds all but the test part falls, each once for validation; 0 is one validation part.",
        lesson=_FOLDS,
    )
    fold = Whole(
        1,
        low=1,
        high=20,
        more=True,
        quiet=True,
        help="Which of the folds is for validation, counted from 1.",
        lesson=_FOLD,
    )
    share = Number(
        1.0,
        low=0.01,
        high=1.0,
        more=True,
        quiet=True,
        help="Share of the training part that is trained on; it tells how much more data help.",
        lesson=_SHARE,
    )
    bootstrap = Whole(
        0,
        low=0,
        high=2**31 - 1,
        more=True,
        quiet=True,
        help="Seed by which training rows are drawn with replacement, as bagging does; 0 takes each row once.",
        lesson=_BOOTSTRAP,
    )

    SHARES = ("validation", "test", "seed")
    """What every split is made by."""
    OF_TRAINING = ("folds", "fold", "share", "bootstrap")
    """What parts only the rows that the test part leaves."""

    @classmethod
    def asked(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What rows are parted by, beside columns and equal rows: the shares and the seed, and of folds, a share of
        training and a bootstrap what is asked for."""
        idle = {"folds", "fold"} if settings["folds"] <= 1 else set()
        idle |= {name for name in ("share", "bootstrap") if settings[name] == cls.parameters[name].default}
        return {name: settings[name] for name in (*cls.SHARES, *cls.OF_TRAINING) if name not in idle}

    @classmethod
    def of_test(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What says which rows are in the test part, in the order in which it is declared. What is quiet is told where
        it is not as it was before it could be set."""
        return {
            name: settings[name]
            for name, parameter in cls.parameters.items()
            if name not in cls.OF_TRAINING and not (parameter.quiet and settings[name] == parameter.default)
        }
