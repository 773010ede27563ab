"""What lays out samples slowly is asked for once, and looked for until it is there."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from app import neighbours, owner, routes, state
from graphbuilder.document_file import write_document
from graphbuilder.templates import template
from graphbuilder.training import layouts
from tests.app.conftest import Screen, engine

MINE, YOURS = "a" * 32, "b" * 32


def post(id: str, told: Any, who: str | None = MINE) -> tuple[int, dict[str, Any]]:
    key = owner.signing_key(state.store().home)
    headers = [(b"cookie", f"{owner.cookie_name(key)}={owner.sign(who, key)}".encode())] if who else []
    scope = {
        "type": "http", "method": "POST", "path": routes.neighbours_of(id), "headers": headers,
        "query_string": b"", "path_params": {"id": id}, "client": ("10.0.0.7", 5),
    }  # fmt: skip

    async def message() -> Any:
        return {"type": "http.request", "body": json.dumps(told).encode(), "more_body": False}

    response = asyncio.run(neighbours.answer(Request(scope, message)))
    return response.status_code, json.loads(bytes(response.body))


@pytest.fixture
def run(screen: Callable[[], Screen]) -> str:
    return state.jobs().ask(MINE, "train", {"kind": "train", "document": write_document(template("lenet"))}, "p")


def asked() -> list[str]:
    jobs = (state.jobs().job(MINE, id) for id, *_ in state.jobs().pulse(MINE, "p"))
    return [job.id for job in jobs if job.kind == "neighbours" and job.active]


def test_one_job_works_it_out_however_often_it_is_looked_for(run: str) -> None:
    wish = {"node": "n3", "method": "tsne", "step": 40}
    assert [post(run, wish)[0] for _ in range(3)] == [202] * 3
    (id,) = asked()
    told = state.jobs().request(id)
    expected = {"kind": "neighbours", "run": run, **wish}
    assert {name: told[name] for name in expected} == expected
    post(run, {**wish, "step": None})
    assert len(asked()) == 1 and asked() != [id], "what nobody waits for any more is given up"
    (again,) = asked()
    engine().end(again, "failed", "The validation part has 2 samples, and a plane takes 3.")
    assert post(run, {**wish, "step": None}) == (
        409,
        {"error": "The validation part has 2 samples, and a plane takes 3."},
    )


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"node": "n3", "method": "lda"}, 400, "method is one of tsne, umap; received 'lda'."),
        ({"node": "n3", "method": "umap"}, 400, "not installed beside graphbuilder. Take t-SNE."),
        ([], 400, "A wish is a JSON object"),
    ],
    ids=["unknown", "not there", "no object"],
)
def test_what_cannot_be_laid_out_is_said(
    run: str, monkeypatch: pytest.MonkeyPatch, told: Any, status: int, words: str
) -> None:
    monkeypatch.setattr(layouts, "find_spec", lambda _: None)
    found, said = post(run, told)
    assert (found, words in said["error"]) == (status, True)


def test_only_who_may_see_a_run_is_answered(run: str) -> None:
    assert post(run, {"node": "n3", "method": "tsne"}, YOURS)[0] == 403
    assert post(run, {"node": "n3", "method": "tsne"}, None)[0] == 403
    assert post("no such run", {"node": "n3", "method": "tsne"})[0] == 404
