"""Repairs: what is offered was tried, is one edit, and says all that it changes."""

import json
import re
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphbuilder
from app.edits import numbered
from graphbuilder import editing, grouping, places, repairs
from graphbuilder.cards import cards, findings
from graphbuilder.checks import Report, check
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.document import Document, Wire
from graphbuilder.document_file import read_document, write_document
from graphbuilder.forms import training_form
from graphbuilder.levels import level
from graphbuilder.operators import OPERATORS
from graphbuilder.refusals import EditError
from graphbuilder.repair import SetParameter
from graphbuilder.repair_words import clauses_of
from graphbuilder.repairs import Offer, offered, offers, repaired
from graphbuilder.store import Store
from graphbuilder.templates import template
from tests.networks import DIGIT, IMAGE, PIXELS, SCALE, SCORES, TEMPLATES, chain, dense, graph, loss, node, wire
from tests.test_checks import MESSAGES, codes

WINDOW = chain(IMAGE, SCALE, node("c1", "Conv2D", kernel_size=[9, 9]), node("flat", "Flatten"), SCORES, DIGIT)
CHANCES = loss("chances", from_logits=False)
EVEN = loss("even", "is_even")
BINARY = loss("binary", "is_even", "binary_crossentropy")
SAME = "Set padding of Convolution 'c1' to same"


def says(document: Document, code: str) -> list[str]:
    """The words of all that is offered against this fault."""
    report = check(document)
    return [offer.says for found in report.diagnostics if found.code == code for offer in offers(report, found)]


def key_of(document: Document, words: str) -> str:
    """The key of the offer with these words."""
    report = check(document)
    return next(o.key for found in report.diagnostics for o in offers(report, found) if o.says == words)


def test_a_card_and_the_panels_tell_the_repairs_of_a_fault() -> None:
    report = check(WINDOW)
    (found,) = findings(report)
    assert [repair["says"] for repair in found["repairs"]] == [SAME, "Set kernel_size of Convolution 'c1' to 8 × 8"]
    assert set(found) == {"code", "severity", "text", "nodes", "parameter", "unfinished", "repairs"}
    shown = ("code", "severity", "text", "unfinished", "repairs")
    assert cards(level(report, ""))["c1"]["fault"] == {key: found[key] for key in shown}


def test_a_repair_is_worked_once_and_then_there_is_nothing_left_to_mend() -> None:
    key = key_of(WINDOW, SAME)
    mended, words = repaired(WINDOW, key)
    assert (mended.node("c1").params["padding"], words) == ("same", SAME)
    assert check(mended).errors == ()
    with pytest.raises(EditError, match="That fault is gone already"):
        repaired(mended, key)


def test_the_canvas_works_a_repair_and_its_words_are_the_step_of_the_history() -> None:
    key = key_of(WINDOW, SAME)
    ((n, edit),) = numbered({"ops": [{"n": 1, "op": "repair", "key": key}]})
    assert (n, edit.change(WINDOW)) == (1, repaired(WINDOW, key))


def test_the_same_document_and_key_give_the_same_new_nodes() -> None:
    raw = chain(PIXELS, SCORES, DIGIT)
    key = key_of(raw, "Put Rescaling (× 0.0625) behind Input 'pixels'")
    once, again = repaired(raw, key)[0], repaired(raw, key)[0]
    assert once == again
    assert len(once.nodes) == 4


def test_one_undo_takes_a_repair_back(tmp_path: Path) -> None:
    project = Store(tmp_path).create("me", WINDOW)
    repair = numbered({"ops": [{"n": 1, "op": "repair", "key": key_of(WINDOW, SAME)}]})
    after, refused = Store(tmp_path).take("me", project, "page", repair)
    assert (refused, after.undo, after.document == WINDOW) == ([], SAME, False)
    assert Store(tmp_path).undo("me", project).document == WINDOW


