"""Measures, as ratios within one run: `make bench`. Nothing here is a test; a machine's noise is not a fault."""

import statistics
import time
from collections.abc import Callable
from functools import partial

from graphbuilder import editing, grouping
from graphbuilder.checks import check
from graphbuilder.document import Document, Wire
from graphbuilder.document_file import read_document, write_document
from graphbuilder.home import default_home
from graphbuilder.plan import plan
from graphbuilder.records.events import Epoch
from graphbuilder.templates import template
from graphbuilder.training.units import relu_nodes
from tests.networks import graph, loss, node, wire


def main() -> None:
    bench_checking()
    bench_probes("spiral_perceptron", 20)
    bench_probes("lenet", 5)


def median_seconds(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def deep_document(layers: int) -> Document:
    """A chain of convolutions, batch normalizations and activations on digits."""
    document = Document()
    kinds = ["Input", *(["Conv2D", "BatchNormalization", "Activation"] * layers)[: layers - 4]]
    kinds += ["GlobalAveragePooling2D", "Dense", "Loss"]
    for place, kind in enumerate(kinds):
        document = editing.add(document, f"n{place}", kind, (0.0, 0.0))
        if kind == "Conv2D":
            document = editing.set_parameter(document, f"n{place}", "padding", "same")
        if place:
            document = editing.connect(document, Wire(source=f"n{place - 1}", target=f"n{place}"))
    document = editing.set_parameter(document, "n0", "field", "image")
    document = editing.set_parameter(document, f"n{len(kinds) - 2}", "units", 10)
    return editing.set_parameter(document, f"n{len(kinds) - 1}", "target", "digit")


def wide_document(layers: int, rows: int = 4) -> Document:
    """Rows of the same three kinds beside each other, added at their ends: more in one row Keras cannot build."""
    kinds = ("Conv2D", "BatchNormalization", "Activation")
    nodes = [node("in", "Input", field="image")]
    wires = []
    for row in range(rows):
        last = "in"
        for place in range((layers - 5) // rows):
            kind = kinds[place % len(kinds)]
            nodes.append(node(f"r{row}n{place}", kind, **({"padding": "same"} if kind == "Conv2D" else {})))
            wires.append(wire(last, last := f"r{row}n{place}"))
        wires.append(wire(last, "sum"))
    end = [node("sum", "Add"), node("mean", "GlobalAveragePooling2D"), node("scores", "Dense", units=10)]
    ways = [wire("sum", "mean"), wire("mean", "scores"), wire("scores", "digit")]
    return graph([*nodes, *end, loss("digit", "digit")], [*wires, *ways], data="digits")


def repeated_document(times: int) -> Document:
    """The residual template with its first block that often."""
    block = [f"n{place}" for place in range(4, 11)]
    grouped = grouping.group(template("residual_network"), block, "b", "u", "Residual block")
    return editing.set_parameter(grouped, "u", "repeat", times)


def bench_checking() -> None:
    of_many = {300: deep_document(300), 1_000: wide_document(1_000)}
    larger = {count: median_seconds(partial(check, wide_document(count)), 5) for count in (1_000, 3_000, 10_000)}
    told = ", ".join(f"{count:,}: {seconds * 1e3:.0f} ms" for count, seconds in larger.items())
    print(f"check of layers in four rows: {told}")
    used = repeated_document(100)
    blocks, opened = (read_document(write_document(one)) for one in (used, grouping.ungroup(used, "u")))
    turns = [[median_seconds(partial(check, one), 1) for one in (blocks, opened)] for _ in range(50)]
    closed, apart = map(statistics.median, zip(*turns, strict=True))
    print(
        f"a block of 7, 100 times: {closed * 1e3:.1f} ms; its contents, drawn one by one: {apart * 1e3:.1f} ms; "
        f"{statistics.median(one / other for one, other in turns):.2f} times as long"
    )
    ours = {count: median_seconds(partial(check, document), 20) for count, document in of_many.items()}
    reading = {
        count: median_seconds(partial(read_document, write_document(document)), 10)
        for count, document in of_many.items()
    }
    from graphbuilder.training.engine import load_keras

    load_keras()
    from graphbuilder.compiler import build_model

    for count, document in of_many.items():
        report = check(document)
        assert not report.errors, report.errors
        theirs = median_seconds(partial(build_model, plan(report)), 3)
        whole = theirs / (ours[count] + reading[count])
        print(
            f"{count:,} layers: check {ours[count] * 1e3:.1f} ms, Keras builds them in {theirs * 1e3:.0f} ms: "
            f"{theirs / ours[count]:.0f} times; with reading, {reading[count] * 1e3:.1f} ms more: {whole:.0f} times"
        )


def bench_probes(name: str, epochs: int, pairs: int = 10) -> None:
    """Our loop with looks into the network against it without, in turn."""
    from graphbuilder.compiler import ready_model
    from graphbuilder.datasets.snapshot import prepare
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts

    report = check(editing.set_training(template(name), "epochs", epochs + 1))
    planned = plan(report)
    fed = parts(planned, prepare(planned.source, default_home()).arrays)

    def loop(probing: bool) -> float:
        ends: list[float] = []
        model, told = ready_model(planned, fed.x), relu_nodes(report)
        hear = lambda e: ends.append(e.seconds) if isinstance(e, Epoch) else None  # noqa: E731
        train(model, planned, fed, hear, relu=told, probing=probing)
        return ends[-1] - ends[0]

    ratios = sorted(loop(True) / loop(False) for _ in range(pairs))
    told = f"median {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    print(f"{name}, {epochs} epochs, {pairs} turns: looks on / off: {told}")


if __name__ == "__main__":
    main()
