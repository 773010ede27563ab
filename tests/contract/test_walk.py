"""How far a value looks, as the shape walk tells it, against the gradient of Keras' own model."""

from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.plan import code_plan
from graphbuilder.walk import sight_of
from tests.networks import chain, graph, node, wire

IMAGE = node("in", "Input", shape=[63, 63, 2])
ALIKE = {"kernel_initializer": "ones", "filters": 1}


def conv(id: str, size: int, **more: Any) -> dict[str, Any]:
    return node(id, "Conv2D", kernel_size=[size, size], **ALIKE, **more)


BRANCHES = graph(
    [IMAGE, conv("a", 5, padding="same", strides=[2, 2]), conv("b", 3, padding="same", strides=[2, 2]),
     node("out", "Concatenate")],
    [wire("in", "a"), wire("in", "b"), wire("a", "out"), wire("b", "out")], data="",
)  # fmt: skip
NETWORKS = {
    "strides": chain(IMAGE, conv("a", 5, strides=[2, 2]), conv("b", 3), conv("out", 3, strides=[2, 1]), data=""),
    "gaps": chain(IMAGE, conv("a", 3, dilation_rate=[2, 3]), conv("out", 3), data=""),
    "pooling": chain(IMAGE, conv("a", 3), node("p", "AveragePooling2D", pool_size=[3, 3]), conv("out", 3), data=""),
    "by places": chain(
        IMAGE, conv("a", 3), node("d", "Dense"), node("b", "BatchNormalization"), conv("out", 3), data="",
    ),
    "enlarged": chain(IMAGE, node("u", "UpSampling2D", size=[3, 3]), conv("out", 7), data=""),
    "branches": BRANCHES,
    "sequence": chain(
        node("in", "Input", shape=[40, 2]), node("a", "Conv1D", kernel_size=[3], dilation_rate=[2], **ALIKE),
        node("out", "Conv1D", kernel_size=[5], strides=[2], **ALIKE), data="",
    ),
    "transposed": chain(
        node("in", "Input", shape=[15, 15, 2]), conv("a", 3),
        node("out", "Conv2DTranspose", kernel_size=[5, 4], strides=[2, 2], **ALIKE), data="",
    ),
    "transposed with gaps": chain(
        node("in", "Input", shape=[20, 2]),
        node("out", "Conv1DTranspose", kernel_size=[3], dilation_rate=[2], **ALIKE), data="",
    ),
    "each channel": chain(
        IMAGE, node("a", "DepthwiseConv2D", kernel_size=[3, 3], strides=[2, 2], depthwise_initializer="ones"),
        node("out", "SeparableConv2D", kernel_size=[5, 3], filters=1, depthwise_initializer="ones",
             pointwise_initializer="ones"), data="",
    ),
    "volume": chain(
        node("in", "Input", shape=[15, 15, 15, 1]), node("p", "AveragePooling3D"),
        node("out", "Conv3D", kernel_size=[3, 2, 3], **ALIKE), data="",
    ),
    "pooled sequence": chain(
        node("in", "Input", shape=[41, 1]), node("a", "Conv1D", kernel_size=[3], **ALIKE),
        node("out", "AveragePooling1D", pool_size=[4], strides=[3]), data="",
    ),
    "divided": chain(
        node("in", "Input", shape=[33, 1]), node("out", "AdaptiveAveragePooling1D", output_size=[4]), data="",
    ),
    "cubic": chain(
        node("in", "Input", shape=[21, 21, 1]), node("out", "UpSampling2D", interpolation="bicubic"), data="",
    ),
    "lanczos": chain(
        node("in", "Input", shape=[31, 31, 1]), node("out", "UpSampling2D", interpolation="lanczos3"), data="",
    ),
}  # fmt: skip


def reach_of_one_value(document: Document) -> list[int]:
    """Of the places along each axis, first to last, that the gradient of a value in the middle is not zero at."""
    import tensorflow as tf

    from graphbuilder.compiler import build_model

    model = build_model(code_plan(check(document)))
    (entrance,) = model.inputs
    x = tf.Variable(np.random.default_rng(1).normal(size=(1, *entrance.shape[1:])).astype("float32"))
    with tf.GradientTape() as tape:
        (y,) = model({entrance.name: x}).values()
        middle = tuple(size // 2 for size in y.shape[1:-1])
        one = tf.reduce_sum(tf.square(y[(0, *middle)]))
    slope = np.abs(np.asarray(tape.gradient(one, x)))[0].sum(-1)
    return [int(np.ptp(np.nonzero(slope)[axis])) + 1 for axis in range(slope.ndim)]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_value_looks_as_far_as_its_gradient_reaches(name: str) -> None:
    document = NETWORKS[name]
    report = check(document)
    assert [one.window for one in sight_of(report.wired, report.facts, "out")["in"]] == reach_of_one_value(
        NETWORKS[name]
    )
