"""What a page fetches by itself beside what Streamlit sends it: the news of a run."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from app import owner, state
from graphbuilder.store import Missing, NotYours

EVENTS = "/api/runs/{id}/events"


def events(request: Request) -> JSONResponse:
    """The news of a run behind the chunk `after`, for its owner alone."""
    key = owner.signing_key(state.store().home)
    signed = request.cookies.get(owner.cookie_name(key))
    visitor = owner.read(signed, key) if signed else None
    try:
        after = int(request.query_params.get("after", "0"))
    except ValueError:
        return JSONResponse({"error": "after must be a whole number."}, 400)
    try:
        return JSONResponse(state.jobs().news(visitor or "", request.path_params["id"], after))
    except NotYours as fault:
        return JSONResponse({"error": str(fault)}, 403)
    except Missing as fault:
        return JSONResponse({"error": str(fault)}, 404)


def events_of(id: str) -> str:
    """Where the news of a run are fetched."""
    return EVENTS.replace("{id}", id)
