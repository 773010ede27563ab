"""What a page asks of a training while it goes: POST /api/runs/{id}/commands with JSON, for the run's owner alone.

What cannot be done is said at once, in words; what can is worked by the training within a fraction of a second and
comes back as an event of its record. A run that was interrupted goes back into the queue.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import state, trainings
from app.replies import Refusal, body_of, network_of, replied
from graphbuilder.changes import Refused, planned
from graphbuilder.records.commands import ASKED, Command, Unusable, command_of
from graphbuilder.store import Missing, StoreError, clock
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits

MOST_BYTES = 20_000
MOST_A_SECOND = 30
"""Of one visitor: a slider that is dragged asks about ten times."""

_VISITORS = 10_000

_came: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_A_SECOND))


async def answer(request: Request) -> Response:
    """{"accepted": true}, or {"error": why not} with a status that says whose fault it is."""
    return await replied(request, _worked)


async def _worked(request: Request, who: str) -> Response:
    if _too_many(who):
        raise Refusal(429, f"More than {MOST_A_SECOND} commands came within a second. Nothing was changed.")
    body = await body_of(request, MOST_BYTES, Refusal(400, f"A command has at most {MOST_BYTES:,} bytes."))
    try:
        command = command_of(json.loads(body))
        if command.kind not in ASKED:
            raise Unusable(f"A page cannot ask for {command.kind}.")
        await asyncio.to_thread(ask, who, request.path_params["id"], command, network_of(request))
    except (Unusable, Refused) as fault:
        raise Refusal(400, str(fault)) from None
    except ValueError:
        raise Refusal(400, 'A command is a JSON object such as {"command": "hold"}.') from None
    return JSONResponse({"accepted": True})


def ask(who: str, id: str, command: Command, network: str | None = None) -> None:
    """Hands a command to a run. Raises Refused for settings that it cannot take, StoreError where it cannot go on."""
    jobs = state.jobs()
    run = jobs.job(who, id)
    if run.kind != "train":
        raise Missing("There is no such run. It may have been deleted.")
    if command.kind == "change":
        document = trainings.run_document(id)
        planned(document, {**_asked_before(jobs.commands(who, id)), **command.settings})
    if run.active:
        jobs.command(who, id, command.as_json())
        return
    if run.state == "finished" and command.kind == "weigh":
        jobs.resume(who, id, Limits.of_settings(), address=network, commands=[command.as_json(), _as_long_again(run)])
        return
    if run.state == "finished" and not _is_more(run, command):
        raise StoreError(f"All epochs of {run.title} are done. Ask for more of them, and it goes on.")
    if command.kind in ("hold", "stop"):
        raise StoreError(f"{run.title} does not go on: it is {run.state}.")
    jobs.resume(who, id, Limits.of_settings(), address=network, commands=[command.as_json()])


def _is_more(run: Job, command: Command) -> bool:
    """Whether there is anything to train for one that is over: more epochs than are done, or all of them again."""
    done, settings = run.summary.get("epoch", 0), {**run.summary, **run.summary.get("settings", {}), **command.settings}
    waits_on = "patience" in command.settings or "epochs" in command.settings
    return command.kind == "reset" or (waits_on and settings.get("epochs", 0) > done)


def _as_long_again(run: Job) -> dict[str, Any]:
    """What has one that is over go on for as many epochs as it had."""
    epochs = run.summary.get("epoch", 0) + trainings.run_document(run.id).training.settings["epochs"]
    return Command("change", settings={"epochs": epochs}).as_json()


def _asked_before(commands: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Settings that were changed before, where each could be on its own."""
    return {name: value for told in commands for name, value in (told.get("settings") or {}).items()}


def _too_many(who: str) -> bool:
    """Whether this one would be too many; only those that are answered count."""
    if len(_came) > _VISITORS:
        _came.clear()
    now, came = clock.now(), _came[who]
    if len(came) == MOST_A_SECOND and now - came[0] < 1.0:
        return True
    came.append(now)
    return False
