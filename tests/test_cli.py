"""The command line, without Keras."""

import json
import zipfile
from functools import reduce
from pathlib import Path
from typing import Any

import pydot
import pytest
from click.testing import CliRunner, Result

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.cli import _with_setting, main
from graphbuilder.codegen import to_python
from graphbuilder.datasets import SOURCES
from graphbuilder.document_file import write_document
from graphbuilder.operators import OPERATORS
from graphbuilder.plan import plan
from graphbuilder.schema import schema
from graphbuilder.templates import assets, template
from tests.networks import PIXELS, TEMPLATES, chain, node, vgg16

LENET = assets() / "templates" / "lenet.json"


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "faulty.json"
    file.write_text(write_document(editing.set_parameter(template("lenet"), "n9", "units", 7)), "utf-8")
    return file


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_checks_with_status_0(name: str) -> None:
    told = call("check", assets() / "templates" / f"{name}.json")
    assert told.exit_code == 0
    assert "No faults." in told.stdout


def test_a_check_as_json_tells_every_node_and_the_totals() -> None:
    told = json.loads(call("check", LENET, "--json").stdout)
    assert (told["ok"], told["parameters"], told["diagnostics"]) == (True, 16486, [])
    assert told["nodes"][2] == {
        "id": "n3", "kind": "Conv2D", "label": "c1", "layer": "c1", "shape": [8, 8, 16],
        "parameters": 160, "multiply_adds": 9216, "memory": 4096,
    }  # fmt: skip


def test_much_that_is_told_is_written_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.terminal.Table", None)  # drawn tables and lines take half a millisecond each
    file = tmp_path / "large.json"
    nodes = [PIXELS, *(node(f"n{n}", "Dense", units=0) for n in range(600))]
    file.write_text(write_document(chain(*nodes)), "utf-8")
    lines = call("check", file).output.splitlines()
    assert lines[1:4] == [
        " operator  label   layer   output  parameters  mult-adds",
        " Input     pixels  pixels  64      0           0",
        " Dense     n0      n0      –       –           –",
    ]
    assert "error Linear 'n599': units must be at least 1; received 0. E_BOUNDS" in lines


def test_a_network_with_faults_ends_with_status_1(faulty: Path, tmp_path: Path) -> None:
    assert call("check", faulty).exit_code == 1
    told = call("check", faulty, "--json")
    assert told.exit_code == 1
    assert [found["code"] for found in json.loads(told.stdout)["diagnostics"]] == ["E_UNITS_CLASSES"]
    archive = ("export", faulty, "--to", "zip", "--out", tmp_path / "x.zip")
    for command in (("train", faulty), ("export", faulty, "--to", "python", "--out", tmp_path / "x.py"), archive):
        refused = call(*command)
        assert refused.exit_code == 1
        assert "softmax cross-entropy needs 10 units" in " ".join(refused.stderr.split())
    assert not (tmp_path / "x.py").exists()


@pytest.fixture
def vgg16_file(tmp_path: Path) -> Path:
    file = tmp_path / "vgg16.json"
    file.write_text(write_document(vgg16()), "utf-8")
    return file


def test_a_network_without_data_and_loss_has_no_faults_and_is_told_what_training_needs(vgg16_file: Path) -> None:
    told = call("check", vgg16_file)
    assert told.exit_code == 0
    assert "138,357,544 parameters" in told.stdout
    assert told.stdout.splitlines()[-1] == "No faults as an architecture. Training needs: a Loss and data."
    told = json.loads(call("check", vgg16_file, "--json").stdout)
    found = [(one["code"], one["severity"]) for one in told["diagnostics"]]
    assert (told["ok"], told["trainable"], found) == (True, False, [("E_NO_LOSS", "need"), ("E_NO_DATA", "need")])


def test_a_network_without_data_and_loss_is_not_trained(vgg16_file: Path, tmp_path: Path) -> None:
    told = call("train", vgg16_file, "--home", tmp_path)
    assert told.exit_code == 1
    assert "Training needs a Loss." in told.stderr and "Training needs data." in told.stderr


