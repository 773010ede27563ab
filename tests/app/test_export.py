"""The export page: what it offers of a project and of its runs, and what it says where something is not there yet."""

import asyncio
import gc
import io
import re
import weakref
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from app import imports, owner, routes, state
from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.datasets import Description
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.exports import EXPORTS
from graphbuilder.pictures import has_graphviz
from graphbuilder.records.events import Epoch, Started, as_json
from graphbuilder.store.jobs import Job
from graphbuilder.templates import template
from tests.app.conftest import Screen, engine
from tests.app.test_data import came, looked
from tests.app.test_imports import read
from tests.app.test_training import KEPT, ended, keep_model, train
from tests.app.test_views import opened
from tests.keras_files import dense_of_3_to_2
from tests.networks import vgg16

Opener = Callable[[], Screen]


def trained(page: Screen) -> Job:
    """A run that has ended, with a record and a model."""
    job = train(page)
    told = [Started(100, (60, 20, 20), 2, 2), Epoch(1, 2, KEPT, 0.1, True), Epoch(2, 4, KEPT, 0.2, True)]
    engine().tell(job.id, [(2, [as_json(event) for event in told])], None, {})
    keep_model(job)
    ended(page, job)
    return job


def export(page: Screen) -> Screen:
    return page.go("export").settled()


def offered(page: Screen) -> set[str]:
    """The forms that a button gives away."""
    buttons = page.at.get("download_button")
    forms = {button.key.removeprefix("take:") for button in buttons if not button.proto.disabled}
    ends = {"model": "keras", "everything": "zip"}
    return forms | {ends[link.partition("?")[0].rpartition("/")[2]] for link in links(page) if "/runs/" in link}


PICTURES = {"svg", "png", "dot"} | ({"pdf"} if has_graphviz() else set())
NETWORK = {"python", "notebook", "requirements", "project", "zip"} | PICTURES
RUN = {"keras", "curves-png", "curves-svg", "curves-csv", "activations-csv", "tensorboard"}


def test_before_a_training_the_network_is_offered_and_the_rest_says_what_to_do(page: Screen) -> None:
    export(page)
    assert offered(page) == NETWORK
    assert "train the network" in page.text
    assert "keras.Model" in page.at.code[1].value
    assert page.at.code[0].value.startswith("pip install keras==")


def test_a_run_of_the_network_as_it_is_now_is_offered_with_its_weights_and_curves(page: Screen) -> None:
    trained(page)
    export(page)
    assert offered(page) == NETWORK | RUN == set(EXPORTS) - ({"pdf"} - PICTURES)
    assert page.at.selectbox(key="taken").label == "version"
    assert given(page) == "run 1"


def test_a_changed_network_is_offered_without_the_weights_of_another(page: Screen) -> None:
    job = trained(page)
    state.store().edit("local", page.project, lambda d: editing.set_parameter(d, "n8", "units", 20), "units")
    export(page)
    assert offered(page) == NETWORK
    assert "units=20" in page.at.code[1].value
    page.at.selectbox(key="taken").select(job.id).run()
    assert offered(page.settled()) == NETWORK | RUN
    assert "units=84" in page.at.code[1].value
    assert "have changed since" in str(page.at.selectbox(key="taken").options)


def test_the_choice_shown_is_the_version_given_when_the_address_or_another_tab_changes(page: Screen) -> None:
    first = trained(page)
    second = trained(page)
    export(page)
    box = page.at.selectbox(key="taken")
    assert (box.value, given(page)) == (second.id, "run 2")
    page.at.query_params["take"] = first.id  # as a page back does
    page.at.run()
    assert (page.at.selectbox(key="taken").value, given(page)) == (first.id, "run 1")
    del page.at.query_params["take"]
    state.store().edit("local", page.project, lambda d: editing.set_parameter(d, "n8", "units", 20), "units")
    page.at.run()
    assert (page.at.selectbox(key="taken").value, given(page)) == ("", None)
    assert "units=20" in page.at.code[1].value


def test_a_run_that_ends_elsewhere_does_not_change_what_an_open_page_gives_away(page: Screen) -> None:
    trained(page)
    assert given(export(page)) == "run 1"
    document = write_document(page.document)
    newer = engine().ask("local", "train", {"kind": "train", "document": document}, page.project)
    engine().end(newer, "finished", "")
    page.at.run()
    assert given(page.settled()) == "run 1"
    assert len(page.at.selectbox(key="taken").options) == 3
    page.go("").settled()
    assert "run 2" in export(page).at.selectbox(key="taken").options[1]
    assert page.at.selectbox(key="taken").value == newer


def given(page: Screen) -> str | None:
    """The run whose model the page gives away."""
    found = [re.fullmatch(r"Model of (.*) \(\.keras\)", link.proto.label) for link in page.at.get("link_button")]
    return next((one[1] for one in found if one), None)


