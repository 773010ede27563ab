"""A run's record as TensorBoard and MLflow read it."""

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.checks import Report, check
from graphbuilder.records.beside import MOST_WAITING, Beside
from graphbuilder.records.events import (
    Activations,
    Commanded,
    Distribution,
    Ended,
    Epoch,
    Event,
    Layers,
    Probe,
    Started,
    Steps,
    Variable,
)
from graphbuilder.records.mlflow import Missing, MLflow, Untold
from graphbuilder.records.sinks import MLFLOW_VARIABLE, TENSORBOARD_VARIABLE, Sinks, sinks, sinks_of_settings
from graphbuilder.records.tensorboard import write_tensorboard
from graphbuilder.templates import template
from tests.patience import PATIENCE

REPORT = check(template("lenet"))
SEEN = Activations(0.5, 0.1, 0.0, 2.0, (1, 2, 3, 4), None)
KERNEL = Distribution(0.0, 1.0, 1.0, -1.0, 1.0, (5, 6), 0.0)
RECORD: list[Event] = [
    Started(10, (1, 1, 1), 2, 2),
    Probe(0, 0.0, {"n3": SEEN}),
    Layers(0, 0.0, {"n3": {"kernel": Variable(KERNEL, KERNEL, None, None, 0.0)}}, {}),
    Steps(1, (2.0, 1.5), 0.1),
    Commanded(2, 0.2, "change", {"learning_rate": (0.1, 0.01)}),
    Epoch(1, 2, {"loss": 1.75, "val_loss": 1.5, "val_accuracy": float("nan")}, 0.2, True),
    Ended("finished", "all epochs done", 1, 2, 1, {"val_loss": 1.5}, 0.3),
]


