"""What the canvas is told instead of the whole network."""

import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.components.canvas import news
from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.levels import level
from graphbuilder.templates import template

GOLDEN = Path(__file__).parent / "golden" / "news.json"
KEYED = st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 2))).map(dict)


def applied(before: news.Keyed, change: dict[str, Any]) -> dict[str, Any]:
    """As frontend/src/news.ts does it."""
    now = {key: value for key, value in before.items() if key not in change["gone"]} | dict(change["put"])
    return {key: now[key] for key in change["order"] or now}


@given(KEYED, KEYED)
def test_a_change_makes_of_any_state_any_other_in_its_order(before: dict[str, int], now: dict[str, int]) -> None:
    found = json.loads(json.dumps(news.change(before, now)))
    assert list(applied(before, found).items()) == list(now.items())


@given(KEYED)
def test_of_what_did_not_change_nothing_is_said(state: dict[str, int]) -> None:
    assert news.change(state, dict(state)) == {"gone": [], "put": [], "order": None}


def test_the_page_makes_the_same_of_a_change() -> None:
    """The golden file is read by frontend/src/news.test.ts."""
    chance = random.Random(7)
    cases = []
    for _ in range(24):
        before = {chance.choice("abcdef"): chance.randrange(3) for _ in range(chance.randrange(7))}
        now = {chance.choice("abcdef"): chance.randrange(3) for _ in range(chance.randrange(7))}
        now = now if chance.random() < 0.5 else {**before, **now}
        change = news.change(before, now)
        assert list(applied(before, change).items()) == list(now.items())
        cases.append({"before": list(before.items()), "change": change, "now": list(now.items())})
    assert json.loads(json.dumps(cases)) == json.loads(GOLDEN.read_text("utf-8"))


def test_an_edit_of_one_node_is_told_in_a_line_and_not_in_a_network() -> None:
    before = template("lenet")
    now = editing.set_parameter(before, "n8", "units", 33)
    old, new = level(check(before), ""), level(check(now), "")
    told = news.since(4, old, new)
    assert (told["base"], told["of"]) == (4, "")
    assert (told["changes"]["levels"], told["changes"]["blocks"]) == ({}, news.NOTHING)
    assert {id for id, _ in told["changes"]["notes"]["put"]} == {"n8", "n9"}
    assert applied(news.whole(old)["notes"], told["changes"]["notes"]) == news.whole(new)["notes"]
