"""How fast networks train: python -m tests.bench_loop [ways].

Our loop as a job runs it, with the live view's looks, against Keras' bare `fit`, and against `fit` with TensorBoard's
histograms: each in a process of its own, since one process has one number of threads, in turns, as ratios of seconds
for the same epochs after the first. `ways`: a step of every template by one thread, by each executor, in one process.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from graphbuilder import editing
from graphbuilder.checks import Report, check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.home import default_home
from graphbuilder.plan import NotReady, Plan, plan
from graphbuilder.records.events import Epoch
from graphbuilder.templates import template, template_names
from graphbuilder.training.computing import computing
from graphbuilder.training.engine import load_keras
from graphbuilder.training.units import relu_nodes
from tests.networks import DIGIT, SCORES, chain, node

TURNS = 5


def small_cnn() -> Document:
    """A convolutional network of images of 28 x 28, at batch 64."""
    document = chain(
        node("image", "Input", field="image"),
        node("c1", "Conv2D", filters=32, activation="relu"),
        node("p1", "MaxPooling2D"),
        node("c2", "Conv2D", filters=64, activation="relu"),
        node("p2", "MaxPooling2D"),
        node("flat", "Flatten"),
        node("d1", "Dense", units=128, activation="relu"),
        SCORES,
        DIGIT,
        data="mnist_5k",
    )
    return editing.set_training(editing.set_training(document, "batch_size", 64), "epochs", 10)


NETWORKS: dict[str, Callable[[], Document]] = {
    "spiral_perceptron": partial(template, "spiral_perceptron"),
    "lenet": partial(template, "lenet"),
    "28x28 CNN, batch 64": small_cnn,
}
"""Each trains for as many epochs as its document sets."""


def main() -> None:
    for name, make in NETWORKS.items():
        turns = [{way: _asked(way, name) for way in ("ours", "fit", "tensorboard")} for _ in range(TURNS)]
        print(f"{name}, {make().training.settings['epochs']} epochs, {TURNS} turns, seconds of each:")
        for way in ("fit", "tensorboard"):
            ratios = sorted(turn[way] / turn["ours"] for turn in turns)
            told = f"median {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
            print(f"  {way} / ours: {told}", flush=True)


def _asked(way: str, name: str) -> float:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench_loop", way, name], capture_output=True, text=True, check=True
    )
    return float(ran.stdout.splitlines()[-1])


def measure(way: str, name: str) -> None:
    document = NETWORKS[name]()
    epochs = int(document.training.settings["epochs"])
    report = check(editing.set_training(document, "epochs", epochs + 1))
    planned = plan(report)
    load_keras(computing(report).threads if way == "ours" else None)
    print(ours(report, planned) if way == "ours" else fit(planned, epochs, way == "tensorboard"))


def ours(report: Report, planned: Plan) -> float:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts

    fed = parts(planned, prepare(planned.source, default_home()).arrays)
    ends: list[float] = []

    def hear(event: object) -> None:
        if isinstance(event, Epoch):
            ends.append(time.perf_counter())

    how = computing(report)
    train(ready_model(planned, fed.x), planned, fed, hear, relu=relu_nodes(report), executor=how.executor)
    return ends[-1] - ends[0]  # without the first epoch, in which TensorFlow traces, as it does in fit's first


def fit(planned: Plan, epochs: int, tensorboard: bool) -> float:
    import keras

    from graphbuilder.compiler import ready_model
    from graphbuilder.training.parts import parts

    fed = parts(planned, prepare(planned.source, default_home()).arrays)
    model = ready_model(planned, fed.x)
    with tempfile.TemporaryDirectory() as folder:
        told: dict[str, Any] = {"validation_data": (fed.x_val, fed.y_val), "batch_size": planned.batch_size}
        if tensorboard:
            told["callbacks"] = [keras.callbacks.TensorBoard(folder, histogram_freq=1)]
        model.fit(fed.x, fed.y, epochs=1, verbose=0, **told)
        began = time.perf_counter()
        model.fit(fed.x, fed.y, epochs=epochs, verbose=0, **told)
        return time.perf_counter() - began


def bench_ways() -> None:
    """Microseconds of processor time of a step, the least of a few chunks."""
    load_keras(1)
    import tensorflow as tf

    for name in template_names():
        report = check(template(name))
        try:
            planned = plan(report)
        except NotReady:
            continue
        took = {}
        for executor in ("", "SINGLE_THREADED_EXECUTOR"):
            with tf.experimental.function_executor_type(executor):
                took[executor] = _step(planned)
        usual, single = took.values()
        chosen = computing(report).executor or "usual"
        print(f"{name}: {usual * 1e6:.0f}, one by one {single * 1e6:.0f}: {usual / single:.2f} ({chosen})", flush=True)


def _step(planned: Plan) -> float:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.chunks import Chunks
    from graphbuilder.training.loop import shuffled
    from graphbuilder.training.parts import parts

    fed = parts(planned, prepare(planned.source, default_home()).arrays)
    chunks, took, step = Chunks(ready_model(planned, fed.x), planned, fed), [], 0
    for epoch in range(1, 12):
        chunks.begin_epoch(shuffled(1)(epoch, fed.rows[0]), 0, ())
        began = time.process_time()
        done = len(chunks.run(0, step=step))
        took.append((time.process_time() - began) / done)
        step += done
    return min(took)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    match sys.argv[1:]:
        case []:
            main()
        case ["ways"]:
            bench_ways()
        case [way, name]:
            measure(way, name)
