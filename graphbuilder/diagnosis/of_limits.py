"""Findings on what the data themselves allow: a score that says too much, and one that cannot grow."""

from collections.abc import Iterator
from statistics import median

from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.diagnosis.finding import Mark, standard_error
from graphbuilder.diagnosis.of_run import OfRun
from graphbuilder.diagnostics import such_as
from graphbuilder.repair import Repair, SetSetting


class LeakBetweenParts(OfRun):
    """Rows of the validation part stand in the training part too, so that its score is partly one of memory.

    shared, rows: the share of validation rows, and how many there are.
    """

    after = 1
    code = "D_LEAK_BETWEEN_PARTS"
    title = "The same rows in both parts"
    remedy = "Let equal rows stay together, or split by a column that keeps together what belongs together."
    point = "Validation asks what is made of rows never seen. A row that was learned by heart answers nothing of it."
    see = ("split.together", "idea.parts")
    example = such_as(shared=0.3, rows=120)
    no_experiment = "a column of the data says which part each row is in"
    shared: float
    rows: int

    MOST, FEW = 0.05, 3
    """Of the validation rows, and how many at least: a pair by chance is in many sets, as in Fisher's irises."""

    @property
    def message(self) -> str:
        return (
            f"A leak between the parts: {self.shared:.0%} of the {self.rows:,} validation rows stand in the training "
            "part, too, just as they are. The validation score is better than the network is."
        )

    @property
    def fix(self) -> str:
        if self.repairs:
            return "Let the split keep together what belongs together: equal rows, or those of one group or time."
        return (
            f"No button mends it: {self.no_experiment}. On the page Data, take out rows that come twice, or let that "
            "column be ignored."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["LeakBetweenParts"]:
        shares = [one.shared for one in run.baselines.values() if one.shared is not None]
        rows = case.validated or 0
        if shares and max(shares) > cls.MOST and max(shares) * rows >= cls.FEW:
            yield cls(
                shared=max(shares), rows=rows, parameter="split.validation", repairs=cls._kept_together(case),
                evidence=(Mark("val_loss", 1),),
            )  # fmt: skip

    @staticmethod
    def _kept_together(case: Case) -> tuple[Repair, ...]:
        """By a column that the data have, where the split does not go by it; else by the rows themselves. Nothing
        changes what a column of parts says."""
        data = case.report.document.data
        split, kinds = data.split, {field.kind for field in case.fields.values()}
        if data.source and "part" in data.source.split_fields(split):
            return ()
        fits: list[Repair] = []
        if "group" in kinds and not split["grouped"]:
            fits.append(SetSetting("split", "grouped", True))
        if "time" in kinds and split["by"] == "random":
            fits.append(SetSetting("split", "by", "time"))
        if not split["together"]:
            fits.append(SetSetting("split", "together", True))
        return tuple(fits)


class NoiseFloor(OfRun):
    """Training and validation have come to the same score and stay there, and simple methods come no further: what is
    left is chance in the data.

    since: the epoch from which on nothing was gained. best: of the simple methods, on the validation part. least: of
    the validation loss, what an early stop is to take for a gain.
    """

    code = "D_NOISE_FLOOR"
    hides = ("D_STUCK",)
    title = "The noise floor"
    remedy = (
        "To come further takes other inputs, not more training. Fewer epochs come to the same score; so does an early "
        "stop with a min_delta, without which it takes each hair's breadth for a gain and never stops."
    )
    point = "Two rows with equal inputs and different answers cannot both be right. No network comes below that."
    see = ("training.patience", "training.min_delta", "idea.overfitting")
    example = such_as(since=20, epochs=200, score="accuracy", reached=0.74, best=0.72, least=0.003)
    since: int
    epochs: int
    score: str
    reached: float
    best: float
    least: float

    EPOCHS, IDLE = 100, 0.75
    """At least, and the share of them in which nothing was gained: a plateau at the end of a run is how runs should
    end."""
    ROWS, SOON, REST, POOR = 400, 30, 0.5, 0.6
    """Of so many training rows, with a score below this share of the way, it is told of so many epochs and that share
    of them: its parts are large enough that no luck of theirs looks like it. Of few rows a plateau says little, and in
    fewer epochs there is nothing to be saved: a run of 25 that rests in its second half is as it should be."""
    GAINED = 0.02
    """Of the loss, that counts as a gain."""
    COUNTS = 0.005
    """Of the loss, that an early stop takes for a gain: without it one of ten epochs is always a hair better."""
    GAP, NEAR, ODD = 0.08, 0.03, 1.5
    """Of the score: between the parts, and of simple methods above the network; and so many times as much of R², which
    a few odd rows move."""
    LUCK = 1.5
    """Standard errors of the validation score, which parts and methods may lie apart by luck alone."""
    LOW, LITTLE, HIGH = 0.1, 0.03, 0.85
    """Of the way from chance to perfect: below, nothing was learned; of R² on many rows less will do, since the mean is
    no accident there. Above, there is little to say."""

    @property
    def message(self) -> str:
        return (
            f"The noise floor is reached: since epoch {self.since} of {self.epochs} nothing is gained, {self.score} is "
            f"{self.reached:.2f} in both parts, and simple methods come to {self.best:.2f}. What is left is chance in "
            "the data."
        )

    @property
    def fix(self) -> str:
        return (
            "To come further, look for inputs that say more. To be there sooner, stop early with a patience of 10 and "
            f"a min_delta of {self.least:g}: the score stays what it is."
        )

    @classmethod
    def shown(cls, case: Case, run: Evidence) -> Iterator["NoiseFloor"]:
        loss, held, count = run.curve("loss"), run.curve("val_loss"), len(run.epochs)
        many = (case.rows or 0) >= cls.ROWS and (case.learned or 1.0) < cls.POOR
        if (
            count < (cls.SOON if many else cls.EPOCHS)
            or len(loss) != count
            or len(held) != count
            or len(case.losses) != 1
        ):
            return
        if case.settings["patience"]:  # who stops early has done what there is to do
            return
        known, metrics = case.baseline(next(iter(case.losses))), run.epochs[-1].metrics
        simple = [one for one in (known.nearest, known.linear) if one is not None] if known else []
        name = "r2" if "r2" in metrics else "accuracy"
        if not simple or case.learned is None or f"val_{name}" not in metrics:
            return
        trained, validated = metrics[name], metrics[f"val_{name}"]
        since = next(at for at, one in enumerate(loss) if one < (1 + cls.GAINED) * median(loss[count // 2 :]))
        idle = (
            since <= (1 - (cls.REST if many else cls.IDLE)) * count and min(loss) > (1 - 3 * cls.GAINED) * loss[since]
        )
        odd = cls.ODD if name == "r2" else 1.0
        luck = 0.0 if name == "r2" else cls.LUCK * standard_error(validated, case.validated or 1)
        near = abs(trained - validated) <= max(odd * cls.GAP, luck)
        near &= max(simple) <= validated + max(odd * cls.NEAR, luck)
        least = cls.LITTLE if many and name == "r2" else cls.LOW
        if idle and near and least < case.learned < cls.HIGH and validated > least / 2:
            counts = float(f"{cls.COUNTS * abs(min(held)):.1g}")
            stop = SetSetting("training", "patience", 10), SetSetting("training", "min_delta", counts)
            yield cls(
                since=run.epochs[since].number, epochs=count, least=counts, best=max(simple),
                score="R²" if name == "r2" else name, reached=validated,
                nodes=tuple(case.losses), parameter="training.epochs", repairs=(stop,),
                evidence=(Mark("loss", run.epochs[since].number), Mark("val_loss", run.epochs[since].number)),
            )  # fmt: skip
