"""Files of data that visitors send: streamed to the disk, bounded, and gone where they do not come whole."""

import asyncio
import errno
import json
import resource
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from app import owner, state
from app.arrivals import Arrivals
from graphbuilder.store.files import COMING, Coming
from graphbuilder.store.limits import Limits
from tests.app.conftest import Screen

HIS = "a" * 32
ROOM = Limits(data_mb=1, owner_disk_mb=3, owner_sending=2, sending=3, free_disk_mb=1)


@pytest.fixture
def home(screen: Callable[[], Screen]) -> Path:
    return state.store().home


class Sender:
    """A browser that sends files, whole or not."""

    def __init__(self, limits: Limits = ROOM, seconds: float = 5.0, who: str | None = HIS) -> None:
        self.arrivals, self.who = Arrivals(limits, seconds), who

    async def put(
        self, size: int, name: str = "a.csv", *, told: int | None = None, breaks: bool = False, pause: float = 0,
        method: str = "PUT",
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """Status and answer. breaks: the connection is lost before the last byte."""
        key = owner.signing_key(state.store().home)
        headers = [(b"content-length", str(told).encode())] if told is not None else []
        if self.who:
            headers.append((b"cookie", f"{owner.cookie_name(key)}={owner.sign(self.who, key)}".encode()))
        query = f"name={name}&size={size}".encode()
        scope = {
            "type": "http", "method": method, "path": "/api/data", "query_string": query, "headers": headers,
            "client": ("10.0.0.7", 5),
        }  # fmt: skip

        async def messages() -> AsyncIterator[Any]:
            for at in range(0, size, 50_000):
                await asyncio.sleep(pause)
                last = at + 50_000 >= size
                if last and breaks:
                    yield {"type": "http.disconnect"}
                piece = b"x" * min(50_000, size - at)
                yield {"type": "http.request", "body": piece, "more_body": not last}

        body = messages()
        answer = await self.arrivals.answer(Request(scope, lambda: anext(body)))
        return answer.status_code, json.loads(bytes(answer.body) or b"{}")


def files(home: Path) -> list[str]:
    folder = home / "files"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_file_that_came_is_the_visitors_set_and_is_looked_at(home: Path) -> None:
    status, told = asyncio.run(Sender().put(123_456, "Blumen%20%C3%BC.csv"))
    kept = state.sets().one(HIS, told["id"])
    assert (status, kept.title, kept.file, kept.bytes, kept.state) == (
        200, "Blumen ü", "Blumen ü.csv", 123_456, "looking",
    )  # fmt: skip
    assert files(home) == [kept.hash]
    assert state.jobs().request(kept.job) == {"kind": "look", "set": kept.id}


def test_who_has_no_cookie_sends_nothing(home: Path) -> None:
    status, told = asyncio.run(Sender(who=None).put(100))
    assert status == 403 and "no cookie" in told["error"] and files(home) == []


def test_R11_more_than_one_file_may_have_is_refused_before_and_while_it_comes(home: Path) -> None:
    async def act() -> None:
        for told in (None, 10, 5_000_000):
            status, says = await Sender().put(5_000_000, told=told)
            assert (status, says["error"]) == (413, "A file may have at most 1.0 MB. Nothing of it was kept.")
        status, says = await Sender().put(5_000_000, method="GET")
        assert status == 413, "asked before it is sent"

    asyncio.run(act())
    assert files(home) == []


def test_D24_a_file_that_breaks_off_or_finds_a_full_disk_leaves_nothing_and_harms_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(Sender().put(100_000))
    before = files(home)
    assert asyncio.run(Sender().put(900_000, breaks=True))[0] == 400
    assert asyncio.run(Sender(seconds=0.05).put(900_000, pause=0.2))[0] == 408
    assert files(home) == before

    def full(self: Coming, piece: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Coming, "write", full)
    status, told = asyncio.run(Sender().put(900_000))
    assert status == 507 and told["error"].startswith("The disk of this server is full. Nothing of it was kept")
    assert files(home) == before and len(state.sets().mine(HIS)) == 1


def test_what_a_visitor_may_keep_bounds_what_comes_together(home: Path) -> None:
    async def act() -> None:
        sender = Sender(Limits(data_mb=2, owner_disk_mb=2, free_disk_mb=1, owner_sending=9))
        told = await asyncio.gather(*(sender.put(900_000 + n, told=900_000, pause=0.01) for n in range(3)))
        assert sorted(status for status, _ in told) in ([200, 200, 507], [200, 507, 507])
        _, says = await sender.put(1_500_000, method="GET")
        assert "of what you may keep, and this file has more" in says["error"]

    asyncio.run(act())
    assert not any(name.startswith(COMING) for name in files(home))


def test_so_many_come_at_once_and_no_more(home: Path) -> None:
    async def act() -> None:
        sender = Sender()
        told = await asyncio.gather(*(sender.put(100_000 + n, pause=0.01) for n in range(3)))
        assert sorted(status for status, _ in told) == [200, 200, 429]
        assert "2 files of yours are on their way" in str(told)
        assert (await sender.put(5))[0] == 200, "there is room again"

    asyncio.run(act())


def test_R10_what_comes_is_never_in_memory(home: Path) -> None:
    async def act() -> None:
        sender = Sender(Limits(data_mb=100, owner_sending=9, free_disk_mb=1))
        await asyncio.gather(*(sender.put(10_000_000 + n) for n in range(9)))

    asyncio.run(Sender().put(5))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asyncio.run(act())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000, "of 90 MB"
