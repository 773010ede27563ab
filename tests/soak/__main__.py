"""Everything that a curious visitor or a bad day may do to a server, one after the other: `make soak MINUTES=10`.

Nothing here is a test: each part prints its figures, and docs/operations.md says what is promised. It takes about as
many minutes as it is told, and more where the machine is slow.
"""

import subprocess
import sys
from collections.abc import Callable

PARTS: dict[str, Callable[[float], list[str]]] = {
    "floods": lambda minutes: ["--seconds", f"{5 * minutes:.0f}", "--held", f"{9 * minutes:.0f}"],
    "homes": lambda _: [],
    "files": lambda minutes: ["--gigabytes", f"{minutes:.1f}"],
    "kills": lambda minutes: [
        *("--jobs", f"{2 * minutes:.0f}", "--hosts", f"{max(1, minutes / 4):.0f}"),
        *("--servers", f"{max(1, minutes / 4):.0f}"),
    ],
    "memory": lambda minutes: [f"{min(4000, 100 * minutes):.0f}", *([] if minutes >= 5 else ["--only", "deep"])],
    "load": lambda minutes: ["--minutes", f"{minutes / 3:.1f}"],
}
"""What the parts are told, so that together they take so many minutes."""


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    failed = []
    for name, told in PARTS.items():
        print(f"# {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.soak.{name}", *told(minutes)]).returncode:
            failed.append(name)
    if failed:
        print(f"Broken off: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
