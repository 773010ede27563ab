"""What a page fetches by itself beside what Streamlit sends it: the news of a run, and an untrained model, which may be
larger than a page's server should hold."""

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from app import owner, state, trainings
from graphbuilder.names import file_name
from graphbuilder.store import Missing, NotYours

EVENTS = "/api/runs/{id}/events"
UNTRAINED = "/api/builds/{id}/model"


def _visitor(request: Request) -> str:
    key = owner.signing_key(state.store().home)
    signed = request.cookies.get(owner.cookie_name(key))
    return (owner.read(signed, key) if signed else None) or ""


def events(request: Request) -> JSONResponse:
    """The news of a run behind the chunk `after`, for its owner alone."""
    try:
        after = int(request.query_params.get("after", "0"))
    except ValueError:
        return JSONResponse({"error": "after must be a whole number."}, 400)
    try:
        return JSONResponse(state.jobs().news(_visitor(request), request.path_params["id"], after))
    except NotYours as fault:
        return JSONResponse({"error": str(fault)}, 403)
    except Missing as fault:
        return JSONResponse({"error": str(fault)}, 404)


def untrained(request: Request) -> Response:
    """The model that a job built, for its owner alone."""
    try:
        job = state.jobs().job(_visitor(request), request.path_params["id"])
    except NotYours as fault:
        return JSONResponse({"error": str(fault)}, 403)
    except Missing as fault:
        return JSONResponse({"error": str(fault)}, 404)
    path = trainings.model_of(job)
    if path is None or not path.is_file():
        return JSONResponse({"error": "The model is not there any more. Build it again."}, 404)
    name = file_name("model.keras", trainings.run_document(job.id).name, "untrained")
    return FileResponse(path, filename=name)


def untrained_of(id: str) -> str:
    """Where the model that a job built is fetched."""
    return UNTRAINED.replace("{id}", id)


def events_of(id: str) -> str:
    """Where the news of a run are fetched."""
    return EVENTS.replace("{id}", id)
