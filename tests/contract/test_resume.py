"""A training that was interrupted goes on as if it had not been: to the last digit of every loss and every weight."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.plan import plan
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Ended, Epoch, Event, Steps
from graphbuilder.templates import template
from graphbuilder.training.checkpoint import read, write
from tests.contract.test_training import DROPPING, SMALL, of, settings

MOMENTUM = editing.set_optimizer(SMALL, "Momentum")
PATIENT = settings(editing.set_optimizer_option(SMALL, "learning_rate", 0.1), patience=2, epochs=20)
SETTLED = settings(
    PATIENT, schedule={"name": "plateau", "patience": 1, "cooldown": 1}, ema="moving", accumulation_steps=3,
    clipping="norm", patience=0, epochs=3,
)  # fmt: skip
SEVERAL = settings(template("two_inputs_two_losses"), epochs=2, batch_size=100)


class Paused:
    """A training in pieces: paused behind these steps, kept in a file, and gone on with by a fresh model."""

    def __init__(self, document: Document, home: Path, at: list[int], folder: Path, monkeypatch: Any) -> None:
        from graphbuilder.compiler import ready_model
        from graphbuilder.training import chunks, loop
        from graphbuilder.training.parts import parts

        self.planned = plan(check(document))
        self.fed = parts(self.planned, prepare(self.planned.source, home).arrays)
        self.events: list[Event] = []

        def go(until: int | None, **how: Any) -> Ended:
            self.model = ready_model(self.planned, self.fed.x)

            def control() -> list[Command]:
                told = of(Steps, self.events)
                last = told[-1].first + len(told[-1].losses) - 1 if told else 0
                return [Command("pause")] if last == until else []

            return loop.train(
                self.model, self.planned, self.fed, self.events.append, probing=False, control=control, **how
            )

        if not at:
            self.ended = go(None)
            return
        monkeypatch.setattr(chunks, "CHUNK_SECONDS", 0.0)  # one step at a time, where the other has many
        monkeypatch.setattr(loop, "KEEP_SECONDS", np.inf)
        resume = None
        for until in at:
            with (folder / str(until)).open("wb") as kept:
                paused = go(until, resume=resume, keep=lambda now, kept=kept: write(kept, now, "told"))
            assert (paused.state, paused.steps) == ("paused", until)
            assert not of(Ended, self.events)
            resume, told = read(folder / str(until))
            assert told == "told"
        self.ended = go(None, resume=resume)

    @property
    def losses(self) -> list[float]:
        return [loss for steps in of(Steps, self.events) for loss in steps.losses]


def timeless(events: list[Any]) -> list[Any]:
    return [replace(event, seconds=0) for event in events]


@pytest.mark.parametrize(
    ("document", "at"),
    [
        (MOMENTUM, [7, 22]),
        (SMALL, [22, 30, 44]),
        (DROPPING, [1, 22, 30]),
        (PATIENT, [50, 93, 113]),  # before its best epoch, which is the fourth of six, and after it
        (SEVERAL, [11, 13]),
        (SETTLED, [25, 45]),
    ],
    ids=[
        "momentum",
        "adam",
        "dropout and batch normalization",
        "early stopping",
        "several losses",
        "plateau and averages",
    ],
)
def test_W13_W15_what_goes_on_is_what_would_have_gone_on(
    document: Document, at: list[int], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Paused(document, home, [], tmp_path, monkeypatch)
    pieces = Paused(document, home, at, tmp_path, monkeypatch)
    assert pieces.losses == whole.losses
    epochs = [
        [(one.number, one.step, one.metrics, one.best) for one in of(Epoch, run.events)] for run in (pieces, whole)
    ]
    assert epochs[0] == epochs[1]
    assert timeless([pieces.ended]) == timeless([whole.ended])
    for ours, theirs in zip(pieces.model.variables, whole.model.variables, strict=True):
        assert np.array_equal(ours, theirs)


def test_what_an_optimizer_starts_from_is_remembered_in_a_few_bytes() -> None:
    import keras

    from graphbuilder.training.aside import Aside
    from graphbuilder.training.loop import _Initial, _variables

    model = keras.Sequential([keras.layers.Input((500,)), keras.layers.Dense(500)])
    model.compile(keras.optimizers.Adagrad(0.1), "mse")
    model.optimizer.build(model.trainable_variables)
    first = _Initial(model, Aside())
    before = [np.array(one) for one in _variables(model)]
    for one in _variables(model):
        one.assign(np.ones(one.shape) * 7)
    for ours, then in zip(first, before, strict=True):
        np.testing.assert_array_equal(ours, then)
    assert all(one.base is not None and one.base.size == 1 for one in first._rest if one.size > 1)
