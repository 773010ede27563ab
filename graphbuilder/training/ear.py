"""How questions reach a process that stays ready to answer: by a socket of this machine, a question a connection.

A question is a line of JSON; the answer is a line with its status and JSON. Neither writes anything to the disk, and
neither waits for a look at the store.
"""

import json
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

MOST_BYTES = 8_000_000
"""Of a question: a picture of a camera fits."""
TURN_SECONDS = 0.2
SLOW_SECONDS = 5.0
"""For so long a question or its answer may stand still on its way."""
_WAITING = 128
_LONGEST = 90
"""Letters of a socket's path, of which a kernel takes about 100."""

Answer = Callable[[object], tuple[int, Mapping[str, Any]]]


class Ear:
    """Listens at an address of its own, which goes with it. Only this user may connect."""

    def __init__(self) -> None:
        folder = tempfile.gettempdir() if len(tempfile.gettempdir()) < _LONGEST - 30 else "/tmp"
        self._folder = Path(tempfile.mkdtemp(prefix="graphbuilder-ear-", dir=folder))
        self.address = str(self._folder / "ear")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(self.address)
        Path(self.address).chmod(0o600)
        self._socket.listen(_WAITING)
        self._socket.settimeout(TURN_SECONDS)

    def listen(
        self, answer: Answer, goes_on: Callable[[float], bool], idle: Callable[[], object] = lambda: None
    ) -> None:
        """Answers one question after the other. goes_on: is asked between them, with the seconds since the last. idle:
        is called where nobody asked for a turn; whoever asks meanwhile waits for it."""
        heard = time.monotonic()
        while goes_on(time.monotonic() - heard):
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                idle()
                continue
            except OSError:
                continue
            with suppress(OSError):  # whoever asked is gone
                with connection:
                    connection.settimeout(SLOW_SECONDS)
                    self._answer(connection, answer)
                heard = time.monotonic()

    def _answer(self, connection: socket.socket, answer: Answer) -> None:
        with connection.makefile("rwb") as file:
            line = file.readline(MOST_BYTES + 1)
            if not line.endswith(b"\n"):
                return
            try:
                status, told = answer(json.loads(line))
            except ValueError:
                status, told = 400, {"error": "A question is a JSON object."}
            file.write(b"%d %s\n" % (status, json.dumps(told, separators=(",", ":")).encode()))

    def __enter__(self) -> "Ear":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
        with suppress(OSError):
            Path(self.address).unlink()
            self._folder.rmdir()
