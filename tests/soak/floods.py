"""One visitor floods the server, another edits on and a third one's network is trained: `python -m tests.soak.floods`.

How long an honest edit takes (sent to acknowledged on the page) while nothing else happens, beside a message of very
many edits, and beside hundreds of messages a second; and how the training ends that goes on beside them, and while
another program holds the database.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graphbuilder import editing
from graphbuilder.document_file import write_document
from graphbuilder.store.jobs import Job, Jobs
from graphbuilder.templates import template
from tests.e2e.workbench import Server
from tests.soak.visitor import Visitor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each attack")
    parser.add_argument("--moves", type=int, default=18_000, help="edits in one message")
    parser.add_argument("--rate", type=int, default=500, help="messages a second")
    parser.add_argument("--held", type=float, default=90.0, help="seconds for which the database is held")
    asked = parser.parse_args()
    with serving() as (server, jobs):
        run = train(jobs)
        asyncio.run(floods(server.url, asked.seconds, asked.moves, asked.rate))
        hold(jobs, asked.held)
        jobs.stop("trainer", run)
        ended = wait_until(jobs, run, lambda job: not job.active)
        told = f"{ended.state} ({ended.reason})" if ended.reason else ended.state
        print(f"The training beside all this: {told}, after {ended.summary.get('epoch')} epochs")


@contextmanager
def serving() -> Iterator[tuple[Server, Jobs]]:
    """A server on a home of its own, and its jobs."""
    with tempfile.TemporaryDirectory() as folder:
        server, jobs = Server(Path(folder)), Jobs(Path(folder))
        server.start()
        try:
            yield server, jobs
        finally:
            jobs.close()
            server.stop()


def train(jobs: Jobs, owner: str = "trainer") -> str:
    """A training that goes on until it is stopped."""
    document = editing.set_training(template("lenet"), "epochs", 10_000)
    run = jobs.ask(owner, "train", {"kind": "train", "document": write_document(document)})
    wait_until(jobs, run, lambda job: job.state == "running", owner)
    return run


def wait_until(jobs: Jobs, run: str, holds: Callable[[Job], bool], owner: str = "trainer") -> Job:
    deadline = time.monotonic() + 60
    while not holds(job := jobs.job(owner, run)):
        assert time.monotonic() < deadline, f"the run is {job.state}: {job.reason}"
        time.sleep(0.2)
    return job


def hold(jobs: Jobs, seconds: float) -> None:
    """Holds the database as another program might: nobody can write."""
    database = sqlite3.connect(jobs.path, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    database.execute("ROLLBACK")
    database.close()
    print(f"The database was held for {seconds:.0f} s")


async def floods(url: str, seconds: float, moves: int, rate: int) -> None:
    honest = await Visitor.opened(url, "honest")
    report("nothing else", await edits(honest, seconds / 2))

    async def one_message(attacker: Visitor) -> None:
        node = attacker.data["levels"][""]["nodes"][0]["id"]
        await attacker.send(*({"op": "move", "at": {node: [n % 500, n % 300]}} for n in range(moves)))
        await asyncio.sleep(seconds)

    report(f"beside a message of {moves:,} edits", await beside(url, honest, one_message, seconds))

    async def many_messages(attacker: Visitor) -> None:
        node, began, sent = attacker.data["levels"][""]["nodes"][0]["id"], time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            while sent < (time.perf_counter() - began) * rate:
                attacker.pending.clear()
                await attacker.send({"op": "move", "at": {node: [sent % 500, 0]}})
                sent += 1
            await asyncio.sleep(0.002)
        print(f"  {sent / seconds:,.0f} messages a second were sent")

    report(f"beside {rate} messages a second", await beside(url, honest, many_messages, seconds))
    await honest.close()


async def beside(
    url: str, honest: Visitor, attack: Callable[[Visitor], Awaitable[None]], seconds: float
) -> list[float]:
    attacker = await Visitor.opened(url, "attacker")
    attacking = asyncio.ensure_future(attack(attacker))
    taken = await edits(honest, seconds)
    await attacking
    print(f"  the attacker's edits: {attacker.acknowledged:,} acknowledged")
    await attacker.close()
    return taken


async def edits(visitor: Visitor, seconds: float) -> list[float]:
    """Moves a node some three times a second, as a person does who drags."""
    node, began, taken = visitor.data["levels"][""]["nodes"][1]["id"], time.perf_counter(), list[float]()
    while time.perf_counter() - began < seconds:
        taken.append(await visitor.edit({"op": "move", "at": {node: [len(taken), 0]}}))
        await asyncio.sleep(0.3)
    return taken


def report(what: str, seconds: list[float]) -> None:
    ordered = sorted(one * 1000 for one in seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    told = f"median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, most {ordered[-1]:.0f} ms"
    print(f"An honest edit {what}: {told}, of {len(ordered)}", flush=True)


if __name__ == "__main__":
    main()
