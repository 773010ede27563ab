"""What is told of weights, gradients and updates, held to what NumPy works out by itself."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import Plan, plan
from graphbuilder.records.events import Batch, Distribution, Layers
from graphbuilder.templates import template
from tests.contract.test_training import DROPPING, SMALL, of, settings, training

ROWS, PART = 256, 50


def looking(document: Document, home: Path) -> tuple[Any, Plan, Any, Any]:
    """A network with its initial weights, its plan, its parts, and what looks at its gradients."""
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.gradients import Gradients
    from graphbuilder.training.parts import parts

    planned = plan(check(document))
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    return model, planned, fed, Gradients(model, planned, fed, [*map(np.asarray, model.variables)])


def small_by_numpy(weights: Any, x: Any, y: Any) -> tuple[float, float, list[Any], dict[str, float]]:
    """Of the network SMALL: loss of the data, penalty, gradients with the penalty, and how the gradient flows."""
    a, b, c, d = (one.astype(float) for one in weights)
    scaled = x / 16
    hidden = np.maximum(scaled @ a + b, 0)
    logits = hidden @ c + d
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    right = np.eye(10)[y]
    to_logits = shares - right
    to_hidden = to_logits @ c.T
    to_sum = to_hidden * (hidden > 0)
    to_scaled = to_sum @ a.T
    loss = -np.log((shares * right).sum(axis=1)).mean()
    rows = len(x)
    gradients = [scaled.T @ to_sum / rows + 0.002 * a, to_sum.mean(axis=0), hidden.T @ to_logits / rows]
    flow = {"scale": to_scaled, "hidden": to_hidden, "scores": to_logits, "pixels": to_scaled / 16}
    norms = {id: np.linalg.norm(one, axis=1).mean() for id, one in flow.items()}
    return loss, 0.001 * (a**2).sum(), [*gradients, to_logits.mean(axis=0)], norms


def same(told: Distribution, values: Any) -> None:
    values = np.asarray(values).reshape(-1)
    numbers = (values.mean(), values.std(), np.sqrt((values**2).mean()), (values == 0).mean())
    assert (told.mean, told.spread, told.rms, told.zero) == pytest.approx(numbers, rel=1e-3, abs=1e-7)
    assert told.low <= values.min() and values.max() <= told.high
    counted = np.histogram(values, bins=32, range=(told.low, told.high))[0]
    assert sum(told.counts) == len(values)
    assert np.abs(np.cumsum(told.counts) - np.cumsum(counted)).max() <= 1, "a value on an edge may fall to either side"


def test_weights_gradients_and_losses_are_as_numpy_has_them(home: Path) -> None:
    model, planned, fed, gradients = looking(SMALL, home)
    layers, batch = gradients.look_first()
    chosen = np.random.default_rng(planned.seed).permutation(fed.rows[0])[: batch.rows]
    assert batch.rows == ROWS // PART * PART
    x, y = fed.x["pixels"][chosen], fed.y["digit"][chosen].reshape(-1)
    weights = model.get_weights()
    loss, penalty, right, flow = small_by_numpy(weights, x, y)
    assert (batch.loss, batch.inference_loss, batch.penalty) == pytest.approx((loss, loss, penalty), rel=1e-4)
    assert batch.gradient_norm == pytest.approx(np.sqrt(sum((one**2).sum() for one in right)), rel=1e-4)
    assert layers.flow == pytest.approx(flow, rel=1e-4)
    places = [("hidden", "kernel"), ("hidden", "bias"), ("scores", "kernel"), ("scores", "bias")]
    for (id, name), weight, gradient in zip(places, weights, right, strict=True):
        told = layers.nodes[id][name]
        same(told.weight, weight)
        same(told.gradient, gradient)
        assert (told.update, told.update_ratio, told.moved) == (None, None, 0.0)
    each = [small_by_numpy(weights, x[at : at + PART], y[at : at + PART])[2] for at in range(0, len(x), PART)]
    flat = np.stack([np.concatenate([one.reshape(-1) for one in part]) for part in each])
    variance = flat.var(axis=0, ddof=1).sum()
    assert planned.batch_size == PART, "so that the parts are batches"
    assert batch.gradient_noise == pytest.approx(variance / (flat.mean(axis=0) ** 2).sum(), rel=1e-3)


def test_an_update_is_what_one_step_changed(home: Path) -> None:
    from graphbuilder.training.chunks import Chunks
    from graphbuilder.training.gradients import sampled

    model, planned, fed, gradients = looking(SMALL, home)
    chunks, initial = Chunks(model, planned, fed), model.get_weights()
    chunks.begin_epoch(np.arange(fed.rows[0]), 0, ())
    for done in range(3):
        assert len(chunks.run(done, 1, step=done)) == 1
    before, sample = model.get_weights(), sampled(model)
    chunks.run(3, 1, step=3)
    after = model.get_weights()
    seen = gradients.look(4, 1.0, sample)[0].nodes["hidden"]["kernel"]
    assert seen.update
    same(seen.update, after[0] - before[0])
    assert seen.update_ratio == pytest.approx(seen.update.rms / seen.weight.rms, rel=1e-4)
    assert seen.moved == pytest.approx(np.sqrt(((after[0] - initial[0]) ** 2).mean()), rel=1e-3)


def test_a_penalty_that_was_changed_counts_once_it_is_built_anew(home: Path) -> None:
    import keras

    model, _, _, gradients = looking(SMALL, home)
    before = gradients.look(0, 0.0)[1].penalty
    model.get_layer("hidden").kernel.regularizer = keras.regularizers.L2(0.01)
    gradients.built_anew()
    assert gradients.look(0, 0.0)[1].penalty == pytest.approx(10 * before, rel=1e-4)


def test_dropout_and_batch_statistics_count_in_training_mode_alone(home: Path) -> None:
    import keras

    model, planned, fed, gradients = looking(DROPPING, home)
    _, batch = gradients.look_first()
    chosen = np.random.default_rng(planned.seed).permutation(fed.rows[0])[: batch.rows]
    answered = model.predict(fed.x["pixels"][chosen], verbose=0)["digit"]
    right = keras.losses.sparse_categorical_crossentropy(fed.y["digit"][chosen].reshape(-1), answered, from_logits=True)
    assert batch.inference_loss == pytest.approx(float(np.mean(right)), rel=1e-4)
    assert abs(batch.loss - batch.inference_loss) > 0.05


@pytest.mark.parametrize("document", [DROPPING, settings(template("two_inputs_two_losses"), epochs=2)])
def test_a_training_that_is_looked_at_ends_at_the_same_weights(document: Document, home: Path) -> None:
    watched, _, events, _ = training(document, home)
    alone = training(document, home, probing=False)[0]
    assert of(Layers, events)[0].step == of(Batch, events)[0].step == 0
    assert len(of(Layers, events)) >= 2
    for one, other in zip(watched.get_weights(), alone.get_weights(), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("batch", [32, 40])
def test_gradients_are_traced_behind_the_first_epoch_and_what_judges_it(
    batch: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where several trainings begin at once, each would keep its first judgement waiting for a second otherwise."""
    from graphbuilder.training.chunks import Chunks
    from graphbuilder.training.watcher import Watcher

    order: list[str] = []

    def noted(kind: type, name: str) -> None:
        old = getattr(kind, name)
        monkeypatch.setattr(kind, name, lambda *told: (order.append(name), old(*told))[1])

    noted(Watcher, "_trace_first")
    noted(Chunks, "validate")
    training(settings(SMALL, epochs=3, batch_size=batch), home)
    assert order[:2] == ["validate", "_trace_first"]


