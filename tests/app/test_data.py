"""The page of data: what came, how it is read, what each column is for, and what uses it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from app import previews, sets, state
from app.components import answers, columns
from app.state import whose
from graphbuilder import editing
from graphbuilder.branches import draw_network
from graphbuilder.checks import check
from graphbuilder.datasets import OWN, Description
from graphbuilder.document import Document
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.fields import Field
from graphbuilder.readers import READERS, DataError
from graphbuilder.readers.database import without_secrets
from graphbuilder.store import Unsaved
from graphbuilder.store.files import FOLDER_VARIABLE, Coming, path_of
from graphbuilder.store.sets import DataSet, Sets
from graphbuilder.training.jobs.data import brought
from graphbuilder.understanding.looking import Wish, look
from tests.app.conftest import ME, Screen, engine
from tests.test_looking import pictures

Opener = Callable[[], Screen]


def came(content: bytes | None = None, file: str = "pets.zip") -> str:
    """A file that came, at which nobody has looked."""
    with Coming(state.store().home) as coming:
        coming.write(pictures() if content is None else content)
        hash = coming.keep()
    return sets.add(ME, file, hash, coming.bytes, None)


def looked(id: str) -> DataSet:
    """What the job of the look does, which is asked for."""
    kept, one = state.sets(), state.sets().one(ME, id)
    assert state.jobs().job(ME, one.job).state == "queued"
    try:
        wish = Wish.of(kept.wish(ME, id))
        found = look(path_of(kept.home, one.hash), one.file, wish, title=one.title, hash=one.hash)
        kept.looked(id, one.job, found, reader=found["reader"], rows=found["rows"])
    except DataError as fault:
        kept.failed(id, one.job, str(fault))
    engine().end(one.job, "finished")
    return kept.one(ME, id)


def opened(screen: Opener, id: str = "", project: str = "") -> Screen:
    page = screen().open_projects()
    if project:
        page.at.query_params["project"] = project
    if id:
        page.at.query_params["set"] = id
    return page.go("data").settled()


def key(page: Screen, name: str) -> Any:
    """The widget of this key, whatever it is."""
    found = [one for kind in (page.at.button, page.at.selectbox, page.at.text_input) for one in kind if one.key == name]
    assert len(found) == 1, f"{name}: {[one.key for one in page.at.button]}"
    return found[0]


def test_an_empty_page_says_what_to_do_and_lists_what_is_built_in(screen: Opener) -> None:
    page = opened(screen)
    assert "None yet. Drop a file above, or choose one." in page.text
    assert "Drop a file, or choose a data set on the left" in page.text
    assert "Handwritten digits" in [one.label for one in page.at.button] and "Projects, runs and data take" in page.text


def test_a_set_says_what_goes_on_with_it_and_can_be_stopped(screen: Opener) -> None:
    id = came()
    page = opened(screen, id)
    assert "pets" in page.text and key(page, "stop_look")
    key(page, "stop_look").click().run()
    assert "You stopped the look at it." in page.settled().text
    key(page, "look_again").click().run()
    assert state.sets().one(ME, id).state == "looking"


def test_a_set_that_was_looked_at_shows_what_is_in_it(screen: Opener) -> None:
    id = looked(came()).id
    page = opened(screen, id)
    assert "8 rows · 2 columns" in page.text and "Pictures in folders" in page.text
    assert key(page, f"target:{id}").value == "class"
    assert [one.label for one in page.at.tabs] == ["Columns", "First rows", "Pictures", "How it is read"]


def test_a_file_that_cannot_be_read_says_why_and_offers_other_ways(screen: Opener) -> None:
    id = looked(came(b"PK\x03\x04 cut off", "cut.zip")).id
    page = opened(screen, id)
    assert page.at.error[0].value.startswith("cut\\.zip ") and key(page, f"reader:{id}").value is None
    key(page, f"reader:{id}").select("arrays").run()
    assert state.sets().wish(ME, id)["reader"] == "arrays" and state.sets().one(ME, id).state == "looking"


def test_another_option_looks_again_and_what_was_found_stays_until_then(screen: Opener) -> None:
    id = looked(came()).id
    page = opened(screen, id)
    key(page, f"option:{id}:colour").select("grey").run()
    assert "8 rows · 2 columns" in page.settled().text and key(page, "stop_look")
    found = state.sets().found(ME, looked(id).id) or {}
    assert found["options"]["colour"] == "grey"
    key(opened(screen, id), f"option:{id}:size").set_value("4 × 6").run()
    assert state.sets().wish(ME, id)["options"] == {"colour": "grey", "size": [4, 6]}


def test_roles_and_types_that_were_said_hold_over_later_looks(screen: Opener) -> None:
    id = looked(came()).id
    page = opened(screen, id)
    key(page, f"target:{id}").select("").run()
    sets_before = state.sets().wish(ME, id)
    assert sets_before["target"] == ""
    looked(id)
    state_of = {one["name"]: one["role"] for one in (state.sets().found(ME, id) or {})["columns"]}
    assert "target" not in state_of.values()
    with pytest.MonkeyPatch.context() as patch:
        for place in (state, whose):
            patch.setattr(place, "me", lambda: ME)
        patch.setattr(whose, "_network", lambda: None)
        sets.set_columns(id, {"class": {"role": "target"}})
        sets.set_columns(id, {"class": {"type": "category"}})
    assert state.sets().wish(ME, id)["columns"] == {"class": {"role": "target", "type": "category"}}
    looked(id)
    assert (state.sets().found(ME, id) or {})["description"]["main_class"] == "class"


def test_what_is_odd_is_told_with_what_mends_it(screen: Opener) -> None:
    rows = "".join(f"{n % 7},{n if n != 50 else 'inf'},{'ab'[n % 2]}\n" for n in range(200))
    id = looked(came(f"size,weight,kind\n{rows}".encode(), "rows.csv")).id
    page = opened(screen, id)
    assert "Whoever always says a is right in 50%." in page.text and "infinite" in page.text
    (mend,) = (one for one in page.at.button if one.key and one.key.startswith(f"mend:{id}"))
    assert mend.label == "Fill weight by the median"
    assert key(page, "use_new").disabled and "infinite" in key(page, "use_new").help
    assert id not in [one.id for one in sets.usable()]
    mend.click().run()
    assert state.sets().wish(ME, id)["columns"] == {"weight": {"missing": "median"}}
    looked(id)
    assert not key(opened(screen, id), "use_new").disabled and id in [one.id for one in sets.usable()]


@pytest.mark.parametrize(
    ("way", "label", "type"),
    [("mend", "Take some as numbers", "number"), ("instead", "Take some as a category", "category")],
)
def test_D7_a_mixed_column_bars_use_until_its_type_is_chosen(screen: Opener, way: str, label: str, type: str) -> None:
    rows = "".join(f"{'n/k' if n == 7 else n / 7},{n % 9},{'ab'[n % 2]}\n" for n in range(90))
    id = looked(came(f"some,size,kind\n{rows}".encode(), "rows.csv")).id
    page = opened(screen, id)
    assert key(page, "use_new").disabled and "it is taken as a category" in key(page, "use_new").help
    (button,) = (one for one in page.at.button if one.key and one.key.startswith(f"{way}:{id}"))
    assert button.label == label
    button.click().run()
    looked(id)
    assert not key(opened(screen, id), "use_new").disabled
    assert (state.sets().found(ME, id) or {})["columns"][0]["type"] == type


def test_the_list_does_not_stay_behind_a_look_that_ends_while_the_page_is_drawn(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = came()
    ended: list[DataSet] = []
    uses = sets.uses

    def in_between() -> Any:
        if not ended:
            ended.append(looked(one))
        return uses()

    monkeypatch.setattr(sets, "uses", in_between)  # which is asked for when the list is known already
    page = opened(screen, one)
    assert ended and "not read yet" not in page.text


def test_a_set_is_used_in_a_new_project_and_in_one_that_is_there(screen: Opener) -> None:
    id = looked(came()).id
    there = state.store().create(ME, Document(name="Mine"))
    page = screen().open(there).panel("Code")
    page.at.query_params["set"] = id
    page.go("data").settled()
    page.at.query_params["project"] = there
    page.at.run()
    key(page.settled(), "use_here").click().run()
    assert page.settled().at.query_params["panel"] in ("Data", ["Data"])
    data = state.store().project(ME, there).document.data
    assert (data.name, data.description and data.description.title) == (OWN, "pets")
    assert state.store().undo(ME, there).document.data.name == "digits", "one step"
    key(opened(screen, id), "use_new").click().run()
    (fresh, _) = state.store().projects(ME)
    drawn = state.store().project(ME, fresh.id)
    assert fresh.name == "pets" and drawn.document.data.description is not None
    assert drawn.document.nodes and check(drawn.document).against_training == () and drawn.undo
    assert "used in pets" in opened(screen, id).text


PLANTS = "wide,tall,sort\n" + "".join(f"{n % 7},{n % 5},{'abc'[n % 3]}\n" for n in range(60))


def test_a_set_that_is_looked_at_once_more_is_used_when_that_is_done(screen: Opener) -> None:
    id = looked(came(PLANTS.encode(), "plants.csv")).id
    page = opened(screen, id)
    before = len(state.store().projects(ME))
    key(page, f"target:{id}").set_value("tall")
    key(page, "use_new").click().run()  # both in one message
    assert key(page, "use_new").disabled and "as soon as it was looked at" in key(page, "use_new").help
    assert len(state.store().projects(ME)) == before
    looked(id)
    page.at.run()
    document = state.store().project(ME, state.store().projects(ME)[0].id).document
    assert [node.params["target"] for node in document.nodes if node.kind == "Loss"] == ["tall"]
    assert len(state.store().projects(ME)) == before + 1
    opened(screen, id).at.run()
    assert len(state.store().projects(ME)) == before + 1, "the press counts once"


def test_a_set_that_cannot_be_read_as_wanted_is_not_used_as_it_was_read_before(screen: Opener) -> None:
    id = looked(came(PLANTS.encode(), "plants.csv")).id
    page = opened(screen, id)
    before = len(state.store().projects(ME))
    key(page, f"reader:{id}").select("Parquet, Feather and Arrow").run()
    key(page, "use_new").click().run()
    assert looked(id).state == "failed"
    page.at.run()
    assert len(state.store().projects(ME)) == before and not key(page, "use_new").disabled


def test_fields_show_what_was_entered_while_it_is_looked_at_once_more(screen: Opener) -> None:
    """One that jumped back was sent along with the next press, and undid what was chosen."""
    id = looked(came(PLANTS.encode(), "plants.csv")).id
    page = opened(screen, id)
    key(page, f"target:{id}").set_value("tall").run()
    page.at.run()
    assert key(page, f"target:{id}").value == "tall" and state.sets().one(ME, id).state == "looking"
    key(page, f"option:{id}:decimal").set_value(",").run()
    assert key(page, f"option:{id}:decimal").value == "," and key(page, f"target:{id}").value == "tall"
    assert state.sets().wish(ME, id) == {"target": "tall", "columns": {}, "options": {"decimal": ","}}


def test_data_that_are_not_here_are_told_and_others_of_their_shape_put_in_their_place(screen: Opener) -> None:
    rows = "".join(f"{n % 7},{n % 5},{'abc'[n % 3]}\n" for n in range(60))
    here = looked(came(f"wide,tall,sort\n{rows}".encode(), "here.csv"))
    looked(came(f"wide,tall,sort\n{rows}".replace("c", "b").encode(), "two.csv"))
    lost = looked(came(f"wide,tall,sort\n{rows}1,1,a\n".encode(), "lost.csv"))
    mine = Description.model_validate((state.sets().found(ME, here.id) or {})["description"])
    fields = tuple(replace(one, name="kind" if one.name == "sort" else one.name) for one in mine.fields)
    named = [
        one.model_copy(update={"name": "kind", "field": "kind"}) if one.role == "target" else one
        for one in mine.columns
    ]
    path_of(state.store().home, lost.hash).unlink()
    gone = {"hash": lost.hash, "file": "there.csv", "fields": fields, "columns": tuple(named), "main_class": "kind"}
    document = draw_network(editing.use_own_data(Document(name="Sent"), mine.model_copy(update=gone)))
    assert check(document).against_training == (), "its shapes are known from the description"
    id = state.store().create(ME, document)
    page = screen().open(id).panel("Data")
    assert "The data of this network are not here: there.csv, 60 rows." in page.text
    offered = [one for one in page.at.button if one.key and one.key.startswith("in_place:")]
    assert [one.label for one in offered] == ["Put here in their place"]
    offered[0].click().run()
    now = state.store().project(ME, id).document
    assert now.data.description and now.data.description.hash == here.hash
    assert check(now).against_training == () and "are not here" not in page.settled().text


def test_a_new_name_is_what_projects_are_told_from_then_on(screen: Opener) -> None:
    id = looked(came()).id
    page = opened(screen, id)
    key(page, f"title:{id}").set_value("Cats and *dogs*").run()
    assert "Cats and *dogs*" in page.settled().text
    key(page, "use_new").click().run()
    description = state.store().project(ME, state.store().projects(ME)[0].id).document.data.description
    assert description and description.title == "Cats and *dogs*"


def test_a_deleted_set_is_brought_back_by_a_button(screen: Opener) -> None:
    id = looked(came()).id
    page = opened(screen, id)
    key(page, "delete_set").click().run()
    assert "The data set was deleted." in page.text and state.sets().mine(ME) == []
    key(page, "restore_set").click().run()
    assert [one.id for one in state.sets().mine(ME)] == [id] and "was deleted" not in page.settled().text


def test_nobody_elses_set_is_shown(screen: Opener) -> None:
    with Coming(state.store().home) as coming:
        coming.write(pictures())
        hash = coming.keep()
    id = sets.add("her", "hers.zip", hash, coming.bytes, None)
    assert "This data set is not yours" in opened(screen, id).text


def test_the_workbench_lists_ones_own_sets_and_leads_to_the_page(page: Screen) -> None:
    id = looked(came()).id
    page.panel("Data")
    (choice,) = (one for one in page.at.selectbox if one.key and one.key.startswith("own_data:"))
    assert choice.value is None
    choice.select(id).run()
    assert page.settled().document.data.name == OWN and "pets" in page.text


def test_files_of_the_servers_folder_are_offered_and_no_way_out_of_it(
    screen: Opener, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, outside = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("outside") / "secret.zip"
    outside.write_bytes(b"not for you")
    (root / "sub").mkdir()
    (root / "sub" / "pets.zip").write_bytes(b"for all")
    (root / "link.zip").symlink_to(outside)
    (root / "way").symlink_to(outside.parent)
    monkeypatch.setenv(FOLDER_VARIABLE, str(root))
    page = opened(screen)
    assert key(page, "there").options == ["sub/pets.zip"]
    key(page, "there").select("sub/pets.zip").run()
    (one,) = state.sets().mine(ME)
    assert (one.title, one.state, one.hash) == ("pets", "looking", "")
    kept = Sets(state.store().home)
    assert path_of(kept.home, brought(kept, one.job, one, {"path": "sub/pets.zip"})).read_bytes() == b"for all"
    for path in ("../outside/secret.zip", str(outside), "link.zip", "way/secret.zip", "sub", "none.zip"):
        with pytest.raises(DataError, match="There is no file"):
            brought(kept, one.job, one, {"path": path})
    kept.close()


def test_what_cannot_be_saved_is_said(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    id = looked(came()).id
    page = opened(screen, id)

    def full(*_: object, **__: object) -> None:
        raise Unsaved("Nothing can be saved: the disk is full.")

    monkeypatch.setattr(Sets, "rename", full)
    key(page, f"title:{id}").set_value("other").run()
    assert "Nothing can be saved" in page.text


def test_D21_what_a_database_answers_is_kept_as_a_file_and_asked_again(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHBUILDER_SQL_SHOP", "postgresql://teacher:geheim@db.example/shop")
    page = opened(screen)
    (query,) = page.at.text_area
    query.set_value("SELECT * FROM customers").run()
    key(page, "ask_database").click().run()
    (one,) = state.sets().mine(ME)
    wish, kept = state.sets().wish(ME, one.id), Sets(state.store().home)
    assert (one.title, one.state) == ("shop", "looking") and "geheim" not in str(wish)
    answers: list[Any] = [pa.table({"age": [1, 2, 3] * 9, "kind": ["a", "b", "c"] * 9})]
    monkeypatch.setattr(READERS["sql"], "read", staticmethod(lambda path, source, query, **_: answers[-1]))
    hash = brought(kept, one.job, one, wish)
    assert (looked(one.id).rows, state.sets().one(ME, one.id).reader, hash) == (
        27,
        "columnar",
        kept.one(ME, one.id).hash,
    )
    key(opened(screen, one.id), "ask_again").click().run()
    again = state.sets().one(ME, one.id)
    assert state.jobs().request(again.job)["bring"] is True and again.hash == hash, "it stays until the answer is there"

    def lost(*_: object, **__: object) -> None:
        raise DataError("GRAPHBUILDER_SQL_SHOP cannot be reached.", "E_DATA_LOST")

    monkeypatch.setattr(READERS["sql"], "read", staticmethod(lost))
    with pytest.raises(DataError, match="cannot be reached"):
        brought(kept, again.job, again, wish)
    assert len(list((kept.home / "files").iterdir())) == 1 and kept.one(ME, one.id).hash == hash
    kept.close()


def test_D22_nothing_that_is_kept_or_given_away_has_the_password_of_a_database(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://teacher:geheim@db.example/shop"
    monkeypatch.setenv("GRAPHBUILDER_SQL_SHOP", url)
    page = opened(screen)
    (query,) = page.at.text_area
    query.set_value("SELECT * FROM customers").run()
    key(page, "ask_database").click().run()
    (one,) = state.sets().mine(ME)
    kept, wish = Sets(state.store().home), state.sets().wish(ME, one.id)

    def lost(*_: object, **__: object) -> None:
        raise DataError(without_secrets(f"no way to {url}", wish["sql"]["source"]))

    monkeypatch.setattr(READERS["sql"], "read", staticmethod(lost))
    with pytest.raises(DataError) as fault:
        brought(kept, one.job, one, wish)
    kept.failed(one.id, one.job, str(fault.value), wish)
    said = [opened(screen, one.id).text]
    rows = pa.table({"age": range(60), "kind": [n % 2 for n in range(60)]})
    monkeypatch.setattr(READERS["sql"], "read", staticmethod(lambda *_, **__: rows))
    brought(kept, one.job, one, wish)
    looked(one.id)
    page = opened(screen, one.id)
    said += [page.text, str(page.at.session_state._state.filtered_state), str(dict(page.at.query_params))]
    key(page, "use_new").click().run()
    document = state.store().project(ME, state.store().projects(ME)[0].id).document
    assert document.data.description
    data = path_of(kept.home, document.data.description.hash)
    with zipfile.ZipFile(io.BytesIO(EXPORTS["zip"].make(Subject(check(document), data=data)))) as archive:
        given = [archive.read(name) for name in archive.namelist()]
    kept.close()
    there = [path.read_bytes() for path in kept.home.rglob("*") if path.is_file()]
    assert len(there) > 2 and b"shop.parquet" in b"".join(there)
    assert [one[:40] for one in (*there, *given, *(text.encode() for text in said)) if b"geheim" in one] == []


def test_what_is_entered_in_the_table_of_columns_is_said_of_these(
    screen: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = looked(came()).id
    monkeypatch.setattr(state, "me", lambda: ME)
    monkeypatch.setattr(whose, "_network", lambda: None)
    entered = {"edited_rows": {0: {"missing": "drop the row"}, "1": {"type": "text", "role": "ignore", "missing": "–"}}}
    columns._take(id, ["picture", "class"], entered)
    assert state.sets().wish(ME, id)["columns"] == {
        "picture": {"missing": "drop"},
        "class": {"type": "text", "role": "ignore", "missing": ""},
    }


def test_a_press_makes_further_targets(screen: Opener) -> None:
    rows = "".join(f"{n % 7},{n % 5},{n % 4 * 1.5}\n" for n in range(60))
    id = looked(came(f"size,y1,y2\n{rows}".encode(), "two.csv")).id
    page = opened(screen, id)
    (more,) = (one for one in page.at.button if one.key and one.label == "Make y1 and y2 targets")
    more.click().run()
    looked(id)
    assert "Targets: y1, y2" in opened(screen, id).text


def test_a_picture_is_as_light_as_its_values_are_high_among_the_data_and_among_mistakes() -> None:
    rows = [[0, 255], [51, 0]]
    tile = previews._tile(np.array(rows)[..., np.newaxis] / 17, 15, 2)
    assert np.asarray(tile).tolist() == answers._picture(rows)[::42, ::42].tolist() == rows


def test_samples_show_dates_as_such_and_other_times_as_numbers() -> None:
    numbers = Field("numbers", "vector", (2,), parts=("day", "size"))
    dates, day = frozenset({"day", "when"}), np.datetime64("2020-05-17").astype(int)
    assert previews._cells(numbers, np.array([day, 1.5], "float32"), dates) == ["2020-05-17", "1.5"]
    assert previews._cells(Field("when", "time", ()), np.array(day * 86_400.0), dates) == ["2020-05-17 00:00:00"]
    assert previews._cells(Field("year", "time", ()), np.array(1948.25), dates) == ["1948.25"]


def test_a_column_is_told_in_one_line() -> None:
    usual = {"type": "number", "missing": 0, "infinite": 0, "low": None, "mean": None, "distinct": None, "frequent": []}
    for one, line in (
        ({"low": 163_200.0, "high": 9e9, "mean": 574_912.4}, "163,200 to 9e+09 · mean 574,912"),
        ({"missing": 1200, "low": 0.42, "high": 80.0, "mean": 29.7}, "1,200 missing · 0.42 to 80 · mean 29.7"),
        ({"type": "date", "low": 0, "high": 19_000}, "1970-01-01 to 2022-01-08"),
        ({"type": "category", "distinct": 3, "frequent": [("a", 50), ("b", 7)]}, "3 different: a 50, b 7"),
        ({"type": "picture"}, ""),
    ):
        assert columns.values_of({**usual, **one}) == line


def test_a_series_is_cut_into_windows_and_how_is_said(screen: Opener) -> None:
    rows = "".join(f"2020-{1 + n // 28:02}-{1 + n % 28:02},{n % 7 + n / 100}\n" for n in range(336))
    id = looked(came(f"date,temperature\n{rows}".encode(), "days.csv")).id
    page = opened(screen, id)
    (length,) = (one for one in page.at.number_input if one.key == f"option:{id}:length")
    length.set_value(12).run()
    assert state.sets().wish(ME, id)["window"]["length"] == 12
    looked(id)
    (field, *_) = (state.sets().found(ME, id) or {})["description"]["fields"]
    assert (field["name"], field["shape"][0]) == ("window", 12)
    (cut,) = (one for one in opened(screen, id).at.checkbox if one.key == f"windows:{id}")
    cut.uncheck().run()
    assert state.sets().wish(ME, id)["window"] == {}
    assert (state.sets().found(ME, looked(id).id) or {})["window"] is None
