"""What is taken away: every declared form can be made, and says what it lacks where it cannot."""

import ast
import csv
import io
import json
import math
import re
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pydot
import pytest
from PIL import Image

from graphbuilder import editing, pictures
from graphbuilder.branches import draw_network
from graphbuilder.carried import open_document
from graphbuilder.checks import check
from graphbuilder.codegen import requirements, to_notebook, to_python
from graphbuilder.datasets import Description
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.exports import EXPORTS, NotThere, Subject, everything
from graphbuilder.plan import plan
from graphbuilder.records.curves import draw_curves
from graphbuilder.records.events import (
    Activations,
    Baseline,
    Baselines,
    Batch,
    Boundary,
    Commanded,
    Distribution,
    Ended,
    Epoch,
    Event,
    Layers,
    Probe,
    Snapshots,
    Started,
    Steps,
    Units,
    Variable,
    as_json,
    from_json,
)
from graphbuilder.templates import template
from graphbuilder.understanding.looking import Wish, look
from tests.networks import TEMPLATES

SEEN = Activations(0.5, 0.25, 0.0, 1.0, (0,) * 64, None)
SPREAD = Distribution(0.0, 1.0, 1.0, -4.0, 4.0, (1,) * 32, 0.0)
VARIABLES = {"kernel": Variable(SPREAD, SPREAD, SPREAD, 0.001, 0.1), "bias": Variable(SPREAD, SPREAD, None, None, 0.0)}
METRICS = {"loss": 0.5, "val_loss": 0.6, "accuracy": 0.9, "val_accuracy": 0.8}
RECORD: tuple[Event, ...] = (
    Started(100, (60, 20, 20), 2, 3),
    Steps(1, (2.0, 1.5, 1.0, float("nan")), 0.1),
    Steps(5, (0.5,), 0.2, 2),
    Probe(2, 0.1, {"n1": SEEN}),
    Layers(2, 0.1, {"n1": VARIABLES}, {"n1": 0.5}),
    Batch(2, 0.1, 256, 1.0, 0.1, 1.5, 2.0, None),
    *(Epoch(number, number * 2, METRICS, 0.1, True) for number in (1, 2, 3)),
    Boundary(6, "class", (-1.0, -1.0), (1.0, 1.0), 1, (0,), (90,)),
    Units(6, 2, {"n1": ("0Pp0",)}, {"n1": 3}),
    Snapshots(6, 0.3, (0, 2, 6), 1000),
    Baselines({"class": Baseline("accuracy", 60, None, None, 0.3, 0.9, None)}),
    Ended("finished", "", 3, 6, 3, {"val_loss": 0.6}, 0.3),
)


@pytest.fixture
def whole(tmp_path: Path) -> Subject:
    """A network with a run of it."""
    model = tmp_path / "model.keras"
    model.write_bytes(b"weights")
    return Subject(check(template("lenet")), RECORD, model)


def faulty() -> Document:
    return editing.set_parameter(template("lenet"), "n9", "units", 7)


FORMS_OF_THE_CANVAS = sorted(set(EXPORTS) - {"pdf"})


@pytest.mark.parametrize("name", FORMS_OF_THE_CANVAS)
def test_every_form_can_be_made_of_a_network_with_a_run(name: str, whole: Subject) -> None:
    assert len(EXPORTS[name].make(whole)) > 5


@pytest.mark.parametrize("name", FORMS_OF_THE_CANVAS)
def test_the_same_network_and_run_give_the_same_file(name: str, whole: Subject) -> None:
    assert EXPORTS[name].make(whole) == EXPORTS[name].make(whole)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("python", "has faults"), ("notebook", "has faults"), ("requirements", "has faults"), ("keras", "has faults"),
        ("curves-png", "no curves"), ("curves-svg", "no curves"), ("curves-csv", "no curves"),
        ("activations-csv", "no curves"), ("tensorboard", "no curves"), ("zip", "has faults"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_made_says_what_it_lacks(name: str, words: str) -> None:
    subject = Subject(check(faulty()))
    assert words in str(EXPORTS[name].missing(subject))
    with pytest.raises(NotThere, match=words):
        EXPORTS[name].make(subject)


def test_a_model_needs_a_file_of_weights(tmp_path: Path) -> None:
    subject = Subject(check(template("lenet")), RECORD, tmp_path / "gone.keras")
    assert "no trained weights" in str(EXPORTS["keras"].missing(subject))


def test_code_of_a_run_that_was_changed_says_so_and_stays_code(whole: Subject) -> None:
    hostile = 'drop.rate"""\nimport os'
    marks = [Commanded(1200, 3.0, "change", {"learning_rate": (0.01, 0.05), hostile: (None, {"l2": 0.1})})]
    text, plain = (
        EXPORTS["python"].make(replace(whole, record=(*whole.record, *more))).decode() for more in (marks, [])
    )
    assert "# from step 1,201 on learning_rate 0.05 instead of 0.01" in text
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(plain))
    notebook = EXPORTS["notebook"].make(replace(whole, record=marks)).decode()
    assert "does not repeat" in notebook


