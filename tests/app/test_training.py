"""Training as the pages show it, with a store that is told what an engine would tell."""

import json
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import pytest

from app import playing, state, trainings
from app.components import verdict
from app.state import opened as opened_project
from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.features import set_features
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import written
from graphbuilder.records.commands import Command
from graphbuilder.records.events import ALL_EPOCHS
from graphbuilder.records.folder import MODEL
from graphbuilder.settings import Settings
from graphbuilder.store import Unsaved
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import LAST_STATE
from graphbuilder.store.jobs import ENDED, Job
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template
from tests.app.conftest import ME, Screen, engine
from tests.app.test_views import off, opened
from tests.patience import PATIENCE

Opener = Callable[[], Screen]
KEPT = {"loss": 0.1, "accuracy": 0.99, "val_loss": 0.2, "val_accuracy": 0.97}


def train(page: Screen) -> Job:
    """Presses Train; the job that was asked for."""
    page.at.button(key="train").click().run()
    page.settled()
    return runs(page)[0]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two presses are a double press, however slow the machine is."""
    monkeypatch.setattr(opened_project, "_DOUBLE_PRESS_SECONDS", 3600)


def test_a_message_on_its_way_does_not_turn_the_page_back_from_its_training(page: Screen) -> None:
    page.panel("Faults")
    sent = {"to": "Faults", "n": next(page.numbers) - 1}
    train(page)
    assert page.open_panel == "Training"
    page.send(panel=sent)  # sent before the browser heard of the turn
    assert page.open_panel == "Training"
    assert page.panel("Faults").open_panel == "Faults"  # a click, later


def runs(page: Screen) -> list[Job]:
    return state.jobs().runs(ME, page.project)


def ended(page: Screen, job: Job, how: str = "finished", reason: str = "", results: Any = None) -> Screen:
    """As if the engine had worked the job."""
    engine().tell(job.id, [(1, [])], None, {"epoch": 15, "epochs": 15, "curve": [2.0, 1.0, 0.2], "kept": KEPT})
    if results is not None:
        keep(job, "results", results)
    engine().end(job.id, how, reason)
    page.at.run()
    return page.settled()


def test_a_run_is_seen_even_where_it_cannot_be_judged(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise TypeError("a rule that has a fault")

    monkeypatch.setattr(trainings, "found", fails)
    logged: list[BaseException] = []
    monkeypatch.setattr(verdict, "logged", logged.append)
    ended(page, train(page))
    assert live(page)["run"] and logged
    assert "could not be drawn" not in page.text


def keep(job: Job, part: str, results: Any) -> None:
    folder = state.store().home / "runs" / job.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{part}.json").write_text(json.dumps(results), "utf-8")
    engine().add_artefact(job.id, f"{part}.json", "-", f"runs/{job.id}/{part}.json")


def keep_model(job: Job) -> None:
    folder = state.store().home / "runs" / job.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(b"weights")
    engine().add_artefact(job.id, MODEL, "-", f"runs/{job.id}/{MODEL}")


def live(page: Screen, place: int = -1) -> dict[str, Any]:
    """What the live view was told."""
    views = [one.proto for one in page.at.get("bidi_component") if one.proto.component_name == "graphbuilder.live"]
    told: dict[str, Any] = json.loads(views[place].json)
    return told


CLASSES = {
    "part": "validation",
    "outputs": [
        {
            "output": "digit", "label": "digit", "target": "digit", "rows": 4, "kind": "classes",
            "classes": ["0", "![x](http://evil/x.png)"], "confusion": [[1, 1], [0, 2]], "mistakes": 1,
            "wrong": [{"row": 7, "right": 0, "answers": [[1, 0.75], [0, 0.25]], "image": [[0, 255], [255, 0]]}],
        }
    ],
}  # fmt: skip
VALUES = {"part": "validation", "outputs": [
    {"output": "y", "label": "y", "target": "y", "rows": 2, "kind": "values", "pairs": [[1.0, 1.5], [2.0, None]]}
]}  # fmt: skip
PICTURES = {"part": "validation", "outputs": [
    {"output": "x", "label": "x", "target": "x", "rows": 1, "kind": "pictures", "pairs": [[[[0, 9]], [[9, 0]]]]},
    {"output": "x2", "label": "x <b>2", "target": "x", "rows": 1, "kind": "pictures", "pairs": [[[[0]], [[9]]]]},
]}  # fmt: skip
MADE = {"part": "validation", "outputs": [
    {"output": "x", "label": "x", "target": "x", "rows": 1, "kind": "pictures",
     "pairs": [[[[0, 9]], [[9, 0]], [[9, 9]]]]},
]}  # fmt: skip
NAMES = {"part": "validation", "outputs": [
    {"output": "y", "label": "y", "target": "y", "rows": 3, "kind": "names", "names": ["<b>", "two"], "mistakes": 1,
     "counts": [[1, 1, 0], [2, 0, 0]], "wrong": [{"row": 5, "text": "a *long* way", "right": [0, 1], "said": []}]},
]}  # fmt: skip
MAPS = {"part": "validation", "outputs": [
    {"output": "y", "label": "y", "target": "y", "rows": 4, "kind": "classes", "classes": ["<b>", "two"],
     "confusion": [[2, 1], [0, 1]], "mistakes": 1,
     "maps": [{"row": 5, "image": [[[0, 0, 9], [9, 9, 9]]], "right": [[0, 1]], "answer": [[1, 1]]}]},
]}  # fmt: skip
SERIES = {"part": "validation", "outputs": [
    {"output": "y", "label": "y", "target": "y", "rows": 2, "kind": "series", "pairs": [[1.0, 1.5], [2.0, None]],
     "baseline": {"words": "the last value again", "scores": {"mae": 0.25, "accuracy": None}}},
]}  # fmt: skip


def test_before_the_first_training_every_panel_says_what_to_do(page: Screen) -> None:
    assert live(page.panel("Training"))["run"] is None
    assert "Press Train" in live(page)["empty"]
    assert "Press Train" in page.panel("Results").text
    assert "Press Train for the first one" in page.panel("Runs").text


def test_a_panel_without_a_run_says_what_training_lacks(page: Screen) -> None:
    store, id = state.store(), page.project
    store.edit(ME, id, partial(editing.add, id="x", kind="Flatten", position=(900.0, 900.0)), "nothing goes in")
    page.at.run()
    assert live(page.panel("Training"))["empty"].startswith(
        "Mend the faults first; Faults, beside Summary, lists them."
    )
    store.undo(ME, id)
    store.edit(ME, id, lambda document: editing.set_data(document, ""), "no data")
    page.at.run()
    assert live(page.settled())["empty"].startswith("Training needs data. Then press Train, and the loss")


def test_train_asks_for_a_job_with_the_network_as_it_stands(page: Screen) -> None:
    job = train(page)
    assert state.jobs().request(job.id)["kind"] == "train"
    assert trainings.run_document(job.id) == page.document
    assert live(page)["run"] == job.id
    assert live(page)["path"] == f"/api/runs/{job.id}/events"
    assert [node["id"] for node in live(page)["nodes"]] == [
        node.id for node in page.document.nodes if node.kind != "Loss"
    ]
    path = f"/api/runs/{job.id}/events"
    assert page.canvas["run"] == {
        "id": job.id,
        "path": path,
        "asks": f"/api/runs/{job.id}/questions",
        "commands": f"/api/runs/{job.id}/commands",
        "step": None,
        "ends": ["n9"],
        "titles": {},
        "tints": [*CLASS_COLORS[:2]],
    }
    assert page.at.button(key="stop").label == "Stop"
    assert "The engine is starting" in page.text


def test_a_run_that_goes_is_not_said_to_wait_where_the_line_was_worked_out_a_moment_ago(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphbuilder.store.jobs._LINE_SECONDS", 3600)
    engine().host_says(1, "ready")
    page.at.button(key="train").click().run()
    assert "Waiting, number 1" in page.settled().text
    engine().take_up(Limits(running=1))
    assert state.jobs().runs(ME, page.project)[0].state == "starting"
    assert "Waiting" not in page.open().text


def test_row_6_a_run_that_waits_says_where_and_for_how_long(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILDER_RUNNING", "1")
    engine().host_says(1, "ready")
    other = engine().ask("other", "train", {"kind": "train"}, address="192.0.2.9")
    engine().take_up(Limits(running=1))
    engine().tell(other, [], None, {"seconds": 100, "epoch": 1, "epochs": 4})
    page.at.button(key="train").click().run()
    assert "Waiting, number 1, about 5 min" in page.settled().text
    (run,) = state.jobs().runs(ME, page.project)
    with state.store().reading() as db:
        assert db.exec_driver_sql(f"select address from job where id = '{run.id}'").scalar() == "this machine"
    monkeypatch.setattr("graphbuilder.store.jobs._LINE_SECONDS", 0)
    waits = partial(state.behind._waits, [(run.id, run.state, run.name)])
    assert [*waits()] == [(1, "about 5 min")]
    engine().tell(other, [], None, {"seconds": 300, "epoch": 3, "epochs": 4})
    assert [*waits()] == [(1, "about 2 min")]
    assert "Waiting, number 1, about 2 min" in page.open().text
    engine().pause(OPERATOR, True)
    assert "Paused by whoever runs this server" in page.open().text


def test_the_second_half_of_a_double_press_on_train_stops_nothing(page: Screen, hasty: None) -> None:
    train(page)
    page.at.button(key="stop").click().run()
    assert runs(page)[0].state == "queued"
    assert any("Press it again" in toast.value for toast in page.at.toast)


def test_what_stands_in_a_field_and_is_no_value_keeps_from_training(page: Screen) -> None:
    why = "learning rate must be a number; received “fast”."
    page.send(refused=[why])
    page.at.button(key="train").click().run()
    assert runs(page) == []
    assert why in page.text
    page.send(refused=[])
    train(page)


def test_stop_takes_a_waiting_run_out_of_the_queue(page: Screen) -> None:
    train(page)
    page.at.session_state["pressed"] = -math.inf
    page.at.button(key="stop").click().run()
    assert runs(page)[0].state == "stopped"
    assert page.settled().at.button(key="train").label == "Train"


def test_a_press_on_stop_that_cannot_be_saved_is_kept_and_worked_when_it_can_be(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphbuilder.store.stops.AGAIN_SECONDS", 0.01)
    train(page)
    page.at.session_state["pressed"] = -math.inf
    stop = state.jobs().stop

    def full(*_: object) -> None:
        raise Unsaved("Nothing can be saved: the server's disk is full.")

    monkeypatch.setattr(state.jobs(), "stop", full)
    page.at.button(key="stop").click().run()
    assert "Stop is kept, and done later. Nothing can be saved: the server's disk is full." in page.settled().text
    assert [(one.label, one.disabled) for one in page.at.button if one.key == "stop"] == [("Stopping …", True)]
    assert runs(page)[0].state == "queued"
    monkeypatch.setattr(state.jobs(), "stop", stop)
    until(lambda: runs(page)[0].state == "stopped" and not state.stops().keeps(runs(page)[0].id))
    page.at.run()
    assert page.settled().at.button(key="train").label == "Train"


def until(done: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < late
        time.sleep(0.01)


def test_a_network_with_faults_is_not_trained(screen: Opener) -> None:
    page = opened(screen, Document())
    page.at.button(key="train").click().run()
    assert runs(page) == []
    assert "Mend the faults first" in page.settled().text
    assert page.open_panel == "Faults"


def test_R8_more_runs_than_allowed_are_refused_in_words(page: Screen) -> None:
    first = train(page)
    for _ in range(2):
        state.jobs().ask(ME, "train", state.jobs().request(first.id), page.project)
    engine().end(first.id, "finished")
    state.jobs().ask(ME, "train", state.jobs().request(first.id), page.project)
    other = opened(Screen, template("lenet"))
    other.at.button(key="train").click().run()
    assert "You have 3 runs going or waiting" in other.settled().text
    assert runs(other) == []


@pytest.mark.parametrize("name", [name for name, setting in Settings.parameters.items() if not setting.more])
def test_every_setting_is_changed_in_its_field(name: str, page: Screen) -> None:
    page.panel("Training")
    wanted = off(Settings.parameters[name], page.document.training.settings[name])
    page.enter("training", name, wanted)
    assert page.settled().document.training.settings[name] == wanted


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_option_of_every_optimizer_is_changed_in_its_field(name: str, page: Screen) -> None:
    page.panel("Training")
    if page.document.training.optimizer != name:
        page.enter("training", "optimizer", name)
    assert page.settled().document.training.optimizer == name
    for option, parameter in OPTIMIZERS[name].parameters.items():
        wanted = off(parameter, page.document.training.options[option])
        page.enter("training", option, wanted)
        assert written(page.settled().document.training.options[option]) == wanted


def test_a_setting_out_of_bounds_is_told_at_its_field(screen: Opener) -> None:
    page = opened(screen, editing.set_training(template("lenet"), "epochs", 0))
    told = page.panel("Training").form("training")["epochs"]["faults"]
    assert [one["text"] for one in told] == ["Training: epochs must be at least 1; received 0."]


@pytest.mark.parametrize("how", ENDED)
def test_a_run_that_ended_is_shown_however_it_did(how: str, page: Screen) -> None:
    job = train(page)
    ended(page, job, how, "a *reason* of its own")
    for name in ("Training", "Results", "Runs"):
        page.panel(name)
    assert "run 1" in page.text
    assert "0.97" in page.text


def interrupted(page: Screen) -> Job:
    """A run that was killed and had kept a checkpoint."""
    job = train(page)
    engine().add_checkpoint(job.id, "-", "path")
    ended(page, job, "killed", "ended from outside")
    return job


@pytest.mark.parametrize(("panel", "place"), [("Training", "training"), ("Results", "results"), ("Runs", "runs")])
def test_W1_an_interrupted_run_is_resumed_from_every_panel_that_shows_it(
    panel: str, place: str, page: Screen, hasty: None
) -> None:
    job = interrupted(page)
    assert live(page.panel("Training"))["interrupted"] is True
    assert "was interrupted. Resume it" in page.text
    page.panel(panel)
    page.at.session_state["pressed"] = -math.inf
    page.at.button(key=f"resume:{place}:{job.id}").click().run()
    (run,) = runs(page)
    assert (run.id, run.state) == (job.id, "queued")
    assert page.settled().open_panel == "Training"
    assert (live(page)["active"], live(page)["interrupted"]) == (True, False)
    assert not [button.key for button in page.at.button if str(button.key).startswith("resume:")]
    page.at.button(key="stop").click().run()
    assert runs(page)[0].state == "queued", "the second half of a double press"


def test_P3_a_run_that_goes_on_from_an_earlier_checkpoint_says_why(page: Screen) -> None:
    job = interrupted(page)
    state.jobs().resume(ME, job.id)
    told = {"note": "The newest checkpoint is damaged.", "elsewhere": "MLflow is not told all of this run."}
    engine().tell(job.id, [(2, [])], None, told)
    page.at.run()
    assert all(note in page.panel("Training").text for note in told.values())


def test_W1_what_an_interrupted_run_had_learned_is_taken_from_its_results(page: Screen) -> None:
    job = interrupted(page)
    page.panel("Results").at.button(key=f"recover:{job.id}").click().run()
    (asked,) = [id for id, *_ in state.jobs().pulse(ME, page.project) if id != job.id]
    told = state.jobs().request(asked)
    assert (told["kind"], told["run"]) == ("recover", job.id)
    assert page.settled().at.button(key=f"recover:{job.id}").disabled
    keep(job, "results", CLASSES)
    engine().end(asked, "finished")
    page.at.run()
    assert "1 of 4 were wrong" in page.settled().text
    state.jobs().resume(ME, job.id)
    assert "The answers are here when the training ends" in page.panel("Results").text
    keep(job, "results", VALUES)
    engine().end(job.id, "finished")
    page.at.run()
    assert len(page.panel("Results").at.get("plotly_chart")) == 1
    assert "were wrong" not in page.text


@pytest.mark.parametrize("results", [CLASSES, VALUES, PICTURES])
def test_results_of_every_kind_are_shown(results: Any, page: Screen) -> None:
    ended(page, train(page), results=results)
    page.panel("Results")
    assert "| loss | 0.2 |" in page.text
    assert ("Above what went in" in page.text) == (results is PICTURES)
    assert len(page.at.get("plotly_chart")) == (results is not PICTURES)
    if results is CLASSES:
        assert "1 of 4 were wrong" in page.text


def test_what_was_wrong_is_tried_by_a_press(page: Screen) -> None:
    assert "Train this network first" in page.panel("Try").text
    job = train(page)
    assert "waits for its turn" in page.panel("Try").text
    ended(page, job, results=CLASSES)
    assert "kept no weights: finished. Train again." in page.panel("Try").text
    keep_model(job)
    page.panel("Results").at.button(key="try_row_0").click().run()
    assert page.settled().open_panel == "Try"
    (told,) = [json.loads(one.proto.json) for one in page.at.get("bidi_component") if "try" in one.proto.component_name]
    assert (told["run"], told["sample"], told["led"], told["active"]) == (job.id, "row:7", 1, False)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (MADE, "Above what went in, in the middle what was right, below what came out."),
        (NAMES, "a *long* way: <b>, two → none"),
        (MAPS, "25.0% of 4 places were wrong."),
        (SERIES, "Baseline: the last value again."),
    ],
)
def test_each_task_has_results_that_fit_it(results: Any, words: str, page: Screen) -> None:
    ended(page, train(page), results=results)
    page.panel("Results")
    assert words in page.text
    assert len(page.at.get("plotly_chart")) == (results is not MADE)
    assert ("blacksquare" in page.text) == (results is MAPS)


def test_what_somebody_without_a_network_scores_stands_beside_each_metric(page: Screen) -> None:
    ended(page, train(page), results=SERIES)
    text = page.panel("Results").text
    assert "| validation | baseline |" in text
    assert "| accuracy | 0.97 | – |" in text and "| loss | 0.2 |  |" in text


def test_results_without_a_picture_are_told_in_lines(page: Screen) -> None:
    told = json.loads(json.dumps(CLASSES))
    del told["outputs"][0]["wrong"][0]["image"]
    ended(page, train(page), results=told)
    assert "row 8: 0 → ![x](http://evil/x.png) (75%)" in page.panel("Results").text


def test_the_test_part_is_asked_for_counted_and_shown(page: Screen) -> None:
    job = train(page)
    ended(page, job, results=CLASSES)
    assert "have not looked" in page.panel("Results").text
    page.at.button(key="test").click().run()
    assert "have not looked" in page.settled().text
    (asked,) = [id for id, *_ in state.jobs().pulse(ME, page.project) if id != job.id]
    assert state.jobs().request(asked)["run"] == job.id
    assert page.at.button(key="test").disabled
    trainings.test(job)  # a press that comes twice
    assert len(state.jobs().pulse(ME, page.project)) == 2
    engine().count_test(ME, state.jobs().request(asked)["data"])
    keep(job, "test", {**CLASSES, "part": "test", "metrics": {"loss": 0.5, "accuracy": 0.9}})
    engine().end(asked, "finished")
    page.at.run()
    page.at.session_state[f"part:{job.id}"] = "test"
    page.at.run()
    assert "| loss | 0.5 |" in page.settled().text
    assert "once" in page.text


def test_runs_are_renamed_deleted_and_brought_back(page: Screen) -> None:
    job = train(page)
    ended(page, job)
    page.panel("Runs")
    page.at.text_input(key=f"name:{job.id}").set_value("with *momentum*").run()
    assert "with *momentum*" in page.settled().text
    page.at.button(key=f"remove:{job.id}").click().run()
    assert runs(page) == []
    page.settled().at.button(key="restore_run").click().run()
    assert [run.id for run in runs(page)] == [job.id]


def compared(page: Screen) -> dict[str, str]:
    """The colours of the runs in the plot, by what they are called there."""
    return {one["name"]: one["look"]["color"] for one in live(page)["compare"]}


def test_runs_are_compared_in_one_plot_by_what_sets_them_apart(page: Screen) -> None:
    for rate in (0.1, 0.01, 0.001):
        change = partial(editing.set_optimizer_option, name="learning_rate", value=rate)
        state.store().edit(ME, page.project, change, "rate")
        ended(page, train(page))
    _, middle, oldest = runs(page)
    page.panel("Runs")
    assert list(compared(page)) == ["run 3"], "before any is ticked the newest is shown"
    assert [page.at.checkbox(key=f"compare:{job.id}").value for job in runs(page)] == [True, False, False]
    page.at.checkbox(key=f"compare:{oldest.id}").check().run()
    before = compared(page.settled())
    assert list(before) == ["rate 0.001", "rate 0.1"]
    page.at.checkbox(key=f"compare:{middle.id}").check().run()
    after = compared(page.settled())
    assert len(set(after.values())) == 3
    assert before.items() <= after.items()
    assert live(page)["view"] == "curves"
    assert "rate 0.01" in page.text
    page.panel("Faults")
    assert compared(page.panel("Runs")) == after, "looking elsewhere takes no tick away"
    page.at.button_group(key="runs_view").set_value("Side by side").run()
    beside = live(page.settled())
    assert (beside["view"], list(compared(page))) == ("beside", list(after)[:2])
    assert "The first two of the runs" in page.text
    assert all([node["label"] for node in one["nodes"]] and one["ends"] for one in beside["compare"])
    for job in (middle, oldest):
        page.at.checkbox(key=f"compare:{job.id}").uncheck().run()
    assert "Tick two runs to see them at the same step" in page.settled().text


def test_runs_that_have_told_nothing_yet_have_their_metrics_in_the_plot(page: Screen) -> None:
    train(page)
    assert [metric["key"] for metric in live(page.panel("Runs"))["metrics"]] == ["accuracy"]


def test_every_fold_is_trained_by_one_press_and_told_with_mean_and_spread(page: Screen) -> None:
    state.store().edit(ME, page.project, partial(editing.set_split, name="folds", value=5), "folds")
    page.open().panel("Training").at.button(key="train_folds").click().run()
    page.settled()
    asked = runs(page)
    assert sorted(trainings.run_document(run.id).data.split["fold"] for run in asked) == [1, 2, 3, 4, 5]
    for place, run in enumerate(asked):
        kept = {"val_loss": 0.2, "val_accuracy": 0.90 + 0.01 * place}
        engine().tell(run.id, [(1, [])], None, {"epoch": 15, "epochs": 15, "kept": kept})
        engine().end(run.id, "finished")
    text = page.open().panel("Runs").text
    assert len(compared(page)) == 5, "before any is ticked those are shown that were started together last"
    assert "5 of 5 folds" in text
    assert "accuracy **0.92 ± 0.016**" in text, text


def test_of_more_than_eight_ticked_runs_eight_are_shown(page: Screen) -> None:
    for seed in range(10):
        change = partial(editing.set_training, name="seed", value=seed)
        state.store().edit(ME, page.project, change, "seed")
        ended(page, train(page))
    page.panel("Runs")
    for job in runs(page)[:8]:
        page.at.checkbox(key=f"compare:{job.id}").check().run()
    shown = compared(page.settled())
    assert list(shown) == [f"seed {seed}" for seed in range(9, 1, -1)]
    assert "are shown" not in page.text
    page.at.checkbox(key=f"compare:{runs(page)[9].id}").check().run()
    assert compared(page.settled()) == shown
    assert "8 of the 9 ticked runs are shown" in page.text


def test_a_run_has_its_settings_beside_its_numbers_and_says_what_the_form_has_now(page: Screen) -> None:
    ended(page, train(page))
    words = [one["words"] for one in live(page.panel("Training"))["settings"]]
    assert words == ["Adam", "rate 0.002", "batch 32", "seed 1"]
    change = partial(editing.set_optimizer_option, name="learning_rate", value=0.01)
    state.store().edit(ME, page.project, change, "rate")
    page.at.run()
    told = {one["words"]: one["now"] for one in live(page.settled())["settings"]}
    assert told == {"Adam": None, "rate 0.002": "0.01", "batch 32": None, "seed 1": None}


def test_the_graph_of_a_run_is_brought_back_by_an_edit_that_can_be_undone(page: Screen) -> None:
    before = page.document
    job = train(page)
    ended(page, job)
    state.store().edit(ME, page.project, lambda d: editing.set_training(d, "epochs", 3), "epochs")
    assert "the network, its data or settings have changed since" in page.panel("Training").text
    page.panel("Runs").at.button(key=f"graph:{job.id}").click().run()
    assert page.settled().document == before
    page.step("undo")
    assert page.settled().document.training.settings["epochs"] == 3


def test_moving_and_renaming_nodes_is_no_change_to_what_trains(page: Screen) -> None:
    ended(page, train(page))
    state.store().edit(ME, page.project, lambda d: editing.move(d, {"n1": (500.0, 500.0)}), "move")
    state.store().edit(ME, page.project, lambda d: editing.rename_node(d, "n1", "another"), "rename")
    assert "has changed since" not in page.panel("Training").text


def test_an_older_run_is_shown_by_its_name_and_a_new_one_takes_its_place(page: Screen) -> None:
    first = train(page)
    ended(page, first)
    second = train(page)
    ended(page, second)
    page.panel("Runs").at.button(key=f"show:{first.id}").click().run()
    assert live(page.settled())["run"] == first.id
    third = train(page)
    assert live(page)["run"] == third.id
    ended(page, third)


def edit(page: Screen, change: Callable[[Document], Document]) -> None:
    state.store().edit(ME, page.project, change, "edit")
    page.at.run()
    page.settled()


def asked(job: Job) -> list[Any]:
    return [told["settings"] for told in state.jobs().commands(ME, job.id)]


def test_what_a_training_takes_while_it_goes_acts_on_it_at_once_and_once(page: Screen) -> None:
    job = train(page)
    edit(page, lambda d: editing.set_optimizer_option(d, "learning_rate", 0.01))
    assert asked(job) == []  # it waits: a run is not another one while it stands in the queue
    engine().take_up(Limits())
    engine().runs_now(job.id)
    page.at.run()
    assert asked(job) == [{"learning_rate": 0.01}]
    assert "learning rate 0.002 to 0.01 acts on the running training" in page.settled().text
    assert "changed since" not in page.panel("Training").text
    page.at.run()
    edit(page, lambda d: editing.set_parameter(d, "n3", "kernel_regularizer", {"l1": 0.0, "l2": 0.5}))
    assert asked(job)[1:] == [{"n3.kernel_regularizer": {"l1": 0.0, "l2": 0.5}}]
    assert "kernel regularizer of c1 none to l2 0.5 acts on the running training" in page.text
    page.step("undo")
    assert asked(job)[2:] == [{"n3.kernel_regularizer": {"l1": 0.0, "l2": 0.0}}]
    assert [one["words"] for one in live(page)["settings"] if one["now"]] == []


def test_what_takes_another_training_is_offered_and_the_run_goes_on_until_then(
    page: Screen, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = train(page)
    engine().take_up(Limits())
    engine().runs_now(job.id)
    edit(page, lambda d: editing.set_parameter(d, "n3", "filters", 3))
    assert asked(job) == []
    assert "the network, its data or settings have changed since" in page.text
    button = f"restart:{job.id}"
    page.at.button(key=button).click().run()
    assert [run.state for run in runs(page)] == ["running"]  # too soon: the second half of a double press on Train
    monkeypatch.setattr(opened_project, "_DOUBLE_PRESS_SECONDS", 0)
    page.at.button(key=button).click().run()
    assert [(run.state, run.asked) for run in runs(page)] == [("queued", ""), ("running", "stop")]
    assert trainings.run_document(runs(page)[0].id) == page.document
    assert live(page.settled())["run"] == runs(page)[0].id


def test_a_run_that_goes_on_for_more_epochs_keeps_the_settings_that_it_had(page: Screen) -> None:
    job = train(page)
    ended(page, job)
    assert live(page.panel("Training"))["more"] is False
    engine().add_artefact(job.id, LAST_STATE, "-", f"runs/{job.id}/{LAST_STATE}")
    edit(page, lambda d: editing.set_optimizer_option(d, "learning_rate", 0.01))
    assert live(page)["more"] is True
    told = Command("change", settings={"epochs": 25}).as_json()
    state.jobs().resume(ME, job.id, commands=[told])
    page.at.run()
    engine().take_up(Limits())
    engine().runs_now(job.id)
    page.at.run()
    assert asked(job) == [{"epochs": 25}]
    edit(page, lambda d: editing.set_training(d, "patience", 3))
    assert asked(job)[1:] == [{"patience": 3}]


def test_a_training_that_waits_is_not_said_to_learn(page: Screen) -> None:
    job = train(page)
    assert "it waits to begin" in page.text
    engine().take_up(Limits())
    engine().runs_now(job.id)
    page.at.run()
    assert "it is learning" in page.settled().text


@pytest.mark.parametrize(("reason", "told"), [("no better validation loss for 2 epochs", True), (ALL_EPOCHS, False)])
def test_what_ended_a_training_early_stands_beside_its_name(reason: str, told: bool, page: Screen) -> None:
    ended(page, train(page), reason=reason)
    page.panel("Training")
    assert "run 1" in page.text
    assert (f"ended early: {reason}" in page.text) is told


def test_a_double_press_that_compares_settings_leaves_their_form_closed(page: Screen, hasty: None) -> None:
    page.panel("Runs")

    def press() -> bool:
        """Whether the form is open afterwards, also where the page still says that the one before is."""
        opened = next(key for key in (f"race:{place}" for place in (2, 1, 0)) if key in page.at.session_state)
        page.at.session_state[opened] = True
        page.at.run()
        page.at.button(key="race_start").click().run()
        page.at.session_state[opened] = True
        page.at.run()
        return any(button.key == "race_start" for button in page.at.button)

    assert not press()
    trainings_before = len(runs(page))
    assert (press(), len(runs(page))) == (False, trainings_before)


def _more_units(document: Document) -> Document:
    dense = next(node.id for node in document.nodes if node.kind == "Dense")
    return editing.set_parameter(document, dense, "units", 7)


def learning(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> tuple[Screen, Job]:
    """A playground whose training goes on; a press counts however soon it follows another."""
    page = opened(screen, template(playing.PLAYGROUND))
    monkeypatch.setattr(opened_project, "_DOUBLE_PRESS_SECONDS", 0)
    job = train(page)
    engine().take_up(Limits())
    engine().runs_now(job.id)
    return page, job


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_more_units, "The network is another one now"),
        (lambda d: editing.set_data_option(d, "noise", 0.3), "The data are other ones now"),
        (lambda d: editing.set_training(d, "seed", 7), "The settings are other ones now"),
    ],
)
def test_in_the_playground_another_training_takes_its_place_at_once(
    change: Callable[[Document], Document], told: str, screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = learning(screen, monkeypatch)
    edit(page, change)
    assert [one.value.replace("\\", "") for one in page.at.toast] == [f"{told}, so it learns from the start."]
    assert [(run.state, run.asked) for run in runs(page)] == [("queued", ""), ("running", "stop")]
    assert trainings.run_document(runs(page)[0].id) == page.document
    page.at.run()
    assert len(runs(page)) == 2


@pytest.mark.parametrize(("end", "many"), [("finished", 2), ("stopped", 1)])
def test_the_playground_learns_on_after_the_end_of_its_training_unless_it_was_stopped(
    end: Literal["finished", "stopped"], many: int, screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, job = learning(screen, monkeypatch)
    page.at.run()
    engine().end(job.id, end)
    page.at.run()
    assert len(runs(page)) == 1
    edit(page, _more_units)
    assert len(runs(page)) == many
    assert (trainings.goes_by(runs(page)[0]) == page.document) == (many == 2)
    page.at.run()
    assert len(runs(page)) == many


def test_what_is_changed_while_the_playground_s_next_training_waits_is_followed_too(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, job = learning(screen, monkeypatch)
    edit(page, lambda d: set_features(d, ["x", "y", "x2"]))
    engine().end(job.id, "stopped")
    edit(page, lambda d: set_features(d, ["x", "y2"]))
    engine().take_up(Limits())
    engine().runs_now(runs(page)[0].id)
    page.at.run()
    assert trainings.run_document(runs(page)[0].id) == page.document


def test_a_link_leads_to_a_step_of_its_run_and_another_run_begins_as_it_is_now(page: Screen) -> None:
    first = train(page)
    ended(page, first)
    page.at.query_params["step"] = "540"
    page.at.run()
    assert (live(page.settled())["step"], page.canvas["run"]["step"]) == (540, 540)
    page.at.query_params["step"] = "-1; DROP"
    page.at.run()
    assert live(page.settled())["step"] is None
    page.at.query_params["step"] = "540"
    train(page)
    assert (live(page)["step"], "step" in page.at.query_params) == (None, False)


def test_points_in_the_plane_go_with_their_run(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.datasets import SOURCES
    from graphbuilder.datasets.snapshot import prepare

    page = opened(screen, template("spiral_perceptron"))
    data = page.document.data
    prepare(SOURCES[data.name](data.options), state.store().home)
    first = train(page)
    plane = live(page)["plane"]
    assert (len(plane["points"]), set(plane["labels"]), len(plane["colors"])) == (len(plane["labels"]), {0, 1}, 2)
    assert len(plane["points"]) <= 600
    source = page.document.data.source
    assert source and tuple(map(plane["parts"].count, (0, 1))) == source.parts(data.split)
    ended(page, first)
    edit(page, lambda d: editing.set_split(d, "folds", 5))
    train(page)
    assert "parts" not in live(page)["plane"]


def test_points_that_were_exchanged_are_greyed_until_the_next_training(screen: Opener) -> None:
    page = opened(screen, template("spiral_perceptron"))
    ended(page, train(page))
    assert live(page.panel("Training"))["outdated"] == ""
    state.store().edit(ME, page.project, lambda d: editing.set_data(d, "moons"), "moons")
    page.at.run()
    assert "Press Train" in live(page.settled())["outdated"]
    train(page)
    state.store().edit(ME, page.project, lambda d: editing.set_data(d, "xor"), "xor")
    page.at.run()
    assert "Stop, then press Train" in live(page.settled())["outdated"]


def test_a_look_at_the_test_part_that_failed_says_why_and_is_not_counted(page: Screen) -> None:
    ended(page, train(page), results=CLASSES)
    page.panel("Results").at.button(key="test").click().run()
    (asked,) = [id for id, state_, _ in state.jobs().pulse(ME, page.project) if state_ == "queued"]
    engine().end(asked, "failed", "no *memory*")
    page.at.run()
    assert "could not be looked at: no *memory*" in page.settled().text
    assert "have not looked" in page.text


def test_without_a_test_part_there_is_nothing_to_look_at(screen: Opener) -> None:
    page = opened(screen, editing.set_split(template("lenet"), "test", 0.0))
    ended(page, train(page), results=CLASSES)
    assert "There is no test part" in page.panel("Results").text
    assert [button for button in page.at.button if button.key == "test"] == []


def test_deleting_a_project_stops_what_it_trains(page: Screen) -> None:
    job = train(page)
    page.at.button(key="delete").click().run()
    assert state.jobs().job(ME, job.id).state == "stopped"


def test_a_full_disk_is_told_in_the_data_panel(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.store import StoreError

    def full(*_: object, **__: object) -> str:
        raise StoreError("Nothing can be saved: the disk is full.")

    monkeypatch.setattr(state.jobs(), "ask", full)
    assert "the disk is full" in page.panel("Data").text


def test_older_runs_are_listed_when_asked_for(page: Screen) -> None:
    for _ in range(14):
        engine().end(train(page).id, "finished")
        page.at.run()
    page.panel("Runs")
    assert len(page.at.checkbox) == 12
    page.at.toggle(key="all_runs").set_value(True).run()
    assert len(page.settled().at.checkbox) == 14


def test_many_runs_are_searched_by_name_setting_and_state(page: Screen) -> None:
    for number in range(13):
        engine().end(train(page).id, "diverged" if number == 3 else "finished")
        page.at.run()
    for size in (4, 8):
        document = write_document(editing.set_training(page.document, "batch_size", size))
        id = engine().ask(ME, "train", {"kind": "train", "document": document}, page.project, parent="together")
        engine().end(id, "finished")
    state.jobs().rename(ME, runs(page)[-1].id, "the very first")
    page.panel("Runs")

    def listed(query: str) -> list[str]:
        page.at.text_input(key="runs_query").set_value(query).run()
        return [one.label for one in page.settled().at.button if str(one.key).startswith("show:")]

    assert listed("first") == ["the very first"]
    assert listed("RUN  13") == ["run 13"]
    assert listed("diverged") == ["run 4"]
    assert listed("batch 8") == ["run 15"]
    assert "1 of 15 runs matches" in page.text
    assert [one.label for one in page.at.expander if "run 14 to 15" in one.label] == []
    assert listed("diverged adam") == ["run 4"]
    assert listed("adam") == [f"run {number}" for number in range(13, 2, -1)]
    assert len([one for one in page.at.expander if "run 14 to 15" in one.label]) == 1
    assert listed("elephant") == []
    assert "Nothing matches elephant. Try a shorter word" in page.text


def test_runs_of_a_group_that_wait_to_begin_are_not_said_to_go(page: Screen) -> None:
    engine().host_says(1, "ready")
    for seed in range(4):
        document = write_document(editing.set_training(page.document, "seed", seed))
        engine().ask(ME, "train", {"kind": "train", "document": document}, page.project, parent="together")
    page.panel("Runs")

    def told() -> str:
        page.at.run()
        (group,) = (one.label for one in page.settled().at.expander if "run 1 to 4" in one.label)
        return group

    assert "4 waiting" in told() and "going" not in told()
    while engine().take_up(Limits(running=4, owner_running=4), lanes=["train"]):
        if len(engine().active()) == 2:
            break
    assert "2 of 4 going, 2 waiting" in told()


def test_after_a_run_without_a_result_no_answers_are_promised(page: Screen) -> None:
    text = ended(page, train(page), "failed", "There is not enough memory to train this network.").text
    assert "run 1 ended without a result. The training says why" in text
    assert "see what it answers" not in text
    assert "**Next:** see what it answers" in ended(page, train(page)).text


def test_many_runs_are_listed_by_their_loss_when_asked_for(page: Screen) -> None:
    asked = [train(page)]
    for number in range(14):
        engine().tell(
            asked[-1].id, [(1, [])], None, {"epoch": 15, "kept": {"val_loss": abs(number - 3.5) if number else None}}
        )
        engine().end(asked[-1].id, "finished")
        page.at.run()
        asked.append(train(page))
    engine().end(asked[-1].id, "finished")
    page.panel("Runs")

    def listed() -> list[str]:
        return [button.label for button in page.settled().at.button if str(button.key).startswith("show:")]

    assert listed() == [f"run {number}" for number in range(15, 3, -1)]
    page.at.button_group(key="runs_sorted").set_value("Least val loss").run()
    best = [
        "run 5",
        "run 4",
        "run 6",
        "run 3",
        "run 7",
        "run 2",
        "run 8",
        "run 9",
        "run 10",
        "run 11",
        "run 12",
        "run 13",
    ]
    assert listed() == best
    page.at.toggle(key="all_runs").set_value(True).run()
    assert listed() == [*best, "run 14", "run 15", "run 1"]


def _told(page: Screen, job: Job, validated: Callable[[int], float], accuracy: float) -> Screen:
    """As if thirty epochs had been told, with these losses and this accuracy in validation."""
    rows = {"kind": "started", "parameters": 9000, "rows": [1079, 359, 359], "steps_per_epoch": 34, "epochs": 30}
    losses = [1 / number for number in range(1, 31)]
    epochs = [
        {"kind": "epoch", "number": number, "step": 34 * number, "seconds": 0.1, "best": number == 3}
        | {"metrics": {"loss": 1 / number, "accuracy": 0.98, "val_loss": validated(number), "val_accuracy": accuracy}}
        for number in range(1, 31)
    ]
    steps = {"kind": "steps", "first": 1, "losses": losses, "seconds": 1.0, "stride": 34}
    over = {"kind": "ended", "state": "finished", "reason": "", "epochs": 30, "steps": 1020, "kept_epoch": 3}
    engine().tell(job.id, [(1, [rows, steps, *epochs, over])], None, {"epoch": 30})
    engine().end(job.id, "finished", "")
    page.at.run()
    return page.settled()


def test_a_run_that_overfits_is_told_of_over_its_curves_with_an_experiment_that_is_one_edit(page: Screen) -> None:
    job = train(page)
    _told(page, job, lambda epoch: 0.5 + 0.1 * abs(epoch - 3), 0.7).panel("Training")
    (told,) = [one for view in page._views("faults") for one in view["faults"]]
    assert told["code"] == "D_OVERFIT"
    assert {"curve": "val_loss", "epoch": 3} in told["evidence"]
    assert [view["run"] for view in page._views("faults")] == [job.id]
    assert "Since epoch 3 the validation loss turns up" in told["text"]
    (first, *_) = told["repairs"]
    assert first["says"] == "Set patience to 10"
    page.send({"op": "repair", "n": next(page.numbers), "key": first["key"]})
    assert page.document.training.settings["patience"] == 10
    assert page.history[0] == "Set patience to 10"
    assert [one["repairs"] for view in page._views("faults") for one in view["faults"]] == [[]]  # another network now


def test_nothing_is_said_over_the_curves_of_a_run_that_is_well(page: Screen) -> None:
    job = train(page)
    _told(page, job, lambda epoch: 0.1 + 1 / epoch, 0.97).panel("Training")
    assert page._views("faults") == []


def test_the_list_of_faults_advises_before_the_first_step(page: Screen) -> None:
    page.enter("training", "learning_rate", 0.9).panel("Faults")
    (told,) = [one for view in page._views("faults") for one in view["faults"]]
    assert (told["code"], told["severity"]) == ("D_RATE_FAR_TOO_HIGH", "warning")
    page.send({"op": "repair", "n": next(page.numbers), "key": told["repairs"][0]["key"]})
    assert page.document.training.options["learning_rate"] == 0.001
    assert [view["faults"] for view in page._views("faults")] == [[]]
