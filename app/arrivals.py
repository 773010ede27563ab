"""Files that visitors send, of data or models: streamed to the disk, never in memory whole, and gone where they do not
come whole.

GET asks whether a file of this name and size would be taken, so that nobody sends one for nothing; PUT sends it.
"""

import asyncio
import errno
import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app import owner, routes, sets, state
from graphbuilder.store import StoreError
from graphbuilder.store.disk import in_words, is_full, kept_by, refuse_if_full
from graphbuilder.store.files import Coming
from graphbuilder.store.limits import Limits

PIECE = 256_000
"""Bytes that are held before they are written."""
SILENT_SECONDS = 30.0
"""For so long nothing may come of a file."""
_LOOKED_AT_EVERY = 20_000_000
"""Bytes after which the disk is looked at again."""

Adding = Callable[[str, str, str, int, str | None], str]
"""Owner, name, hash, bytes, and the network that it came from."""

log = logging.getLogger("graphbuilder")


class Refused(Exception):
    """Why a file is not taken, in words. status: of the answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Arrivals:
    """Takes files, so many bytes and so many at once as may come. add: what becomes of one that is kept, whose id the
    page is told."""

    def __init__(self, limits: Limits, seconds: float = SILENT_SECONDS, add: Adding = sets.add) -> None:
        self.limits, self.seconds, self.add = limits, seconds, add
        self._coming: list[_OnTheWay] = []

    async def answer(self, request: Request) -> Response:
        who = routes.visitor(request)
        try:
            if not who:
                raise Refused(403, "The browser sent no cookie of this server. Reload the page.")
            if request.method == "PUT":
                return JSONResponse({"id": await self._take(who, request)})
            await asyncio.to_thread(self._refuse_too_much, who, _size(request.query_params.get("size", "")))
            return JSONResponse({})
        except Refused as fault:
            return JSONResponse({"error": str(fault)}, fault.status, headers={"Connection": "close"})
        except StoreError as fault:
            return JSONResponse({"error": str(fault)}, 507, headers={"Connection": "close"})
        except TimeoutError:
            return JSONResponse({"error": f"Nothing more of the file came for {self.seconds:.0f} seconds."}, 408)
        except ClientDisconnect:
            return Response(status_code=400)
        except OSError as fault:
            full = is_full(fault) or fault.errno == errno.EFBIG
            log.warning("A file could not be kept: %s", fault)
            why = "The disk of this server is full." if full else "The server could not keep the file."
            return JSONResponse({"error": f"{why} Nothing of it was kept, and nothing else was touched."}, 507)

    async def _take(self, who: str, request: Request) -> str:
        size = _size(request.headers.get("content-length", ""))
        with Coming(state.store().home) as coming, self._counted(_OnTheWay(who, size, coming)) as mine:
            await asyncio.to_thread(self._refuse_too_much, who, size, mine)
            held, looked = bytearray(), 0
            pieces = aiter(request.stream())
            while True:
                async with asyncio.timeout(self.seconds):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                held += piece
                if len(held) < PIECE:
                    continue
                await asyncio.to_thread(coming.write, bytes(held))
                held.clear()
                self._refuse_too_large(coming.bytes)
                if coming.bytes - looked > _LOOKED_AT_EVERY:
                    looked = coming.bytes
                    await asyncio.to_thread(self._refuse_too_much, who, coming.bytes, mine)
            await asyncio.to_thread(coming.write, bytes(held))
            await asyncio.to_thread(self._refuse_too_much, who, coming.bytes, mine)
            hash = await asyncio.to_thread(coming.keep)
            network = owner.network(request.client.host if request.client else None)
            name = request.query_params.get("name", "")
            return await asyncio.to_thread(self.add, who, name, hash, coming.bytes, network)

    @contextmanager
    def _counted(self, mine: "_OnTheWay") -> Iterator["_OnTheWay"]:
        others = sum(one.who == mine.who for one in self._coming)
        if others >= self.limits.owner_sending:
            raise Refused(429, f"{others} files of yours are on their way, and more may not be at once.")
        if len(self._coming) >= self.limits.sending:
            raise Refused(429, "Too many files come to this server at once. Try again in a minute.")
        self._coming.append(mine)
        try:
            yield mine
        finally:
            self._coming.remove(mine)

    def _refuse_too_large(self, size: int) -> None:
        most = self.limits.data_mb * 10**6
        if size > most:
            raise Refused(413, f"A file may have at most {in_words(most)}. Nothing of it was kept.")

    def _refuse_too_much(self, who: str, size: int, mine: "_OnTheWay | None" = None) -> None:
        """size: bytes of a file, which is `mine` where it is on its way: what began to come before it goes first."""
        self._refuse_too_large(size)
        refuse_if_full(state.store(), who, self.limits)
        earlier = itertools.takewhile(lambda one: one is not mine, [*self._coming])
        room = self.limits.owner_disk_mb * 10**6 - kept_by(state.store(), who)
        room -= sum(max(one.told, one.coming.bytes) for one in earlier if one.who == who)
        if size > room:
            raise Refused(
                507,
                f"{in_words(max(0, room))} are left of what you may keep, and this file has more. Delete data, runs or "
                "projects that you need no more; then there is room at once.",
            )


@dataclass(frozen=True, eq=False, slots=True)
class _OnTheWay:
    """told: how many bytes it said to have, 0 where it did not."""

    who: str
    told: int
    coming: Coming


def _size(told: str) -> int:
    return int(told) if told.isdecimal() else 0