@pytest.mark.parametrize("name", ["project", "svg", "png", "dot"])
def test_a_network_with_faults_can_still_be_kept_and_drawn(name: str) -> None:
    assert EXPORTS[name].make(Subject(check(faulty())))


@pytest.mark.parametrize("name", ["project", "svg", "png", "dot"])
def test_an_empty_network_can_be_kept_and_drawn(name: str) -> None:
    assert EXPORTS[name].make(Subject(check(Document())))


def test_the_project_file_reads_as_the_same_document(whole: Subject) -> None:
    assert read_document(EXPORTS["project"].make(whole)) == template("lenet")


# Code


def cells_of(name: str) -> list[Any]:
    notebook = nbformat.reads(to_notebook(plan(check(template(name)))), 4)
    nbformat.validate(notebook)
    return list(notebook.cells)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_notebook_has_the_statements_of_the_file(name: str) -> None:
    code = ast.parse(to_python(plan(check(template(name)))))
    wanted = [ast.dump(part) for part in code.body[1:-2]]  # without the docstring, main and its call
    (main,) = [part for part in code.body if isinstance(part, ast.FunctionDef) and part.name == "main"]
    cells = [cell.source for cell in cells_of(name) if cell.cell_type == "code" and "%pip" not in cell.source]
    assert [ast.dump(part) for part in ast.parse("\n".join(cells)).body] == wanted + [ast.dump(s) for s in main.body]


def test_the_requirements_name_exact_versions_of_all_that_is_imported() -> None:
    for name in TEMPLATES:
        planned = plan(check(template(name)))
        roots = {
            line.split()[1].split(".")[0] for line in to_python(planned).splitlines() if re.match("import|from", line)
        }
        named = {package.split("==")[0].replace("scikit-learn", "sklearn") for package in requirements(planned)}
        assert named == roots - sys.stdlib_module_names | {"tensorflow"}
        assert all(re.fullmatch(r"[\w-]+==\d[\w.]*", package) for package in requirements(planned))


# Pictures


def test_the_png_is_the_picture_at_twice_its_size(whole: Subject) -> None:
    svg = ElementTree.fromstring(EXPORTS["svg"].make(whole))
    picture = Image.open(io.BytesIO(EXPORTS["png"].make(whole)))
    assert picture.size == (2 * float(svg.attrib["width"]), 2 * float(svg.attrib["height"]))
    assert picture.getpixel((0, 0))[:3] == (255, 255, 255)


def test_the_png_has_letters_on_its_cards(whole: Subject) -> None:
    """Without a font the cards would be there and their texts would not."""
    bare = Subject(check(editing.rename_node(template("lenet"), "n3", "")))
    assert EXPORTS["png"].make(whole) != EXPORTS["png"].make(bare)


def test_a_very_wide_network_has_a_png_of_bounded_size() -> None:
    wide = template("lenet")
    nodes = tuple(n.model_copy(update={"position": (n.position[0] * 40, n.position[1])}) for n in wide.nodes)
    picture = pictures.to_png(check(wide.model_copy(update={"nodes": nodes})))
    assert max(Image.open(io.BytesIO(picture)).size) <= 16_001


def test_a_network_whose_nodes_stand_far_apart_has_a_png_of_bounded_area() -> None:
    wide = template("logistic_regression")
    corners = [(-8e3, -8e3), (8e3, 8e3), (0, 0), (1e3, 0)]
    nodes = tuple(n.model_copy(update={"position": at}) for n, at in zip(wide.nodes, corners, strict=True))
    width, height = Image.open(io.BytesIO(pictures.to_png(check(wide.model_copy(update={"nodes": nodes}))))).size
    assert width * height <= 24_100_000


