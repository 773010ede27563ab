"""Whether a finding's button helps: each experiment that the app offers for a planted fault is trained, over three
seeds, and what came of it is judged beside what the network came to without.

    python -m tests.diagnosis fixes [SECONDS]

Of the scores at the kept epoch; where they lie within a standard error, of the validation loss, if the edit left what
it measures alone. Where the edit puts other rows or another target into validation, takes other inputs or weighs
classes otherwise, nothing can be compared. What was trained is taken from the cache, and it is trained seed by seed,
what seems not to help first, so that a short time gives a first look at every kind.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, log, sqrt
from statistics import fmean, variance
from typing import Literal, get_args

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence, Finding, experiments, findings, tried
from graphbuilder.diagnosis.finding import standard_error
from graphbuilder.document import Document
from graphbuilder.operators.loss import Loss
from graphbuilder.records.folder import RESULT
from tests.diagnosis.lists import planted
from tests.diagnosis.training import folder_of, train, trained

SEEDS = (1, 2, 3)
LEAST = 0.01
"""Of a score: what is nearer is the same, however still three seeds were; of an accuracy its standard error, where that
is more, since all seeds have the same rows."""
LEAST_OF_LOSS = 0.02
"""The same of a loss, as a share."""
SOONER = 0.9
"""Of the epochs, that come to the same."""
Outcome = Literal["better", "sooner", "same", "worse", "no measure", "untrained"]


@dataclass(frozen=True)
class Pressed:
    """One offer: rank is its place among those of its finding."""

    name: str
    code: str
    rank: int
    says: str
    before: Document
    after: Document


@dataclass(frozen=True)
class Judged:
    outcome: Outcome
    gone: bool = False
    told: str = ""


def networks() -> list[tuple[str, Document]]:
    """Every planted fault that can be trained; what only a run tells comes first."""
    faults = sorted(planted(), key=lambda one: not one.of_run)
    return [(one.name, one.document) for one in faults if not check(one.document).against_training]


def with_seed(document: Document, seed: int) -> Document:
    return editing.set_training(document, "seed", seed)


def found_in(document: Document) -> tuple[Finding, ...]:
    """What the document shows, and its run as far as it was trained."""
    run = Evidence.read(folder_of(document)) if trained(document) else None
    return findings(check(document), run)


def pressed(name: str, document: Document) -> Iterator[Pressed]:
    """Every button below the findings of a network."""
    report = check(document)
    for found in found_in(document):
        for rank, offer in enumerate(experiments(report, found), 1):
            yield Pressed(name, found.code, rank, offer.says, document, tried(document, offer.key)[0])


def judged(one: Pressed) -> Judged:
    """Over the seeds that both were trained with."""
    pairs = [(with_seed(one.before, seed), with_seed(one.after, seed)) for seed in SEEDS]
    pairs = [(before, after) for before, after in pairs if trained(before) and trained(after)]
    if not pairs:
        return Judged("untrained")
    still = sum(any(found.code == one.code for found in found_in(after)) for _, after in pairs)
    gone = still < len(pairs) / 2
    if one.before.data != one.after.data or _asked(one.before) != _asked(one.after):
        return Judged("no measure", gone)
    scores = [(_score(before), _score(after)) for before, after in pairs]
    losses = [(_loss(before), _loss(after)) for before, after in pairs]
    told = f"{len(pairs)} seeds, score {_means(scores)}, loss {_means(losses)}"
    gained = [after - before for before, after in scores if before is not None and after is not None]
    outcome = _beside(gained, max(LEAST, *(_luck(before) for before, _ in pairs)))
    if outcome == "same" and _losses_of(one.before) == _losses_of(one.after):
        falls = [log(before) - log(after) for before, after in losses if before and after]
        outcome = _beside(falls, LEAST_OF_LOSS)
        if gained and {"better": fmean(gained) < 0, "worse": fmean(gained) > 0}.get(outcome):
            outcome = "same"
    if outcome == "same" and all(_epochs(after) < SOONER * _epochs(before) for before, after in pairs):
        outcome = "sooner"
    return Judged(outcome, gone, told)


def _beside(gained: list[float], least: float) -> Outcome:
    """What was gained, beyond a standard error of its mean."""
    if not gained:
        return "same"
    mean = fmean(gained)
    error = sqrt(variance(gained) / len(gained)) if len(gained) > 1 else 0.0
    return "same" if abs(mean) <= max(error, least) else "better" if mean > 0 else "worse"


def _result(document: Document) -> dict[str, object]:
    result: dict[str, object] = json.loads((folder_of(document) / RESULT).read_text())
    return result


def _score(document: Document) -> float | None:
    """The mean of accuracies and R² on the validation part, of the weights that were kept; the worst there is where the
    run diverged."""
    result = _result(document)
    if result["state"] == "diverged":
        return -1.0
    scores = [
        value for name, value in result.items()
        if name.startswith("val_") and name.endswith(("accuracy", "r2")) and isinstance(value, float)
    ]  # fmt: skip
    if not scores:
        return None
    return fmean(max(-1.0, one) if isfinite(one) else -1.0 for one in scores)


def _luck(document: Document) -> float:
    """The standard error of a network's accuracy, by its rows of validation."""
    started, share = Evidence.read(folder_of(document)).started, _result(document).get("val_accuracy")
    return standard_error(share, started.rows[1]) if started and isinstance(share, float) else 0.0


