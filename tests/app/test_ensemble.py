"""Ensembles on the screen: asked for by one press, and what they answer together."""

import json
from typing import Any

from app import looks, state, trainings
from graphbuilder.store.jobs import Job
from graphbuilder.training.checkpoints import keep_file
from tests.app.conftest import ME, Screen, engine
from tests.app.test_compare import finish, runs, trained


def asked(page: Screen, how: str) -> list[Job]:
    page.panel("Runs")
    page.at.session_state["ensemble:0"] = True
    page.at.session_state["ensemble_how"] = how
    page.at.run()
    page.settled().at.button(key="ensemble_start").click().run()
    page.at.session_state["ensemble:0"] = True  # as a page says that has not heard yet
    page.at.run()
    assert not [one for one in page.at.button if one.key == "ensemble_start"], "what was started is no longer covered"
    return runs(page.settled())


def answered(page: Screen, kind: str, **told: Any) -> Screen:
    """As if the engine had worked the newest job of the kind."""
    (id,) = state.jobs().looks_going("ensemble", ME, page.project)
    request = state.jobs().request(id)
    assert request["how"] == kind, request
    output = {"score": "accuracy", "rows": 100, "single": [0.8, 0.9], "first": [0.8, 0.92], "joint": 0.92, **told}
    found = {"outputs": [{"disagreement": 0.125, "spread": 0.04, **output}]}
    keep_file(engine(), id, "ensemble.json", lambda file: file.write(json.dumps(found).encode()))
    engine().end(id, "finished")
    page.at.run()
    return page.settled()


def test_members_are_bagged_by_one_press_and_answer_together_when_asked(page: Screen) -> None:
    members = asked(page, "bagging")
    assert sorted(trainings.run_document(run.id).data.split["bootstrap"] for run in members) == [1, 2, 3, 4, 5]
    assert len({trainings.run_document(run.id).training.settings["seed"] for run in members}) == 5
    for place, run in enumerate(members):
        finish(run, 0.9 + 0.01 * place)
    page.at.run()
    assert not state.jobs().looks_going("ensemble", ME, page.project), "nothing starts unasked"
    page.settled().at.button(key=f"ensemble_ask:{members[-1].id}").click().run()
    text = answered(page, "bagging").text
    assert "**Next:** see what all of them came to" in text and "another network" not in text
    assert any("5 members by bagging" in one.label and "over seeds" not in one.label for one in page.at.expander)
    assert "| all 2 together | 0.92 |" in text.replace("*", "")
    assert "| the worst and the best of 2 | 0.8 to 0.9 |" in text and "disagree | 12.5% |" in text


def test_a_boosted_ensemble_begins_with_one_member(page: Screen) -> None:
    (first,) = asked(page, "boosting")
    assert state.jobs().request(first.id)["boost"] == {"stage": 1, "of": 5, "before": None}
    assert first.parent


def test_dropout_is_an_ensemble_of_one_run(page: Screen) -> None:
    trained(page, 0.9)
    page.panel("Runs")
    page.at.session_state["ensemble:0"] = True
    page.at.session_state["ensemble_how"] = "dropout"
    page.at.run()
    assert "The network has no dropout" in page.settled().text


def test_what_a_network_answers_with_its_dropout_left_on_stands_in_the_list(page: Screen) -> None:
    run = trained(page, 0.9)
    request = state.jobs().request(run.id)
    key = looks._ensemble_key([run], "dropout")
    told = {"kind": "ensemble", "document": request["document"], "runs": [run.id], "how": "dropout", "counts": []}
    state.jobs().ask(ME, "ensemble", {**told, "key": key}, page.project)
    text = answered(page.panel("Runs"), "dropout", plain=0.93).text
    assert "**run 1, 50 times with dropout left on**" in text
    assert "| without dropout, as it usually answers | 0.93 |" in text
