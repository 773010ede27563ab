"""Pictures that a page draws by itself of what it shows: POST /api/projects/{id}/picture with one gives it back with
the project in it, as pictures that are exported have it, for whoever may see the project.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from app import state
from app.replies import Refusal, body_of, replied
from graphbuilder.carried import in_picture

MOST_BYTES = 20_000_000
_TAKEN_AWAY = {"Content-Disposition": "attachment"}
"""It is never shown as a page of this server: an SVG may hold a script."""
_KINDS = {b"\x89PNG": "image/png", b"<svg": "image/svg+xml"}


async def answer(request: Request) -> Response:
    """The picture with the project, or {"error": why not}."""
    return await replied(request, _carried)


async def _carried(request: Request, who: str) -> Response:
    document = (await asyncio.to_thread(state.store().project, who, request.path_params["id"])).document
    picture = await body_of(request, MOST_BYTES, Refusal(413, f"A picture has at most {MOST_BYTES // 10**6} MB."))
    kind = _KINDS.get(picture[:4])
    if kind is None:
        raise Refusal(400, "Only pictures (.png, .svg) carry a project.")
    return Response(await asyncio.to_thread(in_picture, picture, document), media_type=kind, headers=_TAKEN_AWAY)
