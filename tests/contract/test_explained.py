"""What a network looked at, held to what is worked out by hand: covered inputs that are predicted one by one, finite
differences, and maps in NumPy."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graphbuilder.document import Document
from tests.networks import DIGIT, IMAGE, SCALE, chain, dense, loss, node

CONVOLUTION = chain(
    IMAGE,
    SCALE,
    node("conv", "Conv2D", filters=4, kernel_size=[3, 3], padding="same", activation="tanh"),
    node("flat", "Flatten"),
    dense("scores"),
    DIGIT,
)
NAMES = chain(
    node("name", "Input", field="name"),
    node("words", "TextVectorization", vocabulary=["green", "blue", "dark"], output_sequence_length=4),
    node("vectors", "Embedding", input_dim=5, output_dim=3),
    node("mean", "GlobalAveragePooling1D"),
    dense("scores"),
    loss("loss", "family"),
    data="colours",
)


def explained(document: Document, home: Path, planted: bool = False) -> Any:
    """A network with its explainer and one row. planted: one that learned that the first pixel of noise says which of
    two classes it is."""
    from graphbuilder.training.explained import Explainer
    from graphbuilder.training.inside import Inside

    inside = Inside.of(document, None, home)
    row = inside.fed(inside.rows["validation"][:1])
    if planted:
        random = np.random.default_rng(3)
        (name,), right = row, random.integers(0, 2, 512)
        noise = random.uniform(0, 16, (512, 8, 8, 1)).astype("float32")
        noise[:, 0, 0, 0] = 16 * right
        inside.model.optimizer.learning_rate = 0.01
        inside.model.fit({name: noise}, {inside.plan.outputs[0].name: right}, epochs=12, batch_size=32, verbose=0)
        row = {name: noise[:1]}
    return SimpleNamespace(model=inside.model, row=row, by=Explainer(inside), plan=inside.plan)


def logits(one: Any, *images: Any) -> Any:
    """What Keras predicts for pictures, one by one as they are given."""
    (name,) = one.row
    found = one.model.predict({name: np.stack(images)}, verbose=0)[one.plan.outputs[0].name]
    return found.astype(float)


def probabilities(one: Any, *images: Any) -> Any:
    powers = np.exp(logits(one, *images))
    return powers / powers.sum(axis=1, keepdims=True)


def test_a_planted_shortcut_is_seen_where_it_lies(home: Path) -> None:
    one = explained(CONVOLUTION, home, planted=True)
    (name,), ((image,),) = one.row, one.row.values()
    covered = one.by.explain("occlusion", one.row)
    (seen,), place = covered["inputs"], covered["place"]
    before = probabilities(one, image)[0, place]
    assert covered["answer"] == pytest.approx(before, rel=1e-3) and before > 0.9 and place < 2
    windows = [np.s_[top : top + 2, left : left + 2] for top in range(7) for left in range(7)]
    others, instead = [image.copy() for _ in windows], one.by.instead(name)
    for other, window in zip(others, windows, strict=True):
        other[window] = instead[window]
    falls = np.zeros((8, 8))
    for window, after in zip(windows, probabilities(one, *others)[:, place], strict=True):
        falls[window] += before - after
    along = np.array([1, 2, 2, 2, 2, 2, 2, 1])
    np.testing.assert_allclose(seen["values"], falls / np.outer(along, along), rtol=2e-3, atol=1e-5)
    assert seen["side"] == 2 and np.unravel_index(np.argmax(seen["values"]), (8, 8)) == (0, 0)
    assert "Most at row 1, column 1 of image" in covered["found"] and "falls by" in covered["found"]

    (slope,) = one.by.explain("saliency", one.row)["inputs"]
    steps = 0.05 * np.eye(64, dtype="float32").reshape(64, 8, 8, 1)
    measured = (logits(one, *(image + steps)) - logits(one, *(image - steps)))[:, place] / 0.1
    np.testing.assert_allclose(slope["values"], np.abs(measured).reshape(8, 8), rtol=0.02, atol=2e-4)
    assert np.unravel_index(np.argmax(slope["values"]), (8, 8)) == (0, 0)

    told = one.by.explain("gradcam", one.row)
    kernel, bias, weights, _ = (values.astype(float) for values in one.model.get_weights())
    padded = np.pad(image / 16, ((1, 1), (1, 1), (0, 0)))
    seen_at = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    maps = np.tanh(np.einsum("ijcrs,rscf->ijf", seen_at, kernel) + bias)
    slopes = weights[:, place].reshape(8, 8, 4)
    cam = np.maximum(maps @ slopes.mean(axis=(0, 1)), 0)
    assert told["node"] == "conv" and [node["id"] for node in told["nodes"]] == ["conv"]
    np.testing.assert_allclose(told["inputs"][0]["values"], cam, rtol=2e-3, atol=1e-4)


def test_what_covering_takes_from_a_linear_network_is_gradient_times_input(home: Path) -> None:
    from graphbuilder.training.score import NothingToAsk

    linear = chain(
        node("in", "Input", field="measurements"), dense("y", 1), loss("loss", "progression", "mean_squared_error"),
        data="diabetes",
    )  # fmt: skip
    one = explained(linear, home)
    weights, (name,), (value,) = one.model.get_weights()[0], one.row, one.row.values()
    mean = one.by.instead(name)
    covered, slope = (one.by.explain(method, one.row)["inputs"][0] for method in ("occlusion", "saliency"))
    right = weights[:, 0] * (value[0] - mean)
    np.testing.assert_allclose(covered["values"], right, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(slope["values"], right, rtol=1e-3, atol=1e-6)
    assert covered["kind"] == "bars" and covered["names"][2] == "bmi"
    told = one.by.explain("saliency", one.row)
    assert told["found"].startswith("Progression depends most on") and "picture" not in told["means"]
    assert told["means"].endswith("gradient × (input - mean): to first order what each adds.")
    with pytest.raises(NothingToAsk, match=r"no convolution.*Occlusion and saliency work"):
        one.by.explain("gradcam", one.row)
    with pytest.raises(NothingToAsk, match="places 0 to 0; received 4"):
        one.by.explain("occlusion", one.row, place=4)


def test_a_category_without_a_gradient_counts_by_what_the_score_loses_with_the_most_common_one(home: Path) -> None:
    from graphbuilder.templates import template

    one = explained(template("penguins"), home)
    told = one.by.explain("saliency", one.row, place=1)
    bars = {name: value for seen in told["inputs"] for name, value in zip(seen["names"], seen["values"], strict=True)}
    kinds = {one.plan.inputs[name]: name for name in one.row}
    assert {seen["kind"] for seen in told["inputs"]} == {"bars"} and "island and sex: there it is by how" in told[
        "means"
    ]

    def score(row: Any) -> Any:
        fed = {name: np.asarray(value, object if value.dtype.kind in "OSU" else None) for name, value in row.items()}
        return one.by._inside.answers(fed)[one.plan.outputs[0].name][0, 1]

    moved = 0
    for field in ("island", "sex"):
        name = kinds[field]
        other = {**one.row, name: one.by.instead(name)[np.newaxis]}
        moved += other[name].tolist() != one.row[name].tolist()
        assert bars[field] == pytest.approx(float(score(one.row) - score(other)), rel=1e-2, abs=1e-4)
    assert moved, "one of them is not the most common"
    assert "there" not in explained(NAMES, home).by.explain("saliency", one_text())["means"]


def one_text() -> dict[str, Any]:
    return {"name": np.array([["dark green"]], object)}


def test_words_are_left_out_one_by_one(home: Path) -> None:
    one = explained(NAMES, home)
    text = "Dark, sea green - blue"
    row = {name: np.array([[text]], object) for name in one.row}
    covered = one.by.explain("occlusion", row, place=3)
    before = covered["answer"]
    left = [" ".join(text.split()[:at] + text.split()[at + 1 :]) for at in range(5)]
    right = [
        before - one.by.explain("occlusion", {n: np.array([[t]], object) for n in row}, place=3)["answer"] for t in left
    ]
    assert covered["inputs"][0]["words"] == ["Dark,", "sea", "green", "-", "blue"]
    np.testing.assert_allclose(covered["inputs"][0]["values"], right, atol=2e-4)

    vectors, weights, _ = (values.astype(float) for values in one.model.get_weights()[-3:])
    token = {"Dark,": 4, "sea": 1, "green": 2, "blue": 3}
    of_word = [vectors[token[word]] @ weights[:, 3] / 4 if word in token else 0.0 for word in text.split()]
    slope = one.by.explain("saliency", row, place=3)
    np.testing.assert_allclose(slope["inputs"][0]["values"], of_word, rtol=1e-3, atol=1e-6)


def test_a_sure_answer_of_probabilities_still_has_a_gradient() -> None:
    import tensorflow as tf

    from graphbuilder.fields import Field
    from graphbuilder.training.score import Score

    logits = tf.Variable([[40.0, 1.0, 0.5]])
    shares: Any = SimpleNamespace(reading="shares", from_logits=False)
    score = Score(shares, Field("kind", "class", (), classes=("a", "b", "c")), 0)
    with tf.GradientTape() as tape:
        asked = score.before_squashing(tf.nn.softmax(logits))
    others = np.exp([1.0, 0.5])
    np.testing.assert_allclose(asked, [40 - np.log(others.sum())], rtol=1e-4)
    np.testing.assert_allclose(tape.gradient(asked, logits), [[1.0, *(-others / others.sum())]], rtol=1e-3)
    assert score.shown(np.array([[0.7, 0.2, 0.1]])) == pytest.approx([0.7]) and score.name == "a"


def test_the_points_of_all_steps_lie_on_the_axes_of_the_kept_weights(home: Path) -> None:
    from sklearn.decomposition import PCA

    from graphbuilder.training.inside import Inside, Unanswerable
    from graphbuilder.training.questions import question

    def asked(**told: Any) -> dict[str, Any]:
        one = question(told)
        found: dict[str, Any] = {}
        for step in one.steps(inside):
            inside.use(kept if step is None else early, step)
            found = one.answer(inside)
        return found

    inside = Inside.of(CONVOLUTION, None, home)
    kept = inside.model.get_weights()
    early = [one + 0.1 * np.random.default_rng(5).normal(size=one.shape) for one in kept]
    found = asked(kind="representation", node="scores", step=7)
    rows = inside.rows["validation"][found["samples"]]
    x, output = np.asarray(inside.arrays["image"])[rows], inside.plan.outputs[0].name
    inside.use(kept)
    axes = PCA(2).fit(inside.model.predict({"image": x}, verbose=0)[output])
    inside.use(early)
    right = axes.transform(inside.model.predict({"image": x}, verbose=0)[output])
    signs = np.sign((right * found["points"]).sum(axis=0))
    np.testing.assert_allclose(found["points"], right * signs, atol=0.02)
    np.testing.assert_allclose(found["shares"], axes.explained_variance_ratio_, atol=1e-3)
    (colours,) = found["colours"]
    assert colours["values"] == np.asarray(inside.arrays["digit"])[rows].ravel().astype(int).tolist()
    assert (found["step"], found["of"], found["width"]) == (7, len(inside.rows["validation"]), 10)

    told = asked(kind="gradcam", sample="validation:3")
    assert told["inputs"][0]["shown"]["picture"] and told["inputs"][0]["size"] == [8, 8]
    assert asked(kind="picture", sample=f"validation:{found['samples'][3]}")["right"] == str(colours["values"][3])
    with pytest.raises(Unanswerable, match="no node 'nowhere'"):
        asked(kind="representation", node="nowhere")


def test_points_are_coloured_by_whatever_is_right_of_a_sample(home: Path) -> None:
    from graphbuilder.templates import template
    from graphbuilder.training.hidden import Hidden
    from graphbuilder.training.inside import Inside

    def coloured(name: str) -> Any:
        inside = Inside.of(template(name), None, home)
        hidden = Hidden(inside, next(id for id in reversed(inside.report.wired.order) if id in inside.layers), 40)
        values = hidden.values()
        axes = hidden.axes(values)
        return inside, hidden.rows, hidden.told("pca", axes.placed(values), values.shape[1], axes)["colours"]

    inside, rows, told = coloured("several_answers")
    (target,) = [inside.fields[one.target] for one in inside.plan.outputs]
    right = np.asarray(inside.arrays[target.name])[rows] > 0.5
    assert [one["target"] for one in told] == [*target.classes] and told[1]["names"] == [
        f"no {target.classes[1]}",
        target.classes[1],
    ]
    assert np.array_equal(np.transpose([one["values"] for one in told]), right)
    inside, rows, (mask,) = coloured("segmentation")
    shares = np.stack(
        [(np.asarray(inside.arrays["mask"])[rows] == one).mean(axis=(1, 2)) for one in range(len(mask["names"]))]
    )
    assert mask["values"] == (shares - shares.mean(axis=1, keepdims=True)).argmax(axis=0).tolist()
    assert len({*mask["values"]}) > 1


@pytest.mark.parametrize("document", [CONVOLUTION, NAMES], ids=["image", "text"])
def test_what_was_done_ahead_leaves_nothing_to_be_made_for_a_first_answer(document: Document, tmp_path: Path) -> None:
    from graphbuilder.training.inside import Inside
    from graphbuilder.training.questions import ahead, question

    inside = Inside.of(document, None, tmp_path)
    for piece in ahead(inside):
        piece()
    made, traced = {*inside._once}, {key: one.traces for key, one in inside._traced.items()}
    assert not [key for key in made if key == "axes of hidden representations"], "they are those of the first asked"
    for told in ({"kind": "saliency"}, {"kind": "gradcam"}, {"kind": "occlusion"}):
        question({**told, "sample": "validation:3"}).answer(inside)
    for id in ("scores", "flat" if document is CONVOLUTION else "mean"):
        question({"kind": "representation", "node": id}).answer(inside)
    ways = {key for key in inside._once if key[0] in ("slopes", "to")}
    assert ways <= made and ways, "no function is traced and no model made anew"
    assert {key: one.traces for key, one in inside._traced.items()} == traced