def test_a_large_document_is_only_repaired_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.checks.arithmetic.MEMORY_LIMIT", 10**10)
    many = [dense(f"d{n}", 8, activation="relu") for n in range(2_000)]
    ways = [way for n in range(2_000) for way in (("scale", f"d{n}"), (f"d{n}", "sum"))]
    ways += [("pixels", "scale"), ("sum", "scores"), ("scores", "digit")]
    nodes = [PIXELS, SCALE, *many, node("sum", "Add"), dense("scores", 7), DIGIT]
    report = check(graph(nodes, [wire(*way) for way in ways]))
    assert offered(report) == [()]
    assert [offer.says for offer in offers(report, report.diagnostics[0])][:1] == ["Set units of Linear 'scores' to 10"]


def test_no_repair_sets_a_value_and_sets_it_back() -> None:
    assert says(FORKS[0], "E_UNITS_CLASSES")[0] == "Put Linear (2 units) before Loss 'even'"
    assert says(FORKS[4], "E_ACTIVATION_LOGITS") == [
        "Set activation of Linear 'shares' to linear, then set from_logits of Loss 'chances' to yes",
        "Set from_logits of Loss 'digit' to no",
    ]


# What helps


def skip(block: dict[str, Any], kind: str = "Add") -> Document:
    """A block with a way around it."""
    nodes = [IMAGE, SCALE, block, node("sum", kind), node("flat", "Flatten"), SCORES, DIGIT]
    pairs = [("image", "scale"), ("scale", block["id"]), ("scale", "sum"), (block["id"], "sum"), ("sum", "flat")]
    return graph(nodes, [wire(*pair) for pair in [*pairs, ("flat", "scores"), ("scores", "digit")]])


def odd(kind: str) -> Document:
    """An image of 7×7 that comes back from pooling and upsampling with 6×6."""
    odd_sized = node("c1", "Conv2D", filters=4, kernel_size=[2, 2], activation="relu")
    nodes = [IMAGE, SCALE, odd_sized, node("pool", "MaxPooling2D"), node("up", "UpSampling2D"), node("sum", kind)]
    pairs = [*pairwise([one["id"] for one in nodes]), ("c1", "sum")]
    rest = [node("flat", "Flatten"), SCORES, DIGIT]
    pairs += pairwise(["sum", *(one["id"] for one in rest)])
    return graph([*nodes, *rest], [wire(*pair) for pair in pairs])


