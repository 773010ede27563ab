"""Whose page it is: a signed cookie, given to every browser at its first request.

There are no accounts. What a browser makes is its own: a project is opened by the cookie of its owner alone, so that
guessing or passing on an address shows nobody else's work.
"""

import os
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders

COOKIE = "graphbuilder_owner"
KEY_FILE = "signing.key"
_YEARS_2 = 2 * 365 * 24 * 3600


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


def read(cookie: str, key: str) -> str | None:
    """The owner that a cookie names; None where its signature is not ours."""
    try:
        return Signer(key, salt=COOKIE).unsign(cookie).decode()
    except BadSignature:
        return None


def sign(owner: str, key: str) -> str:
    return Signer(key, salt=COOKIE).sign(owner).decode()


class OwnerCookie:
    """ASGI middleware: a request without a valid cookie gets one, which its own page sees already."""

    def __init__(self, app: Any, key: str) -> None:
        self.app, self.key = app, key

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or self._owner(scope):
            await self.app(scope, receive, send)
            return
        signed = sign(secrets.token_hex(16), self.key)

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = f"{COOKIE}={signed}; Path=/; Max-Age={_YEARS_2}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", told)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _owner(self, scope: Any) -> str | None:
        for name, value in scope["headers"]:
            if name == b"cookie":
                try:
                    morsel = SimpleCookie(value.decode("latin-1")).get(COOKIE)
                except CookieError:
                    continue
                if morsel:
                    return read(morsel.value, self.key)
        return None
