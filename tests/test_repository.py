"""What no tracked file may hold."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from graphbuilder.schema import schema

ROOT = Path(__file__).parent.parent
DOT = "."
HOSTS = [
    DOT.join(parts)
    for parts in (("registry", "npmjs", "org"), ("registry", "yarnpkg", "com"), ("files", "pythonhosted", "org"))
]
HOSTS += [
    "artifact" + "ory",
    DOT.join(("pypi", "org")) + "/simple",
    "_auth" + "Token",
    DOT.join(("test", "pypi", "org")),
]
HOSTS += [f"{first}{DOT}{last}" for first, last in (("unpkg", "com"), ("jsdelivr", "net"), ("googleapis", "com"))]
STUBS = re.compile(
    r"\b(coming soon|not implemented yet|to be done|lorem ipsum|place" + r"holder text)\b", re.IGNORECASE
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, cwd=ROOT)
    if listed.returncode:
        pytest.skip("this is no checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def texts() -> dict[str, str]:
    files = [path for path in tracked() if path.is_file()]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8", "replace") for path in files}


def test_no_tracked_file_names_a_registry_or_a_foreign_host() -> None:
    assert [(name, host) for name, text in texts().items() for host in HOSTS if host in text] == []


def test_no_lock_file_of_a_registry_is_tracked() -> None:
    assert {path.name for path in tracked()}.isdisjoint({"uv.lock", "poetry.lock", "yarn.lock", "Pipfile.lock"})


def test_nothing_that_people_read_is_a_stub() -> None:
    shown = {
        name: text for name, text in texts().items() if name.startswith(("graphbuilder/", "app/", "README", "docs/"))
    }
    assert [name for name, text in shown.items() if STUBS.search(text)] == []


def test_the_published_schema_is_the_one_that_is_read_by() -> None:
    published = json.loads((ROOT / "docs" / "document.schema.json").read_text("utf-8"))
    assert published == json.loads(json.dumps(schema())), "graphbuilder schema > docs/document.schema.json"
