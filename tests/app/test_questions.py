"""What a page asks of a trained network: for whoever may see the run, by one process however many ask."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.requests import Request

from app import owner, questions, routes, state
from graphbuilder.document_file import write_document
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template
from graphbuilder.training.ear import Ear
from tests.app.conftest import Screen, engine

MINE, YOURS = "a" * 32, "b" * 32


def request(id: str, told: Any, who: str | None = MINE) -> Request:
    key = owner.signing_key(state.store().home)
    headers = [(b"cookie", f"{owner.cookie_name(key)}={owner.sign(who, key)}".encode())] if who else []
    scope = {
        "type": "http", "method": "POST", "path": routes.questions_of(id), "headers": headers,
        "query_string": b"", "path_params": {"id": id}, "client": ("10.0.0.7", 5),
    }  # fmt: skip
    body = told if isinstance(told, bytes) else json.dumps(told).encode()

    async def message() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, message)


def post(id: str, *told: Any, who: str | None = MINE) -> list[tuple[int, dict[str, Any]]]:
    """All at once."""

    async def all() -> Any:
        return await asyncio.gather(*(questions.answer(request(id, one, who)) for one in told))

    return [(one.status_code, json.loads(bytes(one.body))) for one in asyncio.run(all())]


@pytest.fixture
def run(screen: Callable[[], Screen], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(questions, "STARTING_SECONDS", 0.1)
    questions._ears.clear()
    yield state.jobs().ask(MINE, "train", {"kind": "train", "document": write_document(template("lenet"))}, "p")


def test_the_first_question_has_one_process_started_and_says_so(run: str) -> None:
    assert post(run, *({"kind": "answer"} for _ in range(3))) == [(202, {"state": "starting", "queued": True})] * 3
    assert [id for id, *_ in state.jobs().pulse(MINE, "p")] == [run], "no page is drawn again for it"
    job = state.jobs().inside_of(run)
    assert job and job.number == 1, "one for all"
    told = state.jobs().request(job.id)
    assert (told["run"], told["document"]) == (run, write_document(template("lenet")))


def test_a_process_that_is_ready_answers_and_one_that_is_gone_is_asked_for_anew(run: str) -> None:
    post(run, {"kind": "answer"})
    engine().take_up(Limits(), lanes=("inside",))
    job = state.jobs().inside_of(run)
    assert job
    over = threading.Event()
    with Ear() as ear:
        engine().runs_now(job.id)
        engine().add_to_summary(job.id, {"ear": ear.address})
        thread = threading.Thread(
            target=ear.listen, args=(lambda told: (200, {"heard": told}), lambda _: not over.is_set())
        )
        thread.start()
        told = [{"kind": "answer", "place": place} for place in range(3)]
        try:
            assert post(run, *told) == [(200, {"heard": one}) for one in told]
        finally:
            over.set()
            thread.join()
    engine().end(job.id, "finished")
    assert post(run, {"kind": "answer"})[0][0] == 202
    again = state.jobs().inside_of(run)
    assert again and again.id != job.id and again.state == "queued"


def test_why_a_network_cannot_be_asked_is_said(run: str) -> None:
    post(run, {"kind": "answer"})
    job = state.jobs().inside_of(run)
    assert job
    engine().end(job.id, "failed", "This run has kept no weights yet.")
    assert post(run, {"kind": "answer"}) == [(409, {"error": "This run has kept no weights yet."})]


@pytest.mark.parametrize(
    ("told", "who", "status", "words"),
    [
        (b"{", MINE, 400, "JSON object"),
        ([1], MINE, 400, "JSON object"),
        ({}, None, 403, "no cookie"),
        ({}, YOURS, 403, "not yours"),
        (b" " * 8_000_000, MINE, 413, "at most 8 MB"),
    ],
)
def test_what_is_no_question_or_not_theirs_is_refused_in_words(
    told: Any, who: str | None, status: int, words: str, run: str
) -> None:
    (found,) = post(run, told, who=who)
    assert found[0] == status and words in found[1]["error"]
    assert state.jobs().inside_of(run) is None
