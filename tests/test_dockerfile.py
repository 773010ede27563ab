"""What Dockerfile, .dockerignore and compose.yaml say, held to the code. tests.try_dockerfile carries them out."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from graphbuilder.cli import ui
from graphbuilder.home import HOME_VARIABLE
from graphbuilder.store.limits import Limits
from tests.test_repository import ROOT, tracked
from tests.try_dockerfile import Stage, carry_out, ignored, instructions

STEPS = instructions((ROOT / "Dockerfile").read_text("utf-8"))
IGNORE = (ROOT / ".dockerignore").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
SENT = ("app/", "assets/", "graphbuilder/")  # what the wheel is made of


def texts(word: str) -> list[str]:
    return [text for name, text in STEPS if name == word]


def variables_that_are_read() -> set[str]:
    sources = [path.read_text("utf-8") for folder in ("graphbuilder", "app") for path in (ROOT / folder).rglob("*.py")]
    told = r'(?:environ\.get\(\s*|_VARIABLE = )"(GRAPHBUILDER_\w+)"'
    read = {name for text in sources for name in re.findall(told, text)}
    return read | {f"GRAPHBUILDER_{name.upper()}" for name in Limits.__dataclass_fields__} | {HOME_VARIABLE}


def test_two_stages_stand_on_one_python_that_the_package_supports() -> None:
    bases = [text.split()[0] for text in texts("FROM")]
    assert len(bases) == 2
    assert len({*bases}) == 1, "the environment is copied, and its Python is a link to the base's"
    version = re.match(r"python:(\d+\.\d+)-slim", bases[0])
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert version and SpecifierSet(supported).contains(version[1])


def test_the_image_ends_as_a_user_of_a_fixed_number_who_is_not_root() -> None:
    words = [word for word, _ in STEPS]
    last_stage = STEPS[len(words) - words[::-1].index("FROM") :]
    (user,) = [text for word, text in last_stage if word == "USER"]
    assert int(user) >= 1000
    assert any(f"useradd --uid {user} " in text for word, text in last_stage if word == "RUN")


def test_the_health_check_asks_the_servers_own_route_at_its_port() -> None:
    (port,) = [option.default for option in ui.params if option.name == "port"]
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", *texts("HEALTHCHECK"))
    assert asked and int(asked[1]) == port
    assert f'Route("{asked[2]}", health)' in (ROOT / "app" / "serve.py").read_text("utf-8")
    assert texts("EXPOSE") == [str(port)]
    assert f'"{port}:{port}"' in COMPOSE


def test_the_command_is_one_that_graphbuilder_takes() -> None:
    program, name, *options = json.loads(*texts("CMD"))
    assert (program, name) == ("graphbuilder", ui.name)
    asked = ui.make_context(name, options).params
    assert asked["host"] == "0.0.0.0" and asked["no_browser"]


def test_what_the_server_keeps_is_in_the_volume() -> None:
    (volume,) = texts("VOLUME")
    assert any(f"{HOME_VARIABLE}={volume}" in text.split() for text in texts("ENV"))
    assert f"- data:{volume} " in COMPOSE


def test_compose_sets_what_the_code_reads_and_what_may_be_set_from_outside() -> None:
    block = re.search(r"^    environment:\n((?: {6}.*\n)+)", COMPOSE, re.MULTILINE)
    assert block
    set_there = [re.match(r" {6}(\w+): \$\{(\w+):-(\d*)\}", line) for line in block[1].splitlines()]
    assert all(set_there)
    assert {one[1] for one in set_there if one} == {one[2] for one in set_there if one}
    assert {one[1] for one in set_there if one} <= variables_that_are_read()


def test_every_copied_file_is_there_and_is_sent() -> None:
    copied = [name for text in texts("COPY") if not text.startswith("--from=") for name in text.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists() or ignored(name, IGNORE)] == []


def test_every_tracked_file_of_the_package_is_sent() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert [name for name in names if name.startswith(SENT) and ignored(name, IGNORE)] == []


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".venv/lib",
        ".mypy_cache",
        ".env",
        "tests/test_dockerfile.py",
        "graphbuilder/_canvas/canvas-1.js",
        "graphbuilder/__pycache__/cli.cpython-312.pyc",
        "app/components/canvas/frontend/node_modules/vite",
    ],
)
def test_what_the_build_does_not_need_is_not_sent(name: str) -> None:
    assert ignored(name, IGNORE)


def test_the_trial_refuses_an_instruction_that_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="ONBUILD is not known here"):
        carry_out("ONBUILD", "RUN true", Stage(Path("/nowhere")), {})
