"""Kills jobs, hosts and servers at random moments, and says what was lost.

python -m tests.soak.kills [--jobs 200] [--hosts 50] [--servers 50]

A job that is killed must be said to be within 5 s, with all that it had told, and go on from its checkpoint where it
has one. A host that is killed is started anew by the server, soon, and the new one takes over what goes on. After a
server every edit that it acknowledged is there, and what was told of a run, which goes on meanwhile. At the end nothing
is said to be going.
"""

import argparse
import asyncio
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.store import tables as t
from graphbuilder.store.jobs import ENDED, Job
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from graphbuilder.training.checkpoints import find_checkpoint
from graphbuilder.training.processes import is_alive, start_mark
from graphbuilder.training.supervisor import Supervisor
from tests.contract.test_host import Engine, lasting
from tests.e2e.workbench import Server
from tests.soak.visitor import Visitor

EPOCHS = 20
SHORT, LONG = lasting(template("lenet"), EPOCHS), lasting(template("spiral_perceptron"))
ENGINES = 2


def told(jobs: Work, id: str, owner: str = "me") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jobs.news(owner, id, 0)["events"]
    return found


def steps(events: list[dict[str, Any]]) -> int:
    return sum(len(event["losses"]) * event["stride"] for event in events if event["kind"] == "steps")


def until(holds: Callable[[], object], seconds: float, what: str) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"{what} took more than {seconds:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - began


# Jobs


def kill_jobs(count: int, seed: int) -> Counter[str]:
    """Kills so many runs on an engine of its own, each somewhere between its process and its last state."""
    chance, came = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        try:
            engine.until_ended(engine.ask(SHORT))  # the first takes longer
            whole = kill_job(engine, None)[1]
            for _ in range(count):
                what, _ = kill_job(engine, chance.uniform(0, whole))
                came[what] += 1
            assert not engine.jobs.active()
        finally:
            engine.stop()
            engine.jobs.close()
    return came


def kill_job(engine: Engine, after: float | None) -> tuple[str, float]:
    """Kills a run so many seconds after its process is there, or never; what came of it, and how long it went on."""
    id = engine.ask(SHORT)
    engine.until(lambda: engine.job(id).pid is not None)
    began = time.monotonic()
    before: list[dict[str, Any]] = []
    if after is not None:
        time.sleep(after)
        before = told(engine.jobs, id)
        with suppress(ProcessLookupError):
            os.kill(engine.job(id).pid or 0, signal.SIGKILL)
    ended = engine.until_ended(id, seconds=60 if after is None else 5)
    took = time.monotonic() - began
    assert steps(told(engine.jobs, id)) >= steps(before), f"run {ended.number} lost what it had told"
    if ended.state != "killed":
        return ended.state, took
    if not find_checkpoint(engine.jobs, id):
        return f"killed {'in its first steps' if before else 'before it told anything'}", took
    engine.jobs.resume("me", id)
    again = engine.until_ended(id, seconds=120)
    assert again.state == "finished", again.reason
    epochs = [event["number"] for event in told(engine.jobs, id) if event["kind"] == "epoch"]
    assert epochs == list(range(1, EPOCHS + 1)), epochs
    assert steps(told(engine.jobs, id)) == EPOCHS * 34
    return "killed, resumed, finished", took


# Hosts


def kill_hosts(count: int, chance: random.Random) -> list[float]:
    """Kills the host of a server again and again, while a run goes on; seconds until the next one was ready."""
    with tempfile.TemporaryDirectory() as folder:
        supervisor, jobs = Supervisor(Path(folder)), Work(Path(folder))
        supervisor.start()
        try:
            until(lambda: jobs.engine() == "ready", 90, "the first host")
            return [kill_host(jobs, chance.uniform(0, 3)) for _ in range(count)]
        finally:
            supervisor.stop()
            jobs.close()


def kill_host(jobs: Work, after: float) -> float:
    id = ask(jobs, LONG)
    until(lambda: jobs.job("me", id).summary.get("epoch", 0) >= 2, 60, "a run's start")
    time.sleep(after)
    pid, before = host_of(jobs)[0], told(jobs, id)
    os.kill(pid, signal.SIGKILL)
    took = until(lambda: host_of(jobs)[1] == "ready" and host_of(jobs)[0] != pid, 60, "a new host")
    until(partial(has_steps, jobs, id, steps(before)), 20, "the run's next step")
    jobs.stop("me", id)
    until(lambda: jobs.job("me", id).state in ENDED, 20, "the run's end")
    assert jobs.job("me", id).state == "stopped", jobs.job("me", id).reason
    return took


def host_of(jobs: Work) -> tuple[int, str]:
    with jobs.reading() as db:
        return tuple(db.execute(select(t.engine.c.pid, t.engine.c.state)).one())


def ask(jobs: Work, document: Document, owner: str = "me") -> str:
    return jobs.ask(owner, "train", {"kind": "train", "document": write_document(document)}, "p")


# Servers


