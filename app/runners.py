"""What a script has drawn reaches its page, also from a busy server.

Streamlit's AppSession ignores what a ScriptRunner tells that is not the newest, and makes a new one for a message that
comes when the last run is done but not yet all sent: on a busy server every few messages, and the page then shows what
was, with nobody to say so. Here the new one waits until the last has told its end.

And where one fragment begins before the end of another is sent, Streamlit tells that end as one that came early, also
where all that was drawn is sent; a page then keeps the pieces that the drawing has no more. Here it stays what it was.

And where a script leads to another page while a piece of the one before still asks to be drawn again, Streamlit runs
nothing and tells the browser that it is on the page before; the next piece that comes has no place there, and the page
dies white ("Bad delta path index"). Here what was left asks in vain.
"""

from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

_LOOK_SECONDS = 0.005
_PATIENCE_SECONDS = 5.0


def install() -> None:
    """Has every session of this process do so."""
    _wait_for_the_last()
    _leave_ends_as_they_were()
    _hear_presses_once()
    _stay_on_the_page()


def _wait_for_the_last() -> None:
    create = AppSession._create_scriptrunner

    def create_in_turn(session: Any, asked: Any, patience: float = _PATIENCE_SECONDS) -> None:
        last = session._scriptrunner
        if last is None or patience <= 0:
            create(session, asked)
            return

        def later() -> None:
            if session._state == AppSessionState.SHUTDOWN_REQUESTED:
                return
            newer = session._scriptrunner not in (None, last)
            if not (newer and session._scriptrunner.request_rerun(asked)):
                create_in_turn(session, asked, patience - _LOOK_SECONDS)

        session._event_loop.call_later(_LOOK_SECONDS, later)

    AppSession._create_scriptrunner = create_in_turn  # type: ignore[method-assign, assignment]


def _leave_ends_as_they_were() -> None:
    clear = ForwardMsgQueue.clear

    def clear_less(queue: Any, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: Any = None) -> None:
        waiting = len(queue)
        done = [one for one in queue._queue if one.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]
        clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
        if fragment_ids_this_run is not None and len(queue) == waiting:
            for one in done:
                one.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY

    ForwardMsgQueue.clear = clear_less  # type: ignore[method-assign, assignment]


_PRESSES = frozenset({"trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value"})


def _hear_presses_once() -> None:
    request = AppSession.request_rerun

    def request_once(session: Any, told: ClientState | None) -> None:
        if told and told.is_auto_rerun:
            kept = [one for one in told.widget_states.widgets if one.WhichOneof("value") not in _PRESSES]
            del told.widget_states.widgets[:]
            told.widget_states.widgets.extend(kept)
        request(session, told)

    AppSession.request_rerun = request_once  # type: ignore[method-assign, assignment]


def _stay_on_the_page() -> None:
    run = ScriptRunner._run_script

    def run_unless_left(runner: Any, asked: Any) -> None:
        shown = runner._pages_manager.current_page_script_hash
        if not (asked.fragment_id_queue and shown and asked.page_script_hash != shown):
            run(runner, asked)

    ScriptRunner._run_script = run_unless_left  # type: ignore[method-assign, assignment]
