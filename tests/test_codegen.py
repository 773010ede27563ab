"""The printed code: whole files as golden files, in style, and none of a user's text in it as code."""

import ast
import builtins
import inspect
import itertools
import json
import math
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder import composed, editing
from graphbuilder.branches import draw_network
from graphbuilder.checks import check
from graphbuilder.codegen import expression, to_python
from graphbuilder.datasets import NO_DATA, SOURCES, fielding, preparation
from graphbuilder.document import Document
from graphbuilder.document_file import read_document
from graphbuilder.names import CODE_NAMES
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.plan import code_plan, plan
from graphbuilder.templates import template
from tests.conftest import GOLDEN
from tests.networks import ARCHITECTURES, PIXELS, SCALE, TEMPLATES, chain, dense, graph, loss, node, template_text, wire

RUFF = Path(sys.executable).with_name("ruff")


def code(document: Document) -> str:
    """The printed code, with a star for each of the versions that are installed here."""
    return re.sub(r"==[\w.]+", "==*", to_python(code_plan(check(document))))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_code_of_a_template_is_the_golden_file(name: str, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / "code" / f"{name}.py"
    if request.config.getoption("--regenerate-golden"):
        golden.write_text(code(template(name)), "utf-8")
    assert code(template(name)) == golden.read_text("utf-8")


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_code_of_an_architecture_is_the_golden_file(name: str, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / "code" / "architectures" / f"{name}.py"
    if request.config.getoption("--regenerate-golden"):
        golden.write_text(code(ARCHITECTURES[name]()), "utf-8")
    assert code(ARCHITECTURES[name]()) == golden.read_text("utf-8")


def long_names() -> Document:
    """Names as long as they get, many inputs to one node, several losses: what lines are hardest to break for."""
    hidden = [dense(c * 64, 32, activation="relu", kernel_regularizer={"l2": 0.01}) for c in "pqrs"]
    ends = [dense("o" * 64), loss("l" * 64), dense("e" * 64, 1), loss("b" * 64, "is_even", "binary_crossentropy")]
    merge = node("m" * 64, "Add")
    wires = [wire("pixels", "scale")]
    wires += [pair for one in hidden for pair in (wire("scale", one["id"]), wire(one["id"], merge["id"]))]
    wires += [pair for a, b in (ends[:2], ends[2:]) for pair in (wire(merge["id"], a["id"]), wire(a["id"], b["id"]))]
    return graph([PIXELS, SCALE, *hidden, merge, *ends], wires, training={"settings": {"patience": 3}})


def test_the_code_keeps_to_88_characters_a_line_and_to_a_formatter(tmp_path: Path) -> None:
    for name in TEMPLATES:
        (tmp_path / f"{name}.py").write_text(code(template(name)), "utf-8")
    (tmp_path / "long_names.py").write_text(code(long_names()), "utf-8")
    (tmp_path / "long_names_alone.py").write_text(code(editing.set_data(long_names(), NO_DATA)), "utf-8")
    for name in ARCHITECTURES:
        (tmp_path / f"{name}.py").write_text(code(ARCHITECTURES[name]()), "utf-8")
    together = editing.set_split(template("next_temperature"), "together", True)
    (tmp_path / "together.py").write_text(code(together), "utf-8")
    (tmp_path / "several_columns.py").write_text(code(several_columns()), "utf-8")
    for source in SOURCES:
        drawn = draw_network(editing.set_data(Document(), source))
        (tmp_path / f"{source}.py").write_text(code(drawn), "utf-8")
    printed = (*preparation.SPLITTING, preparation.equal_rows, preparation.imputed, *fielding.PRINTED)
    own = "\n\n\n".join(inspect.getsource(function).rstrip() for function in printed)
    split = inspect.getsource(preparation.split_rows)
    (tmp_path / "printed.py").write_text(f"import numpy as np\n\n\n{split}\n\n{own}\n", "utf-8")
    style = ("--isolated", "--line-length", "88", "--no-cache", str(tmp_path))
    checked = subprocess.run([RUFF, "check", "--select", "E,F,I,W", *style], capture_output=True, text=True)
    formatted = subprocess.run([RUFF, "format", "--diff", *style], capture_output=True, text=True)
    assert (checked.stdout, formatted.stdout) == ("All checks passed!\n", "")


# No text of a user's becomes code

TEXT = st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=80)
HOSTILE = st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "\\",
        "a\\",
        '"); import os; os.system("id")',
        "# coding: utf-7",
        "+ACI-",
        "{x}",
        "%s",
        "</script>",
    ]
)
DECLARED = {f"layers.{kind}" for kind in OPERATORS} | {f"keras.optimizers.{one.keras}" for one in OPTIMIZERS.values()}


