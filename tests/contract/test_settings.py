"""Settings of training against Keras: schedules, what is decided after an epoch, and whole runs of printed code."""

import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graphbuilder.calls import EPOCHS, STEPS
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Parameter
from graphbuilder.plan import plan
from graphbuilder.records.events import Epoch
from graphbuilder.schedules import SCHEDULES, Run
from graphbuilder.settings import Settings
from graphbuilder.stopping import EarlyStopping, Flat, Plateau
from tests.contract.test_operator_contracts import one_moved
from tests.moves import moved
from tests.networks import chain, dense, loss, node

RUN = Run(7, 12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_at_every_step_the_rate_that_keras_has(name: str) -> None:
    from graphbuilder.compiler import evaluate_call

    for change in one_moved(SCHEDULES[name]):
        schedule = SCHEDULES[name](change)
        keras = evaluate_call(schedule.argument(0.02), {STEPS: RUN.steps_per_epoch, EPOCHS: RUN.epochs})
        if not callable(keras):
            assert keras == 0.02
            continue
        steps = range(RUN.steps_per_epoch * RUN.epochs + 1)
        wanted = [float(keras(step)) for step in steps]
        assert [schedule.rate(0.02, step, RUN) for step in steps] == pytest.approx(wanted, rel=1e-3, abs=1e-7), change


def walks(seed: int, length: int = 40) -> list[float]:
    draw = random.Random(seed)
    return [round(max(0.1, 2 - place / 20 + draw.gauss(0, 0.3)), 2) for place in range(length)]


@pytest.mark.parametrize("seed", range(12))
def test_early_stopping_ends_where_keras_callback_does(seed: int) -> None:
    import keras

    draw, values = random.Random(seed), walks(seed)
    stop = EarlyStopping(draw.randint(1, 5), draw.choice([0.0, 0.05, 0.3]), draw.choice([0, 0, 3, 9]))
    told = {"patience": stop.patience, "min_delta": stop.min_delta, "start_from_epoch": stop.start}
    theirs = keras.callbacks.EarlyStopping(monitor="val_loss", **told)
    theirs.set_model(SimpleNamespace(stop_training=False, metrics=[]))
    theirs.on_train_begin()
    progress, progress_epoch = float("inf"), 0
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"val_loss": value})
        if epoch + 1 > stop.start and value + stop.min_delta < progress:
            progress, progress_epoch = value, epoch + 1
        assert stop.is_over(epoch + 1, progress_epoch) == theirs.model.stop_training
        if theirs.model.stop_training:
            return


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(8))
def test_a_rate_falls_on_a_plateau_where_keras_callback_lets_it_fall(seed: int, mode: str) -> None:
    import keras

    draw, sign = random.Random(seed), 1 if mode == "min" else -1
    flat = Plateau(draw.choice([0.1, 0.5]), draw.randint(1, 4), draw.choice([0.0, 0.1]), draw.randint(0, 3), 0.004)
    told = {"factor": flat.factor, "patience": flat.patience, "min_delta": flat.min_delta, "min_lr": flat.least}
    theirs = keras.callbacks.ReduceLROnPlateau(monitor="val_m", mode=mode, cooldown=flat.cooldown, **told)
    optimizer = keras.optimizers.SGD(0.05)
    theirs.set_model(SimpleNamespace(optimizer=optimizer, metrics=[]))
    theirs.on_train_begin()
    ours, state, falls = keras.optimizers.SGD(0.05), Flat(), 0
    for epoch, value in enumerate(walks(seed)):
        theirs.on_epoch_end(epoch, {"val_m": sign * value})
        before = float(ours.learning_rate)
        ours.learning_rate, state = flat.after(value, before, state)
        falls += float(ours.learning_rate) < before
        assert float(ours.learning_rate) == float(optimizer.learning_rate)
    assert falls


SOME = ("Momentum", "RMSprop", "Ftrl", "Adafactor", "Adam", "Nadam", "ScheduleFreeAdamW", "Lion", "Muon")


def chosen(parameter: Parameter[Any]) -> list[Any]:
    """Each option, and one with its own parameters moved, as JSON."""
    names = [*parameter.options]  # type: ignore[attr-defined]
    return [*names, *(parameter.write(one) for one in moved(parameter) if not isinstance(one, str))]


