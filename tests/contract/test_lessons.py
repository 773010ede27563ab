"""What each lesson promises is seen when its network is trained with its own seeds."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.initializing import initialise
from graphbuilder.prepared import lessons
from graphbuilder.records.events import Epoch
from graphbuilder.training import runs

DOCUMENTS = {lesson.name: lesson.document for lesson in lessons()}


def trained(document: Document, home: Path) -> tuple[runs.Run, list[dict[str, float]]]:
    """The run, and what each epoch told."""
    run = runs.run(check(document), home, lambda event: None)
    return run, [event.metrics for event in run.events if isinstance(event, Epoch)]


def lowest(epochs: list[dict[str, float]], name: str) -> float:
    return min(epoch[name] for epoch in epochs)


def validation(run: runs.Run, home: Path) -> tuple[Any, Any, Any]:
    """What comes in, what is right, and all rows' data of the validation part."""
    from graphbuilder.compiler import inputs_of, split

    data = prepare(run.plan.source, home).arrays
    rows = split(run.plan, data)[1]
    return inputs_of(run.plan, data, rows), np.asarray(data[run.plan.outputs[0].target][rows]), data


def test_every_gradient_of_the_nested_network_is_the_product_by_hand(home: Path) -> None:
    from graphbuilder.compiler import ready_model
    from graphbuilder.plan import plan
    from graphbuilder.training.chain import chain
    from graphbuilder.training.parts import parts

    report = check(DOCUMENTS["chain_rule"])
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    told = chain(ready_model(planned, fed.x), report, planned, fed)
    x, y = (float(part[next(iter(part))][told["row"]][0]) for part in (fed.x, fed.y))
    w1, w2, w3 = 1.0, 0.5, 0.5
    f1 = np.tanh(w1 * x)
    f2 = np.tanh(w2 * f1)
    locals = [2 * (w3 * f2 - y), 1.0, w3, 1 - f2**2, w2, 1 - f1**2, w1]  # from the loss back to x
    wires = {tuple(end.split(".")[0] for end in key.split(">")): wire for key, wire in told["wires"].items()}
    for back, local in enumerate(locals):
        wire = wires[f"n{7 - back}", f"n{8 - back}"]
        assert wire["product"]["numbers"] == pytest.approx([np.prod(locals[: back + 1])], rel=1e-4)
        if back:
            assert wire["local"]["numbers"] == pytest.approx([local], rel=1e-4)
            assert wire["upstream"]["numbers"] == pytest.approx([np.prod(locals[:back])], rel=1e-4)


def test_a_rate_is_too_high_right_or_too_low_and_a_full_batch_takes_few_steps(home: Path) -> None:
    document = DOCUMENTS["learning_rate"]
    high, right, low = (
        trained(editing.set_optimizer_option(document, "learning_rate", rate), home)[1] for rate in (10.0, 1.0, 0.1)
    )
    assert document.training.options["learning_rate"] == 10.0
    assert lowest(high, "loss") > 1 and right[-1]["loss"] < 0.1 and 0.3 < low[-1]["loss"] < low[0]["loss"]
    tamed = editing.set_optimizer_option(document, "learning_rate", 1.0)
    small, full = (trained(editing.set_training(tamed, "batch_size", size), home)[1] for size in (8, None))
    assert small[-1]["loss"] < 0.1 < full[-1]["loss"]


def test_from_equal_weights_what_remembers_steps_is_faster(home: Path) -> None:
    document = DOCUMENTS["optimizers"]
    kinds = {kind: editing.set_optimizer(document, kind) for kind in ("Momentum", "RMSprop", "Adam")}
    assert {one.training.options["learning_rate"] for one in kinds.values()} == {0.01, 0.001}
    _, plain = trained(document, home)
    assert 0.5 < plain[-1]["loss"] < plain[0]["loss"]
    for kind, one in kinds.items():
        _, epochs = trained(one, home)
        assert epochs[-1]["loss"] < (0.05 if kind == "Momentum" else 0.2), kind


def test_squares_do_not_get_away_from_a_sure_mistake_and_cross_entropy_does_at_once(home: Path) -> None:
    document = DOCUMENTS["losses"]
    _, squares = trained(document, home)
    logs = editing.set_parameter(document, "n5", "loss", "binary_crossentropy")
    assert check(logs).diagnostics == ()
    _, crossed = trained(logs, home)
    assert lowest(squares, "loss") > 0.49 and squares[-1]["val_accuracy"] < 0.6
    assert crossed[0]["loss"] > 1.5 and crossed[5]["loss"] < 0.8
    assert lowest(crossed, "val_loss") < 0.1 and crossed[-1]["val_accuracy"] > 0.9


def test_small_weights_learn_nothing_and_he_does(home: Path) -> None:
    _, bad = trained(DOCUMENTS["initial_weights"], home)
    _, good = trained(initialise(DOCUMENTS["initial_weights"], "he_normal"), home)
    assert lowest(bad, "val_loss") > 0.68 and bad[-1]["val_accuracy"] < 0.65
    assert good[-1]["val_accuracy"] > 0.95
    assert next(place for place, one in enumerate(good) if one["val_accuracy"] > 0.9) < 15


