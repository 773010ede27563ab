"""A share of the server for each visitor: who asks for more is served more slowly, and nobody else waits for that."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from app import owner

RATE = 0.25
"""Seconds of processor time that a visitor's edits may take in a second."""
BURST = 1.0
"""Seconds that may come at once."""
EACH = 0.01
"""What a message counts, whatever it asks for."""
BYTES = 2e-8
"""What each of its bytes counts beside."""
LONGEST = 2.0
"""No single message is held for longer."""
_KNOWN = 10_000


class Shares:
    """What each visitor has used of its share; a debt is worked off by waiting, message by message."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def used(self, who: str, seconds: float) -> float:
        """Takes work from the share; for how many seconds the visitor is to wait now."""
        with self._guard:
            now = self._clock()
            left = self._left_of(who, now) - seconds
            self._left.pop(who, None)
            self._left[who] = max(left, -LONGEST * RATE), now
            while len(self._left) > _KNOWN:
                self._left.popitem(last=False)
        return min(LONGEST, max(0.0, -left / RATE))

    def owed(self, who: str) -> bool:
        """Whether the visitor has used more than its share."""
        with self._guard:
            return self._left_of(who, self._clock()) < 0

    def _left_of(self, who: str, now: float) -> float:
        left, when = self._left.get(who, (BURST, now))
        return min(BURST, left + (now - when) * RATE)


SHARES = Shares()


class FairSockets:
    """ASGI middleware: hands a page's next message on when its visitor's share allows. Until then it is not read, and
    what a flood sends stays with who sends it."""

    def __init__(self, app: Any, key: str, shares: Shares = SHARES) -> None:
        self.app, self.key, self.shares = app, key, shares

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        who = owner.of(scope, self.key) or "local"

        async def in_turn() -> Any:
            message = await receive()
            if message["type"] == "websocket.receive":
                size = len(message.get("bytes") or message.get("text") or "")
                await asyncio.sleep(self.shares.used(who, EACH + size * BYTES))
            return message

        await self.app(scope, in_turn, send)
