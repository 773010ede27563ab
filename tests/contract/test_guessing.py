"""What somebody without a network scores, beside what a network does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.checks import Report, check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import Plan, plan
from tests.networks import chain, dense, loss, node


def told_of(report: Report, home: Path) -> tuple[dict[str, Any], Any, Any]:
    """Of the first Loss what is told of untrained weights on the validation part, the training part, and the other."""
    from graphbuilder.compiler import ready_model, split
    from graphbuilder.training.parts import parts
    from graphbuilder.training.results import results

    planned: Plan = plan(report)
    data = prepare(planned.source, home).arrays
    train, validation, _ = split(planned, data)
    model = ready_model(planned, parts(planned, data).x)
    told = results(model, report, planned, data, validation)[0]
    return told, (data, train, validation), planned


def drawn(name: str) -> Report:
    return check(draw_network(editing.set_data(Document(), name)))


def test_of_a_class_it_is_the_commonest_of_the_training_part(home: Path) -> None:
    told, (data, train, rows), _ = told_of(drawn("penguins"), home)
    assert np.bincount(data["species"][train]).argmax() == 0
    share = float(np.mean(data["species"][rows] == 0))
    assert told["baseline"]["words"] == "always “Adelie”"
    assert told["baseline"]["scores"] == {"accuracy": pytest.approx(share)}
    assert "image" not in told["wrong"][0]


def test_of_an_amount_it_is_the_mean(home: Path) -> None:
    told, (data, train, rows), _ = told_of(drawn("diabetes"), home)
    right, mean = data["progression"][rows], data["progression"][train].mean()
    scores = told["baseline"]["scores"]
    assert told["baseline"]["words"] == "always the mean" and told["kind"] == "values"
    assert scores["mae"] == pytest.approx(np.abs(right - mean).mean(), rel=1e-5)
    assert scores["r2"] == pytest.approx(
        1 - ((right - mean) ** 2).sum() / ((right - right.mean()) ** 2).sum(), abs=1e-5
    )


def test_of_what_goes_on_a_series_it_is_the_last_value(home: Path) -> None:
    told, (data, _, rows), _ = told_of(drawn("temperatures"), home)
    missed = np.abs(data["temperature"][rows] - data["past"][rows][:, -1]).mean()
    assert told["baseline"]["words"] == "the last value again"
    assert told["baseline"]["scores"]["mae"] == pytest.approx(missed, rel=1e-5)
    assert told["kind"] == "series" and len(told["pairs"]) == 240
    assert np.allclose([right for right, _ in told["pairs"]], data["temperature"][rows][:240, 0], atol=1e-4)


def test_of_a_picture_that_is_made_of_another_it_is_the_other(home: Path) -> None:
    told, (data, _, rows), _ = told_of(drawn("noisy_digits"), home)
    assert told["baseline"]["words"] == "the picture as it came"
    missed = np.abs(data["clean"][rows] - data["noisy"][rows]).mean()
    assert told["baseline"]["scores"]["mae"] == pytest.approx(missed, rel=1e-5)
    assert [len(pair) for pair in told["pairs"]] == [3] * 12
    worst = told["of"][0]["row"]
    assert told["pairs"][0][0] == data["noisy"][worst][..., 0].astype(int).tolist()
    assert told["pairs"][0][1] == data["clean"][worst][..., 0].astype(int).tolist()


def test_of_a_picture_that_is_told_again_it_is_the_mean_one(home: Path) -> None:
    image = node("image", "Input", field="image")
    squared = loss("same", target="image", kind="mean_squared_error", metrics=["mse"])
    told, (data, train, rows), _ = told_of(
        check(chain(image, node("near", "Conv2D", filters=1, padding="same"), squared)), home
    )
    mean = data["image"][train].mean(axis=0)
    assert told["baseline"]["scores"]["mse"] == pytest.approx(((data["image"][rows] - mean) ** 2).mean(), rel=1e-4)
    assert [len(pair) for pair in told["pairs"]] == [2] * 12


def test_of_places_it_is_the_commonest_class_and_whole_masks_are_shown(home: Path) -> None:
    told, (data, _, rows), _ = told_of(drawn("shapes"), home)
    right = data["mask"][rows]
    scores = told["baseline"]["scores"]
    assert told["baseline"]["words"] == "everywhere “background”"
    assert scores["accuracy"] == pytest.approx((right == 0).mean(), rel=1e-5)
    assert scores["iou_mean"] == pytest.approx((right == 0).mean() / 4, rel=1e-5)
    assert "wrong" not in told and len(told["maps"]) == 7
    assert told["maps"][0]["right"] == data["mask"][told["maps"][0]["row"]].tolist()
    assert np.shape(told["maps"][0]["image"]) == (32, 32, 3), "in colour"
    wrong = sum(np.not_equal(one["right"], one["answer"]).sum() for one in told["maps"])
    assert 0 < wrong <= told["mistakes"]


@pytest.mark.parametrize("logits", [True, False])
def test_of_several_names_it_is_each_as_it_mostly_is(logits: bool, home: Path) -> None:
    image = node("image", "Input", field="image")
    last = dense("names", 3, activation="linear" if logits else "sigmoid")
    seen = loss("seen", target="seen", kind="binary_crossentropy", from_logits=logits)
    report = check(chain(image, node("flat", "Flatten"), last, seen, data="shapes"))
    told, (data, train, rows), planned = told_of(report, home)
    mostly, right = data["seen"][train].mean(axis=0) >= 0.5, data["seen"][rows] > 0.5
    scores = told["baseline"]["scores"]
    assert told["baseline"]["words"] == "each name as it mostly is"
    assert scores["accuracy"] == pytest.approx((right == mostly).mean(), rel=1e-5)
    hits, said = (right & mostly).sum(), mostly.sum() * len(rows)
    assert scores["f1"] == pytest.approx(2 * hits / (right.sum() + said), rel=1e-5)
    assert told["kind"] == "names" and tuple(planned.outputs[0].metrics) == ("accuracy", "f1")
    found, missed, false = np.array(told["counts"]).T
    assert (found + missed).tolist() == right.sum(axis=0).tolist()
    worst = [len({*one["right"]} ^ {*one["said"]}) for one in told["wrong"]]
    assert worst == sorted(worst, reverse=True) and worst[-1] > 0 and false.sum() + missed.sum() >= sum(worst)


def test_beside_a_wrong_answer_to_a_text_stands_the_text(home: Path) -> None:
    told, (data, _, _), _ = told_of(drawn("colours"), home)
    first = told["wrong"][0]
    assert first["text"] == data["name"][first["row"]][0]