HELP: dict[str, tuple[Document, str, str]] = {
    "an activation that is an operator, before logits": (
        chain(PIXELS, SCALE, SCORES, node("shares", "Softmax"), DIGIT),
        "E_ACTIVATION_LOGITS",
        "Take out Softmax 'shares'",
    ),
    "an activation that is an operator, inside": (
        chain(PIXELS, SCALE, dense("h", 32, activation="relu"), node("shares", "Softmax"), SCORES, DIGIT),
        "W_SOFTMAX_INSIDE",
        "Put Activation (ReLU) in the place of Softmax 'shares'",
    ),
    "a skip of odd size": (
        odd("Add"),
        "E_SHAPE",
        "Put Zero padding (bottom 1, right 1) between Upsampling 'up' and Add 'sum'",
    ),
    "a concatenation with a skip of odd size": (
        odd("Concatenate"),
        "E_SHAPE",
        "Put Cropping (bottom 1, right 1) between Convolution 'c1' and Concatenate 'sum'",
    ),
    "more cut off than there is": (
        chain(IMAGE, SCALE, node("cut", "Cropping2D", cropping=[6, 6, 0, 0]), node("f", "Flatten"), SCORES, DIGIT),
        "E_SHAPE",
        "Set cropping of Cropping 'cut' to 6 × 1 × 0 × 0",
    ),
    "an image before a loss": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", filters=8, activation="relu"), DIGIT),
        "E_UNITS_CLASSES",
        "Put Flatten and Linear (10 units) before Loss 'digit'",
    ),
    "an image before a loss, pooled": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", filters=8, activation="relu"), DIGIT),
        "E_UNITS_CLASSES",
        "Put Global average pooling and Linear (10 units) before Loss 'digit'",
    ),
    "a forgotten Flatten": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", activation="relu"), SCORES, DIGIT),
        "E_UNITS_CLASSES",
        "Put Flatten before Linear 'scores'",
    ),
    "channels that differ at a skip": (
        skip(node("c1", "Conv2D", filters=8, padding="same")),
        "W_REPEATED_CHANNEL",
        "Put Convolution (8 × 1×1, same) between Rescaling 'scale' and Add 'sum'",
    ),
    "rows that differ at a skip": (
        skip(node("c1", "Conv2D", filters=1)),
        "E_SHAPE",
        SAME,
    ),
    "half the rows at a skip": (
        skip(node("c1", "Conv2D", filters=8, padding="same", strides=[2, 2])),
        "E_SHAPE",
        "Put Convolution (8 × 1×1 /2, same) between Rescaling 'scale' and Add 'sum'",
    ),
    "half the rows at a concatenation": (
        skip(node("p1", "MaxPooling2D"), "Concatenate"),
        "E_SHAPE",
        "Put Upsampling (2×2, nearest) between Max pooling 'p1' and Concatenate 'sum'",
    ),
    "another data set": (
        editing.set_data(template("lenet"), "wine"),
        "E_TARGET",
        "Set target of Loss 'digit' to cultivar",
    ),
    "a field of another data set": (
        editing.set_data(chain(PIXELS, SCALE, dense("scores", 3), DIGIT), "iris"),
        "E_SHAPE",
        "Set field of Input 'pixels' to measurements",
    ),
    "two outputs for two classes": (
        chain(PIXELS, SCALE, dense("scores", 2), loss("l", "is_even", "binary_crossentropy")),
        "E_UNITS_CLASSES",
        "Set loss of Loss 'l' to softmax cross-entropy",
    ),
}


VALID = node("c1", "Conv2D", filters=16, activation="relu")
FLAT = node("flat", "Flatten")
ALONE = [("image", "scale"), ("scale", "flat")]
SHARES = [dense(name, activation="softmax") for name in ("a", "b")]
INCEPTION = [node("a", "Conv2D", kernel_size=[1, 1], padding="same"), node("b", "Conv2D"), node("p", "MaxPooling2D")]
DIABETES = [dense("o", 1), loss("l", "progression", "mean_squared_error")]


def inception() -> Document:
    pairs = [pair for one in INCEPTION for pair in (("scale", one["id"]), (one["id"], "cat"))]
    rest = [node("cat", "Concatenate"), FLAT, SCORES, DIGIT]
    pairs += [("image", "scale"), *pairwise([one["id"] for one in rest])]
    return graph([IMAGE, SCALE, *INCEPTION, *rest], [wire(*pair) for pair in pairs])


def dropped(*pairs: tuple[str, str]) -> Document:
    return graph([IMAGE, SCALE, FLAT, SCORES, DIGIT], [wire(*pair) for pair in (*ALONE, *pairs)])


def summed(*shares: dict[str, Any]) -> Document:
    pairs = [("pixels", "scale"), ("sum", "chances")]
    pairs += [pair for one in shares for pair in (("scale", one["id"]), (one["id"], "sum"))]
    return graph([PIXELS, SCALE, *shares, node("sum", "Add"), CHANCES], [wire(*pair) for pair in pairs])


