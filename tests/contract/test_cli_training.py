"""`graphbuilder train` and `export --to keras`, as one calls them."""

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.document_file import write_document
from graphbuilder.exports import EXPORTS
from graphbuilder.templates import template
from tests.contract.warm import Warm
from tests.patience import PATIENCE

COMMAND = [sys.executable, "-m", "graphbuilder"]
ROOT = Path(__file__).parents[2]
Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def call(warm: Warm) -> Call:
    """The command as one calls it, in a process that has imported Keras already."""
    return lambda *words: warm.run(ROOT / "graphbuilder" / "__main__.py", *words, paths=(str(ROOT),))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, call: Call) -> Any:
    """A small training by the command line: its folder, its file and what it printed."""
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "spiral.json"
    file.write_text(write_document(template("spiral_perceptron")), "utf-8")
    told = call("train", file, "--epochs", 2, "--seed", 7, "--out", folder / "run", "--home", folder / "home", "--json")
    assert told.returncode == 0, told.stderr
    return folder, file, told


def test_the_last_line_is_one_object_with_the_result(trained: Any) -> None:
    result = json.loads(trained[2].stdout.splitlines()[-1])
    assert set(result) >= {"val_loss", "val_accuracy", "parameters", "epochs", "batch_size", "train_seconds"}
    assert (result["epochs"], result["seed"], result["state"]) == (2, 7, "finished")
    assert 0 < result["train_seconds"] < 60


def test_a_run_is_a_folder_of_files(trained: Any) -> None:
    folder = trained[0] / "run"
    names = {"document.json", "model.keras", "model.py", "record.json", "history.csv", "activations.csv", "result.json"}
    names |= {"checkpoint.zip", "predictions.csv"}
    assert {path.name for path in folder.iterdir()} == names
    assert json.loads((folder / "result.json").read_text())["epochs"] == 2
    head, *rows = [line.split(",") for line in (folder / "history.csv").read_text().splitlines()]
    assert (head[-1], [row[-1] for row in rows]) == ("learning_rate", ["0.01", "0.01"])


def test_a_run_is_tested_by_its_class_and_each_look_at_the_test_part_is_counted(trained: Any, call: Call) -> None:
    folder, file = shutil.copytree(trained[0] / "run", trained[0] / "tested"), trained[0] / "rows.csv"
    home = ("--home", trained[0] / "home")
    told = json.loads(call("test", folder, "--out", file, "--json", *home).stdout)
    assert (told["part"], told["rows"], told["looks"]) == ("test", 120, 1)
    orange, blue = told["outputs"][0]["classes"]
    assert orange["support"] + blue["support"] == 120 and orange["auc"] == pytest.approx(blue["auc"])
    words = call("test", folder, *home).stdout
    assert "weighted mean" in words and "You looked 2 times" in words
    result = json.loads((folder / "result.json").read_text())
    for rows, accuracy in ((file, told["metrics"]["accuracy"]), (folder / "predictions.csv", result["val_accuracy"])):
        with rows.open() as text:
            found = [*csv.DictReader(text)]
        assert np.mean([row["right"] == row["answer"] for row in found]) == pytest.approx(accuracy)
        assert len(found) == 120
        assert all((float(row["p blue"]) > 0.5) == (row["answer"] == "blue") for row in found)


