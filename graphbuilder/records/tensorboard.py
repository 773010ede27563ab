"""A training's records as TensorBoard reads them: scalars, histograms, the graph, and what it was trained with.

The files are made of the events alone, by TensorBoard's own formats and without TensorFlow, while a training goes or
afterwards. As Keras does it, what was trained on and what was validated on stand in two runs, "train" and "validation",
under the same tags, so that TensorBoard draws both into one plot; the step of everything is the training's.
"""

import math
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.names import path_names
from graphbuilder.records.events import (
    Activations,
    Batch,
    Commanded,
    Distribution,
    Ended,
    Epoch,
    Event,
    Layers,
    Probe,
    Started,
    Steps,
)

PARTS = ("train", "validation")
_DOUBLE, _STRING = 2, 7  # of TensorFlow's DataType
_OF_BATCHES = ("gradient_norm", "gradient_noise", "penalty")
MOST_BYTES = 100_000_000
"""Of a run's, at most: a training of any length keeps its disk."""
_STATUS = {"finished": 1, "stopped": 1, "diverged": 2}  # of TensorBoard's hparams: success, failure


class Missing(RuntimeError):
    """TensorBoard is not installed; the text says how it is."""


class NoMore(OSError):
    """The logs have as many bytes as they may; the text says so."""


