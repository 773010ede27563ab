"""The canvas' own checks, by the Node that the package is built with."""

from pathlib import Path

import pytest

from hatch_build import npm

FRONTEND = Path(__file__).parent.parent / "app" / "components" / "canvas" / "frontend"


@pytest.mark.long
@pytest.mark.parametrize("script", ["check", "test"])
def test_the_canvas_passes(script: str) -> None:
    npm(FRONTEND, "run", script)
