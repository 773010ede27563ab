"""Every document that is exported as code is the same document when the code is imported, but for where nodes stand:
what code says is read by its syntax, and what it cannot say of its last comment."""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graphbuilder import editing, grouping
from graphbuilder.branches import draw_network
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.datasets import SOURCES
from graphbuilder.document import Document, as_json
from graphbuilder.document_file import read_document
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.importing.files import import_script
from graphbuilder.names import names_of
from graphbuilder.operators.loss import Loss
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared
from graphbuilder.plan import NotReady, code_plan
from graphbuilder.refusals import EditError
from graphbuilder.settings import Settings
from graphbuilder.templates import template, template_names
from graphbuilder.unsaid import HEAD
from tests.contract.test_differential import drawn
from tests.moves import moved
from tests.networks import ARCHITECTURES, dense, graph, node, wire

NETWORKS, AT_ONCE = 200, 25


def exported(document: Document) -> bytes:
    return EXPORTS["python"].make(Subject(check(document)))


def came_back(document: Document) -> Document:
    return import_script(exported(document)).drawn.document


def said(document: Document) -> dict[str, Any]:
    """All of a document but ids, the order of nodes, and where they stand: nodes go by the names that code has for
    them, and blocks stand where they are used."""
    raw = as_json(document)
    blocks = {block["id"]: block for block in raw.get("blocks", ())}
    kept = {key: raw[key] for key in ("name", "data", "training")}
    return {**kept, **_graph(raw, document, document.nodes, blocks)}


def _graph(raw: Mapping[str, Any], document: Document, nodes: Any, blocks: Mapping[str, Any]) -> dict[str, Any]:
    names = dict(names_of(nodes).layers)
    exits = [one["id"] for one in raw["nodes"] if one["kind"] == "BlockOutput"]
    names |= {id: f"[{place}]" for place, id in enumerate(exits)}
    by_id = {one["id"]: one for one in raw["nodes"]}
    ports: dict[tuple[str, str], str] = {}
    found = {}
    for one in raw["nodes"]:
        params = dict(one["params"])
        if one["kind"] == "Block":
            block = blocks[params["block"]]
            inner = next(each for each in document.blocks if each.id == block["id"])
            within = [
                each["id"] for kind in ("BlockInput", "BlockOutput") for each in block["nodes"] if each["kind"] == kind
            ]
            ports |= {(one["id"], port): str(place) for place, port in enumerate(within)}
            params["block"] = block["name"], _graph(block, document, inner.nodes, blocks)
        owner = one
        while owner.get("shares"):
            owner = by_id[owner["shares"]]
        shares = names[owner["id"]] if owner is not one else ""
        frozen = owner.get("frozen", False)
        found[names[one["id"]]] = one["kind"], one["label"], {} if shares else params, shares, frozen
    wires: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in raw["wires"]:
        end, start = one.get("to_port", "in"), one.get("from_port", "out")
        target = names[one["to"]], ports.get((one["to"], end), end)
        wires.setdefault(target, []).append((names[one["from"]], ports.get((one["from"], start), start)))
    return {"nodes": found, "wires": wires}


@pytest.mark.parametrize("name", template_names())
def test_a_template_comes_back(name: str) -> None:
    assert said(came_back(template(name))) == said(template(name))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_without_data_comes_back(name: str) -> None:
    assert said(came_back(ARCHITECTURES[name]())) == said(ARCHITECTURES[name]())


@pytest.mark.parametrize("name", SOURCES)
def test_data_come_back(name: str) -> None:
    document = draw_network(editing.set_data(Document(), name))
    assert said(came_back(document)) == said(document)