def test_what_the_page_says_of_a_file_is_what_the_file_is_called(page: Screen) -> None:
    trained(page)
    export(page)
    told = [code.value for code in page.at.code]
    assert any('load_model("lenet_on_digits_run_1_model.keras")' in text for text in told)
    assert "graphbuilder train lenet_on_digits_network.json" in told


def test_the_page_says_where_tensorboards_logs_are_of_a_run_that_wrote_them(page: Screen) -> None:
    trained(page)
    assert "TensorBoard's logs" not in export(page).text
    page.go("")
    state.store().edit("local", page.project, lambda d: editing.set_training(d, "tensorboard_logs", True), "logs")
    assert "have changed since" not in page.settled().text
    job = trained(page)
    assert f"runs/{job.id}/logs" in export(page).text


def test_a_model_that_is_gone_is_not_offered_and_the_page_says_so(page: Screen) -> None:
    job = trained(page)
    (state.store().home / state.jobs().artefacts(job.id)["model.keras"]).unlink()
    export(page)
    assert "keras" not in offered(page)
    assert "no trained weights" in page.text


def test_faults_leave_picture_and_project_to_take(page: Screen) -> None:
    state.store().edit("local", page.project, lambda d: editing.set_parameter(d, "n9", "units", 7), "units")
    export(page)
    assert offered(page) == {"project"} | PICTURES
    assert "as soon as the network has no faults" in page.text


def test_a_network_without_data_and_loss_is_offered_but_for_what_a_run_gives(screen: Opener) -> None:
    page = export(opened(screen, vgg16()))
    assert offered(page) == NETWORK
    assert "units=4096" in page.at.code[1].value
    assert page.at.code[-1].value == "graphbuilder check vgg16_network.json"


def links(page: Screen) -> list[str]:
    return [link.proto.url for link in page.at.get("link_button") if not link.proto.disabled]


def built(page: Screen, how: str = "finished", reason: str = "") -> Job:
    """Presses the button, as if the engine had worked what it asks for."""
    page.at.button(key="build").click().run()
    id = next(id for id, state_, _ in state.jobs().pulse("local", page.project) if state_ == "queued")
    job = state.jobs().job("local", id)
    assert job.kind == "build"
    if how == "finished":
        keep_model(job)
    engine().end(id, how, reason)
    page.at.run()
    page.settled()
    return job


def test_an_untrained_model_is_built_by_a_job_and_given_when_it_is_there(page: Screen) -> None:
    export(page)
    assert links(page) == []
    job = built(page)
    assert links(page) == [f"/api/builds/{job.id}/model"]


def test_while_a_model_is_built_the_page_says_so(page: Screen) -> None:
    export(page).at.button(key="build").click().run()
    assert "Building the untrained model" in page.settled().at.get("progress")[0].proto.text
    assert [button for button in page.at.button if button.key == "build"] == []


def test_a_model_that_was_built_before_a_change_is_not_given(page: Screen) -> None:
    built(export(page))
    state.store().edit("local", page.project, lambda d: editing.set_parameter(d, "n8", "units", 20), "units")
    page.at.run()
    assert links(page) == []
    built(page)
    assert len(links(page)) == 1


def test_a_model_that_could_not_be_built_says_why_and_can_be_asked_for_again(page: Screen) -> None:
    built(export(page), "failed", "out of memory (the limit is 4.0 GB).")
    assert "could not be built: out of memory (the limit is 4.0 GB)." in page.text
    built(page)
    assert len(links(page)) == 1


def test_a_model_too_big_to_be_built_is_not_asked_for_and_the_page_says_where_it_can_be(page: Screen) -> None:
    state.store().edit("local", page.project, lambda d: editing.set_parameter(d, "n8", "units", 10**7), "units")
    export(page)
    assert page.at.button(key="build").disabled
    assert "too big to be built here" in page.text
    assert {"python", "zip"} <= offered(page)


def request(id: str, visitor: str, query: bytes = b"") -> Request:
    """As a browser fetches it, with the cookie of a visitor."""
    key = owner.signing_key(state.store().home)
    cookie = f"{owner.cookie_name(key)}={owner.sign(visitor, key)}".encode()
    return Request({"type": "http", "path_params": {"id": id}, "headers": [(b"cookie", cookie)], "query_string": query})


def test_a_built_model_is_given_to_its_owner_alone(page: Screen) -> None:
    job = built(export(page))
    given = routes.untrained(request(job.id, "local"))
    assert given.status_code == 200
    assert 'filename="lenet_on_digits_untrained_model.keras"' in given.headers["content-disposition"]
    assert routes.untrained(request(job.id, "somebody")).status_code == 403
    assert routes.untrained(request("0" * 32, "local")).status_code == 404
    (state.store().home / state.jobs().artefacts(job.id)["model.keras"]).unlink()
    assert routes.untrained(request(job.id, "local")).status_code == 404


