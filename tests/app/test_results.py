"""The panel of results: the field's numbers, and what went wrong of data of every kind."""

import json
from typing import Any

import pytest

from app import state
from app.components import answers
from tests.app.conftest import ME, Screen, engine
from tests.app.test_training import MAPS, NAMES, ended, runs, train

CURVES = {
    "areas": [[0.9, 0.8], [0.9, 0.7], [None, None]],
    "roc": {"0": [[0.0, 0.2, 1.0], [0.0, 0.9, 1.0]], "1": [[0.0, 1.0], [0.0, 1.0]]},
    "pr": {"0": [[0.0, 1.0], [1.0, 0.5]], "1": [[0.0, 1.0], [1.0, 0.5]]},
}
FLOWERS = {
    "output": "y", "label": "y", "target": "y", "rows": 4, "kind": "classes", "classes": ["one", "<b>", "none"],
    "confusion": [[1, 1, 0], [0, 2, 0], [0, 0, 0]], "mistakes": 1, "curves": CURVES,
    "calibration": {"bins": [[0.6, 0.5, 3], [0.95, 1.0, 1]], "error": 0.0875},
    "wrong": [{"row": 7, "right": 0, "answers": [[1, 0.75]], "columns": [["length", 5.1], ["right", None]]}],
}  # fmt: skip
AMOUNTS = {
    "output": "y", "label": "y", "target": "y", "rows": 2, "kind": "values", "pairs": [[1.0, 1.5], [2.0, None]],
    "residuals": {"edges": [-1.0, 0.0, 1.0], "counts": [1, 1], "mean": -0.25, "spread": 0.5},
    "worst": [{"row": 3, "part": "z", "right": 2.0, "answer": None, "columns": [["age", 70]]},
              {"row": 1, "part": "x", "right": 1.0, "answer": 1.5, "columns": [["age", 20]]}],
}  # fmt: skip


def shown(page: Screen, output: Any, **more: Any) -> Screen:
    results = {"part": "validation", "outputs": [{**output, **more}]}
    ended(page, train(page), results=results)
    return page.panel("Results")


def plot(page: Screen) -> Any:
    return json.loads(page.at.get("plotly_chart")[0].proto.spec)


def view(page: Screen, name: str) -> Screen:
    page.at.selectbox(key=next(box.key for box in page.at.selectbox if box.key.startswith("view:"))).select(name).run()
    return page


def test_classes_have_scores_curves_and_calibration(page: Screen) -> None:
    shown(page, FLOWERS)
    assert view(page, "Scores by class").at.get("plotly_chart") == []
    assert "| <b> | 0.667 | 1.000 | 0.800 | 2 |" in page.text
    assert "| **mean, macro** | 0.833 | 0.750 | 0.733 | 4 |" in page.text
    assert "| none | – | – | – | 0 |" in page.text
    view(page, "ROC curves")
    assert [trace.get("name") for trace in plot(page)["data"]] == [None, "one 0.900", "&lt;b&gt; 0.900"]
    assert "Mean AUC of 2 classes, each against the rest: 0.900." in page.text
    view(page, "Precision-recall curves")
    assert "Mean AP of 2 classes, each against the rest: 0.750." in page.text
    view(page, "Calibration")
    assert "Expected calibration error: 0.0875" in page.text
    assert "share that was right" in str(plot(page)["layout"]) and "as right →" not in page.text


def test_a_mistaken_row_of_a_table_stands_with_its_columns(page: Screen) -> None:
    (table,) = shown(page, FLOWERS).at.dataframe
    assert "Press one to look at it in Try" in page.text
    assert table.value.iloc[0].to_dict() == {
        "row": 8, "right": "one", "answer": "<b>", "sure": 0.75, "length": 5.1, "right (in)": None
    }  # fmt: skip


