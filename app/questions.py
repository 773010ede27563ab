"""What a page asks of a trained network: POST /api/runs/{id}/questions with JSON, for whoever may see the run.

A process of the host answers, one for each run that is asked about, however many ask. Until it is ready the answer is
{"state": "starting"}; the page asks again.
"""

import asyncio
import json
import threading
import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import state, trainings
from app.replies import Refusal, body_of, network_of, replied
from graphbuilder.document_file import write_document
from graphbuilder.store import Missing
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits
from graphbuilder.training.ear import MOST_BYTES

STARTING_SECONDS = 1.5
"""For so long a question waits for a process that starts, before the page is told."""
ANSWER_SECONDS = 20.0
AT_ONCE = 12
"""Questions of one visitor that may be under way; a page asks four at a time."""
_LOOK_SECONDS = 0.05
_TRIED_LATELY = 20.0
_KNOWN = 200
_MOST_ANSWER = 32_000_000

_ears: "OrderedDict[str, str]" = OrderedDict()
_asking: dict[str, int] = {}
_starts = threading.Lock()


async def answer(request: Request) -> Response:
    """What the process answers, or {"error": why not} with a status that says whose fault it is."""
    return await replied(request, _counted)


async def _counted(request: Request, who: str) -> Response:
    if _asking.get(who, 0) >= AT_ONCE:
        raise Refusal(429, f"{AT_ONCE} questions of yours are being answered. Ask again in a moment.")
    _asking[who] = _asking.get(who, 0) + 1
    try:
        too_long = Refusal(413, f"A question has at most {MOST_BYTES // 10**6} MB. Send a smaller picture.")
        line = _line(await body_of(request, MOST_BYTES - 1000, too_long))
        run = await asyncio.to_thread(_run, who, request.path_params["id"])
        return await _answered(run, line, network_of(request))
    finally:
        _asking[who] -= 1
        if not _asking[who]:
            del _asking[who]


def _run(who: str, id: str) -> Job:
    run = state.jobs().job(who, id)
    if run.kind != "train":
        raise Missing("There is no such run. It may have been deleted.")
    return run


async def _answered(run: Job, line: bytes, network: str | None) -> Response:
    until = time.monotonic() + STARTING_SECONDS
    while True:
        known = _ears.get(run.id)
        if known and (told := await _exchanged(known, line)):
            return told
        if known:
            _ears.pop(run.id, None)
        job = await asyncio.to_thread(_ready, run, network)
        if ear := job.summary.get("ear"):
            _ears[run.id] = ear
            while len(_ears) > _KNOWN:
                _ears.popitem(last=False)
        elif time.monotonic() > until:
            return JSONResponse({"state": "starting", "queued": job.state == "queued"}, 202)
        await asyncio.sleep(_LOOK_SECONDS)


def _ready(run: Job, network: str | None) -> Job:
    """The job that answers for a run: that is there, or is asked for now. Raises Refusal with why the last failed."""
    jobs = state.jobs()
    with _starts:  # many ask at once, and one process answers them all
        last = jobs.inside_of(run.id)
        if last and last.active:
            return last
        if last and last.state == "failed" and last.ended and time.time() - last.ended < _TRIED_LATELY:
            raise Refusal(409, last.reason)
        told = {"kind": "inside", "run": run.id, "document": write_document(trainings.run_document(run.id))}
        id = jobs.ask(run.owner, "inside", told, run.project, Limits.of_settings(), parent=run.id, address=network)
        return jobs.job(run.owner, id)


async def _exchanged(ear: str, line: bytes) -> Response | None:
    """None where nobody listens any more."""
    try:
        reader, writer = await asyncio.open_unix_connection(ear, limit=_MOST_ANSWER)
    except OSError:
        return None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            writer.write(line)
            await writer.drain()
            told = await reader.readline()
    except TimeoutError:
        raise Refusal(504, "The network takes longer than this to answer. Ask again, or ask for less.") from None
    except (OSError, ValueError):
        return None
    finally:
        writer.close()
    status, _, text = told.rstrip(b"\n").partition(b" ")
    return Response(text, int(status), media_type="application/json") if status.isdigit() else None


def _line(body: bytes) -> bytes:
    """The question in one line."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refusal(400, 'A question is a JSON object such as {"kind": "answer", "sample": "validation:0"}.')
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"
