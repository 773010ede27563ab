"""A trained network that is asked: it answers what Keras' predict answers, and takes a row as training took it."""

import base64
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.datasets import FILES, Description
from graphbuilder.document import Document
from graphbuilder.templates import template
from graphbuilder.understanding.looking import Wish, look
from tests.contract.test_own_data import csv_of, people, pictures, zip_of
from tests.networks import DIGIT, IMAGE, SCORES, chain, graph, node, wire

LENET_THAT_DROPS = chain(
    IMAGE, node("conv", "Conv2D", filters=3, activation="relu"), node("norm", "BatchNormalization"),
    node("flat", "Flatten"), node("drop", "Dropout", rate=0.5), SCORES, DIGIT, data="digits",
)  # fmt: skip


def asked(inside: Any, **told: Any) -> dict[str, Any]:
    from graphbuilder.training.questions import question

    return question(told).answer(inside)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def drops(home: Path) -> Any:
    """One with weights that no fresh network has."""
    from graphbuilder.training.inside import Inside

    inside = Inside.of(LENET_THAT_DROPS, None, home)
    random = np.random.default_rng(1)
    inside.use([np.abs(random.normal(one, 0.3, one.shape)) for one in inside.model.get_weights()], 40)
    return inside


@pytest.fixture(scope="module")
def table(home: Path) -> Any:
    """A table of one's own with gaps: numbers that are imputed, and words."""
    from graphbuilder.training.inside import Inside

    content = csv_of(people())
    hash = sha256(content).hexdigest()
    (home / FILES).mkdir(exist_ok=True)
    (home / FILES / hash).write_bytes(content)
    found = look(home / FILES / hash, "people.csv", Wish.of({}), title="people", hash=hash)
    described = Description.model_validate(found["description"])
    return Inside.of(draw_network(editing.use_own_data(Document(name="people"), described)), None, home)


def test_it_answers_what_predict_answers_for_samples_of_every_part(drops: Any, table: Any) -> None:
    from graphbuilder.compiler import inputs_of

    for inside in (drops, table):
        rows = np.concatenate([inside.rows["train"][:20], inside.rows["validation"][:20]])
        x = inputs_of(inside.plan, inside.arrays, rows)
        (right,) = inside.model.predict(x, verbose=0).values()
        (output,) = inside.plan.outputs
        found = inside.forward(inside.fed(rows))
        np.testing.assert_allclose(found.outputs[output.name], right, atol=1e-5)
        assert {*found.nodes} == {one.node for one in inside.plan.body.steps}
        np.testing.assert_allclose(inside.answers(inside.fed(rows))[output.name], right, atol=1e-5)
    told = asked(drops, kind="answer", sample="validation:3")
    (first, *_), answered = told["outputs"][0]["bars"], drops.forward(drops.fed(drops.rows["validation"][3])).outputs
    assert first[0] == str(answered["digit"][0].argmax())
    assert (told["step"], told["sample"]["row"]) == (40, int(drops.rows["validation"][3]))


def test_a_row_that_is_typed_in_is_fed_as_its_like_in_the_data(table: Any) -> None:
    """Every row of the table once more by hand, with its gaps."""
    from graphbuilder.training.entering import entered

    cells, kept = people(), 0
    columns = table.plan.inputs
    for row in [*table.rows["train"][:15], *table.rows["validation"][:15]]:
        right = table.fed(row)
        given: dict[str, Any] = {}
        for name, field in columns.items():
            parts = table.fields[field].parts or (field,)
            raw = np.asarray(table.arrays[field][row]).tolist()
            gone = [one is None or one == "" or one != one for one in raw]
            kept += sum(gone)
            given[name] = {"values": {p: None if g else str(v) for p, v, g in zip(parts, raw, gone, strict=True)}}
        found = entered(table, "", {**given}).inputs
        for name, values in right.items():
            np.testing.assert_array_equal(found[name], values, err_msg=f"{name} of row {row}")
    assert kept and cells, "some cells were missing"


def test_only_what_drops_works_as_in_training_when_dropout_is_left_on(drops: Any) -> None:
    before = [np.array(one) for one in drops.model.get_weights()]
    once = drops.forward(drops.fed(drops.rows["train"][:1]))
    again = drops.forward(drops.fed(drops.rows["train"][:1]), dropout=True)
    np.testing.assert_allclose(again.nodes["norm"], once.nodes["norm"], atol=1e-6)
    dropped = again.nodes["drop"] == 0
    assert 0.3 < dropped[once.nodes["drop"] != 0].mean() < 0.7
    told = asked(drops, kind="spread", sample="train:0")["outputs"][0]
    assert len(told["bars"][0]["answers"]) == 50 and max(one["spread"] for one in told["bars"]) > 0
    assert sum(told["said"].values()) == 50
    assert all(np.array_equal(a, b) for a, b in zip(before, drops.model.get_weights(), strict=True))
    np.testing.assert_array_equal(drops.forward(drops.fed(drops.rows["train"][:1])).nodes["drop"], once.nodes["drop"])


