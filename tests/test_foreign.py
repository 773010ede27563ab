"""A file of another program is told what it is and what to do, by what is in it."""

import io
import json
import time
import zipfile

import pytest

from graphbuilder.document_file import MAX_BYTES, read_document
from graphbuilder.foreign import MOST_NAMES
from graphbuilder.problems import DocumentError
from tests.spending import as_there


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, b"x" * 50)
    return file.getvalue()


def told(data: bytes, name: str = "some") -> str:
    with pytest.raises(DocumentError) as refused:
        read_document(data, name)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("E_FOREIGN", "")
    return problem.of(name)


LAYERS = [{"class_name": "Dense", "config": {"units": 3}}]
KERAS_2 = {"class_name": "Sequential", "config": {"layers": LAYERS}, "keras_version": "2.15.0", "backend": "tensorflow"}
KERAS_3 = {"module": "keras", "class_name": "Functional", "config": {"layers": LAYERS}, "registered_name": "Functional"}
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
FILES = {
    "Keras model (.keras)": archive("metadata.json", "config.json", "model.weights.h5"),
    "HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(3000),
    "ONNX model": b"\x08\x08\x12\x07pytorch" + bytes(range(200)),
    "TensorFlow Lite model": b"\x1c\0\0\0TFL3" + bytes(100),
    "PyTorch file": archive("net/data.pkl", "net/version", "net/data/0"),
    "pickle": b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x05model\x94.",
    "(SavedModel)": archive("net/saved_model.pb", "net/variables/variables.index"),
    "(.npz)": archive("a.npy", "b.npy"),
    "open network.json": archive("model.py", "network.json"),
    "archive (.zip)": archive("readme.txt"),
    "document (.docx)": archive("[Content_Types].xml", "word/document.xml"),
    "workbook (.xlsx)": archive("[Content_Types].xml", "xl/workbook.xml"),
    "presentation (.pptx)": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "PDF": b"%PDF-1.7\n%\xe2\xe3",
    "Keras 2.15.0 model": json.dumps(KERAS_2).encode(),
    "Keras model, as to_json() gives it": json.dumps(KERAS_3).encode(),
    "as get_config() gives it": json.dumps({"name": "net", "layers": LAYERS}).encode(),
    "as text in JSON": json.dumps(json.dumps(KERAS_3)).encode(),
    "TensorFlow.js": json.dumps({"format": "layers-model", "modelTopology": {}}).encode(),
    "notebook": json.dumps(NOTEBOOK).encode(),
}


OF_KERAS = (
    "Keras model (.keras)", "HDF5 file", "Keras 2.15.0 model", "Keras model, as to_json() gives it",
    "as get_config() gives it", "as text in JSON", "TensorFlow.js", "notebook",
)  # fmt: skip


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("name", ["some", "net.json", "net.keras"])
def test_a_file_is_known_by_what_is_in_it_whatever_its_name(what: str, name: str) -> None:
    words = told(FILES[what], name)
    assert words.startswith(name) and what in words
    assert "open" in words.lower() and words.endswith(".")
    of_keras = what in OF_KERAS
    assert ("`graphbuilder import` makes a project file of it" in words) == of_keras
    if "model" in what.lower() and not of_keras:
        assert "Models of Keras can be opened alone" in words


@pytest.mark.parametrize("name", ["a.pb", "a.onnx", "a.pt", "A.H5", "a.keras", "a.tflite", "a.safetensors"])
def test_bytes_without_a_mark_are_told_by_their_name(name: str) -> None:
    assert name.lower().rpartition(".")[2] in told(b"\0\1\2\3", name)


@pytest.mark.parametrize("name", ["a.py", "a.csv", "a.ipynb", "a.svg", "a.dot"])
def test_text_that_is_no_json_is_told_by_its_name(name: str) -> None:
    assert name.rpartition(".")[2] in told(b"import keras", name)


def test_a_project_is_read_whatever_its_name_and_its_words() -> None:
    text = json.dumps({"version": 1, "name": '{"class_name": "nbformat"}'}).encode()
    assert read_document(text, "net.keras").name == '{"class_name": "nbformat"}'


def test_a_huge_model_is_told_what_it_is_and_not_its_size() -> None:
    assert "HDF5" in told(FILES["HDF5 file"] + bytes(MAX_BYTES))


def test_an_archive_is_never_unpacked_and_its_directory_read_in_bounds() -> None:
    many = archive(*(f"{number}.txt" for number in range(20 * MOST_NAMES)), "model.weights.h5")
    begun = time.process_time()
    assert "archive (.zip)" in told(many)
    assert as_there(time.process_time() - begun, 0.1) <= 0.1
    for end in range(len(FILES["PyTorch file"])):  # cut off anywhere, or with a directory that lies
        cut = FILES["PyTorch file"][:end]
        with pytest.raises(DocumentError):
            read_document(cut)
    lying = bytearray(FILES["Keras model (.keras)"])
    lying[-6:-2] = b"\xff\xff\xff\xff"
    assert "archive (.zip)" in told(bytes(lying))
