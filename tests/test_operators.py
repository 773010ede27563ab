"""Every registered operator says what it is, and nothing else has to know it by name."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest

import graphbuilder
from graphbuilder.operators import FAMILIES, OPERATORS
from graphbuilder.parameters import WrongType

PACKAGE = Path(graphbuilder.__file__).parent
NAMED_ELSEWHERE = {"Input", "Loss", "LSTM", "Normalization"}
"""The plan feeds Inputs and Losses in ways of their own; help is found by a name; printed code has a heading so."""
FOREIGN = "importing"
"""The package that knows how others call what operators are."""
OF_WORDS = ("families.py", "fitting.py", "activations.py", "signals.py")
"""Titles, what repairs put in, and how each operator changes the spread of values before the first step."""


@pytest.mark.parametrize("kind", OPERATORS)
def test_an_operator_has_all_the_words_that_people_read(kind: str) -> None:
    told = OPERATORS[kind].describe()
    assert all(told[word] for word in ("kind", "title", "family", "keywords", "summary", "formula", "when"))
    assert told["summary"].endswith(".") and told["when"].endswith(".")
    assert all(parameter["help"].endswith(".") for parameter in told["parameters"])
    assert "shape" in (OPERATORS[kind].__doc__ or "")


@pytest.mark.parametrize("kind", OPERATORS)
def test_a_description_is_plain_json(kind: str) -> None:
    told = OPERATORS[kind].describe()
    assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize("kind", OPERATORS)
def test_the_defaults_are_within_their_own_bounds_and_read_back(kind: str) -> None:
    operator = OPERATORS[kind]()
    assert list(operator.parameter_faults()) == []
    for name, parameter in operator.parameters.items():
        assert parameter.fault(operator.params[name]) is None
        assert parameter.read(parameter.write(parameter.default)) == parameter.default
        assert parameter.fault(parameter.default) is None


@pytest.mark.parametrize("kind", OPERATORS)
def test_an_operator_is_named_in_its_own_module_alone(kind: str) -> None:
    own = PACKAGE.joinpath(*OPERATORS[kind].__module__.split(".")[1:]).with_suffix(".py")
    named = re.compile(rf"\b(import |isinstance\(|every\()[^\n]*\b{kind}\b|[\"']{kind}[\"']")
    others = [
        path
        for path in PACKAGE.glob("**/*.py")
        if path != own and path.name not in OF_WORDS and FOREIGN not in path.relative_to(PACKAGE).parts
    ]
    found = {path.name for path in others if named.search(path.read_text("utf-8"))}
    assert found == set() or kind in NAMED_ELSEWHERE, found


@pytest.mark.parametrize("kind", [kind for kind, one in OPERATORS.items() if "dropout" in one.parameters])
def test_what_drops_values_within_is_drawn_at_random_in_training_also_inside_another(kind: str) -> None:
    assert not OPERATORS[kind]().varies() and OPERATORS[kind]({"dropout": 0.5}).varies()
    for holder in (one for one in OPERATORS.values() if "layer" in one.parameters):
        inside = {"kind": kind, "params": {"dropout": 0.5}}
        with suppress(WrongType):  # it does not go in there
            assert holder({"layer": holder.parameters["layer"].read(inside)}).varies()


@pytest.mark.parametrize("kind", OPERATORS)
def test_a_card_has_its_line_of_values_that_are_out_of_bounds_too(kind: str) -> None:
    for name, parameter in OPERATORS[kind].parameters.items():
        match parameter.default:
            case str():
                wrong: tuple[object, ...] = ("other",)
            case bool():
                wrong = ()
            case int() | float() as number:
                wrong = type(number)(0), type(number)(-1), type(number)(10**9)
            case _:
                wrong = ()
        for value in wrong:
            assert isinstance(OPERATORS[kind]({name: value}).line(), str)


def test_operators_stand_in_the_order_of_the_families() -> None:
    families = [operator.family for operator in OPERATORS.values()]
    assert families == sorted(families, key=FAMILIES.index)


def test_the_families_have_names_colours_and_icons_of_their_own() -> None:
    for part in ("name", "title", "color", "icon"):
        assert len({getattr(family, part) for family in FAMILIES}) == len(FAMILIES)