FIRST: dict[str, tuple[Document, str, str]] = {
    "a forgotten Flatten before two of them": (
        chain(IMAGE, SCALE, VALID, dense("h", 64, activation="relu"), SCORES, DIGIT),
        "E_UNITS_CLASSES",
        "Put Flatten before Linear 'h'",
    ),
    "a skip whose rows and channels differ": (
        skip(VALID),
        "E_SHAPE",
        SAME,
    ),
    "branches of an inception": (
        inception(),
        "E_SHAPE",
        "Set padding of Convolution 'b' and Max pooling 'p' to same, then set strides of Max pooling 'p' to 1 × 1",
    ),
    "a Linear that lies unwired before a Loss": (
        dropped(),
        "E_INPUTS",
        "Wire Flatten 'flat' to Linear 'scores', then wire Linear 'scores' to Loss 'digit'",
    ),
    "a Linear dropped beside a wire": (
        dropped(("flat", "digit")),
        "E_INPUTS",
        "Wire Linear 'scores' in between Flatten 'flat' and Loss 'digit'",
    ),
    "a Loss wired too early": (
        dropped(("flat", "digit"), ("flat", "scores")),
        "E_LOOSE_END",
        "Cut the wire from Flatten 'flat' to Loss 'digit', then wire Linear 'scores' to Loss 'digit'",
    ),
    "no Input before a Linear": (
        chain(SCORES, DIGIT),
        "E_NO_INPUT",
        "Put Input (pixels) before Linear 'scores'",
    ),
    "a reproduction on other data": (
        editing.set_data(template("autoencoder"), "diabetes"),
        "E_TARGET",
        "Set target of Loss 'same image' to measurements",
    ),
    "an architecture that a data set fits": (
        editing.set_data(template("lenet"), ""),
        "E_NO_DATA",
        "Take the data set Handwritten digits: image for Input 'image' and digit for Loss 'digit'",
    ),
    "an architecture that none fits": (
        chain(node("in", "Input", shape=[32, 32, 3]), FLAT, SCORES, node("l", "Loss"), data=""),
        "E_NO_DATA",
        (
            "Take the data set Handwritten digits, then set field of Input 'in' to image, "
            "then set target of Loss 'l' to digit"
        ),
    ),
    "probabilities that are added": (
        summed(*SHARES),
        "E_LAST_ACTIVATION",
        "Set activation of Linear 'a' and Linear 'b' to linear, then put Activation (Softmax) before Loss 'chances'",
    ),
    "an image to be reproduced": (
        chain(PIXELS, SCALE, dense("h", 64), loss("l", "image", "mean_squared_error")),
        "E_OUTPUT_SHAPE",
        "Put Reshape (to 8 × 8 × 1) before Loss 'l'",
    ),
    "softmax before the last of all": (
        chain(PIXELS, SCALE, dense("out", activation="softmax"), node("r", "Rescaling", scale=2.0), DIGIT),
        "E_ACTIVATION_LOGITS",
        "Set activation of Linear 'out' to linear",
    ),
    "softmax over one logit": (
        chain(PIXELS, SCALE, dense("out", 1, activation="softmax"), BINARY),
        "E_SOFTMAX_ONE",
        "Set activation of Linear 'out' to linear",
    ),
}


@pytest.mark.parametrize("name", FIRST)
def test_what_a_teacher_would_say_is_offered_first(name: str) -> None:
    document, code, words = FIRST[name]
    assert says(document, code)[0] == words


def test_a_loose_output_is_offered_no_second_loss_first() -> None:
    document = graph(
        [PIXELS, SCALE, SCORES, DIGIT, dense("h", 8)],
        [wire(*pair) for pair in [("pixels", "scale"), ("scale", "scores"), ("scores", "digit"), ("scale", "h")]],
    )
    assert says(document, "E_LOOSE_END")[0] == "Take out Linear 'h'"


def test_a_target_is_no_input() -> None:
    assert says(chain(*DIABETES, data="diabetes"), "E_NO_INPUT") == ["Put Input (measurements) before Linear 'o'"]


def test_measurements_are_made_no_image() -> None:
    document = editing.set_data(template("lenet"), "iris")
    document = editing.set_parameter(document, "n1", "field", "measurements")
    (found,) = [found for found in check(document).diagnostics if found.code == "E_SHAPE"]
    assert "This data set has no images" in found.text
    assert offers(check(document), found) == ()