def kill_servers(count: int, chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server, jobs = Server(Path(folder)), Work(Path(folder))
        server.start()
        try:
            asyncio.run(_kill_servers(server, jobs, count, chance))
        finally:
            server.stop()
            going = [job.state for job in jobs.active()]
            jobs.close()
    print(f"  said to be going behind the last server: {going or 'none'}", flush=True)
    assert not going


async def _kill_servers(server: Server, jobs: Work, count: int, chance: random.Random) -> None:
    """Kills a server while a visitor edits and a run goes on; each fifth time the host with it, and each tenth the run
    too, as a machine does that loses its power."""
    until(lambda: jobs.engine() == "ready", 90, "the first host")
    cookie = project = ""
    run, edits, up, ready, ends = ask(jobs, LONG), 0, [], [], Counter[str]()
    for n in range(1, count + 1):
        visitor = await Visitor.opened(server.url, f"page-{n}", project, cookie)
        cookie, project = visitor.cookie, visitor.project
        until(partial(has_steps, jobs, run), 60, "the run's start")
        working = asyncio.create_task(edit_on(visitor, chance))
        await asyncio.sleep(chance.uniform(0, 4))
        job, before, host = jobs.job("me", run), told(jobs, run), host_of(jobs)[0]
        server.kill()
        for pid in [host] * (n % 5 == 0) + [job.pid or 0] * (n % 10 == 0):
            os.kill(pid, signal.SIGKILL)
        working.cancel()
        acknowledged = visitor.acknowledged
        await visitor.close()
        began = time.monotonic()
        server.start()
        up.append(time.monotonic() - began)
        again = await Visitor.opened(server.url, f"page-{n}", project, cookie)
        await check_edits(again, visitor.client, acknowledged)
        edits += acknowledged
        await again.close()
        until(lambda: jobs.engine() == "ready" and is_ready_of(jobs), 60, "the engine")
        ready.append(time.monotonic() - began)
        run, how = await asyncio.to_thread(goes_on, jobs, run, job, before)
        ends[how] += 1
    jobs.stop("me", run)
    until(lambda: jobs.job("me", run).state in ENDED, 20, "the run's end")
    print(
        f"{count} servers killed: all of {edits} acknowledged edits were there, and all that was told of the runs: "
        f"{dict(ends)}\n  the next server answered after {min(up):.1f} to {max(up):.1f} s, its engine was ready after "
        f"{min(ready):.1f} to {max(ready):.1f} s"
    )


def has_steps(jobs: Work, run: str, more_than: int = 0) -> bool:
    return steps(told(jobs, run)) > more_than


async def edit_on(visitor: Visitor, chance: random.Random) -> None:
    """Gives one node the place of the edit's number, as fast as edits are acknowledged, and now and then faster."""
    with suppress(Exception):  # the server goes
        while True:
            place = {"op": "move", "at": {"n8": [visitor.acknowledged + len(visitor.pending) + 1, 0]}}
            await (visitor.send(place) if chance.random() < 0.3 else visitor.edit(place))


async def check_edits(visitor: Visitor, client: str, acknowledged: int) -> None:
    """What a page was told to be saved must be in the network, and what it sends again must not be worked twice."""
    if not acknowledged:
        return
    visitor.client = client
    visitor._next = acknowledged + 1
    await visitor.edit({"op": "set", "of": "node", "ids": ["n8"], "name": "units", "value": 20 + acknowledged % 100})
    place = next(node["x"] for node in visitor.data["levels"][""]["nodes"] if node["id"] == "n8")
    assert place >= acknowledged, f"edit {acknowledged} was acknowledged, and the network is that of {place:.0f}"


def is_ready_of(jobs: Work) -> bool:
    """Whether the host that says to be ready is one that lives."""
    return start_mark(host_of(jobs)[0]) is not None


def goes_on(jobs: Work, run: str, before: Job, events: list[dict[str, Any]]) -> tuple[str, str]:
    """A run that goes on after a server, the same or another, and how the one before did."""
    until(lambda: is_told_truly(jobs.job("me", run)), 20, "the truth about the run")
    after = jobs.job("me", run)
    assert steps(told(jobs, run)) >= steps(events), "what was told of the run is lost"
    if after.active:
        until(partial(has_steps, jobs, run, steps(events)), 30, "the run's next step")
        assert after.pid == before.pid, "the run was begun again, which went on"
        return run, "went on"
    if find_checkpoint(jobs, run):
        jobs.resume("me", run)
        until(lambda: jobs.job("me", run).state == "running", 60, "a resumed run")
        until(partial(has_steps, jobs, run), 60, "a resumed run's steps")
        return run, f"{after.state}, resumed"
    return ask(jobs, LONG), after.state


def is_told_truly(job: Job) -> bool:
    return not job.active or is_alive(job.pid, job.started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--servers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    if asked.jobs:
        share = -(-asked.jobs // ENGINES)
        with ThreadPoolExecutor(ENGINES) as engines:
            came = sum(engines.map(kill_jobs, [share] * ENGINES, range(asked.seed, asked.seed + ENGINES)), Counter())
        print(f"{came.total()} jobs killed: {dict(came)}; nothing told was lost", flush=True)
    if asked.hosts:
        took = sorted(kill_hosts(asked.hosts, chance))
        print(
            f"{len(took)} hosts killed: the next was ready after {took[0]:.1f} to {took[-1]:.1f} s, half of them "
            f"within {took[len(took) // 2]:.1f} s",
            flush=True,
        )
    if asked.servers:
        kill_servers(asked.servers, chance)


if __name__ == "__main__":
    main()
