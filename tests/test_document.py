"""The file format: what is read, what is refused and where, and that nothing is lost between the two."""

import copy
import json
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder import document_file
from graphbuilder.document import MAX_NODES, VERSION, Document, as_json
from graphbuilder.document_file import MAX_BYTES, read_document, write_document
from graphbuilder.problems import PROBLEMS, DocumentError
from graphbuilder.schema import schema
from graphbuilder.templates import template
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, TEMPLATES, chain, graph, node, raw, template_text, wire
from tests.spending import as_there

NUMBERS = st.integers(-(10**40), 10**40) | st.floats()
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=90)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)
VALIDATOR = jsonschema.Draft202012Validator(schema())


def problems(told: object) -> list[tuple[str, str, str]]:
    """What is wrong with this text, or with this value written as JSON."""
    text = told if isinstance(told, str | bytes) else json.dumps(told)
    with pytest.raises(DocumentError) as refused:
        read_document(text)
    return [(p.code, p.pointer, p.message) for p in refused.value.problems]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def points_somewhere(value: Any, pointer: str) -> bool:
    """The pointer resolves, or all of it but a last key or element that is missing does."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for number, step in enumerate(steps):
        if isinstance(value, dict) and step not in value:
            return number == len(steps) - 1
        if isinstance(value, list) and not (step.isdigit() and int(step) < len(value)):
            return step.isdigit() and number == len(steps) - 1
        if not isinstance(value, dict | list):
            return False
        value = value[step] if isinstance(value, dict) else value[int(step)]
    return True


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A template with a few of its places replaced, taken out, or added to."""
    value = {"": copy.deepcopy(json.loads(template_text(draw(st.sampled_from(TEMPLATES)))))}
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(value[""], ("",))))
        holder: Any = value
        for step in place[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "delete", "insert"])):
            case "delete" if place[-1] != "":
                del holder[place[-1]]
            case "insert" if isinstance(holder[place[-1]], dict):
                holder[place[-1]][draw(st.text(max_size=9) | st.sampled_from(["source", "__proto__", "id"]))] = draw(
                    VALUES
                )
            case "insert" if isinstance(holder[place[-1]], list):
                holder[place[-1]].append(draw(VALUES))
            case _:
                holder[place[-1]] = draw(VALUES)
    return value[""]


@given(st.binary(max_size=400) | st.text(max_size=400))
@settings(max_examples=500, deadline=1000)
def test_G1_random_bytes_are_refused_in_words(text: bytes | str) -> None:
    assert all(code in ("E_FORMAT", "E_VERSION", "E_FOREIGN") for code, _, _ in problems(text))


@given(mutated())
@settings(max_examples=1000, deadline=1000)
def test_G1_a_mutated_template_is_read_or_refused_at_a_place_that_is_there(value: Any) -> None:
    try:
        text = json.dumps(value)
        document = read_document(text)
    except DocumentError as refused:
        told = json.loads(text)
        assert [
            p for p in refused.problems if not points_somewhere(told, p.pointer) or not p.message.endswith(".")
        ] == []
    else:
        assert read_document(write_document(document)) == document


