"""What is asked of a training while it goes acts, and what it does in between leaves no trace in what is learned."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets import feed
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.plan import plan
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Boundary, Commanded, Ended, Epoch, Event, Started, Steps, Units
from graphbuilder.templates import template
from graphbuilder.training.checkpoint import Checkpoint, read, write
from tests.contract.test_training import DROPPING, SMALL, of, settings
from tests.networks import DIGIT, PIXELS, SCORES, chain, node

MOMENTUM = settings(editing.set_optimizer(SMALL, "Momentum"), epochs=2)
ADAM, DRAWS = settings(SMALL, epochs=2), DROPPING
Script = Mapping[int, Sequence[Command]]


class Trained:
    """A training, and what it told. script: what is asked behind so many steps, each once."""

    def __init__(
        self, document: Document, home: Path, script: Script, monkeypatch: pytest.MonkeyPatch, **how: Any
    ) -> None:
        from graphbuilder.compiler import ready_model
        from graphbuilder.training import chunks, loop
        from graphbuilder.training.parts import parts

        monkeypatch.setattr(chunks, "CHUNK_SECONDS", 0.0)  # a step at a time
        report = check(document)
        self.planned = plan(report)
        self.fed = parts(self.planned, prepare(self.planned.source, home).arrays)
        self.model = ready_model(self.planned, self.fed.x)
        self.events: list[Event] = []
        self.script = {step: [*commands] for step, commands in script.items()}
        resume = how.get("resume")
        self.start = resume.standing.step if resume else 0
        how = {"probing": False, "document": document, "control": self.control, **how}
        self.ended = loop.train(self.model, self.planned, self.fed, self.events.append, **how)

    def control(self) -> list[Command]:
        begun = max([0, *(place for place, event in enumerate(self.events) if isinstance(event, Started))])
        step = self.start + sum(len(steps.losses) for steps in of(Steps, self.events[begun:]))
        asked = self.script.pop(step, [])
        one = next((place for place, command in enumerate(asked) if command.kind in ("hold", "step")), len(asked)) + 1
        self.script[step] = asked[one:]  # to be asked when it waits
        return asked[:one]

    @property
    def losses(self) -> list[float]:
        return [loss for steps in of(Steps, self.events) for loss in steps.losses]

    @property
    def marks(self) -> list[tuple[int, str, dict[str, Any], str]]:
        return [(one.step, one.command, dict(one.settings), one.words) for one in of(Commanded, self.events)]


@pytest.fixture(scope="module")
def alone(home: Path) -> Callable[[Document], Trained]:
    """Trains a document of which nothing is asked, once for all tests that hold another training to it."""
    known: dict[str, Trained] = {}

    def trained(document: Document) -> Trained:
        with pytest.MonkeyPatch.context() as patch:
            name = write_document(document)
            return known.get(name) or known.setdefault(name, Trained(document, home, {}, patch))

    return trained


def assert_same(ours: Trained, theirs: Trained, validated: bool = True) -> None:
    """To the last digit. validated: by batches of one size."""
    assert ours.losses == theirs.losses
    epochs = [[(one.number, one.step, one.metrics) for one in of(Epoch, run.events)] for run in (ours, theirs)]
    assert epochs[0] == epochs[1] or not validated
    for one, other in zip(ours.model.variables, theirs.model.variables, strict=True):
        assert np.array_equal(one, other)
    for one, other in zip(ours.model.optimizer.variables, theirs.model.optimizer.variables, strict=True):
        assert np.array_equal(one, other)


GO, HOLD = Command("go"), Command("hold")


@pytest.mark.parametrize("document", [MOMENTUM, ADAM, DRAWS], ids=["momentum", "adam", "dropout and normalization"])
def test_held_stepped_and_paced_it_learns_what_it_would_have_learned(
    document: Document, alone: Callable[[Document], Trained], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = {
        0: [HOLD, Command("step")],
        1: [Command("step", steps=3)],
        4: [Command("speed", speed=200.0), GO],
        9: [Command("speed")],
        22: [HOLD, GO],
    }
    held = Trained(document, home, script, monkeypatch)
    assert_same(held, alone(document))
    assert [(step, command) for step, command, _, _ in held.marks] == [
        (0, "hold"), (1, "step"), (4, "step"), (4, "speed"), (4, "go"), (9, "speed"), (22, "hold"), (22, "go")
    ]  # fmt: skip


@pytest.mark.parametrize("document", [MOMENTUM, ADAM, DRAWS], ids=["momentum", "adam", "dropout and normalization"])
def test_begun_again_it_learns_what_it_learned_at_first(
    document: Document, alone: Callable[[Document], Trained], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = Trained(document, home, {27: [Command("reset")]}, monkeypatch)
    assert [type(event) for event in again.events].count(Started) == 2
    begun = max(place for place, event in enumerate(again.events) if isinstance(event, Started))
    again.events = again.events[begun:]
    assert_same(again, alone(document))


class AtOnce(Trained):
    """script: what comes all at once behind so many marks."""

    def control(self) -> list[Command]:
        return [*self.script.pop(len(self.marks), [])]


def test_what_is_pressed_quickly_one_after_the_other_is_all_done(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step, script = Command("step"), dict[int, Sequence[Command]]()
    script[0] = [HOLD]
    script[1] = [step, Command("step", steps=2), step]
    script[2] = [Command("step", steps=5), Command("reset")]  # begins again, and waits there as it would have
    script[3] = [Command("reset"), step, step]
    script[5] = [Command("stop")]
    pressed = AtOnce(ADAM, home, script, monkeypatch)
    marks = [(step, command) for step, command, _, _ in pressed.marks]
    assert marks == [(0, "hold"), (4, "step"), (0, "reset"), (0, "reset"), (2, "step")]


def test_a_finished_run_goes_on_for_more_epochs_as_if_it_had_been_asked_at_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(checkpoint: Checkpoint) -> None:
        with (tmp_path / "last").open("wb") as file:
            write(file, checkpoint, "")

    whole = Trained(settings(DROPPING, epochs=3), home, {}, monkeypatch)
    first = Trained(DROPPING, home, {}, monkeypatch, keep_last=keep)
    assert first.ended.state == "finished"
    more = {first.ended.steps: [Command("change", settings={"epochs": 3})]}
    second = Trained(DROPPING, home, more, monkeypatch, resume=read(tmp_path / "last")[0])
    second.events = [event for event in first.events if not isinstance(event, Ended)] + second.events
    assert_same(second, whole)
    assert second.marks[-1] == (first.ended.steps, "change", {"epochs": (2, 3)}, "")


def test_a_rate_that_is_changed_at_a_step_acts_from_that_step_as_in_keras_own_loop(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    from graphbuilder.compiler import ready_model
    from graphbuilder.training.loop import shuffled

    change = {7: [Command("change", settings={"learning_rate": 0.05})]}
    ours = Trained(settings(MOMENTUM, epochs=1), home, change, monkeypatch)
    assert ours.marks == [(7, "change", {"learning_rate": (0.01, 0.05)}, "")]

    class Rate(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if batch == 7:
                self.model.optimizer.learning_rate = 0.05

    theirs = ready_model(ours.planned, ours.fed.x)
    order = shuffled(ours.planned.seed)(1, ours.fed.rows[0])
    x, y = ({name: values[order] for name, values in part.items()} for part in (ours.fed.x, ours.fed.y))
    theirs.fit(x, y, batch_size=50, epochs=1, shuffle=False, verbose=0, callbacks=[Rate()])
    for one, other in zip(ours.model.weights, theirs.weights, strict=True):
        assert np.allclose(one, other, rtol=0, atol=1e-6)
    assert_same(ours, Trained(settings(MOMENTUM, epochs=1), home, change, monkeypatch))


NUMBERS = [
    (MOMENTUM, {"momentum": 0.3}),
    (ADAM, {"beta_1": 0.5, "epsilon": 0.01}),
    (ADAM, {"hidden.kernel_regularizer": {"l1": 0.0, "l2": 0.1}}),
    (DRAWS, {"drop.rate": 0.1}),
    (DRAWS, {"bn.momentum": 0.5}),
    (ADAM, {"batch_size": 20}),
]


@pytest.mark.parametrize(("document", "changes"), NUMBERS, ids=["-".join(changes) for _, changes in NUMBERS])
def test_what_is_changed_before_the_first_step_is_as_if_it_had_been_set(
    document: Document, changes: dict[str, Any], alone: Callable[[Document], Trained], home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from graphbuilder.changes import changed

    document = settings(document, epochs=1)
    ours = Trained(document, home, {0: [Command("change", settings=changes)]}, monkeypatch)
    assert set(ours.marks[0][2]) == set(changes)
    theirs = Trained(changed(document, changes), home, {}, monkeypatch)
    assert_same(ours, theirs, validated="batch_size" not in changes)
    plain = alone(document)
    assert any(
        not np.array_equal(one, other) for one, other in zip(ours.model.weights, plain.model.weights, strict=True)
    )


@pytest.mark.parametrize(("document", "changes"), NUMBERS, ids=["-".join(changes) for _, changes in NUMBERS])
def test_a_run_that_was_changed_and_paused_goes_on_with_what_it_was_changed_to(
    document: Document, changes: dict[str, Any], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(checkpoint: Checkpoint) -> None:
        with (tmp_path / "kept").open("wb") as file:
            write(file, checkpoint, "")

    document = settings(document, epochs=1)
    change = {5: [Command("change", settings=changes)]}
    whole = Trained(document, home, change, monkeypatch)
    pause = {**change, 8: [Command("pause")]}
    first = Trained(document, home, pause, monkeypatch, keep=keep)
    assert first.ended.state == "paused"
    second = Trained(document, home, {}, monkeypatch, resume=read(tmp_path / "kept")[0])
    second.events = first.events + second.events
    assert_same(second, whole)


def test_a_set_that_stays_in_its_file_is_held_changed_paused_and_begun_again_alike(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(checkpoint: Checkpoint) -> None:
        with (tmp_path / "kept").open("wb") as file:
            write(file, checkpoint, "")

    monkeypatch.setattr(feed.taken, "__defaults__", (0,))
    batches = Command("change", settings={"batch_size": 20})
    whole = Trained(DRAWS, home, {5: [batches]}, monkeypatch)
    assert isinstance(next(iter(whole.fed.x.values())), feed.Part)
    script = {3: [Command("reset")], 5: [batches, HOLD, GO], 30: [Command("pause")]}
    first = Trained(DRAWS, home, script, monkeypatch, keep=keep)
    assert (first.ended.state, first.ended.steps) == ("paused", 30)
    second = Trained(DRAWS, home, {}, monkeypatch, resume=read(tmp_path / "kept")[0])
    begun = max(place for place, event in enumerate(first.events) if isinstance(event, Started))
    second.events = first.events[begun:] + second.events
    assert_same(second, whole)


def test_smaller_batches_go_on_where_the_larger_ones_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Trained(settings(ADAM, epochs=2), home, {4: [Command("change", settings={"batch_size": 20})]}, monkeypatch)
    rows = run.fed.rows[0]
    left = -(-(rows - 200) // 20)
    assert [epoch.step for epoch in of(Epoch, run.events)] == [4 + left, 4 + left + -(-rows // 20)]
    assert run.marks[0][3] == f"{left} steps left of this epoch, then {-(-rows // 20)} an epoch"


def test_what_makes_another_network_is_refused_in_words_and_changes_nothing(
    alone: Callable[[Document], Trained], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [{"hidden.units": 3}, {"momentum": 0.0}, {"momentum": 2.0}, {"nothing": 1}, {"seed": 2}]
    script = {3: [Command("change", settings=one) for one in asked]}
    document = settings(MOMENTUM, epochs=1)
    run = Trained(document, home, script, monkeypatch)
    assert [settings for _, _, settings, _ in run.marks] == [{}] * 5
    for words, mark in zip(("Restart", "Restart", "below 1", "no setting", "first step"), run.marks, strict=True):
        assert words in mark[3]
    assert_same(run, alone(document))


def test_a_training_that_holds_for_long_ends_as_paused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.training import loop

    monkeypatch.setattr(loop, "HOLD_SECONDS", 0.2)
    kept: list[int] = []
    run = Trained(ADAM, home, {5: [HOLD]}, monkeypatch, keep=lambda one: kept.append(one.standing.step))
    assert (run.ended.state, run.ended.reason, kept[-1]) == ("paused", loop.HELD, 5)
    assert run.ended.seconds < time.monotonic()


NESTEROV = settings(editing.set_optimizer(SMALL, "Nesterov"), epochs=2)
PENALIZED = chain(
    PIXELS, node("image", "Reshape", target_shape=[8, 8, 1]),
    node("conv", "Conv2D", filters=4, kernel_regularizer={"l1": 0.001, "l2": 0.01}, bias_regularizer={"l1": 0.1}),
    node("maps", "SpatialDropout2D", rate=0.25), node("flat", "Flatten"), SCORES, DIGIT,
    training={"settings": {"epochs": 1, "batch_size": 50}},
)  # fmt: skip
TURNED = [
    (MOMENTUM, [{"momentum": 0.3}, {"momentum": 0.7}]),
    (NESTEROV, [{"momentum": 0.3}, {"momentum": 0.7}]),
    (ADAM, [{"hidden.kernel_regularizer": {"l1": 0.0, "l2": 0.1}}, {"hidden.kernel_regularizer": {"l2": 0.02}}]),
    (DRAWS, [{"drop.rate": 0.1}, {"drop.rate": 0.7}]),
    (PENALIZED, [{"maps.rate": 0.6}, {"conv.kernel_regularizer": {"l1": 0.1, "l2": 0.2}, "maps.rate": 0.1}]),
    (PENALIZED, [{"conv.bias_regularizer": {"l1": 0.3}}, {"conv.kernel_regularizer": {"l1": 0.02, "l2": 0.01}}]),
]


def built_anew(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What will be listed, whenever steps are built anew."""
    from graphbuilder.training.chunks import Chunks

    listed: list[Any] = []
    build = Chunks.build_anew
    monkeypatch.setattr(Chunks, "build_anew", lambda self: listed.append(self) or build(self))
    return listed


