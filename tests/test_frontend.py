"""The canvas' own checks, by the Node that the package is built with; and that its modules have an order."""

import re
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest

from hatch_build import npm

FRONTEND = Path(__file__).parent.parent / "app" / "components" / "canvas" / "frontend"
IMPORTED = re.compile(r'(?:from|import) "(\.[^"]*)"')


@pytest.mark.long
@pytest.mark.parametrize("script", ["check", "test"])
def test_the_canvas_passes(script: str) -> None:
    npm(FRONTEND, "run", script)


def test_no_modules_of_the_canvas_import_each_other_in_a_circle() -> None:
    sources = [path for path in FRONTEND.glob("src/**/*.ts*") if not path.name.endswith(".d.ts")]
    modules = {path.with_suffix(""): path for path in sources}
    arrows = nx.DiGraph()
    for module, path in modules.items():
        aims = (Path(path.parent, aim).resolve() for aim in IMPORTED.findall(path.read_text(encoding="utf-8")))
        arrows.add_edges_from((module, aim) for aim in aims if aim in modules)
    assert len(arrows) > len(modules) / 2
    circles = [
        sorted(one.name for one in circle) for circle in nx.strongly_connected_components(arrows) if len(circle) > 1
    ]
    assert not circles


def test_no_selector_begins_two_rules_of_a_style_sheet() -> None:
    """Else what was meant for one thing is worn by another of the same class."""
    within = re.compile(r"/\*.*?\*/|@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.S)
    twice = {}
    for path in FRONTEND.glob("src/**/*.css"):
        rules = Counter(one.strip() for one in re.findall(r"([^{}]+)\{", within.sub("", path.read_text("utf-8"))))
        assert len(rules) > 3, path
        if found := [selector for selector, count in rules.items() if count > 1]:
            twice[path.name] = found
    assert twice == {}