def test_a_new_node_gets_its_parameters_at_once() -> None:
    document = chain(PIXELS, SCALE, dense("s", 7, activation="softmax"), CHANCES)
    assert "Put Linear (10 units, Softmax) before Loss 'chances'" in says(document, "E_UNITS_CLASSES")


@pytest.mark.parametrize("name", HELP)
def test_what_helps_is_offered(name: str) -> None:
    document, code, words = HELP[name]
    assert words in says(document, code)


def test_new_cards_lie_on_no_other_and_push_those_behind_them_on() -> None:
    document = chain(PIXELS, SCORES, DIGIT)
    at = {"pixels": (0.0, 0.0), "scores": (340.0, 0.0), "digit": (680.0, 0.0)}
    mended = repaired(editing.move(document, at), key_of(document, "Put Rescaling (× 0.0625) behind Input 'pixels'"))[0]
    assert {n.kind: n.position for n in mended.nodes} == {
        "Input": (0, 0), "Rescaling": (340, 0), "Dense": (600, 0), "Loss": (940, 0),
    }  # fmt: skip


def test_a_new_card_stands_in_line_with_those_that_it_comes_between() -> None:
    document = editing.move(chain(PIXELS, SCORES, DIGIT), {"pixels": (0.0, 190.0), "scores": (520.0, 190.0)})
    assert places.between(document, "pixels", "scores").at == (260.0, 190.0)


def test_a_new_card_before_one_that_begins_a_row_begins_it_instead() -> None:
    document = chain(PIXELS, SCALE, SCORES, DIGIT)
    rows = {"pixels": (0.0, 0.0), "scale": (260.0, 0.0), "scores": (0.0, 200.0), "digit": (260.0, 200.0)}
    made = places.between(editing.move(document, rows), "scale", "scores")
    assert made == places.Made((0.0, 200.0), {"scores": (260.0, 200.0), "digit": (520.0, 200.0)})


def test_a_card_on_a_way_round_others_is_put_beside_them() -> None:
    document = skip(node("c1", "Conv2D", filters=8, padding="same"))
    row = {one.id: (340.0 * place, 0.0) for place, one in enumerate(document.nodes)}
    document = editing.move(document, row)
    words = "Put Convolution (8 × 1×1, same) between Rescaling 'scale' and Add 'sum'"
    mended = repaired(document, key_of(document, words))[0]
    assert {n.id: n.position for n in mended.nodes if n.id in row} == row
    (new,) = (n.position for n in mended.nodes if n.id not in row)
    assert 340 < new[0] < 1020 and abs(new[1]) >= places.CARD[1]


# Whatever is drawn


def forked(before: list[dict[str, Any]], *branches: list[dict[str, Any]]) -> Document:
    """A chain that goes on in several."""
    whole = [[before[-1], *branch] for branch in branches]
    pairs = [pair for one in [before, *whole] for pair in pairwise([each["id"] for each in one])]
    return graph([*before, *(each for branch in branches for each in branch)], [wire(*pair) for pair in pairs])


def after(last: dict[str, Any], *branches: list[dict[str, Any]]) -> Document:
    return forked([PIXELS, SCALE, last], *branches)


FORKS = [
    after(SCORES, [DIGIT], [EVEN]),
    after(SCORES, [DIGIT], [CHANCES]),
    after(dense("one", 1), [DIGIT], [BINARY]),
    after(dense("shares", activation="softmax"), [CHANCES], [dense("b", 2), EVEN]),
    after(dense("shares", activation="softmax"), [CHANCES], [DIGIT]),
    forked([IMAGE, SCALE], [node("c", "Conv2D"), node("f", "Flatten"), SCORES, DIGIT], [dense("b", 2), EVEN]),
]
"""Values that go several ways."""
NETWORKS = [*(template(name) for name in TEMPLATES), *FORKS]
NUMBERS = [0, 1, 2, 7, 64, 10**9, -1, 0.5, True, False, [1, 1], [3, 3], [9, 9], [8, 8, 1], [-1], {"l2": -1.0}]
WORDS = ["relu", "softmax", "linear", "same", "", "no", "image", "pixels", "digit", "point"]
VALUES = st.sampled_from([*NUMBERS, *WORDS])


