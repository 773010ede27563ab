"""The training loop: the same as Keras' `fit`, and right in every way that it may end."""

import json
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import Plan, plan
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Ended, Epoch, Estimate, Event, Probe, Started, Steps, as_json
from graphbuilder.templates import template
from graphbuilder.training.units import relu_nodes
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense, loss, node


def training(document: Document, home: Path, **how: Any) -> tuple[Any, Plan, list[Event], Any]:
    """Trains a document: its model, its plan, what it told and how it ended."""
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts

    report = check(document)
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    how.get("change", lambda model: None)(model)
    events: list[Event] = []
    how = {key: value for key, value in how.items() if key != "change"}
    outcome = train(model, planned, fed, events.append, relu=relu_nodes(report), **how)
    return model, planned, events, outcome


def of(kind: type[Any], events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def settings(document: Document, **values: object) -> Document:
    for name, value in values.items():
        document = editing.set_training(document, name, value)
    return document


SMALL = chain(
    PIXELS, SCALE, dense("hidden", 24, activation="relu", kernel_regularizer={"l2": 0.001}), SCORES, DIGIT,
    training={"settings": {"epochs": 3, "batch_size": 50}},
)  # fmt: skip
DROPPING = chain(
    PIXELS, SCALE, dense("hidden", 24, activation="relu"), node("drop", "Dropout"), node("bn", "BatchNormalization"),
    SCORES, DIGIT, training={"settings": {"epochs": 2, "batch_size": 50}},
)  # fmt: skip


@pytest.mark.parametrize("document", [SMALL, DROPPING, settings(template("two_inputs_two_losses"), epochs=2)])
def test_fed_one_order_the_loop_ends_where_fit_ends(document: Document, home: Path) -> None:
    import tensorflow as tf

    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import shuffled
    from graphbuilder.training.parts import parts

    model, planned, events, _ = training(document, home, probing=False)
    fed = parts(planned, prepare(planned.source, home).arrays)
    rows, order = fed.rows[0], shuffled(planned.seed)
    assert rows % planned.batch_size, "the last batch of this test is a partial one"
    fitted = ready_model(planned, fed.x)
    for epoch in range(1, planned.epochs + 1):
        place = order(epoch, rows)
        x, y = ({k: v[place] for k, v in part.items()} for part in (fed.x, fed.y))
        batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(planned.batch_size)
        history = fitted.fit(batches, validation_data=(dict(fed.x_val), dict(fed.y_val)), verbose=0).history
        ours = of(Epoch, events)[epoch - 1].metrics
        parts_of_loss = {f"{part}{output.name}_loss" for output in planned.outputs for part in ("", "val_")}
        told = {name: values[0] for name, values in history.items() if name not in parts_of_loss}  # means over batches
        assert {name: ours[name] for name in told} == pytest.approx(told, rel=2e-4)
    for a, b in zip(model.get_weights(), fitted.get_weights(), strict=True):
        assert np.allclose(a, b, atol=1e-4)


@pytest.mark.parametrize("document", [SMALL, DROPPING])
def test_operations_one_by_one_compute_the_same(document: Document, home: Path) -> None:
    model, _, events, _ = training(document, home)
    other, _, told, _ = training(document, home, executor="SINGLE_THREADED_EXECUTOR")
    usual, single = ([loss for steps in of(Steps, one) for loss in steps.losses] for one in (events, told))
    assert single == pytest.approx(usual, rel=1e-5)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        assert np.allclose(a, b, atol=1e-5)


def test_several_losses_report_each_and_the_mean_of_their_accuracies(home: Path) -> None:
    _, _, events, _ = training(settings(template("two_inputs_two_losses"), epochs=1), home)
    metrics = of(Epoch, events)[0].metrics
    assert set(metrics) >= {"val_loss", "val_accuracy", "val_digit_loss", "val_is_even_loss"}
    assert metrics["val_accuracy"] == pytest.approx(
        (metrics["val_digit_accuracy"] + metrics["val_is_even_accuracy"]) / 2
    )


def test_the_records_tell_every_step_once_and_end_with_the_end(home: Path) -> None:
    _, _, events, _ = training(SMALL, home)
    started, ended = events[0], events[-1]
    assert isinstance(started, Started) and isinstance(ended, Ended)
    assert isinstance(events[1], Estimate) and events[1].used > 10**8
    assert isinstance(events[2], Probe) and events[2].step == 0
    numbered = [step.first + place for step in of(Steps, events) for place in range(len(step.losses))]
    assert numbered == list(range(1, started.epochs * started.steps_per_epoch + 1))
    assert [epoch.number for epoch in of(Epoch, events)] == [1, 2, 3]
    assert (ended.state, ended.epochs, ended.kept_epoch) == ("finished", 3, 3)
    assert ended.kept == of(Epoch, events)[-1].metrics


def test_the_same_seed_repeats_a_training_exactly_and_another_does_not(home: Path) -> None:
    first, second = (of(Epoch, training(SMALL, home)[2])[-1].metrics for _ in range(2))
    other = of(Epoch, training(settings(SMALL, seed=2), home)[2])[-1].metrics
    assert first == second != other


def test_a_loss_that_is_no_number_ends_it_within_the_batch_and_finite_weights_are_kept(home: Path) -> None:
    wild = editing.set_optimizer_option(editing.set_optimizer(template("regression"), "SGD"), "learning_rate", 900.0)
    model, _, events, outcome = training(wild, home)
    assert outcome.state == "diverged"
    steps_per_epoch = of(Started, events)[0].steps_per_epoch
    epoch, batch = divmod(outcome.steps - 1, steps_per_epoch)
    said = f"diverged at epoch {epoch + 1}, batch {batch + 1}: the loss is no number any more; "
    assert outcome.reason.startswith(said)
    losses = [value for step in of(Steps, events) for value in step.losses]
    assert len(losses) == outcome.steps
    assert not np.isfinite(losses[-1]) and np.isfinite(losses[:-1]).all()
    assert all(np.isfinite(w).all() for w in model.get_weights())
    text = json.dumps([as_json(event) for event in events], allow_nan=False)
    assert json.loads(text)[-1]["state"] == "diverged"


def test_a_stop_is_heard_within_an_epoch(home: Path) -> None:
    heard: list[int] = []

    def stop() -> list[Command]:
        heard.append(1)
        return [Command("stop")] if len(heard) > 3 else []

    _, _, events, outcome = training(settings(SMALL, epochs=500), home, control=stop)
    assert outcome.state == "stopped"
    assert outcome.steps == sum(len(step.losses) for step in of(Steps, events)) < 100


@pytest.mark.parametrize(("patience", "words"), [(1, "1 epoch"), (2, "2 epochs")])
def test_early_stopping_puts_the_best_epochs_weights_back(patience: int, words: str, home: Path) -> None:
    from graphbuilder.training.parts import parts

    hasty = settings(editing.set_optimizer_option(SMALL, "learning_rate", 0.1), epochs=60, patience=patience)
    model, planned, events, outcome = training(hasty, home)
    epochs = of(Epoch, events)
    best = min(epochs, key=lambda epoch: epoch.metrics["val_loss"])
    assert outcome.reason == f"no better validation loss for {words}"
    assert (outcome.kept_epoch, outcome.epochs) == (best.number, best.number + patience)
    fed = parts(planned, prepare(planned.source, home).arrays)
    again = model.evaluate(dict(fed.x_val), dict(fed.y_val), return_dict=True, verbose=0)
    assert again["loss"] == pytest.approx(best.metrics["val_loss"], rel=1e-4)


def test_a_probe_counts_every_value_of_every_node_before_the_first_step(home: Path) -> None:
    _, _, events, _ = training(SMALL, home)
    seen = of(Probe, events)[0].nodes
    sizes = {"pixels": 64, "scale": 64, "hidden": 24, "scores": 10}
    assert {id: sum(found.counts) for id, found in seen.items()} == {id: 256 * size for id, size in sizes.items()}
    assert all(len(found.counts) == 64 for found in seen.values())
    assert (seen["pixels"].low, seen["pixels"].high) == (0.0, 16.0)
    assert {id: found.dead is None for id, found in seen.items()} == {
        "pixels": True, "scale": True, "hidden": False, "scores": True,
    }  # fmt: skip


def test_units_that_never_answer_are_dead(home: Path) -> None:
    def kill(model: Any) -> None:
        layer = model.get_layer("hidden")
        layer.bias.assign(np.full(24, -1e6))

    _, _, events, _ = training(settings(SMALL, epochs=1), home, change=kill)
    assert of(Probe, events)[0].nodes["hidden"].dead == 1.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_values_that_are_no_numbers_are_counted_and_end_nothing(value: float, home: Path) -> None:
    def break_it(model: Any) -> None:
        layer = model.get_layer("hidden")
        layer.bias.assign(np.full(24, value))

    _, _, events, _ = training(settings(SMALL, epochs=1), home, change=break_it)
    assert sum(of(Probe, events)[0].nodes["hidden"].counts) == 256 * 24


def test_nodes_of_a_large_network_are_probed_in_turn(home: Path) -> None:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.parts import parts
    from graphbuilder.training.probes import Probes

    deep = chain(PIXELS, SCALE, *(dense(f"d{n}", 4, activation="relu") for n in range(60)), SCORES, DIGIT)
    planned = plan(check(deep))
    fed = parts(planned, prepare(planned.source, home).arrays)
    probes = Probes(ready_model(planned, fed.x), planned, {"pixels": fed.x_val["pixels"][:256]}, frozenset())
    first, second, third = probes.look(), probes.look(), probes.look()
    assert (len(first), len(second)) == (50, 13)
    assert set(first).isdisjoint(second) and set(third) == set(first)


def test_the_test_part_reaches_neither_training_nor_validation(home: Path) -> None:
    from graphbuilder.compiler import split
    from graphbuilder.training.parts import parts

    planned = plan(check(SMALL))
    data = dict(prepare(planned.source, home).arrays)
    marked = np.array(data["pixels"])
    marked[split(planned, data)[2]] = -1
    fed = parts(planned, {**data, "pixels": marked})
    assert min(fed.x["pixels"].min(), fed.x_val["pixels"].min()) >= 0


@pytest.mark.parametrize("kind", ["mean_squared_error", "mean_absolute_error", "binary_crossentropy"])
def test_every_loss_trains_on_a_class_of_two(kind: str, home: Path) -> None:
    even = chain(
        PIXELS, SCALE, dense("one", 1), loss("even", "is_even", kind), training={"settings": {"epochs": 9}}
    )  # fmt: skip
    assert of(Epoch, training(even, home)[2])[-1].metrics["val_accuracy"] > 0.75


@pytest.mark.long
def test_lenet_learns_the_digits(home: Path) -> None:
    accuracies = []
    for seed in (1, 2, 3, 4, 5):
        _, _, events, _ = training(settings(template("lenet"), seed=seed), home, probing=False)
        accuracies.append(max(epoch.metrics["val_accuracy"] for epoch in of(Epoch, events)))
    assert template("lenet").training.settings["epochs"] <= 15
    assert median(accuracies) >= 0.97, accuracies


def test_texts_of_any_length_are_trained_on(home: Path) -> None:
    document = chain(
        node("name", "Input", field="name"),
        node("letters", "TextVectorization", vocabulary=[], max_tokens=40, split="character"),
        node("vectors", "Embedding", input_dim=40, output_dim=8),
        node("seen", "Conv1D", filters=8, kernel_size=[3], padding="same"),
        node("most", "GlobalMaxPooling1D"),
        dense("scores", 10),
        loss("family", "family"),
        data="colours", training={"optimizer": "Adam", "options": {"learning_rate": 0.01}, "settings": {"epochs": 3}},
    )  # fmt: skip
    assert check(document).facts["seen"].shape == (None, 8)
    _, _, events, ended = training(document, home)
    assert ended.state == "finished"
    first, *_, last = (one.metrics["val_loss"] for one in of(Epoch, events))
    assert last < first


def test_no_point_of_the_loss_waits_for_all_that_is_built_at_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.training.compiled import Compiled
    from graphbuilder.training.pace import Pace

    done: list[str] = []
    traced, called, measured = Compiled.trace, Compiled.__call__, Pace.after_steps

    def trace(self: Any, *given: Any) -> None:
        traced(self, *given)
        done.append(f"traced {self.untraced.__qualname__.split('.')[0]}")

    def call(self: Any, *given: Any) -> Any:
        done.append(f"called {self.untraced.__qualname__.split('.')[0]}")
        return called(self, *given)

    def measure(self: Any, step: int, *told: Any) -> None:
        done.append(f"measured {step}")
        measured(self, step, *told)

    monkeypatch.setattr(Compiled, "trace", trace)
    monkeypatch.setattr(Compiled, "__call__", call)
    monkeypatch.setattr(Pace, "after_steps", measure)
    training(settings(SMALL, epochs=1), home, probing=False)
    steps, tested = "_train_function", "_test_function"
    assert done[:4] == [f"traced {steps}", f"called {steps}", f"traced {tested}", "measured 3"]
    assert done.count(f"traced {steps}") == done.count(f"traced {tested}") == 1


def test_the_first_steps_are_the_same_whether_they_are_traced_or_not(home: Path) -> None:
    last = {memory: training(settings(SMALL, epochs=1), home, memory=memory)[0] for memory in (0, 10**12)}
    for one, other in zip(last[0].get_weights(), last[10**12].get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


def test_beside_others_that_begin_it_holds_back_and_learns_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import loop

    document, built, asked = settings(SMALL, epochs=2), [], iter([*[True] * 6, *[False] * 10_000])
    alone = training(document, home)[0]
    monkeypatch.setattr(loop, "HOLD_BACK_SECONDS", 0.05)
    beside = loop.Beside(lambda: next(asked), lambda: built.append("built"))
    model, _, events, ended = training(document, home, beside=beside)
    assert ended.state == "finished" and built == ["built"]
    for one, other in zip(alone.get_weights(), model.get_weights(), strict=True):
        assert np.array_equal(one, other)
    seconds = [event.seconds for event in of(Steps, events) if event.first > 2]
    assert all(later - earlier > 0.05 for earlier, later in pairwise(seconds[:7]))
    monkeypatch.setattr(loop, "HOLD_BACK_SECONDS", 0.0)
    always = training(document, home, beside=loop.Beside(lambda: True))[2]
    assert max(len(event.losses) for event in of(Steps, always)) > 1, "short chunks grow, too"
    assert [one.step for one in of(Estimate, always)] == [0], "no time left is told by steps that wait for others"
    assert len(of(Estimate, events)) > 1


def test_it_seldom_looks_while_what_looks_at_gradients_is_traced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.training import budget, watcher

    monkeypatch.setattr(budget.Budget, "due", lambda self: True)
    monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(watcher, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(watcher.Watcher, "_trace", lambda self, make: setattr(self, "_tracing", Future()))

    def looks(between: float) -> int:
        monkeypatch.setattr(watcher, "BUSY_SECONDS", between)
        return len(of(Probe, training(settings(SMALL, epochs=8), home)[2]))

    assert looks(0.0) - looks(1000.0) > 4, "one behind each epoch at the least"


def test_beside_others_that_begin_what_looks_at_gradients_is_traced_later(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import loop, watcher

    done: list[str] = []
    traced, looked = watcher.Watcher._trace_first, watcher.Watcher.look_at_all
    monkeypatch.setattr(watcher.Watcher, "_trace_first", lambda self: (done.append("trace"), traced(self)))
    monkeypatch.setattr(watcher.Watcher, "look_at_all", lambda self, *at: (done.append("end"), looked(self, *at)))
    monkeypatch.setattr(loop, "HOLD_BACK_SECONDS", 0.0)
    monkeypatch.setattr(watcher.os, "getpid", lambda: 8)  # the first to trace when nobody begins any more
    document = settings(SMALL, epochs=4)
    training(document, home)
    assert done == ["trace", "end"]
    training(document, home, beside=loop.Beside(lambda: True))
    assert done[2:] == ["end", "trace"], "what the last step changed is waited for"