def _epochs(document: Document) -> int:
    return int(str(_result(document)["epochs"]))


def _loss(document: Document) -> float | None:
    value = _result(document).get("val_loss")
    return value if isinstance(value, float) and isfinite(value) and value > 0 else None


def _losses_of(document: Document) -> list[tuple[str, str]]:
    """What the validation loss measures: its kinds and targets, and all that adds to it."""
    wired = check(document).wired
    weighing = ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
    told = [(id, str(wired.nodes[id].params)) for id, one in wired.operators.items() if isinstance(one, Loss)]
    penalties = [
        (id, str(value)) for id, node in wired.nodes.items() for name, value in node.params.items()
        if name in weighing and value not in (None, "none")
    ]  # fmt: skip
    return sorted([*told, *penalties])


def _asked(document: Document) -> list[str]:
    """What is known when it is asked, and what each loss makes of its classes: without a leak, or where a rare class is
    heard, the score falls though all is better."""
    told = (node.params.get(name) for node in document.nodes for name in ("class_weight", "field"))
    return [str(one) for one in told if one is not None]


def _means(pairs: list[tuple[float | None, float | None]]) -> str:
    known = [(before, after) for before, after in pairs if before is not None and after is not None]
    if not known:
        return "unknown"
    return f"{fmean(before for before, _ in known):.3g} -> {fmean(after for _, after in known):.3g}"


def main(seconds: float) -> int:
    """Trains until the time is used up, then tells what is known. Exit status 1 where a button makes matters worse, 2
    where not all is trained."""
    ends = time.monotonic() + seconds
    buttons: list[Pressed] = []
    for name, document in ((name, with_seed(document, SEEDS[0])) for name, document in networks()):
        train([(name, document)], ends - time.monotonic())
        if trained(document):
            buttons += (new := list(pressed(name, document)))
            train([(f"{name}: {one.says}", one.after) for one in new], ends - time.monotonic())
    for seed in SEEDS[1:]:
        for one in sorted(buttons, key=lambda one: (judged(one).outcome == "better", one.rank)):
            pair = [(one.name, with_seed(document, seed)) for document in (one.before, one.after)]
            train(pair, ends - time.monotonic())
    return tell([(one, judged(one)) for one in buttons])


def tell(buttons: list[tuple[Pressed, Judged]]) -> int:
    """Each button that does not help, and a table by code."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one, what in buttons:
        counted[one.code].update(["offers", what.outcome, *(["gone"] if what.gone else [])])
        if what.outcome in ("worse", "same") or not (what.gone or what.outcome in ("better", "untrained")):
            print(f"{one.code} {one.name}, {one.says!r} ({one.rank}): {what.outcome}, {_gone(what)}; {what.told}")
    columns = ("offers", "gone", *get_args(Outcome))
    print(f"{'':24}" + "".join(f"{column:>11}" for column in columns))
    for code, counts in sorted(counted.items()):
        print(f"{code:24}" + "".join(f"{counts[column]:11}" for column in columns))
    outcomes = Counter(what.outcome for _, what in buttons)
    print(f"{'all':24}" + f"{len(buttons):11}{sum(what.gone for _, what in buttons):11}"
          + "".join(f"{outcomes[column]:11}" for column in columns[2:]))  # fmt: skip
    return 2 if outcomes["untrained"] else int(outcomes["worse"] > 0)


def _gone(what: Judged) -> str:
    return "finding gone" if what.gone else "finding still there"
