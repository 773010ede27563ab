"""The estimate of a training's memory against what its process takes.

python -m tests.soak.memory [MB ...] [--only NAME]

Each family is made as large as its estimate allows, and trained as a job is, from preparing the data to its last file,
in a process of its own. What is measured is the most that it had resident (VmHWM) beyond what it had with Keras loaded,
which jobs share with their host.
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.memory import estimate
from graphbuilder.training.processes import HUGE_PAGES
from tests.networks import DIGIT, IMAGE, PIXELS, SCALE, SCORES, dense, graph, node, wire

FLAT, POOL, MEAN = (
    node("flat", "Flatten"),
    node("pool", "GlobalAveragePooling2D"),
    node("mean", "GlobalAveragePooling1D"),
)
FILTERS = 16
"""Of most convolutions: what grows are the images, since twice the filters would take four times as long."""
SPLIT = {"validation": 0.05, "test": 0.85, "seed": 0}  # few steps tell as much as many
Family = Callable[[int], Document]


def trained(*nodes: dict[str, Any], optimizer: str = "Adam", batch: int = 64) -> Document:
    """A chain, in which each Add takes besides what came before the node in front of it, and attention what comes in as
    its value too."""
    told = {"optimizer": optimizer, "settings": {"epochs": 2, "batch_size": batch}}
    data = {"name": "digits", "split": SPLIT}
    all = [*nodes, SCORES, DIGIT]
    wires = [
        {**wire(one["id"], other["id"]), **port}
        for one, other in itertools.pairwise(all)
        for port in ([{"to_port": "query"}, {"to_port": "value"}] if "Attention" in other["kind"] else [{}])
    ]
    skips = [wire(all[at - 2]["id"], one["id"]) for at, one in enumerate(all) if one["kind"] == "Add"]
    return graph(all, [*wires, *skips], training=told, data=data)


def up(size: int) -> dict[str, Any]:
    return node("up", "UpSampling2D", size=[size, size])


def conv(id: str, filters: int = FILTERS, **params: Any) -> dict[str, Any]:
    return node(id, "Conv2D", filters=filters, **{"activation": "relu", "padding": "same", **params})


def wide(optimizer: str) -> Family:
    def made(size: int) -> Document:
        nodes = (dense(f"d{n}", size, activation="relu") for n in range(2))
        return trained(PIXELS, SCALE, *nodes, optimizer=optimizer)

    return made


def deep(size: int) -> Document:
    return trained(PIXELS, SCALE, *(dense(f"d{n}", size, activation="relu") for n in range(40)))


def very_deep(size: int) -> Document:
    return trained(PIXELS, SCALE, *(dense(f"d{n}", 8) for n in range(10 * size)))


def late_kernel(size: int) -> Document:
    return trained(IMAGE, conv("c", 8), up(4), FLAT, dense("d", size, activation="relu"))


def convolutions(size: int) -> Document:
    return trained(IMAGE, up(size), *(conv(f"c{n}") for n in range(4)), POOL)


def normalized(size: int) -> Document:
    blocks = [
        (conv(f"c{n}", activation="linear"), node(f"b{n}", "BatchNormalization"), node(f"a{n}", "Activation"))
        for n in range(4)
    ]
    return trained(IMAGE, up(size), *itertools.chain(*blocks), POOL)


def pooled(size: int) -> Document:
    blocks = [(conv(f"c{n}", 8 << n), node(f"p{n}", "MaxPooling2D")) for n in range(4)]
    return trained(IMAGE, up(2 * size), *itertools.chain(*blocks), FLAT, optimizer="SGD", batch=32)


def enlarged(size: int) -> Document:
    return trained(IMAGE, conv("c", 4), up(size), conv("c2", 4), POOL, optimizer="SGD", batch=32)


def skips(size: int) -> Document:
    blocks = [(conv(f"c{n}"), node(f"s{n}", "Add")) for n in range(6)]
    return trained(IMAGE, up(size), conv("c"), *itertools.chain(*blocks), POOL)


def dropped(size: int) -> Document:
    blocks = [(dense(f"d{n}", size, activation="relu"), node(f"o{n}", "Dropout", rate=0.3)) for n in range(6)]
    return trained(PIXELS, SCALE, *itertools.chain(*blocks), optimizer="RMSprop")


def windows(kind: str, **params: Any) -> Family:
    """Four of a kind on images."""

    def made(size: int) -> Document:
        told = {"padding": "same", "activation": "relu", **params}
        told |= {} if kind.startswith("Depthwise") else {"filters": FILTERS}
        return trained(IMAGE, up(size), conv("c"), *(node(f"w{n}", kind, **told) for n in range(4)), POOL)

    return made


def volumes(size: int) -> Document:
    volume = node("v", "Reshape", target_shape=[4, 4, 4, 1]), node("up", "UpSampling3D", size=[size] * 3)
    told = {"filters": FILTERS, "padding": "same", "activation": "relu"}
    blocks = [(node(f"c{n}", "Conv3D", **told), node(f"p{n}", "MaxPooling3D")) for n in range(2)]
    return trained(IMAGE, *volume, *itertools.chain(*blocks), node("pool", "GlobalAveragePooling3D"), batch=16)


def divided(kind: str) -> Family:
    def made(size: int) -> Document:
        return trained(IMAGE, up(size), conv("c"), node("a", kind, output_size=[12, 10]), POOL)

    return made


def bent(size: int) -> Document:
    return trained(IMAGE, up(size), *(conv(f"c{n}", activation="gelu") for n in range(4)), POOL)


def layer_normalized(size: int) -> Document:
    norms = (node(f"n{n}", "LayerNormalization") for n in range(4))
    return trained(IMAGE, up(size), conv("c"), *norms, POOL)


def sequence(steps: int) -> tuple[dict[str, Any], ...]:
    """Pixels one behind the other, so many times as many steps, of one feature."""
    return PIXELS, node("seq", "Reshape", target_shape=[64, 1]), node("up", "UpSampling1D", size=[steps])


def recurrent(kind: str, **params: Any) -> Family:
    def made(size: int) -> Document:
        cells = (node(f"r{n}", kind, units=64, return_sequences=True, **params) for n in range(2))
        return trained(*sequence(size), *cells, MEAN)

    return made


def every_way(size: int) -> Document:
    layer = {"kind": "LSTM", "params": {"units": 64, "return_sequences": True}}
    return trained(*sequence(size), node("r", "Bidirectional", layer=layer), MEAN)


def recurrent_grids(size: int) -> Document:
    film = node("v", "Reshape", target_shape=[4, 4, 4, 1]), node("up", "UpSampling3D", size=[4, size, size])
    told = {"filters": 8, "return_sequences": True, "padding": "same"}
    cells = (node(f"r{n}", "ConvLSTM2D", **told) for n in range(2))
    return trained(IMAGE, *film, *cells, node("mean", "GlobalAveragePooling3D"), batch=16)


def every_step(size: int) -> Document:
    """A wrapped layer, whose gradients grow with the square of the steps."""
    layer = {"kind": "Dense", "params": {"units": 64}}
    return trained(*sequence(size), dense("e", 64), node("t", "TimeDistributed", layer=layer), MEAN, batch=16)


def attention(kind: str, **params: Any) -> Family:
    """Steps that look at one another, twice."""

    def made(size: int) -> Document:
        return trained(*sequence(size), dense("e", 32), *(node(f"a{n}", kind, **params) for n in range(2)), MEAN)

    return made


def vocabulary(size: int) -> Document:
    ids = node("ids", "Discretization", bin_boundaries=[2, 4, 8, 12])
    return trained(PIXELS, ids, node("e", "Embedding", input_dim=1000 * size, output_dim=64), FLAT)


FAMILIES: dict[str, Family] = {
    "wide, Adam": wide("Adam"),
    "wide, SGD": wide("SGD"),
    "wide, Momentum": wide("Momentum"),
    "wide, Adadelta": wide("Adadelta"),
    "deep": deep,
    "a kernel behind a flatten": late_kernel,
    "convolutions": convolutions,
    "batch normalization": normalized,
    "pooling": pooled,
    "upsampling": enlarged,
    "skips": skips,
    "dropout": dropped,
    "windows, separable": windows("SeparableConv2D"),
    "windows, depthwise": windows("DepthwiseConv2D"),
    "windows, transposed": windows("Conv2DTranspose"),
    "windows, volumes": volumes,
    "windows, adaptive mean": divided("AdaptiveAveragePooling2D"),
    "windows, adaptive max": divided("AdaptiveMaxPooling2D"),
    "windows, groups": windows("Conv2D", groups=4),
    "windows, gaps": windows("Conv2D", dilation_rate=[2, 2]),
    "gelu": bent,
    "layer normalization": layer_normalized,
    "recurrent, LSTM": recurrent("LSTM"),
    "recurrent, GRU": recurrent("GRU", dropout=0.2),
    "recurrent, gates apart": recurrent("LSTM", recurrent_dropout=0.2),
    "recurrent, both ways": every_way,
    "recurrent, grids": recurrent_grids,
    "every step": every_step,
    "attention, many heads": attention("MultiHeadAttention", num_heads=2, dropout=0.1),
    "attention, plain": attention("Attention"),
    "attention, additive": attention("AdditiveAttention"),
    "a large vocabulary": vocabulary,
    "wide, RMSprop": wide("RMSprop"),
    "very deep": very_deep,
}


def estimated(document: Document) -> int:
    report = check(document)
    return estimate(document, report.facts).total


def largest(family: Family, most: int) -> Document:
    """The largest of a family whose estimate is at most so many bytes."""
    low, high = 1, 2
    while estimated(family(high)) <= most:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if estimated(family(middle)) <= most else (low, middle)
    return family(low)


def measured(document: Document) -> dict[str, Any]:
    """What the process of a training took: bytes, and how it ended."""
    command = [sys.executable, "-m", "tests.soak.memory", "--one"]
    env = {**HUGE_PAGES, **os.environ}
    ran = subprocess.run(command, input=write_document(document), capture_output=True, text=True, env=env)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def train_here(document: Document) -> dict[str, Any]:
    from graphbuilder.store.limits import Limits
    from graphbuilder.store.work import Work
    from graphbuilder.training.checkpoints import folder_of
    from graphbuilder.training.host import load_all
    from graphbuilder.training.job import work

    load_all()
    before = status("RssAnon")
    with tempfile.TemporaryDirectory() as folder:
        jobs = Work(Path(folder))
        request = {"kind": "train", "document": write_document(document), "memory": estimated(document)}
        id = jobs.ask("me", "train", request, "p")
        jobs.take_up(Limits())
        folder_of(jobs.home, id).mkdir(parents=True)  # as the host does
        Path("/proc/self/clear_refs").write_text("5")  # the peak of loading is none of the training's
        work(Path(folder), id)
        job = jobs.job("me", id)
    return {"bytes": status("VmHWM") - status("RssFile") - before, "state": job.state, "reason": job.reason}


def status(name: str) -> int:
    text = Path("/proc/self/status").read_text()
    return int(text.split(f"{name}:")[1].split()[0]) * 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("megabytes", type=int, nargs="*", default=[500, 1500, 4000])
    parser.add_argument("--only", default="")
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args()
    if asked.one:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        print(json.dumps(train_here(read_document(sys.stdin.buffer.read()))))
        return
    for name in FAMILIES:
        for most in asked.megabytes if asked.only in name else []:
            document = largest(FAMILIES[name], most * 1_000_000)
            needed, found = estimated(document), measured(document)
            share = found["bytes"] / needed
            print(
                f"{name:28} estimated {needed / 1e6:6.0f} MB, took {found['bytes'] / 1e6:6.0f}: {share:.2f}"
                f" {found['state']} {found['reason']}",
                flush=True,
            )


if __name__ == "__main__":
    main()
