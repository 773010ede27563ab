"""Large files that visitors fetch: so many at once of each visitor and in all, and none that nobody goes on reading."""

import asyncio
import re
from collections import Counter
from typing import Any

from starlette.responses import JSONResponse

from app import owner
from graphbuilder.store.limits import Limits

PATH = re.compile(r"/api/(runs|builds|projects|predictions)/[^/]+/(model|everything|file)")
READ_SECONDS = 60.0
"""For so long a reader may take nothing of what is sent; what broke off can be taken up again."""


class Downloads:
    """ASGI middleware: refuses a download where as many go on as may."""

    def __init__(self, app: Any, key: str, limits: Limits, seconds: float = READ_SECONDS) -> None:
        self.app, self.key, self.limits, self.seconds = app, key, limits, seconds
        self._going: Counter[str | None] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not PATH.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        who = owner.of(scope, self.key)
        if refused := self._refused(who):
            told = JSONResponse({"error": refused}, 429, headers={"Retry-After": "10"})
            await told(scope, receive, send)
            return

        async def send_in_time(message: Any) -> None:
            async with asyncio.timeout(self.seconds):
                await send(message)

        self._going[who] += 1
        try:
            await self.app(scope, receive, send_in_time)
        finally:
            self._going[who] -= 1

    def _refused(self, who: str | None) -> str:
        if self._going[who] >= self.limits.owner_downloads:
            return f"{self._going[who]} downloads of yours go on, and more may not at once. Wait for one to end."
        if self._going.total() >= self.limits.downloads:
            return f"{self._going.total()} downloads go on here, and more may not at once. Try again in a minute."
        return ""