@st.composite
def broken(draw: st.DrawFn) -> Document:
    """A template after a few edits of somebody who does not look."""
    document = draw(st.sampled_from(NETWORKS))
    for number in range(draw(st.integers(0, 4))):
        with suppress(ValueError):
            document = edited(draw, document, f"new{number}")
    return document


def edited(draw: st.DrawFn, document: Document, fresh: str) -> Document:
    one, other = (draw(st.sampled_from([*(n.id for n in document.nodes), "gone"])) for _ in range(2))
    kind, wires = draw(st.sampled_from([*OPERATORS])), document.wires
    ways = ["delete", "heal", "add", "connect", "replace", "data", "set", *["cut", "double"] * bool(wires)]
    match draw(st.sampled_from([*ways, *["parameter"] * 4])):
        case "delete" | "heal" as how:
            return editing.delete(document, [one], heal=how == "heal")
        case "add":
            return editing.add(document, fresh, kind, (0.0, 300.0))
        case "connect":
            return editing.connect(document, Wire(source=one, target=other))
        case "replace":
            return editing.replace(document, one, kind)
        case "data":
            return editing.set_data(document, draw(st.sampled_from([*SOURCES])))
        case "set":
            document = editing.set_training(document, "batch_size", draw(st.sampled_from([0, 1, 10**6])))
            return editing.set_split(document, "test", draw(st.sampled_from([0.0, 0.5, 0.85])))
        case "cut":
            return editing.disconnect(document, [draw(st.sampled_from(wires))])
        case "double":  # past what `connect` refuses: a file may hold it
            wire = draw(st.sampled_from(wires)).model_copy(update={"source": one})
            return read_document(write_document(document.model_copy(update={"wires": (*wires, wire)})))
    declared = OPERATORS.get(next((n.kind for n in document.nodes if n.id == one), ""))
    name = draw(st.sampled_from([*(declared.parameters if declared else ()), "none"]))
    return editing.set_parameter(document, one, name, draw(VALUES))


def told_in(report: Report) -> Counter[Any]:
    return Counter(map(identity, report.diagnostics))


def identity(found: Diagnostic) -> tuple[object, ...]:
    """A diagnostic as it is counted: where a document has but one of a code, whatever nodes it marks."""
    whole = ("E_NO_INPUT", "E_NO_DATA", "E_NOTHING_TO_LEARN")
    return found.code, () if found.code in whole else found.nodes, found.parameter


@given(broken())
@settings(max_examples=150)
def test_every_offer_mends_its_fault_by_one_edit_and_brings_no_other(document: Document) -> None:
    report = check(document)
    for found in report.diagnostics[:6]:
        for offer in offers(report, found):
            mended, words = repaired(document, offer.key)
            after = check(mended)
            gone, come = told_in(report) - told_in(after), told_in(after) - told_in(report)
            assert words == offer.says
            assert mended != document
            assert identity(found) in gone, (found.text, offer)
            assert not [code for code, *_ in come if code.startswith("E_")], (found.text, offer, come)
            assert read_document(write_document(mended)) == mended
            assert_readable(offer, document, mended)


def assert_readable(offer: Offer, document: Document, mended: Document) -> None:
    """Words, and nothing that only programs know."""
    assert offer.says and offer.says[0].isupper()
    assert "None" not in offer.says and "**" not in offer.says and "`" not in offer.says
    fresh = {one.id for one in mended.nodes} - {one.id for one in document.nodes}
    assert not any(id in offer.says for id in fresh) and offer.key not in offer.says


@given(broken())
@settings(max_examples=60)
def test_new_cards_of_a_repair_lie_on_no_other(document: Document) -> None:
    report = check(document)
    for found in report.diagnostics[:4]:
        for offer in offers(report, found):
            mended = repaired(document, offer.key)[0]
            assert touching(mended) <= touching(document)