@pytest.mark.parametrize(("document", "changes"), TURNED, ids=["-".join(changes[0]) for _, changes in TURNED])
def test_dials_act_with_the_steps_as_they_are_to_the_last_digit_as_if_these_were_built_anew(
    document: Document, changes: Sequence[dict[str, Any]], alone: Callable[[Document], Trained], home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from graphbuilder.training import loop

    document = settings(document, epochs=1)
    plain = alone(document)
    built = built_anew(monkeypatch)
    script = {5 + 4 * place: [Command("change", settings=one)] for place, one in enumerate(changes)}
    ours = Trained(document, home, script, monkeypatch)
    assert [set(one[2]) for one in ours.marks] == [set(one) for one in changes]
    assert not built
    monkeypatch.setattr(loop, "set_dials", lambda model: None)
    theirs = Trained(document, home, script, monkeypatch)
    assert len(built) == len(changes)
    assert_same(ours, theirs)
    mine, his = ([layer.get_config() for layer in run.model.layers] for run in (ours, theirs))
    assert mine == his
    assert plain.losses != ours.losses


def test_a_dial_that_is_turned_to_where_keras_leaves_something_out_has_the_steps_built_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import loop

    built = built_anew(monkeypatch)
    turns = ({"drop.rate": 0.0}, {"drop.rate": 0.3}, {"drop.rate": 0.2})
    script = {4 * place: [Command("change", settings=one)] for place, one in enumerate(turns, 1)}
    ours = Trained(settings(DRAWS, epochs=1), home, script, monkeypatch)
    anew = len(built)
    monkeypatch.setattr(loop, "set_dials", lambda model: None)
    assert_same(ours, Trained(settings(DRAWS, epochs=1), home, script, monkeypatch))
    assert [set(one[2]) for one in ours.marks] == [{"drop.rate"}] * 3
    assert anew == 2


def test_a_change_acts_and_is_told_within_a_fifth_of_a_second(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a small network, also where its steps are built anew."""
    script = {step: [Command("change", settings={"drop.rate": 0.5 - step / 100})] for step in (10, 20, 30)}
    times: list[float] = []
    run = Trained(settings(DRAWS, epochs=2), home, script, monkeypatch)
    for place, event in enumerate(run.events):
        if isinstance(event, Commanded):
            before, after = (of(Steps, part)[at] for part, at in ((run.events[:place], -1), (run.events[place:], 0)))
            times.append(after.seconds - before.seconds)
    assert len(times) == 3
    assert min(times) < 1.0, times


def test_a_weight_that_is_set_by_hand_is_told_shown_and_trained_on_from(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = settings(template("playground"), epochs=2)
    numbers = {"n2.kernel.1.3": 0.75, "n2.bias.0": -2.0, "n9.bias.0": 1.0, "n2.kernel.5": 1.0, "n2.kernel.2.0": 1.0}
    run = Trained(document, home, {20: [Command("weigh", weights=numbers)]}, monkeypatch, probing=True)
    (mark,) = run.marks
    assert mark[:2] == (20, "weigh") and set(mark[2]) == {"n2.kernel.1.3", "n2.bias.0"}
    assert [now for _, now in mark[2].values()] == [0.75, -2.0]
    assert mark[3] == "There is no weight n9.bias.0, n2.kernel.5, n2.kernel.2.0."
    told = [event for event in run.events if isinstance(event, Units) and event.step == 20][-1]
    assert told.weights["n2"]["bias"][0] == -2.0 and told.weights["n2"]["kernel"][1 * 8 + 3] == 0.75
    place = run.events.index(told)
    assert isinstance(run.events[place - 1], Boundary), "the boundary follows at once"
    assert run.events.index(next(one for one in run.events if isinstance(one, Commanded))) > place
    whole = Trained(document, home, {}, monkeypatch)
    assert run.losses[:20] == whole.losses[:20] and run.losses[20] != whole.losses[20]


def test_fewer_epochs_than_are_begun_end_with_the_one_that_goes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Trained(settings(MOMENTUM, epochs=3), home, {30: [Command("change", settings={"epochs": 1})]}, monkeypatch)
    assert (run.ended.state, run.ended.epochs) == ("finished", 2)