@st.composite
def named(draw: st.DrawFn) -> Document:
    """A template whose every text that a user may choose is anything."""
    return renamed(draw, [name for name in TEMPLATES if not template(name).blocks])


def renamed(draw: st.DrawFn, names: Sequence[str]) -> Document:
    raw = json.loads(template_text(draw(st.sampled_from(names))))
    raw["name"] = draw(TEXT | HOSTILE)
    for block in raw.get("blocks", ()):
        block["name"] = draw(TEXT | HOSTILE)
    for one in itertools.chain(raw["nodes"], *(block["nodes"] for block in raw.get("blocks", ()))):
        one["label"] = draw(TEXT | HOSTILE)
    return read_document(json.dumps(raw))


@st.composite
def named_blocks(draw: st.DrawFn) -> Document:
    """The same of a template with blocks, whose names are functions."""
    return renamed(draw, [name for name in TEMPLATES if template(name).blocks])


def shape_of_code(text: str) -> tuple[set[str], set[object]]:
    """Every callee and every text in it, with the names of layers taken out."""
    tree = ast.parse(text)
    callees = {ast.unparse(found.func) for found in ast.walk(tree) if isinstance(found, ast.Call)}
    texts = {
        found.value for found in ast.walk(tree) if isinstance(found, ast.Constant) and isinstance(found.value, str)
    }
    return {name for name in callees if not name.startswith("layers.") or "(" not in name}, texts


@given(named())
@settings(max_examples=100)
def test_C1_labels_change_names_in_the_code_and_nothing_else(document: Document) -> None:
    report = check(document)
    planned = plan(report)
    plain = document.model_copy(
        update={"name": "", "nodes": tuple(n.model_copy(update={"label": ""}) for n in document.nodes)}
    )
    other = plan(check(plain))
    names = {step.name for step in planned.body.steps} | {output.name for output in planned.outputs}
    others = {step.name for step in other.body.steps} | {output.name for output in other.outputs}
    callees, texts = shape_of_code(to_python(planned))
    other_callees, other_texts = shape_of_code(to_python(other))
    assert callees == other_callees
    assert texts - names - others == other_texts - names - others  # a label may be a word of the code
    assert to_python(planned).isascii()


@given(named())
@settings(max_examples=30)
def test_C1_labels_change_names_in_the_code_of_an_architecture_and_nothing_else(document: Document) -> None:
    alone = code_plan(check(editing.set_data(document, NO_DATA)))
    nodes = tuple(node.model_copy(update={"label": ""}) for node in document.nodes)
    plain = code_plan(check(editing.set_data(document.model_copy(update={"name": "", "nodes": nodes}), NO_DATA)))
    named, others = (
        {name for one in (each.body.steps, each.outputs) for part in one for name in (part.name, f"{part.name}:")}
        for each in (alone, plain)
    )
    callees, texts = shape_of_code(to_python(alone))
    other_callees, other_texts = shape_of_code(to_python(plain))
    assert (callees, texts - named) == (other_callees, other_texts - others)
    assert to_python(alone).isascii()


@given(named_blocks())
@settings(max_examples=30)
def test_C1_names_of_blocks_change_names_in_the_code_and_nothing_else(
    document: Document,
) -> None:
    printed = to_python(code_plan(check(document)))
    plain = next(template(name) for name in TEMPLATES if template(name).blocks[:1] and ids(name) == ids(document))
    of_libraries, of_plain = (
        {name for name in shape_of_code(text)[0] if "." in name}
        for text in (printed, to_python(code_plan(check(plain))))
    )
    assert of_libraries == of_plain
    assert printed.isascii()


def ids(of: str | Document) -> list[tuple[str, str]]:
    document = template(of) if isinstance(of, str) else of
    return [(node.id, node.kind) for node in (*document.nodes, *document.blocks[0].nodes)]


