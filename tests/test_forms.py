"""The forms, as the screen is told of them."""

from typing import Any

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.forms import node_form, training_form
from graphbuilder.levels import level
from graphbuilder.plan import plan, watched
from graphbuilder.templates import template
from tests.networks import DIGIT, IMAGE, PIXELS, SCORES, chain, dense, node


def field_of(name: str, **params: Any) -> dict[str, Any]:
    report = check(chain(PIXELS, dense("hidden", 32, **params), SCORES, DIGIT))
    form = node_form(level(report, ""), ["hidden"])
    return next(field for field in form["groups"][0]["fields"] if field["name"] == name)


def test_what_is_chosen_has_the_fields_of_its_own_below_it() -> None:
    field = field_of("kernel_initializer", kernel_initializer={"name": "random_normal", "stddev": -1})
    assert (field["kind"], field["word"]) == ("chosen", "random_normal")
    assert field["value"] == {"name": "random_normal", "mean": 0.0, "stddev": -1.0}
    assert [(own["name"], own["value"]) for own in field["inner"]] == [("mean", 0.0), ("stddev", -1.0)]
    assert [len(own["faults"]) for own in field["inner"]] == [0, 1]
    told = "Linear 'hidden': kernel_initializer has stddev, which must be at least 0; received -1."
    assert [fault["text"] for fault in field["faults"]] == [told]


def test_what_is_chosen_may_be_nothing_or_a_word_that_nobody_knows() -> None:
    free, unknown = field_of("kernel_constraint"), field_of("kernel_initializer", kernel_initializer="he")
    assert (free["word"], free["choices"][""], free["inner"], free["faults"]) == ("", "free", [], [])
    assert (unknown["word"], unknown["choices"]["he"], unknown["inner"]) == ("he", "he", [])


def test_a_penalty_of_l1_and_l2_alone_is_two_boxes() -> None:
    row, matrix = field_of("bias_regularizer"), field_of("kernel_regularizer")
    assert (row["kind"], matrix["kind"]) == ("regularizer", "chosen")
    assert (matrix["word"], [own["name"] for own in matrix["inner"]]) == ("l1_l2", ["l1", "l2"])


def test_the_help_of_an_axis_says_which_axes_come_in() -> None:
    report = check(chain(IMAGE, node("norm", "BatchNormalization"), DIGIT))
    (axis,) = [f for f in node_form(level(report, ""), ["norm"])["groups"][0]["fields"] if f["name"] == "axis"]
    assert axis["help"].endswith("Here 1 is rows (8), 2 is columns (8), 3 is channels (1), as is -1.")


def test_a_list_or_matrix_that_may_be_long_has_a_row_of_its_own() -> None:
    kinds = ("FixedFilter", "Normalization", "StringLookup", "AutoContrast", "Permute")
    seen = level(check(chain(*(node(kind, kind) for kind in kinds))), "")
    wide = {
        f"{kind} {field['name']}"
        for kind in kinds
        for field in node_form(seen, [kind])["groups"][0]["fields"]
        if field["kind"] in ("numbers", "wholes", "texts", "matrix") and field["wide"]
    }
    assert wide == {"FixedFilter kernel", "Normalization mean", "Normalization variance", "StringLookup vocabulary"}


def test_the_rate_is_drawn_over_the_very_run_that_would_be_started() -> None:
    def told(**settings: Any) -> dict[str, Any]:
        document = template("lenet")
        for name, value in settings.items():
            document = editing.set_training(document, name, value)
        groups = training_form(check(document))["groups"]
        return {field["name"]: field for group in groups for field in group["fields"]}

    assert "curve" not in told()["schedule"]
    fields = told(schedule={"name": "cosine", "warmup": 1.0}, epochs=4)
    curve = fields["schedule"]["curve"]
    assert curve["told"] == "4 epochs of 34 steps"
    assert (curve["points"][0], curve["points"][-1]) == ([0.0, 0.0], [4.0, 0.0])
    assert max(curve["points"], key=lambda point: point[1]) == [1.0, 0.002]
    assert told(schedule="plateau", batch_size=None)["schedule"]["curve"]["told"].startswith("15 epochs of 1 step, at")
    assert fields["batch_size"]["stops"] == [*(2**place for place in range(11)), None]
    assert [*fields["monitor"]["choices"]] == ["val_loss", "val_accuracy", "loss", "accuracy"]


def test_what_can_be_watched_is_what_the_plan_tells_of_it() -> None:
    for name in ("lenet", "siamese", "two_inputs_two_losses", "residual_blocks"):
        report = check(template(name))
        assert watched(report) == plan(report).told, name
