"""Every planted fault is named by its document or by what its run told, and nothing is said of a healthy network."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphbuilder.checks import check
from graphbuilder.cli import main
from graphbuilder.diagnosis import KINDS, Evidence, Finding, experiments, findings
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.records.events import from_json
from tests.diagnosis.measuring import names, said
from tests.diagnosis.planted import Fault, faults, healthy

RUNS = Path(__file__).parent / "recorded"
FAULTS = {fault.name: fault for fault in faults()}
HEALTHY = dict(healthy())
STATIC = {name: fault for name, fault in FAULTS.items() if not fault.of_run}
STORED = [path.name.removesuffix(".json.gz") for path in sorted(RUNS.glob("*.json.gz"))]
assert STORED, "the runs are part of the repository"


def stored(name: str) -> Evidence:
    """What the run of a planted or healthy network told."""
    return Evidence.of([from_json(one) for one in json.loads(gzip.decompress((RUNS / f"{name}.json.gz").read_bytes()))])


@pytest.mark.parametrize("fault", STATIC.values(), ids=STATIC)
def test_the_document_alone_tells_what_is_planted(fault: Fault) -> None:
    found = said(fault.document)
    assert names(fault, found), [one.text for one in found]


@pytest.mark.parametrize("document", HEALTHY.values(), ids=HEALTHY)
def test_nothing_is_said_of_a_healthy_document(document: Document) -> None:
    assert [one.text for one in said(document)] == []


@pytest.mark.parametrize("name", [name for name in STORED if name in FAULTS])
def test_a_run_tells_what_its_document_does_not(name: str) -> None:
    found = said(FAULTS[name].document, stored(name))
    assert names(FAULTS[name], found), [one.text for one in found]
    assert all(one.evidence for one in found if isinstance(one, Finding) and one.of_run)


@pytest.mark.parametrize("name", [name for name in STORED if name in HEALTHY])
def test_nothing_is_said_of_a_healthy_run(name: str) -> None:
    assert [one.text for one in said(HEALTHY[name], stored(name))] == []


@pytest.mark.parametrize("fault", STATIC.values(), ids=STATIC)
def test_a_finding_has_an_experiment_that_a_button_can_do(fault: Fault) -> None:
    report = check(fault.document)
    for found in findings(report):
        assert experiments(report, found), found.text


def test_what_a_cause_hides_is_a_finding_that_there_is() -> None:
    codes = {kind.code for kind in KINDS}
    assert {code for kind in KINDS for code in kind.hides} <= codes


def test_the_command_tells_findings_as_check_tells_diagnostics(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(write_document(FAULTS["epsilon-1"].document))
    told = CliRunner().invoke(main, ["diagnose", str(path), "--json"])
    (one,) = json.loads(told.stdout)
    assert told.exit_code == 0
    assert {name: one[name] for name in ("code", "severity", "nodes", "parameter", "evidence")} == {
        "code": "D_EPSILON",
        "severity": "warning",
        "nodes": [],
        "parameter": "training.epsilon",
        "evidence": [],
    }
    assert one["repairs"][0]["says"] == "Set epsilon of the optimizer to 1e-07"


def test_a_folder_without_a_run_is_refused_in_a_sentence(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["diagnose", str(tmp_path)])
    assert told.exit_code == 2
    assert "holds no finished run" in " ".join(told.stderr.split())
