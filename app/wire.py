"""Who is answered at all, and what every answer tells the browser not to do.

A page of somebody else's may ask a visitor's browser to ask this server. So the server answers by its own names alone
(a name that was turned to its address is another's), takes messages from its own pages alone, and its pages load, run
and send nothing but what is its own.
"""

import base64
import hashlib
import ipaddress
import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit
from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketDisconnected

ORIGINS_VARIABLE = "GRAPHBUILDER_ORIGINS"
FRAMES_VARIABLE = "GRAPHBUILDER_FRAME_ANCESTORS"

_HOST = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
_OPEN = ("health", "host-config", "stream", "upload_file/", "bidi-components/")
"""What pages need of Streamlit's own addresses. The rest is for who writes an app, tells of others, or works without a
page."""
_CLOSED = ("/_stcore/", "/component/", "/auth/", "/oauth2callback")


@dataclass(frozen=True, slots=True)
class Origins:
    """The addresses by which this server is opened.

    names: of this machine. told: whole ones by setting, such as https://nn.school.example, which a proxy may turn into
    another. frames: whose pages may show ours in a frame.
    """

    names: frozenset[str]
    told: frozenset[str] = frozenset()
    frames: tuple[str, ...] = ()

    @classmethod
    def of_settings(cls, host: str) -> "Origins":
        """host: the address that the server listens on. Raises ValueError for a setting that is no list of origins."""
        own = platform.node().lower()
        names = frozenset(("localhost", host.lower(), own, f"{own}.local"))
        return cls(names, frozenset(_origins(ORIGINS_VARIABLE)), tuple(_origins(FRAMES_VARIABLE, r"(\*\.)?")))

    @property
    def secure(self) -> bool:
        """Whether nobody is to come but by TLS."""
        return bool(self.told) and all(origin.startswith("https://") for origin in self.told)

    def has_host(self, host: str, arrived: str) -> bool:
        """Whether a Host header names this server. arrived: the address of this machine that the connection came to.

        Addresses of a private network are all taken, as a router or a container may translate them on the way here. It
        is names that can be another's and lead here all the same.
        """
        found = _HOST.fullmatch(host.lower())
        if not found:
            return False
        name = found["name"].strip("[]").rstrip(".")
        if name in (*self.names, arrived) or any(URL(origin).hostname == name for origin in self.told):
            return True
        try:
            return ipaddress.ip_address(name).is_private
        except ValueError:
            return False

    def has(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is ours."""
        scheme, _, rest = origin.lower().partition("://")
        return origin.lower() in self.told or (scheme in ("http", "https") and rest == host.lower())


def _origins(setting: str, before: str = "") -> Iterable[str]:
    """The origins that a setting names. before: what may stand before a name."""
    for told in filter(None, re.split(r"[\s,]+", os.environ.get(setting, "").lower())):
        if not re.fullmatch(f"https?://{before}{_HOST.pattern}/?", told):
            raise ValueError(
                f"The setting {setting} must name origins such as https://nn.school.example, commas between; "
                f"it has {told!r}."
            )
        yield told.rstrip("/")


def policy(frames: Iterable[str] = ()) -> str:
    """The Content-Security-Policy: everything from here, nothing from elsewhere."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    ]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],  # Streamlit makes elements as it draws; formulas carry attributes
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'", *frames] if (frames := list(frames)) else ["'none'"],
    }
    return "; ".join(" ".join((name, *values)) for name, values in rules.items())


class Wire:
    """ASGI middleware, the outermost: refuses what does not come to this server or from its pages, closes what no page
    needs, and puts the headers on every answer."""

    def __init__(self, app: Any, origins: Origins) -> None:
        self.app, self.origins = app, origins
        self.headers = {
            "Content-Security-Policy": policy(origins.frames),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        secure = self.origins.secure or scope["scheme"] in ("https", "wss")
        begun = False

        async def send_with_headers(message: Any) -> None:
            nonlocal begun
            if message["type"].endswith("http.response.start"):
                begun = True
                told = MutableHeaders(scope=message)
                told.update(self.headers)
                if secure:
                    message["headers"] = [_secured(*header) for header in message["headers"]]
            await send(message)

        refused = self._refused(scope)
        if refused:
            await refused(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        except WebSocketDisconnected:
            return  # the page went while it was sent something, and Streamlit would close what is closed already
        except Exception:
            if scope["type"] == "http" and not begun:
                await PlainTextResponse("Something went wrong here.", 500)(scope, receive, send_with_headers)
            raise  # for the log

    def _refused(self, scope: Any) -> PlainTextResponse | None:
        told, path = Headers(scope=scope), scope["path"]
        host, origin = told.get("host", ""), told.get("origin")
        if not self.origins.has_host(host, str((scope.get("server") or ("",))[0])):
            return PlainTextResponse(
                f"This server is not opened by this name. Who runs it can add it: {ORIGINS_VARIABLE}.", 403
            )
        foreign = scope["type"] == "websocket" if origin is None else not self.origins.has(origin, host)
        if foreign:
            return PlainTextResponse(
                f"This was asked for by a page of another server. If that is this server's own address, who runs it "
                f"can add it: {ORIGINS_VARIABLE}.",
                403,
            )
        if path.startswith(_CLOSED) and not path.removeprefix("/_stcore/").startswith(_OPEN):
            return PlainTextResponse("There is no such address.", 404)
        if origin:  # Streamlit has a list of its own, and asks the Internet for its address before it looks into it
            headers = [(name, value) for name, value in scope["headers"] if name != b"origin"]
            scope["headers"] = [*headers, (b"origin", f"{URL(origin).scheme}://{host}".encode("latin-1"))]
        return None


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header, and if it is a cookie's, for TLS alone."""
    plain = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if plain else value
