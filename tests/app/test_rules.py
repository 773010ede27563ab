"""What no file of the screen may hold."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from graphbuilder.operators import OPERATORS
from graphbuilder.pictures import _ASIDE
from graphbuilder.places import CARD

ROOT = Path(__file__).parent.parent.parent
APP, LIBRARY = ROOT / "app", ROOT / "graphbuilder"
FRONTEND = APP / "components" / "canvas" / "frontend" / "src"

Finder = Callable[[ast.AST], bool]


@cache
def python(*folders: Path) -> Mapping[str, ast.Module]:
    """Every module below the folders, by its path; what is built or installed into them left out."""
    files = (path for folder in folders for path in folder.rglob("*.py") if "node_modules" not in path.parts)
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}


def places(found: Finder, modules: Mapping[str, ast.Module]) -> list[str]:
    return [
        f"{name}:{node.lineno}"  # type: ignore[attr-defined]
        for name, module in modules.items()
        for node in ast.walk(module)
        if found(node)
    ]


def dotted(node: ast.AST) -> str:
    """`st.session_state` of that expression; empty where it is no plain name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(*names: str) -> Finder:
    return lambda node: isinstance(node, ast.Call) and dotted(node.func) in names


def imports(*names: str) -> Finder:
    def found(node: ast.AST) -> bool:
        told = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        told += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        return any(one.split(".")[0] in names for one in told)

    return found


@cache
def frontend() -> Mapping[str, str]:
    files = [path for path in FRONTEND.rglob("*") if path.suffix in (".ts", ".tsx", ".css")]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}


def shipped() -> dict[str, str]:
    """The front end without its tests."""
    return {name: text for name, text in frontend().items() if ".test." not in name and "test" not in Path(name).stem}


def test_the_rules_look_at_the_files_that_are_there() -> None:
    assert {"app/state/canvas.py", "app/views/workbench.py", "app/components/form/__init__.py"} <= set(python(APP))
    assert {"index.tsx", "style.css", "protocol.ts"} <= {Path(name).name for name in shipped()}


def test_X4_the_canvas_makes_no_elements_of_text() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|DOMParser")
    assert [name for name, text in frontend().items() if forbidden.search(text)] == []


def unsafe_html(node: ast.AST) -> bool:
    if "unsafe_allow_html" in (getattr(node, "arg", ""), getattr(node, "value", "")):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    if name.endswith((".iframe", "components.v1.html")):
        return True
    return name.endswith(".html") and not all(map(is_constant, [*node.args, *(word.value for word in node.keywords)]))


def is_constant(node: ast.AST) -> bool:
    """A literal, or a path from a constant of the module: HERE / "style.css"."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div) and is_constant(node.left) and is_constant(node.right)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_X5_no_page_takes_html_that_was_put_together() -> None:
    assert places(unsafe_html, python(APP)) == []


def test_R12_nothing_waits_in_the_script_thread() -> None:
    modules = python(APP)
    waits = calls("time.sleep", "sleep", "subprocess.run", "subprocess.call", "subprocess.check_call",
                  "subprocess.check_output", "os.system", "os.popen", "input")  # fmt: skip
    assert places(waits, modules) == []
    assert places(imports("requests", "urllib", "http", "httpx", "socket"), modules) == []
    assert places(imports("subprocess", "multiprocessing"), modules) == []
    waits = ("wait", "communicate")
    waited = places(lambda node: isinstance(node, ast.Call) and getattr(node.func, "attr", "") in waits, modules)
    assert waited == []


def test_the_session_is_touched_in_one_package() -> None:
    modules = {name: tree for name, tree in python(APP).items() if not name.startswith("app/state/")}
    touches = places(lambda node: isinstance(node, ast.Attribute | ast.alias) and "session_state" in
                     (getattr(node, "attr", ""), getattr(node, "name", "")), modules)  # fmt: skip
    assert touches == []


ORDINARY = {"Add", "Input", "Loss", "Activation", "Normalization", "Slice"}
"""Kinds that are ordinary words, too: these are looked for as the whole of a string. The live view's curve is called a
loss, whichever operator it is of."""


@pytest.mark.parametrize("kind", OPERATORS)
def test_no_operator_is_named_in_the_screen(kind: str) -> None:
    """A new operator is one class; the screen has it from the catalogue."""
    whole = re.compile(rf"""["'`]{kind}["'`]""") if kind in ORDINARY else re.compile(rf"\b{kind}\b")
    words = {name: text for name, text in uncommented().items() if kind != "Loss" or "/live/" not in name}
    named = [name for name, text in words.items() if whole.search(text)]
    for name, (names, texts) in named_and_said().items():
        if kind in names or kind in texts or any(whole.search(f'"{one}"') for one in texts):
            named.append(name)
    assert named == []


@cache
def uncommented() -> Mapping[str, str]:
    return {name: _without_comments(text) for name, text in shipped().items()}


@cache
def named_and_said() -> Mapping[str, tuple[set[str], set[str]]]:
    """Of each module of the screen its names, and its texts but for docstrings."""
    found = {}
    for name, module in python(APP).items():
        docs, nodes = set(_docstrings(module)), list(ast.walk(module))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docs}
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        found[name] = names, {one for one in texts if isinstance(one, str)}
    return found


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<![:\w])//[^\n]*", "", text, flags=re.DOTALL)


