"""Why a network learns badly: findings from the document, and from what a run of it told.

Each kind is a small class (`finding.py`) in one of the modules named below, whose order is that of rank: what stands
further up is nearer to a cause. To add one, write it there. A cause hides what it names as its consequences.
"""

from math import inf

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.checks import Report
from graphbuilder.checks.suspicions import RawValues
from graphbuilder.diagnosis import of_data, of_layers, of_limits, of_run, of_start, of_training
from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.diagnosis.experiments import experiments, is_experiment, tried
from graphbuilder.diagnosis.finding import RULES, SYMPTOMS, Finding, Mark
from graphbuilder.diagnosis.following import Following
from graphbuilder.diagnosis.telling import as_json, listed
from graphbuilder.diagnostics import Diagnostic, Severity

MODULES = (of_data, of_start, of_layers, of_training, of_run, of_limits)
_LAST = ("D_UNBALANCED", "D_FEW_TO_VALIDATE", "D_LEAK_BETWEEN_PARTS")
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
    "W_RAW_VALUES": (
        *SYMPTOMS,
        "D_SATURATED_AT_START",
        "D_EXPLODING_START",
        "D_SATURATED",
        "D_DEAD_UNITS",
        "D_RATE_TOO_HIGH",
        "D_DIVERGED",
        "D_EXPLODING",
        "D_VANISHING",
        "D_VANISHING_START",
        "D_FEW_STEPS",
    ),
    "W_LINEAR_AFTER_LINEAR": SYMPTOMS,
    "W_BATCH_OF_ONE": (*SYMPTOMS, "D_NORM_GAP", "D_OVERFIT", "D_RATE_TOO_HIGH"),
    "W_EQUAL_KERNEL": (
        *SYMPTOMS,
        "D_VANISHING",
        "D_EXPLODING",
        "D_DEAD_UNITS",
        "D_SATURATED",
        "D_SATURATED_AT_START",
        "D_RATE_TOO_HIGH",
        "D_FEW_STEPS",
    ),
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
    if not report.wired.reads_data:
        return ()
    case = Case(report, run)
    if report.errors:
        return tuple(one for kind in KINDS if kind.of_fields for one in kind.found(case))
    found = [one for kind in KINDS for one in kind.found(case)]
    if case.does_well:
        found = [one for one in found if not one.refuted]
    hidden = {code for one in found for code in one.hides}
    hidden |= {code for one in report.warnings if not _harmless(case, one) for code in _COME_OF.get(one.code, ())}
    return tuple(sorted((one for one in found if one.code not in hidden), key=_rank))


def diagnose(report: Report, run: Evidence | None = None) -> tuple[Diagnostic, ...]:
    """The diagnostics of the checks with the findings: what is wrong first, then the findings by rank, and what is
    merely suspected among them."""
    case = Case(report, run)
    found = findings(report, run)
    checked = [one for one in report.diagnostics if not _harmless(case, one)]
    return tuple(sorted((*checked, *found), key=_rank))


_RAW = 32.0
"""The largest raw value that adaptive steps and units without ends take without ado: measured on digits of 0 to 16."""
_FLAT = 0.3
"""Share of sums at the ends of an activation, from which on raw values do harm."""


def _harmless(case: Case, one: Diagnostic) -> bool:
    """A warning of the checks that comes to nothing here: a finding looks closer, or the run has learned well."""
    if one.code in _TOLD_BETTER or (one.code in _MILD and case.does_well):
        return True
    if isinstance(one, RawValues) and not case.is_plain:
        operator, layer = case.report.wired.operators[one.nodes[0]], case.signals.weighed.get(one.nodes[0])
        bend = ACTIVATIONS.get((operator.activation_name() if operator else "") or "linear")
        ends = bend is not None and bend.high - bend.low < inf
        small = max(abs(one.low), abs(one.high)) <= _RAW
        return small and layer is not None and (not ends or layer.bent.flat < _FLAT)
    return False


def _rank(one: Diagnostic) -> int:
    """What keeps from training, what the document shows, what its run shows, what spoils the judgement; each sort in
    its order."""
    if one.severity is not Severity.WARNING:
        return 0
    if isinstance(one, Finding):
        return 4 if one.code in _LAST else 3 if one.of_run else 1
    return 2


__all__ = [
    "FINDINGS", "KINDS", "Case", "Evidence", "Finding", "Following", "Mark", "as_json", "diagnose", "experiments",
    "findings", "is_experiment", "listed", "tried",
]  # fmt: skip
