"""Files of other programs, told apart by what is in them: whoever gives one here reads what it is and what to do.

Nothing is loaded: a few marks at the start are looked at and, of an archive, the names of at most `MOST_NAMES` files.
"""

import re
import struct
from collections.abc import Collection, Iterator
from pathlib import PurePath
from typing import Any

MOST_NAMES = 200
"""Of an archive's files; those that tell what it is stand well before."""
_TAIL = 65_557
"""Where an archive's directory ends at the latest, from the file's end: 22 bytes and a comment of at most 65,535."""

_KERAS = "On the command line, `graphbuilder import` makes a project file of it, to be opened here."
_MODEL = "Models of Keras can be opened alone: save it as a .keras file, or draw it here."
_OURS = "What can be opened here is a project file (.json), as Download in the project's menu gives it."
_ONLY_OURS = (
    "What can be opened is a project file of graphbuilder (.json); in the app a model of Keras, a script or a "
    "notebook, too."
)
_DATA = "Data are added on the page Data. " + _ONLY_OURS

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "is an HDF5 file (.h5), as Keras saves models and weights in.", _KERAS),
    (b"\x89PNG", "is a picture.", _ONLY_OURS),
    (b"\xff\xd8\xff", "is a picture.", _ONLY_OURS),
    (b"GIF8", "is a picture.", _ONLY_OURS),
    (b"%PDF", "is a PDF document.", _ONLY_OURS),
    (b"\x93NUMPY", "is an array of NumPy (.npy).", _DATA),
    (
        b"\x1f\x8b",
        "is a compressed file (.gz).",
        "Unpack it, and open the project file (.json) in it, if there is one.",
    ),
    (b"7z\xbc\xaf", "is an archive (.7z).", "Unpack it, and open the project file (.json) in it, if there is one."),
    (b"Rar!", "is an archive (.rar).", "Unpack it, and open the project file (.json) in it, if there is one."),
)
_ENDINGS: dict[str, tuple[str, str]] = {
    ".keras": ("has the name of a Keras model (.keras), but not its form: perhaps it is broken.", _ONLY_OURS),
    ".onnx": ("is an ONNX model (.onnx).", _MODEL),
    ".pb": ("is a model of TensorFlow (.pb).", _MODEL),
    ".tflite": ("is a TensorFlow Lite model (.tflite).", _MODEL),
    ".h5": ("has the name of an HDF5 file (.h5), but not its form: perhaps it is broken.", _ONLY_OURS),
    ".pt": ("is a PyTorch file (.pt).", _MODEL),
    ".pth": ("is a PyTorch file (.pth).", _MODEL),
    ".safetensors": ("holds weights without a network (.safetensors).", _MODEL),
    ".ipynb": ("is a notebook (.ipynb).", _KERAS),
    ".py": ("is Python code (.py).", _KERAS),
    ".csv": ("is a table (.csv).", _DATA),
    ".svg": ("is a picture (.svg).", _OURS),
    ".dot": ("is a drawing of Graphviz (.dot).", _OURS),
}  # fmt: skip
_OFFICE = {
    "workbook.xml": ("a workbook (.xlsx)", _DATA),
    "presentation.xml": ("a presentation (.pptx)", _ONLY_OURS),
}
"""By a file that only such an archive has."""
_NAMED_SURELY = (".pt", ".pth", ".pb")


def told_of_bytes(data: bytes, name: str = "") -> str | None:
    """What a file that is no JSON is, and what to do: words that follow its name. None where no other program's marks
    are found. name: the file's, whose ending decides where the marks alone do not."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return " ".join(_archive(list(_names(data))))
    for start, what, todo in _STARTS:
        if data.startswith(start):
            return f"{what} {todo}"
    if data[4:8] == b"TFL3":
        return " ".join(_ENDINGS[".tflite"])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return f"is a picture. {_ONLY_OURS}"
    if _is_text(data):
        return None
    if not name.lower().endswith(
        _NAMED_SURELY
    ):  # of these the first bytes are those of a pickle or of an ONNX model too
        if data[:1] == b"\x80" and data[1:2] in (b"\2", b"\3", b"\4", b"\5"):
            return f"is a pickle of Python (.pkl), which is never opened here: it can run any code. {_MODEL}"
        if re.match(rb"\x08[\x03-\x20][\x12\x3a\x42]", data):  # protobuf: a version, then who made it, or a graph
            return " ".join(_ENDINGS[".onnx"])
    return told_of_name(name)


def told_of_name(name: str) -> str | None:
    """The same of text that no JSON could be read of, by its ending."""
    return " ".join(_ENDINGS[ending]) if (ending := PurePath(name).suffix.lower()) in _ENDINGS else None


def told_of_json(raw: Any) -> str | None:
    """The same of JSON that was read: a Keras model's, a notebook; None where it may be a project."""
    if isinstance(raw, str) and '"class_name"' in raw[:100_000]:  # to_json() written by json.dump: JSON in JSON
        return f"is the JSON of a Keras model, as text in JSON. {_KERAS}"
    if not isinstance(raw, dict) or "version" in raw:
        return None
    if "nbformat" in raw and "cells" in raw:
        return " ".join(_ENDINGS[".ipynb"])
    if "modelTopology" in raw:
        return f"is a model of TensorFlow.js (model.json). {_KERAS}"
    if "class_name" in raw and "config" in raw:
        version = raw.get("keras_version")
        told = f" {version}" if isinstance(version, str) and re.fullmatch(r"[\w.+-]{1,20}", version) else ""
        return f"is the JSON of a Keras{told} model, as to_json() gives it. {_KERAS}"
    layers = raw.get("layers")
    if isinstance(layers, list) and layers and all(isinstance(one, dict) and "class_name" in one for one in layers):
        return f"is the configuration of a Keras model, as get_config() gives it. {_KERAS}"
    return None


def told_of_archive(names: Collection[str]) -> str:
    """The same of a ZIP archive, by the names in it."""
    return " ".join(_archive(names))


def _archive(names: Collection[str]) -> tuple[str, str]:
    last = {name.rpartition("/")[2] for name in names}
    if {"config.json", "metadata.json"} <= last or "model.weights.h5" in last:
        return "is a Keras model (.keras).", _KERAS
    if "saved_model.pb" in last:
        return "is an archive with a model of TensorFlow (SavedModel) in it.", _MODEL
    if "data.pkl" in last:
        return "is a PyTorch file (.pt).", _MODEL
    if last and all(name.endswith(".npy") for name in last):
        return "holds arrays of NumPy (.npz).", _DATA
    if "[Content_Types].xml" in last:
        kind, todo = next((told for name, told in _OFFICE.items() if name in last), ("a document (.docx)", _ONLY_OURS))
        return f"is {kind} of an office program.", todo
    ours = next((name for name in last if name.endswith(".json") and "config" not in name), None)
    if ours:
        return "is an archive (.zip).", f"Unpack it, and open {ours[:60]} in it, if that is a project file."
    return "is an archive (.zip).", _DATA


def _names(data: bytes) -> Iterator[str]:
    """The names in the directory at a ZIP archive's end, which says where it begins; nothing is unpacked."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _TAIL))
    if end < 0 or len(data) < end + 22:
        return
    count, at = struct.unpack_from("<H", data, end + 10)[0], struct.unpack_from("<I", data, end + 16)[0]
    for _ in range(min(count, MOST_NAMES)):
        if data[at : at + 4] != b"PK\x01\x02" or len(data) < at + 46:
            return
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        yield data[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment


def _is_text(data: bytes) -> bool:
    """Whether its start may be text: JSON has no control characters but white space."""
    return not re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", data[:1000])
