"""What is loaded when: the screen and `check` wait for nothing heavy."""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import graphbuilder

HEAVY = ("keras", "tensorflow", "sklearn", "streamlit", "pandas", "torch")
PACKAGE = Path(graphbuilder.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.glob("**/*.py")
    if not {"_canvas", "_ui", "_assets", "__main__.py"} & set(path.parts)
)
NEED_KERAS = {"graphbuilder.compiler", "graphbuilder.measures"} | {
    f"graphbuilder.training.{one}"
    for one in (
        "attribution",
        "baselines",
        "blame",
        "boosting",
        "chain",
        "chunks",
        "ensemble",
        "entering",
        "explained",
        "feed",
        "gradients",
        "guessing",
        "hidden",
        "initial",
        "inside",
        "landscape",
        "loop",
        "parts",
        "predictions",
        "probes",
        "questions",
        "questions.attention",
        "questions.embedding",
        "questions.looking",
        "questions.maps",
        "questions.node",
        "questions.question",
        "questions.recalling",
        "questions.telling",
        "questions.top",
        "questions.trying",
        "questions.units",
        "questions.weights",
        "questions.window",
        "results",
        "retune",
        "score",
        "scores",
        "strip",
        "surface",
        "testing",
        "watcher",
    )
}
LIGHT = [name for name in MODULES if name not in NEED_KERAS]


def loaded_by(code: str) -> set[str]:
    """The heavy modules that a fresh interpreter has after running the code."""
    after = f"{code}\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", after], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert ran.returncode == 0, ran.stderr
    return set(ast_list(ran.stdout.splitlines()[-1]))


def ast_list(text: str) -> list[str]:
    import ast

    read: list[str] = ast.literal_eval(text)
    return read


@pytest.mark.parametrize(
    "code", ["import graphbuilder", "import graphbuilder.document, graphbuilder.checks, graphbuilder.codegen"]
)
def test_importing_the_library_loads_nothing_heavy(code: str) -> None:
    assert loaded_by(code) == set()


def test_checking_and_printing_load_nothing_heavy(tmp_path: Path) -> None:
    from graphbuilder.templates import assets

    lenet = str(assets() / "templates" / "lenet.json")
    commands = [
        ["check", lenet],
        ["check", lenet, "--json"],
        ["diagnose", lenet, "--json"],
        ["operators", "--json"],
        ["data"],
    ]
    commands += [["export", lenet, "--to", form, "--out", str(tmp_path / form)] for form in ("python", "dot")]
    code = f"from graphbuilder.cli import main\nfor one in {commands!r}: main(one, standalone_mode=False)"
    code = code.replace(
        "main(one, standalone_mode=False)", "\n try: main(one)\n except SystemExit as end: assert not end.code"
    )
    assert loaded_by(code) == set()


def test_every_module_can_be_imported_alone() -> None:
    """Each after graphbuilder is forgotten; the few that need Keras are held by the contract tests."""
    fresh = (
        "import sys, importlib\n"
        f"for name in {LIGHT!r}:\n"
        "    for gone in [m for m in sys.modules if m.split('.')[0] == 'graphbuilder']: del sys.modules[gone]\n"
        "    importlib.import_module(name)"
    )
    assert loaded_by(fresh) == set()


def test_every_module_stands_in_a_layer() -> None:
    """lint-imports reads which: an exhaustive contract names all that its container holds. A new operator is a file,
    and no other is edited for it: of the operators' folder those are named that others stand on."""
    read = ConfigParser()
    read.read(PACKAGE.parent / ".importlinter")
    layered = [dict(read[one]) for one in read.sections() if read[one].get("type") == "layers"]
    assert not any("ignore_imports" in one for one in layered)
    open_ended = [one["containers"].strip() for one in layered if one.get("exhaustive") != "True"]
    assert open_ended == ["graphbuilder.operators"]
    containers = [name for one in layered for name in one["containers"].split()]
    roots = read["importlinter"]["root_packages"].split()
    folders = {path.parent for root in roots for path in (PACKAGE.parent / root).glob("**/*.py") if path.stem[0] != "_"}
    packages = [".".join(one.relative_to(PACKAGE.parent).parts) for one in folders if (one / "__init__.py").exists()]
    assert sorted(containers) == sorted(packages)
