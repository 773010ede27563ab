"""A picture that a page drew itself comes back with its project in it."""

import asyncio
import json

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app import carrying, owner, state
from graphbuilder.carried import open_document
from graphbuilder.templates import template

MINE, YOURS = "a" * 32, "b" * 32
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10"><rect/></svg>'


def answered(id: str, picture: bytes, who: str = MINE) -> Response:
    key = owner.signing_key(state.store().home)
    headers = [(b"cookie", f"{owner.cookie_name(key)}={owner.sign(who, key)}".encode())]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b"", "path_params": {"id": id}}

    async def message() -> dict[str, object]:
        return {"type": "http.request", "body": picture, "more_body": False}

    return asyncio.run(carrying.answer(Request(scope, message)))


def post(id: str, picture: bytes, who: str = MINE) -> tuple[int, bytes]:
    response = answered(id, picture, who)
    return response.status_code, bytes(response.body)


@pytest.mark.usefixtures("screen")
def test_a_picture_comes_back_with_the_project_for_its_owner_alone() -> None:
    id = state.store().create(MINE, template("lenet"))
    status, picture = post(id, SVG)
    assert status == 200 and picture.endswith(b"<rect/></svg>")
    assert open_document(picture) == state.store().project(MINE, id).document
    assert post(id, SVG, YOURS)[0] in (403, 404)
    assert post("nobody's", SVG)[0] == 404


@pytest.mark.usefixtures("screen")
def test_what_is_no_picture_or_too_large_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    id = state.store().create(MINE, template("lenet"))
    status, told = post(id, b"MZ")
    assert (status, json.loads(told)) == (400, {"error": "Only pictures (.png, .svg) carry a project."})
    monkeypatch.setattr(carrying, "MOST_BYTES", 20)
    assert post(id, SVG)[0] == 413


@pytest.mark.usefixtures("screen")
def test_a_picture_is_never_shown_as_a_page_of_the_server() -> None:
    id = state.store().create(MINE, template("lenet"))
    response = answered(id, SVG.replace(b"<rect/>", b"<script>alert(1)</script>"))
    assert response.headers["content-disposition"] == "attachment"