def _docstrings(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            yield id(node.body[0].value)  # type: ignore[attr-defined]


def test_nothing_beside_the_main_script_hides_a_module_of_others() -> None:
    """Streamlit puts the folder of the main script before all others in the search path."""
    ours = {path.stem for path in APP.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {
        "__init__"
    }
    others = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions()) - {"graphbuilder", "app"}
    assert ours & others == set()


def test_fonts_scripts_and_pictures_come_from_this_server_alone() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in APP.rglob("*")
             if path.suffix in (".py", ".css", ".toml", ".svg") and "node_modules" not in path.parts}  # fmt: skip
    address = re.compile(r"(?:https?:)?//(?!www\.w3\.org/|[a-z0-9.-]+\.example\b)[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
    found = {name: address.findall(text) for name, text in {**texts, **shipped()}.items()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_cards_and_what_goes_round_them_are_as_large_on_the_canvas_as_in_python() -> None:
    texts = {Path(name).name: text for name, text in shipped().items()}
    width, height = CARD
    assert f"CARD = {{ width: {width}, height: {height} }}" in texts["graph.ts"]
    (card,) = re.findall(r"^\.nn-card \{([^}]*)\}", texts["style.css"], re.MULTILINE)
    assert f"\n  width: {width}px;\n  height: {height}px;\n" in card
    assert f"const ASIDE = {_ASIDE};" in texts["place.ts"]


def executes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    if name in ("eval", "exec", "builtins.eval", "builtins.exec", "runpy.run_path", "pickle.load", "pickle.loads"):
        return True
    return name in ("compile", "builtins.compile")


def test_C7_nothing_runs_code_that_it_was_given() -> None:
    assert places(executes, python(LIBRARY, APP)) == []


@pytest.mark.parametrize(
    ("found", "bad", "good"),
    [
        (unsafe_html, "st.markdown(x, unsafe_allow_html=True)", "st.markdown(x)"),
        (unsafe_html, 'st.html(f"<b>{x}</b>")', 'st.html(HERE / "style.css")'),
        (unsafe_html, "st.html(path)", 'st.html("<hr>")'),
        (unsafe_html, 'st.markdown(x, **{"unsafe_allow_html": True})', "st.markdown(x, help=x)"),
        (executes, "exec(code)", "re.compile(x)"),
        (executes, "compile(code, 'x', 'exec')", "model.compile(x)"),
        (imports("requests"), "from requests import get", "import requests_like"),
        (calls("time.sleep"), "time.sleep(1)", "sleep"),
    ],
)
def test_the_rules_find_what_they_look_for(found: Finder, bad: str, good: str) -> None:
    assert [any(map(found, ast.walk(ast.parse(text)))) for text in (bad, good)] == [True, False]
