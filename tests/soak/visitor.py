"""A visitor without a browser: speaks Streamlit's protocol over its websocket, so that thirty of them cost little.

It sees what a page would see of the canvas (the network and which edits are acknowledged) and sends what the canvas
would send.
"""

import asyncio
import json
import time
from typing import Any
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.protocol import State

CANVAS = "graphbuilder.canvas"


class Visitor:
    """One page of one visitor. `opened` gives it; `edit` sends edits until they are acknowledged."""

    def __init__(self, url: str, cookie: str, socket: ClientConnection, client: str) -> None:
        self.url, self.cookie, self.client = url, cookie, client
        self._socket = socket
        self._id = self._fragment = self._page = self._state = ""
        self.session = ""
        self.data: dict[str, Any] = {}
        self.pending: list[dict[str, Any]] = []
        self._next = 1
        self.heard = asyncio.Event()
        self.runs = 0
        """Of the page's script, that came to their end."""
        self._following: dict[str, asyncio.Task[None]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def opened(cls, url: str, client: str, project: str = "", cookie: str = "") -> "Visitor":
        """At a project, or at the visitor's last one; with another's cookie it is another page of that visitor."""
        cookie = cookie or await asyncio.to_thread(_cookie, url)
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        headers = {"Cookie": cookie, "Origin": url}
        protocols: Any = ["streamlit"]
        socket = await connect(address, subprotocols=protocols, additional_headers=headers, max_size=None)
        visitor = cls(url, cookie, socket, client)
        await visitor._say({}, f"project={project}" if project else "")
        await visitor.until(lambda: bool(visitor.data))
        return visitor

    @property
    def project(self) -> str:
        return str(self.data["id"])

    @property
    def acknowledged(self) -> int:
        return int(self.data["acks"].get(self.client, 0))

    @property
    def is_open(self) -> bool:
        return self._socket.state is State.OPEN

    async def edit(self, *ops: dict[str, Any], patience: float = 60.0) -> float:
        """Sends edits and waits until they are acknowledged; how many seconds that took."""
        began = time.perf_counter()
        await self.send(*ops)
        last = self._next - 1
        try:
            await self.until(lambda: self.acknowledged >= last, patience)
        except TimeoutError:
            told = f"{self.client} waits for edit {last}; {self.acknowledged} is acknowledged, {self.runs} runs, {ops}"
            raise AssertionError(told) from None
        return time.perf_counter() - began

    async def send(self, *ops: dict[str, Any]) -> None:
        """Sends edits with all that are not acknowledged yet, as the canvas does, and waits for nothing."""
        for op in ops:
            self.pending.append({**op, "n": self._next})
            self._next += 1
        sync = {"epoch": self.project, "client": self.client, "ops": self.pending, "sel": [], "panel": None}
        await self._say({"sync": sync}, f"project={self.project}")

    async def until(self, holds: Any, patience: float = 60.0) -> None:
        async with asyncio.timeout(patience):
            while not holds():
                self.heard.clear()
                await self.heard.wait()

    async def close(self) -> None:
        self._listening.cancel()
        for look in self._following.values():
            look.cancel()
        await self._socket.close()

    async def _say(self, state: dict[str, Any], query: str) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = query, self._page
        if state:
            asked.fragment_id = self._fragment
            self._state = json.dumps(state)
        if self._state:
            widget = asked.widget_states.widgets.add()
            widget.id, widget.json_value = self._id, self._state
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for raw in self._socket:
            message = ForwardMsg()
            message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._page = message.new_session.page_script_hash
                self.session = message.new_session.initialize.session_id
            elif kind == "auto_rerun" and message.auto_rerun.fragment_id not in self._following:
                asked = message.auto_rerun
                look = asyncio.create_task(self._look_again(asked.fragment_id, asked.interval))
                self._following[asked.fragment_id] = look
            elif kind == "script_finished":
                self.runs += 1
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "bidi_component" and element.bidi_component.component_name == CANVAS:
                    self._id, self._fragment = element.bidi_component.id, message.delta.fragment_id
                    self._take(json.loads(element.bidi_component.json))
            self.heard.set()

    async def _look_again(self, fragment: str, seconds: float) -> None:
        """Has a part of the page drawn again and again, as the page does."""
        while True:
            await asyncio.sleep(seconds)
            message = BackMsg()
            asked = message.rerun_script
            asked.query_string, asked.page_script_hash = f"project={self.project}", self._page
            asked.fragment_id, asked.is_auto_rerun = fragment, True
            if self._state:
                widget = asked.widget_states.widgets.add()
                widget.id, widget.json_value = self._id, self._state
            await self._socket.send(message.SerializeToString())

    def _take(self, data: dict[str, Any]) -> None:
        self.data = data
        self.pending = [op for op in self.pending if op["n"] > self.acknowledged]


def _cookie(url: str) -> str:
    with urlopen(url) as answer:
        set_cookie: str = answer.headers["Set-Cookie"]
    return set_cookie.split(";")[0]
