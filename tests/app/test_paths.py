"""The paths of the runs that are ticked, as the panel Runs shows them."""

import re
from functools import partial

from app import state
from graphbuilder import editing
from graphbuilder.store.jobs import Job
from tests.app.conftest import ME, Screen, engine
from tests.app.test_training import ended, keep, train

FOUND = {
    "x": [-1.0, 0.0, 1.0], "y": [-1.0, 0.0, 1.0], "losses": [[3.0, 2.0, None], [2.0, 0.5, 2.0], [3.0, 2.0, 3.0]],
    "shares": [0.75, 0.2], "rows": 512,
}  # fmt: skip


def looks(page: Screen) -> list[Job]:
    jobs = (state.jobs().job(ME, id) for id, *_ in state.jobs().pulse(ME, page.project))
    return [job for job in jobs if job.kind == "landscape"]


def seen_as(page: Screen, view: str) -> Screen:
    page.at.button_group(key="runs_view").set_value(view).run()
    return page.settled()


def test_paths_are_worked_out_once_for_the_runs_that_are_ticked(page: Screen) -> None:
    run = train(page)
    assert "drawn when all of these runs are over" in seen_as(page.panel("Runs"), "Paths").text
    ended(page, run)
    assert "no weights of its steps were kept" in page.text
    engine().tell(run.id, [(2, [])], None, {"snapshots": [0, 10, 300]})
    page.at.run()
    (job,) = looks(page)
    assert state.jobs().request(job.id)["runs"] == [run.id]
    assert "Laying a plane through the weights" in page.settled().text
    path = {"run": run.id, "steps": [0, 10, 300], "at": [[-0.5, 0], [0, 0.5], [0.5, 0]], "losses": [3.0, 2.0, 0.5]}
    keep(job, "landscape", {**FOUND, "runs": [path]})
    engine().end(job.id, "finished")
    page.at.run()
    assert "The plane holds **95%** of the movement (75% across, 20% up)" in page.settled().text
    assert len(looks(page)) == 1


def test_paths_that_nobody_waits_for_are_given_up(page: Screen) -> None:
    run = train(page)
    ended(page, run)
    engine().tell(run.id, [(2, [])], None, {"snapshots": [0, 10, 300]})
    seen_as(page.panel("Runs"), "Paths")
    assert [job.active for job in looks(page)] == [True]
    seen_as(page, "Curves")
    assert [job.active for job in looks(page)] == [False]
    seen_as(page, "Paths")
    assert sorted(job.active for job in looks(page)) == [False, True], "asked for once more"


def test_runs_whose_optimizers_are_equal_are_said_to_go_the_same_way(page: Screen) -> None:
    for seed in (1, 2, 3):
        rate = 0.1 if seed == 3 else 0.01
        change = partial(editing.set_optimizer_option, name="learning_rate", value=rate)
        state.store().edit(ME, page.project, partial(editing.set_training, name="seed", value=seed), "seed")
        state.store().edit(ME, page.project, change, "rate")
        ended(page, train(page))
    page.panel("Runs")
    for run in state.jobs().runs(ME, page.project):
        page.at.checkbox(key=f"compare:{run.id}").check().run()
    (told,) = re.findall(r"to ◆\. (.+) go the same way\.", seen_as(page, "Classic").text)
    assert [seed in told for seed in ("seed 1", "seed 2", "seed 3")] == [True, True, False]
