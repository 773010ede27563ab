"""Numbers that can be trusted: every row counts once, and what is told of a training is what its weights score."""

import json
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import plan
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Epoch, as_json
from graphbuilder.templates import template
from graphbuilder.training import runs
from tests.contract.test_training import of, settings, training
from tests.networks import PIXELS, SCALE, chain, dense, graph, loss, node, wire

POINT = node("point", "Input", field="point")
MEASURED = node("measured", "Input", field="measurements")


def two_losses(rows: int = 165, **training: Any) -> Document:
    """33 of 165 rows are for validation: one batch of 32, and one of a single row."""
    nodes = [POINT, dense("h", 8, activation="tanh"), dense("da", 1), dense("db", 1)]
    nodes += [loss("a", "class", "binary_crossentropy"), loss("b", "class", "mean_squared_error", weight=0.5)]
    wires = [wire(*pair) for pair in (("point", "h"), ("h", "da"), ("h", "db"), ("da", "a"), ("db", "b"))]
    return graph(nodes, wires, data={"name": "spirals", "options": {"size": rows}}, training={"settings": training})


def wild(rate: float, **training: Any) -> Document:
    return chain(
        MEASURED, dense("h", 16, activation="relu"), dense("h2", 16, activation="relu"), dense("o", 1),
        loss("L", "progression", "mean_squared_error"), data="diabetes",
        training={"optimizer": "SGD", "options": {"learning_rate": rate}, "settings": training},
    )  # fmt: skip


def numpy_losses(model: Any, document: Document, home: Path, part: int) -> dict[str, float]:
    """The two losses over all rows of a part, by their formulas."""
    from graphbuilder.compiler import inputs_of, split, targets_of

    planned = plan(check(document))
    data = prepare(planned.source, home).arrays
    rows = split(planned, data)[part]
    answers, right = model(inputs_of(planned, data, rows), training=False), targets_of(planned, data, rows)
    logits, label = np.asarray(answers["a"], float), right["a"]
    cross = np.maximum(logits, 0) - logits * label + np.log1p(np.exp(-np.abs(logits)))
    return {"a_loss": cross.mean(), "b_loss": np.mean((np.asarray(answers["b"], float) - right["b"]) ** 2)}


@pytest.mark.parametrize("batch_size", [1, 7, 32, 33, 1000])
def test_the_parts_of_the_validation_loss_are_means_over_all_rows(batch_size: int, home: Path) -> None:
    document = two_losses(epochs=2, batch_size=batch_size)
    model, _, events, _ = training(document, home)
    told = of(Epoch, events)[-1].metrics
    right = numpy_losses(model, document, home, 1)
    assert {name: told[f"val_{name}"] for name in right} == pytest.approx(right, rel=1e-5)
    for start in ("", "val_"):
        assert told[f"{start}loss"] == pytest.approx(told[f"{start}a_loss"] + 0.5 * told[f"{start}b_loss"], rel=1e-6)


def test_the_parts_of_the_test_loss_are_means_over_all_rows(home: Path) -> None:
    from graphbuilder.compiler import split
    from graphbuilder.training.results import judged

    document = two_losses(epochs=2)
    model, planned, _, _ = training(document, home)
    data = prepare(planned.source, home).arrays
    told = judged(model, planned, data, split(planned, data)[2])
    right = numpy_losses(model, document, home, 2)
    assert {name: told[name] for name in right} == pytest.approx(right, rel=1e-5)


@pytest.mark.parametrize("rows", [1, 129, 5000])
def test_who_judges_once_tells_what_a_traced_function_does(rows: int, home: Path) -> None:
    from graphbuilder.compiler import inputs_of, targets_of, weights_of
    from graphbuilder.training.scores import Judge

    model, planned, _, _ = training(two_losses(epochs=1), home)
    data, some = prepare(planned.source, home).arrays, np.arange(rows) % 165
    fed = (of_rows(planned, data, some) for of_rows in (inputs_of, targets_of, weights_of))
    judge = Judge(model, planned, *fed)
    once, again = judge.scores(once=True), judge.scores()
    assert judge.finite_weights()
    assert once == pytest.approx(again, rel=1e-6) and once["loss"] > 0


def test_a_template_with_two_losses_tells_both_over_all_rows(home: Path) -> None:
    told = runs.run(check(template("two_inputs_two_losses")), home, lambda event: None).result()
    parts = [round(told[name], 4) for name in ("val_digit_loss", "val_is_even_loss")]
    assert parts == pytest.approx([0.0516, 0.0848], abs=2e-3)
    assert told["val_loss"] == pytest.approx(told["val_digit_loss"] + 0.5 * told["val_is_even_loss"])


# R²