def read(folder: Path) -> Any:
    """As TensorBoard's own reader has it."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    return found


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    assert len([*write_tensorboard(tmp_path / "run", REPORT, RECORD)]) == 2
    return tmp_path


def test_tensorboards_own_reader_finds_scalars_histograms_graph_and_hyperparameters(logs: Path) -> None:
    train, validation = (read(logs / "run" / part) for part in ("train", "validation"))
    scalars = {tag: [(one.step, one.value) for one in train.Scalars(tag)] for tag in train.Tags()["scalars"]}
    assert scalars["batch_loss"] == [(1, 2.0), (2, 1.5)]
    assert scalars["epoch_loss"] == [(2, 1.75)]
    assert [step for step, _ in scalars["settings/learning_rate"]] == [2, 2]
    assert [(one.step, one.value) for one in validation.Scalars("epoch_loss")] == [(2, 1.5)]
    assert "epoch_accuracy" not in validation.Tags()["scalars"], "what is no number is left out"
    label = next(node.label for node in template("lenet").nodes if node.id == "n3")
    names = {f"activations/{label}", f"weights/{label}/kernel", f"gradients/{label}/kernel"}
    assert names <= set(train.Tags()["tensors"])
    (bars,) = train.Tensors(f"activations/{label}")
    assert list(bars.tensor_proto.double_val) == [0.0, 0.5, 1, 0.5, 1.0, 2, 1.0, 1.5, 3, 1.5, 2.0, 4]
    assert train.summary_metadata[f"activations/{label}"].plugin_data.plugin_name == "histograms"
    graph = train.Graph()
    nodes = {node.name: (node.op, list(node.input)) for node in graph.node}
    assert nodes["c1"] == ("Conv2D", ["to_0_to_1"])
    assert len(nodes) == len(template("lenet").nodes)
    assert {"_hparams_/session_start_info", "_hparams_/session_end_info"} <= set(train.PluginTagToContent("hparams"))
    from tensorboard.plugins.hparams import plugin_data_pb2

    start = train.PluginTagToContent("hparams")["_hparams_/session_start_info"]
    told = plugin_data_pb2.HParamsPluginData.FromString(start).session_start_info.hparams
    assert (told["optimizer"].string_value, told["batch_size"].number_value) == ("Adam", 32)


def test_nodes_of_one_label_and_those_in_blocks_have_names_of_their_own(tmp_path: Path) -> None:
    for name in ("residual_blocks", "lenet"):
        document = template(name)
        for node in document.nodes:
            document = editing.rename_node(document, node.id, "Same one")
        report = check(document)
        seen = Probe(0, 0.0, dict.fromkeys(report.wired.order, SEEN))
        assert [*write_tensorboard(tmp_path / name, report, [seen])]
        told = read(tmp_path / name / "train")
        names = [node.name for node in told.Graph().node]
        assert len({*names}) == len(names) == len(report.wired.order)
        assert {f"activations/{one}" for one in names} == {*told.Tags()["tensors"]} - {"_hparams_/session_start_info"}
        assert any("/" in one for one in names) == (name == "residual_blocks")


def test_tensorboard_itself_opens_them(logs: Path) -> None:
    program = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", "0", "--load_fast=false"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            address = next(part for line in server.stderr for part in line.split() if part.startswith("http://"))
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                with urllib.request.urlopen(f"{address}data/plugin/scalars/tags", timeout=60) as answer:
                    told = answer.read().decode()
                if "epoch_loss" in told:
                    break
                time.sleep(0.1)
            for plugin in ("histograms", "graphs"):
                with urllib.request.urlopen(
                    f"{address}data/plugin/{plugin}/tags".replace("graphs/tags", "graphs/info"), timeout=60
                ) as it:
                    assert "run/train" in it.read().decode()
        finally:
            server.kill()
    assert "run/validation" in told


def test_a_training_that_goes_is_written_at_once_and_a_sink_that_fails_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Event] = []
    with sinks(told.append, REPORT, tmp_path, "") as tell:
        for event in RECORD[:4]:
            tell(event)
        assert [one.value for one in read(tmp_path / "train").Scalars("batch_loss")] == [2.0, 1.5]

        def full(*_: Any) -> None:
            raise OSError("no space left")

        monkeypatch.setattr("graphbuilder.records.tensorboard.TensorBoard.hear", full)
        for event in RECORD[4:]:
            tell(event)
    assert told == RECORD


def test_mlflow_is_told_parameters_and_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    monkeypatch.setattr("graphbuilder.records.beside.PATIENCE", 60.0)
    uri = (tmp_path / "mlruns").as_uri()
    monkeypatch.setenv(MLFLOW_VARIABLE, uri)
    monkeypatch.setenv(TENSORBOARD_VARIABLE, str(tmp_path / "logs"))
    MLflow((tmp_path / "another").as_uri(), REPORT)  # which allows itself folders
    client, id, lost = mlflow.MlflowClient(tracking_uri=uri), "a" * 32, list[str]()

    def told(events: list[Event]) -> Any:
        with sinks_of_settings([].append, REPORT, id, "run 1", lost.append, files=tmp_path / "files") as tell:
            for event in events:
                tell(event)
        (run,) = client.search_runs([client.get_experiment_by_name("graphbuilder").experiment_id])
        return run

    assert told(RECORD[:4]).info.status == "SCHEDULED", "paused"
    run = told(RECORD[4:])  # it goes on
    assert lost == []
    assert (run.info.run_name, run.info.status) == (f"{REPORT.document.name}, run 1", "FINISHED")
    assert run.data.params["optimizer"] == "Adam"
    assert run.data.metrics["val_loss"] == run.data.metrics["kept/val_loss"] == 1.5
    assert [one.value for one in client.get_metric_history(run.info.run_id, "settings/learning_rate")] == [0.01]
    assert [one.value for one in client.get_metric_history(run.info.run_id, "batch_loss")] == [1.75]
    (folder,) = (tmp_path / "logs").iterdir()
    assert folder.name == "lenet_on_digits_run_1_aaaaaaaa"
    assert "epoch_loss" in read(folder / "train").Tags()["scalars"]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://127.0.0.1:9", r"MLflow cannot be told. API request to http://127\.0\.0\.1:9"),
        ("gopher://nowhere", r"MLflow cannot be told. .*gopher"),
    ],
)
def test_what_mlflow_cannot_be_told_is_said_in_words(
    uri: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow")
    with pytest.raises(Untold, match=words):
        MLflow(uri, REPORT)


def test_what_mlflow_lacks_is_told_by_how_it_is_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small one that is named as an extra has no databases."""
    mlflow = pytest.importorskip("mlflow")

    class Lacking:
        def __init__(self, **_: str) -> None:
            raise ModuleNotFoundError("No module named 'alembic'", name="alembic")

    monkeypatch.setattr(mlflow, "MlflowClient", Lacking)
    words = "MLflow needs alembic for such an address: pip install mlflow."
    with pytest.raises(Missing, match=words):
        MLflow("sqlite:///any.db", REPORT)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    monkeypatch.setenv(MLFLOW_VARIABLE, "http://127.0.0.1:9")
    lost = list[str]()
    with sinks_of_settings([].append, REPORT, "a" * 32, "run 1", lost.append, files=tmp_path) as tell:
        tell(RECORD[0])
    assert lost == ["MLflow is not installed here: pip install mlflow-skinny."]


LOGGED = check(editing.set_training(template("lenet"), "tensorboard_logs", True))


