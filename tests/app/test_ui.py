"""`graphbuilder ui`: it starts, answers and ends; what stops it is said in a sentence."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphbuilder import cli
from tests.patience import PATIENCE


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ui(*words: object) -> Result:
    return CliRunner().invoke(cli.main, ["ui", "--no-browser", *map(str, words)])


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The servers that would have taken this process over."""
    commands: list[list[str]] = []
    monkeypatch.setattr(cli.os, "execv", lambda _, command: commands.append(command))
    return commands


def test_a_port_in_use_is_told_with_another_to_choose(port: int, started: list[list[str]]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        told = ui("--port", port)
    assert told.exit_code == 2
    assert f"Port {port} is in use, perhaps by another graphbuilder. Choose one: --port {port + 1}." in " ".join(
        told.stderr.split()
    )
    assert started == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", ""])
def test_root_serves_this_machine_alone(
    host: str, port: int, monkeypatch: pytest.MonkeyPatch, started: list[list[str]]
) -> None:
    monkeypatch.setattr(cli.os, "geteuid", lambda: 0)
    told = ui("--port", port, "--host", host)
    assert (told.exit_code, started) == (2, [])
    assert "As root graphbuilder listens on this machine alone" in told.stderr


def test_others_may_serve_every_machine(port: int, monkeypatch: pytest.MonkeyPatch, started: list[list[str]]) -> None:
    monkeypatch.setattr(cli.os, "geteuid", lambda: 1000)
    assert ui("--port", port, "--host", "0.0.0.0").exit_code == 0
    assert [command[2:6] for command in started] == [["--host", "0.0.0.0", "--port", str(port)]]


def test_an_address_of_no_machine_is_told(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.os, "geteuid", lambda: 1000)
    told = ui("--port", port, "--host", "192.0.2.1")
    assert told.exit_code == 2
    assert f"cannot listen on 192.0.2.1 port {port}" in " ".join(told.stderr.split())


def command(home: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "graphbuilder", "ui", "--no-browser", "--port", str(port), "--home", str(home)]


@pytest.mark.parametrize("content", [None, b"something else"])
def test_a_home_that_cannot_be_used_is_told_and_nothing_starts(
    content: bytes | None, tmp_path: Path, port: int
) -> None:
    home = tmp_path / "home"
    if content is None:
        home.write_text("a file")
    else:
        home.mkdir()
        (home / "graphbuilder.sqlite").write_bytes(content * 100)
    ended = subprocess.run(command(home, port), capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("Error: ")
    assert str(home) in ended.stderr
    assert "Traceback" not in ended.stderr


@contextmanager
def serving(home: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command(home, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
                    health = json.load(answer)
                    assert health["status"] == "ok" and health["engine"] in ("starting", "ready", "lost")
                    break
            except urllib.error.URLError:
                assert process.poll() is None
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


def open_page(port: int) -> socket.socket:
    """A page's standing connection to the server."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    head = ["GET /_stcore/stream HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Origin: http://127.0.0.1:{port}"]  # fmt: skip
    line.sendall("\r\n".join([*head, "", ""]).encode())
    assert b"101 Switching Protocols" in line.recv(4096)
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_within_5_seconds_without_a_traceback(
    number: signal.Signals, tmp_path: Path, port: int
) -> None:
    with serving(tmp_path, port) as process, open_page(port):
        begun = time.monotonic()
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
        assert time.monotonic() - begun < 5
        assert process.returncode in ((0, 130) if number == signal.SIGINT else (0, 143, -signal.SIGTERM))
        assert "Traceback" not in said
        assert f"http://localhost:{port}" in said
