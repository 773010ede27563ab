"""A run that is followed while it goes on is found out as the whole record has it."""

import gzip
import json
from pathlib import Path

import pytest

from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence, Following, findings
from graphbuilder.diagnosis.following import MOST
from graphbuilder.records.events import Ended, from_json
from tests.diagnosis.planted import faults

RUNS = Path(__file__).parent / "recorded"
NAMED = {fault.name: fault.document for fault in faults()}


@pytest.mark.parametrize("name", ["noisy-adam", "overfit-moons", "slow-sgd"])
def test_news_by_news_it_comes_to_the_findings_of_the_whole_record(name: str) -> None:
    told = json.loads(gzip.decompress((RUNS / f"{name}.json.gz").read_bytes()))
    report, following = check(NAMED[name]), Following()
    chunks = [told[at : at + 7] for at in range(0, len(told), 7)]
    for n, chunk in enumerate(chunks, 1):
        assert following.last == n - 1
        following.hear(json.dumps({"reset": False, "last": n, "events": chunk}))
        findings(report, following.evidence)
    whole = findings(report, Evidence.of([from_json(one) for one in told]))
    assert whole and findings(report, following.evidence) == whole
    assert following.evidence.ended == next(one for one in map(from_json, told) if isinstance(one, Ended))


def test_what_was_told_anew_replaces_what_was_heard_and_a_long_run_is_asked_for_anew() -> None:
    def news(first: int, count: int, reset: bool) -> str:
        steps = {"kind": "steps", "first": first, "losses": [1.0] * count, "seconds": 1.0, "stride": 1}
        return json.dumps({"reset": reset, "last": 5, "events": [steps, {"kind": "boundary", "step": 1}]})

    following = Following()
    following.hear(news(1, 100, False))
    assert len(following.evidence.losses) == 100 and following.last == 5
    following.hear(news(1, 40, True))
    assert len(following.evidence.losses) == 40
    following.hear(news(41, MOST, False))
    assert following.last > 10**9, "behind every chunk: the digest is what is told next"
    following.hear(news(1, 900, True))
    assert following.last == 5 and len(following.evidence.losses) == 900