def touching(document: Document) -> int:
    """Pairs of cards that lie on each other."""
    at = [one.position for one in document.nodes]
    near = [(a, b) for n, a in enumerate(at) for b in at[:n]]
    return sum(abs(a[0] - b[0]) < places.CARD[0] and abs(a[1] - b[1]) < places.CARD[1] for a, b in near)


def test_a_parameter_of_the_same_name_and_another_kind_stays_as_it_is() -> None:
    """The padding of zeros on a branch is four numbers, that of a convolution a word."""
    nodes = [IMAGE, node("edge", "ZeroPadding2D"), node("c", "Conv2D", filters=1), node("sum", "Add")]
    ways = [("image", "edge"), ("image", "c"), ("edge", "sum"), ("c", "sum")]
    unequal = graph(nodes, [wire(*pair) for pair in ways])
    first, *_ = says(unequal, "E_SHAPE")
    edge = "put Zero padding (1 at each edge) between Convolution 'c' and Add 'sum'"
    assert first == f"Set padding of Convolution 'c' to same, then {edge}"


def test_for_every_code_a_repair_is_offered_or_its_check_says_why_not() -> None:
    sources = [path.read_text("utf-8") for path in Path(graphbuilder.__file__).parent.glob("**/*.py")]
    without = {code for text in sources for code in re.findall(r"No repair of ([EW]_[A-Z_]+):", text)}
    helped = {
        found.code
        for document, _ in MESSAGES.values()
        for report in [check(document)]
        for found in report.diagnostics
        if offers(report, found)
    }
    assert codes() - helped == without


def test_diagnostics_of_the_command_line_are_json() -> None:
    from graphbuilder.terminal import report_as_json

    (found,) = json.loads(json.dumps(report_as_json(check(WINDOW))))["diagnostics"]
    assert found["unfinished"] is False
    assert [sorted(repair) for repair in found["repairs"]] == [["key", "says"], ["key", "says"]]


@pytest.mark.parametrize("kind", [kind for kind, one in OPERATORS.items() if one.inputs])
def test_an_operator_that_stands_alone_is_offered_what_it_can_read(kind: str) -> None:
    document = graph([node("one", kind)], [])
    assert all(offer.says for fault in offered(check(document)) for offer in fault)


def in_blocks(repeat: int = 1) -> Document:
    """An image that a Linear in a block in a block takes for a row of values, and another use of the outer one."""
    nodes = [node("i", "Input", shape=[32, 32, 1]), node("c", "Conv2D", filters=0), node("d", "Conv2D")]
    document = graph(nodes, [wire("i", "c"), wire("c", "d")], data="")
    document = grouping.group(document, ["c", "d"], "outer", "u", "Outer")
    document = grouping.inside(document, "outer", lambda view: grouping.group(view, ["c"], "inner", "w", "Inner"))
    return editing.set_parameter(document, "u", "repeat", repeat)


@pytest.mark.parametrize("repeat", [1, 3])
def test_a_fault_in_a_block_is_mended_there_for_every_time(repeat: int) -> None:
    document = in_blocks(repeat)
    found = next(found for found in findings(check(document)) if found["code"] == "E_BOUNDS")
    assert [found["nodes"], found["repairs"][0]["says"]] == [
        ["u/w/c"],
        "Set filters of Convolution 'c' in Inner to 1",
    ]
    mended, words = repaired(document, found["repairs"][0]["key"])
    assert words == found["repairs"][0]["says"]
    assert "E_BOUNDS" not in {one.code for one in check(mended).diagnostics}
    assert next(block for block in mended.blocks if block.id == "inner").nodes[0].params["filters"] == 1


