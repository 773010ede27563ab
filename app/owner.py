"""Whose page it is: a signed cookie, given to every browser at its first request.

There are no accounts. What a browser makes is its own: a project is opened by the cookie of its owner alone, so that
guessing or passing on an address shows nobody else's work.
"""

import hashlib
import ipaddress
import os
import re
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser

_PURPOSE = "graphbuilder_owner"
KEY_FILE = "signing.key"
_KEY_BYTES = 32
_YEARS_2 = 2 * 365 * 24 * 3600
VISITOR, VISITOR_HEADER = "visitor", "x-graphbuilder-visitor"
"""By which Streamlit is told whose connection it is: it gives a session back to whom it began with alone."""


@cache
def signing_key(home: Path) -> str:
    """The key that cookies are signed by, kept beside the projects and readable by its user alone.

    Raises ValueError for a file that is none: every visitor would be another one, and could be made up. OSError where
    it cannot be made.
    """
    path = home / KEY_FILE
    if not path.exists():
        making = home / f".{KEY_FILE}-{secrets.token_hex(4)}"
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster; then its key holds
                os.link(making, path)
            _sync(home)
        finally:
            making.unlink()
    try:
        key = path.read_text("ascii").strip()
    except (OSError, ValueError) as fault:
        raise ValueError(_no_key(path, "cannot be read")) from fault
    if not re.fullmatch(rf"[0-9a-f]{{{2 * _KEY_BYTES}}}", key):
        raise ValueError(_no_key(path, "is no whole key"))
    return key


def _no_key(path: Path, what: str) -> str:
    return (
        f"The key of the visitors' cookies, {path}, {what}. Put it back from a backup. Without one, delete the file: "
        "then a new key is made, and nobody has the projects of before."
    )


def _sync(folder: Path) -> None:
    """Has the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def network(address: str | None) -> str:
    """What an address of the network counts as: itself, or of the sixth version the half that one household has."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return (address or "this machine")[:64]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def cookie_name(key: str) -> str:
    """Another one for every key: browsers give the cookies of one port of a machine to all its ports, so two servers
    with projects of their own would take turns in overwriting one cookie."""
    return f"{_PURPOSE}_{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def read(cookie: str, key: str) -> str | None:
    """The owner that a cookie names; None where its signature is not ours."""
    try:
        return Signer(key, salt=_PURPOSE).unsign(cookie).decode()
    except BadSignature:
        return None


def sign(owner: str, key: str) -> str:
    return Signer(key, salt=_PURPOSE).sign(owner).decode()


def of(scope: Any, key: str) -> str | None:
    """The owner whom an ASGI connection names by its cookie."""
    for name, value in scope["headers"]:
        if name == b"cookie" and (signed := cookie_parser(value.decode("latin-1")).get(cookie_name(key))):
            return read(signed, key)
    return None


class OwnerCookie:
    """ASGI middleware: a request without a valid cookie gets one, and a page's connection is marked with its owner."""

    def __init__(self, app: Any, key: str) -> None:
        self.app, self.key = app, key

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        known = of(scope, self.key)
        marked = VISITOR_HEADER.encode()
        headers = [(name, value) for name, value in scope["headers"] if name != marked]
        scope = {**scope, "headers": [*headers, (marked, (known or "").encode())]}
        if known or scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        signed = sign(secrets.token_hex(16), self.key)

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = f"{cookie_name(self.key)}={signed}; Path=/; Max-Age={_YEARS_2}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", told)
            await send(message)

        await self.app(scope, receive, send_with_cookie)
