"""A run's record as TensorBoard and MLflow read it."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.checks import check
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
from graphbuilder.records.sinks import MLFLOW_VARIABLE, TENSORBOARD_VARIABLE, sinks, sinks_of_settings
from graphbuilder.records.tensorboard import write_tensorboard
from graphbuilder.templates import template

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
    assert nodes["n3"] == ("Conv2D", ["n2"])
    assert len(nodes) == len(template("lenet").nodes)
    assert {"_hparams_/session_start_info", "_hparams_/session_end_info"} <= set(train.PluginTagToContent("hparams"))
    from tensorboard.plugins.hparams import plugin_data_pb2

    start = train.PluginTagToContent("hparams")["_hparams_/session_start_info"]
    told = plugin_data_pb2.HParamsPluginData.FromString(start).session_start_info.hparams
    assert (told["optimizer"].string_value, told["batch_size"].number_value) == ("Adam", 32)


def test_tensorboard_itself_opens_them(logs: Path) -> None:
    program = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", "0", "--load_fast=false"]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            address = next(part for line in server.stderr for part in line.split() if part.startswith("http://"))
            until = time.monotonic() + 30
            while time.monotonic() < until:
                with urllib.request.urlopen(f"{address}data/plugin/scalars/tags") as answer:
                    told = answer.read().decode()
                if "epoch_loss" in told:
                    break
                time.sleep(0.1)
            for plugin in ("histograms", "graphs"):
                with urllib.request.urlopen(
                    f"{address}data/plugin/{plugin}/tags".replace("graphs/tags", "graphs/info")
                ) as it:
                    assert "run/train" in it.read().decode()
        finally:
            server.terminate()
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
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = (tmp_path / "mlruns").as_uri()
    monkeypatch.setenv(MLFLOW_VARIABLE, uri)
    monkeypatch.setenv(TENSORBOARD_VARIABLE, str(tmp_path / "logs"))
    with sinks_of_settings([].append, REPORT, "a" * 32, "run 1") as tell:
        for event in RECORD:
            tell(event)
    client = mlflow.MlflowClient(tracking_uri=uri)
    (run,) = client.search_runs([client.get_experiment_by_name("graphbuilder").experiment_id])
    assert (run.info.run_name, run.info.status, run.data.params["optimizer"]) == ("run 1", "FINISHED", "Adam")
    assert run.data.metrics["val_loss"] == run.data.metrics["kept/val_loss"] == 1.5
    assert [one.value for one in client.get_metric_history(run.info.run_id, "settings/learning_rate")] == [0.01]
    assert "epoch_loss" in read(tmp_path / "logs" / ("a" * 32) / "train").Tags()["scalars"]


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
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
