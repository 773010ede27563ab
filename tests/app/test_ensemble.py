"""Ensembles on the screen: asked for by one press, and what they answer together."""

import json
from typing import Any

from app import looks, state, trainings
from app.components.runs import ticked_after
from graphbuilder.store.jobs import Job
from graphbuilder.training.checkpoints import keep_file
from tests.app.conftest import ME, Screen, engine
from tests.app.test_compare import finish, live, runs, trained


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


def next_member(page: Screen, after: Job, accuracy: float, **boost: Any) -> Job:
    """As if the engine had trained a member, which asks for the next where there is something left."""
    finish(after, accuracy)
    stage = trainings.member_of(after.id)
    assert stage
    engine().add_to_summary(after.id, {"boost": {"stage": stage.stage, "of": stage.of, "count": 1.0, **boost}})
    request = state.jobs().request(after.id)
    request["boost"] = {**request["boost"], "stage": stage.stage + 1, "before": after.id}
    if boost.get("error") != 0:
        engine().ask_next(after.id, request)
    page.at.run()
    return runs(page.settled())[0]


def test_boosted_members_are_told_by_their_place_and_scatter_by_no_seed(page: Screen) -> None:
    trained(page, 0.9)
    page.panel("Runs").at.checkbox(key=f"compare:{runs(page)[0].id}").check().run()
    first, _ = asked(page, "boosting")
    assert "member 1 of 5 · 0 of 15 epochs" in page.text
    second = next_member(page, first, 0.8)
    assert any("member 2 of 5 by boosting goes" in one.label for one in page.at.expander)
    third = next_member(page, second, 0.7)
    shown = live(page)
    assert [one["name"] for one in shown["compare"]] == ["member 3", "member 2", "member 1"], "what was ticked is not"
    assert shown["bands"] == []
    next_member(page, third, 0.6, error=0)
    assert "Boosting ended with member 3 of 5: it makes no mistake in the training part" in page.text


def test_a_list_that_has_closed_ticks_nothing_by_saying_again_what_it_showed() -> None:
    assert ticked_after(["one", "two"], "two", was=True, told=True) is None
    assert ticked_after(["one"], "two", was=False, told=False) is None
    assert ticked_after(["one"], "two", was=False, told=True) == ["one", "two"]
    assert ticked_after(["one", "two"], "one", was=True, told=False) == ["two"]


def test_a_boosted_member_is_no_other_seed_of_the_network(page: Screen) -> None:
    (first,) = asked(page, "boosting")
    second = next_member(page, first, 0.8)
    finish(second, 0.5)
    state.set_versus("a", f"run:{first.id}")
    state.set_versus("b", f"run:{second.id}")
    text = page.panel("Compare").text
    assert "trained alike" not in text
    assert "run 2 is a member of a boosted ensemble. It learned what those before it left" in text
    assert "| seeds | 1 | 1 |" in text


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