@given(mutated())
@settings(max_examples=300, deadline=None)
def test_the_published_schema_takes_what_the_reader_takes(value: Any) -> None:
    try:
        document = read_document(json.dumps(value))
    except DocumentError:
        return
    VALIDATOR.validate(value)
    VALIDATOR.validate(json.loads(write_document(document)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_published_schema_takes_every_template(name: str) -> None:
    VALIDATOR.validate(json.loads(template_text(name)))


@pytest.mark.parametrize(
    ("name", "option"),
    [("a word for a number", {"units": "many"}), ("another key", {"unit": 3}), ("a list", {"activation": []})],
)
def test_the_published_schema_refuses(name: str, option: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(raw([node("d", "Dense", **option)], []))


def test_G1_the_size_is_looked_at_before_anything_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_file, "_parse", lambda text: pytest.fail("parsed"))
    came = MAX_BYTES + 1
    assert problems(b" " * came) == [
        ("E_TOO_BIG", "", f"may be at most 20,000,000 bytes long; this one has {came:,}."),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value in line 1, column 1."),
        ("[1]", "must hold a JSON object; received a list."),
        (b"\xff\xfe\x00", "is not UTF-8 text: byte 1 cannot be read."),
        ("[" * 100_000, "is nested too deeply to be a document."),
        ('{"version": 1, "version": 1}', "names 'version' twice in one object."),
        ('{"version": NaN}', "holds NaN, which is no JSON number."),
        (json.dumps({f"k{n}": 0 for n in range(1001)}), "has an object of 1,001 keys, and 1,000 are allowed."),
        ('{"version": 1, "name": "\\ud800"}', "holds half of a character (a lone surrogate), which is no text."),
    ],
)
def test_G1_a_file_that_is_no_document_is_refused_as_a_whole(text: str | bytes, message: str) -> None:
    assert problems(text) == [("E_FORMAT", "", message)]


@pytest.mark.parametrize("depth", [9, 10, 100, 250, 300, *range(850, 1010, 5), 2000])
@pytest.mark.parametrize("kind", ["Dense", "Quantum"])
def test_G1_deep_nesting_is_refused_wherever_it_stands(depth: int, kind: str) -> None:
    deep = "[" * depth + "]" * depth
    text = f'{{"version": 1, "nodes": [{{"id": "n", "kind": "{kind}", "params": {{"units": {deep}}}}}]}}'
    assert [code for code, _, _ in problems(text)] == ["E_FORMAT"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1e999", "holds a number that is too large for a computer."),
        ("[" + ",".join(["0"] * 10**6) + "]", "holds more than 200 values, or is nested more than 8 deep."),
    ],
)
def test_G1_what_no_parameter_is_is_refused_of_an_unknown_operator_too(value: str, message: str) -> None:
    told = problems(f'{{"version": 1, "nodes": [{{"id": "n", "kind": "Quantum", "params": {{"p": {value}}}}}]}}')
    assert told == [("E_FORMAT", "/nodes/0/params", message)]


def test_G1_an_argument_of_keras_that_is_none_here_is_refused_with_what_to_do() -> None:
    told = raw([node("a", "MaxPooling3D", data_format="channels_first")], [])
    why = "channels are the last axis throughout; leave it out, and put a Permute where they come first"
    assert problems(told) == [("E_FORMAT", "/nodes/0/params/data_format", f"is no parameter here: {why}.")]


def test_G1_every_problem_is_told_at_once() -> None:
    told = raw([node("a", "Dense", units="x", unit=1), node("b", "Dense", kernel_size=[1])], [wire("a", "c")])
    assert problems(told) == [
        ("E_FORMAT", "/nodes/0/params/units", "must be a whole number of at most 1e+12; received 'x'."),
        (
            "E_FORMAT",
            "/nodes/0/params/unit",
            (
                "is no parameter here; there are: units, activation, use_bias, kernel_initializer, bias_initializer, "
                "kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint, activity_regularizer."
            ),
        ),
        (
            "E_FORMAT",
            "/nodes/1/params/kernel_size",
            (
                "is no parameter here; there are: units, activation, use_bias, kernel_initializer, bias_initializer, "
                "kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint, activity_regularizer."
            ),
        ),
        ("E_GRAPH", "/wires/0/to", "names the node 'c', which is not there."),
    ]


@pytest.mark.parametrize(
    ("nodes", "wires", "problem"),
    [
        (
            [PIXELS, PIXELS],
            [],
            ("/nodes/1/id", "is 'pixels', the id of node 0 too; every node needs its own."),
        ),
        ([SCORES], [wire("gone", "scores")], ("/wires/0/from", "names the node 'gone', which is not there.")),
        ([PIXELS], [wire("pixels", "gone")], ("/wires/0/to", "names the node 'gone', which is not there.")),
        (
            [PIXELS, SCORES],
            [wire("pixels", "scores")] * 2,
            ("/wires/1", 'stands twice; one wire is enough, or "again": 1 makes it a second one.'),
        ),
        (
            [PIXELS, SCORES],
            [{**wire("pixels", "scores"), "to_port": "side"}],
            ("/wires/0/to_port", "names the port 'side', which Linear 'scores' does not have."),
        ),
        (
            [SCORES, DIGIT],
            [wire("digit", "scores")],
            ("/wires/0/from_port", "names the port 'out', which Loss 'digit' does not have."),
        ),
    ],
)  # fmt: skip
def test_G2_a_graph_that_is_none_is_refused(nodes: Any, wires: Any, problem: tuple[str, str]) -> None:
    assert problems(raw(nodes, wires)) == [("E_GRAPH", *problem)]


