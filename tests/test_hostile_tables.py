"""Files that were made to do harm: each gets its verdict, soon and in little memory, and nothing else comes of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_tables import CONTENTS, SECONDS

READ = {"quotes_odd.csv", "alike.csv", "digits.csv", "groups.csv", "remarks.csv", "latin.csv", "zip.csv"}
"""Those that are odd, and tables all the same."""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    run = [sys.executable, "-m", "tests.hostile_tables", str(tmp_path_factory.mktemp("hostile"))]
    done = subprocess.run(run, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_hostile_file_gets_its_verdict(verdicts: list[dict[str, Any]]) -> None:
    assert len(verdicts) == len(CONTENTS) >= 40
    assert {
        one["file"]: one["verdict"] for one in verdicts if not one["verdict"].startswith("E_DATA_")
    } == dict.fromkeys(READ, "read")


def test_no_hostile_file_takes_more_than_2_seconds_of_a_processor(verdicts: list[dict[str, Any]]) -> None:
    assert [one for one in verdicts if one["seconds"] > SECONDS] == []


def test_no_hostile_file_takes_more_than_300_MB(verdicts: list[dict[str, Any]]) -> None:
    assert [one for one in verdicts if one["MB"] > 300] == []
