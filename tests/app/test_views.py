"""Every view with everything that can stand on it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request

from app import playing, previews, state, trainings
from app.condition import condition
from app.state import PANELS
from graphbuilder import editing
from graphbuilder.datasets import HERE, SOURCES, Source
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Data, Document
from graphbuilder.features import set_features
from graphbuilder.hidden import hidden
from graphbuilder.linked import to_word
from graphbuilder.operators import OPERATORS
from graphbuilder.settings import Split
from graphbuilder.store import Missing, clock
from graphbuilder.templates import gallery, template, template_names
from tests.app.conftest import ME, Screen, engine
from tests.moves import off
from tests.networks import chain, graph, node

Opener = Callable[[], Screen]
LENET = [f"n{n}" for n in range(1, 11)]
ALL = graph([node(kind.lower(), kind) for kind in OPERATORS], [], data="digits")


def opened(screen: Opener, document: Document) -> Screen:
    return screen().open(state.store().create(ME, document)).settled()


# The workbench


def test_at_the_first_visit_the_starter_network_stands_on_the_canvas(page: Screen) -> None:
    page.settled()
    assert (page.shown_nodes, len(page.canvas["levels"][""]["wires"])) == (LENET, 9)
    assert page.canvas["notes"]["n3"]["shape"] == "8 × 8 × 16"
    counts = page.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "10 nodes · 16,486 parameters · 94,536 mult-adds" in counts
    assert "**Next:** press Train" in page.text


def test_the_next_visit_opens_the_last_project(page: Screen, screen: Opener) -> None:
    assert screen().open().project == page.project
    assert len(state.store().projects(ME)) == 1


def test_a_selected_node_shows_its_form_and_what_it_computes(page: Screen) -> None:
    page.select("n8").settled()
    assert page.value("node", "units") == 84
    assert "out: **84**" in page.text
    page.select("n7", "n8").settled()
    assert "2 nodes selected" in page.text
    page.select().settled()
    assert "**Network**" in page.text


def test_a_node_that_is_gone_is_selected_no_more(page: Screen) -> None:
    page.select("n8").send({"op": "delete", "nodes": ["n8"], "wires": [], "n": 1}, selected=["n8"]).settled()
    assert "**Network**" in page.text
    assert page.canvas["acks"] == {"page": 1}


def test_an_edit_on_the_canvas_reaches_the_document_once_however_often_it_is_sent(page: Screen) -> None:
    add = {"op": "add", "id": "new", "kind": "Dropout", "x": 10, "y": 20, "n": 1}
    page.send(add).send(add).open().settled()
    assert page.shown_nodes == [*LENET, "new"]
    assert page.kept.changes == 1
    assert page.canvas["acks"] == {"page": 1}


def test_an_operator_takes_the_place_of_a_placeholder(page: Screen) -> None:
    page.send({"op": "add", "id": "gate", "kind": "Placeholder", "x": 10, "y": 20, "n": 1})
    page.send({"op": "stand in", "id": "gate", "kind": "Dropout", "n": 2}).settled()
    made = page.kept.document.node("gate")
    assert (made.kind, made.label) == ("Dropout", "unknown")
    page.send({"op": "stand in", "id": "gate", "kind": "Dense", "n": 3}).settled()
    assert "Dropout 'unknown' is no placeholder" in page.text


def test_a_refused_edit_is_said_and_acknowledged(page: Screen) -> None:
    page.send({"op": "add", "id": "n1", "kind": "Dense", "x": 0, "y": 0, "n": 1}).settled()
    assert "The node is there already." in page.text
    assert (page.canvas["acks"], page.shown_nodes) == ({"page": 1}, LENET)


@pytest.mark.parametrize("op", ["add", 7, None, {"op": "add"}, {"op": "undo", "n": "one"}, {"op": "add", "n": 1}])
def test_garbage_from_the_canvas_changes_nothing_and_the_page_stays_usable(op: Any, page: Screen) -> None:
    page.send(op, selected=[1, None, "n8", {}]).settled()
    assert page.document == template("lenet")
    assert "reload the page" in page.text
    assert page.value("node", "units") == 84


@pytest.mark.parametrize("sync", ["x", 3, [], {}, {"client": "a"}, {"client": "\ud800"}, {"client": 1}, {"sel": 3}])
def test_a_message_that_is_none_is_passed_over(sync: Any, page: Screen) -> None:
    if isinstance(sync, dict):
        sync = {"epoch": page.project, "client": "page", "ops": [], **sync}
    page.send_raw(sync).settled()
    assert page.document == template("lenet")


def test_edits_meant_for_another_project_are_not_worked(page: Screen) -> None:
    page.send({"op": "delete", "nodes": ["n1"], "n": 1}, epoch="0" * 32).settled()
    assert page.document == template("lenet")


def test_undo_and_redo_of_the_header_go_over_everything(page: Screen) -> None:
    page.select("n8")
    page.enter("node", "units", 77)
    assert page.kept.undo == "units of Linear 'f5'"
    page.step("undo")
    assert page.settled().document == template("lenet")
    assert page.value("node", "units") == 84
    page.step("redo")
    assert page.value("node", "units") == 77
    assert page.history == ("units of Linear 'f5'", None)


def test_a_form_follows_the_edits_of_another_tab(page: Screen, screen: Opener) -> None:
    other = screen().open(page.project).select("n8")
    page.select("n8").enter("node", "units", 33)
    other.open().settled()
    assert other.value("node", "units") == 33


def test_one_parameter_of_two_nodes_with_one_label_is_two_steps(screen: Opener) -> None:
    twins = [{**node(id, "Dense", units=5), "label": "twin"} for id in ("a", "b")]
    page = opened(screen, graph(twins, []))
    for id in ("a", "b"):
        page.select(id).enter("node", "units", 9)
    state.store().undo(ME, page.project)
    assert [one.params["units"] for one in page.document.nodes] == [9, 5]


def test_a_label_and_a_project_name_are_changed_in_their_fields(page: Screen) -> None:
    page.select("n8").enter("node", "label", "hidden")
    page.enter("name", "name", "Mine")
    page.settled()
    assert (page.document.node("n8").label, page.document.name) == ("hidden", "Mine")


def test_a_label_that_no_line_can_hold_is_refused_in_words(page: Screen) -> None:
    page.select("n8").enter("node", "label", "a\x00b")
    assert "label: Value error, has the character U+0000" in page.settled().text
    assert page.document == template("lenet")


# Forms


def with_all_open(page: Screen) -> Screen:
    for expander in ("why", "what"):
        page.at.session_state[expander] = True
    return page


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_parameter_of_every_operator_is_changed_in_its_form(kind: str, screen: Opener) -> None:
    page = opened(screen, graph([node("one", kind)], []))
    with_all_open(page).select("one").settled()
    declared, tried, now = OPERATORS[kind].parameters, set[str](), OPERATORS[kind].defaults()
    while asked := {name for name in declared if name not in tried and OPERATORS[kind](now).asks(name)}:
        wanted = {name: off(declared[name], declared[name].write(now[name])) for name in declared if name in asked}
        page.enter_all("node", wanted).settled()
        now |= {name: declared[name].read(value) for name, value in wanted.items()}
        assert page.document.node("one").params == now
        tried |= asked


def test_every_operator_shows_in_one_network_with_all_that_it_says(screen: Opener) -> None:
    page = with_all_open(opened(screen, ALL))
    for one in ALL.nodes:
        page.select(one.id).settled()
        title = OPERATORS[one.kind].title
        assert f":gray[{one.kind}]" in page.text or title == one.kind
        operator = one.operator
        assert operator and operator.lesson_as_set().when in page.text
    assert page.shown_nodes == [one.id for one in ALL.nodes]


def test_an_operator_of_a_newer_version_is_shown_and_kept(screen: Opener) -> None:
    page = opened(screen, graph([node("odd", "Quantum", spin=1)], [])).select("odd").settled()
    assert "This version does not know this operator." in page.text
    assert page.document.node("odd").params == {"spin": 1}


@pytest.mark.parametrize(
    ("id", "name", "value", "fault"),
    [
        ("n8", "units", 0, "Linear 'f5': units must be at least 1; received 0."),
        ("n3", "kernel_size", [0, 5], "kernel_size must be from 1 to"),
        ("n1", "field", "", "takes no field of the data set"),
    ],
)
def test_a_value_out_of_bounds_shows_its_fault_below_its_field(
    id: str, name: str, value: Any, fault: str, page: Screen
) -> None:
    page.panel("Faults").select(id).enter("node", name, value).settled()
    assert page.document.node(id).params[name] == OPERATORS[page.document.node(id).kind].parameters[name].read(value)
    assert [fault in told["text"] for told in page.form("node")[name]["faults"]] == [True]
    assert sum(fault in told for told in page.faults) == 2, "at the field, and in the list of all"


def test_the_fault_of_a_folded_field_is_seen_too(page: Screen) -> None:
    page.select("n8")
    state.store().edit(
        ME, page.project, lambda d: editing.set_parameter(d, "n8", "kernel_regularizer", {"l2": -1.0}), "x"
    )
    page.open().settled()
    field = page.form("node")["kernel_regularizer"]
    assert (field["more"], "must have l2 of at least 0" in field["faults"][0]["text"]) == (True, True)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("target_shape", [8, "eight"], "target_shape must be a list of whole numbers; received [8, 'eight']."),
        ("target_shape", None, "target_shape must be a list of whole numbers; received None."),
        ("label", 7 * ["x"], "x"),
        ("spin", 1, "There is no parameter 'spin'."),
    ],
)
def test_a_value_that_is_none_of_its_field_is_refused_in_words(
    name: str, value: Any, reason: str, screen: Opener
) -> None:
    page = opened(screen, graph([node("one", "Reshape")], [])).select("one")
    target = {"of": "label" if name == "label" else "node", "ids": ["one"]}
    page.send({"op": "set", **target, "name": name, "value": value, "n": 1}).settled()
    assert reason in page.text or page.document.node("one").label == str(value)


def test_a_parameter_that_several_nodes_share_is_set_at_once(page: Screen) -> None:
    page.select("n3", "n5", "n8").settled()
    form = page.form("node")
    assert (form["activation"]["value"], form["activation"]["mixed"]) == ("relu", False)
    assert {"units", "filters", "label"} & set(form) == set(), "what one of them lacks is not asked for"
    page.enter("node", "activation", "tanh").settled()
    assert [page.document.node(id).params["activation"] for id in ("n3", "n5", "n8")] == ["tanh"] * 3
    assert page.kept.undo == "activation of 3 nodes"
    page.select("n3", "n5").settled()
    assert (page.form("node")["filters"]["value"], page.form("node")["filters"]["mixed"]) == (None, True)


def test_an_input_asks_for_its_shape_where_no_field_gives_it(page: Screen) -> None:
    page.select("n1").settled()
    assert page.form("node")["shape"]["more"]
    page.enter("node", "field", "").settled()
    assert not page.form("node")["shape"]["more"]


def test_without_data_the_panel_says_what_the_network_is(page: Screen) -> None:
    page.panel("Data").enter("data", "data", "").settled()
    assert (page.document.data.name, "the network is an architecture" in page.text) == ("", True)
    assert "training needs" in page.text
    assert "def build_model" in page.panel("Code").at.code[0].value
    page.step("undo").settled()
    assert page.document == template("lenet")


def test_nodes_that_share_nothing_say_so(page: Screen) -> None:
    page.select("n1", "n8").settled()
    assert page.form("node") == {}
    assert "These nodes share no parameter." in page.text


def test_an_option_of_an_optimizer_that_was_exchanged_meanwhile_is_refused(page: Screen) -> None:
    page.panel("Training")
    late = {"op": "set", **page.form("training")["learning_rate"]["target"], "name": "learning_rate", "value": 0.002}
    page.enter("training", "optimizer", "SGD")
    page.send({**late, "n": 2000}).settled()
    assert "learning_rate of Adam was not set: the network has another optimizer now." in page.text
    assert page.document.training.options["learning_rate"] == 0.01


# Panels


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("document", [template("lenet"), template("two_inputs_two_losses"), ALL, Document()])
def test_every_panel_shows_every_network(
    name: str, document: Document, screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(screen, document).panel(name)


def test_the_summary_counts_as_keras_does(page: Screen) -> None:
    told = page.panel("Summary").text
    assert "| c1 | Conv2D | 8 × 8 × 16 | 160 | 9,216 |" in told
    assert "**16,486 trained of 16,486**" in told


def test_the_code_panel_shows_the_code_or_why_there_is_none(page: Screen) -> None:
    assert "keras.Model" in page.panel("Code").at.code[0].value
    page.send({"op": "delete", "nodes": ["n1"], "wires": [], "n": 1})
    assert "as soon as the network has no faults" in page.settled().text


def test_every_fault_is_listed_with_the_nodes_that_a_click_shows(page: Screen) -> None:
    page.panel("Faults").send({"op": "delete", "nodes": ["n1"], "wires": [], "n": next(page.numbers)})
    (told,) = page.settled()._views("faults")
    assert [fault["nodes"] for fault in told["faults"]] == [["n2"]]
    assert page.select("n2").settled().form("node")["label"]["value"] == "to 0 to 1"


def test_a_turn_to_a_panel_is_worked_once(page: Screen) -> None:
    turned = {"to": "Code", "n": 5}
    page.send(panel=turned).settled()
    assert page.open_panel == "Code"
    page.at.button(key="train").click().run()
    assert page.settled().open_panel == "Training"
    page.send(panel=turned).settled()
    assert page.open_panel == "Training", "what was sent before says nothing any more"
    for garbage in ({"to": "Nowhere", "n": 9}, {"to": "Code"}, {"to": "Code", "n": "6"}, "Code", {"to": ["x"], "n": 9}):
        page.send(panel=garbage).settled()
    assert page.open_panel == "Training"


def test_panels_have_the_room_that_was_asked_for_and_folded_away_none_is_drawn(page: Screen) -> None:
    assert page.dock_size == "low" and "training" in forms(page)
    assert page.panel("Training", "folded").dock_size == "folded" and "training" not in forms(page)
    assert page.panel("Data").dock_size == "low", "what is turned to is seen"
    assert page.panel("Data", "wide").panel("Runs").dock_size == "wide"
    assert page.panel("Runs", "huge").dock_size == "wide"
    page.at.query_params["panel"] = page.at.query_params["dock"] = "Training"  # of a message that was on its way
    page.at.run()
    assert (page.settled().open_panel, page.dock_size) == ("Runs", "wide")
    assert (page.at.query_params["panel"], page.at.query_params["dock"]) == ("Runs", "wide")


def forms(page: Screen) -> list[str]:
    return [told["form"]["key"] for told in page._views("form")]


def test_the_form_folds(page: Screen) -> None:
    page.at.button(key="fold").click().run()
    assert "**Network**" not in page.settled().text
    page.at.button(key="fold").click().run()
    assert "**Network**" in page.settled().text


@pytest.mark.parametrize(
    ("document", "said", "panel"),
    [
        (Document(), "drag an operator onto the canvas", None),
        (graph([node("d", "Dense")], []), "mend the faults", "Faults"),
        (chain(node("i", "Input", shape=[4]), node("d", "Dense")), "training needs", "Faults"),
        (template("lenet"), "press Train", None),
    ],
)
def test_without_a_selected_node_the_network_says_what_to_do_next(
    document: Document, said: str, panel: str | None, screen: Opener
) -> None:
    page = opened(screen, document)
    assert said in page.text.split("**Next:**")[1]
    ways = [button for button in page.at.button if button.key == "next_step"]
    assert len(ways) == (panel is not None)
    if panel:
        ways[0].click().run()
        assert page.settled().open_panel == panel


# The data panel


def prepared(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the snapshot of a set with arrays as it declares them, without loading what makes the real ones."""
    chance, rows = np.random.default_rng(0), source.rows()

    def load(**_: Any) -> dict[str, Any]:
        return {
            name: chance.integers(0, len(field.classes), (rows, *field.shape))
            if field.classes
            else chance.uniform(field.low, field.high, (rows, *field.shape))
            for name, field in source.fields().items()
        }

    monkeypatch.setattr(type(source), "load", staticmethod(load))
    prepare(source, state.store().home)


