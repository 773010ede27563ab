"""How a network is computed on this machine: by how many threads, and by which of TensorFlow's executors.

A step of a small network is many small operations, and handing them from thread to thread takes longer than they do.
Measured on two cores (`python -m tests.bench_loop ways`): a step of LeNet on digits takes half as long by one thread,
and one of a perceptron two thirds where operations are worked one after the other. Convolutions are slower that way.
"""

from dataclasses import dataclass

from graphbuilder.checks import Report
from graphbuilder.operators.families import CONVOLUTION, POOLING

ONE_THREAD = 5_000_000
"""Multiply-adds of the largest operator in a step up to which one thread is enough."""

ONE_BY_ONE = 1_000_000
"""And up to which operations are worked one after the other, where none of them looks at windows of an image."""


@dataclass(frozen=True)
class Computing:
    """threads: of an operation, and for operations beside each other; 0 is as many as there are cores. executor: by
    TensorFlow's name; empty for the usual one."""

    threads: int
    executor: str


def computing(report: Report, threads: int = 0) -> Computing:
    """How to train a checked network. threads: that it may have at most; 0 for all cores."""
    source, batch = report.document.data.source, report.document.training.settings["batch_size"]
    rows = batch or (source.parts(report.document.data.split)[0] if source else 1)
    largest = rows * max((facts.counts.multiply_adds for facts in report.facts.values()), default=0)
    operators = (one for one in report.wired.operators.values() if one)
    windows = any(one.family in (CONVOLUTION, POOLING) for one in operators)
    return Computing(
        1 if largest <= ONE_THREAD else threads,
        "SINGLE_THREADED_EXECUTOR" if largest <= ONE_BY_ONE and not windows else "",
    )
