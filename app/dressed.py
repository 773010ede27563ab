"""The document that every page begins with, with our style in it.

Streamlit brings a style that a page draws by a part of its own scripts that is loaded when it is first met: until then,
a second and more on a first visit, pages stood without it.
"""

import gzip
from pathlib import Path
from typing import Any

import streamlit
from starlette.datastructures import Headers
from starlette.responses import Response

STYLE = Path(__file__).parent / "style.css"
BARE = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
_AS_STORED = (b"if-none-match", b"if-modified-since", b"accept-encoding")


def dressed() -> bytes:
    """Streamlit's document with our style at its end, where it follows all that Streamlit adds to the head."""
    style = STYLE.read_bytes()
    page = BARE.replace(b"</body>", b"<style>\n" + style + b"</style>\n</body>")
    assert page != BARE and b"</style" not in style.lower(), "the document or the style is no longer as it was"
    return page


class Dressed:
    """ASGI middleware: answers with that document wherever Streamlit would with its own."""

    def __init__(self, app: Any) -> None:
        self.app, self.page = app, dressed()
        self.packed = gzip.compress(self.page, mtime=0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" and scope["method"] == "GET" else Headers()
        if "text/html" not in headers.get("accept", ""):
            await self.app(scope, receive, send)
            return
        packs = "gzip" in headers.get("accept-encoding", "")
        begun: Any = None

        async def send_dressed(message: Any) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
                return
            if begun and message.get("body") == BARE:
                told = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
                told |= {"Content-Encoding": "gzip"} if packs else {}
                body = self.packed if packs else self.page
                await Response(body, headers=told, media_type="text/html")(scope, receive, send)
                begun = None
                return
            if begun:
                await send(begun)
                begun = None
            await send(message)

        # what a browser kept of Streamlit's own document, or of ours with another style, is not asked for
        plain = [header for header in scope["headers"] if header[0] not in _AS_STORED]
        await self.app({**scope, "headers": plain}, receive, send_dressed)
