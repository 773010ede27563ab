"""What the routes have in common that a page posts JSON to: who asks, how much is taken, and how a refusal is told."""

from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app import owner, routes
from graphbuilder.store import Missing, NotYours, StoreError


class Refusal(Exception):
    """Why something cannot be had. status: of HTTP, which says whose fault it is."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def replied(request: Request, work: Callable[[Request, str], Awaitable[Response]]) -> Response:
    """What `work` makes of a visitor's request, or {"error": why not}."""
    who = routes.visitor(request)
    if not who:
        return _refused(403, "The browser sent no cookie of this server. Reload the page.")
    try:
        return await work(request, who)
    except ClientDisconnect:
        return Response(status_code=400)
    except Refusal as fault:
        return _refused(fault.status, fault.why)
    except NotYours as fault:
        return _refused(403, str(fault))
    except Missing as fault:
        return _refused(404, str(fault))
    except StoreError as fault:
        return _refused(409, str(fault))


async def body_of(request: Request, most: int, too_long: Refusal) -> bytes:
    """All that was sent, at most so many bytes. Raises the refusal above that."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise too_long
    return bytes(body)


def network_of(request: Request) -> str | None:
    return owner.network(request.client.host if request.client else None)


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status)
