"""What a page fetches by itself beside what Streamlit sends it: the news of a run, and files that hold a model. Those
may be larger than a server should hold, and come from the disk piece by piece."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from app import looks, owner, state, trainings
from graphbuilder.exports import EXPORTS, everything
from graphbuilder.names import file_name
from graphbuilder.pictures import Layout
from graphbuilder.store import Missing, NotYours
from graphbuilder.store.jobs import Job

EVENTS = "/api/runs/{id}/events"
UNTRAINED = "/api/builds/{id}/model"
TRAINED = "/api/runs/{id}/model"
ARCHIVE = "/api/runs/{id}/everything"
COMMANDS = "/api/runs/{id}/commands"
QUESTIONS = "/api/runs/{id}/questions"
NEIGHBOURS = "/api/runs/{id}/neighbours"
PROJECT = "/api/projects/{id}/everything"
PICTURE = "/api/projects/{id}/picture"
DATA = "/api/data"
PREDICTIONS = "/api/predictions/{id}/file"
MODELS = "/api/models"


def visitor(request: Request) -> str:
    """Whose browser asks; empty where it shows no cookie of ours."""
    key = owner.signing_key(state.store().home)
    signed = request.cookies.get(owner.cookie_name(key))
    return (owner.read(signed, key) if signed else None) or ""


def events(request: Request) -> Response:
    """The news of a run behind the chunk `after`, for its owner alone."""
    try:
        after = int(request.query_params.get("after", "0"))
    except ValueError:
        return JSONResponse({"error": "after must be a whole number."}, 400)
    try:
        text = state.jobs().news_text(visitor(request), request.path_params["id"], after)
        return Response(text, media_type="application/json")
    except NotYours as fault:
        return JSONResponse({"error": str(fault)}, 403)
    except Missing as fault:
        return JSONResponse({"error": str(fault)}, 404)


def untrained(request: Request) -> Response:
    """The model that a job built, for its owner alone."""
    return _of_a_job(request, lambda job: _model(job, trainings.beginning_of(job)))


def trained(request: Request) -> Response:
    """The model of a run that has ended, for its owner alone."""
    return _of_a_job(request, lambda run: _model(run, run.title))


def archive(request: Request) -> Response:
    """Everything that can be had of a run in one file, for its owner alone."""
    return _of_a_job(request, lambda run: _packed(request, run.owner, run.project or "", run))


def project(request: Request) -> Response:
    """Everything that can be had of a project as it stands in one file, for its owner alone."""
    return _answered(lambda: _packed(request, visitor(request), request.path_params["id"], None))


def _packed(request: Request, owner: str, project: str, run: Job | None) -> Response:
    layout: Layout = "graphviz" if request.query_params.get("layout") == "graphviz" else "canvas"
    with_data = request.query_params.get("data") == "along"
    subject = trainings.subject(owner, project, run.id if run else None, layout, with_data=with_data)
    missing = EXPORTS["zip"].missing(subject)
    if missing:
        return JSONResponse({"error": missing}, 404)
    name = file_name(EXPORTS["zip"].file, subject.report.document.name, run.title if run else "")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(everything(subject), media_type="application/zip", headers=headers)


def _of_a_job(request: Request, answer: Callable[[Job], Response]) -> Response:
    return _answered(lambda: answer(state.jobs().job(visitor(request), request.path_params["id"])))


def _answered(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except NotYours as fault:
        return JSONResponse({"error": str(fault)}, 403)
    except Missing as fault:
        return JSONResponse({"error": str(fault)}, 404)


def _model(job: Job, of: str) -> Response:
    path = trainings.model_of(job)
    if path is None or not path.is_file():
        again = "Build it again." if job.kind == "build" else "Train again."
        return JSONResponse({"error": f"The model is not there any more. {again}"}, 404)
    name = file_name(EXPORTS["keras"].file, trainings.run_document(job.id).name, of)
    return FileResponse(path, filename=name, media_type="application/zip")  # which it is, and nobody packs it again


def predictions(request: Request) -> Response:
    """The answers of a run for every row of a part, which a job wrote, for its owner alone."""
    return _of_a_job(request, _predictions)


def _predictions(job: Job) -> Response:
    path = looks.predictions_file(job)
    if path is None:
        return JSONResponse({"error": "The file is not there any more. Ask for it again."}, 404)
    name = file_name(f"predictions_{job.summary.get('part', 'validation')}.csv", trainings.run_document(job.id).name)
    return FileResponse(path, filename=name, media_type="text/csv")


def untrained_of(id: str) -> str:
    """Where the model that a job built is fetched."""
    return UNTRAINED.replace("{id}", id)


def trained_of(id: str) -> str:
    """Where the model of a run is fetched."""
    return TRAINED.replace("{id}", id)


def predictions_of(id: str) -> str:
    """Where the answers that a job wrote are fetched."""
    return PREDICTIONS.replace("{id}", id)


def archive_of(project: str, run: str | None, layout: Layout, *, with_data: bool = False) -> str:
    """Where everything of a run is fetched, or of a project as it stands. layout: of its picture."""
    place = ARCHIVE.replace("{id}", run) if run else PROJECT.replace("{id}", project)
    return f"{place}?layout={layout}{'&data=along' if with_data else ''}"


def commands_of(id: str) -> str:
    """Where a run is asked to do something."""
    return COMMANDS.replace("{id}", id)


def questions_of(id: str) -> str:
    """Where a run's network is asked something."""
    return QUESTIONS.replace("{id}", id)


def neighbours_of(id: str) -> str:
    """Where it is asked how a node of a run lays out samples."""
    return NEIGHBOURS.replace("{id}", id)


def events_of(id: str) -> str:
    """Where the news of a run are fetched."""
    return EVENTS.replace("{id}", id)
