"""The answers of a run at one of its steps, as the panel shows them."""

import json

from app import state
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits
from tests.app.conftest import ME, Screen, engine
from tests.app.test_training import CLASSES, KEPT, ended, keep, train

SIMPLE = {"metric": "accuracy", "rows": 1150, "nearest": 0.912, "linear": None}


def looks(page: Screen) -> list[Job]:
    jobs = (state.jobs().job(ME, id) for id, *_ in state.jobs().pulse(ME, page.project))
    return [job for job in jobs if job.kind == "at"]


def test_the_answers_at_a_step_are_worked_out_by_a_job_and_shown(page: Screen) -> None:
    run = train(page)
    ended(page, run, results=CLASSES)
    assert not page.panel("Results").at.select_slider, "no weights of steps were kept"
    told = {"snapshots": [0, 10, 300], "kept": KEPT, "baselines": {CLASSES["outputs"][0]["output"]: SIMPLE}}
    engine().tell(run.id, [(2, [])], None, told)
    assert "Simple methods, accuracy: 5 nearest neighbours 0.912; from 1,150 rows." in page.panel("Results").text
    page.at.select_slider[0].set_value(10).run()
    (job,) = looks(page)
    request = state.jobs().request(job.id)
    assert (request["run"], request["step"]) == (run.id, 10)
    assert "Answering with the weights of then" in page.text
    then = json.loads(json.dumps({**CLASSES, "step": 10, "metrics": {"loss": 1.75}}))
    keep(job, "at", then)
    engine().end(job.id, "finished")
    page.at.run()
    assert "| loss | 1.75 |" in page.settled().text
    assert len(looks(page)) == 1


def test_the_address_leads_to_the_answers_at_its_step(page: Screen) -> None:
    run = train(page)
    ended(page, run, results=CLASSES)
    engine().tell(run.id, [(2, [])], None, {"snapshots": [0, 10, 300], "kept": KEPT})
    page.at.query_params["step"] = "250"
    page.panel("Results")
    (job,) = looks(page)
    assert state.jobs().request(job.id)["step"] == 10


def test_the_answers_at_a_step_of_a_run_that_goes_on_are_those_of_the_step_that_is_walked_to(page: Screen) -> None:
    run = train(page)
    engine().take_up(Limits())
    engine().runs_now(run.id)
    engine().tell(run.id, [(1, [])], None, {"snapshots": [0, 10, 300]})
    assert "once you walk to it" in page.panel("Results").text
    assert looks(page) == []
    page.at.query_params["step"] = "250"
    page.at.run()
    (job,) = looks(page)
    assert state.jobs().request(job.id)["step"] == 10
    keep(job, "at", json.loads(json.dumps({**CLASSES, "step": 10, "metrics": {"loss": 1.75}})))
    engine().end(job.id, "finished")
    page.at.run()
    told = page.settled().text
    assert "| loss | 1.75 |" in told and "Answers at step 10, while the training goes on." in told


def test_the_step_that_the_browser_walked_to_is_known_and_no_wish_once_it_was_left(page: Screen) -> None:
    run = train(page)
    ended(page, run, results=CLASSES)
    engine().tell(run.id, [(2, [])], None, {"snapshots": [0, 10, 300], "kept": KEPT})
    page.panel("Results").send(link={"step": "250", "sample": "validation:3"})
    (job,) = looks(page)
    assert state.jobs().request(job.id)["step"] == 10
    assert page.at.query_params["sample"] in ("validation:3", ["validation:3"])
    del page.at.query_params["step"]  # a message may bring the address from before, with what was told already
    page.send(link={"step": "250", "sample": "validation:3"})
    assert page.at.query_params["step"] in ("250", ["250"])
    train(page)
    page.send(link={"step": "250", "sample": "validation:3"})
    assert "step" not in page.at.query_params
    page.send(link={"sample": "validation:3", "step": "9" * 50})
    assert "step" not in page.at.query_params
    page.send(link={})
    assert "sample" not in page.at.query_params
