"""Whether two groups of runs differ by more than chance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from graphbuilder.records.chance import in_words, mean_and_spread, welch

SCORES = st.lists(st.integers(-6400, 6400).map(lambda n: n / 64), min_size=2, max_size=12)


@pytest.mark.filterwarnings("ignore:Precision loss")
@given(SCORES, SCORES)
def test_welch_is_that_of_scipy(one: list[float], other: list[float]) -> None:
    found = welch(one, other)
    assert found is not None
    if len({*one}) == len({*other}) == 1:
        assert (found.p, found.low) == (float(one[0] == other[0]), found.difference)
        return
    known = ttest_ind(other, one, equal_var=False)
    interval = known.confidence_interval(0.95)
    assert found.freedom == pytest.approx(known.df, rel=1e-6)
    assert found.t == pytest.approx(known.statistic, rel=1e-6, abs=1e-9)
    assert found.p == pytest.approx(known.pvalue, rel=1e-6, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-6)


def test_one_run_says_nothing_about_chance() -> None:
    assert welch([0.9], [0.8, 0.7]) is None
    told = in_words("val accuracy", [0.9], [0.95], ("run 1", "run 2"))
    assert told == (
        "val accuracy of run 2 is 0.05 higher than that of run 1; one run says nothing about chance. "
        "Train several seeds of each."
    )
    assert in_words("val loss", [], [0.2], ("run 1", "run 2")) == "run 1 has no val loss yet."


def test_a_difference_is_told_beside_its_spread() -> None:
    near = in_words("val accuracy", [0.90, 0.94, 0.92], [0.91, 0.95, 0.94], ("A", "B"))
    assert near.startswith("val accuracy of B is 0.013 higher than that of A (95% interval ")
    assert "interval \N{MINUS SIGN}0.033 to +0.06;" in near
    assert near.endswith("3 and 3 seeds). That is within the spread of the seeds: it may be chance.")
    far = in_words("val accuracy", [0.90, 0.91, 0.90], [0.95, 0.96, 0.95], ("A", "B"))
    assert far.endswith("That is larger than the spread of the seeds.")
    assert "no spread at all" in in_words("val accuracy", [1.0, 1.0], [0.5, 0.5], ("A", "B"))


def test_a_mean_stands_with_its_spread() -> None:
    assert mean_and_spread([0.9, 0.92]) == "0.91 ± 0.014"
    assert mean_and_spread([0.9]) == "0.9"
    assert not math.isnan(welch([1e-9, 2e-9], [1e-9, 1.5e-9]).p)  # type: ignore[union-attr]
