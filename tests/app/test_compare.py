"""The panel Compare: two networks beside each other."""

import json
from functools import partial
from typing import Any

import pytest

from app import state, trainings, versus
from graphbuilder import editing, grouping, overlay
from graphbuilder.checks import check
from graphbuilder.document_file import write_document
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.store.jobs import Job
from graphbuilder.templates import template
from tests.app.conftest import ME, Screen, engine
from tests.app.test_imports import SCRIPT, read


def runs(page: Screen) -> list[Job]:
    return state.jobs().runs(ME, page.project)


def finish(run: Job, accuracy: float, loss: float | None = None) -> None:
    kept = {"val_loss": 1 - accuracy if loss is None else loss, "val_accuracy": accuracy}
    engine().tell(run.id, [(1, [])], None, {"epoch": 15, "epochs": 15, "kept": kept, "metrics": {"accuracy": 1.0}})
    engine().end(run.id, "finished")


def trained(page: Screen, accuracy: float) -> Job:
    page.at.button(key="train").click().run()
    run = runs(page.settled())[0]
    finish(run, accuracy)
    page.at.run()
    return run


def wider(page: Screen) -> None:
    state.store().edit(ME, page.project, partial(editing.set_parameter, id="n3", name="filters", value=32), "filters")


def live(page: Screen) -> dict[str, Any]:
    told: list[dict[str, Any]] = [json.loads(one.proto.json) for one in page.at.get("bidi_component")]
    return next(one for one in told if "bands" in one)


def test_the_newest_run_stands_beside_the_network_that_has_left_it_behind(page: Screen) -> None:
    assert "Nothing differs" in page.panel("Compare").text
    assert page.canvas["differing"] == {}
    trained(page, 0.9)
    wider(page)
    text = page.panel("Compare").text
    assert "1 changed" in text and "Convolution 'c1': filters 16 → 32." in text
    assert page.canvas["differing"][""]["marks"] == {"n3": {"state": "changed", "words": "filters 16 → 32"}}
    page.panel("Faults")
    assert page.canvas["differing"] is None, "the canvas is plain while another panel is open"


def test_what_differs_is_worked_out_once_for_the_same_two_networks(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    for place, name in ((versus, "difference"), (versus, "overlay"), (trainings, "recipe")):
        real = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *told, real=real, name=name: (worked.append(name), real(*told))[1])
    trained(page, 0.9)
    wider(page)
    text = page.panel("Compare").text
    assert {*worked} == {"difference", "overlay", "recipe"}
    worked.clear()
    page.at.run()
    assert page.settled().text == text and not worked
    wider(page)
    state.store().edit(ME, page.project, partial(editing.set_parameter, id="n3", name="filters", value=40), "filters")
    page.at.run()
    assert "filters 16 → 40" in page.settled().text and "difference" in worked


def test_a_seed_that_was_trained_twice_counts_once(page: Screen) -> None:
    trained(page, 0.9)
    trained(page, 0.9)
    wider(page)
    trained(page, 0.95)
    assert "| seeds | 1 | 1 | |" in page.panel("Compare").text


def test_of_trainings_that_were_stopped_it_is_said_that_none_came_to_its_end(page: Screen) -> None:
    page.at.button(key="train").click().run()
    engine().end(runs(page.settled())[0].id, "stopped")
    wider(page)
    text = page.panel("Compare").text
    assert "Neither was trained to its end, and only such trainings are compared." in text
    assert page.at.button(key="versus_seeds").label == "Train 5 seeds of each"


def test_five_seeds_of_each_are_trained_by_one_press_and_judged(page: Screen) -> None:
    trained(page, 0.90)
    wider(page)
    page.panel("Compare").at.button(key="versus_seeds").click().run()
    asked = [run for run in runs(page.settled()) if run.active]
    groups = {run.parent: [] for run in asked}
    for run in asked:
        groups[run.parent].append(trainings.run_document(run.id))
    seeds = [sorted(one.training.settings["seed"] for one in documents) for documents in groups.values()]
    assert sorted(seeds) == [[1, 2, 3, 4, 5], [2, 3, 4, 5]], "what was trained already counts"
    assert [len({one.node("n3").params["filters"] for one in documents}) for documents in groups.values()] == [1, 1]
    for place, run in enumerate(asked):
        wide = trainings.run_document(run.id).node("n3").params["filters"] == 32
        finish(run, (0.95 if wide else 0.90) + 0.001 * place, 0.1 + 0.01 * (place % 3))
    page.at.run()
    text = page.settled().text
    assert "larger than the spread of the seeds" in text and "(95% interval" in text
    assert "| seeds | 5 | 5 |" in text
    rows = [line for line in text.splitlines() if line.startswith("| val ")]
    assert [(row.split(" | ")[0], row.rsplit(", ", 1)[1]) for row in rows] == [
        ("| val accuracy", "more than chance |"), ("| val loss", "may be chance |"),
    ], "each score for itself"  # fmt: skip
    assert [(one["name"], len(one["runs"])) for one in live(page)["bands"]] == [("A: run 1", 5), ("B: now", 5)]
    assert not [one for one in page.at.button if one.key == "versus_seeds"], "nothing more to train"


def test_another_project_stands_beside_this_one(page: Screen) -> None:
    other = state.store().create(ME, template("residual_network"))
    page.panel("Compare").at.selectbox(key="versus_b").set_value(f"project:{other}").run()
    text = page.settled().text
    assert "Add 'a sum' is added." in text
    ghosts = page.canvas["differing"][""]["ghosts"]
    assert any(one["title"] == "Add 'a sum'" for one in ghosts)


