"""Every planted fault is named by its document or by what its run told, and nothing is said of a healthy network."""

import ast
import gzip
import inspect
import json
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.cli import main
from graphbuilder.datasets.description import Description
from graphbuilder.diagnosis import KINDS, Evidence, Finding, experiments, findings, tried
from graphbuilder.diagnosis.of_data import FewToValidate
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.help import TOPICS, key_of
from graphbuilder.records.events import Baseline, Baselines, Ended, from_json
from graphbuilder.templates import template
from graphbuilder.understanding.looking import Wish, look
from tests.diagnosis.lists import people_ask, people_do_well
from tests.diagnosis.measuring import names, said
from tests.diagnosis.planted import Fault, faults, healthy
from tests.networks import chain, dense, loss, node

RUNS = Path(__file__).parent / "recorded"
ON_A_BUTTON = 107
"""Signs that are seen whole at 1280x720; of 113 the last were cut."""
FAULTS = {fault.name: fault for fault in faults()}
HEALTHY = dict(healthy())
STATIC = {name: fault for name, fault in FAULTS.items() if not fault.of_run}
KEPT = [path.name.removesuffix(".json.gz") for path in sorted(RUNS.glob("*.json.gz"))]
STORED = [name for name in KEPT if name in FAULTS or name in HEALTHY]
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
        offers = experiments(report, found)
        assert offers, found.text
        assert all(len(offer.says) <= ON_A_BUTTON for offer in offers), [offer.says for offer in offers]


@pytest.mark.parametrize("name", [name for name in STORED if name in FAULTS])
def test_a_finding_of_a_run_has_an_experiment_or_says_why_there_is_none(name: str) -> None:
    report = check(FAULTS[name].document)
    for found in findings(report, stored(name)):
        assert experiments(report, found) or (found.no_experiment and found.no_experiment in found.fix), found.text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_has_all_that_a_person_needs(kind: type[Finding]) -> None:
    """A page of help, thresholds with their reasons, where it is seen, and an experiment or why there is none."""
    topic = TOPICS[key_of("fault", kind.code)]
    assert topic.summary and topic.lesson and topic.lesson.when and topic.lesson.point and topic.examples and kind.see
    source = ast.parse(dedent(inspect.getsource(kind)))
    for one, behind in pairwise(source.body[0].body):  # type: ignore[attr-defined]
        if isinstance(one, ast.Assign) and "".join(filter(str.isalpha, ast.unparse(one.targets[0]))).isupper():
            reason = isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant)
            assert reason, f"{ast.unparse(one)} has no reason"
    calls = [one for one in ast.walk(source) if isinstance(one, ast.Call)]
    given = {word.arg for call in calls for word in call.keywords}
    assert "repairs" in given or kind.no_experiment
    assert "evidence" in given or not kind.of_run
    assert {"nodes", "parameter"} & given


def test_a_target_that_never_changes_is_left_for_one_that_does(tmp_path: Path) -> None:
    rows = "".join(f"{n % 7},{n % 5},5,{'ab'[n % 2]}\n" for n in range(60))
    (path := tmp_path / "same.csv").write_text("a,b,same,kind\n" + rows)
    columns = {"same": {"role": "target", "type": "number"}, "kind": {"role": "target"}}
    wish = Wish(target="same", columns=columns)
    described = Description.model_validate(look(path, "same.csv", wish, title="same", hash="0" * 64)["description"])
    nodes = node("in", "Input", field="numbers"), dense("out", 1), loss("loss", "same", "mean_squared_error")
    report = check(editing.use_own_data(chain(*nodes, data=""), described))
    (found,) = (one for one in findings(report) if one.code == "D_CONSTANT_TARGET")
    (offer,) = experiments(report, found)
    mended, _ = tried(report.document, offer.key)
    assert not [one for one in findings(check(mended)) if one.code == "D_CONSTANT_TARGET"]
    assert mended.nodes[2].params["target"] == "kind" and mended.nodes[1].params["units"] == 2


def test_a_leak_between_parts_is_mended_by_a_column_that_the_split_was_to_go_by() -> None:
    document = editing.set_split(template("next_temperature"), "by", "random")
    told = Baselines({"loss": Baseline("r2", 100, None, None, 0.0, 0.5, 0.5, shared=0.4)})
    run = Evidence.of([told, Ended("finished", "", 1, 1, 0)])
    report = check(document)
    (found,) = (one for one in findings(report, run) if one.code == "D_LEAK_BETWEEN_PARTS")
    by_time, together = experiments(report, found)
    assert tried(document, by_time.key)[0].data.split["by"] == "time"
    assert tried(document, together.key)[0].data.split["together"]


def test_what_people_ask_about_is_told_by_the_document_or_by_its_run() -> None:
    missed = {}
    for one in people_ask():
        if one.of_run and one.name not in KEPT:
            continue
        found = said(one.document, stored(one.name) if one.of_run else None)
        if not names(one, found):
            missed[one.name] = [each.text for each in found]
        report = check(one.document)
        for each in found:
            if isinstance(each, Finding):
                offers = experiments(report, each)
                can = offers or (each.no_experiment and each.no_experiment in each.fix)
                assert can, f"{one.name}: {each.text}"
                assert all(len(offer.says) <= ON_A_BUTTON for offer in offers), [offer.says for offer in offers]
    assert missed == {}


def test_nothing_is_said_of_the_healthy_ones_of_what_people_write() -> None:
    for name, document in people_do_well():
        runs = [None, *([stored(name)] if name in KEPT else [])]
        assert [one.text for run in runs for one in said(document, run)] == [], name


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


@pytest.mark.parametrize(
    ("rows", "share", "fix"),
    [
        (6, 0.05, "Set validation of the split to 0.2, or train in folds."),
        (6, 0.2, "Set validation of the split to 0.4, or train in folds."),
        (2, 0.4, "Train in folds."),
    ],
)
def test_no_share_is_advised_that_is_set_already(rows: int, share: float, fix: str) -> None:
    data = SimpleNamespace(split={"validation": share, "folds": 0})
    report = SimpleNamespace(document=SimpleNamespace(data=data))
    case: Any = SimpleNamespace(validated=rows, report=report, losses={"loss": None}, target=lambda loss: None)
    (found,) = FewToValidate.found(case)
    assert found.fix == fix
