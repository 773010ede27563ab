"""What is said of values out of bounds: words with places and the facts that stand in them, wherever it is said."""

import copy
import json
import pickle
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest

from graphbuilder.checks import check
from graphbuilder.datasets import SOURCES
from graphbuilder.losses import LOSSES
from graphbuilder.operators import KINDS, Operator
from graphbuilder.operators.inner import LayerOf
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, OneOf, Parameter, Words, WrongType
from graphbuilder.readers import READERS
from graphbuilder.settings import Settings, Split
from graphbuilder.shapes import Phrase, filled
from graphbuilder.terminal import report_as_json
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense

ENDS = (None, False, True, 0, 1, 2, 3, 7, -1, 99, 10**12, -(10**12), 0.5, -0.5, 5e-324, 1e300, -1e300, "", "clip")
LISTS = (
    [], [[]], [["a"]], ["a", ""], ["a", "a"], ["b", "a"], [1, 1], [1, -1], [1, 2], [2, 1], [0.0, 1.0], [0.0, 255.0],
    [9], [[1.0], [1.0, 2.0]], [[1.0]] * 99, [1.0] * 1000, [*map(float, range(30))], [*map(float, range(30, 0, -1))],
    ["start", "start"], ["nothing"], [1] * 16, [-1, -1, 3], [*range(1, 10)],
)  # fmt: skip
EQUATIONS = (
    "aa,ab->ab", "ab,bb->ab", "ab,bc->aa", "ab,bc->ad", "ab,bdc->ac", "ab,bc->ca", "ab,ac->bc", "ab,ac->ac",
    "ab,bc->ac", "...a,ab->...b", "...ab,bcd->...acd", "ab,acb->ac",
)  # fmt: skip


@cache
def ends(parameter: Parameter[Any]) -> list[Any]:
    """Some of them, as they are read."""
    raw: list[object] = [*ENDS, *LISTS, *EQUATIONS]
    raw += [[end] * count for end in (0, 1, 2, 10**12) for count in range(1, 7)]
    raw += [{"l1": -1.0}, {"l2": -1e300}, "he", "mean"]
    if isinstance(parameter, Words):
        raw += [[choice, choice] for choice in parameter.choices]
    if isinstance(parameter, LayerOf):
        raw += [{"kind": kind, "params": params} for kind in [*parameter.options] for params in _inside(KINDS[kind])]
    elif isinstance(parameter, OneOf):
        raw += [{"name": name, **own} for name, option in parameter.options.items() for own in _inside(option)]
    found: dict[str, Any] = {}
    for value in raw:
        try:
            read = parameter.read(value)
        except WrongType:
            continue
        found[repr(read)] = read
    return [*found.values()]


def _inside(declared: type[Declared]) -> Iterator[dict[str, object]]:
    """Its parameters, each by itself; and some two that do not go together."""
    for name, own in declared.parameters.items():
        if not isinstance(own, OneOf):
            yield from ({name: own.write(value)} for value in ends(own)[:8])
    pairs = {"minval": 1.0, "maxval": 0.0}, {"filters": 32, "groups": 5}, {"label_smoothing": 0.5, "ignore_class": 0}
    yield from (pair for pair in pairs if pair.keys() <= declared.parameters.keys())


def faults_of(declared: type[Declared]) -> Iterator[tuple[str, str]]:
    """What is said of each of its parameters by itself."""
    for name, own in declared.parameters.items():
        for value in ends(own):
            if told := own.fault(value):
                yield name, told


def faults_between(operator: type[Operator]) -> Iterator[tuple[str, str]]:
    """What is said of one or two of its parameters that are moved within their own bounds, two with padding same."""
    kept = {
        name: [value for value in ends(own) if not own.fault(value)]
        for name, own in operator.parameters.items()
        if not name.endswith(("initializer", "regularizer", "constraint"))
    }
    for name, values in kept.items():
        for value in values:
            yield from operator({name: value}).parameter_faults()
    for first, second in combinations(kept, 2):
        for one, other in product(kept[first][:30], kept[second][:30]):
            yield from operator({"padding": "same", first: one, second: other}).parameter_faults()


def hold_to_phrases(told: list[tuple[str, str]]) -> None:
    assert told
    for name, said in told:
        assert isinstance(said, Phrase), f"{name}: {said!r} is a plain text"
        assert said == filled(said.says, said.given), name
        assert {*json.loads(json.dumps(said.as_json(), allow_nan=False))} == {"says", *said.given}, name


GROUPS: dict[str, Mapping[str, type[Declared]]] = {
    "operators": KINDS, "losses": LOSSES, "optimizers": OPTIMIZERS, "data sets": SOURCES, "readers": READERS,
    "settings": {"Settings": Settings, "Split": Split},
}  # fmt: skip
BETWEEN = [kind for kind, one in KINDS.items() if one.parameter_faults is not Operator.parameter_faults]


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_out_of_bounds_is_told_in_words_with_places_and_what_stands_in_them(group: str) -> None:
    hold_to_phrases([(f"{who}.{name}", said) for who, one in GROUPS[group].items() for name, said in faults_of(one)])


def test_a_bound_between_parameters_is_told_in_the_same_manner() -> None:
    for kind in BETWEEN:
        hold_to_phrases([(f"{kind}.{name}", said) for name, said in faults_between(KINDS[kind])])


def test_a_fault_of_a_part_stays_a_phrase_within_that_of_the_whole() -> None:
    told = KINDS["Bidirectional"].parameters["layer"]
    said = told.fault(told.read({"kind": "LSTM", "params": {"units": 0}}))
    assert said == "has units, which must be at least 1; received 0"
    inner = {"says": "must be at least {low}; received {received}", "low": 1, "received": 0}
    assert said.as_json() == {"says": "has {part}, which {fault}", "part": "units", "fault": inner}


def test_a_phrase_is_frozen_and_is_copied_whole() -> None:
    said = Phrase("must be one of {known}; received {received!r}", known=("{a}", "b"), received="{c}")
    assert said == "must be one of {a}, b; received '{c}'"
    for other in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (type(other), other, other.as_json()) == (Phrase, said, said.as_json())
    for name in ("says", "given", "more"):
        with pytest.raises(AttributeError):
            setattr(said, name, "")


def test_a_report_tells_the_words_of_a_bound_and_the_values_apart() -> None:
    (found,) = report_as_json(check(chain(PIXELS, SCALE, dense("hidden", 0), SCORES, DIGIT)))["diagnostics"]
    must = {"says": "must be at least {low}; received {received}", "low": 1, "received": 0}
    assert found["facts"] == {"who": "Linear 'hidden'", "name": "units", "must": must}
    assert found["message"] == "Linear 'hidden': units must be at least 1; received 0."
