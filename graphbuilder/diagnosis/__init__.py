"""Why a network learns badly: findings from the document, and from what a run of it told.

Each kind is a small class (`finding.py`) in one of the modules named below, whose order is that of rank: what stands
further up is nearer to a cause. To add one, write it there. A cause hides what it names as its consequences.
"""

from graphbuilder.checks import Report
from graphbuilder.diagnosis import of_data, of_layers, of_run, of_start, of_training
from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.diagnosis.experiments import experiments, is_experiment, tried
from graphbuilder.diagnosis.finding import RULES, SYMPTOMS, Finding, Mark
from graphbuilder.diagnosis.telling import as_json, listed
from graphbuilder.diagnostics import Diagnostic, Severity

MODULES = (of_data, of_start, of_layers, of_training, of_run)
_LAST = ("D_UNBALANCED", "D_FEW_TO_VALIDATE")
"""Told behind all else: they spoil the judgement, not the learning."""

KINDS: tuple[type[Finding], ...] = tuple(
    kind for module in MODULES for kind in RULES if kind.__module__ == module.__name__
)
FINDINGS: dict[str, list[type[Diagnostic]]] = {kind.code: [kind] for kind in KINDS}
"""Every kind of finding, by code."""

_MILD = frozenset({
    "W_BATCH_SIZE", "W_LAST_AXIS_OF_IMAGE", "W_LINEAR_AFTER_LINEAR", "W_LOSS_ON_CLASSES", "W_REPEATED_CHANNEL",
    "W_SOFTMAX_INSIDE", "W_RAW_VALUES", "W_EQUAL_KERNEL",
})  # fmt: skip
"""Warnings of the checks that a run which learned well shows to do no harm."""
_TOLD_BETTER = frozenset({"W_BATCH_SIZE"})
"""Warnings of the checks for which a finding stands that looks at what comes of it."""


_COME_OF = {
    "W_RAW_VALUES": (*SYMPTOMS, "D_SATURATED", "D_DEAD_UNITS", "D_RATE_TOO_HIGH", "D_EXPLODING", "D_VANISHING"),
    "W_LINEAR_AFTER_LINEAR": SYMPTOMS,
    "W_BATCH_OF_ONE": (*SYMPTOMS, "D_NORM_GAP", "D_OVERFIT", "D_RATE_TOO_HIGH"),
    "W_EQUAL_KERNEL": (*SYMPTOMS, "D_VANISHING", "D_EXPLODING", "D_DEAD_UNITS", "D_SATURATED", "D_RATE_TOO_HIGH"),
    "W_NOTHING_PASSES": (*SYMPTOMS, "D_DEAD_UNITS"),
    "W_DROPOUT_LAST": (*SYMPTOMS,),
    "W_OUT_OF_REACH": (*SYMPTOMS, "D_TARGET_UNSCALED"),
    "W_LOGITS_BENT": SYMPTOMS,
    "W_SOFTMAX_INSIDE": SYMPTOMS,
    "W_LAST_AXIS_OF_IMAGE": SYMPTOMS,
}
"""What is a consequence of a warning of the checks."""


def findings(report: Report, run: Evidence | None = None) -> tuple[Finding, ...]:
    """What is found, the nearest to a cause first, without consequences of what is told."""
    if report.errors or not report.wired.reads_data:
        return ()
    case = Case(report, run)
    found = [one for kind in KINDS for one in kind.found(case)]
    if case.does_well:
        found = [one for one in found if not one.refuted]
    hidden = {code for one in found for code in one.hides}
    told = {one.code for one in report.warnings} - (_MILD if case.does_well else frozenset())
    hidden |= {code for warned in told for code in _COME_OF.get(warned, ())}
    return tuple(one for one in found if one.code not in hidden)


def diagnose(report: Report, run: Evidence | None = None) -> tuple[Diagnostic, ...]:
    """The diagnostics of the checks with the findings: what is wrong first, then the findings by rank, and what is
    merely suspected among them."""
    case = Case(report, run)
    found = findings(report, run)
    silent = _TOLD_BETTER | (_MILD if case.does_well else frozenset())
    hidden = {code for one in found for code in one.hides}
    told = [*(one for one in report.diagnostics if one.code not in silent | hidden), *found]
    return tuple(sorted(told, key=_rank))


def _rank(one: Diagnostic) -> int:
    """What keeps from training, what the document shows, what its run shows, what spoils the judgement; each sort in
    its order."""
    if one.severity is not Severity.WARNING:
        return 0
    if isinstance(one, Finding):
        return 4 if one.code in _LAST else 3 if one.of_run else 1
    return 2


__all__ = [
    "FINDINGS", "KINDS", "Case", "Evidence", "Finding", "Mark", "as_json", "diagnose", "experiments", "findings",
    "is_experiment", "listed", "tried",
]  # fmt: skip
