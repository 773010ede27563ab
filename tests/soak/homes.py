"""What one visitor or one bad day does to the folder, the line and the clock: `python -m tests.soak.homes`.

Twelve cookies of one address against one visitor of another; sixty data sets; a run that is deleted; signs of life from
the future; a folder that goes away under the server and comes back.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from sqlalchemy import update

from graphbuilder import editing
from graphbuilder.document_file import write_document
from graphbuilder.store import tables as t
from graphbuilder.store.disk import HOUR, clean, in_words, usage
from graphbuilder.store.jobs import Jobs
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template
from tests.e2e.workbench import Server
from tests.soak.visitor import Visitor

SHORT = write_document(editing.set_training(template("logistic_regression"), "epochs", 2))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        server = Server(home)
        server.start()
        jobs = Jobs(home)
        try:
            until(lambda: jobs.engine() == "ready")
            cookies(jobs)
            seeds(jobs)
            deleted(jobs)
            clocks(jobs)
            asyncio.run(away(server))
        finally:
            jobs.close()
            server.stop()


def until(holds: Callable[[], bool], seconds: float = 180) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def train(jobs: Jobs, owner: str, address: str, project: str = "p") -> str:
    return jobs.ask(owner, "train", {"kind": "train", "document": SHORT}, project, address=address)


def over(jobs: Jobs, owner: str, id: str) -> bool:
    return not jobs.job(owner, id).active


def cookies(jobs: Jobs) -> None:
    theirs = {train(jobs, f"cookie {n % 12}", "192.0.2.1"): f"cookie {n % 12}" for n in range(36)}
    until(lambda: sum(over(jobs, owner, id) for id, owner in theirs.items()) >= 2)
    time.sleep(0.5)
    mine = train(jobs, "honest", "192.0.2.2")
    place = jobs.place(mine)
    before = sum(jobs.job(owner, id).began is not None for id, owner in theirs.items())
    waited = until(lambda: jobs.job("honest", mine).began is not None)
    overtaken = sum(jobs.job(owner, id).began is not None for id, owner in theirs.items()) - before
    until(lambda: over(jobs, "honest", mine))
    for id, owner in theirs.items():
        jobs.stop(owner, id)
    until(lambda: all(over(jobs, owner, id) for id, owner in theirs.items()))
    told = f"number {place.number}, about {place.seconds or 0:.1f} s" if place else "started at once"
    print(f"Behind twelve cookies of one address: {told}; started after {waited:.1f} s, {overtaken} began before")


def seeds(jobs: Jobs) -> None:
    asked = [
        jobs.ask("me", "prepare", {"kind": "prepare", "source": "moons", "options": {"size": 20_000, "seed": seed}})
        for seed in range(60)
    ]
    took = until(lambda: all(over(jobs, "me", id) for id in asked))
    counts = [len([*(jobs.home / "data").iterdir()])]
    made = in_words(usage(jobs).snapshots)
    for hours in (1.1, 25):
        at(hours, lambda: clean(jobs, Limits.of_settings()))
        counts.append(len([*(jobs.home / "data").iterdir()]))
    print(f"60 seeds of 20,000 points: {made} in {took:.0f} s; snapshots now, after an hour, after a day: {counts}")


def at(hours: float, act: Callable[[], object]) -> None:
    """Does something so many hours from now, by the time of day."""
    clock, then = time.time, time.time() + hours * HOUR
    time.time = lambda: then
    try:
        act()
    finally:
        time.time = clock


def deleted(jobs: Jobs) -> None:
    wide = editing.set_parameter(template("multilayer_perceptron"), "n3", "units", 20_000)
    document = write_document(editing.set_training(wide, "epochs", 1))
    id = jobs.ask("me", "train", {"kind": "train", "document": document}, "p")
    until(lambda: over(jobs, "me", id))
    sizes = [usage(jobs).all]
    jobs.delete("me", id)
    for hours in (23, 25):
        at(hours, lambda: clean(jobs, Limits.of_settings()))
        sizes.append(usage(jobs).all)
    print("A run of 2 million weights: kept, 23 h and 25 h after it was deleted:", *map(in_words, sizes))


def clocks(jobs: Jobs) -> None:
    for hours in (1, -1):
        with jobs.writing() as db:
            ahead = time.time() + hours * HOUR
            db.execute(update(t.engine).values(heard=ahead, watched=ahead))
        told, id = jobs.engine(), train(jobs, "me", "192.0.2.3")
        took = until(lambda id=id: over(jobs, "me", id))  # type: ignore[misc]
        print(f"A sign of life {hours:+d} h away: engine {told}, a training ended after {took:.1f} s")


async def away(server: Server) -> None:
    visitor = await Visitor.opened(server.url, "page")
    node = visitor.data["levels"][""]["nodes"][0]["id"]
    aside = server.home.with_name("aside")
    server.home.rename(aside)
    began = time.perf_counter()
    await visitor.send({"op": "move", "at": {node: [1, 2]}})
    while health(server)[0] == "ok":
        await asyncio.sleep(0.02)
    took = (time.perf_counter() - began) * 1000
    await asyncio.sleep(3)
    status, says = health(server)
    kept = len(visitor.pending)
    aside.rename(server.home)
    back = await visitor.edit({"op": "move", "at": {node: [3, 4]}})
    print(f"The folder away: health {status} after {took:.0f} ms ({says}) {kept} edit waited in the page")
    print(f"The folder back: saved {back:.1f} s later, {len(visitor.pending)} waiting")
    await visitor.close()


def health(server: Server) -> tuple[str, str]:
    try:
        with urlopen(f"{server.url}/api/health") as answer:
            found = json.load(answer)
    except HTTPError as fault:
        found = json.load(fault)
    return found["status"], found["says"]


if __name__ == "__main__":
    main()
