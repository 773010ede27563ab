"""Every loss with every way to write its target and to weigh rows, and every metric: what is trained, what Keras makes
of it, what the exported code makes of it, and what scikit-learn says are the same numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.datasets.source import Source, by_name
from graphbuilder.document import Document
from graphbuilder.fields import Field
from graphbuilder.losses import LOSSES
from graphbuilder.metrics import METRICS
from graphbuilder.plan import Plan, plan
from graphbuilder.records.events import Epoch, Steps
from tests.contract.test_training import of, training
from tests.networks import graph, loss, node, wire


def make_assorted():
    random = np.random.default_rng(0)
    rows = 600
    values = random.normal(size=(rows, 6)).astype("float32")
    kind = np.minimum(random.geometric(0.5, rows) - 1, 3)
    shares = random.uniform(0.05, 1, (rows, 4))
    return {
        "values": values,
        "kind": kind.astype("int64"),
        "sure": (values[:, 0] + random.normal(size=rows) > 0.6).astype("int64"),
        "shares": (shares / shares.sum(axis=1, keepdims=True)).astype("float32"),
        "amount": random.uniform(1, 50, (rows, 1)).astype("float32"),
        "near": random.uniform(-1, 1, (rows, 3)).astype("float32"),
        "counted": random.uniform(0, 3, (rows, 1)).astype("float32"),
        "mask": random.uniform(0, 1, (rows, 4, 4, 1)).astype("float32"),
        "steps": random.integers(0, 3, (rows, 5)).astype("int64"),
        "places": (random.uniform(size=(rows, 4, 4)) > 0.7).astype("int64"),
    }


class Assorted(Source):
    """A field of every kind that a loss may be compared with."""

    name = "assorted"
    title = "Assorted"
    about = ""
    load = staticmethod(make_assorted)

    def rows(self) -> int:
        return 600

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("values", "vector", (6,), low=-4, high=4),
            Field("kind", "class", (), classes=("a", "b", "c", "d")),
            Field("sure", "class", (), classes=("no", "yes")),
            Field("shares", "vector", (4,), low=0, high=1),
            Field("amount", "number", (1,), low=1, high=50),
            Field("near", "vector", (3,), low=-1, high=1),
            Field("counted", "number", (1,), low=0, high=3),
            Field("mask", "image", (4, 4, 1), low=0, high=1),
            Field("steps", "class", (5,), classes=("blank", "x", "y")),
            Field("places", "class", (4, 4), classes=("no", "yes")),
        )


@pytest.fixture(autouse=True)
def _assorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "assorted", Assorted)


BALANCED, ROWS = {"class_weight": "balanced"}, {"sample_weight": "counted"}
GIVEN = {"class_weight": "given", "class_weights": [1.0, 0.5, 2.0, 3.0]}
SHARES = {"from_logits": False}

OUTPUTS: list[tuple[str, str, tuple[int, ...], str, dict[str, Any]]] = [
    ("softmax_crossentropy", "kind", (4,), "linear", {}),
    ("softmax_crossentropy", "kind", (4,), "linear", BALANCED),
    ("softmax_crossentropy", "kind", (4,), "softmax", {**SHARES, **GIVEN, **ROWS}),
    ("softmax_crossentropy", "steps", (5, 3), "linear", BALANCED),
    ("softmax_crossentropy", "places", (4, 4, 2), "softmax", {**SHARES, **ROWS}),
    ("binary_crossentropy", "sure", (1,), "linear", BALANCED),
    ("binary_crossentropy", "places", (4, 4, 1), "sigmoid", {**SHARES, **BALANCED, **ROWS}),
    ("binary_crossentropy", "mask", (4, 4, 1), "linear", ROWS),
    ("focal_crossentropy", "kind", (4,), "linear", GIVEN),
    ("binary_focal_crossentropy", "sure", (1,), "sigmoid", {**SHARES, **ROWS}),
    ("generalized_crossentropy", "kind", (4,), "softmax", ROWS),
    ("kl_divergence", "shares", (4,), "softmax", ROWS),
    ("kl_divergence", "kind", (4,), "softmax", BALANCED),
    ("mean_squared_error", "amount", (1,), "linear", ROWS),
    ("mean_squared_error", "mask", (4, 4, 1), "linear", ROWS),
    ("mean_squared_error", "kind", (4,), "linear", BALANCED),
    ("mean_absolute_error", "near", (3,), "linear", ROWS),
    ("mean_absolute_error", "sure", (1,), "linear", BALANCED),
    ("huber", "near", (3,), "linear", {}),
    ("log_cosh", "near", (3,), "linear", ROWS),
    ("mean_absolute_percentage_error", "amount", (1,), "linear", ROWS),
    ("mean_squared_logarithmic_error", "amount", (1,), "softplus", {}),
    ("poisson", "amount", (1,), "softplus", ROWS),
    ("cosine_similarity", "near", (3,), "linear", ROWS),
    ("hinge", "sure", (1,), "linear", BALANCED),
    ("hinge", "kind", (4,), "linear", ROWS),
    ("squared_hinge", "sure", (1,), "linear", ROWS),
    ("categorical_hinge", "kind", (4,), "linear", BALANCED),
    ("circle", "kind", (6,), "tanh", ROWS),
    ("dice", "kind", (4,), "softmax", {}),
    ("dice", "places", (4, 4, 1), "sigmoid", {}),
    ("tversky", "mask", (4, 4, 1), "sigmoid", {}),
    ("ctc", "steps", (8, 3), "linear", ROWS),
]
"""A loss, its target, the output's shape and activation, and how rows are weighed."""


