"""Data that stay in their file train as those in memory do."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.datasets import feed
from graphbuilder.datasets.feed import Part, taken
from graphbuilder.document import Document
from tests.contract.test_training import DROPPING, of, training
from tests.networks import DIGIT, PIXELS, SCORES, chain, dense, node

NORMALIZED = chain(
    PIXELS, node("norm", "Normalization"), dense("hidden", 16), SCORES, DIGIT,
    training={"settings": {"epochs": 2, "batch_size": 50}},
)  # fmt: skip


@pytest.mark.parametrize("document", [DROPPING, NORMALIZED])
def test_data_that_stay_in_their_file_train_to_the_same_weights(
    document: Document, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.records.events import Epoch

    model, _, events, _ = training(document, home)
    monkeypatch.setattr(feed.taken, "__defaults__", (0,))
    streamed, _, told, _ = training(document, home)
    for one, other in zip(model.weights, streamed.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6, err_msg=one.path)
    if document is DROPPING:
        assert [epoch.metrics for epoch in of(Epoch, events)] == [epoch.metrics for epoch in of(Epoch, told)]


class Slow:
    """Rows that take their time, and are counted."""

    is_slow = True
    dtype = np.dtype("uint8")

    def __init__(self, values: Any, seconds: float = 0.0) -> None:
        self.values, self.seconds = values, seconds
        self.shape = values.shape
        self.asked: list[int] = []
        self.threads: set[str] = set()

    def __getitem__(self, rows: Any) -> Any:
        time.sleep(self.seconds)
        self.asked += np.atleast_1d(rows).tolist()
        self.threads.add(threading.current_thread().name)
        return self.values[rows]


def test_what_is_slow_is_read_ahead_and_each_row_once_an_epoch(home: Path) -> None:
    from graphbuilder.training.feed import begin, fed, rows_of

    values = np.random.default_rng(0).integers(0, 256, (500, 4, 4, 1)).astype("uint8")
    slow = Slow(values, 0.001)
    part = taken(slow, np.arange(100, 400))
    assert isinstance(part, Part)
    assert (len(part), part.shape, part.dtype) == (300, (300, 4, 4, 1), np.dtype("uint8"))
    import tensorflow as tf

    given = fed({"x": part})
    order = np.random.default_rng(1).permutation(300).astype("int32")
    begin(given, order, 32)
    for start in range(0, 300, 32):
        rows = order[start : start + 32]
        batch = rows_of(given, tf.constant(rows))["x"]
        np.testing.assert_array_equal(batch, values[100:400][rows])
    assert sorted(slow.asked) == list(range(100, 400))
    assert slow.threads == {"feed"}


def test_rows_that_nobody_foresaw_are_read_at_once(home: Path) -> None:
    import tensorflow as tf

    from graphbuilder.training.feed import begin, fed, rows_of

    values = np.arange(60, dtype="float32").reshape(30, 2)
    given = fed({"x": taken(values, np.arange(30), at_hand=0)})
    begin(given, np.arange(30, dtype="int32"), 10)
    wanted = tf.constant([29, 3, 3, 0])
    np.testing.assert_array_equal(rows_of(given, wanted)["x"], values[[29, 3, 3, 0]])


def test_a_row_that_cannot_be_read_is_told_where_it_is_wanted(home: Path) -> None:
    import tensorflow as tf

    from graphbuilder.training.feed import begin, fed, rows_of

    class Broken(Slow):
        def __getitem__(self, rows: Any) -> Any:
            raise OSError("the disk is gone")

    given = fed({"x": taken(Broken(np.zeros((8, 2), "uint8")), np.arange(8))})
    begin(given, np.arange(8, dtype="int32"), 4)
    with pytest.raises(Exception, match="the disk is gone"):
        rows_of(given, tf.constant([0, 1, 2, 3]))
