"""Kills jobs and hosts at random moments, and says what was lost: python -m tests.soak.kills [--jobs 200] [--hosts 50]

Every job that is killed must be said to be within 5 s, with all that it had told, and go on from its checkpoint where
it has one; a new host must be ready soon, mostly the time that Keras takes to load, and take over what goes on.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from graphbuilder.store import tables as t
from graphbuilder.store.jobs import ENDED
from graphbuilder.templates import template
from graphbuilder.training.checkpoints import find_checkpoint
from tests.contract.test_host import Engine, lasting


def steps(engine: Engine, id: str) -> int:
    """So many are told."""
    return sum(len(event["losses"]) * event["stride"] for event in engine.events(id, "steps"))


def host_of(engine: Engine) -> tuple[int, str]:
    with engine.jobs.reading() as db:
        return tuple(db.execute(select(t.engine.c.pid, t.engine.c.state)).one())


def kill_job(engine: Engine, after: float) -> str:
    """Kills a run so many seconds after its process is there; what came of it."""
    id = engine.ask(lasting(template("lenet"), 40))
    engine.until(lambda: engine.job(id).pid is not None)
    time.sleep(after)
    told = steps(engine, id)
    with suppress(ProcessLookupError):
        os.kill(engine.job(id).pid or 0, signal.SIGKILL)
    ended = engine.until_ended(id, seconds=5)
    assert steps(engine, id) >= told, f"run {ended.number} lost what it had told"
    if ended.state != "killed" or not find_checkpoint(engine.jobs, id):
        return ended.state
    engine.jobs.resume("me", id)
    again = engine.until_ended(id, seconds=120)
    assert again.state == "finished", again.reason
    epochs = [event["number"] for event in engine.events(id, "epoch")]
    assert epochs == list(range(1, 41)), epochs
    return "killed, resumed, finished"


def kill_host(engine: Engine, after: float) -> float:
    """Kills the host while a run goes on; seconds until a new one is ready and the run told more."""
    id = engine.ask(lasting(template("spiral_perceptron")))
    engine.until_running(id)
    time.sleep(after)
    os.kill(engine.process.pid, signal.SIGKILL)
    engine.process.wait()
    began = time.monotonic()
    engine.start()
    engine.until(lambda: host_of(engine) == (engine.process.pid, "ready"), 60)
    took = time.monotonic() - began
    epoch = engine.job(id).summary["epoch"]
    engine.until(lambda: engine.job(id).summary["epoch"] > epoch)
    engine.jobs.stop("me", id)
    engine.until_ended(id, seconds=20)
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, came = random.Random(asked.seed), dict[str, int]()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        try:
            for _ in range(asked.jobs):
                what = kill_job(engine, chance.uniform(0, 6))
                came[what] = came.get(what, 0) + 1
            took = [kill_host(engine, chance.uniform(0, 3)) for _ in range(asked.hosts)]
            going = [job.state for job in engine.jobs.active()]
        finally:
            engine.stop()
    print(f"{asked.jobs} jobs killed: {came}; nothing told was lost")
    if took:
        print(f"{len(took)} hosts killed: the next was ready after {min(took):.1f} to {max(took):.1f} s")
    print(f"said to be going at the end: {going or 'none'}; last states are {', '.join(ENDED)}")


if __name__ == "__main__":
    main()
