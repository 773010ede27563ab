"""What a Loss may choose: options, metrics and weights, in file, form and code."""

import json
from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.document_file import read_document, write_document
from graphbuilder.fields import Field
from graphbuilder.forms import node_form
from graphbuilder.levels import level
from graphbuilder.losses import LOSSES
from graphbuilder.metrics import METRICS, score_of
from graphbuilder.operators.loss import Loss
from graphbuilder.plan import plan
from tests.networks import PIXELS, SCALE, SCORES, chain, dense, loss

DIGIT = Field("digit", "class", (), classes=tuple("0123456789"))
EVEN = Field("even", "class", (), classes=("odd", "even"))
PLACES = Field("places", "class", (8, 8), classes=("no", "yes"))


def fields_of(document: Any) -> dict[str, Any]:
    return {
        field["name"]: field
        for group in node_form(level(check(document), ""), ["l"])["groups"]
        for field in group["fields"]
    }


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_all_the_words_that_people_read(name: str) -> None:
    kind = LOSSES[name]
    assert all((kind.title, kind.short, kind.formula, kind.keywords, kind.__doc__))
    assert len(kind.short) <= 20
    assert all(parameter.help.endswith(".") for parameter in kind.parameters.values())
    assert kind.many or kind.one or kind.values


@pytest.mark.parametrize(
    ("name", "target", "output", "encoding"),
    [
        ("softmax_crossentropy", DIGIT, (10,), "integer"), ("softmax_crossentropy", EVEN, (1,), None),
        ("softmax_crossentropy", PLACES, (8, 8, 2), "integer"), ("binary_crossentropy", PLACES, (8, 8, 1), "zero_one"),
        ("binary_crossentropy", EVEN, (2,), None), ("hinge", EVEN, (1,), "zero_one"),
        ("hinge", DIGIT, (10,), "one_hot"),
        ("mean_squared_error", DIGIT, (10,), "one_hot"), ("circle", DIGIT, (3,), "integer"),
        ("circle", PLACES, (3,), None), ("cosine_similarity", Field("n", "number", (1,)), (1,), None),
        ("ctc", Field("s", "class", (5,), classes=("", "a")), (9, 2), "integer"),
        ("ctc", Field("s", "class", (5,), classes=("", "a")), (None, 2), "integer"),
        ("ctc", Field("s", "class", (5,), classes=("", "a")), (4, 2), None),
    ],
)  # fmt: skip
def test_a_target_is_written_as_the_loss_wants_it(name: str, target: Field, output: Any, encoding: str | None) -> None:
    assert LOSSES[name]().encoding(target, output) == encoding


def test_smoothed_labels_and_curves_of_several_classes_are_written_as_rows() -> None:
    smoothed = Loss({"loss": Loss.loss.read({"name": "softmax_crossentropy", "label_smoothing": 0.1})})
    curves = Loss({"metrics": ("auc_roc",), "from_logits": False})
    for one in (smoothed, curves):
        judged = one.judged(DIGIT, (10,))
        assert judged and judged.encoding == "one_hot"
        assert one.declared.call(True, judged.encoding).callee == "losses.CategoricalCrossentropy"


def test_a_document_keeps_the_options_of_its_loss_and_names_nothing_that_is_not_set() -> None:
    plain = chain(PIXELS, SCALE, SCORES, loss("l"))
    text = write_document(plain)
    params = next(one for one in json.loads(text)["nodes"] if one["id"] == "l")["params"]
    assert params == {"target": "digit", "loss": "softmax_crossentropy", "from_logits": True, "weight": 1.0}
    huber = {"name": "huber", "delta": 2.5}
    chosen = editing.set_parameter(editing.set_parameter(plain, "l", "loss", huber), "l", "metrics", ["mse", "mae"])
    again = read_document(write_document(chosen))
    assert again == chosen
    assert again.node("l").operator.declared.delta == 2.5  # type: ignore[union-attr]
    back = editing.set_parameter(editing.set_parameter(again, "l", "metrics", []), "l", "loss", "softmax_crossentropy")
    assert write_document(back) == text


