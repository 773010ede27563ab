"""Whose page it is: a signed cookie, given to every browser at its first request.

There are no accounts. What a browser makes is its own: a project is opened by the cookie of its owner alone, so that
guessing or passing on an address shows nobody else's work.
"""

import hashlib
import ipaddress
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser

_PURPOSE = "graphbuilder_owner"
KEY_FILE = "signing.key"
_YEARS_2 = 2 * 365 * 24 * 3600


@cache
def signing_key(home: Path) -> str:
    """The key that cookies are signed by, kept beside the projects and readable by its user alone."""
    path = home / KEY_FILE
    if not path.exists():
        making = home / f".{KEY_FILE}-{secrets.token_hex(4)}"
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(making, path)  # fails where another process was faster; then its key holds
        except FileExistsError:
            pass
        finally:
            making.unlink()
    return path.read_text()


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
    """ASGI middleware: a request without a valid cookie gets one, which its own page sees already."""

    def __init__(self, app: Any, key: str) -> None:
        self.app, self.key = app, key

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or of(scope, self.key):
            await self.app(scope, receive, send)
            return
        signed = sign(secrets.token_hex(16), self.key)

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = f"{cookie_name(self.key)}={signed}; Path=/; Max-Age={_YEARS_2}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", told)
            await send(message)

        await self.app(scope, receive, send_with_cookie)