def test_too_small_a_network_stays_high_on_both_curves_and_a_larger_one_does_not(home: Path) -> None:
    document = DOCUMENTS["underfitting"]
    _, small = trained(document, home)
    assert lowest(small, "loss") > 0.55 and abs(small[-1]["loss"] - small[-1]["val_loss"]) < 0.1
    larger = editing.set_parameter(document, "n2", "units", 32)
    larger = editing.insert(larger, "more", "Dense", (0, 0), larger.wires[1])
    for name, value in (("units", 32), ("activation", "relu")):
        larger = editing.set_parameter(larger, "more", name, value)
    _, large = trained(larger, home)
    assert lowest(large, "loss") < 0.3


def test_a_network_that_learns_by_heart_has_a_gap_and_dropout_less(home: Path) -> None:
    _, heart = trained(DOCUMENTS["overfitting"], home)
    run, dropped = trained(DOCUMENTS["dropout"], home)
    gap, less = (one[-1]["val_loss"] - one[-1]["loss"] for one in (heart, dropped))
    assert heart[-1]["val_loss"] > 1.5 * lowest(heart, "val_loss") and heart[-1]["accuracy"] > 0.97
    assert less < 0.6 * gap
    doubt = answers_with_dropout(run, validation(run, home)[0]).std(axis=0)
    assert doubt.max() > 0.15 > 3 * doubt.min(), "the thinned networks differ here more than there"


def answers_with_dropout(run: runs.Run, x: Any) -> Any:
    """Chances of the second class, from thirty thinned networks."""
    logits = np.stack([np.asarray(next(iter(run.model(x, training=True).values()))) for _ in range(30)])
    return 1 / (1 + np.exp(-logits.astype(float)))


def test_kernels_become_features_that_keep_classes_apart(home: Path) -> None:
    _, epochs = trained(DOCUMENTS["learned_features"], home)
    assert epochs[-1]["val_accuracy"] > 0.9
    fewer = editing.set_parameter(DOCUMENTS["learned_features"], "n3", "filters", 2)
    _, few = trained(fewer, home)
    assert few[-1]["val_accuracy"] < epochs[-1]["val_accuracy"] - 0.03


def test_what_the_black_box_looks_at_is_the_sign_and_not_the_corner(home: Path) -> None:
    run, epochs = trained(DOCUMENTS["black_box"], home)
    assert epochs[-1]["val_accuracy"] > 0.97
    x, right, _ = validation(run, home)
    (image,) = x.values()

    def surely(values: Any) -> Any:
        logits = np.asarray(next(iter(run.model({next(iter(x)): values}).values())))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True))[np.arange(len(right)), right]

    hidden = {}
    for name, (top, left) in {"middle": (8, 8), "corner": (0, 0)}.items():
        covered = np.array(image)
        covered[:, top : top + 16, left : left + 16] = covered.mean()
        hidden[name] = float((surely(image) - surely(covered)).mean())
    assert hidden["middle"] > 2 * abs(hidden["corner"])
    noisy = editing.set_data_option(DOCUMENTS["black_box"], "noise", 0.3)
    assert 0.6 < trained(noisy, home)[1][-1]["val_accuracy"] < 0.9, "now there are some to be looked at"


def test_attention_shares_itself_out_and_without_their_places_moved_patches_are_the_same(home: Path) -> None:
    document = DOCUMENTS["attention"]
    blind = editing.delete(document, ["n5", "n6"], heal=True)
    assert check(blind).diagnostics == ()
    told, epochs = trained(document, home)
    untold, worse = trained(blind, home)
    assert epochs[-1]["val_accuracy"] > 0.85 and 0.3 < worse[-1]["val_accuracy"] < 0.6
    x, _, _ = validation(told, home)
    (image,) = x.values()
    moved = np.concatenate([image[:, 2:], image[:, :2]], axis=1)  # the first row of patches becomes the last

    def answers(run: runs.Run, values: Any) -> Any:
        return np.asarray(next(iter(run.model({next(iter(x)): values}).values())))

    assert answers(untold, image) == pytest.approx(answers(untold, moved), abs=1e-3)
    assert (answers(told, image).argmax(axis=1) != answers(told, moved).argmax(axis=1)).mean() > 0.5
    shares, others = (attention_of(told, {next(iter(x)): image[at : at + 1]}) for at in (0, 1))
    assert shares.shape == (2, 16, 16) and shares.sum(axis=-1) == pytest.approx(np.ones((2, 16)), abs=1e-4)
    assert np.abs(shares - others).max() > 0.1, "where it looks depends on what is there"


def attention_of(run: runs.Run, x: Any) -> Any:
    """The weights of the attention of one sample, (heads, patches, other patches)."""
    import keras

    layer = next(one for one in run.model.layers if isinstance(one, keras.layers.MultiHeadAttention))
    patches = keras.Model(run.model.inputs, layer.input[0])(x)
    return np.asarray(layer(patches, patches, return_attention_scores=True)[1])[0]