@pytest.mark.parametrize("name", HERE)
def test_every_data_set_shows_its_fields_and_samples(
    name: str, screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen()
    source = SOURCES[name]()
    prepared(source, monkeypatch)
    document = editing.set_data(Document(), name)
    page.open(state.store().create(ME, document)).panel("Data")
    assert f"**{source.title}** — {source.about}" in page.text
    assert all(f"**{field}**" in page.text for field in source.fields())
    assert f"{source.rows():,} rows: about" in page.text
    table = any(one.value.startswith("| ") for one in page.at.markdown)
    assert [bool(page.at.get(kind)) for kind in ("image", "plotly_chart")].count(True) + table == 1


def test_another_set_is_chosen_and_what_does_not_fit_is_said(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    page.panel("Data").enter("data", "data", "iris")
    assert page.settled().document.data.name == "iris"
    assert "which this data set lacks" in page.faults[0]
    assert "Preparing the data set" in page.text


def test_a_set_that_this_version_does_not_know_can_be_exchanged(screen: Opener) -> None:
    page = opened(screen, graph([], [], data="nothing"))
    assert "Choose a data set on the left." in page.panel("Data").text
    page.enter("data", "data", "digits")
    assert page.settled().document.data.name == "digits"


def with_options() -> list[tuple[str, str]]:
    return [(name, option) for name, source in SOURCES.items() for option in source.parameters]


@pytest.mark.parametrize(("name", "option"), with_options())
def test_every_option_of_every_set_is_changed_in_its_field(
    name: str, option: str, screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(screen, editing.set_data(Document(), name)).panel("Data")
    parameter = SOURCES[name].parameters[option]
    wanted = off(parameter, page.document.data.options[option])
    page.enter("data", option, wanted)
    assert page.settled().document.data.options[option] == parameter.read(wanted)


@pytest.mark.parametrize("name", Split.parameters)
def test_every_part_of_the_split_is_changed_in_its_field(
    name: str, page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.panel("Data")
    wanted = off(Split.parameters[name], page.document.data.split[name])
    page.enter("data", f"split.{name}", wanted)
    assert page.settled().document.data.split[name] == wanted


def test_an_option_out_of_bounds_is_told_at_its_field_and_nothing_is_prepared(
    screen: Opener,
) -> None:
    name, option = next((name, option) for name, option in with_options() if option == "size")
    page = opened(screen, editing.set_data_option(editing.set_data(Document(), name), option, 10**9))
    told = page.panel("Data").form("data")["size"]["faults"]
    assert ["size must be at most" in one["text"] for one in told] == [True]
    assert "size must be at most" in str(page.at.error[0].value).replace("\\", ""), "where the samples would be, too"
    assert previews._asked == {}


def test_a_set_is_prepared_by_one_job_and_shown_when_it_is_there(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    source, other = SOURCES["digits"](), Data(name="iris")
    assert "Preparing the data set" in page.panel("Data").text
    (asked,) = previews._asked.values()
    page.open()
    assert (list(previews._asked.values()), previews.arrived(source)) == ([asked], False)
    assert Data.model_validate_json(state.jobs().request(asked)["data"]) == page.document.data
    prepared(source, monkeypatch)
    engine().end(asked, "finished")
    assert previews.arrived(source)
    assert "Preparing" not in page.open().settled().text
    assert isinstance(previews.find(other), previews.Pending)
    assert not previews.arrived(SOURCES["iris"]())


@pytest.mark.parametrize("reason", ["", "The data set Digits needs the package sklearn, which is not installed."])
def test_a_set_that_cannot_be_prepared_says_why(reason: str, page: Screen) -> None:
    page.panel("Data")
    (asked,) = previews._asked.values()
    engine().end(asked, "failed", reason)
    assert (reason or "The data set could not be prepared.") in page.open().settled().text


@pytest.mark.parametrize("cleared", [False, True])
def test_row_5_a_set_that_was_cleared_away_is_prepared_anew(cleared: bool, page: Screen) -> None:
    page.panel("Data")
    (asked,) = previews._asked.values()
    engine().end(asked, "finished")
    if cleared:
        with engine().writing() as db:
            db.exec_driver_sql(f"delete from job where id = '{asked}'")
    assert "Preparing the data set" in page.open().settled().text
    (again,) = previews._asked.values()
    assert (again != asked, engine().job(ME, again).state) == (True, "queued")


# Projects


def test_the_projects_page_pictures_every_template_and_lists_what_is_mine(screen: Opener) -> None:
    page = screen().open_projects().settled()
    for name in template_names():
        assert page.at.button(key="playground" if name == playing.PLAYGROUND else f"template:{name}")
    assert "LeNet on digits" in [link.label for link in page.at.get("page_link")]
    assert len(page.at.image) == len(template_names())


def test_the_gallery_says_of_each_template_what_it_teaches_and_how_large_it_is(screen: Opener) -> None:
    text = screen().open_projects().settled().text
    for group in gallery():
        assert group.title in text
        for entry in group.entries:
            assert entry.teaches in text
            assert entry.name == playing.PLAYGROUND or f"**Try:** {entry.to_try}" in text
    assert "Handwritten digits  \n10 nodes · 16,486 parameters" in text


def test_an_empty_list_of_projects_says_what_to_do(screen: Opener) -> None:
    page = screen().open_projects()
    (line,) = state.store().projects(ME)
    state.store().delete(ME, line.id)
    page.at.run()
    assert "None yet. Open a template or the playground, or start from an empty canvas." in page.settled().text


def playground(screen: Opener) -> str:
    """The project that the playground's button leads to."""
    page = screen().open_projects()
    page.at.button(key="playground").click().run()
    page.settled()
    return next(line.id for line in state.store().projects(ME) if line.name == "Playground")


def test_the_playground_is_opened_and_trains(screen: Opener) -> None:
    id = playground(screen)
    assert state.store().project(ME, id).document == template("playground")
    assert [run.kind for run in state.jobs().runs(ME, id) if run.active] == ["train"]


def test_the_playground_is_the_one_the_visitor_has_unless_it_was_renamed(screen: Opener) -> None:
    id = playground(screen)
    state.store().edit(ME, id, lambda document: editing.set_data(document, "moons"), "moons")
    assert (playground(screen), len(state.jobs().runs(ME, id))) == (id, 1)  # the run under way goes on
    engine().end(state.jobs().runs(ME, id)[0].id, "finished")
    assert (playground(screen), len(state.jobs().runs(ME, id))) == (id, 2)
    assert state.store().project(ME, id).document.data.name == "moons"
    state.store().edit(ME, id, lambda document: editing.rename(document, "Mine"), "name")
    assert playground(screen) != id


def test_a_link_gives_a_copy_of_a_network_and_no_other_when_it_is_opened_again(screen: Opener) -> None:
    given = template("regression")
    for _ in range(2):
        page = screen()
        page.at.query_params["copy"] = to_word(given) or ""
        page.open("")
        assert page.settled().document == given
        assert "copy" not in page.at.query_params
        assert [line.name for line in state.store().projects(ME)] == [given.name]
    page.at.query_params["copy"] = "cut"
    assert "holds no network" in page.open("").settled().text


def test_the_menu_of_a_project_has_a_link_to_a_copy(page: Screen) -> None:
    assert not [code for code in page.at.code if "?copy=" in code.value]
    page.at.session_state["copy_link"] = True
    page.at.run()
    (link,) = [code.value for code in page.settled().at.code if "?copy=" in code.value]
    assert link.partition("?copy=")[2] == to_word(page.document)


def of_link(screen: Opener, word: str | None, project: str = "") -> Screen:
    """The page of an address that carries a network."""
    page = screen()
    page.at.query_params["play"] = word or ""
    return page.open(project)


def test_a_link_gives_its_playground_to_whoever_opens_it(screen: Opener) -> None:
    linked = set_features(editing.set_data(template("playground"), "spirals"), ["x2", "sin_y"])
    page = of_link(screen, to_word(linked), project="f" * 32).settled()
    assert (page.document, page.open_panel, page.linked) == (linked, "Training", to_word(linked))
    (run,) = state.jobs().runs(ME, page.project)
    assert trainings.run_document(run.id) == linked


def test_a_link_takes_the_place_of_what_was_played_and_one_undo_brings_that_back(screen: Opener) -> None:
    id = playground(screen)
    linked = editing.set_training(template("playground"), "seed", 7)
    page = of_link(screen, to_word(linked)).settled()
    assert (page.project, page.document, page.kept.undo) == (id, linked, "the network of a link")
    assert [(run.state, trainings.run_document(run.id)) for run in state.jobs().runs(ME, id)] == [
        ("queued", linked), ("stopped", template("playground")),
    ]  # fmt: skip
    of_link(screen, to_word(linked))
    assert len(state.jobs().runs(ME, id)) == 2, "it learns already"
    state.store().undo(ME, id)
    assert page.document == template("playground")


def test_what_the_address_carries_changes_nothing_of_a_project_of_one_s_own(screen: Opener) -> None:
    other = to_word(editing.set_data(template("playground"), "moons"))
    id = playground(screen)
    page = of_link(screen, other, project=id).settled()
    assert (page.document, page.linked) == (template("playground"), to_word(template("playground")))
    lenet = state.store().create(ME, template("lenet"))
    page = of_link(screen, other, project=lenet).settled()
    assert (page.project, page.linked) == (lenet, "")


def test_a_link_shows_its_playground_without_some_controls_until_all_are_asked_for(screen: Opener) -> None:
    page = screen()
    page.at.query_params["play"] = to_word(template("playground")) or ""
    page.at.query_params["hide"] = "features,noise,data_set,all_settings,unheard"
    page.open().settled()
    shown = [*page.form("playground")]
    assert "learning_rate" in shown and not {"features", "noise"} & {*shown}
    assert "alike" not in [told["form"]["key"] for told in page._views("form")]
    assert not [one for one in page.at.expander if one.label == "All settings"]
    page.open(page.project).settled()
    assert "features" not in page.form("playground"), "it stays so"
    page.at.button(key="show_all").click().run()
    assert {"features", "noise"} <= {*page.form("playground")}
    assert "alike" in [told["form"]["key"] for told in page._views("form")]
    assert "hide" not in page.at.query_params and not [one for one in page.at.button if one.key == "show_all"]
    page.at.multiselect(key="link_without").set_value(["features", "data_set"]).run()
    assert page.at.code[0].value.endswith("&hide=features,data_set")


def test_a_link_that_cannot_be_read_is_told_of_and_the_playground_is_shown(screen: Opener) -> None:
    page = of_link(screen, "eJwLz")
    assert [one.value.replace("\\", "") for one in page.at.toast] == [
        "This link holds no network that can be read. Copy all of it. This is the playground without it."
    ]
    assert page.settled().document == template("playground")


def test_a_playground_with_faults_is_opened_and_does_not_train(screen: Opener) -> None:
    broken = editing.set_parameter(template("playground"), "n2", "units", 0)
    id = state.store().create(ME, broken)
    assert (playground(screen), state.jobs().runs(ME, id)) == (id, [])


def test_sets_of_points_are_chosen_beside_their_training(screen: Opener) -> None:
    page = opened(screen, template("playground")).panel("Training")
    page.enter("alike", "data", "spirals")
    assert page.settled().document.data.name == "spirals"
    page.at.button(key="other_samples").click().run()
    assert page.settled().document.data.options["seed"] == 1
    other = opened(screen, template("lenet")).panel("Training")
    assert "alike" not in [told["form"]["key"] for told in other._views("form")]


def test_the_playground_s_bar_takes_layers_and_units_of_all_of_them(screen: Opener) -> None:
    page = opened(screen, template("playground")).panel("Training")
    page.enter("playground", "hidden_layers", 3)
    page.enter("playground", "units", 4)
    assert [node.params["units"] for node in hidden(page.settled().document)] == [4, 4, 4]
    assert page.kept.undo == "units of 3 nodes"


def test_the_address_may_ask_for_the_tour_once(page: Screen) -> None:
    assert page.canvas["tour"] is None
    page.at.query_params["tour"] = "yes"
    page.at.run()
    asked = page.settled().canvas["tour"]
    assert asked
    assert "tour" not in page.at.query_params
    page.at.run()
    assert page.canvas["tour"] == asked


@pytest.mark.parametrize("name", [name for name in template_names() if name != playing.PLAYGROUND])
def test_a_template_is_opened_as_a_new_project(name: str, screen: Opener) -> None:
    page = screen().open_projects()
    before = {line.id for line in state.store().projects(ME)}
    page.at.button(key=f"template:{name}").click().run()
    page.settled()
    (new,) = {line.id for line in state.store().projects(ME)} - before
    assert state.store().project(ME, new).document == template(name)


def upload(page: Screen, content: bytes) -> Screen:
    page.at.file_uploader[0].set_value(("net.json", content, "application/json")).run()
    return page.settled()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"not json", "net.json is not JSON"),
        (b"", "net.json is not JSON"),
        (b"[]", "net.json must hold a JSON object"),
        (b"\xff\xfe", "net.json is not UTF-8 text"),
        (b'{"version": 9}', "/version: is 9, and this program reads version 3."),
        (b'{"version": 1, "<b>": 1}', "/<b>: is no key of a document."),
    ],
)
def test_a_bad_file_is_refused_with_the_place_of_its_problem(content: bytes, problem: str, screen: Opener) -> None:
    page = screen().open_projects()
    before = state.store().projects(ME)
    assert problem in upload(page, content).text
    assert ("The file could not be opened; nothing was changed." in page.text) == problem.startswith("/")
    assert state.store().projects(ME) == before


def test_a_good_file_is_opened_as_a_new_project(screen: Opener) -> None:
    page = screen().open_projects()
    upload(page, json.dumps({"version": 1, "name": "From a file"}).encode())
    assert [line.name for line in state.store().projects(ME)] == ["From a file", "LeNet on digits"]


def test_a_deleted_project_is_brought_back(screen: Opener) -> None:
    page = screen().open_projects()
    (line,) = state.store().projects(ME)
    page.at.button(key=f"delete:{line.id}").click().run()
    assert "The project was deleted." in page.settled().text
    with pytest.raises(Missing):
        state.store().project(ME, line.id)
    next(button for button in page.at.button if button.label == "Undo").click().run()
    assert page.settled().at.button(key=f"delete:{line.id}")


def test_row_5_what_went_for_good_cannot_be_brought_back_and_the_page_says_so(screen: Opener) -> None:
    page = screen().open_projects()
    (line,) = state.store().projects(ME)
    page.at.button(key=f"delete:{line.id}").click().run()
    with engine().writing() as db:
        for table, column in (("acknowledged", "document"), ("revision", "document"), ("document", "id")):
            db.exec_driver_sql(f"delete from {table} where {column} = '{line.id}'")
    next(button for button in page.at.button if button.label == "Undo").click().run()
    assert "There is no such project." in page.settled().text


def test_what_cannot_be_saved_is_said_on_the_projects_page(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    page = screen().open_projects()
    full(monkeypatch)
    page.at.button(key="template:lenet").click().run()
    assert "disk is full" in page.settled().text


# Trouble


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    with state.store()._engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        db.rollback()
    monkeypatch.setattr(state.store(), "_packed", lambda _: bytes(10**6))


def test_a_visitor_without_cookies_is_told_what_to_do(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(state.SERVED_VARIABLE, "yes")
    for page in (screen().open(), screen().open_projects()):
        assert "Allow cookies for it, then reload." in page.settled().text
    assert state.store().projects(ME) == []


@pytest.mark.parametrize("id", ["0" * 32, "../../etc/passwd", "<b>"])
def test_an_unknown_address_says_so_and_leads_on(id: str, screen: Opener) -> None:
    page = screen().open(id).settled()
    assert "There is no such project." in page.text
    assert "Go to your projects" in [link.label for link in page.at.get("page_link")]


def test_S8_somebody_elses_address_says_not_yours(screen: Opener) -> None:
    page = screen()
    page.open(state.store().create("them", template("lenet"))).settled()
    assert "This project is not yours" in page.text
    assert page.at.get("bidi_component") == []


def test_a_project_deleted_in_another_tab_says_so_at_the_next_edit(page: Screen) -> None:
    page.select("n8")
    state.store().delete(ME, page.project)
    page.enter("node", "units", 5)
    assert "This project was deleted." in page.settled().text


@pytest.mark.parametrize("key", ["undo", "duplicate"])
def test_a_button_pressed_on_a_project_that_is_gone_says_so(key: str, page: Screen) -> None:
    page.send({"op": "delete", "nodes": ["n8"], "wires": [], "n": 1})
    state.store().delete(ME, page.project)
    if key == "undo":
        page.step("undo")
    else:
        page.at.button(key=key).click().run()
    assert "This project was deleted." in page.settled().text


def test_a_double_press_on_duplicate_makes_one_copy(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.state.opened._DOUBLE_PRESS_SECONDS", 3600)
    page.at.button(key="duplicate").click().run()
    page.at.button(key="duplicate").click().run()
    assert len(state.store().projects(ME)) == 2


def test_a_copy_that_cannot_be_saved_is_said_and_the_page_stays(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    full(monkeypatch)
    page.at.button(key="duplicate").click().run()
    assert "disk is full" in page.settled().text
    assert page.shown_nodes == LENET


def test_row_8_edits_on_a_page_whose_home_is_gone_are_kept_in_it_and_worked_when_it_is_back(page: Screen) -> None:
    move = {"op": "move", "at": {"n1": [5, 5]}, "n": 1}
    home, away = state.store().home, state.store().home.with_name("away")
    home.rename(away)
    page.send(move).settled()
    assert "the folder in which this server keeps its projects is gone" in page.text
    assert (page.canvas["acks"], page.shown_nodes) == ({"page": 0}, LENET)
    told = condition()
    assert (told.status, told.says) == ("failing", state.store().trouble())
    from app import serve

    answer = asyncio.run(serve.health(Request({"type": "http"})))
    says = json.loads(bytes(answer.body))["says"]
    assert (answer.status_code, says) == (503, f"{told.says} Edits are kept here and sent later.")
    away.rename(home)
    assert json.loads(bytes(asyncio.run(serve.health(Request({"type": "http"}))).body))["says"] == ""
    assert condition().status == "ok"
    page.send(move).settled()
    assert (page.canvas["acks"], page.document.node("n1").position) == ({"page": 1}, (5.0, 5.0))


def test_row_8_a_server_that_could_write_nothing_for_a_while_is_not_ok(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine().server_says(closing=False)
    assert condition().status == "ok"
    then = clock.now() + 60
    monkeypatch.setattr("graphbuilder.store.clock.now", lambda: then)
    assert (condition().status, condition().says[:42]) == ("failing", "Nothing could be saved for 60 seconds: the")
    assert "the disk may be full, or a program holds the database" in condition().says
    monkeypatch.setattr("app.condition.has_no_room", lambda _: True)
    assert condition().says.endswith("seconds: the server's disk is full. Whoever runs the server has to make room.")
    engine().server_says(closing=False)
    assert condition().status == "ok"


def test_an_edit_that_cannot_be_saved_is_said_and_sent_again(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    move = {"op": "move", "at": {"n1": [5, 5]}, "n": 1}
    with monkeypatch.context() as patched:
        full(patched)
        page.send(move).settled()
        assert "disk is full. Edits are kept here and sent later." in page.text
        assert "Nothing was changed" not in page.text
        assert page.canvas["acks"] == {"page": 0}
    state.store.cache_clear()
    page.send(move).settled()
    assert (page.canvas["acks"], page.document.node("n1").position) == ({"page": 1}, (5.0, 5.0))


def test_the_page_keeps_nothing_but_what_is_in_the_store(page: Screen, screen: Opener) -> None:
    page.select("n8").enter("node", "units", 12)
    state.store().close()
    state.store.cache_clear()
    assert screen().open(page.project).settled().document.node("n8").params["units"] == 12
    assert not any(isinstance(value, Document) for value in page.at._session_state.filtered_state.values())