def test_the_form_asks_for_what_the_chosen_loss_reads() -> None:
    document = chain(PIXELS, SCALE, SCORES, loss("l"))
    assert {"from_logits", "threshold"} <= fields_of(document).keys()
    assert not {"k", "class_weights"} & fields_of(document).keys()
    top = editing.set_parameter(document, "l", "metrics", ["top_k"])
    assert "k" in fields_of(top) and "threshold" not in fields_of(top)
    given = editing.set_parameter(document, "l", "class_weight", "given")
    assert "class_weights" in fields_of(given)
    huber = fields_of(editing.set_parameter(document, "l", "loss", "huber"))
    assert "from_logits" not in huber
    assert [field["name"] for field in huber["loss"]["inner"]] == ["delta"]
    assert fields_of(document)["metrics"]["choices"] == {name: kind.title for name, kind in METRICS.items()}


def test_an_option_out_of_bounds_is_told() -> None:
    document = chain(PIXELS, SCALE, SCORES, loss("l", kind={"name": "huber", "delta": 0}))  # type: ignore[arg-type]
    assert "loss has delta, which must be above 0; received 0." in check(document).errors[0].text
    both = {"name": "softmax_crossentropy", "label_smoothing": 0.1, "ignore_class": 0}
    told = check(chain(PIXELS, SCALE, SCORES, loss("l", kind=both))).errors[0].text  # type: ignore[arg-type]
    assert told == "Loss 'l': loss must smooth no labels where a class is ignored; received 0.1."


def test_code_has_weights_and_our_metric_only_where_they_are_asked_for() -> None:
    def code(**params: Any) -> str:
        return to_python(plan(check(chain(PIXELS, SCALE, SCORES, loss("l", **params)))))

    plain = code()
    assert not any(word in plain for word in ("weigh(", "ClassScore", "balanced"))
    weighed = code(class_weight="balanced", metrics=["accuracy", "f1"])
    assert "of_classes = balanced(classes[train], 10)" in weighed
    assert "sample_weight=weigh(data, train, train)" in weighed
    assert "validation_data=(*prepare(data, validation), weigh(data, validation, train))" in weighed
    assert 'ClassScore(name="f1", score="f1", classes=10)' in weighed
    assert "type: ignore" not in weighed
    given = code(class_weight="given", class_weights=[1.0] * 9 + [2.5])
    assert "of_classes = np.array([1.0," in given and "def balanced" not in given
    assert max(map(len, weighed.splitlines())) <= 88


def test_a_metric_goes_where_it_gives_the_right_number() -> None:
    def told(target: str, units: int, metric: str, **params: Any) -> bool:
        document = chain(PIXELS, SCALE, dense("o", units), loss("l", target, metrics=[metric], **params))
        return "E_METRIC" in {found.code for found in check(document).diagnostics}

    assert told("digit", 10, "auc_roc")
    assert told("digit", 10, "iou") and not told("digit", 10, "iou_mean")
    assert not told("is_even", 1, "auc_roc", kind="binary_crossentropy")
    assert told("is_even", 1, "top_k", kind="binary_crossentropy")
    assert told("pixels", 64, "accuracy", kind="mean_squared_error")
    assert not told("pixels", 64, "cosine", kind="mean_squared_error")


@pytest.mark.parametrize(
    ("key", "title", "word"),
    [
        ("loss", "Loss", "loss"), ("accuracy", "Accuracy", "accuracy"), ("f1", "F1", "F1"), ("r2", "R²", "R²"),
        ("digit_loss", "Which digit: Loss", "Which digit: loss"), 
        ("is_even_iou_mean", "is_even: Mean IoU", "is_even: Mean IoU"),
    ],
)  # fmt: skip
def test_a_score_is_told_in_words(key: str, title: str, word: str) -> None:
    score = score_of(key, {"digit": "Which digit"})
    assert (score.title, score.word) == (title, word)


def test_no_two_metrics_end_alike() -> None:
    """Else a key of several Losses could be read in two ways."""
    names = ["loss", *METRICS]
    assert not [(one, other) for one in names for other in names if one.endswith(f"_{other}")]
