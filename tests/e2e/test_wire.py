"""What passes between pages and the server, tried from outside with no browser."""

import http.client
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.workbench import Server


def answer(server: Server, path: str, **headers: str) -> http.client.HTTPResponse:
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    link.request("GET", path, headers=headers)
    return link.getresponse()


def session(server: Server, cookie: str, known: str = "", **told: Any) -> str:
    """The id of the session that a connection is given. known: the one that it asks for."""
    protocols: Any = ["streamlit", "x", *([known] if known else [])]
    headers = {"Cookie": cookie, "Origin": server.url, **told}
    with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream", subprotocols=protocols, additional_headers=headers
    ) as socket:
        message = BackMsg()
        message.rerun_script.query_string = ""
        socket.send(message.SerializeToString())
        while True:
            got = ForwardMsg()
            got.ParseFromString(socket.recv(timeout=30))  # type: ignore[arg-type]
            if got.WhichOneof("type") == "new_session":
                return str(got.new_session.initialize.session_id)


def cookie(server: Server) -> str:
    return str(answer(server, "/").headers["Set-Cookie"]).split(";")[0]


def test_row_9_a_known_session_id_is_of_no_use_without_the_cookie_that_it_began_with(server: Server) -> None:
    mine, other = cookie(server), cookie(server)
    known = session(server, mine)
    assert session(server, other, known) != known
    assert session(server, "", known) != known
    marked = {"X-Graphbuilder-Visitor": mine.partition("=")[2].partition(".")[0]}
    assert session(server, other, known, **marked) != known, "nobody says himself who he is"
    assert session(server, mine, known) == known


def test_row_9_a_websocket_of_a_page_elsewhere_is_refused(server: Server) -> None:
    mine = cookie(server)
    with pytest.raises(InvalidStatus) as refused:
        session(server, mine, Origin="http://evil.example")
    assert refused.value.response.status_code == 403


def test_row_9_every_answer_carries_the_headers_and_metrics_are_closed(server: Server) -> None:
    for path, status in (("/", 200), ("/_stcore/metrics", 404), ("/media/none", 404)):
        got = answer(server, path)
        assert (got.status, got.headers["X-Content-Type-Options"]) == (status, "nosniff")
        assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]
