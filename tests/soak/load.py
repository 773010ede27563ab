"""A class at work: `python -m tests.soak.load`.

Thirty visitors edit, each every few seconds, while two trainings go on: how long an edit takes, from being sent to
being acknowledged on the page, whether anybody was disconnected, and how the server's memory grew.
"""

import argparse
import asyncio
import random
import time
from pathlib import Path

from tests.e2e.workbench import Server
from tests.soak.floods import report, serving, train, wait_until
from tests.soak.visitor import Visitor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--trainings", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between two edits of one visitor")
    asked = parser.parse_args()
    with serving() as (server, jobs):
        runs = [train(jobs, f"trainer {n}") for n in range(asked.trainings)]
        asyncio.run(a_class(server, asked.visitors, asked.minutes * 60, asked.pause))
        for n, run in enumerate(runs):
            jobs.stop(f"trainer {n}", run)
            ended = wait_until(jobs, run, lambda job: not job.active, f"trainer {n}")
            print(f"A training beside it: {ended.state}, after {ended.summary.get('epoch')} epochs")


async def a_class(server: Server, count: int, seconds: float, pause: float) -> None:
    visitors = [await Visitor.opened(server.url, f"page-{n}") for n in range(count)]
    before, cpu = memory(server), processor(server)
    began = time.perf_counter()
    growing = asyncio.create_task(tell_memory(server))
    taken = await asyncio.gather(*(works(visitor, seconds, pause) for visitor in visitors))
    growing.cancel()
    took = time.perf_counter() - began
    report(f"of {count} visitors", [one for edits in taken for one in edits])
    lost = sum(not visitor.is_open for visitor in visitors)
    print(
        f"  disconnected: {lost}; the server: {memory(server):.0f} MB, {memory(server) - before:+.0f} MB, "
        f"{(processor(server) - cpu) / took:.2f} of a core"
    )
    for visitor in visitors:
        await visitor.close()


async def tell_memory(server: Server) -> None:
    """Once a minute."""
    began = time.perf_counter()
    while True:
        print(f"  after {(time.perf_counter() - began) / 60:3.0f} minutes: {memory(server):.0f} MB", flush=True)
        await asyncio.sleep(60)


async def works(visitor: Visitor, seconds: float, pause: float) -> list[float]:
    """Moves nodes, changes units and takes it back, at a person's pace."""
    draw, began, taken = random.Random(visitor.client), time.perf_counter(), list[float]()
    nodes = [one["id"] for one in visitor.data["levels"][""]["nodes"]]
    await asyncio.sleep(draw.uniform(0, pause))
    while time.perf_counter() - began < seconds:
        place = draw.choice(nodes)
        edits = (
            {"op": "move", "at": {place: [draw.randrange(900), draw.randrange(400)]}},
            {"op": "set", "of": "node", "ids": ["n8"], "name": "units", "value": draw.randrange(10, 200)},
            {"op": "undo"},
        )
        taken.append(await visitor.edit(draw.choice(edits)))
        await asyncio.sleep(draw.uniform(0.5, 1.5) * pause)
    return taken


def memory(server: Server) -> float:
    """Resident memory of the server, in MB."""
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def processor(server: Server) -> float:
    """Seconds of processor time that the server has used."""
    told = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / 100


if __name__ == "__main__":
    main()