def drawing(values: Any) -> str:
    out = io.BytesIO()
    Image.fromarray(values.astype("uint8")).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_a_drawn_digit_is_scaled_and_centred_as_the_data_are(drops: Any) -> None:
    """A digit of the set, drawn large into a corner of the pad, comes back about as it was."""
    from graphbuilder.training.entering import entered

    far = []
    for row in drops.rows["validation"][:12]:
        digit = np.asarray(drops.arrays["image"][row])[..., 0]
        pad = np.zeros((200, 280))
        pad[10:130, 30:150] = np.kron(digit / 16 * 255, np.ones((15, 15)))
        found = entered(drops, "", {"image": {"drawing": drawing(pad)}}).inputs["image"][0, ..., 0]
        assert found.max() == pytest.approx(16, abs=0.5)
        far.append(np.abs(found - digit).mean())
    assert np.median(far) < 1.0, far
    told = asked(drops, kind="answer", inputs={"image": {"drawing": drawing(pad)}})
    assert told["inputs"]["image"]["picture"] and told["nodes"]["conv"]["kind"] == "maps"


def test_a_wide_drawing_is_brought_to_the_width_of_the_data(drops: Any) -> None:
    """Handwritten digits are 6 of 8 pixels wide at most: whoever prepared them brought all to about one width."""
    from graphbuilder.training.entering import entered

    pad = Image.new("L", (224, 224))
    ImageDraw.Draw(pad).ellipse((12, 40, 212, 180), outline=255, width=22)  # wider than high
    found = entered(drops, "", {"image": {"drawing": drawing(np.asarray(pad))}}).inputs["image"][0, ..., 0]
    there = np.argwhere(found > 3)
    assert [*(there.max(axis=0) - there.min(axis=0) + 1)] == [8, 6]


@pytest.mark.parametrize("pen", [7, 14, 28, 42])
def test_strokes_are_as_thick_as_those_of_the_data_with_whatever_pen_they_were_drawn(drops: Any, pen: int) -> None:
    from graphbuilder.training.entering import entered, thickness

    own = [thickness(np.asarray(drops.arrays["image"][row])[..., 0] / 16) for row in drops.rows["train"][:300]]
    pad = Image.new("L", (224, 224))
    ImageDraw.Draw(pad).line([(60, 50), (160, 50), (110, 180)], 255, pen, joint="curve")
    found = entered(drops, "", {"image": {"drawing": drawing(np.asarray(pad))}}).inputs["image"][0, ..., 0]
    least, most = np.quantile(own, (0.1, 0.9))
    assert least < thickness(found / 16) < most


DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAB0AAAAaCAAAAABu/QhrAAAA7UlEQVR42o3SMUtCURjG8f89VxIRQ6jBSXEwaQqkubEhxNWhodXZ"
    "r+BncHN2E2xyEosGF4PoE2QREiIOylXMeF2u5r2eF3zG8+M95+XhwFHJNYeeyHL0WHQOLN2VXZatu0gAMzMJ5OPB/OPFQsJ5SW0x"
    "PpXD/GR8HYgt71EACmJPDYBnRednAJ6iUsUQjWkFFYEbbVSmGLJquckTw5vevTi4v46Ck3PD37c2OsRAW9MOQGKt7HwNQN2OPf+K"
    "Vxt6eV8jI4uWd++bfthWlf39Sl8BfLoM7e/eN/qfKxERGdz6Z6Ge3KtTbzyeH/fJN5Z9V4KOqqkhAAAAAElFTkSuQmCC"
)
"""The first touch of a pen, as a browser drew it."""


def test_a_stroke_is_answered_from_its_first_touch_on(drops: Any) -> None:
    """A dot is mostly edge: made as thin as the data's strokes, less than a trace of it may be left."""
    told = asked(drops, kind="answer", inputs={"image": {"drawing": f"data:image/png;base64,{DOT}"}})
    assert told["inputs"]["image"]["picture"]


