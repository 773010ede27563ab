"""What is loaded when: the screen and `check` wait for nothing heavy."""

import ast
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
        "adam",
        "attribution",
        "baselines",
        "blame",
        "boosting",
        "chain",
        "chunks",
        "compiled",
        "dials",
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


def test_functions_of_tensorflow_are_compiled_in_one_place() -> None:
    """Which knows what would wait for ever. The host tries whether one can be worked at all."""
    found = {one.stem for one in (PACKAGE / "training").rglob("*.py") if "tf.function" in one.read_text("utf-8")}
    assert found == {"compiled", "host"}


def loaded_by(code: str) -> set[str]:
    """The heavy modules that a fresh interpreter has after running the code."""
    after = f"{code}\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", after], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert ran.returncode == 0, ran.stderr
    return {*ast.literal_eval(ran.stdout.splitlines()[-1])}


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


def read_by(name: str) -> set[str]:
    """The modules of the library that a module imports as it is loaded, as far as its text says so."""
    path = PACKAGE.parent / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = {name.rpartition(".")[0]}
    for line in ast.parse(path.read_text("utf-8")).body:
        if isinstance(line, ast.Import):
            found |= {one.name for one in line.names}
        elif isinstance(line, ast.ImportFrom) and line.module:
            found |= {line.module, *(f"{line.module}.{one.name}" for one in line.names)}
    return found & {*LIGHT} - {name}


def stems() -> dict[str, str]:
    """Of each module the one that it imports, by itself or through others, which imports most; of one that its package
    imports the package, since that comes first in any case."""
    reads, found = {name: read_by(name) for name in LIGHT}, {}

    def reached(name: str) -> set[str]:
        seen, ahead = set[str](), [name]
        while ahead:
            new = reads[ahead.pop()] - seen
            seen |= new
            ahead += new
        return seen

    below = {name: reached(name) for name in LIGHT}
    for name in LIGHT:
        package = name.rpartition(".")[0]
        apart = (one for one in sorted(below[name]) if name not in below[one])
        stem = max(apart, key=lambda one: len(below[one]), default="")
        found[name] = package if name in below.get(package, ()) else stem
    return found


ALONE = """
import importlib, os, sys, traceback

def grow(name):
    importlib.import_module(name)
    heavy = [one for one in HEAVY if one in sys.modules]
    assert not heavy, f"{name} loads {heavy}"
    told = 1
    for one in [one for one, stem in STEMS.items() if stem == name]:
        read, write = os.pipe()
        if not (child := os.fork()):
            try:
                told = grow(one)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os.write(write, str(told).encode())
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            raise SystemExit(f"{one} cannot be imported alone")
        told += int(os.read(read, 20))
        os.close(read), os.close(write)
    return told

print(grow("graphbuilder"))
"""


def test_every_module_can_be_imported_alone() -> None:
    """With nothing loaded but what it imports: forked from the process that has loaded most of that. The few that need
    Keras are held by the contract tests."""
    code = f"HEAVY, STEMS = {HEAVY!r}, {stems()!r}\n{ALONE}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert (ran.returncode, ran.stdout.strip()) == (0, str(len(LIGHT))), ran.stderr[-3000:]


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
