"""How fast data are fed that stay in their file: python -m tests.bench_feed. Steps a second of a convolutional network
on 20,000 images of 28 x 28, from memory and from a file in turn, as a ratio."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROWS, EPOCHS, ROUNDS = 20_000, 2, 3


def network() -> Any:
    from graphbuilder import editing
    from graphbuilder.datasets import Description
    from graphbuilder.fields import Field
    from tests.networks import DIGIT, SCORES, chain, node

    document = chain(
        node("image", "Input", field="image"),
        node("scale", "Rescaling", scale=1 / 255),
        node("c1", "Conv2D", filters=16, activation="relu"),
        node("p1", "MaxPooling2D"),
        node("c2", "Conv2D", filters=32, activation="relu"),
        node("flat", "Flatten"),
        SCORES,
        DIGIT,
    )
    fields = (
        Field("image", "image", (28, 28, 1), high=255),
        Field("digit", "class", (), classes=tuple("0123456789")),
    )
    described = Description(
        title="Images", file="images.npz", hash="0" * 64, reader="npz", columns=(), fields=fields, rows=ROWS,
        main_class="digit", class_rows=(ROWS // 10,) * 10,
    )  # fmt: skip
    return editing.set_training(editing.use_own_data(document, described), "epochs", EPOCHS)


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from graphbuilder.checks import check
    from graphbuilder.compiler import ready_model
    from graphbuilder.datasets import feed
    from graphbuilder.plan import plan
    from graphbuilder.training.engine import load_keras

    load_keras()
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import Parts

    planned = plan(check(network()))
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images.npy"
        np.save(path, random.integers(0, 256, (ROWS, 28, 28, 1), "uint8"))
        images, right = np.load(path, mmap_mode="r"), random.integers(0, 10, ROWS)
        took: dict[str, list[float]] = {"memory": [], "file": []}
        for _ in range(ROUNDS):
            for kind, room in (("memory", 10**12), ("file", 0)):
                rows = np.arange(ROWS)
                x = {"image": feed.taken(images, rows, room)}
                x = {"image": x["image"].astype("float32")} if kind == "memory" else x
                few = {"image": np.asarray(images[:100], "float32")}
                parts = Parts(x, {planned.outputs[0].name: right}, few, {planned.outputs[0].name: right[:100]}, 0)
                model = ready_model(planned, few)
                began = time.monotonic()
                train(model, planned, parts, lambda event: None, probing=False)
                took[kind].append(time.monotonic() - began)
    best = {kind: min(times) for kind, times in took.items()}
    steps = EPOCHS * -(-ROWS // planned.batch_size)
    for kind, seconds in best.items():
        print(f"{kind:>8}: {steps / seconds:,.0f} steps a second")
    print(f"from the file at {best['memory'] / best['file']:.2f} of the speed from memory (0.90 wanted)")


if __name__ == "__main__":
    main()
