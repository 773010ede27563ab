"""What a script has drawn reaches its page, also from a busy server.

Streamlit's AppSession ignores what a ScriptRunner tells that is not the newest, and makes a new one for a message that
comes when the last run is done but not yet all sent: on a busy server every few messages, and the page then shows what
was, with nobody to say so. Here the new one waits until the last has told its end.
"""

from typing import Any

from streamlit.runtime.app_session import AppSession, AppSessionState

_LOOK_SECONDS = 0.005
_PATIENCE_SECONDS = 5.0


def install() -> None:
    """Has every session of this process wait so."""
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