def test_r2_of_several_columns_is_weighted_by_variance_and_leaves_constant_ones_out(home: Path) -> None:
    from sklearn.metrics import r2_score

    from graphbuilder.training.parts import parts

    for activation in ("relu", "linear"):  # constant columns met exactly, and missed
        out = dense("out", 64, activation=activation)
        document = chain(PIXELS, SCALE, out, loss("L", "pixels", "mean_squared_error"),
                         training={"settings": {"epochs": 2}})  # fmt: skip
        model, planned, events, _ = training(document, home)
        fed = parts(planned, prepare(planned.source, home).arrays)
        right = r2_score(fed.y_val["l"], model.predict(fed.x_val, verbose=0)["l"], multioutput="variance_weighted")
        assert of(Epoch, events)[-1].metrics["val_r2"] == pytest.approx(right, rel=1e-4)


@pytest.mark.parametrize(
    ("right", "missed", "r2"),
    [
        ([[1.0], [3.0]], [1.0], 0.5),
        ([[5.0], [5.0]], [0.0], nan),
        ([[5.0], [5.0]], [7.0], nan),
        ([[0.1], [0.1], [0.1]], [1.0], nan),
        ([[5.0, 1.0], [5.0, 3.0]], [1e9, 1.0], 0.5),
        ([[1.0, 2.0]], [0.0, 1.0], nan),
        ([[1e6], [1e6 + 1]], [0.25], 0.5),
    ],
)
def test_a_constant_column_has_no_r2(right: Any, missed: Any, r2: float) -> None:
    from graphbuilder.training.scores import _spread, explained

    told = explained(np.array(missed), _spread(np.array(right, "float32")))
    assert told == pytest.approx(r2, nan_ok=True)


def test_exported_r2_counts_the_columns_that_are_counted_here() -> None:
    import keras

    from graphbuilder.codegen import _R2_OF_COLUMNS
    from graphbuilder.training.scores import _spread, explained

    random = np.random.default_rng(0)
    drawn = random.standard_normal((500, 3)) * [0.5, 0.0, 1.0] + [1000.0, 30_000.0, 0.0]  # the second is constant
    right = drawn.astype("float32")
    told = (right + 0.2 * random.standard_normal(right.shape)).astype("float32")
    defined: dict[str, Any] = {"keras": keras}
    exec(_R2_OF_COLUMNS, defined)
    metric = defined["R2"](class_aggregation="variance_weighted_average", name="r2")
    for rows in (500, 200):  # the sums of one epoch are forgotten in the next
        metric.reset_state()
        for start in range(0, rows, 32):
            some = slice(start, min(start + 32, rows))
            metric.update_state(right[some], told[some])
        missed = ((right[:rows].astype(float) - told[:rows]) ** 2).sum(axis=0)
        assert float(metric.result()) == pytest.approx(explained(missed, _spread(right[:rows])), rel=1e-4)


def test_one_row_to_judge_has_no_r2_and_is_told_without(home: Path) -> None:
    from graphbuilder.training.results import judged

    document = settings(template("regression"), epochs=1)
    model, planned, _, _ = training(document, home, probing=False)
    told = judged(model, planned, prepare(planned.source, home).arrays, np.array([7]))
    assert told["r2"] is None
    assert json.loads(json.dumps(told, allow_nan=False))["mae"] > 0


# The best epoch


@pytest.mark.parametrize("patience", [0, 3])
def test_the_best_epoch_has_the_lowest_validation_loss_whatever_min_delta_is(patience: int, home: Path) -> None:
    document = chain(
        POINT, dense("h", 16, activation="tanh"), dense("o", 1), loss("L", "class", "binary_crossentropy"),
        data="circles", training={"settings": {"epochs": 15, "patience": patience, "min_delta": 0.3}},
    )  # fmt: skip
    model, planned, events, outcome = training(document, home)
    epochs = of(Epoch, events)
    best = min(epochs, key=lambda epoch: epoch.metrics["val_loss"])
    assert [epoch for epoch in epochs if epoch.best][-1] == best
    if patience:
        from graphbuilder.training.parts import parts

        fed = parts(planned, prepare(planned.source, home).arrays)
        again = model.evaluate(fed.x_val, fed.y_val, verbose=0, return_dict=True)["loss"]
        assert again == pytest.approx(best.metrics["val_loss"], rel=1e-5)
        assert outcome.kept_epoch == best.number == len(epochs) == 1 + patience
        assert outcome.reason == "no validation loss better by 0.3 for 3 epochs"


# Ways to diverge


def assert_went_back(model: Any, events: Any, outcome: Any, words: str) -> None:
    ended = outcome
    assert ended.state == "diverged"
    assert words in ended.reason
    assert all(np.isfinite(weights).all() for weights in model.get_weights())
    assert all(isfinite(value) for value in ended.kept.values())
    assert ("val_loss" in ended.kept) == (ended.kept_epoch > 0)
    assert all(isfinite(epoch.metrics["val_loss"]) for epoch in of(Epoch, events))
    json.dumps([as_json(event) for event in events], allow_nan=False)


