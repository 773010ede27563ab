"""A model of Keras, opened on the start page: read by a job, and a project with what came, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app import imports, state, trainings
from app.components.drop import DROPPED
from graphbuilder import initial_weights
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.store import StoreError, disk
from graphbuilder.store.files import Coming, path_of
from graphbuilder.store.jobs import IMPORTED, INITIAL_WEIGHTS, Job
from graphbuilder.store.limits import Limits
from graphbuilder.templates import template
from graphbuilder.training.checkpoints import folder_of
from graphbuilder.training.jobs import KINDS, beginning
from tests.app.conftest import ME, Screen, engine
from tests.keras_files import dense_in_a_row, dense_of_3_to_2, keras_file

Opener = Callable[[], Screen]


def read(id: str) -> tuple[str, str]:
    """What the job's process does."""
    jobs = engine()
    jobs.take_up(Limits(running=9, looks=9))
    told = KINDS["import"](jobs, id, jobs.request(id))
    jobs.end(id, *told)
    return told


def test_a_model_becomes_a_project_that_keeps_weights_and_report_as_long_as_it_is_there(screen: Opener) -> None:
    id = imports.begin(dense_of_3_to_2(), "mine.keras")
    hash = engine().request(id)["hash"]
    assert read(id) == ("finished", "")
    job = engine().job(ME, id)
    assert job.project and not path_of(engine().home, hash).exists(), "what came is kept as a project alone"
    report = check(state.store().project(ME, job.project).document)
    source = imports.source(job.project)
    assert source and source.id == id
    told = imports.report(source)
    assert (told["file"], told["parameters"], told["weights"]) == ("mine.keras", 8, {"layers": 1, "of": 1})
    ((kernel, bias),) = beginning.initial_weights(engine(), {"weights": id}, report).values()
    assert kernel.tolist() == [[0, 1], [2, 3], [4, 5]] and bias.tolist() == [7, 8]

    folder = folder_of(engine().home, id)
    none = Limits(keep_hours=0)
    disk.clean(engine(), none)
    assert (folder / INITIAL_WEIGHTS).is_file(), "an import is no work of which nothing has to stay"
    state.store().delete(ME, job.project)
    state.store().restore(ME, job.project)
    assert (folder / INITIAL_WEIGHTS).is_file()
    state.store().delete(ME, job.project)
    disk.clean(engine(), none)
    assert not folder.exists()


