"""What a script has drawn is not lost where the page's next message comes before it is sent."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from app import runners

Made = list[Any]


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed here is gone after the test."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    monkeypatch.setattr(AppSession, "_create_scriptrunner", AppSession._create_scriptrunner)
    monkeypatch.setattr(AppSession, "request_rerun", AppSession.request_rerun)
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """The runners that sessions made."""
    found: Made = []

    class Runner:
        def request_rerun(self, asked: Any) -> bool:
            found.append(asked)
            return True

    def create(session: Any, asked: Any) -> None:
        session._scriptrunner = Runner()
        found.append(asked)

    monkeypatch.setattr(AppSession, "_create_scriptrunner", create)
    runners.install()
    return found


class Session(AppSession):
    def __init__(self) -> None: ...

    def __del__(self) -> None: ...


def session(runner: Any) -> Any:
    one: Any = Session()
    one._state, one._event_loop, one._scriptrunner = AppSessionState.APP_IS_RUNNING, asyncio.get_running_loop(), runner
    one.has_fragment = lambda _: True
    return one


ENDED = SimpleNamespace(request_rerun=lambda _: False)
"""A runner whose script is done, but whose last events are not handled yet."""


def test_the_next_runner_waits_until_the_last_has_told_its_end(made: Made) -> None:
    async def messages() -> tuple[int, int]:
        page = session(ENDED)
        for name in ("a", "b"):
            page.request_rerun(ClientState(fragment_id=name))
        await asyncio.sleep(0.05)
        before = len(made)
        page._scriptrunner = None  # as AppSession does when it handles the last event
        await asyncio.sleep(0.05)
        return before, len(made)

    assert asyncio.run(messages()) == (0, 2)
    assert [asked.fragment_id for asked in made] == ["a", "b"]


def test_one_that_never_tells_its_end_is_not_waited_for_for_ever(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "_LOOK_SECONDS", 2.0)
    monkeypatch.setattr(asyncio.BaseEventLoop, "call_later", lambda self, _, act: self.call_soon(act))

    async def message() -> None:
        session(ENDED).request_rerun(ClientState(fragment_id="a"))
        for _ in range(10):
            await asyncio.sleep(0)

    asyncio.run(message())
    assert len(made) == 1


def test_a_session_that_ends_meanwhile_draws_nothing_more(made: Made) -> None:
    async def message() -> None:
        page = session(ENDED)
        page.request_rerun(ClientState(fragment_id="a"))
        page._scriptrunner, page._state = None, AppSessionState.SHUTDOWN_REQUESTED
        await asyncio.sleep(0.05)

    asyncio.run(message())
    assert not made


@pytest.fixture
def queue() -> ForwardMsgQueue:
    """As an end of the fragment "desk" waits to be sent, with what it drew."""
    runners.install()
    made = ForwardMsgQueue()
    drawn, end = ForwardMsg(), ForwardMsg()
    drawn.delta.fragment_id = "desk"
    drawn.delta.new_element.markdown.body = "the new panel"
    end.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    made.enqueue(drawn)
    made.enqueue(end)
    return made


def ends(queue: ForwardMsgQueue) -> list[int]:
    return [one.script_finished for one in queue.flush() if one.WhichOneof("type") == "script_finished"]


def test_the_end_of_a_fragment_stays_while_another_begins(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["follow"])
    assert len(queue) == 2
    assert ends(queue) == [ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]


def test_the_end_came_early_where_the_same_is_drawn_anew(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["desk"])
    assert ends(queue) == [ForwardMsg.FINISHED_EARLY_FOR_RERUN]


def test_the_end_came_early_where_the_whole_page_is_drawn_anew(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True)
    assert ends(queue) == [ForwardMsg.FINISHED_EARLY_FOR_RERUN]


def test_a_beat_brings_no_press_since_its_own_message_does(made: Made) -> None:
    pressed = [
        WidgetState(id="button", trigger_value=True),
        WidgetState(id="canvas", json_trigger_value="[{}]"),
        WidgetState(id="field", string_value="typed"),
    ]

    async def messages() -> None:
        page = session(None)
        for is_beat in (True, False):
            page.request_rerun(
                ClientState(fragment_id="f", is_auto_rerun=is_beat, widget_states=WidgetStates(widgets=pressed))
            )

    asyncio.run(messages())
    told = [[one.id for one in asked.widget_states.widgets] for asked in made]
    assert told == [["field"], ["button", "canvas", "field"]]


def test_a_piece_of_a_page_that_was_left_leads_nobody_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[RerunData] = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _, asked: ran.append(asked))
    runners.install()
    runner: Any = SimpleNamespace(_pages_manager=SimpleNamespace(current_page_script_hash="build"))
    left = RerunData(page_script_hash="projects", fragment_id_queue=["reading"], is_auto_rerun=True)
    here = RerunData(page_script_hash="build", fragment_id_queue=["follow"], is_auto_rerun=True)
    whole = RerunData(page_script_hash="projects")
    for asked in (left, here, whole):
        ScriptRunner._run_script(runner, asked)
    assert ran == [here, whole]