def test_a_second_run_into_one_folder_is_refused(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    again = call("train", file, "--out", folder / "run", "--home", folder / "home")
    assert again.returncode == 2
    assert "holds a run already" in " ".join(again.stderr.split())


def test_a_run_goes_on_for_more_epochs_as_if_it_had_been_asked_at_first(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    home = ("--home", folder / "home")
    assert call("train", file, "--epochs", 4, "--seed", 7, "--out", folder / "whole", *home).returncode == 0
    shutil.copytree(folder / "run", folder / "more")
    told = call("train", "--resume", folder / "more", "--epochs", 4, *home)
    assert told.returncode == 0, told.stderr
    epochs = []
    for run in ("whole", "more"):
        with (folder / run / "history.csv").open() as file_of_run:
            epochs.append([{**row, "seconds": ""} for row in csv.DictReader(file_of_run)])
    assert epochs[0] == epochs[1]
    assert len(epochs[0]) == 4
    results = [json.loads((folder / run / "result.json").read_text()) for run in ("whole", "more")]
    assert results[1].pop("changes") == [f"from step {results[0]['steps'] // 2 + 1} on epochs 4 instead of 2"]
    for result in results:
        del result["train_seconds"]
    assert results[0] == results[1]


def test_a_training_that_was_interrupted_by_control_c_goes_on(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    home = ("--home", folder / "home")
    words = [*COMMAND, "train", file, "--epochs", 300, "--out", folder / "broken", *home]
    began = subprocess.Popen([*map(str, words)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    until = time.monotonic() + PATIENCE
    while not (folder / "broken" / "checkpoint.zip").exists():
        assert began.poll() is None, began.stderr
        assert time.monotonic() < until, began.kill()
        time.sleep(0.05)
    began.send_signal(signal.SIGINT)
    out, _ = began.communicate(timeout=PATIENCE)
    assert began.returncode == 0
    assert "stopped" in out and "--resume" in out
    done = json.loads((folder / "broken" / "result.json").read_text())
    assert done["epochs"] < 300
    again = call("train", file, "--out", folder / "broken", *home)
    assert (again.returncode, "holds a run already" in " ".join(again.stderr.split())) == (2, True)
    told = call("train", "--resume", folder / "broken", "--epochs", done["epochs"] + 1, "--json", *home)
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout.splitlines()[-1])
    assert (result["state"], result["epochs"]) == ("finished", done["epochs"] + 1)


def test_a_small_network_trains_whatever_its_steps_choose(trained: Any, call: Call) -> None:
    """By one thread, in which a branch that waits for another would wait for ever."""
    folder = trained[0]
    document = template("spiral_perceptron")
    for name, value in (("accumulation_steps", 3), ("ema", {"name": "moving", "every": 2}), ("epochs", 2)):
        document = editing.set_training(document, name, value)
    (folder / "choosing.json").write_text(write_document(document), "utf-8")
    words = ("--out", folder / "choosing", "--home", folder / "home", "--json")
    told = call("train", folder / "choosing.json", *words)
    assert (told.returncode, json.loads(told.stdout.splitlines()[-1])["epochs"]) == (0, 2)


def test_what_cannot_go_on_is_said_in_words(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    (folder / "empty").mkdir()
    for words, said in (
        (("--resume", folder / "empty"), "holds no run"),
        ((file, "--resume", folder / "run"), "--resume DIR alone"),
        (("--resume", folder / "run", "--epochs", 2), "has had 2 epochs. --epochs is how many it has when it is done"),
        ((), "Name the FILE"),
    ):
        told = call("train", *words, "--home", folder / "home")
        assert (told.returncode, said in " ".join(told.stderr.split())) == (2, True), told.stderr


def test_a_run_that_has_had_its_epochs_says_so_and_is_as_it_was(trained: Any, call: Call) -> None:
    folder = shutil.copytree(trained[0] / "run", trained[0] / "done")
    before = json.loads((folder / "result.json").read_text())
    told = call("train", "--resume", folder, "--home", trained[0] / "home")
    assert (told.returncode, "it has had its 2 epochs" in " ".join(told.stdout.split())) == (0, True), told.stdout
    after = json.loads((folder / "result.json").read_text())
    assert {**after, "train_seconds": 0} == {**before, "train_seconds": 0}


def test_the_exported_keras_file_answers_as_the_run_did(trained: Any, call: Call) -> None:
    import keras

    folder, file, _ = trained
    told = call("export", file, "--to", "keras", "--out", folder / "out.keras", "--run", folder / "run")
    assert told.returncode == 0, told.stderr
    x = np.linspace(-1, 1, 20, dtype="float32").reshape(10, 2)
    models = [keras.models.load_model(path) for path in (folder / "out.keras", folder / "run" / "model.keras")]
    (first,), (second,) = (list(model.predict(x, verbose=0).values()) for model in models)
    assert np.array_equal(first, second)


def test_a_run_of_another_network_is_refused_and_of_another_label_is_not(trained: Any, call: Call) -> None:
    folder, _, _ = trained
    there = template("spiral_perceptron")
    dense = next(one.id for one in there.nodes if one.kind == "Dense")
    for name, document, status in (
        ("renamed", editing.rename_node(there, dense, "another name"), 0),
        ("wider", editing.set_parameter(there, dense, "units", 33), 2),
        ("other data", editing.set_data(there, "moons"), 2),
    ):
        file = folder / f"{name}.json"
        file.write_text(write_document(document), "utf-8")
        told = call("export", file, "--to", "keras", "--out", folder / f"{name}.keras", "--run", folder / "run")
        assert (name, told.returncode) == (name, status)


@pytest.mark.parametrize("form", sorted(set(EXPORTS) - {"pdf"}))
def test_every_form_is_written_at_the_command_line(form: str, trained: Any, call: Call) -> None:
    folder, file, _ = trained
    out = folder / f"taken-{form}-{EXPORTS[form].file}"
    told = call("export", file, "--to", form, "--out", out, "--run", folder / "run")
    assert (told.returncode, told.stderr) == (0, "")
    assert out.stat().st_size > 5
    if form == "curves-csv":
        assert out.read_text() == (folder / "run" / "history.csv").read_text()


def test_all_that_is_taken_of_a_run_is_of_the_settings_it_had(trained: Any, call: Call) -> None:
    folder, _, _ = trained
    file, out = folder / "later.json", folder / "later.zip"
    file.write_text(write_document(editing.set_training(template("spiral_perceptron"), "epochs", 99)), "utf-8")
    assert call("export", file, "--to", "zip", "--out", out, "--run", folder / "run").returncode == 0
    with zipfile.ZipFile(out) as archive:
        assert "EPOCHS = 2\n" in archive.read("model.py").decode()
        assert archive.read("model.keras") == (folder / "run" / "model.keras").read_bytes()
        assert archive.read("history.csv") == (folder / "run" / "history.csv").read_bytes()


def test_curves_without_a_run_say_how_to_name_one(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    told = call("export", file, "--to", "curves-png", "--out", folder / "none.png")
    assert told.returncode == 2
    assert "--run DIR" in " ".join(told.stderr.split())


def test_untrained_weights_come_only_when_asked_for(trained: Any, call: Call) -> None:
    folder, file, _ = trained
    out = folder / "fresh.keras"
    assert call("export", file, "--to", "keras", "--out", out).returncode == 2
    assert call("export", file, "--to", "keras", "--out", out, "--untrained", "--home", folder / "home").returncode == 0
    assert out.is_file()


def test_a_training_that_diverges_ends_with_status_3_and_a_result(tmp_path: Path, call: Call) -> None:
    wild = editing.set_optimizer_option(editing.set_optimizer(template("regression"), "SGD"), "learning_rate", 900.0)
    file = tmp_path / "wild.json"
    file.write_text(write_document(wild), "utf-8")
    told = call("train", file, "--home", tmp_path / "home", "--json")
    assert told.returncode == 3
    assert "diverged at epoch 1" in told.stderr
    result = json.loads(told.stdout.splitlines()[-1], parse_constant=lambda name: pytest.fail(name))
    assert (result["state"], result["val_loss"]) == ("diverged", None)


def test_data_that_cannot_be_kept_ends_with_status_3(tmp_path: Path, call: Call) -> None:
    (tmp_path / "home").write_text("a file, where a folder should be")
    file = tmp_path / "lenet.json"
    file.write_text(write_document(template("lenet")), "utf-8")
    told = call("train", file, "--home", tmp_path / "home" / "inside", "--json")
    assert told.returncode == 3, told.stderr
    assert "Traceback" not in told.stderr
    assert json.loads(told.stdout.splitlines()[-1])["state"] == "failed"