def test_a_model_that_holds_imported_weights_is_not_called_untrained(screen: Opener) -> None:
    id = imports.begin(dense_of_3_to_2(), "mine.keras")
    read(id)
    page = export(screen().open(project=engine().job("local", id).project))
    assert "the weights of one layer that were imported" in page.text
    assert page.at.button(key="build").label == "Build the model with its imported weights"
    job = built(page)
    (link,) = page.at.get("link_button")
    assert link.proto.label == "Model with its imported weights (.keras)"
    given = routes.untrained(request(job.id, "local"))
    assert given.headers["content-disposition"].endswith('_imported_model.keras"')


async def body(answer: Response) -> bytes:
    assert isinstance(answer, StreamingResponse)
    return b"".join([bytes(piece) async for piece in answer.body_iterator])


def test_row_3_a_trained_model_and_everything_of_a_run_come_from_the_disk_to_their_owner_alone(page: Screen) -> None:
    job = trained(page)
    given = routes.trained(request(job.id, "local"))
    assert isinstance(given, FileResponse)
    assert 'filename="lenet_on_digits_run_1_model.keras"' in given.headers["content-disposition"]
    packed = routes.archive(request(job.id, "local"))
    assert 'filename="lenet_on_digits_run_1_everything.zip"' in packed.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(asyncio.run(body(packed)))) as archive:
        assert archive.testzip() is None
        assert {"model.keras", "model.py", "history.csv", "network.json", "curves.svg"} <= set(archive.namelist())
        assert (
            archive.read("model.keras")
            == (state.store().home / state.jobs().artefacts(job.id)["model.keras"]).read_bytes()
        )
    for route in (routes.trained, routes.archive):
        assert route(request(job.id, "somebody")).status_code == 403
        assert route(request("0" * 32, "local")).status_code == 404
    (state.store().home / state.jobs().artefacts(job.id)["model.keras"]).unlink()
    assert routes.trained(request(job.id, "local")).status_code == 404


def test_ones_own_data_go_along_where_that_is_asked_and_to_nobody_who_merely_names_them(screen: Opener) -> None:
    rows = b"size,kind\n" + b"".join(b"%d,%d\n" % (n, n % 2) for n in range(60))
    one = looked(came(rows, "rows.csv"))
    described = Description.model_validate((state.sets().found("local", one.id) or {})["description"])
    document = draw_network(editing.use_own_data(Document(name="Mine"), described))
    page = export(opened(screen, document))
    (along,) = (box for box in page.at.checkbox if box.key == "with_data")
    assert "With the data" in along.label
    along.check().run()
    (address,) = (link for link in links(page) if link.partition("?")[0].endswith("/everything"))
    assert address.endswith("&data=along") and "/projects/" in address
    query, mine = b"data=along", address.split("/")[3]
    with zipfile.ZipFile(io.BytesIO(asyncio.run(body(routes.project(request(mine, "local", query)))))) as archive:
        assert archive.read("rows.csv") == rows and "model.py" in archive.namelist()
    assert routes.project(request(mine, "somebody", query)).status_code == 403
    theirs = state.store().create("somebody", document)
    with zipfile.ZipFile(io.BytesIO(asyncio.run(body(routes.project(request(theirs, "somebody", query)))))) as archive:
        assert "rows.csv" not in archive.namelist()


def test_an_empty_project_says_what_to_do(screen: Opener) -> None:
    page = opened(screen, Document())
    export(page)
    assert "add an operator" in page.text
    assert offered(page) == {"project"}


@pytest.mark.parametrize("name", ["regression", "autoencoder", "two_inputs_two_losses"])
def test_other_networks_are_shown(name: str, screen: Opener) -> None:
    assert offered(export(opened(screen, template(name)))) == NETWORK


def test_a_foreign_project_says_so(screen: Opener) -> None:
    id = state.store().create("somebody", template("lenet"))
    page = screen()
    page.at.query_params["project"] = id
    page.at.run()
    assert "cannot be opened" in export(page).text


def test_W1_the_best_weights_of_an_interrupted_run_are_made_into_a_model(page: Screen) -> None:
    job = train(page)
    engine().add_checkpoint(job.id, "-", "path")
    ended(page, job, "killed", "ended from outside")
    export(page)
    assert "keras" not in offered(page)
    assert "run 1 was interrupted: ended from outside." in page.text
    page.at.button(key=f"recover:{job.id}").click().run()
    assert "Taking its best weights" in page.settled().at.get("progress")[0].proto.text
    keep_model(job)
    (asked,) = [id for id, *_ in state.jobs().pulse("local", page.project) if id != job.id]
    engine().end(asked, "finished")
    page.at.run()
    assert given(page.settled()) == "run 1"


@pytest.mark.parametrize("where", ["", "export"])
def test_row_3_no_button_holds_the_network_that_it_was_drawn_for(
    where: str, page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Any] = []
    monkeypatch.setattr("app.components.take.st.download_button", lambda *told, **more: held.append((told, more)))
    page.at.run()
    if where:
        page.go(where)
    report = weakref.ref(state.report(page.settled().kept))
    state.REPORTS.clear()
    gc.collect()
    assert report() is None and held
    assert {type(told[1]()) for told, _ in held if not told[0].startswith(("PDF", "PNG"))} == {bytes}