def drawn(outputs: Any, **settings: Any) -> Document:
    """One network for all of them: Keras is compiled once."""
    nodes = [node("values", "Input", field="values"), node("h", "Dense", units=8, activation="tanh")]
    wires = [wire("values", "h")]
    for place, (kind, target, shape, activation, params) in enumerate(outputs):
        out, at = f"o{place}", f"s{place}"
        nodes.append(node(out, "Dense", units=int(np.prod(shape))))
        wires.append(wire("h", out))
        if len(shape) > 1:
            nodes.append(node(at, "Reshape", target_shape=list(shape)))
            wires.append(wire(out, at))
            out = at
        if activation != "linear":
            nodes.append(node(f"a{place}", "Activation", activation=activation))
            wires.append(wire(out, f"a{place}"))
            out = f"a{place}"
        nodes.append(loss(f"l{place}", target, kind, **params))
        wires.append(wire(out, f"l{place}"))
    return graph(nodes, wires, data="assorted", training={"settings": {"epochs": 1, **settings}})


def weights_by_hand(output: tuple[Any, ...], data: Any, rows: Any, train: Any) -> Any:
    """By scikit-learn, and straight from the fields."""
    from sklearn.utils.class_weight import compute_class_weight

    kind, target, shape, _, params = output
    raw = data[target]
    places = () if kind == "ctc" else raw.shape[1:] if raw.dtype == "int64" else shape[:-1]
    weights = np.ones((len(rows), *places))
    if params.get("class_weight") == "balanced":
        there = np.unique(raw[train])
        weights *= compute_class_weight("balanced", classes=there, y=raw[train].ravel())[raw[rows]]
    if params.get("class_weight") == "given":
        weights *= np.array(params["class_weights"])[raw[rows]]
    if "sample_weight" in params:
        weights *= data["counted"][rows].reshape(-1, *([1] * (weights.ndim - 1)))
    return weights


def whole_steps(document: Document, home: Path) -> tuple[Any, Plan, Any, Any]:
    """Trained for one step on all rows, from weights that are the same for each who asks."""
    return training(document, home, probing=False)


def test_all_losses_are_among_these() -> None:
    assert {kind for kind, *_ in OUTPUTS} == {*LOSSES}


@pytest.mark.long
def test_the_first_loss_is_that_of_keras_with_weights_and_so_is_that_of_the_exported_code(home: Path) -> None:
    from graphbuilder.compiler import evaluate_call, ready_model, split
    from graphbuilder.training.parts import parts

    document = drawn(OUTPUTS, batch_size=1000)
    report = check(document)
    assert [found.text for found in report.errors] == []
    planned = plan(report)
    data = {name: np.asarray(values) for name, values in prepare(planned.source, home).arrays.items()}
    train = split(planned, data)[0]
    fed = parts(planned, data)
    model = ready_model(planned, fed.x)
    answers = model(fed.x, training=False)
    right: dict[str, float] = {}
    for output, one in zip(planned.outputs, OUTPUTS, strict=True):
        weights = weights_by_hand(one, data, train, train) if LOSSES[one[0]]().rates != "batch" else None
        assert weights is None or fed.w[output.name] == pytest.approx(weights, rel=1e-6)
        judge = evaluate_call(output.loss, {})
        right[f"{output.name}_loss"] = float(judge(fed.y[output.name], answers[output.name], weights))
    right["loss"] = sum(right.values())
    trained, _, events, _ = training(document, home, probing=False)
    told = of(Epoch, events)[0].metrics
    hold_answers(trained, report, planned, data, train)
    assert {name: told[name] for name in right} == pytest.approx(right, rel=1e-6, abs=1e-6)
    assert of(Steps, events)[0].losses[0] == pytest.approx(right["loss"], rel=1e-6)

    file: dict[str, Any] = {}
    exec(compile(to_python(planned), "model.py", "exec"), file)
    there = file["build_model"]()
    file["compile_model"](there)
    there.run_eagerly = True  # once is not worth a graph
    there.set_weights(ready_model(planned, fed.x).get_weights())
    x, y = file["prepare"](data, train)
    weighed = file["weigh"](data, train, train)
    judged = there.evaluate(x, y, sample_weight=weighed, batch_size=len(train), return_dict=True, verbose=0)
    assert {name: judged[name] for name in right} == pytest.approx(right, rel=1e-6, abs=1e-6)
    assert {name: told[name] for name in judged if name not in right} == pytest.approx(
        {name: value for name, value in judged.items() if name not in right}, rel=1e-4, abs=1e-6
    )