def test_a_row_of_a_table_is_tried_by_a_press_on_any_of_its_cells(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(answers.st, "dataframe", lambda table, **more: asked.update(more, table=table))
    shown(page, FLOWERS)
    assert asked["table"]["row"] == [8] and asked["selection_mode"] == "single-cell"
    tried: list[str] = []
    monkeypatch.setattr(answers.state, "entered", lambda key: {"selection": {"cells": [(0, "length")]}})
    monkeypatch.setattr(answers.state, "show_sample", tried.append)
    monkeypatch.setattr(answers.state, "show_panel", tried.append)
    asked["on_select"]()
    assert tried == ["row:7", "Try"]


def test_amounts_have_residuals_their_histogram_and_the_worst_rows(page: Screen) -> None:
    (table,) = shown(page, AMOUNTS).at.dataframe
    assert table.value["residual"].tolist()[1] == -0.5 and table.value["of"].tolist() == ["z", "x"]
    view(page, "Histogram of residuals")
    assert plot(page)["data"][0]["y"] == [1, 1]
    assert "Residuals: mean -0.25, standard deviation 0.5." in page.text


@pytest.mark.parametrize("kind", ["classes", "series"])
def test_what_went_wrong_of_series_is_drawn_in_small(kind: str, page: Screen) -> None:
    course = {"row": 7, "series": [[1.0, None, 2.0], [0.0, 0.0, 0.0]], "right": 0}
    if kind == "classes":
        shown(page, FLOWERS, wrong=[{**course, "answers": [[1, 0.75]]}])
    else:
        shown(page, AMOUNTS, kind="series", worst=[{**course, "right": 1.0, "answer": 1.5}])
        assert len(page.at.get("plotly_chart")) == 1
    (images,) = page.at.get("image")
    (image,) = images.proto.imgs
    assert image.caption == ("one → \\<b\\> (75%)" if kind == "classes" else "1 → 1.5")


def test_masks_stand_over_their_pictures_with_the_iou_of_each_class(page: Screen) -> None:
    told = MAPS["outputs"][0]
    shown(page, told, maps=[{**told["maps"][0], "iou": 0.5}], curves=CURVES)  # type: ignore[index]
    (one,) = page.at.get("image")
    assert [picture.caption for picture in one.proto.imgs] == ["", "", "IoU 0.50"]
    view(page, "Scores by class")
    assert "| two | 0.500 | 1.000 | 0.667 | 0.500 | 1 |" in page.text


def test_predictions_are_written_by_a_job_when_asked_for_and_then_fetched(page: Screen) -> None:
    shown(page, FLOWERS)
    run, *_ = runs(page)
    page.at.button(key="predictions").click().run()
    assert "Writing the answers for every row" in page.settled().text
    (id,) = state.jobs().looks_going("predictions", ME, page.project)
    assert {"run": run.id, "part": "validation", "step": None}.items() <= state.jobs().request(id).items()
    folder = state.store().home / "runs" / id
    folder.mkdir(parents=True)
    (folder / "predictions.csv").write_text("row\n1\n")
    engine().add_artefact(id, "predictions.csv", "-", f"runs/{id}/predictions.csv")
    engine().add_to_summary(id, {"part": "validation", "rows": 1, "of": 4})
    engine().end(id, "finished")
    page.at.run()
    assert "The file has the first 1 of 4 rows" in page.settled().text
    (link,) = page.at.get("link_button")
    assert link.proto.url == f"/api/predictions/{id}/file"


def test_names_have_scores_and_curves(page: Screen) -> None:
    shown(page, NAMES["outputs"][0], curves=CURVES)
    view(page, "Scores by name")
    assert "| two | 1.000 | 1.000 | 1.000 | 2 |" in page.text
    assert "| **weighted** | 1.000 | 0.750 |" in page.text
    assert "those with most first, as right → answer." in page.text


def test_a_name_that_is_surely_not_there_is_no_mistake_of_the_calibration(page: Screen) -> None:
    shown(page, NAMES["outputs"][0], curves=CURVES, calibration=FLOWERS["calibration"])
    view(page, "Calibration")
    assert plot(page)["layout"]["yaxis"]["title"]["text"] == "share that was there"
    assert "Under the diagonal the network says yes too surely." in page.text