@given(named())
@settings(max_examples=50)
def test_C2_no_text_of_a_user_stands_in_a_comment(document: Document) -> None:
    text = code(document)
    assert text.splitlines()[0] == "# -*- coding: utf-8 -*-"
    nodes = tuple(node.model_copy(update={"label": ""}) for node in document.nodes)
    ours = code(document.model_copy(update={"name": "", "nodes": nodes}))
    assert [line for line in text.splitlines() if "#" in line] == [line for line in ours.splitlines() if "#" in line]


@pytest.mark.parametrize("name", ["-*- coding: utf-7 -*-", "coding: utf-16", "vim: set fileencoding=rot13 :"])
def test_C3_a_name_that_looks_like_an_encoding_changes_nothing(name: str) -> None:
    raw = json.loads(template_text("lenet"))
    assert code(read_document(json.dumps({**raw, "name": name}))) == code(template("lenet"))


@given(st.text())
def test_C1_any_text_is_printed_as_a_literal_of_plain_ascii(text: str) -> None:
    assert ast.literal_eval(expression(text)) == text
    assert expression(text).isascii() and "\n" not in expression(text)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3).map(tuple)))
def test_C5_any_value_reads_back_as_it_was(value: Any) -> None:
    assert ast.literal_eval(expression(value)) == value


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_C5_what_is_no_literal_is_printed_as_a_call(value: float) -> None:
    assert repr(eval(expression(value))) == repr(value)


def test_C4_fields_of_the_data_are_printed_as_literals() -> None:
    tree = ast.parse(code(template("lenet")))
    read = {n.slice.value for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)}
    assert {"image", "digit"} <= read
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]


def test_C7_printing_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    code(template("lenet"))
    real = builtins.compile

    def compile_only(*args: Any, **kwargs: Any) -> Any:
        flags = kwargs.get("flags", args[3] if len(args) > 3 else 0)
        return real(*args, **kwargs) if flags & ast.PyCF_ONLY_AST else pytest.fail("compiled to run")

    for name in ("exec", "eval"):
        monkeypatch.setattr(builtins, name, lambda *_: pytest.fail("ran"))
    monkeypatch.setattr(builtins, "compile", compile_only)
    text = code(template("lenet"))
    monkeypatch.undo()
    assert "build_model" in text


def names_of_the_file(tree: ast.Module) -> set[str]:
    """What the file defines outside of functions, and what `main` does."""
    defined: set[str] = set()
    for part in tree.body:
        match part:
            case ast.FunctionDef() | ast.ClassDef():
                defined.add(part.name)
                if part.name == "main":
                    defined |= {
                        n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                    }
            case ast.Assign():
                defined |= {target.id for target in part.targets if isinstance(target, ast.Name)}
            case ast.Import() | ast.ImportFrom():
                defined |= {alias.asname or alias.name.split(".")[0] for alias in part.names}
    return defined


def several_columns() -> Document:
    """With all that a file may define: R² of several columns, and early stopping that keeps the best."""
    out = loss("out", "pixels", "mean_squared_error")
    settings = {"patience": 2, "min_delta": 0.5}
    return chain(PIXELS, SCALE, dense("values", 64), out, training={"settings": settings})


@pytest.mark.parametrize("name", [*TEMPLATES, *ARCHITECTURES, "long names", "several columns"])
def test_no_layer_may_be_called_like_anything_the_file_defines(name: str) -> None:
    drawn = {"long names": long_names, "several columns": several_columns, **ARCHITECTURES}
    document = drawn[name]() if name in drawn else template(name)
    taken = {known.casefold() for known in (*CODE_NAMES, *vars(composed))}
    taken |= {f"build_{block.name.replace(' ', '_')}".casefold() for block in document.blocks}
    assert {n for n in names_of_the_file(ast.parse(code(document))) if n.casefold() not in taken} == set()


def test_no_layer_may_be_called_like_what_parts_rows_and_makes_fields() -> None:
    functions = (*preparation.SPLITTING, preparation.equal_rows, preparation.imputed, *fielding.PRINTED)
    assert {function.__name__ for function in functions} <= CODE_NAMES


def test_a_network_with_faults_is_not_printed() -> None:
    with pytest.raises(
        ValueError, match=r"Linear 'scores': units must be at least 1; received 0. There is 1 fault more."
    ):
        code(chain(PIXELS, SCALE, dense("scores", 0), node("digit", "Loss", weight=-1.0)))
