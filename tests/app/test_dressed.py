"""Every page is styled at its first paint."""

import asyncio
import gzip
from typing import Any

from starlette.responses import FileResponse, PlainTextResponse

from app.dressed import BARE, STYLE, Dressed, dressed


def answer(inner: Any, **headers: str) -> tuple[dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return await asyncio.Future()  # the browser stays

    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/projects", "headers": told}
    asyncio.run(Dressed(inner)(scope, receive, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    found = {name.decode().lower(): value.decode() for name, value in starts[0]["headers"]}
    return found, b"".join(message.get("body", b"") for message in sent)


def test_the_document_of_a_page_has_the_style_behind_all_else() -> None:
    told, body = answer(PlainTextResponse(BARE, media_type="text/html"), accept="text/html")
    assert body == dressed()
    assert STYLE.read_bytes() in body[body.index(b'<div id="root">') :]
    assert told["content-length"] == str(len(body)) and "etag" not in told


def test_a_browser_that_unpacks_is_sent_it_packed() -> None:
    told, body = answer(PlainTextResponse(BARE, media_type="text/html"), accept="text/html", accept_encoding="gzip")
    assert told["content-encoding"] == "gzip" and gzip.decompress(body) == dressed()


def test_what_a_browser_kept_of_another_style_is_not_taken_for_the_page() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        assert not [name for name, _ in scope["headers"] if name.startswith(b"if-")]
        await PlainTextResponse(BARE, media_type="text/html")(scope, receive, send)

    assert answer(inner, accept="text/html", if_none_match='"kept"')[1] == dressed()


def test_other_answers_pass_as_they_are() -> None:
    assert answer(PlainTextResponse("x"), accept="text/html")[1] == b"x"
    assert answer(FileResponse(STYLE), accept="text/html")[1] == STYLE.read_bytes()
    assert answer(PlainTextResponse(BARE), accept="*/*")[1] == BARE