def test_a_node_is_put_in_where_the_fault_is_drawn_and_the_offer_says_how_many_uses_change() -> None:
    nodes = [node("i", "Input", shape=[8, 8, 1]), node("c", "Conv2D"), node("d", "Dense")]
    document = graph(nodes, [wire("i", "c"), wire("c", "d")], data="")
    document = grouping.group(document, ["c", "d"], "b", "u", "Part")
    document = grouping.use(document, "v", "b", (0, 900))
    document = editing.connect(document, Wire(source="i", target="v", target_port="in"))
    offers = [repair for found in findings(check(document)) for repair in found["repairs"] if "u/d" in found["nodes"]]
    flatten = next(offer for offer in offers if "Flatten" in offer["says"])
    assert flatten["says"] == "Put Flatten before Linear 'd' in Part (at all 2 uses)"
    mended, _ = repaired(document, flatten["key"])
    (block,) = mended.blocks
    assert sorted(one.kind for one in block.nodes) == ["BlockInput", "BlockOutput", "Conv2D", "Dense", "Flatten"]


def test_what_shares_in_a_block_with_nobody_is_given_a_layer_of_its_own_there() -> None:
    document = grouping.group(graph([node("i", "Input", shape=[4]), node("d", "Dense")], [wire("i", "d")], data=""),
                              ["d"], "b", "u", "Part")  # fmt: skip
    (block,) = document.blocks
    nodes = tuple(one.model_copy(update={"shares": "gone"}) if one.id == "d" else one for one in block.nodes)
    document = document.model_copy(update={"blocks": (block.model_copy(update={"nodes": nodes}),)})
    (found,) = [found for found in findings(check(document)) if found["code"] == "E_SHARED"]
    mended, words = repaired(document, found["repairs"][0]["key"])
    assert (found["nodes"], words) == (["u/d"], "Give Linear 'd' in Part a layer of its own")
    assert not check(mended).errors


def test_repairs_are_tried_only_for_faults_that_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    original = repairs._tried

    def noted(report: Report, found: Diagnostic, budget: repairs._Budget) -> tuple[Offer, ...]:
        tried.append(found.code)
        return original(report, found, budget)

    monkeypatch.setattr(repairs, "_tried", noted)
    report = check(WINDOW.model_copy(update={"data": WINDOW.data.model_copy(update={"name": ""})}))
    needs = [found.code for found in report.needs]
    assert needs
    cards(level(report, ""))
    training_form(report)
    assert not {*needs} & {*tried}
    findings(report)
    findings(report)
    assert sorted(tried) == sorted(found.code for found in report.diagnostics)


def test_what_one_parameter_of_several_nodes_becomes_is_one_clause() -> None:
    sizes = {"n8": 64, "n9": 64, "n3": 32}
    changes = [SetParameter("units", value, id) for id, value in sizes.items()]
    (told,) = clauses_of(template("lenet"), changes)
    assert told == "set units of Linear 'f5' and Linear 'scores' to 64, of Convolution 'c1' to 32"


def test_parameters_that_change_together_are_said_together() -> None:
    nodes = (
        node("image", "Input", field="image"),
        node("zoom", "RandomZoom"),
        node("move", "RandomTranslation"),
        node("pool", "MaxPooling2D"),
    )
    document = chain(*nodes)
    factors = [SetParameter("height_factor", 0.1, "zoom"), SetParameter("height_factor", 0.1, "move")]
    factors.append(SetParameter("width_factor", 0.1, "move"))
    sizes = [SetParameter(name, [2, 2], "pool") for name in ("pool_size", "strides")]
    unlike = [SetParameter("pool_size", [3, 3], "pool"), SetParameter("strides", [2, 2], "pool")]
    assert [*clauses_of(document, factors)] == [
        "set the factors of Random zoom 'zoom' and Random translation 'move' to 0.1"
    ]
    assert [*clauses_of(document, sizes)] == ["set pool_size and strides of Max pooling 'pool' to 2 × 2"]
    assert [*clauses_of(document, unlike)] == ["set pool_size of Max pooling 'pool' to 3 × 3 and its strides to 2 × 2"]
