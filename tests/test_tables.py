"""Records as CSV."""

import csv
from io import StringIO

import pytest

from graphbuilder.records.events import Activations, Epoch, Probe
from graphbuilder.records.tables import activations_csv, cell, history_csv

SEEN = Activations(0.5, 0.25, 0.0, 1.0, (0,) * 64, None)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx"])
def test_X7_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == "'" + text
    written = activations_csv([Probe(0, 0.0, {"n1": SEEN})], {"n1": text})
    assert next(iter(csv.DictReader(StringIO(written, newline=""))))["node"] == "'" + text


def test_X7_a_line_end_before_a_formula_does_not_hide_it() -> None:
    assert cell("\r=1") == "'\r=1"


@pytest.mark.parametrize("value", [-1.5, 0, "plain", "", "a=b", None])
def test_X7_numbers_and_plain_texts_stay_as_they_are(value: object) -> None:
    assert cell(value) == value


def test_a_row_for_each_epoch_with_every_metric() -> None:
    epochs = [Epoch(n, n * 10, {"loss": 0.5, "val_loss": -0.25}, 1.23456, True) for n in (1, 2)]
    assert history_csv(epochs) == "epoch,step,seconds,loss,val_loss\n1,10,1.235,0.5,-0.25\n2,20,1.235,0.5,-0.25\n"


def test_a_training_without_an_epoch_has_a_table_without_rows() -> None:
    assert history_csv([]) == "epoch,step,seconds\n"
