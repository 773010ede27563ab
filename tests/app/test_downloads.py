"""Large files that visitors fetch: how many at once, and how long nobody need read."""

import asyncio
from typing import Any

import pytest

from app import owner
from app.downloads import Downloads
from graphbuilder.store.limits import Limits

KEY = "a key"
MODEL = "/api/runs/7/model"


class Server:
    """Answers each request when it is let go on."""

    def __init__(self, seconds: float = 5.0) -> None:
        self.goes_on = asyncio.Event()
        self.downloads = Downloads(self.answer, KEY, Limits(owner_downloads=2, downloads=3), seconds)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        await self.goes_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the model"})

    async def get(self, who: str, path: str = MODEL, reads: bool = True) -> tuple[int, str]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)
            if not reads:
                await asyncio.Event().wait()

        cookie = f"{owner.cookie_name(KEY)}={owner.sign(who, KEY)}".encode()
        scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"cookie", cookie)]}
        await self.downloads(scope, None, send)
        return sent[0]["status"], sent[1]["body"].decode()


def test_row_3_more_downloads_than_may_go_on_at_once_are_refused_in_a_sentence() -> None:
    async def act() -> None:
        server = Server()
        going = [asyncio.create_task(server.get(who)) for who in "aab"]
        await asyncio.sleep(0)
        status, says = await server.get("a", "/api/builds/7/model")
        assert (status, "2 downloads of yours go on" in says) == (429, True)
        status, says = await server.get("c", "/api/runs/7/everything")
        assert (status, "3 downloads go on here" in says) == (429, True)
        other = asyncio.create_task(server.get("a", "/api/runs/7/events"))
        server.goes_on.set()
        assert await asyncio.gather(*going, other) == [(200, "the model")] * 4
        assert await server.get("a") == (200, "the model")

    asyncio.run(asyncio.wait_for(act(), 5))


def test_row_3_one_that_nobody_reads_ends_and_makes_room() -> None:
    async def act() -> None:
        server = Server(seconds=0.05)
        server.goes_on.set()
        for _ in range(4):
            with pytest.raises(TimeoutError):
                await server.get("a", reads=False)
        assert await server.get("a") == (200, "the model")

    asyncio.run(asyncio.wait_for(act(), 5))