def test_a_large_network_is_compared_in_words_and_the_panel_says_so(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(page, 0.9)
    wider(page)
    told = "what differs is told here, and not marked on the canvas"
    assert told not in page.panel("Compare").text
    monkeypatch.setattr(overlay, "MOST_NODES", 9)
    versus._overlays.clear()
    page.at.run()
    assert told in page.text and "filters 16 → 32" in page.text
    assert page.canvas["differing"] == {}


def chosen(page: Screen, name: str, content: bytes) -> Screen:
    page.panel("Compare").at.file_uploader[0].set_value((name, content, "")).run()
    return page.settled()


def b_of(page: Screen) -> str:
    return str(page.at.selectbox(key="versus_b").value)


def test_a_file_is_opened_as_a_project_and_is_b(page: Screen) -> None:
    picture = EXPORTS["svg"].make(Subject(check(template("residual_network"))))
    assert "Add 'a sum' is added." in chosen(page, "net.svg", picture).text
    kind, _, id = b_of(page).partition(":")
    assert kind == "project" and state.store().project(ME, id).document == template("residual_network")


def test_networks_whose_blocks_are_cut_otherwise_are_compared_with_all_opened(page: Screen) -> None:
    said = "compared with all blocks opened"
    folded = grouping.group(template("lenet"), ["n3", "n4"], "block", "use", "Features")
    text = chosen(page, "blocks.json", write_document(folded).encode()).text
    assert said in text and "Nothing differs" in text
    wider = grouping.inside(folded, "block", lambda view: editing.set_parameter(view, "n3", "filters", 32))
    text = chosen(page, "wider.json", write_document(wider).encode()).text
    assert said in text and "filters 16 → 32." in text
    assert page.canvas["differing"][""]["marks"]["n3"]["state"] == "changed"


def test_projects_of_one_name_are_told_apart_in_the_list(page: Screen) -> None:
    ids = [state.store().create(ME, template("residual_network")) for _ in range(2)]
    offered = page.panel("Compare").at.selectbox(key="versus_b").options
    assert len(offered) == len(set(offered))
    assert [sum(id[:6] in one for one in offered) for id in ids] == [1, 1]


def test_a_line_that_tells_what_differs_leads_to_its_node(page: Screen) -> None:
    other = editing.set_training(editing.set_parameter(template("lenet"), "n3", "filters", 7), "epochs", 7)
    chosen(page, "other.json", write_document(other).encode())
    (told,) = page._views("lines")
    assert [line["node"] for line in told["lines"]] == ["n3", ""]


def test_of_a_script_that_makes_several_models_one_is_chosen_to_be_compared(page: Screen) -> None:
    chosen(page, "two.py", SCRIPT)
    _, first = page.at.session_state["import"]
    assert read(first)[0] == "failed"
    page.at.run()
    (which,) = [one for one in page.at.selectbox if one.label == "Which one?"]
    which.select("small")
    next(one for one in page.at.button if one.label == "Open it").click().run()
    _, second = page.at.session_state["import"]
    assert second != first and read(second) == ("finished", "")
    page.at.run()
    assert b_of(page.settled()) == f"project:{engine().job(ME, second).project}"


def test_a_run_that_was_deleted_gives_way_to_the_network(page: Screen) -> None:
    run = trained(page, 0.9)
    page.panel("Compare").at.selectbox(key="versus_a").set_value(f"run:{run.id}").run()
    state.jobs().delete(ME, run.id)
    page.at.run()
    assert "Nothing differs" in page.settled().text


def test_nodes_are_taken_out_one_at_a_time_and_told_in_a_table(page: Screen) -> None:
    page.panel("Runs")
    page.at.session_state["ablation:0"] = True
    page.at.run()
    page.settled().at.multiselect[0].set_value(["n3", "n8"]).run()
    page.settled().at.button(key="ablation_start").click().run()
    asked = runs(page.settled())
    assert not page.at.multiselect, "what was started is no longer covered"
    assert len(asked) == 9 and len({run.parent for run in asked}) == 1
    assert "are shown" not in page.text, "what differs in seeds alone has one look"
    (view,) = page._views("curves")
    assert [len(band["runs"]) for band in view["bands"]] == [3, 3, 3]
    looks = {run: band["look"] for band in view["bands"] for run in band["runs"]}
    assert {one["run"]: one["look"] for one in view["compare"]} == looks, "each in the look of its set"
    named = [one["name"] for one in view["compare"] if not one["quiet"]]
    assert named == [band["name"] for band in view["bands"]]
    assert {*named} == {"the whole network", "without c1", "without f5"}
    for place, run in enumerate(asked):
        nodes = {node.id for node in trainings.run_document(run.id).nodes}
        finish(run, 0.5 + 0.4 * ("n3" in nodes) + 0.001 * place)
    page.at.run()
    text = page.settled().text
    assert "| without | params | val accuracy | difference |" in text
    assert "| nothing | 16,486 |" in text.replace("*", "")
    line = next(line for line in text.splitlines() if line.startswith("| Convolution 'c1' |"))
    assert "| **\N{MINUS SIGN}0.398" in line and "** more than the spread (p\N{NO-BREAK SPACE}=" in line
    assert text.index(line) < text.index("Show these in the plot"), "what they came to is read first"