def test_grain_of_the_ground_has_no_outline() -> None:
    from graphbuilder.training.entering import thickness

    plain = np.zeros((40, 40))
    plain[5:35, 17:23] = 1
    grainy = np.clip(plain + np.random.default_rng(0).normal(0, 0.1, plain.shape), 0, 1)
    assert thickness(plain) == pytest.approx(6, rel=0.2)
    assert thickness(grainy) == pytest.approx(thickness(plain), rel=0.1)
    assert thickness(0 * plain) == 0


def test_a_photo_of_dark_ink_is_taken_as_a_drawing_and_a_file_of_ones_own_set_as_its_like(
    drops: Any, home: Path
) -> None:
    from graphbuilder.training.entering import entered
    from graphbuilder.training.inside import Inside

    digit = np.asarray(drops.arrays["image"][drops.rows["validation"][0]])[..., 0]
    pad = np.zeros((200, 280))
    pad[10:130, 30:150] = np.kron(digit / 16 * 255, np.ones((15, 15)))
    photo = 230 - 0.7 * pad + np.random.default_rng(1).normal(0, 4, pad.shape)
    found = entered(drops, "", {"image": {"picture": drawing(photo)}})
    (right,) = entered(drops, "", {"image": {"drawing": drawing(pad)}}).inputs.values()
    assert np.abs(found.inputs["image"] - right).mean() < 1.2 and "cut out" in found.notes[0]

    members = pictures()
    content = zip_of(members)
    hash = sha256(content).hexdigest()
    (home / FILES).mkdir(exist_ok=True)
    (home / FILES / hash).write_bytes(content)
    told = look(home / FILES / hash, "shades.zip", Wish.of({}), title="shades", hash=hash)
    described = Description.model_validate(told["description"])
    own = Inside.of(draw_network(editing.use_own_data(Document(name="shades"), described)), None, home)
    (name, field), row = next(iter(own.plan.inputs.items())), int(own.rows["validation"][0])
    file = members[own.arrays[field]._undecoded.names[row]]
    again = entered(own, "", {name: {"picture": base64.b64encode(file).decode()}}).inputs[name]
    np.testing.assert_array_equal(again, own.fed(row)[name])


@pytest.mark.parametrize("ink", ["white", "black"])
def test_ink_on_nothing_is_seen_whichever_it_is(drops: Any, ink: str) -> None:
    from graphbuilder.training.entering import CUT_OUT, NOTHING_IN_IT, entered

    def fed_of(ink: str, ground: Any) -> Any:
        picture, file = Image.new("RGBA", (224, 224), ground), io.BytesIO()
        ImageDraw.Draw(picture).line([(60, 50), (160, 50), (110, 180)], ink, 22, joint="curve")
        picture.save(file, "PNG")
        return entered(drops, "", {"image": {"picture": base64.b64encode(file.getvalue()).decode()}})

    found, right = fed_of(ink, (0, 0, 0, 0)), fed_of("black", "white")
    np.testing.assert_array_equal(found.inputs["image"], right.inputs["image"])
    assert found.inputs["image"].max() > 10 and list(found.notes) == [CUT_OUT]
    empty = fed_of(ink, ink)
    assert empty.inputs["image"].max() == 0 and list(empty.notes) == [NOTHING_IN_IT]


def test_a_number_that_moves_has_its_curve_over_the_range_of_the_training_part(home: Path) -> None:
    from graphbuilder.training.inside import Inside

    inside = Inside.of(template("logistic_regression"), None, home)
    (entry,) = asked(inside, kind="entries")["inputs"]
    (name, field), part = next(iter(inside.plan.inputs.items())), entry["parts"][2]
    train = np.asarray(inside.arrays[field])[inside.rows["train"]][:, 2]
    assert (part["low"], part["high"]) == pytest.approx((train.min(), train.max()), rel=1e-5)
    told = asked(inside, kind="moved", sample="validation:0", input=name, part=part["name"])
    x = np.repeat(inside.fed(inside.rows["validation"][0])[name], len(told["along"]), axis=0)
    x[:, 2] = told["along"]
    (right,) = inside.model.predict({name: x}, verbose=0).values()
    (output,) = told["outputs"]
    from graphbuilder.training.surface import probabilities

    sure = probabilities(inside.plan.outputs[0], right)
    assert {one["name"] for one in output["curves"]} == {*inside.fields[output["target"]].classes}
    for place, curve in enumerate(output["curves"]):
        assert curve["values"] == pytest.approx(sure[:, place], abs=1e-3)


