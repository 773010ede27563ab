"""What a finding is: one sentence on why a network learns badly, with where it is seen and one experiment against it.

A kind of finding is one small class: code, page of help (docstring, remedy, point), thresholds with their reason, and
`found`, which looks at a case. Facts in its fields, sentence and fix as views of them, as with diagnostics.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar, Self

from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.operators.fitting import LINEAR
from graphbuilder.repair import PutBefore, PutBehind, SetSetting


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a finding is seen: on a curve, by its metric's name, from this epoch on (0: as a whole); or on a node's
    card, by its id, after this many steps."""

    curve: str = ""
    epoch: int = 0
    node: str = ""
    step: int = 0


SYMPTOMS = (
    "D_STUCK", "D_UNDERFIT", "D_TOO_SLOW", "D_STILL_IMPROVING", "D_STOPPED_EARLY", "D_TRAINED_WORSE",
)  # fmt: skip
"""What any cause may come to: a run that learned little, without a word why."""


class Finding(Diagnostic):
    """One kind of finding.

    evidence: what shows it; nothing where the document alone tells.
    """

    severity = Severity.WARNING
    hides: ClassVar[tuple[str, ...]] = ()
    """Codes of what is only its consequence; nothing of that is told beside it."""
    of_run: ClassVar[bool] = False
    """A run shows it; the document alone does not."""
    of_fields: ClassVar[bool] = False
    """The fields of the data alone show it, so it is told of a network with faults too."""
    refuted: ClassVar[bool] = False
    """A run that learned well shows that it does no harm."""
    no_experiment: ClassVar[str] = ""
    """Of a kind that may have no repairs: why no edit of the network does anything about it. What a person does instead
    is its `fix`."""

    evidence: tuple[Mark, ...] = ()

    @classmethod
    def found(cls, case: Case) -> Iterator[Self]:
        """Those of this kind in a case."""
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in vars(cls):
            RULES.append(cls)


RULES: list[type[Finding]] = []
"""Every kind, in the order of their declaration; `graphbuilder.diagnosis` loads their modules in the order of rank."""


USUAL_BATCH = 32
USUAL_RATE = 0.001
"""Of adaptive steps."""
_STEPS = 500
"""Of a run, in which running means arrive and small networks learn: what larger batches should not go below."""


def epochs_of_larger_batches(case: Case) -> int:
    """The epochs that leave steps enough where batches become the usual ones; 0 where those that are set do."""
    if not case.rows or not case.steps:
        return 0
    enough = -(-min(case.steps, _STEPS) // -(-case.rows // USUAL_BATCH))
    return enough if enough > int(case.settings["epochs"]) else 0


def larger_batches(epochs: int) -> tuple[SetSetting, ...]:
    longer = (SetSetting("training", "epochs", epochs),) if epochs else ()
    return SetSetting("training", "batch_size", USUAL_BATCH), *longer


def larger_batches_told(epochs: int) -> str:
    longer = f", and epochs to {epochs}, since larger batches make fewer steps" if epochs else ""
    return f"Set batch_size to {USUAL_BATCH}{longer}."


HIDDEN = {"units": 32, "activation": "relu"}
"""Of a hidden layer that is put where there are too few. Measured on a ring, spirals and a board of 16 fields, each as
it was trained: one of 16 units with tanh parts the ring alone, two of these all three; two with tanh do not."""


def two_hidden_before(id: str) -> tuple[PutBefore, PutBefore]:
    return PutBefore(LINEAR, HIDDEN, id), PutBefore(LINEAR, HIDDEN, id)


def hidden_behind(id: str) -> PutBehind:
    return PutBehind(LINEAR, HIDDEN, id)


NORMED = {"momentum": 0.9}
"""Of a batch normalization that is put: in the few hundred steps of a small network the means of 0.99 do not arrive.
Seven of them, one behind the other, brought an accuracy of 0.50 down to 0.42; with 0.9 they bring it to 0.88."""


FEW_STEPS = 1_000
"""What a network of hidden layers that are newly put is to be given, at least: of fewer it came to half of what it
came to in four times as many."""


def longer_where_few(case: Case) -> tuple[SetSetting, ...]:
    few = (case.steps or FEW_STEPS) < FEW_STEPS
    return (SetSetting("training", "epochs", min(100_000, 4 * int(case.settings["epochs"]))),) if few else ()


def amount(number: float) -> str:
    """A number as sentences have it: three digits, no exponent between a thousandth and a million."""
    if number and not 1e-3 <= abs(number) < 1e6:
        return f"{number:.1e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def together(names: list[str], most: int = 3) -> str:
    """'A', 'A and B', 'A, B, C and 2 more'."""
    told = [*names[:most], f"{len(names) - most} more"] if len(names) > most + 1 else names
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


FEWEST_TO_VALIDATE = 20
"""Rows: one of 20 is 5 points of accuracy, and the standard error of 0.9 is 7 points."""


def standard_error(share: float, rows: int, least: float = 0.0) -> float:
    """Of a share of so many rows, as luck alone has it; least: of the variance of one row, where a share of 0 or 1 is
    not to be taken for certain."""
    return sqrt(max(least, share * (1 - share)) / max(1, rows))
