"""Who is answered at all, and what every answer tells the browser not to do."""

import asyncio
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_websocket import create_websocket_handler
from uvicorn.protocols.utils import ClientDisconnected

from app.wire import FRAMES_VARIABLE, ORIGINS_VARIABLE, Origins, Wire

HOST = "192.0.2.7:8501"
ARRIVED = ("192.0.2.7", 8501)
PAGE = f"http://{HOST}"


def asked(
    host: str = HOST,
    origin: str | None = None,
    path: str = "/",
    kind: str = "http",
    origins: Origins | None = None,
    scheme: str = "http",
    raises: bool = False,
) -> tuple[int, dict[str, str], list[dict[bytes, bytes]]]:
    """Status and headers that a request gets, and the headers of what came through to the page."""
    sent: list[Any] = []
    through: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        through.append(dict(scope["headers"]))
        if raises:
            raise OSError("/home/of/the/server")
        cookie = (b"set-cookie", b"a=b; Path=/")
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [cookie]})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin is not None else [])]
    scope = {"type": kind, "method": "GET", "path": path, "headers": headers, "server": ARRIVED, "scheme": scheme}
    scope["extensions"] = {"websocket.http.response": {}}
    wire = Wire(page, origins or Origins(frozenset(("localhost", "pc", "pc.local"))))
    try:
        asyncio.run(wire(scope, None, send))
    except OSError:
        assert raises
    if not sent:
        return 101, {}, through
    headers_told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers_told, through


@pytest.mark.parametrize(
    "host",
    [
        HOST,
        "localhost:8501",
        "LOCALHOST",
        "127.0.0.1:9000",
        "[::1]:8501",
        "pc:80",
        "pc.local",
        "10.1.2.3",
        "172.17.0.2:1",
    ],
)
def test_row_9_the_server_answers_by_its_own_names_and_addresses_of_its_network(host: str) -> None:
    assert asked(host)[0] == 200


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "evil.example:8501", "8.8.8.8", "a b", "user@localhost",
     "localhost:x", "localhost/", "127.0.0.1.evil.example", "[::1", "[2001:4860:4860::8888]:8501"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_row_9_a_foreign_host_is_refused(host: str, kind: str) -> None:
    status, told, through = asked(host, origin=f"http://{host}", kind=kind)
    assert (status, through) == (403, []) and "Content-Security-Policy".lower() in told


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        PAGE + "1",
        "http://localhost:8501",
        "https://",
        "x",
        "http://[",
        PAGE.upper()[:7] + "x",
    ],
)
def test_row_9_a_websocket_of_a_page_elsewhere_is_refused(origin: str) -> None:
    assert asked(origin=origin, kind="websocket")[0] == 403


def test_row_9_a_websocket_needs_an_origin_and_a_page_of_ours_gets_through() -> None:
    assert asked(kind="websocket")[0] == 403
    assert asked(origin=PAGE, kind="websocket")[0] == 101


def test_row_9_no_request_of_a_page_elsewhere_is_answered() -> None:
    assert asked(origin="http://evil.example")[0] == 403
    assert asked(origin=PAGE)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["metrics", "agent/interact", "agent/mcp", "agent/openapi.json", "script-health-check", "", "healthy/../metrics"],
)
def test_row_9_what_no_page_needs_is_closed(path: str) -> None:
    assert asked(path=f"/_stcore/{path}")[0] == 404 or path.startswith("health")


@pytest.mark.parametrize(
    "path", ["health", "host-config", "stream", "upload_file/a/b", "bidi-components/graphbuilder.canvas/a.js"]
)
def test_what_pages_need_is_open(path: str) -> None:
    assert asked(path=f"/_stcore/{path}")[0] == 200


def told_policy(**settings: Any) -> dict[str, str]:
    rules = asked(**settings)[1]["content-security-policy"].split("; ")
    return dict(rule.split(" ", 1) for rule in rules)


@pytest.mark.parametrize("path", ["/", "/_stcore/metrics", "/media/a.svg"])
def test_row_9_every_answer_carries_the_headers(path: str) -> None:
    told = asked(path=path)[1]
    assert (told["x-content-type-options"], told["referrer-policy"]) == ("nosniff", "no-referrer")
    rules = told_policy(path=path)
    assert (rules["default-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'none'", "'none'")
    assert "unsafe" not in rules["script-src"] and "http" not in rules["script-src"]


def test_row_9_a_fault_is_answered_with_the_headers_and_without_a_word_of_it() -> None:
    status, told, _ = asked(raises=True)
    assert status == 500 and "content-security-policy" in told


def test_row_9_by_a_setting_other_pages_may_frame_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FRAMES_VARIABLE, "https://lms.school.example, https://*.school.example:444")
    rules = told_policy(origins=Origins.of_settings("127.0.0.1"), host="localhost")
    assert rules["frame-ancestors"] == "'self' https://lms.school.example https://*.school.example:444"


def test_row_9_behind_a_proxy_the_setting_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ORIGINS_VARIABLE, "https://NN.school.example/")
    origins = Origins.of_settings("127.0.0.1")
    assert asked("nn.school.example", "https://nn.school.example", kind="websocket", origins=origins)[0] == 101
    status, told, through = asked("127.0.0.1:8501", "https://nn.school.example", origins=origins)
    assert status == 200 and through[0][b"origin"] == b"https://127.0.0.1:8501", "Streamlit compares both"
    assert told["set-cookie"] == "a=b; Path=/; Secure"
    assert asked("127.0.0.1:8501", "http://nn.school.example", origins=origins)[0] == 403


@pytest.mark.parametrize(
    "told", ["nn.school.example", "https://a b/", "https://a; script-src *", "https://a/path", "'self'"]
)
@pytest.mark.parametrize("setting", [ORIGINS_VARIABLE, FRAMES_VARIABLE])
def test_row_9_a_setting_that_names_no_origin_is_refused(
    told: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, told)
    with pytest.raises(ValueError, match=f"The setting {setting} must name origins"):
        Origins.of_settings("127.0.0.1")


def test_row_9_cookies_are_for_TLS_alone_behind_TLS() -> None:
    assert asked()[1]["set-cookie"] == "a=b; Path=/"
    assert asked(scheme="https")[1]["set-cookie"] == "a=b; Path=/; Secure"


class Runtime:
    """Streamlit's, which sends a page something as soon as it is there."""

    def connect_session(self, client: Any, **_: Any) -> str:
        client.write_forward_msg(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
        return "session"

    def handle_backmsg(self, *_: Any, **__: Any) -> None: ...

    def disconnect_session(self, *_: Any, **__: Any) -> None: ...


def test_a_page_that_goes_while_it_is_sent_something_is_no_fault_of_the_server() -> None:
    page = Starlette(routes=[WebSocketRoute("/_stcore/stream", create_websocket_handler(cast(Any, Runtime())))])
    taken: list[str] = []

    async def receive() -> Any:
        await asyncio.sleep(0.01)  # meanwhile it is sent what it no longer takes
        return {"type": "websocket.receive", "bytes": b""} if taken else {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        taken.append(message["type"])
        if message["type"] == "websocket.send":
            raise ClientDisconnected

    headers = [(b"host", HOST.encode()), (b"origin", PAGE.encode())]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers, "server": ARRIVED, "scheme": "ws"}
    asyncio.run(Wire(page, Origins(frozenset()))(scope, receive, send))
    assert taken == ["websocket.accept", "websocket.send"]
