"""What is told of a network's answers is what scikit-learn and numpy say of the very same answers."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from graphbuilder import evaluation
from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import Plan, plan
from tests.networks import chain, dense, graph, loss, node, wire

Found = tuple[list[dict[str, Any]], dict[str, Any], Any, Any, Any, Plan]


def found(document: Document, home: Path) -> Found:
    """Results of untrained weights on the validation part, its answers as the model gives them, the data, the rows, and
    model and plan."""
    from graphbuilder.compiler import inputs_of, ready_model, split
    from graphbuilder.training.parts import parts
    from graphbuilder.training.results import results

    report = check(document)
    planned = plan(report)
    data = prepare(planned.source, home).arrays
    model = ready_model(planned, parts(planned, data).x)
    _, rows, _ = split(planned, data)
    numbers = 7 * np.arange(len(next(iter(data.values()))))
    told = results(model, report, planned, data, rows, numbers)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    return told, model.predict(inputs_of(planned, data, rows), verbose=0), data, rows, model, planned


def softmax(logits: Any) -> Any:
    logits = logits.astype(float)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(logits: Any) -> Any:
    return 1 / (1 + np.exp(-logits.astype(float)))


def hold_areas(told: Any, right: Any, scores: Any) -> None:
    """right: a column of 0 and 1 for each class."""
    areas = [judge(right, scores, average=None) for judge in (metrics.roc_auc_score, metrics.average_precision_score)]
    assert np.allclose(told["curves"]["areas"], np.transpose(areas), atol=1e-4)


PENGUINS = chain(
    node("measured", "Input", field="measurements"), node("scale", "Normalization"), dense("scores", 3),
    loss("L", "species"), data="penguins",
)  # fmt: skip
SHAPES = graph(
    [node("image", "Input", field="image"), node("small", "Rescaling", scale=0.004),
     node("near", "Conv2D", filters=4, padding="same"), node("places", "Conv2D", filters=4, padding="same"),
     node("again", "Conv2D", filters=3, padding="same"), node("flat", "Flatten"), dense("names", 3),
     loss("mask", "mask"), loss("seen", "seen", "binary_crossentropy"), loss("same", "image", "mean_squared_error")],
    [wire(*pair) for pair in (("image", "small"), ("small", "near"), ("near", "places"), ("places", "mask"),
                              ("near", "flat"), ("flat", "names"), ("names", "seen"), ("near", "again"),
                              ("again", "same"))],
    data="shapes",
)  # fmt: skip
AMOUNT = chain(
    node("measured", "Input", field="measurements"), dense("o", 1), loss("L", "progression", "mean_squared_error"),
    data="diabetes",
)  # fmt: skip


def test_of_classes(home: Path) -> None:
    (told,), answers, data, rows, *_ = found(PENGUINS, home)
    sure, right = softmax(answers["l"]), data["species"][rows]
    report = metrics.classification_report(right, sure.argmax(1), output_dict=True, zero_division=0)
    scores = evaluation.of_classes(told["confusion"])
    assert [one and one.f1 for one in scores] == pytest.approx([report[str(place)]["f1-score"] for place in range(3)])
    hold_areas(told, right[:, np.newaxis] == np.arange(3), sure)
    x, y = told["curves"]["roc"]["2"]
    assert metrics.auc(x, y) == pytest.approx(told["curves"]["areas"][2][0], abs=2e-3)
    assert sum(count for *_, count in told["calibration"]["bins"]) == len(rows)
    worst = told["wrong"][0]
    assert worst["number"] == 7 * worst["row"]
    of_row = np.nan_to_num(data["measurements"][worst["row"]], nan=-1)
    assert [-1 if value is None else value for _, value in worst["columns"]] == pytest.approx(of_row.tolist())


def test_of_masks_of_names_and_of_pictures(home: Path) -> None:
    (mask, seen, same), answers, data, rows, *_ = found(SHAPES, home)
    right, best = data["mask"][rows], answers["mask"].argmax(-1)
    scores = evaluation.of_classes(mask["confusion"])
    each = metrics.jaccard_score(right.ravel(), best.ravel(), average=None)
    assert [one.iou for one in scores if one] == pytest.approx(each)
    overlaps = [metrics.jaccard_score(a.ravel(), b.ravel(), average="macro") for a, b in zip(right, best, strict=True)]
    assert [one["iou"] for one in mask["maps"]] == pytest.approx(sorted(overlaps)[:7], abs=1e-4)
    hold_areas(mask, right.ravel()[:, np.newaxis] == np.arange(4), softmax(answers["mask"]).reshape(-1, 4))

    hold_areas(seen, data["seen"][rows], sigmoid(answers["seen"]))
    named = metrics.classification_report(data["seen"][rows], answers["seen"] > 0, output_dict=True, zero_division=0)
    mean = evaluation.macro(evaluation.of_names(seen["counts"]))
    assert mean and mean.recall == pytest.approx(named["macro avg"]["recall"])

    missed = ((answers["same"] - data["image"][rows]) ** 2).mean(axis=(1, 2, 3))
    assert same["errors"] == pytest.approx(sorted(missed, reverse=True)[:12], rel=1e-4)
    worst = rows[np.argsort(-missed)][:12].tolist()
    assert same["of"] == [{"row": row, "number": 7 * row} for row in worst]


def rows_of(found: Found, document: Document, tmp_path: Path, **how: Any) -> tuple[list[dict[str, str]], Any]:
    from graphbuilder.training.predictions import write_predictions

    *_, data, rows, model, planned = found
    with (tmp_path / "rows.csv").open("wb") as file:
        written = write_predictions(file, model, check(document), planned, data, rows, **how)
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as text:
        return [*csv.DictReader(text)], written


def test_predictions_have_every_row_with_its_number_and_its_words(home: Path, tmp_path: Path) -> None:
    _, answers, data, rows, *_ = got = found(PENGUINS, home)
    lines, written = rows_of(got, PENGUINS, tmp_path)
    assert (written.rows, written.of) == (len(rows), len(rows))
    assert [int(line["row"]) for line in lines] == (rows + 1).tolist()
    words = np.array(["Adelie", "Chinstrap", "Gentoo"])
    assert [line["right"] for line in lines] == words[data["species"][rows]].tolist()
    assert [line["answer"] for line in lines] == words[answers["l"].argmax(1)].tolist()
    shares = [[float(line[f"p {word}"]) for word in words] for line in lines]
    assert np.allclose(shares, softmax(answers["l"]), atol=1e-6)
    depth = [float(line["in: bill depth (mm)"] or "nan") for line in lines]
    assert np.allclose(depth, data["measurements"][rows][:, 1], equal_nan=True)

    fewer, written = rows_of(got, PENGUINS, tmp_path, most=1_000, numbers=10 * np.arange(len(data["species"])))
    assert written.rows == len(fewer) < written.of
    assert (tmp_path / "rows.csv").stat().st_size <= 1_000
    assert [int(line["row"]) for line in fewer] == (10 * rows[: len(fewer)]).tolist()


def test_predictions_of_several_losses_have_columns_of_each(home: Path, tmp_path: Path) -> None:
    _, answers, data, rows, *_ = got = found(SHAPES, home)
    lines, _ = rows_of(got, SHAPES, tmp_path)
    hits = (answers["mask"].argmax(-1) == data["mask"][rows]).mean(axis=(1, 2))
    assert [float(line["mask: share right"]) for line in lines] == pytest.approx(hits)
    named = ["; ".join(np.array(["disc", "square", "triangle"])[one]) for one in answers["seen"] > 0]
    assert [line["seen: answer"] for line in lines] == named
    missed = np.abs(answers["same"] - data["image"][rows]).mean(axis=(1, 2, 3))
    assert [float(line["same: mean absolute error"]) for line in lines] == pytest.approx(missed, rel=1e-5)


def test_of_amounts(home: Path, tmp_path: Path) -> None:
    (told,), answers, data, rows, *_ = got = found(AMOUNT, home)
    left = (data["progression"][rows] - answers["l"])[:, 0]
    spread = told["residuals"]
    assert (spread["mean"], spread["spread"]) == pytest.approx((left.mean(), left.std()), rel=1e-4)
    assert sum(told["residuals"]["counts"]) == len(rows)
    worst = [one["right"] - one["answer"] for one in told["worst"]]
    assert worst == pytest.approx(left[np.argsort(-np.abs(left))][:40].tolist(), rel=1e-3)
    assert len(told["worst"][0]["columns"]) == 10
    lines, _ = rows_of(got, AMOUNT, tmp_path)
    assert [float(line["residual"]) for line in lines] == pytest.approx(left.tolist(), rel=1e-3)