def test_a_network_that_asks_for_logs_has_them_among_the_files_of_its_run_and_they_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TENSORBOARD_VARIABLE, raising=False)
    monkeypatch.delenv(MLFLOW_VARIABLE, raising=False)
    lost = list[str]()

    def train(report: Report, files: Path, record: list[Event]) -> None:
        with sinks_of_settings([].append, report, "a" * 32, "run 1", lost.append, files=files) as tell:
            for event in record:
                tell(event)

    train(REPORT, tmp_path / "without", RECORD)
    assert not (tmp_path / "without").exists(), "nobody asked"
    train(LOGGED, tmp_path / "with", RECORD)
    assert "epoch_loss" in read(tmp_path / "with" / "logs" / "validation").Tags()["scalars"]
    assert not lost
    monkeypatch.setattr("graphbuilder.records.sinks.MOST_BYTES", 20_000)
    train(
        LOGGED, tmp_path / "long", [*RECORD[:4], *(Steps(place, (1.0,) * 200, 0.1) for place in range(3, 20_000, 200))]
    )
    assert lost == ["TensorBoard's logs have 0 MB, and the rest of this run is not in them."]
    size = sum(file.stat().st_size for file in (tmp_path / "long").rglob("events*"))
    assert 20_000 < size < 45_000
    read(tmp_path / "long" / "logs" / "train")


def test_the_command_line_keeps_them_beside_the_model_or_where_it_is_told(tmp_path: Path) -> None:
    for given, there in ((None, tmp_path / "out" / "logs"), (tmp_path / "told", tmp_path / "told")):
        with sinks([].append, LOGGED, given, "", str(tmp_path / "out")) as tell:
            for event in RECORD:
                tell(event)
        assert "epoch_loss" in read(there / "train").Tags()["scalars"]


class Away:
    """Somebody who answers late, or not at all."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.told: list[Event] = []
        self.goes_on, self._fault = threading.Event(), fault
        self.ended: list[object] = []

    def __enter__(self) -> "Away":
        self.goes_on.wait(20)
        return self

    def __exit__(self, *fault: object) -> None:
        self.ended.append(fault[0])

    def hear_all(self, events: Sequence[Event]) -> None:
        if self._fault:
            raise self._fault
        self.told += events


def test_whoever_answers_late_keeps_nobody_waiting_and_is_told_all_the_same() -> None:
    away, began = Away(), time.monotonic()
    steps = [Steps(1 + place, (1.0,), 0.1) for place in range(MOST_WAITING + 500)]
    with Beside(lambda: away) as beside:
        for event in [*RECORD, *steps, RECORD[-1]]:
            beside.hear(event)
        assert time.monotonic() - began < 2
        away.goes_on.set()
    assert len(away.told) == MOST_WAITING + 1, "what waits has a bound"
    assert (away.told[: len(RECORD)], away.told[-1], away.ended) == (RECORD, RECORD[-1], [None])


def test_whoever_does_not_answer_is_told_of_and_the_end_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.records.beside.PATIENCE", 0.05)
    lost, told = list[str](), list[Event]()
    away = Away(ConnectionError("http://user:word@there does not answer"))
    away.goes_on.set()
    with Sinks(told.append, lost.append) as all:
        all.add("MLflow", lambda: Beside(lambda: away))
        for _ in range(100):
            all.tell(RECORD[0])
            time.sleep(0.01)
            if lost:
                break
    assert lost == ["MLflow is not told all of this run; its log says why."]
    assert len(told) > 1
    with Sinks(told.append, lost.append) as all:
        all.add("MLflow", lambda: Beside(Away))
        all.tell(RECORD[0])
    assert len(lost) == 2


def test_a_training_that_fails_is_told_as_failed() -> None:
    away = Away()
    away.goes_on.set()
    with pytest.raises(MemoryError), Sinks([].append) as all:
        all.add("MLflow", lambda: Beside(lambda: away))
        raise MemoryError
    assert [one.__name__ for one in away.ended if isinstance(one, type)] == ["_TrainingFailed"]


def test_writing_them_loads_no_tensorflow(tmp_path: Path) -> None:
    """The server gives them away, and never loads it."""
    code = (
        "import sys, pathlib; from graphbuilder.checks import check; from graphbuilder.templates import template\n"
        "from graphbuilder.records.events import Epoch, Probe, Activations, Ended\n"
        "from graphbuilder.records.tensorboard import write_tensorboard\n"
        "record = [Probe(0, 0.0, {'n3': Activations(0, 1, 0, 1, (1, 2), None)}), Epoch(1, 2, {'loss': 1.0}, 0.1, True),"
        " Ended('finished', '', 1, 1, 1)]\n"
        f"assert [*write_tensorboard(pathlib.Path({str(tmp_path)!r}), check(template('lenet')), record)]\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0