def runs() -> Iterator[Any]:
    """Optimizers that differ in what they keep, each with others of the settings, so that all of these come up."""
    held = Settings.parameters
    schedules, clippings, averages = (cycle(chosen(held[name])) for name in ("schedule", "clipping", "ema"))
    for place, name in enumerate(SOME):
        settings = {
            "schedule": next(schedules), "clipping": next(clippings), "ema": next(averages),
            "accumulation_steps": 1 + place % 3, "batch_size": None if place % 5 == 4 else 33,
            "patience": 2 * (place % 2), "monitor": ("val_loss", "val_accuracy", "loss")[place % 3],
            "min_delta": 0.01 * (place % 4 == 3), "start_from_epoch": place % 3 // 2, "epochs": 5,
            "restore_best_weights": place % 7 > 0, "tensorboard_logs": name == "Lion",
            "mode": "max" if name == "Nadam" else "auto",  # of a loss that falls: the first epoch that counts is best
        }  # fmt: skip
        if settings["schedule"] == "plateau":
            settings["schedule"] = {"name": "plateau", "patience": 1, "min_delta": 1.0, "factor": 0.5}
        rate = {"learning_rate": 0.3 if name in ("Momentum", "Ftrl") else 0.03}
        options = rate | {"weight_decay": 0.01}
        training = {"optimizer": name, "options": options, "settings": settings}
        weights = {"class_weight": "balanced"} if place % 2 else {"class_weight": "given", "class_weights": [1, 2, 0.5]}
        document = chain(
            node("flower", "Input", field="measurements"), dense("hidden", 8, activation="tanh"), dense("scores", 3),
            loss("species", "species", **weights), data={"name": "iris", "split": {"validation": 0.4, "test": 0.0}},
            training=training,
        )  # fmt: skip
        yield pytest.param(document, id=name)


def rates_set(document: Document, epochs: list[Epoch]) -> list[float]:
    """The rate of each epoch's last step, by the schedule's own formula."""
    training = document.training
    settings, rate = Settings(training.settings), training.options["learning_rate"]
    return [settings.scheduled.rate(rate, one.step - 1, Run(epochs[0].step, settings.epochs)) for one in epochs]


@pytest.mark.parametrize("document", [*runs()])
def test_a_run_ends_at_the_weights_of_its_printed_code(
    document: Document, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    monkeypatch.chdir(tmp_path)

    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import train
    from graphbuilder.training.parts import parts

    planned = plan(check(document))
    fed = parts(planned, prepare(planned.source, home).arrays)
    model = ready_model(planned, fed.x)
    events: list[Any] = []
    in_order = {"probing": False, "order": lambda epoch, rows: np.arange(rows)}
    ended = train(model, planned, fed, events.append, **in_order)  # type: ignore[arg-type]
    text = to_python(planned)
    for found, instead in (
        ("epochs=EPOCHS", "epochs=EPOCHS, shuffle=False, verbose=0"),
        ("    model.fit(", "    global kept, past\n    kept = model\n    past = model.fit("),
        ("    model.summary()\n", ""),
    ):
        assert text.count(found) == 1
        text = text.replace(found, instead)
    file: dict[str, Any] = {"__name__": "printed"}
    exec(compile(text, "printed", "exec"), file)
    file["main"]()
    theirs: keras.Model = file["kept"]
    assert ended.epochs == len(file["past"].history["loss"])
    epochs = [event for event in events if isinstance(event, Epoch)]
    if not planned.plateau:
        assert [one.rate for one in epochs] == pytest.approx(rates_set(document, epochs), rel=1e-3, abs=1e-7)
    else:
        assert epochs[0].rate == pytest.approx(0.03) and epochs[-1].rate < 0.03
    for mine, its in zip(model.get_weights(), theirs.get_weights(), strict=True):
        assert np.allclose(mine, its, atol=2e-4)
    assert [one.name for one in sorted(tmp_path.glob("logs/*"))] == (["train", "validation"] if planned.logs else [])
    assert float(model.optimizer.learning_rate) == pytest.approx(float(theirs.optimizer.learning_rate), rel=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_an_optimizer_is_not_told_is_declared_as_keras_takes_it(name: str) -> None:
    import inspect

    import keras

    kind = OPTIMIZERS[name]
    taken = inspect.signature(getattr(keras.optimizers, kind.keras)).parameters
    unsaid = {one: taken[one].default for one in kind.parameters if one in taken}
    assert "learning_rate" in unsaid
    own = {one: kind.parameters[one].keras_default for one in unsaid}
    assert {one: own[one] or None for one in own} == {one: unsaid[one] or None for one in own}