class TensorBoard:
    """Writes what a training tells into a folder that `tensorboard --logdir` opens.

    began: by the clock, in seconds since 1970; now by default. most: bytes of the files, after which nothing more is
    told. Raises Missing, and OSError where nothing can be written.
    """

    def __init__(self, folder: Path, report: Report, began: float | None = None, *, most: int = sys.maxsize) -> None:
        self._most = most
        try:
            from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2, tensor_pb2  # noqa: PLC0415
            from tensorboard.plugins.hparams import metadata, plugin_data_pb2  # noqa: PLC0415
            from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: PLC0415
        except ImportError as fault:
            raise Missing("TensorBoard is not installed here: pip install tensorboard.") from fault
        self._event, self._graph, self._summary, self._tensor = event_pb2, graph_pb2, summary_pb2, tensor_pb2
        self._hparams, self._plugin = metadata, plugin_data_pb2
        self._began = time.time() if began is None else began
        names = path_names(report.document, report.wired)
        self._called = {id: name.replace(".", "/") for id, name in names.items()}
        self._files = []
        self._writers = {}
        for part in PARTS:
            (folder / part).mkdir(parents=True, exist_ok=True)
            name = f"events.out.tfevents.{int(self._began):010d}.graphbuilder"
            self._files.append((folder / part / name).open("ab"))
            self._writers[part] = RecordWriter(self._files[-1])
            self._write(part, 0.0, 0, file_version="brain.Event:2")
        self._write("train", 0.0, 0, graph_def=self._graph_of(report))
        self._write("train", 0.0, 0, summary=self._start_of(report.document))

    def __enter__(self) -> "TensorBoard":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for file in self._files:
            file.close()

    def hear(self, event: Event) -> None:
        """Writes one event; those that TensorBoard has no place for are left out. Raises NoMore."""
        if sum(file.tell() for file in self._files) > self._most:
            raise NoMore(f"TensorBoard's logs have {self._most // 10**6} MB, and the rest of this run is not in them.")
        match event:
            case Started():
                self._scalars("train", 0.0, 0, {"parameters": event.parameters})
            case Steps():
                for place, loss in enumerate(event.losses):
                    self._scalars("train", event.seconds, event.first + place * event.stride, {"batch_loss": loss})
            case Epoch():
                self._tell_epoch(event)
            case Probe():
                for id, seen in event.nodes.items():
                    self._histogram(event, f"activations/{self._called.get(id, id)}", seen)
            case Layers():
                self._tell_layers(event)
            case Batch():
                told = {f"batch/{name}": getattr(event, name) for name in _OF_BATCHES}
                self._scalars("train", event.seconds, event.step, told)
            case Commanded():
                for name, change in event.settings.items():
                    for value in change:
                        if isinstance(value, int | float):
                            self._scalars("train", event.seconds, event.step, {f"settings/{name}": value})
            case Ended():
                self._write("train", event.seconds, event.steps, summary=self._end_of(event))
        for file in self._files:
            file.flush()

    def _tell_epoch(self, event: Epoch) -> None:
        for name, value in event.metrics.items():
            part, metric = ("validation", name[4:]) if name.startswith("val_") else ("train", name)
            self._scalars(part, event.seconds, event.step, {f"epoch_{metric}": value})
        if event.rate is not None:
            self._scalars("train", event.seconds, event.step, {"epoch_learning_rate": event.rate})

    def _tell_layers(self, event: Layers) -> None:
        for id, variables in event.nodes.items():
            for name, seen in variables.items():
                of = f"{self._called.get(id, id)}/{name}"
                for kind in ("weight", "gradient", "update"):
                    if found := getattr(seen, kind):
                        self._histogram(event, f"{kind}s/{of}", found)
                if seen.update_ratio is not None:
                    self._scalars("train", event.seconds, event.step, {f"update_to_weight/{of}": seen.update_ratio})

    # What TensorBoard reads

    def _write(self, part: str, seconds: float, step: int, **what: Any) -> None:
        told = self._event.Event(wall_time=self._began + seconds, step=step, **what)
        self._writers[part].write(told.SerializeToString())

    def _scalars(self, part: str, seconds: float, step: int, values: Mapping[str, float]) -> None:
        told = [
            self._summary.Summary.Value(tag=tag, simple_value=value)
            for tag, value in values.items()
            if value is not None and math.isfinite(value)
        ]
        self._write(part, seconds, step, summary=self._summary.Summary(value=told))

    def _histogram(self, event: Probe | Layers, tag: str, seen: Activations | Distribution) -> None:
        width = (seen.high - seen.low) / len(seen.counts)
        bars = [
            (seen.low + place * width, seen.low + (place + 1) * width, float(count))
            for place, count in enumerate(seen.counts)
        ]
        plugin = self._summary.SummaryMetadata.PluginData(plugin_name="histograms")
        value = self._summary.Summary.Value(
            tag=tag, metadata=self._summary.SummaryMetadata(plugin_data=plugin), tensor=self._bars(bars)
        )
        self._write("train", event.seconds, event.step, summary=self._summary.Summary(value=[value]))

    def _bars(self, bars: Sequence[Sequence[float]]) -> Any:
        tensor = self._tensor.TensorProto(dtype=_DOUBLE, double_val=[number for bar in bars for number in bar])
        for size in (len(bars), 3):
            tensor.tensor_shape.dim.add(size=size)
        return tensor

    def _graph_of(self, report: Report) -> bytes:
        """The flat graph by its layers' names, blocks as scopes: TensorBoard opens what is before a slash."""
        graph = self._graph.GraphDef()
        graph.versions.producer = 22
        into = {id: [wire.source for wire in wires] for id, wires in report.wired.into.items()}
        for id in report.wired.order:
            sources = [self._called[source] for source in into.get(id, ())]
            node = graph.node.add(name=self._called[id], op=report.wired.nodes[id].kind, input=sources)
            facts = report.facts.get(id)
            if facts is not None and facts.shape is not None:
                shape = node.attr["_output_shapes"].list.shape.add()
                for size in (-1, *(-1 if size is None else size for size in facts.shape)):
                    shape.dim.add(size=size)
        return bytes(graph.SerializeToString())

    def _start_of(self, document: Document) -> Any:
        info = self._plugin.SessionStartInfo(group_name=f"{self._began:.3f}", start_time_secs=self._began)
        for name, value in hyperparameters(document).items():
            field = "bool_value" if isinstance(value, bool) else "string_value" if isinstance(value, str) else ""
            setattr(info.hparams[name], field or "number_value", value)
        return self._of_hparams(self._hparams.SESSION_START_INFO_TAG, session_start_info=info)

    def _end_of(self, event: Ended) -> Any:
        end = self._began + event.seconds
        info = self._plugin.SessionEndInfo(status=_STATUS.get(event.state, 0), end_time_secs=end)
        return self._of_hparams(self._hparams.SESSION_END_INFO_TAG, session_end_info=info)

    def _of_hparams(self, tag: str, **info: Any) -> Any:
        data = self._plugin.HParamsPluginData(version=self._hparams.PLUGIN_DATA_VERSION, **info)
        plugin = self._summary.SummaryMetadata.PluginData(
            plugin_name=self._hparams.PLUGIN_NAME, content=data.SerializeToString()
        )
        metadata = self._summary.SummaryMetadata(plugin_data=plugin)
        value = self._summary.Summary.Value(tag=tag, metadata=metadata, tensor=self._hparams.NULL_TENSOR)
        return self._summary.Summary(value=[value])


def hyperparameters(document: Document) -> dict[str, bool | float | str]:
    """What a network is trained with, by name: plain values alone."""
    training, data = document.training, document.data
    told = {"optimizer": training.optimizer, "data": data.name, **training.options, **training.settings}
    return {name: value for name, value in told.items() if isinstance(value, bool | int | float | str)}


def write_tensorboard(folder: Path, report: Report, events: Iterable[Event]) -> Iterator[Path]:
    """Writes the record of a run that is over; the files."""
    with TensorBoard(folder, report, began=0.0) as log:
        for event in events:
            log.hear(event)
    yield from sorted(path for path in folder.rglob("*") if path.is_file())
