"""How a node of a run lays out samples by a method that takes seconds: POST /api/runs/{id}/neighbours with JSON.

A job of the host works it out. Until then the answer is {"waits": for what}, with status 202; the page asks again.
"""

import asyncio
import hashlib
import json
import time

from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import looks, state, trainings
from app.replies import Refusal, body_of, network_of, replied
from graphbuilder.document_file import write_document
from graphbuilder.frozen import Frozen
from graphbuilder.store import Missing
from graphbuilder.store.jobs import Job, Kind
from graphbuilder.store.limits import Limits
from graphbuilder.training.layouts import SLOW, slow_methods

MOST_BYTES = 5000
_KIND: Kind = "neighbours"
_TRIED_LATELY = 10.0


class Wish(Frozen):
    """step: whose weights are taken; None for those that the run kept."""

    node: str = Field(max_length=500)
    method: str = Field(max_length=40)
    step: int | None = Field(None, ge=0, lt=10**12)


async def answer(request: Request) -> Response:
    """The points, or what is waited for, or {"error": why not}."""
    return await replied(request, _laid_out)


async def _laid_out(request: Request, who: str) -> Response:
    wish = _wish(await body_of(request, MOST_BYTES, Refusal(400, f"A wish has at most {MOST_BYTES:,} bytes.")))
    job = await asyncio.to_thread(_job, who, request.path_params["id"], wish, network_of(request))
    if job.active:
        return JSONResponse({"waits": _waits(job, wish)}, 202)
    if job.state != "finished":
        raise Refusal(409, job.reason or "The points could not be laid out. Ask again.")
    return JSONResponse(await asyncio.to_thread(looks.found, job))


def _job(who: str, id: str, wish: Wish, network: str | None) -> Job:
    """The job that lays out just this, or did; asked for now where there is none."""
    jobs = state.jobs()
    run = jobs.job(who, id)
    if run.kind != "train" or run.project is None:
        raise Missing("There is no such run. It may have been deleted.")
    weights = [wish.step] if wish.step is not None else [run.ended, *(run.summary.get("snapshots") or [])[-1:]]
    key = hashlib.sha256(json.dumps([run.id, wish.node, wish.method, *weights]).encode()).hexdigest()
    known = jobs.look_of(_KIND, who, run.project, key)
    if known and (known.active or (known.state == "finished" and looks.found(known))):
        return known
    if known and known.state == "failed" and time.time() - (known.ended or 0) < _TRIED_LATELY:
        return known
    for older in jobs.looks_going(_KIND, who, run.project):
        jobs.stop(who, older)  # nobody waits for it any more
    document = write_document(trainings.run_document(run.id))
    told = {"kind": _KIND, **wish.model_dump(), "run": run.id, "key": key, "document": document}
    return jobs.job(who, jobs.ask(who, _KIND, told, run.project, Limits.of_settings(), address=network))


def _waits(job: Job, wish: Wish) -> str:
    if job.state == "queued":
        engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
        return f"Waiting for its turn …{engine}"
    return f"Laying out the samples by {SLOW[wish.method]}, which takes some seconds …"


def _wish(body: bytes) -> Wish:
    try:
        wish = Wish.model_validate_json(body)
    except ValidationError:
        raise Refusal(400, 'A wish is a JSON object such as {"node": "n3", "method": "tsne", "step": null}.') from None
    if wish.method not in SLOW:
        raise Refusal(400, f"method is one of {', '.join(SLOW)}; received {wish.method!r}.")
    if wish.method not in slow_methods():
        raise Refusal(400, "UMAP needs the package umap-learn, which is not installed beside graphbuilder. Take t-SNE.")
    return wish