def test_G2_circles_and_self_loops_are_read() -> None:
    document = graph([SCALE, SCORES], [wire("scale", "scores"), wire("scores", "scale"), wire("scores", "scores")])
    assert len(document.wires) == 3


def test_G3_too_many_nodes_are_refused_with_their_count() -> None:
    nodes = [{"id": f"n{n}", "kind": "Flatten"} for n in range(100_000)]
    began = time.process_time()
    told = problems(raw(nodes, []))
    assert told == [("E_TOO_BIG", "/nodes", "may list at most 20,000 nodes; this file has 100,000.")]
    assert as_there(time.process_time() - began, 1) <= 1


def test_G3_a_file_of_too_many_values_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    node = '{"id":"n%d","kind":"X","params":{"a":[' + ",".join(["[1]"] * 98) + "]}}"
    text = '{"version":1,"nodes":[' + ",".join(node % n for n in range(20_000)) + "]}"
    monkeypatch.setattr("graphbuilder.document_file.json.loads", None)
    told = problems(text)
    assert told == [("E_TOO_BIG", "", "may hold at most 2,500,000 values; this one has 4,020,002.")]


def test_G3_too_many_wires_are_refused_with_their_count() -> None:
    told = problems('{"version": 1, "wires": [' + ",".join(["0"] * 2_000_000) + "]}")
    assert told == [("E_TOO_BIG", "/wires", "may list at most 60,000 wires; this file has 2,000,000.")]


def test_G3_as_many_nodes_as_allowed_are_read() -> None:
    assert MAX_NODES >= 5_000
    assert len(graph([{"id": f"n{n}", "kind": "Flatten"} for n in range(MAX_NODES)], []).nodes) == MAX_NODES


@pytest.mark.parametrize("key", ["__proto__", "constructor", "selection", "__class__", "os.system('id')", "source"])
@pytest.mark.parametrize("place", [(), ("nodes", 0), ("nodes", 0, "params"), ("wires", 0), ("data",), ("training",)])
def test_G4_an_unknown_key_is_refused_where_it_stands(key: str, place: tuple[Any, ...]) -> None:
    told: Any = json.loads(template_text("lenet"))
    holder = told
    for step in place:
        holder = holder[step]
    holder[key] = "n1"
    ((code, pointer, _),) = problems(told)
    assert (code, pointer) == ("E_FORMAT", "".join(f"/{step}" for step in (*place, key)))


@pytest.mark.parametrize("version", [0, VERSION + 1, 99, -1])
def test_G5_another_version_is_refused_with_both_versions(version: int) -> None:
    ((code, pointer, text),) = problems({"version": version, "something": "else"})
    assert (code, pointer) == ("E_VERSION", "/version")
    assert text.startswith(f"is {version}, and this program reads version {VERSION}. Use the program that wrote")


@pytest.mark.parametrize("version", [True, "1", None, 1.5, []])
def test_G5_a_version_that_is_none_is_refused(version: object) -> None:
    assert [(code, pointer) for code, pointer, _ in problems({"version": version})] == [("E_FORMAT", "/version")]


def test_G5_a_file_of_version_1_reads_for_ever(golden_documents: Any) -> None:
    text = (golden_documents / "v1.json").read_text("utf-8")
    document = read_document(text)
    assert write_document(document) == text
    assert [n.kind for n in document.nodes][-1] == "Quantum"


@pytest.mark.parametrize("character", ["\n", "\r", "\0", "\t", "\x1b", "\x85", "\u2028", "\u2029", "\uffff"])
def test_G6_a_control_character_in_a_label_is_refused(character: str) -> None:
    told = raw([{"id": "n", "kind": "Flatten", "label": f"ab{character}"}], [])
    message = f"has the character U+{ord(character):04X} at place 3, which no name may have."
    assert problems(told) == [("E_FORMAT", "/nodes/0/label", message)]


@pytest.mark.parametrize(("kind", "parameter"), [("Dense", "activation"), ("Input", "field"), ("Conv2D", "padding")])
def test_G6_a_control_character_in_a_parameter_is_refused(kind: str, parameter: str) -> None:
    told = raw([{"id": "n", "kind": kind, "label": "x", "params": {parameter: "a\x01"}}], [])
    (problem,) = problems(told)
    assert problem[1:] == (
        f"/nodes/0/params/{parameter}",
        "has the character U+0001 at place 2, which no name may have.",
    )


