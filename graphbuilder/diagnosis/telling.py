"""Findings as they leave the library."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from graphbuilder.checks import Report
from graphbuilder.diagnosis.experiments import experiments
from graphbuilder.diagnosis.finding import Finding, Mark
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.repairs import offers


def as_json(report: Report, found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics and findings of a report as JSON values."""
    return [
        {
            "code": one.code,
            "severity": str(one.severity),
            "message": one.message,
            "fix": one.fix,
            "nodes": [*one.nodes],
            "parameter": one.parameter,
            "evidence": [_mark(mark) for mark in one.evidence] if isinstance(one, Finding) else [],
            "repairs": [
                asdict(offer)
                for offer in (experiments(report, one) if isinstance(one, Finding) else offers(report, one))
            ],
        }
        for one in found
    ]


def listed(report: Report, found: Iterable[Finding], to_try: bool = True) -> list[dict[str, Any]]:
    """Findings as lists of faults show them, beside those of `cards.findings`. to_try: with their experiments."""
    return [
        {
            "code": one.code,
            "severity": str(one.severity),
            "text": one.text,
            "fix": one.fix,
            "nodes": [*dict.fromkeys(map(report.wired.place, one.nodes))],
            "parameter": one.parameter,
            "unfinished": False,
            "title": one.title,
            "evidence": [_mark(mark) for mark in one.evidence],
            "repairs": [asdict(offer) for offer in (experiments(report, one) if to_try else ())],
        }
        for one in found
    ]


def _mark(mark: Mark) -> dict[str, Any]:
    return {"node": mark.node, "step": mark.step} if mark.node else {"curve": mark.curve, "epoch": mark.epoch}
