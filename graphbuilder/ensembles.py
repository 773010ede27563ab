"""Ensembles of the drawn network: which documents their members train, and whether it can have one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from graphbuilder import editing
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.plan import NotReady, plan
from graphbuilder.records.comparison import seedless

How = Literal["bagging", "boosting", "dropout"]
HOWS: Mapping[How, str] = MappingProxyType(
    {
        "bagging": "Bagging: each learns from another draw of the training rows, and their mean answers.",
        "boosting": "Boosting: one after the other, each learns most from what those before it mistake.",
        "dropout": "Dropout: one network answers 50 times with its dropout left on, and the mean answers.",
    }
)
TITLES: Mapping[How, str] = MappingProxyType(
    {"bagging": "Bagging", "boosting": "Boosting", "dropout": "Dropout left on"}
)
LEAST, MOST = 2, 12
"""Members."""
PASSES = 50
RATE = 1.0
"""By how much each boosted member of amounts is added (Friedman's shrinkage)."""


@dataclass(frozen=True, slots=True)
class Member:
    """Of a boosted ensemble. stage: from 1, of so many that were asked for. before: the run that it learns behind;
    empty of the first."""

    stage: int
    of: int
    before: str

    @property
    def words(self) -> str:
        return f"member {self.stage} of {self.of}"


def why_ended(boost: Mapping[str, Any]) -> str:
    """Why boosting ended before its last member, in words; empty where it did not.

    boost: what the newest member told: its stage, of how many, how much it counts, and its share of mistakes.
    """
    if boost["stage"] >= boost["of"]:
        return ""
    newest = f"Boosting ended with member {boost['stage']} of {boost['of']}: it"
    if not boost["count"]:
        return f"{newest} is no better than chance on what those before it mistake, so it has no vote."
    return f"{newest} makes no mistake in the training part, so nothing is left for another to learn."


def why_not(report: Report, how: How) -> str:
    """Why the network can have no such ensemble, in words; empty where it can."""
    try:
        planned = plan(report)
    except NotReady as fault:
        return str(fault)
    if how == "dropout":
        varies = any(one and one.varies() for one in report.wired.operators.values())
        return "" if varies else "The network has no dropout, so all its answers would be the same. Add one."
    fields = planned.source.fields()
    kinds = {fields[one.target].kind for one in planned.outputs}
    if len(planned.outputs) > 1:
        return f"An ensemble answers one Loss; this network has {len(planned.outputs)}."
    (output,) = planned.outputs
    if output.weights.places or not output.names_classes:
        return "An ensemble answers once for each row; this network answers at every step or place."
    if not kinds <= {"class", "number", "vector", "array"}:
        return "An ensemble is told of a class or of amounts; this target is neither."
    return ""


def bagged(document: Document, members: int) -> list[Document]:
    """Each with another draw of the training rows, and another seed."""
    first = document.training.settings["seed"]
    return [
        _with_bootstrap(editing.set_training(document, "seed", first + place), place + 1) for place in range(members)
    ]


def boosted(document: Document, stage: int) -> Document:
    """The member of a stage, from 1."""
    return editing.set_training(document, "seed", document.training.settings["seed"] + stage - 1)


def _with_bootstrap(document: Document, seed: int) -> Document:
    return editing.set_split(document, "bootstrap", seed)


def is_bagged(documents: Sequence[Document]) -> bool:
    """Whether these are members of one that was bagged."""
    draws = {one.data.split["bootstrap"] for one in documents}
    alike = [_with_bootstrap(seedless(one), 0) for one in documents]
    return len(draws) == len(documents) > 1 and 0 not in draws and all(one == alike[0] for one in alike)