def hold_answers(model: Any, report: Any, planned: Plan, data: Any, rows: Any) -> None:
    """Of a class at each step or place every one is counted; class weights are kept as they were measured."""
    from graphbuilder.training.results import results

    answers = model.predict({"values": data["values"][rows]}, verbose=0)
    for told, output, one in zip(results(model, report, planned, data, rows), planned.outputs, OUTPUTS, strict=True):
        kind, target, shape, _, params = one
        raw = data[target][rows]
        assert json.loads(json.dumps(told, allow_nan=False))
        if raw.dtype != "int64":
            assert told["kind"] in ("values", "pictures")
        elif kind in ("ctc", "circle"):
            assert told["kind"] == "unnamed"
        else:
            scores = answers[output.name].reshape(-1, shape[-1])
            level = 0.0 if ("entropy" in kind and output.from_logits) or "hinge" in kind else 0.5
            best = (scores[:, 0] > level) if shape[-1] == 1 else scores.argmax(axis=1)
            assert told["rows"] == raw.size and told["mistakes"] == (best != raw.ravel()).sum()
        if params.get("class_weight") == "balanced":
            each = np.bincount(raw.ravel()).astype(float)
            weights = [weight for _, weight in told["class_weights"]]
            assert weights == pytest.approx(raw.size / len(each) / each, rel=1e-4)


# Metrics

BY_ONE = ["accuracy", "zero_one", "precision", "recall", "f1", "auc_roc", "auc_pr", "iou", "iou_mean"]
BY_CLASS = ["accuracy", "zero_one", "top_k", "precision", "recall", "f1", "iou_mean"]
BY_VALUE = ["mae", "mse", "rmse", "r2", "mape"]

MEASURED: list[tuple[str, str, tuple[int, ...], str, dict[str, Any]]] = [
    ("binary_crossentropy", "sure", (1,), "linear", {"metrics": BY_ONE, **BALANCED}),
    ("binary_crossentropy", "sure", (1,), "sigmoid", {"metrics": BY_ONE, "threshold": 0.3, **SHARES}),
    ("binary_crossentropy", "sure", (1,), "linear", {"metrics": BY_ONE, "threshold": 0.3}),
    ("hinge", "sure", (1,), "linear", {"metrics": BY_ONE}),
    ("softmax_crossentropy", "kind", (4,), "linear", {"metrics": BY_CLASS, "k": 2}),
    ("softmax_crossentropy", "kind", (4,), "softmax",
     {"metrics": [*BY_CLASS, "auc_roc", "auc_pr"], "k": 2, **SHARES}),
    ("categorical_hinge", "kind", (4,), "linear", {"metrics": BY_CLASS, "k": 3}),
    ("softmax_crossentropy", "steps", (5, 3), "linear", {"metrics": BY_CLASS, "k": 2}),
    ("binary_crossentropy", "places", (4, 4, 1), "linear", {"metrics": [one for one in BY_ONE if one != "auc_pr"]}),
    ("mean_squared_error", "amount", (1,), "linear", {"metrics": BY_VALUE, **ROWS}),
    ("huber", "near", (3,), "linear", {"metrics": ["mae", "r2", "cosine"]}),
]  # fmt: skip


