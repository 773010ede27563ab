"""Files that visitors send: how many bytes are taken, and when they go."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import owner
from app.uploads import FRAME_BYTES, Room, Uploads
from graphbuilder.store.limits import Limits

KEY = "a key"
ROOM = Room(file=1_000_000, visitor=2_200_000, all=3_300_000, seconds=0.2)


class Streamlit:
    """What keeps the files that come through. A session belongs to the visitor of the same name."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], int] = {}
        self.uploads = Uploads(self.take, KEY, ROOM, self)

    def is_of(self, session: str, who: str | None) -> bool:
        return session == who

    def drop(self, session: str, file: str) -> None:
        self.files.pop((session, file), None)

    async def take(self, scope: Any, receive: Any, send: Any) -> None:
        size, more = 0, scope["method"] == "PUT"
        while more:
            message = await receive()
            size, more = size + len(message["body"]), message["more_body"]
        session, file = scope["path"].split("/")[-2:]
        self.files[session, file] = size
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def put(
        self, who: str, file: str, size: int, told: int | None = None, session: str = "", method: str = "PUT",
        pause: float = 0,
    ) -> tuple[int, str, int]:  # fmt: skip
        """Status, what it says, and how many bytes were asked for."""
        cookie = f"{owner.cookie_name(KEY)}={owner.sign(who, KEY)}".encode()
        headers = [(b"cookie", cookie), *([(b"content-length", str(told).encode())] if told is not None else [])]
        path = f"/_stcore/upload_file/{session or who}/{file}"
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        sent: list[Any] = []
        asked = 0

        async def chunks() -> AsyncIterator[Any]:
            for at in range(0, size, 100_000):
                await asyncio.sleep(pause)
                yield {"type": "http.request", "body": b"x" * 100_000, "more_body": at + 100_000 < size}

        body = chunks()

        async def receive() -> Any:
            nonlocal asked
            asked += 100_000
            return await anext(body)

        async def send(message: Any) -> None:
            sent.append(message)

        await self.uploads(scope, receive, send)
        return sent[0]["status"], sent[1].get("body", b"").decode(), asked


def test_row_3_settings_bound_what_is_sent_and_one_file_always_finds_room() -> None:
    assert Room.of(Limits()) == Room(20_000_000, 40_200_000, 100_000_000)
    assert Room.of(Limits(upload_mb=3, owner_uploads_mb=1, uploads_mb=1)) == Room(3_000_000, 3_200_000, 3_200_000)
    assert Room.of(Limits(upload_mb=50)).file == 20_000_000, "no more are read"


def test_row_3_a_file_over_the_limit_is_refused_before_it_comes_and_while_it_comes() -> None:
    async def act() -> None:
        kept = Streamlit()
        status, says, asked = await kept.put("a", "1", 45_000_000, told=45_000_000)
        assert (status, says, asked) == (413, "A file may have at most 1,000,000 bytes. Nothing of it was kept.", 0)
        for told in (None, 10):
            status, _, asked = await kept.put("a", "1", 45_000_000, told=told)
            assert status == 413 and asked <= ROOM.file + FRAME_BYTES + 100_000
        assert kept.files == {} and not any(kept.uploads._coming.values())

    asyncio.run(act())


def test_row_3_a_visitors_oldest_file_goes_for_the_next_and_nobody_elses() -> None:
    async def act() -> None:
        kept = Streamlit()
        await kept.put("b", "1", 1_000_000)
        for file in "1234":
            assert (await kept.put("a", file, 1_000_000))[0] == 204
        assert set(kept.files) == {("b", "1"), ("a", "3"), ("a", "4")}
        assert (await kept.put("c", "1", 1_000_000))[0] == 204
        assert set(kept.files) == {("a", "3"), ("a", "4"), ("c", "1")}, "for all, the oldest goes"
        assert (await kept.put("a", "4", 100_000))[0] == 204
        assert kept.files["a", "4"] == 100_000 and sum(kept.files.values()) == 2_100_000

    asyncio.run(act())


def test_row_3_more_than_fits_at_once_is_refused_in_words_and_leaves_no_debt() -> None:
    async def act() -> None:
        kept = Streamlit()
        told = await asyncio.gather(*(kept.put("a", str(n), 1_000_000, pause=0.005) for n in range(6)))
        assert sorted({status for status, *_ in told}) == [204, 413]
        assert "Too many files come at once from your browser" in str(told)
        told = await asyncio.gather(*(kept.put(f"v{n}", "1", 1_000_000, pause=0.005) for n in range(9)))
        assert "Too many files come to this server at once" in str(told)
        assert sum(kept.files.values()) <= ROOM.all and not any(kept.uploads._coming.values())

    asyncio.run(act())


def test_row_3_files_go_after_a_while_and_one_that_does_not_come_is_given_up() -> None:
    async def act() -> None:
        kept = Streamlit()
        await kept.put("a", "1", 100_000)
        status, says, _ = await kept.put("a", "2", 1_000_000, pause=0.1)
        assert status == 408 and "did not come" in says
        await asyncio.sleep(0.1)
        kept.uploads._drop_old()
        assert kept.files == {} and kept.uploads._kept == {}

    asyncio.run(act())


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_row_9_files_of_a_session_are_put_and_dropped_with_its_cookie_alone(method: str) -> None:
    async def act() -> None:
        kept = Streamlit()
        assert (await kept.put("a", "1", 100_000, session="b", method=method))[0] == 403
        assert kept.files == {}

    asyncio.run(act())
