"""A server that is slow: everything that goes to it, and everything that comes back, is held for a while."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue


@contextlib.contextmanager
def slowed(port: int, seconds: float) -> Iterator[str]:
    """The address of a door to the server at this port, behind which an answer takes `seconds` longer."""
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_let_in, args=(door, port, seconds / 2), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        door.close()


def _let_in(door: socket.socket, port: int, seconds: float) -> None:
    while True:
        try:
            guest, _ = door.accept()
            host = socket.create_connection(("127.0.0.1", port))
        except OSError:  # door or server is closed
            return
        for source, target in ((guest, host), (host, guest)):
            held: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
            threading.Thread(target=_hold, args=(source, held, seconds), daemon=True).start()
            threading.Thread(target=_pass_on, args=(held, target), daemon=True).start()


def _hold(source: socket.socket, held: "SimpleQueue[tuple[float, bytes]]", seconds: float) -> None:
    data = b"."
    while data:
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        held.put((time.monotonic() + seconds, data))


def _pass_on(held: "SimpleQueue[tuple[float, bytes]]", target: socket.socket) -> None:
    while True:
        when, data = held.get()
        time.sleep(max(0.0, when - time.monotonic()))
        try:
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(data)
        except OSError:
            return
