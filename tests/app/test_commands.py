"""What a page asks of a training that goes: for its owner alone, and what cannot be said in words."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from app import commands, owner, routes, state
from graphbuilder.document_file import write_document
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template
from tests.app.conftest import Screen, engine

MINE, YOURS = "a" * 32, "b" * 32


def post(id: str, told: Any, who: str | None = MINE) -> tuple[int, dict[str, Any]]:
    key = owner.signing_key(state.store().home)
    headers = [(b"cookie", f"{owner.cookie_name(key)}={owner.sign(who, key)}".encode())] if who else []
    scope = {
        "type": "http", "method": "POST", "path": routes.commands_of(id), "headers": headers,
        "query_string": b"", "path_params": {"id": id}, "client": ("10.0.0.7", 5),
    }  # fmt: skip
    body = told if isinstance(told, bytes) else json.dumps(told).encode()

    async def message() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    answer = asyncio.run(commands.answer(Request(scope, message)))  # type: ignore[arg-type]
    return answer.status_code, json.loads(bytes(answer.body))


@pytest.fixture
def run(screen: Callable[[], Screen]) -> str:
    """One that goes on."""
    commands._came.clear()
    document = write_document(template("lenet"))
    id = state.jobs().ask(MINE, "train", {"kind": "train", "document": document}, "p")
    engine().take_up(Limits())
    engine().runs_now(id)
    return id


def test_what_is_asked_reaches_the_run(run: str) -> None:
    assert post(run, {"command": "change", "settings": {"learning_rate": 0.5}}) == (200, {"accepted": True})
    assert post(run, {"command": "hold"}) == (200, {"accepted": True})
    _, heard = engine().heard(run, 0)
    assert [told["command"] for _, told in heard] == ["change", "hold"]
    assert heard[0][1]["settings"] == {"learning_rate": 0.5}


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        (b"{", 400, "JSON object"),
        ({"command": "pause"}, 400, "cannot ask for pause"),
        ({"command": "change", "settings": {"n3.filters": 2}}, 400, "Restart"),
        ({"command": "change", "settings": {"learning_rate": -1.0}}, 400, "above 0"),
        (b"x" * 30_000, 400, "20,000 bytes"),
    ],
    ids=["no JSON", "the server's", "another network", "out of bounds", "too long"],
)
def test_what_cannot_be_is_said(told: Any, status: int, words: str, run: str) -> None:
    answered, said = post(run, told)
    assert (answered, engine().heard(run, 0)[1]) == (status, [])
    assert words in said["error"]


def test_only_its_owner_may_ask(run: str) -> None:
    assert [post(run, {"command": "hold"}, who)[0] for who in (YOURS, None)] == [403, 403]
    assert post("c" * 32, {"command": "hold"})[0] == 404
    assert engine().heard(run, 0)[1] == []


def test_one_that_is_interrupted_goes_on_by_it_and_one_that_is_over_says_so(run: str) -> None:
    engine().add_checkpoint(run, "sha", "path")
    engine().end(run, "paused", "")
    assert post(run, {"command": "hold"})[0] == 409
    assert post(run, {"command": "step", "steps": 2}) == (200, {"accepted": True})
    assert state.jobs().job(MINE, run).state == "queued"
    assert [told["steps"] for _, told in engine().heard(run, 0)[1]] == [2]


def test_one_that_is_over_goes_on_for_more_epochs_alone(run: str) -> None:
    engine().tell(run, [], None, {"epoch": 5, "epochs": 5})
    engine().add_artefact(run, "last.zip", "sha", "path")
    engine().end(run, "finished", "")
    for told in ({"command": "go"}, {"command": "change", "settings": {"epochs": 5}}):
        status, said = post(run, told)
        assert (status, said["error"]) == (409, "All epochs of run 1 are done. Ask for more of them, and it goes on.")
    assert post(run, {"command": "change", "settings": {"epochs": 9}})[0] == 200
    assert state.jobs().job(MINE, run).state == "queued"


def test_a_weight_that_is_set_at_the_end_has_it_go_on_for_as_long_again(run: str) -> None:
    epochs = template("lenet").training.settings["epochs"]
    engine().tell(run, [], None, {"epoch": epochs, "epochs": epochs})
    engine().add_artefact(run, "last.zip", "sha", "path")
    engine().end(run, "finished", "")
    assert post(run, {"command": "weigh", "weights": {"n3.bias.0": 0.5}}) == (200, {"accepted": True})
    weighed, changed = (told for _, told in engine().heard(run, 0)[1])
    assert (weighed["command"], weighed["weights"]) == ("weigh", {"n3.bias.0": 0.5})
    assert (changed["command"], changed["settings"]) == ("change", {"epochs": 2 * epochs})


def test_a_flood_is_refused(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.clock, "now", lambda: 5.0)
    asked = [post(run, {"command": "hold"})[0] for _ in range(commands.MOST_A_SECOND + 1)]
    assert (asked[0], asked[-1]) == (200, 429)