def scores_by_hand(output: tuple[Any, ...], answered: Any, raw: Any) -> dict[str, float]:
    """By scikit-learn and NumPy."""
    from sklearn import metrics as by

    kind, target, shape, activation, params = output
    names = params["metrics"]
    if target in ("amount", "near"):
        error = answered - raw
        told = {
            "mae": np.abs(error).mean(),
            "mse": (error**2).mean(),
            "rmse": np.sqrt((error**2).mean()),
            "r2": by.r2_score(raw, answered, multioutput="variance_weighted"),
            "mape": 100 * by.mean_absolute_percentage_error(raw, answered),
            "cosine": np.mean(
                (raw * answered).sum(axis=1) / np.linalg.norm(raw, axis=1) / np.linalg.norm(answered, axis=1)
            ),
        }
    else:
        right = raw.ravel()
        scores = answered.reshape(-1, shape[-1])
        one, average = shape[-1] == 1, "binary" if shape[-1] == 1 else "macro"
        level = params.get("threshold", 0.5)
        if activation == "linear":
            level = 0.0 if kind == "hinge" else np.log(level / (1 - level))
        best = (scores[:, 0] > level).astype(int) if one else scores.argmax(axis=1)
        labels = [*range(max(2, shape[-1]))]
        told = {
            "accuracy": by.accuracy_score(right, best),
            "zero_one": by.zero_one_loss(right, best),
            "precision": by.precision_score(right, best, average=average, zero_division=0),
            "recall": by.recall_score(right, best, average=average, zero_division=0),
            "f1": by.f1_score(right, best, average=average, zero_division=0),
            "iou_mean": by.jaccard_score(right, best, average="macro", zero_division=0),
        }
        if one:
            told |= {
                "auc_roc": by.roc_auc_score(right, scores[:, 0]),
                "auc_pr": by.average_precision_score(right, scores[:, 0]),
                "iou": by.jaccard_score(right, best),
            }
        elif "auc_roc" in names:
            told |= {
                "auc_roc": by.roc_auc_score(right, scores, multi_class="ovr", labels=labels),
                "auc_pr": np.mean([by.average_precision_score(right == c, scores[:, c]) for c in labels]),
            }
        if not one:
            told["top_k"] = by.top_k_accuracy_score(right, scores, k=params.get("k", 5), labels=labels)
    return {name: float(told[name]) for name in names}


def test_every_metric_is_tried() -> None:
    assert {name for *_, params in MEASURED for name in params["metrics"]} == {*METRICS}


@pytest.mark.long
def test_metrics_are_those_of_scikit_learn_and_of_the_exported_code(home: Path) -> None:
    from graphbuilder.compiler import split

    document = drawn(MEASURED, batch_size=70)
    report = check(document)
    assert [found.text for found in report.errors] == []
    model, planned, events, _ = training(document, home, probing=False)
    data = {name: np.asarray(values) for name, values in prepare(planned.source, home).arrays.items()}
    rows = split(planned, data)[1]
    told = of(Epoch, events)[-1].metrics
    answers = model.predict({"values": data["values"][rows]}, verbose=0)
    rough, exact = {}, {}
    for output, one in zip(planned.outputs, MEASURED, strict=True):
        for name, value in scores_by_hand(one, answers[output.name].astype(float), data[one[1]][rows]).items():
            (rough if name.startswith("auc") else exact)[f"{output.name}_{name}"] = value
    assert {name: told[f"val_{name}"] for name in exact} == pytest.approx(exact, rel=1e-4, abs=1e-5)
    assert {name: told[f"val_{name}"] for name in rough} == pytest.approx(rough, abs=0.02)

    file: dict[str, Any] = {}
    exec(compile(to_python(planned), "model.py", "exec"), file)
    there = file["build_model"]()
    file["compile_model"](there)
    there.run_eagerly = True  # once is not worth a graph
    there.set_weights(model.get_weights())
    x, y = file["prepare"](data, rows)
    weighed = file["weigh"](data, rows, split(planned, data)[0])
    again = there.evaluate(x, y, sample_weight=weighed, batch_size=len(rows), return_dict=True, verbose=0)
    assert {name: told[f"val_{name}"] for name in again} == pytest.approx(again, rel=1e-4, abs=1e-6)


def test_a_model_with_metrics_of_ours_opens_where_graphbuilder_is_not(home: Path, tmp_path: Path) -> None:
    import keras

    from graphbuilder.compiler import make_portable

    outputs = [("binary_crossentropy", "sure", (1,), "linear", {"metrics": ["f1", "accuracy"]})]
    model, planned, _, _ = training(drawn(outputs), home, probing=False)
    steps = int(model.optimizer.iterations)
    make_portable(model, planned)
    model.save(tmp_path / "model.keras")
    opened = keras.saving.load_model(tmp_path / "model.keras")
    assert int(opened.optimizer.iterations) == steps > 0
