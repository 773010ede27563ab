"""What can be taken away of a network and of a run of it. Declared once: the command line and the page read it here."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graphbuilder.blocks import labels
from graphbuilder.carried import PROJECT_FILE, beside_data, in_notebook, in_picture
from graphbuilder.checks import Report
from graphbuilder.codegen import requirements, to_notebook, to_python
from graphbuilder.document_file import write_document
from graphbuilder.pictures import Layout, NotDrawn, by_graphviz, has_graphviz, to_dot, to_png, to_svg
from graphbuilder.plan import code_plan
from graphbuilder.records.curves import draw_curves
from graphbuilder.records.events import Epoch, Event
from graphbuilder.records.marks import changes_told
from graphbuilder.records.tables import activations_csv, history_csv
from graphbuilder.records.tensorboard import write_tensorboard

_PIECE_BYTES = 1_000_000


@dataclass(frozen=True)
class Subject:
    """A network, and of a run of it what the run told and the file of its trained model. data: the file of the user's
    own data, where that is to go along."""

    report: Report
    record: Sequence[Event] = ()
    model: Path | None = None
    layout: Layout = "canvas"
    data: Path | None = None


class NotThere(Exception):
    """Something that an export needs is not there. The text says what, and what to do."""


Need = Callable[[Subject], str | None]
"""Says what a subject lacks, and what to do; None where it lacks nothing."""


@dataclass(frozen=True)
class Export:
    """One form that is taken away. file: what its file is called."""

    name: str
    title: str
    file: str
    mime: str
    needs: Sequence[Need]
    _make: Callable[[Subject], str | bytes]

    def missing(self, subject: Subject) -> str | None:
        """Why a subject cannot be had in this form; None where it can."""
        return next((lack for need in self.needs if (lack := need(subject))), None)

    def make(self, subject: Subject) -> bytes:
        """The file. Raises NotThere."""
        missing = self.missing(subject)
        if missing:
            raise NotThere(missing)
        try:
            made = self._make(subject)
        except NotDrawn as fault:
            raise NotThere(str(fault)) from fault
        return made.encode() if isinstance(made, str) else made


def no_faults(subject: Subject) -> str | None:
    """No faults of the network or its code; one that is of training alone keeps nothing from being taken away."""
    faults = subject.report.against_code
    return f"The network has faults; mend them first. {faults[0].text}" if faults else None


def trained_weights(subject: Subject) -> str | None:
    there = subject.model is not None and subject.model.is_file()
    return None if there else "There are no trained weights; train the network, or choose a run that has ended."


def curves(subject: Subject) -> str | None:
    there = any(isinstance(event, Epoch) for event in subject.record)
    return None if there else "There are no curves; train the network for at least one epoch, or choose a run."


def tensorboard(_: Subject) -> str | None:
    return None if find_spec("tensorboard") else "TensorBoard is not installed: pip install tensorboard."


def graphviz(subject: Subject) -> str | None:
    return None if has_graphviz() else "Graphviz is not installed: there is no program called dot. Install it first."


def graphviz_layout(subject: Subject) -> str | None:
    """What Graphviz' layout needs, where it is wanted."""
    return graphviz(subject) if subject.layout == "graphviz" else None


def _picture(form: str, own: Callable[[Report], str | bytes]) -> Callable[[Subject], str | bytes]:
    """A picture that carries the project."""

    def make(subject: Subject) -> str | bytes:
        made = own(subject.report) if subject.layout == "canvas" else by_graphviz(subject.report, form)
        return in_picture(made.encode() if isinstance(made, str) else made, subject.report.document)

    return make


def _read_model(subject: Subject) -> bytes:
    assert subject.model
    return subject.model.read_bytes()


def _activations(subject: Subject) -> str:
    return activations_csv(subject.record, labels(subject.report.document))


def _tensorboard(subject: Subject) -> bytes:
    """The files of TensorBoard, in the folders that it expects."""
    packed = io.BytesIO()
    with TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_tensorboard(Path(folder), subject.report, subject.record):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return packed.getvalue()