def test_a_category_goes_over_its_words_with_all_else_as_it_is(home: Path) -> None:
    from graphbuilder.training.inside import Inside

    inside = Inside.of(template("penguins"), None, home)
    name, field = next((name, field) for name, field in inside.plan.inputs.items() if field == "island")
    told = asked(inside, kind="moved", sample="validation:4", input=name, part="island")
    fed, (output,) = inside.fed(inside.rows["validation"][4]), told["outputs"]
    words, count = np.unique(np.asarray(inside.arrays[field][inside.rows["train"]]).ravel(), return_counts=True)
    assert told["along"] == [word for _, word in sorted(zip(-count, words.tolist(), strict=True))]
    assert told["now"] == fed[name][0, 0] and told["of"] == len(words)
    from graphbuilder.training.surface import probabilities

    for at, word in enumerate(told["along"]):
        (right,) = inside.model.predict(inside.tensors({**fed, name: np.array([[word]], object)}), verbose=0).values()
        (sure,) = probabilities(inside.plan.outputs[0], right)
        assert [one["values"][at] for one in output["curves"]] == pytest.approx(sure.tolist(), abs=1e-3)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "dance"}, "no question 'dance'. There are: answer, "),
        ({"kind": "answer"}, "Input 'image' was given nothing"),
        ({"kind": "answer", "sample": "test:1"}, "named as in"),
        ({"kind": "answer", "sample": "validation:99999"}, "of which the last is"),
        ({"kind": "answer", "step": -1}, "step"),
        ({"kind": "answer", "inputs": {"image": {"picture": "bm8gcGljdHVyZQ=="}}}, "is no picture of a kind"),
        ({"kind": "answer", "inputs": {"image": {"picture": "data:image/png;base64,"}}}, "a file without content"),
        ({"kind": "answer", "inputs": {"image": {"text": "seven"}}}, "and no text"),
        ({"kind": "answer", "inputs": {"image": {"numbers": [[1.0]]}}}, "in the shape"),
        ({"kind": "answer", "inputs": {"image": {"values": {"1": 1}}}}, "no parts"),
        ({"kind": "answer", "inputs": {"other": {"text": ""}}}, "no Input 'other'"),
        ({"kind": "moved", "sample": "train:0", "input": "image", "part": "1"}, "no number"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(told: dict[str, Any], words: str, drops: Any) -> None:
    from graphbuilder.training.inside import Unanswerable

    with pytest.raises(Unanswerable, match=words):
        asked(drops, **told)


@pytest.mark.parametrize(("value", "words"), [("tall", "takes a number"), (1e60, "number"), (float("nan"), "")])
def test_a_cell_that_is_no_number_is_refused_where_nothing_stands_in_for_it(value: Any, words: str, table: Any) -> None:
    from graphbuilder.training.inside import Unanswerable

    name = next(name for name, field in table.plan.inputs.items() if "age" in table.fields[field].parts)
    with pytest.raises(Unanswerable, match=f"'age'.*{words}"):
        asked(table, kind="answer", sample="train:0", inputs={name: {"values": {"age": value}}})


def test_a_series_that_is_fed_is_shown_step_by_step(home: Path) -> None:
    from graphbuilder.training.inside import Inside

    inside = Inside.of(template("next_temperature"), None, home)
    told = asked(inside, kind="answer", sample="train:1")
    fed = inside.fed(inside.rows["train"][1])
    assert told["inputs"] == {name: {"series": [pytest.approx(one[0, :, 0], rel=1e-3)]} for name, one in fed.items()}
    (line,) = asked(inside, kind="entries")["inputs"][0]["lines"]
    rows = inside.arrays["past"][inside.rows["train"]]
    assert [line["name"], line["low"], line["high"]] == [
        "past",
        *(pytest.approx(one) for one in (rows.min(), rows.max())),
    ]


def test_a_series_that_is_drawn_is_fed_as_it_was_drawn_and_as_the_sample_has_it_elsewhere(home: Path) -> None:
    from graphbuilder.training.inside import Inside, Unanswerable

    inside = Inside.of(template("next_temperature"), None, home)
    before = inside.fed(inside.rows["validation"][4])
    ((name, values),) = before.items()
    drawn = np.array(values)
    drawn[0, 3, 0], drawn[0, 23, 0] = 21.5, 4.25
    told = {"kind": "answer", "sample": "validation:4"}
    answer = asked(inside, **told, inputs={name: {"steps": {"past": {"3": 21.5, "23": 4.25}}}})
    assert answer["inputs"][name]["series"] == [pytest.approx(drawn[0, :, 0], rel=1e-3)]
    (right,) = inside.model.predict({name: drawn}, verbose=0).values()
    assert answer["outputs"][0]["bars"][0][1] == pytest.approx(float(right[0, 0]), rel=1e-4)
    assert inside.arrays["past"][inside.rows["validation"][4], 3, 0] == values[0, 3, 0], "the data stay as they are"
    for steps, words in [
        ({"other": {}}, "no line 'other'"),
        ({"past": {"24": 1}}, "0 to 23"),
        ({"past": {"1": "x"}}, "number"),
    ]:
        with pytest.raises(Unanswerable, match=words):
            asked(inside, **told, inputs={name: {"steps": steps}})
    with pytest.raises(Unanswerable, match="Choose one"):
        asked(inside, kind="answer", inputs={name: {"steps": {"past": {"1": 2}}}})


def test_classes_of_places_are_told_as_a_map_beside_what_is_right(home: Path) -> None:
    from graphbuilder.training.inside import Inside

    inside = Inside.of(template("segmentation"), None, home)
    (told,) = asked(inside, kind="answer", sample="validation:2")["outputs"]
    row = inside.rows["validation"][2]
    (right,) = inside.model.predict(inside.fed(row), verbose=0).values()
    assert base64.b64decode(told["map"]["classes"]) == right[0].argmax(axis=-1).astype("uint8").tobytes()
    assert told["classes"] == [*inside.fields["mask"].classes]
    assert base64.b64decode(told["right_map"]["classes"]) == np.asarray(inside.arrays["mask"][row], "uint8").tobytes()
    assert sum(share for _, share in told["bars"]) == pytest.approx(1, abs=1e-4)


def test_of_several_inputs_and_outputs_some_may_be_left_as_the_sample_has_them(home: Path) -> None:
    from graphbuilder.training.inside import Inside

    both = graph(
        [
            node("first", "Input", field="first"), node("second", "Input", field="second"),
            node("flat", "Flatten"), node("flat2", "Flatten"), node("both", "Concatenate"),
            node("out", "Dense", units=2), node("same", "Loss", target="same", loss="softmax_crossentropy"),
            node("again", "Dense", units=1), node("twice", "Loss", target="same", loss="binary_crossentropy"),
        ],
        [
            wire("first", "flat"), wire("second", "flat2"), wire("flat", "both"), wire("flat2", "both"),
            wire("both", "out"), wire("out", "same"), wire("both", "again"), wire("again", "twice"),
        ],
        data="digit_pairs",
    )  # fmt: skip
    inside = Inside.of(both, None, home)
    told = asked(inside, kind="answer", sample="train:1", inputs={"first": {"numbers": np.zeros((8, 8, 1)).tolist()}})
    assert told["changed"] == ["first"] and {*told["inputs"]} == {"first", "second"}
    assert [one["target"] for one in told["outputs"]] == ["same", "same"]
    assert all(one["right"] for one in told["outputs"]) and sum(p for _, p in told["outputs"][0]["bars"]) > 0.99


def test_what_is_seen_by_kept_weights_is_what_the_training_saw_at_their_step(home: Path, tmp_path: Path) -> None:
    from graphbuilder.checks import check
    from graphbuilder.compiler import ready_model
    from graphbuilder.datasets.snapshot import prepare
    from graphbuilder.plan import plan
    from graphbuilder.records.events import Boundary, Probe, as_json
    from graphbuilder.training.inside import Inside
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts
    from graphbuilder.training.snapshots import Keeper, steps_in, weights_at
    from graphbuilder.training.units import bounded_nodes

    document = editing.set_training(template("spiral_perceptron"), "epochs", 3)
    report = check(document)
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, home).arrays)
    events: list[Any] = []
    model, keeper = ready_model(planned, fed.x), Keeper(tmp_path / "snapshots", 4 * 465)
    train(model, planned, fed, events.append, bounded=bounded_nodes(report), snapshots=keeper)
    step = steps_in(tmp_path / "snapshots")[-1]
    inside = Inside.of(document, None, home)
    inside.use(weights_at(tmp_path, step)[1], step)  # type: ignore[index]
    told = asked(inside, kind="look", step=step)
    probe, boundary, units = told["events"]
    assert (told["step"], probe["kind"], boundary["kind"], units["kind"]) == (step, "probe", "boundary", "units")
    seen = next(as_json(one) for one in events if isinstance(one, Boundary) and one.step == step)
    assert boundary == seen
    (first, *_) = (as_json(one)["nodes"] for one in events if isinstance(one, Probe) and one.step == step)
    assert {id: one["counts"] for id, one in probe["nodes"].items()} == {id: one["counts"] for id, one in first.items()}