@pytest.mark.parametrize("name", ["penguins", "next_temperature", "multilayer_perceptron"])
def test_that_equal_rows_stay_together_comes_back(name: str) -> None:
    document = editing.set_split(template(name), "together", True)
    assert "groups=equal_rows(" in exported(document).decode()
    assert said(came_back(document)) == said(document)


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
def test_a_random_network_with_random_settings_of_training_comes_back(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        document = trained(drawn(seed), random.Random(seed))
        assert said(came_back(document)) == said(document), seed


def trained(document: Document, draw: random.Random) -> Document:
    """With an optimizer, settings and Losses whose parameters are now and then moved."""
    raw = as_json(document)
    kind = draw.choice(sorted(OPTIMIZERS))
    raw["training"] = {"optimizer": kind, "options": dict(some(OPTIMIZERS[kind], draw))}
    raw["training"]["settings"] = dict(some(Settings, draw))
    for one in raw["nodes"]:
        if one["kind"] == "Loss":
            target = document.data.fields[one["params"]["target"]]
            told = dict(some(Loss, draw, "loss", "target", "from_logits", "sample_weight", "class_weights", "metrics"))
            if target.kind != "class":
                told.pop("class_weight", None)
            elif told.get("class_weight") == "given":
                told["class_weights"] = [round(draw.random(), 3) for _ in target.classes]
            one["params"] |= told
    return read_document(json.dumps(raw))


def some(declared: type[Declared], draw: random.Random, *but: str) -> Iterator[tuple[str, Any]]:
    for name, parameter in declared.parameters.items():
        if name in but or draw.random() < 0.4:
            continue
        if values := [one for one in moved(parameter) if not parameter.fault(one)]:
            yield name, parameter.write(draw.choice(values))


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_random_network_with_parts_of_it_in_blocks_comes_back(first: int) -> None:
    for seed in range(first, first + 20):
        document = in_blocks(drawn(seed), random.Random(seed))
        try:
            code_plan(check(document))
        except NotReady:
            continue
        assert said(came_back(document)) == said(document), seed


def in_blocks(document: Document, draw: random.Random) -> Document:
    """With blocks of parts of it, blocks of blocks, and frozen nodes."""
    for place in range(3):
        inner = [one.id for one in document.nodes if one.kind not in ("Input", "Loss")]
        start = draw.randrange(len(inner))
        chosen = inner[start : start + draw.randint(1, 4)]
        try:
            document = grouping.group(document, chosen, f"b{place}", f"u{place}", draw.choice(["", "Part", "A B"]))
            document = editing.freeze(document, [draw.choice([one.id for one in document.nodes])], True)
        except EditError:
            continue
    return document


@pytest.mark.parametrize("sigma", [0.1, 0.25, 0.6, 0.75, 1.0, 2.25, 900.0])
@pytest.mark.parametrize("size", range(2, 8))
def test_a_blur_of_any_size_comes_back(size: int, sigma: float) -> None:
    told = {"filter": "gaussian", "size": size, "sigma": sigma}
    nodes = [node("in", "Input", shape=[9, 9, 1]), node("f", "FixedFilter", **told)]
    document = graph(nodes, [wire("in", "f")], data="")
    assert said(came_back(document)) == said(document)


SQUARE = [node("in", "Input", shape=[4]), dense("a", 4), dense("b", 4), dense("c", 4)]


def rows(repeat: int, shared: bool, twice: bool, frozen: bool) -> Document:
    """Two layers as a block, so many times in a row, its weights used again behind it."""
    document = graph(SQUARE, [wire("in", "a"), wire("a", "b"), wire("b", "c")], data="")
    document = grouping.group(document, ["a", "b"], "b1", "u1", "Two layers")
    raw = as_json(document)
    use = next(one for one in raw["nodes"] if one["kind"] == "Block")
    use["params"] |= {"repeat": repeat, "shared": shared}
    if frozen:
        use["frozen"] = True
    if twice:
        takes, gives = (
            next(one["id"] for one in raw["blocks"][0]["nodes"] if one["kind"] == kind)
            for kind in ("BlockInput", "BlockOutput")
        )
        raw["nodes"].append({**use, "id": "u2", "label": "again", "shares": "u1", "frozen": False})
        raw["wires"].append({"from": "c", "to": "u2", "to_port": takes})
        raw["nodes"].append(node("end", "Dense", units=2))
        raw["wires"].append({"from": "u2", "from_port": gives, "to": "end"})
    return read_document(json.dumps(raw))


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("repeat", [1, 3])
def test_a_block_in_a_row_and_used_again_comes_back(repeat: int, shared: bool, twice: bool, frozen: bool) -> None:
    document = rows(repeat, shared, twice, frozen)
    assert said(came_back(document)) == said(document)


def test_blocks_that_nothing_uses_come_back() -> None:
    used = rows(3, False, False, False)
    alone = grouping.group(used, ["u1", "c"], "b2", "u2", "Both")  # uses the block that code has a function for
    alone = grouping.group(alone, ["u2"], "b3", "u3", "")
    raw = as_json(used)
    raw["blocks"] = as_json(alone)["blocks"]
    raw["blocks"][1]["nodes"][-1]["label"] = "https://a.b  ä"
    document = read_document(json.dumps(raw))
    back = came_back(document)
    assert [block.name for block in back.blocks] == [block.name for block in document.blocks]
    for place in range(3):
        mine, theirs = (grouping.use(one, "look", one.blocks[place].id, (0, 0)) for one in (document, back))
        assert said(theirs) == said(mine)


def test_blocks_that_are_too_many_for_the_comment_leave_the_rest_of_it_there() -> None:
    raw = as_json(rows(3, False, False, False)) | {"name": "Two"}
    block = raw["blocks"][0]
    raw["blocks"] += [{**block, "id": f"b{place}", "name": "other"} for place in range(2, 200)]
    back = came_back(read_document(json.dumps(raw)))
    assert (back.name, [one.name for one in back.blocks]) == ("Two", ["Two layers"])


LABELS = [
    "",
    "Größe",
    "  two  spaces   ",
    '"',
    "\\u0020 \\",
    "# x",
    "}{",
    "val_",
    "x" * 80,
    " " * 80,
    "日本",
    "build_model",
    "'''",
]


def test_labels_that_are_no_names_come_back() -> None:
    for name in ("siamese", "residual_blocks", "two_inputs_two_losses", "transformer_on_patches"):
        raw, labels = as_json(template(name)), iter(LABELS * 20)
        raw["name"] = "Ein Name, ä  \u202e"
        for block in (raw, *raw.get("blocks", ())):
            block["name"] = next(labels)
            for one in block["nodes"]:
                one["label"] = next(labels)
        document = read_document(json.dumps(raw))
        code = exported(document).decode()
        plain, _, last = code.partition(f"\n{HEAD}")
        assert plain == to_python(code_plan(check(document)))
        assert all(line.startswith("# ") and line.isascii() and line.isprintable() for line in last.splitlines()[1:])
        assert max(map(len, code.splitlines())) <= 88
        assert said(came_back(document)) == said(document)


def test_what_somebody_changed_in_the_code_is_what_comes() -> None:
    code = exported(template("lenet")).decode()
    changed = code.replace("EPOCHS = ", "EPOCHS = 1").replace("units=84", "units=85").replace('"digits"', '"forms"')
    came = import_script(changed.encode()).drawn.document
    assert any(one.params.get("units") == 85 for one in came.nodes)
    assert came.training.settings["epochs"] == int(f"1{template('lenet').training.settings['epochs']}")
    at = code.find("# What graphbuilder has beside")
    for cut in (code[:at], code[:-20], code[:-20] + '": [{}, 3]}'):
        again = import_script(cut.encode()).drawn.document
        assert len(again.nodes) == len(template("lenet").nodes) and again.data == template("lenet").data
