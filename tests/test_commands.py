"""What a training may be asked: read from JSON, kept in the store, and what of a network may change."""

from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.changes import Between, Refused, between, changed, planned, values
from graphbuilder.grouping import inside
from graphbuilder.records.commands import Command, Unusable, command_of
from graphbuilder.records.digest import COMMANDS, Digest
from graphbuilder.records.events import Commanded, Started, as_json, from_json
from graphbuilder.records.recorder import Recorder
from graphbuilder.store import NotYours, StoreError
from graphbuilder.store.jobs import COMMANDS_KEPT
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from tests.test_jobs import ask, interrupted, started


@pytest.mark.parametrize(
    ("told", "command"),
    [
        ({"command": "hold"}, Command("hold")),
        ({"command": "step", "steps": 5}, Command("step", steps=5)),
        ({"command": "speed", "speed": None}, Command("speed")),
        ({"command": "change", "settings": {"learning_rate": 1}}, Command("change", settings={"learning_rate": 1})),
        ({"command": "weigh", "weights": {"n2.bias.3": 0.5}}, Command("weigh", weights={"n2.bias.3": 0.5})),
    ],
    ids=["hold", "step", "speed", "change", "weigh"],
)
def test_a_command_crosses_as_json(told: Any, command: Command) -> None:
    assert command_of(told) == command == command_of(command.as_json())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([], "is an object"),
        ({"command": "dance"}, "no command 'dance'. There are: go, hold"),
        ({"command": "step", "steps": 0}, "steps must be a whole number from 1"),
        ({"command": "step", "steps": True}, "steps must be"),
        ({"command": "step", "steps": float("nan")}, "steps must be"),
        ({"command": "speed", "speed": -1}, "speed must be"),
        ({"command": "change"}, "names at least one"),
        ({"command": "change", "settings": [1]}, "must be an object"),
        ({"command": "weigh"}, "names at least one weight"),
        ({"command": "weigh", "weights": [1]}, "weights must be an object"),
        ({"command": "weigh", "weights": {"n2.bias.3": "a"}}, "with its number, from -1,000,000"),
        ({"command": "weigh", "weights": {"n2.bias.3": 1e9}}, "with its number, from -1,000,000"),
    ],
)
def test_what_is_no_command_is_said_in_words(told: Any, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        command_of(told)


def test_what_a_run_is_asked_is_heard_once_and_in_order(jobs: Work) -> None:
    id = started(jobs)
    with pytest.raises(NotYours):
        jobs.command("you", id, {"command": "hold"})
    for kind in ("hold", "go"):
        jobs.command("me", id, {"command": kind})
    asked, heard = jobs.heard(id, 0)
    assert (asked, [(n, told["command"]) for n, told in heard]) == ("", [(1, "hold"), (2, "go")])
    jobs.stop("me", id)
    assert jobs.heard(id, 2) == ("stop", [])


def test_of_very_many_commands_the_newest_are_kept(jobs: Work) -> None:
    id = started(jobs)
    for n in range(COMMANDS_KEPT + 3):
        jobs.command("me", id, {"n": n})
    assert [told["n"] for _, told in jobs.heard(id, 0)[1]] == [*range(3, COMMANDS_KEPT + 3)]


def test_a_run_that_goes_on_hears_changes_that_it_did_not_come_to_and_what_it_goes_on_with(jobs: Work) -> None:
    id = interrupted(jobs)
    with pytest.raises(StoreError, match="does not go on: it is killed"):
        jobs.command("me", id, {"command": "hold"})
    jobs.resume("me", id, commands=[{"command": "step"}])
    for kind in ("hold", "change"):
        jobs.command("me", id, {"command": kind})
    jobs.take_up(jobs_limits())
    jobs.runs_now(id)
    jobs.end(id, "killed", "")
    jobs.resume("me", id, commands=[{"command": "go"}])
    assert [told.get("command") for _, told in jobs.heard(id, 0)[1]] == [None, None, "change", "go"]


def jobs_limits() -> Any:
    from graphbuilder.store.limits import Limits

    return Limits()


def test_a_run_that_was_held_waits_for_its_owner_when_a_server_starts(jobs: Work) -> None:
    held, closed = interrupted(jobs, "paused"), interrupted(jobs, "paused")
    jobs.held(held)
    jobs.take_up_paused()
    assert [jobs.job("me", id).state for id in (held, closed)] == ["paused", "queued"]


def test_one_that_holds_says_so_until_it_goes_on(jobs: Work) -> None:
    id = started(jobs)
    recorder = Recorder(jobs, id, {})
    states = []
    for command in ("hold", "go", "step", "change", "go"):
        recorder.tell(Commanded(3, 1.0, command))
        states.append(jobs.news("me", id, 0)["state"])
    assert states == ["holding", "running", "holding", "holding", "running"]


def test_a_training_that_begins_again_takes_back_what_it_told(jobs: Work) -> None:
    id = ask(jobs)
    recorder = Recorder(jobs, id, {"snapshot": "s"})
    recorder.tell(Started(10, (1, 1, 1), 1, 2))
    recorder.tell(Commanded(3, 1.0, "change", {"learning_rate": (0.1, 0.2)}))
    last = jobs.news("me", id, 0)["last"]
    recorder.tell(Started(10, (1, 1, 1), 1, 2))
    recorder.tell(Commanded(0, 0.0, "reset", {"learning_rate": (0.1, 0.2)}))
    news = jobs.news("me", id, last)
    assert (news["reset"], [event["kind"] for event in news["events"]]) == (True, ["started", "commanded"])
    recorder.flush(whole=True)
    assert [event["kind"] for event in recorder.state()["digest"]["commands"]] == ["commanded"]
    assert recorder.summary["settings"] == {"learning_rate": 0.2}


def test_marks_come_back_from_json_and_of_very_many_the_changes_stay() -> None:
    mark = Commanded(3, 1.0, "change", {"learning_rate": (0.1, 0.2)}, "words")
    assert from_json(as_json(mark)) == mark
    digest = Digest()
    for step in range(COMMANDS):
        digest.add(as_json(Commanded(step, 1.0, "hold")))
    for step in range(10):
        digest.add(as_json(Commanded(COMMANDS + step, 1.0, "change", {"epochs": (1, 2)})))
    events = digest.events()
    assert len(events) == COMMANDS
    assert [event["step"] for event in events[:1]] == [10]
    assert [event["command"] for event in events].count("change") == 10
    for step in range(1000):
        digest.add(as_json(Commanded(1000 + step, 1.0, "change", {"epochs": (1, 2)})))
    assert len(digest.events()) <= COMMANDS
    assert digest.events()[-1]["step"] == 1999


LENET = template("lenet")


def test_a_rate_that_follows_a_schedule_stays_with_it() -> None:
    document = editing.set_training(LENET, "schedule", {"name": "cosine"})
    with pytest.raises(Refused, match="The learning rate follows its schedule"):
        planned(document, {"learning_rate": 0.5})
    assert planned(document, {"beta_1": 0.5})


def test_a_change_is_an_edit_of_the_document() -> None:
    settings = {"learning_rate": 0.5, "batch_size": 7, "n3.kernel_regularizer": {"l1": 0.0, "l2": 0.5}}
    after = changed(LENET, settings)
    assert values(after, settings) == settings
    assert after == editing.set_parameter(
        editing.set_training(editing.set_optimizer_option(LENET, "learning_rate", 0.5), "batch_size", 7),
        "n3", "kernel_regularizer", {"l1": 0.0, "l2": 0.5},
    )  # fmt: skip
    assert planned(LENET, settings).batch_size == 7


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"nothing": 1}, "There is no setting 'nothing'"),
        ({"gone.rate": 0.1}, "There is no node 'gone'"),
        ({"n3.rate": 0.1}, "no parameter 'rate'"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"learning_rate": -1.0}, "must be above 0"),
        ({"n3.filters": 3}, "makes another network.*Restart"),
        ({"amsgrad": True}, "Restart"),
        ({"optimizer": "SGD"}, "Restart"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_change_that_cannot_be_is_refused_in_words(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        planned(LENET, settings)


def test_of_an_edit_is_told_what_a_training_takes_while_it_goes_and_whether_there_is_more() -> None:
    live = changed(LENET, {"learning_rate": 0.5, "batch_size": 7, "n3.kernel_regularizer": {"l1": 0.0, "l2": 0.5}})
    found = between(LENET, live)
    assert found.live == {
        "learning_rate": (0.002, 0.5),
        "batch_size": (32, 7),
        "n3.kernel_regularizer": ({"l1": 0.0, "l2": 0.0}, {"l1": 0.0, "l2": 0.5}),
    }
    assert not found.rest
    both = editing.set_parameter(live, "n3", "filters", 3)
    assert between(LENET, both) == Between(found.live, rest=True)
    assert between(live, LENET).live["learning_rate"] == (0.5, 0.002)
    assert between(LENET, editing.rename_node(LENET, "n3", "another")) == Between({}, rest=False)
    assert between(LENET, editing.set_training(LENET, "seed", 9)) == Between({}, rest=True)
    assert between(LENET, editing.set_parameter(LENET, "n3", "filters", 0)) == Between({}, rest=True)


def test_another_optimizer_brings_its_rate_to_another_training_alone() -> None:
    """The rate of 1 with which Adadelta begins would throw a running Adam about."""
    chosen = editing.set_optimizer(LENET, "Adadelta")
    assert chosen.training.options["learning_rate"] != LENET.training.options["learning_rate"]
    assert between(LENET, chosen) == Between({}, rest=True)
    assert [*between(LENET, editing.set_training(chosen, "batch_size", 8)).live] == ["batch_size"]


def test_what_is_changed_in_a_block_is_called_by_the_way_to_its_first_use() -> None:
    before = template("transformer_on_patches")
    block = next(one for one in before.blocks if any(node.kind == "LayerNormalization" for node in one.nodes))
    norm = next(node for node in block.nodes if node.kind == "LayerNormalization")
    after = inside(before, block.id, lambda one: editing.set_parameter(one, norm.id, "epsilon", 0.3))
    ((name, (_, now)),) = between(before, after).live.items()
    assert (name.rpartition("/")[2], now) == (f"{norm.id}.epsilon", 0.3)
    assert changed(before, {name: now}) == after


def test_a_job_that_hears_asks_the_store_seldom_and_at_once_when_it_was_asked(
    jobs: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training.jobs import hearing

    id = started(jobs)
    (jobs.home / "runs" / id).mkdir(parents=True)
    now, queries = 0.0, 0
    heard = jobs.heard

    def counted(*asked: Any) -> Any:
        nonlocal queries
        queries += 1
        return heard(*asked)

    monkeypatch.setattr(hearing.time, "monotonic", lambda: now)
    monkeypatch.setattr(jobs, "heard", counted)
    hears = hearing.Hears(jobs, id, 0)
    for _ in range(100):
        now += 0.01
        assert hears() == []
    assert queries <= 6
    jobs.command("me", id, {"command": "hold"})
    now += 0.051
    assert hears() == [Command("hold")]
    jobs.stop("me", id)
    now += 0.21
    assert hears() == [Command("stop")]