def _python(subject: Subject) -> str:
    return to_python(code_plan(subject.report), changes_told(subject.record), reopens=True)


def _notebook(subject: Subject) -> str:
    report = subject.report
    return to_notebook(code_plan(report), changes_told(subject.record), in_notebook(report.document))


def _requirements(subject: Subject) -> str:
    return "".join(f"{package}\n" for package in requirements(code_plan(subject.report)))


class _Written(io.RawIOBase):
    """A file that holds what was written to it until that is taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, more: Any) -> int:
        self._held += more
        return len(more)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def everything(subject: Subject) -> Iterator[bytes]:
    """All other files that can be had, in one archive that comes in pieces of about a megabyte: the model in it, which
    is packed already, and the data may be larger than memory. The data have the name that the code reads, whatever is
    called so besides."""
    file, described = _Written(), subject.report.document.data.description
    data = described.file if described and subject.data else ""
    with zipfile.ZipFile(file, "w") as archive:
        for export in EXPORTS.values():
            if export.name == "zip" or export.missing(subject) is not None:
                continue
            info = zipfile.ZipInfo(export.file if export.file != data else beside_data(export.file))
            if export.name != "keras":
                archive.writestr(info, export.make(subject), zipfile.ZIP_DEFLATED)
                yield file.taken()
                continue
            assert subject.model
            for _ in _packed(archive, info, subject.model):
                yield file.taken()
        if data and subject.data:
            for _ in _packed(archive, zipfile.ZipInfo(data), subject.data):
                yield file.taken()
    yield file.taken()


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> Iterator[None]:
    """Writes a file piece by piece, each of which may be sent then."""
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as entry:
        while piece := source.read(_PIECE_BYTES):
            entry.write(piece)
            yield


_code, _run = (no_faults,), (curves,)
_ALL = (
    Export(
        "python",
        "Python file",
        "model.py",
        "text/x-python",
        _code,
        _python,
    ),
    Export(
        "notebook",
        "Notebook",
        "model.ipynb",
        "application/x-ipynb+json",
        _code,
        _notebook,
    ),
    Export("requirements", "Requirements", "requirements.txt", "text/plain", _code, _requirements),
    Export(
        "project", "Project file", PROJECT_FILE, "application/json", (), lambda s: write_document(s.report.document)
    ),
    Export(
        "keras", "Trained model", "model.keras", "application/octet-stream", (no_faults, trained_weights), _read_model
    ),
    Export(
        "svg",
        "SVG",
        "network.svg",
        "image/svg+xml",
        (graphviz_layout,),
        _picture("svg", partial(to_svg, in_detail=True)),
    ),
    Export("png", "PNG", "network.png", "image/png", (graphviz_layout,), _picture("png", to_png)),
    Export(
        "pdf",
        "PDF",
        "network.pdf",
        "application/pdf",
        (graphviz,),
        lambda s: in_picture(by_graphviz(s.report, "pdf"), s.report.document),
    ),
    Export(
        "dot",
        "DOT",
        "network.dot",
        "text/vnd.graphviz",
        (),
        lambda s: in_picture(to_dot(s.report).encode(), s.report.document),
    ),
    Export("curves-png", "PNG", "curves.png", "image/png", _run, lambda s: draw_curves(s.record, "png")),
    Export("curves-svg", "SVG", "curves.svg", "image/svg+xml", _run, lambda s: draw_curves(s.record, "svg")),
    Export("curves-csv", "CSV", "history.csv", "text/csv", _run, lambda s: history_csv(s.record)),
    Export("activations-csv", "Activations", "activations.csv", "text/csv", _run, _activations),
    Export("tensorboard", "TensorBoard", "tensorboard.zip", "application/zip", (curves, tensorboard), _tensorboard),
    Export(
        "zip",
        "Everything",
        "everything.zip",
        "application/zip",
        (no_faults, graphviz_layout),
        lambda s: b"".join(everything(s)),
    ),
)

EXPORTS: dict[str, Export] = {export.name: export for export in _ALL}
"""Every form by its name on the command line."""
