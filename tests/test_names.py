"""From labels to layer names."""

import builtins
import keyword
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder.document import Node
from graphbuilder.names import CODE_NAMES, file_name, layer_names

AWKWARD = [
    "",
    " ",
    "1",
    "é",
    "E",
    "ß",
    "ﬁ",
    "İ",
    "K",
    "model",
    "keras",
    "None",
    "none",
    "print",
    "x" * 80,
    "x_2",
    "x 2",
    "x",
]
LABELS = st.lists(st.text(max_size=80) | st.sampled_from(AWKWARD), max_size=30)


def names_of(labels: list[str]) -> list[str]:
    nodes = [Node.model_construct(id=f"n{n}", kind="Dense", label=label) for n, label in enumerate(labels)]
    return list(layer_names(nodes).values())


@given(LABELS)
def test_G6_every_name_is_plain_and_no_two_are_one(labels: list[str]) -> None:
    names = names_of(labels)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,59}", name) for name in names)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in names}) == len(names)


@given(LABELS)
def test_G7_no_name_is_a_keyword_a_builtin_or_a_name_of_the_code(labels: list[str]) -> None:
    taken = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *CODE_NAMES}
    assert taken.isdisjoint(names_of(labels))


@given(LABELS, st.text(max_size=80) | st.sampled_from(AWKWARD))
def test_G7_a_node_made_later_renames_none_made_earlier(labels: list[str], later: str) -> None:
    assert names_of([*labels, later])[: len(labels)] == names_of(labels)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["Conv 1", "conv-1", "CONV_1"], ["conv_1", "conv_1_2", "conv_1_3"]),
        (["", "日本"], ["dense", "dense_2"]),
        (["model", "keras", "class", "print"], ["model_2", "keras_2", "class_2", "print_2"]),
        (["ﬁlter", "Größe", "2 to 3"], ["filter_2", "groe", "to_3"]),
        (["a", "a 2", "a"], ["a", "a_2", "a_3"]),
    ],
)
def test_G7_names_are_numbered_in_the_order_of_creation(labels: list[str], names: list[str]) -> None:
    assert names_of(labels) == names


def test_where_masks_are_no_name_is_that_of_a_function_that_makes_them() -> None:
    labels = ["Concatenate", "any", "not equal 3", "Dense"]
    nodes = [Node.model_construct(id=f"n{n}", kind="Dense", label=label, params={}) for n, label in enumerate(labels)]
    assert [*layer_names(nodes).values()] == ["concatenate", "any_2", "not_equal_3", "dense"]
    masking = Node.model_construct(id="m", kind="Masking", label="m", params={})
    assert [*layer_names([*nodes, masking]).values()][:4] == [
        "concatenate_layer", "any_layer", "not_equal_3_layer", "dense",
    ]  # fmt: skip


def test_no_layer_has_the_name_of_a_function_that_the_network_calls() -> None:
    nodes = [
        Node.model_construct(id=f"n{n}", kind=kind, label=label, params={})
        for n, (kind, label) in enumerate([("Dense", "mean"), ("Dense", "sum 2"), ("ReduceMean", "mean 3")])
    ]
    assert [*layer_names(nodes).values()] == ["mean_layer", "sum_2", "mean_3"]
    assert [*layer_names(nodes[:2]).values()] == ["mean", "sum_2"]


HOSTILE = [
    "../../x",
    "CON",
    "NUL",
    "a\nb",
    ".",
    "...",
    ".ssh",
    "",
    "-rf",
    "nul.txt",
    "\u202egnp.exe",
    "עברית",
    "x" * 80,
]


@given(st.text(max_size=300) | st.sampled_from(HOSTILE))
def test_C6_a_file_name_is_safe_on_every_system(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,27}_model\.py", file_name("model.py", name))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("16_x", "16_x_model.py"),
        ("VGG-16", "vgg-16_model.py"),
        ("2026-03-01: a try", "2026-03-01_a_try_model.py"),
        ("--", "untitled_model.py"),
        ("!?", "untitled_model.py"),
        ("CON", "con_model.py"),
    ],
)
def test_a_download_keeps_the_digits_and_hyphens_of_its_project(name: str, file: str) -> None:
    assert file_name("model.py", name) == file


def test_a_download_is_called_after_its_project_and_its_run_however_long_their_names() -> None:
    name = "Multi-layer perceptron on digits"
    assert file_name("model.keras", name, "run 2") == "multi-layer_perceptron_on_di_run_2_model.keras"
    assert file_name("model.keras", "", "") == "untitled_model.keras"


LOSS_LABELS = st.lists(
    st.sampled_from(
        ["digit", "val digit", "val", "VAL", "loss", "val loss", "val val", "val_val_digit", "digit accuracy"]
    )
    | st.sampled_from(["digit_mae", "mae", "r2", "val r2", "val 2", "valley", "val " * 30, "accuracy", "val accuracy"])
    | st.text(max_size=40).map(lambda text: f"val {text}")
    | st.text(max_size=40),
    min_size=2,
    max_size=12,
)


@given(LOSS_LABELS)
def test_no_two_records_of_a_training_have_one_name(labels: list[str]) -> None:
    nodes = [Node.model_construct(id=f"n{n}", kind="Loss", label=label) for n, label in enumerate(labels)]
    outputs = layer_names(nodes).values()
    trained = ["loss", "accuracy"] + [f"{name}_{of}" for name in outputs for of in ("loss", "accuracy", "mae", "r2")]
    told = [*trained, *(f"val_{name}" for name in trained)]
    assert len(told) == len(set(told))
    assert not any(name.startswith("val_") for name in trained)


def test_a_loss_called_val_digit_is_told_beside_the_validation_of_digit() -> None:
    nodes = [Node.model_construct(id=label, kind="Loss", label=label) for label in ("digit", "val digit")]
    assert layer_names(nodes) == {"digit": "digit", "val digit": "loss_val_digit"}


def test_no_layer_has_the_name_of_a_function_that_operators_of_ours_are_made_of() -> None:
    nodes = [
        Node.model_construct(id=f"n{n}", kind=kind, label=label, params={})
        for n, (kind, label) in enumerate([("Add", "add"), ("Dense", "cumsum 1"), ("SinusoidalPosition", "places")])
    ]
    assert [*layer_names(nodes).values()] == ["add_layer", "cumsum_1_layer", "places"]