def test_of_a_file_that_cannot_be_read_nothing_stays(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    state.store().create(ME, Document())
    before = state.store().projects(ME)
    content = keras_file(["no model"])
    id = imports.begin(content, "none.keras")
    state_, why = read(id)
    assert state_ == "failed" and why.startswith("none.keras ")
    monkeypatch.setenv("GRAPHBUILDER_OWNER_PROJECTS", "1")
    full = imports.begin(dense_of_3_to_2(), "mine.keras")
    engine().take_up(Limits(running=9, looks=9))
    with pytest.raises(StoreError, match="projects, and more are not allowed"):
        KINDS["import"](engine(), full, {**engine().request(full)})
    engine().end(full, "failed", "")
    assert state.store().projects(ME) == before
    for one in (id, full):
        assert not any((folder_of(engine().home, one) / name).exists() for name in (IMPORTED, INITIAL_WEIGHTS))
        assert not path_of(engine().home, engine().request(one)["hash"]).exists()


def test_equal_parts_are_folded_by_a_button_as_one_step_and_weights_stay_with_their_nodes(screen: Opener) -> None:
    id = imports.begin(dense_in_a_row(6), "row.keras")
    read(id)
    project = engine().job(ME, id).project
    assert project
    page = screen().open(project=project)
    before = state.store().project(ME, project).document
    weights = beginning.initial_weights(engine(), {"weights": id}, check(before))
    next(one for one in page.at.button if one.label == "Fold into blocks").click().run()
    after = state.store().project(ME, project).document
    assert len(after.nodes) < len(before.nodes) and after.blocks
    folded = beginning.initial_weights(engine(), {"weights": id}, check(after))
    assert sum(one[0][0, 0] for one in folded.values()) == sum(one[0][0, 0] for one in weights.values()) == 15.0
    assert len(folded) == len(weights) == 6 and any("/" in path for path in folded)
    assert "Fold into blocks" not in [one.label for one in page.at.button]
    assert "**Equal parts**, folded into blocks since: d0 and on: 6 in a row" in page.text
    state.store().undo(ME, project)
    assert state.store().project(ME, project).document == before


def test_weights_of_nodes_that_are_gone_or_grew_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    initial_weights.write(path, {"a": [np.zeros(900)], "gone": [np.zeros(2)], "b": [np.ones(2)]})
    found = initial_weights.read(path, {"a": 2, "b": 2}, all_of_them=False)
    assert [*found] == ["b"]


def test_a_model_that_is_opened_is_read_by_a_job_and_then_shown_with_its_report(screen: Opener) -> None:
    page = screen().open_projects()
    page.at.file_uploader[0].set_value(("mine.keras", dense_of_3_to_2(), "")).run()
    _, id = page.at.session_state["import"]
    assert "mine.keras" in page.text
    read(id)
    page.at.run()
    page.settled()
    job = engine().job(ME, id)
    assert page.project == job.project
    assert "8 parameters, of a .keras file" in page.text.replace("\\", "")
    assert "The weights of the one layer that has any came along" in page.text
    assert page.at.session_state["imported"] == job.project
    assert not page.open_projects().at.session_state["imported"], "it is shown open once"


def test_a_model_that_cannot_be_read_is_told_of(screen: Opener) -> None:
    page = screen().open_projects()
    before = state.store().projects(ME)
    content = json.dumps({"class_name": "Elephant", "config": {}}).encode()
    page.at.file_uploader[0].set_value(("net.json", content, "")).run()
    _, id = page.at.session_state["import"]
    read(id)
    page.at.run()
    assert "net.json " in page.text and "Nothing was imported" in page.text
    assert state.store().projects(ME) == before


def test_what_train_asks_for_names_the_imported_weights(screen: Opener) -> None:
    id = imports.begin(dense_of_3_to_2(), "mine.keras")
    read(id)
    project = engine().job(ME, id).project
    assert project
    assert trainings._imported_weights(project) == {"weights": id, "of": 1}
    assert trainings._imported_weights(state.store().create(ME, state.store().project(ME, project).document)) == {}


SCRIPT = b"""
import keras
small = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
large = keras.Sequential([keras.Input((4,)), keras.layers.Dense(7), keras.layers.Dense(2)])
"""


def test_of_a_script_that_makes_several_models_it_is_asked_which(screen: Opener) -> None:
    page = screen().open_projects()
    page.at.file_uploader[0].set_value(("two.py", SCRIPT, "")).run()
    _, first = page.at.session_state["import"]
    assert read(first) == ("failed", "two.py makes several models. Choose one.")
    page.at.run()
    (which,) = [one for one in page.at.selectbox if one.label == "Which one?"]
    assert (which.options, which.value) == (["large", "small"], "large")
    which.select("small")
    next(one for one in page.at.button if one.label == "Open it").click().run()
    _, second = page.at.session_state["import"]
    assert second != first and read(second) == ("finished", "")
    page.at.run()
    page.settled()
    assert [one.params.get("units") for one in page.document.nodes] == [None, 2]
    assert not path_of(engine().home, engine().request(second)["hash"]).exists()


def test_what_carries_a_project_becomes_it_whatever_way_it_came(screen: Opener) -> None:
    document = template("lenet")
    for form, name in (("notebook", "model.ipynb"), ("project", "net.json"), ("svg", "net.svg")):
        id = imports.begin(EXPORTS[form].make(Subject(check(document))), name)
        assert read(id) == ("finished", "")
        project = engine().job(ME, id).project
        assert project and state.store().project(ME, project).document == document
        assert not imports.report(engine().job(ME, id))
    id = imports.begin(b"<svg></svg>", "empty.svg")
    assert read(id)[1].startswith("empty.svg is a picture (.svg) that carries no project.")


def test_a_notebook_of_anybodys_is_read_by_the_code_of_its_cells(screen: Opener) -> None:
    cells = [{"cell_type": "markdown", "source": ["# No code ("]}]
    cells += [{"cell_type": "code", "source": [line + "\n"]} for line in SCRIPT.decode().splitlines()[:3]]
    content = json.dumps({"nbformat": 4, "cells": cells, "metadata": {}}).encode()
    assert imports.is_model(content, "net.ipynb")
    id = imports.begin(content, "net.ipynb")
    assert read(id) == ("finished", "")
    assert imports.report(engine().job(ME, id))["parameters"] == 10


def test_a_file_that_is_sent_by_itself_is_imported_for_whom_it_came_of(screen: Opener) -> None:
    page = screen().open()
    before = page.project
    with Coming(engine().home) as coming:
        coming.write(dense_of_3_to_2())
        hash = coming.keep()
    id = imports.came(ME, "mine.keras", hash, 900, None)
    assert read(id) == ("finished", "") and engine().job(ME, id).owner == ME
    page.at.session_state["import"] = (DROPPED, id)
    page.at.run()
    page.settled()
    assert page.project == engine().job(ME, id).project != before
    assert "8 parameters, of a .keras file" in page.text.replace("\\", "")
    assert page.at.session_state["import"] == ("", ""), "one goes there once"


def test_a_file_that_is_read_while_the_page_is_drawn_is_opened_by_that(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen().open()
    before = page.project
    id = imports.begin(dense_of_3_to_2(), "mine.keras")
    looks = [imports.job(id)]  # still active at the first look
    look = imports.job

    def job(asked: str) -> Job | None:
        if looks:
            read(id)
            return looks.pop()
        return look(asked)

    monkeypatch.setattr(imports, "job", job)
    page.at.session_state["import"] = (DROPPED, id)
    page.at.run()
    page.settled()
    assert page.project == engine().job(ME, id).project != before


def test_the_network_stays_while_a_dropped_file_is_read_and_where_it_cannot_be(screen: Opener) -> None:
    id = imports.begin(b"\x89HDF\r\n\x1a\n and then nothing", "mine.h5")
    page = screen().open()
    before = page.project
    page.at.session_state["import"] = (DROPPED, id)
    page.at.run()
    page.settled()
    assert "mine.h5 …" in page.text and page.canvas["id"] == before
    read(id)
    page.at.run()
    page.settled()
    assert "Nothing was imported" in page.text and page.project == before
    page.at.button(key="close_arriving").click().run()
    assert "Nothing was imported" not in page.settled().text