@pytest.mark.parametrize("patience", [0, 4])
@pytest.mark.parametrize(("rate", "batch_size", "epochs"), [(1000.0, 1000, 1), (1000.0, 300, 1)])
def test_a_last_update_that_explodes_is_no_finish(
    rate: float, batch_size: int, epochs: int, patience: int, home: Path
) -> None:
    document = wild(rate, batch_size=batch_size, epochs=epochs, patience=patience)
    model, _, events, outcome = training(document, home)
    assert_went_back(model, events, outcome, "diverged at epoch 1, batch 1: ")


def test_statistics_that_are_no_numbers_are_no_finish(home: Path) -> None:
    """Batch normalization divides by the root of an infinite variance: every answer is finite, and nothing works."""

    def overflow(model: Any) -> None:
        model.get_layer("bn").moving_variance.assign(np.full(8, np.inf))

    document = chain(
        MEASURED, dense("h", 8), node("bn", "BatchNormalization"), node("a", "Activation"), dense("d", 3),
        loss("L", "species"), data="iris", training={"settings": {"epochs": 3}},
    )  # fmt: skip
    _, _, _, outcome = training(document, home, change=overflow)
    assert outcome.state == "diverged"
    assert outcome.reason.endswith("the weights are no numbers any more")


def test_a_validation_loss_that_is_no_number_is_no_finish(home: Path) -> None:
    """The training part fits, and one row of the validation part is beyond all numbers."""
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts

    planned = plan(check(wild(1e-9, epochs=2)))
    fed = parts(planned, prepare(planned.source, home).arrays)
    fed.y_val["l"][0] = 3e30
    events: list[Any] = []
    outcome = train(ready_model(planned, fed.x), planned, fed, events.append)
    assert outcome.state == "diverged"
    assert "the validation loss is no number any more; the loss of 'l' was the first that" in outcome.reason
    assert all(isfinite(value) for value in outcome.kept.values())


def test_a_stop_does_not_hide_that_it_diverged(home: Path) -> None:
    document = wild(1000.0, batch_size=90, epochs=3)
    heard: list[int] = []
    model, _, events, outcome = training(
        document, home, control=lambda: [Command("stop")] if len(heard) > 2 else heard.append(1) or []
    )
    assert_went_back(model, events, outcome, "diverged at epoch 1, batch ")


def test_a_step_that_is_wild_once_is_kept_where_all_is_finite(home: Path) -> None:
    document = editing.set_optimizer_option(wild(1e-7, epochs=2), "learning_rate", 1e-7)
    _, _, _, outcome = training(document, home)
    assert outcome.state == "finished"


# Exported code


def exported(document: Document) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(to_python(plan(check(document))), "model.py", "exec"), names)
    return names


RECONSTRUCTED = chain(
    PIXELS, SCALE, dense("out", 64, activation="relu"), loss("r", "pixels", "mean_squared_error"),
    training={"settings": {"epochs": 2}},
)  # fmt: skip


@pytest.mark.parametrize("document", [two_losses(epochs=2), RECONSTRUCTED, settings(template("regression"), epochs=2)])
def test_exported_code_tells_the_same_numbers_of_the_same_weights(document: Document, home: Path) -> None:
    from graphbuilder.compiler import split
    from graphbuilder.training.results import judged

    model, planned, _, _ = training(document, home, probing=False)
    data = prepare(planned.source, home).arrays
    rows = split(planned, data)[2]
    told = judged(model, planned, data, rows)
    file = exported(document)
    there = file["build_model"]()
    file["compile_model"](there)
    there.set_weights(model.get_weights())
    for layer in there.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    x, y = file["prepare"](data, rows)
    right = there.evaluate(x, y, batch_size=len(rows), return_dict=True, verbose=0)
    assert {name: told[name] for name in right} == pytest.approx(right, rel=1e-4)


def test_exported_code_keeps_the_lowest_validation_loss_whatever_min_delta_is() -> None:
    """Of Keras' callbacks as they are printed: one stops by min_delta, the other puts the lowest back."""
    import keras

    document = chain(PIXELS, SCALE, dense("scores", 10), loss("digit"),
                     training={"settings": {"patience": 2, "min_delta": 0.3, "epochs": 9}})  # fmt: skip
    text = to_python(plan(check(document)))
    made = [line for line in text.split("main():")[1].splitlines() if "keras.callbacks" in line or "monitor" in line]
    assert len(made) == 4
    body = "\n".join(f"{line.strip()}" + (")" if "monitor" in line else "") for line in made)
    names: dict[str, Any] = {"keras": keras, "EPOCHS": 9}
    exec(body, names)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    callbacks = keras.callbacks.CallbackList([names["stopping"], names["keeping"]], model=model)
    callbacks.on_train_begin()
    model.stop_training = False
    for epoch, value in enumerate([1.0, 0.9, 0.8, 0.95]):
        model.set_weights([np.full((1, 1), value), np.zeros(1)])
        callbacks.on_epoch_end(epoch, {"val_loss": value})
        if model.stop_training:
            break
    callbacks.on_train_end()
    assert (epoch, float(model.get_weights()[0][0, 0])) == (2, pytest.approx(0.8))
