"""What visitors send as files, counted before Streamlit keeps it in memory: each file, each visitor, and all together.

A page reads a file as soon as it is there, and needs it for no more than a message about it. So files go after two
minutes, and the oldest sooner where room is short.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from app import owner
from graphbuilder.document_file import MAX_BYTES
from graphbuilder.store.limits import Limits

PATH = "/_stcore/upload_file/"
FRAME_BYTES = 100_000
"""What a form adds to the file in it."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes a file may have, and those of a visitor and of all that are there or on their way. seconds: that
    a file may take to come, and is kept."""

    file: int
    visitor: int
    all: int
    seconds: float = 120.0

    @classmethod
    def of(cls, limits: Limits) -> "Room":
        """As the settings say, but that no file is larger than a document's, and one of the largest finds room."""
        file = min(limits.upload_mb * 10**6, MAX_BYTES)
        visitor = max(limits.owner_uploads_mb * 10**6, file) + 2 * FRAME_BYTES
        return cls(file, visitor, max(limits.uploads_mb * 10**6, visitor))


class Sessions(Protocol):
    """What is asked of Streamlit."""

    def is_of(self, session: str, who: str | None) -> bool:
        """Whether a page's session began with this visitor's cookie."""

    def drop(self, session: str, file: str) -> None:
        """Forgets a file."""


class StreamlitSessions:
    def is_of(self, session: str, who: str | None) -> bool:
        found = get_instance()._session_mgr.get_active_session_info(session)
        return found is not None and found.session.matches_user_info({owner.VISITOR: who or ""})

    def drop(self, session: str, file: str) -> None:
        files = get_instance().uploaded_file_mgr
        assert isinstance(files, MemoryUploadedFileManager)
        files.remove_file(session, file)


class TooMuch(Exception):
    """Why a file is not taken, in words."""


@dataclass(frozen=True, slots=True)
class _Kept:
    who: str | None
    size: int
    since: float


class Uploads:
    """ASGI middleware: hands a file on to Streamlit as far as there is room for it."""

    def __init__(self, app: Any, key: str, room: Room, sessions: Sessions | None = None) -> None:
        self.app, self.key, self.room = app, key, room
        self.sessions = sessions or StreamlitSessions()
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._coming: Counter[str | None] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self.app(scope, receive, send)
            return
        who = owner.of(scope, self.key)
        session, _, file = scope["path"].removeprefix(PATH).partition("/")
        if not self.sessions.is_of(session, who):
            await _told(403, "This page is none of your browser's.")(scope, receive, send)
        elif scope["method"] != "PUT":
            await self.app(scope, receive, send)
        else:
            await self._take(who, (session, file), scope, receive, send)

    async def _take(self, who: str | None, place: tuple[str, str], scope: Any, receive: Any, send: Any) -> None:
        size, status = 0, 500

        async def counted() -> Any:
            nonlocal size
            message = await receive()
            more = len(message.get("body", b""))
            self._make_room(who, size + more, more)
            size += more
            self._coming[who] += more
            return message

        async def seen(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            length = Headers(scope=scope).get("content-length", "")
            if length.isdecimal():
                self._make_room(who, int(length), int(length))
            async with asyncio.timeout(self.room.seconds):
                await self.app(scope, counted, seen)
            if status < 300:
                self._kept.pop(place, None)
                self._kept[place] = _Kept(who, size, time.monotonic())
                asyncio.get_running_loop().call_later(self.room.seconds + 1, self._drop_old)
        except TooMuch as fault:
            await _told(413, str(fault))(scope, receive, send)
        except TimeoutError:
            await _told(408, f"The file did not come within {self.room.seconds:.0f} seconds.")(scope, receive, send)
        finally:
            self._coming[who] -= size

    def _make_room(self, who: str | None, size: int, more: int) -> None:
        """Drops files until `more` bytes find room. Raises TooMuch where a file of `size` bytes has none."""
        room = self.room
        if size > room.file + FRAME_BYTES:
            raise TooMuch(f"A file may have at most {room.file:,} bytes. Nothing of it was kept.")
        self._drop_old()
        mine = [place for place, kept in self._kept.items() if kept.who == who]
        if not self._dropped(mine, self._coming[who] + more, room.visitor):
            raise TooMuch("Too many files come at once from your browser. Wait until the others are there.")
        if not self._dropped(list(self._kept), self._coming.total() + more, room.all):
            raise TooMuch("Too many files come to this server at once. Try again in a minute.")

    def _dropped(self, places: list[tuple[str, str]], needed: int, room: int) -> bool:
        """Whether what is needed fits beside these files, the oldest of which go for it."""
        held = sum(self._kept[place].size for place in places)
        while places and held + needed > room:
            oldest = places.pop(0)
            held -= self._kept[oldest].size
            self._drop([oldest])
        return held + needed <= room

    def _drop_old(self) -> None:
        now = time.monotonic()
        self._drop([place for place, kept in self._kept.items() if now - kept.since > self.room.seconds])

    def _drop(self, places: Iterable[tuple[str, str]]) -> None:
        for place in places:
            del self._kept[place]
            self.sessions.drop(*place)


def _told(status: int, text: str) -> PlainTextResponse:
    return PlainTextResponse(text, status, headers={"Connection": "close"})