@pytest.mark.parametrize("form", ["python", "notebook", "requirements", "project", "svg", "png", "dot", "zip"])
def test_a_network_without_data_and_loss_is_taken_away(form: str, vgg16_file: Path, tmp_path: Path) -> None:
    told = call("export", vgg16_file, "--to", form, "--out", tmp_path / "taken")
    assert (told.exit_code, told.stderr) == (0, "")
    assert (tmp_path / "taken").stat().st_size > 20


def test_a_network_too_big_to_train_here_gives_its_whole_code(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    file.write_text(write_document(editing.set_parameter(template("lenet"), "n8", "units", 10**8)), "utf-8")
    assert call("train", file).exit_code == call("check", file).exit_code == 1
    assert call("export", file, "--to", "python", "--out", tmp_path / "model.py").exit_code == 0
    assert "model.fit(" in (tmp_path / "model.py").read_text("utf-8")
    told = call("export", file, "--to", "keras", "--untrained", "--out", tmp_path / "model.keras")
    assert told.exit_code == 3
    assert "too big to be built here" in " ".join(told.stderr.split())


def test_warnings_are_told_and_end_with_status_0(tmp_path: Path) -> None:
    file = tmp_path / "warned.json"
    file.write_text(write_document(editing.set_training(template("lenet"), "batch_size", 9999)), "utf-8")
    told = call("check", file)
    assert (told.exit_code, "W_BATCH_SIZE" in told.stdout) == (0, True)


@pytest.mark.parametrize("text", [b"{", b"\xff", b'{"version": 4}', b'{"version": 1, "nodes": 3}', b""])
@pytest.mark.parametrize("command", ["check", "train"])
def test_a_file_that_cannot_be_read_ends_with_status_2(text: bytes, command: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(text)
    told = call(command, file)
    assert told.exit_code == 2
    assert "E_" in told.stderr and "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("told", "words"),
    [("patience", "NAME=VALUE"), ("patience=soon", "whole number"), ("nothing=1", "nothing"),
     ("optimizer=Sofia", "Sofia"),
     ("schedule={\"name\": \"cosine\", \"wram\": 1}", "wram")],
)  # fmt: skip
def test_a_setting_that_there_is_not_is_refused_with_a_sentence(told: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    file.write_text(write_document(template("lenet")), "utf-8")
    said = call("train", file, "--set", told)
    assert said.exit_code == 2
    assert words in " ".join(said.stderr.split()) and "Traceback" not in said.stderr


def test_settings_of_the_command_line_are_edits(tmp_path: Path) -> None:
    document = reduce(
        _with_setting, ("optimizer=Lion", "beta_1=0.8", "schedule=cosine", "batch_size=null"), template("lenet")
    )
    assert document.training.optimizer == "Lion" and document.training.options["beta_1"] == 0.8
    assert (document.training.settings["schedule"], document.training.settings["batch_size"]) == ("cosine", None)


def test_a_keras_model_is_told_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            archive.writestr(name, "{}")
    told = call("check", file)
    assert told.exit_code == 2
    words = " ".join(told.stderr.split())
    assert "is a Keras model (.keras). On the command line, `graphbuilder import` makes a project file of it" in words


def test_problems_of_a_file_as_json_have_pointers_and_facts(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"version": 1, "nodes": 3}')
    told = json.loads(call("check", file, "--json").stdout)
    (problem,) = told["problems"]
    assert (problem["code"], problem["pointer"]) == ("E_FORMAT", "/nodes")
    assert problem["facts"] == {"must": "must be a valid tuple", "received": "3"}


@pytest.mark.parametrize(
    "words",
    [
        ("check", "missing.json"),
        ("check", "."),
        ("train", LENET, "--epochs", 0),
        ("train", LENET, "--data", "nothing"),
        ("train", LENET, "--seed", -1),
        ("export", LENET, "--to", "onnx", "--out", "x"),
        ("export", LENET, "--to", "python", "--out", "/nowhere/x.py"),
        ("export", LENET, "--to", "keras", "--out", "x.keras"),
        ("export", LENET, "--to", "keras", "--out", "x.h5", "--untrained"),
        ("export", LENET, "--to", "keras", "--out", "x.keras", "--run", "nowhere"),
        ("export", LENET, "--to", "svg", "--out", "x.svg", "--untrained"),
        ("paint",),
    ],
)
def test_wrong_usage_ends_with_status_2(words: tuple[object, ...]) -> None:
    told = call(*words)
    assert told.exit_code == 2
    assert told.stderr.strip() and "Traceback" not in told.stderr


def test_exported_code_is_what_the_generator_prints(tmp_path: Path) -> None:
    assert call("export", LENET, "--to", "python", "--out", tmp_path / "model.py").exit_code == 0
    assert (tmp_path / "model.py").read_text("utf-8") == to_python(plan(check(template("lenet"))), reopens=True)


@pytest.mark.parametrize("label", ["c1", '"];  evil [label="', "\\N \\G", "<b>x</b>", "ünïcode 🦊"])
def test_a_picture_has_every_node_and_wire_whatever_they_are_called(label: str, tmp_path: Path) -> None:
    file, out = tmp_path / "net.json", tmp_path / "net.dot"
    file.write_text(write_document(editing.rename_node(template("lenet"), "n3", label)), "utf-8")
    assert call("export", file, "--to", "dot", "--out", out).exit_code == 0
    ((picture,),) = (pydot.graph_from_dot_data(out.read_text("utf-8")),)
    named = [one for one in picture.get_nodes() if one.get_name().startswith("node_")]
    assert (len(named), len(picture.get_edges())) == (10, 9)


def test_operators_and_data_sets_are_listed_as_json() -> None:
    operators, data = (json.loads(call(word, "--json").stdout) for word in ("operators", "data"))
    assert [one["kind"] for one in operators] == list(OPERATORS)
    assert [one["name"] for one in data] == list(SOURCES)


def test_the_schema_is_printed() -> None:
    assert json.loads(call("schema").stdout) == schema()


@pytest.mark.parametrize("words", [("operators",), ("data",), ("--help",), ("--version",), ("train", "--help")])
def test_what_people_read_is_printed(words: Any) -> None:
    told = call(*words)
    assert (told.exit_code, bool(told.stdout)) == (0, True)


def test_a_repair_is_written_to_another_file(faulty: Path, tmp_path: Path) -> None:
    (found,) = json.loads(call("check", faulty, "--json").stdout)["diagnostics"]
    offer = found["repairs"][0]
    mended = tmp_path / "mended.json"
    told = call("repair", faulty, offer["key"], "--out", mended)
    assert (told.exit_code, " ".join(told.stdout.split())) == (0, f"{offer['says']}.")
    assert call("check", mended).exit_code == 0
    again = call("repair", mended, offer["key"], "--out", mended)
    assert (again.exit_code, "That fault is gone already." in again.stderr) == (2, True)


def test_two_networks_are_compared(tmp_path: Path) -> None:
    file = tmp_path / "wider.json"
    file.write_text(write_document(editing.set_parameter(template("lenet"), "n3", "filters", 32)), "utf-8")
    told = call("compare", LENET, file)
    assert (told.exit_code, told.stdout.splitlines()[0]) == (0, "Convolution 'c1': filters 16 → 32.")
    found = json.loads(call("compare", LENET, file, "--json").stdout)
    assert (found["equal"], found["counts"]["changed"], found["words"]) == (False, 1, told.stdout.splitlines()[:1])
    assert "Nothing differs." in call("compare", LENET, LENET).stdout


def test_a_model_of_keras_is_compared_with_a_document(tmp_path: Path) -> None:
    script = tmp_path / "model.py"
    layers = "keras.layers.Dense(8, activation='relu'), keras.layers.Dense(3, name='scores')"
    script.write_text(f"import keras\nmodel = keras.Sequential([keras.Input((4,)), {layers}])\n")
    file = tmp_path / "mine.json"
    mine = [node("in", "Input", shape=[4]), node("mine", "Dense", units=9, activation="relu")]
    file.write_text(write_document(chain(*mine, node("end", "Dense", units=3), data="")), "utf-8")
    assert json.loads(call("compare", script, file, "--json").stdout)["words"] == [
        "Linear 'mine': units 8 → 9.",
        "Input 'input_layer' is renamed to 'in'.",
        "Linear 'scores' is renamed to 'end'.",
    ]
    assert call("compare", LENET, tmp_path / "none.json").exit_code == 2