def test_a_picture_that_takes_too_long_is_given_up_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dot = tmp_path / "dot"
    dot.write_text("#!/bin/sh\nexec sleep 60\n")
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(pictures, "_PATIENCE_SECONDS", 0.3)
    with pytest.raises(NotThere, match="given up; take the SVG in the canvas' layout"):
        EXPORTS["pdf"].make(Subject(check(template("regression"))))


def test_texts_of_a_person_stand_in_the_picture_as_text() -> None:
    svg = pictures.to_svg(check(editing.rename_node(template("lenet"), "n3", "<b>&\"'")), in_detail=True)
    assert "<b>&\"'" in [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.skipif(not pictures.has_graphviz(), reason="Graphviz is not installed")
@pytest.mark.parametrize(("name", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_graphviz_lays_the_picture_out(name: str, begins: bytes, whole: Subject) -> None:
    made = EXPORTS[name].make(Subject(whole.report, layout="graphviz"))
    assert made.startswith(begins)
    assert open_document(made) == whole.report.document


@pytest.mark.parametrize("name", ["svg", "png", "pdf"])
def test_without_graphviz_its_layout_says_so(name: str, whole: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "Graphviz is not installed" in str(EXPORTS[name].missing(Subject(whole.report, layout="graphviz")))


def test_the_dot_file_is_read_by_pydot(whole: Subject) -> None:
    (graph,) = pydot.graph_from_dot_data(EXPORTS["dot"].make(whole).decode())
    assert len(graph.get_nodes()) >= len(whole.report.document.nodes)


# Curves


def test_the_curves_show_loss_and_accuracy_beside_each_other() -> None:
    both = Image.open(io.BytesIO(draw_curves(RECORD, "png"))).size
    losses = tuple(Epoch(1, 2, {"loss": 0.5, "val_loss": 0.6}, 0.1, True) for _ in range(1))
    one = Image.open(io.BytesIO(draw_curves(losses, "png"))).size
    assert both[0] == 2 * one[0]
    assert both[1] == one[1]


def test_the_table_has_a_row_for_each_epoch(whole: Subject) -> None:
    rows = list(csv.DictReader(io.StringIO(EXPORTS["curves-csv"].make(whole).decode())))
    assert [(row["epoch"], row["val_accuracy"]) for row in rows] == [("1", "0.8"), ("2", "0.8"), ("3", "0.8")]


@pytest.mark.parametrize(
    "event", [event for event in RECORD if "nan" not in repr(event)], ids=lambda e: type(e).__name__
)
def test_a_record_comes_back_from_json_as_it_was(event: Event) -> None:
    assert from_json(json.loads(json.dumps(as_json(event)))) == event


def test_a_loss_that_was_no_number_comes_back_as_no_number() -> None:
    back = from_json(as_json(RECORD[1]))
    assert isinstance(back, Steps)
    assert back.losses[:3] == (2.0, 1.5, 1.0)
    assert math.isnan(back.losses[3])
    batch = from_json(as_json(Batch(2, 0.1, 256, float("nan"), 0.1, 1.5, 2.0, None)))
    assert isinstance(batch, Batch)
    assert (math.isnan(batch.loss), batch.gradient_noise) == (True, None)


def test_data_go_along_by_the_name_that_the_code_reads(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b'[{"a": 1, "b": 2}, {"a": 2, "b": 3}]')
    found = look(path, "network.json", Wish(target="b"), title="mine", hash="0" * 64)
    described = Description.model_validate(found["description"])
    drawn = draw_network(editing.use_own_data(Document(), described))
    report = check(read_document(write_document(drawn)))
    with zipfile.ZipFile(io.BytesIO(b"".join(everything(Subject(report, data=path))))) as archive:
        assert archive.read("network.json") == path.read_bytes()
        assert read_document(archive.read("graphbuilder-network.json")) == report.document
        assert 'FILE = "network.json"' in archive.read("model.py").decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(everything(Subject(report))))) as archive:
        assert read_document(archive.read("network.json")) == report.document


def test_row_3_a_large_model_is_packed_piece_by_piece(tmp_path: Path) -> None:
    model = tmp_path / "model.keras"
    model.write_bytes(b"0123456789" * 350_000)
    subject = Subject(check(template("lenet")), model=model)
    pieces = list(everything(subject))
    assert max(map(len, pieces)) < 2_000_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.read("model.keras") == model.read_bytes()
    assert b"".join(pieces) == EXPORTS["zip"].make(subject), "the same each time"
