"""Measures how fast a trained network answers: `python -m tests.bench_inside`. Each process warm, by the route that a
page asks; then many askers at once beside two trainings. Nothing here is a test; a machine's noise is not a fault."""

import asyncio
import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app import owner
from graphbuilder.document_file import write_document
from graphbuilder.store.jobs import Jobs
from graphbuilder.templates import template
from tests.e2e.workbench import Server
from tests.soak.floods import serving, train, wait_until

ASKERS, SECONDS, PAUSE = 20, 20.0, 0.5
READS = 3.0
"""Seconds for which a person looks at what came up before the next question."""
OWNERS = [digit * 32 for digit in "abcd"]


def main() -> None:
    with serving() as (server, jobs):
        runs = {}
        for who, name in zip(OWNERS, ("multilayer_perceptron", "lenet", "penguins", "spiral_perceptron"), strict=True):
            run = jobs.ask(who, "train", {"kind": "train", "document": write_document(template(name))}, "p")
            wait_until(jobs, run, lambda job: job.state == "finished", who)
            runs[who] = run
            began = time.perf_counter()
            until_ready(server, who, run)
            print(f"{name}: ready {time.perf_counter() - began:.2f} s after it was asked first")
            time.sleep(READS)
            for told in ({"kind": "saliency"}, {"kind": "gradcam"}, {"kind": "representation", "node": last_of(name)}):
                print(f"  first {told['kind']}: {1000 * first(server, who, run, told):.0f} ms", flush=True)
            took = [asked(server, who, run, place) for place in range(200)]
            print(f"  warm, one asker, of {len(took)}: {ordered(took)}", flush=True)
        trainings = [train(jobs, f"trainer {n}") for n in range(2)]
        for shared in (len(OWNERS), 2):
            took = asyncio.run(many(server, {who: runs[who] for who in OWNERS[:shared]}))
            print(
                f"{ASKERS} askers on {shared} networks beside 2 trainings, of {len(took)}: {ordered(took)}", flush=True
            )
        for n, run in enumerate(trainings):
            jobs.stop(f"trainer {n}", run)
            print(f"a training beside them: {told_of(jobs, run, n)}")


def last_of(name: str) -> str:
    """The last node that has a representation to see."""
    (*_, found) = (node.id for node in template(name).nodes if node.kind != "Loss")
    return found


def first(server: Server, who: str, run: str, told: dict[str, Any]) -> float:
    """Seconds until the first answer to a question of its kind."""
    began = time.perf_counter()
    found = post(server, who, run, 0, told)
    assert "error" not in found, found
    return time.perf_counter() - began


def told_of(jobs: Jobs, run: str, n: int) -> str:
    ended = wait_until(jobs, run, lambda job: not job.active, f"trainer {n}")
    return f"{ended.state} after {ended.summary.get('epoch')} epochs"


async def many(server: Server, runs: dict[str, str]) -> list[float]:
    for who, run in runs.items():
        await asyncio.to_thread(until_ready, server, who, run)
    each = [one for _ in range(ASKERS // len(runs)) for one in runs.items()]
    told = await asyncio.gather(*(asyncio.to_thread(asks, server, *one) for one in each))
    return [one for took in told for one in took]


def asks(server: Server, who: str, run: str) -> list[float]:
    """Somebody who drags a slider now and then."""
    took, until = [], time.monotonic() + SECONDS
    while time.monotonic() < until:
        took.append(asked(server, who, run, random.randrange(20)))
        time.sleep(random.uniform(0, 2 * PAUSE))
    return took


def until_ready(server: Server, who: str, run: str) -> None:
    until = time.monotonic() + 60
    while (told := post(server, who, run, 0)).get("state") == "starting":
        assert time.monotonic() < until, told
    assert told["outputs"], told


def asked(server: Server, who: str, run: str, place: int) -> float:
    began = time.perf_counter()
    told = post(server, who, run, place)
    assert "outputs" in told, told
    return time.perf_counter() - began


def post(
    server: Server, who: str, run: str, place: int, about: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """About the training sample at this place; `about` says what else is asked of it, or of what."""
    key = owner.signing_key(server.home)
    cookie = f"{owner.cookie_name(key)}={owner.sign(who, key)}"
    asks_sample = about.get("kind") != "representation"
    sample = {"sample": f"train:{place}"} if asks_sample else {}
    question = json.dumps({"kind": "answer", **sample, **about}).encode()
    headers = {"Cookie": cookie, "Origin": server.url, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/api/runs/{run}/questions", question, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as fault:
        found = json.loads(fault.read())
    return found


def ordered(seconds: list[float]) -> str:
    found = sorted(1000 * one for one in seconds)
    p50, p95 = found[len(found) // 2], found[min(len(found) - 1, round(0.95 * len(found)))]
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {found[-1]:.0f} ms"


if __name__ == "__main__":
    main()