@pytest.mark.parametrize("label", ["\u202eesrever", "🦊" * 80, "a\u200bb", "ﬁlter", "'; DROP TABLE", "", "x" * 80])
def test_G6_any_line_of_text_is_kept_as_a_label(label: str) -> None:
    document = read_document(json.dumps(raw([{"id": "n", "kind": "Flatten", "label": label}], [])))
    assert read_document(write_document(document)).nodes[0].label == label


def test_G6_a_label_of_more_than_80_characters_is_refused() -> None:
    told = raw([{"id": "n", "kind": "Flatten", "label": "x" * 10_000}], [])
    message = "may have at most 80 characters; received 10000."
    assert problems(told) == [("E_FORMAT", "/nodes/0/label", message)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_G10_export_then_import_gives_the_same_bytes(name: str) -> None:
    text = template_text(name)
    assert write_document(read_document(text)) == text


@given(st.sampled_from(TEMPLATES), st.randoms(), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=80))
@settings(max_examples=100, deadline=None)
def test_G10_canonical_text_does_not_depend_on_how_the_file_was_written(name: str, random: Any, title: str) -> None:
    told = {**json.loads(template_text(name)), "name": title}
    shuffled = {key: told[key] for key in random.sample(list(told), len(told))}
    ascii_only, spread = json.dumps(told), json.dumps(shuffled, indent=3, ensure_ascii=False)
    assert write_document(read_document(ascii_only)) == write_document(read_document(spread))


def test_defaults_are_written_out() -> None:
    document = read_document('{"version": 1, "nodes": [{"id": "d", "kind": "Dense", "params": {}}]}')
    assert json.loads(write_document(document))["nodes"][0]["params"]["units"] == 64


def test_the_defaults_of_an_optimizer_are_its_own() -> None:
    document = read_document('{"version": 1, "training": {"optimizer": "SGD"}}')
    assert dict(document.training.options) == {"learning_rate": 0.01, "weight_decay": 0.0}
    assert as_json(document)["training"]["options"] == {"learning_rate": 0.01}


def test_an_unknown_operator_is_kept_as_it_is() -> None:
    document = chain(PIXELS, node("q", "Quantum", spin=[0.5, {"up": True}], name=None), DIGIT)
    assert dict(document.node("q").params) == {"spin": [0.5, {"up": True}], "name": None}
    assert read_document(write_document(document)) == document


def test_wires_into_one_port_keep_their_order() -> None:
    nodes = [PIXELS, SCALE, node("both", "Concatenate")]
    there = graph(nodes, [wire("scale", "both"), wire("pixels", "both"), wire("pixels", "scale")])
    back = graph(nodes, [wire("pixels", "both"), wire("pixels", "scale"), wire("scale", "both")])
    assert [w.source for w in there.wires] == ["pixels", "scale", "pixels"]
    assert [w.source for w in back.wires] == ["pixels", "pixels", "scale"]


def test_a_document_is_frozen() -> None:
    document = template("lenet")
    with pytest.raises(TypeError):
        document.nodes[0].params["field"] = "other"  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        document.name = "other"  # type: ignore[misc]


def test_an_empty_document_can_be_written_and_read() -> None:
    assert read_document(write_document(Document())) == Document()


def test_every_problem_has_its_sentence_and_no_sentence_is_left_over() -> None:
    text = Path(document_file.__file__).read_text("utf-8")
    assert {*re.findall(r'(?:_refuse|Problem)\("([^"]+)"', text)} == set(PROBLEMS)


def test_settings_that_came_later_stand_in_no_file_that_does_not_use_them() -> None:
    told = as_json(read_document('{"version": 1}'))["training"]
    assert [*told["settings"]] == ["batch_size", "epochs", "seed", "patience", "min_delta"]
    assert "weight_decay" not in told["options"]
    used = {
        "batch_size": None,
        "schedule": {"name": "cosine", "warmup": 2.0, "over": None, "end": 0.0},
        "monitor": "loss",
    }
    document = read_document(json.dumps({"version": 1, "training": {"settings": used}}))
    settings = as_json(document)["training"]["settings"]
    assert {name: settings[name] for name in used} == used
    assert read_document(write_document(document)) == document
