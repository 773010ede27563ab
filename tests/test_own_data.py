"""Data of one's own at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphbuilder.cli import main
from graphbuilder.datasets import OWN, SOURCES, Own
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.own_data import own_description
from graphbuilder.readers import DataError

BERRIES = "Länge;Breite;Sorte\n" + "".join(f"{n},5;{n / 10:.2f}".replace(".", ",") + f";s{n % 3}\n" for n in range(30))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Beeren.csv"
    path.write_text(BERRIES, "cp1252")
    return path


def call(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(home / "home")])


def kept(home: Path) -> list[str]:
    folder = home / "home" / "files"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_file_is_added_listed_shown_and_removed(file: Path, tmp_path: Path) -> None:
    told = json.loads(call(tmp_path, "data", "add", str(file), "--json").stdout.splitlines()[-1])
    assert (told["name"], told["kind"], told["rows"]) == ("Beeren", "delimited", 30)
    assert [text.partition(":")[0] for text in told["warnings"]] == ["There are 30 rows, 18 to train on"]
    assert [(one["name"], one["kind"]) for one in told["fields"]] == [("numbers", "vector"), ("Sorte", "class")]
    assert told["options"]["decimal"] == "," and kept(tmp_path) == [told["hash"]]
    assert [one["name"] for one in json.loads(call(tmp_path, "data", "list", "--json").stdout)] == ["Beeren"]
    assert json.loads(call(tmp_path, "data", "show", "Beeren", "--json").stdout) == told
    assert call(tmp_path, "data", "remove", "Beeren").exit_code == 0
    gone = call(tmp_path, "data", "show", "Beeren")
    assert gone.exit_code == 2 and "There are no data 'Beeren'. There are: none." in gone.output


def test_how_a_file_is_read_can_be_said(file: Path, tmp_path: Path) -> None:
    words = ["data", "add", str(file), "--json", "--name", "Berries", "--target", "Breite", "--set", "decimal=."]
    told = json.loads(call(tmp_path, *words).stdout.splitlines()[-1])
    assert told["name"] == "Berries"
    types = {one["name"]: (one["type"], one["role"]) for one in told["columns"]}
    assert types["Breite"] == ("names", "target"), "no number by this option"


def test_a_file_that_cannot_be_read_is_told_and_not_kept(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("a,b\n")
    told = call(tmp_path, "data", "add", str(empty), "--json")
    assert told.exit_code == 3 and kept(tmp_path) == []
    assert json.loads(told.stdout.splitlines()[-1])["code"] == "E_DATA_EMPTY" and "empty.csv has no rows" in told.stderr
    assert call(tmp_path, "data", "add", str(tmp_path / "none.csv")).exit_code == 2


def test_D7_infinite_numbers_keep_from_training_with_what_mends_them(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 2}\n" for n in range(50))
    (file := tmp_path / "odd.csv").write_text(f"size,kind\ninf,1\n{rows}")
    with pytest.raises(DataError) as told:
        own_description(tmp_path, str(file))
    assert told.value.code == "E_DATA_INFINITE" and "Say what is done where a value is missing" in str(told.value)


MIXED = "some,size,kind\n" + "".join(f"{n / 7 if n != 7 else 'n/k'},{n % 9},{'ab'[n % 2]}\n" for n in range(90))


def test_D7_a_mixed_column_keeps_from_training_until_a_person_chooses(tmp_path: Path) -> None:
    (file := tmp_path / "odd.csv").write_text(MIXED)
    with pytest.raises(DataError) as told:
        own_description(tmp_path, str(file))
    assert told.value.code == "E_DATA_MIXED" and "'n/k' in row 8: it is taken as a category" in str(told.value)
    assert "--column some=number --column some=median" in str(told.value), "it says how, at the command line"
    for name, *words in (("as numbers", "some=number", "some=median"), ("as names", "some=category")):
        said = [part for word in words for part in ("--column", word)]
        assert call(tmp_path, "data", "add", str(file), "--name", name, *said).exit_code == 0
    numbers, names = (own_description(tmp_path / "home", name) for name in ("as numbers", "as names"))
    assert numbers and (numbers.columns[0].type, numbers.columns[0].missing) == ("number", "median")
    assert names and names.columns[0].type == "category"
    wrong = call(tmp_path, "data", "add", str(file), "--column", "some=colour")
    assert wrong.exit_code == 2 and "NAME=WORD" in wrong.stderr


def test_data_alone_lists_what_is_built_in_as_before(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["data", "--json"])
    assert [one["name"] for one in json.loads(told.stdout)] == list(SOURCES)


def test_a_network_is_trained_on_a_file_or_on_data_by_their_name(file: Path, tmp_path: Path) -> None:
    network = tmp_path / "network.json"
    network.write_text(write_document(Document(name="Empty")))
    call(tmp_path, "data", "add", str(file))
    for data in ("Beeren", str(file)):
        told = call(tmp_path, "train", str(network), "--data", data)
        assert told.exit_code == 1 and "Loss" in told.stderr, "it is the network that lacks something, and not the data"
    none = call(tmp_path, "train", str(network), "--data", "none.csv")
    assert none.exit_code == 2 and "digits" in none.stderr and read_document(network.read_bytes()).data.name != OWN


def test_rows_keep_their_numbers_in_the_file_where_others_go(tmp_path: Path) -> None:
    rows = [f"{n},{n % 9},{'ab'[n % 2] if n % 10 else ''}" for n in range(90)]
    (file := tmp_path / "gaps.csv").write_text("size,width,kind\n" + "\n".join(rows))
    source = Own(own_description(tmp_path, str(file)))
    numbers = source.row_numbers(tmp_path)
    assert numbers is not None and numbers.tolist() == [n + 1 for n in range(90) if n % 10]
    assert source.rows() == len(numbers) == 81
    snapshot = prepare(source, tmp_path)
    assert snapshot.row_numbers(source, tmp_path).tolist() == numbers.tolist()
    meta = snapshot.path / "meta.json"
    meta.write_text(meta.read_text("utf-8").replace('"numbered": true', '"numbered": false'), "utf-8")
    (snapshot.path / "rows.npy").unlink()
    assert prepare(source, tmp_path).row_numbers(source, tmp_path).tolist() == numbers.tolist(), "of an older program"