def test_what_the_last_step_changed_is_told_however_rarely_it_is_looked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphbuilder.training.budget.Budget.due", lambda _: False)
    model, _, events, outcome = training(SMALL, home)
    last = of(Layers, events)[-1]
    assert (last.step, len([one for one in of(Layers, events) if one.step == last.step])) == (outcome.steps, 1)
    for seen in last.nodes.values():
        assert all(one.update and one.update.rms > 0 for one in seen.values())
    alone = training(SMALL, home, probing=False)[0]
    for one, other in zip(model.get_weights(), alone.get_weights(), strict=True):
        assert (one == other).all()


def test_weights_are_kept_between_looks_and_small_ones_with_any_look_however_long_one_waited_for_the_disk(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import watcher
    from graphbuilder.training.snapshots import Keeper

    class Slow(Keeper):
        def keep(self, *told: Any) -> Any:
            time.sleep(0.02)
            return super().keep(*told)

    def kept(folder: str) -> int:
        keeper = Slow(tmp_path / folder, 4 * 1000)
        training(settings(SMALL, epochs=40), home, snapshots=keeper)
        return len([*(tmp_path / folder).iterdir()])

    assert kept("however short") > 20
    monkeypatch.setattr(watcher, "SHARE", 1.0)
    monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.0)
    assert kept("small") > 20
    monkeypatch.setattr(watcher, "SMALL_BYTES", 0)
    assert kept("large") < 5
    monkeypatch.setattr(watcher, "SHARE", 0.0)
    monkeypatch.setattr(watcher, "KEEPING_SHARE", 1.0)
    assert kept("between looks") > 10


def test_weights_of_a_better_epoch_are_no_update_of_the_last_step(home: Path) -> None:
    stopping = settings(SMALL, epochs=4, patience=4, min_delta=10.0)
    events = training(stopping, home)[2]
    assert all(one.update is None for one in of(Layers, events)[-1].nodes["hidden"].values())


def test_a_layer_that_is_used_twice_is_told_once_and_passed_through_twice(home: Path) -> None:
    layers, _ = looking(template("siamese"), home)[3].look_first()
    assert {"n3/d", "n4/d"} <= layers.flow.keys()
    assert "n3/d" in layers.nodes and "n4/d" not in layers.nodes


def test_sigmoids_and_tanhs_at_their_bounds_are_saturated(home: Path) -> None:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.parts import parts
    from graphbuilder.training.probes import Probes
    from graphbuilder.training.units import bounded_nodes
    from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense, node

    document = chain(
        PIXELS, SCALE, dense("tanh", 20, activation="tanh"), dense("inner", 20),
        node("sigmoid", "Activation", activation="sigmoid"), SCORES, DIGIT,
    )  # fmt: skip
    report = check(document)
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    model.get_layer("tanh").kernel.assign(30 * model.get_layer("tanh").kernel)
    seen = Probes(model, planned, fed.x, frozenset(), bounded_nodes(report)).look()
    import keras

    answered = keras.Model(model.input, {id: model.get_layer(id).output for id in ("tanh", "sigmoid")}).predict(
        fed.x["pixels"][:256], verbose=0
    )
    assert seen["tanh"].saturated == pytest.approx((1 - answered["tanh"] ** 2 < 0.05).mean(), abs=1e-6)
    assert seen["tanh"].saturated > 0.5
    slope = answered["sigmoid"] * (1 - answered["sigmoid"])
    assert seen["sigmoid"].saturated == pytest.approx((slope < 0.05 / 4).mean(), abs=1e-6)
    assert seen["inner"].saturated is None
